from __future__ import annotations

import json
from dataclasses import replace

import pytest

from peerbook.data import load_definitions, load_schema, validate
from peerbook.data.schema import Constraints
from peerbook.errors import DataError

PERSONAL = [
    *("contact_email_wanted", "contact_text_wanted", "contact_post_wanted"),
    *("mobile", "email", "name_and_address"),
]


def test_contact_details_are_marked_and_not_among_the_fields_that_are_read():
    schema = load_definitions("side_by_side").tables["registrations"]
    assert schema.names(personal=True) == PERSONAL
    assert not set(PERSONAL) & set(schema.read_fields)


def test_fields_of_the_forms(definitions):
    logs = definitions.tables["logs"]
    assert {logs.fields[name].form for name in logs.fields} == {"", "quarterly"}
    assert sum(name.startswith("community_") for name in logs.names(form="quarterly")) == 32
    assert len(logs.names(version="full")) == 12 + 9 + 6
    assert len(logs.names(tick_group="employment")) == 10
    assert set(logs.names(form="quarterly")).isdisjoint(logs.names(version="full"))


def test_a_field_may_have_its_own_missing_values():
    logs = load_definitions("side_by_side").tables["logs"]
    assert logs.fields["swemwbs_1"].missing_values == {"": "Not answered"}
    assert logs.fields["informal_given"].missing_values == {"-9": "Written but unreadable"}


def written(tmp_path, **changes):
    field = {"name": "a", "title": "A", **changes.pop("field", {})}
    schema = {"name": "t", "title": "T", "fields": [field], **changes}
    path = tmp_path / "t.schema.json"
    path.write_text(json.dumps(schema))
    return path


def test_unique_fields_are_keys_as_well(tmp_path):
    field = {"constraints": {"unique": True}}
    assert load_schema(written(tmp_path, field=field)).unique_keys == [("a",)]
    assert load_schema(written(tmp_path, field=field, primaryKey="a")).unique_keys == [("a",)]
    assert load_schema(written(tmp_path)).unique_keys == []


def test_a_unique_field_that_is_never_read_is_no_key(raw, definitions):
    registrations = definitions.tables["registrations"]
    email = replace(registrations.fields["email"], constraints=Constraints(unique=True))
    schema = replace(registrations, fields={**registrations.fields, "email": email})
    assert schema.unique_keys == [("person_id",)]
    people = [raw.registration("0001"), raw.registration("0002")]
    tables = {**definitions.tables, "registrations": schema}
    assert validate(raw.folder(registrations=people), replace(definitions, tables=tables)).ok


def test_a_field_may_say_how_many_of_its_cells_a_sample_leaves_out(tmp_path):
    assert load_schema(written(tmp_path)).fields["a"].missing_share is None
    field = {"missingShare": 0.25}
    assert load_schema(written(tmp_path, field=field)).fields["a"].missing_share == 0.25


def test_categories_may_be_plain_or_labelled(tmp_path):
    schema = load_schema(written(tmp_path, field={"categories": ["x", {"value": 1, "label": "one"}]}))
    assert schema.fields["a"].categories == {"x": "x", "1": "one"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"field": {"tpye": "integer"}}, r"field 1 \('a'\): unknown key 'tpye'; did you mean 'type'"),
        ({"field": {"type": "whole"}}, "unknown type 'whole'; expected one of string, integer"),
        (
            {"field": {"constraints": {"minimun": 1}}},
            "constraints: unknown key 'minimun'; did you mean 'minimum'",
        ),
        ({"field": {"constraints": {"minimum": 3, "maximum": 1}}}, "minimum 3 is above maximum 1"),
        ({"field": {"constraints": {"pattern": "("}}}, "the pattern '\\(' is not valid"),
        ({"field": {"missingShare": 20}}, "missingShare 20; expected a share from 0 to 1"),
        ({"field": {"missingShare": "few"}}, "missing_share: found 'few'; expected a number or nothing"),
        ({"primaryKey": "b"}, "the key 'b' is not a field that may be read"),
        ({"field": {"personal": True}, "primaryKey": ["a"]}, "the key 'a' is not a field that may be read"),
        (
            {"foreignKeys": [{"fields": "a", "reference": {"resourc": "b", "fields": "c"}}]},
            "unknown key 'resourc'",
        ),
        (
            {"fields": [{"name": "a", "title": "A"}, {"name": "a", "title": "B"}]},
            "a field name is given twice",
        ),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(tmp_path, changes, message):
    with pytest.raises(DataError, match=message):
        load_schema(written(tmp_path, **changes))
