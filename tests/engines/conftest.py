"""A cluster that all tests of one process share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """Return the address of the scheduler of a cluster with two workers."""
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    from clusters import cluster

    with cluster(2) as address:
        yield address
