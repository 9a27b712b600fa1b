"""The study in brief counts its claims, lists its contradictions, and says what cannot be rebuilt."""

from __future__ import annotations

from peerbook import published
from peerbook.chapters.together import summary as chapter
from peerbook.outputs.folding import unfolded
from peerbook.published.claims import is_claims


def test_statements_are_claims_that_a_book_collects(together, survey):
    shown = chapter.statements(together, survey)
    assert is_claims(shown.data.columns)
    assert set(shown.data["claim"]) == set(published.load("together", "statements")["name"])
    assert shown.notes == (
        "70 numbers: 57 agree, 5 cannot be computed, 8 are contradicted by the source itself.",
    )


def test_the_count_of_statuses_is_that_of_the_lists(together, survey):
    counted = chapter.by_status(together, survey).data.set_index("status")
    assert counted.sum().tolist() == [70, 72]
    assert counted.loc["source contradicts itself"].tolist() == [8, 2]


def test_the_summary_in_short_counts_what_comes_out(together, survey):
    said = chapter.in_short(together, survey).words
    assert "Of 70 numbers in the text, 57 come out the same here, and 8 cannot be right" in said


def test_contradictions_and_what_is_lost_are_listed():
    assert len(unfolded(chapter.discrepancies(None))) == len(published.load("together", "discrepancies"))
    assert len(chapter.not_rebuilt(None).shown) == len(published.load("together", "not_rebuilt"))


def test_every_item_of_the_report_is_rebuilt_or_excepted():
    items = published.load_list("together", "items")
    assert len(items) == 25
    assert (items["outputs"].ne("") | (items["exception"].ne("") & items["reason"].ne(""))).all()
