"""Support given and received, and projects attended: at entry as in Table A4.4, then as the changes say.

First which types of support are used (`types_used`), then who only ticks them (`with_ticks`), then how many
times the others used them (`times_used`). Projects go their own way (`projects_attended`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.changes import bounds, category_counts, changes_by_log, settle, steered_walk
from stand_in.make.side_by_side.totals import fill_cells, margin, spread, whole_counts

TYPES = ("informal", "one_to_one", "pairs", "groups", "peer_led", "networks", "elefriends", "other_online")
GROUPS = {  # types whose times are added up in Tables A4.6 to A4.9
    "informal": ["informal"],
    "one_to_one": ["one_to_one", "pairs"],
    "group": ["groups", "peer_led"],
    "online": ["elefriends", "other_online"],
}
DIRECTIONS = ("given", "received")

YEAR = {"types_mean_month_5": 5, "types_mean_month_11": 11}  # claims and the log number they are of
KEENNESS = 0.6  # how much people differ in how many types they use
MUTUAL = 0.8  # how much more readily people receive what they give
FAITHFUL = 1.25  # how much more readily rare types are dropped than popular ones
STAY = 30.0  # puts types already used before all others
LEARNING = 0.7  # how fast the popularity of a group adapts
DRAWS = 8  # draws of which types are used, of which the best is kept
SWAP = 0.12  # chance that one type replaces another while their number stays

PAPER_IF_SHORT = 0.6  # how much likelier those who keep to the short version fill it in on paper
UNREADABLE = -9
USUAL = {"informal": 6, "one_to_one": 4, "group": 4, "online": 9, "networks": 3}  # times a month

MOST_PROJECTS = 8
PROJECTS_YEAR = {"projects_mean_start": 6, "projects_mean_end": 12}  # claims and the log number they are of
THREE_OR_MORE = {3: 0.7, 4: 0.2, 5: 0.1}  # share of each among people who attended so many at entry
TWO = 0.75  # share of two among people who attended one or two


def types_used(rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for each direction which of the eight types each log uses: bool, shape (logs, 8)."""
    used: dict[str, np.ndarray] = {}
    nothing = np.zeros((len(logs), len(TYPES)), dtype=bool)
    aims = {number: printed.claim_number(claim) for claim, number in YEAR.items()}
    for direction in DIRECTIONS:
        change = changes_by_log(logs, pairs, f"types_{direction}")
        least, most = bounds(logs, change, len(TYPES))
        entry = _types_at_entry(rng, logs, least, most, direction, used.get("given", nothing))
        number = steered_walk(rng, logs, change, entry.sum(axis=1), len(TYPES), aims)
        used[direction] = _best_sets(rng, logs, pairs, number, entry, direction)
    return used


def _types_at_entry(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    least: np.ndarray,
    most: np.ndarray,
    direction: str,
    given: np.ndarray,
) -> np.ndarray:
    """Return the types used at each first log (other rows stay False), with the counts of Table A4.4.

    People receive more readily what they give; `given` is all False while giving itself is dealt.
    """
    counts = printed.baseline_use(direction).loc[list(TYPES)]
    first = np.flatnonzero(logs["number"] == 1)
    home = logs["home"].to_numpy()[first]
    moved = (logs["moved"].iloc[first] != "").to_numpy()
    active, ones = _how_many_active(direction, counts)
    used = np.zeros((len(logs), len(TYPES)), dtype=bool)
    for region in printed.regions():
        rows = first[(home == region) & ~moved]
        gives = MUTUAL * given[rows]
        how_many = active[region], ones[region]
        low, high = _how_many_types(rng, least[rows], most[rows], *how_many, gives.max(axis=1))
        costs = rng.random((len(rows), len(TYPES))) + KEENNESS * rng.random((len(rows), 1)) - gives
        used[rows] = fill_cells(costs, low, high, counts[region].to_numpy())
    return used


def _how_many_active(direction: str, counts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """People per region using any type, and exactly one, adding up to the printed totals."""
    verb = {"given": "gave", "received": "received"}[direction]
    people = printed.baseline_counts().loc[("n", "")]
    everyone = printed.claim("baseline_base")
    active = everyone - printed.claim(f"baseline_{verb}_none")
    ones = active - printed.claim(f"baseline_{verb}_two_or_more")
    floor = counts.max()
    room = np.minimum(people - 2, counts.sum() / 2) - floor
    per_region = floor + spread(int(active - floor.sum()), np.maximum(room, 0).to_numpy(dtype=float))
    return per_region, pd.Series(spread(int(ones), per_region.to_numpy(dtype=float)), index=per_region.index)


def _how_many_types(
    rng: np.random.Generator, least: np.ndarray, most: np.ndarray, active: int, ones: int, gives: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Choose who uses none, who one and who more, keeping room for later changes.

    People whose next changes are decreases cannot start from nothing.
    """
    order = np.argsort(rng.random(len(least)) + 10 * (least > 0) + gives)
    none, some = np.split(order, [len(order) - active])
    singles = some[np.argsort(rng.random(len(some)) + 10 * (least[some] > 1))][:ones]
    low, high = np.maximum(least, 2), most.copy()
    low[singles], high[singles] = 1, 1
    low[none], high[none] = 0, 0
    return np.minimum(low, high), high


def _best_sets(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    number: np.ndarray,
    entry: np.ndarray,
    direction: str,
) -> np.ndarray:
    """Draw the types used several times and keep the draw that forces the amounts least.

    A group of types whose use forces too many pairs to stay unchanged is made more popular in the next draw.
    """
    popular = printed.baseline_use(direction).loc[list(TYPES)] + 1.0
    weight = FAITHFUL * np.log(popular / popular.sum())
    best, least = entry, np.inf
    for _ in range(DRAWS):
        used = _sets(rng, logs, number, entry, weight)
        beyond = _forced_beyond(pairs, used, direction)
        if beyond.max() < least:
            best, least = used, beyond.max()
        learnt = {kind: beyond[group] - beyond.mean() for group, kinds in GROUPS.items() for kind in kinds}
        weight = weight.add(LEARNING * weight.index.map(learnt).fillna(0.0).to_numpy(), axis=0)
    return best


def _sets(
    rng: np.random.Generator, logs: pd.DataFrame, number: np.ndarray, entry: np.ndarray, weight: pd.DataFrame
) -> np.ndarray:
    """Drop or add types until each log uses as many as its number says, popular types first to come."""
    liking_of = weight[logs["region"]].to_numpy().T + rng.gumbel(size=(len(logs), len(TYPES)))
    swaps = rng.random(len(logs)) < SWAP
    used = entry.copy()
    for log in np.flatnonzero(logs["number"].to_numpy() > 1):
        keep = used[log - 1]
        liking = liking_of[log] + (0.0 if swaps[log] else STAY) * keep
        more = number[log] - keep.sum()
        if more <= 0 and not swaps[log]:
            liking = np.where(keep, liking, -np.inf)
        used[log, np.argsort(-liking)[: number[log]]] = True
    return used


def _forced_beyond(pairs: pd.DataFrame, used: np.ndarray, direction: str) -> pd.Series:
    """Return for each group of types how far the pairs forced to stay unchanged exceed the printed share.

    Use begun forces an amount to increase, use stopped to decrease, no use at all to stay; only pairs with
    use at both ends are free. In shares of the smallest printed category.
    """
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    beyond = {}
    for group, types in GROUPS.items():
        any_use = used[:, [TYPES.index(kind) for kind in types]].any(axis=1)
        wanted = category_counts(f"{group}_{direction}")
        idle = (~any_use[start] & ~any_use[end]).mean() - wanted[1] / wanted.sum()
        beyond[group] = idle * wanted.sum() / wanted.min()
    return pd.Series(beyond)


def with_ticks(
    rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame, used: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Add `ticked` and `online` to the logs.

    A person ticks on all logs or on none; a log without any support has nothing to tick. Ticks are on paper
    only. The ticked logs, the pairs that lose their amounts, in all and of the full version, and the online
    logs are as printed.
    """
    any_use = np.any([use.any(axis=1) for use in used.values()], axis=0)
    ticked = any_use & _tickers(rng, logs, pairs, any_use)[logs["person"]]
    logs = logs.assign(ticked=ticked)
    return logs.assign(online=_online(rng, logs))


def _tickers(
    rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame, any_use: np.ndarray
) -> np.ndarray:
    """Choose the people who tick; an array over people."""
    size = logs["person"].max() + 1
    lost = any_use[pairs["start"]] | any_use[pairs["end"]]
    full = lost & pairs["has_self_efficacy"]
    lost_pairs = np.bincount(pairs["person"], weights=lost, minlength=size)
    lost_full = np.bincount(pairs["person"], weights=full, minlength=size)
    ticks = np.bincount(logs["person"], weights=any_use, minlength=size)
    wanted = _pairs_lost()
    margins = [
        margin(ticks, printed.claim("logs_ticked")),
        margin(lost_pairs, wanted["health"]),
        margin(lost_full, wanted["self_efficacy"]),
    ]
    offline = np.ones(size)
    offline[logs["person"][logs["region"] == "Elefriends"]] = 0
    return whole_counts(rng.random(size), offline, margins).astype(bool)


def _pairs_lost() -> pd.Series:
    """Return by outcome the pairs in the models of types but in no model of amounts."""
    pairs = printed.pairs()
    amounts = [f"{amount}_{direction}" for amount in GROUPS for direction in DIRECTIONS]
    return pairs["types_given"] - pairs[amounts].max(axis=1)


def _online(rng: np.random.Generator, logs: pd.DataFrame) -> np.ndarray:
    """Choose the online logs person by person; one person changes from online to paper half way."""
    people = logs.groupby("person").agg({"ticked": "max", "short": "first", "region": "first"})
    paper = 3 * people["ticked"] + PAPER_IF_SHORT * people["short"] - 2 * (people["region"] == "Elefriends")
    rank = (paper + rng.random(len(people))).rank()
    order = logs.assign(rank=logs["person"].map(rank)).sort_values(["rank", "number"]).index
    return logs.index.isin(order[: printed.claim("logs_online")])


def times_used(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    pairs: pd.DataFrame,
    used: dict[str, np.ndarray],
) -> pd.DataFrame:
    """Return the number of times per support cell: 0 not used, -9 unreadable; ticked logs get numbers too.

    Columns are the raw names, such as `informal_given`.
    """
    cells = {}
    for direction in DIRECTIONS:
        for group, types in GROUPS.items():
            columns = used[direction][:, [TYPES.index(kind) for kind in types]]
            amount, unreadable = _group(rng, logs, people, pairs, columns, f"{group}_{direction}")
            for kind, times in zip(types, _split(rng, amount, columns), strict=True):
                cells[f"{kind}_{direction}"] = np.where(unreadable & (times > 0), UNREADABLE, times)
        networks = used[direction][:, TYPES.index("networks")]
        cells[f"networks_{direction}"] = networks * (1 + rng.poisson(USUAL["networks"], len(logs)))
    return pd.DataFrame(cells, index=logs.index)[[f"{kind}_{way}" for kind in TYPES for way in DIRECTIONS]]


def _group(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    measure: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the amount of a group of types at each log, and the logs where a cell is unreadable."""
    numbered = ~logs["ticked"].to_numpy()
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    counted = numbered[start] & numbered[end]
    unreadable = _unreadable(rng, logs, pairs, used, counted, measure)
    counted &= ~unreadable[start] & ~unreadable[end]
    forced = used.any(axis=1)[end].astype(float) - used.any(axis=1)[start]
    both = used.any(axis=1)[start] & used.any(axis=1)[end]
    change = forced.copy()
    change[counted] = _categories(rng, forced[counted], both[counted], measure)
    change[counted] = settle(rng, pairs[counted], people, measure, change[counted], both[counted])
    return _amounts(rng, logs, pairs, used, np.where(counted, change, np.nan), measure), unreadable


def _unreadable(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    counted: np.ndarray,
    measure: str,
) -> np.ndarray:
    """Make a cell unreadable on as many last logs as the measure is short of pairs."""
    lost = int(counted.sum() - _pairs_wanted(measure))
    last = (logs["number"] == logs["logs"]).to_numpy()[pairs["end"]]
    can = pairs["end"].to_numpy()[counted & last & used.any(axis=1)[pairs["end"]]]
    marked = np.zeros(len(logs), dtype=bool)
    marked[rng.choice(can, max(lost, 0), replace=False)] = True
    return marked


def _pairs_wanted(measure: str) -> int:
    """Return the pairs with an amount.

    A misprinted n of the health model shows in that it lacks more pairs than the wellbeing model allows.
    """
    pairs = printed.pairs()
    overall = pairs["types_given"]
    lost = overall - pairs[measure]
    without_wellbeing = overall["health"] - overall["wellbeing"]
    return int(overall["health"] - min(lost["health"], lost["wellbeing"] + without_wellbeing))


def _categories(rng: np.random.Generator, forced: np.ndarray, both: np.ndarray, measure: str) -> np.ndarray:
    """Keep the changes that use forces (begun, stopped, never used) and deal the rest as printed."""
    wanted = category_counts(measure, len(forced))
    fixed = np.array([(forced[~both] == change).sum() for change in (-1, 0, 1)])
    dealt = np.repeat([-1.0, 0.0, 1.0], np.maximum(wanted - fixed, 0))
    change = forced.copy()
    change[both] = rng.permutation(np.resize(dealt, both.sum()))
    return change


def _amounts(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    pairs: pd.DataFrame,
    used: np.ndarray,
    change: np.ndarray,
    measure: str,
) -> np.ndarray:
    """Walk through each person's logs, keeping enough for the decreases to come."""
    usual = USUAL[measure.rsplit("_", 1)[0]]
    step = np.full(len(logs), np.nan)
    step[pairs["end"]] = change
    kinds = used.sum(axis=1)
    floor = _floor(logs, step, kinds)
    draw = 1 + rng.geometric(1 / usual, len(logs))
    jump = rng.geometric(0.4, len(logs))
    amount = np.zeros(len(logs), dtype=int)
    for log in np.flatnonzero(kinds):
        before = amount[log - 1]
        value = max(draw[log], floor[log])
        if step[log] == 0:
            value = before
        elif step[log] == 1 and before:
            value = max(before + jump[log], floor[log])
        elif step[log] == -1:
            value = max(min(before - 1, max(draw[log], before - 2 * jump[log])), floor[log])
        amount[log] = value
    return amount


def _floor(logs: pd.DataFrame, step: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Fewest times at each log: one per type used, and one more than any later value it must exceed."""
    floor = kinds.copy()
    follows = (logs["number"].shift(-1) > 1).to_numpy()
    for log in range(len(logs) - 2, -1, -1):
        if follows[log] and kinds[log] and step[log + 1] in (-1, 0):
            floor[log] = max(kinds[log], floor[log + 1] + (step[log + 1] == -1))
    return floor


def _split(rng: np.random.Generator, amount: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Split an amount over the types used, at least once each; shape (types, logs)."""
    if used.shape[1] == 1:
        return amount[None, :]
    first, second = used.T
    share = 1 + np.floor(rng.random(len(amount)) * np.maximum(amount - 1, 0)).astype(int)
    left = np.where(first & second, share, amount * first)
    return np.stack([left, amount - left])


def projects_attended(rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Return the number of projects of each log, NaN where the question is blank.

    At entry as many people attended none, and three or more, as the report says.
    """
    change = changes_by_log(logs, pairs, "projects_attended")
    least, most = bounds(logs, change, MOST_PROJECTS)
    answered = logs["has_projects"].to_numpy()
    first = np.flatnonzero((logs["number"] == 1) & answered)
    entry = np.zeros(len(logs), dtype=int)
    entry[first] = _projects_at_entry(rng, least[first], most[first])
    aims = {number: printed.claim_number(claim) for claim, number in PROJECTS_YEAR.items()}
    return np.where(answered, steered_walk(rng, logs, change, entry, MOST_PROJECTS, aims, answered), np.nan)


def _projects_at_entry(rng: np.random.Generator, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    none = printed.claim("baseline_no_projects")
    many = printed.claim("baseline_three_or_more_projects")
    values = np.maximum(1 + (rng.random(len(least)) < TWO), least)
    order = np.argsort(least + rng.random(len(least)))
    values[order[:none]] = 0
    room = (most >= max(THREE_OR_MORE)) + 2 * (least >= min(THREE_OR_MORE)) + rng.random(len(least))
    keen = order[none:][np.argsort(-room[order[none:]])][:many]
    values[keen] = np.maximum(
        rng.choice(list(THREE_OR_MORE), many, p=list(THREE_OR_MORE.values())), least[keen]
    )
    return values


def projects_named(
    rng: np.random.Generator,
    logs: pd.DataFrame,
    people: pd.DataFrame,
    projects: pd.DataFrame,
    attended: np.ndarray,
) -> np.ndarray:
    """Return names of as many projects of the region as there are; a person's own project first."""
    local = {region: rows["name"].to_numpy() for region, rows in projects.groupby("region")}
    own = people["project_id"].map(projects.set_index("project_id")["name"]).fillna("")
    region, mine_of = logs["region"].to_numpy(), own[logs["person"]].to_numpy()
    named = np.full(len(logs), "", dtype=object)
    for log in np.flatnonzero(np.nan_to_num(attended) > 0):
        names, mine = rng.permutation(local[region[log]]), mine_of[log]
        listed = [mine, *names[names != mine]] if mine else list(names)
        named[log] = "; ".join(listed[: int(attended[log])])
    return named


def measured_changes(
    pairs: pd.DataFrame,
    times: pd.DataFrame,
    used: dict[str, np.ndarray],
    attended: np.ndarray,
    ticked: np.ndarray,
) -> pd.DataFrame:
    """Return the change (-1, 0, 1, NaN) of all eleven support measures over each pair."""
    levels = {"projects_attended": attended}
    for direction in DIRECTIONS:
        levels[f"types_{direction}"] = used[direction].sum(axis=1)
        for group, kinds in GROUPS.items():
            cells = times[[f"{kind}_{direction}" for kind in kinds]].to_numpy()
            known = ~ticked & ~(cells == UNREADABLE).any(axis=1)
            levels[f"{group}_{direction}"] = np.where(known, cells.sum(axis=1), np.nan)
    start, end = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    return pd.DataFrame({name: np.sign(level[end] - level[start]) for name, level in levels.items()})
