"""`cecli merge`: the report of all rows, from the states of some."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cecli.core.errors import InputError, UsageError
from cecli.core.files import check_destination
from cecli.options.declare import MEASURE, Family, Option
from cecli.options.groups import MinGroup
from cecli.options.keywords import CommandLine, in_keywords
from cecli.options.states import StateOptions
from cecli.terminal.output import Output, ReportOutputOptions, Style

if TYPE_CHECKING:
    from os import PathLike

    from cecli.report.report import Report
    from cecli.states.state import SavedState

# Before the states that are taken away.
AWAY = "-"


class StateInputs(Family):
    """The states that are merged, and those that are taken away."""

    files: Annotated[
        Sequence[str],
        Option(
            "States that --save-state wrote; patterns, directories, @LIST, URLs. Those after - are "
            "taken away.",
            metavar="STATE… [- STATE…]",
            is_argument=True,
        ),
    ]


class MergeOptions(Family):
    """What is done with what cannot be taken away, and what is not to be shown."""

    leave_out: Annotated[
        bool,
        Option(
            "Leave out what is not known without the rows that are taken away: the largest loss, "
            "and the lines that notices name.",
            MEASURE,
        ),
    ] = False
    min_group: MinGroup = None


@in_keywords
def merge(
    data: "str | PathLike[str] | bytes | Sequence[str | PathLike[str] | bytes]",
    without: "str | PathLike[str] | bytes | Sequence[str | PathLike[str] | bytes]" = (),
    *,
    asked: MergeOptions,
    states: StateOptions,
) -> "Report":
    """Return the report of all rows of some states, as if they had been read together.

    Parameters
    ----------
    data : the path of a state, a pattern, a directory, "@FILE" with one path per line, the bytes of
        a state, or a list of these. The states are merged in this order.
    without : the states of rows that are taken away.
    leave_out : leave out what is not known without those rows: the largest loss, and the lines that
        notices name. Of whole inputs that were merged, nothing needs to be left out.
    min_group : count groups with fewer rows together; see `score`.
    save_state : also save the state of the rows that are reported.

    Returns
    -------
    Report
        The bits of that of all rows, read in this order.

    Raises
    ------
    UsageError
        If there is no state.
    InputError
        If a state cannot be read, has other options than the first, or is taken away and was never
        among the others.

    Examples
    --------
    >>> import cecli, os, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> a, b = os.path.join(folder, "a.state"), os.path.join(folder, "b.state")
    >>> report = cecli.score({"y": [1, 0], "p": [0.9, 0.2]}, save_state=a)
    >>> report = cecli.score({"y": [1, 1], "p": [0.8, 0.6]}, save_state=b)
    >>> merge([a, b]).input.rows
    4
    """
    from cecli.states.reading import less, total_of
    from cecli.states.rebuilding import report_of_state, suppressing
    from cecli.states.table import ForeignStateError

    if states.save_state is not None:
        check_destination(states.save_state, [], "--save-state")
    total = total_of(_paths(data))
    for path in _paths(without):
        total = less(total, path, leave_out=asked.leave_out)
    if asked.min_group is not None:
        total = suppressing(total, asked.min_group)
    try:
        report = report_of_state(total)
    except ForeignStateError:
        raise
    except InputError:  # without rows, there is no report, but a state to merge with others
        _keep(total, states.save_state)
        raise
    _keep(total, states.save_state)
    return report


def _keep(total: "SavedState", path: str | None) -> None:
    from cecli.states.rebuilding import save

    if path is not None:
        save(total, path)


def _paths(data: Any) -> "Iterator[str | bytes]":
    """Yield paths, and the bytes of states."""
    import os

    from cecli.states.reading import paths_of

    for each in [data] if isinstance(data, str | bytes | os.PathLike) else data:
        if isinstance(each, bytes):
            yield each
        else:
            yield from paths_of([os.fspath(each)])


def _run(inputs: StateInputs, asked: dict[str, Any], style: Style) -> Output:
    """One report from saved states, as if read together.

    cecli merge shard-*.state

    cecli merge month.state today.state - day31.state --save-state month.state

    cecli merge month.state - user7.state --leave-out

    cecli merge daily/ --json
    """
    added, taken = _sides(inputs.files)
    return style.output(merge(added, taken, **asked))


def _sides(files: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the states that are added, and those that are taken away."""
    if files.count(AWAY) > 1:
        raise UsageError(f"{AWAY} stands once, before all states that are taken away")
    if AWAY not in files:
        return files, ()
    place = files.index(AWAY)
    if place in {0, len(files) - 1}:
        raise UsageError(f"{AWAY} stands between states: those after it are taken away")
    return files[:place], files[place + 1 :]


COMMAND = CommandLine(_run, merge, output=ReportOutputOptions)
