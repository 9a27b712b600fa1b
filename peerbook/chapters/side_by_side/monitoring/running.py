"""How the study runs: who stays, which projects are silent, how good the data are, what is to be expected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.log_findings.tables import OF_PEOPLE
from peerbook.chapters.side_by_side.monitoring.due import FORMS, WRITERS
from peerbook.chapters.side_by_side.monitoring.gathered import Followed
from peerbook.disclosure import Cell, Counted
from peerbook.fieldwork.ahead import expected_width, pairs_per_month
from peerbook.fieldwork.records import WITHDRAWALS
from peerbook.fieldwork.retention import months_in, retention, silent
from peerbook.fieldwork.returns import TOTAL, projects_heard_of
from peerbook.outputs import Output, figure, formats, plots, style, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WINDOW = 3  # months that the present rate is read from
STEPS = {
    "ticks": "Ticks or signs that cannot be read, in place of numbers",
    "duplicates": "The same form twice; one was taken out",
    "dates": "No day that can be read",
    "registration": "No registration with this ID",
    "unasked": "Answers to what the form does not ask",
}
FLAGS = {
    "incomplete": "Some answer missing",
    "ticked": "Ticks, not numbers",
    "duplicates": "Sent in twice",
    "unregistered": "Not registered",
}


def who_stays(found: Followed, level: float = 0.95) -> Output:
    """Figure M.4: the share of people who still send in forms, by months since their first.

    Parameters
    ----------
    found : Followed
    level : float
        Of the intervals.
    """
    curve = retention(months_in(found.records), level)
    unit = found.unit(WRITERS)
    gap = formats.in_words(found.records.rules.silent_months)
    return figure(
        "fig-m.4",
        pages.added("People who still send in forms, by months since their first form"),
        _stays_in_words,
        curve,
        _draw_stays,
        arrange=_stays_shown,
        notes=[
            f"Kaplan-Meier estimate. Left: no form in a month and in the {gap} after it. So the last months "
            "before the day are not in the curve: who is silent then may yet come back.",
            "At risk: people seen for so long who had not left before. If few are, the line says little.",
        ],
        people=Counted(
            counts={"n": f"{unit}, at risk", "left": f"{unit}, left"},
            by=("month",),
            models=dict.fromkeys(("share", "ci_low", "ci_high"), "left"),
        ),
    )


def _known_shares(data: pd.DataFrame) -> pd.DataFrame:
    """Fill in shares that follow from what is shown: at first all are in, and some months nobody left."""
    share, left = data["share"].astype(float).tolist(), data["left"].tolist()
    for place, gone in enumerate(left):
        if np.isnan(share[place]) and gone == 0:
            share[place] = share[place - 1] if place else 1.0
    return data.assign(share=share)


def _stays_in_words(data: pd.DataFrame) -> str:
    if data.empty:
        return "Nothing is drawn: no form had come in."
    data = _known_shares(data)
    told = [
        f"{formats.percent(100 * row['share'], digits=0)} after {formats.plural(row['month'], 'month')}, "
        f"with {formats.plural(row['n'], 'person', 'people')} at risk"
        for row in data[data["month"].isin([1, 3, 6, 12])].to_dict("records")
    ]
    return "A curve in steps, which falls from all people. Still in: " + "; ".join(told or ["all"]) + "."


def _draw_stays(data: pd.DataFrame) -> Figure:
    drawn, data = plots.blank(plots.WIDTH, 4.4), _known_shares(data)
    axes = drawn.subplots()
    if data["share"].notna().any():
        low, high = (data[name].fillna(data["share"]) * 100 for name in ("ci_low", "ci_high"))
        axes.fill_between(data["month"], low, high, step="post", color=style.SKY, alpha=0.35, linewidth=0)
        axes.step(data["month"], data["share"] * 100, where="post", color=style.BLUE)
    step = 1 + len(data) // (6 if style.is_narrow() else 12)
    shown = data[data["month"] % step == 0]
    below = [f"{row.month:.0f}\n{formats.count(row.n)}" for row in shown.itertuples()]
    axes.set_xticks(shown["month"].tolist(), below, fontsize=9)
    axes.set_ylim(0, 102)
    axes.set_xlim(-0.5, max(len(data) - 0.5, 0.5))
    axes.set_xlabel("Months since the first form (people at risk below)")
    axes.set_ylabel("Still in, %")
    return drawn


def _stays_shown(data: pd.DataFrame) -> pd.DataFrame:
    share = [formats.percent(100 * value, digits=0) for value in data["share"]]
    limits = [formats.interval(100 * row.ci_low, 100 * row.ci_high, 0) for row in data.itertuples()]
    shown = {"At risk": data["n"].to_numpy(), "Left": data["left"].to_numpy(), "Still in": share}
    return pd.DataFrame({**shown, "Interval, %": limits}, pd.Index(data["month"], name="Month"))


def silent_projects(found: Followed) -> Output:
    """Table M.4: projects from which no form has come for some time; a sentence if there is none."""
    heard = projects_heard_of(found.records)
    data = heard[heard["silent"]].assign(any_form=np.where(heard[heard["silent"]]["forms"] > 0, "yes", "no"))
    data = data.sort_values(["months", "project_id"], ascending=[False, True], ignore_index=True)
    unit = found.unit("registered")
    gap = formats.in_words(found.records.rules.silent_months)
    if data.empty:
        return text("text-m.3", f"There is no project from which no form has come for {gap} months.")
    return table(
        "table-m.4",
        pages.added(f"Projects without a form for {gap} months"),
        data[["project_id", "region", "people", "any_form", "months"]].assign(of=len(heard)),
        _silent_shown,
        notes=_about_silent,
        people=Counted(
            counts={"people": unit}, by=("project_id",), words=("any_form", "months"), plain=("of",)
        ),
    )


def _silent_shown(data: pd.DataFrame) -> pd.DataFrame:
    since = [
        formats.missing(row["months"])
        if formats.is_missing(row["months"])
        else formats.plural(int(row["months"]), "month")
        + ("" if row["any_form"] == "yes" else " since the first registration; no form yet")
        for row in data.to_dict("records")
    ]
    people = [formats.count(value) for value in data["people"]]
    return pd.DataFrame(
        {"Region": data["region"].to_numpy(), "People": people, "Without a form": since},
        pd.Index(data["project_id"], name="Project"),
    )


def _about_silent(data: pd.DataFrame) -> list[str]:
    return [f"{formats.count(len(data))} of {formats.plural(data['of'].iloc[0], 'project')} with people."]


def quality_by_month(found: Followed) -> Output:
    """Figure M.5: forms with something missing or doubtful, by the month in which they came in."""
    forms = found.records.forms
    flags = _flags(found).reindex(forms["log_id"]).fillna(value=False).to_numpy(dtype=bool)
    flagged = forms.assign(**dict(zip(FLAGS, flags.T, strict=True)))
    month = flagged["came_in_on"].dt.to_period("M").astype(str)
    counts = flagged.groupby(month)[list(FLAGS)].sum().assign(forms=month.value_counts())
    counts.loc[TOTAL] = counts.sum()
    unit = found.unit(FORMS)
    return figure(
        "fig-m.5",
        pages.added("Forms with something missing or doubtful, by the month in which they came in"),
        _quality_in_words,
        counts.astype(int).rename_axis("month").reset_index()[["month", "forms", *FLAGS]],
        _draw_quality,
        arrange=_quality_shown,
        notes=[
            OF_PEOPLE,
            "A form counts in each column that is true of it. Missing: at least one answer of a "
            "questionnaire that the form asks. Twice: the copy was taken out, and the form that stayed is "
            "counted.",
        ],
        people=Counted(
            counts={"forms": unit, **{name: Cell(unit, {name: "yes"}) for name in FLAGS}}, by=("month",)
        ),
    )


def _quality_in_words(data: pd.DataFrame) -> str:
    total = data.iloc[-1]
    told = [
        f"{formats.lower_first(title)} {formats.percent(total[name], total['forms'], digits=0)}"
        for name, title in FLAGS.items()
    ]
    return (
        "Panels of lines over the months: the share of forms with each kind of doubt. Of all forms: "
        f"{', '.join(told)}."
    )


def _draw_quality(data: pd.DataFrame) -> Figure:
    """Draw a panel for each kind of doubt, all with one axis."""
    months = data[data["month"] != TOTAL]
    drawn, grid = plots.panel_grid(list(FLAGS.values()), 2, 2.1, "Forms, %", same_y=True)
    step = 1 + len(months) // 4
    places = range(0, len(months), step)
    for axes, name in zip(grid, FLAGS, strict=True):
        axes.plot(
            range(len(months)), 100 * months[name] / months["forms"], "o-", markersize=4, color=style.BLUE
        )
        axes.set_xticks(list(places), [months["month"].iloc[place] for place in places], fontsize=9)
        axes.set_xlim(-0.5, max(len(months) - 0.5, 0.5))
    shares = (100 * months[list(FLAGS)].div(months["forms"], axis=0)).to_numpy(dtype=float)
    grid[0].set_ylim(0, 1.08 * float(np.nanmax(np.append(shares, 0)) or 1))  # all share it
    return drawn


def _flags(found: Followed) -> pd.DataFrame:
    """Say of every form, by its number, what is missing or doubtful about it."""
    logs, issues = found.log.logs_of_people, found.log.issues
    kept = issues.loc[issues["step"] == "duplicates", "value"].str.extract(r"(\d+)$")[0]
    missing = pd.Series(data=False, index=logs.index)
    for questionnaire in found.log.definitions.questionnaires.values():
        items = [item for item in questionnaire.items if item in logs]
        asked = pd.Series("short" in questionnaire.versions, index=logs.index) | ~logs["short"]
        missing |= asked & logs[items].isna().any(axis=1)
    flags = {
        "incomplete": missing.to_numpy(),
        "ticked": logs["ticked"].to_numpy(dtype=bool),
        "duplicates": logs["log_id"].isin(pd.to_numeric(kept)).to_numpy(),
        "unregistered": ~logs["registered"].to_numpy(dtype=bool),
    }
    return pd.DataFrame(flags, index=logs["log_id"])[list(FLAGS)]


def _quality_shown(data: pd.DataFrame) -> pd.DataFrame:
    shown = {"Forms": [formats.count(value) for value in data["forms"]]}
    for name, title in FLAGS.items():
        rows = zip(data[name], data["forms"], strict=True)
        shown[title] = [formats.count_percent(n, forms, digits=0) for n, forms in rows]
    return pd.DataFrame(shown, pd.Index(data["month"], name="Month"))


def problems_by_source(found: Followed) -> Output:
    """Table M.5: what cleaning found, by the way in which forms came."""
    raw = found.log.tables["logs"][["log_id", "person_id", "mode"]]
    known = {*found.records.forms["person_id"], *found.records.undated["person_id"]}
    issues = found.log.issues.merge(raw, on=["log_id", "person_id"])
    issues = issues[issues["person_id"].isin(known) & _is_known(issues, found)]
    logs = issues.drop_duplicates(["step", "log_id"])
    counts = pd.crosstab(logs["step"], logs["mode"].astype(str))
    counts = counts.reindex(index=list(STEPS), columns=["online", "paper"], fill_value=0)
    unit = found.unit("raw forms with a problem")
    return table(
        "table-m.5",
        pages.added("What the checks of the raw forms found, by the way in which they came"),
        counts.rename_axis("step").rename_axis(columns=None).reset_index(),
        _problems_shown,
        notes=["Forms, before duplicates are taken out. A form can be in several lines."],
        people=Counted(
            counts={mode: Cell(unit, {"mode": mode}) for mode in ("online", "paper")},
            by=(),
            each=("step",),
        ),
    )


def _is_known(issues: pd.DataFrame, found: Followed) -> pd.Series:
    """Say which issues are of forms that had come in; a copy came in with the form that stayed."""
    kept = issues["value"].where(issues["step"] == "duplicates").str.extract(r"(\d+)$")[0]
    form = pd.to_numeric(kept).fillna(issues["log_id"]).astype(int)
    known = {*found.records.forms["log_id"]}
    return form.isin(known | {*found.records.undated["log_id"]} if found.records.is_complete else known)


def _problems_shown(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.set_index(data["step"].map(STEPS).rename("Found"))[["online", "paper"]]
    return shown.rename(columns={"online": "Online", "paper": "On paper"})


def intervals_by_the_end(found: Followed, level: float = 0.95, draws: int = 400, seed: int = 20) -> Output:
    """Table M.6: how wide the interval of each mean change is, and will be at the end at the present rate.

    Parameters
    ----------
    found : Followed
    level : float
    draws, seed : int
        Of the simulation.
    """
    records, pairs = found.records, found.log.pairs
    came_in = records.forms.set_index("log_id")["came_in_on"]
    pairs = pairs[pairs["log_id_start"].isin(came_in.index) & pairs["log_id_end"].isin(came_in.index)]
    rate = pairs_per_month(came_in.reindex(pairs["log_id_end"]), records.as_of, WINDOW)
    months = _months_left(found)
    rows = []
    for outcome in found.log.definitions.outcomes:
        change = pairs[f"{outcome}_change"].to_numpy(dtype=float, na_value=np.nan)
        share = np.isfinite(change).mean() if len(change) else 0.0
        person = pairs["person_id"].to_numpy()
        made = expected_width(change, person, rate * months * share, level, draws, seed)
        if made is not None:
            rows.append(
                {
                    "outcome": outcome,
                    "pairs": made.pairs,
                    "people": made.people,
                    "pairs_by_end": made.pairs_by_end,
                    "half_now": made.half_now,
                    "half_by_end": made.half_by_end,
                    "low": made.low,
                    "high": made.high,
                    "rate": rate,
                    "months_left": months,
                }
            )
    columns = ["outcome", "pairs", "people", "pairs_by_end", "half_now", "half_by_end", "low", "high"]
    columns += ["rate", "months_left"]
    if not rows:
        return text("text-m.4", "There are not yet two forms each of three people.")
    labels = {name: q.label for name, q in found.log.definitions.questionnaires.items()}
    return table(
        "table-m.6",
        pages.added("How sure a mean change will be by the end, at the present rate"),
        pd.DataFrame(rows, columns=columns),
        partial(_intervals_shown, labels=labels),
        notes=partial(_about_intervals, level=level),
        people=Counted(
            counts={
                "pairs": partial(_pairs_of, unit=found.unit("pairs with an answer")),
                "people": partial(_pairs_of, unit=found.unit("people with such pairs")),
            },
            by=(),
            models=dict.fromkeys(columns[3:9], "pairs"),
            plain=("months_left",),
        ),
    )


def _about_intervals(data: pd.DataFrame, level: float) -> list[str]:
    rate, months = data["rate"].iloc[0], data["months_left"].iloc[0]
    ahead = (
        f"Present rate: {formats.number(rate, 1)} pairs a month, the mean of the last "
        f"{formats.in_words(WINDOW)} months. Months left: {formats.number(months, 1)}."
        if months
        else "The study is over: no more pairs are to come."
    )
    return [
        f"Plus or minus: half the {formats.percent(100 * level, digits=0)} interval of the mean change from "
        "one form to the next, over all pairs of forms.",
        ahead,
        "Simulated from the changes seen so far, person by person. In brackets: nine in ten simulations.",
    ]


def _pairs_of(row: dict, unit: str) -> Cell:
    return Cell(f"{unit}, {row['outcome']}")


def _months_left(found: Followed) -> float:
    """Return the months from the day to the end of the study, with a part of one."""
    records = found.records
    if pd.isna(records.ends) or records.ends <= records.as_of:
        return 0.0
    return (records.ends - records.as_of).days / 30.4375


def _intervals_shown(data: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    rows = data.to_dict("records")
    return pd.DataFrame(
        {
            "Pairs": [formats.count(row["pairs"]) for row in rows],
            "Plus or minus": [formats.number(row["half_now"], 2) for row in rows],
            "Pairs by the end": [formats.count(row["pairs_by_end"]) for row in rows],
            "Plus or minus by then": [
                f"{formats.number(row['half_by_end'], 2)} ({formats.interval(row['low'], row['high'])})"
                for row in rows
            ],
        },
        pd.Index([labels[row["outcome"]] for row in rows], name="Outcome"),
    )


def why_people_stopped(found: Followed) -> Output:
    """Text M.2: who withdrew, and who fell silent without a word."""
    records = found.records
    withdrawn = records.people["withdrawn_on"].notna()
    without_a_word = ~silent(records).isin(records.people.loc[withdrawn, "person_id"])
    started = records.people["person_id"].isin(records.forms["person_id"])
    data = {
        "withdrawn": int(withdrawn.sum()),
        "silent": int(without_a_word.sum()),
        "never": int((~started & ~withdrawn).sum()),
    }
    return text(
        "text-m.2",
        partial(
            _why_people_stopped,
            told=records.tells_withdrawals,
            gap=formats.in_words(records.rules.silent_months),
        ),
        data,
        people=Counted(
            counts={
                "withdrawn": found.unit("people who withdrew"),
                "silent": found.unit("people who fell silent"),
                "never": found.unit("registered without a form"),
            }
        ),
    )


def _why_people_stopped(n: dict, told: bool, gap: str) -> str:
    silent = (
        f"{formats.plural(n['silent'], 'person', 'people')} had sent a form but none for {gap} months, and "
        f"{formats.count(n['never'])} who registered had sent none at all."
    )
    if told:
        return f"{formats.plural(n['withdrawn'], 'person', 'people')} had withdrawn. Besides, {silent}"
    return (
        f"{silent} Why is not known: these data hold no list of withdrawals. It would be the table "
        f"`{WITHDRAWALS}`, with a reason for each."
    )


def reasons(found: Followed) -> Output | None:
    """Table M.3: reasons of people who withdrew; nothing if the data hold no list of them."""
    if not found.records.tells_withdrawals:
        return None
    field = found.log.definitions.tables[WITHDRAWALS].fields["reason"]
    given = found.records.reasons["reason"].astype(object).map(field.categories).fillna("Not said")
    counts = given.value_counts().rename_axis("reason").reset_index(name="people")
    return table(
        "table-m.3",
        pages.added("Reasons of people who withdrew"),
        counts.sort_values(["people", "reason"], ascending=[False, True], ignore_index=True),
        lambda data: data.rename(columns=formats.heading).set_index("Reason"),
        people=Counted(counts={"people": found.unit("people who withdrew")}, by=("reason",)),
    )
