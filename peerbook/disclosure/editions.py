"""What books of the same people that were published before tell of a new one.

Of an earlier edition the list of decisions gives what was shown, not what was withheld. Data only grow:
whoever was counted before is counted now, unless somebody withdrew. So each sum of the new book was a sum of
the earlier one as well, and each count is the earlier one and those who joined, without those who left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from peerbook.disclosure.counted import ANSWERED, Key
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.system import Relation, System

EDITION = "edition"
_FEW = 1  # stands for a count that nobody may work out and whose value no list tells


def earlier(key: Key, edition: str) -> Key:
    """Return the count as an earlier edition had it."""
    return Key(key.unit, key.where | {(EDITION, edition)})


def grown(
    system: System,
    past: Iterable[tuple[str, Mapping[Key, float | None]]],
    policy: Policy,
    later: Iterable[tuple[str, Mapping[Key, float | None]]] = (),
    *,
    left: bool = False,
) -> System:
    """Tie the counts of a book to those of other editions of growing data.

    Parameters
    ----------
    system : System
        Of the new book.
    past : iterable of (str, mapping of Key to float or None)
        The editions of fewer data in their order, the oldest first: the counts of each as they were shown;
        None if withheld.
    policy : Policy
    later : iterable of (str, mapping of Key to float or None), optional
        The editions of more data that are published already, in the same way: the book is one of an old month
        that is made again.
    left : bool
        Whether somebody may have left in between: the data say that people withdrew.

    Returns
    -------
    System
        With the counts of the other editions, and those who joined in between, which no output shows. Neither
        those withheld there nor a few who joined or left may be worked out.

    Notes
    -----
    A count is tied to the next edition that has it, and if it was withheld there, to the next that showed
    it. Who joined in between follows by adding up, so the system grows with the number of editions.
    """
    counts, hidden, relations = dict(system.counts), dict(system.hidden), list(system.relations)
    every = {**system.counts, **system.hidden}
    wholes = defaultdict(list)
    for relation in system.relations:
        for part in relation.parts:
            wholes[part].append(relation.whole)
    having: dict[Key, _Edition] = {}  # the next edition that has a count, and the next that shows it
    showing: dict[Key, _Edition] = {}
    now, after_now = _Edition("", every), _editions(later)
    for this in reversed([*_editions(past), now, *after_now]):
        mine = [relation for relation in system.relations if any(key in this.counts for key in relation.keys)]
        if this in after_now:
            mine = [_with_new(relation, this.counts) for relation in mine]
        tied = {key: None for relation in mine for key in relation.keys}
        keys = list(tied | dict.fromkeys(key for key in this.counts if key in every))
        if this is not now:
            relations += [_as_of(relation, this.name) for relation in mine]
            for key in keys:
                shown = this.counts.get(key)
                if shown is None:
                    hidden[this.key(key)] = _FEW if key in this.counts else 0
                else:
                    counts[this.key(key)] = round(shown)
        for key in keys:
            for after in {each.name: each for each in (having.get(key), showing.get(key)) if each}.values():
                step = f"joined from {this.name or 'now'} to {after.name or 'now'}"
                joined = Key(f"{step}: {key.unit}", key.where)
                hidden[joined] = _joined(key, this, after, wholes[key], policy)
                if not left:
                    relations.append(Relation(after.key(key), (this.key(key),), joined))
                    continue
                gone, either = (Key(f"{word} {step}: {key.unit}", key.where) for word in ("left", "or"))
                hidden |= {gone: _FEW if this.counts.get(key) else 0, either: 0}
                relations += [
                    Relation(either, (this.key(key),), joined),
                    Relation(either, (after.key(key),), gone),
                ]
        having |= dict.fromkeys(keys, this)
        showing |= dict.fromkeys((key for key in keys if this.counts.get(key) is not None), this)
    return replace(system, counts=counts, hidden=hidden, relations=tuple(relations))


@dataclass(frozen=True)
class _Edition:
    """An edition, "" for the new book, and its counts as far as they are known."""

    name: str
    counts: Mapping[Key, float | None]

    def key(self, key: Key) -> Key:
        """Return a count as this edition has it."""
        return earlier(key, self.name) if self.name else key


def _editions(said: Iterable[tuple[str, Mapping[Key, float | None]]]) -> list[_Edition]:
    return [_Edition(name, counts) for name, counts in said]


def before_and_after(
    counts: Mapping[Key, float | None], others: Mapping[str, Mapping[Key, float | None]]
) -> tuple[list[str], list[str]]:
    """Tell editions of fewer data than a book from those of more, as their counts say, each oldest first.

    Parameters
    ----------
    counts
        Of the book, rounded as it would show them.
    others
        Of each other edition as it showed them; None if withheld.

    Returns
    -------
    list of str, list of str
        Names of those before it, and of those after it. One with the same counts stands before it; so does
        one with more of some and fewer of others, with which nothing can be tied.
    """
    every = {**others, "": counts}
    rank = {name: sum(_has_grown(other, mine) for other in every.values()) for name, mine in every.items()}
    ordered = sorted(others, key=rank.__getitem__)
    after = [name for name in ordered if _has_grown(counts, others[name])]
    return [name for name in ordered if name not in after], after


def _has_grown(before: Mapping[Key, float | None], after: Mapping[Key, float | None]) -> bool:
    """Say whether some counts that two editions show are larger in the second, and none is smaller."""
    steps = [after[key] - n for key, n in before.items() if n is not None and after.get(key) is not None]
    return min(steps, default=0) >= 0 and max(steps, default=0) > 0


def _with_new(relation: Relation, counts: Mapping[Key, float | None]) -> Relation:
    """Return a sum with the parts that only a later edition has, as of the first person of some age."""
    whole = relation.whole
    beyond = [dict(part.where - whole.where) for part in relation.parts]
    names = {name for each in beyond for name in each}
    if len(names) != 1 or any(ANSWERED in each.values() for each in beyond):
        return relation
    new = [
        key
        for key in counts
        if key.unit == whole.unit and key.where > whole.where and key not in relation.keys
        if dict(key.where - whole.where).keys() == names and (*names, ANSWERED) not in key.where
    ]
    return replace(relation, parts=(*relation.parts, *new))


def _as_of(relation: Relation, edition: str) -> Relation:
    """Return a sum of the new book as it was in an earlier edition."""
    parts = tuple(earlier(part, edition) for part in relation.parts)
    return Relation(
        earlier(relation.whole, edition), parts, relation.rest and earlier(relation.rest, edition)
    )


def beside(system: System, withheld: Iterable[Key]) -> System:
    """Do not guard what several withheld counts of another book of the same data leave over together.

    Parameters
    ----------
    system : System
        Of both books.
    withheld : iterable of Key
        Counts that the other book withheld and this one does not have: their values are not told. They leave
        something over of the sum in which they are parts, over regions, say; not of one over other groups.
    """
    missing = Counter(
        (name, Key(key.unit, key.where - {(name, value)})) for key in withheld for name, value in key.where
    )
    several = {
        each.rest: 0
        for each in system.relations
        if each.rest and any(missing[name, each.whole] > 1 for name, _ in each.rest.where)
    }
    return replace(system, hidden={**system.hidden, **several})


def _joined(key: Key, this: _Edition, after: _Edition, wholes: Iterable[Key], policy: Policy) -> int:
    """Estimate how many joined; where the count before is withheld, that somebody may have."""
    rounded = policy.rounding > policy.width  # then rounding alone hides a few
    slack = (bool(this.name) + bool(after.name)) * (policy.rounding // 2) if rounded else 0

    def since(key: Key) -> int | None:
        shown, then = this.counts.get(key), after.counts.get(key)
        if shown is None or then is None:
            return None
        n = round(then) - round(shown)
        return max(n, _FEW if shown and n + slack > 0 else 0)

    n = since(key)
    if n is None:
        return _FEW if key in this.counts and 0 not in map(since, wholes) else 0
    return n
