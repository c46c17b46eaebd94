"""The fitting of each model, and errors if the likelihood has no maximum."""

from collections.abc import Generator, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, NoReturn

from cecli.commands.fit.covariance import Covariance, Errors
from cecli.commands.fit.likelihood.from_cells import nearest
from cecli.commands.fit.likelihood.newton import Maximum, RunawayError, UnidentifiedError, newton
from cecli.commands.fit.models import (
    LOGISTIC,
    Curve,
    Event,
    Point,
    SoftmaxTemperature,
    SoftmaxVector,
    constant,
)
from cecli.commands.fit.recalibrations import Dialogue
from cecli.commands.fit.statistics import Levels, LevelsState, Ranges, RangesState
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError
from cecli.core.statistic import Statistic
from cecli.report.fit import FitPart, Model, Prior
from cecli.statistics.cells.prediction_cells import CellsState
from cecli.statistics.mean import Mean, MeanState


class Pool(NamedTuple):
    """Adjacent values that share one mean.

    Attributes
    ----------
    first : the position of the lowest of them.
    weight, total : Σw and Σwt, exact, in one unit.
    """

    first: int
    weight: int
    total: int

    @property
    def mean(self) -> Fraction:
        return Fraction(self.total, self.weight)


def pools(levels: Iterable[tuple[int, int]]) -> list[Pool]:
    """Return the pools of values in ascending order; their means strictly increase.

    Parameters
    ----------
    levels : Σw > 0 and Σwt of the rows at each distinct value, exact, in one unit.

    Notes
    -----
    Pool adjacent violators, in integers, so that rounding cannot decide whether two means violate
    the order. The result minimises the squared error and also the cross-entropy.

    References
    ----------
    Ayer, M. et al. (1955), An empirical distribution function for sampling with incomplete
    information. doi:10.1214/aoms/1177728423
    Barlow, R. E., Brunk, H. D. (1972), The isotonic regression problem and its dual, theorem 3.1.
    doi:10.1080/01621459.1972.10481216

    Examples
    --------
    >>> [(pool.first, str(pool.mean)) for pool in pools([(1, 0), (1, 1), (1, 0), (1, 1)])]
    [(0, '0'), (1, '1/2'), (3, '1')]
    """
    found: list[Pool] = []
    for place, (weight, total) in enumerate(levels):
        pool = Pool(place, weight, total)
        while found and found[-1].total * pool.weight >= pool.total * found[-1].weight:
            last = found.pop()
            pool = Pool(last.first, last.weight + pool.weight, last.total + pool.total)
        found.append(pool)
    return found


REMEDY = "add a prior: --prior-sd 1"


def refuse_one_class(source: str, of: str) -> NoReturn:
    """Raise the InputError of rows in which the event always or never happened."""
    raise InputError(
        f"{of}there is one class only, so that the likelihood has no maximum: it grows as "
        "predictions become certain of that class",
        source,
        REMEDY,
    )


def refuse_separation(model: Model, ranges: RangesState, source: str, of: str) -> None:
    """Raise an InputError if the maximum-likelihood estimate is infinite or not unique.

    References
    ----------
    Albert, A., Anderson, J. A. (1984), On the existence of maximum likelihood estimates in
    logistic regression models. doi:10.1093/biomet/71.1.1
    """
    if ranges.is_constant:
        # One logit is enough for a temperature, unless it is 0.
        if model is not Model.TEMPERATURE or ranges.low == 0.0:
            raise InputError(
                f"{of}all predictions are the same, which does not determine --model {model}",
                source,
                "--model constant fits the base rate",
            )
    elif model is not Model.TEMPERATURE and not ranges.has_both:
        refuse_one_class(source, of)
    above, below = _is_separated(model, ranges)
    if above or below:
        where = "at or above" if above else "at or below"
        raise InputError(
            f"{of}the classes are separated: every prediction where it happened is {where} every "
            "prediction where it did not; the likelihood has no maximum and grows as the slope "
            "goes to infinity",
            source,
            REMEDY,
        )


def _is_separated(model: Model, ranges: RangesState) -> tuple[bool, bool]:
    """Return whether a slope of +∞, or of −∞, predicts every row without an error."""
    if model is Model.TEMPERATURE:
        return ranges.low >= 0.0 and ranges.other_high <= 0.0, False
    above = ranges.low >= ranges.other_high
    return above, model is Model.PLATT and ranges.high <= ranges.other_low


RATE_REMEDY = "add a prior: --prior-beta 2,2"


def start_of(model: Model, prior: Prior, cells: CellsState) -> Point | None:
    """Return a point near the maximum, if the cells of one column of predictions tell it."""
    if prior.sd is not None or model not in LOGISTIC:
        return None
    return nearest(LOGISTIC[model](Event()), cells.cells)


@dataclass(frozen=True)
class Procedure:
    """The model to fit, its data, and how its errors are estimated.

    Attributes
    ----------
    classes : the names of several classes; empty if there is one column of predictions.
    source : the input's name, for messages.
    covariance : of the parameters.
    start : a point near the maximum; None where none is known.
    """

    model: Model
    prior: Prior
    classes: tuple[str, ...]
    source: str
    covariance: Covariance
    start: Point | None = None

    def dialogues(self) -> list[Dialogue[tuple[FitPart, ...]]]:
        """Return the dialogues that fit the model: one for all classes, or one per class."""
        if self.classes and self.model is Model.TEMPERATURE:
            return [self._together(SoftmaxTemperature())]
        if self.model is Model.VECTOR:
            return [self._together(SoftmaxVector(len(self.classes)))]
        places: Sequence[int | None] = range(len(self.classes)) if self.classes else [None]
        return [self._apart(place) for place in places]

    def _together(self, curve: Curve) -> Dialogue[tuple[FitPart, ...]]:
        maximum, errors = yield from self._maximum(curve, "")
        if self.model is Model.TEMPERATURE:
            return (self._temperature(maximum, errors),)
        classes = len(self.classes)
        return tuple(
            _part(maximum, errors, {"slope": place, "intercept": classes + place}, name)
            for place, name in enumerate(self.classes)
        )

    def _apart(self, place: int | None) -> Dialogue[tuple[FitPart, ...]]:
        name = None if place is None else self.classes[place]
        outcome = Event(place)
        if self.model is Model.CONSTANT:
            return ((yield from self._constant(outcome, name)),)
        if self.model is Model.ISOTONIC:
            return ((yield from self._isotonic(outcome, name)),)
        curve = LOGISTIC[self.model](outcome)
        of = "" if name is None else f"class {name!r}: "
        if self.prior.sd is None:
            ranges = yield Ranges(outcome.logit, outcome.target)
            if self.model is not Model.OFFSET:
                refuse_separation(self.model, ranges, self.source, of)
            elif not ranges.has_both:
                refuse_one_class(self.source, of)
        maximum, errors = yield from self._maximum(curve, of)
        if self.model is Model.TEMPERATURE:
            return (self._temperature(maximum, errors),)
        return (_part(maximum, errors, {key: i for i, key in enumerate(curve.names)}, name),)

    def _maximum(
        self, curve: Curve, of: str
    ) -> Generator[Statistic[Any], Any, tuple[Maximum, Errors]]:
        try:
            maximum = yield from newton(curve, self.prior.sd, self.start)
        except RunawayError:
            raise InputError(
                f"{of}the likelihood has no maximum: it grows without bound as parameters go to "
                "infinity, because some predictions separate the classes without an error",
                self.source,
                REMEDY,
            ) from None
        except UnidentifiedError:
            raise InputError(
                f"{of}the predictions have too few distinct values to determine "
                f"the {len(curve.names)} parameters of --model {self.model}",
                self.source,
                f"fit fewer parameters: --model temperature or constant · {REMEDY}",
            ) from None
        return maximum, (yield from self.covariance.errors(curve, maximum))

    def _temperature(self, maximum: Maximum, errors: Errors) -> FitPart:
        """Return T, with the standard error of 1/T times T²."""
        inverse, se = maximum.point[0], errors[0]
        if inverse <= 0.0:
            raise InputError(
                "no temperature helps: the likelihood grows until all predictions are equal; "
                "they are unrelated or inversely related to the labels",
                self.source,
                f"if the classes are exchanged, use --model platt · {REMEDY}",
            )
        value = 1.0 / inverse
        return FitPart(
            {"temperature": value},
            {"temperature": None if se is None else se * value * value},
            converged=maximum.converged,
            trace=maximum.trace,
        )

    def _constant(self, outcome: Event, name: str | None) -> Dialogue[FitPart]:
        """Return the base rate. A weight is relative: a prior counts as if their mean were 1."""
        state: MeanState = yield Mean(outcome.target)
        weight = Fraction(state.weights.rows)
        positive = state.finite_mean * weight
        if self.prior.beta is not None:
            a, b = map(Fraction, self.prior.beta)
            positive, weight = positive + a - 1, weight + a + b - 2
        if not 0 < positive < weight:
            what = "there is one class only: the likelihood is greatest at certainty"
            if self.prior.beta is not None:
                what = "the prior and the rows together leave one class only"
            of = "" if name is None else f"class {name!r}: "
            raise InputError(f"{of}{what}", self.source, RATE_REMEDY if not name else "")
        rate = positive / weight
        se = yield from self.covariance.error_of_rate(constant(outcome), rate, weight)
        return FitPart({"base_rate": float(rate)}, {"base_rate": se}, class_name=name)

    def _isotonic(self, outcome: Event, name: str | None) -> Dialogue[FitPart]:
        state: LevelsState = yield Levels(outcome.stated, outcome.target, self.source)
        scores, levels = state.table()
        found = pools(levels)
        if len(found) == 1 and found[0].mean in (0, 1):
            of = "" if name is None else f"class {name!r}: "
            raise InputError(
                f"{of}there is one class only: the rows say nothing about the other",
                self.source,
                "use a model with a prior: --model constant --prior-beta 2,2",
            )
        return FitPart(
            starts=tuple(scores[[pool.first for pool in found]].tolist()),
            probs=tuple(float(pool.mean) for pool in found),
            class_name=name,
        )


def _part(maximum: Maximum, errors: Errors, places: dict[str, int], name: str | None) -> FitPart:
    return FitPart(
        {key: maximum.point[place] for key, place in places.items()},
        {key: errors[place] for key, place in places.items()},
        class_name=name,
        converged=maximum.converged,
        trace=maximum.trace,
    )
