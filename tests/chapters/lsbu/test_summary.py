"""The evaluation in brief: its statements, items and contradictions are all there, and follow the rows."""

from __future__ import annotations

from importlib import import_module

import pandas as pd
import pytest

from peerbook import open_study, paths, published
from peerbook.chapters.lsbu import rows, summary
from peerbook.data.sampler import write_sample
from peerbook.outputs.folding import unfolded
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE
from tests.chapters.notebook import outputs_of

CHAPTERS = ("summary", "stakeholders", "themes_and_triangulation")
MEANS = {
    "match": {AGREES},
    "derived": {AGREES},
    "bound only": {AGREES},
    "note": {AGREES},
    "needs two fields": {AGREES, NOT_COMPUTABLE},
    "ambiguous": {CONTRADICTED},
    "mismatch": {CONTRADICTED},
    "missing": {CONTRADICTED},
    "flag: versions differ": {AGREES, CONTRADICTED},
    "external": {NOT_COMPUTABLE},
    "not stated": {NOT_COMPUTABLE},
    "not recomputable": {NOT_COMPUTABLE},
    "unknown": {NOT_COMPUTABLE},
}


def statuses(study) -> dict[str, str]:
    return rows.claims(study).set_index("claim")["status"].to_dict()


def by_id(study) -> pd.DataFrame:
    found = rows.claims(study)
    return found.assign(id=found["claims"].str.split()).explode("id").dropna(subset="id")


@pytest.fixture(scope="module")
def shown() -> dict:
    """Every output of the three pages by its id."""
    with pytest.MonkeyPatch.context() as patch:
        notebooks = [paths.notebooks() / "lsbu" / f"{name}.ipynb" for name in CHAPTERS]
        return {output.id: output for notebook in notebooks for output in outputs_of(notebook, patch)}


def test_every_check_is_a_statement_with_the_verdict_that_readers_reached(evaluation, expected):
    verdicts, found = expected("checks").set_index("check_id")["verdict"], by_id(evaluation)
    assert len(verdicts) == 24
    said = {check: set(found.loc[found["id"] == check, "status"]) for check in verdicts.index}
    assert said == {check: MEANS[verdict] for check, verdict in verdicts.items()}


def test_every_number_is_a_statement_and_those_that_are_plain_numbers_come_out(evaluation, expected):
    numbers, found = expected("counts").set_index("count_id")["value"], by_id(evaluation)
    assert len(numbers) == 30
    assert set(numbers.index) <= set(found["id"])
    plain = numbers[numbers.str.fullmatch(r"\d+") & ~numbers.index.isin(["N20"])]
    rebuilt = {id: set(found.loc[found["id"] == id, "rebuilt"]) for id in plain.index}
    others = {id: rebuilt[id] for id, n in plain.items() if n not in rebuilt[id]}
    assert others == {
        "N07": {"31"},  # print has a lower bound
        **{id: {"fewer than 3"} for id in ("N06", "N13", "N14", "N17")},
    }
    assert {found.set_index("id").loc[id, "status"] for id in ("N06", "N07", "N13", "N14", "N17")} == {AGREES}


def test_a_number_of_few_people_is_compared_and_not_told(evaluation, changed):
    edits = evaluation.tables["transcript_edits"]
    two = changed(transcript_edits=pd.concat([edits, edits.assign(participant_id="PF2", edit_id="E2")]))
    found = rows.claims(two).set_index("claim")
    assert found.loc[["editors", "editors_percent"], "rebuilt"].tolist() == ["fewer than 3", "fewer than 3"]
    assert found.loc["editors", "status"] == DIFFERS
    assert rows.claims(two, smallest=2).set_index("claim").loc["editors", "rebuilt"] == "2"


def test_what_is_about_one_person_is_in_no_row_and_on_no_page(evaluation, shown):
    assert statuses(evaluation)["story"] == NOT_COMPUTABLE
    pages = "".join(output.csv() + output.markup for output in shown.values() if output.kind == "table")
    assert "agoraphobi" not in pages
    people = set(evaluation.tables["participants"]["participant_id"])
    for output in shown.values():
        assert "participant_id" not in output.data
        assert not people & set(output.data.astype(str).to_numpy().ravel()), output.id


def test_every_item_is_rebuilt_or_says_why_not(shown):
    items = published.load_list("lsbu", "items")
    assert len(items) == 12
    assert {id for ids in items["outputs"] for id in ids.split()} <= set(shown)
    excepted = items[items["outputs"] == ""]
    assert excepted["item"].tolist() == ["E.L4"]
    assert (excepted["reason"] != "").all()


def test_statements_lead_to_outputs_that_are_there(evaluation, shown):
    assert set(rows.claims(evaluation)["output"]) <= set(shown)


def test_every_contradiction_stands_on_the_page(evaluation):
    found = rows.claims(evaluation)
    against = found.loc[found["status"].eq(CONTRADICTED), "claims"]
    listed = set(published.load("lsbu", "discrepancies")["claims"])
    assert {id for ids in against for id in ids.split()} <= listed
    assert len(unfolded(summary.contradictions(evaluation))) == 10


def test_the_lines_in_short_and_counts_follow_the_rows(evaluation, changed):
    said = summary.in_short(evaluation).words
    assert "4 interviews with facilitators, a focus group of 10 people and 98 papers" in said
    assert "62 statements. 48 come out the same here. 8 go against" in said
    fewer = changed(literature_records=evaluation.tables["literature_records"].iloc[1:])
    assert "97 papers" in summary.in_short(fewer).words
    assert "47 come out the same" in summary.in_short(fewer).words


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("participation_events", {"facilitators_invited", "completion"}),
        ("sources", {"interviews"}),
        ("transcript_edits", {"editors", "editors_percent"}),
        ("participant_facts", {"paid_work", "word_of_mouth"}),
        ("guide_questions", {"questions", "questions_closure"}),
        ("segment_uses", {"repeats", "distinct_apart"}),
        ("codebook", {"barriers"}),
        ("models", {"aims"}),
        ("search_fields", {"year_from", "databases"}),
    ],
)
def test_rows_that_are_missing_change_the_statements_that_count_them(evaluation, changed, table, names):
    before = statuses(evaluation)
    after = statuses(changed(**{table: evaluation.tables[table].iloc[0:0]}))
    assert {name for name in names if before[name] != AGREES or after[name] == AGREES} == set()


def test_a_second_spelling_is_found_and_a_shorter_name_is_none(evaluation, changed):
    assert rows.misspelt(evaluation) == ["Newlin", "Seebohm"]
    right = evaluation.tables["citations"].replace(
        {"cited_as": {"Mewlin": "Newlin", "Seebohn et al": "Seebohm et al"}}
    )
    assert rows.misspelt(changed(citations=right)) == []


def test_rows_are_counted_by_where_they_come_from(evaluation):
    origins = summary.row_origins(evaluation).data.set_index("table")
    assert origins.loc["Participants", "synthetic"] == 38
    assert origins.loc["Guide", ["printed", "synthetic"]].tolist() == [20, 0]


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_pages_stand_on_any_rows_that_fit_the_schema(evaluation, changed, tmp_path, name):
    study = open_study(write_sample(tmp_path / "raw", evaluation.definitions, rows=30), "lsbu")
    tables = dict(study.tables)
    tables["findings"] = tables["findings"].assign(resolution="Left open.")
    tables["segment_uses"] = tables["segment_uses"].assign(edit_reason="shorter")
    study = changed(**tables)
    chapter = import_module(f"peerbook.chapters.lsbu.{name}")
    for output in (getattr(chapter, function)(study) for function in chapter.__all__):
        assert output.markup if output.kind == "table" else output.words, output.id
