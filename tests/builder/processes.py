"""What tests of processes ask: which run, and whether something comes true."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def marked(mark: str) -> list[str]:
    """Name the processes that run with a mark in their environment: `NAME=value`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
        except OSError:
            continue  # it ended, or is somebody else's
    return found


def wait_until(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Wait for something to be true; say whether it was, in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
