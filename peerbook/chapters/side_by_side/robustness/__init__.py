"""The robustness chapter: which headline findings stand up when the same question is asked otherwise.

`text-r.1` (how many findings pass each check), `table-r.1` (finding by check), `fig-r.1` to `fig-r.3`
(specification curves of the findings from the whole sample, subgroups, subsamples; without findings a text),
`table-r.2` (the curves in numbers), `table-r.3` (how the model behaves on simulated data).
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import CELL, associations, pairs_of, ranges_of
from peerbook.chapters.side_by_side.associations.words import Names, cell_title, names_of
from peerbook.chapters.side_by_side.robustness import checks, specification_curve
from peerbook.chapters.side_by_side.robustness.checks import (
    CHECKS,
    NO,
    NOT_COMPUTABLE,
    YES,
    headlines,
    kind_of,
)
from peerbook.chapters.side_by_side.robustness.specification_curve import (
    DRAWN,
    REACH,
    draw_curves,
    reach,
    summarise,
)
from peerbook.outputs import Output, figure, formats, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [
    "associations",
    "check_findings",
    "checks_in_words",
    "checks_table",
    "coverage_table",
    "curves_figure",
    "specification_curves",
    "specifications_table",
]

CURVES = MappingProxyType({"r.1": "whole sample", "r.2": "subgroup", "r.3": "subsample"})
CHOICES = MappingProxyType(
    {
        "projects_term": "projects",
        "ticked": "ticks",
        "short": "short versions",
        "long_gaps": "long gaps",
        "ddf": "degrees of freedom",
        "wellbeing": "score",
    }
)
_METHODS = MappingProxyType({"satterthwaite": "Satterthwaite", "kenward-roger": "Kenward-Roger"})
_EFFECTS = MappingProxyType({"main_effect": "Effect", "lowest": "Lowest", "highest": "Highest"})
_SHARES = MappingProxyType(
    {
        "same_direction": "Same direction",
        "without_zero": "Interval without zero",
        "reading_rule": "Reading rule met",
    }
)


def check_findings(log: Log, results: pd.DataFrame, bootstraps: int, seed: int, jobs: int) -> pd.DataFrame:
    """Put every headline finding to every check; see `checks.check_findings`."""
    return checks.check_findings(
        pairs_of(log), results, ranges_of(log.definitions), bootstraps=bootstraps, seed=seed, jobs=jobs
    )


def specification_curves(log: Log, results: pd.DataFrame, jobs: int) -> pd.DataFrame:
    """Estimate every headline finding under every specification; see `specification_curve`."""
    return specification_curve.specification_curves(pairs_of(log), headlines(results), log.definitions, jobs)


def checks_in_words(log: Log, checked: pd.DataFrame) -> Output:
    """Say how many findings pass each check, and which pass all that could be computed.

    Parameters
    ----------
    log : Log
    checked : DataFrame
        From `check_findings`.
    """
    named = _named(checked, names_of(log.definitions))
    return text("text-r.1", _checks_in_words, named[["finding", *CHECKS]])


def _checks_in_words(checked: pd.DataFrame) -> str:
    if checked.empty:
        return "No mean change of the printed models meets the reading rule."
    passed = (checked[list(CHECKS)] == YES).sum()
    known = (checked[list(CHECKS)] != NOT_COMPUTABLE).sum()
    failed = (checked[list(CHECKS)] == NO).any(axis=1)
    lines = [f"There are {formats.plural(len(checked), 'headline finding')}. Of these pass:", ""]
    for name, title in CHECKS.items():
        lines.append(f"- {title}: {passed[name]} of the {known[name]} for which it can be computed")
    stand = list(checked.loc[~failed, "finding"])
    lines += ["", "Findings that fail no check:", "", *(f"- {finding}" for finding in stand or ["none"])]
    return "\n".join(lines)


def checks_table(log: Log, checked: pd.DataFrame) -> Output:
    """Table of every headline finding by every check: yes, no or not computable.

    Parameters
    ----------
    log : Log
    checked : DataFrame
        From `check_findings`.
    """
    names = names_of(log.definitions)

    def arrange(checked: pd.DataFrame) -> pd.DataFrame:
        answers = checked[list(CHECKS)]
        passed = (answers == YES).sum(axis=1).astype(str)
        known = (answers != NOT_COMPUTABLE).sum(axis=1).astype(str)
        shown = checked[["mean", "p_value", *CHECKS]].assign(Passed=passed + " of " + known)
        return shown.rename(columns=CHECKS).set_index(_headings(checked, names))

    return table(
        "table-r.1",
        "Headline findings and the checks they pass",
        _named(checked, names),
        arrange,
        notes=[
            "Benjamini-Hochberg, Holm and the largest test are about the test of the model, among all models "
            "of its kind (whole sample, subgroups, subsamples); findings of one model share the answer.",
            "Within person and GEE are about the difference between the category of the finding and the "
            "category furthest from it.",
        ],
    )


def curves_figure(log: Log, curves: pd.DataFrame, number: str) -> Output:
    """Specification curves of the findings of one kind, a panel for each; without findings, a sentence.

    Parameters
    ----------
    log : Log
    curves : DataFrame
        From `specification_curves`.
    number : str
        A key of `CURVES`, such as "r.1".
    """
    kind = CURVES[number]
    names = names_of(log.definitions)
    of_kind = curves[[kind_of(row) == kind for row in curves.to_dict("records")]]
    if of_kind.empty:
        return text(f"text-{number}", f"No finding comes from the {kind} models: there is no figure of them.")

    def draw(curves: pd.DataFrame) -> Figure:
        findings = curves.groupby(list(CELL), sort=False)
        panels = {names.panel_title(curve.iloc[0]): curve for _, curve in findings}
        return draw_curves(panels, "Effect (SDs of change)")

    return figure(
        f"fig-{number}",
        f"Specification curves, findings from the {kind} models: the mean change in standard deviations of "
        "change, with its interval, under every specification from the lowest to the highest. The diamond is "
        "the specification of the report.",
        lambda curves: _curves_in_words(reach(curves), names),
        _named(of_kind, names)[["finding", *CELL, *DRAWN]],
        draw,
        arrange=lambda curves: _named(reach(curves), names)[["finding", *REACH]].set_index("finding"),
    )


def specifications_table(log: Log, curves: pd.DataFrame) -> Output:
    """Table of the specification curves in numbers: a row per finding; its data are the curves themselves.

    Parameters
    ----------
    log : Log
    curves : DataFrame
        From `specification_curves`.
    """
    names = names_of(log.definitions)

    def arrange(curves: pd.DataFrame) -> pd.DataFrame:
        summary = summarise(curves)
        effects = {name: summary[name].map(lambda effect: formats.number(effect, 2)) for name in _EFFECTS}
        shares = {name: summary[name].map(lambda share: formats.percent(share, digits=0)) for name in _SHARES}
        shown = summary[["specifications"]].assign(**effects, **shares)
        shown = shown.assign(matters_most=summary["matters_most"].map(CHOICES).fillna(""))
        return shown.rename(columns={**_EFFECTS, **_SHARES}).set_index(_headings(summary, names))

    return table(
        "table-r.2",
        "How far the headline findings depend on choices of the analysis",
        _named(curves, names),
        arrange,
        notes=[
            "Effects are in standard deviations of change, shares of the specifications that can be "
            "estimated. The file holds every specification of every finding."
        ],
    )


def coverage_table() -> Output:
    """Table of how the model behaves on simulated data in which nothing is to be found."""
    from peerbook import stats

    return table(
        "table-r.3",
        "Simulated data of the size of the report: how often 95% intervals cover the true mean, and how "
        "often the test of the change in support finds something where there is nothing",
        pd.read_csv(Path(stats.__file__).with_name("coverage.csv")),
        _coverage,
        notes=[
            "Behind the sign ±: the standard error that comes from the number of data sets.",
            "Made once, by tests/benchmarks/coverage.py, and not remade with the book.",
        ],
    )


def _coverage(data: pd.DataFrame) -> pd.DataFrame:
    sets = data["data_sets"].map(lambda number: formats.plural(number, "data set"))
    rows = data["correlation"].map("{:.0%} between people, ".format) + data["ddf"].map(_METHODS)
    return pd.DataFrame(
        {
            "Intervals that cover": _with_error(data["coverage"], data["coverage_error"]),
            "Tests with p below 0.05": _with_error(data["rejection"], data["rejection_error"]),
        },
        index=pd.MultiIndex.from_arrays([sets, rows], names=["", "Share of the variance"]),
    )


def _with_error(share: pd.Series, error: pd.Series) -> list[str]:
    return [
        f"{formats.percent(100 * part)} ± {formats.number(100 * width)}"
        for part, width in zip(share, error, strict=True)
    ]


def _named(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Add the finding in words, in front."""
    named = rows.assign(finding=[names.finding(row) for row in rows.to_dict("records")])
    return named[["finding", *rows.columns]]


def _headings(rows: pd.DataFrame, names: Names) -> pd.MultiIndex:
    """Head each finding with its model, over the rows of the table, and its cell."""
    records = rows.to_dict("records")
    titles = [[names.model_title(row) for row in records], [cell_title(row) for row in records]]
    return pd.MultiIndex.from_arrays(titles, names=["", "Change in support"])


def _curves_in_words(summary: pd.DataFrame, names: Names) -> str:
    """Say how firm the curves of a picture are, and which is the least so."""
    alike, apart = (int((summary[name] == 100).sum()) for name in ("same_direction", "without_zero"))
    least = summary.loc[summary["without_zero"].idxmin()]
    share = formats.percent(least["without_zero"], digits=0)
    span = f"from {formats.number(least['lowest'], 2)} to {formats.number(least['highest'], 2)}"
    return (
        f"{formats.plural(len(summary), 'panel')}, one for each finding. In {alike} every specification has "
        f"the same direction, in {apart} every interval leaves out zero. The least firm is "
        f"{names.finding(least)}: {span} over {formats.plural(least['specifications'], 'specification')}, "
        f"with an interval that leaves out zero in {share} of them."
    )
