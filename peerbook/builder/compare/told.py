"""A comparison in words: counts, reasons, and the summary that a terminal prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from peerbook.builder.compare.books import Book
from peerbook.builder.compare.differences import (
    CELL,
    COLUMN,
    FIGURE,
    FINDING,
    OUTPUT,
    PAGE,
    ROW,
    SENTENCE,
    Comparison,
    Difference,
)
from peerbook.inert import printable
from peerbook.outputs import formats

AT_MOST = 12  # findings and outputs that a terminal shows: a file has all
KINDS = (FINDING, OUTPUT, FIGURE, SENTENCE, CELL, ROW, COLUMN, PAGE)
REAL = (
    "Data of real people are behind a book. Each book was protected by itself, but two of them together can "
    "tell what either withholds. Keep this comparison among those who may see the data."
)


def summary(comparison: Comparison) -> str:
    """Return what a terminal prints: what differs, which findings, and why."""
    if not comparison.differences:
        return f"Nothing differs in {_plural(comparison.compared, 'output')}{_within(comparison)}."
    lines = [f"{counted(comparison)}{_within(comparison)}."]
    lines += why(comparison)
    lines += [REAL] if of_real_people(comparison) else []
    lines += _findings(comparison)
    changed = [
        f"  {each.either.label}: {_counts(each.differences)}"
        for each in comparison.outputs
        if each.a is not None and each.b is not None
    ]
    if changed:
        lines += ["Outputs that changed:", *_shortened(changed, 2 * AT_MOST, "outputs")]
    for side, there in (("first", "b"), ("second", "a")):
        only = [each.either.label for each in comparison.outputs if getattr(each, there) is None]
        if only:
            names = ", ".join(only[:AT_MOST]) + (f" and {len(only) - AT_MOST} more" * (len(only) > AT_MOST))
            lines.append(f"Only in the {side} book: {names}")
    return printable("\n".join(lines))


def counted(comparison: Comparison) -> str:
    """Say how much differs, in a line without its full stop."""
    outputs = f"{formats.count(len(comparison.outputs))} of {_plural(comparison.compared, 'output')}"
    verb = "differs" if len(comparison.outputs) == 1 else "differ"
    return f"{outputs} {verb}; differences: {_counts(comparison.differences)}"


def why(comparison: Comparison) -> list[str]:
    """Say why, in a line for each reason, with the chapters that have it."""
    chapters: dict[str, list[str]] = {}
    for place in changed_places(comparison):
        for kind, said in comparison.reasons(place).items() or [("", ())]:
            told = f"{kind}: {_few(said)}" if kind else "nothing that the records of the books say"
            chapters.setdefault(told, []).append(_called(comparison, place))
    return [f"Why ({', '.join(_first(names))}): {told}" for told, names in chapters.items()]


def changed_places(comparison: Comparison) -> list[str]:
    """Return the chapters in which something differs, in reading order."""
    found = {f"{each.study}/{each.chapter}" for each in comparison.differences}
    return [place for place in comparison.places if place in found]


def of_real_people(comparison: Comparison) -> bool:
    """Whether one of the books was made from data of real people."""
    return any(
        not data.get("synthetic", False)
        for book in (comparison.a, comparison.b)
        for data in book.manifest["data"].values()
    )


def name_of(book: Book) -> str:
    """Return a book's title and when it was built, without a path."""
    title = book.manifest.get("title") or "The book"
    built = book.manifest.get("built_at", "")
    try:
        when = f"built {formats.day(datetime.fromisoformat(built).date())}, {built[11:16]} UTC"
    except ValueError:
        when = "built at an unknown time"
    return f"{title}, {when}"


def _findings(comparison: Comparison) -> list[str]:
    """Tell of findings that changed; those that came or went with their output are only counted."""
    only = {(each.either.study, each.either.id) for each in comparison.outputs if not (each.a and each.b)}
    of_both = {each["study"] for each in comparison.a.chapters.values()} & {
        each["study"] for each in comparison.b.chapters.values()
    }
    findings = comparison.findings
    changed = [each for each in findings if (each.study, each.output) not in only and each.study in of_both]
    lines = [f"{_plural(len(changed), 'finding')} changed{':' if changed else '.'}"]
    lines += _shortened([_told(comparison, each) for each in changed], AT_MOST, "findings")
    left = len(findings) - len(changed)
    return [*lines, f"{_plural(left, 'finding')} stand in one of the books only."] if left else lines


def _called(comparison: Comparison, place: str) -> str:
    """Return the name of a chapter, with its study if another has the name too."""
    name = place.rpartition("/")[2]
    return name if sum(each.rpartition("/")[2] == name for each in comparison.places) == 1 else place


def _told(comparison: Comparison, finding: Difference) -> str:
    return "\n".join(_told_lines(comparison, finding))


def _told_lines(comparison: Comparison, finding: Difference) -> Iterator[str]:
    where = _called(comparison, f"{finding.study}/{finding.chapter}") if finding.chapter else finding.study
    yield f"  {where}, {finding.place}"
    yield f"    before: {finding.before or 'nothing'}"
    yield f"    after:  {finding.after or 'nothing'}"


def _counts(differences: Iterable[Any]) -> str:
    found = Counter(each.kind for each in differences)
    return ", ".join(_plural(found[kind], kind) for kind in KINDS if found[kind])


def _plural(number: int, noun: str) -> str:
    return formats.plural(number, noun)


def _within(comparison: Comparison) -> str:
    return f", with a tolerance of {comparison.tolerance:g}" if comparison.tolerance else ""


def _few(said: tuple[str, ...]) -> str:
    return ", ".join(_first(said))


def _first(names: Iterable[str], most: int = 5) -> list[str]:
    names = list(names)
    return names if len(names) <= most else [*names[:most], f"{len(names) - most} more"]


def _shortened(lines: list[str], most: int, what: str) -> list[str]:
    if len(lines) <= most:
        return lines
    return [*lines[:most], f"  and {formats.count(len(lines) - most)} more {what}; a page (--html) has all"]
