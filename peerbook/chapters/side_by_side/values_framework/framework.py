"""The framework of Chapter 6 as the codebook and the decisions hold it: values, decisions, their parts.

The figures are drawn from the codebook. The report prints the number 6.1 twice; here the second one, on
membership, is Figure 6.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.chapters.side_by_side.coded_rows import (
    APPROACHES,
    approaches_of,
    core_value_codings,
    material_of,
    said_of_segments,
    which_segments,
    wide,
)
from peerbook.coding.codings import counted_under, distinct
from peerbook.data.codes import DECISION, DIFFICULTY, PART, VALUE, VALUES
from peerbook.disclosure import Counted, Nobody, Quoted
from peerbook.outputs import Output, diagrams, figure, formats, markup, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.coding import Material
    from peerbook.study import Study

THEME, TROUBLE = "theme", "difficulty"  # what parts of values are called if the study has no names for them
NAMED = 2  # sub-themes that a sentence names of each value
SKIPPED = "Arrows that skip a tier, and links only named in the text, are in the data and not drawn."
LOST = "The printed picture is lost; its parts are the headings of the text."


def six_values(study: Study) -> Output:
    """Figure 6.1: the values in their tiers, and what each rests on."""
    material = material_of(study)
    values = material.having(VALUE)
    tiers = _levels(material, values)
    relations = material.defined.relations
    called = formats.plural(len(values), *material.defined.called(VALUE))
    return figure(
        "fig-6.1",
        f"{called} in tiers" if len(tiers) > 1 else called,
        lambda data: _tiers_in_words(_drawn(data, relations), tiers),
        _links_between(material, values),
        lambda data: diagrams.boxes(
            _tiered(tiers), _between_neighbours(_drawn(data, relations), _tiered(tiers))
        ),
        notes=[SKIPPED] if study.definitions.printed else [],
        evidence=JUDGEMENT,
    )


def _levels(material: Material, values: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the labels of the values of each level, from the top; levels that nobody put in order follow."""
    order = dict.fromkeys([*material.defined.levels, *values["level"]])
    levels = {level: tuple(values.loc[values["level"] == level, "label"]) for level in order}
    return {level: named for level, named in levels.items() if named}


def _drawn(links: pd.DataFrame, relations: Sequence[str]) -> pd.DataFrame:
    """Keep the links of the relations that are drawn; of all if the study names none."""
    return links[links["relation"].isin(relations)] if relations else links


def _tiers_in_words(data: pd.DataFrame, tiers: Mapping[str, Sequence[str]]) -> str:
    if len(tiers) < 2:
        return f"Boxes side by side: {formats.words(label for named in tiers.values() for label in named)}."
    said = [f"{tier or 'no tier'}: {formats.words(named)}" for tier, named in reversed(tiers.items())]
    nodes = _tiered(tiers)
    arrows = formats.plural(len(_between_neighbours(data, nodes)), "arrow")
    place = {label: n for n, label in enumerate(nodes.index)}
    links = data[data["relation"] == "reinforces"][["from", "to"]].itertuples(index=False, name=None)
    pairs = [f"{a} and {b}" for a, b in links if place.get(a, 0) < place.get(b, 0)]
    return (
        f"Boxes in {formats.plural(len(said), 'tier')}, from the bottom: {'; '.join(said)}. "
        f"{arrows} between neighbouring tiers or values"
        + (f"; {formats.words(pairs)} strengthen each other." if pairs else ".")
    )


def _tiered(tiers: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Place the values of a tier side by side, each tier centred below the one above."""
    places = [
        {"label": label, "row": row, "column": place - (len(named) - 1) / 2}
        for row, named in enumerate(tiers.values())
        for place, label in enumerate(named)
    ]
    return pd.DataFrame(places, columns=["label", "row", "column"]).set_index("label", drop=False)


def _between_neighbours(links: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Keep the links within a row of boxes or to the next."""
    row = nodes["row"].astype(float)
    near = (links["from"].map(row) - links["to"].map(row)).abs() <= 1
    return links[near]


def values(study: Study) -> Output:
    """Table 6.3: the core values with what they mean."""
    material = material_of(study)
    named = material.having(VALUE)
    under = counted_under(material, material.book(VALUES))
    below = material.having(PART)["code_id"].map(under).value_counts()
    many = material.defined.called(VALUE)
    data = pd.DataFrame(
        {
            "value": named["label"],
            "tier": named["level"],
            "sub_themes": named["code_id"].map(below).fillna(0).astype(int),
            "meaning": named["definition"],
        }
    )
    return table(
        "table-6.3",
        pages.added(
            lambda data: f"{formats.plural(len(data), *many)} and what they mean", study.definitions.printed
        ),
        data,
        lambda data: _filled(data).rename(columns={"sub_themes": "Sub-themes"}).set_index("value"),
        evidence=JUDGEMENT,
    )


def _filled(data: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns of words that no row has."""
    blank = [name for name in data if len(data) and data[name].eq("").all()]
    return data.drop(columns=blank)


def subthemes(study: Study, segments: str = "quoted") -> Output:
    """Table 6.4: sub-themes of values and decisions, with the segments and people behind each.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments = which_segments(study, segments)
    return folded(
        "table-6.4",
        pages.added("Sub-themes of the values and decisions", study.definitions.printed),
        _subthemes(study, segments).drop(columns=["is_part", "of_value"]),
        lambda data: data.rename(columns={"sub_theme": "Sub-theme"}).set_index(["belongs_to", "Sub-theme"]),
        notes=said_of_segments(study, segments),
        people=_parts_counted(segments, "segments", "people"),
    )


def _parts_counted(segments: str, *columns: str) -> Counted:
    counts = {name: f"{name} of a part ({segments} segments)" for name in columns}
    return Counted(counts=counts, by=(), each=("belongs_to", "sub_theme"))


def _subthemes(study: Study, segments: str) -> pd.DataFrame:
    """Count segments and people of each sub-theme.

    Two columns more say whether it is a part of what it belongs to, and whether that is a value.
    """
    material = material_of(study)
    book = material.book(VALUES)
    codes, defined, parts = material.codes(book), material.defined, material.having(PART)["code_id"]
    counted = core_value_codings(material, segments).groupby("code_id")
    counted = counted.agg(segments=("segment_id", "nunique"), people=("person_id", distinct))
    called = dict.fromkeys(defined.kinds_of(DIFFICULTY), TROUBLE) | dict(defined.parts)
    top = codes["code_id"].map(counted_under(material, book))
    troubles = codes.loc[codes["kind"].isin(defined.kinds_of(DIFFICULTY)), "code_id"]
    listed = (codes["kind"].isin(called) | codes["code_id"].isin(parts)) & ~codes["parent_id"].isin(troubles)
    listed &= top.isin(material.having(VALUE, DECISION)["code_id"])
    below = codes.assign(top=top)[listed].set_index("code_id")
    top = below["top"]
    data = pd.DataFrame(
        {"belongs_to": top.map(codes.set_index("code_id")["label"]), "sub_theme": below["label"]}
    )
    data = data.join(counted.reindex(data.index).fillna(0).astype(int))
    kinds = {
        "kind": below["kind"].map(called).fillna(THEME),
        "is_part": below.index.isin(parts),
        "of_value": top.isin(material.having(VALUE)["code_id"]),
    }
    return data.assign(**kinds).reset_index(drop=True)


def spoken_of(study: Study, segments: str = "quoted") -> Output:
    """Say of each value which of its sub-themes most people spoke of.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments = which_segments(study, segments)
    themes = _subthemes(study, segments).query("is_part and of_value")
    counted = themes[["belongs_to", "sub_theme", "people"]]
    return text("text-6.2", _spoken_of_in_words, counted, people=_parts_counted(segments, "people"))


def _spoken_of_in_words(data: pd.DataFrame) -> str:
    lines = []
    for value, themes in data.groupby("belongs_to", sort=False):
        known = themes.dropna(subset="people").query("people > 0")
        first = known.sort_values("people", ascending=False, kind="stable").head(NAMED)
        named = [
            f"{theme.lower()} ({formats.plural(people, 'person', 'people')})"
            for theme, people in first[["sub_theme", "people"]].itertuples(index=False, name=None)
        ]
        if named:
            lines.append(f"- **{value}**: {formats.words(named)}.")
    if not lines:
        return "No words of people are coded by what they are about."
    return "\n".join(["Of each value, these parts came up with most people:", "", *lines])


def extracts(study: Study, examples: int = 2) -> Output | None:
    """Table 6.5: words of people who agreed to be quoted, for each value; None if nobody did.

    No number of a person stands beside the words: it would join what a person said here and elsewhere.

    Parameters
    ----------
    study : Study
    examples : int
        Most extracts to show for a value.
    """
    material = material_of(study)
    labels = material.labels_of(VALUE)
    agreed = material.segments.query("quotable == 'yes' and text != ''")[["segment_id", "text"]]
    coded = core_value_codings(material, "all")[["segment_id", "context", "top"]]
    found = coded.drop_duplicates().merge(agreed, on="segment_id")
    found = found[found["top"].isin(labels.index)].groupby("top").head(examples)
    data = pd.DataFrame(
        {
            "value": found["top"].map(labels),
            "about": found["context"].str.replace("_", " "),
            "words": found["text"],
            "_may_be_quoted": "yes",
        }
    ).sort_values("value", key=lambda named: named.map(list(labels).index), kind="stable", ignore_index=True)
    caption = pages.added("What people said, where they agreed to be quoted", study.definitions.printed)
    quoted = Quoted("each row is of one person who agreed to be quoted", words=("words",))
    return table("table-6.5", caption, _filled(data), people=quoted) if len(data) else None


def approaches(study: Study) -> Output:
    """Table 6.19: what makes up peer support in groups, one to one and online.

    Parameters
    ----------
    study : Study
        Not read: the list is about the published report.
    """
    printed = published.load(STUDY, "approach_features")[["approach", "feature", "status"]]
    return table(
        "table-6.19",
        pages.added("What makes up each approach to peer support, as the report lists it"),
        printed,
        _features_by_approach,
        evidence=PUBLISHED,
    )


def _features_by_approach(data: pd.DataFrame) -> pd.DataFrame:
    listed = data.groupby("approach", sort=False)["feature"].agg("; ".join)
    return listed.rename(APPROACHES).rename_axis("approach").to_frame("what makes it up")


def value_differences(study: Study) -> Output | None:
    """Table 6.6: how the approaches differ within the values; None if nobody wrote it down."""
    return _by_approach(study, "table-6.6", "How the approaches differ within the values", VALUE)


def creating_safety(study: Study) -> Output:
    """Figure 6.2: from what can make people unsafe to feeling safe."""
    material = material_of(study)
    steps = material.codes("creating_safety")
    labels = tuple(steps["label"])
    return figure(
        "fig-6.2",
        "How safety is created",
        f"Boxes one below the other, each leading to the next: {'; '.join(labels)}.",
        _links_between(material, steps),
        lambda data: diagrams.boxes(_below_each_other(labels), data),
        notes=["The printed picture is lost; its steps follow the argument of the text."],
        evidence=JUDGEMENT,
    )


def components_of_safety(study: Study) -> Output | None:
    """Figure 6.3: the parts of the first code of which the study wants them drawn; None if there is none."""
    return _parts(study, "fig-6.3", 0)


def values_and_decisions(study: Study) -> Output:
    """Figure 6.4: the values beside the decisions; a sentence if no decisions are coded."""
    material = material_of(study)
    values, decisions = material.having(VALUE), material.having(DECISION)
    many = {role: material.defined.called(role)[1] for role in (VALUE, DECISION)}
    if decisions.empty:
        return text("text-6.4", f"No {markup.plain(many[DECISION])} are coded in this study.", {})
    both = pd.concat([values, decisions])
    one, other = (tuple(codes["code_id"]) for codes in (values, decisions))
    first, second = (formats.upper_first(name) for name in many.values())
    return figure(
        "fig-6.4",
        f"{first} and {many[DECISION]}",
        lambda data: (
            f"Two columns of boxes. {first}: {formats.words(_among(data, one))}. "
            f"{second}: {formats.words(_among(data, other))}."
        ),
        both[["code_id", "label", "kind"]],
        lambda data: diagrams.boxes(
            pd.concat(
                [
                    _below_each_other(_among(data, one)),
                    _below_each_other(_among(data, other), column=1),
                ]
            ),
            headings=(first, second),
        ),
        notes=["All values are to be present; what is decided differs from project to project."]
        if study.definitions.printed
        else [],
        evidence=JUDGEMENT,
    )


def _among(data: pd.DataFrame, codes: Sequence[str]) -> pd.Series:
    return data.loc[data["code_id"].isin(codes), "label"]


def decision_options(study: Study) -> Output | None:
    """Table 6.7: options of the decisions, by approach; None if nobody wrote them down."""
    decisions = material_of(study).defined.called(DECISION)[1]
    return _by_approach(study, "table-6.7", f"Options of the {decisions}, by approach", DECISION)


def options_taken(study: Study) -> Output | None:
    """Table 6.8: options that projects took, project by project where known; None if none is known."""
    taken = material_of(study).decisions.query("project_id != ''")
    if taken.empty and not study.definitions.printed:
        return None
    counted = taken.groupby(["aspect", "option"], sort=False)["project_id"].nunique()
    return table(
        "table-6.8",
        pages.added("Options taken by projects", study.definitions.printed),
        counted.rename("projects").reset_index(),
        row_headers=2,
        people=Nobody("counts projects by what they decided"),
    )


def membership_factors(study: Study) -> Output | None:
    """Figure 6.5: the parts of the second code of which the study wants them drawn; None if there is none.

    In the report it is the second Figure 6.1.
    """
    return _parts(study, "fig-6.5", 1)


def _by_approach(study: Study, id: str, caption: str, kind: str) -> Output | None:
    """Lay out what is said of each approach as a whole, for values or for decisions."""
    material = material_of(study)
    labels, approaches = material.labels_of(kind), approaches_of(material)
    rows = material.decisions.query("project_id == '' and decision_id in @labels.index")
    if rows.empty and not study.definitions.printed:
        return None
    data = rows.assign(**{kind: rows["decision_id"].map(labels)})
    return folded(
        id,
        pages.added(caption, study.definitions.printed),
        data[[kind, "aspect", "approach", "option", "status"]],
        lambda data: (
            wide(data, [kind, "aspect"], "approach", "option")
            .reindex(columns=list(approaches))
            .rename(columns=approaches)
        ),
        notes=["Worked out from the text of the report by a reader."] if study.definitions.printed else [],
        evidence=JUDGEMENT,
    )


def _parts(study: Study, id: str, place: int) -> Output | None:
    """Draw a code with its sub-themes pointing to it: one of those that the study names."""
    material = material_of(study)
    chosen = list(material.defined.drawn.items())[place : place + 1]
    if not chosen:
        return None
    [(whole, caption)] = chosen
    codes, parts = material.codes(material.book(VALUES)), material.having(PART)
    parts = parts[parts["parent_id"] == whole]
    name = codes.set_index("code_id")["label"].get(whole, whole)
    only = parts["approach"].replace("", "every approach").str.replace("_", " ")
    return figure(
        id,
        caption,
        lambda data: (
            f"{formats.plural(len(data), 'box', 'boxes')} lead to {name}: {formats.words(data['part'])}."
        ),
        pd.DataFrame({"part": parts["label"], "of": name, "only_for": only}),
        _parts_drawn,
        notes=[LOST] if study.definitions.printed else [],
        evidence=JUDGEMENT,
    )


def _parts_drawn(data: pd.DataFrame) -> Figure:
    whole = data["of"].unique()
    middle = _below_each_other(whole, column=1).assign(row=(len(data) - 1) / 2)
    nodes = pd.concat([middle, _below_each_other(data["part"])])
    return diagrams.boxes(nodes, data.rename(columns={"part": "from", "of": "to"}))


def _below_each_other(labels: Iterable[str], column: int = 0) -> pd.DataFrame:
    labels = list(labels)
    return pd.DataFrame({"label": labels, "row": range(len(labels)), "column": column}, index=labels)


def _links_between(material: Material, codes: pd.DataFrame) -> pd.DataFrame:
    """Return the links between codes, by their labels."""
    labels = codes.set_index("code_id")["label"]
    links = material.links.query("from_code in @labels.index and to_code in @labels.index")
    return pd.DataFrame(
        {
            "from": links["from_code"].map(labels),
            "to": links["to_code"].map(labels),
            "relation": links["relation"],
            "status": links["status"],
        }
    )
