"""The audit of the whole printed report: its tables, its tables together, and its prose."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pandas as pd

from peerbook.audit import audit, text
from peerbook.audit.findings import PLACE, Finding, findings_frame
from peerbook.published.cells import as_counts
from peerbook.published.tables import TABLES, as_printed, load

AUDITED = ("regions", "log_completion", "demographics", "baseline", "baseline_use", "associations")
# Family, friends and neighbours share one questionnaire, so one row of missing answers.
MISSING_OF = {"family": "social_network", "friends": "social_network", "neighbours": "social_network"}
READINGS = ("as printed only", "as printed and corrected", "corrected only")


@lru_cache
def _audit_report() -> pd.DataFrame:
    printed, corrected = _findings(printed=True), _findings(printed=False)
    key = list(PLACE)
    both = printed.merge(corrected[key].drop_duplicates(), on=key, how="left", indicator="side")
    reading = both["side"].map({"left_only": READINGS[0], "both": READINGS[1]}).astype(str)
    after = corrected.merge(printed[key].drop_duplicates(), on=key, how="left", indicator="side")
    new = after[after["side"] == "left_only"].assign(reading=READINGS[2])
    return pd.concat([both.assign(reading=reading), new], ignore_index=True).drop(columns="side")


def audit_report() -> pd.DataFrame:
    """Audit every printed table and the prose, before and after correcting the obvious misprints.

    Returns
    -------
    DataFrame
        The columns of `peerbook.audit.audit`, and `reading`: "as printed only" (the
        correction settles it), "as printed and corrected" (it remains) or "corrected only".

    Examples
    --------
    >>> faults = audit_report()
    >>> int((faults["check"] == "change categories complete").sum())
    3
    """
    return _audit_report().copy()


def _findings(printed: bool) -> pd.DataFrame:
    tables = {name: _reading(name, printed) for name in TABLES}
    found = [audit(as_counts(tables[name]), TABLES[name].number, missing_of=MISSING_OF) for name in AUDITED]
    claims = tables["claims"]
    prose = [
        *first_logs(tables["log_completion"], tables["baseline"]),
        *text.identities(claims, tables["identities"]),
        *text.references(claims, tables["references"], tables),
        *text.statements(tables["statements"], tables["associations"]),
    ]
    return pd.concat([*found, findings_frame(prose)], ignore_index=True)


def _reading(name: str, printed: bool) -> pd.DataFrame:
    """Read a table with its numbers as printed or corrected; names of regions always corrected."""
    table = load(name)
    return as_printed(table) if printed and TABLES[name].numbers and name != "regions" else table


def first_logs(log_completion: pd.DataFrame, baseline: pd.DataFrame) -> Iterator[Finding]:
    """Find regions whose number of first logs is not the number of people with a first log.

    Parameters
    ----------
    log_completion, baseline : DataFrame
        Tables A4.1 and A4.3.

    Yields
    ------
    Finding
    """
    first = log_completion[log_completion["month"] == 1].set_index("region")
    first = first["quarterly"] + first["monthly"]
    people = baseline[baseline["variable"] == "n"].set_index("region")["n"]
    for region in first.index[first != people.reindex(first.index)]:
        said = f"{first[region]:g} logs at month 1 in A4.1, n = {people[region]:g} in A4.3"
        place = ("A4.1", region, "month 1", f"{first[region]:g}", f"{people[region]:g}")
        yield Finding("table against table", "error", *place, said)
