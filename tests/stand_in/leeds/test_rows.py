"""The rows of the scoping: printed ones as transcribed, made-up ones that add up and say nothing more."""

from __future__ import annotations

import pytest

from peerbook import published
from peerbook.evidence.scoping import tags_by_place, top_tags
from stand_in.make.leeds import make_tables


@pytest.fixture(scope="module")
def tables():
    return make_tables(1)


def test_only_activities_and_interviews_are_made_up(tables):
    made_up = {name: int((table["status"] == "synthetic").sum()) for name, table in tables.items()}
    assert {name for name, n in made_up.items() if n} == {"services", "service_focus", "interviews"}
    assert made_up["services"] == 599


def test_each_place_has_as_many_activities_as_is_printed_and_the_gap_has_none(tables):
    printed = published.load("leeds", "places").set_index("place_code")["activities_scoped"].astype(int)
    counts = tables["services"]["place_code"].value_counts()
    assert counts[""] == printed["WYH"] - printed.drop("WYH").sum() == 111
    assert counts.drop("").to_dict() == printed.drop("WYH").to_dict()


def test_experiences_come_in_the_printed_order_without_ties(tables):
    services, focus = tables["services"].replace("", None), tables["service_focus"]
    counts = tags_by_place(services, focus, "service_id", "focus")
    for code, printed in published.load("leeds", "place_focus").groupby("place_code"):
        here = counts.sum(axis=1) if code == "WYH" else counts[code]
        assert top_tags(here, len(printed)) == printed["focus"].tolist(), code


def test_some_activities_have_several_tags_and_none_has_none(tables):
    per_service = tables["service_focus"].groupby("service_id").size()
    assert set(per_service) == {1, 2}
    assert set(per_service.index) == set(tables["services"]["service_id"])


def test_where_the_report_says_nothing_of_sectors_they_are_blank(tables):
    services = tables["services"]
    stated = services[services["sector"] != ""].groupby("place_code").size().to_dict()
    assert stated == {"CAL": 35, "HAR": 64, "KIR": 48, "LEE": 1, "WAK": 55}


def test_the_printed_sample_is_among_the_rows_and_has_no_place(tables):
    sample = tables["services"].query("status == 'printed'")
    assert (
        sample["kind"].tolist()
        == published.load("leeds", "database_sample")["project_or_support_type"].tolist()
    )
    assert set(sample["place_code"]) == {""}


def test_nothing_is_filled_in_for_the_lost_dates_of_the_plan(tables):
    assert set(tables["tasks"][["start", "end"]].to_numpy().ravel()) == {""}


def test_whatever_the_seed_the_rows_are_the_same(tables):
    assert all(table.equals(make_tables(2)[name]) for name, table in tables.items())
