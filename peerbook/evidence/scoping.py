"""Counts of what was found where: places with what has no place, rates with their basis, and what is missing.

An activity may have several tags, so tags of a place can add up to more than its activities.
"""

from __future__ import annotations

import pandas as pd

NO_PLACE = "no place stated"


def by_place(units: pd.DataFrame, places: pd.DataFrame, place: str = "place_code") -> pd.DataFrame:
    """Count units by place, with a row for those without one.

    Parameters
    ----------
    units : DataFrame
        One row per unit; `place` is missing where it is not known.
    places : DataFrame
        One row per place, with the same column and others, which are kept.
    place : str
        The column that names a place.

    Returns
    -------
    DataFrame
        `places` with `n`. If units have no place there, a last row has how many, and no place.

    Examples
    --------
    >>> found = pd.DataFrame({"place_code": ["A", "A", None]})
    >>> by_place(found, pd.DataFrame({"place_code": ["A", "B"]}))["n"].tolist()
    [2, 0, 1]
    """
    counts = units[place].value_counts()
    known = places.assign(n=places[place].map(counts).fillna(0).astype(int))
    without = len(units) - int(known["n"].sum())
    gap = pd.DataFrame({place: [None], "n": [without]})
    return pd.concat([known, gap], ignore_index=True) if without else known


def rates(
    counts: pd.DataFrame, base: str = "population", basis: str = "population_source", per: int = 100_000
) -> pd.Series:
    """Return counts per so many people; missing where their number, or its source, is not said.

    Parameters
    ----------
    counts : DataFrame
        One row per place: `n`, the number of people in `base`, and its source with its year in `basis`.
    base, basis : str
    per : int

    Returns
    -------
    Series
        Numbers, by the index of `counts`.

    Examples
    --------
    >>> rows = pd.DataFrame({"n": [3, 3], "people": [1000, 1000], "basis": ["census 2011", None]})
    >>> rates(rows, "people", "basis", per=1000).tolist()
    [3.0, nan]
    """
    people = pd.to_numeric(counts[base]).astype(float)
    stated = counts[basis].notna() & (people > 0)
    return (counts["n"].astype(float) * per / people).where(stated)


def tags_by_place(
    units: pd.DataFrame, tags: pd.DataFrame, unit: str, tag: str, place: str = "place_code"
) -> pd.DataFrame:
    """Count the units of each place that have a tag; a unit with several tags counts once for each.

    Parameters
    ----------
    units : DataFrame
        One row per unit, with its `place`, missing where it is not known.
    tags : DataFrame
        One row per unit and tag.
    unit, tag, place : str
        Columns.

    Returns
    -------
    DataFrame
        Index: tags, the most common first. Columns: places in alphabetical order, with zeros where a place
        has none, then `NO_PLACE` if units have no place.
    """
    rows = tags[[unit, tag]].drop_duplicates().merge(units[[unit, place]], on=unit)
    named = rows.assign(**{place: rows[place].astype(object).where(rows[place].notna(), NO_PLACE)})
    counts = pd.crosstab(named[tag], named[place])
    order = sorted(set(units[place].dropna())) + [NO_PLACE] * bool(units[place].isna().any())
    counts = counts.reindex(columns=order, fill_value=0)
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return counts.loc[order]


def top_tags(counts: pd.Series, n: int) -> list[str]:
    """Return the tags with the `n` highest counts, most common first, and those level with the last.

    Examples
    --------
    >>> top_tags(pd.Series({"men": 4, "women": 2, "carers": 2, "students": 0}), 2)
    ['men', 'women', 'carers']
    """
    found = counts[counts > 0].sort_values(ascending=False, kind="stable")
    if len(found) <= n:
        return list(found.index)
    return list(found[found >= found.iloc[n - 1]].index) if n > 0 else []


def absent(counts: pd.DataFrame) -> pd.DataFrame:
    """List what a place has none of, though somewhere has it.

    Parameters
    ----------
    counts : DataFrame
        From `tags_by_place`.

    Returns
    -------
    DataFrame
        One row per place and tag without a unit: `place`, `tag`, and how many there are `elsewhere`.
    """
    rows = [
        (place, tag, int(counts.loc[tag].sum()))
        for place in counts.columns
        if place != NO_PLACE
        for tag in counts.index[counts[place] == 0]
    ]
    return pd.DataFrame(rows, columns=["place", "tag", "elsewhere"])
