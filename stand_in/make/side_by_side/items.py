"""Questionnaire answers that add up to the scores wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stand_in.make.side_by_side import printed

LOAD = np.array([0.7, 0.45, 0.95, 0.9, 1.25])  # how strongly illness shows in each health dimension
BLANK = 0.004  # of the health state answers
SPREAD = 0.22  # how far answers to one questionnaire stray from their mean, as a share of the range


def item_answers(rng: np.random.Generator, scores: pd.DataFrame, spoilt: pd.DataFrame) -> pd.DataFrame:
    """Turn scores into item answers.

    Parameters
    ----------
    rng : Generator
    scores : DataFrame
        One column per outcome, whole numbers, NaN where there is no score.
    spoilt : DataFrame of bool
        For some outcomes, logs without a score for want of a single answer; the others are blank.

    Returns
    -------
    DataFrame
        One column per item, reversed items as ticked on the form; NaN where blank.
    """
    columns = {}
    for outcome, questionnaire in printed.definitions().questionnaires.items():
        if outcome not in scores:
            continue
        totals, items = scores[outcome].to_numpy(), len(questionnaire.items)
        almost = spoilt[outcome].to_numpy() if outcome in spoilt else np.zeros(len(totals), dtype=bool)
        totals = np.where(almost, np.rint(np.nanmean(totals)), totals)
        answers = answers_for(rng, totals, items, questionnaire.range)
        answers[np.flatnonzero(almost), rng.integers(0, items, almost.sum())] = np.nan
        for place, item in enumerate(questionnaire.items):
            turned = item in questionnaire.reversed
            columns[item] = sum(questionnaire.range) - answers[:, place] if turned else answers[:, place]
    return pd.DataFrame(columns, index=scores.index)


def answers_for(
    rng: np.random.Generator, totals: np.ndarray, items: int, limits: tuple[int, int]
) -> np.ndarray:
    """Spread totals over items that share one factor.

    Each item is the person's mean plus its own shift and noise; answers that miss the total move, the one
    furthest from its wish first.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers_for(rng, np.array([20.0, 7.0]), 7, (1, 5)).sum(axis=1).tolist()
    [20.0, 7.0]
    """
    low, high = limits
    known = ~np.isnan(totals)
    wish = (
        (totals / items)[:, None]
        + rng.normal(0, SPREAD, items)
        + rng.normal(0, SPREAD * (high - low) * 0.6, (len(totals), items))
    )
    answers = np.clip(np.rint(wish), low, high)
    while True:
        short = np.where(known, totals - np.nan_to_num(answers.sum(axis=1)), 0.0)
        rows = np.flatnonzero(short)
        if not len(rows):
            return np.where(known[:, None], answers, np.nan)
        step = np.sign(short[rows])[:, None]
        room = (answers[rows] + step >= low) & (answers[rows] + step <= high)
        gain = np.where(room, (wish[rows] - answers[rows]) * step, -np.inf)
        place = gain.argmax(axis=1)
        answers[rows, place] += step[:, 0]


def health_states(rng: np.random.Generator, health: np.ndarray) -> pd.DataFrame:
    """Return EQ-5D-3L levels that go with health today (1 to 10); a few answers are left blank."""
    illness = (10 - np.nan_to_num(health, nan=5.5)) / 9
    severity = illness[:, None] * LOAD + rng.normal(0, 0.25, (len(health), len(LOAD)))
    levels = 1.0 + (severity > 0.45) + (severity > 1.05)
    levels[rng.random(levels.shape) < BLANK] = np.nan
    return pd.DataFrame(levels, columns=list(printed.definitions().questionnaires["eq5d_index"].items))
