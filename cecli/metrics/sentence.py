"""A verdict in words."""

from cecli.comparison import Verdict
from cecli.errors import named
from cecli.report import Interval, Units

DIGITS = 3


def sentence(
    verdict: Verdict,
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
        case Verdict.BETTER | Verdict.WORSE:
            said = f"{model} is {verdict} than {baseline}{_by_margin(interval, margin)}"
        case Verdict.EQUIVALENT:
            said = f"{model} is equivalent to {baseline} within the margin of {margin:g} {units}"
        case Verdict.NOT_WORSE:
            said = f"{model} is not worse than {baseline} by more than the margin of {margin:g}"
        case _:
            said = f"not decided yet whether {model} is better or worse than {baseline}"
            inside += _would_decide(needed, draws)
    less = "less" if difference < 0 else "more"
    return f"{said}: it loses {_number(abs(difference))} {units} {less} a row ({inside})"


def infinite_sentence(verdict: Verdict, names: tuple[str, str], rows: int) -> str:
    """Return the same where so many rows of the one that is worse are infinite."""
    baseline, model = map(named, names)
    loser = model if verdict is Verdict.WORSE else baseline
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
