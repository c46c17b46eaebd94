"""Many fits that go through the rows together."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from cecli.models import Dialogue
from cecli.statistics import States, Statistic

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
