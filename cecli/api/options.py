"""Options as a caller may give them, and as the program has them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from cecli.errors import UsageError, shown
from cecli.report import Units
from cecli.scales import Scale

E = TypeVar("E", bound=StrEnum)


def names_of(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return none, one or several names as a tuple."""
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def units_of(given: Units | str) -> Units:
    """Return the units of this name."""
    return _choice(Units, given, "--units")


def scale_of(given: Scale | str) -> Scale:
    """Return the scale of this name."""
    return _choice(Scale, given, "--from")


def _choice(choices: type[E], given: str, option: str) -> E:
    try:
        return choices(given)
    except ValueError:
        raise UsageError(f"{option} {shown(str(given))}: choose {' or '.join(choices)}") from None
