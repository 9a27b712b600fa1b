"""The rows of the review: printed ones as transcribed, made-up ones only where it prints only how many."""

from __future__ import annotations

import pytest

from peerbook import published
from peerbook.data import open_folder
from peerbook.paths import stand_in
from stand_in.make.uwe import make_tables


@pytest.fixture(scope="module")
def tables():
    return make_tables(1)


def test_only_records_and_decisions_on_them_are_made_up(tables):
    made_up = {name: int((table["status"] == "synthetic").sum()) for name, table in tables.items()}
    assert {name: n for name, n in made_up.items() if n} == {"records": 75, "screening": 150}


def test_made_up_records_say_nothing_but_that_they_are_there(tables):
    records = tables["records"]
    others = records[records["status"] == "synthetic"].drop(columns=["record_id", "title", "status"])
    assert set(others.to_numpy().ravel()) == {""}


def test_the_printed_numbers_follow_from_the_rows(tables):
    screening = tables["screening"]
    assert screening.groupby(["stage", "decision"]).size().to_dict() == {
        ("selection", "exclude"): 75, ("selection", "include"): 35, ("title_abstract", "include"): 110,
    }  # fmt: skip


def test_no_number_that_follows_from_rows_is_among_them(tables):
    counted = {
        "n_authors",
        "n_claims",
        "n_refs",
        "n_included_studies",
        "n_named_scales",
        "n_intext_citations",
    }
    assert all(not counted & set(table) for table in tables.values())


def test_evidence_has_each_work_of_each_claim_once(tables):
    evidence = tables["evidence"]
    assert len(evidence) == 243
    assert not evidence.duplicated(["claim_id", "ref_id"]).any()
    printed = published.load("uwe", "findings").set_index("claim_id")["ref_ids"]
    assert evidence.groupby("claim_id", sort=False)["ref_id"].agg(" ".join).to_dict() == printed.to_dict()


def test_whatever_the_seed_the_rows_are_the_same(tables):
    assert all(table.equals(make_tables(2)[name]) for name, table in tables.items())


def test_a_decision_on_a_record_that_is_not_there_is_found(tables, tmp_path):
    from shutil import copytree

    folder = copytree(stand_in("uwe"), tmp_path / "raw")
    (folder / "datapackage.json").write_text('{"synthetic": true}')  # it knows no fingerprint of the rows
    screening = folder / "screening.csv"
    screening.write_text(screening.read_text(encoding="utf-8").replace("D001,", "D999,"), encoding="utf-8")
    found = open_folder(folder, "uwe").report.problems
    assert "D999" in str(found.to_dict("records"))
