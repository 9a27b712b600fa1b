"""The book's contents, read from `notebooks/chapters.yml`: the one list of chapters.

The table of contents, the plan and the build all follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from peerbook.builder.parameters import SUPPLIED_BY_BUILD, TYPES, Parameter, did_you_mean
from peerbook.errors import ParameterError

LIST_NAME = "chapters.yml"


@dataclass(frozen=True)
class Chapter:
    """One chapter: a notebook that is executed into a page of the same name.

    Parameters
    ----------
    name
        Name of the notebook without its suffix, and of the page.
    title
        Title in the table of contents.
    part
        Heading of the table of contents under which the chapter stands.
    notebook
        Path of the notebook.
    parameters
        What a user may set, by name.
    reads
        Names of the raw tables the chapter uses.
    """

    name: str
    title: str
    part: str
    notebook: Path
    parameters: Mapping[str, Parameter]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """Chapters in reading order, and the hand-written pages before and after them."""

    chapters: tuple[Chapter, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def only(self, names: Iterable[str]) -> tuple[Chapter, ...]:
        """Return the chapters named, in reading order; all of them if none is named.

        Raises
        ------
        ParameterError
            If a name is not that of a chapter.
        """
        wanted = set(names)
        known = [chapter.name for chapter in self.chapters]
        for name in sorted(wanted.difference(known)):
            raise ParameterError(
                f"There is no chapter '{name}'.{did_you_mean(name, known)} Chapters: {', '.join(known)}."
            )
        return tuple(chapter for chapter in self.chapters if not wanted or chapter.name in wanted)


def read_contents(notebooks: Path) -> Contents:
    """Read the list of chapters and check that it is complete and every notebook exists.

    Parameters
    ----------
    notebooks
        Folder that holds `chapters.yml` and the notebooks.

    Raises
    ------
    ParameterError
        If the list has unknown or missing keys, a repeated chapter or one without a notebook.
    """
    file = notebooks / LIST_NAME
    listing = yaml.safe_load(file.read_text(encoding="utf-8"))
    _check_keys(listing, LIST_NAME, required={"chapters"}, optional={"before", "after", "shared"})
    chapters = tuple(_chapter(entry, notebooks) for entry in listing["chapters"])
    names = [chapter.name for chapter in chapters]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(f"{LIST_NAME}: chapter '{name}' is listed {names.count(name)} times.")
    return Contents(chapters, tuple(listing.get("before", ())), tuple(listing.get("after", ())))


def _chapter(entry: dict[str, Any], notebooks: Path) -> Chapter:
    place = f"{LIST_NAME}, chapter {entry.get('name', '?') if isinstance(entry, dict) else entry!r}"
    _check_keys(entry, place, required={"name", "title", "part", "reads"}, optional={"parameters"})
    notebook = notebooks / f"{entry['name']}.ipynb"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", entry["name"]):
        raise ParameterError(f"{place}: a name has small letters, digits and underscores only.")
    if not notebook.is_file():
        raise ParameterError(f"{place}: there is no notebook {notebook.name} beside the list.")
    parameters = {
        name: _parameter(name, declared, place) for name, declared in entry.get("parameters", {}).items()
    }
    return Chapter(entry["name"], entry["title"], entry["part"], notebook, parameters, tuple(entry["reads"]))


def _parameter(name: str, declared: dict[str, Any], place: str) -> Parameter:
    place = f"{place}, parameter {name!r}"
    _check_keys(declared, place, required={"type", "help"}, optional={"choices"})
    choices = tuple(declared.get("choices", ()))
    if name in SUPPLIED_BY_BUILD:
        raise ParameterError(f"{place}: the build supplies it; take it off the list.")
    if declared["type"] not in TYPES:
        raise ParameterError(f"{place}: type is {declared['type']!r}; expected one of {', '.join(TYPES)}.")
    if (declared["type"] == "choice") != bool(choices):
        raise ParameterError(f"{place}: choices belong to the type 'choice', and to it only.")
    if not all(isinstance(choice, str) for choice in choices):
        raise ParameterError(f"{place}: every choice must be text; put quotation marks around it.")
    return Parameter(name, declared["type"], choices, declared["help"])


def _check_keys(entry: object, place: str, required: set[str], optional: set[str]) -> None:
    if not isinstance(entry, dict):
        raise ParameterError(f"{place}: expected 'key: value' lines, found {type(entry).__name__}.")
    missing, unknown = required - set(entry), set(entry) - required - optional
    if missing:
        raise ParameterError(f"{place}: {', '.join(sorted(missing))} missing.")
    for key in sorted(unknown):
        raise ParameterError(f"{place}: unknown key '{key}'.{did_you_mean(key, required | optional)}")
