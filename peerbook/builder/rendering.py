"""The process that renders pages: Jupyter Book, without its command line.

It loads what it needs, then reads from its standard input what to render. So it can be started while there is
something else to do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
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

_RUN = (
    "from peerbook.builder.orphans import end_with_parent; end_with_parent({parent}); "
    "from peerbook.builder.rendering import main; main()"
)


class Renderer:
    """Jupyter Book in a process of its own, which loads what it needs while there is something else to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Let the process load, if it does not already."""
        if self._process:
            return
        command = [sys.executable, "-c", _RUN.format(parent=os.getpid())]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def begin(self, order: Mapping[str, object]) -> None:
        """Let the process render what an order says (`rendering.main`)."""
        self.start()
        with suppress(BrokenPipeError):  # it ended before; why, it says at the end
            self._process.stdin.write(f"{json.dumps(order)}\n")
            self._process.stdin.flush()

    def end(self) -> tuple[int, str]:
        """Wait for the pages; return the exit code and what was said."""
        process, self._process = self._process, None
        said = process.communicate()
        return process.returncode, "".join(said)

    def stop(self) -> None:
        """End the process, if it was not used."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def main() -> None:
    """Load Jupyter Book, read an order as a line of JSON, and render.

    The order has `source`, `html`, `doctrees` (folders), `changed` (pages whose text changed) and `jobs`.
    """
    loaded = _load()
    order = json.loads(sys.stdin.readline())
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
