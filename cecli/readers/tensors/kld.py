"""The files of llama.cpp's `--kl-divergence-base`: log-probabilities of a model as 16-bit codes.

The magic `_logits_`; n_ctx, n_vocab and n_chunk as int32; n_chunk · n_ctx tokens as int32; then,
for each position of the second half of each chunk but its last, a row of uint16: two float32, the
scale and the least log-probability, and the codes, padded to an even number:

    ln p = scale · code + least.

The row of position j is about token j + 1 of its chunk.

References
----------
llama.cpp, tools/perplexity/perplexity.cpp: log_softmax with uint16, and kl_divergence.
"""

from functools import cached_property
from io import SEEK_END
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, fields
from cecli.core.errors import UnreadableError
from cecli.numerics import Floats
from cecli.numerics.vocabulary.encoded import DTYPES, EncodedRows, Encoding
from cecli.readers.bytes.locations import Location
from cecli.readers.tensors import KLD_MAGIC
from cecli.readers.tensors.tensor import exactly, truncated

# The scale and the least log-probability of a row, as codes: two of a float32 each.
SCALE_CODES = 4
CODE_BYTES = 2
INTEGERS = np.dtype("<i4")
HEADER = len(KLD_MAGIC) + 3 * INTEGERS.itemsize
# More classes, or a longer context, than any model has: such numbers are damage.
MOST = 1 << 26


@dataclass(frozen=True)
class KldFile:
    """A file of log-probabilities.

    Attributes
    ----------
    context : the tokens of a chunk.
    classes : the tokens of the vocabulary.
    chunks : the number of chunks.
    """

    location: Location
    context: int
    classes: int
    chunks: int

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, which reads the tokens for itself."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def name(self) -> str:
        return self.location.name

    @property
    def first(self) -> int:
        """The first position of a chunk that has a row."""
        return self.context // 2

    @property
    def rows_of_chunk(self) -> int:
        return self.context - 1 - self.first

    @property
    def rows(self) -> int:
        return self.chunks * self.rows_of_chunk

    @property
    def words(self) -> str:
        return ""

    @property
    def encoding(self) -> Encoding:
        return Encoding.CODE

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return CODE_BYTES * (2 * ((self.classes + 1) // 2) + SCALE_CODES)

    @property
    def start(self) -> int:
        """The bytes before the first row."""
        return HEADER + self.chunks * self.context * INTEGERS.itemsize

    @cached_property
    def tokens(self) -> NDArray[np.int32]:
        """The tokens of each chunk, shape (chunks, context)."""
        size = self.chunks * self.context * INTEGERS.itemsize
        with self.location.open() as stream:
            stream.seek(HEADER)
            data = exactly(stream, size, self.name)
        tokens = np.frombuffer(data, INTEGERS).reshape(self.chunks, self.context)
        if tokens.size and not ((tokens >= 0) & (tokens < self.classes)).all():
            raise UnreadableError("has tokens that are not of its vocabulary", self.name)
        return tokens

    def observed(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the observed token of some rows, shape (stop − start,)."""
        chunk, position = self.places(start, stop)
        return self.tokens[chunk, position + 1].astype(np.int64)

    def places(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the chunk of some rows and their positions in it, each shape (stop − start,)."""
        chunk, row = np.divmod(np.arange(start, stop), self.rows_of_chunk)
        return chunk, row + self.first

    def encoded(self, start: int, stop: int) -> EncodedRows:
        """Return the log-probabilities of some rows."""
        with self.location.open() as stream:
            stream.seek(self.start + start * self.row_bytes)
            data = exactly(stream, (stop - start) * self.row_bytes, self.name)
        codes = np.frombuffer(data, DTYPES[Encoding.CODE]).reshape(stop - start, -1)
        with np.errstate(invalid="ignore"):  # by a NaN that signals; whoever reads it refuses it
            scales: Floats = codes[:, :SCALE_CODES].copy().view("<f4").astype(np.float64)
        values = codes[:, SCALE_CODES : SCALE_CODES + self.classes]
        return EncodedRows(values, Encoding.CODE, scales)


def kld_file(location: Location) -> KldFile:
    """Return the file at a location that begins with the magic.

    Raises
    ------
    UnreadableError
        If its numbers are not possible, or it is shorter or longer than they say.
    """
    with location.open() as stream:
        size = stream.seek(0, SEEK_END)
        stream.seek(len(KLD_MAGIC))
        header = np.frombuffer(exactly(stream, 3 * INTEGERS.itemsize, location.name), INTEGERS)
    context, classes, chunks = map(int, header)
    if not (2 < context <= MOST and 1 < classes <= MOST and 0 <= chunks <= MOST):
        told = f"a context of {context}, {classes} tokens and {chunks} chunks"
        raise UnreadableError(f"its header is damaged: it has {told}", location.name)
    file = KldFile(location, context, classes, chunks)
    further = size - (file.start + file.rows * file.row_bytes)
    if further < 0:
        raise truncated(location.name)
    if further:
        what = f"its header is damaged, or the file: {further:,} bytes follow the last row"
        raise UnreadableError(what, location.name)
    return file
