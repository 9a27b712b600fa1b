"""Chapters on coded material, as of real people: small counts are withheld, and all still reads and draws."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import paths
from peerbook.chapters.side_by_side import values_framework
from peerbook.chapters.side_by_side.beside_print import NOT_TOLD
from peerbook.disclosure import MARK, Decisions, Held, Policy, is_withheld, joined, release, unchecked
from peerbook.outputs import Output
from peerbook.outputs.protect import Protection
from tests.chapters.notebook import outputs_of

CHAPTERS = (
    "bame",
    "capacity_building",
    "commissioning",
    "consultation",
    "giving_and_receiving",
    "literature",
    "programme",
    "values_framework",
)
WITH_MODELS = ("conclusions", "questions_to_the_log", "report_summary", "synthesis")
POLICY = Policy()


@pytest.fixture(
    scope="module", params=[*CHAPTERS, *(pytest.param(name, marks=pytest.mark.slow) for name in WITH_MODELS)]
)
def protected(request) -> list[Output]:
    """The outputs of a chapter, as if the people of the stand-in were real."""
    with pytest.MonkeyPatch.context() as patch:
        shown = outputs_of(paths.notebooks() / "side_by_side" / f"{request.param}.ipynb", patch)
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


def test_a_table_with_a_row_for_each_person_has_none_of_real_people(coded):
    shown = values_framework.person_by_value(coded, segments="all")
    assert len(shown.released)
    real = shown.made_from(False, Protection(POLICY))
    assert real.released.empty
    assert "each person" in real.caption
    assert "withheld" in " ".join(real.notes)


def test_how_numbers_compare_with_print_is_not_told_of_real_people(coded):
    real = values_framework.printed_tables(coded).made_from(False, Protection(POLICY))
    assert set(real.released["status"]) == {MARK}
    assert real.notes == (NOT_TOLD,)


def test_equal_numbers_that_may_be_rounded_are_not_said_to_be_all(coded):
    real = SimpleNamespace(**vars(coded) | {"synthetic": False})
    assert "every one" in values_framework.in_short(coded).markup
    assert "every one" not in values_framework.in_short(real).markup
