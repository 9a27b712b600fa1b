from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from peerbook.builder import warm
from tests.builder.processes import wait_until

pytestmark = pytest.mark.skipif(not warm.AVAILABLE, reason="no safe fork on this system")
COUNTER: list[int] = []


def _count() -> int:
    COUNTER.append(1)
    return len(COUNTER)


def _process_and_parent() -> tuple[int, int]:
    return os.getpid(), os.getppid()


def _is_imported(module: str) -> bool:
    return module in sys.modules


def _fails() -> None:
    raise ValueError("no such luck")


def _is_killed(at: int) -> int:
    if at == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return at


def _kills_the_warm_process() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(120)


class _StaysError(Exception):
    def __init__(self, what: str, more: str) -> None:
        super().__init__(what)


def _fails_with_what_cannot_travel() -> None:
    raise _StaysError("no such luck", "more")


def _tells_and_sleeps(file: str) -> None:
    Path(file).write_text(str(os.getpid()))
    time.sleep(120)


@pytest.fixture(autouse=True)
def functions_that_can_be_found(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.setattr(warm, "EXECUTING", ())  # no call here executes a chapter; test_execute.py does


def _results(function, calls, jobs=2, modules=()):
    return dict(warm.Warm().run(function, calls, jobs, modules))


def test_each_call_has_a_process_of_its_own_and_all_have_one_parent():
    found = _results(_process_and_parent, [()] * 3)
    assert len({process for process, _ in found.values()}) == 3
    assert len({parent for _, parent in found.values()}) == 1
    assert found[0][1] != os.getpid()


def test_what_a_call_changes_no_other_sees():
    assert _results(_count, [()] * 3, jobs=1) == {0: 1, 1: 1, 2: 1}


def test_modules_are_there_before_the_calls_and_one_that_cannot_be_imported_is_left_to_them():
    modules = ["no_such_module_anywhere", "wave"]
    assert _results(_is_imported, [("wave",), ("chunk_of_nothing",)], 1, modules) == {0: True, 1: False}


def test_a_module_that_cannot_be_imported_ahead_is_left_to_the_calls(monkeypatch):
    monkeypatch.setenv(warm._WARM, "yes")  # a fork of this process will do, and has what is set here
    monkeypatch.setattr(warm, "HEAVY", ("no_such_module_anywhere",))
    process = warm.Warm()
    process.start()
    time.sleep(0.5)  # it imports while it is not asked for anything
    assert dict(process.run(_is_imported, [("no_such_module_anywhere",)], 1)) == {0: False}


def test_what_a_call_raises_is_raised():
    with pytest.raises(ValueError, match="no such luck"):
        _results(_fails, [()])


def test_an_error_that_cannot_travel_is_told_in_words():
    with pytest.raises(RuntimeError, match="no such luck"):
        _results(_fails_with_what_cannot_travel, [()])


def test_if_the_warm_process_is_killed_no_call_has_a_result():
    assert _results(_kills_the_warm_process, [(), ()], jobs=1) == {0: None, 1: None}


def test_a_call_whose_process_is_killed_has_no_result_and_the_others_have_theirs():
    assert _results(_is_killed, [(0,), (1,), (2,)]) == {0: 0, 1: None, 2: 2}


def test_whoever_stops_listening_leaves_no_process(tmp_path):
    told = [tmp_path / "first", tmp_path / "second"]
    calls = [(str(file),) for file in told]
    code = f"from tests.builder import test_warm as t; t._results(t._tells_and_sleeps, {calls!r})"
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2]) as build:
        processes = [_told(file) for file in told]
        build.kill()
    assert wait_until(lambda: not any(_runs(process) for process in processes), 60)


def _told(file: Path) -> int:
    assert wait_until(lambda: file.is_file() and file.read_text(), 60)
    return int(file.read_text())


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
