"""How raw answers collapse to the subgroups of the analyses, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from peerbook.data.described import build, read_yaml
from peerbook.errors import DataError


@dataclass(frozen=True)
class Elsewhere:
    """The name of a level in a study that is not the printed one, and how a sentence names its people."""

    level: str
    people: str


@dataclass(frozen=True)
class Subgroup:
    """One characteristic and its levels.

    Attributes
    ----------
    name : str
        Column it becomes, such as "age_group".
    table, field : str
        Where the answer is: "registrations", or "projects" through the person's project.
    levels : mapping of str to list of str
        Level and the raw answers in it, in the order of the report.
    people : mapping of str to str
        Level and how a sentence names its people, such as "people aged 18 to 34".
    left_out : list of str
        Raw answers that are in no level (missing in the analysis).
    note : str
        A remark on the printed study.
    elsewhere : mapping of str to Elsewhere
        Levels that have another name in any study but the printed one.
    """

    name: str
    label: str
    table: str
    field: str
    levels: Mapping[str, Sequence[str]]
    people: Mapping[str, str]
    left_out: Sequence[str] = ()
    note: str = ""
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)

    @property
    def level_of(self) -> dict[str, str]:
        """Raw answer to level."""
        return {answer: level for level, answers in self.levels.items() for answer in answers}


def load_subgroups(folder: Path) -> dict[str, Subgroup]:
    """Read the subgroups by name.

    Parameters
    ----------
    folder : Path
        Where `subgroups.yml` is: the study's folder of `data_schema/`. Without the file there are none.

    Raises
    ------
    DataError
        If a key is unknown or missing, one answer is in two places, or `people` has other levels.
    """
    path = folder / "subgroups.yml"
    blocks = read_yaml(path) or {} if path.is_file() else {}
    subgroups = {
        name: build(Subgroup, block, f"{path.name}, {name}", strict=True, name=name)
        for name, block in blocks.items()
    }
    for name, subgroup in subgroups.items():
        where = f"{path.name}, {name}"
        _check(subgroup, where)
        renamed = {
            level: build(Elsewhere, said, f"{where}, elsewhere, {level}")
            for level, said in subgroup.elsewhere.items()
        }
        subgroups[name] = replace(subgroup, elsewhere=renamed)
    return subgroups


def of_another_study(subgroup: Subgroup) -> Subgroup:
    """Return a subgroup as a study that is not the printed one has it: without remarks, under its names."""
    renamed = subgroup.elsewhere
    return replace(
        subgroup,
        levels={
            renamed[level].level if level in renamed else level: a for level, a in subgroup.levels.items()
        },
        people={
            renamed[level].level if level in renamed else level: (
                renamed[level].people if level in renamed else people
            )
            for level, people in subgroup.people.items()
        },
        note="",
        elsewhere={},
    )


def _check(subgroup: Subgroup, where: str) -> None:
    if list(subgroup.people) != list(subgroup.levels):
        named, levels = ", ".join(subgroup.people), ", ".join(subgroup.levels)
        raise DataError(f"{where}: people names {named}; expected the levels {levels}")
    for level in subgroup.elsewhere:
        if level not in subgroup.levels:
            raise DataError(
                f"{where}: elsewhere names {level}; expected some of {', '.join(subgroup.levels)}"
            )
    answers = [answer for level in subgroup.levels.values() for answer in level] + list(subgroup.left_out)
    for answer in answers:
        if answers.count(answer) > 1:
            raise DataError(f"{where}: '{answer}' is in two places")
