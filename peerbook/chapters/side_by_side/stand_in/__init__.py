"""The stand-in cohort: what was planted, what the cohort gives, and where print left a choice.

`text-s.1` says how much is met, `table-s.1` lists every target, `fig-s.1` sets rebuilt means of change
beside the printed ones, `table-s.2` lists what print contradicts and what the cohort follows. Data that are
not declared synthetic, or one region of them, have no targets: the outputs then say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.stand_in.targets import association_cells, targets
from peerbook.outputs import Output, figure, formats, table, text
from stand_in.make.side_by_side.printed import conflicts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

COLUMNS = ["outcome", "exposure", "subgroup", "change", "printed", "rebuilt", "inside"]


def fitted(study: Study) -> pd.DataFrame | None:
    """Fit the grid of associations to the stand-in cohort; None if nothing was planted in the study."""
    from peerbook.chapters.side_by_side.associations.grid import associations

    return associations(study) if study.synthetic and study.region == "all" else None


def targets_of(study: Study, results: pd.DataFrame | None) -> pd.DataFrame | None:
    """Set what was planted beside what the cohort gives; None if nothing was planted in the study."""
    return None if results is None else targets(study, results)


def met(study: Study, listed: pd.DataFrame | None) -> Output:
    """Say how many targets there are and how many are met.

    Parameters
    ----------
    study : Study
    listed : DataFrame or None
        From `targets_of`.
    """
    if listed is None:
        reason = (
            "of one region only"
            if study.synthetic
            else "not declared synthetic, so nothing was planted in them"
        )
        return text("text-s.1", f"The data of this book are {reason}: there are no targets to compare with.")
    done, missed = int(listed["met"].sum()), listed.loc[~listed["met"], "target"]
    rest = (
        f" Not met: {formats.words(missed)}; Table S.1 has the figures and Table S.2 the reason, where print "
        "left a choice."
        if len(missed)
        else ""
    )
    return text(
        "text-s.1",
        f"Of {formats.count(len(listed))} targets {formats.count(done)} are met.{rest}",
        {"targets": len(listed), "met": done},
    )


def every_target(listed: pd.DataFrame | None) -> Output:
    """List every target with the printed and the rebuilt figure."""
    caption = "What the stand-in cohort was made to meet, and what it gives"
    if listed is None:
        return table("table-s.1", caption, pd.DataFrame(columns=["target", "printed", "rebuilt", "met"]))
    named = listed.assign(target=listed["target"].str.replace("_", "-"))
    return table("table-s.1", caption, listed, shown=named.set_index(["area", "target"]))


def means_beside_print(results: pd.DataFrame | None) -> Output:
    """Set every rebuilt mean of change beside the printed one, both in standard deviations of the change."""
    caption = "Rebuilt and printed means of change in Tables A4.5 to A4.11"
    if results is None:
        return figure("fig-s.1", caption, "No data to draw.", pd.DataFrame(columns=COLUMNS))
    cells = _in_deviations(association_cells(results))
    inside, gap = int(cells["inside"].sum()), (cells["rebuilt"] - cells["printed"]).abs()
    alt = (
        f"Scatter of {formats.count(len(cells))} means, printed across and rebuilt upwards. They lie "
        f"along the diagonal from {cells['printed'].min():.1f} to {cells['printed'].max():.1f} standard "
        f"deviations; half are within {gap.median():.2f} of it and the furthest is {gap.max():.2f} away. "
        f"{formats.count(inside)} lie inside their printed interval; the others are drawn as crosses."
    )
    return figure("fig-s.1", caption, alt, cells, lambda: _scatter(cells))


def choices_made() -> Output:
    """List where print contradicts itself or cannot be, and what the cohort follows."""
    return table("table-s.2", "Where print left a choice, and what the stand-in cohort follows", conflicts())


def _in_deviations(cells: pd.DataFrame) -> pd.DataFrame:
    known = cells.dropna(subset=["mean", "mean_rebuilt", "sd_change"])
    return known.assign(
        subgroup=known["subgroup_level"],
        printed=known["mean"] / known["sd_change"],
        rebuilt=known["mean_rebuilt"] / known["sd_change"],
    )[COLUMNS].reset_index(drop=True)


def _scatter(cells: pd.DataFrame) -> Figure:
    from matplotlib.figure import Figure

    from peerbook.outputs import style

    drawn = Figure(figsize=(5.6, 5.2), layout="constrained")
    axes = drawn.subplots()
    axes.axline((0, 0), slope=1, color=style.GREY, linewidth=1)
    for is_inside, marker, name in ((True, "o", "inside the printed interval"), (False, "X", "outside it")):
        rows = cells[cells["inside"] == is_inside]
        axes.plot(rows["printed"], rows["rebuilt"], marker, color=style.BLUE, alpha=0.6, label=name)
    axes.set_xlabel("Printed mean change, in standard deviations")
    axes.set_ylabel("Rebuilt mean change")
    axes.legend(loc="upper left")
    return drawn
