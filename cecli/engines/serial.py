"""One partition after the other, in this thread."""

from collections.abc import Callable, Iterator, Sequence

from cecli.engines import R
from cecli.readers import Partition


def serial(function: Callable[[Partition], R], partitions: Sequence[Partition]) -> Iterator[R]:
    """Return function(partition) for each, in order."""
    return map(function, partitions)
