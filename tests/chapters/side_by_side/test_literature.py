"""Chapter 2 from rows: what nobody counted stays uncounted, and every citation is looked up."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import literature as chapter
from tests import reading
from tests.chapters.notebook import data_held
from tests.chapters.side_by_side.rows import at_random, changed, page, read, without

# Read by another reader from the chapters that are not about the log: named there, and not in the list so.
NOT_RESOLVED = {
    *("Barrett 2015", "Bell 2010", "Byrne 2013", "Chinman 2010", "Dennis 2009", "Dillon 2013"),
    *("Faulkner 2014", "Harris 2014", "JCP-MH 2014", "JCPMH 2014", "Jones 2009", "Lawrence 2013"),
    *("Legere 2014", "McKey 2003", "McKey 2006", "Mead 2001", "Mead 2006", "Mutanksi 2011"),
    *("Mutanski 2011", "Ochoka 2006", "Politt 2012", "Reidy 2013", "Riessman 1965", "Ruddle 2011"),
    *("Walsh 2015", "Wislon 2013"),
}
OF_THE_LOG = {"3", "4", "8"}


@pytest.fixture(scope="module")
def shown(coded):
    return read(page(coded, "literature"))


def test_sources_have_the_printed_counts_and_the_rest_is_not_counted(coded):
    counts = chapter.sources(coded)
    rows = counts.data.set_index(["source", "kind"])
    assert rows.loc[("Systematic review of one-to-one peer support", "")].tolist() == [95, 12]
    assert rows.loc["Published reviews"]["publications"].tolist() == [8, 2, 2, 1, 1, 1, 1]
    assert pd.isna(rows.loc[("Other reports, and writing on values", ""), "publications"])
    assert counts.shown.iloc[-1].tolist() == ["not counted", "not counted"]


def test_the_headings_stand_in_their_parts(coded):
    rows = chapter.headings(coded).data
    assert rows["part"].value_counts(sort=False).to_dict() == {
        "Approaches": 7,
        "Contexts": 6,
        "Principles": 9,
    }
    assert (rows["works"] <= rows["mentions"]).all()
    assert (rows["works"] > 0).all()


def test_citations_that_do_not_resolve_are_those_another_reader_found(coded):
    lost = chapter.unresolved(coded).data
    elsewhere = lost["chapters"].map(lambda chapters: bool(set(chapters.split(", ")) - OF_THE_LOG))
    assert set(lost.loc[elsewhere, "cited_as"]) == NOT_RESOLVED


def test_every_state_is_told_apart(coded):
    rows = chapter.cited_works(coded).set_index("cited_as")
    assert rows.loc["Herth 1992", "state"] == "found"
    assert rows.loc["Bracke 2008", ["state", "listed_as"]].tolist() == [
        "under another of its authors",
        "Verhaeghe 2008",
    ]
    assert rows.loc["Mead 2001", ["state", "listed_as"]].tolist() == [
        "with another year or none",
        "Mead 2004",
    ]
    assert rows.loc["Bell 2010", "listed_as"] == "Bell no year"
    assert rows.loc["Ochoka 2006", ["state", "listed_as"]].tolist() == [
        "perhaps under another spelling",
        "Ochocka 2006",
    ]
    assert rows.loc["Riessman 1965", ["state", "listed_as"]].tolist() == ["not in the list", ""]


def test_an_entry_that_is_put_right_is_found(coded):
    cited = coded.tables["literature/citations"]
    better = cited.assign(surname=cited["surname"].replace({"Ochoka": "Ochocka"}))
    right = changed(coded, literature__citations=better)
    assert "Ochoka 2006" not in chapter.unresolved(right).csv()
    assert "Ochocka 2006" in chapter.never_cited(coded).csv()
    assert "Ochocka 2006" not in chapter.never_cited(right).csv()


def test_an_entry_that_is_taken_away_is_missed(coded):
    entries = coded.tables["literature/bibliography"]
    fewer = changed(coded, literature__bibliography=entries[~entries["authors"].str.startswith("Herth")])
    assert "Herth 1992" in set(chapter.unresolved(fewer).data["cited_as"])


def test_entries_never_cited_name_what_may_be_meant(coded):
    rows = chapter.never_cited(coded).data.set_index("listed_as")["perhaps_cited_as"]
    assert rows["Legare 2014"] == "Legere 2014"
    assert rows["Wagner 2002"] == ""


def test_every_statement_agrees(coded):
    assert set(chapter.statements(coded).data["status"]) == {"agrees"}


def test_a_folder_without_the_tables_says_what_is_missing(coded):
    bare = read(page(without(coded, "literature"), "literature"))
    assert "no account of what was read" in bare["text-in-short-literature"].markup
    assert set(bare) == {"text-in-short-literature", "table-2.6", "table-2.7"}


def test_rows_at_random_are_shown():
    assert read(page(at_random(), "literature"), drawn=True)


def test_no_function_holds_data_and_the_short_text_is_plain(shown):
    assert [held for output in shown.values() for held in data_held(output)] == []
    assert reading.grade(shown["text-in-short-literature"].markup) <= reading.GRADE
