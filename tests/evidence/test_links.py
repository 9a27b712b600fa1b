"""Links: every broken one is named, and what rests on others stands or falls with them."""

from __future__ import annotations

import pandas as pd
import pytest

from peerbook.errors import DataError
from peerbook.evidence.links import (
    FALLEN,
    HOLDS,
    LOST,
    OPEN,
    PARTLY,
    STANDS,
    UNKNOWN,
    check_links,
    standing,
    supports,
)

ROWS = [
    ("conclusion", "C1", "rests on", "finding", "F1"),
    ("conclusion", "C1", "rests on", "finding", "F2"),
    ("conclusion", "C2", "rests on", "finding", "F2"),
    ("conclusion", "C3", "rests on", "output", "table-1"),
    ("finding", "F1", "explains", "finding", "F2"),
]
LINKS = pd.DataFrame(ROWS, columns=["from_kind", "from_id", "relation", "to_kind", "to_id"])


def states(**of_findings: str) -> pd.DataFrame:
    rows = [("finding", name, state.replace("_", " "), True) for name, state in of_findings.items()]
    return pd.DataFrame(rows, columns=["kind", "id", "state", "printed"])


def standings(of: pd.DataFrame) -> dict[str, str]:
    return standing(supports(LINKS, of)).set_index("id")["standing"].to_dict()


def test_good_links_pass_and_ends_of_kinds_that_are_not_known_here_are_left_alone():
    known = {"conclusion": {"C1", "C2", "C3"}, "finding": {"F1", "F2"}}
    assert check_links(LINKS, known) is LINKS


def test_every_broken_link_is_named_at_either_end():
    with pytest.raises(DataError) as error:
        check_links(LINKS, {"conclusion": {"C1", "C2"}, "finding": {"F1"}, "output": set()})
    lines = str(error.value).splitlines()
    assert lines[0] == "5 links are broken:"
    assert "- conclusion C1 rests on finding F2: there is no finding F2." in lines
    assert "- conclusion C3 rests on output table-1: there is no conclusion C3." in lines
    assert "- conclusion C3 rests on output table-1: there is no output table-1." in lines


def test_what_nobody_knows_the_state_of_is_not_computable():
    supported = supports(LINKS, states(F1="holds"))
    assert supported["state"].tolist() == [HOLDS, UNKNOWN, UNKNOWN, UNKNOWN]
    assert not supported["no_longer"].any()


def test_only_what_something_rests_on_bears_it():
    assert "explains" not in supports(LINKS, states(F1="holds"))["relation"].to_numpy()


def test_a_conclusion_stands_while_all_that_can_be_computed_holds():
    assert standings(states(F1="holds", F2="not_computable")) == {"C1": STANDS, "C2": OPEN, "C3": OPEN}


def test_a_conclusion_falls_with_what_held_in_print():
    assert standings(states(F1="holds", F2="does_not_hold")) == {"C1": LOST, "C2": LOST, "C3": OPEN}


def test_what_did_not_hold_in_print_either_is_told_apart():
    never = states(F1="holds", F2="does_not_hold").assign(printed=[True, False])
    assert standings(never) == {"C1": PARTLY, "C2": FALLEN, "C3": OPEN}
    unsaid = never.assign(printed=pd.Series([True, pd.NA], dtype="boolean"))
    assert standings(unsaid) == {"C1": PARTLY, "C2": FALLEN, "C3": OPEN}


def test_counts_say_how_many_supports_hold():
    row = standing(supports(LINKS, states(F1="holds", F2="does_not_hold"))).iloc[0]
    assert (row["computed"], row["holding"], row["no_longer"]) == (2, 1, 1)


def test_nothing_rests_on_nothing():
    assert standing(supports(LINKS.iloc[:0], states(F1="holds"))).empty
