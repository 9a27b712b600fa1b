from __future__ import annotations

import copy

import nbformat

from peerbook.builder.pages import command, page, runnable


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
    record = {
        "study": "tiny", "name": "alpha", "parameters": values, "reads": ["logs"],
        "defaults": {"region": "all"}, "made_with": {"peerbook": "1.2"}, "code_sha256": "0123456789abcdef",
    }  # fmt: skip
    notebook = runnable(_executed(project), values)
    before = copy.deepcopy(notebook)
    made = page(notebook, record, "Data: Nobody (synthetic).", {"logs.csv": "fedcba9876543210"}, ["tiny"])
    ending = made.cells[-1]
    assert notebook == before
    assert ending.cell_type == "markdown"
    for part in (
        "Data: Nobody",
        "region = Leeds (by default all), project = 007.",
        "Raw tables read: logs (SHA-256 fedcba987654).",
        "Made with: peerbook 1.2, notebook and code 0123456789ab (SHA-256).",
        "`peerbook run tiny/alpha -p region=Leeds --data tiny=FOLDER`, where FOLDER is",
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
    record = {"study": "tiny", "name": "alpha", "parameters": {}, "reads": []}
    made = page(notebook, record, "Data: Nobody.")
    begins, told, shown, ends = made.cells[-4:]
    assert begins.source.startswith("<details")
    assert told.source == "**The model**\n\nIt has one random intercept."
    assert shown.source == "show(variance)"
    assert ends.source.rstrip().endswith("</details>")
    assert "show(variance)" in ends.source
    assert len(made.cells) == len(notebook.cells) + 2
    assert method.source.startswith("## The model")


def test_a_line_below_the_title_names_choices_that_are_not_the_defaults(project):
    record = {"study": "tiny", "name": "alpha", "parameters": {"region": "<b>", "least": 3}, "reads": []}
    notebook = runnable(_executed(project), {})
    plain = page(notebook, record | {"defaults": {}}, "Data: Nobody.")
    chosen = page(notebook, record | {"defaults": {"region": "all"}}, "Data: Nobody.")
    assert [cell.id for cell in plain.cells if cell.id == "choices"] == []
    titles = [place for place, cell in enumerate(chosen.cells) if cell.source.startswith("# Alpha")]
    line = chosen.cells[titles[0] + 1]
    assert line.source == (
        "**Made with other choices than the default.** region = &lt;b&gt; (by default all)."
    )


def test_the_command_of_one_of_many_pages_names_the_page_and_not_its_value():
    record = {"study": "tiny", "name": "alpha_leeds", "parameters": {"region": "Leeds", "least": -1}}
    said = command(record | {"defaults": {"region": "all", "least": 3}}, fixed=["region"])
    assert said == "peerbook run tiny/alpha_leeds -p least=-1"
