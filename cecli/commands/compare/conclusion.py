"""The conclusion that p-values allow, and the sentence that states it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cecli.core.errors import named
from cecli.numerics.tails import holm
from cecli.report.parts import Conclusion
from cecli.report.result import Interval, Result, Units


@dataclass(frozen=True)
class Tests:
    """The p-values of one comparison.

    Attributes
    ----------
    difference : for the hypothesis "there is no difference", two-sided.
    noninferiority : for the hypothesis "the model is worse by the margin or more".
    equivalence : for the hypothesis "the models differ by the margin or more": the larger of two
        one-sided p-values (TOST).
    """

    difference: float
    noninferiority: float | None = None
    equivalence: float | None = None


def verdict(mean: float, tests: Tests, level: float) -> Conclusion:
    """Return the conclusion from unadjusted p-values.

    Parameters
    ----------
    level : of the interval; of several comparisons, that of simultaneous intervals.

    Notes
    -----
    One interval of that level shows every conclusion. It is below 0 for better, above 0 for worse,
    inside ±margin for equivalent, and below the margin for not worse. So each one-sided test uses
    an error rate of (1 − level)/2; a level of 0.9 gives the customary TOST at 5 %. Equivalence is
    tested first, because a difference smaller than the margin does not matter to the user.

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
    """Return the p-values adjusted for several comparisons, each kind of test on its own."""
    columns = (
        holm([None if each is None else getattr(each, name) for each in tests])
        for name in ("difference", "noninferiority", "equivalence")
    )
    return [
        None if each is None or p[0] is None else Tests(p[0], *p[1:])
        for each, p in zip(tests, zip(*columns, strict=True), strict=True)
    ]


DIGITS = 3


class Simultaneous(NamedTuple):
    """The level at which the intervals of some comparisons hold all at once, and their number."""

    level: float
    intervals: int

    def __str__(self) -> str:
        words = f"{100 * self.level:g}% interval of the difference"
        return words if self.intervals == 1 else f"simultaneous {words}"


def sentence(
    verdict: Conclusion,
    names: tuple[str, str],
    difference: float,
    interval: Interval,
    of: Simultaneous,
    units: Units,
    margin: float | None,
    effort: Sequence[Result],
    draws: str,
) -> str:
    """Return the sentence that states a conclusion, the difference and its interval.

    Parameters
    ----------
    names : of the baseline and the model.
    difference, interval, margin : in units.
    effort : what fresh draws could find, in units: their number, or the difference.
    draws : the word for them, such as "rows".
    """
    baseline, model = map(named, names)
    # Three digits for all: further digits are noise, and equal numbers of digits are easy to read.
    inside = f"{of}: [{_number(interval.lower)}, {_number(interval.upper)}] {units}"
    match verdict:
        case Conclusion.BETTER | Conclusion.WORSE:
            by = _by_margin(interval, margin, units)
            said = f"{model} is {verdict} than {baseline}{by}: its"
        case Conclusion.EQUIVALENT:
            said = f"{model} is equivalent to {baseline} {_within(margin, units)}: its"
        case Conclusion.NOT_WORSE:
            by = f"by more than the margin of {margin:g} {units}"
            said = f"{model} is not worse than {baseline} {by}: its"
        case _:
            said = f"it is undecided whether {model} is better or worse than {baseline}: {model}'s"
            inside += "".join(_would_find(result, units, margin, draws) for result in effort)
    return f"{said} mean loss is {_apart(difference, units)} ({inside})"


def agreement_sentence(
    names: tuple[str, str], agreement: str, units: Units, margin: float | None
) -> str:
    """Return the sentence if the losses of both models are equal in every row."""
    baseline, model = map(named, names)
    if margin is None:
        return f"{model} is neither better nor worse than {baseline} on these rows: {agreement}"
    return f"{model} is equivalent to {baseline} {_within(margin, units)}: {agreement}"


def infinite_sentence(verdict: Conclusion, names: tuple[str, str], rows: int, observed: str) -> str:
    """Return the sentence if the worse model has infinite losses, in a number of rows.

    Parameters
    ----------
    observed : what had probability 0, such as the observed class.
    """
    baseline, model = map(named, names)
    loser = model if verdict is Conclusion.WORSE else baseline
    where = "1 row" if rows == 1 else f"{rows:,} rows"
    what = f"an infinite loss, because it gave probability 0 to {observed} in {where}"
    return f"{model} is {verdict} than {baseline}: {loser} has {what}"


def undefined_sentence(names: tuple[str, str], reason: str) -> str:
    """Return the sentence if the mean difference is undefined, or cannot be tested."""
    baseline, model = map(named, names)
    return f"{model} cannot be compared with {baseline}: {reason}"


def _apart(difference: float, units: Units) -> str:
    if not difference:
        return "the same"
    return f"{_number(abs(difference))} {units} {'lower' if difference < 0 else 'higher'}"


def _within(margin: float | None, units: Units) -> str:
    return f"within the margin of {margin:g} {units}"


def _by_margin(interval: Interval, margin: float | None, units: Units) -> str:
    if margin is None or interval.lower is None or interval.upper is None:
        return ""
    is_outside = interval.upper < -margin or interval.lower > margin
    return f" by more than the margin of {margin:g} {units}" if is_outside else ""


def _would_find(result: Result, units: Units, margin: float | None, draws: str) -> str:
    value, rate = result.value or 0.0, "in 80% of cases"
    if margin is None:
        found = f"a difference of {_number(value)} {units}"
        return f"; as many fresh {draws} would find {found} {rate}"
    about, found = f"{float(f'{value:.2g}'):,.0f}", f"a difference of {margin:g} {units}"
    return f"; about {about} fresh {draws} would find {found} {rate}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{DIGITS}g}"
