"""What change could be seen with the people and pairs that came in: by formula and by simulation.

The report plans a sample size (see `methods`) and does not come back to it: all of this is added. `__all__`
has what the notebook shows, in its order, and before it `detect`, which its outputs are made from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.methods import EFFECT, POWER, SIGNIFICANCE, people_needed
from peerbook.choices import check_between
from peerbook.disclosure import Cell, Counted
from peerbook.errors import ModelError
from peerbook.outputs import Output, figure, formats, plots, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = ["detect", "in_short", "seen", "by_outcome", "plan", "by_region"]  # noqa: RUF022 the order of the page

MEASURE = "types_given"  # whose change the models follow
MORE, SAME = "increased", "unchanged"
SIMULATIONS, SEED = 100, 1
FORMULA, SIMULATION = "formula", "simulation"
_SEEN = tuple(f"{what}_{how}" for what in ("mean", "difference") for how in (FORMULA, SIMULATION))
_UNITS: Mapping[str, str] = MappingProxyType({"n": "pairs of a model", "people": "people of a model"})


def detect(
    log: Log,
    significance: float = SIGNIFICANCE,
    power: float = POWER,
    simulations: int = SIMULATIONS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Work out for each outcome the smallest change that its pairs can show.

    Parameters
    ----------
    log : Log
    significance, power : float
        Two-sided level of significance; chance of seeing the change.
    simulations : int
        Outcomes that are drawn for each.
    seed : int

    Returns
    -------
    DataFrame
        One row per outcome whose model can be fitted: `outcome` (label), `n` (pairs), `people`,
        `correlation` (of pairs of a person, given the value at the start and the change in support),
        `effective` (independent pairs that tell as much), `sd_change`, `scale` (standard deviation given the
        value at the start and the change in support, over `sd_change`); and in standard deviations of change
        `mean_formula`, `mean_simulation` (of everybody), `difference_formula`, `difference_simulation` (more
        support against the same).

    Raises
    ------
    ParameterError
        If significance or power do not lie between 0 and 1.
    ModelError
        If there are too few simulations.
    """
    check_between("significance", significance, 0, 1)
    check_between("power", power, 0, 1)
    from threadpoolctl import threadpool_limits

    rows, drawn = [], {}
    for outcome in log.definitions.outcomes:
        columns = ["person_id", f"{outcome}_start", f"{outcome}_change", f"{MEASURE}_category"]
        if not set(columns) <= set(log.pairs):
            continue  # a study may do without support types
        pairs = log.pairs[columns].dropna().reset_index(drop=True)
        found = _of_model(pairs, outcome)
        if found is None:
            continue
        key = (tuple(pairs["person_id"]), tuple(pairs[f"{MEASURE}_category"]), found["correlation"])
        if key not in drawn:  # outcomes that the same pairs have, as alike, show the same
            with threadpool_limits(1, "blas"):
                drawn[key] = _seen(pairs, found["correlation"], significance, power, simulations, seed)
        told = {name: value * found["scale"] for name, value in drawn[key].items()}
        rows.append({"outcome": log.definitions.questionnaires[outcome].label, **found, **told})
    columns = ["outcome", "n", "people", "correlation", "effective", "sd_change", "scale", *_SEEN]
    return pd.DataFrame(rows, columns=columns)


def _of_model(pairs: pd.DataFrame, outcome: str) -> dict[str, float] | None:
    """Return what the model of an outcome says of its pairs; None if it cannot be fitted."""
    from peerbook.stats import effective_number, random_intercept

    formula = f"{outcome}_change ~ {outcome}_start + {MEASURE}_category"
    try:
        fit = random_intercept(formula, pairs, "person_id")
    except ModelError:
        return None
    parts = fit.variance_components().set_index("component")["estimate"]
    sd_change = pairs[f"{outcome}_change"].std()
    return {
        "n": len(pairs),
        "people": pairs["person_id"].nunique(),
        "correlation": float(fit.correlation),
        "effective": effective_number(pairs.groupby("person_id").size(), fit.correlation),
        "sd_change": sd_change,
        "scale": math.sqrt(parts["group"] + parts["residual"]) / sd_change,
    }


def _seen(
    pairs: pd.DataFrame, correlation: float, significance: float, power: float, simulations: int, seed: int
) -> dict[str, float]:
    """Return the smallest mean and difference in standard deviations of the model."""
    from peerbook.stats import effective_number, simulated, smallest_difference, smallest_mean

    category = f"{MEASURE}_category"
    effective = effective_number(pairs.groupby("person_id").size(), correlation)
    per_row = effective / len(pairs)
    counts = pairs[category].value_counts()
    more, same = (per_row * counts.get(level, 0) for level in (MORE, SAME))
    choices = {
        "simulations": simulations,
        "seed": seed,
        "significance": significance,
        "power": power,
    }
    return {
        "mean_formula": smallest_mean(effective, significance, power),
        "mean_simulation": simulated(pairs, "person_id", correlation, **choices),
        "difference_formula": smallest_difference(more, same, significance, power),
        "difference_simulation": simulated(
            pairs, "person_id", correlation, (category, MORE, SAME), **choices
        ),
    }


_OF_OUTCOMES = Counted(
    counts={name: Cell(unit) for name, unit in _UNITS.items()},
    by=(),
    each=("outcome",),
    models=dict.fromkeys((*_SEEN, "correlation", "effective", "sd_change", "scale"), "people"),
)


def in_short(log: Log, found: pd.DataFrame) -> Output:
    """Say in three lines how large a change had to be to be seen."""
    first = found.head(1)
    return text("text-in-short-detectable", _in_short, first, people=_OF_OUTCOMES)


def _in_short(data: pd.DataFrame) -> str:
    if not len(data):
        return "- These data hold too few pairs of logs to say what change could be seen."
    row = data.iloc[0]
    lines = [
        f"For {formats.lower_first(row['outcome'])} there are {formats.plural(row['n'], 'pair')} of logs, by "
        f"{formats.plural(row['people'], 'person', 'people')}.",
        "A mean change of all people had to be at least "
        f"{formats.number(row['mean_simulation'], 2)} of the usual spread to be seen. To tell more support "
        f"from the same support, a gap of {formats.number(row['difference_simulation'], 2)} was needed.",
        "A smaller change may be there. These data would most likely miss it.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def seen(log: Log, found: pd.DataFrame) -> Output | None:
    """Figure D.1: the smallest difference of more and the same support, by formula and by simulation."""
    if found.empty:
        return None
    return figure(
        "fig-d.1",
        pages.added(
            "Smallest difference between more and the same support that could be seen, in standard "
            "deviations of change"
        ),
        _seen_in_words,
        found,
        _draw_seen,
        arrange=_as_outcomes,
        people=_OF_OUTCOMES,
    )


def _seen_in_words(data: pd.DataFrame) -> str:
    told = [
        f"{row['outcome']} {formats.number(row['difference_formula'], 2)} by formula and "
        f"{formats.number(row['difference_simulation'], 2)} by simulation"
        for row in data.to_dict("records")
    ]
    return f"Two marks for each outcome. {'; '.join(told)}."


def _draw_seen(data: pd.DataFrame) -> Figure:
    values = data.set_index("outcome")[["difference_formula", "difference_simulation"]]
    values = values.set_axis(["By formula", "By simulation"], axis=1)
    return plots.dumbbells(values, lambda value: formats.number(value, 2), "Standard deviations of change")


def by_outcome(log: Log, found: pd.DataFrame, power: float = POWER) -> Output:
    """Table D.1: what could be seen of each outcome, with the people, the pairs and how alike they are."""
    return table(
        "table-d.1",
        pages.added(
            "Smallest change that could be seen with a power of "
            f"{formats.percent(100 * power, digits=0)}, in standard deviations of change"
        ),
        found,
        _as_outcomes,
        notes=[
            "Alike: how alike the pairs of one person are (intraclass correlation), given the value at the "
            "start. Worth: independent pairs that would tell as much.",
            "Mean: the mean change of everybody. Gap: more types of support given, against the same number.",
            "The formula takes people to stay in one category of support. They do not: much of the gap is "
            "within people, where it is easier to see. Where pairs are alike, trust the simulation.",
        ],
        people=_OF_OUTCOMES,
    )


def _as_outcomes(data: pd.DataFrame) -> pd.DataFrame:
    heads = dict(
        zip(_SEEN, ("Mean, formula", "Mean, simulated", "Gap, formula", "Gap, simulated"), strict=True)
    )
    rows = data.to_dict("records")
    shown = {
        "Pairs": [formats.count(row["n"]) for row in rows],
        "People": [formats.count(row["people"]) for row in rows],
        "Alike": [formats.number(row["correlation"], 2) for row in rows],
        "Worth": [formats.count(row["effective"]) for row in rows],
        **{head: [formats.number(row[name], 2) for row in rows] for name, head in heads.items()},
    }
    return pd.DataFrame(shown, pd.Index(data["outcome"], name="Outcome"))


def plan(
    log: Log, effect: float = EFFECT, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Text D.1: how many projects have the people that a project needs to be looked at by itself."""
    returned = log.registrations[log.registrations["person_id"].isin(log.pairs["person_id"])]
    of_projects = returned["project_id"].value_counts()
    needed = people_needed(effect, significance, power)
    data = {
        "needed": needed,
        "projects": int((of_projects > 0).sum()),
        "enough": int((of_projects >= needed).sum()),
        "effect": effect,
        "power": power,
    }
    return text("text-d.1", _plan, data, people=Counted(plain=tuple(data)))


def _plan(n: Mapping[str, float]) -> str:
    enough = formats.count(n["enough"]) if n["enough"] else "none"
    return (
        f"To look at one project by itself, {formats.count(n['needed'])} people with pairs of logs are "
        f"needed, if a mean change of {formats.number(n['effect'], 1)} standard deviations is to be seen "
        f"with a power of {formats.percent(100 * n['power'], digits=0)}. People with pairs come from "
        f"{formats.plural(n['projects'], 'project')}; {enough} of them "
        f"{'has' if n['enough'] == 1 else 'have'} that many."
    )


def by_region(
    log: Log, found: pd.DataFrame, significance: float = SIGNIFICANCE, power: float = POWER
) -> Output:
    """Table D.2: the smallest mean change that each region could show by itself, by formula."""
    first = found.head(1).to_dict("records") or [
        {"outcome": "independent pairs", "correlation": 0.0, "scale": 1}
    ]
    rows = [
        _region(name, pairs, first[0], significance, power)
        for name, pairs in log.pairs.groupby("region", observed=True, sort=False)
    ]
    names = ["region", "n", "people", "effective", "smallest"]
    data = pd.DataFrame(rows, columns=names).set_index("region")
    data = data.reindex([name for name in log.definitions.regions if name in data.index]).reset_index()
    return table(
        "table-d.2",
        pages.added(
            "Smallest mean change that the pairs of each region could show by formula, in standard "
            "deviations of change"
        ),
        data.astype({"n": "int64", "people": "int64"}),
        _as_regions,
        notes=[f"As for {formats.lower_first(first[0]['outcome'])}, with pairs as alike as in all regions."],
        people=Counted(
            counts={"n": Cell("pairs"), "people": Cell("people with pairs from a region")},
            by=("region",),
            models={"effective": "people", "smallest": "people"},
        ),
    )


def _region(
    name: str, pairs: pd.DataFrame, like: Mapping[str, float], significance: float, power: float
) -> tuple[str, int, int, float, float]:
    from peerbook.stats import effective_number, smallest_mean

    sizes = pairs.groupby("person_id").size()
    effective = effective_number(sizes, like["correlation"])
    smallest = like["scale"] * smallest_mean(effective, significance, power)
    return str(name), len(pairs), len(sizes), effective, smallest


def _as_regions(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    shown = {
        "Pairs": [formats.count(row["n"]) for row in rows],
        "People": [formats.count(row["people"]) for row in rows],
        "Worth": [formats.count(row["effective"]) for row in rows],
        "Smallest mean change": [formats.number(row["smallest"], 2) for row in rows],
    }
    return pd.DataFrame(shown, pd.Index(data["region"], name="Region"))
