"""What the states of one pass tell: all of rows that they have one by one, and bounds of others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from cecli.commands.calibration.kept import KeptRowsState
from cecli.commands.calibration.line import NOT_KEPT, Line, LineFit
from cecli.commands.calibration.notices import ONE_PASS
from cecli.commands.calibration.open_cells import Refined
from cecli.commands.calibration.passes import RowsAgain
from cecli.commands.calibration.store import Store
from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.errors import InputError, UsageError
from cecli.core.plan import Plan
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.numerics.cells.ordered import OrderedCells
from cecli.report.result import Notice
from cecli.statistics.cells.prediction_cells import CELLS


def unread(cells: OrderedCells, lines: Sequence[LineFit]) -> list[Any]:
    """Return what is known of finer cells, and of lines, if no rows can be read."""
    return [Refined.of(cells), *(Line(line.model, (), (), NOT_KEPT.reason) for line in lines)]


class CellsAlone:
    """All that is left of rows that cannot be read again are their cells."""

    inexact: ClassVar[Notice] = ONE_PASS

    def cells_to_draw_in(self, first: OrderedCells, finer: Refined) -> OrderedCells:
        """Return the cells in which labels are drawn.

        Isotonic regression of undivided cells wins back less. So it is compared with what it wins
        back of labels drawn in undivided cells.
        """
        return first if finer.is_exact else replace(first, most=first.least)

    def answers(self, dialogues: Sequence[Dialogue[Any]], unread: Sequence[Any]) -> list[Any]:
        """Return what dialogues tell that ask for no rows, and else what is known without."""
        return [_told(*both) for both in zip(dialogues, unread, strict=True)]


def _told(dialogue: Dialogue[Any], otherwise: Any) -> Any:
    try:
        next(dialogue)
    except StopIteration as stop:
        return stop.value
    return otherwise


def alone_in(
    states: States, store: Store, table: Table, opening: Plan, engine: Engine
) -> RowsAgain | CellsAlone:
    """Return the rows that are there one by one in the states of a first pass, or their cells.

    Raises
    ------
    InputError
        If they have neither.
    """
    cells = states.get(CELLS)
    if cells is None:
        raise InputError(
            "is a state without the predictions of its rows in order",
            table.name,
            "a calibration needs them: save a state of cecli calibration, or of cecli score of one "
            "event, and take away whole inputs alone",
        )
    rows = cells.rows
    if rows is None:
        return CellsAlone()
    kept = KeptRowsState(store, pending=tuple(rows)).settled()
    return RowsAgain(table, opening, states, kept, engine, None)


def refuse_dependent(*, dependent: bool, versus: Sequence[str], model: str | None) -> None:
    """Raise a UsageError if there is no state of what is asked.

    Parameters
    ----------
    dependent : whether rows may depend on each other.
    """
    given = {
        "rows that depend on each other": dependent,
        "--versus": bool(versus),
        "--model": model is not None,
    }
    if name := next((name for name, value in given.items() if value), None):
        raise UsageError(
            f"--save-state and {name} cannot be used together: this reads the rows once more",
            hint="cecli score --save-state takes --cluster and --model; of several models, save a "
            "state of each",
        )
