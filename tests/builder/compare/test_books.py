from __future__ import annotations

import pytest

from peerbook.builder.compare import compare, read_book
from peerbook.builder.compare.cells import same
from peerbook.errors import ParameterError


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "no manifest.json"),
        ("{", "no record of a book"),
        ("[]", "no record"),
        ('{"data": {}}', "no record"),
    ],
)
def test_what_is_no_book_is_refused(tmp_path, manifest, said):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ParameterError, match=said):
        read_book(tmp_path)


def test_a_folder_with_one_book_inside_is_hinted_at(two, tmp_path):
    a, _ = two.write()
    outer = tmp_path / "outer"
    outer.mkdir()
    a.rename(outer / "_build")
    with pytest.raises(ParameterError, match=r"Did you mean .*_build\?"):
        read_book(outer)
    with pytest.raises(ParameterError, match="no such folder"):
        read_book(tmp_path / "none")


def test_an_output_whose_files_are_gone_is_missing(two):
    a, b = two.write()
    (b / "outputs" / "garden" / "table-3.csv").unlink()
    found = compare(a, b)
    assert list(found[["kind", "output"]].itertuples(index=False, name=None)) == [("output", "table-3")]


def test_an_output_that_moved_to_another_chapter_says_so(two):
    two.output("table-2").chapter = "second"
    found = compare(*two.write())
    assert found[["kind", "place", "before", "after"]].to_numpy().tolist() == [
        ["output", "chapter", "first", "second"]
    ]


@pytest.mark.parametrize(
    ("a", "b", "tolerance", "expected"),
    [
        ("1.0", "1", 0, True), ("01", "1", 0, False), ("1e3", "1000", 0, True), ("nan", "nan", 0, True),
        ("", "0", 1, False), ("inf", "1", 9, False), ("100", "101", 0.01, True), ("0.1", "0.2", 0.05, False),
    ],
)  # fmt: skip
def test_which_cells_are_the_same(a, b, tolerance, expected):
    assert same(a, b, tolerance) is expected
