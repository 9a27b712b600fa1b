from __future__ import annotations

import copy
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console

from peerbook.builder import inputs, run, state
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.errors import BookError, ChapterError, DataError, ParameterError
from tests.builder.conftest import (
    ALPHA,
    BETA,
    LISTING,
    write_listing,
    write_notebook,
    write_raw,
    write_study,
)

QUIET = Console(quiet=True)
LISTS = {"datapackage.json", "tiny/datapackage.json"}


@pytest.fixture
def order(project, raw, tmp_path, plain_render):
    """An order whose pages are not rendered by Jupyter Book."""

    def make(*settings, **changes):
        options = {
            "out": tmp_path / "out",
            "data": {"tiny": raw},
            "root": project,
            "settings": read_settings(settings),
        }
        return Order(**{**options, **changes})

    return make


def _change(project, name, *cells):
    parameters = {"alpha": ALPHA, "beta": BETA}[name][0]
    write_notebook(project / "notebooks" / "tiny" / f"{name}.ipynb", [parameters, *cells])


def _files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_another_region_is_looked_for_without_opening_made_up_data(order, last, monkeypatch):
    assert last["regions"] == {"tiny": {"answers": ["Leeds", "Suffolk"]}}

    def refused(*_):
        raise AssertionError("a raw folder was opened")

    monkeypatch.setattr(inputs.Folders, "__getitem__", refused)
    outlook = state.look(order("region=Leeds"))
    assert [each.task.chapter.name for each in outlook.stale] == ["alpha", "beta"]


def test_where_real_people_are_from_is_not_kept(order, tmp_path):
    real = write_raw(tmp_path / "real", synthetic=False)
    assert state.look(order(data={"tiny": real})).regions == {}


def test_the_rest_of_a_last_book_is_removed_by_the_next_build_though_nothing_changed(order, last, tmp_path):
    assert state.is_unchanged(order("region=Suffolk"))
    (tmp_path / "out" / ".replaced" / "html").mkdir(parents=True)
    assert not state.is_unchanged(order("region=Suffolk"))
    assert build(order("region=Suffolk"), QUIET)["unchanged"]
    assert not (tmp_path / "out" / ".replaced").exists()


def test_a_clock_set_back_keeps_nothing_old(order, project, last, tmp_path, monkeypatch):
    monkeypatch.setattr("peerbook.builder.manifest.now", lambda: "2001-01-01T00:00:00+00:00")
    _change(
        project, "alpha", "# Alpha", "from pathlib import Path\n\nPath(outputs, 'new.csv').write_text('1')"
    )
    os.utime(project / "notebooks" / "tiny" / "alpha.ipynb", (946684800, 946684800))  # in 2000
    made = build(order("region=Suffolk"), QUIET)
    assert made["built_at"] < last["built_at"]
    assert made["seconds"] > 0
    assert (tmp_path / "out" / "outputs" / "tiny" / "new.csv").read_text() == "1"
    assert "new.csv" in (tmp_path / "out" / "ro-crate-metadata.json").read_text(encoding="utf-8")
    assert not (tmp_path / "out" / "outputs" / "tiny" / "table-1.csv").exists()


def test_a_build_makes_pages_outputs_notebooks_and_a_manifest(order, tmp_path):
    manifest = build(order("region=Leeds"), QUIET)
    out = tmp_path / "out"
    assert manifest == json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["pages"] == [
        "how_to_read.html",
        "index.html",
        "references.html",
        "tiny/alpha.html",
        "tiny/beta.html",
    ]
    assert (out / "outputs" / "tiny" / "table-1.csv").read_text() == "Leeds,001\n"
    assert (out / "html" / "tiny" / "outputs" / "table-1.csv").read_text() == "Leeds,001\n"
    taken_along = (out / "html" / "tiny" / "notebooks" / "beta.ipynb").read_text(encoding="utf-8")
    links = re.findall(r'\\"([^"]*table-2\.csv)\\"', taken_along)
    assert "../outputs/table-2.csv" in links
    assert "outputs/table-2.csv" not in links
    alpha, beta = manifest["chapters"]
    assert (alpha["name"], alpha["parameters"]) == ("alpha", {"region": "Leeds", "project": "001"})
    assert set(alpha["outputs"]) == {"table-1.csv"}
    made = {f"tiny/{name}" for name in [*alpha["outputs"], *beta["outputs"]]}
    assert set(manifest["outputs"]) == made | LISTS
    assert (alpha["evidence"], beta["evidence"]) == ([], ["rebuilt"])
    assert (beta["warnings"], beta["reads"], alpha["reads"]) == (1, ["answers"], [])
    assert "1,Leeds,yes" in (out / "outputs" / "tiny" / "table-2.csv").read_text()
    assert "2,Suffolk" not in (out / "outputs" / "tiny" / "table-2.csv").read_text()
    assert manifest["data"]["tiny"]["title"] == "Nobody"
    for text in (
        (out / "manifest.json").read_text(),
        (out / "notebooks" / "tiny" / "alpha.ipynb").read_text(),
    ):
        assert str(tmp_path) not in text


def test_the_same_input_makes_the_same_files(order, last, tmp_path):
    second = build(order("region=Suffolk", out=tmp_path / "second"), QUIET)
    assert last["outputs"] == second["outputs"]
    for part in ("html", "outputs", "notebooks"):
        assert _files(tmp_path / "out" / part) == _files(tmp_path / "second" / part)


def test_a_failing_cell_is_reported_and_leaves_the_last_good_book(order, last, project, tmp_path):
    before = _files(tmp_path / "out")
    _change(project, "alpha", "# Alpha", "1 / 0")
    _change(project, "beta", "# Beta", "raise ValueError('too few people')")
    with pytest.raises(ChapterError) as error:
        build(order(), QUIET)
    assert "'alpha', cell 3: 1 / 0\n  ZeroDivisionError: division by zero" in str(error.value)
    assert "'beta', cell 3: raise ValueError('too few people')" in str(error.value)
    assert _files(tmp_path / "out") == before


def test_only_runs_one_chapter_and_keeps_the_pages_of_the_others(order, last, tmp_path):
    second = build(order("region=Leeds", only=("alpha",)), QUIET)
    assert second["chapters"][1] == last["chapters"][1]
    assert [chapter["parameters"]["region"] for chapter in second["chapters"]] == ["Leeds", "Suffolk"]
    assert second["pages"] == last["pages"]
    assert (tmp_path / "out" / "outputs" / "tiny" / "table-1.csv").read_text() == "Leeds,001\n"


def test_only_runs_again_what_changed_since_with_the_choices_it_had(order, last, project, capsys):
    _change(project, "beta", "# Beta", "region")
    second = build(order("region=Leeds", only=("alpha",)), Console(width=200))
    assert "beta runs as well: stale: code of notebooks/tiny/beta.ipynb\n" in capsys.readouterr().out
    assert second["chapters"][1]["parameters"] == {"region": "Suffolk"}
    assert second["chapters"][1]["code_sha256"] != last["chapters"][1]["code_sha256"]
    assert second["chapters"][1]["built_at"] >= last["chapters"][1]["built_at"]


def test_only_leaves_the_last_book_if_what_changed_since_cannot_run(order, last, project, tmp_path):
    before = _files(tmp_path / "out")
    _change(project, "beta", "# Beta", "1 / 0")
    with pytest.raises(ChapterError, match="'beta', cell 3: 1 / 0"):
        build(order(only=("alpha",)), QUIET)
    assert _files(tmp_path / "out") == before


def test_only_in_an_empty_folder_makes_a_book_of_one_chapter(order):
    manifest = build(order(only=("beta",)), QUIET)
    assert [chapter["name"] for chapter in manifest["chapters"]] == ["beta"]
    assert "tiny/alpha.html" not in manifest["pages"]


def test_only_forgets_a_chapter_that_left_the_list(order, last, project):
    listing = copy.deepcopy(LISTING)
    listing["chapters"] = listing["chapters"][1:]
    write_listing(project / "notebooks" / "tiny", listing)
    manifest = build(order(only=("beta",)), QUIET)
    assert "tiny/alpha.html" not in manifest["pages"]
    assert set(manifest["outputs"]) == {*LISTS, "tiny/table-2.csv", "tiny/table-2.json"}


def test_only_does_not_mix_pages_of_different_data(order, last, tmp_path):
    other = write_raw(tmp_path / "other")
    (other / "answers.csv").write_text("answer_id,region,helped\n7,Suffolk,no\n")
    second = build(order("region=Suffolk", only=("alpha",), data={"tiny": other}), QUIET)
    assert [record["built_at"] == old["built_at"] for record, old in _side_by_side(second, last)] == [
        True,
        False,
    ]
    assert "7,Suffolk,no" in (tmp_path / "out" / "outputs" / "tiny" / "table-2.csv").read_text()


def _side_by_side(second, first):
    return zip(second["chapters"], first["chapters"], strict=True)


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
    (raw / "answers.csv").write_text("answer_id\n1\n")
    with pytest.raises(DataError, match=r"answers\.csv"):
        build(order(), QUIET)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("out", ["", "book", ".."])
def test_a_book_is_not_built_into_raw_data(order, raw, out):
    before = sorted(raw.iterdir())
    with pytest.raises(ParameterError, match="raw data") as error:
        build(order(out=raw / out, data={"": raw}), QUIET)
    assert error.value.exit_code == 11
    assert sorted(raw.iterdir()) == before


def test_the_chapter_that_took_longest_starts_first(order, last, tmp_path, monkeypatch):
    assert [chapter["name"] for chapter in last["chapters"]] == ["alpha", "beta"]
    file = tmp_path / "out" / "manifest.json"
    last["chapters"][1]["seconds"] = 1000
    file.write_text(json.dumps(last))
    started, execute = [], run.execute

    def remember(tasks, *arguments):
        started.extend(task.chapter.name for task in tasks)
        return execute(tasks, *arguments)

    monkeypatch.setattr(run, "execute", remember)
    assert [chapter["name"] for chapter in build(order(), QUIET)["chapters"]] == ["alpha", "beta"]
    assert started == ["beta", "alpha"]
    last["chapters"] = last["chapters"][1:]  # nobody knows how long alpha takes: it may be long
    file.write_text(json.dumps(last))
    started.clear()
    build(order(), QUIET)
    assert started == ["alpha", "beta"]


def test_the_second_to_start_is_of_another_study(order, project, tmp_path, monkeypatch):
    write_study(project, "zeta")
    started = []
    monkeypatch.setattr(run, "execute", lambda tasks, *rest: started.extend(tasks) or iter(()))
    with pytest.raises(KeyError):  # as nothing has run
        build(order(data={}), QUIET)
    assert [task.chapter.study for task in started[:2]] in (["tiny", "zeta"], ["zeta", "tiny"])
    assert len(started) == 4


def test_the_build_says_how_each_chapter_ended(order, capsys):
    build(order(), Console(width=20))
    printed = capsys.readouterr().out
    assert "alpha: done, " in printed
    assert "beta: warning: careful\n" in printed
    assert "\x1b" not in printed


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_killed_build_leaves_the_last_book_and_is_cleaned_up(order, last, project, raw, tmp_path):
    before = _files(tmp_path / "out")
    started = tmp_path / "started"
    _change(project, "beta", "# Beta", f"open({str(started)!r}, 'w').close()\nimport time\n\ntime.sleep(60)")
    program = (
        "import sys; from pathlib import Path; from rich.console import Console\n"
        "from peerbook.builder.run import Order, build\n"
        "out, data, root = map(Path, sys.argv[1:])\n"
        "build(Order(out=out, data={'tiny': data}, root=root), Console(quiet=True))"
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
    assert list((tmp_path / "out").glob(".staging-*"))  # it may have no file yet
    _change(project, "beta", "# Beta")
    build(order(), QUIET)
    assert not list((tmp_path / "out").glob(".staging-*"))


def test_a_book_of_several_studies_has_a_folder_for_each(order, project, tmp_path):
    write_study(project, "zeta")
    manifest = build(order(data={}), QUIET)
    out = tmp_path / "out"
    assert [chapter["study"] for chapter in manifest["chapters"]] == ["tiny", "tiny", "zeta", "zeta"]
    assert list(manifest["data"]) == ["tiny", "zeta"]
    for name in ("tiny", "zeta"):
        assert (out / "outputs" / name / "table-1.csv").is_file()
        assert (out / "html" / name / "outputs" / "table-1.csv").is_file()
    alone = build(order(data={}, studies=("zeta",)), QUIET)
    assert {chapter["study"] for chapter in alone["chapters"]} == {"zeta"}


def test_data_are_given_to_a_study_by_its_name(order, project, raw, tmp_path):
    write_study(project, "zeta")
    (raw / "answers.csv").write_text("answer_id,region,helped\n7,Leeds,no\n")
    build(order(data={"zeta": raw}), QUIET)
    said = {
        name: (tmp_path / "out" / "outputs" / name / "table-2.csv").read_text() for name in ("tiny", "zeta")
    }
    assert said["zeta"].splitlines()[1:] == ["7,Leeds,no"]
    assert len(said["tiny"].splitlines()) == 3
    with pytest.raises(ParameterError, match="write --data STUDY=FOLDER, with one of: tiny, zeta"):
        build(order(data={"": raw}), QUIET)
    with pytest.raises(ParameterError, match="'tinny' is no study of this book"):
        build(order(data={"tinny": raw}), QUIET)


def _make_a_page_for_each(project, values):
    entry = {**LISTING["chapters"][0], "title": "Alpha of {project}", "each": {"project": values}}
    entry["parameters"] = {"region": entry["parameters"]["region"]}
    write_listing(project / "notebooks" / "tiny", {"chapters": [entry, LISTING["chapters"][1]]})
    code = "from pathlib import Path\n\nPath(outputs, f'table-of-{project}.csv').write_text(region)\nproject"
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [ALPHA[0], "# Alpha of {project}", code])


@pytest.mark.slow
def test_each_value_has_a_page_outputs_and_a_record_of_its_own(order, project, tmp_path):
    _make_a_page_for_each(project, ["001", "2"])
    manifest = build(order("region=Leeds"), QUIET)
    out = tmp_path / "out"
    made = {record["name"]: record for record in manifest["chapters"]}
    assert list(made) == ["alpha_001", "alpha_2", "beta"]
    assert made["alpha_2"]["parameters"] == {"region": "Leeds", "project": "2"}
    assert list(made["alpha_2"]["outputs"]) == ["table-of-2.csv"]
    assert made["alpha_001"]["code_sha256"] == made["alpha_2"]["code_sha256"] != made["beta"]["code_sha256"]
    assert "# Alpha of 2\n" in (out / "html" / "tiny" / "alpha_2.html").read_text(encoding="utf-8")
    again = (out / "notebooks" / "tiny" / "alpha_2.ipynb").read_text(encoding="utf-8")
    assert "project = '2'" in again
    assert "# Alpha of 2" in again


@pytest.mark.slow
def test_only_runs_one_page_of_a_notebook_and_forgets_values_that_left(order, project):
    _make_a_page_for_each(project, ["001", "2"])
    before = {record["name"]: record["built_at"] for record in build(order(), QUIET)["chapters"]}
    _make_a_page_for_each(project, ["001", "3"])
    manifest = build(order(only=("alpha_3",)), QUIET)
    after = {record["name"]: record["built_at"] for record in manifest["chapters"]}
    assert list(after) == ["alpha_001", "alpha_3", "beta"]
    assert after["beta"] == before["beta"]
    assert {"tiny/table-of-001.csv", "tiny/table-of-3.csv"} <= set(manifest["outputs"])
    assert "tiny/table-of-2.csv" not in manifest["outputs"]


@pytest.fixture
def both(beside, raw, tmp_path, plain_render):
    """An order of one study, of which a chapter reads a second that is not in the book."""

    def make(**changes):
        data = {"tiny": beside / "stand_in" / "tiny", "small": raw}
        return Order(
            **{"out": tmp_path / "out", "root": beside, "studies": ("tiny",), "data": data, **changes}
        )

    return make


def test_a_book_of_one_study_records_the_data_of_another_that_it_reads(both, raw):
    assert both(data={}).folders()["small"] == both().root / "stand_in" / "small"
    manifest = build(both(only=("beside",)), QUIET)
    assert list(manifest["data"]) == ["tiny", "small"]
    [made] = manifest["chapters"]
    assert (made["studies"], made["reads"]) == (["small"], ["small/answers"])
    assert str(raw) not in json.dumps(manifest)
    assert [page for page in manifest["pages"] if "small" in page] == []


@pytest.mark.slow
def test_other_data_of_a_study_that_is_only_read_make_its_reader_stale(both, raw):
    first = build(both(), QUIET)
    (raw / "answers.csv").write_text("answer_id,region,helped\n1,Leeds,no\n")
    second = build(both(only=("beta",)), QUIET)
    same = {new["name"]: new["built_at"] == old["built_at"] for new, old in _side_by_side(second, first)}
    assert same == {"alpha": True, "beta": True, "beside": False}


def test_a_page_that_reads_made_up_people_of_another_study_says_so(both, tmp_path, monkeypatch):
    heads = {}
    monkeypatch.setattr(
        "peerbook.builder.assemble.render.write_settings",
        lambda config, contents, found, source: heads.update(found),
    )
    data = {"tiny": both().root / "stand_in" / "tiny", "small": write_raw(tmp_path / "other")}
    build(both(only=("beside",), data=data), QUIET)
    assert "do not exist" in heads["tiny/beside"]["banner"]
    described = json.loads((tmp_path / "out" / "outputs" / "tiny" / "datapackage.json").read_text())
    assert described["description"].startswith("Synthetic")


def test_a_page_does_not_set_real_people_beside_other_studies(both, tmp_path):
    data = {"tiny": both().root / "stand_in" / "tiny", "small": write_raw(tmp_path / "other", False)}
    with pytest.raises(ParameterError, match="the real people of small is decided for their own pages only"):
        build(both(only=("beside",), data=data), QUIET)
