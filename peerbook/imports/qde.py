"""The XML of a REFI-QDA project or codebook, read element by element, so that its size hardly counts.

Namespaces differ between versions and programs, so elements are known by their local names. What is read here
is kept as it stands; `refi` says what it means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from types import MappingProxyType

from peerbook.errors import DataError

DEEPEST = 20_000  # elements within elements
SOURCES = frozenset(("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource"))
HOLDERS = frozenset(("TextSource", "Representation", "Transcript", "TextDescription", "Note"))
SELECTIONS = frozenset(
    (
        "PlainTextSelection",
        "PictureSelection",
        "PDFSelection",
        "AudioSelection",
        "VideoSelection",
        "TranscriptSelection",
    )
)
VALUES = frozenset(("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue"))
TEXTUAL = VALUES | {"Description", "PlainTextContent"}
PLAIN = frozenset(  # elements that only hold others
    ("Project", "CodeBook", "Users", "Codes", "Variables", "Cases", "Sources", "Notes", "Links", "Sets")
)
PLACES = (
    *("begin", "end", "page", "firstX", "firstY", "secondX", "secondY"),
    *("fromSyncPoint", "toSyncPoint"),
)
NOWHERE: Mapping[str, str] = MappingProxyType({})
COUNTED = frozenset(("Link", "Graph", "NoteRef"))
WITHIN_COUNTED = frozenset(("Graphs", "Vertex", "Edge"))
# What XML forbids, as it is or as a reference; some programs write it all the same.
FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|"
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));"
)
INSTEAD = "\N{REPLACEMENT CHARACTER}".encode()


@dataclass(slots=True)
class RawCode:
    """A code: its guid, that of the code it lies in, and whether text can be coded with it."""

    guid: str
    name: str
    parent: str
    definition: str = ""


@dataclass(slots=True)
class RawCoding:
    """A coder's act: the guids of the user and of the codes."""

    user: str
    codes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RawSelection:
    """A part of a source: its kind, its characters, and its place otherwise, as attributes say them."""

    kind: str
    guid: str
    name: str
    user: str
    start: str | None
    end: str | None
    at: Mapping[str, str]
    codings: list[RawCoding] = field(default_factory=list)
    holder: RawHolder | None = None


@dataclass(slots=True)
class RawHolder:
    """What holds a text: a text source, that of a PDF, a transcript, a description of a picture, a note."""

    kind: str
    guid: str
    name: str
    path: str
    content: str | None = None
    user: str = ""
    selections: list[RawSelection] = field(default_factory=list)
    codings: list[RawCoding] = field(default_factory=list)
    points: dict[str, tuple[str, str]] = field(default_factory=dict)  # position and time of sync points


@dataclass(slots=True)
class RawSource:
    """A source, its texts, and what is selected and coded of it otherwise."""

    kind: str
    guid: str
    name: str
    user: str = ""
    holders: list[RawHolder] = field(default_factory=list)
    selections: list[RawSelection] = field(default_factory=list)
    codings: list[RawCoding] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class RawCase:
    """A case: what it has variables of, and which codes, sources and selections are its own."""

    guid: str
    name: str
    codes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    selections: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class RawSet:
    """A set of codes, sources or notes."""

    guid: str
    name: str
    members: list[tuple[str, str]] = field(default_factory=list)  # kind and guid


@dataclass(slots=True)
class RawProject:
    """What an XML holds, in the order in which it holds it."""

    origin: str = ""
    has_codebook: bool = False
    users: list[tuple[str, str]] = field(default_factory=list)
    codes: list[RawCode] = field(default_factory=list)
    variables: list[tuple[str, str]] = field(default_factory=list)
    cases: list[RawCase] = field(default_factory=list)
    sources: list[RawSource] = field(default_factory=list)
    notes: list[RawHolder] = field(default_factory=list)
    sets: list[RawSet] = field(default_factory=list)
    counted: Counter = field(default_factory=Counter)
    unknown: Counter = field(default_factory=Counter)
    replaced: int = 0


def read(chunks: Iterable[bytes], name: str) -> RawProject:
    """Read the XML of a project or a codebook.

    Parameters
    ----------
    chunks : iterable of bytes
        The file, some bytes at a time.
    name : str
        Of the export, for messages.

    Raises
    ------
    DataError
        If it is not well-formed XML, declares a document type or entities, or is nested without end.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    builder = _Builder(name)
    parser = XMLParser(target=builder, forbid_dtd=True)
    try:
        for chunk in _allowed(chunks, builder.project):
            parser.feed(chunk)
        return parser.close()
    except ParseError as error:
        raise DataError(f"{name}: {_damage(error)}") from error
    except DefusedXmlException as error:
        raise DataError(
            f"{name}: the XML declares a document type or entities, which are not read, because they can "
            "fill a computer. No program for coding writes them: remove the line that begins with <!DOCTYPE."
        ) from error
    except (LookupError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{name}: the XML is damaged, or in an encoding that is not read. Save it as UTF-8."
        ) from error


def _damage(error: Exception) -> str:
    line = getattr(error, "position", (0, 0))[0]
    said = str(error).partition(":")[0]
    if "no element found" in said or "unclosed" in said:
        return (
            f"the XML is damaged: it ends too early, on line {line}. The file is cut short: copy it "
            "once more from where it was saved; if that does not help, export the project again."
        )
    return (
        f"the XML is damaged on line {line} ({said}). If the file was edited by hand, take the one that the "
        "program wrote; otherwise copy it once more from where it was saved, or export the project again."
    )


def _allowed(chunks: Iterable[bytes], project: RawProject) -> Iterator[bytes]:
    """Yield the bytes with what XML forbids replaced, if every letter of them may be looked at alone."""
    kept, first, plain = b"", True, True
    for chunk in chunks:
        piece = kept + chunk
        if first:
            if len(piece) < 4:
                kept = piece
                continue
            plain = piece[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" not in piece[:4]
            if plain and not piece.startswith(b"\xef\xbb\xbf"):
                piece = piece.lstrip(b" \t\r\n")
            first = False
        if not plain:
            yield piece
            kept = b""
            continue
        cut = piece.rfind(b"&", max(0, len(piece) - 16))
        kept = piece[cut:] if cut >= 0 and b";" not in piece[cut:] else b""
        piece = piece[: len(piece) - len(kept)]
        piece, n = FORBIDDEN.subn(INSTEAD, piece)
        project.replaced += n
        yield piece
    if kept:
        yield kept


def guid_of(text: str | None) -> str:
    """Return a guid as all programs could have written it."""
    return intern((text or "").strip().strip("{}").casefold())


class _Builder:
    """Takes the elements as the parser meets them; `path` has those that are open, and what each became."""

    def __init__(self, name: str) -> None:
        self.project = RawProject()
        self._name = name
        self._path: list[tuple[str, object]] = []
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if len(self._path) >= DEEPEST:
            raise DataError(
                f"{self._name}: more than {DEEPEST} elements lie within each other. This is not how a "
                "program exports a project."
            )
        name = tag.rpartition("}")[2]
        within = self._path[-1] if self._path else ("", None)
        self._path.append((name, self._made(name, attributes, *within)))
        self._text = [] if name in TEXTUAL else None

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name, _ = self._path.pop()
        if self._text is not None and name in TEXTUAL and self._path:
            self._said(name, "".join(self._text))
        self._text = None

    def data(self, text: str) -> None:
        """Take text."""
        if self._text is not None:
            self._text.append(text)

    def close(self) -> RawProject:
        """Return the project."""
        return self.project

    def _said(self, name: str, text: str) -> None:
        outer, made = self._path[-1]
        if name == "PlainTextContent" and isinstance(made, RawHolder):
            made.content = text
        elif name == "Description" and isinstance(made, RawCode):
            made.definition = text.strip()
        elif name == "Description" and text.strip():
            self.project.counted[f"Description of {outer}"] += 1
        elif name in VALUES and isinstance(made, list):
            made[1] = text.strip()
            self._keep_value(made)

    def _keep_value(self, value: list[str]) -> None:
        owner = self._path[-2][1] if len(self._path) > 1 else None
        if isinstance(owner, RawHolder) and owner.kind == "TextSource":
            owner = self.project.sources[-1]
        if isinstance(owner, RawCase | RawSource):
            owner.values.append((value[0], value[1]))

    def _made(self, name: str, attributes: dict[str, str], outer: str, within: object) -> object:
        """Return what an element becomes, put to where it belongs; nothing of one that only holds others."""
        project, guid = self.project, guid_of(attributes.get("guid"))
        title, user = attributes.get("name", "").strip(), _user(attributes)
        target = guid_of(attributes.get("targetGUID") or attributes.get("guid"))
        if name == "Code" and (outer == "Codes" or isinstance(within, RawCode)):
            parent = within.guid if isinstance(within, RawCode) else ""
            project.codes.append(RawCode(guid or f"code {len(project.codes) + 1}", title, parent))
            return project.codes[-1]
        if name in SELECTIONS:
            start, end = attributes.get("startPosition"), attributes.get("endPosition")
            at = {key: attributes[key] for key in PLACES if key in attributes} or NOWHERE
            return self._selection(RawSelection(name, guid, title, user, start, end, at), within)
        if name == "Coding":
            return self._coding(RawCoding(user), within)
        if name == "CodeRef" and isinstance(within, RawCoding | RawCase):
            within.codes.append(target)
        elif name in SOURCES and outer == "Sources":
            return self._new_source(name, guid, attributes)
        elif name in HOLDERS:
            return self._holder(_holder(name, guid, attributes), within)
        elif name == "SyncPoint" and isinstance(within, RawHolder):
            within.points[guid] = (attributes.get("position", ""), attributes.get("timeStamp", ""))
        elif name == "SourceRef" and isinstance(within, RawCase):
            within.sources.append(target)
        elif name == "SelectionRef" and isinstance(within, RawCase):
            within.selections.append(target)
        elif name == "VariableValue":
            return ["", ""]
        elif name == "VariableRef" and isinstance(within, list):
            within[0] = target
        elif name == "User":
            project.users.append((guid, title or attributes.get("id", "").strip()))
        elif name == "Variable":
            project.variables.append((guid, title))
        elif name == "Case":
            project.cases.append(RawCase(guid, title))
            return project.cases[-1]
        elif name == "Set":
            project.sets.append(RawSet(guid, title))
            return project.sets[-1]
        elif name.startswith("Member") and isinstance(within, RawSet):
            within.members.append((name.removeprefix("Member").lower(), target))
        elif name in COUNTED:
            project.counted[name] += 1
        elif name in PLAIN:
            self._outline(name, attributes)
        elif name not in TEXTUAL and name not in WITHIN_COUNTED:
            project.unknown[name] += 1
        return None

    def _outline(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Codes":
            self.project.has_codebook = True
        if name in ("Project", "CodeBook") and attributes.get("origin"):
            self.project.origin = attributes["origin"].strip()

    def _selection(self, selection: RawSelection, within: object) -> RawSelection:
        if isinstance(within, RawHolder | RawSource):
            within.selections.append(selection)
        else:
            self.project.unknown[selection.kind] += 1
        return selection

    def _coding(self, coding: RawCoding, within: object) -> RawCoding:
        if isinstance(within, RawHolder | RawSource | RawSelection):
            within.codings.append(coding)
        else:
            self.project.unknown["Coding"] += 1
        return coding

    def _new_source(self, name: str, guid: str, attributes: dict[str, str]) -> RawHolder | RawSource:
        source = RawSource(name, guid, attributes.get("name", "").strip(), _user(attributes))
        self.project.sources.append(source)
        if name != "TextSource":
            return source
        source.holders.append(_holder(name, guid, attributes))
        return source.holders[0]

    def _holder(self, holder: RawHolder, within: object) -> RawHolder:
        if isinstance(within, RawSource):
            within.holders.append(holder)
        elif isinstance(within, RawSelection):
            within.holder = holder
        elif holder.kind == "Note":
            self.project.notes.append(holder)
        else:
            self.project.unknown[holder.kind] += 1
        return holder


def _holder(name: str, guid: str, attributes: dict[str, str]) -> RawHolder:
    title = attributes.get("name", "").strip()
    return RawHolder(name, guid, title, attributes.get("plainTextPath", "").strip(), user=_user(attributes))


def _user(attributes: dict[str, str]) -> str:
    return guid_of(attributes.get("creatingUser") or attributes.get("modifyingUser"))
