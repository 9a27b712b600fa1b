"""What the codes of a study are: kinds and levels, ways of asking, questions, approaches, kinds of project.

They stand under `codes` in the `study.yml` of the definitions, or of a data folder; `data_schema/README.md`
explains the keys. What a folder says takes the place of all that the definitions say. What nobody says is
read off the rows: the ways of asking, the approaches and the waves are then those that occur, and the codes
at the top of the only codebook are the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from peerbook.choices import did_you_mean
from peerbook.data.described import build
from peerbook.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

VALUE, DECISION, PART, DIFFICULTY = "value", "decision", "part", "difficulty"
COMPONENT, INDICATOR, PRINCIPLE, REASON, ASPECT, TYPE = (
    *("component", "indicator", "principle", "reason", "aspect", "type"),
)
VALUES, DRAFT, EARLIER, PROCESS, GROUPED = BOOKS = ("values", "draft", "earlier", "process", "grouping")
BOOK_OF = dict.fromkeys((VALUE, DECISION, PART, DIFFICULTY), VALUES) | {
    **{COMPONENT: DRAFT, INDICATOR: DRAFT, PRINCIPLE: EARLIER},
    **dict.fromkeys((REASON, ASPECT, TYPE), GROUPED),
}  # the codebook that codes of a role stand in
ANSWERS, LISTS, NOTES, INTERVIEWS, GROUPS = "answers", "lists", "notes", "interviews", "groups"
HOLDS = (ANSWERS, LISTS, NOTES, INTERVIEWS, GROUPS)
PHRASES, CODED = "phrases", "codes"
LISTED = ("strands", "questions", "approaches", "waves", "roles", "types")


@dataclass(frozen=True)
class Strand:
    """A way of asking people.

    Attributes
    ----------
    name : str
        For headings: "Online survey".
    said : str
        Within a sentence: "the online survey".
    holds : str
        What came of it: "answers" to questions, "lists" made together, "notes" of talks (these three make up
        a consultation), "interviews", "groups" (focus groups); empty if the pages do not count it.
    """

    name: str = ""
    said: str = ""
    holds: str = ""


@dataclass(frozen=True)
class Question:
    """An open question of a survey, whose answers are put under the codes of a codebook.

    Attributes
    ----------
    name : str
        What is counted: "Words used to describe it".
    codebook : str
        Name of the codebook; by default that of the question.
    by : str
        "phrases": an answer is a phrase that the lexicon puts under codes; "codes": a person coded it.
    asked : str
        Begins a sentence on what came up most: "Asked for words for it".
    did : str
        What those who answered did: "said what it is not".
    remark, note : str
        A sentence below the table of its answers, and one below what strands speak for, such as on codes that
        count for their opposite.
    """

    name: str = ""
    codebook: str = ""
    by: str = CODED
    asked: str = ""
    did: str = ""
    remark: str = ""
    note: str = ""


@dataclass(frozen=True)
class Grouping:
    """Projects for some people, which a chapter of their own sets beside all others.

    Attributes
    ----------
    some, others : str
        What the projects are called: "BaME-specific" and "mainstream".
    column : str
        Column of `coding/projects.csv` that is filled for the first: their types, separated by semicolons.
    types : sequence of str
        The types there may be; empty if any.
    besides : str
        What people have in common anyway, so that the page says "besides ...".
    """

    some: str = ""
    others: str = "other"
    column: str = "types"
    types: Sequence[str] = ()
    besides: str = ""


@dataclass(frozen=True)
class Codes:
    """What codes, sources and people of coded material are.

    Attributes
    ----------
    codebooks : mapping of str to str
        The codebooks that pages read, by what these make of them: "values", "draft", "earlier" (frameworks
        of others), "process" (steps), "grouping".
    kinds : mapping of str to sequence of str
        The kinds of code (column `kind`) that have a role: "value", "decision", "part" of either,
        "difficulty", "component" and "indicator" of a draft, "principle" of others, "reason", "aspect",
        "type". A role that is not named has a kind of its own name.
    kind_of, level_of : mapping of str to str
        Kind and level of codes by their id or label, in the place of what the codebook says: for codebooks
        from programs that know neither.
    words : mapping of str to sequence of str
        What readers call one value or decision, and several: `{value: [core value, core values]}`.
    levels : sequence of str
        Of values, from the top.
    relations : sequence of str
        Links between values that are drawn as arrows; all if none is named.
    parts : mapping of str to str
        What readers call the kinds of code below values and decisions, in the order of the table.
    drawn : mapping of str to str
        Codes of which a figure shows the parts, and its caption.
    strands : mapping of str to Strand
    questions : mapping of str to Question
    approaches : mapping of str to str
        Forms of support or work, and their names for readers.
    counted_as : mapping of str to str
        Approaches that count as another.
    waves : sequence of str
        Stages of the interviews, in order.
    roles, leading : sequence of str
        Roles of people, and those who lead.
    groups : mapping
        How detailed labels of people are grouped, by column; as `groups.yml`.
    grouping : Grouping
        Projects for some people.
    """

    codebooks: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kind_of: Mapping[str, str] = field(default_factory=dict)
    level_of: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Sequence[str] = ()
    relations: Sequence[str] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    drawn: Mapping[str, str] = field(default_factory=dict)
    strands: Mapping[str, Any] = field(default_factory=dict)
    questions: Mapping[str, Any] = field(default_factory=dict)
    approaches: Mapping[str, str] = field(default_factory=dict)
    counted_as: Mapping[str, str] = field(default_factory=dict)
    waves: Sequence[str] = ()
    roles: Sequence[str] = ()
    leading: Sequence[str] = ()
    groups: Mapping[str, Any] = field(default_factory=dict)
    grouping: Any = field(default_factory=Grouping)

    def kinds_of(self, *roles: str) -> tuple[str, ...]:
        """Return the kinds of code that have one of some roles.

        Examples
        --------
        >>> Codes(kinds={"value": ["norm"]}).kinds_of("value", "decision")
        ('norm', 'decision')
        """
        return tuple(kind for role in roles for kind in self.kinds.get(role, (role,)))

    def called(self, role: str) -> tuple[str, str]:
        """Return what readers call one code that has a role, and several.

        Examples
        --------
        >>> Codes(words={"value": ["core value", "core values"]}).called("value")
        ('core value', 'core values')
        """
        one, many = self.words.get(role, (role, f"{role}s"))
        return one, many

    def holding(self, *holds: str) -> tuple[str, ...]:
        """Return the names of the strands that hold something, in order."""
        return tuple(name for name, strand in self.strands.items() if strand.holds in holds)

    @property
    def consultation(self) -> tuple[str, ...]:
        """The strands of a consultation."""
        return self.holding(ANSWERS, LISTS, NOTES)

    @property
    def interviewed(self) -> tuple[str, ...]:
        """The strands whose people were interviewed; without interviews those of talks, or all of them."""
        known = any(strand.holds for strand in self.strands.values())
        return self.holding(INTERVIEWS) or self.holding(NOTES) or (() if known else tuple(self.strands))

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """What cells of the tables may hold, by the name of the list; empty if anything."""
        every = {name: tuple(getattr(self, name)) for name in LISTED if name != "types"}
        return {**every, "types": tuple(self.grouping.types)}

    def in_other_words(self) -> Codes:
        """Return the definition for data of another study, without the words that are about the first.

        Kinds, lists and what strands hold stay; strands and questions are called by their own names.

        Examples
        --------
        >>> said = Codes(strands={"talk": Strand("Our talks", "talks with us")}, drawn={"V2": "Safety"})
        >>> said.in_other_words().strands["talk"].said, said.in_other_words().drawn
        ('talk', {})
        """
        strands = {name: Strand(_written(name), name, each.holds) for name, each in self.strands.items()}
        questions = {
            name: _question(name, {"codebook": each.codebook, "by": each.by}, "")
            for name, each in self.questions.items()
        }
        return replace(self, strands=strands, questions=questions, words={}, drawn={})

    def seen(self, tables: Mapping[str, pd.DataFrame]) -> Codes:
        """Return the definition as far as rows bear it out, completed by what occurs in them.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            Tables of coded material by name, such as "people"; what is missing has no rows.

        Returns
        -------
        Codes
            Strands, questions, approaches, waves and kinds of project that no row has are left out. Strands,
            approaches and waves that rows have and nobody defined follow, under their own name.
        """
        strands = _several(tables, "people strands", "sources strand")
        approaches = _several(tables, "projects approach", "people approach", "segments context")
        named = {name: _written(name) for name in approaches}
        asked, waves = (_several(tables, f"sources {column}") for column in ("question", "wave"))
        grouping = self.grouping
        filled = _several(tables, f"projects {grouping.column}")
        return replace(
            self,
            strands=_kept(self.strands, {name: Strand(_written(name), name) for name in strands}),
            approaches=_kept(self.approaches, named),
            questions={name: about for name, about in self.questions.items() if name in asked},
            waves=tuple(_kept(dict.fromkeys(self.waves), dict.fromkeys(waves))),
            grouping=grouping if filled and grouping.some else Grouping(),
        )


def _several(tables: Mapping[str, pd.DataFrame], *places: str) -> list[str]:
    """Return the different texts of columns ("table column") whose cells may hold several, in their order."""
    found: dict[str, None] = {}
    for table, _, column in (place.partition(" ") for place in places):
        cells = tables[table][column].dropna().unique() if column in tables.get(table, ()) else []
        found |= dict.fromkeys(part for cell in cells for part in str(cell).split(";") if part)
    return list(found)


def _kept(defined: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is defined and occurs, in its order, then what occurs only."""
    kept = {name: about for name, about in defined.items() if name in found}
    return kept | {name: about for name, about in found.items() if name not in kept}


def _written(name: str) -> str:
    """Return the name of something that nobody named, for readers.

    Examples
    --------
    >>> _written("in_pairs")
    'In pairs'
    """
    said = name.replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def read_codes(said: Any, where: str) -> Codes:
    """Read what a study says of its codes.

    Parameters
    ----------
    said
        The value of `codes` in a `study.yml`.
    where : str
        File and key, for messages.

    Raises
    ------
    DataError
        If a key is unknown, a value of the wrong type, or a name leads nowhere.

    Examples
    --------
    >>> said = {"strands": {"diary": {"name": "Diaries", "holds": "interviews"}}}
    >>> read_codes(said, "study.yml, codes").strands["diary"].said
    'diaries'
    """
    raw = build(Codes, _blank_lists(said), where, strict=True)
    codes = replace(
        raw,
        strands={name: _strand(name, each, f"{where}, strands") for name, each in raw.strands.items()},
        questions={
            name: _question(name, each, f"{where}, questions") for name, each in raw.questions.items()
        },
        grouping=raw.grouping
        if isinstance(raw.grouping, Grouping)
        else build(Grouping, raw.grouping, f"{where}, grouping", strict=True),
    )
    for problem in _contradictions(codes):
        raise DataError(f"{where}, {problem}")
    return codes


def _blank_lists(said: Any) -> Any:
    """Take a single kind for a list of one."""
    kinds = said.get("kinds") if isinstance(said, Mapping) else None
    if not isinstance(kinds, Mapping):
        return said
    return {
        **said,
        "kinds": {role: [kind] if isinstance(kind, str) else kind for role, kind in kinds.items()},
    }


def _strand(name: str, said: Any, where: str) -> Strand:
    made = build(Strand, said, f"{where}, {name}", strict=True)
    if made.holds not in ("", *HOLDS):
        hint = did_you_mean(made.holds, HOLDS)
        raise DataError(
            f"{where}, {name}, holds: found '{made.holds[:60]}'; expected one of {', '.join(HOLDS)}{hint}"
        )
    written = made.name or _written(name)
    return replace(made, name=written, said=made.said or written[:1].lower() + written[1:])


def _question(name: str, said: Any, where: str) -> Question:
    made = build(Question, said, f"{where}, {name}", strict=True)
    if made.by not in (PHRASES, CODED):
        raise DataError(f"{where}, {name}, by: found '{made.by[:60]}'; expected {PHRASES} or {CODED}")
    written = made.name or _written(name)
    return replace(
        made,
        name=written,
        codebook=made.codebook or name,
        asked=made.asked or f"Asked “{written}”",
        did=made.did or f"answered “{written}”",
    )


def _contradictions(codes: Codes) -> Iterable[str]:
    """Say where a name leads nowhere."""
    lists = (
        ("codebooks", codes.codebooks, BOOKS),
        ("kinds", codes.kinds, BOOK_OF),
        ("words", codes.words, (VALUE, DECISION)),
        ("counted_as", codes.counted_as, codes.approaches),
        ("counted_as", codes.counted_as.values(), codes.approaches),
        ("leading", codes.leading, codes.roles or codes.leading),
    )
    for key, names, known in lists:
        for name in names:
            if name not in known:
                hint = did_you_mean(str(name), known)
                listed = ", ".join(known) or "the approaches, and there are none"
                yield f"{key}: found '{str(name)[:60]}'; expected one of {listed}{hint}"
    for role, words in codes.words.items():
        if len(words) != 2:
            yield f"words, {role}: found {len(words)} words; expected what one is called, and several"


def without_lists() -> dict[str, tuple[str, ...]]:
    """Return the lists of a study that says nothing of its codes: any text will do."""
    return dict.fromkeys(LISTED, ())
