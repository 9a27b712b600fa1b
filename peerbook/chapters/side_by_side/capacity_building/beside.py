"""Chapter 9 of the report beside this build: its tables, its figures, what its sentences state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.capacity_building.numbers import (
    GROUPS,
    NINE,
    PEOPLE,
    hub_rows,
    people_by_area,
    planned,
    targets_of,
)
from peerbook.chapters.side_by_side.capacity_building.theory import rows_of
from peerbook.chapters.side_by_side.coded_rows import wide
from peerbook.disclosure import Nobody
from peerbook.evidence.register import rows_by_origin
from peerbook.evidence.targets import NO, YES
from peerbook.outputs import Output, formats
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.study import Study

TABLES = ("themes", "elements", "merges", "interviews", "speakers", "observations", "segments",
          "segment_codes", "hubs", "monitoring")  # fmt: skip


def printed_tables(study: Study) -> Output:
    """Table 9.11: Tables 9.1 and 9.2 of the report and of this build, cell by cell."""
    rebuilt = {
        "table_9_1": hub_rows(study).drop(columns=["hub_number", "region"]),
        "table_9_2": people_by_area(study)[["area", "planned", "reached"]].astype(
            {"planned": float, "reached": float}
        ),
    }
    return beside_print.printed_tables("table-9.11", rebuilt)


def statements(study: Study) -> Output:
    """Table 9.13: what the sentences of the chapter state, and what the rows give."""
    return beside_print.statements_table("table-9.13", "chapter 9", claims(study))


def claims(study: Study) -> dict[str, float | str]:
    """Compute what the chapter states, by the names of the published list; nothing where rows are missing."""
    interviews = rows_of(study, "interviews")
    themes = rows_of(study, "themes").groupby("grouping").size()
    of = interviews["grouping"].value_counts()
    contact = interviews["hub_contact"].astype(str)
    found: dict[str, float | str] = {}
    if len(interviews):
        found |= {
            "interviews_capacity": len(interviews),
            "interviews_hubs_and_partners": of.get("Hubs", 0)
            + of.get("Strategic partners and Elefriends", 0),
            "interviews_national_mind": of.get("National Mind", 0),
            "interviews_local_groups": of.get("Local groups", 0),
            "local_groups_with_hub_contact": (contact == "yes").sum(),
        }
    if "capacity/observations" in study.tables:
        found["observations"] = len(rows_of(study, "observations"))
    if len(themes):
        found["themes_per_grouping"] = themes.min()
    if len(rows_of(study, "monitoring")) and len(targets_of(study)):
        met = people_by_area(study)["met"].value_counts()
        found |= {"areas_short_of_target": met.get(NO, 0), "areas_on_target": met.get(YES, 0)}
    stated = {
        "target_groups_per_hub": GROUPS,
        "target_networking_events": "networking events",
        "target_focused_activities": "focused activities",
        "target_new_people_per_area": PEOPLE,
        "target_online": "people using online peer support",
    }
    return found | {name: planned(study, target, NINE) for name, target in stated.items()}


def discrepancies(study: Study) -> Output:
    """Table 9.14: where the published chapter says two things."""
    return beside_print.discrepancies(study, chapter="9", id="table-9.14")


def row_origins(study: Study) -> Output:
    """Table 9.15: how many rows of each table were collected, printed, judged or made up."""
    named = {f"capacity/{name}": name.replace("_", " ") for name in TABLES} | {"evidence/targets": "targets"}
    rows = rows_by_origin(
        {label: study.tables[name] for name, label in named.items() if name in study.tables}
    )
    return folded(
        "table-9.15",
        pages.added("Where the rows of this chapter come from"),
        rows.melt("table", var_name="status", value_name="rows"),
        partial(wide, rows="table", columns="status", values="rows"),
        notes=_origins_in_words,
        people=Nobody("counts rows, of which none is a person"),
    )


def _origins_in_words(data: pd.DataFrame) -> list[str]:
    made_up = data.loc[data["status"] == "synthetic", "rows"].sum(skipna=False)
    notes = ["Derived: worked out from what is printed. Inferred: judged by a reader. Synthetic: made up."]
    if made_up:
        notes.append(
            f"{formats.plural(made_up, 'row')} had to be made up for printed counts to come out. Where they "
            "do, that shows the rules of counting and is no evidence for a finding."
        )
    return notes
