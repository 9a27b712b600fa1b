"""The record of a build: what it was made from, with what, and what it made. No path of a machine in it."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder.hashes import hashes
from peerbook.builder.reach import hash_of

if TYPE_CHECKING:
    from peerbook.builder.execute import Run
    from peerbook.builder.plan import Task


COMPUTE = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")


def read(out: Path) -> dict[str, Any]:
    """Read the manifest of the last good book; empty if there is none."""
    file = out / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def place_of(record: Mapping[str, Any]) -> str:
    """Return the place of a chapter that is recorded, `study/name`."""
    return f"{record['study']}/{record['name']}"


def by_place(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the records of chapters by place, in their order."""
    return {place_of(record): record for record in records}


def studies_of(record: Mapping[str, Any]) -> list[str]:
    """Name the studies whose data a chapter reads, its own first."""
    return [record["study"], *record.get("studies", [])]


def write(manifest: dict[str, Any], folder: Path) -> None:
    """Write `manifest.json` into a folder."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def data_record(place: Path) -> dict[str, Any]:
    """Say what the raw data of a study are: their name, whether they are synthetic, the hash of each file."""
    from peerbook.data.folder import descriptor_of

    descriptor = descriptor_of(place)
    return {
        "name": descriptor.get("name", ""),
        "title": descriptor.get("title", ""),
        "synthetic": descriptor.get("synthetic") is True,
        "files": hashes(place),
    }


def chapter_record(
    task: Task, run: Run, reads: list[str], outputs: Path, inputs: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Say how a chapter was made and which files it wrote.

    Parameters
    ----------
    task, run
        What was planned and how it went.
    reads
        The raw tables that were handed to it.
    outputs
        The folder the chapter wrote into.
    inputs
        What it was made from, as `inputs.Inputs.of` returns it.
    """
    return {
        "study": task.chapter.study,
        "name": task.chapter.name,
        "title": task.chapter.title,
        "built_at": run.ended or now(),
        "seconds": round(run.seconds, 2),
        "parameters": dict(task.values),
        "defaults": task.replaced(),
        "reads": reads,
        "studies": list(task.chapter.studies),
        "code_sha256": hash_of(inputs["files"]),
        "made_with": made_with(),
        "warnings": len(run.warnings),
        "evidence": evidence_of(outputs),
        "outputs": hashes(outputs),
        "inputs": inputs,
    }


def evidence_of(outputs: Path) -> list[str]:
    """Return the kinds of evidence that the outputs in a folder rest on."""
    records = (json.loads(file.read_text(encoding="utf-8")) for file in outputs.glob("*.json"))
    return sorted({record["evidence"] for record in records if "evidence" in record})


def whole(
    data: dict[str, dict[str, Any]], chapters: list[dict[str, Any]], root: Path, staging: Path
) -> dict[str, Any]:
    """Return the manifest of a book whose outputs lie in `staging`; what it says of pages, `of_pages` adds.

    Parameters
    ----------
    data, chapters
        What `data_record` returned for each study, and `chapter_record` for each chapter.
    root
        Folder of the clone, for its git commit.
    """
    return {
        "built_at": "",
        "seconds": 0.0,
        "revision": revision(root),
        "data": data,
        "chapters": chapters,
        "pages": [],
        "outputs": hashes(staging / "outputs"),
        "software": software(),
    }


def of_pages(html: Path, seconds: float) -> dict[str, Any]:
    """Return what the manifest of a book says of its pages, and of the build, which took so many seconds."""
    return {"built_at": now(), "seconds": round(seconds, 2), "pages": _pages(html)}


def software() -> dict[str, str]:
    """Return the version of Python and of every installed package."""
    described = (found.metadata for found in distributions())  # which is read anew whenever it is asked for
    packages = {metadata["Name"]: metadata["Version"] for metadata in described}
    return {"python": platform.python_version(), **dict(sorted(packages.items(), key=lambda p: p[0].lower()))}


def made_with() -> dict[str, str]:
    """Return the versions that a page names: of peerbook, Python and what computes the numbers.

    The record of the book has all (`software`).
    """
    return {"peerbook": version("peerbook"), "Python": platform.python_version()} | {
        name: version(name) for name in COMPUTE
    }


def revision(root: Path) -> dict[str, Any] | None:
    """Return the git commit of a clone and whether files differ from it; None without one, or git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    if not (root / ".git").exists():
        return None
    try:
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):  # no git, or one that may not be run or will not look
        return None


def _pages(html: Path) -> list[str]:
    """Name the pages: those at the top of the book, and one for each chapter in the folder of its study."""
    pages = [*html.glob("*.html"), *html.glob("*/*.html")]
    return sorted(page.relative_to(html).as_posix() for page in pages if not page.parent.name.startswith("_"))


def now() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
