"""What a log of a million rows takes, step by step: seconds, peak memory, and how both grow.

    python -m tests.benchmarks.scale [LOGS ...]      by default 10000 100000 1000000
    python -m tests.benchmarks.scale damaged [LOGS]  the same folder with a million wrong cells, checked

Made from the stand-in data of a study by renumbering its logs and people. Every step runs in a process of its
own, and begins with what the step before it left, so that its seconds and its peak are its own. They stand
against reading the CSV file of the logs with pandas, and against the frame that this gives.
"""

from __future__ import annotations

import json
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from peerbook import paths
from peerbook.shared import _Pickler

Work = Callable[[], object]

STUDY = "side_by_side"
LOGS_EACH = 10  # logs of a person
DIGITS = 7  # of a personal ID
SIZES = (10_000, 100_000, 1_000_000)
WRONG = 1_000_000  # cells of the damaged folder
AT_MOST_SECONDS = 60  # of a chapter, a million logs
AT_MOST_FRAMES = 4  # peak memory, in frames as pandas reads them


# The raw folder


def make(folder: Path, logs: int, wrong: int = 0) -> Path:
    """Write a raw folder with many logs.

    Parameters
    ----------
    folder : Path
        A folder that is not there yet.
    logs : int
        How many; a tenth as many people send them in.
    wrong : int
        Cells that are made wrong, in columns that are read as numbers.
    """
    folder.mkdir(parents=True)
    raw = paths.stand_in(STUDY)
    sent_in, registered = (_as_written(raw / f"{name}.csv") for name in ("logs", "registrations"))
    regions = sent_in.drop_duplicates("person_id").set_index("person_id")["region"]
    regions = pd.concat([registered.set_index("person_id")["region"], regions])
    regions = regions[~regions.index.duplicated()].sort_values(kind="stable")
    people = pd.Series(np.arange(len(regions)), index=regions.index)
    # Neighbours in this order, who are of one region, become one person, or they would have too few logs.
    sent_in = sent_in.sort_values("person_id", key=lambda ids: ids.map(people), kind="stable")
    copies = -(-logs // len(sent_in))
    total = people.size * copies
    at_most = logs // LOGS_EACH

    def numbered(table: pd.DataFrame) -> pd.DataFrame:
        many = pd.concat([table] * copies, ignore_index=True)
        place = many["person_id"].map(people).to_numpy() + people.size * np.repeat(
            np.arange(copies), len(table)
        )
        return many.assign(person_id=[f"{at:0{DIGITS}d}" for at in place * at_most // total])

    many = numbered(sent_in).head(logs)
    many = many.assign(log_id=np.arange(1, len(many) + 1).astype(str))
    if wrong:
        many = _damaged(many, wrong)
    many.to_csv(folder / "logs.csv", index=False)
    by_day = numbered(registered).sort_values(["person_id", "registered_on"], kind="stable")
    by_day.drop_duplicates("person_id").to_csv(folder / "registrations.csv", index=False)
    shutil.copy(raw / "projects.csv", folder)
    said = {"name": "many-logs", "study": STUDY, "synthetic": True}
    (folder / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    about = f'printed: true\nids: {{person_id: "[0-9]{{{DIGITS}}}"}}\n'
    (folder / "study.yml").write_text(about, encoding="utf-8")
    return folder


def _as_written(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _damaged(logs: pd.DataFrame, wrong: int) -> pd.DataFrame:
    """Write what is no answer into the first rows of as many columns as it takes."""
    columns = [f"swemwbs_{item}" for item in range(1, 8)]
    each = -(-wrong // len(columns))
    text = np.array([f"{number % 977} or so" for number in range(min(each, len(logs)))], dtype=object)
    return logs.assign(**{name: np.concatenate([text, logs[name].iloc[len(text) :]]) for name in columns})


# The steps: each makes ready, and returns what is measured


def read(folder: Path, made: Path) -> Work:
    """Read the file of the logs and do nothing with it."""
    return lambda: pd.read_csv(folder / "logs.csv")


def validate(folder: Path, made: Path) -> Work:
    """List every problem, and write the list as `peerbook validate` does."""
    from peerbook.data import validate

    return lambda: str(validate(folder))


def open_study(folder: Path, made: Path) -> Work:
    """Check and type the tables: what a chapter begins with."""
    from peerbook import open_study

    return lambda: open_study(folder, STUDY)


def clean(folder: Path, made: Path) -> Work:
    """Clean the logs."""
    from peerbook.log import clean

    study = _kept(made, "open_study")
    return lambda: clean(study.tables, study.definitions).data


def score(folder: Path, made: Path) -> Work:
    """Score the logs."""
    from peerbook.log import score

    logs, definitions = _kept(made, "clean"), _kept(made, "open_study").definitions
    return lambda: score(logs, definitions)


def pair(folder: Path, made: Path) -> Work:
    """Pair the logs."""
    from peerbook.log import pairs

    logs, definitions = _kept(made, "score"), _kept(made, "open_study").definitions
    return lambda: pairs(logs, definitions)


def open_log(folder: Path, made: Path) -> Work:
    """Do all of the above, as chapters begin."""
    from peerbook import open_log

    return lambda: open_log(folder, STUDY)


def models(folder: Path, made: Path) -> Work:
    """Fit the whole grid of models."""
    from peerbook.chapters.side_by_side.associations.grid import associations

    log = _kept(made, "open_log")
    return lambda: associations(log)


def chapter(folder: Path, made: Path) -> Work:
    """Run the notebook of the log findings from the raw folder on, in a kernel, as a build does."""
    import papermill

    notebook, out = paths.notebooks() / STUDY / "log_findings.ipynb", made / "log_findings.ipynb"
    parameters = {"data": str(folder), "outputs": str(made / "outputs")}
    given = {"kernel_name": "python3", "progress_bar": False}
    return lambda: papermill.execute_notebook(str(notebook), str(out), parameters, **given) and None


STEPS = (read, validate, open_study, clean, score, pair, open_log, models, chapter)


def _kept(made: Path, step: str) -> Any:
    return pickle.loads((made / step).read_bytes())  # written by a step before


# Measuring


@dataclass(frozen=True)
class Used:
    """What a step took: seconds on the clock and of processors, peak memory and that of its result in MB."""

    clock: float
    processor: float
    peak: float
    size: float


def used(step: str, folder: Path, made: Path) -> Used:
    """Run a step in this process; what it makes ready counts in its peak, but not in its seconds."""
    work = {each.__name__: each for each in STEPS}[step](folder, made)
    clock, processor = time.perf_counter(), _processor()
    result = work()
    clock, processor = time.perf_counter() - clock, _processor() - processor
    peak = max(resource.getrusage(who).ru_maxrss for who in _WHO) / 1024  # Linux counts in kilobytes
    size = 0.0
    if isinstance(result, pd.DataFrame):
        size = result.memory_usage(deep=True).sum() / 1024**2
    if step not in ("read", "pair", "models"):
        with (made / step).open("wb") as file:
            _Pickler(file, protocol=5).dump(result)
    return Used(clock, processor, peak, size)


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, _WHO))


def measured(step: str, folder: Path, made: Path) -> Used:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.scale", "step", step, str(folder), str(made)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Used(**json.loads(said.splitlines()[-1]))


def table(sizes: Sequence[int], steps: Sequence[str], wrong: int) -> pd.DataFrame:
    """Measure steps at several sizes: a row for each, with its ratio to reading and its growth."""
    rows = []
    for logs in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder, made = make(Path(temporary, "raw"), logs, wrong), Path(temporary, "made")
            made.mkdir()
            frame = None
            for step in steps:
                found = measured(step, folder, made)
                frame = frame or found
                rows.append(
                    {"logs": logs, "step": step}
                    | asdict(found)
                    | {"times reading": found.processor / frame.processor, "frames": found.peak / frame.size}
                )
                print(rows[-1], file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def main(*arguments: str) -> None:
    """Print the table."""
    if arguments[:1] == ("step",):
        print(json.dumps(asdict(used(arguments[1], *map(Path, arguments[2:])))))
        return
    damaged = arguments[:1] == ("damaged",)
    sizes = [int(logs) for logs in arguments[damaged:]] or SIZES
    steps = ["read", "validate"] if damaged else [step.__name__ for step in STEPS]
    found = table(sizes, steps, WRONG if damaged else 0)
    with pd.option_context("display.width", 120):
        print(
            found.round({"clock": 2, "processor": 2, "peak": 0, "size": 0, "times reading": 1, "frames": 2})
        )
    for column in ("processor", "peak"):
        print(f"\n{column}, by logs, and how many times more for ten times the logs")
        wide = found.pivot_table(column, "step", "logs", sort=False)
        print(wide.assign(growth=wide.iloc[:, -1] / wide.iloc[:, -2] if len(sizes) > 1 else np.nan).round(2))


if __name__ == "__main__":
    main(*sys.argv[1:])
