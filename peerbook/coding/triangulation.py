"""Which features enough strands of a consultation speak for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from peerbook.coding import survey
from peerbook.coding.material import Material
from peerbook.data.codes import COMPONENT, LISTS, NOTES
from peerbook.errors import ParameterError


def evidence(material: Material) -> pd.DataFrame:
    """List what speaks for each feature, in each strand of the consultation.

    A code given in answer to a question speaks for the components that `links` attach it to ("counts
    towards"): analysts judge this, no count does. Items of lists and notes are coded by component directly.
    What is attached to no component stands for itself, so that it is not lost.

    Returns
    -------
    DataFrame
        One row per feature, strand and item: `code_id`, `label`, `strand`, `item`, `polarity` ("-": saying
        that something is not peer support speaks for its opposite).
    """
    said = pd.concat([_answers(material), _coded_items(material)], ignore_index=True)
    every = pd.concat([material.having(COMPONENT), *_books_of_questions(material)])
    names = dict(zip(every["code_id"], every["label"], strict=True))
    said["label"] = [names.get(code, code) for code in said["code_id"]]
    order = {code: n for n, code in enumerate(every["code_id"])}
    said = said.sort_values("code_id", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
    return said[["code_id", "label", "strand", "item", "polarity"]]


def triangulation(evidence: pd.DataFrame, strands: Sequence[str], min_strands: int = 2) -> pd.DataFrame:
    """Apply the rule: a feature enters the framework if enough strands speak for it.

    Parameters
    ----------
    evidence : DataFrame
        One row per feature, strand and item, as from `evidence`: `code_id`, `label`, `strand`.
    strands : sequence of str
        Every strand of the consultation, as in `material.defined.consultation`.
    min_strands : int
        How many of them must speak for a feature.

    Returns
    -------
    DataFrame
        One row per feature in the order of the evidence, those that failed included: `code_id`, `label`, a
        boolean column per strand, `strands` (how many) and `included`.

    Raises
    ------
    ParameterError
        If `min_strands` is not a whole number from 1 to the number of strands.

    Examples
    --------
    >>> said = pd.DataFrame({"code_id": ["hope", "hope", "rules"], "label": ["Hope", "Hope", "Rules"],
    ...                      "strand": ["survey", "event", "event"]})
    >>> triangulation(said, ["survey", "event"])[["label", "strands", "included"]].to_dict("records")
    [{'label': 'Hope', 'strands': 2, 'included': True}, {'label': 'Rules', 'strands': 1, 'included': False}]
    """
    if min_strands not in range(1, max(len(strands), 1) + 1):
        raise ParameterError(
            f"min_strands is {min_strands!r}; expected a whole number from 1 to {len(strands)}, "
            "the number of strands of the consultation."
        )
    features = evidence.drop_duplicates("code_id")[["code_id", "label"]].reset_index(drop=True)
    counted = pd.crosstab(evidence["code_id"], evidence["strand"]).reindex(
        columns=list(strands), fill_value=0
    )
    present = (counted > 0).reindex(features["code_id"]).reset_index(drop=True).rename_axis(columns=None)
    speaking = present.sum(axis=1)
    return features.join(present).assign(strands=speaking, included=speaking >= min_strands)


def _books_of_questions(material: Material) -> list[pd.DataFrame]:
    """Return the codes of each question, in the order of the questions."""
    questions = material.defined.questions
    return [material.codes(survey.asked_about(material, name).codebook) for name in questions]


def _answers(material: Material) -> pd.DataFrame:
    """Return what was answered to questions: a row for each code, strand and component it speaks for."""
    given = [survey.codes_given(material, name) for name in material.defined.questions]
    books = [book[["code_id", "label"]] for book in _books_of_questions(material)]
    if not given:
        return pd.DataFrame(columns=["code_id", "strand", "item", "polarity"])
    strands = pd.concat(given)[["code_id", "strand"]].drop_duplicates()
    items = pd.concat(books).merge(strands, on="code_id")
    links = material.links.query("relation == 'counts towards'")
    attached = items.merge(links, left_on="code_id", right_on="from_code", how="left")
    return pd.DataFrame(
        {
            "code_id": attached["to_code"].fillna(attached["code_id"]),
            "strand": attached["strand"],
            "item": attached["label"],
            "polarity": attached["polarity"].fillna("+"),
        }
    )


def _coded_items(material: Material) -> pd.DataFrame:
    holding = material.defined.holding(LISTS, NOTES)
    sources = material.sources[material.sources["strand"].isin(holding)]
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
