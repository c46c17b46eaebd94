"""The command line: options in, text out, and the one place that exits."""

import os
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line; an interruption while it is still being loaded ends it quietly too."""
    try:
        from cecli.cli.process import main as run
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    run()
