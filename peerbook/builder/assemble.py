"""Put chapters and hand-written pages together: one folder of notebooks, one of outputs, one of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from peerbook.builder import pages, publish, render
from peerbook.builder.contents import Contents
from peerbook.builder.plan import Task
from peerbook.errors import BookError


def take_fresh(tasks: Iterable[Task], staging: Path) -> None:
    """Move what the executed chapters made to `staging/notebooks` and `staging/outputs`.

    Raises
    ------
    BookError
        If two chapters made an output of the same name.
    """
    import nbformat

    for task in tasks:
        name = task.chapter.name
        executed = staging / "executed" / name
        notebook = pages.runnable(nbformat.read(executed / "chapter.ipynb", as_version=4), task.values)
        nbformat.write(notebook, _folder(staging / "notebooks") / f"{name}.ipynb")
        _add(executed / "outputs", sorted(_files(executed / "outputs")), staging, name)


def take_kept(records: Iterable[dict[str, Any]], last: Path, staging: Path) -> None:
    """Copy notebooks and outputs of chapters that are not run again from the last good book.

    Raises
    ------
    BookError
        If an output has the name of one that was made now.
    """
    for record in records:
        notebook = f"{record['name']}.ipynb"
        shutil.copy2(last / "notebooks" / notebook, _folder(staging / "notebooks") / notebook)
        _add(last / "outputs", record["outputs"], staging, record["name"])


def make_pages(
    contents: Contents, records: Iterable[dict[str, Any]], data: dict[str, Any], root: Path, staging: Path
) -> None:
    """Write the pages to `staging/html`, with outputs and notebooks beside them to be downloaded.

    Parameters
    ----------
    contents
        The order of pages.
    records
        The chapters as the manifest records them, those with a page.
    data
        The data as the manifest records them: they decide the banner.
    root
        Folder with `book/` and `_config.yml`.
    staging
        Folder with `notebooks/` and `outputs/`.

    Raises
    ------
    BookError
        If the pages cannot be rendered without a warning, or if one is missing.
    """
    import nbformat

    from peerbook.outputs.notices import notice_of

    source, html = staging / "source", staging / "html"
    shutil.copytree(root / "book", source)
    chapters = {chapter.name: chapter for chapter in contents.chapters}
    for record in records:
        name = record["name"]
        notebook = nbformat.read(staging / "notebooks" / f"{name}.ipynb", as_version=4)
        page = pages.page(notebook, chapters[name], record["parameters"], _described(data))
        nbformat.write(page, source / f"{name}.ipynb")
    made = {record["name"] for record in records}
    render.write_settings(root / "_config.yml", notice_of(data["synthetic"]), contents, made, source)
    render.render(source, html)
    for page in ("index", *contents.before, *made, *contents.after):
        if not (html / f"{page}.html").is_file():
            raise BookError(f"The page {page}.html is planned but was not made.")
    for folder in ("outputs", "notebooks"):
        shutil.copytree(staging / folder, html / folder)


def put_agreement_at_hand(staging: Path) -> None:
    """Copy every printed number beside the rebuilt one to `staging/agreement.csv`, if a chapter made it."""
    from peerbook.published.comparison import FILE

    made = staging / "outputs" / FILE
    if made.is_file():
        shutil.copy2(made, staging / publish.AGREEMENT)


def _described(data: dict[str, Any]) -> str:
    kind = "synthetic" if data["synthetic"] else "not declared synthetic"
    return f"Data: {data['title'] or data['name'] or 'a folder without a description'} ({kind})."


def _add(folder: Path, names: Iterable[str], staging: Path, chapter: str) -> None:
    outputs = _folder(staging / "outputs")
    for name in names:
        target = outputs / name
        if target.exists():
            raise BookError(
                f"Chapter '{chapter}' made {name}, which another chapter made as well. Rename one."
            )
        _folder(target.parent)
        shutil.copy2(folder / name, target)


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
