"""The header of NumPy's format.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import warnings
from copy import copy
from typing import IO, Any

import numpy as np
from numpy.lib import format as numpy_format

from cecli.core.errors import UnreadableError, shown
from cecli.readers.tensors.tensor import MOST_COLUMNS, Tensor

# Of version 3: the names of fields are UTF-8, where version 2 has Latin-1.
UTF_8_NAMES = (3, 0)


def tensor_at(stream: IO[bytes], name: str, source: str) -> Tensor:
    """Return the array whose header begins at the position of a stream, which is then after it.

    Parameters
    ----------
    name : of the array.
    source : of the file, for messages.

    Raises
    ------
    UnreadableError
        If there is no such header, or its values are pickled.
    """
    try:
        version = numpy_format.read_magic(stream)
        first = version == (1, 0)
        reads = numpy_format.read_array_header_1_0 if first else numpy_format.read_array_header_2_0
        with warnings.catch_warnings():
            # Of a header that Python 2 wrote: it is read all the same.
            warnings.simplefilter("ignore", UserWarning)
            shape, is_by_column, dtype = reads(stream)
    except Exception as error:  # numpy parses a text of Python there, and does not say how it fails
        what = shown(str(error).split("\n", maxsplit=1)[0])
        raise UnreadableError(
            f"array {shown(name)} has no header that can be read: {what}", source
        ) from error
    if version == UTF_8_NAMES and dtype.names is not None:
        dtype = _with_utf_8_names(dtype)
    if dtype.hasobject:
        raise UnreadableError(
            f"array {shown(name)} has Python objects, which are pickled and could run code",
            source,
            "save an array of numbers or texts: numpy.save('FILE', array.astype(float))",
        )
    refuse_odd_shape(name, shape, source)
    return Tensor(name, dtype, shape, is_by_column, stream.tell())


def _with_utf_8_names(dtype: np.dtype[Any]) -> np.dtype[Any]:
    renamed = copy(dtype)
    renamed.names = tuple(name.encode("latin-1").decode("utf-8") for name in dtype.names or ())
    return renamed


def refuse_odd_shape(name: str, shape: tuple[int, ...], source: str) -> None:
    """Raise an UnreadableError if an array has too many columns for a table, or less than none."""
    if min(shape, default=0) < 0:
        raise UnreadableError(f"array {shown(name)} has the shape {shape}", source)
    if len(shape) == 2 and shape[1] > MOST_COLUMNS:
        raise UnreadableError(f"array {shown(name)} has {shape[1]:,} columns", source)
