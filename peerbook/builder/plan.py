"""The plan of a build: which notebooks run with which values, settled before anything runs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peerbook.builder.contents import LIST_NAME, Chapter
from peerbook.builder.parameters import STUDIES, SUPPLIED_BY_BUILD, Parameter, Setting, did_you_mean
from peerbook.errors import ParameterError


@dataclass(frozen=True)
class Task:
    """One chapter and the value of each of its parameters."""

    chapter: Chapter
    values: Mapping[str, object]

    def replaced(self) -> dict[str, object]:
        """Return the defaults that its values stand in the place of, by name."""
        usual = defaults(self.chapter)
        return {name: value for name, value in usual.items() if self.values[name] != value}


def plan(chapters: Iterable[Chapter], settings: Iterable[Setting] = ()) -> tuple[Task, ...]:
    """Give every parameter its value: the setting of this chapter, else of all, else the default.

    Parameters
    ----------
    chapters
        The chapters to run.
    settings
        What the user asked for.

    Raises
    ------
    ParameterError
        If a setting names no parameter of these chapters, if its value is of the wrong type, or if a
        notebook and `chapters.yml` disagree about the notebook's parameters.
    """
    chapters, settings = tuple(chapters), tuple(settings)
    for setting in settings:
        _check_is_known(setting, chapters)
    return tuple(Task(chapter, {**defaults(chapter), **_given(chapter, settings)}) for chapter in chapters)


def defaults(chapter: Chapter) -> dict[str, object]:
    """Return the values written in the notebook's cell tagged `parameters`, and those fixed for the page.

    Raises
    ------
    ParameterError
        If the cell and `chapters.yml` do not have the same parameters, of the same types. papermill
        would only warn, run with the default and succeed.
    """
    cell = {name: _literal(source, name, chapter) for name, source in _assigned(chapter).items()}
    expected = chapter.supplied | set(chapter.parameters)
    if set(cell) != expected:
        raise ParameterError(
            f"{chapter.notebook.name} and {LIST_NAME} disagree: the cell tagged 'parameters' has "
            f"{_names(cell)}; expected {_names(expected)}."
        )
    if chapter.studies and cell[STUDIES] != dict.fromkeys(chapter.studies, ""):
        raise ParameterError(
            f"{chapter.notebook.name} and {LIST_NAME} disagree: '{STUDIES}' is {cell[STUDIES]!r}; expected "
            f'{dict.fromkeys(chapter.studies, "")!r}, where "" is the stand-in data.'
        )
    values = {name: value for name, value in cell.items() if name not in chapter.supplied}
    for name, value in values.items():
        parameter = chapter.parameters[name]
        if not parameter.accepts(value):
            raise ParameterError(
                f"{chapter.notebook.name}: the default of '{name}' is {value!r}, which {LIST_NAME} "
                f"does not allow ({parameter.type})."
            )
    return {**values, **chapter.fixed}


def _assigned(chapter: Chapter) -> dict[str, str]:
    """Return what the notebook's first cell tagged `parameters` assigns, as it is written, by name."""
    try:
        cells = json.loads(chapter.notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
        source = "".join(tagged[0]["source"]) if tagged else ""
        body = ast.parse(source).body
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise ParameterError(
            f"{chapter.notebook.name}: it is no notebook that can be read. Save it again in Jupyter."
        ) from error
    found = {}
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        found |= {name: ast.get_source_segment(source, node.value) or "" for name in named if node.value}
    return found


def _given(chapter: Chapter, settings: tuple[Setting, ...]) -> dict[str, object]:
    """Read the settings of a chapter; its own win over those of all chapters."""
    own_last = sorted(settings, key=lambda setting: setting.chapter != "")
    return {
        setting.name: chapter.parameters[setting.name].read(setting.text)
        for setting in own_last
        if _is_for(setting, chapter) and setting.name in _settable(chapter)
    }


def _settable(chapter: Chapter) -> dict[str, Parameter]:
    return {name: found for name, found in chapter.parameters.items() if name not in chapter.fixed}


def _is_for(setting: Setting, chapter: Chapter) -> bool:
    return not setting.chapter or chapter.is_called(setting.chapter)


def _check_is_known(setting: Setting, chapters: tuple[Chapter, ...]) -> None:
    named = [chapter.name for chapter in chapters]
    if not any(_is_for(setting, chapter) for chapter in chapters):
        hint = did_you_mean(setting.chapter, named)
        raise ParameterError(
            f"No chapter '{setting.chapter}' is to be built.{hint} Chapters: {_names(named)}."
        )
    known: dict[str, Parameter] = {}
    for chapter in chapters:
        if _is_for(setting, chapter):
            known |= _settable(chapter)
    if setting.name in (*SUPPLIED_BY_BUILD, STUDIES):
        option = {"outputs": "--out FOLDER", STUDIES: "--data STUDY=FOLDER"}
        use = option.get(setting.name, "--data FOLDER")
        raise ParameterError(f"The build sets '{setting.name}' itself; use {use}.")
    pages = [chapter.name for chapter in chapters if setting.name in chapter.fixed]
    if setting.name not in known and pages:
        raise ParameterError(
            f"'{setting.name}' has a page for each value; choose pages with --only, one of: {_names(pages)}."
        )
    if setting.name not in known:
        hint = did_you_mean(setting.name, known)
        raise ParameterError(f"There is no parameter '{setting.name}'.{hint} Parameters: {_names(known)}.")


def _literal(source: str, name: str, chapter: Chapter) -> object:
    try:
        return ast.literal_eval(source)
    except (SyntaxError, ValueError):
        message = f"{chapter.notebook.name}: the default of '{name}' is {source}; expected text or a number."
        raise ParameterError(message) from None


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
