"""Tables taken apart into numbers: one row for each number of each cell, printed or rebuilt alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from peerbook.audit.counts import BASE
from peerbook.audit.shapes import COUNTS, places
from peerbook.published.rules import rule_named
from peerbook.published.tables import PrintedTable, characters, load, table_index

PLACE = ["table", "row", "column", "quantity"]
REBUILT = [*PLACE, "value", "other", "text", "blank"]
PRINTED = [
    *PLACE, "printed", "value", "low", "high", "rule", "corrected", "interval_corrected", "misprint",
    "calibrated",
]  # fmt: skip
LIMITS = ("ci_low", "ci_high")


def printed_cells(study: str | Path, *names: str) -> pd.DataFrame:
    """Take printed tables apart into their numbers.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    *names : str
        Tables of the study's index.

    Returns
    -------
    DataFrame
        One row per number, in reading order: `table`, `row`, `column`, `quantity` say where it stands;
        `printed` is the cell as text; `value` the number, corrected where there is a correction (missing
        where words are compared: then `printed` is the corrected reading); `low` and `high` the interval
        beside it; `rule` the name of the rule it is compared by; `corrected` and `interval_corrected` whether
        the number, or a limit of the interval, is a corrected reading; `misprint` why, else blank;
        `calibrated` whether stand-in data were made to meet it.

    Examples
    --------
    >>> printed_cells("my_study", "people")[["row", "column", "printed", "value"]]  # doctest: +SKIP
        row column printed  value
    0  City      n      21   12.0
    1 Rural      n       8    8.0
    """
    return pd.concat([_printed_cells(study, name) for name in names], ignore_index=True)


def _printed_cells(study: str | Path, name: str) -> pd.DataFrame:
    entry, table, text = table_index(study)[name], load(study, name), characters(study, name)

    def corrected(column: str) -> pd.Series:
        name = f"{column}_corrected"
        return text[name] != "" if name in text else pd.Series(False, text.index)

    def beside(rows: pd.DataFrame, column: str) -> pd.DataFrame:
        rule = entry.rules[column]
        own, interval = corrected(column), corrected(LIMITS[0]) | corrected(LIMITS[1])
        read = own | (interval & rule_named(rule).reads_interval)
        reading = text["printed"] if column in entry.whole else text[column]
        return rows[~rows["blank"]].assign(
            printed=table[column] if rule_named(rule).of_words else reading,
            low=table.get(LIMITS[0], float("nan")),
            high=table.get(LIMITS[1], float("nan")),
            rule=rule,
            corrected=own,
            interval_corrected=interval,
            misprint=table["note"].where(read, "") if "note" in table else "",
            calibrated=column in entry.calibrated,
        )

    named = table.replace({column: dict(entry.called) for column in entry.row})
    parts = [(column, beside(rows, column)) for column, rows in _numbers(entry, named)]
    return _in_reading_order(entry, parts, PRINTED)


def rebuilt_cells(study: str | Path, rebuilt: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Take rebuilt tables apart into their numbers.

    Parameters
    ----------
    study : str or Path
        As for `printed_cells`.
    rebuilt : mapping of str to DataFrame
        By the name of the printed table: its columns that are compared, and those that name its cells.

    Returns
    -------
    DataFrame
        One row per number: `table`, `row`, `column`, `quantity`; `value`, or `text` where words are compared;
        for a percentage of a table of counts `other` is the percentage of everybody, missing answers
        included. A number that is left blank because its row is not read as an effect has a row without
        `value`, marked in `blank`.
    """
    found = []
    for name, table in rebuilt.items():
        entry = table_index(study)[name]
        found.append(_in_reading_order(entry, list(_numbers(entry, table.reset_index(drop=True))), REBUILT))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=REBUILT)


def placed(entry: PrintedTable, table: pd.DataFrame) -> pd.DataFrame:
    """Add to every row of a table where its numbers stand in print: `table`, `row` and `column`."""
    named = table.rename(columns=entry.rename)
    if entry.shape and not entry.row:
        where = places(named)
    else:
        where = pd.DataFrame({"row": _joined(table, entry.row), "column": _joined(table, entry.column)})
    return named.assign(table=table.get("table", entry.number), row=where["row"], column=where["column"])


def _joined(table: pd.DataFrame, columns: Sequence[str], by: str = ": ") -> pd.Series:
    names = [by.join(str(part) for part in parts if part != "") for parts in table[list(columns)].to_numpy()]
    return pd.Series(names, table.index, dtype=object)


def _numbers(entry: PrintedTable, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the numbers of every column that is compared, on the index of the table."""
    rows = placed(entry, table)
    across = entry.across or ("" if entry.shape or entry.column else "value")
    if entry.shape == COUNTS:
        base = rows[rows["variable"] == BASE].set_index("region")["n"]
        rows = rows.assign(everybody=100 * rows["n"] / rows["region"].map(base))
    for column, rule in entry.rules.items():
        if column not in table:
            continue
        here = rows
        if column in entry.once:
            names = entry.once[column]
            here = rows.drop_duplicates(["table", *names])
            here = here.assign(row=_joined(here, names, " "))
        here = here.assign(column=column if across else here["column"], quantity=across or column)
        if rule_named(rule).of_words:
            here = here.assign(text=here[column].astype(str).where(here[column].notna()), value=float("nan"))
        else:
            here = here.assign(value=here[column].astype(float), text=None)
        always = entry.marked.get(column)
        blank = here["value"].isna() & (here[always].notna() if always in here else False)
        here = here.assign(blank=blank)
        here = here[here["value"].notna() | blank | rule_named(rule).of_words]
        other = here["everybody"] if column == "percent" and "everybody" in here else float("nan")
        yield column, here.assign(other=other)[REBUILT]


def _in_reading_order(
    entry: PrintedTable, parts: list[tuple[str, pd.DataFrame]], columns: list[str]
) -> pd.DataFrame:
    """Put the numbers of each row under each other, and those printed once for several rows at the end."""
    of_rows = [cells for column, cells in parts if column not in entry.once]
    once = [cells for column, cells in parts if column in entry.once]
    long = [pd.concat(of_rows).sort_index(kind="stable")] if of_rows else []
    return pd.concat([*long, *once])[columns].reset_index(drop=True)
