"""What predictions are of."""

from typing import NamedTuple


class Task(NamedTuple):
    """What predictions are of, as far as metrics depend on it.

    Attributes
    ----------
    several : whether each of several classes has a column, or the positive one of two alone.
    soft : whether targets are probabilities themselves, and not labels.
    base_rate : the constant prediction for skill; None is the rows' own base rate.
    """

    several: bool
    soft: bool = False
    base_rate: float | None = None
