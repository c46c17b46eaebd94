"""A state as it is saved, and what a file has of one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
from cecli.states.forms import Bins, Form, Totals
from cecli.states.parts import Known

# The field of a statistic that has no sums; it says that all rows were looked at.
BESIDE = ("seen",)
NO_SUMS = {"seen": Totals(())}


class Saved(NamedTuple):
    """A state as it is saved.

    Attributes
    ----------
    sums : by field.
    known : what cannot be added up, if anything is known.
    """

    sums: Mapping[str, Form]
    known: Known | None = None


class Loaded(NamedTuple):
    """What a file has of a statistic.

    Attributes
    ----------
    classes : how many classes have a column of their own.
    """

    sums: Mapping[str, Form]
    known: Known | None
    classes: int

    def numbers(self, field: str, size: int) -> list[int]:
        """Return so many sums of a field."""
        form = self.sums[field]
        found = form.values if isinstance(form, Totals) else ()
        if len(found) > size:
            raise ValueError(f"{field} has {len(found)} numbers, not {size}")
        return [*found, *[0] * (size - len(found))]

    def bins(self, field: str) -> Bins:
        """Return the bins of a field."""
        form = self.sums[field]
        if not isinstance(form, Bins):
            raise ValueError(f"{field} has no bins")
        return form


@dataclass(frozen=True)
class Codec:
    """How states of a class are saved and loaded.

    Attributes
    ----------
    fields : of its sums.
    saved : returns what is saved of a state.
    loaded : returns the state of a statistic. It may raise a ValueError or a TypeError.
    needs_known : whether sums alone, without what is known beside them, are not enough.
    """

    fields: tuple[str, ...]
    saved: Callable[[Any], Saved]
    loaded: Callable[[Statistic[Any], Loaded], Any]
    needs_known: bool = False

    @property
    def is_lost_without(self) -> bool:
        """Whether nothing is known of a statistic once what cannot be added up is left out."""
        return self.needs_known or self.fields == BESIDE
