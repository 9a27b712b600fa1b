"""The scoping in brief adds up, counts its claims, and lists what contradicts and what is lost."""

from __future__ import annotations

from peerbook import published
from peerbook.chapters.leeds import summary as chapter
from peerbook.outputs.folding import unfolded
from peerbook.published.claims import is_claims


def test_the_places_and_the_gap_add_up_to_the_region(scoping):
    data = chapter.places(scoping).data
    assert data["n"].sum() == 602
    assert data["population"].sum() == 2_474_920
    assert data.set_index("place")["n"]["no place stated"] == 111


def test_bars_are_ranked_and_the_gap_is_drawn_too(scoping):
    data = chapter.places_drawn(scoping).data
    assert data["activities"].is_monotonic_decreasing
    assert "no place stated" in set(data["place"])


def test_in_short_counts_what_the_tables_count(scoping):
    said = chapter.in_short(scoping).words
    assert "602 activities" in said
    assert "For 111 of them no place is given" in said
    assert "Of 78 statements, 64 come out the same here. 3 are said in two ways, and 11 cannot" in said
    assert chapter.by_status(scoping).data.set_index("status").sum().tolist() == [34, 44]


def test_quotations_are_counted_under_the_theme_of_their_code(scoping):
    found = chapter.findings(scoping).data.set_index("theme")["quotations"]
    assert found["Values"] == 9
    assert found["Meaning of peer support"] == 7


def test_the_number_of_interviews_is_not_stated_while_they_are_made_up(scoping, changed):
    amounts = chapter.strength(scoping).data.set_index("evidence")["amount"]
    assert amounts["Interviews"] == "not stated"
    real = changed(interviews=scoping.table("interviews").assign(status="collected"))
    assert chapter.strength(real).shown["amount"]["Interviews"] == "40"


def test_statements_on_this_page_are_about_no_place(scoping):
    shown = chapter.statements(scoping)
    assert is_claims(shown.data.columns)
    assert set(shown.data["chapter"]) == {"project"}


def test_contradictions_and_what_is_lost_are_listed(scoping):
    assert len(unfolded(chapter.discrepancies(scoping))) == len(published.load("leeds", "discrepancies"))
    lost = set(chapter.not_rebuilt(scoping).data["what"])
    assert lost >= {"Picture of the region", "Works by focus", "The database of activities"}


def test_every_item_of_the_report_is_rebuilt_or_excepted():
    items = published.load_list("leeds", "items")
    assert len(items) == 22
    assert (items["outputs"].ne("") | (items["exception"].ne("") & items["reason"].ne(""))).all()


def test_rows_are_counted_by_where_they_come_from(scoping):
    counted = chapter.row_origins(scoping).data.set_index("table")
    assert counted.loc["Activities", ["printed", "synthetic"]].tolist() == [3, 599]
