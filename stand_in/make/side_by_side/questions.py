"""The themes of the interviews and the questions put to the log, as the report lists them: none made up."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from stand_in.make.side_by_side import printed

LISTS = MappingProxyType({"synthesis/themes": "synthesis_themes", "evidence/questions": "questions"})


def make() -> dict[str, pd.DataFrame]:
    """Return the tables by name, every cell as text, with the columns of their schemas.

    Examples
    --------
    >>> len(make()["synthesis/themes"])
    62
    """
    schemas = printed.definitions().tables
    return {table: printed.coded(name)[list(schemas[table].fields)] for table, name in LISTS.items()}
