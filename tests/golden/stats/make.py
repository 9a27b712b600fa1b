"""Make the reference results again: `python -m tests.golden.stats.make` (needs R, see reference.R)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from tests.golden.stats.datasets import DATASETS

HERE = Path(__file__).parent


def as_csv(frame: pd.DataFrame) -> bytes:
    """The frame as R reads it."""
    return frame.to_csv(index=False).encode()


def checksum(frame: pd.DataFrame) -> str:
    """SHA-256 of a data set as CSV."""
    return hashlib.sha256(as_csv(frame)).hexdigest()


def main() -> None:
    """Write `results.json` from R."""
    frames = {name: build() for name, build in DATASETS.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in frames.items():
            Path(folder, f"{name}.csv").write_bytes(as_csv(frame))
        results = Path(folder, "results.json")
        script = ["Rscript", str(HERE / "reference.R"), folder, str(HERE / "models.json"), str(results)]
        subprocess.run(script, check=True)
        found = json.loads(results.read_text())
    checksums = {name: checksum(frame) for name, frame in frames.items()}
    (HERE / "results.json").write_text(_as_text({"checksums": checksums, **found}))


def _as_text(found: dict) -> str:
    """Write a line per table, which keeps the file short and its differences readable."""
    tables = json.dumps(found, indent=1)
    return re.sub(r"\[[^\[\]{}]*\]", lambda row: re.sub(r"\s+", " ", row[0]), tables) + "\n"


if __name__ == "__main__":
    main()
