"""The draw of a round: one entry for each form that came in, and no winner twice unless the rules say so.

A round is a calendar month. What decides is a hash of the seed, the round and the number of the form: the
entry with the smallest hash is drawn first. So anybody with the list of entries can repeat a draw, in any
order of rows and on any machine; and if an entry that did not win is struck out, the winners stay the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from peerbook.errors import DataError
from peerbook.fieldwork.records import Records
from peerbook.fieldwork.rules import PROJECT

LEDGER = [
    "round",
    "as_of",
    "seed",
    "entries",
    "people",
    "fingerprint",
    "prize",
    "log_id",
    "person_id",
    "project_id",
]


@dataclass(frozen=True)
class Draw:
    """A draw and its outcome.

    Attributes
    ----------
    round : str
        The month that is drawn for, such as "2016-02".
    as_of, seed
        The day and the seed it was drawn with.
    entries : DataFrame
        One row per entry, the first drawn first: `log_id`, `person_id`, `project_id`, `hash`.
    winners : DataFrame
        One row per prize: `prize`, `log_id`, `person_id`, `project_id`.
    fingerprint : str
        A hash of the entries: two draws with the same fingerprint and seed have the same winners.
    prizes : tuple of str
        What was to be drawn.
    """

    round: str
    as_of: pd.Timestamp
    seed: int
    entries: pd.DataFrame = field(repr=False)
    winners: pd.DataFrame = field(repr=False)
    fingerprint: str
    prizes: tuple[str, ...] = ()

    @property
    def ledger(self) -> pd.DataFrame:
        """Return the draw as rows of a ledger, one per prize."""
        return self.winners.assign(
            round=self.round,
            as_of=f"{self.as_of:%Y-%m-%d}",
            seed=self.seed,
            entries=len(self.entries),
            people=self.entries["person_id"].nunique(),
            fingerprint=self.fingerprint,
        )[LEDGER]


def round_of(as_of: pd.Timestamp) -> pd.Period:
    """Return the last month that is over at the end of a day.

    Examples
    --------
    >>> [str(round_of(pd.Timestamp(day))) for day in ("2016-02-28", "2016-02-29")]
    ['2016-01', '2016-02']
    """
    month = as_of.to_period("M")
    return month if as_of.normalize() == month.end_time.normalize() else month - 1


def draw(records: Records, seed: int) -> Draw:
    """Draw the prizes of the last month that is over.

    An entry is a form that came in during the month. A paper form that came in late is in the round of the
    month in which it came, so each form is in one round and none is lost. Left out are forms of people who
    never registered, who did not want to be in the draw, or who had withdrawn by the day; and forms without
    a day. A prize for a project needs an entry of somebody with a project.

    Parameters
    ----------
    records : Records
    seed : int
        Choose it after the entries are closed, in a way that nobody can steer.
    """
    round = round_of(records.as_of)
    entries = _entries(records, round, seed)
    winners = list(_winners(entries, records.rules.prizes, records.rules.wins_per_round))
    columns = ["prize", "log_id", "person_id", "project_id"]
    told = "\n".join(f"{row.log_id},{row.person_id}" for row in entries.sort_values("log_id").itertuples())
    return Draw(
        round=str(round),
        as_of=records.as_of,
        seed=seed,
        entries=entries,
        winners=pd.DataFrame(winners, columns=columns),
        fingerprint=hashlib.sha256(f"{round}\n{told}".encode()).hexdigest()[:16],
        prizes=tuple(records.rules.prizes),
    )


def in_ledger(ledger: pd.DataFrame, drawn: Draw) -> pd.DataFrame:
    """Return a ledger with a draw in it; the same draw again changes nothing.

    Parameters
    ----------
    ledger : DataFrame
        Earlier draws, all as text; empty if there are none.
    drawn : Draw

    Raises
    ------
    DataError
        If the ledger has another draw of the round.
    """
    new = drawn.ledger.astype(object).where(drawn.ledger.notna(), "").astype(str)
    if ledger.empty:
        return new
    if missing := [name for name in LEDGER if name not in ledger]:
        raise DataError(
            f"The ledger of draws lacks {', '.join(missing)}; expected the columns {', '.join(LEDGER)}"
        )
    before = ledger[ledger["round"] == drawn.round][LEDGER].reset_index(drop=True)
    if before.empty:
        return pd.concat([ledger[LEDGER], new], ignore_index=True)
    # A draw of the same entries on a later day is the same draw.
    if not before.drop(columns="as_of").equals(new.drop(columns="as_of").reset_index(drop=True)):
        raise DataError(
            f"The round {drawn.round} was drawn before, with seed {before['seed'].iloc[0]}, "
            f"{before['entries'].iloc[0]} entries and fingerprint {before['fingerprint'].iloc[0]}. "
            f"Found now: seed {drawn.seed}, {len(drawn.entries)} entries, fingerprint {drawn.fingerprint}. "
            "Winners stay as they are: draw with the seed, the day and the data of then, or, if the first "
            "draw was a trial, take its rows out of the ledger"
        )
    return ledger[LEDGER]


def _entries(records: Records, round: pd.Period, seed: int) -> pd.DataFrame:
    people = records.people
    willing = people[(people["prize_draw"] == "yes") & people["withdrawn_on"].isna()]
    forms = records.forms[records.forms["came_in_on"].dt.to_period("M") == round]
    entries = forms[["log_id", "person_id"]].merge(willing[["person_id", "project_id"]], on="person_id")
    hashes = [hashlib.sha256(f"{seed}:{round}:{log_id}".encode()).hexdigest() for log_id in entries["log_id"]]
    entries = entries.assign(project_id=entries["project_id"].astype(object), hash=hashes)
    return entries.astype({"hash": object}).sort_values("hash", ignore_index=True)


def _winners(entries: pd.DataFrame, prizes: Iterable[str], most: int) -> Iterator[dict[str, object]]:
    """Go through the entries in their order, prize by prize."""
    wins: Counter[str] = Counter()
    drawn: set[int] = set()
    for prize in prizes:
        for entry in entries.itertuples(index=False):
            lacks_project = prize == PROJECT and pd.isna(entry.project_id)
            if entry.log_id in drawn or wins[entry.person_id] >= most or lacks_project:
                continue
            drawn.add(entry.log_id)
            wins[entry.person_id] += 1
            yield {"prize": prize} | {name: getattr(entry, name) for name in LEDGER[-3:]}
            break
