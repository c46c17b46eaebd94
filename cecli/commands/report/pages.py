"""What a page shows: a stored report, and a baseline beside any report."""

import shlex
from collections.abc import Sequence

from cecli.commands.report.again import PAGE, command_of
from cecli.commands.report.stored import report_of
from cecli.core.errors import InputError, UsageError
from cecli.core.pipes import Pipe
from cecli.core.state_file import is_state
from cecli.renderers.page.content import PageContent
from cecli.report.reading import document_in, name_of, read_report
from cecli.states.reading import paths_of, total_of
from cecli.states.rebuilding import has_cells, report_of_state


def stored_page(inputs: Sequence[str | Pipe], output: str | None) -> PageContent:
    """Return what a page shows about a stored report.

    Raises
    ------
    UsageError
        If it is not the only input.
    InputError
        If it cannot be read, or is no report.
    """
    if len(inputs) > 1:
        raise UsageError(
            "several inputs include a report",
            hint="one report at a time; --baseline REPORT.json shows another one beside it",
        )
    stated = document_in(read_report(inputs[0]), name_of(inputs[0]))
    report = report_of(stated)
    return PageContent(report, stated, command_of(report, name_of(inputs[0]), output))


def page_of_states(inputs: Sequence[str | Pipe], output: str | None) -> PageContent:
    """Return what a page shows about saved states: of scores, of their calibration, too.

    Raises
    ------
    InputError
        If they cannot be read, or are of different plans.
    """
    from cecli.commands.calibration.joined import joined
    from cecli.commands.report.merging import merged

    names = list(map(name_of, inputs))
    total = total_of(paths_of([path for path in inputs if isinstance(path, str)]))
    report = report_of_state(total)
    if report.command == "score" and has_cells(total):
        calibration = report_of_state(total, "calibration")
        report = merged([joined(report, calibration), calibration])
    command = shlex.join(["cecli", "report", *names, "-o", output or PAGE])
    return PageContent(report, report.to_document(), command)


def baseline_of(content: PageContent, path: str) -> PageContent:
    """Return a page that shows the values of a stored report beside its own.

    Raises
    ------
    InputError
        If the report cannot be read, or its numbers are of another kind.
    """
    if is_state(path):
        baseline = report_of_state(total_of(paths_of([path])))
    else:
        baseline = report_of(document_in(read_report(path), name_of(path)))
    for word in ("task", "units"):
        ours, theirs = getattr(content.report, word), getattr(baseline, word)
        if ours != theirs:
            raise InputError(
                f"the {word} of the baseline is {theirs}, but that of the input is {ours}",
                name_of(path),
                "create the baseline with the same task and units",
            )
    return content.with_baseline(baseline, name_of(path))
