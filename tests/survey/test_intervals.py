"""The interval of a share is computed from the counts that are shown: the exact one tells the exact count."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from peerbook.disclosure import MARK, Counted, Held, alone, is_withheld
from peerbook.disclosure.policy import PRESETS
from peerbook.survey.keys import ends_again

SAID = Counted(
    counts={"people": "people", "base": "asked"},
    by=("answer",),
    percents={"percent": "people"},
    bases={"percent": "base"},
    follows=ends_again("people", "base"),
)


def _released(*counts: int) -> pd.DataFrame:
    low, high = zip(*(proportion_confint(n, 44, method="wilson") for n in counts), strict=True)
    data = pd.DataFrame(
        {
            "answer": [f"answer {place}" for place, _ in enumerate(counts)],
            "people": counts,
            "base": 44,
            "percent": [100 * n / 44 for n in counts],
            "ci_low": [100 * end for end in low],
            "ci_high": [100 * end for end in high],
        }
    )
    return alone(Held("table-1", data, SAID), PRESETS["opensafely"])


def test_an_interval_is_that_of_the_rounded_count():
    shown = _released(23, 21)
    low, high = proportion_confint(25, 45, method="wilson")
    assert shown["people"].tolist() == [25, 20]
    assert shown.loc[0, ["ci_low", "ci_high"]].tolist() == pytest.approx([100 * low, 100 * high])


def test_counts_that_round_alike_have_the_same_interval():
    first, second = (_released(n, 44 - n).loc[0, ["percent", "ci_low", "ci_high"]] for n in (23, 24))
    assert first.tolist() == second.tolist()


def test_the_interval_of_a_withheld_count_is_withheld():
    shown = _released(3, 41)
    assert all(is_withheld(shown.loc[0, name]) for name in ("people", "percent", "ci_low", "ci_high"))


def test_yes_or_no_is_said_again_of_the_released_count():
    said = Counted(
        counts=("n",),
        by=("who",),
        follows={"enough": lambda row: None if is_withheld(row["n"]) else row["n"] >= 25},
    )
    data = pd.DataFrame({"who": ["a", "b", "c"], "n": [23, 20, 3], "enough": [False, False, False]})
    assert alone(Held("table-1", data, said), PRESETS["opensafely"])["enough"].tolist() == [True, False, MARK]
