"""Made-up tables as other programs would export them, to try `peerbook map` and `peerbook import` on.

`peerbook simulate FOLDER --as limesurvey` writes a response CSV and a structure for each table of people, one
survey for each form; `--as excel` a workbook as a team types paper forms into it.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from peerbook.data.about import PERSON
from peerbook.data.definitions import Definitions
from peerbook.data.sampler import sample
from peerbook.data.schema import Field, Schema
from peerbook.errors import DataError
from peerbook.imports.cells import blank_of
from peerbook.imports.convert import is_of_people

FORMATS = ("limesurvey", "excel")
HEADINGS = ("code", "full", "abbreviated", "codetext")
OWN = {
    "id": "Response ID",
    "submitdate": "Date submitted",
    "lastpage": "Last page",
    "startlanguage": "Start language",
    "seed": "Seed",
    "token": "Access code",
    "startdate": "Date started",
    "datestamp": "Date last action",
    "ipaddr": "IP address",
}
GIVEN_UP = 7  # every so many responses one more was never submitted
SHORT = 15  # characters of an abbreviated heading
MISSING = (99, 999, 9999, -99)  # what teams write for an answer not given: the first that is no answer
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Part:
    """The rows of a table that were answered on one form, and what they all share."""

    name: str
    schema: Schema
    rows: pd.DataFrame
    shared: Mapping[str, str]


def write_pretended(
    folder: str | Path,
    definitions: Definitions,
    form: str,
    rows: int = 100,
    seed: int = 1,
    headings: str = "code",
) -> list[Path]:
    """Write the sample of `peerbook simulate` as another program would export it.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; files of an earlier sample in it are replaced.
    definitions, rows, seed
        See `sampler.sample`; the tables are the same.
    form : str
        "limesurvey" or "excel".
    headings : str
        Of LimeSurvey: "code", "full", "abbreviated" or "codetext".

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DataError
        If the study has no table of people.
    """
    folder = Path(folder)
    tables = sample(definitions, rows, seed)
    parts = [
        part
        for name, schema in definitions.tables.items()
        if "/" not in name and len(tables[name])
        for part in _parts(name, schema, tables[name])
    ]
    if not any(is_of_people(part.schema) for part in parts):
        raise DataError(f"{definitions.study}: it has no table of people, so nothing a survey could export")
    folder.mkdir(parents=True, exist_ok=True)
    if form == "excel":
        return [_workbook(folder / "forms.xlsx", parts)]
    files = []
    for number, part in enumerate(parts, 1):
        if not is_of_people(part.schema):
            files.append(_list(folder / f"{part.name}.csv", part))
            continue
        columns = _columns(part)
        files.append(_responses(folder / f"results_{part.name}.csv", part, columns, headings))
        files.append(_structure(folder / f"survey_{part.name}.lss", part, columns, number))
    return files


def _parts(name: str, schema: Schema, rows: pd.DataFrame) -> Iterator[Part]:
    """Yield a table by the form its rows were answered on; a form does not ask what only another asks."""
    forms = {field.form for field in schema.read_fields.values()} - {""}
    if not forms or "form" not in schema.fields:
        yield Part(name, schema, rows, {})
        return
    for form in schema.fields["form"].categories:
        unasked = {n for n, field in schema.fields.items() if field.form not in ("", form)} | {"form"}
        own = rows[rows["form"] == form].drop(columns=list(unasked)).reset_index(drop=True)
        if len(own):
            yield Part(f"{name}_{form}", schema, own, {"form": form})


# LimeSurvey


@dataclass(frozen=True)
class Column:
    """A column of responses: its code, its question and row, and what each answer is coded as."""

    code: str
    text: str
    part: str
    field: Field
    codes: Mapping[str, str]

    @property
    def label(self) -> str:
        """The whole heading."""
        return f"{self.text} [{self.part}]" if self.part else self.text


def _columns(part: Part) -> list[Column]:
    columns = []
    boxes: dict[str, int] = {}
    key = _number(part.schema)
    for name in part.rows:
        field = part.schema.fields[name]
        if name == key:
            continue
        if field.tick_group:
            place = boxes[field.tick_group] = boxes.get(field.tick_group, 0) + 1
            group = field.tick_group.replace("_", " ").capitalize()
            code = f"{_code(field.tick_group)}[SQ{place:03}]"
            columns.append(Column(code, group, field.title, field, {field.true_values[0]: "Y"}))
        else:
            columns.append(Column(_code(name), field.title, "", field, _codes(field)))
    return columns


def _code(name: str) -> str:
    return name.replace("_", "").upper()


def _codes(field: Field) -> dict[str, str]:
    """Return what each answer is coded as: Y and N, A1 and so on; numbers stay."""
    if set(field.categories) <= {"yes", "no"}:
        return {value: {"yes": "Y", "no": "N"}[value] for value in field.categories}
    if field.type == "string":
        return {value: f"A{place}" for place, value in enumerate(field.categories, 1)}
    return {}


def _number(schema: Schema) -> str:
    """Return the key of a table that is a number of its own, as LimeSurvey numbers its responses."""
    key = schema.primary_key[0] if len(schema.primary_key) == 1 else ""
    return key if key and schema.fields[key].type == "integer" else ""


def _responses(path: Path, part: Part, columns: Sequence[Column], headings: str) -> Path:
    key = _number(part.schema)
    date_field = _sent(part.schema)
    heads = {
        "code": [*OWN, *(column.code for column in columns)],
        "full": [*OWN.values(), *(column.label for column in columns)],
        "abbreviated": [*OWN.values(), *(_shortened(column.label) for column in columns)],
        "codetext": [*OWN, *(f"{column.code}. {column.label}" for column in columns)],
    }[headings]
    written = [heads]
    for place, row in enumerate(part.rows.to_dict("records"), 1):
        number = row[key] if key else str(place)
        day = row[date_field] if date_field and ISO.fullmatch(row[date_field]) else "2016-05-01"
        sent = f"{day} 10:{place % 60:02}:00"
        answers = [column.codes.get(row[column.field.name], row[column.field.name]) for column in columns]
        written.append(
            [number, sent, "9", "en", str(1000 + place), f"tk{place:06}", sent, sent, "192.0.2.7", *answers]
        )
        if place % GIVEN_UP == 0:
            blank = ["" for _ in columns]
            written.append(
                [str(900_000 + place), "", "1", "en", str(5000 + place), "", sent, sent, "192.0.2.8", *blank]
            )
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(written)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode() + b"\r\n")
    return path


def _shortened(label: str) -> str:
    return label if len(label) <= SHORT else f"{label[:SHORT].rstrip()}.."


def _sent(schema: Schema) -> str:
    return next((n for n, field in schema.read_fields.items() if field.type == "date"), "")


def _list(path: Path, part: Part) -> Path:
    """Write a table that is about no people as a plain list."""
    part.rows.to_csv(path, index=False, sep=";", lineterminator="\r\n", encoding="utf-8-sig")
    return path


def _structure(path: Path, part: Part, columns: Sequence[Column], survey: int) -> Path:
    """Write the structure of the survey, as LimeSurvey exports it."""
    questions, inner, answers, said = [], [], [], []
    numbers: dict[str, int] = {}
    for column in columns:
        code = column.code.partition("[")[0]
        if code not in numbers:
            numbers[code] = len(numbers) + 1 + 1000 * survey
            kind = "M" if column.part else _kind(column)
            questions.append(
                {"qid": numbers[code], "parent_qid": 0, "title": code, "type": kind, "other": "N"}
            )
            said.append(
                {"qid": numbers[code], "question": f"<p>{html.escape(column.text)}</p>", "language": "en"}
            )
        if column.part:
            own = 100_000 * survey + len(inner) + 1
            title = column.code.partition("[")[2].rstrip("]")
            parent = numbers[code]
            inner.append({"qid": own, "parent_qid": parent, "title": title, "type": "T", "scale_id": 0})
            said.append({"qid": own, "question": html.escape(column.part), "language": "en"})
        elif _kind(column) == "L":
            for value, answer in column.codes.items():
                label = column.field.categories[value]
                answers.append(
                    {"qid": numbers[code], "code": answer, "answer": html.escape(label), "language": "en"}
                )
    tables = {"answers": answers, "questions": questions, "question_l10ns": said, "subquestions": inner}
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n<LimeSurveyDocType>Survey</LimeSurveyDocType>\n'
    ]
    parts.append("<DBVersion>600</DBVersion>\n<languages><language>en</language></languages>\n")
    for name, rows in tables.items():
        body = "".join(
            "<row>"
            + "".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items())
            + "</row>\n"
            for row in rows
        )
        parts.append(f"<{name}>\n<rows>\n{body}</rows>\n</{name}>\n")
    path.write_text("".join(parts) + "</document>\n", encoding="utf-8")
    return path


def _kind(column: Column) -> str:
    """Return LimeSurvey's letter for a type of question."""
    if set(column.codes.values()) <= {"Y", "N"} and column.codes:
        return "Y"
    return "L" if column.codes else "N" if column.field.type in ("integer", "number") else "S"


# Excel


def _workbook(path: Path, parts: Sequence[Part]) -> Path:
    """Write a workbook with a sheet for each list, typed as teams type: dates, codes for missing, labels."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2016, 1, 1)})
        day_format = book.add_format({"num_format": "dd/mm/yyyy"})
        for part in parts:
            sheet = book.add_worksheet(part.name[:31])
            groups = _groups(part)
            said = set(part.rows.to_numpy().ravel())
            code = next(code for code in MISSING if str(code) not in said)
            for place, name in enumerate(part.rows):
                sheet.write_string(1, place, part.schema.fields[name].title)
            for group, (first, last) in groups.items():
                sheet.merge_range(0, first, 0, last, group)
            for row, answers in enumerate(part.rows.to_dict("records"), 2):
                for place, (name, cell) in enumerate(answers.items()):
                    _type(sheet, row, place, cell, part.schema.fields[name], code, day_format)
    return path


def _groups(part: Part) -> dict[str, tuple[int, int]]:
    """Return headings over several columns: boxes of one question."""
    found: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(part.rows):
        group = part.schema.fields[name].tick_group
        if group:
            label = group.replace("_", " ").capitalize()
            found[label] = (found.get(label, (place, place))[0], place)
    return found


def _type(sheet, row: int, place: int, cell: str, field: Field, code: int, day_format) -> None:
    """Type one cell as a person would."""
    if field.type == "date" and ISO.fullmatch(cell):
        day = date.fromisoformat(cell)
        if row % 2:
            sheet.write_datetime(row, place, datetime(day.year, day.month, day.day), day_format)
        else:
            sheet.write_string(row, place, f"{day:%d/%m/%Y}")
    elif field.type == "boolean":
        sheet.write_string(row, place, "x" if cell in field.true_values else cell)
    elif cell == "" and field.type == "integer" and _is_outside(field, code):
        sheet.write_number(row, place, code) if row % 3 else sheet.write_blank(row, place, None)
    elif cell == "":
        return
    elif field.categories and field.type == "string":
        sheet.write_string(row, place, field.categories[cell] + " " * (row % 2))
    elif field.type in ("integer", "number") or (field.name == PERSON and cell.isdigit()):
        sheet.write_number(row, place, float(cell))
    else:
        sheet.write_string(row, place, cell)


def _is_outside(field: Field, code: int) -> bool:
    """Return whether a code can be no answer, and an empty cell means the same."""
    high = field.constraints.maximum
    return high is not None and (code < 0 or high < code) and blank_of(field) == ""
