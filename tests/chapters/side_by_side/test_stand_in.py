from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import stand_in


@pytest.mark.parametrize(
    ("synthetic", "region", "words"),
    [(False, "all", "not declared synthetic"), (True, "Leeds", "one region only")],
)
def test_data_in_which_nothing_was_planted_have_no_targets(synthetic, region, words):
    study = SimpleNamespace(synthetic=synthetic, region=region)
    results = stand_in.fitted(study)
    listed = stand_in.targets_of(study, results)
    assert results is None
    assert words in stand_in.met(study, listed).markup
    assert words in stand_in.in_short(study, listed, results).markup
    assert stand_in.every_target(listed).data.empty
    assert stand_in.means_beside_print(results).data.empty


def test_targets_that_are_missed_are_named_apart():
    names = ["types used, first log", "pairs registered", "logs"]
    listed = pd.DataFrame({"target": names, "met": [False, False, True]})
    said = stand_in.met(SimpleNamespace(synthetic=True, region="all"), listed).markup
    assert "Of 3 targets 1 are met. Not met: types used, first log; pairs registered; Table S.1" in said


@pytest.mark.slow
def test_the_page_shows_every_target_and_every_printed_mean(study, results):
    targets = stand_in.targets_of(study, results)
    listed = stand_in.every_target(targets)
    said = stand_in.met(study, targets).data.set_index("name")["value"]
    assert said["targets"] == len(listed.data)
    assert said["met"] == listed.data["met"].sum()
    picture = stand_in.means_beside_print(results)
    assert len(picture.data) >= 400
    inside = f"{picture.data['inside'].sum()} of {len(picture.data)} "
    assert picture.alt.startswith(f"{inside}rebuilt means lie inside their printed interval.")
    lines = stand_in.in_short(study, targets, results).markup.splitlines()
    assert "The 786 people" in lines[0]
    assert "703 who registered, and 83 who sent in logs without registering" in lines[0]
    assert f"meet {said['met']} of {said['targets']} targets" in lines[1]
    assert lines[2].startswith(f"- {inside}mean changes")


def test_every_choice_has_its_reason():
    choices = stand_in.choices_made().data
    assert choices.notna().all(axis=None)
    assert (choices["why"].str.len() > 0).all()
