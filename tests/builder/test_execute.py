from __future__ import annotations

import ast
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from peerbook.builder import warm
from peerbook.builder.contents import read_contents
from peerbook.builder.execute import Failure, Run, execute, execute_chapter
from peerbook.builder.parameters import read_settings
from peerbook.builder.plan import plan
from tests.builder.conftest import BETA, PARAMETERS, REGION, write_listing, write_notebook, write_raw

STUBBORN = """import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)"""


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
    assert "careful" in runs["tiny/beta"].warnings  # beside what libraries say of this machine


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
    assert (failure.cell, failure.line) == (3, "import os")
    assert "memory" in failure.error


@pytest.mark.parametrize("cell", ["while True:\n    pass", STUBBORN])
def test_a_cell_that_never_ends_is_stopped_and_named(project, raw, tmp_path, cell):
    task = _beta(project, "a = 0", "# Prose", cell, "never = True")
    run = execute_chapter(task, {"tiny": raw}, tmp_path / "made", project, limit=2)
    assert (run.failure.cell, run.failure.line) == (5, cell.partition("\n")[0])
    assert "longer than 0.0333333 minutes" in run.failure.error
    assert run.seconds < 30


def test_the_limit_is_for_a_chapter_and_not_for_each_cell(project, raw, tmp_path):
    task = _beta(project, *["import time\n\ntime.sleep(1.5)"] * 2, "last = 1")
    run = execute_chapter(task, {"tiny": raw}, tmp_path / "made", project, limit=2.5)
    assert run.failure.line == "import time"
    assert "minutes" in run.failure.error


def test_a_kernel_that_dies_before_its_first_cell_is_a_failure_too(project, raw, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    failure = execute_chapter(_beta(project, "1"), {"tiny": raw}, tmp_path / "made", project).failure
    assert (failure.cell, "kernel died" in failure.error) == (0, True)


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


OPENS = "from peerbook import open_study\n\nlen(open_study(data, 'tiny').table('answers'))"
CELLS = {
    "anew": [
        "import os, sys, matplotlib, __main__\n"
        "dict(argv=sys.argv[1], here=os.getcwd(), beside='' in sys.path, root=os.environ['PEERBOOK_ROOT'],"
        " backend=os.environ['MPLBACKEND'], name=__name__, main=__main__.data == data,"
        " leader=os.getpgrp() == os.getpid())"
    ],
    "draws": ["from matplotlib import pyplot\n\npyplot.plot([1, 2]);"],
    "changes": ["import os\nfrom peerbook import paths\n\npaths.ROOT, os.environ['NEW'] = 'X', 'Y'"],
    "sees": ["import os\nfrom peerbook import paths\n\n(paths.ROOT, 'NEW' in os.environ)"],
    "dies": ["import os\n\nos._exit(1)"],
    "needs_memory": [
        "import resource\n\nresource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))",
        "wanted = bytearray(8 << 30)",
    ],
    "opens": [OPENS],
    "opens_too": [OPENS],
}


@dataclass(frozen=True)
class Executed:
    """Chapters of these cells: where their project and what they made are, and how each went."""

    root: Path
    made: Path
    runs: dict[str, Run]

    def texts(self, name: str) -> list[str]:
        """Return what the cells of a chapter returned."""
        return _texts(self.made / "tiny" / name / "chapter.ipynb")


@pytest.fixture(scope="module", params=["forked", pytest.param("plain", marks=pytest.mark.slow)])
def executed(request, written, tmp_path_factory) -> Executed:
    """Execute chapters one after the other, on both ways to a kernel: a fork, and a new Python elsewhere."""
    if request.param == "forked" and not warm.AVAILABLE:
        pytest.skip("no safe fork on this system")
    folder = tmp_path_factory.mktemp(request.param)
    root, made = shutil.copytree(written, folder / "project"), folder / "made"
    for name, cells in CELLS.items():
        write_notebook(root / "notebooks" / "tiny" / f"{name}.ipynb", [PARAMETERS, f"# {name}", *cells])
    entry = {"part": "Results", "parameters": {"region": REGION}}
    listed = [{"name": name, "title": name, **entry} for name in CELLS]
    write_listing(root / "notebooks" / "tiny", {"chapters": listed})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "AVAILABLE", request.param == "forked")
        data = {"tiny": write_raw(folder / "raw")}
        runs = {run.place: run for run in execute(_tasks(root), data, made, jobs=1, root=root)}
    return Executed(root, made, {name: runs[f"tiny/{name}"] for name in CELLS})


def test_a_kernel_is_as_if_it_had_been_started_anew(executed):
    assert executed.runs["anew"].failure is None
    assert ast.literal_eval(executed.texts("anew")[0]) == {
        "argv": "-f",
        "here": str(executed.made / "tiny" / "anew"),
        "beside": True,
        "root": str(executed.root),
        "backend": "module://matplotlib_inline.backend_inline",
        "name": "__main__",
        "main": True,
        "leader": True,
    }


def test_a_picture_shows_as_in_any_notebook(executed):
    cells = nbformat.read(executed.made / "tiny" / "draws" / "chapter.ipynb", as_version=4).cells
    assert executed.runs["draws"].failure is None
    shown = [set(output.data) for output in cells[-1].outputs if "data" in output]  # a library may warn
    assert shown == [{"image/png", "text/plain"}]


def test_what_one_chapter_changes_another_does_not_see(executed):
    assert executed.runs["changes"].failure is None
    assert executed.texts("sees") == ["('PEERBOOK_ROOT', False)"]


def test_a_kernel_that_dies_is_a_failure_of_its_chapter_alone(executed):
    run = executed.runs["dies"]
    assert (run.failure.cell, "memory" in run.failure.error) == (3, True)
    failed = [name for name, run in executed.runs.items() if run.failure]
    assert set(failed) <= {"dies", "needs_memory"}


@pytest.mark.skipif(os.name != "posix", reason="limits memory")
def test_a_chapter_for_which_memory_does_not_suffice_says_so(executed):
    run = executed.runs["needs_memory"]
    assert (run.failure.cell, run.failure.line) == (4, "wanted = bytearray(8 << 30)")
    assert run.failure.error.startswith("MemoryError")


def test_chapters_share_results_in_a_folder_of_the_build(executed):
    assert executed.texts("opens") == executed.texts("opens_too") == ["2"]
    assert len(list((executed.made / "shared").glob("*open_folder-*.pickle"))) == 1


def test_a_chapter_that_reads_other_studies_is_handed_the_folder_of_each(beside, raw, tmp_path):
    folders = {"tiny": beside / "stand_in" / "tiny", "small": raw}
    run = execute_chapter(_tasks(beside)[-1], folders, tmp_path / "made", beside)
    assert run.failure is None
    assert _texts(tmp_path / "made" / "chapter.ipynb") == [repr({"small": str(raw)})]
    assert json.loads((tmp_path / "made" / "outputs" / "reads.json").read_text()) == ["small/answers"]
