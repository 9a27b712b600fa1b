"""From pages to the document: what is read, what is left out, what is refused."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from matplotlib.figure import Figure as Picture

from peerbook.errors import BookError
from peerbook.exports.model import Box, Figure, Heading, Items, Paragraph, Table, Terms, said, walk
from peerbook.exports.read import read_book, what_the_data_are
from peerbook.outputs import figure
from tests.builder.conftest import LISTING, write_listing
from tests.exports.conftest import people, trend, write_book


def blocks(book, place, kind):
    chapter = next(chapter for chapter in book.chapters if chapter.place == place)
    return [block for block in walk(chapter.blocks) if isinstance(block, kind)]


def test_pages_come_in_the_order_of_the_contents_without_that_of_downloads(book):
    assert [(chapter.place, chapter.part, chapter.title) for chapter in book.chapters] == [
        ("index", "", "Start"),
        ("tiny/alpha", "Results", "Alpha"),
    ]
    assert book.date == "2026-01-02T03:04:05+00:00"


def test_text_keeps_emphasis_and_links_and_loses_the_page_around_it(book):
    paragraph = blocks(book, "index", Paragraph)[0]
    assert said(paragraph.spans) == "Read the table, the web and nothing."
    assert [(span.text, span.marks, span.address) for span in paragraph.spans if span.address] == [
        ("the ", (), "tiny/alpha#table-1"),
        ("table", ("emphasis",), "tiny/alpha#table-1"),
        ("the web", (), "https://example.org/a?b=1&c"),
        ("nothing", (), "nowhere"),
    ]
    everything = " ".join(said(getattr(block, "spans", ())) for block in walk(book.chapters[0].blocks))
    assert "#" not in everything
    assert "Menu" not in everything
    assert "Contents" not in everything


def test_a_badge_in_a_text_is_a_mark_before_it(book):
    paragraph = blocks(book, "index", Paragraph)[1]
    assert [(span.text, span.marks) for span in paragraph.spans] == [
        ("6 of 6 checks. ", ("strong",)),
        ("3 people.", ()),
    ]


def test_lists_and_terms(book):
    (items,), (terms,) = blocks(book, "index", Items), blocks(book, "index", Terms)
    assert [said(item[0].spans) for item in items.items] == ["One", "Two"]
    assert (said(terms.terms[0].spans), terms.terms[0].id) == ("Pair", "term-Pair")


def test_what_is_folded_away_is_kept_without_the_program(book):
    (box,) = blocks(book, "tiny/alpha", Box)
    assert box.title == "How this page was made"
    assert [said(block.spans) for block in box.blocks] == ["Data: none."]


def test_a_formula_is_kept_and_can_be_said(book):
    formula = next(span for span in blocks(book, "tiny/alpha", Paragraph)[0].spans if span.formula)
    assert formula.text == "u_i"
    assert "<msub>" in formula.formula


def test_a_table_has_its_headings_groups_remarks_and_evidence(book):
    (table,) = blocks(book, "tiny/alpha", Table)
    (grid,) = table.grids
    assert (table.label, table.caption, table.notes) == (
        "Table 1",
        "People by area",
        ("Areas are as people gave them.",),
    )
    assert table.evidence == "Rebuilt"
    assert grid.headings() == ("Area", "People: n", "People: Share", "Change: Mean")
    assert [(group.title, [[cell.text for cell in row] for row in group.rows]) for group in grid.groups] == [
        ("North", [["City", "1,414", "12.5%", "−0.30"], ["Rural", "3", "2.0%", "0.10"]]),
        ("South", [["City", "7", "–", "1.00"]]),
    ]
    assert all(row[0].header and not row[1].header for row in grid.rows)
    assert [(cell.column, cell.columns, cell.rows) for cell in grid.head[0]] == [
        (0, 1, 2),
        (1, 2, 1),
        (3, 1, 1),
    ]
    assert [cell.column for cell in grid.head[1]] == [1, 2, 3]


def test_a_figure_has_picture_description_and_caption(book):
    (figure,) = blocks(book, "tiny/alpha", Figure)
    assert "<svg" in figure.svg
    assert figure.alt == "A line that rises from 1 to 3."
    assert (figure.label, figure.caption) == ("Figure 2", "Mean by month")
    assert len(figure.data[0].rows) == 2


def test_a_table_without_rows_is_a_sentence(hostile_book):
    sentences = [said(block.spans) for block in blocks(hostile_book, "tiny/alpha", Paragraph)]
    assert any("Nothing: there is nothing to show." in sentence for sentence in sentences)


def test_a_part_of_a_table_keeps_the_headings_that_span_its_columns(book):
    grid = blocks(book, "tiny/alpha", Table)[0].grids[0].of_columns([0, 2, 3])
    assert grid.headings() == ("Area", "People: Share", "Change: Mean")
    assert grid.width == 3


@pytest.mark.parametrize("folded", [False, True])
def test_data_that_are_lists_follow_their_figure(tmp_path, folded):
    drawn = figure(
        "fig-3",
        "Fruit",
        "One list.",
        pd.DataFrame({"fruit": ["pear", "fig"]}),
        lambda data: Picture(),
        arrange=lambda data: {"Fruit": data["fruit"]},
        folded=folded,
    )
    book = read_book(*write_book(tmp_path, (drawn,)))
    (found,) = blocks(book, "tiny/alpha", Figure)
    assert (found.caption, found.data) == ("Fruit", ())
    listed = blocks(book, "tiny/alpha", Items)[0]
    (heading, below) = listed.items[0]
    assert said(heading.spans) == "Fruit (2)"
    assert [said(item[0].spans) for item in below.items] == ["pear", "fig"]


def test_a_picture_without_description_is_refused(tmp_path):
    out, root = write_book(tmp_path, (trend(),))
    page = out / "html" / "tiny" / "alpha.html"
    page.write_text(page.read_text().replace("A line that rises from 1 to 3.", " "))
    with pytest.raises(BookError, match=r"tiny/alpha\.html, Figure 2: the picture has no alternative text"):
        read_book(out, root)


def test_without_a_book_there_is_nothing_to_read(tmp_path):
    out, root = write_book(tmp_path, (people(),))
    (out / "manifest.json").unlink()
    with pytest.raises(BookError, match=r"there is no book\. Build one first"):
        read_book(out, root)


def test_what_the_data_are_is_said_of_each_mixture():
    assert "made up" in what_the_data_are([True])[0]
    assert "not for publication" in what_the_data_are([False])[0]
    assert "Some of the data are made up" in what_the_data_are([True, False])[1]
    assert "Not for publication" in what_the_data_are([True, False])[1]


def test_headings_with_nothing_below_them_are_left_out(tmp_path):
    out, root = write_book(tmp_path, ())
    titles = [said(block.spans) for block in blocks(read_book(out, root), "tiny/alpha", Heading)]
    assert titles == ["Alpha", "Results"]  # the fold follows
    page = out / "html" / "index.html"
    page.write_text(page.read_text().replace("</section></article>", "<h2>Empty</h2></section></article>"))
    assert [said(b.spans) for b in blocks(read_book(out, root), "index", Heading)] == ["Start"]


def test_pages_that_one_notebook_makes_are_all_in_the_book(tmp_path):
    out, root = write_book(tmp_path, (people(),))
    each = {**LISTING["chapters"][0], "title": "Alpha of {project}", "each": {"project": ["001", "2"]}}
    each["parameters"] = {"region": each["parameters"]["region"]}
    write_listing(root / "notebooks" / "tiny", {"chapters": [each, LISTING["chapters"][1]]})
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    names = ["alpha_001", "alpha_2"]
    manifest["chapters"] = [{"study": "tiny", "name": name, "title": name} for name in names]
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for name in names:
        shutil.copy(out / "html" / "tiny" / "alpha.html", out / "html" / "tiny" / f"{name}.html")
    places = [chapter.place for chapter in read_book(out, root).chapters]
    assert [place for place in places if place.startswith("tiny/")] == ["tiny/alpha_001", "tiny/alpha_2"]
