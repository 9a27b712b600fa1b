"""Coded material for other programs: valid by the standard, read back equal, only what is public."""

from __future__ import annotations

import json
import zipfile
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from peerbook import paths
from peerbook.data import load_definitions
from peerbook.errors import DataError, ParameterError
from peerbook.exports.coded import NOT_SHOWN, export_coding
from peerbook.imports.coded import import_coding

STUDY = "side_by_side"
known = lru_cache(load_definitions)  # definitions do not change while tests run
GOLDEN = Path(__file__).parents[1] / "golden" / "refi"
BOOK = "codebook,version,code_id,parent_id,label,definition,order,status\n"
CODES = "values,1,V1,,Safety,<being> & feeling safe,1,collected\nvalues,1,V1a,V1,Rules,,2,collected\n"
SOURCES = """source_id,strand,title,person_id,characters,status
S1,interview,,P1,40,collected
S2,interview,,,,collected
"""
PEOPLE = "person_id,strands,gender,status\nP1,interview,Female,collected\nP2,interview,,collected\n"
SEGMENTS = """segment_id,source_id,person_id,start,end,text,quotable,status
X1,S1,P1,3,15,agreed rules,yes,collected
X2,S1,P1,10,20,never shown,no,collected
X3,S2,P2,,,zebra,yes,collected
X4,S2,P1,,,,,collected
X5,S2,P1,,,withheld,no,collected
"""
GIVEN = """segment_id,code_id,coder,round,valence,status
X1,V1,A,final,supports,collected
X1,V1a,B,final,supports,collected
X2,V1,A,final,supports,collected
X3,V1,A,final,supports,collected
X4,V1,B,final,supports,collected
X4,V1,A,first,supports,collected
X5,V1a,A,final,challenge,collected
"""


def write(folder: Path, synthetic: bool) -> Path:
    (folder / "coding").mkdir(parents=True)
    for name, text in {
        "codebooks": BOOK + CODES,
        "sources": SOURCES,
        "people": PEOPLE,
        "segments": SEGMENTS,
        "segment_codes": GIVEN,
    }.items():
        rows = text.replace("collected", "synthetic") if synthetic else text
        (folder / "coding" / f"{name}.csv").write_text(rows)
    (folder / "study.yml").write_text("not_asked: [logs, registrations, projects]\n")
    (folder / "datapackage.json").write_text(json.dumps({"study": STUDY, "synthetic": synthetic}))
    return folder


@pytest.fixture
def made_up(tmp_path):
    return write(tmp_path / "made_up", synthetic=True)


@pytest.fixture
def real(tmp_path):
    return write(tmp_path / "real", synthetic=False)


def inside(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def is_valid(xml: bytes, schema: str) -> None:
    etree.XMLSchema(etree.parse(GOLDEN / f"{schema}.xsd")).assertValid(etree.fromstring(xml))


def project_of(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read("project.qde")


def coded(folder: Path) -> set[tuple[str, ...]]:
    """Return what was given where by whom, by labels."""
    read = {
        name: pd.read_csv(folder / "coding" / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("codebooks", "segments", "segment_codes")
    }
    labels = read["codebooks"].set_index("code_id")["label"]
    rows = read["segment_codes"].query("round == 'final' and valence == 'supports'")
    rows = rows.merge(read["segments"], on="segment_id")
    rows = rows.assign(label=rows["code_id"].map(labels))
    return set(rows[["source_id", "start", "end", "label", "coder"]].itertuples(index=False, name=None))


def test_a_project_is_valid_and_read_back_equal(made_up, tmp_path):
    file = tmp_path / "values.qdpx"
    written = export_coding(made_up, file, study=known(STUDY))
    is_valid(project_of(file), "Project")
    assert (written.codes, written.segments, written.codings, written.left_out) == (2, 4, 5, 2)
    again = tmp_path / "again"
    import_coding([file], again, "values", keep_names=True)
    placed = {row for row in coded(made_up) if row[1]}
    assert placed <= coded(again)
    assert len(coded(again)) == len(coded(made_up)) == 5
    people = pd.read_csv(again / "coding" / "people.csv", dtype=str, keep_default_na=False)
    assert people.set_index("person_id").loc["P1", "gender"] == "Female"
    book = pd.read_csv(again / "coding" / "codebooks.csv", dtype=str, keep_default_na=False)
    assert book[["label", "definition"]].to_numpy().tolist() == [
        ["Safety", "<being> & feeling safe"],
        ["Rules", ""],
    ]
    assert book.loc[1, "parent_id"] == book.loc[0, "code_id"]


def test_joined_with_the_folder_it_came_from_it_adds_nothing(made_up, tmp_path):
    file = tmp_path / "values.qdpx"
    for name, lines in (
        ("segments", 3),
        ("segment_codes", 4),
        ("sources", 2),
    ):
        path = made_up / "coding" / f"{name}.csv"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:lines]))
    export_coding(made_up, file, study=known(STUDY))
    (made_up / "datapackage.json").write_text(json.dumps({"study": STUDY, "synthetic": False}))
    before = rows(made_up)
    import_coding([file], made_up, "values", keep_names=True)
    assert rows(made_up) == before


def rows(folder: Path) -> dict[str, int]:
    return {path.name: len(path.read_text().splitlines()) for path in (folder / "coding").iterdir()}


def test_words_are_there_only_with_consent(made_up, tmp_path):
    file = tmp_path / "values.qdpx"
    assert export_coding(made_up, file, study=known(STUDY)).with_words == 2
    assert "agreed rules" in inside(file)
    assert "zebra" in inside(file)
    assert "never shown" not in inside(file)
    assert "withheld" not in inside(file)
    with zipfile.ZipFile(file) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")]
    assert sorted(map(len, texts))[-1] == 40
    assert texts[0] == NOT_SHOWN * 3 + "agreed rules" + NOT_SHOWN * 25


def test_of_real_people_only_what_may_be_quoted_without_who_said_it(real, tmp_path):
    file = tmp_path / "values.qdpx"
    written = export_coding(real, file, study=known(STUDY))
    is_valid(project_of(file), "Project")
    assert (written.sources, written.segments, written.codings) == (1, 2, 3)
    said = inside(file)
    assert "agreed rules\nzebra" in said
    for hidden in ("P1", "P2", "S1", "S2", "X1", "Female", "never shown", "withheld", NOT_SHOWN):
        assert hidden not in said


def test_of_real_people_who_agreed_to_nothing_there_is_the_codebook(real, tmp_path):
    segments = real / "coding" / "segments.csv"
    segments.write_text(segments.read_text().replace(",yes,", ",no,"))
    file = tmp_path / "values.qdpx"
    written = export_coding(real, file, study=known(STUDY))
    is_valid(project_of(file), "Project")
    assert (written.codes, written.sources, written.codings) == (2, 0, 0)


def test_a_codebook_is_valid_and_read_back_equal(made_up, tmp_path):
    file = tmp_path / "values.qdc"
    export_coding(made_up, file, study=known(STUDY))
    is_valid(file.read_bytes(), "Codebook")
    import_coding([file], tmp_path / "again", "values")
    book = pd.read_csv(tmp_path / "again" / "coding" / "codebooks.csv", dtype=str)
    assert book["label"].tolist() == ["Safety", "Rules"]


def test_the_same_rows_give_the_same_bytes_and_no_file_is_overwritten(made_up, tmp_path):
    one, other = tmp_path / "one.qdpx", tmp_path / "other.qdpx"
    export_coding(made_up, one, study=known(STUDY))
    export_coding(made_up, other, study=known(STUDY))
    assert one.read_bytes() == other.read_bytes()
    with pytest.raises(DataError, match="nothing is overwritten"):
        export_coding(made_up, one, study=known(STUDY))
    with pytest.raises(ParameterError, match=r"expected \.qdpx or \.qdc"):
        export_coding(made_up, tmp_path / "values.xml", study=known(STUDY))


@pytest.mark.slow
def test_the_stand_in_is_valid_and_read_back_equal(tmp_path):
    folder = paths.stand_in(STUDY)
    with pytest.raises(ParameterError, match="name the one to export"):
        export_coding(folder, tmp_path / "all.qdpx")
    for name in ("core_values", "bame"):
        file = tmp_path / f"{name}.qdpx"
        written = export_coding(folder, file, name)
        is_valid(project_of(file), "Project")
        import_coding([file], tmp_path / name, name, keep_names=True)
        if written.codings:
            assert len(coded(tmp_path / name)) == written.codings
