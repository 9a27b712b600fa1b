"""Two cold builds are equal, byte for byte, but for the record: wherever and whenever they are made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from peerbook.builder.compare import compare
from peerbook.builder.publish import RECORDS

OWN = {".cache", ".lock"}  # of the folder, no part of the book


def _built(written: Path, folder: Path, **environment: str) -> Path:
    """Build a copy of the small project in a folder, in a process of its own."""
    project = shutil.copytree(written, folder / "project")
    command = [sys.executable, "-c", "from peerbook.cli import main; main()", "build"]
    given = os.environ | {
        "PEERBOOK_ROOT": str(project),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    subprocess.run(command, cwd=folder, env=given | environment, check=True, capture_output=True)
    return folder / "_build"


def _below(part: Path) -> list[Path]:
    return [path for path in [part, *part.rglob("*")] if path.is_file()]


@pytest.mark.slow
def test_two_cold_builds_differ_in_nothing_but_the_record(written, tmp_path):
    one = _built(written, tmp_path / "here", TZ="UTC", PYTHONHASHSEED="1", LANG="C.UTF-8")
    other = _built(
        written, tmp_path / "quite" / "another place", TZ="Asia/Tokyo", PYTHONHASHSEED="2", LANG="C"
    )
    files = [
        {path.relative_to(book) for part in book.iterdir() if part.name not in OWN for path in _below(part)}
        for book in (one, other)
    ]
    assert files[0] == files[1]
    assert {Path("html/tiny/beta.html"), Path("outputs/tiny/table-2.csv")} <= files[0]
    differ = {
        path.as_posix() for path in files[0] if (one / path).read_bytes() != (other / path).read_bytes()
    }
    assert differ == set(RECORDS)
    assert compare(one, other).empty
