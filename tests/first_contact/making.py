"""What a case is, latent data, and how files are written."""

import csv
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import log_loss

Draw = np.random.Generator
ROWS = 90


@dataclass(frozen=True)
class Sample:
    """The files of a case, and what may be said of them.

    Attributes
    ----------
    files : contents by name.
    arguments : what a user types after `cecli score`.
    right : the mean losses in nats that are right, by what they are of; empty if none can be known.
    wrong : those that would be tempting, by what was taken for what.
    parts : those of a part of the file, or of another view of it: they may be proposed, too.
    each : whether a report must have all that are right, not one of them.
    """

    files: Mapping[str, bytes]
    arguments: tuple[str, ...]
    right: Mapping[str, float]
    wrong: Mapping[str, float]
    parts: Mapping[str, float]
    each: bool = False


@dataclass(frozen=True)
class Case:
    """A sample, the shape that it is one of, and how it is made."""

    name: str
    shape: str
    make: Callable[[Draw], Sample]

    def sample(self, number: int = 0) -> Sample:
        """Return the same sample for the same number; it does not depend on other cases."""
        return self.make(np.random.default_rng([zlib.crc32(self.name.encode()), number]))


def of_shape(shape: str) -> Callable[[Callable[[Draw], Sample]], Case]:
    """Make a case of a function; its name is that of the case."""
    return lambda make: Case(make.__name__, shape, make)


def sample(
    files: Mapping[str, bytes | str],
    right: float | Mapping[str, float] | None = None,
    *,
    arguments: Sequence[str] = (),
    parts: Mapping[str, float] | None = None,
    each: bool = False,
    **wrong: float,
) -> Sample:
    """Return a sample; a user who scores it names the first file only, if nothing else is said."""
    encoded = {
        name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()
    }
    known = {} if right is None else right if isinstance(right, Mapping) else {"loss": right}
    return Sample(
        encoded, tuple(arguments) or (next(iter(files)),), known, wrong, parts or {}, each
    )


# Latent data. Numbers have six digits, as in files, and losses are those of the rounded numbers.


def events(draw: Draw, rows: int = ROWS, low: float = 1.2, high: float = 1.9) -> tuple[Any, Any]:
    """Return outcomes and the probabilities that they come from; no threshold tells them apart."""
    while True:
        p = draw.beta(low, high, rows).round(6).clip(0.000_1, 0.999_9)
        y = draw.random(rows) < p
        if y.any() and not y.all() and p[y].min() < np.median(p[~y]) and p[~y].max() > p[y].min():
            return y, p


def rival(draw: Draw, p: Any) -> Any:
    """Return the probabilities of another model for the same rows."""
    return (0.75 * p + 0.25 * draw.random(len(p))).round(6)


def distributions(draw: Draw, classes: int, rows: int = ROWS) -> tuple[Any, Any]:
    """Return the codes of classes and probabilities that add up to 1, in thousandths."""
    shares = draw.dirichlet(np.full(classes, 1.1), rows)
    counts = draw.multinomial(1000 - classes, shares) + 1
    q = counts / 1000
    y = np.array([draw.choice(classes, p=row / row.sum()) for row in q])
    y[:classes] = range(classes)  # each class occurs
    y[classes : 2 * classes] = q[classes : 2 * classes].argmin(axis=1)  # no decisions
    return y, q


def rival_of_classes(draw: Draw, q: Any) -> Any:
    """Return the probabilities of another model for the same rows, in thousandths."""
    rows, classes = q.shape
    shares = 0.6 * q + 0.4 * draw.dirichlet(np.ones(classes), rows)
    return (draw.multinomial(1000 - classes, shares / shares.sum(axis=1, keepdims=True)) + 1) / 1000


def logits_of(p: Any) -> Any:
    return np.log(p / (1 - p)).round(5)


def expit(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    raised = np.exp(z - z.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def loss(y: Any, p: Any) -> float:
    """Return the log loss of events."""
    return float(log_loss(np.asarray(y, dtype=int), np.asarray(p, dtype=float), labels=[0, 1]))


def loss_of_classes(y: Any, q: Any) -> float:
    """Return the log loss of codes of classes, against a column for each."""
    return float(log_loss(y, q, labels=range(q.shape[1])))


def loss_of_happened(p: Any) -> float:
    """Return the mean of -log p, where p is the probability of what happened."""
    return float(-np.log(p).mean())


# Files.


def words(codes: Any, *names: str) -> list[str]:
    """Return the name of each code; of False and True, if there are two."""
    return [names[int(code)] for code in codes]


def cell(value: Any, decimal: str = ".") -> str:
    if isinstance(value, float | np.floating):
        return repr(float(value)).replace(".", decimal)
    return str(value)


def table(
    columns: Mapping[str, Any],
    delimiter: str = ",",
    *,
    header: bool = True,
    decimal: str = ".",
    quoting: Any = csv.QUOTE_MINIMAL,
    ending: str = "\n",
) -> str:
    """Return columns as delimited text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    if header:
        writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([cell(value, decimal) for value in row])
    return text.getvalue()


def records(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return rows as JSON can have them."""
    plain = {
        name: values.tolist() if isinstance(values, np.ndarray) else list(values)
        for name, values in columns.items()
    }
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def dates(rows: int) -> list[str]:
    """Return one day after another."""
    return (np.datetime64("2023-03-01") + np.arange(rows)).astype(str).tolist()


def bits(draw: Draw, rows: int = ROWS, share: float = 0.5) -> Any:
    """Return an attribute of two values that has nothing to do with any prediction."""
    return (draw.random(rows) < share).astype(int)
