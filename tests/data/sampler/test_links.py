from __future__ import annotations

import pytest

from peerbook.data.sampler.links import links_of
from peerbook.errors import DataError
from tests.data.sampler.small import a_field, a_schema

ID = {"required": True, "pattern": "[0-9]{4}"}
PERSON = a_field("person_id", **ID)


def followed(*schemas) -> dict[str, list[tuple]]:
    """Return what leads where in some tables."""
    links = links_of({schema.name: schema for schema in schemas})
    return {
        name: [(*link.fields, "->", link.resource, *link.reference_fields) for link in own]
        for name, own in links.followed.items()
        if own
    }


def test_a_column_named_as_the_key_of_a_neighbour_leads_there():
    people = a_schema("people", PERSON, key=("person_id",))
    visits = a_schema("visits", PERSON, a_field("date", "date"), key=("person_id", "date"))
    assert followed(people, visits) == {"visits": [("person_id", "->", "people", "person_id")]}


@pytest.mark.parametrize(
    "other",
    [
        a_schema("coding/visits", PERSON),
        a_schema("visits", a_field("person_id", pattern="[0-9]{3}")),
        a_schema("visits", a_field("person_id", "integer")),
        a_schema("visits", a_field("person")),
        a_schema("visits", PERSON, key=("person_id",)),
    ],
)
def test_another_folder_look_or_name_does_not_and_nor_does_a_key_of_the_same_rows(other):
    assert followed(a_schema("people", PERSON, key=("person_id",)), other) == {}


def test_what_is_declared_comes_before_what_is_only_named():
    people, former = (a_schema(name, PERSON, key=("person_id",)) for name in ("people", "former"))
    visits = a_schema("visits", PERSON, links={("person_id",): ("former", ("person_id",))})
    assert followed(people, former, visits) == {"visits": [("person_id", "->", "former", "person_id")]}


def test_a_table_has_a_third_of_the_rows_of_those_that_lead_to_it():
    region = a_field("region_id")
    schemas = [
        a_schema("visits", PERSON),
        a_schema("people", PERSON, region, key=("person_id",)),
        a_schema("regions", region, key=("region_id",)),
        a_schema("words", a_field("word")),
    ]
    links = links_of({schema.name: schema for schema in schemas})
    assert links.rows(100) == {"visits": 100, "people": 34, "regions": 12, "words": 100}
    assert links.rows(1) == dict.fromkeys(["visits", "people", "regions", "words"], 1)
    assert links.order.index("regions") < links.order.index("people") < links.order.index("visits")


def test_a_circle_is_opened_where_a_link_may_be_empty():
    to_team = {("team_id",): ("teams", ("team_id",))}
    people = a_schema("people", PERSON, a_field("team_id"), key=("person_id",), links=to_team)
    lead = a_field("lead", **ID)
    team = a_field("team_id", required=True)
    teams = a_schema("teams", team, lead, key=("team_id",), links={("lead",): ("people", ("person_id",))})
    links = links_of({"people": people, "teams": teams})
    assert [link.fields for link in links.given_up["people"]] == [("team_id",)]
    assert links.order == ["people", "teams"]


def test_a_circle_that_nobody_declared_is_no_error():
    one, two = a_field("one_id", required=True), a_field("two_id", required=True)
    links = links_of(
        {
            "ones": a_schema("ones", one, two, key=("one_id",)),
            "twos": a_schema("twos", one, two, key=("two_id",)),
        }
    )
    assert sorted(map(len, links.followed.values())) == [0, 1]
    assert not any(links.given_up.values())


def test_a_circle_of_required_links_is_an_error():
    one, two = a_field("one", required=True), a_field("two", required=True)
    ones = a_schema("ones", one, two, key=("one",), links={("two",): ("twos", ("two",))})
    twos = a_schema("twos", one, two, key=("two",), links={("one",): ("ones", ("one",))})
    with pytest.raises(DataError, match="ones and twos: found required foreign keys that lead in a circle"):
        links_of({"ones": ones, "twos": twos})
