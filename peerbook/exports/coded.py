"""Coded material as REFI-QDA, for other programs: a codebook, or a project of the public part.

The public part of made-up data is all of it, but for words without consent to be quoted. Of real people it is
the codebook, and extracts that may be quoted with their codes: in one text, in the order of the alphabet, so
that nobody can tell which of them one person said. Where words are not public their place holds dots.

References
----------
REFI-QDA Standard 1.5 (2019), www.qdasoftware.org: sections 5.2 and 5.3 for the XML, 10.2 for positions.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.data.definitions import Definitions
from peerbook.data.folder import open_folder
from peerbook.data.schema import FINAL, coding_schema
from peerbook.data.text import text_of
from peerbook.errors import DataError, ParameterError
from peerbook.imports.joined import guid_of

if TYPE_CHECKING:
    from lxml.etree import _Element

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
SUFFIXES = (".qdpx", ".qdc")
ORIGIN = "peerbook"
TABLES = ("codebooks", "people", "sources", "segments", "segment_codes")
NOT_SHOWN = "·"  # in the place of a letter that is not public
EXTRACTS = "Extracts that may be quoted"
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = (1980, 1, 1, 0, 0, 0)  # the same rows give the same bytes


@dataclass(frozen=True)
class Written:
    """What an export holds.

    Attributes
    ----------
    codes, sources, segments, codings : int
    with_words : int
        Segments whose words are in it.
    left_out : int
        Codings of the codebook that are not in it: of earlier rounds, of segments that are not public, or
        that say that a code is absent or difficult, which REFI-QDA has no place for.
    """

    codes: int
    sources: int = 0
    segments: int = 0
    codings: int = 0
    with_words: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        return (
            f"{self.codes} codes, {self.sources} sources, {self.segments} segments ({self.with_words} with "
            f"words), {self.codings} codings; {self.left_out} codings left out"
        )


def export_coding(
    folder: str | Path, file: str | Path, codebook: str = "", study: str | Definitions = ""
) -> Written:
    """Write the public part of a folder's coded material as a REFI-QDA codebook or project.

    Parameters
    ----------
    folder : str or Path
        Raw data.
    file : str or Path
        `.qdc` for the codebook alone, `.qdpx` for the project; it must not be there yet.
    codebook : str
        Which one, if the folder has several.
    study : str or Definitions
        Whose definitions hold; by default what the folder says.

    Raises
    ------
    DataError
        If the folder has errors or no codes, or the file is there.
    ParameterError
        If the file has another ending, or the codebook is unknown or has to be named.
    """
    file = Path(file)
    if file.suffix.lower() not in SUFFIXES:
        raise ParameterError(f"{file.name}: found {file.suffix!r}; expected {' or '.join(SUFFIXES)}.")
    if file.exists():
        raise DataError(f"{file}: it is there already, and nothing is overwritten. Name another file.")
    raw = open_folder(folder, study).checked()
    tables = {name: _texts(raw.tables.get(f"coding/{name}")) for name in TABLES}
    codes = _codes(tables["codebooks"], codebook)
    if file.suffix.lower() == ".qdc":
        file.write_bytes(_xml(_codebook(codes)))
        return Written(len(codes))
    public = _Public.of(tables, codes, raw.synthetic)
    texts = public.texts()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "project.qde", _xml(_project(codes, public, texts)))
        for source, text in texts.items():
            _put(archive, f"sources/{_guid('source', source)}.txt", text.encode())
    file.write_bytes(whole.getvalue())
    return public.counted(codes)


def _texts(table: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if table is None else text_of(table)


def _codes(books: pd.DataFrame, codebook: str) -> pd.DataFrame:
    """Return the codes of the latest version of a codebook."""
    if books.empty:
        raise DataError("coding/codebooks.csv: no codes to export. Import coded material first.")
    names = list(books["codebook"].unique())
    if not codebook and len(names) > 1:
        raise ParameterError(f"--codebook: name the one to export, of: {', '.join(names)}.")
    check_one_of("codebook", codebook or names[0], names)
    mine = books[books["codebook"] == (codebook or names[0])]
    versions = mine["version"].astype(int)
    mine = mine[versions == versions.max()]
    columns = ["codebook", "code_id", "parent_id", "label", "definition"]
    return mine.reindex(columns=columns, fill_value="").reset_index(drop=True)


@dataclass(frozen=True)
class _Public:
    """The rows that may be seen: people and sources of made-up data, segments with places, codings."""

    people: pd.DataFrame
    sources: pd.DataFrame
    segments: pd.DataFrame
    given: pd.DataFrame
    left_out: int

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], codes: pd.DataFrame, synthetic: bool) -> _Public:
        columns = ["segment_id", "code_id", "coder", "round", "valence"]
        given = tables["segment_codes"].reindex(columns=columns, fill_value="")
        mine = given[given["code_id"].isin(codes["code_id"])]
        shown = mine[(mine["round"] == FINAL) & (mine["valence"] == "supports")]
        columns = ["segment_id", "source_id", "person_id", "start", "end", "text", "quotable"]
        segments = tables["segments"].reindex(columns=columns, fill_value="")
        segments = segments.assign(text=segments["text"].where(segments["quotable"] == "yes", ""))
        segments = segments[segments["segment_id"].isin(shown["segment_id"])]
        sources = tables["sources"].reindex(columns=["source_id", "person_id", "characters"], fill_value="")
        people = tables["people"]
        if not synthetic:
            segments = segments[segments["text"] != ""].sort_values(["text", "segment_id"])
            segments = segments.assign(source_id=EXTRACTS, person_id="", start="", end="")
            numbers = [f"{place:04}" for place in range(1, len(segments) + 1)]
            new = dict(zip(segments["segment_id"], numbers, strict=True))
            segments = segments.assign(segment_id=numbers)
            shown = shown[shown["segment_id"].isin(new)]
            shown = shown.assign(segment_id=shown["segment_id"].map(new)).sort_values("segment_id")
            sources = pd.DataFrame({"source_id": [EXTRACTS], "person_id": "", "characters": ""})
            sources, people = sources.head(len(segments)), people.head(0)
        shown = shown.drop_duplicates(["segment_id", "code_id", "coder"])
        return cls(people, sources, _placed(segments, sources), shown, len(mine) - len(shown))

    def texts(self) -> dict[str, str]:
        """Return the text of each source: words that are public, and dots."""
        ends = self.segments.groupby("source_id")["end"].max()
        found = {}
        pieces = dict(tuple(self.segments.groupby("source_id", sort=False)))
        for source, said in self.sources[["source_id", "characters"]].itertuples(index=False, name=None):
            length = max(int(said or 0), int(ends.get(source, 0)))
            letters = list(NOT_SHOWN * length)
            rows = pieces.get(source)
            for start, end, words, apart in _rows(rows, "start", "end", "text", "apart"):
                if apart:
                    letters[start - 1] = "\n"
                if words:
                    letters[start:end] = words
            found[source] = "".join(letters)
        return found

    def counted(self, codes: pd.DataFrame) -> Written:
        """Count what is in the export."""
        with_words = int((self.segments["text"] != "").sum())
        sizes = len(codes), len(self.sources), len(self.segments), len(self.given)
        return Written(*sizes, with_words, self.left_out)


def _placed(segments: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Give a place to segments that have none: lines at the end of their source (`apart`).

    Words that do not fill their place are left out.
    """
    known = dict(zip(sources["source_id"], sources["characters"], strict=True))
    places = segments[["start", "end"]].apply(pd.to_numeric)
    placed = places["end"] > places["start"]
    ends = {source: int(length or 0) for source, length in known.items()}
    for source, end in segments.loc[placed, ["source_id", "end"]].itertuples(index=False, name=None):
        ends[source] = max(ends.get(source, 0), int(end))
    rows = []
    for row, has_place in zip(segments.to_dict("records"), placed, strict=True):
        if has_place:
            start, end = int(row["start"]), int(row["end"])
        else:
            start = ends[row["source_id"]] + (1 if ends[row["source_id"]] else 0)
            end = start + max(len(row["text"]), 3)
            ends[row["source_id"]] = end
        text = row["text"] if len(row["text"]) == end - start else ""
        rows.append({**row, "start": start, "end": end, "text": text, "apart": not has_place and start > 0})
    return pd.DataFrame(rows, columns=[*segments.columns, "apart"])


# XML


def _codebook(codes: pd.DataFrame) -> _Element:
    from lxml.etree import Element

    root = Element("CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    _add_codes(_add(root, "Codes"), codes)
    return root


def _project(codes: pd.DataFrame, public: _Public, texts: Mapping[str, str]) -> _Element:
    from lxml.etree import Element

    root = Element("Project", nsmap={None: PROJECT}, name=_clean(codes["codebook"].iloc[0]), origin=ORIGIN)
    coders = sorted(public.given["coder"].unique())
    users = _add(root, "Users") if coders else None
    for coder in coders:
        _add(users, "User", guid=_guid("coder", coder), name=coder)
    _add_codes(_add(_add(root, "CodeBook"), "Codes"), codes)
    held = ("person_id", "strands", "status", "project_id")
    variables = [
        name for name in public.people if name in coding_schema("people").fields and name not in held
    ]
    variables = [name for name in variables if (public.people[name] != "").any()]
    holder = _add(root, "Variables") if variables else None
    for name in variables:
        _add(holder, "Variable", guid=_guid("variable", name), name=name, typeOfVariable="Text")
    holder = _add(root, "Cases") if len(public.people) else None
    for case in _people(public):
        _add_case(holder, case, variables)
    holder = _add(root, "Sources") if len(public.sources) else None
    guids = {code: guid_of(codes["codebook"].iloc[0], code) for code in codes["code_id"]}
    given = dict(tuple(public.given.groupby("segment_id", sort=False)))
    pieces = dict(tuple(public.segments.groupby("source_id", sort=False)))
    for source in public.sources["source_id"]:
        guid = _guid("source", source)
        element = _add(holder, "TextSource", guid=guid, name=source, plainTextPath=f"internal://{guid}.txt")
        for segment, start, end in _rows(pieces.get(source), "segment_id", "start", "end"):
            selection = _add_selection(element, segment, start, texts[source][start:end])
            _add_codings(selection, segment, given[segment], guids)
    return root


def _add_codes(holder: _Element, codes: pd.DataFrame) -> None:
    """Put each code below its parent; a parent that is not in the codebook is none."""
    known = set(codes["code_id"])
    below: dict[str, list] = {}
    for row in codes.to_dict("records"):
        below.setdefault(row["parent_id"] if row["parent_id"] in known else "", []).append(row)
    open_ = [(holder, row) for row in reversed(below.get("", ()))]
    while open_:
        above, row = open_.pop()
        guid = guid_of(row["codebook"], row["code_id"])
        code = _add(above, "Code", guid=guid, name=row["label"], isCodable="true")
        if row["definition"]:
            _add(code, "Description").text = _clean(row["definition"])
        open_ += [(code, each) for each in reversed(below.get(row["code_id"], ()))]


def _people(public: _Public) -> Iterator[tuple[dict, list[str], list[str]]]:
    """Yield each person, the sources that are theirs, and what they said in those of others or of several."""
    whose = dict(zip(public.sources["source_id"], public.sources["person_id"], strict=True))
    sources: dict[str, list[str]] = {}
    for source, person in whose.items():
        sources.setdefault(person, []).append(source)
    segments: dict[str, list[str]] = {}
    for segment, source, person in _rows(public.segments, "segment_id", "source_id", "person_id"):
        if person and whose.get(source) != person:
            segments.setdefault(person, []).append(segment)
    for row in public.people.to_dict("records"):
        yield row, sources.get(row["person_id"], []), segments.get(row["person_id"], [])


def _add_case(holder: _Element, case: tuple[dict, list[str], list[str]], variables: list[str]) -> None:
    row, sources, segments = case
    element = _add(holder, "Case", guid=_guid("person", row["person_id"]), name=row["person_id"])
    for name in variables:
        if row[name]:
            value = _add(element, "VariableValue")
            _add(value, "VariableRef", targetGUID=_guid("variable", name))
            _add(value, "TextValue").text = _clean(row[name])
    for source in sources:
        _add(element, "SourceRef", targetGUID=_guid("source", source))
    for segment in segments:
        _add(element, "SelectionRef", targetGUID=_guid("segment", segment))


def _add_selection(holder: _Element, segment: str, start: int, words: str) -> _Element:
    """Add a selection; by the standard its end is the last character."""
    return _add(
        holder,
        "PlainTextSelection",
        guid=_guid("segment", segment),
        name=words,
        startPosition=str(start),
        endPosition=str(start + len(words) - 1),
    )


def _add_codings(selection: _Element, segment: str, given: pd.DataFrame, guids: Mapping[str, str]) -> None:
    for code, coder in _rows(given, "code_id", "coder"):
        guid = _guid("coding", f"{segment} {code} {coder}")
        coding = _add(selection, "Coding", guid=guid, creatingUser=_guid("coder", coder))
        _add(coding, "CodeRef", targetGUID=guids[code])


def _rows(table: pd.DataFrame | None, *columns: str) -> Iterator[tuple]:
    return iter(()) if table is None else table[list(columns)].itertuples(index=False, name=None)


def _add(holder: _Element, tag: str, /, **attributes: str) -> _Element:
    from lxml.etree import SubElement

    return SubElement(holder, tag, {key: _clean(value) for key, value in attributes.items()})


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(text))


def _guid(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{ORIGIN}/{kind}/{name}"))


def _xml(root: _Element) -> bytes:
    from lxml.etree import tostring

    return tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
