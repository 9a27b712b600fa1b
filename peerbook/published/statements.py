"""The numbers of the prose: stated, computed where data allow, and derived from each other.

The list `statements` of a study, a folder with a file for each chapter of its report, holds one row for each:
the `table` it is called in the comparison, a `name`, the `claims` it stands for in lists of claims (ids), the
words `printed`, the `value` they mean (blank for words and dates), the `rule`, why it lies `outside` the data
(a key of `OUTSIDE`), what another place of the report says in `conflict` with it, `what` it counts, and the
`output` of the book that computes it (blank: the table that compares it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from peerbook.choices import check_one_of
from peerbook.published.cells import REBUILT
from peerbook.published.tables import load_list, table_index

# Why a number of the prose is not computed from the data.
OUTSIDE = MappingProxyType(
    {
        "": "",
        "programme": "a fact of the programme, not in these data",
        "literature": "a number from a cited study",
        "plan": "a choice made when the study was planned",
        "figure": "read off a figure; the report states no rule for it",
        "unmeasured": "nothing in these data measures it",
        "reading": "a reading of the authors, without a count",
        "no rule": "the report states no rule for it",
    }
)

Number = float | int | str


def printed_statements(study: str | Path, table: str = "") -> pd.DataFrame:
    """Return the numbers of the prose, of one part of a report or all.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    table : str
        What they are called in the comparison, such as "text" or "chapter 5"; blank for all.

    Returns
    -------
    DataFrame
        One row per statement in the order of the prose, with the columns of
        `peerbook.published.cells.printed_cells` (`row` is its name), `outside`, `conflict` and `what`.

    Raises
    ------
    ParameterError
        If a statement lies outside the data for a reason that `OUTSIDE` does not have.
    """
    said = load_list(study, "statements")
    said = said[said["table"].eq(table) | (table == "")].reset_index(drop=True)
    for reason in said["outside"].unique():
        check_one_of("reason in the column 'outside' of the statements", reason, OUTSIDE)
    return said.rename(columns={"name": "row"}).assign(
        column="",
        quantity="value",
        value=pd.to_numeric(said["value"]),
        low=np.nan,
        high=np.nan,
        corrected=False,
        interval_corrected=False,
        misprint="",
        calibrated=False,
        outside=said["outside"].map(OUTSIDE),
    )


def rebuilt_statements(table: str, numbers: Mapping[str, Number]) -> pd.DataFrame:
    """Lay computed numbers out as rebuilt cells.

    Parameters
    ----------
    table : str
        As for `printed_statements`.
    numbers : mapping of str to number or text
        By name; missing numbers (nan) are left out.

    Examples
    --------
    >>> rows = rebuilt_statements("text", {"people": 26, "when": "June 2015"})
    >>> rows[["row", "value", "text"]].to_numpy().tolist()
    [['people', 26.0, nan], ['when', nan, 'June 2015']]
    """
    rows = [
        (table, name, "", "value", np.nan, np.nan, x, False)
        if isinstance(x, str)
        else (table, name, "", "value", float(x), np.nan, np.nan, False)
        for name, x in _present(numbers).items()
    ]
    return pd.DataFrame(rows, columns=REBUILT)


def derive(
    study: str | Path, known: Mapping[str, Number], rebuilt: Mapping[str, pd.DataFrame]
) -> dict[str, Number]:
    """Compute as many statements as the data allow.

    Parameters
    ----------
    study : str or Path
    known : mapping of str to number or text
        Statements computed straight from the data, by name; text for dates (ISO).
    rebuilt : mapping of str to DataFrame
        Rebuilt tables by the names and columns of the printed ones; `references.csv` of the study says which
        of their cells a statement repeats.

    Returns
    -------
    dict
        By name: what is known; what stands in a table; and what follows from other statements by
        `identities.csv`, with statements from outside the data taken as printed.

    Examples
    --------
    >>> derive("my_study", {"people": 10, "men": 8}, {})["men_percent"]  # doctest: +SKIP
    80.0
    """
    return _follow(study, _from_tables(study, rebuilt) | _present(known))


def statements_that_follow(study: str | Path, met: Iterable[str]) -> set[str]:
    """List the statements that stand-in data meet because they were made to meet others.

    Parameters
    ----------
    study : str or Path
    met : iterable of str
        Statements that the data were made to meet.

    Returns
    -------
    set of str
        These; those that repeat a `calibrated` column of a table; and those that follow from them alone, with
        statements from outside the data taken as printed.
    """
    index, rules = table_index(study), load_list(study, "identities")[["name", "expression"]].to_numpy()
    repeats = load_list(study, "references").query("relation == 'equals'")
    found = set(met) | {
        rule["name"]
        for rule in repeats.to_dict("records")
        if names_in(rule["value"]) <= set(index[rule["table"]].calibrated)
    }
    given = set(load_list(study, "statements").query("outside != ''")["name"])
    while new := {name for name, e in rules if names_in(e) <= found | given} - found:
        found |= new
    return found - given


def _present(numbers: Mapping[str, Number]) -> dict[str, Number]:
    return {name: x for name, x in numbers.items() if isinstance(x, str) or not np.isnan(x)}


def _from_tables(study: str | Path, rebuilt: Mapping[str, pd.DataFrame]) -> dict[str, Number]:
    """Read the statements that repeat cells of a table, if the table has these cells.

    A percentage is read only if no identity gives it: prose may count people without an answer in its shares
    where tables do not.
    """
    found = {}
    rules = load_list(study, "references").query("relation == 'equals'")
    given = (rules["value"] == "percent") & rules["name"].isin(load_list(study, "identities")["name"])
    for rule in rules[rules["table"].isin(rebuilt) & ~given].to_dict("records"):
        cells = rebuilt[rule["table"]].query(rule["where"])
        if len(cells):
            found[rule["name"]] = float(cells.eval(rule["value"]).sum(skipna=False))
    return _present(found)


def _follow(study: str | Path, known: Mapping[str, Number]) -> dict[str, Number]:
    """Add what follows from known statements, as often as something new does."""
    outside = load_list(study, "statements").query("outside != '' and value != ''")
    given = outside.set_index("name")["value"].astype(float).to_dict()
    found, rules = dict(known), load_list(study, "identities")[["name", "expression"]].to_numpy().tolist()
    while True:
        numbers = {name: x for name, x in (given | found).items() if not isinstance(x, str)}
        ready = [(name, e) for name, e in rules if name not in found and names_in(e) <= set(numbers)]
        if not ready:
            return _present(found)
        # The first rule of a statement gives it; if it has several, the others check the printed numbers.
        found |= {name: follow(expression, numbers) for name, expression in reversed(ready)}


def names_in(expression: str) -> set[str]:
    """List the statements an expression of `identities.csv` is made of.

    Examples
    --------
    >>> sorted(names_in("100 * men / (men + women)"))
    ['men', 'women']
    """
    return {word for word in expression.translate(str.maketrans("()", "  ")).split() if word[0].isalpha()}


def follow(expression: str, numbers: Mapping[str, float]) -> float:
    """Work out an expression of `identities.csv`: sums, products and quotients of statements.

    A share of nobody is missing (nan).

    Examples
    --------
    >>> follow("100 * men / people", {"men": 1, "people": 4})
    25.0
    """
    known = {name: numbers[name] for name in names_in(expression)}
    try:
        return float(pd.eval(expression, local_dict=known, engine="python"))
    except ZeroDivisionError:
        return float("nan")
