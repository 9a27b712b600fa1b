"""Printed numbers beside rebuilt ones, and whether they agree: the one comparison, of tables and of prose.

A printed number has one status, the first of these that holds:

=================================  =====================================================================
not computable                     nothing was rebuilt to set beside it
source contradicts itself          another printed number conflicts with it, whatever was rebuilt
only in print                      the rebuilt row is there, but not read as an effect: its number is blank
differs                            the rebuilt number does not meet the rule
agrees with the corrected reading  it does, where the rule reads a number that is a misprint as it stands
agrees                             it does
=================================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.audit.rounding import rounds_to
from peerbook.audit.shapes import BELOW
from peerbook.inert import table_as_typed
from peerbook.published.cells import PLACE
from peerbook.published.rules import Cell, Rule, rule_named

AGREES, DIFFERS, NOT_COMPUTABLE = "agrees", "differs", "not computable"
CORRECTED, ONLY_PRINTED = "agrees with the corrected reading", "only in print"
CONTRADICTED = "source contradicts itself"
AGREEING = (AGREES, CORRECTED)
JUDGED = (*AGREEING, DIFFERS, ONLY_PRINTED)
STATUSES = (*JUDGED, NOT_COMPUTABLE, CONTRADICTED)
LEFT_BLANK = "the rebuilt row is not read as an effect, so it has no such number"
_PLURAL = {
    AGREES: "agree",
    CORRECTED: "agree with the corrected reading",
    DIFFERS: "differ",
    ONLY_PRINTED: "stand only in print",
    NOT_COMPUTABLE: "cannot be computed",
    CONTRADICTED: "are contradicted by the source itself",
}
FILE = "table-agreement.csv"
COLUMNS = [
    *PLACE, "printed", "rebuilt", "printed_value", "rebuilt_value", "difference", "rule", "as_printed",
    "within_rule", "zero_agrees", "calibrated", "status", "note",
]  # fmt: skip
_ANSWERS = ["rule", "rebuilt", "as_printed", "within_rule", "zero_agrees"]
# Shares of the judged numbers, and the column whose "yes" they count.
SHARES = {
    "agree_percent": "within_rule", "as_printed_percent": "as_printed", "zeros_percent": "zero_agrees",
}  # fmt: skip


def compare(
    printed: pd.DataFrame,
    rebuilt: pd.DataFrame,
    conflicts: pd.DataFrame | None = None,
    reasons: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Set printed numbers beside rebuilt ones.

    Parameters
    ----------
    printed : DataFrame
        From `printed_cells` or `printed_statements`. Two columns may be added: `conflict`, what another
        printed number says against this one, and `outside`, why just this number cannot be rebuilt.
    rebuilt : DataFrame
        From `rebuilt_cells` or `rebuilt_statements`. Numbers that are not printed are left out; of several
        for one place the first counts.
    conflicts : DataFrame, optional
        More conflicts, by place: from `peerbook.published.contradictions`.
    reasons : mapping of str to str, optional
        By table, why a number of it that is not rebuilt could not be.

    Returns
    -------
    DataFrame
        One row per printed number, in printed order: `table`, `row`, `column`, `quantity`; `printed` (the
        cell as text) and `rebuilt` (to the printed digits); `printed_value` (corrected where there is a
        correction), `rebuilt_value`, `difference`; `rule` in words; `as_printed` (the strict answer: the
        rebuilt number prints with the very characters of print, so never as one that is corrected),
        `within_rule` (the lenient one) and `zero_agrees` (whether a table of zeros would meet the rule here:
        p always 1, no effect sizes, no words), each yes, no or, where nothing was rebuilt, blank;
        `calibrated` (yes or no: whether stand-in data were made to meet it); `status`, as the module says;
        `note`: the conflict, what was corrected, or why nothing was rebuilt.

    Examples
    --------
    >>> place = {"table": "1", "row": "people", "column": "", "quantity": "n"}
    >>> printed = pd.DataFrame([place | {"printed": "12", "value": 12.0, "rule": "equal"}])
    >>> compare(printed, pd.DataFrame([place | {"value": 13.0}]))[["rebuilt", "status"]].to_numpy().tolist()
    [['13', 'differs']]
    """
    found = rebuilt.reindex(columns=[*PLACE, "value", "other", "text", "blank"]).drop_duplicates(PLACE)
    found = found.set_axis([*PLACE, "rebuilt_value", "rebuilt_other", "rebuilt_text", "blank"], axis=1)
    beside = printed.rename(columns={"value": "printed_value"}).merge(found, on=PLACE, how="left")
    beside = beside.astype({"rebuilt_value": float, "rebuilt_other": float})
    flags = {name: _flag(beside, name) for name in ("blank", "corrected", "interval_corrected", "calibrated")}
    reads_interval = beside["rule"].map(lambda name: rule_named(name).reads_interval).astype(bool)
    read = flags["corrected"] | (flags.pop("interval_corrected") & reads_interval)
    beside = beside.assign(**flags, reads_corrected=read)
    judged = [_judged(cell, rule_named(cell["rule"])) for cell in beside.to_dict("records")]
    beside = beside.assign(**pd.DataFrame(judged, beside.index, _ANSWERS).to_dict("series"))
    beside = beside.assign(difference=beside["rebuilt_value"] - beside["printed_value"])
    return _with_status(beside, conflicts, reasons or {})[COLUMNS]


def _flag(beside: pd.DataFrame, name: str) -> pd.Series:
    """Give a column of yes and no that need not be there, or not for every number."""
    return beside[name].eq(True) if name in beside else pd.Series(False, beside.index)


def _judged(cell: Cell, rule: Rule) -> dict[str, str]:
    """Apply the rule of a cell, strictly and as it stands, and to a zero."""
    value, said, text = cell["rebuilt_value"], cell["printed_value"], cell["rebuilt_text"]
    computed = isinstance(text, str) if rule.of_words else not np.isnan(value)
    answers = dict.fromkeys(_ANSWERS, "") | {"rule": rule.words}
    if not (computed or cell["blank"]):
        return answers
    zero = not np.isnan(rule.zero) and _holds(
        rule, rule.zero, cell | {"rebuilt_text": "", "rebuilt_other": 0.0}
    )
    answers |= {"as_printed": "no", "within_rule": "no", "zero_agrees": _yes(zero)}
    if not computed:
        return answers
    holds = strict = _holds(rule, value, cell)
    if rule.decimals is not None:
        below = cell["printed"].startswith(BELOW)
        strict = value < said if below else rounds_to(value, said, rule.decimals)
    return answers | {
        "rebuilt": text if rule.of_words else rule.written(value),
        "as_printed": _yes(strict and not cell["corrected"]),
        "within_rule": _yes(holds),
    }


def _holds(rule: Rule, value: float, cell: Cell) -> bool:
    return bool(rule.holds(value, cell["printed_value"], cell))


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _with_status(
    beside: pd.DataFrame, conflicts: pd.DataFrame | None, reasons: Mapping[str, str]
) -> pd.DataFrame:
    """Give each judged number its status and note."""

    def said(column: str) -> pd.Series:
        return beside[column].fillna("") if column in beside else pd.Series("", beside.index)

    conflict, missing = said("conflict"), beside["within_rule"] == ""
    if conflicts is not None:
        known = beside[PLACE].merge(conflicts, on=PLACE, how="left")["conflict"].fillna("")
        conflict = conflict.where(conflict != "", known.set_axis(beside.index))
    first = {
        NOT_COMPUTABLE: missing,
        CONTRADICTED: conflict != "",
        ONLY_PRINTED: beside["blank"],
        DIFFERS: beside["within_rule"] == "no",
        CORRECTED: beside["reads_corrected"],
    }
    status = np.select(list(first.values()), list(first), AGREES)
    why = said("outside").where(said("outside") != "", beside["table"].map(reasons))
    slips = ("misprint: " + said("misprint")).where(said("misprint") != "", "")
    slips = slips.mask(beside["blank"], LEFT_BLANK)
    note = why.where(missing, conflict.where(conflict != "", slips))
    calibrated = beside["calibrated"].map(_yes)
    return beside.assign(status=status, note=note.fillna("not in this build"), calibrated=calibrated)


def summary(compared: pd.DataFrame, by: tuple[str, ...] = ("table",)) -> pd.DataFrame:
    """Count the statuses.

    Parameters
    ----------
    compared : DataFrame
        From `compare`.
    by : tuple of str
        Columns to count by.

    Returns
    -------
    DataFrame
        One row per table (or as `by` says) in printed order: `numbers`, one column per status, `judged` (the
        numbers that agree, differ or stand only in print), and of these `agree_percent` (by their rules),
        `as_printed_percent` (with the very characters of print) and `zeros_percent` (that a table of zeros
        would agree with).

    Examples
    --------
    >>> answers = dict.fromkeys(["within_rule", "as_printed", "zero_agrees"], ["yes", "no"])
    >>> some = pd.DataFrame({"table": "A4.1", "status": ["agrees", "differs"], **answers})
    >>> summary(some)[["numbers", "agrees", "agree_percent"]].to_numpy().tolist()
    [[2.0, 1.0, 50.0]]
    """
    keys = list(by)
    counts = compared.groupby(keys, sort=False)["status"].value_counts().unstack(fill_value=0)  # noqa: PD010
    counts = counts.reindex(columns=list(STATUSES), fill_value=0)
    judged = compared[compared["status"].isin(JUDGED)]
    shares = {
        share: judged.groupby(keys)[answer].agg(lambda answers: 100 * (answers == "yes").mean())
        for share, answer in SHARES.items()
    }
    counts.insert(0, "numbers", counts.sum(axis=1))
    return (
        counts.assign(judged=counts[list(JUDGED)].sum(axis=1), **shares)
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
    compared = table_as_typed(pd.read_csv(path, dtype=str, keep_default_na=False))
    rows = pd.concat([summary(compared), summary(compared.assign(table="all"))])
    width = max(len(table) for table in rows["table"])
    return [f"{row['table']:<{width}}  {_counted(row)}" for _, row in rows.iterrows()]


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Write how many have each status.

    Examples
    --------
    >>> counts_in_words({"differs": 3, "agrees": 12, "only in print": 0})
    '12 agree, 3 differ'
    """
    return ", ".join(f"{counts[status]} {words}" for status, words in _PLURAL.items() if counts.get(status))


def _counted(row: pd.Series) -> str:
    counts = counts_in_words(row)
    share = (
        f" ({row['agree_percent']:.1f}% of {row['judged']} judged agree by their rules, "
        f"{row['as_printed_percent']:.1f}% print exactly as printed; zeros would agree with "
        f"{row['zeros_percent']:.1f}%)"
        if row["judged"]
        else ""
    )
    return f"{row['numbers']} printed numbers: {counts}{share}"
