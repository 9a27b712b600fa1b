"""Everything `data_schema/` says, read together and checked against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from peerbook import paths
from peerbook.choices import did_you_mean
from peerbook.data.described import read_json
from peerbook.data.keys import target_of
from peerbook.data.questionnaires import Questionnaire, load_questionnaires
from peerbook.data.schema import Schema, load_schema
from peerbook.data.subgroups import Subgroup, load_subgroups
from peerbook.data.support_types import SupportTypes, load_support_types
from peerbook.errors import DataError


@dataclass(frozen=True)
class Definitions:
    """What the raw data mean.

    Attributes
    ----------
    tables : mapping of str to Schema
        The tables every raw folder has: "registrations", "logs", "projects".
    coding : mapping of str to Schema
        The tables it may have in `coding/`, by names such as "coding/segments".
    questionnaires : mapping of str to Questionnaire
        By the name of the score.
    """

    tables: Mapping[str, Schema]
    coding: Mapping[str, Schema]
    questionnaires: Mapping[str, Questionnaire]
    support_types: SupportTypes
    subgroups: Mapping[str, Subgroup]

    @property
    def scores(self) -> list[str]:
        """Names of all scores of a log, metric scores included.

        Examples
        --------
        >>> load_definitions().scores[:3]
        ['wellbeing', 'wellbeing_metric', 'hope']
        """
        return [
            name
            for q in self.questionnaires.values()
            for name in (q.outcome, *([q.metric.name] if q.metric else []))
        ]


def load_definitions(folder: Path | None = None) -> Definitions:
    """Read a `data_schema/` folder and check its files against each other.

    Parameters
    ----------
    folder : Path, optional
        The project's `data_schema/` by default.

    Raises
    ------
    DataError
        If a file is not as it should be, an item or a support type has no field in the logs, a range differs
        from that of its fields, or a subgroup does not cover the answers of its field.

    Examples
    --------
    >>> list(load_definitions().tables)
    ['registrations', 'logs', 'projects']
    """
    folder = folder or paths.data_schema()
    named = [resource["name"] for resource in read_json(folder / "datapackage.json")["resources"]]
    coded = sorted(path.name.removesuffix(".schema.json") for path in folder.glob("coding/*.schema.json"))
    definitions = Definitions(
        tables={name: load_schema(name, folder) for name in named},
        coding={f"coding/{name}": load_schema(f"coding/{name}", folder) for name in coded},
        questionnaires=load_questionnaires(folder),
        support_types=load_support_types(folder),
        subgroups=load_subgroups(folder),
    )
    for problem in _contradictions(definitions):
        raise DataError(problem)
    return definitions


def _contradictions(definitions: Definitions) -> Iterator[str]:
    logs = definitions.tables["logs"]
    for questionnaire in definitions.questionnaires.values():
        yield from _questionnaire_problems(questionnaire, logs)
    for name in (*definitions.support_types.fields, "projects_attended"):
        if name not in logs.fields:
            yield f"support_types.yml: {_no_field(name, logs)}"
    yield from _cell_problems(definitions.support_types, logs)
    for subgroup in definitions.subgroups.values():
        yield from _subgroup_problems(subgroup, definitions.tables[subgroup.table])
    schemas = {**definitions.tables, **definitions.coding}
    for schema in schemas.values():
        yield from _foreign_key_problems(schema, schemas)


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


def _subgroup_problems(subgroup: Subgroup, schema: Schema) -> Iterator[str]:
    where = f"subgroups.yml, {subgroup.name}"
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
            yield f"{schema.name}.schema.json: a foreign key leads to '{foreign.resource}', which is no table"
            continue
        for name in foreign.reference_fields:
            if name not in target.read_fields:
                yield f"{schema.name}.schema.json: {_no_field(name, target)}"


def _no_field(name: str, schema: Schema) -> str:
    return f"'{name}' is not a field of {schema.name}.schema.json{did_you_mean(name, schema.fields)}"
