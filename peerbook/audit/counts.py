"""Checks on tables of counts and percentages by column, and of logs by month."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.rounding import decimals_of, rounds_to
from peerbook.audit.shapes import count_row_name

BASE, TOTAL, MISSING = "n", "Total", "MISSING"
KEY = ["variable", "level", "region"]


def wide(table: pd.DataFrame, number: str = "n") -> pd.DataFrame:
    """Lay a count table out as printed: a row for each variable and level, a column for each region.

    Parameters
    ----------
    table : DataFrame
        Columns `variable`, `level`, `region` and the number; see `peerbook.audit.audit`.
    number : str
        The column to lay out.

    Returns
    -------
    DataFrame
        Index (variable, level) and one column per region, in the order of the table.
    """
    rows = pd.MultiIndex.from_frame(table[KEY[:2]].drop_duplicates())
    cells = table.pivot_table(index=KEY[:2], columns="region", values=number, aggfunc="first")
    return cells.reindex(index=rows, columns=table["region"].unique())


def missing_answers(n: pd.DataFrame) -> pd.DataFrame:
    """Give the printed number of missing answers of each variable and column, blank cells as 0.

    Parameters
    ----------
    n : DataFrame
        Counts from `wide`.

    Returns
    -------
    DataFrame
        One row per variable that has a MISSING row.
    """
    is_missing = n.index.get_level_values("level") == MISSING
    return n[is_missing].droplevel("level").fillna(0)


def repeats(table: pd.DataFrame) -> Iterator[Finding]:
    """Find cells that stand twice, under the same variable, level and region.

    Parameters
    ----------
    table : DataFrame
        A count table. The other checks use the first of the cells.

    Yields
    ------
    Finding
    """
    for _, cell in table[table.duplicated(KEY)].iterrows():
        place = (count_row_name(cell["variable"], cell["level"]), cell["region"])
        yield Finding(
            "cell stands once", "error", "", *place, "again", "once", "the same labels stand before"
        )


def row_sums(table: pd.DataFrame) -> Iterator[Finding]:
    """Find rows whose columns do not add up to their Total.

    Parameters
    ----------
    table : DataFrame
        A count table with a `Total` column.

    Yields
    ------
    Finding
    """
    n = wide(table)
    if TOTAL not in n:
        return
    parts = n.drop(columns=TOTAL)
    for (variable, level), total in n[TOTAL].dropna().items():
        added = parts.loc[(variable, level)].sum()
        if added != total:
            row = count_row_name(variable, level)
            terms = " + ".join(f"{x:g}" for x in parts.loc[(variable, level)].dropna())
            said = f"{terms} = {added:g}, printed {total:g}"
            yield Finding("row adds up to total", "error", "", row, TOTAL, f"{total:g}", f"{added:g}", said)


def exclusive_variables(table: pd.DataFrame) -> list[str]:
    """List the variables of which everybody has one level.

    A variable counts when its levels, with MISSING, add up to the base in more than half of the
    columns; the columns in which they do not are then faults, not a question with several answers.

    Parameters
    ----------
    table : DataFrame
        A count table with a base row (`variable` is "n").

    Returns
    -------
    list of str

    Examples
    --------
    >>> rows = [("n", "", 3), ("home", "City", 2), ("home", "Town", 1), ("ill", "Flu", 3), ("ill", "Cold", 1)]
    >>> table = pd.DataFrame(rows, columns=["variable", "level", "n"]).assign(region="North")
    >>> exclusive_variables(table)
    ['home']
    """
    n = wide(table)
    added = n.drop(index=BASE, level="variable").groupby(level="variable", sort=False).sum()
    return added.index[added.eq(n.loc[(BASE, "")]).mean(axis=1) > 0.5].tolist()


def column_sums(table: pd.DataFrame, exclusive: Collection[str] | None = None) -> Iterator[Finding]:
    """Find columns in which the levels of a variable do not add up to the column's base.

    Parameters
    ----------
    table : DataFrame
        A count table with a base row.
    exclusive : collection of str, optional
        The variables of which everybody has one level; `exclusive_variables` if not given.

    Yields
    ------
    Finding
    """
    n = wide(table)
    base = n.loc[(BASE, "")]
    for variable in exclusive_variables(table) if exclusive is None else exclusive:
        levels = n.loc[[variable]]
        for column in n.columns[levels.sum().ne(base)]:
            terms = " + ".join(f"{x:g}" for x in levels[column].dropna())
            added = levels[column].sum()
            said = f"{terms} = {added:g}, base {base[column]:g}"
            place = (variable, column, f"{added:g}", f"{base[column]:g}")
            yield Finding("column adds up to base", "error", "", *place, said)


def percentages(table: pd.DataFrame, decimals: int = 1) -> Iterator[Finding]:
    """Find percentages that fit neither denominator, or only the one that counts missing answers.

    Parameters
    ----------
    table : DataFrame
        A count table with a base row and a `percent` column (0 to 100). The denominators tried are the
        base less the variable's MISSING, and the base.
    decimals : int
        Decimals printed; a cell that shows more is held to what it shows.

    Yields
    ------
    Finding
    """
    n = wide(table)
    base, missing = n.loc[(BASE, "")], missing_answers(n)
    for _, cell in table[table["percent"].notna() & table["n"].notna()].iterrows():
        everybody = base[cell["region"]]
        absent = missing.loc[cell["variable"], cell["region"]] if cell["variable"] in missing.index else 0
        denominators = (everybody - absent, everybody)
        fits = {of: _fits(cell, of, decimals) for of in denominators}
        if fits[everybody - absent]:
            continue
        place = (count_row_name(cell["variable"], cell["level"]), cell["region"])
        found = f"{cell['n']:g} ({cell['percent']:g})"
        said = "; ".join(_quotient(cell["n"], of) for of in fits)
        if fits[everybody]:
            expected = f"{_share(cell['n'], everybody - absent):.{decimals}f}"
            yield Finding("percentage of valid answers", "note", "", *place, found, expected, said)
        else:
            near = " or ".join(f"{_share(cell['n'], of):.{decimals}f}" for of in fits if of > 0)
            yield Finding("percentage against count", "error", "", *place, found, near, said)


def _share(count: float, of: float) -> float:
    return 100 * count / of if of > 0 else np.nan


def _fits(cell: pd.Series, of: float, decimals: int) -> bool:
    """Say whether a percentage can be of this many; of nobody, only a count of 0 can."""
    if of <= 0:
        return bool(cell["n"] == 0)
    return rounds_to(_share(cell["n"], of), cell["percent"], max(decimals, decimals_of(cell["percent"])))


def _quotient(count: float, of: float) -> str:
    return f"100 x {count:g} / {of:g} = {_share(count, of):.2f}" if of > 0 else f"{count:g} of {of:g} people"


def months(table: pd.DataFrame, numbers: Collection[str] = ("quarterly", "monthly")) -> Iterator[Finding]:
    """Find months with more logs than the month before, and months that do not add up to the Total.

    The month is a log's number within its person, so nobody has a later one without all earlier ones.

    Parameters
    ----------
    table : DataFrame
        Columns `region`, `month` and the numbers.
    numbers : collection of str
        The kinds of log.

    Yields
    ------
    Finding
    """
    kinds = list(numbers)
    logs = _by_month(table.assign(logs=table[kinds].sum(axis=1)), "logs")
    for region, months in logs.items():
        for month in months.index[months.diff() > 0]:
            before, now = months.shift()[month], months[month]
            said = f"month {month:g} has {now:g} logs, month {month - 1:g} has {before:g}"
            place = (str(region), f"month {month:g}", f"{now:g}", f"at most {before:g}")
            yield Finding("logs never rise with month", "error", "", *place, said)
    for kind in kinds:
        n = _by_month(table, kind)
        if TOTAL not in n:
            continue
        added = n.drop(columns=TOTAL).sum(axis=1)
        for month in n.index[added != n[TOTAL]]:
            said = f"regions add up to {added[month]:g}, printed {n.loc[month, TOTAL]:g}"
            place = (TOTAL, f"month {month:g} {kind}", f"{n.loc[month, TOTAL]:g}", f"{added[month]:g}")
            yield Finding("column adds up to total", "error", "", *place, said)


def _by_month(table: pd.DataFrame, number: str) -> pd.DataFrame:
    return table.pivot_table(index="month", columns="region", values=number, aggfunc="sum", sort=False)
