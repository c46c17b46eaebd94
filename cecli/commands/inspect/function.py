"""What is in the file?"""

from typing import Unpack

from cecli.commands.inspect.survey import survey
from cecli.options.values import ReadingOptions, reading_of
from cecli.readers.opening import Data, open_table
from cecli.report.inspection import Inspection


def inspect(
    data: Data, *, everything: bool = False, **reading: Unpack[ReadingOptions]
) -> Inspection:
    """Look into a file: its columns, what they could be, and what is wrong with its rows.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with paths in its lines,
        or a list of such; a DataFrame; or arrays by column name.
    everything : look at all rows, and not at about the first ten thousand only.
    **reading : how input is read, see `cecli.options.values.ReadingOptions`.

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
    return survey(open_table(data, reading_of(reading)), everything=everything)
