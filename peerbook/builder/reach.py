"""What a chapter can reach: the modules its notebook imports, what these import, and the files beside them.

Read from the source, without running it. A change of anything in this list can change the chapter; a change
of anything else cannot. Packages count by their version, with those that they need.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import peerbook
from peerbook.builder.hashes import LENGTH

if TYPE_CHECKING:
    from peerbook.builder.contents import Chapter

PACKAGE = Path(peerbook.__file__).parent
CACHE = "imports.json"  # in a build's own folder: what files import, by the hash of their content
# What runs a notebook and shows what its cells return, whether or not the notebook imports it.
RUNNING = ("ipykernel", "IPython", "nbclient", "nbformat", "papermill")
Import = tuple[str, str]  # a module and a name in it; without a name, the module itself


class Reach:
    """What chapters of a project can reach, as the files are now; each file is read once.

    Parameters
    ----------
    root
        Folder with `data_schema/`.
    known
        What files import, by the hash of their content, as far as it is known already.
    """

    def __init__(self, root: Path, known: Mapping[str, Iterable[Iterable[str]]] | None = None) -> None:
        self.root = root
        self.known: dict[str, list[Import]] = {
            digest: [(module, name) for module, name in found] for digest, found in (known or {}).items()
        }
        self._digests: dict[Path, str] = {}
        self._modules: dict[str, frozenset[str]] = {}
        self._files: dict[str, Path | None] = {}
        self._beside: dict[Path, list[Path]] = {}

    def digest(self, file: Path) -> str:
        """Return the SHA-256 of a file; of a notebook, of its code alone: prose changes no number."""
        if file not in self._digests:
            content = code_of(file).encode() if file.suffix == ".ipynb" else file.read_bytes()
            self._digests[file] = hashlib.sha256(content).hexdigest()
        return self._digests[file]

    def files(self, chapter: Chapter) -> dict[str, str]:
        """Return the digest of every file that a chapter can reach, by its place in the project."""
        return {named(path, self.root): self.digest(path)[:LENGTH] for path in self.reached(chapter)}

    def reached(self, chapter: Chapter) -> list[Path]:
        """List the files a chapter can reach; see `reached`."""
        modules = self.modules(self._imported_by(chapter.notebook))
        folders = {module.parent for module in modules}
        beside = [path for folder in folders for path in self._folder(folder, "*")]
        studies = (chapter.study, *chapter.studies)
        whole = [*(self.root / "data_schema" / name for name in studies), *self._shared]
        if PACKAGE / "published" in folders:
            whole += [PACKAGE / "published" / name for name in studies]
        below = [path for folder in whole for path in self._folder(folder, "**/*")]
        code = {path for path in beside if path.suffix == ".py"}
        return sorted({chapter.notebook, *modules, *(set(beside) - code), *below})

    def modules(self, wanted: Iterable[str]) -> set[Path]:
        """Return the files of modules and of all that they import."""
        return {file for name in self._closure(wanted) if (file := self._file(name))}

    def packages(self, chapter: Chapter) -> set[str]:
        """Name the packages from elsewhere that a chapter's code imports, itself or through modules."""
        return self.packages_of(self._imported_by(chapter.notebook)) | set(RUNNING)

    def packages_of(self, wanted: Iterable[str]) -> set[str]:
        """Name the packages from elsewhere that modules import, themselves or through others."""
        tops = {name.partition(".")[0] for name in self._closure(wanted)}
        return {top for top in tops if not self._file(top) and top not in sys.stdlib_module_names}

    @cached_property
    def _shared(self) -> list[Path]:
        schemas = [folder for folder in (self.root / "data_schema").iterdir() if folder.is_dir()]
        return [folder for folder in schemas if not (folder / "study.yml").is_file()]

    def _folder(self, folder: Path, pattern: str) -> list[Path]:
        if folder not in self._beside:
            self._beside[folder] = [
                path for path in folder.glob(pattern) if path.is_file() and path.suffix != ".pyc"
            ]
        return self._beside[folder]

    def _imported_by(self, notebook: Path) -> set[str]:
        return self._resolved(self._imports(notebook), "")

    def _closure(self, wanted: Iterable[str]) -> set[str]:
        """Follow imports from module to module; packages from elsewhere are named, not followed."""
        found, waiting = set(), list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._imports_of(name)
        return found

    def _imports_of(self, module: str) -> frozenset[str]:
        if module not in self._modules:
            file = self._file(module)
            found = self._resolved(self._imports(file), _package(module, file)) if file else set()
            self._modules[module] = frozenset(found)
        return self._modules[module]

    def _imports(self, file: Path) -> list[Import]:
        digest = self.digest(file)
        if digest not in self.known:
            self.known[digest] = imports(code_of(file) if file.suffix == ".ipynb" else _text(file))
        return self.known[digest]

    def _resolved(self, found: Iterable[Import], package: str) -> set[str]:
        """Name the modules that imports lead to, with the packages they lie in."""
        named = {each for module, name in found for each in self._leads_to(_absolute(module, package), name)}
        return named | {outer for name in named for outer in _outer(name)}

    def _leads_to(self, module: str, name: str) -> set[str]:
        """Return the module a name comes from; of a package that loads names late, all of its homes."""
        if name and self._file(f"{module}.{name}"):
            module, name = f"{module}.{name}", ""
        file = self._file(module)
        homes = _homes(_text(file)) if file and file.name == "__init__.py" else {}
        if name in homes:
            return {f"{module}.{homes[name]}"}
        late = homes.values() if not name or name == "*" else ()
        return {module, *(f"{module}.{home}" for home in late)}

    def _file(self, module: str) -> Path | None:
        """Return the source of a module of peerbook, or of the user's own that no package brought."""
        if module not in self._files:
            self._files[module] = self._find(module)
        return self._files[module]

    def _find(self, module: str) -> Path | None:
        top, _, inner = module.partition(".")
        if top in sys.stdlib_module_names or (inner and self._file(top) is None):
            return None
        for home in [PACKAGE.parent] if top == PACKAGE.name else self._own_homes:
            place = str(home.joinpath(*module.split(".")))
            for file in (f"{place}/__init__.py", f"{place}.py"):
                if os.path.isfile(file):
                    return Path(file)
        return None

    @cached_property
    def _own_homes(self) -> list[Path]:
        """The folders that Python looks for modules in, less those of packages and of Python itself."""
        theirs = {Path(place).resolve() for place in sysconfig.get_paths().values()}
        folders = [Path(place) for place in sys.path if place and Path(place).is_dir()]
        return [
            folder
            for folder in folders
            if folder.resolve() not in theirs and folder.name not in ("site-packages", "lib-dynload")
        ]


def code_hash(chapter: Chapter, root: Path) -> str:
    """Return one hash of everything besides data and parameters that decides what a chapter shows.

    Parameters
    ----------
    chapter
        Its notebook and its study.
    root
        Folder with `data_schema/`.
    """
    return hash_of(Reach(root).files(chapter))


def hash_of(files: Mapping[str, str]) -> str:
    """Return one hash of the hashes of many files."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def reached(chapter: Chapter, root: Path) -> list[Path]:
    """List the files a chapter can reach.

    These are its notebook; every module of peerbook, or of the user's own, that its code imports, directly or
    through others; files that are not code beside these modules, and what the study printed if the room
    `published` is among them; the definitions of the study and of others that it reads, and those of tables
    that studies share.
    """
    return Reach(root).reached(chapter)


def imported_by(notebook: Path) -> set[str]:
    """Name the modules of peerbook that a notebook imports, with the packages they lie in."""
    return _imports(code_of(notebook))


def code_of(notebook: Path) -> str:
    """Return the code of a notebook, with the tags of its cells."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join(
        f"# {' '.join(sorted(cell.get('metadata', {}).get('tags', [])))}\n{''.join(cell['source'])}"
        for cell in cells
        if cell["cell_type"] == "code"
    )


def imports(code: str) -> list[Import]:
    r"""List what code imports, wherever in it, as modules and names; relative modules begin with dots.

    Examples
    --------
    >>> imports("import json\nfrom os import path")
    [('json', ''), ('os', 'path')]
    """
    found: list[Import] = []
    for node in ast.walk(_tree(code)):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [("." * node.level + (node.module or ""), alias.name) for alias in node.names]
    return sorted(set(found))


def _tree(code: str) -> ast.Module:
    """Parse code; lines of a notebook that are commands of Jupyter say nothing of imports."""
    try:
        return ast.parse(code)
    except SyntaxError:
        lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError:
            return ast.Module([], [])  # it will stop where it is run


def _absolute(module: str, package: str) -> str:
    name = module.lstrip(".")
    for _ in range(len(module) - len(name) - 1):
        package = package.rpartition(".")[0]
    return ".".join(filter(None, [package, name])) if module.startswith(".") else name


def _package(module: str, file: Path | None) -> str:
    return module if file and file.name == "__init__.py" else module.rpartition(".")[0]


def named(path: Path, root: Path) -> str:
    """Name a file by its place in the package or in the project, which is the same on every machine."""
    for start in (PACKAGE.parent, root):
        if path.is_relative_to(start):
            return path.relative_to(start).as_posix()
    return path.name


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _imports(code: str) -> set[str]:
    """Name the modules of peerbook that code imports, wherever in it, with the packages they lie in."""
    found = Reach(PACKAGE)._resolved(imports(code), "")
    return {name for name in found if name.partition(".")[0] == PACKAGE.name}


def _outer(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@cache
def _homes(code: str) -> dict[str, str]:
    """Read `_HOMES`: in which of its modules a package has the names that it loads when first used."""
    for node in ast.parse(code).body if "_HOMES" in code else ():
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_HOMES":
            return ast.literal_eval(node.value)
    return {}
