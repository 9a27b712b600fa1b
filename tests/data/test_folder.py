from __future__ import annotations

import json
import random
import time

import pytest

from peerbook import open_log
from peerbook.data import load_definitions, open_folder, validate
from peerbook.errors import DataError

SECRETS = ["07700", "900123", "somebody", "example.org", "Some Body", "High Street", "LS1 4AP"]


def found(report) -> set[tuple]:
    """What a report says, without its words."""
    columns = ["file", "row", "column", "kind", "severity"]
    return set(report.problems[columns].itertuples(index=False, name=None))


def test_a_good_folder_has_no_problems(raw):
    report = validate(raw.folder())
    assert report.ok
    assert report.problems.empty


@pytest.mark.parametrize(
    ("answers", "column", "kind", "severity"),
    [
        ({"swemwbs_1": "6"}, "swemwbs_1", "out-of-range value", "error"),
        ({"swemwbs_1": "often"}, "swemwbs_1", "wrong type", "error"),
        ({"family_1": "9"}, "family_1", "out-of-range value", "error"),
        ({"region": "Leads"}, "region", "unknown answer", "error"),
        ({"region": ""}, "region", "missing value", "error"),
        ({"form": "weekly"}, "form", "unknown answer", "error"),
        ({"person_id": "1"}, "person_id", "wrong pattern", "error"),
        ({"informal_given": "lots"}, "informal_given", "wrong pattern", "error"),
        ({"informal_given": "-1"}, "informal_given", "wrong pattern", "error"),
        ({"completed_on": "31/03/2016"}, "completed_on", "unusable date", "warning"),
        ({"completed_on": "2016-02-31"}, "completed_on", "unusable date", "warning"),
        ({"completed_on": ""}, "completed_on", "missing value", "warning"),
        ({"completed_on": "2061-03-01"}, "completed_on", "out-of-range value", "warning"),
        ({"completed_on": "2016-01-09"}, "completed_on", "early date", "warning"),
        ({"medication": "yes"}, "medication", "unasked answer", "warning"),
        ({"employment_retired": "1"}, "employment_retired", "unasked answer", "warning"),
        ({"version": "short", "hope_3": "2"}, "hope_3", "unasked answer", "warning"),
        ({"region": "Suffolk"}, "region", "other region", "warning"),
    ],
)
def test_each_kind_of_problem_in_a_log(raw, answers, column, kind, severity):
    logs = [raw.log(1), raw.log(2, **{"completed_on": "2016-03-01"} | answers)]
    assert found(validate(raw.folder(logs=logs))) == {("logs.csv", 3, column, kind, severity)}


@pytest.mark.parametrize(
    ("answers", "column", "kind", "severity"),
    [
        ({"consent_use": "no"}, "consent_use", "unknown answer", "error"),
        ({"consent_reminders": ""}, "consent_reminders", "missing value", "error"),
        ({"project_id": "LEE-99"}, "project_id", "unknown key", "error"),
        ({"registered_on": "2016-13-01"}, "registered_on", "unusable date", "error"),
        ({"registered_on": "2015-09-24"}, "registered_on", "out-of-range value", "warning"),
        ({"formal_services_years": "-1"}, "formal_services_years", "out-of-range value", "error"),
        ({"gender": "female"}, "gender", "unknown answer", "error"),
    ],
)
def test_each_kind_of_problem_in_a_registration(raw, answers, column, kind, severity):
    people = [raw.registration(), raw.registration("0002", **answers)]
    report = validate(raw.folder(registrations=people))
    row = 4  # the address of the first person takes two lines
    assert found(report) == {("registrations.csv", row, column, kind, severity)}


def test_consent_has_its_own_remedy(raw):
    report = validate(raw.folder(registrations=[raw.registration(consent_use="no")]))
    assert report.problems["expected"].tolist() == ["'yes'"]
    assert "remove the row" in report.problems["remedy"].iloc[0]


def test_people_who_never_registered_are_no_problem(raw):
    assert validate(raw.folder(logs=[raw.log(1, "9999")])).ok


def test_a_missing_file_suggests_a_near_name(raw):
    folder = raw.folder()
    (folder / "logs.csv").rename(folder / "log.csv")
    report = validate(folder)
    assert found(report) == {("logs.csv", 0, "", "missing file", "error")}
    assert report.problems["remedy"].iloc[0] == "Rename 'log.csv' if it is this table"


def test_a_missing_folder_is_a_report_too(tmp_path):
    report = validate(tmp_path / "nowhere", "side_by_side")
    assert set(report.problems["found"]) >= {"no such folder"}
    assert report.n_errors == 3


def test_a_missing_column_leaves_an_empty_one_in_the_table(raw):
    folder = raw.folder()
    columns = [
        name for name in load_definitions("side_by_side").tables["projects"].fields if name != "approach"
    ]
    raw.write(folder / "projects.csv", [{k: v for k, v in raw.project().items() if k in columns}], columns)
    opened = open_folder(folder)
    tables, report = opened.tables, opened.report
    assert found(report) == {("projects.csv", 1, "approach", "missing column", "error")}
    assert tables["projects"]["approach"].isna().all()


@pytest.mark.parametrize("content", [None, '{"synthetic": "yes"}'])
def test_a_folder_that_does_not_say_whether_it_is_synthetic_counts_as_real(raw, content):
    folder = raw.folder()
    package = folder / "datapackage.json"
    package.unlink() if content is None else package.write_text(content)
    assert found(validate(folder, "side_by_side")) == {
        ("datapackage.json", 0, "", "missing statement", "warning")
    }
    assert not open_folder(folder, "side_by_side").synthetic


def test_a_folder_that_says_it_is_synthetic(raw):
    assert open_folder(raw.folder()).synthetic


def test_an_unknown_coding_file_is_a_warning(raw):
    folder = raw.folder()
    (folder / "coding").mkdir()
    (folder / "coding" / "segment.csv").write_text("a\n1\n")
    report = validate(folder)
    assert found(report) == {("coding/segment.csv", 0, "", "unknown file", "warning")}
    assert report.problems["remedy"].iloc[0] == "Rename it to 'segments.csv' if it is this table"


def test_errors_stop_the_reading_with_the_whole_report(raw):
    with pytest.raises(DataError, match="swemwbs_1") as stopped:
        open_folder(raw.folder(logs=[raw.log(1, swemwbs_1="9", hope_1="9")])).checked()
    assert "hope_1" in str(stopped.value)
    assert stopped.value.exit_code == 10


def spoilt(raw, cells=1000, logs=2000):
    """A folder of 2,000 logs with 1,000 bad cells, contact details among them."""
    random.seed(20160301)
    rows = [raw.log(number, f"{number % 700:04}") for number in range(1, logs + 1)]
    columns = [
        name
        for name in raw.definitions.tables["logs"].read_fields
        if name not in ("log_id", "projects_named")
    ]
    bad = ["lots", "99999", "-1", "07700 900123", "somebody@example.org", "Some Body, 1 High Street, LS1 4AP"]
    places = random.sample([(row, column) for row in range(logs) for column in columns], cells)
    for number, (row, column) in enumerate(places):
        rows[row][column] = bad[number % len(bad)]
    people = [raw.registration(f"{number:04}", gender="somebody@example.org") for number in range(200)]
    return raw.folder("spoilt", logs=rows, registrations=people), {
        (row + 2, column) for row, column in places
    }


def test_a_thousand_bad_cells_give_one_readable_report(raw):
    folder, places = spoilt(raw)
    started = time.process_time()
    report = validate(folder)
    seconds = time.process_time() - started
    cells = report.problems.query("row > 0 and file == 'logs.csv'")
    cells = cells.query("kind not in ['unasked answer', 'early date']")
    assert set(zip(cells["row"], cells["column"], strict=True)) == places
    assert len(str(report).splitlines()) < 250
    assert max(len(line) for line in str(report).splitlines()) < 400
    assert seconds < 1


def test_contact_details_appear_nowhere(raw, tmp_path):
    folder, _ = spoilt(raw)
    opened = open_folder(folder)
    tables, report = opened.tables, opened.report
    report.to_csv(tmp_path / "problems.csv")
    said = str(report) + repr(report) + report._repr_html_() + (tmp_path / "problems.csv").read_text()
    registrations = tables["registrations"]
    assert len(registrations) == 200
    held = registrations.astype("str").to_csv() + " ".join(registrations.columns)
    for secret in SECRETS:
        assert secret not in said
        assert secret not in held
    with pytest.raises(DataError) as stopped:
        open_folder(folder).checked()
    assert not any(secret in str(stopped.value) for secret in SECRETS)


def test_validation_leaves_the_files_as_they_are(raw):
    folder = raw.folder()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    validate(folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def describe(folder, **said):
    (folder / "datapackage.json").write_text(json.dumps({"study": "side_by_side", "synthetic": True, **said}))
    return folder


def test_a_folder_may_say_when_its_data_were_collected(raw):
    later = [raw.log(1, completed_on="2027-02-01"), raw.log(2, completed_on="2027-03-01")]
    joined = [raw.registration(registered_on="2027-01-10")]
    folder = raw.folder(logs=later, registrations=joined)
    assert set(validate(folder).problems["column"]) == {"completed_on", "registered_on"}
    describe(
        folder,
        collected={"logs": ["2027-01-10", "2027-12-31"], "registrations": ["2027-01-10", "2027-02-01"]},
    )
    assert validate(folder).problems.empty
    assert open_log(folder).flow["pairs"] == 1


def test_the_period_of_one_table_leaves_the_others_alone(raw, definitions):
    limited = open_folder(
        describe(raw.folder(), collected={"logs": ["2027-01-10", "2027-12-31"]})
    ).definitions
    assert limited.tables["registrations"] == definitions.tables["registrations"]
    assert limited.tables["logs"].fields["mode"] == definitions.tables["logs"].fields["mode"]
    assert definitions.tables["logs"].fields["completed_on"].constraints.minimum == "2015-09-25"


@pytest.mark.parametrize(
    ("collected", "words"),
    [
        ({"log": ["2027-01-10", "2027-12-31"]}, "did you mean 'logs'"),
        ({"logs": ["2027-12-31", "2027-01-10"]}, "the first and the last day"),
        ({"logs": "2027"}, "the first and the last day"),
        ({"logs": ["10/01/2027", "31/12/2027"]}, "the first and the last day"),
        ({"logs": 3}, "the first and the last day"),
        (["logs"], "expected tables"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(raw, collected, words):
    with pytest.raises(DataError) as error:
        open_folder(describe(raw.folder(), collected=collected))
    assert words.lower() in str(error.value).lower()
