"""Citations of a text against its list of references, both ways."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pandas as pd

EXACT = "agrees"
NOT_LISTED = "not in the list"
NO_YEAR = "cited without a year"
OTHER_YEAR = "another year in the list"
OTHER_NAME = "another spelling in the list"
NO_LETTER = "letter of the year left out"
STATES = (EXACT, NOT_LISTED, NO_YEAR, OTHER_YEAR, OTHER_NAME, NO_LETTER)
_YEAR = re.compile(r"(\d{4})([a-z]?)")


def check_citations(citations: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Hold every citation against the reference it means.

    Parameters
    ----------
    citations : DataFrame
        `cite_id`, `cited_as` (names as the text has them), `year_as_cited` and `ref_id` (missing: nothing in
        the list is meant).
    references : DataFrame
        `ref_id`, `authors` and `year` (with a letter where two works of a year need one).

    Returns
    -------
    DataFrame
        The citations with `listed_year` and `state`, one of `STATES`: the first that holds of "not in the
        list", "cited without a year", "another year", "another spelling" (a name that the authors of the
        reference do not have), "letter of the year left out", "agrees". Co-authors may be left out.
    """
    listed = references.set_index("ref_id")
    rows = [
        (_state(row, listed), "" if _blank(row["ref_id"]) else str(listed["year"].get(row["ref_id"], "")))
        for row in citations.to_dict("records")
    ]
    found = pd.DataFrame(rows, citations.index, ["state", "listed_year"])
    return citations.assign(listed_year=found["listed_year"], state=found["state"])


def _state(row: dict[str, str], listed: pd.DataFrame) -> str:
    if _blank(row["ref_id"]) or row["ref_id"] not in listed.index:
        return NOT_LISTED
    work, year = listed.loc[row["ref_id"]], _YEAR.fullmatch(str(row["year_as_cited"]))
    if year is None:
        return NO_YEAR
    known = _YEAR.match(str(work["year"]))
    if known is None or known[1] != year[1] or (year[2] and year[2] != known[2]):
        return OTHER_YEAR
    if not all(_named(name, work["authors"]) for name in surnames(row["cited_as"])):
        return OTHER_NAME
    return NO_LETTER if known[2] and not year[2] else EXACT


def _blank(value: object) -> bool:
    return not isinstance(value, str) or not value


def surnames(cited_as: str) -> list[str]:
    """Take the names of a citation apart.

    Examples
    --------
    >>> surnames("Alberta, Ploski, and Carlson"), surnames("Van Draanen et al.")
    (['Alberta', 'Ploski', 'Carlson'], ['Van Draanen'])
    """
    parts = re.split(r",|\band\b|&|;", re.sub(r"\bet al\b\.?", "", cited_as))
    return [part.strip() for part in parts if part.strip()]


def _named(name: str, authors: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", authors) is not None


def uncited(citations: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Return the references that no citation means, with their columns."""
    return references[~references["ref_id"].isin(set(citations["ref_id"].dropna()))].reset_index(drop=True)


def out_of_order(references: pd.DataFrame) -> pd.DataFrame:
    """Return the references that stand before one they should follow.

    Parameters
    ----------
    references : DataFrame
        `authors` (a semicolon between them) and `year`, in the order of print.

    Returns
    -------
    DataFrame
        Their rows. The order asked for is that of lists by author and date: first author, works of this
        author alone, year, other authors. An organisation stands under its abbreviation, if brackets give
        one.
    """
    keys = [_place(row) for row in references[["authors", "year"]].fillna("").to_dict("records")]
    early = [here > after for here, after in pairwise(keys)]
    return references[pd.Series([*early, False][: len(references)], references.index, dtype=bool)]


def _place(row: dict[str, str]) -> tuple[str, bool, str, list[str]]:
    names = [_plain(name) for name in row["authors"].split(";")]
    return names[0], len(names) > 1, row["year"], names[1:]


def _plain(name: str) -> str:
    short = re.search(r"\(([A-Z]+)\)", name)
    said = short[1] if short else name.split(",")[0]
    letters = unicodedata.normalize("NFKD", said.casefold())
    return re.sub(r"[^a-z ]", "", letters).strip()


def short_name(authors: str, year: str) -> str:
    """Name a work as a text would cite it.

    Examples
    --------
    >>> short_name("Kemp, V.; Henderson, A.", "2012"), short_name("Fox, A.; Ray, B.; Lee, C.", "2009a")
    ('Kemp and Henderson 2012', 'Fox et al. 2009a')
    """
    names = [name.split(",")[0].strip() for name in authors.split(";")]
    said = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{said} {year}".strip()
