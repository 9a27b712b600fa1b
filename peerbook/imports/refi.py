"""REFI-QDA: projects (`.qdpx`, a zip of XML and texts; or unpacked) and codebooks (`.qdc`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from peerbook.errors import DataError
from peerbook.imports import archive, qde
from peerbook.imports.archive import MissingTextError
from peerbook.imports.assembled import (
    CODE,
    PERSON,
    SOURCE,
    Code,
    Coding,
    Export,
    Issue,
    Source,
    known_variables,
)
from peerbook.imports.offsets import (
    AFTER,
    LONGEST,
    ONE,
    POINTS,
    STORED,
    UNITS,
    Reading,
    Selection,
    Text,
    choose,
    holds,
    without_tail,
)
from peerbook.imports.qde import RawCase, RawCoding, RawHolder, RawProject, RawSelection, RawSource
from peerbook.imports.speakers import Turns, distinct, turns_of

LIKELY = {  # how programs are known to count, by the beginning of what they say they are
    "nvivo": Reading(UNITS, STORED, AFTER),
    "atlas": Reading(UNITS, ONE, AFTER),
    "maxqda": Reading(UNITS, STORED, AFTER),
    "qualcoder": Reading(POINTS, STORED, AFTER),
    "qda miner": Reading(UNITS, STORED, AFTER),
    "quirkos": Reading(POINTS, STORED, AFTER),
    "dedoose": Reading(UNITS, STORED, AFTER),
}
KINDS = {
    "PictureSelection": "part of a picture",
    "PDFSelection": "part of a page",
    "AudioSelection": "part of a recording",
    "VideoSelection": "part of a film",
}
PLACES = 5  # named in an issue
LABELS = 0.2  # of what is written beside selections; if fewer are their words, it is something else
WHOLE = "whole source"


def read_codebook(path: Path) -> Export:
    """Read a codebook exchange file.

    Raises
    ------
    DataError
        If it is not well-formed XML, declares entities, or holds no codes.
    """
    if path.is_dir():
        raise DataError(f"{path.name}: a folder. Give the file of the codebook (.qdc).")
    if path.stat().st_size > archive.LARGEST:
        raise DataError(f"{path.name}: at most {archive.LARGEST} bytes are read.")
    with path.open("rb") as file:
        raw = qde.read(iter(lambda: file.read(archive.CHUNK), b""), path.name)
    book = _book(raw, path.name)
    return Export(
        codes=book.codes,
        issues=(*book.issues, *_counted(raw)),
        sets=_sets(raw, book, {}),
        program=raw.origin,
    )


def read_project(path: Path) -> Export:
    """Read a project exchange file: its codebook, users, cases, texts and the codes on them.

    Raises
    ------
    DataError
        If it is not a zip, lacks its XML, is damaged, or has no codebook.
    """
    with archive.opened(path) as box:
        raw = qde.read(box.chunks(archive.project_entry(box)), path.name)
        return _Project(raw, archive.Texts(box), path.name).export()


@dataclass
class _Book:
    """The codes of a project by guid, and the cases that it wrote as codes."""

    codes: tuple[Code, ...] = ()
    ids: frozenset[str] = frozenset()
    cases: dict[str, str] = field(default_factory=dict)  # guid of a code: guid of the case
    issues: list[Issue] = field(default_factory=list)


@dataclass
class _Held:
    """A text with what is selected of it, and the source that it makes."""

    name: str
    holder: RawHolder
    source: RawSource | None
    text: Text | None = None
    turns: Turns = field(default_factory=Turns)
    whole: list[RawCoding] = field(default_factory=list)
    media: list[RawSelection] = field(default_factory=list)
    first: bool = True
    title: str = ""

    @property
    def guids(self) -> tuple[str, str]:
        """The guids by which cases know it."""
        return self.holder.guid, self.source.guid if self.source else ""

    @property
    def coded(self) -> bool:
        """Whether there is a code on anything of it."""
        selections = [*self.holder.selections, *self.media]
        return any(c.codes for c in self.whole) or any(c.codes for s in selections for c in s.codings)


class _Project:
    """Puts a project together: texts first, then the one reading, then who speaks, then codings."""

    def __init__(self, raw: RawProject, texts: archive.Texts, name: str) -> None:
        self._raw = raw
        self._texts = texts
        self._issues: list[Issue] = []
        self._book = _book(raw, name)
        self._users = _users(raw)
        self._held = list(self._all_held())
        self._chosen = choose(
            ((held.text, _numbers(held.holder)) for held in self._held if held.text), _likely(raw.origin)
        )
        self._reading = self._chosen.reading
        self._bad: dict[tuple[str, str], list[str]] = {}
        self._unknown_codes: Counter[str] = Counter()
        self._pictured_by: dict[int, tuple[str, ...]] = {}
        self._names: dict[str, str] = {}
        self._first_of_path = _first_of_each_path(self._held)

    def export(self) -> Export:
        """Return what the project holds."""
        people, variables = self._speak()
        sources = tuple(self._source(held) for held in self._held)
        issues = [*self._reading_issues(), *self._without_code()]
        codings = tuple(self._once(self._codings()))
        return Export(
            codes=self._book.codes,
            sources=sources,
            codings=codings,
            people=people,
            issues=(*issues, *self._all_issues()),
            variables=tuple(variables),
            sets=_sets(self._raw, self._book, {held.holder.guid: held.name for held in self._held}),
            program=self._raw.origin,
            reading=self._chosen.record(),
        )

    def _all_held(self) -> Iterator[_Held]:
        """Yield every text, and every source without one of which something is coded."""
        titles = _titles(self._raw.sources)
        taken = set(titles)
        for at, source in enumerate(self._raw.sources):
            title = titles[at]
            coded = source.codings or source.selections
            if not source.holders:
                holder = RawHolder(source.kind, source.guid, title, "")
                whole, media = source.codings, source.selections
                yield _Held(title, holder, source, None, whole=whole, media=media, title=title)
                continue
            for number, holder in enumerate(source.holders):
                name = title if number == 0 else _free(f"{title} ({holder.name or number + 1})", taken)
                taken.add(name)
                held = _Held(
                    name,
                    holder,
                    source,
                    self._text(holder, name),
                    whole=list(holder.codings),
                    first=number == 0,
                    title=title,
                )
                if number == 0 and coded:
                    held.whole += source.codings
                    held.media += source.selections
                yield held
        for note in self._raw.notes:
            if note.codings or any(selection.codings for selection in note.selections):
                name = _free(f"note: {note.name or note.guid}", taken)
                taken.add(name)
                yield _Held(name, note, None, self._text(note, name), whole=list(note.codings))

    def _text(self, holder: RawHolder, name: str) -> Text | None:
        if holder.content is not None:
            return Text(holder.content)
        try:
            words, encoding = self._texts.read(holder.path, holder.guid)
        except MissingTextError as missing:
            coded = bool(holder.codings or any(selection.codings for selection in holder.selections))
            done = (
                "its codes are kept, without words; export the project once more, with its sources inside"
                if coded
                else "nothing in it is coded; kept without its length"
            )
            if holder.path or coded:
                self._issues.append(Issue(name, str(missing), done, "text missing"))
            return None
        if encoding not in ("utf-8", "utf-16", "ascii"):
            self._issues.append(Issue(name, f"its text is in {encoding}", "read so", "encoding"))
        return Text(words)

    def _speak(self) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, str, str]]]:
        """Say whose words the sources hold; return people with their variables, and all other variables."""
        cases = _one_each(self._raw.cases)
        names = self._names = self._case_names(cases)
        having = self._extents(cases)
        for held in self._held:
            held.turns = turns_of((names[case], passage) for case, passage in having.get(id(held), ()))
        speaking = {case for each in having.values() for case, _ in each}
        labels = _labels(self._raw)
        people, variables = {}, []
        for guid, case in cases.items():
            if guid in speaking:
                values = [(labels.get(ref, ref), value) for ref, value in case.values if value]
                known, _ = known_variables(dict(reversed(values)))
                people[names[guid]] = known
                rest = [each for each in dict.fromkeys(values) if each not in known.items()]
                variables += [(names[guid], PERSON, label, value) for label, value in rest]
        for held in self._held:
            if held.source and held.first:
                found = [(labels.get(ref, ref), value) for ref, value in held.source.values if value]
                variables += [(held.name, SOURCE, label, value) for label, value in found]
        self._note(
            "", len(cases) - len(speaking), "cases without words of their own", "left out", "idle case"
        )
        found = "variables of people or sources that no table has a column for"
        self._note("", len(variables), found, "kept in import_variables.csv", "variable")
        return people, variables

    def _case_names(self, cases: Mapping[str, RawCase]) -> dict[str, str]:
        """Name each case; one without a name, as of programs that only keep variables so, by its source."""
        titles = {held.source.guid: held.name for held in self._held if held.source and held.first}
        by_source = {guid: titles.get(next(iter(case.sources), ""), "") for guid, case in cases.items()}
        return distinct({guid: case.name or by_source[guid] or guid for guid, case in cases.items()})

    def _extents(self, cases: Mapping[str, RawCase]) -> dict[int, list[tuple[str, tuple[int, int] | None]]]:
        """Return which case has what of each text: by its sources, its selections and its codes."""
        having: dict[int, list] = {id(held): [] for held in self._held}
        owners: dict[str, list[str]] = {}
        missed = 0
        for guid, case in cases.items():
            for source in case.sources:
                mine = [held for held in self._held if source in held.guids]
                missed += not mine
                for held in mine:
                    having[id(held)].append((guid, None))
            for selection in case.selections:
                owners.setdefault(selection, []).append(guid)
        found = set()
        for held in self._held:
            mine = having[id(held)]
            mine += [(case, None) for case in self._cases_of(held.whole)]
            for selection in [*held.holder.selections, *held.media]:
                speaking = [*owners.get(selection.guid, ()), *self._cases_of(selection.codings)]
                found.add(selection.guid)
                if speaking and selection.kind in KINDS:
                    self._pictured_by[id(selection)] = tuple(dict.fromkeys(speaking))
                elif speaking and (passage := self._passage(held, selection)):
                    mine += [(case, passage) for case in speaking]
        missed += sum(selection not in found for selection in owners)
        coded = sum(code in self._book.ids for case in cases.values() for code in case.codes)
        self._note("", coded, "codes on cases as a whole", "left out: they are on no words", "code on a case")
        self._note("", missed, "times a case points to what is not in the project", "left out", "idle case")
        return having

    def _cases_of(self, codings: Iterable[RawCoding]) -> list[str]:
        """Return the cases that codings stand for."""
        found = [self._book.cases.get(code, "") for coding in codings for code in coding.codes]
        return [case for case in found if case]

    def _note(self, source: str, number: int, found: str, done: str, kind: str) -> None:
        """Note something that there are so many of, if there are any."""
        if number:
            self._issues.append(Issue(source, f"{number} {found}", done, kind, number))

    def _passage(self, held: _Held, selection: RawSelection) -> tuple[int, int] | None:
        if held.text is None:
            return None
        found = self._place(held, selection)
        return found if isinstance(found, tuple) else None

    def _place(self, held: _Held, selection: RawSelection) -> tuple[int, int] | str:
        """Return where a selection of a text is, or what is wrong with it."""
        if selection.kind == "TranscriptSelection":
            return self._between_points(held, selection)
        start, end = _whole(selection.start), _whole(selection.end)
        if start is None or end is None:
            return "its place is not a whole number from 0"
        return held.text.cut(self._reading, start, end)

    def _between_points(self, held: _Held, selection: RawSelection) -> tuple[int, int] | str:
        points = held.holder.points
        start, end = (
            _whole(points.get(qde.guid_of(selection.at.get(at)), ("", ""))[0])
            for at in ("fromSyncPoint", "toSyncPoint")
        )
        if start is None or end is None:
            return "its sync points have no place in the text"
        reading = Reading(self._reading.unit, self._reading.line_ends, AFTER, 0)
        return held.text.cut(reading, start, end)

    def _source(self, held: _Held) -> Source:
        people = held.turns.people
        length = len(held.text.words) if held.text else None
        person = people[0] if len(people) == 1 else ""
        alone = not people and held.source is not None
        alone = alone and (held.text is not None or held.coded or held.source.kind == "TextSource")
        if alone and not held.first:  # the second text of a recording: the same person
            person = held.title
        if alone and held.holder.path in self._first_of_path:  # a text that stands in two places
            person = self._first_of_path[held.holder.path]
        return Source(held.name, held.name, length, person, alone=alone)

    def _codings(self) -> Iterator[Coding]:
        """Yield the codings, text by text; what was read of a text is let go when it is done."""
        for held in self._held:
            words = held.text.words if held.text else ""
            given = _given_as_text(held)
            for selection in held.holder.selections:
                yield from self._selected(held, selection)
            for selection, as_text in zip(held.media, given, strict=True):
                if not as_text:
                    yield from self._pictured(held, selection)
            for coding in held.whole:
                start, end = (0, len(words)) if words else (None, None)
                yield from self._coded(held, coding, "", words, start, end, WHOLE)
            found = "parts of pages are also there as text"
            self._note(held.name, sum(given), found, "kept once, as text", "given twice")
            held.holder.selections, held.media, held.whole = [], [], []
            if held.text:
                held.text.forget()

    def _once(self, codings: Iterable[Coding]) -> Iterator[Coding]:
        """Leave out what is coded of the same text in another place: transcripts are often sources too."""
        paths = {held.name: held.holder.path for held in self._held}
        first: dict[tuple, str] = {}
        again: Counter[str] = Counter()
        for coding in codings:
            path = paths[coding.source_id]
            if path in self._first_of_path and coding.start is not None:
                act = path, coding.start, coding.end, coding.code_id, coding.coder
                if first.setdefault(act, coding.source_id) != coding.source_id:
                    again[coding.source_id] += 1
                    continue
            yield coding
        for name, number in again.items():
            found = "codings are also on the same text as another source"
            self._note(name, number, found, "kept once", "given twice")

    def _selected(self, held: _Held, selection: RawSelection) -> Iterator[Coding]:
        """Yield the codings of a selection of text."""
        if selection.kind in KINDS:
            yield from self._pictured(held, selection)
            return
        locator, words, start, end = "", "", None, None
        if held.text is None:
            locator, words = _where(selection, held.holder), _full(selection.name)
        else:
            place = self._place(held, selection)
            if isinstance(place, str):
                timed = selection.kind == "TranscriptSelection" and _where(selection, held.holder)
                if not timed:
                    self._set_aside(held, selection, place)
                    return
                locator = timed
            else:
                start, end = place
                words = held.text.words[start:end]
        for coding in selection.codings:
            yield from self._coded(held, coding, selection.user, words, start, end, locator)

    def _pictured(self, held: _Held, selection: RawSelection) -> Iterator[Coding]:
        """Yield the codings of a part of a page, a picture, a recording or a film."""
        words = ""
        if selection.holder is not None:
            text = self._text(selection.holder, held.name)
            words = text.words if text else ""
        mine = self._pictured_by.get(id(selection))
        speakers = tuple(self._names[case] for case in mine) if mine else None
        for coding in selection.codings:
            where = _where(selection, held.holder)
            for found in self._coded(held, coding, selection.user, words, None, None, where):
                yield replace(found, speakers=speakers) if speakers else found

    def _coded(
        self,
        held: _Held,
        coding: RawCoding,
        user: str,
        words: str,
        start: int | None,
        end: int | None,
        locator: str,
    ) -> Iterator[Coding]:
        turns = held.turns
        someone = bool(turns.whole or turns.passages)
        speakers = turns.of(held.text.words if held.text else "", start, end) if someone else None
        if held.source is None:
            speakers = ()
        coder = self._coder(coding.user or user)
        for code in coding.codes:
            if code in self._book.ids:
                yield Coding(held.name, code, words, start, end, coder, speakers, locator)
            elif code not in self._book.cases:
                self._unknown_codes[held.name] += 1

    def _coder(self, guid: str) -> str:
        return self._users.get(guid, guid)

    def _set_aside(self, held: _Held, selection: RawSelection, why: str) -> None:
        start = selection.start or "?"
        number = sum(len(coding.codes) for coding in selection.codings)
        if number:
            self._bad.setdefault((held.name, why), []).extend([start] * number)
        else:
            self._bad.setdefault((held.name, f"{why}; no code on it"), []).append(start)

    def _all_issues(self) -> Iterator[Issue]:
        yield from self._issues
        yield from self._book.issues
        for (name, why), places in self._bad.items():
            said = ", ".join(_shown(place) for place in places[:PLACES])
            more = ", ..." if len(places) > PLACES else ""
            found = (
                f"{len(places)} codings of a selection that cannot be: {why} (from character {said}{more})"
            )
            if why.endswith("no code on it"):
                found = f"{len(places)} selections that cannot be: {why} (from character {said}{more})"
            done = "set aside; code the piece again in the program, and export again"
            yield Issue(name, found, done, "bad selection", len(places))
        for name, number in self._unknown_codes.items():
            yield Issue(
                name,
                f"{number} codings with a code that is not in the codebook",
                "set aside; export the project with its whole codebook",
                "unknown code",
                number,
            )
        yield from _counted(self._raw)

    def _reading_issues(self) -> Iterator[Issue]:
        chosen = self._chosen
        if not chosen.selections:
            return
        how = f"offsets read as {chosen.reading}"
        if chosen.same < LABELS * chosen.named or not chosen.same:
            yield Issue("", str(chosen), f"not verified; {how}", "reading")
            return
        named, wrong = 0, {}
        for held in self._held:
            for selection in _numbers(held.holder) if held.text else ():
                if selection.words.strip():
                    named += 1
                    place = held.text.cut(self._reading, selection.start, selection.end)
                    if isinstance(place, str) or not holds(held.text.words[slice(*place)], selection):
                        wrong.setdefault(held.name, []).append(selection.start)
        if not wrong:
            yield Issue("", f"all {named} selections with words verified", how, "reading", named)
            return
        yield Issue("", str(chosen), how, "reading")
        for name, starts in wrong.items():
            where = ", ".join(str(start) for start in starts[:PLACES]) + (", ..." if starts[PLACES:] else "")
            found = f"{len(starts)} of {named} selections hold other words than are written beside them "
            found += f"(at {where})"
            done = "kept with the words of the text; look at them in the program"
            yield Issue(name, found, done, "other words", len(starts))

    def _without_code(self) -> Iterator[Issue]:
        counted: Counter[str] = Counter()
        for held in self._held:
            for selection in [*held.holder.selections, *held.media]:
                counted[selection.kind] += not any(coding.codes for coding in selection.codings)
        for kind, number in counted.items():
            if number:
                found = f"{number} {kind} elements without a code"
                yield Issue("", found, "left out: nothing to count", "selection without a code", number)


def _book(raw: RawProject, name: str) -> _Book:
    """Put the codebook together, without the codes that only stand for cases."""
    if not raw.has_codebook or not raw.codes:
        raise DataError(
            f"{name}: no codebook in it, so nothing is coded. If it was coded, export it as REFI-QDA project "
            "with its codes; some programs ask which codes to export."
        )
    book = _Book(cases=_cases_as_codes(raw))
    kept: dict[str, Code] = {}
    again = unnamed = 0
    other_name = Counter()
    for code in raw.codes:
        if code.guid in book.cases:
            continue
        if code.guid in kept:
            again += 1
            other_name[code.guid] += code.name != kept[code.guid].label
            continue
        unnamed += not code.name
        parent = "" if code.parent in book.cases else code.parent
        kept[code.guid] = Code(code.guid, code.name or "(no name)", parent, code.definition)
    book.ids = frozenset(kept)
    book.codes = tuple(kept.values())
    same = sum(n - 1 for n in Counter((code.label, code.parent_id) for code in book.codes).values())
    done = "one of each is kept"
    if any(other_name.values()):
        done += "; codings cannot tell them apart: rename or merge them in the program"
    for number, found, what, kind in (
        (
            len(book.cases),
            "codes that stand for cases",
            "not in the codebook; they say who speaks",
            "case as code",
        ),
        (again, "codes have the same identity as another", done, "code given twice"),
        (unnamed, "codes have no name", "kept without one", "code without a name"),
        (same, "codes have the name of another beside them", "kept apart", "codes of one name"),
    ):
        if number:
            book.issues.append(Issue("", f"{number} {found}", what, kind, number))
    return book


def _cases_as_codes(raw: RawProject) -> dict[str, str]:
    """Return the codes that only stand for cases, and the guid of the case.

    They have the guid of a case, or its name, or they are all that a case is made of. A case that has sources
    or selections, or several codes, is not made of its codes, but coded with them. A code that holds nothing
    but such codes, as the folder of cases does, goes with them, if nothing is coded with it.
    """
    by_name: dict[str, str] = {}
    made_of: dict[str, list[str]] = {}
    guids = {case.guid for case in raw.cases}
    for case in raw.cases:
        if case.name:
            by_name.setdefault(case.name.casefold(), case.guid)
        if len(case.codes) == 1 and not case.sources and not case.selections:
            made_of.setdefault(case.codes[0], []).append(case.guid)
    found = {code: cases[0] for code, cases in made_of.items() if len(cases) == 1}
    below: dict[str, list[str]] = {}
    for code in raw.codes:
        below.setdefault(code.parent, []).append(code.guid)
        if code.guid in guids:
            found[code.guid] = code.guid
    for code in reversed(raw.codes):
        name = code.name.casefold()
        if name in by_name and all(child in found for child in below.get(code.guid, ())):
            found.setdefault(code.guid, by_name[name])
    coded = _coded_codes(raw)
    for code in reversed(raw.codes):  # those within a code come after it
        inner = below.get(code.guid, ())
        if inner and code.guid not in coded and all(child in found for child in inner):
            found.setdefault(code.guid, "")
    known = {code.guid for code in raw.codes}
    return {guid: case for guid, case in found.items() if guid in known}


def _coded_codes(raw: RawProject) -> set[str]:
    """Return the codes that something is coded with."""
    holders = [*raw.sources, *raw.notes, *(holder for source in raw.sources for holder in source.holders)]
    codings = [coding for each in holders for coding in each.codings]
    codings += [coding for each in holders for selection in each.selections for coding in selection.codings]
    return {code for coding in codings for code in coding.codes}


def _users(raw: RawProject) -> dict[str, str]:
    """Name each user; two of one name stay two, and one without a name has a number."""
    names = {}
    for at, (guid, name) in enumerate(raw.users, 1):
        names.setdefault(guid, name or f"user {at}")
    return distinct(names)


def _one_each(cases: Iterable[RawCase]) -> dict[str, RawCase]:
    """Join what is said of one case in several places."""
    found: dict[str, RawCase] = {}
    for at, case in enumerate(cases):
        guid = case.guid or f"case {at + 1}"
        if guid in found:
            first = found[guid]
            for mine, more in (
                (first.codes, case.codes),
                (first.sources, case.sources),
                (first.selections, case.selections),
                (first.values, case.values),
            ):
                mine.extend(more)
        else:
            found[guid] = case
    return found


def _labels(raw: RawProject) -> dict[str, str]:
    return {guid: name or guid for guid, name in reversed(raw.variables)}


def _titles(sources: list[RawSource]) -> list[str]:
    """Name each source by its title, or where two have the same, by title and guid."""
    names = [source.name or (source.holders[0].name if source.holders else "") for source in sources]
    several = {name for name, n in Counter(names).items() if n > 1}
    plain = {
        str(at): f"{name} {source.guid}".strip() if name in several or not name else name
        for at, (name, source) in enumerate(zip(names, sources, strict=True))
    }
    return list(distinct({at: name or f"source {int(at) + 1}" for at, name in plain.items()}).values())


def _first_of_each_path(held: Iterable[_Held]) -> dict[str, str]:
    """Return, of each file that several texts are read from, the name of the first."""
    names: dict[str, list[str]] = {}
    for each in held:
        if each.holder.path and each.source:
            names.setdefault(each.holder.path, []).append(each.name)
    return {path: several[0] for path, several in names.items() if len(several) > 1}


def _given_as_text(held: _Held) -> list[bool]:
    """Say of each part of a page whether it is also there as text: some programs write one selection as both.

    They have one guid, or one name and the same codes, if the selection goes on over several pages.
    """
    if not held.media:
        return []
    texts = [selection for selection in held.holder.selections if any(c.codes for c in selection.codings)]
    guids = {selection.guid for selection in texts if selection.guid}
    alike = {_likeness(selection) for selection in texts if selection.name}
    return [each.guid in guids or _likeness(each) in alike for each in held.media]


def _likeness(selection: RawSelection) -> tuple[str, tuple[str, ...]]:
    return selection.name, tuple(sorted(code for coding in selection.codings for code in coding.codes))


def _free(name: str, taken: set[str]) -> str:
    number, new = 1, name
    while new in taken:
        number += 1
        new = f"{name} ({number})"
    return new


def _numbers(holder: RawHolder) -> list[Selection]:
    """Return the selections of a text that have two numbers."""
    found = []
    for selection in holder.selections:
        if selection.kind == "PlainTextSelection":
            start, end = _whole(selection.start), _whole(selection.end)
            if start is not None and end is not None:
                found.append(Selection(start, end, selection.name))
    return found


def _whole(text: str | None) -> int | None:
    """Return a whole number from 0, or None of anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST)) else None


def _shown(place: str) -> str:
    return place[:12] if place.isascii() else "?"


def _full(name: str) -> str:
    """Return the words of a name, if it is words and not a number of its own."""
    words, _ = without_tail(name)
    return words if " " in words.strip() else ""


def _where(selection: RawSelection, holder: RawHolder) -> str:
    """Say where a selection is that is no piece of a text, or whose text is missing."""
    at = selection.at
    if selection.kind == "TranscriptSelection":
        times = [
            holder.points.get(qde.guid_of(at.get(key)), ("", ""))[1]
            for key in ("fromSyncPoint", "toSyncPoint")
        ]
        return f"{_time(times[0])} to {_time(times[1])}" if all(times) and times[0] != times[1] else ""
    if "begin" in at:
        return f"{_time(at['begin'])} to {_time(at.get('end', ''))}"
    if "firstX" in at:
        page = f"page {_page(at['page'])}, " if "page" in at else ""
        corners = [at.get(key, "?")[:12] for key in ("firstX", "firstY", "secondX", "secondY")]
        return "{}from {}, {} to {}, {}".format(page, *corners)
    if selection.start:
        return f"characters {selection.start[:12]} to {(selection.end or '?')[:12]}"
    return KINDS.get(selection.kind, "")


def _page(text: str) -> str:
    page = _whole(text)
    return str(page + 1) if page is not None else "?"


def _time(milliseconds: str) -> str:
    number = _whole(milliseconds)
    if number is None:
        return "?"
    seconds, rest = divmod(number, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _likely(origin: str) -> list[Reading]:
    return [reading for start, reading in LIKELY.items() if origin.casefold().startswith(start)]


def _sets(raw: RawProject, book: _Book, sources: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for each in raw.sets:
        for kind, guid in each.members:
            if kind == CODE and guid in book.ids:
                rows.append((each.name, CODE, guid))
            elif kind == SOURCE and guid in sources:
                rows.append((each.name, SOURCE, sources[guid]))
    return tuple(rows)


def _counted(raw: RawProject) -> Iterator[Issue]:
    """Yield what is in the XML and in no table, by kind."""
    coded = [n for n in raw.notes if n.codings or any(s.codings for s in n.selections)]
    idle = len(raw.notes) - len(coded)
    if idle:
        yield Issue("", f"{idle} notes", "left out: they are the researchers' own words", "note", idle)
    if coded:
        found = f"{len(coded)} notes with codes on them"
        yield Issue("", found, "kept as sources; nobody is their speaker", "note with codes", len(coded))
    if raw.sets:
        found = f"{len(raw.sets)} sets"
        yield Issue("", found, "their codes and sources are in import_sets.csv", "set", len(raw.sets))
    names = {"Link": "links", "Graph": "maps", "NoteRef": "references to notes"}
    for kind, number in raw.counted.items():
        said = names.get(kind) or f"comments ({kind})"
        yield Issue("", f"{number} {said}", "left out", kind, number)
    if raw.replaced:
        found = f"{raw.replaced} characters that XML forbids"
        yield Issue("", found, "replaced by a mark", "forbidden character", raw.replaced)
    for kind, number in raw.unknown.items():
        found = f"{number} {kind[:40]} elements that are not understood"
        yield Issue("", found, "left out", f"not understood: {kind[:40]}", number)
