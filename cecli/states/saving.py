"""Saving the states of an evaluation, in a file from which its report can be made again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import CecliError, UsageError
from cecli.core.evaluate import Joined, Keep, report_of, statistics_of
from cecli.core.files import check_destination, write_whole
from cecli.core.plan import Plan
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.options.declare import Family
from cecli.options.scoring import Scoring
from cecli.report.report import Report
from cecli.states.codecs import codec_of
from cecli.states.forms import Form
from cecli.states.names import stable_name
from cecli.states.numbers import DamagedError
from cecli.states.parts import Known, KnownInput, KnownInputs
from cecli.states.rebuilding import NOT_KEPT, report_of_state
from cecli.states.state import SavedState, written_plan
from cecli.states.table import NO_ROWS, columns_of
from cecli.states.written import Field

# Options that contradict each other in a state.
HIDING = ("min_group", "cluster")


@dataclass(frozen=True)
class Saving:
    """Saves the states of a plan, and returns the report.

    Attributes
    ----------
    path : of the file.
    command : the name of the function in Python whose report it is.
    families : its options.
    completed : options that were guessed, by their names in Python.
    header : of the input before any shape, if there is one.
    make : returns the report of the command from states.
    """

    path: str
    command: str
    families: Sequence[Family]
    completed: Mapping[str, Any] = field(default_factory=dict)
    header: Sequence[str] | None = None
    make: Keep = report_of

    def __call__(self, table: Table, plan: Plan, states: States) -> Report:
        """Write the file, and return the report or raise why there is none.

        Raises
        ------
        UsageError
            If the report could not be made again from the file.
        """
        if isinstance(table, Joined) and table.findings:
            raise UsageError(
                "--save-state and --labels cannot be used together",
                hint="join the labels to the predictions in one file first",
            )
        state = self.state(table, plan, states)
        content = state.to_bytes()
        report = _attempt(lambda: self.make(table, plan, states))
        try:
            read = SavedState.of_bytes(content)
        except DamagedError as error:
            raise UsageError(f"--save-state cannot be used here: {error}") from None
        again = _attempt(lambda: report_of_state(read))
        if _text(report) != _text(again):
            raise UsageError(f"--save-state cannot be used here: {_difference(report, again)}")
        write_whole(self.path, content)
        if isinstance(report, CecliError):
            raise report
        return report

    def state(self, table: Table, plan: Plan, states: States) -> SavedState:
        """Return what is saved.

        Raises
        ------
        UsageError
            If states of the plan cannot be saved.
        """
        sums: dict[Field, Form] = {}
        known: dict[str, Known] = {}
        for statistic in dict.fromkeys(statistics_of(table, plan)):
            name = stable_name(statistic)
            saved = codec_of(statistic).saved(states[statistic])
            if (name, "") in sums or name in known:
                raise TypeError(f"two statistics are called {name}")
            sums |= {(name, key): form for key, form in saved.sums.items()}
            if saved.known is not None:
                known[name] = saved.known
        alone = SavedState(written_plan(self.recipe(plan)), sums, KnownInputs())
        part = KnownInput(tuple(table.names), alone.digest, known)
        return SavedState(alone.plan, sums, KnownInputs((part,), 1))

    def recipe(self, plan: Plan) -> dict[str, Any]:
        """Return what the states of a plan are for, as plain values."""
        used = dict.fromkeys(column.name for column in plan.columns)
        options = {**self._options(), **_plain(self.completed)}
        if self.header is None and "label" in plan.head.columns:
            options["label"] = plan.head.columns["label"]
        return {
            "command": self.command,
            "options": options,
            "header": list(self.header or used),
            "columns": columns_of(plan),
            "stated": _plain({k: x for k, x in plan.head.options.items() if x is not None}),
        }

    def _options(self) -> dict[str, Any]:
        return _plain(
            {
                name: value
                for family in self.families
                for name, declared in family.declared.items()
                if (value := getattr(family, name)) != declared.default and name not in NOT_KEPT
            }
        )


def saving_of(
    path: str,
    command: str,
    families: Sequence[Family],
    *,
    read: Table | None = None,
    table: Table | None = None,
    named: Scoring | None = None,
    completed: Scoring | None = None,
    inputs: int = 1,
    make: Keep = report_of,
) -> Saving:
    """Return how the states of a command are saved.

    Parameters
    ----------
    read, table : the input as it is read, and after any shape.
    named, completed : the scoring before and after the user's columns were completed.
    inputs : how many inputs have the same rows.
    make : returns the report of the command from states.

    Raises
    ------
    UsageError
        If there are several inputs with the same rows, or the file is an input.
    """
    check_destination(path, [] if table is None else table.names, "--save-state")
    given = {name: getattr(x, name) for x in families for name in HIDING if hasattr(x, name)}
    if all(given.get(name) is not None for name in HIDING):
        raise UsageError(
            "--save-state, --min-group and --cluster cannot be used together: a state has the sums "
            "of each cluster, however few its rows",
            hint="save a state without --cluster, whose intervals are of independent rows",
        )
    if inputs > 1:
        raise UsageError(
            "--save-state and two inputs cannot be used together",
            hint="put the predictions of both models in one input",
        )
    header = None if read is None or table is read else read.header
    return Saving(path, command, families, _guessed(named, completed), header, make)


def _guessed(named: Scoring | None, completed: Scoring | None) -> dict[str, Any]:
    """Return the options that were guessed."""
    if named is None or completed is None:
        return {}
    names = ("label", "target", "prob", "positive")
    pairs = ((name, getattr(named, name), getattr(completed, name)) for name in names)
    guessed: dict[str, Any] = {name: after for name, before, after in pairs if before != after}
    if named.stating.scale != completed.stating.scale:
        guessed["scale"] = completed.stating.scale
    return guessed


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as JSON values."""
    return {name: _plain_value(value) for name, value in options.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return [str(each) for each in value] if hasattr(value, "__len__") else value


def _attempt(make: Callable[[], Report]) -> Report | CecliError:
    try:
        return make()
    except CecliError as error:
        return error


def _text(outcome: Report | CecliError) -> str:
    return str(outcome) if isinstance(outcome, CecliError) else outcome.to_json_line()


def _difference(report: Report | CecliError, again: Report | CecliError) -> str:
    """Return the words for how a report from the file differs."""
    if isinstance(again, CecliError):
        return "its rows are read more than once" if again.what == NO_ROWS else again.what
    if isinstance(report, CecliError):
        return "there would be a report, but there is none now"
    both = zip(report.to_dict().items(), again.to_dict().items(), strict=True)
    # By their texts, as these tell 1 from 1.0, 0.0 from -0.0, and one order of keys from another.
    names = [name for (name, one), (_, other) in both if repr(one) != repr(other)]
    return f"{', '.join(names)} would not be the same"
