from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from bs4 import BeautifulSoup
from scipy import stats

from peerbook.chapters.side_by_side import methods
from peerbook.errors import ParameterError
from tests.chapters.notebook import shown


def rows(output) -> dict[str, list[str]]:
    table = BeautifulSoup(output.markup, "html.parser").table
    return {
        row.th.text: [cell.text for cell in row.find_all("td")]
        for row in table.find_all("tr")
        if row.find("td")
    }


def test_every_output_is_made_from_very_few_people(small_study):
    outputs = shown("side_by_side", "methods", log=small_study)
    assert len({output.id for output in outputs}) == 10
    for output in outputs:
        assert not re.search(r"\bnan\b|<NA>", output.markup), output.id


def test_regions_carry_their_corrected_names_and_the_misprints_as_notes(five_people):
    output = methods.regions(five_people)
    table = rows(output)
    assert list(table)[6:] == ["Plymouth", "Middlesbrough", "Kensington & Chelsea"]
    assert "Middlesbrough is printed as Teeside." in output.notes
    assert "The printed percentages of Middlesbrough add up to 100.3." in output.notes
    assert [name for name, cells in table.items() if cells[-1] == "yes"] == [
        "Suffolk",
        "Blackpool",
        "Kensington & Chelsea",
    ]


def test_questionnaires_are_judged_in_words_not_symbols(five_people):
    table = rows(methods.questionnaires_considered(five_people))
    assert table["Mental Health Confidence Scale"][:3] == ["covered", "covered", "partly covered"]
    assert table["Work & Social Adjustment Scale"][0] == "comment only: a deficit view"
    assert not re.search(r"[✓√±×xхV٧]\b", " ".join(cell for cells in table.values() for cell in cells[:3]))


def test_a_note_says_how_many_questionnaires_cover_everything(five_people):
    output = methods.questionnaires_considered(five_people)
    assert output.notes[0] == "In full, hope, control and opportunity are all covered by none of the five."
    full = output.data.assign(
        hope="covered", control="covered", opportunity=["covered"] + ["not covered"] * 4
    )
    assert replace(output, data=full).notes[0].endswith("all covered by one of the five.")


def test_cleaning_counts_logs_and_answers(five_people):
    counted = methods.cleaning(five_people).data.set_index("step")[["logs", "answers"]]
    assert counted.loc["unasked"].tolist() == [1, 2]
    assert counted.loc["duplicates"].tolist() == [1, 1]


def test_cleaning_does_not_publish_log_numbers_or_people(five_people):
    output = methods.cleaning(five_people)
    assert "log 1" not in output.csv()
    assert not {"log_id", "person_id", "value"} & set(output.data)


def test_scores_say_how_each_is_made(five_people):
    table = rows(methods.scores(five_people))
    assert len(table) == 8
    assert table["Hope"][1:5] == ["12", "1 to 4", "alone and fear of the future", "12 to 48"]
    assert table["Hope"][-1] == "Herth 1992"


def test_support_measures_name_the_columns_of_the_data(five_people):
    named = methods.support_measures(five_people).data["name_in_data"].str.split(", ").explode()
    assert named.tolist() == five_people.definitions.support_types.measures


@pytest.fixture
def printed(five_people):
    """The same people, as those behind the printed report."""
    definitions = replace(five_people.definitions, printed=True)
    return SimpleNamespace(**{**vars(five_people), "definitions": definitions})


def test_sample_size_of_another_study_has_no_plan_of_the_report(five_people):
    output = methods.sample_size(five_people)
    assert output.data.set_index("name")["value"].to_dict() == {"needed": 34}
    assert "report" not in output.markup


def test_sample_size_of_the_report(printed):
    output = methods.sample_size(printed)
    assert output.data.set_index("name")["value"].to_dict() == {
        "needed": 34,
        "groups": 19,
        "needed_in_all": 646,
        "n_per_project": 34,
        "target_sample": 646,
    }
    assert "as computed here" in output.markup


def test_another_effect_is_not_said_to_agree_with_the_report(printed):
    assert "as computed here" not in methods.sample_size(printed, effect=0.3).markup


def power_by_hand(n: int, effect: float, significance: float = 0.05) -> float:
    """Power of a two-sided paired t test, from the noncentral t distribution."""
    limit = stats.t.ppf(1 - significance / 2, n - 1)
    shift = effect * np.sqrt(n)
    return stats.nct.sf(limit, n - 1, shift) + stats.nct.cdf(-limit, n - 1, shift)


@pytest.mark.parametrize("effect", [0.2, 0.5, 0.8])
def test_people_needed_is_the_first_number_with_enough_power(effect):
    needed = methods.people_needed(effect)
    assert power_by_hand(needed, effect) >= 0.8 > power_by_hand(needed - 1, effect)


def test_power_curve_tells_where_it_reaches_its_target(five_people):
    output = methods.power_curve(five_people)
    assert "with 199 people for an effect of 0.2; with 34 people for an effect of 0.5" in output.alt
    assert output.data.set_index("people").loc[50, "effect 0.5"] == pytest.approx(power_by_hand(50, 0.5))


def test_reached_counts_people_not_pairs(five_people):
    reached = methods.reached(five_people).data.iloc[0]
    assert reached[["region", "people", "pairs"]].tolist() == ["Leeds", 2, 3]


@pytest.mark.parametrize("choice", [{"effect": 0}, {"significance": 5}, {"power": 80}, {"power": 0}])
def test_impossible_choices_are_refused(five_people, choice):
    with pytest.raises(ParameterError, match=f"{next(iter(choice))}: found"):
        methods.sample_size(five_people, **choice)


def test_in_short_says_whether_enough_people_came_back(five_people):
    said = methods.in_short(five_people).markup
    assert "4 people sent in 7 logs" in said
    assert (
        "2 people came back in a later month. To see change, 34 people are needed. So there are too few"
        in said
    )
    assert "4 people are needed" in methods.in_short(five_people, effect=3).markup


def test_printed_tables_and_decisions_are_marked_as_such(five_people):
    marks = {output.id: output.evidence for output in shown("side_by_side", "methods", log=five_people)}
    assert {id for id, mark in marks.items() if mark == "published"} == {"table-3.1", "table-3.2"}
    assert marks["table-3.3"] == marks["table-3.7"] == "rebuilt"
    assert marks["table-3.6"] == "judgement"
