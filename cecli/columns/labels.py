"""The meaning of a label's text: the class that it names, and which class is positive.

Of two classes, each is identified by a canonical text. Labels that are numbers name the same class
if the numbers are equal (1, 1.0 and 01); all others, if their texts are equal. Several classes are
told apart letter by letter.
"""

from collections.abc import Sequence
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context
from typing import Protocol

from cecli.columns.numbers import BLANKS, is_number
from cecli.core.chunk import Position
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UsageError, shown

# Labels that are numbers are compared without rounding: 2⁵³ and 2⁵³ + 1 are two classes.
EXACTLY = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
PLAIN_DIGITS = 20

# Classes, with the position of the first row of each.
FirstSeen = Sequence[tuple[str, Position]]

NUMBERS = ("0", "1")
WORDS = ("false", "true")


class LabelRule(Protocol):
    """The rule for which labels are positive. A class is identified by its canonical text."""

    @property
    def expected(self) -> str:
        """The end of the message "label X is …" for a label that names no class."""
        ...

    def canonical(self, text: str) -> str | None:
        """Return the class that a label's text names, or None if it names none."""
        ...

    def is_positive(self, name: str) -> bool:
        """Return whether a class is the positive one."""
        ...

    def __hash__(self) -> int:
        """Return the hash of a value: what labels mean is found once for equal rules."""
        ...

    def classes(self, found: FirstSeen, source: str) -> tuple[str, ...]:
        """Return the classes of a task, the positive one last, given those that occur.

        Raises
        ------
        CecliError
            If these cannot be the classes of one task.
        """
        ...


@dataclass(frozen=True)
class ZeroOrOne:
    """Labels 0 and 1, in any notation, or false and true, in any case. They need no option."""

    @property
    def expected(self) -> str:
        return "neither 0 nor 1 (nor true or false)"

    def canonical(self, text: str) -> str | None:
        name = canonical(text).strip(BLANKS).lower()
        return name if name in NUMBERS + WORDS else None

    def is_positive(self, name: str) -> bool:
        return name in {NUMBERS[1], WORDS[1]}

    def classes(self, found: FirstSeen, source: str) -> tuple[str, ...]:
        for pair in (NUMBERS, WORDS):
            if {name for name, _ in found} <= set(pair):
                return pair
        raise InputError(
            f"the labels mix numbers and words: {_listed(found)}",
            source,
            hint="write all of them as 0 and 1, or all as false and true",
        )


@dataclass(frozen=True)
class PositiveValue:
    """Labels of which one given value is positive, and one other is negative."""

    value: str

    @property
    def expected(self) -> str:
        return f"not a class (the positive one is {shown(self.value)})"

    def canonical(self, text: str) -> str | None:
        return canonical(text) if text.strip(BLANKS) else None

    def is_positive(self, name: str) -> bool:
        return name == canonical(self.value)

    def classes(self, found: FirstSeen, source: str) -> tuple[str, ...]:
        others = tuple(name for name, _ in found if not self.is_positive(name))
        if len(others) == len(found):
            raise UsageError(
                f"the positive class {shown(self.value)} never occurs; "
                f"the labels are {_listed(found)}",
                source,
                hint="give --positive the label of the class that prob predicts",
            )
        return (*others, canonical(self.value))


def _listed(found: FirstSeen) -> str:
    return " and ".join(f"{shown(name)}{position.said(' (line {})')}" for name, position in found)


def canonical(text: str) -> str:
    """Return the canonical text of a label: equal for two labels exactly if they name one class.

    Examples
    --------
    >>> canonical("01.0"), canonical("yes"), canonical("1e3")
    ('1', 'yes', '1000')
    """
    if not is_number(text):
        return text
    exact = EXACTLY.create_decimal(text.strip(BLANKS)).normalize(EXACTLY)
    if not exact.is_finite():
        return text
    if exact.is_zero():
        # Decimal rounds numbers below its range of exponents to zero.
        mantissa = text.lower().partition("e")[0]
        return text if mantissa.strip("+-0. \t") else "0"
    return f"{exact:f}" if abs(exact.adjusted()) < PLAIN_DIGITS else str(exact)
