"""The files of the repository agree with each other, and none names the machine it was made on."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from peerbook import __version__
from peerbook.builder.claims import PAGE
from peerbook.builder.contents import read_contents
from peerbook.builder.furniture import FINDING
from peerbook.builder.plan import defaults
from peerbook.data import studies

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def _committed() -> list[Path]:
    if not shutil.which("git"):
        pytest.skip("needs git, to tell which files are committed")
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def _declared() -> dict[str, Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def _locked() -> dict[str, list[Requirement]]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    names = {canonicalize_name(requirement.name) for requirement in pinned}
    return {name: [pin for pin in pinned if canonicalize_name(pin.name) == name] for name in names}


def test_conda_installs_what_pyproject_declares():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert f"python{PROJECT['requires-python']}" in conda
    assert "--editable ." in pip
    listed = [Requirement(line) for line in pip if not line.startswith("-")]
    assert {canonicalize_name(line.name): line.specifier for line in listed} == {
        name: requirement.specifier for name, requirement in _declared().items()
    }


def test_the_lock_satisfies_pyproject():
    locked = _locked()
    for name, requirement in _declared().items():
        assert name in locked, f"{name} is not locked: run make lock"
        for pin in locked[name]:
            version = next(iter(pin.specifier)).version
            assert requirement.specifier.contains(version), f"{pin} does not satisfy {requirement}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_pins_one_version_of_each_package_for_every_python(python):
    system = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    for name, pins in _locked().items():
        applying = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(system)]
        assert len(applying) <= 1, name
        assert applying or name not in _declared(), f"{name} is not locked for Python {python}"


def test_every_locked_package_is_hashed_and_no_index_is_named():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index|--find-links|--extra", text)


def test_one_version_is_named_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {PROJECT["version"], __version__, str(citation["version"])} == {__version__}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_holds_no_outputs_and_can_be_given_parameters(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor >= 5) == (4, True)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "papermill" not in notebook.metadata
    assert "parameters" in code[0].metadata["tags"]
    assert notebook.metadata["kernelspec"]["name"] == "python3"


def test_chapters_are_three_places_of_one_name_and_titled_as_listed():
    contents = read_contents(ROOT)
    listed = {chapter.source for chapter in contents.chapters}
    assert {path.relative_to(ROOT / "notebooks").with_suffix("").as_posix() for path in NOTEBOOKS} == listed
    for chapter in contents.chapters:
        module = ROOT / "peerbook" / "chapters" / chapter.source
        assert module.with_suffix(".py").is_file() or (module / "__init__.py").is_file()
        assert (ROOT / "tests" / "chapters" / chapter.study / f"test_{chapter.notebook.stem}.py").is_file()
        notebook = nbformat.read(chapter.notebook, as_version=4)
        prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        for name, value in chapter.fixed.items():
            prose = prose.replace(f"{{{name}}}", value)
        assert re.findall(r"^# (.+)$", prose, re.MULTILINE) == [chapter.title]
        assert set(defaults(chapter)) == set(chapter.parameters)


def test_a_study_has_one_name_everywhere():
    for study in studies():
        for room in ("notebooks", "data_schema", "stand_in", "peerbook/chapters"):
            assert (ROOT / room / study).is_dir(), f"{room}/{study}"


def test_hand_written_pages_are_all_in_the_book():
    contents = read_contents(ROOT)
    listed = {"index", *contents.before, *contents.after} - {FINDING, PAGE}  # which the build writes
    assert {path.stem for path in (ROOT / "book").glob("*.md")} == listed


def test_no_file_names_a_machine():
    home = r"/(?:home|Users|root)/\w|[A-Z]:\\\\Users|/tmp/\w|file:///"
    allowed = {Path(__file__).resolve()} | set((ROOT / "tests" / "builder").glob("*.py"))
    for path in _committed():
        if path not in allowed and path.suffix not in {".png", ".woff2"}:
            found = re.search(home, path.read_text(encoding="utf-8"))
            assert not found, f"{path.name}: {found.group()}"


def test_no_raw_data_are_committed():
    raw = {"registrations.csv", "logs.csv"}
    found = [path.relative_to(ROOT) for path in _committed() if path.name in raw]
    assert [path for path in found if path.parts[0] not in {"tests", "stand_in"}] == []


def test_every_make_target_is_explained():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {"setup", "book", "test", "lint", "clean", "help"}
    assert targets <= set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))


def test_the_readme_names_places_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    places = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert len(places) > 5
    places = [place.replace("<study>", "side_by_side") for place in places]
    assert all((ROOT / place).exists() for place in places if not place.startswith(("_build", "_run")))
    assert all((ROOT / link).is_file() for link in re.findall(r"\]\(([\w./]+)\)", text))


def _imported(path: Path) -> set[str]:
    """Return the top-level names a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    return {name.partition(".")[0] for name in plain | named}


@pytest.mark.parametrize(
    ("folder", "own"),
    [
        ("peerbook", {"peerbook"}),
        ("stand_in", {"peerbook", "stand_in"}),
        ("tests", {"peerbook", "stand_in", "tests"}),
    ],
)
def test_every_imported_package_is_declared(folder, own):
    names = set().union(*(_imported(path) for path in (ROOT / folder).rglob("*.py")))
    packages = names - sys.stdlib_module_names - own
    installed = packages_distributions()
    undeclared = {
        name
        for name in packages
        if not {canonicalize_name(n) for n in installed.get(name, [])} & set(_declared())
    }
    assert undeclared == set()
