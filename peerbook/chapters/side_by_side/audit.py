"""Audit: what in the printed report does not add up, found by arithmetic.

`text-audit` says how much was found, `fig-audit` draws it, `table-audit-summary` counts the findings by
check, `table-audit` lists every one with its arithmetic. Nothing here depends on data: only printed numbers
are compared with printed numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.audit.findings import SEVERITIES
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded
from peerbook.published.report import READINGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADINGS = dict(zip(READINGS, ("settled", "remaining", "new"), strict=True))
PARTS = {
    "settled": "Gone when put right",
    "remaining": "Still there",
    "new": "Only found then",
}
# What each check asks, in a sentence of its own.
QUESTIONS = {
    "row adds up to total": "Do the columns of a row add up to its total?",
    "column adds up to base": "Do the levels of a characteristic add up to the number of people?",
    "column adds up to total": "Do the regions of a month add up to the total?",
    "cell stands once": "Does every cell stand only once?",
    "percentage against count": "Does a percentage follow from its count, of all or of those who answered?",
    "percentage of valid answers": "Is a percentage of those who answered, like the others of its table?",
    "total mean and SD": "Do the means and SDs of the columns give those of the total?",
    "shares add up to 100": "Do the percentages of a row add up to 100, up to rounding?",
    "logs never rise with month": "Does nobody have a later log without an earlier one?",
    "table against table": "Do two tables give the same number of people?",
    "mean inside interval": "Does a mean lie between the limits of its interval?",
    "interval symmetric": "Does a mean lie in the middle of its interval?",
    "change categories complete": "Does a model have every change category once?",
    "copied cell": "Do two measures have different numbers?",
    "interval width against n": "Are intervals of groups of the same size equally wide?",
    "n against other outcomes": "Does the number of observations fit those of the other outcomes?",
    "n within the whole sample": "Has a subgroup model no more observations than the whole sample?",
    "effect size sign": "Has an effect size the sign of its mean?",
    "effect size is mean / SD": "Does one standard deviation explain all effect sizes of an outcome?",
    "effect size only below 0.05": "Is an effect size printed only where p is below 0.05?",
    "effect size only off 0": "Is an effect size printed only where the interval leaves out 0?",
    "effect size when changed": "Is an effect size printed wherever an outcome changed?",
    "p not below 0.05, interval off 0": "Does p fall below 0.05 where an interval leaves out 0?",
    "p below 0.05, no interval off 0": "Does an interval leave out 0 where p is below 0.05?",
    "p value plausible": "Is a p value near the one that the means and numbers suggest?",
    "punctuation": "Are brackets, commas and points where they belong?",
    "number against number": "Do the numbers of the prose follow from each other?",
    "number against table": "Do the numbers of the prose stand in the tables?",
    "statement against table": "Do the tables bear out what the prose says of single associations?",
}


def in_short(findings: pd.DataFrame) -> Output:
    """Say in three lines what does not add up in the printed report.

    Parameters
    ----------
    findings : DataFrame
        From `peerbook.published.audit_report`.
    """
    counts = findings.groupby(["severity", "check", "reading"]).size().rename("findings").reset_index()
    return text("text-in-short-audit", _in_short, counts, evidence=PUBLISHED)


def _in_short(counts: pd.DataFrame) -> str:
    n = {severity: _sum(counts[counts["severity"] == severity]) for severity in SEVERITIES}
    errors = counts[counts["severity"] == "error"]
    settled = _sum(errors[errors["reading"] == READINGS[0]])
    checks = errors.groupby("check")["findings"].sum(min_count=1).dropna()
    lines = [
        f"In {formats.plural(n['error'], 'place')} the printed numbers of the report contradict each other.",
        f"{formats.count(settled)} of these errors go away once obvious slips are put right, such as a lost "
        f"decimal point. {formats.count(n['error'] - settled)} remain.",
        f"The question most often answered with an error was: “{QUESTIONS[checks.idxmax()]}” "
        f"({formats.plural(checks.max(), 'error')})."
        if len(checks)
        else "No question was answered with an error.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _sum(counts: pd.DataFrame) -> float:
    """Add up findings; 0 of none, and missing if one of their numbers is."""
    return counts["findings"].sum(skipna=False)


def drawn(findings: pd.DataFrame) -> Output:
    """Draw how many findings there are of each severity, and how many a correction settles."""
    return figure(
        "fig-audit",
        "Findings of the audit, by how serious they are",
        _bars_in_words,
        findings.groupby(["severity", "reading"]).size().rename("findings").reset_index(),
        _bars,
        arrange=_by_severity,
        evidence=PUBLISHED,
    )


def _by_severity(counts: pd.DataFrame) -> pd.DataFrame:
    laid = counts.pivot_table("findings", "severity", "reading", fill_value=0, observed=True)
    laid = laid.reindex(index=list(SEVERITIES), columns=list(READINGS), fill_value=0)
    return laid.rename(index=str.capitalize, columns=HEADINGS).rename_axis(columns=None)


def _settled(counts: pd.DataFrame) -> str:
    """Say how many errors a correction settles: the headline of the picture."""
    errors = counts[counts["severity"] == "error"]
    settled = errors[errors["reading"] == READINGS[0]]
    gone, every = formats.count(_sum(settled)), formats.plural(_sum(errors), "error")
    return f"{gone} of {every} go away when obvious slips are put right."


def _bars(counts: pd.DataFrame) -> Figure:
    shown = _by_severity(counts)
    totals = [formats.count(total) for total in shown.sum(axis=1)]
    return diagrams.bars(shown.rename(columns=PARTS), totals, "Findings", _settled(counts))


def _bars_in_words(counts: pd.DataFrame) -> str:
    shown = _by_severity(counts).map(formats.count)
    said = [
        f"{severity}: {', '.join(f'{n} {part}' for part, n in row.items())}"
        for severity, row in shown.iterrows()
    ]
    return f"{_settled(counts)} A bar for each kind of finding. {'; '.join(said)}."


def found(findings: pd.DataFrame) -> Output:
    """Say how many findings there are, of which severity, and how many a correction settles.

    Parameters
    ----------
    findings : DataFrame
        From `peerbook.published.audit_report`.
    """
    n = findings["severity"].value_counts().reindex(SEVERITIES, fill_value=0)
    settled = int((findings["reading"] == READINGS[0]).sum())
    return text("text-audit", _found, n.to_dict() | {"settled": settled}, evidence=PUBLISHED)


def _found(n: Mapping[str, int]) -> str:
    counts = formats.words(formats.plural(n[severity], severity) for severity in SEVERITIES)
    return (
        f"The audit asks {len(QUESTIONS)} questions of the printed tables and prose. It found {counts}. "
        f"{formats.count(n['settled'])} of these findings go away when misprints with only one likely "
        "reading are corrected; the others remain."
    )


def by_check(findings: pd.DataFrame) -> Output:
    """Count the findings of each check, before and after correcting the obvious misprints."""
    return folded(
        "table-audit-summary",
        "Findings of the audit, by question",
        findings.groupby(["severity", "check", "reading"]).size().rename("findings").reset_index(),
        _by_question,
        notes=[
            "Settled: gone when misprints with one likely reading are corrected. Remaining: found before and "
            "after. New: found only after.",
            "Only questions with a finding are listed; every other question was answered yes everywhere.",
        ],
        evidence=PUBLISHED,
    )


def _by_question(counts: pd.DataFrame) -> pd.DataFrame:
    wide = counts.pivot_table("findings", ["severity", "check"], "reading", fill_value=0, observed=True)
    wide = wide.reindex(columns=list(READINGS), fill_value=0).astype(int)
    order = [
        key for severity in SEVERITIES for check in QUESTIONS if (key := (severity, check)) in wide.index
    ]
    shown = wide.reindex(order).map(formats.count).rename(columns=HEADINGS)
    shown.index = pd.MultiIndex.from_tuples(
        [(QUESTIONS[check], severity) for severity, check in order], names=["", "Question"]
    )
    return shown.rename_axis(columns=None)


def every_finding(findings: pd.DataFrame) -> Output:
    """List every finding with its arithmetic, by table, with a filter by severity."""
    caption = "Every finding of the audit"
    choose = ("severity", SEVERITIES)
    return table("table-audit", caption, findings, _sections, choose=choose, evidence=PUBLISHED)


def _sections(findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    sections = findings.groupby(findings["table"].map(_section), sort=False)
    return {name: _shown(rows) for name, rows in sections}


def _section(name: str) -> str:
    if name == "text":
        return "Numbers in the prose"
    chapter, _, _ = name.partition(", ")
    return f"Statements of {chapter}" if name.startswith("chapter") else f"Table {name}"


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    topic = rows["table"].str.partition(", ")[2]
    parts = zip(topic, rows["row"], rows["column"], strict=True)
    names = [", ".join(filter(None, part)).replace("_", " ") for part in parts]
    shown = rows[["check", "severity", "found", "expected", "arithmetic", "reading"]]
    return shown.set_axis(pd.Index(names, name="cell"))
