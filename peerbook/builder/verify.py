"""Make a book again from its crate, and say whether it is the same, or what is missing or differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from peerbook.builder import crate, reach
from peerbook.builder.contents import Contents, read_contents
from peerbook.builder.hashes import hashes, sha256
from peerbook.builder.manifest import revision, software
from peerbook.builder.order import Order
from peerbook.builder.parameters import Setting
from peerbook.builder.run import build
from peerbook.outputs import formats

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Verdict:
    """What came of making a book again.

    Parameters
    ----------
    missing
        What is needed and not at hand, a sentence each. If there is any, nothing was built.
    other
        What is not as it was and may be why something differs: packages, code, definitions.
    differs
        Files that are not the same, with both hashes, and files that only one of the books has.
    equal
        How many files are the same.
    """

    missing: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    equal: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether the book was made again, and every file is the same."""
        return not self.missing and not self.differs

    def lines(self) -> list[str]:
        """Say it, for a terminal."""
        said = [f"missing: {line}" for line in self.missing]
        said += [f"not as it was: {line}" for line in self.other]
        said += [f"differs: {line}" for line in self.differs]
        if self.missing:
            return [*said, "Nothing was built."]
        files = formats.plural(self.equal, "file")
        return [
            *said,
            f"equal: {files}" + (f"; {len(self.differs)} differ" if self.differs else ", all there are"),
        ]


def verify(
    file: Path, data: Mapping[str, Path], out: Path, root: Path, jobs: int, console: Console
) -> Verdict:
    """Make a book again and compare it, file by file, with what its crate says.

    Parameters
    ----------
    file
        The crate, or the folder of the book.
    data
        Raw folder of each study that is not to be read from its stand-in data.
    out
        Where to build.
    root
        Folder with `notebooks/`, `book/`, `data_schema/`, `stand_in/` and `_config.yml`.
    jobs
        How many chapters to run at a time.
    console
        Where the build says how it goes.

    Raises
    ------
    BookError
        If there is no crate.
    ParameterError, DataError, ChapterError, DisclosureError, BookError
        If the book cannot be made again.
    """
    recorded, contents = crate.read(file), read_contents(root)
    changed = changed_since(file, recorded)
    folders = {study: Path(data.get(study, root / "stand_in" / study)) for study in recorded.raw}
    missing = [*_missing_data(recorded, folders, root), *_missing_chapters(recorded, contents)]
    other = [*_other_code(recorded, contents, root), *_other_software(recorded)]
    if missing:
        return Verdict(tuple(missing), tuple(other), changed)
    build(_order(recorded, contents, folders, out, root, jobs), console)
    again = crate.read(out)
    before, after = _all_made(recorded), _all_made(again, recorded.made)
    differs = [*changed, *_differences(before, after)]
    equal = sum(after.get(name) == digest for name, digest in before.items())
    return Verdict((), tuple(other), tuple(differs), equal)


def changed_since(file: Path, recorded: crate.Recorded) -> tuple[str, ...]:
    """Name the files of the book beside a crate that are not those that the crate tells of.

    Parameters
    ----------
    file
        The crate, or the folder of the book. Files that do not lie there are no fault: a crate can travel.
    recorded
        What `crate.read` returned.
    """
    folder = file if file.is_dir() else file.parent
    made = {name: digest for name, digest in _all_made(recorded).items() if (folder / name).is_file()}
    return tuple(
        f"{name} was changed after the book was made"
        for name, digest in made.items()
        if sha256(folder / name) != digest
    )


def _missing_data(recorded: crate.Recorded, folders: Mapping[str, Path], root: Path) -> list[str]:
    """Name the raw files that are not at hand: those with another hash are other files."""
    said = []
    for study, files in recorded.raw.items():
        folder = folders[study]
        found = set(hashes(folder).values()) if folder.is_dir() else set()
        for name, digest in files.items():
            if digest not in found:
                said.append(
                    f"{study}: {name} with the SHA-256 {digest[:12]}...; hand in the folder that has it "
                    f"with --data {study}=FOLDER"
                )
    return said


def _missing_chapters(recorded: crate.Recorded, contents: Contents) -> list[str]:
    """Name chapters and parameters that this code does not have."""
    chapters, said = {chapter.place: chapter for chapter in contents.chapters}, []
    then = f"; the book was made with commit {recorded.revision}" if recorded.revision else ""
    for place, parameters in recorded.parameters.items():
        if place not in chapters:
            said.append(f"the chapter {place}{then}")
            continue
        known = {*chapters[place].parameters, *chapters[place].fixed}
        said += [f"the parameter {name} of {place}{then}" for name in parameters if name not in known]
    return said


def _other_code(recorded: crate.Recorded, contents: Contents, root: Path) -> list[str]:
    """Name what is not the code of then: definitions by file, the rest by chapter."""
    said = []
    for name, digest in recorded.definitions.items():
        file = root / "data_schema" / name
        if not file.is_file() or sha256(file) != digest:
            said.append(f"data_schema/{name}")
    chapters, reached = {chapter.place: chapter for chapter in contents.chapters}, reach.Reach(root)
    other = [
        place
        for place, digest in recorded.code.items()
        if place in chapters and reach.hash_of(reached.files(chapters[place])) != digest
    ]
    if other:
        here = (revision(root) or {}).get("commit", "not known")
        said.append(f"the code of {', '.join(other)}: then commit {recorded.revision}, here {here}")
    return said


def _other_software(recorded: crate.Recorded) -> list[str]:
    here = software()
    return [
        f"{name}: then {version}, here {here.get(name, 'not installed')}"
        for name, version in recorded.software.items()
        if here.get(name) != version
    ]


def _order(
    recorded: crate.Recorded,
    contents: Contents,
    folders: Mapping[str, Path],
    out: Path,
    root: Path,
    jobs: int,
) -> Order:
    """Ask for the same chapters, with the same choices."""
    chapters = {chapter.place: chapter for chapter in contents.chapters}
    studies = {place.partition("/")[0] for place in recorded.parameters}
    settings = [
        Setting(place, name, _typed(value))
        for place, parameters in recorded.parameters.items()
        for name, value in parameters.items()
        if name not in chapters[place].fixed
    ]
    own = {study: folder for study, folder in folders.items() if folder != root / "stand_in" / study}
    return Order(
        out=out,
        studies=tuple(study for study in contents.studies if study in studies),
        data=own,
        settings=tuple(settings),
        only=()
        if recorded.stopped
        else tuple(recorded.parameters),  # of these alone, one that stops is an error
        jobs=jobs,
        root=root,
        fresh=True,
    )


def _typed(value: object) -> str:
    """Write a value as a user would type it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _all_made(recorded: crate.Recorded, places: Iterable[str] | None = None) -> dict[str, str]:
    """Return the hash of each file that the chapters made, or some of them."""
    wanted = recorded.made if places is None else places
    return {name: digest for place in wanted for name, digest in recorded.made.get(place, {}).items()}


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    said = []
    for name in sorted({*before, *after}):
        if name not in after:
            said.append(f"{name} is no longer made")
        elif name not in before:
            said.append(f"{name} was not made then")
        elif before[name] != after[name]:
            said.append(f"{name}: SHA-256 then {before[name][:12]}..., now {after[name][:12]}...")
    return said
