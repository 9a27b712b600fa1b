"""What a chapter can reach: the modules its notebook imports, what these import, and the files beside them.

Read from the source, without running it. A change of anything in this list can change the chapter; a change
of anything else cannot.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import peerbook
from peerbook.builder.contents import Chapter

PACKAGE = Path(peerbook.__file__).parent


def code_hash(chapter: Chapter, root: Path) -> str:
    """Return one hash of everything besides data and parameters that decides what a chapter shows.

    Parameters
    ----------
    chapter
        Its notebook and its study.
    root
        Folder with `data_schema/`.
    """
    files = {_named(path, root): _sha256(path) for path in reached(chapter, root)}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def reached(chapter: Chapter, root: Path) -> list[Path]:
    """List the files a chapter can reach.

    These are its notebook; every module of peerbook that its code imports, directly or through others; files
    that are not code beside these modules, and what the study printed if the room `published` is among them;
    the definitions of the study and of others that it reads, and those of tables that studies share.
    """
    modules = _closure(imported_by(chapter.notebook))
    folders = {module.parent for module in modules}
    beside = [path for folder in folders for path in folder.iterdir() if _is_data(path)]
    schemas = [folder for folder in (root / "data_schema").iterdir() if folder.is_dir()]
    shared = [folder for folder in schemas if not (folder / "study.yml").is_file()]
    studies = (chapter.study, *chapter.studies)
    whole = [*(root / "data_schema" / name for name in studies), *shared]
    if PACKAGE / "published" in folders:
        whole += [PACKAGE / "published" / name for name in studies]
    below = [
        path for folder in whole for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ]
    return sorted({chapter.notebook, *modules, *beside, *below})


def imported_by(notebook: Path) -> set[str]:
    """Name the modules of peerbook that a notebook imports, with the packages they lie in."""
    return _imports(_code(notebook))


def _named(path: Path, root: Path) -> str:
    """Name a file by its place in the package or in the project, which is the same on every machine."""
    for start in (PACKAGE.parent, root):
        if path.is_relative_to(start):
            return path.relative_to(start).as_posix()
    return path.name


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".py", ".pyc")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _code(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _closure(wanted: set[str]) -> set[Path]:
    """Follow imports from module to module."""
    found: dict[str, Path] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        file = _file(name)
        if file is None or name in found:
            continue
        found[name] = file
        waiting += _imports_of(file)
    return set(found.values())


@cache
def _imports_at(file: Path, changed: int) -> frozenset[str]:
    return frozenset(_imports(file.read_text(encoding="utf-8")))


def _imports_of(file: Path) -> frozenset[str]:
    return _imports_at(file, file.stat().st_mtime_ns)


def _imports(code: str) -> set[str]:
    """Name the modules of peerbook that code imports, wherever in it, with the packages they lie in."""
    named = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named |= {_home(node.module, alias.name) for alias in node.names}
    mine = {name for name in named if name.partition(".")[0] == PACKAGE.name}
    return mine | {outer for name in mine for outer in _outer(name)}


def _outer(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _home(module: str, name: str) -> str:
    """Return the module a name comes from: one of that name, the home a package gives it, or `module`."""
    if _file(f"{module}.{name}"):
        return f"{module}.{name}"
    file = _file(module) if module.partition(".")[0] == PACKAGE.name else None
    home = _homes(file).get(name) if file else None
    return f"{module}.{home}" if home else module


def _homes(file: Path) -> dict[str, str]:
    """Read `_HOMES`: in which of its modules a package has the names that it loads when first used."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_HOMES":
            return ast.literal_eval(node.value)
    return {}


def _file(module: str) -> Path | None:
    """Return the file of a module of peerbook, if there is one."""
    place = PACKAGE.parent.joinpath(*module.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if module.partition(".")[0] == PACKAGE.name and file.is_file():
            return file
    return None
