"""`cecli inspect`: what is in the file?

survey - the columns, and the rows that cannot be used
"""

from typing import TYPE_CHECKING, Annotated, Any

from cecli.options.declare import READING, Family, Option
from cecli.options.keywords import CommandLine, in_keywords
from cecli.options.reading import Inputs, ReadingOptions
from cecli.terminal.output import InspectionOutputOptions, Output, Style

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.readers.opening import Data
    from cecli.report.inspection import Inspection


class InspectOptions(Family):
    """How many rows are inspected."""

    everything: Annotated[
        bool, Option("Inspect all rows, not only the first 10,000.", READING, name="--all")
    ] = False


@in_keywords
def inspect(
    data: "Data",
    asked: InspectOptions,
    reading: ReadingOptions,
    *,
    progress: "Progress | None" = None,  # noqa: ARG001
) -> "Inspection":
    """Inspect a file: its columns, their likely roles, and the rows that cannot be used.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path per line,
        or a list of these; a DataFrame; or arrays by column name.
    everything : inspect all rows, instead of about the first ten thousand.

    Returns
    -------
    Inspection

    Raises
    ------
    InputError
        If the input cannot be read, or has no header row.

    Examples
    --------
    >>> found = inspect({"y": [1, 0], "p": [0.25, 0.5]})
    >>> [(column.name, column.role) for column in found.columns]
    [('y', 'label, by its name'), ('p', 'prob, by its name')]
    """
    from cecli.commands.inspect.survey import survey
    from cecli.guessing.proposal import Asking
    from cecli.options.predictions import ScoreOptions
    from cecli.options.shapes import ModelOptions, ShapeOptions
    from cecli.options.values import engine_of, read_as_shown, reading_of
    from cecli.readers.opening import open_table

    said: list[str] = []
    reading = read_as_shown(data, reading, said.append, "inspect")
    asking = Asking("score", data, [ScoreOptions(), ShapeOptions(), ModelOptions(), reading])
    table = open_table(data, reading_of(reading))
    return survey(table, asking, said, everything=asked.everything, engine=engine_of(reading))


def _run(inputs: Inputs, asked: dict[str, Any], style: Style) -> Output:
    """Inspect a file: what is in it, and what could be scored?

    cecli inspect preds.csv

    cecli inspect preds.csv --all --json
    """
    return style.output(inspect(inputs.files, **asked))


COMMAND = CommandLine(
    _run,
    inspect,
    output=InspectionOutputOptions,
    configured=(ReadingOptions,),
    matters="everything json",
)
