"""`cecli metrics`."""

from collections.abc import Sequence
from typing import Annotated

from cecli.options.declare import Family, Option
from cecli.options.keywords import CommandLine
from cecli.terminal.output import DefinitionOutputOptions, Output, Style


class MetricNames(Family):
    """The metrics to show."""

    names: Annotated[
        Sequence[str],
        Option(
            "Metrics, by any of their names; default: all.", metavar="[NAME]…", is_argument=True
        ),
    ] = ()


def _run(names: MetricNames, style: Style) -> Output:
    """How is each metric defined?

    cecli metrics

    cecli metrics skill

    cecli metrics 'log loss' --json
    """
    from cecli.metrics.registry import definitions, looked_up
    from cecli.report.definitions import Definitions

    wanted = names.names
    chosen = [looked_up(name) for name in wanted] if wanted else definitions().values()
    return Output(style.text(Definitions(tuple(chosen))), path=style.path)


COMMAND = CommandLine(_run, output=DefinitionOutputOptions)
