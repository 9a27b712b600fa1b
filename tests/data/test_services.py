from __future__ import annotations

import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.data.services import load_services
from peerbook.errors import DataError

SERVICE = {"label": "GP", "kind": "contacts", "counted": "community_gp_contacts"}
COST = {"services": ["gp"], "pounds": 44, "year": "2014/15", "what": "a visit", "source": "a book"}


def written(tmp_path, service=None, **cost):
    described = {"services": {"gp": SERVICE | (service or {})}, "unit_costs": [COST | cost] if cost else []}
    (tmp_path / "services.yml").write_text(yaml.safe_dump(described))
    return tmp_path


def test_every_service_of_the_form_is_listed_and_every_price_has_year_and_source(definitions):
    fields = definitions.tables["logs"].fields
    asked = [name for name in fields if name.startswith(("inpatient_", "visits_", "community_"))]
    used = {name for service in definitions.services.values() for name in service.fields}
    assert used == {name for name in asked if not name.endswith("_minutes")}
    prices = [service.unit_cost for service in definitions.services.values() if service.unit_cost]
    assert prices
    assert all(price.year and price.source and price.what for price in prices)


def test_a_study_without_services_has_none(tmp_path):
    assert load_services(tmp_path) == {}


def test_a_price_goes_to_the_services_it_names(tmp_path):
    services = load_services(written(tmp_path, pounds=12.5))
    assert services["gp"].unit_cost.pounds == 12.5
    assert load_services(written(tmp_path))["gp"].unit_cost is None


@pytest.mark.parametrize(
    ("service", "cost", "message"),
    [
        ({"kind": "hours"}, {}, "gp: kind 'hours' is none of nights, visits, contacts"),
        ({"kind": "nights"}, {}, "gp: nights, and nothing else, need the field of their admissions"),
        ({"admissions": "a"}, {}, "gp: nights, and nothing else, need the field of their admissions"),
        ({"unit_cost": 3}, {}, "gp: unknown key 'unit_cost'"),
        ({}, {"pounds": -1}, "entry 1: found -1 pounds; expected 0 or more"),
        ({}, {"year": ""}, "entry 1: year is empty"),
        ({}, {"source": " "}, "entry 1: source is empty"),
        ({}, {"year": 2016}, "entry 1, year: found 2016; expected text"),
        ({}, {"services": ["gpp"]}, "entry 1: 'gpp' is no service; did you mean 'gp'"),
        ({}, {"services": ["gp", "gp"]}, "entry 1: 'gp' has a unit cost already"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path, service, cost, message):
    with pytest.raises(DataError, match=message):
        load_services(written(tmp_path, service, **cost))


def test_a_price_without_a_source_is_refused(tmp_path):
    described = {"services": {"gp": SERVICE}, "unit_costs": [{**COST, "source": None}]}
    del described["unit_costs"][0]["source"]
    (tmp_path / "services.yml").write_text(yaml.safe_dump(described))
    with pytest.raises(DataError, match="entry 1: missing source"):
        load_services(tmp_path)


def test_an_unknown_part_is_refused(tmp_path):
    (tmp_path / "services.yml").write_text("prices: []\n")
    with pytest.raises(DataError, match="unknown key 'prices'"):
        load_services(tmp_path)


def test_a_service_needs_its_field_in_the_logs(tmp_path):
    import shutil

    study = shutil.copytree(paths.data_schema(), tmp_path / "data_schema") / "side_by_side"
    file = study / "services.yml"
    file.write_text(file.read_text().replace("community_gp_contacts", "community_gp_contact"))
    with pytest.raises(DataError, match=r"services.yml, gp: 'community_gp_contact' is not a field of logs"):
        load_definitions(study)
