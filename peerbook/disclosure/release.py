"""From decisions to the data that readers get: counts rounded or withheld, and all that follows from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from peerbook.disclosure.counted import (
    LARGEST,
    PERSONS,
    QUOTATIONS,
    Cell,
    Counted,
    Entry,
    Key,
    Nobody,
    Personal,
    Quoted,
    Roles,
    entries_of,
    is_number,
    narrow,
    roles_of,
    scale_of,
    wide,
)
from peerbook.disclosure.policy import Policy
from peerbook.disclosure.suppress import Decisions, decide
from peerbook.disclosure.system import System, system_of
from peerbook.disclosure.withheld import MARK, WITHHELD, is_withheld

_SIGNIFICANT = 3  # digits of what a model estimates
_MEANWHILE = Counted()


@dataclass(frozen=True)
class Held:
    """The data of an output, and what they count: what has to be known to decide about it.

    Attributes
    ----------
    id : str
    data : DataFrame
    said : Counted, Personal, Quoted, Nobody or None
        None: only the names of its columns tell.
    named : bool
        Whether the data are names and values of a text.
    where : tuple of (str, str)
        What all people of it have in common, such as the region a study is narrowed to.
    """

    id: str
    data: pd.DataFrame
    said: Counted | Personal | Quoted | Nobody | None = None
    named: bool = False
    where: tuple[tuple[str, str], ...] = ()

    @property
    def of_people(self) -> bool:
        """Whether it holds numbers to decide about."""
        return not isinstance(self.said, Nobody | Personal | Quoted) and not self.data.empty

    @property
    def counted(self) -> Counted:
        """What it says of its numbers."""
        return self.said if isinstance(self.said, Counted) else _MEANWHILE

    @property
    def rows(self) -> pd.DataFrame:
        """Its data with a column for each kind of number."""
        return wide(self.data) if self.named else self.data

    def roles(self) -> Roles:
        """Settle what each column is."""
        return roles_of(self.id, self.rows, self.counted, self.named)

    def entries(self) -> list[Entry]:
        """Return every count of it."""
        if not self.of_people:
            return []
        return list(entries_of(self.id, self.rows, self.counted, self.roles(), dict(self.where)))


def unchecked(held: Iterable[Held]) -> dict[str, list[str]]:
    """Name, for each output, the numbers, and people's words, that nothing says anything about.

    So are columns that tell persons apart beside words. Outputs without any are left out.
    """
    held = list(held)
    found = {each.id: list(each.roles().unknown) for each in held if each.of_people}
    for each in held:
        if isinstance(each.said, Quoted):
            found[each.id] = [str(name) for name in each.data if str(name) in PERSONS]
        elif not isinstance(each.said, Personal):
            found[each.id] = [*found.get(each.id, []), *_quotations(each.data)]
    return {id: names for id, names in found.items() if names}


def _quotations(data: pd.DataFrame) -> list[str]:
    """Name the columns that hold people's words, as their names have it."""
    named = (str(name) for name in data if str(name).lstrip("_") in QUOTATIONS)
    return [name for name in named if any(isinstance(value, str) and value for value in data[name])]


def joined(
    held: Iterable[Held],
    extra: Iterable[Entry] = (),
    levels: Mapping[str, Collection[str]] | None = None,
    untold: Collection[Key] = (),
) -> System:
    """Make one system of the counts of many outputs.

    Parameters
    ----------
    held : iterable of Held
    extra : iterable of Entry
        Counts of other books, already published.
    levels, untold
        As for `system_of`.
    """
    held = list(held)
    sums = {whole: parts for each in held for whole, parts in each.counted.sums.items()}
    return system_of([*(entry for each in held for entry in each.entries()), *extra], sums, levels, untold)


def release(held: Held, system: System, decisions: Decisions, policy: Policy) -> pd.DataFrame:
    """Return the data of one output as they may be published.

    Parameters
    ----------
    held : Held
    system, decisions
        Of all outputs that were decided about with it.
    policy : Policy

    Returns
    -------
    DataFrame
        Withheld numbers are `WITHHELD`, withheld words are the mark.
    """
    if isinstance(held.said, Personal):
        return held.data.iloc[:0]
    if isinstance(held.said, Quoted):
        return _with_consent(held.data, held.said)
    if not held.of_people:
        return held.data.copy()
    rows = held.rows.copy().reset_index(drop=True)
    mine = [entry for entry in system.entries if entry.output == held.id]
    released = _rows(rows, mine, held.roles(), held.counted, decisions, policy)
    if held.named:
        return narrow(released, held.data)
    return released.set_axis(held.data.index)


def _with_consent(data: pd.DataFrame, said: Quoted) -> pd.DataFrame:
    """Withhold the words of everybody who has not said yes; no answer is no."""
    allowed = data[said.allowed] if said.allowed in data else pd.Series("", index=data.index)
    yes = allowed.astype("string").eq("yes").fillna(False).to_numpy(bool)
    shown = {name: data[name].astype(object).where(yes, MARK) for name in said.words if name in data}
    return data.assign(**shown)


def less_private(data: pd.DataFrame, named: bool) -> pd.DataFrame:
    """Return the data without columns, or of a text without names, that begin with an underscore."""
    if named:
        private = data["name"].astype(str).str.startswith("_")
        return data[~private] if private.any() else data
    private = [column for column in data if str(column).startswith("_")]
    return data.drop(columns=private) if private else data


def alone(held: Held, policy: Policy) -> pd.DataFrame:
    """Protect one output by itself, without a look at others: threshold, rounding, and its own sums."""
    system = joined([held])
    return release(held, system, decide(system, policy), policy)


def _rows(
    rows: pd.DataFrame,
    entries: list[Entry],
    roles: Roles,
    said: Counted,
    decisions: Decisions,
    policy: Policy,
) -> pd.DataFrame:
    shown: dict[tuple[int, str, str], float] = {
        (entry.row, entry.column, entry.role): WITHHELD
        if entry.key in decisions.withheld
        else policy.rounded(entry.n)
        for entry in entries
    }
    columns: dict[str, list[Any]] = {name: rows[name].tolist() for name in rows}
    true = {name: list(values) for name, values in columns.items()}
    records = range(len(rows))

    def count(row: int, column: str) -> float:
        return shown.get((row, column, "count"), true[column][row])

    # One number of all rows, such as all people of the book, says nothing of what is in a row.
    own = [name for name, cell in roles.counts.items() if not (isinstance(cell, Cell) and cell.alone)]
    own = own or list(roles.counts)

    def enough(row: int, column: str, least: int) -> bool:
        """Say whether a count, and those beside it, allow what rests on it; a private one stands alone."""
        n = true[column][row]
        counts = [count(row, name) for name in ([column] if column.startswith("_") else {column, *own})]
        return is_number(n) and n >= least and not any(map(is_withheld, counts))

    numbers = {**roles.percents, **roles.means, **roles.models, **roles.degrees}
    telling = {name: _tells(rows, name, roles) for name in numbers}

    def left_out(row: int, column: str) -> Any:
        """Return what stands for a value; a missing one is marked as well where others of its kind have one.

        That nobody, or one person, has no mean or no spread would tell how many there are.
        """
        value = true[column][row]
        if not is_withheld(count(row, numbers[column])):
            return _left_out(value)
        if isinstance(value, str):
            return MARK
        return WITHHELD if telling[column][row] else _left_out(value)

    for name in roles.counts:
        columns[name] = [count(row, name) for row in records]
    for name, counted in roles.percents.items():
        columns[name] = [
            left_out(i, name)
            if not is_number(true[name][i])
            else _percent(
                true[name][i],
                count(i, counted),
                count(i, said.bases[name]) if name in said.bases else shown.get((i, name, "base")),
                name,
            )
            for i in records
        ]
    for name, base in roles.of.items():
        columns[name] = [
            _percent(true[name][i], shown.get((i, name, "part"), WITHHELD), count(i, base), name)
            for i in records
        ]

    def is_dominated(row: int) -> bool:
        """Say whether two people make up so much of a sum that its mean tells of them."""
        return LARGEST in true and 100 * true[LARGEST][row] > policy.dominance

    for least, named in ((policy.means, roles.means), (policy.models, roles.models)):
        for name, counted in named.items():
            columns[name] = [
                _kept(true[name][i], name, count(i, counted), roles)
                if enough(i, counted, least) and not is_dominated(i)
                else left_out(i, name)
                for i in records
            ]
    for name in roles.degrees:
        columns[name] = [left_out(i, name) for i in records]
    for name in roles.extremes:
        columns[name] = [_left_out(value) for value in true[name]]
    silent = np.array([any(is_withheld(count(row, name)) for name in own) for row in records], bool)
    for name in roles.words:
        columns[name] = _words(rows[name], silent)
    for name, together in roles.shared.items():
        kinds = [rows[column].astype("string").fillna("") for column in together]
        columns[name] = _words(rows[name], pd.Series(silent, rows.index).groupby(kinds).transform("any"))
    for name in [name for name in said.follows if name in columns]:
        left = {each: list(values) for each, values in columns.items()}
        columns[name] = [
            _again(said.follows[name], true[name][i], {each: values[i] for each, values in left.items()})
            for i in records
        ]
    return _typed(rows, columns)


def _percent(value: Any, n: Any, base: Any, column: str) -> Any:
    """Compute a percentage again from released counts."""
    if not is_number(value):
        return value
    if is_withheld(n) or is_withheld(base):
        return WITHHELD
    if base is None:  # a share of nothing tells of no base
        return 0.0 if n == 0 else WITHHELD
    if not base:
        return math.nan
    return min(1.0, n / base) * scale_of(column)


def _again(compute: Callable[[Mapping[str, Any]], Any], value: Any, row: Mapping[str, Any]) -> Any:
    """Compute a value again from what is left of its row."""
    if not is_number(value) and not isinstance(value, bool | np.bool_):
        return value
    found = compute(row)
    if found is None:
        return WITHHELD if is_number(value) else MARK
    return found


def _kept(value: Any, name: str, shown: float, roles: Roles) -> Any:
    """Write a mean, or what a model estimates, so that it does not tell of how many people it is.

    A mean has as many digits as its count as it is shown: those of the count itself would tell the count.
    """
    if not is_number(value):
        return value
    if name in roles.models:
        return float(f"{float(value):.{_SIGNIFICANT}g}")
    return round(float(value), max(0, math.floor(math.log10(max(shown, 1)))))


def _tells(rows: pd.DataFrame, name: str, roles: Roles) -> pd.Series:
    """Say of each row whether a missing value in a column may tell of its count.

    It does not where the column is never filled: rows that name their characteristic differ in what they
    have.
    """
    filled = rows[name].map(is_number)
    if roles.by and isinstance(roles.by[0], tuple):
        kinds = [rows[column].astype("string").fillna("") for column in roles.by[0]]
        return filled.groupby(kinds).transform("any")
    return pd.Series(bool(filled.any()), index=rows.index)


def _words(values: pd.Series, silent: Iterable[bool]) -> list[Any]:
    """Mark words, and no words, of rows that must not say any; of yes and no, no is said if all have one."""
    kind = values.dtype
    if kind == np.dtype(bool):
        instead: Any = False
    else:
        boolean = isinstance(kind, pd.BooleanDtype)
        instead = WITHHELD if pd.api.types.is_numeric_dtype(kind) and not boolean else MARK

    def left(value: Any) -> Any:
        return WITHHELD if is_number(value) else instead

    return [left(value) if quiet else value for value, quiet in zip(values, silent, strict=True)]


def _left_out(value: Any) -> Any:
    """Return what stands for a value."""
    if isinstance(value, bool | np.bool_):
        return False
    if isinstance(value, str):
        return MARK if value else value
    return WITHHELD if is_number(value) else value


def _typed(rows: pd.DataFrame, columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Put changed columns back, with the kind they had where that still holds them."""
    changed = {}
    for name, values in columns.items():
        kind = rows[name].dtype
        marked = any(isinstance(value, str) and value == MARK for value in values)
        if isinstance(kind, pd.CategoricalDtype):
            if marked:
                changed[name] = pd.Series(values, index=rows.index, dtype=object)
        elif pd.api.types.is_bool_dtype(kind):
            changed[name] = pd.Series(values, index=rows.index, dtype=object if marked else kind)
        elif pd.api.types.is_numeric_dtype(kind):
            whole = pd.api.types.is_integer_dtype(kind) and not any(map(is_withheld, values))
            if whole:
                changed[name] = pd.Series(values, index=rows.index, dtype=kind)
            else:
                floats = [math.nan if pd.isna(v) and not is_withheld(v) else float(v) for v in values]
                changed[name] = pd.Series(np.array(floats, dtype=float), index=rows.index)
        elif kind == np.dtype(object):
            changed[name] = pd.Series(values, index=rows.index, dtype=object)
        elif marked:
            changed[name] = pd.Series(values, index=rows.index, dtype=kind)
    return rows.assign(**changed)
