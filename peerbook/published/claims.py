"""The numbers of the prose as claims: computed where data allow, each with a status."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from peerbook.published.comparison import with_status
from peerbook.published.numbers import WORDS, bears_out, follow, names_in, said_number
from peerbook.published.tables import load

# Why a claim is not computed from the data: the column `outside` of `load("claims")`.
OUTSIDE = MappingProxyType(
    {
        "programme": "a fact of the programme, not in these data",
        "literature": "a number from a cited study",
        "plan": "a choice made when the study was planned",
        "figure": "read off a figure; the report states no rule for it",
    }
)
_RULES = {
    "": "rounds to the printed digits",
    "about": "within a tenth, or rounds to the printed digits",
    "over": "larger",
    "just over": "larger, by at most a tenth",
    "just under": "smaller, by at most a tenth",
}

Number = float | int | str


def compute_claims(known: Mapping[str, Number], tables: Mapping[str, pd.DataFrame]) -> dict[str, Number]:
    """Compute as many claims as the data allow.

    Parameters
    ----------
    known : mapping of str to number or text
        Claims computed straight from the data, by name; text for dates (ISO).
    tables : mapping of str to DataFrame
        Rebuilt tables by the names and columns of `load`; `load("references")` says which of their cells
        a claim repeats.

    Returns
    -------
    dict
        By claim: what is known; what stands in a table; and what follows from other claims by
        `load("identities")`, with claims from outside the data taken as printed.

    Examples
    --------
    >>> compute_claims({"registered": 10, "registered_with_log": 8}, {})["registered_with_log_percent"]
    80.0
    """
    return _follow(_from_tables(tables) | _present(known))


def _present(numbers: Mapping[str, Number]) -> dict[str, Number]:
    return {claim: x for claim, x in numbers.items() if isinstance(x, str) or not np.isnan(x)}


def _from_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, Number]:
    """Read the claims that repeat cells of a table, if the table has these cells.

    A percentage is read only if no identity gives it: the prose counts people without an answer in its
    shares, the tables do not.
    """
    found = {}
    rules = load("references").query("relation == 'equals'")
    given = (rules["value"] == "percent") & rules["claim"].isin(load("identities")["claim"])
    for rule in rules[rules["table"].isin(tables) & ~given].to_dict("records"):
        cells = tables[rule["table"]].query(rule["where"])
        if len(cells):
            found[rule["claim"]] = float(cells.eval(rule["value"]).sum(skipna=False))
    return _present(found)


def _follow(known: Mapping[str, Number]) -> dict[str, Number]:
    """Add what follows from known claims, as often as something new does."""
    outside = load("claims").query("outside != ''")
    given = {
        claim: said_number(value) for claim, value in zip(outside["claim"], outside["value"], strict=True)
    }
    found, rules = dict(known), load("identities")[["claim", "expression"]].to_numpy().tolist()
    while True:
        numbers = {c: x for c, x in (given | found).items() if not isinstance(x, str | None)}
        ready = [(c, e) for c, e in rules if c not in found and names_in(e) <= set(numbers)]
        if not ready:
            return _present(found)
        # The first rule of a claim gives it; a claim with several has them as checks on the printed numbers.
        found |= {claim: follow(expression, numbers) for claim, expression in reversed(ready)}


def claims_agreement(computed: Mapping[str, Number], reason: str = "") -> pd.DataFrame:
    """Set every claim beside what was computed for it.

    Parameters
    ----------
    computed : mapping of str to number or text
        From `compute_claims`.
    reason : str
        Why claims that are not computed could not be, where they are not from outside the data.

    Returns
    -------
    DataFrame
        One row per claim in the order of the prose, with the columns of
        `peerbook.published.agreement`; `table` is "text", `row` the claim.

    Examples
    --------
    >>> rows = claims_agreement({"registered": 703}).set_index("row")
    >>> rows.loc[["registered", "prize_project"], "status"].tolist()
    ['agrees', 'not computable']
    """
    rows = [_beside(claim, computed.get(claim["claim"])) for claim in load("claims").to_dict("records")]
    return with_status(pd.DataFrame(rows), {"text": reason})


def _beside(claim: dict[str, str], found: Number | None) -> dict[str, object]:
    value, qualifier = claim["value"], claim["qualifier"]
    printed, rebuilt = said_number(value), np.nan if isinstance(found, str | None) else float(found)
    holds = value == found if isinstance(found, str) else bears_out(rebuilt, value, qualifier)
    answer = "" if found is None else "yes" if holds else "no"
    rule = "the same date" if printed is None else "within 5 percentage points"
    return {
        "table": "text",
        "row": claim["claim"],
        "column": "",
        "quantity": "value",
        "printed": f"{qualifier} {value}".strip(),
        "rebuilt": "" if found is None else found if isinstance(found, str) else f"{rebuilt:.4g}",
        "printed_value": np.nan if printed is None else printed,
        "rebuilt_value": rebuilt,
        "difference": np.nan if printed is None else rebuilt - printed,
        "rule": rule if printed is None or value in WORDS else _RULES[qualifier],
        "as_printed": answer,
        "within_rule": answer,
        "misprint": "",
        "outside": OUTSIDE.get(claim["outside"], ""),
    }
