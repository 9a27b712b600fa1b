"""What a user asks a build for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook import paths
from peerbook.errors import ParameterError

if TYPE_CHECKING:
    from peerbook.builder.contents import Contents
    from peerbook.builder.parameters import Setting
    from peerbook.builder.plan import Task


LIMIT = 3600.0  # seconds a chapter may take


@dataclass(frozen=True)
class Order:
    """What a user asks the build for.

    Parameters
    ----------
    out
        Folder of the book.
    studies
        Names of the studies the book is of; empty for all.
    data
        Folder of raw data of each study that is not to be built from its stand-in data. The key "" stands for
        the study that the folder's descriptor names, or the one study of the book. Without `studies`, such a
        folder makes a book of its study alone.
    only
        Chapters to run, `name` or `study/name`; empty for all. The pages of the others are taken from the
        last book, unless they are stale: then they run again, with the choices of that book.
    settings
        Parameters to set.
    jobs
        How many chapters to run at a time.
    root
        Folder with `notebooks/`, `book/`, `data_schema/`, `stand_in/` and `_config.yml`.
    strict
        Whether one chapter that stops is enough to leave the last book in place. Otherwise its page says that
        it could not be made, unless nothing else is to be run.
    limit
        Seconds after which a chapter is stopped.
    alone
        Whether the book is of the chapters in `only` and no others, whatever the last book holds.
    fresh
        Whether chapters run even if nothing that they read or reach has changed.
    chapters
        Chapters that the book has; empty for all. It says that the others were not asked for.
    part
        The part of the data that the book is of, as `{"region": "North"}`: chapters with such a parameter are
        given it, and those without are left out.
    edition
        What readers call this book among others of the study, such as "North" or "April 2026".
    shared
        Folder for results that several builds of the same data need; by default one of this build alone.
    published
        Lists of decisions of other books of these people that are published, besides those that the data
        name. A book is not stale because there are more: they were decided about beside this one.
    """

    out: Path = Path("_build")
    studies: tuple[str, ...] = ()
    data: Mapping[str, Path] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    jobs: int = 2
    root: Path = field(default_factory=lambda: paths.root())
    strict: bool = False
    limit: float = LIMIT
    alone: bool = False
    fresh: bool = False
    chapters: tuple[str, ...] = ()
    part: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""
    shared: Path | None = None
    published: tuple[Path, ...] = ()

    def contents(self) -> Contents:
        """Return the book's list of chapters and pages, as the data folders name studies and regions."""
        from peerbook.data.about import read_about

        listed = self._listed()
        said = {name: read_about(folder) for name, folder in self.folders(listed).items()}
        return listed.told(said)

    def _listed(self) -> Contents:
        from peerbook.builder.contents import read_contents

        listed, own = read_contents(self.root), self._study_of_own_data()
        return listed.of_studies(self.studies or ([own] if own in listed.studies else ()))

    def _study_of_own_data(self) -> str:
        """Return the study that the folder given for no study says it is of; empty if it does not say."""
        from peerbook.data.folder import descriptor_of

        return str(descriptor_of(self.data[""]).get("study", "")) if "" in self.data else ""

    def tasks(self, contents: Contents | None = None) -> tuple[Task, ...]:
        """Return what would run, in reading order.

        Parameters
        ----------
        contents
            What `contents` returned, if it was called already.

        Raises
        ------
        ParameterError
            If the order names an unknown study, chapter or parameter, or a value of the wrong type.
        """
        from peerbook.builder.parameters import Setting
        from peerbook.builder.plan import plan

        chosen = (contents or self.contents()).only(self.only or self.chapters)
        narrowed = tuple(
            Setting(chapter.place, name, value)
            for chapter in chosen
            for name, value in self.part.items()
            if name in chapter.parameters
        )
        return plan(chosen, (*self.settings, *narrowed))

    def folders(self, contents: Contents | None = None) -> dict[str, Path]:
        """Return the raw folder of each study of the book, and of others that its chapters read.

        Parameters
        ----------
        contents
            What `contents` returned, if it was called already.

        Raises
        ------
        ParameterError
            If data are given for a study that the book does not read, or for no study when it is of several.
        """
        contents, own = contents or self._listed(), self._study_of_own_data()
        studies, read = list(contents.studies), contents.read
        data = {(name or (own if own in studies else "")): folder for name, folder in self.data.items()}
        for name in data:
            if name not in read and (name or len(studies) > 1):
                named = f"'{name}' is no study of this book" if name else "the book is of several studies"
                raise ParameterError(
                    f"--data: {named}; write --data STUDY=FOLDER, with one of: {', '.join(read)}."
                )
        given = {name or studies[0]: folder for name, folder in data.items()}
        return {name: given.get(name, self.root / "stand_in" / name) for name in read}
