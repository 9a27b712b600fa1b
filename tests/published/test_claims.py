from __future__ import annotations

import pytest

from peerbook.errors import ParameterError
from peerbook.published import CLAIM, claims, load
from peerbook.published.claims import is_claims
from peerbook.published.comparison import STATUSES
from peerbook.published.statements import printed_statements

HEADER = "table,name,claims,printed,value,rule,unit,outside,conflict,what,note,line,output\n"
ROWS = (
    "chapter 1,people,C001 C007,12,12,equal,people,,,people asked,a remark,40,table-1\n"
    "chapter 1,started,,May,,same,,programme,,when it began,,41,\n"
    "chapter 2,books,,3,3,equal,,,,books read,,50,\n"
)


@pytest.fixture
def printed(tmp_path):
    """A study whose report states three things, two of them in chapter 1."""
    (tmp_path / "tables.yml").write_text("{}")
    (tmp_path / "statements.csv").write_text(HEADER + ROWS)
    return tmp_path


def test_a_claim_says_what_is_printed_and_rebuilt_and_where(printed):
    rows = claims(printed, "chapter 1", {"people": 13}, "no rows", "table-9")
    assert tuple(rows) == CLAIM
    assert rows.to_numpy().tolist() == [
        ["people", "chapter 1", "people asked", "12", "13", "differs", "equal", "", "table-1", "C001 C007",
         "40"],
        ["started", "chapter 1", "when it began", "May", "", "not computable", "the same words",
         "a fact of the programme, not in these data", "table-9", "", "41"],
    ]  # fmt: skip


def test_what_was_not_computed_says_why(printed):
    assert claims(printed, "chapter 2", {}, "no rows")["note"].tolist() == ["no rows"]


def test_an_unknown_reason_is_refused(printed):
    (printed / "statements.csv").write_text(HEADER + ROWS.replace("programme", "weather"))
    with pytest.raises(ParameterError, match="weather"):
        printed_statements(printed)


def test_claims_are_known_by_their_columns():
    assert is_claims([*CLAIM, "more"])
    assert not is_claims(CLAIM[1:])


def test_every_item_of_a_report_stands_once_with_outputs_or_an_exception_and_its_reason():
    items = load("side_by_side", "items")
    assert items["item"].is_unique
    assert items["title"].ne("").all()
    assert (items["exception"].eq("") | items["reason"].ne("")).all()


@pytest.mark.parametrize("part", load("side_by_side", "statements")["table"].unique())
def test_every_statement_of_a_report_is_a_claim_with_a_status_and_words(part):
    rows = claims("side_by_side", part, {}, "nothing computed", "table-1")
    assert rows["claim"].tolist() == printed_statements("side_by_side", part)["row"].tolist()
    assert rows["status"].isin(STATUSES).all()
    for column in ("statement", "printed", "rule", "note", "output"):
        assert rows[column].ne("").all(), column
