"""The types of peer support a log asks about, and how they add up to amounts, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peerbook.choices import did_you_mean
from peerbook.data.described import build, read_yaml
from peerbook.errors import DataError


@dataclass(frozen=True)
class Amount:
    """Types whose numbers of times are added up."""

    label: str
    types: Sequence[str]


@dataclass(frozen=True)
class Cells:
    """What a support cell may hold besides a number or nothing.

    `not_answered` are codes that a data folder says mean "no answer", by name of the field.
    """

    tick: str
    unreadable: str
    not_answered: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class SupportTypes:
    """Types of support, the two directions and the amounts; all empty for a study without a log.

    Attributes
    ----------
    types, directions : mapping of str to str
        Names as in the fields of the logs, and labels.
    amounts : mapping of str to Amount
        Grouped numbers of times.
    """

    types: Mapping[str, str]
    directions: Mapping[str, str]
    amounts: Mapping[str, Amount]
    cells: Cells

    @property
    def places(self) -> list[tuple[str, str]]:
        """Type and direction of the support cells in the raw logs, types first, directions within."""
        return [(kind, direction) for kind in self.types for direction in self.directions]

    @property
    def fields(self) -> list[str]:
        """Names of the support cells in the raw logs: type and direction."""
        return [f"{kind}_{direction}" for kind, direction in self.places]

    @property
    def overall(self) -> list[str]:
        """Names of the measures of all support together: numbers of projects and of types, no amounts."""
        return ["projects_attended", *(f"types_{direction}" for direction in self.directions)]

    @property
    def measures(self) -> list[str]:
        """Names of the support measures whose change is analysed."""
        amounts = [f"{amount}_{direction}" for amount in self.amounts for direction in self.directions]
        return [*self.overall, *amounts]


def load_support_types(folder: Path) -> SupportTypes:
    """Read the types of peer support.

    Parameters
    ----------
    folder : Path
        Where `support_types.yml` is: the study's folder of `data_schema/`. Without the file there are none.

    Raises
    ------
    DataError
        If a key is unknown or missing, or an amount adds up a type that is not there or adds one twice.
    """
    path = folder / "support_types.yml"
    if not path.is_file():
        return SupportTypes({}, {}, {}, Cells("", ""))
    parts = dict(read_yaml(path))
    amounts = parts.get("amounts") or {}
    parts["amounts"] = {
        name: build(Amount, block, f"{path.name}, amounts, {name}", strict=True)
        for name, block in amounts.items()
    }
    parts["cells"] = build(Cells, parts.get("cells"), f"{path.name}, cells", strict=True)
    support = build(SupportTypes, parts, path.name, strict=True)
    _check(support, path.name)
    return support


def _check(support: SupportTypes, where: str) -> None:
    for name, amount in support.amounts.items():
        for kind in amount.types:
            if kind not in support.types:
                hint = did_you_mean(kind, support.types)
                raise DataError(f"{where}, amounts, {name}: '{kind}' is not a type{hint}")
        if len(set(amount.types)) != len(amount.types):
            raise DataError(f"{where}, amounts, {name}: a type is added twice")
