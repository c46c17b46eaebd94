"""Notices about rules, and about a report beside its baseline: what no rule may say."""

from collections.abc import Iterator, Sequence

from cecli.commands.check.drifting import DRIFT
from cecli.commands.check.figures import CLASS, Figures, Key
from cecli.commands.check.rule import ROWS, Rule, contrary
from cecli.core.errors import named, visible
from cecli.core.remarks import counted
from cecli.report.result import Notice

# Beyond this share of the baseline's rows, a file is likely to be another one, or a part of it.
FAR = 0.25
LISTED = 5


def notices_of(
    rules: Sequence[Rule], current: Figures, baseline: Figures | None
) -> Iterator[Notice]:
    """Yield the notices of a run.

    Parameters
    ----------
    rules : those that a user wrote.
    """
    # Of drift, no difference of distributions is an improvement.
    judged = [] if current.command == DRIFT else rules
    for remark in dict.fromkeys(map(contrary, judged)):
        if remark:
            yield Notice("contrary-rule", remark)
    yield from _unseen(rules, current)
    if baseline is not None:
        yield from _far(current, baseline)
        yield from _other_groups(current, baseline)


def _unseen(rules: Sequence[Rule], current: Figures) -> Iterator[Notice]:
    """Yield a notice if a group could be missing unseen, as all its rows were left out."""
    by = dict.fromkeys(rule.by for rule in rules if rule.by not in {None, CLASS})
    left_out = int(current.read - current.counts[ROWS])
    if current.absent is None and left_out:
        for columns in by:
            yield Notice(
                "groups-unseen",
                f"{counted(left_out, 'row')} left out of {current.name}: a group by {columns} that "
                "has no other row is not seen; check the file of predictions to see it",
                left_out,
            )


def _far(current: Figures, baseline: Figures) -> Iterator[Notice]:
    rows, before = int(current.counts[ROWS]), int(baseline.counts[ROWS])
    if abs(rows - before) > FAR * before:
        yield Notice(
            "rows-differ",
            f"{current.name} has {counted(rows, 'row')}, but the baseline {before:,}: is it whole, "
            "and given once? --rows-within makes this a rule",
        )


def _other_groups(current: Figures, baseline: Figures) -> Iterator[Notice]:
    for by, ours in current.groups.items():
        theirs = baseline.groups.get(by, ours)
        gone, new = sorted(theirs.keys() - ours.keys()), sorted(ours.keys() - theirs.keys())
        if gone:
            yield Notice("groups-gone", f"of the baseline's groups by {by}, {_keys(gone)} not here")
        if new:
            yield Notice("groups-new", f"of the groups by {by}, {_keys(new)} not in the baseline")


def _keys(keys: Sequence[Key]) -> str:
    listed = [named(visible(", ".join(key))) for key in keys[:LISTED]]
    more = len(keys) - len(listed)
    return "; ".join([*listed, *[f"{more:,} more"] * bool(more)]) + (
        " are" if len(keys) > 1 else " is"
    )
