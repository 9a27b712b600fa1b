"""The findings of the review: every count is that made from the printed text by another script."""

from __future__ import annotations

import pandas as pd

from peerbook.chapters.uwe import findings_of_the_review as chapter
from peerbook.review.citations import STATES, check_citations


def test_each_answer_rests_on_the_papers_counted_from_print(review, expected):
    found, wanted = chapter.answers(review).data, expected("support")
    assert found["subtheme"].tolist() == wanted["subtheme"].tolist()
    columns = ["n_claims", "n_included_studies", "n_other_refs"]
    assert found[["claims", "included", "others"]].to_numpy().tolist() == wanted[columns].to_numpy().tolist()


def test_the_map_is_that_counted_from_print(review, expected):
    data = chapter.evidence_map(review).data
    wide = data.pivot_table(index="study_id", columns="answer", values="claims")
    wanted = expected("study_by_subtheme").set_index("study_id")
    assert wide.astype(int).to_numpy().tolist() == wanted[wide.columns].to_numpy().tolist()


def test_the_map_is_told_in_words(review):
    words = chapter.evidence_map(review).alt
    assert "35 papers and 14 answers. Clifton et al. 2013 is cited most: for 18 claims" in words
    assert "Answer 3.1 has most papers, 29; answer 5.2 fewest, 2." in words


def test_citations_have_the_states_that_readers_gave_them(review, expected):
    wanted = expected("citations").set_index("cite_id")["match_status"]
    starts = {
        "agrees": "exact", "not in the list": "not in reference list",
        "cited without a year": "named without",
        "another year in the list": "year differs", "another spelling in the list": "spelling differs",
        "letter of the year left out": "ambiguous",
    }  # fmt: skip
    assert set(starts) == set(STATES)
    found = check_citations(review.tables["citations"], review.tables["references"])
    off = [
        (row["cite_id"], row["state"])
        for row in found.to_dict("records")
        if not wanted[row["cite_id"]].startswith(starts[row["state"]])
    ]
    assert (len(found), off) == (324, [])


def test_words_of_amount_are_not_borne_out(review):
    data = chapter.words_of_amount(review).data.set_index("claim_id")
    assert data[["n", "of"]].to_numpy().tolist() == [[3, 35], [9, 35], [2, 35], [3, 14]]
    assert set(data["borne_out"]) == {"no"}


def test_claims_name_their_works_and_star_those_from_outside(review):
    data = chapter.claims(review).data.set_index("claim_id")
    assert len(data) == 139
    assert data.loc["C015", "cited"] == (
        "Bradstreet 2006; Bradstreet and Pratt 2010*; Kemp and Henderson 2012; Alberta et al. 2012"
    )
    assert data["works"].sum() == 243


def test_checks_of_references_go_both_ways(review):
    data = chapter.reference_checks(review).data
    assert data["state"].value_counts().to_dict() == {
        "another year in the list": 8, "another spelling in the list": 6, "letter of the year left out": 4,
        "not in the list": 2, "cited without a year": 2, "listed and never cited": 1,
    }  # fmt: skip
    assert data["cited_as"].iloc[-1] == "Mertens 2010"


def test_the_list_of_references_is_out_of_order_in_four_places(review):
    assert chapter.references(review).notes == (
        "The printed list is not in order in 4 places: Cook, Copeland, St. Mungo's and Swarbrick stand too "
        "early.",
    )


def test_a_claim_without_works_and_an_answer_without_claims_are_shown(review, changed):
    bare = changed(evidence=review.tables["evidence"].head(0))
    assert set(chapter.answers(bare).data["included"]) == {0}
    assert set(chapter.claims(bare).data["cited"]) == {""}
    assert "17 rest only" not in chapter.rests_on(bare).markup
    no_claims = changed(claims=review.tables["claims"].head(0))
    assert isinstance(chapter.claims(no_claims).data, pd.DataFrame)
    assert "Of 0 claims" in chapter.rests_on(no_claims).markup
