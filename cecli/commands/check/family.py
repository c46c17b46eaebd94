"""All figures of a run as one family of tests, and the outcome of a rule from those of its groups.

References
----------
Berger, R. L. (1982), Multiparameter hypothesis testing and acceptance sampling.
doi:10.1080/00401706.1982.10487790
Holm, S. (1979), A simple sequentially rejective multiple test procedure.
https://www.jstor.org/stable/4615733
"""

from collections.abc import Sequence
from dataclasses import replace

from cecli.commands.check.outcome import Outcome, badness
from cecli.report.parts import Verdict


def confirmed(rules: Sequence[Sequence[Outcome]]) -> list[list[Outcome]]:
    """Return the outcomes of each rule, in which failures are held to Holm's procedure.

    Parameters
    ----------
    rules : for each rule of a run, the outcomes of the figures that it bounds: one, or one for each
        group.

    Notes
    -----
    The claim that all figures are within their limits needs no correction, as it is shown for each
    of them (Berger 1982, intersection-union tests). The claim that some figure is beyond its limit
    does need one, as one of many figures may be beyond it by chance. So a failure stands only if
    Holm's procedure rejects the hypothesis that the true number is within the limit; otherwise it
    is undecided. The family is every figure of the run that has a test. The chance that any figure
    fails though it is within its limit is then at most (1 − c)/2, with c the confidence of the
    rules (the least of them, if they differ).
    """
    every = [outcome for outcomes in rules for outcome in outcomes]
    tested = [place for place, outcome in enumerate(every) if outcome.p_within is not None]
    refuted = _rejected(every, tested)
    held = iter(
        _doubted(outcome, len(tested))
        if outcome.p_within is not None and place not in refuted and len(tested) > 1
        else outcome
        for place, outcome in enumerate(every)
    )
    return [[next(held) for _ in outcomes] for outcomes in rules]


def _rejected(outcomes: Sequence[Outcome], tested: Sequence[int]) -> set[int]:
    """Return the places of the tested outcomes whose hypothesis Holm's procedure rejects."""
    rejected = set[int]()
    shares = {place: _share_of_level(outcomes[place]) for place in tested}
    for step, place in enumerate(sorted(tested, key=lambda place: shares[place])):
        if shares[place] > 1.0 / (len(tested) - step):
            break
        rejected.add(place)
    return rejected


def _share_of_level(outcome: Outcome) -> float:
    """Return a p-value as a share of the level of its own rule, so that all have one scale."""
    return 2.0 * (outcome.p_within or 0.0) / (1.0 - (outcome.rule.confidence or 0.0))


def _doubted(outcome: Outcome, tested: int) -> Outcome:
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    reason = f"{outcome.reason}, but this may be by chance, as {tested:,} figures were tested"
    return replace(outcome, verdict=Verdict.UNDECIDED, reason=reason)


def summary(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a rule: of its groups the worst, with how many do not pass."""
    worst = min(outcomes, key=badness)
    if worst.group is None:
        return worst
    failed = sum(not outcome.passed for outcome in outcomes)
    what = "columns" if worst.rule.of_columns else "groups"
    count = f"; {failed} of {len(outcomes)} {what} do not pass" if failed > 1 else ""
    return replace(worst, reason=worst.reason + count, groups=len(outcomes), failed_groups=failed)
