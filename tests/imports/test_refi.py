"""REFI-QDA projects and codebooks: whose numbers, whose words, and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from peerbook.errors import DataError
from peerbook.imports import archive, read_export

TEXT = "We agreed rules.\nI chose to stay. 😀 And so did she."
STORED = {"sources/s1.txt": TEXT.encode()}
CODES = """
  <Code guid="v1" name="Safety" isCodable="true"><Description> Being and feeling safe. </Description>
    <Code guid="v1a" name="Ground rules" isCodable="true"/></Code>
  <Code guid="v2" name="Choice" isCodable="true"/>"""


def selection(start: int, end: int, code: str = "v1", name: str = "", user: str = "u1") -> str:
    return (
        f'<PlainTextSelection guid="sel{start}" startPosition="{start}" endPosition="{end}" name="{name}">'
        f'<Coding guid="c{start}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'
        "</PlainTextSelection>"
    )


def source(
    selections: str, path: str = "internal://s1.txt", guid: str = "s1", name: str = "Interview 1"
) -> str:
    return f'<TextSource guid="{guid}" name="{name}" plainTextPath="{path}">{selections}</TextSource>'


def project(sources: str, cases: str = "", namespace: str = "urn:QDA-XML:project:1.0") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="{namespace}" name="small">
  <Users><User guid="u1" name="Ada"/><User guid="u2" name="Bo"/></Users>
  <CodeBook><Codes>{CODES}</Codes></CodeBook>
  <Variables><Variable guid="var1" name="gender" typeOfVariable="Text"/>
    <Variable guid="var2" name="shoe size" typeOfVariable="Integer"/></Variables>
  <Cases>{cases}</Cases>
  <Sources>{sources}</Sources>
</Project>"""


@pytest.fixture
def qdpx(tmp_path) -> Callable[..., Path]:
    """Write a project: XML, and texts by their path in the zip."""

    def write(xml: str, texts: dict[str, bytes] | None = None, xml_name: str = "project.qde") -> Path:
        path = tmp_path / "small.qdpx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(xml_name, xml)
            for name, content in (texts or {}).items():
                archive.writestr(name, content)
        return path

    return write


def test_a_project_becomes_rows(qdpx):
    case = (
        '<Case guid="case1" name="PV1"><SourceRef targetGUID="s1"/>'
        '<VariableValue><VariableRef targetGUID="var1"/><TextValue>Female</TextValue></VariableValue>'
        '<VariableValue><VariableRef targetGUID="var2"/><IntegerValue>38</IntegerValue></VariableValue>'
        "</Case>"
    )
    selections = selection(3, 14, "v1a", "agreed rules") + selection(19, 31, "v2", "chose to stay", "u2")
    path = qdpx(project(source(selections), case), STORED)
    imported = read_export(path, "framework", keep_text=True, keep_names=True)
    tables = imported.tables
    segments = tables["segments"]
    assert segments["text"].tolist() == ["agreed rules", "chose to stay"]
    assert segments[["start", "end"]].to_numpy().tolist() == [["3", "15"], ["19", "32"]]
    assert set(segments["quotable"]) == {"no"}
    assert tables["segment_codes"][["code_id", "coder"]].to_numpy().tolist() == [["v1a", "Ada"], ["v2", "Bo"]]
    assert tables["people"][["person_id", "gender"]].to_numpy().tolist() == [["PV1", "Female"]]
    assert "shoe size" not in tables["people"]
    book = tables["codebooks"].set_index("code_id")
    assert book.loc["v1a", "parent_id"] == "v1"
    assert book.loc["v1", "definition"] == "Being and feeling safe."
    assert set(book["codebook"]) == {"framework"}
    assert tables["sources"]["characters"].tolist() == [str(len(TEXT))]
    assert imported.issues["found"][0] == "all 2 selections with words verified"
    assert imported.beside["import_variables"].to_numpy().tolist() == [["PV1", "person", "shoe size", "38"]]


def test_words_are_left_out_unless_asked_for(qdpx):
    path = qdpx(project(source(selection(3, 14, name="agreed rules"))), STORED)
    assert read_export(path).tables["segments"]["text"].tolist() == [""]


@pytest.mark.parametrize("added", [0, 1])
@pytest.mark.parametrize(
    ("stored", "counted"), [("\r\n", "\n"), ("\n", "\r\n"), ("\r\n", "\r\n"), ("\n", "\n"), ("\r", "\n")]
)
def test_the_reading_that_gives_the_words_back_is_found(qdpx, stored, counted, added):
    """Ends may be inclusive or not; line ends may be counted otherwise than stored."""
    start = TEXT.replace("\n", counted).index("And so")
    selections = selection(start, start + 5 + added, name="And so")
    selections += selection(3, 14 + added, name="agreed rules")
    path = qdpx(project(source(selections)), {"sources/s1.txt": TEXT.replace("\n", stored).encode()})
    imported = read_export(path, keep_text=True)
    assert sorted(imported.tables["segments"]["text"]) == ["And so", "agreed rules"]
    assert imported.issues["found"].tolist() == ["all 2 selections with words verified"]


def test_code_points_are_counted_not_utf_16_units(qdpx):
    start = TEXT.index("And")
    assert start == TEXT.encode("utf-16-le").index("And".encode("utf-16-le")) // 2 - 1
    path = qdpx(project(source(selection(start, start + 2, name="And"))), STORED)
    assert read_export(path, keep_text=True).tables["segments"]["text"].tolist() == ["And"]


def test_without_words_the_standard_is_followed_and_said_to_be_unverified(qdpx):
    imported = read_export(qdpx(project(source(selection(3, 14))), STORED), keep_text=True)
    assert imported.tables["segments"]["text"].tolist() == ["agreed rules"]
    assert imported.issues.loc[0, "done"].startswith("not verified; offsets read as")
    assert "ends read as the last character" in imported.issues.loc[0, "done"]


def test_a_selection_with_other_words_is_reported(qdpx):
    selections = selection(3, 14, name="agreed rules") + selection(19, 31, name="another text")
    issues = read_export(qdpx(project(source(selections)), STORED)).issues.set_index("kind")
    found = "1 of 2 selections hold other words than are written beside them (at 19)"
    assert issues.loc["other words", ["source", "found", "number"]].tolist() == ["S001", found, 1]


@pytest.mark.parametrize("name", ["agreed r…", "agreed rul...", " agreed\n rules "])
def test_words_cut_short_or_spaced_otherwise_still_match(qdpx, name):
    imported = read_export(qdpx(project(source(selection(3, 14, name=name))), STORED))
    assert imported.issues.loc[0, "found"] == "all 1 selections with words verified"


def test_two_codes_and_two_coders_share_a_segment(qdpx):
    selections = (
        selection(3, 14, "v1") + selection(3, 14, "v2", user="u2") + selection(3, 14, "v1", user="u2")
    )
    tables = read_export(qdpx(project(source(selections)), STORED)).tables
    assert len(tables["segments"]) == 1
    assert len(tables["segment_codes"]) == 3
    assert set(tables["segment_codes"]["coder"]) == {"coder 1", "coder 2"}


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("internal://s1.txt", "Sources/s1.txt"),
        ("internal://sources/S1.TXT", "sources/s1.txt"),
    ],
)
def test_folders_and_case_vary(qdpx, path, stored):
    written = qdpx(project(source(selection(0, 1), path)), {stored: b"\xef\xbb\xbf" + TEXT.encode()})
    assert read_export(written, keep_text=True).tables["segments"]["text"].tolist() == ["We"]


def test_an_older_namespace_and_name_and_a_text_inside_the_xml(qdpx):
    inside = (
        '<TextSource guid="s1" name="Note"><PlainTextContent>We agreed.</PlainTextContent>'
        f"{selection(0, 1, name='We')}</TextSource>"
    )
    written = qdpx(project(inside, namespace="urn:QDA-XML:project:0:4"), xml_name="My study.qde")
    assert read_export(written, keep_text=True).tables["segments"]["text"].tolist() == ["We"]


def test_the_text_of_a_pdf_is_read_and_its_pictures_are_not(qdpx):
    pdf = (
        '<PDFSource guid="p1" name="Leaflet" path="internal://p1.pdf">'
        '<PDFSelection guid="x"/><Representation guid="r1" plainTextPath="internal://s1.txt">'
        f"{selection(0, 1)}</Representation></PDFSource>"
    )
    imported = read_export(qdpx(project(pdf), STORED), keep_names=True)
    assert imported.tables["segments"]["source_id"].tolist() == ["Leaflet"]
    assert "1 PDFSelection elements without a code" in imported.issues["found"].tolist()


def test_two_sources_of_one_name_stay_apart(qdpx):
    two = source(selection(0, 1)) + source(selection(0, 1), "internal://s2.txt", "s2")
    tables = read_export(
        qdpx(project(two), STORED | {"sources/s2.txt": b"Other words"}), keep_names=True
    ).tables
    assert tables["sources"]["source_id"].tolist() == ["Interview 1 s1", "Interview 1 s2"]
    assert len(tables["segments"]) == 2


def test_a_codebook(tmp_path):
    path = tmp_path / "book.qdc"
    path.write_text(f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{CODES}</Codes></CodeBook>')
    tables = read_export(path, "values").tables
    assert tables["codebooks"]["label"].tolist() == ["Safety", "Ground rules", "Choice"]
    assert tables["segments"].empty


def test_a_broken_zip_is_refused(tmp_path, qdpx):
    whole = qdpx(project(source("")), STORED).read_bytes()
    (tmp_path / "broken.qdpx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"broken\.qdpx: not a zip that can be read"):
        read_export(tmp_path / "broken.qdpx")


def test_a_damaged_text_takes_only_its_own_words_with_it(tmp_path, qdpx):
    two = source(selection(3, 14)) + source(selection(0, 4), "internal://s2.txt", "s2", "Interview 2")
    texts = STORED | {"sources/s2.txt": b"Other words"}
    whole = qdpx(project(two), texts).read_bytes().replace(b"agreed", b"argued")
    (tmp_path / "damaged.qdpx").write_bytes(whole)
    imported = read_export(tmp_path / "damaged.qdpx", keep_text=True)
    assert imported.tables["segments"]["text"].tolist() == ["", "Other"]
    assert "its text is damaged in the file" in imported.issues["found"].tolist()


@pytest.mark.parametrize(
    ("path", "texts", "found"),
    [
        ("internal://s1.txt", {}, "the project holds no text of it"),
        ("relative://s1.txt", {}, "its text lies outside the project"),
    ],
)
def test_a_source_without_its_text_stops_nothing(qdpx, path, texts, found):
    """Nothing is coded in it; in another, codes are kept without words."""
    for selections, segments in (("", 0), (selection(3, 14) + selection(19, 31), 2)):
        imported = read_export(qdpx(project(source(selections, path)), texts), keep_text=True)
        assert len(imported.tables["sources"]) == 1
        assert len(imported.tables["segments"]) == len(imported.tables["segment_codes"]) == segments
        assert imported.issues.set_index("kind").loc["text missing", "found"] == found


@pytest.mark.parametrize(
    ("odd", "kind", "found"),
    [
        (selection(0, 1, "v9"), "unknown code", "1 codings with a code that is not in the codebook"),
        (selection(0, 900), "bad selection", "it ends past the end of the text (from character 0)"),
        (selection(7, 2), "bad selection", "the end is before the start (from character 7)"),
        (selection(0, 1).replace('"1"', '"one"'), "bad selection", "its place is not a whole number"),
        (selection(0, 1).replace('"1"', '"²"'), "bad selection", "not a whole number"),
        (selection(0, 1).replace('"0"', '"-4"'), "bad selection", "not a whole number from 0"),
        (selection(0, 1).replace('"1"', f'"{"9" * 5000}"'), "bad selection", "not a whole number"),
    ],
)
def test_what_cannot_be_is_set_aside_alone_and_listed(qdpx, odd, kind, found):
    good = selection(3, 14, name="agreed rules") + selection(19, 31, "v2", "chose to stay")
    imported = read_export(qdpx(project(source(odd + good)), STORED), keep_text=True)
    assert imported.tables["segments"]["text"].tolist() == ["agreed rules", "chose to stay"]
    row = imported.issues.set_index("kind").loc[kind]
    assert found in row["found"]
    assert (row["source"], row["number"]) == ("S001", 1)


def test_a_text_in_another_encoding_is_read(qdpx):
    xml = project(source(selection(0, 2, name="tét")))
    imported = read_export(qdpx(xml, {"sources/s1.txt": b"t\xe9t ou t\xeate"}), keep_text=True)
    assert imported.tables["segments"]["text"].tolist() == ["tét"]
    assert "its text is in cp1252" in imported.issues["found"].tolist()


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (project(source("")).replace("</Project>", ""), "cut short: copy it once more"),
        (project(source("")).replace("<Users>", "<Users"), "the XML is damaged on line 3"),
        (project(source("")).replace("Codes>", "Kodes>"), "no codebook in it"),
    ],
)
def test_what_does_not_hold_together_is_refused(qdpx, xml, message):
    with pytest.raises(DataError, match=message):
        read_export(qdpx(xml, STORED))


def test_a_zip_without_its_xml_is_refused(qdpx):
    with pytest.raises(DataError, match=r"expected one file project\.qde"):
        read_export(qdpx(project(""), xml_name="readme.txt"))


def test_entities_that_could_grow_without_end_are_refused(qdpx):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    xml = project(source("")).replace("?>", f"?>{bomb}", 1)
    with pytest.raises(DataError, match="declares a document type"):
        read_export(qdpx(xml, STORED))


def test_a_text_that_unpacks_to_too_much_is_refused(qdpx, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 10)
    with pytest.raises(DataError, match="at most 10 are read"):
        read_export(qdpx(project(source("")), STORED))


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [("TOTAL", 1000, "more than 1000 bytes"), ("MOST", 1, "at most 1 are read"), ("SMALL", 10, "unpack to")],
)
def test_a_zip_has_limits_in_all(qdpx, monkeypatch, limit, value, message):
    monkeypatch.setattr(archive, limit, value)
    monkeypatch.setattr(archive, "RATIO", 1 if limit == "SMALL" else 300)
    texts = {f"sources/s{n}.txt": b"We agreed. " * 200 for n in (1, 2)}
    two = source("") + source("", "internal://s2.txt", "s2", "Interview 2")
    path = qdpx(project(two), texts)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_name("packed.qdpx"), "w", 8) as packed:
        for name in old.namelist():
            packed.writestr(name, old.read(name))
    with pytest.raises(DataError, match=message):
        read_export(path.with_name("packed.qdpx"))
