"""What is set beside print is worded, arranged and drawn from the data of the output alone."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from peerbook import published
from peerbook.chapters.side_by_side import (
    agreement,
    audit,
    bame,
    beside_print,
    consultation,
    stand_in,
    values_framework,
)
from peerbook.outputs.folding import unfolded
from tests.chapters.notebook import data_held

STUDY = "side_by_side"


def compared():
    cells = published.printed_cells(STUDY, "baseline_use")
    return published.compare(cells, cells, published.contradictions(STUDY))


def stated():
    """The sentences of the log chapters, with nothing computed for them."""
    return published.compare(
        published.printed_statements(STUDY, "text"), published.rebuilt_statements("text", {})
    )


def fitted():
    return {"associations": published.load(STUDY, "associations")}


def outputs_on_print(coded):
    yield agreement.meaning(SimpleNamespace(synthetic=True), compared())
    yield agreement.by_table(compared())
    yield agreement.by_rule(compared())
    yield agreement.by_calibration(compared())
    yield agreement.decided(fitted())
    yield agreement.widths(fitted())
    yield agreement.every_number(compared())
    yield agreement.in_words(SimpleNamespace(region="all"), fitted())
    yield agreement.statements(stated())
    findings = published.audit_report(STUDY)
    yield from (audit.found(findings), audit.by_check(findings), audit.every_finding(findings))
    for chapter, number in ((consultation, "5"), (values_framework, "6"), (bame, "7")):
        yield chapter.printed_tables(coded)
        yield chapter.statements(coded, chapter=number, id=f"table-{number}.90")
        yield chapter.discrepancies(coded, chapter=number, id=f"table-{number}.91")
    yield values_framework.quotation_checks(coded)


def targets():
    rows = [("Flow", "logs", "2,064", "2,064", True), ("Trends", "types used", "about 2", "3.00", False)]
    return pd.DataFrame(rows, columns=["area", "target", "printed", "rebuilt", "met"])


def outputs_on_the_stand_in():
    log = SimpleNamespace(synthetic=True, region="all")
    results = published.load(STUDY, "associations").assign(sd_change=4.0)
    yield from (stand_in.met(log, listed) for listed in (targets(), None))
    yield from (stand_in.every_target(listed) for listed in (targets(), None))
    yield from (stand_in.means_beside_print(fitted) for fitted in (results, None))
    yield stand_in.choices_made()


@pytest.mark.slow
def test_no_function_of_an_output_holds_data(coded):
    made = [*outputs_on_print(coded), *outputs_on_the_stand_in()]
    assert len(made) == 29
    for output in made:
        assert data_held(output) == []


def test_a_withheld_number_reaches_no_reader(monkeypatch):
    """What protection lets through is all that is worded: here, nothing but the first target."""
    from peerbook.outputs import output as outputs

    monkeypatch.setattr(outputs, "protect", lambda held, _: held.data.head(1))
    shown = stand_in.every_target(targets())
    assert unfolded(shown).index.tolist() == [("Flow", "logs")]
    everything = agreement.by_table(compared())
    assert everything.shown.index.tolist() == ["Table A4.4"]


def test_the_targets_that_are_not_met_are_named():
    log = SimpleNamespace(synthetic=True, region="all")
    assert stand_in.met(log, targets()).markup.startswith("Of 2 targets 1 are met. Not met: types used;")
    assert stand_in.met(log, targets().head(1)).markup == "Of 1 targets 1 are met."


def test_long_lists_of_quotations_are_left_to_the_csv(coded):
    checks = beside_print.quotation_checks(coded)
    shown = checks.shown["which"]
    assert shown["repeats the words of an earlier quotation"] == "see the CSV"
    assert shown["interviewed and never quoted"] == "PV29"
    assert len(checks.data["which"].iloc[2].split(", ")) == 34


def test_a_table_of_statements_is_a_list_of_claims_that_a_book_can_collect():
    found = {"answered_words": 157, "word_groups": 14}
    rows = beside_print.statements_table("table-5.93", "chapter 5", found).data
    assert tuple(rows) == published.CLAIM
    assert rows["claim"].tolist() == published.printed_statements(STUDY, "chapter 5")["row"].tolist()
    told = rows.set_index("claim")
    assert told.loc["answered_words", ["rebuilt", "status", "claims"]].tolist() == ["157", "agrees", "C029"]
    assert told.loc[["answered_words", "event_period"], "output"].tolist() == ["table-5.2", "table-5.93"]
    assert told.loc["survey_people", "note"] == beside_print.NO_ROWS
    leeds = beside_print.statements_table("table-5.93", "chapter 5", found, "Leeds").data
    assert set(leeds["status"]) == {"not computable"}
    assert set(leeds["note"]) == {beside_print.ONE_REGION}


@pytest.mark.parametrize("region", ["all", "Leeds"])
def test_tables_are_counted_in_the_order_they_are_given(region):
    rebuilt = {name: published.load(STUDY, name) for name in ("table_5_3", "table_5_2")}
    output = beside_print.printed_tables("table-5.92", rebuilt, region)
    status = "agrees" if region == "all" else "not computable"
    assert output.shown[status].to_dict() == {"Table 5.3": 30, "Table 5.2": 28}
    assert ("one region" in " ".join(output.notes)) == (region != "all")
