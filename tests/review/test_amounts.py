from __future__ import annotations

import pandas as pd
import pytest

from peerbook.data.schema import load_schema
from peerbook.errors import ParameterError
from peerbook.paths import data_schema
from peerbook.review.amounts import WORDS, amounts, borne_out
from tests.review.test_support import CLAIMS, EVIDENCE, STUDIES, links

DESIGNED = STUDIES.assign(design=["trial", "trial", "comment"])
MEASURES = pd.DataFrame(
    {"study_id": ["S1", "S1", "S3"], "measure": ["Hope Scale (A)", "Other", "Hope Scale (B)"]}
)


@pytest.mark.parametrize(
    ("word", "n", "of", "answer"),
    [
        ("most", 2, 4, False), ("most", 3, 4, True), ("majority", 18, 35, True),
        ("widely used", 17, 35, False),
        ("half", 2, 4, True), ("all", 3, 4, False), ("all", 4, 4, True), ("several", 2, 40, False),
        ("some", 1, 40, True), ("none", 0, 4, True), ("none", 1, 4, False), ("all", 0, 0, False),
        ("none", 0, 0, True),
    ],
)  # fmt: skip
def test_a_word_asks_for_its_amount(word, n, of, answer):
    assert borne_out(word, n, of) is answer


def test_the_raw_table_allows_these_words_and_no_others():
    schema = load_schema(data_schema() / "review" / "quantifiers.schema.json")
    assert list(schema.fields["quantifier"].categories) == list(WORDS)


def test_an_unknown_word_is_refused():
    with pytest.raises(ParameterError, match="mots"):
        borne_out("mots", 1, 2)


def test_works_or_users_of_a_measure_are_counted_among_the_designs_meant():
    said = pd.DataFrame(
        [
            ("C1", "most", None, None),
            ("C1", "most", "Hope Scale", None),
            ("C2", "all", "Hope Scale", "trial; none"),
        ],
        columns=["claim_id", "quantifier", "measure", "designs"],
    )
    found = amounts(said, links(CLAIMS, EVIDENCE, STUDIES), DESIGNED, MEASURES)
    assert found[["n", "of", "borne_out"]].to_numpy().tolist() == [[2, 3, "yes"], [2, 3, "yes"], [1, 2, "no"]]
    assert found["counted"].tolist()[:2] == ["studies cited for it", "studies with the Hope Scale"]
