"""What holds for every chapter of every study, so that a new one is held to it too."""

from __future__ import annotations

import importlib
import inspect
from functools import partial

import pandas as pd
import pytest

from peerbook import paths
from peerbook.builder.contents import read_contents
from peerbook.outputs import Output, figure, table, text
from tests.chapters.notebook import data_held, outputs_of, shown_in

CHAPTERS = {chapter.place: chapter for chapter in read_contents(paths.root()).chapters}
QUICK = {
    "bootstraps": 100,
    "jobs": 1,
    "simulations": 20,
    "imputations": 2,
}  # of parameters that only take time
every_chapter = pytest.mark.parametrize("place", CHAPTERS)


def output_functions(place: str) -> dict[str, object]:
    """Return the public functions of a chapter's module, or of its folder, that make an output."""
    module = importlib.import_module(f"peerbook.chapters.{CHAPTERS[place].source.replace('/', '.')}")
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__.startswith("peerbook.chapters.")
        and "Output" in str(function.__annotations__.get("return", ""))
    }


@every_chapter
def test_what_the_notebook_shows_are_the_public_outputs_of_the_chapter(place):
    assert set(shown_in(CHAPTERS[place].notebook)) == set(output_functions(place))


@every_chapter
def test_every_public_output_has_a_docstring(place):
    assert all(inspect.getdoc(function) for function in output_functions(place).values())


@pytest.mark.slow
@every_chapter
def test_every_output_has_an_id_of_its_own_and_no_data_but_its_own(place, monkeypatch):
    chapter = CHAPTERS[place]
    quick = {name: value for name, value in QUICK.items() if name in chapter.parameters}
    outputs = outputs_of(chapter.notebook, monkeypatch, **quick, **chapter.fixed)
    assert outputs
    assert all(isinstance(output, Output) for output in outputs)
    ids = [part.id for output in outputs for part in (output, *output.panels)]
    assert len(ids) == len(set(ids))
    assert [place for output in outputs for place in data_held(output)] == []


def test_the_look_into_functions_finds_data_wherever_they_hide():
    frame = pd.DataFrame({"n": [1]})
    total = frame["n"].sum()

    def keeps(data, kept=frame):
        return f"{len(kept)}"

    made = [
        figure("fig-1", "A", lambda data: f"{len(frame)} rows", frame),
        text("text-1", partial(lambda kept, data: f"{len(kept)}", frame), frame),
        table("table-1", keeps, frame),
        table("table-2", "A", frame, notes=lambda data: [str({"a": [frame]})]),
    ]
    assert [len(data_held(output)) for output in made] == [1, 1, 1, 1]
    assert len(data_held(figure("fig-2", "A", lambda data: f"{len(data)} of {total}", frame))) == 1
    assert data_held(figure("fig-2", "A", lambda data: f"{len(data)} rows", frame)) == []
