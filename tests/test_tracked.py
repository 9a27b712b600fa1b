"""Whatever is done with a raw table, the columns that could change its result are noted."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from peerbook import reads
from peerbook.reads import Read
from peerbook.study import Tables, of_region
from peerbook.tracked import Tracked

ROWS = pd.DataFrame(
    {
        "id": pd.array([3, 1, 2, 4], dtype="Int32"),
        "region": pd.Categorical(["Leeds", "York", "Leeds", None]),
        "kind": pd.array(["a", "b", "a", "c"], dtype="str"),
        "hours": [1.5, 2.5, float("nan"), 4.0],
        "helped": pd.array([True, False, None, True], dtype="boolean"),
    }
)
OTHERS = {  # other cells of the same types
    "id": pd.array([9, 8, 7, 6], dtype="Int32"),
    "region": pd.Categorical(["York", "Leeds", "York", "Leeds"], categories=["Leeds", "York"]),
    "kind": pd.array(["c", "c", "b", "a"], dtype="str"),
    "hours": [-1.0, 7.0, 8.0, 9.0],
    "helped": pd.array([False, None, True, False], dtype="boolean"),
}
ALL = set(ROWS)


def _changed_in_place(rows):
    rows = rows.copy()
    rows["kind"] = "x"
    return rows[["kind", "id"]]


USES = {  # what is done, and the columns that it reads
    "a column": (lambda t: t["hours"], {"hours"}),
    "an attribute": (lambda t: t.hours, {"hours"}),
    "get": (lambda t: t.get("kind"), {"kind"}),
    "get what is not there": (lambda t: t.get("none"), set()),
    "columns": (lambda t: t[["id", "kind"]], {"id", "kind"}),
    "no columns": (lambda t: t[[]], set()),
    "a mask": (lambda t: t[t["region"] == "Leeds"]["hours"], {"region", "hours"}),
    "two masks": (lambda t: t[t["hours"].notna()][t["kind"] == "a"]["id"], {"hours", "kind", "id"}),
    "how many of a mask": (lambda t: len(t[t["region"] == "Leeds"]), {"region"}),
    "a region": (lambda t: of_region(t, "Leeds")["hours"], {"region", "hours"}),
    "all regions": (lambda t: of_region(t, "all")["hours"], {"hours"}),
    "an index": (lambda t: t.set_index("id")["kind"], {"id", "kind"}),
    "an index taken back": (lambda t: t.set_index("id").reset_index(), ALL),
    "the labels of an index": (lambda t: list(t.set_index("id").index), {"id"}),
    "a query": (lambda t: t.query("kind == 'a'")["id"], {"kind", "id"}),
    "a query with a name from outside": (lambda t: _query(t, 2), {"hours"}),
    "a query of labels": (lambda t: t.query("index > 1")["id"], ALL),
    "without columns": (lambda t: t.drop(columns=["kind", "id"]), {"region", "hours", "helped"}),
    "without rows": (lambda t: t.drop(index=[0])["id"], ALL),
    "other names": (lambda t: t.rename(columns={"kind": "sort"})["sort"], {"kind"}),
    "names turned round": (lambda t: t.rename(columns={"kind": "id", "id": "kind"})["id"], {"kind"}),
    "names made by a function": (lambda t: t.rename(columns=str.upper)["KIND"], ALL),
    "chosen and empty columns": (lambda t: t.reindex(columns=["id", "new"]), {"id"}),
    "chosen rows": (lambda t: t.reindex([2, 1])["id"], ALL),
    "rows numbered anew": (lambda t: t.reset_index(drop=True)["id"], {"id"}),
    "how many": (lambda t: len(t), set()),
    "shape": (lambda t: t.shape, set()),
    "empty": (lambda t: t.empty, set()),
    "names": (lambda t: list(t), set()),
    "types": (lambda t: t.dtypes.astype(str).tolist(), set()),
    "is there": (lambda t: "id" in t, set()),
    "loc": (lambda t: t.loc[1, "kind"], ALL),
    "iloc": (lambda t: t.iloc[0], ALL),
    "head": (lambda t: t.head(2), ALL),
    "copy": (lambda t: t.copy(), ALL),
    "merge": (lambda t: t.merge(ROWS[["id"]], on="id"), ALL),
    "merged into": (lambda t: ROWS[["id"]].merge(t, on="id"), ALL),
    "concat": (lambda t: pd.concat([t, ROWS]), ALL),
    "groupby": (lambda t: t.groupby("kind")["hours"].sum(), ALL),
    "sum of missing": (lambda t: t.isna().sum().sum(), ALL),
    "sorted": (lambda t: t.sort_values("id"), ALL),
    "assigned": (lambda t: t.assign(more=1), ALL),
    "assigned by a function": (lambda t: t.assign(more=lambda rows: rows["id"])["more"], ALL),
    "apply": (lambda t: t.apply(lambda row: row["id"], axis=1), ALL),
    "rows as tuples": (lambda t: [row.id for row in t.itertuples()], ALL),
    "rows as series": (lambda t: [row["id"] for _, row in t.iterrows()], ALL),
    "items": (lambda t: dict(t.items())["id"], ALL),
    "records": (lambda t: str(t.to_dict("records")), ALL),
    "values": (lambda t: str(t.to_numpy().tolist()), ALL),
    "csv": (lambda t: t.to_csv(), ALL),
    "text": (repr, ALL),
    "html": (lambda t: t._repr_html_(), ALL),
    "eval": (lambda t: t.eval("hours * 2"), ALL),
    "pickled": (lambda t: pickle.loads(pickle.dumps(t))["hours"], {"hours"}),
    "set in place": (_changed_in_place, ALL),
    "pop": (lambda t: t.copy().pop("id"), ALL),
    "equal": (lambda t: t.equals(ROWS), ALL),
    "transposed": (lambda t: t.T, ALL),
    "counted": (lambda t: t.value_counts(), ALL),
    "pivoted": (lambda t: t.pivot_table(values="hours", index="kind"), {"hours", "kind"}),
    "joined": (lambda t: t.join(ROWS, rsuffix="_x"), ALL),
    "a frame as a mask": (lambda t: t[t.isna()], ALL),
    "a list of truths": (lambda t: t[[True, False, True, False]]["id"], ALL),
    "a slice": (lambda t: t[1:3]["id"], ALL),
}  # fmt: skip


def _query(rows, least):
    return rows.query("hours > @least")["hours"]


def _same(one, other):
    if isinstance(one, (pd.DataFrame, pd.Series)):
        return type(one) is type(other) and one.equals(other)
    return one == other or (one != one and other != other)


def _plain(result):
    return pd.DataFrame(result) if isinstance(result, Tracked) else result


@pytest.mark.parametrize("name", USES)
def test_a_use_reads_what_it_says_and_gives_what_a_plain_frame_gives(name):
    use, expected = USES[name]
    with reads.watched() as found:
        result = _plain(use(Tracked(ROWS, "folder", "table")))
    assert _same(result, _plain(use(ROWS.copy())))
    assert {read.column for read in found} - {reads.ROWS} == expected
    assert {(read.folder, read.table) for read in found} <= {("folder", "table")}


@pytest.mark.parametrize("name", USES)
def test_a_cell_of_a_column_that_is_not_noted_cannot_change_a_result(name):
    use, expected = USES[name]
    for column in ALL - expected:
        other = ROWS.assign(**{column: OTHERS[column]})
        assert _same(_plain(use(other)), _plain(use(ROWS.copy()))), column


def test_a_use_of_how_many_rows_there_are_is_noted():
    for use in (len, lambda t: t.empty, lambda t: t[[]], lambda t: t.index):
        with reads.watched() as found:
            use(Tracked(ROWS, "folder", "table"))
        assert found == {Read("folder", "table", reads.ROWS)}


def test_the_raw_table_is_not_changed():
    before = ROWS.copy()
    rows = Tracked(ROWS, "folder", "table")
    rows["kind"] = "x"
    assert_frame_equal(ROWS, before)


def test_tables_are_plain_frames_unless_somebody_watches():
    tables = Tables({"table": ROWS}, "folder")
    assert type(tables["table"]) is pd.DataFrame
    with reads.watched() as found:
        assert type(tables["table"]) is Tracked
        assert "other" not in tables
        list(tables)
    assert found == {Read("folder", reads.TABLES, name) for name in ("table", "other", "")}
    assert tables.handed_out == {"table"}
