from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.inert import as_typed, inert, inert_table, printable, table_as_typed


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x","y")',
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "-cmd|x",
        "=",
        "'=1",
    ],
)
def test_what_a_spreadsheet_would_run_is_marked_and_stays_legible(text):
    assert inert(text) == f"'{text}"
    assert as_typed(inert(text)) == text


@pytest.mark.parametrize(
    "value",
    [
        "-0.5",
        "-0.09 (0.8, 0.62)",
        "-0.09 is not between",
        "+3",
        "-1,234.5",
        "-12%",
        "-",
        "+",
        "hope",
        "a=b",
        "'tis",
        "",
        "−3",
        -0.5,
        None,
    ],
)
def test_numbers_and_words_stay_as_they_are(value):
    assert inert(value) is value


@given(st.text())
def test_reading_back_undoes_it(text):
    assert as_typed(inert(text)) == text


@given(st.text())
def test_no_cell_begins_as_a_formula(text):
    written = inert(text)
    assert written[:1] not in tuple("=@\t\r\n") or written == ""
    assert not written.startswith(("+", "-")) or not set(written[1:]) & set("=@|!*/+^&<>'\"{}[]#\t\r\n")


def test_a_table_goes_and_comes_back(tmp_path):
    table = pd.DataFrame(
        {
            "=name": ["=1+1", "hope"],
            "mean": [-0.5, 2.0],
            "kind": pd.Categorical(["@a", "b"]),
            "none": ["-x", None],
        }
    )
    written = inert_table(table)
    assert list(written) == ["'=name", "mean", "kind", "none"]
    assert written.iloc[0].tolist() == ["'=1+1", -0.5, "'@a", "'-x"]
    assert table.iloc[0, 0] == "=1+1"
    read = table_as_typed(pd.read_csv(io.StringIO(written.to_csv(index=False))))
    assert list(read) == list(table)
    assert read["kind"].tolist() == ["@a", "b"]


def test_what_steers_a_terminal_is_taken_out():
    assert printable("a\x1b[31mb\u202ec\td\ne") == "a�[31mb�c\td\ne"
