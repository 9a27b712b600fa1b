from __future__ import annotations

import pandas as pd
import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.data.subgroups import load_subgroups
from peerbook.errors import DataError


def printed_ethnicity() -> pd.Series:
    """People per answer, from the published Table A4.2."""
    table = pd.read_csv(paths.root() / "peerbook/published/side_by_side/demographics.csv")
    rows = table[
        (table["variable"] == "ethnicity") & (table["region"] == "Total") & (table["level"] != "MISSING")
    ]
    return rows.set_index("level")["n"].astype(int)


def test_ethnic_groups_have_the_published_shares():
    printed = printed_ethnicity()
    groups = printed.groupby(load_definitions("side_by_side").subgroups["ethnic_group"].level_of).sum()
    assert groups.to_dict() == {"White": 491, "Black": 96, "Asian": 73, "Other": 37}
    assert groups.sum() == 697


def test_subgroups_of_the_analyses():
    levels = {
        name: list(subgroup.levels) for name, subgroup in load_definitions("side_by_side").subgroups.items()
    }
    assert levels["age_group"] == ["18-34", "35-54", "55+"]
    assert levels["project_type"] == ["Group", "One to One", "Elefriends"]
    assert levels["formal_services"] == ["Yes", "No"]
    assert len(levels) == 11


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"levels": {"Male": ["Male", "Other"], "Female": ["Female"]}},
            "gender_group: 'Other' is in two places",
        ),
        (
            {"people": {"Male": "men"}},
            "gender_group: people names Male; expected the levels Male, Female",
        ),
        ({"leftout": []}, "unknown key 'leftout'; did you mean 'left_out'"),
    ],
)
def test_contradictions_are_refused(tmp_path, changes, message):
    described = yaml.safe_load((paths.data_schema() / "side_by_side" / "subgroups.yml").read_text())[
        "gender_group"
    ]
    (tmp_path / "subgroups.yml").write_text(
        yaml.safe_dump({"gender_group": described | changes}, sort_keys=False)
    )
    with pytest.raises(DataError, match=message):
        load_subgroups(tmp_path)
