"""Chapter 8, from the log: the questions that the interviews put to it, and its answers.

The report prints answers in words, mostly without numbers: all tables and figures are added by this book.
`__all__` has what the notebook shows, in its order, and before it `answers` and `associations`, which its
outputs are made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.associations.grid import (
    CHANGES,
    MODEL,
    TOLD_PAIRS,
    associations,
)
from peerbook.chapters.side_by_side.associations.words import Names, instead, names_of
from peerbook.chapters.side_by_side.questions_to_the_log.answers import (
    ALONE,
    COMPARISONS,
    LAST,
    ORDERS,
    Answers,
    answers,
    summary,
)
from peerbook.chapters.side_by_side.questions_to_the_log.claims import numbers
from peerbook.disclosure import Cell, Counted, is_withheld
from peerbook.outputs import Output, figure, formats, label, plots, table, text
from peerbook.outputs.formats import lower_first

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [  # noqa: RUF022 the order of the page
    "answers",
    "associations",
    "in_short",
    "register",
    "summed_up",
    "groups",
    "limits",
    "differences",
    "rivals",
    "order",
    "without_support",
    "both_groups",
    "statements",
]

TITLES: Mapping[str, str] = MappingProxyType(
    {
        **{question: asked.title for question, asked in COMPARISONS.items()},
        **{question: f"{region} alone" for question, region in ALONE.items()},
        "QL12": "Giving and receiving",
        "QL13": "Giving online and in groups",
        "QL11": "What came first",
    }
)
FIGURES: Mapping[str, str] = MappingProxyType({"QL1": "8.21", "QL2a": "8.22", "QL2c": "8.23"})
_PANELS: Mapping[str, str] = MappingProxyType(dict(zip(CHANGES, ("↓ Less", "↔ Same", "↑ More"), strict=True)))
_IN_SDS: Mapping[str, str] = MappingProxyType({"estimate": "mean", "low": "ci_low", "high": "ci_high"})
REACH = 1.2  # SDs: the same axis for every comparison
COMPUTED, OTHER_PAGE, NOT = "computed here", "computed on another page", "not computable"
# Questions answered elsewhere, and where.
_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "QF1": "the page Coming, giving and receiving",
        "QF2": "the page Coming, giving and receiving",
        "QF3": "the page Log and interviews together",
    }
)
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
_UNITS: Mapping[str, str] = MappingProxyType({"pairs": "pairs", "people": "people in pairs"})
_WITHOUT: Mapping[str, Mapping[str, str]] = MappingProxyType({"logs": {}, "none": {"support": "none"}})
_ESTIMATED = ("mean", "ci_low", "ci_high", "p_value")
_TOGETHER = "QL2"  # answered by those whose names begin with it
NO_LIST = "These data hold no list of questions. It would be the table `evidence/questions`."


def _fewest_pairs(row: Mapping[str, object]) -> Cell:
    """Return what stands for a question's tests: the pairs that the smallest of its models rests on."""
    return Cell(f"fewest pairs of a model, {row.get('question_id', row.get('question'))}")


TESTS = Counted(
    counts={"_pairs": _fewest_pairs},
    by=(),
    models=dict.fromkeys(("smallest_p", "smallest_adjusted", "reach"), "_pairs"),
    plain=("models", "below", "clear", "expected", "changed", "differences"),
)


def in_short(log: Log, found: Answers) -> Output:
    """Say in three lines what the two questions of the report found, and what could be there unseen."""
    data = _with_pairs(summary(found).merge(_people_by_question(found), on="question", how="left"), found)
    return text(
        "text-in-short-questions-to-the-log",
        _in_short,
        data[data["question"].isin(["QL1", "QL2a", "QL12"])],
        people=replace(TESTS, extremes=("who",)),
    )


def _with_pairs(summed: pd.DataFrame, found: Answers) -> pd.DataFrame:
    """Say of every question how few pairs one of its models rests on."""
    models = found.cells.groupby(["question", *MODEL], sort=False)["n"].sum().groupby("question").min()
    moved = found.order.groupby(["order", *MODEL], sort=False)["n"].sum().min() if len(found.order) else 0
    least = {**models.to_dict(), **found.rivals.groupby("question")["n"].min().to_dict(), "QL11": moved}
    column = "question" if "question" in summed and "question_id" not in summed else "question_id"
    return summed.assign(_pairs=summed[column].map(least).astype(float))


def _people_by_question(found: Answers) -> pd.DataFrame:
    """Give the people of the groups that are compared, in one cell of words a question."""
    known = found.groups[found.groups["group"] != "not known"]
    said = known.assign(
        said=[
            f"{formats.plural(row.people, 'person', 'people')} in {row.group}" for row in known.itertuples()
        ]
    )
    return said.groupby("question", sort=False)["said"].agg(formats.words).rename("who").reset_index()


def _in_short(data: pd.DataFrame) -> str:
    rows = {row["question"]: row for row in data.to_dict("records")}
    lines = [
        f"{TITLES[question]}: {_verdict(rows[question])}."
        + ("" if is_withheld(rows[question]["who"]) else f" There were {rows[question]['who']}.")
        for question in ("QL1", "QL2a")
        if question in rows and rows[question]["models"]
    ]
    if not lines:
        return "- These data hold too few pairs of logs to compare projects."
    reach = max(row["reach"] for row in rows.values() if row["question"] != "QL12" and row["differences"])
    lines.append(
        "To find no difference is not to show that there is none. Here one as large as "
        f"{formats.number(reach, 1)} of the usual spread could stay unseen."
    )
    return "\n".join(f"- {line}" for line in lines)


def _verdict(row: Mapping[str, object]) -> str:
    """Say how many tests of a question are clear, beside what luck would give."""
    clear = formats.count(row["clear"]) if row["clear"] else "none"
    verb = "is" if row["clear"] == 1 else "are"
    luck = f"about {formats.number(row['expected'], 0)}" if row["expected"] >= 0.5 else "fewer than one"
    return f"{clear} of {formats.plural(row['models'], 'test')} {verb} clear, and luck alone gives {luck}"


def register(log: Log, found: Answers) -> Output:
    """Table 8.21: every question that was or could be put, the printed answer, and the answer here."""
    asked = log.tables.get("evidence/questions")
    columns = ["question_id", "direction", "question", "printed_answer", "not_computable"]
    asked = pd.DataFrame(columns=columns) if asked is None else asked.reindex(columns=columns)
    asked = asked.astype(object).fillna("")
    sums = summary(found).set_index("question")[["models", "clear", "expected", "smallest_p"]]
    last = found.unused[found.unused["month"] == LAST].iloc[0]
    data = asked.join(sums, on="question_id").assign(
        logs=[last["logs"] if name == "QL10" else float("nan") for name in asked["question_id"]],
        none=[last["none"] if name == "QL10" else float("nan") for name in asked["question_id"]],
    )
    last_logs = {name: _logs_of({"month": LAST}, name) for name in ("logs", "none")}
    return table(
        "table-8.21",
        pages.added("Questions put by the log to the interviews, and by the interviews to the log"),
        _with_pairs(data, found),
        _as_register,
        notes=lambda data: [] if len(data) else [NO_LIST],
        people=replace(TESTS, counts={"_pairs": _fewest_pairs, **last_logs}),
    )


def _logs_of(row: Mapping[str, object], name: str) -> Cell:
    """Return what a number of logs counts: those of a month, or those of them without support."""
    return Cell("logs that tell of support or none", {"month": str(row["month"]), **_WITHOUT[name]})


def _as_register(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    return pd.DataFrame(
        {
            "Way": data["direction"].to_numpy(),
            "Answer in print": data["printed_answer"].to_numpy(),
            "State": [_state_of(row) for row in rows],
            "Answer here": [_answer_of(row) for row in rows],
        },
        pd.Index([f"{row['question_id']}: {row['question']}" for row in rows], name="Question"),
    )


def _state_of(row: Mapping[str, object]) -> str:
    if row["question_id"] in _PAGES:
        return OTHER_PAGE
    if row["not_computable"]:
        return NOT
    if row["question_id"] == _TOGETHER or not formats.is_missing(row["logs"]):
        return COMPUTED
    return COMPUTED if row["models"] and not formats.is_missing(row["models"]) else NOT


def _answer_of(row: Mapping[str, object]) -> str:
    if row["question_id"] in _PAGES:
        return f"see {_PAGES[row['question_id']]}"
    if row["not_computable"]:
        return formats.upper_first(row["not_computable"])
    if row["question_id"] == _TOGETHER:
        return "see the next two questions"
    if not formats.is_missing(row["logs"]):
        return (
            f"{formats.count(row['none'])} of {formats.plural(row['logs'], 'last log')} tell of no support; "
            "who stops logging is not seen"
        )
    if _state_of(row) == NOT:
        return "too few pairs in these data"
    return f"{_verdict(row)}; smallest p {formats.p_value(row['smallest_p'])}"


def summed_up(log: Log, found: Answers, minimum_cell: int = TOLD_PAIRS) -> Output:
    """Table 8.22: the tests of every question: how many are clear, and what difference could stay unseen.

    Parameters
    ----------
    log : Log
    found : Answers
    minimum_cell : int
        Pairs that a group needs, as for `answers`.
    """
    return table(
        "table-8.22",
        pages.added("The answers of the log in numbers"),
        _with_pairs(summary(found), found),
        _summed_up,
        notes=[
            "A test asks whether a link differs between groups, between two measures, or, of a group alone, "
            "whether there is one. Which has the smallest p, and p values adjusted for the number of tests "
            "(Benjamini and Hochberg), are in the CSV.",
            "Unseen: the farthest limit of any interval of a difference, in standard deviations "
            "of change. A difference of this size cannot be ruled out.",
            f"With fewer than {minimum_cell} pairs in one of two groups no test counts as clear.",
        ],
        people=TESTS,
    )


def _summed_up(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    return pd.DataFrame(
        {
            "Tests": [formats.count(row["models"]) for row in rows],
            "By luck": [formats.number(row["expected"], 1) for row in rows],
            "Clear": [formats.count(row["clear"]) for row in rows],
            "Smallest p": [formats.p_value(row["smallest_p"]) for row in rows],
            "Unseen": [formats.number(row["reach"], 2) for row in rows],
        },
        pd.Index([TITLES[row["question"]] for row in rows], name="Question"),
    )


def groups(log: Log, found: Answers) -> Output:
    """Table 8.23: how many people and pairs of logs stand on either side of every comparison."""
    return table(
        "table-8.23",
        pages.added("People and pairs of logs in the groups that are compared"),
        found.groups,
        lambda data: (
            data.drop(columns="question")
            .set_index(["title", "group"])
            .rename_axis(index=["Comparison", "Group"])
        ),
        row_headers=2,
        notes=[
            "Not known: people who never registered, or whose project is not recorded, and for funding those "
            "whose project has neither kind. They are in no comparison.",
        ],
        people=Counted(counts={name: partial(_of_group, unit=unit) for name, unit in _UNITS.items()}, by=()),
    )


def _of_group(row: Mapping[str, object], unit: str) -> Cell:
    return Cell(unit, {str(row["title"]): str(row["group"])})


def limits(log: Log, found: Answers) -> Output:
    """Say what the comparisons cannot tell: who is in two of them, and that groups are not alike."""
    partner, diagnosis = (
        {COMPARISONS[question].title: COMPARISONS[question].groups[level]}
        for question, level in (("QL2a", "Strategic partner"), ("QL1", "Yes"))
    )
    of = {"partner": partner, "diagnosis": diagnosis, "both": {**partner, **diagnosis}}
    counted = Counted(counts={name: Cell(_UNITS["people"], where) for name, where in of.items()}, by=())
    return text("text-8.21", _limits, found.shared, people=counted)


def _limits(data: pd.DataFrame) -> str:
    row = data.iloc[0]
    if not row["partner"]:
        return "No one in these data is known to come from a strategic partner's project."
    return (
        f"Of {formats.plural(row['partner'], 'person', 'people')} of strategic partner projects, "
        f"{formats.count(row['both'])} are of diagnosis-specific projects. They stand in both comparisons, "
        "so one answer leans on the other. If such projects differ, the cause may be the partner, the "
        "diagnosis or the kind of project."
    )


def differences(log: Log, found: Answers, question: str, minimum_cell: int = TOLD_PAIRS) -> Output:
    """Figures 8.21 to 8.23: how far the mean changes of two groups lie apart, with intervals.

    Parameters
    ----------
    log : Log
    found : Answers
    question : {"QL1", "QL2a", "QL2c"}
    minimum_cell : int
        Pairs that a difference needs to be drawn in full.
    """
    names, asked = names_of(log.definitions), COMPARISONS[question]
    first, second = asked.groups.values()
    tests = found.cells[found.cells["question"] == question].drop_duplicates(list(MODEL))
    tests = tests[["exposure", "outcome", "p_value", "clear"]].rename(columns={"p_value": "p_of_test"})
    mine = found.differences[found.differences["question"] == question]
    data = mine.merge(tests, on=["exposure", "outcome"], how="left").drop(
        columns=["question", "first", "second"]
    )
    data = data.assign(_n=data["n"])
    return figure(
        f"fig-{FIGURES[question]}",
        pages.added(
            f"Mean change in {first} less that in {second}, by change in support, in standard deviations of "
            "change, with intervals"
        ),
        partial(_differences_in_words, names=names, first=first, second=second),
        data,
        partial(_draw_differences, names=names, first=first, second=second, few=minimum_cell),
        arrange=partial(_numbers, names=names),
        notes=[
            "A filled square: the test of the model is clear, and the interval leaves out zero. The number "
            f"of pairs of both groups stands at the end; below {minimum_cell} it stands in brackets.",
            "The test asks whether the three changes in support differ between the groups; a difference "
            "alone may be large where it is not clear.",
        ],
        people=_differences_counted(f"pairs compared, {question}", ("exposure", "outcome", "change")),
    )


def _differences_counted(unit: str, each: tuple[str, ...]) -> Counted:
    """Say what is counted of differences: pairs and people of both sides, which would tell of one of them.

    A difference with its interval and its p would tell the degrees of freedom, and so the pairs.
    """
    estimated = ("mean", "ci_low", "ci_high", "p_of_test", "p_adjusted", "sd_change", "clear")
    return Counted(
        counts={"_n": unit},
        by=(),
        each=each,
        models=dict.fromkeys(estimated, "_n"),
        extremes=("n", "people", "p_value"),
    )


def _clear(data: pd.DataFrame) -> pd.Series:
    apart = (data["ci_low"] > 0) | (data["ci_high"] < 0)
    return apart & data["clear"].eq(True)


def _differences_in_words(data: pd.DataFrame, names: Names, first: str, second: str) -> str:
    known = data.dropna(subset="mean")
    if known.empty and data["mean"].map(is_withheld).any():
        return f"All differences between {first} and {second} are withheld."
    if known.empty:
        return f"No difference between {first} and {second} could be worked out from these data."
    told = known[_clear(known)]
    rows = [
        f"{names.outcome(row)} where {names.act(row)}: {_estimate(row)} points"
        for row in told.to_dict("records")
    ]
    wide = (known[["ci_low", "ci_high"]].abs().max(axis=1) / known["sd_change"]).max()
    return (
        f"{_headline(data, first, second)} Forest plot of {formats.plural(len(known), 'difference')} with "
        f"intervals around zero, in three columns: less support, the same, more. {formats.count(len(told))} "
        f"{'is' if len(told) == 1 else 'are'} clear{': ' + '; '.join(rows) if rows else ''}. The intervals "
        f"reach up to {formats.number(wide, 1)} standard deviations from zero."
    )


def _headline(data: pd.DataFrame, first: str, second: str) -> str:
    clear = int(_clear(data).sum())
    if not clear and data["mean"].map(is_withheld).any():
        return f"No clear difference between {first} and {second} among those shown, and none ruled out."
    if not clear:
        return f"No clear difference between {first} and {second}, and none ruled out."
    verb, of = "is" if clear == 1 else "are", formats.count(data["mean"].notna().sum())
    return f"{formats.count(clear)} of {of} differences between {first} and {second} {verb} clear."


def _draw_differences(data: pd.DataFrame, names: Names, first: str, second: str, few: int) -> Figure:
    rows = _forest_rows(data, [_PANELS[change] for change in data["change"]]).assign(
        heading=[names.measure(row) for row in data.to_dict("records")],
        label=[names.outcome(row) for row in data.to_dict("records")],
    )
    rows = rows.sort_values("panel", key=lambda found: found.map(list(_PANELS.values()).index), kind="stable")
    return plots.forest(
        rows, "Difference (SDs)", few=few, reach=REACH, headline=_headline(data, first, second).rstrip(".")
    )


def _forest_rows(data: pd.DataFrame, panels: list[str]) -> pd.DataFrame:
    scaled = {new: data[old].to_numpy() / data["sd_change"].to_numpy() for new, old in _IN_SDS.items()}
    return pd.DataFrame(
        {
            "panel": panels,
            **scaled,
            "marked": _clear(data).to_numpy(),
            "n": data["n"].to_numpy(),
            "missing": list(map(instead, data.to_dict("records"))),
        }
    )


def _numbers(data: pd.DataFrame, names: Names) -> pd.DataFrame:
    rows = data.to_dict("records")
    shown = {
        "Pairs": [formats.count(row["n"]) for row in rows],
        "People": [formats.count(row["people"]) for row in rows],
        "Difference (interval)": [_estimate(row) for row in rows],
        "p of the difference": [formats.p_value(row["p_value"]) for row in rows],
        "p of the test": [formats.p_value(row["p_of_test"]) for row in rows],
    }
    titles = [f"{names.outcome(row)} by {lower_first(names.measure(row))}" for row in rows]
    index = pd.MultiIndex.from_arrays(
        [titles, [formats.upper_first(row["change"]) for row in rows]], names=["", "Change in support"]
    )
    return pd.DataFrame(shown, index)


def _estimate(row: Mapping[str, object]) -> str:
    if formats.is_missing(row["mean"]) and row["reason"]:
        return instead(row)
    return formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])


def rivals(log: Log, found: Answers, minimum_cell: int = TOLD_PAIRS) -> Output:
    """Figure 8.24: more giving beside more receiving, and giving online beside giving in groups.

    Parameters
    ----------
    log : Log
    found : Answers
    minimum_cell : int
        Pairs that a difference needs to be drawn in full.
    """
    names = names_of(log.definitions)
    return figure(
        "fig-8.24",
        pages.added(
            "Mean change with more of one kind of support less that with more of another, both in one model, "
            "in standard deviations of change, with intervals"
        ),
        partial(_rivals_in_words, names=names),
        found.rivals.drop(columns="question").assign(_n=found.rivals["n"]),
        partial(_draw_rivals, names=names, few=minimum_cell),
        arrange=partial(_rival_numbers, names=names),
        notes=[
            "To the right of zero the first of the two goes with the larger change. A filled square: the "
            "test is clear.",
            "More findings on the one than on the other is no test of the two; this is.",
        ],
        people=_differences_counted("pairs of rivals", ("first", "second", "outcome")),
    )


def _against(row: Mapping[str, object], names: Names) -> str:
    first, second = (names.measures.get(row[name], row[name]) for name in ("first", "second"))
    return f"{first} against {lower_first(second)}"


def _rivals_headline(data: pd.DataFrame, names: Names) -> str:
    clear = data[data["clear"].eq(True)]
    if clear.empty and data["mean"].map(is_withheld).any():
        return "Among those shown, nowhere is one kind clearly ahead of the other"
    if clear.empty:
        return "Nowhere is one kind clearly ahead of the other"
    counts = [
        f"{_against(rows.iloc[0].to_dict(), names)}: {formats.count((rows['mean'] > 0).sum())} for, "
        f"{formats.count((rows['mean'] < 0).sum())} against"
        for _, rows in clear.groupby(["first", "second"], sort=False)
    ]
    return f"Clear for the first or against it. {'; '.join(counts)}"


def _rivals_in_words(data: pd.DataFrame, names: Names) -> str:
    return (
        f"{_rivals_headline(data, names)}. Forest plot of {formats.plural(len(data), 'difference')} with "
        f"intervals around zero, of which {formats.count(data['clear'].eq(True).sum())} are clear."
    )


def _draw_rivals(data: pd.DataFrame, names: Names, few: int) -> Figure:
    records = data.to_dict("records")
    rows = _forest_rows(data, ["First less second"] * len(data)).assign(
        heading=[_against(row, names) for row in records], label=[names.outcome(row) for row in records]
    )
    clear = formats.count(data["clear"].eq(True).sum())
    title = f"{clear} of {formats.plural(len(data), 'difference')} clear"
    return plots.forest(rows, "Difference (SDs)", few=few, headline=title)


def _rival_numbers(data: pd.DataFrame, names: Names) -> pd.DataFrame:
    rows = data.to_dict("records")
    shown = {
        "Pairs": [formats.count(row["n"]) for row in rows],
        "People": [formats.count(row["people"]) for row in rows],
        "Difference (interval)": [_estimate(row) for row in rows],
        "p": [formats.p_value(row["p_value"]) for row in rows],
        "Adjusted": [formats.p_value(row["p_adjusted"]) for row in rows],
    }
    index = pd.MultiIndex.from_arrays(
        [[_against(row, names) for row in rows], [names.outcome(row) for row in rows]],
        names=["More of", "Outcome"],
    )
    return pd.DataFrame(shown, index)


def order(log: Log, found: Answers) -> Output:
    """Table 8.24: change in support before, at the time of and after a change in an outcome."""
    names = names_of(log.definitions)

    def arrange(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
        return {
            f"{label('table-8.24')}. What came first: change in outcomes and in "
            f"{lower_first(names.measures[measure])}": _by_order(rows, names)
            for measure, rows in data.groupby("exposure", sort=False)
        }

    columns = ["order", "exposure", "outcome", "change", "n", "people", "mean", "ci_low", "ci_high"]
    return table(
        "table-8.24",
        pages.added("What came first: change in outcomes by change in support before, at the time and after"),
        found.order.reindex(columns=[*columns, "p_value", "p_adjusted", "changed", "clear", "reason"]),
        arrange,
        notes=[
            "Support first: support changed from one log to the next, the outcome from that one to the "
            "third. Outcome first: the other way round. Both need three logs in a row, so fewer people are "
            "in them.",
            "An order in time is not yet a cause. The two periods share a log: a score that was high there "
            "by chance is a rise before it and a fall after it.",
        ],
        people=Counted(
            counts={"n": "pairs in order", "people": "people in order"},
            by=("change",),
            each=("order", "exposure", "outcome"),
            models=dict.fromkeys((*_ESTIMATED, "p_adjusted"), "n"),
            words=("changed", "clear"),
        ),
    )


def _by_order(cells: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Set the three orders below each outcome."""
    rows, index = [], []
    for outcome, mine in cells.groupby("outcome", sort=False):
        for name in ORDERS:
            found = mine[mine["order"] == name]
            said = {row["change"]: _estimate(row) for row in found.to_dict("records")}
            index.append((names.outcomes[outcome], formats.upper_first(name)))
            rows.append(
                {
                    "Less": said[CHANGES[0]],
                    "More": said[CHANGES[2]],
                    "p": formats.p_value(found["p_value"].iloc[0]),
                    "Pairs": formats.count(found["n"].sum(skipna=False)),
                }
            )
    return pd.DataFrame(rows, pd.MultiIndex.from_tuples(index, names=["Outcome", "Order"]))


def without_support(log: Log, found: Answers) -> Output:
    """Table 8.25: logs that tell of no support at all, by month, and among the last logs of people."""
    return table(
        "table-8.25",
        pages.added("Logs without any support"),
        found.unused,
        lambda data: data.assign(
            percent=[formats.percent(none, n) for none, n in zip(data["none"], data["logs"], strict=True)]
        ).set_index("month"),
        notes=["People who stop using support may stop logging too, and then they are not here."],
        people=Counted(counts={name: partial(_logs_of, name=name) for name in _WITHOUT}, by=()),
    )


def both_groups(log: Log, found: Answers) -> Output:
    """Table 8.26: the mean changes of every group that is compared or looked at alone, a part a question."""
    names = names_of(log.definitions)
    kept = ["question", *MODEL, "subgroup_level", "change", "n", "people", "mean", "ci_low", "ci_high"]

    def arrange(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
        return {
            f"{label('table-8.26')}. Mean changes. {TITLES[question]}: {_models(rows)}": _means(
                rows, question, names
            )
            for question, rows in data.groupby("question", sort=False)
        }

    return table(
        "table-8.26",
        pages.added("Mean change in outcomes of every group, by change in support"),
        found.cells[[*kept, "p_value", "p_adjusted", "changed", "clear", "reason"]],
        arrange,
        notes=[
            "p tests whether the groups differ; of a group alone, whether the three changes in support do. "
            "Rank 1 has the smallest p of its question.",
            "Pairs of each mean, and people, are in the CSV.",
        ],
        people=Counted(
            counts={"n": "pairs in models", "people": "people in models"},
            by=("sample", ("subgroup_variable", "subgroup_level"), "change"),
            each=("exposure", "outcome"),
            models=dict.fromkeys((*_ESTIMATED, "p_adjusted"), "n"),
            words=("changed", "clear"),
        ),
    )


def _models(cells: pd.DataFrame) -> str:
    return formats.plural(len(cells.drop_duplicates(list(MODEL))), "model")


def _means(cells: pd.DataFrame, question: str, names: Names) -> pd.DataFrame:
    """Set the three changes in support side by side, a row per model and group."""
    called = COMPARISONS[question].groups if question in COMPARISONS else {}
    models = cells.drop_duplicates(["exposure", "outcome"])
    rank = models.assign(rank=models["p_value"].rank(method="min"))
    cells = cells.merge(rank[["exposure", "outcome", "rank"]], on=["exposure", "outcome"])
    rows, index = [], []
    for _, group in cells.groupby(["exposure", "outcome", "subgroup_level"], sort=False):
        first = group.iloc[0].to_dict()
        index.append(
            (
                f"{names.outcome(first)} by {lower_first(names.measure(first))}",
                formats.upper_first(called.get(first["subgroup_level"], "all")),
            )
        )
        said = {_PANELS[row["change"]]: _estimate(row) for row in group.to_dict("records")}
        n = formats.count(group["n"].sum(skipna=False))
        test = {"p": formats.p_value(first["p_value"]), "Rank": formats.count(first["rank"])}
        rows.append(said | {"Pairs": n} | test)
    return pd.DataFrame(rows, pd.MultiIndex.from_tuples(index, names=["Model", "Group"]))


def statements(log: Log, results: pd.DataFrame, found: Answers) -> Output:
    """Table 8.27: the statements of the printed chapter beside what this book computes.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations` of the chapter on associations.
    found : Answers
    """
    computed = numbers(log, results, found) if log.region == "all" else {}
    return beside_print.statements_table("table-8.27", "chapter 8", computed, log.region)
