"""The tables of association models: as the report prints them, and the models that it does not print."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CHANGES,
    ESTIMATED,
    MODEL,
    WHOLE,
    counted,
    printed_tables,
)
from peerbook.chapters.side_by_side.associations.words import Names, cell_title, names_of, whole_sample
from peerbook.chapters.side_by_side.log_findings.tables import OF_PAIRS
from peerbook.disclosure import MARK, Nobody
from peerbook.outputs import Output, formats, table, text

if TYPE_CHECKING:
    from peerbook.log import Log

SUPPORT = MappingProxyType(
    {
        "a4.5": "the overall use of support",
        "a4.6": "informal support",
        "a4.7": "one-to-one support and support in pairs",
        "a4.8": "group support",
        "a4.9": "online support",
    }
)
PEOPLE = MappingProxyType({"a4.10": "by characteristics of people and projects", "a4.11": "in subsamples"})
EFFECTS_IN = (
    "Effect sizes are in standard deviations of the change over all pairs of all regions, also for a "
    "subsample, a subgroup or a book of one region, so that they can be compared."
)
_NAMED = 3  # models named in a note before the rest are counted


def in_short(log: Log, results: pd.DataFrame) -> Output:
    """Say in three lines which models there are, how many are in print, and of how many something is told.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    models = results.groupby(list(MODEL), sort=False)
    counts = {
        "models": models.ngroups,
        "printed": int(models["table"].first().ne("").sum()),
        "means": len(results),
        "changed": int(results["changed"].sum()),
        "told": int(results["told"].sum()),
        "not_estimated": int((results["status"] != ESTIMATED).sum()),
    }
    words = partial(_in_short, printed=log.definitions.printed)
    return text("text-in-short-associations-tables", words, counts, people=Nobody("counts models"))


def _in_short(n: dict[str, float], printed: bool) -> str:
    lost = formats.plural(n["not_estimated"], "mean")
    held = f"These tables hold {formats.plural(n['models'], 'model')}."
    lines = [
        f"{held} The report prints {formats.count(n['printed'])} of them." if printed else held,
        f"Of {formats.plural(n['means'], 'mean change')}, {formats.count(n['changed'])} count as changed. "
        f"{formats.count(n['told'])} of these rest on enough pairs to say so in words.",
        f"{lost} could not be worked out from these data."
        if n["not_estimated"]
        else "Every mean could be worked out from these data.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def measures_table(log: Log, results: pd.DataFrame, number: str) -> Output:
    """Tables A4.5 to A4.9: adjusted mean change of every outcome, the measures side by side.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    number : str
        A key of `SUPPORT`, such as "a4.5".
    """
    names = names_of(log.definitions)

    def arrange(cells: pd.DataFrame) -> pd.DataFrame:
        blocks = {
            names.measures[measure]: _as_printed(rows, names.outcome)
            for measure, rows in cells.groupby("exposure", sort=False)
        }
        return pd.concat(blocks, axis=1)

    return table(
        f"table-{number}",
        f"Change in outcomes between two logs, by change in {SUPPORT[number]}",
        whole_sample(results, measures_in(number)),
        arrange,
        notes=lambda cells: [*notes(cells, names), *_about_effects(cells)],
        people=counted(results),
    )


def model_table(log: Log, results: pd.DataFrame, number: str) -> Output | None:
    """Tables A4.10 and A4.11: the printed subgroup models and subsamples, one below the other.

    None of data that are not the printed study's if there are no such models.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    number : {"a4.10", "a4.11"}
    """
    names = names_of(log.definitions)

    def arrange(cells: pd.DataFrame) -> pd.DataFrame:
        return _as_printed(cells, names.model_title)

    def said(cells: pd.DataFrame) -> list[str]:
        if cells.empty:
            return ["The data are of one region, so there are no subsamples."]
        return [*notes(cells, names), *_about_effects(cells), *_about_subsamples(cells)]

    caption = f"Change in outcomes between two logs, by change in support, {PEOPLE[number]}"
    cells = results[results["table"] == number.upper()]
    if cells.empty and not log.definitions.printed:
        return None
    return table(f"table-{number}", caption, cells, arrange, notes=said, people=counted(cells))


def grid_table(log: Log, results: pd.DataFrame) -> Output:
    """Table A4.12: every model that is not in print, a row per model and subgroup level, with a filter.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    names = names_of(log.definitions)

    def arrange(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
        topics = [names.topic(row) or "Whole sample" for row in cells.to_dict("records")]
        return {topic: _comparisons(rows, names) for topic, rows in cells.groupby(topics, sort=False)}

    kind = "Models that the report does not print" if log.definitions.printed else "Further models"
    return table(
        "table-a4.12",
        f"{kind}: mean change with its interval, by change in support",
        results[results["table"] == ""],
        arrange,
        choose=("Outcome", names.outcomes.values()),
        notes=lambda cells: [
            "p tests the change in support; with a characteristic, whether its levels differ.",
            *notes(cells, names),
            *_about_subsamples(cells),
        ],
        people=counted(results),
    )


def _about_subsamples(cells: pd.DataFrame) -> list[str]:
    """State by which region pairs belong to a subsample, if there is one."""
    return [OF_PAIRS] if (cells["sample"] != WHOLE).any() else []


def _about_effects(cells: pd.DataFrame) -> list[str]:
    """State what effect sizes are measured in, if there is one."""
    return [EFFECTS_IN] if cells["effect_size"].notna().any() else []


def measures_in(number: str) -> list[str]:
    """Return the support measures of a printed table.

    Examples
    --------
    >>> measures_in("a4.6")
    ['informal_given', 'informal_received']
    """
    models = [model for model, table in printed_tables().items() if table == number.upper()]
    return list(dict.fromkeys(model.exposure for model in models))


def notes(cells: pd.DataFrame, names: Names) -> list[str]:
    """Say every warning once, with the models it is about, and every reason once, with its cells.

    Those of withheld numbers are not said: that a mean is of one person alone would tell how many there are.

    Parameters
    ----------
    cells : DataFrame
        Rows from `associations`.
    names : Names
    """
    said = []
    for warning, rows in cells[~cells["warnings"].isin(["", MARK])].groupby("warnings", sort=False):
        said.append(_about([names.model_title(row) for row in rows.to_dict("records")], warning))
    sizes = cells.groupby(list(MODEL), sort=False).size()
    for reason, rows in cells[~cells["reason"].isin(["", MARK])].groupby("reason", sort=False):
        titles = []
        for model, found in rows.groupby(list(MODEL), sort=False):
            records = found.to_dict("records")
            which = "; ".join(cell_title(row) for row in records) if len(found) < sizes[model] else ""
            titles.append(names.model_title(records[0]) + (f" ({which})" if which else ""))
        said.append(_about(titles, reason))
    return said


def _about(titles: list[str], sentence: str) -> str:
    """Put the models before a sentence about them, the first few by name."""
    titles = list(dict.fromkeys(titles))
    more = [f"and {len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    return f"{'; '.join(titles[:_NAMED] + more)}: {sentence}"


def _as_printed(cells: pd.DataFrame, heading: Callable[[dict], str]) -> pd.DataFrame:
    """Arrange cells as printed: n, mean with interval, p on the first row of a model, effect size."""
    rows = cells.to_dict("records")
    sizes = [row["effect_size"] for row in rows]
    shown = {
        "n": list(cells["n"].map(formats.count)),
        "Mean change (interval)": _estimates(cells),
        "p": list(cells["p_value"].map(formats.p_value).mask(cells.duplicated(list(MODEL)), "")),
        "Effect size": ["" if formats.is_missing(size) else formats.number(size, 2) for size in sizes],
    }
    headings = [[heading(row) for row in rows], [cell_title(row) for row in rows]]
    return pd.DataFrame(shown, pd.MultiIndex.from_arrays(headings, names=["", "Change in support"]))


def _comparisons(cells: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Set the three categories of change side by side, a row per model and subgroup level."""
    records = cells.to_dict("records")
    rows = cells.assign(
        name=[names.comparison(row) for row in records],
        Outcome=[names.outcome(row) for row in records],
        estimate=_estimates(cells),
        p=cells["p_value"].map(formats.p_value),
    )
    of_change = {change: rows[rows["change"] == change].set_index(["name", "Outcome"]) for change in CHANGES}
    shown = pd.DataFrame({change.capitalize(): part["estimate"] for change, part in of_change.items()})
    shown = shown.assign(p=of_change[CHANGES[0]]["p"]).reset_index("Outcome")
    return shown.rename_axis("Change in support")


def _estimates(cells: pd.DataFrame) -> list[str]:
    """Write the mean with its interval, or why there is none."""
    return [
        formats.mean_ci(row["mean"], row["ci_low"], row["ci_high"])
        if row["status"] == ESTIMATED
        else row["status"]
        for row in cells.to_dict("records")
    ]
