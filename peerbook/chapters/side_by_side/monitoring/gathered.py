"""What the page is made from: the log as it was known on a day, perhaps of one project."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.fieldwork import Records, records_of, waves
from peerbook.fieldwork.records import ALL_PROJECTS
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.log import Log


@dataclass(frozen=True)
class Followed:
    """A study on a day.

    Attributes
    ----------
    log : Log
    records : Records
    due : DataFrame
        Every form that was due; see `peerbook.fieldwork.waves`.
    project : str
        "all", or the project that it is narrowed to.
    """

    log: Log = field(repr=False)
    records: Records = field(repr=False)
    due: pd.DataFrame = field(repr=False)
    project: str = ALL_PROJECTS

    def unit(self, name: str) -> str:
        """Name what is counted, in the words that tie the outputs of a book together.

        What is counted on an earlier day, or of one project, is not what other pages count.
        """
        of = [] if self.project == ALL_PROJECTS else [f"project {self.project}"]
        until = [] if self.records.is_complete else [f"until {self.records.as_of:%Y-%m-%d}"]
        return ", ".join([name, *of, *until])

    @property
    def whose(self) -> str:
        """Say whom the page is about: all, a region or a project."""
        if self.project != ALL_PROJECTS:
            return f"project {self.project}"
        return "all regions" if self.log.region == ALL_REGIONS else self.log.region

    def _repr_html_(self) -> str:
        from peerbook.outputs import formats, notices

        day, notice = formats.day(self.records.as_of), notices.notice_of(self.log.synthetic)
        return f"{notice}<p>Peer support log as it stood on {day}, {escape(self.whose)}.</p>"


def followed(log: Log, as_of: str = "", project: str = ALL_PROJECTS) -> Followed:
    """Gather what was known of a study on a day.

    Parameters
    ----------
    log : Log
        Of all regions or of one: then of the people at home there.
    as_of : str
        The day, such as "2016-03-31"; "" is the last that the data tell of.
    project : str
        "all", or the ID of a project: then of the people who registered from there.

    Raises
    ------
    ParameterError
        If the day is none, or nobody had registered by then, or nobody is of the project.
    """
    records = records_of(log.study, log.logs_of_people, as_of, project)
    return Followed(log, records, waves(records), project)
