"""Answers to open questions of a survey, counted as people.

The study says what its questions are and how their answers come under codes (`peerbook.data.codes.Question`).
A blank person is somebody unknown: what they answered is no person's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from peerbook.coding.codings import distinct
from peerbook.coding.material import Material
from peerbook.data.codes import PHRASES, Question

_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


def normalised(phrase: str) -> str:
    """Write a phrase in lower case, with straight quotes and single spaces, without closing punctuation.

    Examples
    --------
    >>> normalised("  Mutual   Support. ")
    'mutual support'
    """
    straight = phrase.casefold().translate(_STRAIGHT)
    return re.sub(r"\s+", " ", straight).strip().strip(".,;:!?").strip()


def matcher(listed: str, match: str) -> Callable[[str], bool]:
    """Return the function that says whether a normalised answer is a phrase of the lexicon.

    Parameters
    ----------
    listed : str
        A phrase of the lexicon.
    match : {"phrase", "stems"}
        "phrase": the answer is this phrase and nothing else, so that "mutual respect" does not count as
        "mutual". "stems": every part, joined by +, begins a word of the answer.

    Examples
    --------
    >>> matcher("mutual", "phrase")("mutual respect")
    False
    >>> matcher("journey+support", "stems")("supported on my journey")
    True
    """
    if match == "phrase":
        return normalised(listed).__eq__
    stems = [re.compile(rf"\b{re.escape(normalised(stem))}") for stem in listed.split("+")]
    return lambda phrase: all(stem.search(phrase) for stem in stems)


def answers(material: Material, question: str) -> pd.DataFrame:
    """Return the segments that answer a question, one row per answer or slot of it, with their `strand`."""
    sources = material.sources
    asked = sources.loc[sources["question"] == question, ["source_id", "strand"]]
    return material.segments.merge(asked, on="source_id")


def answered(material: Material, question: str) -> int:
    """Count the people who answered a question: the base of its percentages."""
    return distinct(answers(material, question)["person_id"])


def asked_about(material: Material, question: str) -> Question:
    """Return what the study says of a question; a question it does not know has a codebook of its name."""
    return material.defined.questions.get(question, Question(question, question))


def codes_given(material: Material, question: str) -> pd.DataFrame:
    """Return the codes that people gave in answer to a question, by phrases or as somebody coded them.

    Returns
    -------
    DataFrame
        `person_id`, `code_id`, `strand`; one row per person and code at least.
    """
    by_phrases = asked_about(material, question).by == PHRASES
    given = grouped_phrases(material, question) if by_phrases else themes_given(material, question)
    return given[["person_id", "code_id", "strand"]]


def grouped_phrases(material: Material, question: str) -> pd.DataFrame:
    """Put each phrase of an answer into its groups of words; a phrase may be in two groups, or in none.

    Returns
    -------
    DataFrame
        One row per person, phrase and group: `person_id`, `phrase`, `code_id`, `strand`.
    """
    given = answers(material, question)[["person_id", "text", "strand"]]
    given = given.assign(phrase=given["text"].map(normalised))
    groups = material.codes(asked_about(material, question).codebook)["code_id"]
    lexicon = material.lexicon[material.lexicon["code_id"].isin(groups)]
    lexicon = [
        (code, matcher(listed, match))
        for code, listed, match in lexicon[["code_id", "phrase", "match"]].itertuples(index=False, name=None)
    ]
    groups = {
        phrase: sorted({code for code, is_one in lexicon if is_one(phrase)})
        for phrase in given["phrase"].unique()
    }
    return (
        given.assign(code_id=given["phrase"].map(groups))
        .explode("code_id")
        .dropna()[["person_id", "phrase", "code_id", "strand"]]
    )


def themes_given(material: Material, question: str) -> pd.DataFrame:
    """Return the codes of answers: `person_id`, `code_id`, `strand`, one row per person and code."""
    given = answers(material, question)[["segment_id", "person_id", "strand"]]
    given = given.merge(material.final_codes(), on="segment_id")
    return given[["person_id", "code_id", "strand"]].drop_duplicates()


def people_per_code(
    given: pd.DataFrame, codes: pd.DataFrame, base: int, top_n: int | None = None
) -> pd.DataFrame:
    """Count distinct people per code, most first; equal counts stay in the order of the codebook.

    Parameters
    ----------
    given : DataFrame
        `person_id`, `code_id`; saying a thing twice counts once.
    codes : DataFrame
        Rows of a codebook: `code_id`, `label`, in order.
    base : int
        People who answered.
    top_n : int, optional
        Rows to keep, with all that tie with the last.

    Returns
    -------
    DataFrame
        `code_id`, `label`, `people`, `base`, `percent` (0 to 100, not rounded; missing if the base is 0).

    Examples
    --------
    >>> given = pd.DataFrame({"person_id": ["a", "a", "b"], "code_id": ["hope", "hope", "hope"]})
    >>> book = pd.DataFrame({"code_id": ["hope", "help"], "label": ["Hope", "Help"]})
    >>> people_per_code(given, book, base=4)[["label", "people", "percent"]].to_dict("records")
    [{'label': 'Hope', 'people': 2, 'percent': 50.0}, {'label': 'Help', 'people': 0, 'percent': 0.0}]
    """
    people = given.groupby("code_id")["person_id"].agg(distinct)
    table = codes[["code_id", "label"]].assign(
        people=codes["code_id"].map(people).fillna(0).astype(int), base=base
    )
    table = table.assign(percent=100 * table["people"] / base if base else float("nan"))
    table = table.sort_values("people", ascending=False, kind="stable", ignore_index=True)
    return table if top_n is None else table.nlargest(top_n, "people", keep="all").reset_index(drop=True)
