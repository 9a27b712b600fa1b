"""Every difference of two books, one by one: what, where, from what to what, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from peerbook.builder.compare import words
from peerbook.builder.compare.books import CLAIMS, ITEMS, Book, Saved
from peerbook.builder.compare.cells import same
from peerbook.builder.compare.tables import Aligned, align
from peerbook.builder.compare.why import Reasons, joined, reasons

CELL, ROW, COLUMN, SENTENCE = "cell", "row", "column", "sentence"
FIGURE, FINDING, OUTPUT, PAGE = "figure", "finding", "output", "page"
IN_SHORT = "text-in-short-"
"""Beginning of the ids of texts whose sentences are the findings of their chapter."""

_TEXTS = {"text": "text", "caption": "caption", "alt": "alternative text", "notes": "note"}
_FACTS = ("kind", "label", "evidence", "badge")


@dataclass(frozen=True)
class Difference:
    """One difference; `before` or `after` is empty where there is nothing.

    Attributes
    ----------
    study, chapter, output : str
        Where it is; empty if it is in no study, no chapter, or of no output.
    kind : {"cell", "row", "column", "sentence", "figure", "finding", "output", "page"}
    place : str
        Where in the output, in words.
    before, after : str
    why : str
        "data", "choice", "code", "software", several of them, or "not recorded".
    """

    study: str
    chapter: str
    output: str
    kind: str
    place: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True)
class Changed:
    """An output that differs, with all that is needed to show how.

    Attributes
    ----------
    a, b : Saved or None
        The output in either book.
    aligned : Aligned or None
        Its data, matched; None unless both books have it.
    differences : tuple of Difference
    """

    a: Saved | None
    b: Saved | None
    aligned: Aligned | None
    differences: tuple[Difference, ...]

    @property
    def either(self) -> Saved:
        """The output in the second book, or else in the first."""
        return self.b or self.a


@dataclass(frozen=True)
class Comparison:
    """Two books, compared.

    Attributes
    ----------
    a, b : Book
    tolerance : float
    places : tuple of str
        The chapters that were compared.
    statuses, pages : tuple of Difference
        What differs in claims and items of reports; and in pages and prose.
    outputs : tuple of Changed
        The outputs that differ, in reading order.
    compared : int
        How many outputs there are in either book.
    """

    a: Book
    b: Book
    tolerance: float
    places: tuple[str, ...]
    statuses: tuple[Difference, ...] = field(repr=False)
    pages: tuple[Difference, ...] = field(repr=False)
    outputs: tuple[Changed, ...] = field(repr=False)
    compared: int

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All of them: findings first."""
        of_outputs = [each for output in self.outputs for each in output.differences]
        findings = [each for each in of_outputs if each.kind == FINDING]
        return (
            *findings,
            *self.statuses,
            *self.pages,
            *(each for each in of_outputs if each.kind != FINDING),
        )

    @property
    def findings(self) -> tuple[Difference, ...]:
        """What differs in findings: sentences of the chapters in short, and whether claims still hold."""
        return tuple(each for each in self.differences if each.kind == FINDING)

    def reasons(self, place: str) -> Reasons:
        """Say what the records of a chapter have differently."""
        return reasons(self.a, self.b, place)


def compare_books(a: Book, b: Book, tolerance: float = 0.0, places: Sequence[str] = ()) -> Comparison:
    """Find every difference of two books.

    Parameters
    ----------
    a, b
        The book before and the book after.
    tolerance
        Numbers that differ by at most this, or by this share of them if they are above one, are the same;
        also within sentences. A picture is not compared if its data are the same only so.
    places
        Chapters to compare, `study/name`; empty for all, and the pages written by hand.
    """
    chosen = tuple(places) or tuple(dict.fromkeys((*a.chapters, *b.chapters)))
    why = {place: joined(reasons(a, b, place)) for place in chosen}
    of_a, of_b = _outputs(a, chosen), _outputs(b, chosen)
    both = _in_order_of_both(of_a, of_b)
    outputs = [_changed(of_a.get(name), of_b.get(name), tolerance, why) for name in both]
    pages = [each for place in chosen for each in _chapter(a, b, place, tolerance, why[place])]
    if not places:
        pages += _pages(a, b, tolerance, why)
    return Comparison(
        a,
        b,
        tolerance,
        chosen,
        tuple(_findings(a, b, of_a | of_b, why, everything=not places)),
        tuple(pages),
        tuple(each for each in outputs if each),
        len(both),
    )


def _outputs(book: Book, places: Iterable[str]) -> dict[tuple[str, str], Saved]:
    found: dict[tuple[str, str], Saved] = {}
    for place in places:
        if place in book.chapters:
            found |= book.outputs(place)
    return found


def _in_order_of_both(a: Iterable[Any], b: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys((*a, *b)))


def _changed(a: Saved | None, b: Saved | None, tolerance: float, why: dict[str, str]) -> Changed | None:
    """Compare an output of two books; None if nothing differs."""
    if a is None or b is None:
        there = a or b
        said = f"{there.label}: {there.record['caption']}" if there.record.get("caption") else there.label
        before, after = (said, "") if a else ("", said)
        reason = why[f"{there.study}/{there.chapter}"]
        gone = Difference(there.study, there.chapter, there.id, OUTPUT, "", before, after, reason)
        return Changed(a, b, None, (gone,))
    if (a.csv, a.record, a.pictures, a.chapter) == (b.csv, b.record, b.pictures, b.chapter):
        return None
    aligned = align(a.table, b.table, tolerance)
    in_data = list(_data(aligned, tolerance))
    found = [*_facts(a, b), *_texts(a, b, tolerance), *in_data]
    only_within_tolerance = tolerance > 0 and a.csv != b.csv and not in_data
    if a.pictures != b.pictures and not only_within_tolerance:
        found.append((FIGURE, "picture", _hash(a), _hash(b)))
    reason = why[f"{b.study}/{b.chapter}"]
    differences = tuple(Difference(b.study, b.chapter, b.id, *each, reason) for each in found)
    return Changed(a, b, aligned, differences) if differences else None


def _facts(a: Saved, b: Saved) -> Iterator[tuple[str, str, str, str]]:
    """Compare what an output is: its kind, what it rests on, and its chapter."""
    for name in _FACTS:
        before, after = str(a.record.get(name, "")), str(b.record.get(name, ""))
        if before != after:
            yield OUTPUT, name, before, after
    if a.chapter != b.chapter:
        yield OUTPUT, "chapter", a.chapter, b.chapter


def _texts(a: Saved, b: Saved, tolerance: float) -> Iterator[tuple[str, str, str, str]]:
    """Compare the sentences of an output: those of a text, of captions, of alternative texts, of notes."""
    for name, called in _TEXTS.items():
        before, after = (_sentences(each.record.get(name) or "") for each in (a, b))
        kind = FINDING if name == "text" and b.id.startswith(IN_SHORT) else SENTENCE
        for where, old, new in _sentences_that_differ(before, after, tolerance):
            yield kind, f"{called}, sentence {where}", old, new


def _sentences(text: str | list[str]) -> list[str]:
    texts = [text] if isinstance(text, str) else map(str, text)
    return [each for part in texts for each in words.sentences(part)]


def _sentences_that_differ(
    a: Sequence[str], b: Sequence[str], tolerance: float
) -> Iterator[tuple[int, str, str]]:
    """Give the number of each sentence that differs, and it before and after."""
    place_a = place_b = 0
    for old, new in words.matched(a, b, tolerance):
        place_a, place_b = place_a + (old is not None), place_b + (new is not None)
        if old is None or new is None or not words.same_words(old, new, tolerance):
            yield place_a if new is None else place_b, old or "", new or ""


def _data(aligned: Aligned, tolerance: float) -> Iterator[tuple[str, str, str, str]]:
    """Compare the data of an output: its columns, rows and cells, and their order."""
    a, b = aligned.a.columns, aligned.b.columns
    for column in aligned.columns:
        if column not in a or column not in b:
            yield COLUMN, column, column if column in a else "", column if column in b else ""
    common = [column for column in a if column in b]
    if common != (order := [column for column in b if column in a]):
        yield COLUMN, "order of columns", ", ".join(common), ", ".join(order)
    for pair in aligned.pairs:
        name = aligned.name(pair)
        if pair.a is None or pair.b is None:
            row = "; ".join(f"{column}: {old or new or ''}" for column, old, new in aligned.cells(pair)
                            if (old is None) != (new is None))  # fmt: skip
            yield ROW, name, row if pair.b is None else "", row if pair.a is None else ""
            continue
        for column, old, new in aligned.cells(pair):
            if old is not None and new is not None and not same(old, new, tolerance):
                yield CELL, f"{name}: {column}", old, new
    moved = aligned.moved()
    if moved:
        before, after = (
            "; ".join(f"{aligned.name(pair)} is row {row + 1}" for pair, row in rows)
            for rows in (((pair, pair.a) for pair in moved), ((pair, pair.b) for pair in moved))
        )
        yield ROW, "order of rows", before, after


def _hash(saved: Saved) -> str:
    """Return the hash of the pictures, in short; empty if there are none."""
    digest = hashlib.sha256()
    for _, picture in sorted(saved.pictures.items()):
        digest.update(picture)
    return f"picture {digest.hexdigest()[:12]}" if saved.pictures else ""


def _findings(
    a: Book, b: Book, outputs: dict[tuple[str, str], Saved], why: dict[str, str], everything: bool
) -> Iterator[Difference]:
    """Compare whether claims still hold, and whether items of a report are still rebuilt.

    Those of outputs that were not compared are left out, unless all were.
    """

    def of(study: str, output: str, called: str, before: str, after: str) -> Iterator[Difference]:
        saved = outputs.get((study, output))
        if before != after and (saved or everything):
            chapter = saved.chapter if saved else ""
            reason = why[f"{study}/{chapter}"] if saved else joined(_whys(why, study))
            yield Difference(study, chapter, output, FINDING, called, before, after, reason)

    before, after = (_by_name(book.listed(CLAIMS), "claim") for book in (a, b))
    for name in _in_order_of_both(before, after):
        old, new = before.get(name, {}), after.get(name, {})
        if old.get("status") != new.get("status"):
            row = new or old
            yield from of(
                row["study"], row.get("output", ""), row.get("statement", ""), _status(old), _status(new)
            )
    before, after = (_by_name(book.listed(ITEMS), "item") for book in (a, b))
    for name in _in_order_of_both(before, after):
        old, new = before.get(name, {}), after.get(name, {})
        row = new or old
        first = (row.get("outputs") or "").partition(" ")[0]
        called = f"item {row['item']}: {row.get('title', '')}"
        yield from of(row["study"], first, called, _rebuilt_by(old), _rebuilt_by(new))


def _by_name(rows: Iterable[dict[str, str]], column: str) -> dict[tuple[str, str, int], dict[str, str]]:
    """Return rows by study, name, and a number if a name is there more than once."""
    named: dict[tuple[str, str, int], dict[str, str]] = {}
    for row in rows:
        number = 1
        while (row["study"], row[column], number) in named:
            number += 1
        named[row["study"], row[column], number] = row
    return named


def _status(claim: dict[str, str]) -> str:
    if not claim:
        return ""
    return f"{claim['status']} (printed {claim.get('printed') or 'nothing'}, " + (
        f"rebuilt {claim.get('rebuilt') or 'nothing'})"
    )


def _rebuilt_by(item: dict[str, str]) -> str:
    if not item:
        return ""
    return item.get("outputs") or f"{item.get('exception', '')}: {item.get('reason', '')}"


def _whys(why: dict[str, str], study: str = "") -> list[str]:
    """Return the reasons of all chapters of a study, or of a book, each once."""
    found = (each for place, said in why.items() if place.startswith(study) for each in said.split(", "))
    return list(dict.fromkeys(found))


def _chapter(a: Book, b: Book, place: str, tolerance: float, why: str) -> Iterator[Difference]:
    """Compare whether a chapter is there, its title, and its prose."""
    study, _, name = place.partition("/")
    before, after = (book.chapters.get(place, {}) for book in (a, b))
    titles = [each.get("title") or each.get("name", "") for each in (before, after)]
    stopped = [each.get("stopped", "") for each in (before, after)]
    if titles[0] != titles[1]:
        yield Difference(study, name, "", PAGE, "page of the chapter", *titles, why)
    if before and after:
        if stopped[0] != stopped[1]:
            yield Difference(study, name, "", PAGE, "why it stopped", *stopped, why)
        for where, old, new in _sentences_that_differ(
            _sentences(a.prose(place)), _sentences(b.prose(place)), tolerance
        ):
            yield Difference(study, name, "", SENTENCE, f"prose of the page, sentence {where}", old, new, why)


def _pages(a: Book, b: Book, tolerance: float, why: dict[str, str]) -> Iterator[Difference]:
    """Compare the pages written by hand."""
    reason = joined(_whys(why))
    for page in _in_order_of_both(a.pages, b.pages):
        if page not in a.pages or page not in b.pages:
            there = a.pages.get(page) or b.pages.get(page) or [page]
            before, after = (there[0], "") if page in a.pages else ("", there[0])
            yield Difference("", "", "", PAGE, f"page {page}", before, after, reason)
            continue
        old_words, new_words = (_sentences(book.pages[page]) for book in (a, b))
        for where, old, new in _sentences_that_differ(old_words, new_words, tolerance):
            yield Difference("", "", "", SENTENCE, f"page {page}, sentence {where}", old, new, reason)
