"""Agreement: every printed number of the log chapters beside the rebuilt one.

`text-agreement` says what agreement means here, `table-agreement-summary` counts it by table,
`table-agreement-rules` by kind of number and rule, and `table-agreement` holds every number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.audit.counts import BASE
from peerbook.chapters.side_by_side.agreement.statements import statements_of
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.beside_print import ONE_REGION, STUDY
from peerbook.chapters.side_by_side.log_findings import tables as log_tables
from peerbook.outputs import Output, formats, table, text
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE, STATUSES

if TYPE_CHECKING:
    from peerbook.log import Log

NO_CELL = "nothing in these data to compute it from"
CENSUS = "census figures, not in the log's data"
JUDGED = "judgements of people who read the questionnaires, not in the log's data"
# The printed tables of the log chapters; `PROSE` are the numbers in the sentences of chapters 3 and 4.
PRINTED = (
    "regions", "questionnaires", "log_completion", "demographics", "baseline", "baseline_use", "associations",
)  # fmt: skip
PROSE = "text"
QUANTITIES = {
    "quarterly": "Quarterly logs",
    "monthly": "Monthly logs",
    "n": "n",
    "percent": "Percentage",
    "mean": "Mean",
    "sd": "SD",
    "min": "Lowest",
    "max": "Highest",
    "p_value": "p of a model",
    "effect_size": "Effect size",
    "rating": "Judgement",
    "value": "Number in the prose",
}
HEADINGS = {AGREES: "agree", DIFFERS: "differ", CONTRADICTED: "contradicted"}
SHORT = {"percent": "%", "effect_size": "ES", "mean": "mean", "sd": "SD"}
# From the status that says least about a cell to the one that says most.
_TELLING = (AGREES, NOT_COMPUTABLE, DIFFERS, CONTRADICTED)


def compare(log: Log, results: pd.DataFrame | None = None) -> pd.DataFrame:
    """Set every printed number of the log chapters beside the one rebuilt from a log.

    Parameters
    ----------
    log : Log
    results : DataFrame, optional
        The associations of the log; they are computed if not given.

    Returns
    -------
    DataFrame
        One row per printed number, as `peerbook.published.compare` returns it: Tables 3.1, 3.2 and
        A4.1 to A4.11, and the prose.
    """
    everywhere = log.region == "all"
    rebuilt, numbers = rebuilt_tables(log), {}
    if everywhere:
        numbers = published.derive(STUDY, statements_of(log), rebuilt)
        results = associations(log) if results is None else results
        rebuilt = rebuilt | {"associations": _with_every_effect_size(results)}
    stated = published.printed_statements(STUDY, PROSE)
    printed = pd.concat([published.printed_cells(STUDY, *PRINTED), stated], ignore_index=True)
    computed = published.rebuilt_statements(PROSE, numbers)
    found = pd.concat([published.rebuilt_cells(STUDY, rebuilt), computed])
    reasons = dict.fromkeys(printed["table"], NO_CELL if everywhere else ONE_REGION)
    reasons |= {"3.1": CENSUS, "3.2": JUDGED}
    return published.compare(printed, found, published.contradictions(STUDY), reasons)


def _with_every_effect_size(results: pd.DataFrame) -> pd.DataFrame:
    """Give an effect size wherever one could be printed, so that a printed one always has its like."""
    if "sd_change" not in results:
        return results
    return results.assign(effect_size=results["mean"] / results["sd_change"])


def rebuilt_tables(log: Log) -> dict[str, pd.DataFrame]:
    """Rebuild Tables A4.1 to A4.4 with the names and columns of the printed ones.

    Parameters
    ----------
    log : Log

    Returns
    -------
    dict of str to DataFrame
        log_completion, demographics, baseline, baseline_use.
    """
    return {
        "log_completion": _all_months(log_tables.completion(log).data),
        "demographics": log_tables.characteristics(log).data,
        "baseline": _one_row_of_contacts(log_tables.entry_values(log).data),
        "baseline_use": _with_bases(log_tables.entry_use(log).data, log_tables.first_logs(log), log),
    }


def _all_months(completion: pd.DataFrame) -> pd.DataFrame:
    """Add the printed months after the last log, with no logs, for the regions there are."""
    printed = published.load(STUDY, "log_completion")[["region", "month"]].astype({"month": int})
    printed = printed[printed["region"].isin(completion["region"])]
    return completion.merge(printed, on=["region", "month"], how="outer").fillna(0)


def _one_row_of_contacts(baseline: pd.DataFrame) -> pd.DataFrame:
    """Add the row of missing answers that the printed table has for the three kinds of contact together."""
    missing = baseline[(baseline["variable"] == "family") & (baseline["level"] == log_tables.MISSING)]
    return pd.concat([baseline, missing.assign(variable="social_network")], ignore_index=True)


def _with_bases(use: pd.DataFrame, first_logs: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Add the printed row of people in each region."""
    sizes = {region: len(logs) for region, logs in log_tables.by_region(first_logs, log, log_tables.HOME)}
    bases = pd.DataFrame(
        {"support_type": BASE, "direction": "", "region": list(sizes), "n": list(sizes.values())}
    )
    return pd.concat([bases, use], ignore_index=True)


def meaning(log: Log, compared: pd.DataFrame) -> Output:
    """Say what agreement means for these data, and how much of it there is."""
    total = published.summary(compared.assign(table="all")).iloc[0].drop("table")
    return text("text-agreement", partial(_meaning, synthetic=log.synthetic), total.to_dict())


def _meaning(total: Mapping[str, float], synthetic: bool) -> str:
    judged = total[AGREES] + total[DIFFERS]
    n = {name: formats.count(total[name]) for name in ("numbers", NOT_COMPUTABLE, CONTRADICTED)}
    counted = (
        f"{n['numbers']} printed numbers were looked up. {formats.count(judged)} could be judged: "
        f"{formats.count_percent(total[AGREES], judged)} agree. {n[NOT_COMPUTABLE]} cannot be computed from "
        f"these data. The other {n[CONTRADICTED]} conflict with another printed number, so that no rebuilt "
        "number could agree with the report; each says with which."
    )
    planted = (
        "**This is not evidence.** The data are a stand-in cohort that was built from the printed tables. "
        "Where its numbers agree with print, the method has recovered what was planted; that says nothing "
        "about peer support, and nothing about whether the report is right."
    )
    real = (
        "The data are not declared synthetic. A number that differs may come from the data, from a choice "
        "the report does not state, or from a slip in print; the rule says how it was compared."
    )
    return f"{planted if synthetic else real}\n\n{counted}"


def by_table(compared: pd.DataFrame) -> Output:
    """Count the statuses of each printed table and of the prose."""
    return table(
        "table-agreement-summary",
        "Printed numbers and how the rebuilt ones compare, by table",
        pd.concat([published.summary(compared), published.summary(compared.assign(table="all"))]),
        _counts_by_table,
        notes=["Percentages are of the numbers that could be judged: those that agree or differ."],
    )


def _counts_by_table(counts: pd.DataFrame) -> pd.DataFrame:
    names = counts["table"].map({PROSE: "Prose", "all": "All"}).fillna("Table " + counts["table"])
    return _shown_counts(counts).set_axis(pd.Index(names, name="table"))


def by_rule(compared: pd.DataFrame) -> Output:
    """Count the statuses by kind of number and rule, leniently and strictly."""
    return table(
        "table-agreement-rules",
        "Printed numbers and how the rebuilt ones compare, by kind of number and rule",
        published.summary(compared, ("quantity", "rule")),
        _counts_by_rule,
        notes=[
            "The rule is the lenient answer and decides the status. The strict one is in the last column: "
            "numbers that print exactly as printed, of those that could be judged."
        ],
    )


def _counts_by_rule(counts: pd.DataFrame) -> pd.DataFrame:
    kinds = counts["quantity"].map(QUANTITIES) + ": " + counts["rule"]
    numbers = counts["numbers"].map(lambda n: formats.plural(n, "number"))
    shown = _shown_counts(counts).drop(columns="numbers")
    return shown.set_axis(pd.MultiIndex.from_arrays([kinds, numbers], names=["", "Kind and rule"]))


def _shown_counts(counts: pd.DataFrame) -> pd.DataFrame:
    shares = {"agree_percent": "agree, %", "as_printed_percent": "exact, %"}
    numbers = counts[["numbers", *STATUSES]].map(formats.count).rename(columns=HEADINGS)
    return numbers.assign(
        **{name: [formats.percent(share) for share in counts[column]] for column, name in shares.items()}
    )


def every_number(compared: pd.DataFrame) -> Output:
    """Show every printed number beside the rebuilt one, by table, with a filter."""
    caption = "Every printed number beside the rebuilt one"
    return table("table-agreement", caption, compared, _sections, choose=("status", STATUSES))


def _sections(compared: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Part the numbers by table, in printed order."""
    return {_heading(name): _shown_rows(rows) for name, rows in compared.groupby("table", sort=False)}


def _heading(number: str) -> str:
    """Title the section of a table, or that of the prose."""
    if number == PROSE:
        return "Numbers in the prose of chapters 3 and 4"
    printed = published.table_index(STUDY)
    titles = {entry.number: entry.title for entry in printed.values()}
    return f"Table {number}. {titles.get(number, printed['associations'].title)}"


def _shown_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the numbers of a printed cell in one row."""
    cells = rows.groupby(["row", "column"], sort=False)
    shown = pd.DataFrame([_cell(numbers) for _, numbers in cells])
    names = [", ".join(filter(None, name)).replace("_", " ") for name in cells.groups]
    return shown.set_axis(pd.Index(names, name="cell"))


def _cell(numbers: pd.DataFrame) -> dict[str, str]:
    """Show the numbers of a cell together, with the status that says most."""
    differences = ["" if formats.is_missing(x) else f"{round(x, 2) + 0.0:+g}" for x in numbers["difference"]]
    return {
        "printed": _joined(numbers, numbers["printed"]),
        "rebuilt": _named(numbers, numbers["rebuilt"]),
        "difference": _joined(numbers, differences),
        "status": max(numbers["status"], key=_TELLING.index),
        "note": "; ".join(dict.fromkeys(filter(None, numbers["note"]))).replace("_", " "),
    }


def _joined(numbers: pd.DataFrame, texts: Iterable[str]) -> str:
    """Give the text that all numbers share, or each number's own."""
    shared = set(texts)
    return shared.pop() if len(shared) == 1 else _named(numbers, texts)


def _named(numbers: pd.DataFrame, texts: Iterable[str]) -> str:
    """Name each text by its quantity, unless there is only one."""
    texts = list(texts)
    if len(texts) == 1:
        return texts[0]
    names = numbers["quantity"].replace(SHORT)
    return ", ".join(f"{name} {said}" for name, said in zip(names, texts, strict=True) if said)
