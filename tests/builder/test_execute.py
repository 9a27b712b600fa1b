from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from peerbook.builder import warm
from peerbook.builder.contents import read_contents
from peerbook.builder.execute import Failure, execute, execute_chapter
from peerbook.builder.parameters import read_settings
from peerbook.builder.plan import plan
from tests.builder.conftest import ALPHA, BETA, PARAMETERS, write_notebook


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


@pytest.fixture(params=["forked", "plain"])
def road(request, monkeypatch):
    """Both ways to a kernel: a fork, and a new Python where there is no fork."""
    if request.param == "forked" and not warm.AVAILABLE:
        pytest.skip("no safe fork on this system")
    monkeypatch.setattr(warm, "AVAILABLE", request.param == "forked")


def _beta_of(project, raw, made, *cells):
    """Execute both chapters, one after the other, and return how beta went, and what its cells returned."""
    write_notebook(project / "notebooks" / "tiny" / "beta.ipynb", [PARAMETERS, "# Beta", *cells])
    runs = execute(_tasks(project), {"tiny": raw}, made, jobs=1, root=project)
    run = {run.place: run for run in runs}["tiny/beta"]
    written = made / "tiny" / "beta" / "chapter.ipynb"
    return run, _texts(written) if written.is_file() else []


def test_a_kernel_is_as_if_it_had_been_started_anew(project, raw, tmp_path, road):
    told = (
        "import os, sys, matplotlib, __main__\n"
        "dict(argv=sys.argv[1], here=os.getcwd(), beside='' in sys.path, root=os.environ['PEERBOOK_ROOT'],"
        " backend=os.environ['MPLBACKEND'], name=__name__, main=__main__.data == data,"
        " leader=os.getpgrp() == os.getpid())"
    )
    run, texts = _beta_of(project, raw, tmp_path / "made", told)
    assert run.failure is None
    assert ast.literal_eval(texts[0]) == {
        "argv": "-f",
        "here": str(tmp_path / "made" / "tiny" / "beta"),
        "beside": True,
        "root": str(project),
        "backend": "module://matplotlib_inline.backend_inline",
        "name": "__main__",
        "main": True,
        "leader": True,
    }


def test_a_picture_shows_as_in_any_notebook(project, raw, tmp_path, road):
    drawn = "from matplotlib import pyplot\n\npyplot.plot([1, 2]);"
    run, _ = _beta_of(project, raw, tmp_path / "made", drawn)
    cells = nbformat.read(tmp_path / "made" / "tiny" / "beta" / "chapter.ipynb", as_version=4).cells
    assert run.failure is None
    assert [set(output.data) for output in cells[-1].outputs] == [{"image/png", "text/plain"}]


def test_what_one_chapter_changes_another_does_not_see(project, raw, tmp_path, road):
    change = "import os\nfrom peerbook import paths\n\npaths.ROOT, os.environ['NEW'] = 'X', 'Y'"
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [ALPHA[0], "# Alpha", change])
    seen = "import os\nfrom peerbook import paths\n\n(paths.ROOT, 'NEW' in os.environ)"
    assert _beta_of(project, raw, tmp_path / "made", seen)[1] == ["('PEERBOOK_ROOT', False)"]


def test_a_kernel_that_dies_is_a_failure_of_its_chapter_alone(project, raw, tmp_path, road):
    run, _ = _beta_of(project, raw, tmp_path / "made", "import os\n\nos._exit(1)")
    assert (run.failure.cell, "memory" in run.failure.error) == (0, True)


@pytest.mark.skipif(os.name != "posix", reason="limits memory")
def test_a_chapter_for_which_memory_does_not_suffice_says_so(project, raw, tmp_path, road):
    limit = "import resource\n\nresource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))"
    run, _ = _beta_of(project, raw, tmp_path / "made", limit, "wanted = bytearray(8 << 30)")
    assert (run.failure.cell, run.failure.line) == (4, "wanted = bytearray(8 << 30)")
    assert run.failure.error.startswith("MemoryError")


def test_chapters_share_results_in_a_folder_of_the_build(project, raw, tmp_path, road):
    opens = "from peerbook import open_study\n\nlen(open_study(data, 'tiny').table('answers'))"
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [*ALPHA[:2], opens])
    _, texts = _beta_of(project, raw, tmp_path / "made", opens)
    assert texts == ["2"]
    assert len(list((tmp_path / "made" / "shared").glob("*open_folder-*.pickle"))) == 1


def test_a_chapter_that_reads_other_studies_is_handed_the_folder_of_each(beside, raw, tmp_path):
    folders = {"tiny": beside / "stand_in" / "tiny", "small": raw}
    run = execute_chapter(_tasks(beside)[-1], folders, tmp_path / "made", beside)
    assert run.failure is None
    assert _texts(tmp_path / "made" / "chapter.ipynb") == [repr({"small": str(raw)})]
    assert json.loads((tmp_path / "made" / "outputs" / "reads.json").read_text()) == ["small/answers"]
