"""The zip of a REFI-QDA project: its XML and its texts, read with a limit on what they unpack to."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath

from peerbook.errors import DataError

INTERNAL = "internal://"
FOLDER = "sources/"
LARGEST = 200_000_000  # bytes of one file of the zip


def read_xml(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the project's XML: `project.qde`, or the only other file of that kind.

    Raises
    ------
    DataError
        If there is none, or more than one.
    """
    found = [entry for entry in archive.namelist() if PurePosixPath(entry).suffix.lower() == ".qde"]
    found = [entry for entry in found if PurePosixPath(entry).name == "project.qde"] or found
    if len(found) != 1:
        raise DataError(
            f"{name}: expected one file project.qde in the zip, found {', '.join(found) or 'none'}. "
            "Export the project as REFI-QDA."
        )
    return _read(archive, found[0], name)


def read_text(archive: zipfile.ZipFile, path: str, where: str) -> str:
    """Return a text of the project, without its byte order mark.

    Parameters
    ----------
    archive : ZipFile
    path : str
        As the XML gives it, such as "internal://6ba7.txt", with or without the folder, in any case.
    where : str
        The project and source, for messages.

    Raises
    ------
    DataError
        If the text lies outside the project, is not in it, is too large, or is neither UTF-8 nor UTF-16
        with a byte order mark.
    """
    if not path.startswith(INTERNAL):
        raise DataError(
            f"{where}: its text lies outside the project ({path or 'no path'}). "
            "Export the project with its sources inside."
        )
    wanted = FOLDER + path.removeprefix(INTERNAL).casefold().removeprefix(FOLDER)
    stored = next((entry for entry in archive.namelist() if entry.casefold() == wanted), None)
    if stored is None:
        raise DataError(
            f"{where}: the project holds no file {path.removeprefix(INTERNAL)}. "
            "Export the project again, with its sources inside."
        )
    raw = _read(archive, stored, where)
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{where}: the text is not UTF-8 (byte {error.start}). Save it as UTF-8 and export again."
        ) from error


def _read(archive: zipfile.ZipFile, entry: str, where: str) -> bytes:
    size = archive.getinfo(entry).file_size
    if size > LARGEST:
        raise DataError(
            f"{where}: {entry} would unpack to {size} bytes; at most {LARGEST} are read. "
            "Leave out what is not text."
        )
    return archive.read(entry)
