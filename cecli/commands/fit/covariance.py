"""The covariance of fitted parameters: which one is right for the rows, and its estimate."""

import math
from collections.abc import Generator
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from cecli.commands.fit.likelihood.newton import Maximum
from cecli.commands.fit.models import Curve
from cecli.commands.fit.scores import Drawn, RowKind, sampled
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
from cecli.intervals.delta import square_root
from cecli.numerics import Floats
from cecli.numerics.scalars import log

Errors = tuple[float | None, ...]
# A robust variance below this share of the model's is rounding: the map fits the rows exactly,
# which says nothing about its error.
ROUNDING = 2.0**-80


class Covariance(Protocol):
    """A covariance of fitted parameters."""

    def errors(self, curve: Curve, maximum: Maximum) -> Generator[Statistic[Any], Any, Errors]:
        """Ask for what it needs, and return the standard errors, None where there is none."""
        ...

    def error_of_rate(
        self, curve: Curve, rate: Fraction, rows: Fraction
    ) -> Generator[Statistic[Any], Any, float | None]:
        """Ask for what it needs, and return the standard error of a constant rate.

        Parameters
        ----------
        curve : the family of constants; its parameter is the logit of the rate.
        rows : n, and those that a prior counts as.
        """
        ...


@dataclass(frozen=True)
class InverseHessian:
    """H⁻¹: the inverse of the information in independent rows that follow the model."""

    def errors(
        self,
        curve: Curve,  # noqa: ARG002
        maximum: Maximum,
    ) -> Generator[Statistic[Any], Any, Errors]:
        yield from ()
        return _roots(maximum, maximum.inverse)

    def error_of_rate(
        self,
        curve: Curve,  # noqa: ARG002
        rate: Fraction,
        rows: Fraction,
    ) -> Generator[Statistic[Any], Any, float | None]:
        yield from ()
        return square_root(rate * (1 - rate) / rows)


@dataclass(frozen=True)
class Sandwich:
    """H⁻¹KH⁻¹ with K = Σ (ws)(ws)ᵀ, for rows or clusters: it assumes no variance of the labels.

    Notes
    -----
    It is multiplied by C/(C − 1)·(n − 1)/(n − k), for C draws, n rows and k parameters: n/(n − k)
    for independent rows (HC1). A factor common to all weights has no effect.

    References
    ----------
    White, H. (1982), Maximum likelihood estimation of misspecified models. doi:10.2307/1912526
    Liang, K.-Y., Zeger, S. L. (1986), Longitudinal data analysis using generalized linear models.
    doi:10.1093/biomet/73.1.13
    """

    sampled: Drawn

    def errors(self, curve: Curve, maximum: Maximum) -> Generator[Statistic[Any], Any, Errors]:
        state = yield self.sampled.statistic(curve, maximum.point)
        sums = self.sampled.sums(state)
        n, draws, size = sums.weights.rows, sums.draws, parameters(curve)
        if min(n, draws) <= size:
            return (None,) * len(maximum.point)
        factor = draws / (draws - 1) * (n - 1) / (n - size)
        inverse = float(sums.weights.mean) * maximum.inverse
        robust = factor * (inverse @ sums.outer @ inverse)
        least = ROUNDING * np.diag(inverse)
        return tuple(
            error if error is not None and error**2 > bound else None
            for error, bound in zip(_roots(maximum, robust), least.tolist(), strict=True)
        )

    def error_of_rate(
        self, curve: Curve, rate: Fraction, rows: Fraction
    ) -> Generator[Statistic[Any], Any, float | None]:
        logit = log(float(rate)) - log(float(1 - rate))
        state = yield self.sampled.statistic(curve, (logit,))
        sums = self.sampled.sums(state)
        if min(sums.weights.rows, sums.draws) < 2:
            return None
        variance = sums.draws / (sums.draws - 1) * float(sums.outer[0, 0])
        error = math.sqrt(variance) / float(rows)
        return error or None


def covariance_of(rows: RowKind) -> Covariance:
    """Return the covariance that is right for the rows: the one place that decides it."""
    return InverseHessian() if rows.are_draws else Sandwich(sampled(rows))


def parameters(curve: Curve) -> int:
    """Return the number of parameters that can be told apart."""
    return len(curve.identity) - (1 if curve.free else 0)


def _roots(maximum: Maximum, covariance: Floats) -> Errors:
    errors: list[float | None] = [None] * len(maximum.point)
    for place in maximum.kept.tolist():
        errors[place] = float(np.sqrt(max(covariance[place, place], 0.0)))
    return tuple(errors)
