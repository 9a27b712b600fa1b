"""What a notebook says of made-up rows is tagged, so that a book of real people does not say it."""

from __future__ import annotations

import re

import nbformat
import pytest

from peerbook import paths
from peerbook.builder.contents import STAND_IN, read_contents

# "Collected, printed or made up", and what is said of the stand-in by name, are true of any data.
UNTRUE = re.compile(r"(?<!or )(?<!not )made[ -]up(?! in the stand-in)|do not exist", re.IGNORECASE)
CHAPTERS = {chapter.notebook: chapter for chapter in read_contents(paths.root()).chapters}


@pytest.mark.parametrize("notebook", CHAPTERS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_words_on_made_up_rows_are_for_made_up_data_only(notebook):
    if STAND_IN in CHAPTERS[notebook].needs:
        return
    said = [
        " ".join(cell.source.split())
        for cell in nbformat.read(notebook, as_version=4).cells
        if cell.cell_type == "markdown" and STAND_IN not in cell.metadata.get("tags", [])
    ]
    assert [text for text in said if UNTRUE.search(text)] == []
