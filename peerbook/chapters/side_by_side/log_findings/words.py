"""The paragraphs of the log findings: every number computed, every claim following from the data at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import (
    FIRST,
    LOGS,
    REGISTERED,
    admitted,
    by_calendar_month,
    characteristics_asked,
    employment,
    first_logs,
    use_by_type,
)
from peerbook.chapters.side_by_side.log_findings.trends import (
    OF_PANELS,
    Panel,
    drawn_months,
    means_of_panels,
    of_panel,
    outcome_panels,
    support_panels,
)
from peerbook.disclosure import Cell, Counted, is_withheld
from peerbook.disclosure.counted import ANSWERED
from peerbook.outputs import Output, describe, formats, text
from peerbook.outputs.formats import count, count_percent, plural
from peerbook.published import load

if TYPE_CHECKING:
    from peerbook.data import SupportTypes
    from peerbook.log import Log

# What the prose tells of people, in its order; other characteristics of the printed table stand there only.
TOLD = (
    "region",
    "age_band",
    "gender",
    "sexual_orientation",
    "area",
    "formal_services",
    "physical_condition",
    "learning_disability",
)
ETHNIC_GROUP, JOB = "ethnic_group", "employment: "
_IN_SHORT = ("registered", "people_without_registration", "people_with_logs", "logs")
# The steps from registration to pairs that add up.
FLOW_SUMS = {
    "people": ("registered", "people_without_registration"),
    "registered": ("registered_with_logs", "registered_without_logs"),
    "people_with_logs": ("people_with_one_log", "people_with_two_or_more"),
    "logs_of_registered": ("logs_of_registered_quarterly", "logs_of_registered_monthly"),
    "logs_before_cleaning": ("logs", "duplicates_removed"),
    "pairs": ("pairs_registered",),
    "people_with_two_or_more": ("people_in_pairs_registered",),
}
REPEATED = {2: "two logs", 4: "four", 6: "six", 12: "twelve"}


def flow_in_words(n: Mapping[str, int] | pd.Series) -> str:
    """Tell the steps from registration to pairs."""
    with_logs = count_percent(n["registered_with_logs"], n["registered"])
    duplicates, undated = n["duplicates_removed"], n["logs_without_usable_date"]
    left = f"Removing {plural(duplicates, 'duplicate')} leaves" if duplicates else "No log is a duplicate:"
    no_date = f" Logs without a usable date ({count(undated)}) count, but are in no pair." if undated else ""
    return (
        f"{_people(n['registered'])} registered; {with_logs} of them completed "
        f"{plural(n['logs_of_registered'], 'log')}: {count(n['logs_of_registered_quarterly'])} quarterly and "
        f"{count(n['logs_of_registered_monthly'])} monthly. {_people(n['people_without_registration'])} "
        f"completed {plural(n['logs_without_registration'], 'log')} without having registered, which makes "
        f"{plural(n['logs_before_cleaning'], 'log')}. {left} {plural(n['logs'], 'log')} by "
        f"{_people(n['people_with_logs'])}. {_people(n['people_with_one_log'])} completed one log. "
        f"{_people(n['people_with_two_or_more'])} completed two or more; their consecutive logs make "
        f"{plural(n['pairs'], 'pair')}, of which {count(n['pairs_registered'])} belong to "
        f"{_people(n['people_in_pairs_registered'])} who registered.{no_date}"
    )


def in_short(log: Log, months: int = 12, level: float = 0.95) -> Output:
    """Say in three lines who kept a log, and which outcomes and measures of support move over the months."""
    outcomes, support = outcome_panels(log), support_panels(log)
    means = means_of_panels(log, [*outcomes, *support], months, level)
    means = means if len(means) else pd.DataFrame({"panel": [""], "month": [None], "n": [None]})
    data = means.assign(**{step: int(log.flow[step]) for step in _IN_SHORT})
    said = {"n": _people_of_panel, **{step: Cell(step, alone=True) for step in _IN_SHORT}}
    return text(
        "text-in-short-log-findings",
        partial(_short_in_words, outcomes=outcomes, support=support),
        data,
        people=Counted(counts=said, by=("month",), means=dict.fromkeys(("mean", "ci_low", "ci_high"), "n")),
    )


def _people_of_panel(row: Mapping[str, object]) -> Cell:
    return Cell(str(row["panel"]))


def _short_in_words(data: pd.DataFrame, outcomes: Sequence[Panel], support: Sequence[Panel]) -> str:
    n = data.iloc[0]
    everybody = n["registered"] + n["people_without_registration"]
    kept = (
        f"{_people(everybody)} are counted: {count(n['registered'])} who registered, and "
        f"{count(n['people_without_registration'])} who kept a log without it. "
        f"{count(n['people_with_logs'])} of them sent in {plural(n['logs'], 'log')}."
    )
    reached = [drawn_months(of_panel(data, panel)) for panel in outcomes]
    first = max((rows["n"].iloc[0] for rows in reached if len(rows) > 1), default=None)
    staying = (
        f" Fewer people keep a log each month: {count(first)} did in the first. Months of fewer "
        f"than {describe.ENOUGH} people are left out."
        if first is not None
        else ""
    )
    lines = [
        kept,
        f"How people are, month by month: {_ways_in_words(data, outcomes)}.{staying}",
        f"The peer support they give and get: {_ways_in_words(data, support)}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _ways_in_words(data: pd.DataFrame, panels: Sequence[Panel]) -> str:
    """Name what rises or falls, and count the rest."""
    ways = {panel.title: describe.course(of_panel(data, panel)) for panel in panels}
    said = []
    for way, names in describe.sorted_by_way(ways).items():
        if describe.Reading(way).clear:
            said.append(f"{formats.words(_quoted(names))} {way if len(names) == 1 else way[:-1]}")
        else:
            said.append(f"{way} for {formats.count(len(names))} of {plural(len(panels), 'measure')}")
    first, *others = said or [describe.NOBODY]
    return ". ".join([first, *(formats.upper_first(other) for other in others)])


def _quoted(names: Sequence[str]) -> list[str]:
    """Put names that have a comma of their own in quotation marks."""
    return [f"“{name}”" if "," in name else formats.lower_first(name) for name in names]


def response(log: Log) -> Output:
    """Text 4.1: registration and the flow, and what kinds of log came back."""
    dates = ("first_registration", "last_registration")  # of real people, each is a day of one of them
    counted = Counted(counts=tuple(log.flow.index), sums=FLOW_SUMS, extremes=dates)
    return text("text-4.1", _response_in_words, log.flow.to_dict() | _registration_dates(log), people=counted)


def _registration_dates(log: Log) -> dict[str, str]:
    dates = pd.to_datetime(log.registrations["registered_on"]).dropna()
    ends = {"first_registration": dates.min(), "last_registration": dates.max()} if len(dates) else {}
    return {which: f"{day:%Y-%m-%d}" for which, day in ends.items()}


def _response_in_words(n: Mapping[str, int | str]) -> str:
    share = {kind: count_percent(n[f"logs_{kind}"], n["logs"]) for kind in ("short", "online", "ticked")}
    return (
        f"{_dates_in_words(n)}{flow_in_words(n)}\n\nOf these logs {share['short']} are short "
        f"versions and {share['online']} were completed online, the others on paper. On {share['ticked']} a "
        "type of support was ticked where a number of times was asked for: such a log says which types were "
        "used, but not how often."
    )


def _dates_in_words(n: Mapping[str, int | str]) -> str:
    if "first_registration" not in n or is_withheld(n["first_registration"]):
        return ""
    first, last = (formats.day(pd.Timestamp(n[f"{which}_registration"])) for which in ("first", "last"))
    return f"The first person registered on {first}, the last on {last}. "


def progress(log: Log) -> Output:
    """Text 4.2: when most people registered and most logs were completed."""
    registered = by_calendar_month(log.registrations["registered_on"])
    completed = by_calendar_month(log.logs["completed_on"])
    numbers = _ends_and_peak(registered, "registrations") | _ends_and_peak(completed, "logs")
    units = {"registrations": REGISTERED, "logs": LOGS}
    counts = {
        name.removesuffix("_month"): Cell(units[name.partition("_")[0]], {"month": month})
        for name, month in numbers.items()
        if name.endswith("_month")
    }
    return text("text-4.2", _progress_in_words, numbers, people=Counted(counts=counts))


def _ends_and_peak(months: pd.Series, what: str) -> dict[str, float | str]:
    """Give the first month, the one with most and the last, each with its number."""
    if months.empty:
        return {f"{what}_peak": float("nan")}
    found = {"first": months.index[0], "peak": months.idxmax(), "last": months.index[-1]}
    numbers = {}
    for which, month in found.items():
        numbers |= {f"{what}_{which}_month": str(month), f"{what}_{which}": int(months[month])}
    return numbers


def _progress_in_words(n: Mapping[str, float | str]) -> str:
    return (
        "Registrations by calendar month: "
        f"{describe.peak(_told_months(n, 'registrations'), 'person', 'people')}. "
        f"Logs: {describe.peak(_told_months(n, 'logs'), 'log')}."
    )


def _told_months(n: Mapping[str, float | str], what: str) -> dict[str, float]:
    """Put the months that are told back in order, without the ends if their numbers are withheld."""
    told = [f"{what}_{which}" for which in ("first", "peak", "last") if f"{what}_{which}_month" in n]
    told = [name for name in told if name.endswith("_peak") or not is_withheld(n[name])]
    return {formats.calendar_month(pd.Period(n[f"{name}_month"])): n[name] for name in told}


def repetition(log: Log) -> Output:
    """Text 4.3: how many people completed logs again and again."""
    logs = log.logs_of_people.groupby("person_id").size()
    repeated = {f"people_with_{least}_logs": int((logs >= least).sum()) for least in REPEATED}
    names = ["people_with_logs", *repeated]
    chain = {more: (fewer,) for more, fewer in pairwise(names)}
    return text(
        "text-4.3",
        _repetition_in_words,
        {"people_with_logs": len(logs)} | repeated,
        people=Counted(counts=tuple(names), sums=chain),
    )


def _repetition_in_words(n: Mapping[str, int]) -> str:
    people = {name: count(n[f"people_with_{least}_logs"]) for least, name in REPEATED.items()}
    (first, number), *others = people.items()
    said = [f"{number} completed {first} or more", *(f"{number} {name} or more" for name, number in others)]
    return (
        f"Of {_people(n['people_with_logs'])} with a log, {formats.words(said)}. A person's first log is "
        "month 1 here, whichever calendar month it fell in."
    )


def people(log: Log) -> Output:
    """Text 4.4: who registered, characteristic by characteristic."""
    registered, fields = log.registrations, log.definitions.tables["registrations"].fields
    ethnic = log.definitions.subgroups[ETHNIC_GROUP]
    answers = {fields[name].title: registered[name].map(fields[name].categories) for name in TOLD}
    answers[ethnic.label] = registered[ethnic.field].map(ethnic.level_of)
    for name in _further_characteristics(log):
        answers[fields[name].title] = registered[name].map(fields[name].categories)
    counts = {title: given.value_counts().loc[lambda n: n > 0] for title, given in answers.items()}
    ages = fields["age_band"]
    counts[ages.title] = counts[ages.title].reindex(ages.categories.values(), fill_value=0)
    data = [(title, level, n) for title, levels in counts.items() for level, n in levels.items()]
    return text(
        "text-4.4",
        partial(_people_in_words, titles=list(counts)),
        pd.DataFrame(data, columns=["characteristic", "level", "n"]).assign(registered=len(registered)),
        people=Counted(
            counts={"n": Cell(REGISTERED), "registered": Cell(REGISTERED, alone=True)},
            by=(("characteristic", "level"),),
            called={field.title: name for name, field in fields.items()},
        ),
    )


def _further_characteristics(log: Log) -> list[str]:
    """Return the characteristics that the report's table does not have."""
    printed = set(load("side_by_side", "demographics")["variable"])
    return [name for name in characteristics_asked(log) if name not in printed]


def _people_in_words(counts: pd.DataFrame, titles: Sequence[str]) -> str:
    levels = {title: counts[counts["characteristic"] == title].set_index("level")["n"] for title in titles}
    lines = [f"- **{title}.** {_each(given)}." for title, given in levels.items()]
    registered = _people(counts["registered"].iloc[0] if len(counts) else 0)
    said = f"{registered} registered. Shares are of those who answered a question."
    return "\n".join([said, "", *lines])


def at_entry(log: Log) -> Output:
    """Text 4.5: work, admission and medication at the first log."""
    entry = first_logs(log)
    boxes, hospital = employment(entry, log), admitted(entry).dropna()
    medication = entry["medication"].dropna()
    n = {
        "answered_employment": len(boxes),
        "answered_admission": len(hospital),
        "admitted": int(hospital.sum()),
        "answered_medication": len(medication),
        "medication": int((medication == "yes").sum()),
    }
    ticked = boxes.sum().astype(int)
    jobs = {f"{JOB}{title}": ticks for title, ticks in ticked.items()}
    answered = {what: Cell(FIRST, {what: ANSWERED}) for what in ("employment", "admission", "medication")}
    counts = {f"answered_{what}": cell for what, cell in answered.items()}
    counts |= {
        "admitted": Cell(FIRST, {"admission": "Yes"}),
        "medication": Cell(FIRST, {"medication": "Yes"}),
    }
    counts |= {job: Cell(FIRST, {"employment": job.removeprefix(JOB)}) for job in jobs}
    return text("text-4.5", _entry_in_words, n | jobs, people=Counted(counts=counts))


def _entry_in_words(n: Mapping[str, int]) -> str:
    hospital, medication = n["answered_admission"], n["answered_medication"]
    return (
        f"{_work_in_words(n)} In the three months before their first log "
        f"{count_percent(n['admitted'], hospital)} of {_people(hospital)} had been admitted to "
        f"hospital for their mental health; {count_percent(n['medication'], medication)} of "
        f"{_people(medication)} had taken medication for it in the last month."
    )


def _work_in_words(n: Mapping[str, int]) -> str:
    """Tell what work people do, from the boxes of those who ticked any."""
    answered = n["answered_employment"]
    if answered == 0:
        return "Nobody answered the questions about work in their first log."
    jobs = {name.removeprefix(JOB).lower(): ticks for name, ticks in n.items() if name.startswith(JOB)}
    work = [f"{job} {count_percent(ticks, answered)}" for job, ticks in jobs.items() if ticks]
    return (
        f"{_people(answered)} answered the questions about work in their first log, where several answers "
        f"were allowed: {formats.words(work)}."
    )


def support_at_entry(log: Log) -> Output:
    """Text 4.6: how much support people gave and received in the month before their first log."""
    entry, support = first_logs(log), log.definitions.support_types
    n = {
        "people": len(entry),
        "answered_projects": int(entry["projects_attended"].notna().sum()),
        "no_projects": int((entry["projects_attended"] == 0).sum()),
        "three_or_more_projects": int((entry["projects_attended"] >= 3).sum()),
        "gave_none": int((entry["types_given"] == 0).sum()),
        "received_none": int((entry["types_received"] == 0).sum()),
        "gave_two_or_more": int((entry["types_given"] >= 2).sum()),
        "received_two_or_more": int((entry["types_received"] >= 2).sum()),
    }
    used = use_by_type(entry, support).set_index(["support_type", "direction"])["n"]
    n |= {f"{kind}_{direction}": people for (kind, direction), people in used.items()}
    counts = {
        f"{kind}_{direction}": Cell(FIRST, {"support_type": kind, "direction": direction})
        for kind, direction in used.index
    }
    others = {name: Cell(FIRST, {name: "yes"}) for name in n if name not in counts}
    counted = Counted(counts={**others, "people": Cell(FIRST), **counts})
    words = partial(_support_in_words, support=support, printed=log.definitions.printed)
    return text("text-4.6", words, n, people=counted)


def _support_in_words(n: Mapping[str, int], support: SupportTypes, printed: bool) -> str:
    share = {what: count_percent(people, n["people"]) for what, people in n.items()}
    return (
        f"{_projects_in_words(n, printed)} Of {_people(n['people'])}, {share['gave_none']} had given no "
        f"type of peer support and {share['received_none']} had received none; {share['gave_two_or_more']} "
        f"had given, and {share['received_two_or_more']} received, two types or more. "
        f"{_receiving_more(n, support)}"
    )


def _projects_in_words(n: Mapping[str, int], printed: bool) -> str:
    """Tell how many projects people attended, of those who answered; the report counts them of everybody."""
    answered = n["answered_projects"]
    base = n["people"] if printed else answered
    if not base:
        return "Nobody answered in their first log how many projects they had attended."
    none, three = (count_percent(n[key], base) for key in ("no_projects", "three_or_more_projects"))
    said = (
        f"In the month before their first log {none} of {_people(base)} had attended no project and {three} "
        "three or more."
    )
    silent = n["people"] - answered
    if not silent:
        return said
    counted = "they count among the people here, as in the report" if printed else "they do not count here"
    return f"{said} {count(silent)} did not answer this question; {counted}."


def _receiving_more(n: Mapping[str, int], support: SupportTypes) -> str:
    """Name the type most used, and for how many types more people received than gave."""
    use = pd.DataFrame(
        {direction: [n[f"{kind}_{direction}"] for kind in support.types] for direction in support.directions},
        index=list(support.types),
    )
    if not use.to_numpy().any():
        return "Nobody had used any type."
    if use.isna().to_numpy().any():
        return "Which type most people used is not told, because some numbers are withheld."
    top = use.max(axis=1).idxmax()
    more = int((use["received"] > use["given"]).sum())
    return (
        f"The type most people used was {support.types[top].lower()} (given by "
        f"{count(use.loc[top, 'given'])}, received by {count(use.loc[top, 'received'])}). For {more} of "
        f"{len(use)} types more people had received support than had given it."
    )


def support_in_words(log: Log, months: int = 12, level: float = 0.95) -> Output:
    """Text 4.7: which measures of support rise or fall over the months, and which do not clearly."""
    return _movements("text-4.7", log, support_panels(log), months, level)


def outcomes_in_words(log: Log, months: int = 12, level: float = 0.95) -> Output:
    """Text 4.8: which outcomes rise or fall over the months, and which do not clearly."""
    return _movements("text-4.8", log, outcome_panels(log), months, level)


def _movements(id: str, log: Log, panels: Sequence[Panel], months: int, level: float) -> Output:
    """Sort measures by the way their mean moves from the first to the last month with enough people."""
    means = means_of_panels(log, panels, months, level)
    return text(id, partial(_movements_in_words, panels=panels), means, people=OF_PANELS)


def _movements_in_words(means: pd.DataFrame, panels: Sequence[Panel]) -> str:
    found = {panel: of_panel(means, panel) for panel in panels}
    heading = f"How each mean moves from the first to the last month with {describe.ENOUGH} people or more:"
    lines = [heading, ""]
    for way in describe.WAYS:
        said = [
            f"  - {panel.title}: {describe.ends(rows, panel.digits)}"
            for panel, rows in found.items()
            if describe.course(rows).way == way
        ]
        lines += [f"- {way.capitalize()}", *said] if said else []
    return "\n".join(lines)


def _each(counts: pd.Series) -> str:
    everybody = counts.sum(skipna=False)
    if everybody == 0:
        return describe.NOBODY
    return "; ".join(f"{level}: {count_percent(n, everybody)}" for level, n in counts.items())


def _people(n: int) -> str:
    return plural(n, "person", "people")
