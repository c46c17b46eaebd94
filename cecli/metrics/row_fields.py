"""What is told of a row: its label or target, what was predicted, its weight, and more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Coded, Floats
from cecli.metrics.pair import p_of, q_of
from cecli.row import headings, of_class
from cecli.statistics.largest_rows import Values
from cecli.statistics.mean import Score


def label(chunk: Chunk) -> Coded:
    return chunk.texts["label"]


def target(chunk: Chunk) -> Floats:
    """Return the target of the positive class."""
    return np.asarray(p_of(chunk).prob[1])


def target_of_classes(chunk: Chunk) -> Floats:
    """Return the targets, shape (K, n)."""
    return p_of(chunk).prob


def prob(chunk: Chunk) -> Floats:
    """Return the probability of the positive class."""
    return np.asarray(q_of(chunk).prob[1])


def prob_of_classes(chunk: Chunk) -> Floats:
    """Return the probabilities, shape (K, n)."""
    return q_of(chunk).prob


def weight(chunk: Chunk) -> Floats:
    return chunk.numbers["weight"]


@dataclass(frozen=True)
class Shown:
    """The cells of a column that was asked for."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats | Coded:
        return chunk.texts.get(self.role) or chunk.numbers[self.role]


@dataclass(frozen=True)
class RowFields:
    """The fields of a row, in their order.

    Attributes
    ----------
    loss : what a row costs, in nats.
    own : of all rows, by name: "label" or "target", "prob", "log_prob", "weight".
    shown : (role, column) for each column that was asked for.
    classes : for fields that have a number for each class; empty where there are two.
    """

    loss: Score
    own: tuple[tuple[str, Values], ...]
    shown: tuple[tuple[str, str], ...]
    classes: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[tuple[str, Values], ...]:
        return (*self.own, *((role, Shown(role)) for role, _ in self.shown))

    @property
    def headings(self) -> list[str]:
        """The names of the columns of a table, as `Row.to_record` has them."""
        own = ["source", "line", *self._own_headings(), "loss"]
        return headings(own, [column for _, column in self.shown])

    def _own_headings(self) -> Iterator[str]:
        for name, _ in self.own:
            if self.classes and name in {"target", "prob"}:
                yield from (of_class(name, each) for each in self.classes)
            else:
                yield name


def shown_number(value: float) -> str:
    """Return the shortest text of a number that reads back as the same float64.

    Examples
    --------
    >>> shown_number(0.1), shown_number(17.0)
    ('0.1', '17')
    """
    return repr(value).removesuffix(".0")
