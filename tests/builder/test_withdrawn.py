"""After a withdrawal the last book is stale, and the next one is built without the person."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from peerbook.builder import state
from peerbook.builder.order import Order
from peerbook.builder.run import build
from peerbook.imports.withdrawal import withdraw
from tests.builder.conftest import ANSWERS

PERSON = {"name": "person_id", "title": "Person", "type": "string", "constraints": {"required": True}}


@pytest.mark.slow
@pytest.mark.usefixtures("plain_render")
def test_the_next_book_is_without_the_person(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PEERBOOK_ROOT", str(project))
    schema = {**ANSWERS, "fields": [*ANSWERS["fields"], PERSON]}
    (project / "data_schema" / "tiny" / "answers.schema.json").write_text(json.dumps(schema))
    raw = project / "stand_in" / "tiny"
    (raw / "answers.csv").write_text("answer_id,region,helped,person_id\n1,Leeds,yes,Ada\n2,Suffolk,no,Bo\n")
    order, quiet = Order(out=tmp_path / "out", root=project), Console(quiet=True)
    build(order, quiet)
    assert state.is_unchanged(order)
    assert "Ada" in (order.out / "outputs" / "tiny" / "table-2.csv").read_text()
    withdraw("Ada", raw)
    assert not state.is_unchanged(order)
    assert [each.task.chapter.name for each in state.look(order).stale] == ["beta"]
    build(order, quiet)
    assert (order.out / "outputs" / "tiny" / "table-2.csv").read_text().splitlines()[1:] == [
        "2,Suffolk,no,Bo"
    ]
    kept = [
        path for path in order.out.rglob("*") if path.is_file() and path.suffix in (".csv", ".html", ".json")
    ]
    assert [path for path in kept if "Ada" in path.read_text(encoding="utf-8")] == []
