"""Make the reference results again: `python -m tests.golden.stats.make` (needs R, see reference.R)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from tests.golden.stats.datasets import DATASETS, chained, chained_alike, diary
from tests.golden.stats.subsets import subsets

SUBSETS = 600
ROBUST_DATA = {
    **{name: DATASETS[name] for name in ("change_scores", "three_way", "singletons")},
    "diary": diary,
    "twelve_people": lambda: diary().query("'p20' <= person < 'p32'"),
}


def _robust(name: str, data: str, formula: str, asked: str, factors: list[str]) -> dict:
    return {
        "name": name, "data": data, "group": "person", "formula": formula, "asked": asked, "factors": factors,
    }  # fmt: skip


ROBUST_MODELS = [
    _robust("change_scores", "change_scores", "change ~ start + category + projects", "category",
            ["category", "projects"]),
    _robust("subgroup", "change_scores", "change ~ start + category * gender + projects", "category",
            ["category", "projects", "gender"]),
    _robust("three_way", "three_way", "y ~ a * b * c", "b", ["a", "b", "c"]),
    _robust("between", "singletons", "y ~ region + age + visit", "region", ["region", "visit"]),
    _robust("diary", "diary", "change ~ start + category + projects", "projects", ["category", "projects"]),
    _robust("twelve_people", "twelve_people", "change ~ start + category * gender", "category",
            ["category", "gender"]),
]  # fmt: skip
HERE = Path(__file__).parent


def as_csv(frame: pd.DataFrame) -> bytes:
    """The frame as R reads it."""
    return frame.to_csv(index=False).encode()


def checksum(frame: pd.DataFrame) -> str:
    """SHA-256 of a data set as CSV."""
    return hashlib.sha256(as_csv(frame)).hexdigest()


def main() -> None:
    """Write the reference results from R."""
    whole_samples()
    few_people()
    robust()
    chained_errors()


def chained_errors() -> None:
    """Write `chained.json`: errors that chain."""
    frames = {"chained": chained(), "chained_alike": chained_alike()}
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in frames.items():
            Path(folder, f"{name}.csv").write_bytes(as_csv(frame))
        results = Path(folder, "results.json")
        subprocess.run(["Rscript", str(HERE / "chained.R"), folder, str(results)], check=True)
        found = json.loads(results.read_text())
    checksums = {name: checksum(frame) for name, frame in frames.items()}
    (HERE / "chained.json").write_text(_as_text({"checksums": checksums, **found}))


def robust() -> None:
    """Write `robust.json`: contrasts with cluster-robust standard errors."""
    with tempfile.TemporaryDirectory() as folder:
        for name, build in ROBUST_DATA.items():
            Path(folder, f"{name}.csv").write_bytes(as_csv(build()))
        models, results = Path(folder, "models.json"), Path(folder, "results.json")
        models.write_text(json.dumps(ROBUST_MODELS))
        subprocess.run(["Rscript", str(HERE / "robust.R"), folder, models, results], check=True)
        found = json.loads(results.read_text())
    checksums = {name: checksum(build()) for name, build in ROBUST_DATA.items()}
    (HERE / "robust.json").write_text(_as_text({"checksums": checksums, **found}))


def few_people() -> None:
    """Write `subsets.json`: models of a few people, a line each."""
    frame = diary()
    asked = [
        {"people": subset.people, "formula": subset.formula, "factors": subset.factors}
        for subset in subsets(frame, SUBSETS)
    ]
    with tempfile.TemporaryDirectory() as folder:
        data, models, results = (Path(folder, name) for name in ("diary.csv", "subsets.json", "results.json"))
        data.write_bytes(as_csv(frame))
        models.write_text(json.dumps(asked))
        subprocess.run(["Rscript", str(HERE / "subsets.R"), data, models, results], check=True)
        found = json.loads(results.read_text())
    lines = ",\n".join(json.dumps(model) for model in found)
    (HERE / "subsets.json").write_text(f'{{"checksum": "{checksum(frame)}",\n"models": [\n{lines}\n]}}\n')


def whole_samples() -> None:
    """Write `results.json`."""
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
