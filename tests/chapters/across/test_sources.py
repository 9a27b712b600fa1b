"""What sources give to count by: each count beside a plain count of the raw rows."""

from __future__ import annotations

import pandas as pd

from peerbook.chapters.across.sources import READERS, Source, citations_of, named


def test_a_code_stands_for_those_below_it_and_not_for_its_difficulties():
    rows = pd.DataFrame(
        [("V1", "a", False), ("V1.1", "b", False), ("V1.2", "c", True), ("V10", "d", False)],
        columns=["code", "unit", "difficulty"],
    )
    source = Source(pd.DataFrame(), rows, 4)
    assert source.units("V1", "supports") == {"a", "b"}
    assert source.units("V1.2", "supports") == {"c"}


def test_a_unit_that_speaks_against_is_counted_there_alone():
    rows = pd.DataFrame(
        [("T1", "talk", "supports"), ("T1", "papers", "contradicts")], columns=["code", "unit", "stance"]
    )
    source = Source(pd.DataFrame(), rows, 2)
    assert source.units("T1", "supports") == {"talk"}
    assert source.units("T1", "contradicts") == {"papers"}


def test_every_source_of_the_crosswalk_is_read(crosswalk):
    assert set(crosswalk.sources) == set(READERS) == set(crosswalk.study.table("sources")["source_id"])
    for source in crosswalk.sources.values():
        assert source.codes["code"].is_unique
        assert source.codings["unit"].nunique() <= source.base


def test_counts_are_those_of_the_raw_rows(crosswalk, five):
    answers = five.others["together"].table("survey/answers")
    asked = answers[answers["q2"] == "yes"]
    recovery = crosswalk.sources["together_survey"]
    assert len(recovery.units("q3_recovery", "supports")) == int((asked["q3_recovery"] == "yes").sum()) == 25
    assert recovery.base == len(asked) == 33
    cited = five.others["leeds"].table("literature_citations")
    works = cited[(cited["code"] == "VAL.2") | (cited["code"] == "BEN.2")]
    works = works[works["source"] != "Faulkner and Kalathil"].drop_duplicates(["source", "year"])
    assert len(crosswalk.sources["leeds_papers"].units("BEN.2", "supports")) == len(works)
    facts = five.others["lsbu"].table("participant_facts")
    started = facts["paid_work_started_during"].eq("yes").sum()
    assert len(crosswalk.sources["lsbu_facts"].units("paid_work_started_during", "supports")) == started == 4


def test_a_work_that_is_one_of_the_studies_is_no_paper_of_another(crosswalk, five):
    known = five.table("study_citations")
    for name, study in five.others.items():
        here = known[known["study"] == name]
        cited = citations_of(name, study)
        assert named(cited, here).sum() >= len(here)
    assert not any("Kalathil" in unit for unit in crosswalk.sources["leeds_papers"].codings["unit"])
    assert "R21" not in set(crosswalk.sources["uwe_works"].codings["unit"])


def test_a_study_without_a_list_of_citations_cites_nobody(five):
    assert citations_of("together", five.others["together"]).empty
