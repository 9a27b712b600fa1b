from __future__ import annotations

import pytest

from peerbook import open_log
from peerbook.data import load_definitions
from peerbook.errors import DataError
from peerbook.imports.limesurvey import read_limesurvey, write_raw_table

DEFINITIONS = load_definitions("side_by_side")
MAPPING = """
table: logs
set: {form: monthly, version: full, mode: online}
columns:
  log_id: {from: id, add: 10000}
  person_id: PID
  completed_on: {from: [submitdate, datestamp]}
  region: {from: REG, answers: {A1: Leeds, A2: Suffolk}}
  informal_given: "SUP[INF_GIV]"
  health_today: EQ
  projects_named: NAMES
"""
COLUMNS = ["id", "submitdate", "lastpage", "token", "datestamp", "PID", "REG", "SUP[INF_GIV]", "EQ", "NAMES"]
RESPONSES = [
    [
        "1",
        "2016-03-01 10:15:00",
        "9",
        "SECRET",
        "2016-03-01 10:15:00",
        "0001",
        "A1",
        "3",
        "6.0000000000",
        "a\nb",
    ],
    ["2", "1980-01-01 00:00:00", "9", "SECRET", "2016-03-02 09:00:00", "0002", "A2", "", "7", "'=x"],
    ["3", "", "2", "SECRET", "2016-03-03 09:00:00", "0003", "A1", "1", "", ""],
]


@pytest.fixture
def files(tmp_path):
    """Write an export and a mapping."""

    def write(mark=";", mapping=MAPPING, name="results.csv", before="", responses=RESPONSES):
        rows = [COLUMNS, *responses]
        lines = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + (before + "\r\n".join(lines) + "\r\n\r\n").encode())
        (tmp_path / "mapping.yml").write_text(mapping)
        return tmp_path / name, tmp_path / "mapping.yml"

    return write


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_submitted_responses_become_rows(files, mark):
    rows = read_limesurvey(*files(mark), DEFINITIONS)
    assert rows.to_dict("list") == {
        "log_id": ["10001", "10002"],
        "person_id": ["0001", "0002"],
        "completed_on": ["2016-03-01", "2016-03-02"],
        "region": ["Leeds", "Suffolk"],
        "informal_given": ["3", ""],
        "health_today": ["6", "7"],
        "projects_named": ["a\nb", "=x"],
        "form": ["monthly", "monthly"],
        "version": ["full", "full"],
        "mode": ["online", "online"],
    }


def test_responses_that_were_given_up_may_be_kept(files):
    rows = read_limesurvey(*files(mapping=MAPPING + "incomplete: true\n"), DEFINITIONS)
    assert rows["log_id"].tolist() == ["10001", "10002", "10003"]


def test_a_vv_export_has_its_codes_in_the_second_line(files):
    hidden = [*RESPONSES[0][:7], "{question_not_shown}", "6", "{lbrace}a{newline}b"]
    before = "\t".join(f'"Question {i}"' for i in range(len(COLUMNS))) + "\r\n"
    rows = read_limesurvey(
        *files("\t", name="vvexport_1.csv", before=before, responses=[hidden]), DEFINITIONS
    )
    assert rows.loc[0, ["informal_given", "projects_named"]].tolist() == ["", "{a\nb"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("person_id: PID", "persn_id: PID"), "'persn_id' is not a field of logs.schema.json; did you mean"),
        (("PID", "PIDD"), "results.csv has no column 'PIDD'; did you mean 'PID'"),
        (("add: 10000", "ad: 1"), "columns, log_id: unknown key 'ad'; did you mean 'add'"),
        (("health_today: EQ", "health_today: {from: NAMES, add: 1}"), "columns, health_today: only to"),
        (("set:", "sett:"), "mapping.yml: unknown key 'sett'; did you mean 'set'"),
        (("table: logs", "table: registrations"), "'form' is not a field|'log_id' is not a field"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_says_where(files, change, message):
    with pytest.raises(DataError, match=message):
        read_limesurvey(*files(mapping=MAPPING.replace(*change)), DEFINITIONS)


def test_contact_details_cannot_be_mapped(files):
    mapping = "table: registrations\ncolumns: {person_id: PID, email: token}\n"
    with pytest.raises(DataError, match="'email' is a contact detail and is never read"):
        read_limesurvey(*files(mapping=mapping), DEFINITIONS)


def test_several_surveys_make_one_table_that_opens_as_a_study(files, raw):
    folder = raw.folder(registrations=[raw.registration("0001")])
    monthly = read_limesurvey(*files(), DEFINITIONS)
    quarterly = monthly.assign(log_id=["1", "2"], completed_on="2016-06-01", form="quarterly")
    write_raw_table([monthly, quarterly], folder, DEFINITIONS.tables["logs"])
    study = open_log(folder)
    assert study.flow[["logs", "pairs", "registered_with_logs"]].tolist() == [4, 2, 1]
    assert "SECRET" not in (folder / "logs.csv").read_text()
