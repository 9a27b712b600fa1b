"""Two small books to compare."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest

from tests.builder.compare.small import Book, Made, small_book, write


class Two:
    """A book, and a copy of it to be changed: `a` and `b` write them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.first = small_book(random.Random(5))
        self.second: Book = copy.deepcopy(self.first)

    def output(self, id: str) -> Made:
        """Return an output of the second book."""
        return next(made for made in self.second.outputs if made.id == id)

    def write(self) -> tuple[Path, Path]:
        """Write both books."""
        return write(self.first, self._folder / "a"), write(self.second, self._folder / "b")


@pytest.fixture
def two(tmp_path) -> Two:
    return Two(tmp_path)
