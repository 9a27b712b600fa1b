"""What a REFI-QDA project holds, as a zip or as a folder: its XML and its texts, read within limits.

Pictures, sound and film in a project are never unpacked, so only what is read counts for the limits.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from peerbook.errors import DataError
from peerbook.imports import text

LARGEST = 250_000_000  # bytes of one file that is read
TOTAL = 500_000_000  # bytes of all files that are read
MOST = 100_000  # files of a zip
RATIO, SMALL = 300, 20_000_000  # how many bytes one may unpack to, if that is more than is small
CHUNK = 1 << 16

SCHEMES = ("internal://", "relative://", "absolute://", "file://")
OUTSIDE = SCHEMES[1:]
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,  # encrypted
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    UnicodeError,
)


class DamagedError(Exception):
    """A file of a zip cannot be unpacked."""


class MissingTextError(Exception):
    """The text of a source cannot be had; says why, in words for a reader."""


class Box(Protocol):
    """What holds the files of a project."""

    name: str

    def entries(self) -> dict[str, int]:
        """Return the path of each file and the bytes it has when unpacked."""

    def chunks(self, entry: str) -> Iterator[bytes]:
        """Yield the bytes of a file, some at a time."""


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.name = name
        self._archive = archive
        self._read = 0

    def entries(self) -> dict[str, int]:
        infos = self._archive.infolist()
        if len(infos) > MOST:
            raise DataError(
                f"{self.name}: {len(infos)} files in it; at most {MOST} are read. "
                "This is not how a program exports a project: open it and export it anew."
            )
        return {info.filename: info.file_size for info in infos if not info.is_dir()}

    def chunks(self, entry: str) -> Iterator[bytes]:
        info = self._archive.getinfo(entry)
        self._refuse(entry, info.file_size, info.compress_size)
        size = 0
        try:
            with self._archive.open(entry) as file:
                for chunk in _pieces(file):
                    size += len(chunk)
                    self._read += len(chunk)
                    self._refuse(entry, max(size, info.file_size), info.compress_size)
                    yield chunk
        except (DataError, GeneratorExit):
            raise
        except BROKEN as error:
            raise DamagedError(str(error)) from error

    def _refuse(self, entry: str, size: int, packed: int) -> None:
        inner = PurePosixPath(entry).suffix or "file"
        if size > SMALL and size > RATIO * max(packed, 1):
            raise DataError(
                f"{self.name}: a {inner} in it would unpack to more than {RATIO} times its size "
                f"({size} bytes), as files do that are made to fill a computer. It is not read."
            )
        _within(self.name, inner, size, self._read)


class _Folder:
    def __init__(self, place: Path, name: str) -> None:
        self.name = name
        self._place = place
        self._read = 0

    def entries(self) -> dict[str, int]:
        found = {}
        for path in sorted(self._place.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(self._place).as_posix()] = path.stat().st_size
            if len(found) > MOST:
                raise DataError(f"{self.name}: more than {MOST} files in the folder. Give the exported file.")
        return found

    def chunks(self, entry: str) -> Iterator[bytes]:
        path = self._place / entry
        _within(self.name, path.suffix, path.stat().st_size, self._read)
        with path.open("rb") as file:
            for chunk in _pieces(file):
                self._read += len(chunk)
                yield chunk


@contextmanager
def opened(path: Path) -> Iterator[Box]:
    """Open a project: a zip, the folder that one was unpacked to, or a `.qde` with its sources beside it.

    Raises
    ------
    DataError
        If it is none of these, or is damaged or protected by a password.
    """
    if path.is_dir():
        yield _Folder(path, path.name)
        return
    if path.suffix.lower() == ".qde":
        yield _OneOf(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise DataError(f"{path.name}: {_why_no_zip(path)}") from error
    with archive:
        try:
            yield _Zip(archive, path.name)
        except DamagedError as error:
            protected = "password" in str(error) or "encrypted" in str(error)
            raise DataError(
                f"{path.name}: protected by a password. Save it without one."
                if protected
                else f"{path.name}: not a zip that can be read (part of it is damaged). "
                "Copy it once more from where it was saved; if that does not help, export the project again."
            ) from error


def is_project(path: Path) -> bool:
    """Say whether a zip holds the XML of a project, whatever its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".qde") for name in archive.namelist())
    except BROKEN:
        return False


class _OneOf(_Folder):
    """The folder of a `.qde`, in which only this one counts."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent, path.name)
        self._file = path.name

    def entries(self) -> dict[str, int]:
        beside = [self._place / self._file]
        beside += [file for name in ("sources", "Sources") for file in (self._place / name).glob("*")]
        return {
            path.relative_to(self._place).as_posix(): path.stat().st_size for path in beside if path.is_file()
        }


def project_entry(box: Box) -> str:
    """Return the path of the project's XML: `project.qde`, or the only other file of that kind.

    Raises
    ------
    DataError
        If there is none, or more than one.
    """
    found = [
        entry
        for entry in box.entries()
        if PurePosixPath(entry).suffix.lower() == ".qde" and not _is_of_the_system(entry)
    ]
    found = [entry for entry in found if PurePosixPath(entry).name.lower() == "project.qde"] or found
    if len(found) > 1:
        top = min(entry.count("/") for entry in found)
        found = [entry for entry in found if entry.count("/") == top]
    if len(found) != 1:
        raise DataError(
            f"{box.name}: expected one file project.qde in it, found {len(found) or 'none'}. "
            "Export the project as REFI-QDA (.qdpx) and give that file as it is, not packed once more."
        )
    return found[0]


class Texts:
    """The texts of a project, found by the paths that its XML gives."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for entry in box.entries():
            if not _is_of_the_system(entry):
                self._by_path.setdefault(_plain(entry), entry)
                self._by_name.setdefault(PurePosixPath(_plain(entry)).name, []).append(entry)

    def read(self, path: str, guid: str = "") -> tuple[str, str]:
        r"""Return a text without its byte order mark, and the encoding it was read in.

        Parameters
        ----------
        path : str
            As the XML gives it, such as "internal://6ba7.txt", with or without the folder, in any case.
        guid : str
            Of the source: some programs name the file so and leave out the path.

        Raises
        ------
        MissingTextError
            If the text is not in the project, or cannot be read.
        DataError
            If it is too large.
        """
        entry = self._entry(path) or (self._entry(f"{guid}.txt") if guid else None)
        if entry is None:
            raise MissingTextError(
                "its text lies outside the project"
                if path.startswith(OUTSIDE)
                else "the project holds no text of it"
            )
        try:
            raw = b"".join(self._box.chunks(entry))
        except (DamagedError, OSError) as error:
            raise MissingTextError("its text is damaged in the file") from error
        try:
            return text.decode_whole(raw, "text")
        except DataError as error:
            raise MissingTextError("its text is in no encoding that can be read") from error

    def _entry(self, path: str) -> str | None:
        if path.startswith(OUTSIDE):
            return None
        wanted = _plain(path.partition("://")[2] if "://" in path else path)
        if not wanted:
            return None
        for place in (f"sources/{wanted}", wanted):
            if place in self._by_path:
                return self._by_path[place]
        named = self._by_name.get(PurePosixPath(wanted).name, [])
        return named[0] if len(named) == 1 else None


def _plain(path: str) -> str:
    return path.replace("\\", "/").casefold().strip("/")


def _is_of_the_system(entry: str) -> bool:
    parts = PurePosixPath(entry).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("._"))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def _within(name: str, inner: str, size: int, read: int) -> None:
    if size > LARGEST:
        raise DataError(
            f"{name}: a {inner} in it has {size} bytes; at most {LARGEST} are read. "
            "Export fewer documents at a time."
        )
    if read > TOTAL:
        raise DataError(f"{name}: its texts have more than {TOTAL} bytes. Export fewer documents at a time.")


def _why_no_zip(path: Path) -> str:
    """Say what a file is that should be a zip, and what to do."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        return f"it cannot be opened ({error.strerror}). Close it in other programs."
    if not start:
        return "not a zip that can be read: the file is empty. Copy it once more from where it was saved."
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return "not a zip that can be read: it holds bare XML. Name it .qde (a project) or .qdc (a codebook)."
    if start[:2] == b"PK":
        return (
            "not a zip that can be read: it is cut short or damaged. Copy it once more from where it was "
            "saved; if that does not help, export the project again."
        )
    return "not a zip that can be read. Give the file that the program exports as REFI-QDA project (.qdpx)."
