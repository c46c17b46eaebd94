"""What is scored: the common part of the plans of `score`, `compare`, `fit` and `worst`."""

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
    names : names of roles in the report, if they differ from those in chunks.
    texts, probabilities : preparations of labels, and of probabilities.
    classes : yields the names of the classes.
    several : the names of the classes, if each has a column of its own.
    metrics : in the order in which they are reported.
    loss : mean loss of the rows.
    of_losses, watches : notices about the losses, and other notices.
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
    watches: Sequence[Finding] = ()

    def prepare(
        self,
        scoring: Scoring,
        *,
        kept: Sequence[Preparation] = (),
        texts: Sequence[Preparation] = (),
    ) -> tuple[Preparation, ...]:
        """Return the preparations of rows, including further ones that keep or use texts."""
        clip = [] if scoring.clip is None else [Clip(scoring.clip)]
        texts = [*self.texts, *texts]
        return in_order(self.probabilities, kept=kept, texts=texts, clip=clip)

    def head(self, command: str, scoring: Scoring) -> Head:
        """Return the head of a command's report."""
        columns = by_role(self.columns, self.names)
        return Head(command, self.task, scoring.units, columns)
