"""One place of the scoping, or the whole region: activities, whom they are for, who was interviewed.

The notebook runs once for each place, so the ids of its outputs end with the name of the place.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.leeds import rows
from peerbook.chapters.leeds.rows import place_of
from peerbook.disclosure import Cell, Counted
from peerbook.evidence import beside_print, scoping
from peerbook.evidence.scoping import NO_PLACE
from peerbook.outputs import Output, figure, formats, table, text
from peerbook.outputs.folding import folded
from peerbook.published.comparison import AGREES, CONTRADICTED

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "place_of",
    "in_short",
    "activities",
    "shared",
    "absent",
    "sectors",
    "interviews",
    "statements",
]

UNSEEN = "Nothing found does not mean that there is nothing."
MADE_UP_TAGS = "Only the first experiences of each place are printed; which activities have them is made up."


def in_short(study: Study, place: str) -> Output:
    """Say in three lines how many activities a place has, for whom, and how that stands to print."""
    here = place_of(study, place)
    counts, rates = rows.experiences(here), rows.activities_by_place(here.services, here.places)
    status = rows.place_claims(study, place)["status"].value_counts()
    found = {
        "place": place,
        "n": len(here.services),
        "without": int(here.services["place_code"].isna().sum()),
        "rate": float(rates["per_100000"].iloc[0]) if here.code else float("nan"),
        "top": formats.words(counts.index[1:3]),
        "claims": int(status.sum()),
        "agree": int(status.get(AGREES, 0)),
        "contradicted": int(status.get(CONTRADICTED, 0)),
    }
    said = Counted(extremes=("agree",), plain=("n", "without", "rate", "claims", "contradicted"))
    words = partial(_in_short, made_up=study.synthetic, printed=study.definitions.printed)
    return text(f"text-in-short-place-{here.slug}", words, found, people=said)


def _in_short(n: dict, made_up: bool, printed: bool) -> str:
    lines = [
        f"{formats.plural(n['n'], 'activity', 'activities')} of peer support were found in {n['place']}."
    ]
    if not formats.is_missing(n["rate"]):
        lines[0] += f" That is about {formats.number(n['rate'], 0)} for every 100,000 people."
    if n["without"]:
        lines[0] += f" {formats.count(n['without'])} of them are in no place that is named."
    if n["top"]:
        lines.append(f"Most are for mental health in general. Next come {n['top']}.")
    if not printed:
        return "\n".join(f"- {line}" for line in lines)
    verdict = (
        f"{formats.count(n['agree'])} of {formats.plural(n['claims'], 'statement')} agree with our rows."
    )
    if n["contradicted"]:
        verdict += f" {formats.count(n['contradicted'])} goes against another number of the report."
    if made_up:
        verdict += " Activities were made up to fit the report, so this tests the sums only."
    lines.append(verdict)
    return "\n".join(f"- {line}" for line in lines)


def activities(study: Study, place: str) -> Output:
    """Count the activities of a place beside its people; of the region, those of each place."""
    here = place_of(study, place)
    return table(
        f"table-activities-{here.slug}",
        f"Activities in {place}",
        rows.activities_by_place(here.services, here.places),
        rows.activities_shown,
        notes=partial(_rough, printed=study.definitions.printed),
        people=rows.OF_ACTIVITIES,
    )


def _rough(data: pd.DataFrame, printed: bool) -> list[str]:
    rates = "Years and areas of the populations differ, so rates are rough."
    said = [f"The report prints no rates. {rates}" if printed else rates]
    gap = data.loc[data["place"] == NO_PLACE, "n"]
    if len(gap):
        known, whole = int(data["n"].sum() - gap.sum()), int(data["n"].sum())
        said.append(
            f"The places have {formats.count(known)} activities, the region {formats.count(whole)}. Why "
            f"{formats.count(gap.sum())} are in no place is not said; nothing is repaired here."
        )
    return said


def shared(study: Study, place: str) -> Output:
    """Draw how many activities there are for each shared experience."""
    here = place_of(study, place)
    counts = rows.experiences(here)
    data = counts[counts > 0].rename("activities").rename_axis("experience").reset_index()
    return figure(
        f"fig-shared-{here.slug}",
        f"Shared experience in {place}",
        _shared,
        data,
        rows.draw_activities,
        people=rows.OF_ACTIVITIES,
    )


def _shared(data: pd.DataFrame) -> str:
    if data.empty:
        return "Nothing to draw: no activity was found."
    counts = data.set_index("experience")["activities"]
    most, fewest = counts.idxmax(), counts.idxmin()
    ends = [f"{formats.count(counts[name])} for {name}" for name in (most, fewest)]
    return f"Bars of activities by shared experience, the longest first: {ends[0]}, down to {ends[1]}."


def absent(study: Study, place: str) -> Output:
    """List what a place has nothing for, though other places have; of the region, for every place."""
    here = place_of(study, place)
    found = scoping.absent(rows.experiences_everywhere(study))
    data = found if not here.code else found[found["place"] == place].reset_index(drop=True)
    notes = [UNSEEN, *([MADE_UP_TAGS] if study.synthetic else [])]
    id = f"table-absent-{here.slug}"
    if here.code:
        caption = f"What {place} has nothing for, and others have"
        return table(id, caption, data[["tag", "elsewhere"]], _absent, notes=notes, people=rows.OF_ACTIVITIES)
    return folded(
        id,
        "What places have nothing for, and others have",
        data,
        _absent,
        notes=notes,
        people=rows.OF_ACTIVITIES,
    )


def _absent(data: pd.DataFrame) -> pd.DataFrame:
    """Lay out what is absent, by place and experience, or on the page of a place by experience."""
    shown = data.rename(columns={"tag": "shared experience", "elsewhere": "activities elsewhere"})
    return shown.set_index(list(shown.columns[:-1]))


def sectors(study: Study, place: str) -> Output:
    """Draw activities by the sector that provides them."""
    here = place_of(study, place)
    data = rows.counted(study, "services", "sector", here.services).rename(columns={"n": "activities"})
    return figure(
        f"fig-sectors-{here.slug}",
        f"Activities by sector in {place}",
        _sectors,
        data,
        rows.draw_activities,
        people=rows.OF_ACTIVITIES,
    )


def _sectors(data: pd.DataFrame) -> str:
    counts = zip(data["sector"], data["activities"], strict=True)
    said = formats.words([f"{formats.lower_first(name)}, {formats.count(n)}" for name, n in counts])
    return f"Bars of activities by sector: {said}."


def interviews(study: Study, place: str) -> Output:
    """Count interviews by sector and by role."""
    here = place_of(study, place)
    parts = [
        rows.counted(study, "interviews", column, here.interviews)
        .rename(columns={column: "group"})
        .assign(by=by)
        for by, column in (("Sector", "sector"), ("Role", "role"))
    ]
    data = pd.concat(parts, ignore_index=True)[["by", "group", "n"]].rename(columns={"n": "interviews"})
    caption = f"Interviews in {place}, by sector and by role"
    where = {"place": place} if here.code else {}
    said = Counted(counts={"interviews": Cell(rows.INTERVIEWED, where)}, by=(("by", "group"),))
    id = f"table-interviews-{here.slug}"
    notes = _not_stated if study.synthetic else ()
    return table(id, caption, data, row_headers=2, notes=notes, people=said)


def _not_stated(data: pd.DataFrame) -> list[str]:
    said = ["How many interviews there were is not printed. Those counted here are made up."]
    if not data["interviews"].sum(skipna=False):
        said.append("Of this place the report says nothing on interviews, so none were made up.")
    return said


def statements(study: Study, place: str) -> Output:
    """Set what the report states of the place beside what its rows give."""
    id = f"table-stated-{place_of(study, place).slug}"
    return beside_print.statements_table(id, rows.place_claims(study, place))
