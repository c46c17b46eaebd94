"""Fits that share their passes over the rows, and fits that leave out a fold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np

from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.core.statistic import States, Statistic
from cecli.numerics import Floats
from cecli.numerics.inference.resampling import outputs

FOLD = "fold"


@dataclass(frozen=True)
class Outside:
    """The rows of a chunk that are not in a fold; shared by all statistics of them."""

    fold: int

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.where(chunk.numbers[FOLD] != self.fold)


@dataclass(frozen=True)
class OutsideFold:
    """A statistic of the rows that are not in a fold."""

    statistic: Statistic[Any]
    outside: Outside

    def empty(self) -> Any:
        return self.statistic.empty()

    def summarize(self, chunk: Chunk) -> Any:
        return self.statistic.summarize(chunk.once(self.outside))


FOLD_BY = "fold_by"


@dataclass(frozen=True)
class FoldByText:
    """The fold of a text, such as an identifier: rows that share it stay together.

    Notes
    -----
    blake2b of its UTF-8 bytes, the first 8 bytes of the digest, little-endian, modulo the folds.
    """

    folds: int

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[FOLD_BY]
        folds = np.array([fold_of(name, self.folds) for name in text.names], dtype=np.float64)
        return chunk.with_numbers(**{FOLD: folds.take(text.codes)})


def fold_of(text: str, folds: int) -> int:
    """Return the fold of a text.

    Examples
    --------
    >>> [fold_of(name, 5) for name in ("a", "b", "c")] == [fold_of(name, 5) for name in "abc"]
    True
    """
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % folds


def folds_of_positions(first: int, rows: int, folds: int) -> Floats:
    """Return the folds of rows by their positions, of which the first is given.

    Notes
    -----
    The position, counted from 0 over the rows that are used, through SplitMix64's mixing function,
    modulo the folds.
    """
    places = np.arange(first, first + rows, dtype=np.uint64)
    z = outputs(np.zeros(1, dtype=np.uint64), places)
    return np.asarray((z % np.uint64(folds)).astype(np.float64))


T = TypeVar("T")
Read = Callable[[Iterable[Statistic[Any]]], States]


def converse(dialogues: Sequence[Dialogue[T]], read: Read) -> list[T]:
    """Return what some dialogues come to: each pass over the rows answers all of them.

    Parameters
    ----------
    read : returns the states of some statistics over all rows.
    """
    asked: dict[int, Statistic[Any]] = {}
    results: dict[int, T] = {}

    def send(place: int, state: Any) -> None:
        try:
            asked[place] = dialogues[place].send(state)
        except StopIteration as stop:
            asked.pop(place, None)
            results[place] = stop.value

    for place in range(len(dialogues)):
        send(place, None)
    while asked:
        states = read(asked.values())
        for place, statistic in list(asked.items()):
            send(place, states[statistic])
    return [results[place] for place in range(len(dialogues))]


def without_fold(dialogue: Dialogue[T], fold: int) -> Dialogue[T]:
    """Hold a dialogue about the rows outside of a fold.

    Raises
    ------
    InputError
        If they do not determine the fit.
    """
    state: Any = None
    while True:
        try:
            asked = dialogue.send(state)
        except StopIteration as stop:
            result: T = stop.value
            return result
        except InputError as error:
            raise replace(error, what=f"without fold {fold + 1}, {error.what}") from None
        state = yield OutsideFold(asked, Outside(fold))
