"""Raw rows as chapters read them: blanks, numbers, regions, and tables that are not there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from peerbook.chapters.side_by_side.raw_rows import absent, has_rows, origins, rows_of
from peerbook.outputs.folding import unfolded
from tests.chapters.side_by_side.rows import changed, without

ANSWERS = "commissioning/responses"


def test_blanks_are_empty_text_and_numbers_stay_numbers(coded):
    rows = rows_of(coded, ANSWERS)
    assert set(rows["excluded"]) == {"", "no_data", "not_mental_health"}
    assert rows_of(coded, "commissioning/plan")["planned"].dtype == "Int64"


def test_rows_are_those_of_the_region_unless_all_are_wanted(coded):
    leeds = replace(coded, region="Leeds")
    assert set(rows_of(leeds, ANSWERS)["region"]) == {"Leeds"}
    assert len(rows_of(leeds, ANSWERS, everywhere=True)) == len(rows_of(coded, ANSWERS))


def test_a_table_that_is_not_there_has_columns_and_no_rows(coded):
    bare = without(coded, "commissioning")
    assert list(rows_of(bare, ANSWERS)) == list(rows_of(coded, ANSWERS))
    assert rows_of(bare, ANSWERS).empty
    assert has_rows(coded, ANSWERS)
    assert not has_rows(bare, ANSWERS)
    assert not has_rows(changed(coded, commissioning__responses=coded.tables[ANSWERS].iloc[:0]), ANSWERS)


def test_what_is_missing_is_named(coded):
    said = absent("text-1", "answers", ["commissioning/responses"]).markup
    assert said.splitlines()[:2] == [
        "- These data hold no answers.",
        "- This page would need `commissioning/responses.csv`.",
    ]


def test_rows_are_counted_by_where_they_come_from(coded):
    counted = origins(coded, "table-1", [ANSWERS, "commissioning/codes"])
    shown = unfolded(counted)
    assert shown.loc["responses", "synthetic"] == 19
    assert shown.loc["codes", "printed"] == 18
    assert "19 rows had to be made up" in counted.notes[1]
    real = changed(coded, commissioning__responses=coded.tables[ANSWERS].assign(status="collected"))
    assert len(origins(real, "table-1", [ANSWERS]).notes) == 1
    assert isinstance(counted.data, pd.DataFrame)
