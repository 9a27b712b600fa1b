"""Who is coded where: segments joined with their codes and the people who spoke."""

from __future__ import annotations

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.coding.material import Material

UNITS = {"segment": "segment_id", "person": "person_id", "project": "project_id"}


def top_codes(codes: pd.DataFrame) -> pd.Series:
    """Say for each code the code at the top of its tree.

    Parameters
    ----------
    codes : DataFrame
        One version of a codebook: `code_id`, `parent_id`.

    Returns
    -------
    Series
        Top code by code id. A code whose parent is unknown is its own top.

    Examples
    --------
    >>> book = pd.DataFrame({"code_id": ["V1", "V1.4", "V1.4c"], "parent_id": ["", "V1", "V1.4"]})
    >>> top_codes(book).to_dict()
    {'V1': 'V1', 'V1.4': 'V1', 'V1.4c': 'V1'}
    """
    parents = {
        code: parent for code, parent in zip(codes["code_id"], codes["parent_id"], strict=True) if parent
    }
    known = set(codes["code_id"])

    def top(code: str) -> str:
        seen = {code}
        while parents.get(code) in known - seen:
            code = parents[code]
            seen.add(code)
        return code

    return pd.Series({code: top(code) for code in codes["code_id"]}, dtype=object)


def codings(material: Material, codebook: str, *, only_quoted: bool = False) -> pd.DataFrame:
    """Join segments, codes and people: one row per segment and code of the final round.

    Parameters
    ----------
    material : Material
    codebook : str
        Name of a codebook; its latest version is used.
    only_quoted : bool
        Keep the segments that the report quotes.

    Returns
    -------
    DataFrame
        `segment_id`, `source_id`, `person_id`, `project_id`, `context` (what the segment is about),
        `recruited` (the approach the person came from; both with co-counselling counted as one to one),
        `code_id`, `top` (the code at the top of its tree), `kind`, `valence`, `status`. Two coders who give
        a segment the same code make one row.
    """
    codes = material.codes(codebook).set_index("code_id")
    given = material.final_codes()
    given = given[given["code_id"].isin(codes.index)]
    segments = material.segments[material.segments["quoted"].eq("yes") | (not only_quoted)]
    people = material.people[["person_id", "project_id", "approach"]].rename(
        columns={"approach": "recruited"}
    )
    joined = given.merge(
        segments[["segment_id", "source_id", "person_id", "context", "status"]], on="segment_id"
    ).merge(people, on="person_id", how="left")
    return joined.assign(
        top=joined["code_id"].map(top_codes(codes.reset_index())),
        kind=joined["code_id"].map(codes["kind"]),
        project_id=joined["project_id"].fillna(""),
        context=one_to_one_merged(joined["context"]),
        recruited=one_to_one_merged(joined["recruited"].fillna("")),
    )


def unit_column(unit: str) -> str:
    """Return the column that identifies a unit of counting.

    Raises
    ------
    ParameterError
        If the unit is not segment, person or project.
    """
    check_one_of("unit", unit, UNITS)
    return UNITS[unit]


def one_to_one_merged(approach: pd.Series) -> pd.Series:
    """Count co-counselling as one to one, as the report does in its comparisons."""
    return approach.replace("co_counselling", "one_to_one")
