"""Made-up tables: links first, then keys, dates in order, answers, and last what is left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from peerbook.data.definitions import Definitions
from peerbook.data.sampler.dates import dated
from peerbook.data.sampler.draws import Draw, draws_of
from peerbook.data.sampler.fitting import left_out
from peerbook.data.sampler.gaps import silenced, thinned
from peerbook.data.sampler.keys import Made, keyed_rows, parent_parts, with_keys
from peerbook.data.sampler.links import Links, links_of, may_stay_empty, turned
from peerbook.data.sampler.questions import answered
from peerbook.data.sampler.trees import looped
from peerbook.data.schema import ForeignKey, Schema
from peerbook.errors import DataError, ParameterError


def sample(definitions: Definitions, rows: int = 100, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Make up a raw folder's tables.

    Parameters
    ----------
    definitions : Definitions
        What the tables must look like.
    rows : int
        Rows of every table that no other table leads to. A table that others lead to has a third of their
        rows, so that a person has several logs. A table is shorter if its keys allow no more rows.
    seed : int
        The same seed gives the same tables.

    Returns
    -------
    dict of str to DataFrame
        By the names and in the order of the definitions, coded material last. Every column is text as in a
        CSV file. Contact details are there, so that it can be seen that they are not read: example.org
        addresses, and numbers set aside for drama.

    Raises
    ------
    DataError
        If no text fits a field, or a required foreign key can lead nowhere.
    ParameterError
        If `rows` is below 1.

    Notes
    -----
    Dates of the rows of one parent are in order, and none is before the parent's; 3 of 10 answers are the
    parent's usual one. A cell that need not be filled in is left out in 5 of 100 rows, or in as many as
    `missingShare` says; 2 of 100 values left to cleaning do not fit. Which columns lead to another table is
    said at `links_of`.

    Examples
    --------
    >>> from peerbook.data import load_definitions, studies
    >>> tables = sample(load_definitions(studies()[0]), rows=30)
    >>> max(len(table) for table in tables.values())
    30
    """
    if rows < 1:
        raise ParameterError(f"rows: found {rows}; expected a whole number from 1")
    schemas = definitions.tables
    links = links_of(schemas)
    wanted = links.rows(rows)
    made: dict[str, Made] = {}
    for name in links.order:
        try:
            texts = _table(schemas[name], links, wanted[name], made, draws_of(seed, name))
        except DataError as error:
            raise DataError(f"{name}: {error}") from error
        made[name] = Made(schemas[name], texts)
    return {name: made[name].texts for name in schemas}


def _table(schema: Schema, links: Links, wanted: int, made: Mapping[str, Made], draw: Draw) -> pd.DataFrame:
    """Make one table; `made` holds those it leads to."""
    own = links.followed[schema.name]
    loops = [link for link in own if link.resource == schema.name]
    parts, lost = parent_parts(schema, [link for link in own if link not in loops], made)
    empty = {_left_empty(schema, link) for link in (*links.given_up[schema.name], *lost)}
    later = empty | {name for link in loops for name, _ in turned(link)}

    keyed = with_keys(schema, links.columns_led_to(schema.name) - later, wanted)
    rows = dated(schema, keyed_rows(keyed, parts, later, wanted, draw), made, later, draw)
    texts = thinned(schema, {**rows.texts, **answered(schema, rows, made, later, draw)}, draw)
    for name in empty:
        texts |= {name: np.full(len(rows), left_out(schema.fields[name], key=True)[0], dtype=object)}
    for link in loops:
        texts |= looped(schema, link, texts, draw)
    texts = silenced(schema, texts)
    return pd.DataFrame({name: texts[name] for name in schema.fields}, dtype="str")


def _left_empty(schema: Schema, link: ForeignKey) -> str:
    """Return the column of a link to leave empty so that it need lead nowhere."""
    columns = may_stay_empty(schema, link)
    if not columns:
        raise DataError(
            f"the foreign key {', '.join(link.fields)}: no row of {link.resource} has a value that fits "
            "here; expected columns of the same type and range. Correct one of the two schemas"
        )
    return columns[0]
