"""A survey: the answers, what was asked, and the record of how answers were recoded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.choices import check_one_of

if TYPE_CHECKING:
    from peerbook.data.schema import Field, Schema

SINGLE, SEVERAL, OPEN, NUMBER = "single", "several", "open", "number"
TYPES = (SINGLE, SEVERAL, OPEN, NUMBER)
TICKED = "yes"
_QUESTIONS = ("question", "label", "type", "asked_if")
_OPTIONS = ("question", "option", "label")


@dataclass(frozen=True)
class Step:
    """One recode, as it was done.

    Attributes
    ----------
    into : str
        The question it made.
    out_of : str
        The question or condition it was made of.
    rule : str
        What was done, in words.
    people : int
        People who have a value after it.
    judged : int
        People for whom the rule had to choose between values.
    """

    into: str
    out_of: str
    rule: str
    people: int
    judged: int = 0


@dataclass(frozen=True)
class Survey:
    """The answers to a questionnaire. Nothing in it is changed in place.

    Attributes
    ----------
    answers : DataFrame
        One row per person. A question of one answer, a number or a text has a column of its name; a question
        of several ticks a column `<question>_<option>` for each option, "yes" where it is ticked.
    questions : DataFrame
        One row per question: `question`, `label`, `type` (one of `TYPES`), `asked_if` (a condition as in
        `peerbook.survey.routing`; blank: everybody was asked).
    options : DataFrame
        One row per option: `question`, `option`, `label`, in the order of the form.
    steps : tuple of Step
        The recodes so far.
    """

    answers: pd.DataFrame
    questions: pd.DataFrame
    options: pd.DataFrame
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, answers: pd.DataFrame, questions: pd.DataFrame, options: pd.DataFrame) -> Survey:
        """Read a survey from its raw tables.

        Raises
        ------
        ParameterError
            If a question has an unknown type.

        Examples
        --------
        >>> asked = pd.DataFrame({"question": ["helped"], "label": ["Did it help?"], "type": ["single"]})
        >>> boxes = pd.DataFrame({"question": ["helped"], "option": ["yes"], "label": ["Yes"]})
        >>> Survey.of(pd.DataFrame({"helped": ["yes", None]}), asked, boxes).labels("helped")
        {'yes': 'Yes'}
        """
        for kind in questions["type"].unique():
            check_one_of("type of a question", kind, TYPES)
        questions = questions.reindex(columns=list(_QUESTIONS)).astype(object).fillna("")
        return cls(answers.reset_index(drop=True), questions, options[list(_OPTIONS)].astype(str))

    @classmethod
    def of_table(cls, rows: pd.DataFrame, schema: Schema) -> Survey:
        """Read a survey from a table that has one row per person, and from its schema.

        Parameters
        ----------
        rows : DataFrame
            Typed rows of the table.
        schema : Schema
            A field with categories is a question of one answer; boxes of one `tickGroup` are a question of
            several ticks, of that name; a free text is open, a number a number. Others, such as keys and
            dates, are no questions. `askedIf` says who is asked; of boxes, that of the first.

        Examples
        --------
        >>> from peerbook.data.schema import Field, Schema
        >>> boxes = {name: Field(name, name, "boolean", tick_group="grows") for name in ("beans", "roses")}
        >>> rows = pd.DataFrame({"beans": [True, True], "roses": [False, True]})
        >>> Survey.of_table(rows, Schema("answers", "Answers", boxes)).ticks("grows").sum().to_dict()
        {'beans': 2, 'roses': 1}
        """
        questions, options, answers = {}, [], rows
        for name, field in schema.read_fields.items():
            kind = _type_of(field, name in schema.primary_key)
            if kind == SEVERAL:
                ticked = rows[name].map({True: TICKED}).astype(object)
                answers = answers.assign(**{f"{field.tick_group}_{name}": ticked})
                options.append((field.tick_group, name, field.title))
                named = field.tick_group, sentence(field.tick_group)
            else:
                options += [(name, value, label) for value, label in field.categories.items()]
                named = name, field.title
            if kind:
                questions.setdefault(named[0], (*named, kind, field.asked_if))
        return cls.of(
            answers,
            pd.DataFrame(list(questions.values()), columns=list(_QUESTIONS)),
            pd.DataFrame(options, columns=list(_OPTIONS)),
        )

    def type_of(self, question: str) -> str:
        """Return the type of a question.

        Raises
        ------
        ParameterError
            If there is no such question.
        """
        check_one_of("question", question, list(self.questions["question"]))
        return str(self.questions.set_index("question").loc[question, "type"])

    def asked_if(self, question: str) -> str:
        """Return the condition under which a question was asked; blank: of everybody."""
        self.type_of(question)
        return str(self.questions.set_index("question").loc[question, "asked_if"])

    def label(self, question: str) -> str:
        """Return what a question is called for readers."""
        self.type_of(question)
        return str(self.questions.set_index("question").loc[question, "label"])

    def labels(self, question: str) -> dict[str, str]:
        """Return the options of a question and their labels, in the order of the form."""
        self.type_of(question)
        rows = self.options[self.options["question"] == question]
        return dict(zip(rows["option"], rows["label"], strict=True))

    def ticks(self, question: str) -> pd.DataFrame:
        """Return who chose what: one row per person, a column of yes and no for each option."""
        options = self.labels(question)
        if self.type_of(question) == SEVERAL:
            columns = {option: self._column(f"{question}_{option}").eq(TICKED) for option in options}
        else:
            columns = {option: self._column(question).eq(option) for option in options}
        return pd.DataFrame(columns, index=self.answers.index).fillna(False).astype(bool)

    def written(self, question: str) -> pd.Series:
        """Return whether a person left any answer to a question."""
        if self.type_of(question) == SEVERAL:
            return self.ticks(question).any(axis=1)
        given = self._column(question)
        return given.notna() & given.astype(str).ne("")

    def with_question(
        self, question: str, label: str, values: pd.Series, options: Mapping[str, str], step: Step
    ) -> Survey:
        """Return the survey with one more question of one answer, and the record of how it came about.

        Parameters
        ----------
        question, label : str
        values : Series
            One per person, on the index of `answers`; missing where a person has none.
        options : mapping of str to str
            Options and their labels, in order.
        step : Step
        """
        added = pd.DataFrame([(question, label, SINGLE, "")], columns=list(_QUESTIONS))
        boxes = pd.DataFrame(
            [(question, option, said) for option, said in options.items()], columns=list(_OPTIONS)
        )
        kept = self.questions[self.questions["question"] != question]
        others = self.options[self.options["question"] != question]
        return replace(
            self,
            answers=self.answers.assign(**{question: values}),
            questions=pd.concat([kept, added], ignore_index=True),
            options=pd.concat([others, boxes], ignore_index=True),
            steps=(*self.steps, step),
        )

    def recorded(self) -> pd.DataFrame:
        """Return the steps, one row each: `into`, `out_of`, `rule`, `people`, `judged`."""
        return steps_frame(self.steps)

    def _column(self, name: str) -> pd.Series:
        if name in self.answers:
            return self.answers[name]
        return pd.Series(pd.NA, index=self.answers.index, dtype="object")


def sentence(name: str) -> str:
    """Return the name of a column as words: "what_grows" is "What grows"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _type_of(field: Field, key: bool) -> str:
    """Return what type of question a field of a table is; empty if it is none."""
    if field.tick_group and field.type == "boolean":
        return SEVERAL
    if field.categories:
        return SINGLE
    if field.free_text:
        return OPEN
    return NUMBER if field.type in ("integer", "number") and not key else ""


def steps_frame(steps: Iterable[Step]) -> pd.DataFrame:
    """Lay steps out as rows."""
    columns = ["into", "out_of", "rule", "people", "judged"]
    return pd.DataFrame([[getattr(step, name) for name in columns] for step in steps], columns=columns)
