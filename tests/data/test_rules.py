from __future__ import annotations

import pandas as pd

from peerbook.data.rules import unasked
from peerbook.data.schema import Field, Schema

SCHEMA = Schema(
    "logs",
    "Logs",
    {
        "form": Field("form", "Form"),
        "version": Field("version", "Version"),
        "hope": Field("hope", "Hope", version="full"),
        "box": Field("box", "A box", "boolean", form="quarterly"),
    },
)


def rows_of(form, version, hope, box) -> dict[str, list[bool]]:
    data = pd.DataFrame(
        {"form": form, "version": version, "hope": hope, "box": pd.array(box, dtype="boolean")}
    )
    return {name: rows.tolist() for name, rows in unasked(data, SCHEMA).items()}


def test_an_answer_on_a_form_that_does_not_ask_is_found():
    found = rows_of(["monthly", "quarterly"], ["full", "short"], [1, 2], [True, True])
    assert found == {"hope": [False, True], "box": [True, False]}


def test_no_answer_and_an_empty_box_are_nothing_to_find():
    assert rows_of(["monthly"] * 2, ["short"] * 2, [None, None], [False, None]) == {}


def test_without_a_form_nothing_can_be_said():
    assert rows_of([None], [None], [3], [True]) == {}
