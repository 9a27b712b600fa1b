from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from peerbook.builder.publish import (
    AT_HAND,
    CACHE,
    PARTS,
    RENDERED,
    is_settled,
    publish,
    settle,
    staging,
    temporary,
)
from peerbook.errors import BookError, DataError


def _write(folder: Path, text: str) -> None:
    for part in PARTS:
        target = folder / part if "." in part else folder / part / "file"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def _read(out: Path) -> set[str]:
    return {(out / part if "." in part else out / part / "file").read_text() for part in PARTS}


def _leftovers(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if path.name[0] == "." and path.name != ".lock"]


@pytest.fixture
def out(tmp_path) -> Path:
    """A folder that holds the book "old"."""
    _write(tmp_path / "out", "old")
    return tmp_path / "out"


def test_a_complete_build_replaces_the_last(out):
    with staging(out) as folder:
        _write(folder, "new")
        assert _read(out) == {"old"}
        publish(folder)
    assert _read(out) == {"new"}
    assert sorted(path.name for path in out.iterdir() if path.name[0] != ".") == sorted(PARTS)
    assert _leftovers(out) == []


def test_a_first_build_needs_nothing_there(tmp_path):
    with staging(tmp_path / "new" / "out") as folder:
        _write(folder, "new")
        publish(folder)
    assert _read(tmp_path / "new" / "out") == {"new"}


def test_a_failed_build_leaves_the_last_and_nothing_else(out):
    def build():
        with staging(out) as folder:
            _write(folder, "new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build()
    assert _read(out) == {"old"}
    assert _leftovers(out) == []


def test_a_build_without_all_its_parts_is_not_published(out):
    with staging(out) as folder:
        _write(folder, "new")
        shutil.rmtree(folder / "html")
        with pytest.raises(BookError, match="made no html"):
            publish(folder)
    assert _read(out) == {"old"}


class Killed(BaseException):
    """Stands for a kill: nothing after it runs."""


@pytest.mark.parametrize("moves", range(2 * len(PARTS)))
def test_a_build_killed_while_it_is_moved_into_place_is_finished_by_the_next(out, monkeypatch, moves):
    replace, left = Path.replace, iter(range(moves))

    def killed_after_some_moves(self, target):
        if next(left, None) is None:
            raise Killed
        return replace(self, target)

    _write(out / ".staging-x", "new")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed_after_some_moves)
        with pytest.raises(Killed):
            publish(out / ".staging-x")
    settle(out)
    assert _read(out) == {"new"}
    assert _leftovers(out) == []


def test_a_build_killed_before_it_was_complete_is_removed_by_the_next(out):
    _write(out / ".staging-x", "half")
    with staging(out) as folder:
        assert folder.name != ".staging-x"
        assert list(folder.iterdir()) == []
        assert not (out / ".staging-x").exists()
    assert _read(out) == {"old"}


def test_what_a_build_leaves_that_is_killed_while_it_removes_the_last_book_is_seen(out, monkeypatch):
    remove = shutil.rmtree

    def killed(folder, **options):
        if folder == out / ".replaced":
            raise KeyboardInterrupt
        remove(folder, **options)

    with staging(out) as folder:
        _write(folder, "new")
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "rmtree", killed)
            with pytest.raises(KeyboardInterrupt):
                publish(folder)
        assert not folder.exists()
        assert not is_settled(out)
    assert is_settled(out)
    assert (_read(out), _leftovers(out)) == ({"new"}, [])


def test_temporary_files_are_removed_while_there_is_a_folder_to_tell_their_name(out, monkeypatch):
    def killed(folder):
        raise KeyboardInterrupt

    with staging(out) as folder:
        with monkeypatch.context() as patch:
            patch.setattr("peerbook.builder.publish._remove", killed)
            with pytest.raises(KeyboardInterrupt):
                settle(out)
        assert folder.exists()
        assert not temporary(folder).exists()


def test_two_builds_do_not_write_to_one_folder(out):
    with staging(out), pytest.raises(BookError, match="Another build"), staging(out):
        pass
    with staging(out):
        pass


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "cannot be written"),
    ],
)
def test_a_disk_that_takes_no_more_is_named_and_the_last_book_stays(out, number, said):
    def build():
        with staging(out) as folder:
            (folder / "half").write_text("x")
            raise OSError(number, os.strerror(number), str(folder / "html"))

    with pytest.raises(BookError, match=said):
        build()
    assert _read(out) == {"old"}
    assert _leftovers(out) == []
    with staging(out) as folder:
        _write(folder, "new")
        publish(folder)
    assert _read(out) == {"new"}


@pytest.mark.parametrize("called", ["mkdtemp", "lock"])
def test_a_folder_that_cannot_be_written_to_is_named(out, monkeypatch, called):
    import filelock

    def refuse(*arguments, **named):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(out))

    place = (tempfile, "mkdtemp") if called == "mkdtemp" else (filelock.FileLock, "acquire")
    monkeypatch.setattr(*place, refuse)
    with pytest.raises(BookError, match=r"cannot be written to: Read-only.*--out"), staging(out):
        pass
    assert _read(out) == {"old"}


def test_a_program_that_does_not_say_that_the_disk_was_full_is_seen_through(out, monkeypatch):
    usage = shutil.disk_usage(out)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=1000))
    with pytest.raises(BookError, match="The disk is full"), staging(out):
        raise BookError("The pages could not be rendered.")
    with pytest.raises(DataError, match="wrong"), staging(out):
        raise DataError("wrong type")


def test_a_disk_that_is_full_while_a_build_is_moved_into_place_loses_nothing(out, monkeypatch):
    def full(self, *arguments, **named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    def build():
        with staging(out) as folder:
            _write(folder, "new")
            monkeypatch.setattr(Path, "replace", full)
            publish(folder)

    with pytest.raises(BookError, match="The disk is full"):
        build()
    assert len(list(out.glob(".staging-*"))) == 1
    monkeypatch.undo()
    with staging(out):
        assert _read(out) == {"new"}  # which was complete
    assert _leftovers(out) == []


def test_another_fault_keeps_its_name(out):
    with pytest.raises(ConnectionError), staging(out):
        raise ConnectionError("no such luck")


def test_a_build_has_a_folder_for_temporary_files_that_the_next_one_removes(out):
    with staging(out) as folder:
        mine = temporary(folder)
        assert mine.is_dir()
        assert mine.stat().st_mode & 0o077 == 0
    assert not mine.exists()
    _write(out / ".staging-killed", "half")
    left = temporary(out / ".staging-killed")
    left.mkdir()
    (left / "socket").touch()
    settle(out)
    assert not left.exists()


def test_a_lock_that_a_killed_build_left_does_not_block(out):
    code = f"""import os, signal
from pathlib import Path
from peerbook.builder.publish import staging
with staging(Path({str(out)!r})):
    os.kill(os.getpid(), signal.SIGKILL)"""
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert (out / ".lock").exists()
    assert len(_leftovers(out)) == 1
    with staging(out) as folder:
        _write(folder, "new")
        publish(folder)
    assert _read(out) == {"new"}
    assert _leftovers(out) == []


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "precious.ipynb").write_text("mine")
    with pytest.raises(BookError, match="its own notebooks"), staging(tmp_path):
        pass
    assert (tmp_path / "notebooks" / "precious.ipynb").read_text() == "mine"


def _rendered(out: Path) -> Path:
    """Leave what a rendering leaves, before its book is published."""
    (out / RENDERED / "html").mkdir(parents=True)
    (out / RENDERED / "described.json").write_text("{}")
    return out / RENDERED


def test_what_was_rendered_is_kept_for_the_next_build_once_it_is_published(out):
    with staging(out) as folder:
        cache = _rendered(out)
        _write(folder, "new")
        publish(folder)
    assert cache.is_dir()
    with staging(out):
        pass
    assert cache.is_dir()
    assert not {CACHE} & {*PARTS, *AT_HAND}


def test_nothing_that_was_rendered_and_not_published_is_kept(out):
    with staging(out):
        cache = _rendered(out)
    assert not cache.exists()


def test_what_a_killed_build_rendered_is_kept_only_if_it_was_complete(out):
    cache = _rendered(out)
    _write(out / ".staging-x", "new")
    (out / ".staging-x" / "complete").touch()
    settle(out)
    assert cache.is_dir()
