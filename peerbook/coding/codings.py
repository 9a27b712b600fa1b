"""Who is coded where: segments joined with their codes and the people who spoke.

One definition holds wherever something is said to speak of a code: a segment speaks of a code if it supports
it, and a person or a project speaks of it if one of their segments does. A segment on a difficulty with a
code (its valence is "challenge", or the code given is a difficulty that stands below the code) does not
count for the code; such segments are counted apart. Neither does a segment that says the code is absent.
`peerbook.coding.counting` counts by it.
"""

from __future__ import annotations

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.coding.material import Material

SUPPORTS, CHALLENGE = "supports", "challenge"
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


def difficulties(codes: pd.DataFrame) -> set[str]:
    """Name the codes that are difficulties, of kind "challenge", or stand below one.

    Parameters
    ----------
    codes : DataFrame
        One version of a codebook: `code_id`, `parent_id`, `kind`.

    Examples
    --------
    >>> book = pd.DataFrame({"code_id": ["V1", "V1.9", "V1.9a"], "parent_id": ["", "V1", "V1.9"],
    ...                      "kind": ["value", "challenge", "element"]})
    >>> sorted(difficulties(book))
    ['V1.9', 'V1.9a']
    """
    found = set(codes.loc[codes["kind"] == CHALLENGE, "code_id"])
    below = set(codes.loc[codes["parent_id"].isin(found), "code_id"])
    while below - found:
        found |= below
        below = set(codes.loc[codes["parent_id"].isin(found), "code_id"])
    return found


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
        `code_id`, `top` (the code at the top of its tree), `kind`, `valence` ("supports", "challenge" or
        "absent"; "challenge" too where the code is a difficulty and the segment supports that there is one),
        `status`. Two coders who give a segment the same code make one row.
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
    on_difficulty = joined["code_id"].isin(difficulties(codes.reset_index()))
    return joined.assign(
        valence=joined["valence"].mask(on_difficulty & (joined["valence"] == SUPPORTS), CHALLENGE),
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
