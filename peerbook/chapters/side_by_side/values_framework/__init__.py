"""Chapter 6: core values and key decisions of peer support.

`OUTPUTS` lists every output in order. `values_diagrams` holds the figures, `values_counts` the counts that
the report asserts and never tabulates. Table 6.1 and Figures 6.1 to 6.4 have the numbers of the report.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print
from peerbook.chapters.side_by_side.beside_print import discrepancies, quotation_checks, statements
from peerbook.chapters.side_by_side.coded_rows import material_of, row_origins
from peerbook.chapters.side_by_side.values_framework.counts import (
    APPROACHES,
    WHICH,
    code_by_approach,
    coder_agreement,
    person_by_value,
    project_coverage,
    said,
    unit_of_counting,
    values_together,
)
from peerbook.chapters.side_by_side.values_framework.diagrams import (
    BOOK,
    components_of_safety,
    creating_safety,
    membership_factors,
    six_values,
    values_and_decisions,
)
from peerbook.coding.codings import top_codes
from peerbook.coding.sample import characteristics, leading_roles
from peerbook.outputs import Output, formats, table, text

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

SAMPLE = {
    "age_band": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "approach": "Peer support approach recruited from",
    "locality": "Type of locality",
    "sexual_orientation": "Sexual orientation",
}


def interviews(study: Study) -> Output:
    """Say how many people were interviewed, and how the interviews were kept."""
    material = material_of(study)
    people = material.took_part("interview")
    sources = _interviews(material)
    recorded, noted = (int((sources["recorded"] == kept).sum()) for kept in ("yes", "no"))
    group = int((people["approach"] == "group").sum())
    sentence = (
        f"{formats.plural(len(people), 'person', 'people')} were interviewed, "
        f"{formats.count_percent(group, len(people))} of them recruited from groups. "
        f"{formats.plural(recorded, 'interview')} were recorded and transcribed; {formats.count(noted)} were "
        "kept as notes."
    )
    return text(
        "text-6.1", sentence, {"people": len(people), "group": group, "recorded": recorded, "notes": noted}
    )


def sample(study: Study) -> Output:
    """Table 6.1: the people interviewed, by characteristic."""
    people = material_of(study).took_part("interview")
    approach = people["approach"].replace({**APPROACHES, "co_counselling": "Co-counselling"})
    counted = pd.concat([characteristics(people.assign(approach=approach), SAMPLE), leading_roles(people)])
    shown = counted.set_index(["characteristic", "category"])
    shown["percent"] = [formats.percent(percent) for percent in counted["percent"]]
    return table(
        "table-6.1",
        f"{formats.plural(len(people), 'person', 'people')} interviewed, by characteristic",
        counted,
        shown=shown,
        notes=["People in a leading role are counted in the other rows as well."],
    )


def stages(study: Study) -> Output:
    """Table 6.2: interviews by stage of the research."""
    waves = _interviews(material_of(study))["wave"].replace("", "not stated")
    order = ["pilot", "main", "community", "facilitation", "not stated"]
    counts = waves.value_counts().reindex(order, fill_value=0)
    data = counts.rename_axis("stage").reset_index(name="interviews")
    return table("table-6.2", f"{formats.plural(len(waves), 'interview')}, by stage", data)


def values(study: Study) -> Output:
    """Table 6.3: the core values with what they mean."""
    codes = material_of(study).codes(BOOK)
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
    shown = data.rename(columns={"sub_themes": "Sub-themes"}).set_index("value")
    caption = f"{formats.plural(len(named), 'core value')} and what they mean"
    return table("table-6.3", caption, data, shown=shown)


def subthemes(study: Study, segments: str = "quoted") -> Output:
    """Table 6.4: sub-themes of values and decisions, with the segments and people behind each.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    codes = material.codes(BOOK)
    counted = said(material, segments).groupby("code_id")
    counted = counted.agg(segments=("segment_id", "nunique"), people=("person_id", "nunique"))
    difficulties = codes.loc[codes["kind"] == "challenge", "code_id"]
    below = codes[codes["kind"].isin(["subtheme", "challenge", "approach"])]
    below = below[~below["parent_id"].isin(difficulties)].set_index("code_id")
    top = below.index.to_series().map(top_codes(codes)).map(codes.set_index("code_id")["label"])
    kinds = {"subtheme": "theme", "challenge": "difficulty", "approach": "one approach"}
    data = pd.DataFrame({"belongs_to": top, "sub_theme": below["label"]})
    data = data.join(counted.reindex(data.index).fillna(0).astype(int))
    data = data.assign(kind=below["kind"].map(kinds)).reset_index(drop=True)
    return table(
        "table-6.4",
        "Sub-themes of the values and decisions",
        data,
        shown=data.rename(columns={"sub_theme": "Sub-theme"}).set_index(["belongs_to", "Sub-theme"]),
        notes=[WHICH[segments]],
    )


def decision_options(study: Study) -> Output:
    """Table 6.7: options of the key decisions, by approach."""
    return _by_approach(study, "table-6.7", "Options of the key decisions, by approach", "decision")


def value_differences(study: Study) -> Output:
    """Table 6.6: how the approaches differ within the values."""
    return _by_approach(study, "table-6.6", "How the approaches differ within the values", "value")


def options_taken(study: Study) -> Output:
    """Table 6.8: options that projects took, project by project where known."""
    material = material_of(study)
    taken = material.decisions.query("project_id != ''")
    counted = taken.groupby(["aspect", "option"], sort=False)["project_id"].nunique()
    return table(
        "table-6.8", "Options taken by projects", counted.rename("projects").reset_index(), row_headers=2
    )


def extracts(study: Study, examples: int = 2) -> Output:
    """Table 6.5: words of people who agreed to be quoted, for each value.

    Parameters
    ----------
    study : Study
    examples : int
        Most extracts to show for a value.
    """
    material = material_of(study)
    labels = material.labels(BOOK, "value")
    agreed = material.segments.query("quotable == 'yes' and text != ''")[["segment_id", "text"]]
    coded = said(material, "all")[["segment_id", "person_id", "context", "top"]].drop_duplicates()
    found = coded.merge(agreed, on="segment_id")
    found = found[found["top"].isin(labels.index)].groupby("top").head(examples)
    data = pd.DataFrame(
        {
            "value": found["top"].map(labels),
            "person": found["person_id"],
            "about": found["context"].str.replace("_", " "),
            "words": found["text"],
        }
    ).sort_values("value", key=lambda named: named.map(list(labels).index), kind="stable", ignore_index=True)
    notes = [] if len(data) else ["No segment of these data has both words and consent to quote them."]
    return table(
        "table-6.5", "What people said, where they agreed to be quoted", data, row_headers=2, notes=notes
    )


def printed_tables(study: Study) -> Output:
    """Table 6.16: Table 6.1 as printed and as rebuilt, cell by cell."""
    made = sample(study).data.rename(columns={"people": "n"})
    return beside_print.printed_tables("table-6.16", {"table_6_1": made}, study.region)


def _interviews(material: Material) -> pd.DataFrame:
    sources = material.sources.query("strand == 'interview'")
    return sources[sources["person_id"].isin(material.people["person_id"])]


def _by_approach(study: Study, id: str, caption: str, kind: str) -> Output:
    """Lay out what is said of each approach as a whole, for values or for decisions."""
    material = material_of(study)
    labels = material.labels(BOOK, kind)
    rows = material.decisions[
        material.decisions["decision_id"].isin(labels.index) & (material.decisions["project_id"] == "")
    ]
    data = rows.assign(decision_id=rows["decision_id"].map(labels)).rename(columns={"decision_id": kind})
    data = data[[kind, "aspect", "approach", "option", "status"]]
    wide = {
        (decision, aspect): said_of.set_index("approach")["option"]
        for (decision, aspect), said_of in data.groupby([kind, "aspect"], sort=False)
    }
    index = pd.MultiIndex.from_tuples(wide, names=[kind, "aspect"])
    shown = pd.DataFrame(
        [said_of.reindex(list(APPROACHES)[:3]).tolist() for said_of in wide.values()],
        index=index,
        columns=list(APPROACHES.values())[:3],
    )
    return table(
        id, caption, data, shown=shown, notes=["Worked out from the text of the report by a reader."]
    )


OUTPUTS: MappingProxyType[str, Callable[[Study], Output]] = MappingProxyType(
    {
        "text-6.1": interviews,
        "table-6.1": sample,
        "table-6.2": stages,
        "fig-6.1": six_values,
        "table-6.3": values,
        "table-6.4": subthemes,
        "table-6.5": extracts,
        "table-6.6": value_differences,
        "fig-6.2": creating_safety,
        "fig-6.3": components_of_safety,
        "fig-6.4": values_and_decisions,
        "table-6.7": decision_options,
        "table-6.8": options_taken,
        "fig-6.5": membership_factors,
        "table-6.9": code_by_approach,
        "table-6.10": values_together,
        "table-6.11": person_by_value,
        "table-6.12": project_coverage,
        "fig-6.6": unit_of_counting,
        "table-6.13": coder_agreement,
        "table-6.14": quotation_checks,
        "table-6.15": partial(row_origins, id="table-6.15"),
        "table-6.16": printed_tables,
        "table-6.17": partial(statements, chapter="6", id="table-6.17"),
        "table-6.18": partial(discrepancies, chapter="6", id="table-6.18"),
    }
)
