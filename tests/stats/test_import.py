"""Importing the room is quick, it stands on its own, and its modules do not go round in circles."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import peerbook.stats

ROOM = Path(peerbook.stats.__file__).parent


def imported(module: Path) -> set[str]:
    """Names of the modules of peerbook that a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(module.read_text())))
    names = {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return {name for name in names if name.split(".")[0] in ("peerbook", "")}


def test_the_room_knows_nothing_of_peerbook_but_its_errors():
    for module in ROOM.glob("*.py"):
        others = {name for name in imported(module) if not name.startswith("peerbook.stats.")}
        assert others <= {"peerbook.errors"}, module.name


def test_no_module_imports_itself_by_way_of_others():
    graph = {
        module.stem: {name.rsplit(".", 1)[1] for name in imported(module) if name != "peerbook.errors"}
        for module in ROOM.glob("*.py")
    }
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_the_room_can_be_lifted_out_as_its_readme_says(tmp_path):
    """The commands and the example of the README, once peerbook is gone."""
    readme = (ROOM / "README.md").read_text()
    commands, example = re.findall(r"```(?:sh|python)\n(.*?)```", readme, flags=re.S)[::-1][:2]
    (tmp_path / "peerbook").symlink_to(ROOM.parent)
    subprocess.run(["bash", "-ec", commands], cwd=tmp_path, check=True)
    (tmp_path / "peerbook").unlink()
    example = example.replace("peerbook.stats", "intercepts")
    assert "peerbook" not in "".join(file.read_text() for file in (tmp_path / "intercepts").glob("*.py"))
    script = [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = ['.']\n{example}"]
    found = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "unchanged" in found.stdout


def test_heavy_libraries_wait():
    script = (
        "import sys, peerbook.stats; print(*sorted({'patsy', 'scipy', 'statsmodels'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_every_public_name_is_there_and_none_hides_a_module():
    modules = {module.name for module in pkgutil.iter_modules(peerbook.stats.__path__)}
    assert not modules & set(peerbook.stats.__all__)
    for name in peerbook.stats.__all__:
        assert getattr(peerbook.stats, name) is not None
