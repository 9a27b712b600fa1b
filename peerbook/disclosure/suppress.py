"""The fewest further cells to withhold, so that no withheld one can be worked out from what is shown.

A reader who knows the rules can give bounds to a withheld count by linear programming: every count that is
shown lies within what rounding allows, every sum holds. Where these bounds are too close, the dual solution
names the counts that make them so, and some of these have to be withheld: a cut. An integer programme finds
the cheapest set that meets all cuts so far, until no bounds are too close: then it is an optimum. It starts
from what each sum by itself asks for: whoever withholds one of its counts has to withhold another.

When time is up, what is still too close gets the cheapest way out that a linear programme finds for it, and
what proves needless is shown again; the last integer programme's bound says how much more than needed it is.
Where nothing else does, nothing of a part is shown: a book is refused only for what earlier books tell.

After Fischetti and Salazar (2001), Management Science 47(7), 1008-1027, with rounding as slack; the way out
after Kelly, Golden and Assad (1992), Networks 22(4), 397-417.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peerbook.disclosure.counted import Key
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.system import System

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SMALL, FURTHER, BEFORE = "small", "further", "withheld before"
_EPS = 1e-6
_NOISE = 1e-9  # of prices
_SEARCH = 0.6  # share of the time for the search; the rest is for mending what it left open
_LATEST = 2  # times the time: until then, what the search left open is mended one by one
_FIRST_GAP = 0.05  # how near to the cheapest set is near enough while sets are not yet safe


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
    sums: csr_array
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
    parts = sorted(_parts(system, policy, withheld, before), key=lambda part: len(part.keys))
    sizes = [len(part.keys) ** 2 for part in parts]
    for place, part in enumerate(parts):
        left = (policy.seconds - (time.perf_counter() - started)) * sizes[place] / sum(sizes[place:])
        chosen, safe, least, cost = _solved(part, left, started + _LATEST * policy.seconds)
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
    from scipy.sparse import csr_array

    index = {key: i for i, key in enumerate(keys)}
    cells = [
        (row, index[key], -1.0 if part else 1.0)
        for row, place in enumerate(places)
        for part, key in enumerate(system.relations[place].keys)
    ]
    rows, columns, signs = zip(*cells, strict=True) if cells else ((), (), ())
    sums = csr_array((signs, (rows, columns)), shape=(len(places), len(keys)))  # a key twice is added up
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


@dataclass(frozen=True)
class _Cut:
    """A condition on what is withheld: a sum over counts, 1 for a withheld one, is at least `least`."""

    columns: np.ndarray
    gains: np.ndarray
    least: float


def _solved(part: _Part, seconds: float, latest: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Solve a part; where its bounds cannot be computed, withhold all of it."""
    try:
        return _solve(part, seconds, latest)
    except ArithmeticError:
        if _public(part).any():
            raise
    chosen = part.fixed | part.free
    return chosen, part.guard & chosen, 0.0, float(part.cost[part.free & ~part.fixed].sum())


def _public(part: _Part) -> np.ndarray:
    """Return the counts that earlier books showed, so that nothing withholds them."""
    return ~(part.free | part.fixed)


def _solve(part: _Part, seconds: float, latest: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return what of a part is withheld, what of this is safe, the least that this can cost, and its cost."""
    started = time.perf_counter()
    extra = part.free & ~part.fixed
    cuts, chosen, least, near = list(_cuts_of_sums(part)), part.fixed, 0.0, _FIRST_GAP
    best: tuple[np.ndarray, np.ndarray] | None = None

    def cost(pattern: np.ndarray) -> float:
        return float(part.cost[pattern & extra].sum())

    while True:
        left = _SEARCH * seconds - (time.perf_counter() - started)
        pattern, bound = _cheapest(part, extra, cuts, near, max(0.5, left / 2))
        least = max(least, bound)
        if pattern is None:  # no answer in time, or nothing would do
            break
        chosen = pattern
        if left < 0:
            break
        safe, more = _safe(part, chosen)
        cuts += more
        if not (part.guard & chosen & ~safe).any():
            best = (chosen, safe) if best is None or cost(chosen) < cost(best[0]) else best
            if near == 0 or cost(best[0]) - least <= _EPS * cost(best[0]):
                break
            near = 0.0
    if best is None:
        best = _spared(part, *_mended(part, chosen, latest), started + seconds)
    spent = cost(best[0])
    return *best, spent if spent - least <= _EPS * spent else least, spent


def _cheapest(
    part: _Part, extra: np.ndarray, cuts: list[_Cut], near: float, seconds: float
) -> tuple[np.ndarray | None, float]:
    """Return the cheapest set to withhold that meets all cuts, None if none was found, and a bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    places = np.flatnonzero(extra)
    if not len(places) or not cuts:
        return part.fixed.copy(), 0.0
    own = np.full(len(extra), -1)
    own[places] = np.arange(len(places))
    ends = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    columns = own[np.concatenate([cut.columns for cut in cuts])]
    matrix = csr_array(
        (np.concatenate([cut.gains for cut in cuts]), columns, ends), shape=(len(cuts), len(places))
    )
    found = milp(
        part.cost[places],
        constraints=LinearConstraint(matrix, lb=[cut.least for cut in cuts]),
        integrality=np.ones(len(places)),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": near},
    )
    bound = found.mip_dual_bound
    bound = float(bound) if bound is not None and np.isfinite(bound) else 0.0
    if found.x is None:
        return None, bound
    pattern = part.fixed.copy()
    pattern[places] = found.x > 0.5
    return pattern, bound


def _mended(part: _Part, chosen: np.ndarray, latest: float) -> tuple[np.ndarray, np.ndarray]:
    """Withhold more until no count can be worked out, each time the cheapest way out for one count.

    After the latest time there may be, whatever ties such a count is withheld: more, but soon.
    """
    safe = _safe(part, chosen, with_cuts=False)[0]
    while True:
        before, failing = chosen, np.flatnonzero(part.guard & chosen & ~safe)
        for i in failing if time.perf_counter() < latest else ():
            for reader in part.readers:
                chosen = chosen | _way_out(part, chosen, i, reader)
        if not len(failing):
            return chosen, safe
        if (chosen == before).all():
            return _greedily(part, chosen, safe)
        safe = _safe(part, chosen, safe, with_cuts=False)[0]


def _way_out(part: _Part, chosen: np.ndarray, i: int, reader: _Reader) -> np.ndarray:
    """Return the counts to withhold so that one gets bounds far enough apart, by a linear programme.

    Two solutions are looked for that differ in the count by as much as is asked for. A shown count may move
    in them in return for its cost, and as far as is asked for at most; those that move are withheld.
    """
    from scipy.optimize import linprog
    from scipy.sparse import block_array, csr_array, eye_array

    size, more = len(chosen), np.zeros(len(chosen), bool)
    open_ones = np.flatnonzero(part.free & ~chosen)
    if not len(open_ones) or reader.width <= 0:
        return more
    low, high = np.where(chosen, reader.low, part.low), np.where(chosen, reader.high, part.high)
    at, rest = eye_array(size, format="csr")[open_ones], csr_array((len(open_ones), size))
    zeros, none = csr_array((part.sums.shape[0], len(open_ones))), csr_array(part.sums.shape)
    apart = csr_array(([-1.0, 1.0], ([0, 0], [i, size + i])), shape=(1, 2 * size + len(open_ones)))
    least, most = low.copy(), high.copy()
    least[open_ones], most[open_ones] = -np.inf, np.inf
    for step in (
        reader.width,
        np.inf,
    ):  # as far as is asked for is mostly enough, and closer to what it costs
        down = _diagonal(np.minimum(low - reader.low, step)[open_ones])
        up = _diagonal(np.minimum(reader.high - high, step)[open_ones])
        moves = [[at, rest, -up], [-at, rest, -down], [rest, at, -up], [rest, -at, -down]]
        found = linprog(
            np.concatenate([np.zeros(2 * size), part.cost[open_ones]]),
            A_ub=block_array([[block_array(moves)], [apart]], format="csr"),
            b_ub=np.concatenate([*[high[open_ones], -low[open_ones]] * 2, [-reader.width]]),
            A_eq=block_array([[part.sums, none, zeros], [none, part.sums, zeros]], format="csr"),
            b_eq=np.zeros(2 * part.sums.shape[0]),
            bounds=np.column_stack(
                [
                    np.concatenate([least, least, np.zeros(len(open_ones))]),
                    np.concatenate([most, most, np.ones(len(open_ones))]),
                ]
            ),
            method="highs",
        )
        if found.x is not None:
            more[open_ones] = found.x[2 * size :] > _EPS
            return more
    return more


def _diagonal(values: np.ndarray) -> csr_array:
    from scipy.sparse import csr_array

    places = np.arange(len(values))
    return csr_array((values, (places, places)), shape=(len(values), len(values)))


def _spared(part: _Part, chosen: np.ndarray, safe: np.ndarray, until: float) -> tuple[np.ndarray, np.ndarray]:
    """Show again, the dearest first, what is withheld without need, while there is time."""
    if (part.guard & chosen & ~safe).any():
        return chosen, safe
    extra = np.flatnonzero(part.free & ~part.fixed & chosen)
    for i in extra[np.argsort(-part.cost[extra], kind="stable")]:
        if time.perf_counter() > until:
            break
        fewer = chosen.copy()
        fewer[i] = False
        alone = np.arange(len(chosen)) == i
        held, _ = _safe(part, fewer, fewer & ~_near(part, chosen, alone), with_cuts=False)
        if not (part.guard & fewer & ~held).any():
            chosen, safe = fewer, held
    return chosen, safe


def _near(part: _Part, chosen: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return the counts that hang together with some by sums of counts whose values are not known exactly."""
    unknown = chosen | (part.high > part.low)
    tied, found = abs(part.sums), some
    while True:
        more = found | ((tied.T @ (tied @ found.astype(float)) > 0) & unknown)
        if (more == found).all():
            return found
        found = more


def _greedily(part: _Part, chosen: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Withhold whatever ties a count that can be worked out, until none can: more than is needed.

    Where nothing is left to withhold and nothing that is tied to it was shown before, no number is shown that
    could tell of it.
    """
    while True:
        safe, _ = _safe(part, chosen, known, with_cuts=False)
        known = safe
        pieces = _near(part, chosen, part.guard & chosen & ~safe).astype(float)
        tied = abs(part.sums)
        reached = tied.T @ (tied @ pieces) > 0
        more = reached & part.free & ~chosen
        if not more.any():
            return chosen, safe | (_unshown(part, reached | (pieces > 0)) & part.guard & chosen)
        chosen = chosen | more


def _unshown(part: _Part, some: np.ndarray) -> np.ndarray:
    """Return those of some counts that nothing public is tied to, by whatever chain of sums."""
    from scipy.sparse.csgraph import connected_components

    tied = abs(part.sums)
    _, piece = connected_components(tied.T @ tied, directed=False)
    return some & ~np.isin(piece, piece[_public(part)])


def _safe(
    part: _Part, chosen: np.ndarray, known: np.ndarray | None = None, with_cuts: bool = True
) -> tuple[np.ndarray, list[_Cut]]:
    """Attack every withheld count: say which no reader can work out, and give a cut for each other.

    What was safe while less was withheld is `known` to be safe: then less was known.
    """
    known = np.zeros(len(chosen), bool) if known is None else known
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
) -> tuple[np.ndarray, list[_Cut]]:
    attack = _Attack(
        part.sums, np.where(chosen, reader.low, part.low), np.where(chosen, reader.high, part.high)
    )
    cuts: list[_Cut] = []
    least, most = np.full(len(part.keys), np.inf), np.full(len(part.keys), -np.inf)
    settled, exposed = np.zeros(len(part.keys), bool), np.zeros(len(part.keys), bool)

    def open_ones() -> np.ndarray:
        return looked & ~settled & (most - least < reader.width - _EPS)

    for goal in _goals(len(part.keys)):  # one programme for all at once settles most of them
        at, _ = attack.far(np.where(open_ones(), goal, 0.0))
        least, most = np.fmin(least, at), np.fmax(most, at)
    while open_ones().any():
        targets = attack.one_of_each_piece(open_ones())
        ends = [(sign, *attack.far(sign * targets)) for sign in (1.0, -1.0)]
        for _, at, _ in ends:
            least, most = np.fmin(least, at), np.fmax(most, at)
        close = (targets > 0) & open_ones()
        settled, exposed = settled | (targets > 0), exposed | close
        for i in np.flatnonzero(close) if with_cuts else ():
            cuts += _cut(part, i, [attack.prices(i, sign, prices) for sign, _, prices in ends], reader)
    return looked & ~exposed, cuts


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

    Counts that are known exactly are put in as numbers, so that what is left falls into pieces. One programme
    is for all pieces: what it finds in one does not depend on the others.
    """

    def __init__(self, sums: csr_array, low: np.ndarray, high: np.ndarray) -> None:
        from scipy.sparse.csgraph import connected_components

        self._low, self._high = low, high
        self._unknown = high > low
        self._columns = np.flatnonzero(self._unknown)
        known = np.where(self._unknown, 0.0, low)
        unknown_in = sums[:, self._columns]
        rows = np.flatnonzero(abs(unknown_in).sum(axis=1) > 0)
        self._sums, self._left, self._right = sums[rows], unknown_in[rows].tocsc(), -(sums[rows] @ known)
        ties = abs(self._left)
        _, self._piece_of_row = connected_components(ties @ ties.T, directed=False)
        in_sums = np.flatnonzero(np.diff(self._left.indptr))
        self._piece = np.full(len(low), -1)
        first = self._left.indices[self._left.indptr[in_sums]]
        self._piece[self._columns[in_sums]] = self._piece_of_row[first]

    def one_of_each_piece(self, wanted: np.ndarray) -> np.ndarray:
        """Return 1 for the first of the wanted counts in each piece, and for those in no sum, else 0."""
        places = np.flatnonzero(wanted)
        in_none = places[self._piece[places] < 0]
        _, first = np.unique(self._piece[places], return_index=True)
        found = np.zeros(len(wanted))
        found[places[first]] = 1.0
        found[in_none] = 1.0
        return found

    def far(self, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return counts as far in a direction as they can be, missing where it is 0, and prices of sums."""
        from scipy.optimize import linprog

        at = np.where(self._unknown, np.nan, self._low)
        alone = self._unknown & (direction != 0) & (self._piece < 0)
        at[alone] = np.where(direction > 0, self._high, self._low)[alone]
        prices = np.zeros(self._left.shape[0])
        asked = np.unique(self._piece[(direction != 0) & (self._piece >= 0)])
        if not len(asked):
            return at, prices
        inside = np.flatnonzero(np.isin(self._piece[self._columns], asked))
        rows = np.flatnonzero(np.isin(self._piece_of_row, asked))
        columns = self._columns[inside]
        found = linprog(
            -direction[columns],
            A_eq=self._left[:, inside][rows],
            b_eq=self._right[rows],
            bounds=np.column_stack([self._low[columns], self._high[columns]]),
            method="highs",
        )
        if found.x is None:
            raise ArithmeticError(f"the bounds of a count could not be computed: {found.message}")
        at[columns] = found.x
        prices[rows] = found.eqlin.marginals
        return at, prices

    def prices(self, i: int, sign: float, prices: np.ndarray) -> np.ndarray:
        """Return the price of every count for one that went as far as it could in the direction of `sign`."""
        goal = np.zeros(len(self._low))
        goal[i] = -sign
        if self._piece[i] < 0:
            return goal
        return goal - self._sums.T @ np.where(self._piece_of_row == self._piece[i], prices, 0.0)


def _cuts_of_sums(part: _Part) -> Iterable[_Cut]:
    """Give what each sum by itself asks for if one of its counts is withheld."""
    for reader in part.readers:
        if reader.width <= 0:
            continue
        for start, end in zip(part.sums.indptr[:-1], part.sums.indptr[1:], strict=True):
            columns, signs = part.sums.indices[start:end], part.sums.data[start:end]
            for place, i in enumerate(columns):
                if part.guard[i] and (part.fixed[i] or part.free[i]) and signs[place]:
                    price = np.zeros(len(part.keys))
                    price[columns] = signs / signs[place]
                    price[i] = 0.0
                    yield from _cut(part, i, [price, -price], reader)


def _cut(part: _Part, i: int, prices: list[np.ndarray], reader: _Reader) -> list[_Cut]:
    """Turn the prices of the two attacks on a count into a condition on what is withheld, if it asks any.

    The distance between the bounds is at most a sum over counts, which grows with each that is withheld.
    """
    at = np.flatnonzero((abs(prices[0]) > _NOISE) | (abs(prices[1]) > _NOISE))
    shown, withheld = np.zeros(len(at)), np.zeros(len(at))
    for each in prices:  # of the lowest value of the goal: low where the price is above zero, else high
        price = each[at]
        shown -= np.where(price > 0, price * part.low[at], price * part.high[at])
        withheld -= np.where(price > 0, price * reader.low[at], price * reader.high[at])
    fixed, free = part.fixed[at], part.free[at]
    base = float(np.where(fixed, withheld, shown).sum())
    need = reader.width - base
    if need <= _EPS:
        return []
    gain = np.where(free & ~fixed, np.minimum(withheld - shown, need), 0.0)
    columns, gain = at[gain > _EPS], gain[gain > _EPS]
    if part.fixed[i]:
        return [_Cut(columns, gain, need)]
    own = columns == i  # asked only if it is withheld itself
    gain, columns = np.append(gain[~own], gain[own].sum() - need), np.append(columns[~own], i)
    return [_Cut(columns, gain, 0.0)]
