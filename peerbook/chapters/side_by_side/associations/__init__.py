"""The associations chapter: do outcomes change when the use of peer support changes.

Every output is made from the frame that `associations` returns: `table-a4.5` to `table-a4.9` (whole sample,
by kind of support), `table-a4.10` (subgroups), `table-a4.11` (subsamples), `table-a4.12` (models the report
does not print), `fig-4.9a` to `fig-4.9h`, `fig-4.10a` to `fig-4.10e`, `fig-4.11` (overview), `text-findings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import pandas as pd

from peerbook.chapters.side_by_side.associations import figures as draw
from peerbook.chapters.side_by_side.associations import words
from peerbook.chapters.side_by_side.associations.grid import (
    MODEL,
    OUTCOMES,
    OVERALL_MEASURES,
    associations,
    printed_tables,
)
from peerbook.chapters.side_by_side.associations.tables import (
    MEASURES,
    grid_table,
    measures_table,
    model_table,
    notes,
    whole_sample,
)
from peerbook.outputs import Output, figure, formats, text

__all__ = [
    "associations",
    "findings",
    "grid_table",
    "measures_table",
    "model_table",
    "outcome_figure",
    "overview",
    "subgroup_figure",
    "support_figure",
]

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


def overview(results: pd.DataFrame) -> Output:
    """Figure 4.11, not in print: the whole grid at a glance: every outcome with every measure, whole sample.

    A change survives correction if the p value of its model, adjusted after Benjamini and Hochberg over all
    models of the figure, stays below 0.05.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    """
    from peerbook.stats import adjust_p_values

    cells = whole_sample(results)
    tests = cells.drop_duplicates(list(MODEL))
    adjusted = tests[list(MODEL)].assign(p_adjusted=adjust_p_values(tests["p_value"], "benjamini-hochberg"))
    cells = cells.merge(adjusted, on=list(MODEL))
    cells = cells.assign(survives=cells["changed"] & (cells["p_adjusted"] < 0.05))
    outcomes = {name: words.outcome_labels()[name] for name in OUTCOMES}
    measures = {name: words.measure_labels()[name] for name in dict.fromkeys(cells["exposure"])}
    return figure(
        "fig-4.11",
        "Every outcome with every measure of support. In each field from left to right: support decreased, "
        "stayed unchanged, increased. A triangle points the way the outcome moved where the reading rule is "
        "met (larger: a larger effect; filled: survives correction for the number of models); a dot: not "
        "met.",
        _overview_alt(cells),
        cells[[*_DRAWN, "effect_size", "p_adjusted", "survives"]].drop(columns="subgroup_level"),
        lambda: draw.overview(cells, outcomes, measures),
    )


def outcome_figure(results: pd.DataFrame, number: str) -> Output:
    """Figures 4.9a to 4.9e: one outcome by the three overall measures.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    number : str
        A key of `OUTCOME_FIGURES`, such as "4.9a".
    """
    outcome = OUTCOME_FIGURES[number]
    cells = whole_sample(results, OVERALL_MEASURES)
    panels = _by_measure(cells[cells["outcome"] == outcome], OVERALL_MEASURES)
    label = words.outcome_labels()[outcome]
    caption = f"{label}: adjusted mean change between two logs, by change in overall support. {_LEGEND}"
    return _bars(f"fig-{number}", caption, panels, 3, same_y=True)


def support_figure(results: pd.DataFrame, number: str) -> Output:
    """Figures 4.9f to 4.9h: every outcome by the support given and received of one kind.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    number : str
        A key of `SUPPORT_FIGURES`, such as "4.9f".
    """
    topic, measures = MEASURES[SUPPORT_FIGURES[number]]
    cells = whole_sample(results, measures)
    direction = cells["exposure"].str.rsplit("_", n=1).str[-1]
    cells = cells.assign(group=direction + "\n" + cells["p_value"].map(_tested))
    panels = {words.outcome_labels()[name]: cells[cells["outcome"] == name] for name in OUTCOMES}
    caption = (
        f"Adjusted mean change in every outcome between two logs, by change in {topic}. The outcomes have "
        f"different scales. {_LEGEND}"
    )
    return _bars(f"fig-{number}", caption, panels, 2, same_y=False)


def subgroup_figure(results: pd.DataFrame, number: str) -> Output:
    """Figures 4.10a to 4.10e: one outcome by a characteristic, for the measures the report prints.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    number : str
        A key of `SUBGROUP_FIGURES`, such as "4.10a".
    """
    characteristic, outcome = SUBGROUP_FIGURES[number]
    measures = [
        model.exposure
        for model in printed_tables()
        if (model.subgroup_variable, model.outcome) == SUBGROUP_FIGURES[number]
    ]
    cells = results[(results["subgroup_variable"] == characteristic) & (results["outcome"] == outcome)]
    label = f"{words.outcome_labels()[outcome]} by {words.subgroup_labels()[characteristic].lower()}"
    caption = (
        f"{label}: adjusted mean change between two logs, by change in support; p tests whether the groups "
        f"differ in it. {_LEGEND}"
    )
    return _bars(f"fig-{number}", caption, _by_measure(cells, measures), 1, same_y=False)


def findings(results: pd.DataFrame, level: float = 0.95) -> Output:
    """Say every printed association that meets the reading rule in a sentence; the others get none.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    level : float
        Confidence level the results were made with.
    """
    printed = results[results["table"] != ""]
    models = printed.drop_duplicates(list(MODEL))
    met = printed[printed["changed"]]
    met = met.assign(
        people=[words.people(row) for row in met.to_dict("records")],
        sentence=[words.sentence(row, level) for row in met.to_dict("records")],
    )
    counted = (
        f"Of the {formats.plural(len(models), 'model')} of Tables A4.5 to A4.11, "
        f"{formats.count((models['p_value'] < 0.05).sum())} have p below 0.05. In these, "
        f"{formats.plural(len(met), 'mean change')} also {'has' if len(met) == 1 else 'have'} an interval "
        "that leaves out zero."
    )
    everybody = _list("In the whole sample:", met.loc[met["people"] == "", "sentence"])
    some = _list(
        "Among some people (many of these means rest on very few pairs):",
        met.loc[met["people"] != "", "sentence"],
    )
    return text("text-findings", "\n".join([counted, *everybody, *some]), met)


def _list(heading: str, items: Iterable[str]) -> list[str]:
    """Write the lines of a list with a heading, none without items."""
    lines = [f"- {item}" for item in items]
    return ["", heading, "", *lines] if lines else []


def _by_measure(cells: pd.DataFrame, measures: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Give each measure a panel, headed by its name and p value, with a group for each subgroup level."""
    panels = {}
    for name in measures:
        rows = cells[cells["exposure"] == name]
        title = f"{words.measure_labels()[name]}\n{_tested(rows['p_value'].iloc[0])}"
        panels[title] = rows.assign(group=rows["subgroup_level"])
    return panels


def _tested(p_value: float) -> str:
    return "no test" if formats.is_missing(p_value) else formats.p_phrase(p_value)


def _bars(id: str, caption: str, panels: dict[str, pd.DataFrame], columns: int, *, same_y: bool) -> Output:
    """Make a figure of intervals; the alternative text says which of them leave out zero."""
    said = [f"{title.replace(chr(10), ', ')}: {words.intervals(cells)}." for title, cells in panels.items()]
    cells = pd.concat(panels.values())
    return figure(
        id,
        caption,
        " ".join(said),
        cells[list(_DRAWN)],
        lambda: draw.change_bars(panels, "Mean change (points)", columns=columns, same_y=same_y),
        notes=notes(cells),
    )


def _overview_alt(cells: pd.DataFrame) -> str:
    """Count what the picture shows and name what survives correction."""
    models = cells.drop_duplicates(list(MODEL))
    met = cells[cells["changed"]]
    up, down = (met["mean"] > 0).sum(), (met["mean"] < 0).sum()
    survivors = [words.finding(row) for row in met[met["survives"]].to_dict("records")]
    return (
        f"{formats.plural(len(models), 'model')} of {models['outcome'].nunique()} outcomes by "
        f"{models['exposure'].nunique()} measures. The reading rule is met by "
        f"{formats.plural(len(met), 'mean change')}, {formats.count(up)} upwards and {formats.count(down)} "
        f"downwards. After correction these remain: {'; '.join(survivors) or 'none'}."
    )
