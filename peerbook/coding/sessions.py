"""Who may be in which session: rules by role, held against who was there.

A session may be closed to some, so that people can speak freely before those who pay for a service, say.
"""

from __future__ import annotations

import pandas as pd

from peerbook.choices import check_one_of

ADMITTED = ("yes", "no")
NO_RULE = "no rule"


def check_access(present: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Hold everybody who was in a session against its rule.

    Parameters
    ----------
    present : DataFrame
        `session`, `role`; a row for each person who was there.
    rules : DataFrame
        `session`, `role`, `admitted` ("yes" or "no"); a row for each role that somebody decided on.

    Returns
    -------
    DataFrame
        One row per session and role, in the order of the rules, then of those without one: `session`,
        `role`, `admitted` ("yes", "no", or "no rule"), `present` (how many were there) and `kept` ("yes";
        "no" if anybody was there who was not admitted, or of whom no rule says).

    Raises
    ------
    ParameterError
        If a rule says neither yes nor no.

    Examples
    --------
    >>> rules = pd.DataFrame({"session": "morning", "role": ["member", "funder"], "admitted": ["yes", "no"]})
    >>> present = pd.DataFrame({"session": "morning", "role": ["member", "member", "visitor"]})
    >>> check_access(present, rules)[["role", "admitted", "present", "kept"]].to_numpy().tolist()
    [['member', 'yes', 2, 'yes'], ['funder', 'no', 0, 'yes'], ['visitor', 'no rule', 1, 'no']]
    """
    for admitted in rules["admitted"].unique():
        check_one_of("admitted", admitted, ADMITTED)
    present, rules = present.astype({"session": str, "role": str}), rules.astype(str)
    counted = present.groupby(["session", "role"], sort=False).size().rename("present").reset_index()
    found = rules[["session", "role", "admitted"]].merge(counted, on=["session", "role"], how="outer")
    order = pd.concat([rules[["session", "role"]], counted[["session", "role"]]]).drop_duplicates()
    found = order.merge(found, on=["session", "role"])
    found = found.assign(
        admitted=found["admitted"].fillna(NO_RULE), present=found["present"].fillna(0).astype(int)
    )
    kept = found["present"].eq(0) | found["admitted"].eq("yes")
    return found.assign(kept=kept.map({True: "yes", False: "no"}))
