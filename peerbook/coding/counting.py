"""Counts of codes: by approach, together, and project by project.

What speaks of a code is defined in `peerbook.coding.codings`: whatever supports it. What only tells of a
difficulty with it is counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from peerbook.coding.codings import CHALLENGE, SUPPORTS, distinct, unit_column


def presence(codings: pd.DataFrame, codes: Sequence[str], unit: str = "person") -> pd.DataFrame:
    """Say which unit speaks of which code.

    Parameters
    ----------
    codings : DataFrame
        From `codings`.
    codes : sequence of str
        Top codes, in the order of the columns.
    unit : {"segment", "passage", "source", "person", "project", "place"}
        Units that are not known, such as a blank person, are not counted.

    Returns
    -------
    DataFrame
        Boolean, one row per unit that speaks of at least one of the codes, one column per code.

    Examples
    --------
    >>> said = pd.DataFrame({"person_id": ["PV1", "PV1", "PV2", "PV2"], "top": ["V1", "V2", "V1", "V2"],
    ...                      "valence": ["supports", "supports", "supports", "challenge"]})
    >>> presence(said, ["V1", "V2"]).to_dict("index")
    {'PV1': {'V1': True, 'V2': True}, 'PV2': {'V1': True, 'V2': False}}
    """
    return _units_by_code(codings[codings["valence"] == SUPPORTS], codes, unit)


def difficulties_only(codings: pd.DataFrame, codes: Sequence[str], unit: str = "person") -> pd.DataFrame:
    """Say which unit tells of a difficulty with a code and does not speak of the code itself.

    The arguments are those of `presence`.

    Returns
    -------
    DataFrame
        Boolean, one row per unit that tells of such a difficulty, one column per code.

    Examples
    --------
    >>> said = pd.DataFrame({"person_id": ["PV1", "PV1", "PV2"], "top": "V1",
    ...                      "valence": ["supports", "challenge", "challenge"]})
    >>> difficulties_only(said, ["V1"]).to_dict("index")
    {'PV2': {'V1': True}}
    """
    told = _units_by_code(codings[codings["valence"] == CHALLENGE], codes, unit)
    only = told & ~presence(codings, codes, unit).reindex(told.index, fill_value=False)
    return only[only.any(axis=1)]


def _units_by_code(codings: pd.DataFrame, codes: Sequence[str], unit: str) -> pd.DataFrame:
    column = unit_column(unit)
    mine = codings[codings["top"].isin(codes) & (codings[column] != "")]
    table = pd.crosstab(mine[column], mine["top"]).reindex(columns=list(codes), fill_value=0) > 0
    return table.rename_axis(columns=None)


def by_approach(
    codings: pd.DataFrame, codes: Sequence[str], approaches: Sequence[str], field: str = "recruited"
) -> pd.DataFrame:
    """Count the segments and people that speak of a code, by code and approach.

    Parameters
    ----------
    codings : DataFrame
    codes, approaches : sequence of str
    field : {"recruited", "context"}
        The approach the person was recruited from, or the one the segment is about.

    Returns
    -------
    DataFrame
        One row per code and approach, and "total": `code`, `approach`, `segments`, `people` (of those who are
        known), `difficulties` (segments on a difficulty with the code).
    """
    mine = codings[codings["top"].isin(codes)].rename(columns={"top": "code", field: "approach"})
    both = pd.concat([mine[mine["approach"].isin(approaches)], mine.assign(approach="total")])
    spoken, told = (both[both["valence"] == valence] for valence in (SUPPORTS, CHALLENGE))
    place = ["code", "approach"]
    counted = (
        spoken.groupby(place)
        .agg(segments=("segment_id", "nunique"), people=("person_id", distinct))
        .astype(int)
    )
    difficulties = told.groupby(place)["segment_id"].nunique().rename("difficulties")
    every = pd.MultiIndex.from_product([codes, [*approaches, "total"]], names=place)
    return pd.concat([counted, difficulties], axis=1).reindex(every).fillna(0).astype(int).reset_index()


def together(present: pd.DataFrame) -> pd.DataFrame:
    """Count the units that have both of two codes; the diagonal counts those that have the one.

    Parameters
    ----------
    present : DataFrame
        From `presence`.

    Returns
    -------
    DataFrame
        Square, whole numbers.

    Examples
    --------
    >>> together(pd.DataFrame({"V1": [True, True], "V2": [True, False]})).to_numpy().tolist()
    [[2, 1], [1, 1]]
    """
    whole = present.to_numpy(dtype=int)
    return pd.DataFrame(whole.T @ whole, index=present.columns, columns=present.columns)


def pairs_together(square: pd.DataFrame) -> pd.DataFrame:
    """List every pair of codes with the units that have either and both, and their overlap.

    Parameters
    ----------
    square : DataFrame
        From `together`.

    Returns
    -------
    DataFrame
        `code_a`, `code_b`, `both`, `either`, `overlap` (Jaccard: both divided by either; missing if none).

    Examples
    --------
    >>> pairs_together(pd.DataFrame([[2, 1], [1, 1]], index=["V1", "V2"], columns=["V1", "V2"]))
      code_a code_b  both  either  overlap
    0     V1     V2     1       2      0.5
    """
    rows = [
        (a, b, square.loc[a, b], square.loc[a, a] + square.loc[b, b] - square.loc[a, b])
        for a, b in combinations(square.columns, 2)
    ]
    table = pd.DataFrame(rows, columns=["code_a", "code_b", "both", "either"])
    return table.assign(overlap=table["both"] / table["either"].where(table["either"] > 0))


def coverage(
    codings: pd.DataFrame, projects: pd.DataFrame, people: pd.DataFrame, codes: Sequence[str]
) -> pd.DataFrame:
    """Say how many of the codes each project shows, and keep "nobody was asked" apart from "not found".

    A code is found where the project speaks of it.

    Parameters
    ----------
    codings : DataFrame
    projects : DataFrame
        Every project, `project_id`, `region`, `approach`.
    people : DataFrame
        The people interviewed, `person_id`, `project_id`.
    codes : sequence of str

    Returns
    -------
    DataFrame
        One row per project: `project_id`, `region`, `approach`, `people`, one boolean column per code
        (missing where nobody was interviewed), `found`, `difficulties_only` (how many of the codes it tells
        only difficulties of) and `state` ("all", "some" or "no data").
    """
    supports = presence(codings, codes, "project")
    only = difficulties_only(codings, codes, "project").sum(axis=1).astype("Int64")
    table = projects[["project_id", "region", "approach"]].set_index("project_id")
    asked = people.groupby("project_id")["person_id"].nunique()
    table["people"] = asked.reindex(table.index, fill_value=0)
    shown = supports.reindex(table.index, fill_value=False).astype("boolean")
    shown = shown.mask(table["people"] == 0)
    found = shown.sum(axis=1).astype("Int64").mask(table["people"] == 0)
    state = found.map(lambda n: "no data" if pd.isna(n) else "all" if n == len(codes) else "some")
    only = only.reindex(table.index, fill_value=0).mask(table["people"] == 0)
    return (
        table.join(shown).assign(found=found, difficulties_only=only, state=state.astype(str)).reset_index()
    )


def by_unit(codings: pd.DataFrame, codes: Sequence[str], units: Sequence[str]) -> pd.DataFrame:
    """Count the same codes in several units, to see what hangs on the choice of unit.

    Parameters
    ----------
    codings : DataFrame
    codes, units : sequence of str

    Returns
    -------
    DataFrame
        `unit`, `code`, `n` (units that speak of the code), `base` (units that speak of any of them), `share`
        (0 to 1, missing if the base is 0), `rank` (1 is the most frequent; ties share the better rank),
        `difficulties_only` (units that tell only of a difficulty with the code).
    """
    parts = []
    for unit in units:
        present = presence(codings, codes, unit)
        n, base = present.sum(), len(present)
        parts.append(
            pd.DataFrame(
                {
                    "unit": unit,
                    "code": list(codes),
                    "n": n.to_numpy(),
                    "base": base,
                    "share": n.to_numpy() / base if base else float("nan"),
                    "rank": n.rank(ascending=False, method="min").astype(int).to_numpy(),
                    "difficulties_only": difficulties_only(codings, codes, unit).sum().to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
