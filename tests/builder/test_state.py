"""A hundred changes of a small project, and which chapters each makes stale: none missed, none needless."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from peerbook import paths
from peerbook.builder import packages, publish, reach, render, run, state
from peerbook.builder.order import Order
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import build
from peerbook.errors import DataError
from tests.builder.conftest import (
    ANSWERS,
    LISTING,
    PAGES,
    PARAMETERS,
    REGION,
    STUDY,
    render_plainly,
    write_listing,
    write_notebook,
    write_project,
    write_study,
)

QUIET = Console(quiet=True)
pytestmark = pytest.mark.slow  # together half a minute; each change takes a tenth of a second
VISITS = {
    "title": "Visits",
    "primaryKey": ["visit_id"],
    "missingValues": [{"value": "", "label": "Not said"}],
    "fields": [
        {"name": "visit_id", "title": "Visit", "type": "integer", "constraints": {"required": True}},
        {"name": "region", "title": "Region", "type": "string", "categoriesFrom": "regions"},
        {"name": "place", "title": "Place", "type": "string", "categories": ["hall", "park", "home"]},
        {"name": "minutes", "title": "Minutes", "type": "integer"},
        {"name": "day", "title": "Day", "type": "date"},
        {"name": "words", "title": "Words", "type": "string"},
        {"name": "phone", "title": "Phone", "type": "string", "personal": True},
    ],
}
ROOMS = {**VISITS, "title": "Rooms", "primaryKey": ["room_id"]}
ROOMS["fields"] = [{**VISITS["fields"][0], "name": "room_id"}, *VISITS["fields"][1:4]]
VISITS_CSV = (
    "visit_id,region,place,minutes,day,words,phone\n"
    '1,Leeds,hall,30,2016-05-01,"sun, rain",0113\n'
    "2,Suffolk,park,45,2016-05-02,,0114\n"
    "3,Leeds,home,,2016-05-03,late,0115\n"
)
OPENED = "study = open_study(data, 'tiny', region)\nshow = study.shelf(outputs)"
GAMMA = [
    PARAMETERS + "\nlevel = 0.95",
    "# Gamma\n\nWords about gamma.",
    "from peerbook import open_study\nfrom peerbook.chapters.tiny import gamma as chapter",
    OPENED,
    "show(chapter.helped(study, level))",
    "show(chapter.visits(study))",
]
DELTA = [
    PARAMETERS,
    "# Delta",
    "from peerbook import open_study\nfrom peerbook.chapters.tiny import delta as chapter",
    OPENED,
    "show(chapter.minutes(study))",
]
EPSILON = [
    'data = ""\noutputs = ""\nplace = "North"',
    "# Epsilon of {place}",
    "from pathlib import Path\n\nPath(outputs, f'table-of-{place}.csv').write_text(place)",
]
SHARING = [
    'data = ""\noutputs = ""',
    "# Sharing",
    "from pathlib import Path\n\nfrom peerbook.chapters.tiny import sharing",
    "Path(outputs, 'table-NAME.csv').write_text(str(sharing.places(data)))",
]
BESIDE = [
    'data = ""\noutputs = ""\nstudies = {"small": ""}',
    "# Beside",
    "from peerbook import open_beside\nfrom peerbook.outputs import table",
    "study = open_beside(data, 'tiny', studies)\nshow = study.shelf(outputs)",
    "show(table('table-9', 'Answers', study.others['small'].table('answers')[['helped']]));",
]
MODULES = {
    "__init__": '"""Chapters."""\n',
    "gamma": '''"""Gamma."""
from peerbook.outputs import table, text


def helped(study, level):
    rows = study.table("answers")[["region", "helped"]]
    return table("table-3", f"Who was helped, {level}", rows)


def visits(study):
    return text("text-3", "There were {n} visits.", {"n": len(study.table("visits"))})
''',
    "delta": '''"""Delta."""
import numpy as np

from peerbook.chapters.tiny import common
from peerbook.outputs import text


def minutes(study):
    rooms = "rooms" in study.tables
    at_home = study.table("visits").query("place == 'home'")["minutes"]
    n = common.total(study.table("visits")["minutes"]) + len(at_home) + np.int64(rooms)
    return text("text-4", "{n} minutes.", {"n": int(n)})
''',
    "common": '"""What chapters have in common."""\n\n\ndef total(minutes):\n    return minutes.sum()\n',
    "sharing": '''"""Results that are shared."""
from peerbook import open_study
from peerbook.shared import shared
from peerbook.study import files_read


@shared(reads=lambda data: files_read(data, "tiny"))
def places(data):
    rows = open_study(data, "tiny").table("visits")
    return rows[rows["region"] == "Leeds"].set_index("visit_id")["place"].tolist()
''',
    "unused": '"""Nobody imports this."""\n',
}
LOCK = "# a remark\nnumpy==2.0 \\\n    --hash=sha256:abc\npandas==3.0 ; python_version > '3'\ntyper==1.0\n"


def _entry(name, **more):
    return {"name": name, "title": name.capitalize(), "part": "Results", **more}


CHAPTERS = {
    "chapters": [
        *LISTING["chapters"],
        _entry("gamma", parameters={"region": REGION, "level": {"type": "float", "help": "Level."}}),
        _entry("delta", parameters={"region": REGION}, needs=["visits"]),
        _entry("epsilon", title="Epsilon of {place}", each={"place": ["North", "South"]}),
        _entry("zeta"),
        _entry("eta"),
        _entry("beside", studies=["small"]),
    ]
}  # fmt: skip


def _write(root: Path) -> Path:
    """Write the small project with a second table, more columns, more chapters and a study beside it."""
    write_project(root)
    write_study(root, "small")
    notebooks, schemas, raw = (root / name / "tiny" for name in ("notebooks", "data_schema", "stand_in"))
    write_listing(notebooks, CHAPTERS)
    sharing = {name: [cell.replace("NAME", name) for cell in SHARING] for name in ("zeta", "eta")}
    written = {"gamma": GAMMA, "delta": DELTA, "epsilon": EPSILON, "beside": BESIDE, **sharing}
    for name, cells in written.items():
        write_notebook(notebooks / f"{name}.ipynb", cells)
    tables = {"answers": ANSWERS, "visits": VISITS, "rooms": ROOMS}
    for name, schema in tables.items():
        (schemas / f"{name}.schema.json").write_text(json.dumps(schema))
    resources = [{"name": n, "path": f"{n}.csv", "schema": f"{n}.schema.json"} for n in tables]
    resources[-1]["optional"] = True
    (schemas / "datapackage.json").write_text(json.dumps({"resources": resources}))
    (schemas / "study.yml").write_text(yaml.safe_dump(STUDY))
    (raw / "visits.csv").write_text(VISITS_CSV)
    (root / "book" / "contents.yml").write_text(yaml.safe_dump({**PAGES, "studies": ["tiny", "small"]}))
    (root / packages.LOCK).write_text(LOCK)
    return root


@dataclass(frozen=True)
class Built:
    """A project, a copy of peerbook with chapters for it, and the order of the book that was made of them."""

    root: Path
    package: Path
    order: Order

    def file(self, name: str) -> Path:
        return (self.package.parent if name.startswith("peerbook/") else self.root) / name


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The project, and a book of it that was built with kernels; each test puts back what it changes."""
    folder = tmp_path_factory.mktemp("state")
    package = folder / "code" / "peerbook"
    aside = shutil.ignore_patterns("__pycache__", *(s.name for s in paths.data_schema().iterdir()))
    shutil.copytree(reach.PACKAGE, package, ignore=aside)
    (package / "chapters" / "tiny").mkdir()
    for name, code in MODULES.items():
        (package / "chapters" / "tiny" / f"{name}.py").write_text(code)
    (package / "chapters" / "tiny" / "labels.csv").write_text("a,b\n")
    order = Order(out=folder / "out", root=_write(folder / "project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "PACKAGE", package)
        render_plainly(patch)
        patch.setenv(
            "PYTHONPATH",
            os.pathsep.join([str(package.parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]),
        )
        build(order, QUIET)
        yield Built(order.root, package, order)


@dataclass(frozen=True)
class Change:
    """One change: in a file the text `old` becomes `new`; without `old` the file is written anew.

    `stale` are the chapters that follow, those of the second study with its name before them. `why` is in the
    reasons of one of them. `page` is rendered again though no chapter follows; "every" stands for all pages.
    """

    name: str
    file: str = ""
    old: str | None = None
    new: str | None = None
    stale: str = ""
    why: str = ""
    page: str = ""
    settings: tuple[str, ...] = ()
    version: str = ""  # of a package whose installed version changes


TINY, SMALL, SCHEMA = "stand_in/tiny", "stand_in/small", "data_schema/tiny"
BOOK, CODE = "notebooks/tiny", "peerbook/chapters/tiny"
OF_TINY = "beta gamma delta zeta eta beside"  # the chapters that open the study
OF_ALL = f"{OF_TINY} small/beta"
WITH_NUMPY = OF_ALL  # whatever opens a study imports pandas, and so numpy
ANSWER = "1,Leeds,yes"
V = VISITS_CSV.splitlines()

CHANGES = [
    # Cells
    Change("a cell that two chapters read", f"{TINY}/answers.csv", ANSWER, "1,Leeds,no", "beta gamma",
           "column helped of answers.csv"),
    Change("a cell that is emptied", f"{TINY}/answers.csv", ANSWER, "1,Leeds,", "beta gamma",
           "column helped of answers.csv"),
    Change("a region that they read", f"{TINY}/answers.csv", "2,Suffolk", "2,Leeds", "beta gamma",
           "column region of answers.csv"),
    Change("a key that one reads", f"{TINY}/answers.csv", "2,Suffolk", "3,Suffolk", "beta",
           "column answer_id of answers.csv"),
    Change("a row more", f"{TINY}/answers.csv", ANSWER, f"{ANSWER}\n3,Leeds,no", "beta gamma",
           "column region of answers.csv"),
    Change("a row less", f"{TINY}/answers.csv", f"{ANSWER}\n", "", "beta gamma",
           "column helped of answers.csv"),
    Change("rows in another order", f"{TINY}/answers.csv", f"{ANSWER}\n2,Suffolk,no",
           f"2,Suffolk,no\n{ANSWER}", "beta gamma"),
    Change("minutes", f"{TINY}/visits.csv", ",45,", ",46,", "delta", "column minutes of visits.csv"),
    Change("minutes that were missing", f"{TINY}/visits.csv", "home,,", "home,20,", "delta",
           "column minutes of visits.csv"),
    Change("minutes of zero for missing ones", f"{TINY}/visits.csv", "home,,", "home,0,", "delta"),
    Change("a place that is read in three chapters", f"{TINY}/visits.csv", "hall", "park", "delta zeta eta",
           "column place of visits.csv"),
    Change("a region that a mask reads", f"{TINY}/visits.csv", "3,Leeds", "3,Suffolk", "zeta eta",
           "column region of visits.csv"),
    Change("a key that is an index", f"{TINY}/visits.csv", "2,Suffolk", "9,Suffolk", "zeta eta",
           "column visit_id of visits.csv"),
    Change("a visit more", f"{TINY}/visits.csv", V[1], f"{V[1]}\n4,Leeds,hall,5,2016-05-04,,",
           "gamma delta zeta eta", "number of rows of visits.csv 3 -> 4"),
    Change("a visit less", f"{TINY}/visits.csv", f"{V[2]}\n", "", "gamma delta zeta eta",
           "number of rows of visits.csv 3 -> 2"),
    Change("visits in another order", f"{TINY}/visits.csv", f"{V[1]}\n{V[2]}", f"{V[2]}\n{V[1]}",
           "delta zeta eta"),
    Change("a day that nobody reads", f"{TINY}/visits.csv", "2016-05-01", "2016-05-11"),
    Change("a day that is emptied", f"{TINY}/visits.csv", "2016-05-01", ""),
    Change("words that nobody reads", f"{TINY}/visits.csv", "sun, rain", "snow"),
    Change("a telephone number", f"{TINY}/visits.csv", "0113", "0999"),
    Change("a cell of a study that is only read", f"{SMALL}/answers.csv", ANSWER, "1,Leeds,no",
           "beside small/beta", "column helped of answers.csv (small)"),
    Change("another cell of that study", f"{SMALL}/answers.csv", "2,Suffolk", "2,Leeds", "small/beta",
           "column region of answers.csv"),
    # Files of data whose cells stay
    Change("a byte order mark", f"{TINY}/answers.csv", "answer_id", "\ufeffanswer_id"),
    Change("quotation marks around a cell", f"{TINY}/answers.csv", ANSWER, '1,Leeds,"yes"'),
    Change("ends of lines as on Windows", f"{TINY}/answers.csv", "\n", "\r\n"),
    Change("a zero before a number", f"{TINY}/answers.csv", ANSWER, "01,Leeds,yes"),
    Change("a blank line at the end", f"{TINY}/answers.csv", "2,Suffolk,no\n", "2,Suffolk,no\n\n"),
    Change("columns in another order", f"{TINY}/answers.csv", None,
           "region,helped,answer_id\nLeeds,yes,1\nSuffolk,no,2\n"),
    Change("a column that no schema knows", f"{TINY}/answers.csv", None,
           "answer_id,region,helped,mood\n1,Leeds,yes,a\n2,Suffolk,no,b\n"),
    Change("a table that may be there", f"{TINY}/rooms.csv", None,
           "room_id,region,place,minutes\n1,Leeds,hall,3\n", "delta", "rooms.csv"),
    Change("a file that is no table", f"{TINY}/notes.txt", None, "Notes.\n"),
    Change("the same bytes again", f"{TINY}/answers.csv", ANSWER, ANSWER),
    Change("the same bytes of a module", f"{CODE}/gamma.py", "Gamma", "Gamma"),
    # What a folder says of itself
    Change("the title of the data", f"{TINY}/datapackage.json", "Nobody", "Somebody", page="every"),
    Change("their name", f"{TINY}/datapackage.json", '"none"', '"some"', page="every"),
    Change("a descriptor written otherwise", f"{TINY}/datapackage.json", None,
           '{"synthetic": true, "title": "Nobody",\n "name": "none"}'),
    Change("when data were collected", f"{TINY}/datapackage.json", "{",
           '{"collected": {"visits": ["2016-01-01", "2016-12-31"]}, ', OF_TINY,
           "collected of datapackage.json"),
    Change("a title of the study", f"{TINY}/study.yml", None, "title: Another\n", OF_TINY,
           "title of study.yml"),
    Change("regions of the study", f"{TINY}/study.yml", None, "regions: [Leeds, Suffolk, York]\n", OF_TINY,
           "regions of study.yml"),
    Change("a code for no answer", f"{TINY}/study.yml", None, 'missing_codes: {"99": None}\n', OF_TINY,
           "missing_codes of study.yml"),
    Change("what was not asked", f"{TINY}/study.yml", None, "not_asked: [visits.words]\n", OF_TINY,
           "not_asked of study.yml"),
    Change("data behind a printed report", f"{TINY}/study.yml", None, "printed: true\n", OF_TINY,
           "printed of study.yml"),
    Change("what codes are", f"{TINY}/study.yml", None, "codes: {approaches: {walks: Walks}}\n", OF_TINY,
           "codes of study.yml"),
    Change("how the study is run", f"{TINY}/study.yml", None, "fieldwork: {silent_months: 3}\n", OF_TINY,
           "fieldwork of study.yml"),
    Change("a period", f"{TINY}/study.yml", None, "period: [2016-01-01, 2016-12-31]\n", OF_TINY,
           "period of study.yml"),
    Change("who holds the data", f"{TINY}/study.yml", None, "holder: Somebody\n", page="every"),
    Change("how to reach them", f"{TINY}/study.yml", None, "contact: a@example.org\n", page="every"),
    Change("names of waves", f"{TINY}/study.yml", None, "waves: {Spring: [2016-03-01, 2016-05-31]}\n",
           page="every"),
    Change("a study.yml with a remark only", f"{TINY}/study.yml", None, "# nothing\n"),
    Change("a title of the other study", f"{SMALL}/study.yml", None, "title: Other\n", "beside small/beta",
           "title of study.yml (small)"),
    # Parameters
    Change("a region for all", settings=("region=Leeds",),
           stale="alpha beta gamma delta small/alpha small/beta", why="parameter region all -> Leeds"),
    Change("a region for one", settings=("gamma.region=Leeds",), stale="gamma",
           why="parameter region all -> Leeds"),
    Change("a level", settings=("level=0.9",), stale="gamma", why="parameter level 0.95 -> 0.9"),
    Change("a project", settings=("project=002",), stale="alpha small/alpha",
           why="parameter project 001 -> 002"),
    Change("a project of one study", settings=("tiny/alpha.project=7",), stale="alpha",
           why="parameter project 001 -> 7"),
    Change("two parameters", settings=("level=0.9", "project=2"), stale="gamma alpha small/alpha"),
    Change("a value that is the default", settings=("level=0.95",)),
    Change("the region that is the default", settings=("region=all",)),
    Change("a default", f"{BOOK}/gamma.ipynb", "level = 0.95", "level = 0.9", "gamma",
           "parameter level 0.95 -> 0.9"),
    Change("a remark beside a default", f"{BOOK}/gamma.ipynb", "level = 0.95", "level = 0.95  # of intervals",
           "gamma", "code of notebooks/tiny/gamma.ipynb"),
    # Notebooks
    Change("code", f"{BOOK}/alpha.ipynb", "{region},{project}", "{region};{project}", "alpha",
           "code of notebooks/tiny/alpha.ipynb"),
    Change("code of many pages", f"{BOOK}/epsilon.ipynb", "write_text(place)", "write_text(place * 2)",
           "epsilon_north epsilon_south", "code of"),
    Change("code of the other study", "notebooks/small/alpha.ipynb", "{region},{project}", "{region}",
           "small/alpha", "code of"),
    Change("a remark in code", f"{BOOK}/beta.ipynb", "sys.executable", "sys.executable  # shown", "beta",
           "code of"),
    Change("a tag of a cell", f"{BOOK}/gamma.ipynb", '"parameters"', '"parameters", "how"', "gamma",
           "code of"),
    Change("prose", f"{BOOK}/gamma.ipynb", "Words about gamma", "Other words", page="tiny/gamma"),
    Change("prose of many pages", f"{BOOK}/epsilon.ipynb", "# Epsilon of", "# The epsilon of",
           page="tiny/epsilon_north"),
    Change("the name of a kernel", f"{BOOK}/gamma.ipynb", "Python 3", "Python three", page="tiny/gamma"),
    Change("a notebook on no list", f"{BOOK}/draft.ipynb", None, "{}"),
    # The list of chapters
    Change("a title of a chapter", f"{BOOK}/chapters.yml", "title: Gamma", "title: Gamma ray", page="every"),
    Change("what a parameter is for", f"{BOOK}/chapters.yml", "help: Level.", "help: A level.", page="every"),
    Change("a part", f"{BOOK}/chapters.yml", "part: Results", "part: Findings", page="every"),
    Change("a chapter less", f"{BOOK}/chapters.yml", "- name: zeta\n  part: Results\n  title: Zeta\n", "",
           page="every"),
    Change("a page more", f"{BOOK}/chapters.yml", "- South", "- South\n    - West", "epsilon_west",
           "not in the last book"),
    Change("a page less", f"{BOOK}/chapters.yml", "    - South\n", "", page="every"),
    Change("a blank line in the list of chapters", f"{BOOK}/chapters.yml", "  title: Zeta", "  title: Zeta\n",
           page="every"),
    # Modules
    Change("a module of one chapter", f"{CODE}/gamma.py", "Who was helped", "Who had help", "gamma",
           f"module {CODE}/gamma.py"),
    Change("a module that one chapter reaches through another", f"{CODE}/common.py", "minutes.sum()",
           "minutes.max()", "delta", f"module {CODE}/common.py"),
    Change("a module of two chapters", f"{CODE}/sharing.py", '"Leeds"', '"Suffolk"', "zeta eta",
           f"module {CODE}/sharing.py"),
    Change("a module of none", f"{CODE}/unused.py", "Nobody", "None"),
    Change("what chapters of a study have in common", f"{CODE}/__init__.py", "Chapters", "All chapters",
           "gamma delta zeta eta"),
    Change("a file beside modules", f"{CODE}/labels.csv", "a,b", "a,c", "gamma delta zeta eta",
           f"{CODE}/labels.csv"),
    Change("a new file beside modules", f"{CODE}/more.csv", None, "x\n", "gamma delta zeta eta", "(new)"),
    Change("a new module that nobody imports", f"{CODE}/later.py", None, "x = 1\n"),
    Change("an import that leads to a new module", f"{CODE}/gamma.py", '"""Gamma."""',
           '"""Gamma."""\nfrom peerbook.chapters.tiny import unused', "gamma", f"module {CODE}/gamma.py"),
    Change("the room that reads data", "peerbook/data/read.py", '"""A CSV', '"""Any CSV', OF_ALL,
           "module peerbook/data/read.py", page="every"),
    Change("how results are shared", "peerbook/shared.py", '"""Results', '"""All results', OF_ALL,
           "module peerbook/shared.py"),
    Change("outputs", "peerbook/outputs/output.py", '"""', '""" ',
           "beta gamma delta beside small/beta zeta eta", "module peerbook/outputs/output.py"),
    Change("a script of outputs", "peerbook/outputs/filterable.js", None, "// other\n",
           "beta gamma delta beside small/beta zeta eta", "filterable.js"),
    Change("models, which nobody here fits", "peerbook/stats/reml.py", '"""', '""" '),
    Change("the builder", "peerbook/builder/furniture.py", '"""', '""" ', page="every"),
    Change("exports", "peerbook/exports/word.py", '"""', '""" '),
    Change("the command line", "peerbook/cli.py", '"""', '""" '),
    # Definitions
    Change("a title of a field", f"{SCHEMA}/answers.schema.json", "Did it help?", "Was it of help?",
           "alpha epsilon_north epsilon_south " + OF_TINY, f"schema {SCHEMA}/answers.schema.json"),
    Change("a field more", f"{SCHEMA}/rooms.schema.json", '"fields": [',
           '"fields": [{"name": "new", "title": "New", "type": "string", "optional": true}, ',
           "alpha epsilon_north epsilon_south " + OF_TINY),
    Change("regions in the definitions", f"{SCHEMA}/study.yml", "- Suffolk", "- Suffolk\n- York",
           "alpha epsilon_north epsilon_south " + OF_TINY, f"schema {SCHEMA}/study.yml", page="every"),
    Change("a definition of the other study", "data_schema/small/study.yml", "tiny", "small",
           "beside small/alpha small/beta", "schema data_schema/small/study.yml"),
    Change("definitions of a study that is not in the book", "data_schema/other/study.yml", None,
           "title: Other\n"),
    # Packages
    Change("an installed package", version="pandas", stale=OF_ALL, why="package pandas"),
    Change("a package that another needs", version="python-dateutil", stale=OF_ALL,
           why="package python-dateutil"),
    Change("a package that no chapter reaches", version="typer"),
    Change("a locked version", packages.LOCK, "numpy==2.0", "numpy==2.1", WITH_NUMPY,
           "package numpy (locked) 2.0 -> 2.1"),
    Change("a locked version with a condition", packages.LOCK, "pandas==3.0", "pandas==3.1", OF_ALL,
           "package pandas (locked) 3.0 -> 3.1"),
    Change("a locked version of what no chapter reaches", packages.LOCK, "typer==1.0", "typer==2.0"),
    Change("a hash in the lock", packages.LOCK, "sha256:abc", "sha256:abd"),
    Change("a remark in the lock", packages.LOCK, "# a remark", "# another"),
    # What makes pages
    Change("the settings of the book", "_config.yml", "title:", "title :", page="every"),
    Change("a style", "book/_static/peerbook.css", None, "p { color: black }\n", page="every"),
    Change("a template", "book/_templates/layout.html", None, "<p>\n", page="every"),
    Change("words of a page", "book/how_to_read.md", "# How to read", "# Reading", page="how_to_read"),
    Change("the start page", "book/index.md", "# Start", "# Begin", page="index"),
    Change("a work in the list", "book/references.bib", "\n", "\n\n", page="every"),
    Change("the order of studies", "book/contents.yml", None,
           yaml.safe_dump({**PAGES, "studies": ["small", "tiny"]}), page="every"),
    Change("a file beside the project", "README.md", None, "Read me.\n"),
]  # fmt: skip


def _apply(change: Change, built: Built, patch: pytest.MonkeyPatch) -> bytes | None:
    """Make a change, and return what its file held before."""
    if change.version:
        known, there = packages._version, packages.everything()
        patch.setattr(packages, "_version", lambda made: "99" if made.name == change.version else known(made))
        patch.setattr(packages, "everything", lambda: [*there, f"{change.version}-99.dist-info"])
    if not change.file:
        return None
    file = built.file(change.file)
    before = file.read_bytes() if file.is_file() else None
    text = change.new
    if change.old is not None:
        assert change.old in before.decode(), f"{change.file} does not have {change.old!r}"
        text = before.decode().replace(change.old, change.new)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode())
    os.utime(file, (1, 1))  # times tell nothing
    return before


def _put_back(change: Change, built: Built, before: bytes | None) -> None:
    if change.file:
        file = built.file(change.file)
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


def _name(found: state.State) -> str:
    return found.task.chapter.place.removeprefix("tiny/")


def _named(outlook: state.Outlook) -> dict[str, str]:
    return {_name(found): found.in_words() for found in outlook.states if not found.is_fresh}


def test_there_are_a_hundred_changes_and_each_has_a_name_of_its_own():
    assert len({change.name for change in CHANGES}) == len(CHANGES) >= 100


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name.replace(" ", "_"))
def test_a_change_makes_stale_what_follows_from_it_and_nothing_else(change, built, monkeypatch):
    before = _apply(change, built, monkeypatch)
    try:
        order = replace(built.order, settings=read_settings(change.settings))
        outlook = state.look(order)
    finally:
        _put_back(change, built, before)
    found = _named(outlook)
    assert set(found) == set(change.stale.split())
    assert not change.why or any(change.why in said for said in found.values()), found
    pages = {page for page in outlook.pages if page != state.EVERY_PAGE}
    if change.page == "every":
        assert state.EVERY_PAGE in outlook.pages
    elif change.page:
        assert change.page in pages
        assert state.EVERY_PAGE not in outlook.pages


def test_nothing_changed(built):
    outlook = state.look(built.order)
    assert (_named(outlook), outlook.pages, outlook.is_done) == ({}, {}, True)
    assert state.is_unchanged(built.order)
    assert not state.is_unchanged(replace(built.order, fresh=True))


def test_what_cannot_be_used_stops_before_anything_is_planned(built, monkeypatch):
    change = Change("no number", f"{TINY}/answers.csv", "1,Leeds", "one,Leeds")
    before = _apply(change, built, monkeypatch)
    try:
        with pytest.raises(DataError, match=r"answers\.csv"):
            state.look(built.order)
    finally:
        _put_back(change, built, before)


# Books


def _files(folder: Path) -> dict[str, bytes]:
    parts = ("html", "outputs", "notebooks")
    found = [file for part in parts for file in (folder / part).rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


@pytest.fixture
def rebuilt(built, tmp_path, monkeypatch):
    """A function that changes the project, builds it again beside the book and from nothing, and compares."""
    made = []
    executed = run.execute

    def remember(tasks, *arguments):
        tasks = tuple(tasks)
        made.extend(_name(state.State(task)) for task in tasks)
        return executed(tasks, *arguments)

    def again(change: Change) -> tuple[list[str], dict]:
        shutil.copytree(built.order.out, tmp_path / "again")
        before = _apply(change, built, monkeypatch)
        settings = read_settings(change.settings)
        try:
            monkeypatch.setattr(run, "execute", remember)
            kept = build(replace(built.order, out=tmp_path / "again", settings=settings), QUIET)
            monkeypatch.setattr(run, "execute", executed)
            build(replace(built.order, out=tmp_path / "cold", settings=settings), QUIET)
        finally:
            _put_back(change, built, before)
        assert _files(tmp_path / "again") == _files(tmp_path / "cold")
        return sorted(made), kept

    return again


@pytest.mark.parametrize("name", ["prose of many pages", "a level", "a day that nobody reads", "minutes"])
def test_a_book_that_reuses_chapters_is_the_one_that_is_made_from_nothing(name, rebuilt):
    change = next(change for change in CHANGES if change.name == name)
    ran, manifest = rebuilt(change)
    assert ran == sorted(change.stale.split())
    assert "unchanged" not in manifest


def _records(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [folder / name for name in publish.RECORDS]
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def test_an_unchanged_book_is_left_as_it_is(built, monkeypatch, tmp_path):
    before, records = _files(built.order.out), _records(built.order.out)
    monkeypatch.setattr(run, "execute", None)
    monkeypatch.setattr(render, "rendering", None)
    assert build(built.order, QUIET)["unchanged"]
    assert build(replace(built.order, settings=read_settings(["level=0.95"])), QUIET)["unchanged"]
    assert _files(built.order.out) == before
    assert _records(built.order.out) == records


@pytest.mark.parametrize("name", publish.RECORDS[1:])
def test_a_book_without_a_record_gets_one_and_runs_nothing(built, tmp_path, name):
    out = shutil.copytree(built.order.out, tmp_path / "again")
    (out / name).unlink()
    order = replace(built.order, out=out)
    assert not state.is_unchanged(order)
    outlook = state.look(order)
    assert outlook.stale == ()
    assert state.pages_in_words(outlook) == [f"pages: all: {name} of the last book is gone"]


def test_a_module_from_elsewhere_is_looked_at_in_any_case(built, tmp_path):
    last = shutil.copytree(built.order.out, tmp_path / "out")
    order = replace(built.order, out=last)
    assert state.is_unchanged(order)
    made = json.loads((last / "manifest.json").read_text(encoding="utf-8"))
    made["chapters"][0]["inputs"]["files"]["own.py"] = "0" * 16
    (last / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    assert not state.is_unchanged(order)
    (stale,) = [each for each in state.states(order) if not each.is_fresh]
    assert "own.py (gone)" in stale.in_words()


def test_pages_follow_from_what_renders_them(built):
    made = json.loads((built.order.out / "manifest.json").read_text())["made_from"]["rendering"]
    rooms = ("render", "rendering", "changed", "accessible", "furniture")
    assert {f"peerbook/builder/{name}.py" for name in rooms} <= set(made["modules"])
    assert {"jupyter-book", "sphinx", "myst-nb", "sphinxcontrib-bibtex"} <= set(made["packages"])


def test_a_book_of_one_chapter_alone_has_no_others(built):
    order = replace(built.order, only=("gamma",), alone=True)
    assert not state.is_unchanged(order)
    outlook = state.look(order)
    assert _named(outlook) == {}
    assert [each.task.chapter.place for each in outlook.states] == ["tiny/gamma"]
    assert any("tiny/beta is no longer in the book" in line for line in state.pages_in_words(outlook))


def test_where_the_data_lie_changes_nothing(built, tmp_path):
    raw = shutil.copytree(built.root / TINY, tmp_path / "raw")
    assert build(replace(built.order, data={"tiny": raw}), QUIET)["unchanged"]


def test_a_book_that_lost_an_output_gets_it_back(built, tmp_path):
    out = shutil.copytree(built.order.out, tmp_path / "again")
    lost, changed = out / "outputs" / "tiny" / "table-1.csv", out / "outputs" / "tiny" / "table-3.csv"
    before = _files(out)
    lost.unlink()
    changed.write_text("other\n")
    order = replace(built.order, out=out)
    assert set(_named(state.look(order))) == {"alpha", "gamma"}
    build(order, QUIET)
    assert _files(out) == before


def test_fresh_runs_what_is_named_and_keeps_the_others(built):
    outlook = state.look(replace(built.order, fresh=True, only=("gamma",)))
    assert _named(outlook) == {"gamma": "stale: asked for with --fresh"}
    assert len(_named(state.look(replace(built.order, fresh=True)))) == len(outlook.states)


def test_a_chapter_that_stopped_and_one_that_read_unknown_data_run_again(built, tmp_path):
    out = shutil.copytree(built.order.out, tmp_path / "again")
    manifest = json.loads((out / "manifest.json").read_text())
    by_name = {record["name"]: record for record in manifest["chapters"] if record["study"] == "tiny"}
    by_name["alpha"]["stopped"] = "ValueError"
    by_name["beta"]["inputs"]["outside"] = True
    del by_name["gamma"]["inputs"]
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert set(_named(state.look(replace(built.order, out=out)))) == {"alpha", "beta", "gamma"}


def test_a_manifest_names_columns_and_no_path(built):
    text = (built.order.out / "manifest.json").read_text()
    manifest = json.loads(text)
    gamma = next(record for record in manifest["chapters"] if record["name"] == "gamma")["inputs"]
    assert set(gamma["columns"]) == {"helped of answers.csv", "region of answers.csv"}
    assert gamma["files"]["peerbook/chapters/tiny/gamma.py"]
    assert gamma["packages"]["pandas"]
    assert gamma["locked"]["pandas"] == "3.0"
    assert str(built.root) not in text
    assert str(built.package) not in text
