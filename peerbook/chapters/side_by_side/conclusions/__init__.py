"""Chapter 11: what the report concludes, what each conclusion rests on, and what of it stands in these data.

`claims` computes what the chapter and the summary state, `standing` what each conclusion rests on. The report
prints no table or figure in this chapter: all are added. `__all__` has what the notebook shows, in its order,
and what computes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import STUDY
from peerbook.chapters.side_by_side.coded_rows import wide
from peerbook.chapters.side_by_side.conclusions import listed
from peerbook.chapters.side_by_side.conclusions.listed import Basis, basis, judgeable
from peerbook.chapters.side_by_side.conclusions.standing import (
    CONCLUSIONS,
    conclusions_of,
    links_of,
    reflections_of,
)
from peerbook.disclosure import Cell, Counted, Nobody
from peerbook.evidence.links import LOST, OPEN, STANDS
from peerbook.evidence.register import rows_by_origin
from peerbook.outputs import Output, formats, table, text
from peerbook.outputs.evidence import PUBLISHED
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.log import Log

_FLOW = ("people", "registered", "registered_with_logs")

__all__ = [  # noqa: RUF022 the order of the page
    "basis",
    "in_short",
    "at_a_glance",
    "each_conclusion",
    "what_it_rests_on",
    "participation",
    "reflections",
    "going_forward",
    "statements",
    "discrepancies",
    "row_origins",
]

CHAPTER, SUMMARY = "chapter 11", "executive summary"
NO_TABLE = "These data hold no {} (the table {}), so this cannot be shown."


def in_short(log: Log, rests: Basis) -> Output:
    """Say in three lines how many conclusions stand, where most and fewest do, and how many people there are.

    Parameters
    ----------
    log : Log
    rests : Basis
    """
    rows = judgeable(rests.of(CHAPTER))
    known = rows[rows["standing"] != OPEN]
    by_section = (known["standing"] == STANDS).groupby(known["section"], sort=False)
    shares = by_section.mean()
    best, worst = (shares.idxmax(), shares.idxmin()) if len(shares) > 1 else ("", "")
    counts = {
        "conclusions": len(rows),
        "known": len(known),
        "stand": int((known["standing"] == STANDS).sum()),
        "no longer": int((known["standing"] == LOST).sum()),
        "best": best,
        "worst": worst,
        **_how_many(by_section, "best", best),
        **_how_many(by_section, "worst", worst),
        **{name: log.flow[name] for name in ("people", "registered", "registered_with_logs")},
    }
    return text(
        "text-in-short-conclusions",
        _in_short,
        counts,
        people=Counted(counts=_FLOW, plain=tuple(name for name in counts if name not in _FLOW)),
    )


def _how_many(by_section: pd.api.typing.SeriesGroupBy, name: str, section: str) -> dict[str, int]:
    stand, of = (counts.get(section, 0) for counts in (by_section.sum(), by_section.size()))
    return {f"{name} stand": int(stand), f"{name} of": int(of)}


def _in_short(n: Mapping[str, float | str]) -> str:
    count = {name: value if isinstance(value, str) else formats.count(value) for name, value in n.items()}
    lines = [
        f"The report's last chapter draws {count['conclusions']} conclusions. {count['known']} of them can "
        f"be checked with these data. Of these, {count['stand']} stand."
        + listed.lost_in_words(n["no longer"])
        if n["conclusions"]
        else NO_TABLE.format("list of conclusions", CONCLUSIONS),
        f"Conclusions on “{formats.lower_first(str(n['best']))}” stand best ({count['best stand']} of "
        f"{count['best of']}). Those on “{formats.lower_first(str(n['worst']))}” stand least "
        f"({count['worst stand']} of {count['worst of']})."
        if n["best"]
        else "There are no two parts of the chapter to compare.",
        f"{count['people']} people took part in the log. {count['registered']} of them registered, and "
        f"{count['registered_with_logs']} of these sent in a log.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def at_a_glance(rests: Basis) -> Output | None:
    """Figure 11.1: how many conclusions of each part of the chapter stand; None without conclusions.

    Parameters
    ----------
    rests : Basis
    """
    return listed.standing_drawn("fig-11.1", rests.of(CHAPTER))


def each_conclusion(rests: Basis) -> Output | None:
    """Table 11.1: every conclusion of the chapter, how strongly it is worded, and what stands.

    Parameters
    ----------
    rests : Basis
    """
    return listed.standing_listed("table-11.1", rests.of(CHAPTER))


def what_it_rests_on(rests: Basis) -> Output | None:
    """Table 11.2: the findings, statements and themes behind each conclusion, in print and in these data.

    Parameters
    ----------
    rests : Basis
    """
    return listed.supports_listed("table-11.2", rests, CHAPTER)


def participation(log: Log) -> Output:
    """Table 11.3: how many people and logs there are, by what "taking part" is to mean.

    Parameters
    ----------
    log : Log
    """
    said = published.load(STUDY, "statements").set_index("name")["printed"]
    flow = log.flow
    people = [
        ("took part: registered, or sent a log", "people", ("ch11_log_people",), ()),
        ("registered", "registered", ("ch11_registered",), ()),
        ("registered, and sent a log", "registered_with_logs", ("ch11_registered_with_logs",), ()),
        ("sent a log without having registered", "people_without_registration", ("ch11_unregistered",), ()),
        ("sent a log", "people_with_logs", (), ("c009_log_people",)),
        ("sent two logs or more", "people_with_two_or_more", (), ()),
    ]
    logs = [
        ("sent in", "logs_before_cleaning", ("ch11_logs_completed",), ()),
        ("left after cleaning", "logs", (), ()),
        ("used with the log before", "pairs", ("ch11_logs_used",), ()),
        ("on paper", "logs_paper", (), ()),
        ("with ticks in place of numbers", "logs_ticked", ("ch11_paper_ticks",), ()),
    ]
    rows = [
        {
            "counted": unit,
            "who_counts": words,
            "number": flow.get(step, pd.NA),
            "chapter_11": formats.words(said[name] for name in here),
            "summary": formats.words(said[name] for name in there),
        }
        for unit, steps in (("People", people), ("Logs", logs))
        for words, step, here, there in steps
    ]
    steps = {words: step for words, step, *_ in (*people, *logs)}
    return table(
        "table-11.3",
        pages.added("People and logs, by what taking part is to mean"),
        pd.DataFrame(rows).astype({"number": "Int64"}),
        _participation_told,
        notes=[
            "The printed words stand beside the count that they are nearest to in meaning.",
            "“Nearly half” is said of paper logs. The number beside it counts all logs with ticks.",
        ],
        people=Counted(counts={"number": partial(_of_step, steps=steps)}, by=()),
    )


def _of_step(row: Mapping[str, object], steps: Mapping[str, str]) -> Cell:
    return Cell(steps[str(row["who_counts"])])


def _participation_told(data: pd.DataFrame) -> pd.DataFrame:
    named = data.rename(
        columns={"who_counts": "Who counts", "chapter_11": "Chapter 11", "summary": "Summary"}
    )
    return named.replace("", None).set_index(["counted", "Who counts"])


def reflections(log: Log) -> Output | None:
    """Table 11.4: what the evaluation team said of making the evaluation together; None without the table.

    Parameters
    ----------
    log : Log
    """
    rows = reflections_of(log)
    if rows.empty:
        return None
    return table(
        "table-11.4",
        pages.added("What the evaluation team said of making the evaluation together"),
        rows[["theme", "kind", "label", "line", "status"]],
        _by_theme,
        notes=_about_reflections,
        evidence=PUBLISHED,
    )


def _by_theme(data: pd.DataFrame) -> pd.DataFrame:
    return data.rename(columns={"label": "point"})[["theme", "point", "kind"]].set_index(["theme", "point"])


def _about_reflections(data: pd.DataFrame) -> list[str]:
    counts = data["kind"].value_counts()
    said = "; ".join(f"{kind}: {formats.count(n)}" for kind, n in counts.items())
    themes = formats.plural(data["theme"].nunique(), "theme")
    return [
        f"{formats.plural(len(data), 'point')} under {themes}. {said}.",
        "The points are in our words. The reflections themselves are not part of the data.",
    ]


def going_forward(rests: Basis) -> Output | None:
    """Table 11.5: what the report recommends, and what its authors planned; None without the table.

    Parameters
    ----------
    rests : Basis
    """
    rows = rests.of(CHAPTER)
    rows = rows[rows["kind"] != "conclusion"]
    if rows.empty:
        return None
    return table(
        "table-11.5",
        pages.added("What the report recommends, and what its authors planned"),
        rows[["kind", "label", "standing", "evidence", "line"]],
        lambda data: (
            data.rename(columns={"label": "what", "evidence": "rests on"})
            .replace("", None)
            .set_index(["kind", "what"])[["standing", "rests on"]]
        ),
        notes=["A plan rests on nothing that could be checked."],
        evidence=PUBLISHED,
    )


def statements(log: Log, rests: Basis) -> Output:
    """Table 11.6: what the chapter states, beside what these data give.

    Parameters
    ----------
    log : Log
    rests : Basis
    """
    return beside_print.statements_table("table-11.6", CHAPTER, rests.numbers, log.region)


def discrepancies(log: Log, chapter: str, id: str) -> Output:
    """Table 11.7: where the report says two things, and what is done here.

    Parameters
    ----------
    log : Log
    chapter : str
        As in the published list.
    id : str
    """
    return beside_print.discrepancies(log.study, chapter, id)


def row_origins(log: Log) -> Output:
    """Table 11.8: where the rows of conclusions, reflections and links come from.

    Parameters
    ----------
    log : Log
    """
    tables = {
        "conclusions": conclusions_of(log),
        "reflections": reflections_of(log),
        "links": links_of(log),
    }
    return folded(
        "table-11.8",
        pages.added("Where the rows of this page come from"),
        rows_by_origin(tables).melt("table", var_name="status", value_name="rows"),
        lambda data: wide(data, "table", "status", "rows"),
        notes=["Printed: as in the report, in our words. Inferred: a judgement of readers of the report."],
        people=Nobody("counts rows on conclusions, not people"),
    )
