"""What all tests share: the stand-in cohort, and small raw folders with the means to spoil them."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings
from rich.console import Console

from peerbook import Log, open_log
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.chapters.side_by_side.associations.grid import associations
from peerbook.data import Definitions, load_definitions, open_folder

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

REGISTRATION = {
    "registered_on": "2016-01-10", "consent_information": "yes", "consent_reminders": "yes",
    "consent_use": "yes", "contact_email_wanted": "yes", "mobile": "07700 900123",
    "email": "somebody@example.org", "name_and_address": "Some Body\n1 High Street, LS1 4AP",
    "region": "Leeds", "project_id": "LEE-01", "age_band": "35-44", "gender": "Female",
}  # fmt: skip
LOG = {
    "completed_on": "2016-02-01", "region": "Leeds", "form": "monthly", "version": "full", "mode": "paper",
    "informal_given": "3", "groups_received": "2", "projects_attended": "1", "health_today": "6",
    **{f"swemwbs_{item}": "3" for item in range(1, 8)},
}  # fmt: skip
PROJECT = {
    "project_id": "LEE-01", "name": "A Leeds group", "region": "Leeds", "funding": "Grant",
    "approach": "Group", "diagnosis_specific": "no",
}  # fmt: skip


@dataclass(frozen=True)
class Raw:
    """Writes raw folders."""

    place: Path
    definitions: Definitions

    def log(self, log_id: int, person_id: str = "0001", **answers: str) -> dict:
        """Return one raw log."""
        return {"log_id": log_id, "person_id": person_id, **LOG, **answers}

    def registration(self, person_id: str = "0001", **answers: str) -> dict:
        """Return one raw registration, contact details included."""
        return {"person_id": person_id, **REGISTRATION, **answers}

    def project(self, project_id: str = "LEE-01", **answers: str) -> dict:
        """Return one raw project."""
        return {**PROJECT, "project_id": project_id, **answers}

    def folder(self, name: str = "raw", **tables: list[dict]) -> Path:
        """Write a raw folder; its tables are valid unless given."""
        folder = self.place / name
        folder.mkdir(parents=True, exist_ok=True)
        given = {
            "logs": [self.log(1), self.log(2, completed_on="2016-03-01")],
            "registrations": [self.registration()],
            "projects": [self.project()],
        } | tables
        for table, rows in given.items():
            self.write(folder / f"{table}.csv", rows, list(self.definitions.tables[table].fields))
        (folder / "datapackage.json").write_text(
            json.dumps({"name": "test", "study": "side_by_side", "synthetic": True})
        )
        return folder

    def write(self, path: Path, rows: list[dict], columns: list[str]) -> None:
        """Write rows as a CSV file; cells that are not given are empty."""
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def tables(self, **tables: list[dict]) -> dict[str, pd.DataFrame]:
        """Return the typed tables of a raw folder."""
        opened = open_folder(self.folder(**tables))
        opened.report.raise_if_errors()
        return opened.tables


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """What `data_schema/` says."""
    return load_definitions("side_by_side")


@pytest.fixture
def raw(tmp_path, definitions) -> Raw:
    """The means to write raw folders."""
    return Raw(tmp_path, definitions)


@pytest.fixture(scope="session")
def study() -> Log:
    """Return the log of the stand-in cohort, opened once for all tests; do not change its frames."""
    return open_log(study="side_by_side")


@pytest.fixture(scope="session")
def results(study: Log) -> pd.DataFrame:
    """Every association fitted to the stand-in cohort."""
    return associations(study)


@pytest.fixture(scope="session")
def built_book(tmp_path_factory) -> Path:
    """Return the folder of the whole book, built once for all tests; do not change its files."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "book"
    # Fewer resamples, and no processes beside those of the build: a fraction of the time, the same pages.
    quick = read_settings(["robustness.bootstraps=100", "robustness.jobs=1"])
    with FileLock(f"{folder}.lock"):  # the processes that share the tests share the book
        if not (folder / "manifest.json").is_file():
            build(Order(out=folder, settings=quick), Console(quiet=True))
    return folder
