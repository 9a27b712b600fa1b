"""A hundred stand-in cohorts at once: the same results a hundred times over, and in seconds."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from peerbook.log import clean, pairs, score

TIMES = 100


def repeated(table: pd.DataFrame) -> pd.DataFrame:
    """Copy a table of people a hundred times, each copy with people and logs of its own."""
    copies = pd.concat([table] * TIMES, ignore_index=True)
    copy = pd.Series(np.repeat(np.arange(TIMES), len(table)).astype(str))
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
