from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from peerbook import open_log
from peerbook.chapters.side_by_side import log_findings as chapter
from peerbook.chapters.side_by_side.log_findings.figures import calendar_counts
from peerbook.disclosure import Policy
from peerbook.outputs import Output
from peerbook.outputs.protect import Protection
from peerbook.published import load
from tests.chapters.notebook import shown

FIGURES = {f"fig-4.{n}" for n in range(1, 7)}
PANELS = {f"fig-4.7{letter}" for letter in "abcdefghijklmnopq"} | {f"fig-4.8{letter}" for letter in "abcdefg"}
TABLES = {f"table-a4.{n}" for n in range(1, 5)}
# Step of the flow -> claim of the published report. Its 1,364 pairs of registered people are left out:
# 125 logs of 83 people who did not register make 42 pairs, which leaves 1,372 of the 1,414.
PRINTED_STEPS = {
    "registered": "registered",
    "registered_with_logs": "registered_with_log",
    "logs_of_registered": "logs_registered",
    "logs_of_registered_quarterly": "logs_registered_quarterly",
    "logs_of_registered_monthly": "logs_registered_monthly",
    "people_without_registration": "unregistered",
    "logs_without_registration": "logs_unregistered",
    "logs_before_cleaning": "logs_before_cleaning",
    "duplicates_removed": "duplicates",
    "logs": "logs_after_cleaning",
    "people_with_logs": "participants_with_log",
    "people_with_one_log": "one_log_only",
    "people_with_two_or_more": "two_or_more_logs",
    "pairs": "pairs",
    "people_in_pairs_registered": "pairs_registered_participants",
    "logs_ticked": "logs_ticked",
    "logs_short": "logs_short",
    "logs_online": "logs_online",
}
FRAMES = ("registrations", "logs", "flow", "pairs")
NOT_A_VALUE = r"\bnan\b|\bNaT\b|\bNone\b|<NA>"


def page(output: Output) -> str:
    """What a reader gets: the page's markup, without pictures."""
    return re.sub(r'src="data:[^"]*"|href="data:[^"]*"', "", output._repr_html_() or output.markup)


@pytest.fixture(scope="module")
def made(small_study):
    """Every output of a small study, drawn once for the tests below."""
    before = {name: getattr(small_study, name).copy() for name in FRAMES}
    outputs = shown("side_by_side", "log_findings", log=small_study)
    changed = [name for name, frame in before.items() if not frame.equals(getattr(small_study, name))]
    return outputs, changed


def test_every_output_is_made_from_very_few_people(made):
    for output in made[0]:
        assert not re.search(NOT_A_VALUE, page(output) + output.alt), output.id


def test_the_outputs_leave_the_study_as_it_was(made):
    assert made[1] == []


def test_every_printed_figure_and_table_is_there_once(made):
    outputs = made[0]
    ids = [output.id for output in outputs] + [panel.id for output in outputs for panel in output.panels]
    assert len(ids) == len(set(ids))
    assert set(ids) >= FIGURES | PANELS | TABLES


def test_flow_holds_each_step_and_tells_it_in_words(five_people):
    figure = chapter.flow(five_people)
    assert figure.data.set_index("step")["count"].to_dict() == five_people.flow.to_dict()
    assert "4 people registered; 3 (75.0%) of them completed 7 logs: 3 quarterly and 4 monthly." in figure.alt
    assert "1 person completed 1 log without having registered" in figure.alt


def test_a_log_without_a_date_is_told(five_people):
    five_people.flow = five_people.flow.copy()
    five_people.flow["logs_without_usable_date"] = 1
    assert "Logs without a usable date (1)" in chapter.flow(five_people).alt


def test_calendar_months_without_anybody_are_shown_as_zero(five_people):
    figure = chapter.registrations_by_month(five_people)
    by_month = figure.data.groupby("month")["people"].sum()
    assert by_month.to_dict() == {"2016-01": 1, "2016-02": 2, "2016-03": 0, "2016-04": 1}
    assert figure.data["region"].unique().tolist() == ["Suffolk", "Leeds"]
    assert "highest in February 2016 (2 people)" in figure.alt


def test_undated_logs_are_left_out_of_the_calendar_and_noted(five_people):
    five_people.logs = five_people.logs.assign(
        completed_on=five_people.logs["completed_on"].where(lambda d: d.dt.day > 5)
    )
    figure = chapter.logs_by_calendar_month(five_people)
    assert figure.data.dropna(subset="month")["logs"].sum() == 4
    assert figure.data[figure.data["month"].isna()][["region", "logs"]].to_numpy().tolist() == [["Leeds", 3]]
    assert figure.notes[0] == "3 logs without a usable date left out."


def test_logs_by_month_of_participation(five_people):
    figure = chapter.logs_by_month(five_people)
    assert figure.data.to_dict("list") == {"month": [1, 2, 3], "quarterly": [3, 0, 0], "monthly": [1, 2, 1]}
    assert "highest in month 1 (4 logs)" in figure.alt


def test_small_genders_share_a_bar_and_people_without_age_are_noted(five_people):
    figure = chapter.age_by_gender(five_people)
    assert figure.data.set_index("age_band").loc["25-34"].to_dict() == {
        "Female": 0,
        "Male": 1,
        "Other or not said": 1,
    }
    known = figure.data.dropna(subset="age_band")
    assert known[["Female", "Male", "Other or not said"]].sum().sum() == 3
    assert figure.data["age_band"].isna().tolist() == [False] * 6 + [True]
    assert figure.notes == ("1 person without age or gender left out.",)


def test_people_who_did_not_give_their_gender_are_counted_and_not_drawn(five_people):
    five_people.registrations.loc[0, "gender"] = None
    figure = chapter.age_by_gender(five_people)
    assert figure.data.set_index("age_band").loc["18-24", "Not answered"] == 1
    assert figure.notes == ("2 people without age or gender left out.",)
    assert "Female" not in figure.alt


def test_use_at_entry_is_a_share_of_people_with_a_first_log(five_people):
    use = chapter.use_at_entry(five_people).data.set_index(["support_type", "direction"])
    assert use.loc[("informal", "given"), "n"] == 3
    assert use.loc[("informal", "given"), "percent"] == pytest.approx(75)
    assert use.loc[("pairs", "received"), "n"] == 0


def test_calendar_counts_of_nobody():
    rows = pd.DataFrame({"on": pd.to_datetime([]), "region": []})
    assert calendar_counts(rows, "on", ["Leeds"], "logs").empty


def test_the_stand_in_gives_the_published_flow(study):
    steps = chapter.flow(study).data.set_index("step")["count"]
    printed = load("side_by_side", "statements").set_index("name")["value"]
    for step, claim in PRINTED_STEPS.items():
        assert steps[step] == int(printed[claim]), step


@pytest.mark.slow
@pytest.mark.parametrize("name", ["log_findings", "methods"])
def test_every_output_is_made_for_one_region(name):
    leeds = open_log(study="side_by_side", region="Leeds")
    for output in shown("side_by_side", name, log=leeds):
        assert not re.search(NOT_A_VALUE, page(output) + output.alt), output.id
        if output.id != "table-3.1":
            assert "Suffolk" not in page(output), output.id


@pytest.mark.parametrize("name", ["log_findings", "methods"])
def test_a_raw_folder_of_five_people_is_enough(raw, name):
    people = [f"000{n}" for n in range(1, 6)]
    visits = [(id, month) for id in people for month in (2, 3)]
    logs = [raw.log(n, id, completed_on=f"2016-0{month}-01") for n, (id, month) in enumerate(visits, 1)]
    log = open_log(raw.folder(registrations=[raw.registration(id) for id in people], logs=logs))
    assert chapter.flow(log).data.set_index("step").loc["pairs", "count"] == 5
    assert chapter.support(log, "d-e").panels[1].data["n"].tolist() == [5, 5]
    for output in shown("side_by_side", name, log=log):
        if output.kind != "figure":
            assert not re.search(NOT_A_VALUE, page(output)), output.id


def test_a_month_with_a_withheld_part_is_not_said_to_be_withheld_altogether(five_people):
    """The picture said that all numbers are withheld, beside a table that showed some."""
    made_up = chapter.logs_by_month(five_people)
    data = pd.DataFrame({"month": [1, 2], "quarterly": [30, 20], "monthly": [2, 3]})
    real = replace(made_up, data=data).made_from(False, Protection(Policy()))
    assert real.released["quarterly"].tolist() == [30, 20]
    assert real.alt.endswith("in every month a number of logs is withheld.")
