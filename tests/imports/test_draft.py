"""A survey team's own files, with codes and headings of their own, become a study in two commands."""

from __future__ import annotations

import csv
import itertools
from collections import Counter

import openpyxl
import pandas as pd
import pytest

from peerbook.data.schema import Constraints, Field, Schema
from peerbook.errors import DataError
from peerbook.imports import matching
from peerbook.imports.bring_in import import_files
from peerbook.imports.draft import draft
from peerbook.imports.mapping import read_plan
from tests.imports.conftest import STUDY, known

PEOPLE = [f"{number:04}" for number in range(21, 41)]
TYPES = ("INFORMAL", "ONETOONE", "PAIRS", "GROUPS", "PEERLED", "NETWORKS", "ELEFRIENDS", "OTHERONLINE")
HEADS = [
    "id", "submitdate", "lastpage", "startlanguage", "token", "ipaddr", "PID", "REG",
    *(f"SUP[{kind}_{way}]" for kind in TYPES for way in ("GIVEN", "RECEIVED")),
    "PROJ", *(f"WB[SQ00{item}]" for item in range(1, 8)), *(f"EQ[SQ00{item}]" for item in range(1, 6)),
    "HEALTH", "COMMENT",
]  # fmt: skip
REGIONS = ("A1", "A2")  # Leeds, and a region that the definitions do not know


def monthly(path) -> None:
    rows = []
    for number, person in enumerate(PEOPLE * 2, 1):
        sent = f"2026-0{1 + number % 6}-1{number % 9} 10:00:00" if number % 10 else ""
        cells = [str(number % 4)] * 16 + ["1"] + [str(1 + number % 5)] * 7 + [str(1 + number % 3)] * 5 + ["7"]
        start = [str(number), sent, "6", "en", "secret", "192.0.2.1", person, REGIONS[number % 2]]
        rows.append([*start, *cells, "ring me" if number % 3 else ""])
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
            [HEADS, *rows]
        )


def quarterly(path) -> None:
    heads = [
        *HEADS[:-1],
        *(f"HOPE{item}" for item in range(1, 13)),
        *(f"WORK[SQ{box:03}]" for box in range(1, 11)),
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(
            "\t".join(f"Question {place}" for place in range(len(heads))) + "\n" + "\t".join(heads) + "\n"
        )
        for number, person in enumerate(PEOPLE, 1):
            hope = ["{question_not_shown}"] * 12 if number == 1 else [str(1 + number % 4)] * 12
            boxes = ["Y" if box == number % 10 else "" for box in range(10)]
            start = [
                str(number),
                f"2026-07-0{1 + number % 9} 09:00:00",
                "9",
                "en",
                "secret",
                "192.0.2.1",
                person,
            ]
            cells = [REGIONS[number % 2], *["2"] * 16, "0", *["3"] * 7, *["1"] * 5, "5"]
            file.write("\t".join([*start, *cells, *hope, *boxes]) + "\n")


def paper(path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Forms of 2026"])
    sheet.append(["", "", "", "Informal support", "", *["Wellbeing"] * 7, ""])
    sheet.append(
        ["ID", "Date of form", "Area", "given", "received", *range(1, 8), "Health today (10 is best)"]
    )
    sheet.merge_cells("D2:E2")
    sheet.merge_cells("F2:L2")
    for number, person in enumerate(PEOPLE):
        day = f"{1 + number}/03/2026"
        region = ("Leeds", "Norfolk ")[number % 2]
        items = [99 if number == 3 else 4] * 7
        sheet.append(
            [int(person), day, region, 99 if number == 3 else 2, "x", *items, 99 if number < 2 else 8]
        )
    book.save(path)


def registrations(path) -> None:
    heads = ["Personal ID", "Registered", "Name", "Mobile", "E-mail", "Region", "Age", "Gender"]
    heads += ["Consent: information", "Consent: reminders", "Consent: use", "Uses mental health services"]
    with path.open("w", newline="", encoding="cp1252") as file:
        rows = csv.writer(file)
        rows.writerow(heads)
        for number, person in enumerate(PEOPLE):
            own = [str(int(person)), f"{1 + number}/01/2026", f"Zoë Person{number}", f"07700 9001{number:02}"]
            own += [f"p{number}@example.org", ("Leeds", "Norfolk")[number % 2], "35-44", "MF"[number % 2]]
            rows.writerow(
                [*own, "Yes", "Yes", "No" if number == 7 else "Yes", ("Yes", "No", "n/a")[number % 3]]
            )


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """Return the files of a team, and the draft of their mapping."""
    place = tmp_path_factory.mktemp("team")
    made = {"results-survey1.csv": monthly, "vvexport_2.csv": quarterly, "paper forms.xlsx": paper}
    made["registrations.csv"] = registrations
    for name, write in made.items():
        write(place / name)
    files = [place / name for name in made]
    return place, files, draft(files, known(STUDY), title="Norfolk log")


def test_a_draft_says_what_it_is_not_sure_of(team):
    said = "\n".join(team[2].unsure)
    for part in (
        "regions: Norfolk (",
        "results-survey1.csv: region: write what stands in the place of each '?': A1, A2",
        "results-survey1.csv: swemwbs_1 to swemwbs_7: taken in order from 'WB[SQ001]' on",
        "results-survey1.csv: 4 of 40 responses were never submitted",
        "paper forms.xlsx, sheet 1: informal_given: 99 could be an answer",
        "paper forms.xlsx, sheet 1: completed_on: day first",
        "paper forms.xlsx, sheet 1: region: taken from 'Area' because its answers are those of this field",
        "registrations.csv: gender: 'F' is taken for Female",
    ):
        assert part in said, part
    assert not [word for word in ("Zoë", "example.org", "07700", "ring me") if word in said + team[2].text]


def test_the_team_has_a_study_in_two_commands(team):
    place, files, made = team
    mapping = place / "mapping.yml"
    mapping.write_text(made.text.replace('A1: "?", A2: "?"', "A1: Leeds, A2: Norfolk"), encoding="utf-8")
    report = import_files(files, place / "raw", mapping)
    assert report.rows("read") == 100
    assert report.rows("left out: never submitted") == 4
    assert report.rows("left out: consent_use is not 'yes'") == 1
    logs = pd.read_csv(place / "raw" / "logs.csv", dtype="str", keep_default_na=False)
    people = pd.read_csv(place / "raw" / "registrations.csv", dtype="str", keep_default_na=False)
    assert logs.groupby(["form", "version", "mode"]).size().to_dict() == {
        ("monthly", "short", "online"): 36,
        ("monthly", "short", "paper"): 20,
        ("quarterly", "full", "online"): 20,
    }
    assert logs["log_id"].is_unique
    assert set(people["person_id"]) < set(logs["person_id"])  # the logs stay of the one who did not consent
    assert logs["region"].value_counts().to_dict() == {"Norfolk": 40, "Leeds": 36}
    paper_logs = logs[logs["mode"] == "paper"]
    assert paper_logs["informal_given"].tolist() == ["2"] * 3 + ["-9"] + ["2"] * 16
    assert paper_logs["swemwbs_7"].tolist() == ["4"] * 3 + [""] + ["4"] * 16
    assert paper_logs["completed_on"].iloc[4] == "2026-03-05"
    assert logs.loc[logs["form"] == "quarterly", "hope_12"].tolist()[0] == ""
    quarterly_logs = logs[logs["form"] == "quarterly"]
    boxes = quarterly_logs[[name for name in logs if name.startswith("employment_")]]
    assert boxes.eq("1").sum(axis=1).tolist() == [1] * 20
    said = (place / "raw" / "study.yml").read_text(encoding="utf-8")
    assert "title: Norfolk log" in said
    assert "- Norfolk" in said
    stored = read_plan(place / "raw" / "mapping.yml")
    assert [entry.table for entry in stored.files] == ["logs", "logs", "logs", "registrations"]


def test_an_open_question_stops_the_import(team):
    place, files, made = team
    (place / "open.yml").write_text(made.text, encoding="utf-8")
    with pytest.raises(DataError, match=r"columns, region: '\?' stands for what you still have to decide"):
        import_files(files, place / "other", place / "open.yml")


def test_dates_that_show_no_order_are_left_open(tmp_path):
    path = tmp_path / "forms.csv"
    rows = [
        "PERSON ID,completed_on,region,health_today",
        *(f"{n},0{n}/0{n + 1}/2026,Leeds,{n}" for n in range(1, 8)),
    ]
    path.write_text("\n".join(rows) + "\n")
    made = draft([path], known(STUDY))
    assert 'dates: "?"' in made.text
    assert any("dates can be read in two ways, and none shows which" in line for line in made.unsure)


def test_a_title_that_is_not_given_is_asked_for(tmp_path, team):
    made = draft(team[1][:1], known(STUDY))
    assert 'title: "?"' in made.text
    (tmp_path / "mapping.yml").write_text(made.text)
    with pytest.raises(DataError, match="title: write what this study is called"):
        read_plan(tmp_path / "mapping.yml")


def test_numbers_of_two_surveys_that_overlap_are_given_anew(team):
    assert team[2].text.count("log_id: {number: 1}") == 3


def test_ids_get_their_zeros_back_in_every_file(team):
    plain = [line.strip() for line in team[2].text.splitlines() if line.strip().startswith("person_id:")]
    assert len(plain) == 4
    assert all("pad: 4" in line for line in plain if "ID" in line and "PID" not in line)


def test_a_file_of_another_study_is_refused(tmp_path):
    (tmp_path / "shopping.csv").write_text("apples,pears\n1,2\n")
    with pytest.raises(DataError, match=r"shopping.csv: no column is like a field"):
        draft([tmp_path / "shopping.csv"], known(STUDY))


def test_no_two_columns_become_one_field(team):
    plan = team[0] / "all.yml"
    plan.write_text(team[2].text.replace('"?"', '""'), encoding="utf-8")
    for entry in read_plan(plan).files:
        taken = list(itertools.chain(*(column.columns for column in entry.columns.values())))
        assert len(taken) == len(set(taken))


def test_rows_of_a_question_are_matched_by_its_code_before_their_number_is_looked_at():
    family = [f"family_{number}" for number in (1, 2, 3)]
    friends = [f"friends_{number}" for number in (1, 2, 3)]
    fields = {
        name: Field(name, name, "integer", constraints=Constraints(minimum=0, maximum=5))
        for name in (*family, *friends)
    }
    columns = [
        matching.Asked(f"{code}[SQ00{number}]", "", counts=Counter({"2": 4}))
        for code in ("friends", "family")
        for number in (1, 2, 3)
    ]
    assert [matching.stem_of(block) for block in matching.blocks(Schema("logs", "Logs", fields))] == [
        "family",
        "friends",
    ]
    assert list(matching.series(columns)) == ["friends", "family"]


def test_words_for_a_number_are_counted_in_a_study_without_regions(tmp_path):
    rows = [f"c{line},first,peer,,,{line}" for line in range(1, 9)]
    path = tmp_path / "search_terms.csv"
    path.write_text("\n".join(["concept,position,term,phrase,truncated,line", *rows]) + "\n")
    made = draft([path], known("uwe"))
    assert any("position: 8 cells fit no answer" in line for line in made.unsure)


def test_responses_that_a_vv_export_marks_as_not_submitted_are_counted(tmp_path):
    path = tmp_path / "vvexport_2.csv"
    quarterly(path)
    text = path.read_text(encoding="utf-8").replace("2026-07-02 09:00:00", "{question_not_shown}")
    path.write_text(text, encoding="utf-8")
    made = draft([path], known(STUDY))
    assert any("3 of 20 responses were never submitted" in line for line in made.unsure)
