"""A new study can be built as it is written, and becomes another survey by its schema and its rows alone."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from peerbook.builder.skeleton import new_study
from peerbook.data.schema import Field, Schema
from peerbook.disclosure import is_withheld, joined, unchecked
from peerbook.errors import ParameterError
from peerbook.outputs.protect import Protection
from peerbook.survey import Survey

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "name": "answers",
    "title": "Answers of gardeners",
    "primaryKey": ["answer_id"],
    "missingValues": [""],
    "fields": [
        {"name": "answer_id", "title": "Number", "type": "integer", "constraints": {"required": True}},
        {"name": "goes", "title": "Goes to the garden?", "categories": ["weekly", "monthly", "never"]},
        *(
            {
                "name": name,
                "title": name.capitalize(),
                "type": "boolean",
                "trueValues": ["Y"],
                "falseValues": [""],
                "missingValues": [],
                "tickGroup": "what_people_do_there",
                "askedIf": "goes = weekly | monthly",
            }
            for name in ("digging", "cooking", "sitting")
        ),
        {"name": "why", "title": "Why?", "freeText": True},
    ],
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A copy of what a clone has, without raw data."""
    root = tmp_path_factory.mktemp("clone")
    for name in ("peerbook", "book", "data_schema", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "_config.yml", root)
    return root


AS_TEXT = "from peerbook.builder import render, rendering; "
AS_TEXT += "from tests.builder.conftest import NoRenderer, copy_pages; "
AS_TEXT += "render.rendering, rendering.Renderer = copy_pages, NoRenderer; "  # without Jupyter Book


def _build(clone: Path, study: str, out: str, before: str = "") -> subprocess.CompletedProcess:
    program = f"{before}from peerbook.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "build", study, "--out", out],
        cwd=clone,
        env=os.environ | {"PEERBOOK_ROOT": str(clone), "PYTHONPATH": f"{clone}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )


def test_a_new_study_is_built_as_it_is(clone):
    written = new_study("garden", "The garden", clone)
    assert all(path.exists() for path in written)
    done = _build(clone, "garden", "first")
    assert done.returncode == 0, done.stderr
    first = pd.read_csv(clone / "first/outputs/garden/table-1.csv")
    assert "Where it helped" in set(first["question"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("study", "before"),
    [("allotment", AS_TEXT), pytest.param("orchard", "", marks=pytest.mark.slow)],
    ids=["as text", "as pages"],
)
def test_a_new_study_becomes_another_survey(clone, study, before):
    new_study(study, "Another garden", clone)
    schema = clone / "data_schema" / study / "answers.schema.json"
    schema.write_text(json.dumps(SCHEMA))
    chance = random.Random(5)
    rows = ["answer_id,goes,digging,cooking,sitting,why"]
    goers = []
    for number in range(1, 31):
        goes = chance.choice(["weekly", "monthly", "never", ""])
        ticks = [chance.choice(["Y", ""]) for _ in range(3)] if goes in ("weekly", "monthly") else [""] * 3
        goers.append((goes, ticks))
        rows.append(",".join([str(number), goes, *ticks, ""]))
    (clone / "stand_in" / study / "answers.csv").write_text("\n".join(rows) + "\n")
    described = clone / "stand_in" / study / "datapackage.json"
    described.write_text(json.dumps({"study": study, "synthetic": True}))  # made up, but not by the sampler
    done = _build(clone, study, f"{study}_book", before)
    assert done.returncode == 0, done.stderr
    counted = pd.read_csv(clone / f"{study}_book/outputs" / study / "table-1.csv").set_index(
        ["question", "label"]
    )
    asked = [ticks for goes, ticks in goers if goes in ("weekly", "monthly")]
    cooking = counted.loc[("What people do there", "Cooking")]
    assert (cooking["people"], cooking["base"]) == (sum(t[1] == "Y" for t in asked), len(asked))
    weekly = counted.loc[("Goes to the garden?", "weekly")]
    assert (weekly["people"], weekly["base"]) == (sum(goes == "weekly" for goes, _ in goers), 30)


def test_a_study_is_never_written_over_another(clone):
    (clone / "data_schema" / "taken").mkdir()
    (clone / "data_schema" / "taken" / "study.yml").write_text("title: Taken\n")
    with pytest.raises(ParameterError, match="taken"):
        new_study("taken", "Taken", clone)


def test_a_name_that_cannot_be_a_folder_is_refused(clone):
    with pytest.raises(ParameterError, match="small letters"):
        new_study("Our Survey", "Our survey", clone)


def test_a_new_study_of_real_people_is_protected_from_the_first_day():
    names: dict = {}
    exec((ROOT / "peerbook/builder/skeleton/answers.py.txt").read_text(encoding="utf-8"), names)
    fields = {
        "goes": Field("goes", "Goes?", categories={"yes": "Yes", "no": "No"}),
        "how": Field("how", "How?", categories={"foot": "On foot", "boat": "By boat"}, asked_if="goes = yes"),
    }
    rows = pd.DataFrame(
        {"goes": ["yes"] * 40 + ["no"] * 20, "how": ["foot"] * 37 + ["boat"] * 3 + [None] * 18 + ["foot"] * 2}
    )
    survey = Survey.of_table(rows, Schema("answers", "Answers", fields))
    made = [names[name](survey) for name in ("people", "answers", "strays")]
    shown = [output.made_from(False, Protection()) for output in made]
    assert unchecked(output.held for output in shown) == {}
    assert joined(output.held for output in shown).apart == ()
    answers = shown[1].released.set_index(["question", "label"])
    assert answers.loc[("Goes?", "Yes"), "people"] == 40
    boat = answers.loc[("How?", "By boat"), ["people", "percent", "shown", "ci_low", "ci_high"]]
    assert boat.map(is_withheld).all()
    assert is_withheld(shown[2].released["not_asked"].iloc[0])
    assert "60 people answered" in shown[0].markup
    assert all(output.csv() and (output._repr_html_() or output.markup) for output in shown)
