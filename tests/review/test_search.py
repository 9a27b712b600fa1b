from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.errors import DataError
from peerbook.review.search import combinations, query_string

COLUMNS = ["concept", "position", "term", "phrase", "truncated"]
term = st.tuples(st.from_regex(r"[a-z]{1,6}( [a-z]{1,6})?", fullmatch=True), st.booleans(), st.booleans())
concepts = st.lists(st.lists(term, min_size=1, max_size=4), min_size=1, max_size=4)


def rows_of(groups) -> pd.DataFrame:
    rows = [
        (c, t, word + "*" * ends, "yes" if phrase else "no", "yes" if ends else "no")
        for c, group in enumerate(groups, 1)
        for t, (word, phrase, ends) in enumerate(group, 1)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@given(concepts, st.randoms())
def test_the_query_can_be_taken_apart_again_whatever_the_order_of_rows(groups, random):
    terms = rows_of(groups)
    shuffled = terms.sample(frac=1, random_state=random.randrange(1000))
    read = [re.split(" OR ", part) for part in re.findall(r"\(([^)]*)\)", query_string(shuffled))]
    assert [[word.strip('"') for word in part] for part in read] == [
        [word + "*" * ends for word, _, ends in group] for group in groups
    ]
    assert [[word.startswith('"') for word in part] for part in read] == [
        [phrase for _, phrase, _ in group] for group in groups
    ]
    assert combinations(terms) == len(pd.MultiIndex.from_product(read))


def test_an_asterisk_is_written_once_and_added_where_it_is_missing():
    terms = pd.DataFrame(
        [(1, 1, "peer*", "no", "yes"), (1, 2, "group", "no", "yes"), (1, 3, "co*op", "no", "no")],
        columns=COLUMNS,
    )
    assert query_string(terms) == "(peer* OR group* OR co*op)"


def test_a_term_with_a_quotation_mark_is_refused():
    with pytest.raises(DataError, match="quotation mark"):
        query_string(pd.DataFrame([(1, 1, '"peer', "no", "no")], columns=COLUMNS))


def test_without_terms_there_is_no_query():
    none = pd.DataFrame(columns=COLUMNS)
    assert (query_string(none), combinations(none)) == ("", 0)
