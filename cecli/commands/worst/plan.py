"""The plan of `worst`: the columns that are read, and those that are shown."""

from collections.abc import Sequence

from cecli.columns.column import Column, find
from cecli.commands.score.plan import predictions, prob_columns
from cecli.commands.score.tokens import Tokens, tokens
from cecli.commands.worst import rows as row_fields
from cecli.commands.worst.largest_rows import LargestRows, Values
from cecli.commands.worst.rows import RowFields, WorstRows, share_metrics
from cecli.core.chunk import Chunk, Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.plan import Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.metrics.cross_entropy import loss_metrics
from cecli.metrics.metric import measured
from cecli.options.scoring import Scoring


@dataclass(frozen=True)
class AlsoShown:
    """Copies the values of a role to another role, before they are prepared.

    Attributes
    ----------
    place : position of the column among those of its role; None if it is the only one.
    shown : the role of the copy.
    """

    role: str
    place: int | None
    shown: str

    def __call__(self, chunk: Chunk) -> Chunk:
        if self.role in chunk.texts:
            return chunk.with_texts(**{self.shown: chunk.texts[self.role]})
        numbers = chunk.numbers[self.role]
        return chunk.with_numbers(
            **{self.shown: numbers if self.place is None else numbers[self.place]}
        )


@dataclass(frozen=True)
class Wanted:
    """The number of rows to show, and the columns to show, as the user named them."""

    rows: int
    show: Sequence[str]

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise UsageError(f"--rows {self.rows} is not at least 1")

    def columns(self, table: Table) -> tuple[str, ...]:
        """Return the columns to show, each once; split names at commas, except column names."""
        names = [
            name
            for given in self.show
            for name in ([given] if given in table.header else given.split(","))
        ]
        for name in names:
            find(table.header, name, table.name)
        return tuple(dict.fromkeys(names))


def worst(
    table: Table, scoring: Scoring, of_tokens: Tokens | None, wanted: Wanted
) -> tuple[Plan, RowFields]:
    """Return the plan for the rows of the largest loss, and the fields of each row.

    Parameters
    ----------
    of_tokens : the columns of tokens; None if rows are predictions.
    """
    scored = (
        predictions(table, scoring, prob_columns(table, scoring))
        if of_tokens is None
        else tokens(table, of_tokens, scoring)
    )
    loss = scored.loss.score
    shown = tuple((f"show {i}", name) for i, name in enumerate(wanted.columns(table)))
    columns, kept = _reading(scored.columns, shown)
    fields = RowFields(loss, tuple(_own(scored.columns, scored.several)), shown, scored.several)
    largest = LargestRows(loss, wanted.rows, fields.all)
    mean, *_ = loss_metrics(loss)
    head = scored.head("worst", scoring)
    if shown:
        head = head._replace(columns={**head.columns, "show": list(dict(shown).values())})
    plan = Plan(
        columns=columns,
        prepare=scored.prepare(scoring, kept=kept),
        findings=(
            scored.classes,
            # Tokens of a text depend on each other, and nothing here says which text is whose.
            *(measured([mean]) if of_tokens is None else [mean]),
            *measured(share_metrics(largest, scored.loss)),
            *scored.of_losses,
            *scored.watches,
            *remarks(scoring.bad_rows, scoring.notices),
            WorstRows(largest, fields, getattr(table, "index_of", _no_index)),
        ),
        head=head,
        bad_rows=scoring.bad_rows,
    )
    return plan, fields


def _no_index(_: int) -> None:
    """Return no index: only a DataFrame has one."""


def _reading(
    columns: Sequence[Column], shown: Sequence[tuple[str, str]]
) -> tuple[list[Column], list[Preparation]]:
    """Return the columns to read, and the preparations that copy columns of other roles."""
    known = {column.name: column for column in columns}
    new = [Column(role, name, None) for role, name in shown if name not in known]
    kept: list[Preparation] = [
        AlsoShown(known[name].role, known[name].place, role)
        for role, name in shown
        if name in known
    ]
    return [*columns, *new], kept


def _own(columns: Sequence[Column], classes: Sequence[str]) -> list[tuple[str, Values]]:
    """Return the fields of every row, by name."""
    roles = {column.role for column in columns}
    target = row_fields.target_of_classes if classes else row_fields.target
    prob = row_fields.prob_of_classes if classes else row_fields.prob
    fields: dict[str, Values] = {
        "label": row_fields.label,
        "target": target,
        "prob": prob,
        "log_prob": row_fields.Shown("log_prob"),
        **{role: row_fields.Shown(role) for role in row_fields.WEIGHTING},
    }
    return [(name, values) for name, values in fields.items() if name in roles]
