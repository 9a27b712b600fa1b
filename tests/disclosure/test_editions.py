"""Two books of the same people, published beside each other, tell no more than each of them.

A month later the data have grown; or a book of one region stands beside the book of all. The attacker has the
released tables of both, and knows that nobody who was counted before is missing now.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from peerbook.builder.protection import LIST, Protected, joined_with_earlier, write_list
from peerbook.data.folder import WITHDRAWN
from peerbook.disclosure import Counted, Held, Key, Policy, decide, marked, release
from peerbook.disclosure.editions import before_and_after
from tests.disclosure.attacker import Attacker, read_table
from tests.disclosure.test_suppress import EXACT, ROUNDED, people_of, table_of

SEEDS = [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 8))]
POLICIES = {"exact": EXACT, "rounded": ROUNDED}
STUDY = "made_up"


def publish(
    tables: dict[str, pd.DataFrame], policy: Policy, folder: Path, edition: str, where: tuple = ()
) -> tuple[dict[str, pd.DataFrame], Protected]:
    """Publish as a build does: by what lists of earlier books say, and with a list of its own."""
    held = [Held(id, table, Counted("people"), where=where) for id, table in tables.items()]
    system, before = joined_with_earlier(held, policy, folder, STUDY, edition)
    decisions = decide(system, policy, before)
    decided = Protected(STUDY, policy, system, decisions, edition, {each.id: each.id for each in held})
    made = folder / "book"
    made.mkdir(exist_ok=True)
    write_list([decided], made)
    (made / LIST).rename(folder / f"{edition}{len(where)}.csv")
    return {each.id: marked(release(each, system, decisions, policy)) for each in held}, decided


def growing(seed: int) -> list[dict[str, pd.DataFrame]]:
    """The tables of a month, and of the next, when some people more have joined."""
    people, joining = people_of(seed, 120), people_of(seed + 100, 25)
    return [
        {"table-1": table_of(each, ["region", "gender"]), "table-2": table_of(each, ["gender", "age"])}
        for each in (people, pd.concat([people, joining], ignore_index=True))
    ]


def margins(attacker: Attacker, unit: str) -> None:
    """Note every margin of a unit; a count that no table shows is the sum of its parts as well."""
    wheres = [where for kind, where in attacker.shown if kind == unit]
    for name in sorted({name for where in wheres for name, _ in where}):
        without = {where - {pair} for where in wheres for pair in where if pair[0] == name}
        for rest in sorted(without, key=str):
            parts = [where for where in wheres if where > rest and {n for n, _ in where - rest} == {name}]
            attacker.sum_up((unit, rest), [(unit, part) for part in parts])


def on_both(books: dict[str, dict[str, pd.DataFrame]], policy: Policy) -> Attacker:
    """An attacker who has read books of one people after another."""
    attacker = Attacker(policy.threshold, policy.rounding)
    for unit, tables in books.items():
        for table in tables.values():
            read_table(attacker, table, [name for name in table if name != "n"], "n", unit)
        margins(attacker, unit)
    first, second = books
    for kind, where in list(attacker.shown):
        if kind == first and (second, where) in attacker.shown:
            attacker.sum_up((second, where), [(first, where), ("joined", where)])
    return attacker


def months(seed: int, policy: Policy, folder: Path, link: bool):
    """Publish two months; name those withheld and the small numbers who joined, and attack them."""
    books, counts = {}, []
    for edition, tables in zip(("may", "june"), growing(seed), strict=True):
        books[edition], decided = publish(tables, policy, folder, edition)
        counts.append(decided.system.counts)
        if link:
            policy = replace(policy, earlier=("may0.csv",))
        exposed = decided.decisions.exposed
    attacker = on_both(books, policy)
    few = [
        ("joined", key.where)
        for key, n in counts[0].items()
        if key.unit == "people" and 1 <= counts[1].get(key, n) - n <= policy.threshold
    ]
    return attacker, attacker.withheld(), few, exposed


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_later_neither_who_was_withheld_nor_how_few_joined_can_be_worked_out(seed, policy, tmp_path):
    attacker, withheld, few, exposed = months(seed, policy, tmp_path, link=True)
    assert exposed == ()
    assert withheld
    assert few
    bounds = {target: attacker.bounds(target) for target in (*withheld, *few)}
    assert {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width} == {}


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", range(3))
def test_four_months_tell_no_more_than_each_of_them(seed, policy, tmp_path):
    people = [people_of(seed, 100), *(people_of(seed + 100 * step, 18) for step in (1, 2, 3))]
    books, true, linked = {}, {}, policy
    for step, edition in enumerate(("may", "june", "july", "august"), start=1):
        known = pd.concat(people[:step], ignore_index=True)
        tables = {"table-1": table_of(known, ["region", "gender"]), "table-2": table_of(known, ["gender"])}
        books[edition], decided = publish(tables, linked, tmp_path, edition)
        assert decided.decisions.exposed == ()
        true[edition] = decided.system.counts
        linked = replace(policy, earlier=(*linked.earlier, f"{edition}0.csv"))
    attacker, few = on_all(books, policy), []
    for edition, later in pairwise(books):
        few += [
            ("joined", edition, later, key.where)
            for key, n in true[edition].items()
            if key.unit == "people" and not any(name == "edition" for name, _ in key.where)
            if 1 <= true[later].get(key, n) - n <= policy.threshold
        ]
    assert few
    bounds = {target: attacker.bounds(target) for target in (*attacker.withheld(), *few)}
    assert {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width} == {}


def on_all(books: dict[str, dict[str, pd.DataFrame]], policy: Policy) -> Attacker:
    """An attacker who has read many books of growing data: each count is one before and who joined."""
    attacker = Attacker(policy.threshold, policy.rounding)
    for unit, tables in books.items():
        for table in tables.values():
            read_table(attacker, table, [name for name in table if name != "n"], "n", unit)
        margins(attacker, unit)
    wheres = {where for _, where in attacker.shown}
    for edition, later in pairwise(books):
        for where in wheres:
            attacker.sum_up((later, where), [(edition, where), ("joined", edition, later, where)])
    return attacker


def month_made_again(seed: int, policy: Policy, folder: Path, link: bool):
    """Publish a month, the next with a table more, then the first again with that table; attack all three."""
    may, june = growing(seed)
    few = {"table-2": may["table-2"]}
    first, _ = publish(few, policy, folder, "may")
    second, _ = publish(june, replace(policy, earlier=("may0.csv",)), folder, "june")
    linked = replace(policy, earlier=("may0.csv", *(["june0.csv"] if link else [])))
    again, decided = publish(may, linked, folder, "may")
    books = {"may": {**again, "before": first["table-2"]}, "june": second}
    attacker = on_all(books, policy)
    joined = [
        ("joined", "may", "june", key.where)
        for key, n in decided.system.counts.items()
        if key.unit == "people" and 1 <= _count(june, key) - n <= policy.threshold
    ]
    bounds = {target: attacker.bounds(target) for target in (*attacker.withheld(), *joined)}
    narrow = {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width}
    return narrow, decided.decisions.exposed


def _count(tables: dict[str, pd.DataFrame], key: Key) -> int:
    """Return the count of a table of a month; 0 for one of another month."""
    for table in tables.values():
        by = [name for name in table if name != "n"]
        for row in table.astype(str).to_dict("records"):
            if frozenset((name, row[name]) for name in by if row[name] != "Total") == key.where:
                return int(row["n"])
    return 0


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_an_old_month_made_again_tells_no_more_beside_those_after_it(seed, policy, tmp_path):
    assert month_made_again(seed, policy, tmp_path, link=True) == ({}, ())


@pytest.mark.slow
def test_without_the_lists_of_those_after_it_the_same_attacker_works_numbers_out(tmp_path):
    assert any(month_made_again(seed, EXACT, tmp_path, link=False)[0] for seed in range(3))


def test_editions_are_put_in_order_by_their_counts():
    everybody, women = Key("people", frozenset()), Key("people", frozenset({("gender", "f")}))
    others = {
        "august": {everybody: 60, women: None},
        "may": {everybody: 20, women: 10},
        "july": {everybody: 50, women: 30},
        "same": {everybody: 40, women: 20},
        "june": {everybody: 30, women: None},
    }
    assert before_and_after({everybody: 40, women: 20}, others) == (
        ["may", "june", "same"],
        ["july", "august"],
    )


def test_the_system_of_many_months_grows_with_their_number(tmp_path):
    policy, sizes, people = EXACT, [], people_of(0, 140)
    for month in range(5):
        tables = {"table-1": table_of(people.head(60 + 20 * month), ["region", "gender"])}
        _, decided = publish(tables, policy, tmp_path, f"month-{month}")
        sizes.append(len(decided.system.counts) + len(decided.system.hidden))
        policy = replace(policy, earlier=(*policy.earlier, f"month-{month}0.csv"))
    steps = [later - earlier for earlier, later in pairwise(sizes)]
    assert max(steps) <= 3 * sizes[0]


def test_without_the_list_of_the_month_before_the_same_attacker_works_numbers_out(tmp_path):
    found = 0
    for seed in range(3):
        attacker, withheld, few, _ = months(seed, EXACT, tmp_path, link=False)
        found += sum(low == high for low, high in map(attacker.bounds, (*withheld, *few)))
    assert found > 0


REGION = (("region", "B"),)


def whole_and_region(seed: int) -> list[dict[str, pd.DataFrame]]:
    """The tables of all people, and those of a region as a chapter that is narrowed to it makes them."""
    people = people_of(seed, 60)
    return [
        {"table-1": table_of(people, ["region", "gender"]), "table-2": table_of(people, ["gender", "age"])},
        {"table-2": table_of(people[people["region"] == "B"].drop(columns="region"), ["gender", "age"])},
    ]


def of_all_and_region(seed: int, policy: Policy, folder: Path, link: bool):
    """Publish the book of all, then that of a region of the same data, and attack what both withhold."""
    whole, narrowed = whole_and_region(seed)
    first, _ = publish(whole, policy, folder, "may")
    linked = replace(policy, earlier=("may0.csv",) if link else ())
    second, decided = publish(narrowed, linked, folder, "may", REGION)
    attacker = Attacker(policy.threshold, policy.rounding)
    for table in (*first.values(), *(table.assign(region="B") for table in second.values())):
        read_table(attacker, table, [name for name in table if name != "n"], "n", "people")
    margins_of_both(attacker)
    return attacker, attacker.withheld(), decided.decisions.exposed


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("listed", [True, False], ids=["every answer", "answers given"])
def test_books_of_all_regions_beside_that_of_all_tell_no_withheld_number(seed, listed, policy, tmp_path):
    people = people_of(seed, 150)
    people = people.astype({"gender": "category", "age": "category"}) if listed else people
    whole = {
        "table-1": table_of(people, ["region", "gender"]),
        "table-2": table_of(people, ["gender", "age"]),
    }
    books, linked = {}, policy
    for number, region in enumerate(["", *sorted(people["region"].unique())]):
        mine = people[people["region"] == region].drop(columns="region")
        tables = {"table-2": table_of(mine, ["gender", "age"])} if region else whole
        where = (("region", region),) if region else ()
        published, decided = publish(tables, linked, tmp_path, "may", where)
        if (
            decided.decisions.exposed
        ):  # an answer that nobody gave is no row: this tells too much, and is refused
            assert not listed
            break
        books[region] = published
        (tmp_path / f"may{len(where)}.csv").rename(tmp_path / f"list-{number}.csv")
        linked = replace(linked, earlier=(*linked.earlier, f"list-{number}.csv"))
    attacker = Attacker(policy.threshold, policy.rounding)
    for region, tables in books.items():
        for table in tables.values():
            told = table.assign(region=region) if region else table
            read_table(attacker, told, [name for name in told if name != "n"], "n", "people")
    margins_of_both(attacker)
    withheld = attacker.withheld()
    assert withheld
    bounds = {target: attacker.bounds(target) for target in withheld}
    assert {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width} == {}


def margins_of_both(attacker: Attacker) -> None:
    """Note the margins; parts of which some are not known are at most their whole."""
    levels = {}
    for _, where in attacker.shown:
        for name, value in where:
            levels.setdefault(name, set()).add(value)
    for unit, where in list(attacker.shown):
        for name in levels.keys() - {name for name, _ in where}:
            parts = [(unit, where | {(name, value)}) for value in sorted(levels[name])]
            known = [part for part in parts if part in attacker.shown]
            if known:
                attacker.sum_up((unit, where), known, complete=len(known) == len(parts))


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_book_of_a_region_beside_that_of_all_tells_no_withheld_number(seed, policy, tmp_path):
    attacker, withheld, exposed = of_all_and_region(seed, policy, tmp_path, link=True)
    assert exposed == ()
    assert withheld
    bounds = {target: attacker.bounds(target) for target in withheld}
    narrow = {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width}
    assert narrow == {}


def test_without_the_list_of_the_whole_book_the_same_attacker_works_numbers_out(tmp_path):
    found = 0
    for seed in range(2):
        attacker, withheld, _ = of_all_and_region(seed, EXACT, tmp_path, link=False)
        found += sum(low == high for low, high in map(attacker.bounds, withheld))
        (tmp_path / "may0.csv").unlink()
    assert found > 0


def after_withdrawals(seed: int, policy: Policy, folder: Path):
    """Publish two months; between them two people left and others joined. Attack both books."""
    people, joining = people_of(seed, 120), people_of(seed + 100, 12)
    later = pd.concat([people.iloc[2:], joining], ignore_index=True)
    books, counts = {}, []
    for edition, each in (("may", people), ("june", later)):
        tables = {
            "table-1": table_of(each, ["region", "gender"]),
            "table-2": table_of(each, ["gender", "age"]),
        }
        books[edition], decided = publish(tables, policy, folder, edition)
        counts.append(decided.system.counts)
        policy = replace(policy, earlier=("may0.csv",))
        (folder / WITHDRAWN).write_text("person_id,day\nP1,2027-03-01\nP2,2027-03-01\n")
    attacker = Attacker(policy.threshold, policy.rounding)
    for unit, tables in books.items():
        for table in tables.values():
            read_table(attacker, table, [name for name in table if name != "n"], "n", unit)
        margins(attacker, unit)
    for kind, where in list(attacker.shown):
        if kind == "may" and ("june", where) in attacker.shown:
            attacker.sum_up(("both", where), [("may", where), ("joined", where)])
            attacker.sum_up(("both", where), [("june", where), ("left", where)])
            attacker.sum_up(("may", where), [("left", where)], complete=False)
    who = people.iloc[:2]
    left = [
        ("left", where)
        for kind, where in attacker.shown
        if kind == "may" and all(who[name].eq(value).any() for name, value in where)
    ]
    return attacker, attacker.withheld(), left, decided.decisions.exposed


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("seed", [0, 1])
def test_after_a_withdrawal_neither_who_was_withheld_nor_who_left_can_be_worked_out(seed, policy, tmp_path):
    attacker, withheld, left, exposed = after_withdrawals(seed, policy, tmp_path)
    assert exposed == ()
    assert withheld
    assert left
    bounds = {target: attacker.bounds(target) for target in (*withheld, *left)}
    assert {target: found for target, found in bounds.items() if found[1] - found[0] < policy.width} == {}


def test_without_a_withdrawal_data_that_shrink_are_refused(tmp_path):
    people = people_of(0, 120)
    publish({"table-1": table_of(people, ["region", "gender"])}, EXACT, tmp_path, "may")
    linked = replace(EXACT, earlier=("may0.csv",))
    others = pd.concat([people.iloc[40:], people_of(100, 40).assign(region="elsewhere")], ignore_index=True)
    with pytest.raises(ArithmeticError):
        publish({"table-1": table_of(others, ["region", "gender"])}, linked, tmp_path, "june")
