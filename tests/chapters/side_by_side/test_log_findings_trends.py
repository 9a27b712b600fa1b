from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peerbook.chapters.side_by_side.log_findings import trends as log_trends
from peerbook.errors import ParameterError


def test_monthly_means_agree_with_a_t_interval_computed_elsewhere():
    answers = [3.0, 5.0, 4.0, 8.0]
    logs = pd.DataFrame({"month": [1] * 4, "hope": answers})
    row = log_trends.monthly_means(logs, "hope", level=0.9).iloc[0]
    low, high = stats.t.interval(0.9, 3, np.mean(answers), stats.sem(answers))
    assert (row["n"], row["mean"]) == (4, 5.0)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))


def test_one_person_has_no_interval_and_nobody_no_month(five_people):
    means = log_trends.monthly_means(five_people.logs, "hope").set_index("month")
    assert means["n"].to_dict() == {1: 3, 2: 1, 3: 1}
    assert means.loc[2, "mean"] == 32
    assert means.loc[[2, 3], ["ci_low", "ci_high"]].isna().all(axis=None)


def test_people_who_all_say_the_same_have_an_interval_of_no_width(five_people):
    first = log_trends.monthly_means(five_people.logs, "family").iloc[0]
    assert (first["ci_low"], first["mean"], first["ci_high"]) == (5, 5, 5)


def test_months_after_the_last_one_asked_for_are_left_out(five_people):
    assert log_trends.monthly_means(five_people.logs, "wellbeing", months=2)["month"].tolist() == [1, 2]


def test_ticked_logs_have_no_amounts_but_have_types(five_people):
    amounts = log_trends.monthly_means(five_people.logs, "times_informal_given").set_index("month")
    types = log_trends.monthly_means(five_people.logs, "types_given").set_index("month")
    assert (amounts.loc[2, "n"], types.loc[2, "n"]) == (1, 2)


def test_columns_that_allow_missing_integers_and_months_are_read():
    logs = pd.DataFrame(
        {"month": pd.array([1, 1, None], "Int32"), "projects": pd.array([1, None, 4], "Int64")}
    )
    assert log_trends.monthly_means(logs, "projects")[["month", "n", "mean"]].to_numpy().tolist() == [
        [1, 1, 1]
    ]


def test_panels_are_saved_under_their_own_ids(five_people, tmp_path):
    log_trends.support(five_people, "d-e").save(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        "fig-4.7d-e.csv",
        "fig-4.7d.csv",
        "fig-4.7e.csv",
    ]
    panel = pd.read_csv(tmp_path / "fig-4.7e.csv")
    assert panel.columns.tolist() == ["month", "n", "mean", "ci_low", "ci_high"]


def test_a_joined_picture_tells_every_panel_in_short_and_each_panel_tells_more(five_people):
    figure = log_trends.support(five_people, "b-c")
    assert figure.alt == (
        "2 panels of monthly means with error bars. Types of peer support, receiving: 1.00 in month 1, "
        "1.00 in month 3 (too few people to say). Types of peer support, giving: 0.75 in month 1, 0.00 "
        "in month 3 (too few people to say)."
    )
    more = figure.panels[1].alt
    assert more == "Types of peer support, giving: nothing is drawn, too few people to say."
    assert more in figure._repr_html_()


def test_curves_stop_where_few_people_remain_and_the_data_go_on(five_people):
    scores = {1: range(40), 2: range(40), 3: range(29)}
    rows = [(month, score) for month, given in scores.items() for score in given]
    five_people.logs = pd.DataFrame(rows, columns=["month", "health"])
    figure = log_trends.outcomes(five_people, "g")
    assert figure.data["month"].tolist() == [1, 2, 3]
    assert figure.notes == (
        "Drawn are the months in which 30 people or more answered; the data have the others.",
    )
    (axes,) = figure.form.draw(figure.released).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1\n40", "2\n40"]
    assert "month 3" not in figure.alt


def test_intervals_of_counts_are_drawn_down_to_zero_and_no_further(five_people):
    given = [0] * 39 + [60]
    five_people.logs = pd.DataFrame(
        {"month": 1, "times_informal_given": given, "times_informal_received": given}
    )
    figure = log_trends.support(five_people, "d-e")
    assert (figure.data["ci_low"] < 0).all()
    assert "Intervals are drawn down to zero only: a count cannot be lower." in figure.notes
    for axes in figure.form.draw(figure.released).axes:
        assert axes.containers[0].lines[2][0].get_segments()[0][0][1] == 0


def test_level_stands_in_the_caption_and_narrows_the_interval(five_people):
    wide, narrow = (log_trends.outcomes(five_people, "g", level=level) for level in (0.95, 0.5))
    assert "95% confidence intervals" in wide.caption
    assert "50% confidence intervals" in narrow.caption


def test_a_level_in_percent_is_refused(five_people):
    with pytest.raises(ParameterError, match="found 95; expected a number above 0 and below 1"):
        log_trends.monthly_means(five_people.logs, "hope", level=95)
