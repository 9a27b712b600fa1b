"""Counts behind Chapter 6 that the report asserts and never tabulates: table-6.9 to table-6.13, fig-6.6.

Codes by approach, values together, person by value, project coverage, agreement of coders, choice of unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import material_of
from peerbook.chapters.side_by_side.values_framework.diagrams import BOOK
from peerbook.choices import check_one_of
from peerbook.coding import counting
from peerbook.coding.agreement import agreement, coded_by_several
from peerbook.coding.codings import UNITS, codings
from peerbook.outputs import Output, diagrams, figure, formats, table

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

APPROACHES = {"group": "Group", "one_to_one": "One to one", "online": "Online", "total": "All"}
WHICH = {
    "quoted": "Only segments that the report quotes are counted: a small, chosen part of what was coded.",
    "all": "All coded segments are counted, quoted or not.",
}
MANY = {"segment": "segments", "person": "people", "project": "projects"}
DIFFICULTIES = "Segments on difficulties count as well: they stand under the same heading."


def code_by_approach(study: Study, segments: str = "quoted", approach: str = "recruited") -> Output:
    """Table 6.9: segments and people for each value and decision, by approach.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    approach : {"recruited", "context"}
        The approach the person came from, or the one the segment is about.
    """
    check_one_of("approach", approach, ("recruited", "context"))
    material = material_of(study)
    codes = material.labels(BOOK, "value", "decision")
    counted = counting.by_approach(said(material, segments), list(codes.index), approach)
    data = counted.assign(code=counted["code"].map(codes))
    wide = data.assign(approach=data["approach"].map(APPROACHES)).set_index(["code", "approach"]).unstack()  # noqa: PD010
    wide = wide.swaplevel(axis=1).reindex(index=codes, columns=list(APPROACHES.values()), level=0)
    about = {
        "recruited": "By the approach a person was recruited from; co-counselling counts as one to one.",
        "context": "By the approach a segment is about, which may differ from where a person was recruited.",
    }
    return table(
        "table-6.9",
        "Segments and people for each value and decision, by approach",
        data,
        shown=wide.rename_axis("value or decision"),
        notes=[WHICH[segments], about[approach], DIFFICULTIES],
    )


def values_together(study: Study, segments: str = "quoted", unit: str = "person") -> Output:
    """Table 6.10: how many units speak of both of two values.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    unit : {"segment", "person", "project"}
    """
    present, labels = _present(study, segments, unit)
    square = counting.together(present).rename(index=labels, columns=labels)
    pairs = counting.pairs_together(present)
    most = pairs[pairs["both"] == pairs["both"].max()]
    named = [f"{labels[a]} with {labels[b]}" for a, b in zip(most["code_a"], most["code_b"], strict=True)]
    found = f"Most often together: {formats.words(named)} ({_units(most['both'].max(), unit)})."
    return table(
        "table-6.10",
        f"Values that occur together, counted by {unit}",
        square.rename_axis("value").reset_index(),
        shown=square.rename_axis("value"),
        notes=[
            WHICH[segments],
            "The diagonal counts all that speak of a value.",
            *([found] if named else []),
        ],
    )


def person_by_value(study: Study, segments: str = "quoted") -> Output:
    """Table 6.11: which person speaks of which value.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    present, labels = _present(study, segments, "person")
    order = sorted(present.index, key=lambda person: (len(person), person))
    named = present.loc[order].rename(columns=labels).rename_axis("person")
    every = int(named.all(axis=1).sum()) if len(named) else 0
    return table(
        "table-6.11",
        f"Values that each of {formats.plural(len(named), 'person', 'people')} speaks of",
        named.reset_index(),
        shown=named.assign(values=named.sum(axis=1)),
        notes=[WHICH[segments], f"{formats.plural(every, 'person', 'people')} spoke of every value."],
    )


def project_coverage(study: Study, segments: str = "all") -> Output:
    """Table 6.12: how many of the values each project shows.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    labels = material.labels(BOOK, "value")
    people = material.took_part("interview")
    covered = counting.coverage(said(material, segments), material.projects, people, list(labels.index))
    states = covered["state"].value_counts()
    n = {state: int(states.get(state, 0)) for state in ("all", "some", "no data")}
    interviewed = n["all"] + n["some"]
    notes = [
        WHICH[segments],
        f"All {len(labels)} values were found in {n['all']} of "
        f"{formats.plural(interviewed, 'project')} where someone was interviewed.",
        f"{formats.plural(n['no data'], 'project')} without data: nobody was interviewed there.",
        "A value is found where a segment speaks for it; a segment on a difficulty does not count.",
    ]
    data = covered.rename(columns=labels)
    shown = data.set_index("project_id")[["state", "people", *labels, "approach"]]
    shown = shown.assign(approach=shown["approach"].str.replace("_", " "))
    return table(
        "table-6.12",
        "Values found in each project",
        data,
        shown=shown.rename_axis("project"),
        notes=notes,
    )


def coder_agreement(study: Study) -> Output:
    """Table 6.13: agreement between coders on segments that two or more of them coded."""
    material = material_of(study)
    labels = material.labels(BOOK, "value")
    judged = coded_by_several(material, BOOK)
    measured = agreement(judged, list(labels.index))
    data = measured.assign(code_id=measured["code_id"].map(labels)).rename(columns={"code_id": "value"})
    coders = formats.plural(judged["coder"].nunique(), "coder")
    notes = (
        [
            f"{coders} judged {formats.plural(judged['segment_id'].nunique(), 'segment')} in common. "
            "Kappa is Cohen's, alpha Krippendorff's: 1 is perfect agreement, 0 what chance would give."
        ]
        if len(judged)
        else ["No segment was coded by two people, so agreement cannot be computed."]
    )
    return table("table-6.13", "Agreement between coders, value by value", data, notes=notes)


def unit_of_counting(study: Study, segments: str = "all") -> Output:
    """Figure 6.6: how the standing of each value depends on what is counted.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    labels = material.labels(BOOK, "value")
    counted = counting.by_unit(said(material, segments), list(labels.index), list(UNITS))
    data = counted.assign(code=counted["code"].map(labels)).rename(columns={"code": "value"})
    shares = pd.DataFrame(
        {
            MANY[unit].capitalize(): rows.set_index("value")["share"]
            for unit, rows in data.groupby("unit", sort=False)
        }
    )
    first = {unit: rows.loc[rows["rank"] == 1, "value"] for unit, rows in data.groupby("unit", sort=False)}
    bases = data.groupby("unit", sort=False)["base"].first()
    said_first = [
        f"of {_units(bases[unit], unit)}, "
        + ("all values equally" if len(named) == len(labels) else f"most often {formats.words(named)}")
        for unit, named in first.items()
        if bases[unit]
    ]
    return figure(
        "fig-6.6",
        "Share of segments, people and projects that speak of each value",
        f"One row of marks for each value: {'; '.join(said_first) or 'no data'}.",
        data,
        lambda: diagrams.dots(shares, "Percent of units with any value"),
        notes=[
            WHICH[segments],
            "The larger the unit, the more values it speaks of, and the less it tells them apart.",
        ],
    )


def said(material: Material, segments: str) -> pd.DataFrame:
    """Return the codings to count.

    Raises
    ------
    ParameterError
        If `segments` is not "quoted" or "all".
    """
    check_one_of("segments", segments, WHICH)
    return codings(material, BOOK, only_quoted=segments == "quoted")


def _units(n: int, unit: str) -> str:
    return formats.plural(n, unit, MANY[unit])


def _present(study: Study, segments: str, unit: str) -> tuple[pd.DataFrame, pd.Series]:
    material = material_of(study)
    labels = material.labels(BOOK, "value")
    return counting.presence(said(material, segments), list(labels.index), unit), labels
