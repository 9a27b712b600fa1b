"""Parameters that a notebook was handed from outside: a misspelt one is refused, not passed over.

Papermill puts a cell behind the notebook's own cell of parameters and runs on if none is there of a name. The
cell is found again among those that the kernel has run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from peerbook.choices import check_one_of

MARK = "# Parameters"  # the first line of a cell that papermill writes
OF_A_CHAPTER = frozenset({"data", "outputs"})  # which every notebook of a chapter has


def check_injected() -> None:
    """Refuse parameters that the running notebook does not have; outside a notebook do nothing.

    Raises
    ------
    ParameterError
        With the nearest parameter of the notebook, and all of them.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    check_cells(shell.user_ns.get("In", ()) if shell else ())


def check_cells(cells: Sequence[str]) -> None:
    """Refuse the last cell of papermill if it assigns what the notebook's own cell before it does not.

    Parameters
    ----------
    cells
        The source of each cell that was run, in order. Of cells that were run again the last one counts.
    """
    injected = [place for place, cell in enumerate(cells) if cell.startswith(MARK)]
    before = [_assigned(cell) for cell in cells[: injected[-1]]] if injected else []
    known = next((names for names in reversed(before) if names >= OF_A_CHAPTER), None)
    if known is None:
        return
    for name in sorted(_assigned(cells[injected[-1]])):
        check_one_of("parameter of this notebook", name, sorted(known))


def _assigned(cell: str) -> set[str]:
    """Name the variables that a cell assigns; none if it is no Python, as a cell with a magic."""
    try:
        body = ast.parse(cell).body
    except SyntaxError:
        return set()
    targets = (
        target
        for line in body
        if isinstance(line, ast.Assign | ast.AnnAssign)
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}
