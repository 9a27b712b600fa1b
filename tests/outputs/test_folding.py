"""What is folded away keeps its name, its rows and its data."""

from __future__ import annotations

import pandas as pd

from peerbook.outputs import table
from peerbook.outputs.folding import folded, unfolded

ROWS = pd.DataFrame({"value": ["Care", "Play"], "people": [2, 1]})


def people(data: pd.DataFrame) -> str:
    return f"{data['people'].sum()} people"


def test_a_folded_table_is_named_on_its_fold_and_has_all_its_rows():
    made = folded("table-5.2", people, ROWS, notes=["A note."], evidence="judgement")
    assert list(made.shown) == ["Table 5.2. 3 people"]
    assert unfolded(made)["people"].to_dict() == {"Care": 2, "Play": 1}
    assert unfolded(table("table-1", "People", ROWS))["people"].tolist() == [2, 1]
    assert made.markup.count("<details") == 1
    assert (made.notes, made.evidence) == (("A note.",), "judgement")


def test_there_is_nothing_to_unfold_where_there_are_no_rows():
    made = folded("table-5.2", "People", ROWS.iloc[:0])
    assert "<details" not in made.markup
    assert "there is nothing to show" in made.markup
