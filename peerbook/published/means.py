"""Printed means with intervals beside rebuilt ones: what is read as an effect, and how wide intervals are.

Such a table has the shape "means with intervals" and a column that is `marked` only where a mean is read as
an effect; see `peerbook.published.tables`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from peerbook.audit.rounding import GUARD, half_unit
from peerbook.published.cells import PLACE, placed
from peerbook.published.tables import load, table_index
from peerbook.stats.effects import ALPHA

BOTH, ONLY_PRINT, ONLY_REBUILT, NEITHER = DECISIONS = ("both", "only print", "only rebuilt", "neither")
MARKED = "an effect size is printed"
BELOW_ALPHA = f"p is below {ALPHA}"
OFF_ZERO = "the interval leaves out zero"
BOTH_RULES = f"p is below {ALPHA} and the interval leaves out zero"
NORMAL = 1.96  # what an interval of 95% is wide of, in standard errors to each side
SLACK = 0.1  # a standard error may differ by this share of the one that print implies


def decisions(study: str | Path, rebuilt: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Say for every printed mean what print and the rebuilt table read as an effect, and by which sign.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.
    rebuilt : mapping of str to DataFrame
        Rebuilt tables by the names and columns of the printed ones. Those without a `marked` column are left
        out, and so are means that were not rebuilt.

    Returns
    -------
    DataFrame
        One row per mean and question: `table`, `row`, `column`, `question` (an effect size is printed; p is
        below 0.05; the interval leaves out zero; both of these), `in_print` and `in_rebuilt` (bool),
        `decision` (both, only print, only rebuilt or neither).
    """
    beside = _beside(study, rebuilt)
    found = []
    for question in (MARKED, BELOW_ALPHA, OFF_ZERO, BOTH_RULES):
        printed, made = (_asked(beside, question, suffix) for suffix in ("", "_rebuilt"))
        decision = np.select([printed & made, printed, made], [BOTH, ONLY_PRINT, ONLY_REBUILT], NEITHER)
        answers = {"question": question, "in_print": printed, "in_rebuilt": made, "decision": decision}
        found.append(beside[PLACE[:3]].assign(**answers))
    return pd.concat(found, ignore_index=True)


def interval_widths(study: str | Path, rebuilt: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Set the width of every printed interval, and the standard error it implies, beside the rebuilt one.

    Parameters
    ----------
    study, rebuilt
        As for `decisions`.

    Returns
    -------
    DataFrame
        One row per printed interval with limits in order: `table`, `row`, `column`, `outcome`;
        `printed_width`, `rebuilt_width` and their `ratio` (rebuilt over printed); `printed_se`, `rebuilt_se`
        (width / (2 x 1.96)); `near` (the errors differ by at most a tenth of the printed one) and `same` (the
        widths are the same to two decimals).
    """
    beside = _beside(study, rebuilt)
    widths = {f"{name}_width": beside[f"ci_high{suffix}"] - beside[f"ci_low{suffix}"]
              for name, suffix in (("printed", ""), ("rebuilt", "_rebuilt"))}  # fmt: skip
    rows = beside.assign(**widths).query("printed_width > 0 and rebuilt_width == rebuilt_width")
    rows = rows.assign(
        ratio=lambda row: row["rebuilt_width"] / row["printed_width"],
        printed_se=lambda row: row["printed_width"] / (2 * NORMAL),
        rebuilt_se=lambda row: row["rebuilt_width"] / (2 * NORMAL),
        same=lambda row: (row["rebuilt_width"] - row["printed_width"]).abs() <= half_unit(2) + GUARD,
        near=lambda row: (row["ratio"] - 1).abs() <= SLACK + GUARD,
    )
    columns = [*PLACE[:3], "outcome", *widths, "ratio", "printed_se", "rebuilt_se", "near", "same"]
    return rows[columns].reset_index(drop=True)


def _beside(study: str | Path, rebuilt: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Set the rows of the printed tables beside the rebuilt rows of the same place."""
    numbers = ["ci_low", "ci_high", "p_value"]
    found = [pd.DataFrame(columns=[*PLACE[:3], "outcome", *numbers, *(f"{n}_rebuilt" for n in numbers)])]
    found[0] = found[0].assign(mark=[], mark_rebuilt=[])
    index = table_index(study)
    for name, table in rebuilt.items():
        for mark, always in index[name].marked.items():
            made = placed(index[name], table.reset_index(drop=True)).dropna(subset=always)
            made = made.assign(mark=made[mark])[[*PLACE[:3], *numbers, "mark"]].drop_duplicates(PLACE[:3])
            printed = placed(index[name], load(study, name)).assign(mark=lambda rows, mark=mark: rows[mark])
            printed = printed[[*PLACE[:3], "outcome", *numbers, "mark"]]
            found.append(printed.merge(made, on=PLACE[:3], suffixes=("", "_rebuilt")))
    # Without the empty frame if there is any other, so that the columns keep their types.
    return pd.concat(found[1:] or found, ignore_index=True)


def _asked(beside: pd.DataFrame, question: str, suffix: str) -> pd.Series:
    """Answer a question from the printed columns, or with the suffix from the rebuilt ones."""
    below = beside[f"p_value{suffix}"] < ALPHA
    clear = (beside[f"ci_low{suffix}"] > 0) | (beside[f"ci_high{suffix}"] < 0)
    marked = beside[f"mark{suffix}"].notna()
    return {MARKED: marked, BELOW_ALPHA: below, OFF_ZERO: clear, BOTH_RULES: below & clear}[question]
