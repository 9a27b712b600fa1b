"""The same people have the same conditions, whichever base a table counts them on."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.disclosure import Held, joined
from peerbook.disclosure.policy import PRESETS
from peerbook.disclosure.release import release
from peerbook.disclosure.suppress import decide
from peerbook.disclosure.withheld import withheld_in
from peerbook.survey import Survey, count, cross_tab, keyed, people_by_answer


@pytest.fixture
def survey() -> Survey:
    """Sixty people: forty go, and were asked how; two of these go by boat and five left it out."""
    answers = pd.DataFrame(
        {"goes": ["yes"] * 40 + ["no"] * 20, "how": ["foot"] * 33 + ["boat"] * 2 + [None] * 25}
    )
    questions = pd.DataFrame(
        {
            "question": ["goes", "how"],
            "label": ["Goes", "How"],
            "type": "single",
            "asked_if": ["", "goes = yes"],
        }
    )
    options = pd.DataFrame(
        {
            "question": ["goes", "goes", "how", "how"],
            "option": ["yes", "no", "foot", "boat"],
            "label": ["Yes", "No", "Foot", "Boat"],
        }
    )
    return Survey.of(answers, questions, options)


def _held(id: str, data: pd.DataFrame) -> Held:
    return Held(id, data, people_by_answer())


def test_the_base_of_one_question_is_an_answer_to_another(survey):
    goes = _held("table-1", keyed(count(survey, "goes", "everybody"), survey))
    how = _held("table-2", keyed(count(survey, "how", "asked"), survey))
    system = joined([goes, how])
    assert not system.apart
    who = {(entry.output, entry.row, entry.column): entry.key for entry in system.entries}
    assert who["table-1", 0, "people"] == who["table-2", 0, "base"]


def test_a_small_answer_cannot_be_worked_out_over_two_tables(survey):
    held = [
        _held(id, keyed(counted, survey))
        for id, counted in (
            ("table-1", count(survey, "goes", "everybody")),
            ("table-2", count(survey, "how", "asked")),
            ("table-3", cross_tab(survey, "how", "goes", "goes answered")),
        )
    ]
    held[2] = _held("table-3", keyed(cross_tab(survey, "how", "goes", "goes answered"), survey, by="goes"))
    policy = PRESETS["ons"]
    system = joined(held)
    decisions = decide(system, policy)
    assert not decisions.exposed
    shown = release(held[1], system, decisions, policy).set_index("label")["people"]
    assert withheld_in(shown)[[1, 2]].all()  # two by boat, and five without an answer


def test_a_question_made_of_others_has_their_conditions(survey):
    same = {("goes", "yes"): {"moves": "yes"}}
    found = keyed(count(survey, "goes", "everybody"), survey, same=same)
    assert found["_answer"].tolist() == [{"moves": "yes"}, {"goes": "no"}]
