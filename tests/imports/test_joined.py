"""Exports of several coders and strands become one folder: what is the same stays one, and no row is lost."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from peerbook.data.schema import coding_schema
from peerbook.errors import DataError, ParameterError
from peerbook.imports.assembled import Code, Coding, Export, Source, assemble
from peerbook.imports.coded import _of_the_study, import_coding
from peerbook.imports.joined import Rules, join
from peerbook.imports.pseudonyms import open_key
from tests.imports.exported import TEXT, guid, write_project

ADA = [("Ada", "Talk 1", 3, 15, "Rules"), ("Ada", "Talk 2", 0, 8, "Choice")]
BO = [("Bo", "Talk 1", 3, 15, "Rules"), ("Bo", "Talk 1", 19, 32, "Choice")]


def read(folder, name):
    return pd.read_csv(folder / "coding" / f"{name}.csv", dtype=str, keep_default_na=False)


def coded(folder):
    """Return who gave which code where, by the place in the text."""
    segments, codes = read(folder, "segments"), read(folder, "segment_codes")
    book = read(folder, "codebooks").set_index("code_id")["label"]
    joined = codes.merge(segments, on="segment_id")
    joined = joined.assign(label=joined["code_id"].map(book))
    return sorted(joined[["source_id", "start", "end", "label", "coder"]].itertuples(index=False, name=None))


@pytest.fixture
def two(tmp_path):
    """Return exports of two coders of the same sources."""
    return [
        write_project(tmp_path / "ada.qdpx", ADA, cases={"Talk 1": "Eve", "Talk 2": "Eve"}),
        write_project(tmp_path / "bo.qdpx", BO, cases={"Talk 1": "Eve"}),
    ]


def test_two_coders_exports_of_the_same_sources_are_one_folder(two, tmp_path):
    together, apart = tmp_path / "together", tmp_path / "apart"
    key = tmp_path / "key"
    import_coding(two, together, key=key)
    for path in two:
        import_coding([path], apart, key=key)
    assert coded(together) == coded(apart)
    assert len(coded(together)) == 4
    assert len(read(together, "segments")) == 3
    assert len(read(together, "sources")) == 2
    assert len(read(together, "people")) == 1
    assert len(read(together, "codebooks")) == 3
    assert read(together, "segment_codes")["coder"].nunique() == 2


def test_reading_an_export_again_adds_nothing(two, tmp_path):
    folder = tmp_path / "raw"
    import_coding(two, folder)
    before = {path.name: path.read_text() for path in (folder / "coding").iterdir()}
    (folder / "import_record.json").unlink()
    import_coding(two, folder)
    assert {name: (folder / "coding" / name).read_text() for name in before} == before


def test_no_name_is_in_the_folder_and_the_key_is_outside(two, tmp_path):
    folder = tmp_path / "raw"
    import_coding(two, folder)
    written = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert not any(name in written for name in ("Ada", "Bo", "Eve", "Talk"))
    assert (tmp_path / "raw.key").is_file()


def test_people_are_those_of_the_survey_by_a_key_file(two, tmp_path):
    links = tmp_path / "people.csv"
    links.write_text("name,person_id\nEve,0412\n")
    folder = tmp_path / "raw"
    import_coding(two, folder, people=links)
    pseudonym = open_key(tmp_path / "raw.key", folder).pseudonym("0412")
    assert set(read(folder, "people")["person_id"]) == {pseudonym}
    assert set(read(folder, "segments")["person_id"]) == {pseudonym}
    inside = folder / "people.csv"
    inside.write_text(links.read_text())
    with pytest.raises(ParameterError, match="undoes the pseudonyms"):
        import_coding(two, folder, people=inside)


def test_a_name_that_the_key_file_does_not_have_is_counted(two, tmp_path):
    links = tmp_path / "people.csv"
    links.write_text("name,person_id\nSomebody,0412\n")
    found = import_coding(two[:1], tmp_path / "raw", people=links).issues["found"].tolist()
    assert "1 of 1 speakers are not in the key file of people" in found


def test_codes_of_another_program_are_the_same_by_their_path(two, tmp_path):
    other = write_project(
        tmp_path / "other.qdpx", [("Cy", "Talk 1", 0, 2, "Rules")], made_by="another program "
    )
    folder = tmp_path / "raw"
    import_coding([*two, other], folder)
    assert len(read(folder, "codebooks")) == 3
    assert [row[3] for row in coded(folder) if row[1:3] == ("0", "2")] == ["Rules"]


def test_a_renamed_code_is_the_same_by_its_guid_or_by_a_rule(two, tmp_path):
    renamed = write_project(
        tmp_path / "renamed.qdpx",
        [("Cy", "Talk 1", 0, 2, "Agreements")],
        book={"Safety": "", "Agreements": "Safety"},
        made_by="another program ",
    )
    apart = tmp_path / "apart"
    import_coding([*two, renamed], apart)
    assert "Agreements" in set(read(apart, "codebooks")["label"])
    rules = tmp_path / "rules.yml"
    rules.write_text("codes: {Agreements: Safety > Rules}\n")
    folder = tmp_path / "raw"
    import_coding([*two, renamed], folder, rules=rules)
    assert "Agreements" not in set(read(folder, "codebooks")["label"])
    assert [row[3] for row in coded(folder) if row[1:3] == ("0", "2")] == ["Rules"]


def test_a_code_with_the_guid_keeps_the_label_of_the_folder_and_says_so():
    own = guid("Rules")
    first, second = (
        assemble(Export(codes=(Code(own, label),)), "values", False) for label in ("Rules", "Agreements")
    )
    joined = join(first.tables, second)
    assert joined.tables["codebooks"]["label"].tolist() == ["Rules"]
    assert "1 codes have another label or place in the codebook" in joined.issues["found"].tolist()


def test_a_number_that_is_no_guid_is_no_identity():
    """QualCoder numbers its codes from 1 in every project."""
    first, second = (
        assemble(
            Export((Code("code1", label),), (Source("S", "S", 9),), (Coding("S", "code1", "w", 0, 1, who),)),
            "values",
            False,
        )
        for label, who in (("Hope", "A"), ("Fear", "B"))
    )
    joined = join(first.tables, second).tables
    labels = joined["codebooks"].set_index("code_id")["label"]
    given = joined["segment_codes"].assign(label=joined["segment_codes"]["code_id"].map(labels))
    assert given[["coder", "label"]].to_numpy().tolist() == [["A", "Hope"], ["B", "Fear"]]


def test_a_rule_about_a_code_that_is_not_there_is_refused(two, tmp_path):
    rules = tmp_path / "rules.yml"
    rules.write_text("codes: {Rulse: Choice}\n")
    with pytest.raises(DataError, match="has a code 'Rulse'; did you mean 'rules'"):
        import_coding(two, tmp_path / "raw", rules=rules)
    assert not (tmp_path / "raw").exists()


def test_two_coders_who_share_a_name_are_kept_apart(tmp_path):
    first = write_project(tmp_path / "1.qdpx", [("Kim", "Talk 1", 3, 15, "Rules")])
    second = write_project(tmp_path / "2.qdpx", [("Kim", "Talk 1", 19, 32, "Choice")])
    elsewhere = write_project(tmp_path / "3.qdpx", [("Kim", "Talk 9", 19, 32, "Choice")])
    folder = tmp_path / "raw"
    found = import_coding([first, second], folder).issues["found"]
    coders = read(folder, "segment_codes")["coder"].tolist()
    assert len(set(coders)) == 2
    assert found.str.contains("not those of the folder's coder of this name").any()
    one = tmp_path / "one"
    import_coding([first, elsewhere], one)
    assert len(set(read(one, "segment_codes")["coder"])) == 1
    rules = tmp_path / "rules.yml"
    rules.write_text("coders: {Kim: Kim of Leeds}\n")
    import_coding([elsewhere], folder, rules=rules)
    assert read(folder, "segment_codes")["coder"].nunique() == 3


def test_a_source_of_the_same_name_and_another_length_is_another_text(two, tmp_path):
    longer = write_project(
        tmp_path / "3.qdpx", [("Cy", "Talk 1", 3, 15, "Rules")], texts={"Talk 1": "So, we agreed rules. " * 9}
    )
    folder = tmp_path / "raw"
    found = import_coding([*two, longer], folder).issues["done"]
    assert len(read(folder, "sources")) == 3
    assert found.str.contains("places in the two cannot be compared").any()


def test_a_folder_of_made_up_data_is_left_alone(two, tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "datapackage.json").write_text('{"synthetic": true}')
    with pytest.raises(DataError, match="made-up data"):
        import_coding(two, folder)
    assert [path.name for path in folder.iterdir()] == ["datapackage.json"]


def test_another_key_is_refused(two, tmp_path):
    folder = tmp_path / "raw"
    import_coding(two[:1], folder)
    with pytest.raises(DataError, match="would become two"):
        import_coding(two[1:], folder, key=tmp_path / "other.key")


def test_what_the_folder_does_not_know_is_filled_in_and_what_differs_is_listed():
    def of(gender, definition):
        people = {"P": {"gender": gender, "region": "North" if gender else ""}}
        export = Export((Code("c", "Hope", "", definition),), (Source("S", "S", 9, "P"),), (), people)
        return assemble(export, "values", False)

    joined = join(of("", "").tables, of("Female", "a wish"))
    assert joined.tables["people"]["gender"].tolist() == ["Female"]
    differs = join(of("Male", "a wish").tables, of("Female", "a belief"))
    assert differs.tables["people"]["gender"].tolist() == ["Male"]
    assert differs.tables["codebooks"]["definition"].tolist() == ["a wish"]
    assert {"gender differs from the folder's", "the code 'Hope' is defined in other words"} <= set(
        differs.issues["found"]
    )


def test_the_same_words_twice_in_a_source_stay_two_segments():
    export = Export(
        (Code("c", "Hope"),), (Source("S", "S"),), (Coding("S", "c", "yes"), Coding("S", "c", "no"))
    )
    words = assemble(export, "values", True)
    twice = words.tables["segments"].assign(text="yes")
    again = join({**words.tables, "segments": twice}, words).tables["segments"]
    assert again["text"].tolist() == ["yes", "yes", "no"]


def test_rules_have_no_codes_to_name_in_the_first_export():
    first = assemble(Export((Code("c", "Hope"),)), "values", False)
    none = {name: table.iloc[:0] for name, table in first.tables.items()}
    assert len(join(none, first, Rules({"Hope": "Wish"})).tables["codebooks"]) == 1


def test_who_read_a_source_without_coding_it_can_be_said(two, tmp_path):
    folder = tmp_path / "raw"
    import_coding([two[0]], folder, keep_names=True)
    assert set(read(folder, "sources")["read_by"]) == {""}
    also = write_project(tmp_path / "also.qdpx", BO, texts={"Talk 2": TEXT})
    import_coding([also], folder, keep_names=True, read_all=True)
    assert read(folder, "sources").set_index("source_id")["read_by"].to_dict() == {
        "Talk 1": "Bo",
        "Talk 2": "Bo",
    }
    import_coding([two[0]], folder, keep_names=True, keep_text=True, read_all=True)
    assert set(read(folder, "sources")["read_by"]) == {"Bo;Ada"}


def test_what_the_study_lists_is_taken_once_the_folder_says_which_study_it_is():
    """Without a study nobody knows which roles there are; then they stand beside the tables."""
    fields = coding_schema("people").fields
    listed = {"role": replace(fields["role"], categories={"mentor": "Mentor"})}
    said = (("P", "person", "role", "mentor"), ("Q", "person", "role", "baker"))
    export = Export(people={"P": {}, "Q": {}}, variables=said)
    new = assemble(export, "values", False)
    assert set(new.tables["people"]["role"]) == {""}
    found = _of_the_study(new, listed)
    assert found.tables["people"]["role"].tolist() == ["mentor", ""]
    assert found.beside["import_variables"]["value"].tolist() == ["baker"]
    assert _of_the_study(new, {}) is new
