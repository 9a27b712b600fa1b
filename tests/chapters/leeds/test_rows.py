"""What the report states is computed from rows: other rows give other numbers and other words."""

from __future__ import annotations

import pytest

from peerbook import published
from peerbook.chapters.leeds import rows
from peerbook.errors import ParameterError
from peerbook.published.comparison import CONTRADICTED, DIFFERS

PLACES = ["Bradford & Craven", "Calderdale", "Harrogate & Rural", "Kirklees", "Leeds", "Wakefield"]


def test_a_place_has_its_rows_and_the_region_all(scoping):
    assert [len(rows.place_of(scoping, name).services) for name in PLACES] == [234, 35, 64, 48, 55, 55]
    region = rows.place_of(scoping, rows.REGION)
    assert len(region.services) == 602
    assert region.services["place_code"].isna().sum() == 111
    with pytest.raises(ParameterError, match="Wakefield"):
        rows.place_of(scoping, "Wakefeild")


def test_every_statement_has_one_claim_and_only_three_are_contradicted(scoping):
    claims = rows.all_claims(scoping, "table-1")
    assert sorted(claims["claim"]) == sorted(published.load("leeds", "statements")["name"])
    assert len(claims) == len(published.load("leeds", "statements")) == 78
    contradicted = set(claims.loc[claims["status"] == CONTRADICTED, "claim"])
    assert contradicted == {"wyh_activities", "earliest_work", "institutional_challenges"}
    assert not claims["status"].eq(DIFFERS).any()


def test_other_activities_make_claims_differ(scoping, changed):
    services = scoping.table("services")
    fewer = services[~(services["place_code"].eq("KIR") & services["sector"].eq("nhs"))]
    study = changed(services=fewer.drop(index=fewer[fewer["settlement"].eq("Halifax")].index[:10]))
    kirklees = rows.place_claims(study, "Kirklees").set_index("claim")
    assert kirklees.loc["kir_activities", ["rebuilt", "status"]].tolist() == ["41", DIFFERS]
    assert kirklees.loc["kir_nhs_local_authority", "rebuilt"] == "nhs: 0, local_authority: 7"
    calderdale = rows.place_claims(study, "Calderdale").set_index("claim")
    assert calderdale.loc["cal_halifax", ["rebuilt", "status"]].tolist() == ["10 of 25", DIFFERS]


def test_a_group_that_comes_to_a_place_ends_the_claim_that_it_has_none(scoping, changed):
    services = scoping.table("services")
    first = services.index[services["place_code"].eq("WAK").fillna(value=False)][0]
    named = services["service_id"].eq(services.loc[first, "service_id"])
    focus = scoping.table("service_focus").copy()
    focus.loc[focus["service_id"].eq(services.loc[first, "service_id"]), "focus"] = rows.BAME
    study = changed(
        services=services.assign(exclusive=services["exclusive"].mask(named, "yes")), service_focus=focus
    )
    claims = rows.place_claims(study, "Wakefield").set_index("claim")
    assert claims.loc["wak_exclusive_bame", ["rebuilt", "status"]].tolist() == ["1", DIFFERS]


def test_without_interviews_what_is_said_of_them_cannot_be_computed(scoping, changed):
    study = changed(interviews=scoping.table("interviews").iloc[:0])
    claims = rows.place_claims(study, "Harrogate & Rural").set_index("claim")
    assert claims.loc["har_paid_workers", "status"] == "not computable"


def test_blank_values_are_no_part_of_a_share(scoping):
    here = rows.place_of(scoping, "Leeds")
    assert rows.share(here.services["sector"], "nhs") == 1
    counted = rows.counted(scoping, "services", "sector", here.services)
    assert counted.iloc[-1].tolist() == ["Not stated", 54]
