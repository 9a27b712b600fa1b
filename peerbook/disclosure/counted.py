"""What an output says of its own numbers: which of them count people, and which people.

Two counts with one key are one count, in whichever outputs they stand; that is how all outputs of a book
become one system.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

ANSWERED, MISSING = "ANSWERED", "MISSING"
EVERYBODY = "n"  # the characteristic that a row on everybody has, in a pair of columns
TOTALS = frozenset({"Total", "TOTAL", "total", "All", "all", "whole"})
# Names of columns that mean the same in every output, where an output does not say otherwise.
COUNTS = frozenset(
    {
        *("n", "people", "logs", "pairs", "count", "base", "answers", "interviews", "extracts", "segments"),
        *("speakers", "respondents", "answered", "invited", "took_part", "persons", "participants"),
    }
)
PERCENTS = frozenset({"percent", "share"})
MEANS = frozenset({"mean", "sd", "ci_low", "ci_high", "low", "high"})
MODELS = frozenset(
    {
        "p_value",
        "p_adjusted",
        "effect_size",
        "effect",
        "effect_low",
        "effect_high",
        "sd_change",
    }
)
# Rows less coefficients, levels that somebody is in; and what tells these beside a p or an interval.
DEGREES = frozenset({"df", "den_df", "num_df", "statistic", "se"})
EXTREMES = frozenset({"min", "max"})
WORDS = frozenset({"reason", "warnings"})  # why a number is missing, or to be read with care
# Columns with people's own words: an output that has one says so, with `Quoted`.
QUOTATIONS = frozenset({"words", "verbatim", "quotation", "quote", "text", "edited_text"})
# Columns that tell one person from others: beside words they would join all that a person said.
PERSONS = frozenset(
    {
        "person",
        "person_id",
        "participant",
        "participant_id",
        "respondent",
        "speaker",
        "speaker_id",
        "interview_id",
    }
)
PLAIN = frozenset({"_largest", "order", "place", "position", "rank"})
LEVELS = frozenset({"month"})  # numbers that tell rows apart
PAIRS = (("variable", "level"), ("characteristic", "level"), ("subgroup_variable", "subgroup_level"))


# Beside means of amounts that no scale bounds: what share of the amounts two people gave (`share_of_two`).
LARGEST = "_largest"


def share_of_two(amounts: pd.Series) -> float:
    """Return the share of a sum of amounts that its two largest make up, from 0 to 1; 0 of a sum of nothing.

    Examples
    --------
    >>> share_of_two(pd.Series([6.0, 3.0, 1.0]))
    0.9
    """
    known = np.sort(amounts.dropna().to_numpy(dtype=float))
    whole = float(amounts.sum())
    return float(known[-2:].sum()) / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Cell:
    """What a column or a named number counts: so many of a unit, under conditions.

    `without` names conditions of the row that this number does not have: all people of a region, beside those
    of them who gave an answer. `alone` says that it has none of them.

    Examples
    --------
    >>> Cell("logs", {"form": "monthly"}).where["form"]
    'monthly'
    """

    unit: str
    where: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    alone: bool = False


CellOf = Callable[[Mapping[str, Any]], Cell | None]  # of a row; None: the number counts nobody there


@dataclass(frozen=True)
class Personal:
    """Said of an output whose every row tells of one person, with the reason: none are published."""

    reason: str


@dataclass(frozen=True)
class Quoted:
    """Said of an output that shows what people said: of real people only where consent is there.

    No column beside the words may tell one person from others (`PERSONS`).

    Attributes
    ----------
    reason : str
        Why the rest of it counts nobody.
    words : tuple of str
        Columns with people's words. They are withheld where `allowed` is anything but "yes".
    allowed : str
        The column that says so, as `coding.consent.may_be_quoted` and `quotable` have it; without it, none is
        shown.
    """

    reason: str
    words: tuple[str, ...]
    allowed: str = "_may_be_quoted"


@dataclass(frozen=True)
class Nobody:
    """Said of an output whose numbers are not of people, with the reason: it passes as it is."""

    reason: str


@dataclass(frozen=True)
class Counted:
    """Said of an output whose numbers are of people, or of what people sent in or said.

    What is not said follows from the names of columns: see `COUNTS`, `PERCENTS`, `MEANS`, `MODELS`, `PLAIN`.
    What is said of a column that is not there is not read.

    Attributes
    ----------
    unit : str
        What all rows together count, the same word in every output that counts the same: "registered". If
        empty, the counts are compared with no other output's.
    counts : mapping of str to str, Cell or callable, or tuple of str
        Columns that count (or, of a text, the names of numbers), each with its unit. A tuple: all of `unit`;
        of a text each of its own name. A function says it of each row, where rows count different things; it
        gives None where the number counts nobody.
    by : tuple of str, or of (str, str)
        Columns that tell rows apart: a characteristic, or a pair of columns, its name and its level. By
        default all columns without numbers.
    each : tuple of str
        Columns that make a question of its own of each of their values: the same people are counted under
        every one, so that nothing adds up over them.
    called : mapping of str to str
        Other outputs' names for conditions, and for columns in `each`, that this one calls otherwise.
    name : str
        A column with the unit of each row, where rows count different things.
    sums : mapping of str to tuple of str
        Units that are the sum of others.
    percents : mapping of str to str
        Columns of percentages, each with the column of counts it is of.
    bases : mapping of str to str
        Columns of percentages, each with the column of their base, if they do not tell it themselves.
    of : mapping of str to str
        Columns of percentages that have no count beside them, each with the column of their base.
    follows : mapping of str to callable
        Columns of numbers, or of yes and no, that would tell the count they come from, each with the function
        that computes it again from what is left of its row; of the function's, None is withheld.
    means, models : mapping of str to str, or tuple of str
        Columns of means, and of what a model estimates, each with the column of counts it rests on.
    extremes : tuple of str
        Columns that tell a value of one person, or how exact counts compare: they are always withheld.
    words : tuple of str
        Columns of words or yes and no that follow from numbers; they are withheld with the row's count.
    shared : mapping of str to tuple of str
        Columns of words about several rows, each with the columns whose values these share; they are withheld
        if a count of any of these rows is.
    plain : tuple of str
        Columns, or names, of numbers that count nobody.

    A column, or a name, that begins with an underscore is for these decisions only: it is never published.
    """

    unit: str = ""
    counts: Mapping[str, str | Cell | CellOf] | tuple[str, ...] = ()
    by: tuple[str | tuple[str, str], ...] | None = None
    each: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    percents: Mapping[str, str] | tuple[str, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    of: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    means: Mapping[str, str] | tuple[str, ...] = ()
    models: Mapping[str, str] | tuple[str, ...] = ()
    extremes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Key:
    """Which count a number is: a unit, and the conditions that its people meet."""

    unit: str
    where: frozenset[tuple[str, str]] = frozenset()

    def __str__(self) -> str:
        return "; ".join([self.unit, *(f"{name}: {value}" for name, value in sorted(self.where))])


@dataclass(frozen=True)
class Entry:
    """One count where it stands: in a row and column of an output, or behind a percentage there.

    Attributes
    ----------
    role : {"count", "base", "part"}
        Whether the number itself stands there, or only follows from a percentage as its base or its part.
    """

    output: str
    row: int
    column: str
    key: Key
    n: int
    role: str = "count"


@dataclass(frozen=True)
class Roles:
    """What each column of an output is, with everything that was left to be read from its name."""

    counts: Mapping[str, Cell | CellOf]
    by: tuple[str | tuple[str, str], ...]
    percents: Mapping[str, str]
    of: Mapping[str, str]
    means: Mapping[str, str]
    models: Mapping[str, str]
    degrees: Mapping[str, str]
    extremes: tuple[str, ...]
    words: tuple[str, ...]
    shared: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def roles_of(id: str, data: pd.DataFrame, said: Counted, named: bool = False) -> Roles:
    """Settle what each column is.

    Parameters
    ----------
    id : str
        Of the output; it is the unit of counts that are compared with no others.
    data : DataFrame
        As the output holds it; of a text with named numbers, one row (see `wide`).
    said : Counted
    named : bool
        Whether it is such a row.

    Returns
    -------
    Roles
        `unknown` names columns with numbers that nothing says anything about.
    """
    numbers = [str(column) for column in data if has_numbers(data[column])]
    unit = said.unit or id
    plain = {*said.plain, *(name for name in numbers if name in PLAIN and name not in said.counts)}
    found = [name for name in numbers if name in COUNTS and name not in plain | _elsewhere(said)]
    counts = said.counts or tuple(found)
    if not isinstance(counts, Mapping):
        own = named and bool(said.counts)
        several = named or len(counts) > 1
        counts = {name: Cell(name if own else f"{unit}, {name}" if several else unit) for name in counts}
    else:
        counts = {
            name: Cell(cell) if isinstance(cell, str) else cell
            for name, cell in counts.items()
            if name in data
        }
    first = next(iter(counts), "")
    by_role = {
        role: {name: first for name in numbers if name in known} | _mapped(getattr(said, role), first)
        for role, known in (("percents", PERCENTS), ("means", MEANS), ("models", MODELS))
    }
    is_model = not (MODELS | DEGREES).isdisjoint(numbers) and not said.means
    taken = {*counts, *said.of, *said.follows, *said.extremes, *said.words, *said.shared, *plain}
    degrees = {name: first for name in numbers if name in DEGREES and name not in taken}
    taken |= {*said.models, *degrees}
    by_role = {role: {n: c for n, c in named.items()
                      if n not in degrees and (n not in taken or n in getattr(said, role))}
               for role, named in by_role.items()}  # fmt: skip
    if is_model:
        by_role["models"] |= by_role["means"]
        by_role["means"] = {}
    extremes = (*said.extremes, *(name for name in numbers if name in EXTREMES and name not in taken))
    known = {
        *counts,
        *plain,
        *said.of,
        *said.follows,
        *degrees,
        *extremes,
        *said.words,
        *said.shared,
        *(n for r in by_role.values() for n in r),
    }
    by = said.by
    if by is not None:
        by = tuple(part for part in by if set(_columns([part])) <= set(data))
    else:
        levels = LEVELS - known
        names = [
            str(c) for c in data if str(c) not in known | (set(numbers) - levels) and str(c) != said.name
        ]
        paired = [pair for pair in PAIRS if set(pair) <= set(names)]
        by = (*paired, *(name for name in names if not any(name in pair for pair in paired)))
    known |= {*_columns(by), said.name, *said.each}
    needs_count = not first and any(by_role.values())
    unknown = tuple(
        n for n in numbers if n not in known or (needs_count and any(n in r for r in by_role.values()))
    )
    roles = {
        role: {name: count for name, count in named.items() if name in data}
        for role, named in by_role.items()
    }
    return Roles(
        counts,
        by,
        roles["percents"],
        {name: base for name, base in said.of.items() if name in data},
        roles["means"],
        roles["models"],
        degrees,
        tuple(name for name in extremes if name in data),
        _words(data, said),
        {
            name: tuple(column for column in together if column in data)
            for name, together in said.shared.items()
            if name in data
        },
        unknown,
    )


def _words(data: pd.DataFrame, said: Counted) -> tuple[str, ...]:
    """Name the columns of words: those that are said, and those known by name where all else is said."""
    taken = {*said.extremes, *said.shared, *said.models, *said.plain, *said.follows, *_columns(said.by or ())}
    found = [] if said.by is None else [str(name) for name in data if name in WORDS and name not in taken]
    return tuple(dict.fromkeys([*(name for name in said.words if name in data), *found]))


def _elsewhere(said: Counted) -> set[str]:
    return {*said.percents, *said.of, *said.means, *said.models, *said.extremes, *_columns(said.by or ())}


def _columns(by: Iterable[str | tuple[str, str]]) -> list[str]:
    return [name for part in by for name in (part if isinstance(part, tuple) else (part,))]


def _mapped(said: Mapping[str, str] | tuple[str, ...], first: str) -> dict[str, str]:
    return dict(said) if isinstance(said, Mapping) else dict.fromkeys(said, first)


def has_numbers(values: pd.Series) -> bool:
    """Say whether a column holds numbers; yes and no are none."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return False
    if pd.api.types.is_numeric_dtype(values.dtype):
        return True
    if values.dtype != object:
        return False
    return any(is_number(value) for value in values)


def is_number(value: Any) -> bool:
    """Say whether a value is a number; yes and no, and a missing value, are none."""
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, int | float | np.number) and not pd.isna(value)


def wide(data: pd.DataFrame) -> pd.DataFrame:
    """Turn the names and values of a text into one row with a column for each name."""
    return pd.DataFrame({name: [value] for name, value in zip(data["name"], data["value"], strict=True)})


def narrow(row: pd.DataFrame, data: pd.DataFrame) -> pd.DataFrame:
    """Put a row that `wide` made back into the order and the kinds of a text's names and values."""
    values = [row[name].iloc[0] for name in data["name"]]
    kind = data["value"].dtype
    made = pd.Series(values, index=data.index, dtype=object)
    withheld = made.map(lambda value: isinstance(value, float) and math.isnan(value)).any()
    if kind != np.dtype(object) and not withheld:
        made = made.astype(kind)
    elif kind != np.dtype(object):
        made = made.astype(float)
    return data.assign(value=made)


def entries_of(
    id: str, data: pd.DataFrame, said: Counted, roles: Roles, where: Mapping[str, str]
) -> Iterator[Entry]:
    """Give every count of an output, with those that its percentages tell of.

    Parameters
    ----------
    id : str
    data : DataFrame
    said : Counted
    roles : Roles
        Of these data.
    where : mapping of str to str
        What all people of the output have in common: the region a study is narrowed to.
    """
    rows = data.to_dict("records")
    for place, row in enumerate(rows):
        conditions = _conditions(row, roles.by, where, said.called)
        for column, cell in roles.counts.items():
            n = row.get(column)
            key = key_of(cell, row, conditions, said, where) if is_number(n) else None
            if key is not None:
                yield Entry(id, place, column, key, round(float(n)))
        for column, counted in roles.percents.items():
            base = None if column in said.bases else base_of(row.get(column), row.get(counted), column)
            key = key_of(roles.counts[counted], row, conditions, said, where) if base is not None else None
            if key is not None:
                yield Entry(
                    id, place, column, _answered(key, roles.by, row, where, said.called), base, "base"
                )
        for column, base in roles.of.items():
            if is_number(row.get(column)) and is_number(row.get(base)):
                key = key_of(roles.counts[base], row, {**conditions, "part": column}, said, where)
                if key is not None:
                    yield Entry(id, place, column, key, part_of(row[column], row[base], column), "part")


def key_of(
    cell: Cell | CellOf,
    row: Mapping[str, Any],
    conditions: Mapping[str, str],
    said: Counted,
    where: Mapping[str, str],
) -> Key | None:
    """Return which count a number is; None if it counts nobody."""
    if not isinstance(cell, Cell):
        cell = cell(row)
        if cell is None:
            return None
    unit = str(row[said.name]) if said.name else cell.unit
    if cell.alone:
        return Key(unit, frozenset((where | dict(cell.where)).items()))
    unit = ", ".join(
        [unit, *(f"{said.called.get(name, name)} {row[name]}" for name in said.each if name in row)]
    )
    kept = {name: value for name, value in conditions.items() if name not in cell.without}
    return Key(unit, frozenset((kept | dict(cell.where)).items()))


def _conditions(
    row: Mapping[str, Any],
    by: Iterable[str | tuple[str, str]],
    where: Mapping[str, str],
    called: Mapping[str, str],
) -> dict[str, str]:
    """Return the conditions of a row; "Total" is none, no answer is `MISSING`."""
    found = dict(where)
    for part in by:
        paired = isinstance(part, tuple)
        name, value = (row.get(part[0]), row.get(part[1])) if paired else (part, row.get(part))
        if paired and (pd.isna(name) or name in ("", EVERYBODY)):
            continue
        if paired and isinstance(value, str) and value == "":
            value = ANSWERED
        value = MISSING if pd.isna(value) else str(value)
        if value not in TOTALS and value != "":
            found[called.get(str(name), str(name))] = value
    return found


def _answered(
    key: Key,
    by: Iterable[str | tuple[str, str]],
    row: Mapping[str, Any],
    where: Mapping[str, str],
    called: Mapping[str, str],
) -> Key:
    """Return the key of the base of a percentage: all who answered what the first condition is about."""
    names = [str(row.get(part[0])) if isinstance(part, tuple) else part for part in by]
    names = [called.get(name, name) for name in names]
    conditions = dict(key.where)
    first = next((name for name in names if name in conditions and name not in where), "")
    if not first:
        return Key(f"{key.unit}, base", key.where)
    return Key(key.unit, frozenset((conditions | {first: ANSWERED}).items()))


def base_of(percent: Any, n: Any, column: str) -> int | None:
    """Return the base that a count and its percentage tell of; None if they tell of none.

    Examples
    --------
    >>> base_of(25.0, 5, "percent"), base_of(0.25, 5, "share"), base_of(0.0, 0, "percent")
    (20, 20, None)
    """
    if not is_number(percent) or not is_number(n) or percent == 0:
        return None
    return round(float(n) * scale_of(column) / float(percent))


def part_of(percent: float, base: float, column: str) -> int:
    """Return the count that a percentage of a base tells of."""
    return round(float(percent) * float(base) / scale_of(column))


def scale_of(column: str) -> int:
    """Return what a whole is in a column of shares: 1 in a column called a share, else 100."""
    return 1 if "share" in column else 100
