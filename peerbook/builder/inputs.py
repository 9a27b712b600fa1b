"""Everything that a chapter was made from, as digests, so that two builds can be set beside each other.

Of data that are not synthetic no column has a digest of its own: that of a column of few people could be
guessed. There every file of the folder counts, with its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from threading import Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from peerbook import reads
from peerbook.builder import packages, reach
from peerbook.builder.hashes import LENGTH
from peerbook.reads import Read

if TYPE_CHECKING:
    import pandas as pd

    from peerbook.builder.contents import Chapter
    from peerbook.data import RawFolder
    from peerbook.data.about import About

FILES, COLUMNS, DATA, INSTALLED, LOCKED = "files", "columns", "data", "packages", "locked"
# What a `study.yml` says for pages around the chapters, or in the place of a table, whose cells count. All
# else reaches the definitions, and so any chapter of the study.
_NOT_FOR_CHAPTERS = ("contact", "holder", "projects", "waves")


class Folders(Mapping[str, "RawFolder"]):
    """The raw folders of a book by study, each opened and checked when it is first asked for.

    Parameters
    ----------
    places
        The folders.
    root
        Folder with `data_schema/`.
    """

    def __init__(self, places: Mapping[str, Path], root: Path) -> None:
        self.places, self._root = dict(places), root
        self._opened: dict[str, RawFolder] = {}
        self._opening = Lock()

    def __getitem__(self, study: str) -> RawFolder:
        with self._opening:
            if study not in self._opened:
                from peerbook.data import open_folder

                folder = self.places[study]
                self._opened[study] = open_folder(folder, self._root / "data_schema" / study).checked()
            return self._opened[study]

    def open_ahead(self, studies: Iterable[str]) -> None:
        """Begin to open some of them, while other things are done; who asks for one waits for that one."""
        Thread(target=lambda: [self[study] for study in studies], daemon=True).start()

    @cached_property
    def resolved(self) -> dict[str, str]:
        """Return where each folder lies, whatever links lead there."""
        return {study: str(place.resolve()) for study, place in self.places.items()}

    @cached_property
    def printed(self) -> frozenset[str]:
        """The studies whose data are behind their printed report, or stand in for them."""
        return frozenset(name for name, about in self._about.items() if about.printed)

    @cached_property
    def named_otherwise(self) -> frozenset[str]:
        """The studies whose data folder has a title of its own, and is not behind the printed report."""
        return frozenset(name for name, about in self._about.items() if about.title and not about.printed)

    @cached_property
    def _about(self) -> dict[str, About]:
        from peerbook.data.about import read_about

        return {name: read_about(folder) for name, folder in self.places.items()}

    @cached_property
    def synthetic(self) -> frozenset[str]:
        """The studies whose data were made up."""
        from peerbook.data.folder import descriptor_of

        said = {name: descriptor_of(folder).get("synthetic") for name, folder in self.places.items()}
        return frozenset(name for name, synthetic in said.items() if synthetic is True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __contains__(self, study: object) -> bool:
        return study in self.places  # a mapping would open the folder to see

    def __len__(self) -> int:
        return len(self.places)


class Inputs:
    """What chapters are made from, as it is now.

    Parameters
    ----------
    folders
        The raw folders of the book.
    records
        What `manifest.data_record` says of each.
    reached
        What chapters reach.
    same
        The studies whose data are as they were for the last book, and read by the same code.
    settled
        What `code` returned for the last book, by the place of a chapter, where it is true still.
    """

    def __init__(
        self,
        folders: Folders,
        records: Mapping[str, Mapping[str, Any]],
        reached: reach.Reach,
        same: Collection[str] = (),
        settled: Mapping[str, Mapping[str, dict[str, str]]] = MappingProxyType({}),
    ) -> None:
        self.folders, self.records, self.reached, self.same = folders, records, reached, same
        self._settled = settled
        self._about = cache(about)
        self._versions = cache(lambda modules: packages.installed(modules, reach.RUNNING))
        self._column = cache(self._digest)

    def of(self, chapter: Chapter, found: Iterable[Read]) -> dict[str, dict[str, str]]:
        """Return all that a chapter was made from.

        Parameters
        ----------
        chapter
            Which.
        found
            What it read of its data, as it noted.
        """
        found = sorted(found)
        named = {read.folder: self._study(chapter, read) for read in found}
        return {
            **self.code(chapter),
            **self.data(chapter, found),
            "reads": [[named[read.folder], read.table, read.column] for read in found if named[read.folder]],
            "outside": not all(named.values()),
        }

    def code(self, chapter: Chapter) -> dict[str, dict[str, str]]:
        """Return the digests of the files that a chapter reaches, and the versions of packages."""
        if chapter.place in self._settled:
            return dict(self._settled[chapter.place])
        files = self.reached.files(chapter)
        modules = frozenset(self.reached.packages(chapter)) - set(reach.RUNNING)
        versions = self._versions(modules)
        return {FILES: files, INSTALLED: versions, LOCKED: packages.of(versions, self.locked)}

    def data(
        self, chapter: Chapter, found: Iterable[Read], before: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, dict[str, str]]:
        """Return the digests of what a chapter read of its data: columns, and all besides.

        Parameters
        ----------
        chapter
            Which.
        found
            What it read.
        before
            What this returned for the last book: of a study in `same` it is true still; nothing is opened.
        """
        columns, others = {}, {}
        for study in (chapter.study, *chapter.studies):
            record = self.records[study]
            others[self.named(chapter, study, "synthetic")] = str(record["synthetic"]).lower()
            if not record["synthetic"]:
                named = {self.named(chapter, study, file): digest for file, digest in record["files"].items()}
                others |= {name: digest[:LENGTH] for name, digest in named.items()}
        for read in sorted(found):
            study = self._study(chapter, read)
            if not study or not self.records[study]["synthetic"]:
                continue
            if read.table == reads.ABOUT:
                said = self._about(self.folders.places[study])
                others |= {self.named(chapter, study, what): value for what, value in said.items()}
                continue
            group, made = (COLUMNS, columns) if _is_column(read) else (DATA, others)
            name = self.named(chapter, study, _name(read))
            known = before.get(group, {}) if study in self.same else {}
            made[name] = known[name] if name in known else self._said(study, read)
        return {COLUMNS: columns, DATA: others}

    @staticmethod
    def named(chapter: Chapter, study: str, what: str) -> str:
        """Name something of the data; that of another study than the chapter's own with the study."""
        return what if study == chapter.study else f"{what} ({study})"

    @cached_property
    def locked(self) -> dict[str, str]:
        """The versions that `requirements.lock` asks for."""
        return packages.locked(self.reached.root)

    def placed(self, chapter: Chapter, found: Iterable[Read]) -> list[Read]:
        """Return what was read of studies as what would be read of their folders."""
        known = (chapter.study, *chapter.studies)
        return [
            read._replace(folder=self.folders.resolved[read.folder]) for read in found if read.folder in known
        ]

    def _study(self, chapter: Chapter, read: Read) -> str:
        """Return the study whose folder was read; empty if the build did not hand it to the chapter."""
        studies = (chapter.study, *chapter.studies)
        return next((name for name in studies if self.folders.resolved[name] == read.folder), "")

    def _said(self, study: str, read: Read) -> str:
        """Return what a chapter is told by reading something."""
        tables = self.folders[study].tables
        if read.table == reads.REGIONS:
            from peerbook.study import regions_present

            return ", ".join(sorted(regions_present(tables.values()) or ()))
        if read.table == reads.TABLES:
            there = "there" if read.column in tables else "not there"
            return there if read.column else digest_of(sorted(tables))
        if read.table not in tables:
            return "not there"
        return self._column(study, read.table, read.column) if read.column else str(len(tables[read.table]))

    def _digest(self, study: str, table: str, column: str) -> str:
        rows = self.folders[study].tables[table]
        return digest_of_column(rows[column]) if column in rows else "not there"


def _is_column(read: Read) -> bool:
    return bool(read.column) and read.table not in (reads.ABOUT, reads.TABLES, reads.REGIONS)


def _name(read: Read) -> str:
    """Name in words what is read."""
    if read.table == reads.REGIONS:
        return "regions with people"
    if read.table == reads.TABLES:
        return f"{read.column}.csv" if read.column else "list of tables"
    return f"{read.column} of {read.table}.csv" if read.column else f"number of rows of {read.table}.csv"


def about(folder: Path) -> dict[str, str]:
    """Return digests of what a raw folder says of its study, as far as it can reach chapters."""
    from peerbook.data.about import FILE
    from peerbook.data.described import read_yaml
    from peerbook.data.folder import DESCRIPTOR, descriptor_of

    described = descriptor_of(folder)
    told = (read_yaml(folder / FILE) or {}) if (folder / FILE).is_file() else {}
    said = {f"{key} of {DESCRIPTOR}": described[key] for key in ("collected", "study") if key in described}
    said |= {f"{key} of {FILE}": told[key] for key in told if key not in _NOT_FOR_CHAPTERS}
    return {name: digest_of(value) for name, value in said.items()}


def digest_of(value: object) -> str:
    """Return a digest of anything that JSON can hold; days count as text."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def digest_of_column(column: pd.Series) -> str:
    """Return a digest of the cells of a typed column, in their order, and of its type."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        parts = [column.cat.codes.to_numpy().tobytes(), repr(list(column.cat.categories)).encode()]
        kind = f"category {column.cat.ordered}"
    elif pd.api.types.is_extension_array_dtype(column.dtype) and column.dtype != "str":
        parts = [column.to_numpy(dtype="float64", na_value=float("nan")).tobytes()]
        kind = str(column.dtype)
    elif column.dtype.kind in "fiubM":
        parts, kind = [column.to_numpy().tobytes()], str(column.dtype)
    else:
        codes, texts = pd.factorize(column)
        parts = [codes.tobytes(), json.dumps(list(map(str, texts))).encode("utf-8", "surrogatepass")]
        kind = "str"
    hashed = hashlib.sha256(f"{kind}, {len(column)}".encode())
    for part in parts:
        hashed.update(part)
    return hashed.hexdigest()[:LENGTH]
