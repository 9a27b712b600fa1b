"""Printed numbers beside rebuilt ones, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.audit.counts import BASE, count_row_name
from peerbook.audit.report import READINGS, audit_report
from peerbook.audit.rounding import rounds_to
from peerbook.published.cells import PLACE, as_counts
from peerbook.published.rules import Cell, rule_for
from peerbook.published.tables import BELOW, TABLES, load

AGREES, DIFFERS, NOT_COMPUTABLE = "agrees", "differs", "not computable"
CONTRADICTED = "source contradicts itself"
STATUSES = (AGREES, DIFFERS, NOT_COMPUTABLE, CONTRADICTED)
_PLURAL = {
    AGREES: "agree",
    DIFFERS: "differ",
    NOT_COMPUTABLE: "not computable",
    CONTRADICTED: "contradicted by the source itself",
}
FILE = "table-agreement.csv"
COLUMNS = [
    *PLACE, "printed", "rebuilt", "printed_value", "rebuilt_value", "difference", "rule", "as_printed",
    "within_rule", "status", "note",
]  # fmt: skip

_JUDGED = ["rule", "rebuilt", "as_printed", "within_rule"]

# Which numbers of its cell a finding of the audit puts in doubt; findings not listed put none.
_IN_DOUBT = {
    "row adds up to total": ("n",),
    "percentage against count": ("percent",),
    "logs never rise with month": ("quarterly", "monthly"),
    "table against table": ("quarterly", "monthly"),
    "mean inside interval": ("mean",),
    "interval symmetric": ("mean",),
    "n against other outcomes": ("n",),
    "effect size is mean / SD": ("effect_size",),
    "effect size only below 0.05": ("effect_size",),
    "effect size only off 0": ("effect_size",),
    "number against number": ("value",),
    "number against table": ("value",),
}
_BY_COLUMN = (
    "row adds up to total",
    "percentage against count",
    "logs never rise with month",
    "table against table",
)


def agreement(
    printed: pd.DataFrame, rebuilt: pd.DataFrame, reasons: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Set printed numbers beside rebuilt ones.

    Parameters
    ----------
    printed, rebuilt : DataFrame
        Numbers from `peerbook.published.cells`. Rebuilt numbers that are not printed are left out.
    reasons : mapping of str to str, optional
        By table, why a number of it that is not rebuilt could not be.

    Returns
    -------
    DataFrame
        One row per printed number, in printed order: `table`, `row`, `column`, `quantity`; `printed` (the
        cell as text) and `rebuilt` (to the printed digits); `printed_value` (corrected where there is a
        correction), `rebuilt_value`, `difference`; `rule` in words; `as_printed` (the strict answer: the
        rebuilt number prints as printed) and `within_rule` (the lenient one), each yes, no or blank;
        `status`; `note`. The status is the lenient answer, "not computable" without a rebuilt number, and
        "source contradicts itself" where the audit found a printed number that this one conflicts with,
        whatever was rebuilt; the note then names it. Otherwise the note says what was corrected in print.

    Examples
    --------
    >>> from peerbook.published import load
    >>> from peerbook.published.cells import cells
    >>> use = load("baseline_use")
    >>> agreement(cells("baseline_use"), cells("baseline_use", use))["within_rule"].unique().tolist()
    ['yes']
    """
    beside = printed.rename(columns={"value": "printed_value"}).drop(columns="other").fillna({"misprint": ""})
    found = rebuilt[[*PLACE, "value", "other"]].rename(
        columns={"value": "rebuilt_value", "other": "rebuilt_other"}
    )
    beside = beside.merge(found, on=PLACE, how="left", validate="one_to_one")
    judged = pd.DataFrame([_judge(cell) for cell in beside.to_dict("records")], beside.index, _JUDGED)
    beside = beside.join(judged).assign(
        difference=beside["rebuilt_value"] - beside["printed_value"], outside=""
    )
    return with_status(beside, reasons or {})


def _judge(cell: Cell) -> dict[str, str]:
    """Apply the rule of a cell, strictly and as it stands."""
    rule, value = rule_for(cell), cell["rebuilt_value"]
    if np.isnan(value):
        return {"rule": rule.words, "rebuilt": "", "as_printed": "", "within_rule": ""}
    strict = rounds_to(value, cell["printed_value"], rule.decimals)
    if cell["printed"].startswith(BELOW):
        strict = value < cell["printed_value"]
    return {
        "rule": rule.words,
        "rebuilt": f"{value:.{rule.decimals}f}",
        "as_printed": "yes" if strict else "no",
        "within_rule": "yes" if rule.within(cell) else "no",
    }


def with_status(beside: pd.DataFrame, reasons: Mapping[str, str]) -> pd.DataFrame:
    """Give each judged number its status and note.

    Parameters
    ----------
    beside : DataFrame
        Columns of the result of `agreement` up to `within_rule`; `misprint`, what was corrected; and
        `outside`, why this number in particular could not be rebuilt (both blank if there is nothing).
    reasons : mapping of str to str
        By table, why the other numbers could not be rebuilt.

    Returns
    -------
    DataFrame
        With `status` and `note`, columns in their order.
    """
    conflicts = beside[PLACE].merge(contradictions(), on=PLACE, how="left")["conflict"].fillna("")
    conflicts = conflicts.set_axis(beside.index)
    missing = beside["rebuilt"] == ""
    status = beside["within_rule"].map({"yes": AGREES, "no": DIFFERS})
    status = status.mask(conflicts != "", CONTRADICTED).mask(missing, NOT_COMPUTABLE)
    why = beside["outside"].where(beside["outside"] != "", beside["table"].map(reasons))
    said = conflicts.where(conflicts != "", beside["misprint"].map("misprint: {}".format))
    note = why.where(missing, said.where(said != "misprint: ", ""))
    return beside.assign(status=status, note=note.fillna("not in this build"))[COLUMNS]


@lru_cache
def _contradictions() -> pd.DataFrame:
    found = audit_report()
    found = found[found["check"].isin(_IN_DOUBT) & (found["reading"] != READINGS[0])]
    found = found.assign(
        quantity=found["check"].map(_IN_DOUBT),
        column=found["column"].where(found["check"].isin(_BY_COLUMN), ""),
        conflict=found["check"] + ": " + found["arithmetic"],
    ).explode("quantity")
    # The first logs of A4.1 conflict with the bases of A4.3, which A4.4 repeats.
    bases = found[found["check"] == "table against table"].drop_duplicates(["column", "row"])
    bases = bases.assign(column=bases["row"], row=BASE, quantity="n")
    found = pd.concat([found, bases.assign(table="A4.3"), bases.assign(table="A4.4")])
    found = pd.concat([found, _repeated_in_prose(found)])
    return found.groupby(PLACE, sort=False)["conflict"].agg("; ".join).reset_index()


def _repeated_in_prose(found: pd.DataFrame) -> pd.DataFrame:
    """Pass the conflict of a cell on to the number of the prose that repeats it."""
    conflicts = found.set_index(PLACE)["conflict"]
    passed_on = []
    for rule in load("references").query("relation == 'equals'").to_dict("records"):
        cells = as_counts(load(rule["table"]).query(rule["where"]))
        if len(cells) == 1 and {"variable", "level"} <= set(cells):
            cell = cells.iloc[0]
            row = count_row_name(cell["variable"], cell["level"])
            place = (TABLES[rule["table"]].number, row, cell["region"], rule["value"])
            said = {"table": "text", "row": rule["claim"], "column": "", "quantity": "value"}
            passed_on += [said | {"conflict": text} for text in conflicts.loc[conflicts.index == place]]
    return pd.DataFrame(passed_on)


def contradictions() -> pd.DataFrame:
    """List the printed numbers that other printed numbers contradict, misprints with one reading corrected.

    Returns
    -------
    DataFrame
        `table`, `row`, `column`, `quantity` as in `peerbook.published.cells`, and the `conflict`.
    """
    return _contradictions().copy()


def summary(agreed: pd.DataFrame, by: tuple[str, ...] = ("table",)) -> pd.DataFrame:
    """Count the statuses.

    Parameters
    ----------
    agreed : DataFrame
        From `agreement`.
    by : tuple of str
        Columns to count by.

    Returns
    -------
    DataFrame
        One row per table (or as `by` says) in printed order: `numbers`, one column per status,
        `agree_percent` (agreeing numbers of those that could be judged: agrees or differs) and
        `as_printed_percent` (numbers that print exactly as printed, of the same).

    Examples
    --------
    >>> some = pd.DataFrame({"table": "A4.1", "status": ["agrees", "differs"], "as_printed": ["yes", "no"]})
    >>> summary(some)[["numbers", "agrees", "agree_percent"]].to_numpy().tolist()
    [[2.0, 1.0, 50.0]]
    """
    keys = list(by)
    counts = agreed.groupby(keys, sort=False)["status"].value_counts().unstack(fill_value=0)  # noqa: PD010
    counts = counts.reindex(columns=list(STATUSES), fill_value=0)
    judged = agreed[agreed["status"].isin([AGREES, DIFFERS])]
    strict = judged.groupby(keys)["as_printed"].agg(lambda answers: 100 * (answers == "yes").mean())
    lenient = 100 * counts[AGREES] / (counts[AGREES] + counts[DIFFERS]).replace(0, np.nan)
    counts.insert(0, "numbers", counts.sum(axis=1))
    return (
        counts.assign(agree_percent=lenient, as_printed_percent=strict)
        .rename_axis(columns=None)
        .reset_index()
    )


def summary_lines(folder: str | Path) -> list[str]:
    """Say in lines of text how a build agrees with print, for the end of a build.

    Parameters
    ----------
    folder : str or Path
        The folder of saved outputs, with `table-agreement.csv`.

    Returns
    -------
    list of str
        One line per table and one for all; empty if the build has no agreement chapter.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return []
    agreed = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = pd.concat([summary(agreed), summary(agreed.assign(table="all"))])
    width = max(len(table) for table in rows["table"])
    return [f"{row['table']:<{width}}  {_counted(row)}" for _, row in rows.iterrows()]


def _counted(row: pd.Series) -> str:
    counts = ", ".join(f"{row[status]} {words}" for status, words in _PLURAL.items() if row[status])
    judged = row[AGREES] + row[DIFFERS]
    share = f" ({row['agree_percent']:.1f}% of {judged} judged)" if judged else ""
    return f"{row['numbers']} printed numbers: {counts}{share}"
