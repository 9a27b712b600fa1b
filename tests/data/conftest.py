"""Small raw folders: valid ones, and the means to spoil them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from peerbook.data import load_schema

REGISTRATION = {
    "registered_on": "2016-01-10", "consent_information": "yes", "consent_reminders": "yes",
    "consent_use": "yes", "region": "Leeds", "project_id": "LEE-01", "age_band": "35-44", "gender": "Female",
    "mobile": "07700 900123", "email": "somebody@example.org", "name_and_address": "Some Body\n1 High Street, LS1 4AP",
}  # fmt: skip
LOG = {
    "completed_on": "2016-02-01", "region": "Leeds", "form": "monthly", "version": "full", "mode": "paper",
    "informal_given": "3", "groups_received": "2", "projects_attended": "1", "health_today": "6",
    **{f"swemwbs_{i}": "3" for i in range(1, 8)},
}  # fmt: skip
PROJECT = {
    "project_id": "LEE-01",
    "name": "A Leeds group",
    "region": "Leeds",
    "funding": "Grant",
    "approach": "Group",
}


def write_table(folder: Path, name: str, rows: list[dict], **options) -> Path:
    """Write rows as a raw table with all the columns of its schema."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, load_schema(name).fields, restval="", **options)
        writer.writeheader()
        writer.writerows(rows)
    return path


def log(log_id: int, person_id: str = "0001", **answers) -> dict:
    """Return one raw log."""
    return {"log_id": log_id, "person_id": person_id, **LOG, **answers}


def registration(person_id: str = "0001", **answers) -> dict:
    """Return one raw registration, contact details included."""
    return {"person_id": person_id, **REGISTRATION, **answers}


def write_folder(folder: Path, logs=None, registrations=None, projects=None) -> Path:
    """Write a raw folder; valid unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder, "logs", [log(1), log(2, completed_on="2016-03-01")] if logs is None else logs)
    write_table(folder, "registrations", [registration()] if registrations is None else registrations)
    write_table(folder, "projects", [PROJECT] if projects is None else projects)
    (folder / "datapackage.json").write_text(json.dumps({"name": "test", "synthetic": True}))
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    """A valid raw folder."""
    return write_folder(tmp_path / "raw")
