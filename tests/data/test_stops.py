from __future__ import annotations

import json
import shutil

import pytest

from peerbook import paths
from peerbook.data import load_definitions, open_folder, validate
from peerbook.data.sampler import write_sample
from peerbook.errors import DataError


def kinds(folder) -> list[tuple[str, str, str]]:
    """Sorts of problem of a folder, with the file and how grave it is."""
    found = validate(folder).problems[["file", "kind", "severity"]]
    return sorted(set(found.itertuples(index=False, name=None)))


@pytest.fixture
def sample(tmp_path, definitions):
    """A made-up folder."""
    return write_sample(tmp_path / "example", definitions, rows=20)


def test_a_sample_is_what_it_says(sample):
    assert validate(sample).ok


def test_other_data_in_the_place_of_made_up_ones_stop_everything(sample):
    text = (sample / "logs.csv").read_text()
    (sample / "logs.csv").write_text(text.rstrip("\n").rpartition("\n")[0] + "\n")
    assert ("logs.csv", "data that were not made up", "error") in kinds(sample)
    report = validate(sample)
    assert '"synthetic": false' in str(report)


def test_made_up_tables_beside_other_data_stop_everything(sample):
    described = json.loads((sample / "datapackage.json").read_text()) | {"synthetic": False}
    (sample / "datapackage.json").write_text(json.dumps(described))
    text = (sample / "logs.csv").read_text()
    (sample / "logs.csv").write_text(text.rstrip("\n").rpartition("\n")[0] + "\n")
    made_up = {file for file, kind, _ in kinds(sample) if kind == "made-up data"}
    assert "coding/segments.csv" in made_up
    assert "logs.csv" not in made_up


def test_the_stand_ins_interviews_beside_other_logs_stop_everything(raw):
    folder = raw.folder()
    stand_in = paths.stand_in("side_by_side")
    for part in ("coding", "literature"):
        shutil.copytree(stand_in / part, folder / part)
    (folder / "datapackage.json").write_text(json.dumps({"study": "side_by_side", "synthetic": False}))
    made_up = {file for file, kind, _ in kinds(folder) if kind == "made-up data"}
    assert {"coding/segments.csv", "coding/people.csv", "literature/sources.csv"} <= made_up
    assert "coding/codebooks.csv" not in made_up  # any study may code by it
    (folder / "study.yml").write_text("printed: true")
    made_up = {file for file, kind, _ in kinds(folder) if kind == "made-up data"}
    assert "coding/segments.csv" in made_up
    assert "literature/sources.csv" not in made_up  # true of the printed study


@pytest.mark.parametrize(
    ("synthetic", "status", "kind"),
    [
        (True, "collected", "real row"),
        (False, "synthetic", "made-up row"),
    ],
)
def test_rows_of_another_origin_than_their_folder_stop_everything(raw, synthetic, status, kind):
    folder = raw.folder()
    (folder / "coding").mkdir()
    rows = f"codebook,version,code_id,label,status\nours,1,a,A,{status}\nours,1,b,B,printed\n"
    (folder / "coding" / "codebooks.csv").write_text(rows)
    (folder / "datapackage.json").write_text(json.dumps({"study": "side_by_side", "synthetic": synthetic}))
    found = validate(folder).problems.query("kind == @kind")
    assert found[["file", "row", "column", "severity"]].to_numpy().tolist() == [
        ["coding/codebooks.csv", 2, "status", "error"]
    ]
    (folder / "datapackage.json").write_text(
        json.dumps({"study": "side_by_side", "synthetic": not synthetic})
    )
    assert validate(folder).problems.query("kind == @kind").empty


@pytest.mark.parametrize("spoilt", ["{day:02}/03/2016", "2026-03-{day:02}"])
def test_dates_of_which_most_are_unusable_stop_everything(raw, spoilt):
    logs = [raw.log(n, completed_on=spoilt.format(day=n)) for n in range(1, 6)]
    folder = raw.folder(logs=[*logs, raw.log(6)])
    report = validate(folder)
    assert not report.ok
    assert "5 of 6 dates that cannot be used" in str(report)
    assert "period: [2026-01-01, 2026-12-31]" in str(report)


def test_a_few_unusable_dates_are_a_warning_each(raw):
    logs = [raw.log(n, completed_on=f"2016-03-{n:02}") for n in range(1, 6)]
    assert validate(raw.folder(logs=[*logs, raw.log(6, completed_on="2016-02-31")])).ok


@pytest.mark.parametrize("named", [True, False])
def test_a_descriptor_with_a_comma_too_many_stops_everything(raw, named):
    folder = raw.folder()
    (folder / "datapackage.json").write_text('{\n  "synthetic": false,\n}\n')
    if named:
        report = validate(folder, "side_by_side")
        assert report.problems[["file", "row", "kind"]].to_numpy().tolist() == [
            ["datapackage.json", 3, "unreadable file"]
        ]
    else:
        with pytest.raises(DataError, match=r"datapackage\.json, line 3: not valid JSON"):
            validate(folder)


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["1", "0", "2", "99"], ["99"]),
        (["60", "80", "99"], []),
        (["1", "1", "", "1", "999", "88"], ["88", "999"]),
        (["99", "99"], []),
    ],
)
def test_numbers_that_look_like_codes_are_pointed_at(raw, cells, codes):
    logs = [
        raw.log(n, completed_on=f"2016-03-{n:02}", informal_given=cell) for n, cell in enumerate(cells, 1)
    ]
    problems = validate(raw.folder(logs=logs)).problems.query("kind == 'likely code for no answer'")
    assert sorted(found.partition(" ")[0] for found in problems["found"]) == codes
    assert problems["column"].eq("informal_given").all()


def test_nobody_with_two_logs_is_a_warning(raw):
    assert ("logs.csv", "no pairs", "warning") in kinds(
        raw.folder(logs=[raw.log(n, f"000{n}") for n in range(1, 7)])
    )
    assert validate(raw.folder()).problems.empty


def test_people_whom_nobody_knows_are_a_warning(raw):
    logs = [raw.log(n, f"000{n}", completed_on=f"2016-03-{n:02}") for n in range(3, 8)]
    folder = raw.folder(logs=[*logs, raw.log(8), raw.log(9, completed_on="2016-03-09")])
    assert ("logs.csv", "unknown people", "warning") in kinds(folder)


def test_the_stand_ins_are_found_to_be_what_they_say():
    for name in ("together", "leeds"):
        assert open_folder(paths.stand_in(name)).report.problems.empty
        assert load_definitions(name).facts


def test_a_code_outside_the_range_is_an_error_that_says_how_to_declare_it(raw):
    report = validate(raw.folder(logs=[raw.log(1, swemwbs_1="99"), raw.log(2, completed_on="2016-03-01")]))
    assert report.problems["remedy"].tolist() == [
        'If 99 means no answer, write missing_codes: {"99": No answer} into study.yml; if not, correct it'
    ]
    (report.folder / "study.yml").write_text('missing_codes: {"99": No answer}')
    assert validate(report.folder).problems.empty
