"""The ledger of a book: every claim of the reports it rebuilds, every item of them, and what is missing.

Outputs whose data have the columns of a claim are collected from all chapters; the items of a report stand in
its printed list `items`. Both are pages for readers and files for machines. A book that leaves out a claim or
an item, or names an output it does not have, is not published.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook import published
from peerbook.builder.contents import ALL
from peerbook.builder.manifest import place_of
from peerbook.disclosure import MARK
from peerbook.errors import BookError
from peerbook.inert import inert_table, table_as_typed
from peerbook.published.claims import is_claims
from peerbook.published.comparison import STATUSES

if TYPE_CHECKING:
    import pandas as pd

    from peerbook.builder.contents import Chapter

CLAIMS, ITEMS = "claims.csv", "items.csv"
CLAIM = (
    "study", "claim", "claims", "chapter", "statement", "printed", "rebuilt", "status", "rule", "note",
    "output", "page",
)  # fmt: skip
ITEM = ("study", "item", "outputs", "exception", "reason", "chapter", "kind", "title")
LINKS = "evidence/links"  # the raw table that ties outputs to what they rest on
OUTPUT, CHAPTER = "output", "chapter"  # ends of a link that only a whole book knows


@dataclass(frozen=True)
class Ledger:
    """What a book says of the reports it rebuilds.

    Attributes
    ----------
    claims : DataFrame
        One row per statement that was checked, with the columns of `CLAIM`; `page` is the page with its
        output, blank if the book does not have it.
    items : DataFrame
        One row per item of a report, with the columns of `ITEM`: the ids of the `outputs` that rebuild it,
        with spaces between, or the `exception` in a word, and its `reason`.
    places : mapping of str to mapping
        By study, the chapter of each output, by its id.
    """

    claims: pd.DataFrame
    items: pd.DataFrame
    places: Mapping[str, Mapping[str, str]]

    def write(self, folder: Path) -> None:
        """Write `claims.csv` and `items.csv`; of a book that rebuilds no report they have no rows."""
        for name, rows in ((CLAIMS, self.claims), (ITEMS, self.items)):
            inert_table(rows).to_csv(folder / name, index=False, lineterminator="\n")


def collect(records: Iterable[Mapping[str, Any]], outputs: Path, elsewhere: Container[str] = ()) -> Ledger:
    """Collect what the chapters of a book made.

    Parameters
    ----------
    records
        The chapters as the manifest records them, in reading order.
    outputs
        Folder with the outputs of each study: `<id>.csv` and `<id>.json`.
    elsewhere
        Studies whose data are of another study than the one that printed its report: the items of that report
        are not theirs.

    Returns
    -------
    Ledger
        Claims in the order of their chapters of the report, items in that of the printed lists.
    """
    import pandas as pd

    places: dict[str, dict[str, str]] = {}
    found = [pd.DataFrame(columns=CLAIM, dtype=object)]
    for record in records:
        here = places.setdefault(record["study"], {})
        for file in (outputs / record["study"] / name for name in record["outputs"]):
            if file.suffix == ".json" and "id" in (described := json.loads(file.read_text("utf-8"))):
                here[described["id"]] = record["name"]
                if is_claims(described["columns"]):
                    rows = pd.read_csv(file.with_suffix(".csv"), dtype=str, keep_default_na=False)
                    found.append(table_as_typed(rows).assign(study=record["study"]))
    rows = pd.concat(found, ignore_index=True)
    pages = [_page(places, study, id) for study, id in rows[["study", "output"]].to_numpy()]
    order = rows["chapter"].map(_natural)
    claims = rows.assign(page=pages, order=order).sort_values(["study", "order"], kind="stable")
    listed = _items(study for study in places if study not in elsewhere)
    return Ledger(claims[list(CLAIM)].reset_index(drop=True), listed, places)


def _page(places: Mapping[str, Mapping[str, str]], study: str, output: str) -> str:
    return f"{study}/{places[study][output]}.html" if output in places[study] else ""


def _natural(chapter: str) -> tuple[int, str]:
    """Sort "chapter 9" before "chapter 10", and what has no number before both."""
    number = "".join(filter(str.isdigit, chapter))
    return int(number or 0), chapter


def _items(studies: Iterable[str]) -> pd.DataFrame:
    import pandas as pd

    listed = [
        published.load_list(study, "items").assign(study=study)
        for study in studies
        if published.has_report(study)
    ]
    return pd.concat([pd.DataFrame(columns=ITEM, dtype=object), *listed], ignore_index=True)[list(ITEM)]


def whole(chapters: Iterable[Chapter], records: Iterable[Mapping[str, Any]]) -> set[str]:
    """Name the studies that a book has whole: every chapter, of all regions.

    Parameters
    ----------
    chapters
        Those that the book's contents list.
    records
        Those that it has.
    """
    made = {place_of(record): record["parameters"] for record in records}
    parts = {chapter.study for chapter in chapters}
    return parts - {
        chapter.study
        for chapter in chapters
        if chapter.place not in made or made[chapter.place].get("region", ALL) != ALL
    }


def check_lists(studies: Iterable[str]) -> None:
    """Refuse lists of items with one that has neither outputs nor an exception, before anything runs.

    Raises
    ------
    BookError
        With every such item.
    """
    _refuse(list(_faults_of_list(_items(studies))))


def check(
    ledger: Ledger,
    studies: Iterable[str],
    stand_ins: Iterable[str],
    links: Mapping[str, pd.DataFrame],
) -> None:
    """Refuse a book that leaves something out, or names an output that it does not have.

    Parameters
    ----------
    ledger
    studies
        Those that the book has whole.
    stand_ins
        Those of them whose data are known to give every output: of other data a table may be missing, and
        with it what is made from it.
    links
        By study, its raw table of links, if it has one.

    Raises
    ------
    BookError
        With everything that is missing.
    """
    whole = set(studies)
    faults = [fault for study in sorted(whole) for fault in _broken_links(ledger, study, links.get(study))]
    for study in sorted(whole & set(stand_ins)):
        faults += [*_faults_of_claims(ledger, study), *_faults_of_items(ledger, study)]
    without = ledger.claims[~ledger.claims["status"].isin([*STATUSES, MARK])]
    faults += [
        f"{row['study']}, claim {row['claim']}: its status is '{row['status']}'; expected one of "
        f"{', '.join(STATUSES)}"
        for row in without.to_dict("records")
    ]
    _refuse(faults)


def _broken_links(ledger: Ledger, study: str, links: pd.DataFrame | None) -> Iterator[str]:
    made = ledger.places.get(study, {})
    known = {OUTPUT: set(made), CHAPTER: set(made.values())}
    for row in [] if links is None else links.astype(str).to_dict("records"):
        said = " ".join(row[part] for part in ("from_kind", "from_id", "relation", "to_kind", "to_id"))
        for kind, id in ((row[f"{end}_kind"], row[f"{end}_id"]) for end in ("from", "to")):
            if kind in known and id not in known[kind]:
                yield f"{study}, {LINKS}: '{said}' names the {kind} {id}, which the book does not have"


def _faults_of_claims(ledger: Ledger, study: str) -> Iterator[str]:
    made = ledger.claims[ledger.claims["study"] == study]
    for row in made[made["page"] == ""].to_dict("records"):
        yield f"{study}, claim {row['claim']}: no page has the output '{row['output']}' that it names"
    if published.has_report(study):
        said = published.load_list(study, "statements")
        for row in said[~said["name"].isin(made["claim"])].to_dict("records"):
            yield f"{study}, statement {row['name']} ({row['table']}): no chapter has it among its statements"


def _faults_of_items(ledger: Ledger, study: str) -> Iterator[str]:
    made = ledger.places.get(study, {})
    for row in ledger.items[ledger.items["study"] == study].to_dict("records"):
        absent = [output for output in row["outputs"].split() if output not in made]
        if absent:
            yield f"{study}, item {row['item']}: no page has {', '.join(absent)}"


def _faults_of_list(items: pd.DataFrame) -> Iterator[str]:
    for study, item in items.loc[items[["study", "item"]].duplicated(), ["study", "item"]].to_numpy():
        yield f"{study}, item {item}: it is listed twice"
    for row in items.to_dict("records"):
        named = f"{row['study']}, item {row['item']} ({row['title']})"
        if not row["outputs"] and not row["exception"]:
            yield f"{named}: it has neither outputs nor an exception"
        if row["exception"] and not row["reason"]:
            yield f"{named}: its exception has no reason"


def _refuse(faults: list[str]) -> None:
    if faults:
        raise BookError(
            "The book leaves out or misnames parts of a report; the last good book stays in place.\n"
            + "\n".join(faults)
        )
