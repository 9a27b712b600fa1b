"""The EPUB: sound, described, with headings that say what they head."""

from __future__ import annotations

import zipfile

import pytest

from peerbook.errors import BookError
from peerbook.exports import epub
from peerbook.exports.epub import faults_of, write_epub


@pytest.fixture(scope="module")
def parts(book, tmp_path_factory) -> dict[str, str]:
    return read(book, tmp_path_factory.mktemp("epub") / "book.epub")


def read(book, file) -> dict[str, str]:
    write_epub(book, file)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name).decode() for name in archive.namelist()}


def page_with(parts: dict[str, str], text: str) -> str:
    return next(part for name, part in parts.items() if "/ch" in name and text in part)


def test_it_says_how_accessible_it_is_and_in_which_language(parts):
    package = parts["EPUB/content.opf"]
    for said in (
        "<dc:language>en-GB</dc:language>",
        '<dc:title id="epub-title-1">Peer support, evaluated</dc:title>',
        '<meta property="schema:accessMode">visual</meta>',
        '<meta property="schema:accessibilityFeature">alternativeText</meta>',
        '<meta property="schema:accessibilityFeature">MathML</meta>',
        '<meta property="schema:accessibilityHazard">none</meta>',
        "Synthetic data",
    ):
        assert said in package


def test_headings_of_a_table_say_what_they_head(parts):
    page = page_with(parts, "People by area")
    assert '<th rowspan="2" scope="col">Area</th>' in page
    assert '<th scope="row">Rural</th>' in page
    assert 'scope="rowgroup">North</th>' in page


def test_pictures_stay_drawings_and_formulas_formulas(parts):
    page = page_with(parts, "Mean by month")
    assert 'alt="A line that rises from 1 to 3."' in page
    assert any(name.endswith(".svg") for name in parts)
    assert "<math" in page


def test_its_contents_name_part_chapter_and_section(parts):
    nav = parts["EPUB/nav.xhtml"]
    assert all(f">{title}</a>" in nav for title in ("Start", "Results", "Alpha"))


def test_a_link_within_the_book_leads_to_another_of_its_pages(parts):
    assert "#tiny-alpha--table-1" in page_with(parts, ">the ")


def test_hostile_texts_make_a_sound_file(hostile_book, tmp_path):
    page = page_with(read(hostile_book, tmp_path / "book.epub"), "Very wide")
    assert "&lt;b&gt;x&lt;/b&gt; #strong[y] $z$ &amp;" in page


def test_faults_are_found(book, tmp_path):
    write_epub(book, tmp_path / "book.epub")

    def broken(name: str, part: bytes) -> bytes:
        part = part.replace(b'alt="A line that rises from 1 to 3."', b'alt=""')
        part = part.replace(b'scope="row"', b"").replace(b"#tiny-alpha--table-1", b"#nothing")
        return part.replace(b'href="media/file0.svg"', b'href="media/gone.svg"')

    faults = "\n".join(faults_of(epub.rewritten((tmp_path / "book.epub").read_bytes(), broken)))
    for fault in ("without alternative text", "heads nothing", "which is not there", "gone.svg is listed",
                  "file0.svg is there, but not listed"):  # fmt: skip
        assert fault in faults


def test_an_unsound_file_is_not_kept(book, tmp_path, monkeypatch):
    monkeypatch.setattr(epub, "faults_of", lambda made: ["a fault"])
    with pytest.raises(BookError, match=r"not sound\.\na fault"):
        write_epub(book, tmp_path / "book.epub")
    assert not (tmp_path / "book.epub").exists()


def test_the_same_book_gives_the_same_bytes(book, tmp_path):
    for name in ("a", "b"):
        write_epub(book, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
