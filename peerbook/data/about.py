"""What a data folder says of its study, in a file `study.yml` beside the tables, and what follows from it.

It takes the place of what `data_schema/<study>/` says: regions, days, personal IDs, codes for "missing", what
was not asked. So a study that uses an existing set of questions needs no change of the definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from peerbook.choices import did_you_mean
from peerbook.data.codes import Codes, read_codes
from peerbook.data.definitions import Definitions
from peerbook.data.described import build, first_and_last, read_yaml
from peerbook.data.schema import SUFFIX, Field, Schema, several_of
from peerbook.data.subgroups import of_another_study
from peerbook.data.support_types import Amount, SupportTypes
from peerbook.errors import DataError

FILE = "study.yml"
REGIONS = "regions"
PERSON = "person_id"
Days = tuple[str, str]


@dataclass(frozen=True)
class About:
    """What a data folder says of its study; everything is optional.

    Attributes
    ----------
    title : str
        Its name for readers.
    period : tuple of str
        The first and the last day on which data were collected, such as `2026-01-01`; empty if not said.
    regions, subsamples : tuple of str or None
        As in `Definitions`; None if not said.
    projects : mapping of str to mapping
        Rows of the table `projects`, by their number, for a folder without that file.
    missing_codes : mapping of str to mapping
        By field (`table.field`, or "" for all fields), the codes that mean "no answer", and what each means.
    waves : mapping of str to tuple of str
        Names of stretches of time, and the first and the last day of each.
    not_asked : tuple of str
        Tables, fields, questionnaires and types of support that the study does without.
    holder, contact : str
        Who holds the data, and how to reach them.
    ids : mapping of str to str
        By field, the pattern of its numbers: `{person_id: "[0-9]{6}"}`.
    printed : bool
        Whether these are the data behind the printed report, or stand in for them. Only then does a book set
        its numbers beside those in print.
    codes : Codes or None
        What the codes of its coded material are, in the place of all that the definitions say; None if not
        said.
    fieldwork : mapping
        How the study is run, where that differs from `fieldwork.yml` of the definitions.
    """

    title: str = ""
    period: Days | tuple[()] = ()
    regions: tuple[str, ...] | None = None
    subsamples: tuple[str, ...] | None = None
    projects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing_codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    waves: Mapping[str, Days] = field(default_factory=dict)
    not_asked: tuple[str, ...] = ()
    holder: str = ""
    contact: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    printed: bool = False
    codes: Codes | None = None
    fieldwork: Mapping[str, Any] = field(default_factory=dict)


def read_about(folder: Path) -> About:
    """Read the `study.yml` of a data folder; without it nothing is said.

    Raises
    ------
    DataError
        If a key is unknown, or says what it cannot.
    """
    path = folder / FILE
    if not path.is_file():
        return About()
    said = read_yaml(path) or {}
    raw = build(About, said, FILE)
    for name in ("title", "holder", "contact"):
        if not isinstance(getattr(raw, name), str):
            raise DataError(f"{FILE}, {name}: found {getattr(raw, name)!r}; expected text in quotation marks")
    if not isinstance(raw.printed, bool):
        raise DataError(f"{FILE}, printed: found {raw.printed!r}; expected true or false")
    if not isinstance(raw.fieldwork, Mapping):
        raise DataError(
            f"{FILE}, fieldwork: found {raw.fieldwork!r}; expected keys such as quarterly_every: 3"
        )
    return replace(
        raw,
        title=raw.title.strip(),
        period=_days("period", raw.period) if "period" in said else (),
        regions=_texts("regions", raw.regions) if "regions" in said else None,
        subsamples=_texts("subsamples", raw.subsamples) if "subsamples" in said else None,
        projects=_projects(raw.projects),
        missing_codes=_codes(raw.missing_codes),
        waves={str(name): _days(f"waves, {name}", days) for name, days in _pairs("waves", raw.waves)},
        not_asked=_texts("not_asked", raw.not_asked),
        ids=_patterns({PERSON: raw.ids} if isinstance(raw.ids, str) else raw.ids),
        codes=read_codes(raw.codes, f"{FILE}, codes") if "codes" in said else None,
    )


def _texts(key: str, value: Any) -> tuple[str, ...]:
    listed = isinstance(value, (list, tuple)) and all(isinstance(v, (str, int, float)) for v in value)
    if not listed or any(isinstance(v, bool) or not str(v).strip() for v in value):
        raise DataError(
            f"{FILE}, {key}: found {value!r}; expected a list such as [North, South]. "
            "Put quotation marks around each name"
        )
    texts = tuple(str(text).strip() for text in value)
    for text in texts:
        if texts.count(text) > 1:
            raise DataError(f"{FILE}, {key}: '{text}' is listed {texts.count(text)} times; list it once")
    return texts


def _days(key: str, value: Any) -> Days:
    """Read two days; YAML has made dates of them already, unless they stand in quotation marks."""
    example = "[2026-01-01, 2026-12-31]"
    return first_and_last(value, f"{FILE}, {key}", example, lambda day: date.fromisoformat(str(day)))


def _pairs(key: str, value: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, Mapping):
        raise DataError(f"{FILE}, {key}: found {value!r}; expected names with values")
    yield from value.items()


def _projects(value: Any) -> dict[str, dict[str, str]]:
    return {
        str(number): {str(name): str(text) for name, text in _pairs(f"projects, {number}", row)}
        for number, row in _pairs("projects", value)
    }


def _codes(value: Any) -> dict[str, dict[str, str]]:
    """Read `{99: Not answered, logs.hope_1: {88: Refused}}`: what has no field holds for all of them."""
    found: dict[str, dict[str, str]] = {}
    for key, said in _pairs("missing_codes", value):
        own = said if isinstance(said, Mapping) else {key: said}
        place = str(key) if isinstance(said, Mapping) else ""
        codes = {str(code).strip(): str(label) for code, label in own.items()}
        found.setdefault(place, {}).update(codes)
    return found


def _patterns(value: Any) -> dict[str, str]:
    patterns = {str(name): pattern for name, pattern in _pairs("ids", value)}
    for name, pattern in patterns.items():
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise DataError(
                f"{FILE}, ids, {name}: found {pattern!r}; expected a pattern in quotation marks, such as "
                '"[0-9]{6}" for six digits'
            ) from error
    return patterns


# What follows for the definitions


def as_told(definitions: Definitions, about: About) -> Definitions:
    """Return the definitions of a study as its own data folder changes them.

    Raises
    ------
    DataError
        If the folder names a region, a table, a field or a questionnaire that is not there.
    """
    told = replace(definitions, printed=about.printed, title=about.title or definitions.title)
    if not about.printed:
        subgroups = {name: of_another_study(group) for name, group in told.subgroups.items()}
        told = replace(told, subgroups=subgroups)
    told = replace(told, fieldwork={**told.fieldwork, **about.fieldwork})
    told = _with_own_codes(with_regions(told, about.regions, about.subsamples), about)
    told = _with_fields(told, _days_of(told, about))
    told = _with_fields(told, _ids_of(told, about))
    told = _without_questions(told, about.not_asked)
    return _with_codes(told, about)


def with_regions(
    definitions: Definitions, regions: Sequence[str] | None, subsamples: Sequence[str] | None = None
) -> Definitions:
    """Return definitions with other regions; None leaves the regions, or the subsamples still among them.

    Raises
    ------
    DataError
        If a subsample is not one of the regions.
    """
    regions = definitions.regions if regions is None else tuple(regions)
    known = tuple(region for region in definitions.subsamples if region in regions)
    for region in subsamples or ():
        if region not in regions:
            raise DataError(
                f"{FILE}, subsamples: '{region}' is not a region{did_you_mean(region, regions)}; "
                f"expected some of: {', '.join(regions)}"
            )
    levels = {region: region for region in regions}
    changed = {
        (name, field.name): replace(field, categories=levels)
        for name, schema in definitions.tables.items()
        for field in schema.fields.values()
        if field.categories_from == REGIONS
    }
    chosen = known if subsamples is None else tuple(subsamples)
    return replace(_with_fields(definitions, changed), regions=regions, subsamples=chosen)


def _with_own_codes(definitions: Definitions, about: About) -> Definitions:
    """Return definitions with the codes of another study, and the answers that its tables may hold."""
    codes = about.codes
    if codes is None:
        known = definitions.codes
        return replace(definitions, codes=known if about.printed else known.in_other_words())
    changed = {
        (name, field.name): _from_list(field, codes.lists)
        for name, schema in definitions.tables.items()
        for field in schema.fields.values()
        if {field.categories_from, field.several_from} & set(codes.lists)
    }
    return replace(_with_fields(definitions, changed), codes=codes, groups=codes.groups)


def _from_list(field: Field, lists: Mapping[str, Sequence[str]]) -> Field:
    if field.categories_from:
        return replace(field, categories={name: name for name in lists[field.categories_from]})
    pattern = several_of(lists[field.several_from])
    return replace(field, constraints=replace(field.constraints, pattern=pattern))


def _days_of(definitions: Definitions, about: About) -> dict[tuple[str, str], Field]:
    """Give the period to the date fields whose days have limits: those of the programme."""
    if not about.period:
        return {}
    first, last = about.period
    return {
        (name, field.name): replace(
            field, constraints=replace(field.constraints, minimum=first, maximum=last)
        )
        for name, schema in definitions.tables.items()
        for field in schema.fields.values()
        if field.type == "date" and field.constraints.minimum and field.constraints.maximum
    }


def _ids_of(definitions: Definitions, about: About) -> dict[tuple[str, str], Field]:
    changed = {}
    for id, pattern in about.ids.items():
        described = f"text like {pattern}"
        fields = {
            (name, id): replace(
                schema.fields[id],
                description=described,
                constraints=replace(schema.fields[id].constraints, pattern=pattern),
            )
            for name, schema in definitions.tables.items()
            if id in schema.fields and schema.fields[id].constraints.pattern
        }
        if not fields:
            known = _patterned(definitions)
            raise DataError(
                f"{FILE}, ids: no table has numbers '{id}'{did_you_mean(id, known)}; expected one of: "
                f"{', '.join(known)}"
            )
        changed |= fields
    return changed


def _patterned(definitions: Definitions) -> list[str]:
    """Name the fields that number people and things: keys with a pattern."""
    return sorted(
        {
            name
            for schema in definitions.tables.values()
            for name in schema.primary_key
            if schema.fields[name].constraints.pattern
        }
    )


def _with_fields(definitions: Definitions, changed: Mapping[tuple[str, str], Field]) -> Definitions:
    tables = dict(definitions.tables)
    for (table, name), new in changed.items():
        tables[table] = replace(tables[table], fields={**tables[table].fields, name: new})
    return replace(definitions, tables=tables)


# What was not asked


def _without_questions(definitions: Definitions, names: Sequence[str]) -> Definitions:
    for name in names:
        definitions = _without(definitions, name)
    return definitions


def _without(definitions: Definitions, name: str) -> Definitions:
    """Take a table, a questionnaire, a type of support or a field from what is needed."""
    support = definitions.support_types
    if name in definitions.tables:
        return replace(definitions, optional=definitions.optional | {name})
    if name in definitions.questionnaires:
        items = definitions.questionnaires[name].items
        rest = {score: q for score, q in definitions.questionnaires.items() if score != name}
        changed = {("logs", item): _optional(definitions.tables["logs"], item) for item in items}
        return replace(_with_fields(definitions, changed), questionnaires=rest)
    if name in support.types:
        cells = [f"{name}_{direction}" for direction in support.directions]
        changed = {("logs", cell): _optional(definitions.tables["logs"], cell) for cell in cells}
        return replace(_with_fields(definitions, changed), support_types=_without_type(support, name))
    table, _, field = name.rpartition(".")
    found = [
        (place, schema)
        for place, schema in definitions.tables.items()
        if field in schema.fields and place == (table or place)
    ]
    if not found:
        known = [*definitions.tables, *definitions.questionnaires, *support.types]
        known += [name for schema in definitions.tables.values() for name in schema.fields]
        raise DataError(
            f"{FILE}, not_asked: '{name}' is no table, field, questionnaire or type of support"
            f"{did_you_mean(name, known)}; look the names up in data_schema/{definitions.study}"
        )
    return _with_fields(definitions, {(place, field): _optional(schema, field) for place, schema in found})


def _optional(schema: Schema, name: str) -> Field:
    field = schema.fields[name]
    if name in schema.primary_key:
        raise DataError(
            f"{FILE}, not_asked: '{name}' numbers the rows of {schema.name}{SUFFIX}; it cannot be left out"
        )
    return replace(field, optional=True, constraints=replace(field.constraints, required=False))


def _without_type(support: SupportTypes, name: str) -> SupportTypes:
    amounts = {
        key: Amount(amount.label, [kind for kind in amount.types if kind != name])
        for key, amount in support.amounts.items()
    }
    return replace(
        support,
        types={kind: label for kind, label in support.types.items() if kind != name},
        amounts={key: amount for key, amount in amounts.items() if amount.types},
    )


# Codes for "no answer"


def _with_codes(definitions: Definitions, about: About) -> Definitions:
    """Give each field the codes that mean "no answer" there; a support cell keeps them for cleaning."""
    places = {f"{table}.{name}": (table, name) for table, name in _fields(definitions)}
    for place in about.missing_codes:
        if place and place not in places:
            raise DataError(
                f"{FILE}, missing_codes: '{place}' is no field{did_you_mean(place, places)}; "
                "expected one such as logs.completed_on, or a code with its meaning"
            )
    everywhere = about.missing_codes.get("", {})
    cells = set(definitions.support_types.fields)
    changed, unanswered = {}, {}
    for place, (table, name) in places.items():
        schema = definitions.tables[table]
        codes = {**({} if _numbers_rows(schema, name) else everywhere), **about.missing_codes.get(place, {})}
        if codes and table == "logs" and name in cells:
            changed[table, name] = _with_code_pattern(schema.fields[name], list(codes))
            unanswered[name] = tuple(codes)
        elif codes:
            kept = schema.fields[name]
            changed[table, name] = replace(kept, missing_values={**kept.missing_values, **codes})
    support = definitions.support_types
    told = replace(support, cells=replace(support.cells, not_answered=unanswered))
    return replace(_with_fields(definitions, changed), support_types=told)


def _fields(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for table, schema in definitions.tables.items():
        for name in schema.read_fields:
            yield table, name


def _numbers_rows(schema: Schema, name: str) -> bool:
    keys = {field for key in schema.foreign_keys for field in key.fields}
    return name in keys.union(*schema.unique_keys) or name == PERSON


def _with_code_pattern(field: Field, codes: Sequence[str]) -> Field:
    """Let a support cell hold the codes as text: cleaning tells them from cells that cannot be read."""
    either = "|".join(map(re.escape, codes))
    pattern = f"({either}|{field.constraints.pattern})"
    rest = {value: label for value, label in field.missing_values.items() if value not in codes}
    return replace(field, missing_values=rest, constraints=replace(field.constraints, pattern=pattern))
