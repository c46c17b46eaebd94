"""Forest plots: estimates with their intervals under each other, and one reference."""

from statistics import median

from cecli.core.dataclasses import dataclass
from cecli.pictures.axis import LARGEST

# A row is about two lines of text high, so that more rows fit on no page.
MOST_ROWS = 60
# An interval that reaches beyond the estimates by more than so many usual widths is cut, where
# its arrow has room.
REACH, ARROW = 3.0, 0.5


@dataclass(frozen=True)
class Estimated:
    """A row of a forest plot.

    Attributes
    ----------
    value : may be infinite; None if it is undefined.
    lower, upper : the ends of its interval, which may be infinite; None without an interval.
    rows : how many rows of the input it is about; None if that is not known.
    is_total : whether it is about all rows, not about a part of them.
    is_small : whether the rows are too few for reliable results.
    """

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    rows: int | None = None
    is_total: bool = False
    is_small: bool = False


@dataclass(frozen=True)
class Forest:
    """Estimates of one quantity for models or groups.

    Attributes
    ----------
    of : what the rows are, such as "segment".
    quantity : what is estimated, with its unit.
    level : of all intervals; None if they differ, or if there are none.
    reference : where the line is that estimates are compared with; None for no line.
    margin : differences from the reference that do not matter; None without one.
    most : how many estimates are drawn; the number of the others is said.
    """

    title: str
    of: str
    quantity: str
    estimates: tuple[Estimated, ...]
    level: float | None = None
    reference: float | None = None
    margin: float | None = None
    most: int = MOST_ROWS

    @property
    def shown(self) -> tuple[Estimated, ...]:
        return self.estimates[: self.most]


def bounds_of(forest: Forest) -> tuple[float, ...]:
    """Return the values that the axis must hold.

    These are all estimates and the reference. The ends of intervals count as far as they do not
    reach out of proportion: one wide interval would squeeze all others into a dot.
    """
    shown = [e for e in forest.shown if e.value is not None and _is_finite(e.value)]
    values = [e.value for e in shown if e.value is not None]
    if forest.reference is not None:
        values += [forest.reference + shift for shift in (0.0, *_margins(forest))]
    ends = [(e.lower, e.upper) for e in shown if e.lower is not None and e.upper is not None]
    widths = [upper - lower for lower, upper in ends if _is_finite(lower) and _is_finite(upper)]
    if not values or not widths:
        return tuple(values)
    usual = median(widths)
    low, high = min(values), max(values)
    return (
        *values,
        *(e if e >= low - REACH * usual else low - ARROW * usual for e, _ in ends),
        *(e if e <= high + REACH * usual else high + ARROW * usual for _, e in ends),
    )


def _margins(forest: Forest) -> tuple[float, ...]:
    return () if forest.margin is None else (-forest.margin, forest.margin)


def _is_finite(value: float) -> bool:
    return abs(value) <= LARGEST
