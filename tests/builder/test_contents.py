from __future__ import annotations

import copy
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from peerbook.builder.contents import name_of, read_contents
from peerbook.errors import ParameterError
from tests.builder.conftest import LISTING, PAGES, write_listing, write_study


def test_the_list_gives_chapters_in_reading_order(project):
    contents = read_contents(project)
    assert [chapter.name for chapter in contents.chapters] == ["alpha", "beta"]
    assert contents.before == ("how_to_read",)
    alpha = contents.chapters[0]
    assert (alpha.study, alpha.place) == ("tiny", "tiny/alpha")
    assert alpha.notebook == project / "notebooks" / "tiny" / "alpha.ipynb"
    assert alpha.parameters["region"].choices == ("all", "Leeds", "Suffolk")


def test_only_keeps_the_reading_order(project):
    contents = read_contents(project)
    assert [chapter.name for chapter in contents.only(["beta", "alpha"])] == ["alpha", "beta"]
    assert [chapter.name for chapter in contents.only([])] == ["alpha", "beta"]
    with pytest.raises(ParameterError, match="Did you mean 'alpha'"):
        contents.only(["alhpa"])


def _spoil(chapter=None, parameter=None, top=None):
    listing = copy.deepcopy(LISTING)
    listing |= top or {}
    listing["chapters"][0] |= chapter or {}
    listing["chapters"][0]["parameters"]["region"] |= parameter or {}
    return listing


@pytest.mark.parametrize(
    ("listing", "message"),
    [
        (_spoil(parameter={"minimum": 1}), "minimum belong to numbers only"),
        (_spoil(chapter={"titel": "A"}), "unknown key 'titel'. Did you mean 'title'"),
        (_spoil(top={"befor": []}), "unknown key 'befor'"),
        (_spoil(chapter={"name": "gamma"}), "no notebook gamma.ipynb"),
        (_spoil(chapter={"name": "beta"}), "'beta' is listed 2 times"),
        (_spoil(chapter={"name": "Al pha"}), "small letters"),
        (_spoil(parameter={"type": "integer"}), "type is 'integer'"),
        (_spoil(parameter={"choices": ["yes"]}), "choices belong"),
        (_spoil(parameter={"type": "choice"}), "choices belong"),
        (_spoil(parameter={"type": "choice", "choices": ["yes", True]}), "must be text"),
        (_spoil(chapter={"studies": "small"}), "studies: found 'small'; expected a list"),
        (_spoil(chapter={"studies": ["small", "small"]}), "every other study once"),
        (_spoil(chapter={"studies": ["tiny"]}), "not tiny itself"),
        ({"chapters": [{"name": "alpha"}]}, "part, title missing"),
        ({"chapters": ["alpha"]}, "expected 'key: value'"),
        ([], "expected 'key: value'"),
    ],
)
def test_a_faulty_list_says_where_it_is_wrong(project, listing, message):
    write_listing(project / "notebooks" / "tiny", listing)
    with pytest.raises(ParameterError, match=message) as error:
        read_contents(project)
    assert "chapters.yml" in str(error.value)


def test_data_and_outputs_are_left_to_the_build(project):
    listing = copy.deepcopy(LISTING)
    listing["chapters"][0]["parameters"]["data"] = {"type": "str", "help": "x"}
    write_listing(project / "notebooks" / "tiny", listing)
    with pytest.raises(ParameterError, match="the build supplies it"):
        read_contents(project)


def test_studies_follow_in_the_order_of_the_book_and_then_of_their_names(project):
    for name in ("zeta", "beta_study"):
        write_study(project, name)
    assert list(read_contents(project).studies) == ["beta_study", "tiny", "zeta"]
    (project / "book" / "contents.yml").write_text(yaml.safe_dump(PAGES | {"studies": ["tiny"]}))
    contents = read_contents(project)
    assert list(contents.studies) == ["tiny", "beta_study", "zeta"]
    assert contents.studies["zeta"] == "A tiny study"
    assert [chapter.place for chapter in contents.of_studies(["zeta"]).chapters] == [
        "zeta/alpha",
        "zeta/beta",
    ]
    with pytest.raises(ParameterError, match=r"There is no study 'zet'\. Did you mean 'zeta'"):
        contents.of_studies(["zet"])


def test_a_chapter_that_two_studies_have_is_named_with_its_study(project):
    write_study(project, "zeta")
    contents = read_contents(project)
    with pytest.raises(ParameterError, match="Name one: tiny/alpha, zeta/alpha"):
        contents.only(["alpha"])
    assert [chapter.place for chapter in contents.only(["zeta/alpha"])] == ["zeta/alpha"]


def test_a_book_that_names_a_study_without_chapters_is_refused(project):
    (project / "book" / "contents.yml").write_text(yaml.safe_dump({"studies": ["tinny"]}))
    with pytest.raises(ParameterError, match=r"there is no notebooks/tinny/chapters\.yml"):
        read_contents(project)


def test_parts_follow_in_the_order_of_the_book_and_then_as_chapters_name_them(project):
    listing = copy.deepcopy(LISTING)
    listing["chapters"][0]["part"], listing["chapters"][1]["part"] = "Unlisted", "Results"
    write_listing(project / "notebooks" / "tiny", listing)
    write_study(project, "zeta")
    book = PAGES | {"parts": ["Summary", "Results"], "released": "2026-01-02"}
    (project / "book" / "contents.yml").write_text(yaml.safe_dump(book))
    contents = read_contents(project)
    assert [(chapter.place, chapter.part) for chapter in contents.chapters] == [
        ("tiny/beta", "Results"),
        ("zeta/alpha", "Results"),
        ("zeta/beta", "Results"),
        ("tiny/alpha", "Unlisted"),
    ]
    assert contents.about == {"description": "", "released": "2026-01-02", "contact": ""}


EACH = {"project": ["North & East", "South"]}


def _of_each(each=EACH, **changes):
    entry = {"name": "alpha", "title": "Alpha: {project}", "part": "Results", "each": each}
    entry["parameters"] = {"region": LISTING["chapters"][0]["parameters"]["region"]}
    return {"chapters": [entry | changes, LISTING["chapters"][1]]}


def test_a_chapter_with_each_is_a_page_for_every_value(project):
    write_listing(project / "notebooks" / "tiny", _of_each())
    first, second, other = read_contents(project).chapters
    assert (first.name, second.name) == ("alpha_north_east", "alpha_south")
    assert (first.title, second.title) == ("Alpha: North & East", "Alpha: South")
    assert (first.place, first.source) == ("tiny/alpha_north_east", "tiny/alpha")
    assert first.notebook == second.notebook
    assert (first.fixed, second.fixed, other.fixed) == (
        {"project": "North & East"}, {"project": "South"}, {},
    )  # fmt: skip
    assert first.parameters["project"].choices == ("North & East", "South")


def test_only_takes_one_page_or_all_of_a_notebook(project):
    write_listing(project / "notebooks" / "tiny", _of_each())
    contents = read_contents(project)

    def only(*names):
        return [chapter.name for chapter in contents.only(names)]

    assert only("alpha_south") == ["alpha_south"]
    assert only("tiny/alpha_south", "beta") == ["alpha_south", "beta"]
    assert only("alpha") == only("tiny/alpha") == ["alpha_north_east", "alpha_south"]
    with pytest.raises(ParameterError, match="Did you mean 'alpha_south'"):
        contents.only(["alpha_souht"])


def test_a_notebook_of_one_name_in_two_studies_needs_the_study(project):
    write_study(project, "zeta", _of_each())
    with pytest.raises(ParameterError, match="Name one: tiny/alpha, zeta/alpha"):
        read_contents(project).only(["alpha"])


@pytest.mark.parametrize(
    ("listing", "message"),
    [
        (_of_each(["North"]), "one parameter and its values"),
        (_of_each({"project": ["North"], "region": ["all"]}), "one parameter and its values"),
        (_of_each({"project": []}), "a list of texts"),
        (_of_each({"project": ["North", 7]}), "a list of texts"),
        (_of_each({"region": ["all"]}), "a parameter already"),
        (_of_each({"data": ["here"]}), "a parameter already"),
        (_of_each(title="Alpha"), "write {project} in it"),
        (_of_each({"project": ["North", "north!"]}), "'alpha_north' is listed 2 times"),
        (_of_each({"project": ["?"]}), "no page can be named after"),
    ],
)
def test_a_faulty_each_says_where_it_is_wrong(project, listing, message):
    write_listing(project / "notebooks" / "tiny", listing)
    with pytest.raises(ParameterError, match=message) as error:
        read_contents(project)
    assert "chapters.yml" in str(error.value)


@given(st.text())
def test_a_value_gives_a_name_that_a_page_can_have(value):
    assert re.fullmatch(r"[a-z0-9_]*", name_of(value))
    assert name_of(name_of(value)) == name_of(value)


def test_a_book_reads_its_studies_and_those_that_its_chapters_name(beside):
    contents = read_contents(beside)
    assert [chapter.studies for chapter in contents.chapters if chapter.name == "beside"] == [("small",)]
    assert contents.of_studies(["tiny"]).read == ("tiny", "small")
    assert contents.of_studies(["small"]).read == ("small",)
