"""Numbers as people read them: with so many digits, or with those that a standard error leaves."""

import math

# Below this, a number with more digits before its point than asked for is written without a power.
PLAIN = 1e9
# Beyond so many decimals, a number is written with a power.
MOST_DECIMALS = 8
# The digits of a number whose standard error is unknown.
UNKNOWN = 4
INFINITE = {True: "infinite", False: "-infinite"}


def significant(value: float, digits: int) -> str:
    """Return a number with so many significant digits.

    Examples
    --------
    >>> significant(0.5, 3), significant(17.0, 3), significant(155044.3, 3)
    ('0.500', '17', '155044')
    """
    if math.isinf(value):
        return INFINITE[value > 0]
    whole = value.is_integer() and abs(value) < 10**digits
    if whole or 10 ** (digits - 1) <= abs(value) < PLAIN:
        return f"{value:.0f}"
    return powered(value, digits)


def powered(value: float, digits: int) -> str:
    """Return a number with so many significant digits, and with a power if it is large or small."""
    if math.isinf(value):
        return INFINITE[value > 0]
    return f"{value:#.{digits}g}".replace(".e", "e").removesuffix(".")


def decimals(value: float, se: float | None) -> int | None:
    """Return the decimals that mean something; None if nothing tells, or there are too many.

    The last digit is the second of the standard error if that begins with 100 to 354, else the
    first; a number that is not less than its standard error has two digits.

    References
    ----------
    Particle Data Group (2024), Review of Particle Physics, Introduction, 5.3: Rounding.

    Examples
    --------
    >>> decimals(0.47364, 0.00101), decimals(0.47364, 0.0042), decimals(4.91, 4.45)
    (4, 3, 1)
    """
    if se is None or not se > 0.0 or math.isinf(se) or math.isinf(value):
        return None
    place = _exponent(se)
    found = 1 - place if se / 10.0**place < 3.545 else -place
    if abs(value) >= se:
        found = max(found, 1 - _exponent(value))
    return None if found > MOST_DECIMALS or abs(value) >= PLAIN else max(found, 0)


def _exponent(value: float) -> int:
    return math.floor(math.log10(abs(value)))


def fixed(value: float, places: int | None) -> str:
    """Return a number with so many decimals; None for a few significant digits.

    A large one, such as the end of an interval of a perplexity, is written with a power.

    Examples
    --------
    >>> fixed(0.47364, 4), fixed(0.47364, None), fixed(-math.inf, 2), fixed(7.7e20, 0)
    ('0.4736', '0.4736', '-infinite', '7.700e+20')
    """
    if abs(value) >= PLAIN:
        return powered(value, UNKNOWN)
    if places is None or math.isinf(value):
        return significant(value, UNKNOWN)
    text = f"{value:.{places}f}"
    # No number is less than 0 by its sign alone.
    return text if float(text) else f"{0.0:.{places}f}"


def measured(value: float, se: float | None) -> str:
    """Return a number with the digits that its standard error leaves."""
    return fixed(value, decimals(value, se))


def percentage(share: float, se: float | None) -> str:
    """Return a share in percent, without the sign, with the digits that mean something.

    Examples
    --------
    >>> percentage(0.13527, 0.0013), percentage(0.5, None), percentage(2 / 3, None)
    ('13.53', '50', '66.7')
    """
    percent = 100.0 * share
    places = None if se is None else decimals(percent, 100.0 * se)
    return significant(percent, UNKNOWN - 1) if places is None else fixed(percent, places)


def p_value(p: float) -> str:
    """Return a p-value as a sentence has it.

    Examples
    --------
    >>> p_value(0.04321), p_value(1e-9), p_value(1.0)
    ('p = 0.043', 'p < 0.001', 'p = 1')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
