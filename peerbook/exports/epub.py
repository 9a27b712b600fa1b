"""A book as EPUB 3: written by pandoc, completed with what readers of any device need.

Pandoc leaves out which direction a table's heading heads, and what EPUB Accessibility 1.1 asks a book to say
of itself.
"""

from __future__ import annotations

import re
import tempfile
import uuid
import zipfile
from io import BytesIO
from pathlib import Path

from defusedxml import ElementTree

from peerbook.errors import BookError
from peerbook.exports.hypertext import Hypertext
from peerbook.exports.model import Book, Figure, walk
from peerbook.exports.pandoc import pandoc
from peerbook.exports.zipped import rewritten

STYLE = """
body { line-height: 1.5; }
img { max-width: 100%; height: auto; background: #ffffff; }
table { border-collapse: collapse; font-size: 0.8em; margin: 1em 0; }
caption, figcaption { text-align: left; margin: 0.5em 0; }
th, td { text-align: left; vertical-align: top; padding: 0.2em 0.5em; border-bottom: 1px solid #767676; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid #767676; }
"""
_ACCESS = (
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "readingOrder"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityHazard", "none"),
    (
        "accessibilitySummary",
        "Every picture has a text alternative. Tables have captions and headings of rows and columns. The "
        "headings of the book can be walked through in its table of contents.",
    ),
)
_FORMULAS = ("accessibilityFeature", "MathML")


def write_epub(book: Book, file: Path) -> None:
    """Write the whole book.

    Raises
    ------
    BookError
        If pandoc fails, or if the file that was written is not a sound EPUB.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = _by_pandoc(book, Path(scratch))
    finished = rewritten(made, _completed)
    if faults := faults_of(finished):
        raise BookError("The EPUB is not sound.\n" + "\n".join(faults))
    file.write_bytes(finished)


def _by_pandoc(book: Book, scratch: Path) -> bytes:
    figures = [b for chapter in book.chapters for b in walk(chapter.blocks) if isinstance(b, Figure)]
    names = {id(figure): scratch / f"{number}.svg" for number, figure in enumerate(figures)}
    for figure in figures:
        names[id(figure)].write_text(figure.svg, encoding="utf-8")
    text = Hypertext(book.anchors(), lambda figure: str(names[id(figure)])).book(book)
    style, target = scratch / "book.css", scratch / "book.epub"
    style.write_text(STYLE, encoding="utf-8")
    said = {
        "lang": "en-GB",
        "author": book.author,
        "description": book.notice,
        "date": book.date[:10],
        # The same book has the same name among all books.
        "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{book.title} {book.date}')}",
    }
    pandoc(
        "--from=html",
        "--to=epub3",
        "--mathml",
        "--split-level=2",
        "--toc",
        "--toc-depth=3",
        f"--css={style}",
        f"--output={target}",
        *(f"--metadata={name}:{value}" for name, value in said.items() if value),
        text=text,
        date=book.date,
    )
    return target.read_bytes()


def _completed(name: str, part: bytes) -> bytes:
    if name.endswith(".opf"):
        text = re.sub(r'<meta property="schema:[^>]*>[^<]*</meta>', "", part.decode())
        formulas = [_FORMULAS] * ('properties="mathml"' in text)
        said = "".join(f'<meta property="schema:{of}">{value}</meta>' for of, value in [*_ACCESS, *formulas])
        return text.replace("</metadata>", f"{said}</metadata>").encode()
    if name.endswith(".xhtml"):
        return _with_scopes(part.decode()).encode()
    return part


def _with_scopes(page: str) -> str:
    """Say of each heading in a table what it heads: its column, its row, or the rows of its group."""

    def head(found: re.Match) -> str:
        return re.sub(r"<th\b(?![^>]*scope)", '<th scope="col"', found[0])

    def row(found: re.Match) -> str:
        alone = "<td" not in found[0]
        return re.sub(r"<th\b(?![^>]*scope)", f'<th scope="{"rowgroup" if alone else "row"}"', found[0])

    page = re.sub(r"<thead\b.*?</thead>", head, page, flags=re.DOTALL)
    return re.sub(r"<tr\b[^>]*>(?:(?!</tr>).)*</tr>", row, page, flags=re.DOTALL)


def faults_of(epub: bytes) -> list[str]:
    """Look for what would stop a reader or a reading system; empty for a sound file.

    Looked at: the type of the file, that everything in the list of contents is there and the other way
    round, that every page can be parsed, has a language, pictures with descriptions and tables whose
    headings have a scope, and that every link within the book leads somewhere.
    """
    faults = []
    with zipfile.ZipFile(BytesIO(epub)) as archive:
        names = archive.namelist()
        if names[0] != "mimetype" or archive.read("mimetype") != b"application/epub+zip":
            faults.append("the archive does not begin with its type")
        package = next(name for name in names if name.endswith(".opf"))
        folder = package.rpartition("/")[0]
        items = {
            item.get("href")
            for item in ElementTree.fromstring(archive.read(package)).iter()
            if _is(item, "item")
        }
        listed = {f"{folder}/{item}" for item in items}
        inside = {name for name in names if name.startswith(f"{folder}/") and name != package}
        faults += [f"{name} is listed, but not there" for name in sorted(listed - set(names))]
        faults += [f"{name} is there, but not listed" for name in sorted(inside - listed)]
        pages = {n: ElementTree.fromstring(archive.read(n)) for n in names if n.endswith(".xhtml")}
    ids = {name: {element.get("id") for element in page.iter()} for name, page in pages.items()}
    for name, page in pages.items():
        faults += [f"{name}: {fault}" for fault in _faults_of_page(page, name, ids)]
    return faults


def _faults_of_page(page: ElementTree, name: str, ids: dict[str, set]) -> list[str]:
    faults = []
    if not any(attribute.endswith("lang") for attribute in page.attrib):
        faults.append("no language")
    for element in page.iter():
        if _is(element, "img") and not element.get("alt", "").strip() and "cover" not in name:
            faults.append(f"picture {element.get('src')} without alternative text")
        if _is(element, "th") and not element.get("scope"):
            faults.append(f"heading '{''.join(element.itertext())}' heads nothing")
        link = element.get("href", "") if _is(element, "a") else ""
        if link and ":" not in link:
            target, _, anchor = link.partition("#")
            place = f"{name.rpartition('/')[0]}/{target}" if target else name
            place = re.sub(r"[^/]+/\.\./", "", place)
            if place not in ids or (anchor and anchor not in ids[place]):
                faults.append(f"link to {link}, which is not there")
    return faults


def _is(element: object, tag: str) -> bool:
    return str(getattr(element, "tag", "")).rpartition("}")[2] == tag
