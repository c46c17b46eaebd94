"""A run: the reference as a file or as a saved state, and then the rows of now."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cecli.columns.roles import Tell
from cecli.commands.drift import BINS, MOST_CATEGORIES, DriftOptions
from cecli.commands.drift.columns import Asked, Chosen, ComparedColumns, chosen_of
from cecli.commands.drift.findings import prefixed
from cecli.commands.drift.measures import Manner
from cecli.commands.drift.plan import (
    current_plan,
    known_of,
    read_reference,
    reference_plan,
)
from cecli.commands.drift.saved import chosen_from, recipe_of
from cecli.core.errors import UsageError
from cecli.core.evaluate import evaluate
from cecli.core.plan import Remembering
from cecli.core.state_file import is_state
from cecli.core.table import Table
from cecli.options.keywords import echo
from cecli.options.reading import ReadingOptions
from cecli.options.scoring import Weighting
from cecli.options.states import StateOptions
from cecli.options.values import bad_rows_of, engine_of, read_as_shown, reading_of
from cecli.readers.opening import open_table
from cecli.report.report import Report
from cecli.report.result import LEVEL

if TYPE_CHECKING:
    from cecli.core.fold import Progress

TWO = "cecli drift REFERENCE CURRENT compares two inputs; --save-state keeps a reference alone"


def compared_with(
    reference: Any,
    current: Any,
    asked: DriftOptions,
    reading: ReadingOptions,
    states: StateOptions,
    tell: Tell,
    progress: "Progress | None",
) -> Report:
    """Return the report of `cecli.drift`; see there."""
    then = opened(reference, asked, reading, tell)
    if current is None and states.save_state is None and not isinstance(then, Remembering):
        raise UsageError("there is nothing to compare the reference with", hint=TWO)
    now = None if current is None else opened(current, asked, reading, tell)
    if isinstance(now, Remembering):
        raise UsageError(
            "a state can be the reference alone",
            hint="give the rows that are compared with it as files",
        )
    manner = Manner(
        asked.bins or BINS,
        Fraction(asked.smooth or 0.0),
        LEVEL if asked.level is None else asked.level,
        asked.anytime,
        asked.max_categories or MOST_CATEGORIES,
    )
    whole, compared, gone, notices = _columns(asked, reading, then, now)
    engine = engine_of(reading)
    plan = reference_plan(whole, manner, asked.units, notices).stating(echo(asked, reading))
    report, found = read_reference(
        then, plan, engine, progress, lambda make: _keep(states, asked, reading, whole, make)
    )
    if now is None:
        return report
    known = known_of(whole, found, manner)
    notices = (*prefixed([n for n in report.notices if n not in notices]), *notices)
    plan = current_plan(known, compared, manner, asked.units, notices, gone)
    stated = {"reference": ", ".join(then.names), **echo(asked, reading)}
    return evaluate(now, plan.stating(stated), engine, progress)


def opened(data: Any, asked: DriftOptions, reading: ReadingOptions, tell: Tell) -> Table:
    """Return the table of an input, or that of the states that it names."""
    paths = [data] if isinstance(data, str | bytes) else data
    if isinstance(paths, Sequence) and paths and any(map(_is_state, paths)):
        from cecli.states.reading import paths_of, total_of
        from cecli.states.table import StateTable

        files = [path for path in paths if isinstance(path, str)]
        return StateTable(total_of([*paths_of(files), *(p for p in paths if isinstance(p, bytes))]))
    read = reading if isinstance(data, Remembering) else read_as_shown(
        data, reading, tell, "drift", [asked]
    )  # fmt: skip
    return open_table(data, reading_of(read))


def _is_state(path: Any) -> bool:
    from cecli.core.state_file import MAGIC

    return path.startswith(MAGIC) if isinstance(path, bytes) else is_state(path)


def _columns(
    asked: DriftOptions, reading: ReadingOptions, then: Table, now: Table | None
) -> Chosen:
    wanted = Asked(
        asked.column,
        asked.category,
        asked.label,
        asked.prob,
        asked.positive,
        Weighting(asked.weight, asked.count),
        bad_rows_of(reading),
    )
    recipe = recipe_of(then)
    if recipe is None or now is None:
        return chosen_of(wanted, then, now)
    return chosen_from(recipe, wanted, then, now)


def _keep(
    states: StateOptions,
    asked: DriftOptions,
    reading: ReadingOptions,
    compared: ComparedColumns,
    make: Any,
) -> Any:
    """Return what makes the report of a reference, and saves its states if a file is named."""
    if states.save_state is None:
        return make
    from cecli.states.saving import Saving

    named = {"column": list(compared.names), "category": sorted(compared.categories)}
    return Saving(states.save_state, "drift", [asked, reading], named, make=make)
