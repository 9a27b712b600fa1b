"""What a machine can be like: a full disk, a closed folder, no git, no shared memory, no home.

Each is set up with mounts of its own, which only the build in it sees and which end with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.builder.conftest import BETA, write_notebook

HOME = Path(__file__).parents[2]
APART = [
    "unshare",
    "--mount",
    *([] if not hasattr(os, "getuid") or os.getuid() == 0 else ["--map-root-user"]),
]
BEGIN = """import os, random, shutil, subprocess, sys
from pathlib import Path
from rich.console import Console
from peerbook.builder import render, rendering
from peerbook.builder.manifest import hashes
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.errors import PeerbookError
from tests.builder.conftest import NoRenderer, copy_pages

def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)

def make(region, **choices):
    build(Order(out=out, root=root, settings=read_settings([f"region={region}"]), jobs=1, **choices), quiet)

def hidden():
    return [path.name for path in out.glob(".*") if path.name not in (".lock", ".cache")]

quiet = Console(quiet=True)
root, disk = map(Path, sys.argv[1:])
out = disk / "out"
"""
FULL = """
mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", disk)
render.rendering, rendering.Renderer = copy_pages, NoRenderer
make("Leeds")
need = 2 * sum(path.stat().st_size for path in (root / "book").rglob("*") if path.is_file())
room, stopped, filler = random.Random(14), 0, disk / "filler"
for number in range(10):
    good = hashes(out)
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - room.randrange(need)))
    try:
        make(("Suffolk", "Leeds")[number % 2])
    except PeerbookError as error:
        assert "disk is full" in str(error) or "No space left" in str(error), error
        assert hashes(out) == good
        stopped += 1
    filler.unlink()
    assert not hidden(), hidden()
make("all")
assert (out / "outputs/tiny/table-1.csv").read_text() == "all,001\\n"
print("stopped", stopped)
"""
CLOSED = """
render.rendering, rendering.Renderer = copy_pages, NoRenderer
make("Leeds")
good = hashes(out)
mount("--bind", disk, disk)
mount("-o", "remount,ro,bind", disk)
try:
    make("Suffolk")
except PeerbookError as error:
    print(error)
assert hashes(out) == good
mount("-o", "remount,rw,bind", disk)
make("Suffolk")
assert (out / "outputs/tiny/table-1.csv").read_text() == "Suffolk,001\\n"
"""
BARE = """
git = shutil.which("git")
if git:
    mount("--bind", "/dev/null", git)
mount("-t", "tmpfs", "-o", "ro", "tmpfs", "/dev/shm")
(root / ".git").mkdir()
os.environ["HOME"] = "/dev/null/nobody"
for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "MPLCONFIGDIR", "IPYTHONDIR"):
    os.environ.pop(name, None)
make("Leeds", strict=True)
assert (out / "html/tiny/beta.html").is_file()
assert not hidden(), hidden()
text = "".join(path.read_text() for path in out.rglob("*") if path.suffix in (".html", ".ipynb", ".json"))
assert "nobody" not in text
print((out / "manifest.json").read_text().count('"revision": null'))
"""


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    command = [*APART, "mount", "-t", "tmpfs", "tmpfs", tempfile.gettempdir()]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _can_mount(), reason="needs mounts of its own (unshare --mount)"),
]


def _inside(script: str, project: Path, disk: Path) -> str:
    """Run a script with mounts of its own and return what it printed."""
    disk.mkdir()
    command = [*APART, sys.executable, "-c", BEGIN + script, str(project), str(disk)]
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_full_disk_leaves_the_last_book_whatever_it_stops(project, tmp_path):
    said = _inside(FULL, project, tmp_path / "disk")
    assert int(said.split()[-1]) >= 5


def test_a_folder_that_cannot_be_written_to_is_named(project, tmp_path):
    said = _inside(CLOSED, project, tmp_path / "disk")
    assert f"The folder {tmp_path / 'disk' / 'out'} cannot be written to" in said
    assert "--out" in said


def test_a_book_is_built_without_git_shared_memory_and_home(project, tmp_path):
    cells = [
        *BETA,
        "from joblib import Parallel, delayed\n\nsum(Parallel(n_jobs=2)(delayed(abs)(i) for i in (-1, -2)))",
        "import warnings\n\nwarnings.warn('careful', stacklevel=1)",
    ]
    write_notebook(project / "notebooks" / "tiny" / "beta.ipynb", cells)
    assert _inside(BARE, project, tmp_path / "disk").strip() == "1"
