"""The synthesis in three lines, and what these data lack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.synthesis.at_a_glance import cells_of
from peerbook.chapters.side_by_side.synthesis.findings import HOLDS, NEW, NOT_COMPUTABLE
from peerbook.chapters.side_by_side.synthesis.joined import NO_LONGER, NOT_DISCUSSED, Joined
from peerbook.chapters.side_by_side.synthesis.tables import lacking
from peerbook.disclosure import Cell, Counted
from peerbook.evidence.matrix import CONTRADICTS
from peerbook.outputs import Output, formats, text
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.log import Log


def in_short(log: Log, whole: Joined) -> Output:
    """Say in three lines which findings hold, who speaks to them, and which judgements lost their ground.

    Parameters
    ----------
    log : Log
    whole : Joined
        From `joined`.
    """
    listed = whole.found[whole.found["taken_up"] == "yes"]
    links, judged = cells_of(whole), whole.judged
    behind = whole.behind[whole.behind["person_id"] != ""]
    counts = {
        "findings": len(listed),
        "holding": int((listed["state"] == HOLDS).sum()),
        "open": int((listed["state"] == NOT_COMPUTABLE).sum()),
        "links": int(links["met"].sum()),
        "spoken": int((links["met"].astype(bool) & (links["people"].fillna(1) > 0)).sum()),
        "people": behind["person_id"].nunique(),
        "extracts": behind["segment_id"].nunique(),
        "judgements": int((judged["relation"] != NOT_DISCUSSED).sum()),
        "against": int((judged["relation"] == CONTRADICTS).sum()),
        "lost": int((judged["standing"] == NO_LONGER).sum()),
        "new": int((whole.found["state"] == NEW).sum()),
        "pairs": len(log.pairs),
        "people_of_pairs": log.pairs["person_id"].nunique(),
    }
    data = pd.DataFrame({"name": list(counts), "value": list(counts.values())})
    units = {
        "people": "people, theme all",
        "extracts": "extracts, theme all",
        "pairs": "pairs",
        "people_of_pairs": "people in pairs",
    }
    counted = Counted(counts={"value": partial(_told, units=units)}, by=())
    return text("text-in-short-synthesis", partial(_in_short, region=log.region), data, people=counted)


def _told(row: Mapping[str, object], units: Mapping[str, str]) -> Cell | None:
    """Return what a number of the lines in short counts; some count findings, links or judgements."""
    return Cell(units[str(row["name"])]) if row["name"] in units else None


def _in_short(data: pd.DataFrame, region: str) -> str:
    n = data.set_index("name")["value"].to_dict()
    unknown = f" {formats.count(n['open'])} could not be worked out." if n["open"] else ""
    first = (
        f"The report set {formats.plural(n['findings'], 'finding')} of the log beside its interviews. "
        f"In these data {formats.count(n['holding'])} of them hold.{unknown} The log has "
        f"{formats.plural(n['pairs'], 'pair')} of logs, by "
        f"{formats.plural(n['people_of_pairs'], 'person', 'people')}."
    )
    if region != ALL_REGIONS:
        first += " That is one region only: what all regions show may be lost in fewer pairs."
    if not n["extracts"]:
        return _listed(
            first, "These data have no coded interviews, so nobody speaks to what the log shows.", ""
        )
    second = (
        f"The log shows {formats.plural(n['links'], 'link')} today. People in interviews speak to "
        f"{formats.count(n['spoken'])}. In all, {formats.plural(n['people'], 'person', 'people')} were "
        f"heard, in {formats.plural(n['extracts'], 'extract')}."
    )
    if not n["judgements"]:
        return _listed(
            first, second, "Nobody has yet said in these data which theme goes with which finding."
        )
    third = (
        f"Readers joined the two {formats.count(n['judgements'])} times. In {formats.count(n['against'])} of "
        f"these they run against each other. {formats.count(n['lost'])} rest on what no longer holds. "
        f"{formats.plural(n['new'], 'new finding')} of the log {'waits' if n['new'] == 1 else 'wait'} to be "
        "discussed."
    )
    return _listed(first, second, third)


def _listed(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines if line)


def lacks(whole: Joined) -> Output | None:
    """Say which raw tables this page would need; nothing if all are there.

    Parameters
    ----------
    whole : Joined
        From `joined`.
    """
    if not whole.lacks:
        return None
    data = pd.DataFrame({"table": whole.lacks})
    return text("text-8.1", lambda data: " ".join(lacking(list(data["table"]), *data["table"])), data)
