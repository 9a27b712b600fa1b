"""The lists of the companion reports: as long as in print, each item rebuilt or excepted with a reason."""

from __future__ import annotations

import pytest

from peerbook import paths, published
from peerbook.builder.contents import read_contents
from tests.chapters.notebook import outputs_of

LENGTHS = {"together": 25, "uwe": 12, "lsbu": 12, "leeds": 22}  # counted in the reports
every_list = pytest.mark.parametrize("study", LENGTHS)


@every_list
def test_a_list_has_every_item_of_its_report_with_outputs_or_a_reason(study):
    items = published.load_list(study, "items")
    assert len(items) == LENGTHS[study]
    assert items["item"].is_unique
    excepted = items[items["outputs"] == ""]
    assert excepted["exception"].ne("").all()
    assert excepted["reason"].ne("").all()


@pytest.mark.slow
@every_list
def test_pages_make_every_output_of_a_list_and_the_first_says_what_cannot_be_rebuilt(study, monkeypatch):
    chapters = [chapter for chapter in read_contents(paths.root()).chapters if chapter.study == study]
    made = {
        output.id: (chapter.name, output)
        for chapter in chapters
        for output in outputs_of(chapter.notebook, monkeypatch, **chapter.fixed)
    }
    items = published.load_list(study, "items")
    assert {id for ids in items["outputs"] for id in ids.split()} <= set(made)
    first = [output for name, output in made.values() if name == "summary"]
    [said] = [output for output in first if "cannot be rebuilt" in output.caption]
    written = " ".join(map(str, said.released.to_numpy().ravel()))
    lost = [item for item in items.to_dict("records") if not item["outputs"]]
    assert [item["title"] for item in lost if item["reason"] not in written] == []
