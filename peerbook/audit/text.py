"""Checks of the prose: its numbers against each other, against the tables, and its statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.intervals import row_name, sound
from peerbook.audit.rounding import GUARD, half_unit
from peerbook.published.numbers import bears_out, follow, said_number

# Cohen's words for effect sizes, as the report uses them.
SIZES = {"small": (0.2, 0.5), "medium": (0.5, 0.8), "large": (0.8, np.inf)}
MEASURE = ["sample", "exposure", "outcome", "subgroup_variable"]


def identities(claims: pd.DataFrame, rules: pd.DataFrame) -> Iterator[Finding]:
    """Find numbers of the prose that other numbers of the prose do not bear out.

    Parameters
    ----------
    claims : DataFrame
        `peerbook.published.load("claims")`.
    rules : DataFrame
        `load("identities")`: `claim`, and an `expression` of other claims that gives it.

    Yields
    ------
    Finding
    """
    numbers = {
        claim: said_number(value) for claim, value in zip(claims["claim"], claims["value"], strict=True)
    }
    for claim, expression in rules[["claim", "expression"]].itertuples(index=False):
        yield from _compare(claims, claim, follow(expression, numbers), "number against number", expression)


def references(
    claims: pd.DataFrame, rules: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[Finding]:
    """Find numbers of the prose that the printed tables do not bear out.

    Parameters
    ----------
    claims : DataFrame
        `peerbook.published.load("claims")`.
    rules : DataFrame
        `load("references")`: `claim`, `relation` ("equals" or "at least"), `table`, `where` (the cells,
        as a pandas query) and `value` (what to add up over them).
    tables : mapping of str to DataFrame
        The printed tables by name.

    Yields
    ------
    Finding
    """
    columns = ["claim", "relation", "table", "where", "value"]
    for claim, relation, table, where, value in rules[columns].itertuples(index=False):
        cells = tables[table].query(where)
        exact = len(cells) if value == "1" else float(cells.eval(value).sum())
        said = f"{table}, {where}: {value}"
        yield from _compare(claims, claim, exact, "number against table", said, relation)


def _compare(
    claims: pd.DataFrame, claim: str, exact: float, check: str, source: str, relation: str = "equals"
) -> Iterator[Finding]:
    row = claims[claims["claim"] == claim].iloc[0]
    number = said_number(row["value"])
    holds = number >= exact if relation == "at least" else bears_out(exact, row["value"], row["qualifier"])
    if not holds:
        expected = f"{relation} {exact:.4g}" if relation != "equals" else f"{exact:.4g}"
        said = f"{source} = {exact:.6g}, the text has {row['value']}"
        yield Finding(check, "error", "text", claim, row["unit"], row["value"], expected, said)


def statements(rules: pd.DataFrame, table: pd.DataFrame, alpha: float = 0.05) -> Iterator[Finding]:
    """Find statements of the prose about associations that the tables do not bear out.

    A statement that an outcome changed needs a row, an interval that leaves out 0 on the side stated,
    a model p below alpha and, if it gives a size, an effect size of that size; limits, p and effect
    sizes are given the benefit of their rounding. "Tends" needs the row and the side only, "no
    association" a p that is not below alpha. A row whose interval is itself at fault bears out nothing.

    Parameters
    ----------
    rules : DataFrame
        `peerbook.published.load("statements")`.
    table : DataFrame
        `load("associations")`.
    alpha : float
        The level of significance.

    Yields
    ------
    Finding
    """
    for _, rule in rules.iterrows():
        rows = table[(table[MEASURE] == rule[MEASURE]).all(axis=1)]
        if rule["says"] == "no association":
            if (rows["p_value"] < alpha).any():
                yield _statement(rule, f"p = {rows['p_value'].iloc[0]:g}", "the model is significant")
            continue
        rows = rows[(rows["subgroup_level"] == rule["subgroup_level"]) & (rows["change"] == rule["change"])]
        if rows.empty:
            yield _statement(rule, "no row", "no table has a row for this statement")
            continue
        wrong = [reason for reason, holds in _reasons(rule, rows, alpha) if holds]
        if wrong:
            row = rows.iloc[0]
            found = f"{row['mean']:g} ({row['ci_low']:g}, {row['ci_high']:g}), p = {row['p_value']:g}"
            yield _statement(rule, found, "; ".join(wrong))


def _reasons(rule: pd.Series, rows: pd.DataFrame, alpha: float) -> Iterator[tuple[str, bool]]:
    """Pair every way to contradict a statement with whether its row does."""
    row, u = rows.iloc[0], half_unit(2)
    sign = 1 if rule["direction"] == "up" else -1
    near_limit = row["ci_low"] if sign > 0 else -row["ci_high"]
    yield "the printed interval is itself at fault", not sound(rows).iloc[0]
    yield "the mean lies on the other side of 0", sign * row["mean"] < 0
    if rule["says"] == "changed":
        yield "the interval holds 0", near_limit < -u + GUARD
        yield f"p is not below {alpha:g}", row["p_value"] - half_unit(3) >= alpha
    if rule["size"]:
        low, high = SIZES[rule["size"]]
        size = abs(row["effect_size"])
        yield f"no {rule['size']} effect size is printed", not low - u <= size <= high + u


def _statement(rule: pd.Series, found: str, said: str) -> Finding:
    claimed = f"{rule['says']}: {rule['direction']} {rule['size']}".strip().rstrip(":")
    return Finding(
        "statement against table", "warning", rule["place"], row_name(rule), "", found, claimed, said
    )
