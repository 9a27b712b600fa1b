"""Figures 9.1 to 9.18, the numbers behind the elements, and what became of them when they were merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.capacity_building.theory import (
    COMPONENTS,
    COUNTED,
    EVERY,
    OVERALL,
    STUDY,
    Theory,
    beside_printed,
    figures,
    is_made_up,
    merge_check,
    merge_map,
    theory_of_change,
)
from peerbook.disclosure import Counted, Nobody
from peerbook.outputs import Output, diagrams, figure, formats, table
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

BEHIND = Counted(
    counts={name: f"{name} behind an element" for name in ("segments", "speakers")},
    by=(),
    each=("component", "element"),
    plain=("groupings",),
)
ELEMENTS = Nobody("says what a theory holds")

NO_ARROWS = "Elements are listed, not joined: the report draws no links between them."
MADE_UP = (
    "Which segment stands for which element is made up: segments and speakers show the method only. "
    "Groupings are those whose figures have the element."
)
LOST = "The printed picture is lost. What is here was inferred from other figures: it may lack elements."
INFERRED = "inferred"
# Row and column of the boxes of Figure 9.1.
PLACES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "National Mind": (0, 1),
        "Hubs": (1, 0),
        "Strategic partners": (1, 1),
        "Elefriends": (1, 2),
        "Peer support community": (2, 0.5),
    }
)


def theory_figure(
    id: str,
    caption: str | Callable[[pd.DataFrame], str],
    elements: pd.DataFrame,
    *,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (NO_ARROWS,),
    folded: bool = False,
) -> Output:
    """Draw elements of the theory of change as a list for each component.

    Parameters
    ----------
    id : str
    caption : str or callable
    elements : DataFrame
        From `theory_of_change`.
    notes : iterable of str, or callable
    folded : bool
        Whether all but its caption is folded away.
    """
    return figure(
        id,
        caption,
        _in_words,
        elements[["component", "element", "basis"]],
        lambda data: diagrams.lists(_numbered(data)),
        arrange=_lists,
        notes=notes,
        folded=folded,
        people=ELEMENTS,
    )


def _lists(data: pd.DataFrame) -> dict[str, list[str]]:
    """Return the elements of each component that has any; those inferred say so."""
    said = data["element"] + data["basis"].map({INFERRED: f" ({INFERRED})"}).fillna("")
    by = said.groupby(data["component"].astype(object), sort=False).agg(list)
    return {component: by[component] for component in COMPONENTS if component in by.index}


def _numbered(data: pd.DataFrame) -> dict[str, list[str]]:
    """Give the lists headings with the place of each component in the whole framework."""
    return {f"{COMPONENTS.index(name) + 1}. {name}": items for name, items in _lists(data).items()}


def _in_words(data: pd.DataFrame) -> str:
    lists = _lists(data)
    said = formats.words(f"{name} ({formats.count(len(items))})" for name, items in lists.items())
    return (
        f"{formats.plural(len(lists), 'list')} in frames, with the number of elements: {said}. "
        "A list below the figure names them."
    )


def overall_theory(study: Study, grouping: str = EVERY) -> Output | None:
    """Figure 9.18: the overall theory of change, or what one grouping gives to it.

    Parameters
    ----------
    study : Study
    grouping : str
        "all", or one of the groupings.
    """
    theory = Theory.of(study)
    if theory is None:
        return None
    whole = grouping == EVERY
    return theory_figure(
        "fig-9.18",
        "The overall theory of change" if whole else f"What this grouping gives to it: {grouping}",
        theory_of_change(theory, OVERALL, grouping),
        notes=[NO_ARROWS, "Final goals were added at the last step: no theme has elements of them."]
        if whole
        else [NO_ARROWS, "The report prints the figure of all groupings."],
    )


def part_of_theory(study: Study, number: str) -> Output | None:
    """Figures 9.3 to 9.17: the theory of change of one theme, or of one grouping.

    Parameters
    ----------
    study : Study
    number : str
        Of the figure.
    """
    theory = Theory.of(study)
    if theory is None:
        return None
    drawn = figures().set_index("figure").loc[number]
    named = drawn["theme"] or "all themes together"
    return theory_figure(
        f"fig-{number}",
        partial(_named, title=f"{drawn['grouping']}: {formats.lower_first(named)}"),
        theory_of_change(theory, number),
        notes=partial(_notes_on_part, lost=drawn["state"] == "lost", joined=drawn["level"] == "grouping"),
        folded=True,
    )


def _named(data: pd.DataFrame, title: str) -> str:
    """Say in the caption already that elements were inferred: all else may be folded away."""
    return f"{title}. Inferred: at least these elements" if data["basis"].eq(INFERRED).any() else title


def _notes_on_part(data: pd.DataFrame, lost: bool, joined: bool) -> list[str]:
    notes = ["Put together from the figures of its themes, less what was merged."] if joined else []
    if lost:
        inferred = data["basis"].eq(INFERRED).any()
        notes.append(LOST if inferred else "The printed picture is lost; this one is drawn anew.")
    return notes


def numbers_behind(study: Study, grouping: str = EVERY) -> Output | None:
    """Table 9.3: segments, speakers and groupings behind each element of the overall theory.

    Parameters
    ----------
    study : Study
    grouping : str
        "all", or one of the groupings.
    """
    theory = Theory.of(study)
    if theory is None:
        return None
    found = theory_of_change(theory, OVERALL, grouping)
    return folded(
        "table-9.3",
        pages.added("How much stands behind each element of the overall theory"),
        found[["component", "element", "segments", "speakers", "groupings"]],
        lambda data: data.set_index(["component", "element"]),
        notes=[
            "A segment is an extract from an interview; a speaker may have several.",
            "Print has no such numbers.",
            *([MADE_UP] if is_made_up(theory.segment_codes) else []),
        ],
        people=BEHIND,
    )


def structure(study: Study) -> Output:
    """Figure 9.1: who took part in capacity building, and who worked with whom.

    Parameters
    ----------
    study : Study
        Not read: the figure is drawn from what the text says.
    """
    rows = published.load(STUDY, "capacity_actors")
    return figure(
        "fig-9.1",
        "Design and structure of capacity building",
        lambda data: (
            f"{formats.plural(len(data), 'box', 'boxes')} joined by arrows: "
            + "; ".join(
                f"{row['actor']} to {row['works_with'].replace('; ', ' and ')}" for row in _joined(data)
            )
            + ". A list below the figure says what each does and is to reach."
        ),
        rows[["actor", "role", "is_to_reach", "works_with"]],
        _structure_drawn,
        arrange=_what_each_does,
        notes=["The printed picture is lost; this one is drawn from the text."],
        evidence=JUDGEMENT,
    )


def _joined(data: pd.DataFrame) -> list[dict[str, str]]:
    return data[data["works_with"] != ""].to_dict("records")


def _what_each_does(data: pd.DataFrame) -> dict[str, list[str]]:
    return {
        row["actor"]: [
            f"Role: {row['role']}",
            *([f"To reach: {row['is_to_reach']}"] if row["is_to_reach"] else []),
            *([f"Works with: {row['works_with']}"] if row["works_with"] else []),
        ]
        for row in data.to_dict("records")
    }


def _structure_drawn(data: pd.DataFrame) -> Figure:
    places = [PLACES[actor] for actor in data["actor"]]
    nodes = pd.DataFrame(places, columns=["row", "column"], index=data["actor"]).assign(
        label=data["actor"].to_numpy()
    )
    arrows = [(row["actor"], other) for row in _joined(data) for other in row["works_with"].split("; ")]
    return diagrams.boxes(nodes, pd.DataFrame(arrows, columns=["from", "to"]))


def framework(study: Study) -> Output:
    """Figure 9.2: the components of the framework, in their order.

    Parameters
    ----------
    study : Study
        Not read: the figure is drawn from what the text says.
    """
    data = pd.DataFrame({"order": range(1, len(COMPONENTS) + 1), "component": COMPONENTS})
    return figure(
        "fig-9.2",
        "Components of the theory of change",
        lambda data: (
            f"{formats.plural(len(data), 'box', 'boxes')}, each leading to the next: "
            f"{formats.words(data['component'].str.lower())}."
        ),
        data,
        _framework_drawn,
        notes=[
            "The printed picture is lost; this one follows the text.",
            "Arrows give the order of columns. The report warns that the process is not a straight line.",
            "Challenges are the other side of enablers; they have a table of their own.",
        ],
        evidence=JUDGEMENT,
    )


def _framework_drawn(data: pd.DataFrame) -> Figure:
    names = list(data["component"])
    nodes = pd.DataFrame(
        {"label": names, "row": [place // 3 for place in range(len(names))],
         "column": [place % 3 for place in range(len(names))]},
        index=names,
    )  # fmt: skip
    return diagrams.boxes(nodes, pd.DataFrame({"from": names[:-1], "to": names[1:]}))


def merged_elements(study: Study) -> Output | None:
    """Table 9.8: where each element went, those that went nowhere first."""
    theory = Theory.of(study)
    if theory is None:
        return None
    return folded(
        "table-9.8",
        pages.added("Where the elements of themes went, and what was dropped or added"),
        merge_map(theory),
        _merges_arranged,
        notes=partial(_merges_in_words, made_up=is_made_up(theory.segment_codes)),
        evidence=JUDGEMENT,
        people=Counted(
            counts=BEHIND.counts,
            by=(),
            each=("step", "grouping", "component", "element", "into"),
            plain=BEHIND.plain,
        ),
    )


def _merges_arranged(data: pd.DataFrame) -> pd.DataFrame:
    step = data["grouping"].where(data["grouping"] != "", "All groupings")
    into = data["into"].where(data["into"] != "", "dropped")
    element = data["element"].where(data["element"] != "", "added")
    shown = data.assign(step="Merged in: " + step, element=element, into=into)
    return shown.set_index(["step", "element"])[["into", "basis", *COUNTED]]


def _merges_in_words(data: pd.DataFrame, made_up: bool) -> list[str]:
    last = data[data["step"] == "overall"]
    dropped = data[data["into"] == ""]
    added = data[data["element"] == ""]
    counts = last.loc[last["element"] != "", "basis"].value_counts()
    kinds = [f"{formats.count(counts.get(kind, 0))} {kind}" for kind in ("explicit", "inferred", "no home")]
    return [
        f"Into the overall theory: {formats.words(kinds)}. Inferred ones are a reader's judgement.",
        f"Dropped: {formats.words(dropped['element'].map(formats.lower_first)) or 'nothing'}.",
        f"Added without a source: {formats.words(added['into'].map(formats.lower_first)) or 'nothing'}.",
        *([MADE_UP] if made_up else []),
    ]


def merges_checked(study: Study) -> Output | None:
    """Table 9.9: the figure of each grouping beside those of its themes."""
    theory = Theory.of(study)
    if theory is None:
        return None
    return folded(
        "table-9.9",
        pages.added("Figures of groupings beside those of their themes"),
        merge_check(theory),
        _check_arranged,
        notes=lambda data: [
            f"{formats.count((data['merged'].eq('') & data['from_lost'].eq('')).sum())} of "
            f"{formats.plural(len(data), 'list')} hold just what their themes hold together.",
            "What stands in no printed theme must come from a theme whose figure is lost.",
        ],
        people=ELEMENTS,
    )


def _check_arranged(data: pd.DataFrame) -> pd.DataFrame:
    named = "Figure " + data["figure"] + ", " + data["grouping"]
    shown = data.assign(grouping=named).set_index(["grouping", "component"])
    shown = shown[["in_themes", "in_figure", "merged", "from_lost"]].replace({"": None})
    return shown.rename(columns={"merged": "merged or dropped", "from_lost": "in no printed theme"})


def figures_beside_print(study: Study) -> Output:
    """Table 9.12: the elements of every figure beside those in print."""
    return table(
        "table-9.12",
        pages.added("Elements of each figure in print and in this build"),
        beside_printed(Theory.of(study)),
        _beside_arranged,
        notes=_beside_in_words,
        people=ELEMENTS,
    )


def _beside_arranged(data: pd.DataFrame) -> pd.DataFrame:
    named = "Figure " + data["figure"].replace({"2": "2 of the summary"})
    shown = data.assign(figure=named).set_index("figure")
    shown = shown.replace({"only_printed": {"": None}, "only_rebuilt": {"": None}})
    return shown.dropna(axis=1, how="all")


def _beside_in_words(data: pd.DataFrame) -> list[str]:
    printed = data[data["printed"] > 0]
    same = printed[(printed["printed"] == printed["in_both"]) & (printed["rebuilt"] == printed["in_both"])]
    lost = data[data["inferred"] > 0]
    return [
        f"{formats.count(len(same))} of {formats.plural(len(printed), 'printed figure')} hold the same "
        "elements.",
        f"Of {formats.plural(len(lost), 'figure')} the picture is lost: "
        f"{formats.words('Figure ' + lost['figure'])}.",
        "Elements are compared, not the order in which they stand in a list.",
    ]
