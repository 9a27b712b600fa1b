"""The stand-in rows of Chapter 9: the theory of change, who spoke, hubs, monitoring and targets.

Which theme has which element, how elements are merged, who is quoted where and how many people each area
reached is printed. Which segment stands for which element, who sat in which interview and how many people
came in which month is made up. The column `status` of every row says which is which.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed

NUMBER = 11  # of its random numbers, apart from those of the cohort
CHALLENGES = "Challenges"
NATIONAL, HUBS, PARTNERS, LOCAL = (
    "National Mind",
    "Hubs",
    "Strategic partners and Elefriends",
    "Local groups",
)
# How the list of quotations names the sections of the chapter.
SECTIONS = {"nm": NATIONAL, "hub": HUBS, "sp": PARTNERS, "lg": LOCAL}
MONTHS = pd.date_range("2015-07-01", "2016-12-01", freq="MS")
SEGMENTS = (1, 4)  # of an element in a theme: at least, and fewer than
WITH_HUB = 3  # local groups that had to do with a hub: half of them
BURSTS = 8.0  # how unevenly people come over the months; larger is more even


def make(seed: int) -> dict[str, pd.DataFrame]:
    """Make the tables of the chapter, every cell as text.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of DataFrame
        By the names of `data_schema/side_by_side/datapackage.json`: `capacity/elements` and so on, and
        `evidence/targets`.
    """
    rng = np.random.default_rng([seed, NUMBER])
    segments = _segments()
    speakers, interviews = _interviewed(rng, segments)
    tables = {
        "capacity/themes": _themes(),
        "capacity/elements": _elements(),
        "capacity/merges": _merges(),
        "capacity/interviews": interviews,
        "capacity/speakers": speakers,
        "capacity/observations": _observations(),
        "capacity/segments": segments,
        "capacity/segment_codes": pd.concat([_coded(rng, segments), _challenges_coded(segments)]),
        "capacity/hubs": _hubs(),
        "capacity/monitoring": _monitoring(rng),
        "evidence/targets": _targets(),
    }
    return {name: _finished(name, table) for name, table in tables.items()}


def _finished(name: str, table: pd.DataFrame) -> pd.DataFrame:
    columns = list(printed.definitions().tables[name].fields)
    return table.reindex(columns=columns, fill_value="").astype(object).fillna("").astype(str)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _ids(components: pd.Series, labels: pd.Series, overall: bool = False) -> pd.Series:
    """Name elements by their component and label; nothing for a blank label."""
    lead = "overall." if overall else ""
    made = [f"{lead}{_slug(c)}.{_slug(label)}" for c, label in zip(components, labels, strict=True)]
    return pd.Series(made, labels.index).where(labels != "", "")


def _themes() -> pd.DataFrame:
    themes = printed.load("capacity_themes")
    return themes.assign(theme_id=_theme_ids(themes), title=themes["theme"], status="printed")


def _theme_ids(themes: pd.DataFrame) -> pd.Series:
    return "theme_" + themes["figure"].str.replace(".", "_")


def _elements() -> pd.DataFrame:
    """List elements once, in the order in which figures first print them; challenges have no figure."""
    shown = printed.load("capacity_elements")
    overall = shown[shown["figure"] == "9.18"]
    below = shown[shown["figure"] != "9.18"].drop_duplicates(["component", "element"])
    tensions = printed.load("capacity_challenges").rename(columns={"challenge": "element"})
    tensions = tensions.assign(component=CHALLENGES, basis="printed")
    parts = []
    for rows, level in ((pd.concat([below, tensions]), "theme"), (overall, "overall")):
        rows = rows.reset_index(drop=True)
        parts.append(
            rows.assign(
                element_id=_ids(rows["component"], rows["element"], level == "overall"),
                level=level,
                order=rows.groupby("component").cumcount() + 1,
                label=rows["element"],
                summary_label=rows["element"].map(_in_the_summary()).fillna(""),
                status=rows["basis"],
            )
        )
    return pd.concat(parts)


def _in_the_summary() -> dict[str, str]:
    """Return the labels that the summary of the report prints with fewer words."""
    shorter: dict[str, str] = {}
    for element, word in printed.load("capacity_left_out")[["element", "word"]].itertuples(index=False):
        shorter[element] = shorter.get(element, element).replace(f", {word}", "")
    return shorter


def _merges() -> pd.DataFrame:
    merges = printed.load("capacity_merges")
    last = merges["step"] == "overall"
    into = _ids(merges["component"], merges["into"]).mask(
        last, _ids(merges["component"], merges["into"], overall=True)
    )
    known = merges["basis"].isin(["explicit", "added"])
    status = pd.Series("inferred", merges.index).mask(known, "printed")
    return merges.assign(element_id=_ids(merges["component"], merges["element"]), into_id=into, status=status)


def _segments() -> pd.DataFrame:
    """Return the quotations of the chapter as segments, by the theme whose section prints them."""
    quoted = printed.coded("quotations").query("chapter == 'ch9'").reset_index(drop=True)
    themes = printed.load("capacity_themes")
    line = quoted["line"].astype(int)
    starts = themes.assign(at=themes["line"].astype(int), theme_id=_theme_ids(themes)).sort_values("at")
    place = np.searchsorted(starts["at"].to_numpy(), line.to_numpy(), side="right") - 1
    introduces = quoted["code_id"].str.endswith(".intro").to_numpy()
    theme = starts["theme_id"].to_numpy()[np.maximum(place, 0)]
    return quoted.assign(
        speaker_id=quoted["person_id"],
        theme_id=np.where(introduces, "", theme),
        grouping=quoted["code_id"].str.partition(".")[0].map(SECTIONS),
        status="derived",
    )


def _interviewed(rng: np.random.Generator, segments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Seat the labels of quotations in as many interviews as are printed.

    A speaker belongs to the grouping whose sections quote them most. There are more labels than interviews.
    """
    most = pd.crosstab(segments["speaker_id"], segments["grouping"])[list(SECTIONS.values())].idxmax(axis=1)
    most = most.sort_index(key=lambda labels: labels.str.removeprefix("CB").astype(int))
    interviews = pd.DataFrame(
        [
            (f"{grouping.split()[0].lower()}_{number}", grouping)
            for grouping, n in _interviews_of().items()
            for number in range(1, n + 1)
        ],
        columns=["interview_id", "grouping"],
    )
    ids = interviews.groupby("grouping")["interview_id"].agg(list)
    place = most.groupby(most).cumcount()
    seats = [ids[grouping][n % len(ids[grouping])] for grouping, n in zip(most, place, strict=True)]
    local = interviews["grouping"] == LOCAL
    with_hub = interviews["interview_id"].isin(rng.permutation(ids[LOCAL])[:WITH_HUB])
    contact = np.where(local, np.where(with_hub, "yes", "no"), "")
    speakers = pd.DataFrame({"speaker_id": most.index, "interview_id": seats, "status": "synthetic"})
    return speakers, interviews.assign(hub_contact=contact, status="synthetic")


def _interviews_of() -> dict[str, int]:
    """Return the interviews of each grouping: hubs and partners are printed as one number."""
    hubs = len(_hubs())
    both = int(_stated(f"{HUBS}; {PARTNERS}"))
    return {
        NATIONAL: int(_stated(NATIONAL)),
        HUBS: hubs,
        PARTNERS: both - hubs,
        LOCAL: int(_stated(LOCAL)),
    }


def _stated(grouping: str) -> str:
    return printed.load("capacity_sources").set_index("grouping").loc[grouping, "n"]


def _observations() -> pd.DataFrame:
    n = int(_stated(""))
    return pd.DataFrame({"observation_id": [f"O{place + 1}" for place in range(n)], "status": "synthetic"})


def _coded(rng: np.random.Generator, segments: pd.DataFrame) -> pd.DataFrame:
    """Give every element of a theme's figure some of the segments of that theme."""
    themes = printed.load("capacity_themes")
    theme = dict(zip(themes["figure"], _theme_ids(themes), strict=True))
    shown = printed.load("capacity_elements").query("figure in @theme").reset_index(drop=True)
    ids = _ids(shown["component"], shown["element"])
    rows = []
    for figure, element, basis in zip(shown["figure"], ids, shown["basis"], strict=True):
        known = segments.loc[segments["theme_id"] == theme[figure], "segment_id"].to_numpy()
        chosen = rng.choice(known, min(len(known), int(rng.integers(*SEGMENTS))), replace=False)
        rows += [(segment, element, basis) for segment in sorted(chosen)]
    coded = pd.DataFrame(rows, columns=["segment_id", "element_id", "element_status"])
    return coded.assign(status="synthetic")


def _challenges_coded(segments: pd.DataFrame) -> pd.DataFrame:
    """Take the quotations in the lines that speak of a challenge as its segments."""
    lines = segments["line"].astype(int)
    rows = []
    for challenge, spans in printed.load("capacity_challenges").itertuples(index=False):
        element = _ids(pd.Series([CHALLENGES]), pd.Series([challenge])).iloc[0]
        for span in spans.split(";"):
            first, _, last = span.partition("-")
            inside = segments.loc[lines.between(int(first), int(last or first)), "segment_id"]
            rows += [(segment, element) for segment in inside]
    return pd.DataFrame(rows, columns=["segment_id", "element_id"]).assign(status="inferred")


def _hubs() -> pd.DataFrame:
    return printed.load("table_9_1").assign(status="printed")


def _monitoring(rng: np.random.Generator) -> pd.DataFrame:
    """Spread the people that an area reached over the months of the programme."""
    parts = []
    for area in printed.load("table_9_2").itertuples():
        shares = rng.dirichlet(np.full(len(MONTHS), BURSTS))
        people = rng.multinomial(int(area.reached), shares)
        parts.append(
            pd.DataFrame(
                {
                    "area": area.area,
                    "partner": area.partner,
                    "month": MONTHS.strftime("%Y-%m-%d"),
                    "new_people": people,
                    "status": "synthetic",
                }
            )
        )
    return pd.concat(parts)


def _targets() -> pd.DataFrame:
    return printed.load("planned")
