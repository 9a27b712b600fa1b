"""The process that renders pages: Jupyter Book, without its command line.

It loads what it needs, then reads from its standard input what to render. So it can be started while there is
something else to do.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from types import ModuleType

FURNITURE = "_furniture.json"  # in the folder of pages: what stands around them
# What it loads once it has an order; it brings these packages itself.
_OF_JUPYTER_BOOK = (
    "myst_nb.sphinx_",
    "sphinx_book_theme",
    "sphinx_comments",
    "sphinx_external_toc.events",
    "sphinxcontrib.bibtex",
)
WARNED = 3  # exit code if pages have faults; any other but 0 says that the process itself broke


def main() -> None:
    """Load Jupyter Book, read an order as JSON, and render.

    The order has `source`, `html`, `doctrees` (folders), `changed` (pages whose text changed) and `jobs`.
    """
    loaded = _load()
    order = json.load(sys.stdin)
    sys.exit(_render(order, loaded))


def _load() -> object:
    """Import what Jupyter Book needs, without the database in which it would keep notebooks that it runs.

    It runs none, and that database would take a quarter of the time to load.
    """
    for module, client in {"cache": "NotebookClientCache", "direct": "NotebookClientDirect"}.items():
        left_out = ModuleType(f"myst_nb.core.execute.{module}")
        setattr(left_out, client, None)
        sys.modules[left_out.__name__] = left_out
    for module in _OF_JUPYTER_BOOK:
        import_module(module)
    from jupyter_book.sphinx import build_sphinx

    return build_sphinx


def _render(order: dict, build_sphinx: object) -> int:
    settings = {
        "external_toc_path": f"{order['source']}/_toc.yml",
        "latex_individualpages": False,
        "nitpicky": True,
        "peerbook_changed": order["changed"],
    }
    ended = build_sphinx(
        order["source"],
        order["html"],
        doctreedir=order["doctrees"],
        noconfig=True,
        path_config=f"{order['source']}/_config.yml",
        confoverrides=settings,
        builder="html",
        warningiserror=True,
        keep_going=True,
        quiet=True,
        jobs=order["jobs"],
    )
    return 0 if ended == 0 else WARNED if ended == 1 else 1


if __name__ == "__main__":
    main()
