from __future__ import annotations

import pandas as pd

from peerbook.evidence.flow import flow
from peerbook.review.stages import prisma

RECORDS = pd.DataFrame({"record_id": list("abcde"), "duplicate_of": [None, None, None, None, "a"]})
COLUMNS = ["record_id", "stage", "reviewer", "decision", "reason"]


def screening(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


SCREENING = screening(
    *((record, "title_abstract", "R1", "include", None) for record in "abc"),
    ("c", "title_abstract", "R2", "include", None),
    ("d", "title_abstract", "R1", "exclude", "K1"),
    ("a", "full_text", "R1", "include", None),
    ("b", "full_text", "R1", "include", None),
    ("b", "full_text", "R2", "exclude", "K2"),
    ("c", "full_text", "R1", "exclude", None),
)


def counts(found: pd.DataFrame) -> dict[tuple[str, str], int | None]:
    return {
        (stage.split()[0] + " " + stage.split()[1], reason): None if pd.isna(n) else int(n)
        for stage, reason, n in found[["stage", "reason", "n"]].itertuples(index=False)
    }


def test_every_box_is_counted_from_rows():
    found = prisma(pd.DataFrame({"hits": [3, 2]}), RECORDS, SCREENING, pd.Series({"K1": "too old"}))
    assert counts(found) == {
        ("records found", ""): 5,
        ("records found", "duplicates"): 1,
        ("records screened", ""): 4,
        ("records screened", "too old"): 1,
        ("records that", ""): 3,
        ("full texts", ""): 3,
        ("full texts", "K2"): 1,
        ("full texts", "not chosen, no reason stated"): 1,
        ("studies included", ""): 1,
    }
    assert "not stated" not in set(flow(found)["reason"])  # everybody who left is accounted for


def test_without_the_hits_of_every_search_nobody_knows_how_many_were_screened():
    found = counts(prisma(pd.DataFrame({"hits": [3, None]}), RECORDS, SCREENING))
    assert found["records found", ""] is None
    assert found["records found", "duplicates"] is None
    assert found["records screened", ""] is None
    assert found["records that", ""] == 3


def test_a_choice_without_word_of_what_was_read_leaves_the_full_texts_open():
    chosen = SCREENING.assign(stage=SCREENING["stage"].replace("full_text", "selection"))
    found = prisma(pd.DataFrame({"hits": [3, 2]}), RECORDS, chosen)
    assert counts(found)["full texts", ""] is None
    assert counts(found)["studies included", ""] == 1
    assert counts(found)["full texts", "not chosen, no reason stated"] == 1


def test_categories_and_no_decisions_do_no_harm():
    typed = SCREENING.astype({"stage": "category", "decision": "category", "reason": "category"})
    runs = pd.DataFrame({"hits": pd.array([3, 2], dtype="Int32")})
    pd.testing.assert_frame_equal(prisma(runs, RECORDS, typed), prisma(runs, RECORDS, SCREENING))
    assert prisma(runs, RECORDS, SCREENING.head(0))["n"].iloc[-1] == 0
