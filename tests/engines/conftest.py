"""A cluster that all tests of one process share."""

from collections.abc import Iterator

import pytest


# Not longer: its threads draw random numbers, which disturbs what other tests draw.
@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Return the address of the scheduler of a cluster with two workers."""
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    from clusters import cluster

    with cluster(2) as address:
        yield address
