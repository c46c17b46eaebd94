"""Which columns are compared, and how: as numbers, or as categories."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column, Domain, find, find_each, listed, separated
from cecli.columns.labels import PositiveValue, ZeroOrOne
from cecli.columns.numbers import Scale
from cecli.columns.roles import SCALED
from cecli.core.chunk import Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError, shown
from cecli.core.plan import Remembering
from cecli.core.table import Table, nested_in, stated_for
from cecli.guessing.evidence import look
from cecli.options.scoring import Weighting
from cecli.preparations.labels import LabelsToTargets, MissingAlike
from cecli.preparations.order import in_order
from cecli.report.reliability import ColumnKind
from cecli.report.result import Notice

INFINITE = float("inf")
# The numbers of a feature: any, and NaN where there is none.
NUMBER = Domain(
    -INFINITE,
    INFINITE,
    "a number, as all values were in the first rows of the reference",
    "--category COL compares the values of a column as they are written",
    infinities=(-INFINITE, INFINITE),
    may_be_missing=True,
)
PROB, LABEL = "prob", "label"


@dataclass(frozen=True)
class ComparedColumns:
    """The columns of a run.

    Attributes
    ----------
    names : of the columns that are compared, in the order of the header.
    categories : those among them whose values are compared as they are written.
    label, prob, positive : of the predictions whose loss is compared, if they are named.
    """

    names: tuple[str, ...]
    categories: frozenset[str]
    weighting: Weighting
    bad_rows: BadRows
    label: str | None = None
    prob: str | None = None
    positive: str | None = None

    def kind(self, name: str) -> ColumnKind:
        return ColumnKind.CATEGORIES if name in self.categories else ColumnKind.NUMBERS

    def role(self, name: str) -> str:
        """Return the role of a column in chunks; that of predictions is read once."""
        return PROB if name == self.prob else f"of {name}"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to read."""
        own = tuple(
            Column(self.role(name), name, None if name in self.categories else NUMBER)
            for name in self.names
            if name != self.prob
        )
        loss: tuple[Column, ...] = ()
        if self.label is not None and self.prob is not None:
            domain = SCALED[Scale.PROBABILITY]
            loss = (Column(LABEL, self.label, None), Column(PROB, self.prob, domain))
        return (*loss, *own, *self.weighting.columns)

    @property
    def prepare(self) -> tuple[Preparation, ...]:
        texts: list[Preparation] = [
            MissingAlike(self.role(name), self.bad_rows)
            for name in self.names
            if name in self.categories
        ]
        if self.label is not None:
            rule = ZeroOrOne() if self.positive is None else PositiveValue(self.positive)
            texts.append(LabelsToTargets(self.label, rule, self.bad_rows))
        return in_order(texts=texts)

    @property
    def reported(self) -> dict[str, str | Sequence[str]]:
        """The names of columns by role, as a report states them."""
        loss = {LABEL: self.label, PROB: self.prob}
        weight = {column.role: column.name for column in self.weighting.columns}
        found = {role: name for role, name in (loss | weight).items() if name is not None}
        return {"column": list(self.names), **found}


@dataclass(frozen=True)
class Asked:
    """The columns that a user named; all may be missing."""

    column: Sequence[str]
    category: Sequence[str]
    label: str | None
    prob: str | None
    positive: str | None
    weighting: Weighting
    bad_rows: BadRows

    def __post_init__(self) -> None:
        if (self.label is None) != (self.prob is None):
            given, other = ("--label", "--prob") if self.prob is None else ("--prob", "--label")
            raise UsageError(
                f"{given} needs {other}: the loss has predictions and labels",
                hint="without both, all columns are compared by their values alone",
            )
        if self.positive is not None and self.label is None:
            raise UsageError("--positive needs --label and --prob")


class Chosen(NamedTuple):
    """What is read of a reference, and what is compared with it.

    Attributes
    ----------
    whole : the columns of the reference.
    compared : those of them that are compared.
    gone : the columns that only the reference has.
    """

    whole: ComparedColumns
    compared: ComparedColumns
    gone: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


def chosen_of(asked: Asked, reference: Table, current: Table | None) -> Chosen:
    """Return the columns that are compared, of a reference that has rows.

    Raises
    ------
    ColumnError
        If a column is missing.
    UsageError
        If there is nothing to compare.
    """
    tables = [reference] if current is None else [reference, current]
    for table in tables:
        special = (asked.label, asked.prob, asked.weighting.name)
        for name in filter(None, special):
            find(table.header, name, table.name)
    stated = _stated(asked, tables)
    names = _names(asked, tables, stated)
    if not names:
        raise UsageError("the inputs have no column in common", reference.name)
    gone: tuple[str, ...] = ()
    if current is not None and not asked.column:
        gone = tuple(x for x in only(reference.header, current.header) if x not in stated)
    compared = compared_as(asked, names, _categories(asked, reference, [*names, *gone]))
    notices = tuple(_unlike(tables, stated)) if not asked.column else ()
    return Chosen(compared, compared, gone, notices)


def compared_as(asked: Asked, names: Sequence[str], categories: frozenset[str]) -> ComparedColumns:
    """Return columns by their names, with the roles that a user gave."""
    return ComparedColumns(
        tuple(names), categories, asked.weighting, asked.bad_rows, asked.label, asked.prob,
        asked.positive,
    )  # fmt: skip


def only(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the names that only the first of two headers has."""
    known = set(other)
    return [name for name in dict.fromkeys(one) if name not in known]


def _names(asked: Asked, tables: Sequence[Table], stated: Collection[str]) -> list[str]:
    first = tables[0]
    if asked.column:
        names = separated(asked.column, first.header)
        for table in tables:
            find_each(table.header, names, table.name)
    else:
        counts = [Counter(table.header) for table in tables]
        names = [
            name
            for name in dict.fromkeys(first.header)
            if name not in stated
            and all(count[name] == 1 for count in counts)
            and not any(name in nested_in(table) for table in tables)
        ]
    if asked.prob is not None and asked.prob not in names:
        names.append(asked.prob)
    if asked.weighting.name in names:
        if asked.column:
            raise UsageError(f"column {shown(str(asked.weighting.name))} has the weights")
        names.remove(asked.weighting.name)
    return names


def _stated(asked: Asked, tables: Sequence[Table]) -> set[str]:
    """Return the columns that folders state, such as a day, unless the user names them.

    They say which rows an input has, so that they differ by design.
    """
    categories = separated(asked.category, tables[0].header)
    return {name for table in tables for name in stated_for(table)}.difference(categories)


def _unlike(tables: Sequence[Table], stated: Collection[str]) -> Iterator[Notice]:
    """Yield a notice for the columns that only one of the inputs has, or that are not compared."""
    if len(tables) > 1:
        reference, current = ([x for x in t.header if x not in stated] for t in tables)
        yield from gone_notices(only(reference, current))
        if new := only(current, reference):
            yield Notice("column-new", f"only the current input has {listed(new)}: not compared")
    for table in tables:
        twice = [name for name, count in Counter(table.header).items() if count > 1]
        nested = [*nested_in(table)]
        if twice or nested:
            message = f"{table.name}: not compared, as they occur twice or have several values in "
            yield Notice("column-unusable", f"{message}a row: {listed([*twice, *nested])}")


def gone_notices(names: Sequence[str]) -> Iterator[Notice]:
    """Yield the notice of columns that only the reference has."""
    if names:
        yield Notice("column-gone", f"only the reference has {listed(names)}: gone now")


def _categories(asked: Asked, reference: Table, names: Sequence[str]) -> frozenset[str]:
    given = separated(asked.category, reference.header)
    find_each(reference.header, given, reference.name)
    strange = [name for name in given if name not in names]
    if strange:
        raise UsageError(f"--category names {listed(strange)}, which --column does not")
    if asked.prob in given:
        raise UsageError("--category names the predictions, whose loss needs numbers")
    if isinstance(reference, Remembering):
        return frozenset(given)
    seen = look(reference).by_name
    texts = {name for name in names if name not in seen or not seen[name].is_numeric}
    of_labels = [] if asked.label is None else [asked.label]
    return frozenset(x for x in (*given, *texts, *of_labels) if x in names and x != asked.prob)
