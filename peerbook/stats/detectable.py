"""The smallest change that repeated rows of the same people can show: by formula and by simulation.

Both answer one question: how large must a change be, in standard deviations, for a test at a significance
level to find it with a given power? The formula shrinks the rows to an effective number,

    effective = sum over groups of n / (1 + (n - 1) rho)

with rho the intraclass correlation (Kish 1965, Survey Sampling, section 5.4), and takes these for independent
rows of a t test. It knows nothing of how categories lie within groups. The simulation draws outcomes with
that rho for the very rows, fits the random-intercept model to each and looks at its tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from peerbook.errors import ModelError
from peerbook.stats.family import random_intercepts

LEAST_ROWS = 3  # effective rows, below which no t test is left
LEAST_SIMULATIONS = 20
HIGHEST = 30.0  # standard deviations: three rows show this
BATCH = 100  # outcomes in a frame at a time


def effective_number(sizes: Sequence[int], correlation: float) -> float:
    """Return how many independent rows tell as much as the rows of groups.

    Parameters
    ----------
    sizes : sequence of int
        Rows of each group.
    correlation : float
        Intraclass correlation, from 0 to 1.

    Examples
    --------
    >>> effective_number([2, 2], 0.0), effective_number([2, 2], 1.0)
    (4.0, 2.0)
    """
    n = np.asarray(sizes, dtype=float)
    return float((n / (1 + (n - 1) * correlation)).sum())


def smallest_mean(rows: float, significance: float = 0.05, power: float = 0.8) -> float:
    """Return the smallest mean, in standard deviations, that a t test of so many rows shows, two-sided.

    Missing below three rows.

    Examples
    --------
    >>> round(smallest_mean(34), 3)
    0.495
    """
    from statsmodels.stats.power import TTestPower

    if not rows >= LEAST_ROWS:
        return math.nan
    return _solved(lambda effect: TTestPower().power(effect, rows, significance), power)


def smallest_difference(first: float, second: float, significance: float = 0.05, power: float = 0.8) -> float:
    """Return the smallest difference of two means, in standard deviations, that a t test shows, two-sided.

    Parameters
    ----------
    first, second : float
        Independent rows of each. Missing if either is below three.

    Examples
    --------
    >>> round(smallest_difference(64, 64), 2)
    0.5
    """
    from statsmodels.stats.power import TTestIndPower

    if not min(first, second) >= LEAST_ROWS:
        return math.nan
    return _solved(lambda effect: TTestIndPower().power(effect, first, significance, second / first), power)


def _solved(power_of: Callable[[float], float], power: float) -> float:
    """Find the effect with a power, or nothing; statsmodels' own search does not always end.

    The noncentral t distribution cannot be computed for very large effects, whose power is 1.
    """
    from scipy.optimize import brentq

    def above(effect: float) -> float:
        return float(np.nan_to_num(power_of(effect), nan=1.0)) - power

    return float(brentq(above, 0.0, HIGHEST)) if above(0.0) < 0 < above(HIGHEST) else math.nan


def simulated(
    rows: pd.DataFrame,
    group: str,
    correlation: float,
    between: tuple[str, str, str] | None = None,
    *,
    simulations: int = 100,
    seed: int = 1,
    significance: float = 0.05,
    power: float = 0.8,
) -> float:
    """Return the smallest change that the model shows in rows like these, in standard deviations.

    Parameters
    ----------
    rows : DataFrame
        One row per observation, with the column of the groups and, for a difference, that of the factor.
    group : str
    correlation : float
        Intraclass correlation of the outcomes that are drawn; their variance is 1.
    between : tuple of str, optional
        A factor and two of its levels: the change is the difference of their means. By default it is the
        mean of all rows.
    simulations : int
        Outcomes drawn. Each is used with both its signs.
    seed : int
    significance, power : float

    Returns
    -------
    float
        Missing if the model cannot be fitted to half of the outcomes.

    Raises
    ------
    ModelError
        If there are fewer than `LEAST_SIMULATIONS`.

    Notes
    -----
    To add a change to an outcome moves the estimate by as much and leaves its standard error. So an outcome
    with estimate b and standard error s shows every change above t s - b, with t the quantile at its degrees
    of freedom, and the change that a share of all outcomes shows is a quantile of these. A test that is
    significant in the wrong direction is not counted.
    """
    if simulations < LEAST_SIMULATIONS:
        raise ModelError(
            f"{simulations} simulations were asked for; use at least {LEAST_SIMULATIONS}, and 1,000 for "
            "print."
        )
    factor = between[0] if between else ""
    kept = rows[[group, *([factor] if factor else [])]].dropna().reset_index(drop=True)
    codes, people = pd.factorize(kept[group])
    random = np.random.default_rng(seed)
    limits = []
    for start in range(0, simulations, BATCH):
        n = min(BATCH, simulations - start)
        common = random.standard_normal((len(people), n))[codes]
        own = random.standard_normal((len(kept), n))
        drawn = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
        limits += _limits(kept, group, drawn, between, significance)
    if len(limits) < simulations:  # each outcome gives two, so that half of them are missing
        return math.nan
    return float(np.quantile(limits, power))


def _limits(
    kept: pd.DataFrame,
    group: str,
    drawn: np.ndarray,
    between: tuple[str, str, str] | None,
    significance: float,
) -> list[float]:
    """Return the change above which each outcome, and its mirror image, is significant."""
    from scipy.special import stdtrit

    names = [f"outcome_{place}" for place in range(drawn.shape[1])]
    frame = pd.concat([kept, pd.DataFrame(drawn, columns=names)], axis=1)
    term = between[0] if between else "1"
    family = random_intercepts({name: f"{name} ~ {term}" for name in names}, frame, group)
    found = [_tested(fit, between) for fit in family.values()]
    told = pd.DataFrame(found, columns=["estimate", "se", "df"], dtype=float).dropna()
    reach = stdtrit(told["df"], 1 - significance / 2) * told["se"]
    return [*(reach - told["estimate"]), *(reach + told["estimate"])]


def _tested(fit: object, between: tuple[str, str, str] | None) -> tuple[float, float, float]:
    """Return estimate, standard error and degrees of freedom of what is asked."""
    if between is None:
        row = fit.fixed_effects().iloc[0]
    else:
        factor, one, other = between
        told = fit.contrasts(factor)
        wanted = told["contrast"].isin([f"{one} - {other}", f"{other} - {one}"])
        if not wanted.any():
            return math.nan, math.nan, math.nan
        row = told[wanted].iloc[0]
    return row["estimate"], row["se"], row["df"]
