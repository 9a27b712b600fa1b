from __future__ import annotations

import pandas as pd

from peerbook import published
from peerbook.published import contradictions, load, printed_cells, rebuilt_cells, summary, summary_lines

STUDY = "side_by_side"
PLACE = ["table", "row", "column", "quantity"]


def cells(name):
    return printed_cells(STUDY, name)


def compare(printed, rebuilt, reasons=None):
    return published.compare(printed, rebuilt, contradictions(STUDY), reasons)


def test_a_p_value_printed_below_a_bound_is_met_by_any_smaller_one():
    place = pd.DataFrame([{"table": "A4.5", "row": "a row", "column": "", "quantity": "p_value"}])
    printed = place.assign(printed="<0.001", value=0.001, rule="side")
    rebuilt = place.assign(value=0.0007)
    assert compare(printed, rebuilt)["as_printed"].tolist() == ["yes"]


def test_a_number_without_a_rebuilt_one_is_not_computable_and_says_why():
    printed = cells("regions").head(1)
    number = compare(printed, printed.iloc[:0], {"3.1": "census"}).iloc[0]
    assert (number["status"], number["note"], number["rebuilt"]) == ("not computable", "census", "")


def test_a_contradicted_number_names_its_conflict_whatever_was_rebuilt():
    printed = cells("demographics")
    place = (printed["row"] == "sexual_orientation / Bisexual") & (printed["column"] == "Total")
    number = compare(printed[place], printed[place]).set_index("quantity").loc["n"]
    assert number["within_rule"] == "yes"
    assert number["status"] == "source contradicts itself"
    assert number["note"].endswith("= 44, printed 46")


def test_a_corrected_misprint_is_compared_as_corrected_and_noted():
    printed = cells("associations").query("row == 'whole group_given self_efficacy unchanged'")
    numbers = compare(printed, printed).set_index("quantity")
    mean, n = numbers.loc["mean"], numbers.loc["n"]
    assert (mean["printed"], mean["printed_value"]) == ("32", -0.32)
    assert (mean["status"], mean["as_printed"]) == ("agrees with the corrected reading", "no")
    assert mean["note"].startswith("misprint: ")
    assert (n["status"], n["as_printed"], n["note"]) == ("agrees", "yes", "")


def test_a_number_read_by_a_corrected_interval_agrees_with_the_corrected_reading():
    printed = cells("associations").query("row == 'whole types_received wellbeing unchanged'")
    numbers = compare(printed, printed).set_index("quantity")
    assert numbers["status"].to_dict() == {
        "n": "agrees", "mean": "agrees with the corrected reading",
        "ci_low": "agrees with the corrected reading", "ci_high": "agrees with the corrected reading",
    }  # fmt: skip
    assert numbers["as_printed"].to_dict() == {"n": "yes", "mean": "yes", "ci_low": "no", "ci_high": "yes"}


def test_an_effect_size_that_the_rebuilt_table_leaves_blank_is_only_in_print():
    rows = load(STUDY, "associations").query("exposure == 'projects_attended' and outcome == 'wellbeing'")
    rows = rows.query("table == 'A4.5'")
    printed = cells("associations").query("row == 'whole projects_attended wellbeing decreased'")
    blank = compare(printed, rebuilt_cells(STUDY, {"associations": rows.assign(effect_size=float("nan"))}))
    number = blank.set_index("quantity").loc["effect_size"]
    assert (number["status"], number["within_rule"], number["as_printed"]) == ("only in print", "no", "no")
    assert "not read as an effect" in number["note"]
    absent = compare(printed, rebuilt_cells(STUDY, {"associations": rows.drop(columns="effect_size")}))
    assert absent.set_index("quantity").loc["effect_size", "status"] == "not computable"


def test_a_table_of_zeros_is_judged_by_the_same_rules():
    printed = cells("associations").query("row == 'whole projects_attended wellbeing decreased'")
    printed = pd.concat([printed, cells("associations").query("row == 'whole types_received wellbeing'")])
    compared = compare(printed, printed).set_index("quantity")
    # The printed row: 250, 0.73 (0.19, 1.26), effect size 0.17; p of the other model 0.113.
    assert compared["zero_agrees"].to_dict() == {
        "n": "no", "mean": "no", "ci_low": "no", "ci_high": "no", "effect_size": "no", "p_value": "yes",
    }  # fmt: skip
    lost = compare(printed, printed.iloc[:0])
    assert set(lost["zero_agrees"]) == {""}


def test_print_agrees_with_itself_except_where_it_contradicts_itself():
    printed = pd.concat(
        [cells(name) for name in ("log_completion", "demographics", "baseline", "baseline_use")]
    )
    compared = compare(printed, printed)
    assert len(compared) == len(printed)
    assert compared["within_rule"].eq("yes").all()
    assert set(compared["status"]) == {
        "agrees", "agrees with the corrected reading", "source contradicts itself",
    }  # fmt: skip


def test_the_frames_are_unchanged():
    printed = cells("baseline_use")
    before = printed.copy()
    compare(printed, printed)
    pd.testing.assert_frame_equal(printed, before)


def test_cells_take_every_number_of_a_table_once():
    for name in ("log_completion", "demographics", "baseline", "baseline_use", "associations"):
        assert not cells(name)[PLACE].duplicated().any()
    use = load(STUDY, "baseline_use")
    assert len(cells("baseline_use")) == use["n"].notna().sum() + use["percent"].notna().sum()
    models = load(STUDY, "associations").groupby(
        ["table", "sample", "exposure", "outcome", "subgroup_variable"]
    )
    assert (cells("associations")["quantity"] == "p_value").sum() == models.ngroups == 100


def test_rebuilt_cells_have_the_places_of_the_printed_ones():
    for name in ("log_completion", "demographics", "baseline", "baseline_use", "associations", "table_5_6"):
        rebuilt = rebuilt_cells(STUDY, {name: load(STUDY, name)})
        shown = rebuilt[~rebuilt["blank"].eq(True)].reset_index(drop=True)
        pd.testing.assert_frame_equal(shown[PLACE], cells(name)[PLACE])
        unmarked = load(STUDY, name)["effect_size"].isna().sum() if name == "associations" else 0
        assert len(rebuilt) - len(shown) == unmarked


def test_an_effect_size_shows_the_characters_of_print():
    sizes = cells("associations").query("quantity == 'effect_size'").set_index("row")
    lost = sizes.loc["whole types_given self_efficacy formal_services Yes decreased"]
    assert (lost["printed"], lost["value"]) == ("0.40", -0.4)


def test_of_several_rebuilt_numbers_for_one_place_the_first_counts():
    printed = cells("table_5_2").head(2)
    twice = pd.concat([printed, printed.assign(value=0.0)])
    assert compare(printed, twice)["status"].tolist() == ["agrees", "agrees"]


def test_the_summary_counts_every_number_once():
    statuses = ["agrees"] * 2 + [
        "agrees with the corrected reading", "differs", "only in print", "not computable",
        "source contradicts itself",
    ]  # fmt: skip
    lenient = ["yes", "yes", "yes", "no", "no", "", "yes"]
    strict = ["yes", "no", "no", "no", "no", "", "yes"]
    zeros = ["yes", "yes", "no", "no", "no", "", "yes"]
    answers = {"within_rule": lenient, "as_printed": strict, "zero_agrees": zeros}
    row = summary(pd.DataFrame({"table": "A4.1", "status": statuses, **answers})).iloc[0]
    assert (row["numbers"], row["judged"]) == (7, 5)
    assert row["agree_percent"] == 60
    assert row["as_printed_percent"] == 20
    assert row["zeros_percent"] == 40


def test_a_table_that_nothing_could_be_judged_of_has_no_percentage():
    answers = dict.fromkeys(["within_rule", "as_printed", "zero_agrees"], "")
    compared = pd.DataFrame({"table": ["3.1"], "status": ["not computable"], **answers})
    assert summary(compared)["agree_percent"].isna().all()


def test_the_lines_at_the_end_of_a_build_say_how_much_agrees(tmp_path):
    printed = cells("baseline_use")
    compare(printed, printed).to_csv(tmp_path / "table-agreement.csv", index=False)
    assert summary_lines(tmp_path) == [
        f"{table}  363 printed numbers: 355 agree, 4 agree with the corrected reading, 4 are contradicted by "
        "the source itself (100.0% of 359 judged agree by their rules, 98.9% print exactly as printed; zeros "
        "would agree with 0.6%)"
        for table in ("A4.4", "all ")
    ]


def test_a_build_without_the_chapter_has_no_lines(tmp_path):
    assert summary_lines(tmp_path) == []
