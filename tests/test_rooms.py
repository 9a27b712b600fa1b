"""The house keeps its plan: data walk one road, and no general room knows a study."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from peerbook.data import load_definitions, studies

PACKAGE = Path(__file__).resolve().parents[1] / "peerbook"
# What each room may import; a room further along the road never stands with one before it.
GROUND = {"errors", "paths", "choices", "inert", "labels", "reads", "shared"}
ROOMS = {
    "errors": set(),
    "paths": set(),
    "reads": set(),
    "tracked": {"reads"},
    "shared": {"reads"},
    "choices": {"errors"},
    "injected": {"choices", "errors"},
    "inert": set(),
    "labels": set(),
    "stats": {"errors"},
    "disclosure": GROUND,
    "outputs": GROUND | {"disclosure"},
    "audit": GROUND | {"outputs"},
    "published": GROUND | {"audit", "stats"},
    "data": GROUND,
    "imports": GROUND | {"data"},
    "study": GROUND | {"data", "disclosure", "injected", "outputs", "tracked"},
    "log": GROUND | {"data", "study", "outputs"},
    "coding": GROUND | {"data", "study"},
    "survey": GROUND | {"data", "disclosure", "study"},
    "review": GROUND,
    "economics": GROUND | {"data"},
    "fieldwork": GROUND | {"data", "log", "study"},
    "evidence": GROUND | {"data", "disclosure", "study", "outputs", "published"},
    "chapters": GROUND
    | {
        "audit",
        "coding",
        "data",
        "disclosure",
        "economics",
        "evidence",
        "fieldwork",
        "log",
        "outputs",
        "published",
        "review",
        "stats",
        "study",
        "survey",
    },
    "builder": GROUND | {"data", "disclosure", "study", "outputs", "published"},
    "exports": GROUND | {"builder", "data", "imports", "outputs"},
    "cli": GROUND | {"audit", "builder", "data", "exports", "fieldwork", "imports", "outputs", "published"},
}
OF_A_STUDY = ("chapters", "published")  # rooms with a folder for each study


def modules() -> dict[str, Path]:
    """Return every module of the package by its name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imported(module: str) -> set[str]:
    """Name the modules of the package that a module imports, wherever in it."""
    named = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            named |= {name if name in MODULES else node.module for name in inner}
    return {name for name in named if name in MODULES and name != module}


def test_every_room_has_its_place():
    assert {room_of(module) for module in MODULES} - {""} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_the_rooms_before_it(room):
    for module in MODULES:
        if room_of(module) == room:
            known = {room_of(other) for other in imported(module)} - {"", room}
            assert known <= ROOMS[room], f"{module} imports {sorted(known - ROOMS[room])}"


def test_no_modules_import_each_other_in_a_circle():
    reach = {module: imported(module) for module in MODULES}
    for start in reach:
        waiting, seen = list(reach[start]), set()
        while waiting:
            module = waiting.pop()
            assert module != start, f"{start} is in a circle"
            if module not in seen:
                seen.add(module)
                waiting += reach[module]


# Names of studies that are common words too: general rooms must not write them in quotes or in a path.
COMMON_WORDS = {"across", "together"}


def words_of_the_studies() -> set[str]:
    """Return what general rooms must not name: studies, their regions, and names that only they use."""
    words = {"elefriends", "lsbu"}
    for study in studies():
        words |= {study, *(region.lower() for region in load_definitions(study).regions)}
    return words


def test_no_general_room_names_a_study_or_its_places():
    words = map(re.escape, sorted(words_of_the_studies() - COMMON_WORDS))
    names = rf"""['"/.](?:{"|".join(map(re.escape, COMMON_WORDS))})['"/.]"""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b|{names}", re.IGNORECASE)
    for module, path in MODULES.items():
        if path.relative_to(PACKAGE).parts[0] in OF_A_STUDY and len(path.relative_to(PACKAGE).parts) > 2:
            continue
        found = pattern.findall(path.read_text(encoding="utf-8"))
        assert not found, f"{module} names {sorted(set(found))}"
