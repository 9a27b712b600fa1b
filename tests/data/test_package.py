from __future__ import annotations

import json

import pytest

from peerbook.data import definitions_of, validate
from peerbook.errors import DataError
from peerbook.study import open_study


def describe(folder, **said):
    (folder / "datapackage.json").write_text(json.dumps({"synthetic": True, **said}))
    return folder


def test_a_folder_may_say_when_its_data_were_collected(raw):
    later = [raw.log(1, completed_on="2027-02-01"), raw.log(2, completed_on="2027-03-01")]
    joined = [raw.registration(registered_on="2027-01-10")]
    folder = raw.folder(logs=later, registrations=joined)
    assert set(validate(folder).problems["column"]) == {"completed_on", "registered_on"}
    describe(
        folder,
        collected={"logs": ["2027-01-10", "2027-12-31"], "registrations": ["2027-01-10", "2027-02-01"]},
    )
    assert validate(folder).problems.empty
    assert open_study(folder).flow["pairs"] == 1


def test_the_period_of_one_table_leaves_the_others_alone(raw, definitions):
    limited = definitions_of(describe(raw.folder(), collected={"logs": ["2027-01-10", "2027-12-31"]}))
    assert limited.tables["registrations"] == definitions.tables["registrations"]
    assert limited.tables["logs"].fields["mode"] == definitions.tables["logs"].fields["mode"]
    assert definitions.tables["logs"].fields["completed_on"].constraints.minimum == "2015-09-25"


@pytest.mark.parametrize(
    ("collected", "words"),
    [
        ({"log": ["2027-01-10", "2027-12-31"]}, "did you mean 'logs'"),
        ({"logs": ["2027-12-31", "2027-01-10"]}, "the first and the last day"),
        ({"logs": "2027"}, "the first and the last day"),
        ({"logs": ["10/01/2027", "31/12/2027"]}, "the first and the last day"),
        ({"logs": 3}, "the first and the last day"),
        (["logs"], "expected tables"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(raw, collected, words):
    with pytest.raises(DataError) as error:
        definitions_of(describe(raw.folder(), collected=collected))
    assert words.lower() in str(error.value).lower()
