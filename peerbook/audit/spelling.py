"""Check on how cells are written: brackets, commas and points where they belong."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from peerbook.audit.counts import BASE
from peerbook.audit.findings import Finding
from peerbook.audit.shapes import count_row_name, row_name

NUMBER = r"-?\d+(?:\.\d+)?"
WRITTEN = {
    "a count": NUMBER,
    "n (%) or mean (SD)": rf"{NUMBER} \({NUMBER}\)",
    "mean (low, high)": rf"{NUMBER} \({NUMBER}, ?{NUMBER}\)",
    "mean (low-high, SD)": rf"{NUMBER} \({NUMBER} ?[-–] ?{NUMBER}, {NUMBER}\)",
}
# "3/8" is two counts in a table of months and a slipped decimal point in any other.
WRITTEN_BY_MONTH = {"quarterly/monthly": r"\d+/\d+"}


def punctuation(table: pd.DataFrame) -> Iterator[Finding]:
    """Find cells that have none of the shapes the tables use.

    Parameters
    ----------
    table : DataFrame
        Column `printed`, the whole cell as printed; a table without it is not checked. Cells of the
        base row are headings and are left out.

    Yields
    ------
    Finding
    """
    if "printed" not in table:
        return
    shapes = WRITTEN_BY_MONTH if "month" in table else WRITTEN
    cells = table[table["variable"] != BASE] if "variable" in table else table
    known = cells["printed"].str.fullmatch("|".join(f"(?:{shape})" for shape in shapes.values()))
    for _, cell in cells[~known].iterrows():
        row = count_row_name(cell["variable"], cell["level"]) if "variable" in cells else row_name(cell)
        place = (str(cell.get("table", "")), row, str(cell.get("region", "")))
        said = "a bracket, comma or point is astray"
        yield Finding("punctuation", "note", *place, cell["printed"], ", ".join(shapes), said)
