"""Every study as if its people were real: small counts are withheld, and all still reads and draws."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pandas as pd
import pytest

from peerbook import open_study, paths
from peerbook.builder.contents import Chapter, read_contents
from peerbook.chapters.lsbu import stakeholders
from peerbook.chapters.together import survey as user_led
from peerbook.disclosure import (
    Counted,
    Decisions,
    Held,
    Policy,
    is_withheld,
    joined,
    less_private,
    release,
    unchecked,
)
from peerbook.disclosure.counted import has_numbers
from peerbook.outputs import Output
from peerbook.outputs.protect import Protection
from tests.chapters.notebook import outputs_of

# One notebook of each kind of data; the others run with the longer tests.
QUICK = {
    *("side_by_side/methods", "side_by_side/values_framework", "together/survey"),
    *("uwe/findings_of_the_review", "lsbu/stakeholders", "leeds/summary"),
}
POLICY = Policy()


def every_chapter() -> list:
    """One run of each notebook of every study; most are marked as slow."""
    chapters = {chapter.notebook: chapter for chapter in read_contents(paths.root()).chapters}
    return [
        pytest.param(chapter, id=chapter.place, marks=() if chapter.place in QUICK else pytest.mark.slow)
        for chapter in chapters.values()
    ]


@pytest.fixture(scope="module", params=every_chapter())
def protected(request) -> list[Output]:
    """The outputs of a chapter, as if the people of the stand-in were real."""
    chapter: Chapter = request.param
    quick = {
        name: value
        for name, value in {"bootstraps": 100, "jobs": 1, "simulations": 20, "imputations": 2}.items()
        if name in chapter.parameters
    }
    with pytest.MonkeyPatch.context() as patch:
        shown = outputs_of(chapter.notebook, patch, **quick, **chapter.fixed)
    return [output.made_from(False, Protection(POLICY)) for output in shown]


def held_of(outputs: list[Output]) -> dict[str, Held]:
    return {part.id: part.held for output in outputs for part in output.parts() if part.is_protected}


def all_withheld(held: Held) -> pd.DataFrame:
    system = joined([held])
    return release(held, system, Decisions(dict.fromkeys(system.counts, "small")), POLICY)


def small_withheld(outputs: list[Output]) -> tuple[dict[str, Held], Decisions]:
    held = held_of(outputs)
    counts = joined(held.values()).counts
    small = [key for key, n in counts.items() if 0 < n <= POLICY.threshold]
    return held, Decisions(dict.fromkeys(small, "small"))


def read(output: Output, frames: dict[str, pd.DataFrame]) -> list[str]:
    """Word, arrange and draw an output from what is released of it, and return all its sentences."""
    shown = output.with_released(frames)
    record = shown.record()
    shown._repr_html_()
    for part in shown.parts():
        part.csv()
    return [record["caption"], record["alt"], record.get("text", ""), *record["notes"]]


def test_every_number_says_what_it_counts_and_one_count_is_one_number(protected):
    held = held_of(protected)
    assert unchecked(held.values()) == {}
    assert joined(held.values()).apart == ()


def test_every_output_reads_and_draws_with_all_counts_withheld(protected):
    frames = {id: all_withheld(held) for id, held in held_of(protected).items()}
    for output in protected:
        for said in read(output, frames):
            assert "nan" not in said.split(), output.id
            assert "<NA>" not in said, output.id


def test_no_small_count_is_in_what_is_released(protected):
    held, decisions = small_withheld(protected)
    system = joined(held.values())
    frames = {id: release(each, system, decisions, POLICY) for id, each in held.items()}
    for entry in system.entries:
        if entry.role != "count" or not 0 < entry.n <= POLICY.threshold:
            continue
        rows = frames[entry.output].reset_index(drop=True)
        named = held[entry.output].named
        shown = (
            rows["value"].iloc[list(rows["name"]).index(entry.column)]
            if named
            else rows[entry.column].iloc[entry.row]
        )
        assert is_withheld(shown), entry
    for output in protected:
        read(output, frames)


def _shown(output: Output) -> Output:
    """An output by itself, of real people."""
    return output.made_from(False, Protection(POLICY))


def test_a_small_answer_is_withheld_with_its_share_and_interval():
    survey = user_led.survey_of(open_study(study="together"))
    data = user_led.training(survey)
    small = data.data["people"].between(1, POLICY.threshold).to_numpy()
    assert small.any()
    assert _shown(data).released.loc[small, "people"].map(is_withheld).all()
    asked = _shown(user_led.more_than_distress(survey)).released
    held = asked[asked["people"].map(is_withheld)]
    assert len(held)
    assert held[["percent", "shown", "ci_low", "ci_high"]].map(is_withheld).all(axis=None)


def test_of_real_people_the_policy_decides_and_not_the_smallest_number_of_a_page():
    real = replace(open_study(study="lsbu"), synthetic=False)
    made_up = stakeholders.in_short(open_study(study="lsbu"), smallest=10).markup
    assert "fewer than 10" in made_up
    shown = _shown(stakeholders.in_short(real, smallest=10)).markup
    assert "fewer than" not in shown
    assert "[c] facilitators were interviewed" in shown


ENDS = ("first", "peak", "last")
# Columns of words with figures in them that count nobody, with what the figures are.
HARMLESS = {
    **dict.fromkeys(
        ("table", "output", "source", "version", "place", "panel", "which"), "a table, figure or chapter"
    ),
    **dict.fromkeys(
        ("chapter", "line", "claim", "claims", "statement_id", "column"), "a place in the report"
    ),
    **dict.fromkeys(
        ("printed", "note", "statement", "conflict", "printed_answer", "chapter_11", "summary"),
        "what is printed",
    ),
    **dict.fromkeys(("listed_as", "title", "perhaps_cited_as"), "a work and its year"),
    **dict.fromkeys(
        ("code_id", "leads_to", "code", "codes", "theme", "question", "question_id", "asked_if"),
        "a code or a question",
    ),
    **dict.fromkeys(("project_id", "partner", "respondent"), "the name of an organisation"),
    **dict.fromkeys(
        ("category", "row", "label", "rule", "out_of", "level", "age_band"), "a band of ages, a draft"
    ),
    **dict.fromkeys(("starts", "ends", "month"), "a month"),
    **dict.fromkeys(("subgroup_level", "finding", "findings", "reason"), "a band of ages, a rule"),
    **{f"{what}_{which}_month": "a month" for what in ("registrations", "logs") for which in ENDS},
}


def numbers_in_words(held: Held, released: pd.DataFrame) -> dict[str, str]:
    """Give, for each column of words of which nothing is said, the first words with a figure in them."""
    roles, said = held.roles(), held.counted
    declared = {*roles.counts, *roles.percents, *roles.of, *roles.means, *roles.models, *roles.degrees}
    declared |= {*roles.extremes, *roles.words, *said.follows}
    values = released.set_index("name")["value"].to_frame().T if held.named else released
    found = {}
    for name in [name for name in values if name not in declared]:
        words = [value for value in values[name] if isinstance(value, str) and re.search(r"\d", value)]
        if words:
            found[str(name)] = words[0]
    return found


def test_no_number_hides_in_words(protected):
    held, decisions = small_withheld(protected)
    system = joined(held.values())
    for id, each in held.items():
        if each.of_people:
            frame = less_private(release(each, system, decisions, POLICY), each.named)
            found = numbers_in_words(each, frame)
            assert {name: words for name, words in found.items() if name not in HARMLESS} == {}, id


AMOUNT = re.compile(r"hours|minutes|pounds|cost|amount|spen[dt]|times|total|sum(?!mary)|money|budget")


def amounts_in(held: Held) -> list[str]:
    """Name the numbers that add up amounts, as their names or a fraction in a count tell.

    One person may make up most of such a sum: it would need a dominance rule of its own.
    """
    rows = held.rows
    named = [str(name) for name in rows if has_numbers(rows[name]) and AMOUNT.search(str(name))]
    counts = [name for name in held.roles().counts if name in rows] if held.of_people else []
    numbers = {name: pd.to_numeric(rows[name], errors="coerce").dropna() for name in counts}
    return [*named, *(name for name, values in numbers.items() if (values != values.round()).any())]


def test_no_output_adds_up_amounts_of_people(protected):
    found = {id: amounts_in(held) for id, held in held_of(protected).items() if held.of_people}
    assert {id: names for id, names in found.items() if names} == {}


def test_a_sum_of_amounts_is_found_and_nothing_can_be_said_to_be_one():
    data = pd.DataFrame({"region": ["A"], "n": [30], "hours": [812.5]})
    assert amounts_in(Held("table-1", data)) == ["hours"]
    assert amounts_in(Held("table-1", data.rename(columns={"hours": "people"}), Counted())) == ["people"]
    assert unchecked([Held("table-1", data)]) == {"table-1": ["hours"]}
    assert not [field.name for field in fields(Counted) if AMOUNT.search(field.name) and field.name != "sums"]


def test_a_number_in_words_is_found():
    data = pd.DataFrame({"answer": ["yes"], "n": [30], "told": ["30 people"]})
    said = Counted("people", by=("answer",))
    assert numbers_in_words(Held("table-1", data, said), data) == {"told": "30 people"}
