from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from peerbook.chapters.side_by_side import economics as chapter
from peerbook.disclosure import Policy, is_withheld
from peerbook.errors import ParameterError
from peerbook.outputs.protect import Protection
from tests import reading
from tests.chapters.notebook import shown


@pytest.fixture(scope="module")
def found(study):
    return chapter.extract(study, imputations=2)


def narrowed(study, logs):
    """The log with other logs."""
    return replace(study, logs_of_people=logs.reset_index(drop=True))


def test_every_output_is_made_from_very_few_people(small_study):
    few = chapter.extract(small_study, imputations=2)
    outputs = shown("side_by_side", "economics", log=small_study, found=few, imputations=2)
    assert len({output.id for output in outputs}) == 8
    for output in outputs:
        assert not re.search(r"\bnan\b|<NA>", output.markup), output.id


def test_it_says_first_and_plainly_that_nothing_was_compared(study, found):
    said = chapter.in_short(study, found).markup
    assert said.startswith("- There was no group without peer support to compare with.")
    assert reading.grade(said) <= reading.GRADE


def test_no_output_speaks_of_an_effect_or_of_saving(study, found):
    outputs = shown("side_by_side", "economics", log=study, found=found, imputations=2)
    for output in outputs[1:]:
        words = " ".join([output.caption, output.words, *output.notes]).lower()
        assert not re.search(r"\beffect|\bsav(e|ing)|value for money|cost-effective", words), output.id


def test_known_unanswered_and_absent_add_up_to_everybody_who_could_be_asked(found):
    rows = chapter.by_quarter(found)
    assert (rows["n"] + rows["unanswered"] + rows["absent"] == rows["people"]).all()
    assert (rows["n"] > 0).all()


def test_everybody_has_one_reason_and_the_complete_are_those_with_qalys(study, found):
    data = chapter.whose_years(study, found).data.set_index("reason")["n"]
    assert data.drop("Total").sum() == data["Total"] == study.logs_of_people["person_id"].nunique()
    years = chapter.followed_up(found).set_index(["measure", "way"])["n"]
    assert data["complete"] == years[(chapter.HEALTH, chapter.COMPLETE)]


def test_filled_means_are_of_those_who_joined_in_time_and_are_marked(study, found):
    output = chapter.years(study, found, imputations=2)
    filled = output.data[output.data["way"] == chapter.IMPUTED]
    assert set(filled["n"]) == {int(found.could_finish.sum())}
    assert filled["missing_information"].between(0, 1, inclusive="neither").all()
    assert "is no observation" in output.notes[1]


def test_too_few_answers_are_not_filled_and_the_page_says_why(study):
    few = chapter.extract(study, quarters=4, imputations=2)
    output = chapter.years(study, few, imputations=2)
    assert chapter.IMPUTED not in set(output.data["way"])
    assert sum("fewer than 20 people answered" in note for note in output.notes) == 2


@pytest.mark.slow
def test_what_has_answers_enough_is_filled_though_the_rest_has_not(study):
    logs = study.logs_of_people
    few_forms = logs.assign(form=logs["form"].where(logs["month"] == 1, "monthly"))
    few = chapter.extract(narrowed(study, few_forms), imputations=2)
    assert set(few.pooled) == {chapter.HEALTH}
    notes = chapter.years(study, few, imputations=2).notes
    assert any(note.startswith("Gaps could not be filled for cost of priced services") for note in notes)


def test_a_service_without_a_price_is_used_and_not_costed(study, found):
    output = chapter.unit_costs(study)
    unpriced = set(output.data.loc[output.data["pounds"].isna(), "service"])
    assert "Mental health ward" in unpriced
    assert any("Mental health ward" in note for note in output.notes)
    used = chapter.service_use(study, found).data.set_index(["service", "month"])["users"]
    assert used["Mental health ward", 0] > 0
    assert not re.search("Mental health ward", output.markup.split("</table>")[0])


def test_use_is_counted_by_hand(study):
    """Three people: one with a ward and a GP, one with nothing, one who left all contacts blank."""
    asked = [name for service in study.definitions.services.values() for name in service.fields]
    logs = pd.DataFrame(index=range(3), columns=[*asked, "eq5d_index"], dtype=float).assign(
        person_id=["0001", "0002", "0003"],
        completed_on=pd.Timestamp("2016-01-05"),
        form="quarterly",
        eq5d_index=[1.0, 0.5, np.nan],
    )
    logs.loc[0, ["inpatient_mental_admissions", "inpatient_mental_nights", "community_gp_contacts"]] = [
        1,
        6,
        2,
    ]
    logs.loc[1, ["inpatient_mental_admissions", "community_gp_contacts"]] = [0, 0]
    logs.loc[2, ["inpatient_mental_admissions"]] = [0]
    few = chapter.extract(narrowed(study, logs), quarters=1, imputations=2)
    rows = chapter.use_by_quarter(few, study.definitions.services).query("month == 0").set_index("service")
    assert rows.loc["Mental health ward", ["n", "users", "mean"]].tolist() == [3, 1, 2.0]
    assert rows.loc["GP", ["n", "users", "mean"]].tolist() == [2, 1, 1.0]
    health = chapter.by_quarter(few).query("measure == @chapter.HEALTH").iloc[0]
    assert (health["n"], health["unanswered"], health["mean"]) == (2, 1, 0.75)


def test_a_study_without_index_and_services_says_so(study):
    asked = {service.counted for service in study.definitions.services.values()}
    logs = study.logs_of_people.drop(columns=[*asked, "eq5d_index"])
    definitions = replace(
        study.definitions,
        questionnaires={k: q for k, q in study.definitions.questionnaires.items() if k != "eq5d_index"},
    )
    without = replace(narrowed(study, logs), study=replace(study.study, definitions=definitions))
    none = chapter.extract(without, imputations=2)
    outputs = {o.id: o for o in shown("side_by_side", "economics", log=without, found=none, imputations=2)}
    said = outputs["text-in-short-economics"].markup
    assert "These data have no health index." in said
    assert "tell of no service" in said
    assert "table-h.1" not in outputs
    for output in outputs.values():
        assert not re.search(r"\bnan\b|<NA>", output.markup + " ".join(output.notes)), output.id


@pytest.mark.parametrize("wrong", [{"quarters": 0}, {"quarters": 6}, {"imputations": 1}, {"level": 1.0}])
def test_choices_that_make_no_sense_are_refused(study, wrong):
    with pytest.raises(ParameterError):
        chapter.extract(study, **wrong)


def test_of_real_people_a_small_number_of_gaps_hides_no_mean(study, found):
    rows = chapter.quarters_table(study, found).made_from(False, Protection(Policy())).released
    start = rows[(rows["measure"] == chapter.HEALTH) & (rows["month"] == 0)].iloc[0]
    assert is_withheld(start["unanswered"])
    assert start["mean"] == pytest.approx(0.67, abs=0.01)
    assert "_n" not in rows
