"""Editions built on a Dask cluster are those that are built here, though a worker is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from peerbook.builder.edition import BUILT, Series
from peerbook.builder.editions import make
from peerbook.builder.publish import RECORDS
from peerbook.errors import ParameterError
from tests.builder.test_editions import write_dated

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 900  # seconds


def started(module: str, *arguments: str, folder: Path, root: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PEERBOOK_ROOT": str(root)}
    folder.mkdir(exist_ok=True)
    with (folder / f"{module}.log").open("a") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


def wait_for(found: Callable[[], object]) -> object:
    until = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return value


@pytest.fixture
def cluster(tmp_path) -> Iterator[tuple[Path, str, list[subprocess.Popen], Path]]:
    """A scheduler with two workers, each a process of its own: project, address, workers, their folder."""
    root = write_dated(tmp_path / "project")
    place, said = tmp_path / "cluster", tmp_path / "scheduler.json"
    scheduler = started("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(said),
                        folder=place, root=root)  # fmt: skip
    processes = [scheduler]
    try:
        wait_for(lambda: said.is_file() and said.read_text().strip())
        address = json.loads(said.read_text())["address"]
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place))
        workers = [
            started("dask_worker", address, *options, folder=place / str(n), root=root) for n in range(2)
        ]
        processes += workers
        yield root, address, workers, place
    finally:
        for process in processes:
            process.kill()
            process.wait()


def files(folder: Path) -> dict[str, bytes]:
    """Return what a book is, but for its record of when and how long."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in RECORDS and path.relative_to(folder).parts[0][0] != "."
    }


@pytest.mark.slow
def test_a_killed_worker_costs_no_edition_and_changes_none(cluster, tmp_path, monkeypatch):
    root, address, workers, place = cluster
    monkeypatch.setenv("PEERBOOK_ROOT", str(root))
    asked = Series("month", tmp_path / "here", "tiny", chapters=("beta",), root=root)
    here = make(asked, Console(quiet=True))
    assert {each.state for each in here} == {BUILT}, here

    done = []
    there = Series("month", tmp_path / "there", "tiny", chapters=("beta",), root=root, scheduler=address)
    building = Thread(target=lambda: done.extend(make(there, Console(quiet=True))))
    building.start()

    def executing() -> list[str]:
        """Name the processes that have the folder of a chapter which runs for a worker."""
        return [str(path) for path in place.rglob("executed/tiny/beta")]

    wait_for(executing)
    victim = next(worker for worker in workers if _is_building(worker, place))
    os.kill(victim.pid, signal.SIGKILL)
    building.join(timeout=PATIENCE)
    assert not building.is_alive()
    assert {each.name: each.state for each in done} == {each.name: BUILT for each in here}, done
    for each in here:
        assert files(tmp_path / "there/month" / each.name) == files(tmp_path / "here/month" / each.name)


def _is_building(worker: subprocess.Popen, place: Path) -> bool:
    """Say whether a worker has children: those that run a chapter."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
    found = [file.read_text() for file in Path(f"/proc/{worker.pid}/task").glob("*/children")]
    return children.exists() and any(text.strip() for text in found)


def test_without_an_answer_at_the_address_nothing_is_built(tmp_path, monkeypatch):
    from peerbook.builder import cluster

    monkeypatch.setattr(cluster, "WAIT", 0.2)
    root = write_dated(tmp_path / "project")
    asked = Series("month", tmp_path / "out", "tiny", root=root, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ParameterError, match="no Dask scheduler answers"):
        make(asked, Console(quiet=True))
    assert not (tmp_path / "out").exists()
