"""Rules of access: who was in a session against who might be."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.coding.sessions import NO_RULE, check_access
from peerbook.errors import ParameterError

RULES = pd.DataFrame(
    [("morning", "member", "yes"), ("morning", "funder", "no"), ("afternoon", "funder", "yes")],
    columns=["session", "role", "admitted"],
)


def found(*present: tuple[str, str], rules: pd.DataFrame = RULES) -> dict[tuple[str, str], tuple]:
    rows = check_access(pd.DataFrame(present, columns=["session", "role"]), rules)
    return {(row.session, row.role): (row.admitted, row.present, row.kept) for row in rows.itertuples()}


def test_a_rule_is_kept_if_nobody_was_there_who_might_not():
    assert found(("morning", "member"), ("afternoon", "funder"), ("afternoon", "funder")) == {
        ("morning", "member"): ("yes", 1, "yes"),
        ("morning", "funder"): ("no", 0, "yes"),
        ("afternoon", "funder"): ("yes", 2, "yes"),
    }


def test_a_rule_is_broken_in_its_own_session_only():
    rows = found(("morning", "funder"), ("afternoon", "funder"))
    assert rows["morning", "funder"] == ("no", 1, "no")
    assert rows["afternoon", "funder"] == ("yes", 1, "yes")


def test_who_was_there_without_a_rule_is_named_last():
    rows = found(("evening", "guest"))
    assert list(rows)[-1] == ("evening", "guest")
    assert rows["evening", "guest"] == (NO_RULE, 1, "no")


def test_typed_tables_bring_no_rows_of_their_own():
    typed = RULES.astype("category")
    assert found(("morning", "member"), rules=typed) == found(("morning", "member"))


def test_a_rule_says_yes_or_no():
    with pytest.raises(ParameterError, match="maybe"):
        found(("morning", "member"), rules=RULES.assign(admitted="maybe"))
