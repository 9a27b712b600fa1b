"""A small project of its own: two chapters, three pages, a raw folder without rows."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml

from peerbook import paths
from peerbook.builder import render
from peerbook.data import load_schema

PARAMETERS = 'data = ""\nregion = "all"\noutputs = ""'
ALPHA = [
    PARAMETERS + '\nproject = "001"',
    "# Alpha\n\nThe mean is $\\bar{x} = \\frac{1}{n} \\sum_i x_i$.",
    "from pathlib import Path\n\nPath(outputs, 'table-1.csv').write_text(f'{region},{project}\\n')\nregion",
]
BETA = [PARAMETERS, "# Beta", "import sys\n\nprint('careful', file=sys.stderr)\nsys.executable"]
REGION = {"type": "choice", "choices": ["all", "Leeds", "Suffolk"], "help": "One region."}
LISTING = {
    "before": ["how_to_read"],
    "after": ["references"],
    "chapters": [
        {
            "name": "alpha",
            "title": "Alpha",
            "part": "Results",
            "reads": ["logs"],
            "parameters": {"region": REGION, "project": {"type": "str", "help": "A number."}},
        },
        {
            "name": "beta",
            "title": "Beta",
            "part": "Results",
            "reads": ["logs", "projects"],
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


def write_project(root: Path) -> Path:
    """Write a project with the real settings and style, and small pages."""
    (root / "notebooks").mkdir(parents=True)
    (root / "book").mkdir()
    write_notebook(root / "notebooks" / "alpha.ipynb", ALPHA)
    write_notebook(root / "notebooks" / "beta.ipynb", BETA)
    write_listing(root / "notebooks", LISTING)
    shutil.copy(paths.config(), root)
    for name in ("_static", "_templates"):
        shutil.copytree(paths.book() / name, root / "book" / name)
    shutil.copy(paths.book() / "references.bib", root / "book")
    shutil.copy(paths.book() / "references.md", root / "book")
    (root / "book" / "index.md").write_text("# Start\n\n{cite:t}`cohen1988` and [](how_to_read.md)\n")
    (root / "book" / "how_to_read.md").write_text("# How to read\n\n$$a = \\frac{b}{c}$$\n")
    shutil.copytree(paths.data_schema(), root / "data_schema")
    return root


def write_raw(folder: Path, synthetic: bool = True) -> Path:
    """Write a raw folder whose tables have no rows."""
    folder.mkdir(parents=True)
    for name in ("logs", "registrations", "projects"):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(load_schema(name).fields)
    package = {"name": "none", "title": "Nobody", "synthetic": synthetic}
    (folder / "datapackage.json").write_text(json.dumps(package))
    return folder


@pytest.fixture
def project(tmp_path) -> Path:
    return write_project(tmp_path / "project")


@pytest.fixture
def raw(tmp_path) -> Path:
    return write_raw(tmp_path / "raw")


@pytest.fixture
def plain_render(monkeypatch):
    """Render pages without Jupyter Book, for tests that are about something else."""

    def copy_pages(source: Path, html: Path) -> None:
        html.mkdir()
        for page in source.iterdir():
            if page.suffix in {".md", ".ipynb"}:
                (html / f"{page.stem}.html").write_text(page.read_text(encoding="utf-8"), encoding="utf-8")

    monkeypatch.setattr(render, "render", copy_pages)
