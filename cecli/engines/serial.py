"""One partition after the other, in this thread."""

from collections.abc import Callable, Generator, Iterable

from cecli.engines import R
from cecli.readers import Partition


def serial(
    function: Callable[[Partition], R], partitions: Iterable[Partition]
) -> Generator[R, None, None]:
    """Yield function(partition) for each, in order."""
    yield from map(function, partitions)
