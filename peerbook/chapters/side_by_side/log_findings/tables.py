"""Tables A4.1 to A4.4 of the log findings: who completed what, and where people stood at entry, by region.

Every table's data are tidy, with the names that `peerbook.published` uses for the printed tables:
`region` is "Total" for everyone, `level` is "MISSING" for people without an answer. Percentages of
characteristics and answers are of the people who answered, as in the printed tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.audit.counts import BASE, MISSING, TOTAL
from peerbook.outputs import Output, formats, table

if TYPE_CHECKING:
    from peerbook.data import SupportTypes
    from peerbook.study import Study

FORMS = ["quarterly", "monthly"]
CHARACTERISTICS = (
    "age_band",
    "gender",
    "transgender_history",
    "sexual_orientation",
    "area",
    "formal_services",
    "formal_services_years",
    "learning_disability",
    "physical_condition",
    "ethnicity",
)
OUTCOMES = ("wellbeing", "family", "friends", "neighbours", "hope", "self_efficacy", "health")


def completion(study: Study) -> Output:
    """Table A4.1: logs by region, month of participation and form."""
    placed = study.logs.dropna(subset="month").astype({"month": int})
    months = range(1, placed["month"].max() + 1 if len(placed) else 1)
    counts = pd.concat(
        pd.crosstab(logs["month"], logs["form"].astype(str))
        .reindex(index=months, columns=FORMS, fill_value=0)
        .rename_axis("month")
        .reset_index()
        .assign(region=region)
        for region, logs in by_region(placed, study)
    )[["region", "month", *FORMS]]
    long = counts.rename(columns=str.capitalize).melt(
        ["Region", "Month"], var_name="month", value_name="logs"
    )
    shown = long.pivot_table("logs", ["Region", "month"], "Month", aggfunc="sum", sort=False)
    undated = len(study.logs) - len(placed)
    return table(
        "table-a4.1",
        "Logs completed, by region, form and month of participation",
        counts,
        shown=shown.assign(Total=shown.sum(axis=1)),
        notes=[
            "Month 1 is the month of a person's first log, whatever the calendar says.",
            *([f"{formats.plural(undated, 'log')} without a usable date left out."] if undated else []),
        ],
    )


def characteristics(study: Study) -> Output:
    """Table A4.2: registered people by characteristic and region."""
    fields = study.definitions.tables["registrations"].fields
    rows = [_size(region, people) for region, people in by_region(study.registrations, study)]
    for name in CHARACTERISTICS:
        levels = fields[name].categories
        for region, people in by_region(study.registrations, study):
            answers = people[name]
            rows += _answers(answers, levels, name, region) if levels else [_mean(answers, name, region)]
    titles = {name: fields[name].title for name in CHARACTERISTICS}
    return _table_by_region("table-a4.2", "Registered people, by characteristic and region", rows, titles)


def entry_values(study: Study) -> Output:
    """Table A4.3: outcomes, employment, admission and medication at the first log, by region."""
    rows = []
    for region, logs in by_region(first_logs(study), study):
        rows += [_size(region, logs)]
        rows += _answers(admitted(logs), {True: "Yes"}, "admission", region)
        rows += _answers(logs["medication"], {"yes": "Yes"}, "medication", region)
        rows += _boxes(employment(logs, study), len(logs), "employment", region)
        for name in OUTCOMES:
            rows += [_mean(logs[name], name, region), _missing(logs[name], name, region)]
    titles = {
        "admission": "Admitted for mental health, last 3 months",
        "medication": "Medication for mental health, last month",
        "employment": "Employment (several answers allowed)",
    } | {name: study.definitions.questionnaires[name].label for name in OUTCOMES}
    return _table_by_region(
        "table-a4.3",
        "People at their first log: admission, medication, employment and outcomes, by region",
        rows,
        titles,
        notes=[
            "Admission, medication and employment are asked in quarterly logs only; hope, contacts and "
            "self-efficacy in full versions only. Other first logs count as missing here.",
            "Health status is not in the printed table; it is added because it is one of the seven outcomes.",
        ],
    )


def entry_use(study: Study) -> Output:
    """Table A4.4: people using each support type at the first log, by region."""
    support, groups = study.definitions.support_types, dict(by_region(first_logs(study), study))
    used = [use_by_type(logs, support).assign(region=region) for region, logs in groups.items()]
    data = pd.concat(used)[["support_type", "direction", "region", "n", "percent"]]
    sizes = {region: len(logs) for region, logs in groups.items()}
    body = data.assign(
        cell=[_count_share(row) for row in data.to_dict("records")],
        support_type=data["support_type"].map(support.types),
        direction=data["direction"].map(support.directions).str.capitalize(),
    )
    return table(
        "table-a4.4",
        "People using each type of peer support in the month before their first log, by region",
        data,
        shown=_spread(body, ["support_type", "direction"], sizes),
        notes=["A type counts as used if a number of times above zero, or a bare tick, is on the log."],
    )


def first_logs(study: Study) -> pd.DataFrame:
    """Return each person's first log: one row per person, in the region they registered in.

    People who never registered are of the region their log was sent in from.
    """
    first = study.logs[study.logs["month"] == 1]
    registered = study.registrations.set_index("person_id")["region"].astype("str")
    home = first["person_id"].map(registered).fillna(first["region"].astype("str"))
    return first.assign(region=home)


def by_region(people: pd.DataFrame, study: Study) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of each region that occurs, in report order, and all rows unless one region has all."""
    order = study.definitions.tables["registrations"].fields["region"].categories
    present = [region for region in order if (people["region"] == region).any()]
    for region in present:
        yield region, people[people["region"] == region]
    if len(present) != 1:
        yield TOTAL, people


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


def employment(logs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the employment boxes, by title, of the logs that have one ticked: the others did not answer."""
    fields = study.definitions.tables["logs"].fields.items()
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
    id: str, caption: str, rows: list[dict[str, object]], titles: dict[str, str], notes: Iterable[str] = ()
) -> Output:
    place = {name: i for i, name in enumerate([BASE, *titles])}
    data = pd.DataFrame(sorted(rows, key=lambda row: place[row["variable"]]))
    head = data["variable"] == BASE
    sizes = data[head].set_index("region")["n"].to_dict()
    levels = {MISSING: "Missing", "": "Mean (SD), lowest to highest"}
    body = data[~head].assign(
        cell=[_written(row) for row in data[~head].to_dict("records")],
        variable=data["variable"].map(titles),
        answer=data["level"].replace(levels),
    )
    return table(id, caption, data, shown=_spread(body, ["variable", "answer"], sizes), notes=notes)


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
