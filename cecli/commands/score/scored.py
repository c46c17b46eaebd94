"""What is scored: the plans of `score`, `compare`, `fit` and `worst` are made of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cecli.columns.column import Column
from cecli.core.chunk import Preparation
from cecli.core.plan import Finding, Noticing, by_role
from cecli.metrics.metric import Metric
from cecli.options.scoring import Scoring
from cecli.preparations.order import in_order
from cecli.preparations.rows import Clip
from cecli.report.report import Head
from cecli.statistics.mean import Mean


class Scored(NamedTuple):
    """Predictions, or the tokens of a text, as the columns of a table.

    Attributes
    ----------
    names : how roles are called in the report, where it is not as in chunks.
    texts, probabilities : what prepares labels, and what prepares probabilities.
    classes : yields the names of the classes.
    several : the names of the classes, where each has a column of its own.
    metrics : in the order in which they are reported.
    loss : the mean of what each row costs.
    of_losses, watches : what is watched of the losses, and what beside them.
    """

    task: str
    columns: Sequence[Column]
    names: Mapping[str, str]
    metrics: tuple[Metric, ...]
    loss: Mean
    classes: Finding
    several: tuple[str, ...] = ()
    texts: Sequence[Preparation] = ()
    probabilities: Sequence[Preparation] = ()
    of_losses: Sequence[Noticing] = ()
    watches: Sequence[Noticing] = ()

    def prepare(
        self,
        scoring: Scoring,
        *,
        kept: Sequence[Preparation] = (),
        texts: Sequence[Preparation] = (),
    ) -> tuple[Preparation, ...]:
        """Return what rows go through, with more that is kept and made of texts."""
        clip = [] if scoring.clip is None else [Clip(scoring.clip)]
        texts = [*self.texts, *texts]
        return in_order(self.probabilities, kept=kept, texts=texts, clip=clip)

    def head(self, command: str, scoring: Scoring) -> Head:
        """Return what the report of a command says of it."""
        columns = by_role(self.columns, self.names)
        return Head(command, self.task, scoring.units, columns)
