from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from peerbook.builder import warm
from peerbook.builder.ahead import Ahead

pytestmark = pytest.mark.skipif(not warm.AVAILABLE, reason="no safe fork on this system, and no /proc")
MARK = "PEERBOOK_TEST_OF_AHEAD"


@pytest.fixture
def processes(monkeypatch):
    """Count the processes that were started in this test and still run."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)

    def count() -> int:
        return sum(f"{MARK}={mark}" in _environment(folder) for folder in Path("/proc").glob("[0-9]*"))

    return count


def _environment(folder: Path) -> str:
    try:
        return (folder / "environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""  # it ended, or is somebody else's


def test_what_was_started_ahead_and_not_needed_ends_at_once(processes):
    with Ahead() as ahead:
        ahead.start()
        ahead.start()  # once is enough
        end = time.monotonic() + 30
        while processes() < 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert processes() == 2
        begun = time.monotonic()
    assert processes() == 0
    assert time.monotonic() - begun < 5


def test_what_was_not_started_is_no_process(processes):
    with Ahead():
        assert processes() == 0
