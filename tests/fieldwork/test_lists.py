"""The commands for the field team: lists by personal ID, apart from raw data and books."""

from __future__ import annotations

import re
import sys

import pandas as pd
import pytest

from peerbook import cli, paths
from peerbook.errors import DataError, ParameterError
from peerbook.fieldwork.lists import check_is_apart, read_ledger

STAND_IN = paths.stand_in("side_by_side")


def _call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["peerbook", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code or 0


@pytest.mark.slow
def test_the_list_of_a_day_has_ids_and_no_contact_details(monkeypatch, tmp_path, capsys):
    target = tmp_path / "lists" / "due.csv"
    assert _call(monkeypatch, "due", "--as-of", "2016-03-01", "--csv", target) == 0
    listed = pd.read_csv(target, dtype=str)
    said = capsys.readouterr().out
    assert f"{len(listed)} on the list" in said
    assert set(listed["to_do"]) == {"hand out the first form", "send a reminder"}
    assert (listed.loc[listed["to_do"] == "hand out the first form", "form"] == "quarterly").all()
    registered = pd.read_csv(STAND_IN / "registrations.csv", dtype=str)
    contacts = registered[["mobile", "email", "name_and_address"]].melt()["value"].dropna()
    text = target.read_text(encoding="utf-8")
    assert not any(contact in text for contact in contacts)
    assert not re.search("@|consent|email|mobile", text)
    narrowed = tmp_path / "narrowed.csv"
    options = ("--as-of", "2016-03-01", "--csv", narrowed, "--region", "Leeds", "--project", "LEE-03")
    assert _call(monkeypatch, "due", *options) == 0
    assert set(pd.read_csv(narrowed)["project_id"]) == {"LEE-03"}


@pytest.mark.slow
def test_a_draw_repeated_at_the_command_line_gives_the_same_winners(monkeypatch, tmp_path, capsys):
    ledger = tmp_path / "draws.csv"
    call = ("draw", "--seed", 7, "--as-of", "2016-02-29", "--ledger", ledger)
    assert _call(monkeypatch, *call) == 0
    first, told = ledger.read_bytes(), capsys.readouterr().out
    assert _call(monkeypatch, *call) == 0
    assert (ledger.read_bytes(), capsys.readouterr().out) == (first, told)
    assert _call(monkeypatch, "draw", "--seed", 8, "--as-of", "2016-02-29", "--ledger", ledger) == 10
    assert "was drawn before, with seed 7" in capsys.readouterr().err
    assert ledger.read_bytes() == first
    won = read_ledger(ledger)
    assert won["prize"].tolist() == ["person", "project"]
    assert won["person_id"].is_unique


def test_a_day_that_is_none_is_refused_with_what_to_write(monkeypatch, tmp_path, capsys):
    assert _call(monkeypatch, "due", "--as-of", "", "--csv", tmp_path / "due.csv") == 11
    assert "2016-02-29" in capsys.readouterr().err


def test_no_list_is_written_among_raw_data_or_into_a_book(tmp_path):
    with pytest.raises(ParameterError, match="among the raw data"):
        check_is_apart(tmp_path / "raw" / "due.csv", "--csv", tmp_path / "raw")
    book = tmp_path / "book"
    (book / "html").mkdir(parents=True)
    (book / "manifest.json").write_text("{}", encoding="utf-8")
    for place in (book / "due.csv", book / "html" / "lists" / "due.csv"):
        with pytest.raises(ParameterError, match="lies in a book"):
            check_is_apart(place, "--csv", None)
    check_is_apart(tmp_path / "due.csv", "--csv", tmp_path / "raw")


def test_a_ledger_that_is_none_is_refused(tmp_path):
    assert read_ledger(tmp_path / "none.csv").empty
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"empty\.csv"):
        read_ledger(tmp_path / "empty.csv")
