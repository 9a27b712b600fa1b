"""A book of real people: all of it is decided about before anything is shown; the unchecked stops it."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from rich.console import Console

from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.builder.state import look
from peerbook.errors import DisclosureError
from tests.builder.conftest import PARAMETERS, render_plainly, write_notebook, write_project, write_raw

OPEN = (
    "from peerbook import open_study\nstudy = open_study(data, 'tiny', region)\nshow = study.shelf(outputs)"
)
COUNT = """from peerbook.outputs import figure, table, text
import pandas as pd

answers = study.table('answers')
counts = answers.groupby(['region', 'helped']).size().reset_index(name='n')"""
TABLE = "show(table('table-2', 'Answers', counts, lambda d: d.set_index(['region', 'helped'])))"


def write_real(project) -> Path:
    """Write the answers of forty people in two regions, of whom three in Suffolk said no."""
    said = (
        [("Leeds", "yes")] * 20 + [("Leeds", "no")] * 9 + [("Suffolk", "yes")] * 8 + [("Suffolk", "no")] * 3
    )
    folder = write_raw(project / "real", synthetic=False)
    frame = pd.DataFrame(said, columns=["region", "helped"])
    frame.rename_axis("answer_id").reset_index().to_csv(folder / "answers.csv", index=False)
    return folder


@pytest.fixture
def real(project, plain_render):
    return write_real(project)


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """The book of one table of counts, and what the build said; do not change its files."""
    folder = tmp_path_factory.mktemp("counted")
    project = write_project(folder / "project")
    notebooks(project, [COUNT, TABLE], alpha_cells())
    with pytest.MonkeyPatch.context() as patch:
        render_plainly(patch)
        return built(project, write_real(project), folder)


def notebooks(project, beta: list[str], alpha: list[str] | None = None) -> None:
    write_notebook(project / "notebooks/tiny/alpha.ipynb", alpha or [PARAMETERS, "# Alpha"])
    write_notebook(project / "notebooks/tiny/beta.ipynb", [PARAMETERS, "# Beta", OPEN, *beta])


def built(project, real, tmp_path):
    console = Console(file=io.StringIO())
    build(Order(out=tmp_path / "out", data={"": real}, jobs=1, root=project), console)
    return tmp_path / "out", console.file.getvalue()


def alpha_cells() -> list[str]:
    return [PARAMETERS + '\nproject = "001"', "# Alpha"]


def test_small_counts_are_withheld_in_files_pages_and_notebooks(counted):
    out, said = counted
    csv = (out / "outputs/tiny/table-2.csv").read_text()
    assert csv.splitlines()[1:] == ["Leeds,yes,20", "Leeds,no,10", "Suffolk,yes,10", "Suffolk,no,[c]"]
    cells = nbformat.read(out / "notebooks/tiny/beta.ipynb", as_version=4).cells
    shown = "".join(o["data"].get("text/html", "") for c in cells for o in c.get("outputs", []))
    assert "[c]" in shown
    assert "data-held" not in shown
    assert "withheld 1 as small" in said


def test_the_decisions_are_listed_and_a_page_tells_of_them(counted):
    out, _ = counted
    listed = pd.read_csv(out / "disclosure.csv", dtype=str, keep_default_na=False)
    assert listed["decision"].tolist() == ["rounded", "rounded", "rounded", "withheld"]
    assert listed.loc[3, "shown"] == ""
    page = (out / "html/what_is_withheld.html").read_text()
    assert "1 of 4 counts are withheld" in page
    assert "at or below" not in page  # which of the withheld are small is not told


def test_nothing_of_the_held_outputs_is_left(counted):
    out, _ = counted
    assert not list(out.rglob("*.pkl"))
    assert not [path for path in out.rglob("*") if path.name == "held" or path.name.startswith(".staging")]


def test_synthetic_data_pass_and_leave_no_list(project, plain_render, tmp_path):
    notebooks(project, [COUNT, TABLE], alpha_cells())
    build(Order(out=tmp_path / "out", jobs=1, root=project), Console(file=io.StringIO()))
    assert not (tmp_path / "out/disclosure.csv").exists()
    assert not (tmp_path / "out/html/what_is_withheld.html").exists()
    assert "[c]" not in (tmp_path / "out/outputs/tiny/table-2.csv").read_text()


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([COUNT, "show(table('table-2', 'Answers', counts.assign(ratio=0.5)))"], "table-2: ratio"),
        pytest.param([COUNT, "counts"], "cell 5 shows something without show", marks=pytest.mark.slow),
        ([COUNT, "print(answers.to_csv())", TABLE], "cell 5 shows something without show"),
        ([COUNT, "counts.to_csv(outputs + '/by_hand.csv')\n" + TABLE], "it writes by_hand.csv by itself"),
    ],
)
def test_what_is_not_checked_stops_the_book(project, real, tmp_path, cells, found):
    notebooks(project, cells, alpha_cells())
    with pytest.raises(DisclosureError, match=found) as error:
        built(project, real, tmp_path)
    assert error.value.exit_code == 15
    assert "Suffolk" not in str(error.value)
    assert not (tmp_path / "out/html").exists()


@pytest.mark.slow
def test_a_number_that_an_earlier_book_withheld_stays_withheld(project, real, tmp_path):
    notebooks(project, [COUNT, TABLE], alpha_cells())
    (real / "disclosure.yml").write_text("threshold: 9\n")
    out, _ = built(project, real, tmp_path)
    (real / "before.csv").write_bytes((out / "disclosure.csv").read_bytes())
    (real / "disclosure.yml").write_text("earlier: [before.csv]\n")
    # a list beside the raw tables is no raw table: the edition stays the same
    out, said = built(project, real, tmp_path)
    assert "2 as before" in said
    assert "Leeds,no,[c]" in (out / "outputs/tiny/table-2.csv").read_text()


def test_alone_a_notebook_protects_each_output_by_itself(real, project):
    from peerbook import open_study
    from peerbook.outputs import table

    study = open_study(real, project / "data_schema/tiny")
    counts = study.table("answers").groupby(["region", "helped"]).size().reset_index(name="n")
    shown = study.shelf()(table("table-2", "Answers", counts))
    assert shown.csv().splitlines()[4] == "Suffolk,no,[c]"


@pytest.mark.parametrize("kind", ["ValueError", "ModelError"])
def test_an_error_or_a_warning_of_a_chapter_does_not_tell_what_a_cell_holds(project, real, tmp_path, kind):
    import_it = "from peerbook.errors import ModelError\nimport sys"
    warn = "print('Jo Bloggs', file=sys.stderr)"
    stop = f"found = 'Jo ' + 'Bloggs'\nraise {kind}('12 rows: ' + found)"
    notebooks(project, [import_it, warn, COUNT, TABLE, stop], alpha_cells())
    out, said = built(project, real, tmp_path)
    assert "Bloggs" not in said
    assert f"raise {kind}" in said
    assert "beta: warning: its words are not shown" in said
    page = (out / "html/tiny/beta.html").read_text()
    assert kind in page
    assert "12 rows: Jo" not in page
    told = [path for path in out.rglob("*") if path.is_file() and b"Jo Bloggs" in path.read_bytes()]
    assert [path.relative_to(out).as_posix() for path in told] == []


@pytest.mark.slow
def test_an_output_that_cannot_be_shown_with_numbers_withheld_is_named_without_its_words(
    project, real, tmp_path
):
    words = "def words(d):\n    raise KeyError('Jo ' + 'Bloggs')"
    shown = f"{words}\nshow(text('text-2', words, counts))"
    notebooks(project, [COUNT, shown], alpha_cells())
    with pytest.raises(DisclosureError, match=r"Text 2 of tiny .*KeyError in ") as error:
        built(project, real, tmp_path)
    assert "Bloggs" not in str(error.value)


def _answers(real, said) -> None:
    frame = pd.DataFrame(said, columns=["region", "helped"])
    frame.rename_axis("answer_id").reset_index().to_csv(real / "answers.csv", index=False)


GROWING = [
    [("Leeds", "yes")] * 20 + [("Leeds", "no")] * 10 + [("Suffolk", "yes")] * 30 + [("Suffolk", "no")] * many
    for many in (10, 11, 12)
]


@pytest.mark.slow
def test_the_last_book_of_the_folder_is_an_earlier_edition_and_so_are_those_before_it(
    project, real, tmp_path
):
    """A month later one person more said no: without the earlier book in mind, both would be shown."""
    notebooks(project, [COUNT, TABLE], alpha_cells())
    (real / "disclosure.yml").write_text("preset: ons\n")
    shown = []
    for said in GROWING:
        _answers(real, said)
        out, _ = built(project, real, tmp_path)
        shown.append((out / "outputs/tiny/table-2.csv").read_text().splitlines()[4])
    assert shown[0] == "Suffolk,no,10"
    assert shown[1:] == ["Suffolk,no,[c]"] * 2
    listed = pd.read_csv(out / "disclosure.csv", dtype=str)
    assert listed["edition"].nunique() == 3
    assert not listed.duplicated(["study", "edition", "output", "counts"]).any()


@pytest.mark.slow
def test_a_book_of_more_here_and_fewer_there_than_the_last_is_refused_with_a_way_out(project, real, tmp_path):
    _answers(real, [("Leeds", "yes")] * 20 + [("Leeds", "no")] * 10 + [("Suffolk", "yes")] * 40)
    notebooks(project, [COUNT, TABLE], alpha_cells())
    built(project, real, tmp_path)
    _answers(real, [("Leeds", "yes")] * 40 + [("Leeds", "no")] * 10 + [("Suffolk", "yes")] * 20)
    with pytest.raises(DisclosureError, match="The last book in out counts as published"):
        built(project, real, tmp_path)
    built(project, real, tmp_path / "other")


@pytest.mark.slow
def test_a_book_of_fewer_people_is_decided_beside_the_last_as_one_before_it(project, real, tmp_path):
    _answers(real, [("Leeds", "yes")] * 20 + [("Leeds", "no")] * 12 + [("Suffolk", "yes")] * 30)
    notebooks(project, [COUNT, TABLE], alpha_cells())
    built(project, real, tmp_path)
    _answers(real, [("Leeds", "yes")] * 20 + [("Leeds", "no")] * 11 + [("Suffolk", "yes")] * 10)
    out, _ = built(project, real, tmp_path)
    shown = (out / "outputs/tiny/table-2.csv").read_text(encoding="utf-8")
    assert "Leeds,no,11" not in shown  # one person less than the last book shows
    assert "Suffolk,yes,10" in shown


def test_of_real_people_all_chapters_run_if_one_does_and_none_if_none(counted, tmp_path, plain_render):
    out = shutil.copytree(counted[0], tmp_path / "out")
    project = shutil.copytree(counted[0].parent / "project", tmp_path / "project")
    order = Order(out=out, data={"": project / "real"}, jobs=1, root=project)
    assert look(order).is_done
    before = json.loads((out / "manifest.json").read_text())
    (project / "book" / "how_to_read.md").write_text("# How to read\n\nOther words.\n")
    console = Console(file=io.StringIO())
    after = build(order, console)
    assert "done" not in console.file.getvalue()
    assert after["chapters"] == before["chapters"]
    assert "withheld" in (out / "html" / "what_is_withheld.html").read_text(encoding="utf-8")
    assert (out / "disclosure.csv").read_bytes() == (counted[0] / "disclosure.csv").read_bytes()
    found = {
        state.task.chapter.name: state.in_words() for state in look(replace(order, only=("alpha",))).states
    }
    assert found == {"alpha": "fresh", "beta": "fresh"}
    order = replace(order, settings=read_settings(["project=2"]))
    found = {state.task.chapter.name: state.in_words() for state in look(order).states}
    assert found == {
        "alpha": "stale: parameter project 001 -> 2",
        "beta": "stale: it is of real people, and alpha is stale",
    }


def test_of_real_people_no_column_has_a_digest_and_any_file_of_theirs_counts(counted, tmp_path):
    project = shutil.copytree(counted[0].parent / "project", tmp_path / "project")
    order = Order(out=counted[0], data={"": project / "real"}, jobs=1, root=project)
    record = json.loads((counted[0] / "manifest.json").read_text())["chapters"][1]["inputs"]
    assert record["columns"] == {}
    assert set(record["data"]) == {"synthetic", "answers.csv", "datapackage.json"}
    (project / "real" / "disclosure.yml").write_text("threshold: 5\n")
    assert [state.word for state in look(order).states] == ["stale", "stale"]
