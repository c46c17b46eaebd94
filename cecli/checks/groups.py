"""A rule that each group must obey: the worst group speaks for all."""

from collections.abc import Sequence
from dataclasses import replace

from cecli.checks.figures import Figure
from cecli.checks.judging import bounded_of, judge
from cecli.checks.outcome import Outcome, Verdict, badness
from cecli.checks.rule import Rule

# The name of a group, its figure, and that of the baseline.
Compared = tuple[str, Figure | None, Figure | None]


def judge_groups(rule: Rule, groups: Sequence[Compared]) -> Outcome:
    """Return the outcome of the worst group, which says how many others do not pass.

    Parameters
    ----------
    groups : of each its name, its figure, and that of the baseline.

    Notes
    -----
    That all groups are within the limit needs no correction: each is shown to be (Berger 1982,
    intersection-union tests). That some group is beyond it does, since of many groups one is by
    chance alone: such verdicts are held to Holm's step-down procedure, and are undecided where it
    does not reject.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure.
    """
    outcomes = [
        replace(judge(rule, figure, base, f"{rule.metric} of {rule.by}={group}"), group=group)
        for group, figure, base in groups
    ]
    if rule.confidence is not None:
        outcomes = _held_to_holm(rule, outcomes, groups)
    worst = min(outcomes, key=badness)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    more = f", as {len(failed) - 1} more of {len(outcomes)} groups" if len(failed) > 1 else ""
    return replace(worst, reason=worst.reason + more, failed_groups=len(failed))


def _held_to_holm(
    rule: Rule, outcomes: Sequence[Outcome], groups: Sequence[Compared]
) -> list[Outcome]:
    """Return the outcomes, undecided where a failure may be that of one of many groups."""
    tested = [place for place, outcome in enumerate(outcomes) if outcome.lower is not None]
    p = {place: _p_beyond(rule, *groups[place][1:]) for place in tested}
    refuted, level = set[int](), (1.0 - (rule.confidence or 0.0)) / 2.0
    for step, place in enumerate(sorted(tested, key=lambda place: p[place])):
        if p[place] > level / (len(tested) - step):
            break
        refuted.add(place)
    return [
        outcome if place not in p or place in refuted else _doubted(outcome, len(tested))
        for place, outcome in enumerate(outcomes)
    ]


def _p_beyond(rule: Rule, figure: Figure | None, base: Figure | None) -> float:
    return bounded_of(rule, figure or Figure(None), base, 0.0).p_beyond


def _doubted(outcome: Outcome, groups: int) -> Outcome:
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    reason = f"{outcome.reason}, but of {groups} groups one may be so by chance"
    return replace(outcome, verdict=Verdict.UNDECIDED, reason=reason)
