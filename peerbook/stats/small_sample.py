"""Degrees of freedom: how much is known about the variances that a test divides by.

Two answers to the same question, with one interface. Both look at how the covariance of the coefficients
moves with the two variances, (between groups, residual), and at how well these are known.

- `Satterthwaite`: Fai and Cornelius (1996), J Stat Comput Simul 54:363, as in lmerTest (Kuznetsova,
  Brockhoff and Christensen 2017, J Stat Softw 82(13)); on the boundary, rows minus coefficients.
- `KenwardRoger`: Kenward and Roger (1997), Biometrics 53:983, as in pbkrtest (Halekoh and Hojsgaard 2014,
  J Stat Softw 59(9)); it also widens the standard errors.

Everything is in units of the residual variance; degrees of freedom do not depend on units. Questions to many
models are answered together, those of one shape at a time: on matrices this small a call costs more than the
arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from peerbook.errors import ModelError
from peerbook.stats.design import independent
from peerbook.stats.reml import Estimate
from peerbook.stats.sums import GroupSums, stacked

NO_DIRECTION = np.sqrt(np.finfo(float).eps)  # share of the largest eigenvalue below which lmerTest sees none
SINGULAR = 1e-10  # share of the expected information below which pbkrtest takes a generalised inverse
SAME = 1e-8  # degrees of freedom that differ less count as equal


@dataclass(frozen=True)
class Information:
    """How a model, or each of a stack, responds to its two variances, theta = (between groups, residual).

    With G = dV / dtheta, P the projection of restricted likelihood and r, s running over the variances:

    Attributes
    ----------
    first : ndarray
        X' V^-1 G_r V^-1 X, shape (..., 2, rank, rank).
    second : ndarray
        X' V^-1 G_r V^-1 G_s V^-1 X, shape (..., 2, 2, rank, rank).
    expected : ndarray
        tr(P G_r P G_s), twice the expected information, shape (..., 2, 2).
    observed : ndarray
        Second derivative of the deviance, 2 y'P G_r P G_s P y - tr(P G_r P G_s), shape (..., 2, 2).
    """

    first: np.ndarray
    second: np.ndarray
    expected: np.ndarray
    observed: np.ndarray


@dataclass(frozen=True)
class Solved:
    """What tests need of a model, or of a stack of models with equally many coefficients.

    Attributes
    ----------
    left : ndarray
        Rows less coefficients, shape (...).
    estimate : Estimate
        Of the coefficients and variances.
    information : Information
        How the model responds to its variances.
    boundary : ndarray of bool
        Whether the degrees of freedom are those of an ordinary regression, `left`, shape (...).
    """

    left: np.ndarray
    estimate: Estimate
    information: Information
    boundary: np.ndarray


def solve_each(sums: Sequence[GroupSums], estimates: Sequence[Estimate]) -> list[Solved]:
    """Find out how fitted models respond to their variances.

    Parameters
    ----------
    sums : sequence of GroupSums
        Of one data set each.
    estimates : sequence of Estimate
        Estimated from just these sums.
    """

    def solve(places: list[int]) -> list[Solved]:
        stack = stacked([sums[place] for place in places])
        found = information(stack, _stack(Estimate, [estimates[place] for place in places]))
        left = stack.rows - stack.rank
        return [
            Solved(left[at], estimates[place], _take(found, at), estimates[place].ratio == 0)
            for at, place in enumerate(places)
        ]

    return _by_shape([len(one.within) for one in sums], solve)


def information(sums: GroupSums, estimate: Estimate) -> Information:
    """Compute how a fitted model, or each of a stack, responds to its variances.

    In the direction of a group's mean, V^-1 is h = 1 / (1 + r n) and dV / d(between) is n; across it V^-1
    is 1 and dV / d(between) is 0. Hence sums over the sizes, as for the likelihood.

    Parameters
    ----------
    sums : GroupSums
        Of the rows.
    estimate : Estimate
        Estimated from just these sums.
    """
    n, between = sums.sizes.astype(float), sums.between
    h = 1 / (1 + estimate.ratio[..., None, None] * n)
    powers = np.array([n**2, n, np.ones_like(n)])
    # Rows: first for between and residual; second for between twice, for both, for residual twice.
    weights = np.concatenate([powers[1:] * h**2, powers * h**3], axis=-2)
    moments = (weights @ between.reshape(*between.shape[:-2], -1)).reshape(
        *weights.shape[:-1], *between.shape[-2:]
    )
    moments[..., [1, 4], :, :] += sums.within[..., None, :, :]
    first, second = moments[..., :2, :, :], moments[..., [[2, 3], [3, 4]], :, :]
    phi = estimate.unscaled[..., None, :, :]
    spread = phi @ first[..., :-1, :-1]
    traces = (powers * h**2 * sums.counts[..., None, :]).sum(axis=-1)
    traces[..., 2] += sums.rows - sums.counts.sum(axis=-1)
    expected = (
        traces[..., [[0, 1], [1, 2]]]
        - 2 * (second[..., :-1, :-1] * phi[..., None, :, :]).sum(axis=(-2, -1))
        + np.einsum("...rij,...sji->...rs", spread, spread)
    )
    u = np.concatenate([-estimate.coefficients, np.ones((*estimate.ratio.shape, 1))], axis=-1)
    u = (u / np.sqrt(estimate.residual)[..., None])[..., None, :, None]
    moved = first @ u
    pull = moved[..., :-1, 0]
    halves = (second @ u[..., None, :, :])[..., 0]
    squares = (halves * u[..., None, :, 0]).sum(axis=-1) - pull @ phi[..., 0, :, :] @ pull.swapaxes(-1, -2)
    return Information(first[..., :-1, :-1], second[..., :-1, :-1], expected, 2 * squares - expected)


def estimates_each(models: Sequence[Solved], functions: Sequence[np.ndarray], ddf: str) -> list[np.ndarray]:
    """Estimate linear functions of the coefficients of many models.

    Parameters
    ----------
    models : sequence of Solved
        One model each.
    functions : sequence of ndarray
        For each model, shape (functions, rank).
    ddf : {"satterthwaite", "kenward-roger"}
        Degrees of freedom.

    Returns
    -------
    list of ndarray
        Value, standard error and degrees of freedom, shape (3, functions), for each model.
    """
    chosen = method(ddf)

    def estimate(places: list[int]) -> list[np.ndarray]:
        stack = chosen(stack_of([models[place] for place in places]))
        asked = [functions[place] for place in places]
        model = np.repeat(np.arange(len(places)), [len(rows) for rows in asked])
        found = stack.estimates(np.concatenate(asked), model)
        return np.split(found, np.cumsum([len(rows) for rows in asked])[:-1], axis=1)

    return _by_shape([rows.shape[1] for rows in functions], estimate)


def f_tests_each(
    models: Sequence[Solved], hypotheses: Sequence[Sequence[np.ndarray]], ddf: str
) -> list[np.ndarray]:
    """Test hypotheses on many models: that several functions of the coefficients are zero.

    Parameters
    ----------
    models : sequence of Solved
        One model each.
    hypotheses : sequence of sequences of ndarray
        For each model the functions of each hypothesis, shape (functions, rank); without functions there is
        no test.
    ddf : {"satterthwaite", "kenward-roger"}
        Denominator degrees of freedom.

    Returns
    -------
    list of ndarray
        Numerator and denominator degrees of freedom and F, shape (3, hypotheses), for each model; missing,
        with no numerator degrees of freedom, where there is no test.
    """
    chosen = method(ddf)
    owners = [place for place, asked in enumerate(hypotheses) for _ in asked]
    every = [chosen.reduced(functions) for asked in hypotheses for functions in asked]

    def test(places: list[int]) -> list[np.ndarray]:
        if not len(every[places[0]]):
            return [np.array([0, np.nan, np.nan])] * len(places)
        members = list(dict.fromkeys(owners[place] for place in places))
        at = {owner: number for number, owner in enumerate(members)}
        stack = chosen(stack_of([models[owner] for owner in members]))
        model = np.array([at[owners[place]] for place in places])
        return list(stack.f_tests(np.array([every[place] for place in places]), model).T)

    found = _by_shape([functions.shape for functions in every], test)
    ends = np.cumsum([len(asked) for asked in hypotheses])
    return [
        np.array(found[end - len(asked) : end]).reshape(-1, 3).T
        for asked, end in zip(hypotheses, ends, strict=True)
    ]


def stack_of(models: Sequence[Solved]) -> Solved:
    """Stack models with equally many coefficients."""
    return Solved(
        np.array([one.left for one in models]),
        _stack(Estimate, [one.estimate for one in models]),
        _stack(Information, [one.information for one in models]),
        np.array([one.boundary for one in models]),
    )


def _stack(kind: type, members: list) -> object:
    names = kind.__dataclass_fields__
    return kind(*(np.array([getattr(one, name) for one in members]) for name in names))


def _take(found: Information, at: int) -> Information:
    return Information(found.first[at], found.second[at], found.expected[at], found.observed[at])


def _by_shape(shapes: Sequence[Hashable], answer: Callable[[list[int]], list]) -> list:
    """Answer questions of one shape together; the answers stand in the order of the questions."""
    groups: dict[Hashable, list[int]] = {}
    for place, shape in enumerate(shapes):
        groups.setdefault(shape, []).append(place)
    found = {}
    for places in groups.values():
        found |= dict(zip(places, answer(places), strict=True))
    return [found[place] for place in range(len(shapes))]


@dataclass(frozen=True)
class Approximation:
    """Tests of a stack of models; functions come with the number of the model that each is about."""

    models: Solved

    def estimates(self, functions: np.ndarray, model: np.ndarray) -> np.ndarray:
        """Compute value, standard error and degrees of freedom, shape (3, functions)."""
        estimate = self.models.estimate
        value = (functions * estimate.coefficients[model]).sum(axis=1)
        spread = (functions[:, None] @ self.unscaled[model])[:, 0]
        variance = (spread * functions).sum(axis=1) * estimate.residual[model]
        return np.array([value, np.sqrt(variance), self.degrees(functions[:, None], model)[:, 0]])

    def _moved(self, functions: np.ndarray, model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute variances of functions and how they move with theta, shapes (n, rows) and (n, rows, 2)."""
        spread = functions @ self.models.estimate.unscaled[model]
        first = self.models.information.first[model]
        gradient = ((spread[:, None] @ first) * spread[:, None]).sum(axis=-1)
        return (spread * functions).sum(axis=-1), gradient.swapaxes(1, 2)


class Satterthwaite(Approximation):
    """Degrees of freedom by matching the variance of an estimated variance."""

    @property
    def unscaled(self) -> np.ndarray:
        """Covariance of the coefficients in units of the residual variance, shape (models, rank, rank)."""
        return self.models.estimate.unscaled

    @cached_property
    def variance_of_variances(self) -> np.ndarray:
        """Covariance of the two estimated variances: the inverse of half the deviance's curvature."""
        inside = ~self.models.boundary
        observed = self.models.information.observed
        observed = np.where(inside[:, None, None], observed, np.eye(observed.shape[-1]))
        return 2 * np.linalg.inv(observed)

    @staticmethod
    def reduced(functions: np.ndarray) -> np.ndarray:
        """Leave a hypothesis as it is: dependent functions drop out along the axes of their covariance."""
        return functions

    def degrees(self, functions: np.ndarray, model: np.ndarray) -> np.ndarray:
        """Compute degrees of freedom of linear functions, shape (n, rows) from (n, rows, rank)."""
        variance, gradient = self._moved(functions, model)
        spread = ((gradient @ self.variance_of_variances[model]) * gradient).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 2 * variance**2 / spread
        boundary = self.models.boundary[model]
        return np.where(boundary[:, None], self.models.left[model][:, None], found)

    def f_tests(self, functions: np.ndarray, model: np.ndarray) -> np.ndarray:
        """Test sets of functions as independent contrasts, each with its degrees of freedom, shape (3, n)."""
        used = np.full(functions.shape[:2], True)
        if functions.shape[1] > 1:
            values, vectors = np.linalg.eigh(functions @ self.unscaled[model] @ functions.swapaxes(1, 2))
            functions = vectors.swapaxes(1, 2) @ functions
            used = values > NO_DIRECTION * values[:, -1:]
        estimate = self.models.estimate
        variance = self._moved(functions, model)[0] * estimate.residual[model][:, None]
        values = (functions @ estimate.coefficients[model][..., None])[..., 0]
        number = used.sum(axis=1)
        squares = np.divide(values**2, variance, out=np.zeros_like(variance), where=used)
        return np.array(
            [number, _joint_degrees(self.degrees(functions, model), used), squares.sum(axis=1) / number]
        )


def _joint_degrees(degrees: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Match means of squared t values with the F of the same expectation; rows of (n, rows)."""
    number = used.sum(axis=1)
    known = np.where(used, degrees, np.nan)
    low, high = np.nanmin(known, axis=1), np.nanmax(known, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        expectation = np.nansum(known / (known - 2), axis=1)
        joint = 2 * expectation / (expectation - number)
    joint = np.where(low <= 2, 2.0, joint)
    return np.where(high - low < SAME, np.nansum(known, axis=1) / number, joint)


class KenwardRoger(Approximation):
    """Degrees of freedom and adjusted covariance by matching two moments of the Wald statistic."""

    @cached_property
    def variance_of_variances(self) -> np.ndarray:
        """Covariance of the two estimated variances: the inverse of the expected information."""
        expected = self.models.information.expected
        apart = np.linalg.det(expected) > SINGULAR * expected[:, 0, 0] * expected[:, 1, 1]
        usual = np.linalg.inv(np.where(apart[:, None, None], expected, np.eye(2)))
        return 2 * np.where(apart[:, None, None], usual, np.linalg.pinv(expected, hermitian=True))

    @cached_property
    def unscaled(self) -> np.ndarray:
        """Adjusted covariance of the coefficients in units of the residual variance."""
        phi, first = self.models.estimate.unscaled, self.models.information.first
        products = (first @ phi[:, None])[:, :, None] @ first[:, None]
        bias = np.einsum(
            "mrs,mrsij->mij", self.variance_of_variances, self.models.information.second - products
        )
        return phi + 2 * phi @ bias @ phi

    @staticmethod
    def reduced(functions: np.ndarray) -> np.ndarray:
        """Leave out functions of a hypothesis that others imply."""
        return functions[independent(functions.T, centred=False)] if len(functions) else functions

    def degrees(self, functions: np.ndarray, model: np.ndarray) -> np.ndarray:
        """Compute degrees of freedom of linear functions, shape (n, rows) from (n, rows, rank)."""
        variance, gradient = self._moved(functions, model)
        moved = gradient / variance[..., None]
        a = ((moved @ self.variance_of_variances[model]) * moved).sum(axis=-1)
        return _match(1, a, a)[0]

    def f_tests(self, functions: np.ndarray, model: np.ndarray) -> np.ndarray:
        """Test sets of independent functions, shape (3, n); F includes the scaling of Kenward and Roger."""
        estimate, weights = self.models.estimate, self.variance_of_variances[model]
        turned = functions.swapaxes(1, 2)
        spread = functions @ estimate.unscaled[model]
        inner = spread[:, None] @ self.models.information.first[model] @ spread.swapaxes(1, 2)[:, None]
        moved = np.linalg.solve((spread @ turned)[:, None], inner)
        traces = np.trace(moved, axis1=2, axis2=3)
        a1 = ((weights @ traces[..., None])[..., 0] * traces).sum(axis=1)
        a2 = np.einsum("nrs,nrab,nsba->n", weights, moved, moved)
        degrees, scale = _match(functions.shape[1], a1, a2)
        differences = functions @ estimate.coefficients[model][..., None]
        covariance = functions @ self.unscaled[model] @ turned * estimate.residual[model][:, None, None]
        wald = (differences * np.linalg.solve(covariance, differences)).sum(axis=(1, 2))
        number = np.full(len(functions), functions.shape[1])
        return np.array([number, degrees, scale * wald / functions.shape[1]])


def _match(q: int, a1: np.ndarray, a2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Match degrees of freedom and scale of an F statistic of q rows (Kenward and Roger, section 3).

    Where a quantity vanishes the conventions of pbkrtest apply.
    """
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    c1, c2, c3 = np.array([g, q - g, q + 2 - g]) / (3 * q + 2 * (1 - g))
    v0, v1, v2, rest = 1 + c1 * b, 1 - c2 * b, 1 - c3 * b, 1 - a2 / q
    v0 = np.where(np.abs(v0) < 1e-10, 0.0, v0)
    vanish = (np.abs(rest) < 1e-14) & (np.abs(v1) < 1e-14)
    rho = np.where(vanish, 1.0, rest / np.where(vanish, 1.0, v1)) ** 2 * v0 / v2 / q
    degrees = 4 + (q + 2) / (q * rho - 1)
    near_two = np.abs(degrees - 2) < 1e-2
    scale = np.where(near_two, 1.0, degrees * rest / np.where(near_two, 1.0, degrees - 2))
    return degrees, scale


METHODS = {"satterthwaite": Satterthwaite, "kenward-roger": KenwardRoger}


def method(name: str) -> type[Satterthwaite] | type[KenwardRoger]:
    """Look up an approximation by name."""
    if name not in METHODS:
        raise ModelError(f"Unknown degrees of freedom `{name}`. Use one of: {', '.join(METHODS)}.")
    return METHODS[name]
