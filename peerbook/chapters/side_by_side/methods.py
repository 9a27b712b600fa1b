"""Methods: where the log was collected, how it is cleaned and scored, how many people it needs.

Tables 3.1 and 3.2 and the sample size are in the published chapter; Tables 3.3 to 3.7 and Figure 3.1 are not:
they come from `data_schema/`, from what cleaning did, and from the people reached.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.audit.counts import TOTAL
from peerbook.chapters.side_by_side.log_findings.tables import LOGS, OF_LOGS, OF_PAIRS, OF_PEOPLE, if_narrowed
from peerbook.choices import check_between
from peerbook.disclosure import Counted
from peerbook.log.home import HOME
from peerbook.outputs import Output, figure, formats, plots, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.published import load

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.data import Questionnaire
    from peerbook.log import Log

CRITERIA = ["hope", "control", "opportunity"]
RETURNED = "people_with_two_or_more"
EFFECT, SIGNIFICANCE, POWER = 0.5, 0.05, 0.8


def in_short(
    log: Log, effect: float = EFFECT, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Say in three lines what people wrote down, how many came back, and how many are needed."""
    returned = log.logs_of_people.loc[log.logs_of_people["month"] >= 2, "person_id"].nunique()
    n = {
        "people": log.logs_of_people["person_id"].nunique(),
        "logs": len(log.logs),
        "scores": len(log.definitions.outcomes),
        "types": len(log.definitions.support_types.types),
        "returned": int(returned),
        "needed": people_needed(effect, significance, power),
    }
    counts = {"people": "people_with_logs", "logs": LOGS, "returned": RETURNED}
    said = Counted(counts=counts, plain=("scores", "types", "needed"))
    return text("text-in-short-methods", _in_short, n, people=said)


def _in_short(n: Mapping[str, int]) -> str:
    if formats.is_missing(n["returned"]):
        enough = ""
    else:
        enough = "So there are enough" if n["returned"] >= n["needed"] else "So there are too few"
        enough = f" {enough} for all people as one group."
    lines = [
        f"{formats.plural(n['people'], 'person', 'people')} sent in {formats.plural(n['logs'], 'log')} of "
        "how they were, and of the peer support they gave and got.",
        f"The log asks about {formats.count(n['types'])} types of peer support, and about how people feel "
        f"and live in {formats.count(n['scores'])} ways.",
        f"{formats.count(n['returned'])} people came back in a later month. To see change, "
        f"{formats.count(n['needed'])} people are needed.{enough}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def regions(log: Log) -> Output:
    """Table 3.1: the nine regions by the criteria for choosing three of them."""
    printed = load("side_by_side", "regions")
    close = printed["note"].str.contains("close-focus")
    kept = ["region", "strategic_partner", *_ethnic(printed), "rural_urban"]
    return table(
        "table-3.1",
        "The regions by strategic partner, ethnic groups (2011 census) and kind of area",
        printed[kept].assign(close_focus=close),
        _regions_shown,
        notes=_about_regions,
        evidence=PUBLISHED,
    )


def _ethnic(table: pd.DataFrame) -> list[str]:
    return [name for name in table if name.endswith("_percent")]


def _regions_shown(data: pd.DataFrame) -> pd.DataFrame:
    labels = {name: name.replace("_percent", ", %") for name in _ethnic(data)}
    return data.rename(columns=labels | {"rural_urban": "kind of area"}).set_index("region")


def _about_regions(data: pd.DataFrame) -> list[str]:
    """Tell names that are printed otherwise, and percentages that do not add up by more than rounding."""
    names = load("side_by_side", "regions").query("region != region_printed")
    total = data.set_index("region")[_ethnic(data)].sum(axis=1).round(1)
    off = total[(total - 100).abs() > 0.05 * len(_ethnic(data))]
    return [
        *(f"{row.region} is printed as {row.region_printed}." for row in names.itertuples()),
        *(f"The printed percentages of {name} add up to {sum_}." for name, sum_ in off.items()),
        "Close focus: one of the regions where a researcher supported people with the log.",
    ]


def questionnaires_considered(log: Log) -> Output:
    """Table 3.2: which questionnaires cover hope, control and opportunity, in words."""
    words = load("side_by_side", "questionnaires")[["questionnaire", *CRITERIA, "comments"]]
    data = words.replace(r"^\(words\) ", "", regex=True)
    data[CRITERIA] = words[CRITERIA].replace(r"^\(words\) ", "comment only: ", regex=True)
    return table(
        "table-3.2",
        "Questionnaires that were considered, and whether they cover hope, control and opportunity",
        data,
        notes=_about_questionnaires,
        evidence=PUBLISHED,
    )


def _about_questionnaires(data: pd.DataFrame) -> list[str]:
    """Say how many questionnaires cover all criteria, and how the printed symbols were read."""
    full = int((data[CRITERIA] == "covered").all(axis=1).sum())
    covered_by = f"{formats.in_words(full) if full else 'none'} of the {formats.in_words(len(data))}"
    return [
        f"In full, {formats.words(CRITERIA)} are all covered by {covered_by}.",
        "The printed table uses symbols, and its key gives one symbol for both partly covered and not "
        "covered. The words here follow the symbols in the cells.",
        "Comments are shortened.",
    ]


def cleaning(log: Log) -> Output:
    """Table 3.3: what cleaning found in these data and did about it."""
    steps = ["step", "rule", "action"]
    times = log.issues.groupby(steps, sort=False, observed=True).size().rename("answers")
    logs = log.issues.drop_duplicates([*steps, "log_id"]).groupby(steps, sort=False, observed=True).size()
    data = times.to_frame().assign(logs=logs).reset_index()[[*steps, "logs", "answers"]]
    return table(
        "table-3.3",
        "What cleaning found in the logs, and what it did",
        data,
        notes=[
            "A log can be in several rows. In a row it counts once under logs, and once for each answer.",
            *if_narrowed(log, OF_LOGS),
        ],
        people=Counted("in a step of cleaning", counts=("logs", "answers"), by=tuple(steps)),
    )


def scores(log: Log) -> Output:
    """Table 3.4: the scores of a log, from the questionnaires in `data_schema/`."""
    return table(
        "table-3.4",
        "Scores of a log: instrument, items, range and rules",
        pd.DataFrame([_score(score) for score in log.definitions.questionnaires.values()]),
        notes=["High is good on every score. Item wording is copyright and is not reproduced here."],
        evidence=JUDGEMENT,
    )


def support_measures(log: Log) -> Output:
    """Table 3.5: the measures of peer support made from a log."""
    support = log.definitions.support_types
    types = f"Number of types used at all, of {len(support.types)}: {formats.words(support.types.values())}"

    def names(measure: str) -> str:
        return ", ".join(f"{measure}_{direction}" for direction in support.directions)

    rows = [
        ("Projects", "projects_attended", "Projects attended in the last month"),
        ("Types", names("types"), types),
    ]
    for name, amount in support.amounts.items():
        added = formats.words(support.types[kind] for kind in amount.types)
        rows.append((amount.label, names(name), f"Times in the last month: {added}"))
    data = pd.DataFrame(rows, columns=["measure", "name_in_data", "made_from"])
    return table("table-3.5", "Measures of peer support", data, evidence=JUDGEMENT)


def subgroups(log: Log) -> Output:
    """Table 3.6: how answers at registration become the groups that are compared."""
    groups = log.definitions.subgroups.values()
    rows = [
        {"characteristic": group.label, "level": level, "answers": "; ".join(answers)}
        for group in groups
        for level, answers in group.levels.items()
    ]
    left_out = {group.label: formats.words(group.left_out) for group in groups if group.left_out}
    remarks = [f"{group.label}: {group.note}" for group in groups if group.note]
    return table(
        "table-3.6",
        "Groups compared in the analyses",
        pd.DataFrame(rows),
        row_headers=2,
        notes=[*(f"{label}: {answers} in no group." for label, answers in left_out.items()), *remarks],
        evidence=JUDGEMENT,
    )


def sample_size(
    log: Log, effect: float = EFFECT, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Text 3.1: how many people are needed, beside what the report planned."""
    needed, groups = people_needed(effect, significance, power), planned_groups()
    if not log.definitions.printed:
        return text(
            "text-3.1",
            partial(_needed_in_words, effect=effect, significance=significance, power=power),
            {"needed": needed},
            evidence=JUDGEMENT,
        )
    planned = {key: int(printed(key)) for key in ("n_per_project", "target_sample")}
    return text(
        "text-3.1",
        partial(_sample_in_words, effect=effect, significance=significance, power=power),
        {"needed": needed, "groups": groups, "needed_in_all": groups * needed} | planned,
        evidence=JUDGEMENT,
    )


def _sample_in_words(n: Mapping[str, int], effect: float, significance: float, power: float) -> str:
    agrees = (n["needed"], n["needed_in_all"]) == (n["n_per_project"], n["target_sample"])
    plan = f"for an effect of {EFFECT:g}, a power of {POWER:.0%} and a level of {SIGNIFICANCE:g}"
    return (
        f"{_needed_in_words(n, effect, significance, power)} For {n['groups']} groups that is "
        f"{formats.count(n['needed_in_all'])} people. The report planned {n['n_per_project']} and "
        f"{n['target_sample']}, {'as computed here' if agrees else plan}."
    )


def _needed_in_words(n: Mapping[str, int], effect: float, significance: float, power: float) -> str:
    return (
        f"To see a mean change of {effect:g} standard deviations within people, with a power of "
        f"{formats.percent(100 * power, digits=0)} at a two-sided significance level of {significance:g}, "
        f"{formats.count(n['needed'])} people are needed (paired t test)."
    )


def power_curve(
    log: Log, effect: float = EFFECT, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Figure 3.1: power by number of people, for the effect to be seen, a small and a large one."""
    from statsmodels.stats.power import TTestPower

    effects = sorted({0.2, effect, 0.8})
    people = pd.RangeIndex(5, 255, 5, name="people")
    curves = pd.DataFrame(
        {f"effect {e:g}": TTestPower().power(e, people.to_numpy(), significance) for e in effects},
        index=people,
    )
    return figure(
        "fig-3.1",
        f"Power of a paired comparison by number of people, at a significance level of {significance:g}",
        partial(_curves_in_words, effects=effects, significance=significance, power=power),
        curves.reset_index(),
        partial(_draw_curves, power=power),
        evidence=JUDGEMENT,
    )


def _curves_in_words(
    curves: pd.DataFrame, effects: Sequence[float], significance: float, power: float
) -> str:
    needed = {e: people_needed(e, significance, power) for e in effects}
    reached = "; ".join(f"with {formats.count(n)} people for an effect of {e:g}" for e, n in needed.items())
    target = formats.percent(100 * power, digits=0)
    return f"Rising curves that flatten near 100%. They reach {target} {reached}."


def _draw_curves(curves: pd.DataFrame, power: float) -> Figure:
    return plots.curves(100 * curves.set_index("people"), "People", "Power, %", target=100 * power)


def reached(
    log: Log, effect: float = EFFECT, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Table 3.7: what the people reached can show, by region."""
    from peerbook.stats import smallest_mean

    needed = people_needed(effect, significance, power)
    rows = [
        (region, people, pairs, smallest_mean(people, significance, power), people >= needed)
        for region, people, pairs in _people_and_pairs(log)
    ]
    enough = f"at_least_{needed}_people"
    return table(
        "table-3.7",
        f"People with pairs of logs, and the smallest effect they can show with a power of "
        f"{formats.percent(100 * power, digits=0)}",
        pd.DataFrame(rows, columns=["region", "people", "pairs", "smallest_effect", enough]),
        notes=[
            "Effects are in standard deviations of change, for one change per person. The pairs of one "
            "person are alike, so more pairs help less than more people would.",
            f"{OF_PEOPLE} {OF_PAIRS}",
        ],
        people=Counted(
            counts={"people": RETURNED, "pairs": "pairs"},
            by=("region",),
            follows={
                "smallest_effect": partial(_effect_again, significance=significance, power=power),
                enough: partial(_enough_again, needed=needed),
            },
        ),
    )


def _effect_again(row: Mapping[str, float], significance: float, power: float) -> float | None:
    from peerbook.stats import smallest_mean

    people = row["people"]
    return None if formats.is_missing(people) else smallest_mean(people, significance, power)


def _enough_again(row: Mapping[str, float], needed: int) -> bool | None:
    return None if formats.is_missing(row["people"]) else bool(row["people"] >= needed)


def _people_and_pairs(log: Log) -> Iterator[tuple[str, int, int]]:
    """Count people by home region, and pairs by that of their earlier log; and all, unless in one region."""
    returned = log.logs_of_people[log.logs_of_people["month"] >= 2].drop_duplicates("person_id")
    people, pairs = returned[HOME].value_counts(), log.pairs["region"].value_counts()
    counts = [(name, int(people.get(name, 0)), int(pairs.get(name, 0))) for name in log.definitions.regions]
    present = [row for row in counts if any(row[1:])]
    yield from present
    if len(present) != 1:
        yield TOTAL, len(returned), len(log.pairs)


def people_needed(effect: float, significance: float = SIGNIFICANCE, power: float = POWER) -> int:
    """Return how many people a paired t test needs, two-sided.

    Raises
    ------
    ParameterError
        If the effect is not above 0, or the significance or the power does not lie between 0 and 1.

    Examples
    --------
    >>> people_needed(0.5)
    34
    """
    from statsmodels.stats.power import TTestPower

    check_between("effect", effect, 0)
    check_between("significance", significance, 0, 1)
    check_between("power", power, 0, 1)
    return math.ceil(TTestPower().solve_power(effect_size=effect, alpha=significance, power=power))


def planned_groups() -> int:
    """Count the groups of the report's plan: the projects of the close-focus regions, and Elefriends.

    Examples
    --------
    >>> planned_groups()
    19
    """
    return int(printed("regions_close_focus")) * int(printed("projects_per_focus_region")) + 1


def printed(key: str) -> str:
    """Return a number of the report's prose, as text."""
    return load("side_by_side", "statements").set_index("name")["value"][key]


def _score(q: Questionnaire) -> Mapping[str, object]:
    prorated = q.missing.prorated
    rule = f"all {q.missing.complete}" + (f" (prorated: {prorated.at_least})" if prorated else "")
    low, high = q.bounds
    return {
        "score": q.label,
        "instrument": q.instrument,
        "items": len(q.items),
        "answers": f"{q.range[0]} to {q.range[1]}",
        "reversed": formats.words(q.items[item] for item in q.reversed) or "none",
        "range": f"{formats.cell(low)} to {formats.cell(high)}",
        "needs": rule,
        "asked_in": "every log" if "short" in q.versions else "full versions only",
        "source": re.sub(r"(\d+)$", r" \1", q.citation).replace("_", "-").title(),
    }
