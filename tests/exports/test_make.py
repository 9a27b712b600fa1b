"""The command export: what it makes, what it says, what stays when it fails."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace

import pytest
from filelock import FileLock

from peerbook import cli
from peerbook.errors import BookError, ParameterError
from peerbook.exports import make, workbook
from peerbook.exports.downloads import size
from peerbook.exports.make import export
from tests.exports.conftest import trend, write_book


def listed(out) -> list[tuple[str, str]]:
    page = (out / "html" / "downloads.html").read_text(encoding="utf-8")
    return re.findall(r'<li><a href="([^"]+)" download="[^"]+">([^<]+)</a></li>', page)


def test_every_format_is_made_and_listed_with_kind_and_size(place):
    out, root = place
    said = []
    made = export(out, root, say=said.append)
    assert [str(file.file) for file in made] == [
        "book.pdf",
        "word/tiny/alpha.docx",
        "tables.xlsx",
        "book.epub",
    ]
    assert said == list(made)
    assert re.fullmatch(rf"{out}/book\.pdf: \d+ kB, \d pages", made[0].line(out))
    assert [link for link, _ in listed(out)] == [f"downloads/{file.file}" for file in made]
    assert re.fullmatch(r"The whole book, to print \(PDF, \d+ kB\)", listed(out)[0][1])
    for link, _ in listed(out):
        assert (out / "html" / link).read_bytes() == (out / link.removeprefix("downloads/")).read_bytes()
    assert not list(out.glob(".staging*"))


def test_a_format_made_later_is_added_to_the_list(place):
    out, root = place
    export(out, root, ["xlsx"])
    export(out, root, ["word"], ["alpha"])
    export(out, root, ["xlsx"])
    assert [link for link, _ in listed(out)] == ["downloads/tables.xlsx", "downloads/word/tiny/alpha.docx"]


def test_files_of_an_earlier_book_are_not_listed(place):
    out, root = place
    export(out, root, ["xlsx"])
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"built_at": "2026-02-03T00:00:00+00:00"}))
    export(out, root, ["epub"])
    assert [link for link, _ in listed(out)] == ["downloads/book.epub"]


def test_a_failed_export_leaves_the_last_file(place, monkeypatch):
    out, root = place
    export(out, root, ["xlsx"])
    before = (out / "tables.xlsx").read_bytes()

    def killed(book, file):
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "write_workbook", killed)
    with pytest.raises(KeyboardInterrupt):
        export(out, root, ["xlsx"])
    assert (out / "tables.xlsx").read_bytes() == before
    assert not list(out.glob(".staging*"))


def test_no_export_runs_beside_a_build(place):
    out, root = place
    with FileLock(out / ".lock"), pytest.raises(BookError, match="is writing to"):
        export(out, root, ["xlsx"])


@pytest.mark.parametrize(
    ("formats", "chapters", "message"),
    [
        (["pfd"], [], r"no format 'pfd'\. Did you mean 'pdf'\?"),
        (["word"], ["alpah"], r"no chapter 'alpah'\. Did you mean 'alpha'\?"),
        (["pdf"], ["alpha"], "--chapter chooses Word documents"),
    ],
)
def test_what_is_unknown_is_refused(place, formats, chapters, message):
    with pytest.raises(ParameterError, match=message):
        export(*place, formats, chapters)


def test_a_summary_is_made_of_the_chapter_of_that_name(place, monkeypatch):
    with pytest.raises(BookError, match="no chapter 'summary'"):
        export(*place, ["summary"])
    monkeypatch.setattr(make, "SUMMARY", "alpha")
    (made,) = export(*place, ["summary"])
    assert made.remark == "1 page"


def test_of_the_summaries_of_several_studies_the_first_is_that_of_the_book(book):
    first, second = (replace(book.chapters[0], place=f"{study}/summary") for study in ("zeta", "alpha"))
    kept = make._summary(book.only([first, book.chapters[0], second]))
    assert [chapter.place for chapter in kept.chapters] == ["zeta/summary"]


def test_a_picture_without_description_stops_the_export(tmp_path):
    out, root = write_book(tmp_path, (trend(),))
    page = out / "html" / "tiny" / "alpha.html"
    page.write_text(page.read_text().replace("A line that rises from 1 to 3.", ""))
    for format in ("pdf", "word", "epub"):
        with pytest.raises(BookError, match="Figure 2: the picture has no alternative text"):
            export(out, root, [format])
        assert not (out / "book.pdf").exists()


def test_the_command_says_what_it_made_and_ends_with_the_code_of_an_error(
    place, monkeypatch, capsys, tmp_path
):
    out, root = place
    monkeypatch.setenv("PEERBOOK_ROOT", str(root))

    def call(*arguments) -> int:
        monkeypatch.setattr(sys, "argv", ["peerbook", "export", *arguments])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        return exit.value.code or 0

    assert call("xlsx", "--out", str(out)) == 0
    assert (
        capsys.readouterr().out
        == f"{out}/tables.xlsx: {size((out / 'tables.xlsx').stat().st_size)}, 2 tables\n"
    )
    assert call("xlsx", "--out", str(tmp_path / "none")) == 13
    assert "there is no book. Build one first: peerbook build --out" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
