"""What the audit reports: one row per number that cannot stand beside another.

Severity
--------
error
    Two printed numbers contradict each other: at least one of them is wrong.
warning
    The table departs from a rule the report states, or a number is very unlikely beside the rest.
note
    Nothing need be wrong, but a reader should know it, for instance a percentage of another base.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import pandas as pd

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up.

    `check` names the rule, `row` and `column` say where, `found` is what is printed, `expected` what
    the rest of the table asks for, `arithmetic` how the two compare.
    """

    check: str
    severity: str
    table: str
    row: str
    column: str
    found: str
    expected: str
    arithmetic: str


COLUMNS = tuple(field.name for field in fields(Finding))
PLACE = ("check", "table", "row", "column")
# Which numbers of its cell a finding puts in doubt; findings not listed put none. Of a table with several
# cells in a row only those of the finding's column; the column of other findings names a number of the cell.
IN_DOUBT = {
    "row adds up to total": ("n",),
    "percentage against count": ("percent",),
    "logs never rise with month": ("quarterly", "monthly"),
    "mean inside interval": ("mean",),
    "interval symmetric": ("mean",),
    "n against other outcomes": ("n",),
    "effect size is mean / SD": ("effect_size",),
    "effect size only below 0.05": ("effect_size",),
    "effect size only off 0": ("effect_size",),
}


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Lay findings out as a table, worst first, otherwise in the order found.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    DataFrame
        One row per finding, with the columns of `Finding`; empty if there are none.

    Examples
    --------
    >>> findings_frame([]).columns.tolist()[:3]
    ['check', 'severity', 'table']
    """
    frame = pd.DataFrame([asdict(finding) for finding in findings], columns=list(COLUMNS))
    return frame.sort_values(
        "severity", key=lambda s: s.map(SEVERITIES.index), kind="stable", ignore_index=True
    )
