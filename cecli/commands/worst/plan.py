"""A column that plays a role already, and is shown as well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cecli.columns.column import Column, find
from cecli.commands.score.predictions import predictions, prob_columns
from cecli.commands.score.tokens import Tokens, tokens
from cecli.commands.worst import rows as row_fields
from cecli.commands.worst.largest_rows import LargestRows, Values
from cecli.commands.worst.rows import RowFields, WorstRows, share_metrics
from cecli.core.chunk import Chunk
from cecli.core.errors import UsageError
from cecli.core.evaluate import Question
from cecli.core.preparation import Preparation
from cecli.core.table import Table
from cecli.metrics.cross_entropy import cross_entropy, loss_metrics
from cecli.metrics.tokens import token_cost
from cecli.options.predictions import Scoring
from cecli.statistics.mean import Mean, Score


@dataclass(frozen=True)
class AlsoShown:
    """Keep what was read for a role under another one, before anything is made of it.

    Attributes
    ----------
    place : of the column among those of its role; None where it is the only one.
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
    """How many rows to show, and which of their columns; names are still as the user gave them."""

    rows: int
    show: Sequence[str]

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise UsageError(f"--rows {self.rows}: at least one row must be asked for")

    def columns(self, table: Table) -> tuple[str, ...]:
        """Return the columns to show, each once: a name, or several with commas between them."""
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
) -> tuple[Question, RowFields]:
    """Return the question about the rows of the largest loss, and what is told of each row.

    Parameters
    ----------
    of_tokens : where the rows are tokens, and no predictions to be scored.
    """
    if of_tokens is None:
        prob = prob_columns(table, scoring)
        classes = tuple(name for name, _ in prob) if len(prob) > 1 else ()
        return _ranked(table, predictions(table, scoring, prob), cross_entropy, classes, wanted)
    return _ranked(table, tokens(table, of_tokens), token_cost, (), wanted)


def _ranked(
    table: Table, asked: Question, loss: Score, classes: tuple[str, ...], wanted: Wanted
) -> tuple[Question, RowFields]:
    """Return the question about the largest losses of the rows that another one is about."""
    shown = tuple((f"show {i}", name) for i, name in enumerate(wanted.columns(table)))
    columns, kept = _reading(asked.columns, shown)
    fields = RowFields(loss, tuple(_own(asked.columns, classes)), shown, classes)
    largest = LargestRows(loss, wanted.rows, fields.all)
    mean, *_ = loss_metrics(loss)
    question = replace(
        asked,
        command="worst",
        columns=columns,
        preparations=[*kept, *asked.preparations],
        metrics=(mean, *share_metrics(largest, Mean(loss))),
        details=[WorstRows(largest, fields)],
        options={**asked.options, "rows": wanted.rows},
    )
    return question, fields


def _reading(
    columns: Sequence[Column], shown: Sequence[tuple[str, str]]
) -> tuple[list[Column], list[Preparation]]:
    """Return the columns to read, and what keeps those that are read for another role already."""
    known = {column.name: column for column in columns}
    new = [Column(role, name, None) for role, name in shown if name not in known]
    kept: list[Preparation] = [
        AlsoShown(known[name].role, known[name].place, role)
        for role, name in shown
        if name in known
    ]
    return [*columns, *new], kept


def _own(columns: Sequence[Column], classes: Sequence[str]) -> list[tuple[str, Values]]:
    """Return what is told of every row, by name."""
    roles = {column.role for column in columns}
    target = row_fields.target_of_classes if classes else row_fields.target
    prob = row_fields.prob_of_classes if classes else row_fields.prob
    fields: dict[str, Values] = {
        "label": row_fields.label,
        "target": target,
        "prob": prob,
        "log_prob": row_fields.Shown("log_prob"),
        "weight": row_fields.weight,
    }
    return [(name, values) for name, values in fields.items() if name in roles]
