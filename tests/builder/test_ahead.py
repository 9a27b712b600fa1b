from __future__ import annotations

import time
import uuid

import pytest

from peerbook.builder import warm
from peerbook.builder.ahead import Ahead
from tests.builder.processes import marked, wait_until

pytestmark = pytest.mark.skipif(not warm.AVAILABLE, reason="no safe fork on this system, and no /proc")
MARK = "PEERBOOK_TEST_OF_AHEAD"


@pytest.fixture
def processes(monkeypatch):
    """Name the processes that were started in this test and still run."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    return lambda: marked(f"{MARK}={mark}")


def test_what_was_started_ahead_and_not_needed_ends_at_once(processes):
    with Ahead() as ahead:
        ahead.start()
        ahead.start()  # once is enough
        assert wait_until(lambda: len(processes()) == 2)
        begun = time.monotonic()
    assert processes() == []
    assert time.monotonic() - begun < 5


def test_what_was_not_started_is_no_process(processes):
    with Ahead():
        assert processes() == []
