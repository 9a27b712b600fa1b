"""The robustness chapter: which headline findings stand up when the same question is asked otherwise.

`text-r.1` (how many findings pass each check), `table-r.1` (finding by check), `fig-r.1` to `fig-r.3`
(specification curves of the findings from the whole sample, subgroups, subsamples; without findings a text),
`table-r.2` (the curves in numbers), `table-r.3` (how the model behaves on simulated data).
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.associations import figures as draw
from peerbook.chapters.side_by_side.associations import words
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.robustness import checks, specification_curve
from peerbook.chapters.side_by_side.robustness.checks import (
    CHECKS,
    NO,
    NOT_COMPUTABLE,
    YES,
    headlines,
    kind_of,
)
from peerbook.chapters.side_by_side.robustness.specification_curve import SUMMARY, summarise
from peerbook.outputs import Output, figure, formats, table, text

if TYPE_CHECKING:
    from peerbook.study import Study

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


def check_findings(
    study: Study, results: pd.DataFrame, bootstraps: int, seed: int, jobs: int
) -> pd.DataFrame:
    """Put every headline finding to every check; see `checks.check_findings`."""
    from peerbook.log import with_subgroups

    pairs = with_subgroups(study.pairs, study.tables, study.definitions)
    return checks.check_findings(pairs, results, bootstraps=bootstraps, seed=seed, jobs=jobs)


def specification_curves(study: Study, results: pd.DataFrame, jobs: int) -> pd.DataFrame:
    """Estimate every headline finding under every specification; see `specification_curve`."""
    from peerbook.log import with_subgroups

    pairs = with_subgroups(study.pairs, study.tables, study.definitions)
    return specification_curve.specification_curves(pairs, headlines(results), jobs)


def checks_in_words(checked: pd.DataFrame) -> Output:
    """Say how many findings pass each check, and which pass all that could be computed.

    Parameters
    ----------
    checked : DataFrame
        From `check_findings`.
    """
    number = formats.plural(len(checked), "headline finding")
    if checked.empty:
        return text("text-r.1", "No mean change of the printed models meets the reading rule.", checked)
    passed = (checked[list(CHECKS)] == YES).sum()
    failed = (checked[list(CHECKS)] == NO).any(axis=1)
    lines = [f"There are {number}. Of these pass:", ""]
    for name, title in CHECKS.items():
        known = (checked[name] != NOT_COMPUTABLE).sum()
        lines.append(f"- {title}: {passed[name]} of the {known} for which it can be computed")
    stand = [words.finding(row) for row in checked[~failed].to_dict("records")]
    lines += ["", "Findings that fail no check:", "", *(f"- {finding}" for finding in stand or ["none"])]
    return text("text-r.1", "\n".join(lines), _named(checked)[["finding", *CHECKS]])


def checks_table(checked: pd.DataFrame) -> Output:
    """Table of every headline finding by every check: yes, no or not computable.

    Parameters
    ----------
    checked : DataFrame
        From `check_findings`.
    """
    answers = checked[list(CHECKS)]
    passed = (answers == YES).sum(axis=1).astype(str)
    known = (answers != NOT_COMPUTABLE).sum(axis=1).astype(str)
    shown = checked[["mean", "p_value", *CHECKS]].assign(Passed=passed + " of " + known)
    return table(
        "table-r.1",
        "Headline findings and the checks they pass",
        _named(checked),
        shown=shown.rename(columns=CHECKS).set_index(_headings(checked)),
        notes=[
            "Benjamini-Hochberg, Holm and the largest test are about the test of the model, among all models "
            "of its kind (whole sample, subgroups, subsamples); findings of one model share the answer.",
            "Within person and GEE are about the difference between the category of the finding and the "
            "category furthest from it.",
        ],
    )


def curves_figure(curves: pd.DataFrame, number: str) -> Output:
    """Specification curves of the findings of one kind, a panel for each; without findings, a sentence.

    Parameters
    ----------
    curves : DataFrame
        From `specification_curves`.
    number : str
        A key of `CURVES`, such as "r.1".
    """
    kind = CURVES[number]
    of_kind = np.array([kind_of(row) == kind for row in curves.to_dict("records")], dtype=bool)
    if not of_kind.any():
        return text(f"text-{number}", f"No finding comes from the {kind} models: there is no figure of them.")
    curves = _named(curves[of_kind])
    panels = {words.panel_title(curve.iloc[0]): curve for _, curve in curves.groupby("finding", sort=False)}
    summary = summarise(curves)
    return figure(
        f"fig-{number}",
        f"Specification curves, findings from the {kind} models: the mean change in standard deviations of "
        "change, with its interval, under every specification from the lowest to the highest. The diamond is "
        "the specification of the report.",
        _curves_in_words(summary),
        _named(summary)[["finding", *SUMMARY]],
        lambda: draw.specification_curves(panels, "Effect (SDs of change)"),
    )


def specifications_table(curves: pd.DataFrame) -> Output:
    """Table of the specification curves in numbers: a row per finding; its data are the curves themselves.

    Parameters
    ----------
    curves : DataFrame
        From `specification_curves`.
    """
    summary = summarise(curves)
    effects = {name: summary[name].map(lambda effect: formats.number(effect, 2)) for name in _EFFECTS}
    shares = {name: summary[name].map(lambda share: formats.percent(share, digits=0)) for name in _SHARES}
    shown = summary[["specifications"]].assign(**effects, **shares)
    shown = shown.assign(matters_most=summary["matters_most"].map(CHOICES).fillna(""))
    return table(
        "table-r.2",
        "How far the headline findings depend on choices of the analysis",
        _named(curves),
        shown=shown.rename(columns={**_EFFECTS, **_SHARES}).set_index(_headings(summary)),
        notes=[
            "Effects are in standard deviations of change, shares of the specifications that can be "
            "estimated. The file holds every specification of every finding."
        ],
    )


def coverage_table() -> Output:
    """Table of how the model behaves on simulated data in which nothing is to be found."""
    from peerbook import stats

    data = pd.read_csv(Path(stats.__file__).with_name("coverage.csv"))
    shown = pd.DataFrame(
        {
            "Intervals that cover": _with_error(data["coverage"], data["coverage_error"]),
            "Tests with p below 0.05": _with_error(data["rejection"], data["rejection_error"]),
        }
    )
    sets = data["data_sets"].map(lambda number: formats.plural(number, "data set"))
    rows = data["correlation"].map("{:.0%} between people, ".format) + data["ddf"].map(_METHODS)
    return table(
        "table-r.3",
        "Simulated data of the size of the report: how often 95% intervals cover the true mean, and how "
        "often the test of the change in support finds something where there is nothing",
        data,
        shown=shown.set_index(pd.MultiIndex.from_arrays([sets, rows], names=["", "Share of the variance"])),
        notes=[
            "Behind the sign ±: the standard error that comes from the number of data sets.",
            "Made once, by tests/benchmarks/coverage.py, and not remade with the book.",
        ],
    )


def _with_error(share: pd.Series, error: pd.Series) -> list[str]:
    return [
        f"{formats.percent(100 * part)} ± {formats.number(100 * width)}"
        for part, width in zip(share, error, strict=True)
    ]


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the finding in words, in front."""
    named = rows.assign(finding=[words.finding(row) for row in rows.to_dict("records")])
    return named[["finding", *rows.columns]]


def _headings(rows: pd.DataFrame) -> pd.MultiIndex:
    """Head each finding with its model, over the rows of the table, and its cell."""
    records = rows.to_dict("records")
    titles = [[words.model_title(row) for row in records], [words.cell_title(row) for row in records]]
    return pd.MultiIndex.from_arrays(titles, names=["", "Change in support"])


def _curves_in_words(summary: pd.DataFrame) -> str:
    """Say how firm the curves of a picture are, and which is the least so."""
    alike, apart = (int((summary[name] == 100).sum()) for name in ("same_direction", "without_zero"))
    least = summary.loc[summary["without_zero"].idxmin()]
    share = formats.percent(least["without_zero"], digits=0)
    reach = f"from {formats.number(least['lowest'], 2)} to {formats.number(least['highest'], 2)}"
    return (
        f"{formats.plural(len(summary), 'panel')}, one for each finding. In {alike} every specification has "
        f"the same direction, in {apart} every interval leaves out zero. The least firm is "
        f"{words.finding(least)}: {reach} over {formats.plural(least['specifications'], 'specification')}, "
        f"with an interval that leaves out zero in {share} of them."
    )
