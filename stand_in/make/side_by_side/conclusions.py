"""What the report concludes and what that rests on: lists of print and of its readers, nothing made up."""

from __future__ import annotations

import pandas as pd

from stand_in.make.side_by_side import printed

# The raw tables, and the printed list that each is.
LISTS = {
    "conclusions/conclusions": "conclusions",
    "conclusions/reflections": "reflections",
    "evidence/links": "conclusion_links",
}


def make() -> dict[str, pd.DataFrame]:
    """Return the tables of conclusions, reflections and links, every cell as text.

    Examples
    --------
    >>> sorted(make())
    ['conclusions/conclusions', 'conclusions/reflections', 'evidence/links']
    """
    return {name: _laid_out(name, printed.load(source)) for name, source in LISTS.items()}


def _laid_out(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Give a table the columns of its schema, in order."""
    return rows.reindex(columns=list(printed.definitions().tables[name].fields), fill_value="").astype(str)
