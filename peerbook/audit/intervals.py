"""Checks on tables of means with confidence intervals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.rounding import GUARD
from peerbook.audit.shapes import MODEL, model_columns, row_name

# Rows of the same group and nearly the same n have nearly the same standard error.
SAME_N, SAME_WIDTH = 0.05, 1.25
# A category count that no other outcome bears out: more than 10% and more than 3 off.
ODD_SHARE, ODD_COUNT = 0.10, 3


def _cell(row: pd.Series) -> str:
    return f"{row['mean']:g} ({row['ci_low']:g}, {row['ci_high']:g})"


def sound(table: pd.DataFrame, decimals: int = 2) -> pd.Series:
    """Mark the rows whose mean lies within and, up to rounding, in the middle of its interval.

    Parameters
    ----------
    table : DataFrame
        Columns `mean`, `ci_low`, `ci_high`.
    decimals : int
        Decimals printed. Mean and middle are each within half a unit of the truth, so they may differ
        by one unit of the last digit.

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> rows = pd.DataFrame({"mean": [0.17, 0.31], "ci_low": [40, -0.16], "ci_high": [0.73, 0.78]})
    >>> sound(rows).tolist()
    [False, True]
    """
    low, mean, high = table["ci_low"], table["mean"], table["ci_high"]
    within = mean.between(low - GUARD, high + GUARD)
    return within & ((mean - (low + high) / 2).abs() <= 10.0**-decimals + GUARD)


def symmetry(table: pd.DataFrame, decimals: int = 2) -> Iterator[Finding]:
    """Find means outside their interval or away from its middle.

    Parameters
    ----------
    table, decimals
        As for `sound`.

    Yields
    ------
    Finding
    """
    for _, row in table[~sound(table, decimals)].iterrows():
        low, mean, high = row["ci_low"], row["mean"], row["ci_high"]
        middle = (low + high) / 2
        check, said = "interval symmetric", f"{mean:g} - ({low:g} + {high:g}) / 2 = {mean - middle:+.3f}"
        if not low <= mean <= high:
            check, said = "mean inside interval", f"{mean:g} is not between {low:g} and {high:g}"
        place = (row.get("table", ""), row_name(row), "mean")
        yield Finding(check, "error", *place, _cell(row), f"about {middle:g}", said)


def categories(table: pd.DataFrame) -> Iterator[Finding]:
    """Find models in which a change category is missing or stands twice for one group.

    Parameters
    ----------
    table : DataFrame
        Column `change`; the full set of categories is every one that occurs in the table.

    Yields
    ------
    Finding
    """
    full = sorted(set(table["change"]))
    groups = [*model_columns(table), *(["subgroup_level"] if "subgroup_level" in table else [])]
    for _, rows in table.groupby(groups, sort=False):
        if sorted(rows["change"]) == full:
            continue
        name = row_name(rows.iloc[0].drop("change"))
        counts = rows["change"].value_counts().reindex(full, fill_value=0)
        said = ", ".join(f"{change} {count} times" for change, count in counts.items() if count != 1)
        label = ", ".join(rows["change"])
        place = (rows.iloc[0].get("table", ""), name)
        yield Finding("change categories complete", "error", *place, "change", label, ", ".join(full), said)


def copies(table: pd.DataFrame) -> Iterator[Finding]:
    """Find the same mean and interval printed for two measures in one line.

    Parameters
    ----------
    table : DataFrame
        Column `exposure` and the numbers of `symmetry`.

    Yields
    ------
    Finding
    """
    if "exposure" not in table:
        return
    numbers = ["mean", "ci_low", "ci_high"]
    line = [c for c in (*MODEL, "subgroup_level", "change") if c in table and c != "exposure"]
    twice = table[table.duplicated([*line, *numbers], keep=False)]
    for _, rows in twice.groupby([*line, *numbers], sort=False):
        first, measures = rows.iloc[0], " and ".join(rows["exposure"])
        name = row_name(first.drop("exposure"))
        place = (first.get("table", ""), name)
        said = f"{measures} have the same mean and both limits"
        yield Finding("copied cell", "note", *place, measures, _cell(first), "different numbers", said)


def widths(table: pd.DataFrame) -> Iterator[Finding]:
    """Find intervals far wider or narrower than that of a row of the same group and size.

    Standard errors fall with the square root of n, so half-width times the square root of n should be
    alike where n is within 5%. The row further from the middle of its model is the one reported.

    Parameters
    ----------
    table : DataFrame
        Columns `n`, `ci_low`, `ci_high`.

    Yields
    ------
    Finding
    """
    if "n" not in table:
        return
    ordered = table[(table["ci_high"] > table["ci_low"]) & (table["n"] > 0)]
    spread = (ordered["ci_high"] - ordered["ci_low"]) / 2 * np.sqrt(ordered["n"])
    level = ["subgroup_level"] if "subgroup_level" in table else []
    for _, model in ordered.groupby(model_columns(table), sort=False):
        typical = spread[model.index].median()
        for _, group in model.groupby(level or _all, sort=False):
            n, wide = group["n"].to_dict(), spread[group.index].to_dict()
            for one, other in combinations(group.index, 2):
                small, large = sorted((n[one], n[other]))
                ratio = max(wide[one] / wide[other], wide[other] / wide[one])
                if large > small * (1 + SAME_N) or ratio <= SAME_WIDTH:
                    continue
                odd, even = sorted((one, other), key=lambda i: -abs(np.log(spread[i] / typical)))
                yield _odd_width(group.loc[odd], group.loc[even], ratio)


def _all(_: object) -> int:
    return 0


def _odd_width(odd: pd.Series, even: pd.Series, ratio: float) -> Finding:
    half = [(row["ci_high"] - row["ci_low"]) / 2 for row in (odd, even)]
    said = f"half-width {half[0]:g} at n = {odd['n']:g}, {half[1]:g} at n = {even['n']:g}: ratio {ratio:.2f}"
    place = (odd.get("table", ""), row_name(odd))
    return Finding(
        "interval width against n", "note", *place, "ci_low, ci_high", _cell(odd), _cell(even), said
    )


def category_counts(table: pd.DataFrame) -> Iterator[Finding]:
    """Find a category's n that fits no other outcome of the same measure.

    The outcomes of one measure lose answers in nearly the same proportion in every change category. A
    cell is odd when, against each other category and each other outcome, it is more than 10% (and
    more than 3) away from the n that proportion asks for. Subgroup models are left out: short forms
    lack some outcomes, and some groups used them more.

    Parameters
    ----------
    table : DataFrame
        Columns `n`, `outcome`, `change`.

    Yields
    ------
    Finding
    """
    if not {"n", "outcome", "change"} <= set(table):
        return
    whole = table[table["subgroup_variable"] == ""] if "subgroup_variable" in table else table
    for _, rows in whole.groupby([c for c in model_columns(table) if c != "outcome"] or _all, sort=False):
        if rows.duplicated(["outcome", "change"]).any():
            continue
        n = rows.pivot_table(index="outcome", columns="change", values="n").dropna()
        for outcome, change in product(n.index, n.columns):
            expected = _expected_counts(n, outcome, change)
            if len(expected) == 0:
                continue
            nearest = expected[np.argmin(np.abs(expected - n.loc[outcome, change]))]
            off = abs(nearest - n.loc[outcome, change])
            if off > max(ODD_COUNT, ODD_SHARE * nearest):
                row = rows[(rows["outcome"] == outcome) & (rows["change"] == change)].iloc[0]
                said = f"the other outcomes and categories ask for {nearest:.0f} at the nearest"
                place = (row.get("table", ""), row_name(row), "n", f"{row['n']:g}", f"about {nearest:.0f}")
                yield Finding("n against other outcomes", "warning", *place, said)


def _expected_counts(n: pd.DataFrame, outcome: str, change: str) -> np.ndarray:
    """Give n for one cell as every other pair of outcome and category would have it."""
    others, here = n.to_numpy()[n.index != outcome], n.columns == change
    own = np.broadcast_to(n.loc[outcome].to_numpy()[~here], others[:, ~here].shape)
    known = others[:, ~here] > 0
    return (np.broadcast_to(others[:, here], known.shape) * own)[known] / others[:, ~here][known]


def subsets(table: pd.DataFrame) -> Iterator[Finding]:
    """Find subgroup models with more observations than the model of the whole sample.

    Parameters
    ----------
    table : DataFrame
        Columns `n`, `sample`, `exposure`, `outcome`, `subgroup_variable`, `change`.

    Yields
    ------
    Finding
    """
    if not {"n", "sample", "exposure", "outcome", "subgroup_variable", "change"} <= set(table):
        return
    table = table if "table" in table else table.assign(table="")
    key = ["sample", "exposure", "outcome", "change"]
    whole = table[table["subgroup_variable"] == ""].groupby(key)["n"].sum()
    parts = table[table["subgroup_variable"] != ""].groupby(["table", *key, "subgroup_variable"])["n"].sum()
    for place, n in parts.items():
        limit = whole.get(place[1:5])
        if limit is not None and n > limit:
            name = " ".join(str(part) for part in place[1:])
            said = f"groups add up to {n:g}, the whole sample has {limit:g}"
            where = (place[0], name, "n", f"{n:g}", f"at most {limit:g}")
            yield Finding("n within the whole sample", "error", *where, said)
