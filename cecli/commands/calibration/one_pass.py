"""What the states of one pass tell: all of rows that they have one by one, and bounds of others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cecli.commands.calibration.kept import KeptRowsState
from cecli.commands.calibration.passes import KEPT_IN_MEMORY, CellsAlone, RowsAgain
from cecli.commands.calibration.plan import Calibrating
from cecli.commands.calibration.store import Store
from cecli.core.errors import InputError, UsageError
from cecli.core.evaluate import states_of
from cecli.core.plan import Finding, Given, Plan
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.report.report import Report
from cecli.report.result import Notice
from cecli.statistics.cells.prediction_cells import CELLS, PredictionCells


def report_of_states(
    wanted: Calibrating, engine: Engine, table: Table, _: Plan, states: States
) -> Report:
    """Return the report that the states of a first pass give without its rows.

    The states may be those of a score: then groups are left out, and so are bins if the rows are
    not there one by one.

    Raises
    ------
    InputError
        If they do not tell the order of predictions, or the rows depend on each other.
    """
    if wanted.clusters is not None:
        raise InputError(
            "is a state of rows that depend on each other, whose calibration takes a further pass",
            table.name,
        )
    with Store(KEPT_IN_MEMORY) as store:
        again = _alone_in(states, store, table, wanted.opening, engine)
        states = _supplied(states, wanted.details, again)
        details = [each for each in wanted.details if _is_answered(each, states)]
        apart = [each for each in wanted.apart if _is_answered(each, states)]
        lost = {
            "bins and thresholds": len(details) < len(wanted.details),
            "the calibration of groups": len(apart) < len(wanted.apart),
        }
        told = Given(list(_left_out([what for what, is_lost in lost.items() if is_lost])))
        watches = [*wanted.watches, told]
        known = replace(wanted, details=details, apart=apart, watches=watches)
        return known.report_from(states, table, engine, again=again)


def report_of_memory(wanted: Calibrating, table: Table, engine: Engine) -> Report:
    """Return the report of a table that has states in the place of rows."""
    plan = wanted.first_pass
    return report_of_states(wanted, engine, table, plan, states_of(table, plan, engine))


def _left_out(what: Sequence[str]) -> Iterator[Notice]:
    if what:
        yield Notice("left-out", f"not known of the state of a score: {' and '.join(what)}")


def _is_answered(finding: Finding, states: States) -> bool:
    return all(states.get(each) is not None for each in finding.statistics)


def _supplied(states: States, findings: Sequence[Finding], again: RowsAgain | CellsAlone) -> States:
    """Return the states with the cells that findings lack, if the rows are there one by one."""
    needed = (each for finding in findings for each in finding.statistics)
    lacking = [x for x in needed if isinstance(x, PredictionCells) and states.get(x) is None]
    if not lacking or isinstance(again, CellsAlone):
        return states
    found = again(lacking)
    for each in lacking:
        states = states.replaced(each, found[each])
    return states


def _alone_in(
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
