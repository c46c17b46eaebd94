"""What is told apart by identity stays the same object on its way to a worker and back.

Some statistics have arrays, and are equal to themselves alone. States name their statistics. So a
function is sent with a list of such objects, and a result refers to them by their numbers, which
also saves sending them back.
"""

import pickle
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple

PROTOCOL = pickle.HIGHEST_PROTOCOL


class Sendable(NamedTuple):
    """A function that was pickled, and the objects in it that are told apart by identity."""

    content: bytes
    objects: Sequence[Any]


class Received(NamedTuple):
    """A function where it was sent to, and the copies of those objects, in the same order."""

    function: Callable[[Any], Any]
    objects: Sequence[Any]


def sendable(function: Callable[[Any], Any]) -> Sendable:
    """Return a function as it is sent."""
    file, objects = BytesIO(), list[Any]()
    _Collector(file, objects).dump(function)
    content = pickle.dumps((file.getvalue(), objects), PROTOCOL)
    return Sendable(content, objects)


@lru_cache(maxsize=2)  # all tasks of a pass have the same function
def received(content: bytes) -> Received:
    """Return a function that was sent."""
    function, objects = pickle.loads(content)
    return Received(recalled(function, objects), objects)


def returned(result: Any, objects: Sequence[Any]) -> bytes:
    """Return a result as it is sent back."""
    file = BytesIO()
    _Referrer(file, objects).dump(result)
    return file.getvalue()


def recalled(content: bytes, objects: Sequence[Any]) -> Any:
    """Return what was pickled with references to these objects."""
    return _Recaller(BytesIO(content), objects).load()


def known(number: int) -> Any:
    """Stand for the object of a number, where something is pickled."""
    raise LookupError(number)


class _Referrer(pickle.Pickler):
    """Pickles the number of each known object in its place."""

    def __init__(self, file: BytesIO, objects: Sequence[Any]) -> None:
        super().__init__(file, PROTOCOL)
        self._numbers = {id(found): number for number, found in enumerate(objects)}

    def reducer_override(self, found: Any) -> Any:
        number = self._numbers.get(id(found))
        return NotImplemented if number is None else (known, (number,))


class _Collector(_Referrer):
    """Pickles the numbers of objects that are told apart by identity, and collects these."""

    def __init__(self, file: BytesIO, objects: list[Any]) -> None:
        super().__init__(file, objects)
        self._objects = objects

    def reducer_override(self, found: Any) -> Any:
        kind: Any = type(found)
        is_ours = kind.__module__.startswith("cecli.")
        if is_ours and kind.__eq__ is object.__eq__ and id(found) not in self._numbers:
            self._numbers[id(found)] = len(self._objects)
            self._objects.append(found)
        return super().reducer_override(found)


class _Recaller(pickle.Unpickler):
    """Puts known objects where their numbers are."""

    def __init__(self, file: BytesIO, objects: Sequence[Any]) -> None:
        super().__init__(file)
        self._objects = objects

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (known.__module__, known.__name__):
            return self._objects.__getitem__
        return super().find_class(module, name)
