"""What a table, a figure or a paragraph of the book is, and how it is shown and saved."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from peerbook.errors import PeerbookError
from peerbook.outputs import markup, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREFIXES = {"figure": "fig", "table": "table", "text": "text"}
_ID = re.compile(r"(fig|table|text)-[a-z0-9]+(?:[.-][a-z0-9]+)*")


class OutputError(PeerbookError, ValueError):
    """A table, figure or paragraph lacks what a reader needs: a caption, an alternative text, a good id."""


@dataclass(frozen=True, eq=False)
class Output:
    """One table, figure or paragraph of the book. Made by `table`, `figure` and `text`; never changed.

    Attributes
    ----------
    id : str
        `fig-4.1`, `table-a4.2`, `text-4.3`; the anchor on the page and the name of its files.
    kind : {"figure", "table", "text"}
    caption : str
        What it is, in a line; empty for a text.
    alt : str
        For a figure: what the picture shows, computed from the data.
    data : DataFrame
        The numbers behind it, tidy, as the CSV holds them.
    notes : tuple of str
        Warnings, suppressions and misprints that are shown beside it.
    markup : str
        HTML of the table or picture; markdown of a text.
    panels : tuple of Output
        For a joined picture: its panels, each with data of its own.
    saved : bool
        Whether the CSV lies in the folder that the page's link points to.
    """

    id: str
    kind: str
    caption: str
    alt: str = ""
    data: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    notes: tuple[str, ...] = ()
    markup: str = field(default="", repr=False)
    panels: tuple[Output, ...] = field(default=(), repr=False)
    saved: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        stem = PREFIXES.get(self.kind, "")
        wanting = [
            (not stem, f"unknown kind '{self.kind}'", "use table, figure or text"),
            (
                not _ID.fullmatch(self.id) or not self.id.startswith(f"{stem}-"),
                "not a good id",
                f"write {stem}- and then small letters, digits, dots or hyphens",
            ),
            (self.kind != "text" and not self.caption.strip(), "no caption", "say in a line what it is"),
            (
                self.kind == "figure" and not self.alt.strip(),
                "no alternative text",
                "say what the picture shows, for readers who cannot see it",
            ),
        ]
        for wrong, found, remedy in wanting:
            if wrong:
                raise OutputError(f"Output '{self.id}': {found}. To put it right: {remedy}.")

    @property
    def label(self) -> str:
        """The name readers know it by: `Figure 4.1`, `Table A4.2`."""
        return label(self.id)

    def _repr_html_(self) -> str | None:
        if self.kind == "text":
            return None
        return markup.figure(self) if self.kind == "figure" else markup.table(self)

    def _repr_markdown_(self) -> str | None:
        return self.markup if self.kind == "text" else None

    def csv(self) -> str:
        """Return the data as CSV: the same text for the same data, on any machine.

        Numbers are written with ten significant digits, so that the last bits of a computed mean, which
        differ between processors, do not make two builds look different.
        """
        return self.data.to_csv(
            index=False, lineterminator="\n", float_format="%.10g", date_format="%Y-%m-%d"
        )

    def record(self) -> dict[str, Any]:
        """Describe the output for the build's manifest: what it is, and the hash of its CSV."""
        described = {
            "id": self.id,
            "kind": self.kind,
            "label": self.label,
            "caption": self.caption,
            "alt": self.alt,
            "notes": list(self.notes),
            "columns": [str(column) for column in self.data.columns],
            "rows": len(self.data),
            "sha256": hashlib.sha256(self.csv().encode()).hexdigest(),
        }
        return described | ({"text": self.markup} if self.kind == "text" else {})

    def save(self, folder: str | Path) -> Path:
        """Write `<id>.csv` and `<id>.json` into a folder, and those of every panel.

        Returns
        -------
        Path
            The CSV. The same data give the same bytes.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for panel in self.panels:
            panel.save(folder)
        record = json.dumps(self.record(), indent=2, ensure_ascii=False)
        (folder / f"{self.id}.json").write_text(record + "\n", encoding="utf-8")
        path = folder / f"{self.id}.csv"
        path.write_text(self.csv(), encoding="utf-8", newline="")
        return path

    def linked(self) -> Output:
        """Return the output with its download link pointing at the saved files."""
        return replace(self, saved=True, panels=tuple(panel.linked() for panel in self.panels))


def label(id: str) -> str:
    """Turn an id into the name readers know.

    Examples
    --------
    >>> label("fig-4.7a"), label("table-a4.2"), label("fig-4.7d-e"), label("text-4.1")
    ('Figure 4.7a', 'Table A4.2', 'Figure 4.7d-e', 'Text 4.1')

    An id without a number is a name:

    >>> label("table-audit-summary")
    'Table “audit summary”'
    """
    prefix, number = id.split("-", 1)
    kind = "Figure" if prefix == "fig" else prefix.capitalize()
    if not any(map(str.isdigit, number)):
        return f"{kind} “{number.replace('-', ' ')}”"
    return f"{kind} {number[0].upper()}{number[1:]}"


def table(
    id: str,
    caption: str,
    data: pd.DataFrame,
    *,
    shown: pd.DataFrame | None = None,
    row_headers: int = 1,
    notes: Iterable[str] = (),
) -> Output:
    """Make a table.

    Parameters
    ----------
    id, caption : str
    data : DataFrame
        Tidy; what the CSV holds.
    shown : DataFrame, optional
        What the reader sees, if that is arranged differently: its index holds the row headings (two levels:
        the first becomes a heading over its group of rows), its columns the column headings (two levels:
        the first spans its columns). Strings stay as they are, other values are formatted.
    row_headers : int
        Without `shown`: how many of the first columns of `data` head the rows, one or two.
    notes : iterable of str

    Raises
    ------
    OutputError
        If there is no caption or the id is not `table-...`.

    Examples
    --------
    >>> out = table("table-1", "People by area", pd.DataFrame({"area": ["City", "Rural"], "n": [3, 1]}))
    >>> out.label, 'scope="row"' in out.markup
    ('Table 1', True)
    """
    if shown is None:
        shown = data.set_index(list(data.columns[:row_headers]))
    body = markup.grid(shown, f"{label(id)}. {caption}")
    return Output(id, "table", caption, data=data.copy(), notes=tuple(notes), markup=body)


def figure(
    id: str,
    caption: str,
    alt: str,
    data: pd.DataFrame,
    draw: Callable[[], Figure] | None = None,
    *,
    notes: Iterable[str] = (),
    panels: Iterable[Output] = (),
) -> Output:
    """Make a figure: draws it in the house style and keeps it as SVG.

    Parameters
    ----------
    id, caption : str
    alt : str
        What the picture shows: trend, peak, range. Computed from the data, never fixed.
    data : DataFrame
        Tidy; the numbers that are drawn.
    draw : callable, optional
        Returns a matplotlib figure. Left out for a panel, which is drawn as part of a joined picture.
    notes : iterable of str
    panels : iterable of Output
        The panels of a joined picture, each a figure without `draw`.

    Raises
    ------
    OutputError
        If the caption or the alternative text is missing.
    """
    picture = "" if draw is None else markup.image(style.svg(draw, salt=id), alt)
    return Output(id, "figure", caption, alt, data.copy(), tuple(notes), picture, tuple(panels))


def text(id: str, markdown: str, data: pd.DataFrame | Mapping[str, Any] | None = None) -> Output:
    """Make a paragraph whose numbers were computed.

    Parameters
    ----------
    id : str
    markdown : str
        One or more paragraphs. Values that come from raw data go through `markup.plain` first.
    data : DataFrame or mapping, optional
        The numbers in the text; a mapping becomes the columns `name` and `value`.

    Examples
    --------
    >>> text("text-1", "Two people.", {"people": 2}).data.to_dict("records")
    [{'name': 'people', 'value': 2}]
    """
    if not isinstance(data, pd.DataFrame):
        data = pd.DataFrame(list((data or {}).items()), columns=["name", "value"])
    return Output(id, "text", "", data=data.copy(), markup=markdown)


def shelf(folder: str | Path = "") -> Callable[[Output], Output]:
    """Return the function that a notebook shows outputs with: it saves them, if there is a folder.

    Parameters
    ----------
    folder : str or Path
        Where the CSV files go. Empty: nothing is written, and download links carry the data themselves.

    Examples
    --------
    >>> show = shelf()
    >>> show(text("text-1", "Two people.")).id
    'text-1'
    """

    def show(output: Output) -> Output:
        if not str(folder):
            return output
        output.save(folder)
        return output.linked()

    return show
