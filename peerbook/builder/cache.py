"""What a rendering leaves for the next one: source, doctrees and HTML of all pages.

It counts only if it is whole: made by the same versions, complete, and untouched since. Whoever renders takes
the mark away first, and puts it back when the book is published; what has no mark is removed. So a rendering
that was killed, or whose book was not published, leaves nothing. A first rendering writes to a folder of a
new name inside, so that a process that outlives its build cannot write into the next.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from peerbook.builder.rendering import FURNITURE

_MARK, _DESCRIBED, _NAME = "whole", "described.json", "name"
_PAGES = {".md", ".ipynb"}
_AROUND = ("_templates/", "_static/", "_vendored/")


@dataclass(frozen=True)
class Cache:
    """The folder of what the last rendering left.

    Parameters
    ----------
    folder
        Its place; it need not be there.
    """

    folder: Path

    @property
    def source(self) -> Path:
        """The pages as they were handed to Jupyter Book."""
        return self._named() / "source"

    @property
    def doctrees(self) -> Path:
        """The pages as Sphinx read them."""
        return self._named() / "doctrees"

    @property
    def html(self) -> Path:
        """The pages as Sphinx wrote them."""
        return self._named() / "html"

    def take(self, source: Path) -> list[str] | None:
        """Bring the folder's source up to date, keeping the times of files that did not change.

        Returns
        -------
        list of str or None
            The pages to read anew; None for all, when nothing of the last rendering can be used.
        """
        last, now = self._last(), _described(source, self.folder)
        (self.folder / _MARK).unlink(missing_ok=True)
        if not last or last["rest"] != now["rest"]:
            self.empty()
            self.folder.mkdir(mode=0o700, parents=True)  # what is not published yet is for nobody else
            (self.folder / _NAME).write_text(token_hex(8), encoding="utf-8")
            shutil.copytree(source, self.source)
            changed = None
        else:
            changed = [page for page, digest in now["pages"].items() if last["pages"][page] != digest]
            _bring(source, self.source)
            if last["around"] != now["around"]:
                shutil.rmtree(self.html)
            elif changed:  # what Sphinx puts there at the end, it would find when it writes the first page
                shutil.rmtree(self.html / "_static")
        (self.folder / _DESCRIBED).write_text(json.dumps(now), encoding="utf-8")
        return changed

    def describe(self) -> None:
        """Note what lies in the folder after a rendering, so that the next one sees if it was touched."""
        shutil.rmtree(self._named() / "jupyter_execute", ignore_errors=True)  # notebooks once more, of no use
        file = self.folder / _DESCRIBED
        now = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(now | {"files": self._files()}), encoding="utf-8")

    def keep(self) -> None:
        """Say that the book of this rendering was published: the folder counts."""
        if (self.folder / _DESCRIBED).is_file():
            (self.folder / _MARK).touch()

    def drop_unkept(self) -> None:
        """Remove the folder if it does not count."""
        if not (self.folder / _MARK).is_file():
            self.empty()

    def empty(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _named(self) -> Path:
        return self.folder / (self.folder / _NAME).read_text(encoding="utf-8")

    def _last(self) -> dict[str, Any]:
        """Return what the last rendering noted; nothing, if the folder does not count or was touched."""
        if not (self.folder / _MARK).is_file():
            return {}
        try:
            last = json.loads((self.folder / _DESCRIBED).read_text(encoding="utf-8"))
            return last if last["files"] == self._files() else {}
        except (OSError, ValueError, KeyError):
            return {}

    def _files(self) -> dict[str, list[int]]:
        """Return size and time of each file."""
        found = {}
        for part in (self.source, self.doctrees, self.html):
            for file in part.rglob("*"):
                if file.is_file():
                    status = file.stat()
                    found[file.relative_to(self.folder).as_posix()] = [status.st_size, status.st_mtime_ns]
        return found


def _described(source: Path, folder: Path) -> dict[str, Any]:
    """Return hashes of a folder of pages: of each page with its head, of what stands around, of the rest.

    If the rest changed, the list of pages, or the cache's own place, which Sphinx notes in many, all are read
    again; if what stands around pages changed, all are written again.
    """
    furniture = json.loads((source / FURNITURE).read_text(encoding="utf-8"))
    heads = furniture.pop("heads")
    pages, around, rest = {}, {FURNITURE: _digest(json.dumps(furniture).encode())}, {}
    for file in sorted(file for file in source.rglob("*") if file.is_file() and file.name != FURNITURE):
        name, bytes_ = file.relative_to(source).as_posix(), file.read_bytes()
        page = name.rpartition(".")[0]
        if file.suffix in _PAGES:
            pages[page] = _digest(bytes_ + json.dumps(heads.get(page)).encode())
        else:
            (around if name.startswith(_AROUND) else rest)[name] = _digest(bytes_)
    rest |= {"versions": versions(), "pages": list(pages), "place": _digest(str(folder).encode())}
    return {"pages": pages, "around": around, "rest": rest}


def versions() -> str:
    """Return a hash of all that pages are made by: Python, installed packages, and peerbook's own code."""
    package = Path(__file__).resolve().parents[1]
    named = sorted(found.name for place in map(Path, sys.path) for found in place.glob("*.dist-info"))
    own = sorted(file for room in ("", "builder", "outputs") for file in (package / room).glob("*.py"))
    code = [_digest(file.read_bytes()) for file in own]
    return _digest(repr((sys.version, named, code)).encode())


def _bring(source: Path, target: Path) -> None:
    """Make one folder like another, leaving alone the files that are."""
    wanted = {file.relative_to(source) for file in source.rglob("*") if file.is_file()}
    for file in [file for file in target.rglob("*") if file.is_file()]:
        if file.relative_to(target) not in wanted:
            file.unlink()
    for name in wanted:
        there = target / name
        bytes_ = (source / name).read_bytes()
        if not there.is_file() or there.read_bytes() != bytes_:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(bytes_)


def _digest(bytes_: bytes) -> str:
    return hashlib.sha256(bytes_).hexdigest()
