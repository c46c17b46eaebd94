"""The command line: options in, text out, and the one place that exits.

process - output, errors, interruptions and exit codes
app - the command line as a whole
command - a command, made of what its module states of it
conversion - the texts of options as values
output - what a command hands back, and how a report becomes it
progress - the line that tells how far long work is
"""

import gc
import os
from typing import NoReturn

# Loading modules, and reading rows, makes many objects and next to no garbage to be looked for.
GARBAGE_OBJECTS = 200_000


def main() -> NoReturn:
    """Run the command line; an interruption while it is still being loaded ends it quietly too."""
    gc.set_threshold(GARBAGE_OBJECTS)
    try:
        from cecli.terminal.process import main as run
    except KeyboardInterrupt:
        from cecli.core.errors import ExitCode

        os._exit(ExitCode.INTERRUPTED)
    run()
