"""A round trip loses nothing: made-up tables, exported as other programs do, mapped and imported again."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
import pytest

from peerbook.data import validate
from peerbook.data.sampler import sample
from tests.imports.conftest import ROWS, STUDY, known, team

TABLES = ("registrations", "logs", "projects")
AS_TYPED = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


@cache
def sampled(table: str) -> pd.DataFrame:
    """Return a made-up table as an import should give it: dates that were typed the wrong way are read."""
    schema = known(STUDY).tables[table]
    whole = sample(known(STUDY), ROWS)[table][list(schema.read_fields)]
    return by_key(whole.map(lambda cell: AS_TYPED.sub(r"\3-\2-\1", cell)), schema)


def by_key(table: pd.DataFrame, schema) -> pd.DataFrame:
    """Return a table in the order of its key, its numbers written alike."""
    numbers = [name for name, field in schema.read_fields.items() if field.type == "number"]
    alike = {name: table[name].map(lambda cell: cell and f"{float(cell):g}") for name in numbers}
    return table.assign(**alike).sort_values(list(schema.primary_key), ignore_index=True)


@pytest.mark.parametrize(
    ("program", "headings"),
    [
        ("limesurvey", "code"),
        ("limesurvey", "full"),
        ("limesurvey", "abbreviated"),
        ("limesurvey", "codetext"),
        ("excel", "code"),
    ],
)
def test_a_round_trip_loses_nothing(tmp_path, program, headings):
    made = team(tmp_path / "team", program, headings, keep_text=True, keep_ids=True)
    report = made.bring_in(tmp_path / "raw")
    for table in TABLES:
        schema = known(STUDY).tables[table]
        got = pd.read_csv(tmp_path / "raw" / f"{table}.csv", dtype="str", keep_default_na=False)
        pd.testing.assert_frame_equal(by_key(got, schema), sampled(table), check_dtype=False)
    assert report.rows("read") == report.rows("written") + report.rows("left out")
    assert validate(tmp_path / "raw").ok


def test_the_same_seed_gives_the_same_text_files(tmp_path):
    for name in ("one", "two"):
        team(tmp_path / name, "limesurvey")
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
