from __future__ import annotations

import pytest
import yaml

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.data.support_types import load_support_types
from peerbook.errors import DataError

MEASURES = [
    "projects_attended", "types_given", "types_received", "informal_given", "informal_received",
    "one_to_one_given", "one_to_one_received", "group_given", "group_received",
    "online_given", "online_received",
]  # fmt: skip


def test_eight_types_two_directions_eleven_measures():
    support = load_definitions("side_by_side").support_types
    assert len(support.fields) == 16
    assert support.measures == MEASURES
    assert support.amounts["group"].types == ["groups", "peer_led"]


def test_networks_count_as_a_type_but_are_in_no_amount():
    support = load_definitions("side_by_side").support_types
    in_amounts = {kind for amount in support.amounts.values() for kind in amount.types}
    assert set(support.types) - in_amounts == {"networks"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"amounts": {"group": {"label": "G", "types": ["group"]}}},
            "'group' is not a type; did you mean 'groups'",
        ),
        ({"amounts": {"group": {"label": "G", "types": ["groups", "groups"]}}}, "a type is added twice"),
        ({"amounts": {"group": {"lable": "G", "types": []}}}, "amounts, group: unknown key 'lable'"),
        ({"cells": {"tick": "x"}}, "support_types.yml, cells: missing unreadable"),
        ({"kinds": {}}, "support_types.yml: unknown key 'kinds'"),
    ],
)
def test_contradictions_are_refused(tmp_path, changes, message):
    described = yaml.safe_load((paths.data_schema() / "side_by_side" / "support_types.yml").read_text())
    (tmp_path / "support_types.yml").write_text(yaml.safe_dump(described | changes, sort_keys=False))
    with pytest.raises(DataError, match=message):
        load_support_types(tmp_path)
