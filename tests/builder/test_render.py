from __future__ import annotations

import json

import yaml

from peerbook.builder import render
from peerbook.builder.contents import read_contents
from peerbook.builder.rendering import FURNITURE
from tests.builder.conftest import LISTING, write_listing, write_study


def test_the_table_of_contents_follows_the_list(project):
    contents = read_contents(project)
    assert render.table_of_contents(contents, {"tiny/alpha", "tiny/beta"}) == {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": "Start", "chapters": [{"file": "how_to_read"}]},
            {"caption": "Results", "chapters": [{"file": "tiny/alpha"}, {"file": "tiny/beta"}]},
            {"caption": "About this book", "chapters": [{"file": "references"}]},
        ],
    }


def test_a_chapter_without_a_page_is_not_in_the_table(project):
    contents = read_contents(project)
    parts = render.table_of_contents(contents, {"tiny/beta"})["parts"]
    assert {"caption": "Results", "chapters": [{"file": "tiny/beta"}]} in parts
    assert "Results" not in [part["caption"] for part in render.table_of_contents(contents, set())["parts"]]


HEAD = {"banner": "<b>Banner: é</b>", "running": "Banner", "description": ""}


def test_settings_are_the_projects_and_what_stands_around_pages_is_beside_them(project):
    contents = read_contents(project)
    pages = project / "book"
    render.write_settings(project / "_config.yml", contents, {"tiny/alpha": HEAD}, pages)
    written = yaml.safe_load((pages / "_config.yml").read_text(encoding="utf-8"))
    assert "html_context" not in written["sphinx"]["config"]
    around = json.loads((pages / FURNITURE).read_text(encoding="utf-8"))
    assert around["heads"]["tiny/alpha"]["banner"] == "<b>Banner: é</b>"
    assert written["execute"]["execute_notebooks"] == "off"
    assert yaml.safe_load((pages / "_toc.yml").read_text(encoding="utf-8"))["root"] == "index"


def test_a_part_holds_the_chapters_of_every_study(project):
    write_study(project, "zeta")
    contents = read_contents(project)
    parts = render.table_of_contents(contents, {chapter.place for chapter in contents.chapters})["parts"]
    assert [part["caption"] for part in parts][1:-1] == ["Results"]
    assert [page["file"] for page in parts[1]["chapters"]] == [
        "tiny/alpha",
        "tiny/beta",
        "zeta/alpha",
        "zeta/beta",
    ]


def test_pages_of_one_notebook_stand_below_the_first_that_is_there(project):
    each = {"name": "alpha", "title": "{project}", "part": "Results", "each": {"project": ["A", "B", "C"]}}
    write_listing(project / "notebooks" / "tiny", {"chapters": [each, LISTING["chapters"][1]]})
    contents = read_contents(project)

    def listed(*names):
        table = render.table_of_contents(contents, {f"tiny/{name}" for name in names})
        return table["parts"][1]["chapters"]

    assert listed("alpha_a", "alpha_b", "alpha_c", "beta") == [
        {"file": "tiny/alpha_a", "sections": [{"file": "tiny/alpha_b"}, {"file": "tiny/alpha_c"}]},
        {"file": "tiny/beta"},
    ]
    assert listed("alpha_b", "alpha_c")[0] == {"file": "tiny/alpha_b", "sections": [{"file": "tiny/alpha_c"}]}
    assert listed("alpha_c") == [{"file": "tiny/alpha_c"}]
