"""Columns whose cells have the numbers of all classes: lists, or pairs of names and numbers."""

import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.codes import CodedClasses
from cecli.columns.column import LEAST_CLASSES, Column, Domain
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import ColumnError, RowError, UsageError, named, shown
from cecli.core.table import Table, beginning_of
from cecli.numerics import Floats
from cecli.options.scoring import Scoring
from cecli.preparations.rows import without
from cecli.shapes.derived import Derived, DerivedTable

if TYPE_CHECKING:
    from cecli.shapes.lists import Parsed

# The rows that are looked at to tell what the cells of a column are.
SAMPLE = 1000
ANY_NUMBER = Domain(-math.inf, math.inf, "a number", "", infinities=(-math.inf, math.inf))
BUT_MISSING = frozenset({Reason.MISSING})
# A class of such a column is a column of its own.
OF_CLASS = re.compile(r"(?P<column>.+)\[(?P<of>.+)\]")
EVERY = "*"
Parse = Callable[[Sequence[str]], "Parsed"]


@dataclass(frozen=True)
class CellsOfClasses:
    """Each class of a column with lists, or with pairs, is a column of its own: `name[class]`.

    Columns with plain numbers stay as they are. The classes of a list are those of --classes, or
    the codes 0, 1, 2, …; those of pairs are those of --classes, or the names in a sample of rows.

    Attributes
    ----------
    decimal : the decimal mark of numbers; inside of such cells it can only be a point.
    """

    decimal: str = "."

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        if self.decimal == ",":
            _refuse_decimal_commas(table, [*scoring.prob, *scoring.target], scoring.bad_rows)
        found: dict[str, ClassCells] = {}
        prob = _named(scoring.prob, table, scoring, scoring.stating.scale, found)
        target = _named(scoring.target, table, scoring, Scale.PROBABILITY, found)
        if not found:
            return table, scoring
        derived = tuple(column for one in found.values() for column in one.columns)
        coded = scoring.coded
        if coded is None and any(name.endswith(f"[{EVERY}]") for name in prob):
            coded = next(iter(found.values())).codes
        elsewhere = [*scoring.elsewhere, *found]
        return DerivedTable(table, derived), replace(
            scoring, prob=prob, target=target, coded=coded, elsewhere=elsewhere
        )


def _named(
    given: Sequence[str],
    table: Table,
    scoring: Scoring,
    scale: Scale,
    found: dict[str, "ClassCells"],
) -> list[str]:
    """Return names and patterns of columns; add to `found` the columns that have all classes."""
    names = []
    for name in given:
        column, of = _asked(name, table.header)
        if column and column not in found:
            found |= _cells_of(table, column, scoring, scale)
        names.append(f"{column}[{of}]" if column in found else name)
    return names


def _asked(given: str, header: Sequence[str]) -> tuple[str, str]:
    """Return the column that --prob may name the classes of, and the class, or a star for all."""
    found = OF_CLASS.fullmatch(given)
    if found is not None and given not in header:
        given, of = found["column"], found["of"]
    else:
        of = EVERY
    return (given, of) if header.count(given) == 1 else ("", "")


@dataclass(frozen=True)
class ClassCells:
    """A column with the numbers of all classes in each cell.

    Attributes
    ----------
    parse : returns the numbers of distinct cells, and what is wrong with each.
    what : a cell, in words.
    codes : the classes, if they have no names.
    """

    column: str
    classes: tuple[str, ...]
    parse: Parse
    what: str
    reason: Reason
    codes: CodedClasses | None = None

    @property
    def role(self) -> str:
        return f"cells of {self.column}"

    @property
    def columns(self) -> list[Derived]:
        """A column for each class."""
        source = Column(self.role, self.column, None, is_nested=True)
        return [
            Derived(f"{self.column}[{name}]", (source,), OfPlace(self.role, place), self)
            for place, name in enumerate(self.classes)
        ]

    def __call__(self, chunk: Chunk, bad_rows: BadRows) -> Chunk:
        """Return the rows whose cells can be read, with their numbers, shape (K, n)."""
        text = used_names(chunk.texts[self.role])
        numbers, wrong = self.parse(text.names)
        chunk = chunk.with_numbers(**{self.role: numbers.take(text.codes, axis=1)})
        if not any(wrong):
            return chunk
        chunk = chunk.with_texts(**{self.role: text})
        missing = np.array(
            [
                bool(why) and bad_rows.is_missing(name)
                for name, why in zip(text.names, wrong, strict=True)
            ],
            dtype=np.bool_,
        )
        bad = np.array(list(map(bool, wrong)), dtype=np.bool_) & ~missing
        for flags, reason in ((missing, Reason.MISSING), (bad, self.reason)):
            explain = partial(self._refusal, chunk, wrong, reason)
            rows = flags.take(chunk.texts[self.role].codes)
            chunk = without(chunk, rows, reason, bad_rows, explain)
        return chunk

    def _refusal(self, chunk: Chunk, wrong: Sequence[str], reason: Reason, row: int) -> RowError:
        code = chunk.texts[self.role].codes[row]
        cell = chunk.texts[self.role].names[code]
        what, hint = f"{shown(cell)} {wrong[code]}", f"each cell is {self.what}"
        if reason is Reason.MISSING:
            what = "the cell is empty" if not cell.strip() else f"{shown(cell)} is a missing value"
            hint = "--missing skip leaves out and counts such rows"
        place = f"column {named(self.column)}"
        error = RowError.at(*chunk.position(row), f"{place}: {what}", hint, reason)
        return error.about(self.column, cell)


def used_names(text: Coded) -> Coded:
    """Return the same texts, without names that none of the rows has."""
    used = np.zeros(len(text.names), dtype=np.bool_)
    used[text.codes] = True
    if used.all():
        return text
    places = np.cumsum(used) - 1
    names = tuple(compress(text.names, used.tolist()))
    return Coded(places.take(text.codes), names)


@dataclass(frozen=True)
class OfPlace:
    """Returns the numbers of the class at a place."""

    role: str
    place: int

    def __call__(self, chunk: Chunk) -> Floats:
        values: Floats = chunk.numbers[self.role][self.place]
        return values


def _refuse_decimal_commas(table: Table, given: Sequence[str], bad_rows: BadRows) -> None:
    """Raise a UsageError if a column has several numbers in its cells, which commas may part."""
    from cecli.shapes import lists, named_values

    for column in filter(None, (_asked(name, table.header)[0] for name in given)):
        text = next(iter(_sample(table, column, bad_rows)), "")
        if lists.numbers_of(text) is not None or named_values.pairs_of(text) is not None:
            raise UsageError(
                f"column {shown(column)} has several numbers in a cell: {shown(text)}; there, "
                "commas are between numbers, and with --decimal , inside of them",
                table.name,
                "write all numbers of the file with points, and leave out --decimal ,",
            )


def _cells_of(table: Table, column: str, scoring: Scoring, scale: Scale) -> dict[str, ClassCells]:
    """Return the cells of a column that has the numbers of all classes, by its name, if it has."""
    texts = _sample(table, column, scoring.bad_rows)
    if not texts:
        return {}
    # Imported here because most columns have plain numbers.
    from cecli.shapes import lists, named_values

    first = lists.numbers_of(texts[0])
    if first is not None:
        return {column: _lists(table, column, len(first), scoring)}
    names = sorted({name for text in texts for name in named_values.pairs_of(text) or ()})
    is_enough = scoring.coded is not None or len(names) >= LEAST_CLASSES
    if named_values.pairs_of(texts[0]) is None or not is_enough:
        return {}
    return {column: _pairs(column, names, scoring, scale)}


def _sample(table: Table, column: str, bad_rows: BadRows) -> list[str]:
    """Return the first cells that are not missing; none if these are numbers."""
    present = BadRows(BUT_MISSING, bad_rows.missing)
    numbers = beginning_of(table, [Column("prob", column, ANY_NUMBER, is_nested=True)], present)
    first = None if numbers is None else next(numbers.chunks(), None)
    if first is None or len(first) or first.defect is None:
        return []
    every = BadRows(frozenset(Reason), bad_rows.missing)
    texts = beginning_of(table, [Column("prob", column, None, is_nested=True)], every)
    sample: list[str] = []
    for chunk in () if texts is None else texts.chunks():
        text = chunk.texts["prob"]
        sample += [text.names[code] for code in text.codes[: SAMPLE - len(sample)]]
        if len(sample) == SAMPLE:
            break
    return [cell for cell in sample if not bad_rows.is_missing(cell)]


def _lists(table: Table, column: str, size: int, scoring: Scoring) -> ClassCells:
    from cecli.shapes.lists import parsed

    coded = scoring.coded
    if coded is not None and len(coded.names) != size:
        raise ColumnError(
            f"column {shown(column)} has lists of {size} numbers, but --classes names "
            f"{len(coded.names)} classes",
            table.name,
        )
    codes = tuple(map(str, range(size)))
    names = codes if coded is None else coded.names
    scoring.tell(
        f"each cell of {shown(column)} is a list of {size} numbers, of the classes "
        f"{names[0]} to {names[-1]}; --classes names them"
        if coded is None
        else f"each cell of {shown(column)} is a list of {size} numbers"
    )
    what = f"a list of {size} numbers, such as [{', '.join(['0.1'] * min(size, 3))}]"
    return ClassCells(
        column,
        names,
        partial(parsed, size=size),
        what,
        Reason.VALUE,
        CodedClasses(codes, codes, are_counted=True),
    )


def _pairs(column: str, names: Sequence[str], scoring: Scoring, scale: Scale) -> ClassCells:
    from cecli.shapes.named_values import parsed

    coded = scoring.coded
    places = {name: place for place, name in enumerate(names)}
    if coded is not None:
        names = coded.names
        places = {text: names.index(name) for text, name in coded.known.items()}
    absent = -math.inf if scale in {Scale.LOGIT, Scale.LOG_PROBABILITY} else 0.0
    scoring.tell(
        f"each cell of {shown(column)} has pairs of a class and a number; the classes are "
        f"{', '.join(names)}{'' if coded else ', as in the first rows; --classes names them'}"
    )
    parse = partial(parsed, places=places, size=len(names), absent=absent)
    what = f"pairs such as {names[0]}:0.3 {names[1]}:0.7; --classes names all classes"
    return ClassCells(column, tuple(names), parse, what, Reason.CLASS)
