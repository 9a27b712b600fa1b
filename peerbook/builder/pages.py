"""Turn executed notebooks into what readers get: a page without code, and a notebook they can run again."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from peerbook.outputs.markup import plain

if TYPE_CHECKING:
    from nbformat import NotebookNode

HOW = "how"  # tag of the cells that say how numbers were made
_HEADING = re.compile(r"^#+ +(.+?)(?: +#+)?$", re.MULTILINE)

_OPEN = '<details class="peerbook-how" id="how-this-page-was-made"><summary>How this page was made</summary>'
_ENDING = """{data}

Parameters: {values}.

Raw tables read: {tables}.

<a href="notebooks/{name}.ipynb" download>Download the notebook of this page</a> to run it again, or to
change a choice. Its code:

```python
{code}
```

</details>
"""


def runnable(
    executed: NotebookNode, values: Mapping[str, object], fixed: Mapping[str, str] = MappingProxyType({})
) -> NotebookNode:
    """Return the notebook without traces of the machine that ran it.

    Papermill leaves paths and times in it; the injected cell names the folders of data and outputs, and so
    may the text form of an object, which no reader sees when there is a richer one. The copy sets the same
    parameters except the two folders, so it runs anywhere.

    Parameters
    ----------
    executed
        What papermill wrote; not changed.
    values
        The chapter's parameters.
    fixed
        Of a page that is one of many from one notebook: what its prose has in place of `{name}`.
    """
    notebook = copy.deepcopy(executed)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        _said_of(cell, fixed)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"  # papermill's is another one each time
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
        for output in cell.get("outputs", []):
            if {"text/html", "text/markdown"} & set(output.get("data", {})):
                output.data.pop("text/plain", None)
    return notebook


def with_words_of(
    now: NotebookNode, executed: NotebookNode, fixed: Mapping[str, str] = MappingProxyType({})
) -> NotebookNode:
    """Return an executed notebook with the prose that its source has now.

    Parameters
    ----------
    now
        The notebook as its author left it, with the same code.
    executed
        A `runnable` notebook of it; not changed.
    fixed
        As for `runnable`.
    """
    made, cells = copy.deepcopy(executed), []
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    for cell in now.cells:
        if cell.cell_type == "code":
            cells.append(code.pop(0))
            if code and "injected-parameters" in code[0].metadata.get("tags", []):
                cells.append(code.pop(0))
        else:
            said = _said_of(copy.deepcopy(cell), fixed)
            said.metadata.setdefault("tags", [])  # as papermill does
            cells.append(said)
    made.cells = cells
    made.metadata["kernelspec"] = now.metadata.get("kernelspec", made.metadata.get("kernelspec"))
    return made


def _said_of(cell: NotebookNode, fixed: Mapping[str, str]) -> NotebookNode:
    """Fill in what the prose of one of many pages has in place of `{name}`."""
    for name, value in fixed.items() if cell.cell_type == "markdown" else ():
        cell.source = cell.source.replace(f"{{{name}}}", plain(value))
    return cell


def page(notebook: NotebookNode, record: Mapping[str, Any], data: str) -> NotebookNode:
    """Return the notebook with an ending, folded away, that says how the page was made.

    Cells tagged `how` are moved into it: words about methods, for readers who want to know. Their headings
    become bold lines there.

    Parameters
    ----------
    notebook
        A `runnable` notebook; not changed.
    record
        The chapter as the manifest records it.
    data
        A sentence that names the data.
    """
    from nbformat.v4 import new_markdown_cell

    settings = {"parameters", "injected-parameters"}
    calls = (
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and settings.isdisjoint(cell.metadata.get("tags", []))
    )
    ending = _ENDING.format(
        data=plain(data),
        values=", ".join(f"{name} = {plain(value)}" for name, value in record["parameters"].items())
        or "none",
        tables=", ".join(map(plain, record["reads"])) or "none",
        name=record["name"],
        code="\n\n".join(calls),
    )
    complete = copy.deepcopy(notebook)
    told = [_without_headings(cell) for cell in complete.cells if _tells_how(cell)]
    complete.cells = [
        *(cell for cell in complete.cells if not _tells_how(cell)),
        new_markdown_cell(_OPEN, id="how-begins"),
        *told,
        new_markdown_cell(ending, id="how-ends"),
    ]
    return complete


def _tells_how(cell: NotebookNode) -> bool:
    return HOW in cell.metadata.get("tags", [])


def _without_headings(cell: NotebookNode) -> NotebookNode:
    """Write a cell's headings as bold lines: a heading inside the fold would end it."""
    if cell.cell_type == "markdown":
        cell.source = _HEADING.sub(r"**\1**", cell.source)
    return cell
