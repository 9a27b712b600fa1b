"""The tables of association models: as the report prints them, and the models that it does not print."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from peerbook.chapters.side_by_side.associations import words
from peerbook.chapters.side_by_side.associations.grid import (
    CHANGES,
    ESTIMATED,
    MODEL,
    OUTCOMES,
    OVERALL_MEASURES,
    WHOLE,
)
from peerbook.outputs import Output, formats, table

MEASURES = MappingProxyType(
    {
        "a4.5": ("the overall use of support", OVERALL_MEASURES),
        "a4.6": ("informal support", ("informal_given", "informal_received")),
        "a4.7": ("one-to-one support and support in pairs", ("one_to_one_given", "one_to_one_received")),
        "a4.8": ("group support", ("group_given", "group_received")),
        "a4.9": ("online support", ("online_given", "online_received")),
    }
)
_NAMED = 3  # models named in a note before the rest are counted


def measures_table(results: pd.DataFrame, number: str) -> Output:
    """Tables A4.5 to A4.9: adjusted mean change of every outcome, the measures side by side.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    number : str
        A key of `MEASURES`, such as "a4.5".
    """
    topic, measures = MEASURES[number]
    cells = whole_sample(results, measures)
    blocks = {
        words.measure_labels()[name]: _as_printed(cells[cells["exposure"] == name], words.outcome_of)
        for name in measures
    }
    caption = f"Change in outcomes between two logs, by change in {topic}"
    return table(f"table-{number}", caption, cells, shown=pd.concat(blocks, axis=1), notes=notes(cells))


def model_table(results: pd.DataFrame, number: str) -> Output:
    """Tables A4.10 and A4.11: the printed subgroup models and subsamples, one below the other.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    number : {"a4.10", "a4.11"}
    """
    what = {"a4.10": "by characteristics of people and projects", "a4.11": "in subsamples"}[number]
    cells = results[results["table"] == number.upper()]
    blocks = [_as_printed(rows, words.model_title) for _, rows in cells.groupby(list(MODEL), sort=False)]
    caption = f"Change in outcomes between two logs, by change in support, {what}"
    empty = ["The data are of one region, so there are no subsamples."]
    shown = pd.concat(blocks) if blocks else None
    return table(f"table-{number}", caption, cells, shown=shown, notes=notes(cells) if blocks else empty)


def grid_table(results: pd.DataFrame) -> Output:
    """Table A4.12: every model that is not in print, a row per model and subgroup level, with a filter.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    """
    cells = results[results["table"] == ""]
    topics = [words.topic(row) for row in cells.to_dict("records")]
    sections = {topic: _comparisons(rows) for topic, rows in cells.groupby(topics, sort=False)}
    outcomes = [words.outcome_labels()[name] for name in OUTCOMES]
    return table(
        "table-a4.12",
        "Models that the report does not print: mean change with its interval, by change in support",
        cells,
        lambda _: sections,
        choose=("Outcome", outcomes),
        notes=[
            "p tests the change in support; with a characteristic, whether its levels differ.",
            *notes(cells),
        ],
    )


def _comparisons(cells: pd.DataFrame) -> pd.DataFrame:
    """Set the three categories of change side by side, a row per model and subgroup level."""
    records = cells.to_dict("records")
    rows = cells.assign(
        name=[words.comparison(row) for row in records],
        Outcome=[words.outcome_of(row) for row in records],
        estimate=_estimates(cells),
        p=cells["p_value"].map(formats.p_value),
    )
    first, *_ = of_change = [
        rows[rows["change"] == change].set_index(["name", "Outcome"]) for change in CHANGES
    ]
    columns = {name.capitalize(): part["estimate"] for name, part in zip(CHANGES, of_change, strict=True)}
    shown = pd.DataFrame(columns).assign(p=first["p"]).reset_index("Outcome")
    return shown.rename_axis("Change in support")


def whole_sample(results: pd.DataFrame, measures: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the whole-sample models without a characteristic, of some measures or of all.

    Parameters
    ----------
    results : DataFrame
        From `associations`.
    measures : tuple of str
    """
    cells = results[(results["sample"] == WHOLE) & (results["subgroup_variable"] == "")]
    return cells[cells["exposure"].isin(measures)] if measures else cells


def notes(cells: pd.DataFrame) -> list[str]:
    """Say every warning once, with the models it is about.

    Parameters
    ----------
    cells : DataFrame
        Rows from `associations`.
    """
    said = []
    for warning, rows in cells[cells["warnings"] != ""].groupby("warnings", sort=False):
        titles = list(dict.fromkeys(words.model_title(row) for row in rows.to_dict("records")))
        more = [f"and {len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
        said.append(f"{'; '.join(titles[:_NAMED] + more)}: {warning}")
    return said


def _as_printed(cells: pd.DataFrame, heading: Callable[[dict], str]) -> pd.DataFrame:
    """Arrange cells as printed: n, mean with interval, p on the first row of a model, effect size."""
    rows = cells.to_dict("records")
    names = [words.cell_title(row) for row in rows]
    sizes = [row["effect_size"] for row in rows]
    shown = {
        "n": list(cells["n"].map(formats.count)),
        "Mean change (interval)": _estimates(cells),
        "p": list(cells["p_value"].map(formats.p_value).mask(cells.duplicated(list(MODEL)), "")),
        "Effect size": ["" if formats.is_missing(size) else formats.number(size, 2) for size in sizes],
    }
    headings = [heading(row) for row in rows]
    return pd.DataFrame(
        shown, index=pd.MultiIndex.from_arrays([headings, names], names=["", "Change in support"])
    )


def _estimates(cells: pd.DataFrame) -> list[str]:
    """Write the mean with its interval, or why there is none."""
    return [
        formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
        if row["status"] == ESTIMATED
        else row["status"]
        for row in cells.to_dict("records")
    ]
