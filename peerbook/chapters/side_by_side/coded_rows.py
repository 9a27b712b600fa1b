"""What the qualitative chapters share: their rows, which of them are counted, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.choices import check_one_of
from peerbook.coding import Material
from peerbook.coding.codings import codings
from peerbook.coding.material import TABLES
from peerbook.data.codes import VALUES
from peerbook.disclosure import Cell, Counted
from peerbook.evidence.register import rows_by_origin
from peerbook.outputs import Output, formats, label
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.study import Study

# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
INTERVIEWED = "people interviewed"
FROM = "Peer support approach recruited from"
CORE_VALUES = "core_values"  # the codebook of Chapter 6
APPROACHES: Mapping[str, str] = MappingProxyType(
    {"group": "Group", "one_to_one": "One to one", "online": "Online"}
)
WHICH: Mapping[str, str] = MappingProxyType(
    {
        "quoted": "Only segments that the report quotes are counted: a small, chosen part of what was coded.",
        "all": "All coded segments are counted, quoted or not.",
    }
)
# Of tables with the same rows, the one that shows them.
ORIGINS: Mapping[str, str] = MappingProxyType({"all": "table-5.10", "one region": "table-6.15"})
JUDGED = "Inferred or proposed: judged"
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "derived": "Derived: worked out from printed marks",
        "inferred": JUDGED,
        "proposed": JUDGED,
        "synthetic": "Synthetic: made up",
    }
)
SPEAKS_OF = (
    "A segment speaks of a value or decision if it supports it; a person or project does if one of their "
    "segments does. What tells of a difficulty with it is counted apart."
)  # in the words of peerbook.coding.codings, for the notes of every table and figure that counts so


def material_of(study: Study) -> Material:
    """Return the coded material of a study, in its region."""
    return study.once(_material)


def _material(study: Study) -> Material:
    return Material.of(study.coding, study.region, study.definitions.codes)


def which_segments(study: Study, segments: str) -> str:
    """Return which segments are counted: a study without a printed report counts all."""
    check_one_of("segments", segments, WHICH)
    return segments if study.definitions.printed else "all"


def approaches_of(material: Material) -> dict[str, str]:
    """Return the names for readers of approaches that are told apart; not of those that count as another."""
    defined = material.defined
    return {name: label for name, label in defined.approaches.items() if name not in defined.counted_as}


def said_of_segments(study: Study, segments: str) -> list[str]:
    """Say which segments are counted; of a study without a printed report there is nothing to choose."""
    return [WHICH[segments]] if study.definitions.printed else []


def labels_of(material: Material) -> pd.Series:
    """Return the label of every code of every codebook."""
    return material.codebooks.drop_duplicates("code_id").set_index("code_id")["label"]


def core_value_codings(material: Material, segments: str) -> pd.DataFrame:
    """Return the codings with core values and key decisions that are to be counted.

    Parameters
    ----------
    material : Material
    segments : {"quoted", "all"}
        The segments that the report quotes, or all.

    Returns
    -------
    DataFrame
        As from `peerbook.coding.codings.codings`.

    Raises
    ------
    ParameterError
        If `segments` is not "quoted" or "all".
    """
    check_one_of("segments", segments, WHICH)
    return codings(material, material.book(VALUES), only_quoted=segments == "quoted")


def speaking(segments: str) -> str:
    """Name what counts of those who speak of a value or decision count, but for the unit and the value."""
    return f"speak of a value ({segments} segments)"


def everyone_interviewed(row: Mapping[str, object]) -> Cell:
    """Return what the number of all people interviewed counts, whatever else the row is about."""
    return Cell(INTERVIEWED, alone=True)


def wide(data: pd.DataFrame, rows: str | list[str], columns: str, values: str | list[str]) -> pd.DataFrame:
    """Lay tidy rows out as a table; its rows and columns stay in the order in which they first come.

    Parameters
    ----------
    data : DataFrame
        One row per cell.
    rows, columns : str or list of str
        What heads the rows and the columns.
    values : str or list of str
        What the cells hold; of several, each column heading spans them all.

    Examples
    --------
    >>> wide(pd.DataFrame({"hub": ["b", "a"], "code": "hope", "n": [1, 2]}), "code", "hub", "n").to_dict()
    {'b': {'hope': 1}, 'a': {'hope': 2}}
    """
    laid = data.pivot(index=rows, columns=columns, values=values)  # noqa: PD010 nothing is aggregated
    laid = laid.swaplevel(axis=1) if isinstance(values, list) else laid
    named = [rows] if isinstance(rows, str) else rows
    order = pd.MultiIndex.from_frame(data[named]).unique() if len(named) > 1 else data[rows].unique()
    return laid.reindex(index=order).reindex(columns=data[columns].unique(), level=0)


def with_interval(data: pd.DataFrame, name: str) -> list[str]:
    """Write a coefficient of agreement with its interval, for each row of `intercoder_agreement`."""
    columns = data[[name, f"{name}_low", f"{name}_high"]].itertuples(index=False, name=None)
    return [
        formats.mean_ci(*numbers) if sources else "not computable"
        for numbers, sources in zip(columns, data["sources"], strict=True)
    ]


def row_origins(study: Study, id: str) -> Output:
    """Say how many rows of each table were collected, printed, derived from print, judged or made up.

    Several chapters rest on the same rows. The first of them shows the table; the others say which table it
    is, and have the numbers to download.

    Parameters
    ----------
    study : Study
    id : str
        Id of the table, such as "table-5.10".
    """
    material = material_of(study)
    everywhere = study.region == "all" and bool(material.defined.consultation)
    shown_in = ORIGINS["all" if everywhere else "one region"]
    rows = rows_by_origin({name.replace("_", " "): getattr(material, name) for name in TABLES})
    if not study.definitions.printed:
        rows = rows[[name for name in rows if name == "table" or rows[name].sum()]]
    return folded(
        id,
        pages.added("Where the rows of the coded material come from", study.definitions.printed),
        rows.melt("table", var_name="status", value_name="rows"),
        _by_status if id == shown_in else pages.not_again,
        notes=partial(_how_rows_came_about, id=id, shown_in=shown_in, printed=study.definitions.printed),
        people=Counted("rows of the coded material", ("rows",), ("table", "status")),
    )


def _by_status(data: pd.DataFrame) -> pd.DataFrame:
    return wide(data, "table", "status", "rows")


def _how_rows_came_about(data: pd.DataFrame, id: str, shown_in: str, printed: bool) -> list[str]:
    made_up = data.loc[data["status"] == "synthetic", "rows"].sum(skipna=False)
    known = list(data["status"]) if not printed else [*STATUSES]
    said = dict.fromkeys(STATUSES[name] for name in STATUSES if name in known)
    notes = [f"{'. '.join(said)}."] if said else []
    if id != shown_in:
        notes = [f"{label(id)} is {label(shown_in)} once more, so it is not shown again."]
    if printed and made_up and not formats.is_missing(made_up):
        notes.append(
            f"{formats.plural(made_up, 'row')} had to be made up for the printed counts to come out. Where a "
            "table of this chapter agrees with print, the counting rules recover what was put in: that is no "
            "evidence for the finding."
        )
    return notes
