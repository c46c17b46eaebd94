"""Spans: horizontal bars under each other, each from one value to another, as of a sum."""

from cecli.core.dataclasses import dataclass


@dataclass(frozen=True)
class FloatingBar:
    """A bar.

    Attributes
    ----------
    start, end : finite; the end may be below the start.
    words : the value that it stands for.
    series : the number that chooses its colour, from 0; None for what is no part, such as a total.
    """

    name: str
    start: float
    end: float
    words: str
    series: int | None = 0


@dataclass(frozen=True)
class Spans:
    """Bars on one axis. A thin line leads from the end of each to the next if they are `linked`."""

    title: str
    quantity: str
    spans: tuple[FloatingBar, ...]
    linked: bool = False
