"""The report in brief: its executive summary, rebuilt from what the other chapters compute.

Figures 1 and 2 and the box of the summary are Figures E.1 and E.2 and Table E.1 here; all else is added.
`__all__` has what the notebook shows, in its order, and what computes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print
from peerbook.chapters.side_by_side.capacity_building.theory import (
    COMPONENTS,
    SUMMARY,
    Theory,
    theory_of_change,
)
from peerbook.chapters.side_by_side.coded_rows import CORE_VALUES, INTERVIEWED, material_of
from peerbook.chapters.side_by_side.conclusions import listed
from peerbook.chapters.side_by_side.conclusions.listed import Basis, basis, judgeable
from peerbook.chapters.side_by_side.conclusions.standing import CONCLUSIONS
from peerbook.chapters.side_by_side.values_framework import framework
from peerbook.coding.triangulation import evidence, triangulation
from peerbook.disclosure import Counted, Nobody
from peerbook.evidence.links import LOST, OPEN, STANDS
from peerbook.outputs import Output, diagrams, figure, formats, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [  # noqa: RUF022 the order of the page
    "basis",
    "in_short",
    "at_a_glance",
    "findings",
    "core_values",
    "draft_components",
    "theory",
    "what_it_rests_on",
    "statements",
    "discrepancies",
]

PLACE = "executive summary"
LEVELS = {
    "Universal Characteristic": "Universal characteristics",
    "Value": "Values",
    "Principle": "Principles",
}


def in_short(log: Log, rests: Basis) -> Output:
    """Say in three lines what of the summary stands, what values the report names, and who was asked.

    Parameters
    ----------
    log : Log
    rests : Basis
    """
    rows = judgeable(rests.of(PLACE))
    known = rows[rows["standing"] != OPEN]
    material = material_of(log.study)
    values = material.labels(CORE_VALUES, "value")
    counts = {
        "conclusions": len(rows),
        "known": len(known),
        "stand": int((known["standing"] == STANDS).sum()),
        "no longer": int((known["standing"] == LOST).sum()),
        "values": len(values),
        "which": formats.words(values.str.lower()),
        "people": log.flow["people"],
        "interviewed": len(material.took_part("interview")),
    }
    return text(
        "text-in-short-report-summary",
        _in_short,
        counts,
        people=Counted(
            counts={"people": "people", "interviewed": INTERVIEWED},
            plain=("conclusions", "known", "stand", "no longer", "values"),
        ),
    )


def _in_short(n: Mapping[str, float | str]) -> str:
    count = {name: value if isinstance(value, str) else formats.count(value) for name, value in n.items()}
    lines = [
        f"The summary of the report makes {count['conclusions']} points. {count['known']} of them can be "
        f"checked with these data, and {count['stand']} of these stand."
        + listed.lost_in_words(n["no longer"])
        if n["conclusions"]
        else f"These data hold no list of what the report concludes (the table {CONCLUSIONS}).",
        f"The report names {count['values']} core values: {count['which']}."
        if n["values"]
        else "These data hold no codes for the core values.",
        f"It rests on logs of {count['people']} people and on {count['interviewed']} interviews.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def at_a_glance(rests: Basis) -> Output | None:
    """Figure E.3: how many points of each part of the summary stand; None without the table.

    Parameters
    ----------
    rests : Basis
    """
    return listed.standing_drawn("fig-e.3", rests.of(PLACE))


def findings(rests: Basis) -> Output | None:
    """Table E.2: every point of the summary, how strongly it is worded, and what stands.

    Parameters
    ----------
    rests : Basis
    """
    return listed.standing_listed("table-e.2", rests.of(PLACE))


def core_values(log: Log) -> Output | None:
    """Figure E.1: the core values in their tiers, from the codebook; None without codes.

    Parameters
    ----------
    log : Log
    """
    if material_of(log.study).codes(CORE_VALUES, "value").empty:
        return None
    drawn = framework.six_values(log.study)
    form = replace(drawn.form, caption="The pyramid of core values")
    return replace(drawn, id="fig-e.1", form=form)


def draft_components(log: Log, min_strands: int = 2) -> Output | None:
    """Table E.1: the first draft of what makes peer support; None without the rows of the consultation.

    Parameters
    ----------
    log : Log
    min_strands : int
        Strands of the consultation that must speak for a component.
    """
    material = material_of(log.study)
    components = material.codes("draft", "component").set_index("code_id")
    if components.empty:
        return None
    rule = triangulation(evidence(material), material.defined.consultation, min_strands).set_index("code_id")
    found = components[["label", "level"]].join(rule[["strands", "included"]])
    data = found.fillna({"strands": 0, "included": False}).astype({"strands": int, "included": bool})
    return table(
        "table-e.1",
        f"The first draft: components that at least {formats.in_words(min_strands)} strands speak for",
        data.reset_index(drop=True)[["level", "label", "strands", "included"]],
        _by_level,
        notes=_included_in_words,
        people=Nobody("says which strands speak for a component, not how many people"),
    )


def _by_level(data: pd.DataFrame) -> pd.DataFrame:
    kept = data[data["included"].astype(bool)].assign(level=data["level"].map(LEVELS).fillna(data["level"]))
    return kept.rename(columns={"label": "component"}).set_index(["level", "component"])[["strands"]]


def _included_in_words(data: pd.DataFrame) -> list[str]:
    kept = data["included"].astype(bool).sum()
    return [
        f"{formats.count(kept)} of {formats.plural(len(data), 'component')}. Table 5.6 on the page "
        "Consultation shows which strand speaks for which."
    ]


def theory(log: Log) -> Output | None:
    """Figure E.2: the theory of change of capacity building, in short; None without its rows.

    Parameters
    ----------
    log : Log
    """
    rows = Theory.of(log.study)
    if rows is None:
        return None
    return figure(
        "fig-e.2",
        "Draft theory of change for capacity building",
        _theory_in_words,
        theory_of_change(rows, SUMMARY),
        _draw_theory,
        arrange=_by_component,
        notes=[
            "It is the overall figure of the page Capacity building with fewer words.",
            "The report lists the elements of each part. It draws no arrow from one element to another.",
        ],
        people=Nobody("says what a theory holds"),
    )


def _by_component(data: pd.DataFrame) -> dict[str, list[str]]:
    return {name: data.loc[data["component"] == name, "element"].tolist() for name in COMPONENTS}


def _theory_in_words(data: pd.DataFrame) -> str:
    lists = _by_component(data)
    said = "; ".join(f"{name} ({formats.count(len(items))})" for name, items in lists.items())
    return (
        f"Lists in {formats.in_words(len(lists))} frames, read from the left: {said}. "
        "The list below the figure has every element."
    )


def _draw_theory(data: pd.DataFrame) -> Figure:
    return diagrams.lists(_by_component(data))


def what_it_rests_on(rests: Basis) -> Output | None:
    """Table E.3: the findings, statements and themes behind each point of the summary.

    Parameters
    ----------
    rests : Basis
    """
    return listed.supports_listed("table-e.3", rests, PLACE)


def statements(log: Log, rests: Basis) -> Output:
    """Table E.4: what the summary states, beside what these data give.

    Parameters
    ----------
    log : Log
    rests : Basis
    """
    return beside_print.statements_table("table-e.4", "summary", rests.numbers, log.region)


def discrepancies(log: Log, chapter: str, id: str) -> Output:
    """Table E.5: where the summary and the report say two things, and what is done here.

    Parameters
    ----------
    log : Log
    chapter : str
        As in the published list.
    id : str
    """
    return beside_print.discrepancies(log.study, chapter, id)
