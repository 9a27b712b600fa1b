"""A study's log, ready for the chapters: cleaned, scored, paired, with the choices made on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.data import Definitions
from peerbook.log.cleaning import clean, flag_registered
from peerbook.log.counting import flow
from peerbook.log.pairing import pairs
from peerbook.log.scoring import score
from peerbook.study import ALL_REGIONS, Study, of_region, open_study

if TYPE_CHECKING:
    from peerbook.outputs import Output


@dataclass(frozen=True)
class Log:
    """The log of a study, narrowed to its region.

    Attributes
    ----------
    study : Study
        The raw tables it was made from.
    registrations, projects : DataFrame
        One row per registered person, and per project.
    logs : DataFrame
        One row per cleaned and scored log, sorted by person and date.
    pairs : DataFrame
        One row per pair of consecutive logs of a person.
    issues : DataFrame
        One row per cleaning action.
    flow : Series of int
        People, logs and pairs at each step.
    choices : mapping of str to str
        The choices the log was opened with.
    """

    study: Study
    registrations: pd.DataFrame = field(repr=False)
    projects: pd.DataFrame = field(repr=False)
    logs: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    issues: pd.DataFrame = field(repr=False)
    flow: pd.Series = field(repr=False)
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def definitions(self) -> Definitions:
        """What `data_schema/` says."""
        return self.study.definitions

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The typed raw tables of the whole folder."""
        return self.study.tables

    @property
    def region(self) -> str:
        """The region it is narrowed to, or "all"."""
        return self.study.region

    @property
    def synthetic(self) -> bool:
        """Whether its data are declared synthetic."""
        return self.study.synthetic

    def shelf(self, folder: str | Path = "") -> Callable[[Output | None], Output | None]:
        """Return the function that a notebook shows outputs with; see `Study.shelf`."""
        return self.study.shelf(folder)

    def _repr_html_(self) -> str:
        from peerbook.outputs import formats, notices

        where = "all regions" if self.region == ALL_REGIONS else self.region
        counts = [
            formats.plural(self.flow["people"], "person", "people"),
            formats.plural(self.flow["logs"], "log"),
            formats.plural(self.flow["pairs"], "pair"),
        ]
        notice = notices.notice_of(self.synthetic)
        return f"{notice}<p>Peer support log, {escape(where)}: {', '.join(counts)}.</p>"


def open_log(
    folder: str | Path = "",
    study: str | Path = "",
    region: str = ALL_REGIONS,
    scale: str = "raw",
    missing_items: str = "complete",
) -> Log:
    """Read a raw folder, clean, score and pair its logs.

    Parameters
    ----------
    folder, study, region
        As for `peerbook.open_study`. Of a region are the people registered there and the logs sent in from
        there.
    scale : {"raw", "metric"}
        Scale of the scores that have a metric one.
    missing_items : {"complete", "prorated"}
        Whether a score needs all its items.

    Raises
    ------
    DataError
        If the folder has errors; the message is the whole validation report.
    ParameterError
        If a study, a region or a choice is unknown.

    Examples
    --------
    >>> log = open_log("exports/2026", region="North")  # doctest: +SKIP
    >>> log.flow["pairs"]  # doctest: +SKIP
    """
    return log_of(open_study(folder, study, region), scale, missing_items)


def log_of(study: Study, scale: str = "raw", missing_items: str = "complete") -> Log:
    """Clean, score and pair the logs of an open study; the choices are those of `open_log`."""
    definitions = study.definitions
    cleaned = clean(study.tables, definitions)
    logs = score(cleaned.data, definitions, scale, missing_items)
    raw_logs = flag_registered(study.table("logs"), study.tables["registrations"]["person_id"]).data
    here = {
        "registrations": study.table("registrations"),
        "projects": study.table("projects"),
        "logs": of_region(logs, study.region),
        "pairs": of_region(pairs(logs, definitions), study.region),
    }
    return Log(
        study=study,
        issues=cleaned.issues[cleaned.issues["log_id"].isin(raw_logs["log_id"])].reset_index(drop=True),
        flow=flow(here["registrations"], raw_logs, here["logs"], here["pairs"]),
        choices={"scale": scale, "missing_items": missing_items},
        **here,
    )
