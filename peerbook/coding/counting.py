"""Counts of codes: by approach, together, and project by project."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from peerbook.coding.codings import unit_column

APPROACHES = ("group", "one_to_one", "online")


def presence(codings: pd.DataFrame, codes: Sequence[str], unit: str = "person") -> pd.DataFrame:
    """Say which unit has which code.

    Parameters
    ----------
    codings : DataFrame
        From `codings`.
    codes : sequence of str
        Top codes, in the order of the columns.
    unit : {"segment", "person", "project"}

    Returns
    -------
    DataFrame
        Boolean, one row per unit that has at least one of the codes, one column per code.

    Examples
    --------
    >>> said = pd.DataFrame({"person_id": ["PV1", "PV1", "PV2"], "top": ["V1", "V2", "V1"]})
    >>> presence(said, ["V1", "V2"]).to_dict("index")
    {'PV1': {'V1': True, 'V2': True}, 'PV2': {'V1': True, 'V2': False}}
    """
    column = unit_column(unit)
    mine = codings[codings["top"].isin(codes) & (codings[column] != "")]
    table = pd.crosstab(mine[column], mine["top"]).reindex(columns=list(codes), fill_value=0) > 0
    return table.rename_axis(columns=None)


def by_approach(codings: pd.DataFrame, codes: Sequence[str], field: str = "recruited") -> pd.DataFrame:
    """Count segments and people by code and approach.

    Parameters
    ----------
    codings : DataFrame
    codes : sequence of str
    field : {"recruited", "context"}
        The approach the person was recruited from, or the one the segment is about.

    Returns
    -------
    DataFrame
        One row per code and approach, and "total": `code`, `approach`, `segments`, `people`.
    """
    mine = codings[codings["top"].isin(codes)].rename(columns={"top": "code", field: "approach"})
    both = pd.concat([mine[mine["approach"].isin(APPROACHES)], mine.assign(approach="total")])
    counted = both.groupby(["code", "approach"]).agg(
        segments=("segment_id", "nunique"), people=("person_id", "nunique")
    )
    every = pd.MultiIndex.from_product([codes, [*APPROACHES, "total"]], names=["code", "approach"])
    return counted.reindex(every, fill_value=0).reset_index()


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

    A code is found where a segment supports it: a segment that tells of a difficulty does not count.

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
        (missing where nobody was interviewed), `found` and `state` ("all", "some" or "no data").
    """
    supports = presence(codings[codings["valence"] == "supports"], codes, "project")
    table = projects[["project_id", "region", "approach"]].set_index("project_id")
    asked = people.groupby("project_id")["person_id"].nunique()
    table["people"] = asked.reindex(table.index, fill_value=0)
    shown = supports.reindex(table.index, fill_value=False).astype("boolean")
    shown = shown.mask(table["people"] == 0)
    found = shown.sum(axis=1).astype("Int64").mask(table["people"] == 0)
    state = found.map(lambda n: "no data" if pd.isna(n) else "all" if n == len(codes) else "some")
    return table.join(shown).assign(found=found, state=state.astype(str)).reset_index()


def by_unit(codings: pd.DataFrame, codes: Sequence[str], units: Sequence[str]) -> pd.DataFrame:
    """Count the same codes in several units, to see what hangs on the choice of unit.

    Parameters
    ----------
    codings : DataFrame
    codes, units : sequence of str

    Returns
    -------
    DataFrame
        `unit`, `code`, `n` (units with the code), `base` (units with any of the codes), `share` (0 to 1,
        missing if the base is 0), `rank` (1 is the most frequent; ties share the better rank).
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
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
