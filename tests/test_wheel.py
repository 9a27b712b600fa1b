"""What an installed peerbook brings along."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> dict[str, bytes]:
    """The files of a wheel built from this clone, by name."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_one_package(shipped):
    tops = {name.partition("/")[0] for name in shipped}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"peerbook"}


@pytest.mark.parametrize("folder", ["data_schema", "notebooks", "book"])
def test_it_brings_what_is_not_code(shipped, folder):
    assert any(name.startswith(f"peerbook/_files/{folder}/") for name in shipped)


def test_it_brings_every_stand_in_without_its_maker(shipped):
    folder = ROOT / "stand_in"
    raw = [path for each in folder.glob("*/datapackage.json") for path in each.parent.rglob("*.*")]
    expected = {f"peerbook/_files/stand_in/{path.relative_to(folder).as_posix()}": path for path in raw}
    found = {name for name in shipped if name.startswith("peerbook/_files/stand_in/")}
    assert found == set(expected)
    assert all(shipped[name] == path.read_bytes() for name, path in expected.items())
