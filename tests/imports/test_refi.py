"""REFI-QDA projects and codebooks: whose numbers, whose words, and what is refused."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from peerbook.data import validate
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


def coded(code: str = "v1", user: str = "u1") -> str:
    return f'<Coding guid="c" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'


def said_by(imported) -> dict[str, tuple[str, str]]:
    """Return speaker, or speakers, by words."""
    segments = imported.tables["segments"]
    return {row.text: row.person_id or row.speakers for row in segments.itertuples()}


def test_each_case_has_its_own_selections_and_the_last_does_not_take_all(qdpx):
    selections = (
        selection(0, 15, "v9").replace('guid="sel0"', 'guid="ada"').partition("<Coding")[0]
        + "</PlainTextSelection>"
        + selection(17, 33).replace('guid="sel17"', 'guid="bo"').partition("<Coding")[0]
        + "</PlainTextSelection>"
        + selection(3, 14, "v1a", "agreed rules")
        + selection(19, 31, "v2", "chose to stay")
        + selection(3, 31, "v2")
        + selection(38, 50, "v2", "nd so did she")
    )
    cases = (
        '<Case guid="p2" name="Bo"><SelectionRef targetGUID="bo"/><SourceRef targetGUID="s1"/></Case>'
        '<Case guid="p1" name="Ada"><SelectionRef targetGUID="ada"/></Case>'
    )
    imported = read_export(qdpx(project(source(selections), cases), STORED), keep_text=True, keep_names=True)
    words = said_by(imported)
    assert words["agreed rules"] == "Ada"
    assert words["chose to stay"] == "Bo"
    assert words[TEXT[3:32]] == "Ada;Bo"
    assert words["nd so did she"] == ""
    assert imported.tables["sources"]["person_id"].tolist() == [""]


def test_two_cases_of_a_whole_source_are_both_its_speakers(qdpx):
    cases = "".join(f'<Case guid="{n}" name="{n}"><SourceRef targetGUID="s1"/></Case>' for n in ("Bo", "Ada"))
    imported = read_export(qdpx(project(source(selection(0, 1)), cases), STORED), keep_text=True)
    assert said_by(imported) == {"We": "P001;P002"}


CASE_CODES = '<Code guid="all" name="Cases"><Code guid="{}" name="Ada"/><Code guid="y" name="Bo"/></Code>'


@pytest.mark.parametrize(("guid", "inner"), [("p1", ""), ("x", '<CodeRef targetGUID="x"/>'), ("x", "")])
def test_codes_that_stand_for_cases_are_no_codes_but_say_who_speaks(qdpx, guid, inner):
    """By the guid of the case, because the case names them, or by name."""
    xml = project(
        source(selection(0, 15, guid) + selection(17, 33, "y") + selection(3, 14) + selection(19, 31)),
        f'<Case guid="p1" name="Ada">{inner}</Case><Case guid="y" name="Bo"/>',
    ).replace("</Codes>", CASE_CODES.format(guid) + "</Codes>")
    imported = read_export(qdpx(xml, STORED), keep_text=True, keep_names=True)
    assert imported.tables["codebooks"]["label"].tolist() == ["Safety", "Ground rules", "Choice"]
    assert said_by(imported) == {"agreed rules": "Ada", "chose to stay": "Bo"}
    assert imported.issues.set_index("kind").loc["case as code", "number"] == 3


def test_codes_on_cases_stay_in_the_codebook(qdpx):
    cases = (
        '<Case guid="p" name="Ada"><CodeRef targetGUID="v2"/><SourceRef targetGUID="s1"/></Case>'
        '<Case guid="q" name="Bo"><CodeRef targetGUID="v1"/><CodeRef targetGUID="v1a"/></Case>'
    )
    imported = read_export(qdpx(project(source(selection(0, 1)), cases), STORED))
    assert imported.tables["codebooks"]["code_id"].tolist() == ["v1", "v1a", "v2"]
    assert imported.issues.set_index("kind").loc["code on a case", "number"] == 3


def test_a_case_without_a_name_is_its_source(qdpx):
    case = '<Case guid="c1"><SourceRef targetGUID="s1"/></Case>'
    imported = read_export(qdpx(project(source(selection(0, 1)), case), STORED), keep_names=True)
    assert imported.tables["people"]["person_id"].tolist() == ["Interview 1"]


def test_two_transcripts_of_one_film_are_two_sources_of_one_person(qdpx):
    video = (
        '<VideoSource guid="v" name="Talk" path="internal://v.mp4">'
        '<Transcript guid="t1" name="words" plainTextPath="internal://s1.txt">'
        '<SyncPoint guid="a" position="3" timeStamp="1500"/>'
        '<SyncPoint guid="b" position="15" timeStamp="3000"/>'
        f'<TranscriptSelection guid="ts" fromSyncPoint="a" toSyncPoint="b">{coded()}</TranscriptSelection>'
        f'<TranscriptSelection fromSyncPoint="b" toSyncPoint="a">{coded("v2")}</TranscriptSelection>'
        "</Transcript>"
        '<Transcript guid="t2" name="translation"><PlainTextContent>Convenimos.</PlainTextContent>'
        "</Transcript>"
        f'<VideoSelection guid="vs" begin="61000" end="62500">{coded("v2", "u2")}</VideoSelection>'
        "</VideoSource>"
    )
    imported = read_export(qdpx(project(video), STORED), keep_text=True, keep_names=True)
    tables = imported.tables
    assert tables["sources"]["source_id"].tolist() == ["Talk", "Talk (translation)"]
    assert tables["people"]["person_id"].tolist() == ["Talk"]
    assert tables["segments"][["text", "start", "end", "locator"]].to_numpy().tolist() == [
        ["agreed rules", "3", "15", ""],
        ["", "", "", "0:00:03.000 to 0:00:01.500"],
        ["", "", "", "0:01:01.000 to 0:01:02.500"],
    ]


def test_codes_on_whole_sources_pages_and_pictures_are_kept(qdpx):
    sources = (
        source(selection(0, 1) + coded("v2"))
        + f'<PictureSource guid="p" name="Photo" path="internal://p.png">'
        f'<TextDescription guid="d"><PlainTextContent>A garden</PlainTextContent>'
        f'<PlainTextSelection guid="ds" name="garden" startPosition="2" endPosition="7">{coded()}'
        "</PlainTextSelection></TextDescription>"
        f'<PictureSelection guid="ps" firstX="1" firstY="2" secondX="3" secondY="4">{coded("v1a")}'
        "</PictureSelection></PictureSource>"
        '<PDFSource guid="q" name="Leaflet"><PDFSelection page="0" firstX="1" firstY="2" secondX="3" '
        'secondY="4"><Representation guid="r"><PlainTextContent>Be kind</PlainTextContent></Representation>'
        f"{coded('v2')}</PDFSelection></PDFSource>"
    )
    tables = read_export(qdpx(project(sources), STORED), keep_text=True, keep_names=True).tables
    found = tables["segments"].merge(tables["segment_codes"], on="segment_id")
    assert found[["source_id", "text", "locator", "code_id"]].to_numpy().tolist() == [
        ["Interview 1", "We", "", "v1"],
        ["Interview 1", TEXT, "whole source", "v2"],
        ["Photo", "garden", "", "v1"],
        ["Photo", "", "from 1, 2 to 3, 4", "v1a"],
        ["Leaflet", "Be kind", "page 1, from 1, 2 to 3, 4", "v2"],
    ]


def test_a_selection_of_a_page_that_is_also_there_as_text_is_one(qdpx):
    """As ATLAS.ti writes it: by guid, and by name and codes where it goes on over a second page."""
    text = selection(3, 15, name="agreed rules").replace('guid="sel3"', 'guid="x"')
    corners = 'firstX="1" firstY="2" secondX="3" secondY="4"'
    pages = "".join(
        f'<PDFSelection guid="{guid}" page="{page}" name="{name}" {corners}>{coded()}</PDFSelection>'
        for guid, page, name in (("x", 0, "agreed"), ("y", 1, "agreed rules"), ("z", 1, "Figure"))
    )
    pdf = (
        f'<PDFSource guid="p" name="Leaflet">{pages}<Representation guid="r" plainTextPath="internal://s1.txt">'
        f"{text}</Representation></PDFSource>"
    )
    imported = read_export(qdpx(project(pdf), STORED), keep_text=True)
    assert imported.tables["segments"][["text", "locator"]].to_numpy().tolist() == [
        ["agreed rules", ""],
        ["", "page 2, from 1, 2 to 3, 4"],
    ]
    assert imported.issues.set_index("kind").loc["given twice", "number"] == 2


def test_a_transcript_that_is_also_a_source_is_one_text_of_one_person(qdpx):
    video = (
        '<VideoSource guid="v" name="Film"><Transcript guid="t" plainTextPath="internal://s1.txt">'
        '<SyncPoint guid="a" position="3" timeStamp="1"/><SyncPoint guid="b" position="15" timeStamp="3"/>'
        f'<TranscriptSelection fromSyncPoint="a" toSyncPoint="b">{coded()}</TranscriptSelection>'
        f'<TranscriptSelection fromSyncPoint="a" toSyncPoint="b">{coded("v2")}</TranscriptSelection>'
        "</Transcript></VideoSource>"
    )
    xml = project(source(selection(3, 15, name="agreed rules")) + video)
    imported = read_export(qdpx(xml, STORED), keep_text=True, keep_names=True)
    found = imported.tables["segments"].merge(imported.tables["segment_codes"], on="segment_id")
    assert found[["source_id", "person_id", "code_id"]].to_numpy().tolist() == [
        ["Interview 1", "Interview 1", "v1"],
        ["Film", "Interview 1", "v2"],
    ]


def test_sets_notes_links_and_what_is_not_understood_are_counted(qdpx):
    more = (
        '<Notes><Note guid="n1"><PlainTextContent>I wonder</PlainTextContent></Note></Notes>'
        '<Links><Link guid="l"/><Link guid="m"/></Links>'
        '<Sets><Set guid="g" name="Group"><MemberCode targetGUID="v1"/><MemberSource targetGUID="s1"/>'
        "</Set></Sets>"
        "<Graphs><Graph><Vertex/></Graph></Graphs><Novelty/></Project>"
    )
    xml = project(source(selection(0, 1))).replace("</Project>", more)
    imported = read_export(qdpx(xml, STORED), keep_names=True)
    numbers = imported.issues.set_index("kind")["number"]
    for kind, number in {"note": 1, "Link": 2, "Graph": 1, "set": 1, "not understood: Novelty": 1}.items():
        assert numbers[kind] == number
    assert imported.beside["import_sets"].to_numpy().tolist() == [
        ["Group", "code", "v1"],
        ["Group", "source", "Interview 1"],
    ]


def test_guids_given_twice_and_written_otherwise_stop_nothing(qdpx):
    xml = project(
        source(selection(3, 14, "{V1A}")) + source(selection(0, 1, "V2"), name="Interview 2"),
        '<Case guid="p" name="Ada"><SourceRef targetGUID="S1"/></Case>'
        '<Case guid="p" name="Ada"><SourceRef targetGUID="s1"/></Case>',
    ).replace("</Codes>", '<Code guid="v2" name="Choice again"/></Codes>')
    imported = read_export(qdpx(xml, STORED), keep_text=True, keep_names=True)
    assert said_by(imported) == {"agreed rules": "Ada", "We": "Ada"}
    assert imported.tables["codebooks"]["code_id"].tolist() == ["v1", "v1a", "v2"]
    assert imported.issues.set_index("kind").loc["code given twice", "number"] == 1


def test_variables_that_can_identify_somebody_are_not_stored(qdpx, tmp_path):
    case = (
        '<Case guid="p" name="Ada"><SourceRef targetGUID="s1"/><VariableValue>'
        '<VariableRef targetGUID="var2"/>'
        "<TextValue>ada@example.org</TextValue></VariableValue></Case>"
    )
    imported = read_export(qdpx(project(source(selection(0, 1)), case), STORED))
    assert imported.beside["import_variables"].empty
    found = imported.issues.set_index("kind").loc["identifying variable", "found"]
    assert found == "the variable 'shoe size' seems to hold e-mail addresses"


def test_coders_who_share_a_name_stay_two(qdpx):
    xml = project(source(selection(0, 1) + selection(0, 1, user="u2"))).replace('name="Bo"', 'name="Ada"')
    tables = read_export(qdpx(xml, STORED), keep_names=True).tables
    assert tables["segment_codes"]["coder"].tolist() == ["Ada", "Ada (2)"]


def test_codes_within_codes_go_as_deep_as_a_program_lets_them(qdpx):
    depth = 3000
    nested = "".join(f'<Code guid="d{n}" name="Level {n}">' for n in range(depth)) + "</Code>" * depth
    xml = project(source(selection(0, 1, "d2999"))).replace("</Codes>", f"{nested}</Codes>")
    book = read_export(qdpx(xml, STORED)).tables["codebooks"].set_index("code_id")["parent_id"]
    assert book["d2999"] == "d2998"


def test_elements_without_end_are_refused(qdpx, monkeypatch):
    monkeypatch.setattr("peerbook.imports.qde.DEEPEST", 5)
    with pytest.raises(DataError, match="more than 5 elements lie within each other"):
        read_export(qdpx(project(source(selection(0, 1))), STORED))


def test_a_folder_and_a_bare_qde_are_read_like_the_zip_and_an_empty_folder_is_refused(qdpx, tmp_path):
    path = qdpx(project(source(selection(3, 14))), STORED)
    (tmp_path / "folder.qdpx").mkdir()
    with pytest.raises(DataError, match=r"expected one file project\.qde in it, found none"):
        read_export(tmp_path / "folder.qdpx")
    with zipfile.ZipFile(path) as archive_:
        archive_.extractall(tmp_path / "folder.qdpx")
    for place in (tmp_path / "folder.qdpx", tmp_path / "folder.qdpx" / "project.qde"):
        assert read_export(place, keep_text=True).tables["segments"]["text"].tolist() == ["agreed rules"]


def test_a_zip_within_its_folder_and_of_a_mac_is_read(qdpx, tmp_path):
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("__MACOSX/._project.qde", "x")
        packed.writestr("My study/project.qde", project(source(selection(3, 14))))
        packed.writestr("My study/Sources/s1.txt", TEXT)
    assert read_export(path, keep_text=True).tables["segments"]["text"].tolist() == ["agreed rules"]


def test_what_xml_forbids_is_replaced_and_counted(qdpx):
    xml = project(source(selection(3, 14))).replace('name="Safety"', 'name="Safe&#x1;ty"')
    imported = read_export(qdpx(xml, STORED))
    assert imported.tables["codebooks"]["label"][0] == "Safe\N{REPLACEMENT CHARACTER}ty"
    assert imported.issues.set_index("kind").loc["forbidden character", "number"] == 1


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_what_is_written_passes_the_checks_whatever_the_line_ends(qdpx, tmp_path, end):
    text = 'One, "two"\r three\0'.replace("\r", end)
    length = len(text.replace("\r\n", "\n"))
    path = qdpx(
        project(source(selection(0, length, name="")).replace('name=""', "")),
        {"sources/s1.txt": text.encode()},
    )
    imported = read_export(path, keep_text=True)
    imported.write(tmp_path / "raw")
    problems = validate(tmp_path / "raw", "side_by_side").problems
    assert not problems["file"].str.startswith("coding").any()


def test_a_piece_too_long_for_a_cell_is_kept_without_its_words(qdpx, tmp_path):
    text = "We agreed. " * 12_000
    path = qdpx(project(source(coded())), {"sources/s1.txt": text.encode()})
    imported = read_export(path, keep_text=True)
    assert imported.tables["segments"][["text", "end"]].to_numpy().tolist() == [["", str(len(text))]]
    imported.write(tmp_path / "raw")
    problems = validate(tmp_path / "raw", "side_by_side").problems
    assert not problems["file"].str.startswith("coding").any()


def test_how_it_was_read_and_what_was_set_aside_stands_beside_the_tables(qdpx, tmp_path):
    path = qdpx(project(source(selection(3, 14, name="agreed rules") + selection(0, 900))), STORED)
    read_export(path).write(tmp_path / "raw")
    record = json.loads((tmp_path / "raw" / "import_record.json").read_text(encoding="utf-8"))[0]
    assert record["reading"] == "Unicode code points, ends read as the last character, line ends as stored"
    assert record["sure"] == "certain"
    assert record["rows"]["segment_codes"] == 1
    issues = pd.read_csv(tmp_path / "raw" / "import_issues.csv")
    assert issues.columns.tolist() == ["source", "kind", "found", "done", "number"]
    assert "bad selection" in issues["kind"].tolist()


def test_nothing_beside_the_tables_names_anybody(qdpx, tmp_path):
    case = (
        '<Case guid="p" name="Zebedee"><SourceRef targetGUID="s1"/><VariableValue>'
        '<VariableRef targetGUID="var2"/><IntegerValue>38</IntegerValue></VariableValue></Case>'
    )
    xml = project(source(selection(3, 14) + selection(0, 900), name="Talk with Zebedee"), case)
    read_export(qdpx(xml, STORED)).write(tmp_path / "raw")
    written = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "raw").rglob("*.*"))
    assert "Zebedee" not in written
    assert "P001,person,shoe size,38" in written
