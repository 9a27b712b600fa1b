"""Files that are ZIP archives inside (Word, EPUB): the same parts give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date an archive can hold; the parts carry their own


def rewritten(archive: bytes, change: Callable[[str, bytes], bytes] = lambda name, part: part) -> bytes:
    """Return an archive with its parts in the same order and without the times they were written.

    Parameters
    ----------
    archive : bytes
    change : callable, optional
        From the name and the bytes of a part to its new bytes.
    """
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            entry.compress_type = part.compress_type
            entry.external_attr = part.external_attr
            new.writestr(entry, change(part.filename, old.read(part)))
    return made.getvalue()
