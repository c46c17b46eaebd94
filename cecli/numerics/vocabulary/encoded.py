"""Rows of logits, log-probabilities or probabilities, in the encodings in which they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats


class Encoding(IntEnum):
    """How a number is stored; a code is ln p = scale · code + least, with those of its row."""

    DOUBLE = 0
    FLOAT = 1
    HALF = 2
    BFLOAT = 3
    CODE = 4


DTYPES: Mapping[Encoding, np.dtype[Any]] = {
    Encoding.DOUBLE: np.dtype("<f8"),
    Encoding.FLOAT: np.dtype("<f4"),
    Encoding.HALF: np.dtype("<f2"),
    Encoding.BFLOAT: np.dtype("<u2"),
    Encoding.CODE: np.dtype("<u2"),
}


@dataclass(frozen=True, eq=False)
class EncodedRows:
    """One distribution a row.

    Attributes
    ----------
    values : shape (n, K), of the dtype of the encoding.
    scales : shape (n, 2), the scale and the least value of the codes of each row.
    are_probabilities : whether they are probabilities; else they are logarithms, up to a constant
        of each row.
    """

    values: NDArray[Any]
    encoding: Encoding
    scales: Floats | None = None
    are_probabilities: bool = False

    @property
    def bytes_of_rows(self) -> NDArray[np.uint8]:
        """The values as bytes, shape (n, K · width)."""
        return np.ascontiguousarray(self.values).view(np.uint8)

    def at(self, rows: slice) -> "EncodedRows":
        """Return some of the rows."""
        scales = None if self.scales is None else self.scales[rows]
        return replace(self, values=self.values[rows], scales=scales)

    def decoded(self) -> Floats:
        """Return the values as float64, shape (n, K)."""
        match self.encoding:
            case Encoding.BFLOAT:
                bits = self.values.astype(np.uint32) << np.uint32(16)
                with np.errstate(invalid="ignore"):  # numbers that are none
                    return bits.view(np.float32).astype(np.float64)
            case Encoding.CODE:
                assert self.scales is not None
                decoded: Floats = self.scales[:, :1] * self.values + self.scales[:, 1:]
                return decoded
        found: Floats = self.values.astype(np.float64)
        return found
