"""The figures of association models: intervals around zero, and the whole grid at a glance.

Nothing rests on colour: what meets the reading rule is a filled square, what does not a hollow circle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CHANGES,
    MODEL,
    NOT_ESTIMATED,
    WHOLE,
    printed_tables,
)
from peerbook.chapters.side_by_side.associations.tables import SUPPORT, measures_in, notes, whole_sample
from peerbook.chapters.side_by_side.associations.words import ARROWS, Names, intervals, names_of
from peerbook.outputs import Output, figure, formats, style
from peerbook.outputs.plots import WIDTH, blank

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from peerbook.log import Log

OUTCOME_FIGURES = MappingProxyType(
    {"4.9a": "wellbeing", "4.9b": "hope", "4.9c": "family", "4.9d": "health", "4.9e": "friends"}
)
SUPPORT_FIGURES = MappingProxyType({"4.9f": "a4.6", "4.9g": "a4.7", "4.9h": "a4.8"})
SUBGROUP_FIGURES = MappingProxyType(
    {
        "4.10a": ("age_group", "wellbeing"),
        "4.10b": ("ethnic_group", "hope"),
        "4.10c": ("ethnic_group", "family"),
        "4.10d": ("ethnic_group", "friends"),
        "4.10e": ("location_group", "health"),
    }
)
_LEGEND = (
    "Arrows: the use of support decreased (↓), stayed unchanged (↔) or increased (↑). A filled square counts "
    "as changed: the test has p below 0.05 and the interval leaves out zero."
)
_DRAWN = (
    "exposure", "outcome", "subgroup_level", "change", "n", "mean", "ci_low", "ci_high", "p_value", "changed",
)  # fmt: skip
_ALL_PEOPLE = MappingProxyType({"sample": WHOLE, "subgroup_variable": "", "subgroup_level": ""})

_LOOKS = MappingProxyType(
    {
        True: {"fmt": "s", "color": style.BLUE, "markersize": 7},
        False: {"fmt": "o", "color": style.GREY, "markerfacecolor": "white"},
    }
)
_TRIANGLES = MappingProxyType(
    {
        (True, True): "rose, survives correction",
        (True, False): "rose, does not survive",
        (False, True): "fell, survives correction",
        (False, False): "fell, does not survive",
    }
)

Panels = Mapping[str, pd.DataFrame]


def overview(log: Log, results: pd.DataFrame) -> Output:
    """Figure 4.11, not in print: the whole grid at a glance: every outcome with every measure, whole sample.

    A change survives correction if the p value of its model, adjusted after Benjamini and Hochberg over all
    models of the figure, stays below 0.05.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    from peerbook.stats import adjust_p_values

    names = names_of(log.definitions)
    cells = whole_sample(results, list(names.measures))
    tests = cells.drop_duplicates(list(MODEL))
    adjusted = tests[list(MODEL)].assign(p_adjusted=adjust_p_values(tests["p_value"], "benjamini-hochberg"))
    cells = cells.merge(adjusted, on=list(MODEL))
    cells = cells.assign(survives=cells["changed"] & (cells["p_adjusted"] < 0.05))
    return figure(
        "fig-4.11",
        "Every outcome with every measure of support. In each field from left to right: support decreased, "
        "stayed unchanged, increased. A triangle points the way the outcome moved where the reading rule is "
        "met (larger: a larger effect; filled: survives correction for the number of models); a dot: not "
        "met.",
        lambda cells: _overview_alt(cells, names),
        cells[[*_DRAWN, "effect_size", "p_adjusted", "survives", "reason"]].drop(columns="subgroup_level"),
        lambda cells: draw_overview(cells, names.outcomes, names.measures),
        notes=lambda cells: notes(cells.assign(**_ALL_PEOPLE, warnings=""), names),
    )


def outcome_figure(log: Log, results: pd.DataFrame, number: str) -> Output:
    """Figures 4.9a to 4.9e: one outcome by the overall measures.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    number : str
        A key of `OUTCOME_FIGURES`, such as "4.9a".
    """
    names = names_of(log.definitions)
    cells = whole_sample(results, measures_in("a4.5"))
    cells = cells[cells["outcome"] == OUTCOME_FIGURES[number]]
    label = names.outcomes[OUTCOME_FIGURES[number]]
    return _bars(
        f"fig-{number}",
        f"{label}: adjusted mean change between two logs, by change in overall support. {_LEGEND}",
        cells,
        names,
        panels=lambda cells: _by_measure(cells, names),
        columns=3,
        same_y=True,
    )


def support_figure(log: Log, results: pd.DataFrame, number: str) -> Output:
    """Figures 4.9f to 4.9h: every outcome by the support given and received of one kind.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    number : str
        A key of `SUPPORT_FIGURES`, such as "4.9f".
    """
    names = names_of(log.definitions)
    table = SUPPORT_FIGURES[number]
    return _bars(
        f"fig-{number}",
        f"Adjusted mean change in every outcome between two logs, by change in {SUPPORT[table]}. "
        f"The outcomes have different scales. {_LEGEND}",
        _in_order(whole_sample(results, measures_in(table)), "outcome", names.outcomes),
        names,
        panels=lambda cells: _by_outcome(cells, names),
        columns=2,
    )


def subgroup_figure(log: Log, results: pd.DataFrame, number: str) -> Output:
    """Figures 4.10a to 4.10e: one outcome by a characteristic, for the measures the report prints.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    number : str
        A key of `SUBGROUP_FIGURES`, such as "4.10a".
    """
    names = names_of(log.definitions)
    characteristic, outcome = SUBGROUP_FIGURES[number]
    measures = [
        model.exposure
        for model in printed_tables()
        if (model.subgroup_variable, model.outcome) == SUBGROUP_FIGURES[number]
    ]
    cells = results[(results["subgroup_variable"] == characteristic) & (results["outcome"] == outcome)]
    label = f"{names.outcomes[outcome]} by {names.subgroups[characteristic].label.lower()}"
    return _bars(
        f"fig-{number}",
        f"{label}: adjusted mean change between two logs, by change in support; p tests whether the groups "
        f"differ in it. {_LEGEND}",
        _in_order(cells[cells["exposure"].isin(measures)], "exposure", measures),
        names,
        panels=lambda cells: _by_measure(cells, names),
        subgroup_variable=characteristic,
    )


def _bars(
    id: str,
    caption: str,
    cells: pd.DataFrame,
    names: Names,
    panels: Callable[[pd.DataFrame], Panels],
    subgroup_variable: str = "",
    columns: int = 1,
    same_y: bool = False,
) -> Output:
    """Make a figure of intervals; the alternative text says which of them leave out zero."""
    about = {"sample": WHOLE, "subgroup_variable": subgroup_variable}

    def alt(cells: pd.DataFrame) -> str:
        said = panels(cells).items()
        return " ".join(f"{title.replace(chr(10), ', ')}: {intervals(rows)}." for title, rows in said)

    def draw(cells: pd.DataFrame) -> Figure:
        return draw_changes(panels(cells), "Mean change (points)", columns=columns, same_y=same_y)

    return figure(
        id,
        caption,
        alt,
        cells[[*_DRAWN, "reason", "warnings"]],
        draw,
        notes=lambda cells: notes(cells.assign(**about), names),
    )


def _in_order(cells: pd.DataFrame, column: str, values: Iterable[str]) -> pd.DataFrame:
    """Sort cells by a column with an order of its own, keeping the order of those that are alike."""
    place = {value: i for i, value in enumerate(values)}
    return cells.sort_values(column, key=lambda found: found.map(place), kind="stable")


def _by_measure(cells: pd.DataFrame, names: Names) -> Panels:
    """Give each measure a panel, headed by its name and p value, with a group for each subgroup level."""
    cells = cells.assign(group=cells["subgroup_level"])
    return {
        f"{names.measures[measure]}\n{_tested(rows['p_value'].iloc[0])}": rows
        for measure, rows in cells.groupby("exposure", sort=False)
    }


def _by_outcome(cells: pd.DataFrame, names: Names) -> Panels:
    """Give each outcome a panel, with a group for the support given and one for the support received."""
    direction = cells["exposure"].str.rsplit("_", n=1).str[-1]
    cells = cells.assign(group=direction + "\n" + cells["p_value"].map(_tested))
    return {names.outcomes[outcome]: rows for outcome, rows in cells.groupby("outcome", sort=False)}


def _tested(p_value: float) -> str:
    return "no test" if formats.is_missing(p_value) else formats.p_phrase(p_value)


def _overview_alt(cells: pd.DataFrame, names: Names) -> str:
    """Count what the picture shows and name what survives correction."""
    models = cells.drop_duplicates(["exposure", "outcome"])
    met = cells[cells["changed"]]
    up, down = (met["mean"] > 0).sum(), (met["mean"] < 0).sum()
    survivors = [names.finding(row | _ALL_PEOPLE) for row in met[met["survives"]].to_dict("records")]
    unknown = _unknown(cells).sum()
    gaps = f" Not estimated: {formats.count(unknown)} of {formats.plural(len(cells), 'mean')}."
    return (
        f"{formats.plural(len(models), 'model')} of {models['outcome'].nunique()} outcomes by "
        f"{models['exposure'].nunique()} measures. The reading rule is met by "
        f"{formats.plural(len(met), 'mean change')}, {formats.count(up)} upwards and {formats.count(down)} "
        f"downwards. After correction these remain: {'; '.join(survivors) or 'none'}."
    ) + (gaps if unknown else "")


def _unknown(cells: pd.DataFrame) -> pd.Series:
    """Say which means are not estimated; one that is only not shown has no reason beside it."""
    return cells["mean"].isna() & (cells["reason"] != "")


def draw_changes(panels: Panels, y_label: str, *, columns: int, same_y: bool) -> Figure:
    """Draw adjusted mean changes with their intervals, three categories a group, a panel for each frame.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Title of a panel and its rows: `group` (written below each three), `change`, `mean`, `ci_low`,
        `ci_high`, `changed`, `reason`. Where a mean is not estimated, the panel says so.
    y_label : str
    columns : int
        Panels side by side.
    same_y : bool
        Whether all panels share the vertical axis.
    """
    drawn, places = panel_grid(list(panels), columns, 3.3, y_label, same_y=same_y)
    for place, cells in zip(places, panels.values(), strict=True):
        _change_panel(place, cells)
    return drawn


def panel_grid(
    titles: list[str], columns: int, height: float, y_label: str, *, same_y: bool = False
) -> tuple[Figure, list[Axes]]:
    """Lay out a panel for each title; `height` is that of a row, in inches."""
    rows = max(1, math.ceil(len(titles) / columns))
    drawn = blank(WIDTH, height * rows + 0.2)
    grid = drawn.subplots(rows, columns, sharey=same_y, squeeze=False)
    for place, title in zip(grid.flat, titles, strict=False):
        place.set_title(title, fontsize=10 if columns > 2 else 12)
    for place in grid[:, 0]:
        place.set_ylabel(y_label)
    for place in grid.flat[len(titles) :]:
        place.set_visible(False)
    return drawn, list(grid.flat[: len(titles)])


def _change_panel(axes: Axes, cells: pd.DataFrame) -> None:
    groups = list(dict.fromkeys(cells["group"]))
    cells = cells.assign(
        place=4 * cells["group"].map(groups.index) + cells["change"].map(CHANGES.index).astype(int)
    )
    axes.axhline(0, color=style.BLACK, linewidth=1)
    for changed, look in _LOOKS.items():
        drawn = cells[(cells["changed"] == changed) & cells["mean"].notna()]
        reach = [drawn["mean"] - drawn["ci_low"], drawn["ci_high"] - drawn["mean"]]
        axes.errorbar(drawn["place"], drawn["mean"], yerr=reach, capsize=3, linestyle="none", **look)
    axes.set_xticks(cells["place"], [_tick(row["change"], row["group"]) for row in cells.to_dict("records")])
    axes.set_xlim(-0.8, 4 * len(groups) - 1.2)
    unknown = _unknown(cells)
    if unknown.all():
        axes.set_ylim(-1, 1)
        axes.text(0.5, 0.6, NOT_ESTIMATED, ha="center", transform=axes.transAxes, color=style.GREY)
        return
    for place in cells.loc[unknown, "place"]:
        look = {"ha": "center", "va": "bottom", "rotation": 90, "color": style.GREY, "fontsize": 9}
        axes.text(place, 0.03, NOT_ESTIMATED, transform=axes.get_xaxis_transform(), **look)


def _tick(change: str, group: str) -> str:
    """Return an arrow, and below the middle one of each three the name of the group."""
    return f"{ARROWS[change]}\n{group}" if change == "unchanged" else ARROWS[change]


def draw_overview(cells: pd.DataFrame, outcomes: Mapping[str, str], measures: Mapping[str, str]) -> Figure:
    """Draw the whole grid: a row an outcome, a column a measure, three marks in each field.

    A mark is a triangle that points the way the outcome moved where the reading rule is met, larger for a
    larger effect, filled where it survives correction; a dot where the rule is not met; a cross where the
    mean is not estimated.

    Parameters
    ----------
    cells : DataFrame
        `outcome`, `exposure`, `change`, `mean`, `effect_size`, `changed`, `reason`, `survives`.
    outcomes, measures : mapping of str to str
        Names and labels, in order.
    """
    drawn = blank(WIDTH + 1.6, 0.62 * len(outcomes) + 2.4)
    axes = drawn.subplots()
    placed = cells.assign(
        x=cells["exposure"].map({name: i for i, name in enumerate(measures)}).astype(float)
        + cells["change"].map({change: 0.27 * (i - 1) for i, change in enumerate(CHANGES)}).astype(float),
        y=cells["outcome"].map({name: i for i, name in enumerate(outcomes)}).astype(float),
    )
    known, unknown = placed.dropna(subset="mean"), placed[_unknown(placed)]
    still = known[~known["changed"]]
    axes.plot(still["x"], still["y"], ".", color=style.GREY, markersize=3.5, label="reading rule not met")
    if len(unknown):
        axes.plot(unknown["x"], unknown["y"], "x", color=style.GREY, markersize=4, label=NOT_ESTIMATED)
    for (up, survives), label in _TRIANGLES.items():
        found = known[known["changed"] & ((known["mean"] > 0) == up) & (known["survives"] == survives)]
        shape, colour = ("^", style.BLUE) if up else ("v", style.VERMILION)
        inside = colour if survives else "white"
        look = {"marker": shape, "facecolors": inside, "edgecolors": colour, "linewidths": 1.6, "zorder": 3}
        axes.scatter(found["x"], found["y"], s=60 + 500 * found["effect_size"].abs(), **look)
        axes.plot([], [], shape, color=colour, markerfacecolor=inside, label=label)
    _frame(axes, list(outcomes.values()), list(measures.values()))
    return drawn


def _frame(axes: Axes, rows: list[str], columns: list[str]) -> None:
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", axis="both")
    axes.tick_params(which="minor", length=0)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.01), ncols=3, handletextpad=0.3, markerscale=0.8)
