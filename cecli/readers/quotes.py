"""Where quotes open and close, in numpy, and whether they do so as the rules have it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cecli.readers.dialect import CARRIAGE_RETURN, NEWLINE, Dialect

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Quotes:
    """The quotes of a text that begins outside of them.

    Attributes
    ----------
    inside : for each byte, whether it is quoted; an opening quote is, a closing one is not.
    are_strict : whether each quote opens or closes a whole field, or is one half of a double.
    """

    inside: Flags
    are_strict: bool


def quotes_of(text: Bytes, dialect: Dialect) -> Quotes:
    """Return the quotes of a text; the last field may still be open.

    Counting from the first, odd quotes open and even ones close. One that opens follows the start,
    a delimiter, a newline or the quote that it doubles; one that closes stands before the like.
    """
    is_quote = text == dialect.quote[0]
    inside: Flags = np.bitwise_xor.accumulate(is_quote)
    border = is_quote | (text == NEWLINE[0]) | (text == dialect.delimiter[0])
    opening = np.flatnonzero(is_quote & inside)
    closing = np.flatnonzero(is_quote & ~inside)
    before = border[opening - 1] | (opening == 0)
    closing = closing[closing + 1 < text.size]
    after = border[closing + 1] | (text[closing + 1] == CARRIAGE_RETURN[0])
    return Quotes(inside, bool(before.all() and after.all()))
