"""Who sends in how many logs, who keeps to the short version, and which of the logs are quarterly.

Table A4.1 fixes how many people of a region send 1, 2, ... logs, and how many of these are quarterly; Table
A4.3 how many first logs are short; the n of Tables A4.5 to A4.11 how many pairs each subgroup gives, in all
and in the full version.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.calendar import log_dates
from stand_in.make.side_by_side.people import pairs_per_level
from stand_in.make.side_by_side.totals import margin, trade, whole_counts

ODD_TAIL = "Kensington & Chelsea"
# Two people registered in one region and logged under another: Table A4.1 counts one person more in
# Coventry and in Elefriends than Tables A4.3 and A4.4, and one fewer in Northamptonshire and in Leeds.
MOVED = {("Northamptonshire", "Coventry"): "quarterly", ("Leeds", "Elefriends"): "monthly"}


def with_turnout(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Add each person's number of logs, the region they log under and whether they use the short version.

    Parameters
    ----------
    rng : Generator
    people : DataFrame
        Registered and unregistered people, with subgroup columns.

    Returns
    -------
    DataFrame
        The people with `logs` (0 to 14), `log_region`, `short`, `pairs` (logs less one) and `full_pairs`.
    """
    people = _with_moves(rng, people)
    dealt = _deal_logs(rng, people)
    return _trade_within_regions(rng, people.assign(logs=dealt[:, 0], short=dealt[:, 1].astype(bool)))


def _with_moves(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Mark the people who log under another region than they registered in."""
    people = people.assign(log_region=people["region"], moved="")
    for (home, away), form in MOVED.items():
        candidates = people.index[people["registered"] & (people["region"] == home)]
        people.loc[rng.choice(candidates), ["log_region", "moved"]] = away, form
    return people


def _deal_logs(rng: np.random.Generator, people: pd.DataFrame) -> np.ndarray:
    """Deal (number of logs, short version) within each region, registered and not, in random order."""
    kinds = _kinds(people)
    counts = _counts_of_kinds(rng, kinds, people)
    dealt = np.zeros((len(people), 2), dtype=int)
    dealt[people["moved"] == "monthly"] = 1, 0
    dealt[people["moved"] == "quarterly"] = 1, 1
    for (region, registered), rows in kinds.groupby(["region", "registered"]):
        who = (
            (people["log_region"] == region) & (people["registered"] == registered) & (people["moved"] == "")
        )
        sent = np.repeat(rows[["logs", "short"]].to_numpy(), counts[rows.index], axis=0)
        hand = np.vstack([sent, np.zeros((who.sum() - len(sent), 2), dtype=int)])
        dealt[who] = rng.permutation(hand)
    return dealt


def _kinds(people: pd.DataFrame) -> pd.DataFrame:
    """List the kinds of log senders: region x registered x number of logs x version."""
    rows = [
        (region, registered, logs, short)
        for region in printed.regions()
        for registered in (True, False)
        for logs in printed.people_by_logs(region)
        for short in (0, 1)
        if registered or (people["log_region"][~people["registered"]] == region).any()
    ]
    return pd.DataFrame(rows, columns=["region", "registered", "logs", "short"])


def _counts_of_kinds(rng: np.random.Generator, kinds: pd.DataFrame, people: pd.DataFrame) -> np.ndarray:
    """How many people there are of each kind: whole numbers that meet the flow and Tables A4.1 and A4.3."""
    unregistered, short, logs = ~kinds["registered"], kinds["short"] == 1, kinds["logs"]
    missing = printed.baseline_counts().loc[("social_network", printed.MISSING)]
    moved = people[people["moved"] != ""]
    moved_short = moved[moved["moved"] == "quarterly"]
    repeaters = printed.claim("two_or_more_logs") - printed.claim("pairs_registered_participants")
    margins = [
        margin(unregistered * logs, printed.claim("logs_unregistered")),
        margin(unregistered & (logs >= 2), repeaters),
        # All 146 pairs of Elefriends are in the project type model, which has registered people only.
        margin(unregistered & (kinds["region"] == "Elefriends") & (logs > 1), 0),
        margin(short * logs, printed.claim("logs_short") - len(moved_short)),
    ]
    for region in printed.regions():
        here = kinds["region"] == region
        arrived, left = (moved["log_region"] == region).sum(), (moved_short["region"] == region).sum()
        outsiders = (people["log_region"] == region) & ~people["registered"]
        margins += [
            margin(here & short, missing[region] - left),
            margin(here & unregistered, outsiders.sum()),
        ]
        margins += [
            margin(here & (logs == sent), n - arrived * (sent == 1))
            for sent, n in printed.people_by_logs(region).items()
        ]
    for region, n in _full_pairs_by_region().items():
        margins.append(margin((kinds["region"] == region) * ~short * (logs - 1), n, penalty=0.5))
    return whole_counts(rng.random(len(kinds)), np.full(len(kinds), 200.0), margins)


def _full_pairs_by_region() -> dict[str, float]:
    """Pairs of full logs of the two regions that Table A4.11 gives separately."""
    table = printed.associations()
    rows = table[(table["table"] == "A4.11") & (table["exposure"] == "types_given")]
    return {sample.title(): n for sample, n in rows.groupby("sample")["n"].sum().items()}


def _trade_within_regions(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Let people of a region trade their turnout until the pairs of every subgroup are as printed."""
    holdings = np.column_stack(
        [people["logs"], people["short"], _pairs(people), _pairs(people) * ~people["short"]]
    )
    traits, targets = pairs_per_level(people, _printed_models())
    wanted = np.column_stack([np.full((len(targets), 2), np.nan), targets])
    groups = np.where(
        people["moved"] != "", people["moved"], people["log_region"] + people["registered"].astype(str)
    )
    order = trade(rng, holdings.astype(float), traits, wanted, groups)
    logs, short, pairs, full = holdings[order].T
    return people.assign(logs=logs, short=short.astype(bool), pairs=pairs, full_pairs=full)


def _pairs(people: pd.DataFrame) -> np.ndarray:
    return np.maximum(people["logs"].to_numpy() - 1, 0)


def _printed_models() -> pd.DataFrame:
    """Return the subgroup models whose pairs depend on turnout alone."""
    table = printed.associations()
    subgroups = (table["table"] == "A4.10") & (table["subgroup_variable"] != "project_type")
    return table[subgroups & (table["exposure"] != "projects_attended")]


def make_logs(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Make one row per log left after cleaning, sorted by person and log number.

    Returns
    -------
    DataFrame
        `person` (row of people), `number` (1 = first log), `region` it was sent in from, `home` region of
        the person, `form`, `short`, `completed_on` and `dated` (False for the one unusable date).
    """
    senders = people[people["logs"] > 0]
    person = np.repeat(senders.index, senders["logs"])
    number = np.concatenate([np.arange(1, sent + 1) for sent in senders["logs"]])
    kept = people.loc[
        person, ["region", "log_region", "short", "logs", "start", "stride", "moved", "registered"]
    ]
    logs = kept.reset_index(drop=True).rename(columns={"region": "home", "log_region": "region"})
    logs = logs.assign(person=person, number=number)
    logs = logs.assign(form=_forms(rng, logs), completed_on=log_dates(rng, logs))
    return logs.assign(dated=logs.index != _undated(logs))


def _forms(rng: np.random.Generator, logs: pd.DataFrame) -> np.ndarray:
    """Give each region and log number its printed quarterly logs: to those due, and to last logs."""
    quarterly = pd.Series(False, index=logs.index)
    since = pd.Series(0.0, index=range(logs["person"].max() + 1))
    tables = printed.logs_by_month()
    for number, rows in logs.groupby("number"):
        last = (rows["number"] == rows["logs"]) & (number > 1) & rows["registered"]
        due = since[rows["person"]].to_numpy() + 2 * last + rng.random(len(rows))
        due = due + 100 * _first_forms(rng, rows) if number == 1 else due
        for region, here in rows.groupby("region"):
            wanted = tables[region].loc[number, "quarterly"]
            order = pd.Series(due, index=rows.index)[here.index].sort_values(ascending=False)
            quarterly[order.index[:wanted]] = True
        since[rows["person"]] = np.where(quarterly[rows.index], 0.0, since[rows["person"]] + 1)
    return np.where(quarterly, "quarterly", "monthly")


def _first_forms(rng: np.random.Generator, first: pd.DataFrame) -> np.ndarray:
    """Mark first logs that must be quarterly (1) or monthly (-1).

    The short quarterly form leaves out work and medication; their missing counts in Table A4.3 beyond the
    monthly logs are therefore short quarterly logs, the other short first logs are monthly.
    """
    missing = printed.baseline_counts().loc[("employment", printed.MISSING)]
    monthly = {region: table.loc[1, "monthly"] for region, table in printed.logs_by_month().items()}
    left = first.loc[first["moved"] == "monthly", "home"].value_counts()
    must = pd.Series(0, index=first.index)
    must[first["moved"] == "quarterly"] = 1
    must[first["moved"] == "monthly"] = -1
    for region, here in first[first["short"] & (first["moved"] == "")].groupby("region"):
        quarterly = min(len(here), max(missing[region] - monthly[region] - left.get(region, 0), 0))
        must[rng.permutation(here.index)] = np.repeat([1, -1], [quarterly, len(here) - quarterly])
    return must.to_numpy()


def _undated(logs: pd.DataFrame) -> int:
    """Return the log whose date cannot be used: the last of the person with the most logs in a region.

    Table A4.1 sums to 2,066, the flow ends at 2,064 and the shares are taken of 2,063. Two of the logs the
    table has at months 14 and 15 of Kensington & Chelsea cannot be; the one left there is this one.
    """
    there = logs[logs["region"] == ODD_TAIL]
    return int(there["number"].idxmax())
