"""Put chapters and hand-written pages together: one folder of notebooks, one of outputs, one of pages.

In each of them a study has a folder of its name.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder import claims, faults, finding, own_words, pages, protection, publish, render
from peerbook.builder.contents import Contents, read_contents
from peerbook.builder.furniture import head_of, head_of_data
from peerbook.builder.hashes import hashes
from peerbook.builder.ledger import Ledger
from peerbook.builder.manifest import by_place, place_of, studies_of
from peerbook.builder.plan import Task
from peerbook.errors import BookError

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from peerbook.builder.inputs import Folders
    from peerbook.builder.left_out import LeftOut
    from peerbook.builder.state import Outlook

LISTS = ("contents.yml",)  # files of book/ that are no pages
_TO_CHAPTER = re.compile(r"\[(?P<words>[^]]+)\]\((?P<place>\w+/\w+)\.ipynb(?:#[^)]*)?\)")

_ANCHOR = re.compile(r'href="(?P<page>(?:\.\./)?[\w/]*(?:\.html)?)#(?P<anchor>(?:fig|table)-[^"]+)"')
_ID = re.compile(r'\bid="([^"]+)"')


def take_fresh(tasks: Iterable[Task], staging: Path) -> None:
    """Move what the executed chapters made to `staging/notebooks/<study>` and `staging/outputs/<study>`.

    Raises
    ------
    BookError
        If two chapters of a study made an output of the same name.
    """
    import nbformat

    for task in tasks:
        executed = staging / "executed" / task.chapter.place
        read = nbformat.read(executed / "chapter.ipynb", as_version=4)
        notebook = pages.runnable(read, task.values, task.chapter.fixed)
        _write(notebook, staging / "notebooks" / f"{task.chapter.place}.ipynb")
        made = executed / "outputs"
        _add(made, sorted(_files(made)), staging / "outputs" / task.chapter.study, task.chapter.name)


def take_kept(outlook: Outlook, last: Path, staging: Path) -> None:
    """Copy notebooks and outputs of chapters that are not run again from the last good book.

    The words of a notebook are those that it has now: they can change without its code. Those that are not
    true of the data stay out.

    Raises
    ------
    BookError
        If an output has the name of one that was made now.
    """
    from peerbook.builder import left_out

    for state, record in zip(outlook.fresh, outlook.records, strict=True):
        name = f"notebooks/{place_of(record)}.ipynb"
        if outlook.keeps_words(state.task.chapter):
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(last / name, staging / name)
        else:
            (task,) = left_out.told([state.task], outlook.folders, staging / "told")
            before, now = (_notebook(file) for file in (last / name, task.chapter.notebook))
            _write(pages.with_words_of(now, before, task.chapter.fixed), staging / name)
        outputs = f"outputs/{record['study']}"
        _add(last / outputs, record["outputs"], staging / outputs, record["name"])


@contextmanager
def pages_of(
    contents: Contents,
    records: Iterable[dict[str, Any]],
    opened: Folders,
    remarks: Mapping[str, Mapping[str, Any]],
    data: Mapping[str, dict[str, Any]],
    ledger: Ledger,
    left: Collection[LeftOut],
    root: Path,
    staging: Path,
    withheld: str = "",
    renderer: render.Renderer | None = None,
) -> Iterator[None]:
    """Write the pages to `staging/html` while something else is done that needs none.

    With them come outputs and notebooks to be downloaded, as they are by then.

    Parameters
    ----------
    contents
        The order of pages.
    records
        The chapters as the manifest records them, those with a page.
    opened
        The raw folder of each study.
    remarks
        What the check of each said.
    data
        The data of each study as the manifest records them: they decide what a banner says.
    ledger
        Every claim and item of the book.
    left
        The chapters that the data cannot give.
    root
        Folder with `book/` and `_config.yml`.
    staging
        Folder with `notebooks/` and `outputs/`. What the last rendering left lies beside it.
    withheld
        The page that tells what is withheld of studies of real people; empty if there are none.
    renderer
        One that was started ahead.

    Raises
    ------
    BookError
        If the pages cannot be rendered without a warning, if one is missing, or if one has faults.
    """
    source, html = staging / "source", staging / "html"
    shutil.copytree(root / "book", source, ignore=shutil.ignore_patterns(*LISTS))
    made = by_place(records)
    absent = {chapter.place for chapter in read_contents(root).chapters}.difference(made)
    synthetic = {name: described["synthetic"] for name, described in data.items()}
    own_words.write_pages(contents, opened, remarks, left, made, source)
    for written in source.glob("*.md"):
        text = written.read_text(encoding="utf-8")
        text = claims.fill(less_absent(text, absent), ledger, synthetic)
        written.write_text(text, encoding="utf-8")
    heads = {
        place: head_of(record, synthetic[record["study"]], staging / "outputs" / record["study"])
        for place, record in made.items()
    }
    others = {name for name in data if data[name]["files"] != hashes(root / "stand_in" / name)}
    fixed = {chapter.place: chapter.fixed for chapter in contents.chapters}
    for place, record in made.items():
        notebook = _notebook(staging / "notebooks" / f"{place}.ipynb")
        faults.check_outputs(place, notebook)
        given = [name for name in studies_of(record) if name in others]
        page = pages.page(
            notebook, record, _described(record, data), _files_read(record, data), given, fixed.get(place, ())
        )
        (source / place).parent.mkdir(exist_ok=True)
        (source / f"{place}.ipynb").write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    finding.write_page(contents, made, staging / "outputs", source)
    claims.write_page(contents, ledger, synthetic, source)
    if withheld:
        contents = replace(contents, after=(protection.PAGE, *contents.after))
        (source / f"{protection.PAGE}.md").write_text(withheld, encoding="utf-8")
    if len(ledger.claims):
        heads[claims.PAGE] = head_of_data(all(synthetic[study] for study in ledger.claims["study"].unique()))
    render.write_settings(root / "_config.yml", contents, heads, source)
    with render.rendering(source, html, staging.parent / publish.RENDERED, renderer):
        yield
        _put_beside(made, staging)
        ledger.write(html)
    for page in ("index", *contents.before, *made, *contents.after):
        if not (html / f"{page}.html").is_file():
            raise BookError(f"The page {page}.html is planned but was not made.")
    unlink_absent(html, {chapter.place for chapter in contents.chapters}.difference(made))
    if len(made) < len(contents.chapters) or any("stopped" in record for record in made.values()):
        loosen_anchors(html)
    found = [*html.glob("*.html"), *html.glob("*/*.html")]
    faults.check_pages(html, sorted(page.relative_to(html).as_posix() for page in found))


def _put_beside(made: Mapping[str, Mapping[str, Any]], staging: Path) -> None:
    """Put outputs and notebooks where readers of the pages can take them along."""
    html = staging / "html"
    html.mkdir(exist_ok=True)
    for study in {record["study"] for record in made.values()}:
        for folder in ("outputs", "notebooks"):
            if (staging / folder / study).is_dir():
                shutil.copytree(staging / folder / study, html / study / folder)
        for notebook in (html / study / "notebooks").glob("*.ipynb"):
            text = notebook.read_text(encoding="utf-8")
            # Beside the pages a notebook lies in a folder of its own, so its pictures are one folder up.
            notebook.write_text(text.replace('\\"outputs/', '\\"../outputs/'), encoding="utf-8")


def less_absent(text: str, absent: Collection[str]) -> str:
    """Leave of links to chapters that this book is not of the words: a page is written for all studies.

    Parameters
    ----------
    text
        Markdown of a hand-written page.
    absent
        Places of the chapters of any study that have no page here. A link to what is no chapter stays, and
        stops the build.
    """

    def kept(link: re.Match[str]) -> str:
        return link["words"] if link["place"] in absent else link[0]

    return _TO_CHAPTER.sub(kept, text)


def unlink_absent(html: Path, absent: Iterable[str]) -> None:
    """Leave of a chapter's links to chapters that are not in this book the words.

    Parameters
    ----------
    html
        Folder of the rendered pages; they are changed in place.
    absent
        Places of the chapters that are listed and have no page here, as after `--only`.
    """
    for place in absent:
        study, _, name = place.partition("/")
        link = re.compile(rf'<a\b[^>]*\bhref="{name}\.html(?:#[^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)
        for page in (html / study).glob("*.html"):
            text = page.read_text(encoding="utf-8")
            if link.search(text):
                page.write_text(link.sub(r"\1", text), encoding="utf-8")


def loosen_anchors(html: Path) -> None:
    """Let links to an output that a page does not have here lead to the page.

    If data are not those behind the report, or a chapter stopped, a page can lack what others lead to.

    Parameters
    ----------
    html
        Folder of the rendered pages; they are changed in place.
    """
    pages = {page: page.read_text(encoding="utf-8") for page in html.glob("*/*.html")}
    ids = {page: set(_ID.findall(text)) for page, text in pages.items()}

    def loosened(page: Path, link: re.Match[str]) -> str:
        target = (page.parent / link["page"]).resolve() if link["page"] else page.resolve()
        known = ids.get(target)
        return link[0] if known is None or link["anchor"] in known else f'href="{link["page"] or page.name}"'

    for page, text in pages.items():
        changed = _ANCHOR.sub(partial(loosened, page), text)
        if changed != text:
            page.write_text(changed, encoding="utf-8")


def put_agreement_at_hand(staging: Path) -> None:
    """Join what the studies' chapters made of printed and rebuilt numbers to `staging/agreement.csv`."""
    import pandas as pd

    from peerbook.published.comparison import FILE

    made = sorted((staging / "outputs").glob(f"*/{FILE}"))
    if made:
        read = {file.parent.name: pd.read_csv(file, dtype=str, keep_default_na=False) for file in made}
        joined = pd.concat(read, names=["study"]).reset_index("study")
        joined.to_csv(staging / publish.AGREEMENT, index=False, lineterminator="\n")


def _described(record: Mapping[str, Any], data: Mapping[str, Mapping[str, Any]]) -> str:
    return " ".join(_named(data[study]) for study in studies_of(record))


def _files_read(record: Mapping[str, Any], data: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the hash of each raw file that a chapter can read; of another study with its name before it."""
    own, *others = studies_of(record)
    of_others = {f"{study}/{name}": found for study in others for name, found in data[study]["files"].items()}
    return {**data[own]["files"], **of_others}


def _named(data: Mapping[str, Any]) -> str:
    kind = "synthetic" if data["synthetic"] else "not declared synthetic"
    return f"Data: {data['title'] or data['name'] or 'a folder without a description'} ({kind})."


def _notebook(file: Path) -> NotebookNode:
    """Read a notebook that a build has read before: it need not be held against the format again."""
    from nbformat import v4

    return v4.reads(file.read_text(encoding="utf-8"))


def _write(notebook: NotebookNode, file: Path) -> None:
    from nbformat import v4

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(v4.writes(notebook) + "\n", encoding="utf-8")


def _add(folder: Path, names: Iterable[str], outputs: Path, chapter: str) -> None:
    outputs.mkdir(parents=True, exist_ok=True)
    for name in names:
        target = outputs / name
        if target.exists():
            raise BookError(
                f"Chapter '{chapter}' made {name}, which another chapter made as well. Rename one."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, target)


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
