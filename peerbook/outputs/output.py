"""What a table, a figure or a paragraph of the book is, and how it is shown and saved.

An output holds data, and functions that word, arrange and draw *the data they are handed*. They are called
when the output is shown or saved, and are handed what `peerbook.outputs.protect` lets through: no number
reaches a reader by another way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from peerbook import __version__
from peerbook.disclosure import Counted, Held, Nobody, Personal, Quoted, marked
from peerbook.errors import PeerbookError
from peerbook.inert import inert_table
from peerbook.labels import label
from peerbook.outputs import markup, style, walk
from peerbook.outputs.evidence import REBUILT, STAND_IN, badge
from peerbook.outputs.protect import HELD, Protection, protect
from peerbook.outputs.typed import typed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREFIXES = {"figure": "fig", "table": "table", "text": "text"}
_ID = re.compile(r"(fig|table|text)-[a-z0-9]+(?:[.-][a-z0-9]+)*")

Words = str | Callable[[Any], str]
Shown = pd.DataFrame | Mapping[str, pd.DataFrame]


class OutputError(PeerbookError, ValueError):
    """A table, figure or paragraph lacks what a reader needs: a caption, an alternative text, a good id."""


@dataclass(frozen=True)
class Form:
    """How an output is worded, arranged and drawn: functions of its data, which hold no data of their own.

    Attributes
    ----------
    caption : str or callable
        What it is, in a line; empty for a text.
    words : str or callable
        The alternative text of a figure, the markdown of a text.
    notes : tuple of str, or callable
        Warnings, suppressions and misprints that are shown beside it.
    arrange : callable, optional
        Of a table: the frame that a reader sees, or sections of it by heading. Of a figure: the frame that
        is folded away below it, if that is not simply its data, or a mapping from headings to items, which
        becomes a list of lists.
    choose : tuple of (str, tuple of str), optional
        Of a table in sections: the column to filter by, and what to choose from.
    draw : callable, optional
        Of a figure: a matplotlib figure.
    walk : callable, optional
        Of a figure: the points that can be walked with the arrow keys; see `peerbook.outputs.walk`.
    folded : bool
        Of a figure: whether all but its caption is folded away.
    named : bool
        Whether `words` is handed a mapping from `name` to `value` instead of the frame.
    people : Counted, Personal, Quoted or Nobody, optional
        What its numbers count, or why they count nobody; by default the names of its columns say it.
    """

    caption: Words = ""
    words: Words = ""
    notes: tuple[str, ...] | Callable[[pd.DataFrame], Iterable[str]] = ()
    arrange: Callable[[pd.DataFrame], Shown] | None = None
    choose: tuple[str, tuple[str, ...]] | None = None
    draw: Callable[[pd.DataFrame], Figure] | None = None
    walk: Callable[[pd.DataFrame], dict[str, Any] | None] | None = walk.series
    folded: bool = False
    named: bool = False
    people: Counted | Personal | Quoted | Nobody | None = None


@dataclass(frozen=True, eq=False)
class Output:
    """One table, figure or paragraph of the book. Made by `table`, `figure` and `text`; never changed.

    Attributes
    ----------
    id : str
        `fig-4.1`, `table-a4.2`, `text-4.3`; the anchor on the page and the name of its files.
    kind : {"figure", "table", "text"}
    data : DataFrame
        The numbers behind it, tidy, before protection.
    form : Form
        How they are worded, arranged and drawn.
    panels : tuple of Output
        For a joined picture: its panels, each with data of its own.
    evidence : {"published", "rebuilt", "judgement"}
        What it rests on; see `peerbook.outputs.evidence`.
    synthetic : bool, optional
        Whether what was rebuilt was rebuilt from synthetic data; the study that shows it says so.
    saved : bool
        Whether the CSV and the pictures lie in the folder that the page's links point to.
    drawn : tuple of str
        The pictures of a figure as SVG, for a page and for a phone, once they are drawn.
    protection : Protection, optional
        Of an output made from data of real people: how they are protected.
    """

    id: str
    kind: str
    data: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    form: Form = field(default=Form(), repr=False)
    panels: tuple[Output, ...] = field(default=(), repr=False)
    evidence: str = REBUILT
    synthetic: bool | None = None
    saved: bool = field(default=False, repr=False)
    drawn: tuple[str, ...] = field(default=(), repr=False)
    protection: Protection | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        stem = PREFIXES.get(self.kind, "")
        _refuse(self.id, not stem, f"unknown kind '{self.kind}'", "use table, figure or text")
        _refuse(
            self.id,
            not _ID.fullmatch(self.id) or not self.id.startswith(f"{stem}-"),
            "not a good id",
            f"write {stem}- and then small letters, digits, dots or hyphens",
        )
        _refuse(
            self.id,
            self.kind != "text" and _blank(self.form.caption),
            "no caption",
            "say in a line what it is",
        )
        _refuse(self.id, self.kind == "figure" and _blank(self.form.words), *_NO_ALT)
        badge(self.evidence)

    @cached_property
    def released(self) -> pd.DataFrame:
        """The data as readers get them: after protection."""
        return protect(self.held, self.protection if self.is_protected else None)

    @property
    def is_protected(self) -> bool:
        """Whether it was made from data of real people.

        What is printed elsewhere, or judged, is protected if it says that it counts people.
        """
        counts_people = isinstance(self.form.people, Counted | Personal | Quoted)
        return self.protection is not None and (self.evidence == REBUILT or counts_people)

    @property
    def held(self) -> Held:
        """What has to be known of it to decide what may be published."""
        where = self.protection.where if self.protection else ()
        return Held(self.id, self.data, self.form.people, self.form.named, where)

    def parts(self) -> Iterator[Output]:
        """Give it, and its panels."""
        yield self
        for panel in self.panels:
            yield from panel.parts()

    @property
    def label(self) -> str:
        """The name readers know it by: `Figure 4.1`, `Table A4.2`."""
        return label(self.id)

    @property
    def badge(self) -> str:
        """What it rests on, in words: `published`, `rebuilt from stand-in data`."""
        return badge(self.evidence, self.synthetic)

    @cached_property
    def caption(self) -> str:
        """What it is, in a line."""
        return _said(self.form.caption, self.released)

    @cached_property
    def words(self) -> str:
        """The alternative text of a figure, the markdown of a text; empty for a table."""
        data = self.released
        given = dict(zip(data["name"], data["value"], strict=True)) if self.form.named else data
        if self.kind == "text":
            return markup.sentence(_said(_with_typed_arguments(self.form.words), typed(given)))
        said = _said(self.form.words, given)
        _refuse(self.id, self.kind == "figure" and not said.strip(), *_NO_ALT)
        return said

    @property
    def alt(self) -> str:
        """What the picture of a figure shows; empty for other outputs."""
        return self.words if self.kind == "figure" else ""

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Warnings, suppressions and misprints that are shown beside it."""
        notes = self.form.notes
        return tuple(notes(self.released) if callable(notes) else notes)

    @cached_property
    def shown(self) -> Shown:
        """A table as its reader sees it: row headings in the index, or several such frames by heading."""
        return self.form.arrange(self.released)

    @cached_property
    def markup(self) -> str:
        """The picture or the table as HTML, without what stands around it; the markdown of a text."""
        if self.kind == "text":
            return self.words
        if self.kind == "table":
            title = f"{self.label}. {self.caption}"
            return markup.body(self.shown, title, self.form.choose, self.id, self.badge)
        return markup.image(self.pictures, self.alt, self.id if self.saved else "") if self.pictures else ""

    @cached_property
    def pictures(self) -> tuple[str, ...]:
        """The pictures of a figure as SVG, for a page and for a phone; none where nothing is drawn."""
        if self.drawn or self.form.draw is None:
            return self.drawn
        title = f"{self.label}. {self.caption} ({self.badge})"
        draw = partial(self.form.draw, self.released)
        return style.svg(draw, self.id, title), style.svg(draw, self.id, title, narrow=True)

    def _repr_html_(self) -> str | None:
        if self.kind == "text":
            return None
        if self.kind == "table":
            return markup.table(self.id, self.markup, self._around())
        data = "".join(panel._folded(panel.caption, panel=True) for panel in self.panels)
        caption = f"<strong>{self.label}.</strong> {markup.escape(self.caption)}{markup.badge(self.badge)}"
        data = self._walk() + (data or self._folded("data as a table"))
        fold_as = f"Show {self.label}" if self.form.folded else ""
        return markup.figure(self.id, self.markup, caption, self._around(), data, fold_as)

    def _repr_markdown_(self) -> str | None:
        return self.markup if self.kind == "text" else None

    def _around(self) -> str:
        """Write notes, and what a reader may take along; without saved files, links carry them."""
        mark = "-stand-in" if self.badge == STAND_IN else ""  # a file leaves its page and caption behind
        kinds = (*(["svg"] if self.pictures else []), "csv")
        carried = {} if self.saved else {"svg": "".join(self.pictures[:1]), "csv": self.csv()}
        files = [
            markup.File(f"{self.id}.{kind}", f"{self.id}{mark}.{kind}", carried.get(kind, ""))
            for kind in kinds
        ]
        return markup.notes(self.notes) + markup.take_along(self.id, self.label, files, self._citation())

    def _walk(self) -> str:
        """Write the points of the figure, for ears and arrow keys; series that are panels by their names."""
        told = self.form.walk(self.released) if self.form.walk and self.form.draw else None
        if told is None:
            return ""
        names = {panel.id: f"{panel.label}, {panel.caption}" for panel in self.panels}
        read = {names.get(name, name): points for name, points in told["series"].items()}
        return markup.walk(self.label, told | {"series": read})

    def _citation(self) -> str:
        """Return how to cite it; what is no result says so."""
        named = f"{self.label}. {self.caption.rstrip('.')} ({self.badge})."
        warning = "It shows people who do not exist: it is not a result. " if self.badge == STAND_IN else ""
        return f"{named} {warning}Made with peerbook {__version__}."

    def _folded(self, what: str, panel: bool = False) -> str:
        """Fold the data away as a table or list; of a panel also its description, notes and download link."""
        if self.released.columns.empty:
            return ""
        written = self.form.arrange(self.released) if self.form.arrange else _legible(self.released)
        if isinstance(written, pd.DataFrame):
            inner = markup.grid(written, f"Data of {self.label}")
        else:
            what, inner = "as a list", markup.nested(written)
        said = f"<p>{markup.escape(self.alt)}</p>{self._around()}" if panel else ""
        return markup.fold(f"{self.label}: {what}", said + inner, self.id if panel else "")

    def csv(self) -> str:
        """Return the released data as CSV: the same text for the same data, on any machine.

        What a spreadsheet would take for a formula has an apostrophe before it; see `peerbook.inert`.
        Numbers are written with ten significant digits, so that the last bits of a computed mean, which
        differ between processors, do not make two builds look different.
        """
        return self._csv

    @cached_property
    def _csv(self) -> str:
        return inert_table(marked(self.released)).to_csv(
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
            "evidence": self.evidence,
            "badge": self.badge,
            "columns": [str(column) for column in self.released.columns],
            "rows": len(self.released),
            "sha256": hashlib.sha256(self.csv().encode()).hexdigest(),
        }
        return described | ({"text": self.markup} if self.kind == "text" else {})

    def save(self, folder: str | Path) -> Path:
        """Write `<id>.csv`, `<id>.json` and the pictures of a figure into a folder, and those of every panel.

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
        for name, svg in zip(markup.pictures(self.id), self.pictures, strict=False):
            (folder / name).write_text(svg, encoding="utf-8", newline="")
        path = folder / f"{self.id}.csv"
        path.write_text(self.csv(), encoding="utf-8", newline="")
        return path

    def made_from(self, synthetic: bool | None, protection: Protection | None = None) -> Output:
        """Return the output with the word of its study: whether data are synthetic, or else protected."""
        panels = tuple(panel.made_from(synthetic, protection) for panel in self.panels)
        return replace(self, synthetic=synthetic, protection=protection, panels=panels)

    def with_released(self, released: Mapping[str, pd.DataFrame]) -> Output:
        """Return the output with what a book decided may be published, by the ids of it and its panels."""
        given = self.protection
        if self.is_protected:
            given = replace(given, released=released[self.id])
        panels = tuple(panel.with_released(released) for panel in self.panels)
        return replace(self, protection=given, panels=panels)

    def linked(self) -> Output:
        """Return the output with its links pointing at the saved files."""
        return replace(
            self, saved=True, drawn=self.pictures, panels=tuple(panel.linked() for panel in self.panels)
        )


def _legible(data: pd.DataFrame) -> pd.DataFrame:
    """Head the rows with the first column, and write names of variables with spaces."""
    written = data.map(lambda value: value.replace("_", " ") if isinstance(value, str) else value)
    return written.set_index(written.columns[0])


_NO_ALT = ("no alternative text", "say what the picture shows, for readers who cannot see it")


def _refuse(id: str, wrong: bool, found: str, remedy: str) -> None:
    if wrong:
        raise OutputError(f"Output '{id}': {found}. To put it right: {remedy}.")


def _blank(words: Words) -> bool:
    return isinstance(words, str) and not words.strip()


def _said(words: Words, data: Any) -> str:
    return words(data) if callable(words) else words


def _with_typed_arguments(words: Words) -> Words:
    """Return a function with what was given to it beforehand, such as a region, as text from data too."""
    if not isinstance(words, partial):
        return words
    return partial(words.func, *map(typed, words.args), **typed(words.keywords))


def table(
    id: str,
    caption: Words,
    data: pd.DataFrame,
    arrange: Callable[[pd.DataFrame], Shown] | None = None,
    *,
    row_headers: int = 1,
    choose: tuple[str, Iterable[str]] | None = None,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (),
    evidence: str = REBUILT,
    people: Counted | Personal | Quoted | Nobody | None = None,
) -> Output:
    """Make a table.

    Parameters
    ----------
    id : str
    caption : str or callable
    data : DataFrame
        Tidy; what the CSV holds.
    arrange : callable, optional
        From the data to what the reader sees, if that is arranged differently: a frame whose index holds the
        row headings (two levels: the first becomes a heading over its group of rows) and whose columns are
        the column headings (two levels: the first spans its columns). Strings stay as they are, other values
        are formatted. Or a mapping from headings to such frames: sections to unfold.
    row_headers : int
        Without `arrange`: how many of the first columns of `data` head the rows, one or two.
    choose : tuple of (str, iterable of str), optional
        Of a table in sections: the column to filter by, and what to choose from besides everything.
    notes : iterable of str, or callable
    evidence : {"rebuilt", "published", "judgement"}
    people : Counted, Personal, Quoted or Nobody, optional
        What its numbers count, or why they count nobody; see `peerbook.disclosure`.

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
    if arrange is None:
        arrange = partial(_headed, row_headers=row_headers)
    choose = choose and (choose[0], tuple(choose[1]))
    form = Form(caption, "", _listed(notes), arrange, choose, people=people)
    return Output(id, "table", data.copy(), form, evidence=evidence)


def _headed(data: pd.DataFrame, row_headers: int) -> pd.DataFrame:
    return data.set_index(list(data.columns[:row_headers]))


def figure(
    id: str,
    caption: Words,
    alt: Words,
    data: pd.DataFrame,
    draw: Callable[[pd.DataFrame], Figure] | None = None,
    *,
    arrange: Callable[[pd.DataFrame], pd.DataFrame | Mapping[str, Iterable[str]]] | None = None,
    notes: Iterable[str] | Callable[[pd.DataFrame], Iterable[str]] = (),
    panels: Iterable[Output] = (),
    folded: bool = False,
    evidence: str = REBUILT,
    people: Counted | Personal | Quoted | Nobody | None = None,
) -> Output:
    """Make a figure, drawn in the house style as SVG when it is shown.

    Parameters
    ----------
    id : str
    caption : str or callable
    alt : callable
        From the data to what the picture shows: trend, peak, range.
    data : DataFrame
        Tidy; the numbers that are drawn.
    draw : callable, optional
        From the data to a matplotlib figure. Left out for a panel, which is drawn as part of a joined
        picture.
    arrange : callable, optional
        From the data to the table that is folded away below the figure, or to headings with items below
        each, which become a list of lists; by default all of the data.
    notes : iterable of str, or callable
    panels : iterable of Output
        The panels of a joined picture, each a figure without `draw`.
    folded : bool
        Whether all but the caption is folded away: for one of many figures of a kind.
    evidence : {"rebuilt", "published", "judgement"}
    people : Counted, Personal, Quoted or Nobody, optional
        What its numbers count, or why they count nobody; see `peerbook.disclosure`.

    Raises
    ------
    OutputError
        If the caption or the alternative text is missing.
    """
    form = Form(caption, alt, _listed(notes), arrange, draw=draw, folded=folded, people=people)
    return Output(id, "figure", data.copy(), form, tuple(panels), evidence)


def text(
    id: str,
    words: Words,
    data: pd.DataFrame | Mapping[str, Any] | None = None,
    *,
    evidence: str = REBUILT,
    people: Counted | Personal | Quoted | Nobody | None = None,
) -> Output:
    """Make a paragraph whose numbers were computed.

    Parameters
    ----------
    id : str
    words : callable, or str for a paragraph without numbers
        From the data to one or more paragraphs of markdown. Strings of the data are escaped when they are
        written into them, by an f-string or `formats.words`; see `peerbook.outputs.typed`.
    data : DataFrame or mapping, optional
        The numbers in the text. `words` is handed what is given here, a frame or a mapping; a mapping becomes
        the columns `name` and `value` of the CSV.
    evidence : {"rebuilt", "published", "judgement"}
    people : Counted, Personal, Quoted or Nobody, optional
        What its numbers count, or why they count nobody; see `peerbook.disclosure`.

    Examples
    --------
    >>> from peerbook.outputs import formats
    >>> said = text("text-1", lambda n: f"{formats.plural(n['people'], 'person', 'people')}.", {"people": 2})
    >>> said.markup, said.data.to_dict("records")
    ('2 people.', [{'name': 'people', 'value': 2}])
    """
    named = not isinstance(data, pd.DataFrame)
    frame = pd.DataFrame(list((data or {}).items()), columns=["name", "value"]) if named else data.copy()
    return Output(id, "text", frame, Form(words=words, named=named, people=people), evidence=evidence)


def _listed(notes: Iterable[str] | Callable) -> tuple[str, ...] | Callable:
    return notes if callable(notes) else tuple(notes)


def shelf(
    folder: str | Path = "", synthetic: bool | None = None, protection: Protection | None = None
) -> Callable[[Output | None], Output | Placeholder | None]:
    """Return the function that a notebook shows outputs with: it saves them, if there is a folder.

    A function of a chapter may give None where there is nothing to show; then nothing is shown or saved.

    Parameters
    ----------
    folder : str or Path
        Where the CSV files go. Empty: nothing is written, and download links carry the data themselves.
    synthetic : bool, optional
        Whether the data are declared synthetic: outputs rebuilt from them say so.
    protection : Protection, optional
        How data of real people are protected. If a build has put a folder `held` beside `folder`, outputs
        are only held there: the build decides about all of them, and shows them.

    Examples
    --------
    >>> show = shelf()
    >>> show(text("text-1", "Nobody came.")).id
    'text-1'
    """
    held = Path(folder).parent / HELD
    is_held = bool(str(folder)) and protection is not None and held.is_dir()

    def show(output: Output | None) -> Output | Placeholder | None:
        if output is None:
            return None
        shown = output.made_from(synthetic, protection)
        if is_held:
            return _hold(shown, held)
        if not str(folder):
            return shown
        shown.save(folder)
        return shown.linked()

    return show


@dataclass(frozen=True)
class Placeholder:
    """What a notebook shows of an output until a build has decided what of it may be published."""

    id: str

    def _repr_html_(self) -> str:
        return f'<template data-held="{self.id}"></template>'


def _hold(output: Output, folder: Path) -> Placeholder:
    import cloudpickle

    number = len(list(folder.iterdir()))
    (folder / f"{number:04d}-{output.id}.pkl").write_bytes(cloudpickle.dumps(output))
    return Placeholder(output.id)
