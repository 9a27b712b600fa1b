"""Parameters of chapters: their types, and the settings a user gives as `-p name=value`.

Values are read by the type declared in `chapters.yml`, never guessed from how they look:
guessing would turn the project number 007 into 7 and the word `nan` into a number.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from peerbook.choices import nearest
from peerbook.errors import ParameterError

SUPPLIED_BY_BUILD = frozenset({"data", "outputs"})
"""Parameters every chapter has and only the build fills in."""
STUDIES = "studies"
"""The same of a chapter that reads several studies: the raw folder of each, by its name."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a chapter, as `chapters.yml` declares it.

    Parameters
    ----------
    name
        Name of the variable in the notebook's cell tagged `parameters`.
    type
        `str`, `int`, `float`, `bool`, `choice` or `region` (a choice among the study's regions).
    choices
        The allowed values, of a choice or a region only.
    help
        One sentence for `peerbook plan`.
    limits
        Of a number: what it may be, by `minimum`, `maximum` (allowed themselves), `above` and `below` (not).
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    help: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)

    def read(self, text: str) -> str | int | float | bool:
        """Turn what a user typed into a value of the declared type.

        Raises
        ------
        ParameterError
            If the text is not of the type or not one of the choices.

        Examples
        --------
        >>> Parameter("least_pairs", "int").read("20")
        20
        >>> Parameter("project", "str").read("007")
        '007'
        """
        if self.choices:
            return self._choice(text)
        try:
            value = READERS[self.type](text)
        except ValueError:
            value = None
        if value is None or not self._within(value):
            raise ParameterError(f"Parameter '{self.name}' is {text!r}; expected {self.expected}.")
        return value

    @property
    def expected(self) -> str:
        """What a value must be, in words.

        Examples
        --------
        >>> Parameter("level", "float", limits={"above": 0, "below": 1}).expected
        'a number above 0 and below 1'
        """
        said = [f"{LIMITS[name]} {limit:g}" for name, limit in self.limits.items()]
        return " ".join([WORDS[self.type], *([" and ".join(said)] if said else [])])

    def _within(self, value: object) -> bool:
        return all(WITHIN[name](value, limit) for name, limit in self.limits.items())

    def accepts(self, value: object) -> bool:
        """Whether a default written in a notebook is of the declared type."""
        if self.choices:
            return value in self.choices
        python_types = {"str": str, "int": int, "float": (int, float), "bool": bool}
        is_number_by_accident = isinstance(value, bool) and self.type != "bool"
        return (
            isinstance(value, python_types[self.type]) and not is_number_by_accident and self._within(value)
        )

    def _choice(self, text: str) -> str:
        if text in self.choices:
            return text
        hint = did_you_mean(text, self.choices)
        raise ParameterError(
            f"Parameter '{self.name}' is {text!r}; expected one of: {', '.join(self.choices)}.{hint}"
        )


@dataclass(frozen=True)
class Setting:
    """One `-p name=value` or `-p chapter.name=value`; `chapter` is empty for "wherever it exists"."""

    chapter: str
    name: str
    text: str


def read_settings(arguments: Iterable[str]) -> tuple[Setting, ...]:
    """Read `name=value` and `chapter.name=value`.

    Raises
    ------
    ParameterError
        If an argument has no `=` or no name, or if the same name is set twice.

    Examples
    --------
    >>> read_settings(["region=North", "log_findings.region=all"])[1]
    Setting(chapter='log_findings', name='region', text='all')
    """
    settings = tuple(_read_setting(argument) for argument in arguments)
    places = [(setting.chapter, setting.name) for setting in settings]
    for setting, place in zip(settings, places, strict=True):
        if places.count(place) > 1:
            raise ParameterError(f"Parameter '{setting.name}' is set more than once. Set it once.")
    return settings


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest known name, or nothing.

    Examples
    --------
    >>> did_you_mean("regoin", ["region", "outcome"])
    " Did you mean 'region'?"
    """
    near = nearest(found, known)
    return f" Did you mean '{near}'?" if near else ""


def _read_setting(argument: str) -> Setting:
    target, equals, text = argument.partition("=")
    chapter, _, name = target.strip().rpartition(".")
    if not equals or not name:
        raise ParameterError(
            f"'-p {argument}' sets nothing; expected name=value or chapter.name=value, as in level=0.9."
        )
    return Setting(chapter, name, text.strip())


def _read_int(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ValueError(text)
    return int(text)


def _read_float(text: str) -> float:
    if "_" in text or not math.isfinite(float(text)):
        raise ValueError(text)
    return float(text)


def _read_bool(text: str) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


READERS: dict[str, Callable[[str], str | int | float | bool]] = {
    "str": str,
    "int": _read_int,
    "float": _read_float,
    "bool": _read_bool,
}
LIMITS = {"minimum": "of at least", "maximum": "of at most", "above": "above", "below": "below"}
WITHIN = {"minimum": operator.ge, "maximum": operator.le, "above": operator.gt, "below": operator.lt}
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
REGION = "region"
TYPES = (*READERS, "choice", REGION)
