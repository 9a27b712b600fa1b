"""What a book adds says so."""

from __future__ import annotations

import pandas as pd

from peerbook.chapters.side_by_side.pages import added
from peerbook.outputs import table

ROWS = pd.DataFrame({"value": ["Care", "Play"], "people": [2, 1]})


def people(data: pd.DataFrame) -> str:
    return f"{data['people'].sum()} people"


def test_a_caption_says_that_the_report_has_no_such_table():
    assert added("People") == "People. Added by this book."
    assert table("table-1", added(people), ROWS).caption == "3 people. Added by this book."
