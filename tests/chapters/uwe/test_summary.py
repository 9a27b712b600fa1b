"""The review in brief: its statements, items and contradictions are all there, and follow the rows."""

from __future__ import annotations

from importlib import import_module

import pandas as pd
import pytest

from peerbook import open_study, paths, published
from peerbook.chapters.uwe import beside_print, summary
from peerbook.data.sampler import write_sample
from peerbook.published.comparison import AGREES, CONTRADICTED, DIFFERS, NOT_COMPUTABLE
from tests.chapters.notebook import outputs_of

CHAPTERS = ("summary", "search_and_screening", "findings_of_the_review")


def claims(study) -> pd.DataFrame:
    return pd.concat([beside_print.claims_of(study, part) for part in beside_print.NUMBERS])


def statuses(study) -> dict[str, str]:
    return claims(study).set_index("claim")["status"].to_dict()


@pytest.fixture(scope="module")
def shown() -> dict:
    """Every output of the three pages by its id."""
    with pytest.MonkeyPatch.context() as patch:
        notebooks = [paths.notebooks() / "uwe" / f"{name}.ipynb" for name in CHAPTERS]
        return {output.id: output for notebook in notebooks for output in outputs_of(notebook, patch)}


def test_every_check_of_the_review_is_a_statement_with_the_verdict_that_readers_reached(review, expected):
    verdicts = expected("checks").set_index("check_id")["verdict"]
    found = claims(review)
    found = found.assign(check=found["claims"].str.split()).explode("check").dropna(subset="check")
    assert set(found["check"]) == set(verdicts.index)
    assert len(verdicts) == 34
    for check, rows in found.groupby("check"):
        said, status = verdicts[check], set(rows["status"])
        if said == "external":
            assert status == {NOT_COMPUTABLE}, check
        elif said.startswith(("match", "derived", "note")) and "mismatch" not in said:
            assert status == {AGREES}, check
        elif check == "V22":  # page numbers: nothing to compute them from
            assert status == {NOT_COMPUTABLE}
        else:
            assert status <= {CONTRADICTED, DIFFERS}, check


def test_every_item_of_the_review_is_rebuilt_or_says_why_not(shown):
    items = published.load_list("uwe", "items")
    assert len(items) == 12
    rebuilt = items[items["outputs"] != ""]
    assert {id for ids in rebuilt["outputs"] for id in ids.split()} <= set(shown)
    excepted = items[items["outputs"] == ""]
    assert excepted["item"].tolist() == ["R.L1", "R.F1"]
    assert (excepted["reason"] != "").all()


def test_statements_lead_to_outputs_that_are_there(review, shown):
    assert set(claims(review)["output"]) <= set(shown)


def test_every_contradiction_stands_on_the_page(review):
    found = claims(review)
    against = found[found["status"].isin([CONTRADICTED, DIFFERS]) & found["claims"].ne("")]
    listed = set(summary.contradictions(review).data["claims"])
    assert set(against["claims"].str.split().explode()) <= listed
    assert {f"V{n}" for n in ("03", *range(13, 23), *range(24, 29))} == listed


def test_in_short_and_counts_follow_the_rows(review, changed):
    said = summary.in_short(review).markup
    assert "35 papers, chosen from 110" in said
    assert "66 statements. 45 agree" in said
    fewer = changed(studies=review.tables["studies"].iloc[1:])
    assert "34 papers" in summary.in_short(fewer).markup
    assert "45 agree" not in summary.in_short(fewer).markup


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("databases", {"databases"}),
        ("search_terms", {"terms_1", "term_triples"}),
        ("criteria", {"criteria_listed"}),
        ("studies", {"section_1", "design_mixed", "in_matrix", "references_included", "references_others"}),
        ("framework", {"answers", "answers_1"}),
        ("references", {"references", "references_included"}),
        ("concept_lists", {"ladder_steps"}),
    ],
)
def test_a_row_that_is_missing_changes_the_statements_that_count_it(review, changed, table, names):
    before, after = statuses(review), statuses(changed(**{table: review.tables[table].iloc[1:]}))
    assert {name for name in names if before[name] == AGREES and after[name] == AGREES} == set()


def test_the_words_of_the_text_come_back_where_counts_bear_them_out(review, changed):
    claim = {"claim_id": "C028", "status": "derived"}
    works = [claim | {"ref_id": ref_id} for ref_id in review.tables["studies"]["ref_id"]]
    others = review.tables["evidence"].query("claim_id != 'C028'")
    found = claims(changed(evidence=pd.concat([others, pd.DataFrame(works)], ignore_index=True)))
    found = found.set_index("claim")
    assert tuple(found.loc["growth", ["rebuilt", "status"]]) == ("most articles", AGREES)
    assert tuple(found.loc["reciprocity", ["rebuilt", "status"]]) == ("3 of 35", DIFFERS)


def test_what_cannot_be_rebuilt_names_the_lost_image_and_what_is_not_stated(review):
    data = summary.not_rebuilt(review).data
    assert data["because"].tolist() == ["page numbers of print", "lost image", *["not stated"] * 4]


def test_strength_counts_trials_single_works_and_open_criteria(review):
    numbers = summary.strength(review).data.set_index("name")["value"]
    assert numbers[["trials", "commentaries", "criteria", "unseen", "borne out"]].tolist() == [3, 11, 8, 6, 0]


def test_the_grid_of_services_has_its_five_cells(review):
    assert summary.service_types(review).shown.notna().to_numpy().sum() == 5


def test_rows_are_counted_by_where_they_come_from(review):
    origins = summary.row_origins(review).data.set_index("table")
    assert origins.loc["Records", ["derived", "synthetic"]].tolist() == [35, 75]
    assert origins["synthetic"].sum() == 225


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_pages_stand_on_any_rows_that_fit_the_schema(review, tmp_path, name):
    study = open_study(write_sample(tmp_path / "raw", review.definitions, rows=30), "uwe")
    chapter = import_module(f"peerbook.chapters.uwe.{name}")
    for output in (getattr(chapter, function)(study) for function in chapter.__all__):
        assert output.markup if output.kind == "table" else output.words, output.id
