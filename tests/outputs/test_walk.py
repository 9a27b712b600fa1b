from __future__ import annotations

import json

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from peerbook.outputs import figure, markup
from peerbook.outputs.walk import MOST, series

MEANS = pd.DataFrame(
    {"month": [1, 2], "n": [484, 1], "mean": [1.5, 2], "ci_low": [1.379, None], "ci_high": [1.621, None]}
)


def test_a_mean_is_told_with_its_interval_and_number_of_people():
    told = series(MEANS)
    assert (told["x"], told["y"]) == ("Month", "Mean")
    assert told["series"] == {"Mean": [["1", 1.5, 1.379, 1.621, 484], ["2", 2, None, None, 1]]}


def test_names_that_are_not_across_part_the_series():
    rows = pd.DataFrame(
        {"direction": ["given", "received"] * 3, "type": list("aabbcc"), "n": range(6), "percent": range(6)}
    )
    assert list(series(rows)["series"]) == ["given", "received"]
    assert [point[:2] for point in series(rows)["series"]["received"]] == [["a", 1], ["b", 3], ["c", 5]]


def test_columns_of_numbers_are_series_where_none_is_known():
    wide = pd.DataFrame({"people": [5, 10], "effect 0.2": [0.1, 0.2], "effect 0.5": [0.3, 0.6]})
    assert {name: len(points) for name, points in series(wide)["series"].items()} == {
        "Effect 0.2": 2,
        "Effect 0.5": 2,
    }


def test_a_value_that_is_withheld_is_no_point():
    withheld = pd.concat([MEANS, MEANS.assign(month=[3, 4], mean=None)], ignore_index=True)
    assert [point[0] for point in series(withheld)["series"]["Mean"]] == ["1", "2"]


def test_what_has_no_points_cannot_be_walked():
    assert series(pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"]})) is None
    assert series(pd.DataFrame()) is None
    assert series(MEANS.iloc[:1]) is None
    assert series(pd.DataFrame({"month": np.arange(MOST + 1), "mean": 1.0})) is None


def drawn(**given) -> BeautifulSoup:
    made = figure("fig-4.7a-b", "Times", lambda _: "Rises.", **given)
    return BeautifulSoup(made._repr_html_(), "html.parser")


def test_the_button_waits_for_the_script_and_panels_have_their_names():
    panels = [figure(f"fig-4.7{a}", f"Panel {a}", lambda _: "Rises.", MEANS) for a in "ab"]
    both = pd.concat([MEANS.assign(panel=panel.id) for panel in panels])
    page = drawn(data=both, draw=lambda _: Figure(), panels=panels)
    box = page.find(class_="peerbook-walk")
    assert box.button.has_attr("hidden")
    assert box.button.text == "Hear and walk Figure 4.7a-b"
    told = json.loads(box.script.string)
    assert list(told["series"]) == ["Figure 4.7a, Panel a", "Figure 4.7b, Panel b"]


def test_a_picture_without_points_has_no_button():
    page = drawn(data=pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"]}), draw=lambda _: Figure())
    assert page.find(class_="peerbook-walk") is None


def test_a_name_cannot_end_the_script():
    page = BeautifulSoup(markup.walk("Figure 1", {"series": {"</script><b>": []}}), "html.parser")
    assert page.b is None
    assert json.loads(page.script.string) == {"series": {"</script><b>": []}}


def test_points_are_read_from_what_protection_lets_through(monkeypatch):
    monkeypatch.setattr("peerbook.outputs.output.protect", lambda held, _: held.data.assign(mean=[7.0, 8.0]))
    page = drawn(data=MEANS, draw=lambda _: Figure())
    assert '"1",7,' in page.find(class_="peerbook-walk").script.string
