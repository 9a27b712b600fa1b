from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook.chapters.side_by_side import what_it_may_mean as chapter
from peerbook.chapters.side_by_side.summary import placed
from tests.chapters.side_by_side.test_summary import verdict

SAYINGS = (chapter.in_short, chapter.for_commissioners, chapter.for_groups, chapter.for_people)


def said(*verdicts: dict[str, object], ticked: int = 5) -> str:
    log = SimpleNamespace(flow=pd.Series({"logs_ticked": ticked, "logs": 20}))
    found = placed(pd.DataFrame(verdicts)) if verdicts else placed(pd.DataFrame([verdict()])).iloc[:0]
    return "\n".join(say(log, found).markup for say in SAYINGS)


def test_a_sentence_on_giving_stands_only_where_findings_are_about_giving():
    assert "Make room for everybody to give" in said(verdict("group_given"))
    assert "Make room for everybody to give" not in said(verdict("group_received"))
    assert "Make room for everybody to give" not in said()


def test_the_size_of_the_changes_follows_from_the_findings():
    assert "The changes are small" in said(verdict(effect_size=0.2))
    assert "The changes are clear" in said(verdict(effect_size=0.9))
    assert "too few logs to tell" in said()


def test_scores_that_fell_are_not_called_better():
    assert "better scores for hope" in said(verdict())
    assert "better scores" not in said(verdict(mean=-1.0, effect_size=-0.3))


def test_ticks_are_told_with_their_share():
    assert re.search(r"on 5 \(25(\.0)?%\) of the logs a tick stood", said(verdict(), ticked=5))
    assert "go on asking" in said(verdict(), ticked=0)


@pytest.mark.parametrize("say", SAYINGS)
def test_the_page_is_judgement(say):
    log = SimpleNamespace(flow=pd.Series({"logs_ticked": 0, "logs": 2}))
    assert say(log, placed(pd.DataFrame([verdict()]))).badge == "judgement"
