"""Columns: their names and domains, and the search for them in a header."""

import math
from collections import Counter
from collections.abc import Sequence, Set
from typing import Any

from cecli.columns.hints import number_hint
from cecli.columns.numbers import number
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ColumnError, InputError, nearest, shown

LISTED = 20
# A number that exceeds its range by no more than this factor is taken for a rounding error.
ROUNDING = 1.001
LEAST_CLASSES = 2
# What stands before the names of columns that both of two joined inputs have.
JOINED = ("predictions", "labels")
# Delimiters that are in few names of columns, each with what is typed for it.
DELIMITERS = ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','"))


@dataclass(frozen=True)
class Domain:
    """The numbers that a role accepts: low ≤ x ≤ high and finite, and perhaps infinities.

    Attributes
    ----------
    infinities : those of −∞ and ∞ that are accepted.
    hint : what to do about other values; `below` and `above` replace it for numbers that are too
        small or too large, and `just_above` for those that are a rounding error too large.
    is_whole : whether only whole numbers are accepted.
    may_be_missing : whether a missing value is read as NaN, and no reason to refuse a row.
    """

    low: float
    high: float
    meaning: str
    hint: str
    below: str = ""
    above: str = ""
    just_above: str = ""
    infinities: tuple[float, ...] = ()
    is_whole: bool = False
    may_be_missing: bool = False

    def hint_for(self, text: str) -> str:
        """Return what to do about a rejected cell."""
        told, value = number_hint(text), number(text)
        if value is None or self.low <= value <= self.high:
            return told or self.hint
        return " · ".join(filter(None, (told, self._beyond(value))))

    def _beyond(self, value: float) -> str:
        if value < self.low:
            return self.below or self.hint
        if self.just_above and value <= self.high * ROUNDING:
            return self.just_above
        return self.above or self.hint

    def contains(self, x: Any) -> Any:
        """Return whether x, a number or an array, is accepted; NaN is not."""
        accepted = (x >= self.low) & (x <= self.high) & (abs(x) < math.inf)
        for infinity in self.infinities:
            accepted = accepted | (x == infinity)
        if not self.is_whole:
            return accepted
        # Imported here, because most domains do without.
        from cecli.numerics.sums.exact import are_whole

        return accepted & are_whole(x)

    def contains_all(self, x: Any) -> bool:
        """Return whether all numbers of an array are accepted."""
        if self.infinities or self.is_whole or not x.size:
            return bool(self.contains(x).all())
        # A fifth of the time: the least and the largest number are NaN if one of them is.
        least, most = x.min(), x.max()
        return bool(self.low <= least and most <= self.high and max(-least, most) < math.inf)


@dataclass(frozen=True)
class Column:
    """A column and its role: a text column if domain is None, else a number column.

    Attributes
    ----------
    place : the index of its class among the role's columns; None if it is the only column.
    is_nested : whether each of its values may be several numbers, as a list.
    is_key : whether most of its texts differ; a reader need not code them.
    """

    role: str
    name: str
    domain: Domain | None
    place: int | None = None
    is_nested: bool = False
    is_key: bool = False


def find(header: Sequence[str], name: str, source: str) -> int:
    """Return the position of the only column with exactly this name.

    Raises
    ------
    ColumnError
        If the name occurs more than once, or is missing; then the error suggests the nearest name.
    """
    places = [place for place, column in enumerate(header) if column == name]
    if len(places) == 1:
        return places[0]
    if places:
        numbers = " and ".join(str(place + 1) for place in places)
        raise ColumnError(
            f"column {shown(name)} occurs {len(places)} times (columns {numbers})",
            source,
            "rename one of them",
            "column-twice",
        ).about(name)
    refuse_wrong_delimiter(header, source)
    if len(both := [f"{of}.{name}" for of in JOINED if f"{of}.{name}" in header]) == len(JOINED):
        hint = f"choose one by its full name: {' or '.join(map(shown, both))}"
        what = f"both inputs have a column {shown(name)}"
        raise ColumnError(what, source, hint, "column-twice").about(name)
    what = f"there is no column {shown(name)}; the columns are {listed(header)}"
    error = ColumnError(what, source, reason="no-such-column").about(name)
    raise error.meaning(nearest(name, header))


def find_each(header: Sequence[str], names: Sequence[str], source: str) -> list[int]:
    """Return the positions of some columns, as `find` would, after one look at the header."""
    counts = Counter(header)
    places = {name: place for place, name in enumerate(header)}
    return [places[x] if counts[x] == 1 else find(header, x, source) for x in names]


def bare(name: str) -> str:
    """Return the name of a column in its own input."""
    for source in JOINED:
        name = name.removeprefix(f"{source}.")
    return name


def separated(given: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return distinct names; split at commas what is not in the header."""
    names = ([name] if name in header else name.split(",") for name in given)
    return list(
        dict.fromkeys(
            name.strip() if name not in header else name for some in names for name in some
        )
    )


def classes_of(
    header: Sequence[str], named: Sequence[str], taken: Sequence[str], source: str
) -> list[tuple[str, str]]:
    """Return the (class, column) names that names and patterns stand for, in their order.

    A name stands for itself. A pattern such as `p_*` stands for the columns that it matches, in
    the order of the header, except those already taken. The star matches the name of the class.

    Raises
    ------
    ColumnError
        If a name is missing, a pattern matches fewer than two columns, or a class occurs twice.
    """
    found: list[tuple[str, str]] = []
    counts = Counter(header)
    for name in named:
        if "*" in name and not counts[name]:
            found += _matching(header, name, set(taken), source)
        else:
            if counts[name] != 1:
                find(header, name, source)
            found.append((name, name))
    columns: dict[str, str] = {}
    for class_name, column in found:
        if class_name in columns:
            raise ColumnError(
                f"class {shown(class_name)} has two columns: "
                f"{shown(columns[class_name])} and {shown(column)}",
                source,
            )
        columns[class_name] = column
    return found


def _matching(
    header: Sequence[str], pattern: str, taken: Set[str], source: str
) -> list[tuple[str, str]]:
    before, _, after = pattern.partition("*")
    if "*" in after:
        raise ColumnError(f"the pattern {shown(pattern)} has more than one star", source)
    found = [
        (name[len(before) : len(name) - len(after)], name)
        for name in header
        if name.startswith(before)
        and name.endswith(after)
        and len(name) > len(before) + len(after)
        and name not in taken
    ]
    if len(found) < LEAST_CLASSES:
        what = f"only {shown(found[0][1])}" if found else "no column"
        raise ColumnError(
            f"the pattern {shown(pattern)} matches {what}; the columns are {listed(header)}",
            source,
            "a distribution needs one column a class, and at least two classes",
        )
    return found


def refuse_wrong_delimiter(
    header: Sequence[str], source: str, among: Sequence[tuple[str, str]] = DELIMITERS
) -> None:
    """Raise an InputError if the only name in a header contains another delimiter.

    Parameters
    ----------
    among : delimiters, each with what is typed for it.
    """
    for delimiter, typed in among:
        if len(header) == 1 and delimiter in header[0]:
            raise InputError(
                f"only one column was found: {shown(header[0])}",
                source,
                f"if the delimiter is {typed}, give --delimiter {typed}",
            )


def listed(names: Sequence[str]) -> str:
    """Return names for a message, at most LISTED of them."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(map(shown, names[:LISTED])) + more
