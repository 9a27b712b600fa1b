"""The book's contents: pages from `book/contents.yml`, chapters from each study's `chapters.yml`.

The table of contents, the plan and the build all follow from these lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from peerbook.builder.parameters import (
    LIMITS,
    REGION,
    STUDIES,
    SUPPLIED_BY_BUILD,
    TYPES,
    Parameter,
    did_you_mean,
)
from peerbook.data.described import of_type, read_yaml
from peerbook.errors import ParameterError

if TYPE_CHECKING:
    from peerbook.data.about import About

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
LIST_NAME = "chapters.yml"
BOOK_LIST = "contents.yml"
ALL = "all"
PRINT, PAIRS, STAND_IN = "print", "pairs", "stand-in"  # what a chapter may need besides tables
FOR = "written_for"
ABOUT = ("description", "released", "contact")


@dataclass(frozen=True)
class Chapter:
    """One chapter: a notebook that is executed into a page of the same name.

    Parameters
    ----------
    study
        The study it belongs to.
    name
        Name of the notebook without its suffix, and of the page.
    title
        Title in the table of contents.
    part
        Part of the book in which the chapter stands; `contents.yml` gives their order.
    notebook
        Path of the notebook.
    parameters
        What a user may set, by name.
    fixed
        Of a notebook that runs once per value of a parameter, this page's value, by name of the parameter;
        nobody may set it.
    needs
        What the data must have for it: names of raw tables, `PAIRS`, `PRINT` or `STAND_IN`.
    studies
        Other studies whose raw data it reads; the build hands it the folder of each.
    """

    study: str
    name: str
    title: str
    part: str
    notebook: Path
    parameters: Mapping[str, Parameter]
    fixed: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()

    @property
    def supplied(self) -> frozenset[str]:
        """The parameters of its notebook that only the build fills in."""
        return SUPPLIED_BY_BUILD | ({STUDIES} if self.studies else set())

    @property
    def place(self) -> str:
        """Where it is among notebooks, pages and outputs: `study/name`."""
        return f"{self.study}/{self.name}"

    @property
    def source(self) -> str:
        """Where its notebook and its code are: `study/name`, the same for all pages of one notebook."""
        return f"{self.study}/{self.notebook.stem}"

    def is_called(self, name: str) -> bool:
        """Whether a user may mean it by a name: of the page or its notebook, with or without the study."""
        return name in (self.name, self.place, self.notebook.stem, self.source)


@dataclass(frozen=True)
class Contents:
    """Chapters in reading order, the titles of their studies, and the hand-written pages before and after.

    `about` says of the book what a link preview and the foot of a page show: `description`, `released` (a
    date) and `contact` (an address, or a page of the book). `written_for` is the study whose printed report
    the start page tells of; a book without it gets another start page. `title` is that of the book, if it is
    not the one of `_config.yml`. `elsewhere` names parts as a book without that report calls them.
    """

    chapters: tuple[Chapter, ...]
    studies: Mapping[str, str]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    written_for: str = ""
    title: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def told(self, said: Mapping[str, About]) -> Contents:
        """Return the contents with the titles and regions that data folders give their studies."""
        titles = {name: said[name].title or title for name, title in self.studies.items()}
        chapters = (_of_regions(chapter, said[chapter.study].regions) for chapter in self.chapters)
        return replace(self, studies=titles, chapters=tuple(chapters))

    @property
    def read(self) -> tuple[str, ...]:
        """The studies whose data the chapters read: those of the book, and others that some of them name."""
        others = (name for chapter in self.chapters for name in chapter.studies)
        return tuple(dict.fromkeys([*self.studies, *others]))

    def of_studies(self, names: Iterable[str]) -> Contents:
        """Return the contents of a book of the studies named; of all of them if none is named.

        Raises
        ------
        ParameterError
            If there is no study of a name.
        """
        wanted = set(names)
        for name in sorted(wanted.difference(self.studies)):
            hint = did_you_mean(name, self.studies)
            raise ParameterError(f"There is no study '{name}'.{hint} Studies: {', '.join(self.studies)}.")
        kept = {name: title for name, title in self.studies.items() if not wanted or name in wanted}
        return replace(
            self,
            studies=kept,
            chapters=tuple(chapter for chapter in self.chapters if chapter.study in kept),
        )

    def only(self, names: Iterable[str]) -> tuple[Chapter, ...]:
        """Return the chapters named, in reading order; all of them if none is named.

        Parameters
        ----------
        names
            Each `chapter`, or `study/chapter` where two studies have a chapter of one name. The name of a
            notebook that runs once per value stands for all its pages.

        Raises
        ------
        ParameterError
            If a name is that of no chapter, or of chapters of several studies.
        """
        wanted = set(names)
        for name in sorted(wanted):
            self._check_names_one(name)
        return tuple(
            chapter for chapter in self.chapters if not wanted or any(map(chapter.is_called, wanted))
        )

    def _check_names_one(self, name: str) -> None:
        found = {chapter.source: chapter.place for chapter in self.chapters if chapter.is_called(name)}
        known = [chapter.name for chapter in self.chapters]
        if not found:
            raise ParameterError(
                f"There is no chapter '{name}'.{did_you_mean(name, known)} Chapters: {', '.join(known)}."
            )
        if len(found) > 1:
            raise ParameterError(
                f"Several studies have a chapter '{name}'. Name one: {', '.join(found.values())}."
            )


def read_contents(root: Path) -> Contents:
    """Read the lists of pages and chapters and check that they are complete and every notebook exists.

    Parameters
    ----------
    root
        Folder with `book/`, `notebooks/` and `data_schema/`.

    Raises
    ------
    ParameterError
        If a list has unknown or missing keys, a repeated chapter or one without a notebook.
    """
    listing = _read(root / "book" / BOOK_LIST)
    lists = {"before", "studies", "parts", "after", FOR, "elsewhere"}
    _check_keys(listing, BOOK_LIST, required=set(), optional=lists | set(ABOUT))
    present = sorted(file.parent.name for file in (root / "notebooks").glob(f"*/{LIST_NAME}"))
    for key in ("before", "studies", "parts", "after"):
        of_type(listing.get(key) or [], Sequence[str], f"{BOOK_LIST}, {key}")
    first = listing.get("studies") or []
    for name in first:
        if name not in present:
            raise ParameterError(f"{BOOK_LIST}: there is no notebooks/{name}/{LIST_NAME}.")
    order = [*first, *(name for name in present if name not in first)]
    described = {name: _study(root / "data_schema" / name / "study.yml") for name in order}
    listed = [
        chapter
        for name in order
        for chapter in _chapters(
            root / "notebooks" / name, described[name].get("regions") or (), _tables(root, name)
        )
    ]
    return Contents(
        _by_part(listed, listing.get("parts") or ()),
        {name: str(described[name].get("title", name)) for name in order},
        tuple(listing.get("before") or ()),
        tuple(listing.get("after") or ()),
        {key: str(listing.get(key) or "") for key in ABOUT},
        str(listing.get(FOR) or ""),
        elsewhere=dict(listing.get("elsewhere") or {}),
    )


def _tables(root: Path, study: str) -> list[str]:
    """Name the raw tables of a study."""
    described = _read(root / "data_schema" / study / "datapackage.json")
    return [resource["name"] for resource in described.get("resources", ())]


def _of_regions(chapter: Chapter, regions: Iterable[str] | None) -> Chapter:
    if regions is None:
        return chapter
    choices = (ALL, *regions)
    parameters = {
        name: replace(parameter, choices=choices) if parameter.type == REGION else parameter
        for name, parameter in chapter.parameters.items()
    }
    return replace(chapter, parameters=parameters)


def _study(file: Path) -> Mapping[str, Any]:
    """Read what the definitions of a study say of it, as far as the contents need it."""
    said = of_type(read_yaml(file), Mapping, "study.yml")
    of_type(said.get("regions") or [], Sequence[str], "study.yml, regions")
    return said


def _by_part(listed: Iterable[Chapter], parts: Iterable[str]) -> tuple[Chapter, ...]:
    """Sort chapters by part; parts that the book does not list follow as they are first named."""
    listed = tuple(listed)
    order = list(dict.fromkeys([*parts, *(chapter.part for chapter in listed)]))
    return tuple(sorted(listed, key=lambda chapter: order.index(chapter.part)))


def _read(file: Path) -> Any:
    if not file.is_file():
        place = f"{file.parent.name}/{file.name}"
        raise ParameterError(f"{place}: no such file; the book's contents follow from it.")
    try:
        return yaml.load(file.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        found = getattr(error, "problem", None) or "it cannot be read as YAML"
        raise ParameterError(f"{file.parent.name}/{file.name}{line}: {found}. Correct it.") from error


def _chapters(folder: Path, regions: Iterable[str], tables: Iterable[str]) -> tuple[Chapter, ...]:
    """Read the list of chapters of one study."""
    file = f"{folder.name}/{LIST_NAME}"
    listing = _read(folder / LIST_NAME)
    _check_keys(listing, file, required={"chapters"}, optional={"shared"})
    if not isinstance(listing["chapters"], list):
        raise ParameterError(
            f"{file}, chapters: expected a list, found {type(listing['chapters']).__name__}."
        )
    chapters = tuple(
        chapter for entry in listing["chapters"] for chapter in _pages(entry, folder, file, regions)
    )
    names = [chapter.name for chapter in chapters]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{file}: chapter '{name}' is listed {names.count(name)} times.")
    known = [*tables, PRINT, PAIRS, STAND_IN]
    for chapter in chapters:
        for need in chapter.needs:
            if need not in known:
                hint = did_you_mean(need, known)
                raise ParameterError(
                    f"{file}, chapter {chapter.name}, needs: '{need}' is no table of the study.{hint}"
                )
    return chapters


def _pages(entry: dict[str, Any], folder: Path, file: str, regions: Iterable[str]) -> list[Chapter]:
    """Return the one page of an entry, or of an entry with `each` a page for each value."""
    place = f"{file}, chapter {entry.get('name', '?') if isinstance(entry, dict) else entry!r}"
    optional = {"parameters", "each", "needs", STUDIES}
    _check_keys(entry, place, required={"name", "title", "part"}, optional=optional)
    for key in ("name", "title", "part"):
        if not isinstance(entry[key], str):
            raise ParameterError(f"{place}: {key} is {entry[key]!r}; expected text, in quotation marks.")
    if not isinstance(entry.get("parameters") or {}, dict):
        raise ParameterError(f"{place}, parameters: expected 'name: ...' lines.")
    chapter = _chapter(entry, folder, place, regions)
    if "each" not in entry:
        return [chapter]
    name, values = _each(entry["each"], chapter, place)
    return [_page_of(chapter, name, value, values) for value in values]


def _each(declared: object, chapter: Chapter, place: str) -> tuple[str, tuple[str, ...]]:
    """Read `each: {parameter: [values]}`."""
    if not isinstance(declared, dict) or len(declared) != 1:
        raise ParameterError(f"{place}: each needs one parameter and its values, as in {{place: [A, B]}}.")
    [(name, values)] = declared.items()
    if not isinstance(values, list) or not values or not all(isinstance(v, str) and v for v in values):
        raise ParameterError(
            f"{place}, each: '{name}' needs a list of texts; put quotation marks around them."
        )
    for value in values:
        if not name_of(value):
            raise ParameterError(
                f"{place}, each: no page can be named after {value!r}; use letters or digits."
            )
    if name in (*SUPPLIED_BY_BUILD, STUDIES, *chapter.parameters):
        raise ParameterError(f"{place}, each: '{name}' is a parameter already; take it off one of the lists.")
    if f"{{{name}}}" not in chapter.title:
        raise ParameterError(
            f"{place}: the title of many pages must tell them apart; write {{{name}}} in it."
        )
    return name, tuple(values)


def _page_of(chapter: Chapter, name: str, value: str, values: tuple[str, ...]) -> Chapter:
    parameter = Parameter(name, "choice", values, "The build makes a page for each.")
    return replace(
        chapter,
        name=f"{chapter.name}_{name_of(value)}",
        title=chapter.title.replace(f"{{{name}}}", value),
        parameters={name: parameter, **chapter.parameters},
        fixed={name: value},
    )


def name_of(value: str) -> str:
    """Turn a value into what a page's name can have: small letters, digits and underscores.

    Examples
    --------
    >>> name_of("North & East, 2nd part")
    'north_east_2nd_part'
    """
    return re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")


def _chapter(entry: dict[str, Any], folder: Path, place: str, regions: Iterable[str]) -> Chapter:
    notebook = folder / f"{entry['name']}.ipynb"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", entry["name"]):
        raise ParameterError(f"{place}: a name has small letters, digits and underscores only.")
    if not notebook.is_file():
        raise ParameterError(f"{place}: there is no notebook {notebook.name} beside the list.")
    parameters = {
        name: _parameter(name, declared, place, regions)
        for name, declared in (entry.get("parameters") or {}).items()
    }
    needs = tuple(map(str, entry.get("needs") or ()))
    studies = _studies(entry.get(STUDIES, []), folder.name, place)
    about = entry["name"], entry["title"], entry["part"], notebook, parameters
    return Chapter(folder.name, *about, studies=studies, needs=needs)


def _studies(declared: object, own: str, place: str) -> tuple[str, ...]:
    """Read the list of other studies that a chapter reads."""
    if not isinstance(declared, list) or not all(isinstance(name, str) for name in declared):
        raise ParameterError(f"{place}, studies: found {declared!r}; expected a list of names of studies.")
    if own in declared or len(set(declared)) < len(declared):
        raise ParameterError(f"{place}, studies: name every other study once, and not {own} itself.")
    return tuple(declared)


def _parameter(name: str, declared: dict[str, Any], place: str, regions: Iterable[str]) -> Parameter:
    place = f"{place}, parameter {name!r}"
    _check_keys(declared, place, required={"type", "help"}, optional={"choices", *LIMITS})
    choices = tuple(declared.get("choices", ()))
    if name in (*SUPPLIED_BY_BUILD, STUDIES):
        raise ParameterError(f"{place}: the build supplies it; take it off the list.")
    if declared["type"] not in TYPES:
        raise ParameterError(f"{place}: type is {declared['type']!r}; expected one of {', '.join(TYPES)}.")
    if (declared["type"] == "choice") != bool(choices):
        raise ParameterError(f"{place}: choices belong to the type 'choice', and to it only.")
    if not all(isinstance(choice, str) for choice in choices):
        raise ParameterError(f"{place}: every choice must be text; put quotation marks around it.")
    if declared["type"] == REGION:
        choices = (ALL, *regions)
    limits = {key: declared[key] for key in LIMITS if key in declared}
    if limits and declared["type"] not in ("int", "float"):
        raise ParameterError(f"{place}: {', '.join(limits)} belong to numbers only.")
    return Parameter(name, declared["type"], choices, declared["help"], limits)


def _check_keys(entry: object, place: str, required: set[str], optional: set[str]) -> None:
    if not isinstance(entry, dict):
        raise ParameterError(f"{place}: expected 'key: value' lines, found {type(entry).__name__}.")
    missing, unknown = required - set(entry), set(entry) - required - optional
    if missing:
        raise ParameterError(f"{place}: {', '.join(sorted(missing))} missing.")
    for key in sorted(unknown):
        raise ParameterError(f"{place}: unknown key '{key}'.{did_you_mean(key, required | optional)}")
