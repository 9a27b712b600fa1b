"""`peerbook map`: a first mapping of some files, with all that a person has to look at.

A draft shows no cells of people: an answer stands in it only if it is a short code, a word of the study's own
answers or very near one; others are counted, with their shape.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import yaml

from peerbook.data.about import PERSON, REGIONS
from peerbook.data.definitions import Definitions
from peerbook.data.schema import Field, Schema
from peerbook.errors import DataError
from peerbook.imports import matching
from peerbook.imports.cells import EMPTY, KEPT_BACK, OUTSIDE, UNREADABLE, Rule, first_filled
from peerbook.imports.convert import is_day, is_of_people, rule_of
from peerbook.imports.dates import order_of, read_date
from peerbook.imports.door import contacts, of_cells, of_heading, patterns
from peerbook.imports.mapping import UNDECIDED, Column, Entry, Plan
from peerbook.imports.matching import Asked, Match
from peerbook.imports.report import Words
from peerbook.imports.sheets import SYSTEM, Sheet, find, position, read_sheets
from peerbook.imports.structure import Question, read_structures

SENT = ("submitdate", "datestamp", "startdate")
FAR = 400  # days from the middle date: a day further off is a slip
CODE = re.compile(r"[A-Za-z]{0,3}-?[0-9]{1,3}|-oth-|[A-Z]")
LONGEST = 60  # characters of a heading by which a column is called
OTHER = "-oth-"


@dataclass(frozen=True)
class Drafted:
    """What becomes of one sheet: its entry of the mapping, and remarks on it and on its columns."""

    sheet: Sheet
    entry: Entry
    remarks: tuple[str, ...]
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    days: tuple[date, ...] = ()
    regions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A mapping as a text, and what is not sure in it, in words."""

    text: str
    unsure: tuple[str, ...]
    summary: tuple[str, ...]


def draft(
    files: Sequence[str | Path],
    definitions: Definitions,
    structures: Sequence[str | Path] = (),
    *,
    keep_text: bool = False,
    keep_ids: bool = False,
    title: str = "",
) -> Draft:
    """Draft the mapping of some files to the tables of a study.

    Parameters
    ----------
    files : sequence of str or Path
        Exports of LimeSurvey, CSV files and Excel workbooks.
    definitions : Definitions
        Of the study.
    structures : sequence of str or Path
        Structures of the surveys (.lss), which say what codes stand for.
    keep_text : bool
        Whether free text is mapped to fields of free text; otherwise it is dropped.
    keep_ids : bool
        Whether the IDs in the files are pseudonyms already.
    title : str
        Of this study, for readers; left open if it is not said.

    Raises
    ------
    DataError
        If a file cannot be read.
    """
    questions = read_structures(structures)
    people = "keep" if keep_ids else "pseudonyms"
    words = Words(definitions)
    plan = Plan((), definitions.study, title or UNDECIDED, people=people)
    drafted, skipped = [], []
    for file in files:
        for sheet in read_sheets(file):
            found = _Drafter(sheet, definitions, questions, plan, words, keep_text).drafted()
            (drafted if found else skipped).append(found or sheet)
    if not drafted:
        named = ", ".join(sheet.where for sheet in skipped)
        raise DataError(
            f"{named}: no column is like a field of {definitions.study}. Is the first row the headings, "
            "and is this the right study? See --study."
        )
    drafted = _numbered_apart(_padded(drafted, definitions))
    return _written(drafted, skipped, plan, definitions)


class _Drafter:
    """Drafts the entry of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        definitions: Definitions,
        questions: Sequence[Mapping[str, Question]],
        plan: Plan,
        words: Words,
        keep_text: bool,
    ) -> None:
        self.sheet, self.definitions, self.plan, self.words = sheet, definitions, plan, words
        self.keep_text = keep_text
        self.columns = matching.asked(sheet, questions)
        self.by_name = {column.name: column for column in self.columns}
        self.of_people = True
        self.remarks: list[str] = []
        self.notes: dict[str, list[str]] = {}

    def drafted(self) -> Drafted | None:
        """Return the entry of the sheet for the table it is most like; nothing if it is like none."""
        best: tuple[float, str, list[Match]] = (0.0, "", [])
        for name in self._likely_tables():
            found = self._matches(name)
            score = sum(match.score for match in found)
            if score > best[0]:
                best = score, name, found
        score, table, found = best
        if score < 1.5:
            return None
        return self._entry(table, found)

    def _likely_tables(self) -> list[str]:
        """Return the tables that share most names and words with the headings, the likeliest first."""
        own = set().union(*(matching.tokens(column.words) for column in self.columns))
        exact = {matching.key_of(column.name) for column in self.columns}
        scores = {}
        for name, schema in self.definitions.tables.items():
            fields = schema.fields.values()
            same = sum({matching.key_of(f.name), matching.key_of(f.title)} & exact != set() for f in fields)
            shared = sum(len(matching.tokens(f"{f.name} {f.title}") & own) > 0 for f in fields)
            scores[name] = 3 * same + shared
        return sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])[:3]

    def _rules(self, table: str) -> dict[str, Rule]:
        schema = self.definitions.tables[table]
        entry = Entry(self.sheet.file, table, {})
        return {
            name: rule_of(name, Column((name,), text="keep"), entry, self.plan, self.definitions)
            for name in schema.read_fields
        }

    def _kind(self, column: Asked, schema: Schema) -> str:
        """Return what a column may give away about a person; nothing if it gives away nothing."""
        own = {matching.key_of(column.name)}
        own |= (
            {matching.key_of(column.question.text)} if column.question and not column.question.part else set()
        )
        for name, known in schema.fields.items():
            if own & {matching.key_of(name), matching.key_of(known.title)}:
                if known.personal:
                    return of_heading(known.title) or "contact details"
                if known.free_text and is_of_people(schema) and not self.keep_text:
                    return "free text"
                return ""
        if not is_of_people(schema):
            return ""
        if column.question and column.question.free_text and column.question.part in ("other", "comment"):
            return "free text"
        texts = [column.name, *([column.question.text, column.question.part] if column.question else [])]
        by_heading = next(filter(None, map(of_heading, texts)), "")
        cells = list(column.counts.elements())
        return by_heading or ("" if self._is_system(column.name) else of_cells(cells))

    def _is_system(self, name: str) -> bool:
        return self.sheet.program == "limesurvey" and name in SYSTEM.values()

    def _matches(self, table: str) -> list[Match]:
        schema = self.definitions.tables[table]
        rules = self._rules(table)
        open_columns = [
            column
            for column in self.columns
            if not self._is_system(column.name) and not self._kind(column, schema)
        ]
        found = matching.matches(open_columns, schema, rules)
        found += self._by_series(schema, rules, open_columns, found)
        return found

    def _by_series(
        self, schema: Schema, rules: Mapping[str, Rule], columns: Sequence[Asked], found: Sequence[Match]
    ) -> list[Match]:
        """Match the rows of a question with the questionnaire of its name, or the one with as many items."""
        taken, used = {match.field for match in found}, {match.column for match in found}
        free = [block for block in matching.blocks(schema) if not taken & set(block)]
        more = []
        rest = [column for column in columns if column.name not in used]
        for code, members in matching.series(rest).items():
            fit = [
                block
                for block in free
                if len(block) == len(members)
                and all(
                    matching.fitting(column, rules[name]) > 0.9
                    for column, name in zip(members, block, strict=True)
                )
            ]
            named = [block for block in fit if matching.key_of(code) == matching.stem_of(block)]
            if named:
                pairs = zip(members, named[0], strict=True)
                more += [Match(column.name, name, 0.95, "the code is the same") for column, name in pairs]
                free.remove(named[0])
            elif len(fit) == 1:
                why = "nothing else has as many items, and the answers fit"
                taken = f"taken in order from {self._say(members[0].name)} on"
                pairs = zip(members, fit[0], strict=True)
                more += [Match(column.name, name, 0.6, why, series=taken) for column, name in pairs]
                free.remove(fit[0])
        return more

    def _entry(self, table: str, found: Sequence[Match]) -> Drafted:
        schema = self.definitions.tables[table]
        self.of_people = is_of_people(schema)
        rules = self._rules(table)
        columns: dict[str, Column] = {}
        used = set()
        out_of_range = self._codes_used(found, rules)
        for match in sorted(found, key=lambda match: list(schema.fields).index(match.field)):
            columns[match.field] = self._column(match, rules[match.field], out_of_range)
            used.add(match.column)
            same = match.why == matching.SAME_NAME
            if match.score < matching.SURE and match.field != PERSON and not same:
                taken = match.series or f"taken from {self._say(match.column)}"
                self._note(match.field, f"{taken} because {match.why}")
        for name in self._dates(schema, rules, columns, used):
            used.add(name)
        self._keys(schema, columns, used)
        set_to = self._set(schema, columns)
        only = {
            name: next(iter(known.categories))
            for name, known in schema.read_fields.items()
            if name in columns and known.constraints.required and len(known.categories) == 1
        }
        columns = {name: columns[name] for name in schema.read_fields if name in columns}
        kinds = {c.name: kind for c in self.columns if c.name not in used and (kind := self._kind(c, schema))}
        rest = [c.name for c in self.columns if c.name not in used and c.name not in kinds]
        unlike = [self._say(name) for name in rest if not self._is_system(name) and self.by_name[name].counts]
        if unlike:
            self.remarks.append(f"like no field of {table}, and left out: {', '.join(unlike)}")
        self._missing_fields(schema, columns, set_to)
        if self.sheet.program == "limesurvey" and "submitdate" in self.sheet.names:
            never = sum(not is_day(cell) for cell in self.sheet.cells("submitdate"))
            if never:
                self.remarks.append(
                    f"{never} of {len(self.sheet.rows)} responses were never submitted: they are left out; "
                    "to keep them write partial: keep"
                )
        entry = Entry(
            file=self.sheet.file,
            sheet=self.sheet.number,
            headings=self.sheet.heading_rows if self.sheet.number and self.sheet.heading_rows != (1,) else (),
            table=table,
            set=set_to,
            only=only,
            columns=columns,
            identifying=tuple(map(self._called, kinds)),
            left_out=tuple(map(self._called, rest)),
        )
        days, regions = self._days(schema, columns), self._regions(schema, columns, rules)
        kinds = {self._called(name): kind for name, kind in kinds.items()}
        return Drafted(self.sheet, entry, tuple(self.remarks), dict(self.notes), kinds, days, regions)

    def _column(self, match: Match, rule: Rule, used: Sequence[str]) -> Column:
        """Draft how the cells of one column are read: answers, codes for missing, the order of dates."""
        column = self.by_name[match.column]
        name = self._called(match.column)
        text = "keep" if rule.field.free_text and self.of_people else ""
        if rule.field.type == "date":
            order, evidence = order_of(column.counts.elements())
            if order == UNDECIDED:
                self._note(
                    match.field,
                    f"{evidence['either']} dates can be read in two ways, and "
                    + (
                        f"{evidence['day first']} have the day and {evidence['month first']} the month first"
                        if evidence["day first"]
                        else "none shows which"
                    )
                    + ": write day first or month first",
                )
            elif evidence["either"]:
                self._note(match.field, f"{order}, as {evidence[order]} of the dates show; check one")
            return Column((name,), dates=order)
        surely, perhaps = matching.missing_codes(column, rule, used)
        for code in perhaps:
            self._note(match.field, f"{code} could be an answer, and is taken for a code that means missing")
        answers = self._answers(match, column, rule, {*surely, *perhaps})
        return Column((name,), answers, (*surely, *perhaps), text=text)

    def _codes_used(self, found: Sequence[Match], rules: Mapping[str, Rule]) -> list[str]:
        """Return the codes that cannot be answers in several columns of the sheet, or stand out in many."""
        surely: Counter[str] = Counter()
        perhaps: Counter[str] = Counter()
        for match in found:
            codes = matching.missing_codes(self.by_name[match.column], rules[match.field])
            surely.update(codes[0])
            perhaps.update(codes[1])
        seen = [code for code, number in surely.items() if number > 1]
        seen += [code for code, number in perhaps.items() if number > 2 and code not in seen]
        return [code for code in seen if matching.CODES.fullmatch(code)]

    def _answers(self, match: Match, column: Asked, rule: Rule, missing: set[str]) -> dict[str, str]:
        """Draft what answers become that are not those of the field."""
        if rule.is_person or not (rule.field.categories or rule.field.type == "boolean"):
            self._count_unreadable(match.field, column, rule, missing)
            return {}
        labels = column.question.answers if column.question else {}
        is_region = self._is_of_regions(rule.field)
        answers, open_cells = {}, []
        ambiguous = [
            cell for cell in labels if rule.value(cell)[1] not in (UNREADABLE, OUTSIDE) and labels[cell]
        ]
        for cell in [*column.counts, *(code for code in labels if code not in column.counts)]:
            label = labels.get(cell, "")
            fits = rule.value(cell)[1] not in (UNREADABLE, OUTSIDE)
            if cell in missing or (fits and not (cell in ambiguous and rule.field.type == "string")):
                continue
            level = self._level(label, rule) if label else ""
            if fits and not level:
                continue
            if not level and cell == OTHER:
                level = self._level("Other", rule)
            if not level and not label:
                level = self._level(cell, rule) if self._sayable(cell, rule) else ""
                if level:
                    self._note(match.field, f"{cell!r} is taken for {level}")
            if not level and is_region and (label or self._is_place(cell, column)):
                continue  # a region of this study: listed under regions
            if level:
                answers[cell] = level
            elif cell in column.counts or label:
                open_cells.append((cell, label))
        if rule.field.constraints.required and len(rule.field.categories) == 1:
            open_cells = []  # a row with another answer than the only one is left out
        undecided = {cell: label for cell, label in open_cells if cell in column.counts}
        undecided = {cell: label for cell, label in undecided.items() if self._sayable(cell, rule)}
        answers |= dict.fromkeys(undecided, UNDECIDED)
        if undecided:
            meant = [
                f"{cell} ({label})" if label and self.words.harmless(label) else cell
                for cell, label in sorted(undecided.items())
            ]
            self._note(match.field, f"write what stands in the place of each '?': {', '.join(meant)}")
        self._count_unreadable(match.field, column, rule, missing | set(answers))
        return {cell: answers[cell] for cell in sorted(answers, key=lambda cell: (len(cell), cell))}

    def _count_unreadable(self, name: str, column: Asked, rule: Rule, decided: set[str]) -> None:
        filters = rule.field.constraints.required and len(rule.field.categories) == 1
        if name == PERSON or filters:
            return  # one that lost its zeros gets them back; any other is counted by the import
        lost = [
            cell
            for cell, number in column.counts.items()
            if cell not in decided
            and rule.value(cell)[1] in (UNREADABLE, KEPT_BACK)
            and not (self._is_of_regions(rule.field) and self._is_place(cell, column))
            for _ in range(number)
        ]
        if lost:
            self._note(
                name, f"{len(lost)} cells fit no answer and will be left empty; written like {patterns(lost)}"
            )

    def _level(self, said: str, rule: Rule) -> str:
        """Return the answer of a field that a word means; nothing if none is near."""
        value, outcome = rule.value(said)
        if outcome not in (UNREADABLE, OUTSIDE, EMPTY, KEPT_BACK):
            return value
        if len(said) == 1 and said.isalpha():
            begun = [level for level in rule.field.categories if level.casefold().startswith(said.casefold())]
            return begun[0] if len(begun) == 1 else ""
        by_label = {label: value for value, label in rule.field.categories.items()}
        near = difflib.get_close_matches(said.casefold(), [label.casefold() for label in by_label], 1, 0.85)
        return next((by_label[label] for label in by_label if near and label.casefold() == near[0]), "")

    def _sayable(self, cell: str, rule: Rule) -> bool:
        """Return whether a draft may show a cell: a code, words of the study, or very near an answer."""
        if contacts(cell) or len(cell) > 40:
            return False
        if CODE.fullmatch(cell) or self.words.harmless(cell):
            return True
        labels = [label.casefold() for label in rule.field.categories.values()]
        return bool(difflib.get_close_matches(cell.casefold(), labels, 1, 0.85))

    @staticmethod
    def _is_of_regions(known: Field) -> bool:
        """Return whether the answers of a field are the regions of the study."""
        return known.categories_from == REGIONS

    def _is_place(self, cell: str, column: Asked) -> bool:
        """Return whether a cell may be a region the definitions do not have: several people say it."""
        least = max(3, 0.02 * sum(column.counts.values())) if self.of_people else 1
        enough = column.counts[cell] >= least
        return (
            enough
            and not contacts(cell)
            and len(cell) <= 40
            and not cell.isdigit()
            and not CODE.fullmatch(cell)
        )

    def _regions(
        self, schema: Schema, columns: Mapping[str, Column], rules: Mapping[str, Rule]
    ) -> dict[str, int]:
        """Return the regions of the sheet, and how many rows are from each."""
        found: Counter[str] = Counter()
        for name, known in schema.read_fields.items():
            if name not in columns or not self._is_of_regions(known) or not known.categories:
                continue
            column = self._asked(columns[name].columns[0])
            labels = column.question.answers if column.question else {}
            for cell, number in column.counts.items():
                value = columns[name].answers.get(cell) or rules[name].value(cell)[0]
                new = (
                    labels.get(cell, cell)
                    if self._is_place(labels.get(cell, cell), column) or cell in labels
                    else ""
                )
                if (value or new) and value != UNDECIDED:
                    found[value or new] += number
                if new and not value and cell in labels:
                    columns[name].answers[cell] = new
        return dict(found)

    def _dates(
        self, schema: Schema, rules: Mapping[str, Rule], columns: dict[str, Column], used: set[str]
    ) -> Iterator[str]:
        """Take the one date that a table needs from a column that holds dates."""
        wanted = [
            name
            for name, known in schema.read_fields.items()
            if known.type == "date" and known.constraints.required and name not in columns
        ]
        if len(wanted) != 1:
            return
        name = wanted[0]
        if self.sheet.program == "limesurvey":
            sources = [source for source in SENT if source in self.sheet.names]
            filled = [source for source in sources if first_filled(self.sheet.cells(source))]
            if filled:
                columns[name] = Column(tuple(filled))
                yield from filled
                return
        dated = [
            c
            for c in self.columns
            if c.name not in used and matching.share_of_dates(c) > 0.8 and not of_heading(c.name)
        ]
        if len(dated) == 1:
            match = Match(dated[0].name, name, 0.6, "it is the only column of dates")
            columns[name] = self._column(match, rules[name], ())
            self._note(name, f"taken from {self._say(dated[0].name)} because {match.why}")
            yield dated[0].name

    def _keys(self, schema: Schema, columns: dict[str, Column], used: set[str]) -> None:
        """Give numbers to the rows of a table whose key is a number of its own."""
        key = schema.fields[schema.primary_key[0]] if len(schema.primary_key) == 1 else None
        if key is None or key.type != "integer" or key.name in columns:
            return
        if "id" in self.sheet.names and self.sheet.program == "limesurvey":
            columns[key.name] = Column(("id",))
            used.add("id")
        else:
            columns[key.name] = Column(number=1)

    def _set(self, schema: Schema, columns: Mapping[str, Column]) -> dict[str, str]:
        """Draft what all rows of the sheet share: an answer that the file's name, or its questions, show."""
        named = matching.tokens(Path(self.sheet.file).stem)
        found = {}
        for name, known in schema.read_fields.items():
            if name in columns or not known.constraints.required or len(known.categories) < 2:
                continue
            by_name = [
                value
                for value, label in known.categories.items()
                if matching.tokens(value) <= named or matching.tokens(label) <= named
            ]
            if len(by_name) == 1:
                found[name] = by_name[0]
                self._note(name, "from the name of the file")
                continue
            asked = {
                f.form or f.version
                for n, f in schema.read_fields.items()
                if n in columns and f.asked_in and self._is_filled(columns[n])
            }
            special = {f.asked_in for f in schema.read_fields.values()} & set(known.categories)
            usual = [value for value in known.categories if value not in special]
            if special:
                value = next(iter(asked & special), usual[0] if len(usual) == 1 else "")
                if value:
                    found[name] = value
                    shown = "asks" if value in special else "does not ask"
                    self._note(name, f"because the file {shown} what only {next(iter(special))} asks")
                    continue
            way = "online" if self.sheet.program == "limesurvey" else "paper"
            if way in known.categories:
                found[name] = way
                self._note(name, "from the kind of file")
        return found

    def _is_filled(self, column: Column) -> bool:
        """Return whether anybody answered: an export has columns for questions of other forms as well."""
        return any(self._asked(called).counts for called in column.columns)

    def _missing_fields(
        self, schema: Schema, columns: Mapping[str, Column], set_to: Mapping[str, str]
    ) -> None:
        for name, known in schema.read_fields.items():
            if known.constraints.required and name not in columns and name not in set_to:
                self.remarks.append(
                    f"no column was found for {name} ({known.title}), which every row needs: write it under "
                    "columns, or under set if all rows share it"
                )

    def _days(self, schema: Schema, columns: Mapping[str, Column]) -> tuple[date, ...]:
        days = []
        for name, column in columns.items():
            if schema.fields[name].type != "date":
                continue
            order = column.dates if column.dates != UNDECIDED else "day first"
            for called in column.columns:
                counts = self._asked(called).counts
                days += [day for cell in counts if (day := read_date(cell, order))]
        return tuple(days)

    def _called(self, name: str) -> str:
        """Return how the mapping calls a column: by its heading, unless that is long or may be personal."""
        if len(name) > LONGEST or contacts(name):
            return position(self.sheet.names.index(name) + 1)
        return name

    def _asked(self, called: str) -> Asked:
        return self.by_name[find(self.sheet, called)]

    def _say(self, name: str) -> str:
        shown = self.words.heading(self.sheet, name)
        return shown if shown.startswith("column ") else f"'{shown}'"

    def _note(self, name: str, note: str) -> None:
        self.notes.setdefault(name, []).append(note)


# What several sheets have to agree on


def _padded(drafted: Sequence[Drafted], definitions: Definitions) -> list[Drafted]:
    """Give IDs that lost their leading zeros the same number of digits in every file."""
    ids = [
        cell
        for part in drafted
        if PERSON in part.entry.columns
        for cell in _cells_of(part, PERSON)
        if re.fullmatch(r"\d{1,12}(\.0)?", cell)
    ]
    ids = [cell.removesuffix(".0") for cell in ids]
    fixed = [
        match[1]
        for schema in definitions.tables.values()
        if PERSON in schema.fields
        and (match := re.fullmatch(r"\[0-9\]\{(\d+)\}", schema.fields[PERSON].constraints.pattern or ""))
    ]
    width = max(map(len, ids), default=0)
    shorter = any(len(cell) < width for cell in ids) and any(cell.startswith("0") for cell in ids)
    pad = int(fixed[0]) if fixed and width <= int(fixed[0]) else width if shorter else 0
    if not pad or all(len(cell) >= pad for cell in ids):
        return list(drafted)
    return [_with_column(part, PERSON, pad=pad) if PERSON in part.entry.columns else part for part in drafted]


def _numbered_apart(drafted: Sequence[Drafted]) -> list[Drafted]:
    """Give new numbers to the rows of a table if the numbers of its files overlap."""
    seen: dict[str, Counter[str]] = {}
    keys = {}
    for part in drafted:
        for name, column in part.entry.columns.items():
            if column.columns == ("id",) or name == "log_id":
                keys[id(part)] = name
                cells = _cells_of(part, name) if column.columns else [""]
                if "submitdate" in part.sheet.names:
                    sent = part.sheet.cells("submitdate")
                    cells = [cell for cell, day in zip(cells, sent, strict=True) if is_day(day)]
                seen.setdefault(part.entry.table, Counter()).update(cells)
    again = {table for table, counts in seen.items() if counts.total() > len(counts) or "" in counts}
    return [
        _with_number(part, keys[id(part)]) if id(part) in keys and part.entry.table in again else part
        for part in drafted
    ]


def _with_number(part: Drafted, name: str) -> Drafted:
    numbered = _replaced(part, name, Column(number=1))
    free = part.entry.columns[name].columns
    return replace(numbered, entry=replace(numbered.entry, left_out=(*free, *numbered.entry.left_out)))


def _cells_of(part: Drafted, name: str) -> list[str]:
    """Return the cells of the first column that a field comes from."""
    return part.sheet.cells(find(part.sheet, part.entry.columns[name].columns[0]))


def _with_column(part: Drafted, name: str, **changes: object) -> Drafted:
    return _replaced(part, name, replace(part.entry.columns[name], **changes))


def _replaced(part: Drafted, name: str, column: Column) -> Drafted:
    columns = {**part.entry.columns, name: column}
    return replace(part, entry=replace(part.entry, columns=columns))


# The file


def _written(
    drafted: Sequence[Drafted], skipped: Sequence[Sheet], plan: Plan, definitions: Definitions
) -> Draft:
    days = sorted(day for part in drafted for day in part.days)
    unsure = ["title: write what this study is called"] if plan.title == UNDECIDED else []
    lines = [
        "# A draft: check it, correct it, and import with",
        "#   peerbook import FILE... FOLDER --mapping THIS_FILE",
        "# CHECK marks what is not sure. A '?' has to be replaced. What stands after # is not stored.",
        f"study: {_scalar(plan.study)}",
        f"title: {_scalar(plan.title)}",
        f"people: {plan.people}"
        + (
            "  # IDs are replaced by pseudonyms, the same in every file"
            if plan.people == "pseudonyms"
            else ""
        ),
    ]
    if days:
        middle = date.fromordinal(int(median(day.toordinal() for day in days)))
        usual = [day for day in days if abs(day - middle) <= timedelta(days=FAR)]
        far = len(days) - len(usual)
        lines.append(f"period: [{usual[0]}, {usual[-1]}]  # CHECK: first and last day of the study")
        unsure.append(
            f"period: {usual[0]} to {usual[-1]}, as the dates say; write the first and last day of the study"
        )
        if far:
            unsure.append(f"period: {far} dates lie far from the others and are not in it")
    regions = Counter()
    for part in drafted:
        regions.update(part.regions)
    new = [region for region in regions if region not in definitions.regions]
    if new:
        lines.append(
            f"regions: [{', '.join(map(_scalar, regions))}]  # CHECK: the regions of this study, in any order"
        )
        unsure.append(
            f"regions: {', '.join(f'{region} ({regions[region]} rows)' for region in new)}: not known to the "
            "study's definitions; remove what is a slip"
        )
    lines.append("files:")
    for part in drafted:
        lines += ["", *_entry_lines(part)]
        where = part.sheet.where
        unsure += [f"{where}: {names}: {note}" for names, note in _grouped(part.notes)]
        unsure += [f"{where}: {remark}" for remark in part.remarks]
    unsure += [f"{sheet.where}: like no table of the study: it is not in the mapping" for sheet in skipped]
    summary = [_summary(part) for part in drafted]
    return Draft("\n".join(lines) + "\n", tuple(unsure), tuple(summary))


def _grouped(notes: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield remarks, each once, with the fields it is about."""
    fields: dict[str, list[str]] = {}
    for name, said in notes.items():
        for note in said:
            fields.setdefault(note, []).append(name)
    for note, names in fields.items():
        yield (f"{names[0]} to {names[-1]}" if len(names) > 3 else ", ".join(names)), note


def _entry_lines(part: Drafted) -> list[str]:
    entry = part.entry
    lines = [f"- file: {_scalar(entry.file)}"]
    if entry.sheet:
        lines.append(f"  sheet: {entry.sheet}")
    if entry.headings:
        lines.append(f"  headings: [{', '.join(map(str, entry.headings))}]  # rows of the sheet")
    lines.append(f"  table: {entry.table}")
    lines += [f"  # CHECK: {remark}" for remark in part.remarks]
    if entry.set:
        lines.append("  set:")
        lines += [
            f"    {name}: {_scalar(value)}{_check(part.notes.get(name))}" for name, value in entry.set.items()
        ]
    if entry.only:
        said = ", ".join(f"{name}: {_scalar(value)}" for name, value in entry.only.items())
        lines.append(f"  only: {{{said}}}  # rows with another answer are left out")
    lines.append("  columns:")
    for name, column in entry.columns.items():
        lines.append(f"    {name}: {_column_text(column)}{_check(part.notes.get(name))}")
    if entry.identifying:
        lines.append("  identifying:  # dropped at the door, whatever they hold")
        lines += [f"  - {_scalar(name)}  # {part.kinds.get(name, '')}" for name in entry.identifying]
    if entry.left_out:
        lines.append("  left_out:")
        lines += [f"  - {_scalar(name)}" for name in entry.left_out]
    return lines


def _column_text(column: Column) -> str:
    if column.number is not None:
        return f"{{number: {column.number}}}"
    sources = ", ".join(map(_scalar, column.columns))
    parts = [f"from: {sources if len(column.columns) == 1 else f'[{sources}]'}"]
    if column.answers:
        parts.append(
            f"answers: {{{', '.join(f'{_scalar(a)}: {_scalar(v)}' for a, v in column.answers.items())}}}"
        )
    if column.missing:
        parts.append(f"missing: [{', '.join(map(_scalar, column.missing))}]")
    parts += [f"dates: {_scalar(column.dates)}"] if column.dates else []
    parts += [f"pad: {column.pad}"] if column.pad else []
    parts += ["text: keep"] if column.text else []
    return sources if len(parts) == 1 and len(column.columns) == 1 else f"{{{', '.join(parts)}}}"


def _check(notes: Sequence[str] | None) -> str:
    return f"  # CHECK: {'; '.join(notes)}" if notes else ""


def _scalar(text: str) -> str:
    """Return a text as YAML has it within a flow mapping, quoted if need be."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*", text):
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10_000).strip()


def _summary(part: Drafted) -> str:
    entry = part.entry
    sure = sum(name not in part.notes for name in entry.columns)
    parts = [f"{len(entry.columns)} columns matched ({sure} surely)"]
    if entry.identifying:
        parts.append(f"{len(entry.identifying)} dropped at the door")
    if entry.left_out:
        parts.append(f"{len(entry.left_out)} left out")
    return f"{part.sheet.where} -> {entry.table}: {', '.join(parts)}; {part.sheet.n_read} rows"
