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
    CORE_VALUES,
    WHICH,
    core_value_codings,
    material_of,
    which_segments,
    wide,
)
from peerbook.coding.codings import top_codes
from peerbook.disclosure import Counted, Nobody, Quoted
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.coding import Material
    from peerbook.study import Study

SAFETY, MEMBERSHIP = "V2", "D4"  # codes whose parts the report draws
TIERS = ("apex", "relational", "foundation")  # from the top
DRAWN = ("foundation", "precondition", "reinforces")
NAMED = 2  # sub-themes that a sentence names of each value
KINDS = {"subtheme": "theme", "challenge": "difficulty", "approach": "one approach"}


def six_values(study: Study) -> Output:
    """Figure 6.1: the core values in their tiers, and what each rests on."""
    material = material_of(study)
    values = material.codes(CORE_VALUES, "value")
    tiers = {tier: tuple(values.loc[values["level"] == tier, "label"]) for tier in TIERS}
    return figure(
        "fig-6.1",
        f"{formats.plural(len(values), 'core value')} in tiers",
        lambda data: _tiers_in_words(data, tiers),
        _links_between(material, values),
        lambda data: diagrams.boxes(_tiered(tiers), _between_neighbours(data, _tiered(tiers))),
        notes=["Arrows that skip a tier, and links only named in the text, are in the data and not drawn."],
        evidence=JUDGEMENT,
    )


def _tiers_in_words(data: pd.DataFrame, tiers: Mapping[str, Sequence[str]]) -> str:
    said = [f"{tier}: {formats.words(named)}" for tier, named in reversed(tiers.items()) if named]
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
    """Keep the links that are drawn: of some kinds, within a row of boxes or to the next."""
    row = nodes["row"].astype(float)
    near = (links["from"].map(row) - links["to"].map(row)).abs() <= 1
    return links[near & links["relation"].isin(DRAWN)]


def values(study: Study) -> Output:
    """Table 6.3: the core values with what they mean."""
    codes = material_of(study).codes(CORE_VALUES)
    named = codes[codes["kind"] == "value"]
    below = codes[codes["kind"] == "subtheme"]["parent_id"].value_counts()
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
        pages.added(lambda data: f"{formats.plural(len(data), 'core value')} and what they mean"),
        data,
        lambda data: data.rename(columns={"sub_themes": "Sub-themes"}).set_index("value"),
        evidence=JUDGEMENT,
    )


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
        pages.added("Sub-themes of the values and decisions"),
        _subthemes(study, segments).drop(columns="of"),
        lambda data: data.rename(columns={"sub_theme": "Sub-theme"}).set_index(["belongs_to", "Sub-theme"]),
        notes=[WHICH[segments]],
        people=_parts_counted(segments, "segments", "people"),
    )


def _parts_counted(segments: str, *columns: str) -> Counted:
    counts = {name: f"{name} of a part ({segments} segments)" for name in columns}
    return Counted(counts=counts, by=(), each=("belongs_to", "sub_theme"))


def _subthemes(study: Study, segments: str) -> pd.DataFrame:
    """Count segments and people of each sub-theme; `of` is the kind of code it belongs to."""
    material = material_of(study)
    codes = material.codes(CORE_VALUES)
    counted = core_value_codings(material, segments).groupby("code_id")
    counted = counted.agg(segments=("segment_id", "nunique"), people=("person_id", "nunique"))
    difficulties = codes.loc[codes["kind"] == "challenge", "code_id"]
    below = codes[codes["kind"].isin(KINDS) & ~codes["parent_id"].isin(difficulties)].set_index("code_id")
    top = below.index.to_series().map(top_codes(codes))
    named = codes.set_index("code_id")
    data = pd.DataFrame({"belongs_to": top.map(named["label"]), "sub_theme": below["label"]})
    data = data.join(counted.reindex(data.index).fillna(0).astype(int))
    kinds = {"kind": below["kind"].map(KINDS), "of": top.map(named["kind"])}
    return data.assign(**kinds).reset_index(drop=True)


def spoken_of(study: Study, segments: str = "quoted") -> Output:
    """Say of each value which of its sub-themes most people spoke of.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments = which_segments(study, segments)
    themes = _subthemes(study, segments).query("kind == 'theme' and of == 'value'")
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
    labels = material.labels(CORE_VALUES, "value")
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
    caption = pages.added("What people said, where they agreed to be quoted")
    quoted = Quoted("each row is of one person who agreed to be quoted", words=("words",))
    return table("table-6.5", caption, data, people=quoted) if len(data) else None


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


def value_differences(study: Study) -> Output:
    """Table 6.6: how the approaches differ within the values."""
    return _by_approach(study, "table-6.6", "How the approaches differ within the values", "value")


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


def components_of_safety(study: Study) -> Output:
    """Figure 6.3: the components that help to create safety."""
    return _parts(study, "fig-6.3", SAFETY, "Components that help to create safety")


def values_and_decisions(study: Study) -> Output:
    """Figure 6.4: the core values beside the key decisions."""
    material = material_of(study)
    both = pd.concat([material.codes(CORE_VALUES, kind) for kind in ("value", "decision")])
    return figure(
        "fig-6.4",
        "Core values and key decisions",
        lambda data: (
            f"Two columns of boxes. Core values: {formats.words(_of_kind(data, 'value'))}. "
            f"Key decisions: {formats.words(_of_kind(data, 'decision'))}."
        ),
        both[["code_id", "label", "kind"]],
        lambda data: diagrams.boxes(
            pd.concat(
                [
                    _below_each_other(_of_kind(data, "value")),
                    _below_each_other(_of_kind(data, "decision"), column=1),
                ]
            ),
            headings=("Core values", "Key decisions"),
        ),
        notes=["All values are to be present; what is decided differs from project to project."],
        evidence=JUDGEMENT,
    )


def _of_kind(codes: pd.DataFrame, kind: str) -> pd.Series:
    return codes.loc[codes["kind"] == kind, "label"]


def decision_options(study: Study) -> Output:
    """Table 6.7: options of the key decisions, by approach."""
    return _by_approach(study, "table-6.7", "Options of the key decisions, by approach", "decision")


def options_taken(study: Study) -> Output:
    """Table 6.8: options that projects took, project by project where known."""
    taken = material_of(study).decisions.query("project_id != ''")
    counted = taken.groupby(["aspect", "option"], sort=False)["project_id"].nunique()
    return table(
        "table-6.8",
        pages.added("Options taken by projects"),
        counted.rename("projects").reset_index(),
        row_headers=2,
        people=Nobody("counts projects by what they decided"),
    )


def membership_factors(study: Study) -> Output:
    """Figure 6.5: what bears on who can be a member; the second Figure 6.1 of the report."""
    return _parts(study, "fig-6.5", MEMBERSHIP, "Factors that bear on membership")


def _by_approach(study: Study, id: str, caption: str, kind: str) -> Output:
    """Lay out what is said of each approach as a whole, for values or for decisions."""
    material = material_of(study)
    labels = material.labels(CORE_VALUES, kind)
    rows = material.decisions.query("project_id == '' and decision_id in @labels.index")
    data = rows.assign(**{kind: rows["decision_id"].map(labels)})
    return folded(
        id,
        pages.added(caption),
        data[[kind, "aspect", "approach", "option", "status"]],
        lambda data: (
            wide(data, [kind, "aspect"], "approach", "option")
            .reindex(columns=list(APPROACHES))
            .rename(columns=APPROACHES)
        ),
        notes=["Worked out from the text of the report by a reader."],
        evidence=JUDGEMENT,
    )


def _parts(study: Study, id: str, whole: str, caption: str) -> Output:
    """Draw a code with its sub-themes pointing to it."""
    codes = material_of(study).codes(CORE_VALUES)
    parts = codes[(codes["parent_id"] == whole) & (codes["kind"] == "subtheme")]
    name = codes.set_index("code_id")["label"].get(whole, whole)
    only = parts["approach"].replace({"": "every approach", "one_to_one": "one to one"})
    return figure(
        id,
        caption,
        lambda data: (
            f"{formats.plural(len(data), 'box', 'boxes')} lead to {name}: {formats.words(data['part'])}."
        ),
        pd.DataFrame({"part": parts["label"], "of": name, "only_for": only}),
        _parts_drawn,
        notes=["The printed picture is lost; its parts are the headings of the text."],
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
