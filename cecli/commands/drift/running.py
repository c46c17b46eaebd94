"""A run: the reference as a file or as a saved state, and then the rows of now."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from cecli.columns.roles import Tell
from cecli.commands.drift.columns import Asked, Chosen, ComparedColumns, chosen_of
from cecli.commands.drift.findings import prefixed
from cecli.commands.drift.measures import Manner
from cecli.commands.drift.plan import current_plan, known_of, read_reference, reference_plan
from cecli.commands.drift.saved import chosen_from, recipe_of
from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError
from cecli.core.evaluate import evaluate
from cecli.core.fold import Progress
from cecli.core.plan import Remembering
from cecli.core.state_file import MAGIC, is_state
from cecli.core.table import Table
from cecli.options.declare import Family
from cecli.options.keywords import echo
from cecli.options.reading import ReadingOptions
from cecli.options.values import engine_of, read_as_shown, reading_of
from cecli.readers.opening import open_table
from cecli.report.report import Report
from cecli.report.result import Units

TWO = "cecli drift REFERENCE CURRENT compares two inputs; --save-state keeps a reference alone"


@dataclass(frozen=True)
class DriftRun:
    """What was asked of a run.

    Attributes
    ----------
    families : the options, for what the report states.
    save_state : the path of the state of the reference; None for none.
    """

    asked: Asked
    manner: Manner
    units: Units
    families: Sequence[Family]
    reading: ReadingOptions
    save_state: str | None
    tell: Tell
    progress: Progress | None = None

    def report(self, reference: Any, current: Any) -> Report:
        """Return the report of `cecli.drift`; see there."""
        then = self._opened(reference)
        if current is None and self.save_state is None and not isinstance(then, Remembering):
            raise UsageError("there is nothing to compare the reference with", hint=TWO)
        now = None if current is None else self._opened(current)
        if isinstance(now, Remembering):
            raise UsageError(
                "a state can be the reference alone",
                hint="give the rows that are compared with it as files",
            )
        whole, compared, gone, notices = self._chosen(then, now)
        stated = echo(*self.families)
        plan = reference_plan(whole, self.manner, self.units, notices).stating(stated)
        engine = engine_of(self.reading)
        report, states = read_reference(
            then, plan, engine, self.progress, lambda make: self._keeping(whole, make)
        )
        if now is None:
            return report
        known = known_of(whole, states, self.manner)
        notices = (*prefixed([n for n in report.notices if n not in notices]), *notices)
        plan = current_plan(known, compared, self.manner, self.units, notices, gone)
        plan = plan.stating({"reference": ", ".join(then.names), **stated})
        return evaluate(now, plan, engine, self.progress)

    def _opened(self, data: Any) -> Table:
        """Return the table of an input, or that of the states that it names."""
        paths = [data] if isinstance(data, str | bytes) else data
        if isinstance(paths, Sequence) and paths and any(map(_is_state, paths)):
            return _of_states(paths)
        if isinstance(data, Remembering):
            return open_table(data, reading_of(self.reading))
        read = read_as_shown(data, self.reading, self.tell, "drift", self.families[:1])
        return open_table(data, reading_of(read))

    def _chosen(self, then: Table, now: Table | None) -> Chosen:
        recipe = recipe_of(then)
        if recipe is None or now is None:
            return chosen_of(self.asked, then, now)
        return chosen_from(recipe, self.asked, then, now)

    def _keeping(self, compared: ComparedColumns, make: Any) -> Any:
        """Return what makes the report of a reference, and saves its states if a file is named."""
        if self.save_state is None:
            return make
        named = {"column": list(compared.names), "category": sorted(compared.categories)}
        # What saves states stands above commands, so that it is imported by name.
        saving = import_module("cecli.states.saving").Saving
        return saving(self.save_state, "drift", self.families, named, make=make)


def _of_states(paths: Sequence[Any]) -> Table:
    """Return the rows of saved states in the place of a table."""
    reading = import_module("cecli.states.reading")
    files = [path for path in paths if not isinstance(path, bytes)]
    contents = [path for path in paths if isinstance(path, bytes)]
    total = reading.total_of([*reading.paths_of(list(map(str, files))), *contents])
    table: Table = import_module("cecli.states.table").StateTable(total)
    return table


def _is_state(path: Any) -> bool:
    return path.startswith(MAGIC) if isinstance(path, bytes) else is_state(path)
