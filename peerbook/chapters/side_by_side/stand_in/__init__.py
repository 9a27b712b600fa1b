"""The stand-in cohort: what was planted, what the cohort gives, and where print left a choice.

`text-s.1` says how much is met, `table-s.1` lists every target, `fig-s.1` sets rebuilt means of change
beside the printed ones, `table-s.2` lists what print contradicts and what the cohort follows. Data that are
not declared synthetic, or one region of them, have no targets: the outputs then say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.chapters.side_by_side.stand_in.targets import association_cells, targets
from peerbook.disclosure import Nobody
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded
from peerbook.outputs.plots import WIDTH, blank
from peerbook.published.cells import placed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

MADE_UP = Nobody("is of people who do not exist, and is empty for others")
COLUMNS = ["outcome", "exposure", "subgroup", "change", "printed", "rebuilt", "inside"]


def fitted(log: Log) -> pd.DataFrame | None:
    """Fit the grid of associations to the stand-in cohort; None if nothing was planted in the data."""
    from peerbook.chapters.side_by_side.associations.grid import associations

    return associations(log) if log.synthetic and log.region == "all" else None


def targets_of(log: Log, results: pd.DataFrame | None) -> pd.DataFrame | None:
    """Set what was planted beside what the cohort gives; None if nothing was planted in the data."""
    return None if results is None else targets(log, results)


def in_short(log: Log, listed: pd.DataFrame | None, results: pd.DataFrame | None) -> Output:
    """Say in three lines who the people of the cohort are, and how near it comes to print.

    Parameters
    ----------
    log : Log
    listed : DataFrame or None
        From `targets_of`.
    results : DataFrame or None
        From `fitted`.
    """
    if listed is None or results is None:
        return text("text-in-short-stand-in", f"- {_no_targets(log)}")
    inside = _in_deviations(results)["inside"]
    counts = {
        "people": log.flow["people"],
        "registered": log.flow["registered"],
        "not registered": log.flow["people_without_registration"],
        "met": int(listed["met"].sum()),
        "targets": len(listed),
        "inside": int(inside.sum()),
        "means": len(inside),
    }
    return text("text-in-short-stand-in", _in_short, counts, people=MADE_UP)


def _in_short(counts: Mapping[str, float]) -> str:
    n = {name: formats.count(number) for name, number in counts.items()}
    lines = [
        f"The {n['people']} people behind this book's log do not exist: {n['registered']} who registered, "
        f"and {n['not registered']} who sent in logs without registering. Nothing said of them is evidence.",
        f"They were made to fit the printed report, and meet {n['met']} of {n['targets']} targets.",
        f"{n['inside']} of {n['means']} mean changes lie inside the interval that the report prints.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _no_targets(log: Log) -> str:
    reason = (
        "of one region only" if log.synthetic else "not declared synthetic, so nothing was planted in them"
    )
    return f"The data of this book are {reason}: there are no targets to compare with."


def met(log: Log, listed: pd.DataFrame | None) -> Output:
    """Say how many targets there are and how many are met.

    Parameters
    ----------
    log : Log
    listed : DataFrame or None
        From `targets_of`.
    """
    if listed is None:
        return text("text-s.1", _no_targets(log))
    missed = "; ".join(listed.loc[~listed["met"], "target"])  # names of targets have commas of their own
    counts = {"targets": len(listed), "met": int(listed["met"].sum()), "not met": missed}
    return text("text-s.1", _met, counts, people=MADE_UP)


def _met(n: Mapping[str, int | str]) -> str:
    rest = (
        f" Not met: {n['not met']}; Table S.1 has the figures and Table S.2 the reason, where print left a "
        "choice."
        if n["not met"]
        else ""
    )
    return f"Of {formats.count(n['targets'])} targets {formats.count(n['met'])} are met.{rest}"


def every_target(listed: pd.DataFrame | None) -> Output:
    """List every target with the printed and the rebuilt figure."""
    caption = pages.added("What the stand-in cohort was made to meet, and what it gives")
    if listed is None:
        return table("table-s.1", caption, pd.DataFrame(columns=["target", "printed", "rebuilt", "met"]))
    return folded("table-s.1", caption, listed, _by_area, people=MADE_UP)


def _by_area(listed: pd.DataFrame) -> pd.DataFrame:
    named = listed.assign(target=listed["target"].str.replace("_", "-"))
    return named.set_index(["area", "target"])


def means_beside_print(results: pd.DataFrame | None) -> Output:
    """Set every rebuilt mean of change beside the printed one, both in standard deviations of the change."""
    caption = pages.added("Rebuilt and printed means of change in Tables A4.5 to A4.11")
    if results is None:
        return figure("fig-s.1", caption, "No data to draw.", pd.DataFrame(columns=COLUMNS))
    return figure("fig-s.1", caption, _scatter_in_words, _in_deviations(results), _scatter, people=MADE_UP)


def choices_made() -> Output:
    """List where print contradicts itself or cannot be, and what the cohort follows."""
    caption = pages.added("Where print left a choice, and what the stand-in cohort follows")
    return folded("table-s.2", caption, published.load(STUDY, "choices"), evidence=JUDGEMENT)


def _in_deviations(results: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each printed mean with a rebuilt one."""
    name = "associations"
    printed = placed(published.table_index(STUDY)[name], published.load(STUDY, name))
    means = association_cells(results).query("quantity == 'mean'")
    known = printed.merge(means[["table", "row", "rebuilt_value", "within_rule"]], on=["table", "row"])
    sd = known["outcome"].map(results.groupby("outcome")["sd_change"].first())
    known = known.assign(
        subgroup=known["subgroup_level"],
        printed=known["mean"] / sd,
        rebuilt=known["rebuilt_value"] / sd,
        inside=known["within_rule"] == "yes",
    )
    return known.dropna(subset=["printed", "rebuilt"])[COLUMNS].reset_index(drop=True)


def _scatter_in_words(cells: pd.DataFrame) -> str:
    gap = (cells["rebuilt"] - cells["printed"]).abs()
    return (
        f"{_inside(cells)} A mark for each of them, printed across and rebuilt upwards. They lie "
        f"along the diagonal from {cells['printed'].min():.1f} to {cells['printed'].max():.1f} standard "
        f"deviations; half are within {gap.median():.2f} of it and the furthest is {gap.max():.2f} away. "
        "Those outside their printed interval are drawn as crosses."
    )


def _inside(cells: pd.DataFrame) -> str:
    """Say how many means lie where print has them: the headline of the picture."""
    inside = formats.count(cells["inside"].sum(skipna=False))
    return f"{inside} of {formats.count(len(cells))} rebuilt means lie inside their printed interval."


def _scatter(cells: pd.DataFrame) -> Figure:
    from peerbook.outputs import style

    drawn = diagrams.headed(blank(WIDTH, 5.5), _inside(cells))
    axes = drawn.subplots()
    axes.axline((0, 0), slope=1, color=style.GREY, linewidth=1)
    for is_inside, marker, name in ((True, "o", "inside the printed interval"), (False, "X", "outside it")):
        rows = cells[cells["inside"] == is_inside]
        axes.plot(rows["printed"], rows["rebuilt"], marker, color=style.BLUE, alpha=0.6, label=name)
    axes.set_xlabel("Printed mean change, in standard deviations")
    axes.set_ylabel("Rebuilt mean change")
    axes.legend(loc="upper left")
    return drawn
