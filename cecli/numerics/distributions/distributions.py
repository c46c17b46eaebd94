"""The interface of distributions, and the certain distributions of observed labels."""

from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import AnyScale, Scale
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.distributions import bernoulli


@dataclass(frozen=True, eq=False)
class Certain:
    """Stated by the index of the observed class, one of K.

    Attributes
    ----------
    places : shape (n,), int64, each in range(K).
    prob : shape (K, n), 1 for the observed class and 0 for all others.
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
        """Return each row's value for its observed class, from values of shape (K, n).

        This is the expectation of the values, without any sum.

        Examples
        --------
        >>> import numpy as np
        >>> Certain(np.array([1]), np.array([[0.0], [1.0]])).happened(np.array([[3.0], [4.0]]))
        array([4.])
        """
        return np.asarray(values[self.places, np.arange(self.places.size)])


class Distributions(Protocol):
    """Distributions over K classes, on any scale.

    A Bernoulli distribution has the classes 0 and 1, in this order.
    """

    @property
    def prob(self) -> Floats:
        """The probability of each class, shape (K, n)."""
        ...

    @property
    def surprisal(self) -> Floats:
        """Minus its logarithm, shape (K, n), in [0, ∞], not computed from `prob`."""
        ...

    @property
    def preference(self) -> Floats:
        """Numbers with the same order of classes as the probabilities, shape (K, n)."""
        ...

    def difference(self, other: "Distributions") -> Floats:
        """Return other.prob − self.prob, shape (K, n).

        If both are on the same scale, small differences keep all digits.
        """
        ...


def stated(values: Floats, scale: AnyScale) -> Distributions:
    """Return the distributions with these values on a scale.

    Parameters
    ----------
    values : shape (n,), of class 1 of two; or (K, n), of all classes.
    scale : of the values; amounts are those of all classes.

    Examples
    --------
    >>> import numpy as np
    >>> stated(np.array([0.25]), Scale.PROBABILITY).prob.tolist()
    [[0.75], [0.25]]
    >>> stated(np.zeros((4, 1)), Scale.LOGIT).prob.tolist()
    [[0.25], [0.25], [0.25], [0.25]]
    """
    distributions: Distributions
    if values.ndim == 1:
        distributions = bernoulli.KINDS[Scale(scale)](values)
    else:
        from cecli.numerics.distributions import categorical

        distributions = categorical.KINDS[scale](values)
    return distributions


def written(distributions: Distributions, scale: Scale) -> Floats:
    """Return the values of distributions on a scale, the inverse of `stated`.

    Returns
    -------
    shape (1, n), of class 1 of two; or (K, n). Infinite logarithms stay infinite.

    Examples
    --------
    >>> import numpy as np
    >>> written(stated(np.array([0.25]), Scale.PROBABILITY), Scale.PERCENT).tolist()
    [[25.0]]
    """
    binary = isinstance(distributions, tuple(set(bernoulli.KINDS.values())))
    shown = slice(1, 2) if binary else slice(None)
    match scale:
        case Scale.PROBABILITY:
            return distributions.prob[shown]
        case Scale.PERCENT:
            return np.asarray(100.0 * distributions.prob[shown])
        case Scale.LOGIT if binary:
            return _logits(distributions)[None]
        case _:
            return np.asarray(0.0 - distributions.surprisal[shown])


def _logits(distributions: Distributions) -> Floats:
    if isinstance(distributions, bernoulli.BernoulliLogits):
        return distributions.values
    surprisal = distributions.surprisal
    return np.asarray(surprisal[0] - surprisal[1])
