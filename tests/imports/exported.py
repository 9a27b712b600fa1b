"""REFI-QDA projects as programs write them, for tests of what comes after the reading."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5
from xml.sax.saxutils import quoteattr

Coded = tuple[str, str, int, int, str]  # coder, title of the source, start, end (past the last), code
TEXT = "We agreed rules. I chose to stay. And so did she, for a whole year, with everyone in the group."
BOOK = {"Safety": "", "Rules": "Safety", "Choice": ""}


def guid(name: str) -> str:
    """Return the GUID that a name has in every export."""
    return str(uuid5(NAMESPACE_DNS, name))


def write_project(
    path: Path,
    codings: Iterable[Coded],
    book: Mapping[str, str] = BOOK,
    cases: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    made_by: str = "",
) -> Path:
    """Write a project.

    Parameters
    ----------
    path : Path
    codings : iterable of tuple
    book : mapping of str to str
        Label of the parent by label of the code; "" at the top.
    cases : mapping of str to str
        Who speaks in a source, by its title.
    texts : mapping of str to str
        By the title of the source; those of `codings` are in any case.
    made_by : str
        Programs make GUIDs of their own: another word, other GUIDs of codes.
    """
    codings = list(codings)
    texts = {title: TEXT for _, title, *_ in codings} | dict(texts or {})
    sources = "".join(_source(title, text, codings, made_by) for title, text in texts.items())
    users = "".join(
        f'<User guid="{guid(name)}" name={quoteattr(name)}/>' for name in {c[0]: 0 for c in codings}
    )
    people = "".join(
        f'<Case guid="{guid(name + "case")}" name={quoteattr(name)}>'
        + "".join(f'<SourceRef targetGUID="{guid(t)}"/>' for t, who in (cases or {}).items() if who == name)
        + "</Case>"
        for name in dict.fromkeys((cases or {}).values())
    )
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="small">'
        f"<Users>{users}</Users><CodeBook><Codes>{_codes(book, '', made_by)}</Codes></CodeBook>"
        f"<Cases>{people}</Cases><Sources>{sources}</Sources></Project>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        for title, text in texts.items():
            archive.writestr(f"sources/{guid(title)}.txt", text)
    return path


def _codes(book: Mapping[str, str], parent: str, made_by: str) -> str:
    return "".join(
        f'<Code guid="{guid(made_by + label)}" name={quoteattr(label)} isCodable="true">'
        f"{_codes(book, label, made_by)}</Code>"
        for label, above in book.items()
        if above == parent
    )


def _source(title: str, text: str, codings: Iterable[Coded], made_by: str) -> str:
    selections = "".join(
        f'<PlainTextSelection guid="{guid(f"{coder}{title}{start}{end}{code}")}" startPosition="{start}" '
        f'endPosition="{end - 1}" name={quoteattr(text[start:end])} creatingUser="{guid(coder)}">'
        f'<Coding guid="{guid(f"c{coder}{title}{start}{end}{code}")}" creatingUser="{guid(coder)}">'
        f'<CodeRef targetGUID="{guid(made_by + code)}"/></Coding></PlainTextSelection>'
        for coder, where, start, end, code in codings
        if where == title
    )
    return (
        f'<TextSource guid="{guid(title)}" name={quoteattr(title)} '
        f'plainTextPath="internal://{guid(title)}.txt">{selections}</TextSource>'
    )
