"""What Jupyter Book makes of a small project: banners, formulas, strictness."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from peerbook.builder.run import Order, build
from peerbook.errors import BookError
from tests.builder import look, test_protection
from tests.builder.conftest import write_project, write_raw

pytestmark = pytest.mark.slow
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def order(tmp_path_factory) -> Order:
    """A small book, below the project's own settings."""
    folder = tmp_path_factory.mktemp("small")
    raw, root = write_raw(folder / "raw"), write_project(folder / "project")
    made = Order(out=root / "_build", data={"": raw}, root=root)
    build(made, QUIET)
    return made


@pytest.fixture(scope="module")
def pages(order) -> look.Pages:
    return look.pages_of(order.out / "html")


def test_data_not_declared_synthetic_are_not_for_publication(tmp_path):
    root = write_project(tmp_path / "project")
    test_protection.notebooks(
        root, [test_protection.COUNT, test_protection.TABLE], test_protection.alpha_cells()
    )
    raw = test_protection.write_real(root)
    out, _ = test_protection.built(root, raw, tmp_path)
    banner = look.pages_of(out / "html")["tiny/beta.html"].find(class_="peerbook-banner")
    assert "Not for publication" in banner.get_text()
    assert "ynthetic" not in banner.get_text()


def test_formulas_are_mathml_and_need_no_script(pages):
    formulas = pages["tiny/alpha.html"].find_all("math")
    assert len(formulas) == 1
    assert formulas[0].find("mfrac") is not None
    assert pages["how_to_read.html"].find("math")["display"] == "block"
    assert look.loaded_from_elsewhere(pages) == []


def test_references_are_items_of_a_list(pages):
    references = pages["references.html"].find(class_="citation-list")
    assert [entry["role"] for entry in references.find_all(class_="citation")] == ["listitem"]


def test_a_page_shows_results_without_code_and_the_code_at_its_end(pages):
    article = pages["tiny/alpha.html"].find("article")
    assert "'all'" in article.find(class_="cell_output").get_text()
    code = [block for block in article.find_all("pre") if "write_text" in block.get_text()]
    assert [block.find_parent("details") is not None for block in code] == [True]
    assert "careful" not in "".join(
        shown.get_text() for shown in pages["tiny/beta.html"].find_all(class_="cell_output")
    )


def test_every_warning_is_listed_and_stops_the_book(order):
    page = order.root / "book" / "how_to_read.md"
    before, last = page.read_text(), (order.out / "html" / "how_to_read.html").read_bytes()
    faults = ["[a link](nowhere.md)", "$$\\left( a$$", "{cite:p}`nobody`", "### A level left out"]
    page.write_text("# How to read\n\n" + "\n\n".join(faults))
    try:
        with pytest.raises(BookError, match="could not be rendered") as error:
            build(replace(order), QUIET)
    finally:
        page.write_text(before)
    for complaint in ("how_to_read.md:3: WARNING", "nowhere.md", "formula", "nobody", "H1 to H3"):
        assert complaint in str(error.value)
    assert str(order.out) not in str(error.value)
    assert (order.out / "html" / "how_to_read.html").read_bytes() == last
