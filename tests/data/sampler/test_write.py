from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbook.data import load_definitions, open_folder, validate
from peerbook.data.sampler import write_sample
from peerbook.data.schema import Constraints, Field
from peerbook.errors import DataError
from tests.data.sampler.small import BLANK, a_field, a_schema, a_study


def read_bytes(folder) -> dict:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("rows", [1, 30, 1000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sample_of_the_project_has_no_errors(tmp_path, definitions, rows, seed):
    folder = write_sample(tmp_path / "raw", definitions, rows, seed)
    report = validate(folder)
    assert report.ok, str(report)
    assert set(report.problems["file"]) <= {"logs.csv"}
    assert set(report.problems["column"]) <= set(definitions.tables["logs"].names(left_to_cleaning=True))


def test_a_sample_of_the_project_can_be_read_and_says_that_it_is_synthetic(tmp_path, definitions):
    folder = write_sample(tmp_path / "new" / "raw", definitions, rows=30)
    assert open_folder(folder).synthetic
    tables = open_folder(folder).checked().tables
    assert list(tables) == [*definitions.tables]
    assert len(tables["logs"]) == len(tables["coding/segment_codes"]) == 30
    described = json.loads((folder / "datapackage.json").read_text())
    assert [resource["path"] for resource in described["resources"]] == [f"{name}.csv" for name in tables]
    assert described["seed"] == 1


def test_contact_details_of_a_sample_stay_outside_the_door(tmp_path, definitions):
    folder = write_sample(tmp_path, definitions, rows=300)
    raw = (folder / "registrations.csv").read_text()
    opened = open_folder(folder)
    tables, report = opened.tables, opened.report
    read = " ".join([str(report), *(frame.to_csv() for frame in tables.values())])
    for secret in ("@example.org", "07700 900", "Example Street"):
        assert secret in raw
        assert secret not in read
    personal = load_definitions("side_by_side").tables["registrations"].names(personal=True)
    assert not set(personal) & set(tables["registrations"])


def test_the_same_seed_gives_the_same_bytes(tmp_path, definitions):
    one, again, other = (
        read_bytes(write_sample(tmp_path / name, definitions, 30, seed))
        for name, seed in (("one", 7), ("again", 7), ("other", 8))
    )
    assert one == again
    assert all(one[name] != other[name] for name in ("logs.csv", "registrations.csv", "datapackage.json"))


def test_tables_that_are_not_declared_synthetic_are_left_alone(raw, definitions):
    folder = raw.folder()
    (folder / "datapackage.json").write_text('{"synthetic": false}')
    before = read_bytes(folder)
    with pytest.raises(DataError, match="found tables that are not declared synthetic"):
        write_sample(folder, definitions)
    assert read_bytes(folder) == before


def test_an_earlier_sample_is_replaced(tmp_path, definitions):
    write_sample(tmp_path, definitions, rows=30)
    write_sample(tmp_path, definitions, rows=10)
    assert len(open_folder(tmp_path).checked().tables["logs"]) == 10


def test_the_period_of_collection_is_written(tmp_path, definitions):
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    collected = {"registrations": ["2031-01-10", "2031-09-30"], "logs": ["2031-01-10", "2031-12-31"]}
    (earlier / "datapackage.json").write_text(json.dumps({"collected": collected}))
    folder = write_sample(tmp_path / "raw", open_folder(earlier).definitions, rows=30)
    assert json.loads((folder / "datapackage.json").read_text())["collected"] == collected
    assert validate(folder).problems.query("kind == 'out-of-range value'").empty
    assert open_folder(folder).checked().tables["registrations"]["registered_on"].dt.year.eq(2031).all()


# Small studies of any shape


DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))
WORDS = st.text("abcXY 12,;'\"é\n", min_size=1, max_size=6).map(str.strip).filter(bool)
CODES = {"-9": "Unreadable", "99": "Not known"}
PATTERNS = ["[0-9]{4}", "[A-Z]{2}-[0-9]{1,3}", "(x|[0-9]{1,3})?", r"\d+[^\w,]?", "(a|b c)(;(a|b c))*"]
BOXES = [
    {"missing_values": {}, "true_values": ("1",), "false_values": ("", "0")},
    {"missing_values": BLANK, "true_values": ("yes", "y"), "false_values": ("no",)},
]
KEY = {"required": True, "personal": False, "form": "", "left_to_cleaning": False}


@st.composite
def ranges(draw, values, width):
    """Return a range with none, one or both of its limits."""
    low = draw(st.none() | values)
    high = None if low is None else draw(st.none() | st.just(low + width(draw(st.integers(0, 40)))))
    limits = {"minimum": low, "maximum": high}
    return {name: day.isoformat() if isinstance(day, date) else day for name, day in limits.items()}


KINDS = {
    "string": st.just({}),
    "categories": st.lists(WORDS, min_size=1, max_size=5).map(
        lambda words: {"categories": {w: w for w in words}}
    ),
    "pattern": st.sampled_from(PATTERNS).map(lambda pattern: {"pattern": pattern}),
    "integer": ranges(st.integers(-2000, 2000), int),
    "number": ranges(st.decimals(-2000, 2000, places=2).map(float), float),
    "date": ranges(DAYS, timedelta),
    "boolean": st.sampled_from(BOXES),
}


@st.composite
def fields(draw, name: str, **fixed):
    """Return a field of any type."""
    kind = draw(st.sampled_from(list(KINDS)))
    said = {
        "missing_values": draw(st.sampled_from([BLANK, BLANK | CODES, CODES])),
        "required": draw(st.booleans()),
        "left_to_cleaning": draw(st.booleans()),
        "personal": draw(st.sampled_from([False, False, True])),
        "unique": draw(st.sampled_from([False, False, False, True])),
        "form": draw(st.sampled_from(["", "", "long"])),
        "tick_group": draw(st.sampled_from(["", "boxes"])),
        "missing_share": draw(st.none() | st.floats(0, 1)),
    }
    written = "string" if kind in ("categories", "pattern") else kind
    return a_field(name, written, **(said | draw(KINDS[kind]) | fixed))


def leading_to(field: Field, name: str, required: bool = False) -> Field:
    """Return a field that may hold what another holds."""
    constraints = Constraints(required=required, pattern=field.constraints.pattern)
    return replace(field, name=name, constraints=constraints, missing_share=None)


@st.composite
def schemas_of_a_study(draw):
    """Return one to four tables with keys and links of every kind."""
    schemas = []
    for name in draw(st.permutations(["people", "visits", "notes", "coding/codes"]))[
        : draw(st.integers(1, 4))
    ]:
        short = name[-5:]
        key = [draw(fields(f"{short}_key_{number}", **KEY)) for number in range(draw(st.integers(0, 3)))]
        more = [draw(fields(f"{short}_answer_{number}")) for number in range(draw(st.integers(2, 4)))]
        form = [a_field("form", categories={"long": "L", "short": "S"})] * draw(st.booleans())
        links, linked, in_key = {}, [], [field.name for field in key]
        for target in [schema for schema in schemas if schema.primary_key and draw(st.booleans())]:
            required = draw(st.booleans())
            own = [
                leading_to(target.fields[column], f"{short}_to_{target.name[-5:]}_{place}", required)
                for place, column in enumerate(target.primary_key)
            ]
            links[tuple(field.name for field in own)] = (target.name, target.primary_key)
            in_key += [field.name for field in own if required and draw(st.booleans())]
            linked += own
        if key and draw(st.booleans()):
            same = tuple(field.name for field in key[:-1])
            linked.append(leading_to(key[-1], f"{short}_parent"))
            links[(*same, f"{short}_parent")] = ("", (*same, key[-1].name))
        schemas.append(a_schema(name, *form, *key, *linked, *more, key=tuple(in_key), links=links))
    return schemas


@settings(max_examples=60)
@given(schemas=schemas_of_a_study(), rows=st.sampled_from([1, 2, 9, 40]), seed=st.integers(0, 99))
def test_a_sample_of_any_study_has_no_errors(tmp_path_factory, schemas, rows, seed):
    study = a_study(*schemas)
    folder = write_sample(tmp_path_factory.mktemp("any") / "raw", study, rows, seed)
    report = validate(folder, study)
    assert report.ok, str(report)
