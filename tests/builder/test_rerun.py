"""One chapter with other choices, beside the last book."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from peerbook.builder.parameters import read_settings
from peerbook.builder.rerun import rerun
from peerbook.builder.run import Order
from peerbook.errors import ParameterError
from tests.builder.conftest import render_plainly, write_raw

QUIET = Console(quiet=True)


def _order(project, out, *settings, **more) -> Order:
    return Order(out=out, root=project, settings=read_settings(settings), **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("rerun")


@pytest.fixture(scope="module")
def made(written, first_book, folder):
    """Beta of Leeds, compared with a book for Suffolk."""
    before = {path: path.read_bytes() for path in first_book.rglob("*") if path.is_file()}
    raw = shutil.copytree(first_book.parent / "raw", folder / "raw")
    (raw / "notes.txt").write_text("These are not the stand-in data.\n")
    data = {"": raw}
    with pytest.MonkeyPatch.context() as patch:
        render_plainly(patch)
        run = rerun("beta", _order(written, folder / "run", "region=Leeds", data=data), first_book, QUIET)
    assert {path: path.read_bytes() for path in first_book.rglob("*") if path.is_file()} == before
    return run


def test_a_chapter_runs_into_a_book_of_its_own(made, folder):
    manifest = json.loads((folder / "run" / "manifest.json").read_text())
    assert [record["name"] for record in manifest["chapters"]] == ["beta"]
    assert manifest["chapters"][0]["defaults"] == {"region": "all"}
    page = made.page.read_text()
    assert made.page == folder / "run" / "html" / "tiny" / "beta.html"
    assert "**Made with other choices than the default.** region = Leeds (by default all)." in page
    assert "`peerbook run tiny/beta -p region=Leeds --data tiny=FOLDER`" in page
    assert str(folder) not in page


def test_it_says_what_changed_against_the_last_book_and_why(made):
    rows = [(each.kind, each.before, each.after, each.why) for each in made.comparison.differences]
    assert rows == [
        ("row", "answer_id: 2; region: Suffolk; helped: no", "", "choice"),
        ("row", "", "answer_id: 1; region: Leeds; helped: yes", "choice"),
    ]
    assert made.chosen == {"region": "Suffolk"}
    assert "Suffolk" in made.changes.read_text()


def test_it_runs_again_into_the_same_folder_with_other_data_and_nothing_to_compare(
    made, written, folder, tmp_path, plain_render
):
    out = shutil.copytree(folder / "run", tmp_path / "run")
    raw = write_raw(tmp_path / "raw")
    (raw / "answers.csv").write_text("answer_id,region,helped\n7,Leeds,no\n")
    again = rerun("tiny/beta", _order(written, out, data={"tiny": raw}), tmp_path / "none", QUIET)
    assert again.page.is_file()
    assert again.comparison is None
    assert not again.changes.exists()
    assert "7,Leeds,no" in (out / "outputs" / "tiny" / "table-2.csv").read_text()


def test_the_last_book_is_not_written_over(project, first_book, tmp_path):
    out = shutil.copytree(first_book, tmp_path / "out")
    with pytest.raises(ParameterError, match="holds another book"):
        rerun("beta", _order(project, out), tmp_path / "none", QUIET)


def test_a_name_of_no_chapter_is_refused_with_the_nearest(project, tmp_path):
    with pytest.raises(ParameterError, match="Did you mean 'beta'"):
        rerun("betta", _order(project, tmp_path / "run"), tmp_path, QUIET)
