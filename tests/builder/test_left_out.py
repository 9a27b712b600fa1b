from __future__ import annotations

import copy
import json

import nbformat
import pytest
import yaml
from rich.console import Console

from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.errors import ChapterError, ParameterError
from tests.builder.conftest import LISTING, PAGES, write_listing, write_raw, write_study

QUIET = Console(quiet=True)


@pytest.fixture
def told(project, plain_render):
    """The project, whose chapter alpha needs its report; its start page is about that report."""
    listing = copy.deepcopy(LISTING)
    listing["chapters"][0]["needs"] = ["print"]
    listing["chapters"][1]["needs"] = ["answers"]
    write_listing(project / "notebooks" / "tiny", listing)
    pages = PAGES | {"written_for": "tiny"}
    (project / "book" / "contents.yml").write_text(yaml.safe_dump(pages))
    (project / "book" / "how_to_read.md").write_text(
        "# How to read\n\n<!-- print -->\nThe report says so.\n<!-- /print -->\n\n<!-- data -->\n"
    )
    (project / "stand_in" / "tiny" / "study.yml").write_text("printed: true\n")
    beta = project / "notebooks" / "tiny" / "beta.ipynb"
    notebook = nbformat.read(beta, as_version=4)
    notebook.cells.pop()  # of real people a page shows outputs only, and these say what they count
    notebook.cells[-1].source = (
        "from peerbook.disclosure import Counted\nfrom peerbook.outputs import table\n\n"
        "counts = study.table('answers').groupby('helped', observed=True).size().reset_index(name='n')\n"
        "show(table('table-2', 'Answers', counts, people=Counted('answers')))"
    )
    nbformat.write(notebook, beta)
    return project


def make(root, out, data=None, **choices):
    """Build a book of the tiny study."""
    settings = read_settings(choices.pop("settings", ()))
    order = Order(out=out, root=root, data={"tiny": data} if data else {}, settings=settings, **choices)
    return build(order, QUIET)


def own_data(tmp_path, rows="answer_id,region,helped\n1,Shefford,yes\n", **said):
    folder = write_raw(tmp_path / "own", synthetic=False)
    (folder / "answers.csv").write_text(rows)
    about = {"title": "Shefford <b>peers</b>", "regions": ["Shefford", "Barton"], "holder": "A trust"}
    (folder / "study.yml").write_text(yaml.safe_dump(about | said))
    return folder


def test_the_printed_study_has_every_page_and_the_start_page_as_written(told, tmp_path):
    manifest = make(told, tmp_path / "out")
    assert manifest["left_out"] == []
    html = tmp_path / "out" / "html"
    assert "The report says so." in (html / "how_to_read.html").read_text()
    assert "cohen1988" in (html / "index.html").read_text()


def test_another_study_leaves_out_what_is_about_print_and_speaks_in_its_own_name(told, tmp_path):
    manifest = make(told, tmp_path / "out", own_data(tmp_path))
    assert [each["chapter"] for each in manifest["left_out"]] == ["tiny/alpha"]
    html = tmp_path / "out" / "html"
    assert not (html / "tiny" / "alpha.html").exists()
    start = (html / "index.html").read_text()
    assert "A trust holds them." in start
    assert "Shefford \\<b\\>peers\\</b\\>" in start
    assert "*Alpha*: about a printed report" in start
    assert "cohen1988" not in start
    assert "The report says so." not in (html / "how_to_read.html").read_text()
    assert "*Alpha*: about a printed report" in (html / "how_to_read.html").read_text()


def test_a_chapter_without_rows_of_its_table_is_left_out_and_nothing_else_is_no_book(told, tmp_path):
    own = own_data(tmp_path, not_asked=["answers"])
    (own / "answers.csv").unlink()
    with pytest.raises(
        ParameterError,
        match=r"(?s)none of the chapters.*needs a table without rows here: answers",
    ):
        make(told, tmp_path / "out", own)


def test_regions_of_the_data_folder_are_those_of_the_parameter(told, tmp_path):
    own = own_data(tmp_path)
    manifest = make(told, tmp_path / "out", own, settings=["region=Shefford"])
    assert manifest["chapters"][0]["parameters"]["region"] == "Shefford"
    with pytest.raises(ParameterError, match="expected one of: all, Shefford, Barton"):
        make(told, tmp_path / "out", own, settings=["region=Leeds"])


def test_a_region_without_anybody_is_no_book_of_zeros(told, tmp_path):
    with pytest.raises(ParameterError, match=r"nobody from there. Regions with people: Shefford"):
        make(told, tmp_path / "out", own_data(tmp_path), settings=["region=Barton"])


def test_cells_about_print_go_with_the_report(told, tmp_path):
    file = told / "notebooks" / "tiny" / "beta.ipynb"
    notebook = nbformat.read(file, as_version=4)
    for kind, source in (("markdown", "Of the report."), ("code", "1 / 0")):
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(source)
        cell.metadata["tags"] = ["print"]
        notebook.cells.append(cell)
    nbformat.write(notebook, file)
    make(told, tmp_path / "out", own_data(tmp_path))
    page = (tmp_path / "out" / "html" / "tiny" / "beta.html").read_text()
    assert "Answers" in page
    assert "Of the report." not in page
    assert nbformat.read(file, as_version=4).cells[-1].source == "1 / 0"


@pytest.mark.parametrize("synthetic", [True, False])
def test_cells_about_made_up_rows_stay_with_them(told, tmp_path, synthetic):
    file = told / "notebooks" / "tiny" / "beta.ipynb"
    notebook = nbformat.read(file, as_version=4)
    cell = nbformat.v4.new_markdown_cell("These answers were made up.")
    cell.metadata["tags"] = ["stand-in"]
    notebook.cells = [*notebook.cells[:3], cell]
    nbformat.write(notebook, file)
    own = own_data(tmp_path)
    described = json.loads((own / "datapackage.json").read_text())
    (own / "datapackage.json").write_text(json.dumps(described | {"synthetic": synthetic}))
    make(told, tmp_path / "out", own)
    page = tmp_path / "out" / "html" / "tiny" / "beta.html"
    assert ("were made up" in page.read_text()) == synthetic
    notebook.cells = [*notebook.cells, nbformat.v4.new_markdown_cell("Other words.")]
    nbformat.write(notebook, file)
    made = make(told, tmp_path / "out", own)
    assert "unchanged" not in made
    assert "Other words." in page.read_text()
    assert ("were made up" in page.read_text()) == synthetic


def test_an_unknown_need_is_refused(told, tmp_path):
    listing = copy.deepcopy(LISTING)
    listing["chapters"][0]["needs"] = ["answer"]
    write_listing(told / "notebooks" / "tiny", listing)
    with pytest.raises(ParameterError, match=r"needs: 'answer' is no table .* Did you mean 'answers'"):
        make(told, tmp_path / "out")


def test_a_chapter_that_stops_has_a_page_that_says_so_without_cells_of_data(told, tmp_path):
    file = told / "notebooks" / "tiny" / "beta.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.insert(5, nbformat.v4.new_code_cell("raise ValueError('cell: Jo Bloggs')"))
    nbformat.write(notebook, file)
    manifest = make(told, tmp_path / "out")
    assert [record.get("stopped") for record in manifest["chapters"]] == [None, "ValueError"]
    page = (tmp_path / "out" / "html" / "tiny" / "beta.html").read_text()
    assert "This page could not be made of these data" in page
    assert "ValueError" in page
    assert not any(name.startswith("tiny/table-2") for name in manifest["outputs"])
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert not any(b"this error: ValueError: cell" in path.read_bytes() for path in files)
    with pytest.raises(ChapterError, match="Jo Bloggs"):
        make(told, tmp_path / "out", strict=True)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text()) == manifest


def test_what_the_check_of_the_data_found_is_told_and_shown(told, tmp_path, capsys):
    own = own_data(tmp_path)
    (own / "answers.csv").write_text("answer_id,region,helped,mood\n1,Shefford,yes,5\n")
    order = Order(out=tmp_path / "out", root=told, data={"tiny": own})
    build(order, Console(width=200))
    assert "tiny: the data have 1 warning;" in capsys.readouterr().out
    assert "1 time “unknown column”" in (tmp_path / "out" / "html" / "how_to_read.html").read_text()


def test_a_folder_that_names_its_study_makes_a_book_of_it_alone(told, tmp_path):
    write_study(told, "other")
    own = own_data(tmp_path)
    order = Order(out=tmp_path / "out", root=told, data={"": own})
    with pytest.raises(ParameterError, match="the book is of several studies"):
        order.folders()
    (own / "datapackage.json").write_text(json.dumps({"study": "tiny", "synthetic": False}))
    assert order.folders() == {"tiny": own}
    both = Order(out=tmp_path / "out", root=told, studies=("tiny", "other"), data={"": own})
    assert both.folders() == {"tiny": own, "other": told / "stand_in" / "other"}
