"""Newton's method for maximum likelihood, one pass over the rows per step."""

import math
from collections.abc import Callable, Generator, Sequence
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.commands.fit.models import Curve, Logistic, Offset, Point, logit_and_one
from cecli.commands.fit.statistics import Likelihood, LikelihoodState
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.intervals.delta import square_root
from cecli.numerics import Floats
from cecli.numerics.distributions.shares import sum_over_classes
from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.numerics.symmetric import eigen
from cecli.report.fit import Iteration

try:
    # The sums of a line through the logits, in one pass, with the same bits.
    from cecli.kernels import logistic_pass
except ImportError:
    logistic_pass = None  # type: ignore[assignment]

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

# Convergence: norm of the gradient per row, and size of the last step relative to the parameters.
GRADIENT_TOLERANCE = 1e-10
STEP_TOLERANCE = 1e-8
MOST_ITERATIONS = 100
MOST_HALVINGS = 30
# Armijo's constant: the least share of the decrease that the gradient predicts.
SUFFICIENT = 1e-4
# Changes of the loss up to this share of it are rounding.
ROUNDING = 2.0**-45
# The parameters run away to infinity if this many steps at a vanishing gradient do not shrink.
RUNAWAY_STEPS = 6
# An eigenvalue of the Hessian, scaled to a unit diagonal, is rounding below this.
SINGULAR = 1e-13
# Any smaller curvature counts as this one.
LEAST_CURVATURE = 1e-280


class NoMaximumError(Exception):
    """The likelihood has no maximum, or no unique one."""


class RunawayError(NoMaximumError):
    """The likelihood grows without bound as some parameters go to infinity."""


class UnidentifiedError(NoMaximumError):
    """Several parameters give the same likelihood."""


@dataclass(frozen=True)
class Maximum:
    """The result of a fit.

    Attributes
    ----------
    inverse : of the Hessian of the objective, shape (k, k), of the parameters that are not at their
        least value; rows and columns of the others are 0.
    kept : the places of these parameters.
    """

    point: Point
    inverse: Floats
    kept: Places
    converged: bool
    trace: tuple[Iteration, ...]


@dataclass(frozen=True, eq=False)
class _Place:
    """A point, and the objective and its derivatives there, from the rows and the prior."""

    point: Floats
    loss: Fraction
    objective: Fraction
    gradient: Floats
    hessian: Floats
    weight: float

    def active(self, lower: Floats) -> Flags:
        """Return which parameters are at their least value and held there by the gradient."""
        at_bound: Flags = (self.point <= lower) & (self.gradient > 0.0)
        return at_bound

    def norm(self, lower: Floats) -> float:
        """Return the norm of the gradient per row, of the parameters that may move."""
        # Exact, because the squares of extreme weights would overflow.
        squares = (Fraction(x) ** 2 for x in self.gradient[~self.active(lower)].tolist())
        return square_root(sum(squares, Fraction(0))) / self.weight


def newton(
    curve: Curve, prior_sd: float | None, near: Point | None = None
) -> Generator[Likelihood, LikelihoodState, Maximum]:
    """Ask for the likelihood at a sequence of points, and return its maximum.

    Parameters
    ----------
    prior_sd : standard deviation of a Gaussian prior around the identity; None for none.
    near : a point near the maximum, to begin at; None to begin at the identity.

    Raises
    ------
    NoMaximumError
        If there is no unique maximum.

    Notes
    -----
    A weight is relative: the prior counts as it would if the weights had a mean of 1.

    Bounds on parameters are kept by projection: a parameter is left out of the step if it is at its
    bound and would decrease the loss only beyond it.

    References
    ----------
    Bertsekas, D. P. (1982), Projected Newton methods for optimization problems with simple
    constraints. doi:10.1137/0320018
    """
    lower, identity = np.array(curve.lower), np.array(curve.identity)
    per_row = 0.0 if prior_sd is None else 1.0 / (prior_sd * prior_sd)

    quick = quick_sums(curve)

    def at(point: Floats) -> Generator[Likelihood, LikelihoodState, _Place]:
        state = yield Likelihood(curve.terms, tuple(point.tolist()), quick)
        precision = per_row * float(state.weights.mean)
        moved = point - identity
        penalty = sum((Fraction(float(x)) ** 2 for x in moved), Fraction(0)) * Fraction(precision)
        return _Place(
            point,
            state.loss,
            state.loss + penalty / 2,
            state.gradient + precision * moved,
            state.hessian + precision * np.eye(len(point)),
            float(state.weights.total),
        )

    place = yield from at(identity if near is None else np.array(near))
    trace = [_iteration(place, lower, 0.0)]
    if near is None:
        # Far too certain predictions leave no curvature to use; then start from constant ones.
        origin = yield from at(np.zeros_like(identity))
        if origin.objective < place.objective:
            place = origin
            trace.append(_iteration(place, lower, 0.0))
    runaway, last = 0, np.inf
    converged, point = False, place.point
    while len(trace) <= MOST_ITERATIONS:
        fixed = place.active(lower)
        step = -_step(place, fixed, curve.free)
        if place.norm(lower) <= GRADIENT_TOLERANCE:
            size = float(np.max(np.abs(step) / (1.0 + np.abs(place.point))))
            if size <= STEP_TOLERANCE:
                # The last step takes no pass, and leaves an error that is the square of its size.
                converged, point = True, np.maximum(lower, place.point + step)
                break
            runaway, last = (runaway + 1 if size > last / 2.0 else 0), size
            if runaway == RUNAWAY_STEPS:
                raise RunawayError
        share = 1.0
        for _ in range(MOST_HALVINGS):
            tried = yield from at(np.maximum(lower, place.point + share * step))
            if _is_better(tried, place, lower):
                break
            share /= 2.0
        else:
            converged = place.norm(lower) <= GRADIENT_TOLERANCE
            break
        place, point = tried, tried.point
        trace.append(_iteration(place, lower, share))
    kept = np.flatnonzero(point > lower)
    inverse = _covered(place, kept, curve.free)
    return Maximum(tuple(point.tolist()), inverse, kept, converged, tuple(trace))


def _is_better(tried: _Place, place: _Place, lower: Floats) -> bool:
    """Return whether a step lowers the loss enough, or the gradient if rounding hides the loss."""
    promised = math.fsum((place.gradient * (tried.point - place.point)).tolist())
    change = tried.objective - place.objective
    if change <= Fraction(SUFFICIENT * promised) and promised < 0.0:
        return True
    is_rounding = abs(change) <= Fraction(ROUNDING) * abs(place.objective)
    return is_rounding and tried.norm(lower) < place.norm(lower)


def _iteration(place: _Place, lower: Floats, share: float) -> Iteration:
    parameters = tuple(place.point.tolist())
    return Iteration(0.0 - float(place.loss), place.norm(lower), share, parameters)


def _step(place: _Place, fixed: Flags, free: tuple[int, ...]) -> Floats:
    """Return H⁻¹g for the parameters that are not fixed, and 0 for the others."""
    step = np.zeros(fixed.shape)
    kept = np.flatnonzero(~fixed)
    if kept.size:
        # H may be singular far from the maximum; regularised, it still gives a descent direction.
        inverse, _ = inverse_of(place.hessian, kept, free)
        step[kept] = sum_over_classes(inverse * place.gradient[kept][:, None])
    return step


def _covered(place: _Place, kept: Places, free: tuple[int, ...]) -> Floats:
    """Return H⁻¹ of the parameters that are kept, with zeros for the others.

    Raises
    ------
    UnidentifiedError
        If H has no inverse.
    """
    whole = np.zeros(place.hessian.shape)
    if kept.size:
        whole[np.ix_(kept, kept)], is_singular = inverse_of(place.hessian, kept, free)
        if is_singular:
            raise UnidentifiedError
    return whole


def inverse_of(hessian: Floats, kept: Places, free: tuple[int, ...]) -> tuple[Floats, bool]:
    """Return the inverse of a part of the Hessian, regularised if singular, and whether it is.

    Parameters to which a constant can be added are constrained to a sum of 0: the matrix is given a
    curvature in the direction that changes nothing, which is removed from the inverse.
    """
    matrix = hessian[np.ix_(kept, kept)]
    alike = np.isin(kept, free).astype(np.float64)
    curvature = 0.0
    if alike.any():
        alike /= math.sqrt(np.count_nonzero(alike))
        curvature = math.fsum((np.diag(matrix) * (alike * alike)).tolist())
        matrix = matrix + curvature * np.outer(alike, alike)
    diagonal = np.maximum(np.diag(matrix), LEAST_CURVATURE)
    scale = 1.0 / np.sqrt(diagonal)
    values, vectors = eigen(matrix * np.outer(scale, scale))
    least = SINGULAR * len(values)
    is_singular = bool(values[0] <= least)
    inverse = np.zeros_like(matrix)
    for value, vector in zip(np.maximum(values, least).tolist(), vectors.T, strict=True):
        inverse += np.outer(vector, vector) / value
    inverse *= np.outer(scale, scale)
    if curvature:
        inverse = inverse - np.outer(alike, alike) / curvature
    return inverse, is_singular


Sums = Callable[[Chunk, Point], Sequence[int] | None]


def quick_sums(curve: Curve) -> Sums | None:
    """Return what sums the terms of a curve at a point in a compiled pass; None if there is none.

    It returns the sums in units of `numerics.exact`, or None for rows that it does not apply to:
    those with weights, on other scales, and with infinite logits.
    """
    if logistic_pass is None or not isinstance(curve, Offset | Logistic):
        return None
    if curve.outcome.place is not None:
        return None
    if isinstance(curve, Offset):
        return partial(_compiled_sums, is_shift=True)
    return partial(_compiled_sums, is_shift=False) if curve.features is logit_and_one else None


def _compiled_sums(chunk: Chunk, point: Point, *, is_shift: bool) -> Sequence[int] | None:
    prob = chunk.numbers["prob"]
    if chunk.weight is not None or "prob" in chunk.scales or prob.ndim > 1:
        return None
    target = np.ascontiguousarray(chunk.numbers["target"])
    slope, intercept = (1.0, *point) if is_shift else point
    sums = logistic_pass.logistic_sums(
        target, np.ascontiguousarray(prob), slope, intercept, is_shift
    )
    return None if sums is None else [x << COMPILED_SHIFT for x in sums]
