"""Who speaks in a passage: the cases whose words it holds, in a manner that does not depend on their order.

A case may have a whole source, or passages of it. Where it has passages beside other cases, these are its
words, and not the rest of that source. A passage is said by every case of whose passages it holds a letter;
if there is none, by the cases that have the whole source. Several are given in the order in which they speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Turns:
    """Whose words a source holds.

    Attributes
    ----------
    whole : tuple of str
        The people who have the whole source.
    passages : tuple of (int, int, str)
        Start, end (one past the last character) and person.
    """

    whole: tuple[str, ...] = ()
    passages: tuple[tuple[int, int, str], ...] = ()
    _edges: tuple[np.ndarray, np.ndarray] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts, ends = ([passage[at] for passage in self.passages] for at in (0, 1))
        edges = np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
        object.__setattr__(self, "_edges", edges)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who speaks, those with passages first."""
        return tuple(dict.fromkeys([*(person for *_, person in self.passages), *self.whole]))

    def of(self, words: str, start: int | None, end: int | None) -> tuple[str, ...]:
        """Return who speaks between two characters of a source.

        Parameters
        ----------
        words : str
            The text of the source.
        start, end : int or None
            None: the passage is no piece of the text.

        Examples
        --------
        >>> turns = turns_of([("Bo", None), ("Ada", (0, 4)), ("Cy", (4, 9))])
        >>> turns.of("One. Two.", 0, 4), turns.of("One. Two.", 0, 9)
        (('Ada',), ('Ada', 'Cy'))
        """
        if not self.passages:
            return self.whole
        if start is None or end is None:
            return self.people
        starts, ends = self._edges
        found = np.flatnonzero((starts < end) & (ends > start))
        said = [self.passages[at] for at in found]
        said = [turn for turn in said if words[max(turn[0], start) : min(turn[1], end)].strip()]
        return tuple(dict.fromkeys(person for *_, person in sorted(said))) or self.whole


def turns_of(having: Iterable[tuple[str, tuple[int, int] | None]]) -> Turns:
    """Return whose words a source holds, from people and their passages; None stands for the whole source."""
    having = list(dict.fromkeys(having))
    passages = tuple(sorted((*passage, person) for person, passage in having if passage))
    own = {person for *_, person in passages}
    whole = [person for person, passage in having if not passage]
    several = len({person for person, _ in having}) > 1
    return Turns(tuple(person for person in whole if not several or person not in own), passages)


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Give each key a name of its own: the second of a name gets a number.

    Examples
    --------
    >>> distinct({"a": "Ada", "b": "Bo", "c": "Ada"})
    {'a': 'Ada', 'b': 'Bo', 'c': 'Ada (2)'}
    """
    given: dict[str, str] = {}
    taken = set(names.values())
    used: set[str] = set()
    for key, name in names.items():
        number, new = 1, name
        while new in used or (number > 1 and new in taken):
            number += 1
            new = f"{name} ({number})"
        used.add(new)
        given[key] = new
    return given
