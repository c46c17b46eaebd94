"""The passes over the rows: one that reads them, and more over what was kept of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cecli.commands.calibration.kept import KeptRows, TableOfKept
from cecli.commands.calibration.line import Line, LineFit
from cecli.commands.calibration.open_cells import Refined, refined
from cecli.commands.calibration.store import Store
from cecli.commands.fit.passes import converse
from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.errors import UnreadableError
from cecli.core.evaluate import report_of, states_of
from cecli.core.fold import Progress, fold
from cecli.core.plan import Finding, Given, Plan
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

# Rows of up to this many bytes are kept in memory, 8 million usually, and others in a file.
KEPT_IN_MEMORY = 64 << 20


@dataclass(frozen=True)
class PassesOverRows:
    """What is read, and how.

    Attributes
    ----------
    opening : the plan of the first pass.
    watches : its findings that end what cannot be reported, such as rows without a weight.
    """

    table: Table
    opening: Plan
    watches: Sequence[Finding]
    engine: Engine
    progress: Progress | None

    def passes(self, lines: Sequence[LineFit]) -> tuple[States, Refined, list[Line]]:
        """Return the states of the first pass, and finer cells and lines from further ones.

        Raises
        ------
        InputError
            If the rows cannot be read, or have changed between two passes.
        """
        with Store(KEPT_IN_MEMORY) as store:
            kept = KeptRows(store)
            findings = (*self.opening.findings, Given((), (kept, CELLS)))
            opening = replace(self.opening, findings=findings)
            states = states_of(self.table, opening, self.engine, self.progress)
            report_of(self.table, replace(opening, findings=self.watches), states)
            found, cells = states[kept].settled(), states[CELLS].cells
            is_kept = found.packed is not None
            rows = TableOfKept.over(self.table, found, cells) if is_kept else self.table
            prepare = () if is_kept else opening.prepare

            def once_more(statistics: Iterable[Statistic[Any]]) -> States:
                partitions = rows.partitions(opening.columns, opening.bad_rows)
                asked = [WEIGHT, *statistics]
                again = fold(partitions, asked, prepare, self.engine, self.progress)
                if again[WEIGHT] != states[WEIGHT]:
                    raise UnreadableError(
                        "has changed between two passes",
                        self.table.name,
                        "if it is being written to, or can be read only once, save a copy first",
                    )
                return again

            dialogues: list[Dialogue[Any]] = [refined(states[CELLS])]
            dialogues += [line.dialogue(cells) for line in lines]
            finer, *fitted = converse(dialogues, once_more)
        return states.replaced(kept, kept.empty()), finer, fitted
