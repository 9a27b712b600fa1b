"""Printed numbers beside rebuilt ones, and whether they agree: the one comparison, of tables and of prose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.audit.rounding import rounds_to
from peerbook.audit.shapes import BELOW
from peerbook.published.cells import PLACE
from peerbook.published.rules import Cell, Rule, rule_named

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
        rebuilt number prints as printed) and `within_rule` (the lenient one), each yes, no or blank;
        `status`; `note`. The status is the lenient answer, "not computable" without a rebuilt number, and
        "source contradicts itself" where a printed number conflicts with this one, whatever was rebuilt; the
        note then names it. Otherwise the note says what was corrected in print.

    Examples
    --------
    >>> place = {"table": "1", "row": "people", "column": "", "quantity": "n"}
    >>> printed = pd.DataFrame([place | {"printed": "12", "value": 12.0, "rule": "equal"}])
    >>> compare(printed, pd.DataFrame([place | {"value": 13.0}]))[["rebuilt", "status"]].to_numpy().tolist()
    [['13', 'differs']]
    """
    found = rebuilt.reindex(columns=[*PLACE, "value", "other", "text"]).drop_duplicates(PLACE)
    found = found.set_axis([*PLACE, "rebuilt_value", "rebuilt_other", "rebuilt_text"], axis=1)
    beside = printed.rename(columns={"value": "printed_value"}).merge(found, on=PLACE, how="left")
    beside = beside.astype({"rebuilt_value": float, "rebuilt_other": float})
    judged = [_judged(cell, rule_named(cell["rule"])) for cell in beside.to_dict("records")]
    beside = beside.assign(**pd.DataFrame(judged, beside.index, _JUDGED).to_dict("series"))
    beside = beside.assign(difference=beside["rebuilt_value"] - beside["printed_value"])
    return _with_status(beside, conflicts, reasons or {})[COLUMNS]


def _judged(cell: Cell, rule: Rule) -> dict[str, str]:
    """Apply the rule of a cell, strictly and as it stands."""
    value, said, text = cell["rebuilt_value"], cell["printed_value"], cell["rebuilt_text"]
    computed = isinstance(text, str) if rule.of_words else not np.isnan(value)
    if not computed:
        return dict.fromkeys(_JUDGED, "") | {"rule": rule.words}
    holds = strict = rule.holds(value, said, cell)
    if rule.decimals is not None:
        below = cell["printed"].startswith(BELOW)
        strict = value < said if below else rounds_to(value, said, rule.decimals)
    return {
        "rule": rule.words,
        "rebuilt": text if rule.of_words else rule.written(value),
        "as_printed": "yes" if strict else "no",
        "within_rule": "yes" if holds else "no",
    }


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
    status = beside["within_rule"].map({"yes": AGREES, "no": DIFFERS})
    status = status.mask(conflict != "", CONTRADICTED).mask(missing, NOT_COMPUTABLE)
    why = said("outside").where(said("outside") != "", beside["table"].map(reasons))
    slips = ("misprint: " + said("misprint")).where(said("misprint") != "", "")
    note = why.where(missing, conflict.where(conflict != "", slips))
    return beside.assign(status=status, note=note.fillna("not in this build"))


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
    counts = compared.groupby(keys, sort=False)["status"].value_counts().unstack(fill_value=0)  # noqa: PD010
    counts = counts.reindex(columns=list(STATUSES), fill_value=0)
    judged = compared[compared["status"].isin([AGREES, DIFFERS])]
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
    compared = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = pd.concat([summary(compared), summary(compared.assign(table="all"))])
    width = max(len(table) for table in rows["table"])
    return [f"{row['table']:<{width}}  {_counted(row)}" for _, row in rows.iterrows()]


def _counted(row: pd.Series) -> str:
    counts = ", ".join(f"{row[status]} {words}" for status, words in _PLURAL.items() if row[status])
    judged = row[AGREES] + row[DIFFERS]
    share = f" ({row['agree_percent']:.1f}% of {judged} judged)" if judged else ""
    return f"{row['numbers']} printed numbers: {counts}{share}"
