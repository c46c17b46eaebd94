"""A result in words, with the digits that its standard error leaves, or with those asked for."""

from collections.abc import Callable, Sequence

from cecli.renderers.short.matter import SHARES
from cecli.renderers.summary.numbers import PLAIN, UNKNOWN, decimals, fixed, powered, significant
from cecli.report.result import Interval, Result

UNDEFINED = "undefined"
# The ends of a normal interval of 95 % are so many standard errors from each other.
ERRORS = 3.92
# Digits of p-values, and of shares whose standard error is unknown.
OF_P_VALUES, OF_SHARES = 2, 3


def value_of(result: Result, digits: int | None, places: int | None = None) -> str:
    """Return the value of a result in words, with so many decimals if they are given."""
    if result.value is None:
        return UNDEFINED
    sign = "%" if result.name in SHARES else ""
    return f"{_number(result, digits, places)(result.value)}{sign}"


def interval_of(result: Result, digits: int | None) -> str:
    """Return the interval of a result in words, with the decimals of its value; or nothing."""
    interval = result.interval
    if interval is None or interval.lower is None or interval.upper is None:
        return ""
    return f"{_end(result, interval.lower, digits)} … {_end(result, interval.upper, digits)}"


def cells_of(result: Result, digits: int | None) -> tuple[str, ...]:
    """Return the name, value, standard error, bounds and meaning of a result, in words."""
    se = None if result.interval is None else result.interval.se
    error = "" if se is None else _number(result, digits)(se)
    bounds = interval_of(result, digits)
    return (result.name, value_of(result, digits), error, bounds, result.meaning)


def column_of(results: Sequence[Result], digits: int | None) -> list[str]:
    """Return the values of one metric in words, with the decimals of the most precise of them."""
    if digits is not None or len(results) < 2:
        return [value_of(result, digits) for result in results]
    places = max((found for one in results if (found := _places(one)) is not None), default=None)
    return [value_of(result, digits, places) for result in results]


def _number(
    result: Result, digits: int | None, places: int | None = None
) -> Callable[[float], str]:
    """Return the function that writes a value, or an end of its interval.

    Parameters
    ----------
    digits : the significant digits that were asked for; None for those that mean something.
    places : the decimals, if they are not those of the result's own standard error.
    """
    scale = _scale(result)
    if digits is not None:
        return lambda value: significant(scale * value, digits)
    if places is None:
        places = _places(result)
    if places is None:
        few = _few(result.name)
        write = powered if abs(result.value or 0.0) >= PLAIN else significant
        return lambda value: write(scale * value, few)
    return lambda value: fixed(scale * value, places)


def _end(result: Result, end: float, digits: int | None) -> str:
    """Return an end of an interval in words: as 0 only if it is 0, and not near it."""
    text = _number(result, digits)(end)
    shows_zero = end != 0.0 and not text.strip("0.")
    return significant(_scale(result) * end, 1) if shows_zero else text


def _places(result: Result) -> int | None:
    """Return the decimals of a result that mean something; None if nothing tells."""
    error = _spread(result.interval)
    if error is None or result.value is None:
        return None
    return decimals(_scale(result) * result.value, _scale(result) * error)


def _scale(result: Result) -> float:
    return 100.0 if result.name in SHARES else 1.0


def _few(name: str) -> int:
    if "p_value" in name:
        return OF_P_VALUES
    return OF_SHARES if name in SHARES else UNKNOWN


def _spread(interval: Interval | None) -> float | None:
    """Return the standard error of a value, or what the ends of its interval say of it."""
    if interval is None or interval.se:
        return None if interval is None else interval.se
    if interval.lower is None or interval.upper is None:
        return None
    return (interval.upper - interval.lower) / ERRORS or None
