from __future__ import annotations

import threading
import time
from types import MappingProxyType

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from peerbook.shared import FOLDER, shared

CALLS: list[object] = []


@shared(apart=["jobs"])
def _doubled(rows: pd.DataFrame, by: float = 2, jobs: int = 1) -> pd.DataFrame:
    CALLS.append(by)
    return rows * by


@shared(reads=lambda file: [file, file.parent / "folder"])
def _lines(file) -> list[str]:
    CALLS.append(file)
    return file.read_text().splitlines()


@shared(reads=lambda folder, name: [folder / name])
def _named(folder, name="first.txt") -> str:
    return (folder / name).read_text()


@shared()
def _view(given) -> MappingProxyType:
    CALLS.append(given)
    return MappingProxyType(dict(given))


@shared()
def _slow(at: int) -> int:
    CALLS.append(at)
    time.sleep(0.5)
    return at


@shared()
def _fails_once() -> int:
    CALLS.append(0)
    if len(CALLS) == 1:
        raise OSError("full")
    return 1


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    CALLS.clear()
    (tmp_path / "shared").mkdir()
    monkeypatch.setenv(FOLDER, str(tmp_path / "shared"))


@pytest.fixture
def rows():
    return pd.DataFrame({"a": [1.5, 2.5], "b": [3.0, float("nan")]})


def test_a_second_call_with_the_same_content_reads_what_the_first_made(rows):
    first, second = _doubled(rows), _doubled(rows.copy(), by=2)
    assert CALLS == [2]
    assert_frame_equal(first, rows * 2)
    assert_frame_equal(second, rows * 2)


def test_each_gets_a_copy_of_its_own(rows):
    first = _doubled(rows)
    first.loc[0, "a"] = 99
    assert _doubled(rows).loc[0, "a"] == 3


def test_other_content_is_computed(rows):
    _doubled(rows)
    _doubled(rows, by=3)
    _doubled(rows.assign(a=rows["a"] + 1e-12))
    _doubled(rows.rename(columns={"a": "c"}))
    _doubled(rows.set_axis([1, 2]))
    assert len(CALLS) == 5


def test_what_does_not_matter_does_not(rows):
    _doubled(rows, jobs=1)
    _doubled(rows, jobs=4)
    assert len(CALLS) == 1


def test_a_changed_file_is_read_again_and_so_is_a_new_one(tmp_path):
    file, folder = tmp_path / "file", tmp_path / "folder"
    folder.mkdir()
    file.write_text("one")
    assert (_lines(file), _lines(file), len(CALLS)) == (["one"], ["one"], 1)
    file.write_text("two")
    assert (_lines(file), len(CALLS)) == (["two"], 2)
    (folder / "new").touch()
    _lines(file)
    assert len(CALLS) == 3


def test_what_is_read_by_default_matters_like_what_is_asked_for(tmp_path):
    (tmp_path / "first.txt").write_text("one")
    assert _named(tmp_path) == "one"  # its `reads` has no defaults of its own
    (tmp_path / "first.txt").write_text("two")
    assert _named(folder=tmp_path) == "two"


def test_views_of_dictionaries_go_in_and_out():
    given = MappingProxyType({"a": (1, 2)})
    assert _view(given) == _view(given) == given
    assert type(_view(given)) is MappingProxyType
    assert len(CALLS) == 1


def test_who_asks_while_another_computes_waits():
    found = []
    threads = [threading.Thread(target=lambda: found.append(_slow(7))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, CALLS) == ([7, 7, 7], [7])


def test_a_failure_is_not_kept():
    with pytest.raises(OSError, match="full"):
        _fails_once()
    assert (_fails_once(), _fails_once(), len(CALLS)) == (1, 1, 2)


def test_without_a_build_everything_is_computed(rows, monkeypatch):
    monkeypatch.delenv(FOLDER)
    _doubled(rows)
    _doubled(rows)
    assert len(CALLS) == 2
