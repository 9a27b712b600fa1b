"""Nobody can work out a withheld number, and no number is withheld without need."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerbook.disclosure import Counted, Held, Key, Policy, decide, joined, marked, release
from peerbook.disclosure.policy import PRESETS
from peerbook.disclosure.system import Relation, System
from tests.disclosure.attacker import MARK, Attacker, add_margins, read_table

EXACT = replace(PRESETS["ons"], threshold=4, protection=3, means=5, models=5)
ROUNDED = PRESETS["opensafely"]
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))]


def table_of(people: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count people by some columns, with all margins; of a categorical column, every answer."""
    levels = [
        list(people[name].cat.categories)
        if people[name].dtype == "category"
        else sorted(people[name].unique())
        for name in by
    ]
    rows = []
    for kept in [kept for size in range(len(by) + 1) for kept in combinations(by, size)]:
        for values in product(*(levels[by.index(name)] for name in kept)):
            here = (people[list(kept)] == list(values)).all(axis=1) if kept else slice(None)
            row = dict.fromkeys(by, "Total") | dict(zip(kept, values, strict=True))
            rows.append(row | {"n": len(people[here])})
    return pd.DataFrame(rows)


def people_of(seed: int, size: int = 120) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "region": draw.choice(list("ABCD"), size, p=[0.5, 0.3, 0.15, 0.05]),
            "gender": draw.choice(["f", "m", "x"], size, p=[0.6, 0.37, 0.03]),
            "age": draw.choice(["young", "old"], size),
        }
    )


def published(tables: dict[str, pd.DataFrame], policy: Policy, before: dict | None = None):
    """Publish tables of the same people, and return them with the decisions and the system."""
    held = [Held(id, table, Counted("people")) for id, table in tables.items()]
    system = joined(held)
    decisions = decide(system, policy, before)
    return {each.id: marked(release(each, system, decisions, policy)) for each in held}, decisions, system


def attacker_on(tables: dict[str, pd.DataFrame], policy: Policy, **knows) -> Attacker:
    attacker = Attacker(policy.threshold, policy.rounding, **knows)
    for table in tables.values():
        read_table(attacker, table, [name for name in table if name != "n"], "n", "people")
    add_margins(attacker)
    return attacker


def two_tables(seed: int) -> dict[str, pd.DataFrame]:
    people = people_of(seed)
    return {
        "table-1": table_of(people, ["region", "gender"]),
        "table-2": table_of(people, ["region", "age"]),
        "table-3": table_of(people, ["gender", "age"]),
    }


@pytest.mark.parametrize("policy", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_independent_attacker_pins_no_withheld_number_of_tables_that_share_people(seed, policy):
    shown, decisions, _ = published(two_tables(seed), policy)
    attacker = attacker_on(shown, policy)
    targets = attacker.withheld()
    assert targets
    bounds = {target: attacker.bounds(target) for target in targets}
    assert {t: b for t, b in bounds.items() if b[1] - b[0] < policy.width} == {}
    assert decisions.exposed == ()


@pytest.mark.parametrize("policy", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("seed", SEEDS)
def test_who_knows_which_numbers_are_small_still_knows_none_exactly(seed, policy):
    shown, decisions, _ = published(two_tables(seed), policy)
    attacker = attacker_on(shown, policy, knows_small=True)
    attacker.small = {("people", key.where) for key, rule in decisions.withheld.items() if rule == "small"}
    for target in attacker.withheld():
        low, high = attacker.bounds(target)
        assert low < high, target


def test_without_further_cells_the_same_attacker_works_numbers_out():
    """The attacker is worth his name: what the threshold alone leaves, he finds."""
    policy = replace(EXACT, further=False)
    found = 0
    for seed in range(3):
        shown, *_ = published(two_tables(seed), policy)
        attacker = attacker_on(shown, policy)
        found += sum(low == high for low, high in map(attacker.bounds, attacker.withheld()))
    assert found > 0


def test_the_fewest_are_withheld_as_trying_every_set_shows():
    people = people_of(3, 60)
    tables = {"table-1": table_of(people, ["region", "gender"])}
    _, decisions, system = published(tables, EXACT)
    small = {key for key, rule in decisions.withheld.items() if rule == "small"}
    others = [key for key in system.counts if key not in small]
    further = len(decisions.withheld) - len(small)
    assert decisions.gap == 0
    assert further > 0
    for fewer in combinations(others, further - 1):
        marks = small | set(fewer)
        attacker = Attacker(EXACT.threshold, 1)
        for key, n in system.counts.items():
            attacker.tell((key.unit, key.where), MARK if key in marks else str(n))
        add_margins(attacker)
        ends = (attacker.bounds((key.unit, key.where)) for key in marks)
        assert any(high - low < EXACT.width for low, high in ends)


def test_a_count_that_an_earlier_book_withheld_stays_withheld():
    tables = two_tables(1)
    key = Key("people", frozenset({("region", "A")}))
    assert key not in published(tables, ROUNDED)[1].withheld
    assert published(tables, ROUNDED, {key: None})[1].withheld[key] == "withheld before"


def test_a_count_that_is_public_already_is_not_withheld_now_but_reckoned_with():
    frame = pd.DataFrame({"region": ["A", "B", "Total"], "n": [3, 30, 33]})
    shown, decisions, _ = published({"table-1": frame}, EXACT, {Key("people"): 33.0})
    assert shown["table-1"]["n"].tolist() == [MARK, MARK, "33"]
    assert decisions.exposed == ()


@pytest.mark.slow
def test_what_cannot_be_protected_is_said():
    """Both parts of a public total are public but one: nothing is left to withhold."""
    frame = pd.DataFrame({"region": ["A", "B", "Total"], "n": [3, 30, 33]})
    public = {Key("people"): 33.0, Key("people", frozenset({("region", "B")})): 30.0}
    assert published({"table-1": frame}, EXACT, public)[1].exposed == (
        Key("people", frozenset({("region", "A")})),
    )


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_row_of_counts_with_its_total_gives_a_withheld_one_away(counts):
    rows = [{"group": f"g{i}", "n": n} for i, n in enumerate(counts)]
    frame = pd.DataFrame([*rows, {"group": "Total", "n": sum(counts)}])
    shown, decisions, _ = published({"table-1": frame}, EXACT)
    attacker = attacker_on(shown, EXACT)
    for target in attacker.withheld():
        low, high = attacker.bounds(target)
        assert high - low >= EXACT.width
    assert decisions.gap < 1e-6


UK_LLC = PRESETS["uk_llc"]


@pytest.mark.parametrize("seed", SEEDS)
def test_where_nobody_is_withheld_too_the_attacker_pins_nothing(seed):
    shown, decisions, _ = published(two_tables(seed), UK_LLC)
    attacker = attacker_on(shown, UK_LLC)
    for target in attacker.withheld():
        low, high = attacker.bounds(target)
        assert high - low >= UK_LLC.width, target
    assert decisions.exposed == ()


def test_a_level_with_nobody_that_one_table_leaves_out_is_not_worked_out_from_that():
    """Ages 1 and 2 are all of them, and nobody did not say: only one table has the row."""
    ages = pd.DataFrame({"sex": list("ffmm"), "age": list("1212"), "n": [3, 4, 5, 30]})
    more = pd.concat([ages, pd.DataFrame({"sex": list("fm"), "age": [None, None], "n": [0, 0]})])
    shown, decisions, _ = published({"table-1": ages, "table-2": more}, UK_LLC)
    assert decisions.exposed == ()
    assert shown["table-2"]["n"].tolist()[-2:] == [MARK, MARK]


def of_answers(answers: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    """Count, by region and over all, who said yes or no and who did not say, with percentages of answers."""
    total = tuple(map(sum, zip(*answers.values(), strict=True)))
    rows = []
    for region, (yes, no, unsaid) in {**answers, "Total": total}.items():
        base = yes + no
        share = {"yes": yes, "no": no}
        rows += [
            {"works": level, "region": region, "n": n, "percent": 100 * n / base if base else np.nan}
            for level, n in share.items()
        ]
        rows.append({"works": None, "region": region, "n": unsaid, "percent": np.nan})
        rows.append({"works": "Total", "region": region, "n": base + unsaid, "percent": np.nan})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("policy", [UK_LLC, PRESETS["ons"], ROUNDED], ids=["uk_llc", "ons", "opensafely"])
def test_a_region_where_nobody_answered_is_not_worked_out_from_the_bases_of_the_others(policy):
    """No percentage tells of a base that nobody is in: the bases of the others seemed to be all of them."""
    table = of_answers({"A": (30, 40, 12), "B": (25, 60, 11), "C": (0, 0, 20)})
    shown, decisions, _ = published({"table-1": table}, policy)
    assert decisions.exposed == ()
    assert decisions.gap == 0
    counts = shown["table-1"].drop(columns="percent")
    attacker = attacker_on({"table-1": counts}, policy)
    for target in attacker.withheld():
        low, high = attacker.bounds(target)
        assert high - low >= policy.width, target
    assert MARK not in list(counts.loc[counts["works"] == "Total", "n"])[-1:]


def tied_by_the_layout() -> tuple[System, Key]:
    """Two sums of which one leaves out a group: that nobody is in it follows whatever is withheld."""
    whole, one, other = Key("all"), Key("one"), Key("other")
    counts = {whole: 30, one: 30, other: 0}
    sums = (Relation(whole, (one,)), Relation(whole, (one, other)))
    return System(counts, {}, sums, dict.fromkeys(counts, 1), ()), other


def test_where_withholding_some_does_not_do_nothing_of_that_part_is_shown_rather_than_no_book():
    system, _ = tied_by_the_layout()
    decisions = decide(system, UK_LLC)
    assert set(decisions.withheld) == set(system.counts)
    assert decisions.exposed == ()


def test_what_a_public_number_tells_is_not_called_safe_because_the_rest_is_withheld():
    system, other = tied_by_the_layout()
    assert decide(system, UK_LLC, {Key("all"): 30.0}).exposed == (Key("one"), other)


@pytest.mark.parametrize("policy", [EXACT, ROUNDED, UK_LLC], ids=["exact", "opensafely", "uk_llc"])
def test_where_bounds_cannot_be_computed_nothing_of_that_part_is_shown(policy, monkeypatch):
    def fails(*_):
        raise ArithmeticError("no answer")

    monkeypatch.setattr("peerbook.disclosure.suppress._Attack.far", fails)
    shown, decisions, _ = published(two_tables(0), policy)
    assert decisions.exposed == ()
    assert decisions.gap > 0
    assert {n for table in shown.values() for n in table["n"]} == {MARK}


@pytest.mark.parametrize("policy", [EXACT, UK_LLC, PRESETS["ons"]], ids=["exact", "uk_llc", "ons"])
def test_without_time_to_search_nothing_can_be_worked_out_and_the_gap_is_stated(policy):
    hurried = replace(policy, seconds=1e-3)
    shown, decisions, _ = published(two_tables(0), hurried)
    attacker = attacker_on(shown, hurried)
    for target in attacker.withheld():
        low, high = attacker.bounds(target)
        assert high - low >= hurried.width, target
    assert decisions.exposed == ()
    best = published(two_tables(0), policy)[1]
    assert best.gap == 0
    cost = len(decisions.withheld) - len(best.withheld)
    assert (decisions.gap > 0) or cost == 0
