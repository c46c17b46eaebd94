"""An axis: its bounds, and where values are between them."""

import math
from collections.abc import Iterable

from cecli.core.dataclasses import dataclass

# Room around the data, as a share of their range.
PADDING = 0.04
# Beyond the first, differences of numbers are not finite; below the second, they lose digits.
LARGEST, SMALLEST = 1e300, 1e-280


@dataclass(frozen=True)
class Axis:
    """An axis with its bounds, which are finite, and low < high.

    Attributes
    ----------
    is_log : whether equal ratios have equal lengths; the bounds are positive then.
    """

    label: str
    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return where a value is, from 0 at the low to 1 at the high end; others at the ends."""
        if self.is_log:
            low, high = math.log(self.low), math.log(self.high)
            value = math.log(max(value, self.low))
        else:
            low, high = self.low, self.high
        return min(max((value - low) / (high - low), 0.0), 1.0)


def axis_of(label: str, values: Iterable[float], *, padding: float = PADDING) -> Axis:
    """Return a linear axis around the finite values, widened where they are all equal."""
    finite = [value for value in values if abs(value) <= LARGEST] or [0.0]
    low, high = min(finite), max(finite)
    size = max(abs(low), abs(high))
    if high - low <= max(1e-6 * size, SMALLEST):
        half = 0.05 * size if size > SMALLEST else 1.0
        return Axis(label, low - half, high + half)
    room = padding * (high - low)
    return Axis(label, low - room, high + room)
