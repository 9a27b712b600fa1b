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
from peerbook.log.home import HOME, home_regions, with_home
from peerbook.log.pairing import pairs
from peerbook.log.scoring import score
from peerbook.shared import shared
from peerbook.study import ALL_REGIONS, Study, check_is_somewhere, files_read, of_region, open_study

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
        One row per cleaned and scored log that was sent in from the region, sorted by person and date.
        `region` is where it was sent in from; `home_region` is where its writer registered, or the `region`
        of the writer's first log.
    logs_of_people : DataFrame
        The same for all logs of the people whose `home_region` it is, wherever sent in from. With all
        regions these are `logs`.
    pairs : DataFrame
        One row per pair of consecutive logs of a person; its `region` is that of the earlier log.
    all_pairs : DataFrame
        The same for all regions: the yardstick that effects are measured by, so that those of a region are
        the same alone as among the others.
    issues : DataFrame
        One row per cleaning action.
    flow : Series of int
        People at home in the region, and logs and pairs from there, at each step.
    choices : mapping of str to str
        The choices the log was opened with.
    """

    study: Study
    registrations: pd.DataFrame = field(repr=False)
    projects: pd.DataFrame = field(repr=False)
    logs: pd.DataFrame = field(repr=False)
    logs_of_people: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    all_pairs: pd.DataFrame = field(repr=False)
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
        from peerbook.outputs import formats

        where = "all regions" if self.region == ALL_REGIONS else self.region
        notice = self.study.notice
        if not self.synthetic:  # these counts pass no protection
            return f"{notice}<p>Peer support log, {escape(where)}.</p>"
        registered, others = self.flow["registered"], self.flow["people_without_registration"]
        apart = (
            f" ({formats.count(registered)} who registered and {formats.count(others)} who only sent in logs)"
        )
        counts = [
            formats.plural(self.flow["people"], "person", "people") + (apart if others else ""),
            formats.plural(self.flow["logs"], "log"),
            formats.plural(self.flow["pairs"], "pair"),
        ]
        return f"{notice}<p>Peer support log, {escape(where)}: {', '.join(counts)}.</p>"


@shared(reads=files_read)
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
        As for `peerbook.open_study`. Of a region are the people who registered there, or whose first log
        came from there if they never registered; and the logs and pairs sent in from there.
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
    definitions, region = study.definitions, study.region
    registrations, sent_in = study.tables["registrations"], study.tables["logs"]
    if region != ALL_REGIONS:
        check_is_somewhere(region, [registrations, sent_in])
    cleaned = clean(study.tables, definitions)
    homes = home_regions(registrations, cleaned.data)
    logs = with_home(score(cleaned.data, definitions, scale, missing_items), homes)
    raw_logs = with_home(flag_registered(sent_in, registrations["person_id"]).data, homes)
    paired = pairs(logs, definitions)
    from_here = of_region(raw_logs, region)["log_id"]
    return Log(
        study=study,
        registrations=study.table("registrations"),
        projects=study.table("projects"),
        logs=of_region(logs, region),
        logs_of_people=of_region(logs, region, HOME),
        pairs=of_region(paired, region),
        all_pairs=paired,
        issues=cleaned.issues[cleaned.issues["log_id"].isin(from_here)].reset_index(drop=True),
        flow=flow(registrations, raw_logs, logs, paired, region),
        choices={"scale": scale, "missing_items": missing_items},
    )
