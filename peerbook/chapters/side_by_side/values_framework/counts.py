"""Counts behind Chapter 6 that the report asserts and never tabulates: table-6.9 to table-6.13, fig-6.6.

Codes by approach, values together, person by value, project coverage, agreement of coders, choice of unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import (
    APPROACHES,
    CORE_VALUES,
    SPEAKS_OF,
    WHICH,
    core_value_codings,
    material_of,
    wide,
)
from peerbook.choices import check_one_of
from peerbook.coding import counting
from peerbook.coding.codings import UNITS
from peerbook.coding.intercoder import ANY, intercoder_agreement
from peerbook.outputs import Output, diagrams, figure, formats, table

if TYPE_CHECKING:
    from peerbook.study import Study

MANY = {"segment": "segments", "person": "people", "project": "projects"}
COMPARED = {"character": "By character", "passage": "By passage", "segment": "By segment, same borders"}
ABOUT = {
    "recruited": "By the approach a person was recruited from; co-counselling counts as one to one.",
    "context": "By the approach a segment is about, which may differ from where a person was recruited.",
}
ONLY = "difficulties_only"


def code_by_approach(study: Study, segments: str = "quoted", approach: str = "recruited") -> Output:
    """Table 6.9: segments and people for each value and decision, by approach.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    approach : {"recruited", "context"}
        The approach the person came from, or the one the segment is about.
    """
    check_one_of("approach", approach, ABOUT)
    material = material_of(study)
    codes = material.labels(CORE_VALUES, "value", "decision")
    counted = counting.by_approach(core_value_codings(material, segments), list(codes.index), approach)
    return table(
        "table-6.9",
        "Segments and people for each value and decision, by approach",
        counted.assign(code=counted["code"].map(codes)),
        _approaches_side_by_side,
        notes=[
            WHICH[segments],
            ABOUT[approach],
            SPEAKS_OF,
            "Difficulties are segments; by approach they are in the CSV.",
        ],
    )


def _approaches_side_by_side(data: pd.DataFrame) -> pd.DataFrame:
    """Lay out segments and people of each approach, and the difficulties of all of them."""
    named = data.assign(approach=data["approach"].map({**APPROACHES, "total": "All"}))
    laid = wide(named, "code", "approach", ["segments", "people", "difficulties"])
    apart = [(approach, "difficulties") for approach in APPROACHES.values()]
    return laid.drop(columns=apart, errors="ignore").rename_axis("value or decision")


def values_together(study: Study, segments: str = "quoted", unit: str = "person") -> Output:
    """Table 6.10: how many units speak of both of two values.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    unit : {"segment", "person", "project"}
    """
    present, only = _values_present(study, segments, unit)
    square = counting.together(present).assign(**{ONLY: only.sum()})
    return table(
        "table-6.10",
        f"Values that occur together, counted by {unit}",
        square.rename_axis("value").reset_index(),
        notes=lambda data: [
            WHICH[segments],
            f"The diagonal counts all {MANY[unit]} that speak of a value, the last column those that tell "
            "only of a difficulty with it.",
            SPEAKS_OF,
            *_most_often_together(data, unit),
        ],
    )


def _most_often_together(data: pd.DataFrame, unit: str) -> list[str]:
    pairs = counting.pairs_together(data.set_index("value").drop(columns=ONLY))
    most = pairs[pairs["both"] == pairs["both"].max()]
    named = [f"{a} with {b}" for a, b in zip(most["code_a"], most["code_b"], strict=True)]
    found = f"Most often together: {formats.words(named)} ({_units(most['both'].max(), unit)})."
    return [found] if named else []


def person_by_value(study: Study, segments: str = "quoted") -> Output:
    """Table 6.11: which person speaks of which value.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    present, only = _values_present(study, segments, "person")
    everyone = present.index.union(only.index)
    told = only.sum(axis=1).reindex(everyone, fill_value=0)
    spoken = present.reindex(everyone, fill_value=False).assign(**{ONLY: told})
    by_id = sorted(everyone, key=lambda id: (len(id), id))
    return table(
        "table-6.11",
        lambda data: f"Values that each of {formats.plural(len(data), 'person', 'people')} speaks of",
        spoken.loc[by_id].rename_axis("person").reset_index(),
        _values_of_each,
        notes=lambda data: [
            WHICH[segments],
            _spoke_of_all(data),
            SPEAKS_OF,
            "The last column counts the values that a person tells only difficulties of.",
        ],
    )


def _values_of_each(data: pd.DataFrame) -> pd.DataFrame:
    spoken = data.set_index("person").drop(columns=ONLY)
    return spoken.assign(values=spoken.sum(axis=1), **{ONLY: data[ONLY].to_numpy()})


def _spoke_of_all(data: pd.DataFrame) -> str:
    every = data.set_index("person").drop(columns=ONLY).all(axis=1).sum()
    return f"{formats.plural(every, 'person', 'people')} spoke of every value."


def project_coverage(study: Study, segments: str = "all") -> Output:
    """Table 6.12: how many of the values each project shows.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    labels = material.labels(CORE_VALUES, "value")
    people = material.took_part("interview")
    said = core_value_codings(material, segments)
    covered = counting.coverage(said, material.projects, people, list(labels.index))
    values = tuple(labels)
    return table(
        "table-6.12",
        "Values found in each project",
        covered.rename(columns=labels),
        lambda data: (
            data.assign(approach=data["approach"].str.replace("_", " "))
            .set_index("project_id")
            .rename_axis("project")[["state", "people", *values, ONLY, "approach"]]
        ),
        notes=lambda data: [
            WHICH[segments],
            *_coverage_in_words(data["state"], len(values)),
            SPEAKS_OF,
            "A value is found where the project speaks of it; of how many values it tells only difficulties "
            "stands in a column of its own.",
        ],
    )


def _coverage_in_words(states: pd.Series, values: int) -> list[str]:
    n = states.value_counts().reindex(["all", "some", "no data"], fill_value=0)
    return [
        f"All {values} values were found in {n['all']} of {formats.plural(n['all'] + n['some'], 'project')} "
        "where someone was interviewed.",
        f"{formats.plural(n['no data'], 'project')} without data: nobody was interviewed there.",
    ]


def unit_of_counting(study: Study, segments: str = "all") -> Output:
    """Figure 6.6: how the standing of each value depends on what is counted.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    labels = material.labels(CORE_VALUES, "value")
    counted = counting.by_unit(core_value_codings(material, segments), list(labels.index), list(UNITS))
    return figure(
        "fig-6.6",
        "Share of segments, people and projects that speak of each value",
        _standing_in_words,
        counted.assign(code=counted["code"].map(labels)).rename(columns={"code": "value"}),
        lambda data: diagrams.dots(_shares_by_unit(data), "Percent of units that speak of any value"),
        notes=[
            WHICH[segments],
            SPEAKS_OF,
            "How many tell only of a difficulty is in the data below the figure.",
            "The larger the unit, the more values it speaks of, and the less it tells them apart.",
        ],
    )


def _shares_by_unit(data: pd.DataFrame) -> pd.DataFrame:
    named = data.assign(unit=data["unit"].map(MANY).str.capitalize())
    return wide(named, "value", "unit", "share")


def _standing_in_words(data: pd.DataFrame) -> str:
    said = []
    for unit, rows in data[data["base"] > 0].groupby("unit", sort=False):
        first = rows.loc[rows["rank"] == 1, "value"]
        most = "all values equally" if len(first) == len(rows) else f"most often {formats.words(first)}"
        said.append(f"of {_units(rows['base'].iloc[0], unit)}, {most}")
    return f"One row of marks for each value: {'; '.join(said) or 'no data'}."


def coder_agreement(study: Study, overlap: float = 0.5) -> Output:
    """Table 6.13: agreement between coders over everything that two of them read.

    Parameters
    ----------
    study : Study
    overlap : float
        Share of characters that two segments must have in common to be one passage.
    """
    material = material_of(study)
    labels = material.labels(CORE_VALUES, "value")
    measured = intercoder_agreement(material, CORE_VALUES, list(labels.index), overlap)
    names = {**labels, ANY: "Any value", "": "Every value"}
    return table(
        "table-6.13",
        "Agreement between coders, value by value",
        measured.assign(code_id=measured["code_id"].map(names)).rename(columns={"code_id": "value"}),
        _agreement_by_unit,
        notes=lambda data: _coders_in_words(data, overlap),
    )


def _agreement_by_unit(data: pd.DataFrame) -> pd.DataFrame:
    written = {f"{name} (95% interval)": _with_interval(data, name) for name in ("kappa", "alpha")}
    counts = data[["n", "by_both", "by_one", "left_uncoded"]]
    heads = [data["unit"].map(COMPARED).rename("unit"), data["value"]]
    return counts.assign(**written).set_index(heads)


def _with_interval(data: pd.DataFrame, name: str) -> list[str]:
    columns = data[[name, f"{name}_low", f"{name}_high"]].itertuples(index=False, name=None)
    return [
        formats.mean_ci(*numbers) if sources else "not computable"
        for numbers, sources in zip(columns, data["sources"], strict=True)
    ]


def _coders_in_words(data: pd.DataFrame, overlap: float) -> list[str]:
    if data.empty:
        return ["No source was coded by two people, so agreement cannot be computed."]
    coders, sources = data.loc[data["unit"] == "segment", ["coders", "sources"]].iloc[0]
    lacking = data[data["needed"] != ""].drop_duplicates("unit")
    return [
        f"{formats.plural(coders, 'coder')}, {formats.plural(sources, 'source')} that two of them read: a "
        "source is taken as read by whoever coded anything of it. What one of them coded there and another "
        "did not counts against their agreement. Whoever was handed only a part of a source seems to have "
        "left out the rest.",
        *(
            f"{COMPARED[unit]}: {formats.count(out)} of {formats.plural(out + kept, 'source')} cannot be "
            f"compared. Needed: {needed}."
            for unit, kept, out, needed in lacking[
                ["unit", "sources", "sources_left_out", "needed"]
            ].itertuples(index=False, name=None)
        ),
        "By character, each value is there or not. By passage and by segment, a coder sees this value, "
        "another code or nothing (left uncoded). Segments are one passage if they share at least "
        f"{formats.percent(overlap, 1, 0)} of what either covers.",
        "Kappa is Cohen's, alpha Krippendorff's: 1 is perfect agreement, 0 what chance would give. Intervals "
        "come from resampling sources.",
    ]


def _units(n: int, unit: str) -> str:
    return formats.plural(n, unit, MANY[unit])


def _values_present(study: Study, segments: str, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say which unit speaks of which value, and which tells only of a difficulty, by the values' labels."""
    material = material_of(study)
    labels = material.labels(CORE_VALUES, "value")
    codings = core_value_codings(material, segments)
    return tuple(
        count(codings, list(labels.index), unit).rename(columns=labels)
        for count in (counting.presence, counting.difficulties_only)
    )
