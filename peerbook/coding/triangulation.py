"""Which features enough strands of a consultation speak for."""

from __future__ import annotations

import pandas as pd

from peerbook.coding import survey
from peerbook.coding.material import Material
from peerbook.errors import ParameterError

STRANDS = ("survey", "event", "hub interview")


def evidence(material: Material) -> pd.DataFrame:
    """List what speaks for each feature, in each strand of the consultation.

    A group of survey words or a theme of what is not peer support speaks for the components that `links`
    attach it to: analysts judge this, no count does. Items of event lists and hub notes are coded by
    component directly. What is attached to no component stands for itself, so that it is not lost.

    Returns
    -------
    DataFrame
        One row per feature, strand and item: `code_id`, `label`, `strand`, `item`, `polarity` ("-": saying
        that something is not peer support speaks for its opposite).
    """
    said = pd.concat([_survey_items(material), _coded_items(material)], ignore_index=True)
    components = material.codes("draft", "component")
    every = pd.concat([components, material.codes("words"), material.codes("not_peer_support")])
    names = dict(zip(every["code_id"], every["label"], strict=True))
    said["label"] = [names.get(code, code) for code in said["code_id"]]
    order = {code: n for n, code in enumerate(every["code_id"])}
    said = said.sort_values("code_id", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
    return said[["code_id", "label", "strand", "item", "polarity"]]


def triangulation(evidence: pd.DataFrame, min_strands: int = 2) -> pd.DataFrame:
    """Apply the rule: a feature enters the framework if enough strands speak for it.

    Parameters
    ----------
    evidence : DataFrame
        One row per feature, strand and item, as from `evidence`: `code_id`, `label`, `strand`.
    min_strands : int
        How many of the three strands must speak for a feature.

    Returns
    -------
    DataFrame
        One row per feature in the order of the evidence, those that failed included: `code_id`, `label`, a
        boolean column per strand, `strands` (how many) and `included`.

    Raises
    ------
    ParameterError
        If `min_strands` is not 1, 2 or 3.

    Examples
    --------
    >>> said = pd.DataFrame({"code_id": ["hope", "hope", "rules"], "label": ["Hope", "Hope", "Rules"],
    ...                      "strand": ["survey", "event", "event"]})
    >>> triangulation(said)[["label", "strands", "included"]].to_dict("records")
    [{'label': 'Hope', 'strands': 2, 'included': True}, {'label': 'Rules', 'strands': 1, 'included': False}]
    """
    if min_strands not in range(1, len(STRANDS) + 1):
        raise ParameterError(
            f"min_strands is {min_strands!r}; expected a whole number from 1 to {len(STRANDS)}, "
            "the number of strands of the consultation."
        )
    features = evidence.drop_duplicates("code_id")[["code_id", "label"]].reset_index(drop=True)
    counted = pd.crosstab(evidence["code_id"], evidence["strand"]).reindex(
        columns=list(STRANDS), fill_value=0
    )
    present = (counted > 0).reindex(features["code_id"]).reset_index(drop=True).rename_axis(columns=None)
    strands = present.sum(axis=1)
    return features.join(present).assign(strands=strands, included=strands >= min_strands)


def _survey_items(material: Material) -> pd.DataFrame:
    given = pd.concat(
        [survey.grouped_phrases(material)[["person_id", "code_id"]], survey.themes_given(material)]
    )
    books = pd.concat([material.codes("words"), material.codes("not_peer_support")])
    items = books[books["code_id"].isin(given["code_id"])][["code_id", "label"]]
    links = material.links.query("relation == 'counts towards'")
    attached = items.merge(links, left_on="code_id", right_on="from_code", how="left")
    return pd.DataFrame(
        {
            "code_id": attached["to_code"].fillna(attached["code_id"]),
            "strand": "survey",
            "item": attached["label"],
            "polarity": attached["polarity"].fillna("+"),
        }
    )


def _coded_items(material: Material) -> pd.DataFrame:
    sources = material.sources.query("strand == 'event' or strand == 'hub interview'")
    segments = material.segments.merge(sources[["source_id", "strand", "title"]], on="source_id")
    coded = segments.merge(material.final_codes().query("valence == 'supports'"), on="segment_id")
    quotable = coded["text"].where(coded["quotable"] == "yes", "")
    return pd.DataFrame(
        {
            "code_id": coded["code_id"],
            "strand": coded["strand"],
            "item": (coded["title"] + ": " + quotable).str.removesuffix(": "),
            "polarity": "+",
        }
    )
