from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook.chapters.side_by_side import robustness as chapter
from peerbook.chapters.side_by_side.associations.grid import (
    MODEL,
    TOLD_PAIRS,
    WHOLE,
    Model,
    fit_model,
    fit_models,
    grid,
    ranges_of,
)
from peerbook.chapters.side_by_side.robustness.chained import chained_readings, differing
from peerbook.chapters.side_by_side.robustness.checks import (
    CHECKS,
    COLUMNS,
    FEW_PEOPLE,
    FEW_RESAMPLES,
    LEAST_PEOPLE,
    ROUTES,
    adjusted_contrasts,
    check_findings,
    headlines,
    kind_of,
)
from peerbook.chapters.side_by_side.robustness.specification_curve import specification_curves
from peerbook.data import load_definitions
from peerbook.outputs import formats
from peerbook.stats import LEAST_RESAMPLES, adjust_p_values, chained_errors, robust_contrasts
from tests.chapters.notebook import data_held

RANGES = ranges_of(load_definitions("side_by_side"))
PLANTED = (WHOLE, "types_given", "wellbeing", "", "", "increased")


@pytest.fixture(scope="module")
def log(definitions):
    """What the outputs need of a log besides the results."""
    return SimpleNamespace(definitions=replace(definitions, printed=True))


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
    assert found["n"].min() >= TOLD_PAIRS
    assert len(found) == (results["told"] & (results["table"] != "")).sum()
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
    called = noise.assign(told=noise["change"] == "increased")
    answers = check_findings(shuffled, called, RANGES, bootstraps=200).iloc[0]
    assert answers[list(CHECKS)].tolist() == ["no"] * len(CHECKS)


def test_p_values_are_adjusted_among_models_of_the_same_kind(results, checked):
    whole = results.drop_duplicates(list(MODEL)).query("subgroup_variable == ''")
    expected = adjust_p_values(whole["p_value"], "holm")[0]
    assert planted(checked)["holm_p"] == pytest.approx(expected)
    by_age = checked[checked["kind"] == "subgroup"]
    assert by_age["holm_p"].tolist() == pytest.approx(by_age["p_value"].tolist())
    assert set(checked.loc[checked["kind"] == "whole sample", "models"]) == {4}


def test_the_differences_are_those_of_the_model_by_another_route(checked, results):
    row = planted(checked)
    means = results[(results["outcome"] == "wellbeing") & (results["subgroup_variable"] == "")]
    means = means.set_index("change")
    for route in ROUTES:
        other = row[f"{route}_against"]
        assert other in {"decreased", "unchanged"}
        assert row[f"{route}_model"] == means.loc["increased", "mean"] - means.loc[other, "mean"]
        assert row[f"{route}_difference"] == pytest.approx(row[f"{route}_model"], abs=1.5)
        assert row[f"{route}_people"] == means.loc[["increased", other], "people"].min()


def test_all_pairs_of_a_level_are_compared_and_adjusted(thirty_people):
    model = Model(WHOLE, "types_given", "wellbeing", "age_group")
    fit = fit_model(model, thirty_people, RANGES)
    plain = robust_contrasts(fit, model.factors, adjust="none").set_index("contrast")
    found = adjusted_contrasts(fit, model, dict.fromkeys(ROUTES, 2))["cluster_robust"]
    assert found.groupby("subgroup_level").size().to_dict() == {"18-34": 3, "35-54": 3, "55+": 3}
    young = found[found["subgroup_level"] == "18-34"].set_index(["change", "other"])
    names = [" - ".join(f"{name} 18-34" for name in pair) for pair in young.index]
    turned = [" - ".join(reversed(name.split(" - "))) for name in names]
    raw = [plain.loc[a if a in plain.index else b] for a, b in zip(names, turned, strict=True)]
    assert young["p_value"].tolist() == pytest.approx(list(adjust_p_values([row["p_value"] for row in raw])))
    signs = [1 if name in plain.index else -1 for name in names]
    estimates = [sign * row["estimate"] for sign, row in zip(signs, raw, strict=True)]
    assert young["estimate"].tolist() == pytest.approx(estimates)


def in_two_levels(pairs, people):
    """Set a few people apart as an age group, all others in another."""
    apart = pairs["person_id"].isin(sorted(pairs["person_id"].unique())[:people])
    level = np.where(apart, "18-34", "35-54")
    return pairs.assign(age_group=pd.Categorical(level, ["18-34", "35-54", "55+"]))


@pytest.mark.parametrize("people", [2, 5, 12])
def test_a_check_says_so_where_people_of_the_cells_are_too_few(thirty_people, log, people):
    pairs = in_two_levels(thirty_people, people)
    results = fit_models(pairs, [Model(WHOLE, "types_given", "wellbeing", "age_group")], RANGES)
    small = (results["subgroup_level"] == "18-34") & results["mean"].notna()
    called = results.assign(told=small, p_value=0.01)
    answers = check_findings(pairs, called, RANGES, bootstraps=200)
    assert len(answers) == small.sum() > 0
    cells = called[small].set_index("change")["people"]
    for row in answers.to_dict("records"):
        assert row["people"] == cells[row["change"]]
        concerned = {"bootstrap": row["people"], "family_wise": row["people_least"]}
        concerned |= {route: row[f"{route}_people"] for route in ROUTES}
        for name, number in concerned.items():
            assert (row[name] == FEW_PEOPLE) == (number < LEAST_PEOPLE[name]), (name, number)
    shown = chapter.checks_table(log, answers).shown
    for name, title in CHECKS.items():
        assert [text.split(":")[0] for text in shown[title]] == answers[name].tolist()
        assert all("p" not in text.split(":")[1].split() for text in shown[title] if FEW_PEOPLE in text)


def test_too_few_resamples_are_not_drawn_and_the_checks_say_so(thirty_people, results, log):
    answers = check_findings(thirty_people, results, RANGES, bootstraps=LEAST_RESAMPLES - 1)
    few = answers[["family_wise", "bootstrap"]].to_numpy().ravel()
    assert set(few) <= {FEW_RESAMPLES, FEW_PEOPLE}
    assert planted(answers)[["family_wise", "bootstrap"]].tolist() == [FEW_RESAMPLES] * 2
    assert planted(answers)[["false_discovery", "holm", *ROUTES]].tolist() == ["yes"] * 4
    assert "not enough resamples" in chapter.checks_table(log, answers).markup


def test_a_level_with_one_category_has_no_difference_to_check(thirty_people, log):
    rising = thirty_people["types_given_category"] == "increased"
    level = np.where(rising & (thirty_people["region"] == "Leeds"), "55+", "35-54")
    pairs = thirty_people.assign(age_group=pd.Categorical(level, ["18-34", "35-54", "55+"]))
    results = fit_models(pairs, [Model(WHOLE, "types_given", "wellbeing", "age_group")], RANGES)
    called = results.assign(told=(results["subgroup_level"] == "55+") & results["mean"].notna())
    answers = check_findings(pairs, called.assign(p_value=0.01), RANGES, bootstraps=100)
    assert answers["change"].tolist() == ["increased"]
    assert answers[list(ROUTES)].to_numpy().tolist() == [["not computable"] * 2]
    assert chapter.checks_table(log, answers).shown[CHECKS["cluster_robust"]].tolist() == ["not computable"]


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
    row, shown = checked.iloc[0], out.shown.iloc[0]
    assert shown["Holm"] == f"yes: {formats.p_phrase(row['holm_p'])}, 4 models"
    limits = formats.interval(row["bootstrap_low"], row["bootstrap_high"])
    assert shown["Other people"] == f"yes: {limits}, {row['people']:.0f} people"
    against = f"{row['cluster_robust_difference']:.2f} against {row['cluster_robust_against']}"
    assert shown["Cluster-robust"] == f"yes: {against}, p < 0.001, {row['cluster_robust_people']:.0f} people"


def test_the_text_counts_the_findings_that_pass(log, checked):
    out = chapter.checks_in_words(log, checked)
    passing = (checked["within_person"] == "yes").sum()
    assert f"- Within person: passed by {passing} of {len(checked)} finding" in out.markup
    n = planted(checked)["n"]
    line = f"- Wellbeing when types of support given increased ({n:.0f} pairs)"
    assert line in out.markup.split("pass every check:")[1]
    of_all = (checked["kind"] == "whole sample").sum()
    assert f"{of_all} about all people, {len(checked) - of_all} about some." in out.markup
    assert "among" not in out.markup


def test_a_finding_that_could_not_be_put_to_a_check_does_not_pass_every_check(log, checked):
    few = checked.assign(cluster_robust=FEW_PEOPLE)
    said = chapter.checks_in_words(log, few).markup
    assert f"- Cluster-robust: passed by 0 of 0 findings ({len(few)} not asked: too few people)" in said
    passing, open_ = said.split("pass every check:")[1].split("fail no check, but could not be put to each:")
    assert "- none" in passing
    assert "Wellbeing when types of support given increased" in open_


def test_in_short_counts_what_stands_up(log, checked):
    first, second, third = chapter.in_short(log, checked).markup.split("\n")
    of_all = checked[checked["kind"] == "whole sample"]
    standing = ~(of_all[list(CHECKS)] == "no").any(axis=1)
    assert first.startswith(
        f"- {standing.sum()} of {formats.plural(len(of_all), 'finding')} about all people"
    )
    assert "when people gave more types of support, their wellbeing rose by" in second
    assert third == "- To fail a check does not make a finding false."  # none is about some people
    some = checked.assign(kind=["whole sample", "subgroup"])
    assert "- Of 1 finding about some people, " in chapter.in_short(log, some).markup
    failing = chapter.in_short(log, checked.assign(bootstrap="no")).markup
    assert failing.startswith("- 0 of")
    assert "no link should be passed on" in failing


def test_a_line_reaches_from_the_lowest_to_the_highest_specification(log, curves):
    out = chapter.curves_figure(log, curves, "r.1")
    (axes,) = out.form.draw(out.released).axes
    (thick,) = [line for line in axes.lines if line.get_linewidth() == 4]
    assert list(thick.get_xdata()) == [out.data["effect"].min(), out.data["effect"].max()]
    (mark,) = [line for line in axes.lines if line.get_marker() == "s"]
    assert mark.get_xdata()[0] == out.data.loc[out.data["main"], "effect"].iloc[0]


def test_curves_have_a_panel_a_sentence_and_a_row_for_each_finding(log, curves):
    out = chapter.curves_figure(log, curves, "r.1")
    assert out.alt.startswith("1 line, one for each finding. In 1 every specification has the same direction")
    assert "Wellbeing when types of support given increased" in out.alt
    assert "over 48 specifications" in out.alt
    assert len(out.data) == 96
    assert out.data["main"].sum() == 1
    assert "<img" in out.markup
    summary = chapter.specifications_table(log, curves)
    assert len(summary.data) == len(curves)
    assert summary.markup.count('scope="rowgroup"') == 1
    assert ">100%</td>" in summary.markup


@pytest.mark.slow
def test_without_findings_every_output_says_so(log, thirty_people):
    no_pairs = thirty_people.iloc[:0]
    results = fit_models(no_pairs, grid(log.definitions, subsamples=False), RANGES)
    nothing = check_findings(no_pairs, results, RANGES)
    curves = specification_curves(no_pairs, headlines(results), log.definitions)
    assert nothing.empty
    assert "No mean change" in chapter.checks_in_words(log, nothing).markup
    said = chapter.in_short(log, nothing).markup
    assert "There is no finding to check" in said
    assert "0" not in said
    assert chapter.checks_table(log, nothing).data.empty
    assert chapter.specifications_table(log, curves).data.empty
    no_figure = chapter.curves_figure(log, curves, "r.2")
    assert (no_figure.id, no_figure.kind) == ("text-fig-r.2", "text")
    assert "No finding comes from the subgroup models" in no_figure.markup


def test_what_is_shown_comes_from_the_data_that_are_handed_in(log, checked, curves):
    outputs = [chapter.checks_in_words(log, checked), chapter.checks_table(log, checked)]
    outputs += [chapter.in_short(log, checked)]
    outputs += [chapter.specifications_table(log, curves), chapter.coverage_table()]
    outputs += [chapter.chained_table(log), chapter.error_rates_table()]
    outputs += [chapter.curves_figure(log, curves, number) for number in ("r.1", "r.2", "r.3")]
    assert [held for out in outputs for held in data_held(out)] == []


def test_what_is_said_follows_the_data_that_are_let_through(monkeypatch, log, checked, curves):
    monkeypatch.setattr("peerbook.outputs.output.protect", lambda held, _: held.data.iloc[:1])
    assert (
        "1 finding was put to the checks: 1 about all people, 0 about some."
        in chapter.checks_in_words(log, checked).markup
    )
    assert chapter.checks_table(log, checked).markup.count('scope="row"') == 1
    assert "over 1 specification," in chapter.curves_figure(log, curves, "r.1").alt


def test_the_simulations_shown_cover_and_reject_as_they_should():
    out = chapter.coverage_table()
    assert out.data["data_sets"].max() >= 1000
    assert out.data["coverage"].between(0.94, 0.96).all()
    assert out.data["rejection"].between(0.04, 0.06).all()
    assert out.markup.count('scope="row"') == len(out.data)


def test_the_simulations_of_the_data_as_they_are_cover_and_reject_nearly_as_they_should(log):
    out = chapter.chained_table(log)
    assert out.data["data_sets"].min() >= 400
    assert out.data["coverage"].between(0.94, 0.97).all()
    assert (out.data["rejection"] <= 0.06 + 2 * out.data["rejection_error"]).all()
    assert out.data["zero"].between(0.2, 0.8).all()
    assert out.markup.count('scope="row"') == len(out.data)


def test_a_check_is_asked_only_where_it_errs_in_about_one_of_twenty_data_sets():
    rates = chapter.error_rates_table().data
    now = rates[rates["when"] == "now"].assign(least=rates["check"].map(LEAST_PEOPLE))
    used = now[now["low"] >= now["least"]]
    assert set(used["check"]) == set(LEAST_PEOPLE)
    margin = 2 * used["error_error"]
    assert ((used["error"] >= 0.04 - margin) & (used["error"] <= 0.06 + margin)).all()
    unused = now[now["low"] < now["least"]]
    assert (~unused["error"].between(0.04, 0.06)).all()
    before = rates[(rates["check"] == "gee")].set_index("low")["error"]
    assert before[3] > 0.25
    shown = chapter.error_rates_table().shown
    assert shown.loc["Cluster-robust", "3 to 5"].endswith(", not asked")


def test_no_variance_between_people_is_counted_and_explained(log, results, thirty_people):
    zero = results.assign(warnings="The variance between groups is estimated as zero: and so on.")
    named = SimpleNamespace(definitions=log.definitions, pairs=with_logs(thirty_people))
    said = chapter.zero_variance(named, zero).markup
    assert said.startswith("In 5 of 5 models the variance between people is estimated as zero.")
    none = chapter.zero_variance(named, results.assign(warnings="")).markup
    assert none == "In none of 5 models the variance between people is estimated as zero."


def with_logs(pairs):
    """Number the logs: the one that ends a pair starts the person's next."""
    place = pairs.groupby("person_id").cumcount()
    first = pairs["person_id"].astype(int) * 10 + place
    return pairs.assign(log_id_start=first, log_id_end=first + 1)


def test_changes_that_share_a_log_are_correlated_as_in_the_data(thirty_people):
    """Thirty people with four pairs each: the first three have a neighbour."""
    pairs = with_logs(thirty_people)
    count, correlation = chapter.neighbouring_changes(pairs, "hope")
    assert count == 90
    slope = np.polyfit(pairs["hope_start"], pairs["hope_change"], 1)[0]
    left = (pairs["hope_change"] - slope * pairs["hope_start"]).to_numpy().reshape(30, 4)
    expected = np.corrcoef(left[:, :3].ravel(), left[:, 1:].ravel())[0, 1]
    assert correlation == pytest.approx(expected)
    few = chapter.neighbouring_changes(pairs.iloc[:39], "hope")
    assert few[0] == 29
    assert np.isnan(few[1])


@pytest.fixture(scope="module")
def chained(thirty_people, results):
    return chained_readings(with_logs(thirty_people), RANGES, results)


def test_models_are_read_again_with_errors_that_chain(thirty_people, results, chained):
    whole = results[(results["subgroup_variable"] == "") & (results["n"] >= TOLD_PAIRS)]
    assert len(chained) == len(whole) > 3
    pairs = with_logs(thirty_people)
    one = chained[chained["outcome"] == "wellbeing"].set_index("change")
    fit = chained_errors(
        fit_model(Model(WHOLE, "types_given", "wellbeing"), pairs, RANGES),
        pairs["log_id_start"],
        pairs["log_id_end"],
    )
    means = fit.marginal_means("types_given_category").set_index("types_given_category")
    assert one["chained_mean"].tolist() == pytest.approx(means.loc[one.index, "mean"].tolist())
    assert set(one["correlation"]) == {fit.rho}
    assert set(one["links"]) == {90}
    apart = (one["chained_ci_low"] > 0) | (one["chained_ci_high"] < 0)
    expected = apart & (one["chained_p_value"] < 0.05)
    assert one["chained_changed"].tolist() == expected.tolist()
    assert one.loc["increased", "chained_changed"]


def test_means_that_read_otherwise_are_counted_and_shown(log, chained, monkeypatch):
    turned = chained.assign(chained_changed=[not chained["changed"].iloc[0], *chained["changed"].iloc[1:]])
    assert len(differing(turned)) == 1
    monkeypatch.setattr(chapter, "pairs_of", lambda log: None)
    monkeypatch.setattr(chapter, "chained_readings", lambda *_: turned)
    out = chapter.chained_readings_table(log, None, 1)
    assert f"{len(turned) - 1} read the same both ways" in out.notes[0]
    shown = turned["changed"] | turned["chained_changed"].astype(bool)
    assert len(out.shown) == shown.sum()
    monkeypatch.setattr(chapter, "chained_readings", lambda *_: turned.assign(chained_changed=None))
    none = chapter.chained_readings_table(log, None, 1)
    assert none.notes[0] == "No model could be fitted with errors that chain."
    assert set(none.shown["Chained errors: changed"]) <= {"not computable"}


def test_every_output_has_an_id_of_its_own_also_without_findings(log, thirty_people):
    no_pairs = with_logs(thirty_people).iloc[:0]
    nothing = fit_models(no_pairs, grid(log.definitions, subsamples=False), RANGES)
    empty = SimpleNamespace(definitions=log.definitions, pairs=no_pairs)
    curves = specification_curves(no_pairs, headlines(nothing), log.definitions)
    checked = check_findings(no_pairs, nothing, RANGES)
    outputs = [chapter.checks_in_words(empty, checked), chapter.checks_table(empty, checked)]
    outputs += [chapter.zero_variance(empty, nothing), chapter.specifications_table(empty, curves)]
    outputs += [chapter.curves_figure(empty, curves, number) for number in ("r.1", "r.2", "r.3")]
    assert len({out.id for out in outputs}) == len(outputs)
    assert outputs[2].markup == "No model could be estimated."


def test_verdicts_hold_every_finding_of_the_whole_sample_with_its_strength(log, results, checked):
    found = chapter.verdicts(log, results, checked)
    assert len(found) == (checked["kind"] == "whole sample").sum() > 0
    row = found.set_index("finding").loc["Wellbeing when types of support given increased"]
    cell = results.set_index(["outcome", "exposure", "subgroup_variable", "change"]).loc[
        ("wellbeing", "types_given", "", "increased")
    ]
    for name in ("n", "people", "mean", "ci_low", "ci_high", "effect_size", "sd_change", "p_value"):
        assert row[name] == cell[name]
    assert (row["passed"], row["asked"], row["corrected"]) == (6, 6, "Holm")
    assert row["sentence"].startswith("When people gave more types of support, wellbeing rose by")


def test_verdicts_say_which_correction_a_finding_survives(log, results, checked):
    weaker = chapter.verdicts(log, results, checked.assign(holm="no"))
    assert set(weaker["corrected"]) == {"Benjamini-Hochberg"}
    none = chapter.verdicts(log, results, checked.assign(holm="no", false_discovery="no"))
    assert set(none["corrected"]) == {""}
    few = chapter.verdicts(log, results, checked.assign(bootstrap=FEW_PEOPLE)).iloc[0]
    assert (few["passed"], few["asked"]) == (5, 5)


def test_verdicts_of_nothing_have_their_columns(log, results, checked):
    nothing = chapter.verdicts(log, results, checked.iloc[:0])
    assert nothing.empty
    assert list(nothing) == list(chapter.verdicts(log, results, checked))
