"""The statistics of a report on binary predictions of rows with counts, from one compiled pass.

Each statistic can also summarize a chunk by itself, with the same bits, and does so if this pass
was not built or does not apply.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.statistic import Statistic
from cecli.kernels.binary_pass import has_classes, limits, scale_of, states_with
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.cells.weighed import LARGEST_COUNT

try:
    from cecli.kernels import one_pass
except ImportError:
    one_pass = None  # type: ignore[assignment]


def counted_pass(chunk: Chunk) -> Mapping[Statistic[Any], Any]:
    """Return the states that the pass can compute: none if it does not apply to the chunk."""
    # Another machine that was sent the pass may lack what is compiled.
    if one_pass is None or not _applies(chunk):
        return {}
    scale = Scale(scale_of(chunk))
    sums_of = one_pass.counted_sums_of_logits if scale is Scale.LOGIT else one_pass.counted_sums
    target, prob, count = (
        np.ascontiguousarray(chunk.numbers[role]) for role in ("target", "prob", "count")
    )
    sums = sums_of(target, prob, count, limits(scale))
    return {} if sums is None else states_with(sums, chunk, CELLS.summarize(chunk))


def _applies(chunk: Chunk) -> bool:
    """Return whether rows have observed classes, a prediction on a known scale, and counts."""
    is_usual = has_classes(chunk) and scale_of(chunk) in (Scale.PROBABILITY, Scale.LOGIT)
    count = chunk.count
    return is_usual and count is not None and 0.0 < count.max(initial=0.0) <= LARGEST_COUNT
