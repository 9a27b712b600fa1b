"""The fewest further cells to withhold, so that no withheld one can be worked out from what is shown.

A reader who knows the rules can give bounds to a withheld count by linear programming: every count that is
shown lies within what rounding allows, every sum holds. Where these bounds are too close, the dual solution
names the counts that make them so, and some of these have to be withheld: a cut. An integer programme finds
the cheapest set that meets all cuts so far, until no bounds are too close: then it is an optimum.

After Fischetti and Salazar (2001), Management Science 47(7), 1008-1027, with rounding as slack.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from peerbook.disclosure.counted import Key
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.system import System

SMALL, FURTHER, BEFORE = "small", "further", "withheld before"
_EPS = 1e-6


@dataclass(frozen=True)
class Decisions:
    """What is withheld of a book.

    Attributes
    ----------
    withheld : mapping of Key to str
        Each withheld count with the rule: "small", "further", or "withheld before".
    gap : float
        How much more, at most, was withheld than the fewest that would do, as a share; 0 if proven fewest.
    attacked : int
        Withheld counts whose bounds were computed.
    exposed : tuple of Key
        Withheld counts that can still be worked out: a book with any is not published.
    seconds : float
    """

    withheld: Mapping[Key, str]
    gap: float = 0.0
    attacked: int = 0
    exposed: tuple[Key, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class _Reader:
    """What somebody knows of a count once it is withheld, and how close bounds must not come.

    One reader knows nothing; the other knows the rules, and even which counts fell under the threshold: from
    that no count may be known exactly.
    """

    low: np.ndarray
    high: np.ndarray
    width: float


@dataclass(frozen=True)
class _Part:
    """One connected part of the system: sums as a matrix over its counts."""

    keys: list[Key]
    sums: np.ndarray
    low: np.ndarray
    high: np.ndarray
    readers: tuple[_Reader, ...]
    cost: np.ndarray
    fixed: np.ndarray  # withheld from the start, or shown nowhere
    free: np.ndarray  # may be withheld
    guard: np.ndarray  # must not be worked out


def decide(system: System, policy: Policy, before: Mapping[Key, float | None] | None = None) -> Decisions:
    """Choose what to withhold.

    Parameters
    ----------
    system : System
    policy : Policy
    before : mapping of Key to float or None, optional
        What was published before: the count as it was shown, or None if it was withheld. A count that was
        withheld stays so.

    Returns
    -------
    Decisions
    """
    started = time.perf_counter()
    before = dict(before or {})
    withheld = {key: SMALL for key, n in system.counts.items() if policy.is_small(n)}
    withheld |= {key: BEFORE for key in system.counts if before.get(key, 0) is None and key not in withheld}
    if not policy.further:
        return Decisions(withheld, seconds=time.perf_counter() - started)
    attacked, exposed, spent, bound = 0, [], 0.0, 0.0
    parts = list(_parts(system, policy, withheld, before))
    sizes = [len(part.keys) ** 2 for part in parts]
    for place, part in enumerate(parts):
        left = (policy.seconds - (time.perf_counter() - started)) * sizes[place] / sum(sizes[place:])
        chosen, safe, least, cost = _solve(part, left)
        spent, bound = spent + cost, bound + least
        withheld |= {
            part.keys[i]: FURTHER for i in np.flatnonzero(chosen & part.free) if part.keys[i] not in withheld
        }
        looked = chosen & part.guard
        attacked += int(looked.sum())
        exposed += [part.keys[i] for i in np.flatnonzero(looked & ~safe)]
    gap = (spent - bound) / spent if spent else 0.0
    return Decisions(withheld, gap, attacked, tuple(exposed), time.perf_counter() - started)


def _parts(
    system: System, policy: Policy, withheld: Mapping[Key, str], before: Mapping[Key, float | None]
) -> Iterable[_Part]:
    """Give the connected parts of the system that hold a withheld or a small hidden count."""
    tied = defaultdict(list)
    for place, relation in enumerate(system.relations):
        for key in relation.keys:
            tied[key].append(place)
    seen: set[Key] = set()
    for start in (*withheld, *(key for key, n in system.hidden.items() if _is_delicate(policy, n))):
        if start in seen:
            continue
        keys, places, waiting = [], set(), [start]
        seen.add(start)
        while waiting:
            key = waiting.pop()
            keys.append(key)
            for place in tied[key]:
                places.add(place)
                fresh = [other for other in system.relations[place].keys if other not in seen]
                seen.update(fresh)
                waiting += fresh
        yield _part(sorted(keys, key=str), sorted(places), system, policy, withheld, before)


def _is_delicate(policy: Policy, n: int) -> bool:
    """Say whether a count that no output shows is one that would be withheld; nobody is no secret here."""
    return 0 < n <= policy.threshold


def _part(
    keys: list[Key],
    places: list[int],
    system: System,
    policy: Policy,
    withheld: Mapping[Key, str],
    before: Mapping[Key, float | None],
) -> _Part:
    index = {key: i for i, key in enumerate(keys)}
    sums = np.zeros((len(places), len(keys)))
    for row, place in enumerate(places):
        relation = system.relations[place]
        sums[row, index[relation.whole]] = 1
        for key in relation.keys[1:]:
            sums[row, index[key]] -= 1
    true = np.array([system.counts.get(key, system.hidden.get(key, 0)) for key in keys], float)
    hidden = np.array([key not in system.counts for key in keys])
    cap = max(2 * true.max(initial=0), true.max(initial=0) + 4 * policy.threshold)
    small = np.array([withheld.get(key) == SMALL for key in keys])
    shown = [policy.bounds(policy.rounded(n)) for n in true]
    known = {key: policy.bounds(value) for key, value in before.items() if value is not None and key in index}
    low, high = (np.array([bounds[end] for bounds in shown], float) for end in (0, 1))
    zero = 0 if not policy.zeros else 1
    least, most = np.zeros(len(keys)), np.full(len(keys), cap)
    for key, bounds in known.items():
        least[index[key]], most[index[key]] = bounds
    readers = (
        _Reader(least, most, policy.width),
        _Reader(np.where(small, zero, least), np.where(small, policy.threshold, most), min(1, policy.width)),
    )
    fixed = hidden | np.array([key in withheld for key in keys])
    fixed_now = np.array([key in known for key in keys]) & ~hidden  # public already: cannot be taken back
    delicate = np.array([_is_delicate(policy, n) for n in true])
    return _Part(
        keys,
        sums,
        low,
        high,
        readers,
        np.array([float(system.weights.get(key, 1)) for key in keys]) + 1e-3 * np.log1p(true),
        fixed,
        ~hidden & ~fixed_now,
        np.where(hidden, delicate, True),
    )


def _solve(part: _Part, seconds: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return what of a part is withheld, what of this is safe, the least that this can cost, and its cost."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    started, chosen, least = time.perf_counter(), part.fixed.copy(), 0.0
    floor, known = part.fixed, np.zeros(len(part.keys), bool)
    extra, cuts = part.free & ~part.fixed, []
    while True:
        safe, more = _safe(part, chosen, known)
        failing = part.guard & chosen & ~safe
        if not failing.any() or not extra.any():
            break
        cuts += more
        late = time.perf_counter() - started > seconds
        if late:  # from now on nothing is taken back, which ends soon
            floor, known = chosen, safe
        found = milp(
            np.where(extra, part.cost, 0.0),
            constraints=LinearConstraint(np.array([row for row, _ in cuts]), lb=[least for _, least in cuts]),
            integrality=np.ones(len(part.keys)),
            bounds=Bounds(floor.astype(float), (part.fixed | part.free).astype(float)),
            options={"time_limit": max(1.0, seconds / 4)},
        )
        if (floor == part.fixed).all() and found.mip_dual_bound is not None:
            least = max(least, float(found.mip_dual_bound))
        pattern = chosen if found.x is None else found.x > 0.5
        if (pattern == chosen).all():  # no answer in time, or not even everything withheld would do
            chosen, safe = _greedily(part, chosen)
            break
        chosen = pattern
    return chosen, safe, least, float(part.cost[chosen & extra].sum())


def _greedily(part: _Part, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Withhold whatever ties a count that can be worked out, until none can: more than is needed."""
    known = np.zeros(len(part.keys), bool)
    while True:
        safe, _ = _safe(part, chosen, known, with_cuts=False)
        known = safe
        tied = np.zeros(len(part.keys), bool)
        for i in np.flatnonzero(part.guard & chosen & ~safe):
            tied |= (part.sums[part.sums[:, i] != 0] != 0).any(axis=0)
        more = tied & part.free & ~chosen
        if not more.any():
            return chosen, safe
        chosen = chosen | more


def _safe(
    part: _Part, chosen: np.ndarray, known: np.ndarray, with_cuts: bool = True
) -> tuple[np.ndarray, list[tuple[np.ndarray, float]]]:
    """Attack every withheld count: say which no reader can work out, and give a cut for each other.

    What was safe while less was withheld is `known` to be safe: then less was known.
    """
    looked, cuts = part.guard & chosen & ~known, []
    safe = looked.copy()
    for reader in part.readers:
        if reader.width > 0 and looked.any():
            held, more = _safe_from(part, chosen, looked, reader, with_cuts)
            safe &= held
            cuts += more
    return safe | (known & chosen), cuts


def _safe_from(
    part: _Part, chosen: np.ndarray, looked: np.ndarray, reader: _Reader, with_cuts: bool
) -> tuple[np.ndarray, list[tuple[np.ndarray, float]]]:
    attack = _Attack(
        part.sums, np.where(chosen, reader.low, part.low), np.where(chosen, reader.high, part.high)
    )
    cuts = []
    least, most = np.full(len(part.keys), np.inf), np.full(len(part.keys), -np.inf)

    def open_ones() -> np.ndarray:
        return looked & (most - least < reader.width - _EPS)

    for goal in _goals(len(part.keys)):  # one programme for all at once settles most of them
        at = attack.far(np.where(open_ones(), goal, 0.0))
        least, most = np.fmin(least, at), np.fmax(most, at)
    for i in np.flatnonzero(open_ones()):
        for reach in (1, 3, None):  # the sums near a count often settle that it can be worked out
            if not open_ones()[i]:
                break
            found = [attack.extreme(i, sign, reach) for sign in (1, -1)]
            if found[0][0][i] - found[1][0][i] < reader.width - _EPS:
                cuts += [_cut(part, i, [prices for _, prices in found], reader)] if with_cuts else []
                break
            if reach is None:
                for at, _ in found:
                    least, most = np.fmin(least, at), np.fmax(most, at)
    return looked & ~open_ones(), cuts


def _goals(size: int) -> Iterable[np.ndarray]:
    """Give directions to look into: all up, all down, and some up while others go down and back."""
    draw = np.random.default_rng(0)
    up = np.ones(size)
    yield from (up, -up)
    for _ in range(4):
        mixed = draw.choice([-1.0, 1.0], size) * draw.uniform(0.5, 1, size)
        yield from (mixed, -mixed)


class _Attack:
    """Bounds that a reader can give to counts: one programme again and again, for other goals.

    Counts that are known exactly are put in as numbers, so that what is left falls into pieces.
    """

    def __init__(self, sums: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        from scipy.sparse import csc_array
        from scipy.sparse.csgraph import connected_components

        self._sums, self._bounds = csc_array(sums), np.column_stack([low, high])
        self._tied = self._sums != 0
        self._unknown = high > low
        self._known = np.where(self._unknown, 0.0, low)
        open_ties = self._tied[:, np.flatnonzero(self._unknown)].astype(int)
        _, self._piece_of_row = connected_components(open_ties @ open_ties.T, directed=False)
        in_sums = np.asarray(self._tied.sum(axis=0)).ravel() > 0
        self._piece = np.full(len(low), -1)
        for i in np.flatnonzero(self._unknown & in_sums):
            self._piece[i] = self._piece_of_row[self._sums.indices[self._sums.indptr[i]]]

    def far(self, direction: np.ndarray) -> np.ndarray:
        """Return counts as far in a direction as they can be."""
        at = np.where(self._unknown, np.nan, self._known)
        alone = (direction != 0) & (self._piece < 0)
        at[alone] = np.where(direction > 0, self._bounds[:, 1], self._bounds[:, 0])[alone]
        for piece in np.unique(self._piece[(direction != 0) & (self._piece >= 0)]):
            rows = np.flatnonzero(self._piece_of_row == piece)
            inside = self._piece == piece
            at[inside] = self._solve(rows, inside, np.where(inside, -direction, 0.0))[0][inside]
        return at

    def extreme(self, i: int, sign: int, reach: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the counts where one is highest (1) or lowest (-1), and the price of every count.

        Parameters
        ----------
        i, sign
        reach
            How many steps from sum to sum are looked at; None for all.
        """
        goal = np.zeros(len(self._unknown))
        goal[i] = -sign
        if self._piece[i] < 0:
            return np.where(goal != 0, self._bounds[:, (1 + sign) // 2], np.nan), goal
        if reach is None:
            rows = self._piece_of_row == self._piece[i]
        else:
            columns = np.zeros(len(goal), bool)
            columns[i] = True
            for _ in range(reach):
                rows = (
                    np.asarray(self._tied[:, np.flatnonzero(columns & self._unknown)].sum(axis=1)).ravel() > 0
                )
                columns = np.asarray(self._tied[np.flatnonzero(rows)].sum(axis=0)).ravel() > 0
        inside = np.asarray(self._tied[np.flatnonzero(rows)].sum(axis=0)).ravel() > 0
        return self._solve(np.flatnonzero(rows), inside & self._unknown, goal)

    def _solve(self, rows: np.ndarray, inside: np.ndarray, goal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        from scipy.optimize import linprog

        sums = self._sums[rows]
        columns = np.flatnonzero(inside)
        found = linprog(
            goal[columns],
            A_eq=sums[:, columns],
            b_eq=-(sums @ self._known),
            bounds=self._bounds[columns],
            method="highs",
        )
        if found.x is None:
            raise ArithmeticError(f"the bounds of a count could not be computed: {found.message}")
        at = np.full(len(goal), np.nan)
        at[columns] = found.x
        return at, goal - sums.T @ found.eqlin.marginals


def _cut(part: _Part, i: int, prices: list[np.ndarray], reader: _Reader) -> tuple[np.ndarray, float]:
    """Turn the prices of the two attacks on a count into a condition on what is withheld.

    The distance between the bounds is at most a sum over counts, which grows with each that is withheld.
    """
    shown, withheld = np.zeros(len(part.keys)), np.zeros(len(part.keys))
    for price in prices:  # of the lowest value of the goal: low where the price is above zero, else high
        shown -= np.where(price > 0, price * part.low, price * part.high)
        withheld -= np.where(price > 0, price * reader.low, price * reader.high)
    gain = withheld - shown
    gain[part.fixed] = 0
    base = np.where(part.fixed, withheld, shown).sum()
    row = np.minimum(gain, reader.width - base)
    if part.fixed[i]:
        return row, reader.width - base
    row[i] -= reader.width  # asked only if it is withheld itself
    return row, -base
