from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console
from tests.build.conftest import ALPHA, BETA, LISTING, write_listing, write_notebook, write_raw

from peerbook.builder import run
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.errors import BookError, ChapterError, DataError, ParameterError

QUIET = Console(quiet=True)


@pytest.fixture
def order(project, raw, tmp_path, plain_render):
    """An order whose pages are not rendered by Jupyter Book."""

    def make(*settings, **changes):
        options = {"out": tmp_path / "out", "data": raw, "root": project, "settings": read_settings(settings)}
        return Order(**{**options, **changes})

    return make


def _change(project, name, *cells):
    parameters = {"alpha": ALPHA, "beta": BETA}[name][0]
    write_notebook(project / "notebooks" / f"{name}.ipynb", [parameters, *cells])


def _files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_build_makes_pages_outputs_notebooks_and_a_manifest(order, tmp_path):
    manifest = build(order("region=Leeds"), QUIET)
    out = tmp_path / "out"
    assert manifest == json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["pages"] == [
        "alpha.html",
        "beta.html",
        "how_to_read.html",
        "index.html",
        "references.html",
    ]
    assert (out / "outputs" / "table-1.csv").read_text() == "Leeds,001\n"
    assert (out / "html" / "outputs" / "table-1.csv").read_text() == "Leeds,001\n"
    assert (out / "html" / "notebooks" / "beta.ipynb").is_file()
    alpha, beta = manifest["chapters"]
    assert (alpha["name"], alpha["parameters"]) == ("alpha", {"region": "Leeds", "project": "001"})
    assert alpha["outputs"] == manifest["outputs"]
    assert (beta["warnings"], beta["reads"]) == (1, ["logs", "projects"])
    assert manifest["data"]["title"] == "Nobody"
    for text in ((out / "manifest.json").read_text(), (out / "notebooks" / "alpha.ipynb").read_text()):
        assert str(tmp_path) not in text


def test_the_same_input_makes_the_same_files(order, tmp_path):
    first, second = (build(order(out=tmp_path / name), QUIET) for name in ("first", "second"))
    assert first["outputs"] == second["outputs"]
    for part in ("html", "outputs", "notebooks"):
        assert _files(tmp_path / "first" / part) == _files(tmp_path / "second" / part)


def test_a_failing_cell_is_reported_and_leaves_the_last_good_book(order, project, tmp_path):
    build(order(), QUIET)
    before = _files(tmp_path / "out")
    _change(project, "alpha", "# Alpha", "1 / 0")
    _change(project, "beta", "# Beta", "raise ValueError('too few people')")
    with pytest.raises(ChapterError) as error:
        build(order(), QUIET)
    assert "'alpha', cell 3: 1 / 0\n  ZeroDivisionError: division by zero" in str(error.value)
    assert "'beta', cell 3: raise ValueError('too few people')" in str(error.value)
    assert _files(tmp_path / "out") == before


def test_only_runs_one_chapter_and_keeps_the_pages_of_the_others(order, project, tmp_path):
    first = build(order("region=Suffolk"), QUIET)
    _change(project, "beta", "# Beta", "1 / 0")
    second = build(order("region=Leeds", only=("alpha",)), QUIET)
    assert second["chapters"][1] == first["chapters"][1]
    assert [chapter["parameters"]["region"] for chapter in second["chapters"]] == ["Leeds", "Suffolk"]
    assert second["pages"] == first["pages"]
    assert (tmp_path / "out" / "outputs" / "table-1.csv").read_text() == "Leeds,001\n"


def test_only_in_an_empty_folder_makes_a_book_of_one_chapter(order):
    manifest = build(order(only=("beta",)), QUIET)
    assert [chapter["name"] for chapter in manifest["chapters"]] == ["beta"]
    assert "alpha.html" not in manifest["pages"]


def test_only_forgets_a_chapter_that_left_the_list(order, project):
    build(order(), QUIET)
    listing = copy.deepcopy(LISTING)
    listing["chapters"] = listing["chapters"][1:]
    write_listing(project / "notebooks", listing)
    manifest = build(order(only=("beta",)), QUIET)
    assert "alpha.html" not in manifest["pages"]
    assert manifest["outputs"] == {}


def test_only_does_not_mix_pages_of_different_data(order, tmp_path):
    build(order(), QUIET)
    other = write_raw(tmp_path / "other", synthetic=False)
    with pytest.raises(BookError, match="other data"):
        build(order(only=("alpha",), data=other), QUIET)


def test_two_chapters_cannot_make_an_output_of_one_name(order, project):
    _change(project, "beta", "# Beta", ALPHA[2].replace("{project}", "1"))
    with pytest.raises(BookError, match=r"'beta' made table-1\.csv"):
        build(order(), QUIET)


def test_a_page_that_was_not_made_fails_the_build(order, project):
    (project / "book" / "how_to_read.md").unlink()
    with pytest.raises(BookError, match=r"how_to_read\.html is planned but was not made"):
        build(order(), QUIET)


def test_wrong_parameters_stop_before_anything_is_touched(order, tmp_path):
    with pytest.raises(ParameterError, match="Did you mean 'region'"):
        build(order("regoin=Leeds"), QUIET)
    assert not (tmp_path / "out").exists()


def test_faulty_data_stop_before_anything_runs(order, project, raw, tmp_path):
    _change(project, "alpha", "# Alpha", f"open({str(tmp_path / 'ran')!r}, 'w')")
    (raw / "logs.csv").write_text("log_id\n1\n")
    with pytest.raises(DataError, match=r"logs\.csv"):
        build(order(), QUIET)
    assert not (tmp_path / "ran").exists()


def test_the_chapter_that_took_longest_starts_first(order, tmp_path, monkeypatch):
    assert [chapter["name"] for chapter in build(order(), QUIET)["chapters"]] == ["alpha", "beta"]
    file = tmp_path / "out" / "manifest.json"
    last = json.loads(file.read_text())
    last["chapters"][1]["seconds"] = 1000
    file.write_text(json.dumps(last))
    started, execute = [], run.execute

    def remember(tasks, *arguments):
        started.extend(task.chapter.name for task in tasks)
        return execute(tasks, *arguments)

    monkeypatch.setattr(run, "execute", remember)
    assert [chapter["name"] for chapter in build(order(), QUIET)["chapters"]] == ["alpha", "beta"]
    assert started == ["beta", "alpha"]


def test_the_build_says_how_each_chapter_ended(order, capsys):
    build(order(), Console(width=20))
    printed = capsys.readouterr().out
    assert "alpha: done, " in printed
    assert "beta: warning: careful\n" in printed
    assert "\x1b" not in printed


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_killed_build_leaves_the_last_book_and_is_cleaned_up(order, project, raw, tmp_path):
    build(order(), QUIET)
    before = _files(tmp_path / "out")
    started = tmp_path / "started"
    _change(project, "beta", "# Beta", f"open({str(started)!r}, 'w').close()\nimport time\n\ntime.sleep(60)")
    program = (
        "import sys; from pathlib import Path; from rich.console import Console\n"
        "from peerbook.builder.run import Order, build\n"
        "out, data, root = map(Path, sys.argv[1:])\n"
        "build(Order(out=out, data=data, root=root), Console(quiet=True))"
    )
    folders = [str(folder) for folder in (tmp_path / "out", raw, project)]
    process = subprocess.Popen([sys.executable, "-c", program, *folders])
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = _files(tmp_path / "out")
    assert {name: left[name] for name in before} == before
    assert any(name.startswith(".staging-") for name in left)
    _change(project, "beta", "# Beta")
    build(order(), QUIET)
    assert not list((tmp_path / "out").glob(".staging-*"))
