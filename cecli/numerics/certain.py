"""Distributions that are certain of one class: what observed labels are."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats


@dataclass(frozen=True, eq=False)
class Certain:
    """Stated by the place of the class that was observed, one of K.

    Attributes
    ----------
    places : shape (n,), int64, each in range(K).
    prob : shape (K, n), 1 for that class and 0 for all others.
    """

    places: NDArray[np.int64]
    prob: Floats

    @cached_property
    def surprisal(self) -> Floats:
        return np.where(self.prob > 0.0, 0.0, np.inf)

    @property
    def preference(self) -> Floats:
        return self.prob

    def difference(self, other: Any) -> Floats:
        return np.asarray(other.prob - self.prob)

    def happened(self, values: Floats) -> Floats:
        """Return what each row has for the class that was observed, of values of shape (K, n).

        The expectation of the values, without adding up anything.

        Examples
        --------
        >>> import numpy as np
        >>> Certain(np.array([1]), np.array([[0.0], [1.0]])).happened(np.array([[3.0], [4.0]]))
        array([4.])
        """
        return np.asarray(values[self.places, np.arange(self.places.size)])
