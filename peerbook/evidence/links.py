"""Links between the things that a report and its rebuild are made of, and what stands or falls with them.

A link is a row: `from_kind`, `from_id`, `relation`, `to_kind`, `to_id`, the `reason` for it, its `author` and
the `status` of the row. What a conclusion rests on may hold today, or not, or be beyond the data; `standing`
says what this makes of the conclusion.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from peerbook.errors import DataError

RESTS_ON = "rests on"
FROM, TO = ("from_kind", "from_id"), ("to_kind", "to_id")
# Of what something rests on, today.
HOLDS, FAILS, UNKNOWN = "holds", "does not hold", "not computable"
# Of what rests on it.
STANDS, PARTLY, LOST, FALLEN, OPEN = (
    "stands",
    "part does not hold",
    "part no longer holds",
    "nothing holds",
    "not computable",
)
STANDINGS = (STANDS, PARTLY, LOST, FALLEN, OPEN)

Known = Mapping[str, Collection[str]]


def check_links(links: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Refuse links to or from things that are not there.

    Parameters
    ----------
    links : DataFrame
        One row per link.
    known : mapping of str to collection of str
        The ids there are, by kind. Ends of a kind that is not in it are left alone: who knows them checks
        them.

    Returns
    -------
    DataFrame
        The links.

    Raises
    ------
    DataError
        If a link is broken; the message lists every one.

    Examples
    --------
    >>> links = pd.DataFrame({"from_kind": ["conclusion"], "from_id": ["C1"], "relation": ["rests on"],
    ...                       "to_kind": ["finding"], "to_id": ["F9"]})
    >>> check_links(links, {"finding": ["F1"]})
    Traceback (most recent call last):
    ...
    peerbook.errors.DataError: 1 link is broken:
    - conclusion C1 rests on finding F9: there is no finding F9.
    Correct the id, or take the link out of the table of links.
    """
    broken = []
    for row in links.to_dict("records"):
        said = f"{row['from_kind']} {row['from_id']} {row['relation']} {row['to_kind']} {row['to_id']}"
        ends = [(row[kind], row[id]) for kind, id in (FROM, TO)]
        broken += [
            f"- {said}: there is no {kind} {id}."
            for kind, id in ends
            if kind in known and id not in known[kind]
        ]
    if not broken:
        return links
    counted = "1 link is broken:" if len(broken) == 1 else f"{len(broken)} links are broken:"
    remedy = "Correct the id, or take the link out of the table of links."
    raise DataError("\n".join([counted, *broken, remedy]))


def supports(links: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Say of everything that something rests on whether it holds, today and in print.

    Parameters
    ----------
    links : DataFrame
        Links of all relations; only those that say "rests on" are looked at.
    states : DataFrame
        `kind`, `id`, `state` ("holds", "does not hold", "not computable"), and `printed`: whether it held in
        the printed report (missing where print does not say). Other columns are kept.

    Returns
    -------
    DataFrame
        One row per link that says "rests on", with the columns of `states`. What `states` does not know is
        "not computable". `no_longer`: it held in print and does not hold today.

    Examples
    --------
    >>> links = pd.DataFrame({"from_kind": "conclusion", "from_id": ["C1", "C1"], "relation": "rests on",
    ...                       "to_kind": "finding", "to_id": ["F1", "F2"]})
    >>> states = pd.DataFrame({"kind": ["finding"], "id": ["F1"], "state": ["does not hold"],
    ...                        "printed": [True]})
    >>> supports(links, states)[["to_id", "state", "no_longer"]].to_numpy().tolist()
    [['F1', 'does not hold', True], ['F2', 'not computable', False]]
    """
    resting = links[links["relation"] == RESTS_ON]
    named = states.rename(columns={"kind": "to_kind", "id": "to_id"})
    found = resting.merge(named, on=list(TO), how="left")
    held = found["printed"].astype("boolean").fillna(value=False).astype(bool)
    return found.assign(
        state=found["state"].fillna(UNKNOWN), no_longer=held & (found["state"] == FAILS)
    ).reset_index(drop=True)


def standing(supported: pd.DataFrame) -> pd.DataFrame:
    """Say what stands, by what it rests on.

    Parameters
    ----------
    supported : DataFrame
        From `supports`.

    Returns
    -------
    DataFrame
        One row per thing that rests on others, in the order of the links: `kind`, `id`, `computed` (how many
        of its supports could be computed), `holding` (how many of these hold), `no_longer` (how many held in
        print and do not hold today), and `standing`, the first of these that is true: nothing could be
        computed ("not computable"); something that held in print does not hold today ("part no longer
        holds"); all hold ("stands"); some do ("part does not hold"); none does ("nothing holds").

    Examples
    --------
    >>> rows = pd.DataFrame({"from_kind": "conclusion", "from_id": ["C1", "C1", "C2"],
    ...                      "state": ["holds", "does not hold", "holds"], "no_longer": False})
    >>> standing(rows)["standing"].tolist()
    ['part does not hold', 'stands']
    """
    counted = supported.assign(
        computed=supported["state"] != UNKNOWN, holding=supported["state"] == HOLDS
    ).groupby(list(FROM), sort=False)[["computed", "holding", "no_longer"]]
    rows = counted.sum().astype(int).reset_index()
    words = [
        _word(computed, holding, no_longer)
        for computed, holding, no_longer in rows[["computed", "holding", "no_longer"]].to_numpy()
    ]
    return rows.rename(columns={"from_kind": "kind", "from_id": "id"}).assign(standing=words)


def _word(computed: int, holding: int, no_longer: int) -> str:
    if not computed:
        return OPEN
    if no_longer:
        return LOST
    if holding == computed:
        return STANDS
    return PARTLY if holding else FALLEN
