"""Whether predictions mean what they say, in sentences that the evidence bears.

Several tests share the share of errors: the least p-value counts as often as there are tests
(Bonferroni). `score` has fewer tests than `calibration`: it counts those that it lacks, so that
`calibration` claims what it claims, and says that there are more where its own show nothing. What
an interval excludes names the direction.
"""

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from cecli.renderers.summary.figures import KeyFigures, OfGroup
from cecli.renderers.summary.numbers import measured, p_value, percentage

# Tests against any departure, and those that take their place where a report has none of them.
TESTS = ("miscalibration_p_value", "ecce_p_value", "calibration_chi2_p_value")
OTHER_TESTS = ("calibration_z_p_value", "spiegelhalter_z_p_value")
# A slope is slightly off if its interval is within a factor of the first, far if beyond the second.
SLIGHTLY, FAR = log(1.25), log(2.0)


class JointTest(NamedTuple):
    """The p-value of some tests together, and how many they are."""

    p_value: float
    tests: int

    @property
    def said(self) -> str:
        return p_value(self.p_value)

    @property
    def of_tests(self) -> str:
        return "1 test" if self.tests == 1 else f"{self.tests} tests"


def miscalibrated(of: KeyFigures) -> str | None:
    """Say how predictions are off if the tests show it, and what recalibration would win."""
    found = evidence(of)
    if found is None or found.p_value > of.alpha:
        return None
    how = " and ".join(directions(of)) or f"not calibrated ({found.said})"
    return f"{how[0].upper()}{how[1:]}{_gain(of)}."


def hinted(of: KeyFigures) -> str | None:
    """Say how predictions may be off if an interval shows it, and the tests do not."""
    found, how = evidence(of), directions(of)
    if found is None or not how:
        return None
    room = "leaves room" if found.tests == 1 else "leave room"
    return f"Perhaps {' and '.join(how)}; {found.of_tests} {room} for chance ({found.said})."


def no_sign(of: KeyFigures) -> str | None:
    """Say that the tests show nothing, and where there are more of them."""
    found = evidence(of)
    if found is None:
        return None
    more = "; cecli calibration has more" if of.command == "score" else ""
    return f"No sign of miscalibration in {found.of_tests} ({found.said}){more}."


def evidence(of: KeyFigures) -> JointTest | None:
    """Return what all tests tell together; None if the report has none."""
    for tests in (TESTS, OTHER_TESTS):
        if found := [of[name] for name in tests if of.has(name)]:
            shared = len(tests) if of.command == "score" else len(found)
            return JointTest(min(1.0, shared * min(found)), len(found))
    return None


def directions(of: KeyFigures) -> list[str]:
    """Return in words in which directions intervals exclude calibrated predictions.

    Of predictions that are too high on average, and below 1/2, more are near 1/2 than should be. By
    their own account they lose too much, too, and that is no other fault.
    """
    average = _on_average(of)
    if average and not of.has("calibration_slope") and _explains(of):
        return list(average)
    return [*_extreme(of), *average]


def _explains(of: KeyFigures) -> bool:
    """Return whether the mean of the predictions is wrong on the side that their loss is."""
    if not of.has("mean_prediction", "calibration_z"):
        return False
    is_too_high, is_overconfident = of["observed_expected"] < 1.0, of["calibration_z"] > 0.0
    return (is_too_high == is_overconfident) == (of["mean_prediction"] > 0.5)


def _extreme(of: KeyFigures) -> Sequence[str]:
    """Say whether predictions are too extreme: by the slope, or by the loss that they expect."""
    if of.has("calibration_slope"):
        side = of.side("calibration_slope", 1.0)
        words = {-1: "too extreme", 1: "too moderate"}
        if side not in words:
            return ()
        return (f"{_degree(of)}{words[side]} (slope {_slope(of)})",)
    if not of.has("calibration_z", "calibration_z_p_value", "prediction_entropy"):
        return ()
    if of["calibration_z_p_value"] > of.alpha:
        return ()
    sure = "overconfident" if of["calibration_z"] > 0.0 else "underconfident"
    return (f"{sure} (by their own account they lose {of.text('prediction_entropy')})",)


def _slope(of: KeyFigures) -> str:
    """Return the slope with two decimals, or more if its interval is near 1."""
    interval = of.interval("calibration_slope")
    return measured(of["calibration_slope"], max(interval.se or 0.01, 0.0036))


def _degree(of: KeyFigures) -> str:
    """Return an adverb that the whole interval of the slope bears, and a blank; or nothing."""
    lower, upper = of.interval("calibration_slope").lower, of.interval("calibration_slope").upper
    if lower is None or upper is None or lower <= 0.0:
        return ""
    ends = sorted((abs(log(lower)), abs(log(upper))))
    return "slightly " if ends[1] <= SLIGHTLY else "far " if ends[0] >= FAR else ""


def _on_average(of: KeyFigures) -> Sequence[str]:
    """Say whether events are more or less frequent than predicted."""
    side = of.side("observed_expected", 1.0)
    if not side or not of.has("observed_expected"):
        return ()
    words = {1: "too low", -1: "too high"}
    off = percentage(abs(of["observed_expected"] - 1.0), of.interval("observed_expected").se)
    more = "more" if side > 0 else "fewer"
    return (f"{words[side]} on average ({off} % {more} events than predicted)",)


def _gain(of: KeyFigures) -> str:
    """Return what the best monotone recalibration wins: less than what chance does, if known."""
    if of.has("miscalibration", "miscalibration_expected"):
        beyond = of["miscalibration"] - of["miscalibration_expected"]
        if not beyond > 0.0:
            return ""
        return f"; recalibrating would win about {beyond:.2g} beyond chance on these rows"
    most = "miscalibration_upper" if of.has("miscalibration_upper") else "miscalibration"
    if not of.has(most):
        return ""
    return f"; recalibrating would win at most {of[most]:.2g} on these rows"


def groups(of: KeyFigures) -> str | None:
    """Say how many groups are not calibrated, by p-values adjusted for their number."""
    return _not_calibrated(of.groups, "groups", of.alpha)


def classes(of: KeyFigures) -> str | None:
    """Say how many classes, each against the others, are not calibrated; as of groups."""
    return _not_calibrated(of.per_class, "classes", of.alpha)


def _not_calibrated(groups: Sequence[OfGroup], named: str, alpha: float) -> str | None:
    found = [
        (p, group.name)
        for group in groups
        if (p := group.values.get("ecce_p_value_adjusted")) is not None and p <= alpha
    ]
    if not found:
        return None
    (p, name), several = min(found), len(found) > 1
    are, most = ("are", ", most clearly") if several else ("is", ":")
    of_all = f"{len(found):,} of {len(groups):,} {named}"
    return f"{of_all} {are} not calibrated{most} {name} ({p_value(p)})."


def ranking(of: KeyFigures) -> str | None:
    """Say how well predictions rank, if they do."""
    if not of.has("auc"):
        return None
    auc, interval = of["auc"], of.interval("auc")
    side, share = of.side("auc", 0.5), percentage(auc, interval.se)
    is_known = interval.lower is not None
    if auc == 0.5 or (is_known and not side):
        return f"Ranks events no better than chance, as far as {of.rows_tell}."
    wrong = "Ranks the wrong way: " if side < 0 else ""
    unsure = "" if is_known else f" on {of.rows_here}; no interval says how surely"
    said = f"{wrong}{_ranked(of)} {share} % of the time (AUC){unsure}."
    return said[0].upper() + said[1:]


def _ranked(of: KeyFigures) -> str:
    """Say which event is ranked above which."""
    if of.is_of_likeliest_class:
        return "a row whose likeliest class is observed is ranked above one where it is not"
    return "an event is ranked above a non-event"
