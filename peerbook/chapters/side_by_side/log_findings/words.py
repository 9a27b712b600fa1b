"""The paragraphs of the log findings: every number computed, every claim following from the data at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import (
    admitted,
    by_calendar_month,
    employment,
    first_logs,
    use_by_type,
)
from peerbook.chapters.side_by_side.log_findings.trends import OUTCOMES, SUPPORT, measure_title, monthly_means
from peerbook.outputs import Output, describe, formats, text
from peerbook.outputs.formats import count, count_percent, plural

if TYPE_CHECKING:
    from peerbook.study import Study

DIRECTIONS = {
    "falls": "Falls",
    "rises": "Rises",
    "stays level": "No clear change",
    "": "Too few answers to say",
}


def flow_in_words(n: pd.Series) -> str:
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


def response(study: Study) -> Output:
    """Text 4.1: registration and the flow, and what kinds of log came back."""
    n = study.flow
    share = {kind: count_percent(n[f"logs_{kind}"], n["logs"]) for kind in ("short", "online", "ticked")}
    return text(
        "text-4.1",
        f"{_registration_dates(study)}{flow_in_words(n)}\n\nOf these logs {share['short']} are short "
        f"versions and {share['online']} were completed online, the others on paper. On {share['ticked']} a "
        "type of support was ticked where a number of times was asked for: such a log says which types were "
        "used, but not how often.",
        n.to_dict(),
    )


def progress(study: Study) -> Output:
    """Text 4.2: when most people registered and most logs were completed."""
    counted = {
        "registrations": by_calendar_month(study.registrations["registered_on"]),
        "logs": by_calendar_month(study.logs["completed_on"]),
    }
    peaks = {what: months.rename(formats.calendar_month) for what, months in counted.items()}
    return text(
        "text-4.2",
        f"Registrations by calendar month: {describe.peak(peaks['registrations'], 'person', 'people')}. "
        f"Logs: {describe.peak(peaks['logs'], 'log')}.",
        {f"{what}_peak": months.max() for what, months in counted.items()},
    )


def repetition(study: Study) -> Output:
    """Text 4.3: how many people completed logs again and again."""
    logs = study.logs.groupby("person_id").size()
    people = {least: int((logs >= least).sum()) for least in (2, 4, 6, 12)}
    said = [f"{count(people[2])} completed two logs or more"]
    said += [f"{count(people[n])} {name} or more" for n, name in {4: "four", 6: "six", 12: "twelve"}.items()]
    return text(
        "text-4.3",
        f"Of {_people(len(logs))} with a log, {formats.words(said)}. A person's first log is month 1 here, "
        "whichever calendar month it fell in.",
        {f"people_with_{least}_logs": n for least, n in people.items()},
    )


def people(study: Study) -> Output:
    """Text 4.4: who registered, characteristic by characteristic."""
    registered, fields = study.registrations, study.definitions.tables["registrations"].fields
    asked = ["region", "age_band", "gender", "sexual_orientation", "area"]
    asked += ["formal_services", "physical_condition", "learning_disability"]
    answers = {fields[name].title: registered[name].map(fields[name].categories) for name in asked}
    ethnic = study.definitions.subgroups["ethnic_group"]
    answers[ethnic.label] = registered["ethnicity"].map(ethnic.level_of)
    counts = {title: given.value_counts().loc[lambda n: n > 0] for title, given in answers.items()}
    ages = fields["age_band"]
    counts[ages.title] = counts[ages.title].reindex(ages.categories.values(), fill_value=0)
    lines = [f"- **{title}.** {_each(levels)}." for title, levels in counts.items()]
    data = [(title, level, n) for title, levels in counts.items() for level, n in levels.items()]
    return text(
        "text-4.4",
        f"{_people(len(registered))} registered. Shares are of those who answered a question.\n\n"
        + "\n".join(lines),
        pd.DataFrame(data, columns=["characteristic", "level", "n"]),
    )


def at_entry(study: Study) -> Output:
    """Text 4.5: work, admission and medication at the first log."""
    entry = first_logs(study)
    boxes, hospital, medication = (
        employment(entry, study),
        admitted(entry).dropna(),
        entry["medication"].dropna(),
    )
    ticked = boxes.sum().astype(int)
    n = {
        "answered_employment": len(boxes),
        "answered_admission": len(hospital),
        "admitted": int(hospital.sum()),
        "answered_medication": len(medication),
        "medication": int((medication == "yes").sum()),
    }
    return text(
        "text-4.5",
        f"{_work_in_words(boxes)} In the three months before their first log "
        f"{count_percent(n['admitted'], len(hospital))} of {_people(len(hospital))} had been admitted to "
        f"hospital for their mental health; {count_percent(n['medication'], len(medication))} of "
        f"{_people(len(medication))} had taken medication for it in the last month.",
        n | {f"employment: {title}": ticks for title, ticks in ticked.items()},
    )


def support_at_entry(study: Study) -> Output:
    """Text 4.6: how much support people gave and received in the month before their first log."""
    entry = first_logs(study)
    n = {
        "no_projects": int((entry["projects_attended"] == 0).sum()),
        "three_or_more_projects": int((entry["projects_attended"] >= 3).sum()),
        "gave_none": int((entry["types_given"] == 0).sum()),
        "received_none": int((entry["types_received"] == 0).sum()),
        "gave_two_or_more": int((entry["types_given"] >= 2).sum()),
        "received_two_or_more": int((entry["types_received"] >= 2).sum()),
    }
    share = {what: count_percent(people, len(entry)) for what, people in n.items()}
    return text(
        "text-4.6",
        f"In the month before their first log {share['no_projects']} of {_people(len(entry))} had attended "
        f"no project and {share['three_or_more_projects']} three or more. {share['gave_none']} had given no "
        f"type of peer support and {share['received_none']} had received none; {share['gave_two_or_more']} "
        f"had given, and {share['received_two_or_more']} received, two types or more. "
        f"{_receiving_more(entry, study)}",
        n,
    )


def support_in_words(study: Study, months: int = 12, level: float = 0.95) -> Output:
    """Text 4.7: which measures of support rise, fall or stay level over the months."""
    titles = {
        measure: measure_title(measure, study.definitions.support_types) for measure in SUPPORT.values()
    }
    return _movements("text-4.7", study, titles, months, level, digits=2)


def outcomes_in_words(study: Study, months: int = 12, level: float = 0.95) -> Output:
    """Text 4.8: which outcomes rise, fall or stay level over the months."""
    labels = study.definitions.questionnaires
    titles = {outcome: labels[outcome].label for outcome in OUTCOMES.values()}
    return _movements("text-4.8", study, titles, months, level, digits=1)


def _movements(
    id: str, study: Study, titles: Mapping[str, str], months: int, level: float, digits: int
) -> Output:
    """Sort measures by the way their mean moves from the first to the last month with enough people."""
    means = {measure: monthly_means(study.logs, measure, months, level) for measure in titles}
    moved = {measure: describe.direction(rows) for measure, rows in means.items()}
    heading = f"How each mean moves from the first to the last month with {describe.ENOUGH} people or more:"
    lines = [heading, ""]
    for way, name in DIRECTIONS.items():
        said = [f"  - {titles[m]}: {describe.ends(means[m], digits)}" for m in titles if moved[m] == way]
        lines += [f"- {name}", *said] if said else []
    ends = {m: describe.first_last(means[m]) for m in titles}
    data = [{"measure": m, "direction": moved[m] or "unknown"} | ends[m] for m in titles]
    return text(id, "\n".join(lines), pd.DataFrame(data))


def _work_in_words(boxes: pd.DataFrame) -> str:
    """Tell what work people do, from the boxes of those who ticked any."""
    if boxes.empty:
        return "Nobody answered the questions about work in their first log."
    ticked = boxes.sum()
    work = [f"{title.lower()} {count_percent(n, len(boxes))}" for title, n in ticked.items() if n]
    return (
        f"{_people(len(boxes))} answered the questions about work in their first log, where several answers "
        f"were allowed: {formats.words(work)}."
    )


def _receiving_more(entry: pd.DataFrame, study: Study) -> str:
    """Name the type most used, and for how many types more people received than gave."""
    use = use_by_type(entry, study.definitions.support_types).pivot_table(
        "n", "support_type", "direction", sort=False
    )
    if entry.empty or not use.to_numpy().any():
        return "Nobody had used any type."
    top = use.max(axis=1).idxmax()
    more = int((use["received"] > use["given"]).sum())
    return (
        f"The type most people used was {study.definitions.support_types.types[top].lower()} (given by "
        f"{count(use.loc[top, 'given'])}, received by {count(use.loc[top, 'received'])}). For {more} of "
        f"{len(use)} types more people had received support than had given it."
    )


def _registration_dates(study: Study) -> str:
    dates = pd.to_datetime(study.registrations["registered_on"]).dropna()
    if dates.empty:
        return ""
    return (
        f"The first person registered on {formats.day(dates.min())}, the last on {formats.day(dates.max())}. "
    )


def _each(counts: pd.Series) -> str:
    if not counts.sum():
        return describe.NOBODY
    return "; ".join(f"{level}: {count_percent(n, counts.sum())}" for level, n in counts.items())


def _people(n: int) -> str:
    return plural(n, "person", "people")
