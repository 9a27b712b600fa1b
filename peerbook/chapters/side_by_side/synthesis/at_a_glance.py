"""Figure 8.1: which links the log shows today, and how many people in interviews speak to each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.associations.grid import WHOLE
from peerbook.chapters.side_by_side.associations.words import ARROWS, Names, names_of
from peerbook.chapters.side_by_side.synthesis.findings import HOLDS, NEW, TURNED
from peerbook.chapters.side_by_side.synthesis.joined import EXPLAINS, JOINS, Joined
from peerbook.disclosure import Cell, Counted, is_withheld
from peerbook.evidence.matrix import CONTRADICTS, EXTENDS
from peerbook.outputs import Output, describe, figure, formats, plots, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from peerbook.log import Log

SHOWN = (HOLDS, NEW, TURNED)  # the rule is met today
_BOTH, _LOG_ONLY = "#cfe3f2", "#f0f0f0"  # the triangles say the same without colour
OF_ONE_APPROACH = ("one_to_one", "group", "online")  # amounts of support that are named like an approach
_ALL_PEOPLE = MappingProxyType({"sample": WHOLE, "subgroup_variable": "", "subgroup_level": ""})
_DATA = ("finding", "outcome", "exposure", "change", "state", "mean", "n", "met", "people", "against", "few")

Row = Mapping[str, object]


def at_a_glance(log: Log, whole: Joined) -> Output:
    """Figure 8.1: outcomes by measures of support; where the log shows a link, and who speaks to it.

    Parameters
    ----------
    log : Log
    whole : Joined
        From `joined`.
    """
    names = names_of(log.definitions)
    return figure(
        "fig-8.1",
        pages.added(
            "Links that the log shows, and people who speak to them. The arrow says what became of the "
            "support (↓ less, ↔ same, ↑ more), the triangle which way the outcome went. A filled triangle: "
            "people in interviews explain the link or say more about it, and the number says how many. A "
            "hollow one: nobody does. A number in brackets: people speak of it, and the log does not show "
            "it. Below it stand those who speak against it, on a phone with a minus"
        ),
        lambda cells: _alt(cells, names),
        cells_of(whole).assign(_n=lambda cells: cells["n"]),
        lambda cells: _draw(cells, names),
        arrange=lambda cells: _as_table(cells, names),
        notes=_notes(whole),
        people=Counted(
            counts={
                "n": _pairs_of_cell,
                "_n": _pairs_of_cell,
                **{how: partial(_of_link, how=how) for how in ("people", "against")},
            },
            by=(),
            models=dict.fromkeys(("mean", "state", "met"), "_n"),
            words=("few",),
        ),
    )


def _pairs_of_cell(row: Row) -> Cell:
    """Return what the pairs of one mean count, as the tables of associations do."""
    unit = f"pairs in models, exposure {row['exposure']}, outcome {row['outcome']}"
    return Cell(unit, {"sample": WHOLE, "change": str(row["change"])})


def _of_link(row: Row, how: str) -> Cell:
    return Cell(f"{how}, finding {row['finding']}")


def cells_of(whole: Joined) -> pd.DataFrame:
    """List the links of all people that meet the rule today, or that people in interviews speak to.

    Returns
    -------
    DataFrame
        `finding` and its cell, `state`, `mean` (points), `n` (pairs), `met` (the rule, today), `people` who
        explain or extend it, people `against` it; of a measure of group, one-to-one or online support only
        people of that approach. `few`: a number is held back, and missing.
    """
    found = whole.found
    cells = found[(found["kind"] == "cell") & (found["sample"] == WHOLE) & (found["subgroup_variable"] == "")]
    rows = []
    for row in cells.to_dict("records"):
        speaks = _people(whole, row, (EXPLAINS, EXTENDS))
        against = _people(whole, row, (CONTRADICTS,))
        met = row["state"] in SHOWN
        few = any(0 < number < whole.minimum_people for number in (speaks, against))
        if met or speaks or against:
            counted = {
                "people": speaks if not 0 < speaks < whole.minimum_people else float("nan"),
                "against": against if not 0 < against < whole.minimum_people else float("nan"),
            }
            rows.append({**row, "met": met, "few": few, **counted})
    return pd.DataFrame(rows, columns=list(_DATA))


def _people(whole: Joined, row: Row, relations: tuple[str, ...]) -> int:
    """Count the people behind the themes that stand in these relations to a finding."""
    judged = whole.judged
    themes = judged.loc[(judged["finding"] == row["finding"]) & judged["relation"].isin(relations), "theme"]
    behind = whole.behind[whole.behind["code_id"].isin(themes) & (whole.behind["person_id"] != "")]
    approach = str(row["exposure"]).rpartition("_")[0]
    if approach in OF_ONE_APPROACH:
        behind = behind[behind["approach"] == approach]
    return behind["person_id"].nunique()


def _notes(whole: Joined) -> list[str]:
    return [
        f"People count under {JOINS[whole.join]}: beside one-to-one, group and online support only those of "
        "that approach, beside other measures all. The log counts support given or received by anybody.",
        "A blank field: the log shows no clear link, and no theme was set beside it.",
    ]


def _people_in_words(row: Row) -> str:
    if formats.is_missing(row["people"]) and not is_withheld(row["people"]):
        return "a few people"
    if is_withheld(row["people"]):
        return f"{formats.count(row['people'])} people"
    return formats.plural(row["people"], "person", "people") if row["people"] else "nobody"


def _alt(cells: pd.DataFrame, names: Names) -> str:
    rows = cells.assign(**_ALL_PEOPLE).to_dict("records")
    size = f"{len(names.outcomes)} outcomes by {len(names.measures)} measures of support"
    met = [
        f"{names.outcome(row)} {describe.change(row['mean'], told=True).way} when {names.act(row)} "
        f"({_people_in_words(row)})"
        for row in rows
        if row["met"]
    ]
    withheld = sum(is_withheld(row["mean"]) for row in rows)
    unclear = [row for row in rows if not row["met"] and _spoken(row) and not is_withheld(row["mean"])]
    only = [f"{names.finding(row)} ({_people_in_words(row)})" for row in unclear]
    against = [names.finding(row) for row in rows if row["against"] != 0]
    parts = [f"{_headline(cells)} Grid of {size}."]
    parts += [f"Links in the log, with the people who speak to them: {'; '.join(met)}."] if met else []
    parts += [f"Spoken of, and not clear in the log: {'; '.join(only)}."] if only else []
    parts += [f"Spoken against: {'; '.join(against)}."] if against else []
    parts += [f"What the log shows of {formats.plural(withheld, 'link')} is withheld."] if withheld else []
    return " ".join(parts)


def _spoken(row: Row) -> bool:
    return formats.is_missing(row["people"]) or row["people"] > 0


def _headline(cells: pd.DataFrame) -> str:
    met = cells[cells["met"].astype(bool)]
    if met.empty and cells["mean"].map(is_withheld).any():
        return "Which links the log shows is withheld."
    if met.empty:
        return "The log shows no clear link here."
    spoken = sum(_spoken(row) for row in met.to_dict("records"))
    shows = f"The log shows {formats.plural(len(met), 'link')}"
    return f"{shows}; people in interviews speak to {formats.count(spoken)} of them."


def _as_table(cells: pd.DataFrame, names: Names) -> pd.DataFrame:
    rows = cells.assign(**_ALL_PEOPLE).to_dict("records")
    return pd.DataFrame(
        {
            "Today": [describe.change(row["mean"], told=row["met"]).way for row in rows],
            "Finding": [row["state"] for row in rows],
            "People who speak to it": [_number(row["people"]) for row in rows],
            "People who speak against it": [_number(row["against"]) for row in rows],
        },
        index=pd.Index([names.finding(row) for row in rows], name="Link"),
    )


def _number(people: float) -> str:
    return "a few" if _few(people) else formats.count(people)


def _few(people: float) -> bool:
    """Whether a number is held back by the choice of this page; one that is withheld has a mark."""
    return formats.is_missing(people) and not is_withheld(people)


def _draw(cells: pd.DataFrame, names: Names) -> Figure:
    narrow = style.is_narrow()
    outcomes, measures = list(names.outcomes), list(names.measures)
    down, across = (measures, outcomes) if narrow else (outcomes, measures)
    labels = {**names.outcomes, **names.measures}
    drawn = plots.blank(style.width(), (1.7 + 0.5 * len(down)) if narrow else (1.6 + 0.52 * len(down)))
    plots.put_headline(drawn, _headline(cells))
    axes = drawn.subplots()
    axes.set_xlim(-0.5, len(across) - 0.5)
    axes.set_ylim(len(down) - 0.5, -0.5)
    for (outcome, measure), rows in cells.groupby(["outcome", "exposure"], sort=False):
        if outcome in outcomes and measure in measures:
            at = (measure, outcome) if narrow else (outcome, measure)
            _write(axes, across.index(at[1]), down.index(at[0]), rows.to_dict("records"), narrow)
    axes.set_yticks(range(len(down)), [fill(labels[name], 15) for name in down], fontsize=8)
    if narrow:
        axes.set_xticks(range(len(across)), [labels[name] for name in across], rotation=90, fontsize=8)
    else:
        axes.set_xticks(
            range(len(across)),
            [fill(labels[name], 8, break_long_words=False) for name in across],
            fontsize=7.5,
        )
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.set_xticks([place - 0.5 for place in range(len(across) + 1)], minor=True)
    axes.set_yticks([place - 0.5 for place in range(len(down) + 1)], minor=True)
    axes.tick_params(which="minor", length=0)
    axes.grid(visible=False)
    axes.grid(visible=True, which="minor")
    axes.spines[:].set_visible(False)
    return drawn


def _write(axes: Axes, x: int, y: int, rows: list[Row], narrow: bool) -> None:
    """Write a field: the marks of its links, the people who speak to them, those who speak against."""
    met = [row for row in rows if row["met"]]
    people = max((row["people"] for row in met or rows), key=_order)
    against = max((row["against"] for row in met or rows), key=_order)
    marks = ("\n" if narrow else " ").join(_mark(row) for row in met)
    few = formats.is_missing(people)
    number = "few" if _few(people) else formats.count(people)
    if met:
        said = number if narrow else f"{number} {'person' if people == 1 else 'people'}"
        below = said if few or people else ""
    else:
        below = f"({number})" if few or people else ""
    if against != 0:
        oppose = "few" if _few(against) else formats.count(against)
        below = "\n".join(filter(None, [below, f"−{oppose}" if narrow else f"{oppose} against"]))
    if marks:
        shade = _BOTH if any(map(_spoken, met)) else _LOG_ONLY
        axes.fill_between([x - 0.5, x + 0.5], y - 0.5, y + 0.5, color=shade, linewidth=0, zorder=0)
        place = y - 0.2 if below else y
        axes.text(x, place, marks, ha="center", va="center", fontsize=11 if len(met) == 1 else 8.5)
    place = y + 0.2 if marks else y
    axes.text(x, place, below, ha="center", va="center", fontsize=7, linespacing=0.95 if narrow else 1.1)


def _order(people: float) -> float:
    """Sort numbers of people, one that is held back as if it were one."""
    return 1 if formats.is_missing(people) else people


def _mark(row: Row) -> str:
    up, told = row["mean"] > 0, _spoken(row)
    shape = {(True, True): "▲", (True, False): "△", (False, True): "▼", (False, False): "▽"}[up, told]
    return f"{ARROWS[row['change']]}{shape}"
