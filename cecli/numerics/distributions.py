"""Distributions, one for each row, over the same K classes."""

from typing import Protocol

import numpy as np

from cecli.numerics import Floats, bernoulli
from cecli.scales import Scale


class Distributions(Protocol):
    """Distributions over K classes, however they are stated.

    A Bernoulli distribution has the classes 0 and 1, in this order.
    """

    @property
    def prob(self) -> Floats:
        """The probability of each class, shape (K, n)."""
        ...

    @property
    def surprisal(self) -> Floats:
        """Minus its logarithm, shape (K, n), in [0, ∞], without a detour over `prob`."""
        ...

    @property
    def preference(self) -> Floats:
        """Numbers that order the classes as their probabilities do, shape (K, n)."""
        ...

    def difference(self, other: "Distributions") -> Floats:
        """Return other.prob − self.prob, shape (K, n).

        Where both are stated alike, every digit of small differences is kept.
        """
        ...


def stated(values: Floats, scale: Scale) -> Distributions:
    """Return the distributions that some values state.

    Parameters
    ----------
    values : shape (n,), of the class 1 of two; or (K, n), of all classes.
    scale : how.

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
        distributions = bernoulli.KINDS[scale](values)
    else:
        from cecli.numerics import categorical

        distributions = categorical.KINDS[scale](values)
    return distributions


def written(distributions: Distributions, scale: Scale) -> Floats:
    """Return the numbers that state distributions on a scale, as `stated` takes them.

    Returns
    -------
    shape (1, n), of the class 1 of two; or (K, n). Infinite where a logarithm is.

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
    if isinstance(distributions, bernoulli.Logits):
        return distributions.values
    surprisal = distributions.surprisal
    return np.asarray(surprisal[0] - surprisal[1])
