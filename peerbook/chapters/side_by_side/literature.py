"""Chapter 2: what was read, under which headings it is told, and whether every work can be found in the list.

The chapter has no table or figure of its own; all of them are added.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages, raw_rows
from peerbook.chapters.side_by_side.beside_print import discrepancies
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import Nobody
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

WORKS = Nobody("counts works, not people")

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "sources",
    "headings",
    "works_by_heading",
    "citations",
    "unresolved",
    "never_cited",
    "statements",
    "discrepancies",
    "row_origins",
]

TABLES = tuple(
    f"literature/{name}" for name in ("sources", "publications", "bibliography", "headings", "citations")
)
NOT_COUNTED = "not counted"
# How a work that is named in the text stands in the list of references.
FOUND = "found"
OTHER_AUTHOR = "under another of its authors"
OTHER_YEAR = "with another year or none"
OTHER_SPELLING = "perhaps under another spelling"
ABSENT = "not in the list"
STATES = (FOUND, OTHER_AUTHOR, OTHER_YEAR, OTHER_SPELLING, ABSENT)
RESOLVED = (FOUND, OTHER_AUTHOR)
ALIKE = 0.75  # of 1: names as like as this may be one name spelt in two ways


def in_short(study: Study) -> Output:
    """Say in three lines what was read, how it is told, and what cannot be found.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, *TABLES):
        return raw_rows.absent("text-in-short-literature", "account of what was read", TABLES)
    read, works = rows_of(study, "literature/publications"), cited_works(study)
    heads = rows_of(study, "literature/headings")
    numbers = {
        "review": int((read["source"] == "review").sum()),
        "published": int((read["source"] == "published").sum()),
        "headings": len(heads),
        "parts": heads["part"].nunique(),
        "works": len(works),
        "lost": int((~works["state"].isin(RESOLVED)).sum()),
    }
    return text("text-in-short-literature", _in_short, numbers, people=WORKS)


def _in_short(n: dict[str, int]) -> str:
    lines = [
        f"The team read {formats.plural(n['review'], 'report')} on one-to-one peer support, and "
        f"{formats.plural(n['published'], 'review')} by others. More was read, and no one counted it.",
        f"What they found is told under {formats.plural(n['headings'], 'heading')} in "
        f"{formats.plural(n['parts'], 'part')}: kinds of peer support, where it takes place, and what it "
        "stands for.",
        f"The report names {formats.plural(n['works'], 'work')}. {formats.count(n['lost'])} of them cannot "
        "be found in its list as they are named.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def sources(study: Study) -> Output | None:
    """Table 2.1: sources of the overview, how many works each has, and what kind of reviews there were.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/sources"):
        return None
    return table(
        "table-2.1",
        pages.added("What the overview rests on"),
        source_counts(study),
        _sources,
        notes=["Grey literature: reports that no journal printed. What nobody counted stays uncounted."],
        people=WORKS,
    )


def source_counts(study: Study) -> pd.DataFrame:
    """Count publications by source and kind of review.

    Returns
    -------
    DataFrame
        `source`, `kind` (blank: all of the source), `publications` and `grey`; both are missing for a source
        that nobody counted.
    """
    titles = dict(study.definitions.tables["literature/sources"].fields["source"].categories)
    read = rows_of(study, "literature/publications")
    rows = []
    for source in rows_of(study, "literature/sources").itertuples():
        mine = read[read["source"] == source.source]
        counted = source.counted == "yes"
        every = (len(mine), int((mine["grey"] == "yes").sum())) if counted else (pd.NA, pd.NA)
        rows.append((titles.get(source.source, source.source), "", *every))
        kinds = mine[mine["review_kind"] != ""].groupby("review_kind", sort=False)
        rows += [(rows[-1][0], kind, len(of), int((of["grey"] == "yes").sum())) for kind, of in kinds]
    counts = pd.DataFrame(rows, columns=["source", "kind", "publications", "grey"])
    return counts.astype({"publications": "Int64", "grey": "Int64"})


def _sources(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(
        kind=data["kind"].where(data["kind"] != "", "all"),
        **{
            name: [NOT_COUNTED if formats.is_missing(n) else formats.count(n) for n in data[name]]
            for name in ("publications", "grey")
        },
    )
    return shown.rename(columns={"grey": "of these, grey literature"}).set_index(["source", "kind"])


def headings(study: Study) -> Output | None:
    """Table 2.2: the headings of the overview, in their parts, with the works named under each.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/headings"):
        return None
    return folded(
        "table-2.2",
        pages.added("Headings of the overview, and works named under each"),
        heading_counts(study),
        lambda data: data.set_index(["part", "heading"])[["works", "mentions"]],
        notes=["Works: how many different ones. Mentions: a work named twice under a heading counts twice."],
        people=WORKS,
    )


def heading_counts(study: Study) -> pd.DataFrame:
    """Count the works under each heading: `part`, `heading`, `works`, `mentions`."""
    titles = dict(study.definitions.tables["literature/headings"].fields["part"].categories)
    heads = rows_of(study, "literature/headings").sort_values("order", kind="stable")
    cited = rows_of(study, "literature/citations")
    named = cited.groupby("heading")
    works = cited.drop_duplicates(["heading", "surname", "year"]).groupby("heading").size()
    return pd.DataFrame(
        {
            "part": heads["part"].map(titles).fillna(""),
            "heading": heads["heading"],
            "works": heads["heading"].map(works).fillna(0).astype(int),
            "mentions": heads["heading"].map(named.size()).fillna(0).astype(int),
        }
    ).reset_index(drop=True)


def works_by_heading(study: Study) -> Output | None:
    """Figure 2.1: how many works are named under each heading.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/headings", "literature/citations"):
        return None
    return figure(
        "fig-2.1",
        pages.added("Works named under each heading of the overview"),
        _works_in_words,
        heading_counts(study)[["part", "heading", "works"]],
        _works_drawn,
        arrange=lambda data: data.set_index(["part", "heading"]),
        people=WORKS,
    )


def _headline(data: pd.DataFrame) -> str:
    most = data[data["works"] == data["works"].max()]
    return (
        f"{formats.words(most['heading'])} {'has' if len(most) == 1 else 'have'} most: "
        f"{formats.plural(most['works'].iloc[0], 'work')}"
    )


def _works_in_words(data: pd.DataFrame) -> str:
    rows = [
        f"{part}, {heading}: {formats.count(n)}"
        for part, heading, n in data.itertuples(index=False, name=None)
    ]
    return f"{_headline(data)}. A bar for each heading. {'; '.join(rows)}."


def _works_drawn(data: pd.DataFrame) -> Figure:
    """Draw a bar for each heading; its part tells bars apart by look and in a legend."""
    parts = data["part"].unique()
    bars = pd.DataFrame(
        {part: data["works"].where(data["part"] == part, 0).to_numpy() for part in parts},
        index=data["heading"],
    )
    return diagrams.bars(bars, [formats.count(n) for n in data["works"]], "Works", f"{_headline(data)}.")


@dataclass(frozen=True)
class _Entry:
    """An entry of the list of references."""

    reference_id: str
    names: tuple[str, ...]
    year: int | None
    title: str

    @property
    def first(self) -> str:
        return self.names[0]

    @property
    def listed_as(self) -> str:
        return f"{self.first} {self.year or 'no year'}"

    def years_from(self, year: int) -> float:
        return math.inf if self.year is None else abs(self.year - year)


def cited_works(study: Study) -> pd.DataFrame:
    """Look every work that is named up in the list of references.

    Returns
    -------
    DataFrame
        One row per first author and year: `cited_as`, `surname`, `year`, `mentions`, `chapters`, `state` (of
        `STATES`), `entry` (id of the entry found or alike; blank if none) and `listed_as`.

    Notes
    -----
    An entry is found by first author and year, or by any of its authors and the year. Else by a name alone,
    with other years; else by a first author spelt almost alike in the same year (`ALIKE`, the ratio of
    Ratcliff and Obershelp of `difflib`).
    """
    cited = rows_of(study, "literature/citations")
    entries = _entries(study)
    rows = []
    for (surname, year), mentions in cited.groupby(["surname", "year"]):
        state, found = _looked_up(surname, int(year), entries)
        rows.append(
            {
                "cited_as": f"{surname} {year}",
                "surname": surname,
                "year": int(year),
                "mentions": len(mentions),
                "chapters": ", ".join(mentions["chapter"].unique()),
                "state": state,
                "entry": "" if found is None else found.reference_id,
                "listed_as": "" if found is None else found.listed_as,
            }
        )
    columns = ["cited_as", "surname", "year", "mentions", "chapters", "state", "entry", "listed_as"]
    return pd.DataFrame(rows, columns=columns)


def _entries(study: Study) -> list[_Entry]:
    rows = rows_of(study, "literature/bibliography")
    return [
        _Entry(
            row.reference_id,
            tuple(row.authors.split(";")),
            None if pd.isna(row.year) else int(row.year),
            row.title,
        )
        for row in rows.itertuples()
    ]


def _looked_up(surname: str, year: int, entries: Sequence[_Entry]) -> tuple[str, _Entry | None]:
    of_year = [entry for entry in entries if entry.year == year]
    by_name = [entry for entry in entries if surname in entry.names]
    tries = (
        (FOUND, [entry for entry in of_year if entry.first == surname]),
        (OTHER_AUTHOR, [entry for entry in by_name if entry.year == year]),
        (OTHER_YEAR, sorted(by_name, key=lambda entry: (entry.first != surname, entry.years_from(year)))),
        (OTHER_SPELLING, _spelt_alike(surname, of_year)),
    )
    return next(((state, found[0]) for state, found in tries if found), (ABSENT, None))


def _spelt_alike(surname: str, entries: Sequence[_Entry]) -> list[_Entry]:
    """Return the entries whose first author is spelt almost so, the likest first."""
    likeness = [(SequenceMatcher(None, surname, entry.first).ratio(), entry) for entry in entries]
    likeness.sort(key=lambda pair: -pair[0])
    return [entry for ratio, entry in likeness if ratio >= ALIKE]


def citations(study: Study) -> Output | None:
    """Table 2.3: how many of the works that are named can be found in the list of references.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/citations", "literature/bibliography"):
        return None
    works = cited_works(study)
    counted = [
        (
            state,
            int((works["state"] == state).sum()),
            int(works.loc[works["state"] == state, "mentions"].sum()),
        )
        for state in STATES
    ]
    data = pd.DataFrame(counted, columns=["in_the_list", "works", "mentions"])
    return table(
        "table-2.3",
        pages.added("Works named in the report, looked up in its list of references"),
        data,
        notes=lambda data: [
            f"{formats.plural(data['works'].sum(skipna=False), 'work')} in all, told apart by first author "
            "and year.",
            "All chapters are looked through, and not only the overview.",
        ],
        people=WORKS,
    )


def unresolved(study: Study) -> Output | None:
    """Table 2.4: works that are named and cannot be found as they are named.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/citations", "literature/bibliography"):
        return None
    works = cited_works(study)
    lost = works[~works["state"].isin(RESOLVED)].drop(columns=["surname", "year", "entry"])
    return folded(
        "table-2.4",
        pages.added("Works that cannot be found in the list as they are named"),
        lost.reset_index(drop=True),
        lambda data: data.rename(columns={"state": "in the list", "listed_as": "the list has"}).set_index(
            "cited_as"
        ),
        notes=["What the list has under the same name, or one almost alike, may be meant: a reader decides."],
        people=WORKS,
    )


def never_cited(study: Study) -> Output | None:
    """Table 2.5: entries of the list of references that the text never names.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "literature/citations", "literature/bibliography"):
        return None
    works = cited_works(study)
    keys = set(works[["surname", "year"]].itertuples(index=False, name=None))
    alike = works[~works["state"].isin(RESOLVED) & (works["entry"] != "")]
    alike = alike.groupby("entry")["cited_as"].agg(", ".join).to_dict()
    # An entry is named by any of its authors with its year, so that two works of one key are both named.
    left = [
        (entry.listed_as, entry.title, alike.get(entry.reference_id, ""))
        for entry in _entries(study)
        if not any((name, entry.year) in keys for name in entry.names)
    ]
    data = pd.DataFrame(left, columns=["listed_as", "title", "perhaps_cited_as"])
    return folded(
        "table-2.5",
        pages.added("Entries of the list of references that the text never names"),
        data,
        notes=_never_in_words,
    )


def _never_in_words(data: pd.DataFrame) -> list[str]:
    perhaps = (data["perhaps_cited_as"] != "").sum()
    return [
        f"{formats.plural(len(data), 'entry', 'entries')}; {formats.count(perhaps)} of them may be named "
        "with another year or spelling."
    ]


def statements(study: Study) -> Output:
    """Table 2.6: what the chapter states, and what the rows give.

    Parameters
    ----------
    study : Study
    """
    found = computed(study) if has_rows(study, *TABLES) else {}
    return beside_print.statements_table("table-2.6", "chapter 2", found, study.region)


def computed(study: Study) -> dict[str, float]:
    """Compute what the chapter states, by the names of its statements."""
    read = rows_of(study, "literature/publications")
    review = read[read["source"] == "review"]
    return {
        "review_publications": len(review),
        "review_grey": int((review["grey"] == "yes").sum()),
        "published_reviews": int((read["source"] == "published").sum()),
    }


def row_origins(study: Study) -> Output | None:
    """Table 2.8: how many rows are printed, worked out or made up.

    Parameters
    ----------
    study : Study
    """
    return raw_rows.origins(study, "table-2.8", TABLES) if has_rows(study, *TABLES) else None
