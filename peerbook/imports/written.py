"""What every import into a raw folder keeps to: no made-up data beside real, one key, all files or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from peerbook.data.folder import descriptor_of
from peerbook.errors import DataError
from peerbook.imports.pseudonyms import Key


def refuse_made_up(folder: Path) -> None:
    """Refuse a folder that declares its data synthetic.

    Raises
    ------
    DataError
        If it does.
    """
    if descriptor_of(folder).get("synthetic") is True:
        raise DataError(
            f"{folder}: it holds made-up data, which must not stand beside those of real people. "
            "Give a new folder."
        )


def check_mark(key: Key, folder: Path) -> None:
    """Refuse a key that is not the one of the pseudonyms that a folder has.

    Raises
    ------
    DataError
        If it is not.
    """
    if descriptor_of(folder).get("pseudonyms") not in (None, key.mark):
        raise DataError(
            f"--key: not the key of the pseudonyms that {folder} already has, so the same person would "
            "become two. Give the key of the first import."
        )


def write_folder(folder: Path, written: Mapping[str, str]) -> None:
    """Write files into a folder, all or none: they are written beside it, and put in its place last.

    What was there before is nowhere kept.

    Raises
    ------
    DataError
        If the folder cannot be written. It is then as it was.
    """
    parent = folder.resolve().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=f".{folder.name}-") as made:
            new, old = Path(made) / "new", Path(made) / "old"
            if folder.exists():
                shutil.copytree(folder, new)
            for name, text in written.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="")
            if folder.exists():
                folder.rename(old)
            try:
                new.rename(folder)
            except OSError:
                with suppress(OSError):
                    old.rename(folder)
                raise
    except OSError as error:
        raise DataError(f"{folder}: it cannot be written ({error.strerror}). Nothing was changed.") from error
