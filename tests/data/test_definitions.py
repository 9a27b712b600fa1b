from __future__ import annotations

import json
import shutil

import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.errors import DataError, ParameterError


@pytest.fixture
def copy(tmp_path):
    """A copy of `data_schema/` that may be spoilt."""
    return shutil.copytree(paths.data_schema(), tmp_path / "data_schema") / "side_by_side"


def change_yaml(path, change):
    described = yaml.safe_load(path.read_text())
    change(described)
    path.write_text(yaml.safe_dump(described, sort_keys=False))


def change_field(path, field_name, /, **changes):
    described = json.loads(path.read_text())
    for field in described["fields"]:
        if field["name"] == field_name:
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
    change_field(copy / "logs.schema.json", "pairs_given", name="pair_given")
    with pytest.raises(DataError, match=r"'pairs_given' is not a field of .*; did you mean '"):
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
    ours = {
        "personal",
        "freeText",
        "leftToCleaning",
        "form",
        "version",
        "tickGroup",
        "remedy",
        "optional",
    } | {"categoriesFrom", "severalFrom", "missingShare"}
    for file in paths.data_schema().glob("*/*.schema.json"):
        described = json.loads(file.read_text())
        assert {key for field in described["fields"] for key in field} <= standard | ours


def test_a_questionnaire_and_a_type_of_support_bring_their_fields_with_them(copy):
    block = yaml.safe_load((copy / "questionnaires.yml").read_text())["family"]
    items = {"calm_1": "still", "calm_2": "restless", "calm_3": "asleep"}
    change_yaml(copy / "questionnaires.yml", lambda q: q.update(calm=block | {"items": items}))
    change_yaml(copy / "support_types.yml", lambda s: s["types"].update(postal="By post"))
    definitions = load_definitions(copy)
    item, cell = (definitions.tables["logs"].fields[name] for name in ("calm_2", "postal_given"))
    assert (item.type, item.constraints.minimum, item.constraints.maximum, item.version) == (
        "integer", 0, 5, "full",
    )  # fmt: skip
    assert item.optional
    assert cell.optional
    assert definitions.support_types.cells.unreadable in cell.missing_values
    assert definitions.outcomes[-1] == "calm"
    assert "eq5d_index" in definitions.scores
    assert "eq5d_index" not in definitions.outcomes


def test_a_region_is_added_in_one_place(copy):
    change_yaml(copy / "study.yml", lambda s: s["regions"].append("Newtown"))
    tables = load_definitions(copy).tables
    assert all("Newtown" in tables[name].fields["region"].categories for name in ("logs", "registrations"))


def test_a_subsample_that_is_no_region_is_refused(copy):
    change_yaml(copy / "study.yml", lambda s: s["subsamples"].append("Leads"))
    with pytest.raises(DataError, match="subsamples: 'Leads' is not a region; did you mean 'Leeds'"):
        load_definitions(copy)


def test_a_list_that_the_study_does_not_have_is_refused(copy):
    change_field(copy / "projects.schema.json", "region", categoriesFrom="region")
    with pytest.raises(DataError, match=r"categoriesFrom is 'region', which study\.yml does not list"):
        load_definitions(copy)


def test_an_unknown_study_is_refused_with_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'side_by_side'"):
        load_definitions("side_by_sde")


def test_a_study_may_have_one_table_and_no_log(copy):
    for name in ("questionnaires.yml", "support_types.yml", "subgroups.yml", "groups.yml", "services.yml"):
        (copy / name).unlink()
    (copy / "study.yml").write_text("title: A survey\n")
    (copy / "answers.schema.json").write_text(
        json.dumps({"title": "Answers", "fields": [{"name": "age", "title": "Age", "type": "integer"}]})
    )
    resources = [{"name": "answers", "path": "answers.csv", "schema": "answers.schema.json"}]
    (copy / "datapackage.json").write_text(json.dumps({"resources": resources}))
    definitions = load_definitions(copy)
    assert (list(definitions.tables), definitions.regions, definitions.outcomes) == (["answers"], (), ())


def test_a_subgroup_of_an_unknown_table_is_refused(copy):
    change_yaml(copy / "subgroups.yml", lambda s: s["age_group"].update(table="registration"))
    with pytest.raises(
        DataError, match=r"age_group: 'registration' is no table; did you mean 'registrations'"
    ):
        load_definitions(copy)
