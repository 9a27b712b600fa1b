"""A book written by hand: outputs of each form, findings, prose, a page."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

STUDY = "garden"
WORDS = [
    "bed", "path", "seed", "rain", "frost", "hedge", "pond", "tool",
    "spade", "shade", "moss", "stone", "wall", "gate", "lawn", "herb",
]  # fmt: skip
FORMS = ("two keys", "one key", "numbers", "alike")


@dataclass
class Made:
    """An output of the book."""

    record: dict[str, Any]
    columns: list[str]
    rows: list[list[str]]
    picture: str = ""
    chapter: str = "first"

    @property
    def id(self) -> str:
        return self.record["id"]


@dataclass
class Book:
    """The whole book, to be changed and written."""

    outputs: list[Made]
    claims: list[dict[str, str]]
    items: list[dict[str, str]]
    prose: dict[str, list[str]]
    pages: dict[str, list[str]]
    manifest: dict[str, Any] = field(default_factory=dict)


def small_book(rng: random.Random) -> Book:
    """Make up a book of 30 tables, 10 figures, 14 texts, and 40 claims."""
    outputs = [_table(rng, f"table-{n}", FORMS[n % 4]) for n in range(30)]
    outputs += [_figure(rng, f"fig-{n}") for n in range(10)]
    outputs += [_text(rng, f"text-{n}") for n in range(12)]
    outputs += [_text(rng, f"text-in-short-{name}") for name in ("first", "second")]
    for place, output in enumerate(outputs):
        output.chapter = ("first", "second")[place % 2]
    claims = [
        {"study": STUDY, "claim": f"c{n}", "statement": f"claim {n}", "printed": str(n), "rebuilt": str(n),
         "status": "agrees", "output": f"table-{n % 30}"}
        for n in range(40)
    ]  # fmt: skip
    items = [
        {
            "study": STUDY,
            "item": f"T{n}",
            "outputs": f"table-{n}",
            "exception": "",
            "reason": "",
            "title": "T",
        }
        for n in range(10)
    ]
    prose = {name: [sentence(rng) for _ in range(6)] for name in ("first", "second")}
    return Book(outputs, claims, items, prose, {"glossary": [sentence(rng) for _ in range(5)]}, _manifest())


def write(book: Book, folder: Path) -> Path:
    """Write the book as a build leaves it."""
    outputs = folder / "outputs" / STUDY
    outputs.mkdir(parents=True)
    for made in book.outputs:
        (outputs / f"{made.id}.json").write_text(json.dumps(made.record))
        with (outputs / f"{made.id}.csv").open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([made.columns, *made.rows])
        if made.picture:
            (outputs / f"{made.id}.svg").write_text(made.picture)
    for name, rows in (("claims", book.claims), ("items", book.items)):
        text = StringIO()
        lines = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue())
    (folder / "notebooks" / STUDY).mkdir(parents=True)
    for name, paragraphs in book.prose.items():
        cell = {"cell_type": "markdown", "source": "\n\n".join(paragraphs)}
        (folder / "notebooks" / STUDY / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}))
    (folder / "html").mkdir()
    for name, blocks in book.pages.items():
        inner = "".join(f"<p>{block}</p>" for block in blocks)
        (folder / "html" / f"{name}.html").write_text(f"<html><body><article>{inner}</article></body></html>")
    manifest = json.loads(json.dumps(book.manifest))
    for chapter in manifest["chapters"]:
        own = [made for made in book.outputs if made.chapter == chapter["name"]]
        chapter["outputs"] = {f"{made.id}{end}": "" for made in own for end in (".json", ".csv")}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def sentence(rng: random.Random) -> str:
    """Make up a sentence with a number in it."""
    said = [rng.choice(WORDS) for _ in range(rng.randint(6, 12))]
    said.insert(3, f"{rng.randint(100, 9999):,}")
    return f"{said[0].capitalize()} {' '.join(said[1:])}."


def _manifest() -> dict[str, Any]:
    chapters = [
        {"study": STUDY, "name": name, "title": name.capitalize(), "parameters": {"region": "all"},
         "reads": ["beds"], "code_sha256": name}
        for name in ("first", "second")
    ]  # fmt: skip
    data = {STUDY: {"synthetic": True, "files": {"beds.csv": "1", "study.yml": "1", "tools.csv": "1"}}}
    return {
        "title": "A garden", "built_at": "2026-01-31T12:00:00+00:00", "data": data, "chapters": chapters,
        "software": {"python": "3.12", "pandas": "3.0.1"},
    }  # fmt: skip


def _record(rng: random.Random, id: str, kind: str) -> dict[str, Any]:
    stem, _, number = id.partition("-")
    label = f"{'Figure' if stem == 'fig' else stem.capitalize()} {number}"
    return {
        "id": id, "kind": kind, "label": label, "caption": sentence(rng) if kind != "text" else "",
        "alt": sentence(rng) if kind == "figure" else "", "notes": [sentence(rng), sentence(rng)],
        "evidence": "rebuilt", "badge": "rebuilt from stand-in data",
    }  # fmt: skip


def _table(rng: random.Random, id: str, form: str) -> Made:
    numbers = [
        (str(rng.randint(1, 999)), f"{rng.uniform(1, 9):.8f}", f"{rng.random():.6f}") for _ in range(16)
    ]
    if form == "two keys":
        columns = ["group", "measure", "n", "mean", "p"]
        heads = [[group, measure] for group in WORDS[:4] for measure in WORDS[4:8]]
        rows = [[*head, *row] for head, row in zip(heads, numbers, strict=True)]
    elif form == "one key":
        columns = ["n", "group", "mean", "p"]
        rows = [[n, WORDS[place], mean, p] for place, (n, mean, p) in enumerate(numbers[:9])]
    elif form == "numbers":
        columns = ["wave", "n", "mean", "p"]
        rows = [[str(wave), *row] for wave, row in enumerate(numbers[:9], 1)]
    else:
        columns = ["answer", "other", "mean", "p"]
        rows = [
            [WORDS[place // 3], WORDS[8 + place // 6], mean, p] for place, (_, mean, p) in enumerate(numbers)
        ]
    return Made(_record(rng, id, "table"), columns, rows)


def _figure(rng: random.Random, id: str) -> Made:
    made = _table(rng, id, "one key")
    return Made(
        _record(rng, id, "figure"), made.columns, made.rows, f"<svg><title>{rng.random()}</title></svg>"
    )


def _text(rng: random.Random, id: str) -> Made:
    record = _record(rng, id, "text") | {"notes": [], "text": "\n".join(sentence(rng) for _ in range(5))}
    return Made(record, ["name", "value"], [[word, str(rng.randint(1, 99))] for word in WORDS[:4]])
