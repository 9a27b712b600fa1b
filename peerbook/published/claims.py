"""Claims: the statements of a report beside what was rebuilt, in one shape that a whole book can collect.

`CLAIM` names the columns. An output whose data have them all is a list of claims, whatever page it is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from peerbook.published.comparison import compare
from peerbook.published.statements import Number, printed_statements, rebuilt_statements

CLAIM = (
    "claim", "chapter", "statement", "printed", "rebuilt", "status", "rule", "note", "output", "claims",
    "line",
)  # fmt: skip


def claims(
    study: str | Path, table: str, numbers: Mapping[str, Number], reason: str = "", output: str = ""
) -> pd.DataFrame:
    """Set the statements of one part of a report beside computed numbers and words.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    table : str
        What the statements are called in the comparison, such as "chapter 5".
    numbers : mapping of str to number or text
        Computed ones, by the name of their statement.
    reason : str
        Why a statement that is not computed, and could be from other data, is not.
    output : str
        Id of the output that compares them: of the statements that name none of their own.

    Returns
    -------
    DataFrame
        One row per statement, with the columns of `CLAIM`; see `as_claims`.

    Examples
    --------
    >>> claims("my_study", "text", {"people": 26})[["claim", "rebuilt", "status"]]  # doctest: +SKIP
        claim rebuilt  status
    0  people      26  agrees
    """
    said = printed_statements(study, table)
    return as_claims(said, compare(said, rebuilt_statements(table, numbers), reasons={table: reason}), output)


def as_claims(said: pd.DataFrame, compared: pd.DataFrame, output: str = "") -> pd.DataFrame:
    """Give compared statements the columns of claims.

    Parameters
    ----------
    said : DataFrame
        From `peerbook.published.printed_statements`.
    compared : DataFrame
        From `peerbook.published.compare`, a row for each of these.
    output : str
        As for `claims`.

    Returns
    -------
    DataFrame
        One row per statement: its name (`claim`), the `chapter` of the report, the `statement` in plain
        words, what is `printed` and `rebuilt`, its `status` (one of `STATUSES`), the `rule` in words, a
        `note`, the id of the `output` that computes it, the ids it has in lists of `claims`, and its `line`.
    """
    added = {
        "chapter": said["table"],
        "statement": said["what"],
        "output": said["output"].where(said["output"] != "", output),
        "claims": said["claims"],
        "line": said["line"],
    }
    named = compared.rename(columns={"row": "claim"}).reset_index(drop=True)
    return named.assign(**{name: column.to_numpy() for name, column in added.items()})[list(CLAIM)]


def is_claims(columns: Iterable[str]) -> bool:
    """Say whether data with these columns are a list of claims."""
    return set(CLAIM) <= set(columns)
