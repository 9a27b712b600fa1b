from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest

from peerbook.builder.contents import read_contents
from peerbook.builder.execute import Failure, execute, execute_chapter
from peerbook.builder.parameters import read_settings
from peerbook.builder.plan import plan
from tests.builder.conftest import BETA, PARAMETERS, write_notebook


def _tasks(project, *settings):
    return plan(read_contents(project).chapters, read_settings(settings))


def _beta(project, *cells):
    write_notebook(project / "notebooks" / "tiny" / "beta.ipynb", [PARAMETERS, "# Beta", *cells])
    return _tasks(project)[1]


def _texts(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    return [out.data["text/plain"] for cell in cells for out in cell.get("outputs", []) if "data" in out]


def test_chapters_run_at_once_with_values_as_typed(project, raw, tmp_path):
    made = tmp_path / "made"
    done = execute(_tasks(project, "project=007"), {"tiny": raw}, made, jobs=2, root=project)
    runs = {run.place: run for run in done}
    assert set(runs) == {"tiny/alpha", "tiny/beta"}
    assert all(run.failure is None and run.seconds > 0 for run in runs.values())
    assert (made / "tiny" / "alpha" / "outputs" / "table-1.csv").read_text() == "all,007\n"
    assert runs["tiny/beta"].warnings == ("careful",)


def test_a_registered_kernel_of_another_python_is_not_used(project, raw, tmp_path, monkeypatch):
    kernels = tmp_path / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    spec = {"argv": ["no-such-python", "{connection_file}"], "display_name": "other", "language": "python"}
    (kernels / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    write_notebook(project / "notebooks" / "tiny" / "beta.ipynb", BETA)
    run = execute_chapter(_tasks(project)[1], {"tiny": raw}, tmp_path / "made", project)
    assert run.failure is None
    assert _texts(tmp_path / "made" / "chapter.ipynb")[-1:] == [repr(sys.executable)]


def test_a_failing_cell_is_named_as_its_author_counts(project, raw, tmp_path):
    task = _beta(project, "a = 0", "# Prose", "b = 1\nc = b / a  # here\n", "never = True")
    run = execute_chapter(task, {"tiny": raw}, tmp_path / "made", project)
    assert run.failure == Failure(5, "c = b / a  # here", "ZeroDivisionError: division by zero")


def test_a_failure_inside_a_function_names_the_line_of_the_cell(project, raw, tmp_path):
    task = _beta(project, "import json\n\njson.loads('{')")
    failure = execute_chapter(task, {"tiny": raw}, tmp_path / "made", project).failure
    assert (failure.cell, failure.line) == (3, "json.loads('{')")
    assert failure.error.startswith("JSONDecodeError: Expecting property name")


def test_a_cell_that_is_no_python_is_named_too(project, raw, tmp_path):
    failure = execute_chapter(_beta(project, "if:"), {"tiny": raw}, tmp_path / "made", project).failure
    assert (failure.cell, failure.line) == (3, "if:")
    assert failure.error.startswith("SyntaxError")


def test_a_kernel_that_dies_is_a_failure_and_not_a_hang(project, raw, tmp_path):
    failure = execute_chapter(
        _beta(project, "import os\n\nos._exit(1)"), {"tiny": raw}, tmp_path / "made", project
    ).failure
    assert failure.cell == 0
    assert "memory" in failure.error


@pytest.mark.parametrize("name", ["data", "outputs"])
def test_a_notebook_is_given_absolute_folders(project, raw, tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    execute_chapter(_beta(project, name), {"tiny": Path("raw")}, Path("made"), project)
    expected = {"data": raw, "outputs": tmp_path / "made" / "outputs"}[name]
    assert _texts(tmp_path / "made" / "chapter.ipynb") == [repr(str(expected))]


def test_a_kernel_finds_the_studies_of_the_root(project, raw, tmp_path):
    task = _beta(
        project,
        "from peerbook import open_study",
        "study = open_study(data, 'tiny', 'Leeds')\nlen(study.table('answers'))",
    )
    assert execute_chapter(task, {"tiny": raw}, tmp_path / "made", project).failure is None
    assert _texts(tmp_path / "made" / "chapter.ipynb") == ["1"]


def test_a_chapter_that_reads_other_studies_is_handed_the_folder_of_each(beside, raw, tmp_path):
    folders = {"tiny": beside / "stand_in" / "tiny", "small": raw}
    run = execute_chapter(_tasks(beside)[-1], folders, tmp_path / "made", beside)
    assert run.failure is None
    assert _texts(tmp_path / "made" / "chapter.ipynb") == [repr({"small": str(raw)})]
    assert json.loads((tmp_path / "made" / "outputs" / "reads.json").read_text()) == ["small/answers"]
