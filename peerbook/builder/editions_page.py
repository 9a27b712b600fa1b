"""The index over many books: what each is of, how large it is, what changed from each to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import hashes, manifest, protection
from peerbook.disclosure import MARK
from peerbook.outputs import formats
from peerbook.outputs.notices import notice_of

if TYPE_CHECKING:
    import pandas as pd

    from peerbook.builder.edition import Edition, Made, Series
    from peerbook.data import RawFolder

INDEX, CHANGES = "index.html", "changes"
_KINDS = {  # of differences, as readers call one and many
    "finding": ("finding", "findings"),
    "figure": ("figure", "figures"),
    "sentence": ("sentence", "sentences"),
    "cell": ("number in a table", "numbers in tables"),
    "row": ("row of a table", "rows of tables"),
    "column": ("column of a table", "columns of tables"),
    "output": ("table or figure that only one has", "tables and figures that only one has"),
    "page": ("page that only one has", "pages that only one has"),
}
_STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --paper: #fff; --line: #767676;
  --link: #0b4f9e; --note: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { --text: #eee; --paper: #17191c; --line: #8d8d8d; --link: #9cc7ff; --note: #3a3117; }
}
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; background: var(--paper); color: var(--text);
  font: 1.0625rem/1.6 system-ui, sans-serif; }
a { color: var(--link); } a:focus-visible { outline: 3px solid; outline-offset: 2px; }
h1 { line-height: 1.25; } h2 { margin-top: 2.5rem; }
.peerbook-notice { border-inline-start: 0.4rem solid; background: var(--note); padding: 0.5rem 1rem; }
.admonition-title { font-weight: bold; } .peerbook-notice p { margin: 0.25rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: bold; padding: 0.5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.5rem 0.75rem;
  text-align: start; vertical-align: top; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
.aloud { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.said { display: block; font-weight: normal; }
td ul { margin: 0; padding-inline-start: 1.2rem; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr, th, td, td.number { display: block; text-align: start; border: 0; padding: 0.1rem 0; }
  tr { border-bottom: 1px solid var(--line); padding: 0.75rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; font-weight: bold; }
}
"""


def write(series: Series, raw: RawFolder, editions: Sequence[Edition], made: Sequence[Made]) -> Path:
    """Write the index, and beside it a CSV of what differs between each edition and the one it is set beside.

    Parameters
    ----------
    series, raw
        What was asked for, and the data of all editions.
    editions, made
        Each edition, and how it came out.

    Returns
    -------
    Path
        The page.
    """
    rows = [
        _row(edition, done, _changes(series, editions, made, place), raw)
        for place, (edition, done) in enumerate(zip(editions, made, strict=True))
    ]
    page = series.place / INDEX
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_page(series, raw, editions, made, rows), encoding="utf-8")
    return page


def _page(
    series: Series, raw: RawFolder, editions: Sequence[Edition], made: Sequence[Made], rows: Sequence[str]
) -> str:
    title = f"{raw.definitions.title}: editions by {series.kind}"
    books = sum(_has_book(edition, done) for edition, done in zip(editions, made, strict=True))
    heads = [
        f'<th role="columnheader" scope="col" class="number">{escape(word)}</th>' for word in _counted(raw)
    ]
    head = (
        f'<tr role="row"><th role="columnheader" scope="col">Edition</th>{"".join(heads)}'
        f'<th role="columnheader" scope="col">{_changed_words(series)}</th></tr>'
    )
    caption = f"{formats.plural(len(editions), 'edition')}, {formats.plural(books, 'book')}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        notice_of(raw.synthetic),
        f"<p>{_about(series)}</p>",
        '<div class="scroll" role="region" aria-labelledby="books" tabindex="0">',
        f'<table role="table"><caption id="books">{caption}</caption>',
        f'<thead role="rowgroup">{head}</thead>',
        f'<tbody role="rowgroup">\n{"".join(rows)}</tbody></table></div>',
        *_left_out(editions, made),
    ]
    text = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{text}\n</main>\n</body>\n</html>\n"
    )


def _counted(raw: RawFolder) -> list[str]:
    """Return the words for what is counted."""
    return list(raw.definitions.editions.counted)


def _about(series: Series) -> str:
    what = {
        "region": "Each book is of one region; the first is of all. A chapter that cannot be narrowed to a "
        "region is in the book of all only.",
        "project": "Each book is of the people of one project; the first is of all.",
        "month": "Each book is of what was known on the last day of a month. Rows without a day that can be "
        "read are in those that have all other rows.",
    }[series.kind]
    return f"{what} All were made in the same way, from the same raw data."


def _changed_words(series: Series) -> str:
    return "Changed since the edition before" if series.kind == "month" else "Differs from the book of all in"


def _has_book(edition: Edition, made: Made) -> bool:
    return made.state != "few" and (edition.order.out / "html" / "index.html").is_file()


def _row(edition: Edition, made: Made, changed: str, raw: RawFolder) -> str:
    name = escape(edition.title)
    if _has_book(edition, made):
        name = f'<a href="{edition.order.out.name}/html/index.html">{name}</a>'
    if made.said:
        name += f'<span class="said">{escape(_said(edition, made))}</span>'
    counts = _counts(edition, made, raw)
    cells = "".join(
        f'<td role="cell" class="number" data-label="{escape(word)}">{escape(n)}</td>'
        for word, n in counts.items()
    )
    last = f'<td role="cell" data-label="What changed">{changed}</td>'
    return f'<tr role="row"><th role="rowheader" scope="row">{name}</th>{cells}{last}</tr>\n'


def _said(edition: Edition, made: Made) -> str:
    if made.state == "few":
        return f"No book: {made.said}."
    if made.state != "failed":
        return f"Made {made.said}."
    first = made.said.strip().partition("\n")[0].rstrip(".")
    kept = _has_book(edition, made)
    when = str(manifest.read(edition.order.out).get("built_at", ""))[:10] if kept else ""
    return f"Could not be made: {first}. " + (f"The book is the last good one, of {when}." if kept else "")


def _counts(edition: Edition, made: Made, raw: RawFolder) -> dict[str, str]:
    """Return how many an edition is of; of real people as its own book shows it, and nothing else."""
    if raw.synthetic:
        return {word: formats.count(n) for word, n in edition.rows.items()}
    counted = raw.definitions.editions.counted
    shown = _shown(edition.order.out / protection.LIST) if _has_book(edition, made) else {}
    where = tuple(sorted(edition.where.items()))
    return {word: shown.get((said["unit"], where), formats.MISSING) for word, said in counted.items()}


def _shown(file: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], str]:
    """Read what a book shows of each count from its list of decisions.

    Below its own stand the decisions of books that it took the place of.
    """
    import pandas as pd

    found: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
    if not file.is_file():
        return found
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    for row in rows[rows["edition"] == rows["edition"].iloc[0]].to_dict("records"):
        said = json.loads(row["counts"])
        shown = MARK if row["decision"] == "withheld" else formats.count(float(row["shown"]))
        found.setdefault((said["unit"], tuple(sorted(said["where"].items()))), shown)
    return found


# What changed


def differences(before: Path, after: Path) -> pd.DataFrame:
    """Return what differs between two books, one row for each difference."""
    from peerbook.builder.compare import compare

    return compare(before, after)


def _changes(series: Series, editions: Sequence[Edition], made: Sequence[Made], place: int) -> str:
    """Say what changed from the edition before, or, of a region or a project, beside the whole."""
    if not _has_book(editions[place], made[place]):
        return "–"
    earlier = range(place - 1, -1, -1) if series.kind == "month" else range(min(place, 1))
    beside = [at for at in earlier if _has_book(editions[at], made[at])]
    if not beside:
        return "The first"
    file = series.place / CHANGES / f"{editions[place].name}.csv"
    found = _written(file, editions[beside[0]].order.out, editions[place].order.out)
    if found.empty:
        return "Nothing"
    lines = "".join(f"<li>{line}</li>" for line in _in_kinds(found))
    of = f'<span class="aloud"> of {escape(editions[place].title)}</span>'
    link = f'<a href="{CHANGES}/{file.name}">Every change{of} (CSV)</a>'
    return f"<ul>{lines}</ul>{link}"


def _written(file: Path, before: Path, after: Path) -> pd.DataFrame:
    """Return what differs between two books from a file, which is written unless it is of these two."""
    import pandas as pd

    from peerbook.inert import inert_table

    of = file.with_suffix(".json")
    books = [hashes.sha256(folder / "manifest.json") for folder in (before, after)]
    if not of.is_file() or json.loads(of.read_text(encoding="utf-8")) != books:
        file.parent.mkdir(exist_ok=True)
        of.unlink(missing_ok=True)
        inert_table(differences(before, after)).to_csv(file, index=False, lineterminator="\n")
        of.write_text(json.dumps(books), encoding="utf-8")
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _in_kinds(found: pd.DataFrame) -> Iterable[str]:
    counts: Mapping[Any, int] = found["kind"].value_counts().to_dict()
    for kind in [*(kind for kind in _KINDS if kind in counts), *sorted(set(counts) - set(_KINDS))]:
        yield escape(formats.plural(counts[kind], *_KINDS.get(kind, (str(kind), str(kind)))))


def _left_out(editions: Sequence[Edition], made: Sequence[Made]) -> list[str]:
    """List the chapters that editions do not have, with the reasons; those not asked for are no news."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for edition, done in zip(editions, made, strict=True):
        record = manifest.read(edition.order.out) if _has_book(edition, done) else {}
        for left in record.get("left_out", []):
            if left["reason"] != "not asked for":
                reasons.setdefault((left["chapter"], left["reason"]), []).append(edition.title)
    if not reasons:
        return []
    books = sum(_has_book(edition, done) for edition, done in zip(editions, made, strict=True))
    lines = [
        f"<li>{escape(chapter)}: {escape(reason)} ({_in(names, books)})</li>"
        for (chapter, reason), names in reasons.items()
    ]
    return ["<h2>Chapters that are left out</h2>", f"<ul>{''.join(lines)}</ul>"]


def _in(names: Sequence[str], books: int) -> str:
    return "all books" if len(names) == books else escape(formats.words(names))
