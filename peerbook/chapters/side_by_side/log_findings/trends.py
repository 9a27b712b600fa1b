"""Figures 4.7 and 4.8 of the log findings: peer support and outcomes by month of participation.

Each panel is an output with its own id, data and alternative text (`fig-4.7a` to `fig-4.7q`,
`fig-4.8a` to `fig-4.8g`); panels of one kind are drawn in one picture with a shared axis. The printed panels
come first; measures that `data_schema/` has and the report had not follow under the next letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side.log_findings.tables import OF_LOGS, if_narrowed
from peerbook.choices import check_between
from peerbook.disclosure import LARGEST, Counted, share_of_two
from peerbook.outputs import Output, describe, figure, formats, plots
from peerbook.published import load

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.data import SupportTypes
    from peerbook.log import Log

FURTHER = "further"
OF_PANELS = Counted(by=("month",), name="panel")


@dataclass(frozen=True)
class Panel:
    """One panel: its figure and letter, the measure, its title, and how many decimals its text gives."""

    figure: str
    letter: str
    measure: str
    title: str
    digits: int
    printed: bool

    @property
    def id(self) -> str:
        """Name of the output, such as "fig-4.7a"."""
        return f"fig-{self.figure}{self.letter}"


def support(log: Log, panels: str, months: int = 12, level: float = 0.95) -> Output | None:
    """Draw some panels of Figure 4.7 in one picture: mean use of peer support by month.

    Parameters
    ----------
    log : Log
    panels : str
        First and last letter, such as "d-e", one letter, or "further": those that the report does not have.
    months : int
        The last month of participation to show.
    level : float
        Level of the intervals.

    Returns
    -------
    Output or None
        None if there is no such panel.
    """
    drawn = _chosen(support_panels(log), panels)
    counted = "times" if any(_in_times(panel.measure) for panel in drawn) else "number"
    return _picture(log, drawn, f"Mean {counted} in the last month", months, level, shared=True, floor=0)


def outcomes(
    log: Log, panels: str, months: int = 12, level: float = 0.95, shared: bool = False
) -> Output | None:
    """Draw some panels of Figure 4.8 in one picture: mean outcomes by month.

    Parameters
    ----------
    log, panels, months, level
        As for `support`.
    shared : bool
        Whether the panels have one vertical axis, for outcomes on the same scale.

    Returns
    -------
    Output or None
        None if there is no such panel.
    """
    drawn = _chosen(outcome_panels(log), panels)
    return _picture(log, drawn, "Mean score", months, level, shared, headed=True)


def support_panels(log: Log) -> list[Panel]:
    """List the panels of Figure 4.7: every measure of support that is printed or new."""
    types = log.definitions.support_types
    times = [f"times_{kind}_{direction}" for kind, direction in types.places]
    titles = {measure: measure_title(measure, types) for measure in [*types.measures, *times]}
    return _panels("4.7", titles, digits=2)


def outcome_panels(log: Log) -> list[Panel]:
    """List the panels of Figure 4.8: every outcome."""
    scores = log.definitions.questionnaires
    return _panels("4.8", {name: scores[name].label for name in log.definitions.outcomes}, digits=1)


def _panels(figure: str, titles: dict[str, str], digits: int) -> list[Panel]:
    """Give measures their printed letters, and those that print does not know the letters after these."""
    printed = load("side_by_side", "figures").query("figure == @figure")
    letters = printed[printed["panel"] != ""].set_index("panel")["measure"]
    unused = _letters()[_letters().index(letters.index[-1]) + 1 :]
    further = [measure for measure in titles if measure not in set(printed["measure"])]
    return [
        *(Panel(figure, at, m, titles[m], digits, True) for at, m in letters.items() if m in titles),
        *(Panel(figure, at, m, titles[m], digits, False) for at, m in zip(unused, further, strict=False)),
    ]


def _letters() -> list[str]:
    """Return a, b ... z, aa, ab ... zz."""
    return [first + second for first in ("", *ascii_lowercase) for second in ascii_lowercase]


def _chosen(panels: Iterable[Panel], which: str) -> list[Panel]:
    """Pick the panels of "d-f", "g" or "further"."""
    if which == FURTHER:
        return [panel for panel in panels if not panel.printed]
    first, _, last = which.partition("-")
    wanted = _letters()[_letters().index(first) : _letters().index(last or first) + 1]
    return [panel for panel in panels if panel.letter in wanted]


def _in_times(measure: str) -> bool:
    """Say whether a measure is a number of times, not of projects or types."""
    return measure != "projects_attended" and not measure.startswith("types_")


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
    from scipy.special import stdtrit  # quantiles of t; importing scipy.stats takes seconds

    check_between("level", level, 0, 1)
    kept = _answered(logs, column, months)
    means = kept.groupby("month")[column].agg(n="count", mean="mean", sd="std").reset_index()
    reach = stdtrit((means["n"] - 1).clip(lower=1), (1 + level) / 2) * means["sd"] / means["n"] ** 0.5
    return means.assign(ci_low=means["mean"] - reach, ci_high=means["mean"] + reach).drop(columns="sd")


def _answered(logs: pd.DataFrame, column: str, months: int) -> pd.DataFrame:
    """Return month and measure of the logs up to a month that have the measure."""
    month = logs["month"].to_numpy(dtype=float, na_value=np.nan)
    values = logs[column].to_numpy(dtype=float, na_value=np.nan)
    kept = (month <= months) & ~np.isnan(values)
    return pd.DataFrame({"month": month[kept].astype(int), column: values[kept]})


def _of_two_people(logs: pd.DataFrame, column: str, months: int) -> dict[str, list[float]]:
    """Say for each month how much of all times two people gave: a mean and its n tell the sum."""
    kept = _answered(logs, column, months)
    return {LARGEST: kept.groupby("month")[column].agg(share_of_two).tolist()}


def measure_title(measure: str, support: SupportTypes) -> str:
    """Write the name of a support measure for a reader.

    Examples
    --------
    >>> from peerbook.data import load_definitions
    >>> support = load_definitions("side_by_side").support_types
    >>> measure_title("times_peer_led_given", support), measure_title("group_received", support)
    ('Peer-led or facilitated groups, giving', 'Group support, receiving')
    """
    if measure == "projects_attended":
        return "Projects attended"
    counted, direction = measure.rsplit("_", 1)
    labels = {
        "types": "Types of peer support",
        **{f"times_{kind}": label for kind, label in support.types.items()},
        **{name: f"{amount.label} support" for name, amount in support.amounts.items()},
    }
    return f"{labels[counted]}, {support.directions[direction]}"


def _picture(
    log: Log,
    panels: Sequence[Panel],
    unit: str,
    months: int,
    level: float,
    shared: bool,
    floor: float | None = None,
    headed: bool = False,
) -> Output | None:
    """Draw one panel as a figure of its own, several as panels of one picture.

    Nothing is drawn below a floor. A picture may be headed by what it shows.
    """
    if not panels:
        return None
    intervals = f"{formats.percent(100 * level, digits=0)} confidence intervals"
    means = _means_by_panel(log, panels, months, level)
    notes = partial(_about_means, rule=if_narrowed(log, OF_LOGS), floor=floor)
    draw = partial(_draw, panels=panels, unit=unit, shared=shared, floor=floor, headed=headed)
    if len(panels) == 1:
        return _panel(
            panels[0],
            means[panels[0].id],
            f"{unit.lower()} by month of participation, with {intervals}",
            notes,
            draw,
        )
    kinds = formats.words(dict.fromkeys(panel.title.split(", ")[0] for panel in panels))
    return figure(
        f"{panels[0].id}-{panels[-1].letter}",
        f"{kinds}: {unit.lower()} by month of participation, with {intervals}",
        partial(_panels_in_short, panels=panels),
        _joined(means),
        draw,
        notes=notes,
        panels=[_panel(panel, means[panel.id], "mean by month of participation", notes) for panel in panels],
        people=OF_PANELS,
    )


def _means_by_panel(log: Log, panels: Iterable[Panel], months: int, level: float) -> dict[str, pd.DataFrame]:
    return {
        panel.id: monthly_means(log.logs, panel.measure, months, level).assign(
            **_of_two_people(log.logs, panel.measure, months) if _in_times(panel.measure) else {}
        )
        for panel in panels
    }


def means_of_panels(log: Log, panels: Iterable[Panel], months: int, level: float) -> pd.DataFrame:
    """Return the monthly means of several panels, with the `panel` of each row.

    Pictures and sentences are made from the same rows, so that what is read from them cannot differ: of real
    people it is read from what is left of them.
    """
    return _joined(_means_by_panel(log, panels, months, level))


def _joined(means: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([rows.assign(panel=id) for id, rows in means.items()], ignore_index=True)


def _panel(
    panel: Panel,
    means: pd.DataFrame,
    what: str,
    notes: partial[list[str]],
    draw: partial[Figure] | None = None,
) -> Output:
    alt = partial(_panel_in_words, panel=panel)
    return figure(
        panel.id, f"{panel.title}: {what}", alt, means, draw, notes=notes, people=Counted(by=("month",))
    )


def of_panel(means: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return the rows of one panel; all of them if there is no other."""
    return means[means["panel"] == panel.id] if "panel" in means else means


def drawn_months(means: pd.DataFrame) -> pd.DataFrame:
    """Keep the months that a curve is drawn for: those with `describe.ENOUGH` people or more."""
    return means[means["n"] >= describe.ENOUGH]


def _draw(
    means: pd.DataFrame, panels: Sequence[Panel], unit: str, shared: bool, floor: float | None, headed: bool
) -> Figure:
    headline = _headline(means, panels) if headed else ""
    titled = {f"{panel.letter}. {panel.title}": drawn_months(of_panel(means, panel)) for panel in panels}
    return plots.error_bars(titled, unit, shared=shared, floor=floor, headline=headline)


def _headline(means: pd.DataFrame, panels: Sequence[Panel]) -> str:
    """Say which means of a picture clearly move."""
    return describe.headline({panel.title: describe.course(of_panel(means, panel)) for panel in panels})


def _panel_in_words(means: pd.DataFrame, panel: Panel) -> str:
    """Tell the months that are drawn."""
    drawn = drawn_months(means)
    if drawn.empty and len(means):
        return f"{panel.title}: nothing is drawn, {describe.TOO_FEW}."
    return f"{panel.title}: {describe.monthly_means(drawn, panel.digits)}"


def _panels_in_short(means: pd.DataFrame, panels: Sequence[Panel]) -> str:
    """Say where each mean starts and ends; the panel's own text says more."""
    said = [f"{len(panels)} panels of monthly means with error bars."]
    for panel in panels:
        rows = of_panel(means, panel)
        said.append(f"{panel.title}: {describe.ends(rows, panel.digits)} ({describe.course(rows).way}).")
    return " ".join(said)


def _about_means(means: pd.DataFrame, rule: Sequence[str], floor: float | None) -> list[str]:
    """Say what the picture leaves out, how far intervals are drawn, and which logs are a region's."""
    drawn = drawn_months(means)
    cut = (
        f"Drawn are the months in which {describe.ENOUGH} people or more answered; the data have the others."
    )
    clipped = "Intervals are drawn down to zero only: a count cannot be lower."
    below = floor is not None and (drawn["ci_low"] < floor).any()
    return [*([cut] if len(drawn) < len(means) else []), *([clipped] if below else []), *rule]
