"""The survey: who answered, how they give and take support, what a peer should share, and bases of numbers.

Tables 1 and 2 have the numbers of the report. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.together import rows
from peerbook.chapters.together.rows import ATTENDING, HALF_UP, KEYS, OFFERING, SAME, STUDY, survey_of
from peerbook.disclosure import MARK, WITHHELD, Cell, Counted, Nobody, is_withheld
from peerbook.disclosure.withheld import withheld_in
from peerbook.evidence import beside_print
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded
from peerbook.survey import (
    PEOPLE,
    Survey,
    conditions,
    count,
    counts_that_print,
    holds,
    keyed,
    people_by_answer,
    people_unasked,
    unasked_keyed,
    wholes_that_print,
)
from peerbook.survey.counting import ASKED, EVERYBODY, WHO_ANSWERED
from peerbook.survey.keys import ANY_ANSWER, ends_again

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "survey_of",
    "in_short",
    "answers",
    "people",
    "taking_part",
    "received",
    "roles",
    "settings",
    "two_codings",
    "more_than_distress",
    "shared",
    "shared_figure",
    "shared_by_bme",
    "training",
    "bases",
    "not_asked",
    "printed_cells",
    "form",
    "recodes",
]

BASE_WORDS = {
    EVERYBODY: "everybody",
    ASKED: "those who were asked",
    WHO_ANSWERED: "those who answered",
    ATTENDING: "those who attend",
    OFFERING: "those who offer",
    "q18 = bme": "BME people",
    "q18 = bme and q2 = yes": "BME people who were asked",
    "q10 answered": "all who left an answer",
    "q13 answered": "all who left an answer",
}
VARIABLES = {
    "age": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "sexual_orientation": "Sexual orientation",
    "disability": "Condition or disability",
    "religion": "Religion",
    "user_carer": "User or carer",
}
INTERVAL = "95% interval"


def in_short(survey: Survey) -> Output:
    """Say in three lines who answered, how they take part, and what a peer should share."""
    more = _row(count(survey, "q2", EVERYBODY), "yes")
    shared = count(survey, "q3", ASKED)
    shared = shared[shared["option"] != ""]
    most = shared.sort_values("people", ascending=False, kind="stable").head(2)
    found = {
        "people": len(survey.answers),
        "attend": int(holds(survey, ATTENDING).sum()),
        "offer": int(holds(survey, OFFERING).sum()),
        "both": int(holds(survey, f"{ATTENDING} and {OFFERING}").sum()),
        "more": int(more["people"]),
        "low": more["ci_low"],
        "high": more["ci_high"],
        "asked": int(shared["base"].max()),
        **{f"named_{n}": label for n, label in enumerate(most["label"].str.lower(), 1)},
        **{f"people_{n}": int(people) for n, people in enumerate(most["people"], 1)},
    }
    asked = conditions(survey, "q3", ASKED)
    who = {
        "people": {},
        "attend": {"q7": "yes"},
        **{name: SAME[question, "yes"] for name, question in (("offer", "offers"), ("both", "both_ways"))},
        "more": {"q2": "yes"},
        "asked": asked,
        **{f"people_{n}": asked | {"q3": option} for n, option in enumerate(most["option"], 1)},
    }
    said = Counted(
        counts={name: Cell(PEOPLE, where) for name, where in who.items()},
        follows=ends_again("more", "people", ("low", "high")),
    )
    return text("text-in-short-survey", _in_short, found, people=said)


def _in_short(n: dict) -> str:
    lines = [
        f"{formats.count(n['people'])} people answered. {formats.count(n['attend'])} of them go to a group "
        f"or service of peer support, {formats.count(n['offer'])} give support to others, and "
        f"{formats.count(n['both'])} do both.",
        f"For {formats.count(n['more'])} of them a peer is more than somebody who has been through distress "
        f"as well. With so few answers, the true share could be anywhere from {formats.count(n['low'])}% to "
        f"{formats.count(n['high'])}%.",
        f"Of these {formats.count(n['asked'])} people, {formats.count(n['people_1'])} want to share the "
        f"{n['named_1']}, and {formats.count(n['people_2'])} the {n['named_2']}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _row(counted: pd.DataFrame, option: str) -> pd.Series:
    return counted.set_index("option").loc[option]


def answers(survey: Survey) -> Output:
    """Text T1: how many people answered, and when."""
    days = pd.to_datetime(survey.answers["submitted_on"])
    found = {
        "people": len(survey.answers),
        "first": str(days.min().date()),
        "last": str(days.max().date()),
        "weeks": ((days.max() - days.min()).days + 1) / 7,
    }
    said = Counted(counts={"people": Cell(PEOPLE)}, extremes=("first", "last", "weeks"))
    return text("text-t1", _answers_in_words, found, people=said)


def _answers_in_words(n: dict) -> str:
    online = ""
    if not is_withheld(n["first"]):  # of real people, the days on which somebody answered are theirs
        first, last = (formats.day(pd.Timestamp(n[name]).date()) for name in ("first", "last"))
        online = f"The form was online for {formats.number(n['weeks'], 0)} weeks, from {first} to {last}. "
    return online + (
        f"{formats.plural(n['people'], 'person', 'people')} answered. How many people saw the form "
        "is not on record: no response rate can be given."
    )


def people(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table 1: who answered; people without an answer stay in the base."""
    return table(
        "table-1",
        _who_all,
        rows.table_1(survey, rounding),
        _who_answered,
        notes=_few,
        people=people_by_answer("n", "_whole", ["percent"]),
    )


def _who_all(data: pd.DataFrame) -> str:
    n = _everybody(data)
    return (
        "People who answered" if is_withheld(n) else f"{formats.plural(n, 'person', 'people')} who answered"
    )


def _everybody(data: pd.DataFrame) -> float:
    """Add up the people of a variable without withheld rows; withheld if there is none."""
    sums = [part["n"].sum(skipna=False) for _, part in data.groupby("variable")]
    return max((n for n in sums if not formats.is_missing(n)), default=WITHHELD)


def _who_answered(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        variable=data["variable"].map(VARIABLES),
        **{
            "people": [formats.count(n) for n in data["n"]],
            "percent": [formats.percent(p, digits=0) for p in data["percent"]],
            INTERVAL: _intervals(data),
        },
    )
    return shown.set_index(["variable", "category"])[["people", "percent", INTERVAL]]


def _intervals(data: pd.DataFrame) -> list[str]:
    return [
        f"{formats.interval(low, high, 0)}%" if pd.notna(low) else formats.missing(low)
        for low, high in data[["ci_low", "ci_high"]].itertuples(index=False)
    ]


def _few(data: pd.DataFrame) -> list[str]:
    held = int(withheld_in(data["n"]).sum())
    if held:
        return [
            "Percentages are of everybody; no response is a row of its own.",
            f"{formats.plural(held, 'row')} of few people, or that would tell of few, "
            f"{'is' if held == 1 else 'are'} withheld.",
        ]
    small = int(data["n"].between(1, 2).sum())
    return [
        "Percentages are of everybody; no response is a row of its own.",
        f"{formats.plural(small, 'row counts', 'rows count')} one or two people. The report prints them. "
        "With real answers such rows should be joined or held back.",
    ]


def taking_part(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T1: who attends, who offers, who does both."""
    found = [
        _one(survey, question, "yes", EVERYBODY, rounding, label)
        for question, label in (
            ("q7", "Attend a group or service"),
            ("offers", "Offer peer support"),
            ("both_ways", "Do both"),
        )
    ]
    return _counted(survey, "table-t1", "Receiving and offering peer support", pd.DataFrame(found))


def _one(
    survey: Survey, question: str, option: str, base: str, rounding: str, label: str = ""
) -> dict[str, object]:
    row = _row(count(survey, question, base, rounding), option).to_dict()
    return row | {"question": question, "option": option, "label": label or row["label"]}


def _counted(
    survey: Survey, id: str, caption: str, data: pd.DataFrame, notes: tuple[str, ...] = ()
) -> Output:
    """Make a table of counts that says of each number who it is of."""
    data = keyed(data, survey, same=SAME)
    data = data.assign(base_is=data["base_is"].map(BASE_WORDS).fillna(data["base_is"]))
    columns = ["label", "people", "base", "base_is", "percent", "shown", "ci_low", "ci_high"]
    rows_ = data[[*columns, *KEYS]].reset_index(drop=True)
    said = partial(_base_and_more, notes=notes)
    return table(id, caption, rows_, _with_base, notes=said, people=people_by_answer())


def _with_base(data: pd.DataFrame) -> pd.DataFrame:
    """Arrange counts, below a heading for each base if there are several."""
    whole = [f"Of {formats.count(n)}: {said}" for n, said in data[["base", "base_is"]].to_numpy()]
    shown = data.assign(
        **{
            "of": whole,
            "people": [formats.count(n) for n in data["people"]],
            "percent": [formats.percent(p, digits=0) for p in data["shown"]],
            INTERVAL: _intervals(data),
        }
    ).rename(columns={"label": "answer"})
    heads = ["of", "answer"] if len(set(whole)) > 1 else ["answer"]
    return shown.set_index(heads)[["people", "percent", INTERVAL]]


def _base_and_more(data: pd.DataFrame, notes: tuple[str, ...]) -> list[str]:
    bases_ = data[["base", "base_is"]].drop_duplicates()
    if len(bases_) > 1:
        return list(notes)
    n, said = bases_.iloc[0]
    return [f"Percentages are of {formats.plural(n, 'person', 'people')}: {said}.", *notes]


def received(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T2: how support is received, on the base that the report names and on the one that fits."""
    parts = [count(survey, "q10", base, rounding) for base in (ATTENDING, "q10 answered")]
    return _counted(
        survey,
        "table-t2",
        "How support is received, on two bases",
        pd.concat(parts),
        (
            "The first base is those who say that they attend, the second all who left an answer, whether or "
            "not they attend.",
        ),
    )


def roles(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T3: the role of those who offer support."""
    found = count(survey, "q14", OFFERING, rounding)
    return _counted(survey, "table-t3", "Role of those who offer support", found)


def settings(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table 2: where support is offered, by role: people and percent of each role."""
    return table(
        "table-2",
        "Setting of what is offered, by role",
        rows.table_2(survey, rounding),
        _by_role,
        notes=_sums,
        people=people_by_answer(percents=["percent"]),
    )


def _by_role(data: pd.DataFrame) -> pd.DataFrame:
    written = data.assign(
        cell=[
            f"{formats.count(n)} ({formats.percent(p, digits=0)})"
            for n, p in data[["people", "percent"]].itertuples(index=False)
        ],
        role_of=[
            f"{label}, {formats.count(base)}"
            for label, base in data[["group_label", "base"]].itertuples(index=False)
        ],
    )
    order = list(dict.fromkeys(written["role_of"]))
    wide = written.pivot_table(index="label", columns="role_of", values="cell", aggfunc="first")
    return wide.reindex(index=list(dict.fromkeys(written["label"])), columns=order).rename_axis(
        index="setting", columns=None
    )


def _sums(data: pd.DataFrame) -> list[str]:
    roles_only = data[data["role"] != "all"].groupby("context")["people"].sum()
    whole = data[data["role"] == "all"].set_index("context")["people"]
    equal = roles_only.reindex(whole.index).eq(whole).all()
    return [
        "In every row the roles add up to the column of all."
        if equal
        else "As they are shown, the roles do not add up to the column of all in every row."
    ]


def two_codings(study: Study, rounding: str = HALF_UP) -> Output:
    """Table T25: Table 2 by two codings of the same answers, beside print: no single one gives all of it."""
    printed = published.load(STUDY, "table_2")
    data = printed[["context", "role", "percent"]].rename(columns={"percent": "printed"})
    for name in ("both", "informal"):
        made = rows.table_2(survey_of(study, name), rounding)[
            ["context", "role", "label", "people", "percent"]
        ]
        made = made.rename(columns={"people": f"people_{name}", "percent": f"percent_{name}"})
        data = data.merge(made if "label" not in data else made.drop(columns="label"), on=["context", "role"])
    shown = data[data["context"].isin(["informal", "both"])].reset_index(drop=True)
    shown = shown.merge(
        rows.conflicts_of_table_2().rename(columns={"row": "context", "column": "role"})[
            ["context", "role", "conflict"]
        ],
        on=["context", "role"],
        how="left",
    )
    return table(
        "table-t25",
        "Table 2 by two codings of the same answers",
        shown.fillna({"conflict": ""}),
        _beside_codings,
        notes=_no_single_coding,
        people=Counted(
            by=(),
            plain=("printed",),
            extremes=tuple(
                f"{what}_{name}" for what in ("people", "percent") for name in ("both", "informal")
            ),
        ),
    )


def _beside_codings(data: pd.DataFrame) -> pd.DataFrame:
    names = {
        "printed": "printed",
        "percent_both": "two ticks are both",
        "percent_informal": "two ticks are informal",
    }
    roles_named = {
        "all": "All",
        "paid": "Paid worker",
        "volunteer": "Volunteer",
        "group_member": "Group member",
    }
    shown = data.assign(
        role=data["role"].map(roles_named),
        **{new: [formats.percent(p, digits=0) for p in data[old]] for old, new in names.items()},
    )
    return shown.set_index(["label", "role"])[list(names.values())].rename_axis(["setting", "role"])


def _no_single_coding(data: pd.DataFrame) -> list[str]:
    if withheld_in(data["percent_both"]).any():
        return [beside_print.NOT_TOLD]
    printed = data.dropna(subset="printed")
    fits = {
        name: (printed["printed"] == printed[f"percent_{name}"]).groupby(printed["role"] == "all").all()
        for name in ("both", "informal")
    }
    whole = [name for name, found in fits.items() if found.all()]
    conflicts = data[data["conflict"] != ""]
    said = "; ".join(f"{label.lower()}, {why}" for label, why in conflicts[["label", "conflict"]].to_numpy())
    verdict = (
        "No single coding gives both the roles and the column of all."
        if not whole
        else "One coding gives the whole printed table."
    )
    return [f"Print: {said}.", verdict]


def more_than_distress(survey: Survey, rounding: str = HALF_UP, made_up: bool = True) -> Output:
    """Table T4: whether a peer should share more than distress; of `made_up` answers it says which are."""
    return _counted(
        survey,
        "table-t4",
        "Should a peer share more than distress?",
        count(survey, "q2", EVERYBODY, rounding),
        ("The report prints only the share of yes. How the others answered is made up.",) if made_up else (),
    )


def shared(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T5: what a peer should share, of those who were asked."""
    return _counted(
        survey,
        "table-t5",
        "What a peer should share besides distress",
        count(survey, "q3", ASKED, rounding),
        ("People could tick several boxes, so the rows do not add up.",),
    )


def shared_figure(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Figure T1: what a peer should share, with how sure that is."""
    data = keyed(count(survey, "q3", ASKED, rounding), survey)
    data = data[data["option"] != ""].sort_values("people", ascending=False, kind="stable")
    return figure(
        "fig-t1",
        "What a peer should share besides distress, of those who were asked",
        _shares_in_words,
        data[["label", "people", "base", "shown", "ci_low", "ci_high", *KEYS]].reset_index(drop=True),
        lambda data: diagrams.bars(
            data.set_index("label")[["people"]],
            [f"{formats.percent(p, digits=0)}" for p in data["shown"]],
            "People",
            _headline(data),
        ),
        people=people_by_answer(percents=["shown"]),
    )


def _headline(data: pd.DataFrame) -> str:
    first = data.iloc[0]
    of = f"{formats.count(first['people'])} of {formats.count(first['base'])} people"
    return f"The {first['label'].lower()} comes first: {of}."


def _shares_in_words(data: pd.DataFrame) -> str:
    told = "; ".join(
        f"{row.label.lower()}, {formats.percent(row.shown, digits=0)} (likely range "
        f"{formats.interval(row.ci_low, row.ci_high, 0)}%)"
        for row in data.itertuples()
    )
    return f"{_headline(data)} A bar for each answer, longest first: {told}."


def shared_by_bme(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T6: a shared background, of black and minority ethnic people."""
    bases = {"q18 = bme": "BME people", "q18 = bme and q2 = yes": "BME people who were asked"}
    found = [_one(survey, "q3", "identity", base, rounding) for base in bases]
    return _counted(
        survey,
        "table-t6",
        "A shared identity or background, of black and minority ethnic (BME) people",
        pd.DataFrame(found),
    )


def training(survey: Survey) -> Output:
    """Table T7: views on training and who was trained, by role and course."""
    trained, in_ps = "q13 = specific_ps", {"q13": "specific_ps"}
    roles, courses = survey.labels("q14"), survey.labels("q13_course")
    numbers = [
        ("Gave a view on training", int(survey.written("q13").sum())),
        ("Trained in peer support", int(holds(survey, trained).sum())),
        *(
            (f"Of these: {label.lower()}", int(holds(survey, f"{trained} and q14 = {role}").sum()))
            for role, label in roles.items()
        ),
        *(
            (f"Of these: {formats.lower_first(label)}", int(holds(survey, f"q13_course = {course}").sum()))
            for course, label in courses.items()
        ),
    ]
    who = [
        {"q13": ANY_ANSWER},
        in_ps,
        *(in_ps | {"q14": role} for role in roles),
        *({"q13_course": course} for course in courses),
    ]
    data = pd.DataFrame(numbers, columns=["answer", "people"]).assign(_who=who)
    return table(
        "table-t7", "Training in peer support", data, _training, people=Counted(counts={"people": _who})
    )


def _training(data: pd.DataFrame) -> pd.DataFrame:
    return data.set_index("answer")


def _who(row: Mapping[str, object]) -> Cell:
    return Cell(PEOPLE, row["_who"])


def bases(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T27: printed percentages and the counts that could have printed them."""
    said = published.load(STUDY, "statements").query("unit == 'percent' and outside == ''")
    everybody, offer = len(survey.answers), int(holds(survey, OFFERING).sum())
    attend, bme = int(holds(survey, ATTENDING).sum()), int(holds(survey, "q18 = bme").sum())
    asked = int(holds(survey, "q2 = yes").sum())
    wholes = {
        **dict.fromkeys(("attends", "offers", "both", "more_than_distress"), (everybody, EVERYBODY)),
        **dict.fromkeys(("received_mutual", "received_paid"), (attend, "those who attend")),
        **dict.fromkeys(("role_paid", "role_volunteer", "role_group_member"), (offer, "those who offer")),
        **dict.fromkeys(
            ("share_recovery", "share_diagnosis", "share_treatment"), (asked, "those who were asked")
        ),
        "share_identity": (everybody, f"{EVERYBODY}, by the words of the report"),
        "bme_share_identity": (bme, "BME people"),
    }
    found = [
        (
            row["what"],
            float(row["value"]),
            *wholes[row["name"]],
            ", ".join(map(str, counts_that_print(float(row["value"]), wholes[row["name"]][0], rounding))),
        )
        for row in said.to_dict("records")
        if row["name"] in wholes
    ]
    data = pd.DataFrame(found, columns=["number", "printed_percent", "base", "base_is", "counts"])
    ways = [float(x) for x in said.set_index("name").loc[["received_mutual", "received_paid"], "value"]]
    fitting = wholes_that_print(ways, everybody, rounding)["whole"]
    data = data.assign(wholes=", ".join(map(str, fitting)) or "none")
    return folded(
        "table-t27",
        "Which counts could have printed each percentage",
        data,
        _possible,
        notes=_impossible,
        people=Counted(by=(), plain=("printed_percent",), extremes=("base", "counts", "wholes")),
    )


def _possible(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        printed=[formats.percent(p, digits=0) for p in data["printed_percent"]],
        of=[f"{said} ({formats.count(n)})" for n, said in data[["base", "base_is"]].itertuples(index=False)],
        people=data["counts"].replace("", "no count"),
    )
    return shown.set_index("number")[["printed", "of", "people"]]


def _impossible(data: pd.DataFrame) -> list[str]:
    if data["counts"].eq(MARK).any():
        return [beside_print.NOT_TOLD]
    none = data[data["counts"] == ""]
    if none.empty:
        return ["Every printed percentage fits a count on its base."]
    return [
        f"{formats.plural(len(none), 'percentage fits', 'percentages fit')} no count on the base named.",
        f"The two on how support is received fit together on these bases only: {data['wholes'].iloc[0]}.",
    ]


def not_asked(survey: Survey) -> Output:
    """Table T23: answers from people whom the form did not ask."""
    return table(
        "table-t23",
        "Answers of people who were not asked",
        unasked_keyed(survey),
        lambda data: (
            data[data["answered"] != 0]
            .drop(columns="question")
            .rename(columns={"asked_if": "asked if", "not_asked": "not asked"})
            .set_index("label")
            .rename_axis("question")
        ),
        notes=_routing_notes,
        people=people_unasked(),
    )


def _routing_notes(data: pd.DataFrame) -> list[str]:
    total = data["not_asked"].sum(skipna=False)
    return [
        f"{formats.plural(total, 'answer')} from people who were not asked. They stay in the data. They are "
        "left out of a percentage unless its base says otherwise."
    ]


def printed_cells(survey: Survey, rounding: str = HALF_UP) -> Output:
    """Table T28: Tables 1 and 2 beside this build, cell by cell."""
    return beside_print.cells_table("table-t28", rows.cells(survey, rounding))


def form(study: Study) -> Output:
    """Table T22: the form: its questions in short, who was asked, and its options."""
    questions, options = study.table("survey/questions"), study.table("survey/options")
    named = options.groupby("question", sort=False)["label"].agg("; ".join)
    data = questions[["question", "section", "label", "printed_type", "asked_if", "routing_implied", "coded"]]
    data = data.assign(options=data["question"].map(named)).astype(object)
    return folded(
        "table-t22",
        "The form, in short labels",
        data.where(data.notna(), ""),
        _form,
        notes=_form_notes,
        people=Nobody("lists what was asked"),
    )


def _form(data: pd.DataFrame) -> pd.DataFrame:
    asked = data["asked_if"].replace({"": "everybody"})
    asked = asked.where(data["routing_implied"] != "yes", asked + " (not printed)")
    shown = data.assign(**{"asked if": asked, "on the form": data["printed_type"]})
    return shown.set_index(["question", "label"])[["on the form", "asked if", "options"]]


def _form_notes(data: pd.DataFrame) -> list[str]:
    coded = int(((data["coded"] == "yes") & (data["printed_type"] == "text box")).sum())
    routed = int((data["routing_implied"] == "yes").sum())
    return [
        f"{formats.plural(coded, 'row')} of text boxes came to us sorted into options.",
        f"Who was asked is implied by the order of the form in {formats.plural(routed, 'row')}, not printed.",
    ]


def recodes(survey: Survey) -> Output:
    """Table T26: the recodes, one row for each step."""
    names = dict(survey.questions[["question", "label"]].to_numpy())
    data = survey.recorded().assign(label=[names[name] for name in survey.recorded()["into"]])
    return folded(
        "table-t26",
        "Recodes, step by step",
        data.assign(_question=data["into"])[["label", "out_of", "rule", "people", "judged", "_question"]],
        _steps,
        notes=("Judged: people for whom the rule chose between two values.",),
        people=Counted(counts={"people": _with_value, "judged": _judged}, by=()),
    )


def _with_value(row: Mapping[str, object]) -> Cell:
    return Cell(PEOPLE, SAME.get((row["_question"], "yes"), {row["_question"]: ANY_ANSWER}))


def _judged(row: Mapping[str, object]) -> Cell:
    return Cell(PEOPLE, {row["_question"]: "chosen by the rule"})


def _steps(data: pd.DataFrame) -> pd.DataFrame:
    return (
        data.rename(columns={"out_of": "made of", "rule": "how"})
        .set_index("label")
        .rename_axis("new question")
    )
