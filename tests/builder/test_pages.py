from __future__ import annotations

import copy

import nbformat

from peerbook.builder.pages import page, runnable


def _executed(project):
    notebook = nbformat.read(project / "notebooks" / "tiny" / "alpha.ipynb", as_version=4)
    injected = nbformat.v4.new_code_cell('region = "Leeds"\ndata = "/home/somebody/raw"\noutputs = "/tmp/x"')
    injected.metadata = {"tags": ["injected-parameters"], "papermill": {"start_time": "2026"}}
    notebook.cells.insert(1, injected)
    notebook.metadata["papermill"] = {"input_path": "/home/somebody/alpha.ipynb"}
    shown = {"text/html": "<p>A study</p>", "text/plain": "Study(folder='/home/somebody/raw')"}
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", shown)]
    notebook.cells[0].metadata["execution"] = {"iopub.status.busy": "2026"}
    return notebook


def test_a_runnable_notebook_keeps_choices_and_forgets_the_machine(project):
    executed = _executed(project)
    before = copy.deepcopy(executed)
    notebook = runnable(executed, {"region": "Leeds", "project": "007"})
    assert executed == before
    assert notebook.cells[1].source == "region = 'Leeds'\nproject = '007'"
    assert notebook.cells[-1].outputs[0].data == {"text/html": "<p>A study</p>"}
    text = nbformat.writes(notebook)
    for trace in ("/home", "/tmp", "2026", "papermill"):
        assert trace not in text
    assert notebook.cells[1].metadata["tags"] == ["injected-parameters"]


def test_what_cells_wrote_to_standard_error_is_not_published(project):
    executed = _executed(project)
    said = {"stderr": "/home/somebody/lib.py:7: FutureWarning", "stdout": "for readers"}
    streams = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in said.items()]
    executed.cells[-1].outputs += streams
    text = nbformat.writes(runnable(executed, {}))
    assert "for readers" in text
    assert "FutureWarning" not in text
    assert "/home" not in text


def test_a_page_ends_with_how_it_was_made(project):
    values = {"region": "Leeds", "project": "007"}
    record = {"name": "alpha", "parameters": values, "reads": ["logs"]}
    notebook = runnable(_executed(project), values)
    before = copy.deepcopy(notebook)
    ending = page(notebook, record, "Data: Nobody (synthetic).").cells[-1]
    assert notebook == before
    assert ending.cell_type == "markdown"
    for part in (
        "Data: Nobody",
        "region = Leeds, project = 007",
        "Raw tables read: logs",
        "notebooks/alpha.ipynb",
    ):
        assert part in ending.source
    assert "table-1.csv" in ending.source
    assert 'data = ""' not in ending.source


def test_words_about_methods_move_into_the_ending(project):
    notebook = runnable(_executed(project), {})
    method = nbformat.v4.new_markdown_cell("## The model\n\nIt has one random intercept.")
    variance = nbformat.v4.new_code_cell("show(variance)")
    method.metadata["tags"] = variance.metadata["tags"] = ["how"]
    notebook.cells[2:2] = [method, variance]
    made = page(notebook, {"name": "alpha", "parameters": {}, "reads": []}, "Data: Nobody.")
    begins, told, shown, ends = made.cells[-4:]
    assert begins.source.startswith("<details")
    assert told.source == "**The model**\n\nIt has one random intercept."
    assert shown.source == "show(variance)"
    assert ends.source.rstrip().endswith("</details>")
    assert "show(variance)" in ends.source
    assert len(made.cells) == len(notebook.cells) + 2
    assert method.source.startswith("## The model")
