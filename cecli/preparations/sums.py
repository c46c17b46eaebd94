"""Sums of probabilities, which are checked or normalized, and shares from amounts."""

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.numbers import AnyScale, Scale, Unscaled
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp
from cecli.numerics.distributions.shares import share_difference, sum_over_classes
from cecli.preparations.rows import without

# Deviations of a sum from 1: above the first there is a notice, above the second an error.
NOTICED, REFUSED = 1e-6, 1e-3
# Below this, numbers that were rounded may explain the deviation.
ROUNDED = 0.03


def deviation(role: str) -> str:
    """Return the role of the distances of a role's sums from 1, of shape (n,)."""
    return f"{role}-sum"


@dataclass(frozen=True)
class AddUpToOne:
    """Refuse rows of K probabilities whose sum is not 1; keep the deviations of the others."""

    role: str
    word: str
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        total = _total(chunk, self.role)
        off = np.abs(total - 1.0)

        def explain(row: int) -> RowError:
            what = f"the {self.word} add up to {total[row]:.6g}, not to 1"
            values = chunk.numbers[self.role][:, row]
            return RowError.at(
                *chunk.position(row, self.role), what, _hint(values, total[row]), Reason.SUM
            )

        chunk = chunk.with_numbers(**{deviation(self.role): off})
        return without(chunk, off > REFUSED, Reason.SUM, self.bad_rows, explain)


@dataclass(frozen=True)
class Normalize:
    """State that K numbers are to be divided by their sum; keep the sum's deviation from 1."""

    role: str
    word: str
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        total = _total(chunk, self.role)

        def explain(row: int) -> RowError:
            what = f"the {self.word} add up to {total[row]:.6g}"
            return RowError.at(
                *chunk.position(row, self.role), what, "is this row empty?", Reason.SUM
            )

        chunk = chunk.with_numbers(**{deviation(self.role): np.abs(total - 1.0)})
        if chunk.scales.get(self.role) is Scale.LOG_PROBABILITY:
            # Logarithms up to a constant are logits; their sum may be too small for a float64.
            nothing = np.isneginf(chunk.numbers[self.role].max(axis=0))
            scale: AnyScale = Scale.LOGIT
        else:
            nothing = (total == 0.0) | np.isinf(total)
            scale = Unscaled.AMOUNT
        chunk = without(chunk, nothing, Reason.SUM, self.bad_rows, explain)
        return replace(chunk, scales={**chunk.scales, self.role: scale})


@dataclass(frozen=True)
class OneSoftmax:
    """Refuse rows of K logits that determine no probabilities."""

    role: str
    bad_rows: BadRows = STRICT

    def __call__(self, chunk: Chunk) -> Chunk:
        logits = chunk.numbers[self.role]
        certain = np.count_nonzero(np.isposinf(logits), axis=0)
        impossible = np.isneginf(logits.max(axis=0))

        def explain(row: int) -> RowError:
            what = "all logits are -inf" if impossible[row] else f"{certain[row]} logits are inf"
            hint = "one class at inf is certain, and a class at -inf is impossible"
            return RowError.at(*chunk.position(row, self.role), what, hint, Reason.SUM)

        return without(chunk, impossible | (certain > 1), Reason.SUM, self.bad_rows, explain)


def _total(chunk: Chunk, role: str) -> Floats:
    """Return the sum of each row's probabilities."""
    values = chunk.numbers[role]
    match chunk.scales.get(role):
        case Scale.LOG_PROBABILITY:
            return sum_over_classes(exp(values))
        case Scale.PERCENT:
            return np.asarray(sum_over_classes(values) / 100.0)
        case _:
            return sum_over_classes(values)


def _hint(values: Floats, total: float) -> str:
    """Return what to do about a row of probabilities that do not add up to 1."""
    if abs(total - 100.0) < 1.0:
        return "percentages? --from percent"
    if abs(total - 0.01) < 1e-4:
        return "probabilities instead of percentages? omit --from percent"
    if np.isin(values, (0.0, 1.0)).all():
        return "several labels a row? score them one by one: --label y_a --prob p_a, and so on"
    if abs(total - 1.0) < ROUNDED:
        return "rounded numbers? --normalize divides each row by its sum"
    return "are these all the classes? labels that can hold together are scored one by one"


# The role of an accurate q − p.
DIFFERENCE = "difference"


@dataclass(frozen=True)
class Shares:
    """Divide p and q by their totals over all rows, and keep their difference accurately."""

    p_total: float
    q_total: float

    def __call__(self, chunk: Chunk) -> Chunk:
        p, q = chunk.numbers["p"], chunk.numbers["q"]
        return chunk.with_numbers(
            p=p / self.p_total,
            q=q / self.q_total,
            **{DIFFERENCE: share_difference(p, self.p_total, q, self.q_total)},
        )
