"""Figures of Chapter 6, drawn from the codebook: fig-6.1 to fig-6.4 as printed, fig-6.5 (membership).

The report prints the number 6.1 twice; here the second one, on membership, is Figure 6.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import material_of
from peerbook.outputs import Output, diagrams, figure, formats

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

BOOK = "core_values"
SAFETY, MEMBERSHIP = "V2", "D4"  # codes whose parts the report draws
TIERS = ("apex", "relational", "foundation")  # from the top
DRAWN = ("foundation", "precondition", "reinforces")


def six_values(study: Study) -> Output:
    """Figure 6.1: the core values in their tiers, and what each rests on."""
    material = material_of(study)
    values = material.codes(BOOK, "value")
    links = _links_between(material, values)
    labels = values.set_index("code_id")["label"]
    tiers = {tier: values.loc[values["level"] == tier, "label"].tolist() for tier in TIERS}
    said = [f"{tier}: {formats.words(named)}" for tier, named in reversed(tiers.items()) if named]
    both_ways = links.query("relation == 'reinforces' and from_code < to_code")
    pairs = [
        f"{labels[a]} and {labels[b]}"
        for a, b in zip(both_ways["from_code"], both_ways["to_code"], strict=True)
    ]
    data = _named(links, labels)
    places = [
        {"code_id": value.code_id, "label": value.label, "row": row, "column": place - (len(tier) - 1) / 2}
        for row, tier in enumerate(values[values["level"] == name] for name in TIERS)
        for place, value in enumerate(tier.itertuples())
    ]
    nodes = pd.DataFrame(places, columns=["code_id", "label", "row", "column"])
    neighbours = _between_neighbouring_rows(links[links["relation"].isin(DRAWN)], nodes)
    return figure(
        "fig-6.1",
        f"{formats.plural(len(values), 'core value')} in tiers",
        f"Boxes in {formats.plural(len(said), 'tier')}, from the bottom: {'; '.join(said)}. "
        f"{formats.plural(len(neighbours), 'arrow')} between neighbouring tiers or values"
        + (f"; {formats.words(pairs)} strengthen each other." if pairs else "."),
        data,
        lambda: diagrams.boxes(nodes, neighbours),
        notes=["Arrows that skip a tier, and links only named in the text, are in the data and not drawn."],
    )


def creating_safety(study: Study) -> Output:
    """Figure 6.2: from what can make people unsafe to feeling safe."""
    material = material_of(study)
    steps = material.codes("creating_safety")
    links = _links_between(material, steps)
    nodes = steps[["code_id", "label"]].assign(row=range(len(steps)), column=0)
    return figure(
        "fig-6.2",
        "How safety is created",
        f"Boxes one below the other, each leading to the next: {'; '.join(steps['label'])}.",
        _named(links, steps.set_index("code_id")["label"]),
        lambda: diagrams.boxes(nodes, links),
        notes=["The printed picture is lost; its steps follow the argument of the text."],
    )


def components_of_safety(study: Study) -> Output:
    """Figure 6.3: the components that help to create safety."""
    return _parts(study, "fig-6.3", SAFETY, "Components that help to create safety")


def values_and_decisions(study: Study) -> Output:
    """Figure 6.4: the core values beside the key decisions."""
    material = material_of(study)
    values, decisions = material.codes(BOOK, "value"), material.codes(BOOK, "decision")
    both = pd.concat([values, decisions])
    nodes = both[["code_id", "label", "kind"]].assign(
        column=(both["kind"] == "decision").astype(int), row=[*range(len(values)), *range(len(decisions))]
    )
    return figure(
        "fig-6.4",
        "Core values and key decisions",
        f"Two columns of boxes. Core values: {formats.words(values['label'])}. "
        f"Key decisions: {formats.words(decisions['label'])}.",
        nodes[["code_id", "label", "kind"]],
        lambda: diagrams.boxes(
            nodes, pd.DataFrame(columns=["from_code", "to_code"]), headings=("Core values", "Key decisions")
        ),
        notes=["All values are to be present; what is decided differs from project to project."],
    )


def membership_factors(study: Study) -> Output:
    """Figure 6.5: what bears on who can be a member; the second Figure 6.1 of the report."""
    return _parts(study, "fig-6.5", MEMBERSHIP, "Factors that bear on membership")


def _parts(study: Study, id: str, whole: str, caption: str) -> Output:
    """Draw a code with its sub-themes pointing to it."""
    codes = material_of(study).codes(BOOK)
    parts = codes[(codes["parent_id"] == whole) & (codes["kind"] == "subtheme")]
    top = codes[codes["code_id"] == whole]
    nodes = pd.concat(
        [
            top[["code_id", "label"]].assign(column=1, row=(max(len(parts), 1) - 1) / 2),
            parts[["code_id", "label"]].assign(column=0, row=range(len(parts))),
        ]
    )
    arrows = pd.DataFrame({"from_code": parts["code_id"], "to_code": whole})
    name = top["label"].iloc[0] if len(top) else whole
    only = parts["approach"].replace({"one_to_one": "one to one"})
    data = pd.DataFrame({"part": parts["label"], "of": name, "only_for": only.replace("", "every approach")})
    return figure(
        id,
        caption,
        f"{formats.plural(len(parts), 'box', 'boxes')} lead to {name}: {formats.words(parts['label'])}.",
        data,
        lambda: diagrams.boxes(nodes, arrows),
        notes=["The printed picture is lost; its parts are the headings of the text."],
    )


def _links_between(material: Material, codes: pd.DataFrame) -> pd.DataFrame:
    known = codes["code_id"]
    return material.links[material.links["from_code"].isin(known) & material.links["to_code"].isin(known)]


def _named(links: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "from": links["from_code"].map(labels),
            "to": links["to_code"].map(labels),
            "relation": links["relation"],
            "status": links["status"],
        }
    )


def _between_neighbouring_rows(links: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    row = nodes.set_index("code_id")["row"].astype(float)
    return links[(links["from_code"].map(row) - links["to_code"].map(row)).abs() <= 1]
