"""The command line passes on what it is given, and turns errors into exit codes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from peerbook import cli, errors
from peerbook.builder import rerun, run, state
from peerbook.builder.ahead import Ahead
from peerbook.builder.parameters import Setting
from peerbook.data import open_folder, read_about
from tests.builder.conftest import write_project, write_raw


def _call(monkeypatch, *arguments):
    """Run `peerbook ...` and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["peerbook", *arguments])
    with pytest.raises(SystemExit) as exit:
        cli.main()
    return exit.value.code or 0


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch) -> None:
    """A folder without a book: one in `_build` would be found unchanged, and nothing be called."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def started(monkeypatch) -> list[bool]:
    """Whether kernels were to be started ahead of a build, for each build; here nothing is."""
    asked = []
    monkeypatch.setattr(Ahead, "start", lambda _, kernels=True: asked.append(kernels))
    return asked


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A small project that the command line takes for its own."""
    root = write_project(tmp_path / "project")
    monkeypatch.setenv("PEERBOOK_ROOT", str(root))
    return root


@pytest.fixture
def orders(monkeypatch) -> list[run.Order]:
    """The orders that reach the build, which does nothing."""
    made = []

    def remember(order, console, ahead):
        made.append(order)
        return {"pages": ["index.html"], "seconds": 1.0}

    monkeypatch.setattr(run, "build", remember)
    return made


def test_a_build_is_ordered_as_asked(monkeypatch, orders, capsys):
    arguments = "build zeta tiny --data tiny=raw --out book --only alpha --only beta --jobs 3"
    settings = "-p region=Leeds -p beta.n=1"
    assert _call(monkeypatch, *arguments.split(), *settings.split()) == 0
    assert orders == [
        run.Order(
            out=Path("book"),
            studies=("zeta", "tiny"),
            data={"tiny": Path("raw")},
            only=("alpha", "beta"),
            settings=(Setting("", "region", "Leeds"), Setting("beta", "n", "1")),
            jobs=3,
        )
    ]
    assert capsys.readouterr().out == f"1 pages in 1 s: {Path('book/html/index.html')}\n"


@pytest.mark.parametrize(
    ("changed", "kernels"),
    [({"book/index.md"}, False), ({"book/index.md", "peerbook/labels.py"}, True), (None, True)],
)
def test_kernels_are_started_ahead_unless_only_words_changed(monkeypatch, orders, started, changed, kernels):
    monkeypatch.setattr(state, "changed_files", lambda order: changed)
    assert _call(monkeypatch, "build") == 0
    assert started == [kernels]


def test_where_nothing_changed_nothing_is_started(monkeypatch, orders, started):
    monkeypatch.setattr(state, "changed_files", lambda order: set())
    assert _call(monkeypatch, "build") == 0
    assert (orders, started) == ([], [])


def test_a_build_without_options_is_the_whole_book_of_the_stand_in(monkeypatch, orders):
    assert _call(monkeypatch, "build") == 0
    assert (orders[0].out, orders[0].studies, orders[0].data, orders[0].only) == (Path("_build"), (), {}, ())
    assert orders[0].jobs >= 1


def test_plan_prints_what_would_run(monkeypatch, project, capsys):
    assert _call(monkeypatch, "plan", "--only", "alpha", "-p", "region=Leeds") == 0
    printed = capsys.readouterr().out
    for part in (
        "alpha: Alpha",
        "notebooks/tiny/alpha.ipynb",
        "region = Leeds",
        "One of: all, Leeds, Suffolk",
    ):
        assert part in printed
    assert "beta" not in printed


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("plan -p regoin=Leeds", 11, "Did you mean 'region'"),
        ("plan --only alhpa", 11, "Did you mean 'alpha'"),
        ("build -p region", 11, "name=value"),
        ("build --data nowhere", 10, "no such folder"),
        ("build --data here --data there", 11, "given twice"),
        ("build tinny", 11, "Did you mean 'tiny'"),
        ("validate nowhere", 10, "no such folder"),
    ],
)
def test_a_users_error_ends_with_its_code_and_no_traceback(
    monkeypatch, project, capsys, arguments, code, message
):
    assert _call(monkeypatch, *arguments.split()) == code
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("kind", ["DataError", "ParameterError", "ChapterError", "BookError", "ModelError"])
def test_every_error_of_the_family_has_its_exit_code(monkeypatch, kind):
    def fail(order, console, ahead):
        raise getattr(errors, kind)("what to do")

    monkeypatch.setattr(run, "build", fail)
    assert _call(monkeypatch, "build") == getattr(errors, kind).exit_code
    assert str(getattr(errors, kind).exit_code) in CliRunner().invoke(cli.app, ["--help"]).output


def test_a_fault_of_peerbook_keeps_its_traceback(monkeypatch):
    def fail(order, console, ahead):
        raise ZeroDivisionError

    monkeypatch.setattr(run, "build", fail)
    monkeypatch.setattr(sys, "argv", ["peerbook", "build"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize("arguments", ["build --jobs 0", "build --dta x", "bulid", "simulate"])
def test_wrong_use_of_a_command_ends_with_two(monkeypatch, arguments):
    assert _call(monkeypatch, *arguments.split()) == 2


def test_validate_prints_the_report_and_writes_every_problem(monkeypatch, project, tmp_path, capsys):
    raw = write_raw(tmp_path / "raw")
    assert _call(monkeypatch, "validate", str(raw), "--study", "tiny") == 0
    assert "no problems" in capsys.readouterr().out
    (raw / "answers.csv").write_text("answer_id\n1\n1\n")
    table = tmp_path / "problems.csv"
    assert _call(monkeypatch, "validate", str(raw), "--csv", str(table)) == 10
    assert "answers.csv" in capsys.readouterr().err
    assert "file,row,column" in table.read_text()


def test_validate_writes_nothing_among_raw_data(monkeypatch, project, tmp_path):
    raw = write_raw(tmp_path / "raw")
    before = (raw / "answers.csv").read_bytes()
    assert (
        _call(monkeypatch, "validate", str(raw), "--study", "tiny", "--csv", str(raw / "answers.csv")) == 11
    )
    assert (raw / "answers.csv").read_bytes() == before


def test_audit_prints_the_findings_of_a_table_and_writes_them(monkeypatch, tmp_path, capsys):
    table, findings = tmp_path / "table.csv", tmp_path / "findings.csv"
    table.write_text("outcome,change,mean,ci_low,ci_high\nhope,increased,0.9,0.1,0.5\n")
    assert _call(monkeypatch, "audit", str(table), "--csv", str(findings)) == 0
    printed = capsys.readouterr().out
    assert "0.9 is not between 0.1 and 0.5" in printed
    assert "mean inside interval" in findings.read_text()
    assert _call(monkeypatch, "audit", str(tmp_path / "nowhere.csv")) == 10


def test_a_build_ends_with_the_agreement_with_print(monkeypatch, orders, tmp_path, capsys):
    outputs = tmp_path / "outputs" / "tiny"
    outputs.mkdir(parents=True)
    shown = "table,status,within_rule,as_printed,zero_agrees\nA4.1,agrees,yes,yes,no\nA4.1,differs,no,no,no\n"
    (outputs / "table-agreement.csv").write_text(shown)
    assert _call(monkeypatch, "build", "--out", str(tmp_path)) == 0
    assert "50.0% of 2 judged" in capsys.readouterr().out


def test_simulate_writes_data_that_fit_the_study(monkeypatch, project, tmp_path, capsys):
    folder = tmp_path / "new"
    assert _call(monkeypatch, "simulate", str(folder), "--study", "tiny", "--rows", "5") == 0
    assert "5 rows" in capsys.readouterr().out
    assert _call(monkeypatch, "validate", str(folder)) == 0
    assert len((folder / "answers.csv").read_text().splitlines()) == 6


def test_new_describes_a_study_that_asks_the_questions_of_another(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    said = "--region North --region South --first 2026-01-01 --last 2026-12-31 --ids [0-9]{6}"
    arguments = ["new", "our_log", "--like", "side_by_side", *said.split(), "--holder", "A trust: North"]
    assert _call(monkeypatch, *arguments) == 0
    folder = tmp_path / "data" / "our_log"
    assert f"peerbook validate {Path('data') / 'our_log'}" in capsys.readouterr().out
    about = read_about(folder)
    assert (about.title, about.regions, about.holder) == ("Our log", ("North", "South"), "A trust: North")
    assert (about.period, about.ids) == (("2026-01-01", "2026-12-31"), {"person_id": "[0-9]{6}"})
    assert not about.printed
    assert json.loads((folder / "datapackage.json").read_text())["synthetic"] is False
    assert _call(monkeypatch, *arguments) == 11  # nothing is overwritten
    assert "it has study.yml and datapackage.json already" in capsys.readouterr().err


def test_new_refuses_what_makes_no_sense_and_leaves_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = ["new", "our_log", "--like", "side_by_side", "--first", "2026-02-30", "--last", "2026-12-31"]
    assert _call(monkeypatch, *arguments) == 10
    assert "period: found" in capsys.readouterr().err
    assert list(tmp_path.rglob("*.*")) == []


def test_made_up_data_follow_the_description_in_their_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said = "--region Shefford --first 2026-01-01 --last 2026-12-31 --ids [A-Z][0-9]{5}"
    assert (
        _call(monkeypatch, *["new", "our_log", "--like", "side_by_side", "--data", "own"], *said.split()) == 0
    )
    (tmp_path / "own" / "datapackage.json").unlink()
    assert _call(monkeypatch, *["simulate", "own", "--study", "side_by_side", "--rows", "12"]) == 0
    opened = open_folder(tmp_path / "own").checked()
    assert set(opened.tables["logs"]["region"]) == {"Shefford"}
    assert opened.tables["registrations"]["person_id"].str.fullmatch("[A-Z][0-9]{5}").all()
    assert opened.tables["registrations"]["registered_on"].dt.year.eq(2026).all()


def test_a_book_with_a_stopped_chapter_ends_with_the_code_of_chapters(monkeypatch, orders, capsys):
    stopped = {"pages": [], "seconds": 1, "chapters": [{"name": "alpha", "stopped": "ModelError"}]}
    monkeypatch.setattr(run, "build", lambda order, console, ahead: stopped)
    assert _call(monkeypatch, "build") == 12
    assert "The book was made without: alpha" in capsys.readouterr().err


def test_help_starts_without_the_slow_packages():
    code = (
        "import json, sys; from typer.testing import CliRunner; from peerbook import cli\n"
        "assert CliRunner().invoke(cli.app, ['--help']).exit_code == 0\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"numpy", "pandas", "papermill", "matplotlib", "scipy", "statsmodels", "jupyter_client", "joblib"}
    assert slow.isdisjoint(json.loads(done.stdout))


@pytest.fixture
def books(tmp_path):
    """Two small books that differ in a cell."""
    from tests.builder.compare.small import small_book, write

    book = small_book(random.Random(4))
    a = write(book, tmp_path / "a")
    book.outputs[0].rows[0][-1] = "=1+1"
    return a, write(book, tmp_path / "b")


def test_comparing_ends_with_one_if_anything_differs(monkeypatch, books, capsys):
    a, b = map(str, books)
    assert _call(monkeypatch, "compare", a, a) == 0
    assert "Nothing differs in 54 outputs" in capsys.readouterr().out
    assert _call(monkeypatch, "compare", a, b) == 1
    assert "1 of 54 outputs differs; differences: 1 cell." in capsys.readouterr().out


def test_a_comparison_is_written_as_page_csv_and_word_and_no_cell_of_it_is_a_formula(
    monkeypatch, books, tmp_path
):
    new = tmp_path / "new"
    files = ["--html", str(new / "c.html"), "--csv", str(new / "c.csv"), "--word", str(new / "c.docx")]
    assert _call(monkeypatch, "compare", *map(str, books), *files) == 1
    assert {path.name for path in new.iterdir()} == {"c.html", "c.csv", "c.docx"}
    heading, line = (new / "c.csv").read_text().splitlines()
    assert heading == "study,chapter,output,kind,place,before,after,why"
    assert ",'=1+1,not recorded" in line


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--only", "frist"], 11, "did you mean 'first'?"),
        (["--tolerance", "inf"], 11, "--tolerance"),
        (["--tolerance", "-1"], 2, ""),
        (["--only", "second"], 0, "Nothing differs"),
        (["--only", "garden/first"], 1, "1 cell"),
    ],
)
def test_what_to_compare_is_checked(monkeypatch, books, capsys, arguments, code, said):
    assert _call(monkeypatch, "compare", *map(str, books), *arguments) == code
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_comparing_what_is_no_book_says_so(monkeypatch, books, tmp_path, capsys):
    assert _call(monkeypatch, "compare", str(books[0]), str(tmp_path / "none")) == 11
    assert "is no book: there is no such folder" in capsys.readouterr().err


def test_a_run_has_a_folder_by_its_name_and_is_compared_with_the_last_book(monkeypatch, capsys):
    ordered = []

    def remember(chapter, order, against, console):
        ordered.append((chapter, order.out, order.settings, order.data, against))
        return rerun.Rerun(Path("page.html"), Path("changes.html"), None, {})

    monkeypatch.setattr(rerun, "rerun", remember)
    assert _call(monkeypatch, "run", "alpha", "-p", "region=Leeds", "--data", "raw") == 0
    settings = (Setting("", "region", "Leeds"),)
    assert ordered == [("alpha", Path("_run/alpha"), settings, {"": Path("raw")}, Path("_build"))]
    assert "Make one: peerbook build" in capsys.readouterr().out
