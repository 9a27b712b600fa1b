"""The page across studies: every cell follows the rows, and nothing on it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from peerbook import published
from peerbook.chapters.across import comparison
from peerbook.chapters.across.crosswalk import CONTRADICT, SILENT
from tests import reading
from tests.chapters.across.conftest import with_tables

SUBJECTS = ("values", "benefits", "challenges", "recommendations")


def test_in_short_counts_add_up_and_are_plain(crosswalk):
    output = comparison.in_short(crosswalk)
    data = dict(zip(output.data["name"], output.data["value"], strict=True))
    assert sum(int(data[name]) for name in ("agree", "partly", "contradict", "silent")) == int(
        data["concepts"]
    )
    assert reading.grade(output.words) <= reading.GRADE
    assert "None" not in output.words


@pytest.mark.parametrize("subject", SUBJECTS)
def test_figure_and_table_of_a_subject_say_the_same(crosswalk, subject):
    seen, found = (getattr(comparison, f"{subject}_{what}")(crosswalk) for what in ("seen", "found"))
    states, cells = seen.form.arrange(seen.released), found.shown
    assert list(states.index) == list(cells.index)
    for concept, row in states.iterrows():
        for study, state in row.items():
            assert cells.loc[concept, study].partition(":")[0] == state
        assert (CONTRADICT in cells.loc[concept, "together"]) == bool(set(row) & {"against", "both"})
    assert all(verdict in seen.alt.lower() for verdict in set(seen.released["verdict"]))


def test_a_cell_says_kind_count_and_base(crosswalk):
    cells = comparison.values_found(crosswalk).shown
    told = cells.loc["Recovery", "User-led study"]
    assert told == "found: survey, 25 of 33 people; survey and visits, named"
    assert cells.loc["Recovery", "Review"].startswith("both: for: papers, ")
    assert "; against: papers, " in cells.loc["Recovery", "Review"]


def test_both_sides_of_a_contradiction_say_where_they_stand(crosswalk):
    shown = comparison.contradictions(crosswalk).shown
    assert (shown.map(len) > 0).all(axis=None)
    sides = "; ".join(shown[["for it", "against it"]].to_numpy().ravel())
    for side in sides.split("; "):
        assert side.partition(": ")[0] in set(crosswalk.names.values()), side
        assert side.endswith(")"), side
    for side in shown["for it"]:
        studies = [place.partition(": ")[0] for place in side.split("; ")]
        assert len(studies) == len(set(studies))
    against = shown.loc["Recovery", "against it"]
    assert "line 6461" in against
    assert "line 303" in against


def test_who_cites_whom_is_counted_in_the_rows(crosswalk, five):
    shown = comparison.who_cites_whom(crosswalk).shown["citations"]
    rows = five.others["leeds"].table("literature_citations")
    assert shown["Scoping", "User-led study"] == rows["source"].eq("Faulkner and Kalathil").sum()
    assert (shown > 0).all()


def test_the_lists_are_those_of_the_reports_and_every_statement_has_one_fate(crosswalk):
    data = comparison.checked(crosswalk).data
    assert data["items"].tolist() == [25, 12, 12, 22]
    assert (data["rebuilt"] + data["not_rebuilt"] == data["items"]).all()
    fates = data[["same", "other", "not_computable", "contradicted"]]
    assert (fates >= 0).all(axis=None)
    assert fates.sum(axis=1).tolist() == data["statements"].tolist()
    for name, n in zip(("together", "uwe", "lsbu", "leeds"), data["statements"], strict=True):
        assert n == len(published.load_list(name, "statements"))


def test_what_other_data_do_not_have_is_said(changed, five):
    others = dict(five.others) | {"lsbu": with_tables(five.others["lsbu"], ("participant_facts",))}
    notes = comparison.sources(changed(others=others)).notes
    assert notes == ("These data do not have: Evaluation, focus group and interviews.",)
    matches = five.table("matches")
    spoilt = matches.assign(code=matches["code"].mask(matches["code"] == "C007", "C999"))
    assert comparison.matches(changed(matches=spoilt)).notes == (
        "Left out, as these data do not have the code: 1 match.",
    )


def test_silent_studies_are_named_with_what_they_are_silent_on(crosswalk):
    output = comparison.recommendations_found(crosswalk)
    silent = output.data[output.data["state"] == SILENT]
    [note] = output.notes
    assert len(silent)
    assert all(study in note for study in silent["study"])


def test_no_count_of_a_study_is_typed_into_the_page():
    text = (Path(comparison.__file__)).read_text(encoding="utf-8")
    assert not any(number in text for number in ("157", "163", " 44 ", "602", "110"))
