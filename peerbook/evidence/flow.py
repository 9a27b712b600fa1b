"""Flow: how many there were at each stage, how many left before the next, and why.

A survey funnel, invitations to interviews and screening of papers are all told and drawn the one way of this
module. What nobody wrote down is part of the story: a stage without a count, and those who left without a
reason, read "not stated".
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.disclosure import Counted, Nobody, is_withheld
from peerbook.errors import DataError
from peerbook.outputs import Output, figure, formats, plots
from peerbook.outputs.evidence import REBUILT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.figure import Figure

    from peerbook.disclosure import Counted, Nobody

NOT_STATED = "not stated"
COLUMNS = ("stage", "reason", "group", "n")


def flow(stages: pd.DataFrame) -> pd.DataFrame:
    """Complete the stages of a flow: totals over groups, and who left without a reason.

    Parameters
    ----------
    stages : DataFrame
        `stage` (as readers know it; from the first to the last), `reason` (blank: the row counts those who
        were at the stage; else those who left after it for this reason), `group` (blank: everybody) and `n`
        (missing: not stated). `reason` and `group` may be absent.

    Returns
    -------
    DataFrame
        `stage`, `reason`, `group`, `n` and `percent` (of the first stage that has a count, everybody there
        being 100). Of each stage first everybody, then the groups, then the reasons. A row with the reason
        "not stated" holds those who left without one; its `n` is missing if it cannot be worked out.

    Raises
    ------
    DataError
        If a stage has no row of its own, groups do not add up to everybody, more leave than there were, or a
        stage has more than the one before it.

    Examples
    --------
    >>> flow(pd.DataFrame({"stage": ["asked", "answered"], "n": [10, 4]}))[["stage", "reason", "n"]].values
    array([['asked', '', 10],
           ['asked', 'not stated', 6],
           ['answered', '', 4]], dtype=object)
    """
    counts = _tidy(stages)
    names = counts["stage"].drop_duplicates().tolist()
    here = counts[counts["reason"] == ""]
    if lost := [name for name in names if name not in set(here["stage"])]:
        raise DataError(
            f"flow: stage '{lost[0]}' has reasons to leave and no count; add a row without a reason"
        )
    here = _with_totals(here, "stage")
    left = _with_totals(counts[counts["reason"] != ""], ["stage", "reason"])
    parts = []
    following = dict(pairwise(names))
    for name in names:
        rows = here[here["stage"] == name]
        gone = left[left["stage"] == name]
        parts += [rows, gone, _unexplained(rows, gone, here[here["stage"] == following.get(name)], name)]
    completed = pd.concat(parts, ignore_index=True) if parts else counts
    first = completed.loc[completed["reason"].eq("") & completed["group"].eq(""), "n"].dropna()
    whole = first.iloc[0] if len(first) else None
    return completed.assign(percent=[formats.share(n, whole) for n in completed["n"]])


def _tidy(stages: pd.DataFrame) -> pd.DataFrame:
    counts = stages.reindex(columns=list(COLUMNS))
    words = {column: counts[column].astype(object).fillna("").astype(str) for column in COLUMNS[:3]}
    return counts.assign(**words, n=pd.to_numeric(counts["n"]).astype("Int64"))


def _with_totals(counts: pd.DataFrame, key: str | list[str]) -> pd.DataFrame:
    """Put everybody before the groups, counted up from them where no row says it."""
    parts = []
    for name, rows in counts.groupby(key, sort=False):
        groups, everybody = rows[rows["group"] != ""], rows[rows["group"] == ""]
        total = groups["n"].sum(skipna=False) if len(groups) else pd.NA
        if everybody.empty:
            everybody = rows.head(1).assign(group="", n=pd.array([total], dtype="Int64"))
        said = everybody["n"].iloc[0]
        if not pd.isna(total) and not pd.isna(said) and total != said:
            raise DataError(
                f"flow: at '{name if isinstance(name, str) else name[0]}' the groups add up to {total}, and "
                f"everybody is {said}; put one of them right"
            )
        parts += [everybody, groups]
    return pd.concat(parts, ignore_index=True) if parts else counts


def _unexplained(rows: pd.DataFrame, gone: pd.DataFrame, after: pd.DataFrame, name: str) -> pd.DataFrame:
    """Count those who are neither at the next stage nor left for a stated reason."""
    if after.empty:
        return rows.head(0)
    before, following = (frame.set_index("group")["n"] for frame in (rows, after))
    reasons = gone.groupby("group")["n"].sum(min_count=1)
    found = []
    for group in [each for each in before.index if each in following.index]:
        there, then, named = before[group], following[group], reasons.get(group, 0)
        if pd.isna(there) or pd.isna(then):
            if group == "" and gone.empty:
                found.append((name, NOT_STATED, group, pd.NA))
            continue
        where = f"after '{name}'" + (f", {group}" if group else "")
        if then > there:
            raise DataError(f"flow: {where} there are {then}, and before {there}; a stage never has more")
        rest = there - then - named
        if rest < 0:
            raise DataError(f"flow: {where} {named} leave for a reason, and only {there - then} are gone")
        if rest:
            found.append((name, NOT_STATED, group, rest))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype({"n": "Int64"})


def flow_figure(
    id: str,
    caption: str | Callable[[pd.DataFrame], str],
    stages: pd.DataFrame,
    unit: tuple[str, str] = ("person", "people"),
    *,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (),
    evidence: str = REBUILT,
    people: Counted | Nobody | None = None,
) -> Output:
    """Draw a flow: a box for each stage from the top down, and beside it those who left.

    Parameters
    ----------
    id : str
        Id of the figure.
    caption : str or callable
    stages : DataFrame
        As for `flow`.
    unit : tuple of (str, str)
        What is counted, one and many.
    notes, evidence, people
        As for `peerbook.outputs.figure`.

    Returns
    -------
    Output
        Its data are what `flow` returns. The folded table below it is the list of stages for screen readers.
    """
    if isinstance(people, Counted):  # a reason names who is counted, and is no remark on a number
        people = replace(people, plain=(*people.plain, "reason"))
    return figure(
        id,
        caption,
        partial(in_words, unit=unit),
        flow(stages),
        partial(_drawn, unit=unit),
        arrange=_listed,
        notes=notes,
        evidence=evidence,
        people=people,
    )


def in_words(data: pd.DataFrame, unit: tuple[str, str] = ("person", "people")) -> str:
    """Tell a flow in sentences: the alternative text of its picture.

    Parameters
    ----------
    data : DataFrame
        From `flow`.
    unit : tuple of (str, str)

    Examples
    --------
    >>> rows = [("asked", "", 10), ("asked", "ill", 5), ("came", "", 4)]
    >>> in_words(flow(pd.DataFrame(rows, columns=["stage", "reason", "n"])))
    'Flow from the top down. Asked: 10 people. 5 left: ill. 1 fewer, reason not stated. Came: 4 people.'
    """
    told = []
    for name, rows in data.groupby("stage", sort=False):
        groups = _groups(rows)
        told.append(f"{formats.upper_first(name)}: {_counted(rows, unit)}{f' ({groups})' if groups else ''}.")
        told += [f"{formats.upper_first(line)}." for line in _leavers(rows)]
    return " ".join(["Flow from the top down.", *told]) if told else "A flow without stages."


def _unknown(n: int | float) -> bool:
    """Whether nobody wrote a number down; one that is withheld has its mark."""
    return formats.is_missing(n) and not is_withheld(n)


def _counted(rows: pd.DataFrame, unit: tuple[str, str]) -> str:
    n = rows.loc[rows["reason"].eq("") & rows["group"].eq(""), "n"].iloc[0]
    return NOT_STATED if _unknown(n) else formats.plural(n, *unit)


def _groups(rows: pd.DataFrame) -> str:
    of_groups = rows[rows["reason"].eq("") & rows["group"].ne("")]
    pairs = of_groups[["group", "n"]].itertuples(index=False, name=None)
    return ", ".join(f"{group} {NOT_STATED if _unknown(n) else formats.count(n)}" for group, n in pairs)


def _leavers(rows: pd.DataFrame) -> list[str]:
    """Say how many left for each reason; groups are in the table below the picture."""
    gone = rows[rows["reason"].ne("") & rows["group"].eq("")]
    return [_leaver(reason, n) for reason, n in gone[["reason", "n"]].itertuples(index=False, name=None)]


def _leaver(reason: str, n: int) -> str:
    many = f"a number {NOT_STATED}" if _unknown(n) else formats.count(n)
    return f"{many} fewer, reason {NOT_STATED}" if reason == NOT_STATED else f"{many} left: {reason}"


def _drawn(data: pd.DataFrame, unit: tuple[str, str]) -> Figure:
    boxes: list[plots.Box] = []
    road: tuple[int, ...] = ()
    for row, (name, rows) in enumerate(data.groupby("stage", sort=False)):
        groups = _groups(rows).replace(", ", "\n")
        lines = [formats.upper_first(name), _counted(rows, unit), *([groups] if groups else [])]
        boxes.append(plots.Box("\n".join(lines), 0, row, road))
        road = (len(boxes) - 1,)
        if leavers := _leavers(rows):
            boxes.append(plots.Box("\n".join(leavers), 1, row, road))
    return plots.flow_chart(boxes)


def _listed(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        left=data["reason"].map(lambda reason: f"left: {reason}" if reason else "there"),
        group=data["group"].where(data["group"] != "", "everybody"),
        percent=[formats.percent(percent) for percent in data["percent"]],
        n=[NOT_STATED if _unknown(n) else formats.count(n) for n in data["n"]],
    )
    shown = shown.rename(columns={"left": "there or left", "percent": "percent of the first stage"})
    return shown.set_index(["stage", "there or left"])[["group", "n", "percent of the first stage"]]
