"""The summary at a glance: the few findings that stand up, each with its picture and its strength.

`text-in-short-summary`, `text-finding-1` and `fig-f1` (a card) and so on to number five,
`text-summary-report` (how much of the report's own summary stands), and `text-summary` (how the findings were
chosen, and what was left out).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import robustness
from peerbook.chapters.side_by_side.associations.grid import associations, counted, ranges_of
from peerbook.chapters.side_by_side.associations.words import Names, names_of, of_everybody, whole_sample
from peerbook.chapters.side_by_side.conclusions.listed import basis, judgeable
from peerbook.chapters.side_by_side.robustness.checks import CHECKS, NO, TESTS, YES
from peerbook.disclosure import Counted, Nobody
from peerbook.evidence.links import OPEN, STANDS
from peerbook.outputs import Output, figure, formats, style, text
from peerbook.outputs.formats import count, number, plural
from peerbook.stats import size_word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [
    "associations", "beside_report", "card_figure", "card_in_words", "how_chosen", "in_short", "strength",
]  # fmt: skip

MOST = 5  # cards
FLOW = ("people", "registered", "people_without_registration", "logs", "pairs", "people_with_two_or_more")
ROUTES = tuple(name for name in CHECKS if name not in TESTS)  # checks that ask for the mean another way
LEAST_ROUTES = 2  # of them must have been asked
_SIZES = MappingProxyType(
    {"trivial": "very small", "small": "small", "medium": "of medium size", "large": "large"}
)
_SUPPORT = MappingProxyType({"decreased": "less", "unchanged": "as before", "increased": "more"})


def strength(log: Log, results: pd.DataFrame, bootstraps: int, seed: int, jobs: int) -> pd.DataFrame:
    """Put every finding from the whole sample to the checks, and choose those that stand up.

    A finding is chosen if it survives a correction for the number of models, and if no check that asks for
    the mean by another route says no; at least `LEAST_ROUTES` of these must have been asked. Of the findings
    of one model the strongest is chosen, and of all at most `MOST`: first those that pass most checks, then
    those with the largest effect.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    bootstraps, seed, jobs : int
        Resamples of people, their random numbers, and the processes that share the work.

    Returns
    -------
    DataFrame
        One row per finding from the whole sample, as `robustness.verdicts` gives them, with `place`: its
        place among the cards, from 1; 0 for a finding without a card.
    """
    whole = results[of_everybody(results)]
    checked = robustness.check_findings(log, whole, bootstraps, seed, jobs)
    return placed(robustness.verdicts(log, whole, checked))


def placed(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Add `place` to verdicts, by the rule of `strength`."""
    routes = verdicts[list(ROUTES)]
    stands = (
        (verdicts["corrected"] != "")
        & ~(routes == NO).any(axis=1)
        & ((routes == YES).sum(axis=1) >= LEAST_ROUTES)
    )
    ranked = verdicts.assign(how_large=verdicts["effect_size"].abs())[stands]
    ranked = ranked.sort_values(["passed", "how_large"], ascending=False, kind="stable")
    ranked = ranked.drop_duplicates(["exposure", "outcome"]).head(MOST)
    places = pd.Series(range(1, len(ranked) + 1), index=ranked.index, dtype=int)
    return verdicts.assign(place=places.reindex(verdicts.index, fill_value=0).astype(int))


def in_short(log: Log, found: pd.DataFrame) -> Output:
    """Say in three lines what stands up, how much it is, and of whom it is said.

    Parameters
    ----------
    log : Log
    found : DataFrame
        From `strength`.
    """
    names, cards = names_of(log.definitions), found[found["place"] > 0].sort_values("place")
    numbers = {
        "findings": len(found),
        "stand": len(cards),
        "most": cards["effect_size"].abs().max(),
        **{name: log.flow[name] for name in FLOW},
    }
    numbers |= {f"finding_{row['place']}": _in_a_clause(names, row) for row in cards.to_dict("records")}
    said = Counted(counts=FLOW, models={"most": "pairs"}, plain=("findings", "stand"))
    return text("text-in-short-summary", _in_short, numbers, people=said)


def _withheld(names: Names, row: Mapping[str, object]) -> str:
    return f"How {formats.lower_first(names.outcome(row))} changed when {names.act(row)} is withheld."


def _in_a_clause(names: Names, row: Mapping[str, object]) -> str:
    moved = "rose" if row["mean"] > 0 else "fell"
    return f"{names.outcome(row).lower()} {moved} when {names.act(row)}"


def _in_short(n: Mapping[str, float | str]) -> str:
    people = (
        f"{count(n['people'])} people took part: {count(n['registered'])} who registered, and "
        f"{count(n['people_without_registration'])} who sent logs without registering. The findings rest on "
        f"{plural(n['pairs'], 'pair')} of logs by {count(n['people_with_two_or_more'])} people."
    )
    return "\n".join(f"- {line}" for line in (*_what_stands(n), people))


def _what_stands(n: Mapping[str, float | str]) -> tuple[str, str]:
    """Say which findings stand up, and how large they are or what it means that there are none."""
    clauses = [clause for name, clause in n.items() if name.startswith("finding_")]
    asked = f"Of {plural(n['findings'], 'finding')} about everybody"
    if clauses:
        stands = "stands" if n["stand"] == 1 else "stand"
        largest = ""
        if not formats.is_missing(n["most"]):
            word = _SIZES[size_word(round(n["most"], 2))]
            share = formats.percent(n["most"], 1, digits=0)
            largest = f"The largest of these changes is {word}: {share} of the usual spread of changes. "
        return (
            f"{asked}, {count(n['stand'])} {stands} up when asked in other ways: {'; '.join(clauses)}.",
            f"{largest}Nobody can say from them what caused what.",
        )
    return (
        f"{asked}, none stands up when asked in other ways."
        if n["findings"]
        else "No link between support and how people are was found.",
        "That does not show that support does nothing. There may be too few logs to tell.",
    )


def card_in_words(log: Log, found: pd.DataFrame, place: int) -> Output | None:
    """Say one finding in a plain sentence, with its strength; None if there is no such card.

    Parameters
    ----------
    log : Log
    found : DataFrame
        From `strength`.
    place : int
        Place of the card, from 1.
    """
    chosen = found[found["place"] == place]
    if chosen.empty:
        return None
    words = partial(_card_in_words, names=names_of(log.definitions), ranges=ranges_of(log.definitions))
    said = counted(
        chosen, words=(*CHECKS, "corrected"), plain=("passed", "asked", "place"), extremes=("sentence",)
    )  # the sentence holds the exact result
    return text(f"text-finding-{place}", words, chosen, people=said)


def _card_in_words(chosen: pd.DataFrame, names: Names, ranges: Mapping[str, tuple[float, float]]) -> str:
    row = chosen.to_dict("records")[0]
    if formats.is_missing(row["mean"]):
        return f"**{_withheld(names, row)}**"
    badge = f"{count(row['passed'])} of {plural(len(CHECKS), 'check')} passed"
    furthest = number(ranges[row["outcome"]][1], 0)
    return (
        f"**{names.plain(row)}** Likely range: {formats.interval(row['ci_low'], row['ci_high'], 1)} points. "
        f"The score can move by {furthest} points at most.\n\n"
        f'<span class="peerbook-badge">{badge}</span> '
        f"{plural(row['n'], 'pair')} of logs by {plural(row['people'], 'person', 'people')}. "
        f'<a href="associations.html">See all results</a>, or <a href="robustness.html">the checks</a>.'
    )


def card_figure(log: Log, results: pd.DataFrame, found: pd.DataFrame, place: int) -> Output | None:
    """Draw one finding: how the outcome changed where support went down, stayed and went up; None without it.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    found : DataFrame
        From `strength`.
    place : int
    """
    chosen = found[found["place"] == place]
    if chosen.empty:
        return None
    row = chosen.iloc[0]
    names = names_of(log.definitions)
    columns = ["exposure", "outcome", "change", "n", "people", "mean", "ci_low", "ci_high"]
    of_measure = whole_sample(results, [row["exposure"]])
    of_model = of_measure.loc[of_measure["outcome"] == row["outcome"], columns]
    data = of_model.assign(found=of_model["change"] == row["change"])
    return figure(
        f"fig-f{place}",
        partial(_headline, names=names),
        partial(_card_alt, names=names),
        data,
        partial(_draw_card, names=names),
        people=counted(data),
    )


def _headline(cells: pd.DataFrame, names: Names) -> str:
    row = cells[cells["found"]].to_dict("records")[0]
    if formats.is_missing(row["mean"]):
        return f"{_withheld(names, row)} Mean change in points, with its 95% interval"
    clause = _in_a_clause(names, row)
    return f"{formats.upper_first(clause)}. Mean change in points, with its 95% interval"


def _card_alt(cells: pd.DataFrame, names: Names) -> str:
    rows = cells.to_dict("records")
    said = "; ".join(
        f"when {names.act(row)}, {formats.mean_ci(row['mean'], row['ci_low'], row['ci_high'], 1)} "
        f"({plural(row['n'], 'pair')})"
        for row in rows
    )
    return f"Mean change in {names.outcome(rows[0]).lower()}: {said}."


def _draw_card(cells: pd.DataFrame, names: Names) -> Figure:
    from matplotlib.figure import Figure

    rows = cells.to_dict("records")
    drawn = Figure(figsize=(6, 1.9))
    axes = drawn.subplots()
    for height, row in enumerate(reversed(rows)):
        colour = style.BLUE if row["found"] else style.GREY
        axes.plot([row["ci_low"], row["ci_high"]], [height] * 2, color=colour, linewidth=3)
        face = colour if row["found"] else "white"
        axes.plot(row["mean"], height, "o", color=colour, markerfacecolor=face, markersize=9)
    axes.axvline(0, color=style.BLACK, linewidth=1)
    ticks = [f"{_SUPPORT[row['change']].capitalize()} ({plural(row['n'], 'pair')})" for row in reversed(rows)]
    axes.set_yticks(range(len(rows)), ticks)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"Change in {names.outcome(rows[0]).lower()}, points")
    return drawn


def how_chosen(log: Log, found: pd.DataFrame) -> Output:
    """Say by which rule the findings were chosen, and how many fell out at each step.

    Parameters
    ----------
    log : Log
    found : DataFrame
        From `strength`.
    """
    corrected = found["corrected"] != ""
    routes = found[list(ROUTES)]
    numbers = {
        "findings": len(found),
        "corrected": int(corrected.sum()),
        "robust": int((corrected & ~(routes == NO).any(axis=1)).sum()),
        "cards": int((found["place"] > 0).sum()),
    }
    rule = "the report's own rule" if log.definitions.printed else "the reading rule"
    return text("text-summary", partial(_how_chosen, rule=rule), numbers, people=Nobody("counts findings"))


def _how_chosen(n: Mapping[str, float], rule: str) -> str:
    holds = "holds" if n["corrected"] == 1 else "hold"
    comes = "comes" if n["robust"] == 1 else "come"
    shown = "is" if n["cards"] == 1 else "are"
    if not n["findings"]:
        return (
            f"The log gives no finding about everybody: no change that {rule} counts. So none is shown here."
        )
    return (
        f"The log gives {plural(n['findings'], 'finding')} about everybody: a change that {rule} "
        f"counts. {count(n['corrected'])} of them also {holds} when we allow for how many questions "
        f"were asked at once. Of these, {count(n['robust'])} {comes} out the same by every other route that "
        f"could be tried. {count(n['cards'])} {shown} shown here, at most one for each pair of support and "
        "outcome."
    )


def beside_report(log: Log, results: pd.DataFrame) -> Output | None:
    """Say how much of the report's own summary stands, with the way there; None without its points.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    if not log.definitions.printed:
        return None
    points = judgeable(basis(log, results).of("executive summary"))
    if points.empty:
        return None
    known = points[points["standing"] != OPEN]
    numbers = {
        "points": len(points),
        "known": len(known),
        "stand": int((known["standing"] == STANDS).sum()),
    }
    return text("text-summary-report", _beside_report, numbers, people=Nobody("counts points of the report"))


def _beside_report(n: Mapping[str, float]) -> str:
    return (
        f"The report's own summary makes {plural(n['points'], 'point')}. {count(n['known'])} can be checked "
        f"with these data, and {count(n['stand'])} of these stand. "
        'See <a href="report_summary.html">The report in brief</a>.'
    )
