"""A hundred stand-in cohorts at once: the same results a hundred times over, and in seconds."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from peerbook.log import clean, pairs, score

TIMES = 100


def repeated(table: pd.DataFrame, times: int = TIMES) -> pd.DataFrame:
    """Copy a table of people many times, each copy with people and logs of its own."""
    copies = pd.concat([table] * times, ignore_index=True)
    copy = pd.Series(np.repeat(np.arange(times), len(table)).astype(str))
    copies["person_id"] = copies["person_id"].str.cat(copy, sep="-")
    return copies.assign(log_id=np.arange(1, len(copies) + 1)) if "log_id" in copies else copies


@pytest.mark.slow
def test_two_hundred_thousand_logs(study):
    tables = {name: repeated(study.tables[name]) for name in ("logs", "registrations")}
    started = time.process_time()
    cleaned = clean(tables, study.definitions)
    logs = score(cleaned.data, study.definitions)
    found = pairs(logs, study.definitions)
    seconds = time.process_time() - started
    assert (len(logs), len(found)) == (TIMES * len(study.logs), TIMES * len(study.pairs))
    assert len(cleaned.issues) == TIMES * len(study.issues)
    assert logs["wellbeing"].sum() == TIMES * study.logs["wellbeing"].sum()
    assert found["hope_change"].sum() == TIMES * study.pairs["hope_change"].sum()
    assert seconds < 10


@pytest.mark.slow
def test_four_times_the_people_take_less_than_six_times_as_long(study):
    """The quickest of several goes counts: what other work adds to the others is left out."""
    seconds = {}
    for times in (10, 40):
        tables = {name: repeated(study.tables[name], times) for name in ("logs", "registrations")}
        goes = []
        for _ in range(3):
            started = time.process_time()
            pairs(score(clean(tables, study.definitions).data, study.definitions), study.definitions)
            goes.append(time.process_time() - started)
        seconds[times] = min(goes)
    assert seconds[40] < 6 * seconds[10]
