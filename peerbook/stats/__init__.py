"""The models behind the findings, for any data: arrays and frames in, tidy frames out.

`random_intercept` fits, the fit answers. Names are loaded when first used, so that importing is quick.
For a loop over arrays there are `peerbook.stats.sums` (sums per group) and `peerbook.stats.reml` (estimates
from sums, of one data set or of a stack of them).
"""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "RandomIntercept": "model",
    "random_intercept": "model",
    "Family": "family",
    "random_intercepts": "family",
    "ChainedFit": "chained",
    "chained_errors": "chained",
    "LARGE": "effects",
    "MEDIUM": "effects",
    "SMALL": "effects",
    "effect_size": "effects",
    "reading_rule": "effects",
    "size_word": "effects",
    "effective_number": "detectable",
    "simulated": "detectable",
    "smallest_difference": "detectable",
    "smallest_mean": "detectable",
    "adjust_p_values": "multiplicity",
    "family_wise": "family",
    "LEAST_RESAMPLES": "resample",
    "robust_contrasts": "robust",
    "within_between": "crosschecks",
    "within_person": "crosschecks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
