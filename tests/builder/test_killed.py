"""Kill a build at random moments: the last good book stays, the next build works, and nothing is left."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from peerbook.builder.manifest import hashes
from peerbook.builder.publish import AT_HAND, PARTS
from tests.builder.conftest import ALPHA, write_notebook
from tests.builder.processes import marked, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc, to find processes"),
]
HOME = Path(__file__).parents[2]
BUILD = """import sys
from pathlib import Path
from rich.console import Console
from peerbook.builder import render, rendering
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from tests.builder.conftest import NoRenderer, copy_pages

root, out, region, pages = sys.argv[1:]
if pages == "plain":
    render.rendering, rendering.Renderer = copy_pages, NoRenderer
order = Order(out=Path(out), root=Path(root), settings=read_settings([f"region={region}"]), jobs=2)
build(order, Console(quiet=True))
"""
MARK = "PEERBOOK_TEST_OF_KILLS"
REGIONS = ("Leeds", "Suffolk")


@dataclass
class Builder:
    """Builds of one project, in a folder for temporary files of their own; each process carries a mark."""

    root: Path
    out: Path
    temporary: Path
    pages: str

    def __post_init__(self):
        self.mark = uuid.uuid4().hex

    def start(self, region: str) -> subprocess.Popen:
        """Start a build."""
        environment = {**os.environ, MARK: self.mark, "TMPDIR": str(self.temporary), "PYTHONPATH": str(HOME)}
        command = [sys.executable, "-c", BUILD, str(self.root), str(self.out), region, self.pages]
        return subprocess.Popen(command, cwd=HOME, env=environment, stderr=subprocess.PIPE, text=True)

    def build(self, region: str) -> float:
        """Build to the end and return the seconds it took."""
        begun = time.monotonic()
        done = self.start(region)
        said = done.communicate(timeout=300)[1]
        assert done.returncode == 0, said
        assert (self.out / "outputs" / "tiny" / "table-1.csv").read_text() == f"{region},001\n"
        return time.monotonic() - begun

    def book(self) -> dict[str, str]:
        """Return the hash of each file of the book."""
        present = [name for name in (*PARTS, *AT_HAND) if (self.out / name).exists()]
        files = {name: hashes(self.out / name) for name in present if (self.out / name).is_dir()}
        alone = {name: hashes(self.out, name)[name] for name in present if (self.out / name).is_file()}
        return alone | {f"{part}/{name}": digest for part in files for name, digest in files[part].items()}

    def is_complete(self) -> bool:
        """Whether a killed build was complete, and is put in place by the next."""
        return any((folder / "complete").exists() for folder in self.out.glob(".staging-*"))

    def leftovers(self) -> list[str]:
        """Name what should not be there: folders, files, processes."""
        hidden = [path.name for path in self.out.glob(".*") if path.name not in (".lock", ".cache")]
        return [*hidden, *(path.name for path in self.temporary.iterdir()), *self.processes()]

    def processes(self) -> list[str]:
        """Name the processes that still run."""
        return marked(f"{MARK}={self.mark}")


@pytest.fixture
def short():
    """A folder with a short path: sockets lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="pb", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(("pages", "kills"), [("plain", 50), ("rendered", 6)])
def test_a_build_can_be_killed_at_any_moment(project, tmp_path, short, pages, kills):
    moments = random.Random(14)
    builder = Builder(project, tmp_path / "out", short, pages)
    seconds = builder.build(REGIONS[0])
    killed, rounds = [], 0
    while len(killed) < kills:
        rounds += 1
        assert rounds < 2 * kills, "most builds ended before they were killed"
        good, region = builder.book(), REGIONS[rounds % 2]
        moment = moments.uniform(0, seconds) if pages == "plain" else moments.uniform(seconds / 2, seconds)
        build = builder.start(region)
        try:
            build.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            build.kill()
            killed.append(moment)
            print(f"kill {len(killed)} after {moment:.2f} of {seconds:.1f} s")  # seen with -s
        build.communicate()
        left, complete = builder.book(), builder.is_complete()
        seconds = max(builder.build(region), 1)
        if build.returncode:  # the last book, or the new one: it may be killed when that is in place
            assert complete or left in (good, builder.book()), f"killed after {moment:.2f} s"
        assert builder.book() != good
        assert wait_until(lambda: not builder.leftovers()), f"{moment:.2f} s: {builder.leftovers()}"


def test_a_killed_build_leaves_no_process(project, tmp_path, short):
    builder = Builder(project, tmp_path / "out", short, "plain")
    never = "import time\nfrom pathlib import Path\n\nPath(outputs, 'begun').touch()\ntime.sleep(600)"
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [*ALPHA[:2], never])
    build = builder.start("Leeds")
    assert wait_until(lambda: list(builder.out.glob(".staging-*/executed/tiny/alpha/outputs/begun")), 120)
    assert len(builder.processes()) >= 4  # the build, the warm process, the chapter, its kernel
    build.kill()
    build.communicate()
    assert wait_until(lambda: not builder.processes()), builder.processes()
