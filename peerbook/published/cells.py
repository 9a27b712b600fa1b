"""Tables taken apart into numbers: one row for each number of each cell, printed or rebuilt alike."""

from __future__ import annotations

import pandas as pd

from peerbook.audit.counts import BASE, count_row_name
from peerbook.audit.intervals import MODEL, row_name
from peerbook.published.tables import TABLES, load

PLACE = ["table", "row", "column", "quantity"]
COUNTED = ("demographics", "baseline", "baseline_use")
COMPARED = ("log_completion", *COUNTED, "associations")
RATED = ["hope", "control", "opportunity"]
_COLUMNS = [*PLACE, "printed", "value", "low", "high", "other", "misprint"]


def as_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Name the columns of any count table `variable` and `level`; Table A4.4 has its own names for them."""
    return table.rename(columns={"support_type": "variable", "direction": "level"})


def cells(name: str, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Take a table apart into its numbers.

    Parameters
    ----------
    name : str
        A table of `peerbook.published.load`: log_completion, demographics, baseline, baseline_use,
        associations, regions or questionnaires.
    table : DataFrame, optional
        A rebuilt table of the same columns; the printed one if not given.

    Returns
    -------
    DataFrame
        One row per number: `table`, `row`, `column`, `quantity` say where it stands; `printed` is the
        cell as text (blank for a rebuilt table), `value` the number (corrected where there is a
        correction; missing for the ratings of questionnaires, which are words). For means of associations
        `low` and `high` are the interval; for percentages `other` is the percentage of everybody,
        missing answers included. `misprint` says what was corrected in the cell, if anything was.

    Examples
    --------
    >>> cells("log_completion").head(2)[["row", "column", "quantity", "value"]].to_numpy().tolist()
    [['Suffolk', 'month 1', 'quarterly', 14.0], ['Suffolk', 'month 1', 'monthly', 2.0]]
    """
    source = load(name) if table is None else table
    takers = {
        "log_completion": _months,
        "associations": _associations,
        "regions": _shares,
        "questionnaires": _ratings,
    }
    taken = takers.get(name, _counts)(source)
    if name != "associations":
        taken = taken.assign(table=TABLES[name].number)
    if "misprint" in source:
        taken = taken.assign(misprint=taken["note"].where(taken["misprint"], ""))
    return taken.reindex(columns=_COLUMNS).reset_index(drop=True)


def _melt(table: pd.DataFrame, quantities: list[str]) -> pd.DataFrame:
    """Put the numbers of each row under each other, in reading order."""
    kept = table.columns.difference(quantities, sort=False)
    present = [quantity for quantity in quantities if quantity in table]
    long = table.melt(list(kept), present, "quantity", "value", ignore_index=False).sort_index(kind="stable")
    long = long.assign(value=long["value"].astype(float), printed=long.get("printed", ""))
    return long.dropna(subset="value")


def _months(table: pd.DataFrame) -> pd.DataFrame:
    column = "month " + table["month"].astype(int).astype(str)
    return _melt(table.assign(row=table["region"], column=column), ["quarterly", "monthly"])


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    table = as_counts(table)
    base = table[table["variable"] == BASE].set_index("region")["n"]
    names = [count_row_name(v, level) for v, level in zip(table["variable"], table["level"], strict=True)]
    everybody = 100 * table["n"] / table["region"].map(base)
    long = _melt(
        table.assign(row=names, column=table["region"], everybody=everybody),
        ["n", "percent", "mean", "sd", "min", "max"],
    )
    return long.assign(other=long["everybody"].where(long["quantity"] == "percent"))


def _associations(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(row=[row_name(row) for _, row in table.iterrows()], column="")
    long = _melt(table, ["n", "mean", "effect_size"])
    tests = table.drop_duplicates([*MODEL]).drop(columns=["change", "subgroup_level"])
    tests = tests.assign(row=[row_name(row) for _, row in tests.iterrows()], quantity="p_value")
    is_mean = long["quantity"] == "mean"
    long = long.assign(
        printed=long["printed"].where(is_mean, long["value"].map("{:g}".format)),
        low=long["ci_low"].where(is_mean),
        high=long["ci_high"].where(is_mean),
    )
    below = tests["p_value_below"].map({True: "<", False: ""}) if "p_value_below" in tests else ""
    tests = tests.assign(value=tests["p_value"], printed=below + tests["p_value"].map("{:.3f}".format))
    return pd.concat([long, tests])


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    long = _melt(table.assign(row=table["region"]), list(TABLES["regions"].numbers))
    return long.assign(column=long["quantity"], quantity="percent", printed=long["value"].map("{:g}".format))


def _ratings(table: pd.DataFrame) -> pd.DataFrame:
    long = table.melt(["questionnaire", "note", "misprint"], RATED, "column", "printed", ignore_index=False)
    return long.sort_index(kind="stable").rename(columns={"questionnaire": "row"}).assign(quantity="rating")
