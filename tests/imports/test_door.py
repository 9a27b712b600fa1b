"""Contact details planted in every place they might hide do not get past the door."""

from __future__ import annotations

import csv
import io
import itertools
import shutil

import openpyxl
import pytest
from openpyxl.comments import Comment

from peerbook.errors import DataError
from peerbook.imports import door
from peerbook.imports.bring_in import import_files
from peerbook.imports.draft import draft
from tests.imports.conftest import STUDY, known

NAMES = ("Zephyrine Quillfeather", "Quillfeather")
CONTACTS = ("zq.quill@example.org", "07700 900461", "ZQ14 7XY", "@zquill", "192.0.2.77", "+44 7700 900462")
PLANTED = (*NAMES, *CONTACTS, "14 Quillfeather Lane, ring 07700 900461")
TRACES = (
    "zephyrine",
    "quillfeather",
    "zq.quill",
    "900461",
    "900 461",
    "zq14",
    "@zquill",
    "192.0.2.77",
    "900462",
)


def traces(text: str) -> list[str]:
    """Return what of the planted details a text gives away."""
    return [trace for trace in TRACES if trace in text.casefold()]


def planted_csv(path, out):
    """Write an export of LimeSurvey again, with a planted detail in every column, and new columns."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    rows = [row for row in rows if row]
    heads, answers = rows[0], [row for row in rows[1:] if row[1]]
    details = itertools.cycle(PLANTED)
    for place, name in enumerate(heads):
        if name not in ("id", "submitdate", "PERSONID"):
            answers[place % len(answers)][place] = next(details)
    heads += ["Quillfeather", "ask zq.quill@example.org", "Your name", "EXTRA", "EXTRA[comment]"]
    for row, detail in zip(answers, itertools.cycle(PLANTED)):
        row += [detail, "1", detail, "blue", f"I am {detail}"]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([heads, *answers])
    out.write_text(text.getvalue(), encoding="utf-8-sig")


def planted_workbook(path, out):
    """Write a workbook again, with details in cells, comments, names of sheets, properties and headers."""
    book = openpyxl.load_workbook(path)
    book.properties.creator = book.properties.title = "Zephyrine Quillfeather zq.quill@example.org"
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"{NAMES[0]} {number}"[:31]
        sheet.oddHeader.center.text = "07700 900461"
        sheet["A3"].comment = Comment("zq.quill@example.org", NAMES[0])
        if number == len(book.worksheets) - 1:
            continue  # the list of projects is about no people
        details = itertools.cycle(PLANTED)
        for column in range(2, sheet.max_column + 1):
            sheet.cell(3 + column % (sheet.max_row - 3), column).value = next(details)
        last = sheet.max_column + 1
        for column, head in enumerate(("Quillfeather", "Contact details", "Remarks"), last):
            sheet.cell(2, column).value = head
            for row in range(3, sheet.max_row + 1):
                sheet.cell(row, column).value = next(details)
    book.create_sheet(NAMES[0][::-1])["A1"] = "zq.quill@example.org"
    book.worksheets[-1].sheet_state = "hidden"
    book.save(out)


@pytest.fixture
def planted(online, typed, tmp_path):
    """Return files with planted details, the structures of the surveys and a place to work."""
    files = []
    for path in online.files:
        files.append(tmp_path / path.name)
        if path.name.startswith("results"):
            planted_csv(path, files[-1])
        else:
            shutil.copy(path, files[-1])
    structures = []
    for path in online.structures:
        structures.append(tmp_path / path.name)
        text = path.read_text(encoding="utf-8")
        text = text.replace("<p>Region</p>", "<p>Region (ask Zephyrine Quillfeather, 07700 900461)</p>")
        structures[-1].write_text(
            text.replace("Village/rural", "Village/rural zq.quill@example.org"), "utf-8"
        )
    return files, structures, tmp_path


def test_no_planted_detail_is_stored_or_printed(planted, run):
    files, structures, place = planted
    words = [*files, "--study", STUDY, "--title", "A study", "--out", place / "m.yml"]
    _, said = run("map", *words, *itertools.chain(*(("--structure", path) for path in structures)))
    assert "Written to" in said
    mapping = (place / "m.yml").read_text(encoding="utf-8")
    assert not [detail for detail in CONTACTS if detail in mapping]
    mapping = mapping.replace('"?"', '""')  # a person decides: left empty
    (place / "m.yml").write_text(f"# ring Zephyrine Quillfeather, 07700 900461\n{mapping}", encoding="utf-8")
    said += run("import", *files, place / "raw", "--mapping", place / "m.yml")[1]
    assert "Together:" in said
    said += run("validate", place / "raw")[1]
    assert traces(said) == []
    stored = [path for path in (place / "raw").rglob("*") if path.is_file()]
    assert {path.name for path in stored} >= {
        "logs.csv",
        "registrations.csv",
        "mapping.yml",
        "import_report.csv",
    }
    for path in stored:
        assert traces(path.read_bytes().decode("utf-8")) == [], path.name


def test_no_planted_detail_of_a_workbook_is_stored_or_printed(typed, tmp_path, run):
    planted_workbook(typed.files[0], tmp_path / "forms.xlsx")
    _, said = run(
        "map", tmp_path / "forms.xlsx", "--study", STUDY, "--title", "A study", "--out", tmp_path / "m.yml"
    )
    mapping = (tmp_path / "m.yml").read_text(encoding="utf-8")
    assert not [detail for detail in CONTACTS if detail in mapping]
    said += run("import", tmp_path / "forms.xlsx", tmp_path / "raw", "--mapping", tmp_path / "m.yml")[1]
    said += run("validate", tmp_path / "raw")[1]
    assert "Together:" in said
    assert traces(said) == []
    for path in (tmp_path / "raw").iterdir():
        assert traces(path.read_bytes().decode("utf-8")) == [], path.name


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("title: A study", "title: ask zq.quill@example.org"), "title"),
        (("A1: ", '"07700 900461": '), "answers"),
        (("informal_given: INFORMALGIVEN", 'informal_given: "ring 07700 900461"'), "informal_given"),
        (("- token", "- zq.quill@example.org"), "identifying"),
    ],
)
def test_a_mapping_with_a_contact_detail_is_refused_without_showing_it(online, tmp_path, change, where):
    mapping = tmp_path / "mapping.yml"
    text = online.mapping.read_text(encoding="utf-8")
    assert change[0] in text
    mapping.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DataError, match=where) as refused:
        import_files(online.files, tmp_path / "raw", mapping)
    assert traces(str(refused.value)) == []
    assert not (tmp_path / "raw").exists()


def test_a_cell_mapped_to_the_wrong_field_is_not_stored(online, tmp_path):
    """A person may map a column of names by mistake: what does not fit its field is left empty."""
    mapping = tmp_path / "mapping.yml"
    text = online.mapping.read_text(encoding="utf-8")
    for field, code in (("project_id", "PROJECTID"), ("gender", "GENDER"), ("formal_services_years", "X")):
        text = text.replace(f"{field}: {code}\n", f"{field}: NAMEANDADDRESS\n")
    mapping.write_text(text, encoding="utf-8")
    report = import_files(online.files, tmp_path / "raw", mapping)
    assert "Example Street" not in (tmp_path / "raw" / "registrations.csv").read_text(encoding="utf-8")
    assert any(line.name == "project_id" and "left empty" in line.outcome for line in report.lines)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("First name", "names"),
        ("Q3[other]", "free text"),
        ("SUP[comment]", "free text"),
        ("Your e-mail address", "e-mail addresses"),
        ("Contact / Mobile", "telephone numbers"),
        ("postCode", "addresses"),
        ("ipaddr", "traces of a computer"),
        ("Date of birth", "dates of birth"),
        ("D.O.B.", "dates of birth"),
        ("What is your name?", "names"),
        ("Please give your home address", "addresses"),
        ("Please enter the best e-mail to reach you", "e-mail addresses"),
        ("Surname (as on the form)", "names"),
        ("NHS no", "numbers of other records"),
        ("Any other comments", "free text"),
        ("Comments", "free text"),
        ("GP: contacts, 3 months", ""),
        ("Wellbeing 1", ""),
        ("Number of projects last month", ""),
    ],
)
def test_a_heading_says_what_a_column_holds(heading, kind):
    assert door.of_heading(heading) == kind


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a@example.org", "", "b@example.com"], "e-mail addresses"),
        (["07700 900123", "(01632) 960983", "+44 7700 900 124"], "telephone numbers"),
        (["LS1 4AP", "sw1a 1aa"], "postcodes"),
        (["Ann Bell", "Mr Carl Dow", "Eve O'Shea-Fry"], "names"),
        (["192.0.2.1", "198.51.100.7"], "IP addresses"),
        (["I went there twice and it was good"] * 1 + ["It rained, so we all stayed at home"], "free text"),
        (["Village/rural", "City/large town", "Village/rural", "Village/rural"], ""),
        (["2026-03-05", "05/03/2026"], ""),
        (["1", "2", "5", "1440", "99"], ""),
        (["White British", "Mixed other", "White British", "White British", "Mixed other"], ""),
        (["0001", "0002", "1234567"], ""),
        ([], ""),
    ],
)
def test_the_pattern_of_cells_says_what_a_column_holds(cells, kind):
    assert door.of_cells(cells) == kind


def test_free_text_is_dropped_unless_it_is_asked_for(online):
    made = draft(online.files, known(STUDY), online.structures)
    assert "projects_named" not in made.text.replace("PROJECTSNAMED", "")
    assert "- PROJECTSNAMED  # free text" in made.text
