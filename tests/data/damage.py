"""Ways in which a raw folder can be damaged, made by the hundred: what people and programs do to files.

A case takes a good folder of a small study and spoils one thing. `cases()` lists them all, in order, each
with a name of its own; the same list every time.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from peerbook.data import Definitions, load_definitions

REGIONS = ["North", "South East"]
TABLES = {
    "registrations": [
        ["person_id", "registered_on", "region", "project_id", "age_band", "email", "about"],
        ["0001", "2026-01-10", "North", "NOR-01", "18-34", "jo@example.org", "Came with a friend, twice"],
        ["0002", "2026-01-11", "South East", "SOU-01", "35-54", "", ""],
        ["0003", "2026-01-12", "North", "NOR-01", "55+", "", 'Said "yes"'],
        ["0004", "2026-02-01", "North", "", "", "ana@example.org", "Two\nlines"],
    ],
    "logs": [
        ["log_id", "person_id", "completed_on", "region", "form", "hope", "hours", "given", "ticked"],
        ["1", "0001", "2026-02-01", "North", "monthly", "3", "1.5", "2", "true"],
        ["2", "0002", "2026-02-02", "South East", "monthly", "4", "0", "x", "false"],
        ["3", "0003", "2026-02-03", "North", "quarterly", "", "", "", ""],
        ["4", "0001", "2026-03-01", "North", "monthly", "5", "12.25", "0", "true"],
        ["5", "0002", "2026-03-02", "South East", "monthly", "1", "2", "11", "false"],
        ["6", "0004", "2026-03-05", "North", "quarterly", "2", "3", "", "false"],
    ],
    "projects": [
        ["project_id", "name", "region", "opened"],
        ["NOR-01", "A café", "North", "yes"],
        ["SOU-01", "A garden", "South East", "no"],
    ],
}
SCHEMAS = {
    "registrations": {
        "primaryKey": "person_id",
        "foreignKeys": [
            {"fields": "project_id", "reference": {"resource": "projects", "fields": "project_id"}}
        ],
        "fields": [
            {
                "name": "person_id",
                "constraints": {"required": True, "pattern": "[0-9]{4}"},
                "remedy": "Write the personal ID with its leading zeros",
            },
            {"name": "registered_on", "type": "date", "constraints": {"required": True}},
            {"name": "region", "categoriesFrom": "regions", "constraints": {"required": True}},
            {"name": "project_id"},
            {"name": "age_band", "categories": ["18-34", "35-54", "55+"], "categoriesOrdered": True},
            {"name": "email", "personal": True},
            {"name": "about", "freeText": True},
        ],
    },
    "logs": {
        "primaryKey": "log_id",
        "foreignKeys": [
            {"fields": "person_id", "reference": {"resource": "registrations", "fields": "person_id"}}
        ],
        "fields": [
            {"name": "log_id", "type": "integer", "constraints": {"required": True, "minimum": 1}},
            {"name": "person_id", "constraints": {"required": True, "pattern": "[0-9]{4}"}},
            {
                "name": "completed_on",
                "type": "date",
                "leftToCleaning": True,
                "constraints": {"required": True, "minimum": "2026-01-01", "maximum": "2026-12-31"},
            },
            {"name": "region", "categoriesFrom": "regions", "constraints": {"required": True}},
            {"name": "form", "categories": ["monthly", "quarterly"], "constraints": {"required": True}},
            {"name": "hope", "type": "integer", "constraints": {"minimum": 1, "maximum": 5}},
            {"name": "hours", "type": "number", "constraints": {"minimum": 0, "maximum": 168}},
            {"name": "given", "constraints": {"pattern": "(x|[0-9]{1,3})?"}},
            {"name": "ticked", "type": "boolean"},
        ],
    },
    "projects": {
        "primaryKey": "project_id",
        "fields": [
            {"name": "project_id", "constraints": {"required": True, "pattern": "[A-Z]{3}-[0-9]{2}"}},
            {"name": "name", "freeText": True, "constraints": {"required": True}},
            {"name": "region", "categoriesFrom": "regions", "constraints": {"required": True}},
            {"name": "opened", "categories": ["yes", "no"]},
        ],
    },
}
DESCRIPTOR = {"name": "small", "title": "A small study", "study": "small", "synthetic": True}


@dataclass(frozen=True)
class Damage:
    """One way to spoil a raw folder.

    Attributes
    ----------
    name : str
        What is done, and where.
    spoil : callable
        Does it to a good folder.
    """

    name: str
    spoil: Callable[[Path], object]


def write_definitions(folder: Path) -> Definitions:
    """Write the definitions of the small study, and load them."""
    folder.mkdir(parents=True)
    (folder / "study.yml").write_text(json.dumps({"title": "A small study", "regions": REGIONS}))
    resources = [{"name": name, "path": f"{name}.csv", "schema": f"{name}.schema.json"} for name in TABLES]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    for name, schema in SCHEMAS.items():
        fields = [{"title": field["name"], **field} for field in schema["fields"]]
        described = {"title": name, "missingValues": [""], **schema, "fields": fields}
        (folder / f"{name}.schema.json").write_text(json.dumps(described))
    return load_definitions(folder)


def write_folder(folder: Path) -> Path:
    """Write a good raw folder of the small study."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in TABLES.items():
        (folder / f"{name}.csv").write_bytes(as_csv(rows).encode())
    (folder / "datapackage.json").write_text(json.dumps(DESCRIPTOR))
    return folder


def as_csv(
    rows: list[list[str]], delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def cases() -> list[Damage]:
    """Return every case."""
    made = [
        case
        for table in TABLES
        for kind in (_files, _bytes, _encodings, _forms, _quotes, _columns, _rows, _cells, _keys)
        for case in kind(table)
    ]
    made += [*_descriptors(), *_about(), *_folders()]
    names = [case.name for case in made]
    assert len(set(names)) == len(names)
    return made


def _file(table: str) -> Callable[[Path], Path]:
    return lambda folder: folder / f"{table}.csv"


def _text(table: str) -> str:
    return as_csv(TABLES[table])


def _write(name: str, table: str, content: bytes | str) -> Damage:
    raw = content if isinstance(content, bytes) else content.encode()
    return Damage(f"{table}: {name}", lambda folder: (folder / f"{table}.csv").write_bytes(raw))


def _files(table: str) -> Iterator[Damage]:
    """Files that are not there, not files, or not tables."""
    at = _file(table)

    def replaced_by(make: Callable[[Path], object]) -> Callable[[Path], object]:
        return lambda folder: (at(folder).unlink(), make(at(folder)))

    yield Damage(f"{table}: removed", lambda folder: at(folder).unlink())
    yield Damage(f"{table}: a folder", replaced_by(Path.mkdir))
    yield Damage(f"{table}: a link to nowhere", replaced_by(lambda file: file.symlink_to("nowhere.csv")))
    yield Damage(f"{table}: a link to itself", replaced_by(lambda file: file.symlink_to(file.name)))
    yield Damage(f"{table}: a link to a folder", replaced_by(lambda file: file.symlink_to("..")))
    names = (
        f"{table}.CSV",
        f"{table}.csv.csv",
        f"{table}.xlsx",
        f"{table}.xls",
        f"{table}.ods",
        f"{table}.txt",
    )
    for name in (
        *names,
        f"{table} (1).csv",
        f"Copy of {table}.csv",
        f"{table[:-1]}.csv",
        f"{table}\x1b[31m.csv",
    ):
        yield Damage(
            f"{table}: renamed to {name}", lambda folder, name=name: at(folder).rename(folder / name)
        )
    texts = {
        "empty": "", "a byte order mark": "\ufeff", "blank lines": "\n\n\n", "spaces": "   ",
        "commas": ",,,,\n,,,,\n",
        "a quotation mark": '"', "two quotation marks": '""', "a word": "hello",
        "a page": "<html><body>x</body></html>",
        "JSON": '{"a": 1}', "only the header": _text(table).splitlines()[0], "the header and a line end":
        _text(table).splitlines()[0] + "\n", "the header twice": 2 * (_text(table).splitlines()[0] + "\n"),
        "the header and blank rows": as_csv([TABLES[table][0], *3 * [[""] * len(TABLES[table][0])]]),
        "no header": as_csv(TABLES[table][1:]), "a title above": "Export of 2026\n" + _text(table),
        "sep above": "sep=,\n" + _text(table), "blank lines above": "\n\n" + _text(table),
        "blank lines between": _text(table).replace("\n", "\n\n"),
        "spaces between": _text(table).replace("\n", "\n   \n"),
        "the other table": _text("projects" if table != "projects" else "logs"),
        "a total below": _text(table) + "Total,6\n",
        "a note below": _text(table) + "Source: the survey\n", "twice": _text(table) + _text(table),
        "rows twice": _text(table) + as_csv(TABLES[table][1:]),
        "without its last line end": _text(table).rstrip("\n"),
    }  # fmt: skip
    for name, text in texts.items():
        yield _write(name, table, text)
    for name, raw in {
        "a zip": b"PK\x03\x04" + bytes(60), "an old workbook": b"\xd0\xcf\x11\xe0" + bytes(60),
        "a PDF": b"%PDF-1.7\n\xff",
        "SPSS": b"$FL2@(#) SPSS" + bytes(9), "a database": b"SQLite format 3\0" + bytes(60),
        "gzip": b"\x1f\x8b\x08" + bytes(9),
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(50), "zeros": bytes(300),
        "noise": random.Random(7).randbytes(500),
    }.items():  # fmt: skip
        yield _write(name, table, raw)


def _bytes(table: str) -> Iterator[Damage]:
    """Bytes lost, added or changed by disks and transfers."""
    raw, draw = _text(table).encode(), random.Random(table)
    for part in range(1, 25):
        yield _write(f"cut off after {part}/25", table, raw[: len(raw) * part // 25])
    for byte in (0, 9, 10, 13, 26, 34, 44, 59, 92, 127, 128, 160, 233, 255):
        for place in sorted(draw.sample(range(len(raw)), 8)):
            yield _write(
                f"byte {byte} written over byte {place}",
                table,
                raw[:place] + bytes([byte]) + raw[place + 1 :],
            )
    for number in range(25):
        places = sorted(draw.sample(range(len(raw)), 12))
        spoilt = bytearray(raw)
        for place in places:
            spoilt[place] = draw.randrange(256)
        yield _write(f"noise in 12 bytes, {number}", table, bytes(spoilt))


def _encodings(table: str) -> Iterator[Damage]:
    text = _text(table).replace("friend", "naïve friend").replace("garden", "jardín")
    for name in (
        "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig", "cp1252", "latin-1",
        "cp850", "mac_roman",
        "utf-7", "cp037",
    ):  # fmt: skip
        yield _write(f"saved as {name}", table, text.encode(name, errors="replace"))
    yield _write("two byte order marks", table, ("\ufeff\ufeff" + text).encode())
    yield _write("UTF-16, an odd number of bytes", table, text.encode("utf-16")[:-1])
    yield _write("half UTF-8, half cp1252", table, text.encode() + text.encode("cp1252", errors="replace"))
    yield _write("letters encoded twice", table, text.encode().decode("latin-1").encode())


def _forms(table: str) -> Iterator[Damage]:
    rows = TABLES[table]
    ends = {"CR LF": "\r\n", "CR": "\r", "LF CR": "\n\r", "CR CR LF": "\r\r\n", "NEL": "\x85",
    "form feeds": "\x0c",
            "line separators": "\u2028"}  # fmt: skip
    for name, end in ends.items():
        yield _write(f"lines end in {name}", table, _text(table).replace("\n", end))
    mixed = "".join(line + ("\r\n" if i % 2 else "\n") for i, line in enumerate(_text(table).splitlines()))
    yield _write("mixed line ends", table, mixed)
    for name, mark in {
        "semicolons": ";",
        "tabs": "\t",
        "bars": "|",
        "spaces": " ",
        "colons": ":",
        "carets": "^",
    }.items():
        yield _write(f"{name} for commas", table, as_csv(rows, mark))
        yield _write(f"{name} in the header only", table, as_csv(rows[:1], mark) + as_csv(rows[1:]))
    yield _write("everything quoted", table, as_csv(rows, quoting=csv.QUOTE_ALL))
    yield _write("spaces behind commas", table, _text(table).replace(",", ", "))
    yield _write(
        "decimal commas", table, as_csv([[cell.replace(".", ",") for cell in row] for row in rows], ";")
    )


def _quotes(table: str) -> Iterator[Damage]:
    """Quotation marks out of place: left out, added, curly, escaped another way."""
    lines = _text(table).splitlines()
    for number, line in enumerate(lines):
        for place in sorted(
            {0, len(line) // 2, len(line), *(i + 1 for i, mark in enumerate(line) if mark == ",")}
        ):
            spoilt = [*lines[:number], line[:place] + '"' + line[place:], *lines[number + 1 :]]
            yield _write(f"a quotation mark in line {number}, place {place}", table, "\n".join(spoilt) + "\n")
    for first in range(1, len(lines) - 1):
        begun, ended = lines[first], lines[first + 1]
        place = begun.rfind(",") + 1
        merged = [begun[:place] + '"' + begun[place:], ended.replace(",", '",', 1)]
        spoilt = [*lines[:first], *merged, *lines[first + 2 :]]
        yield _write(f"marks that join lines {first} and {first + 1}", table, "\n".join(spoilt) + "\n")
        late = ended.rfind(",")
        merged = [begun[:place] + '"' + begun[place:], ended[:late] + '"' + ended[late:]]
        spoilt = [*lines[:first], *merged, *lines[first + 2 :]]
        yield _write(f"marks that swallow line {first + 1}", table, "\n".join(spoilt) + "\n")
    yield _write("curly marks", table, _text(table).replace('"', "\u201c"))
    yield _write("marks escaped by backslashes", table, _text(table).replace('""', '\\"'))
    yield _write("single marks", table, _text(table).replace('"', "'"))


def _columns(table: str) -> Iterator[Damage]:
    rows = TABLES[table]
    header = rows[0]
    for place, name in enumerate(header):
        without = [row[:place] + row[place + 1 :] for row in rows]
        yield _write(f"column {name} removed", table, as_csv(without))
        yield _write(f"column {name} twice", table, as_csv([[*row, row[place]] for row in rows]))
        others = (name.upper(), name.title(), f" {name} ", name.replace("_", " "), name[:-1], f"{name}.1",
        "", "Q1",
                  f"{name}\n", f'"{name}"', f"\ufeff{name}", "jo@example.org", "=1+1",
                  "\x1b[31m")  # fmt: skip
        for other in dict.fromkeys(others):
            if other != name:
                renamed = [[*header[:place], other, *header[place + 1 :]], *rows[1:]]
                yield _write(f"column {name} renamed to {other!r}", table, as_csv(renamed))
        emptied = [header, *([*row[:place], "", *row[place + 1 :]] for row in rows[1:])]
        yield _write(f"column {name} emptied", table, as_csv(emptied))
        if place:
            swapped = [[row[place], *row[1:place], row[0], *row[place + 1 :]] for row in rows]
            yield _write(f"columns {header[0]} and {name} in the other order", table, as_csv(swapped))
            yield _write(f"headings {header[0]} and {name} swapped", table, as_csv([swapped[0], *rows[1:]]))
    yield _write("turned on its side", table, as_csv([list(column) for column in zip(*rows, strict=True)]))
    yield _write("one column only", table, as_csv([row[:1] for row in rows]))
    yield _write("one column, with a quoted blank row", table, as_csv([row[:1] for row in rows]) + '""\n')
    yield _write("a column without a name", table, as_csv([[*row, ""] for row in rows]))
    yield _write("300 columns more", table, as_csv([[*row, *map(str, range(300))] for row in rows]))


def _rows(table: str) -> Iterator[Damage]:
    rows = TABLES[table]
    for number in range(1, len(rows)):
        row, before, after = rows[number], rows[:number], rows[number + 1 :]
        for name, spoilt in {
            "twice": [row, row], "short": [row[:-1]], "one cell": [row[:1]], "long": [[*row, "more"]],
            "trailing commas": [[*row, "", ""]], "blank cells": [[""] * len(row)],
            "a second header": [rows[0], row],
            "moved one cell to the right": [["", *row[:-1]]], "moved one cell to the left": [[*row[1:], ""]],
            "broken in two": [row[:2], row[2:]], "removed": [],
        }.items():  # fmt: skip
            yield _write(f"row {number} {name}", table, as_csv([*before, *spoilt, *after]))
    yield _write("rows in the other order", table, as_csv([rows[0], *rows[:0:-1]]))


WRONG = (
    "", " ", "  \t", "-", "?", "n/a", "N/A", "NA", "NaN", "null", "None", "nil", "#N/A", "#REF!", "99",
    "999", "-99", "-1",
    "0", "1e3", "1E400", "inf", "-inf", "007", "3.0", "3,5", "1,000", "12345678901234567890", "9" * 400,
    "0x1F", "1_000", "½",
    "٣", "３", "①", "3 ", " 3", "3\n", "3\u00a0", "\u200b3", "three", "yes", "Yes", "TRUE", "true", "1",
    "ja", "x", "X",
    "2026-02-30", "2026-2-3", "03/02/2026", "3.2.26", "03-Feb-2026", "2026/02/03", "20260203",
    "2026-02-03 10:15", "46056",
    "2026-02-03T10:15:00Z", "1980-01-01", "9999-99-99", "north", "NORTH", "North ", " North", "Nrth",
    "South  East",
    "South-East", "North;South East", "Norton", "jo@example.org", "07700 900123", "Jo Norton",
    "12 High Street, LS1 4AP",
    "=1+1", "@SUM(A1)", "+1", "<b>North</b>", "{{ x }}", "$x$", "NULL\x00", "\x1b[31mred", "a\nb", "a\r\nb",
    'a"b', "a,b",
    "x" * 200_000, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\u202eNorth",
    "Ｎｏｒｔｈ", "Ñorth",
)  # fmt: skip


def _cells(table: str) -> Iterator[Damage]:
    """One wrong cell in a row of its own for each column, drawn so that each column meets most of them."""
    rows, draw = TABLES[table], random.Random(f"cells of {table}")
    for place, column in enumerate(rows[0]):
        for wrong in WRONG:
            number = draw.randrange(1, len(rows))
            row = [*rows[number][:place], wrong, *rows[number][place + 1 :]]
            spoilt = as_csv([*rows[:number], row, *rows[number + 1 :]])
            yield _write(f"{column} in row {number} is {wrong[:30]!r} ({len(wrong)})", table, spoilt)


def _keys(table: str) -> Iterator[Damage]:
    rows = TABLES[table]
    for one in range(1, len(rows)):
        for other in range(1, len(rows)):
            if one != other:
                row = [rows[other][0], *rows[one][1:]]
                yield _write(
                    f"row {one} has the key of row {other}",
                    table,
                    as_csv([*rows[:one], row, *rows[one + 1 :]]),
                )
    for ending in ("", ".0", " ", "-old"):
        keyed = [rows[0], *([row[0] + ending, *row[1:]] for row in rows[1:])]
        if ending:
            yield _write(f"every key with {ending!r}", table, as_csv(keyed))
    yield _write(
        "the keys of spreadsheets",
        table,
        as_csv([rows[0], *([row[0].lstrip("0"), *row[1:]] for row in rows[1:])]),
    )


VALUES = (None, True, 0, -1, 1.5, "", " ", "text", [], ["a"], [[]], {}, {"a": 1}, "2026-01-01", "\ud800",
"x" * 5000,
          "<img onerror=x>", [None], {"a": {"b": {"c": []}}})  # fmt: skip


def _descriptors() -> Iterator[Damage]:
    def written(name: str, content: str | bytes) -> Damage:
        raw = content if isinstance(content, bytes) else content.encode("utf-8", errors="surrogatepass")
        return Damage(f"descriptor: {name}", lambda folder: (folder / "datapackage.json").write_bytes(raw))

    whole = json.dumps(DESCRIPTOR)
    texts = {
        "empty": "", "a word": "synthetic", "cut off": whole[:-1], "a comma too many": whole[:-1] + ",}",
        "a list": "[]",
        "a number": "3", "null": "null", "a text": '"a"', "two": whole + whole,
        "single marks": whole.replace('"', "'"),
        "a comment": "// ours\n" + whole, "a key twice": whole[:-1] + ', "synthetic": false}',
        "YAML": "synthetic: true",
        "deep lists": "[" * 100_000, "deep objects": '{"a":' * 100_000,
        "a long number": '{"synthetic": ' + "9" * 5000 + "}",
        "NaN": '{"synthetic": NaN}', "infinity": '{"synthetic": Infinity}', "zeros": "\0" * 50,
        "true in capitals":
        whole.replace("true", "True"),
        "a deep list inside": whole[:-1] + ', "a": ' + "[" * 900 + "]" * 900 + "}",
    }  # fmt: skip
    for name, text in texts.items():
        yield written(name, text)
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "cp037"):
        yield written(f"saved as {encoding}", whole.encode(encoding))
    yield written("a byte that is not UTF-8", whole.replace("small study", "caf\xe9").encode("latin-1"))
    yield Damage("descriptor: removed", lambda folder: (folder / "datapackage.json").unlink())
    yield Damage(
        "descriptor: a folder",
        lambda folder: ((folder / "datapackage.json").unlink(), (folder / "datapackage.json").mkdir()),
    )
    for key in (*DESCRIPTOR, "collected", "resources", "$schema", "seed"):
        for value in VALUES:
            yield written(
                f"{key} is {str(value)[:30]!r} ({type(value).__name__}, {len(str(value))})",
                json.dumps({**DESCRIPTOR, key: value}),
            )
    periods = (
        [], ["2026-01-01"], ["2026-12-31", "2026-01-01"], ["01/01/2026", "31/12/2026"], [1, 2],
        ["2026-02-30", "2026-03-01"],
        "2026", None, {"from": 1}, ["2026-01-01", "2026-12-31", "2027-01-01"], ["", ""], 5, ["2026-01-01",
        None], [[], []],
    )  # fmt: skip
    for period in periods:
        for table in ("logs", "projects", "nothing"):
            yield written(
                f"{table} collected in {period}", json.dumps({**DESCRIPTOR, "collected": {table: period}})
            )


ABOUT = {
    "title": "Ours", "period": ["2026-01-01", "2026-12-31"], "regions": ["North", "South East"],
    "subsamples": ["North"],
    "missing_codes": {"99": "Not answered"}, "holder": "The team", "contact": "the office", "printed": False,
}  # fmt: skip
ABOUT_KEYS = (*ABOUT, "projects", "waves", "not_asked", "ids", "more")


def _about() -> Iterator[Damage]:
    """What a study says of itself in its folder, in `study.yml`: each key of every wrong type."""

    def written(name: str, content: str | bytes) -> Damage:
        raw = content if isinstance(content, bytes) else content.encode("utf-8", errors="surrogatepass")
        return Damage(f"about: {name}", lambda folder: (folder / "study.yml").write_bytes(raw))

    whole = json.dumps(ABOUT)
    for name, text in {
        "empty": "", "a word": "hello", "a list": "[]", "a number": "5", "null": "null",
        "cut off": whole[:-1], "tabs": "\ta: 1",
        "a key twice": "title: a\ntitle: b", "references": "title: &a x\nholder: *a",
        "a type": "title: !!set {a}", "deep":
        "[" * 100_000, "deep lists": "- " * 3000 + "a", "a date of nonsense": "title: 2026-13-45",
        "zeros": "\0\0",
        "half a letter": 'title: "\\ud800"', "a bell": 'title: "\\a"',
        "two documents": "title: a\n---\ntitle: b",
        "code": "title: !!python/object/apply:os.system [x]", "a list as a key": "? [a]\n: b",
    }.items():  # fmt: skip
        yield written(name, text)
    yield written("cp1252", "title: café".encode("cp1252"))
    yield written("UTF-16", whole.encode("utf-16"))
    yield Damage("about: a folder", lambda folder: (folder / "study.yml").mkdir())
    for key in ABOUT_KEYS:
        for value in VALUES:
            said = f"{str(value)[:30]!r} ({type(value).__name__}, {len(str(value))})"
            yield written(f"{key} is {said}", json.dumps({**ABOUT, key: value}))


def _folders() -> Iterator[Damage]:
    def emptied(folder: Path) -> None:
        for file in folder.iterdir():
            file.unlink()

    yield Damage("folder: empty", emptied)
    yield Damage("folder: removed", lambda folder: (emptied(folder), folder.rmdir()))
    yield Damage("folder: a file", lambda folder: (emptied(folder), folder.rmdir(), folder.write_text("x")))
    yield Damage(
        "folder: tables one folder down",
        lambda folder: (
            (folder / "data").mkdir(),
            [file.rename(folder / "data" / file.name) for file in folder.glob("*.csv")],
        ),
    )
    yield Damage(
        "folder: other files beside",
        lambda folder: [
            (folder / name).write_bytes(b"\xff")
            for name in (".DS_Store", "Thumbs.db", "~$logs.xlsx", "notes.docx", "logs.csv.bak")
        ],
    )
    yield Damage("folder: a link in a circle beside", lambda folder: (folder / "again").symlink_to(folder))


def definition_cases() -> list[Damage]:
    """Return ways to spoil the definitions of the small study: each key of each file, of every wrong type."""

    def changed(file: str, path: tuple, value: object) -> Damage:
        def spoil(folder: Path) -> None:
            described = json.loads((folder / file).read_text())
            place = described
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            (folder / file).write_text(json.dumps(described))

        said = f"{str(value)[:30]!r} ({type(value).__name__}, {len(str(value))})"
        return Damage(f"{file}: {'.'.join(map(str, path))} is {said}", spoil)

    field, key = ("fields", 0), ("foreignKeys", 0)
    places = {
        "study.yml": [("title",), ("regions",), ("subsamples",), ("more",)],
        "datapackage.json": [
            ("resources",), ("resources", 0), *(("resources", 0, name) for name in ("name", "path",
            "schema", "optional")),
        ],
        "logs.schema.json": [
            ("title",), ("description",), ("fields",), ("primaryKey",), ("foreignKeys",), ("missingValues",
            ), ("sampled",),
            ("fields", 0), *((*field, name) for name in (
                "name", "title", "type", "constraints", "categories", "categoriesFrom", "missingValues",
                "personal", "freeText",
                "trueValues", "form", "remedy", "missingShare", "pattern")),
            *((*field, "constraints", name) for name in ("required", "minimum", "maximum", "pattern",
            "unique")),
            key, (*key, "fields"), (*key, "reference"), (*key, "reference", "resource"), (*key, "reference",
            "fields"),
        ],
    }  # fmt: skip
    made = [
        changed(file, path, value) for file, paths in places.items() for path in paths for value in VALUES
    ]
    for file in places:
        for name, text in {"empty": "", "a list": "[]", "a word": "x", "cut off": '{"title": ',
        "deep": "[" * 100_000, "null":
                           "null", "a number": "5", "zeros": "\0\0"}.items():  # fmt: skip
            made.append(Damage(f"{file}: {name}", lambda folder, f=file, t=text: (folder / f).write_text(t)))
        made.append(Damage(f"{file}: removed", lambda folder, f=file: (folder / f).unlink()))
    return made
