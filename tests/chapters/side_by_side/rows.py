"""Studies with other raw rows than the stand-in's: tables taken away, tables changed, rows at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from peerbook import Study, open_study, paths
from peerbook.data import Definitions, load_definitions
from peerbook.data.sampler import write_sample
from peerbook.outputs import Output
from peerbook.study import Tables
from tests.chapters.notebook import code_of


def study_of(
    coding: Mapping[str, pd.DataFrame],
    definitions: Definitions,
    region: str = "all",
    **others: pd.DataFrame,
) -> Study:
    """Return a study of made-up people that has coded material, and other tables with `__` for `/`."""
    coded = {f"coding/{name}": rows for name, rows in coding.items()}
    tables = {name.replace("__", "/"): rows for name, rows in others.items()}
    return Study(Path(), region, True, definitions, Tables(coded | tables))


def without(study: Study, *topics: str) -> Study:
    """Return a study whose raw folder has no tables of some topics, such as "commissioning"."""
    kept = {name: study.tables[name] for name in study.tables if name.split("/")[0] not in topics}
    return replace(study, tables=Tables(kept))


def changed(study: Study, **tables: pd.DataFrame) -> Study:
    """Return a study with other tables; `commissioning__contacts` is `commissioning/contacts`."""
    named = {name.replace("__", "/"): rows for name, rows in tables.items()}
    return replace(study, tables=Tables({name: study.tables[name] for name in study.tables} | named))


@lru_cache
def at_random(rows: int = 8) -> Study:
    """Return a study of random rows that follow the schemas and nothing else."""
    with TemporaryDirectory() as folder:
        write_sample(Path(folder) / "raw", load_definitions("side_by_side"), rows=rows)
        return open_study(Path(folder) / "raw", "side_by_side")


def page(study: Study, chapter: str, **parameters: object) -> list[Output]:
    """Make what a notebook shows, from a study of a test."""
    settings, *cells = code_of(paths.notebooks() / "side_by_side" / f"{chapter}.ipynb")
    made: list[Output | None] = []
    names: dict[str, object] = {}
    exec(settings, names)
    names |= {"study": study, "region": study.region, "show": made.append, **parameters}
    names |= {"chapter": import_module(f"peerbook.chapters.side_by_side.{chapter}")}
    for cell in cells:
        if ".shelf(" not in cell:
            exec(cell, names)
    return [output for output in made if output is not None]


def read(outputs: list[Output], *, drawn: bool = False) -> dict[str, Output]:
    """Word and arrange everything of a page, as the build does, and return its outputs by id.

    Drawing takes most of the time of a test, so it is done only where it is asked for.
    """
    for output in outputs:
        assert output.record()["id"] == output.id
        assert (
            output.kind != "figure"
            or output.form.arrange is None
            or len(output.form.arrange(output.released))
        )
        if drawn or output.kind != "figure":
            assert isinstance(output.markup, str)
    return {output.id: output for output in outputs}
