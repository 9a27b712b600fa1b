"""Agreement: every printed number of the log chapters beside the rebuilt one.

`text-agreement` says what agreement means here, `fig-agreement-kinds` draws it by kind of number,
`table-agreement-summary` counts it by table, `table-agreement-rules` by kind of number and rule,
`table-agreement-calibrated` by whether the stand-in was made to meet the numbers. `table-agreement-decisions`
compares what is read as a change, `fig-agreement-widths` how wide the intervals are,
`table-agreement-sentences` what sentences say of single associations. `table-agreement` holds every number,
and `table-agreement-prose` those of the sentences as claims that the book collects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook import published
from peerbook.audit.counts import BASE
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.agreement.statements import chapter_of, statements_of
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.chapters.side_by_side.beside_print import ONE_REGION, STUDY
from peerbook.chapters.side_by_side.log_findings import tables as log_tables
from peerbook.disclosure import MARK, Counted, is_withheld
from peerbook.evidence.beside_print import EXACT, HELD, NOT_TOLD, is_held
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded
from peerbook.outputs.plots import WIDTH, blank
from peerbook.published.comparison import (
    AGREES,
    CONTRADICTED,
    CORRECTED,
    DIFFERS,
    NOT_COMPUTABLE,
    ONLY_PRINTED,
    SHARES,
    STATUSES,
)
from peerbook.published.means import BOTH, DECISIONS, MARKED, ONLY_PRINT, ONLY_REBUILT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    "n": "Number of people (n)",
    "percent": "Percentage",
    "mean": "Mean",
    "sd": "SD",
    "min": "Lowest",
    "max": "Highest",
    "ci_low": "Lower limit",
    "ci_high": "Upper limit",
    "p_value": "p of a model",
    "effect_size": "Effect size",
    "rating": "Judgement",
    "value": "Number in the prose",
}
HEADINGS = {
    AGREES: "agree",
    CORRECTED: "agree, corrected",
    DIFFERS: "differ",
    CONTRADICTED: "contradicted",
}
SHORT = {"percent": "%", "effect_size": "ES", "mean": "mean", "sd": "SD", "ci_low": "low", "ci_high": "high"}
# From the status that says least about a cell to the one that says most.
_TELLING = (AGREES, NOT_COMPUTABLE, CORRECTED, ONLY_PRINTED, DIFFERS, CONTRADICTED)
# That a number agrees with print tells which it is: of real people none of this is shown.
_COUNTED = Counted(by=(), extremes=(*STATUSES, *SHARES, "contradicted_but_met"), plain=("numbers", "judged"))
CALIBRATED = {"yes": "was made to meet", "no": "was not made to meet"}
_OF_JUDGED = (
    "Percentages are of the numbers that could be judged: those that agree, differ or stand only in print."
)
_ZEROS = (
    "A table of zeros has 0 for every number, p always 1, no effect size and no words; it is judged by the "
    "same rules."
)


def models(log: Log) -> dict[str, pd.DataFrame]:
    """Fit the associations that Tables A4.5 to A4.11 print; none for one region, which no table prints.

    Returns
    -------
    dict of str to DataFrame
        "associations", if there are any.
    """
    return {"associations": associations(log)} if log.region == "all" else {}


def compare(log: Log, fitted: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Set every printed number of the log chapters beside the one rebuilt from a log.

    Parameters
    ----------
    log : Log
    fitted : mapping of str to DataFrame
        From `models`.

    Returns
    -------
    DataFrame
        One row per printed number, as `peerbook.published.compare` returns it: Tables 3.1, 3.2 and
        A4.1 to A4.11, and the prose.
    """
    everywhere = log.region == "all"
    rebuilt = rebuilt_tables(log)
    numbers = published.derive(STUDY, statements_of(log), rebuilt) if everywhere else {}
    planted = published.load(STUDY, "targets")["name"]
    stated = published.printed_statements(STUDY, PROSE)
    stated["calibrated"] = stated["row"].isin(published.statements_that_follow(STUDY, planted))
    printed = pd.concat([published.printed_cells(STUDY, *PRINTED), stated], ignore_index=True)
    computed = published.rebuilt_statements(PROSE, numbers)
    found = pd.concat([published.rebuilt_cells(STUDY, rebuilt | fitted), computed])
    reasons = dict.fromkeys(printed["table"], NO_CELL if everywhere else ONE_REGION)
    reasons |= {"3.1": CENSUS, "3.2": JUDGED}
    return published.compare(printed, found, published.contradictions(STUDY), reasons)


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


def in_short(log: Log, compared: pd.DataFrame, fitted: Mapping[str, pd.DataFrame]) -> Output:
    """Say in three lines how far this build and print agree, and what that shows.

    Parameters
    ----------
    log : Log
    compared : DataFrame
        From `compare`.
    fitted : mapping of str to DataFrame
        From `models`.
    """
    total = published.summary(compared.assign(group="all"), ("group",)).iloc[0]
    asked = published.decisions(STUDY, fitted)
    read = asked.loc[asked["question"] == MARKED, "decision"].value_counts()
    both, only_print, only_rebuilt = (int(read.get(one, 0)) for one in (BOTH, ONLY_PRINT, ONLY_REBUILT))
    counts = {
        "numbers": total["numbers"],
        "judged": total["judged"],
        "agree": total[AGREES] + total[CORRECTED],
        "agree, %": total["agree_percent"],
        "as printed, %": total["as_printed_percent"],
        "read as a change in print": both + only_print,
        "in both": both,
        "only in this build": only_rebuilt,
    }
    shown = ("numbers", "judged", "read as a change in print")
    said = Counted(extremes=tuple(name for name in counts if name not in shown), plain=shown)
    return text("text-in-short-agreement", partial(_in_short, synthetic=log.synthetic), counts, people=said)


def _in_short(n: Mapping[str, float], synthetic: bool) -> str:
    count = {name: formats.count(number) for name, number in n.items()}
    lines = [
        "These data were made up to fit the report. That their numbers agree with it is no evidence that the "
        "report is right."
        if synthetic
        else f"{count['judged']} of {count['numbers']} printed numbers could be compared with these data.",
        f"{count['agree']} of the {count['judged']} printed numbers that could be compared agree "
        f"({formats.percent(n['agree, %'], digits=0)}). Fewer would print just as they were printed: "
        f"{formats.percent(n['as printed, %'], digits=0)}.",
        f"The report reads {count['read as a change in print']} means as a change. This book reads "
        f"{count['in both']} of them as a change too, and {count['only in this build']} others."
        if n["read as a change in print"]
        else "Of these data no means are compared that the report reads as a change.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def by_kind(compared: pd.DataFrame) -> Output:
    """Draw the shares that agree, by kind of number: by the rule, as printed, and for a table of zeros."""
    counted = published.summary(compared, ("quantity",))
    return figure(
        "fig-agreement-kinds",
        "Share of printed numbers that agree, by kind of number",
        _kinds_in_words,
        counted[["quantity", "judged", *SHARES]].query("judged > 0").reset_index(drop=True),
        lambda data: diagrams.dots(_shares_of_kinds(data), "Percent of numbers", _least(data)),
        notes=[
            "Where a table of zeros agrees as often as this build, agreement shows little.",
            _ZEROS,
        ],
        people=_COUNTED,
    )


def _shares_of_kinds(data: pd.DataFrame) -> pd.DataFrame:
    named = data.set_index(data["quantity"].map(QUANTITIES))[list(SHARES)] / 100
    return named.set_axis(["By the rule", "Just as printed", "A table of zeros"], axis=1)


def _least(data: pd.DataFrame) -> str:
    """Say which kind of number agrees least: the headline of the picture."""
    shares = _shares_of_kinds(data).iloc[:, 0].dropna()
    return f"What agrees least: {shares.idxmin()}, {100 * shares.min():.0f}%." if len(shares) > 1 else ""


def _kinds_in_words(data: pd.DataFrame) -> str:
    shares = _shares_of_kinds(data).map(lambda share: formats.percent(100 * share, digits=0))
    said = [f"{row.Index} {row[1]}, {row[2]}, {row[3]}" for row in shares.itertuples()]
    return (
        f"{_least(data)} One row of marks for each kind of number: the share that agrees by the rule, just "
        f"as printed, and of a table of zeros. {'; '.join(said) or 'No data'}."
    ).strip()


def meaning(log: Log, compared: pd.DataFrame) -> Output:
    """Say what agreement means for these data, and how much of it there is."""
    groups = [published.summary(compared.assign(group="all"), ("group",))]
    if log.synthetic:
        groups.append(published.summary(compared.assign(group=compared["calibrated"]), ("group",)))
    met = ((compared["status"] == CONTRADICTED) & (compared["within_rule"] == "yes")).sum()
    counts = pd.concat(groups).assign(contradicted_but_met=met)
    return text("text-agreement", partial(_meaning, synthetic=log.synthetic), counts, people=_COUNTED)


def _meaning(groups: pd.DataFrame, synthetic: bool) -> str:
    rows = groups.set_index("group")
    total = rows.loc["all"]
    n = {
        name: formats.count(total[name]) for name in ("numbers", "judged", *STATUSES, "contradicted_but_met")
    }
    counted = (
        f"{n['numbers']} printed numbers were looked up and {n['judged']} could be judged: {_shares(total)}. "
        f"Corrected readings of misprints account for {n[CORRECTED]} of those that agree, and effect sizes "
        f"that stand only in print for {n[ONLY_PRINTED]} of those that do not. {n[NOT_COMPUTABLE]} cannot be "
        f"computed from these data. The other {n[CONTRADICTED]} conflict with another printed number and are "
        f"not counted either way; each says with which. Of these, {n['contradicted_but_met']} meet their "
        "rule all the same."
    )
    parts = [
        f"Of the {formats.count(rows.loc[answer, 'judged'])} numbers that the stand-in {words}, "
        f"{_shares(rows.loc[answer])}."
        for answer, words in CALIBRATED.items()
        if answer in rows.index and rows.loc[answer, "judged"]
    ]
    planted = (
        "**This is not evidence.** The data are a stand-in cohort that was built from the printed tables. "
        "Where its numbers agree with print, the method has recovered what was planted; that says nothing "
        "about peer support, and nothing about whether the report is right."
    )
    real = (
        "The data are not declared synthetic. A number that differs may come from the data, from a choice "
        "the report does not state, or from a slip in print; the rule says how it was compared."
    )
    return "\n\n".join(filter(None, [planted if synthetic else real, counted, " ".join(parts)]))


def _shares(row: pd.Series) -> str:
    """Give the lenient share, the strict one and that of a table of zeros in one breath."""
    lenient, strict, zeros = (formats.percent(row[share]) for share in SHARES)
    return (
        f"{lenient} agree by the rule for their kind, {strict} print exactly as they were printed, and a "
        f"table of zeros would agree with {zeros}"
    )


def by_table(compared: pd.DataFrame) -> Output:
    """Count the statuses of each printed table and of the prose."""
    return table(
        "table-agreement-summary",
        "Printed numbers and how the rebuilt ones compare, by table",
        pd.concat([published.summary(compared), published.summary(compared.assign(table="all"))]),
        _counts_by_table,
        notes=[_OF_JUDGED, _ZEROS],
        people=_COUNTED,
    )


def _counts_by_table(counts: pd.DataFrame) -> pd.DataFrame:
    names = counts["table"].map({PROSE: "Prose", "all": "All"}).fillna("Table " + counts["table"])
    return _shown_counts(counts).set_axis(pd.Index(names, name="table"))


def by_rule(compared: pd.DataFrame) -> Output:
    """Count the statuses by kind of number and rule, leniently and strictly."""
    return folded(
        "table-agreement-rules",
        "Printed numbers and how the rebuilt ones compare, by kind of number and rule",
        published.summary(compared, ("quantity", "rule")),
        _counts_by_rule,
        notes=[
            "The rule is the lenient answer and decides the status. The strict one is the share that prints "
            "exactly as printed.",
            _OF_JUDGED,
            _ZEROS,
        ],
        people=_COUNTED,
    )


def _counts_by_rule(counts: pd.DataFrame) -> pd.DataFrame:
    kinds = counts["quantity"].map(QUANTITIES) + ": " + counts["rule"]
    numbers = counts["numbers"].map(lambda n: formats.plural(n, "number"))
    shown = _shown_counts(counts).drop(columns="numbers")
    return shown.set_axis(pd.MultiIndex.from_arrays([kinds, numbers], names=["", "Kind and rule"]))


def by_calibration(compared: pd.DataFrame) -> Output:
    """Count the statuses of the numbers the stand-in was made to meet apart from the others."""
    return folded(
        "table-agreement-calibrated",
        "Printed numbers that the stand-in was and was not made to meet",
        published.summary(compared, ("calibrated", "quantity")).sort_values(
            "calibrated", ascending=False, kind="stable"
        ),
        _counts_by_calibration,
        notes=[
            "The index of printed tables says which of their columns the stand-in was made to meet, with "
            "those that follow from them. Of the prose it is the targets of the chapter on the stand-in, and "
            "what repeats a cell or follows from such numbers alone. For real data the parting has no "
            "meaning.",
            _OF_JUDGED,
            _ZEROS,
        ],
        people=_COUNTED,
    )


def _counts_by_calibration(counts: pd.DataFrame) -> pd.DataFrame:
    made = counts["calibrated"].map({"yes": "Made to meet", "no": "Not made to meet"})
    names = [made, counts["quantity"].map(QUANTITIES)]
    return _shown_counts(counts).set_axis(pd.MultiIndex.from_arrays(names, names=["", "Kind"]))


def decided(fitted: Mapping[str, pd.DataFrame]) -> Output:
    """Compare what print and the rebuilt models read as a change, mean by mean."""
    return table(
        "table-agreement-decisions",
        "Means of Tables A4.5 to A4.11 that are read as a change by print, by this build, by both or neither",
        published.decisions(STUDY, fitted),
        _four_cells,
        notes=[
            "A mean is read as a change if p of its model is below 0.05 and its interval leaves out zero; it "
            "then has an effect size. p is one number for all means of a model. The rows after the first "
            "apply the rule, and its halves, to the printed and to the rebuilt numbers.",
            "An effect size that conflicts with another printed number is a decision of print all the same.",
        ],
        people=Counted(by=(), extremes=("decision",)),
    )


def _four_cells(asked: pd.DataFrame) -> pd.DataFrame:
    counts = asked.groupby("question", sort=False)["decision"].value_counts().unstack(fill_value=0)  # noqa: PD010
    counts = counts.reindex(columns=list(DECISIONS), fill_value=0).map(formats.count)
    if asked["decision"].eq(MARK).any():
        counts = counts.assign(**dict.fromkeys(DECISIONS, MARK))
    return counts.rename_axis(index="read as a change because", columns=None)


def widths(fitted: Mapping[str, pd.DataFrame]) -> Output:
    """Draw how wide the rebuilt intervals are beside the printed ones, by outcome."""
    return figure(
        "fig-agreement-widths",
        "Width of rebuilt intervals over printed ones, Tables A4.5 to A4.11, by outcome",
        _widths_in_words,
        published.interval_widths(STUDY, fitted),
        _draw_widths,
        notes=_errors_in_words,
        people=Counted(
            by=(),
            extremes=("rebuilt_width", "ratio", "rebuilt_se", "near", "same"),
            plain=("printed_width", "printed_se"),
        ),
    )


def _widths_in_words(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No intervals to draw."
    if rows["ratio"].isna().all():
        return f"{_narrower(rows)} Nothing is drawn."
    medians = rows.groupby("outcome", sort=False)["ratio"].median()
    said = formats.words([f"{_outcome(outcome)} {ratio:.2f}" for outcome, ratio in medians.items()])
    return (
        f"{_narrower(rows)} A row of dots for each outcome, one for each of {formats.count(len(rows))} "
        f"intervals: rebuilt width over printed width, from {rows['ratio'].min():.2f} to "
        f"{rows['ratio'].max():.2f}. A bar marks each median: {said}. Of all "
        f"intervals the median is {rows['ratio'].median():.2f}."
    )


def _narrower(rows: pd.DataFrame) -> str:
    """Say how many intervals are narrower than in print: the headline of the picture."""
    if rows["ratio"].isna().all():
        return NOT_TOLD
    narrower = formats.count_percent((rows["ratio"] < 1).sum(), len(rows))
    return f"{narrower} of the intervals are narrower than in print."


def _errors_in_words(rows: pd.DataFrame) -> list[str]:
    if len(rows) and rows["ratio"].isna().all():
        return []
    same, near = (formats.count_percent(rows[answer].sum(), len(rows)) for answer in ("same", "near"))
    return [
        "The width of an interval divided by 2 x 1.96 is the standard error it implies. Of "
        f"{formats.count(len(rows))} standard errors {near} are within a tenth of the printed one, and "
        f"{same} of the widths are the same to two decimals. Intervals printed with their limits the wrong "
        "way round have no width."
    ]


def _draw_widths(rows: pd.DataFrame) -> Figure:
    from peerbook.outputs import style

    drawn = diagrams.headed(blank(WIDTH, 4.2), _narrower(rows) if len(rows) else "")
    axes = drawn.subplots()
    outcomes = list(rows["outcome"].unique())
    axes.axvline(1, color=style.GREY, linewidth=1)
    for place, outcome in enumerate(outcomes):
        ratios = rows.loc[rows["outcome"] == outcome, "ratio"].to_numpy()
        # Dots are spread over three heights in turn, so that they hide each other less.
        heights = place + (np.arange(len(ratios)) % 3 - 1) * 0.15
        axes.plot(ratios, heights, "o", color=style.BLUE, alpha=0.4, markersize=4)
        axes.plot([np.median(ratios)] * 2, [place - 0.35, place + 0.35], color=style.BLACK, linewidth=2.5)
    axes.set_yticks(range(len(outcomes)), [_outcome(outcome).capitalize() for outcome in outcomes])
    axes.invert_yaxis()
    axes.set_xlabel("Rebuilt width over printed width; bars are medians")
    return drawn


def _outcome(name: str) -> str:
    return name.replace("_", "-")


def _shown_counts(counts: pd.DataFrame) -> pd.DataFrame:
    shares = dict(zip(SHARES, ["agree, %", "exact, %", "a table of zeros would agree, %"], strict=True))
    numbers = counts[["numbers", *STATUSES]].map(formats.count).rename(columns=HEADINGS)
    return numbers.assign(
        **{name: [formats.percent(share) for share in counts[column]] for column, name in shares.items()}
    )


def in_words(log: Log, fitted: Mapping[str, pd.DataFrame]) -> Output:
    """Set what the sentences say of single associations beside the same reading of the rebuilt models.

    Parameters
    ----------
    log : Log
    fitted : mapping of str to DataFrame
        From `models`.
    """
    reason = NO_CELL if log.region == "all" else ONE_REGION
    id = "table-agreement-sentences"
    return folded(
        id,
        pages.added("What the sentences say of single associations, and what this build says"),
        published.claims_in_words(STUDY, fitted, reason, id),
        _beside_in_words,
        notes=_counts_in_words,
        people=EXACT,
    )


def _beside_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.set_index("statement")[["printed", "rebuilt", "status", "note"]]
    return shown.replace({"rebuilt": {"": None}, "note": {"": None}})


def _counts_in_words(rows: pd.DataFrame) -> list[str]:
    counts = rows["status"].value_counts().reindex(STATUSES, fill_value=0)
    said = "; ".join(f"{status}: {n}" for status, n in counts.items() if n)
    return [
        f"{formats.plural(len(rows), 'statement')}: {HELD if is_held(rows) else said}.",
        "A change is said to be up or down if p of its model is below 0.05 and its interval leaves out zero. "
        "A statement that something tends up or down asks for the side of the mean only.",
    ]


def statements(compared: pd.DataFrame) -> Output:
    """Hold the numbers of the sentences as claims; the table of every number shows them."""
    said = published.printed_statements(STUDY, PROSE)
    rows = published.as_claims(said, compared[compared["table"] == PROSE], "table-agreement")
    return table(
        "table-agreement-prose",
        pages.added("The numbers of the sentences, as claims"),
        rows.assign(chapter=rows["line"].map(chapter_of)),
        pages.not_again,
        notes=["The rows stand above, below the heading of the numbers in the prose."],
        people=EXACT,
    )


def every_number(compared: pd.DataFrame) -> Output:
    """Show every printed number beside the rebuilt one, by table, with a filter."""
    caption = "Every printed number beside the rebuilt one"
    exact = ("rebuilt", "rebuilt_value", "status", "difference", "within_rule", "as_printed", "zero_agrees")
    said = Counted(by=(), extremes=exact, plain=("printed_value",))
    return table("table-agreement", caption, compared, _sections, choose=("status", STATUSES), people=said)


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
    numbers = ("quantity", "printed", "rebuilt", "difference", "status", "note")
    cells: dict[tuple[str, str], dict[str, list]] = {}  # of 2,000: no time for frames
    for row, column, *read in rows[["row", "column", *numbers]].itertuples(index=False, name=None):
        cell = cells.setdefault((row, column), {name: [] for name in numbers})
        for name, value in zip(numbers, read, strict=True):
            cell[name].append(value)
    shown = pd.DataFrame([_cell(found) for found in cells.values()])
    names = [", ".join(filter(None, name)).replace("_", " ") for name in cells]
    return shown.set_axis(pd.Index(names, name="cell"))


def _cell(numbers: Mapping[str, list]) -> dict[str, str]:
    """Show the numbers of a cell together, with the status that says most."""
    statuses = set(numbers["status"])
    status = MARK if MARK in statuses else max(statuses, key=_TELLING.index)
    notes = [_which(numbers, status), *numbers["note"]]
    differences = [_signed(x) for x in numbers["difference"]]
    return {
        "printed": _joined(numbers, numbers["printed"]),
        "rebuilt": _named(numbers, numbers["rebuilt"]),
        "difference": _joined(numbers, differences),
        "status": status,
        "note": "; ".join(dict.fromkeys(filter(None, notes))).replace("_", " "),
    }


def _signed(difference: float) -> str:
    if formats.is_missing(difference):
        return formats.missing(difference) if is_withheld(difference) else ""
    return f"{round(difference, 2) + 0.0:+g}"


def _which(numbers: Mapping[str, list], status: str) -> str:
    """Name the numbers of a cell that have its status, where the others have another."""
    pairs = zip(numbers["quantity"], numbers["status"], strict=True)
    of_it = [SHORT.get(name, name) for name, its_own in pairs if its_own == status]  # as in `_named`
    return "" if len(of_it) == len(numbers["status"]) else f"{status}: {formats.words(of_it)}"


def _joined(numbers: Mapping[str, list], texts: Iterable[str]) -> str:
    """Give the text that all numbers share, or each number's own."""
    shared = set(texts)
    return shared.pop() if len(shared) == 1 else _named(numbers, texts)


def _named(numbers: Mapping[str, list], texts: Iterable[str]) -> str:
    """Name each text by its quantity, unless there is only one."""
    texts = list(texts)
    if len(texts) == 1:
        return texts[0]
    names = [SHORT.get(name, name) for name in numbers["quantity"]]
    return ", ".join(f"{name} {said}" for name, said in zip(names, texts, strict=True) if said)
