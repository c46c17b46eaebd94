"""The figures of a page in words: a value as exact as its interval allows, and its change."""

from cecli.metrics.registry import known
from cecli.pictures.drawing.ticks import rounded
from cecli.report.result import Direction, Interval, Measure, Result

# Names as people write them, where they are no words.
TITLES = {
    "auc": "AUC",
    "brier": "Brier score",
    "ece": "ECE",
    "ecce": "ECCE",
    "kl": "KL divergence",
    "reverse_kl": "Reverse KL divergence",
    "js_divergence": "Jensen–Shannon divergence",
    "rps": "Ranked probability score",
    "skill": "Skill",
    "observed_expected": "Observed ÷ expected",
    "cross_entropy": "Cross-entropy",
    "calibrated_cross_entropy": "Cross-entropy after the fit",
    "mean_prediction": "Mean prediction",
}
NO_INTERVAL = Interval(None, None, None, 0.0)


def title_of(name: str) -> str:
    """Return the name of a metric as a heading.

    Examples
    --------
    >>> title_of("average_precision"), title_of("auc")
    ('Average precision', 'AUC')
    """
    words = name.replace("_", " ")
    return TITLES.get(name, words[:1].upper() + words[1:])


def value_of(result: Result) -> str:
    """Return a value with as many decimals as half of its interval has two digits of."""
    if result.value is None:
        return "undefined"
    return rounded(result.value, half_of(result))


def half_of(result: Result) -> float | None:
    """Return half of the width of an interval; None without one.

    An interval from very few rows reaches far beyond its standard error, whose digits still hold.
    """
    interval = result.interval or NO_INTERVAL
    if interval.lower is None or interval.upper is None:
        return None
    half = (interval.upper - interval.lower) / 2.0
    return min(half, 2.0 * interval.se) if interval.se else half


def interval_of(result: Result) -> str:
    """Return the ends of an interval; empty without one."""
    interval, half = result.interval or NO_INTERVAL, half_of(result)
    if interval.lower is None or interval.upper is None:
        return ""
    return f"{rounded(interval.lower, half)} to {rounded(interval.upper, half)}"


def level_of(result: Result) -> str:
    """Return the level of an interval in percent; empty without one."""
    return "" if result.interval is None else f"{100.0 * result.interval.level:.3g} %"


def unit_of(result: Result, units: str) -> str:
    """Return the unit of a value; empty for a plain number."""
    return "" if result.measure is Measure.NUMBER else units


def direction_of(name: str) -> Direction:
    """Return which values of a metric are better."""
    definition = known(name)
    return Direction.NEITHER if definition is None else definition.direction


def change_of(result: Result, baseline: Result) -> tuple[str, str]:
    """Return the change from a baseline in words, and whether it is better, worse or neither."""
    if result.value is None or baseline.value is None:
        return "", "neither"
    change = result.value - baseline.value
    if change != change or abs(change) == float("inf"):
        return "", "neither"
    sign = "+" if change > 0.0 else ""
    words = "no change" if change == 0.0 else f"{sign}{rounded(change, half_of(result))}"
    better = {Direction.LOWER: change < 0.0, Direction.HIGHER: change > 0.0}
    direction = direction_of(result.name)
    if change == 0.0 or direction is Direction.NEITHER:
        return words, "neither"
    return words, "better" if better[direction] else "worse"
