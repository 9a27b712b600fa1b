"""Everything `data_schema/<study>/` says, read together and checked against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from peerbook import paths
from peerbook.choices import check_one_of, did_you_mean
from peerbook.data.codes import Codes, read_codes
from peerbook.data.described import build, of_type, read_json, read_yaml
from peerbook.data.keys import target_of
from peerbook.data.questionnaires import Questionnaire, load_questionnaires
from peerbook.data.schema import SUFFIX, Constraints, Field, Schema, load_schema
from peerbook.data.services import FILE as SERVICES
from peerbook.data.services import Service, load_services
from peerbook.data.subgroups import Subgroup, load_subgroups
from peerbook.data.support_types import SupportTypes, load_support_types
from peerbook.errors import DataError

FROM_THE_START = "start"


@dataclass(frozen=True)
class Editions:
    """What books of a part of the data can be made of, from `editions` in `study.yml`.

    Attributes
    ----------
    came_in : mapping of str to str
        By table, the date that says when a row came in; `start` for rows that were there from the start.
    project : mapping of str to str
        By table, the column that names the project of a row; any other column names rows of a table above,
        as a log names a person who registered with a project.
    counted : mapping of str to mapping
        By a word for readers, what an index counts: `rows` of a table, and the `unit` that outputs call them.
    """

    came_in: Mapping[str, str] = field(default_factory=dict)
    project: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Definitions:
    """What the raw data of a study mean.

    Attributes
    ----------
    study : str
        Name of the study, as its folders are called.
    title : str
        Its name for readers.
    tables : mapping of str to Schema
        Every table of a raw folder, by names such as "logs" or "coding/segments".
    optional : frozenset of str
        The tables that a raw folder need not have.
    regions : tuple of str
        In the order of the report; empty for a study without regions.
    subsamples : tuple of str
        Regions that are analysed on their own as well: the pairs of logs that are counted there.
    questionnaires : mapping of str to Questionnaire
        By the name of the score.
    support_types : SupportTypes
    subgroups : mapping of str to Subgroup
        By the name of the column they become.
    groups : mapping
        How detailed labels of people who were interviewed are grouped in tables, by column (`groups.yml`).
    services : mapping of str to Service
        The services that the log asks about, by name (`services.yml`).
    printed : bool
        Whether the data are those behind the printed report, or stand in for them. Only then does anything
        printed belong beside what is computed.
    facts : mapping of str to str
        Tables whose stand-in rows are no made-up people: "report" if they say what the report prints,
        "method" if any study that works in the same way may use them.
    codes : Codes
        What the codes of coded material are, and how people were asked.
    fieldwork : mapping
        How the study is run (`fieldwork.yml`); `peerbook.fieldwork.rules` reads it.
    editions : Editions
        What books of a part of the data can be made of.
    """

    study: str
    title: str
    tables: Mapping[str, Schema]
    optional: frozenset[str]
    regions: tuple[str, ...]
    subsamples: tuple[str, ...]
    questionnaires: Mapping[str, Questionnaire]
    support_types: SupportTypes
    subgroups: Mapping[str, Subgroup]
    groups: Mapping[str, Any]
    services: Mapping[str, Service] = field(default_factory=dict)
    printed: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    codes: Codes = field(default_factory=Codes)
    fieldwork: Mapping[str, Any] = field(default_factory=dict)
    editions: Editions = Editions()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the scores that are analysed as outcomes, in the order of `questionnaires.yml`."""
        return tuple(name for name, score in self.questionnaires.items() if score.analysed)

    @property
    def scores(self) -> list[str]:
        """Names of all scores of a log, metric scores included."""
        return [
            name
            for q in self.questionnaires.values()
            for name in (q.outcome, *([q.metric.name] if q.metric else []))
        ]


@dataclass(frozen=True)
class _StudyFile:
    """What `study.yml` may say."""

    title: str
    regions: Sequence[str] = ()
    subsamples: Sequence[str] = ()
    codes: Mapping[str, Any] = field(default_factory=dict)
    editions: Mapping[str, Mapping] = field(default_factory=dict)


@dataclass(frozen=True)
class _Resource:
    """A table that `datapackage.json` lists."""

    name: str
    path: str
    schema: str
    optional: bool = False
    facts: str = ""


def studies() -> list[str]:
    """Return the names of the studies that have definitions."""
    return sorted(file.parent.name for file in paths.data_schema().glob("*/study.yml"))


def load_definitions(study: str | Path) -> Definitions:
    """Read a study's folder of `data_schema/` and check its files against each other.

    Parameters
    ----------
    study : str or Path
        Name of a study, or a folder like those of `data_schema/`.

    Raises
    ------
    ParameterError
        If there is no study of that name.
    DataError
        If a file is not as it should be, a range differs from that of its fields, a subgroup does not cover
        the answers of its field, or a key leads nowhere.

    Notes
    -----
    The items of a questionnaire and the cells of a type of support need not be fields of the schema of logs:
    if it lists none of them, they follow from `questionnaires.yml` and `support_types.yml`, as columns that
    may be absent.
    """
    if isinstance(study, str):
        check_one_of("study", study, studies())
        study = paths.data_schema() / study
    described = build(_StudyFile, read_yaml(study / "study.yml"), "study.yml", strict=True)
    resources = _resources(study)
    codes = read_codes(described.codes, "study.yml, codes")
    lists = {"regions": described.regions, **codes.lists}
    definitions = Definitions(
        study=study.name,
        title=described.title,
        tables={r.name: load_schema(study / r.schema, r.name, lists) for r in resources},
        optional=frozenset(resource.name for resource in resources if resource.optional),
        facts={resource.name: resource.facts for resource in resources if resource.facts},
        regions=tuple(described.regions),
        subsamples=tuple(described.subsamples),
        questionnaires=load_questionnaires(study),
        support_types=load_support_types(study),
        subgroups=load_subgroups(study),
        services=load_services(study),
        groups=read_yaml(study / "groups.yml") if (study / "groups.yml").is_file() else codes.groups,
        codes=codes,
        fieldwork=_fieldwork(study / "fieldwork.yml"),
        editions=build(Editions, described.editions, "study.yml, editions", strict=True),
    )
    definitions = _with_answers(definitions)
    for problem in _contradictions(definitions):
        raise DataError(problem)
    return definitions


def _fieldwork(path: Path) -> Mapping[str, Any]:
    said = read_yaml(path) or {} if path.is_file() else {}
    return of_type(said, Mapping, path.name)


def _resources(study: Path) -> list[_Resource]:
    """Return the tables that `datapackage.json` lists; none of them may lie elsewhere."""
    where = "datapackage.json, resources"
    package = of_type(read_json(study / "datapackage.json"), Mapping, "datapackage.json")
    listed = of_type(package.get("resources"), Sequence[Mapping], where)
    resources = [build(_Resource, resource, where, strict=True) for resource in listed]
    names = [resource.name for resource in resources]
    for resource in resources:
        if not re.fullmatch(r"\w[\w-]*(/\w[\w-]*)*", resource.name) or names.count(resource.name) > 1:
            found = resource.name[:60]
            raise DataError(
                f"{where}: found the name '{found}'; expected letters, digits and _, each name once"
            )
        schema = (study / resource.schema).resolve()
        if not schema.is_relative_to(study.resolve().parent):
            raise DataError(f"{where}, {resource.name}: the schema lies outside of {study.parent.name}")
    return resources


def _with_answers(definitions: Definitions) -> Definitions:
    """Give the logs the items and the support cells that their schema does not list."""
    if "logs" not in definitions.tables:
        return definitions
    logs = definitions.tables["logs"]
    support = definitions.support_types
    blocks = [
        *([_item(item, q) for item in q.items] for q in definitions.questionnaires.values()),
        *([_cell(kind, direction, support) for direction in support.directions] for kind in support.types),
    ]
    # A block of which the schema lists some fields and not others is a slip, and stays one.
    unlisted = [block for block in blocks if not any(field.name in logs.fields for field in block)]
    added = {field.name: field for block in unlisted for field in block}
    tables = {**definitions.tables, "logs": replace(logs, fields={**logs.fields, **added})}
    return replace(definitions, tables=tables)


def _item(name: str, questionnaire: Questionnaire) -> Field:
    low, high = questionnaire.range
    return Field(
        name,
        f"{questionnaire.instrument}: {questionnaire.items[name]}",
        "integer",
        constraints=Constraints(minimum=low, maximum=high),
        missing_values={"": "Not answered"},
        optional=True,
        version="" if "short" in questionnaire.versions else "full",
    )


def _cell(kind: str, direction: str, support: SupportTypes) -> Field:
    return Field(
        f"{kind}_{direction}",
        f"{support.types[kind]}: times {support.directions[direction]}",
        description="a number of times, x or nothing",
        constraints=Constraints(pattern=f"({support.cells.tick}|[0-9]{{1,3}})?"),
        missing_values={support.cells.unreadable: "Written but unreadable"},
        optional=True,
        remedy=f"Write {support.cells.tick} for a bare tick, {support.cells.unreadable} for an entry that "
        "cannot be read, nothing for not used",
    )


def _contradictions(definitions: Definitions) -> Iterator[str]:
    for region in definitions.subsamples:
        if region not in definitions.regions:
            hint = did_you_mean(region, definitions.regions)
            yield f"study.yml, subsamples: '{region}' is not a region{hint}"
    yield from _log_problems(definitions)
    yield from _edition_problems(definitions.editions, definitions.tables)
    for subgroup in definitions.subgroups.values():
        yield from _subgroup_problems(subgroup, definitions.tables)
    for schema in definitions.tables.values():
        yield from _foreign_key_problems(schema, definitions.tables)


def _edition_problems(editions: Editions, tables: Mapping[str, Schema]) -> Iterator[str]:
    for key, columns in (("came_in", editions.came_in), ("project", editions.project)):
        where = f"study.yml, editions, {key}"
        for table, column in columns.items():
            if table not in tables:
                yield f"{where}: '{table}' is no table{did_you_mean(table, tables)}"
            elif key == "came_in" and column == FROM_THE_START:
                continue
            elif column not in tables[table].read_fields:
                yield f"{where}: {_no_field(column, tables[table])}"
            elif key == "came_in" and tables[table].fields[column].type != "date":
                yield f"{where}: '{column}' of {table} is no date"
    for word, counted in editions.counted.items():
        where = f"study.yml, editions, counted, {word}"
        if set(counted) != {"rows", "unit"}:
            yield f"{where}: found {', '.join(counted)}; expected rows and unit"
        elif counted["rows"] not in tables:
            yield f"{where}: '{counted['rows']}' is no table{did_you_mean(counted['rows'], tables)}"


def _log_problems(definitions: Definitions) -> Iterator[str]:
    described = [
        file
        for file, said in (
            ("questionnaires.yml", definitions.questionnaires),
            ("support_types.yml", definitions.support_types.types),
            (SERVICES, definitions.services),
        )
        if said
    ]
    if "logs" not in definitions.tables:
        yield from (f"{file}: there is no table 'logs' in datapackage.json" for file in described)
        return
    logs = definitions.tables["logs"]
    for questionnaire in definitions.questionnaires.values():
        yield from _questionnaire_problems(questionnaire, logs)
    support = definitions.support_types
    for name in [*support.fields, "projects_attended"] if support.types else []:
        if name not in logs.fields:
            yield f"support_types.yml: {_no_field(name, logs)}"
    yield from _cell_problems(definitions.support_types, logs)
    for service in definitions.services.values():
        for name in service.fields:
            if name not in logs.fields:
                yield f"{SERVICES}, {service.name}: {_no_field(name, logs)}"


def _questionnaire_problems(questionnaire: Questionnaire, logs: Schema) -> Iterator[str]:
    where = f"questionnaires.yml, {questionnaire.outcome}"
    version = "" if "short" in questionnaire.versions else "full"
    for item in questionnaire.items:
        if item not in logs.fields:
            yield f"{where}: {_no_field(item, logs)}"
            continue
        field = logs.fields[item]
        limits = (field.constraints.minimum, field.constraints.maximum)
        if limits != tuple(questionnaire.range):
            yield f"{where}: range {questionnaire.range} but '{item}' goes from {limits[0]} to {limits[1]}"
        if field.version != version:
            asked = field.version or "all"
            yield f"{where}: versions {questionnaire.versions} but '{item}' is asked in '{asked}'"


def _cell_problems(support: SupportTypes, logs: Schema) -> Iterator[str]:
    for name in set(support.fields) & set(logs.fields):
        if support.cells.unreadable not in logs.fields[name].missing_values:
            yield f"support_types.yml, cells: '{name}' has no missing value '{support.cells.unreadable}'"


def _subgroup_problems(subgroup: Subgroup, tables: Mapping[str, Schema]) -> Iterator[str]:
    where = f"subgroups.yml, {subgroup.name}"
    if subgroup.table not in tables:
        yield f"{where}: '{subgroup.table}' is no table{did_you_mean(subgroup.table, tables)}"
        return
    schema = tables[subgroup.table]
    if subgroup.field not in schema.read_fields:
        yield f"{where}: {_no_field(subgroup.field, schema)}"
        return
    answers = set(schema.fields[subgroup.field].categories)
    grouped = set(subgroup.level_of) | set(subgroup.left_out)
    if answers != grouped:
        differing = ", ".join(sorted(answers ^ grouped))
        yield f"{where}: the answers must be those of {schema.name}.{subgroup.field}; differing: {differing}"


def _foreign_key_problems(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[str]:
    for foreign in schema.foreign_keys:
        target = schemas.get(target_of(foreign, schema.name, schemas))
        if target is None:
            yield f"{schema.name}{SUFFIX}: a foreign key leads to '{foreign.resource}', which is no table"
            continue
        for name in foreign.reference_fields:
            if name not in target.read_fields:
                yield f"{schema.name}{SUFFIX}: {_no_field(name, target)}"


def _no_field(name: str, schema: Schema) -> str:
    return f"'{name}' is not a field of {schema.name}{SUFFIX}{did_you_mean(name, schema.fields)}"
