"""Processor time and memory to read coded projects of some sizes: `python -m tests.benchmarks.coded 24000`.

Each size is read in a process of its own. Memory is what reading takes on top of what Python and the packages
take, in bytes a segment: alike for all sizes if it is linear.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

WORDS = ["we", "agreed", "rules", "naïve", "talk", "bread", "walk", "slow", "kind", "honest", "😀", "tired"]
CODES, SOURCES, CODERS = 60, 40, 3


def write(path: Path, segments: int) -> Path:
    """Write a project of so many segments as NVivo would: UTF-16 units, two for a line end, no words."""
    draw = random.Random(0)
    sources, texts = [], {}
    for number in range(SOURCES):
        lines, selections, start = [], [], 0
        for _ in range(segments // SOURCES):
            line = " ".join(draw.choice(WORDS) for _ in range(12))
            end = start + len(line.encode("utf-16-le")) // 2
            selections.append(_selection(len(selections), number, start, end, draw))
            lines.append(f"{line}.\r\n")
            start = end + 3
        texts[f"Sources/s{number}.txt"] = "".join(lines)
        sources.append(
            f'<TextSource guid="s{number}" name="Talk {number}" plainTextPath="internal://s{number}.txt">'
            f"{''.join(selections)}</TextSource>"
        )
    codes = "".join(f'<Code guid="c{n}" name="Code {n}" isCodable="true"/>' for n in range(CODES))
    users = "".join(f'<User guid="u{n}" name="Coder {n}"/>' for n in range(CODERS))
    cases = "".join(
        f'<Case guid="p{n}" name="P{n}"><SourceRef targetGUID="s{n}"/></Case>' for n in range(SOURCES)
    )
    xml = (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="large"><Users>{users}</Users>'
        f"<CodeBook><Codes>{codes}</Codes></CodeBook><Cases>{cases}</Cases>"
        f"<Sources>{''.join(sources)}</Sources></Project>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


def _selection(number: int, source: int, start: int, end: int, draw: random.Random) -> str:
    return (
        f'<PlainTextSelection guid="x{source}-{number}" name="" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="y{source}-{number}" creatingUser="u{draw.randrange(CODERS)}">'
        f'<CodeRef targetGUID="c{draw.randrange(CODES)}"/></Coding></PlainTextSelection>'
    )


def measure(path: Path) -> tuple[float, int, int]:
    """Return seconds, peak memory of reading in bytes, and segments."""
    from peerbook.imports import read_export

    small = write(path.with_name("small.qdpx"), SOURCES)
    read_export(small)  # what is loaded once
    before, start = _peak(), time.process_time()
    segments = len(read_export(path, keep_text=True).tables["segments"])
    return time.process_time() - start, _peak() - before, segments


def _peak() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(sizes: list[str]) -> None:
    """Measure each size and print it."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            path = write(Path(place) / "large.qdpx", int(size))
            code = (
                "import sys; from pathlib import Path; from tests.benchmarks.coded import measure; "
                "print('{:.2f} s, {} bytes, {} segments'.format(*measure(Path(sys.argv[1]))))"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
            )
            print(done.stdout.strip())


if __name__ == "__main__":
    main(sys.argv[1:])
