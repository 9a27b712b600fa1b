"""Agreement: every printed number of the log chapters beside the rebuilt one.

`text-agreement` says what agreement means here, `table-agreement-summary` counts it by table,
`table-agreement-rules` by kind of number and rule, and `table-agreement` holds every number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.audit.counts import BASE
from peerbook.chapters.side_by_side.agreement.claims import claims_of
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.log_findings import tables as log_tables
from peerbook.chapters.side_by_side.printed_cells import ONE_REGION
from peerbook.outputs import Output, formats, table, text
from peerbook.published.cells import COMPARED
from peerbook.published.cells import cells as cells_of
from peerbook.published.claims import claims_agreement, compute_claims
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE, STATUSES

if TYPE_CHECKING:
    from peerbook.study import Study

NO_CELL = "nothing in these data to compute it from"
CENSUS = "census figures, not in the log's data"
JUDGED = "judgements of people who read the questionnaires, not in the log's data"
PRINTED = ("regions", "questionnaires", *COMPARED)
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


def compare(study: Study, results: pd.DataFrame | None = None) -> pd.DataFrame:
    """Set every printed number of the log chapters beside the one rebuilt from a study.

    Parameters
    ----------
    study : Study
    results : DataFrame, optional
        The associations of the study; they are computed if not given.

    Returns
    -------
    DataFrame
        One row per printed number, as `peerbook.published.agreement` returns it: Tables 3.1, 3.2 and
        A4.1 to A4.11, and the prose.
    """
    everywhere = study.region == "all"
    rebuilt = rebuilt_tables(study)
    cells = [cells_of(name, rows) for name, rows in rebuilt.items()]
    if everywhere:
        results = associations(study) if results is None else results
        cells.append(cells_of("associations", _with_every_effect_size(results)))
    claims = compute_claims(claims_of(study), rebuilt) if everywhere else {}
    printed = pd.concat([cells_of(name) for name in PRINTED], ignore_index=True)
    reason = NO_CELL if everywhere else ONE_REGION
    reasons = dict.fromkeys(printed["table"], reason) | {"3.1": CENSUS, "3.2": JUDGED}
    tables = published.agreement(printed, pd.concat(cells), reasons)
    return pd.concat([tables, claims_agreement(claims, reason)], ignore_index=True)


def _with_every_effect_size(results: pd.DataFrame) -> pd.DataFrame:
    """Give an effect size wherever one could be printed, so that a printed one always has its like."""
    if "sd_change" not in results:
        return results
    return results.assign(effect_size=results["mean"] / results["sd_change"])


def rebuilt_tables(study: Study) -> dict[str, pd.DataFrame]:
    """Rebuild Tables A4.1 to A4.4 with the names and columns of the printed ones.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to DataFrame
        log_completion, demographics, baseline, baseline_use.
    """
    return {
        "log_completion": _all_months(log_tables.completion(study).data),
        "demographics": log_tables.characteristics(study).data,
        "baseline": _one_row_of_contacts(log_tables.entry_values(study).data),
        "baseline_use": _with_bases(log_tables.entry_use(study).data, log_tables.first_logs(study), study),
    }


def _all_months(completion: pd.DataFrame) -> pd.DataFrame:
    """Add the printed months after the last log, with no logs, for the regions there are."""
    printed = published.load("log_completion")[["region", "month"]].astype({"month": int})
    printed = printed[printed["region"].isin(completion["region"])]
    return completion.merge(printed, on=["region", "month"], how="outer").fillna(0)


def _one_row_of_contacts(baseline: pd.DataFrame) -> pd.DataFrame:
    """Add the row of missing answers that the printed table has for the three kinds of contact together."""
    missing = baseline[(baseline["variable"] == "family") & (baseline["level"] == log_tables.MISSING)]
    return pd.concat([baseline, missing.assign(variable="social_network")], ignore_index=True)


def _with_bases(use: pd.DataFrame, first_logs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the printed row of people in each region."""
    sizes = {region: len(logs) for region, logs in log_tables.by_region(first_logs, study, log_tables.HOME)}
    bases = pd.DataFrame(
        {"support_type": BASE, "direction": "", "region": list(sizes), "n": list(sizes.values())}
    )
    return pd.concat([bases, use], ignore_index=True)


def meaning(study: Study, agreed: pd.DataFrame) -> Output:
    """Say what agreement means for these data, and how much of it there is."""
    total = published.summary(agreed.assign(table="all")).iloc[0]
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
    return text(
        "text-agreement",
        f"{planted if study.synthetic else real}\n\n{counted}",
        total.drop("table").to_dict(),
    )


def by_table(agreed: pd.DataFrame) -> Output:
    """Count the statuses of each printed table and of the prose."""
    counts = pd.concat([published.summary(agreed), published.summary(agreed.assign(table="all"))])
    names = counts["table"].map({"text": "Prose", "all": "All"}).fillna("Table " + counts["table"])
    return table(
        "table-agreement-summary",
        "Printed numbers and how the rebuilt ones compare, by table",
        counts,
        shown=_shown_counts(counts).set_axis(pd.Index(names, name="table")),
        notes=["Percentages are of the numbers that could be judged: those that agree or differ."],
    )


def by_rule(agreed: pd.DataFrame) -> Output:
    """Count the statuses by kind of number and rule, leniently and strictly."""
    counts = published.summary(agreed, ("quantity", "rule"))
    kinds = counts["quantity"].map(QUANTITIES) + ": " + counts["rule"]
    numbers = counts["numbers"].map(lambda n: formats.plural(n, "number"))
    shown = _shown_counts(counts).drop(columns="numbers")
    return table(
        "table-agreement-rules",
        "Printed numbers and how the rebuilt ones compare, by kind of number and rule",
        counts,
        shown=shown.set_axis(pd.MultiIndex.from_arrays([kinds, numbers], names=["", "Kind and rule"])),
        notes=[
            "The rule is the lenient answer and decides the status. The strict one is in the last column: "
            "numbers that print exactly as printed, of those that could be judged."
        ],
    )


def _shown_counts(counts: pd.DataFrame) -> pd.DataFrame:
    shares = {"agree_percent": "agree, %", "as_printed_percent": "exact, %"}
    numbers = counts[["numbers", *STATUSES]].map(formats.count).rename(columns=HEADINGS)
    return numbers.assign(
        **{name: [formats.percent(share) for share in counts[column]] for column, name in shares.items()}
    )


def every_number(agreed: pd.DataFrame) -> Output:
    """Show every printed number beside the rebuilt one, by table, with a filter."""
    shown = {title: _shown_rows(rows) for title, rows in _sections(agreed)}
    caption = "Every printed number beside the rebuilt one"
    return table("table-agreement", caption, agreed, lambda _: shown, choose=("status", STATUSES))


def _sections(agreed: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Part the numbers by table, in printed order."""
    return [(_heading(name), rows) for name, rows in agreed.groupby("table", sort=False)]


def _heading(number: str) -> str:
    """Title the section of a table, or that of the prose."""
    if number == "text":
        return published.TABLES["claims"].title
    titles = {printed.number: printed.title for printed in published.TABLES.values()}
    return f"Table {number}. {titles.get(number, published.TABLES['associations'].title)}"


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
