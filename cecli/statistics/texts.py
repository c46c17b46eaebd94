"""Distinct texts in arrays: some forty bytes each beside their own, and no objects.

A table of slots finds texts by their hashes, many at once. Texts of equal hashes are compared, so
that two texts are never taken for one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Integers
from cecli.core.dataclasses import dataclass

try:
    # The same, compiled.
    from cecli.statistics import text_loops
except ImportError:
    text_loops = None  # type: ignore[assignment]

Bytes = NDArray[np.uint8]
FREE = -1


@dataclass(frozen=True, eq=False)
class Packed:
    """Some distinct texts.

    Attributes
    ----------
    letters : the texts in UTF-8, one after the other.
    ends : shape (texts,), where each ends among the letters.
    hashes : shape (texts,).
    """

    letters: Bytes
    ends: Integers
    hashes: Integers

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return some texts, which are distinct."""
        if text_loops is not None:
            try:
                return cls(*text_loops.packed(list(texts)))
            except UnicodeEncodeError:
                pass  # one has half of a surrogate pair
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        count = len(encoded)
        return cls(
            np.frombuffer(b"".join(encoded), dtype=np.uint8),
            np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=count)),
            np.fromiter(map(hash, texts), dtype=np.int64, count=count),
        )

    def __len__(self) -> int:
        return self.ends.size

    @property
    def arrays(self) -> tuple[Bytes, Integers, Integers]:
        return self.letters, self.ends, self.hashes

    def spans(self, places: Integers) -> tuple[Integers, Integers]:
        """Return where some texts begin, and how long they are."""
        begins = np.where(places > 0, self.ends[places - 1], 0) if len(self) else places
        return begins, self.ends[places] - begins

    def texts(self, places: Integers) -> Iterator[str]:
        """Yield some texts."""
        begins, lengths = self.spans(places)
        letters = self.letters.data
        for begin, end in zip(begins.tolist(), (begins + lengths).tolist(), strict=True):
            yield str(letters[begin:end], "utf-8", "surrogatepass")

    def at(self, places: Integers) -> Self:
        """Return some texts."""
        begins, lengths = self.spans(places)
        letters = self.letters[_every(begins, lengths)]
        return type(self)(letters, np.cumsum(lengths), self.hashes[places])


def _every(begins: Integers, lengths: Integers) -> Integers:
    """Return the places of all letters of some texts."""
    before = np.cumsum(lengths) - lengths
    found: Integers = np.arange(lengths.sum()) + np.repeat(begins - before, lengths)
    return found


class Growing:
    """An array to which elements are added; some room is kept."""

    def __init__(self, elements: NDArray[Any]) -> None:
        self._all, self._size = elements, elements.size

    def add(self, elements: NDArray[Any]) -> None:
        size = self._size + elements.size
        if not elements.size:
            return
        if size > self._all.size:
            room = np.empty(max(size, self._all.size + self._all.size // 2), self._all.dtype)
            room[: self._size] = self.elements
            self._all = room
        self._all[self._size : size] = elements
        self._size = size

    @property
    def elements(self) -> NDArray[Any]:
        return self._all[: self._size]


class Texts:
    """Distinct texts, numbered in the order in which they came. They only ever become more."""

    def __init__(self, texts: Packed) -> None:
        self._letters, self._ends = Growing(texts.letters), Growing(texts.ends)
        self._hashes = Growing(texts.hashes)
        # The number of a text, at the slot that its hash leads to or at one of the next ones. None
        # until texts are looked for.
        self._slots: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return self._ends.elements.size

    @property
    def packed(self) -> Packed:
        """All texts."""
        return Packed(self._letters.elements, self._ends.elements, self._hashes.elements)

    def places(self, texts: Packed) -> Integers:
        """Return the number of each of some distinct texts, and add those that are new."""
        slots, known = self._with_room(len(texts)), self.packed
        if text_loops is not None:
            found = text_loops.numbers(slots, known.arrays, texts.arrays)
        else:
            found = _numbers(slots, known, texts)
        new = np.flatnonzero(found >= len(known))
        self._add(texts if new.size == len(texts) else texts.at(new))
        return found

    def _add(self, texts: Packed) -> None:
        # The ends come last: whoever reads meanwhile sees the texts of before.
        last = self._letters.elements.size
        self._letters.add(texts.letters)
        self._hashes.add(texts.hashes)
        self._ends.add(texts.ends + last)

    def _with_room(self, more: int) -> NDArray[np.int32]:
        """Return the slots, of which at least half stay free with so many more texts."""
        needed = 2 * (len(self) + more)
        if self._slots is None or self._slots.size < needed:
            slots = np.full(1 << max(needed - 1, 1).bit_length(), FREE, dtype=np.int32)
            hashes = self._hashes.elements
            slots[_claimed(slots, hashes)] = np.arange(len(self))
            self._slots = slots
        return self._slots


def _numbers(slots: NDArray[np.int32], known: Packed, texts: Packed) -> Integers:
    """Return the number of each text; new ones get the next numbers, in their order, and slots."""
    mask = slots.size - 1
    slot = texts.hashes & mask
    found = np.full(len(texts), FREE, dtype=np.int64)
    waiting = np.arange(len(texts))
    while waiting.size:
        there = slots[slot[waiting]]
        taken = there != FREE
        waiting, there = waiting[taken], there[taken].astype(np.int64)
        same = known.hashes[there] == texts.hashes[waiting]
        same[same] = _are_equal(known, there[same], texts, waiting[same])
        found[waiting[same]] = there[same]
        waiting = waiting[~same]
        slot[waiting] = (slot[waiting] + 1) & mask
    new = np.flatnonzero(found < 0)
    found[new] = np.arange(len(known), len(known) + new.size)
    slots[_claimed(slots, texts.hashes[new])] = found[new]
    return found


def _claimed(slots: NDArray[np.int32], hashes: Integers) -> Integers:
    """Return a free slot for each of some hashes, after others that are taken; mark them taken."""
    mask = slots.size - 1
    slot = hashes & mask
    waiting = np.arange(hashes.size)
    while waiting.size:
        free = slots[slot[waiting]] == FREE
        some = waiting[free]
        # Of several that claim a slot, the last one has it.
        slots[slot[some]] = -2 - some
        has = np.zeros(waiting.size, dtype=np.bool_)
        has[free] = slots[slot[some]] == -2 - some
        waiting = waiting[~has]
        slot[waiting] = (slot[waiting] + 1) & mask
    return slot


def _are_equal(
    known: Packed, first: Integers, texts: Packed, second: Integers
) -> NDArray[np.bool_]:
    """Return whether texts of both are the same."""
    (begins, lengths), (others, of_others) = known.spans(first), texts.spans(second)
    equal: NDArray[np.bool_] = lengths == of_others
    begins, others, lengths = begins[equal], others[equal], lengths[equal]
    differs = known.letters[_every(begins, lengths)] != texts.letters[_every(others, lengths)]
    if differs.any():
        wrong = np.repeat(np.flatnonzero(equal), lengths)[differs]
        equal[wrong] = False
    return equal
