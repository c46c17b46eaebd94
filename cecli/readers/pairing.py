"""Putting rows of two inputs side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cecli.chunk import Chunk
from cecli.errors import RowError, shown
from cecli.scales import Scale


def roles_of(adopted: Mapping[str, str]) -> Sequence[str]:
    """Return what the second of two rows is asked for: its predictions, and what was observed."""
    return [*adopted, "target", "label"]


def side_by_side(first: Chunk, second: Chunk, adopted: Mapping[str, str], hint: str) -> Chunk:
    """Return the rows of the first with some numbers of the second's, row by row.

    Parameters
    ----------
    adopted : under which roles the numbers of the second's roles are kept.
    hint : what to do about rows whose labels differ; the chunk ends before the first of them.
    """
    numbers = {ours: second.numbers[its] for its, ours in adopted.items() if its in second.numbers}
    scales = {ours: second.scales.get(its, Scale.PROBABILITY) for its, ours in adopted.items()}
    pair = replace(
        first, numbers={**first.numbers, **numbers}, scales={**first.scales, **scales}, remarks={}
    )
    if "target" not in second.numbers:
        return pair
    targets = np.atleast_2d(first.numbers["target"]), np.atleast_2d(second.numbers["target"])
    differ = (targets[0] != targets[1]).any(axis=0)
    if not differ.any():
        return pair
    row = int(np.argmax(differ))
    place, word = (
        "{}:{}".format(*first.position(row)),
        "label" if "label" in second.texts else "target",
    )
    what = f"the {word} is {_target(second, row)}, and {_target(first, row)} in {place}"
    return pair.until(row, RowError.at(*second.position(row), what, hint))


def remarks_of(chunk: Chunk, pair: Chunk) -> Chunk:
    """Return no rows, of the form of a pair, with all that was remarked on some."""
    nothing = pair.where(np.zeros(len(pair), dtype=np.bool_))
    return replace(nothing, source=chunk.source, remarks=chunk.remarks, defect=None)


def _target(chunk: Chunk, row: int) -> str:
    label = chunk.texts.get("label")
    if label is not None:
        return shown(label.names[label.codes[row]])
    return str(chunk.numbers["target"][..., row].tolist())
