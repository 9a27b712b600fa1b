"""Means with missing answers filled in many times over: multiple imputation by chained equations.

The filling is statsmodels' (`statsmodels.imputation.mice.MICEData`): every column with gaps is drawn from a
model on all others, with an observed value of someone alike (predictive mean matching). It takes answers to
be missing at random given what the frame holds. The means of the filled frames are pooled by Rubin's rules
(1987, Multiple Imputation for Nonresponse in Surveys, section 3.1), which statsmodels has for models of two
coefficients and more only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from peerbook.choices import check_between
from peerbook.errors import ModelError

BURN_IN, SKIP = 5, 1  # cycles before the first frame that is kept, and from one to the next
DONORS = 5  # people alike, of whom one gives the value
LEAST = 20  # people who answered, below which there are too few to draw from


@dataclass(frozen=True)
class Pooled:
    """A mean pooled over imputations.

    Attributes
    ----------
    mean, se : float
    ci_low, ci_high : float
    missing_information : float
        Share of the variance that is due to what is missing, from 0 to 1.
    """

    mean: float
    se: float
    ci_low: float
    ci_high: float
    missing_information: float


def imputed(
    people: pd.DataFrame,
    measures: Mapping[str, Callable[[pd.DataFrame], pd.Series]],
    imputations: int,
    seed: int,
    level: float = 0.95,
) -> dict[str, Pooled]:
    """Pool the means of measures that are computed from columns with gaps.

    Parameters
    ----------
    people : DataFrame
        One row per person, numbers only; the names of columns can stand in a formula.
    measures : mapping of str to callable
        Compute a value for each person from a filled frame, by name.
    imputations : int
        Frames that are filled.
    seed : int
    level : float
        Of the intervals.

    Raises
    ------
    ParameterError
        If there are fewer than two imputations, or the level does not lie between 0 and 1.
    ModelError
        If a column is known of fewer than `LEAST` people, or is the same for all.
    """
    from statsmodels.imputation.mice import MICEData
    from threadpoolctl import threadpool_limits

    check_between("imputations", imputations, 1)
    check_between("level", level, 0, 1)
    _check_columns(people)
    means: dict[str, list[tuple[float, float]]] = {name: [] for name in measures}
    with threadpool_limits(1, "blas"):
        filling = MICEData(people.astype(float), k_pmm=DONORS, rng=np.random.default_rng(seed))
        filling.update_all(BURN_IN)
        for _ in range(imputations):
            filling.update_all(SKIP)
            for name, measure in measures.items():
                values = measure(filling.data)
                means[name].append((values.mean(), values.var() / len(values)))
    return {name: pooled(found, level) for name, found in means.items()}


def pooled(found: Sequence[tuple[float, float]], level: float = 0.95) -> Pooled:
    """Pool an estimate over imputations by Rubin's rules.

    Parameters
    ----------
    found : sequence of (float, float)
        Estimate and squared standard error of each filled frame.
    level : float

    Notes
    -----
    With m estimates of mean squared error W and variance B, the variance is T = W + (1 + 1/m) B; the interval
    is that of t with (m - 1) (T / ((1 + 1/m) B))^2 degrees of freedom.

    Examples
    --------
    >>> round(pooled([(1.0, 4.0), (3.0, 4.0)]).se, 3)
    2.646
    """
    from scipy.special import stdtrit

    estimates, errors = np.array(found, dtype=float).T
    between = (1 + 1 / len(estimates)) * estimates.var(ddof=1)
    total = errors.mean() + between
    lost = between / total if total > 0 else 0.0
    degrees = (len(estimates) - 1) / lost**2 if lost > 0 else np.inf
    mean, se = float(estimates.mean()), float(np.sqrt(total))
    reach = float(stdtrit(min(degrees, 1e9), (1 + level) / 2)) * se
    return Pooled(mean, se, mean - reach, mean + reach, float(lost))


def can_be_drawn(people: pd.DataFrame) -> list[str]:
    """Name the columns that values can be drawn from: `LEAST` people answered, and not all the same.

    Examples
    --------
    >>> can_be_drawn(pd.DataFrame({"start": range(30), "end": [1.0] * 30}))
    ['start']
    """
    known = people.notna().sum()
    return [str(name) for name in people if known[name] >= LEAST and people[name].max() > people[name].min()]


def _check_columns(people: pd.DataFrame) -> None:
    poor = [str(name) for name in people if str(name) not in can_be_drawn(people)]
    if poor:
        raise ModelError(
            f"{', '.join(poor)}: fewer than {LEAST} people answered, or all answered the same, so that "
            "nothing can be drawn from them. Leave them out."
        )
