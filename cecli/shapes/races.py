"""One row a candidate, one of which happens in each group: the horses of a race."""

from collections.abc import Generator, Sequence
from typing import ClassVar

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column, classes_of
from cecli.columns.labels import LabelRule, PositiveValue, ZeroOrOne
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError, UsageError, named, shown
from cecli.core.table import BLOCK, Partition, Table
from cecli.guessing.completing import label_of, predictions_of
from cecli.options.scoring import Scoring, Stating
from cecli.preparations.labels import Categories, LabelsToTargets
from cecli.preparations.rows import drop_weightless, without
from cecli.preparations.sums import REFUSED, deviation
from cecli.readers.views import InOrder, View
from cecli.shapes.gathered import TOTAL, WINNERS, WITHIN, Gathered

# A group can be left out; a candidate cannot: the others would be judged as if it had not run.
OF_GROUPS = frozenset({Reason.WINNER, Reason.SUM})
INCOMPLETE = (
    "a group needs all of its candidates, so none is skipped: complete the row, or take all rows "
    "of its group out of the file"
)


@dataclass(frozen=True)
class OneOfGroup:
    """The rows of a group are candidates, of which one happens: a group is one row.

    Attributes
    ----------
    within : the column whose values are the groups.
    """

    within: str

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        others = {
            "--target": scoring.target,
            "--clip": scoring.clip is not None,
            "--base-rate": scoring.base_rate is not None,
            "--explain": scoring.explain,
            "--ordered": scoring.ordered,
            "--model": scoring.model is not None,
            "--from logit": scoring.stating.scale is Scale.LOGIT,
        }
        if given := next((name for name, value in others.items() if value), None):
            raise UsageError(
                f"--within and {given} cannot be used together",
                hint="--label says which row of a group happened, and --prob has its probability",
            )
        skips = scoring.bad_rows.skips
        if skips and skips.isdisjoint(OF_GROUPS):
            raise UsageError("--within and --missing skip cannot be used together", hint=INCOMPLETE)
        taken = [*scoring.taken, self.within]
        asked = scoring.prob or predictions_of(table, taken, scoring.tell)
        named_prob = classes_of(table.header, asked, taken, table.name)
        if len(named_prob) > 1:
            raise UsageError("--within needs one --prob column: each row is one candidate")
        ((_, prob),) = named_prob
        label = scoring.label or label_of(table, [prob, *taken], scoring.tell)
        rule: LabelRule = ZeroOrOne()
        if scoring.positive is not None:
            rule = PositiveValue(str(scoring.positive))
        races = RacesTable(table, self.within, label, rule, scoring.stating)
        return races, replace(scoring, label=label, prob=[prob], within=self.within)


@dataclass(frozen=True, eq=False)
class RacesTable(View):
    """A table with a row for each group of rows of another."""

    within: str
    label: str
    rule: LabelRule
    stating: Stating

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [Races(self, tuple(columns), bad_rows)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> None:  # noqa: ARG002
        return None


@dataclass(frozen=True, eq=False)
class Races:
    """All groups of rows, which are known once all rows were read. So memory is by groups."""

    table: RacesTable
    columns: tuple[Column, ...]
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        # All rows were read, and in order: no defect precedes the one that was found.
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        gathered = Gathered(self.table.within, self.table.name)
        table = InOrder(self.table.table)
        for partition in table.partitions(self.columns, self._of_candidates):
            for chunk in partition.chunks():
                gathered.add(self._prepared(chunk))
        for chunk in gathered.chunks(normalize=self.table.stating.normalize):
            yield from self._judged(chunk).pieces(BLOCK)

    @property
    def _of_candidates(self) -> BadRows:
        """What to do with candidates: any that cannot be used ends the reading."""
        return replace(self.bad_rows, skips=frozenset(), limit=None)

    def _prepared(self, chunk: Chunk) -> Chunk:
        """Return the candidates that count, with their targets."""
        chunk = replace(chunk, scales={**chunk.scales, "prob": self.table.stating.scale})
        chunk = drop_weightless(chunk)
        chunk = Categories(WITHIN, self.table.within, self._of_candidates)(chunk)
        chunk = LabelsToTargets(self.table.label, self.table.rule, self._of_candidates)(chunk)
        if chunk.defect is not None:
            raise _without_skipping(chunk.defect)
        return chunk

    def _judged(self, chunk: Chunk) -> Chunk:
        """Return the groups with one winner, and whose probabilities add up to 1."""

        def winners(row: int) -> RowError:
            count = int(chunk.numbers[WINNERS][row])
            happened = f"{count} rows that happened" if count else "no row that happened"
            what = f"{self._name(chunk, row)} has {happened}, but in each group one happens"
            hint = "--on-bad-row skip leaves out such groups"
            return RowError.at(*chunk.position(row), what, hint, Reason.WINNER)

        def sums(row: int) -> RowError:
            total = chunk.numbers[TOTAL][row]
            what = f"the probabilities of {self._name(chunk, row)} add up to {total:.6g}, not to 1"
            hint = "are all candidates there? --normalize divides by the sum"
            return RowError.at(*chunk.position(row), what, hint, Reason.SUM)

        bad = chunk.numbers[WINNERS] != 1.0
        chunk = without(chunk, bad, Reason.WINNER, self.bad_rows, winners)
        total = chunk.numbers[TOTAL]
        off = (
            (total == 0.0)
            if self.table.stating.normalize
            else chunk.numbers[deviation("prob")] > REFUSED
        )
        return without(chunk, off, Reason.SUM, self.bad_rows, sums)

    def _name(self, chunk: Chunk, row: int) -> str:
        text = chunk.texts[WITHIN]
        return f"{named(self.table.within)} {shown(text.names[text.codes[row]])}"


def _without_skipping(error: RowError) -> RowError:
    """Return the error of a candidate with a hint that holds for candidates."""
    return replace(error, hint=INCOMPLETE) if "skip" in error.hint else error
