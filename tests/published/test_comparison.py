from __future__ import annotations

import pandas as pd
import pytest

from peerbook.published import agreement, contradictions, load, summary, summary_lines
from peerbook.published.cells import COMPARED, cells

PLACE = ["table", "row", "column", "quantity"]


def one(table, quantity, printed, rebuilt, **more):
    """One number, printed and rebuilt, at a place the audit has nothing against."""
    place = {"table": table, "row": "a row", "column": "", "quantity": quantity}
    beside = {"printed": str(printed), "low": more.pop("low", None), "high": more.pop("high", None)}
    misprint = more.pop("misprint", "")
    frames = pd.DataFrame([place | beside | {"value": printed, "misprint": misprint, "other": None}]).astype(
        {"value": float}
    )
    found = pd.DataFrame([place | {"value": rebuilt, "other": more.pop("other", None)}])
    return agreement(frames, found.astype({"value": float, "other": float})).iloc[0]


@pytest.mark.parametrize(
    ("table", "quantity", "printed", "rebuilt", "more", "within", "strict"),
    [
        ("A4.2", "n", 12, 12, {}, "yes", "yes"),
        ("A4.2", "n", 12, 13, {}, "no", "no"),
        ("A4.2", "percent", 68.8, 68.75, {}, "yes", "yes"),
        ("A4.2", "percent", 36.0, 36.14, {"other": 35.99}, "yes", "no"),
        ("A4.2", "percent", 36.0, 36.14, {"other": 36.2}, "no", "no"),
        ("A4.3", "mean", 20.5, 20.549, {}, "yes", "yes"),
        ("A4.3", "mean", 20.5, 20.551, {}, "no", "no"),
        ("A4.2", "max", 30, 30.4, {}, "yes", "yes"),
        ("A4.5", "n", 100, 110, {}, "yes", "no"),
        ("A4.5", "n", 100, 111, {}, "no", "no"),
        ("A4.5", "n", 4, 7, {}, "yes", "no"),
        ("A4.5", "n", 4, 8, {}, "no", "no"),
        ("A4.5", "mean", 0.31, 0.78, {"low": -0.16, "high": 0.78}, "yes", "no"),
        ("A4.5", "mean", 0.31, 0.79, {"low": -0.16, "high": 0.78}, "no", "no"),
        ("A4.5", "mean", 0.31, 0.314, {"low": -0.16, "high": 0.78}, "yes", "yes"),
        ("A4.5", "p_value", 0.005, 0.0499, {}, "yes", "no"),
        ("A4.5", "p_value", 0.005, 0.05, {}, "no", "no"),
        ("A4.5", "effect_size", 0.21, 0.496, {}, "no", "no"),
        ("A4.5", "effect_size", 0.21, 0.494, {}, "yes", "no"),
        ("A4.5", "effect_size", 0.21, -0.21, {}, "no", "no"),
    ],
)
def test_each_kind_of_number_has_its_rule(table, quantity, printed, rebuilt, more, within, strict):
    number = one(table, quantity, printed, rebuilt, **more)
    assert (number["within_rule"], number["as_printed"]) == (within, strict)
    assert number["status"] == ("agrees" if within == "yes" else "differs")


def test_a_p_value_printed_below_a_bound_is_met_by_any_smaller_one():
    place = pd.DataFrame([{"table": "A4.5", "row": "a row", "column": "", "quantity": "p_value"}])
    printed = place.assign(printed="<0.001", value=0.001, low=None, high=None, misprint="", other=None)
    rebuilt = place.assign(value=0.0007, other=None)
    assert agreement(printed, rebuilt)["as_printed"].tolist() == ["yes"]


def test_a_number_without_a_rebuilt_one_is_not_computable_and_says_why():
    printed = cells("regions").head(1)
    number = agreement(printed, printed.iloc[:0], {"3.1": "census"}).iloc[0]
    assert (number["status"], number["note"], number["rebuilt"]) == ("not computable", "census", "")


def test_a_contradicted_number_names_its_conflict_whatever_was_rebuilt():
    printed = cells("demographics")
    place = (printed["row"] == "sexual_orientation / Bisexual") & (printed["column"] == "Total")
    number = agreement(printed[place], printed[place]).set_index("quantity").loc["n"]
    assert number["within_rule"] == "yes"
    assert number["status"] == "source contradicts itself"
    assert number["note"].endswith("= 44, printed 46")


def test_every_contradiction_is_about_a_printed_number():
    known = pd.concat([cells(name) for name in COMPARED])
    claims = pd.DataFrame(
        {"table": "text", "row": load("claims")["claim"], "column": "", "quantity": "value"}
    )
    places = set(pd.concat([known[PLACE], claims]).itertuples(index=False, name=None))
    assert set(contradictions()[PLACE].itertuples(index=False, name=None)) <= places
    assert len(contradictions()) > 20


def test_a_corrected_misprint_is_compared_as_corrected_and_noted():
    printed = cells("associations").query("row == 'whole group_given self_efficacy unchanged'")
    number = agreement(printed, printed).set_index("quantity").loc["mean"]
    assert (number["printed"], number["printed_value"]) == ("32 (-2.02, 1.39)", -0.32)
    assert number["note"].startswith("misprint: ")


def test_print_agrees_with_itself_except_where_it_contradicts_itself():
    printed = pd.concat(
        [cells(name) for name in ("log_completion", "demographics", "baseline", "baseline_use")]
    )
    agreed = agreement(printed, printed)
    assert len(agreed) == len(printed)
    assert agreed["within_rule"].eq("yes").all()
    assert set(agreed["status"]) == {"agrees", "source contradicts itself"}


def test_the_frames_are_unchanged():
    printed = cells("baseline_use")
    before = printed.copy()
    agreement(printed, printed)
    pd.testing.assert_frame_equal(printed, before)


def test_cells_take_every_number_of_a_table_once():
    for name in ("log_completion", "demographics", "baseline", "baseline_use", "associations"):
        assert not cells(name)[PLACE].duplicated().any()
    use = load("baseline_use")
    assert len(cells("baseline_use")) == use["n"].notna().sum() + use["percent"].notna().sum()
    models = load("associations").groupby(["table", "sample", "exposure", "outcome", "subgroup_variable"])
    assert (cells("associations")["quantity"] == "p_value").sum() == models.ngroups == 100


def test_the_summary_counts_every_number_once():
    statuses = ["agrees"] * 3 + ["differs", "not computable", "source contradicts itself"]
    strict = ["yes", "no", "no", "no", "", "yes"]
    agreed = pd.DataFrame({"table": "A4.1", "status": statuses, "as_printed": strict})
    row = summary(agreed).iloc[0]
    assert row["numbers"] == 6
    assert row["agree_percent"] == 75
    assert row["as_printed_percent"] == 25


def test_a_table_that_nothing_could_be_judged_of_has_no_percentage():
    agreed = pd.DataFrame({"table": ["3.1"], "status": ["not computable"], "as_printed": [""]})
    assert summary(agreed)["agree_percent"].isna().all()


def test_the_lines_at_the_end_of_a_build_say_how_much_agrees(tmp_path):
    printed = cells("baseline_use")
    agreement(printed, printed).to_csv(tmp_path / "table-agreement.csv", index=False)
    assert summary_lines(tmp_path) == [
        f"{table}  363 printed numbers: 359 agree, 4 contradicted by the source itself (100.0% of 359 judged)"
        for table in ("A4.4", "all ")
    ]


def test_a_build_without_the_chapter_has_no_lines(tmp_path):
    assert summary_lines(tmp_path) == []
