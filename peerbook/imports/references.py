"""References of reference managers: RIS and BibTeX in, RIS out.

A table of references has the columns of `COLUMNS`; `data_schema/review/references.schema.json` says what they
mean.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from peerbook.errors import DataError
from peerbook.imports import tables

if TYPE_CHECKING:
    from pybtex.database import Entry

COLUMNS = ("ref_id", "authors", "year", "title", "container", "volume", "issue", "pages", "type", "url")
_RIS_TYPES = MappingProxyType(
    {
        "journal article": "JOUR",
        "magazine article": "MGZN",
        "book": "BOOK",
        "book chapter": "CHAP",
        "report": "RPRT",
        "web": "ELEC",
        "thesis": "THES",
        "conference paper": "CPAPER",
        "other": "GEN",
    }
)
_BIBTEX_TYPES = MappingProxyType(
    {
        "article": "journal article",
        "book": "book",
        "inbook": "book chapter",
        "incollection": "book chapter",
        "techreport": "report",
        "manual": "report",
        "online": "web",
        "phdthesis": "thesis",
        "mastersthesis": "thesis",
        "inproceedings": "conference paper",
    }
)
_YEAR = re.compile(r"(\d{4})(?:/[^/]*/[^/]*/([a-z])?)?")
_COUNTER = re.compile(r"\d+\.")  # rispy numbers the references
_DASHES = re.compile("-{2,}|[–—]")


def read_references(path: str | Path) -> pd.DataFrame:
    """Read references.

    Parameters
    ----------
    path : str or Path
        A `.ris` or `.bib` file, or a `.csv` of the table of references.

    Returns
    -------
    DataFrame
        A row per reference, in the order of the file, all text, with the columns of `COLUMNS`. A reference
        without a name of its own is numbered by its place: `R001`.

    Raises
    ------
    DataError
        If the file is none of these, is damaged, or has two references of one name.
    """
    path = Path(path)
    readers = {".ris": _read_ris, ".bib": _read_bibtex, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise DataError(f"{path}: found no such file of references; expected a .ris, .bib or .csv file.")
    rows = pd.DataFrame(reader(path), columns=list(COLUMNS), dtype=str).fillna("")
    rows = rows.map(_on_one_line)
    places = pd.Series([f"R{place:03d}" for place in range(1, len(rows) + 1)], rows.index, dtype=str)
    rows = rows.assign(ref_id=rows["ref_id"].where(rows["ref_id"] != "", places))
    if twice := sorted(rows.loc[rows["ref_id"].duplicated(), "ref_id"].unique()):
        raise DataError(
            f"{path.name}: found two references called {', '.join(twice)}; expected a name for each. "
            "Rename one."
        )
    return rows


def _on_one_line(value: str) -> str:
    return " ".join(value.split())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: not text in UTF-8 ({error}). Export it again as UTF-8.") from error


def _read_csv(path: Path) -> pd.DataFrame:
    rows = pd.DataFrame(tables.rows(path), columns=tables.header(path), dtype="str")
    if absent := [name for name in ("authors", "title") if name not in rows]:
        raise DataError(f"{path.name}: found no column {absent[0]}; expected {', '.join(COLUMNS)}.")
    return rows


def _read_ris(path: Path) -> list[dict[str, str]]:
    import rispy

    text = _text(path)
    entries = rispy.loads(text)
    begun = len(re.findall(r"^TY {2}-", text, re.MULTILINE))
    if not entries or len(entries) != begun:
        raise DataError(
            f"{path.name}: found {begun} references that begin with a line TY and {len(entries)} that are "
            "whole; expected each to begin with TY and to end with ER. Export it again."
        )
    return [_of_ris(entry) for entry in entries]


def _of_ris(entry: dict[str, Any]) -> dict[str, str]:
    def first(*names: str) -> str:
        return next((str(entry[name]) for name in names if entry.get(name)), "")

    names = {code: name for name, code in _RIS_TYPES.items()}
    year = _YEAR.match(first("year", "publication_year"))
    ends = [first("start_page"), first("end_page")]
    return {
        "ref_id": first("id"),
        "authors": "; ".join([*entry.get("authors", []), *entry.get("first_authors", [])]),
        "year": f"{year[1]}{year[2] or ''}" if year else "",
        "title": first("title", "primary_title"),
        "container": first("secondary_title", "alternate_title3", "journal_name", "alternate_title2"),
        "volume": first("volume"),
        "issue": first("number"),
        "pages": "-".join(filter(None, ends)),
        "type": first("type_of_work") or names.get(entry["type_of_reference"], "other"),
        "url": ";".join(entry.get("urls", [])),  # rispy takes an address apart at a semicolon
    }


def _read_bibtex(path: Path) -> list[dict[str, str]]:
    from pybtex.database import BibliographyDataError, parse_string
    from pybtex.scanner import PybtexSyntaxError

    try:
        found = parse_string(_text(path), "bibtex")
    except (PybtexSyntaxError, BibliographyDataError) as error:
        raise DataError(f"{path.name}: not whole BibTeX ({error}). Export it again.") from error
    return [_of_bibtex(key, entry) for key, entry in found.entries.items()]


def _of_bibtex(key: str, entry: Entry) -> dict[str, str]:
    from pybtex.richtext import Text

    def first(*names: str) -> str:
        return next((str(Text.from_latex(entry.fields[name])) for name in names if name in entry.fields), "")

    year = re.match(r"\d{4}[a-z]?", first("year", "date"))
    return {
        "ref_id": key,
        "authors": "; ".join(_name(person) for person in entry.persons.get("author", [])),
        "year": year[0] if year else "",
        "title": first("title"),
        "container": first("journal", "journaltitle", "booktitle"),
        "volume": first("volume"),
        "issue": _DASHES.sub("-", first("number", "issue")),
        "pages": _DASHES.sub("-", first("pages")),
        "type": _BIBTEX_TYPES.get(entry.type.lower(), "other"),
        "url": first("url"),
    }


def _name(person: Any) -> str:
    """Write the surname, then the given names; an organisation has none."""
    last = [*person.rich_prelast_names, *person.rich_last_names, *person.rich_lineage_names]
    given = [*person.rich_first_names, *person.rich_middle_names]
    return ", ".join(" ".join(map(str, part)) for part in (last, given) if part)


def write_ris(references: pd.DataFrame) -> str:
    """Write references as RIS, which reference managers read.

    Parameters
    ----------
    references : DataFrame
        Columns of `COLUMNS`; others are left out, and those that are absent are blank.

    Returns
    -------
    str
        What `read_references` reads back as the same rows. The letter of a year, which RIS has no place for,
        stands after the date, where the standard allows other words; a kind of work that RIS does not know
        stands in M3.

    Examples
    --------
    >>> rows = pd.DataFrame([{"ref_id": "R1", "authors": "Ray, A.; Lee, B.", "year": "2009a",
    ...                       "type": "journal article"}])
    >>> write_ris(rows).splitlines()[:5]
    ['TY  - JOUR', 'ID  - R1', 'AU  - Ray, A.', 'AU  - Lee, B.', 'PY  - 2009///a']
    """
    import rispy

    rows = references.reindex(columns=list(COLUMNS)).astype(object).fillna("").astype(str).map(_on_one_line)
    written = rispy.dumps([_as_ris(row) for row in rows.to_dict("records")])
    lines = (line for line in written.split("\n") if not _COUNTER.fullmatch(line))
    return "\n".join(lines).lstrip("\n")


def _as_ris(row: dict[str, str]) -> dict[str, Any]:
    start, _, end = row["pages"].partition("-")
    year, letter = row["year"][:4], row["year"][4:]
    entry = {
        "type_of_reference": _RIS_TYPES.get(row["type"], "GEN"),
        "id": row["ref_id"],
        "authors": [name.strip() for name in row["authors"].split(";") if name.strip()],
        "year": f"{year}///{letter}" if letter else year,
        "title": row["title"],
        "secondary_title": row["container"],
        "volume": row["volume"],
        "number": row["issue"],
        "start_page": start,
        "end_page": end,
        "type_of_work": "" if row["type"] in _RIS_TYPES else row["type"],
        "urls": [row["url"]] if row["url"] else [],
    }
    return {name: value for name, value in entry.items() if value}


def convert(source: str | Path, target: str | Path) -> int:
    """Read references and write them: as a raw table (`.csv`) or as RIS (`.ris`).

    Returns
    -------
    int
        How many there are.

    Raises
    ------
    DataError
        As for `read_references`, or if the target has another ending or is there already.
    """
    source, target = Path(source), Path(target)
    if target.suffix.lower() not in (".csv", ".ris"):
        raise DataError(
            f"{target}: found the ending '{target.suffix}'; expected a .csv or .ris file to write."
        )
    if target.exists():
        raise DataError(f"{target}: would be overwritten. Name another file, or move this one.")
    rows = read_references(source)
    if target.suffix.lower() == ".ris":
        target.write_text(write_ris(rows), encoding="utf-8")
    else:
        rows.assign(status="collected").to_csv(target, index=False, lineterminator="\n")
    return len(rows)
