"""Who ticks support cells instead of writing a number, and who fills in the log online."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.blanks import pairs_printed
from stand_in.make.side_by_side.totals import margin, whole_counts

AMOUNT_TABLES = ["A4.6", "A4.7", "A4.8", "A4.9"]
PAPER_IF_SHORT = 0.6


def with_ticks(
    rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame, used: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Add `ticked` and `online` to the logs.

    A person ticks on all logs or on none; a log without any support has nothing to tick. Ticks are on paper
    only. The ticked logs, the pairs that lose their amounts, in all and of the full version, and the online
    logs are as printed.
    """
    any_use = np.any([use.any(axis=1) for use in used.values()], axis=0)
    ticked = any_use & _tickers(rng, logs, pairs, any_use)[logs["person"]]
    logs = logs.assign(ticked=ticked)
    return logs.assign(online=_online(rng, logs))


def _tickers(
    rng: np.random.Generator, logs: pd.DataFrame, pairs: pd.DataFrame, any_use: np.ndarray
) -> np.ndarray:
    """Choose the people who tick; an array over people."""
    size = logs["person"].max() + 1
    lost = any_use[pairs["start"]] | any_use[pairs["end"]]
    full = lost & pairs["has_self_efficacy"]
    lost_pairs = np.bincount(pairs["person"], weights=lost, minlength=size)
    lost_full = np.bincount(pairs["person"], weights=full, minlength=size)
    ticks = np.bincount(logs["person"], weights=any_use, minlength=size)
    wanted = _pairs_lost()
    margins = [
        margin(ticks, printed.claim("logs_ticked")),
        margin(lost_pairs, wanted["health"]),
        margin(lost_full, wanted["self_efficacy"]),
    ]
    offline = np.ones(size)
    offline[logs["person"][logs["region"] == "Elefriends"]] = 0
    return whole_counts(rng.random(size), offline, margins).astype(bool)


def _pairs_lost() -> pd.Series:
    """Return by outcome the pairs in the models of types but in no model of amounts."""
    table = printed.associations()
    whole = pairs_printed(table)
    amounts = pairs_printed(table[table["table"].isin(AMOUNT_TABLES)])
    return whole["types_given"] - amounts.groupby("outcome").max()


def _online(rng: np.random.Generator, logs: pd.DataFrame) -> np.ndarray:
    """Choose the online logs person by person; one person changes from online to paper half way."""
    people = logs.groupby("person").agg({"ticked": "max", "short": "first", "region": "first"})
    paper = 3 * people["ticked"] + PAPER_IF_SHORT * people["short"] - 2 * (people["region"] == "Elefriends")
    rank = (paper + rng.random(len(people))).rank()
    order = logs.assign(rank=logs["person"].map(rank)).sort_values(["rank", "number"]).index
    return logs.index.isin(order[: printed.claim("logs_online")])
