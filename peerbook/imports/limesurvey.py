"""Responses exported from LimeSurvey become a raw table.

Question codes are chosen by whoever builds a survey, so a mapping file says which column of the export is
which field. Only the columns it names are read: tokens, addresses and the like stay in the export.

.. code-block:: yaml

    table: logs
    set: {form: monthly, version: full, mode: online}
    columns:
      log_id: {from: id, add: 10000}
      person_id: PID
      completed_on: {from: [submitdate, datestamp]}
      informal_given: "SUP[INF_GIV]"
      medication: {from: MED, answers: {Y: "yes", N: "no"}}
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from peerbook.choices import did_you_mean
from peerbook.data.definitions import Definitions
from peerbook.data.described import build, read_yaml
from peerbook.data.schema import Schema
from peerbook.errors import DataError

NOT_SHOWN = "{question_not_shown}"
NO_DATE = "1980-01-01"
VV_ESCAPES = {"{newline}": "\n", "{cr}": "\r", "{tab}": "\t", "{quote}": '"', "{lbrace}": "{"}


@dataclass(frozen=True)
class Source:
    """Where a field comes from: the first filled of some columns, its answers translated, a number added."""

    columns: Sequence[str]
    answers: Mapping[str, str] = field(default_factory=dict)
    add: int = 0


@dataclass(frozen=True)
class Conversion:
    """What a mapping file says: the table, the sources of its fields, and values that all rows share."""

    table: str
    columns: Mapping[str, Source]
    set: Mapping[str, str] = field(default_factory=dict)
    incomplete: bool = False


def read_limesurvey(export: str | Path, mapping: str | Path, definitions: Definitions) -> pd.DataFrame:
    """Read the responses of one survey as rows of a raw table.

    Parameters
    ----------
    export : str or Path
        A CSV export with question codes as headings and answer codes as answers, whatever its separator; or a
        VV export (`vvexport_....csv`), whose second line holds the codes.
    mapping : str or Path
        The mapping file (YAML).
    definitions : Definitions
        Of the study: which fields the table has.

    Returns
    -------
    DataFrame
        Text, one row per response, the columns of the table that the mapping fills. Responses that were never
        submitted are left out unless the mapping says `incomplete: true`.

    Raises
    ------
    DataError
        If the mapping names a field the table does not have, a personal one, or a column that is not in the
        export, or adds a number to what is none.

    Notes
    -----
    Without date stamps LimeSurvey writes 1980-01-01 as the date of submission: such a date counts as empty,
    so give a second column to take it from. A VV export tells a question that was not shown from one that was
    not answered; both become empty cells, because `form` and `version` say what was asked.
    """
    conversion = _read_mapping(Path(mapping), definitions)
    responses = _read_responses(Path(export), conversion, Path(mapping).name)
    if "submitdate" in responses and not conversion.incomplete:
        responses = responses[responses["submitdate"] != ""]
    filled = {
        name: _fill(responses, source, f"{Path(mapping).name}, columns, {name}")
        for name, source in conversion.columns.items()
    }
    constant = {name: pd.Series(str(value), responses.index) for name, value in conversion.set.items()}
    return pd.DataFrame(filled | constant, dtype="str").reset_index(drop=True)


def write_raw_table(parts: Sequence[pd.DataFrame], folder: str | Path, schema: Schema) -> Path:
    """Write the responses of one or more surveys as a table of a raw folder.

    Parameters
    ----------
    parts : sequence of DataFrame
        What `read_limesurvey` gave for each survey.
    folder : str or Path
        The raw folder; made if it is not there.
    schema : Schema
        Of the table, such as `definitions.tables["logs"]`.
    """
    columns = list(schema.read_fields)
    path = Path(folder) / f"{schema.name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.concat(parts).reindex(columns=columns).to_csv(path, index=False, lineterminator="\n")
    return path


def _read_mapping(path: Path, definitions: Definitions) -> Conversion:
    described = dict(read_yaml(path))
    columns = {}
    for name, source in (described.get("columns") or {}).items():
        parts = dict(source) if isinstance(source, Mapping) else {"from": source}
        given = parts.pop("from", [])
        listed = [given] if isinstance(given, str) else given
        columns[name] = build(Source, parts, f"{path.name}, columns, {name}", columns=listed)
    conversion = build(Conversion, described | {"columns": columns}, path.name)
    _check_fields(conversion, definitions.tables[conversion.table], path.name)
    return conversion


def _check_fields(conversion: Conversion, schema: Schema, where: str) -> None:
    for name in (*conversion.columns, *conversion.set):
        if name not in schema.fields:
            hint = did_you_mean(name, schema.read_fields)
            raise DataError(f"{where}: '{name}' is not a field of {schema.name}.schema.json{hint}")
        if schema.fields[name].personal:
            raise DataError(f"{where}: '{name}' is a contact detail and is never read; remove it")


def _check_columns(conversion: Conversion, present: list[str], where: str, export: str) -> None:
    for name, source in conversion.columns.items():
        for column in source.columns:
            if column not in present:
                hint = did_you_mean(column, present)
                raise DataError(f"{where}, columns, {name}: {export} has no column '{column}'{hint}")


def _read_responses(path: Path, conversion: Conversion, where: str) -> pd.DataFrame:
    """Return the cells of the columns that are wanted, as text, by question code."""
    text = path.read_text(encoding="utf-8-sig")
    is_vv = path.name.startswith("vvexport")
    header = text.split("\n", 2)[int(is_vv)]
    mark = max(",;\t", key=header.count)
    present = next(csv.reader([header.rstrip("\r")], delimiter=mark))
    _check_columns(conversion, present, where, path.name)
    wanted = {column for source in conversion.columns.values() for column in source.columns} | {"submitdate"}
    frame = pd.read_csv(
        io.StringIO(text),
        sep=mark,
        header=int(is_vv),
        usecols=wanted & set(present),
        dtype="str",
        na_filter=False,
    )
    return frame.map(_unescape) if is_vv else frame.replace(r"^'(?==)", "", regex=True)


def _unescape(cell: str) -> str:
    if cell == NOT_SHOWN:
        return ""
    return re.sub("|".join(map(re.escape, VV_ESCAPES)), lambda found: VV_ESCAPES[found[0]], cell)


def _fill(responses: pd.DataFrame, source: Source, where: str) -> pd.Series:
    cells = responses[list(source.columns)]
    given = cells.mask(cells.eq("") | cells.apply(lambda column: column.str.startswith(NO_DATE)))
    values = given.bfill(axis=1).iloc[:, 0].fillna("")
    values = values.str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) [0-9:]+$", r"\1", regex=True)
    values = values.str.replace(r"^(-?[0-9]+)\.0+$", r"\1", regex=True)
    values = values.map(lambda cell: str(source.answers.get(cell, cell)))
    if not source.add:
        return values
    if not values.str.fullmatch("-?[0-9]+").all():
        raise DataError(f"{where}: only to whole numbers can {source.add} be added; remove 'add'")
    return values.map(lambda cell: str(int(cell) + source.add))
