"""The list of all data behind a book: a Frictionless data package over the CSV of its outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}


def write(outputs: Path, data: Mapping[str, Mapping[str, Any]], last: Path | None = None) -> None:
    """Write `datapackage.json` beside the outputs of every study, and one over all of them.

    Parameters
    ----------
    outputs
        Folder with a folder of outputs for each study: `<id>.csv` and `<id>.json`.
    data
        The data of each study as the manifest records them.
    last
        The outputs of the last book: what its list says of a file with the same hash holds again.
    """
    known = _known(last / FILE) if last else {}
    studies = {name: described for name, described in data.items() if (outputs / name).is_dir()}
    resources = {name: _resources(outputs / name, name, known) for name in studies}
    for name, described in studies.items():
        _save(_package(name, {name: described}, resources[name]), outputs / name)
    everything = [
        {**resource, "path": f"{name}/{resource['path']}"} for name in studies for resource in resources[name]
    ]
    _save(_package("book", studies, everything), outputs)


def _package(
    name: str, studies: Mapping[str, Mapping[str, Any]], resources: list[dict[str, Any]]
) -> dict[str, Any]:
    made_up = [study for study, described in studies.items() if described["synthetic"]]
    real = [study for study in studies if study not in made_up]
    said = [
        f"Synthetic, and so no evidence: what was rebuilt for {', '.join(made_up)}." if made_up else "",
        f"Not for publication: what was rebuilt for {', '.join(real)} is of real people." if real else "",
    ]
    return {
        "$schema": _SCHEMA,
        "name": name.replace("_", "-"),
        "title": "The data behind every table, figure and paragraph",
        "description": " ".join(filter(None, said)),
        "licenses": [] if real else [LICENCE],
        "resources": resources,
    }


def _known(catalogue: Path) -> dict[tuple[str, int], list[dict[str, str]]]:
    """Return the columns of each file that a catalogue lists, by its hash and its size."""
    if not catalogue.is_file():
        return {}
    resources = json.loads(catalogue.read_text(encoding="utf-8"))["resources"]
    return {(each["hash"], each["bytes"]): each["schema"]["fields"] for each in resources}


def _resources(
    folder: Path, study: str, known: Mapping[tuple[str, int], list[dict[str, str]]]
) -> list[dict[str, Any]]:
    """Describe every output of a study that has a CSV, in the order of its id."""
    records = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json")))
    return [
        _resource(record, folder / f"{record['id']}.csv", study, known)
        for record in records
        if "id" in record
    ]


def _resource(
    record: Mapping[str, Any],
    csv: Path,
    study: str,
    known: Mapping[tuple[str, int], list[dict[str, str]]],
) -> dict[str, Any]:
    hash, size = f"sha256:{record['sha256']}", csv.stat().st_size
    return {
        "name": f"{study}.{record['id']}".replace("_", "-"),
        "type": "table",
        "path": csv.name,
        "title": f"{record['label']}. {record['caption']}".removesuffix(". "),
        "description": record["alt"],
        "evidence": record["badge"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": hash,
        "schema": {"fields": known.get((hash, size)) or _fields(csv), "missingValues": [""]},
    }


def _fields(csv: Path) -> list[dict[str, str]]:
    """Name the columns of a CSV with the type that all their values have."""
    import pandas as pd

    if not csv.stat().st_size or not csv.read_text(encoding="utf-8").strip():
        return []
    read = pd.read_csv(csv, keep_default_na=False, na_values=[""]).convert_dtypes()
    return [{"name": str(name), "type": _TYPES.get(read[name].dtype.kind, "string")} for name in read.columns]


def _save(package: Mapping[str, Any], folder: Path) -> None:
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
