"""What the commands for a field team have in common: lists lie apart from raw data and from books."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from peerbook.data import load_definitions, studies
from peerbook.errors import DataError, ParameterError
from peerbook.fieldwork.records import ALL_PROJECTS, Records, records_of
from peerbook.log.cleaning import clean
from peerbook.study import ALL_REGIONS, open_study

_NEEDED = {"registrations", "logs"}


def open_records(
    data: Path | None, study: str, as_of: str, region: str = ALL_REGIONS, project: str = ALL_PROJECTS
) -> Records:
    """Read a raw folder and say what was known on a day.

    Parameters
    ----------
    data : Path or None
        A raw folder; None is the stand-in data of the study.
    study : str
        By default the one that the folder names or, without a folder, the one that has a log.

    Raises
    ------
    ParameterError
        If a study, a region, a project or the day is unknown, or the study has no log.
    DataError
        If the folder has errors.
    """
    if not str(as_of).strip():
        raise ParameterError("--as-of: found nothing; expected a day, written as 2016-02-29.")
    study = study or ("" if data else _study_with_log())
    opened = open_study(data or "", study, region)
    if lacking := _NEEDED - set(opened.tables):
        raise ParameterError(
            f"--study: {opened.definitions.study} has no table {', '.join(sorted(lacking))}, which says who "
            "takes part and what came in."
        )
    forms = clean(opened.tables, opened.definitions).data
    return records_of(opened, forms, as_of, project)


def check_is_apart(path: Path, option: str, data: Path | None) -> None:
    """Refuse to write a list of people among raw data or into a book, where it could be published.

    Raises
    ------
    ParameterError
    """
    place = path.resolve()
    if data and place.is_relative_to(data.resolve()):
        raise ParameterError(f"{option}: {path} lies among the raw data. Name a file outside of {data}.")
    for folder in place.parents:
        if (folder / "manifest.json").is_file() and (folder / "html").is_dir():
            raise ParameterError(f"{option}: {path} lies in a book. Name a file outside of {folder}.")


def read_ledger(path: Path) -> pd.DataFrame:
    """Read the draws written down before, all as text; no rows if there is no such file.

    Raises
    ------
    DataError
        If it is no table.
    """
    if not path.is_file():
        return pd.DataFrame()
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as fault:
        raise DataError(f"{path}: no ledger of draws can be read from it. Name another file.") from fault


def _study_with_log() -> str:
    known = [name for name in studies() if set(load_definitions(name).tables) >= _NEEDED]
    if len(known) != 1:
        raise ParameterError(f"--study: name the study, one of: {', '.join(known) or 'none has a log'}.")
    return known[0]
