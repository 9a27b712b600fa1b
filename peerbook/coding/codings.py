"""Who is coded where: segments joined with their codes and the people who spoke.

One definition holds wherever something is said to speak of a code: a segment speaks of a code if it supports
it, and a person or a project speaks of it if one of their segments does. A segment on a difficulty with a
code (its valence is "challenge", or the code given is a difficulty that stands below the code) does not
count for the code; such segments are counted apart. Neither does a segment that says the code is absent.
`peerbook.coding.counting` counts by it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.coding.material import Material
from peerbook.data.codes import DECISION, DIFFICULTY, VALUE
from peerbook.data.text import text_of

SUPPORTS, CHALLENGE = "supports", "challenge"
UNITS = {
    "segment": "segment_id",
    "passage": "passage_id",
    "source": "source_id",
    "person": "person_id",
    "project": "project_id",
    "place": "place",
}


def top_codes(codes: pd.DataFrame, wanted: Iterable[str] = ()) -> pd.Series:
    """Say for each code which code it is counted under: the nearest that is wanted, or the top of its tree.

    Parameters
    ----------
    codes : DataFrame
        One version of a codebook: `code_id`, `parent_id`.
    wanted : iterable of str
        Codes that others are counted under, such as the values; they may stand below a code that only holds
        them together.

    Returns
    -------
    Series
        By code id: the code itself if it is wanted, else the nearest wanted code above it, else the code at
        the top of its tree. A code whose parent is unknown is its own top.

    Examples
    --------
    >>> book = pd.DataFrame({"code_id": ["V1", "V1.4", "V1.4c"], "parent_id": ["", "V1", "V1.4"]})
    >>> top_codes(book).to_dict()
    {'V1': 'V1', 'V1.4': 'V1', 'V1.4c': 'V1'}
    >>> top_codes(book, wanted=["V1.4"]).to_dict()
    {'V1': 'V1', 'V1.4': 'V1.4', 'V1.4c': 'V1.4'}
    """
    chosen = set(wanted)
    parents = {
        code: parent for code, parent in zip(codes["code_id"], codes["parent_id"], strict=True) if parent
    }
    known = set(codes["code_id"])

    def top(code: str) -> str:
        seen = {code}
        while code not in chosen and parents.get(code) in known and parents[code] not in seen:
            code = parents[code]
            seen.add(code)
        return code

    return pd.Series({code: top(code) for code in codes["code_id"]}, dtype=object)


def difficulties(codes: pd.DataFrame, kinds: Iterable[str] = (CHALLENGE,)) -> set[str]:
    """Name the codes that are difficulties, or stand below one.

    Parameters
    ----------
    codes : DataFrame
        One version of a codebook: `code_id`, `parent_id`, `kind`.
    kinds : iterable of str
        The kinds of code that are difficulties.

    Examples
    --------
    >>> book = pd.DataFrame({"code_id": ["V1", "V1.9", "V1.9a"], "parent_id": ["", "V1", "V1.9"],
    ...                      "kind": ["value", "challenge", "element"]})
    >>> sorted(difficulties(book))
    ['V1.9', 'V1.9a']
    """
    found = set(codes.loc[codes["kind"].isin(list(kinds)), "code_id"])
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
        `segment_id`, `passage_id` (the same for segments of a source that overlap), `source_id`, `person_id`,
        `project_id` (of the person, else of the source), `place` (of the source, else of the person, else of
        the project), `context` (what the segment is about), `recruited` (the approach the person came from;
        of both, approaches that count as another have its name), `code_id`, `top` (the nearest value or
        decision, else the top of the tree; see
        `top_codes`), `kind`, `valence` ("supports", "challenge" or "absent"; "challenge" too where the code
        is a difficulty and the segment supports that there is one), `status`. Two coders who give a segment
        the same code make one row. Blank: not known.
    """
    codes = material.codes(codebook).set_index("code_id")
    given = material.final_codes()
    given = given[given["code_id"].isin(codes.index)]
    segments = material.segments.assign(passage_id=passages(material.segments))
    segments = segments[segments["quoted"].eq("yes") | (not only_quoted)]
    people = material.people[["person_id", "project_id", "region", "approach"]].rename(
        columns={"approach": "recruited"}
    )
    columns = ["segment_id", "passage_id", "source_id", "person_id", "context", "status"]
    joined = given.merge(segments[columns], on="segment_id").merge(people, on="person_id", how="left")
    project = joined["project_id"].fillna("")
    of_source = _looked_up(joined["source_id"], material.sources, "project_id")
    joined = joined.assign(project_id=project.mask(project == "", of_source))
    defined, book = material.defined, codes.reset_index()
    on_difficulty = joined["code_id"].isin(difficulties(book, defined.kinds_of(DIFFICULTY)))
    return joined.assign(
        valence=joined["valence"].mask(on_difficulty & (joined["valence"] == SUPPORTS), CHALLENGE),
        top=joined["code_id"].map(counted_under(material, codebook)),
        kind=joined["code_id"].map(codes["kind"]),
        place=_places(material, joined),
        context=joined["context"].replace(defined.counted_as),
        recruited=joined["recruited"].fillna("").replace(defined.counted_as),
    ).drop(columns="region")


def counted_under(material: Material, codebook: str) -> pd.Series:
    """Say for each code of a codebook under which value or decision it counts, else under which top code.

    Returns
    -------
    Series
        As from `top_codes`.
    """
    codes = material.codes(codebook)
    wanted = codes["kind"].isin(material.defined.kinds_of(VALUE, DECISION))
    return top_codes(codes, codes.loc[wanted, "code_id"])


def passages(segments: pd.DataFrame) -> pd.Series:
    """Say which segments are one passage: those of a source that have characters in common, end to end.

    Parameters
    ----------
    segments : DataFrame
        `segment_id`, `source_id`, `start`, `end` (one past the last character; missing if not recorded).

    Returns
    -------
    Series
        For each segment the first of its passage. A segment without borders is a passage of its own.

    Examples
    --------
    >>> rows = pd.DataFrame({"segment_id": ["a", "b", "c"], "source_id": "S", "start": [0, 5, 9],
    ...                      "end": [6, 9, 12]})
    >>> passages(rows).tolist()
    ['a', 'a', 'c']
    """
    known = segments[segments["start"].notna() & segments["end"].notna()]
    known = known.sort_values(["source_id", "start", "end"], kind="stable")
    reached = known.groupby("source_id")["end"].transform(lambda ends: ends.astype(float).cummax())
    before = reached.groupby(known["source_id"]).shift()
    begins = before.isna() | (known["start"].astype(float) >= before)
    first = known["segment_id"].where(begins).ffill()
    return first.reindex(segments.index).fillna(segments["segment_id"])


def distinct(ids: pd.Series) -> int:
    """Count the different ids of a column; a blank one is somebody unknown, and nobody is counted for it.

    Examples
    --------
    >>> distinct(pd.Series(["a", "", "a"]))
    1
    """
    return ids[ids != ""].nunique()


def _places(material: Material, rows: pd.DataFrame) -> pd.Series:
    """Say where each row is from: the place of its source, else that of the person, else of the project."""
    of_source = _looked_up(rows["source_id"], material.sources, "place")
    found = of_source.mask(of_source == "", rows["region"].fillna(""))
    return found.mask(found == "", _looked_up(rows["project_id"], material.projects, "region"))


def _looked_up(ids: pd.Series, table: pd.DataFrame, column: str) -> pd.Series:
    """Return what a table says of each id in a column; blank if it does not know it."""
    key = str(ids.name)
    return text_of(ids.map(table.drop_duplicates(key).set_index(key)[column]))


def unit_column(unit: str) -> str:
    """Return the column that identifies a unit of counting.

    Raises
    ------
    ParameterError
        If the unit is none of `UNITS`.
    """
    check_one_of("unit", unit, UNITS)
    return UNITS[unit]
