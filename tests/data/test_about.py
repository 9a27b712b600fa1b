from __future__ import annotations

import pytest
import yaml

from peerbook import open_log
from peerbook.data import open_folder, validate
from peerbook.errors import DataError


def described(folder, **said):
    """Write what a folder says of its study."""
    (folder / "study.yml").write_text(yaml.safe_dump(said, sort_keys=False))
    return folder


def test_regions_ids_and_period_come_from_the_data_folder(raw):
    person = {"person_id": "A10001", "region": "Shefford", "project_id": "P1"}
    logs = [
        raw.log(1, completed_on="2026-03-05", **{k: person[k] for k in ("person_id", "region")}),
        raw.log(2, completed_on="2026-04-05", **{k: person[k] for k in ("person_id", "region")}),
    ]
    registrations = [{**raw.registration(), **person, "registered_on": "2026-03-01"}]
    projects = [raw.project("P1", region="Shefford")]
    folder = raw.folder(logs=logs, registrations=registrations, projects=projects)
    assert not validate(folder).ok
    described(
        folder,
        title="Shefford peers",
        regions=["Shefford"],
        period=["2026-01-01", "2026-12-31"],
        ids={"person_id": "[A-Z][0-9]{5}", "project_id": "P[0-9]+"},
    )
    report = validate(folder)
    assert report.problems.empty, str(report)
    log = open_log(folder)
    assert (log.definitions.title, log.definitions.regions) == ("Shefford peers", ("Shefford",))
    assert log.definitions.subsamples == ()
    assert not log.definitions.printed
    assert log.flow["pairs"] == 1


def test_a_study_says_what_its_codes_are_and_which_answers_its_tables_may_hold(raw):
    folder = raw.folder()
    (folder / "coding").mkdir()
    row = "person_id,strands,approach,status\nP1,diary;walk,pairs,synthetic\n"
    (folder / "coding" / "people.csv").write_text(row)
    assert not validate(folder).ok
    said = {"strands": {"diary": {"holds": "notes"}, "walk": {}}, "approaches": {"pairs": "In pairs"}}
    report = validate(described(folder, codes=said))
    assert report.ok, str(report)
    definitions = open_folder(folder).definitions
    assert definitions.codes.consultation == ("diary",)
    assert definitions.groups == {}


def test_without_its_own_codes_a_study_has_the_kinds_of_the_definitions_and_none_of_their_words(raw):
    codes = open_folder(described(raw.folder(), title="Ours")).definitions.codes
    assert codes.consultation == ("survey", "event", "hub interview")
    assert codes.strands["event"].said == "event"
    assert codes.drawn == codes.words == {}


def test_more_than_ten_thousand_people_can_have_an_id(raw):
    people = [raw.registration(f"{number:05}") for number in range(15_000)]
    folder = described(raw.folder(registrations=people, logs=[raw.log(1, "00001")]), ids="[0-9]{5}")
    report = validate(folder)
    assert report.ok, str(report)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"region": ["North"]}, "unknown key 'region'; did you mean 'regions'"),
        ({"regions": "North"}, "regions: found 'North'; expected a list"),
        ({"regions": ["North", "North"]}, "'North' is listed 2 times"),
        ({"period": ["2026-02-01"]}, "period: found .* expected the first and the last day"),
        ({"period": ["2026-02-01", "2026-01-01"]}, "expected the first and the last day"),
        ({"subsamples": ["Leds"]}, "subsamples: 'Leds' is not a region; did you mean 'Leeds'"),
        ({"ids": {"persn_id": "[0-9]"}}, "no table has numbers 'persn_id'; did you mean 'person_id'"),
        ({"ids": "[0-9"}, "ids, person_id: found .* expected a pattern"),
        ({"codes": {"kind": {}}}, "codes: unknown key 'kind'; did you mean 'kinds'"),
        ({"codes": {"kinds": {"valu": "norm"}}}, "codes, kinds: found 'valu'; .* did you mean 'value'"),
        ({"codes": {"strands": {"talk": {"holds": "list"}}}}, "talk, holds: found 'list'; .*'lists'"),
        ({"codes": {"questions": {"why": {"by": "words"}}}}, "questions, why, by: found 'words'; expected"),
        ({"codes": {"counted_as": {"pairs": "one"}}}, "counted_as: found 'pairs'; expected one of"),
        ({"codes": {"words": {"value": ["norm"]}}}, "words, value: found 1 words"),
        ({"codes": {"levels": "top"}}, "codes, levels: found 'top'; expected"),
        ({"not_asked": ["hop"]}, "'hop' is no table, field, questionnaire or type of support"),
        ({"not_asked": ["log_id"]}, "'log_id' numbers the rows"),
        (
            {"missing_codes": {"logs.hop_1": {99: "No"}}},
            "'logs.hop_1' is no field; did you mean 'logs.hope_1",
        ),
        ({"missing_codes": [99]}, "missing_codes: found .* expected names with values"),
        ({"printed": "yes"}, "printed: found 'yes'; expected true or false"),
        ({"title": 5}, "title: found 5; expected text"),
        ({"projects": {"LEE-01": {"nme": "x"}}}, "unknown key 'nme'; did you mean 'name'"),
    ],
)
def test_what_cannot_be_said_is_refused(raw, said, message):
    folder = raw.folder()
    if "projects" in said:
        (folder / "projects.csv").unlink()
    with pytest.raises(DataError, match=message):
        open_folder(described(folder, **said))


def test_projects_can_stand_in_the_description(raw):
    folder = raw.folder()
    (folder / "projects.csv").unlink()
    assert not validate(folder).ok
    row = {"name": "A group", "region": "Leeds", "funding": "Grant"}
    opened = open_folder(described(folder, projects={"LEE-01": row}))
    assert opened.report.problems.empty, str(opened.report)
    assert opened.tables["projects"][["project_id", "name"]].to_numpy().tolist() == [["LEE-01", "A group"]]


def test_what_was_not_asked_need_not_be_there(raw):
    folder = raw.folder(registrations=[raw.registration(project_id="")])
    (folder / "projects.csv").unlink()
    for name, columns in (("logs", ["hope_", "informal_"]), ("registrations", ["sexual_orientation"])):
        schema = raw.definitions.tables[name]
        kept = [field for field in schema.fields if not field.startswith(tuple(columns))]
        rows = [raw.log(1), raw.log(2, completed_on="2016-03-01")] if name == "logs" else None
        rows = rows or [raw.registration(project_id="")]
        rows = [{key: value for key, value in row.items() if key in kept} for row in rows]
        raw.write(folder / f"{name}.csv", rows, kept)
    described(folder, not_asked=["projects", "hope", "informal", "sexual_orientation"])
    log = open_log(folder)
    assert log.study.definitions.outcomes == tuple(q for q in raw.definitions.outcomes if q != "hope")
    assert "informal" not in log.definitions.support_types.types
    assert len(log.projects) == 0
    assert log.flow["pairs"] == 1


def test_a_code_for_no_answer_is_no_number(raw):
    given = [raw.log(n, f"000{n}", informal_given=cell) for n, cell in enumerate(["1", "0", "2", "99"], 1)]
    people = [raw.registration(f"000{n}") for n in range(1, 5)]
    folder = raw.folder(logs=given, registrations=people)
    assert open_log(folder).logs["times_informal_given"].mean() == pytest.approx(25.5)
    described(folder, missing_codes={99: "No answer"})
    log = open_log(folder)
    assert validate(folder).problems.empty
    assert log.logs["times_informal_given"].mean() == pytest.approx(1)
    assert log.logs["used_informal_given"].tolist() == [True, False, True, False]
    assert log.logs["types_given"].isna().tolist() == [False, False, False, True]
    assert "a code for no answer" in set(log.issues["rule"])


def test_a_code_of_one_field_counts_there_only(raw):
    logs = [raw.log(1, swemwbs_1="9"), raw.log(2, completed_on="2016-03-01", swemwbs_2="9")]
    folder = described(raw.folder(logs=logs), missing_codes={"logs.swemwbs_1": {9: "Refused"}})
    found = validate(folder).problems[["row", "column", "kind"]].to_numpy().tolist()
    assert found == [[3, "swemwbs_2", "out-of-range value"]]


def test_the_stand_in_is_the_printed_study_and_a_copy_with_other_words_is_not(raw):
    assert open_folder(described(raw.folder(), printed=True)).definitions.printed
    assert not open_folder(described(raw.folder(), title="Other")).definitions.printed
