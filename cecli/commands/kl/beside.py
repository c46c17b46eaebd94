"""What distributions in arrays must be, and the arrays beside them: tokens, and groups of rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Coded, Integers
from cecli.core.errors import InputError, RowError, shown
from cecli.join.places import IGNORED
from cecli.readers.arrays import text_of
from cecli.readers.tensors.stored import StoredArray, StoredDistributions, values_of

# What rows of p and q must be, of a table and of a text.
SAME_ROW = "a row of both must be the same row of the data, or the same place of the same text"
# The sum of a row of probabilities is so near to 1, even in bfloat16.
NEAR_ONE = 0.01


def refuse_other_shapes(p: StoredDistributions, q: StoredDistributions) -> None:
    """Raise an InputError if rows of p and q cannot be about the same classes or tokens."""
    if p.classes != q.classes:
        is_transposed = p.array.shape == q.array.shape[::-1]
        raise InputError(
            f"array {shown(q.array.name)} has {q.classes:,} columns, and "
            f"{shown(p.array.name)} of {p.name} {p.classes:,}",
            q.name,
            f"{SAME_ROW}: transpose one, array.T"
            if is_transposed
            else "columns of both must be the same classes, or the same tokens; if one was only "
            f"padded, cut it: array[..., :{min(p.classes, q.classes)}]",
        )
    if p.array.shape != q.array.shape:
        raise InputError(
            f"array {shown(q.array.name)} has the shape {q.array.shape}, and "
            f"{shown(p.array.name)} of {p.name} {p.array.shape}",
            q.name,
            SAME_ROW,
        )
    if not p.classes:
        raise InputError(f"array {shown(p.array.name)} has no columns", p.name)


def refuse_probabilities(of: StoredDistributions) -> None:
    """Raise an InputError if rows that are read as logarithms begin with one of probabilities.

    Taken for logits, probabilities are all alike, so that a divergence would seem to be tiny.
    """
    if not of.rows or (first := of.encoded(0, 1)).are_probabilities:
        return
    values = first.decoded()
    if (values >= 0.0).all() and abs(float(values.sum()) - 1.0) <= NEAR_ONE:
        raise InputError(
            f"{of.words}row 1 adds up to {values.sum():.6g} and has nothing below 0: it has "
            f"probabilities, and --from {of.scale} was given",
            of.name,
            "--from probability, which is the default",
        )


def _of_rows(array: StoredArray, of: StoredDistributions) -> NDArray[Any]:
    """Return one value for each row of distributions."""
    shape = of.array.shape[:-1]
    if array.shape not in {shape, (of.rows,)}:
        raise InputError(
            f"array {shown(array.name)} has the shape {array.shape}, and the distributions have "
            f"{of.rows:,} rows",
            array.source,
            f"it must have a value for each row: shape {shape}",
        )
    if array.dtype.kind not in "biufSU" or array.is_bfloat:
        raise InputError(f"array {shown(array.name)} has no plain values", array.source)
    return values_of(array)


def as_tokens(array: StoredArray, of: StoredDistributions) -> Integers:
    """Return the observed token of each row of distributions.

    Raises
    ------
    InputError
        If the array has no integer for each row, or one that is not of the vocabulary.
    """
    values = _of_rows(array, of)
    if values.dtype.kind not in "iu":
        raise InputError(
            f"array {shown(array.name)} has values of type {values.dtype}; tokens are integers",
            array.source,
        )
    tokens = values.astype(np.int64)
    is_bad = ((tokens < 0) & (tokens != IGNORED)) | (tokens >= of.classes)
    if is_bad.any():
        row = int(np.argmax(is_bad))
        raise RowError.at(
            array.source,
            row + 1,
            f"token {tokens[row]} of array {shown(array.name)} is not of the vocabulary of "
            f"{of.classes:,}",
            f"tokens count from 0; {IGNORED} leaves a row out",
        )
    return tokens


def as_texts(array: StoredArray, of: StoredDistributions) -> Coded:
    """Return the values of an array by which rows of distributions are grouped."""
    distinct, codes = np.unique(_of_rows(array, of), return_inverse=True)
    return Coded(codes.reshape(-1).astype(np.int64), tuple(map(text_of, distinct.tolist())))
