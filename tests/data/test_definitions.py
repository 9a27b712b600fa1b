from __future__ import annotations

import json
import shutil

import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.errors import DataError


@pytest.fixture
def copy(tmp_path):
    """A copy of `data_schema/` that may be spoilt."""
    return shutil.copytree(paths.data_schema(), tmp_path / "data_schema")


def change_yaml(path, change):
    described = yaml.safe_load(path.read_text())
    change(described)
    path.write_text(yaml.safe_dump(described, sort_keys=False))


def change_field(path, name, **changes):
    described = json.loads(path.read_text())
    for field in described["fields"]:
        if field["name"] == name:
            field |= changes
    path.write_text(json.dumps(described))


def test_an_item_without_a_field_is_refused(copy):
    change_yaml(copy / "questionnaires.yml", lambda q: q["hope"]["items"].update(hope_13="more"))
    change_yaml(copy / "questionnaires.yml", lambda q: q["hope"].update(missing={"complete": 13}))
    with pytest.raises(
        DataError, match=r"hope: 'hope_13' is not a field of logs.schema.json; did you mean 'hope_"
    ):
        load_definitions(copy)


def test_a_range_that_is_not_that_of_the_fields_is_refused(copy):
    change_field(copy / "logs.schema.json", "family_2", constraints={"minimum": 0, "maximum": 6})
    with pytest.raises(DataError, match=r"family: range \[0, 5\] but 'family_2' goes from 0 to 6"):
        load_definitions(copy)


def test_versions_that_are_not_those_of_the_fields_are_refused(copy):
    change_field(copy / "logs.schema.json", "swemwbs_3", version="full")
    with pytest.raises(DataError, match=r"wellbeing: versions .* but 'swemwbs_3' is asked in 'full'"):
        load_definitions(copy)


def test_a_support_type_without_fields_is_refused(copy):
    change_yaml(copy / "support_types.yml", lambda s: s["types"].update(postal="By post"))
    with pytest.raises(DataError, match=r"support_types.yml: 'postal_given' is not a field"):
        load_definitions(copy)


def test_a_support_cell_without_the_unreadable_code_is_refused(copy):
    change_field(copy / "logs.schema.json", "pairs_given", missingValues=["-8"])
    with pytest.raises(DataError, match="'pairs_given' has no missing value '-9'"):
        load_definitions(copy)


def test_a_subgroup_that_forgets_an_answer_is_refused(copy):
    change_yaml(copy / "subgroups.yml", lambda s: s["ethnic_group"]["levels"]["Other"].remove("Arab"))
    with pytest.raises(DataError, match=r"answers must be those of registrations.ethnicity; differing: Arab"):
        load_definitions(copy)


def test_a_subgroup_of_an_unknown_field_is_refused(copy):
    change_yaml(copy / "subgroups.yml", lambda s: s["age_group"].update(field="age"))
    with pytest.raises(DataError, match=r"age_group: 'age' is not a field of registrations.schema.json"):
        load_definitions(copy)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ({"resource": "project", "fields": ["project_id"]}, "leads to 'project', which is no table"),
        ({"resource": "projects", "fields": ["id"]}, "'id' is not a field of projects.schema.json"),
    ],
)
def test_a_foreign_key_that_leads_nowhere_is_refused(copy, reference, message):
    path = copy / "registrations.schema.json"
    described = json.loads(path.read_text())
    described["foreignKeys"] = [{"fields": ["project_id"], "reference": reference}]
    path.write_text(json.dumps(described))
    with pytest.raises(DataError, match=message):
        load_definitions(copy)


def test_every_field_of_a_table_is_a_legal_table_schema_field(definitions):
    """Type and constraint names are those of Table Schema; what is ours is listed in `schema.py`."""
    standard = {
        "name", "title", "type", "description", "constraints", "categories", "categoriesOrdered",
        "missingValues", "trueValues", "falseValues",
    }  # fmt: skip
    ours = {"personal", "freeText", "leftToCleaning", "form", "version", "tickGroup", "remedy", "optional"}
    for name in definitions.tables:
        described = json.loads((paths.data_schema() / "side_by_side" / f"{name}.schema.json").read_text())
        assert {key for field in described["fields"] for key in field} <= standard | ours
