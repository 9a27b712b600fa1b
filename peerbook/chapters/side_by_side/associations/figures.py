"""The figures of association models: forest plots on one scale, and the whole grid as a heat map.

Nothing rests on colour: what is told is a filled square or carries a triangle, what is not a hollow circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CHANGES,
    NOT_ESTIMATED,
    TOLD_PAIRS,
    WHOLE,
    counted,
    printed_tables,
)
from peerbook.chapters.side_by_side.associations.tables import SUPPORT, measures_in, notes
from peerbook.chapters.side_by_side.associations.words import (
    ARROWS,
    Names,
    headline,
    instead,
    names_of,
    rest_in_words,
    surviving,
    told_in_words,
    whole_sample,
)
from peerbook.outputs import Output, figure, formats, plots

if TYPE_CHECKING:
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
OTHERS = "others"
# The joined figures of Figure 4.10; the printed ones are panels of them where they are several.
CHARACTERISTICS = MappingProxyType(
    {"age_group": "4.10a", "ethnic_group": "4.10b-d", "location_group": "4.10e", OTHERS: "4.10f"}
)
SUBGROUP_REACH = 1.5  # SDs: the same axis for every characteristic
STRONG = 0.3  # SDs: the strongest colour of the heat map
_LEGEND = (
    "In standard deviations of change, with intervals; the number of pairs stands at the end of each line. A "
    "filled square counts as changed: the test has p below 0.05 and the interval leaves out zero."
)
_DRAWN = (
    "exposure", "outcome", "subgroup_level", "change", "n", "mean", "ci_low", "ci_high", "p_value", "changed",
    "told", "effect_size", "sd_change",
)  # fmt: skip
_IN_SDS = MappingProxyType({"estimate": "mean", "low": "ci_low", "high": "ci_high"})
_PANELS = MappingProxyType({"decreased": "↓ Less", "unchanged": "↔ Same", "increased": "↑ More"})
_NO_WARNINGS = MappingProxyType({"warnings": ""})  # about the method: they stand below the tables
_ALL_PEOPLE = MappingProxyType({"sample": WHOLE, "subgroup_variable": "", "subgroup_level": ""})

Line = Callable[[Mapping[str, object]], tuple[str, str]]


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
    names = names_of(log.definitions)
    cells = surviving(whole_sample(results, names.measures))
    drawn = cells[[*_DRAWN, "p_adjusted", "survives", "reason"]].assign(_people=cells["people"])
    return figure(
        "fig-4.11",
        "Every outcome with every measure of support that went down (↓), stayed the same (↔) or went up (↑). "
        "A triangle points the way the outcome moved, with the size of the effect beside it; it is filled "
        "where the finding survives correction for the number of models. No triangle: no clear change.",
        lambda cells: _overview_alt(cells.assign(**_ALL_PEOPLE), names),
        drawn.drop(columns="subgroup_level"),
        lambda cells: _draw_overview(cells.assign(**_ALL_PEOPLE), names),
        notes=lambda cells: notes(cells.assign(**_ALL_PEOPLE, warnings=""), names),
        people=counted(drawn),
    )


def _overview_alt(cells: pd.DataFrame, names: Names) -> str:
    """Count what the picture shows and name what survives correction."""
    models = cells.drop_duplicates(["exposure", "outcome"])
    met = cells[cells["told"].astype(bool)]
    up, down = (met["mean"] > 0).sum(), (met["mean"] < 0).sum()
    survivors = told_in_words(met[met["survives"].astype(bool)], names)
    counted = (
        f"Heat map of {formats.plural(len(models), 'model')}: {models['outcome'].nunique()} outcomes by "
        f"{models['exposure'].nunique()} measures. {formats.plural(len(met), 'mean change')} "
        f"{'is' if len(met) == 1 else 'are'} clear, {formats.count(up)} upwards and {formats.count(down)} "
        f"downwards. {rest_in_words(cells, names)} After correction these remain:"
    )
    return " ".join([counted, *(survivors or ["none."])])


def _draw_overview(cells: pd.DataFrame, names: Names) -> Figure:
    cells = cells.assign(value=cells["mean"] / cells["sd_change"], mark=_marks(cells))
    rows = pd.MultiIndex.from_product([names.measures, CHANGES])
    wide = {
        what: cells.pivot_table(what, ["exposure", "change"], "outcome", aggfunc="first", observed=True)
        .reindex(index=rows, columns=list(names.outcomes))
        .rename(index=names.measures, level=0)
        .rename(index=ARROWS, level=1)
        .rename(columns=names.outcomes)
        for what in ("value", "mark")
    }
    surviving = cells[cells["survives"].astype(bool)]
    return plots.heat_map(wide["value"], wide["mark"].fillna(""), STRONG, headline(surviving, names))


def _marks(cells: pd.DataFrame) -> list[str]:
    """Write what is to be read of each cell: a triangle with the size, a cross without an estimate."""
    marks = []
    for row in cells.to_dict("records"):
        if formats.is_missing(row["mean"]):
            marks.append({NOT_ESTIMATED: "×"}.get(instead(row), instead(row)))
        elif row["told"]:
            way = {(True, True): "▲", (True, False): "△", (False, True): "▼", (False, False): "▽"}
            shape = way[row["mean"] > 0, bool(row["survives"])]
            marks.append(f"{shape} {formats.number(abs(row['effect_size']), 2)}")
        else:
            marks.append("")
    return marks


def changes_figure(log: Log, results: pd.DataFrame, minimum_cell: int = TOLD_PAIRS) -> Output:
    """Figure 4.9: the mean changes of the whole sample in one forest plot; 4.9a to 4.9h are its panels.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    minimum_cell : int
        Pairs that a mean needs to be told, as for `associations`.
    """
    names = names_of(log.definitions)
    parts = {
        **{number: _of_outcome(results, outcome) for number, outcome in OUTCOME_FIGURES.items()},
        **{number: _of_support(results, table, names) for number, table in SUPPORT_FIGURES.items()},
    }
    titles = {
        **{
            number: f"{names.outcomes[outcome]}, by overall support"
            for number, outcome in OUTCOME_FIGURES.items()
        },
        **{number: f"every outcome, by {SUPPORT[table]}" for number, table in SUPPORT_FIGURES.items()},
    }
    together = _in_order(pd.concat(parts.values()), "exposure", names.measures)
    return _forest(
        "fig-4.9",
        "Mean change between two logs, by change in support",
        together,
        names,
        lambda row: (names.measure(row), names.outcome(row)),
        minimum_cell,
        headed=True,
        panels=[
            _panel(
                f"fig-{number}", f"Mean change between two logs: {titles[number]}", cells, names, minimum_cell
            )
            for number, cells in parts.items()
        ],
    )


def _of_outcome(results: pd.DataFrame, outcome: str) -> pd.DataFrame:
    cells = whole_sample(results, measures_in("a4.5"))
    return cells[cells["outcome"] == outcome]


def _of_support(results: pd.DataFrame, table: str, names: Names) -> pd.DataFrame:
    return _in_order(whole_sample(results, measures_in(table)), "outcome", names.outcomes)


def subgroup_figure(
    log: Log, results: pd.DataFrame, characteristic: str, minimum_cell: int = TOLD_PAIRS
) -> Output:
    """Figures 4.10a to 4.10f: all printed models by a characteristic of people, in one forest plot.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    characteristic : str
        A key of `CHARACTERISTICS`; "others" for those of which the report draws no figure.
    minimum_cell : int
        Pairs that a mean needs to be told, as for `associations`.
    """
    names = names_of(log.definitions)
    number = CHARACTERISTICS[characteristic]
    wanted = [characteristic] if characteristic != OTHERS else _not_drawn(names)
    cells = results[(results["table"] != "") & results["subgroup_variable"].isin(wanted)]
    labels = [names.subgroups[name].label.lower() for name in wanted if name in names.subgroups]
    printed = [key for key, (name, _) in SUBGROUP_FIGURES.items() if name == characteristic]
    return _forest(
        f"fig-{number}",
        f"Mean change between two logs, by change in support and {formats.words(labels)}",
        cells,
        names,
        lambda row: (_heading(row, names, characteristic), row["subgroup_level"]),
        minimum_cell,
        reach=SUBGROUP_REACH,
        panels=[_subgroup_panel(results, key, names, minimum_cell) for key in printed if len(printed) > 1],
    )


def _not_drawn(names: Names) -> list[str]:
    """Return the characteristics that are printed in a table and in no figure."""
    printed = dict.fromkeys(model.subgroup_variable for model in printed_tables() if model.subgroup_variable)
    return [name for name in printed if name not in CHARACTERISTICS]


def _heading(row: Mapping[str, object], names: Names, characteristic: str) -> str:
    """Head the lines of a model; by the characteristic too where the figure has several."""
    title = names.model_title({**row, "subgroup_variable": "", "sample": WHOLE})
    return title if characteristic != OTHERS else f"{names.topic(row)}: {title}"


def _subgroup_panel(results: pd.DataFrame, number: str, names: Names, minimum_cell: int) -> Output:
    characteristic, outcome = SUBGROUP_FIGURES[number]
    measures = [
        model.exposure
        for model in printed_tables()
        if (model.subgroup_variable, model.outcome) == SUBGROUP_FIGURES[number]
    ]
    cells = results[(results["subgroup_variable"] == characteristic) & (results["outcome"] == outcome)]
    label = f"{names.outcomes[outcome]}, by support and {names.subgroups[characteristic].label.lower()}"
    cells = _in_order(cells[cells["exposure"].isin(measures)], "exposure", measures)
    return _panel(f"fig-{number}", f"Mean change between two logs: {label}", cells, names, minimum_cell)


def _kept(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep what a figure's data hold: one characteristic is not repeated in every row, several are."""
    several = len(set(cells["subgroup_variable"])) > 1
    kept = cells[[*(["subgroup_variable"] if several else []), *_DRAWN, "reason", "warnings"]]
    return kept.assign(_people=cells["people"])


def _forest(
    id: str,
    caption: str,
    cells: pd.DataFrame,
    names: Names,
    line: Line,
    minimum_cell: int,
    *,
    reach: float | None = None,
    headed: bool = False,
    panels: Sequence[Output] = (),
) -> Output:
    """Make a forest plot with a column for each change in support; its text says what is told."""
    about = _about(cells)
    few = f"A number of pairs below {minimum_cell} stands in brackets: such a mean is shown and not told."
    return figure(
        id,
        f"{caption}. {_LEGEND}",
        partial(_forest_alt, names=names, about=about, minimum_cell=minimum_cell),
        _kept(cells),
        lambda cells: _draw_forest(cells.assign(**about), names, line, minimum_cell, reach, headed),
        arrange=partial(_numbers, names=names, about=about),
        notes=lambda cells: [
            *([few] if (cells["n"] < minimum_cell).any() else []),
            *notes(cells.assign(**{**about, **_NO_WARNINGS}), names),
        ],
        panels=panels,
        people=counted(_kept(cells), about.get("subgroup_variable", "")),
    )


def _panel(id: str, caption: str, cells: pd.DataFrame, names: Names, minimum_cell: int) -> Output:
    """Make a figure that is drawn as part of another."""
    about = _about(cells)
    return figure(
        id,
        caption,
        partial(_panel_alt, names=names, about=about, minimum_cell=minimum_cell),
        _kept(cells),
        arrange=partial(_numbers, names=names, about=about),
        notes=lambda cells: notes(cells.assign(**{**about, **_NO_WARNINGS}), names),
        people=counted(_kept(cells), about.get("subgroup_variable", "")),
    )


def _about(cells: pd.DataFrame) -> Mapping[str, str]:
    """Say what all rows have in common and their data leave out."""
    characteristics = list(dict.fromkeys(cells["subgroup_variable"]))
    alike = {"subgroup_variable": "".join(characteristics)} if len(characteristics) < 2 else {}
    return {"sample": WHOLE, **alike}


def _panel_alt(cells: pd.DataFrame, names: Names, about: Mapping[str, str], minimum_cell: int) -> str:
    cells = cells.assign(**about)
    return " ".join([*told_in_words(cells, names), rest_in_words(cells, names, minimum_cell)])


def _forest_alt(cells: pd.DataFrame, names: Names, about: Mapping[str, str], minimum_cell: int) -> str:
    counted = f"Forest plot of {formats.plural(len(cells), 'mean change')} with intervals around zero."
    return f"{counted} {_panel_alt(cells, names, about, minimum_cell)}"


def _numbers(cells: pd.DataFrame, names: Names, about: Mapping[str, str]) -> pd.DataFrame:
    """Arrange the numbers of a figure as a table."""
    rows = cells.assign(**about).to_dict("records")
    shown = {
        "n": [formats.count(row["n"]) for row in rows],
        "Mean change (interval)": [
            formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
            if not formats.is_missing(row["mean"]) or not row["reason"]
            else instead(row)
            for row in rows
        ],
        "In SDs": [formats.number(row["mean"] / row["sd_change"], 2) for row in rows],
        "p": [formats.p_value(row["p_value"]) for row in rows],
    }
    headings = [
        [names.model_title(row) for row in rows],
        [", ".join(filter(None, [row["change"].capitalize(), row["subgroup_level"]])) for row in rows],
    ]
    return pd.DataFrame(shown, pd.MultiIndex.from_arrays(headings, names=["", "Change in support"]))


def _draw_forest(
    cells: pd.DataFrame, names: Names, line: Line, minimum_cell: int, reach: float | None, headed: bool
) -> Figure:
    records = cells.to_dict("records")
    lines = [line(row) for row in records]
    rows = pd.DataFrame(
        {
            "panel": [_PANELS[row["change"]] for row in records],
            "heading": [heading for heading, _ in lines],
            "label": [label for _, label in lines],
            **{new: cells[old].to_numpy() / cells["sd_change"].to_numpy() for new, old in _IN_SDS.items()},
            "marked": [names.reading(row).clear for row in records],
            "n": cells["n"].to_numpy(),
            "missing": list(map(instead, records)),
        }
    )
    rows = rows.sort_values("panel", key=lambda found: found.map(list(_PANELS.values()).index), kind="stable")
    title = headline(cells, names) if headed else ""
    return plots.forest(rows, "Change (SDs)", few=minimum_cell, reach=reach, headline=title)


def _in_order(cells: pd.DataFrame, column: str, values: Iterable[str]) -> pd.DataFrame:
    """Sort cells by a column with an order of its own, keeping the order of those that are alike."""
    place = {value: i for i, value in enumerate(values)}
    return cells.sort_values(column, key=lambda found: found.map(place), kind="stable")
