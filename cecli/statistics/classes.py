"""Which classes occur, and where each was first seen."""

from dataclasses import dataclass, replace
from typing import Self

from cecli.chunk import Chunk, Position
from cecli.errors import RowError, named, shown

BINARY = 2


@dataclass(frozen=True)
class ClassesState:
    """Each class that occurred, with the position of its first row, in the order of these."""

    column: str
    first: tuple[tuple[str, Position], ...] = ()

    def merge(self, other: Self) -> Self:
        """Return the classes of both.

        Raises
        ------
        RowError
            If there are more than two.
        """
        known: dict[str, Position] = {}
        for name, position in (*self.first, *other.first):
            if name not in known and len(known) == BINARY:
                raise _third_class(self.column, list(known), name, position)
            known.setdefault(name, position)
        return type(self)(self.column, tuple(known.items()))

    def moved(self, lines: int) -> Self:
        first = tuple((name, position.moved(lines)) for name, position in self.first)
        return replace(self, first=first)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.first]


@dataclass(frozen=True)
class Classes:
    """The classes of the label column, of which a binary task has at most two."""

    column: str

    def empty(self) -> ClassesState:
        return ClassesState(self.column)

    def summarize(self, chunk: Chunk) -> ClassesState:
        # Of more than two classes, merging will know the first that are one too many.
        label = chunk.texts["label"]
        first = tuple(
            (label.names[code], chunk.position(row))
            for code, row in label.first_rows()[: BINARY + 1]
        )
        return ClassesState(self.column, first)


def _third_class(column: str, known: list[str], name: str, position: Position) -> RowError:
    pair = " and ".join(map(shown, known))
    return RowError.at(
        *position,
        what=f"column {named(column)}: {shown(name)} is a third class, after {pair}; "
        "a binary score knows two",
        hint=_hint([*known, name]),
    )


def _hint(names: list[str]) -> str:
    if len({name.strip().casefold() for name in names}) <= BINARY:
        return "some labels differ in case or blanks alone: write them alike"
    return "is this the label column? --label COL chooses another"
