"""Claims: the statements of a report beside what was rebuilt, in one shape that a whole book can collect.

`CLAIM` names the columns. An output whose data have them all is a list of claims, whatever page it is on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from peerbook.audit.shapes import row_name
from peerbook.published import prose
from peerbook.published.cells import PLACE
from peerbook.published.comparison import compare
from peerbook.published.statements import Number, printed_statements, rebuilt_statements
from peerbook.published.tables import load, load_list

WHOLE = "whole"  # the sample that needs no name

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


def claims_in_words(
    study: str | Path, rebuilt: Mapping[str, pd.DataFrame], reason: str = "", output: str = ""
) -> pd.DataFrame:
    """Set what a report says in words of single associations beside the same reading of rebuilt tables.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    rebuilt : mapping of str to DataFrame
        Rebuilt tables by the names and columns of the printed ones.
    reason : str
        Why what is not rebuilt is not.
    output : str
        Id of the output that compares them.

    Returns
    -------
    DataFrame
        One row per row of the study's `associations_in_words`, with the columns of `CLAIM`. A statement that
        the printed table does not bear out is contradicted by the source itself.
    """
    rules = load_list(study, "associations_in_words")
    tables = {name: load(study, name) for name in rules["table"].unique()}
    asked = [rule for _, rule in rules.iterrows()]
    names = pd.Series([_name(rule) for rule in asked], dtype=object)
    again = names.groupby(names).cumcount()
    said = pd.DataFrame(
        {
            "table": [rule["place"].partition(",")[0] for rule in asked],
            "row": names + again.map(lambda n: f"_{n + 1}" if n else ""),
            "column": "",
            "quantity": "value",
            "printed": [prose.stated_in_words(rule) for rule in asked],
            "value": float("nan"),
            "low": float("nan"),
            "high": float("nan"),
            "rule": "same",
            "conflict": [_conflict(rules.loc[[rule.name]], tables[rule["table"]]) for rule in asked],
            "what": [_association(rule) for rule in asked],
            "output": "",
            "claims": "",
            "line": "",
        }
    )
    read = [
        prose.read_in_words(rule, rebuilt[rule["table"]]) if rule["table"] in rebuilt else ""
        for rule in asked
    ]
    found = said[PLACE].assign(value=float("nan"), text=[words or None for words in read])
    return as_claims(said, compare(said, found, reasons=dict.fromkeys(said["table"], reason)), output)


def _name(rule: pd.Series) -> str:
    """Name a statement about an association as its row of the table is named."""
    named = f"{row_name(rule)} {rule['says']}".removeprefix(f"{WHOLE} ")
    return re.sub(r"\W+", "_", named).strip("_").lower()


def _association(rule: pd.Series) -> str:
    """Say of which association a statement speaks."""
    measure = f"{rule['outcome']} and {rule['exposure']}"
    case = f"{rule['outcome']}, {rule['exposure']} {rule['change']}" if rule["change"] else measure
    where = [rule["subgroup_variable"] and f"{rule['subgroup_variable']} {rule['subgroup_level']}".strip()]
    where.append("" if rule["sample"] == WHOLE else f"sample {rule['sample']}")
    of = ", ".join(filter(None, where))
    return (case + (f" ({of})" if of else "")).replace("_", " ")


def _conflict(rule: pd.DataFrame, printed: pd.DataFrame) -> str:
    found = list(prose.associations_in_words(rule, printed))
    return f"the printed table has {found[0].found}: {found[0].arithmetic}" if found else ""


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
