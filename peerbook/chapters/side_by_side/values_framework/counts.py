"""Counts behind Chapter 6 that the report asserts and never tabulates: table-6.9 to table-6.13, fig-6.6.

Codes by approach, values together, person by value, project coverage, agreement of coders, choice of unit;
and what of these comes first, in short.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.coded_rows import (
    INTERVIEWED,
    SPEAKS_OF,
    approaches_of,
    core_value_codings,
    material_of,
    said_of_segments,
    speaking,
    which_segments,
    wide,
)
from peerbook.choices import check_one_of
from peerbook.coding import counting
from peerbook.coding.codings import UNITS
from peerbook.coding.intercoder import ANY, intercoder_agreement
from peerbook.data.codes import DECISION, VALUE, VALUES
from peerbook.disclosure import Cell, Counted, Nobody, Personal, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.coding import Material
    from peerbook.study import Study

MANY = {
    "segment": "segments",
    "passage": "passages",
    "source": "sources",
    "person": "people",
    "project": "projects",
    "place": "places",
}
COUNTED = ("segment", "person", "project")  # the units that are set beside each other
COMPARED = {"character": "By character", "passage": "By passage", "segment": "By segment, same borders"}
ABOUT = {
    "recruited": "By the approach a person was recruited from",
    "context": "By the approach a segment is about, which may differ from where a person was recruited",
}
ONLY = "difficulties_only"
NAMED = 2  # decisions that the lines in short name
SPOKEN_OF = "most spoken of"
EVERY = "every value"
WITH_ALL = "projects with every value"


def in_short(study: Study) -> Output:
    """Say in three lines what the interviews show of the values."""
    material = material_of(study)
    labels = material.labels_of(VALUE)
    coded = core_value_codings(material, "all")
    people = material.interviewed()
    covered = counting.coverage(coded, material.projects, people, list(labels.index))
    asked = covered[covered["state"] != "no data"]
    spoken = counting.presence(coded, list(labels.index)).sum()
    first = spoken[(spoken == spoken.max()) & (spoken > 0)]
    decisions = material.labels_of(DECISION)
    with_all = int((asked["state"] == "all").sum()) if len(labels) else 0
    rows = [
        (WITH_ALL, "", with_all, len(asked)),
        ("values", "", len(labels), pd.NA),
        (SPOKEN_OF, _first_of(list(first.index.map(labels)), len(labels)), spoken.max(), len(people)),
        ("decisions", formats.words(decisions.str.lower()[:NAMED]), len(decisions), pd.NA),
    ]
    data = pd.DataFrame(rows, columns=["name", "which", "number", "of"])
    most = labels.get(first.index[0]) if len(first) else ""
    return text(
        "text-in-short-values-framework",
        partial(_in_short, exact=study.synthetic, printed=study.definitions.printed),
        data.astype({"number": "Int64", "of": "Int64"}),
        people=Counted(
            counts={
                "number": partial(_told, of={WITH_ALL: Cell(WITH_ALL), SPOKEN_OF: _speaks(most, "all")}),
                "of": partial(_told, of={WITH_ALL: Cell("projects asked"), SPOKEN_OF: Cell(INTERVIEWED)}),
            },
            by=(),
        ),
    )


def _first_of(values: list[str], of: int) -> str:
    """Name the values that come first; where all of them do, none stands out."""
    return EVERY if 1 < len(values) == of else formats.words(values)


def _told(row: Mapping[str, object], of: Mapping[str, Cell]) -> Cell | None:
    """Return what a number of the lines in short counts; some count values, not people."""
    return of.get(str(row["name"]))


def _speaks(value: str, segments: str, unit: str = "person") -> Cell:
    """Return what the number of units that speak of a value counts."""
    return Cell(f"{speaking(segments)}, unit {unit}, value {value}", alone=True)


def _in_short(data: pd.DataFrame, exact: bool, printed: bool) -> str:
    rows = data.set_index("name")
    written = rows[["number", "of"]].map(formats.count)
    projects, people = written.loc[WITH_ALL], written.loc[SPOKEN_OF]
    which = rows["which"]
    decisions = written.loc["decisions", "number"]
    settled = (
        "Each project puts the values into practice in its own way. It has {} {} to make, such as {}."
        if printed
        else "The codebook names {} {} that projects make, such as {}."
        if len(which["decisions"]) and rows.loc["decisions", "number"] > NAMED
        else "The codebook names {} {} that projects make: {}."
    )
    lines = [
        f"All {written.loc['values', 'number']} values came up in {_share(projects, exact)} "
        f"project{'' if projects['of'] == '1' else 's'} where people were interviewed."
        if formats.is_missing(rows.loc[WITH_ALL, "of"]) or rows.loc[WITH_ALL, "of"] > 0
        else f"The codebook has {formats.plural(rows.loc['values', 'number'], 'value')}.",
        f"More people spoke of {which[SPOKEN_OF].lower()} than of any other value: {people['number']} "
        f"of the {people['of']} people interviewed."
        if which[SPOKEN_OF] and which[SPOKEN_OF] != EVERY
        else f"As many people spoke of one value as of another: {people['number']} of the {people['of']} "
        "people interviewed."
        if which[SPOKEN_OF]
        else f"{people['of']} people were interviewed.",
        settled.format(decisions, "choice" if decisions == "1" else "choices", which["decisions"])
        if which["decisions"]
        else "No decisions of projects are coded.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _share(written: pd.Series, exact: bool) -> str:
    """Say how many of how many; numbers that may be rounded do not tell whether it is all of them."""
    whole = exact and written["number"] == written["of"] != formats.MISSING
    return f"every one of the {written['of']}" if whole else f"{written['number']} of the {written['of']}"


def code_by_approach(study: Study, segments: str = "quoted", approach: str = "recruited") -> Output:
    """Table 6.9: segments and people for each value and decision, by approach.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    approach : {"recruited", "context"}
        The approach the person came from, or the one the segment is about.
    """
    segments = which_segments(study, segments)
    check_one_of("approach", approach, ABOUT)
    material = material_of(study)
    codes, approaches = material.labels_of(VALUE, DECISION), approaches_of(material)
    coded = core_value_codings(material, segments)
    counted = counting.by_approach(coded, list(codes.index), list(approaches), approach)
    return folded(
        "table-6.9",
        pages.added(
            "Segments and people for each value and decision, by approach", study.definitions.printed
        ),
        counted.assign(code=counted["code"].map(codes)),
        partial(_approaches_side_by_side, approaches=approaches),
        notes=[
            *said_of_segments(study, segments),
            _about(material, approach),
            SPEAKS_OF,
            "Difficulties are segments; by approach they are in the CSV.",
        ],
        people=Counted(
            counts={
                "segments": f"{speaking(segments)}, unit segment",
                "people": f"{speaking(segments)}, unit person",
                "difficulties": f"tell of a difficulty ({segments} segments)",
            },
            by=("approach",),
            each=("code",),
            called={"code": "value", **({"approach": "context"} if approach == "context" else {})},
        ),
    )


def _about(material: Material, approach: str) -> str:
    """Say by which approach is counted, and which approaches count as another."""
    names, counted_as = material.defined.approaches, material.defined.counted_as
    merged = [
        f"; {formats.lower_first(names[one])} counts as {formats.lower_first(names[other])}"
        for one, other in counted_as.items()
        if one in names and other in names and approach == "recruited"
    ]
    return f"{ABOUT[approach]}{''.join(merged)}."


def _approaches_side_by_side(data: pd.DataFrame, approaches: Mapping[str, str]) -> pd.DataFrame:
    """Lay out segments and people of each approach, and the difficulties of all of them."""
    named = data.assign(approach=data["approach"].map({**approaches, "total": "All"}))
    laid = wide(named, "code", "approach", ["segments", "people", "difficulties"])
    apart = [(approach, "difficulties") for approach in approaches.values()]
    return laid.drop(columns=apart, errors="ignore").rename_axis("value or decision")


def values_together(study: Study, segments: str = "quoted", unit: str = "person") -> Output:
    """Table 6.10: how many units speak of both of two values.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    unit : {"segment", "passage", "source", "person", "project", "place"}
    """
    segments = which_segments(study, segments)
    said = said_of_segments(study, segments)
    return folded(
        "table-6.10",
        pages.added(f"Values that occur together, counted by {unit}", study.definitions.printed),
        _together(study, segments, unit),
        notes=lambda data: [
            *said,
            f"The diagonal counts all {MANY[unit]} that speak of a value, the last column those that tell "
            "only of a difficulty with it.",
            SPEAKS_OF,
            *_most_often_together(data, unit),
        ],
        people=_pairs_counted(study, segments, unit),
    )


def values_together_drawn(study: Study, segments: str = "quoted", unit: str = "person") -> Output:
    """Figure 6.10: the numbers of Table 6.10 as a heat map.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    unit : {"segment", "passage", "source", "person", "project", "place"}
    """
    segments = which_segments(study, segments)
    return figure(
        "fig-6.10",
        pages.added(
            f"How many {MANY[unit]} speak of both of two values; of one value, in the framed cells",
            study.definitions.printed,
        ),
        partial(_square_in_words, unit=unit),
        _together(study, segments, unit).drop(columns=ONLY),
        partial(_square_drawn, unit=unit),
        notes=said_of_segments(study, segments),
        people=_pairs_counted(study, segments, unit),
    )


def _pairs_counted(study: Study, segments: str, unit: str) -> Counted:
    """Say what the square counts: on its diagonal those of one value, beside it those of two."""
    values = material_of(study).labels_of(VALUE)
    counts = {value: partial(_of_pair, other=value, segments=segments, unit=unit) for value in values}
    return Counted(counts={**counts, ONLY: f"tell only of a difficulty, {unit}"}, by=(), each=("value",))


def _of_pair(row: Mapping[str, object], other: str, segments: str, unit: str) -> Cell:
    if row["value"] == other:
        return _speaks(other, segments, unit)
    both = " and ".join(sorted([str(row["value"]), other]))
    return Cell(f"{speaking(segments)}, unit {unit}, both {both}", alone=True)


def _together(study: Study, segments: str, unit: str) -> pd.DataFrame:
    present, only = _values_present(study, segments, unit)
    square = counting.together(present).assign(**{ONLY: only.sum()})
    return square.rename_axis("value").reset_index()


def _square_drawn(data: pd.DataFrame, unit: str) -> Figure:
    return diagrams.heat_map(data.set_index("value"), " ".join(_most_often_together(data, unit)))


def _square_in_words(data: pd.DataFrame, unit: str) -> str:
    if data.empty:
        return "No values to draw."
    pairs = counting.pairs_together(data.set_index("value")).dropna(subset="both")
    least = pairs[pairs["both"] == pairs["both"].min()]
    said = _most_often_together(data, unit)
    if len(least) and len(least) < len(pairs):
        said.append(f"Least often: {_named(least)} ({_units(least['both'].min(), unit)}).")
    size = len(data)
    return f"A square of {size} by {size} numbers, darker where they are higher. {' '.join(said)}".strip()


def _most_often_together(data: pd.DataFrame, unit: str) -> list[str]:
    """Say which values occur together most: the headline of the picture, and a note below the table."""
    pairs = counting.pairs_together(data.set_index("value").drop(columns=ONLY, errors="ignore"))
    most = pairs[pairs["both"] == pairs["both"].max()]
    if 1 < len(most) == len(pairs):
        return [f"Every two values occur together equally often ({_units(most['both'].max(), unit)})."]
    found = f"Most often together: {_named(most)} ({_units(most['both'].max(), unit)})."
    return [found] if len(most) else []


def _named(pairs: pd.DataFrame) -> str:
    return formats.words([f"{a} with {b}" for a, b in zip(pairs["code_a"], pairs["code_b"], strict=True)])


def person_by_value(study: Study, segments: str = "quoted") -> Output:
    """Table 6.11: which person speaks of which value.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments = which_segments(study, segments)
    present, only = _values_present(study, segments, "person")
    everyone = present.index.union(only.index)
    told = only.sum(axis=1).reindex(everyone, fill_value=0)
    spoken = present.reindex(everyone, fill_value=False).assign(**{ONLY: told})
    by_id = sorted(everyone, key=lambda id: (len(id), id))
    said = said_of_segments(study, segments)
    return folded(
        "table-6.11",
        pages.added(_whose_values, study.definitions.printed),
        spoken.loc[by_id].rename_axis("person").reset_index(),
        _values_of_each,
        notes=lambda data: [
            *said,
            _spoke_of_all(data),
            SPEAKS_OF,
            "The last column counts the values that a person tells only difficulties of.",
        ],
        people=Personal("a row for each person"),
    )


def _whose_values(data: pd.DataFrame) -> str:
    whom = f"each of {formats.plural(len(data), 'person', 'people')}" if len(data) else "each person"
    return f"Values that {whom} speaks of"


def _values_of_each(data: pd.DataFrame) -> pd.DataFrame:
    spoken = data.set_index("person").drop(columns=ONLY)
    return spoken.assign(values=spoken.sum(axis=1), **{ONLY: data[ONLY].to_numpy()})


def _spoke_of_all(data: pd.DataFrame) -> str:
    if data.empty:
        return "There are no rows, or each tells of a real person and all are withheld."
    every = data.set_index("person").drop(columns=ONLY).all(axis=1).sum()
    return f"{formats.plural(every, 'person', 'people')} spoke of every value."


def project_coverage(study: Study, segments: str = "all") -> Output:
    """Table 6.12: how many of the values each project shows; projects that show the same share a row.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments = which_segments(study, segments)
    material = material_of(study)
    labels = material.labels_of(VALUE)
    people = material.interviewed()
    if material.projects.empty:
        return text("text-6.12", "No projects are listed, so nothing can be said project by project.", {})
    coded, said = core_value_codings(material, segments), said_of_segments(study, segments)
    covered = counting.coverage(coded, material.projects, people, list(labels.index))
    values = tuple(labels)
    return table(
        "table-6.12",
        pages.added("Values found in each project", study.definitions.printed),
        covered.rename(columns=labels),
        partial(_alike, values=values),
        notes=lambda data: [
            *said,
            *_coverage_in_words(data["state"], len(values)),
            SPEAKS_OF,
            "A value is found where the project speaks of it. The CSV has a row for each project, with its "
            "people and the number of values that it tells only difficulties of.",
        ],
        people=Counted(
            INTERVIEWED,
            ("people",),
            ("region", "project_id"),
            words=(*values, "found", ONLY, "state"),
        ),
    )


def _alike(data: pd.DataFrame, values: tuple[str, ...]) -> pd.DataFrame:
    """Put projects that show the same values into one row; those that lack fewest values come first."""
    known = data["state"].map(is_withheld)
    shown = data[list(values)].mask(known).astype("boolean").fillna(False).astype(bool)
    found = [
        _found(state, [value for value in values if row[value]], values)
        for state, row in zip(data["state"], shown.to_dict("records"), strict=True)
    ]
    asked, many = data["state"] != "no data", shown.sum(axis=1)
    rows = data.assign(found=found, asked=asked, many=many)
    rows = rows.sort_values(["asked", "many"], ascending=False, kind="stable").groupby("found", sort=False)
    shown = rows.agg(
        projects=("project_id", "size"),
        people_interviewed=("people", lambda people: people.sum(skipna=False)),
        which=("project_id", ", ".join),
    )
    return shown.rename_axis("values found")


def _found(state: str, found: list[str], values: tuple[str, ...]) -> str:
    """Name the values found, or those not found, whichever are fewer."""
    missing = [value for value in values if value not in found]
    if is_withheld(state):
        return f"{state} (few people)"
    if state == "no data":
        return "nobody was interviewed"
    if not found or not missing:
        return "no value" if missing else "every value"
    return (
        f"all but {formats.words(missing)}" if len(missing) < len(found) else f"only {formats.words(found)}"
    )


def _coverage_in_words(states: pd.Series, values: int) -> list[str]:
    n = states.value_counts().reindex(["all", "some", "no data"], fill_value=0)
    if states.map(is_withheld).any():
        return ["What projects with few people show is withheld."]
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
    segments = which_segments(study, segments)
    material = material_of(study)
    labels = material.labels_of(VALUE)
    said = core_value_codings(material, segments)
    known = [unit for unit in COUNTED if said.empty or (said[UNITS[unit]] != "").any()]
    counted = counting.by_unit(said, list(labels.index), known)
    named = formats.words([MANY[unit] for unit in known])
    return figure(
        "fig-6.6",
        pages.added(f"Share of {named} that speak of each value", study.definitions.printed),
        lambda data: f"{_standing(data)} One row of marks for each value.".strip(),
        counted.assign(code=counted["code"].map(labels)).rename(columns={"code": "value"}),
        lambda data: diagrams.dots(
            _shares_by_unit(data), "Percent of units that speak of any value", _standing(data)
        ),
        notes=[
            *said_of_segments(study, segments),
            SPEAKS_OF,
            "How many tell only of a difficulty is in the data below the figure.",
            "The larger the unit, the more values it speaks of, and the less it tells them apart.",
        ],
        people=Counted(
            counts={
                "n": speaking(segments),
                "base": f"speak of any value ({segments} segments)",
                ONLY: f"tell only of a difficulty ({segments} segments)",
            },
            by=(),
            each=("unit", "value"),
            percents={"share": "n"},
            bases={"share": "base"},
            words=("rank",),
        ),
    )


def _shares_by_unit(data: pd.DataFrame) -> pd.DataFrame:
    named = data.assign(unit=data["unit"].map(MANY).str.capitalize())
    return wide(named, "value", "unit", "share")


def _standing(data: pd.DataFrame) -> str:
    """Say which value comes first in each unit: the headline of the picture."""
    said = []
    for unit, rows in data[data["base"] > 0].groupby("unit", sort=False):
        first = rows.loc[rows["rank"] == 1, "value"]
        if first.empty:
            continue
        most = "all values equally" if len(first) == len(rows) else f"most often {formats.words(first)}"
        said.append(f"of {_units(rows['base'].iloc[0], unit)}, {most}")
    return f"O{'; '.join(said)[1:]}." if said else ""


def coder_agreement(study: Study, overlap: float = 0.5) -> Output:
    """Table 6.13: agreement between coders over everything that two of them read.

    Parameters
    ----------
    study : Study
    overlap : float
        Share of characters that two segments must have in common to be one passage.
    """
    material = material_of(study)
    labels = material.labels_of(VALUE)
    measured = intercoder_agreement(material, material.book(VALUES), list(labels.index), overlap)
    names = {**labels, ANY: "Any value", "": "Every value"}
    return folded(
        "table-6.13",
        pages.added("Agreement between coders, value by value", study.definitions.printed),
        measured.assign(code_id=measured["code_id"].map(names)).rename(columns={"code_id": "value"}),
        _agreement_by_unit,
        notes=lambda data: _coders_in_words(data, overlap),
        people=Nobody("counts what coders marked"),
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
    labels = material.labels_of(VALUE)
    codings = core_value_codings(material, segments)
    return tuple(
        count(codings, list(labels.index), unit).rename(columns=labels)
        for count in (counting.presence, counting.difficulties_only)
    )
