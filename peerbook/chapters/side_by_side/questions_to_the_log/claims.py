"""What the printed chapter states, computed from logs, coded extracts and the list of questions.

Statements on the direction of a finding come from the findings of the log; all others are worked out here. A
statement without rows to compute it from is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import giving_and_receiving
from peerbook.chapters.side_by_side.associations.words import of_everybody
from peerbook.chapters.side_by_side.coded_rows import CORE_VALUES, material_of
from peerbook.chapters.side_by_side.log_findings.tables import employment, first_logs
from peerbook.chapters.side_by_side.questions_to_the_log.answers import elsewhere
from peerbook.chapters.side_by_side.synthesis.findings import claims, findings
from peerbook.coding.codings import codings
from peerbook.coding.counting import presence

if TYPE_CHECKING:
    from peerbook.chapters.side_by_side.questions_to_the_log.answers import Answers
    from peerbook.coding import Material
    from peerbook.log import Log

STUDY, TABLE = "side_by_side", "chapter 8"
FACE_TO_FACE = ("group", "one_to_one")
OUT_OF_WORK = ("retired", "unemployed", "ill", "unable")  # words in the titles of the boxes
RACISM = "B2.3"
Computed = dict[str, float | str]


def numbers(log: Log, results: pd.DataFrame, found: Answers) -> Computed:
    """Compute what the chapter states.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations` of the chapter on associations.
    found : Answers

    Returns
    -------
    dict
        By the name of the statement: a number, or words.
    """
    known = findings(log, results, elsewhere=elsewhere(found))
    computed = {
        **claims(known, TABLE),
        **_of_questions(log),
        **_of_findings(results, found),
        **_of_logs(log),
        **_of_interviews(log),
        **_of_headlines(log),
    }
    return {name: value for name, value in computed.items() if value != "" and not pd.isna(value)}


def _of_questions(log: Log) -> Computed:
    asked = log.tables.get("evidence/questions")
    if asked is None or asked.empty:
        return {}
    ways = asked["direction"].dropna().unique()
    decisions = asked["origin"].dropna().str.extractall(r"\b(D\d)\b")[0]
    return {
        "directions": len(ways),
        "both_directions": "both ways" if len(ways) == 2 else "one way",
        "decisions_put_to_the_log": decisions.nunique(),
    }


def _of_findings(results: pd.DataFrame, found: Answers) -> Computed:
    changed = results[of_everybody(results) & results["changed"].astype(bool) & (results["table"] != "")]
    given, received = (int(changed["exposure"].str.endswith(way).sum()) for way in ("_given", "_received"))
    listed = published.load(STUDY, "log_findings")
    rivals = found.rivals[found.rivals["question"] == "QL13"].dropna(subset="p_value")
    return {
        "giving_or_receiving": "giving"
        if given > received
        else "receiving"
        if received > given
        else "neither",
        "points_in_overall_list": listed.loc[listed["place"] == "list of overall findings", "line"].nunique(),
        "online_against_group_giving": ""
        if rivals.empty
        else "significant"
        if rivals["clear"].any()
        else "not significant",
    }


def _of_logs(log: Log) -> Computed:
    by_region = log.logs.groupby("region", observed=True)["person_id"].agg(["nunique", "size"])
    projects = log.tables["projects"]
    diagnosis = projects[projects["diagnosis_specific"].eq("yes")]
    whole = [
        partner
        for partner, mine in projects[projects["funding"].eq("Strategic partner")].groupby("partner")
        if mine["diagnosis_specific"].eq("yes").all() and partner in set(diagnosis["partner"])
    ]
    boxes = employment(first_logs(log), log)
    away = [name for name in boxes if any(word in name.lower() for word in OUT_OF_WORK)]
    share = boxes[away].any(axis=1).mean() if len(boxes) and away else float("nan")
    labels = [label.lower() for label in material_of(log.study).labels(CORE_VALUES, "value")]
    titles = " ".join(field.title.lower() for field in log.definitions.tables["logs"].fields.values())
    asked = [label for label in labels if label in titles]
    many = projects["approach"].eq("Group").mean() > 0.5 if len(projects) else float("nan")
    return {
        "region_with_most_people": by_region["nunique"].idxmax() if len(by_region) else "",
        "region_with_steadiest_logs": (by_region["size"] / by_region["nunique"]).idxmax()
        if len(by_region)
        else "",
        "partners_with_a_diagnosis": len(whole),
        "retired_or_not_working": "" if pd.isna(share) else "many" if share >= 0.5 else "fewer than half",
        "values_in_the_log": "" if not labels else ", ".join(asked) or "none",
        "projects_offer_groups": "" if pd.isna(many) else "majority" if many else "minority",
    }


def _of_interviews(log: Log) -> Computed:
    material = material_of(log.study)
    if material.codes(giving_and_receiving.BOOK).empty:
        return {}
    themes = giving_and_receiving.themes(log.study).set_index("code")
    settings = themes[~themes["kind"].isin([giving_and_receiving.HEADING, giving_and_receiving.ALL])]
    labels = {label.lower() for label in material.labels(CORE_VALUES)}
    counted = giving_and_receiving.extracts_and_people(log.study).data.set_index("approach")["extracts"]
    interviewed = material.took_part("interview")
    outside = settings[settings["section"].isin(["synthesis.one_to_one", "synthesis.online"])]
    roles = outside.groupby("role")["extracts"].sum()
    whole = themes.loc[giving_and_receiving.ALL]
    return {
        **_of_themes(themes),
        "source_themes_access": len(labels & {"choice and control", "entry into peer support"}),
        "source_themes_giving": len(labels & {"two way interactions", "impacts and benefits"}),
        "labels_of_people": _labels_of_people(),
        "interviewees_from": interviewed["approach"].mode().iloc[0] if len(interviewed) else "",
        "mentors_interviewed": int(interviewed["role"].eq("mentor").sum()),
        "less_interview_data": "less"
        if counted[["One to one", "Online"]].max() < counted["Group"]
        else "not less",
        "giving_outside_groups": "more" if roles.get("giving", 0) > roles.get("receiving", 0) else "not more",
        "extracts_and_people": f"{whole['extracts']}; {whole['people']}",
        "approach_of_one_person": _approach_of(material, "PV35"),
        "choice_in_bame_projects": _choice_in_bame_projects(material),
        "racism_raised_by": _raised_by(material, RACISM),
    }


def _of_themes(themes: pd.DataFrame) -> Computed:
    """Count the people behind single themes, by the codes of the study's codebook."""
    people = themes["people"]
    told = themes.loc[["TH47", "TH48"]] if {"TH47", "TH48"} <= set(themes.index) else themes.iloc[:0]
    where = {code: themes.loc[code, ["group", "one_to_one", "online"]] for code in ("TH15", "TH16", "TH17")}
    unwell = where["TH16"]
    places = {"face to face": unwell[list(FACE_TO_FACE)].sum() > 0, "online": unwell["online"] > 0}
    spoken = sorted(set(told["speaks_of"]) - {""})
    return {
        "control_as_a_reason": people["TH14"],
        "crisis_where": str(where["TH15"].astype(int).idxmax()) if where["TH15"].sum() else "",
        "unwell_where": " and ".join(name for name, there in places.items() if there),
        "no_need_or_unwell": "more" if people["TH17"] > people["TH16"] else "not more",
        "no_need_approaches": int((where["TH17"] > 0).sum()),
        "family_less_online": people["TH18"],
        "carry_on_with_friends": people["TH19"],
        "giving_something_back": people["TH22"],
        "online_receiving_told_of": " and ".join(giving_and_receiving.SPEAKS_OF[name] for name in spoken),
    }


def _labels_of_people() -> str:
    """Compare the labels that two chapters print with their extracts."""
    index = published.load(STUDY, "quotations")
    here, there = (set(index.loc[index["chapter"] == chapter, "label"]) for chapter in ("ch8", "ch6"))
    return "same" if here <= there else "other"


def _approach_of(material: Material, person: str) -> str:
    found = material.people.loc[material.people["person_id"] == person, "approach"]
    return found.iloc[0].replace("_", " ") if len(found) else ""


def _choice_in_bame_projects(material: Material) -> str:
    """Compare the shares of people interviewed who speak of choice and control, by kind of project."""
    coded = codings(material, CORE_VALUES)
    people = material.took_part("interview").set_index("person_id")
    projects = material.projects.set_index("project_id")["bame_types"]
    special = people["project_id"].map(projects).fillna("").ne("")
    spoke = presence(coded, ["V3"]).reindex(people.index, fill_value=False)["V3"].astype(bool)
    if not special.any() or special.all():
        return ""
    return "more" if spoke[special].mean() > spoke[~special].mean() else "not more"


def _raised_by(material: Material, code: str) -> str:
    """Name the people who raised a code most, by ethnic group and gender."""
    spoke = material.final_codes().query("code_id == @code").merge(material.segments, on="segment_id")
    people = material.people[material.people["person_id"].isin(spoke["person_id"])]
    if people.empty:
        return ""
    group = people["ethnicity"].str.extract(r"\b(Black|Asian|White|Mixed|African)\b")[0].fillna("Other")
    group = group.replace("African", "Black") + people["gender"].map(
        {"Male": " men", "Female": " women"}
    ).fillna(" people")
    return str(group.mode().iloc[0])


def _of_headlines(log: Log) -> Computed:
    """Count the points of the summary, if the conclusions have as many."""
    listed = log.tables.get("evidence/statements")
    if listed is None or listed.empty:
        return {}
    counts = listed["place"].value_counts()
    both = [counts.get(f"chapter 8, {place}", 0) for place in ("summary", "conclusions")]
    return {"points_in_summary": both[0]} if len(set(both)) == 1 else {}
