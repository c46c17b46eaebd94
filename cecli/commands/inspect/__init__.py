"""`cecli inspect`: what is in the file?

survey - the columns, their values, what they could be, and what is wrong with the rows
"""

from typing import TYPE_CHECKING, Annotated, Any

from cecli.options.declare import READING, Family, Option
from cecli.options.families import Inputs, ReadingOptions
from cecli.options.keywords import CommandLine, in_keywords
from cecli.terminal.output import InspectionOutputOptions, Output, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.inspection import Inspection


class InspectOptions(Family):
    """How many rows are inspected."""

    everything: Annotated[
        bool, Option("Inspect all rows, not only the first.", READING, name="--all")
    ] = False


@in_keywords
def inspect(
    data: "Data",
    asked: InspectOptions,
    reading: ReadingOptions,
    *,
    progress: "Progress | None" = None,  # noqa: ARG001
) -> "Inspection":
    """Look into a file: its columns, what they could be, and what is wrong with its rows.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    everything : look at all rows, and not at about the first ten thousand only.

    Returns
    -------
    Inspection

    Raises
    ------
    InputError
        If the input cannot be read, or has no header.

    Examples
    --------
    >>> found = inspect({"y": [1, 0], "p": [0.25, 0.5]})
    >>> [(column.name, column.role) for column in found.columns]
    [('y', 'label, by its name'), ('p', 'prob, by its name')]
    """
    from cecli.commands.inspect.survey import survey
    from cecli.options.values import reading_of
    from cecli.readers.opening import open_table

    return survey(open_table(data, reading_of(reading)), everything=asked.everything)


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Look into a file: what is in it, and what could be scored?

    cecli inspect preds.csv

    cecli inspect preds.csv --all --json
    """
    return style.output(inspect(inputs.files, **asked))


COMMAND = CommandLine(_run, inspect, output=InspectionOutputOptions, configured=(ReadingOptions,))
