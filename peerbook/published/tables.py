"""The printed tables of a study: one folder of CSV files, and an index that says what they are.

A CSV holds the characters as printed. Where only one reading of a misprint remains, a second column
(`n_corrected` beside `n`) holds it; where several readings remain there is a note and no correction.

`tables.yml` lists the tables whose cells are compared, by the name of their file:

==============  ========================================================================================
key             what it says
==============  ========================================================================================
number, title   as printed; where a file holds several tables, its column `table` says which
rules           by column of numbers (or words): the rule of `peerbook.published.rules` it is compared by
shape           a shape of `peerbook.audit`: the table is audited, and names its cells by that shape
row, column     of a table without shape: the columns that together name a row, and a column of cells
across          of a table whose columns stand beside each other in print: what each of them holds; "value",
                unless there is a shape or a `column`
whole           columns whose characters stand together in the column `printed`; others have their own
once            by column that is printed once for several rows: the columns that name it
keys            columns of names that other tables spell otherwise: always as corrected
called          labels of rows that rebuilt tables write otherwise, and how they write them
rename          columns that a shape calls otherwise, and what it calls them
calibrated      columns that stand-in data were made to meet, and those that follow from them
marked          columns that hold a number only where a result is read as an effect, and for each the column
                that is never blank: a rebuilt row with the latter alone is left blank by a decision
missing_of      of counts: variables whose missing answers stand under another name, and that name
==============  ========================================================================================

Files that the index does not list are lists of text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import yaml

from peerbook.audit.shapes import BELOW, MODEL, is_number
from peerbook.choices import check_one_of
from peerbook.errors import DataError
from peerbook.published.rules import rule_named

INDEX = "tables.yml"
# What a study may say besides, and in which columns: the modules `statements` and `report` explain them.
# `items` are all tables, figures and results in words that a report has, each with the outputs that rebuild
# it, or an exception and its reason.
LISTS = {
    "statements": [
        "table", "name", "claims", "printed", "value", "rule", "unit", "outside", "conflict", "what", "note",
        "line", "output",
    ],
    "items": ["item", "chapter", "kind", "title", "line", "outputs", "exception", "reason"],
    "references": ["name", "relation", "table", "where", "value"],
    "identities": ["name", "expression"],
    "repeated": ["by", "table", "where", "value", "again", "where_again", "value_again", "also", "words"],
    "associations_in_words": [
        "table", "place", *MODEL[1:], "subgroup_level", "change", "direction", "says", "size",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class PrintedTable:
    """What the index says of a table; see the module."""

    number: str
    title: str
    rules: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""
    row: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    across: str = ""
    whole: tuple[str, ...] = ()
    once: Mapping[str, list[str]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    calibrated: tuple[str, ...] = ()
    marked: Mapping[str, str] = field(default_factory=dict)
    missing_of: Mapping[str, str] = field(default_factory=dict)

    def is_number(self, column: str) -> bool:
        """Say whether a column holds numbers: by its rule, or by its name in a table of a shape."""
        if column in self.rules:
            return not rule_named(self.rules[column]).of_words
        return bool(self.shape) and is_number(column)


def table_index(study: str | Path) -> Mapping[str, PrintedTable]:
    """Read the index of a study's printed tables.

    Parameters
    ----------
    study : str or Path
        Name of the study, or a folder of printed tables.

    Returns
    -------
    mapping of str to PrintedTable
        In the order of print.

    Raises
    ------
    DataError
        If there is no index, or an entry has an unknown key or lacks its number or title.
    ParameterError
        If a rule is unknown.

    Examples
    --------
    >>> table_index("my_study")["people"].title  # doctest: +SKIP
    'People by area'
    """
    return _index(_folder(study))


def load(study: str | Path, name: str) -> pd.DataFrame:
    """Read one printed table, or another list of the study's folder.

    Parameters
    ----------
    study : str or Path
        Name of the study, or a folder of printed tables.
    name : str
        Name of a CSV file of the folder, without its ending.

    Returns
    -------
    DataFrame
        A fresh copy; text, blank where the file is blank. In tables that the index lists, columns of
        numbers hold the corrected number where there is a correction, else the printed one;
        `<column>_printed` keeps the number as printed (missing if the characters are not a number).
        "<0.001" is read as 0.001 and marked in `p_value_below`. If anything is corrected, `misprint` marks
        the rows. `note` says why, `line` is the line of the transcription, `printed` the whole cell.
        Percentages are 0 to 100.

    Raises
    ------
    ParameterError
        If there is no file of that name.

    Examples
    --------
    >>> load("my_study", "people")[["area", "n", "n_printed", "misprint"]]  # doctest: +SKIP
        area     n  n_printed  misprint
    0   City  12.0       21.0      True
    1  Rural   8.0        8.0     False
    """
    return _read(_folder(study), name).copy()


def load_list(study: str | Path, name: str) -> pd.DataFrame:
    """Read one of the `LISTS` that a study need not have: without the file, it has no rows."""
    if name in _names(_folder(study)):
        return load(study, name)
    return pd.DataFrame(columns=LISTS[name], dtype=str)


def characters(study: str | Path, name: str) -> pd.DataFrame:
    """Read a file of the study's folder as it stands: every cell as text, with its columns of corrections."""
    folder = _folder(study)
    check_one_of("printed table", name, _names(folder))
    whole = folder / f"{name}.csv"
    files = [whole] if whole.is_file() else sorted((folder / name).glob("*.csv"))
    parts = [pd.read_csv(file, dtype=str, keep_default_na=False) for file in files]
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True).fillna("")


def has_report(study: str) -> bool:
    """Say whether this package holds what a report of the study prints."""
    return (Path(__file__).parent / study / INDEX).is_file()


def _names(folder: Path) -> list[str]:
    """Name the lists of a folder: its CSV files, and folders whose CSV files are parts of one list."""
    return sorted(
        {file.stem for file in folder.glob("*.csv")} | {file.parent.name for file in folder.glob("*/*.csv")}
    )


def as_printed(table: pd.DataFrame, keep: Iterable[str] = ()) -> pd.DataFrame:
    """Go back from the corrected readings to the characters as printed.

    Parameters
    ----------
    table : DataFrame
        A table from `load`, or rows of one.
    keep : iterable of str
        Columns that stay as corrected.

    Returns
    -------
    DataFrame
        The same rows with every `<column>` replaced by its `<column>_printed`.

    Examples
    --------
    >>> people = pd.DataFrame({"area": ["City", "Rural"], "n": [12, 8], "n_printed": [21, 8]})
    >>> as_printed(people).to_dict("list")
    {'area': ['City', 'Rural'], 'n': [21, 8]}
    """
    pairs = {c: c.removesuffix("_printed") for c in table if c.endswith("_printed")}
    pairs = {printed: column for printed, column in pairs.items() if column not in set(keep)}
    return table.drop(columns=list(pairs.values())).rename(columns=pairs)


def _folder(study: str | Path) -> Path:
    """Return the folder of printed tables of a study of this package, or else the folder that is given."""
    ours = Path(__file__).parent
    known = sorted(path.parent.name for path in ours.glob(f"*/{INDEX}"))
    if str(study) in known:
        return ours / study
    if not Path(study).is_dir():
        check_one_of("study", str(study), known)
    return Path(study)


@lru_cache
def _index(folder: Path) -> Mapping[str, PrintedTable]:
    path = folder / INDEX
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {name: PrintedTable(**entry) for name, entry in listed.items()}
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise DataError(
            f"{path}: expected for each printed table its number, title and the keys that "
            f"peerbook.published.tables explains ({error})."
        ) from error
    for rule in {rule for entry in found.values() for rule in entry.rules.values()}:
        rule_named(rule)
    return MappingProxyType(found)


@lru_cache
def _read(folder: Path, name: str) -> pd.DataFrame:
    text = characters(folder, name)
    entry = _index(folder).get(name, PrintedTable("", ""))
    corrected = [c.removesuffix("_corrected") for c in text if c.endswith("_corrected")]

    def read(cells: pd.Series, column: str) -> pd.Series:
        if not entry.is_number(column):
            return cells
        return pd.to_numeric(cells.str.removeprefix(BELOW), errors="coerce").astype(float)

    columns = {}
    for column in text.columns.drop([f"{c}_corrected" for c in corrected]):
        columns[column] = read(text[column], column)
        if column in corrected:
            better = text[f"{column}_corrected"]
            columns[f"{column}_printed"] = columns[column]
            columns[column] = read(text[column].mask(better != "", better), column)
    numbers = [column for column in columns if entry.is_number(column)]
    columns |= {f"{c}_below": below for c in numbers if (below := text[c].str.startswith(BELOW)).any()}
    if corrected:
        columns["misprint"] = text[[f"{c}_corrected" for c in corrected]].ne("").any(axis=1)
    return pd.DataFrame(columns)
