"""What the chapters on coded material have in common: what they show, and that it follows from the data."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from peerbook import paths
from peerbook.chapters.side_by_side.coded_rows import row_origins, wide
from peerbook.chapters.side_by_side.pages import ADDED
from peerbook.disclosure import Held
from peerbook.outputs import Output, output
from tests.chapters.notebook import data_held

CHAPTERS = ("consultation", "values_framework", "bame", "coders")
# Set beside print: they count statuses and names, not people.
# Nobody of the stand-in may be quoted, and it has two questions.
NOTHING_TO_SHOW = {"extracts", "further_questions"}
BESIDE_PRINT = ("printed_tables", "statements", "quotation_checks")

# Numbers that are not counts of people or of what they said: of rows and columns, in labels, parameters.
TOLD = {
    "fig-5.1": "1 2",
    "fig-5.2": "14",
    "fig-5.3": "15",
    "text-5.2": "9",
    "table-5.5": "117",
    "table-5.6": "2 3 5 8",
    "table-5.7": "2",
    "fig-6.1": "6 3 10",
    "table-6.3": "6",
    "fig-6.3": "7",
    "fig-6.5": "5",
    "fig-6.10": "6",
    "table-6.11": "53 0",
    "table-6.12": "6 27 20",
    "table-6.13": "0 1 50",
    "table-6.15": "6 15 5 10",
    "table-7.6": "7 6 5 10",
    "table-k.1": "50",
    "table-k.5": "0 1 50",
    "table-k.4": "8 17 25",
}


def chapter_of(name: str):
    return importlib.import_module(f"peerbook.chapters.side_by_side.{name}")


def calls(name: str) -> tuple[str, list[str]]:
    """Return the parameters of a notebook, and the cells that show its outputs."""
    notebook = paths.notebooks() / "side_by_side" / f"{name}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return code[0], code[2:]


def shown(name: str, study) -> dict[str, Output]:
    """Make the outputs of a chapter as its notebook does; by the name of the function."""
    given, cells = calls(name)
    made: dict[str, Output] = {}
    for cell in cells:
        names = {"chapter": chapter_of(name), "study": study}
        exec(given, names)
        again = called(cell) in made
        names["show"] = partial(made.__setitem__, f"{called(cell)}{' again' if again else ''}")
        exec(cell, names)
    return {name: output for name, output in made.items() if output is not None}


def called(cell: str) -> str:
    return cell.removeprefix("show(chapter.").partition("(")[0]


@pytest.fixture(scope="module", params=CHAPTERS)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def every(name, coded) -> dict[str, Output]:
    return shown(name, coded)


def test_a_notebook_shows_what_its_chapter_offers_in_its_order(name, every):
    chapter = chapter_of(name)
    assert chapter.__all__ == list(dict.fromkeys(map(called, calls(name)[1])))
    assert set(chapter.__all__) - set(every) <= NOTHING_TO_SHOW
    own = {
        function
        for function, made in inspect.getmembers(chapter, inspect.isfunction)
        if made.__module__.startswith(chapter.__name__) and not function.startswith("_")
    }
    assert own <= set(chapter.__all__)


@pytest.mark.slow
def test_ids_are_unique_whatever_there_is_to_show(name, every, coded_with, uncoded):
    ids = [output.id for output in every.values()]
    assert len(set(ids)) == len(ids)
    assert [output.id for output in shown(name, coded_with(region="Suffolk")).values()] == ids
    fewer = [output.id for output in shown(name, uncoded).values()]
    assert len(set(fewer)) == len(fewer)


def test_what_is_shown_follows_from_the_data_alone(every):
    assert [place for made in every.values() for place in data_held(made)] == []


def test_numbers_that_are_withheld_are_not_told_in_another_way(every, monkeypatch):
    monkeypatch.setattr(output, "protect", without_numbers)
    for function, made in every.items():
        if function not in BESIDE_PRINT:
            again = replace(made)
            assert again.markup or again.notes
            told = f"{again.caption} {again.words} {' '.join(again.notes)}"
            assert set(re.findall(r"\d+", told)) <= set(TOLD.get(made.id, "").split()), made.id


def without_numbers(held: Held, _: object) -> pd.DataFrame:
    numbers = [name for name in held.data if is_number(held.data[name])]
    return held.data.assign(**dict.fromkeys(numbers, np.nan))


def is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def test_words_without_consent_are_shown_nowhere_and_nothing_is_changed(name, coded, coded_with):
    segments = coded.coding["segments"].assign(text="a secret", quotable="no")
    study = coded_with(segments=segments)
    before = {table: rows.copy() for table, rows in study.coding.items()}
    for made in shown(name, study).values():
        assert "a secret" not in made.markup + made.csv() + made.caption + made.alt + " ".join(made.notes)
    for table, rows in study.coding.items():
        pd.testing.assert_frame_equal(rows, before[table])


def test_the_page_says_what_was_made_up(coded, coded_with):
    origins = row_origins(coded, "table-5.10")
    assert origins.data.query("status == 'synthetic'")["rows"].sum() > 0
    assert "no evidence" in origins.notes[1]
    assert origins.data["rows"].sum() == sum(len(rows) for rows in coded.coding.values())
    collected = {table: rows.assign(status="collected") for table, rows in coded.coding.items()}
    assert len(row_origins(coded_with(**collected), "table-5.10").notes) == 1


def test_a_table_of_several_chapters_is_shown_by_the_first_and_named_by_the_others(coded, coded_with):
    first = row_origins(coded, "table-5.10")
    assert "<table" in first.markup
    for id in ("table-6.15", "table-7.6"):
        again = row_origins(coded, id)
        assert again.csv() == first.csv()
        assert again.markup == ""
        assert f'href="outputs/{id}.csv"' in again.linked()._repr_html_()
        assert again.notes[0] == f"{again.label} is Table 5.10 once more, so it is not shown again."
        assert "no evidence" in again.notes[1]
    leeds = coded_with(region="Leeds")
    assert "<table" in row_origins(leeds, "table-6.15").markup
    assert row_origins(leeds, "table-7.6").notes[0].startswith("Table 7.6 is Table 6.15 once more")


def test_what_the_report_does_not_have_says_so(every):
    printed = {f"table-5.{n}" for n in range(1, 7)} | {"fig-5.1", "table-6.1", "table-7.1", "fig-7.1"}
    printed |= {f"fig-6.{n}" for n in range(1, 6)}
    for made in every.values():
        if made.kind != "text":
            assert made.caption.endswith(ADDED) == (made.id not in printed), made.id


def test_rows_and_columns_stay_in_the_order_in_which_they_come():
    data = pd.DataFrame(
        {"kind": ["b", "b", "a"], "code": ["y", "x", "x"], "hub": ["q", "p", "q"], "n": [1, 2, 3], "m": 0}
    )
    laid = wide(data, ["kind", "code"], "hub", "n")
    assert laid.index.to_list() == [("b", "y"), ("b", "x"), ("a", "x")]
    assert laid.columns.to_list() == ["q", "p"]
    assert laid["q"].fillna(0).tolist() == [1, 0, 3]
    both = wide(data.query("kind == 'b'"), "code", "hub", ["n", "m"])
    assert both.columns.to_list() == [("q", "n"), ("q", "m"), ("p", "n"), ("p", "m")]


@pytest.mark.slow
def test_every_output_can_be_shown_without_rows_and_without_a_codebook(name, coded_with, uncoded):
    no_codes = coded_with(codebooks=uncoded.coding.get("codebooks", pd.DataFrame()))
    for study in (uncoded, no_codes):
        for made in shown(name, study).values():
            assert made.markup is not None
            assert made.record()["id"] == made.id
