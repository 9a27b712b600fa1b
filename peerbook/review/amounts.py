"""Words of amount against counts: whether "most" stands where most do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from peerbook.choices import check_one_of


def _more_than_half(n: int, of: int) -> bool:
    return 2 * n > of


# What each word asks of `n` out of `of`.
WORDS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "all": lambda n, of: n == of,
        "most": _more_than_half,
        "majority": _more_than_half,
        "widely used": _more_than_half,
        "half": lambda n, of: 2 * n >= of,
        "several": lambda n, _: n >= 3,
        "some": lambda n, _: n >= 1,
        "none": lambda n, _: n == 0,
    }
)


def borne_out(word: str, n: int, of: int) -> bool:
    """Say whether a count bears out a word.

    Parameters
    ----------
    word : str
        One of `WORDS`. "Most", "majority" and "widely used" ask for more than half.
    n, of : int
        How many, and of how many; of none nothing but "none" is borne out.

    Raises
    ------
    ParameterError
        If the word is unknown.

    Examples
    --------
    >>> borne_out("most", 18, 35), borne_out("most", 3, 14), borne_out("several", 3, 14)
    (True, False, True)
    """
    check_one_of("word of amount", word, WORDS)
    return WORDS[word](n, of) if of else word == "none"


def amounts(
    quantifiers: pd.DataFrame, linked: pd.DataFrame, studies: pd.DataFrame, measures: pd.DataFrame
) -> pd.DataFrame:
    """Count what stands behind each word of amount.

    Parameters
    ----------
    quantifiers : DataFrame
        `claim_id`, `quantifier` (one of `WORDS`), `measure` (words in the name of a measure whose users are
        counted; missing: the included works cited for the claim) and `designs` (that it is said of, with
        semicolons between them; missing: of all studies).
    linked : DataFrame
        From `peerbook.review.support.links`.
    studies : DataFrame
        `study_id` and `design`.
    measures : DataFrame
        `study_id` and `measure`.

    Returns
    -------
    DataFrame
        A row per quantifier: `claim_id`, `quantifier`, `counted` (what was counted, in words), `n`, `of` and
        `borne_out` ("yes" or "no").
    """
    rows = []
    for said in quantifiers.fillna("").astype(str).to_dict("records"):
        designs = [name.strip() for name in said["designs"].split(";") if name.strip()]
        base = set(studies.loc[studies["design"].isin(designs) | (not designs), "study_id"])
        if said["measure"]:
            users = measures["measure"].str.contains(said["measure"], regex=False)
            counted, having = f"studies with the {said['measure']}", set(measures.loc[users, "study_id"])
        else:
            cited = linked[linked["claim_id"].eq(said["claim_id"]) & linked["study_id"].ne("")]
            counted, having = "studies cited for it", set(cited["study_id"])
        n, of = len(base & having), len(base)
        answer = "yes" if borne_out(said["quantifier"], n, of) else "no"
        rows.append((said["claim_id"], said["quantifier"], counted, n, of, answer))
    return pd.DataFrame(rows, columns=["claim_id", "quantifier", "counted", "n", "of", "borne_out"])
