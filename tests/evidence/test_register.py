"""Register: a raw table is shown by the titles, labels and types of its own schema."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.data import Field, Schema
from peerbook.errors import ParameterError
from peerbook.evidence.register import register, rows_by_origin
from tests.chapters.notebook import data_held

FIELDS = {
    "hub": Field("hub", "Hub"),
    "opened": Field("opened", "Opened", type="date"),
    "kind": Field("kind", "Kind", categories={"mind": "Local charity"}),
    "phone": Field("phone", "Phone", personal=True),
    "staff": Field("staff", "Staff", type="integer"),
}
SCHEMA = Schema("hubs", "Hubs", FIELDS)
ROWS = pd.DataFrame(
    {
        "hub": ["North", "South"],
        "opened": pd.to_datetime(["2015-07-01", None]),
        "kind": pd.array(["mind", None], dtype="string"),
        "staff": pd.array([3, None], dtype="Int64"),
    }
)


def test_readers_see_titles_labels_and_dates_in_words():
    shown = register("table-1", "Hubs", ROWS, SCHEMA).shown
    assert shown.index.name == "Hub"
    assert list(shown) == ["Opened", "Kind", "Staff"]
    assert shown.loc["North"].tolist() == ["1 July 2015", "Local charity", 3]
    assert pd.isna(shown.loc["South", "Kind"])


def test_the_csv_keeps_the_codes():
    assert register("table-1", "Hubs", ROWS, SCHEMA, ["hub", "kind"]).csv().splitlines() == [
        "hub,kind",
        "North,mind",
        "South,",
    ]


def test_contact_details_are_refused():
    with pytest.raises(ParameterError, match="phone"):
        register("table-1", "Hubs", ROWS, SCHEMA, ["hub", "phone"])


def test_a_table_without_rows_is_shown_without_rows():
    made = register("table-1", "Hubs", ROWS.head(0), SCHEMA)
    assert made.shown.empty
    assert made.markup
    assert data_held(made) == []


def test_rows_are_counted_by_every_origin_also_where_there_are_no_rows():
    counted = rows_by_origin({"hubs": pd.DataFrame({"status": ["synthetic", "printed", "synthetic"]})})
    assert counted[["table", "printed", "inferred", "synthetic"]].iloc[0].tolist() == ["hubs", 1, 0, 2]
    assert rows_by_origin({}).empty
    assert rows_by_origin({"none": pd.DataFrame({"status": []})}).iloc[0, 1:].sum() == 0
