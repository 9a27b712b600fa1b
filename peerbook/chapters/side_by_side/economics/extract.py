"""What the log holds on health and services, by person and quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from peerbook import economics
from peerbook.choices import check_between
from peerbook.data import Service
from peerbook.disclosure import LARGEST, share_of_two
from peerbook.log import Log

INDEX, COST = "eq5d_index", "cost"
HEALTH, POUNDS = "Health index", "Cost of services, £"
QUARTERS, IMPUTATIONS, SEED, LEVEL = 2, 10, 1, 0.95
MOST = 5  # quarters: nobody was followed up for longer
COMPLETE, EVERY, IMPUTED = "Complete answers only", "All answers of each quarter", "Gaps filled by a model"
NOT_ANSWERED = "Not answered"
# Why there are no QALYs of a person, the first that applies.
REASONS = ("complete", "joined too late", "no index at the first log", "no index at the end", "a gap between")


@dataclass(frozen=True)
class Extract:
    """Health and services at the quarters of a follow-up.

    Attributes
    ----------
    index, cost : DataFrame
        A row for each person, a column for each quarter from 0: the health index, and the cost of the three
        months before, in pounds. Missing where it is not known.
    wrote, formed : DataFrame of bool
        Alike: whether there is a log, and a quarterly form, that tells of the quarter.
    in_time : DataFrame of bool
        Alike: whether the person joined early enough to be asked then.
    answers : DataFrame
        A row for each person: the answers of the first log that the index is made from.
    used : DataFrame
        A row for each quarterly form that was chosen: `quarter`, and how often each service was used.
    pooled : mapping of str to Pooled
        Means over the people who joined in time, with gaps filled, of QALYs and of cost; without those that
        too few answers are known of.
    """

    index: pd.DataFrame = field(repr=False)
    cost: pd.DataFrame = field(repr=False)
    wrote: pd.DataFrame = field(repr=False)
    formed: pd.DataFrame = field(repr=False)
    in_time: pd.DataFrame = field(repr=False)
    answers: pd.DataFrame = field(repr=False)
    used: pd.DataFrame = field(repr=False)
    pooled: Mapping[str, economics.Pooled] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last quarter."""
        return len(self.index.columns) - 1

    @property
    def could_finish(self) -> pd.Series:
        """Whether each person joined early enough for the whole follow-up."""
        return self.in_time[self.last]


def extract(
    log: Log, quarters: int = QUARTERS, imputations: int = IMPUTATIONS, seed: int = SEED, level: float = LEVEL
) -> Extract:
    """Set out health and costs by person and quarter, and fill the gaps.

    Parameters
    ----------
    log : Log
    quarters : int
        Length of the follow-up, 1 to 5.
    imputations : int
        Frames with gaps filled.
    seed : int
    level : float
        Of the intervals.

    Raises
    ------
    ParameterError
        If the quarters are not 1 to 5, there are fewer than two imputations, or the level is not between
        0 and 1.
    """
    check_between("quarters", quarters, 0, MOST + 1)
    check_between("imputations", imputations, 1)
    check_between("level", level, 0, 1)
    services = asked_about(log)
    asked = [name for service in services.values() for name in service.fields]
    items = [*log.definitions.questionnaires[INDEX].items] if INDEX in log.definitions.questionnaires else []
    columns = ["person_id", "completed_on", "form", INDEX, *items, *asked]
    logs = log.logs_of_people.reindex(columns=columns).dropna(subset="completed_on")
    return _with_gaps_filled(_set_out(logs, services, items, quarters), imputations, seed, level)


def asked_about(log: Log) -> dict[str, Service]:
    """Return the services that these data tell of: a study may do without some of them."""
    services = log.definitions.services.items()
    return {name: service for name, service in services if service.counted in log.logs_of_people}


def _set_out(logs: pd.DataFrame, services: Mapping, items: list[str], quarters: int) -> Extract:
    started_on = logs.groupby("person_id")["completed_on"].min()
    known = economics.nearest(logs[logs[INDEX].notna()], started_on, quarters)
    forms = economics.nearest(logs[logs["form"] == "quarterly"], started_on, quarters)
    used = economics.used(forms, services)
    forms = forms.assign(**{COST: economics.costs(used, services)["total"]})
    index = economics.by_person(known, INDEX, started_on.index, quarters)
    cost = economics.by_person(forms, COST, started_on.index, quarters)
    return Extract(
        index=index,
        cost=cost,
        wrote=_told(economics.nearest(logs, started_on, quarters), index),
        formed=_told(forms, index),
        in_time=_in_time(started_on, logs["completed_on"].max(), index),
        answers=logs.sort_values(["person_id", "completed_on"]).drop_duplicates("person_id")[items],
        used=used.assign(quarter=forms["quarter"]),
    )


def _told(chosen: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Say by person and quarter whether there is a log."""
    places = pd.MultiIndex.from_frame(chosen[["person_id", "quarter"]])
    return pd.DataFrame(
        {q: pd.MultiIndex.from_product([like.index, [q]]).isin(places) for q in like}, index=like.index
    )


def _in_time(started_on: pd.Series, ended_on: pd.Timestamp, like: pd.DataFrame) -> pd.DataFrame:
    """Say by person and quarter whether the quarter began to be near before the last log of all."""
    days = (ended_on - started_on.reindex(like.index)).dt.days.to_numpy()
    return pd.DataFrame({q: days >= (q - 0.5) * economics.DAYS for q in like}, index=like.index)


def _with_gaps_filled(found: Extract, imputations: int, seed: int, level: float) -> Extract:
    """Pool QALYs and cost over frames with gaps filled, of which there are answers enough to draw from."""
    names = [f"index_{q}" for q in found.index]
    costs = [f"cost_{q}" for q in found.cost]
    people = pd.concat([found.index.set_axis(names, axis=1), found.cost.set_axis(costs, axis=1)], axis=1)
    people = people[found.could_finish.to_numpy()].reset_index(drop=True)
    usable = economics.can_be_drawn(people)
    measures = {
        HEALTH: (names, lambda filled: economics.qalys(filled[names])),
        POUNDS: (costs[1:], lambda filled: filled[costs[1:]].sum(axis=1)),
    }
    asked = {name: measure for name, (needed, measure) in measures.items() if set(needed) <= set(usable)}
    if not asked:
        return found
    return replace(found, pooled=economics.imputed(people[usable], asked, imputations, seed, level))


def by_quarter(found: Extract, level: float = LEVEL) -> pd.DataFrame:
    """Return means of the health index and of cost by quarter, and what is missing.

    Returns
    -------
    DataFrame
        One row per measure and quarter: `measure`, `month` (0, 3 ...), `people` (who joined in time), `n`
        (known), `unanswered` (wrote then, but not this), `absent` (did not write then), `mean`, `sd`,
        `ci_low`, `ci_high` (t interval), `_largest`; `_n` is `n` by itself, for the means that rest on it.
    """
    rows = []
    for measure, values, told in (
        (HEALTH, found.index, found.wrote),
        (POUNDS, found.cost, found.formed),
    ):
        for quarter in values:
            asked = found.in_time[quarter] | told[quarter]
            known = values[quarter].dropna()
            rows.append(
                {
                    "measure": measure,
                    "month": 3 * quarter,
                    "people": int(asked.sum()),
                    "n": len(known),
                    "_n": len(known),
                    "unanswered": int((told[quarter] & values[quarter].isna()).sum()),
                    "absent": int((asked & ~told[quarter] & values[quarter].isna()).sum()),
                    **mean_of(known, level),
                    LARGEST: _of_two(known, measure),
                }
            )
    return pd.DataFrame(rows)


def _of_two(values: pd.Series, measure: str) -> float:
    """Return what share of all costs two people have; an index is bounded, so nobody makes up its sum."""
    return share_of_two(values) if measure == POUNDS else 0.0


def mean_of(values: pd.Series, level: float) -> dict[str, float]:
    """Return mean, standard deviation and t interval of values."""
    from scipy.special import stdtrit

    n, mean, sd = len(values), values.mean(), values.std()
    reach = stdtrit(n - 1, (1 + level) / 2) * sd / np.sqrt(n) if n > 1 else np.nan
    return {"mean": mean, "sd": sd, "ci_low": mean - reach, "ci_high": mean + reach}


def use_by_quarter(found: Extract, services: Mapping) -> pd.DataFrame:
    """Return how many used each service, by quarter.

    Returns
    -------
    DataFrame
        One row per service and quarter: `service`, `month`, `n` (people who told of it), `users`, `percent`,
        `mean` (nights, visits or contacts in three months, of all who told), `_largest`.
    """
    columns = ["service", "month", "n", "users", "percent", "mean", LARGEST]
    rows = []
    for name, service in services.items():
        for quarter in range(found.last + 1):
            times = found.used.loc[found.used["quarter"] == quarter, name].dropna()
            users = int((times > 0).sum())
            rows.append(
                {
                    "service": service.label,
                    "month": 3 * quarter,
                    "n": len(times),
                    "users": users,
                    "percent": 100 * users / len(times) if len(times) else np.nan,
                    "mean": times.mean(),
                    LARGEST: share_of_two(times),
                }
            )
    return pd.DataFrame(rows, columns=columns)


def answered(found: Extract, items: Mapping[str, str], levels: Mapping[int, str]) -> pd.DataFrame:
    """Return how people answered the questions of the index at their first log.

    Returns
    -------
    DataFrame
        One row per question and answer, the last that of no answer: `question`, `answer`, `n`, `percent`
        (of everybody).
    """
    rows = []
    for item, question in items.items():
        values = found.answers[item]
        for answer, words in [*levels.items(), (None, NOT_ANSWERED)]:
            n = int((values.isna() if answer is None else values == answer).sum())
            rows.append((question, words, n, 100 * n / len(values) if len(values) else np.nan))
    return pd.DataFrame(rows, columns=["question", "answer", "n", "percent"])


def reasons(found: Extract) -> pd.Series:
    """Say of each person why there are QALYs or not: one of `REASONS`."""
    index = found.index
    later = index.loc[:, 1:]
    conditions = [
        ~found.could_finish & index.isna().any(axis=1),
        index[0].isna(),
        index[found.last].isna(),
        later.isna().any(axis=1),
    ]
    return pd.Series(np.select(conditions, REASONS[1:], REASONS[0]), index=index.index)


def followed_up(found: Extract, level: float = LEVEL) -> pd.DataFrame:
    """Return QALYs and cost over the follow-up: of complete answers, of all answers, and with gaps filled.

    Returns
    -------
    DataFrame
        One row per measure and way: `measure`, `way`, `n` (people), `mean`, `se`, `ci_low`, `ci_high`,
        `missing_information` (share; with gaps filled), `_largest`.
    """
    later = np.r_[0.0, np.ones(found.last)]
    rows = []
    for measure, values, counted in (
        (HEALTH, found.index, economics.weights(found.last)),
        (POUNDS, found.cost, later),
    ):
        needed = values.loc[:, counted > 0]
        whole = (needed.to_numpy() @ counted[counted > 0])[needed.notna().all(axis=1)]
        told = mean_of(pd.Series(whole), level)
        se = told.pop("sd") / np.sqrt(len(whole)) if len(whole) else np.nan
        ways = {
            COMPLETE: {"n": len(whole), "se": se, **told, LARGEST: _of_two(pd.Series(whole), measure)},
            EVERY: _of_all(needed, counted[counted > 0], level),
        }
        if measure in found.pooled:
            ways[IMPUTED] = {"n": int(found.could_finish.sum()), **vars(found.pooled[measure])}
        two = _of_two(needed.sum(axis=1), measure)
        rows += [{"measure": measure, "way": way, LARGEST: two, **said} for way, said in ways.items()]
    columns = ["measure", "way", "n", "mean", "se", "ci_low", "ci_high", "missing_information", LARGEST]
    return pd.DataFrame(rows).reindex(columns=columns)


def _of_all(needed: pd.DataFrame, counted: np.ndarray, level: float) -> dict[str, float]:
    """Return mean and interval of all answers of each quarter."""
    from scipy.special import ndtri

    mean, se = economics.mean_of_answers(needed, counted)
    reach = ndtri((1 + level) / 2) * se
    people = int(needed.notna().any(axis=1).sum())
    return {"n": people, "mean": mean, "se": se, "ci_low": mean - reach, "ci_high": mean + reach}
