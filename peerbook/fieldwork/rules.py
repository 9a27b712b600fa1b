"""How a study is run: forms, draw, targets.

`data_schema/<study>/fieldwork.yml` says it, and the key `fieldwork` in the `study.yml` of a data folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.choices import did_you_mean
from peerbook.data.described import build
from peerbook.errors import DataError, ParameterError

if TYPE_CHECKING:
    from peerbook.data import Definitions

FILE = "fieldwork.yml"
PERSON, PROJECT = "person", "project"


@dataclass(frozen=True)
class Rules:
    """How a study is run; what a study does not say is as here.

    Attributes
    ----------
    quarterly_every : int
        The first form is a quarterly one, and after it every so many months.
    last_is_quarterly : bool
        Whether the last form before the end of the study is a quarterly one too.
    silent_months : int
        Months without a form after which a project, or a person, counts as silent.
    prizes : sequence of str
        What is drawn in a round, in order: "person" is a prize for whoever is drawn, "project" one for the
        project that this person came from.
    wins_per_round : int
        How often one person may be drawn in a round.
    targets : mapping of str to int
        People who are to register, by region.
    ends : date, or str
        The last day of the study; empty if that is not known. It is no day of the data: a study that runs has
        data until today, and ends later.
    """

    quarterly_every: int = 3
    last_is_quarterly: bool = True
    silent_months: int = 2
    prizes: Sequence[str] = (PERSON,)
    wins_per_round: int = 1
    targets: Mapping[str, int] = field(default_factory=dict)
    ends: date | str = ""


def day_of(as_of: str | date | None, option: str = "as_of") -> pd.Timestamp | None:
    """Return a day; None for "".

    Raises
    ------
    ParameterError
        If it is none.

    Examples
    --------
    >>> day_of("2016-02-29").day
    29
    """
    if as_of is None or str(as_of).strip() == "":
        return None
    try:
        return pd.Timestamp(date.fromisoformat(str(as_of).strip()[:10]))
    except ValueError:
        raise ParameterError(
            f"{option}: found '{str(as_of)[:40]}'; expected a day of the calendar, written as 2016-02-29."
        ) from None


def rules_of(definitions: Definitions) -> Rules:
    """Read how a study is run from its definitions, as its data folder may have changed them.

    Raises
    ------
    DataError
        If something unknown is said, or something that cannot be.
    """
    rules = build(Rules, definitions.fieldwork, FILE, strict=True)
    for name in ("quarterly_every", "silent_months", "wins_per_round"):
        if getattr(rules, name) < 1:
            raise DataError(f"{FILE}, {name}: found {getattr(rules, name)}; expected 1 or more")
    for prize in rules.prizes:
        if prize not in (PERSON, PROJECT):
            raise DataError(f"{FILE}, prizes: found '{prize[:60]}'; expected {PERSON} or {PROJECT}")
    day_of(rules.ends, f"{FILE}, ends")
    for region in rules.targets:
        if region not in definitions.regions:
            hint = did_you_mean(region, definitions.regions)
            raise DataError(f"{FILE}, targets: '{region}' is not a region{hint}")
    return rules
