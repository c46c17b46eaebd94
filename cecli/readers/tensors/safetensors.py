"""The header of the format of model weights.

https://huggingface.co/docs/safetensors: the length of the header in 8 bytes, little endian; the
header, JSON that has the type, shape and place of each array; the values, row by row.
"""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np

from cecli.core.errors import UnreadableError, shown
from cecli.readers.tensors.npy import refuse_odd_shape
from cecli.readers.tensors.tensor import Tensor

LENGTH = 8
# The format's own limit.
LONGEST_HEADER = 100_000_000
METADATA = "__metadata__"
BFLOAT = "BF16"
DTYPES = {
    "BOOL": "?", "U8": "<u1", "I8": "<i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", BFLOAT: "<u2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip


def tensors_in(stream: BinaryIO, size: int, source: str) -> Sequence[Tensor]:
    """Return the arrays of a file whose values cecli can read, in order of their places.

    Parameters
    ----------
    size : the bytes of the file.

    Raises
    ------
    UnreadableError
        If the header is not one, or contradicts itself or the size.
    """
    length = int.from_bytes(stream.read(LENGTH), "little")
    if not 0 < length <= min(LONGEST_HEADER, size - LENGTH):
        raise _no_header("its length is not possible", source)
    try:
        header = json.loads(stream.read(length), object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise _no_header(str(error), source) from error
    if not isinstance(header, dict):
        raise _no_header("it is not an object", source)
    header.pop(METADATA, None)
    found = [_tensor(name, each, LENGTH + length, size, source) for name, each in header.items()]
    return sorted((x for x in found if x is not None), key=lambda tensor: tensor.offset)


def _distinct(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _tensor(name: str, given: Any, start: int, size: int, source: str) -> Tensor | None:
    """Return an array of the header; None if its type is not one that cecli can read."""
    try:
        dtype, shape, (first, last) = given["dtype"], tuple(given["shape"]), given["data_offsets"]
        are_whole = type(dtype) is str and all(type(x) is int for x in (*shape, first, last))
    except (KeyError, TypeError, ValueError):
        are_whole = False
    if not are_whole:
        raise _no_header(f"{shown(name)} has no dtype, shape and data_offsets", source)
    refuse_odd_shape(name, shape, source)
    if dtype not in DTYPES:
        return None
    is_bfloat, offset = dtype == BFLOAT, start + first
    tensor = Tensor(name, np.dtype(DTYPES[dtype]), shape, offset=offset, is_bfloat=is_bfloat)
    if first < 0 or last - first != tensor.size or start + last > size:
        raise _no_header(f"the place of {shown(name)} is not that of its values", source)
    return tensor


def _no_header(why: str, source: str) -> UnreadableError:
    return UnreadableError(f"has no header of safetensors: {why}", source, "is the file complete?")
