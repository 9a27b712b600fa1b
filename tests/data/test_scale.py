"""Raw folders of any size: work grows as the rows do, and problems are counted without being written out."""

from __future__ import annotations

import time
import tracemalloc

import pandas as pd
import pytest

from peerbook.data.check import typed
from peerbook.data.problems import as_report
from peerbook.data.read import read_text
from peerbook.data.schema import Constraints, Field, Schema

ITEM = Field("item", "Item", "integer", constraints=Constraints(minimum=1, maximum=5))
SCHEMA = Schema("answers", "Answers", {"item": ITEM, "note": Field("note", "Note", free_text=True)})


def written(folder, lines: list[str], times: int = 1):
    """Write a table of two columns, its lines several times over."""
    file = folder / "answers.csv"
    file.write_text("item,note\n" + "".join(f"{line}\n" for line in lines) * times)
    return file


def least_seconds(function, *arguments, tries: int = 3) -> float:
    """Return the processor seconds of the quickest of several calls: what other work adds is left out."""
    seconds = []
    for _ in range(tries):
        started = time.process_time()
        function(*arguments)
        seconds.append(time.process_time() - started)
    return min(seconds)


def checked(file) -> pd.DataFrame:
    table, problems = read_text(file, file.name, SCHEMA)
    return as_report(file, [*problems, *typed(table)[1]]).problems


@pytest.mark.parametrize(
    "line", ["3,well", "9,well", '3,"well, well"', "3"], ids=["right", "out of range", "quoted", "ragged"]
)
def test_four_times_the_rows_take_less_than_six_times_as_long(tmp_path, line):
    few = least_seconds(checked, written(tmp_path, [line], 2_000))
    many = least_seconds(checked, written(tmp_path, [line], 8_000))
    assert many < 6 * few


def test_a_hundred_thousand_problems_of_one_sort_are_counted_and_take_little_memory(tmp_path):
    file = written(tmp_path, ["9,well", "x,well"], 50_000)
    tracemalloc.start()
    problems = checked(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problems["kind"].value_counts().to_dict() == {"out-of-range value": 50_000, "wrong type": 50_000}
    assert problems["row"].tolist() == list(range(2, 100_002))
    assert peak < 400 * len(problems)
