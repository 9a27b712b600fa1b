"""What was planned set against what was reached, with every version of a target a row of its own.

Programmes change their targets, and reports print them in more than one place. Which version is right is not
for a table to decide: each keeps its row, with where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from peerbook.disclosure import Cell, Counted
from peerbook.errors import DataError

VERSION = ("version", "source")
YES, NO, NOT_KNOWN = "yes", "no", "not known"


def planned_against_actual(
    targets: pd.DataFrame, reached: pd.DataFrame, by: Sequence[str] = ("target",)
) -> pd.DataFrame:
    """Set each version of each target beside what was reached.

    Parameters
    ----------
    targets : DataFrame
        One row per target and version: the columns of `by`, `version`, `source` (where it stands) and
        `planned` (missing for an aim without a number).
    reached : DataFrame
        One row per target: the columns of `by`, and `reached` (missing if nobody counted).
    by : sequence of str
        What names a target, such as the target alone, or an area and the target.

    Returns
    -------
    DataFrame
        One row per target and version, in the order of `targets`: `by`, `version`, `source`, `planned`,
        `reached`, `difference` (reached less planned), `percent` (of what was planned; missing for a target
        of zero) and `met` (yes, no, not known). Numbers are nullable: a target that nobody counted keeps its
        row.

    Raises
    ------
    DataError
        If a version of a target, or what was reached of a target, is there twice.

    Examples
    --------
    >>> plan = pd.DataFrame({"target": "people", "version": ["bid", "contract"], "planned": [8, 12]})
    >>> plan = plan.assign(source="")
    >>> done = pd.DataFrame({"target": ["people"], "reached": [9]})
    >>> planned_against_actual(plan, done)[["version", "difference", "percent", "met"]].to_numpy().tolist()
    [['bid', 1, 112.5, 'yes'], ['contract', -3, 75.0, 'no']]
    """
    names = list(by)
    _refuse_twice(targets, [*names, "version"], "targets")
    _refuse_twice(reached, names, "what was reached")
    beside = targets[[*names, *VERSION, "planned"]].merge(reached[[*names, "reached"]], on=names, how="left")
    numbers = beside[["planned", "reached"]].apply(pd.to_numeric).convert_dtypes()
    planned, done = (numbers[name].astype(_kind(numbers[name])) for name in ("planned", "reached"))
    known = planned.notna() & done.notna()
    met = (
        pd.Series(NOT_KNOWN, beside.index).mask(known, NO).mask(known & (done >= planned).fillna(False), YES)
    )
    return beside.assign(
        planned=planned,
        reached=done,
        difference=done - planned,
        percent=(100 * done / planned.mask(planned == 0)).astype("Float64"),
        met=met,
    )


def targets_counted(
    reached: str | Callable[[Mapping[str, Any]], Cell | None],
    by: Sequence[str] = (),
    plain: Sequence[str] = (),
) -> Counted:
    """Say what `planned_against_actual` counts, for disclosure control.

    What goes with `reached` is withheld with it: beside what was planned, each tells it.

    Parameters
    ----------
    reached, by, plain
        As `peerbook.disclosure.Counted` has them: what was reached, columns that tell rows apart, and
        columns added to those of `planned_against_actual` that count nobody.
    """
    return Counted(
        counts={"reached": reached},
        by=tuple(by),
        percents={"percent": "reached"},
        bases={"percent": "planned"},
        extremes=("difference",),
        words=("met",),
        plain=("planned", *plain),
    )


def versions_that_differ(targets: pd.DataFrame, by: Sequence[str] = ("target",)) -> pd.DataFrame:
    """Return the rows of targets whose versions do not plan the same.

    Examples
    --------
    >>> plan = pd.DataFrame({"target": ["people", "people", "events"], "planned": [8, 12, 3]})
    >>> versions_that_differ(plan)["target"].tolist()
    ['people', 'people']
    """
    different = targets.groupby(list(by))["planned"].transform("nunique") > 1
    return targets[different].reset_index(drop=True)


def _kind(numbers: pd.Series) -> str:
    """Return the type of a column of numbers, whole where they are; a column without any is whole."""
    return "Float64" if pd.api.types.is_float_dtype(numbers) else "Int64"


def _refuse_twice(rows: pd.DataFrame, key: list[str], what: str) -> None:
    twice = rows[rows.duplicated(key)]
    if len(twice):
        named = "; ".join(" ".join(map(str, row)) for row in twice[key].itertuples(index=False))
        raise DataError(
            f"{what}: found twice: {named}. Expected one row for each {', '.join(key)}: remove one, or give "
            "it another name."
        )
