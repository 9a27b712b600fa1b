"""Exports damaged at random: an error that says what to do, or an import that passes the checks."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from peerbook.data import validate
from peerbook.errors import DataError
from peerbook.imports import read_export

TEXT = "Ada: We agreed rules 😀 on day one.\r\nBo: I chose to stay, naïve as I was.\r\n"
PARTS = ((0, 35), (37, 73), (5, 17), (41, 56), (57, 62), (22, 32))
CODES = (("v1", "Safety"), ("v2", "Choice"), ("ada", "Ada"))
ADVICE = re.compile(
    r"[Cc]opy|[Ee]xport|[Gg]ive|[Tt]ake|[Ss]ave|Expected|Name it|[Oo]pen|not read|Download|remove"
)


def project() -> str:
    """Write a project that has something of each kind."""
    selections = "".join(
        f'<PlainTextSelection guid="x{n}" name="{TEXT[start:end].strip()}" startPosition="{start}" '
        f'endPosition="{end}" creatingUser="u1"><Coding guid="c{n}" creatingUser="u1">'
        f'<CodeRef targetGUID="{CODES[n % 3][0]}"/></Coding></PlainTextSelection>'
        for n, (start, end) in enumerate(PARTS)
    )
    codes = "".join(f'<Code guid="{guid}" name="{name}" isCodable="true"/>' for guid, name in CODES)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Project xmlns="urn:QDA-XML:project:1.0" origin="NVivo" name="p">'
        '<Users><User guid="u1" name="Coder"/></Users>'
        f'<CodeBook><Codes><Code guid="top" name="Values">{codes}</Code></Codes></CodeBook>'
        '<Variables><Variable guid="var" name="role" typeOfVariable="Text"/></Variables>'
        '<Cases><Case guid="ada" name="Ada"><VariableValue><VariableRef targetGUID="var"/>'
        '<TextValue>x</TextValue></VariableValue><SelectionRef targetGUID="x0"/></Case>'
        '<Case guid="bo" name="Bo"><SourceRef targetGUID="s1"/></Case></Cases>'
        '<Sources><TextSource guid="s1" name="Talk" plainTextPath="internal://s1.txt">'
        f"{selections}</TextSource>"
        '<VideoSource guid="v" name="Film"><Transcript guid="t" plainTextPath="internal://s1.txt">'
        '<SyncPoint guid="a" position="5" timeStamp="10"/><SyncPoint guid="b" position="17" timeStamp="20"/>'
        '<TranscriptSelection guid="ts" fromSyncPoint="a" toSyncPoint="b"><Coding><CodeRef targetGUID="v1"/>'
        "</Coding></TranscriptSelection></Transcript></VideoSource></Sources>"
        '<Notes><Note guid="n"><PlainTextContent>Hm</PlainTextContent></Note></Notes>'
        '<Sets><Set guid="g" name="Set"><MemberCode targetGUID="v1"/></Set></Sets></Project>'
    )


def rows(heading: str, per_row: Callable[[int], list[str]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerows([heading.split(","), *(per_row(n) for n in range(len(PARTS)))])
    return file.getvalue().encode()


def words(n: int) -> str:
    return TEXT[slice(*PARTS[n])].replace("\r\n", "\n")


HIGHLIGHTS = rows("id,document,tag,content", lambda n: [str(n), "Talk", CODES[n % 3][1], words(n)])
REPORT = rows(
    "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo,Category,CaseVar_role",
    lambda n: ["Ada", "Talk", "Coder", words(n), f"ctid:{n}", CODES[n % 3][1], "", *["Values"][: n % 2], "x"],
)
TAGUETTE = """
create table documents (id, name, description, contents, project_id);
create table highlights (id, document_id, start_offset, end_offset, snippet);
create table tags (id, project_id, path, description);
create table highlight_tags (highlight_id, tag_id);
create table commands (id, user_login, payload);
insert into documents values (1, 'Talk', '', '<p>We agreed rules.</p><p>Naïve.</p>', 1);
insert into highlights values (1, 1, 3, 15, '<p>agreed rules</p>'), (2, 1, 16, 22, '<p>Naïve</p>');
insert into tags values (1, 1, 'Safety', ''), (2, 1, 'Safety.Rules', '');
insert into highlight_tags values (1, 1), (1, 2), (2, 1);
"""
QUALCODER = """
create table source (id integer, name text, fulltext text);
create table code_cat (catid integer, name text, supercatid integer);
create table code_name (cid integer, name text, memo text, catid integer, supercid integer);
create table code_text (ctid integer, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text);
create table cases (caseid integer, name text);
create table case_text (caseid integer, fid integer, pos0 integer, pos1 integer);
create table attribute (name text, attr_type text, value text, id integer);
insert into source values (1, 'Talk', 'We agreed rules. Naïve.'), (2, 'photo.png', null);
insert into code_cat values (1, 'Values', null);
insert into code_name values (1, 'Safety', '', 1, null), (2, 'Rules', '', null, 1);
insert into code_text values (1, 1, 1, 'agreed rules', 3, 15, 'Ada'), (2, 2, 1, 'Naïve', 17, 22, 'Bo');
insert into cases values (1, 'Ada'), (2, 'Bo');
insert into case_text values (1, 1, 0, 16), (2, 1, 17, 23);
insert into attribute values ('role', 'case', 'x', 1);
"""
CHANGES = {  # of databases, by program
    TAGUETTE: (
        "drop table commands",
        "drop table tags",
        "update highlights set start_offset = null",
        "update highlights set end_offset = 9999",
        "update highlights set start_offset = 'x'",
        "update highlights set snippet = x'ff'",
        "update documents set contents = null",
        "update documents set name = ''",
        "update documents set project_id = null",
        "insert into documents values (2, 'Other', '', '', 2)",
        "update tags set path = 'same'",
        "delete from documents",
        """insert into commands values (1, 'ada', '{"type": "highlight_add"}'), (2, 'ada', '[]')""",
    ),
    QUALCODER: (
        "drop table cases",
        "drop table code_text",
        "drop table code_cat",
        "update code_text set pos0 = null",
        "update code_text set pos0 = -3, seltext = ''",
        "update code_text set pos1 = 99999",
        "update code_text set seltext = x'ff00'",
        "update code_text set cid = 7",
        "update source set fulltext = null",
        "update source set fulltext = x'ff00', name = null",
        "update code_name set supercid = cid, catid = null",
        "update code_name set supercid = 3 - cid, catid = null, name = 'same'",
        "update cases set name = 'same'",
        "update case_text set pos0 = null",
        "update case_text set pos0 = 9, pos1 = 2",
        "delete from code_name",
        "delete from source",
    ),
}
ODD = ("", "-1", "²", "1e3", "999999999", "9" * 400, " 4 ", "٣", "0")
VALUES = {  # of attributes, by name
    "startPosition": ODD,
    "endPosition": ODD,
    "position": ODD,
    "targetGUID": ("", "zz", "{V1}"),
    "guid": ("", "same"),
    "name": ("", "&#x1;", "a,b;&quot;c&quot;&#10;d", "=1+1", "\u202e"),
    "plainTextPath": ("", "../../x", "absolute:///x", "internal://"),
}
ELEMENTS = (
    "Cases",
    "Users",
    "Sources",
    "Coding",
    "Case",
    "CodeRef",
    "TextSource",
    "Transcript",
    "Codes",
    "Sets",
)


def bytes_changed(raw: bytes, draw: random.Random) -> bytes:
    """Change, leave out, put in or repeat some bytes."""
    raw = bytearray(raw)
    for _ in range(draw.choice((1, 3, 20))):
        at = draw.randrange(len(raw) or 1)
        what = draw.randrange(4)
        if what == 0:
            raw[at : at + 1] = bytes([draw.randrange(256)])
        elif what == 1:
            del raw[at : at + draw.choice((1, 10, 500))]
        elif what == 2:
            raw[at:at] = draw.randbytes(draw.choice((1, 8)))
        else:
            raw[at:at] = raw[: draw.randrange(60)]
    return bytes(raw)


def xml_changed(xml: str, draw: random.Random) -> str:
    """Give attributes odd values, leave them out, and call elements otherwise."""
    for _ in range(draw.choice((1, 2, 8))):
        name = draw.choice(list(VALUES))
        value = draw.choice((f' {name}="{draw.choice(VALUES[name])}"', ""))
        share = draw.choice((0.1, 1.0))
        xml = _some_replaced(rf' {name}="[^"]*"', value, xml, draw, share)
    if draw.random() < 0.3:
        xml = re.sub(rf"(</?){draw.choice(ELEMENTS)}\b", r"\1Odd", xml)
    return xml


def _some_replaced(pattern: str, value: str, xml: str, draw: random.Random, share: float) -> str:
    return re.sub(pattern, lambda found: value if draw.random() < share else found[0], xml)


def packed(draw: random.Random) -> bytes:
    """Return a zip whose parts are damaged."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        xml = xml_changed(project(), draw).encode()
        archive.writestr("project.qde", bytes_changed(xml, draw) if draw.random() < 0.1 else xml)
        if draw.random() < 0.9:
            text = TEXT.encode(draw.choice(("utf-8", "utf-8", "utf-16")))
            archive.writestr("sources/s1.txt", bytes_changed(text, draw) if draw.random() < 0.3 else text)
    return bytes_changed(file.getvalue(), draw) if draw.random() < 0.1 else file.getvalue()


def database(path: Path, tables: str, draw: random.Random) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(tables)
        connection.execute(draw.choice(CHANGES[tables]))
    if draw.random() < 0.2:
        path.write_bytes(bytes_changed(path.read_bytes(), draw))


def damaged(place: Path, number: int) -> Path:
    """Write the damaged export of a number: the same each time."""
    draw = random.Random(number)
    kind = (".qdpx", ".qdpx", ".qdpx", ".qda", ".sqlite3", "highlights.csv", "report.csv", ".qdc")[number % 8]
    path = place / f"export{kind}"
    if kind == ".qdpx":
        path.write_bytes(packed(draw))
    elif kind == ".qda":
        path.mkdir()
        database(path / "data.qda", QUALCODER, draw)
    elif kind == ".sqlite3":
        database(path, TAGUETTE, draw)
    elif kind == ".qdc":
        path.write_text(xml_changed(project(), draw), encoding="utf-8")
    else:
        path.write_bytes(bytes_changed(REPORT if kind == "report.csv" else HIGHLIGHTS, draw))
    return path


def outcome(place: Path, number: int, *, check: bool) -> str:
    """Import a damaged export; return "error" or "imported"."""
    path = damaged(place, number)
    try:
        imported = read_export(path, keep_text=number % 2 == 0, keep_names=number % 3 == 0)
    except DataError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert ADVICE.search(said), said
        return "error"
    imported.write(place / "raw")
    assert isinstance(json.loads((place / "raw" / "import_record.json").read_text(encoding="utf-8")), list)
    if check:
        problems = validate(place / "raw", "side_by_side").problems
        wrong = problems[problems["file"].str.startswith("coding") & (problems["severity"] == "error")]
        assert wrong.empty, wrong.to_string()
    return "imported"


@pytest.mark.parametrize("number", range(40))
def test_a_damaged_export_is_read_or_refused_with_advice(tmp_path, number):
    outcome(tmp_path, number, check=number % 20 == 0)


@pytest.mark.slow
def test_hundreds_of_damaged_exports(tmp_path):
    found = []
    for number in range(40, 440):
        place = tmp_path / str(number)
        place.mkdir()
        found.append(outcome(place, number, check=number % 20 == 0))
    assert found.count("imported") > 100
    assert found.count("error") > 50
