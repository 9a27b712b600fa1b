"""All counts of a book as one linear system: which counts add up to which.

A condition more splits a count: the women and the men of a region are the people of the region. Whether the
parts are all the parts is read from the numbers. What is left over is a count as well, and so is everyone who
did not say: nobody publishes these, but a reader can subtract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from peerbook.disclosure.counted import ANSWERED, MISSING, Entry, Key

ELSEWHERE = "before, "  # begins the name of an output as another book of the same data showed it


@dataclass(frozen=True)
class Relation:
    """A count that is the sum of others; `rest` is what these leave over, which no output shows."""

    whole: Key
    parts: tuple[Key, ...]
    rest: Key | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """All counts that it ties together."""
        return (self.whole, *self.parts, *([self.rest] if self.rest else []))


@dataclass(frozen=True)
class System:
    """The counts of a book, and how they hang together.

    Attributes
    ----------
    counts : mapping of Key to int
        Every count that stands somewhere, before protection.
    hidden : mapping of Key to int
        Counts that stand nowhere and follow from these.
    relations : tuple of Relation
    weights : mapping of Key to int
        In how many places a count stands.
    entries : tuple of Entry
        With a key of its own for a count that contradicts another of the same key.
    apart : tuple of Entry
        Those that were set apart for this.
    """

    counts: Mapping[Key, int]
    hidden: Mapping[Key, int]
    relations: tuple[Relation, ...]
    weights: Mapping[Key, int]
    entries: tuple[Entry, ...]
    apart: tuple[Entry, ...] = ()


def system_of(
    entries: Iterable[Entry],
    sums: Mapping[str, tuple[str, ...]] | None = None,
    levels: Mapping[str, Collection[str]] | None = None,
    untold: Collection[Key] = (),
) -> System:
    """Tie the counts of all outputs together.

    Parameters
    ----------
    entries : iterable of Entry
    sums : mapping of str to tuple of str, optional
        Units that are the sum of others.
    levels : mapping of str to collection of str, optional
        The values of conditions that outputs were narrowed in, such as all regions. A margin that no output
        shows is the sum of its parts; of one over regions only if all of them are among the parts.
    untold : collection of Key, optional
        Counts that other books of the same data withhold and no entry has: there the parts are not all.

    Examples
    --------
    >>> def of(n, **where): return Entry("table-1", 0, "n", Key("people", frozenset(where.items())), n)
    >>> found = system_of([of(9, gender="f"), of(3, gender="m"), of(12)])
    >>> found.relations[0].whole.unit, len(found.relations[0].parts), found.relations[0].rest
    ('people', 2, None)
    """
    counts: dict[Key, int] = {}
    kept, apart = [], []
    for entry in sorted(entries, key=lambda entry: entry.role != "count"):  # what stands there comes first
        if counts.setdefault(entry.key, entry.n) != entry.n:
            entry = replace(entry, key=Key(f"{entry.key.unit} ({entry.output})", entry.key.where))
            apart.append(entry)
            while counts.setdefault(entry.key, entry.n) != entry.n:
                entry = replace(entry, key=Key(f"{entry.key.unit}, row {entry.row + 1}", entry.key.where))
        kept.append(entry)
    weights: dict[Key, int] = defaultdict(int)
    for entry in kept:
        weights[entry.key] += 1
    relations, hidden = [], {}
    for relation, unseen in (*_families(kept, counts, levels or {}, untold), *_sums(sums or {}, counts)):
        relations.append(relation)
        hidden |= unseen
    unique = {(relation.whole, frozenset(relation.parts), relation.rest): relation for relation in relations}
    return System(counts, hidden, tuple(unique.values()), weights, tuple(kept), tuple(apart))


def _families(
    entries: list[Entry],
    counts: Mapping[Key, int],
    levels: Mapping[str, Collection[str]],
    untold: Collection[Key],
) -> Iterable[tuple[Relation, dict[Key, int]]]:
    """Give the relations of counts that differ in one condition, within an output in whichever book."""
    families: dict[tuple, set[Key]] = defaultdict(set)
    unanswered = _unanswered(entries, counts)
    for output, key in (*((entry.output, entry.key) for entry in entries), *unanswered):
        for name, value in key.where:
            if value != ANSWERED:
                whole = Key(key.unit, key.where - {(name, value)})
                families[output.removeprefix(ELSEWHERE), name, whole].add(key)
    nowhere = {key: 0 for _, key in unanswered}
    counts = {**counts, **nowhere}
    unseen: dict[Key, int] = {}  # margins that no output shows tie their parts to those of other splits
    for (_, _, whole), members in families.items():
        if whole not in counts:
            unseen[whole] = max(unseen.get(whole, 0), sum(counts[key] for key in members))
    every, at_hand = {**counts, **unseen}, {**unseen, **nowhere}
    nobody: dict[tuple, set[Key]] = defaultdict(set)  # levels that some output shows with nobody
    for (_, name, whole), members in families.items():
        nobody[name, whole] |= {key for key in members if counts[key] == 0}
    lacking: dict[tuple, set[Key]] = defaultdict(set)
    for key in untold:
        for name, value in key.where:
            lacking[name, Key(key.unit, key.where - {(name, value)})].add(key)
    for (_, name, whole), members in families.items():
        summed = sum(counts[key] for key in members) == every[whole]
        members = members | nobody[name, whole] if summed else members
        found = _family(name, whole, sorted(members, key=str), every)
        if whole in unseen:
            absent = set(levels.get(name, ())) - {dict(key.where)[name] for key in members}
            absent |= {dict(key.where)[name] for key in lacking[name, whole]}
            found = (_with_rest(*each, len(absent)) for each in found) if absent else found
        for relation, hidden in found:
            yield relation, {**hidden, **{key: at_hand[key] for key in relation.keys if key in at_hand}}


def _with_rest(
    relation: Relation, hidden: Mapping[Key, int], absent: int
) -> tuple[Relation, Mapping[Key, int]]:
    """Return a sum with a rest: of one part that is absent, which may be few, or of several."""
    if relation.rest:
        return relation, hidden
    rest = Key(f"rest of {relation.whole}", frozenset({("of", ", ".join(map(str, relation.parts)))}))
    return replace(relation, rest=rest), {**hidden, rest: 1 if absent == 1 else 0}


def _unanswered(entries: list[Entry], counts: Mapping[Key, int]) -> set[tuple[str, Key]]:
    """Name the bases that nobody is in, each with its output: no percentage tells of one, as of the others.

    Without them, what a reader adds up of the other bases would seem to be all of it.
    """
    kinds = {(entry.output, kind) for entry in entries if (kind := _kind_of_base(entry.key))}
    shown: dict[tuple[str, Key], int] = defaultdict(int)
    for entry in entries:
        for name, value in entry.key.where:
            base = Key(entry.key.unit, entry.key.where - {(name, value)} | {(name, ANSWERED)})
            if value not in (ANSWERED, MISSING) and (entry.output, _kind_of_base(base)) in kinds:
                shown[entry.output, base] += entry.n
    return {(output, base) for (output, base), n in shown.items() if n == 0 and base not in counts}


def _kind_of_base(key: Key) -> tuple[str, frozenset[tuple[str, bool]]] | None:
    """Return what bases have in common that differ in their group only; None if a count is no base."""
    kind = frozenset((name, value == ANSWERED) for name, value in key.where)
    return (key.unit, kind) if any(is_base for _, is_base in kind) else None


def _family(
    name: str, whole: Key, members: list[Key], counts: Mapping[Key, int]
) -> Iterable[tuple[Relation, dict[Key, int]]]:
    def with_value(value: str) -> Key:
        return Key(whole.unit, whole.where | {(name, value)})

    answered, missing = with_value(ANSWERED), with_value(MISSING)
    parts = [key for key in members if key != missing]
    if answered in counts:
        yield from _split(answered, parts, counts, name)
        if missing in members and whole in counts:
            yield from _split(whole, [answered, missing], counts, f"{name}, asked")
    else:
        yield from _split(whole, members, counts, name)


def _split(
    whole: Key, parts: list[Key], counts: Mapping[Key, int], name: str
) -> Iterable[tuple[Relation, dict[Key, int]]]:
    """Give the relation of a whole with its parts; parts that overlap each have a rest of their own."""
    left = counts[whole] - sum(counts[key] for key in parts)
    if left >= 0:
        rest = Key(f"rest of {whole}", frozenset({(name, ", ".join(map(str, parts)))}))
        yield Relation(whole, tuple(parts), rest if left else None), {rest: left} if left else {}
        return
    for key in parts:
        left = counts[whole] - counts[key]
        if left >= 0:
            rest = Key(f"rest of {whole}", frozenset({(name, str(key))}))
            yield Relation(whole, (key,), rest), {rest: left}


def _sums(
    sums: Mapping[str, tuple[str, ...]], counts: Mapping[Key, int]
) -> Iterable[tuple[Relation, dict[Key, int]]]:
    """Give the relations between units, under each set of conditions that they all meet."""
    for whole, parts in sums.items():
        for key in [key for key in counts if key.unit == whole]:
            others = [Key(part, key.where) for part in parts]
            if all(other in counts for other in others):
                yield from _split(key, others, counts, f"sum of {whole}")
