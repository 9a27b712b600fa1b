"""The ledger collects every claim and item, and refuses a book that leaves one out."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import published
from peerbook.builder import ledger as ledgers
from peerbook.builder.ledger import CLAIM, ITEM, Ledger, check, check_lists, collect, whole
from peerbook.errors import BookError
from peerbook.outputs import table

STATUS = {"people": "agrees", "when": "not computable"}


def rows(chapter="chapter 2", output="table-1", **status):
    """Claims as an output holds them."""
    status = status or STATUS
    return pd.DataFrame(
        [
            {
                "claim": name, "chapter": chapter, "statement": f"{name}, in words", "printed": "12",
                "rebuilt": "12", "status": said, "rule": "equal", "note": "", "output": output,
                "claims": "C001", "line": "7",
            }
            for name, said in status.items()
        ]
    )  # fmt: skip


def record(outputs, name="alpha", study="tiny", **made):
    """Save outputs and return the record of the chapter that made them."""
    folder = outputs / study
    for id, data in made.items():
        table(id.replace("_", "-"), "Some rows", data).save(folder)
    names = [f"{id.replace('_', '-')}.{kind}" for id in made for kind in ("csv", "json")]
    return {"study": study, "name": name, "outputs": names, "parameters": {"region": "all"}}


@pytest.fixture
def printed(monkeypatch):
    """Give the study "tiny" a printed report: two items and the two statements."""
    lists = {
        "items": pd.DataFrame(
            [
                ("1.T1", "1", "table", "People", "3", "table-1 table-2", "", ""),
                ("1.F1", "1", "figure", "A picture", "4", "", "lost image", "It was not printed."),
            ],
            columns=["item", "chapter", "kind", "title", "line", "outputs", "exception", "reason"],
        ),
        "statements": pd.DataFrame({"table": "chapter 2", "name": list(STATUS)}),
    }
    monkeypatch.setattr(published, "has_report", lambda study: study == "tiny")
    monkeypatch.setattr(published, "load_list", lambda study, name: lists[name])
    return lists


@pytest.fixture
def made(printed, tmp_path):
    """A whole book of one chapter, with everything the report asks for."""
    return [record(tmp_path, table_1=rows(), table_2=pd.DataFrame({"n": [1]}))]


def test_claims_are_collected_by_their_columns_with_the_page_of_their_output(made, tmp_path):
    found = collect(made, tmp_path)
    assert tuple(found.claims) == CLAIM
    assert found.claims[["study", "claim", "status", "output", "page"]].to_numpy().tolist() == [
        ["tiny", "people", "agrees", "table-1", "tiny/alpha.html"],
        ["tiny", "when", "not computable", "table-1", "tiny/alpha.html"],
    ]
    assert found.places == {"tiny": {"table-1": "alpha", "table-2": "alpha"}}


def test_chapters_of_the_report_follow_their_numbers_and_several_claims_may_share_an_id(printed, tmp_path):
    parts = {"table_1": "chapter 10", "table_2": "chapter 9", "table_3": "summary"}
    made = record(tmp_path, **{id: rows(chapter, people="agrees") for id, chapter in parts.items()})
    found = collect([made], tmp_path).claims
    assert found["chapter"].tolist() == ["summary", "chapter 9", "chapter 10"]
    assert found["claims"].tolist() == ["C001"] * 3


def test_items_are_those_of_the_printed_list(made, tmp_path):
    found = collect(made, tmp_path)
    assert tuple(found.items) == ITEM
    assert found.items["item"].tolist() == ["1.T1", "1.F1"]
    found.write(tmp_path)
    again = pd.read_csv(tmp_path / "items.csv", dtype=str, keep_default_na=False)
    assert again.to_dict("list") == found.items.to_dict("list")
    assert (tmp_path / "claims.csv").read_text().splitlines()[0] == ",".join(CLAIM)


def test_a_study_without_a_report_has_neither(tmp_path):
    found = collect([record(tmp_path, study="ours", table_1=pd.DataFrame({"n": [1]}))], tmp_path)
    check(found, {"ours"}, {"ours"}, {})
    assert found.claims.empty
    assert found.items.empty


def test_a_complete_book_passes(made, tmp_path):
    check(collect(made, tmp_path), {"tiny"}, {"tiny"}, {"tiny": links("table-2")})


def links(id):
    """One link that rests on an output."""
    row = {
        "from_kind": "conclusion",
        "from_id": "1",
        "relation": "rests on",
        "to_kind": "output",
        "to_id": id,
    }
    return pd.DataFrame([row, row | {"to_kind": "claim", "to_id": "anything"}])


def test_everything_that_is_missing_is_named_at_once(printed, tmp_path):
    data = rows(output="table-9", people="agrees")
    found = collect([record(tmp_path, table_1=data)], tmp_path)
    with pytest.raises(BookError) as error:
        check(found, {"tiny"}, {"tiny"}, {"tiny": links("fig-7")})
    assert str(error.value).splitlines()[1:] == [
        "tiny, evidence/links: 'conclusion 1 rests on output fig-7' names the output fig-7, which the book "
        "does not have",
        "tiny, claim people: no page has the output 'table-9' that it names",
        "tiny, statement when (chapter 2): no chapter has it among its statements",
        "tiny, item 1.T1: no page has table-2",
    ]


def test_an_item_stands_once_with_outputs_or_an_exception_and_its_reason(printed):
    check_lists(["tiny", "ours"])
    items = printed["items"]
    items.loc[2] = ("1.B1", "1", "box", "A box", "5", "", "", "")
    items.loc[3] = items.loc[2]
    items.loc[1, "reason"] = ""
    with pytest.raises(BookError) as error:
        check_lists(["tiny"])
    assert str(error.value).splitlines()[1:] == [
        "tiny, item 1.B1: it is listed twice",
        "tiny, item 1.F1 (A picture): its exception has no reason",
        *["tiny, item 1.B1 (A box): it has neither outputs nor an exception"] * 2,
    ]


def test_a_link_to_a_chapter_leads_to_one_of_the_book(made, tmp_path):
    found, link = collect(made, tmp_path), links("table-1").assign(to_kind="chapter", to_id="alpha")
    check(found, {"tiny"}, {"tiny"}, {"tiny": link})
    with pytest.raises(BookError, match="names the chapter beta"):
        check(found, {"tiny"}, {"tiny"}, {"tiny": link.assign(to_id="beta")})


def test_of_data_that_are_not_known_only_links_must_lead_somewhere(made, tmp_path):
    made[0]["outputs"] = made[0]["outputs"][:2]
    found = collect(made, tmp_path)
    check(found, {"tiny"}, set(), {"tiny": links("table-1")})
    with pytest.raises(BookError, match="table-2"):
        check(found, {"tiny"}, set(), {"tiny": links("table-2")})


def test_part_of_a_book_may_lack_what_it_likes_but_no_claim_is_without_status(printed, tmp_path):
    partial = collect([record(tmp_path, table_3=rows(output="table-9"))], tmp_path)
    check(partial, set(), {"tiny"}, {"tiny": links("table-9")})
    assert partial.claims["page"].tolist() == ["", ""]
    without = collect([record(tmp_path, table_4=rows(people=""))], tmp_path)
    with pytest.raises(BookError, match="its status is ''; expected one of agrees"):
        check(without, set(), set(), {})


def test_a_study_is_whole_with_every_chapter_of_all_regions(made):
    alpha, beta = (SimpleNamespace(study="tiny", place=f"tiny/{name}") for name in ("alpha", "beta"))
    other = SimpleNamespace(study="zeta", place="zeta/alpha")
    assert whole([alpha], made) == {"tiny"}
    assert whole([alpha, beta], made) == set()
    assert whole([alpha, other], made) == {"tiny"}
    assert whole([alpha], [made[0] | {"parameters": {"region": "North"}}]) == set()
    assert whole([alpha], [made[0] | {"parameters": {}}]) == {"tiny"}


def test_the_ledger_is_of_the_columns_it_says(made, tmp_path):
    assert isinstance(collect(made, tmp_path), Ledger)
    assert set(CLAIM) - {"study", "page"} <= set(published.CLAIM)
    assert set(ITEM) - {"study"} <= set(ledgers.published.tables.LISTS["items"])
