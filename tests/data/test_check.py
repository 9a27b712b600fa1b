from __future__ import annotations

import pandas as pd

from peerbook.data import open_folder


def test_tables_are_typed(raw):
    logs = open_folder(raw.folder()).checked().tables["logs"]
    assert logs["log_id"].dtype == "Int32"
    assert logs["person_id"].tolist() == ["0001", "0001"]
    assert logs["region"].dtype == "category"
    assert logs["swemwbs_1"].dtype == "Int32"
    assert logs["work_hours"].dtype == "float64"
    assert logs["employment_retired"].dtype == "boolean"
    assert logs["completed_on"].tolist() == ["2016-02-01", "2016-03-01"]


def test_ordered_answers_stay_in_the_order_of_the_form(raw):
    ages = open_folder(raw.folder()).checked().tables["registrations"]["age_band"]
    assert ages.cat.ordered
    assert list(ages.cat.categories) == ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"]


def test_unreadable_and_unused_support_cells_stay_apart(raw):
    cells = [raw.log(1, informal_given=""), raw.log(2, informal_given="-9"), raw.log(3, informal_given="x")]
    column = open_folder(raw.folder(logs=cells)).checked().tables["logs"]["informal_given"]
    assert column.isna().tolist() == [False, True, False]
    assert column.dropna().tolist() == ["", "x"]


def test_rows_of_the_tables_are_those_of_the_file(raw):
    logs = [raw.log(number, f"{number:04}", informal_given=str(number)) for number in range(1, 6)]
    table = open_folder(raw.folder(logs=logs)).checked().tables["logs"]
    pd.testing.assert_series_equal(
        table["informal_given"], pd.Series(["1", "2", "3", "4", "5"], dtype="str"), check_names=False
    )
