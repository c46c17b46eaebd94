"""The plan of a command, and the states of its rows as bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from inspect import signature
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Self

from cecli import __version__
from cecli.anywhere.failed import error_of, first_error, written_error
from cecli.anywhere.without_lines import one_input
from cecli.columns.roles import Tell
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, ColumnError, InputError, UsageError, shown
from cecli.options.declare import Family
from cecli.options.keywords import declared_in, families_of, silent
from cecli.options.states import StateOptions
from cecli.readers.arrow.arrow import ArrowStream, ArrowTable
from cecli.report.report import Report
from cecli.states.reading import read_state, refuse_another
from cecli.states.rebuilding import COMMANDS, function_of, report_of_state
from cecli.states.saving import saving_of
from cecli.states.state import SavedState
from cecli.states.table import NO_ROWS

if TYPE_CHECKING:
    import pyarrow as pa

    from cecli.readers.opening import SupportsArrow

NAME = "<batches>"
# So many states, or so many bytes of states, are held at a time.
TOGETHER, LARGE = 256, 1 << 24
PLACES = "rows in several places"
# What no state says of itself that it cannot have, by the option that asks for it.
ELSEWHERE = {
    "labels": "the rows of both inputs would have to meet; join the labels to the predictions",
    "save_state": "the bytes of a state are what its file would have",
}
# Options that are about all rows together: small groups here may be large ones elsewhere.
WHEN_ALL_ARE_KNOWN = {"min_group": None}


class Handed(StateOptions):
    """States that are handed over in the place of a report."""

    alone: ClassVar[bool] = True

    def keep(self, command: str, families: Sequence[Family], **more: Any) -> Any:
        return saving_of("", command, families, **more).state


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of a command, whose rows are summarized wherever they are.

    It is picklable, and small. Every state is the bytes of a file that `save_state` writes, so
    that states can be kept, and merged by `cecli.merge` with those of other rows. They merge in
    any order, and any grouping, to the same bytes. Rows have neither lines nor an order.

    An error is a state, too: that of rows that cannot be used. It outlasts every merge, and
    `finish` raises it; of several errors, the same one in any order.

    Attributes
    ----------
    empty : the state of no rows.
    version : of cecli, which is the same wherever rows are summarized.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rows = pa.table({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]})
    >>> evaluation = Evaluation.of("score", rows.schema, label="y", prob="p")
    >>> states = [evaluation.summarize(batch) for batch in rows.to_batches(max_chunksize=2)]
    >>> report = evaluation.finish(evaluation.merge(*states))
    >>> round(report["cross_entropy"], 6)
    0.279777
    """

    empty: bytes
    version: str = __version__

    @classmethod
    def of(
        cls,
        command: str,
        schema: "pa.Schema",
        *,
        name: str = NAME,
        tell: Tell = silent,
        **options: Any,
    ) -> Self:
        """Return the evaluation that options of a command ask for, of rows with a schema.

        Parameters
        ----------
        command : "score", "compare", "kl" or "entropy".
        schema : the names and types of the columns.
        name : of the rows, in reports and messages.
        tell : called with one sentence for each column that is guessed from its name.
        options : the keywords of the function of the command.

        Raises
        ------
        UsageError
            If an option is invalid, or needs all rows in one place.
        ColumnError
            If a column is missing, occurs twice, or cannot be guessed from the names.
        """
        if command not in COMMANDS:
            raise UsageError(f"{shown(command)} has no states: choose {', '.join(COMMANDS)}")
        _refuse_elsewhere(options)
        asked = signature(function_of(command)).bind(schema, **options).arguments
        _refuse_further(command, [*asked][1:])
        table = ArrowTable(name, ArrowStream(schema.empty_table()))
        try:
            state = one_input(_handed(command, table, options, tell=tell), name)
        except UsageError as error:
            raise replace(error, what=error.what.replace("--save-state", PLACES)) from None
        _refuse_further_passes(state)
        return cls(state.to_bytes())

    @property
    def columns(self) -> list[str]:
        """The columns that are read; a batch may have more."""
        return list(self._plan.recipe["header"])

    @property
    def name(self) -> str:
        """The name of the rows, in reports and messages."""
        return self._plan.parts.names[0]

    def summarize(self, rows: "pa.RecordBatch | SupportsArrow | Iterable[pa.RecordBatch]") -> bytes:
        """Return the state of some rows, or their error.

        Parameters
        ----------
        rows : a record batch, a table or a stream of Arrow data, or an iterable of record batches,
            which is read once, a batch at a time.
        """
        plan, name = self._plan, self.name
        try:
            self._refuse_another_version()
            stream = _stream(rows, self.columns, name)
            if stream is None:
                return self.empty
            table = ArrowTable(name, ArrowStream(stream))
            options = {**plan.recipe["options"], "workers": 1, **WHEN_ALL_ARE_KNOWN}
            found = _handed(plan.recipe["command"], table, options)
        except CecliError as error:
            return written_error(replace(error, where=name, commands=()))
        return one_input(replace(found, plan=plan.plan), name).to_bytes()

    def merge(self, *states: bytes) -> bytes:
        """Return the state of the rows of all states.

        Raises
        ------
        InputError
            If one is no state of this evaluation.
        """
        error = first_error(list(states))
        if error is not None:
            return error
        found = [self._read(state) for state in states if state != self.empty]
        if not found:
            return self.empty
        return one_input(SavedState.merged(found), self.name).to_bytes()

    def merge_all(self, states: Iterable[bytes]) -> bytes:
        """Return the state of the rows of all states, of which few are held at a time."""
        return reduce(lambda total, some: self.merge(total, *some), _some(states), self.empty)

    def finish(self, state: bytes) -> Report:
        """Return the report of the rows of a state.

        Raises
        ------
        CecliError
            If rows could not be used, or give nothing to report.
        """
        error = error_of(state)
        if error is not None:
            raise error
        return report_of_state(self._read(state))

    def _refuse_another_version(self) -> None:
        if self.version != __version__:
            what = f"cecli is {__version__} where rows are summarized, and {self.version} elsewhere"
            raise UsageError(what, hint="install the same version in both places")

    @property
    def _plan(self) -> SavedState:
        return _read_once(self.empty)

    def _read(self, content: bytes) -> SavedState:
        state = read_state(content)
        refuse_another(self._plan, "this evaluation", state, "<state>")
        return state


@lru_cache(maxsize=8)
def _read_once(content: bytes) -> SavedState:
    return SavedState.of_bytes(content)


def _handed(command: str, table: ArrowTable, options: Mapping[str, Any], **more: Any) -> SavedState:
    """Return the state that a command with some options makes of a table."""
    inner = _inner(command)
    asked: dict[str, Family] = {
        name: Handed() if family is StateOptions else family.taken_from(options)
        for name, family in families_of(inner).items()
    }
    found: SavedState = inner(table, **asked, **more)
    return found


def _inner(command: str) -> Any:
    """Return the function of a command that takes families of options."""
    return function_of(command).__wrapped__  # type: ignore[attr-defined]


def _refuse_elsewhere(options: Mapping[str, Any]) -> None:
    for name, why in ELSEWHERE.items():
        if options.get(name):
            raise UsageError(f"{PLACES} and {name} cannot be used together: {why}")


def _refuse_further(command: str, given: Sequence[str]) -> None:
    """Raise a UsageError if there is more than the options of one table of rows."""
    declared = declared_in(families_of(_inner(command)).values())
    if further := [name for name in given if name not in declared]:
        raise UsageError(f"{PLACES} and {further[0]} cannot be used together")


def _refuse_further_passes(empty: SavedState) -> None:
    """Raise a UsageError if more than states of one pass is needed for a report."""
    try:
        report_of_state(empty)
    except InputError as error:
        if error.what == NO_ROWS:
            what = f"{PLACES} are read once, and these options read them again"
            raise UsageError(what) from None


def _stream(rows: Any, columns: Sequence[str], name: str) -> Any:
    """Return the columns that are read as a stream; None if there is not a single batch."""
    import pyarrow as pa

    if isinstance(rows, pa.RecordBatch):
        rows = [rows]
    if hasattr(rows, "__arrow_c_stream__"):
        rows = pa.RecordBatchReader.from_stream(rows)
    batches = iter(rows)
    first = next(batches, None)
    if first is None:
        return None
    header = first.schema.names
    if missing := [column for column in columns if header.count(column) != 1]:
        raise ColumnError(f"a batch has no single column {shown(missing[0])}", name)
    chosen = (batch.select(columns) for batch in chain([first], batches))
    return pa.RecordBatchReader.from_batches(first.select(columns).schema, chosen)


def _some(states: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield states in lists, each of few states or of few bytes."""
    some, size = [], 0
    for state in states:
        some.append(state)
        size += len(state)
        if len(some) >= TOGETHER or size >= LARGE:
            yield some
            some, size = [], 0
    if some:
        yield some
