"""What may be published of real people: the rules of whoever is responsible for the data.

They stand in `disclosure.yml` in the folder of the raw data: a preset, and what differs from it.

No sums of amounts are published. A mean of amounts that no scale bounds, such as numbers of times, tells the
sum with its number of people: there the dominance rule holds, (n, k) with n = 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from peerbook.errors import DisclosureError

FILE = "disclosure.yml"


@dataclass(frozen=True)
class Policy:
    """The rules for one study.

    Attributes
    ----------
    preset : str
        The name of the preset it started from.
    source : str
        Where the rules come from.
    threshold : int
        Counts from one to this number are withheld.
    zeros : bool
        Whether a count of nobody is shown.
    rounding : int
        Counts that are shown are rounded to the nearest multiple of it; 1 for none.
    means : int
        The smallest number of people (or of what they sent in) whose mean is shown.
    models : int
        The same for what a model estimates.
    dominance : int
        The largest percentage of a sum of amounts that two people may make up, where its mean is shown; 100
        for no such rule.
    further : bool
        Whether further cells are withheld where a withheld one could be worked out from the others.
    protection : int
        How far apart the lowest and the highest value must be that a reader who knows these rules can give to
        a withheld number.
    seconds : float
        How long the search for the fewest further cells may take, for a whole book.
    earlier : tuple of str
        Lists of decisions (`disclosure.csv`) of books that were published from these data before.
    """

    preset: str = "opensafely"
    source: str = ""
    threshold: int = 7
    zeros: bool = True
    rounding: int = 5
    means: int = 8
    models: int = 8
    dominance: int = 90
    further: bool = True
    protection: int = 3
    seconds: float = 25
    earlier: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The distance that is asked for between the bounds of a withheld number."""
        return max(0, min(self.protection, self.threshold - (1 if self.zeros else 0)))

    def is_small(self, n: float) -> bool:
        """Say whether a count is withheld for its size.

        Examples
        --------
        >>> Policy().is_small(7), Policy().is_small(8), Policy().is_small(0)
        (True, False, False)
        """
        return (0 if not self.zeros else 1) <= n <= self.threshold

    def rounded(self, n: float) -> int:
        """Round a count that is shown; halves go up, and somebody never becomes nobody.

        Examples
        --------
        >>> [Policy().rounded(n) for n in (0, 8, 12, 13)]
        [0, 10, 10, 15]
        """
        nearest = math.floor(n / self.rounding + 0.5) * self.rounding
        return max(nearest, self.rounding) if n > 0 else 0

    def bounds(self, shown: float) -> tuple[float, float]:
        """Return the lowest and the highest count that is shown as this.

        Examples
        --------
        >>> Policy().bounds(10), Policy().bounds(0), Policy(rounding=1).bounds(12)
        ((8, 12), (0, 0), (12, 12))
        """
        if shown == 0 and self.zeros:
            return 0, 0
        low = math.ceil(shown - self.rounding / 2) if shown > self.rounding else 1
        high = math.ceil(shown + self.rounding / 2) - 1
        return max(low, self.threshold + 1), max(high, self.threshold + 1)

    def in_words(self) -> list[str]:
        """Return the rules as sentences for readers."""
        zero = "A count of zero is shown." if self.zeros else "A count of zero is withheld, too."
        return [
            f"Counts of {1 if self.zeros else 0} to {self.threshold} are withheld. {zero}",
            f"Other counts are rounded to the nearest {self.rounding}, and percentages are computed from "
            "the rounded counts."
            if self.rounding > 1
            else "Other counts are shown as they are.",
            f"Means are of at least {self.means}, results of models of at least {self.models}. Test "
            "statistics, standard errors and degrees of freedom are withheld: they would tell how many a "
            "model rests on.",
            f"A mean of amounts of which two people make up more than {self.dominance}% is withheld.",
            "Further numbers are withheld where a withheld one could be worked out from the others."
            if self.further
            else "No further numbers are withheld, even where a withheld one could be worked out.",
        ]


# Sources: docs.opensafely.org, "Statistical disclosure control"; ONS Secure Research Service, rule of thumb
# of ten; guidebook.ukllc.ac.uk, "Disclosure control" (2026). Dominance: the default of ACRO, n = 2, k = 90%.
PRESETS = MappingProxyType(
    {
        "opensafely": Policy(
            source="OpenSAFELY: nothing about 7 people or fewer; counts rounded to the nearest 5."
        ),
        "ons": Policy(
            "ons",
            "Office for National Statistics, Secure Research Service: at least 10 people behind a number.",
            threshold=9,
            rounding=1,
            means=10,
            models=10,
            protection=4,
        ),
        "uk_llc": Policy(
            "uk_llc",
            "UK Longitudinal Linkage Collaboration: no count below 10, zero included; means of 10 or more; "
            "further cells withheld in rows and columns.",
            threshold=9,
            zeros=False,
            rounding=1,
            means=10,
            models=10,
            protection=4,
        ),
    }
)
_LEAST = {
    "threshold": 1,
    "rounding": 1,
    "means": 1,
    "models": 1,
    "dominance": 1,
    "protection": 1,
    "seconds": 1,
}


def read_policy(folder: str | Path) -> Policy:
    """Read the policy of a raw folder; without a file the default preset holds.

    Parameters
    ----------
    folder : str or Path
        Folder of raw data, perhaps with `disclosure.yml`.

    Raises
    ------
    DisclosureError
        If the file has an unknown key or preset, or a value of the wrong type.
    """
    import yaml

    file = Path(folder) / FILE
    if not file.is_file():
        return PRESETS["opensafely"]
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DisclosureError(f"{FILE}: not readable as YAML. To put it right: check the indents.") from error
    _refuse(not isinstance(said, dict), f"found {said!r:.40}, expected lines such as `preset: opensafely`")
    preset = said.pop("preset", "opensafely")
    _refuse(preset not in PRESETS, f"there is no preset '{preset}'; there are: {', '.join(PRESETS)}")
    changes = {name: _checked(name, value) for name, value in said.items()}
    return replace(PRESETS[preset], **changes)


def _checked(name: str, value: Any) -> Any:
    default = {each.name: each.default for each in fields(Policy)}
    _refuse(name not in default or name == "preset", f"unknown key '{name}'; known are: {', '.join(default)}")
    if isinstance(default[name], tuple):
        _refuse(not isinstance(value, list), f"{name}: expected a list of paths, found {value!r}")
        return tuple(map(str, value))
    wanted = type(default[name])
    right = isinstance(value, wanted) or (wanted is float and isinstance(value, int))
    right = right and (wanted is bool or not isinstance(value, bool))
    _refuse(not right, f"{name}: expected {_KINDS[wanted]}, found {value!r}")
    least = _LEAST.get(name)
    _refuse(least is not None and value < least, f"{name}: expected {least} or more, found {value!r}")
    return value


_KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "words"}


def _refuse(wrong: bool, found: str) -> None:
    if wrong:
        raise DisclosureError(f"{FILE}: {found}.")
