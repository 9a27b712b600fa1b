"""A study: the tables of one raw folder, what they mean, and the region that is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from peerbook import paths, reads
from peerbook.choices import check_one_of
from peerbook.data import Definitions, as_told, load_definitions, open_folder, read_about
from peerbook.data.editions import PART
from peerbook.data.folder import descriptor_of
from peerbook.errors import ParameterError
from peerbook.injected import check_injected
from peerbook.shared import shared
from peerbook.tracked import Tracked

if TYPE_CHECKING:
    from peerbook.outputs import Output
    from peerbook.outputs.protect import Protection

Made = TypeVar("Made")
ALL_REGIONS = "all"
READS = "reads.json"


class Tables(Mapping):
    """The tables of a study by name; it remembers which of them were handed out.

    In a build they are frames that note which of their columns are read (`peerbook/tracked.py`).
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], folder: str = "") -> None:
        self._tables = dict(tables)
        self._folder = folder
        self.handed_out: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self._note(str(name))
        table = self._tables[name]
        self.handed_out.add(name)
        return Tracked(table, self._folder, name) if reads.is_watched() else table

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        self._note()
        return iter(self._tables)

    def __len__(self) -> int:
        self._note()
        return len(self._tables)

    def _note(self, name: str = "") -> None:
        """Write down that it matters which tables there are, or whether there is one."""
        reads.note([reads.Read(self._folder, reads.TABLES, name)])


@dataclass(frozen=True)
class Study:
    """What the chapters of a study begin with.

    Attributes
    ----------
    folder : Path
        The raw folder.
    region : str
        "all", or the region the study is narrowed to.
    synthetic : bool
        Whether the folder's descriptor declares its data synthetic.
    definitions : Definitions
        What `data_schema/` says.
    tables : mapping of str to DataFrame
        The typed raw tables of the whole folder, all regions; contact details are never there.
    others : mapping of str to Study
        Other studies that it is read beside, by name.
    """

    folder: Path
    region: str
    synthetic: bool
    definitions: Definitions = field(repr=False)
    tables: Tables = field(repr=False)
    others: Mapping[str, Study] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a table that belong to the region; all rows of a table without regions."""
        return of_region(self.tables[name], self.region)

    @cached_property
    def coding(self) -> Mapping[str, pd.DataFrame]:
        """Coded material by table name, such as "segments"; empty if the folder has none."""
        return {
            name.removeprefix("coding/"): self.tables[name]
            for name in self.tables
            if name.startswith("coding/")
        }

    def once(self, make: Callable[[Study], Made]) -> Made:
        """Return what a function makes of the study, which is made when it is first asked for.

        It is kept as long as the study is, narrowed to its region, and is not to be changed. What is
        read of raw data while it is made counts as read by all who get it (`peerbook/reads.py`).

        Parameters
        ----------
        make : callable
            A function that needs nothing but the study.
        """
        if make not in self._made:
            with reads.watched() as found:
                self._made[make] = (make(self), found)
        made, found = self._made[make]
        reads.note(found)
        return made

    @cached_property
    def _made(self) -> dict[Callable[[Study], Any], tuple[Any, set[reads.Read]]]:
        return {}

    def shelf(self, folder: str | Path = "") -> Callable[[Output | None], Output | None]:
        """Return the function that a notebook shows outputs with.

        Parameters
        ----------
        folder : str or Path
            Where the CSV files go, with a list of the raw tables that were read (`reads.json`). Empty:
            nothing is written.
        """
        from peerbook.outputs import shelf

        put = shelf(folder, self.synthetic, self.protection)

        def show(output: Output | None) -> Output | None:
            shown = put(output)
            if str(folder):
                Path(folder).mkdir(parents=True, exist_ok=True)
                (Path(folder) / READS).write_text(json.dumps(self._handed_out()), encoding="utf-8")
            return shown

        return show

    @cached_property
    def protection(self) -> Protection | None:
        """How what is shown of real people is protected; None for synthetic data."""
        from peerbook.disclosure import read_policy
        from peerbook.outputs.protect import Protection

        if self.synthetic:
            return None
        part = descriptor_of(self.folder).get(PART, {})  # all people of the folder have these in common
        narrowed = {} if self.region == ALL_REGIONS else {"region": self.region}
        where = tuple({**{str(name): str(value) for name, value in part.items()}, **narrowed}.items())
        beside = [other.protection.policy for other in self.others.values() if not other.synthetic]
        strictest = max([read_policy(self.folder), *beside], key=lambda policy: policy.threshold)
        return Protection(strictest, where)

    @property
    def notice(self) -> str:
        """The label of every page made from these data, as HTML."""
        from peerbook.outputs import notices

        return notices.notice_of(self.synthetic, self.protection.policy.rounding if self.protection else 1)

    def _handed_out(self) -> list[str]:
        """Name the tables that were handed out; those of another study with its name before them."""
        of_others = (
            f"{name}/{table}" for name, other in self.others.items() for table in other.tables.handed_out
        )
        return sorted([*self.tables.handed_out, *of_others])

    def _repr_html_(self) -> str:
        where = "all regions" if self.region == ALL_REGIONS else self.region
        about = f"{self.definitions.title}, {where}" if self.definitions.regions else self.definitions.title
        return f"{self.notice}<p>{escape(about)}.</p>"


def open_study(folder: str | Path = "", study: str | Path = "", region: str = ALL_REGIONS) -> Study:
    """Read the raw folder of any study.

    Parameters
    ----------
    folder : str or Path
        A raw folder; "" is the study's stand-in data.
    study : str or Path
        Name of the study, or a folder of definitions; by default the one that the folder's descriptor names.
    region : str
        "all", or one region.

    Raises
    ------
    DataError
        If the folder has errors; the message is the whole validation report.
    ParameterError
        If the study or the region is unknown, or nobody is from there; in a notebook that papermill runs
        also if it was handed a parameter that it does not have.

    Examples
    --------
    >>> study = open_study("exports/2026", region="North")  # doctest: +SKIP
    >>> len(study.table("registrations"))  # doctest: +SKIP
    """
    check_injected()
    folder = Path(folder or paths.stand_in(str(study)))
    if region != ALL_REGIONS and study:
        told = as_told(load_definitions(study), read_about(folder))
        check_one_of("region", region, [ALL_REGIONS, *told.regions])
    raw = _open_folder(folder, study)
    check_one_of("region", region, [ALL_REGIONS, *raw.definitions.regions])
    raw.checked()
    place = str(raw.place.resolve())
    reads.note([reads.Read(place, reads.ABOUT)])
    if region != ALL_REGIONS:
        reads.note([reads.Read(place, reads.REGIONS)])
        check_is_somewhere(region, raw.tables.values())
    return Study(raw.place, region, raw.synthetic, raw.definitions, Tables(raw.tables, place))


def check_is_somewhere(region: str, tables: Iterable[pd.DataFrame]) -> None:
    """Refuse a region that none of some tables has a row of.

    Raises
    ------
    ParameterError
        With the regions that there are. Tables without a column `region` say nothing; if all are so, any
        region will do.
    """
    present = regions_present(tables)
    if present is not None and region not in present:
        raise ParameterError(
            f"region: the data have nobody from {region}. "
            f"Regions with people: {', '.join(sorted(present)) or 'none'}"
        )


def regions_present(tables: Iterable[pd.DataFrame]) -> set[str] | None:
    """Return the regions that tables have rows of; None if no table has a column `region`."""
    columns = [table["region"].dropna().astype("str") for table in tables if "region" in table]
    return set().union(*columns) if columns else None


def files_read(folder: str | Path, study: str | Path = "", *choices: object, **others: object) -> list[Path]:
    """Return the folders that decide what a raw folder of a study holds; what is chosen in it is not read."""
    definitions = [study] if isinstance(study, Path) else []
    return [Path(folder or paths.stand_in(str(study))), paths.data_schema(), *definitions]


_open_folder = shared(reads=files_read)(open_folder)


def open_beside(
    folder: str | Path = "", study: str | Path = "", studies: Mapping[str, str | Path] | None = None
) -> Study:
    """Read the raw folder of a study, and those of other studies that it is read beside.

    Parameters
    ----------
    folder, study
        As for `open_study`.
    studies : mapping of str to str or Path
        Raw folders of other studies, by name; "" is the stand-in data of that study.

    Returns
    -------
    Study
        With `others`. It is synthetic only if all of them are: one with real people makes the whole real.

    Raises
    ------
    DataError, ParameterError
        As for `open_study`, of any of them.

    Examples
    --------
    >>> both = open_beside("", "garden", {"orchard": "exports/2026"})  # doctest: +SKIP
    >>> len(both.others["orchard"].table("trees"))  # doctest: +SKIP
    """
    own = open_study(folder, study)
    others = {name: open_study(place, name) for name, place in (studies or {}).items()}
    synthetic = own.synthetic and all(other.synthetic for other in others.values())
    return replace(own, synthetic=synthetic, others=others)


def of_region(rows: pd.DataFrame, region: str, column: str = "region") -> pd.DataFrame:
    """Return the rows that have a region in a column; all of them for "all" and for rows without regions."""
    if region == ALL_REGIONS or column not in rows:
        return rows
    return rows[rows[column] == region].reset_index(drop=True)
