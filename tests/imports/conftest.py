"""What the tests of imports share: a survey team's files, made up once, and how to bring them in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from peerbook import cli
from peerbook.data import load_definitions
from peerbook.imports import bring_in
from peerbook.imports.bring_in import import_files
from peerbook.imports.draft import draft
from peerbook.imports.pretend import write_pretended
from peerbook.imports.report import ImportReport

STUDY = "side_by_side"
ROWS = 40
known = lru_cache(load_definitions)  # definitions do not change while tests run


@dataclass(frozen=True)
class Team:
    """A folder of a survey team's files, and the mapping drafted from them."""

    place: Path
    files: tuple[Path, ...]
    structures: tuple[Path, ...]
    mapping: Path

    def bring_in(self, folder: Path, **options: object) -> ImportReport:
        """Import the files into a folder."""
        return import_files(self.files, folder, self.mapping, **options)


def team(place: Path, program: str, headings: str = "code", **options: bool) -> Team:
    """Make up a team's files and draft their mapping."""
    written = write_pretended(place, known(STUDY), program, ROWS, headings=headings)
    files = tuple(path for path in written if path.suffix != ".lss")
    structures = tuple(path for path in written if path.suffix == ".lss")
    mapping = place / "mapping.yml"
    made = draft(files, known(STUDY), structures, title="A study", **options)
    mapping.write_text(made.text, encoding="utf-8")
    return Team(place, files, structures, mapping)


@pytest.fixture(autouse=True)
def _read_once(monkeypatch):
    """Read the definitions once for all tests."""
    monkeypatch.setattr(bring_in, "load_definitions", known)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line; return its exit code and what it printed."""

    def call(*words: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["peerbook", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        printed = capsys.readouterr()
        return end.value.code, printed.out + printed.err

    return call


@pytest.fixture(scope="session")
def online(tmp_path_factory) -> Team:
    """Return surveys of LimeSurvey, with codes as headings; do not change its files."""
    return team(tmp_path_factory.mktemp("online"), "limesurvey")


@pytest.fixture(scope="session")
def typed(tmp_path_factory) -> Team:
    """Return a workbook of typed forms; do not change its files."""
    return team(tmp_path_factory.mktemp("typed"), "excel")
