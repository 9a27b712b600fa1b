"""Two regions of a log: where it was sent in from, and where its writer is at home."""

from __future__ import annotations

import pytest

from peerbook import open_log


@pytest.fixture
def moving(raw):
    """Two people who move.

    0001 registered in Suffolk, sent the first log from Leeds and two from Suffolk; 9999 never registered and
    sent a log from Leeds, then from Suffolk twice (on one day), then without a date.
    """
    logs = [
        raw.log(1, "0001", region="Leeds"),
        raw.log(2, "0001", region="Suffolk", completed_on="2016-03-01"),
        raw.log(3, "0001", region="Suffolk", completed_on="2016-04-01"),
        raw.log(4, "9999", region="Suffolk", completed_on="soon"),
        raw.log(5, "9999", region="Suffolk", completed_on="2016-03-01", form="quarterly"),
        raw.log(6, "9999", region="Suffolk", completed_on="2016-03-01"),
        raw.log(7, "9999", region="Leeds"),
    ]
    people = [raw.registration("0001", region="Suffolk", project_id="SUF-01")]
    return raw.folder(logs=logs, registrations=people, projects=[raw.project("SUF-01", region="Suffolk")])


def test_home_is_where_people_registered_or_else_where_their_first_log_came_from(moving):
    logs = open_log(moving).logs
    assert logs.groupby("person_id")["home_region"].unique().map(list).to_dict() == {
        "0001": ["Suffolk"],
        "9999": ["Leeds"],
    }
    assert logs.loc[logs["month"] == 1, "region"].tolist() == ["Leeds", "Leeds"]
    assert logs["home_region"].dtype == logs["region"].dtype


def test_logs_are_of_the_region_they_came_from_and_people_of_their_home(moving):
    suffolk, leeds = (open_log(moving, region=region) for region in ("Suffolk", "Leeds"))
    assert (len(suffolk.logs), len(leeds.logs)) == (4, 2)
    assert suffolk.logs_of_people["log_id"].tolist() == [1, 2, 3]
    assert leeds.logs_of_people["person_id"].unique().tolist() == ["9999"]
    assert suffolk.pairs["log_id_start"].tolist() == [2]
    assert leeds.pairs["log_id_start"].tolist() == [1, 7]


def test_the_flow_counts_people_at_home_and_logs_where_they_came_from(moving):
    suffolk, leeds, both = (open_log(moving, region=region).flow for region in ("Suffolk", "Leeds", "all"))
    assert (suffolk + leeds).to_dict() == both.to_dict()
    steps = [
        "registered_with_logs",
        "people_without_registration",
        "people_with_two_or_more",
        "logs",
        "pairs",
    ]
    assert suffolk[steps].tolist() == [1, 0, 1, 4, 1]
    assert leeds[steps].tolist() == [0, 1, 1, 2, 2]
    assert suffolk["registered_without_logs"] == 0
    assert (suffolk["duplicates_removed"], leeds["duplicates_removed"]) == (1, 0)
