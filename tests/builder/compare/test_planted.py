"""More than 500 changes planted by rule in a book: all of them are found, and none that was not planted."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from peerbook.builder.compare import compare
from tests.builder.compare.small import STUDY, Book, Made, sentence, small_book, write

Planted = tuple[str, str, str, str]  # kind, output, before, after
ROUNDS = 10


def _take(rng: random.Random, outputs: list[Made], which: str, least_columns: int = 0) -> Made:
    """Take an output out of the list, so that no other change is planted there."""
    found = [made for made in outputs if made.id.startswith(which) and len(made.columns) >= least_columns]
    made = rng.choice(found)
    outputs.remove(made)
    return made


def _as_row(made: Made, row: list[str]) -> str:
    return "; ".join(f"{column}: {cell}" for column, cell in zip(made.columns, row, strict=True))


def _name(made: Made, row: list[str]) -> str:
    """Name a row as a reader does."""
    key = [column for column in ("group", "measure", "wave") if column in made.columns]
    return ", ".join(row[made.columns.index(column)] for column in key)


def cells(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    column = made.columns.index("mean")
    for row in rng.sample(made.rows, 2):
        before, row[column] = row[column], f"{rng.uniform(10, 99):.8f}"
        yield "cell", made.id, before, row[column]


def last_digits(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, rng.choice(["table", "fig"]))
    row = rng.choice(made.rows)
    before = row[-1]
    row[-1] = before[:-1] + str((int(before[-1]) + 1) % 10)
    yield "cell", made.id, before, row[-1]


def blanks(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    row = rng.choice(made.rows)
    before, row[-1] = row[-1], ""
    yield "cell", made.id, before, ""


def labels(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    row = rng.choice(made.rows)
    place = next(i for i, name in enumerate(made.columns) if name in ("group", "wave", "answer"))
    before, row[place] = row[place], "99" if made.columns[place] == "wave" else "quite another"
    yield "cell", made.id, before, row[place]


def rows_added(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    row = [f"new {i}" if not cell[:1].isdigit() else str(1000 + i) for i, cell in enumerate(made.rows[0])]
    made.rows.insert(rng.randint(0, len(made.rows)), row)
    yield "row", made.id, "", _as_row(made, row)


def rows_removed(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    row = made.rows.pop(rng.randrange(len(made.rows)))
    yield "row", made.id, _as_row(made, row), ""


def rows_moved(rng, book, free) -> Iterator[Planted]:
    keyed = [made for made in free if {"group", "wave"} & set(made.columns)]
    made = _take(rng, keyed, "table")
    free.remove(made)
    here, there = rng.sample(range(0, len(made.rows), 3), 2)
    row = made.rows.pop(here)
    made.rows.insert(there, row)
    name = _name(made, row)
    yield "row", made.id, f"{name} is row {here + 1}", f"{name} is row {there + 1}"


def columns_added(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    place = rng.randint(0, len(made.columns))
    made.columns.insert(place, "median")
    for row in made.rows:
        row.insert(place, f"{rng.uniform(1, 9):.5f}")
    yield "column", made.id, "", "median"


def columns_removed(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    made.columns.pop()
    for row in made.rows:
        row.pop()
    yield "column", made.id, "p", ""


def columns_moved(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    before = ", ".join(made.columns)
    made.columns.insert(0, made.columns.pop())
    for row in made.rows:
        row.insert(0, row.pop())
    yield "column", made.id, before, ", ".join(made.columns)


def _changed_word(rng: random.Random, said: str) -> str:
    words = said.split(" ")
    place = rng.choice([i for i in range(1, len(words)) if i != 3])
    words[place] = "otherwise" + "." * words[place].endswith(".")
    return " ".join(words)


def _changed_number(rng: random.Random, said: str) -> str:
    words = said.split(" ")
    words[3] = f"{int(words[3].replace(',', '')) + 1:,}"
    return " ".join(words)


def _in_text(made: Made, rng: random.Random, change: Callable) -> Planted:
    lines = made.record["text"].split("\n")
    place = rng.randrange(len(lines))
    before, lines[place] = lines[place], change(rng, lines[place])
    made.record["text"] = "\n".join(lines)
    kind = "finding" if "in-short" in made.id else "sentence"
    return kind, made.id, before, lines[place]


def words(rng, book, free) -> Iterator[Planted]:
    yield _in_text(_take(rng, free, "text"), rng, _changed_word)


def numbers_in_words(rng, book, free) -> Iterator[Planted]:
    yield _in_text(_take(rng, free, "text"), rng, _changed_number)


def sentences_added(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "text-1")
    lines = made.record["text"].split("\n")
    lines.insert(rng.randint(0, 5), "A whole new thing was never said here before in any way.")
    made.record["text"] = "\n".join(lines)
    yield "sentence", made.id, "", "A whole new thing was never said here before in any way."


def captions(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, rng.choice(["table", "fig"]))
    name = "alt" if made.record["alt"] else "caption"
    before, made.record[name] = made.record[name], _changed_word(rng, made.record[name])
    yield "sentence", made.id, before, made.record[name]


def notes(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    yield "sentence", made.id, made.record["notes"].pop(), ""


def pictures(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "fig")
    made.picture = made.picture.replace("<title>", "<title>0")
    yield "figure", made.id, "picture", "picture"


def badges(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, "table")
    before, made.record["badge"] = made.record["badge"], "published"
    yield "output", made.id, before, "published"


def outputs_missing(rng, book, free) -> Iterator[Planted]:
    made = _take(rng, free, rng.choice(["table", "fig"]))
    book.outputs.remove(made)
    yield "output", made.id, f"{made.record['label']}: {made.record['caption']}", ""


def outputs_added(rng, book, free) -> Iterator[Planted]:
    made = copy.deepcopy(rng.choice(book.outputs[:20]))
    made.record |= {"id": f"table-x{len(book.outputs)}", "label": "Table X", "caption": "Of its own"}
    book.outputs.append(made)
    yield "output", made.id, "", "Table X: Of its own"


def statuses(rng, book, free) -> Iterator[Planted]:
    claim = rng.choice([each for each in book.claims if each["status"] == "agrees"])
    claim |= {"status": "differs", "rebuilt": "777"}
    before = f"agrees (printed {claim['printed']}, rebuilt {claim['printed']})"
    yield "finding", claim["output"], before, f"differs (printed {claim['printed']}, rebuilt 777)"


def items(rng, book, free) -> Iterator[Planted]:
    item = rng.choice([each for each in book.items if each["outputs"]])
    output = item["outputs"]
    item |= {"outputs": "", "exception": "lost image", "reason": "nobody has it"}
    yield "finding", "", output, "lost image: nobody has it"


def prose(rng, book, free) -> Iterator[Planted]:
    paragraphs = rng.choice(list(book.prose.values()))
    paragraphs.append(f"{sentence(rng)[:-1]} at the end {rng.random():.5f}.")
    yield "sentence", "", "", paragraphs[-1]


def pages(rng, book, free) -> Iterator[Planted]:
    blocks = book.pages["glossary"]
    place = rng.choice([i for i, block in enumerate(blocks) if "otherwise" not in block])
    before, blocks[place] = blocks[place], _changed_word(rng, blocks[place])
    yield "sentence", "", before, blocks[place]


PLANTS = {
    cells: 5, last_digits: 4, blanks: 1, labels: 3, rows_added: 3, rows_removed: 3, rows_moved: 2,
    columns_added: 1, columns_removed: 1, columns_moved: 1, words: 4, numbers_in_words: 3,
    sentences_added: 1, captions: 2, notes: 1, pictures: 3, badges: 1, outputs_missing: 2,
    outputs_added: 1, statuses: 4, items: 1, prose: 1, pages: 1,
}  # fmt: skip


def _planted(seed: int, tmp_path) -> tuple[list[Planted], Counter[Planted]]:
    """Plant changes in a book; return them, and what the comparison finds."""
    rng = random.Random(seed)
    first = small_book(rng)
    second = copy.deepcopy(first)
    free = list(second.outputs)
    planted = [
        each for plant, times in PLANTS.items() for _ in range(times) for each in plant(rng, second, free)
    ]
    found = compare(write(first, tmp_path / f"a{seed}"), write(second, tmp_path / f"b{seed}"))
    assert set(found["why"]) == {"not recorded"}
    rows = found[["kind", "output", "before", "after"]].itertuples(index=False, name=None)
    return planted, Counter(_without_hash(row) for row in rows)


def _without_hash(row: Planted) -> Planted:
    kind, output, before, after = row
    if kind == "figure":
        assert before != after
        return kind, output, "picture", "picture"
    return kind, output, before, after


def test_planted_changes_are_all_found_and_none_is_invented(tmp_path):
    total = 0
    for seed in range(ROUNDS):
        planted, found = _planted(seed, tmp_path)
        assert found - Counter(planted) == Counter(), f"seed {seed}: invented"
        assert Counter(planted) - found == Counter(), f"seed {seed}: missed"
        total += len(planted)
    assert total >= 500


def _nudged(rng: random.Random, book: Book) -> tuple[list[tuple[float, float]], int]:
    """Move every mean and share, draw every figure anew, and count one more in sentences.

    Returns
    -------
    tuple
        The numbers of tables before and after, and how many sentences there are.
    """
    moved, said = [], 0
    for made in book.outputs:
        made.picture = made.picture.replace("<title>", "<title>0")
        for row in made.rows:
            for place, column in enumerate(made.columns):
                if column in ("mean", "p"):
                    before, row[place] = row[place], f"{float(row[place]) + rng.uniform(0.0001, 0.0009):.6f}"
                    moved.append((float(before), float(row[place])))
        if "text" in made.record:
            lines = made.record["text"].split("\n")
            made.record["text"] = "\n".join(_changed_number(rng, line) for line in lines)
            said += len(lines)
    return moved, said


def test_within_the_tolerance_nothing_is_found_and_without_it_everything(tmp_path):
    rng = random.Random(1)
    first = small_book(rng)
    second = copy.deepcopy(first)
    moved, said = _nudged(rng, second)
    a, b = write(first, tmp_path / "a"), write(second, tmp_path / "b")
    assert len(moved) >= 500
    assert compare(a, b, tolerance=0.01).empty
    found = compare(a, b)["kind"].value_counts()
    assert found["cell"] == len(moved)
    assert found["figure"] == 10
    assert found["sentence"] + found["finding"] == said
    beyond = sum(abs(one - other) > 0.0002 * max(1, one, other) for one, other in moved)
    assert 0 < beyond < len(moved)
    assert (compare(a, b, tolerance=0.0002)["kind"] == "cell").sum() == beyond


def test_a_book_is_equal_to_itself(tmp_path):
    book = write(small_book(random.Random(2)), tmp_path / "a")
    assert compare(book, book).empty


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "differs"), ("output", "table-1")],
    ids=["a status", "where a claim stands"],
)
def test_only_the_status_of_a_claim_is_a_finding(tmp_path, name, value):
    first = small_book(random.Random(3))
    second = copy.deepcopy(first)
    second.claims[0][name] = value
    found = compare(write(first, tmp_path / "a"), write(second, tmp_path / "b"))
    assert list(found["kind"]) == (["finding"] if name == "status" else [])
    assert set(found["study"]) <= {STUDY}
