"""From p-values to a verdict: better, worse, equivalent, not worse, or not decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.comparison import Verdict


@dataclass(frozen=True)
class Tests:
    """The p-values of one comparison.

    Attributes
    ----------
    difference : of "there is none", two-sided.
    noninferiority : of "the model loses more than the baseline, by the margin or more".
    equivalence : of "they differ by the margin or more": the larger of two one-sided ones (TOST).
    """

    difference: float
    noninferiority: float | None = None
    equivalence: float | None = None


def verdict(mean: float, tests: Tests, level: float) -> Verdict:
    """Return what follows at a level.

    Notes
    -----
    All of it can be read off one interval of that level: better, it is below 0; worse, above 0;
    equivalent, inside ±margin; not worse, below the margin. So each one-sided test is held to half
    of 1 − level; a level of 0.9 gives the customary TOST at 5 %. Equivalent comes first: whoever
    names a margin cares for no smaller difference.

    References
    ----------
    Schuirmann, D. J. (1987), A comparison of the two one-sided tests procedure and the power
    approach. doi:10.1007/BF01068419
    """
    two_sided = 1.0 - level
    one_sided = two_sided / 2.0
    if tests.equivalence is not None and tests.equivalence <= one_sided:
        return Verdict.EQUIVALENT
    if tests.difference <= two_sided and mean:
        return Verdict.BETTER if mean < 0 else Verdict.WORSE
    if tests.noninferiority is not None and tests.noninferiority <= one_sided:
        return Verdict.NOT_WORSE
    return Verdict.UNDECIDED


def adjusted(tests: Sequence[Tests | None]) -> list[Tests | None]:
    """Return p-values by which several comparisons can be believed at once."""
    columns = (
        holm([None if each is None else getattr(each, name) for each in tests])
        for name in ("difference", "noninferiority", "equivalence")
    )
    return [
        None if each is None or p[0] is None else Tests(p[0], *p[1:])
        for each, p in zip(tests, zip(*columns, strict=True), strict=True)
    ]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return adjusted p-values, of which all below α can be believed at once.

    Those that are undefined count as hypotheses, and stay undefined.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure.
    https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.04, 0.01, None])
    [0.08, 0.03, None]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p))
        adjusted[place] = largest
    return adjusted
