from __future__ import annotations

import re

import pandas as pd
import pytest

from peerbook.chapters.side_by_side.log_findings import trends as log_trends
from peerbook.chapters.side_by_side.log_findings import words as log_words
from peerbook.chapters.side_by_side.log_findings.trends import outcomes, support_panels
from peerbook.disclosure import Policy
from peerbook.outputs.protect import Protection


def test_response_counts_kinds_of_log(five_people):
    said = log_words.response(five_people).markup
    assert "The first person registered on 5 January 2016, the last on 30 April 2016." in said
    assert "2 (28.6%) are short versions and 0 (0.0%) were completed online" in said
    assert "On 1 (14.3%) a type of support was ticked" in said


def test_response_does_not_date_registrations_that_are_not_there(nobody):
    assert log_words.response(nobody).markup.startswith("0 people registered")


def test_progress_names_the_busiest_months(five_people):
    said = log_words.progress(five_people)
    assert "highest in February 2016 (2 people)" in said.markup
    numbers = said.data.set_index("name")["value"].to_dict()
    assert (numbers["registrations_peak"], numbers["logs_peak"]) == (2, 4)
    assert (numbers["registrations_first_month"], numbers["registrations_first"]) == ("2016-01", 1)
    assert (numbers["logs_last_month"], numbers["logs_last"]) == ("2016-03", 2)


def test_repetition_counts_people_with_so_many_logs(five_people):
    output = log_words.repetition(five_people)
    assert "Of 4 people with a log, 2 completed two logs or more, 0 four or more" in output.markup
    assert output.data["value"].tolist() == [4, 2, 0, 0, 0]


def test_people_are_counted_by_characteristic(five_people):
    output = log_words.people(five_people)
    assert "**Ethnic group.** White: 1 (33.3%); Black: 1 (33.3%); Other: 1 (33.3%)." in output.markup
    assert "**Uses formal mental health services.** No: 2 (66.7%); Yes: 1 (33.3%)." in output.markup
    assert "**Kind of area lived in.** nobody answered." in output.markup


def test_at_entry_says_how_many_answered(five_people):
    said = log_words.at_entry(five_people).markup
    assert "2 people answered the questions about work in their first log" in said
    assert "student 2 (100.0%)" in said
    assert "1 (50.0%) of 2 people had been admitted" in said


def test_support_at_entry_leaves_unanswered_projects_out_of_the_count(five_people):
    numbers = log_words.support_at_entry(five_people).data.set_index("name")["value"]
    assert numbers["no_projects"] == 1
    assert numbers["three_or_more_projects"] == 1
    assert numbers["gave_none"] == 1
    assert numbers[["people", "informal_given", "pairs_received"]].tolist() == [4, 3, 0]


def test_no_trend_is_read_from_few_people(five_people):
    said = log_words.outcomes_in_words(five_people)
    assert re.findall(r"^- .*", said.markup, re.MULTILINE) == ["- Too few people to say"]
    assert "  - Hope: 30.0 in month 1, 33.0 in month 3" in said.markup


def test_a_rise_is_told_with_its_ends(five_people):
    scores = {1: range(1, 31), 2: range(11, 41), 3: [0]}
    logs = pd.DataFrame([(month, score) for month, given in scores.items() for score in given])
    others = set(five_people.definitions.outcomes) - {"health"}
    five_people.logs = logs.set_axis(["month", "health"], axis=1).assign(**dict.fromkeys(others))
    said = log_words.outcomes_in_words(five_people).markup
    assert "- Rises\n  - Health status: 15.5 in month 1, 25.5 in month 2" in said


def test_nobody_is_not_said_to_work(nobody):
    assert "Nobody answered the questions about work" in log_words.at_entry(nobody).markup


def test_no_duplicates_are_not_removed(five_people):
    five_people.flow = five_people.flow.copy()
    five_people.flow["duplicates_removed"] = 0
    assert "No log is a duplicate: 7 logs by 4 people." in log_words.response(five_people).markup


def test_in_short_says_who_kept_a_log_and_what_moves(five_people):
    out = log_words.in_short(five_people)
    first, outcomes, support = out.markup.split("\n")
    assert first == (
        "- 5 people are counted: 4 who registered, and 1 who kept a log without it. 4 of them sent in 7 logs."
    )
    assert "too few people to say for 7 of 7 measures" in outcomes
    assert "too few people to say for 17 of 17 measures" in support


def test_in_short_names_what_rises(five_people):
    scores = {1: range(1, 31), 2: range(11, 41)}
    logs = pd.DataFrame([(month, score) for month, given in scores.items() for score in given])
    columns = {panel.measure for panel in log_trends.support_panels(five_people)}
    columns |= set(five_people.definitions.outcomes) - {"health"}
    five_people.logs = logs.set_axis(["month", "health"], axis=1).assign(**dict.fromkeys(columns))
    said = log_words.in_short(five_people).markup
    assert "month by month: health status rises. Too few people to say for 6 of 7 measures." in said
    assert "30 did in the first. Months of fewer than 30 people are left out." in said


@pytest.fixture
def most_of_thirty(five_people):
    """Month 2 has 28 people, which are shown as 30, and an interval that rounding closes."""
    scores = {1: [20.0, 30.0] * 30, 2: [10.0, 12.0] * 14}
    logs = pd.DataFrame([(month, score) for month, given in scores.items() for score in given])
    others = set(five_people.definitions.outcomes) - {"health"}
    logs = logs.set_axis(["month", "health"], axis=1).assign(**dict.fromkeys(others))
    support = {panel.measure: float("nan") for panel in support_panels(five_people)}
    five_people.logs = logs.assign(**support)
    return five_people


def test_of_real_people_words_and_pictures_read_the_same_from_what_is_left(most_of_thirty):
    """A sentence from true numbers told that of 30 people shown fewer were there."""
    protected = Protection(Policy())
    said = log_words.outcomes_in_words(most_of_thirty).made_from(False, protected).markup
    drawn = outcomes(most_of_thirty, "g").made_from(False, protected)
    assert "- Falls\n  - Health status: 25.0 in month 1, 11.0 in month 2" in said
    assert "30 people in month 2" in drawn.alt
    assert "from month 1 to month 2 it falls" in drawn.alt
    short = log_words.in_short(most_of_thirty).made_from(False, protected).markup
    assert "health status falls" in short


def test_the_number_of_registered_people_is_one_number_on_the_page(five_people):
    """Of real people it was added up of rounded regions, beside the rounded number of all."""
    people = pd.concat([five_people.registrations] * 11, ignore_index=True)
    of_two = ["Leeds", "Suffolk"] * 27 + ["Leeds"] * 100
    five_people.registrations = people.assign(region=of_two[: len(people)])
    said = log_words.people(five_people).made_from(False, Protection(Policy())).markup
    assert said.startswith(f"{Policy().rounded(len(people))} people registered.")
