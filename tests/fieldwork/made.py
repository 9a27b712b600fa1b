"""Studies of a few people for the field team: who registered, what came in, who withdrew."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from peerbook.fieldwork import Records, Rules, records_of

LAST = "2016-12-21"


def people(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return registrations: person, day, and perhaps project, draw ("yes"), region."""
    filled = [(*row, *("P-1", "yes", "North")[len(row) - 2 :]) for row in rows]
    return pd.DataFrame(filled, columns=["person_id", "registered_on", "project_id", "prize_draw", "region"])


def forms(*rows: tuple[str | None, ...]) -> pd.DataFrame:
    """Return cleaned logs: person, day filled in, and perhaps the day received."""
    filled = [(number, *row, *(None,)[len(row) - 2 :]) for number, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(filled, columns=["log_id", "person_id", "completed_on", "received_on"])
    return frame.assign(region="North", form="monthly", version="full", mode="paper")


def known(
    registered: pd.DataFrame,
    sent_in: pd.DataFrame,
    as_of: str = "",
    withdrawn: tuple[tuple[str, str], ...] | None = None,
    sent: tuple[tuple[str, str], ...] | None = None,
    rules: Rules | None = None,
    project: str = "all",
    ends: str | None = LAST,
) -> Records:
    """Return what was known of such a study on a day."""
    tables = {"registrations": registered, "logs": sent_in}
    if withdrawn is not None:
        left = pd.DataFrame(list(withdrawn), columns=["person_id", "withdrawn_on"])
        tables["fieldwork/withdrawals"] = left.assign(reason="no_time")
    if sent is not None:
        tables["fieldwork/sent"] = pd.DataFrame(list(sent), columns=["person_id", "sent_on"])
    study = SimpleNamespace(
        tables=tables,
        table=lambda name: tables[name],
    )
    return records_of(study, sent_in, as_of, project, replace(rules or Rules(), ends=ends or ""))
