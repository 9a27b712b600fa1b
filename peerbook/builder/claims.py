"""A page that lists every claim of the reports a book rebuilds, and every item of them.

It is plain tables that can be unfolded, with a filter where a script runs. The start page counts the claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder.contents import Contents
from peerbook.builder.ledger import CLAIMS, ITEMS, Ledger
from peerbook.outputs import formats, label, markup
from peerbook.outputs.evidence import PUBLISHED, REBUILT, badge
from peerbook.published import counts_in_words
from peerbook.published.comparison import STATUSES

if TYPE_CHECKING:
    import pandas as pd

PAGE = "claims"
COUNTED = "<!-- claims -->"  # where a page written by hand gets the count
_HEAD = """---
nosearch: true
---
# Every claim

"""
_MADE_UP = (
    "The data were made up to fit the report, so where they agree this is no evidence that the report is "
    "right."
)
_NONE = "Nothing in this book is set beside a printed report."
_STATUSES = """## What a status means

Agrees
: The number or the words of this book meet the rule for such a statement.

Agrees with the corrected reading
: They do, once a clear slip of print is put right.

Differs
: They do not.

Only in print
: The report reads a change where this book reads none.

Not computable
: There is nothing in the data to compute it from. The remark says why.

Source contradicts itself
: The report says something else in another place. The remark says what.
"""
_CELL = re.compile(r"(<td\b[^>]*>)((?:fig|table|text)-[a-z0-9.-]+)(?=</td>)")


def counted(claims: pd.DataFrame, synthetic: Mapping[str, bool]) -> str:
    """Say how many statements were checked, and how that came out.

    Parameters
    ----------
    claims : DataFrame
        The claims of a `Ledger`.
    synthetic : mapping of str to bool
        By study, whether its data are synthetic.
    """
    if claims.empty:
        return ""
    counts = counts_in_words(claims["status"].value_counts().to_dict())
    reports = "reports" if len(claims["study"].unique()) > 1 else "report"
    said = f"{formats.plural(len(claims), 'statement')} of the {reports} were checked: {counts}."
    made_up = any(synthetic[study] for study in claims["study"].unique())
    return f"{said} {_MADE_UP}" if made_up else said


def fill(text: str, ledger: Ledger, synthetic: Mapping[str, bool]) -> str:
    """Write the count of claims where a page written by hand asks for it."""
    return text.replace(COUNTED, counted(ledger.claims, synthetic))


def write_page(contents: Contents, ledger: Ledger, synthetic: Mapping[str, bool], pages: Path) -> None:
    """Write the page into the folder of pages, if the book's contents name it.

    Parameters
    ----------
    contents
        The order of pages, and the titles of the studies.
    ledger
    synthetic
        By study, whether its data are synthetic.
    pages
        Folder of the pages.
    """
    if PAGE not in (*contents.before, *contents.after):
        return
    parts = [counted(ledger.claims, synthetic) or _NONE]
    if len(ledger.claims):
        parts += [
            "The file holds them all, with the rule each was compared by.",
            _download(CLAIMS),
            _STATUSES,
        ]
    studies = [
        study for study in contents.studies if {study} & {*ledger.claims["study"], *ledger.items["study"]}
    ]
    for study in studies:
        title = f" of {contents.studies[study]}" if len(studies) > 1 else ""
        parts += _of_claims(ledger.claims.query("study == @study"), study, title, synthetic[study])
        parts += _of_items(ledger, study, title)
    (pages / f"{PAGE}.md").write_text(_HEAD + "\n\n".join(parts) + "\n", encoding="utf-8")


def _of_claims(claims: pd.DataFrame, study: str, title: str, synthetic: bool) -> list[str]:
    if claims.empty:
        return []
    sections = {
        formats.upper_first(chapter): _rows(rows) for chapter, rows in claims.groupby("chapter", sort=False)
    }
    body = markup.body(
        sections,
        f"Claims{title}",
        ("status", tuple(status for status in STATUSES if status in set(claims["status"]))),
        f"claims-{study}".replace("_", "-"),
        badge(REBUILT, synthetic),
    )
    links = {
        output: _link(output, page)
        for output, page in claims[["output", "page"]].drop_duplicates().to_numpy()
    }
    return [
        f"## Claims{markup.plain(title)}, by chapter of the report",
        "Open a chapter to see its statements. Each leads to where this book computes or compares it.",
        _html(_CELL.sub(lambda cell: cell[1] + links.get(cell[2], cell[2]), body)),
    ]


def _link(output: str, page: str) -> str:
    """Lead to an output; a paragraph has neither an anchor nor a number, so the link leads to its page."""
    paragraph = output.startswith("text-")
    words = "in the text" if paragraph else escape(label(output))
    if not page:
        return words
    return f'<a href="{escape(page)}{"" if paragraph else f"#{output}"}">{words}</a>'


def _rows(claims: pd.DataFrame) -> pd.DataFrame:
    shown = claims.set_index("statement")[["printed", "rebuilt", "status", "note", "output"]]
    shown = shown.replace({"rebuilt": {"": None}, "note": {"": None}})
    return shown.rename(columns={"note": "remark", "output": "where"})


def _of_items(ledger: Ledger, study: str, title: str) -> list[str]:
    items = ledger.items.query("study == @study")
    items = items.assign(chapter=items["chapter"].map(_chapter))
    if items.empty:
        return []
    made = ledger.places.get(study, {})
    here = items["outputs"].map(lambda ids: bool(ids) and all(id in made for id in ids.split()))
    states = {"rebuilt": here, "excepted": ~here & items["exception"].ne("")}
    states["not in this book"] = ~here & ~states["excepted"]
    counts = items.assign(**states).groupby("chapter", sort=False)[list(states)].sum()
    counts.insert(0, "items", items["chapter"].value_counts())
    totals = counts.sum()
    excepted = items[items["exception"] != ""].set_index("title")[["chapter", "kind", "exception", "reason"]]
    absent = items[states["not in this book"]].set_index("title")[["chapter", "kind", "item"]]
    said = (
        f"The report{markup.plain(title)} has {formats.count(totals['items'])} tables, figures, boxes and "
        f"results in words. {formats.count(totals['rebuilt'])} of them are rebuilt in this book, and "
        f"{formats.count(totals['excepted'])} {'is' if totals['excepted'] == 1 else 'are'} not, for reasons "
        "that are listed here."
    )
    tables = [
        markup.grid(counts.rename_axis("chapter"), f"Items of the report{title}, by chapter", PUBLISHED),
        markup.grid(excepted, f"Exceptions{title}, and why", PUBLISHED) if len(excepted) else "",
        markup.grid(absent, f"Items{title} that these data do not give", PUBLISHED) if len(absent) else "",
    ]
    return [
        f"## Every item of the report{markup.plain(title)}",
        said,
        _html("".join(tables)),
        _download(ITEMS),
    ]


def _chapter(number: str) -> str:
    return f"Chapter {number}" if number.isdigit() else formats.upper_first(number)


def _download(name: str) -> str:
    return f'<p><a href="{name}" download>{formats.upper_first(Path(name).stem)} as a file (CSV)</a></p>'


def _html(text: str) -> str:
    """Write HTML into a page; the fence is longer than any in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{{raw}} html\n{text}\n{fence}"
