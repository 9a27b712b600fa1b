"""What books of the same people that were published before tell of a new one.

Of an earlier edition the list of decisions gives what was shown, not what was withheld. Data only grow:
whoever was counted before is counted now. So each sum of the new book was a sum of the earlier one as well,
and each count is the earlier one and those who joined.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from peerbook.disclosure.counted import Key
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.system import Relation, System

EDITION = "edition"
_FEW = 1  # stands for a count that nobody may work out and whose value no list tells


def earlier(key: Key, edition: str) -> Key:
    """Return the count as an earlier edition had it."""
    return Key(key.unit, key.where | {(EDITION, edition)})


def grown(system: System, past: Iterable[tuple[str, Mapping[Key, float | None]]], policy: Policy) -> System:
    """Tie the counts of a book to those of earlier editions of growing data.

    Parameters
    ----------
    system : System
        Of the new book.
    past : iterable of (str, mapping of Key to float or None)
        The earlier editions in their order, the oldest first: the counts of each as they were shown; None if
        withheld.
    policy : Policy

    Returns
    -------
    System
        With the counts of the earlier editions, and those who joined since, which no output shows. Neither
        those withheld before nor a few who joined may be worked out.

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
    now = _Past("", every)
    having, showing = dict.fromkeys(every, now), dict.fromkeys(every, now)  # the next edition that does
    for edition, before in reversed(list(past)):
        mine = [relation for relation in system.relations if any(key in before for key in relation.keys)]
        tied = {key: None for relation in mine for key in relation.keys}
        keys = list(tied | dict.fromkeys(key for key in before if key in every))
        for key in keys:
            shown = before.get(key)
            if shown is None:
                hidden[earlier(key, edition)] = _FEW if key in before else 0
            else:
                counts[earlier(key, edition)] = round(shown)
        relations += [_as_of(relation, edition) for relation in mine]
        for key in keys:
            for later in {having[key].edition: having[key], showing[key].edition: showing[key]}.values():
                joined = Key(f"joined from {edition} to {later.edition or 'now'}: {key.unit}", key.where)
                hidden[joined] = _joined(key, before, later, wholes[key], policy)
                relations.append(Relation(later.key(key), (earlier(key, edition),), joined))
        this = _Past(edition, before)
        having |= dict.fromkeys(keys, this)
        showing |= dict.fromkeys((key for key in keys if before.get(key) is not None), this)
    return replace(system, counts=counts, hidden=hidden, relations=tuple(relations))


@dataclass(frozen=True)
class _Past:
    """An edition, "" for the new book, and its counts as far as they are known."""

    edition: str
    counts: Mapping[Key, float | None]

    def key(self, key: Key) -> Key:
        """Return a count as this edition has it."""
        return earlier(key, self.edition) if self.edition else key


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
        Counts that the other book withheld and this one does not have: their values are not told.
    """
    missing = Counter(Key(key.unit, key.where - {pair}) for key in withheld for pair in key.where)
    several = {each.rest: 0 for each in system.relations if each.rest and missing[each.whole] > 1}
    return replace(system, hidden={**system.hidden, **several})


def _joined(
    key: Key, before: Mapping[Key, float | None], later: _Past, wholes: Iterable[Key], policy: Policy
) -> int:
    """Estimate how many joined; where the earlier count is withheld, that somebody may have."""
    rounded = policy.rounding > policy.width  # then rounding alone hides a few
    slack = (2 if later.edition else 1) * (policy.rounding // 2) if rounded else 0

    def since(key: Key) -> int | None:
        shown, now = before.get(key), later.counts.get(key)
        if shown is None or now is None:
            return None
        n = round(now) - round(shown)
        return max(n, _FEW if shown and n + slack > 0 else 0)

    n = since(key)
    if n is None:
        return _FEW if key in before and 0 not in map(since, wholes) else 0
    return n
