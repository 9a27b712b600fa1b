from __future__ import annotations

import pandas as pd
import pytest

from peerbook.review.citations import check_citations, out_of_order, surnames, uncited

REFERENCES = pd.DataFrame(
    [
        ("R1", "Ray, A.; van Lee, B.; Oak, C.", "2010"),
        ("R2", "Ash, D.", "2009a"),
        ("R3", "Ash, D.", "2009b"),
        ("R4", "Trust for Examples (TFE)", "2001"),
        ("R5", "Elm, E.", "1999"),
    ],
    columns=["ref_id", "authors", "year"],
)


@pytest.mark.parametrize(
    ("cited_as", "year", "ref_id", "state"),
    [
        ("Ray, van Lee and Oak", "2010", "R1", "agrees"),
        ("Ray et al.", "2010", "R1", "agrees"),
        ("Ray et al.", "2011", "R1", "another year in the list"),
        ("Rey et al.", "2011", "R1", "another year in the list"),
        ("Rey et al.", "2010", "R1", "another spelling in the list"),
        ("Ray and Oa", "2010", "R1", "another spelling in the list"),
        ("Ash", "2009a", "R2", "agrees"),
        ("Ash", "2009b", "R2", "another year in the list"),
        ("Ash", "2009", "R2", "letter of the year left out"),
        ("TFE", "2001", "R4", "agrees"),
        ("TFE toolkit", "n.d.", "R4", "cited without a year"),
        ("Nobody", "2001", None, "not in the list"),
        ("Nobody", "2001", "R99", "not in the list"),
    ],
)
def test_a_citation_has_one_state(cited_as, year, ref_id, state):
    cited = pd.DataFrame(
        {"cite_id": ["X"], "cited_as": [cited_as], "year_as_cited": [year], "ref_id": [ref_id]}
    )
    assert check_citations(cited, REFERENCES)["state"].tolist() == [state]


def test_what_no_citation_means_is_found():
    cited = pd.DataFrame({"ref_id": ["R1", "R1", None, "R2", "R3", "R4"]})
    assert uncited(cited, REFERENCES)["ref_id"].tolist() == ["R5"]


def test_names_are_taken_apart():
    assert surnames("Ray, van Lee, & Oak") == ["Ray", "van Lee", "Oak"]
    assert surnames("Sanderson") == ["Sanderson"]


@pytest.mark.parametrize(
    ("authors", "early"),
    [
        (["Ash, A.", "Elm, B.", "Oak, C."], []),
        (["Elm, B.", "Ash, A.", "Oak, C."], ["Elm, B."]),
        (["Büsch, A.", "Buz, A."], []),
        (["Ash, A.", "Ash, A.; Elm, B."], []),
        (["Ash, A.; Oak, C.", "Ash, A.; Elm, B."], ["Ash, A.; Oak, C."]),
        (["Newton, A.", "Trust for Examples (ODPM)", "Pickett, B."], []),
        ([], []),
    ],
)
def test_the_order_is_that_of_authors(authors, early):
    listed = pd.DataFrame({"authors": authors, "year": ["2009"] * len(authors)}, dtype=str)
    assert out_of_order(listed)["authors"].tolist() == early


def test_a_work_of_one_author_stands_before_those_with_others_and_years_in_order():
    listed = pd.DataFrame({"authors": ["A, B.", "A, B.", "A, B.; C, D."], "year": ["2013", "2009", "2001"]})
    assert out_of_order(listed)["year"].tolist() == ["2013"]
