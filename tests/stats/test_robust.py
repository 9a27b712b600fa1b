"""Cluster-robust contrasts against clubSandwich, matrices of rows by rows, and a case by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import fractional_matrix_power

from peerbook.errors import ModelError
from peerbook.stats import random_intercept, robust_contrasts
from peerbook.stats.gate import FEW_GROUPS_IN_CELL, UNDEFINED
from peerbook.stats.robust import cluster_robust
from tests.golden.stats import make

REFERENCE = json.loads(Path(make.__file__).with_name("robust.json").read_text())


@pytest.mark.parametrize("model", make.ROBUST_MODELS, ids=lambda model: model["name"])
def test_contrasts_are_those_of_clubsandwich(model):
    frame = make.ROBUST_DATA[model["data"]]()
    assert make.checksum(frame) == REFERENCE["checksums"][model["data"]]
    theirs = REFERENCE["models"][model["name"]]
    fit = random_intercept(model["formula"], frame, "person")
    ours = robust_contrasts(fit, model["asked"], adjust="none")
    assert ours["contrast"].tolist() == theirs["contrast"]
    for name in ("estimate", "se", "df", "p_value"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-7, err_msg=name)


def sandwich(x: np.ndarray, y: np.ndarray, groups: np.ndarray, c: np.ndarray) -> tuple[float, float]:
    """Standard error and degrees of freedom of c'b from their definitions (Pustejovsky and Tipton 2018).

    Everything is written out: A_g = (I - H_gg)^(-1/2) for each group, V = sum of M X_g'A_g e_g e_g'A_g X_g M,
    and the degrees of freedom (sum of the eigenvalues)^2 / sum of their squares of the quadratic form.
    """
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    leftover = np.eye(len(y)) - hat
    residuals = leftover @ y
    meat, columns = np.zeros((x.shape[1],) * 2), []
    for group in np.unique(groups):
        at = np.flatnonzero(groups == group)
        adjusted = np.real(fractional_matrix_power(np.eye(len(at)) - hat[np.ix_(at, at)], -0.5))
        score = x[at].T @ adjusted @ residuals[at]
        meat += np.outer(score, score)
        columns.append(leftover[:, at] @ adjusted @ x[at] @ bread @ c)
    g = np.array(columns).T
    eigenvalues = np.linalg.eigvalsh(g.T @ g)
    return np.sqrt(c @ bread @ meat @ bread @ c), eigenvalues.sum() ** 2 / (eigenvalues**2).sum()


@pytest.mark.parametrize("seed", range(5))
def test_short_sums_are_the_definitions_with_matrices_of_rows_by_rows(seed):
    random = np.random.default_rng(seed)
    groups = np.sort(np.concatenate([np.arange(7), random.integers(0, 7, 17)]))
    x = np.column_stack([np.ones(24), random.normal(size=24), random.integers(0, 2, 24)])
    y, c = random.normal(size=7)[groups] + random.normal(size=24), np.array([0.3, -1.0, 2.0])
    q, upper = np.linalg.qr(x)
    found, function = cluster_robust(q, y, groups), np.linalg.solve(upper.T, c)[None]
    se, df = sandwich(x, y, groups, c)
    assert found.standard_errors(function)[0] == pytest.approx(se, rel=1e-10)
    assert found.degrees(function)[0] == pytest.approx(df, rel=1e-10)


def test_two_means_by_hand():
    """People under one arm only, all with as many rows: Welch's t test of people's means.

    Under a the means are 1, 3, 8 (mean 4, variance 13), under b 2, 4 (mean 3, variance 2). CR2 is then
    13 / 3 + 2 / 2 exactly, and the degrees of freedom of the working model, in which all vary alike, are
    (1/3 + 1/2)^2 / ((1/3)^2 / 2 + (1/2)^2 / 1) = 25/11.
    """
    means = {"p": 1.0, "q": 3.0, "r": 8.0, "s": 2.0, "t": 4.0}
    frame = pd.DataFrame(
        [
            {"person": person, "arm": "a" if person in "pqr" else "b", "y": mean + step}
            for person, mean in means.items()
            for step in (-0.5, 0.5)
        ]
    )
    found = robust_contrasts(random_intercept("y ~ arm", frame, "person"), "arm").iloc[0]
    assert found["estimate"] == pytest.approx(1.0)
    assert found["se"] == pytest.approx(np.sqrt(13 / 3 + 2 / 2))
    assert found["df"] == pytest.approx(25 / 11)
    assert (found["n"], found["groups"]) == (4, 2)


def test_adjustment_is_within_families(change_fit, change_frame):
    fit = random_intercept("change ~ start + category * gender", change_frame, "person")
    found = robust_contrasts(fit, "category", by="gender")
    assert found.columns.tolist() == [
        "gender", "contrast", "estimate", "se", "df", "ci_low", "ci_high", "statistic", "p_value", "reason",
        "p_unadjusted", "n", "groups",
    ]  # fmt: skip
    for _, family in found.groupby("gender"):
        smallest = family.loc[family["p_unadjusted"].idxmin()]
        assert smallest["p_value"] == pytest.approx(min(3 * smallest["p_unadjusted"], 1))
    assert (found["p_value"] >= found["p_unadjusted"]).all()


def test_a_cell_of_few_people_is_not_compared(rows):
    frame = rows.assign(arm=rows["arm"].mask(rows.index == 1, "c"))
    fit = random_intercept("y ~ arm", frame, "person")
    found = robust_contrasts(fit, "arm").set_index("contrast")
    assert found.loc[["a - c", "b - c"], "reason"].eq(FEW_GROUPS_IN_CELL).all()
    assert found.loc["a - c", ["estimate", "se", "p_value"]].isna().all()
    assert found.loc["a - b", "reason"] == ""
    assert robust_contrasts(fit, "arm", least_groups=5)["estimate"].isna().all()
    with pytest.raises(ModelError, match="at least 2"):
        robust_contrasts(fit, "arm", least_groups=1)


def test_what_cells_without_rows_leave_undefined_stays_so(gap_fit):
    found = robust_contrasts(gap_fit, "a").set_index("contrast")
    assert found["reason"].to_dict() == {"a1 - a2": "", "a1 - a3": UNDEFINED, "a2 - a3": UNDEFINED}
