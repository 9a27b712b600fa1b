"""Agreement equals published worked examples and another library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.coding.agreement import agreement, coded_by_several

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section A: two observers, ten units.
FIRST = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
SECOND = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]


def judgements(*coders: list[int]) -> pd.DataFrame:
    """Every coder gives every segment some code; V1 where the list says so."""
    return pd.DataFrame(
        [
            (f"s{segment}", f"coder {name}", "V1" if there else "V2")
            for name, seen in enumerate(coders)
            for segment, there in enumerate(seen)
        ],
        columns=["segment_id", "coder", "top"],
    )


def test_alpha_is_that_of_the_published_example():
    measured = agreement(judgements(FIRST, SECOND), ["V1"]).iloc[0]
    assert measured["alpha"] == pytest.approx(0.095, abs=0.0005)
    assert measured[["segments", "by_both", "by_one"]].tolist() == [10, 1, 4]


def test_kappa_is_that_of_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa

    table = pd.crosstab(np.array(FIRST), np.array(SECOND))
    measured = agreement(judgements(FIRST, SECOND), ["V1"]).iloc[0]
    assert measured["kappa"] == pytest.approx(cohens_kappa(table, return_results=False))


def test_nothing_to_agree_on_is_missing_not_perfect():
    measured = agreement(judgements([1, 1], [1, 1]), ["V1", "V3"])
    assert measured[["kappa", "alpha"]].isna().all(axis=None)


def test_a_coder_who_coded_only_some_segments_leaves_alpha():
    some = judgements(FIRST, SECOND).drop(index=19)
    some = some[some.groupby("segment_id")["coder"].transform("nunique") > 1]
    third = judgements([0, 1, 0]).assign(coder="third")
    measured = agreement(pd.concat([some, third]), ["V1"]).iloc[0]
    assert np.isnan(measured["kappa"])
    assert np.isfinite(measured["alpha"])


def test_only_segments_with_two_coders_are_compared(material):
    compared = coded_by_several(material, "core_values")
    assert (compared.groupby("segment_id")["coder"].nunique() == 2).all()
    assert set(compared["coder"]) == {"A", "B"}


def test_one_coder_alone(nothing):
    alone = coded_by_several(nothing, "core_values")
    assert agreement(alone, ["V1"]).empty
