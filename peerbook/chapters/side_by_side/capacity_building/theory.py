"""The theory of change as one data set, and the one function whose filters and merges give every figure.

A theme's figure holds the elements that its segments are coded with. That of a grouping puts its themes
together, with the merges of the first step. The overall figure puts the groupings together, with those of the
second. The summary of the report shows the overall figure with fewer words.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.choices import check_one_of

if TYPE_CHECKING:
    from peerbook.study import Study

STUDY = "side_by_side"
COMPONENTS = (
    "Approach", "Resources", "Activities", "Enablers", "Intermediate outcomes", "Final goals",
)  # fmt: skip
CHALLENGES = "Challenges"
GROUPINGS = ("National Mind", "Hubs", "Strategic partners and Elefriends", "Local groups")
EVERY = "all"
OVERALL, SUMMARY = "9.18", "2"  # Figure 2 is that of the executive summary
COUNTED = ("segments", "speakers", "groupings")


@dataclass(frozen=True)
class Theory:
    """The rows behind the theory of change; `data_schema/side_by_side/capacity` says what each holds.

    Attributes
    ----------
    elements, merges, themes, segments, segment_codes : DataFrame
        Blank cells are empty texts.
    """

    elements: pd.DataFrame
    merges: pd.DataFrame
    themes: pd.DataFrame
    segments: pd.DataFrame
    segment_codes: pd.DataFrame

    @classmethod
    def of(cls, study: Study) -> Theory | None:
        """Return the rows of a study; None if it lacks a table of them."""
        return study.once(_theory)

    @cached_property
    def coded(self) -> pd.DataFrame:
        """One row per segment and element: with its `speaker_id`, `grouping`, `theme` and `component`."""
        themes = self.themes[["theme_id", "grouping", "title"]].rename(columns={"title": "theme"})
        segments = self.segments[["segment_id", "speaker_id", "theme_id"]].merge(themes, on="theme_id")
        elements = self.elements[["element_id", "component"]]
        coded = self.segment_codes[["segment_id", "element_id", "element_status"]]
        coded = coded.merge(segments, on="segment_id").merge(elements, on="element_id")
        return coded[coded["component"].isin(COMPONENTS)].reset_index(drop=True)


def _theory(study: Study) -> Theory | None:
    names = [field.name for field in fields(Theory)]
    if any(f"capacity/{name}" not in study.tables for name in names):
        return None
    return Theory(**{name: rows_of(study, name) for name in names})


def rows_of(study: Study, name: str) -> pd.DataFrame:
    """Return a table of the chapter, with blank texts for missing ones; without rows if it is not there."""
    table = f"capacity/{name}"
    columns = list(study.definitions.tables[table].read_fields)
    if table not in study.tables:
        return pd.DataFrame(columns=columns)
    rows = study.tables[table].reindex(columns=columns)
    texts = [column for column in rows if not _is_measured(rows[column])]
    return rows.assign(
        **{column: rows[column].astype(object).where(rows[column].notna(), "") for column in texts}
    )


def _is_measured(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)


def is_made_up(rows: pd.DataFrame) -> bool:
    """Say whether some of the rows of a table are synthetic."""
    return bool((rows["status"] == "synthetic").any())


def figures() -> pd.DataFrame:
    """Return the figures of the theory of change: `figure`, `level`, `grouping`, `theme`, `state`, `line`.

    `level` is theme, grouping, overall or summary. `state` says whether the report's own is printed or lost.
    """
    listed = published.load(STUDY, "capacity_figures")
    return listed[~listed["level"].isin(["structure", "framework"])].reset_index(drop=True)


def theory_of_change(theory: Theory, figure: str = OVERALL, grouping: str = EVERY) -> pd.DataFrame:
    """Return the elements of one figure of the theory of change.

    Parameters
    ----------
    theory : Theory
    figure : str
        Number of the figure, "9.3" to "9.18", or "2" for that of the executive summary.
    grouping : str
        Of the last two: only what this grouping gives to it; "all" for everything.

    Returns
    -------
    DataFrame
        One row per element, in the order of components and of elements within them: `component`,
        `element_id`, `element` (its label), `segments`, `speakers` and `groupings` (how many stand behind
        it; 0 for an element that was added in the last step), and `basis`: "inferred" where the report's
        figure is lost and other figures say that the element is in it, else blank.

    Raises
    ------
    ParameterError
        If there is no such figure or grouping.

    Examples
    --------
    >>> theory_of_change(Theory.of(study), "9.17").query("component == 'Approach'")  # doctest: +SKIP
    """
    listed = figures().set_index("figure")
    check_one_of("figure", figure, list(listed.index))
    check_one_of("grouping", grouping, [EVERY, *GROUPINGS])
    drawn = listed.loc[figure]
    coded = theory.coded
    merged = [] if drawn["level"] == "theme" else [_first_merge]
    if drawn["level"] in ("overall", "summary"):
        coded = coded[(coded["grouping"] == grouping) | (grouping == EVERY)]
        merged = [_first_merge, _last_merge]
    else:
        coded = coded[coded["grouping"] == drawn["grouping"]]
        coded = coded[(coded["theme"] == drawn["theme"]) | (drawn["theme"] == "")]
    for merge in merged:
        coded = merge(theory, coded)
    added = _added(theory) if len(merged) == 2 and grouping == EVERY else []
    found = _counted(theory, coded, added)
    label = "summary_label" if drawn["level"] == "summary" else "label"
    short = found[label].where(found[label] != "", found["label"])
    inferred = (found["element_status"] != "") & (drawn["state"] == "lost")
    found = found.assign(element=short, basis=inferred.map({True: "inferred", False: ""}))
    return found[["component", "element_id", "element", *COUNTED, "basis"]].reset_index(drop=True)


def _first_merge(theory: Theory, coded: pd.DataFrame) -> pd.DataFrame:
    """Merge within groupings: an element without an entry stays, one that goes into none is dropped."""
    steps = theory.merges.loc[theory.merges["step"] == "grouping", ["grouping", "element_id", "into_id"]]
    moved = coded.merge(steps, on=["grouping", "element_id"], how="left")
    return _moved(moved, moved["into_id"].where(moved["into_id"].notna(), moved["element_id"]))


def _last_merge(theory: Theory, coded: pd.DataFrame) -> pd.DataFrame:
    """Merge into the overall theory: an element without a place in it is dropped."""
    last = (theory.merges["step"] == "overall") & (theory.merges["element_id"] != "")
    moved = coded.merge(theory.merges.loc[last, ["element_id", "into_id"]], on="element_id")
    return _moved(moved, moved["into_id"])


def _moved(coded: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return coded.assign(element_id=ids)[ids != ""].drop(columns="into_id")


def _added(theory: Theory) -> list[str]:
    """Name the overall elements that rest on no theme."""
    steps = theory.merges
    return list(steps.loc[(steps["step"] == "overall") & (steps["element_id"] == ""), "into_id"])


def _counted(theory: Theory, coded: pd.DataFrame, added: list[str]) -> pd.DataFrame:
    """Count what stands behind each element, in the order of the elements; added ones have nothing."""
    status = coded.groupby("element_id")["element_status"].max()
    counts = _behind(coded).assign(element_status=status)
    elements = theory.elements[theory.elements["element_id"].isin([*counts.index, *added])]
    order = {component: place for place, component in enumerate(COMPONENTS)}
    elements = elements.assign(place=elements["component"].map(order)).sort_values(["place", "order"])
    found = elements.merge(counts, left_on="element_id", right_index=True, how="left")
    whole = found[list(COUNTED)].fillna(0).astype(int)
    return found.assign(**whole, element_status=found["element_status"].fillna(""))


def merge_map(theory: Theory) -> pd.DataFrame:
    """Return where each element goes, those that are dropped or were added first.

    Returns
    -------
    DataFrame
        `step`, `grouping`, `component`, `element` (blank for one that was added), `into` (blank for one that
        is dropped), `basis`, and the `segments`, `speakers` and `groupings` behind the element: in its
        grouping for the first step, in all for the last.
    """
    known = theory.elements.set_index("element_id")
    merges = theory.merges.reset_index(drop=True)
    named = merges["element_id"].where(merges["element_id"] != "", merges["into_id"])
    coded = theory.coded
    counts = pd.concat(
        [
            _behind(coded[coded["grouping"] == grouping]).assign(grouping=grouping).reset_index()
            for grouping in GROUPINGS
        ]
        + [_behind(coded).assign(grouping="").reset_index()]
    )
    found = merges.merge(counts, on=["grouping", "element_id"], how="left")
    found = found.assign(
        component=named.map(known["component"].astype(object)).fillna(""),
        element=merges["element_id"].map(known["label"]).fillna(""),
        into=merges["into_id"].map(known["label"]).fillna(""),
        ordinary=(merges["into_id"] != "") & (merges["element_id"] != ""),
        **found[list(COUNTED)].fillna(0).astype(int),
    )
    found = found.sort_values("ordinary", kind="stable", ignore_index=True)
    return found[["step", "grouping", "component", "element", "into", "basis", *COUNTED]]


def _behind(coded: pd.DataFrame) -> pd.DataFrame:
    """Count the segments, speakers and groupings of each element."""
    return coded.groupby("element_id").agg(
        segments=("segment_id", "nunique"),
        speakers=("speaker_id", "nunique"),
        groupings=("grouping", "nunique"),
    )


def merge_check(theory: Theory) -> pd.DataFrame:
    """Set the figure of each grouping beside those of its themes, component by component.

    Returns
    -------
    DataFrame
        `figure`, `grouping`, `component`; `in_themes` and `in_figure` (elements of either), `merged` (in a
        theme and not in the figure), `from_lost` (in the figure and in no theme whose figure is printed), as
        lists of labels joined by semicolons. Only groupings whose own figure is printed.
    """
    listed = figures()
    rows = []
    for drawn in listed[(listed["level"] == "grouping") & (listed["state"] == "printed")].itertuples():
        whole = theory_of_change(theory, drawn.figure)
        themes = listed[(listed["level"] == "theme") & (listed["grouping"] == drawn.grouping)]
        known = themes.loc[themes["state"] == "printed", "figure"]
        parts = pd.concat([theory_of_change(theory, theme) for theme in known])
        for component in COMPONENTS:
            below, here = (_labels_of(rows_, component) for rows_ in (parts, whole))
            if not below and not here:
                continue
            rows.append(
                {
                    "figure": drawn.figure,
                    "grouping": drawn.grouping,
                    "component": component,
                    "in_themes": len(below),
                    "in_figure": len(here),
                    "merged": "; ".join(label for label in below if label not in here),
                    "from_lost": "; ".join(label for label in here if label not in below),
                }
            )
    columns = ["figure", "grouping", "component", "in_themes", "in_figure", "merged", "from_lost"]
    return pd.DataFrame(rows, columns=columns)


def _labels_of(rows: pd.DataFrame, component: str) -> list[str]:
    return list(dict.fromkeys(rows.loc[rows["component"] == component, "element"]))


def beside_printed(theory: Theory | None) -> pd.DataFrame:
    """Set every figure beside the printed one, element by element.

    Returns
    -------
    DataFrame
        One row per figure: `figure`, `printed` (elements in print), `inferred` (elements that were inferred
        for a lost one), `rebuilt`, `in_both`, `only_printed`, `only_rebuilt` (lists of labels).
    """
    shown = published.load(STUDY, "capacity_elements")
    overall = shown[shown["figure"] == OVERALL]
    shorter = overall.assign(figure=SUMMARY, element=overall["element"].map(_as_in_summary))
    shown = pd.concat([shown, shorter])
    rows = []
    for figure in figures()["figure"]:
        mine = shown[shown["figure"] == figure]
        here = set() if theory is None else _keys(theory_of_change(theory, figure))
        there = _keys(mine)
        rows.append(
            {
                "figure": figure,
                "printed": int((mine["basis"] == "printed").sum()),
                "inferred": int((mine["basis"] == "inferred").sum()),
                "rebuilt": len(here),
                "in_both": len(here & there),
                "only_printed": _listed(there - here),
                "only_rebuilt": _listed(here - there),
            }
        )
    return pd.DataFrame(rows)


def _as_in_summary(label: str) -> str:
    for word in published.load(STUDY, "capacity_left_out").query("element == @label")["word"]:
        label = label.replace(f", {word}", "")
    return label


def _keys(rows: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(rows["component"], rows["element"], strict=True))


def _listed(keys: set[tuple[str, str]]) -> str:
    return "; ".join(sorted(label for _, label in keys))
