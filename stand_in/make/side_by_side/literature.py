"""The stand-in rows about the literature: the printed list of references, citations and headings.

The systematic review names none of its publications, so a row without author stands for each; the report says
how many there were and how many of them were grey literature. What it does not count has no rows.
"""

from __future__ import annotations

import pandas as pd

from stand_in.make.side_by_side import printed
from stand_in.make.side_by_side.programme import PRINTED, with_columns


def make() -> dict[str, pd.DataFrame]:
    """Make the tables about the literature, every cell as text.

    Returns
    -------
    dict of DataFrame
        `sources`, `publications`, `bibliography`, `headings` and `citations`, with the columns of
        `data_schema`.
    """
    sources, entries = printed.load("literature_sources"), printed.load("bibliography")
    counted = sources["n"].map(lambda n: "yes" if n else "no")
    cited = printed.load("citations")
    made = {
        "sources": sources.assign(counted=counted, **PRINTED),
        "publications": _publications(sources, entries),
        "bibliography": entries.assign(**PRINTED),
        "headings": printed.load("literature_headings").assign(**PRINTED),
        "citations": cited.assign(
            citation_id=[f"K{number:03}" for number in range(1, len(cited) + 1)],
            locator="line " + cited["line"],
            status="derived",
        ),
    }
    return {f"literature/{name}": with_columns(f"literature/{name}", rows) for name, rows in made.items()}


def _publications(sources: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each publication that the report counts; the published reviews are named."""
    review = sources.set_index("source").loc["review"]
    n, grey = int(review["n"]), int(review["grey"])
    unnamed = pd.DataFrame(
        {"source": "review", "grey": ["no"] * (n - grey) + ["yes"] * grey, "status": "synthetic"}
    )
    first = entries["authors"].str.split(";").str[0]
    of_key = dict(zip(zip(first, entries["year"], strict=True), entries["reference_id"], strict=True))
    named = printed.load("literature_reviews")
    named = named.assign(
        source="published",
        grey="no",
        review_kind=named["kind"],
        reference_id=[of_key[key] for key in named[["surname", "year"]].itertuples(index=False, name=None)],
        **PRINTED,
    )
    every = pd.concat([unnamed, named], ignore_index=True)
    return every.assign(publication_id=[f"L{number:03}" for number in range(1, len(every) + 1)])
