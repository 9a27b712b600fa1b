from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from peerbook.builder import cache as module
from peerbook.builder.cache import Cache
from peerbook.builder.rendering import FURNITURE

HEADS = {"tiny/alpha": {"banner": "", "running": "", "description": "Alpha."}}
FILES = {
    "_config.yml": "title: A",
    "_toc.yml": "root: index",
    "_static/pages.css": "p {}",
    "index.md": "# Start",
    "tiny/alpha.ipynb": "{}",
}


@pytest.fixture
def source(tmp_path) -> Path:
    """Pages as they are handed to Jupyter Book."""
    for name, text in FILES.items():
        file = tmp_path / "source" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    _furnish(tmp_path / "source", HEADS)
    return tmp_path / "source"


def _furnish(source: Path, heads: dict, description: str = "") -> None:
    (source / FURNITURE).write_text(json.dumps({"heads": heads, "description": description}))


@pytest.fixture
def last(source, tmp_path) -> Cache:
    """What a rendering of the pages left."""
    cache = Cache(tmp_path / "out" / ".cache")
    assert cache.take(source) is None
    (cache.html / "_static").mkdir(parents=True)
    cache.doctrees.mkdir()
    for folder in (cache.html, cache.doctrees):
        (folder / "index").write_text("made")
    cache.describe()
    cache.keep()
    return cache


def _times(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_nothing_is_read_if_nothing_changed(last, source):
    before = _times(last.source)
    assert last.take(source) == []
    assert _times(last.source) == before
    assert (last.html / "index").is_file()


def test_only_the_page_that_changed_is_read_and_others_keep_their_times(last, source):
    before = _times(last.source)
    (source / "index.md").write_text("# Start here")
    assert last.take(source) == ["index"]
    after = _times(last.source)
    assert {name for name in after if after[name] != before[name]} == {"index.md"}
    assert (last.source / "index.md").read_text() == "# Start here"


def test_a_page_changed_while_the_clock_stood_in_the_past(last, source):
    (source / "index.md").write_text("# Later")
    os.utime(source / "index.md", (0, 0))
    assert last.take(source) == ["index"]


def test_a_head_belongs_to_its_page(last, source):
    _furnish(source, {"tiny/alpha": {**HEADS["tiny/alpha"], "description": "Other."}})
    assert last.take(source) == ["tiny/alpha"]
    assert (last.html / "index").is_file()


@pytest.mark.parametrize("name", ["_static/pages.css", FURNITURE, "_static/new.css"])
def test_if_what_stands_around_changed_all_is_written_and_nothing_read(last, source, name):
    _furnish(source, HEADS, "New") if name == FURNITURE else (source / name).write_text("a {}")
    assert last.take(source) == []
    assert not last.html.exists()
    assert (last.doctrees / "index").is_file()


@pytest.mark.parametrize("name", ["_config.yml", "_toc.yml", "references.bib", "new.md", "tiny/figure.png"])
def test_if_anything_else_changed_all_is_read(last, source, name):
    (source / name).write_text("changed")
    assert last.take(source) is None
    assert not last.doctrees.exists()


def test_if_a_page_went_all_is_read_and_nothing_of_it_stays(last, source):
    (source / "tiny" / "alpha.ipynb").unlink()
    assert last.take(source) is None
    assert not (last.source / "tiny" / "alpha.ipynb").exists()


def test_other_versions_read_all(last, source, monkeypatch):
    monkeypatch.setattr(module, "versions", lambda: "others")
    assert last.take(source) is None


def _shorten(cache: Cache) -> None:
    (cache.html / "index").write_text("m")


def _edit(cache: Cache) -> None:
    (cache.html / "index").write_text("maid")


def _lose(cache: Cache) -> None:
    (cache.doctrees / "index").unlink()


def _add(cache: Cache) -> None:
    (cache.doctrees / "other").touch()


def _forget(cache: Cache) -> None:
    (cache.folder / "described.json").unlink()


def _garble(cache: Cache) -> None:
    (cache.folder / "described.json").write_text('{"files": ')


def _unname(cache: Cache) -> None:
    (cache.folder / "name").unlink()


@pytest.mark.parametrize("damage", [_unname, _shorten, _edit, _lose, _add, _forget, _garble])
def test_a_damaged_folder_does_not_count(last, source, damage):
    damage(last)
    assert last.take(source) is None


def test_a_rendering_that_was_killed_leaves_nothing_that_counts(last, source):
    last.take(source)  # and no more
    assert Cache(last.folder).take(source) is None
    Cache(last.folder).drop_unkept()
    assert not last.folder.exists()


def test_a_moved_folder_does_not_count(last, source, tmp_path):
    moved = Cache(Path(shutil.copytree(last.folder, tmp_path / "moved")))
    assert moved.take(source) is None


def test_only_its_owner_can_read_it(last):
    assert last.folder.stat().st_mode & 0o077 == 0


def test_what_outlives_a_killed_rendering_writes_nowhere_that_counts(last, source):
    place = last.html
    last.take(source)  # and was killed
    assert last.take(source) is None
    place.mkdir(parents=True)
    (place / "index").write_text("late")
    assert last.html != place
    assert not last.html.exists()
