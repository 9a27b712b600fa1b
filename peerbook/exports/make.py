"""Make the files that a reader can take away, beside the book they are made from.

A file is written aside and renamed into place when it is complete, so that a killed export leaves the last
one. No build can replace the book meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from peerbook.builder import manifest as records
from peerbook.builder import publish
from peerbook.builder.parameters import did_you_mean
from peerbook.errors import BookError, ParameterError
from peerbook.exports import downloads
from peerbook.exports.model import Book
from peerbook.exports.read import read_book
from peerbook.outputs.formats import plural

FORMATS = ("pdf", "summary", "word", "xlsx", "epub")
SUMMARY = "summary"  # name of the chapter that is a summary of the book


@dataclass(frozen=True)
class Made:
    """A file that was made: its place below the folder of the book, what it is, what else to say of it."""

    file: Path
    title: str
    remark: str = ""

    def line(self, out: Path) -> str:
        """Say where the file is, how large, and what there is to say of it."""
        place = out / self.file
        return ", ".join(filter(None, [f"{place}: {downloads.size(place.stat().st_size)}", self.remark]))


def export(
    out: Path,
    root: Path,
    formats: Iterable[str] = (),
    chapters: Iterable[str] = (),
    say: Callable[[Made], None] = lambda made: None,
) -> tuple[Made, ...]:
    """Make files of the last good book, and list them on its page of downloads.

    Parameters
    ----------
    out
        Folder of the book.
    root
        Folder with `book/`, `notebooks/` and `_config.yml`.
    formats
        Of `pdf`, `summary`, `word`, `xlsx`, `epub`; empty for all that the book allows.
    chapters
        Word: of these chapters only, `name` or `study/name`. Other formats are of the whole book.
    say
        Called with each file as soon as it is in place.

    Raises
    ------
    ParameterError
        If a format or a chapter is unknown.
    BookError
        If there is no book, a build is writing to it, a picture has no alternative text, or a file cannot
        be made. Files that were there stay as they were.
    """
    wanted, chapters = _known(tuple(formats), FORMATS, "format"), tuple(chapters)
    if chapters and not set(wanted) <= {"word"}:
        raise ParameterError("--chapter chooses Word documents; the other formats are of the whole book.")
    wanted = ("word",) if chapters else wanted
    if not records.read(out):
        raise BookError(f"{out}: there is no book. Build one first: peerbook build --out {out}")
    with publish.staging(out) as scratch:
        book = read_book(out, root)
        chosen = _chosen(book, chapters)
        made = []
        for format in wanted or FORMATS:
            if format == "summary" and not _summary(book).chapters:
                if wanted:
                    raise BookError("This book has no chapter 'summary', so it has no summary to print.")
                continue
            for file in _WRITERS[format](chosen if format == "word" else book, scratch):
                _put(scratch / file.file, out.resolve() / file.file)
                made.append(file)
                say(file)
        titles = {file.file.as_posix(): file.title for file in made}
        downloads.list_files(out, downloads.record(out, book.date, titles))
    return tuple(made)


def _known(names: tuple[str, ...], known: Iterable[str], what: str) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise ParameterError(
                f"There is no {what} '{name}'.{did_you_mean(name, known)} There are: {', '.join(known)}."
            )
    return tuple(dict.fromkeys(names))


def _chosen(book: Book, names: tuple[str, ...]) -> Book:
    chapters = [chapter for chapter in book.chapters if chapter.study]
    known = {name: None for chapter in chapters for name in (chapter.name, chapter.place)}
    wanted = _known(names, known, "chapter")
    return book.only(c for c in chapters if not wanted or {c.name, c.place} & set(wanted))


def _summary(book: Book) -> Book:
    """Return the summary as a book of its own, without the part it stands under.

    Studies may each have one; the book opens with the first.
    """
    summaries = [replace(chapter, part="") for chapter in book.chapters if chapter.name == SUMMARY]
    return book.only(summaries[:1])


def _put(new: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)


def _made(name: str, remark: str = "") -> Made:
    return Made(Path(name), downloads.TITLES[name], remark)


def _pdf(book: Book, folder: Path) -> Iterable[Made]:
    from peerbook.exports.pdf import write_pdf

    pages = write_pdf(book, folder / "book.pdf")
    yield _made("book.pdf", plural(pages, "page"))


def _summary_pdf(book: Book, folder: Path) -> Iterable[Made]:
    from peerbook.exports.pdf import write_summary

    pages = write_summary(_summary(book), folder / "summary.pdf")
    too_long = "" if pages <= 2 else ", though it should have two: the chapter says too much"
    yield _made("summary.pdf", f"{plural(pages, 'page')}{too_long}")


def _word(book: Book, folder: Path) -> Iterable[Made]:
    from peerbook.exports.word import write_word

    for chapter in book.chapters:
        file = Path("word") / f"{chapter.place}.docx"
        write_word(book, chapter, folder / file)
        yield Made(file, chapter.title)


def _xlsx(book: Book, folder: Path) -> Iterable[Made]:
    from peerbook.exports.workbook import write_workbook

    tables = write_workbook(book, folder / "tables.xlsx")
    yield _made("tables.xlsx", plural(tables, "table"))


def _epub(book: Book, folder: Path) -> Iterable[Made]:
    from peerbook.exports.epub import write_epub

    write_epub(book, folder / "book.epub")
    yield _made("book.epub")


_WRITERS = {"pdf": _pdf, "summary": _summary_pdf, "word": _word, "xlsx": _xlsx, "epub": _epub}
