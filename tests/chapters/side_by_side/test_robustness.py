from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook.chapters.side_by_side import robustness as chapter
from peerbook.chapters.side_by_side.associations.grid import MODEL, WHOLE, Model, fit_models, grid, ranges_of
from peerbook.chapters.side_by_side.robustness.checks import (
    CHECKS,
    COLUMNS,
    check_findings,
    headlines,
    kind_of,
)
from peerbook.chapters.side_by_side.robustness.specification_curve import specification_curves
from peerbook.data import load_definitions
from peerbook.stats import adjust_p_values
from tests.chapters.notebook import data_held

RANGES = ranges_of(load_definitions("side_by_side"))
PLANTED = (WHOLE, "types_given", "wellbeing", "", "", "increased")


@pytest.fixture(scope="module")
def log(definitions):
    """What the outputs need of a log besides the results."""
    return SimpleNamespace(definitions=definitions)


@pytest.fixture(scope="module")
def results(thirty_people):
    """Two printed whole-sample models with nothing planted, the planted one, and one by age."""
    models = [Model(WHOLE, "types_given", name) for name in ("wellbeing", "hope", "family", "health")]
    return fit_models(thirty_people, [*models, Model(WHOLE, "types_given", "wellbeing", "age_group")], RANGES)


@pytest.fixture(scope="module")
def checked(thirty_people, results):
    return check_findings(thirty_people, results, RANGES, bootstraps=200, seed=3)


@pytest.fixture(scope="module")
def curves(thirty_people, results, definitions):
    planted = headlines(results).query("outcome == 'wellbeing' and subgroup_variable == ''")
    return specification_curves(thirty_people, planted, definitions)


def planted(checked):
    return checked.set_index([*MODEL, "subgroup_level", "change"]).loc[PLANTED]


def test_headlines_are_the_printed_changes_that_meet_the_reading_rule(results):
    found = headlines(results)
    assert found["changed"].all()
    assert (found["table"] != "").all()
    assert len(found) == (results["changed"] & (results["table"] != "")).sum()
    assert PLANTED in list(found[[*MODEL, "subgroup_level", "change"]].itertuples(index=False, name=None))


def test_a_large_planted_effect_passes_every_check(checked):
    assert list(checked.columns) == list(COLUMNS)
    assert planted(checked)[list(CHECKS)].tolist() == ["yes"] * len(CHECKS)
    assert planted(checked)["bootstrap_resamples"] == 200


def test_a_finding_that_is_noise_fails(thirty_people):
    random = np.random.default_rng(4)
    shuffled = thirty_people.assign(hope_change=random.permutation(thirty_people["hope_change"]))
    noise = fit_models(shuffled, [Model(WHOLE, "types_given", "hope")], RANGES)
    assert noise["p_value"].iloc[0] > 0.05
    called = noise.assign(changed=noise["change"] == "increased")
    answers = check_findings(shuffled, called, RANGES, bootstraps=200).iloc[0]
    assert answers[list(CHECKS)].tolist() == ["no"] * len(CHECKS)


def test_p_values_are_adjusted_among_models_of_the_same_kind(results, checked):
    whole = results.drop_duplicates(list(MODEL)).query("subgroup_variable == ''")
    expected = adjust_p_values(whole["p_value"], "holm")[0]
    assert planted(checked)["p_holm"] == pytest.approx(expected)
    by_age = checked[checked["kind"] == "subgroup"]
    assert by_age["p_holm"].tolist() == pytest.approx(by_age["p_value"].tolist())


def test_the_differences_have_the_direction_of_the_model(checked, results):
    row = planted(checked)
    means = results[(results["outcome"] == "wellbeing") & (results["subgroup_variable"] == "")]
    means = means.set_index("change")["mean"]
    furthest = (means - means["increased"]).abs().idxmax()
    assert row["against"] == furthest
    assert row["difference"] == pytest.approx(means["increased"] - means[furthest])
    for route in ("within_person", "gee"):
        assert row[f"{route}_difference"] == pytest.approx(row["difference"], abs=1.5)


def test_a_cell_of_two_people_cannot_be_resampled(thirty_people):
    two = thirty_people["person_id"].isin(["0000", "0001"])
    level = pd.Series(np.where(two, "18-34", "35-54"), thirty_people.index)
    pairs = thirty_people.assign(age_group=pd.Categorical(level, ["18-34", "35-54", "55+"]))
    model = Model(WHOLE, "types_given", "wellbeing", "age_group")
    results = fit_models(pairs, [model], RANGES)
    small = (results["subgroup_level"] == "18-34") & results["mean"].notna()
    called = results.assign(changed=small, p_value=0.01)
    answers = check_findings(pairs, called, RANGES, bootstraps=200)
    assert len(answers)
    assert set(answers["bootstrap"]) == {"not computable"}
    assert (answers["bootstrap_resamples"] < 198).all()


def test_a_level_with_one_category_has_no_difference_to_check(thirty_people):
    rising = thirty_people["types_given_category"] == "increased"
    level = np.where(rising & (thirty_people["region"] == "Leeds"), "55+", "35-54")
    pairs = thirty_people.assign(age_group=pd.Categorical(level, ["18-34", "35-54", "55+"]))
    results = fit_models(pairs, [Model(WHOLE, "types_given", "wellbeing", "age_group")], RANGES)
    called = results.assign(changed=(results["subgroup_level"] == "55+") & results["mean"].notna())
    answers = check_findings(pairs, called.assign(p_value=0.01), RANGES, bootstraps=100)
    assert answers["change"].tolist() == ["increased"]
    assert answers[["within_person", "gee"]].to_numpy().tolist() == [["not computable"] * 2]
    assert answers["bootstrap"].tolist() == ["yes"]


def test_ten_people_are_too_few_to_resample(thirty_people):
    pairs = thirty_people[thirty_people["person_id"] < "0010"]
    results = fit_models(pairs, [Model(WHOLE, "types_given", "wellbeing")], RANGES)
    answers = check_findings(pairs, results, RANGES, bootstraps=100)
    assert answers["people"].tolist() == [10]
    assert set(answers[["family_wise", "bootstrap", "gee"]].to_numpy().ravel()) == {"not computable"}
    assert answers["within_person"].tolist() == ["yes"]


def test_two_processes_and_the_same_seed_give_the_same_answers(thirty_people, results, checked):
    again = check_findings(thirty_people, results, RANGES, bootstraps=200, seed=3, jobs=2)
    pd.testing.assert_frame_equal(again, checked)


@pytest.mark.parametrize(
    ("sample", "characteristic", "kind"),
    [(WHOLE, "", "whole sample"), (WHOLE, "age_group", "subgroup"), ("leeds", "", "subsample")],
)
def test_models_fall_into_three_kinds(sample, characteristic, kind):
    assert kind_of({"sample": sample, "subgroup_variable": characteristic}) == kind


def test_the_table_has_a_row_for_every_finding_and_says_how_many_checks_it_passes(log, checked):
    out = chapter.checks_table(log, checked)
    assert len(out.data) == len(checked)
    assert out.data["finding"].iloc[0] == "Wellbeing when types of support given increased"
    assert ">6 of 6</td>" in out.markup
    assert all(title in out.markup for title in CHECKS.values())


def test_the_text_counts_the_findings_that_pass(log, checked):
    out = chapter.checks_in_words(log, checked)
    passing = (checked["within_person"] == "yes").sum()
    assert f"- Within person: {passing} of the {len(checked)}" in out.markup
    assert "Wellbeing when types of support given increased" in out.markup.split("fail no check:")[1]


def test_curves_have_a_panel_a_sentence_and_a_row_for_each_finding(log, curves):
    out = chapter.curves_figure(log, curves, "r.1")
    assert out.alt.startswith(
        "1 panel, one for each finding. In 1 every specification has the same direction"
    )
    assert "Wellbeing when types of support given increased" in out.alt
    assert "over 96 specifications" in out.alt
    assert len(out.data) == 96
    assert out.data["main"].sum() == 1
    assert "<img" in out.markup
    summary = chapter.specifications_table(log, curves)
    assert len(summary.data) == len(curves)
    assert summary.markup.count('scope="rowgroup"') == 1
    assert ">100%</td>" in summary.markup


def test_without_findings_every_output_says_so(log, thirty_people):
    no_pairs = thirty_people.iloc[:0]
    results = fit_models(no_pairs, grid(log.definitions, subsamples=False), RANGES)
    nothing = check_findings(no_pairs, results, RANGES)
    curves = specification_curves(no_pairs, headlines(results), log.definitions)
    assert nothing.empty
    assert "No mean change" in chapter.checks_in_words(log, nothing).markup
    assert chapter.checks_table(log, nothing).data.empty
    assert chapter.specifications_table(log, curves).data.empty
    no_figure = chapter.curves_figure(log, curves, "r.2")
    assert (no_figure.id, no_figure.kind) == ("text-r.2", "text")
    assert "No finding comes from the subgroup models" in no_figure.markup


def test_what_is_shown_comes_from_the_data_that_are_handed_in(log, checked, curves):
    outputs = [chapter.checks_in_words(log, checked), chapter.checks_table(log, checked)]
    outputs += [chapter.specifications_table(log, curves), chapter.coverage_table()]
    outputs += [chapter.curves_figure(log, curves, number) for number in ("r.1", "r.2", "r.3")]
    assert [held for out in outputs for held in data_held(out)] == []


def test_what_is_said_follows_the_data_that_are_let_through(monkeypatch, log, checked, curves):
    monkeypatch.setattr("peerbook.outputs.output.protect", lambda data, id: data.iloc[:1])
    assert "There are 1 headline finding." in chapter.checks_in_words(log, checked).markup
    assert chapter.checks_table(log, checked).markup.count('scope="row"') == 1
    assert "over 1 specification," in chapter.curves_figure(log, curves, "r.1").alt


def test_the_simulations_shown_cover_and_reject_as_they_should():
    out = chapter.coverage_table()
    assert out.data["data_sets"].max() >= 1000
    assert out.data["coverage"].between(0.94, 0.96).all()
    assert out.data["rejection"].between(0.04, 0.06).all()
    assert out.markup.count('scope="row"') == len(out.data)
