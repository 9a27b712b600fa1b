"""What the report joins of log and interviews: its judgements and headline statements, none made up."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from stand_in.make.side_by_side import printed

LISTS = MappingProxyType({"evidence/judgements": "judgements", "evidence/statements": "headlines"})


def make() -> dict[str, pd.DataFrame]:
    """Return the tables by name, every cell as text, with the columns of their schemas.

    Examples
    --------
    >>> {name: len(table) for name, table in make().items()}
    {'evidence/judgements': 115, 'evidence/statements': 110}
    """
    schemas = printed.definitions().tables
    return {table: printed.coded(name)[list(schemas[table].fields)] for table, name in LISTS.items()}
