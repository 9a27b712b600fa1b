"""The stand-in rows of the commissioners: who was found, who answered, who was interviewed, what they said.

Who answered what is made up so that every printed count comes out. Who is quoted where, and the places
printed beside quotations, are kept. Three readings had to be chosen:

* The report counts interviews as 11 and as 6 + 6. One was a pilot: 12 with it, 11 without. A share of 37%
  from one region is then 10 of 27.
* Quotations name speakers CS1 to CS18 of the survey and CI19 to CI31 of the interviews. There were 19
  responses, and the words of CI19 are those of a form: CI19 is read as CS19. That leaves 12 interviews.
* The pilot was not recorded. CI31 is quoted once, in the words of a note: it is taken to be the pilot.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.programme import PRINTED, with_columns

STREAM = 10  # of random numbers, so that other tables keep theirs
# Places that print names beside a response are in the list of extracts; with these, 5 are of one region.
PLACES = {
    "Leeds": (1, 6, 15, 17),
    "Suffolk": (18,),
    "Coventry": (19,),
    "Plymouth": (2,),
    "Northamptonshire": (5,),
    "Southampton": (10,),
    "Blackpool": (8, 13),
    "Kensington & Chelsea": (11, 16),
}
LEFT_OUT = {  # response: sector, reason
    8: ("ccg", "no_data"),
    11: ("council", "no_data"),
    13: ("council", "not_mental_health"),
    16: ("trust", "no_data"),
}
NOT_BUYING, UNSURE = (2, 5, 10), (3, 9)  # those quoted about being unsure are 3 and 9
INTERVIEWED = {"Leeds": (21, 23, 25, 26, 27), "Suffolk": (20, 22), "Kensington & Chelsea": (28, 30)}
OUTSIDE, PILOT = (24, 29), 31
EVERY_INTERVIEW = (
    "CM10",
    "CM13",
    "CM17",
)  # said of all interviews: governance, tight budgets, working together
THIRD_SECTOR = ("CM16", "CM17", "CM18")
NEED = 0.35  # share of responses that name a need for information, beside the printed examples


def make(seed: int) -> dict[str, pd.DataFrame]:
    """Make the tables of the work with commissioners, every cell as text.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of DataFrame
        `plan`, `contacts`, `responses`, `response_codes`, `interviews`, `codes`, `extracts` and
        `extract_codes`, with the columns of `data_schema`.
    """
    rng = np.random.default_rng([seed, STREAM])
    quoted = _quoted()
    responses = _responses(rng, quoted)
    interviews = _interviews(rng)
    said = _with_what_all_said(quoted, interviews)
    made = {
        "plan": _plan(),
        "contacts": _contacts(rng, responses),
        "responses": responses,
        "response_codes": _several_choices(rng, responses),
        "interviews": interviews,
        "codes": printed.load("commissioning_codes").assign(**PRINTED),
        "extracts": said,
        "extract_codes": said.assign(code_id=said["codes"].str.split(";"))
        .explode("code_id")
        .query("code_id != ''"),
    }
    return {
        f"commissioning/{name}": with_columns(f"commissioning/{name}", rows) for name, rows in made.items()
    }


def _plan() -> pd.DataFrame:
    """Return as many responses for each region; the report prints their number in all, and for one region."""
    regions = printed.load("partners")[["region"]]
    return regions.assign(planned=_counts("planned")[""] // len(regions), **PRINTED)


def _counts(stage: str, reason: str = "") -> dict[str, int]:
    """Return the printed counts of a stage by sector; blank: all sectors."""
    rows = printed.load("commissioning_stages").query("stage == @stage and reason == @reason")
    return rows.set_index("sector")["n"].astype(int).to_dict()


def _answers(question: str) -> dict[str, int]:
    rows = printed.load("commissioning_answers").query("question == @question")
    return rows.set_index("option")["n"].astype(int).to_dict()


def _quoted() -> pd.DataFrame:
    """Return the printed quotations: one speaker each, told apart by the first letters of the tag."""
    rows = printed.load("commissioning_extracts")
    of_survey = rows["speaker"].str.startswith("CS")
    return pd.DataFrame(
        {
            "extract_id": rows["segment_id"],
            "response_id": rows["speaker"].where(of_survey, ""),
            "interview_id": rows["speaker"].mask(of_survey, ""),
            "speaker_printed": rows["speaker_printed"],
            "locality_printed": rows["label"],
            "quoted": "yes",
            "locator": "line " + rows["line"],
            "codes": rows["codes"],
            "status": rows["status"],
        }
    )


def _responses(rng: np.random.Generator, quoted: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame({"number": range(1, _counts("answered")[""] + 1)})
    rows = rows.assign(response_id="CS" + rows["number"].astype(str), status="synthetic")
    beside = printed.load("table_10_1").set_index("respondent")["locality"]
    named = quoted.query("locality_printed != ''").set_index("response_id")["locality_printed"].to_dict()
    named |= beside.to_dict()
    of_number = {number: region for region, numbers in PLACES.items() for number in numbers}
    regions = [named.get(row.response_id) or of_number[row.number] for row in rows.itertuples()]
    out = rows["number"].map(lambda number: LEFT_OUT.get(number, ("", "")))
    rows = rows.assign(region=regions, sector=out.str[0], excluded=out.str[1])
    kept = rows["excluded"] == ""
    rows.loc[kept, "sector"] = _dealt(rng, {s: n for s, n in _counts("analysed").items() if s})
    rows = rows.assign(commissions="", happy="", third_sector_view="")
    rows.loc[kept, "commissions"] = "yes"
    rows.loc[rows["number"].isin(NOT_BUYING), "commissions"] = "no"
    rows.loc[rows["number"].isin(UNSURE), "commissions"] = "unsure"
    views = quoted[quoted["codes"].str.contains("|".join(THIRD_SECTOR))]["response_id"]
    for column, sure in (("happy", ()), ("third_sector_view", set(views) - {""})):
        rows.loc[_chosen(rng, rows, kept, _answers(column)["yes"], sure), column] = "yes"
    return rows.assign(contact_id=[f"C{number:02}" for number in _spread(rng, rows)])


def _spread(rng: np.random.Generator, responses: pd.DataFrame) -> np.ndarray:
    """Draw the numbers of the contacts who answered, anywhere among all who were identified."""
    return np.sort(rng.choice(_counts("identified")[""], len(responses), replace=False)) + 1


def _chosen(
    rng: np.random.Generator, rows: pd.DataFrame, of: pd.Series, n: int, sure: Iterable[str] = ()
) -> pd.Index:
    """Choose `n` rows, first those that are sure."""
    first = rows.index[of & rows["response_id"].isin(set(sure))]
    others = rows.index[of].difference(first)
    return first.append(pd.Index(np.sort(rng.choice(others, n - len(first), replace=False))))


def _contacts(rng: np.random.Generator, responses: pd.DataFrame) -> pd.DataFrame:
    """Return everyone identified: spread evenly over the regions, those who answered in their own."""
    n = _counts("identified")[""]
    regions = printed.load("partners")["region"].tolist()
    rows = pd.DataFrame({"contact_id": [f"C{number:02}" for number in range(1, n + 1)]})
    rows = rows.assign(
        region=[regions[number % len(regions)] for number in range(n)],
        sector=rng.choice(["ccg", "council", "trust"], n),
        source=rng.choice(["programme", "internet", "national"], n),
        invited="yes",
        status="synthetic",
    ).set_index("contact_id")
    own = responses.set_index("contact_id")[["region", "sector"]]
    rows.loc[own.index, ["region", "sector"]] = own
    return rows.reset_index()


def _several_choices(rng: np.random.Generator, responses: pd.DataFrame) -> pd.DataFrame:
    """Return who named which type, outcome and need: as many people for each as printed."""
    kept = responses["excluded"] == ""
    buying = kept & (responses["commissions"] == "yes")
    parts = [
        pd.DataFrame(
            {
                "response_id": responses.loc[_chosen(rng, responses, of, n), "response_id"],
                "question": question,
                "code": option,
                "example": "no",
                "status": "synthetic",
            }
        )
        for question, of in (("type", buying), ("outcome", kept))
        for option, n in _answers(question).items()
    ]
    for theme in printed.load("table_10_1").itertuples():
        drawn = rng.random(len(responses)) < NEED
        also = responses.loc[kept & drawn & (responses["response_id"] != theme.respondent), "response_id"]
        people = [theme.respondent, *also]
        parts.append(
            pd.DataFrame(
                {
                    "response_id": people,
                    "question": "need",
                    "code": theme.theme,
                    "example": ["yes"] + ["no"] * len(also),
                    "status": ["printed"] + ["synthetic"] * len(also),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _interviews(rng: np.random.Generator) -> pd.DataFrame:
    places = {number: region for region, numbers in INTERVIEWED.items() for number in numbers}
    numbers = sorted([*places, *OUTSIDE, PILOT])
    count = printed.load("commissioning_interviews").set_index("what")["n"].astype(int)
    return pd.DataFrame(
        {
            "interview_id": [f"CI{number}" for number in numbers],
            "region": [places.get(number, "") for number in numbers],
            "in_programme": ["yes" if n in places else "no" if n in OUTSIDE else "" for n in numbers],
            "sector": _dealt(rng, {sector: count[sector] for sector in ("clinical", "council")}),
            "pilot": ["yes" if number == PILOT else "no" for number in numbers],
            "recorded": ["no" if number == PILOT else "yes" for number in numbers],
            "status": "synthetic",
        }
    )


def _dealt(rng: np.random.Generator, counts: dict[str, int]) -> np.ndarray:
    return rng.permutation(np.repeat(list(counts), list(counts.values())))


def _with_what_all_said(quoted: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """Add an extract, without words, wherever the report says that everyone spoke of something."""
    there = quoted.assign(code=quoted["codes"].str.split(";")).explode("code")
    said = set(there[["interview_id", "code"]].itertuples(index=False, name=None))
    added = [
        (interview, code)
        for code in EVERY_INTERVIEW
        for interview in interviews["interview_id"]
        if (interview, code) not in said
    ]
    more = pd.DataFrame(added, columns=["interview_id", "codes"]).assign(quoted="no", status="synthetic")
    more = more.assign(extract_id=[f"X{number:03}" for number in range(1, len(more) + 1)])
    return pd.concat([quoted, more], ignore_index=True).fillna("")
