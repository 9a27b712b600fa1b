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
    number = compare(printed, printed).set_index("quantity").loc["mean"]
    assert (number["printed"], number["printed_value"]) == ("32 (-2.02, 1.39)", -0.32)
    assert number["note"].startswith("misprint: ")


def test_print_agrees_with_itself_except_where_it_contradicts_itself():
    printed = pd.concat(
        [cells(name) for name in ("log_completion", "demographics", "baseline", "baseline_use")]
    )
    compared = compare(printed, printed)
    assert len(compared) == len(printed)
    assert compared["within_rule"].eq("yes").all()
    assert set(compared["status"]) == {"agrees", "source contradicts itself"}


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
        pd.testing.assert_frame_equal(rebuilt[PLACE], cells(name)[PLACE])


def test_an_effect_size_shows_the_characters_of_print():
    sizes = cells("associations").query("quantity == 'effect_size'").set_index("row")
    lost = sizes.loc["whole types_given self_efficacy formal_services Yes decreased"]
    assert (lost["printed"], lost["value"]) == ("0.40", -0.4)


def test_of_several_rebuilt_numbers_for_one_place_the_first_counts():
    printed = cells("table_5_2").head(2)
    twice = pd.concat([printed, printed.assign(value=0.0)])
    assert compare(printed, twice)["status"].tolist() == ["agrees", "agrees"]


def test_the_summary_counts_every_number_once():
    statuses = ["agrees"] * 3 + ["differs", "not computable", "source contradicts itself"]
    strict = ["yes", "no", "no", "no", "", "yes"]
    compared = pd.DataFrame({"table": "A4.1", "status": statuses, "as_printed": strict})
    row = summary(compared).iloc[0]
    assert row["numbers"] == 6
    assert row["agree_percent"] == 75
    assert row["as_printed_percent"] == 25


def test_a_table_that_nothing_could_be_judged_of_has_no_percentage():
    compared = pd.DataFrame({"table": ["3.1"], "status": ["not computable"], "as_printed": [""]})
    assert summary(compared)["agree_percent"].isna().all()


def test_the_lines_at_the_end_of_a_build_say_how_much_agrees(tmp_path):
    printed = cells("baseline_use")
    compare(printed, printed).to_csv(tmp_path / "table-agreement.csv", index=False)
    assert summary_lines(tmp_path) == [
        f"{table}  363 printed numbers: 359 agree, 4 contradicted by the source itself (100.0% of 359 judged)"
        for table in ("A4.4", "all ")
    ]


def test_a_build_without_the_chapter_has_no_lines(tmp_path):
    assert summary_lines(tmp_path) == []
