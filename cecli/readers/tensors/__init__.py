"""Arrays in files: .npy, .npz and .safetensors. Nothing in them is ever unpickled.

tensor - an array in a file, and its rows
npy - NumPy's format
npz - archives of it
safetensors - the format of model weights
kld - llama.cpp's log-probabilities of tokens
table - columns from arrays
stored - arrays with a distribution in each row
"""

from collections.abc import Mapping
from os import PathLike, fspath

NPY_MAGIC, ZIP_MAGIC, KLD_MAGIC = b"\x93NUMPY", b"PK\x03\x04", b"_logits_"
# Where the name of the first member of a zip archive begins, and the length of that name.
_NAME, _LENGTH = 30, slice(26, 28)
SAFETENSORS = ".safetensors"
# What names of files with arrays end in.
SUFFIXES = (".npy", ".npz", SAFETENSORS)


def is_npz(head: bytes) -> bool:
    """Return whether a file with these first bytes is an archive of arrays."""
    end = _NAME + int.from_bytes(head[_LENGTH], "little")
    return head.startswith(ZIP_MAGIC) and head[_NAME:end].endswith(b".npy")


def is_tensor_file(head: bytes, path: str) -> bool:
    """Return whether a file with these first bytes and this name has arrays."""
    return head.startswith(NPY_MAGIC) or is_npz(head) or path.lower().endswith(SAFETENSORS)


def may_have_arrays(data: object) -> bool:
    """Return whether an input may have arrays of several dimensions, by name."""
    if isinstance(data, list | tuple) and len(data) == 1:
        data = data[0]
    if isinstance(data, str | PathLike):
        return str(fspath(data)).lower().endswith(SUFFIXES)
    return isinstance(data, Mapping)
