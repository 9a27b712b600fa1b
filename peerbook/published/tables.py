"""The printed tables, read from `published/log/*.csv`.

A CSV holds the characters as printed. Where only one reading of a misprint remains, a second column
(`n_corrected` beside `n`) holds it; where several readings remain there is a note and no correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from peerbook.errors import ParameterError

BELOW = "<"
FOLDER = Path(__file__).parent / "side_by_side" / "log"


@dataclass(frozen=True)
class PrintedTable:
    """A printed table: its number ("text" for the prose), its title, and its numeric columns."""

    number: str
    title: str
    numbers: tuple[str, ...] = ()


_ETHNIC = ("white_percent", "asian_percent", "mixed_percent", "black_percent", "other_percent")
_PEOPLE = ("n", "percent", "mean", "min", "max", "sd")
_MODELS = ("n", "mean", "ci_low", "ci_high", "p_value", "effect_size")

TABLES = MappingProxyType(
    {
        "partners": PrintedTable("1.1", "Hubs and strategic partners"),
        "regions": PrintedTable("3.1", "The nine regions", _ETHNIC),
        "questionnaires": PrintedTable("3.2", "Questionnaires considered"),
        "log_completion": PrintedTable("A4.1", "Logs completed", ("month", "quarterly", "monthly")),
        "demographics": PrintedTable("A4.2", "Registered people", _PEOPLE),
        "baseline": PrintedTable("A4.3", "People at their first log", ("n", "percent", "mean", "sd")),
        "baseline_use": PrintedTable("A4.4", "Support used at the first log", ("n", "percent")),
        "figures": PrintedTable("4.7 and 4.8", "Panels of the figures of monthly means"),
        "associations": PrintedTable("A4.5 to A4.11", "Change in outcomes by change in support", _MODELS),
        "claims": PrintedTable("text", "Numbers in the prose of chapters 3 and 4"),
        "references": PrintedTable("text", "Numbers of the prose that stand in a table as well"),
        "identities": PrintedTable("text", "Numbers of the prose that follow from others"),
        "statements": PrintedTable("text", "Statements of the prose about associations"),
    }
)


def load(name: str) -> pd.DataFrame:
    """Read one printed table.

    ================  =========================================================
    name              what it holds
    ================  =========================================================
    partners          Table 1.1, hubs and strategic partners by region
    regions           Table 3.1, ethnic profile and kind of area by region
    questionnaires    Table 3.2, questionnaires considered and what they cover
    log_completion    Table A4.1, quarterly and monthly logs by region and month
    demographics      Table A4.2, registered people by characteristic and region
    baseline          Table A4.3, outcomes, work, admission, medication at entry
    baseline_use      Table A4.4, people using each support type at entry
    figures           Figures 4.7 and 4.8, the measure of each panel; blank: one that
                      the log has and the report does not draw
    associations      Tables A4.5 to A4.11, adjusted mean change and its interval
    claims            183 numbers of the prose, with unit and meaning (`value` is text:
                      some are dates or words; `qualifier`: over, about, ...)
    references        where such a number stands in a table: a query and what to add up
    identities        what such a number follows from: an expression of other claims
    statements        what the prose says of single associations: direction and size
    ================  =========================================================

    Parameters
    ----------
    name : str
        A name of the list above.

    Returns
    -------
    DataFrame
        A fresh copy. Numeric columns hold the corrected number where there is a correction, else the
        printed one; `<column>_printed` keeps the number as printed (missing if the characters are not
        a number). "<0.001" is read as 0.001 and marked in `p_value_below`. Text columns are blank, never
        missing. `misprint` marks rows with a correction, `note` says why, `line` is the line of the
        transcription, `printed` the whole cell. Percentages are 0 to 100. Names of outcomes, measures
        and variables are those of the package (`family`, `one_to_one_given`, `area`), levels and regions
        are as printed.

    Raises
    ------
    ParameterError
        If there is no table of that name.

    Examples
    --------
    >>> informal = load("associations").query("exposure == 'informal_given' and outcome == 'wellbeing'")
    >>> informal[["change", "mean_printed", "mean"]].head(1).to_dict("records")
    [{'change': 'decreased', 'mean_printed': 0.52, 'mean': 0.05}]
    """
    if name not in TABLES:
        raise ParameterError(f"No printed table is called {name!r}. Known: {', '.join(TABLES)}.")
    return _read(name).copy()


def as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Go back from the corrected readings to the characters as printed.

    Parameters
    ----------
    table : DataFrame
        A table from `load`, or rows of one.

    Returns
    -------
    DataFrame
        The same rows with every `<column>` replaced by its `<column>_printed`.

    Examples
    --------
    >>> as_printed(load("baseline_use"))["n"].sum() - load("baseline_use")["n"].sum()
    np.float64(-18.0)
    """
    pairs = {c: c.removesuffix("_printed") for c in table if c.endswith("_printed")}
    return table.drop(columns=list(pairs.values())).rename(columns=pairs)


@lru_cache
def _read(name: str) -> pd.DataFrame:
    text = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    numbers = TABLES[name].numbers
    corrections = [c.removesuffix("_corrected") for c in text if c.endswith("_corrected")]

    def read(cells: pd.Series, column: str) -> pd.Series:
        if column not in numbers:
            return cells
        return pd.to_numeric(cells.str.removeprefix(BELOW), errors="coerce").astype(float)

    columns = {}
    for column in text.columns.drop([f"{c}_corrected" for c in corrections]):
        columns[column] = read(text[column], column)
        if column in corrections:
            corrected = text[f"{column}_corrected"]
            columns[f"{column}_printed"] = columns[column]
            columns[column] = read(text[column].mask(corrected != "", corrected), column)
    marked = text[[f"{c}_corrected" for c in corrections]].ne("").any(axis=1)
    bounds = {
        f"{c}_below": text[c].str.startswith(BELOW) for c in numbers if text[c].str.startswith(BELOW).any()
    }
    return pd.DataFrame(columns | bounds).assign(misprint=marked)
