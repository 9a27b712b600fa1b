"""Numbers that the prose of the qualitative chapters states, computed from coded rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from peerbook.coding import survey
from peerbook.coding.codings import codings
from peerbook.coding.counting import coverage, presence
from peerbook.coding.material import Material
from peerbook.coding.sample import people_of_projects
from peerbook.coding.triangulation import evidence, triangulation

Computed = Mapping[str, float | str]
WORDS, NOT_PEER_SUPPORT = "words", "not_peer_support"  # the questions of the survey
SELF_CARE = "giving too much / self-care"


def computed_statements(material: Material) -> dict[str, float | str]:
    """Compute what the prose states, where there are rows to compute it from.

    Parameters
    ----------
    material : Material

    Returns
    -------
    dict
        By the name of the statement in the printed list `statements`: a number, or text. Percentages are 0 to
        100. A statement without rows is not in it.
    """
    found: dict[str, float | str] = {}
    for rows, compute in PARTS.items():
        if len(getattr(material, rows)):
            found |= compute(material)
    return {name: value for name, value in found.items() if value != "" and not pd.isna(value)}


def _people(material: Material) -> Computed:
    interviewed = material.took_part("interview")
    hub = material.took_part("hub interview")
    one_to_one = interviewed[interviewed["approach"].isin(["one_to_one", "co_counselling"])]
    bame = people_of_projects(material, having="bame_types")
    women, men = (int((bame["gender"] == gender).sum()) for gender in ("Female", "Male"))
    partners = {name: int((hub["region"] == name).sum()) for name in ("Depression Alliance", "Elefriends")}
    return {
        "survey_people": len(material.took_part("survey")),
        "event_people": len(material.took_part("event")),
        "hub_people": len(hub),
        "hub_staff": len(hub) - sum(partners.values()),
        "depression_alliance_staff": partners["Depression Alliance"],
        "elefriends_staff": partners["Elefriends"],
        "interviews": len(interviewed),
        "group_percent": _percent(interviewed["approach"] == "group"),
        "one_to_one_projects": one_to_one["project_id"].nunique(),
        "refugee_mentoring_projects": _refugee_projects(material, one_to_one),
        "mentors": int((interviewed["role"] == "mentor").sum()),
        "mentees": int((interviewed["role"] == "mentee").sum()),
        "leeds_interviews": int((interviewed["region"] == "Leeds").sum()),
        "rural_interviews": int((interviewed["locality"] == "Rural").sum()),
        "focus_group_people": int(bame["strands"].str.contains("focus group").sum()),
        "bame_interviews": int(bame["strands"].str.contains("interview").sum()),
        "bame_people": len(bame),
        "bame_projects": bame["project_id"].nunique(),
        "bame_regions": bame["region"].nunique(),
        "women_per_man": women / men if men else float("nan"),
    }


def _sources(material: Material) -> Computed:
    interviews = material.sources.query("strand == 'interview'")
    stages = interviews["wave"].value_counts()
    periods = {strand: rows["period"].unique() for strand, rows in material.sources.groupby("strand")}
    return {
        "event_period": " or ".join(periods.get("event", [])),
        "hub_period": " or ".join(periods.get("hub interview", [])),
        **{f"{stage}_interviews": int(n) for stage, n in stages.items() if stage},
        "recorded": int((interviews["recorded"] == "yes").sum()),
        "notes_only": int((interviews["recorded"] == "no").sum()),
        "focus_groups": int((material.sources["strand"] == "focus group").sum()),
        "interpreted_interviews": int((interviews["interpreter"] == "yes").sum()),
    }


def _segments(material: Material) -> Computed:
    said = survey.grouped_phrases(material, WORDS)
    rule = triangulation(evidence(material), material.defined.consultation)
    components = set(material.codes("draft", "component")["code_id"])
    self_care = codings(material, "core_values").merge(
        material.codes("core_values").query("label == @SELF_CARE")[["code_id"]], on="code_id"
    )
    return {
        "answered_words": survey.answered(material, WORDS),
        "answered_not_peer_support": survey.answered(material, NOT_PEER_SUPPORT),
        "word_groups": said["code_id"].nunique(),
        "components_included": int((rule["included"] & rule["code_id"].isin(components)).sum()),
        "self_care_offline": int((self_care["context"] != "online").sum())
        if len(self_care)
        else float("nan"),
        **_values(material),
    }


def _values(material: Material) -> Computed:
    values = list(material.codes("core_values", "value")["code_id"])
    said = codings(material, "core_values")
    interviewed = material.took_part("interview")
    covered = coverage(said, material.projects, interviewed, values)
    covered = covered[covered["state"] != "no data"]
    present = presence(said, values).reindex(interviewed["person_id"], fill_value=False)
    named = {"V1": "experience_in_common_percent", "V2": "safety_percent"}
    return {
        "projects_with_all_values": _percent(covered["state"] == "all"),
        **{name: _percent(present[value]) for value, name in named.items() if value in present},
    }


def _projects(material: Material) -> Computed:
    return {"unaffiliated_projects": int((material.projects["lead_organisation"] == "").sum())}


def _decisions(material: Material) -> Computed:
    taken = material.decisions.query("project_id != ''")
    focus = taken.loc[taken["aspect"] == "focus", "option"]
    mentoring = taken[taken["approach"].isin(["one_to_one", "co_counselling"])]
    return {
        "social_or_activity_percent": _percent(focus.isin(["social", "activity"])),
        "sharing_distress_percent": _percent(focus == "sharing distress"),
        "diagnosis_specific_one_to_one": int((mentoring["option"] == "diagnosis-specific").sum()),
    }


def _refugee_projects(material: Material, people: pd.DataFrame) -> int:
    types = material.projects[material.projects["project_id"].isin(people["project_id"])]["bame_types"]
    return int(types.str.contains("refugee_migrant").sum())


def _percent(answers: pd.Series) -> float:
    return 100 * float(answers.mean()) if len(answers) else float("nan")


PARTS: Mapping[str, Callable[[Material], Computed]] = MappingProxyType(
    {
        "people": _people,
        "sources": _sources,
        "segments": _segments,
        "projects": _projects,
        "decisions": _decisions,
    }
)
