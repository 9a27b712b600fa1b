"""Chapter 5: how a consultation became a draft framework of principles and values.

Tables 5.1 to 5.6 and Figure 5.1 have the numbers of the report. All else is added: it does not print what
stayed out of the framework (Table 5.7) and what counts for what (Table 5.8). A figure that draws a table has
the table's number. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import INTERVIEWED, labels_of, material_of, row_origins, wide
from peerbook.coding import survey
from peerbook.coding.triangulation import STRANDS, evidence, triangulation
from peerbook.disclosure import Cell, Counted, Nobody, Quoted, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "people_asked",
    "process",
    "words_drawn",
    "words_used",
    "not_peer_support_drawn",
    "not_peer_support",
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

STRAND_NAMES = {"survey": "Online survey", "event": "Consultation events", "hub interview": "Hub interviews"}
SEVERAL = "more than one component"
FIRST = 5  # bars that an alternative text names, besides the last
ORDERS = {"yes": "most important first", "no": "in no order", "not said": "order not said"}
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
WORDS, NOT = "answered words", "answered not"
EXTRACTS = Counted("extracts of hub interviews", ("extracts",), by=("hub",), each=("component",))
RULE = Nobody("says which strands speak for a component, not how many people")
OPPOSITES = (
    "A theme of what is not peer support counts for its opposite: help that is one-way speaks for mutuality."
)


def in_short(study: Study, min_strands: int = 2) -> Output:
    """Say in three lines what came out of the consultation.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    material = material_of(study)
    rule = _rule(study, min_strands)
    components = rule["code_id"].isin(material.codes("draft", "component")["code_id"])
    rows = [
        ("in the draft", "", int((rule["included"] & components).sum()), pd.NA),
        *((strand, "", len(material.took_part(strand)), pd.NA) for strand in STRANDS),
        ("words", *_people_saying(_words(study))),
        ("not", *_people_saying(_not_peer_support(study))),
    ]
    data = pd.DataFrame(rows, columns=["name", "said", "people", "answered"])
    return text(
        "text-in-short-consultation",
        partial(_in_short, needed=min_strands),
        data.astype({"people": "Int64", "answered": "Int64"}),
        people=Counted(counts={"people": _told, "answered": _answered}, by=()),
    )


def _told(row: Mapping[str, object]) -> Cell | None:
    """Return what a number of the lines in short counts; one counts parts of the draft, not people."""
    if row["name"] in STRANDS:
        return Cell(str(row["name"]))
    said = {"words": f"used words, group {row['said']}", "not": f"is not peer support, theme {row['said']}"}
    return Cell(said[str(row["name"])]) if row["name"] in said else None


def _answered(row: Mapping[str, object]) -> Cell:
    return Cell(WORDS if row["name"] == "words" else NOT)


def _people_saying(counted: pd.DataFrame) -> tuple[str, int, int]:
    """Return what most people said, how many they were, and how many answered."""
    most = counted[(counted["people"] == counted["people"].max()) & (counted["people"] > 0)]
    base = int(counted["base"].max()) if len(counted) else 0
    return formats.words(most["label"]), int(most["people"].max()) if len(most) else 0, base


def _in_short(data: pd.DataFrame, needed: int) -> str:
    rows = data.set_index("name")
    people = rows["people"].map(formats.count)
    lines = [
        f"{formats.plural(rows.loc['in the draft', 'people'], 'feature')} of peer support came up in at "
        f"least {formats.in_words(needed)} of three ways of asking: a survey ({people['survey']} people), "
        f"events ({people['event']} people) and talks with hubs ({people['hub interview']} people).",
        f"Asked for words for peer support, {_who_said(rows.loc['words'])}.",
        f"Asked what is *not* peer support, {_who_said(rows.loc['not'])}.",
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


def earlier_frameworks(study: Study) -> Output:
    """Table 5.1: the principles of earlier frameworks, and the draft component nearest to each."""
    material = material_of(study)
    principles = material.codes("earlier_frameworks", "principle")
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
        notes=["The nearest component of the draft framework is a reader's judgement, not printed."],
        evidence=JUDGEMENT,
    )


def people_asked(study: Study) -> Output:
    """Say how many people took part in each strand of the consultation, and answered each question."""
    material = material_of(study)
    people = {strand: len(material.took_part(strand)) for strand in STRANDS}
    answered = {
        WORDS: survey.answered(material, survey.WORDS),
        NOT: survey.answered(material, survey.NOT_PEER_SUPPORT),
    }
    n = people | answered
    return text("text-5.1", _who_was_asked, n, people=Counted(counts=tuple(n)))


def _who_was_asked(n: dict[str, int]) -> str:
    return (
        f"{formats.plural(n['survey'], 'person', 'people')} took part in the online survey, "
        f"{formats.count(n['event'])} in consultation events and "
        f"{formats.count(n['hub interview'])} in interviews with hubs. Of those in the survey, "
        f"{formats.count(n[WORDS])} described peer support in words of their own and "
        f"{formats.count(n[NOT])} said what is not peer support."
    )


def process(study: Study) -> Output:
    """Figure 5.1: from the consultation to the framework, with the number of people at each step."""
    material = material_of(study)
    steps = material.codes("process")
    people = [len(material.took_part(strand)) if strand else pd.NA for strand in steps["level"]]
    links = material.links.query("relation == 'leads to' and from_code in @steps.code_id")
    strand_of = dict(zip(steps["code_id"], steps["level"], strict=True))
    leads_to = steps["code_id"].map(links.groupby("from_code")["to_code"].agg(", ".join)).fillna("")
    return figure(
        "fig-5.1",
        "How the core values framework came about",
        _steps_in_words,
        steps[["code_id", "label"]].assign(people=pd.array(people, dtype="Int64"), leads_to=leads_to),
        lambda data: diagrams.boxes(_steps_placed(data), _steps_joined(data)),
        notes=["The arrows follow the order of the text; those of the printed figure are not preserved."],
        people=Counted(counts={"people": partial(_of_strand, strand_of=strand_of)}, by=()),
    )


def _of_strand(row: Mapping[str, object], strand_of: Mapping[str, str]) -> Cell:
    strand = strand_of[str(row["code_id"])]
    return Cell(INTERVIEWED if strand == "interview" else strand)


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


def words_drawn(study: Study, top_n: int = 15) -> Output:
    """Figure 5.2: the groups of words of Table 5.2 as bars.

    Parameters
    ----------
    study : Study
    top_n : int
        As of `words_used`.
    """
    counted = _words(study, top_n).drop(columns="code_id").rename(columns={"label": "group"})
    title = "Words used to describe peer support: how many people used them"
    return _drawn("fig-5.2", title, counted, _people_counted("used words", "group", WORDS))


def words_used(study: Study, top_n: int = 15) -> Output:
    """Table 5.2: groups of words for peer support, by people who used them.

    Parameters
    ----------
    study : Study
    top_n : int
        Groups to show, with all that tie with the last.
    """
    counted = _words(study, top_n)
    phrases = survey.grouped_phrases(material_of(study)).groupby("code_id")["phrase"].nunique()
    counted["phrases"] = counted["code_id"].map(phrases).fillna(0).astype(int)
    return _people_table(
        "table-5.2",
        "Words used to describe peer support",
        counted.rename(columns={"label": "group"}),
        notes=[
            "People are counted once in a group, however many of its phrases they used; a person may be in "
            "several groups, and one phrase is in two. Percentages are of the people who answered."
        ],
        people=_people_counted("used words", "group", WORDS),
    )


def not_peer_support_drawn(study: Study) -> Output:
    """Figure 5.3: the themes of Table 5.3 as bars."""
    counted = _not_peer_support(study).drop(columns="code_id").rename(columns={"label": "theme"})
    title = "What is not peer support: how many people said so"
    return _drawn("fig-5.3", title, counted, _people_counted("is not peer support", "theme", NOT))


def not_peer_support(study: Study) -> Output:
    """Table 5.3: what people said is not peer support."""
    return _people_table(
        "table-5.3",
        "What is not peer support",
        _not_peer_support(study).rename(columns={"label": "theme"}),
        notes=[
            "A person may have named several themes. Percentages are of the people who answered.",
            "Help that is useful but different is kept, though it speaks for no component.",
        ],
        people=_people_counted("is not peer support", "theme", NOT),
    )


def _people_counted(unit: str, of: str, base: str) -> Counted:
    """Say what is counted of each group of words or theme: who said it, of those who answered."""
    asked = Cell(base, alone=True)
    return Counted(counts={"people": unit, "base": asked}, by=(), each=(of,), words=("phrases",))


def _words(study: Study, top_n: int | None = None) -> pd.DataFrame:
    """Count the people of each group of words."""
    material = material_of(study)
    base = survey.answered(material, survey.WORDS)
    return survey.people_per_code(survey.grouped_phrases(material), material.codes("words"), base, top_n)


def _not_peer_support(study: Study) -> pd.DataFrame:
    """Count the people of each theme of what is not peer support."""
    material = material_of(study)
    base = survey.answered(material, survey.NOT_PEER_SUPPORT)
    return survey.people_per_code(survey.themes_given(material), material.codes("not_peer_support"), base)


def _people_table(id: str, title: str, counted: pd.DataFrame, notes: list[str], people: Counted) -> Output:
    caption = partial(_with_base, title=title)
    return folded(id, caption, counted.drop(columns="code_id"), _with_percent, notes=notes, people=people)


def _with_base(data: pd.DataFrame, title: str) -> str:
    answered = [formats.plural(base, "person", "people") for base in data["base"].unique()]
    return f"{title} ({answered[0]} answered)" if answered else title


def _with_percent(data: pd.DataFrame) -> pd.DataFrame:
    shares = zip(data["people"], data["base"], strict=True)
    written = data.assign(percent=[formats.percent(people, base, 0) for people, base in shares])
    return written.drop(columns="base").set_index(data.columns[0])


def _drawn(id: str, title: str, counted: pd.DataFrame, people: Counted) -> Output:
    return figure(
        id,
        pages.added(title),
        _bars_in_words,
        counted,
        _bars_of_people,
        arrange=_with_percent,
        people=people,
    )


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


def event_lists(study: Study) -> Output:
    """Table 5.4: what people at the events held most important, list by list."""
    material = material_of(study)
    lists = material.sources.query("strand == 'event'")[["source_id", "title", "ranked"]]
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
    return table(
        "table-5.4",
        "Key features of peer support named at the consultation events",
        data,
        _list_by_list,
        people=Quoted("what groups wrote down together", words=("item",)),
    )


def _list_by_list(data: pd.DataFrame) -> pd.DataFrame:
    """Give each list a row, its items in their order."""
    lists = data.groupby("list", sort=False)
    shown = lists.agg(order=("ranked", "first"), items=("item", "; ".join))
    return shown.assign(order=shown["order"].map(ORDERS))


def hub_evidence(study: Study) -> Output:
    """Table 5.5: which hub's interview speaks of which component.

    Its data have a row more for every hub: how many of its extracts speak for several components. A hub of
    whose notes nothing is coded has that row alone.
    """
    return folded(
        "table-5.5",
        "Extracts of hub interviews for each component of the draft framework",
        _extracts(study),
        _has_extracts,
        notes=_extracts_in_words,
        people=EXTRACTS,
    )


def hub_gaps(study: Study) -> Output:
    """Say which hub did not speak of which component: what Table 5.5 has beside the rule."""
    return text("text-5.2", _gaps_in_words, _extracts(study), people=EXTRACTS)


def _gaps_in_words(data: pd.DataFrame) -> str:
    pairs = _has_extracts(data)
    if pairs.empty:
        return "No notes of interviews with hubs are coded."
    hubs = formats.count(pairs.shape[1])
    if pairs.isna().any(axis=None):
        return f"Notes of {hubs} hubs are coded; which of them speak of what is withheld."
    gaps = [f"{hub} of {name}" for name in pairs.index for hub in pairs.columns if not pairs.loc[name, hub]]
    missing = f" The exceptions: no extract of {formats.words(gaps)}." if gaps else ""
    return f"The {hubs} hubs spoke of {'nearly ' if gaps else ''}everything in the draft.{missing}"


def _extracts(study: Study) -> pd.DataFrame:
    """Count extracts by component and hub, and by hub those that speak for several components."""
    material = material_of(study)
    components = material.labels("draft", "component")
    hubs = material.sources.query("strand == 'hub interview'")[["source_id", "place"]]
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
    components = material_of(study).codes("draft", "component")["code_id"]
    rule = _rule(study, min_strands)
    rule = rule[rule["code_id"].isin(components)]
    return table(
        "table-5.6",
        f"Evidence for each component by strand; {min_strands} of {len(STRANDS)} are needed",
        rule.rename(columns={"label": "component"}).drop(columns="code_id"),
        _strand_by_strand,
        notes=[OPPOSITES, "Which theme counts for which component was judged by readers: see Table 5.8."],
        people=RULE,
    )


def left_out(study: Study, min_strands: int = 2) -> Output:
    """Table 5.7: features that too few strands speak for; the report does not list them.

    Parameters
    ----------
    study : Study
    min_strands : int
    """
    rule = _rule(study, min_strands)
    return table(
        "table-5.7",
        pages.added(f"Features that fewer than {min_strands} strands speak for"),
        rule[~rule["included"]].rename(columns={"label": "feature"}).drop(columns="code_id"),
        _strand_by_strand,
        notes=lambda data: (
            ["A theme that is attached to no component stands for itself."] if len(data) else ["None."]
        ),
        people=RULE,
    )


def _rule(study: Study, min_strands: int) -> pd.DataFrame:
    return triangulation(evidence(material_of(study)), min_strands)


def _strand_by_strand(data: pd.DataFrame) -> pd.DataFrame:
    named = data.rename(columns=STRAND_NAMES).set_index(data.columns[0])
    return named[[*STRAND_NAMES.values(), "strands", "included"]]


def attachments(study: Study) -> Output:
    """Table 5.8: how survey groups and themes are attached to components, and why."""
    material = material_of(study)
    labels = labels_of(material)
    links = material.links.query("relation == 'counts towards'")
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
    return folded(
        "table-5.8",
        pages.added("How groups of words and themes are attached to components"),
        data,
        lambda data: data.set_index(["said", "counts_for"])[["direction", "strength", "reason"]],
        notes=["Attachments are judgements; the report does not print its own."],
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
    rule = _rule(study, min_strands)
    components = material.codes("draft", "component")
    components = components[components["code_id"].isin(rule.loc[rule["included"], "code_id"])]
    indicators = material.codes("draft", "indicator").groupby("parent_id")["label"]
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
        pages.added("The draft framework: components that enough strands speak for"),
        data,
        row_headers=2,
        notes=["Which level a component belongs to was decided by the analysts; it cannot be computed."],
        people=RULE,
    )


def printed_tables(study: Study) -> Output:
    """Table 5.11: Tables 5.1 to 5.6 as printed and as rebuilt, cell by cell."""
    words, themes = (
        made.data.rename(columns={"people": "n"}) for made in (words_used(study), not_peer_support(study))
    )
    hubs = hub_evidence(study).data
    ticks = ["survey", "event", "hub_interview"]
    rule = strands(study).data.rename(columns={"hub interview": "hub_interview"})
    lists = event_lists(study).data
    rebuilt = {
        "table_5_1": earlier_frameworks(study).data,
        "table_5_2": words,
        "table_5_3": themes,
        "table_5_4": lists.assign(**lists["list"].str.extract("(?P<event>.*), (?P<group>.*)")),
        "table_5_5": hubs.assign(filled=(hubs["extracts"] > 0).astype(int)),
        "table_5_6": rule.astype(dict.fromkeys(ticks, int)),
    }
    return beside_print.printed_tables("table-5.11", rebuilt)
