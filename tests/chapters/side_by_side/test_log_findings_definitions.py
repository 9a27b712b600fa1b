"""What is added to `data_schema/` alone appears in the log findings; nothing is listed in code."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from peerbook import Log, open_log, paths
from peerbook.chapters.side_by_side import log_findings as chapter
from peerbook.data import load_definitions
from peerbook.outputs import Output
from tests.chapters.notebook import shown

SLEEP = {
    "label": "Sleep",
    "instrument": "Three questions about sleep, made up for a test",
    "direction": "high is good",
    "versions": ["full"],
    "items": {"sleep_1": "falling asleep", "sleep_2": "staying asleep", "sleep_3": "tired by day"},
    "range": [1, 5],
    "reversed": ["sleep_3"],
    "score": "sum",
    "missing": {"complete": 3},
    "citation": "nobody2027",
    "rights": "none",
}


@pytest.fixture
def schema(tmp_path) -> Path:
    """A copy of the study's definitions, to be edited."""
    shutil.copytree(paths.data_schema(), tmp_path / "data_schema")
    return tmp_path / "data_schema" / "side_by_side"


class Plain(yaml.SafeDumper):
    """Writes a value out wherever it stands: definitions may not refer to other places."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def edit(file: Path, **changes: object) -> None:
    """Change some keys of a YAML file."""
    changed = yaml.safe_load(file.read_text()) | changes
    file.write_text(yaml.dump(changed, Dumper=Plain, sort_keys=False))


def by_id(log: Log) -> dict[str, Output]:
    """Every output the notebook shows, and every panel."""
    outputs = shown("side_by_side", "log_findings", log=log)
    return {each.id: each for output in outputs for each in (output, *output.panels)}


def test_nothing_is_shown_of_what_nobody_added(five_people):
    assert chapter.support(five_people, "further") is None
    assert chapter.outcomes(five_people, "further") is None


def test_a_questionnaire_is_scored_drawn_told_and_tabled(schema, raw):
    edit(schema / "questionnaires.yml", sleep=SLEEP)
    people = [f"000{n}" for n in range(1, 6)]
    answers = {"sleep_1": "4", "sleep_2": "5", "sleep_3": "2"}
    logs = [raw.log(n, id, **answers) for n, id in enumerate(people, 1)]
    writer = replace(raw, definitions=load_definitions(schema))
    folder = writer.folder(registrations=[raw.registration(id) for id in people], logs=logs)
    (folder / "study.yml").write_text("printed: true\n")
    outputs = by_id(open_log(folder, study=schema))
    assert outputs["fig-4.8h"].data[["month", "n", "mean"]].to_numpy().tolist() == [[1, 5, 4 + 5 + (6 - 2)]]
    assert outputs["fig-4.8h"].caption.startswith("Sleep: mean score by month of participation")
    assert outputs["text-4.8"].markup.splitlines()[-1] == "  - Sleep: 13.0 in month 1"
    entry = outputs["table-a4.3"]
    assert entry.shown.index.get_level_values(0)[-1] == "Sleep"
    assert "13.0 (0.0), 13 to 13" in entry.markup
    assert entry.notes[1:-1] == (
        "Health status and Sleep are not in the printed table; they are added because they are among the "
        "eight outcomes.",
        "Asked in full versions only, too: Sleep.",
    )


def test_a_questionnaire_without_columns_is_one_nobody_answered(schema, raw):
    edit(schema / "questionnaires.yml", sleep=SLEEP)
    outputs = by_id(open_log(raw.folder(), study=schema))
    assert outputs["fig-4.8h"].alt == "Sleep: nobody answered."
    assert "  - Sleep: nobody answered" in outputs["text-4.8"].markup
    assert outputs["table-a4.3"].data.query("variable == 'sleep'")["n"].tolist() == [0, 1]


def test_two_questionnaires_share_a_picture(schema, raw):
    edit(schema / "questionnaires.yml", sleep=SLEEP, mood=SLEEP | {"label": "Mood"})
    figure = chapter.outcomes(open_log(raw.folder(), study=schema), "further")
    assert (figure.id, [panel.id for panel in figure.panels]) == ("fig-4.8h-i", ["fig-4.8h", "fig-4.8i"])


def test_a_score_that_is_not_analysed_is_not_drawn(schema, raw):
    edit(schema / "questionnaires.yml", sleep=SLEEP | {"analysed": False})
    assert chapter.outcomes(open_log(raw.folder(), study=schema), "further") is None


def test_a_type_and_an_amount_of_support_are_drawn_told_and_tabled(schema, raw):
    support = yaml.safe_load((schema / "support_types.yml").read_text())
    types = support["types"] | {"walks": "Walking together"}
    amounts = support["amounts"] | {"outdoor": {"label": "Outdoor", "types": ["walks", "pairs"]}}
    edit(schema / "support_types.yml", types=types, amounts=amounts)
    log = raw.log(1, walks_given="3", walks_received="0", pairs_given="1")
    writer = replace(raw, definitions=load_definitions(schema))
    outputs = by_id(open_log(writer.folder(logs=[log]), study=schema))
    titles = [outputs[f"fig-4.7{letter}"].caption.partition(": ")[0] for letter in "rstu"]
    assert titles == [
        "Outdoor support, giving",
        "Outdoor support, receiving",
        "Walking together, giving",
        "Walking together, receiving",
    ]
    assert [outputs[f"fig-4.7{letter}"].data["mean"].item() for letter in "rstu"] == [4, 0, 3, 0]
    assert outputs["fig-4.7r-u"].caption.startswith("Outdoor support and Walking together: mean times")
    assert "  - Walking together, giving: 3.00 in month 1" in outputs["text-4.7"].markup
    assert "highest Informal peer support" in outputs["fig-4.6"].alt
    use = outputs["table-a4.4"].data.query("support_type == 'walks'")
    assert use[["direction", "n"]].to_numpy().tolist() == [["given", 1], ["received", 0]]


def test_a_region_is_in_the_calendar_figures_and_the_tables(schema, raw):
    described = yaml.safe_load((schema / "study.yml").read_text())
    edit(schema / "study.yml", regions=["Isle of Man", *described["regions"]])
    people = [raw.registration("0001"), raw.registration("0002", region="Isle of Man", project_id="")]
    logs = [raw.log(1), raw.log(2, "0002", region="Isle of Man")]
    outputs = by_id(open_log(raw.folder(registrations=people, logs=logs), study=schema))
    for id in ("fig-4.2", "fig-4.3"):
        assert outputs[id].data["region"].unique().tolist() == ["Isle of Man", "Leeds"]
    for id in ("table-a4.1", "table-a4.2", "table-a4.3", "table-a4.4"):
        assert outputs[id].data["region"].unique().tolist() == ["Isle of Man", "Leeds", "Total"]
        assert "Isle of Man" in outputs[id].markup
    assert "**Region.** Isle of Man: 1 (50.0%); Leeds: 1 (50.0%)." in outputs["text-4.4"].markup


def test_a_characteristic_that_makes_a_subgroup_is_told_and_tabled(schema, raw):
    transport = {
        "label": "Transport pass",
        "table": "registrations",
        "field": "transport_pass",
        "levels": {"Yes": ["yes"], "No": ["no"]},
        "people": {"Yes": "people with a pass", "No": "people without one"},
    }
    edit(schema / "subgroups.yml", transport=transport)
    people = [raw.registration("0001", transport_pass="yes")]
    outputs = by_id(open_log(raw.folder(registrations=people), study=schema))
    assert outputs["table-a4.2"].data["variable"].iloc[-1] == "transport_pass"
    assert outputs["text-4.4"].markup.splitlines()[-1] == (
        "- **Free transport pass for health reasons.** Yes: 1 (100.0%)."
    )


def test_panels_keep_their_printed_letters_when_an_outcome_goes(schema, raw):
    scores = yaml.safe_load((schema / "questionnaires.yml").read_text())
    (schema / "questionnaires.yml").write_text(
        yaml.safe_dump({name: block for name, block in scores.items() if name != "health"}, sort_keys=False)
    )
    log = open_log(raw.folder(), study=schema)
    assert chapter.outcomes(log, "g") is None
    assert chapter.outcomes(log, "a-c").id == "fig-4.8a-c"
