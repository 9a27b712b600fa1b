"""Audit of printed tables: whether each number can stand beside the others.

`audit` takes any table of one of four shapes and lists what does not add up. An editor can run it on
their own tables before printing; nothing in it is particular to one report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from peerbook.audit import counts, effects, intervals, means, shares
from peerbook.audit.findings import Finding, findings_frame
from peerbook.audit.shapes import COUNTS, MEANS, MONTHS, SHARES, shape_of
from peerbook.audit.spelling import punctuation
from peerbook.errors import DataError


def audit(
    table: pd.DataFrame,
    name: str = "",
    *,
    decimals: int | None = None,
    exclusive: Collection[str] | None = None,
    missing_of: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """List what does not add up in one printed table.

    ====================  ==============================================================================
    shape                 columns (those in brackets are checked if there)
    ====================  ==============================================================================
    means with intervals  outcome, change, mean, ci_low, ci_high [table, sample, exposure,
                          subgroup_variable, subgroup_level, n, p_value, effect_size]: one row per
                          change category of a model
    counts by column      variable, level, region, n [percent, mean, sd]: one row per cell; the row
                          with variable "n" holds the column bases, region "Total" all columns
                          together, level "MISSING" the missing answers
    logs by month         region, month, quarterly, monthly
    shares of a whole     a column that names the row, then columns ending in _percent
    ====================  ==============================================================================

    With a column `printed`, which holds whole cells, their brackets and commas are checked as well.

    Parameters
    ----------
    table : DataFrame
        One of the shapes above; unchanged.
    name : str
        What to call the table in the findings, where the table has no column `table`.
    decimals : int, optional
        Decimals printed; 2 for means with intervals and 1 for percentages, if not given.
    exclusive : collection of str, optional
        Variables of which everybody has one level, so that their columns must add up to the base. If
        not given, those that do so in more than half of the columns.
    missing_of : mapping of str to str, optional
        For a variable whose missing answers stand under another name, that name.

    Returns
    -------
    DataFrame
        One row per finding: `check`, `severity` (error, warning, note), `table`, `row`, `column`,
        `found`, `expected`, `arithmetic`. No row: nothing found.

    Raises
    ------
    DataError
        If the table has none of the shapes, or a count table has no base row.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": "hope", "change": ["less", "more"], "mean": [0.1, 0.9],
    ...                      "ci_low": [-0.2, 0.5], "ci_high": [0.4, 1.4]})
    >>> audit(rows, "Table 2")[["row", "arithmetic"]].to_dict("records")
    [{'row': 'hope more', 'arithmetic': '0.9 - (0.5 + 1.4) / 2 = -0.050'}]
    """
    shape = shape_of(table)
    places = {"decimals": decimals} if decimals is not None else {}
    if shape == MEANS:
        found = _interval_findings(table, places)
    elif shape == COUNTS:
        found = _count_findings(table, places, exclusive, missing_of)
    elif shape == MONTHS:
        found = counts.months(table)
    else:
        found = shares.hundred(table, **places)
    spelling = () if shape == SHARES else punctuation(table)
    findings = findings_frame([*found, *spelling])
    return findings.assign(table=findings["table"].where(findings["table"] != "", name))


def _interval_findings(table: pd.DataFrame, places: Mapping[str, int]) -> Iterator[Finding]:
    yield from intervals.symmetry(table, **places)
    yield from intervals.categories(table)
    yield from intervals.copies(table)
    yield from intervals.widths(table)
    yield from intervals.category_counts(table)
    yield from intervals.subsets(table)
    if "effect_size" in table:
        yield from effects.sizes(table, **places)
    if "p_value" in table:
        yield from effects.reading_rule(table)
        yield from effects.empty_models(table)
    if {"n", "p_value", "effect_size"} <= set(table):
        yield from effects.p_values(table, **places)


def _count_findings(
    table: pd.DataFrame,
    places: Mapping[str, int],
    exclusive: Collection[str] | None,
    missing_of: Mapping[str, str] | None,
) -> Iterator[Finding]:
    if not (table["variable"] == counts.BASE).any():
        raise DataError(
            f"A count table needs the base of each column: a row per region with variable {counts.BASE!r} "
            "and a blank level. Add it, then audit again."
        )
    yield from counts.repeats(table)
    yield from counts.row_sums(table)
    yield from counts.column_sums(table, exclusive)
    if "percent" in table:
        yield from counts.percentages(table, **places)
    if {"mean", "sd"} <= set(table):
        yield from means.totals(table, missing_of, **places)
