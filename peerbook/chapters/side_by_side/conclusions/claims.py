"""What the last chapter and the summary of the report state in numbers and directions, computed.

The published list `claim_parts` says which finding of the log, or which mean change of the grid, each
statement of a direction is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side.agreement.statements import FIGURE_MONTHS, statements_of
from peerbook.chapters.side_by_side.associations.grid import CELL, ESTIMATED, MODEL, WHOLE
from peerbook.chapters.side_by_side.associations.words import ALPHA
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.chapters.side_by_side.coded_rows import APPROACHES, CORE_VALUES, material_of
from peerbook.chapters.side_by_side.coded_statements import computed_statements
from peerbook.chapters.side_by_side.log_findings.tables import HOME, first_logs
from peerbook.chapters.side_by_side.log_findings.trends import monthly_means
from peerbook.chapters.side_by_side.synthesis.findings import DOWN, HOLDS, NONE, NOT_COMPUTABLE, UP
from peerbook.coding import counting
from peerbook.coding.codings import SUPPORTS, codings
from peerbook.outputs import describe, formats
from peerbook.stats import size_word
from peerbook.stats.effects import MEDIUM

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.log import Log

TABLES = ("chapter 11", "summary")  # what the statements are called in the comparison
ALL_HOLD, NO = "all hold", "no"
NAN = float("nan")
# Numbers of the log that its own statements give.
OF_LOG = {
    "c001_projects": "projects_total",
    "c009_log_people": "participants_with_log",
    "c010_programme_share": "summary_programme_share",
    "ch11_log_people": "log_participants_all",
    "ch11_unregistered": "unregistered",
    "ch11_registered": "registered",
    "ch11_registered_with_logs": "registered_with_log",
    "ch11_logs_used": "pairs",
    "ch11_logs_completed": "logs_before_cleaning",
    "ch11_paper_ticks": "ticked_paper_share",
}
OF_CODES = {
    "c004_event_people": "event_people",
    "c005_hub_people": "hub_people",
    "c006_survey_people": "survey_people",
    "c007_interviews": "interviews",
    "c008_bame_people": "bame_people",
}
MILESTONES = "programme/milestones"
INTERVIEWS = {
    "c012_capacity_people": "capacity/interviews",
    "c013_commissioners": "commissioning/interviews",
}
SAID_AGAIN = {"ch11_diagnosis_or_lgbt_again": "ch11_diagnosis_or_lgbt"}
SYNTHESIS, ACCESS = "synthesis", "synthesis.access"  # the codebook, and its heading of why people come
COMES_LESS_OR_ON = ("synthesis.access.less", "synthesis.access.on")
MINORITIES = ("Black", "Asian", "Other")  # of the variable ethnic_group
SAME_EVERYWHERE = ("diagnosis_specific", "sexuality_group")
ONLINE_HOME, ONLINE = "Elefriends", "used_elefriends"

Number = float | str


def numbers_of(log: Log, results: pd.DataFrame, found: pd.DataFrame) -> dict[str, Number]:
    """Compute what the statements of chapter 11 and of the summary say, where the data allow.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    found : DataFrame
        From `peerbook.chapters.side_by_side.synthesis.findings.findings`.

    Returns
    -------
    dict
        By the name of the statement: a number, or words. A statement without data is not in it. Statements of
        the other chapters that are computed on the way are in it too.
    """
    material = material_of(log.study)
    elsewhere = published.derive(STUDY, statements_of(log), {}) | computed_statements(material)
    given = (
        _of_log(log, elsewhere) | _of_programme(log) | _of_codes(material, elsewhere) | _of_models(results)
    )
    twice = {name: given[first] for name, first in SAID_AGAIN.items()}
    return elsewhere | _known(given | twice) | directions(found, results)


def _known(numbers: Mapping[str, Number]) -> dict[str, Number]:
    return {name: x for name, x in numbers.items() if x != "" and not pd.isna(x)}


def directions(found: pd.DataFrame, results: pd.DataFrame) -> dict[str, str]:
    """Say in a word which way each statement of a direction points today.

    Returns
    -------
    dict of str to str
        By the name of the statement: "up", "down" or "none" where its parts all point one way, as they do in
        print; "all hold" where their printed ways differ and each is met; else "1 of 2 hold". Statements with
        a part that cannot be computed are left out.
    """
    words = {claim: _word(parts) for claim, parts in parts_of(found, results).groupby("claim", sort=False)}
    return {claim: word for claim, word in words.items() if word}


def _of_log(log: Log, given: Mapping[str, Number]) -> dict[str, Number]:
    gender = log.registrations["gender"].dropna()
    approach = log.projects["approach"].dropna()
    return {name: given.get(source, NAN) for name, source in OF_LOG.items()} | {
        "c011_women_share": _percent(gender == "Female"),
        "ch11_mostly_groups": _percent(approach == "Group"),
        "ch11_online_givers": _givers_online(log),
        "ch11_more_at_first": _more_at_first(log),
    }


def _percent(answers: pd.Series) -> float:
    return 100 * float(answers.mean()) if len(answers) else NAN


def _givers_online(log: Log) -> str:
    """Say what more people of the online community report on their first log: giving, or receiving."""
    first = first_logs(log)
    first = first[first[HOME] == ONLINE_HOME]
    if first.empty:
        return ""
    given, received = (int(first[f"{ONLINE}_{way}"].sum()) for way in ("given", "received"))
    if given == received:
        return f"as many give as receive: {given}"
    return "giving" if given > received else "receiving"


def _more_at_first(log: Log) -> str:
    """Say whether a type of support is used more in month 2 than in month 1, and all less in the end."""
    support = log.definitions.support_types
    single = [name for name in support.measures if name not in support.overall and name in log.logs]
    overall = [name for name in support.overall if name in log.logs]
    course = {name: _means(log, name) for name in (*single, *overall)}
    course = {name: means for name, means in course.items() if len(means) > 1}
    if not course:
        return ""
    more = any(course[name].iloc[1] > course[name].iloc[0] for name in single if name in course)
    less = all(course[name].iloc[-1] < course[name].iloc[0] for name in overall if name in course)
    return ALL_HOLD if more and less else f"{more + less} of 2 hold"


def _means(log: Log, name: str) -> pd.Series:
    means = monthly_means(log.logs, name, FIGURE_MONTHS)
    return means.loc[means["n"] >= describe.ENOUGH, "mean"].dropna()


def _of_programme(log: Log) -> dict[str, Number]:
    """Read months and interviews of the programme, where the raw folder has their tables."""
    interviews = {
        name: len(log.tables[source]) if source in log.tables else NAN for name, source in INTERVIEWS.items()
    }
    if MILESTONES not in log.tables:
        return interviews
    programme = log.tables[MILESTONES].query("milestone == 'programme'")
    months = {
        name: _month(programme[column].dropna())
        for name, column in (("c002_start", "starts"), ("c003_end", "ends"))
    }
    return interviews | months


def _month(given: pd.Series) -> str:
    return formats.calendar_month(pd.Timestamp(given.iloc[0])) if len(given) else ""


def _of_codes(material: Material, given: Mapping[str, Number]) -> dict[str, Number]:
    return {name: given.get(source, NAN) for name, source in OF_CODES.items()} | {
        "ch11_values_in_all": _values_in_all(material),
        "es_reasons": _kinds_of_reason(material),
    }


def _values_in_all(material: Material) -> float:
    """Count the core values that people speak of in every approach."""
    values = list(material.codes(CORE_VALUES, "value")["code_id"])
    said = codings(material, CORE_VALUES)
    if said.empty or not values:
        return NAN
    people = counting.by_approach(said, values, list(APPROACHES), "context")
    people = people[people["approach"].isin(list(APPROACHES))]
    return int((people["people"] > 0).groupby(people["code"]).all().sum())


def _kinds_of_reason(material: Material) -> float:
    """Count the headings of reasons for coming under which somebody said something."""
    codes = material.codes(SYNTHESIS)
    kinds = codes.loc[codes["parent_id"] == ACCESS, "code_id"]
    kinds = kinds[kinds.isin(codes["parent_id"]) & ~kinds.isin(COMES_LESS_OR_ON)]
    said = codings(material, SYNTHESIS)
    heard = said.loc[said["valence"] == SUPPORTS, "code_id"]
    under = codes.set_index("code_id")["parent_id"].reindex(heard)
    return int(kinds.isin(under).sum()) if len(said) and len(kinds) else NAN


def _of_models(results: pd.DataFrame) -> dict[str, Number]:
    estimated = results[results["status"] == ESTIMATED]
    whole = estimated[(estimated["sample"] == WHOLE) & (estimated["subgroup_variable"] == "")]
    effects = whole.loc[whole["changed"].astype(bool), "effect_size"].abs()
    group = whole[whole["exposure"] == "group_given"].groupby("outcome")["changed"].any()
    minorities = estimated[
        (estimated["subgroup_variable"] == "ethnic_group") & estimated["subgroup_level"].isin(MINORITIES)
    ]
    theirs = minorities.loc[minorities["changed"].astype(bool), "effect_size"].abs()
    gains = results[(results["exposure"] == "types_given") & results["outcome"].isin(["wellbeing", "hope"])]
    return {
        "ch11_effects_small": size_word(round(effects.median(), 2)) if len(effects) else "",
        "ch11_group_most_outcomes": _percent(group),
        "ch11_effects_by_ethnic_group": _percent(theirs >= MEDIUM),
        "ch11_diagnosis_or_lgbt": _differ(results[results["subgroup_variable"].isin(SAME_EVERYWHERE)]),
        "es_giving_every_group": _differ(gains[gains["subgroup_variable"] != ""]),
    }


def _differ(rows: pd.DataFrame) -> str:
    """Say how many models find a difference between groups of people; blank if none was tested."""
    tests = rows.drop_duplicates(list(MODEL))["p_value"].dropna()
    differ = int((tests < ALPHA).sum())
    return "" if tests.empty else f"{differ} of {len(tests)}" if differ else NO


def parts_of(found: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """List what the statements of a direction are made of, with the way of each part, in print and today.

    Parameters
    ----------
    found : DataFrame
        Findings of the log.
    results : DataFrame
        From `associations`.

    Returns
    -------
    DataFrame
        `claim`, `part` (a finding, or blank), `direction` (as the report says), `today` (blank: not
        computable), `holds` and `held` (whether the direction is that of these data, and of the printed
        tables; `held` is missing where no table prints it).
    """
    listed = published.load(STUDY, "claim_parts")
    of_findings = listed.loc[listed["finding"] != "", ["claim", "finding"]]
    of_findings = of_findings.merge(_ways(found), on="finding", how="left")
    cells = listed[listed["finding"] == ""].assign(sample=WHOLE)
    printed = published.load(STUDY, "associations")
    of_cells = cells.drop(columns="finding").merge(_read(results), on=list(CELL), how="left")
    in_print = of_cells[list(CELL)].merge(_printed(printed), on=list(CELL), how="left")["way"].to_numpy()
    same = pd.Series(in_print == of_cells["direction"], index=of_cells.index, dtype="boolean")
    of_cells = of_cells.assign(
        part="",
        today=of_cells["way"].fillna(""),
        holds=of_cells["way"] == of_cells["direction"],
        held=same.mask(pd.isna(in_print)),
    )
    columns = ["claim", "part", "direction", "today", "holds", "held"]
    both = pd.concat([of_findings.rename(columns={"finding": "part"}), of_cells])
    order = {claim: n for n, claim in enumerate(listed["claim"].unique())}
    return (
        both.assign(n=both["claim"].map(order))
        .sort_values("n", kind="stable")[columns]
        .reset_index(drop=True)
    )


def _ways(found: pd.DataFrame) -> pd.DataFrame:
    known = found["state"] != NOT_COMPUTABLE
    return pd.DataFrame(
        {
            "finding": found["finding"],
            "direction": found["direction"],
            "today": found["direction_today"].where(known, ""),
            "holds": found["state"] == HOLDS,
            "held": (found["printed_state"] == HOLDS).astype("boolean").mask(found["mean_printed"].isna()),
        }
    )


def _read(results: pd.DataFrame) -> pd.DataFrame:
    """Read every estimated mean change by the rule: up, down, or neither."""
    cells = results[results["status"] == ESTIMATED]
    return _with_way(cells, cells["changed"].astype(bool))


def _printed(cells: pd.DataFrame) -> pd.DataFrame:
    """Read the printed cells: the report gives an effect size where it reads a change."""
    return _with_way(cells, cells["effect_size"].notna())


def _with_way(cells: pd.DataFrame, changed: pd.Series) -> pd.DataFrame:
    up = (cells["mean"] > 0).map({True: UP, False: DOWN})
    return cells[list(CELL)].assign(way=up.where(changed, NONE))


def _word(parts: pd.DataFrame) -> str:
    if parts["today"].isna().any() or parts["today"].eq("").any():
        return ""
    if len(parts) == 1:
        return parts["today"].iloc[0]
    ways = parts["direction"].unique()
    if parts["holds"].all():
        return ways[0] if len(ways) == 1 else ALL_HOLD
    return f"{int(parts['holds'].sum())} of {len(parts)} hold"
