from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.side_by_side.agreement.claims import CLAIMS
from peerbook.published import load
from peerbook.published.claims import OUTSIDE, claims_agreement, compute_claims
from peerbook.published.numbers import bears_out, said_number


def test_every_claim_is_computed_or_says_why_it_lies_outside_the_data():
    tables = {name: load(name) for name in ("log_completion", "demographics", "baseline")}
    computed = compute_claims(dict.fromkeys(CLAIMS, 1.0) | {"logs_online": 0.5}, tables)
    claims = load("claims").set_index("claim")
    assert len(claims) == 183
    assert set(claims.index[claims["outside"] == ""]) == set(computed)
    assert set(claims["outside"]) == {"", *OUTSIDE}


def test_the_registry_and_the_rules_name_only_claims_there_are():
    claims = set(load("claims")["claim"])
    assert set(CLAIMS) <= claims
    assert set(load("references")["claim"]) | set(load("identities")["claim"]) <= claims


def test_a_claim_that_repeats_a_cell_is_read_from_the_rebuilt_table():
    table = pd.DataFrame(
        {"variable": ["gender"], "level": ["Male"], "region": ["Total"], "n": [7.0], "percent": 35.0}
    )
    computed = compute_claims({}, {"demographics": table})
    assert computed["male"] == 7


def test_a_share_of_nobody_is_no_claim():
    assert "registered_with_log_percent" not in compute_claims(
        {"registered": 0, "registered_with_log": 0}, {}
    )


def test_a_cell_without_a_value_gives_no_claim():
    table = pd.DataFrame(
        {"variable": ["gender"], "level": ["Male"], "region": ["Total"], "n": [None], "percent": None}
    )
    assert "male" not in compute_claims({}, {"demographics": table.astype({"n": float, "percent": float})})


def test_what_follows_is_computed_from_computed_claims_and_plans_as_printed():
    computed = compute_claims({"n_per_project": 34, "registered": 200, "unregistered": 50}, {})
    assert computed["projects_in_target"] == 3 * 6 + 1
    assert computed["target_sample"] == 19 * 34
    assert computed["log_participants_all"] == 250
    assert computed["summary_programme_share"] == pytest.approx(100 * 250 / 3255)


@pytest.mark.parametrize(
    ("exact", "value", "qualifier", "holds"),
    [
        (703, "703", "", True),
        (703.4, "703", "", True),
        (704, "703", "", False),
        (80.5, "81", "", True),
        (80.49, "81", "", False),
        (2.04, "2", "", True),
        (8.8, "8", "about", True),
        (8.9, "8", "about", False),
        (261, "260", "over", True),
        (260, "260", "over", False),
        (1.6, "1.5", "just over", True),
        (1.7, "1.5", "just over", False),
        (1.45, "1.5", "just under", True),
        (1.55, "1.5", "just under", False),
        (54.9, "about half", "", True),
        (55.1, "about half", "", False),
        (float("nan"), "703", "", False),
    ],
)
def test_a_number_bears_out_what_the_prose_says_up_to_its_qualifier(exact, value, qualifier, holds):
    assert bears_out(exact, value, qualifier) is holds


def test_every_printed_value_is_a_number_a_share_in_words_or_a_date():
    claims = load("claims")
    dates = claims.loc[[said_number(value) is None for value in claims["value"]], "unit"]
    assert set(dates) == {"date", "month"}


def test_a_date_agrees_if_it_is_the_same():
    rows = claims_agreement({"first_registration": "2015-09-25", "last_registration": "2016-10-01"})
    assert rows.set_index("row")["status"][["first_registration", "last_registration"]].tolist() == [
        "agrees", "differs",
    ]  # fmt: skip


def test_a_claim_inherits_the_conflict_of_the_cell_it_repeats():
    row = claims_agreement({"bisexual": 44}).set_index("row").loc["bisexual"]
    assert row["status"] == "source contradicts itself"
    assert row["note"].endswith("= 44, printed 46")


def test_a_share_of_the_prose_counts_people_without_an_answer():
    cell = {"variable": "area", "level": "City/large town", "region": "Total", "n": 50.0, "percent": 62.5}
    computed = compute_claims({"registered": 100}, {"demographics": pd.DataFrame([cell])})
    assert (computed["city"], computed["city_percent"]) == (50, 50)


def test_a_claim_that_another_number_conflicts_with_names_it():
    row = claims_agreement({"pairs": 1414}).set_index("row").loc["pairs"]
    assert row["status"] == "source contradicts itself"
    assert "logs_after_cleaning - participants_with_log = 1415" in row["note"]
