"""How large a change is, in words, and when it counts as a change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from peerbook.errors import ModelError

SMALL, MEDIUM, LARGE = 0.2, 0.5, 0.8  # Cohen (1992), Psychol Bull 112:155, as the report applies them
ALPHA = 0.05


def effect_size(mean: ArrayLike, sd_of_change: ArrayLike) -> ArrayLike:
    """Standardise a mean response: a mean change divided by the standard deviation of the changes.

    Parameters
    ----------
    mean : float, array or Series
        Mean change, in points of the scale.
    sd_of_change : float, array or Series
        Standard deviation of the change over the whole sample, in the same points.

    Raises
    ------
    ModelError
        A standard deviation is zero or negative.

    Notes
    -----
    Log specification, section 4 (report, chapter 3, on the interpretation of the models).

    Examples
    --------
    >>> effect_size(1.06, 4.24)
    0.25
    """
    if np.any(np.asarray(sd_of_change, dtype=float) <= 0):
        raise ModelError(f"The standard deviation of change is {sd_of_change}; it must be above 0.")
    return mean / sd_of_change


def size_word(effect: float) -> str:
    """Say how large an effect is, whichever its direction.

    Trivial below `SMALL`, small from there to below `MEDIUM`, medium from there to `LARGE`, large above it;
    empty for a missing effect.

    Examples
    --------
    >>> [size_word(effect) for effect in (0.19, -0.2, 0.5, 0.8, 0.81)]
    ['trivial', 'small', 'medium', 'medium', 'large']
    """
    size = abs(effect)
    if np.isnan(size):
        return ""
    if size > LARGE:
        return "large"
    words = ("trivial", "small", "medium")
    return words[int(size >= SMALL) + int(size >= MEDIUM)]


def reading_rule(
    means: pd.DataFrame, p_value: ArrayLike, sd_of_change: ArrayLike, alpha: float = ALPHA
) -> pd.DataFrame:
    """Apply the report's rule to marginal means: which categories count as changed, and by how much.

    A category counts as changed when the test of the categories has a p value below `alpha` *and* its
    confidence interval leaves out zero. Only then does it get an effect size.

    Parameters
    ----------
    means : DataFrame
        Marginal means with columns `mean`, `ci_low` and `ci_high`; not changed.
    p_value : float or Series
        Of the F test, for all rows or for each.
    sd_of_change : float or Series
        Standard deviation of the change in the outcome over all pairs.
    alpha : float
        Level of the test.

    Returns
    -------
    DataFrame
        `means` with `changed` (bool), `effect_size` (missing unless changed) and `size` (a word, or empty).

    Notes
    -----
    Log specification, section 4 (report, chapter 4, how the associations are read).

    Examples
    --------
    >>> means = pd.DataFrame({"mean": [-0.4, 1.2], "ci_low": [-1.0, 0.5], "ci_high": [0.2, 1.9]})
    >>> reading_rule(means, p_value=0.01, sd_of_change=4.0)[["changed", "size"]].to_dict("list")
    {'changed': [False, True], 'size': ['', 'small']}
    """
    apart = (means["ci_low"] > 0) | (means["ci_high"] < 0)
    changed = apart & (np.asarray(p_value) < alpha)
    effect = effect_size(means["mean"], sd_of_change).where(changed)
    return means.assign(changed=changed, effect_size=effect, size=effect.map(size_word))
