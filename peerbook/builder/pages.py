"""Turn executed notebooks into what readers get: a page without code, and a notebook they can run again."""

from __future__ import annotations

import copy
import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from peerbook.builder.manifest import place_of
from peerbook.outputs.markup import code, plain

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHORT = 12  # digits of a hash that a page shows: enough to tell files apart; the record of the book has all
HOW = "how"  # tag of the cells that say how numbers were made
_HEADING = re.compile(r"^#+ +(.+?)(?: +#+)?$", re.MULTILINE)

_OPEN = '<details class="peerbook-how" id="how-this-page-was-made"><summary>How this page was made</summary>'
_ENDING = """{data}

Parameters: {values}.

Raw tables read: {tables}.

Made with: {versions}.

To run this page again: {command}{folders}.

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
    parameters except the two folders, so it runs anywhere. What cells wrote to standard error is for the
    evaluator, to whom the build prints it: a warning of a library names a file of this machine.

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
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
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


def page(
    notebook: NotebookNode,
    record: Mapping[str, Any],
    data: str,
    files: Mapping[str, str] = MappingProxyType({}),
    given: Iterable[str] = (),
    fixed: Collection[str] = (),
) -> NotebookNode:
    """Return the notebook with an ending, folded away, that says how the page was made.

    A line below the title names the choices that are not the defaults.

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
    files
        Hash of each raw file of the studies that it reads, by path; those of another study below its name.
    given
        Studies whose data are not the stand-in data.
    fixed
        Parameters that the page has its own values of, which nobody sets.
    """
    from nbformat.v4 import new_markdown_cell

    settings = {"parameters", "injected-parameters"}
    calls = (
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and settings.isdisjoint(cell.metadata.get("tags", []))
    )
    given = tuple(given)
    ending = _ENDING.format(
        data=plain(data),
        values=", ".join(_value(record, name) for name in record["parameters"]) or "none",
        tables=", ".join(_table(name, files) for name in record["reads"]) or "none",
        versions=_versions(record),
        command=code(command(record, given, fixed)),
        folders=", where FOLDER is the folder of these data" if given else "",
        name=record["name"],
        code="\n\n".join(calls),
    )
    complete = copy.deepcopy(notebook)
    if record.get("defaults"):
        complete.cells.insert(_below_title(complete.cells), new_markdown_cell(_other(record), id="choices"))
    told = [_without_headings(cell) for cell in complete.cells if _tells_how(cell)]
    complete.cells = [
        *(cell for cell in complete.cells if not _tells_how(cell)),
        new_markdown_cell(_OPEN, id="how-begins"),
        *told,
        new_markdown_cell(ending, id="how-ends"),
    ]
    return complete


def command(record: Mapping[str, Any], given: Iterable[str] = (), fixed: Collection[str] = ()) -> str:
    """Return the command that runs a page again, with the choices that are not the defaults.

    Examples
    --------
    >>> record = {"study": "garden", "name": "beds", "parameters": {"by": "half year", "least": 3}}
    >>> command(record | {"defaults": {"by": "month"}}, ["garden"])
    "peerbook run garden/beds -p 'by=half year' --data garden=FOLDER"
    """
    chosen = (name for name in record.get("defaults", ()) if name not in fixed)
    settings = (f"{name}={record['parameters'][name]}" for name in chosen)
    words = ["peerbook", "run", place_of(record)]
    words += [word for setting in settings for word in ("-p", setting)]
    words += [word for study in given for word in ("--data", f"{study}=FOLDER")]
    return shlex.join(words)


def _other(record: Mapping[str, Any]) -> str:
    chosen = "; ".join(_value(record, name) for name in record["defaults"])
    return f"**Made with other choices than the default.** {chosen}."


def _value(record: Mapping[str, Any], name: str) -> str:
    """Write a parameter; of one that was chosen also what it is by default."""
    said = f"{name} = {plain(record['parameters'][name])}"
    usual = record.get("defaults", {})
    return f"{said} (by default {plain(usual[name])})" if name in usual else said


def _table(name: str, files: Mapping[str, str]) -> str:
    """Write the name of a raw table, and the beginning of the hash of its file."""
    found = files.get(f"{name}.csv", "")
    return f"{plain(name)} (SHA-256 {found[:SHORT]})" if found else plain(name)


def _versions(record: Mapping[str, Any]) -> str:
    said = [f"{name} {plain(version)}" for name, version in record.get("made_with", {}).items()]
    if "code_sha256" in record:
        said.append(f"notebook and code {record['code_sha256'][:SHORT]} (SHA-256)")
    return ", ".join(said)


def _below_title(cells: Sequence[NotebookNode]) -> int:
    """Return the place behind the cell with the title of a page."""
    titled = (
        place
        for place, cell in enumerate(cells, 1)
        if cell.cell_type == "markdown" and cell.source.startswith("# ")
    )
    return next(titled, 0)


def _tells_how(cell: NotebookNode) -> bool:
    return HOW in cell.metadata.get("tags", [])


def _without_headings(cell: NotebookNode) -> NotebookNode:
    """Write a cell's headings as bold lines: a heading inside the fold would end it."""
    if cell.cell_type == "markdown":
        cell.source = _HEADING.sub(r"**\1**", cell.source)
    return cell
