"""Partitions as they are sent to another process: what to read, and never what was read."""

import pickle
from io import BytesIO
from typing import Any, NamedTuple

from cecli.core.errors import UsageError

# Homes of the objects in a description. Arrays, DataFrames and open files are of others.
PLAIN = ("cecli.", "builtins", "functools", "re", "numpy.dtypes")


class Description(NamedTuple):
    """A partition that is described, and the name of its input."""

    name: str
    content: bytes


class _HeldHereError(Exception):
    """An object whose content would have to travel."""


class _Describer(pickle.Pickler):
    """Pickles values, functions and objects of cecli, and refuses all others."""

    def reducer_override(self, found: Any) -> Any:
        is_named = isinstance(found, type)  # as a function is: only its name is pickled
        if not is_named and not type(found).__module__.startswith(PLAIN):
            raise _HeldHereError
        return NotImplemented


def described(partition: Any) -> Description:
    """Return the description of a partition.

    Raises
    ------
    UsageError
        If its rows are in this process alone: in its memory, or in a stream that it reads.
    """
    name, content = str(getattr(partition, "source", "")), BytesIO()
    try:
        _Describer(content, protocol=pickle.HIGHEST_PROTOCOL).dump(partition)
    # What pickle raises for streams, generators and local functions.
    except (_HeldHereError, TypeError, AttributeError, pickle.PicklingError):
        raise UsageError(
            "can be read by this process alone, and --engine dask only tells workers what to read",
            name,
            "save it as a file that the workers can read, or leave out --engine dask",
        ) from None
    return Description(name, content.getvalue())
