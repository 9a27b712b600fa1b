"""REFI-QDA: projects (`.qdpx`, a zip of XML and texts) and codebooks (`.qdc`).

Namespaces differ between versions and programs, so elements are known by their local names.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.errors import DataError
from peerbook.imports.archive import read_text, read_xml
from peerbook.imports.assembled import Code, Coding, Export, Issue, Source, person_variables
from peerbook.imports.offsets import Reading, Selection, find_reading, holds

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TEXTS = ("TextSource", "Representation", "Transcript")
OTHER_SELECTIONS = ("PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection")


def read_codebook(path: Path) -> Export:
    """Read a codebook exchange file.

    Raises
    ------
    DataError
        If it is not well-formed XML, declares entities, or holds no codes.
    """
    return Export(codes=tuple(_codes(_parse(path.read_bytes(), path.name), path.name)))


def read_project(path: Path) -> Export:
    """Read a project exchange file: its codebook, users, cases, texts and the codes on them.

    Raises
    ------
    DataError
        If it is not a zip, lacks its XML or a text, or refers to a code that is not in its codebook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _project(archive, path.name)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # RuntimeError: encrypted
        raise DataError(f"{path.name}: not a zip that can be read ({error}). Export it again.") from error


def _project(archive: zipfile.ZipFile, name: str) -> Export:
    root = _parse(read_xml(archive, name), name)
    codes = tuple(_codes(root, name))
    users = {user.get("guid"): user.get("name", "") for user in _all(root, "User")}
    titles = _titles(root)
    speakers, people = _cases(root, titles)
    sources, codings, issues = [], [], []
    for parent, holder in _texts(root):
        guid = parent.get("guid", "")
        title = titles[guid]
        text = _text(archive, holder, title, name)
        found = list(_selections(holder))
        reading = find_reading(text, [selection for selection, _ in found])
        if reading is None:
            raise _outside(name, title)
        sources.append(Source(title, title, len(reading.text), speakers.get(guid, "")))
        codings += _coded(title, reading, found, {code.code_id for code in codes}, users, name)
        issues += _reading_issues(title, reading, found)
    issues += [
        Issue("", f"{n} {kind} elements", "left out: only texts are read")
        for kind, n in _unread(root).items()
    ]
    return Export(codes, tuple(sources), tuple(codings), people, tuple(issues))


def _coded(
    title: str,
    reading: Reading,
    found: list[tuple[Selection, Element]],
    known: set[str],
    users: dict[str | None, str],
    name: str,
) -> Iterator[Coding]:
    for selection, element in found:
        start, end, words = reading.cut(selection)
        for coding in _children(element, "Coding"):
            coder = users.get(coding.get("creatingUser") or element.get("creatingUser"), "")
            for reference in _children(coding, "CodeRef"):
                code = reference.get("targetGUID", "")
                if code not in known:
                    raise DataError(
                        f"{name}, source '{title}', characters {start} to {end}: the code {code} is not in "
                        "the codebook of the project. Export the project again, with its whole codebook."
                    )
                yield Coding(title, code, words, start, end, coder)


def _reading_issues(title: str, reading: Reading, found: list[tuple[Selection, Element]]) -> Iterator[Issue]:
    how = f"ends read as {reading.end}, line ends as {reading.line_ends.replace('as stored', 'stored')}"
    if not reading.with_words:
        if found:
            yield Issue(title, "selections without their words", f"not verified; {how}")
        return
    wrong = [s for s, _ in found if s.words.strip() and not holds(reading.cut(s)[2], s)]
    if wrong:
        where = ", ".join(str(selection.start) for selection in wrong[:5])
        yield Issue(
            title, f"{len(wrong)} of {reading.with_words} selections hold other words (at {where})", how
        )
    else:
        yield Issue(title, f"all {reading.with_words} selections with words verified", how)


def _selections(holder: Element) -> Iterator[tuple[Selection, Element]]:
    for element in _children(holder, "PlainTextSelection"):
        start, end = (_number(element, attribute) for attribute in ("startPosition", "endPosition"))
        yield Selection(start, end, element.get("name", "")), element


def _number(element: Element, attribute: str) -> int:
    value = element.get(attribute, "")
    if not value.isdigit():
        raise DataError(
            f"Selection {element.get('guid')}: {attribute} is {value!r}; expected a whole number from 0. "
            "Export the project again."
        )
    return int(value)


def _text(archive: zipfile.ZipFile, holder: Element, title: str, name: str) -> str:
    """Return the text of a source, from the zip or from the XML itself."""
    inline = next(_children(holder, "PlainTextContent"), None)
    if inline is not None:
        return inline.text or ""
    return read_text(archive, holder.get("plainTextPath", ""), f"{name}, source '{title}'")


def _parse(raw: bytes, name: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(raw, forbid_dtd=True)
    except ParseError as error:
        raise DataError(f"{name}: the XML is damaged ({error}). Export it again.") from error
    except DefusedXmlException as error:
        raise DataError(
            f"{name}: the XML declares a document type or entities, which are not read. Export it again."
        ) from error


def _codes(root: Element, name: str) -> Iterator[Code]:
    codes = next(_all(root, "Codes"), None)
    if codes is None:
        raise DataError(f"{name}: no codebook in it. Export it as REFI-QDA, with its codes.")
    yield from _codes_below(codes, "")


def _codes_below(element: Element, parent: str) -> Iterator[Code]:
    for code in _children(element, "Code"):
        described = next(_children(code, "Description"), None)
        definition = (described.text or "").strip() if described is not None else ""
        yield Code(code.get("guid", ""), code.get("name", ""), parent, definition)
        yield from _codes_below(code, code.get("guid", ""))


def _cases(root: Element, titles: dict[str, str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Say who speaks in which source, and the variables of each case that the people table knows."""
    names = {variable.get("guid"): variable.get("name", "") for variable in _all(root, "Variable")}
    columns, speakers, people = person_variables(), {}, {}
    for case in _all(root, "Case"):
        person = case.get("name") or case.get("guid", "")
        for reference in _children(case, "SourceRef"):
            if reference.get("targetGUID") in titles:
                speakers[reference.get("targetGUID")] = person
        values = {names.get(ref): value for ref, value in _values(case)}
        people[person] = {column: value for column, value in values.items() if column in columns}
    return speakers, people


def _values(case: Element) -> Iterator[tuple[str | None, str]]:
    for value in _children(case, "VariableValue"):
        reference = next(_children(value, "VariableRef"), None)
        content = next((child for child in value if _local(child).endswith("Value")), None)
        if reference is not None and content is not None:
            yield reference.get("targetGUID"), (content.text or "").strip()


def _titles(root: Element) -> dict[str, str]:
    """Name each source by its title, or where two have the same, by title and guid."""
    names = {source.get("guid", ""): source.get("name", "") for source in _all_sources(root)}
    several = [title for title in names.values() if list(names.values()).count(title) > 1]
    return {
        guid: f"{title} {guid}".strip() if title in [*several, ""] else title for guid, title in names.items()
    }


def _texts(root: Element) -> Iterator[tuple[Element, Element]]:
    """Yield each source and the element that holds its text: itself, or a representation within it."""
    for source in _all_sources(root):
        for holder in (source, *source):
            if _local(holder) in TEXTS:
                yield source, holder


def _all_sources(root: Element) -> Iterator[Element]:
    return (
        source for sources in _all(root, "Sources") for source in sources if _local(source).endswith("Source")
    )


def _unread(root: Element) -> dict[str, int]:
    counted = {kind: sum(1 for _ in _all(root, kind)) for kind in OTHER_SELECTIONS}
    return {kind: n for kind, n in counted.items() if n}


def _outside(name: str, title: str) -> DataError:
    return DataError(
        f"{name}, source '{title}': a selection lies outside the text, however ends are counted. "
        "The text was changed after coding, or the wrong one is in the project: export it again."
    )


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local(element) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
