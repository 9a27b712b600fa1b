from __future__ import annotations

from peerbook import open_log


def test_people_logs_and_pairs_at_each_step(raw):
    logs = [
        raw.log(1, "0001", form="quarterly", mode="online"),
        raw.log(2, "0001", form="monthly"),
        raw.log(3, "0001", completed_on="2016-03-01", informal_given="x"),
        raw.log(4, "0001", completed_on="soon"),
        raw.log(5, "0002", version="short"),
        raw.log(6, "9999"),
        raw.log(7, "9999", completed_on="2016-03-01"),
    ]
    people = [raw.registration(number) for number in ("0001", "0002", "0003")]
    assert open_log(raw.folder(logs=logs, registrations=people)).flow.to_dict() == {
        "registered": 3,
        "registered_with_logs": 2,
        "registered_without_logs": 1,
        "logs_of_registered": 5,
        "logs_of_registered_quarterly": 1,
        "logs_of_registered_monthly": 4,
        "logs_without_registration": 2,
        "people_without_registration": 1,
        "people": 4,
        "logs_before_cleaning": 7,
        "duplicates_removed": 1,
        "logs": 6,
        "logs_without_usable_date": 1,
        "people_with_logs": 3,
        "people_with_one_log": 1,
        "people_with_two_or_more": 2,
        "pairs": 2,
        "pairs_registered": 1,
        "people_in_pairs_registered": 1,
        "logs_ticked": 1,
        "logs_short": 1,
        "logs_online": 0,
        "logs_paper": 6,
    }
