"""Figures 4.7 and 4.8 of the log findings: peer support and outcomes by month of participation.

Each panel is an output with its own id, data and alternative text (`fig-4.7a` to `fig-4.7q`,
`fig-4.8a` to `fig-4.8g`); panels of one kind are drawn in one picture with a shared axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.choices import check_between
from peerbook.outputs import Output, describe, figure, formats, plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.data import SupportTypes
    from peerbook.study import Study

# Panel of Figure 4.7 -> measure, in the order of the report.
SUPPORT = {
    "a": "projects_attended",
    "b": "types_received",
    "c": "types_given",
    "d": "times_informal_received",
    "e": "times_informal_given",
    "f": "times_one_to_one_received",
    "g": "times_one_to_one_given",
    "h": "times_pairs_received",
    "i": "times_pairs_given",
    "j": "times_groups_received",
    "k": "times_groups_given",
    "l": "times_peer_led_received",
    "m": "times_peer_led_given",
    "n": "times_networks_received",
    "o": "times_networks_given",
    "p": "times_elefriends_received",
    "q": "times_elefriends_given",
}
# Panel of Figure 4.8 -> outcome.
OUTCOMES = {
    "a": "wellbeing",
    "b": "hope",
    "c": "self_efficacy",
    "d": "family",
    "e": "friends",
    "f": "neighbours",
    "g": "health",
}


@dataclass(frozen=True)
class Trend:
    """One panel: a measure's monthly means, and how many decimals its text gives."""

    id: str
    title: str
    means: pd.DataFrame
    digits: int


def support(study: Study, panels: str, months: int = 12, level: float = 0.95) -> Output:
    """Draw some panels of Figure 4.7 in one picture: mean use of peer support by month.

    Parameters
    ----------
    study : Study
    panels : str
        First and last letter, such as "d-e".
    months : int
        The last month of participation to show.
    level : float
        Level of the intervals.
    """
    measures = {letter: SUPPORT[letter] for letter in _letters(panels)}
    trends = [
        Trend(
            f"fig-4.7{letter}",
            measure_title(measure, study.definitions.support_types),
            monthly_means(study.logs, measure, months, level),
            2,
        )
        for letter, measure in measures.items()
    ]
    counted = "times" if any(measure.startswith("times_") for measure in measures.values()) else "number"
    return _picture(f"fig-4.7{panels}", trends, f"Mean {counted} in the last month", level, shared=True)


def outcomes(
    study: Study, panels: str, months: int = 12, level: float = 0.95, shared: bool = False
) -> Output:
    """Draw some panels of Figure 4.8 in one picture: mean outcomes by month.

    Parameters
    ----------
    study, panels, months, level
        As for `support`; `panels` may be one letter.
    shared : bool
        Whether the panels have one vertical axis, for outcomes on the same scale.
    """
    labels = {name: questionnaire.label for name, questionnaire in study.definitions.questionnaires.items()}
    measures = {letter: OUTCOMES[letter] for letter in _letters(panels)}
    trends = [
        Trend(f"fig-4.8{letter}", labels[measure], monthly_means(study.logs, measure, months, level), 1)
        for letter, measure in measures.items()
    ]
    return _picture(f"fig-4.8{panels}", trends, "Mean score", level, shared)


def monthly_means(logs: pd.DataFrame, column: str, months: int = 12, level: float = 0.95) -> pd.DataFrame:
    """Return the mean of a measure by month of participation, with its t interval.

    A person has one log a month, so people are independent within a month:
    mean -/+ t(n - 1) x SD / sqrt(n).

    Parameters
    ----------
    logs : DataFrame
        One row per log, with `month`.
    column : str
    months : int
        The last month to keep.
    level : float

    Returns
    -------
    DataFrame
        `month`, `n` (people who answered), `mean`, `ci_low`, `ci_high`; months in which nobody answered are
        left out, and a month with one person has no interval.

    Raises
    ------
    ParameterError
        If the level does not lie between 0 and 1.

    Examples
    --------
    >>> logs = pd.DataFrame({"month": [1, 1, 2], "hope": [30.0, 34.0, 31.0]})
    >>> monthly_means(logs, "hope").round(1).to_dict("list")["ci_low"]
    [6.6, nan]
    """
    from scipy.stats import t

    check_between("level", level, 0, 1)
    kept = logs.loc[logs["month"] <= months, ["month", column]].dropna().astype({"month": int, column: float})
    means = kept.groupby("month")[column].agg(n="count", mean="mean", sd="std").reset_index()
    reach = t.ppf((1 + level) / 2, (means["n"] - 1).clip(lower=1)) * means["sd"] / means["n"] ** 0.5
    return means.assign(ci_low=means["mean"] - reach, ci_high=means["mean"] + reach).drop(columns="sd")


def measure_title(measure: str, support: SupportTypes) -> str:
    """Write the name of a support measure for a reader.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> measure_title("times_peer_led_given", load_definitions("side_by_side").support_types)
    'Peer-led or facilitated groups, giving'
    """
    if measure == "projects_attended":
        return "Projects attended"
    kind, direction = measure.removeprefix("times_").rsplit("_", 1)
    label = support.types[kind] if measure.startswith("times_") else "Types of peer support"
    return f"{label}, {support.directions[direction]}"


def _picture(id: str, trends: list[Trend], unit: str, level: float, shared: bool) -> Output:
    """Draw one trend as a figure of its own, several as panels of one picture."""
    intervals = f"{formats.percent(100 * level, digits=0)} confidence intervals"

    def draw() -> Figure:
        titled = {f"{trend.id[-1]}. {trend.title}": trend.means for trend in trends}
        return plots.error_bars(titled, unit, shared=shared)

    if len(trends) == 1:
        return _panel(trends[0], f"{unit.lower()} by month of participation, with {intervals}", draw)
    panels = [_panel(trend, "mean by month of participation") for trend in trends]
    kinds = formats.words(dict.fromkeys(trend.title.split(", ")[0] for trend in trends))
    return figure(
        id,
        f"{kinds}: {unit.lower()} by month of participation, with {intervals}",
        f"{len(panels)} panels of monthly means with error bars. {' '.join(map(_in_short, trends))}",
        pd.concat([panel.data.assign(panel=panel.id) for panel in panels], ignore_index=True),
        draw,
        notes=dict.fromkeys(note for panel in panels for note in panel.notes),
        panels=panels,
    )


def _in_short(trend: Trend) -> str:
    """Say where a trend starts and ends; the panel's own text says more."""
    moved = describe.direction(trend.means)
    return f"{trend.title}: {describe.ends(trend.means, trend.digits)}{moved and f' ({moved})'}."


def _panel(trend: Trend, what: str, draw: Callable[[], Figure] | None = None) -> Output:
    shows = f"{trend.title}: {describe.monthly_means(trend.means, trend.digits)}"
    return figure(
        trend.id, f"{trend.title}: {what}", shows, trend.means, draw, notes=_thin_months(trend.means)
    )


def _thin_months(means: pd.DataFrame) -> list[str]:
    """Say what the picture does with months of few people."""
    few, one = (means["n"] < plots.FEW).any(), (means["n"] < 2).any()
    cut = f"Intervals of fewer than {plots.FEW} people may run off the picture; the data have the limits."
    hollow = "A hollow marker is the answer of one person, which has no interval."
    return [note for note, applies in ((cut, few), (hollow, one)) if applies]


def _letters(panels: str) -> list[str]:
    """Spell out "d-f" as d, e, f."""
    return [chr(code) for code in range(ord(panels[0]), ord(panels[-1]) + 1)]
