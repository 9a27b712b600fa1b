"""What books of the same people that were published before tell of a new one.

Of an earlier edition the list of decisions gives what was shown, not what was withheld. Data only grow:
whoever was counted before is counted now, unless somebody withdrew. So each sum of the new book was a sum of
the earlier one as well, and each count is the earlier one and those who joined, without those who left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from peerbook.disclosure.counted import Key
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.system import Relation, System

EDITION = "edition"
_FEW = 1  # stands for a count that nobody may work out and whose value no list tells


def earlier(key: Key, edition: str) -> Key:
    """Return the count as an earlier edition had it."""
    return Key(key.unit, key.where | {(EDITION, edition)})


def grown(
    system: System,
    edition: str,
    before: Mapping[Key, float | None],
    policy: Policy,
    *,
    left: bool = False,
) -> System:
    """Tie the counts of a book to those of an earlier edition of growing data.

    Parameters
    ----------
    system : System
        Of the new book.
    edition : str
        The earlier one.
    before : mapping of Key to float or None
        Its counts as they were shown; None if withheld.
    policy : Policy
    left : bool
        Whether somebody may have left since: the data say that people withdrew.

    Returns
    -------
    System
        With the counts of the earlier edition, and those who joined since, which no output shows. Neither
        those withheld before nor a few who joined or left may be worked out.
    """
    tied = {key for relation in system.relations if _touches(relation, before) for key in relation.keys}
    keys = [key for key in {**system.counts, **system.hidden} if key in tied or key in before]
    counts = {earlier(key, edition): round(n) for key, n in before.items() if n is not None and key in keys}
    hidden, relations = {}, []
    for key in keys:
        past, joined = earlier(key, edition), Key(f"joined since {edition}: {key.unit}", key.where)
        if past not in counts:
            hidden[past] = _FEW if key in before else 0
        hidden[joined] = 0
        if left:
            gone = Key(f"left since {edition}: {key.unit}", key.where)
            whole = Key(f"before or now, {edition}: {key.unit}", key.where)
            hidden[gone] = _FEW if before.get(key) else 0
            hidden[whole] = 0
            relations += [Relation(whole, (past,), joined), Relation(whole, (key,), gone)]
        else:
            relations.append(Relation(key, (past,), joined))
    hidden |= _joined(system, edition, before, keys, policy)
    relations += [
        Relation(
            earlier(relation.whole, edition),
            tuple(earlier(part, edition) for part in relation.parts),
            relation.rest and earlier(relation.rest, edition),
        )
        for relation in system.relations
        if _touches(relation, before)
    ]
    return replace(
        system,
        counts={**system.counts, **counts},
        hidden={**system.hidden, **hidden},
        relations=(*system.relations, *relations),
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


def _touches(relation: Relation, before: Mapping[Key, float | None]) -> bool:
    return any(key in before for key in relation.keys)


def _joined(
    system: System, edition: str, before: Mapping[Key, float | None], keys: list[Key], policy: Policy
) -> dict[Key, int]:
    """Estimate how many joined; where the earlier count is withheld, that somebody may have."""
    wholes = defaultdict(list)
    for relation in system.relations:
        for part in relation.parts:
            wholes[part].append(relation.whole)
    every = {**system.counts, **system.hidden}
    slack = policy.rounding // 2 if policy.rounding > policy.width else 0  # then rounding alone hides a few

    def since(key: Key) -> int | None:
        shown = before.get(key)
        if shown is None:
            return None
        n = every[key] - round(shown)
        return max(n, _FEW if shown and n + slack > 0 else 0)

    found = {}
    for key in keys:
        n = since(key)
        if n is None:
            most = [since(whole) for whole in wholes[key]]
            n = _FEW if key in before and 0 not in most else 0
        found[Key(f"joined since {edition}: {key.unit}", key.where)] = n
    return found
