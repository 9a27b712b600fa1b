"""Checks on p values and effect sizes beside their means."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.intervals import sound
from peerbook.audit.rounding import GUARD, half_unit
from peerbook.audit.shapes import model_columns, row_name

# A p value is implausible when it is more than five times larger or smaller than the rough one.
IMPLAUSIBLE = 0.7  # in powers of ten


def implied_sds(table: pd.DataFrame, decimals: int = 2) -> pd.DataFrame:
    """Give the SDs of change that each printed effect size allows.

    The effect size is the mean change over the SD of change of its outcome, so every row with one
    brackets that SD: from `(|mean| - u) / (|ES| + u)` to `(|mean| + u) / (|ES| - u)`, u being half a
    unit of the last digit.

    Parameters
    ----------
    table : DataFrame
        Columns `outcome`, `mean`, `effect_size`.
    decimals : int
        Decimals printed for both.

    Returns
    -------
    DataFrame
        One row per printed effect size, on the index of `table`: `outcome`, `sd_low`, `sd_high` of the
        row, and `fits`: whether the row belongs to the largest set of rows that one SD explains (to
        all of them, if there are several as large).

    Examples
    --------
    >>> table = pd.DataFrame({"mean": [1.0, 4.48, 4.81, 5.58], "effect_size": [0.2, 0.9, 0.99, 1.12]})
    >>> implied_sds(table.assign(outcome="hope"))["fits"].tolist()
    [True, True, False, True]
    """
    u = half_unit(decimals)
    rows = table[(table["effect_size"].abs() > u) & table["mean"].notna()]
    mean, size = rows["mean"].abs(), rows["effect_size"].abs()
    sds = pd.DataFrame(
        {"outcome": rows["outcome"], "sd_low": (mean - u) / (size + u), "sd_high": (mean + u) / (size - u)}
    )
    fits = [_fitting(group) for _, group in sds.groupby("outcome", sort=False)]
    return sds.assign(fits=pd.concat(fits) if fits else pd.Series(dtype=bool))


def _fitting(sds: pd.DataFrame) -> pd.Series:
    """Mark the rows in every largest set that one SD explains; none if such sets hold half or less."""
    held = [(sds["sd_low"] <= sd + GUARD) & (sds["sd_high"] >= sd - GUARD) for sd in sds["sd_low"]]
    most = max(rows.sum() for rows in held)
    largest = [rows for rows in held if rows.sum() == most]
    return np.logical_and.reduce(largest) & (most * 2 > len(sds)) & pd.Series(True, sds.index)


def common_sds(table: pd.DataFrame, decimals: int = 2) -> pd.Series:
    """Give the one SD of change of each outcome that its effect sizes agree on.

    Parameters
    ----------
    table : DataFrame
        As for `implied_sds`.
    decimals : int
        Decimals printed.

    Returns
    -------
    Series
        By outcome, the middle of the range all fitting rows allow. Outcomes without any are absent.

    Examples
    --------
    >>> table = pd.DataFrame({"mean": [1.0, 4.48, 4.81, 5.58], "effect_size": [0.2, 0.9, 0.99, 1.12]})
    >>> float(common_sds(table.assign(outcome="hope"))["hope"].round(2))
    4.98
    """
    sds = implied_sds(table, decimals)
    ranges = sds[sds["fits"]].groupby("outcome").agg({"sd_low": "max", "sd_high": "min"})
    return ranges.mean(axis=1)


def sizes(table: pd.DataFrame, decimals: int = 2) -> Iterator[Finding]:
    """Find effect sizes of the wrong sign, and those no common SD explains.

    Parameters
    ----------
    table : DataFrame
        Columns `outcome`, `mean`, `effect_size`.
    decimals : int
        Decimals printed.

    Yields
    ------
    Finding
    """
    sds = implied_sds(table, decimals)
    common = common_sds(table, decimals)
    for index, sd in sds.iterrows():
        row = table.loc[index]
        place = (row.get("table", ""), row_name(row), "effect_size", f"{row['effect_size']:g}")
        ratio = f"{row['mean']:g} / {row['effect_size']:g} = {row['mean'] / row['effect_size']:.2f}"
        if np.sign(row["mean"]) * np.sign(row["effect_size"]) < 0:
            yield Finding("effect size sign", "error", *place, "the sign of the mean", ratio)
        if not sd["fits"]:
            known = common.get(sd["outcome"])
            expected = "no SD fits most rows" if known is None else f"{row['mean'] / known:.2f}"
            own, others = f"SD {sd['sd_low']:.2f} to {sd['sd_high']:.2f}", _range(sds, sd["outcome"])
            said = f"{ratio}, {own}; other rows {others}"
            yield Finding("effect size is mean / SD", "error", *place, expected, said)


def _range(sds: pd.DataFrame, outcome: str) -> str:
    rows = sds[sds["fits"] & (sds["outcome"] == outcome)]
    return f"{rows['sd_low'].max():.2f} to {rows['sd_high'].min():.2f}" if len(rows) else "disagree"


def leaves_out_zero(table: pd.DataFrame) -> pd.Series:
    """Mark the rows whose interval lies wholly above or wholly below 0; a limit of 0.00 does not.

    Examples
    --------
    >>> leaves_out_zero(pd.DataFrame({"ci_low": [0.0, 0.1], "ci_high": [0.5, 0.5]})).tolist()
    [False, True]
    """
    return (table["ci_low"] > GUARD) | (table["ci_high"] < -GUARD)


def reading_rule(table: pd.DataFrame, alpha: float = 0.05) -> Iterator[Finding]:
    """Find departures from the rule on when a change counts.

    The rule: a category has changed when the model's p is below 0.05 and the interval
    leaves out 0, and only then is an effect size printed. Means outside their interval are left to
    `intervals.symmetry`.

    Parameters
    ----------
    table : DataFrame
        Columns `mean`, `ci_low`, `ci_high`, `p_value` and, if printed, `effect_size`.
    alpha : float
        The level of significance.

    Yields
    ------
    Finding
    """
    table = table[table["p_value"].notna() & table["mean"].between(table["ci_low"], table["ci_high"])]
    clear = leaves_out_zero(table)
    below = table["p_value"] < alpha
    printed = table["effect_size"].notna() if "effect_size" in table else pd.Series(False, table.index)
    rules = [
        ("effect size only below 0.05", "warning", printed & ~below, f"p < {alpha:g}"),
        ("effect size only off 0", "warning", printed & ~clear, "an interval without 0"),
        ("effect size when changed", "warning", below & clear & ~printed, "an effect size"),
        ("p not below 0.05, interval off 0", "note", ~below & clear & ~printed, f"p < {alpha:g} or 0 inside"),
    ]
    for check, severity, rows, expected in rules:
        if check == "effect size when changed" and "effect_size" not in table:
            continue
        for _, row in table[rows].iterrows():
            place = (row.get("table", ""), row_name(row), "effect_size, p_value")
            found = f"p = {row['p_value']:g}, ({row['ci_low']:g}, {row['ci_high']:g})"
            size = f"effect size {row['effect_size']:g}" if printed[row.name] else "no effect size"
            yield Finding(check, severity, *place, found, expected, f"{found}, {size}")


def empty_models(table: pd.DataFrame, alpha: float = 0.05) -> Iterator[Finding]:
    """Find models that are significant though every interval holds 0: nothing to report by the rule.

    Parameters
    ----------
    table : DataFrame
        Columns `ci_low`, `ci_high`, `p_value`.
    alpha : float
        The level of significance.

    Yields
    ------
    Finding
    """
    for _, rows in table.groupby(model_columns(table), sort=False):
        if rows["p_value"].max() < alpha and not leaves_out_zero(rows).any():
            first = rows.iloc[0].drop(["change", "subgroup_level"], errors="ignore")
            p = f"p = {first['p_value']:g}"
            said = f"{p}, and all {len(rows)} intervals hold 0"
            place = (first.get("table", ""), row_name(first), "p_value", p)
            yield Finding("p below 0.05, no interval off 0", "note", *place, "an interval without 0", said)


def p_values(table: pd.DataFrame, decimals: int = 2, p_decimals: int = 3) -> Iterator[Finding]:
    """Find p values that the means and n make unlikely, or that differ within one model.

    A rough test that ignores clustering and covariates: X2 = sum of n (m - mbar)^2 / SD^2 with the
    outcome's implied SD, p = P(chi-square with k - 1 degrees of freedom > X2), for models without
    subgroups whose means all lie within their intervals. Reported when printed and rough p differ by
    more than a factor of five.

    Parameters
    ----------
    table : DataFrame
        Columns `n`, `mean`, `p_value`, `effect_size`, `outcome`.
    decimals, p_decimals : int
        Decimals of the means and of p.

    Yields
    ------
    Finding
    """
    from scipy.special import chdtrc  # the tail of chi-square; importing scipy.stats takes seconds

    sds = common_sds(table, decimals)
    whole = table[table["subgroup_variable"] == ""] if "subgroup_variable" in table else table
    for _, rows in whole.groupby(model_columns(whole), sort=False):
        sd, first = sds.get(rows["outcome"].iloc[0]), rows.iloc[0]
        usable = sound(rows, decimals) & (rows["n"] > 0)
        if sd is None or np.isnan(first["p_value"]) or len(rows) < 2 or not usable.all():
            continue
        centre = np.average(rows["mean"], weights=rows["n"])
        x2 = float((rows["n"] * (rows["mean"] - centre) ** 2).sum() / sd**2)
        rough = max(float(chdtrc(len(rows) - 1, x2)), half_unit(p_decimals))
        apart = np.log10(rough / max(first["p_value"], half_unit(p_decimals)))
        if abs(apart) > IMPLAUSIBLE:
            said = f"X2 = {x2:.2f} with SD {sd:.2f}: p about {rough:.4f}, {abs(apart):.2f} powers of ten away"
            name = row_name(first.drop("change"))
            place = (first.get("table", ""), name, "p_value", f"{first['p_value']:g}")
            yield Finding("p value plausible", "note", *place, f"about {rough:.3f}", said)
