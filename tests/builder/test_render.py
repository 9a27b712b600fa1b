from __future__ import annotations

import yaml

from peerbook.builder import render
from peerbook.builder.contents import read_contents


def test_the_table_of_contents_follows_the_list(project):
    contents = read_contents(project / "notebooks")
    assert render.table_of_contents(contents, {"alpha", "beta"}) == {
        "format": "jb-book",
        "root": "index",
        "parts": [
            {"caption": "Start", "chapters": [{"file": "how_to_read"}]},
            {"caption": "Results", "chapters": [{"file": "alpha"}, {"file": "beta"}]},
            {"caption": "About this book", "chapters": [{"file": "references"}]},
        ],
    }


def test_a_chapter_without_a_page_is_not_in_the_table(project):
    contents = read_contents(project / "notebooks")
    parts = render.table_of_contents(contents, {"beta"})["parts"]
    assert {"caption": "Results", "chapters": [{"file": "beta"}]} in parts
    assert "Results" not in [part["caption"] for part in render.table_of_contents(contents, set())["parts"]]


def test_settings_are_the_projects_with_the_banner(project, tmp_path):
    contents = read_contents(project / "notebooks")
    render.write_settings(project / "_config.yml", "<p>Banner: é</p>", contents, {"alpha"}, tmp_path)
    written = yaml.safe_load((tmp_path / "_config.yml").read_text(encoding="utf-8"))
    assert written["html"]["announcement"] == "<p>Banner: é</p>"
    assert written["execute"]["execute_notebooks"] == "off"
    assert yaml.safe_load((tmp_path / "_toc.yml").read_text(encoding="utf-8"))["root"] == "index"
