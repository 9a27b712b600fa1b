from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from peerbook.builder import catalogue
from peerbook.outputs import shelf, table, text

DATA = pd.DataFrame({"area": ["City", None], "n": [3, 1], "mean": [2.5, None], "changed": [True, False]})


@pytest.fixture
def outputs(tmp_path) -> Path:
    for study, synthetic in {"first_study": True, "second": False}.items():
        show = shelf(tmp_path / study, synthetic)
        show(table("table-1", "People by area", DATA))
        show(text("text-1", "Nobody came."))
    (tmp_path / "second" / "other.json").write_text("{}", encoding="utf-8")
    given = {
        "first_study": {"synthetic": True},
        "second": {"synthetic": False},
        "absent": {"synthetic": True},
    }
    catalogue.write(tmp_path, given)
    return tmp_path


def read(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_every_csv_is_a_resource_that_says_what_it_rests_on(outputs):
    found = {resource["name"]: resource for resource in read(outputs)["resources"]}
    assert list(found) == [
        "first-study.table-1",
        "first-study.text-1",
        "second.table-1",
        "second.text-1",
    ]
    assert found["first-study.table-1"]["evidence"] == "rebuilt from stand-in data"
    assert found["second.table-1"]["evidence"] == "rebuilt from your data"
    assert found["second.table-1"]["title"] == "Table 1. People by area"
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in found)


@pytest.mark.parametrize("folder", ["", "first_study", "second"])
def test_paths_hashes_and_sizes_are_those_of_the_files(outputs, folder):
    for resource in read(outputs / folder)["resources"]:
        file = outputs / folder / resource["path"]
        assert resource["bytes"] == file.stat().st_size
        assert resource["hash"] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def test_columns_have_the_types_of_their_values(outputs):
    resource = read(outputs)["resources"][0]
    assert {field["name"]: field["type"] for field in resource["schema"]["fields"]} == {
        "area": "string",
        "n": "integer",
        "mean": "number",
        "changed": "boolean",
    }


def test_the_package_says_whether_its_data_may_be_used(outputs):
    synthetic, real, both = read(outputs / "first_study"), read(outputs / "second"), read(outputs)
    assert synthetic["description"] == "Synthetic, and so no evidence: what was rebuilt for first_study."
    assert synthetic["licenses"][0]["name"] == "CC-BY-4.0"
    assert real["description"] == "Not for publication: what was rebuilt for second is of real people."
    assert real["licenses"] == both["licenses"] == []


def test_a_file_that_was_listed_before_is_not_read_again(outputs, tmp_path, monkeypatch):
    listed = read(outputs)
    given = {"first_study": {"synthetic": True}, "second": {"synthetic": False}}
    (outputs / "second" / "table-1.csv").write_text("area,n\nCity,3\n", encoding="utf-8")
    record = json.loads((outputs / "second" / "table-1.json").read_text(encoding="utf-8"))
    record["sha256"] = hashlib.sha256((outputs / "second" / "table-1.csv").read_bytes()).hexdigest()
    (outputs / "second" / "table-1.json").write_text(json.dumps(record), encoding="utf-8")
    columns, asked = catalogue._fields, []
    monkeypatch.setattr(catalogue, "_fields", lambda csv: asked.append(csv.name) or columns(csv))
    catalogue.write(outputs, given, outputs)
    assert asked == ["table-1.csv"]
    again = read(outputs)["resources"]
    assert [each for each in again if each["name"] != "second.table-1"] == [
        each for each in listed["resources"] if each["name"] != "second.table-1"
    ]
    assert [field["name"] for field in again[2]["schema"]["fields"]] == ["area", "n"]
