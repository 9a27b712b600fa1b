"""Someone who listens hears what someone who looks reads: texts of pictures and sentences say the same."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from peerbook.chapters.side_by_side import associations, log_findings
from peerbook.chapters.side_by_side.associations.grid import fit_models, grid, ranges_of
from peerbook.chapters.side_by_side.log_findings.trends import outcome_panels, support_panels
from peerbook.outputs import describe

SUPPORT = ("a-c", "d-e", "f-i", "j-m", "n-o", "p-q", "further")
OUTCOMES = ("a-c", "d-f", "g", "further")
VERDICT = re.compile(r"\b(rises|falls|no clear change|too few people to say)\b")
CLAIM = re.compile(r"([A-Z][\w\- ]*?) (rose|fell) when (.+?\))\.(?= [A-Z]|\n|$)")


def simulated(study, seed):
    """Logs of a made-up cohort in which some measures drift and people drop out."""
    rng = np.random.default_rng(seed)
    months = np.repeat(np.arange(1, 11), np.linspace(120, 12, 10).astype(int))
    panels = [*support_panels(study), *outcome_panels(study)]
    columns = {
        panel.measure: 10 + rng.choice([-0.4, 0, 0.4]) * months + rng.normal(0, 3, len(months))
        for panel in panels
    }
    study.logs = pd.DataFrame({"month": months, **columns})
    return study


def verdicts_of_pictures(study):
    """Return the verdict of each panel's text, of the joined picture's text, and what a headline claims."""
    found = {}
    pictures = [log_findings.support(study, part) for part in SUPPORT]
    pictures += [log_findings.outcomes(study, part) for part in OUTCOMES]
    for output in filter(None, pictures):
        for panel in output.panels or (output,):
            title, _, said = panel.alt.partition(": ")
            found[title] = VERDICT.findall(said)
        for title, said in re.findall(
            r"(?<=\. )([^.:]+): [^()]*\(([^)]*)\)", output.alt if output.panels else ""
        ):
            assert found[title] == [said], title
    return found


def verdicts_of_sentences(study):
    found = {}
    for output in (log_findings.support_in_words(study), log_findings.outcomes_in_words(study)):
        for line in output.markup.splitlines():
            if line.startswith("- "):
                verdict = line[2:].lower()
            elif line.startswith("  - "):
                found[line[4:].partition(": ")[0]] = [verdict]
    return found


def test_a_course_has_the_same_verdict_in_picture_and_sentence_on_the_stand_in(study):
    pictures = verdicts_of_pictures(study)
    assert pictures == verdicts_of_sentences(study)
    assert len(pictures) == 24


@pytest.mark.parametrize("seed", range(3))
def test_a_course_has_the_same_verdict_in_picture_and_sentence_on_made_up_logs(five_people, seed):
    study = simulated(five_people, seed)
    pictures = verdicts_of_pictures(study)
    assert pictures == verdicts_of_sentences(study)
    assert (
        {"rises", "falls", "no clear change"} >= {way for (way,) in pictures.values()} > {"no clear change"}
    )
    short = log_findings.in_short(study).markup
    assert ("rise" in short) == (["rises"] in pictures.values())


def test_a_course_has_the_same_verdict_in_picture_and_sentence_with_few_people(five_people):
    pictures = verdicts_of_pictures(five_people)
    assert pictures == verdicts_of_sentences(five_people)
    assert set(map(tuple, pictures.values())) == {(describe.TOO_FEW,)}


def claims(text):
    """Return what is said to have moved: outcome, direction and case."""
    return {
        (outcome, way, case)
        for outcome, way, cases in CLAIM.findall(text.replace("**", "").replace("- ", ""))
        for case in cases.split("; when ")
    }


@pytest.fixture(scope="module", params=range(3))
def fitted(request, thirty_people, definitions):
    """The grid on pairs that are shuffled, so that other means are told each time."""
    rng = np.random.default_rng(request.param)
    changes = [name for name in thirty_people if name.endswith("_change")]
    drift = {
        name: thirty_people[name]
        + rng.choice([-2, 0, 2]) * (thirty_people["group_given_category"] == "increased")
        for name in changes
    }
    pairs = thirty_people.assign(**drift)
    log = SimpleNamespace(definitions=definitions, pairs=pairs)
    return log, fit_models(pairs, grid(definitions), ranges_of(definitions))


def test_every_change_is_told_alike_in_picture_headline_and_sentence(fitted):
    log, results = fitted
    said = claims(associations.findings(log, results).markup)
    forest, heat_map = associations.changes_figure(log, results), associations.overview(log, results)
    assert said
    assert claims(heat_map.alt.split("these remain:")[1]) <= said
    drawn = forest.data.drop_duplicates(["outcome", "exposure", "change"])
    assert claims(forest.alt) <= said
    assert len(claims(forest.alt)) == drawn["told"].sum()
    assert claims(forest.alt) == set().union(*(claims(panel.alt) for panel in forest.panels))
    assert all(
        f"{(heat_map.data['told'] & (way * heat_map.data['mean'] > 0)).sum()} {words}wards" in heat_map.alt
        for way, words in ((1, "up"), (-1, "down"))
    )
    headline = forest.form.draw(forest.released).get_suptitle()
    if headline:
        outcome, way, case = re.match(r"(.+) (rose|fell) where (.+)", headline).groups()
        assert any(claim[:2] == (outcome, way) and claim[2].startswith(case) for claim in said)
    short = associations.in_short(log, results).markup.splitlines()[0]
    assert claims(short.split(". That is")[0] + ".") <= said


def test_subgroups_are_not_in_the_sentences_of_the_page(fitted):
    log, results = fitted
    text = associations.findings(log, results).markup + associations.in_short(log, results).markup
    for subgroup in log.definitions.subgroups.values():
        assert not any(f"when {people}" in text for people in subgroup.people.values())
