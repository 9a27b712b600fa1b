"""The record of a build as a Process Run Crate, so that other programs can read what made what.

`ro-crate-metadata.json` lies beside the book and says the same as `manifest.json`, in the words of RO-Crate
1.1 (https://w3id.org/ro/crate/1.1) and of the profile Process Run Crate 0.5
(https://w3id.org/ro/wfrun/process/0.5): one action for each chapter, what it was made from, with what, and
what it made, each file by its SHA-256. Of data of real people it has the hash of each file, and the name of
those that the study's definitions name: no other name, no size and no number of rows. `read` reads one back,
for whoever wants to make the book again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import packages
from peerbook.builder.catalogue import LICENCE
from peerbook.builder.contents import Contents
from peerbook.builder.hashes import hashes, sha256
from peerbook.builder.manifest import place_of, studies_of
from peerbook.errors import BookError

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

FILE = "ro-crate-metadata.json"
VERSION = "1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "https://w3id.org/ro/terms/workflow-run/context"  # where `sha256` is a term
MIT = {"@id": "https://spdx.org/licenses/MIT", "name": "MIT License"}
NO_LICENCE = "No licence is given: the data belong to those who gave them."
DESCRIPTIONS = ("datapackage.json", "study.yml", "disclosure.yml")  # files of a raw folder besides its tables
_MEDIA = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Recorded:
    """What a crate says of a build, as far as the book can be made again from it.

    Parameters
    ----------
    raw
        Of each study whose data were read, the hash of each raw file by its name. The name of a file of real
        people that the definitions do not name is a number.
    definitions
        The hash of each file that says what raw data mean, by its place in the project.
    parameters
        Of each chapter (`study/name`), the value of each parameter.
    code
        Of each chapter, the hash of its notebook and of all that its code reaches.
    made
        Of each chapter, the hash of each file that it made, by its place in the book.
    stopped
        The chapters that stopped.
    software
        The version of each package, and of `python`.
    revision
        The git commit of the code; empty if it is not known.
    """

    raw: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stopped: tuple[str, ...] = ()
    software: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""


def drafted(manifest: Mapping[str, Any], contents: Contents, root: Path, folder: Path) -> ROCrate:
    """Return the crate of a book as far as it can be known before its pages are there.

    Parameters
    ----------
    manifest
        What `manifest.whole` returned.
    contents
        The chapters.
    root
        Folder with the definitions.
    folder
        Folder of the book; `outputs` and `notebooks` are in it.
    """
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    crate.metadata.extra_contexts.append(TERMS)
    notebooks = {chapter.place: chapter.notebook for chapter in contents.chapters}
    studies = {study for record in manifest["chapters"] for study in studies_of(record)}
    for name in sorted(studies):
        _add_raw(crate, name, manifest["data"][name], root)
    definitions = _add_definitions(crate, studies, root)
    software = _add_software(crate, manifest)
    for record in manifest["chapters"]:
        place = place_of(record)
        inputs = _inputs(crate, record, manifest, definitions, notebooks[place], root)
        results = [_add_made(crate, name, digest) for name, digest in _made(record, folder).items()]
        _add_action(crate, record, software, inputs, results)
    return crate


def finish(draft: ROCrate, manifest: Mapping[str, Any], folder: Path) -> None:
    """Write the crate of a book whose pages are there.

    Parameters
    ----------
    draft
        What `drafted` returned; it is changed.
    manifest
        With what `manifest.of_pages` returned, and the book's title.
    folder
        Folder of the book; `html` is in it.
    """
    for record in manifest["chapters"]:
        page = _page(record)
        draft.dereference(page)["sha256"] = sha256(folder / page)
    _describe_root(draft, manifest)
    draft.metadata.write(folder)


def read(file: Path) -> Recorded:
    """Read a crate that `finish` wrote.

    Parameters
    ----------
    file
        The crate, or the folder of the book in which it is.

    Raises
    ------
    BookError
        If there is none, or if it is not one of a book.
    """
    from rocrate.rocrate import ROCrate

    file = file / FILE if file.is_dir() else file
    try:
        crate = ROCrate(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BookError(f"{file}: no such file. Name the folder of a book, or its {FILE}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BookError(f"{file}: it cannot be read as an RO-Crate ({type(error).__name__}).") from error
    actions = {entity.id.removeprefix("#run/"): entity for entity in crate.get_by_type("CreateAction")}
    if not actions or not _conforms(crate):
        raise BookError(f"{file}: it is no Process Run Crate of a book; peerbook build writes one.")
    entities = [entity for entity in crate.get_entities() if entity.get("sha256")]
    tools = crate.get_by_type("SoftwareApplication")
    return Recorded(
        raw=_grouped(_below(entities, "#raw/")),
        definitions=_below(entities, "#definitions/"),
        parameters={place: _parameters(action) for place, action in actions.items()},
        code=_below(entities, "#code/"),
        made={
            place: {made.id: made["sha256"] for made in _listed(action, "result")}
            for place, action in actions.items()
        },
        stopped=tuple(place for place, action in actions.items() if action.get("error")),
        software={tool["name"]: tool["softwareVersion"] for tool in tools},
        revision=next((str(code["version"]) for code in crate.get_by_type("SoftwareSourceCode")), ""),
    )


def known_files(study: str, root: Path) -> set[str]:
    """Name the raw files that the definitions of a study name; what else lies beside them is nobody's."""
    described = json.loads((root / "data_schema" / study / "datapackage.json").read_text(encoding="utf-8"))
    return {*DESCRIPTIONS, *(resource["path"] for resource in described["resources"])}


def raw_files(files: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """Return the hash of each raw file by a name that may be published; a number for another.

    Parameters
    ----------
    files
        The hash of each file by its name.
    known
        The names that may be published.
    """
    known = set(known)
    others = sorted(digest for name, digest in files.items() if name not in known)
    named = {name: digest for name, digest in files.items() if name in known}
    return named | {f"file-{number}": digest for number, digest in enumerate(others, start=1)}


def _add(crate: ROCrate, place: str, kind: str, **said: Any) -> Entity:
    """Add what is not a file of the book, or return it if it is there already."""
    from rocrate.model.contextentity import ContextEntity

    if place in crate:  # which is quick; what is not there would be looked for in crates within this one
        return crate.dereference(place)
    return crate.add(ContextEntity(crate, place, properties={"@type": kind, **said}))


def _add_raw(crate: ROCrate, study: str, data: Mapping[str, Any], root: Path) -> None:
    """Add the raw data of a study: by hash, and by name as far as it may be published."""
    files = data["files"] if data["synthetic"] else raw_files(data["files"], known_files(study, root))
    kind = "Made-up data" if data["synthetic"] else "Data of real people: restricted"
    access = {} if data["synthetic"] else {"conditionsOfAccess": "Restricted: ask whoever holds the data."}
    licence = _licence(crate, LICENCE["path"], LICENCE["title"]) if data["synthetic"] else NO_LICENCE
    parts = [
        _add(crate, f"#raw/{study}/{name}", "CreativeWork", name=name, sha256=digest, **access)
        for name, digest in files.items()
    ]
    whole = {"name": f"{kind}, {study}", "license": licence, "hasPart": parts, **access}
    _add(crate, f"#raw/{study}", "Collection", **whole)


def _add_definitions(crate: ROCrate, studies: Iterable[str], root: Path) -> dict[str, Entity]:
    """Add the files that say what raw data mean; those in folders of no study are of all studies."""
    found = {}
    for folder in sorted(path for path in (root / "data_schema").iterdir() if path.is_dir()):
        if folder.name not in studies and (folder / "study.yml").is_file():
            continue
        parts = [
            _add(crate, f"#definitions/{folder.name}/{name}", "CreativeWork", name=name, sha256=digest)
            for name, digest in hashes(folder).items()
        ]
        said = {"name": f"What raw data mean: {folder.name}", "license": _mit(crate), "hasPart": parts}
        found[folder.name] = _add(crate, f"#definitions/{folder.name}", "Collection", **said)
    return found


def _add_software(crate: ROCrate, manifest: Mapping[str, Any]) -> Entity:
    """Add the packages that peerbook needs, each by its package URL, and return peerbook itself."""
    needed = packages.required(["peerbook"])
    versions = {
        name: version for name, version in manifest["software"].items() if packages.plain(name) in needed
    }
    python = manifest["software"]["python"]
    others = [
        _add_tool(crate, f"pkg:pypi/{packages.plain(name)}@{version}", name, version)
        for name, version in versions.items()
        if name != "peerbook"
    ]
    others.insert(0, _add_tool(crate, f"pkg:generic/python@{python}", "python", python))
    own = versions.get("peerbook", "0")
    tool = _add_tool(crate, f"pkg:pypi/peerbook@{own}", "peerbook", own)
    tool["softwareRequirements"] = others
    tool["license"] = _mit(crate)
    return tool


def _add_tool(crate: ROCrate, place: str, name: str, version: str) -> Entity:
    return _add(crate, place, "SoftwareApplication", name=name, softwareVersion=version)


def _inputs(
    crate: ROCrate,
    record: Mapping[str, Any],
    manifest: Mapping[str, Any],
    definitions: Mapping[str, Entity],
    notebook: Path,
    root: Path,
) -> list[Entity]:
    """Return what a chapter was made from: raw files, definitions, notebook, code, parameters."""
    place = place_of(record)
    tables = [
        crate.dereference(f"#raw/{owner}/{file}") for owner, file in _files_read(record, manifest["data"])
    ]
    shared = [name for name in definitions if not (root / "data_schema" / name / "study.yml").is_file()]
    meanings = [definitions[name] for name in (*studies_of(record), *shared)]
    source = notebook.relative_to(root).as_posix()
    revision = manifest["revision"] or {}
    written = _add(
        crate, f"#{source}", "CreativeWork", name=source, sha256=sha256(notebook), license=_mit(crate)
    )
    code = _add(
        crate,
        f"#code/{place}",
        "SoftwareSourceCode",
        name=f"The notebook of {place}, and the code and definitions that it reaches",
        version=revision.get("commit", "not known") + (", changed" if revision.get("changed") else ""),
        programmingLanguage="Python",
        sha256=record["code_sha256"],
        license=_mit(crate),
    )
    values = [
        _add(crate, f"#parameter/{place}/{name}", "PropertyValue", name=name, value=value)
        for name, value in record["parameters"].items()
    ]
    return [*filter(None, tables), *meanings, written, code, *values]


def _files_read(record: Mapping[str, Any], data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the study and the name of each raw file that a chapter was handed."""
    found = []
    for table in record["reads"]:
        owner, _, rest = table.partition("/")
        study, name = (owner, rest) if owner in record["studies"] else (record["study"], table)
        if f"{name}.csv" in data[study]["files"]:
            found.append((study, f"{name}.csv"))
    described = [
        (study, name) for study in studies_of(record) for name in DESCRIPTIONS if name in data[study]["files"]
    ]
    return found + described


def _add_made(crate: ROCrate, name: str, digest: str) -> Entity:
    said = {"name": name.rpartition("/")[2]} | ({"sha256": digest} if digest else {})
    media = _MEDIA.get(Path(name).suffix)
    return crate.add_file(dest_path=name, properties={**said, **({"encodingFormat": media} if media else {})})


def _made(record: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Return the hash of each file that a chapter made: notebook and outputs; its page gets one later."""
    study, notebook = record["study"], f"notebooks/{place_of(record)}.ipynb"
    outputs = {f"outputs/{study}/{output}": digest for output, digest in record["outputs"].items()}
    return {_page(record): "", notebook: sha256(folder / notebook)} | outputs


def _page(record: Mapping[str, Any]) -> str:
    return f"html/{place_of(record)}.html"


def _add_action(
    crate: ROCrate,
    record: Mapping[str, Any],
    software: Entity,
    inputs: Iterable[Entity],
    results: Iterable[Entity],
) -> None:
    """Add the action that made a chapter."""
    place = place_of(record)
    ended = datetime.fromisoformat(record["built_at"])
    chosen = " ".join(f"-p {name}={value}" for name, value in record["parameters"].items())
    stopped = record.get("stopped", "")
    status = "FailedActionStatus" if stopped else "CompletedActionStatus"
    _add(
        crate,
        f"#run/{place}",
        "CreateAction",
        name=f"{record['title']} ({place})",
        description=f"peerbook build {record['study']} --only {place} {chosen}".strip(),
        startTime=(ended - timedelta(seconds=record["seconds"])).isoformat(timespec="seconds"),
        endTime=ended.isoformat(timespec="seconds"),
        actionStatus=f"http://schema.org/{status}",
        instrument=software,
        object=list(inputs),
        result=list(results),
        **({"error": stopped} if stopped else {}),
    )


def _describe_root(crate: ROCrate, manifest: Mapping[str, Any]) -> None:
    real = any(not data["synthetic"] for data in manifest["data"].values())
    profile = _add(crate, PROFILE, "CreativeWork", name="Process Run Crate", version="0.5")
    crate.name = manifest["title"] or "An evaluation report"
    crate.description = "The book, and how each of its chapters was made." + (
        " Some of its data are of real people: they are not here, and named by their hashes." if real else ""
    )
    crate.datePublished = datetime.fromisoformat(manifest["built_at"])
    crate.license = NO_LICENCE if real else _licence(crate, LICENCE["path"], LICENCE["title"])
    crate.root_dataset["conformsTo"] = profile
    mentioned = [*crate.get_by_type("CreateAction"), *crate.get_by_type("Collection")]
    crate.root_dataset["mentions"] = mentioned


def _mit(crate: ROCrate) -> Entity:
    return _licence(crate, MIT["@id"], MIT["name"])


def _licence(crate: ROCrate, place: str, name: str) -> Entity:
    return _add(crate, place, "CreativeWork", name=name)


def _conforms(crate: ROCrate) -> bool:
    return any(profile.id.startswith(PROFILE[:-3]) for profile in _listed(crate.root_dataset, "conformsTo"))


def _listed(entity: Entity, name: str) -> list[Any]:
    found = entity.get(name) or []
    return found if isinstance(found, list) else [found]


def _below(entities: Iterable[Entity], start: str) -> dict[str, str]:
    """Return the hash of each entity below a place, by the rest of its id."""
    return {
        entity.id.removeprefix(start): str(entity["sha256"])
        for entity in entities
        if entity.id.startswith(start)
    }


def _grouped(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    grouped: dict[str, dict[str, str]] = {}
    for place, digest in files.items():
        study, _, name = place.partition("/")
        grouped.setdefault(study, {})[name] = digest
    return grouped


def _parameters(action: Entity) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in _listed(action, "object") if each.type == "PropertyValue"}
