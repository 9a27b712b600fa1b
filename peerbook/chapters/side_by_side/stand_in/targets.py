"""What the stand-in cohort was made to meet, and whether it does.

`targets.csv` of the printed report names the numbers of the prose; they are compared by the rules that the
chapter on agreement compares them by. Of the tables and models a share has to agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.audit.effects import common_sds
from peerbook.chapters.side_by_side.agreement import PROSE, rebuilt_tables
from peerbook.chapters.side_by_side.agreement.statements import statements_of
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.outputs import formats
from peerbook.published.cells import PLACE

if TYPE_CHECKING:
    from peerbook.log import Log

AREAS = ["Flow", "Calendar", "Tables", "Entry", "Trends", "Associations"]
# How near the means and standard deviations of Tables A4.2 and A4.3 have to be.
NEAR = {"mean": "within 0.1", "sd": "within 0.15"}
CELLS, MODELS = 0.95, 92
SD_OF_CHANGE = "within 2%"
_TARGET = ["table", "row", "printed", "value", "rule", "found"]


def targets(log: Log, results: pd.DataFrame) -> pd.DataFrame:
    """List what the cohort was made to meet beside what it gives.

    Parameters
    ----------
    log : Log
        The stand-in cohort, all regions.
    results : DataFrame
        The grid of associations fitted to it, as the chapter on associations makes it.

    Returns
    -------
    DataFrame
        Columns `area`, `target`, `printed`, `rebuilt` (both as text) and `met`.
    """
    wanted = [*_of_the_prose(log), *_of_tables(table_cells(log)), *_of_associations(results)]
    rows = pd.DataFrame(wanted, columns=_TARGET).assign(column="", quantity="target")
    rows = rows.sort_values("table", key=lambda area: area.map(AREAS.index), kind="stable", ignore_index=True)
    words = rows["found"].map(lambda found: found if isinstance(found, str) else None)
    numbers = pd.to_numeric(rows["found"].where(words.isna()))
    compared = published.compare(rows, rows[PLACE].assign(value=numbers, text=words))
    return pd.DataFrame(
        {
            "area": compared["table"],
            "target": compared["row"],
            "printed": compared["printed"],
            "rebuilt": [_with_commas(text) for text in compared["rebuilt"]],
            "met": compared["within_rule"] == "yes",
        }
    )


def table_cells(log: Log) -> pd.DataFrame:
    """Set every count, mean and standard deviation of Tables A4.1 to A4.4 beside the cohort's.

    Parameters
    ----------
    log : Log
        The stand-in cohort, all regions.

    Returns
    -------
    DataFrame
        As `peerbook.published.compare` returns it, with `impossible`: other print rules the cell out.
    """
    rebuilt = rebuilt_tables(log)
    printed = published.printed_cells(STUDY, *rebuilt).query("quantity != 'percent'")
    printed = printed.assign(rule=printed["quantity"].map(NEAR).fillna(printed["rule"]))
    compared = published.compare(printed, published.rebuilt_cells(STUDY, rebuilt))
    ruled_out = compared.merge(published.load(STUDY, "impossible"), on=PLACE, how="left")["choice"].notna()
    return compared.assign(impossible=ruled_out)


def association_cells(results: pd.DataFrame) -> pd.DataFrame:
    """Set every printed number of Tables A4.5 to A4.11 beside the rebuilt one.

    Returns
    -------
    DataFrame
        As `peerbook.published.compare` returns it.
    """
    printed = published.printed_cells(STUDY, "associations")
    return published.compare(printed, published.rebuilt_cells(STUDY, {"associations": results}))


def _of_the_prose(log: Log) -> Iterator[tuple]:
    """Give the targets that are numbers of the prose, in their order."""
    said = published.printed_statements(STUDY, PROSE).set_index("row")
    found = published.derive(STUDY, statements_of(log), rebuilt_tables(log))
    for target in published.load(STUDY, "targets").itertuples():
        value, printed, rule = said.loc[target.name, ["value", "printed", "rule"]]
        yield target.area, target.target, _with_commas(printed), value, rule, found.get(target.name)


def _of_tables(compared: pd.DataFrame) -> Iterator[tuple]:
    for table, cells in compared.groupby("table"):
        possible, met = int((~cells["impossible"]).sum()), int((cells["within_rule"] == "yes").sum())
        target = f"cells of Table {table} that agree, of {len(cells)}"
        yield "Tables", target, f"{possible} that can", possible, "at least", met


def _of_associations(results: pd.DataFrame) -> Iterator[tuple]:
    compared = association_cells(results)
    agree = (compared["within_rule"] == "yes").groupby(compared["quantity"]).agg(["sum", "size"])
    for target, quantity in (
        ("means inside the printed interval", "mean"),
        ("n within 10 percent or 3", "n"),
    ):
        met, cells = agree.loc[quantity]
        printed = f"at least {CELLS:.0%} of {cells}"
        yield "Associations", target, printed, CELLS * cells, "at least", met
    met, models = agree.loc["p_value"]
    printed = f"at least {MODELS} of {models}"
    yield "Associations", "models that agree on p < 0.05", printed, MODELS, "at least", met
    rebuilt = results.groupby("outcome")["sd_change"].first()
    for outcome, sd in sds_of_change().sort_index().items():
        yield "Associations", f"sd of change in {outcome}", f"{sd:.2f}", sd, SD_OF_CHANGE, rebuilt[outcome]


def sds_of_change() -> pd.Series:
    """Give the SD of change of each outcome that the printed effect sizes imply."""
    return common_sds(published.load(STUDY, "associations"))


def _with_commas(text: str) -> str:
    return formats.count(int(text)) if text.isdigit() else text
