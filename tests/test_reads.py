from __future__ import annotations

from peerbook import reads
from peerbook.reads import Read
from peerbook.shared import FOLDER, shared

ONE, TWO = Read("raw", "logs", "region"), Read("raw", "logs", "form")


@shared()
def _inner() -> int:
    reads.note([ONE])
    return 1


@shared()
def _outer() -> int:
    reads.note([TWO])
    return _inner() + 1


def test_what_is_noted_is_read_back_once(tmp_path, monkeypatch):
    file = tmp_path / "reads"
    monkeypatch.setenv(reads.FILE, str(file))
    reads.note([ONE, ONE, TWO])
    reads.note([TWO])
    assert reads.read_back(file) == {ONE, TWO}
    assert len(file.read_text().splitlines()) == 2
    assert reads.read_back(tmp_path / "none") == frozenset()


def test_nothing_is_written_down_if_nobody_asks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(reads.FILE, raising=False)
    assert not reads.is_watched()
    reads.note([ONE])
    assert list(tmp_path.iterdir()) == []


def test_who_gets_a_stored_result_reads_what_it_was_made_from(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    monkeypatch.setenv(FOLDER, str(tmp_path / "shared"))
    for chapter in ("first", "second"):
        monkeypatch.setenv(reads.FILE, str(tmp_path / chapter))
        assert _outer() == 2
        assert reads.read_back(tmp_path / chapter) == {ONE, TWO}
    monkeypatch.setenv(reads.FILE, str(tmp_path / "third"))
    assert _inner() == 1
    assert reads.read_back(tmp_path / "third") == {ONE}
