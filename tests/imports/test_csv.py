"""CSV of Taguette and QualCoder, and what is done with a file of neither."""

from __future__ import annotations

import pytest

from peerbook.coding import Material
from peerbook.coding.codings import codings
from peerbook.coding.counting import presence
from peerbook.data import validate
from peerbook.errors import DataError
from peerbook.imports import read_export

HIGHLIGHTS = """id,document,tag,content
10,Interview 2,Safety.rules,we agreed
9,Interview 1,Safety,"I felt safe, there"
9,Interview 1,Choice,"I felt safe, there"
11,Interview 2,,no tag yet
"""
TAGS = """tag,parent,description,number of highlights
Safety,,being and feeling safe,1
Safety.rules,Safety,,1
Choice,,,1
"""
CODINGS = """"Case","Filename","Coder","Coded","Id","Codename","Coded_Memo","Category","CaseVar_gender"
"PV1","one.txt","Ada","we agreed","ctid:1","rules","","Safety","Female"
"PV1","one.txt","Bo","we agreed","ctid:2","rules","","Safety","Female"
"PV2","two.txt","Ada","image","imid:1","rules","","Safety","Male"
"PV2","two.txt","Ada","my choice","ctid:3","choice","","","Male"
"""


@pytest.fixture
def csv(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "export.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_taguette_highlights(csv):
    imported = read_export(csv(HIGHLIGHTS), keep_text=True, keep_names=True)
    tables = imported.tables
    assert tables["segments"]["text"].tolist() == ["I felt safe, there", "we agreed", "no tag yet"]
    assert set(tables["segments"]["start"]) == {""}
    assert tables["segment_codes"]["code_id"].tolist() == ["Safety", "Choice", "Safety.rules"]
    book = tables["codebooks"].set_index("code_id")
    assert book.loc["Safety.rules", ["parent_id", "label"]].tolist() == ["Safety", "rules"]
    assert sorted(tables["people"]["person_id"]) == ["Interview 1", "Interview 2"]
    assert "1 highlights without a tag" in imported.issues["found"].tolist()


def test_taguette_codebook(csv):
    tables = read_export(csv(TAGS), "values").tables
    book = tables["codebooks"].set_index("code_id")
    assert book["parent_id"].to_dict() == {"Safety": "", "Safety.rules": "Safety", "Choice": ""}
    assert book.loc["Safety", "definition"] == "being and feeling safe"
    assert tables["segments"].empty


def test_qualcoder_report_of_codings(csv):
    imported = read_export(csv(CODINGS, "utf-8-sig"), keep_text=True, keep_names=True)
    tables = imported.tables
    assert tables["segments"][["source_id", "person_id", "text"]].to_numpy().tolist() == [
        ["one.txt", "PV1", "we agreed"],
        ["two.txt", "PV2", ""],
        ["two.txt", "PV2", "my choice"],
    ]
    assert tables["segments"]["locator"].tolist() == ["", "part of a picture (imid:1)", ""]
    assert tables["segment_codes"]["coder"].tolist() == ["Ada", "Bo", "Ada", "Ada"]
    assert tables["people"].set_index("person_id")["gender"].to_dict() == {"PV1": "Female", "PV2": "Male"}
    book = tables["codebooks"].set_index("code_id")["parent_id"]
    assert book.to_dict() == {"Safety": "", "choice": "", "rules": "Safety"}
    assert "1 codings of pictures or sound" in imported.issues["found"].tolist()


def test_qualcoder_report_by_file_has_no_people_of_its_own(csv):
    by_file = CODINGS.replace('"Case","Filename"', '"Who","File"').replace("CaseVar_", "Var_")
    people = read_export(csv(by_file), keep_names=True).tables["people"]
    assert people["person_id"].tolist() == ["one.txt", "two.txt"]


def test_names_of_people_files_and_coders_stay_outside(csv):
    tables = read_export(csv(CODINGS, "utf-8-sig"), keep_text=True).tables
    assert tables["segments"][["source_id", "person_id"]].to_numpy().tolist() == [
        ["S001", "P001"],
        ["S002", "P002"],
        ["S002", "P002"],
    ]
    assert tables["segment_codes"]["coder"].tolist() == ["coder 1", "coder 2", "coder 1", "coder 1"]
    assert tables["people"].set_index("person_id")["gender"].to_dict() == {"P001": "Female", "P002": "Male"}
    written = "".join(table.to_csv() for table in tables.values())
    assert not [name for name in ("PV1", "PV2", "one.txt", "two.txt", "Ada") if name in written]


def test_imported_rows_can_be_counted(csv):
    material = Material.of(read_export(csv(HIGHLIGHTS), "values", keep_names=True).tables)
    said = presence(codings(material, "values"), ["Safety", "Choice"])
    assert said.to_dict("index") == {
        "Interview 1": {"Safety": True, "Choice": True},
        "Interview 2": {"Safety": True, "Choice": False},
    }


def test_what_is_written_passes_the_checks_on_raw_data_and_is_never_overwritten(csv, tmp_path):
    imported = read_export(csv(HIGHLIGHTS))
    imported.write(tmp_path / "raw")
    problems = validate(tmp_path / "raw", "side_by_side").problems
    assert not problems["file"].str.startswith("coding").any()
    with pytest.raises(DataError, match="would be overwritten"):
        imported.write(tmp_path / "raw")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "\0\0\0"])
def test_another_csv_is_refused(csv, text):
    with pytest.raises(DataError, match="Expected a REFI-QDA project"):
        read_export(csv(text))


def test_a_table_in_another_encoding_and_with_other_separators_is_read(csv):
    text = HIGHLIGHTS.replace('"I felt safe, there"', "I felt safe").replace(",", ";") + "12;été;x;y\n"
    sources = read_export(csv(text, "latin-1"), keep_names=True).tables["sources"]
    assert sources["source_id"].tolist() == ["Interview 1", "Interview 2", "été"]


def test_equal_words_highlighted_twice_are_two_segments(csv):
    text = "id,document,tag,content\n1,One,a,yes\n2,One,b,yes\n2,One,c,yes\n3,Two,a,yes\n"
    tables = read_export(csv(text), keep_names=True).tables
    assert tables["segments"]["source_id"].tolist() == ["One", "One", "Two"]
    assert tables["segment_codes"].groupby("segment_id")["code_id"].agg("".join).tolist() == ["a", "bc", "a"]


def test_a_number_in_a_tag_is_no_tag_above_it(csv):
    text = (
        "id,document,tag,content\n1,One,3.1 In common,x\n2,One,3,y\n3,One,Work,z\n4,One,Work.Paid ,z\n"
        "5,One,4.2 Apart,y\n"
    )
    book = read_export(csv(text)).tables["codebooks"].set_index("code_id")
    assert book["label"].to_dict() == {
        "3": "3",
        "3.1 In common": "3.1 In common",
        "4.2 Apart": "4.2 Apart",
        "Work": "Work",
        "Work.Paid": "Paid",
    }
    assert book["parent_id"].tolist() == ["", "3", "", "", "Work"]


def test_cells_of_categories_that_are_not_padded_do_not_shift(csv):
    """The program writes as many cells of categories as a code has, and variables next to them."""
    text = (
        "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo,Category,Category,CaseVar_gender\n"
        "Ada,one.txt,X,we agreed,ctid:1,rules,,Safety,Values,Female\n"
        "Bo,one.txt,X,my choice,ctid:2,choice,,Male\n"
        "Cy,one.txt,X,it was fair,ctid:3,fair,,Values,Female\n"
    )
    tables = read_export(csv(text), keep_names=True).tables
    book = tables["codebooks"].set_index("code_id")["parent_id"].to_dict()
    assert book == {"Safety": "Values", "Values": "", "choice": "", "fair": "Values", "rules": "Safety"}
    assert tables["people"].set_index("person_id")["gender"].to_dict() == {
        "Ada": "Female",
        "Bo": "Male",
        "Cy": "Female",
    }
    assert tables["segments"]["person_id"].tolist() == ["Ada", "Bo", "Cy"]
    assert tables["sources"]["person_id"].tolist() == [""]


def test_a_category_of_the_name_of_a_code_and_codes_within_codes_stay_apart(csv):
    text = (
        "File,Coder,Coded,Id,Codename,Coded_Memo,Category,Category\n"
        "one.txt,X,a,ctid:1,Safety,,Safety\none.txt,X,b,ctid:2,rules,,Safety\n"
        "one.txt,X,c,ctid:3,written,,rules,Safety\n"
    )
    book = read_export(csv(text)).tables["codebooks"].set_index("code_id")
    assert book["parent_id"].to_dict() == {
        "category:Safety": "",
        "Safety": "category:Safety",
        "rules": "category:Safety",
        "written": "rules",
    }
    assert book.loc["category:Safety", "label"] == "Safety"


def test_a_coding_listed_for_two_cases_is_one_coding_of_both(csv):
    text = (
        "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo\n"
        "Bo,one.txt,X,we agreed,ctid:1,rules,\nAda,one.txt,X,we agreed,ctid:1,rules,\n"
    )
    tables = read_export(csv(text), keep_names=True).tables
    assert tables["segments"][["person_id", "speakers"]].to_numpy().tolist() == [["", "Bo;Ada"]]
    assert len(tables["segment_codes"]) == 1


def test_a_row_with_too_many_cells_is_refused(csv):
    with pytest.raises(DataError, match="not a whole CSV"):
        read_export(csv(HIGHLIGHTS + "13,a,b,c,d,e\n"))


@pytest.mark.parametrize("name", ["notes.docx", "nothing.qdpx"])
def test_other_files_and_missing_ones_are_refused(tmp_path, name):
    path = tmp_path / name
    if name.endswith("docx"):
        path.write_bytes(b"PK")
    with pytest.raises(DataError, match=r"no such file|not an export that can be read"):
        read_export(path)
