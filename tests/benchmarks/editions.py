"""What an edition takes, month after month, while the data grow; and what many at once save.

    python -m tests.benchmarks.editions [CHAPTER [EVERY]]    by default log_findings, and every month

The stand-in log of a study covers fifteen months. Its people are taken twice, the second time renumbered and
a year later, so that there is something to add in each of 24 months from its fourth on, when there is enough
for the chapter. Then every month has its raw folder, with what was known on its last day, and one command:
`peerbook editions month`, which builds the new month and finds the others fresh. With EVERY, only every so
many months has one, of that month alone: 24 commands take a quarter of an hour. At the end the last four
months are built by one command into an empty folder, and the last by `peerbook build` alone. Seconds are on
the clock, with the start of Python, and of the processor, of all processes.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook import paths
from tests.benchmarks.build import _BUILD, Cost, _run, measured

STUDY, CHAPTER, MONTHS = "side_by_side", "log_findings", 24
FIRST = "2016-01"
LATER = 12  # months, of those who are renumbered
PEOPLE, LOGS = 20_000, 100_000  # added to their numbers
DATED = {"logs": "completed_on", "registrations": "registered_on"}


def make(folder: Path) -> Path:
    """Write the raw folder of all months."""
    folder.mkdir(parents=True)
    raw = paths.stand_in(STUDY)
    collected = {}
    for table, column in DATED.items():
        rows = pd.read_csv(raw / f"{table}.csv", dtype=str, keep_default_na=False)
        days = pd.to_datetime(rows[column], format="%Y-%m-%d", errors="coerce")
        right = days.notna() & rows["person_id"].str.fullmatch("[0-9]{4}")
        rows, days = rows[right], days[right]
        again = rows.assign(person_id=(rows["person_id"].astype(int) + PEOPLE).astype(str))
        again[column] = (days + pd.DateOffset(months=LATER)).dt.strftime("%Y-%m-%d")
        if "log_id" in again:
            again["log_id"] = (again["log_id"].astype(int) + LOGS).astype(str)
        both = pd.concat([rows, again], ignore_index=True)
        both.to_csv(folder / f"{table}.csv", index=False)
        collected[table] = [both[column].min(), both[column].max()]
    shutil.copy(raw / "projects.csv", folder)
    said = {"name": "many-months", "study": STUDY, "synthetic": True, "collected": collected}
    (folder / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    (folder / "study.yml").write_text('ids: {person_id: "[0-9]{4,5}"}\n', encoding="utf-8")
    return folder


def known_by(whole: Path, day: date, folder: Path) -> Path:
    """Write the raw folder as it is on a day."""
    shutil.copytree(whole, folder)
    described = json.loads((whole / "datapackage.json").read_text(encoding="utf-8"))
    for table, column in DATED.items():
        rows = pd.read_csv(whole / f"{table}.csv", dtype=str, keep_default_na=False)
        rows[rows[column] <= day.isoformat()].to_csv(folder / f"{table}.csv", index=False)
        start, end = described["collected"][table]
        described["collected"][table] = [start, min(end, day.isoformat())]
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


def main(chapter: str = CHAPTER, every: str = "1") -> None:
    """Measure, and print a line for each month."""
    with tempfile.TemporaryDirectory(prefix="peerbook-editions-") as scratch:
        folder, asked = Path(scratch), [STUDY, "--only", chapter]
        whole, costs, logs = make(folder / "whole"), [], []
        months = [day.date() for day in pd.date_range(FIRST, periods=MONTHS, freq="ME")]
        for day in months[:: -int(every)][::-1]:
            raw = known_by(whole, day, folder / f"{day:%Y-%m}")
            first = FIRST if every == "1" else f"{day:%Y-%m}"
            logs.append(len(pd.read_csv(raw / "logs.csv", usecols=["log_id"])))
            costs.append(_editions(asked, raw, first, folder / "out"))
            _print(f"{day:%Y-%m}, {logs[-1]} logs", costs[-1])
        _print("the last command again", _editions(asked, raw, first, folder / "out"))
        slope = np.polyfit(logs, [cost.processor for cost in costs], 1)[0]
        print(f"growth: {1000 * slope:.2f} processor seconds for each thousand logs more")
        four = _editions(asked, raw, f"{months[-4]:%Y-%m}", folder / "at_once")
        _print("the last four by one command", four)
        single = _command("build", *asked, "--data", raw, "--out", folder / "single")
        _print("the last by peerbook build", single)


def _editions(asked: list[str], raw: Path, first: str, out: Path) -> Cost:
    return _command("editions", "month", *asked, "--from", first, "--data", raw, "--out", out)


def _command(*words: object) -> Cost:
    """Run a command of peerbook and return what it took."""
    return measured(lambda: _run([sys.executable, "-c", _BUILD, *map(str, words)]))


def _print(what: str, cost: Cost) -> None:
    print(f"{what}: {cost.clock:.1f} s on the clock, {cost.processor:.1f} of the processor", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
