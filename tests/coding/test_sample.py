"""Characteristics of people are counted as printed, every person once."""

from __future__ import annotations

import pandas as pd

from peerbook.coding import Material
from peerbook.coding import sample as sp
from peerbook.data.codes import Codes, Strand

DEFINED = Codes(
    strands={
        "interview": Strand("Interviews", "interviews", "interviews"),
        "focus group": Strand("Focus groups", "focus groups", "groups"),
        "survey": Strand("Survey", "the survey", "answers"),
    }
)
GROUPS = {
    "South Asian": {"Pakistani": ["Asian British Pakistani"], "Other": ["Asian British other"]},
    "Arab": ["Arab"],
    "Other": {"Somali": ["Other - Somali"]},
}


def test_categories_are_in_order_and_missing_comes_last():
    people = pd.DataFrame(
        {"age_band": ["65+", "", "18-24", "18-24"], "gender": ["Other", "Female", "Female", ""]}
    )
    counted = sp.characteristics(people, {"age_band": "Age", "gender": "Gender"})
    assert counted["category"].tolist() == ["18-24", "65+", "Missing", "Female", "Other", "Missing"]
    assert counted.groupby("characteristic")["percent"].sum().round().tolist() == [100, 100]


def test_someone_interviewed_and_in_a_focus_group_counts_once():
    tables = {
        "people": pd.DataFrame(
            {
                "person_id": ["PV1", "PV2", "FG1", "S1"],
                "strands": ["interview;focus group", "interview", "focus group", "survey"],
                "project_id": ["B", "M", "B", "B"],
            }
        ),
        "projects": pd.DataFrame({"project_id": ["B", "M"], "lead_organisation": ["Somebody", ""]}),
    }
    people = sp.people_of_projects(Material.of(tables, defined=DEFINED), having="lead_organisation")
    assert people["person_id"].tolist() == ["PV1", "FG1"]


def test_sub_groups_stand_beneath_their_group_and_unlisted_labels_for_themselves():
    people = pd.DataFrame({"ethnicity": ["Other - Somali", "Asian British Pakistani", "Martian", ""]})
    counted = sp.grouped(people, "ethnicity", GROUPS)
    rows = counted[["category", "part_of", "people"]].to_numpy().tolist()
    assert rows[:4] == [
        ["South Asian", "", 1],
        ["Pakistani", "South Asian", 1],
        ["Other", "", 1],
        ["Somali", "Other", 1],
    ]
    assert {row[0] for row in rows[4:]} == {"Martian", "Missing"}


def test_roles_that_do_not_lead_are_left_out():
    people = pd.DataFrame({"role": ["mentor", "mentee", "", "mentor"]})
    assert sp.leading_roles(people, ["mentor"])[["category", "people"]].to_numpy().tolist() == [["mentor", 2]]


def test_nobody(nothing):
    assert sp.people_of_projects(nothing, having="lead_organisation").empty
    assert sp.characteristics(nothing.people, {"gender": "Gender"}).empty
    assert sp.grouped(nothing.people, "ethnicity", GROUPS).empty
