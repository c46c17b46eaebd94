"""The command line: options in, text out, and the only place that exits.

process - output, errors, interruptions and exit codes
app - the command line as a whole
command - Typer's command, built from the CommandLine of its module
neighbours - words of other tools, and what stands in their place
mistakes - a command line that was refused, and the command that would have worked
advice - what the command line tells about an error of its command
conversion - fast conversion of the texts of options to values
output - what a command returns, and how a document becomes text
receipts - the options of the output of receipts
watching - the progress of the work inside a context
progress - the progress line
steps - commands that could be next after a report
help - the help of a command, and the page of the program
"""

import gc
import os
from typing import NoReturn

# Loading modules and reading rows makes many objects but next to no cyclic garbage.
GARBAGE_OBJECTS = 200_000


def main() -> NoReturn:
    """Run the command line; exit quietly if interrupted, even while modules are loading."""
    gc.set_threshold(GARBAGE_OBJECTS)
    try:
        from cecli.terminal.process import main as run
    except KeyboardInterrupt:
        from cecli.core.errors import ExitCode

        os._exit(ExitCode.INTERRUPTED)
    run()
