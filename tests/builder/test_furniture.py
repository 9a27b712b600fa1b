from __future__ import annotations

import json

from lxml.html import fromstring
from sphinx.util.template import FileRenderer

from peerbook.builder.contents import read_contents
from peerbook.builder.furniture import furniture, head_of
from tests.builder.conftest import LISTING, write_listing, write_study

HEAD = {"banner": "", "running": "", "description": ""}


def test_chapters_are_counted_through_the_parts(project):
    contents = read_contents(project)
    around = furniture(contents, {"tiny/alpha": HEAD, "tiny/beta": HEAD}, project / "book")
    assert around["before"] == [{"page": "how_to_read", "title": "How to read", "number": 0, "study": ""}]
    results, about = around["parts"]
    assert (results["number"], results["title"]) == (1, "Results")
    assert [(page["number"], page["title"], page["study"]) for page in results["pages"]] == [
        (1, "Alpha", ""),
        (2, "Beta", ""),
    ]
    assert (about["number"], about["title"]) == (0, "About this book")
    assert around["chapters"]["tiny/beta"]["part_title"] == "Results"
    assert around["finding"] == ""


def test_two_pages_of_one_title_say_whose_they_are(project):
    write_study(project, "zeta")
    contents = read_contents(project)
    around = furniture(contents, {"tiny/alpha": HEAD, "zeta/alpha": HEAD}, project / "book")
    assert [page["study"] for page in around["parts"][0]["pages"]] == ["A tiny study", "A tiny study"]
    assert [page["number"] for page in around["parts"][0]["pages"]] == [1, 2]
    around = furniture(contents, {"tiny/alpha": HEAD, "zeta/beta": HEAD}, project / "book")
    assert [page["study"] for page in around["parts"][0]["pages"]] == ["", ""]


def test_pages_of_one_notebook_are_a_list_below_the_first(project):
    each = {"name": "alpha", "title": "{project}", "part": "Results", "each": {"project": ["A", "B", "C"]}}
    write_listing(project / "notebooks" / "tiny", {"chapters": [each, LISTING["chapters"][1]]})
    contents = read_contents(project)
    heads = {chapter.place: HEAD for chapter in contents.chapters}
    around = furniture(contents, heads, project / "book")
    assert [page["below"] for page in around["parts"][0]["pages"]] == [False, True, True, False]

    renderer = FileRenderer([str(project / "book" / "_templates")])
    said = renderer.render(
        "contents.html", {"peerbook": around, "pathto": str, "pagename": "index", "root_doc": "index"}
    )
    items = fromstring(said).xpath("//details[1]/ul/li")
    assert [item.xpath("./a/@href")[0] for item in items] == ["tiny/alpha_a", "tiny/beta"]
    assert items[0].xpath("./ul/li/a/@href") == ["tiny/alpha_b", "tiny/alpha_c"]


def test_only_what_was_computed_from_data_has_a_banner(tmp_path):
    record = {"name": "a_chapter", "evidence": ["published", "rebuilt"]}
    head = head_of(record, True, tmp_path)
    assert "do not exist" in head["banner"]
    assert "do not exist" in head["running"]
    assert "Share it only when agreed" in head_of(record, False, tmp_path)["running"]
    for evidence in (["published"], []):
        assert head_of(record | {"evidence": evidence}, True, tmp_path) == HEAD


def test_the_first_line_in_short_describes_a_page(tmp_path):
    said = "- **Hope** rose, see [Table 4.1](#table-4.1).\n- Second.\n"
    (tmp_path / "text-in-short-a-chapter.json").write_text(json.dumps({"text": said}))
    head = head_of({"name": "a_chapter"}, True, tmp_path)
    assert head["description"] == "Hope rose, see Table 4.1."
