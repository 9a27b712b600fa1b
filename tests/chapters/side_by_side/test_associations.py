from __future__ import annotations

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

from peerbook import open_log, paths, published
from peerbook.chapters.side_by_side import associations as chapter
from peerbook.chapters.side_by_side import associations_tables as tables
from peerbook.chapters.side_by_side.associations import grid as grid_module
from peerbook.chapters.side_by_side.associations.figures import CHARACTERISTICS
from peerbook.chapters.side_by_side.associations.grid import (
    COLUMNS,
    MODEL,
    WHOLE,
    Model,
    associations,
    fit_models,
    grid,
    outcomes_of,
    pairs_of,
    printed_tables,
    ranges_of,
)
from peerbook.chapters.side_by_side.associations.tables import EFFECTS_IN
from peerbook.chapters.side_by_side.associations.words import names_of, rest_in_words
from peerbook.data import load_definitions
from peerbook.disclosure import MARK, WITHHELD, Policy, is_withheld
from peerbook.errors import ModelError, ParameterError
from peerbook.log.opening import log_of
from peerbook.outputs.protect import Protection
from peerbook.stats import adjust_p_values
from tests.chapters.notebook import data_held, shown

RANGES = ranges_of(load_definitions("side_by_side"))
PLANTED = Model(WHOLE, "types_given", "wellbeing")
BY_AGE = Model(WHOLE, "types_given", "wellbeing", "age_group")


@pytest.fixture(scope="module")
def log(definitions):
    """What the outputs need of a log besides the results."""
    return SimpleNamespace(definitions=replace(definitions, printed=True))


@pytest.fixture(scope="module")
def cohort_pairs(study):
    return pairs_of(study)


@pytest.fixture(scope="module")
def results(thirty_people, definitions):
    return fit_models(thirty_people, grid(definitions), RANGES)


def of(results, model):
    rows = results[(results["exposure"] == model.exposure) & (results["outcome"] == model.outcome)]
    rows = rows[(rows["subgroup_variable"] == model.subgroup_variable) & (rows["sample"] == model.sample)]
    return rows.reset_index(drop=True)


def test_the_grid_has_every_outcome_with_every_measure_characteristic_and_subsample(definitions):
    models = grid(definitions)
    assert len(models) == len(set(models)) == 7 * 11 + 11 * 3 * 7 + 2 * 3 * 7
    assert set(printed_tables()) <= set(models)
    assert len(printed_tables()) == 100


@pytest.mark.parametrize(
    ("model", "projects_term", "formula"),
    [
        (PLANTED, "none", "wellbeing_change ~ wellbeing_start + types_given_category"),
        (
            BY_AGE,
            "complete_case",
            "wellbeing_change ~ wellbeing_start + types_given_category * age_group + projects_term",
        ),
        (
            Model(WHOLE, "projects_attended", "hope"),
            "missing_level",
            "hope_change ~ hope_start + projects_attended_category",
        ),
    ],
)
def test_the_formula_is_that_of_the_report(model, projects_term, formula):
    assert model.formula(projects_term) == formula


def test_one_row_for_every_cell_and_the_columns_promised(results, definitions):
    assert list(results.columns) == list(COLUMNS)
    cells = results.groupby(["sample", "exposure", "outcome", "subgroup_variable"]).size()
    assert len(cells) == len(grid(definitions))
    assert len(of(results, PLANTED)) == 3
    assert len(of(results, BY_AGE)) == 9


def test_the_planted_change_is_found_with_its_size(results, thirty_people):
    planted = of(results, PLANTED).set_index("change")
    assert planted["changed"].to_dict() == {"decreased": False, "unchanged": False, "increased": True}
    assert planted.loc["increased", "mean"] == pytest.approx(6, abs=1.5)
    sd = thirty_people["wellbeing_change"].std()
    assert planted.loc["increased", "effect_size"] == pytest.approx(planted.loc["increased", "mean"] / sd)
    assert planted.drop(index="increased")["effect_size"].isna().all()


def test_the_reading_rule_asks_for_the_test_and_the_interval(results):
    apart = (results["ci_low"] > 0) | (results["ci_high"] < 0)
    expected = (results["p_value"] < 0.05) & apart
    assert (results["changed"] == expected).all()
    assert (apart & ~results["changed"]).any(), "no interval without zero whose test fails"
    assert results["effect_size"].notna().equals(results["changed"])


def test_the_model_agrees_with_statsmodels(results, thirty_people):
    from statsmodels.formula.api import mixedlm

    rows = thirty_people.assign(
        term=thirty_people["projects_attended_category"].astype(object).fillna("not recorded"),
        category=thirty_people["types_given_category"].astype(str),
    )
    other = mixedlm("hope_change ~ hope_start + C(category) + C(term)", rows, groups="person_id").fit()
    average = rows.assign(hope_start=rows["hope_start"].mean())
    means = {
        category: np.mean(
            [
                other.predict(average.assign(category=category, term=term)).iloc[0]
                for term in rows["term"].unique()
            ]
        )
        for category in rows["category"].unique()
    }
    ours = of(results, Model(WHOLE, "types_given", "hope")).set_index("change")["mean"]
    np.testing.assert_allclose(ours, pd.Series(means)[ours.index], rtol=1e-3, atol=1e-4)


def test_models_fitted_in_batches_for_want_of_memory_give_the_same(
    results, thirty_people, definitions, monkeypatch
):
    monkeypatch.setattr(grid_module, "ROWS_AT_ONCE", 40 * len(thirty_people))
    batches = fit_models(thirty_people, grid(definitions), RANGES)
    pd.testing.assert_frame_equal(batches, results, rtol=1e-9)


def test_the_pairs_are_not_changed(thirty_people):
    before = thirty_people.copy(deep=True)
    fit_models(thirty_people, [PLANTED, BY_AGE], RANGES, projects_term="complete_case", minimum_pairs=5)
    pd.testing.assert_frame_equal(thirty_people, before)


def test_pairs_without_a_record_of_projects_stay_in_unless_asked_otherwise(thirty_people):
    recorded = thirty_people["projects_attended_category"].notna().sum()
    used = {
        choice: fit_models(thirty_people, [PLANTED], RANGES, projects_term=choice)["n"].sum()
        for choice in ("missing_level", "complete_case", "none")
    }
    assert used == {"missing_level": 120, "complete_case": recorded, "none": 120}


def test_a_lower_confidence_level_gives_narrower_intervals(results, thirty_people):
    at_95, at_80 = of(results, PLANTED), fit_models(thirty_people, [PLANTED], RANGES, level=0.8)
    assert ((at_80["ci_high"] - at_80["ci_low"]) < (at_95["ci_high"] - at_95["ci_low"])).all()
    np.testing.assert_allclose(at_80["mean"], at_95["mean"])


def test_a_mean_of_few_pairs_or_people_is_shown_and_never_counts_as_changed(results, thirty_people):
    planted = of(results, PLANTED).set_index("change").loc["increased"]
    assert planted["changed"]
    for choice, enough in (("minimum_pairs", planted["n"]), ("minimum_people", planted["people"])):
        kept = fit_models(thirty_people, [PLANTED], RANGES, **{choice: int(enough)}).set_index("change")
        few = fit_models(thirty_people, [PLANTED], RANGES, **{choice: int(enough) + 1}).set_index("change")
        assert kept.loc["increased", "changed"]
        assert not few["changed"].any()
        for name in ("mean", "ci_low", "p_value"):
            assert few.loc["increased", name] == planted[name]
        assert few.loc["increased", ["effect_size", "size"]].tolist() == [
            pytest.approx(np.nan, nan_ok=True),
            "",
        ]
        assert str(int(enough) + 1) in few.loc["increased", "reason"]


def test_a_changed_mean_of_few_pairs_is_marked_and_not_told(results, thirty_people):
    planted = of(results, PLANTED).set_index("change").loc["increased"]
    assert (planted["told"], planted["size"]) == (True, "large")
    few = fit_models(thirty_people, [PLANTED], RANGES, minimum_cell=int(planted["n"]) + 1)
    few = few.set_index("change").loc["increased"]
    assert (few["changed"], few["told"], few["size"], few["reason"]) == (True, False, "", "")
    assert few["effect_size"] == planted["effect_size"]
    assert (results["told"] == (results["changed"] & (results["n"] >= 20))).all()
    assert (results["size"] != "").equals(results["told"])


def test_one_pair_or_one_person_is_no_mean_whatever_is_asked(thirty_people):
    rising = thirty_people["types_given_category"] == "increased"
    first = thirty_people.loc[rising, "person_id"].iloc[0]
    one_person = thirty_people[~rising | (thirty_people["person_id"] == first)]
    one_pair = thirty_people.drop(thirty_people.index[rising][1:])
    for pairs in (one_person, one_pair):
        cells = fit_models(pairs, [PLANTED], RANGES, minimum_pairs=2, minimum_people=2).set_index("change")
        lost = cells.loc["increased"]
        assert lost["people"] == 1
        assert (lost["status"], lost["changed"]) == ("not estimated", False)
        assert lost[["mean", "se", "df", "ci_low", "ci_high", "effect_size"]].isna().all()
        assert "one person" in lost["reason"]
        assert (cells.drop(index="increased")["status"] == "estimated").all()


def test_people_of_a_cell_are_counted_once(results, thirty_people):
    people = thirty_people.groupby(["types_given_category", "age_group"], observed=False)[
        "person_id"
    ].nunique()
    cells = of(results, BY_AGE)
    expected = [
        people[change, level]
        for change, level in cells[["change", "subgroup_level"]].itertuples(index=False, name=None)
    ]
    assert cells["people"].tolist() == expected
    assert (cells["people"] < cells["n"]).any()


def test_scores_that_contradict_their_scale_are_refused(thirty_people):
    pairs = thirty_people.assign(
        hope_change=thirty_people["hope_change"].where(lambda change: change < 3, 37)
    )
    assert fit_models(pairs, [PLANTED], RANGES)["mean"].notna().all()
    with pytest.raises(ModelError, match="The change in hope lies outside -36 to 36 in"):
        fit_models(pairs, [Model(WHOLE, "types_given", "hope")], RANGES)


def test_the_range_of_an_outcome_is_that_of_the_score_it_is(definitions):
    assert ranges_of(definitions)["family"] == (-15, 15)
    table = definitions.questionnaires["wellbeing"].metric.table
    width = max(table.values()) - min(table.values())
    assert ranges_of(definitions, "metric")["wellbeing"] == (-width, width)
    assert set(ranges_of(definitions)) == set(definitions.outcomes)


def test_subsamples_hold_the_pairs_of_their_region_only(results, thirty_people):
    leeds = of(results, Model("leeds", "types_given", "wellbeing"))
    assert leeds["n"].sum() == (thirty_people["region"] == "Leeds").sum()
    np.testing.assert_allclose(leeds["sd_change"], thirty_people["wellbeing_change"].std())


@pytest.mark.parametrize("rows", [0, 3])
def test_what_cannot_be_fitted_is_shown_as_not_estimated_with_the_reason(thirty_people, definitions, rows):
    results = fit_models(thirty_people.iloc[:rows], grid(definitions), RANGES)
    missing = results[results["status"] == "not estimated"]
    assert len(results) == len(missing) + results["mean"].notna().sum()
    assert len(missing) > len(results) / 2
    assert (missing["reason"] != "").all()
    assert not missing["changed"].any()


@pytest.mark.parametrize(
    "choices",
    [
        {"projects_term": "sometimes"},
        {"ddf": "none"},
        {"level": 95},
        {"level": 0},
        {"minimum_cell": 1},
        {"minimum_pairs": 1},
        {"minimum_people": 1},
    ],
)
def test_an_impossible_choice_is_refused(thirty_people, choices):
    with pytest.raises(ParameterError, match=next(iter(choices))):
        fit_models(thirty_people, [PLANTED], RANGES, **choices)


def of_everybody(cells):
    return (cells["sample"] == WHOLE) & (cells["subgroup_variable"] == "")


def test_only_findings_of_the_whole_sample_are_said(log, results):
    out = chapter.findings(log, results)
    printed = results[results["table"] != ""]
    assert len(out.data) == len(printed)
    assert (printed["told"] & ~of_everybody(printed)).any()
    told = (printed["told"] & of_everybody(printed)).sum()
    assert out.markup.count("pairs)") == told > 0
    assert "**Wellbeing rose** when people gave more types of support (by" in out.markup
    assert f"In the 100 models of the report's tables {printed['changed'].sum()} mean changes" in out.markup


def test_data_of_another_study_are_not_said_to_be_of_the_report(log, results):
    other = SimpleNamespace(definitions=replace(log.definitions, printed=False))
    outputs = [chapter.findings(other, results), tables.in_short(other, results)]
    outputs += [tables.grid_table(other, results)]
    assert not any("report" in f"{out.markup} {out.caption}" for out in outputs)
    assert "In the 100 models of Tables A4.5 to A4.11" in outputs[0].markup
    of_one_region = results[results["sample"] == "whole"]
    assert tables.model_table(other, of_one_region, "a4.11") is None


def test_findings_that_survive_correction_come_first_and_the_largest_before_the_others(log, results):
    out = chapter.findings(log, results)
    firm, _, luck = out.markup.partition("These are clear too")
    of_all = out.data[of_everybody(out.data) & out.data["told"]]
    for survives, part in ((True, firm), (False, luck)):
        told = of_all[of_all["survives"] == survives]
        assert part.count("pairs)") == len(told)
        effects = [
            float(line.partition(", effect ")[2].partition(";")[0])
            for line in part.splitlines()
            if line[:1] == "-"
        ]
        assert effects == sorted(effects, reverse=True)
    tests = of_all.drop_duplicates(list(MODEL))
    models = results[of_everybody(results)].drop_duplicates(list(MODEL))
    adjusted = models.assign(p=adjust_p_values(models["p_value"], "benjamini-hochberg")).set_index(
        list(MODEL)
    )
    for row in tests.to_dict("records"):
        assert row["survives"] == (adjusted.loc[tuple(row[name] for name in MODEL), "p"] < 0.05)


def test_a_changed_mean_of_few_pairs_is_counted_and_not_said(thirty_people, log, definitions):
    few = fit_models(thirty_people, grid(definitions), RANGES, minimum_cell=1000)
    said = chapter.findings(log, few).markup
    assert "No mean change of the whole sample is told." in said
    changed = (few["changed"] & (few["table"] != "")).sum()
    assert f"Of these, {changed} rest on too few pairs to say more about." in said
    assert "is clear enough" in chapter.in_short(with_pairs(log, thirty_people), few).markup


def test_the_text_counts_the_changes_that_rest_on_too_few(thirty_people, log, results):
    few = fit_models(thirty_people, [PLANTED], RANGES, minimum_people=31)
    said = chapter.findings(log, few).markup
    apart = ((few["ci_low"] > 0) | (few["ci_high"] < 0)).sum()
    assert "In the 1 model of the report's tables 0 mean changes count as changed" in said
    assert f"Another {apart} would count, but for too few pairs or people." in said
    assert "would count" not in chapter.findings(log, results).markup


def with_pairs(log, pairs):
    return SimpleNamespace(definitions=log.definitions, pairs=pairs)


def test_in_short_names_the_strongest_finding_and_what_it_rests_on(log, results, thirty_people):
    out = chapter.in_short(with_pairs(log, thirty_people), results)
    first, second, third = out.markup.split("\n")
    whole = results[of_everybody(results) & (results["table"] != "")]
    best = whole.loc[whole["effect_size"].where(whole["told"]).abs().idxmax()]
    assert (best["outcome"], best["exposure"], best["change"]) == ("wellbeing", "types_given", "increased")
    assert first.startswith(f"- Wellbeing rose when people gave more types of support (by {best['mean']:.2f}")
    assert f"Clear: {whole['told'].sum()} changes of {len(whole)} looked at" in second
    assert "120 pairs of logs by 30 people" in third


def test_the_overview_says_what_survives_correction(log, results):
    out = chapter.overview(log, results)
    assert out.data.loc[out.data["survives"], "p_adjusted"].lt(0.05).all()
    assert (out.data["p_adjusted"] >= out.data["p_value"] - 1e-12).all()
    assert "77 models" in out.alt
    assert "Wellbeing rose when people gave more types of support" in out.alt.split("these remain:")[1]


def panels(output):
    return {panel.id: panel for panel in output.panels}


@pytest.mark.parametrize("number", ["4.9a", "4.9c"])
def test_the_alternative_text_of_a_panel_names_what_is_told_and_counts_the_rest(log, results, number):
    out = panels(chapter.changes_figure(log, results))[f"fig-{number}"]
    told = out.data[out.data["told"]]
    assert all(
        f"by {abs(row.mean):.2f} points, effect {abs(row.effect_size):.2f}; {row.n:.0f} pairs" in out.alt
        for row in told.itertuples()
    )
    unclear = len(out.data) - len(told) - (out.data["n"] < 20).sum()
    assert f"{unclear} mean change" in out.alt
    assert out.alt.count("points, effect") == len(told)


@pytest.mark.slow
def test_every_figure_of_the_chapter_can_be_drawn(log, results):
    changes = chapter.changes_figure(log, results)
    groups = [chapter.subgroup_figure(log, results, name) for name in CHARACTERISTICS]
    assert [out.id for out in groups] == ["fig-4.10a", "fig-4.10b-d", "fig-4.10e", "fig-4.10f"]
    assert list(panels(changes)) == [f"fig-4.9{letter}" for letter in "abcdefgh"]
    assert [len(out.data) for out in changes.panels[5:]] == [42, 42, 42]
    assert len(changes.data) == sum(len(panel.data) for panel in changes.panels)
    assert [len(panels(groups[1])[f"fig-4.10{letter}"].data) for letter in "bcd"] == [36, 24, 12]
    printed = published.load("side_by_side", "associations").query("table == 'A4.10'")
    assert sum(len(out.data) for out in groups) == len(printed)
    assert all("<img" in out.markup for out in (changes, *groups, chapter.overview(log, results)))


def test_a_forest_has_one_axis_and_the_pairs_of_every_line(log, results):
    out = chapter.subgroup_figure(log, results, "ethnic_group")
    axes = out.form.draw(out.released).axes
    assert len(axes) == 1
    written = [
        text.get_text().strip("()") for each in axes for text in each.texts if text.get_ha() == "right"
    ]
    assert sorted(map(int, written)) == sorted(out.data["n"].astype(int))
    few = sum(text.get_text().startswith("(") for each in axes for text in each.texts)
    assert few == (out.data["n"] < 20).sum() > 0
    assert any("below 20 stands in brackets" in note for note in out.notes)


def test_a_heat_map_marks_what_is_told_by_a_triangle_and_its_size(log, results):
    out = chapter.overview(log, results)
    (axes,) = out.form.draw(out.released).axes
    marks = [text.get_text() for text in axes.texts if text.get_text()]
    told = out.data[out.data["told"]]
    sizes = sorted(f"{abs(size):.2f}" for size in told["effect_size"])
    assert sorted(mark.split(" ")[1] for mark in marks) == sizes
    assert sum(mark[0] in "▲▼" for mark in marks) == (told["survives"]).sum()
    assert axes.figure.get_suptitle() == "Wellbeing rose where people gave more types of support"


@pytest.mark.slow
def test_a_data_set_without_pairs_still_makes_every_output(thirty_people, log):
    empty = fit_models(thirty_people.iloc[:0], grid(log.definitions, subsamples=False), RANGES)
    outputs = [chapter.overview(log, empty), chapter.findings(log, empty), tables.grid_table(log, empty)]
    outputs += [tables.measures_table(log, empty, "a4.5"), tables.model_table(log, empty, "a4.11")]
    outputs += [chapter.changes_figure(log, empty), chapter.subgroup_figure(log, empty, "ethnic_group")]
    assert all(out.markup for out in outputs)
    assert "not estimated" in outputs[3].markup
    assert any("one region" in note for note in outputs[4].notes)
    assert "Not estimated: 171" in outputs[5].alt


def test_figures_say_what_a_reader_should_know_of_their_models(thirty_people, log):
    few = fit_models(thirty_people, [PLANTED, BY_AGE], RANGES, minimum_pairs=50)
    said = panels(chapter.changes_figure(log, few))["fig-4.9a"].notes
    assert any("Wellbeing by types of support given: " in note and "Fewer than 50" in note for note in said)
    said = chapter.subgroup_figure(log, few, "age_group").notes
    title = "Wellbeing by types of support given, Age: "
    assert any(title in note or "Age (" in note for note in said if "Fewer than 50" in note)


def test_what_is_shown_comes_from_the_data_that_are_handed_in(log, results, thirty_people):
    given = {"log": with_pairs(log, thirty_people), "results": results}
    outputs = [
        out
        for name in ("associations", "associations_tables")
        for out in shown("side_by_side", name, **given)
    ]
    assert len(outputs) == 8 + 9
    assert [held for out in outputs for held in data_held(out)] == []


def test_sentences_follow_the_data_that_are_let_through(monkeypatch, log, results):
    def hide(held, _):
        return held.data.assign(changed=False, told=False, p_value=float("nan"))

    monkeypatch.setattr("peerbook.outputs.output.protect", hide)
    assert "0 mean changes" in chapter.findings(log, results).markup
    assert "No mean change of the whole sample is told." in chapter.findings(log, results).markup
    assert "rose" not in panels(chapter.changes_figure(log, results))["fig-4.9a"].alt
    assert "<0.001" not in tables.measures_table(log, results, "a4.5").markup


def impossible(results):
    """Rows that must never be: a mean outside its scale, no degrees of freedom, a gap without a reason."""
    low, high = (results["outcome"].map({name: ends[end] for name, ends in RANGES.items()}) for end in (0, 1))
    known = results["status"] == "estimated"
    strange = ~results["mean"].between(low, high) | ~(results["df"] > 0) | ~(results["people"] >= 2)
    numbers = results[["mean", "se", "df", "ci_low", "ci_high", "effect_size"]].notna().any(axis=1)
    silent = numbers | results["changed"] | (results["reason"] == "")
    return results[np.where(known, strange | results["se"].isna(), silent)]


@pytest.mark.slow
def test_a_region_of_eight_people_has_no_estimate_that_the_scale_does_not_allow():
    """It had a mean wellbeing change of -23,772 on a scale of 28 points, with -3.7 degrees of freedom."""
    small = open_log(study="side_by_side", region="Middlesbrough")
    results = associations(small)
    assert impossible(results).empty
    planted = of(results, PLANTED).set_index("change")
    assert planted["n"].to_dict() == {"decreased": 0, "unchanged": 8, "increased": 2}
    assert set(planted["status"]) == {"not estimated"}

    table = tables.measures_table(small, results, "a4.5")
    assert (table.shown["Types of support given", "Mean change (interval)"] == "not estimated").all()
    assert any("Wellbeing by types of support given;" in note for note in table.notes)
    drawn = panels(chapter.changes_figure(small, results))["fig-4.9a"]
    assert drawn.alt.endswith("Not estimated: 9.")
    assert any("Wellbeing by types of support given;" in note for note in drawn.notes)
    assert "Not estimated: 231." in chapter.overview(small, results).alt
    assert "Not estimated: 96 models." in chapter.findings(small, results).markup


@pytest.mark.slow
def test_few_people_never_give_a_number_that_cannot_be(cohort_pairs, definitions):
    """Three to fifteen people drawn from the stand-in, 26 times, each with 30 models of the grid."""
    random = np.random.default_rng(15)
    models = grid(definitions, subsamples=False)
    people = cohort_pairs["person_id"].unique()
    drawn = []
    for number in range(26):
        few = random.choice(people, 3 + number % 13, replace=False)
        chosen = [models[place] for place in random.choice(len(models), 30, replace=False)]
        drawn.append(fit_models(cohort_pairs[cohort_pairs["person_id"].isin(few)], chosen, RANGES))
    results = pd.concat(drawn)
    assert impossible(results).empty
    fitted = results.dropna(subset="mean").groupby("reason").size()
    assert fitted.sum() > 150
    assert results.loc[results["changed"], ["n", "people"]].min().ge([5, 3]).all()


def test_a_cell_that_is_not_estimated_is_said_so_in_table_figure_and_note(thirty_people, log):
    lost = (thirty_people["types_given_category"] == "increased") & (thirty_people["age_group"] == "55+")
    by_age = [
        BY_AGE,
        replace(BY_AGE, exposure="types_received"),
        replace(BY_AGE, exposure="projects_attended"),
    ]
    results = fit_models(thirty_people[~lost], by_age, RANGES)
    table = tables.model_table(log, results, "a4.10")
    assert table.shown["Mean change (interval)"].tolist().count("not estimated") == 1
    figure = chapter.subgroup_figure(log, results, "age_group")
    assert figure.alt.endswith("not estimated: 1.")
    texts = [text.get_text() for axes in figure.form.draw(figure.released).axes for text in axes.texts]
    assert texts.count("not estimated") == 1
    for output in (table, figure):
        assert (
            "Wellbeing by types of support given, Age (Increased, 55+): A cell without pairs has no mean."
            in (output.notes)
        )


LONELINESS = {
    "label": "Loneliness",
    "instrument": "Three items on loneliness",
    "direction": "high is bad",
    "versions": ["full"],
    "items": {"lonely_1": "company", "lonely_2": "left out", "lonely_3": "isolated"},
    "range": [1, 3],
    "score": "sum",
    "missing": {"complete": 3},
    "citation": "hughes2004",
    "rights": "free to use",
}


@pytest.fixture(scope="module")
def lonely(tmp_path_factory):
    """A copy of the study's definitions with one questionnaire more, and nothing else changed."""
    folder = shutil.copytree(paths.data_schema(), tmp_path_factory.mktemp("lonely") / "data_schema")
    file = folder / "side_by_side" / "questionnaires.yml"
    blocks = {"loneliness": LONELINESS} | yaml.safe_load(file.read_text())  # first in the file, last in print
    file.write_text(yaml.safe_dump(blocks, sort_keys=False))
    return folder / "side_by_side"


def test_outcomes_stand_in_printed_order_and_those_not_in_print_behind_them(definitions, lonely):
    printed = ["wellbeing", "self_efficacy", "hope", "family", "friends", "neighbours", "health"]
    assert outcomes_of(definitions) == printed
    assert outcomes_of(load_definitions(lonely)) == [*printed, "loneliness"]


@pytest.mark.slow
def test_a_questionnaire_added_to_the_definitions_is_in_the_grid_and_in_its_outputs(raw, lonely):
    rng = np.random.default_rng(8)
    raw = replace(raw, definitions=load_definitions(lonely))
    answers = [
        {name: str(rng.integers(1, 4)) for name in LONELINESS["items"]}
        | {name: str(rng.integers(0, 3)) for name in ("informal_given", "groups_received")}
        for _ in range(60)
    ]
    logs = [
        raw.log(1 + i, f"{1 + i % 15:04d}", completed_on=f"2016-{2 + i // 15:02d}-01", **answer)
        for i, answer in enumerate(answers)
    ]
    people = [raw.registration(f"{1 + i:04d}") for i in range(15)]
    log = open_log(raw.folder(logs=logs, registrations=people), study=lonely)
    results = associations(log)

    models = results.drop_duplicates(["sample", "exposure", "outcome", "subgroup_variable"])
    assert len(models) == 8 * 11 + 11 * 3 * 8 + 2 * 3 * 8
    of_it = results[results["outcome"] == "loneliness"]
    assert not of_it["printed"].any()
    scored = of_it[(of_it["exposure"] == "informal_given") & (of_it["sample"] == WHOLE)]
    scored = scored[scored["subgroup_variable"] == ""]
    assert scored["status"].tolist() == ["estimated"] * 3
    assert scored["n"].sum() == 45

    table = tables.measures_table(log, results, "a4.6")
    assert list(dict.fromkeys(table.shown.index.get_level_values(0)))[-1] == "Loneliness"
    unprinted = tables.grid_table(log, results)
    assert unprinted.shown["Whole sample"]["Outcome"].tolist() == ["Loneliness"] * 11
    assert unprinted.form.choose[1][-1] == "Loneliness"
    overview = chapter.overview(log, results)
    assert overview.alt.startswith("Heat map of 88 models: 8 outcomes by 11 measures.")
    assert overview.data["outcome"].tolist()[-3:] == ["loneliness"] * 3
    assert "<img" in overview.markup
    figure = panels(chapter.changes_figure(log, results))["fig-4.9f"]
    assert figure.data["outcome"].tolist()[-6:] == ["loneliness"] * 6


def test_a_region_added_to_the_subsamples_has_models_and_its_own_name(definitions, thirty_people):
    region = "Kensington & Chelsea"
    more = SimpleNamespace(definitions=replace(definitions, subsamples=("Elefriends", region)))
    pairs = thirty_people.assign(region=thirty_people["region"].replace("Leeds", region))
    results = fit_models(pairs, [model for model in grid(more.definitions) if model.sample != WHOLE], RANGES)
    assert list(dict.fromkeys(results["sample"])) == ["elefriends", "kensington & chelsea"]
    assert (results.loc[results["sample"] == "kensington & chelsea", "status"] == "estimated").all()
    assert "Kensington & Chelsea only" in tables.grid_table(more, results).shown


def test_a_region_has_the_same_effects_alone_as_among_the_others(study):
    """A subsample of the whole book, and a book of that region: one yardstick."""
    region = "Leeds"
    alone = log_of(replace(study.study, region=region))
    chosen = [Model(region.lower(), "types_given", outcome) for outcome in ("wellbeing", "hope", "family")]
    whole = [replace(model, sample=WHOLE) for model in chosen]
    among = fit_models(pairs_of(study), chosen, RANGES, yardstick=study.all_pairs)
    single = fit_models(pairs_of(alone), whole, RANGES, yardstick=alone.all_pairs)
    same = [column for column in among if column not in ("sample", "table", "printed")]
    pd.testing.assert_frame_equal(among[same], single[same])
    assert among["sd_change"].notna().all()
    by_themselves = fit_models(pairs_of(alone), whole, RANGES)
    assert (by_themselves["sd_change"] != single["sd_change"]).all()


def test_tables_with_an_effect_size_say_what_it_is_measured_in(log, results):
    for cells, said in ((results, True), (results.assign(effect_size=np.nan), False)):
        out = tables.measures_table(log, cells, "a4.5")
        assert (EFFECTS_IN in out.notes) == said


@pytest.mark.slow
def test_the_whole_grid_of_a_cohort_has_every_printed_cell_with_an_estimate(study):
    before = study.pairs.copy(deep=True)
    results = associations(study)
    pd.testing.assert_frame_equal(study.pairs, before)
    assert len(results.drop_duplicates(["sample", "exposure", "outcome", "subgroup_variable"])) == 350
    printed = published.load("side_by_side", "associations")
    keys = ["sample", "exposure", "outcome", "subgroup_variable", "subgroup_level", "change"]
    both = printed[keys].merge(results, on=keys)
    assert len(both) == len(printed) == results["printed"].sum()
    assert (both["status"] == "estimated").all()
    assert (both["n"] > 0).all()


@pytest.mark.parametrize("zeros", [True, False])
def test_of_real_people_no_note_says_why_the_mean_of_few_is_not_estimated(log, results, zeros):
    """That all pairs of a cell are of one person tells a withheld count, and so does an empty reason."""
    few = results.assign(
        n=np.where(results["change"] == "increased", 1, 40),
        reason=np.where(results["change"] == "increased", grid_module._ONE, ""),
        warnings="Left out, since other columns hold them (often an empty cell): a.",
    )
    made_up = tables.model_table(log, few, "a4.10")
    assert any("one person" in note for note in made_up.notes)
    real = made_up.made_from(False, Protection(Policy(zeros=zeros)))
    assert [note for note in real.notes if "one person" in note or "empty cell" in note] == []
    hidden = real.released[real.released["change"] == "increased"]
    assert {MARK} == {*hidden["reason"], *hidden["status"]}
    assert hidden["mean"].map(is_withheld).all()


def test_withheld_means_are_counted_as_such_in_words(log, results):
    cells = of(results, PLANTED).assign(told=False)
    cells.loc[0, ["n", "mean"]] = WITHHELD
    cells.loc[0, "reason"] = MARK
    said = rest_in_words(cells, names_of(log.definitions))
    assert said.endswith("withheld: 1.")
    assert "not estimated" not in said


def test_many_pairs_of_few_people_are_withheld_in_pictures_and_sentences_as_in_the_tables(log, results):
    """A picture without a column of people showed the mean of two, and said that they are few."""
    few = results.assign(n=40, people=2, reason="Fewer than 5 pairs, or pairs of fewer than 3 people, ...")
    few = few.assign(mean=1.0, ci_low=0.5, ci_high=1.5, status="estimated")
    few = few.assign(people=few["people"].where(few["change"] == "increased", 30))
    study = SimpleNamespace(**vars(log), pairs=pd.DataFrame({"person_id": [str(n) for n in range(40)]}))
    outputs = [chapter.overview(log, few), chapter.changes_figure(log, few), chapter.in_short(study, few)]
    for made_up in outputs:
        real = made_up.made_from(False, Protection(Policy()))
        hidden = real.released["change"] == "increased"
        assert real.released.loc[hidden, "mean"].map(is_withheld).all()
        assert not real.released.loc[~hidden, "mean"].map(is_withheld).any()
        assert set(real.released.loc[hidden, "reason"]) == {MARK}
        assert "_people" not in real.released
