from __future__ import annotations

import copy

import pytest
from tests.build.conftest import LISTING, write_listing

from peerbook.builder.contents import read_contents
from peerbook.errors import ParameterError


def test_the_list_gives_chapters_in_reading_order(project):
    contents = read_contents(project / "notebooks")
    assert [chapter.name for chapter in contents.chapters] == ["alpha", "beta"]
    assert contents.before == ("how_to_read",)
    alpha = contents.chapters[0]
    assert alpha.reads == ("logs",)
    assert alpha.notebook == project / "notebooks" / "alpha.ipynb"
    assert alpha.parameters["region"].choices == ("all", "Leeds", "Suffolk")


def test_only_keeps_the_reading_order(project):
    contents = read_contents(project / "notebooks")
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
        (_spoil(chapter={"titel": "A"}), "unknown key 'titel'. Did you mean 'title'"),
        (_spoil(top={"befor": []}), "unknown key 'befor'"),
        (_spoil(chapter={"name": "gamma"}), "no notebook gamma.ipynb"),
        (_spoil(chapter={"name": "beta"}), "'beta' is listed 2 times"),
        (_spoil(chapter={"name": "Al pha"}), "small letters"),
        (_spoil(parameter={"type": "integer"}), "type is 'integer'"),
        (_spoil(parameter={"type": "str"}), "choices belong"),
        (_spoil(parameter={"choices": []}), "choices belong"),
        (_spoil(parameter={"choices": ["yes", True]}), "must be text"),
        ({"chapters": [{"name": "alpha"}]}, "part, reads, title missing"),
        ({"chapters": ["alpha"]}, "expected 'key: value'"),
        ([], "expected 'key: value'"),
    ],
)
def test_a_faulty_list_says_where_it_is_wrong(project, listing, message):
    write_listing(project / "notebooks", listing)
    with pytest.raises(ParameterError, match=message) as error:
        read_contents(project / "notebooks")
    assert "chapters.yml" in str(error.value)


def test_data_and_outputs_are_left_to_the_build(project):
    listing = copy.deepcopy(LISTING)
    listing["chapters"][0]["parameters"]["data"] = {"type": "str", "help": "x"}
    write_listing(project / "notebooks", listing)
    with pytest.raises(ParameterError, match="the build supplies it"):
        read_contents(project / "notebooks")
