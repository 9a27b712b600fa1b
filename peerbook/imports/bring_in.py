"""`peerbook import`: files of a survey team become the tables of a raw folder, all or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from peerbook.choices import did_you_mean
from peerbook.data.about import FILE as STUDY
from peerbook.data.about import PERSON, as_told, read_about, with_regions
from peerbook.data.definitions import Definitions, load_definitions, studies
from peerbook.data.folder import DESCRIPTOR, descriptor_of
from peerbook.data.keys import target_of
from peerbook.data.schema import Schema
from peerbook.errors import DataError
from peerbook.imports.cells import AS_TYPED, EMPTY
from peerbook.imports.convert import Cells, Converted, convert, filled_up, is_of_people
from peerbook.imports.mapping import Column, Entry, Plan, check_plan, read_plan
from peerbook.imports.pseudonyms import EXAMPLE, FORM, Key, open_key
from peerbook.imports.report import (
    LEFT_OUT,
    READ,
    READ_AS,
    REPORT,
    WRITTEN,
    ImportReport,
    Line,
    Words,
    file_name,
    joined,
)
from peerbook.imports.sheets import Sheet, read_sheets
from peerbook.imports.withdrawal import withdrawn
from peerbook.imports.written import check_mark, refuse_made_up, write_folder

MAPPING = "mapping.yml"
ALREADY_THERE = "already in the table"
WITHDREW = "the person withdrew"
NEW, ADD, REPLACE = "new", "add", "replace"


def import_files(
    files: Sequence[str | Path],
    folder: str | Path,
    mapping: str | Path | None = None,
    *,
    key: str | Path | None = None,
    study: str = "",
    existing: str = NEW,
) -> ImportReport:
    """Write the tables of a raw folder from the files of a survey team.

    Parameters
    ----------
    files : sequence of str or Path
        Exports of LimeSurvey, CSV files and Excel workbooks.
    folder : str or Path
        The raw folder; made if it is not there. It also gets the mapping, a report of what became of every
        row and column, and a descriptor that says the data are of real people.
    mapping : str or Path, optional
        What the columns mean; by default the one stored in the folder by an earlier import.
    key : str or Path, optional
        The secret of the pseudonyms, made if it is not there; by default `<folder>.key` beside the folder.
    study : str
        Whose definitions hold; by default what the mapping or the folder says.
    existing : str
        What becomes of tables that are there: "new" refuses, "add" keeps their rows, "replace" does not.

    Raises
    ------
    DataError
        If a file or the mapping cannot be used. Nothing is written then.
    ParameterError
        If the study is unknown, or the key lies in the folder.
    """
    folder = Path(folder) if Path(folder).name else Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: a file. Give a folder for the tables as the last word of the command.")
    plan, where = _plan(folder, mapping)
    definitions = _definitions(plan, folder, study)
    check_plan(plan, definitions, where)
    refuse_made_up(folder)
    words = Words(definitions)
    converted, unread = _convert_all(files, plan, definitions)
    secret = None
    if plan.people == "pseudonyms" and any(PERSON in part.rows for part in converted):
        secret = open_key(Path(key) if key else folder.with_name(f"{folder.name}.key"), folder)
        if existing == ADD:
            check_mark(secret, folder)
        _check_ids(folder, definitions)
        converted = _with_pseudonyms(converted, secret)
    converted = _without_withdrawn(converted, folder)
    converted = _without_unknown_links(converted, folder, definitions)
    tables, known = _tables(converted, folder, definitions, existing)
    lines = [line for part in converted for line in _lines(part, words, known)]
    report = ImportReport((*lines, *_lines_unread(unread)))
    written = {f"{name}.csv": _as_csv(table) for name, table in tables.items()}
    written[REPORT] = report.to_csv()
    written[MAPPING] = _stored(plan, converted, words)
    written[DESCRIPTOR] = _descriptor(folder, plan, definitions, tables, secret)
    if not (folder / STUDY).exists():
        written[STUDY] = _study_file(plan, definitions, converted)
    write_folder(folder, written)
    return report


def _plan(folder: Path, mapping: str | Path | None) -> tuple[Plan, str]:
    path = Path(mapping) if mapping else folder / MAPPING
    if not path.is_file():
        raise DataError(
            f"{path}: no such file. Draft a mapping with: peerbook map FILE... --out mapping.yml; check it, "
            "and give it with --mapping mapping.yml."
        )
    return read_plan(path), path.name


def _definitions(plan: Plan, folder: Path, study: str) -> Definitions:
    named = study or plan.study or str(descriptor_of(folder).get("study", ""))
    known = studies()
    if not named and len(known) != 1:
        raise DataError(f"the mapping does not name a study: write study: and one of {', '.join(known)}.")
    told = as_told(load_definitions(named or known[0]), read_about(folder))
    return with_regions(told, plan.regions) if plan.regions and told.regions else told


def _convert_all(
    files: Sequence[str | Path], plan: Plan, definitions: Definitions
) -> tuple[list[Converted], list[Sheet]]:
    """Return what each entry of the mapping makes of the files, and the sheets for which there is none."""
    found, unread = [], []
    names = [Path(file).name for file in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(
            f"two files are called {file_name(twice[0])}. Rename one, and name both in the mapping."
        )
    for file in files:
        name = Path(file).name
        entries = [entry for entry in plan.files if entry.is_for(name, entry.sheet)]
        if not entries:
            listed = [entry.file for entry in plan.files]
            raise DataError(
                f"{file_name(name)}: the mapping does not say what it is{did_you_mean(name, listed)} "
                "Draft it with peerbook map, or correct the file's name in the mapping."
            )
        headings = {entry.sheet: entry.headings for entry in entries if entry.headings}
        for sheet in read_sheets(file, headings):
            own = [entry for entry in entries if entry.is_for(name, sheet.number)]
            found += [convert(sheet, entry, plan, definitions) for entry in own]
            unread += [] if own else [sheet]
    return found, unread


def _check_ids(folder: Path, definitions: Definitions) -> None:
    """Refuse pseudonyms that the definitions do not allow as the folder's own `study.yml` changes them."""
    if not (folder / STUDY).is_file():
        return
    fields = [schema.fields[PERSON] for schema in definitions.tables.values() if PERSON in schema.fields]
    pattern = next((field.constraints.pattern for field in fields if field.constraints.pattern), None)
    if pattern and not re.fullmatch(pattern, EXAMPLE):
        raise DataError(
            f"{folder / STUDY}: it does not allow pseudonyms such as {EXAMPLE}. Write into it "
            f'ids: {{{PERSON}: "{FORM}"}}, or keep the IDs: people: keep in the mapping.'
        )


def _with_pseudonyms(converted: Sequence[Converted], key: Key) -> list[Converted]:
    people = {person for part in converted if PERSON in part.rows for person in part.rows[PERSON]}
    given = key.pseudonyms(people)
    return [
        replace(part, rows=part.rows.assign(**{PERSON: part.rows[PERSON].map(given).astype("str")}))
        if PERSON in part.rows
        else part
        for part in converted
    ]


def _without_withdrawn(converted: Sequence[Converted], folder: Path) -> list[Converted]:
    """Leave out the rows of people who withdrew from the folder."""
    gone = withdrawn(folder)
    kept = []
    for part in converted:
        if PERSON in part.rows:
            hers = part.rows[PERSON].isin(gone).to_numpy()
            lines = [line for line, is_hers in zip(part.lines, hers, strict=True) if not is_hers]
            left = [line for line, is_hers in zip(part.lines, hers, strict=True) if is_hers]
            left_out = {**part.left_out, **({WITHDREW: left} if left else {})}
            part = replace(part, rows=part.rows[~hers].reset_index(drop=True), lines=lines, left_out=left_out)
        kept.append(part)
    return kept


def _without_unknown_links(
    converted: Sequence[Converted], folder: Path, definitions: Definitions
) -> list[Converted]:
    """Leave cells empty that name rows of a list nobody gave, and count them."""
    given = {part.entry.table for part in converted}
    there = {name for name in definitions.tables if name in given or (folder / f"{name}.csv").exists()}
    changed = []
    for part in converted:
        for link in definitions.tables[part.entry.table].foreign_keys:
            target = target_of(link, part.entry.table, definitions.tables)
            for name in link.fields if target not in there else ():
                if name in part.rows and part.rows[name].ne("").any():
                    number = int(part.rows[name].ne("").sum())
                    outcome = f"left empty: there is no list {target} to look them up in"
                    part = replace(
                        part,
                        rows=part.rows.assign(**{name: ""}),
                        cells=(*_less(part.cells, name), Cells(name, outcome, number)),
                    )
        changed.append(part)
    return changed


def _less(cells: Sequence[Cells], name: str) -> list[Cells]:
    """Return what became of cells, without those of a field that hold something."""
    return [each for each in cells if each.name != name or each.outcome == EMPTY]


def _tables(
    converted: Sequence[Converted], folder: Path, definitions: Definitions, existing: str
) -> tuple[dict[str, pd.DataFrame], dict[int, list[int]]]:
    """Return each table with its rows, and for each part the lines of rows that were there already."""
    tables: dict[str, pd.DataFrame] = {}
    known: dict[int, list[int]] = {}
    for name in dict.fromkeys(part.entry.table for part in converted):
        schema = definitions.tables[name]
        path = folder / f"{name}.csv"
        if path.exists() and existing == NEW:
            raise DataError(
                f"{path}: it is there already, and nothing is overwritten. Use --add to keep its rows and "
                "add those that are new, --replace to write it anew, or give another folder."
            )
        parts = [part for part in converted if part.entry.table == name]
        before = _read_back(path, schema) if path.exists() and existing == ADD else None
        rows, found = _stacked(parts, schema, before)
        if rows.empty:
            _refuse_empty(name, parts)
        known |= {id(part): lines for part, lines in zip(parts, found, strict=True)}
        tables[name] = rows
    return tables, known


def _refuse_empty(name: str, parts: Sequence[Converted]) -> None:
    reasons = {reason: len(lines) for part in parts for reason, lines in part.left_out.items()}
    said = ", ".join(f"{number} {reason}" for reason, number in reasons.items()) or "the files have no rows"
    raise DataError(
        f"{name}: no row would be written ({said}). Look at the files, and at the mapping's only and partial."
    )


def _read_back(path: Path, schema: Schema) -> pd.DataFrame:
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    if list(table.columns) != list(schema.read_fields):
        raise DataError(
            f"{path}: its columns are not those of this study, so nothing can be added. Use --replace."
        )
    return table


def _stacked(
    parts: Sequence[Converted], schema: Schema, before: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[list[int]]]:
    """Return the rows of a table, those of an earlier import first; what these hold is not added again."""
    stacked = [] if before is None else [before]
    found = []
    for part in parts:
        rows = filled_up(part.rows, schema)
        compared = [name for name in rows if name not in part.numbered]
        there: set[tuple] = set()
        if before is not None:
            there = set(before[compared].itertuples(index=False, name=None))
        old = [row in there for row in rows[compared].itertuples(index=False, name=None)]
        found.append([line for line, is_old in zip(part.lines, old, strict=True) if is_old])
        rows = rows[[not is_old for is_old in old]]
        for name in part.numbered:
            highest = [int(cell) for table in stacked for cell in table[name] if cell.isdigit()]
            first = max([part.entry.columns[name].number - 1, *highest]) + 1
            rows = rows.assign(**{name: [str(first + place) for place in range(len(rows))]})
        stacked.append(rows)
    whole = pd.concat(stacked, ignore_index=True).astype("str")
    if before is not None:
        _refuse_changed(whole, len(before), schema)
    return whole, found


def _refuse_changed(whole: pd.DataFrame, size: int, schema: Schema) -> None:
    """Refuse new rows with the key of an old one: the old would have to be changed."""
    key = list(schema.primary_key)
    changed = whole.duplicated(key).iloc[size:].sum() if key else 0
    if changed:
        raise DataError(
            f"{schema.name}: {changed} of the new rows have the {', '.join(key)} of a row that is there, and "
            "other answers. Import all files again with --replace, or number the rows in the mapping."
        )


def _lines(part: Converted, words: Words, known: Mapping[int, Sequence[int]]) -> Iterable[Line]:
    """Yield the report of one sheet."""
    sheet = part.sheet
    where = (file_name(sheet.file), str(sheet.number or ""), part.entry.table)
    old = known.get(id(part), [])
    left_out = {**part.left_out, **({ALREADY_THERE: old} if old else {})}
    yield Line(*where, "rows", "", READ, sheet.n_read)
    yield Line(*where, "rows", "", WRITTEN, len(part.rows) - len(old))
    for reason, lines in left_out.items():
        yield Line(*where, "rows", "", f"{LEFT_OUT}: {reason}", len(lines), joined(lines))
    for name, column in part.entry.columns.items():
        taken = ", ".join(words.heading(sheet, source) for source in sheet.names if source in column.columns)
        yield Line(*where, "column", taken or "(by place)", f"{READ_AS}{name}", len(part.rows))
    for column in part.columns:
        name = words.heading(sheet, column.name)
        yield Line(*where, "column", name, column.outcome, column.number, "", column.detail)
    for cells in part.cells:
        detail = cells.detail if cells.outcome != AS_TYPED else ""
        yield Line(*where, "cells", cells.name, cells.outcome, cells.number, joined(cells.lines), detail)
    for remark in sheet.remarks:
        yield Line(*where, "remark", "", remark, 0)


def _lines_unread(sheets: Iterable[Sheet]) -> Iterable[Line]:
    for sheet in sheets:
        where = (file_name(sheet.file), str(sheet.number or ""), "")
        yield Line(*where, "rows", "", READ, sheet.n_read)
        yield Line(*where, "rows", "", WRITTEN, 0)
        lines = [*sheet.lines, *(line for lines in sheet.left_out.values() for line in lines)]
        yield Line(
            *where,
            "rows",
            "",
            f"{LEFT_OUT}: the mapping names no table for this sheet",
            sheet.n_read,
            joined(lines),
        )


# What is written


def _as_csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _descriptor(
    folder: Path, plan: Plan, definitions: Definitions, tables: Mapping[str, pd.DataFrame], key: Key | None
) -> str:
    before = descriptor_of(folder)
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "imported",
        "title": plan.title or definitions.title,
        **before,
        "study": definitions.study,
        "synthetic": False,
    }
    if key:
        described["pseudonyms"] = key.mark
    if plan.period:
        dated = [
            name
            for name in tables
            if any(field.type == "date" for field in definitions.tables[name].read_fields.values())
        ]
        described["collected"] = {
            **before.get("collected", {}),
            **{name: list(plan.period) for name in dated},
        }
    names = dict.fromkeys(
        [*(item["name"] for item in before.get("resources", ()) if "name" in item), *tables]
    )
    described["resources"] = [{"name": name, "path": f"{name}.csv"} for name in names]
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _study_file(plan: Plan, definitions: Definitions, converted: Sequence[Converted]) -> str:
    said: dict[str, object] = {"title": plan.title or definitions.title}
    if plan.period:
        said["period"] = list(plan.period)
    if plan.regions:
        said["regions"] = list(plan.regions)
        said["subsamples"] = list(definitions.subsamples)
    if plan.people == "pseudonyms":
        said["ids"] = {PERSON: FORM}
    if unasked := _unasked(definitions, converted):
        said["not_asked"] = unasked
    head = "# What this study is. Correct it where it is wrong; it holds for this folder only.\n"
    return head + yaml.safe_dump(said, sort_keys=False, allow_unicode=True)


def _unasked(definitions: Definitions, converted: Sequence[Converted]) -> list[str]:
    """Return what none of the files asks: lists of things, questionnaires and types of support."""
    given = {(part.entry.table, name) for part in converted for name in part.rows}
    tables = {table for table, _ in given}
    unasked = [
        name
        for name, schema in definitions.tables.items()
        if name not in definitions.optional and name not in tables and not is_of_people(schema)
    ]
    if "logs" not in tables:
        return unasked
    support = definitions.support_types
    asked = {name for table, name in given if table == "logs"}
    unasked += [name for name, score in definitions.questionnaires.items() if not asked & set(score.items)]
    cells = {kind: {f"{kind}_{direction}" for direction in support.directions} for kind in support.types}
    return unasked + [kind for kind, names in cells.items() if not asked & names]


def _stored(plan: Plan, converted: Sequence[Converted], words: Words) -> str:
    """Return the mapping as it is kept: without remarks, and with no heading that may be somebody's data."""
    head = "# The mapping of this import. `peerbook import` reads it again if no other is given.\n"
    files = []
    for entry in plan.files:
        part = next((part for part in converted if part.entry == entry), None)
        files.append(_described(entry, part, words))
    whole = {
        "study": plan.study,
        "title": plan.title,
        "period": list(plan.period),
        "regions": list(plan.regions),
        "people": plan.people,
        "missing": list(plan.missing),
        "files": files,
    }
    kept = {name: value for name, value in whole.items() if value}
    return head + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=110)


def _described(entry: Entry, part: Converted | None, words: Words) -> dict[str, object]:
    def called(name: str) -> str:
        if words.harmless(name) or part is None or name not in part.sheet.names:
            return name
        return words.heading(part.sheet, name)

    def listed(names: Sequence[str]) -> list[str]:
        return [called(name) for name in names if part is not None or words.harmless(name)]

    whole = {
        "file": entry.file,
        "sheet": entry.sheet,
        "headings": list(entry.headings),
        "table": entry.table,
        "set": dict(entry.set),
        "only": dict(entry.only),
        "missing": list(entry.missing),
        "dates": entry.dates,
        "partial": entry.partial if entry.partial == "keep" else "",
        "columns": {name: _column(column, called) for name, column in entry.columns.items()},
        "identifying": listed(entry.identifying),
        "left_out": listed(entry.left_out),
    }
    return {name: value for name, value in whole.items() if value}


def _column(column: Column, called) -> object:
    sources = [called(name) for name in column.columns]
    whole = {
        "from": sources[0] if len(sources) == 1 else sources,
        "number": column.number,
        "answers": dict(column.answers),
        "missing": list(column.missing),
        "dates": column.dates,
        "pad": column.pad,
        "add": column.add,
        "text": column.text,
    }
    said = {name: value for name, value in whole.items() if value}
    return said["from"] if set(said) == {"from"} and isinstance(said["from"], str) else said
