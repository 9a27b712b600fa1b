"""Many books with one command: what each is of, what is built again, and what the index says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from rich.console import Console

from peerbook.builder import editions, run
from peerbook.builder.editions import BUILT, FAILED, FRESH, Series, make, refuse_failed
from peerbook.builder.execute import Failure, Run
from peerbook.errors import ChapterError, ParameterError
from tests.builder.conftest import ANSWERS, PARAMETERS, STUDY, render_plainly, write_notebook, write_project

CAME_IN = {
    "came_in": {"answers": "answered_on"},
    "counted": {"Answers": {"rows": "answers", "unit": "answers"}},
    "project": {"answers": "project_id"},
}
DAYS = ["2026-01-10", "2026-01-20", "2026-02-03", "2026-03-05", ""]
COUNT = """from peerbook import open_study
from peerbook.outputs import table
from peerbook.disclosure import Counted

study = open_study(data, 'tiny', region)
show = study.shelf(outputs)
counts = study.table('answers').groupby(['helped']).size().reset_index(name='n')
show(table('table-2', 'Answers', counts, people=Counted('answers')))"""


def write_dated(root: Path) -> Path:
    """Write the small project with days on which answers came in, and projects they are of."""
    write_project(root)
    schemas, raw = root / "data_schema" / "tiny", root / "stand_in" / "tiny"
    (schemas / "study.yml").write_text(yaml.safe_dump({**STUDY, "editions": CAME_IN}), encoding="utf-8")
    dated = [
        {"name": "answered_on", "title": "Day", "type": "date"},
        {"name": "project_id", "title": "Project", "type": "string"},
    ]
    answers = {**ANSWERS, "fields": [*ANSWERS["fields"], *dated]}
    (schemas / "answers.schema.json").write_text(json.dumps(answers), encoding="utf-8")
    rows = {
        "answer_id": range(1, 6),
        "region": ["Leeds", "Suffolk", "Leeds", "Leeds", "Suffolk"],
        "helped": ["yes", "no", "yes", "no", "yes"],
        "answered_on": DAYS,
        "project_id": ["P1", "P2", "P1", "P1", "P2"],
    }
    pd.DataFrame(rows).to_csv(raw / "answers.csv", index=False)
    write_notebook(root / "notebooks/tiny/beta.ipynb", [PARAMETERS, "# Beta", COUNT])
    return root


@pytest.fixture(scope="module")
def dated(tmp_path_factory) -> Path:
    """The project; do not change its files."""
    return write_dated(tmp_path_factory.mktemp("dated") / "project")


@pytest.fixture
def project(dated, tmp_path) -> Path:
    """A project of its own."""
    return shutil.copytree(dated, tmp_path / "project")


def execute_here(tasks, data, folder, *limits):
    """Run the cells of notebooks in this process, in the place of `execute.execute`."""
    for task in tasks:
        outputs = folder / task.chapter.place / "outputs"
        outputs.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(task.chapter.notebook, as_version=4)
        nbformat.write(notebook, outputs.parent / "chapter.ipynb")
        handed = dict(task.values, data=str(data[task.chapter.study]), outputs=str(outputs))
        names, failure = {}, None
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            try:
                exec(cell.source, names)
            except ValueError as error:
                failure = Failure(1, "", f"ValueError: {error}")
            names |= handed if "parameters" in cell.metadata.get("tags", []) else {}
        yield Run(task.chapter.place, 0.1, failure=failure)


def in_turn(calls, jobs, modules):
    """Build editions one after another in this process, in the place of forks."""
    return ((number, editions._made(*call)) for number, call in enumerate(calls))


def plainly(patch) -> None:
    """Build without processes and without Jupyter Book, for tests that are about something else."""
    render_plainly(patch)
    patch.setattr(run, "execute", execute_here)
    patch.setattr(editions, "_run", in_turn)


@pytest.fixture
def plain(monkeypatch, project):
    monkeypatch.setenv("PEERBOOK_ROOT", str(project))
    plainly(monkeypatch)


def series(root: Path, kind: str, out: Path, **changes) -> Series:
    """Ask for editions whose index is in the folder `out`, which is called as their kind."""
    chapters = changes.pop("chapters", ("beta",))
    return Series(kind, out.parent, "tiny", chapters=chapters, root=root, jobs=2, **changes)


def made(*arguments, **changes) -> dict[str, editions.Made]:
    return {each.name: each for each in make(series(*arguments, **changes), Console(quiet=True))}


@pytest.fixture(scope="module")
def months(dated, tmp_path_factory):
    """The books of three months; do not change their files."""
    out = tmp_path_factory.mktemp("months") / "out/month"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEERBOOK_ROOT", str(dated))
        plainly(patch)
        return out, made(dated, "month", out)


def numbers(out: Path, name: str) -> dict[str, int]:
    rows = pd.read_csv(out / name / "outputs/tiny/table-2.csv").to_numpy()
    return dict(rows.tolist())


def test_each_month_is_of_what_was_known_on_its_last_day(months):
    out, done = months
    assert [each.state for each in done.values()] == [BUILT] * 3, done
    assert numbers(out, "2026-01") == {"no": 1, "yes": 1}
    assert numbers(out, "2026-02") == {"no": 1, "yes": 2}
    # whose day nobody knows is in the book that has all others
    assert numbers(out, "2026-03") == {"no": 2, "yes": 3}


def test_the_index_tells_what_each_book_is_of(months):
    out, _ = months
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    assert page.html["lang"] == "en"
    assert "do not exist" in page.find(role="note").text
    assert [head.text for head in page.find_all("th", scope="col")][:2] == ["Edition", "Answers"]
    rows = [[cell.text for cell in row.find_all(["th", "td"])][:2] for row in page.tbody.find_all("tr")]
    assert rows == [["January 2026", "2"], ["February 2026", "3"], ["March 2026", "5"]]
    links = [link["href"] for link in page.tbody.find_all("a") if link["href"].endswith(".html")]
    assert all((out / link).is_file() for link in links)


def test_only_editions_whose_data_changed_are_built_again(project, plain, tmp_path):
    out = tmp_path / "out/month"
    made(project, "month", out)
    assert {each.state for each in made(project, "month", out).values()} == {FRESH}
    file = project / "stand_in/tiny/answers.csv"
    file.write_text(file.read_text().replace("3,Leeds,yes", "3,Leeds,no"))
    again = made(project, "month", out)
    assert [each.state for each in again.values()] == [FRESH, BUILT, BUILT]


@pytest.mark.slow
def test_an_edition_that_fails_stops_no_other_and_keeps_its_last_book(project, plain, tmp_path):
    out = tmp_path / "out/month"
    made(project, "month", out)
    before = (out / "2026-02/manifest.json").read_bytes()
    stop = "if len(study.table('answers')) == 3:\n    raise ValueError('three')"
    write_notebook(project / "notebooks/tiny/beta.ipynb", [PARAMETERS, "# Beta", COUNT, stop])
    done = made(project, "month", out)
    assert [each.state for each in done.values()] == [BUILT, FAILED, BUILT]
    assert (out / "2026-02/manifest.json").read_bytes() == before
    assert "last good one" in (out / "index.html").read_text()
    with pytest.raises(ChapterError, match="2026-02"):
        refuse_failed(done.values())


@pytest.mark.slow
def test_a_region_has_the_chapters_that_can_be_narrowed_to_it(project, plain, tmp_path):
    listing = yaml.safe_load((project / "notebooks/tiny/chapters.yml").read_text())
    listing["chapters"][0]["parameters"].pop("region")
    (project / "notebooks/tiny/chapters.yml").write_text(yaml.safe_dump(listing))
    alpha = ['data = ""\noutputs = ""\nproject = "001"', "# Alpha", "project"]
    write_notebook(project / "notebooks/tiny/alpha.ipynb", alpha)
    out = tmp_path / "out/region"
    done = made(project, "region", out, chapters=())
    assert list(done) == ["all-regions", "leeds", "suffolk"]
    assert {each.state for each in done.values()} == {BUILT}, done
    assert numbers(out, "leeds") == {"no": 1, "yes": 2}
    assert (out / "all-regions/html/tiny/alpha.html").is_file()
    assert not (out / "leeds/html/tiny/alpha.html").exists()
    assert "tiny/alpha: cannot be narrowed to one region" in (out / "index.html").read_text()


@pytest.mark.slow
def test_a_project_has_its_own_people_and_is_told_to_chapters_that_ask(project, plain, tmp_path):
    out = tmp_path / "out/project"
    done = made(project, "project", out, chapters=())
    assert list(done) == ["all-projects", "p1", "p2"]
    assert numbers(out, "p1") == {"no": 1, "yes": 2}
    assert (out / "p1/outputs/tiny/table-1.csv").read_text() == "all,P1\n"


def test_what_changed_stands_between_one_month_and_the_next(project, plain, tmp_path, monkeypatch):
    asked = []

    def compare(before, after):
        asked.append((before.name, after.name))
        return pd.DataFrame({"kind": ["cell", "cell", "finding"], "before": ["=1", "2", "3"]})

    monkeypatch.setattr("peerbook.builder.editions_page.differences", compare)
    out = tmp_path / "out/month"
    made(project, "month", out, last="2026-02")
    made(project, "month", out, last="2026-02")
    assert asked == [("2026-01", "2026-02")]  # and not again, as both books are the same
    assert "2 numbers in tables" in (out / "index.html").read_text()
    assert pd.read_csv(out / "changes/2026-02.csv")["before"].tolist() == ["'=1", "2", "3"]


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("year", {}, "region, project, month"),
        ("month", {"first": "2026"}, "a month such as"),
        ("month", {"first": "2026-03", "last": "2026-01"}, "is after"),
        ("region", {"last": "2026-01"}, "belong to editions per month"),
        ("month", {"chapters": ("bata",)}, "Did you mean 'beta'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_built(dated, tmp_path, kind, changes, said):
    with pytest.raises(ParameterError, match=said):
        made(dated, kind, tmp_path / "out" / kind, **changes)
    assert not (tmp_path / "out").exists()


def test_nothing_is_made_among_the_raw_data(dated):
    raw = dated / "stand_in/tiny"
    with pytest.raises(ParameterError, match="lies inside"):
        made(dated, "month", raw / "books" / "month")
    assert not (raw / "books").exists()


def test_a_study_that_does_not_say_when_rows_came_in_has_no_months(written, tmp_path):
    with pytest.raises(ParameterError, match="does not say when rows came in"):
        made(written, "month", tmp_path / "out/month")
