"""Tables A4.1 to A4.4 of the log findings: who completed what, and where people stood at entry, by region.

Every table's data are tidy, with the names that `peerbook.published` uses for the printed tables:
`region` is "Total" for everyone, `level` is "MISSING" for people without an answer. Percentages of
characteristics and answers are of the people who answered, as in the printed tables. What the printed tables
have comes in their order; whatever else `data_schema/` has follows.

As in print, people are counted in their home region and logs in the region they were sent in from. Each table
says which; a log narrowed to a region gives the numbers of that region's column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.audit.counts import BASE, MISSING, TOTAL
from peerbook.disclosure import Cell, Counted
from peerbook.log.home import HOME
from peerbook.outputs import Output, formats, table
from peerbook.published import load
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.data import SupportTypes
    from peerbook.log import Log

FORMS = ["quarterly", "monthly"]
SENT_FROM = "region"  # beside HOME: where a log, or the earlier log of a pair, was sent in from
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
REGISTERED, LOGS, FIRST = "registered", "logs", "people at their first log"
OF_FORMS = {form: Cell(LOGS, {"form": form}) for form in FORMS}
OF_REGISTERED = "People are counted in the region they registered in."
OF_PEOPLE = (
    "People are counted in the region they registered in; those who never registered, in the region their "
    "first log was sent in from."
)
OF_LOGS = "Logs are counted in the region they were sent in from."
OF_PAIRS = "Pairs are counted in the region their earlier log was sent in from."


def if_narrowed(log: Log, rule: str) -> list[str]:
    """State the rule of counting where a log is narrowed to a region, for what is not shown by region."""
    return [] if log.region == ALL_REGIONS else [rule]


def completion(log: Log) -> Output:
    """Table A4.1: logs by region, month of participation and form."""
    last = log.logs["month"].max()
    months = range(1, 1 if pd.isna(last) else int(last) + 1)
    placed = log.logs[[SENT_FROM, "month", "form"]]  # to copy less, region by region
    counts = [
        _months(logs, months).assign(region=region) for region, logs in by_region(placed, log, SENT_FROM)
    ]
    return table(
        "table-a4.1",
        "Logs completed, by region, form and month of participation",
        pd.concat(counts, ignore_index=True)[["region", "month", *FORMS]],
        _months_across,
        notes=_about_months,
        people=Counted(counts=OF_FORMS, by=("region", "month")),
    )


def _months(logs: pd.DataFrame, months: Iterable[int]) -> pd.DataFrame:
    """Count logs by month and form; logs without a month, if any, are in a last row that has none."""
    placed = logs.dropna(subset="month").astype({"month": int})
    counts = pd.crosstab(placed["month"], placed["form"].astype(str))
    counts = counts.reindex(index=months, columns=FORMS, fill_value=0).rename_axis("month").reset_index()
    undated = logs.loc[logs["month"].isna(), "form"].astype(str).value_counts()
    if undated.empty:
        return counts
    last = undated.reindex(FORMS, fill_value=0).to_frame().T.assign(month=pd.NA)
    return pd.concat([counts.astype({"month": "Int64"}), last.astype({"month": "Int64"})])


def _months_across(counts: pd.DataFrame) -> pd.DataFrame:
    """Set the months side by side, with their total; a row for each region and form."""
    placed = counts.dropna(subset="month").astype({"month": int}).rename(columns=str.capitalize)
    long = placed.melt(["Region", "Month"], var_name="month", value_name="logs")
    shown = long.pivot_table("logs", ["Region", "month"], "Month", aggfunc="first", sort=False)
    return shown.assign(Total=shown.sum(axis=1, skipna=False))


def _about_months(counts: pd.DataFrame) -> list[str]:
    undated = counts[counts["month"].isna() & (counts["region"] != TOTAL)]
    left_out = formats.plural(undated[FORMS].sum(skipna=False).sum(skipna=False), "log")
    return [
        "Month 1 is the month of a person's first log, whatever the calendar says.",
        OF_LOGS,
        *([f"{left_out} without a usable date left out."] if len(undated) else []),
    ]


def characteristics(log: Log) -> Output:
    """Table A4.2: registered people by characteristic and region."""
    fields = log.definitions.tables["registrations"].fields
    titles = {name: fields[name].title for name in characteristics_asked(log)}
    rows = [_size(region, people) for region, people in by_region(log.registrations, log, "region")]
    for name in titles:
        levels = fields[name].categories
        for region, people in by_region(log.registrations[list({"region", name})], log, "region"):
            answers = people[name]
            rows += _answers(answers, levels, name, region) if levels else [_mean(answers, name, region)]
    caption = "Registered people, by characteristic and region"
    return _table_by_region("table-a4.2", caption, rows, titles, REGISTERED, notes=[OF_REGISTERED])


def entry_values(log: Log) -> Output:
    """Table A4.3: outcomes, employment, admission and medication at the first log, by region."""
    scores = {name: log.definitions.questionnaires[name] for name in outcomes_in_order(log)}
    rows = []
    for region, logs in by_region(first_logs(log), log, HOME):
        rows += [_size(region, logs)]
        rows += _answers(admitted(logs), {True: "Yes"}, "admission", region)
        rows += _answers(logs["medication"], {"yes": "Yes"}, "medication", region)
        rows += _boxes(employment(logs, log), len(logs), "employment", region)
        for name in scores:
            rows += [_mean(logs[name], name, region), _missing(logs[name], name, region)]
    titles = {
        "admission": "Admitted for mental health, last 3 months",
        "medication": "Medication for mental health, last month",
        "employment": "Employment (several answers allowed)",
    } | {name: score.label for name, score in scores.items()}
    return _table_by_region(
        "table-a4.3",
        "People at their first log: admission, medication, employment and outcomes, by region",
        rows,
        titles,
        FIRST,
        notes=[
            "Admission, medication and employment are asked in quarterly logs only; hope, contacts and "
            "self-efficacy in full versions only. Other first logs count as missing here.",
            *_about_added_scores(log),
            OF_PEOPLE,
        ],
    )


def _about_added_scores(log: Log) -> Iterator[str]:
    """Say which outcomes the printed table does not have, and which of these only full versions ask."""
    if not log.definitions.printed:
        return
    scores = log.definitions.questionnaires
    added = [scores[name] for name in log.definitions.outcomes if name not in _printed("baseline")]
    number = formats.in_words(len(log.definitions.outcomes))
    if len(added) == 1:
        yield (
            f"{added[0].label} is not in the printed table; it is added because it is one of the {number} "
            "outcomes."
        )
    elif added:
        names = formats.words(score.label for score in added)
        yield (
            f"{names} are not in the printed table; they are added because they are among the {number} "
            "outcomes."
        )
    full = [score.label for score in added if "short" not in score.versions]
    if full:
        yield f"Asked in full versions only, too: {formats.words(full)}."


def entry_use(log: Log) -> Output:
    """Table A4.4: people using each support type at the first log, by region."""
    support = log.definitions.support_types
    used = [
        use_by_type(logs, support).assign(region=region, people=len(logs))
        for region, logs in by_region(first_logs(log), log, HOME)
    ]
    return table(
        "table-a4.4",
        "People using each type of peer support in the month before their first log, by region",
        pd.concat(used)[["support_type", "direction", "region", "n", "percent", "people"]],
        partial(_use_across, support=support),
        notes=[
            "A type counts as used if a number of times above zero, or a bare tick, is on the log.",
            OF_PEOPLE,
        ],
        people=Counted(
            counts={"n": Cell(FIRST), "people": Cell(FIRST, without=("support_type", "direction"))},
            by=("support_type", "direction", "region"),
            percents={"percent": "n"},
            bases={"percent": "people"},
        ),
    )


def _use_across(use: pd.DataFrame, support: SupportTypes) -> pd.DataFrame:
    body = use.assign(
        cell=[_count_share(row) for row in use.to_dict("records")],
        support_type=use["support_type"].map(support.types),
        direction=use["direction"].map(support.directions).str.capitalize(),
    )
    sizes = use.drop_duplicates("region").set_index("region")["people"].to_dict()
    return _spread(body, ["support_type", "direction"], sizes)


def outcomes_in_order(log: Log) -> list[str]:
    """Return the analysed scores: those of the printed table in its order, then the others."""
    return printed_first(log.definitions.outcomes, _printed("baseline"))


def characteristics_asked(log: Log) -> list[str]:
    """Return the fields of registrations that say who people are.

    These are the characteristics of the printed table, in its order, then the others that make subgroups.
    """
    of_people = [group for group in log.definitions.subgroups.values() if group.table == "registrations"]
    fields = log.definitions.tables["registrations"].fields
    known = [name for name in _printed("demographics") if name in fields]
    return list(dict.fromkeys([*known, *(group.field for group in of_people)]))


def printed_first(names: Iterable[str], printed: Iterable[str]) -> list[str]:
    """Put names in the order of print; those that are not printed come last, as they came.

    Examples
    --------
    >>> printed_first(["sleep", "hope", "wellbeing"], ["wellbeing", "hope"])
    ['wellbeing', 'hope', 'sleep']
    """
    place = {name: i for i, name in enumerate(printed)}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def _printed(name: str) -> list[str]:
    """Return what a printed table counts, in its order, without the number of people."""
    return [variable for variable in load("side_by_side", name)["variable"].unique() if variable != BASE]


def first_logs(log: Log) -> pd.DataFrame:
    """Return the first log of each person at home in the log's region: one row per person.

    `home_region` is the region of the person, `region` that of the log.
    """
    return log.logs_of_people[log.logs_of_people["month"] == 1]


def by_region(rows: pd.DataFrame, log: Log, column: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of each region that occurs, in report order, and all rows unless one region has all.

    Parameters
    ----------
    rows : DataFrame
    log : Log
    column : str
        `HOME` to count people by their logs, `SENT_FROM` to count logs or pairs; of registrations, "region".
    """
    present = [region for region in log.definitions.regions if (rows[column] == region).any()]
    for region in present:
        yield region, rows[rows[column] == region]
    if len(present) != 1:
        yield TOTAL, rows


def by_calendar_month(dates: pd.Series) -> pd.Series:
    """Count dates by calendar month, in order; the index holds periods.

    Examples
    --------
    >>> by_calendar_month(pd.Series(["2016-03-01", "2016-01-05", "2016-03-31", None])).tolist()
    [1, 2]
    """
    return pd.to_datetime(dates).dropna().dt.to_period("M").value_counts().sort_index()


def use_by_type(logs: pd.DataFrame, support: SupportTypes) -> pd.DataFrame:
    """Count the logs on which each support type was used at all, and their share of all `logs`.

    Returns
    -------
    DataFrame
        `support_type`, `direction`, `n`, `percent`.
    """
    counts = {
        (kind, direction): int(logs[f"used_{kind}_{direction}"].fillna(value=False).sum())
        for kind in support.types
        for direction in support.directions
    }
    return pd.DataFrame(
        [(*key, n, formats.share(n, len(logs))) for key, n in counts.items()],
        columns=["support_type", "direction", "n", "percent"],
    )


def admitted(logs: pd.DataFrame) -> pd.Series:
    """Say whether a person had a mental health admission; missing if the question was not answered."""
    admissions = logs["inpatient_mental_admissions"]
    return (admissions > 0).astype(object).where(admissions.notna(), None)


def employment(logs: pd.DataFrame, log: Log) -> pd.DataFrame:
    """Return the employment boxes, by title, of the logs that have one ticked: the others did not answer."""
    fields = log.definitions.tables["logs"].fields.items()
    titles = {name: field.title for name, field in fields if field.tick_group == "employment"}
    ticks = logs[list(titles)].fillna(value=False).astype(bool).rename(columns=titles)
    return ticks[ticks.any(axis=1)]


def _size(region: str, people: pd.DataFrame) -> dict[str, object]:
    return {"variable": BASE, "level": "", "region": region, "n": len(people)}


def _answers(values: pd.Series, levels: dict, name: str, region: str) -> list[dict[str, object]]:
    """Count each answer, with its share of those who answered, and the people without one."""
    answered = values.notna().sum()
    counts = {label: int((values == value).sum()) for value, label in levels.items()}
    rows = [
        {"variable": name, "level": level, "region": region, "n": n, "percent": formats.share(n, answered)}
        for level, n in counts.items()
    ]
    return [*rows, _missing(values, name, region)]


def _boxes(ticks: pd.DataFrame, asked: int, name: str, region: str) -> list[dict[str, object]]:
    """Count each ticked box, with its share of those who ticked any."""
    counts = ticks.sum().astype(int)
    rows = [
        {"variable": name, "level": title, "region": region, "n": n, "percent": formats.share(n, len(ticks))}
        for title, n in counts.items()
    ]
    return [*rows, {"variable": name, "level": MISSING, "region": region, "n": asked - len(ticks)}]


def _mean(values: pd.Series, name: str, region: str) -> dict[str, object]:
    values = values.astype(float)
    summary = {"mean": values.mean(), "sd": values.std(), "min": values.min(), "max": values.max()}
    return {"variable": name, "level": "", "region": region, "n": int(values.count())} | summary


def _missing(values: pd.Series, name: str, region: str) -> dict[str, object]:
    return {"variable": name, "level": MISSING, "region": region, "n": int(values.isna().sum())}


def _table_by_region(
    id: str,
    caption: str,
    rows: list[dict[str, object]],
    titles: Mapping[str, str],
    unit: str,
    notes: Iterable[str] = (),
) -> Output:
    place = {name: i for i, name in enumerate([BASE, *titles])}
    data = pd.DataFrame(sorted(rows, key=lambda row: place[row["variable"]]))
    counted = Counted(unit, by=(("variable", "level"), "region"))
    return table(id, caption, data, partial(_answers_across, titles=titles), notes=notes, people=counted)


def _answers_across(data: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Set the regions side by side, a row for each answer below what was asked."""
    head = data["variable"] == BASE
    sizes = data[head].set_index("region")["n"].to_dict()
    levels = {MISSING: "Missing", "": "Mean (SD), lowest to highest"}
    body = data[~head].assign(
        cell=[_written(row) for row in data[~head].to_dict("records")],
        variable=data["variable"].map(titles),
        answer=data["level"].replace(levels),
    )
    return _spread(body, ["variable", "answer"], sizes)


def _spread(data: pd.DataFrame, rows: list[str], sizes: dict[str, int]) -> pd.DataFrame:
    """Set the regions side by side, each with its number of people."""
    order = pd.MultiIndex.from_frame(data[rows].drop_duplicates())
    wide = data.pivot_table("cell", rows, "region", aggfunc="first").reindex(order)
    return wide[list(sizes)].rename(
        columns={name: f"{name} (n = {formats.count(n)})" for name, n in sizes.items()}
    )


def _written(row: dict[str, object]) -> str:
    """Write a count with its share, or a mean with its spread."""
    if row["level"] == "":
        limits = f"{formats.number(row['min'], 0)} to {formats.number(row['max'], 0)}"
        return formats.MISSING if row["n"] == 0 else f"{formats.mean_sd(row['mean'], row['sd'])}, {limits}"
    return _count_share(row)


def _count_share(row: dict[str, object]) -> str:
    share = formats.percent(row["percent"])
    return formats.count(row["n"]) + ("" if share == formats.MISSING else f" ({share})")
