"""Chapter 5: how a consultation became a draft framework of principles and values.

`OUTPUTS` lists every output in order; `draft_framework` holds the rule of strands. Tables 5.1 to 5.6 and
Figure 5.1 have the numbers of the report; it does not print what stayed out of the framework (Table 5.7)
and what counts for what (Table 5.8).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import labels_of, material_of, row_origins
from peerbook.chapters.side_by_side.consultation.draft_framework import (
    attachments,
    draft_framework,
    left_out,
    strands,
)
from peerbook.coding import survey
from peerbook.coding.triangulation import STRANDS
from peerbook.outputs import Output, diagrams, figure, formats, table, text

if TYPE_CHECKING:
    from peerbook.study import Study


def earlier_frameworks(study: Study) -> Output:
    """Table 5.1: the principles of earlier frameworks, and the draft component nearest to each."""
    material = material_of(study)
    book = material.codes("earlier_frameworks")
    principles = book.query("kind == 'principle'")
    labels = labels_of(material)
    nearest = material.links.query("relation == 'nearest'").set_index("from_code")["to_code"].map(labels)
    data = pd.DataFrame(
        {
            "framework": principles["parent_id"].map(labels),
            "principle": principles["label"],
            "nearest_component": principles["code_id"].map(nearest).fillna("none"),
        }
    )
    return table(
        "table-5.1",
        "Principles of earlier frameworks of peer support",
        data,
        row_headers=2,
        notes=["The nearest component of the draft framework is a reader's judgement, not printed."],
    )


def people_asked(study: Study) -> Output:
    """Say how many people took part in each strand of the consultation, and answered each question."""
    material = material_of(study)
    people = {strand: len(material.took_part(strand)) for strand in STRANDS}
    words = survey.answered(material, survey.WORDS)
    opposites = survey.answered(material, survey.NOT_PEER_SUPPORT)
    sentence = (
        f"{formats.plural(people['survey'], 'person', 'people')} took part in the online survey, "
        f"{formats.count(people['event'])} in consultation events and "
        f"{formats.count(people['hub interview'])} in interviews with hubs. Of those in the survey, "
        f"{formats.count(words)} described peer support in words of their own and "
        f"{formats.count(opposites)} said what is not peer support."
    )
    return text("text-5.1", sentence, {**people, "answered words": words, "answered not": opposites})


def process(study: Study) -> Output:
    """Figure 5.1: from the consultation to the framework, with the number of people at each step."""
    material = material_of(study)
    steps = material.codes("process")
    people = [len(material.took_part(strand)) if strand else pd.NA for strand in steps["level"]]
    data = steps[["code_id", "label"]].assign(people=pd.array(people, dtype="Int64"))
    links = material.links.query("relation == 'leads to' and from_code in @steps.code_id")
    data["leads_to"] = data["code_id"].map(links.groupby("from_code")["to_code"].agg(", ".join)).fillna("")
    named = data["label"].where(
        data["people"].isna(), data["label"] + " (" + data["people"].astype(str) + ")"
    )
    nodes = _placed(data.assign(label=named), links)
    return figure(
        "fig-5.1",
        "How the core values framework came about",
        "A flow chart. "
        + (
            f"{formats.words(nodes.loc[nodes['row'] == 0, 'label'])} lead, one after the other, to: "
            if len(nodes)
            else ""
        )
        + "; ".join(nodes.loc[nodes["row"] > 0, "label"])
        + ".",
        data,
        lambda: diagrams.boxes(nodes, links),
        notes=["The arrows follow the order of the text; those of the printed figure are not preserved."],
    )


def words_used(study: Study, top_n: int = 15) -> Output:
    """Table 5.2: groups of words for peer support, by people who used them.

    Parameters
    ----------
    study : Study
    top_n : int
        Groups to show, with all that tie with the last.
    """
    material = material_of(study)
    said = survey.grouped_phrases(material)
    base = survey.answered(material, survey.WORDS)
    counted = survey.people_per_code(said, material.codes("words"), base, top_n)
    phrases = said.groupby("code_id")["phrase"].nunique()
    counted["phrases"] = counted["code_id"].map(phrases).fillna(0).astype(int)
    return _people_table(
        "table-5.2",
        f"Words used to describe peer support ({formats.plural(base, 'person', 'people')} answered)",
        counted.rename(columns={"label": "group"}),
        notes=[
            "People are counted once in a group, however many of its phrases they used; a person may be in "
            "several groups, and one phrase is in two. Percentages are of the people who answered."
        ],
    )


def not_peer_support(study: Study) -> Output:
    """Table 5.3: what people said is not peer support."""
    material = material_of(study)
    base = survey.answered(material, survey.NOT_PEER_SUPPORT)
    themes = material.codes("not_peer_support")
    counted = survey.people_per_code(survey.themes_given(material), themes, base)
    return _people_table(
        "table-5.3",
        f"What is not peer support ({formats.plural(base, 'person', 'people')} answered)",
        counted.rename(columns={"label": "theme"}),
        notes=[
            "A person may have named several themes. Percentages are of the people who answered.",
            "Help that is useful but different is kept, though it speaks for no component.",
        ],
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
        }
    )
    order = data["ranked"].map(
        {"yes": "most important first", "no": "in no order", "not said": "order not said"}
    )
    return table(
        "table-5.4",
        "Key features of peer support named at the consultation events",
        data,
        shown=data.assign(list=data["list"] + ": " + order).set_index(["list", "position"])[["item"]],
    )


def hub_evidence(study: Study) -> Output:
    """Table 5.5: which hub's interview speaks of which component."""
    material = material_of(study)
    components = material.codes("draft", "component")
    hubs = material.sources.query("strand == 'hub interview'")
    notes = material.segments.merge(hubs[["source_id", "place"]], on="source_id")
    coded = notes.merge(material.final_codes(), on="segment_id")
    extracts = pd.crosstab(coded["code_id"], coded["place"])
    spoke = [place for place in hubs["place"] if place in extracts]
    extracts = extracts.reindex(index=components["code_id"], columns=spoke, fill_value=0)
    extracts.index = pd.Index(components["label"], name="component")
    silent = sorted(set(hubs["place"]) - set(spoke))
    data = extracts.reset_index().melt("component", var_name="hub", value_name="extracts")
    filled = int((extracts.to_numpy() > 0).sum())
    summary = f"{filled} of {extracts.size} pairs of component and hub have an extract."
    several = int((coded["segment_id"].value_counts() > 1).sum())
    shared = f"{several} of the extracts speak for more than one component."
    absent = [f"No extract of the notes is coded for: {formats.words(silent)}."] if silent else []
    return table(
        "table-5.5",
        "Extracts of hub interviews for each component of the draft framework",
        data,
        shown=extracts > 0,
        notes=[summary, shared, *absent],
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


def _people_table(id: str, caption: str, counted: pd.DataFrame, notes: list[str]) -> Output:
    data = counted.drop(columns="code_id")
    shown = data.drop(columns="base").set_index(data.columns[0])
    shown["percent"] = [
        formats.percent(n, base, 0) for n, base in zip(data["people"], data["base"], strict=True)
    ]
    return table(id, caption, data, shown=shown, notes=notes)


def _placed(steps: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Put steps that nothing leads to side by side, and the others one below the other."""
    first = ~steps["code_id"].isin(links["to_code"])
    behind = steps[~first].assign(column=(first.sum() - 1) / 2, row=range(1, int((~first).sum()) + 1))
    return pd.concat([steps[first].assign(column=range(int(first.sum())), row=0), behind])


OUTPUTS: MappingProxyType[str, Callable[[Study], Output]] = MappingProxyType(
    {
        "table-5.1": earlier_frameworks,
        "text-5.1": people_asked,
        "fig-5.1": process,
        "table-5.2": words_used,
        "table-5.3": not_peer_support,
        "table-5.4": event_lists,
        "table-5.5": hub_evidence,
        "table-5.6": strands,
        "table-5.7": left_out,
        "table-5.8": attachments,
        "table-5.9": draft_framework,
        "table-5.10": partial(row_origins, id="table-5.10"),
        "table-5.11": printed_tables,
        "table-5.12": partial(statements, chapter="5", id="table-5.12"),
        "table-5.13": partial(discrepancies, chapter="5", id="table-5.13"),
    }
)
