from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import peerbook
from peerbook import paths
from peerbook import stand_in as module
from peerbook.stand_in import stand_in


@pytest.fixture
def simulated(monkeypatch):
    """Count simulations; each writes one file."""
    made = []

    def simulate(folder: Path) -> None:
        made.append(folder)
        folder.mkdir(parents=True)
        (folder / "logs.csv").write_text("log_id\n1\n")

    monkeypatch.setattr(module, "_simulate", simulate)
    return made


def test_the_cohort_is_simulated_once(simulated, tmp_path):
    first, second = stand_in(tmp_path), stand_in(tmp_path)
    assert first == second
    assert (first / "logs.csv").is_file()
    assert len(simulated) == 1
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_a_change_of_what_makes_it_makes_a_new_one(simulated, tmp_path, monkeypatch):
    before = stand_in(tmp_path)
    monkeypatch.setattr(peerbook, "__version__", "9.9.9")
    after = stand_in(tmp_path)
    schema = tmp_path / "data_schema"
    schema.mkdir()
    (schema / "logs.schema.json").write_text(json.dumps({"name": "logs"}))
    monkeypatch.setattr(paths, "data_schema", lambda: schema)
    other_schema = stand_in(tmp_path)
    assert len({before, after, other_schema}) == 3
    assert len(simulated) == 3


def test_two_at_once_get_one_whole_folder(simulated, tmp_path, monkeypatch):
    together = Barrier(2)
    simulate = module._simulate

    def wait_and_simulate(folder: Path) -> None:
        simulate(folder)
        together.wait(timeout=10)

    monkeypatch.setattr(module, "_simulate", wait_and_simulate)
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(stand_in, [tmp_path, tmp_path]))
    assert len(simulated) == 2
    assert folders[0] == folders[1]
    assert [path.name for path in tmp_path.iterdir()] == [folders[0].name]


def test_a_failed_simulation_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(folder: Path) -> None:
        folder.mkdir()
        raise OSError("disk full")

    monkeypatch.setattr(module, "_simulate", fail)
    with pytest.raises(OSError, match="disk full"):
        stand_in(tmp_path)
    assert list(tmp_path.iterdir()) == []
