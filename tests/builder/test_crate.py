"""The crate of a book has what the Process Run Crate profile asks for; a book can be made again from it."""

from __future__ import annotations

import json
import shutil
from datetime import datetime

import pytest
from rich.console import Console

from peerbook.builder import crate, hashes, manifest, run
from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.builder.verify import changed_since, verify
from peerbook.errors import BookError
from tests.builder.conftest import render_plainly, write_raw

QUIET = Console(quiet=True)


def _graph(folder) -> dict[str, dict]:
    read = json.loads((folder / crate.FILE).read_text(encoding="utf-8"))
    return {entity["@id"]: entity for entity in read["@graph"]}


def _ids(entity, name) -> list[str]:
    found = entity.get(name, [])
    return [each["@id"] for each in (found if isinstance(found, list) else [found])]


@pytest.fixture(scope="module")
def graph(first_book) -> dict[str, dict]:
    return _graph(first_book)


def _actions(graph) -> dict[str, dict]:
    return {place: entity for place, entity in graph.items() if entity["@type"] == "CreateAction"}


def test_the_root_conforms_to_the_profile(graph):
    assert graph[crate.FILE]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert graph[crate.FILE]["about"] == {"@id": "./"}
    root = graph["./"]
    assert {"name", "description", "license", "hasPart"} <= set(root)
    assert datetime.fromisoformat(root["datePublished"])
    assert _ids(root, "conformsTo") == [crate.PROFILE]
    assert graph[crate.PROFILE]["@type"] == "CreativeWork"
    assert set(_ids(root, "mentions")) == {*_actions(graph), "#raw/tiny", "#definitions/tiny"}


def test_each_chapter_has_an_action_with_all_that_the_profile_asks_for(graph):
    actions = _actions(graph)
    assert set(actions) == {"#run/tiny/alpha", "#run/tiny/beta"}
    for action in actions.values():
        assert {"name", "description", "instrument", "object", "result"} <= set(action)
        begun, ended = (datetime.fromisoformat(action[name]) for name in ("startTime", "endTime"))
        assert begun <= ended
        assert action["actionStatus"] == "http://schema.org/CompletedActionStatus"
        assert "error" not in action
        for tool in _ids(action, "instrument"):
            assert graph[tool]["@type"] == "SoftwareApplication"
            assert graph[tool]["name"] == "peerbook"
            assert graph[tool]["softwareVersion"]
        for name in ("object", "result"):
            assert all(place in graph for place in _ids(action, name))


def test_an_action_names_raw_files_definitions_notebook_code_and_choices(graph):
    inputs = [graph[place] for place in _ids(graph["#run/tiny/beta"], "object")]
    names = {each["name"] for each in inputs if each.get("sha256")}
    assert {"answers.csv", "datapackage.json", "notebooks/tiny/beta.ipynb"} <= names
    assert [each["@id"] for each in inputs if each["@type"] == "Collection"] == ["#definitions/tiny"]
    assert [each["@type"] for each in inputs].count("SoftwareSourceCode") == 1
    values = {each["name"]: each["value"] for each in inputs if each["@type"] == "PropertyValue"}
    assert values == {"region": "Suffolk"}


def test_a_chapter_is_said_to_read_only_the_raw_files_it_was_handed(graph):
    assert "#raw/tiny/answers.csv" in _ids(graph["#run/tiny/beta"], "object")
    assert "#raw/tiny/answers.csv" not in _ids(graph["#run/tiny/alpha"], "object")


def test_what_was_made_is_there_with_its_hash(graph, first_book):
    files = {place: entity for place, entity in graph.items() if entity["@type"] == "File"}
    parts = set(_ids(graph["./"], "hasPart"))
    made = {place for action in _actions(graph).values() for place in _ids(action, "result")}
    assert set(files) == parts == made
    assert {"html/tiny/alpha.html", "notebooks/tiny/alpha.ipynb", "outputs/tiny/table-1.csv"} <= parts
    for place, entity in files.items():
        assert entity["sha256"] == hashes.sha256(first_book / place)


def test_software_is_what_peerbook_needs_with_versions(graph):
    tools = {each["name"]: each for each in graph.values() if each["@type"] == "SoftwareApplication"}
    installed = manifest.software()
    assert {"python", "pandas", "papermill", "jupyter-book", "numpy", "peerbook"} <= set(tools)
    assert "pytest" not in tools  # installed, and needed by none of them
    assert all(each["softwareVersion"] == installed[name] for name, each in tools.items())
    assert all(each["@id"].startswith("pkg:") for each in tools.values())


def test_every_reference_leads_to_an_entity_and_nothing_names_this_machine(graph, first_book):
    text = (first_book / crate.FILE).read_text(encoding="utf-8")
    assert str(first_book) not in text
    assert "/tmp" not in text
    for entity in graph.values():
        for name, value in entity.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict) and name != "conformsTo":
                    assert each["@id"] in graph, f"{entity['@id']}: {name}"


def test_a_crate_read_back_says_what_the_manifest_says(first_book, last):
    recorded = crate.read(first_book)
    assert recorded.raw == {name: data["files"] for name, data in last["data"].items()}
    for record in last["chapters"]:
        place = f"{record['study']}/{record['name']}"
        assert recorded.parameters[place] == record["parameters"]
        assert recorded.code[place] == record["code_sha256"]
        made = recorded.made[place]
        assert (
            record["outputs"].items()
            <= {name.removeprefix("outputs/tiny/"): digest for name, digest in made.items()}.items()
        )
    assert recorded.stopped == ()


REAL = {"answers.csv": "a" * 64, "study.yml": "b" * 64, "Jane Doe, told us.docx": "c" * 64}


def _write(manifest, root, out) -> None:
    from peerbook.builder.contents import read_contents

    crate.finish(crate.drafted(manifest, read_contents(root), root, out), manifest, out)


def test_of_real_people_only_hashes_and_names_that_are_public_are_told(first_book, written, tmp_path, last):
    out = shutil.copytree(first_book, tmp_path / "copy")
    last["data"]["tiny"] |= {"synthetic": False, "files": REAL}
    _write({**last, "title": "Of people"}, written, out)
    text, graph = (out / crate.FILE).read_text(encoding="utf-8"), _graph(out)
    assert "Jane" not in text
    assert ".docx" not in text
    raw = {place: each for place, each in graph.items() if place.startswith("#raw/tiny/")}
    assert {each["name"]: each["sha256"] for each in raw.values()} == {
        "answers.csv": "a" * 64,
        "study.yml": "b" * 64,
        "file-1": "c" * 64,
    }
    allowed = {"@id", "@type", "name", "sha256", "conditionsOfAccess"}
    assert all(set(each) == allowed for each in raw.values())
    assert graph["#raw/tiny"]["license"] == graph["./"]["license"] == crate.NO_LICENCE


def test_a_chapter_that_stopped_is_said_to_have_failed(first_book, written, tmp_path, last):
    out = shutil.copytree(first_book, tmp_path / "copy")
    last["chapters"][0]["stopped"] = "ModelError"
    _write({**last, "title": ""}, written, out)
    action = _graph(out)["#run/tiny/alpha"]
    assert action["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert action["error"] == "ModelError"
    assert crate.read(out).stopped == ("tiny/alpha",)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"@graph": []}'])
def test_what_is_no_crate_of_a_book_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / crate.FILE).write_text(text)
    with pytest.raises(BookError, match=r"no such file|RO-Crate|Process Run Crate"):
        crate.read(tmp_path)


@pytest.fixture
def stood_in(project, first_book, tmp_path):
    """A project whose stand-in data are those of a book, and a copy of the book."""
    return project, shutil.copytree(first_book, tmp_path / "book")


def _verify(project, book, tmp_path, data=None):
    return verify(book, data or {}, tmp_path / "again", project, 2, QUIET)


def test_a_book_made_again_is_equal(stood_in, tmp_path, plain_render):
    project, book = stood_in
    verdict = _verify(project, book / crate.FILE, tmp_path)
    assert verdict.is_equal
    assert verdict.equal == len([1 for made in crate.read(book).made.values() for _ in made])
    assert verdict.other == ()
    assert verdict.lines()[-1].startswith("equal: ")


def test_to_verify_a_book_all_of_it_runs_even_where_the_same_book_lies(
    stood_in, tmp_path, plain_render, monkeypatch
):
    project, book = stood_in
    shutil.copytree(book, tmp_path / "again")
    ran, execute = [], run.execute

    def remember(tasks, *arguments):
        ran.extend(task.chapter.name for task in tasks)
        return execute(tasks, *arguments)

    monkeypatch.setattr(run, "execute", remember)
    assert _verify(project, book, tmp_path).is_equal
    assert sorted(ran) == ["alpha", "beta"]


def test_data_that_are_not_at_hand_are_named_and_nothing_is_built(stood_in, tmp_path):
    project, book = stood_in
    (project / "stand_in" / "tiny" / "answers.csv").write_text("answer_id,region,helped\n1,Leeds,yes\n")
    verdict = _verify(project, book, tmp_path)
    assert not verdict.is_equal
    assert "answers.csv" in verdict.missing[0]
    assert "--data tiny=FOLDER" in verdict.missing[0]
    assert not (tmp_path / "again").exists()
    raw = write_raw(tmp_path / "raw")
    (raw / "more.csv").write_text("")
    (raw / "more.csv").unlink()
    assert _missing(verdict, project, book, tmp_path, raw) == ()


def _missing(verdict, project, book, tmp_path, raw):
    from peerbook.builder.verify import _missing_data

    return tuple(_missing_data(crate.read(book), {"tiny": raw}, project))


@pytest.mark.slow
def test_other_code_and_packages_and_what_differs_are_named(stood_in, tmp_path, plain_render):
    project, book = stood_in
    notebook = project / "notebooks" / "tiny" / "alpha.ipynb"
    notebook.write_text(notebook.read_text().replace("{region},{project}", "{project},{region}"))
    schema = project / "data_schema" / "tiny" / "study.yml"
    schema.write_text(schema.read_text() + "\n")
    text = (book / crate.FILE).read_text()
    version = manifest.software()["pandas"]
    (book / crate.FILE).write_text(
        text.replace(f'"softwareVersion": "{version}"', '"softwareVersion": "0.1"')
    )
    verdict = _verify(project, book, tmp_path)
    assert not verdict.is_equal
    assert f"pandas: then 0.1, here {version}" in verdict.other
    assert "data_schema/tiny/study.yml" in verdict.other
    assert any("the code of tiny/alpha, tiny/beta" in line for line in verdict.other)
    differing = {line.partition(": ")[0] for line in verdict.differs}
    assert "outputs/tiny/table-1.csv" in differing
    assert "outputs/tiny/table-2.csv" not in differing


def test_a_file_changed_after_the_build_is_named(stood_in):
    book = stood_in[1]
    recorded = crate.read(book)
    assert changed_since(book, recorded) == ()
    (book / "outputs" / "tiny" / "table-1.csv").write_text("better\n")
    said = ("outputs/tiny/table-1.csv was changed after the book was made",)
    assert changed_since(book / crate.FILE, recorded) == said


def test_a_chapter_that_this_code_does_not_have_is_missing(stood_in, tmp_path):
    project, book = stood_in
    listing = project / "notebooks" / "tiny" / "chapters.yml"
    listing.write_text(listing.read_text().replace("name: beta", "name: gamma"))
    (project / "notebooks" / "tiny" / "beta.ipynb").rename(project / "notebooks" / "tiny" / "gamma.ipynb")
    verdict = _verify(project, book, tmp_path)
    assert any("the chapter tiny/beta" in line for line in verdict.missing)


@pytest.mark.slow
def test_every_type_of_parameter_comes_back(written, tmp_path, monkeypatch):
    render_plainly(monkeypatch)
    raw = write_raw(tmp_path / "raw")
    settings = read_settings(["project=007", "region=Leeds"])
    build(Order(tmp_path / "book", data={"tiny": raw}, root=written, settings=settings), QUIET)
    assert verify(tmp_path / "book", {"tiny": raw}, tmp_path / "again", written, 2, QUIET).is_equal
