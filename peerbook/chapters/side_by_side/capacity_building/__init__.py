"""Chapter 9: capacity building, and the theory of change drawn from it.

Tables 9.1 and 9.2 and Figures 9.1 to 9.18 have the numbers of the report; all else is added.
`__all__` has what the notebook shows, in its order; `theory_of_change` gives the elements of any figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.capacity_building.beside import (
    discrepancies,
    printed_tables,
    row_origins,
    statements,
)
from peerbook.chapters.side_by_side.capacity_building.figures import (
    figures_beside_print,
    framework,
    merged_elements,
    merges_checked,
    numbers_behind,
    overall_theory,
    part_of_theory,
    structure,
)
from peerbook.chapters.side_by_side.capacity_building.numbers import (
    NEW,
    NINE,
    STAFF,
    active_ingredients,
    boxes,
    challenges,
    hub_targets,
    new_people,
    new_people_drawn,
    people_by_area,
    planned_and_reached,
    sources,
    who_was_spoken_to,
)
from peerbook.chapters.side_by_side.capacity_building.theory import GROUPINGS, Theory, theory_of_change
from peerbook.disclosure import Cell, Counted
from peerbook.evidence.targets import YES
from peerbook.outputs import Output, formats, text

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "overall_theory",
    "active_ingredients",
    "numbers_behind",
    "challenges",
    "new_people_drawn",
    "new_people",
    "planned_and_reached",
    "hub_targets",
    "structure",
    "framework",
    "boxes",
    "part_of_theory",
    "merged_elements",
    "merges_checked",
    "printed_tables",
    "figures_beside_print",
    "statements",
    "discrepancies",
    "who_was_spoken_to",
    "row_origins",
]


def in_short(study: Study, target_version: str = NINE) -> Output:
    """Say in three lines what helps, how many people were reached, and who was spoken to.

    Parameters
    ----------
    study : Study
    target_version : {"chapter 9", "Figure 1.1"}
    """
    theory, areas, spoken_to = Theory.of(study), people_by_area(study, target_version), sources(study)
    rows: list[tuple[str, str, object, object]] = []
    if theory is not None:
        enablers = theory_of_change(theory).query("component == 'Enablers'")
        shared = enablers[enablers["groupings"] == len(GROUPINGS)]
        rows = [
            ("enablers", formats.words(enablers["element"].map(formats.lower_first)), len(enablers), pd.NA),
            (
                "in every grouping",
                formats.words(shared["element"].map(formats.lower_first)),
                len(shared),
                pd.NA,
            ),
        ]
    if len(areas):
        whole = areas[["reached", "planned"]].sum(skipna=False)
        met = (areas["met"] == YES).sum()
        rows += [
            ("new people", target_version, whole["reached"], whole["planned"]),
            ("areas on target", "", met, len(areas)),
        ]
    talks = spoken_to[spoken_to["source"].str.startswith("Interviews")]
    if talks["number"].sum():
        rows.append(("interviews", "", talks["number"].sum(), talks["speakers"].sum()))
    data = pd.DataFrame(rows, columns=["name", "which", "n", "of"])
    return text(
        "text-in-short-capacity-building",
        _in_short,
        data.astype({"n": "Float64", "of": "Float64"}),
        people=Counted(counts={"n": partial(_told, column="n"), "of": partial(_told, column="of")}, by=()),
    )


def _told(row: Mapping[str, object], column: str) -> Cell | None:
    """Return what a number of the lines in short counts; most count parts of a theory, or areas."""
    units = {
        ("new people", "n"): NEW,
        ("interviews", "n"): "interviews on capacity",
        ("interviews", "of"): STAFF,
    }
    unit = units.get((str(row["name"]), column))
    return Cell(unit) if unit else None


def _in_short(data: pd.DataFrame) -> str:
    rows = {row["name"]: row for row in data.to_dict("records")}
    n, of = ({name: formats.count(row[key]) for name, row in rows.items()} for key in ("n", "of"))
    lines = [
        f"{n['enablers']} things help to build capacity: {rows['enablers']['which']}. "
        f"Every grouping named {rows['in every grouping']['which'] or 'none of them'}."
        if "enablers" in rows
        else "These data hold no coded interviews about capacity building (tables capacity/elements, "
        "capacity/segment_codes and those they lead to).",
        f"{n['new people']} new people came to peer support through the partners, where {of['new people']} "
        f"were planned. {n['areas on target']} of {of['areas on target']} areas reached their target."
        if "new people" in rows
        else "These data hold no monitoring of new people (table capacity/monitoring).",
        f"{n['interviews']} interviews with {of['interviews']} speakers stand behind this page."
        if "interviews" in rows
        else "These data hold no interviews about capacity building (table capacity/interviews).",
    ]
    return "\n".join(f"- {line}" for line in lines)
