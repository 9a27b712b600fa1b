"""A study: one raw folder, read, cleaned, scored and paired, with the choices made on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.data.definitions import Definitions
from peerbook.data.package import definitions_of, is_synthetic
from peerbook.data.validate import read_tables
from peerbook.log import clean, flow, pairs, score
from peerbook.log.cleaning import flag_registered

ALL_REGIONS = "all"


@dataclass(frozen=True)
class Study:
    """Everything the chapters need.

    Attributes
    ----------
    folder : Path
        The raw folder.
    region : str
        "all", or the region the study is of.
    synthetic : bool
        Whether the folder's descriptor declares its data synthetic.
    tables : mapping of str to DataFrame
        The typed raw tables of the whole folder, all regions; contact details are never there.
    registrations, projects : DataFrame
        One row per registered person, and per project, of the region.
    logs : DataFrame
        One row per cleaned and scored log of the region, sorted by person and date.
    pairs : DataFrame
        One row per pair of consecutive logs of a person.
    issues : DataFrame
        One row per cleaning action.
    flow : Series of int
        People, logs and pairs at each step.
    coding : mapping of str to DataFrame
        Coded material by table name ("segments"); empty if the folder has none.
    definitions : Definitions
        What `data_schema/` says.
    choices : mapping of str to str
        The analysis choices the study was opened with.
    """

    folder: Path
    region: str
    synthetic: bool
    definitions: Definitions = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    registrations: pd.DataFrame = field(repr=False)
    projects: pd.DataFrame = field(repr=False)
    logs: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    issues: pd.DataFrame = field(repr=False)
    flow: pd.Series = field(repr=False)
    coding: Mapping[str, pd.DataFrame] = field(repr=False)
    choices: Mapping[str, str] = field(default_factory=dict)

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


def open_study(
    folder: str | Path = "",
    region: str = ALL_REGIONS,
    wellbeing: str = "raw",
    missing_items: str = "complete",
) -> Study:
    """Read a raw folder, clean, score and pair its logs.

    Parameters
    ----------
    folder : str or Path
        A raw folder; "" is the stand-in cohort, simulated on first use.
    region : str
        "all", or one region: registrations and projects of the region, logs sent in from it.
    wellbeing : {"raw", "metric"}
        Scale of the wellbeing score.
    missing_items : {"complete", "prorated"}
        Whether a score needs all its items.

    Raises
    ------
    DataError
        If the folder has errors; the message is the whole validation report.
    ParameterError
        If a region or a choice is unknown.

    Examples
    --------
    >>> study = open_study(region="Leeds")  # doctest: +SKIP
    >>> study.flow["logs"]  # doctest: +SKIP
    """
    folder = Path(folder) if str(folder) else _stand_in()
    definitions = definitions_of(folder)
    regions = definitions.tables["logs"].fields["region"].categories
    check_one_of("region", region, [ALL_REGIONS, *regions])
    tables = read_tables(folder, definitions)
    cleaned = clean(tables, definitions)
    logs = score(cleaned.data, definitions, wellbeing=wellbeing, missing_items=missing_items)
    here = {
        "registrations": _of_region(tables["registrations"], region),
        "projects": _of_region(tables["projects"], region),
        "logs": _of_region(logs, region),
        "pairs": _of_region(pairs(logs, definitions), region),
    }
    raw_logs = _of_region(flag_registered(tables["logs"], tables["registrations"]["person_id"]).data, region)
    return Study(
        folder=folder,
        region=region,
        synthetic=is_synthetic(folder),
        definitions=definitions,
        tables=tables,
        issues=cleaned.issues[cleaned.issues["log_id"].isin(raw_logs["log_id"])].reset_index(drop=True),
        flow=flow(here["registrations"], raw_logs, here["logs"], here["pairs"]),
        coding={name.removeprefix("coding/"): tables[name] for name in definitions.coding if name in tables},
        choices={"wellbeing": wellbeing, "missing_items": missing_items},
        **here,
    )


def _of_region(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    return rows if region == ALL_REGIONS else rows[rows["region"] == region].reset_index(drop=True)


def _stand_in() -> Path:
    from peerbook.stand_in import stand_in

    return stand_in()
