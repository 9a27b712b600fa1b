"""What is wrong with a raw folder: every problem, in a table that can be read and sorted.

A message shows of a cell only what cannot say who somebody is, since anything can be typed into a wrong
cell: numbers, dates in a column of dates, yes and no, codes such as A-12, and answers of the form, spelt as
they are there but for case and spaces. Of all else it says what it is near to, never the text itself.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.choices import nearest
from peerbook.data.schema import Field
from peerbook.errors import DataError
from peerbook.inert import inert_table, printable

ERROR, WARNING = "error", "warning"
COLUMNS = ["file", "row", "column", "severity", "kind", "found", "expected", "remedy"]
SHOWN_GROUPS = 40
HIDDEN = "(not shown: it may identify a person)"
CALLED = re.compile(r"@|([0-9][ ()+-]*){9}|[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}\b")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}([ T][0-9:.]{4,12})?")
_SHORT_NUMBER = re.compile(r"-?[0-9.,]{1,6}")
_CODE = re.compile(r"[A-Z]{1,4}[-_.]?[0-9]{1,4}")
_YES_OR_NO = re.compile(r"yes|no|y|n|true|false|n/?a|none|x|on|off", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: where it is, what was found and expected, and what to do.

    `row` is the line in the file (the header is line 1); 0 stands for the file or column as a whole. Problems
    that differ in nothing but their line may be one, with an array of lines; each counts.
    """

    file: str
    row: int | np.ndarray
    column: str
    severity: str
    kind: str
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """Every problem of a raw folder.

    Attributes
    ----------
    folder : Path
        The folder that was read.
    problems : DataFrame
        One row per problem; columns `file, row, column, severity, kind, found, expected, remedy`.
    """

    folder: Path
    problems: pd.DataFrame

    @property
    def ok(self) -> bool:
        """Whether the folder may be used: no problem is an error."""
        return self.n_errors == 0

    @property
    def n_errors(self) -> int:
        """Number of problems that stop a build."""
        return int((self.problems["severity"] == ERROR).sum())

    @property
    def n_warnings(self) -> int:
        """Number of problems that do not stop a build."""
        return len(self.problems) - self.n_errors

    def grouped(self) -> pd.DataFrame:
        """Return one row per sort of problem: how many, in which columns and rows, what was found."""
        by = ["severity", "file", "kind", "expected", "remedy"]
        groups = [
            {
                **dict(zip(by, key, strict=True)),
                "number": len(group),
                "columns": _some(group["column"].loc[lambda c: c != ""].unique(), 4),
                "rows": _some(sorted(group["row"].loc[lambda r: r > 0].unique()), 6),
                "found": _some(group["found"].unique(), 3),
            }
            for key, group in self.problems.groupby(by, sort=False)
        ]
        frame = pd.DataFrame(groups, columns=[*by, "number", "columns", "rows", "found"])
        return frame.sort_values(["severity", "file"], kind="stable", ignore_index=True)

    def to_csv(self, path: str | Path) -> None:
        """Write every problem, one row each, to a CSV file."""
        inert_table(self.problems).to_csv(path, index=False)

    def raise_if_errors(self) -> None:
        """Raise a DataError with the whole summary if any problem is an error."""
        if not self.ok:
            raise DataError(str(self))

    def __str__(self) -> str:
        """Return the summary: what `peerbook validate` prints."""
        if self.problems.empty:
            return f"{self.folder}: no problems found."
        groups = self.grouped()
        lines = [
            f"{self.folder}: {_counted(self.n_errors, 'error')}, {_counted(self.n_warnings, 'warning')}."
        ]
        lines += [_group_text(group) for group in groups.head(SHOWN_GROUPS).to_dict("records")]
        if len(groups) > SHOWN_GROUPS:
            rest = groups["number"].iloc[SHOWN_GROUPS:].sum()
            lines.append(f"... and {rest} more problems of {len(groups) - SHOWN_GROUPS} sorts: see the CSV.")
        return "\n\n".join(lines)

    def _repr_html_(self) -> str:
        heading = f"{_counted(self.n_errors, 'error')}, {_counted(self.n_warnings, 'warning')}"
        table = self.grouped().to_html(index=False, border=0)
        return f"<p>{html.escape(str(self.folder))}: {heading}</p>{table}"


def as_report(folder: Path, problems: list[Problem]) -> Report:
    """Return the problems as a report, errors first, then by file and line."""
    frame = pd.DataFrame({name: _texts(problems, name) for name in COLUMNS if name != "row"})
    rows = [np.atleast_1d(problem.row) for problem in problems]
    frame = frame.loc[np.repeat(np.arange(len(rows)), [len(lines) for lines in rows])]
    frame = frame.assign(row=np.concatenate(rows) if rows else [])[COLUMNS]
    return Report(folder, frame.sort_values(["severity", "file", "row"], kind="stable", ignore_index=True))


def _texts(problems: list[Problem], name: str) -> pd.Series:
    """Return what each problem says under a name; a text is made printable once, however many say it."""
    said = [getattr(problem, name) for problem in problems]
    printed = {text: printable(text) for text in set(said)}
    return pd.Series([printed[text] for text in said], dtype="str" if said else "object")


def shown(text: str, field: Field) -> str:
    """Return a value as a message may show it.

    Parameters
    ----------
    text : str
        The cell.
    field : Field
        Its column.

    Examples
    --------
    >>> area = Field("area", "Area", categories={"Rural": "Rural", "Urban": "Urban"})
    >>> shown("rural ", area), shown("7", area)
    ("'rural '", "'7'")

    A name can be near an answer, so what is not the answer itself is not shown:

    >>> shown("Durban", area)
    "a word near 'Urban' (not shown: it may identify a person)"
    >>> shown("someone@example.org", area)
    '(not shown: it may identify a person)'
    """
    if not text.strip():
        return "nothing"
    if is_harmless(text, field):
        return f"'{text}'"
    near = "" if field.free_text or len(text) > 40 else nearest(text, field.categories)
    return f"a word near '{near}' {HIDDEN}" if near else HIDDEN


def is_harmless(text: str, field: Field) -> bool:
    """Say whether a cell cannot tell who somebody is, so that a message may show it."""
    if field.free_text or len(text) > 40 or CALLED.search(text):
        return False
    forms = [_SHORT_NUMBER, _CODE, _YES_OR_NO, *([_DATE] if field.type == "date" else [])]
    own = field.constraints.pattern
    return (
        any(form.fullmatch(text.strip()) for form in forms)
        or bool(own and re.fullmatch(own, text.strip()))
        or _folded(text) in {_folded(answer) for answer in field.categories}
    )


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _group_text(group: dict) -> str:
    where = f"{group['file']}" + (f", {group['columns']}" if group["columns"] else "")
    several = "," in group["rows"] or " more" in group["rows"]
    rows = f" in row{'s' if several else ''} {group['rows']}" if group["rows"] else ""
    return (
        f"{group['severity'].upper()} {where}: {_counted(group['number'], group['kind'])}{rows}\n"
        f"  found     {group['found']}\n  expected  {group['expected']}\n  remedy    {group['remedy']}"
    )


def _some(values: list, most: int) -> str:
    """Return the first values and how many more there are."""
    text = ", ".join(str(value) for value in values[:most])
    return text if len(values) <= most else f"{text} and {len(values) - most} more"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
