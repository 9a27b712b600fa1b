"""Interviews and focus groups: the people, their projects, and what they said as codes without words.

Labels, approach and chapter of the people interviewed come from the printed quotations; age, gender and the
rest are dealt out so that every count of Tables 6.1 and 7.1 comes out. The 727 printed quotations are kept:
who, about which approach, under which heading. They are a small part of what was coded, so segments are added
until the statements of Chapter 6 on all the material can be computed: every project where someone was
interviewed has all six values, most people speak of safety.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.totals import deal

# Projects by region: one of a strategic partner and one to nine with a grant; 46 with Elefriends beside them.
PROJECTS = {
    "Suffolk": 5,
    "Coventry": 5,
    "Northamptonshire": 4,
    "Leeds": 7,
    "Blackpool": 10,
    "Southampton": 4,
    "Plymouth": 2,
    "Middlesbrough": 4,
    "Kensington & Chelsea": 5,
}
MENTORING = {
    "Middlesbrough 2": 4,
    "Coventry 2": 3,
}  # people interviewed; "two of these three" one-to-one projects
CO_COUNSELLING = "Blackpool 2"
BAME_TYPES = {
    "Middlesbrough 2": "refugee_migrant",
    "Coventry 2": "refugee_migrant",
    "Middlesbrough 3": "general_bame;refugee_migrant",
    "Leeds 2": "general_bame",
    "Northamptonshire 2": "community_specific",
    "Kensington & Chelsea 2": "community_specific;refugee_migrant",
    "Kensington & Chelsea 3": "community_specific",
}
# Interviewed in a group project for BaME peers, and taking part in a focus group there. The person who did
# both is interviewed in Leeds. Together with the mentoring projects: 39 people, by region as in Table 7.1.
BAME_GROUP_INTERVIEWS = {
    "Middlesbrough 3": 3,
    "Leeds 2": 3,
    "Northamptonshire 2": 1,
    "Kensington & Chelsea 2": 2,
    "Kensington & Chelsea 3": 2,
}
FOCUS_GROUPS = {"Kensington & Chelsea 2": 8, "Northamptonshire 2": 8, "Leeds 2": 5}
UNQUOTED_IN_CHAPTER_7 = ["PV25", "PV29"]
# Others in groups, by region: with the three above, 12 interviews in Leeds; most are in the close regions.
OTHER_GROUP_INTERVIEWS = {
    "Leeds": 9,
    "Kensington & Chelsea": 12,
    "Blackpool": 10,
    "Suffolk": 5,
    "Southampton": 2,
    "Plymouth": 1,
}
BAME_INTERVIEWED = {
    "ethnicity": {
        "African": 2,
        "Black British African": 2,
        "Black British Caribbean": 1,
        "Asian British Pakistani": 2,
        "Asian British Bangladeshi": 1,
        "Asian British other": 1,
        "White other": 1,
        "Other mixed background": 1,
        "Other - Somali": 3,
        "Other - Eritrean": 2,
        "Other - Iranian": 2,
    },
    "gender": {"Female": 11, "Male": 7},
}
IN_FOCUS_GROUPS = {
    "ethnicity": {
        "Black British African": 10,
        "Black British Caribbean": 1,
        "Black - unknown": 1,
        "Asian British Pakistani": 5,
        "South Asian - unknown": 3,
        "Arab": 1,
    },
    "gender": {"Female": 15, "Male": 6},
}
TABLE_6_1 = {
    "age_band": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "locality": "Type of locality",
    "sexual_orientation": "Sexual orientation",
}
MISSING = {"Missing", "Missing data"}

VALUES = ("V1", "V2", "V3", "V4", "V5", "V6")
# Share of the people not quoted under a value who speak of it all the same.
SPEAKS_OF = dict(zip(VALUES, (0.7, 0.75, 0.55, 0.6, 0.55, 0.5), strict=True))
TWO_CODES = 0.25  # share of added segments that carry a second code
CODED_TWICE = 0.3  # share of people whose interviews a second person coded, all through
AGREES, LEFT_OUT = 0.85, 0.1  # how often the two agree; share that the second person left uncoded
SELF_CARE = "V4.3.e7"  # a theme the report found online only
WAVES = {"pilot": 8, "main": 40, "community": 6, "facilitation": 14, "": 1}  # 68 of the 69 have a stage
RECORDED = {"yes": 65, "no": 4}
INTERPRETED = {"Somali": 2, "Arabic": 2}
FOCUS_OPTIONS = {"social": 18, "activity": 17, "educational": 5, "sharing distress": 6}


def projects() -> pd.DataFrame:
    """Make one row per project: 46, and Elefriends.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/projects`; the name is the id until `make` gives out labels.
    """
    rows = [
        {"project_id": f"{region} {number}", "name": f"{region} {number}", "region": region}
        for region, size in PROJECTS.items()
        for number in range(1, size + 1)
    ]
    rows.append({"project_id": "Elefriends", "name": "Elefriends", "region": "Elefriends"})
    table = pd.DataFrame(rows)
    approaches = dict.fromkeys(MENTORING, "one_to_one") | {
        CO_COUNSELLING: "co_counselling",
        "Elefriends": "online",
    }
    return table.assign(
        approach=table["project_id"].map(approaches).fillna("group"),
        lead_organisation="Organisation behind " + table["name"],
        bame_types=table["project_id"].map(BAME_TYPES).fillna(""),
        status="synthetic",
    )


def interviewed(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the 69 people interviewed.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `projects`.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/people`; PV1 to PV69 in order.
    """
    quotations = printed.coded("quotations")
    approach = (
        quotations.query("recruited != ''").drop_duplicates("person_id").set_index("person_id")["recruited"]
    )
    table = pd.DataFrame({"person_id": [f"PV{number}" for number in range(1, 70)]})
    table["approach"] = table["person_id"].map(approach).fillna("group")
    in_chapter_7 = set(quotations.query("chapter == 'ch7'")["person_id"]) | set(UNQUOTED_IN_CHAPTER_7)
    bame = table["person_id"].isin(in_chapter_7)
    table["project_id"] = _projects_of(rng, table["approach"], bame, projects)
    table["region"] = table["project_id"].map(projects.set_index("project_id")["region"])
    for column, characteristic in TABLE_6_1.items():
        counts = _counts_of(characteristic)
        inside = BAME_INTERVIEWED.get(column, {})
        outside = {label: n - inside.get(label, 0) for label, n in counts.items()}
        if inside:
            table.loc[bame, column] = deal(rng, inside)
            table.loc[~bame, column] = deal(rng, outside)
        else:
            table[column] = deal(rng, counts)
    strands = np.where(table["person_id"] == _in_both(table), "interview;focus group", "interview")
    return table.assign(strands=strands, role=_roles(rng, table["approach"]), status="synthetic")


def in_focus_groups(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the 21 people who took part in a focus group only; FG1 to FG15 are quoted.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `projects`.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/people`.
    """
    project = deal(rng, FOCUS_GROUPS)
    return pd.DataFrame(
        {
            "person_id": [f"FG{number}" for number in range(1, len(project) + 1)],
            "strands": "focus group",
            "project_id": project,
            "region": pd.Series(project).map(projects.set_index("project_id")["region"]),
            "approach": "group",
            "ethnicity": deal(rng, IN_FOCUS_GROUPS["ethnicity"]),
            "gender": deal(rng, IN_FOCUS_GROUPS["gender"]),
            "status": "synthetic",
        }
    )


def quoted_elsewhere() -> pd.DataFrame:
    """Return the people quoted in the chapters on capacity building and on commissioning."""
    strands = {"CB": "capacity interview", "CS": "commissioner survey", "CI": "commissioner interview"}
    ids = printed.coded("quotations")["person_id"].drop_duplicates()
    strand = ids.str[:2].map(strands)
    return pd.DataFrame({"person_id": ids, "strands": strand, "status": "derived"}).dropna()


def _counts_of(characteristic: str) -> dict[str, int]:
    rows = printed.coded("table_6_1").query("characteristic == @characteristic")
    labels = rows["category"].mask(rows["category"].isin(MISSING), "")
    return dict(zip(labels, rows["n"].astype(int), strict=True))


def _projects_of(
    rng: np.random.Generator, approach: pd.Series, bame: pd.Series, projects: pd.DataFrame
) -> pd.Series:
    """Deal people out over projects; a mainstream region's people go round four group projects."""
    mainstream = projects.query("approach == 'group' and bame_types == ''")
    places = [
        project
        for region, people in OTHER_GROUP_INTERVIEWS.items()
        for project in np.resize(mainstream.query("region == @region")["project_id"].head(4), people)
    ]
    chosen = pd.Series("", index=approach.index)
    chosen[approach == "online"] = "Elefriends"
    chosen[approach == "co_counselling"] = CO_COUNSELLING
    chosen[approach == "one_to_one"] = deal(rng, MENTORING)
    chosen[(approach == "group") & bame] = deal(rng, BAME_GROUP_INTERVIEWS)
    chosen[(approach == "group") & ~bame] = rng.permutation(places)
    return chosen


def _in_both(table: pd.DataFrame) -> str:
    """Name the person interviewed who was in the focus group in Leeds as well."""
    return table.loc[table["project_id"] == "Leeds 2", "person_id"].iloc[0]


def _roles(rng: np.random.Generator, approach: pd.Series) -> pd.Series:
    """Give out the printed roles within the approach each belongs to."""
    roles = pd.Series("", index=approach.index)
    facilitators, mentors, moderators = (
        printed.coded("table_6_1").query("characteristic.str.contains('leadership')")["n"].astype(int)
    )
    in_approach = approach.value_counts()
    for kind, counts in {
        "group": {"group facilitator": facilitators},
        "one_to_one": {"mentor": mentors, "mentee": in_approach["one_to_one"] - mentors},
        "online": {"online moderator": moderators},
    }.items():
        rest = in_approach[kind] - sum(counts.values())
        roles[approach == kind] = deal(rng, {**counts, "": rest})
    return roles


def material(
    rng: np.random.Generator, interviewed: pd.DataFrame, in_groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Make the sources, segments and codes of interviews, focus groups and quotations elsewhere.

    Parameters
    ----------
    rng : Generator
    interviewed, in_groups : DataFrame
        From `interviewed` and `in_focus_groups`.

    Returns
    -------
    dict of DataFrame
        `sources`, `segments`, `segment_codes`.
    """
    kinds = printed.coded("codebooks").set_index("code_id")["kind"]
    quoted, quoted_codes = _quotations(in_groups)
    added, added_codes = _added(rng, interviewed, quoted.merge(quoted_codes, on="segment_id"), kinds)
    codes = pd.concat([quoted_codes, added_codes], ignore_index=True).assign(coder="A", round="final")
    codes = codes.assign(valence=_valence(codes["code_id"], kinds))
    segments = pd.concat([quoted, added], ignore_index=True)
    speakers = segments.set_index("segment_id")["person_id"]
    return {
        "sources": _sources(rng, interviewed, in_groups),
        "segments": segments,
        "segment_codes": pd.concat([codes, _second_coder(rng, codes, speakers, kinds)], ignore_index=True),
    }


def options(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the options each project took: its focus, who may join, its language.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `projects`.

    Returns
    -------
    DataFrame
        Columns of `data_schema/coding/decisions`; most projects have a social or activity focus and none of
        the one-to-one projects is for one diagnosis, as printed.
    """
    offline = projects.query("approach != 'online'")
    bame = offline["bame_types"] != ""
    group = (offline["approach"] == "group").to_numpy()
    diagnosis = np.where(group & (rng.random(len(offline)) < 0.15), "diagnosis-specific", "any distress")
    gender = rng.choice(["mixed", "women", "men"], len(offline), p=[0.75, 0.2, 0.05])
    language = np.where(bame, rng.choice(["English", "community", "both"], len(offline)), "English")
    taken = {
        ("D3", "focus"): deal(rng, FOCUS_OPTIONS),
        ("D4", "type of mental health issues"): diagnosis,
        ("D4", "gender"): gender,
        ("D4", "language"): language,
        ("D2", "led by peers"): np.where(rng.random(len(offline)) < 0.7, "yes", "no"),
    }
    rows = [
        offline[["project_id"]].assign(decision_id=decision, aspect=aspect, option=option)
        for (decision, aspect), option in taken.items()
    ]
    approach = offline.set_index("project_id")["approach"]
    table = pd.concat(rows, ignore_index=True)
    return table.assign(approach=table["project_id"].map(approach), status="synthetic")


def _quotations(in_groups: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the printed quotations as segments and codes; the index holds no words."""
    index = printed.coded("quotations")
    series = index["person_id"].str[:2]
    source = ("I-" + index["person_id"]).where(series == "PV")
    region = in_groups.set_index("person_id")["region"]
    source = source.fillna("focus-" + index["person_id"].map(region))
    source = source.fillna(series.map({"CB": "capacity", "CS": "commissioner-survey", "CI": "commissioner"}))
    segments = index[["segment_id", "person_id", "context", "repeats"]].assign(
        source_id=source,
        quoted="yes",
        quotable="no",
        locator=index["chapter"] + ", line " + index["line"],
        status="derived",
    )
    codes = index.query("code_id != ''")[["segment_id", "code_id"]].assign(status="derived")
    return segments, codes


def _added(
    rng: np.random.Generator, interviewed: pd.DataFrame, quoted: pd.DataFrame, kinds: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add a segment where a person speaks of a value outside the quotations, and where a project must."""
    quoted = quoted.assign(value=quoted["code_id"].str[:2])
    supports = quoted[quoted["code_id"].map(kinds) != "challenge"]
    said = set(zip(supports["person_id"], supports["value"], strict=True))
    rows = []
    for _, people in interviewed.groupby("project_id")["person_id"]:
        for value in VALUES:
            silent = [person for person in people if (person, value) not in said]
            speaking = [person for person in silent if rng.random() < SPEAKS_OF[value]]
            if len(silent) == len(people) and not speaking:
                speaking = [rng.choice(silent)]
            rows += [(person, _subtheme(rng, kinds, value)) for person in speaking]
    online = interviewed.query("approach == 'online'")["person_id"]
    rows += [(person, SELF_CARE) for person in rng.choice(online, 3, replace=False)]
    table = pd.DataFrame(rows, columns=["person_id", "code_id"])
    table["segment_id"] = [f"A{number:03}" for number in range(1, len(table) + 1)]
    approach = interviewed.set_index("person_id")["approach"]
    second = table[rng.random(len(table)) < TWO_CODES]
    second = second.assign(code_id=[_another(rng, kinds, code) for code in second["code_id"]])
    segments = table[["segment_id", "person_id"]].assign(
        source_id="I-" + table["person_id"],
        context=table["person_id"].map(approach),
        quotable="no",
        quoted="no",
        status="synthetic",
    )
    codes = pd.concat([table, second])[["segment_id", "code_id"]]
    return segments, codes.assign(status="synthetic")


def _subtheme(rng: np.random.Generator, kinds: pd.Series, value: str) -> str:
    below = kinds[(kinds == "subtheme") & kinds.index.str.startswith(value)]
    return str(rng.choice(below.index))


def _another(rng: np.random.Generator, kinds: pd.Series, code: str) -> str:
    """Choose a sub-theme of another value."""
    return _subtheme(rng, kinds, rng.choice([value for value in VALUES if not code.startswith(value)]))


def _valence(codes: pd.Series, kinds: pd.Series) -> np.ndarray:
    return np.where(codes.map(kinds) == "challenge", "challenge", "supports")


def _second_coder(
    rng: np.random.Generator, codes: pd.DataFrame, speakers: pd.Series, kinds: pd.Series
) -> pd.DataFrame:
    """Let a second person code some interviews; she sees some segments otherwise, and some not at all."""
    on_values = codes[codes["code_id"].str[:2].isin(VALUES)].drop_duplicates("segment_id")
    speaker = on_values["segment_id"].map(speakers)
    people = speaker.unique()
    coded = speaker.isin(people[rng.random(len(people)) < CODED_TWICE])
    sample = on_values[coded & (rng.random(len(on_values)) >= LEFT_OUT)]
    agrees = rng.random(len(sample)) < AGREES
    seen = [
        code if same else _another(rng, kinds, code)
        for code, same in zip(sample["code_id"], agrees, strict=True)
    ]
    sample = sample.assign(code_id=seen, coder="B", round="check", status="synthetic")
    return sample.assign(valence=_valence(sample["code_id"], kinds))


def _sources(rng: np.random.Generator, interviewed: pd.DataFrame, in_groups: pd.DataFrame) -> pd.DataFrame:
    interviews = pd.DataFrame(
        {
            "source_id": "I-" + interviewed["person_id"],
            "strand": "interview",
            "person_id": interviewed["person_id"],
            "project_id": interviewed["project_id"],
            "place": interviewed["region"],
            "period": "March to November 2016",
            "wave": deal(rng, WAVES),
            "recorded": deal(rng, RECORDED),
        }
    )
    languages = _languages(interviewed)
    interviews["language"] = interviews["person_id"].map(languages).fillna("English")
    interviews["interpreter"] = np.where(interviews["language"].isin(list(INTERPRETED)), "yes", "no")
    groups = in_groups.drop_duplicates("project_id")
    groups = pd.DataFrame(
        {
            "source_id": "focus-" + groups["region"],
            "strand": "focus group",
            "project_id": groups["project_id"],
            "place": groups["region"],
        }
    )
    elsewhere = pd.DataFrame(
        [
            ("capacity", "capacity interview"),
            ("commissioner-survey", "commissioner survey"),
            ("commissioner", "commissioner interview"),
        ],
        columns=["source_id", "strand"],
    )
    return pd.concat([interviews, groups, elsewhere], ignore_index=True).assign(status="synthetic")


def _languages(interviewed: pd.DataFrame) -> dict[str, str]:
    """Say who was interviewed in another language: four through an interpreter, one in Urdu."""
    printed_label = printed.coded("quotations").query("label.str.contains('interpreter')")["person_id"]
    others = interviewed[interviewed["project_id"].isin(["Middlesbrough 3", *FOCUS_GROUPS])]["person_id"]
    speakers = [*printed_label, *others[~others.isin(printed_label)]]
    languages = [name for name, people in reversed(INTERPRETED.items()) for _ in range(people)]
    return dict(zip(speakers, [*languages, "Urdu"], strict=False))
