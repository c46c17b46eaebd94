"""Fits that leave out a fold."""

from dataclasses import replace
from typing import Any, TypeVar

from cecli.errors import InputError
from cecli.models import Dialogue
from cecli.statistics.outside_fold import Outside, OutsideFold

T = TypeVar("T")


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
