"""Elementary functions of one number, the same on every machine.

Those of Python's `math` are the C library's, which differ in the last bit between libraries,
versions and processors. These have the bits of `distributions.logarithm` and `exponential`.
"""

import math

from cecli.numerics.distributions.exponential import PER_LN2, reduced
from cecli.numerics.distributions.logarithm import log_from

ROOT_HALF = math.sqrt(0.5)
# Beyond this, eˣ exceeds the range, or is 0.
MOST, LEAST = 709.782712893384, -746.0


def log(x: float) -> float:
    """Return ln x: −∞ at 0.

    Raises
    ------
    ValueError
        If x is negative or NaN.

    Examples
    --------
    >>> log(1.0), log(5e-324)
    (0.0, -744.4400719213812)
    """
    if x <= 0.0 or math.isinf(x) or math.isnan(x):
        if x >= 0.0:
            return x if x else -math.inf
        raise ValueError("the logarithm of a number that is not positive")
    m, k = math.frexp(x)
    if m < ROOT_HALF:
        m, k = 2.0 * m, k - 1
    found: float = log_from(m - 1.0, k)
    return found


def log1p(x: float) -> float:
    """Return ln(1 + x) for finite x ≥ −1, accurate even if 1 + x loses digits.

    Examples
    --------
    >>> log1p(-0.5), log1p(1e-300)
    (-0.6931471805599453, 1e-300)
    """
    total = 1.0 + x
    if total == 0.0:
        return -math.inf
    lost = 1.0 - (total - x) if x > 1.0 else x - (total - 1.0)
    return log(total) + lost / total


def exp(x: float) -> float:
    """Return eˣ.

    Raises
    ------
    OverflowError
        If it exceeds float64.

    Examples
    --------
    >>> exp(0.0), exp(1.0), exp(-math.inf)
    (1.0, 2.718281828459045, 0.0)
    """
    if x > MOST:
        if x == math.inf:
            return x
        raise OverflowError("a power of e that exceeds float64")
    if not x >= LEAST:
        return x if math.isnan(x) else 0.0
    k = round(x * PER_LN2)
    return math.ldexp(reduced(x, k).power, k)


# erfc, from 0 on, by four rational functions: of x², of x − 1, and twice of 1/x².
ERX = 8.45062911510467529297e-01
P = (
    1.28379167095512558561e-01,
    -3.25042107247001499370e-01,
    -2.84817495755985104766e-02,
    -5.77027029648944159157e-03,
    -2.37630166566501626084e-05,
)
Q = (
    1.0,
    3.97917223959155352819e-01,
    6.50222499887672944485e-02,
    5.08130628187576562776e-03,
    1.32494738004321644526e-04,
    -3.96022827877536812320e-06,
)
P_AT_1 = (
    -2.36211856075265944077e-03,
    4.14856118683748331666e-01,
    -3.72207876035701323847e-01,
    3.18346619901161753674e-01,
    -1.10894694282396677476e-01,
    3.54783043256182359371e-02,
    -2.16637559486879084300e-03,
)
Q_AT_1 = (
    1.0,
    1.06420880400844228286e-01,
    5.40397917702171048937e-01,
    7.18286544141962662868e-02,
    1.26171219808761642112e-01,
    1.36370839120290507362e-02,
    1.19844998467991074170e-02,
)
P_FAR = (
    -9.86494403484714822705e-03,
    -6.93858572707181764372e-01,
    -1.05586262253232909814e01,
    -6.23753324503260060396e01,
    -1.62396669462573470355e02,
    -1.84605092906711035994e02,
    -8.12874355063065934246e01,
    -9.81432934416914548592e00,
)
Q_FAR = (
    1.0,
    1.96512716674392571292e01,
    1.37657754143519042600e02,
    4.34565877475229228821e02,
    6.45387271733267880336e02,
    4.29008140027567833386e02,
    1.08635005541779435134e02,
    6.57024977031928170135e00,
    -6.04244152148580987438e-02,
)
P_FARTHER = (
    -9.86494292470009928597e-03,
    -7.99283237680523006574e-01,
    -1.77579549177547519889e01,
    -1.60636384855821916062e02,
    -6.37566443368389627722e02,
    -1.02509513161107724954e03,
    -4.83519191608651397019e02,
)
Q_FARTHER = (
    1.0,
    3.03380607434824582924e01,
    3.25792512996573918826e02,
    1.53672958608443695994e03,
    3.19985821950859553908e03,
    2.55305040643316442583e03,
    4.74528541206955367215e02,
    -2.24409524465858183362e01,
)


def erfc(x: float) -> float:
    """Return the complementary error function, 1 − erf x.

    Notes
    -----
    Within 2 ulp.

    References
    ----------
    Sun Microsystems (1993), s_erf.c of FreeBSD's msun: the ranges and the coefficients.

    Examples
    --------
    >>> erfc(0.0), erfc(-math.inf), erfc(30.0)
    (1.0, 2.0, 0.0)
    """
    if x < 0.0:
        return 1.0 + (1.0 - _erfc(-x)) if x > -0.84375 else 2.0 - _erfc(-x)
    return _erfc(x)


def _erfc(x: float) -> float:
    if x < 0.84375:
        y = x * _polynomial(P, x * x) / _polynomial(Q, x * x)
        return 1.0 - (x + y) if x < 0.25 else 0.5 - ((x - 0.5) + y)
    if x < 1.25:
        s = x - 1.0
        return 1.0 - ERX - _polynomial(P_AT_1, s) / _polynomial(Q_AT_1, s)
    if x > 28.0:
        return 0.0
    s = 1.0 / (x * x)
    p, q = (P_FAR, Q_FAR) if x < 1.0 / 0.35 else (P_FARTHER, Q_FARTHER)
    # x² is exact for the first half of the digits of x.
    z = math.ldexp(math.floor(math.ldexp(x, 20)), -20)
    power = exp((z - x) * (z + x) + _polynomial(p, s) / _polynomial(q, s))
    return exp(-z * z - 0.5625) * power / x


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
