"""Targets and what was reached, who was spoken to, challenges, and what the boxes of the chapter list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.capacity_building.theory import (
    CHALLENGES,
    COUNTED,
    GROUPINGS,
    OVERALL,
    STUDY,
    Theory,
    is_made_up,
    rows_of,
    theory_of_change,
)
from peerbook.choices import check_one_of
from peerbook.disclosure import Cell, Counted, Nobody, is_withheld
from peerbook.evidence.targets import NO, NOT_KNOWN, planned_against_actual, targets_counted
from peerbook.outputs import Output, diagrams, figure, formats, style, table
from peerbook.outputs.evidence import PUBLISHED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
NEW = "new people of areas"
STAFF = "people interviewed on capacity"

NINE, ONE = "chapter 9", "Figure 1.1"
VERSIONS = (NINE, ONE)
GROUPS, PEOPLE = "groups and organisations engaged", "new people"
# Columns of the monitoring that count towards a target.
MONITORED: Mapping[str, str] = MappingProxyType(
    {
        GROUPS: "groups_engaged",
        "networking events": "networking_events",
        "focused activities": "focused_activities",
        PEOPLE: "new_people",
    }
)
BY_AREA = ["area", "partner", "planned", "reached", "difference", "percent", "met"]


def targets_of(study: Study) -> pd.DataFrame:
    """Return the targets of the study, all versions; without rows if there is no such table."""
    columns = list(study.definitions.tables["evidence/targets"].read_fields)
    if "evidence/targets" not in study.tables:
        return pd.DataFrame(columns=columns)
    return study.tables["evidence/targets"].astype({"version": str, "source": str, "target": str})


def planned(study: Study, target: str, version: str) -> float:
    """Return what one version of a target plans; missing if it says nothing."""
    rows = targets_of(study)
    found = rows.loc[(rows["target"] == target) & (rows["version"] == version), "planned"]
    return float(found.iloc[0]) if len(found) and pd.notna(found.iloc[0]) else float("nan")


def hub_targets(study: Study, target_version: str = NINE) -> Output | None:
    """Table 9.1: hubs, their strategic partners, and the targets of both.

    Parameters
    ----------
    study : Study
    target_version : {"chapter 9", "Figure 1.1"}
    """
    check_one_of("target_version", target_version, VERSIONS)
    data = hub_rows(study, target_version)
    if not len(data):
        return None
    return table(
        "table-9.1",
        "Targets and relationships of hubs and strategic partners",
        data,
        lambda data: data.drop(columns=["hub_number", "region"]).set_index("hub"),
        notes=[f"Targets as in {target_version}. {TWO_VERSIONS}"],
        people=Nobody("says what was planned"),
    )


TWO_VERSIONS = "The report prints two versions of them; Table 9.7 has both."


def hub_rows(study: Study, target_version: str = NINE) -> pd.DataFrame:
    """Return one row per hub: its strategic partner, and how many groups and people they were to reach."""
    hubs = rows_of(study, "hubs").drop(columns="status")
    return hubs.assign(
        groups=planned(study, GROUPS, target_version), people=planned(study, PEOPLE, target_version)
    )[["hub_number", "hub", "region", "groups", "strategic_partner", "people"]]


def new_people(study: Study, target_version: str = NINE) -> Output | None:
    """Table 9.2: people new to peer support in each area, beside the target.

    Parameters
    ----------
    study : Study
    target_version : {"chapter 9", "Figure 1.1"}
    """
    check_one_of("target_version", target_version, VERSIONS)
    data = people_by_area(study, target_version)
    if not len(data):
        return None
    return table(
        "table-9.2",
        "New people by area, and the target",
        data,
        _people_arranged,
        notes=partial(_people_in_words, version=target_version),
        people=targets_counted(NEW, by=("area",)),
    )


def _people_arranged(data: pd.DataFrame) -> pd.DataFrame:
    share = data["percent"].map(formats.percent)
    return data.assign(percent=share).rename(columns={"percent": "of the target"}).set_index("area")


def new_people_drawn(study: Study) -> Output | None:
    """Figure 9.19: people new to peer support in each area, beside every version of the target."""
    reached = people_by_area(study)[["area", "reached"]]
    wanted = {f"planned, {version}": planned(study, PEOPLE, version) for version in VERSIONS}
    if not len(reached):
        return None
    return figure(
        "fig-9.19",
        pages.added("New people by area, beside both versions of the target"),
        _areas_in_words,
        reached.assign(**wanted),
        _areas_drawn,
        people=Counted(counts={"reached": NEW}, by=("area",), plain=tuple(wanted)),
    )


def _areas_in_words(data: pd.DataFrame) -> str:
    if data["reached"].map(is_withheld).any():
        listed = "; ".join(f"{row.area}: {formats.count(row.reached)}" for row in data.itertuples())
        return f"{formats.plural(len(data), 'bar')} of areas. {listed}."
    ordered = data.sort_values("reached", kind="stable")
    (low, high) = (ordered.iloc[place] for place in (0, -1))
    met = [
        f"{formats.count((data['reached'] >= data[column]).sum())} reach the line at "
        f"{formats.count(data[column].iloc[0])} ({column.removeprefix('planned, ')})"
        for column in data.columns[2:]
        if data[column].notna().all()
    ]
    return (
        f"{formats.plural(len(data), 'bar')}, from {formats.count(low['reached'])} people in area "
        f"{low['area']} to {formats.count(high['reached'])} in area {high['area']}. "
        f"{formats.upper_first('; '.join(met)) or 'There is no target to draw'}."
    )


def _areas_drawn(data: pd.DataFrame) -> Figure:
    # Numbers stand beside the letters: at the ends of the bars they would meet the lines.
    named = data["area"] + ": " + data["reached"].map(formats.count)
    values = data[["reached"]].astype(float).set_index(named)
    drawn = diagrams.bars(values, [""] * len(values), "New people")
    axes = drawn.axes[0]
    for column, dash in zip(data.columns[2:], style.DASHES, strict=False):
        if data[column].notna().all():
            place = float(data[column].iloc[0])
            name = f"{formats.count(place)} {column}"
            axes.axvline(place, color=style.VERMILION, linestyle=dash, label=name)
    if axes.get_lines():
        drawn.legend(handles=axes.get_lines(), loc="outside lower left", ncols=style.columns(2))
        drawn.set_figheight(drawn.get_figheight() + 0.5)
    return drawn


def people_by_area(study: Study, target_version: str = NINE) -> pd.DataFrame:
    """Return one row per area: `area`, `partner`, `planned`, `reached`, `difference`, `percent`, `met`."""
    months = rows_of(study, "monitoring")
    keys = ["area", "partner"]
    reached = months.groupby(keys, sort=False)["new_people"].sum(min_count=1).rename("reached").reset_index()
    areas = reached[keys].assign(
        target=PEOPLE, version=target_version, source="", planned=planned(study, PEOPLE, target_version)
    )
    return planned_against_actual(areas, reached, by=keys)[BY_AREA]


def _people_in_words(data: pd.DataFrame, version: str) -> list[str]:
    reached, wanted = data["reached"].sum(skipna=False), data["planned"].sum(skipna=False)
    short = f"{formats.plural((data['met'] == NO).sum(), 'area')} fell short."
    if data["met"].map(is_withheld).any():
        short = "How many areas fell short is withheld."
    return [
        f"In all {formats.plural(reached, 'person', 'people')} of a target of {formats.count(wanted)} "
        f"({formats.percent(reached, wanted)}). {short}",
        f"The target is that of {version}. {TWO_VERSIONS}",
        "Areas have letters. Which place a letter stands for is not in these data, so that nobody is judged "
        "by name.",
    ]


def planned_and_reached(study: Study) -> Output | None:
    """Table 9.7: every version of each target beside what was reached."""
    data = reached_in_all(study)
    if not len(data):
        return None
    return table(
        "table-9.7",
        pages.added("What was planned, in every version, and what was reached"),
        data,
        _versions_arranged,
        notes=_versions_in_words,
        people=targets_counted(_reached, plain=("planned_each",)),
    )


def _reached(row: Mapping[str, object]) -> Cell | None:
    """Return what was reached: of people, those of all areas; groups and plans are none."""
    return Cell(NEW) if row["target"] == PEOPLE else None


def _versions_arranged(data: pd.DataFrame) -> pd.DataFrame:
    named = {
        "target": data["target"].map(formats.upper_first),
        "percent": data["percent"].map(formats.percent),
    }
    shown = data.assign(**named).set_index(["target", "version"])
    named = {"each": "for each", "planned_each": "planned for each", "planned": "planned in all"}
    return shown.drop(columns=["source", "difference"]).rename(columns=named | {"percent": "of the plan"})


def reached_in_all(study: Study) -> pd.DataFrame:
    """Return one row per target and version of hubs and partners, over all areas and hubs.

    Returns
    -------
    DataFrame
        `target`, `version`, `source`, `each` (for what the target is), `planned_each`, and as
        `planned_against_actual` gives them for all of these together.
    """
    rows = targets_of(study)
    rows = rows[rows["target"].isin(rows.loc[rows["version"] == NINE, "target"])].reset_index(drop=True)
    months = rows_of(study, "monitoring")
    times = {"area": months["area"].nunique(), "hub": len(rows_of(study, "hubs")), "programme": 1}
    whole = rows.assign(planned=rows["planned"] * rows["each"].astype(str).map(times))
    done = pd.DataFrame(
        [
            (target, months[MONITORED[target]].sum(min_count=1) if target in MONITORED else np.nan)
            for target in rows["target"].unique()
        ],
        columns=["target", "reached"],
    )
    beside = planned_against_actual(whole, done)
    order = list(done.sort_values("reached", na_position="last", kind="stable")["target"])
    found = beside.assign(each=rows["each"].astype(str), planned_each=rows["planned"])
    found = found.sort_values("target", key=lambda names: names.map(order.index), kind="stable")
    front = ["target", "version", "source", "each", "planned_each"]
    return found[[*front, "planned", "reached", "difference", "percent", "met"]].reset_index(drop=True)


def _versions_in_words(data: pd.DataFrame) -> list[str]:
    several = data.groupby("target", sort=False)["planned"].nunique()
    unknown = data.loc[data["met"] == NOT_KNOWN, "target"].drop_duplicates()
    notes = [
        f"The versions differ for {formats.words(several.index[several > 1])}."
        if (several > 1).any()
        else "The versions agree."
    ]
    if len(unknown):
        notes.append(f"What was reached is not recorded in these data for {formats.words(unknown)}.")
    return [*notes, "Planned and reached are for all areas or hubs together."]


def who_was_spoken_to(study: Study) -> Output | None:
    """Table 9.10: interviews, speakers and observations behind the chapter."""
    data = sources(study)
    if not data["number"].sum():
        return None
    return table(
        "table-9.10",
        pages.added("Sources of the chapter"),
        data,
        notes=partial(_sources_in_words, made_up=is_made_up(rows_of(study, "speakers"))),
        people=Counted(
            counts={"number": "interviews on capacity", "speakers": STAFF}, by=("source",), plain=("themes",)
        ),
    )


def sources(study: Study) -> pd.DataFrame:
    """Return one row per source: `source`, `number` of interviews or events, `speakers`, `themes`."""
    interviews, speakers, themes = (rows_of(study, name) for name in ("interviews", "speakers", "themes"))
    seated = speakers.merge(interviews, on="interview_id")
    rows = [
        (
            f"Interviews: {grouping}",
            int((interviews["grouping"] == grouping).sum()),
            int((seated["grouping"] == grouping).sum()),
            int((themes["grouping"] == grouping).sum()),
        )
        for grouping in GROUPINGS
    ]
    rows.append(("Observation and early scoping", len(rows_of(study, "observations")), pd.NA, pd.NA))
    counted = ["number", "speakers", "themes"]
    return pd.DataFrame(rows, columns=["source", *counted]).astype(dict.fromkeys(counted, "Int64"))


def _sources_in_words(data: pd.DataFrame, made_up: bool) -> list[str]:
    talks = data[data["source"].str.startswith("Interviews")]
    notes = [
        f"{formats.plural(talks['number'].sum(), 'interview')} and "
        f"{formats.plural(talks['speakers'].sum(), 'speaker')}: an interview may have several speakers."
    ]
    seats = "Who sat in which interview is made up; the numbers of interviews and of speakers are printed."
    return [*notes, seats] if made_up else notes


def challenges(study: Study) -> Output | None:
    """Table 9.6: challenges, with the segments and speakers who tell of each."""
    theory = Theory.of(study)
    if theory is None:
        return None
    return table(
        "table-9.6",
        "Challenges",
        challenge_rows(theory),
        notes=[
            "Segments are the extracts that the report prints where it speaks of the challenge. None means "
            "that it is told without an extract.",
            "Challenges are the other side of enablers.",
        ],
    )


def challenge_rows(theory: Theory) -> pd.DataFrame:
    """Return one row per challenge: `challenge`, `segments`, `speakers`."""
    listed = theory.elements[theory.elements["component"] == CHALLENGES].sort_values("order")
    coded = theory.segment_codes.merge(theory.segments, on="segment_id").groupby("element_id")
    segments, speakers = coded["segment_id"].nunique(), coded["speaker_id"].nunique()
    return pd.DataFrame(
        {
            "challenge": listed["label"],
            "segments": listed["element_id"].map(segments).fillna(0).astype(int),
            "speakers": listed["element_id"].map(speakers).fillna(0).astype(int),
        }
    ).reset_index(drop=True)


def active_ingredients(study: Study) -> Output | None:
    """Table 9.4: the active ingredients of Box 9.3 beside the enablers of the overall theory."""
    theory = Theory.of(study)
    if theory is None:
        return None
    box = published.load(STUDY, "capacity_boxes").query("box == '9.3'")[["label", "enabler"]]
    behind = theory_of_change(theory, OVERALL).query("component == 'Enablers'")
    joined = box.merge(behind[["element", *COUNTED]], left_on="enabler", right_on="element", how="outer")
    joined = joined.set_index(joined["enabler"].fillna(joined["element"])).loc[
        list(dict.fromkeys([*box["enabler"], *behind["element"]]))
    ]
    data = joined.assign(enabler=joined["element"]).rename(columns={"label": "active_ingredient"})
    return table(
        "table-9.4",
        pages.added("Active ingredients of Box 9.3 beside the enablers of the overall theory"),
        data[["active_ingredient", "enabler", *COUNTED]].astype(dict.fromkeys(COUNTED, "Int64")),
        notes=lambda data: [
            f"{formats.count(data['enabler'].notna().sum())} of "
            f"{formats.plural(len(data), 'ingredient')} stand among the enablers."
        ],
        people=Counted(
            counts={name: f"{name} behind an enabler" for name in ("segments", "speakers")},
            by=(),
            each=("enabler",),
            plain=("groupings",),
        ),
    )


def boxes(study: Study) -> Output:
    """Table 9.5: what Boxes 9.1 and 9.2 list.

    Parameters
    ----------
    study : Study
        Not read: the boxes are printed.
    """
    rows = published.load(STUDY, "capacity_boxes").query("box != '9.3'")
    data = rows.assign(box="Box " + rows["box"] + ": " + rows["title"].str.lower())
    return table(
        "table-9.5",
        pages.added("What Boxes 9.1 and 9.2 list"),
        data[["box", "order", "label"]],
        lambda data: data.set_index(["box", "order"]),
        evidence=PUBLISHED,
    )
