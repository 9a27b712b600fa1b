"""Checks of the prose: its numbers against each other, against the tables, and its statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from peerbook.audit.findings import Finding
from peerbook.audit.intervals import sound
from peerbook.audit.rounding import GUARD, half_unit
from peerbook.audit.shapes import row_name
from peerbook.published.rules import rule_named
from peerbook.published.statements import follow
from peerbook.stats.effects import ALPHA, size_word

MEASURE = ["sample", "exposure", "outcome", "subgroup_variable"]
NO_ASSOCIATION = "no association"


def against_each_other(said: pd.DataFrame, rules: pd.DataFrame) -> Iterator[Finding]:
    """Find numbers of the prose that other numbers of the prose do not bear out.

    Parameters
    ----------
    said : DataFrame
        From `printed_statements`.
    rules : DataFrame
        `identities.csv`: `name`, and an `expression` of other statements that gives it.

    Yields
    ------
    Finding
    """
    numbers = said.set_index("row")["value"].to_dict()
    for name, expression in rules[["name", "expression"]].itertuples(index=False):
        yield from _compare(said, name, follow(expression, numbers), "number against number", expression)


def against_tables(
    said: pd.DataFrame, rules: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[Finding]:
    """Find numbers of the prose that the printed tables do not bear out.

    Parameters
    ----------
    said : DataFrame
        From `printed_statements`.
    rules : DataFrame
        `references.csv`: `name`, `relation` ("equals" or "at least"), `table`, `where` (the cells, as a
        pandas query) and `value` (what to add up over them).
    tables : mapping of str to DataFrame
        The printed tables by name.

    Yields
    ------
    Finding
    """
    columns = ["name", "relation", "table", "where", "value"]
    for name, relation, table, where, value in rules[columns].itertuples(index=False):
        cells = tables[table].query(where)
        exact = len(cells) if value == "1" else float(_numbers(cells, value).sum())
        source = f"{table}, {where}: {value}"
        yield from _compare(said, name, exact, "number against table", source, relation)


def _numbers(cells: pd.DataFrame, value: str) -> pd.Series:
    """Return a column, or what an expression makes of columns: that takes far longer to find out."""
    return cells[value] if value in cells else cells.eval(value)


def _compare(
    said: pd.DataFrame, name: str, exact: float, check: str, source: str, relation: str = "equals"
) -> Iterator[Finding]:
    row = said[said["row"] == name].iloc[0]
    bound = relation == "at least"
    if row["value"] >= exact if bound else rule_named(row["rule"]).holds(exact, row["value"], row):
        return
    expected = f"{relation} {exact:.4g}" if bound else f"{exact:.4g}"
    arithmetic = f"{source} = {exact:.6g}, the text has {row['printed']}"
    yield Finding(check, "error", row["table"], name, row["unit"], row["printed"], expected, arithmetic)


def associations_in_words(
    rules: pd.DataFrame, table: pd.DataFrame, alpha: float = ALPHA
) -> Iterator[Finding]:
    """Find statements of the prose about associations that the tables do not bear out.

    A statement that an outcome changed needs a row, an interval that leaves out 0 on the side stated,
    a model p below alpha and, if it gives a size, an effect size of that size; limits, p and effect
    sizes are given the benefit of their rounding. "Tends" needs the row and the side only, "no
    association" a p that is not below alpha. A row whose interval is itself at fault bears out nothing.

    Parameters
    ----------
    rules : DataFrame
        Rows of `associations_in_words.csv` on one table.
    table : DataFrame
        That table: means with intervals, `p_value` and `effect_size`.
    alpha : float
        The level of significance.

    Yields
    ------
    Finding
    """
    for _, rule in rules.iterrows():
        rows = _of_measure(table, rule)
        if rule["says"] == NO_ASSOCIATION:
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


def stated_in_words(rule: pd.Series) -> str:
    """Write what a statement about an association says, in the words that `read_in_words` uses.

    Parameters
    ----------
    rule : Series
        A row of `associations_in_words.csv`.

    Examples
    --------
    >>> stated_in_words(pd.Series({"says": "changed", "direction": "up", "size": "small"}))
    'up, small'
    """
    if rule["says"] == NO_ASSOCIATION:
        return NO_ASSOCIATION
    tends = "tends " if rule["says"] == "tends" else ""
    return ", ".join(filter(None, [f"{tends}{rule['direction']}", rule["size"]]))


def read_in_words(rule: pd.Series, table: pd.DataFrame, alpha: float = ALPHA) -> str:
    """Read from a table, in words, what a statement about an association speaks of.

    Parameters
    ----------
    rule : Series
        A row of `associations_in_words.csv`: what is asked, and in how much detail.
    table : DataFrame
        Means with intervals, `p_value` and `effect_size`, as for `associations_in_words`.
    alpha : float
        The level of significance.

    Returns
    -------
    str
        Of a statement of no association whether there is one; of one that "tends" the side of the mean; of
        others the direction if p is below alpha and the interval leaves out 0, else "no clear change"; the
        size of the effect where the statement gives one. Blank where the table has no such number.
    """
    rows = _of_measure(table, rule).dropna(subset="mean")
    if rule["says"] == NO_ASSOCIATION:
        p = rows["p_value"].dropna()
        return "" if p.empty else "an association" if p.iloc[0] < alpha else NO_ASSOCIATION
    rows = rows[(rows["subgroup_level"] == rule["subgroup_level"]) & (rows["change"] == rule["change"])]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    side = "up" if row["mean"] > 0 else "down"
    if rule["says"] == "tends":
        return f"tends {side}"
    if not (row["p_value"] < alpha and (row["ci_low"] > 0 or row["ci_high"] < 0)):
        return "no clear change"
    if not rule["size"]:
        return side
    return f"{side}, {size_word(round(row['effect_size'], 2)) or 'no size computed'}"


def _of_measure(table: pd.DataFrame, rule: pd.Series) -> pd.DataFrame:
    """Return the rows of the model that a statement speaks of."""
    same = [(table[column] == rule[column]).to_numpy() for column in MEASURE]
    return table[np.logical_and.reduce(same)]


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
        size = abs(row["effect_size"])
        possible = {size_word(size - u), size_word(size + u)}
        yield f"no {rule['size']} effect size is printed", rule["size"] not in possible


def _statement(rule: pd.Series, found: str, said: str) -> Finding:
    claimed = f"{rule['says']}: {rule['direction']} {rule['size']}".strip().rstrip(":")
    return Finding(
        "statement against table", "warning", rule["place"], row_name(rule), "", found, claimed, said
    )
