"""The loss of another tool beside that of cecli, and why they differ."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from cecli.columns.numbers import Scale
from cecli.commands.score.scored import Scored
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States, Statistic
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.elsewhere.definitions import ALL_ROWS, mean_weight, metric_of
from cecli.metrics.elsewhere.losses import Lowered
from cecli.metrics.elsewhere.tools import KindOfPredictions, LossOfTool, elsewhere, stages
from cecli.options.reading import Tool
from cecli.options.scoring import Scoring
from cecli.report.result import NATS_PER, Notice, Units
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import WEIGHT, Mean

TASKS = {"binary", "multiclass"}
# Two ways to compute one loss differ by less.
ROUNDING = 1e-14


def with_loss_of(tool: Tool, scored: Scored, scoring: Scoring) -> Scored:
    """Return predictions that are also scored as another tool does.

    Raises
    ------
    UsageError
        If the tool has no loss for such predictions, or options contradict it.
    """
    _refuse(tool, scored, scoring)
    of = KindOfPredictions(
        several=bool(scored.several),
        soft=bool(scoring.target),
        are_logits=scoring.stating.scale is Scale.LOGIT,
        is_divided=scoring.stating.normalize,
        is_weighted=scoring.weighting.weight is not None,
    )
    found = elsewhere(tool, of)
    if found.by_rows and of.is_weighted and scoring.grouping.by:
        raise UsageError(
            f"--like {tool} divides weighted losses by the number of rows, also of those of weight "
            "0, which are in no group",
            hint="leave out --by, --model or --weight",
        )
    metric = metric_of(found, is_weighted=of.is_weighted)
    first, *others = scored.metrics
    return scored._replace(
        metrics=(first, metric, *others),
        watches=[*scored.watches, WhyLossesDiffer(found, of, scoring.units)],
    )


def _refuse(tool: Tool, scored: Scored, scoring: Scoring) -> None:
    if scored.task not in TASKS:
        raise UsageError(
            f"--like {tool} needs labels and predictions, and these are {scored.task}",
            hint=f"leave out --like {tool}",
        )
    if scoring.clip is not None:
        raise UsageError(
            f"--like {tool} and --clip cannot be used together: {tool} has a bound of its own",
            hint="leave out --clip: cecli's numbers are then those of the predictions as they are",
        )
    if scoring.stating.normalize and scoring.stating.scale is not Scale.PROBABILITY:
        raise UsageError(
            f"--like {tool} needs the probabilities that --normalize divides, and --from "
            f"{scoring.stating.scale} has none",
            hint="give probabilities",
        )


@dataclass(frozen=True)
class WhyLossesDiffer:
    """Notices why the loss of a tool is not that of cecli, and what each reason changes."""

    elsewhere: LossOfTool
    of: KindOfPredictions
    units: Units

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        changed = stages(self.elsewhere, self.of)
        rows = [FirstRows(Lowered(loss)) for _, loss in changed[:1] if self.elsewhere.bound]
        means = [Mean(loss) for _, loss in changed]
        return (CROSS_ENTROPY, WEIGHT, ALL_ROWS, Mean(self.elsewhere.score), *rows, *means)

    def finish(self, states: States) -> Iterator[Notice]:
        ours, rows = _mean(states, CROSS_ENTROPY), None
        reasons, before = [], ours
        for word, loss in stages(self.elsewhere, self.of):
            after, where = _mean(states, Mean(loss)), ""
            if rows is None and self.elsewhere.bound:
                rows = states[FirstRows(Lowered(loss))]
                where = f"{counted(rows.count, 'row')}, "
            reasons.append(f"{word} ({where}{self._change(before, after)})")
            before = after
        if self.elsewhere.by_rows and self.of.is_weighted:
            after = before * mean_weight(states)
            reasons.append(f"divides by the rows ({self._change(before, after)})")
            before = after
        name = self.elsewhere.name
        theirs, own = self._amount(before), self._amount(ours)
        both = f"{theirs}, as is cross_entropy"
        if own != theirs:
            both = f"{theirs}, cross_entropy {own}"
        why = ", ".join(reasons) or "has the same definition"
        message = f"the {self.elsewhere.function} of {name} is {both}: {name} {why}"
        code = f"like-{name.casefold()}"
        yield Notice(code, message) if rows is None else at_rows(code, rows, message)

    def _amount(self, nats: float) -> str:
        if math.isinf(nats):
            return "infinite"
        return f"{nats / NATS_PER[self.units]:.10g} {self.units}"

    def _change(self, before: float, after: float) -> str:
        """Return what a reason changes, in words."""
        if before == after or math.isclose(before, after, rel_tol=ROUNDING):
            return "no change"
        if math.isinf(before):
            return f"infinite to {self._amount(after)}"
        if math.isinf(after):
            return "makes it infinite"
        return f"{(after - before) / NATS_PER[self.units]:+.3g}"


def _mean(states: States, mean: Mean) -> float:
    return float(states[mean].mean)
