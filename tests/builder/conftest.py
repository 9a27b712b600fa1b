"""A small project of its own: a study of one table with two chapters, and three pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
import yaml
from rich.console import Console

from peerbook import paths
from peerbook.builder import render, rendering
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build

PARAMETERS = 'data = ""\nregion = "all"\noutputs = ""'
ALPHA = [
    PARAMETERS + '\nproject = "001"',
    "# Alpha\n\nThe mean is $\\bar{x} = \\frac{1}{n} \\sum_i x_i$.",
    "from pathlib import Path\n\nPath(outputs, 'table-1.csv').write_text(f'{region},{project}\\n')\nregion",
]
BETA = [
    PARAMETERS,
    "# Beta",
    "from peerbook import open_study",
    "study = open_study(data, 'tiny', region)\nshow = study.shelf(outputs)",
    "from peerbook.outputs import table\n\nshow(table('table-2', 'Answers', study.table('answers')))",
    "import sys\n\nprint('careful', file=sys.stderr)\nsys.executable",
]
STUDY = {"title": "A tiny study", "regions": ["Leeds", "Suffolk"]}
ANSWERS = {
    "title": "Answers",
    "primaryKey": ["answer_id"],
    "missingValues": [{"value": "", "label": "Not answered"}],
    "fields": [
        {"name": "answer_id", "title": "Answer", "type": "integer", "constraints": {"required": True}},
        {"name": "region", "title": "Region", "type": "string", "categoriesFrom": "regions"},
        {"name": "helped", "title": "Did it help?", "type": "string", "categories": ["yes", "no"]},
    ],
}
REGION = {"type": "region", "help": "One region."}
PAGES = {"before": ["how_to_read"], "after": ["references"]}
LISTING = {
    "chapters": [
        {
            "name": "alpha",
            "title": "Alpha",
            "part": "Results",
            "parameters": {"region": REGION, "project": {"type": "str", "help": "A number."}},
        },
        {
            "name": "beta",
            "title": "Beta",
            "part": "Results",
            "parameters": {"region": REGION},
        },
    ],
}


def write_notebook(path: Path, cells: list[str]) -> Path:
    """Write a notebook: cells that start with # are prose, the first code cell holds the parameters."""
    made = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith("# ") else nbformat.v4.new_code_cell(cell)
        for cell in cells
    ]
    next(cell for cell in made if cell.cell_type == "code").metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), path)
    return path


def write_listing(folder: Path, listing: dict) -> None:
    """Write chapters.yml."""
    (folder / "chapters.yml").write_text(yaml.safe_dump(listing), encoding="utf-8")


def write_study(root: Path, name: str = "tiny", listing: dict = LISTING) -> None:
    """Write a study of one table: its definitions, two notebooks and their list."""
    notebooks, schemas = root / "notebooks" / name, root / "data_schema" / name
    notebooks.mkdir(parents=True)
    schemas.mkdir(parents=True)
    write_notebook(notebooks / "alpha.ipynb", ALPHA)
    write_notebook(notebooks / "beta.ipynb", [cell.replace("'tiny'", repr(name)) for cell in BETA])
    write_listing(notebooks, listing)
    (schemas / "study.yml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    (schemas / "answers.schema.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    resources = [{"name": "answers", "path": "answers.csv", "schema": "answers.schema.json"}]
    (schemas / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    write_raw(root / "stand_in" / name)


def write_project(root: Path) -> Path:
    """Write a project with the real settings and style, small pages and a tiny study."""
    (root / "book").mkdir(parents=True)
    write_study(root)
    shutil.copy(paths.config(), root)
    for name in ("_static", "_templates", "_vendored"):
        shutil.copytree(paths.book() / name, root / "book" / name)
    shutil.copy(paths.book() / "references.bib", root / "book")
    shutil.copy(paths.book() / "references.md", root / "book")
    (root / "book" / "contents.yml").write_text(yaml.safe_dump(PAGES), encoding="utf-8")
    (root / "book" / "index.md").write_text("# Start\n\n{cite:t}`cohen1988` and [](how_to_read.md)\n")
    (root / "book" / "how_to_read.md").write_text("# How to read\n\n$$a = \\frac{b}{c}$$\n")
    return root


def write_raw(folder: Path, synthetic: bool = True) -> Path:
    """Write a raw folder of the tiny study: two answers."""
    folder.mkdir(parents=True)
    (folder / "answers.csv").write_text("answer_id,region,helped\n1,Leeds,yes\n2,Suffolk,no\n")
    package = {"name": "none", "title": "Nobody", "synthetic": synthetic}
    (folder / "datapackage.json").write_text(json.dumps(package))
    return folder


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Path:
    """The project as it is written; do not change its files."""
    return write_project(tmp_path_factory.mktemp("written") / "project")


@pytest.fixture
def project(written, tmp_path) -> Path:
    """A project of its own, the same for every test."""
    return shutil.copytree(written, tmp_path / "project")


BESIDE = [
    'data = ""\noutputs = ""\nstudies = {"small": ""}',
    "# Beside",
    "from peerbook import open_beside\nfrom peerbook.outputs import table",
    "study = open_beside(data, 'tiny', studies)\nshow = study.shelf(outputs)\nstudies",
    "show(table('table-3', 'Answers', study.others['small'].table('answers')));",
]


@pytest.fixture
def beside(project) -> Path:
    """A project of two studies; a chapter of the first reads the second as well."""
    entry = {"name": "beside", "title": "Beside", "part": "Results", "studies": ["small"]}
    write_study(project, "small")
    write_listing(project / "notebooks" / "tiny", {"chapters": [*LISTING["chapters"], entry]})
    write_notebook(project / "notebooks" / "tiny" / "beside.ipynb", BESIDE)
    (project / "book" / "contents.yml").write_text(yaml.safe_dump({**PAGES, "studies": ["small", "tiny"]}))
    return project


@pytest.fixture
def raw(tmp_path) -> Path:
    return write_raw(tmp_path / "raw")


def _plain(page: Path) -> str:
    """Return the text of a page; of a notebook what its cells say and show."""
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    cells = nbformat.read(page, as_version=4).cells
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return "\n".join([*(cell.source for cell in cells), *(data.get("text/html", "") for data in shown)])


class NoRenderer(rendering.Renderer):
    """A renderer that is not started: the pages of these books are copied."""

    def start(self) -> None:
        """Do nothing."""


@contextmanager
def copy_pages(
    source: Path, html: Path, cache: Path | None = None, renderer: object = None
) -> Iterator[None]:
    """Copy the text of pages, in the place of `render.rendering`."""
    yield
    html.mkdir(exist_ok=True)
    for page in source.rglob("*"):
        if page.suffix in {".md", ".ipynb"}:
            target = html / page.relative_to(source).with_suffix(".html")
            target.parent.mkdir(exist_ok=True)
            target.write_text(_plain(page), encoding="utf-8")


def render_plainly(patch: pytest.MonkeyPatch) -> None:
    """Let pages be made without Jupyter Book, for tests that are about something else."""
    patch.setattr(render, "rendering", copy_pages)
    patch.setattr(rendering, "Renderer", NoRenderer)


@pytest.fixture
def plain_render(monkeypatch):
    """Render pages without Jupyter Book, for tests that are about something else."""
    render_plainly(monkeypatch)


@pytest.fixture(scope="session")
def first_book(written, tmp_path_factory) -> Path:
    """A book of the project for Suffolk, built once; do not change its files."""
    folder = tmp_path_factory.mktemp("first")
    settings = read_settings(["region=Suffolk"])
    data = {"tiny": write_raw(folder / "raw")}
    with pytest.MonkeyPatch.context() as patch:
        render_plainly(patch)
        order = Order(out=folder / "out", data=data, root=written, settings=settings)
        build(order, Console(quiet=True))
    return order.out


@pytest.fixture
def last(first_book, tmp_path) -> dict:
    """The manifest of a last good book for Suffolk, which lies in the folder `out`."""
    out = shutil.copytree(first_book, tmp_path / "out")
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))
