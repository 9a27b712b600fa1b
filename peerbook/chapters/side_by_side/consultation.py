"""Chapter 5: how a consultation became a draft framework of principles and values.

Tables 5.1 to 5.6 and Figure 5.1 have the numbers of the report. All else is added: it does not print what
stayed out of the framework (Table 5.7) and what counts for what (Table 5.8). A figure that draws a table has
the table's number. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import INTERVIEWED, labels_of, material_of, row_origins, wide
from peerbook.choices import check_between
from peerbook.coding import survey
from peerbook.coding.triangulation import evidence, triangulation
from peerbook.data.codes import (
    ANSWERS,
    CODED,
    COMPONENT,
    INDICATOR,
    LISTS,
    NOTES,
    PHRASES,
    PRINCIPLE,
    PROCESS,
    Codes,
    Question,
)
from peerbook.disclosure import Cell, Counted, Nobody, Quoted, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.coding import Material
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "people_asked",
    "process",
    "answers_drawn",
    "answers_counted",
    "further_questions",
    "event_lists",
    "hub_gaps",
    "hub_evidence",
    "draft_framework",
    "strands",
    "left_out",
    "attachments",
    "earlier_frameworks",
    "printed_tables",
    "statements",
    "discrepancies",
    "row_origins",
]

SEVERAL = "more than one component"
FIRST = 5  # bars that an alternative text names, besides the last
ORDERS = {"yes": "most important first", "no": "in no order", "not said": "order not said"}
ROWS = {PHRASES: "group", CODED: "theme"}  # what answers are counted by
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
EXTRACTS = Counted("extracts of notes", ("extracts",), by=("hub",), each=("component",))
RULE = Nobody("says which strands speak for a component, not how many people")


def in_short(study: Study, min_strands: int = 2) -> Output:
    """Say in a few lines what came out of the consultation.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    material = material_of(study)
    defined, needed = material.defined, _needed(material, min_strands)
    rule = _rule(material, min_strands)
    components = rule["code_id"].isin(material.having(COMPONENT)["code_id"])
    rows = [
        ("in the draft", "", int((rule["included"] & components).sum()), pd.NA),
        *((strand, "", len(material.took_part(strand)), pd.NA) for strand in defined.consultation),
        *((f"{SAID}{name}", *_people_saying(_answers(material, name))) for name in defined.questions),
    ]
    data = pd.DataFrame(rows, columns=["name", "said", "people", "answered"])
    return text(
        "text-in-short-consultation",
        partial(_in_short, needed=needed, defined=defined),
        data.astype({"people": "Int64", "answered": "Int64"}),
        people=Counted(counts={"people": partial(_told, defined=defined), "answered": _answered}, by=()),
    )


SAID = "said: "


def _told(row: Mapping[str, object], defined: Codes) -> Cell | None:
    """Return what a number of the lines in short counts; one counts parts of the draft, not people."""
    name = str(row["name"])
    if name in defined.consultation:
        return Cell(name)
    question = name.removeprefix(SAID)
    if question == name:
        return None
    return Cell(f"{_saying(question)}, {ROWS[defined.questions[question].by]} {row['said']}")


def _answered(row: Mapping[str, object]) -> Cell:
    return Cell(_base(str(row["name"]).removeprefix(SAID)))


def _base(question: str) -> str:
    """Name what the number of those who answered a question counts."""
    return f"answered {question}"


def _saying(question: str) -> str:
    """Name what the number of those who gave one answer to a question counts, but for the answer."""
    return f"said in answer to {question}"


def _people_saying(counted: pd.DataFrame) -> tuple[str, int, int]:
    """Return what most people said, how many they were, and how many answered."""
    most = counted[(counted["people"] == counted["people"].max()) & (counted["people"] > 0)]
    base = int(counted["base"].max()) if len(counted) else 0
    return formats.words(most["label"]), int(most["people"].max()) if len(most) else 0, base


def _in_short(data: pd.DataFrame, needed: int, defined: Codes) -> str:
    rows = data.set_index("name")
    people = rows["people"].map(formats.count)
    ways = [f"{defined.strands[name].said} ({people[name]} people)" for name in defined.consultation]
    features = formats.plural(rows.loc["in the draft", "people"], "feature")
    many = formats.in_words(len(ways))
    how = f"at least {formats.in_words(needed)} of {many}" if needed < len(ways) else f"all {many}"
    how = "both" if needed == len(ways) == 2 else how
    lines = [
        f"{features} of peer support came up in {how} ways of asking. These were {formats.words(ways)}."
        if len(ways) > 1
        else f"{features} of peer support came up in {formats.words(ways)}.",
        *(
            f"{question.asked}, {_who_said(rows.loc[SAID + name])}."
            for name, question in defined.questions.items()
        ),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _who_said(row: pd.Series) -> str:
    if not row["said"]:
        return "nobody answered"
    said = _short(row["said"])
    return f"people came up with “{said}” most often ({_of(row['people'], row['answered'])} people)"


def _of(people: float, base: float) -> str:
    return f"{formats.count(people)} of {formats.count(base)}"


def _short(label: str) -> str:
    """Name a theme by the words before its colon, in small letters."""
    return label.partition(":")[0].lower()


def earlier_frameworks(study: Study) -> Output | None:
    """Table 5.1: the principles of earlier frameworks, and the draft component nearest; None without them."""
    material = material_of(study)
    principles = material.having(PRINCIPLE)
    if principles.empty and not study.definitions.printed:
        return None
    labels = labels_of(material)
    nearest = material.links.query("relation == 'nearest'").set_index("from_code")["to_code"].map(labels)
    data = pd.DataFrame(
        {
            "framework": principles["parent_id"].map(labels),
            "principle": principles["label"],
            "nearest_component": principles["code_id"].map(nearest).fillna("none"),
        }
    )
    return folded(
        "table-5.1",
        "Principles of earlier frameworks of peer support",
        data,
        lambda data: data.set_index(["framework", "principle"]),
        notes=[
            "The nearest component of the draft framework is a reader's judgement"
            f"{', not printed' if study.definitions.printed else ''}."
        ],
        evidence=JUDGEMENT,
    )


def people_asked(study: Study) -> Output:
    """Say how many people took part in each strand of the consultation, and answered each question."""
    material = material_of(study)
    defined = material.defined
    people = {strand: len(material.took_part(strand)) for strand in defined.consultation}
    n = people | {_base(name): survey.answered(material, name) for name in defined.questions}
    return text("text-5.1", partial(_who_was_asked, defined=defined), n, people=Counted(counts=tuple(n)))


def _who_was_asked(n: dict[str, int], defined: Codes) -> str:
    if not defined.consultation:
        return "Nobody was asked in a survey, in lists made together, or in talks kept as notes."
    first, *others = defined.consultation
    said = {name: defined.strands[name].said for name in defined.consultation}
    took = [
        f"{formats.plural(n[first], 'person', 'people')} took part in {said[first]}",
        *(f"{formats.count(n[name])} in {said[name]}" for name in others),
    ]
    asked = formats.words([said[name] for name in defined.holding(ANSWERS)])
    did = [f"{formats.count(n[_base(name)])} {question.did}" for name, question in defined.questions.items()]
    return f"{formats.words(took)}." + (f" Of those in {asked}, {formats.words(did)}." if did else "")


def process(study: Study) -> Output | None:
    """Figure 5.1: from the consultation to the framework, with people at each step; None without steps."""
    material = material_of(study)
    steps = material.codes(material.book(PROCESS))
    if steps.empty and not study.definitions.printed:
        return None
    strands = material.defined.strands
    people = [len(material.took_part(strand)) if strand in strands else pd.NA for strand in steps["level"]]
    links = material.links.query("relation == 'leads to' and from_code in @steps.code_id")
    strand_of = dict(zip(steps["code_id"], steps["level"], strict=True))
    leads_to = steps["code_id"].map(links.groupby("from_code")["to_code"].agg(", ".join)).fillna("")
    return figure(
        "fig-5.1",
        "How the core values framework came about"
        if study.definitions.printed
        else "How the framework came about",
        _steps_in_words,
        steps[["code_id", "label"]].assign(people=pd.array(people, dtype="Int64"), leads_to=leads_to),
        lambda data: diagrams.boxes(_steps_placed(data), _steps_joined(data)),
        notes=["The arrows follow the order of the text; those of the printed figure are not preserved."]
        if study.definitions.printed
        else [],
        people=Counted(
            counts={
                "people": partial(_of_strand, strand_of=strand_of, interviewed=material.defined.interviewed)
            },
            by=(),
        ),
    )


def _of_strand(row: Mapping[str, object], strand_of: Mapping[str, str], interviewed: Sequence[str]) -> Cell:
    strand = strand_of[str(row["code_id"])]
    return Cell(INTERVIEWED if strand in interviewed else strand)


def _steps_in_words(data: pd.DataFrame) -> str:
    steps = _steps_placed(data)
    first, behind = steps.loc[steps["row"] == 0, "label"], steps.loc[steps["row"] > 0, "label"]
    lead = f"{formats.words(first)} lead, one after the other, to: " if len(steps) else ""
    return f"A flow chart. {lead}{'; '.join(behind)}."


def _steps_placed(data: pd.DataFrame) -> pd.DataFrame:
    """Put steps that nothing leads to side by side, and the others one below the other."""
    unknown = data["people"].isna() & ~data["people"].map(is_withheld).astype(bool)
    named = data["label"].where(unknown, data["label"] + " (" + data["people"].map(formats.count) + ")")
    steps = data.assign(label=named).set_index("code_id")
    first = ~steps.index.isin(_steps_joined(data)["to"])
    behind = steps[~first].assign(column=(first.sum() - 1) / 2, row=range(1, int((~first).sum()) + 1))
    return pd.concat([steps[first].assign(column=range(int(first.sum())), row=0), behind])


def _steps_joined(data: pd.DataFrame) -> pd.DataFrame:
    joined = data.assign(to=data["leads_to"].str.split(", ")).explode("to")
    return joined.rename(columns={"code_id": "from"})[["from", "to"]]


def answers_drawn(study: Study, number: int, top_n: int = 15) -> Output | None:
    """Figures 5.2 and 5.3: the answers of Tables 5.2 and 5.3 as bars; None without such a question.

    Parameters
    ----------
    study : Study
    number : int
        Of the question: 1 is the first that the study names.
    top_n : int
        As of `answers_counted`.
    """
    asked = _question(study, number)
    if asked is None:
        return None
    name, question = asked
    counted = _answers(material_of(study), name, top_n).drop(columns="code_id")
    how = "used them" if question.by == PHRASES and study.definitions.printed else "said so"
    return figure(
        f"fig-5.{number + 1}",
        pages.added(f"{question.name}: how many people {how}", study.definitions.printed),
        _bars_in_words,
        counted.rename(columns={"label": ROWS[question.by]}),
        _bars_of_people,
        arrange=_with_percent,
        people=_people_counted(name, question),
    )


def answers_counted(study: Study, number: int, top_n: int = 15) -> Output | None:
    """Tables 5.2 and 5.3: what people answered to a question, by how many said so; None without one.

    Parameters
    ----------
    study : Study
    number : int
        Of the question: 1 is the first that the study names.
    top_n : int
        Groups of phrases to show, with all that tie with the last.
    """
    asked = _question(study, number)
    if asked is None:
        return None
    name, question = asked
    material = material_of(study)
    counted = _answers(material, name, top_n)
    notes = ["A person may have named several themes. Percentages are of the people who answered."]
    if question.by == PHRASES:
        said = survey.grouped_phrases(material, name)
        phrases = said.groupby("code_id")["phrase"].nunique()
        counted["phrases"] = counted["code_id"].map(phrases).fillna(0).astype(int)
        notes = [_phrases_in_words(said)]
    return folded(
        f"table-5.{number + 1}",
        partial(_with_base, title=question.name),
        counted.rename(columns={"label": ROWS[question.by]}).drop(columns="code_id"),
        _with_percent,
        notes=[*notes, *([question.remark] if question.remark else [])],
        people=_people_counted(name, question),
    )


def _phrases_in_words(said: pd.DataFrame) -> str:
    """Say how people and phrases are counted, and how many phrases are in several groups."""
    several = int(said.drop_duplicates(["phrase", "code_id"])["phrase"].value_counts().gt(1).sum())
    also = f", and {formats.in_words(several)} {'phrase is' if several == 1 else 'phrases are'} in two"
    return (
        "People are counted once in a group, however many of its phrases they used; a person may be in "
        f"several groups{also if several else ''}. Percentages are of the people who answered."
    )


def further_questions(study: Study) -> Output | None:
    """Table 5.14: what people answered to all questions after the second; None if there are no more.

    Parameters
    ----------
    study : Study
    """
    material = material_of(study)
    questions = dict(list(material.defined.questions.items())[2:])
    if not questions:
        return None
    counted = [
        _answers(material, name).assign(question=question.name) for name, question in questions.items()
    ]
    return folded(
        "table-5.14",
        pages.added("What people answered to further questions", study.definitions.printed),
        pd.concat(counted)[["question", "label", "people", "base"]].rename(columns={"label": "answer"}),
        _of_each_question,
        notes=["Percentages are of the people who answered the question."],
        people=Counted(
            counts={"people": "said in answer to a question", "base": "answered a further question"},
            by=(),
            each=("question", "answer"),
        ),
    )


def _of_each_question(data: pd.DataFrame) -> pd.DataFrame:
    shares = zip(data["people"], data["base"], strict=True)
    written = data.assign(percent=[formats.percent(people, base, 0) for people, base in shares])
    return written.drop(columns="base").set_index(["question", "answer"])


def _question(study: Study, number: int) -> tuple[str, Question] | None:
    """Return the name of a question by its number, and what the study says of it; None if there are fewer."""
    questions = list(material_of(study).defined.questions.items())
    return questions[number - 1] if number <= len(questions) else None


def _people_counted(name: str, question: Question) -> Counted:
    """Say what is counted of each group of words or theme: who said it, of those who answered."""
    asked = Cell(_base(name), alone=True)
    counts = {"people": _saying(name), "base": asked}
    return Counted(counts=counts, by=(), each=(ROWS[question.by],), words=("phrases",))


def _answers(material: Material, name: str, top_n: int | None = None) -> pd.DataFrame:
    """Count the people of each answer to a question; the most frequent groups of phrases if asked for."""
    question = material.defined.questions[name]
    given, codes = survey.codes_given(material, name), material.codes(question.codebook)
    most = top_n if question.by == PHRASES else None
    return survey.people_per_code(given, codes, survey.answered(material, name), most)


def _with_base(data: pd.DataFrame, title: str) -> str:
    answered = [formats.plural(base, "person", "people") for base in data["base"].unique()]
    return f"{title} ({answered[0]} answered)" if answered else title


def _with_percent(data: pd.DataFrame) -> pd.DataFrame:
    shares = zip(data["people"], data["base"], strict=True)
    written = data.assign(percent=[formats.percent(people, base, 0) for people, base in shares])
    return written.drop(columns="base").set_index(data.columns[0])


def _most_said(data: pd.DataFrame) -> str:
    """Say what came up most: the headline of the picture. Nothing where that is not known."""
    said, people, base = _people_saying(data.rename(columns={data.columns[0]: "label"}).dropna())
    return f"{said.partition(':')[0]} came up most: {_of(people, base)} people" if said else ""


def _bars_in_words(data: pd.DataFrame) -> str:
    """Name the longest bars and the shortest one; all of them stand in the table below the picture."""
    if data.empty:
        return "No data to draw."
    names = data.iloc[:, 0]
    bars = [f"{formats.count(people)}: {name}" for name, people in zip(names, data["people"], strict=True)]
    some = [*bars[:FIRST], *(bars[-1:] if len(bars) > FIRST + 1 else bars[FIRST:])]
    headline = f"{_most_said(data)}. " if _most_said(data) else ""
    return (
        f"{headline}{len(bars)} bars, from most people to fewest. The first and the last: {'; '.join(some)}."
    )


def _bars_of_people(data: pd.DataFrame) -> Figure:
    shares = zip(data["people"], data["base"], strict=True)
    labels = [formats.count_percent(people, base, 0) for people, base in shares]
    return diagrams.bars(
        data.set_index(data.columns[0])[["people"]], labels, "People who said so", _most_said(data)
    )


def event_lists(study: Study) -> Output | None:
    """Table 5.4: what people held most important, list by list; None if no lists were made."""
    material = material_of(study)
    held = material.defined.holding(LISTS)
    lists = material.sources.loc[material.sources["strand"].isin(held), ["source_id", "title", "ranked"]]
    if lists.empty and not study.definitions.printed:
        return None
    items = material.segments.merge(lists, on="source_id", sort=False)
    data = pd.DataFrame(
        {
            "list": items["title"],
            "position": items["position"],
            "item": items["text"].where(items["quotable"] == "yes", "not for quotation"),
            "ranked": items["ranked"].map({"yes": "yes", "no": "no"}).fillna("not said"),
            "_may_be_quoted": items["quotable"],
        }
    )
    said = formats.words([material.defined.strands[name].said for name in held])
    return table(
        "table-5.4",
        "Key features of peer support named at the consultation events"
        if study.definitions.printed
        else f"Key features named in {said}",
        data,
        _list_by_list,
        people=Quoted("what groups wrote down together", words=("item",)),
    )


def _list_by_list(data: pd.DataFrame) -> pd.DataFrame:
    """Give each list a row, its items in their order."""
    lists = data.groupby("list", sort=False)
    shown = lists.agg(order=("ranked", "first"), items=("item", "; ".join))
    return shown.assign(order=shown["order"].map(ORDERS))


def hub_evidence(study: Study) -> Output | None:
    """Table 5.5: in which place's notes there is something of which component; None without notes.

    Its data have a row more for every place: how many of its extracts speak for several components. A place
    of whose notes nothing is coded has that row alone.
    """
    if not _has_notes(study):
        return None
    return folded(
        "table-5.5",
        "Extracts of hub interviews for each component of the draft framework"
        if study.definitions.printed
        else "Extracts of notes for each component of the draft framework, by place",
        _extracts(study),
        _has_extracts,
        notes=_extracts_in_words,
        people=EXTRACTS,
    )


def hub_gaps(study: Study) -> Output | None:
    """Say which place did not speak of which component: what Table 5.5 has beside the rule."""
    if not _has_notes(study):
        return None
    words = partial(_gaps_in_words, places="hubs" if study.definitions.printed else "places")
    return text("text-5.2", words, _extracts(study), people=EXTRACTS)


def _has_notes(study: Study) -> bool:
    """Return whether notes of talks were taken, or the report speaks of them."""
    return bool(material_of(study).defined.holding(NOTES)) or study.definitions.printed


def _gaps_in_words(data: pd.DataFrame, places: str) -> str:
    pairs = _has_extracts(data)
    if pairs.empty:
        return f"No notes of interviews with {places} are coded."
    hubs = formats.count(pairs.shape[1])
    if pairs.isna().any(axis=None):
        return f"Notes of {hubs} {places} are coded; which of them speak of what is withheld."
    gaps = [f"{hub} of {name}" for name in pairs.index for hub in pairs.columns if not pairs.loc[name, hub]]
    missing = f" The exceptions: no extract of {formats.words(gaps)}." if gaps else ""
    most = "nearly everything" if gaps and 2 * len(gaps) < pairs.size else "part of what is" if gaps else ""
    return f"The {hubs} {places} spoke of {most or 'everything'} in the draft.{missing}"


def _extracts(study: Study) -> pd.DataFrame:
    """Count extracts by component and hub, and by hub those that speak for several components."""
    material = material_of(study)
    components = material.labels_of(COMPONENT)
    noted = material.sources["strand"].isin(material.defined.holding(NOTES))
    hubs = material.sources.loc[noted, ["source_id", "place"]]
    coded = material.segments.merge(hubs, on="source_id").merge(material.final_codes(), on="segment_id")
    coded = coded[coded["code_id"].isin(components.index)]
    shared = coded[coded.duplicated("segment_id", keep=False)].drop_duplicates("segment_id")
    both = pd.concat([coded, shared.assign(code_id=SEVERAL)])
    extracts = pd.crosstab(both["code_id"], both["place"]).reindex(
        index=[*components.index, SEVERAL], columns=hubs["place"].unique(), fill_value=0
    )
    extracts = extracts.rename(index=components).rename_axis("component").reset_index()
    data = extracts.melt("component", var_name="hub", value_name="extracts")
    return data[data["hub"].isin(coded["place"]) | (data["component"] == SEVERAL)].reset_index(drop=True)


def _has_extracts(data: pd.DataFrame) -> pd.DataFrame:
    """Say which component each hub spoke of; missing where the number of extracts is."""
    extracts = wide(data[data["component"] != SEVERAL], "component", "hub", "extracts")
    return (extracts > 0).astype("boolean").mask(extracts.isna())


def _extracts_in_words(data: pd.DataFrame) -> list[str]:
    pairs = _has_extracts(data)
    filled = pairs.sum(skipna=False).sum(skipna=False)
    several = data.loc[data["component"] == SEVERAL, "extracts"].sum(skipna=False)
    silent = sorted(set(data["hub"]) - set(pairs))
    return [
        f"{formats.count(filled)} of {pairs.size} pairs of component and hub have an extract.",
        f"{formats.count(several)} of the extracts speak for more than one component.",
        *([f"No extract of the notes is coded for: {formats.words(silent)}."] if silent else []),
    ]


def strands(study: Study, min_strands: int = 2) -> Output:
    """Table 5.6: the strands that speak for each component.

    Parameters
    ----------
    study : Study
    min_strands : int
        How many strands must speak for a component.
    """
    material = material_of(study)
    defined = material.defined
    rule = _rule(material, min_strands)
    rule = rule[rule["code_id"].isin(material.having(COMPONENT)["code_id"])]
    attached = (material.links["relation"] == "counts towards").any()
    needed = f"{_needed(material, min_strands)} of {len(defined.consultation)} are needed"
    return table(
        "table-5.6",
        f"Evidence for each component by strand; {needed}",
        rule.rename(columns={"label": "component"}).drop(columns="code_id"),
        partial(_strand_by_strand, names=_names(material)),
        notes=[
            *(question.note for question in defined.questions.values() if question.note),
            *(
                ["Which theme counts for which component was judged by readers: see Table 5.8."]
                if attached
                else []
            ),
        ],
        people=RULE,
    )


def left_out(study: Study, min_strands: int = 2) -> Output:
    """Table 5.7: features that too few strands speak for; the report does not list them.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    material = material_of(study)
    rule = _rule(material, min_strands)
    return table(
        "table-5.7",
        pages.added(
            f"Features that fewer than {formats.plural(_needed(material, min_strands), 'strand')} speak for"
            if not study.definitions.printed
            else f"Features that fewer than {min_strands} strands speak for",
            study.definitions.printed,
        ),
        rule[~rule["included"]].rename(columns={"label": "feature"}).drop(columns="code_id"),
        partial(_strand_by_strand, names=_names(material)),
        notes=lambda data: (
            ["A theme that is attached to no component stands for itself."] if len(data) else ["None."]
        ),
        people=RULE,
    )


def _rule(material: Material, min_strands: int) -> pd.DataFrame:
    strands = material.defined.consultation
    return triangulation(evidence(material), strands, _needed(material, min_strands))


def _needed(material: Material, min_strands: int) -> int:
    """Return how many strands must speak for a component: where people were asked in one way, that one.

    A rule that no part can meet is refused all the same.
    """
    check_between("min_strands", min_strands, 0)
    return 1 if len(material.defined.consultation) < 2 else min_strands


def _names(material: Material) -> dict[str, str]:
    """Return the names of the strands of the consultation, for headings."""
    return {name: material.defined.strands[name].name for name in material.defined.consultation}


def _strand_by_strand(data: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    named = data.rename(columns=names).set_index(data.columns[0])
    return named[[*names.values(), "strands", "included"]]


def attachments(study: Study) -> Output | None:
    """Table 5.8: how answers are attached to components, and why; None if none is."""
    material = material_of(study)
    labels = labels_of(material)
    links = material.links.query("relation == 'counts towards'")
    if links.empty and not study.definitions.printed:
        return None
    data = pd.DataFrame(
        {
            "said": links["from_code"].map(labels),
            "counts_for": links["to_code"].map(labels),
            "direction": links["polarity"].map({"+": "same", "-": "opposite"}),
            "strength": links["strength"],
            "reason": links["basis"],
            "status": links["status"],
        }
    )
    kept = [name for name in ("direction", "strength", "reason") if data[name].fillna("").ne("").any()]
    return folded(
        "table-5.8",
        pages.added("How groups of words and themes are attached to components", study.definitions.printed),
        data,
        lambda data: data.set_index(["said", "counts_for"])[kept],
        notes=[
            "Attachments are judgements; the report does not print its own."
            if study.definitions.printed
            else "Attachments are judgements."
        ],
        evidence=JUDGEMENT,
    )


def draft_framework(study: Study, min_strands: int = 2) -> Output:
    """Table 5.9: the draft framework, by level, with the indicators of each component.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    material = material_of(study)
    rule = _rule(material, min_strands)
    components = material.having(COMPONENT)
    components = components[components["code_id"].isin(rule.loc[rule["included"], "code_id"])]
    indicators = material.having(INDICATOR).groupby("parent_id")["label"]
    known = study.definitions.printed or (components["level"] != "").any()
    blank = [] if known else ["level"]
    if not study.definitions.printed and not components["code_id"].isin(indicators.groups).any():
        blank += ["indicators", "what_they_are"]
    data = pd.DataFrame(
        {
            "level": components["level"],
            "component": components["label"],
            "indicators": components["code_id"].map(indicators.size()).fillna(0).astype(int),
            "what_they_are": components["code_id"].map(indicators.agg("; ".join)).fillna(""),
        }
    )
    return table(
        "table-5.9",
        pages.added(
            "The draft framework: components that enough strands speak for", study.definitions.printed
        ),
        data.drop(columns=blank),
        row_headers=2 if known else 1,
        notes=["Which level a component belongs to was decided by the analysts; it cannot be computed."]
        if known
        else [],
        people=RULE,
    )


def printed_tables(study: Study) -> Output:
    """Table 5.11: Tables 5.1 to 5.6 as printed and as rebuilt, cell by cell."""
    has_strands = bool(material_of(study).defined.consultation)
    made = {
        "table_5_1": earlier_frameworks(study),
        "table_5_2": answers_counted(study, 1),
        "table_5_3": answers_counted(study, 2),
        "table_5_4": event_lists(study),
        "table_5_5": hub_evidence(study),
        "table_5_6": strands(study) if has_strands else None,
    }
    rebuilt = {name: None if output is None else _as_printed(output.data) for name, output in made.items()}
    return beside_print.printed_tables("table-5.11", rebuilt)


def _as_printed(data: pd.DataFrame) -> pd.DataFrame:
    """Return the data of a table with the columns of the printed one."""
    named = data.rename(columns={"people": "n", "hub interview": "hub_interview"})
    if "list" in data:
        named = named.assign(**data["list"].str.extract("(?P<event>.*), (?P<group>.*)"))
    if "extracts" in data:
        named = named.assign(filled=(data["extracts"] > 0).astype(int))
    ticks = {
        name: int for name in ("survey", "event", "hub_interview") if name in named and "strands" in named
    }
    return named.astype(ticks)
