"""What rests on which work: claims x works, and how the studies of a review spread over its sub-themes."""

from __future__ import annotations

import pandas as pd


def links(claims: pd.DataFrame, evidence: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Tie each claim to the works cited for it.

    Parameters
    ----------
    claims : DataFrame
        `claim_id`, `question`, `subtheme` (missing where a question opens), `label` and `stance`.
    evidence : DataFrame
        `claim_id` and `ref_id`.
    studies : DataFrame
        The works that the review includes: `study_id` and `ref_id`.

    Returns
    -------
    DataFrame
        A row per claim and work: the columns of claims, `ref_id`, and `study_id` (blank: the work is not one
        that the review includes, so what it says was not found by the search).
    """
    numbered = evidence[["claim_id", "ref_id"]].merge(studies[["ref_id", "study_id"]], "left", "ref_id")
    joined = claims[["claim_id", "question", "subtheme", "label", "stance"]].merge(
        numbered, "left", "claim_id"
    )
    blank = {name: joined[name].astype(object).fillna("").astype(str) for name in joined}
    return joined.assign(**blank)


def weights(linked: pd.DataFrame) -> pd.DataFrame:
    """Count the works behind each claim.

    Parameters
    ----------
    linked : DataFrame
        From `links`.

    Returns
    -------
    DataFrame
        A row per claim: `claim_id`, `question`, `subtheme`, `label`, `stance`, `works`, `included` (of these,
        works that the review includes) and `others`.
    """
    keys = ["claim_id", "question", "subtheme", "label", "stance"]
    cited = linked.assign(works=linked["ref_id"] != "", included=linked["study_id"] != "")
    counted = cited.groupby(keys, sort=False)[["works", "included"]].sum().astype(int).reset_index()
    return counted.assign(others=counted["works"] - counted["included"])


def by_subtheme(linked: pd.DataFrame, framework: pd.DataFrame) -> pd.DataFrame:
    """Count what stands behind each sub-theme.

    Parameters
    ----------
    linked : DataFrame
        From `links`.
    framework : DataFrame
        `subtheme`, `question`, `label`.

    Returns
    -------
    DataFrame
        The rows of the framework with `claims`, `included` (different works that the review includes) and
        `others` (different works from outside it).
    """
    counts = framework["subtheme"].map
    inside, outside = (
        linked[linked["study_id"] != ""],
        linked[linked["study_id"].eq("") & linked["ref_id"].ne("")],
    )
    return framework[["subtheme", "question", "label"]].assign(
        claims=counts(linked.groupby("subtheme")["claim_id"].nunique()).fillna(0).astype(int),
        included=counts(inside.groupby("subtheme")["study_id"].nunique()).fillna(0).astype(int),
        others=counts(outside.groupby("subtheme")["ref_id"].nunique()).fillna(0).astype(int),
    )


def evidence_map(linked: pd.DataFrame, framework: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Count the claims that each study is cited for under each sub-theme.

    Parameters
    ----------
    linked : DataFrame
        From `links`.
    framework : DataFrame
        `subtheme`, in the order of the columns.
    studies : DataFrame
        `study_id`, in the order of the rows.

    Returns
    -------
    DataFrame
        Index: every study; columns: every sub-theme; 0 where a study is not cited.
    """
    inside = linked[linked["study_id"].ne("") & linked["subtheme"].ne("")]
    counts = pd.crosstab(inside["study_id"], inside["subtheme"])
    return (
        counts.reindex(index=studies["study_id"], columns=framework["subtheme"], fill_value=0)
        .rename_axis(index="study_id", columns=None)
        .astype(int)
    )
