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
    assert imported.issues["found"].tolist() == ["all 2 selections with words verified"]


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
    assert imported.issues.loc[0, "done"].startswith("not verified; ends read as the last character")


def test_a_selection_with_other_words_is_reported(qdpx):
    selections = selection(3, 14, name="agreed rules") + selection(19, 31, name="another text")
    issues = read_export(qdpx(project(source(selections)), STORED)).issues
    assert issues.loc[0, "found"] == "1 of 2 selections hold other words (at 19)"


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
    assert "1 PDFSelection elements" in imported.issues["found"].tolist()


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


def test_a_damaged_text_is_refused(tmp_path, qdpx):
    whole = qdpx(project(source("")), STORED).read_bytes().replace(b"agreed", b"argued")
    (tmp_path / "damaged.qdpx").write_bytes(whole)
    with pytest.raises(DataError, match="not a zip that can be read"):
        read_export(tmp_path / "damaged.qdpx")


@pytest.mark.parametrize(
    ("xml", "texts", "message"),
    [
        (project(source("")), {}, "the project holds no file s1.txt"),
        (project(source("", "relative://s1.txt")), {}, "lies outside the project"),
        (project(source(selection(0, 1, "v9"))), STORED, "the code v9 is not in the codebook"),
        (project(source(selection(0, 900))), STORED, "a selection lies outside the text"),
        (project(source(selection(5, 2))), STORED, "a selection lies outside the text"),
        (project(source("")), {"sources/s1.txt": b"\xe9t\xe9"}, "not UTF-8"),
        (project(source("")).replace("</Project>", ""), STORED, "the XML is damaged"),
        (project(source("")).replace("Codes>", "Kodes>"), STORED, "no codebook in it"),
        (project(source(selection(0, 1))).replace('"1"', '"one"'), STORED, "expected a whole number"),
    ],
)
def test_what_does_not_hold_together_is_refused(qdpx, xml, texts, message):
    with pytest.raises(DataError, match=message):
        read_export(qdpx(xml, texts))


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
