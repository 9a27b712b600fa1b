"""Who registered, which forms were due, what came in: against target, by wave, region, month and kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.log_findings.tables import OF_PEOPLE, OF_REGISTERED, REGISTERED
from peerbook.chapters.side_by_side.monitoring.gathered import Followed
from peerbook.disclosure import Cell, Counted
from peerbook.fieldwork.retention import months_in, retention
from peerbook.fieldwork.returns import KINDS, TOTAL, accounts, kinds_by_month, states_by
from peerbook.fieldwork.schedule import STATES
from peerbook.outputs import Output, describe, figure, formats, plots, style, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMS, DUE, WRITERS = "forms of people", "forms due", "people with a form"
EARLY = 3  # months after which the page says in short who stays
ABOUT_WAVES = (
    "Month 0 begins with registration; a form answers the month in which it was filled in. Open: it can "
    "still come in time. Overdue: the month is over. A paper form counts from the day it came in, if the "
    "data tell it."
)
NOT_SENT = "The data hold no record of what was sent, so the table cannot show it."
ABOUT_TARGETS = (
    "The study planned for at least 34 people from each of six projects in three regions, and 34 from the "
    "online community. Other regions had no target of their own; all people together are set beside the sum."
)


def in_short(found: Followed) -> Output:
    """Say in four lines how many registered, what came of the forms due, and on which day that was so."""
    states = _by_month(found).iloc[-1]
    data = {
        "people": len(found.records.people),
        "due": states["due"],
        "returned": states["returned"],
        "overdue": states["overdue"],
        "percent": states["percent"],
    }
    curve = retention(months_in(found.records)).set_index("month")
    stayed = curve.loc[EARLY] if EARLY in curve.index else {"n": 0, "left": 0, "share": 0.0}
    data |= {"at_risk": stayed["n"], "left": stayed["left"], "still": 100 * stayed["share"]}
    unit, stays = found.unit(DUE), found.unit(WRITERS)
    return text(
        "text-in-short-monitoring",
        partial(_in_short, day=formats.day(found.records.as_of), whose=found.whose),
        data,
        people=Counted(
            counts={
                "people": found.unit(REGISTERED),
                "due": unit,
                **{state: Cell(unit, {"state": state}) for state in ("returned", "overdue")},
                "at_risk": Cell(f"{stays}, at risk", {"month": str(EARLY)}),
                "left": Cell(f"{stays}, left", {"month": str(EARLY)}),
            },
            percents={"percent": "returned"},
            bases={"percent": "due"},
            models={"still": "left"},
        ),
    )


def _in_short(n: dict, day: str, whose: str) -> str:
    lines = [
        f"This page shows the study as it stood on {day}, for {whose}.",
        f"{formats.plural(n['people'], 'person', 'people')} had registered by then.",
        f"{formats.plural(n['due'], 'form')} had been due from them, one a month each. "
        f"{formats.count(n['returned'])} came in ({formats.percent(n['percent'], digits=0)}), and "
        f"{formats.count(n['overdue'])} were overdue.",
    ]
    if n["at_risk"]:
        lines.append(
            f"Of those who sent in a first form, {formats.percent(n['still'], digits=0)} still took part "
            f"{formats.in_words(EARLY)} months later."
        )
    return "\n".join(f"- {line}" for line in lines)


def registered_by_region(found: Followed) -> Output:
    """Table M.1: people registered, by region, beside the target."""
    people, targets = found.records.people, found.records.rules.targets
    if found.project != "all":
        targets = {}
    region = people["region"].astype(str)
    order = [name for name in found.log.definitions.regions if name in set(region)]
    counts = region.value_counts().reindex(order).rename("people").to_frame()
    counts = counts.assign(target=pd.Series(targets, dtype=float))
    if len(order) > 1:
        counts.loc[TOTAL] = counts.sum(min_count=1)
    share = 100 * counts["people"] / counts["target"]
    return table(
        "table-m.1",
        pages.added("People registered, by region, beside the target"),
        counts.assign(of_target=share).rename_axis("region").reset_index(),
        _registered_by_region,
        notes=[OF_REGISTERED, *([ABOUT_TARGETS] if targets and found.log.definitions.printed else [])],
        people=Counted(
            counts={"people": found.unit(REGISTERED)},
            by=("region",),
            plain=("target",),
            follows={"of_target": _of_target},
        ),
    )


def _of_target(row: dict) -> float | None:
    return None if formats.is_missing(row["people"]) else 100 * row["people"] / row["target"]


def _registered_by_region(data: pd.DataFrame) -> pd.DataFrame:
    shown = {"People": "people", "Target": "target"}
    written = {title: [formats.count(value) for value in data[name]] for title, name in shown.items()}
    share = [formats.percent(value, digits=0) for value in data["of_target"]]
    frame = pd.DataFrame({**written, "Of target": share}, pd.Index(data["region"], name="Region"))
    return frame if data["target"].notna().any() else frame.drop(columns=["Target", "Of target"])


def registered_by_month(found: Followed) -> Output:
    """Figure M.1: people registered so far, month by month, beside an even pace to the target."""
    records, region = found.records, found.log.region
    targets = records.rules.targets
    target = targets.get(region) if region != "all" else sum(targets.values()) or None
    if found.project != "all":
        target = None
    months = records.people["registered_on"].dt.to_period("M")
    until = records.as_of.to_period("M")
    limit = found.log.definitions.tables["registrations"].fields["registered_on"].constraints.maximum
    last = pd.Period(limit, "M") if limit else until
    every = pd.period_range(months.min(), max(min(until, last), months.max()), freq="M")
    whole = (last - every[0]).n + 1
    counts = months.value_counts().reindex(every, fill_value=0)
    data = pd.DataFrame({"month": every.astype(str), "people": counts.to_numpy()})
    pace = [min(1.0, (place + 1) / whole) * target for place in range(len(every))] if target else None
    return figure(
        "fig-m.1",
        pages.added("People registered by the end of each month"),
        _registered_in_words,
        data if pace is None else data.assign(pace=pace),
        _draw_registered,
        arrange=_registered_so_far,
        notes=[OF_REGISTERED]
        if pace is None
        else [OF_REGISTERED, "Even pace: the target shared evenly among all months of registration."],
        people=Counted(counts={"people": found.unit(REGISTERED)}, by=("month",), plain=("pace",)),
    )


def _so_far(data: pd.DataFrame) -> pd.Series:
    return data["people"].astype(float).cumsum(skipna=False)


def _registered_so_far(data: pd.DataFrame) -> pd.DataFrame:
    titles = {"people": "New people", "pace": "Even pace"}
    shown = data.assign(so_far=_so_far(data)).rename(columns={"month": "Month", "so_far": "So far", **titles})
    if "Even pace" in shown:
        shown["Even pace"] = shown["Even pace"].round()
    return shown.set_index("Month")


def _registered_in_words(data: pd.DataFrame) -> str:
    so_far = _so_far(data)
    people = formats.plural(so_far.iloc[-1], "person", "people")
    said = f"A line from {data['month'].iloc[0]} to {data['month'].iloc[-1]}, which rises to {people}."
    if "pace" not in data:
        return said
    behind = (so_far < data["pace"]).sum()
    return (
        f"{said} A second line is an even pace to the target; the first lies below it in "
        f"{formats.count(behind)} of {formats.plural(len(data), 'month')}."
    )


def _draw_registered(data: pd.DataFrame) -> Figure:
    lines = {"Registered": _so_far(data).to_numpy()}
    if "pace" in data:
        lines["Even pace to the target"] = data["pace"].to_numpy()
    drawn = plots.curves(pd.DataFrame(lines), "Month", "People")
    axes = drawn.axes[0]
    step = 1 + len(data) // (5 if style.is_narrow() else 10)
    places = range(0, len(data), step)
    axes.set_xticks(list(places), [data["month"].iloc[place] for place in places], fontsize=9)
    axes.set_ylim(bottom=0)
    return drawn


def due_by_wave(found: Followed) -> Output:
    """Figure M.2: forms due in each month since registration, and what became of them."""
    counts, sent = _by_month(found), _sent_by_month(found)
    data = counts if sent is None else counts.merge(sent, on="month", how="left").fillna({"sent": 0})
    return figure(
        "fig-m.2",
        pages.added("Forms due in each month since registration, and what became of them"),
        _waves_in_words,
        data,
        _draw_waves,
        arrange=partial(_states_shown, column="month", title="Month"),
        notes=[ABOUT_WAVES, *([NOT_SENT] if sent is None else [])],
        people=_of_states(found, "month"),
    )


def _waves_in_words(data: pd.DataFrame) -> str:
    share = data[data["month"] != TOTAL].set_index("month")["percent"]
    share = share[share.notna()].rename("month {}".format)
    if share.empty:
        return "Stacked bars for each month since registration; no share can be told."
    return (
        "Stacked bars for each month since registration: forms returned, open, overdue, and of people who "
        f"withdrew. Share returned: {describe.extremes(share, partial(formats.percent, digits=0))}."
    )


def _draw_waves(data: pd.DataFrame) -> Figure:
    data = data[data["month"] != TOTAL]
    states = [state for state in STATES if data[state].isna().any() or data[state].sum() > 0]
    bars = data.set_index("month")[states].rename(columns=str.capitalize)
    return plots.stacked_bars(bars, "Month since registration", "Forms due")


def _by_month(found: Followed) -> pd.DataFrame:
    """Count what became of the forms due, by month since registration."""
    return states_by(found.due.rename(columns={"wave": "month"}), "month")


def _sent_by_month(found: Followed) -> pd.DataFrame | None:
    """Count the waves of people to whom something was sent while they were open."""
    if not found.records.tells_sent:
        return None
    due = found.due.merge(found.records.sent, on="person_id")
    during = due[(due["sent_on"] >= due["due_on"]) & (due["sent_on"] <= due["closes_on"])]
    counts = during.drop_duplicates(["person_id", "wave"])["wave"].astype(str).value_counts()
    counts.loc[TOTAL] = counts.sum()
    return counts.rename("sent").rename_axis("month").reset_index()


def due_by_region(found: Followed) -> Output | None:
    """Table M.2: the same by region; nothing if all people are of one."""
    due = found.due.assign(
        region=pd.Categorical(found.due["region"].astype(str), found.log.definitions.regions, ordered=True)
    )
    if due["region"].nunique() < 2:
        return None
    return table(
        "table-m.2",
        pages.added("Forms due by region, and what became of them"),
        states_by(due, "region"),
        partial(_states_shown, column="region", title="Region", names=("due", "returned", "overdue")),
        notes=[OF_REGISTERED],
        people=_of_states(found, "region"),
    )


def _of_states(found: Followed, by: str) -> Counted:
    unit = found.unit(DUE)
    counts = {state: Cell(unit, {"state": state}) for state in STATES}
    return Counted(
        counts={
            "due": unit,
            **counts,
            "late": Cell(unit, {"state": "returned", "in time": "no"}),
            "sent": Cell(f"{unit}, sent"),
        },
        by=(by,),
        percents={"percent": "returned"},
        bases={"percent": "due"},
    )


def _states_shown(
    data: pd.DataFrame,
    column: str,
    title: str,
    names: tuple[str, ...] = ("due", "sent", "returned", "late", "open", "overdue", "withdrawn"),
) -> pd.DataFrame:
    titles = {name: formats.heading(name) for name in names if name in data} | {"late": "Of these late"}
    written = {titles[name]: [formats.count(n) for n in data[name]] for name in names if name in data}
    share = [formats.percent(value, digits=0) for value in data["percent"]]
    return pd.DataFrame({**written, "Returned, %": share}, pd.Index(data[column], name=title))


def forms_by_month(found: Followed) -> Output:
    """Figure M.3: forms that came in during each calendar month, by kind."""
    unit = found.unit(FORMS)
    kinds = {kind: Cell(unit, {column: kind}) for column, names in KINDS.items() for kind in names}
    undated = len(found.records.undated)
    return figure(
        "fig-m.3",
        pages.added("Forms that came in during each month, online and on paper"),
        _forms_in_words,
        kinds_by_month(found.records.forms, found.records.as_of),
        _draw_forms,
        arrange=lambda data: data.set_index("month").rename_axis("Month").rename(columns=formats.heading),
        notes=[OF_PEOPLE, *(["Forms of which no day can be read are not here."] if undated else [])],
        people=Counted(counts={"forms": unit, **kinds}, by=("month",)),
    )


def _forms_in_words(data: pd.DataFrame) -> str:
    months, total = data[data["month"] != TOTAL], data.iloc[-1]
    shares = [
        f"{name} {formats.percent(total[name], total['forms'], digits=0)}"
        for name in ("online", "paper", "full", "short", "quarterly", "monthly")
    ]
    peak = describe.peak(months.set_index("month")["forms"], "form")
    return f"Stacked bars for each month, online and on paper: {peak}. Of all forms: {', '.join(shares)}."


def _draw_forms(data: pd.DataFrame) -> Figure:
    months = data[data["month"] != TOTAL]
    bars = months[["online", "paper"]].rename(columns={"online": "Online", "paper": "On paper"})
    return plots.stacked_bars(bars.set_axis(_below_bars(months["month"])), "Month", "Forms")


def _below_bars(months: pd.Series) -> list[str]:
    r"""Write months below bars, each first month of a year in two lines with it.

    Examples
    --------
    >>> _below_bars(pd.Series(["2015-12", "2016-01", "2016-02"]))
    ['Dec\n2015', 'Jan\n2016', 'Feb']
    """
    years = months.str[:4]
    is_first = years != years.shift()
    short = [f"{pd.Period(month):%b}" for month in months]
    return [
        f"{name}\n{year}" if new else name for name, year, new in zip(short, years, is_first, strict=True)
    ]


def where_forms_went(found: Followed) -> Output:
    """Text M.1: every form that came in is in one line of the account."""
    counts = accounts(found.records)
    unit = found.unit(FORMS)
    return text(
        "text-m.1",
        _where_forms_went,
        {**counts.to_dict()},
        people=Counted(
            counts={
                "forms": f"{unit}, with those of no day",
                **{name: Cell(unit, {"account": name}) for name in counts.index if name != "forms"},
            }
        ),
    )


def _where_forms_went(n: dict) -> str:
    undated = n["undated"]
    return (
        f"In all, {formats.plural(n['forms'], 'form')} had come in. {formats.count(n['answering'])} answer a "
        f"form that was due. {formats.count(n['others'])} came on top, such as a second form in a month. "
        f"{formats.count(n['unregistered'])} are of people who never registered, from whom none was due."
        + (f" {formats.count(undated)} has no day that can be read." if undated == 1 else "")
        + (f" {formats.count(undated)} have no day that can be read." if undated > 1 else "")
    )
