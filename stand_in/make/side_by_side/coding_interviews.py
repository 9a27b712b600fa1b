"""What was said in the stand-in's interviews and focus groups, as codes without words.

The 726 printed quotations are kept: who, about which approach, under which heading. They are a small part of
what was coded, so segments are added until the statements of Chapter 6 on all the material can be computed:
every project where someone was interviewed has all six values, most people speak of safety.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.coding_people import FOCUS_GROUPS, deal

VALUES = ("V1", "V2", "V3", "V4", "V5", "V6")
# Share of the people not quoted under a value who speak of it all the same.
SPEAKS_OF = dict(zip(VALUES, (0.7, 0.75, 0.55, 0.6, 0.55, 0.5), strict=True))
TWO_CODES = 0.25  # share of added segments that carry a second code
CODED_TWICE, AGREES = 0.2, 0.85  # share coded by a second person; how often the two agree
SELF_CARE = "V4.3.e7"  # a theme the report found online only
WAVES = {"pilot": 8, "main": 40, "community": 6, "facilitation": 14, "": 1}  # 68 of the 69 have a stage
RECORDED = {"yes": 65, "no": 4}
INTERPRETED = {"Somali": 2, "Arabic": 2}
FOCUS_OPTIONS = {"social": 18, "activity": 17, "educational": 5, "sharing distress": 6}


def material(
    rng: np.random.Generator, interviewed: pd.DataFrame, in_groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Make the sources, segments and codes of interviews, focus groups and quotations elsewhere.

    Parameters
    ----------
    rng : Generator
    interviewed, in_groups : DataFrame
        From `coding_people`.

    Returns
    -------
    dict of DataFrame
        `sources`, `segments`, `segment_codes`.
    """
    kinds = printed.load("codebooks").set_index("code_id")["kind"]
    quoted, quoted_codes = _quotations(in_groups)
    added, added_codes = _added(rng, interviewed, quoted.merge(quoted_codes, on="segment_id"), kinds)
    codes = pd.concat([quoted_codes, added_codes], ignore_index=True).assign(coder="A", round="final")
    codes = codes.assign(valence=_valence(codes["code_id"], kinds))
    return {
        "sources": _sources(rng, interviewed, in_groups),
        "segments": pd.concat([quoted, added], ignore_index=True),
        "segment_codes": pd.concat([codes, _second_coder(rng, codes, kinds)], ignore_index=True),
    }


def options(rng: np.random.Generator, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the options each project took: its focus, who may join, its language.

    Parameters
    ----------
    rng : Generator
    projects : DataFrame
        From `coding_people.projects`.

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
    index = printed.load("quotations")
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


def _second_coder(rng: np.random.Generator, codes: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    """Let a second person code a share of the segments on values; she sees some of them otherwise."""
    on_values = codes[codes["code_id"].str[:2].isin(VALUES)].drop_duplicates("segment_id")
    sample = on_values[rng.random(len(on_values)) < CODED_TWICE]
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
    printed_label = printed.load("quotations").query("label.str.contains('interpreter')")["person_id"]
    others = interviewed[interviewed["project_id"].isin(["Middlesbrough 3", *FOCUS_GROUPS])]["person_id"]
    speakers = [*printed_label, *others[~others.isin(printed_label)]]
    languages = [name for name, people in reversed(INTERPRETED.items()) for _ in range(people)]
    return dict(zip(speakers, [*languages, "Urdu"], strict=False))
