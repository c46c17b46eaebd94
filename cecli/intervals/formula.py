"""Intervals of metrics by formula: the delta method on the scale of the metric.

References
----------
van der Vaart, A. W. (1998), Asymptotic Statistics, chapter 3. Brown, L. D., Cai, T. T., DasGupta,
A. (2001), Interval estimation for a binomial proportion. doi:10.1214/ss/1009213286
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cecli.core.dataclasses import dataclass
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import INDEPENDENT, Draws, IndependentRows, Slopes, Spread, square_root
from cecli.intervals.scales import Ends, Estimate, at_size, ends, estimate
from cecli.numerics import Floats
from cecli.numerics.tails import quantile
from cecli.report.result import Answer, Definition, Interval, IntervalScale
from cecli.statistics.mean import Mean

if TYPE_CHECKING:
    from cecli.statistics.group_columns import GroupColumns


class Least(NamedTuple):
    """The least standard error that a value can be believed to have, and the value it is for."""

    value: float
    se: float


# The derivatives of a function with respect to means, in each group; one number if they are equal.
ManySlopes = Mapping[Mean, Floats | float]


class ManyLeast(NamedTuple):
    """The same for each group."""

    value: Floats
    se: Floats


class Floor(Protocol):
    """The least variance that a function of means can be believed to have."""

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        """The statistics that it needs."""
        ...

    def least(self, slopes: Slopes, states: States) -> Least | None:
        """Return the expected value and the standard error that it implies, if any.

        The value is that of the first of the means, times its slope.
        """
        ...

    def least_of_many(self, slopes: ManySlopes, columns: "GroupColumns") -> ManyLeast:
        """Return the same of each of many groups; NaN for those to be computed one by one."""
        ...


class Image(NamedTuple):
    """A metric that is a function of another one, whose interval it maps.

    Attributes
    ----------
    of : the other metric.
    ends : returns the least and the largest value of the function between two ends.
    many_ends : the same of many groups at once.
    """

    of: "Sampled"
    ends: Callable[[float, float], Ends]
    many_ends: "Callable[[Floats, Floats], tuple[Floats, Floats]]"


class Direct(NamedTuple):
    """The variance of a value that depends on more than a few means, for independent rows.

    Attributes
    ----------
    statistics : what it needs.
    variance : with the factor rows/(rows − 1), or free of bias if it has degrees of its own;
        None if there is none.
    least : returns the least standard error that the value can be believed to have, if any.
    degrees : its degrees of freedom, if they are not those of all rows.
    """

    statistics: tuple[Statistic[Any], ...]
    variance: Callable[[States], Fraction | None]
    least: Callable[[States], Least | None]
    degrees: Callable[[States], float] | None = None


# The code of notices of unusual replicates.
UNUSUAL = "bootstrap-replicates"


class Unusual(NamedTuple):
    """What is unusual about some replicates of a metric."""

    metric: str
    what: str
    replicates: int


class Sampled(Protocol):
    """The part of a metric that its interval needs.

    Attributes
    ----------
    statistics, answer : what the metric is computed from, and how.
    means, slopes : the means of which it is a smooth function, and its derivatives with respect to
        them; None if it is not such a function.
    floor : the least variance that it can be believed to have.
    image : the metric whose interval it maps, if that is better than its own.
    direct : its variance for independent rows, if it is no function of a few means.
    """

    @property
    def name(self) -> str: ...
    @property
    def definition(self) -> Definition: ...
    @property
    def statistics(self) -> tuple[Statistic[Any], ...]: ...
    @property
    def answer(self) -> Callable[[States], Answer]: ...
    @property
    def means(self) -> tuple[Mean, ...]: ...
    @property
    def slopes(self) -> Callable[[States], Slopes | None] | None: ...
    @property
    def floor(self) -> Floor | None: ...
    @property
    def image(self) -> Image | None: ...
    @property
    def direct(self) -> "Direct | None": ...


@dataclass(frozen=True)
class Formula:
    """Intervals by formula, from the spread of independent draws.

    Notes
    -----
    The ends are a quantile of Student's t distribution away from the value, in standard errors at
    the ends: see `scales`. A standard error of 0 is no certainty: values that are all alike tell
    nothing of their noise. There is an interval then only for a share of 0 or 1, and if the
    predictions imply a variance.
    """

    draws: Draws
    findings: Sequence[Finding] = ()

    @property
    def level(self) -> float:
        return self.draws.level

    def statistics(self, metric: Sampled) -> Sequence[Statistic[Any]]:
        floor = [] if metric.floor is None else metric.floor.statistics
        image = [] if metric.image is None else self.statistics(metric.image.of)
        direct = () if metric.direct is None else metric.direct.statistics
        return [*self.draws.statistics(metric.means), *floor, *image, *direct]

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        """Return the interval of a metric's value; None if it has none."""
        if value is not None and metric.direct is not None:
            found = self._direct(metric.definition, metric.direct, value, states)
            if found is None or found.se is None or metric.image is None:
                return found
            return self._image(metric.image, found.se, states)
        slopes = None if metric.slopes is None or value is None else metric.slopes(states)
        if slopes is None or value is None:
            return None
        none = Interval(None, None, None, self.level)
        spread = None if math.isinf(value) else self.draws.spread(slopes, states)
        if spread is None:
            return none
        if metric.image is not None:
            return self._image(metric.image, spread.se, states)
        least = None if metric.floor is None else metric.floor.least(slopes, states)
        return self.around(metric.definition, value, spread, least, states)

    def unusual(self, states: States) -> Iterator[Unusual]:  # noqa: ARG002
        """Yield nothing: formulas have no replicates."""
        return iter(())

    def around(
        self,
        definition: Definition,
        value: float,
        spread: Spread,
        least: Least | None,
        states: States,
    ) -> Interval:
        """Return the interval around a value of some spread."""
        scale, (se, degrees) = definition.scale, spread
        size = self.draws.effective(states) if _is_at_bound(scale, value) else 0.0
        found, floored = estimate(scale, value, se, size), None
        if scale in IN_PROPORTION and math.isfinite(se) and least is not None and least.se:
            floored = _at_least(scale, found, least)
        if floored is None and se and not 0.0 < found.size < math.inf:
            # The value is so close to its bound that it was rounded to it.
            scale = IntervalScale.LINEAR
        found = floored or found
        how = Interval(
            found.se,
            None,
            None,
            self.level,
            degrees=None if math.isinf(degrees) else degrees,
            scale=scale,
            floor=None if floored is None else "predictions",
        )
        if not math.isfinite(found.se):
            return Interval(None, None, None, self.level)
        if not (found.se or found.size):
            return how
        lower, upper = ends(scale, found, quantile((1.0 + self.level) / 2.0, degrees))
        return how.between(max(lower, definition.low), min(upper, definition.high))

    def _direct(
        self, definition: Definition, direct: Direct, value: float, states: States
    ) -> Interval | None:
        if not isinstance(self.draws, IndependentRows):
            return None
        variance = None if math.isinf(value) else direct.variance(states)
        if variance is None:
            return Interval(None, None, None, self.level)
        se = square_root(variance)
        if direct.degrees is None:
            spread = self.draws.corrected(se, states)
        else:
            spread = Spread(se, direct.degrees(states))
        if spread is None:
            return Interval(None, None, None, self.level)
        return self.around(definition, value, spread, direct.least(states), states)

    def _image(self, image: Image, se: float, states: States) -> Interval:
        answer = image.of.answer(states)
        value = answer if isinstance(answer, float) else None
        of = self.interval(image.of, value, states)
        found = Interval(se, None, None, self.level)
        if of is None or of.lower is None or of.upper is None:
            return found
        return found.between(*image.ends(of.lower, of.upper))


# The squared ratio of a mean to its standard error is the number of losses, all alike, that would
# be known as well. benchmarks/coverage.py measures what this choice does.
SEEN = 20.0
IN_PROPORTION = frozenset(
    {IntervalScale.PROPORTIONAL, IntervalScale.COMPLEMENT, IntervalScale.EXPONENTIAL}
)


def _is_at_bound(scale: IntervalScale, value: float) -> bool:
    """Return whether a value is a share of no or all rows, which has no spread."""
    return scale is IntervalScale.SHARE and value in (0.0, 1.0)


def _at_least(scale: IntervalScale, found: Estimate, least: Least) -> Estimate | None:
    """Return the estimate with the variance that the floor implies, if it is larger.

    The floor is for losses that have not happened yet. It fades where so many are expected that
    the rows show them: predictions may be too humble, and then it would be far too large.
    """
    derivative = found.value if scale is IntervalScale.EXPONENTIAL else 1.0
    mean, error = abs(least.value / derivative), least.se / derivative
    size = mean / error / error
    fade = max(1.0, mean * size / SEEN)
    size *= fade * fade
    is_less = not found.size or size < found.size
    return at_size(scale, found.value, size) if is_less and 0.0 < size < math.inf else None


BY_FORMULA = Formula(INDEPENDENT)
