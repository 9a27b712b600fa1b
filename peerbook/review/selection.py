"""Criteria of selection as rules on records, with reasons that set a rule aside.

A criterion is a set of conditions on fields of a record. Conditions of one alternative must all hold, and one
alternative is enough. A field that nobody filled in makes a criterion neither met nor failed: "not recorded".
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.errors import DataError

MEETS, FAILS, NOT_RECORDED, SET_ASIDE = "meets", "fails", "not recorded", "set aside"
VERDICTS = (MEETS, FAILS, NOT_RECORDED, SET_ASIDE)
INCLUDE, EXCLUDE, UNDECIDED = "include", "exclude", "undecided"
RULES = ("at least", "at most", "is", "is not", "one of")
SEVERAL = "|"


def verdicts(
    records: pd.DataFrame, tests: pd.DataFrame, overrides: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Hold every record against every criterion that has a test.

    Parameters
    ----------
    records : DataFrame
        `record_id`, and the fields that tests name; a field that is absent is filled in nowhere.
    tests : DataFrame
        `criterion_id`, `alternative`, `field`, `rule` (one of `RULES`) and `value` (for "one of" several,
        with a vertical bar between them).
    overrides : DataFrame, optional
        `record_id`, `criterion_id` and `reason`: failures that were set aside.

    Returns
    -------
    DataFrame
        A row per record and criterion: `record_id`, `criterion_id`, `verdict` (one of `VERDICTS`) and
        `reason` (why a failure was set aside; else blank).

    Raises
    ------
    ParameterError
        If a rule is unknown.
    DataError
        If a limit is no number.

    Examples
    --------
    >>> records = pd.DataFrame({"record_id": ["a", "b", "c"], "year": [2010, 1999, None]})
    >>> tests = pd.DataFrame([("K1", 1, "year", "at least", "2004")],
    ...                      columns=["criterion_id", "alternative", "field", "rule", "value"])
    >>> verdicts(records, tests)["verdict"].tolist()
    ['meets', 'fails', 'not recorded']
    """
    names = records["record_id"].reset_index(drop=True)
    found = [
        pd.DataFrame({"record_id": names, "criterion_id": criterion, "verdict": _verdict(records, rows)})
        for criterion, rows in tests.groupby("criterion_id", sort=False)
    ]
    columns = ["record_id", "criterion_id", "verdict"]
    every = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype=str)
    if overrides is None or overrides.empty:
        return every.assign(reason="")
    why = every.merge(overrides[["record_id", "criterion_id", "reason"]], "left", columns[:2])["reason"]
    aside = every["verdict"].eq(FAILS) & why.notna()
    return every.assign(
        verdict=every["verdict"].mask(aside, SET_ASIDE), reason=why.where(aside, "").astype(str)
    )


def _verdict(records: pd.DataFrame, tests: pd.DataFrame) -> list[str]:
    """Join conditions as Kleene's logic does: unknown and false is false, unknown or true is true."""
    alternatives = [
        reduce(and_, [_holds(records, test) for test in rows.to_dict("records")])
        for _, rows in tests.groupby("alternative")
    ]
    answers = reduce(or_, alternatives)
    return [NOT_RECORDED if pd.isna(answer) else MEETS if answer else FAILS for answer in answers]


def _holds(records: pd.DataFrame, test: dict[str, str]) -> pd.Series:
    """Say of each record whether a condition holds: yes, no or missing."""
    check_one_of("rule of a criterion", test["rule"], RULES)
    blank = pd.Series(pd.NA, records.index, dtype="string")
    field = records[test["field"]].astype("string") if test["field"] in records else blank
    known, value = field.notna() & field.ne(""), test["value"]
    if test["rule"] in ("at least", "at most"):
        number, limit = pd.to_numeric(field, errors="coerce").astype("Float64"), _limit(test)
        return number >= limit if test["rule"] == "at least" else number <= limit
    held = field.isin(value.split(SEVERAL)) if test["rule"] == "one of" else field.eq(value).fillna(False)
    held = ~held if test["rule"] == "is not" else held
    return held.astype("boolean").where(known.fillna(False).astype(bool))


def _limit(test: dict[str, str]) -> float:
    try:
        return float(test["value"])
    except ValueError as error:
        raise DataError(
            f"criterion_tests, value: found '{test['value']}' for '{test['rule']}' of "
            f"{test['criterion_id']}; expected a number. Write one, or another rule."
        ) from error


def decisions(judged: pd.DataFrame) -> pd.DataFrame:
    """Decide on each record from its verdicts.

    Parameters
    ----------
    judged : DataFrame
        From `verdicts`.

    Returns
    -------
    DataFrame
        A row per record: `record_id`, `decision` ("exclude" if a criterion fails, "undecided" if one is not
        recorded, else "include") and `reasons` (the criteria that fail, with spaces between them).
    """
    failing = judged[judged["verdict"] == FAILS].groupby("record_id")["criterion_id"].agg(" ".join)
    open_ = set(judged.loc[judged["verdict"] == NOT_RECORDED, "record_id"])
    records = judged["record_id"].drop_duplicates().reset_index(drop=True)
    reasons = [failing.get(record, "") for record in records]
    decided = [
        EXCLUDE if reason else UNDECIDED if record in open_ else INCLUDE
        for record, reason in zip(records, reasons, strict=True)
    ]
    return pd.DataFrame({"record_id": records, "decision": decided, "reasons": reasons})
