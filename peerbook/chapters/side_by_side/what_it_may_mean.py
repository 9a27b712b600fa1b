"""What the findings may mean for commissioners, groups and people: judgements that rest on the findings.

`text-in-short-what-it-may-mean`, `text-for-commissioners`, `text-for-groups`, `text-for-people`. A sentence
that rests on a finding is there only while the finding is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.summary import strength
from peerbook.disclosure import Counted
from peerbook.outputs import Output, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.formats import count, count_percent, is_missing, words
from peerbook.stats import size_word

if TYPE_CHECKING:
    from peerbook.log import Log

__all__ = ["associations", "for_commissioners", "for_groups", "for_people", "in_short", "strength"]

Numbers = Mapping[str, float | str]
_VALUES = '<a href="values_framework.html">what makes it peer support</a>'
_SUMMARY = '<a href="summary.html">Summary at a glance</a>'
_LOG = '<a href="log_findings.html">Log findings</a>'


def in_short(log: Log, found: pd.DataFrame) -> Output:
    """Say in three lines what may follow.

    Parameters
    ----------
    log : Log
    found : DataFrame
        From `strength`.
    """
    return _judged("text-in-short-what-it-may-mean", log, found, _in_short)


def for_commissioners(log: Log, found: pd.DataFrame) -> Output:
    """Say what may follow for those who pay for peer support; parameters as for `in_short`."""
    return _judged("text-for-commissioners", log, found, _for_commissioners)


def for_groups(log: Log, found: pd.DataFrame) -> Output:
    """Say what may follow for peer support groups and projects; parameters as for `in_short`."""
    return _judged("text-for-groups", log, found, _for_groups)


def for_people(log: Log, found: pd.DataFrame) -> Output:
    """Say what may follow for people who give or receive support; parameters as for `in_short`."""
    return _judged("text-for-people", log, found, _for_people)


def _judged(id: str, log: Log, found: pd.DataFrame, say: Callable[[Numbers], str]) -> Output:
    cards = found[found["place"] > 0]
    directions = cards["exposure"].str.rpartition("_")[2] if len(cards) else pd.Series(dtype=str)
    better = cards[(cards["change"] == "increased") & (cards["mean"] > 0)]
    numbers = {
        "stand": len(cards),
        "given": int((directions == "given").sum()),
        "received": int((directions == "received").sum()),
        "better": words(better["outcome_label"].str.lower().unique()) if len(better) else "",
        "most": cards["effect_size"].abs().max(),
        "ticked": log.flow["logs_ticked"],
        "logs": log.flow["logs"],
    }
    counts = {"ticked": "logs_ticked", "logs": "logs"}
    said = Counted(counts=counts, models={"most": "logs"}, plain=("stand", "given", "received"))
    return text(id, say, numbers, evidence=JUDGEMENT, people=said)


def _list(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines if line)


def _giving(n: Numbers) -> bool:
    """Whether more findings are about giving support than about receiving it."""
    return n["given"] > n["received"]


def _in_short(n: Numbers) -> str:
    return _list(
        f"People who used more peer support than before also had better scores for {n['better']}."
        if n["better"]
        else "The log does not show that people felt better when they used more peer support.",
        "Giving support seems to matter, and not only receiving it." if _giving(n) else "",
        _how_much(n),
        "What makes it peer support matters as much as how much of it there is.",
    )


def _how_much(n: Numbers) -> str:
    if not n["stand"]:
        return "There may be too few logs to tell, so nobody should count on a change, or rule one out."
    if is_missing(n["most"]):
        return "The changes may have other causes."
    small = size_word(round(n["most"], 2)) in ("trivial", "small")
    return f"The changes are {'small' if small else 'clear'}, and may have other causes."


def _for_commissioners(n: Numbers) -> str:
    return _list(
        f"Pay for projects in which people can give support as well as take it. Of the {count(n['stand'])} "
        f"findings that stand up, {count(n['given'])} are about giving ({_SUMMARY})."
        if _giving(n)
        else "",
        f"Do not pay by change in scores. {_how_much(n)} ({_SUMMARY})",
        f"Ask projects how they keep to {_VALUES}. Numbers of meetings do not show it.",
        "Plan for the costs of asking: people who keep logs need time, and help with them.",
    )


def _for_groups(n: Numbers) -> str:
    return _list(
        f"Make room for everybody to give support ({_SUMMARY})." if _giving(n) else "",
        f"Talk with each other about {_VALUES}, and about what you do in practice.",
        f"If you keep logs, ask how often, and not only whether: on {count_percent(n['ticked'], n['logs'])} "
        f"of the logs a tick stood where a number was asked for ({_LOG})."
        if n["ticked"]
        else f"If you keep logs, go on asking how often, and not only whether ({_LOG}).",
        "Write down who takes part, with their consent, from the first day. It is hard to do later.",
    )


def _for_people(n: Numbers) -> str:
    return _list(
        f"Helping others may be good for you too. Those who gave more support had better scores ({_SUMMARY})."
        if _giving(n) and n["better"]
        else "",
        "These are averages. They say nothing about what is right for you, and nobody has to give more.",
        f"You can look for a group that fits: see {_VALUES}.",
        "Peer support is no treatment, and does not replace care that you need.",
    )
