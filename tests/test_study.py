from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
import yaml

import peerbook
from peerbook import open_beside, open_log, paths, reads
from peerbook.data import load_definitions, open_folder
from peerbook.errors import DataError, ParameterError
from peerbook.log import clean, pairs, score
from peerbook.outputs import text
from peerbook.study import Study


@pytest.fixture
def folder(raw):
    """Two people of two regions, two logs each."""
    people = [raw.registration("0001"), raw.registration("0002", region="Suffolk", project_id="SUF-01")]
    places = [("0001", "Leeds"), ("0002", "Suffolk")]
    logs = [
        raw.log(2 * i + j, person, region=region, completed_on=f"2016-0{j + 2}-01", informal_given="x")
        for i, (person, region) in enumerate(places)
        for j in (1, 2)
    ]
    projects = [raw.project(), raw.project("SUF-01", region="Suffolk")]
    return raw.folder(logs=logs, registrations=people, projects=projects)


def test_a_study_of_all_regions(folder):
    study = open_log(folder)
    assert study.synthetic
    assert (len(study.registrations), len(study.projects), len(study.logs), len(study.pairs)) == (2, 2, 4, 2)
    assert study.choices == {"scale": "raw", "missing_items": "complete"}
    assert study.study.coding == {}


def test_a_study_of_one_region(folder):
    study = open_log(folder, region="Suffolk")
    assert study.logs["person_id"].unique().tolist() == ["0002"]
    assert study.pairs["region"].unique().tolist() == ["Suffolk"]
    assert study.registrations["person_id"].tolist() == ["0002"]
    assert study.projects["project_id"].tolist() == ["SUF-01"]
    assert set(study.issues["log_id"]) == set(study.logs["log_id"])
    assert study.flow["logs"] == study.flow["logs_of_registered"] == 2
    assert len(study.tables["logs"]) == 4


def test_what_is_made_of_a_study_is_made_once_for_each_region(folder):
    made = []

    def people(study: Study) -> int:
        made.append(study.region)
        return len(study.table("registrations"))

    whole = open_log(folder).study
    narrowed = replace(whole, region="Suffolk")
    assert [whole.once(people), narrowed.once(people), whole.once(people)] == [2, 1, 2]
    assert made == ["all", "Suffolk"]


def test_who_gets_what_was_made_before_reads_what_it_was_made_from(folder):
    study = open_log(folder).study

    def regions(study: Study) -> list[str]:
        return study.tables["registrations"]["region"].tolist()

    with reads.watched() as first:
        study.once(regions)
    with reads.watched() as later:
        study.once(regions)
    assert later == first
    assert ("registrations", "region") in {(read.table, read.column) for read in later}


def test_a_log_counts_in_its_own_region_and_stays_registered(raw):
    logs = [raw.log(1, region="Suffolk"), raw.log(2, region="Suffolk", completed_on="2016-03-01")]
    study = open_log(raw.folder(logs=logs), region="Suffolk")
    assert study.logs["registered"].all()
    assert study.flow["logs_without_registration"] == 0
    assert study.flow["registered"] == 0


def test_an_unknown_region_is_refused_with_the_nearest(folder):
    with pytest.raises(ParameterError, match=r"found 'Leads'; expected one of all, .*; did you mean 'Leeds'"):
        open_log(folder, region="Leads")


def test_choices_reach_the_scores(folder):
    assert open_log(folder, scale="metric").logs["wellbeing"].tolist() == [19.25] * 4
    with pytest.raises(ParameterError, match="scale"):
        open_log(folder, scale="z")


def test_a_folder_with_errors_is_not_opened(raw):
    with pytest.raises(DataError, match="1 error, 0 warnings"):
        open_log(raw.folder(logs=[raw.log(1, swemwbs_1="9")]))


def test_a_study_shows_itself_shortly_and_says_that_it_is_synthetic(folder):
    study = open_log(folder)
    shown = study._repr_html_()
    assert "2 people, 4 logs, 2 pairs" in shown
    assert "ynthetic" in shown
    assert len(repr(study)) < 500


def test_a_study_of_real_data_says_that_it_is_not_for_publication(folder):
    log = open_log(folder, region="Suffolk")
    shown = replace(log, study=replace(log.study, synthetic=False))._repr_html_()
    assert "Not for publication" in shown
    assert "ynthetic" not in shown
    assert "Suffolk." in shown
    assert "1 person" not in shown  # a count that has passed no protection


def test_a_study_writes_numbers_as_the_book_does(folder):
    study = open_log(folder)
    many = replace(study, flow=study.flow.where(study.flow.index != "logs", 2064))
    assert "2,064 logs" in many._repr_html_()


def test_a_study_says_who_its_people_are_where_some_never_registered(folder):
    log = open_log(folder)
    assert "registered" not in log._repr_html_()
    flow = pd.Series({**log.flow, "people": 786, "registered": 703, "people_without_registration": 83})
    head = "786 people (703 who registered and 83 who only sent in logs), 4 logs"
    assert head in replace(log, flow=flow)._repr_html_()


def test_contact_details_are_nowhere_in_a_study(folder):
    study = open_log(folder)
    frames = [*study.tables.values(), study.registrations, study.logs, study.pairs, study.issues]
    held = " ".join(frame.astype("str").to_csv() for frame in frames) + study._repr_html_() + repr(study)
    for secret in ("07700", "somebody@", "High Street"):
        assert secret not in held


def test_the_package_offers_open_log_and_nothing_unknown():
    assert (peerbook.Study.__name__, peerbook.Log.__name__) == ("Study", "Log")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = peerbook.nothing


def add_to_logs(folder, *fields):
    path = folder / "logs.schema.json"
    schema = json.loads(path.read_text())
    schema["fields"] += fields
    path.write_text(json.dumps(schema))


def add_block(path, name, block, under=None):
    described = yaml.safe_load(path.read_text())
    (described[under] if under else described)[name] = block
    path.write_text(yaml.safe_dump(described, sort_keys=False))


def test_a_questionnaire_and_a_support_type_are_added_in_data_schema_alone(raw, tmp_path):
    """A new scale and a new type reach scores, measures and pairs with no change of code."""
    schema = shutil.copytree(paths.data_schema(), tmp_path / "data_schema") / "side_by_side"
    limits = {"minimum": 0, "maximum": 4}
    cell = {"type": "string", "missingValues": [{"value": "-9", "label": "Unreadable"}]}
    add_to_logs(
        schema,
        *(
            {"name": f"calm_{i}", "title": f"Calm {i}", "type": "integer", "constraints": limits}
            for i in (1, 2)
        ),
        *({"name": f"by_post_{way}", "title": f"By post, {way}", **cell} for way in ("given", "received")),
    )
    add_block(
        schema / "questionnaires.yml",
        "calm",
        {
            "label": "Calm", "instrument": "Two items", "direction": "high is good",
            "versions": ["full", "short"],
            "items": {"calm_1": "still", "calm_2": "restless"}, "range": [0, 4], "reversed": ["calm_2"],
            "score": "sum", "missing": {"complete": 2}, "citation": "none", "rights": "ours",
        },
    )  # fmt: skip
    add_block(schema / "support_types.yml", "by_post", "Support by post", under="types")
    add_block(
        schema / "support_types.yml",
        "post",
        {"label": "Post", "types": ["by_post", "networks"]},
        under="amounts",
    )
    definitions = load_definitions(schema)
    new = type(raw)(tmp_path, definitions)
    logs = [
        new.log(1, calm_1="1", calm_2="0", by_post_given="2"),
        new.log(2, completed_on="2016-03-01", calm_1="4", calm_2="4", by_post_given="1", networks_given="4"),
    ]
    tables = open_folder(new.folder(logs=logs), schema).checked().tables
    found = pairs(score(clean(tables, definitions).data, definitions), definitions)
    assert found["calm_start"].tolist() == [5]
    assert found["calm_change"].tolist() == [-1]
    assert found["post_given_category"].tolist() == ["increased"]
    assert found["types_given_category"].tolist() == ["increased"]


def test_importing_the_package_is_light():
    loaded = (
        "import sys, peerbook; print(sorted({'pandas', 'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True).stdout == "[]\n"


def test_a_study_beside_others_is_real_if_one_of_them_is(tmp_path):
    there = paths.stand_in("together")
    here = tmp_path / "real"
    shutil.copytree(there, here)
    described = json.loads((here / "datapackage.json").read_text())
    (here / "datapackage.json").write_text(json.dumps(described | {"synthetic": False}))
    for table in here.rglob("*.csv"):  # other rows than those that came with the software
        head, *rows = table.read_text().splitlines()
        table.write_text("\n".join([head, *reversed(rows)]).replace(",synthetic", ",collected") + "\n")
    assert open_beside("", "across", {"together": ""}).synthetic
    read = open_beside("", "across", {"together": here})
    assert not read.synthetic
    assert read.others["together"].folder == here
    read.table("concepts")
    read.others["together"].table("works")
    read.shelf(tmp_path / "made")(text("text-1", "Nothing", {"n": 1}))
    assert json.loads((tmp_path / "made" / "reads.json").read_text()) == ["concepts", "together/works"]
