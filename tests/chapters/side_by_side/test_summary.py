from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import open_log
from peerbook.chapters.side_by_side import summary as chapter
from peerbook.chapters.side_by_side.robustness.checks import CHECKS, FEW_PEOPLE, NO, YES

SUPPORT = ("types_given", "types_received", "projects_attended", "group_given", "online_given", "pairs_given")
FLOW = {
    "people": 9,
    "registered": 7,
    "people_without_registration": 2,
    "logs": 30,
    "pairs": 21,
    "people_with_two_or_more": 8,
}


def verdict(exposure: str = "types_given", outcome: str = "hope", **changes: object) -> dict[str, object]:
    """A finding that survives Holm and passes every check."""
    given = {
        "exposure": exposure,
        "outcome": outcome,
        "outcome_label": outcome.capitalize(),
        "measure_label": exposure,
        "change": "increased",
        "n": 40,
        "people": 25,
        "mean": 1.0,
        "ci_low": 0.5,
        "ci_high": 1.5,
        "effect_size": 0.3,
        "corrected": "Holm",
        **dict.fromkeys(CHECKS, YES),
        "passed": 6,
    }
    return given | changes


def places(*verdicts: dict[str, object]) -> list[int]:
    return chapter.placed(pd.DataFrame(verdicts))["place"].tolist()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, 1),
        ({"corrected": ""}, 0),
        ({"bootstrap": NO}, 0),
        ({"cluster_robust": NO}, 0),
        ({"bootstrap": FEW_PEOPLE}, 1),
        ({"bootstrap": FEW_PEOPLE, "within_person": FEW_PEOPLE}, 0),
        ({"corrected": "Benjamini-Hochberg", "holm": NO, "family_wise": NO}, 1),
    ],
)
def test_a_finding_has_a_card_if_it_survives_correction_and_every_other_route(changes, place):
    assert places(verdict(**changes)) == [place]


def test_cards_are_in_order_of_checks_passed_and_then_of_size_whatever_their_sign():
    found = places(
        verdict("types_given", effect_size=0.3, passed=4),
        verdict("types_received", effect_size=0.1),
        verdict("group_given", effect_size=-0.2),
    )
    assert found == [3, 2, 1]


def test_a_model_has_one_card():
    assert places(verdict(effect_size=0.2), verdict(change="decreased", effect_size=-0.4)) == [0, 1]


def test_there_are_five_cards_at_most():
    found = places(*(verdict(name, effect_size=0.1 * k) for k, name in enumerate(SUPPORT, start=2)))
    assert found == [0, 5, 4, 3, 2, 1]


@pytest.fixture
def log(definitions):
    return SimpleNamespace(definitions=definitions, flow=pd.Series(FLOW))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([verdict()], "Of 1 finding about everybody, 1 stands up when asked in other ways: hope rose when"),
        ([verdict(mean=-1.0, effect_size=-0.3)], "hope fell when people gave more types of support."),
        ([verdict(corrected="")], "Of 1 finding about everybody, none stands up"),
    ],
)
def test_the_page_says_in_short_what_stands_up(log, verdicts, said):
    lines = chapter.in_short(log, chapter.placed(pd.DataFrame(verdicts))).markup.splitlines()
    assert len(lines) == 3
    assert said in lines[0]
    assert "9 people took part: 7 who registered, and 2 who sent logs without registering" in lines[2]


def test_how_large_the_findings_are_follows_from_the_largest(log):
    def second_line(*sizes: float) -> str:
        verdicts = [verdict(name, effect_size=size) for name, size in zip(SUPPORT, sizes, strict=False)]
        return chapter.in_short(log, chapter.placed(pd.DataFrame(verdicts))).markup.splitlines()[1]

    assert "is small: 30% of" in second_line(0.1, -0.3)
    assert "is large: 90% of" in second_line(0.1, 0.9)
    assert "is very small: 10% of" in second_line(0.1)


def test_a_card_says_the_finding_and_its_strength(log):
    found = chapter.placed(pd.DataFrame([verdict(bootstrap=FEW_PEOPLE, passed=5)]))
    said = chapter.card_in_words(log, found, 1).markup
    assert said.startswith(
        "**When people gave more types of support, their hope rose by 1.0 points on average.**"
    )
    assert "5 of 6 checks passed" in said
    assert "40 pairs of logs by 25 people" in said
    assert chapter.card_in_words(log, found, 2) is None


@pytest.mark.slow
def test_a_region_of_few_people_has_no_findings_and_says_so():
    log = open_log("", "side_by_side", region="Middlesbrough")
    results = chapter.associations(log)
    found = chapter.strength(log, results, bootstraps=100, seed=1, jobs=1)
    assert chapter.in_short(log, found).markup.startswith("- No link between support and how people are")
    assert chapter.card_figure(log, results, found, 1) is None
    assert chapter.how_chosen(log, found).markup.startswith("The log gives no finding about everybody")


@pytest.mark.slow
def test_the_cards_of_the_whole_sample_are_those_that_the_rule_chooses():
    log = open_log("", "side_by_side")
    results = chapter.associations(log)
    found = chapter.strength(log, results, bootstraps=200, seed=1, jobs=2)
    cards = found[found["place"] > 0].sort_values("place")
    assert 0 < len(cards) <= chapter.MOST
    assert (found["n"] >= 20).all()
    for row in cards.to_dict("records"):
        drawn = chapter.card_figure(log, results, found, row["place"])
        mean = drawn.data.loc[drawn.data["found"], "mean"].item()
        assert mean == pytest.approx(row["mean"])
        assert ("rose" if mean > 0 else "fell") in drawn.caption
        assert f"{row['n']:,.0f} pairs" in drawn.alt
