"""The log chapters show what is released of their data, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.disclosure import less_private
from peerbook.outputs import Output, output, table
from tests.chapters.notebook import data_held, shown

CHAPTERS = ("methods", "log_findings")


def reads(output: Output) -> tuple:
    """What a reader gets of an output."""
    return output.caption, output.words, output.notes, output.markup, output.csv()


def every(chapter: str, log: object) -> list[Output]:
    """All outputs a notebook shows, each followed by its panels."""
    return [each for one in shown("side_by_side", chapter, log=log) for each in (one, *one.panels)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_output_holds_data_of_people(chapter, five_people):
    assert [held for one in shown("side_by_side", chapter, log=five_people) for held in data_held(one)] == []


def test_data_that_a_function_holds_are_found():
    rows = pd.DataFrame({"n": [1]})
    assert data_held(table("table-1", "People", rows, lambda _: rows)) == [
        "table-1: arrange holds a DataFrame"
    ]
    people = rows["n"].max()
    assert data_held(table("table-1", "People", rows, notes=lambda _, n={"n": rows["n"]}: [f"{people}"]))


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_a_reader_gets_follows_from_the_released_data_alone(
    chapter, five_people, one_person, monkeypatch
):
    of_one = {each.id: each for each in every(chapter, one_person)}
    wanted = {id: reads(each) for id, each in of_one.items()}
    of_five = every(chapter, five_people)
    monkeypatch.setattr(output, "protect", lambda held, _: less_private(of_one[held.id].data, held.named))
    assert {each.id: reads(each) for each in of_five} == wanted
