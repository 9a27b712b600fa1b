"""Search terms and the query they make."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peerbook.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def query_string(terms: pd.DataFrame) -> str:
    """Write the query that most databases understand.

    Parameters
    ----------
    terms : DataFrame
        `concept`, `position`, `term`, `phrase` ("yes": searched as it stands) and `truncated` ("yes": any
        ending, written as an asterisk if the term has none).

    Returns
    -------
    str
        Terms of a concept joined by OR, concepts by AND; empty without terms.

    Raises
    ------
    DataError
        If a term has a quotation mark of its own, which would end the phrase.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(1, 1, "recovery", "no", "no"), (2, 1, "peer leader", "yes", "yes")]
    >>> query_string(pd.DataFrame(rows, columns=["concept", "position", "term", "phrase", "truncated"]))
    '(recovery) AND ("peer leader*")'
    """
    for term in terms["term"]:
        if '"' in term:
            raise DataError(
                f"search_terms, term: found a quotation mark in {term}; expected the words alone. Write them "
                "without it, and say yes in the column phrase."
            )
    ordered = terms.sort_values(["concept", "position"])
    concepts = [
        " OR ".join(_written(row) for row in rows.to_dict("records"))
        for _, rows in ordered.groupby("concept", sort=True)
    ]
    return " AND ".join(f"({concept})" for concept in concepts)


def _written(row: dict[str, str]) -> str:
    term = row["term"].removesuffix("*") + "*" if row["truncated"] == "yes" else row["term"]
    return f'"{term}"' if row["phrase"] == "yes" else term


def combinations(terms: pd.DataFrame) -> int:
    """Count the ways to take one term of every concept: the searches that the query stands for.

    Parameters
    ----------
    terms : DataFrame
        As for `query_string`.
    """
    return math.prod(terms["concept"].value_counts()) if len(terms) else 0
