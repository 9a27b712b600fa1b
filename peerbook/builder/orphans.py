"""Processes that a build starts end when it does: a build that is killed can no longer tell them to."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_WATCH = "ends with its parent"
_SECONDS = 0.2


def end_with_parent(parent: int) -> None:
    """End this process, and with it its kernel, as soon as its parent is no more.

    Parameters
    ----------
    parent
        The process that started this one.
    """
    if any(thread.name == _WATCH for thread in threading.enumerate()):
        return
    threading.Thread(target=_watch, args=(parent,), name=_WATCH, daemon=True).start()


def watched(parent: int, function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Call a function in a worker process, which ends when the build that started it does."""
    if os.getppid() == parent:
        end_with_parent(parent)
    return function(*arguments, **named)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(1)
