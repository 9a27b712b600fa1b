"""References come in from RIS and BibTeX, and go out as RIS that reads back the same."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook import cli
from peerbook.data.schema import load_schema
from peerbook.errors import DataError
from peerbook.imports.references import COLUMNS, convert, read_references, write_ris
from peerbook.paths import data_schema

RIS = """TY  - JOUR
ID  - ray
AU  - Ray, A.
AU  - St. Example's
PY  - 2009/05//
TI  - Peers in two
 lines
JF  - Journal of Examples
VL  - 3
IS  - 3-4
SP  - 224
EP  - 38
UR  - https://example.org/a;b
ER  -

TY  - RPRT
A1  - Lee, B.
Y1  - 2010
T1  - A report
ER  -
"""
BIBTEX = r"""
@article{ray, author = "Anna van der Ray and B{\"u}ck, Carl", year = 2009, title = {Peers \& {Others}},
  journal = "Journal of Examples", number = "3--4", pages = "224--38"}
@techreport{org, author = {{The Example Trust}}, date = "2010-05-01", title = "A report"}
@misc{note, title = "A note"}
"""


def rows_of(tmp_path, text: str, name: str) -> list[dict[str, str]]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_references(tmp_path / name).to_dict("records")


def test_ris_is_read(tmp_path):
    ray, report = rows_of(tmp_path, RIS, "some.ris")
    assert ray == {
        "ref_id": "ray", "authors": "Ray, A.; St. Example's", "year": "2009", "title": "Peers in two lines",
        "container": "Journal of Examples", "volume": "3", "issue": "3-4", "pages": "224-38",
        "type": "journal article", "url": "https://example.org/a;b",
    }  # fmt: skip
    assert [report[name] for name in ("ref_id", "authors", "year", "title", "type", "container")] == [
        "R002", "Lee, B.", "2010", "A report", "report", "",
    ]  # fmt: skip


def test_bibtex_is_read_without_its_commands(tmp_path):
    ray, report, note = rows_of(tmp_path, BIBTEX, "some.bib")
    assert ray["authors"] == "van der Ray, Anna; Bück, Carl"
    assert (ray["title"], ray["issue"], ray["pages"]) == ("Peers & Others", "3-4", "224-38")
    assert (report["authors"], report["year"], report["type"]) == ("The Example Trust", "2010", "report")
    assert (note["authors"], note["year"], note["type"]) == ("", "", "other")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.ris", "nothing here\n", "0 references that begin with a line TY and 0 that are whole"),
        ("a.ris", RIS + "TY  - JOUR\nAU  - Cut, O.\n", "found 3 references .* and 2 that are whole"),
        ("a.ris", RIS.replace("A1  -", "ID  - ray\nA1  -"), "two references called ray"),
        ("a.bib", "@article{a, title = ", "not whole BibTeX"),
        ("a.bib", "@misc{a, title = 1}\n@misc{a, title = 2}", "not whole BibTeX"),
        ("a.csv", "ref_id,title\na,b\n", "found no column authors"),
        ("a.txt", "", "expected a .ris, .bib or .csv file"),
    ],
)
def test_what_is_damaged_is_refused_with_a_remedy(tmp_path, name, text, message):
    with pytest.raises(DataError, match=message):
        rows_of(tmp_path, text, name)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "a.ris").write_bytes(RIS.replace("Ray", "Räy").encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        read_references(tmp_path / "a.ris")


words = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs"), blacklist_characters=";-/"),
    max_size=12,
)
some = words.filter(bool)
references = st.lists(
    st.fixed_dictionaries(
        {
            "ref_id": some,
            "authors": st.lists(some, max_size=3).map("; ".join),
            "year": st.from_regex(r"([12]\d{3}[a-z]?)?", fullmatch=True).map(lambda y: "".join(y.split())),
            "title": words,
            "container": words,
            "volume": words,
            "issue": words,
            "pages": st.tuples(some, words).map(lambda ends: "-".join(filter(None, ends))),
            "type": st.sampled_from(["journal article", "book", "web", "toolkit", "other"]),
            "url": words,
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row["ref_id"],
)


@given(references)
def test_what_is_written_as_ris_reads_back_the_same(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("ris") / "a.ris"
    file.write_text(write_ris(pd.DataFrame(rows)), encoding="utf-8")
    assert read_references(file).to_dict("records") == rows


def test_the_columns_are_those_of_the_raw_table():
    schema = load_schema(data_schema() / "review" / "references.schema.json")
    assert set(COLUMNS) <= set(schema.fields)


def test_files_are_converted_and_never_overwritten(tmp_path):
    (tmp_path / "a.ris").write_text(RIS, encoding="utf-8")
    assert convert(tmp_path / "a.ris", tmp_path / "b.csv") == 2
    convert(tmp_path / "b.csv", tmp_path / "c.ris")
    pd.testing.assert_frame_equal(read_references(tmp_path / "c.ris"), read_references(tmp_path / "a.ris"))
    with pytest.raises(DataError, match="would be overwritten"):
        convert(tmp_path / "a.ris", tmp_path / "b.csv")
    with pytest.raises(DataError, match=r"expected a \.csv or \.ris"):
        convert(tmp_path / "a.ris", tmp_path / "b.bib")


def test_the_command_says_how_many(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.bib").write_text(BIBTEX, encoding="utf-8")
    monkeypatch.setattr(
        "sys.argv", ["peerbook", "references", str(tmp_path / "a.bib"), str(tmp_path / "b.csv")]
    )
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code in (0, None)
    assert capsys.readouterr().out.startswith("3 references written to ")
