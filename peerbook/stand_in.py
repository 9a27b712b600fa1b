"""The stand-in cohort, simulated when it is first needed and kept until what makes it changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import peerbook
from peerbook import paths


def stand_in(cache: Path | None = None) -> Path:
    """Return a raw folder with the stand-in cohort.

    The folder's name holds a hash of everything the cohort is made from (the sources of `stand_in.make.side_by_side`,
    the published numbers, `data_schema/`), so a change of any of them makes a new one. It is written under
    another name first and then renamed: two processes that start at once cannot see a half-written folder.

    Parameters
    ----------
    cache : Path, optional
        Where to keep it; by default `peerbook/` in the user's cache folder (`XDG_CACHE_HOME`, or `~/.cache`).
    """
    cache = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "peerbook"
    folder = cache / f"stand-in-{_fingerprint()}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as making:
        _simulate(Path(making) / "raw")
        try:
            os.rename(Path(making) / "raw", folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _simulate(folder: Path) -> None:
    from stand_in.make.side_by_side import simulate

    simulate(folder)


def _fingerprint() -> str:
    """Return a short hash of the version and of every file the cohort is made from."""
    package = Path(peerbook.__file__).parent
    digest = hashlib.sha256(peerbook.__version__.encode())
    for place in (package.parent / "stand_in" / "make", package / "published", paths.data_schema()):
        for path in sorted(path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(str(path.relative_to(place)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
