"""The draft framework of Chapter 5: which components enough strands speak for. Tables 5.6 to 5.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.coded_rows import labels_of, material_of
from peerbook.coding.triangulation import STRANDS, evidence, triangulation
from peerbook.outputs import Output, table

if TYPE_CHECKING:
    from peerbook.study import Study

STRAND_NAMES = {"survey": "Online survey", "event": "Consultation events", "hub interview": "Hub interviews"}
OPPOSITES = (
    "A theme of what is not peer support counts for its opposite: help that is one-way speaks for mutuality."
)


def strands(study: Study, min_strands: int = 2) -> Output:
    """Table 5.6: the strands that speak for each component.

    Parameters
    ----------
    study : Study
    min_strands : int
        How many strands must speak for a component.
    """
    components = material_of(study).codes("draft", "component")["code_id"]
    rule = _rule(study, min_strands)
    rule = rule[rule["code_id"].isin(components)]
    return table(
        "table-5.6",
        f"Evidence for each component by strand; {min_strands} of {len(STRANDS)} are needed",
        rule.rename(columns={"label": "component"}).drop(columns="code_id"),
        shown=_shown_rule(rule, "component"),
        notes=[OPPOSITES, "Which theme counts for which component was judged by readers: see Table 5.8."],
    )


def left_out(study: Study, min_strands: int = 2) -> Output:
    """Table 5.7: features that too few strands speak for; the report does not list them.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    rule = _rule(study, min_strands)
    rule = rule[~rule["included"]]
    return table(
        "table-5.7",
        f"Features that fewer than {min_strands} strands speak for",
        rule.rename(columns={"label": "feature"}).drop(columns="code_id"),
        shown=_shown_rule(rule, "feature"),
        notes=["A theme that is attached to no component stands for itself."] if len(rule) else ["None."],
    )


def draft_framework(study: Study, min_strands: int = 2) -> Output:
    """Table 5.9: the draft framework, by level, with the indicators of each component.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    material = material_of(study)
    rule = _rule(study, min_strands)
    components = material.codes("draft", "component")
    components = components[components["code_id"].isin(rule.loc[rule["included"], "code_id"])]
    indicators = material.codes("draft", "indicator").groupby("parent_id")["label"].agg(list)
    listed = components["code_id"].map(indicators)
    data = pd.DataFrame(
        {
            "level": components["level"],
            "component": components["label"],
            "indicators": listed.map(lambda labels: len(labels) if isinstance(labels, list) else 0).astype(
                int
            ),
            "what_they_are": listed.map(lambda labels: "; ".join(labels) if isinstance(labels, list) else ""),
        }
    )
    return table(
        "table-5.9",
        "The draft framework: components that enough strands speak for",
        data,
        row_headers=2,
        notes=["Which level a component belongs to was decided by the analysts; it cannot be computed."],
    )


def attachments(study: Study) -> Output:
    """Table 5.8: how survey groups and themes are attached to components, and why."""
    material = material_of(study)
    labels = labels_of(material)
    links = material.links.query("relation == 'counts towards'")
    data = pd.DataFrame(
        {
            "said": links["from_code"].map(labels),
            "counts_for": links["to_code"].map(labels),
            "direction": links["polarity"].map({"+": "same", "-": "opposite"}),
            "strength": links["strength"],
            "reason": links["basis"],
            "status": links["status"],
        }
    )
    return table(
        "table-5.8",
        "How groups of words and themes are attached to components",
        data,
        shown=data.set_index(["said", "counts_for"])[["direction", "strength", "reason"]],
        notes=["Attachments are judgements; the report does not print its own."],
    )


def _rule(study: Study, min_strands: int) -> pd.DataFrame:
    return triangulation(evidence(material_of(study)), min_strands)


def _shown_rule(rule: pd.DataFrame, name: str) -> pd.DataFrame:
    named = rule.rename(columns={**STRAND_NAMES, "label": name}).set_index(name)
    return named[[*STRAND_NAMES.values(), "strands", "included"]]
