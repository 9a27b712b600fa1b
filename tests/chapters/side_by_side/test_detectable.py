from __future__ import annotations

import re
from dataclasses import replace

import pytest

from peerbook.chapters.side_by_side import detectable as chapter
from peerbook.chapters.side_by_side.methods import people_needed
from peerbook.errors import ParameterError
from tests import reading
from tests.chapters.notebook import shown

QUICK = 20  # simulations


@pytest.fixture(scope="module")
def found(study):
    return chapter.detect(study, simulations=QUICK)


def narrowed(study, outcomes: tuple[str, ...], pairs):
    """The log with other pairs; without a need for all outcomes."""
    scores = {name: study.definitions.questionnaires[name] for name in outcomes}
    definitions = replace(study.definitions, questionnaires=scores)
    return replace(study, pairs=pairs, study=replace(study.study, definitions=definitions))


@pytest.mark.parametrize("n", [0, 1, 12])
def test_every_output_is_made_from_very_few_pairs(study, n):
    few = replace(study, pairs=study.pairs.head(n))
    seen = chapter.detect(few, simulations=QUICK)
    outputs = shown("side_by_side", "detectable", log=few, found=seen)
    assert "text-in-short-detectable" in {output.id for output in outputs}
    for output in outputs:
        assert not re.search(r"\bnan\b|<NA>", output.markup), output.id


def test_it_counts_the_pairs_and_people_of_each_model(study, found):
    rows = found.set_index("outcome")
    pairs = study.pairs.dropna(subset=["hope_start", "hope_change", "types_given_category"])
    assert rows.loc["Hope", ["n", "people"]].tolist() == [len(pairs), pairs["person_id"].nunique()]
    assert (found["effective"] <= found["n"] + 1e-9).all()
    assert (found["effective"] >= found["people"] - 1e-9).all()


def test_where_pairs_are_not_alike_formula_and_simulation_agree(found):
    unlike = found[found["correlation"] < 0.01]
    assert len(unlike)
    for what in ("mean", "difference"):
        assert unlike[f"{what}_simulation"].tolist() == pytest.approx(
            unlike[f"{what}_formula"].tolist(), rel=0.15
        )


def test_where_pairs_are_alike_the_formula_asks_for_too_large_a_difference(found):
    alike = found[found["correlation"] > 0.25]
    assert len(alike)
    assert (alike["difference_simulation"] < alike["difference_formula"]).all()


@pytest.mark.slow
def test_more_power_needs_a_larger_change(study):
    one = narrowed(study, ("hope",), study.pairs)
    usual, more = (chapter.detect(one, power=power, simulations=QUICK) for power in (0.8, 0.95))
    columns = ["mean_formula", "mean_simulation", "difference_formula", "difference_simulation"]
    assert (more[columns].iloc[0] > usual[columns].iloc[0]).all()


def test_projects_with_enough_people_are_counted(study):
    data = chapter.plan(study).data.set_index("name")["value"]
    people = study.registrations[study.registrations["person_id"].isin(study.pairs["person_id"])]
    sizes = people.groupby("project_id").size()
    assert data["enough"] == (sizes >= people_needed(0.5)).sum()
    assert data["projects"] == len(sizes)
    assert chapter.plan(study, effect=3.0).data.set_index("name")["value"]["enough"] >= data["enough"]


def test_each_region_shows_less_than_all(study, found):
    regions = chapter.by_region(study, found).data
    assert regions["n"].sum() == len(study.pairs)
    assert (regions["smallest"] > found["mean_formula"].iloc[0]).all()


def test_in_short_is_plain(study, found):
    said = chapter.in_short(study, found).markup
    assert reading.grade(said) <= reading.GRADE
    assert "most likely miss it" in said


@pytest.mark.parametrize("wrong", [{"significance": 0.0}, {"power": 1.0}])
def test_choices_that_make_no_sense_are_refused(study, wrong):
    with pytest.raises(ParameterError):
        chapter.detect(study, **wrong)
