"""Sphinx extension: only the pages that changed are read and written again.

Sphinx goes by the times of files, which are wrong where a clock was set back, and writes a page again only if
the page itself changed. Pages also show what others say: titles of neighbours, words of the glossary,
references. If any of that changed, all pages are written again. So pages are those of a first rendering, byte
for byte.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from peerbook.builder.rendering import FURNITURE

# What Sphinx's index of words keeps, by page and by word.
_BY_PAGE = ("_titles", "_filenames", "_all_titles", "_index_entries")
_BY_WORD = ("_mapping", "_title_mapping")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx which pages to read and to write; called by Sphinx."""
    app.add_config_value("peerbook_changed", [], "")  # pages whose text changed since the last rendering
    app.connect("env-get-outdated", _to_read)
    app.connect("env-updated", _to_write, priority=900)  # once references are numbered
    app.add_builder(Pages, override=True)
    app.connect("builder-inited", _allow_two)
    app.connect("builder-inited", _keep_templates)
    app.connect("html-page-context", _hand_furniture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _hand_furniture(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give templates what stands around a page; in the configuration it would make all pages out of date."""
    file = Path(app.srcdir) / FURNITURE
    context["peerbook"] = json.loads(file.read_text(encoding="utf-8"))


def _allow_two(app: Sphinx) -> None:
    """Let pages be read in two processes, if all extensions can bear it.

    One that Jupyter Book brings does not say that it can. All it does is to number sections, after reading.
    """
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    if not all(each.parallel_read_safe and each.parallel_write_safe for each in app.extensions.values()):
        app.parallel = 1


def _to_read(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> set[str]:
    """Name the pages that changed, and those that include one of these."""
    pages = set(app.config.peerbook_changed)
    files = {env.doc2path(page, base=False) for page in pages}
    return pages | {page for page, read in env.dependencies.items() if files & set(read)}


def _to_write(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Name all pages, if what pages show of each other changed since the last rendering."""
    last = getattr(env, "peerbook_shown", None)
    files = [sorted((path, name) for path, (_, name) in each.items()) for each in (env.images, env.dlfiles)]
    env.peerbook_shown = {"files": _digest(files), "words": _digest(_shown(env))}
    if not last or last == env.peerbook_shown:
        return []
    if last["files"] != env.peerbook_shown["files"]:
        raise ExtensionError("Pages show other pictures: their names are given in a first rendering.")
    return env.found_docs


def _shown(env: BuildEnvironment) -> list[Any]:
    """List what a page may show of others: titles, labels, words of the glossary, references, order."""
    words, formulas = env.domaindata["std"], env.domaindata["math"]
    references = env.domaindata.get("cite", {"citations": [], "citation_refs": []})
    slugs = {page: about.get("myst_slugs", {}) for page, about in env.metadata.items()}
    return [
        sorted((page, title.pformat()) for page, title in env.titles.items()),
        sorted((page, title.pformat()) for page, title in env.longtitles.items()),
        *(sorted(words[kind].items()) for kind in ("objects", "labels", "anonlabels")),
        sorted(formulas["objects"].items()),
        sorted(
            (page, slug, *said) for page, of_page in slugs.items() for slug, (_, *said) in of_page.items()
        ),
        [(each.citation_id, each.key, str(each.formatted_entry.label)) for each in references["citations"]],
        sorted(
            (each.docname, each.citation_ref_id, str(each.targets)) for each in references["citation_refs"]
        ),
        sorted(env.toctree_includes.items()),
    ]


def _digest(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _keep_templates(app: Sphinx) -> None:
    """Keep what Jinja makes of the templates, for the next rendering."""
    from jinja2 import FileSystemBytecodeCache

    compiled = Path(app.doctreedir) / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(compiled))


class Pages(StandaloneHTMLBuilder):
    """Sphinx's writer of HTML, which goes by no times, and forgets the words that a page no longer says.

    Sphinx fills its index from the one that it wrote last. A word that only one page said would stay in it,
    without a page, and what that file lacks would be lost.
    """

    def get_outdated_docs(self) -> Iterator[str]:
        """Name the pages that are not there; those that were read anew are written in any case."""
        return (page for page in self.env.found_docs if not Path(self.get_outfilename(page)).is_file())

    def load_indexer(self, docnames: Iterable[str]) -> None:
        """Take the index of the pages that are not written now."""
        kept = set(self.env.all_docs).difference(docnames)
        for name, found in (self._words() if kept else {}).items():
            if name in _BY_PAGE:
                still = {page: said for page, said in found.items() if page in kept}
            else:
                still = {word: here for word, pages in found.items() if (here := pages & kept)}
            setattr(self.indexer, name, still)

    def dump_search_index(self) -> None:
        """Write the index for readers, and for the next rendering."""
        self.indexer._index_entries = dict(sorted(self.indexer._index_entries.items()))  # as if all were new
        super().dump_search_index()
        index = {name: getattr(self.indexer, name) for name in (*_BY_PAGE, *_BY_WORD)}
        self._file().write_bytes(pickle.dumps(index))

    def _words(self) -> dict[str, dict[str, Any]]:
        return pickle.loads(self._file().read_bytes())

    def _file(self) -> Path:
        return Path(self.doctreedir) / "words.pickle"
