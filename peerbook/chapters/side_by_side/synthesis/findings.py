"""The findings of the log under stable names, each with its state in these data and in print.

The published list `log_findings` names them: LF01 and on are those that the report joins with its interviews,
LN01 and on others of its tables. Every association that meets the reading rule today and is on no list comes
after them, under a name made of its parts. Nothing here is typed: a state is read from models and means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side.associations.grid import CELL, ESTIMATED, MODEL, WHOLE
from peerbook.chapters.side_by_side.associations.words import ALPHA, Names, names_of
from peerbook.chapters.side_by_side.log_findings.tables import first_logs
from peerbook.chapters.side_by_side.log_findings.trends import monthly_means, support_panels
from peerbook.choices import check_one_of
from peerbook.log import with_subgroups
from peerbook.outputs import describe, formats
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.log import Log

STUDY = "side_by_side"
CORRECTIONS = ("none", "false_discovery")
HOLDS, WEAKER, TURNED, GONE, NOT_COMPUTABLE, NEW = (
    "holds",
    "weaker",
    "turned",
    "gone",
    "not computable",
    "new",
)
STATES = (HOLDS, WEAKER, TURNED, GONE, NOT_COMPUTABLE, NEW)
NO_NUMBERS = "no numbers in print"
UP, DOWN, NONE = "up", "down", "none"
# What is said of these data where a claim in words does not hold.
_OTHERWISE = MappingProxyType(
    {
        "no association": "an association",
        "no difference between groups": "a difference between groups",
        "differs from other groups": "no clear difference",
        "amount falls": "no clear fall",
        "same": "not the same",
        "lower at entry": "not lower at entry",
        "never down to nothing": "cannot be told from nothing",
    }
)
_NUMBERS = ("n", "people", "mean", "ci_low", "ci_high", "p_value", "effect_size", "size")
_PRINTED = ("n", "mean", "ci_low", "ci_high", "p_value", "p_value_below", "effect_size")
COLUMNS = (
    "finding",
    "what",
    "kind",
    *CELL,
    "direction",
    "state",
    "direction_today",
    "parts",
    "parts_met",
    *_NUMBERS,
    "p_adjusted",
    "survives",
    "reason",
    *(f"{name}_printed" for name in _PRINTED),
    "printed_state",
    "same_sign",
    "in_interval",
    "same_side",
    "taken_up",
    "claims",
    "place",
    "line",
)

Row = Mapping[str, object]


def findings(
    log: Log,
    results: pd.DataFrame,
    *,
    correction: str = "none",
    months: int = 12,
    elsewhere: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give every finding of the log its state in these data, beside that in print.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations` of the chapter on associations.
    correction : {"none", "false_discovery"}
        Whether the rule also asks that the p value, adjusted for the number of models of its kind (Benjamini
        and Hochberg), is below 0.05.
    months : int
        The last month of participation that a course is read to.
    elsewhere : DataFrame, optional
        States that another chapter computed, by `finding`: `state`, and any other of the columns returned.
        They replace what is read here.

    Returns
    -------
    DataFrame
        A row per finding, those of the list first: `finding`; `what` it says; its `kind` ("cell": one mean
        change of the grid; "no association", "group", "course", "entry", "use", "elsewhere"); the cell
        (`sample` to `change`); `direction` as printed; `state` today and `direction_today` in the same words;
        `parts` it is read from and `parts_met`; the numbers of the cell (`n` pairs, `people`, `mean` with its
        limits in points, `p_value`, `effect_size`, `size`), `p_adjusted`, whether it `survives`, `reason` of
        a missing or thin estimate; the printed numbers and `printed_state`; whether the signs agree
        (`same_sign`), today's mean lies in the printed interval (`in_interval`), and both p values lie on one
        side of 0.05 (`same_side`; yes, no or blank); `taken_up` in the printed synthesis; `claims` of the
        statement it stands behind; `place` and `line` of the report.

    Raises
    ------
    ParameterError
        If the correction is unknown.

    Notes
    -----
    A cell holds if it meets the reading rule in the printed direction, and is turned if it does in the other.
    It is weaker if it has the printed direction and one half of the rule (the test or the interval), and gone
    otherwise. Without an estimate it is not computable.
    """
    check_one_of("correction", correction, CORRECTIONS)
    cells = adjusted(results)
    met = cells["survives"] if correction != "none" else cells["changed"]
    cells = cells.assign(met=met.astype(bool))
    names = names_of(log.definitions)
    listed = _listed(log)
    by_place = {tuple(cell[name] for name in CELL): cell for cell in cells.to_dict("records")}
    read = [
        _cell(row, by_place) if row["kind"] == "cell" else _read(row, cells, log, months, correction)
        for row in listed.to_dict("records")
    ]
    found = pd.DataFrame(read, index=listed.index)
    known = listed.assign(**found)
    what = [row["what"] or _cell_in_words(row, names) for row in known.to_dict("records")]
    everywhere = log.region == ALL_REGIONS
    known = known.assign(what=what, **_agreement(known, everywhere))
    everything = pd.concat([known, _new(cells, listed, names)], ignore_index=True)
    everything = everything.reindex(columns=list(COLUMNS))
    text = ["reason", "size", "printed_state", "same_sign", "in_interval", "same_side", "claims", "place"]
    everything = everything.fillna(dict.fromkeys([*text, "line", "taken_up"], ""))
    return everything if elsewhere is None else _replaced(everything, elsewhere)


def adjusted(results: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p values of models of one kind for their number: `p_adjusted`, and what `survives`.

    Models of one kind have the same sample and the same characteristic of people.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    """
    from peerbook.stats import adjust_p_values

    tests = results.drop_duplicates(list(MODEL))[[*MODEL, "p_value"]]
    kinds = tests.groupby(["sample", "subgroup_variable"], sort=False)["p_value"]
    p = kinds.transform(lambda values: adjust_p_values(values, "benjamini-hochberg"))
    cells = results.merge(tests[list(MODEL)].assign(p_adjusted=p), on=list(MODEL))
    return cells.assign(survives=cells["changed"].astype(bool) & (cells["p_adjusted"] < ALPHA))


def direction_of(found: pd.DataFrame, *names: str) -> str:
    """Say in a word which way findings point today; of several that differ, how many still hold.

    Parameters
    ----------
    found : DataFrame
        From `findings`.
    *names : str
        Their names, such as "LF05".

    Returns
    -------
    str
        "up", "down" or "none" (the rule is not met); the words of a finding of another kind; "2 of 3 hold";
        blank if one cannot be computed.

    Examples
    --------
    >>> found = pd.DataFrame({"finding": ["LF05", "LF06"], "state": ["holds", "gone"],
    ...                       "direction_today": ["up", "none"]})
    >>> direction_of(found, "LF05"), direction_of(found, "LF05", "LF06")
    ('up', '1 of 2 hold')
    """
    rows = found[found["finding"].isin(names)]
    if rows.empty or rows["state"].eq(NOT_COMPUTABLE).any():
        return ""
    if len(rows) == 1:
        return rows["direction_today"].iloc[0]
    held = int(rows["state"].eq(HOLDS).sum())
    ways = set(rows["direction_today"])
    if held == len(rows) and len(ways) == 1:
        return ways.pop()
    return f"{held} of {len(rows)} hold"


def claims(found: pd.DataFrame, table: str = "chapter 8") -> dict[str, str]:
    """Say what these data give for the statements of a chapter that rest on findings of the log.

    Parameters
    ----------
    found : DataFrame
        From `findings`.
    table : str
        What the statements are called in the comparison.

    Returns
    -------
    dict of str to str
        By the name of the statement, the word of `direction_of`; statements that rest on no finding, or on
        one that cannot be computed, are left out.
    """
    said = published.printed_statements(STUDY, table)
    words = {name: word_of(found, ids) for name, ids in zip(said["row"], said["claims"], strict=True)}
    return {name: word for name, word in words.items() if word}


def word_of(found: pd.DataFrame, ids: str) -> str:
    """Give the word of `direction_of` for a claim, by the ids it has in lists of claims.

    Parameters
    ----------
    found : DataFrame
        From `findings`.
    ids : str
        With spaces between them; the first that stands behind a finding decides.
    """
    behind = found["claims"].str.split()
    for id in ids.split():
        names = found.loc[behind.map(lambda held, id=id: id in held), "finding"]
        if len(names):
            return direction_of(found, *names)
    return ""


def _cell_in_words(row: Row, names: Names) -> str:
    """Name a finding; by the bare names of its cell if a study has dropped a part of it."""
    region = row["sample"] == WHOLE or row["sample"] in names.regions
    people = not row["subgroup_variable"] or row["subgroup_variable"] in names.subgroups
    if region and people and row["outcome"] in names.outcomes and row["exposure"] in names.measures:
        return names.finding(row)
    return " ".join(row[name] for name in ("outcome", "exposure", "change"))


def _read(row: Row, cells: pd.DataFrame, log: Log, months: int, correction: str) -> dict[str, object]:
    """Read a finding that is not one cell: its state, direction and parts."""
    if row["kind"] in ("no association", "group"):
        return _words(row, *_MODELS[row["kind"]](row, cells, correction))
    if row["kind"] in _LOGS:
        return _words(row, *_LOGS[row["kind"]](row, log, months))
    return _words(row, 0, 0, "asked on another page")


def _listed(log: Log) -> pd.DataFrame:
    """Return the list with its printed numbers; in a book of one region its people are the whole sample."""
    listed = published.load(STUDY, "log_findings")
    listed = listed.join(_in_print(listed))
    here = listed["sample"].eq(log.region.lower()) & (log.region != ALL_REGIONS)
    return listed.assign(sample=listed["sample"].mask(here, WHOLE))


def _cell(row: Row, by_place: Mapping[tuple, Row]) -> dict[str, object]:
    """Read one mean change of the grid."""
    cell = by_place.get(tuple(row[name] for name in CELL))
    if cell is None:
        return _nothing(1, "these data have no such model")
    numbers = {name: cell[name] for name in (*_NUMBERS, "p_adjusted", "survives", "reason")}
    if cell["status"] != ESTIMATED:
        return _nothing(1, cell["reason"]) | numbers
    way = (UP if cell["mean"] > 0 else DOWN) if cell["met"] else NONE
    state = _state(cell, row["direction"], bool(cell["met"]))
    held = {"state": state, "direction_today": way, "parts": 1, "parts_met": int(state == HOLDS)}
    return {**held, **numbers}


def _state(cell: Row, direction: str, met: bool) -> str:
    """Compare a mean change with the direction that a finding says it has."""
    same = (cell["mean"] > 0) == (direction == UP)
    if met:
        return HOLDS if same else TURNED
    apart = cell["ci_low"] > 0 or cell["ci_high"] < 0
    return WEAKER if same and (apart or cell["p_value"] < ALPHA) else GONE


def _nothing(parts: int, reason: str) -> dict[str, object]:
    said = {"state": NOT_COMPUTABLE, "direction_today": "", "reason": reason}
    return {**said, "parts": parts, "parts_met": float("nan")}


def _words(row: Row, met: int, parts: int, reason: str = "", numbers: Row | None = None) -> dict[str, object]:
    """Read a finding that is not one cell from how many of its parts are as it says."""
    if not parts:
        return _nothing(0, reason or "these data hold nothing to read it from")
    needed = {"all": parts, "most": parts // 2 + 1, "any": 1}[row["asks"]]
    state = HOLDS if met >= needed else WEAKER if met and row["kind"] in _LOGS else GONE
    otherwise = _OTHERWISE.get(row["direction"], NONE)
    said = row["direction"] if state == HOLDS else otherwise
    counts = {"parts": parts, "parts_met": met, "reason": reason}
    return {"state": state, "direction_today": said, **counts, **(numbers or {})}


def _no_association(row: Row, cells: pd.DataFrame, correction: str) -> tuple[int, int]:
    """Count the models whose test finds nothing, of those that can be tested."""
    models = _models(row, cells).drop_duplicates(list(MODEL))
    p = models["p_value" if correction == "none" else "p_adjusted"].dropna()
    return int((p >= ALPHA).sum()), len(p)


def _group(row: Row, cells: pd.DataFrame, correction: str) -> tuple[int, int]:
    """Count the mean changes of a group of people that meet the rule, of those estimated."""
    rows = _models(row, cells)
    rows = rows[(rows["subgroup_level"] == row["subgroup_level"]) & (rows["status"] == ESTIMATED)]
    return int(rows["met"].sum()), len(rows)


def _models(row: Row, cells: pd.DataFrame) -> pd.DataFrame:
    same = (cells["sample"] == row["sample"]) & (cells["subgroup_variable"] == row["subgroup_variable"])
    return cells[same & cells["exposure"].isin(row["exposure"].split())]


def _course(row: Row, log: Log, months: int) -> tuple[int, int]:
    """Count the monthly means that take the course a finding says they take."""
    expected = {"amount falls": describe.FALLS, "same": describe.UNCLEAR, UP: describe.RISES}
    ways = [describe.course(monthly_means(log.logs, name, months)).way for name in _measures(row, log)]
    known = [way for way in ways if way != describe.TOO_FEW]
    return sum(way == expected[row["direction"]] for way in known), len(known)


def _measures(row: Row, log: Log) -> list[str]:
    """List the columns of the logs whose course is read."""
    if row["outcome"]:
        outcomes = list(log.definitions.outcomes)
        names = outcomes if row["outcome"] == "all" else row["outcome"].split()
    elif row["exposure"] == "single types":
        overall = log.definitions.support_types.overall
        printed = [panel.measure for panel in support_panels(log) if panel.printed]
        names = [name for name in printed if name not in overall]
    else:
        names = row["exposure"].split()
    return [name for name in names if name in log.logs]


def _use(row: Row, log: Log, months: int) -> tuple[int, int]:
    """Count the measures whose mean lies above zero in every month with enough people."""
    means = [monthly_means(log.logs, name, months) for name in _measures(row, log)]
    drawn = [rows[rows["n"] >= describe.ENOUGH] for rows in means]
    drawn = [rows for rows in drawn if len(rows)]
    return sum(bool((rows["ci_low"] > 0).all()) for rows in drawn), len(drawn)


def _entry(row: Row, log: Log, months: int) -> tuple[int, int, str, dict[str, float]]:
    """Count the outcomes that are lower in the first logs of some people than in those of the others."""
    first = with_subgroups(first_logs(log), log.tables, log.definitions)
    groups = first[row["subgroup_variable"]].dropna() if row["subgroup_variable"] in first else pd.Series()
    first, inside = first.loc[groups.index], groups == row["subgroup_level"]
    outcomes = [name for name in log.definitions.outcomes if name in first]
    scores = first[outcomes].astype(float)
    means = pd.DataFrame({"inside": scores[inside].mean(), "others": scores[~inside].mean()}).dropna()
    lower = int((means["inside"] < means["others"]).sum())
    return lower, len(means), "", {"people": float(inside.sum())}


_MODELS: Mapping[str, Callable[..., tuple]] = MappingProxyType(
    {"no association": _no_association, "group": _group}
)
_LOGS: Mapping[str, Callable[..., tuple]] = MappingProxyType(
    {"course": _course, "use": _use, "entry": _entry}
)


def _in_print(listed: pd.DataFrame) -> pd.DataFrame:
    """Look the printed numbers of cells up in the printed tables, and read them by the same rule."""
    cells = published.load(STUDY, "associations")[[*CELL, *_PRINTED]]
    found = listed[list(CELL)].merge(cells, on=list(CELL), how="left").set_axis(listed.index)[list(_PRINTED)]
    # The report gives an effect size where the rule is met: limits and p values printed at the border.
    states = [
        NO_NUMBERS if pd.isna(cell["mean"]) else _state(cell, way, not pd.isna(cell["effect_size"]))
        for cell, way in zip(found.to_dict("records"), listed["direction"], strict=True)
    ]
    return found.add_suffix("_printed").assign(printed_state=states)


def _agreement(known: pd.DataFrame, everywhere: bool) -> dict[str, list[str]]:
    """Compare sign, interval and p value of the cells, each apart; print is of all regions together."""
    rows = known.to_dict("records")
    both = [everywhere and not pd.isna(row.get("mean")) and not pd.isna(row["mean_printed"]) for row in rows]
    tests = {
        "same_sign": lambda r: (r["mean"] > 0) == (r["mean_printed"] > 0),
        "in_interval": lambda r: r["ci_low_printed"] <= r["mean"] <= r["ci_high_printed"],
        "same_side": lambda r: (r["p_value"] < ALPHA) == (r["p_value_printed"] <= ALPHA),
    }
    return {
        name: [("yes" if test(row) else "no") if known else "" for row, known in zip(rows, both, strict=True)]
        for name, test in tests.items()
    }


def _new(cells: pd.DataFrame, listed: pd.DataFrame, names: Names) -> pd.DataFrame:
    """List the cells of all people, or of a subsample, that meet the rule today and are on no list."""
    met = cells[cells["met"] & (cells["subgroup_variable"] == "")]
    of_list = pd.MultiIndex.from_frame(listed[list(CELL)])
    met = met[~pd.MultiIndex.from_frame(met[list(CELL)]).isin(of_list)]
    rows = met.to_dict("records")
    way = [UP if row["mean"] > 0 else DOWN for row in rows]
    return met[[*CELL, *_NUMBERS, "p_adjusted", "survives", "reason"]].assign(
        finding=[generated_name(row) for row in rows],
        what=[names.finding(row) for row in rows],
        kind="cell",
        direction=way,
        direction_today=way,
        state=NEW,
        parts=1,
        parts_met=1,
        taken_up="no",
    )


def generated_name(row: Row) -> str:
    """Name a cell that is on no list.

    Examples
    --------
    >>> cell = {"sample": "whole", "outcome": "hope", "exposure": "group_given", "change": "increased"}
    >>> generated_name(cell)
    'new-hope-group_given-increased'
    """
    sample = [] if row["sample"] == WHOLE else [str(row["sample"])]
    return "-".join(["new", *sample, str(row["outcome"]), str(row["exposure"]), str(row["change"])])


def _replaced(found: pd.DataFrame, elsewhere: pd.DataFrame) -> pd.DataFrame:
    """Put states that another chapter computed in the place of those read here."""
    names = [name for name in elsewhere if name in found and name != "finding"]
    theirs = elsewhere.set_index("finding")[names]
    rows = found.set_index("finding").astype(dict.fromkeys(names, object))
    for finding in theirs.index.intersection(rows.index):
        rows.loc[finding, names] = theirs.loc[finding]
    return rows.reset_index()[list(found)].infer_objects()


def in_words(row: Row) -> str:
    """Say the estimate of a finding, or of what it was read, in a few words.

    Examples
    --------
    >>> in_words({"mean": 0.84, "ci_low": 0.28, "ci_high": 1.4, "parts": 1, "parts_met": 1, "state": "holds"})
    '0.84 (0.28 to 1.40)'
    >>> in_words({"mean": float("nan"), "parts": 7, "parts_met": 6, "state": "gone"})
    '6 of 7'
    """
    if not formats.is_missing(row["mean"]):
        return formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
    if row["state"] == NOT_COMPUTABLE:
        return NOT_COMPUTABLE
    return f"{formats.count(row['parts_met'])} of {formats.count(row['parts'])}"


def rests_on(found: pd.DataFrame, names: Iterable[str]) -> pd.Series:
    """Give the states of some findings, by name, in the order given; names that are none are left out."""
    states = found.set_index("finding")["state"]
    return states.reindex([name for name in names if name in states.index])
