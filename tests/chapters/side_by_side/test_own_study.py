"""A study of one's own has the pages on coded material, and nothing on them is of the printed study."""

from __future__ import annotations

import csv
import html
import re
from functools import cache

import pytest
from rich.console import Console

from peerbook import open_study, paths
from peerbook.builder.run import Order, build
from peerbook.chapters.side_by_side import bame, consultation, values_framework
from peerbook.data import load_definitions, validate
from tests.chapters.side_by_side.own_study import TITLE, VALUES, write_own_study

PAGES = ("consultation", "values_framework", "bame")
OF_PRINT = re.compile(
    r"(?i:the report\b|\bprinted\b|Added by this book|\bhubs?\b|co-counselling)|BaME|Elefriends"
)
OWN_WORDS = {
    "Group",
    "Groups",
    "Hope",
    "Time",
    "Information",
}  # of the printed study's codes: anybody's words


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return open_study(write_own_study(tmp_path_factory.mktemp("own") / "data"), "side_by_side")


@cache
def _words_of_the_printed_study() -> set[str]:
    """Return its title, regions, ways of asking, and the labels of its values, decisions and projects."""
    printed = load_definitions("side_by_side")
    with (paths.stand_in("side_by_side") / "coding" / "codebooks.csv").open(encoding="utf-8") as file:
        labels = {row["label"] for row in csv.DictReader(file) if row["codebook"] in ("core_values", "draft")}
    asked = {strand.name for strand in printed.codes.strands.values() if strand.holds != "interviews"}
    asked |= {question.name for question in printed.codes.questions.values()} - {"Focus groups"}
    words = {printed.title, *printed.regions, *labels, *asked, "three strands", "online survey"}
    return {word for word in words if len(word) > 3 and (" " in word or word[0].isupper())} - OWN_WORDS


def _plain(page: str) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _strange(text: str) -> list[str]:
    found = [word for word in _words_of_the_printed_study() if re.search(rf"\b{re.escape(word)}\b", text)]
    return sorted(found) + OF_PRINT.findall(text)


def test_its_folder_is_valid(own):
    assert validate(own.folder, "side_by_side").problems.empty


def test_values_below_a_code_that_holds_them_are_counted(own):
    together = values_framework.values_together(own).data
    assert together["value"].tolist() == list(VALUES.values())
    assert [together.loc[place, name] for place, name in enumerate(VALUES.values())] == [7, 8, 6, 7]
    assert values_framework.values(own).data["tier"].tolist() == ["root", "crown", "crown", "root"]
    assert values_framework.stages(own).data["stage"].tolist() == ["thaw", "harvest", "not stated"]
    assert "by letter counts as in pairs" in " ".join(values_framework.code_by_approach(own).notes)


def test_its_own_ways_of_asking_decide_what_enters_the_draft(own):
    rule = consultation.strands(own).data.set_index("component")
    assert rule[["postcard", "round table"]].to_numpy().tolist() == [
        [True, True],
        [True, True],
        [False, True],
    ]
    assert rule["included"].tolist() == [True, True, False]
    words = consultation.answers_counted(own, 1).data.set_index("group")["people"]
    assert words.to_dict() == {"Calm": 3, "Open talk": 2, "Being there": 2, "Merry": 1}
    said = "in both ways of asking. These were the postcards (7 people) and round tables (4 people)"
    assert said in consultation.in_short(own).markup


def test_its_kinds_of_project_are_set_beside_each_other(own):
    asked = bame.compared(own).data.groupby("projects")["base"].first()
    assert asked.to_dict() == {"daytime": 8, "night-shift": 6}
    types = bame.types(own).data.set_index("type")["projects"].head(2)
    assert types.to_dict() == {"Night carers": 2, "Night drivers": 1}


def test_what_the_study_does_not_have_is_not_shown(own):
    assert consultation.process(own) is None
    assert consultation.hub_evidence(own) is None
    assert consultation.further_questions(own) is None
    assert values_framework.components_of_safety(own) is None
    assert bame.reasons(own) is None


@pytest.mark.slow
@pytest.mark.parametrize("synthetic", [True, False], ids=["made up", "real people"])
def test_its_book_has_nothing_of_the_printed_study_and_quotes_with_consent_only(tmp_path, synthetic):
    folder = write_own_study(tmp_path / "data", synthetic=synthetic, people=60)
    order = Order(out=tmp_path / "out", data={"": folder}, strict=True, jobs=1)
    manifest = build(order, Console(quiet=True))
    names = [record["name"] for record in manifest["chapters"]]
    assert set(PAGES) <= set(names)
    assert not any(record["warnings"] for record in manifest["chapters"])
    pages = tmp_path / "out" / "html"
    text = {page: _plain(page.read_text(encoding="utf-8")) for page in pages.rglob("*.html")}
    for page, said in text.items():
        assert _words_in(said) == [], page.name
    for name in names:
        said = text[pages / "side_by_side" / f"{name}.html"]
        assert TITLE in said
        assert _strange(said) == [], name
    quoted = text[pages / "side_by_side" / "values_framework.html"]
    assert "Words of walker 2 on" in quoted
    assert not re.search(r"Words of walker (1|4|7) on", " ".join(text.values()))
    assert "<h1>Night-shift projects" in (pages / "side_by_side" / "bame.html").read_text(encoding="utf-8")


def _words_in(text: str) -> list[str]:
    printed = load_definitions("side_by_side")
    words = {printed.title, *printed.regions, "BaME", "Hub interviews", "Consultation events"}
    return sorted(word for word in words if re.search(rf"\b{re.escape(word)}\b", text))
