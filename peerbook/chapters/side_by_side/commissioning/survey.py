"""What commissioners ticked and wrote in the survey: people for each answer, of everybody analysed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.commissioning.people import (
    ANALYSED,
    analysed,
)
from peerbook.chapters.side_by_side.commissioning.sample import with_interval
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import Cell, Counted
from peerbook.outputs import Output, diagrams, figure, formats, table
from peerbook.outputs.folding import folded
from peerbook.survey.keys import ends_again

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

CLOSED = {
    "commissions": "Commissions services with peer support",
    "happy": "Happy with the amount commissioned",
    "third_sector_view": "Gave a view of the voluntary sector",
}
NAMED = {"type": "Peer support commissioned", "outcome": "Outcomes sought"}
SAID = Counted(
    counts={"n": f"{ANALYSED}, said", "base": Cell(ANALYSED, alone=True)},
    by=(),
    each=("question", "answer"),
    percents={"percent": "n"},
    bases={"percent": "base"},
    follows=ends_again("n", "base", ("low", "high")),
)
BASE = (
    "Every share is of everybody analysed: someone may have named several, and someone who named none counts."
)
INTERVALS = "The interval (95%) is wide, because few answered."


def answers(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Table 10.5: every answer of the survey, with its share of everybody analysed.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    """
    if not has_rows(study, "commissioning/responses", "commissioning/response_codes"):
        return None
    return folded(
        "table-10.5",
        pages.added("Answers to the survey of commissioners"),
        survey_answers(study, exclusion_reasons),
        _answers,
        notes=[BASE, INTERVALS, "Who did not say that they were happy may have said no, or nothing."],
        people=SAID,
    )


def survey_answers(study: Study, exclusion_reasons: str = "all") -> pd.DataFrame:
    """Count people for each answer.

    Returns
    -------
    DataFrame
        `question`, `answer`, `n`, `base`, `percent`, `low`, `high`.
    """
    people = analysed(study, exclusion_reasons)
    fields = study.definitions.tables["commissioning/responses"].fields
    rows = [
        (title, label, int((people[column] == code).sum()))
        for column, title in CLOSED.items()
        for code, label in fields[column].categories.items()
        if column == "commissions" or code == "yes"
    ]
    named = _named(study, people)
    for question, title in NAMED.items():
        counts = named.loc[named["question"] == question].groupby("code", sort=False)["response_id"].nunique()
        rows += [(title, code, n) for code, n in counts.sort_values(ascending=False, kind="stable").items()]
    counted = pd.DataFrame(rows, columns=["question", "answer", "n"])
    return with_interval(counted.assign(base=len(people)), "n", "base")


def _named(study: Study, people: pd.DataFrame) -> pd.DataFrame:
    codes = rows_of(study, "commissioning/response_codes")
    return codes[codes["response_id"].isin(people["response_id"])]


def _answers(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.set_index(["question", "answer"])
    return pd.DataFrame(
        {
            "people": [
                f"{formats.count(n)} of {formats.count(of)}" for n, of in shown[["n", "base"]].to_numpy()
            ],
            "percent": [formats.percent(value, digits=0) for value in shown["percent"]],
            "interval": [formats.interval(*limits, 0) for limits in shown[["low", "high"]].to_numpy(float)],
        },
        index=shown.index,
    )


def types(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Figure 10.2: the peer support that commissioners buy.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    """
    return _named_figure(study, exclusion_reasons, "type", "fig-10.2", "Peer support that is commissioned")


def outcomes(study: Study, exclusion_reasons: str = "all") -> Output | None:
    """Figure 10.3: what commissioners hope peer support leads to.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    """
    return _named_figure(study, exclusion_reasons, "outcome", "fig-10.3", "Outcomes that commissioners seek")


def _named_figure(
    study: Study, exclusion_reasons: str, question: str, id: str, caption: str
) -> Output | None:
    if not has_rows(study, "commissioning/responses", "commissioning/response_codes"):
        return None
    data = survey_answers(study, exclusion_reasons).query(
        "question == @title", local_dict={"title": NAMED[question]}
    )
    data = data.reset_index(drop=True)
    if data.empty:
        return None
    return figure(
        id,
        pages.added(f"{caption}: people who named each"),
        _bars_in_words,
        data,
        _bars,
        arrange=lambda data: _answers(data).droplevel("question"),
        notes=[BASE],
        people=SAID,
    )


def _first(data: pd.DataFrame) -> str:
    most = data[data["n"] == data["n"].max()]
    if most.empty:
        return "What was named most is withheld"
    top, base = most["n"].iloc[0], data["base"].iloc[0]
    return (
        f"{formats.upper_first(formats.words(formats.lower_first(name) for name in most['answer']))} "
        f"{'was' if len(most) == 1 else 'were'} named most: by {formats.count(top)} of {formats.count(base)}"
        f"{'' if len(most) == 1 else ' each'}"
    )


def _bars_in_words(data: pd.DataFrame) -> str:
    rows = [
        f"{name}: {formats.count(n)}" for name, n in data[["answer", "n"]].itertuples(index=False, name=None)
    ]
    return f"{_first(data)}. A bar for each answer. {'; '.join(rows)}."


def _bars(data: pd.DataFrame) -> Figure:
    labels = [f"{formats.count(n)} of {formats.count(of)}" for n, of in data[["n", "base"]].to_numpy()]
    return diagrams.bars(data.set_index("answer")[["n"]], labels, "People", f"{_first(data)}.")


def needs(study: Study, exclusion_reasons: str = "all", show_locality: bool = False) -> Output | None:
    """Table 10.1: what commissioners need to know, how many said so, and one of them.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    show_locality : bool
        Whether the region of the example is shown. A few answers of a region can give a person away.
    """
    if not has_rows(study, "commissioning/responses", "commissioning/response_codes"):
        return None
    data = information_needs(study, exclusion_reasons)
    if not show_locality:
        data = data.drop(columns="locality")
    return table(
        "table-10.1",
        "What commissioners need to know before they buy peer support",
        data,
        partial(_needs, show_locality=show_locality),
        notes=[
            "The report has an example of each and no numbers. The numbers are of this build.",
            "The words of the examples are not in these data.",
        ],
        people=Counted(
            counts={"respondents": f"{ANALYSED}, need", "base": Cell(ANALYSED, alone=True)},
            by=(),
            each=("theme",),
            extremes=("respondent", "locality"),
        ),
    )


def information_needs(study: Study, exclusion_reasons: str = "all") -> pd.DataFrame:
    """Count people for each need.

    Returns
    -------
    DataFrame
        `theme`, `respondents`, `base`, `respondent` (the example; blank if there is none) and `locality`.
    """
    people = analysed(study, exclusion_reasons)
    named = _named(study, people).query("question == 'need'")
    region = people.set_index("response_id")["region"]
    rows = []
    for theme, of_theme in named.groupby("code", sort=False):
        examples = of_theme.loc[of_theme["example"] == "yes", "response_id"].tolist()
        example = examples[0] if examples else ""
        rows.append((theme, of_theme["response_id"].nunique(), len(people), example, region.get(example, "")))
    return pd.DataFrame(rows, columns=["theme", "respondents", "base", "respondent", "locality"])


def _needs(data: pd.DataFrame, show_locality: bool) -> pd.DataFrame:
    shown = data.set_index("theme")
    people = [
        f"{formats.count(n)} of {formats.count(of)}" for n, of in shown[["respondents", "base"]].to_numpy()
    ]
    found = pd.DataFrame({"people": people, "example from": shown["respondent"]}, index=shown.index)
    return found.assign(region=shown["locality"]) if show_locality else found
