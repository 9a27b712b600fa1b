"""What readers get: rounded, withheld and marked, with everything that follows from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peerbook.coding.consent import may_be_quoted
from peerbook.disclosure import (
    LARGEST,
    Cell,
    Counted,
    Held,
    Nobody,
    Policy,
    Quoted,
    alone,
    marked,
    read_policy,
    share_of_two,
    unchecked,
)
from peerbook.disclosure.withheld import MARK, WITHHELD, is_withheld
from peerbook.errors import DisclosureError
from peerbook.outputs import formats
from peerbook.outputs.protect import Protection, protect

POLICY = Policy()
ANSWERS = pd.DataFrame(
    {
        "answer": ["yes", "no", "not sure"],
        "n": [52, 41, 4],
        "percent": [100 * n / 97 for n in (52, 41, 4)],
        "mean": [2.4252696, 3.1, 1.0],
        "max": [9.0, 8.0, 7.0],
    }
)


def shown(data: pd.DataFrame, said: Counted | Nobody | None = None, **policy) -> pd.DataFrame:
    return alone(Held("table-1", data, said), Policy(**policy))


def test_counts_are_rounded_and_small_ones_withheld():
    assert marked(shown(ANSWERS))["n"].tolist() == ["50", "40", MARK]


def test_percentages_follow_from_released_counts():
    percent = shown(ANSWERS)["percent"]
    assert percent.iloc[:2].tolist() == pytest.approx([100 * 50 / 95, 100 * 40 / 95])
    assert is_withheld(percent.iloc[2])


def test_a_percentage_is_of_the_count_that_is_said_and_not_of_the_first():
    data = pd.DataFrame({"due": [200, 100], "returned": [50, 20], "percent": [25.0, 20.0]})
    counts = {"due": "due", "returned": Cell("due", {"state": "returned"})}
    said = Counted(counts=counts, by=(), percents={"percent": "returned"}, bases={"percent": "due"})
    assert shown(data, said)["percent"].tolist() == pytest.approx([25, 20])


def test_a_mean_tells_neither_of_few_nor_of_how_many():
    mean = shown(ANSWERS)["mean"]
    assert mean.iloc[0] == 2.4
    assert is_withheld(mean.iloc[2])


def test_a_value_of_one_person_is_never_shown():
    assert all(map(is_withheld, shown(ANSWERS)["max"]))


def test_a_row_that_counts_nobody_is_zero_and_not_withheld():
    data = pd.DataFrame({"answer": ["yes", "no"], "n": [0, 30]})
    assert shown(data)["n"].tolist() == [0, 30]
    assert is_withheld(shown(data, zeros=False)["n"].iloc[0])


def test_numbers_that_count_no_people_pass():
    data = pd.DataFrame({"work": ["a"], "n": [3]})
    assert shown(data, Nobody("counts pages of books"))["n"].tolist() == [3]


def test_a_number_that_nothing_is_said_about_is_unchecked():
    data = pd.DataFrame({"answer": ["a"], "n": [30], "ratio": [0.3]})
    assert unchecked([Held("table-1", data)]) == {"table-1": ["ratio"]}
    assert unchecked([Held("table-1", data, Counted(plain=("ratio",)))]) == {}


def test_words_that_follow_from_a_number_are_withheld_with_it():
    data = ANSWERS[["answer", "n"]].assign(size=["large", "large", "small"])
    found = shown(data, Counted(by=("answer",), words=("size",)))
    assert found["size"].tolist() == ["large", "large", MARK]


def test_a_text_that_is_missing_stays_missing():
    note = pd.array(["told", pd.NA, "told"], dtype="string")
    counted = Counted(by=("answer",), words=("note",))
    found = shown(ANSWERS[["answer", "n"]].assign(note=note), counted)["note"]
    assert found.iloc[[0, 2]].tolist() == ["told", MARK]
    assert found.isna().tolist() == [False, True, False]


def test_columns_may_be_the_levels_of_a_condition():
    data = pd.DataFrame({"month": [1, 2], "paper": [20, 3], "online": [30, 31]})
    ways = {way: Cell("logs", {"way": way}) for way in ("paper", "online")}
    assert marked(shown(data, Counted(counts=ways)))["paper"].tolist() == ["20", MARK]


def test_a_withheld_number_is_told_from_a_missing_one():
    values = pd.Series([1.0, WITHHELD, np.nan])
    assert [is_withheld(value) for value in values] == [False, True, False]
    assert [formats.cell(value) for value in values] == ["1", MARK, formats.MISSING]
    assert formats.count_percent(WITHHELD, 10) == MARK
    assert formats.interval(WITHHELD, 1) == MARK
    assert formats.percent(WITHHELD) == MARK


@pytest.mark.parametrize("change", [lambda v: v + 1, lambda v: 100 * v / 7, lambda v: v.reindex([2, 1, 0])])
def test_what_is_computed_from_a_withheld_number_is_withheld(change):
    assert sum(map(is_withheld, change(pd.Series([1.0, WITHHELD, 2.0])))) == 1


def test_a_policy_is_a_preset_and_what_differs_from_it(tmp_path):
    assert read_policy(tmp_path).threshold == 7
    (tmp_path / "disclosure.yml").write_text("preset: uk_llc\nmeans: 12\n")
    policy = read_policy(tmp_path)
    assert (policy.threshold, policy.zeros, policy.rounding, policy.means) == (9, False, 1, 12)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("treshold: 5", "unknown key 'treshold'"),
        ("threshold: five", "expected a whole number"),
        ("threshold: 0", "expected 1 or more"),
        ("zeros: 1", "expected true or false"),
        ("preset: mine", "there is no preset 'mine'"),
        ("- 7", "expected lines such as"),
        ("a: [", "not readable as YAML"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(tmp_path, said, found):
    (tmp_path / "disclosure.yml").write_text(said)
    with pytest.raises(DisclosureError, match=found):
        read_policy(tmp_path)


@pytest.mark.parametrize("n", range(0, 60))
@pytest.mark.parametrize("rounding", [1, 3, 5, 10])
def test_bounds_hold_every_count_that_is_shown_as_the_same(n, rounding):
    policy = Policy(rounding=rounding, threshold=2)
    if not policy.is_small(n):
        low, high = policy.bounds(policy.rounded(n))
        assert low <= n <= high
        assert (policy.rounded(n) == 0) == (n == 0)


SAID = pd.DataFrame(
    {"value": ["Safety", "Safety", "Choice"], "words": ["We eat.", "We talk.", "We sing."]},
)


def quoting(allowed: list[object]) -> Held:
    return Held("table-1", SAID.assign(_may_be_quoted=allowed), Quoted("one person each", words=("words",)))


@pytest.mark.parametrize("no", ["no", "", None, float("nan"), "YES", True])
def test_words_are_shown_where_consent_says_yes_and_nowhere_else(no):
    held = quoting(["yes", no, "no"])
    assert protect(held, Protection(POLICY))["words"].tolist() == ["We eat.", MARK, MARK]
    assert "_may_be_quoted" not in protect(held, Protection(POLICY))


def test_without_a_word_on_consent_no_words_are_shown():
    held = Held("table-1", SAID, Quoted("one person each", words=("words",)))
    assert protect(held, Protection(POLICY))["words"].tolist() == [MARK] * 3


@pytest.mark.parametrize("said", [None, Counted(), Nobody("words of people")])
def test_a_column_of_words_that_says_nothing_of_consent_is_refused(said):
    with pytest.raises(DisclosureError, match="table-1: words"):
        protect(Held("table-1", SAID, said), Protection(POLICY))


def test_quotable_is_what_the_consent_of_the_speaker_says():
    events = pd.DataFrame(
        {
            "participant_id": ["P1", "P2"],
            "activity": "film",
            "event": ["given", "withdrawn"],
            "date": "2020-01-12",
        }
    )
    spoken = SAID.assign(participant_id=["P1", "P2", ""], activity="film")
    allowed = may_be_quoted(spoken, events).rename(columns={"may_be_quoted": "_may_be_quoted"})
    allowed = allowed.drop(columns="participant_id")
    held = Held("table-1", allowed, Quoted("one person each", words=("words",)))
    assert protect(held, Protection(POLICY))["words"].tolist() == ["We eat.", MARK, MARK]


def test_a_mean_of_amounts_is_withheld_where_two_people_make_up_most_of_them():
    amounts = {"few": [400.0, 300.0, *[1.0] * 28], "many": [4.0] * 30, "none": [0.0] * 30}
    data = pd.DataFrame(
        {"group": name, "n": len(of), "mean": sum(of) / len(of), LARGEST: share_of_two(pd.Series(of))}
        for name, of in amounts.items()
    )
    held = Held("table-1", data)
    assert unchecked([held]) == {}
    assert marked(protect(held, Protection(POLICY)))["mean"].tolist() == [MARK, "4", "0"]
    assert LARGEST not in protect(held, Protection(POLICY))
    assert not any(map(is_withheld, shown(data, dominance=100)["mean"]))


def test_no_number_of_a_person_stands_beside_words():
    said = SAID.assign(_may_be_quoted="yes", person_id="0007")
    held = Held("table-1", said, Quoted("one person each", words=("words",)))
    assert unchecked([held]) == {"table-1": ["person_id"]}


SPREADS = pd.DataFrame(
    {
        "month": [1, 2, 3],
        "n": [30, 4, 1],
        "mean": [2.0, 3.0, 4.0],
        "ci_low": [1.0, 2.0, np.nan],
    }
)


def test_a_missing_interval_does_not_tell_that_a_withheld_count_is_one():
    assert marked(shown(SPREADS))["ci_low"].tolist() == ["1", MARK, MARK]


@pytest.mark.parametrize("column", ["mean", "percent", "p_value"])
def test_a_missing_value_does_not_tell_that_a_withheld_count_is_nobody(column):
    data = pd.DataFrame({"answer": ["a", "b", "c"], "n": [30, 4, 0], column: [30.0, 4.0, np.nan]})
    assert marked(shown(data, zeros=False))[column].tolist()[1:] == [MARK, MARK]
    assert marked(shown(data))[column].isna().tolist() == [False, False, True]  # the zero is shown


def test_what_a_row_has_by_its_kind_does_not_tell_of_its_count():
    """Years have a mean, ages have none: its absence says nothing, and no mark stands there."""
    data = pd.DataFrame(
        {
            "variable": ["age", "age", "years", "years"],
            "level": ["young", "old", "", ""],
            "region": ["A", "A", "A", "B"],
            "n": [30, 3, 30, 3],
            "mean": [np.nan, np.nan, 4.0, np.nan],
        }
    )
    mean = marked(shown(data))["mean"]
    assert mean.isna().tolist() == [True, True, False, False]
    assert mean.tolist()[2:] == ["4", MARK]


def test_no_reason_is_given_for_a_withheld_number_and_nothing_tells_that_there_is_none():
    data = pd.DataFrame({"answer": ["a", "b", "c"], "n": [30, 1, 6], "why": ["", "Only one person.", ""]})
    assert shown(data, Counted(by=("answer",), words=("why",)))["why"].tolist() == ["", MARK, MARK]


def test_words_about_several_rows_are_withheld_with_any_of_their_counts():
    data = pd.DataFrame(
        {"model": list("aabb"), "change": list("ulul"), "n": [30, 3, 30, 40], "said": ["x", "x", "y", "y"]}
    )
    said = Counted(by=("change",), each=("model",), shared={"said": ("model",)})
    assert unchecked([Held("table-1", data, said)]) == {}
    assert shown(data, said)["said"].tolist() == [MARK, MARK, "y", "y"]


@pytest.mark.parametrize("n", range(8, 13))
def test_the_digits_of_a_mean_do_not_tell_more_of_a_count_than_is_shown(n):
    data = pd.DataFrame({"answer": ["a", "b"], "n": [n, 40], "mean": [1.234567, 2.0]})
    assert shown(data)[["n", "mean"]].iloc[0].tolist() == [10, 1.2]


@pytest.mark.parametrize("column", ["df", "den_df", "num_df", "statistic", "se"])
@pytest.mark.parametrize(
    "said", [Counted(by=("change",)), Counted(by=("change",), models=("p_value", "df", "se"))]
)
def test_no_part_of_a_test_tells_how_many_a_model_rests_on(column, said):
    """Of an ordinary regression degrees are rows less coefficients; a statistic with its p tells them."""
    data = pd.DataFrame({"change": ["less", "more"], "n": [60, 31], column: [87.0, 87.0], "p_value": 0.03})
    found = shown(data, said, rounding=1)
    assert all(map(is_withheld, found[column]))
    assert found["p_value"].tolist() == [0.03, 0.03]


def test_a_reason_is_withheld_with_its_count_even_if_nobody_said_that_it_follows_from_it():
    data = pd.DataFrame({"change": ["less", "more"], "n": [30, 1], "reason": ["", "Only one person."]})
    assert shown(data, Counted(by=("change",)))["reason"].tolist() == ["", MARK]
    as_condition = shown(data, Counted(by=("change", "reason")))
    assert as_condition["reason"].tolist() == data["reason"].tolist()


def test_a_withheld_number_of_all_people_withholds_nothing_of_the_rows_beside_it():
    data = pd.DataFrame({"change": ["less", "more"], "n": [30, 3], "mean": 2.0, "size": "small", "people": 6})
    whole = {"n": Cell("pairs"), "people": Cell("people", alone=True)}
    found = marked(shown(data, Counted(counts=whole, by=("change",), means={"mean": "n"}, words=("size",))))
    assert found["people"].tolist() == [MARK, MARK]
    assert found[["mean", "size"]].to_numpy().tolist() == [["2", "small"], [MARK, MARK]]


@pytest.mark.parametrize(
    ("values", "left"),
    [
        (pd.Series([np.nan, np.nan]), WITHHELD),
        (pd.Series(["a", None], dtype=object), MARK),
        (pd.Series([True, True]), False),
        (pd.Series([True, pd.NA], dtype="boolean"), MARK),
    ],
    ids=["numbers", "words", "yes and no", "yes, no and no answer"],
)
def test_what_follows_from_a_withheld_count_is_withheld_whatever_its_kind(values, left):
    data = pd.DataFrame({"answer": ["a", "b"], "n": [30, 3], "found": values})
    found = shown(data, Counted(by=("answer",), words=("found",), plain=("found",)))["found"].iloc[1]
    assert (is_withheld(found) and is_withheld(left)) or found == left
