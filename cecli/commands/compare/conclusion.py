"""From p-values to a conclusion, and the sentence that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.core.errors import named
from cecli.report.parts import Conclusion
from cecli.report.result import Interval, Units


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


def verdict(mean: float, tests: Tests, level: float) -> Conclusion:
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
        return Conclusion.EQUIVALENT
    if tests.difference <= two_sided and mean:
        return Conclusion.BETTER if mean < 0 else Conclusion.WORSE
    if tests.noninferiority is not None and tests.noninferiority <= one_sided:
        return Conclusion.NOT_WORSE
    return Conclusion.UNDECIDED


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


DIGITS = 3


def sentence(
    verdict: Conclusion,
    names: tuple[str, str],
    difference: float,
    interval: Interval,
    units: Units,
    margin: float | None,
    needed: float | None,
    draws: str,
) -> str:
    """Return what people read first.

    Parameters
    ----------
    names : of the baseline and the model.
    difference, interval, margin : in units.
    needed : how many draws, such as rows, would decide it; None where no number would.
    """
    baseline, model = map(named, names)
    # Beyond its decided digits a difference is noise, and an equal number of them reads best.
    bounds = f"[{_number(interval.lower)}, {_number(interval.upper)}]"
    inside = f"{100 * interval.level:g}% interval of the difference {bounds} {units}"
    match verdict:
        case Conclusion.BETTER | Conclusion.WORSE:
            said = f"{model} is {verdict} than {baseline}{_by_margin(interval, margin)}"
        case Conclusion.EQUIVALENT:
            said = f"{model} is equivalent to {baseline} within the margin of {margin:g} {units}"
        case Conclusion.NOT_WORSE:
            said = f"{model} is not worse than {baseline} by more than the margin of {margin:g}"
        case _:
            said = f"not decided yet whether {model} is better or worse than {baseline}"
            inside += _would_decide(needed, draws)
    less = "less" if difference < 0 else "more"
    return f"{said}: it loses {_number(abs(difference))} {units} {less} a row ({inside})"


def infinite_sentence(verdict: Conclusion, names: tuple[str, str], rows: int) -> str:
    """Return the same where so many rows of the one that is worse are infinite."""
    baseline, model = map(named, names)
    loser = model if verdict is Conclusion.WORSE else baseline
    what = "what happened in a row" if rows == 1 else f"what happened in {rows:,} rows"
    return f"{model} is {verdict} than {baseline}: {loser} gave probability 0 to {what}"


def undefined_sentence(names: tuple[str, str], reason: str) -> str:
    """Return the same where the mean difference is undefined."""
    baseline, model = map(named, names)
    return f"{model} cannot be compared with {baseline}: {reason}"


def _by_margin(interval: Interval, margin: float | None) -> str:
    if margin is None or interval.lower is None or interval.upper is None:
        return ""
    is_outside = interval.upper < -margin or interval.lower > margin
    return " by more than the margin" if is_outside else ""


def _would_decide(needed: float | None, draws: str) -> str:
    if needed is None:
        return ""
    return f"; about {float(f'{needed:.2g}'):,.0f} {draws} like these would decide it"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{DIGITS}g}"
