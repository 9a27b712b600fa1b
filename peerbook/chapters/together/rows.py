"""The survey with its recodes, and the numbers that the report states, computed from the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.evidence import beside_print
from peerbook.survey import (
    Survey,
    answered,
    banded,
    count,
    counts_that_print,
    cross_tab,
    flagged,
    holds,
    keyed,
    one_of_several,
)
from peerbook.survey.counting import EVERYBODY
from peerbook.survey.keys import ANSWER, ANY_ANSWER, BASE, WITHIN

if TYPE_CHECKING:
    from peerbook.study import Study

STUDY = "together"
HALF_UP = "half up"
BOTH = "both"
TRAINERS = "trainers"
KEYS = [BASE, WITHIN, ANSWER]
# Table 1 prints a person of 65 in no band alone; the first of two bands is taken.
BANDS = {"26-35": (26, 35), "36-45": (36, 45), "46-55": (46, 55), "56-65": (56, 65), "65+": (65, 120)}
DEMOGRAPHY = {
    "age": "age_band",
    "gender": "q17",
    "ethnicity": "q18",
    "sexual_orientation": "q19",
    "disability": "q21",
    "religion": "q20",
    "user_carer": "status",
}
OFFERING = "q14 answered"
ATTENDING = "q7 = yes"
# What "yes" says to the questions that were made of others.
SAME = {
    ("offers", "yes"): {"q14": ANY_ANSWER},
    ("both_ways", "yes"): {"q7": "yes", "q14": ANY_ANSWER},
}
MARGINALISED = ("bme", "lgbt", "women_prison", "psychosis")


def survey_of(study: Study, two_settings: str = BOTH) -> Survey:
    """Open the survey and recode it, each step on record.

    Parameters
    ----------
    study : Study
    two_settings : {"both", "informal"}
        What a person gets who ticks a formal and an informal setting.
    """
    raw = Survey.of(*(study.table(f"survey/{name}") for name in ("answers", "questions", "options")))
    aged = banded(raw, "age_band", "q16", BANDS)
    placed = one_of_several(aged, "setting", "q15", two_settings)
    known = one_of_several(placed, "status", "q22")
    offering = flagged(known, "offers", OFFERING, "Offers peer support")
    return flagged(offering, "both_ways", f"{ATTENDING} and {OFFERING}", "Attends and offers")


def table_1(survey: Survey, rounding: str = HALF_UP) -> pd.DataFrame:
    """Count everybody by the variables of Table 1: `variable`, `category`, `n`, `percent`, an interval.

    Columns that begin with an underscore say which people a row counts; see `peerbook.survey.keyed`.
    """
    parts = [
        count(survey, question, EVERYBODY, rounding).assign(variable=variable)
        for variable, question in DEMOGRAPHY.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    named = rows.rename(columns={"label": "category", "people": "n", "percent": "exact", "shown": "percent"})
    named = keyed(named.assign(_whole=named["base"]), survey, same=SAME)
    return named[["variable", "category", "n", "percent", "ci_low", "ci_high", "_whole", *KEYS]]


def table_2(survey: Survey, rounding: str = HALF_UP) -> pd.DataFrame:
    """Count settings by role, in percent of each role: `context`, `role`, `people`, `base`, `percent`."""
    rows = cross_tab(survey, "setting", "q14", OFFERING, rounding)
    rows = rows.assign(group=rows["group"].replace({"": "all"}), percent=rows["shown"])
    named = rows.assign(context=rows["option"], role=rows["group"])
    named = keyed(named.assign(group=rows["group"].replace({"all": ""})), survey, "q14")
    return named[["context", "label", "role", "group_label", "people", "base", "percent", *KEYS]]


def conflicts_of_table_2() -> pd.DataFrame:
    """Find the settings whose number in the column of all is not the sum of the roles, from print alone.

    Returns
    -------
    DataFrame
        One row per setting: the place of the cell, the counts `of_all` and `of_roles`, and the `conflict`.
    """
    printed = published.load(STUDY, "table_2")
    sizes = printed.assign(people_implied=printed["people_implied"].astype(int))
    bases = sizes.groupby("role")["people_implied"].sum()
    rows = []
    for context, cells in sizes.groupby("context", sort=False):
        counts = {
            role: counts_that_print(percent, int(bases[role])) if pd.notna(percent) else [0]
            for role, percent in cells[["role", "percent"]].itertuples(index=False)
        }
        whole, parts = counts.pop("all"), sum(found[0] for found in counts.values())
        if parts not in whole:
            said = f"the column of all has {whole[0]} people, the three roles together have {parts}"
            rows.append(("2", context, "all", "percent", whole[0], parts, said))
    columns = ["table", "row", "column", "quantity", "of_all", "of_roles", "conflict"]
    return pd.DataFrame(rows, columns=columns)


def cells(survey: Survey, rounding: str = HALF_UP) -> pd.DataFrame:
    """Set Tables 1 and 2 beside this build, cell by cell."""
    rebuilt = {"table_1": table_1(survey, rounding), "table_2": table_2(survey, rounding)}
    return beside_print.compared_cells(STUDY, rebuilt, conflicts_of_table_2())


def kinds_of_project(projects: pd.DataFrame) -> pd.DataFrame:
    """Say of each project which kinds the report counts it among: a column of yes and no for each."""
    people = projects["specific_group"].str.get_dummies(";").astype(bool)
    people = people.reindex(columns=[*MARGINALISED, "inpatient", "none"], fill_value=False)
    equal = projects["delivery"].eq("group") & projects["formality"].eq("mutual")
    return pd.DataFrame(
        {
            "projects": True,
            "user_led_projects": projects["user_led"].ne("no"),
            "bme_projects": people["bme"],
            "lgbt_projects": people["lgbt"],
            "prison_projects": people["women_prison"],
            "psychosis_projects": people["psychosis"],
            "inpatient_projects": people["inpatient"],
            "marginalised_projects": people[list(MARGINALISED)].any(axis=1),
            "paid_projects": projects["paid_peer_workers"].eq("yes"),
            "equal_projects": equal,
            "freelance_projects": equal & projects["freelance_facilitator"].eq("yes"),
        },
        index=projects.index,
    )


def numbers(study: Study, survey: Survey, rounding: str = HALF_UP) -> dict[str, float | str]:
    """Compute what the report states, by the name of its statement.

    Parameters
    ----------
    study : Study
    survey : Survey
        From `survey_of`.
    rounding : str
        Rule for percentages.
    """
    return {
        **_of_answers(survey, rounding),
        **_of_training(survey),
        **_of_projects(study),
        **_of_measures(study),
        **_of_lists(study),
    }


def _of_answers(survey: Survey, rounding: str) -> dict[str, float | str]:
    def shown(question: str, option: str, base: str) -> float:
        return count(survey, question, base, rounding).set_index("option").loc[option, "shown"]

    days = pd.to_datetime(survey.answers["submitted_on"])
    received = count(survey, "q10", ATTENDING).set_index("option")["people"]
    return {
        "responses": len(survey.answers),
        "weeks_open": ((days.max() - days.min()).days + 1) / 7,
        "closing_date": str(days.max().date()),
        "attends": shown("q7", "yes", EVERYBODY),
        "offers": shown("offers", "yes", EVERYBODY),
        "both": shown("both_ways", "yes", EVERYBODY),
        "received_mutual": shown("q10", "mutual", ATTENDING),
        "received_paid": shown("q10", "paid", ATTENDING),
        "received_both": int(received["both"]),
        **{f"role_{role}": shown("q14", role, OFFERING) for role in survey.labels("q14")},
        "more_than_distress": shown("q2", "yes", EVERYBODY),
        **{f"share_{option}": shown("q3", option, "asked") for option in survey.labels("q3")},
        "bme_share_identity": shown("q3", "identity", "q18 = bme"),
    }


def _of_training(survey: Survey) -> dict[str, float]:
    trained = holds(survey, "q13 = specific_ps")
    roles, courses = survey.ticks("q14")[trained].sum(), survey.ticks("q13_course")[trained].sum()
    return {
        "training_views": int(survey.written("q13").sum()),
        "trained": int(answered(survey, "q13")[trained].sum()),
        "trained_paid": int(roles["paid"]),
        "trained_member": int(roles["group_member"]),
        "trained_volunteer": int(roles["volunteer"]),
        "trained_accredited": int(courses["ocn_accredited"]),
        "trained_intentional": int(courses["intentional_ps"]),
    }


def _of_projects(study: Study) -> dict[str, float]:
    projects, interviews = study.table("projects"), study.table("interviews")
    courses = study.table("courses")
    accredited = courses.loc[courses["accredited"] == "yes", "course_id"]
    return {
        **kinds_of_project(projects).sum().astype(int).to_dict(),
        "trainers": int(interviews["role"].eq("trainer").sum()),
        "evaluations": int(projects["evaluation_report"].eq("yes").sum()),
        "formal_training_projects": int(projects["training_course"].isin(accredited).sum()),
    }


def _of_measures(study: Study) -> dict[str, float | str]:
    funding, measures = study.table("project_funding"), study.table("measures")
    given = funding[funding["state"] == "given"]
    yearly = given[given["period"] == "per_year"]
    monthly, set_up = (given[given["period"] == period] for period in ("per_month", "set_up"))
    found = measures.set_index(["about", "aspect"]).sort_index()

    def first(about: str, aspect: str, n: int = 0) -> float:
        rows = found.loc[[(about, aspect)]] if (about, aspect) in found.index else found.iloc[:0]
        return float(rows["low"].iloc[n]) if len(rows) > n else float("nan")

    pay = found.loc[[("P8", "band_3_pay")]] if ("P8", "band_3_pay") in found.index else found.iloc[:0]
    return {
        "lowest_funding": yearly["amount_low"].min(),
        "highest_funding": yearly["amount_high"].max(),
        "band_3_pay": _range(pay["low"].min(), pay["high"].max()),
        "monthly_cost": _range(monthly["amount_low"].min(), monthly["amount_high"].max()),
        "set_up_grant": set_up["amount_high"].max(),
        "hourly_pay": first("P2", "hourly_pay"),
        "capital_posts": first("P2", "posts"),
        "capital_relief": first("P2", "relief_staff"),
        "core_group": first("P6", "core_group"),
        "membership": first("P6", "membership"),
        "course_days": first("K4", "days"),
        "course_days_again": first("K4", "days", 1),
        "course_cost": first("K4", "cost"),
        "essay_words": first("K4", "essay"),
        "brokerage_days": first("K3", "days_taught"),
        "brokerage_span": first("K3", "days_spread"),
        "wish_sessions": first("P9", "induction_sessions"),
        "kindred_days": first("P3", "training_days"),
    }


def _range(low: float, high: float) -> str:
    return f"{low:,.0f} to {high:,.0f}"


def _of_lists(study: Study) -> dict[str, float]:
    topics, codes = study.table("training_topics"), study.table("coding/codebooks")
    per_course = topics.groupby("course_id").size()
    themes = codes[codes["kind"] == "theme"].groupby("parent_id").size()
    named = codes["definition"].eq("lines 461") | codes["definition"].fillna("").str.startswith("lines 461 ")
    future = codes.loc[codes["parent_id"] == "F", "level"].fillna("")
    return {
        "literature_topics": int(per_course.get("K1", 0)),
        "other_training_topics": int(per_course.get("K2", 0)),
        "brokerage_topics": int(per_course.get("K3", 0)),
        "benefit_kinds": int(themes.get("B", 0)),
        "challenge_kinds": int(themes.get("X", 0)),
        "values_named": int(named.sum()),
        "future_sections": int(future.str.contains("chapter").sum()),
        "future_items": int(future.str.contains("summary").sum()),
    }
