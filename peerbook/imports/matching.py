"""Which field a column of an export is: by its name, by the words of its heading, and by its answers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from peerbook.data.schema import Field, Schema
from peerbook.imports.cells import AS_TYPED, EMPTY, MISSING, RECODED, Rule
from peerbook.imports.dates import NO_DATE, read_date
from peerbook.imports.door import words_of
from peerbook.imports.sheets import NOT_SHOWN, SYSTEM, Sheet
from peerbook.imports.structure import Question

SURE, POSSIBLE = 0.85, 0.55
SAME_NAME = "the name is the same"
BY_ANSWERS = 0.7  # likeness of a column that only its answers speak for
PERSON_WORDS = re.compile(
    r"(person|personal|participant|respondent|member|client|peer|study|unique|user|your|people|pid|log)? ?"
    r"(id|pid|identifier|code|number|no|ref|reference|personal id)( number| code| no)?|participant"
)
CUT = re.compile(r"\s*(\.\.+|…)( \(\d+\))?$")  # the end of a shortened heading
STOP = {
    "the",
    "of",
    "and",
    "in",
    "a",
    "to",
    "your",
    "you",
    "for",
    "on",
    "is",
    "are",
    "how",
    "last",
    "please",
    "or",
}
ANSWER_CODE = re.compile(r"[A-Z]{1,2}\d{1,2}|-oth-")
CODED = 0.8  # how well codes fit a field with answers: nothing speaks against it
FITTING = {AS_TYPED, RECODED, MISSING}
CODES = re.compile(r"-?9{1,4}|-?8{2,4}|-?7{2,4}|-1|-7|-8")
WORDS = re.compile(
    r"n/?a\.?|na|nk|dk|none given|not? (known|answered|answer|applicable|given|recorded|stated|response)"
    r"|missing|blank|unknown|don'?t know|left blank|no response|[.?-]{1,3}|#n/a|null|nil|refused",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Match:
    """A column taken for a field.

    Attributes
    ----------
    column, field : str
    score : float
        From 0 to 1.
    why : str
        What it rests on, in words.
    series : str
        Where a whole series of columns comes from, in words.
    """

    column: str
    field: str
    score: float
    why: str
    series: str = ""


@dataclass(frozen=True)
class Asked:
    """A column of a sheet with all that is known of what it asks."""

    name: str
    words: str
    question: Question | None = None
    counts: Counter = field(default_factory=Counter, repr=False)


def asked(sheet: Sheet, structures: Sequence[Mapping[str, Question]]) -> list[Asked]:
    """Return the columns of a sheet, each with its question if the structure of its survey has it.

    The structure of a survey is the one that explains most of the columns, if it explains half of them.
    """
    explained = [_explained(sheet, structure) for structure in structures if sheet.program == "limesurvey"]
    best = max(explained, key=len, default={})
    system = sum(name in SYSTEM.values() for name in sheet.names)
    questions = best if len(best) >= 0.5 * (len(sheet.names) - system) else {}
    found = []
    for name, text in zip(sheet.names, sheet.texts, strict=True):
        question = questions.get(name)
        own = [name, text, *([question.text, question.part] if question else [])]
        cells = sheet.cells(name)
        counts = Counter(
            cell for cell in cells if cell and cell != NOT_SHOWN and not cell.startswith(NO_DATE)
        )
        found.append(Asked(name, " ".join(filter(None, own)), question, counts))
    return found


def _explained(sheet: Sheet, structure: Mapping[str, Question]) -> dict[str, Question]:
    """Return the question of each column that a structure has, by its code or by its words.

    Headings that were cut to the same beginning are taken in the order of the survey, if it has as many
    questions that begin so.
    """
    by_text = {key_of(f"{question.text} {question.part}"): code for code, question in structure.items()}
    found, cut = {}, {}
    for name in sheet.names:
        code = name if name in structure else by_text.get(key_of(name), "")
        if code:
            found[name] = structure[code]
        elif CUT.search(name):
            cut.setdefault(key_of(CUT.sub("", name)), []).append(name)
    for stem, names in cut.items():
        codes = [code for text, code in by_text.items() if text.startswith(stem) and text != stem]
        if len(codes) == len(names):
            found |= {name: structure[code] for name, code in zip(names, codes, strict=True)}
    return found


def matches(columns: Sequence[Asked], schema: Schema, rules: Mapping[str, Rule]) -> list[Match]:
    """Return the best pairs of columns and fields, none of them in two pairs.

    Parameters
    ----------
    columns : sequence of Asked
    schema : Schema
    rules : mapping of str to Rule
        How the cells of each field that may be read would be taken, if nothing is recoded.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    by_name = {key_of(name): name for name in rules}
    same = {by_name[key]: column for column in reversed(columns) if (key := key_of(column.name)) in by_name}
    found = [
        Match(column.name, name, 1.0 if fitting(column, rules[name]) >= 0.8 else 0.8, SAME_NAME)
        for name, column in same.items()
    ]
    taken = {match.column for match in found}
    columns = [column for column in columns if column.name not in taken]
    fields = [schema.fields[name] for name in rules if name not in same]
    if not fields or not columns:
        return found
    weights = _weights(fields)
    scores = np.zeros((len(columns), len(fields)))
    details: dict[tuple[int, int], Match] = {}
    for row, column in enumerate(columns):
        for place, candidate in enumerate(fields):
            likeness, why = _likeness(column, candidate, weights)
            if likeness < POSSIBLE and not _has_own_answers(candidate):
                continue
            fit = fitting(column, rules[candidate.name])
            if likeness < POSSIBLE:
                if fit < 0.4 or not column.counts or _is_coded(column, candidate):
                    continue
                likeness, why = BY_ANSWERS, "its answers are those of this field"
            exact = likeness >= 0.97
            score = likeness if fit >= 0.8 else likeness * (0.8 if exact else max(fit, 0.3))
            score = max(score, POSSIBLE) if likeness == BY_ANSWERS else score
            scores[row, place] = score
            details[row, place] = Match(column.name, candidate.name, float(score), why)
    chosen = linear_sum_assignment(scores, maximize=True)
    pairs = zip(*map(list, chosen), strict=True)
    return found + [details[pair] for pair in pairs if pair in details and details[pair].score >= POSSIBLE]


def _has_own_answers(field: Field) -> bool:
    """Return whether a field has answers that tell it from others."""
    return field.type == "string" and len(field.categories) > 2


def fitting(column: Asked, rule: Rule) -> float:
    """Return the share of a column's filled cells that fit a field; what its question explains, fits."""
    if rule.field.type == "date":
        return share_of_dates(column) if column.counts else 1.0
    if _is_coded(column, rule.field):
        return CODED
    total = fits = 0
    labels = column.question.answers if column.question else {}
    for cell, number in column.counts.items():
        if _is_for_missing(cell):
            continue
        total += number
        outcome = rule.value(cell)[1]
        label = labels.get(cell)
        fits += number * (
            outcome in FITTING or bool(label and rule.value(label)[1] in FITTING) or cell == "-oth-"
        )
    return fits / total if total else 1.0


def _is_for_missing(cell: str) -> bool:
    """Return whether a cell is a code or a word that often means missing."""
    return bool(CODES.fullmatch(cell) or WORDS.fullmatch(cell))


def _is_coded(column: Asked, field: Field) -> bool:
    """Return whether the answers are codes such as A1, of which nobody has said what they stand for."""
    labels = column.question.answers if column.question else {}
    few = len(field.categories) > 1 and len(column.counts) <= max(len(field.categories), 12)
    return few and field.type == "string" and not labels and all(map(ANSWER_CODE.fullmatch, column.counts))


def _likeness(column: Asked, field: Field, weights: Mapping[str, float]) -> tuple[float, str]:
    """Return how like a column's heading is to a field's name and title, and what that rests on."""
    name, title = key_of(field.name), key_of(field.title)
    own = key_of(column.name)
    bare = key_of(re.sub(r"^[A-Za-z0-9_]*\[|\]$", "", column.name))
    if own == name:
        return 1.0, SAME_NAME
    if own == title:
        return 0.98, "the heading is the same"
    question = column.question
    if question:
        for said in (
            question.part and f"{question.text} {question.part}",
            question.text if not question.part else "",
        ):
            if said and key_of(said) in (title, name):
                return 0.97, "the question is the same"
        if question.part and key_of(question.part) == title:
            return 0.95, "the question is the same"
    if key_of(own.rstrip("0123456789")) and own.endswith(name) and len(name) > 5:
        return 0.9, "the name is part of the heading"
    if bare in (name, title) and len(bare) > 2:
        return 0.92, "the name stands in brackets"
    last = key_of(column.name.rpartition(" / ")[2])
    if " / " in column.name and last in (name, title):
        return 0.93, "the lowest heading is the same"
    if field.name == "person_id" and PERSON_WORDS.fullmatch(words_of(column.name)):
        return 0.8, "the heading is that of an ID"
    if len(own) > 8 and CUT.search(column.name) and title.startswith(key_of(CUT.sub("", column.name))):
        return 0.87, "the heading begins alike"
    if _abbreviates(column.name, field.name):
        return 0.75, "the code shortens the name"
    if len(own) > 2 and own.isalpha() and name.startswith(own):
        return 0.65, "the name begins like it"
    words, other = tokens(column.words), tokens(f"{field.name} {field.title}")
    shared = sum(weights.get(word, 1) for word in words & other)
    whole = sum(weights.get(word, 1) for word in words | other)
    title_words = tokens(field.title)
    covered = sum(weights.get(w, 1) for w in title_words & words) / max(
        1e-9, sum(weights.get(w, 1) for w in title_words)
    )
    likeness = max(shared / whole if whole else 0, 0.84 * covered if len(title_words) > 1 else 0.6 * covered)
    return min(likeness, 0.84), "the words are alike"


def _weights(fields: Sequence[Field]) -> dict[str, float]:
    """Return a weight for each word: one that many fields have says little."""
    seen = Counter(word for field in fields for word in tokens(f"{field.name} {field.title}"))
    return {word: math.log(1 + len(fields) / number) for word, number in seen.items()}


@lru_cache(maxsize=10_000)
def tokens(text: str) -> frozenset[str]:
    """Return the words of a text that tell it from others, in small letters and the singular."""
    words = words_of(text).split()
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words) - STOP


def _abbreviates(code: str, name: str) -> bool:
    """Return whether every part of a code begins a part of a name, all of them in order."""
    parts = [part for part in re.split(r"[^a-z0-9]+", code.lower()) if part]
    wanted = name.split("_")
    for first in range(len(parts)):
        tail = parts[first:]
        if len(tail) == len(wanted) > 1 and all(
            (len(a) > 2 or a.isdigit()) and b.startswith(a) for a, b in zip(tail, wanted, strict=True)
        ):
            return True
    return False


@lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


# What further evidence the cells give


def share_of_dates(column: Asked) -> float:
    """Return the share of a column's filled cells that are dates, in whatever order."""
    total = sum(column.counts.values())
    read = sum(
        number
        for cell, number in column.counts.items()
        if not cell.isdigit() and (read_date(cell, "day first") or read_date(cell, "month first"))
    )
    return read / total if total else 0.0


def series(columns: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Return columns that are rows of one question, such as `WB[SQ001]` and `WB[SQ002]`, by its code."""
    found: dict[str, list[Asked]] = {}
    for column in columns:
        if inner := re.fullmatch(r"(.*?[A-Za-z])(\[[A-Za-z]*0*\d+\]|[_ /.]*0*\d{1,2})", column.name):
            found.setdefault(inner[1], []).append(column)
    return {code: members for code, members in found.items() if len(members) > 1}


def blocks(schema: Schema) -> list[list[str]]:
    """Return fields that are items of one questionnaire or boxes of one question, in their order."""
    found: dict[tuple, list[str]] = {}
    for name, known in schema.read_fields.items():
        stem = known.tick_group or re.sub(r"_?\d+$", "", name)
        if known.tick_group or stem != name:
            found.setdefault((stem,), []).append(name)
        elif known.type == "integer" and "_" in name:
            limits = (known.constraints.minimum, known.constraints.maximum)
            found.setdefault((name.partition("_")[0], *limits), []).append(name)
    return [members for members in found.values() if len(members) > 1]


def stem_of(block: Sequence[str]) -> str:
    """Return what the names of the items of one questionnaire have in common, as `key_of` writes it.

    Examples
    --------
    >>> stem_of(["self_efficacy_1", "self_efficacy_2"])
    'selfefficacy'
    """
    return key_of(re.sub(r"_?\d+$", "", block[0]))


def missing_codes(column: Asked, rule: Rule, used: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """Return cells that seem to mean missing: those that cannot be an answer, and those that could be one.

    Parameters
    ----------
    column : Asked
    rule : Rule
        Of the field it is taken for.
    used : sequence of str
        Codes that cannot be an answer in other columns of the same sheet.
    """
    surely, perhaps = [], []
    own = set(rule.field.missing_values)
    for cell in sorted(set(column.counts) - own):
        outcome = rule.value(cell)[1]
        if _is_for_missing(cell) and outcome not in (AS_TYPED, RECODED, EMPTY):
            surely.append(cell)
        elif cell in used and len(cell) > 1 and not rule.field.categories and rule.field.type != "date":
            perhaps.append(cell)
        elif re.fullmatch(r"-?9{2,4}", cell) and rule.field.constraints.pattern and not rule.is_person:
            others = [int(other) for other in column.counts if other.isdigit() and other != cell]
            if others and max(others) < int(cell) / 2:
                perhaps.append(cell)
    return surely, perhaps
