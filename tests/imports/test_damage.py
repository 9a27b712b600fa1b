"""Damaged files, mappings and places: an error that changes nothing, or an import that accounts for all."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest

from peerbook.errors import PeerbookError
from peerbook.imports import bring_in, workbooks
from peerbook.imports.report import LEFT_OUT, READ, WRITTEN

FILE, MAPPING = "results_registrations.csv", "mapping.yml"
ERROR, COUNTED, EITHER = "an error", "counted", "either"
SECRETS = ("Example Street", "example.org", "07700")


def replaced(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return change


def line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    """Change one line of a file, the first being 1."""

    def changed(text: str) -> str:
        lines = text.split("\r\n")
        lines[number - 1] = change(lines[number - 1])
        return "\r\n".join(lines)

    return changed


def cell(name: str, value: str, row: int = 3) -> Callable[[str], str]:
    """Put a value into a column of a row."""

    def changed(text: str) -> str:
        lines = text.split("\r\n")
        cells = lines[row - 1].split('","')
        place = lines[0].split('","').index(name)
        cells[place] = value
        lines[row - 1] = '","'.join(cells)
        return "\r\n".join(lines)

    return changed


def without(name: str) -> Callable[[str], str]:
    """Remove a column."""

    def changed(text: str) -> str:
        lines = [each.split('","') for each in text.strip("\r\n").split("\r\n")]
        place = lines[0].index(name)
        return "\r\n".join('","'.join(cells[:place] + cells[place + 1 :]) for cells in lines) + "\r\n"

    return changed


def as_bytes(change: Callable[[str], str], encoding: str = "utf-8-sig") -> Callable[[bytes], bytes]:
    return lambda raw: change(raw.decode("utf-8-sig")).encode(encoding, errors="replace")


def same(text: str) -> str:
    return text


UMLAUT = cell("EMAIL", "Zoë")
BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda raw: b"", ERROR),
    "a mark and nothing else": (lambda raw: b"\xef\xbb\xbf", ERROR),
    "line ends only": (lambda raw: b"\r\n\r\n", ERROR),
    "a zero byte": (lambda raw: raw[:400] + b"\0" + raw[400:], ERROR),
    "zeros": (lambda raw: bytes(2000), ERROR),
    "zeros at the end": (lambda raw: raw + bytes(64), ERROR),
    "noise": (lambda raw: bytes(range(256)) * 8, ERROR),
    "UTF-16": (as_bytes(UMLAUT, "utf-16"), COUNTED),
    "UTF-16 little end first, without a mark": (as_bytes(UMLAUT, "utf-16-le"), COUNTED),
    "UTF-16 big end first, without a mark": (as_bytes(UMLAUT, "utf-16-be"), COUNTED),
    "UTF-16 cut in a character": (lambda raw: raw.decode("utf-8-sig").encode("utf-16")[:-1], EITHER),
    "cp1252": (as_bytes(UMLAUT, "cp1252"), COUNTED),
    "cp1252 with a dash of its own": (as_bytes(cell("EMAIL", "a–b “c”"), "cp1252"), COUNTED),
    "Latin-1": (as_bytes(UMLAUT, "latin-1"), COUNTED),
    "Mac Roman": (as_bytes(UMLAUT, "mac-roman"), COUNTED),
    "UTF-8 without a mark": (as_bytes(UMLAUT, "utf-8"), COUNTED),
    "two marks": (lambda raw: b"\xef\xbb\xbf" + raw, COUNTED),
    "one byte that is not UTF-8": (lambda raw: raw.replace(b"Person 2,", b"P\xffrson 2,"), EITHER),
    "packed with gzip": (gzip.compress, ERROR),
    "a picture": (lambda raw: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ERROR),
    "a PDF": (lambda raw: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", ERROR),
    "an old workbook": (lambda raw: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), ERROR),
    "the head of a zip": (lambda raw: b"PK\x03\x04" + raw[:300], ERROR),
    "a web page": (lambda raw: b"<!DOCTYPE html><html><body>Sign in</body></html>", ERROR),
    "JSON": (lambda raw: b'[{"id": 1, "submitdate": ""}]', ERROR),
    "cut in a quoted cell": (lambda raw: raw[: raw.rindex(b"Example")], ERROR),
    "cut after a cell": (lambda raw: raw[: raw.rindex(b',"')], COUNTED),
    "line ends of Unix": (as_bytes(lambda text: text.replace("\r\n", "\n")), COUNTED),
    "line ends of an old Mac": (as_bytes(lambda text: text.replace("\r\n", "\r")), COUNTED),
    "line ends of both kinds": (as_bytes(replaced("\r\n", "\n", 5)), COUNTED),
    "no line end at the end": (lambda raw: raw.rstrip(), COUNTED),
    "empty lines at the end": (lambda raw: raw + b"\r\n" * 40, COUNTED),
    "empty lines between": (as_bytes(lambda text: text.replace("\r\n", "\r\n\r\n", 6)), COUNTED),
    "a line of spaces": (as_bytes(line(4, lambda row: f"   \r\n{row}")), COUNTED),
    "a line of separators": (as_bytes(line(4, lambda row: "," * 35 + "\r\n" + row)), COUNTED),
    "semicolons": (as_bytes(lambda text: text.replace('","', '";"')), COUNTED),
    "tabs": (as_bytes(lambda text: text.replace('","', '"\t"')), COUNTED),
    "bars": (as_bytes(lambda text: text.replace('","', '"|"')), COUNTED),
    "Excel's own first line": (as_bytes(lambda text: "sep=,\r\n" + text), COUNTED),
    "no quotation marks": (as_bytes(lambda text: text.replace(", ", " ").replace('"', "")), COUNTED),
    "a mark opened in the first cell of a row": (as_bytes(line(5, lambda row: '"' + row)), ERROR),
    "a mark opened in the last row": (as_bytes(line(16, lambda row: row[:-1])), ERROR),
    "a mark opened in the headings": (as_bytes(line(1, lambda row: row[:-1])), ERROR),
    "a mark within a cell": (as_bytes(cell("EMAIL", 'a "word" b')), ERROR),
    "a mark doubled within a cell": (as_bytes(cell("EMAIL", 'a ""word"" b')), COUNTED),
    "two marks that swallow rows": (
        as_bytes(lambda text: text.replace('"', "").replace("9,en", '"9,en', 1).replace(",1009", '",1009')),
        ERROR,
    ),
    "a line break in a cell": (as_bytes(cell("NAMEANDADDRESS", "one\ntwo")), COUNTED),
    "a row a cell short": (as_bytes(line(4, lambda row: row.rpartition(",")[0])), COUNTED),
    "a row a cell long": (as_bytes(line(4, lambda row: f'{row},"more"')), COUNTED),
    "a row an empty cell long": (as_bytes(line(4, lambda row: f'{row},""')), COUNTED),
    "half a row": (as_bytes(line(4, lambda row: row[: row.index('","1')] + '"')), COUNTED),
    "headings only": (as_bytes(lambda text: text.split("\r\n")[0] + "\r\n"), ERROR),
    "no headings": (as_bytes(lambda text: text.partition("\r\n")[2]), ERROR),
    "headings twice": (as_bytes(lambda text: text.split("\r\n")[0] + "\r\n" + text), COUNTED),
    "a heading too few": (as_bytes(line(1, lambda row: row.replace(',"PRIZEDRAW"', ""))), ERROR),
    "a heading without a name": (as_bytes(replaced('"lastpage"', '""')), COUNTED),
    "a heading twice": (as_bytes(replaced('"seed"', '"lastpage"')), COUNTED),
    "a mapped heading under another name": (as_bytes(replaced('"GENDER"', '"SEX"')), ERROR),
    "headings in small letters": (as_bytes(line(1, str.lower)), COUNTED),
    "a heading with spaces": (as_bytes(replaced('"GENDER"', '" GENDER\xa0"')), COUNTED),
    "a title above the headings": (as_bytes(lambda text: "Responses\r\n" + text), ERROR),
    "a mapped column missing": (as_bytes(without("GENDER")), ERROR),
    "a column of no use missing": (as_bytes(without("seed")), COUNTED),
    "a column more": (as_bytes(lambda text: re.sub(r'"\r\n', '","7"\r\n', text)), COUNTED),
    "a code for missing": (as_bytes(cell("FORMALSERVICESYEARS", "999")), COUNTED),
    "not applicable": (as_bytes(cell("AGEBAND", "n/a")), COUNTED),
    "spaces that do not break": (as_bytes(cell("AGEBAND", "\xa0A3\u200b ")), COUNTED),
    "an unknown answer": (as_bytes(cell("AGEBAND", "A77")), COUNTED),
    "somebody's name as an answer": (as_bytes(cell("GENDER", "Ann Bell")), COUNTED),
    "another answer": (as_bytes(cell("GENDER", "-oth-")), COUNTED),
    "a word for a number": (as_bytes(cell("FORMALSERVICESYEARS", "ten")), COUNTED),
    "a decimal comma": (as_bytes(cell("FORMALSERVICESYEARS", "3,5")), COUNTED),
    "a number without end": (as_bytes(cell("FORMALSERVICESYEARS", "9" * 60)), COUNTED),
    "not a number": (as_bytes(cell("FORMALSERVICESYEARS", "NaN")), COUNTED),
    "powers of ten": (as_bytes(cell("FORMALSERVICESYEARS", "1e400")), COUNTED),
    "less than nothing": (as_bytes(cell("FORMALSERVICESYEARS", "-4")), COUNTED),
    "a formula": (as_bytes(cell("PROJECTID", "=1+1")), COUNTED),
    "a masked formula": (as_bytes(cell("PROJECTID", "'=1+1")), COUNTED),
    "a cell of a hundred thousand letters": (as_bytes(cell("PROJECTID", "x" * 100_000)), COUNTED),
    "a cell of two million letters": (as_bytes(cell("PROJECTID", "x" * 2_000_000)), ERROR),
    "a sign that rings": (as_bytes(cell("PROJECTID", "\x07")), COUNTED),
    "signs from right to left": (as_bytes(cell("PROJECTID", "\u202eשלום")), COUNTED),
    "a picture letter": (as_bytes(cell("PROJECTID", "🙂")), COUNTED),
    "the thirty-first of February": (as_bytes(cell("REGISTEREDON", "31/02/2016")), COUNTED),
    "the year nought": (as_bytes(cell("REGISTEREDON", "0000-00-00")), COUNTED),
    "a date of two readings": (as_bytes(cell("REGISTEREDON", "05/03/2016")), COUNTED),
    "a date in words": (as_bytes(cell("REGISTEREDON", "5th of March")), COUNTED),
    "no date stamps": (as_bytes(lambda text: re.sub(r'2016-\d\d-\d\d 10', "1980-01-01 00", text)), COUNTED),
    "a number for a date": (as_bytes(cell("REGISTEREDON", "42434")), COUNTED),
    "a far year": (as_bytes(cell("REGISTEREDON", "9999-12-31")), COUNTED),
    "no ID": (as_bytes(cell("PERSONID", "")), COUNTED),
    "an ID of letters": (as_bytes(cell("PERSONID", "abc")), COUNTED),
    "an ID of a thousand signs": (as_bytes(cell("PERSONID", "7" * 1000)), COUNTED),
    "consent withheld": (as_bytes(cell("CONSENTUSE", "N")), COUNTED),
    "no submission at all": (as_bytes(lambda text: re.sub(r'(\r\n"\d+",)"[^"]*"', r'\1""', text)), ERROR),
}  # fmt: skip


def swapped(old: str, new: str) -> Callable[[str], str]:
    return replaced(old, new)


MAPPINGS: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "a list": lambda text: "- 1\n- 2\n",
    "a word": lambda text: "mapping\n",
    "not YAML": lambda text: text + "\n\t: [",
    "no files": lambda text: text.partition("files:")[0],
    "files that are no list": lambda text: text.partition("files:")[0] + "files: {a: b}\n",
    "an entry that is a word": lambda text: text.partition("files:")[0] + "files: [results]\n",
    "a key twice": lambda text: "study: x\n" + text,
    "an unknown key": swapped("people:", "peple:"),
    "an unknown study": swapped("study: side_by_side", "study: side_by_sid"),
    "an unknown table": swapped("table: registrations", "table: registration"),
    "an unknown field": swapped("gender:", "gendr:"),
    "a contact detail": swapped("gender:", "email:"),
    "an open answer": swapped("A1: Male", 'A1: "?"'),
    "an answer the field has not": swapped("A1: Male", "A1: Mail"),
    "a period without an end": swapped("period: [", "period: [2016-01-01, "),
    "a period backwards": lambda text: re.sub(r"period: \[(.*?), (.*?)\]", r"period: [\2, \1]", text),
    "regions that are a word": lambda text: text.replace("files:", "regions: {a: b}\nfiles:", 1),
    "a width that is a word": swapped("person_id: PERSONID", "person_id: {from: PERSONID, pad: four}"),
    "an unknown order of dates": swapped(
        "registered_on: REGISTEREDON", "registered_on: {from: REGISTEREDON, dates: day}"
    ),
    "neither a column nor a number": swapped("gender: {from: GENDER, ", "gender: {"),
    "both a column and a number": swapped("gender: {from: GENDER, ", "gender: {number: 1, from: GENDER, "),
    "a column that is not there": swapped("from: GENDER", "from: GENDERS"),
    "another file": swapped(FILE, "results.csv"),
    "people that are unknown": swapped("people: pseudonyms", "people: names"),
}


def read_bytes(team) -> bytes:
    return next(path for path in team.files if path.name == FILE).read_bytes()


def mapping_of(team) -> str:
    """Return the head of the drafted mapping, and the entry of the registrations."""
    head, *entries = team.mapping.read_text(encoding="utf-8").split("\n- file: ")
    return head + "\n- file: " + next(entry for entry in entries if entry.startswith(FILE))


@pytest.fixture
def place(tmp_path, online):
    """Return a folder with the file and its mapping."""
    (tmp_path / FILE).write_bytes(read_bytes(online))
    (tmp_path / MAPPING).write_text(mapping_of(online), encoding="utf-8")
    return tmp_path


def check(place, expected: str, files=(FILE,), **options) -> None:
    """Import, and hold the outcome to what is promised."""
    raw = place / "raw"
    report, said = None, ""
    try:
        report = bring_in.import_files([place / file for file in files], raw, place / MAPPING, **options)
    except PeerbookError as error:
        said = str(error)
    if report is None:
        assert expected in (ERROR, EITHER), said
        assert len(said) > 30
        assert not raw.exists(), "something was written"
        assert not list(place.glob(".raw*"))
    else:
        assert expected in (COUNTED, EITHER)
        said = f"{report}\n{report.to_csv()}"
        assert report.rows(READ) == report.rows(WRITTEN) + report.rows(LEFT_OUT)
        written = pd.read_csv(raw / "registrations.csv", dtype="str")
        assert len(written) == report.rows(WRITTEN)
    assert not [secret for secret in SECRETS if secret in said]


def test_the_whole_file_is_read(place, online):
    check(place, COUNTED)
    report = bring_in.import_files([place / FILE], place / "again", place / MAPPING)
    rows = len(read_bytes(online).decode("utf-8-sig").strip().splitlines()) - 1
    assert report.rows(READ) == rows
    assert report.rows(WRITTEN) == rows - report.rows(f"{LEFT_OUT}: never submitted") > 10


@pytest.mark.parametrize("name", BYTES)
def test_a_damaged_file(place, name):
    change, expected = BYTES[name]
    (place / FILE).write_bytes(change((place / FILE).read_bytes()))
    check(place, expected)


@pytest.mark.parametrize(
    "name", ["a row a cell short", "a row a cell long", "half a row", "an unknown answer"]
)
def test_no_row_is_lost_unlisted(place, name):
    before = bring_in.import_files([place / FILE], place / "before", place / MAPPING)
    (place / FILE).write_bytes(BYTES[name][0]((place / FILE).read_bytes()))
    after = bring_in.import_files([place / FILE], place / "after", place / MAPPING)
    assert after.rows(READ) == before.rows(READ)
    lost = [line for line in after.lines if line.lines.split() in (["3"], ["4"])]
    assert len(lost) == 1


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_damaged_mapping(place, name):
    mapping = (place / MAPPING).read_text(encoding="utf-8")
    (place / MAPPING).write_text(MAPPINGS[name](mapping), encoding="utf-8")
    check(place, ERROR)


def workbook(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """Return a workbook of registrations, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["PERSONID", "REGISTEREDON", "GENDER", "CONSENTUSE"])
    for number in range(1, 6):
        sheet.append([number, "2016-03-0" + str(number), "Male", "Y"])
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2_000_000)
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "whole": (lambda: workbook(lambda book: None), COUNTED),
    "cut": (lambda: workbook(lambda book: None)[:3000], ERROR),
    "a zip of something else": (lambda: zipped("word/document.xml"), ERROR),
    "a workbook without sheets": (lambda: zipped("xl/workbook.xml"), ERROR),
    "a zip that unpacks to very much": (bomb, ERROR),
    "no rows": (lambda: workbook(lambda book: book.active.delete_rows(1, 10)), ERROR),
    "headings only": (lambda: workbook(lambda book: book.active.delete_rows(2, 10)), ERROR),
    "no headings": (lambda: workbook(lambda book: book.active.delete_rows(1)), ERROR),
    "errors of Excel": (lambda: workbook(lambda book: book.active.cell(2, 3, "#N/A")), COUNTED),
    "a formula": (lambda: workbook(lambda book: book.active.cell(2, 3, "=A1")), COUNTED),
    "a yes or no of Excel": (lambda: workbook(lambda book: book.active.cell(2, 4, True)), COUNTED),
    "empty rows between": (lambda: workbook(lambda book: book.active.insert_rows(3, 2)), COUNTED),
    "merged answers": (lambda: workbook(lambda book: book.active.merge_cells("C2:C4")), COUNTED),
    "a time of day": (lambda: workbook(lambda book: book.active.cell(2, 2, "10:30")), COUNTED),
    "a column more": (lambda: workbook(lambda book: book.active.cell(3, 9, "x")), COUNTED),
}
SMALL = """study: side_by_side
files:
- file: results_registrations.csv
  table: registrations
  set: {consent_information: yes, consent_reminders: yes, region: Leeds}
  columns: {person_id: PERSONID, registered_on: REGISTEREDON, gender: GENDER, consent_use: CONSENTUSE}
"""


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_damaged_workbook(place, name, monkeypatch):
    make, expected = WORKBOOKS[name]
    monkeypatch.setattr(workbooks, "LARGEST", 1_000_000)
    (place / FILE).write_bytes(make())  # whatever a file is called, its bytes say what it is
    (place / MAPPING).write_text(SMALL, encoding="utf-8")
    check(place, expected)


def test_places_that_cannot_be(place):
    check(place, ERROR, files=("nothing.csv",))
    check(place, ERROR, files=(".",))
    check(place, ERROR, files=(FILE, FILE))
    check(place, ERROR, key=place / "raw" / "key")
    (place / "bad.key").write_text("secret")
    check(place, ERROR, key=place / "bad.key")
    check(place, ERROR, key=place / "no" / "folder" / "key")
    (place / MAPPING).unlink()
    check(place, ERROR)


def test_enough_is_tried():
    assert len(BYTES) + len(MAPPINGS) + len(WORKBOOKS) >= 130
