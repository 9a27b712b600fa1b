"""What commissioners said, coded under four questions, and one example from worry to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.commissioning.people import analysed, interviewed
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import Counted
from peerbook.outputs import Output, diagrams, figure, formats, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

QUESTIONS = {
    1: "What commissioners think of peer support",
    2: "How a project gets commissioned",
    3: "What stands in the way",
    4: "Working with the voluntary sector",
}
NEEDED = ("commissioning/codes", "commissioning/extracts", "commissioning/extract_codes")
SURVEY, INTERVIEWS = "survey", "interviews"
SPOKE_OF = {name: f"commissioners of a category, {name}" for name in (SURVEY, INTERVIEWS)}
SPOKE = Counted(
    counts=SPOKE_OF | {name: f"{name} of a category" for name in ("extracts", "quoted")},
    by=(),
    each=("label",),
)


def categories(
    study: Study, exclusion_reasons: str = "all", include_pilot_interview: bool = False
) -> Output | None:
    """Table 10.6: categories by research question, with the extracts and people behind each.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    """
    if not has_rows(study, *NEEDED):
        return None
    return table(
        "table-10.6",
        pages.added("What commissioners spoke of, by question"),
        category_counts(study, exclusion_reasons, include_pilot_interview),
        lambda data: (
            data.drop(columns=["category", "code_id"])
            .rename(columns={"label": "category"})
            .set_index(["question", "category"])
        ),
        notes=[
            "Extracts: how many, and how many of them the report quotes. Survey and interviews: people.",
            "Extracts that are not quoted are made up in the stand-in data, where the report says that "
            "everyone interviewed spoke of something.",
        ],
        people=SPOKE,
    )


def most_spoken_of(
    study: Study, exclusion_reasons: str = "all", include_pilot_interview: bool = False
) -> Output | None:
    """Figure 10.4: how many commissioners speak of each category.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    """
    if not has_rows(study, *NEEDED):
        return None
    return figure(
        "fig-10.4",
        pages.added("People who speak of each category, in the survey and in interviews"),
        _most_in_words,
        category_counts(study, exclusion_reasons, include_pilot_interview),
        _drawn,
        people=SPOKE,
    )


def category_counts(study: Study, exclusion_reasons: str, include_pilot: bool) -> pd.DataFrame:
    """Count extracts and people of each category.

    Returns
    -------
    DataFrame
        `question`, `category`, `code_id`, `label`, `extracts`, `quoted`, `survey` and `interviews` (people).
    """
    codes = rows_of(study, "commissioning/codes")
    said = extracts(study, exclusion_reasons, include_pilot)
    rows = []
    for code in codes.itertuples():
        mine = said[said["code_id"] == code.code_id]
        rows.append(
            {
                "question": QUESTIONS.get(int(code.question), ""),
                "category": code.category,
                "code_id": code.code_id,
                "label": code.label,
                "extracts": mine["extract_id"].nunique(),
                "quoted": mine.loc[mine["quoted"] == "yes", "extract_id"].nunique(),
                SURVEY: mine.loc[mine["response_id"] != "", "response_id"].nunique(),
                INTERVIEWS: mine.loc[mine["interview_id"] != "", "interview_id"].nunique(),
            }
        )
    columns = ["question", "category", "code_id", "label", "extracts", "quoted", SURVEY, INTERVIEWS]
    return pd.DataFrame(rows, columns=columns)


def extracts(study: Study, exclusion_reasons: str, include_pilot: bool) -> pd.DataFrame:
    """Return one row per extract and code, of the people who count."""
    said = rows_of(study, "commissioning/extracts")
    people = set(analysed(study, exclusion_reasons)["response_id"])
    people |= set(interviewed(study, include_pilot)["interview_id"])
    speaker = said["response_id"].where(said["response_id"] != "", said["interview_id"])
    return said[speaker.isin(people)].merge(
        rows_of(study, "commissioning/extract_codes")[["extract_id", "code_id"]], on="extract_id"
    )


def _people(data: pd.DataFrame) -> pd.Series:
    return data[SURVEY] + data[INTERVIEWS]


def most_named(data: pd.DataFrame) -> pd.DataFrame:
    """Return the categories that most people speak of."""
    people = _people(data)
    return data[(people == people.max()) & (people > 0)]


def _headline(data: pd.DataFrame) -> str:
    most = most_named(data)
    if most.empty and _people(data).isna().any():
        return "What most people spoke of is withheld"
    if most.empty:
        return "Nobody spoke of any category"
    names = formats.words(formats.lower_first(label) for label in most["label"])
    each = " in each" if len(most) > 1 else ""
    return f"Most people spoke of {names}: {formats.count(_people(most).iloc[0])}{each}"


def _most_in_words(data: pd.DataFrame) -> str:
    rows = [
        f"{row.label}: survey {formats.count(getattr(row, SURVEY))}, "
        f"interviews {formats.count(getattr(row, INTERVIEWS))}"
        for row in data.itertuples()
    ]
    return f"{_headline(data)}. A bar for each category, of two parts. {'; '.join(rows)}."


def _drawn(data: pd.DataFrame) -> Figure:
    labels = [formats.count(n) for n in _people(data)]
    return diagrams.bars(
        data.set_index("label")[[SURVEY, INTERVIEWS]], labels, "People", f"{_headline(data)}."
    )


def example(
    study: Study, exclusion_reasons: str = "all", include_pilot_interview: bool = False
) -> Output | None:
    """Table 10.7: one worry of commissioners, and what they had seen work.

    Parameters
    ----------
    study : Study
    exclusion_reasons : {"all", "no_data", "not_mental_health", "none"}
    include_pilot_interview : bool
    """
    if not has_rows(study, *NEEDED):
        return None
    steps = published.load("side_by_side", "commissioning_example")
    counts = category_counts(study, exclusion_reasons, include_pilot_interview).set_index("code_id")
    behind = counts.reindex(steps["code_id"])[["label", SURVEY, INTERVIEWS]].reset_index(drop=True)
    titles = {
        "worry": "The worry",
        "idea": "The idea",
        "partners": "Who joins in",
        "how": "How it works",
        "elsewhere": "Another way",
    }
    data = steps[["what"]].assign(step=steps["step"].map(titles), category=behind["label"])
    data = data.join(behind[[SURVEY, INTERVIEWS]].astype("Int64"))
    return table(
        "table-10.7",
        pages.added("One worked example: small groups and many people"),
        data[["step", "what", "category", SURVEY, INTERVIEWS]],
        notes=[
            "The example is told in the report by one commissioner; it is put here in other words.",
            "Survey and interviews: people who speak of the same category.",
        ],
        people=Counted(counts=SPOKE_OF, by=(), each=("category",), called={"category": "label"}),
    )
