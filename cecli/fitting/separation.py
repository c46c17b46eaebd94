"""Data for which a likelihood has no maximum, told from the ranges of the logits alone."""

from cecli.errors import InputError
from cecli.fits import Model
from cecli.statistics.ranges import RangesState

REMEDY = "a prior gives an answer: --prior-sd 1"


def refuse_separation(model: Model, ranges: RangesState, source: str, of: str) -> None:
    """Raise an InputError where the parameters of greatest likelihood are infinite, or many.

    References
    ----------
    Albert, A., Anderson, J. A. (1984), On the existence of maximum likelihood estimates in
    logistic regression models. doi:10.1093/biomet/71.1.1
    """
    if ranges.is_constant:
        # A temperature alone is told by one logit, unless that is 0, or by both classes at it.
        if model is not Model.TEMPERATURE or ranges.low == 0.0:
            raise InputError(
                f"{of}all predictions are the same: {model} has nothing to go by",
                source,
                "--model constant fits the base rate",
            )
    elif model is not Model.TEMPERATURE and not ranges.has_both:
        raise InputError(
            f"{of}there is one class only: the likelihood has no maximum, it grows as predictions "
            "become certain of that class",
            source,
            REMEDY,
        )
    above, below = _is_separated(model, ranges)
    if above or below:
        where = "at or above" if above else "at or below"
        raise InputError(
            f"{of}the classes are separated: every prediction where it happened is {where} every "
            "prediction where it did not; the likelihood has no maximum, it grows as the slope "
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
