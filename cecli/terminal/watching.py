"""Watching work: its progress on a terminal, by a line that is imported when there is some."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cecli.renderers.sheet import IN_ASCII

if TYPE_CHECKING:
    from cecli.core.fold import Progress
    from cecli.core.statistic import States
    from cecli.terminal.progress import ProgressLine


@contextmanager
def watched(files: Sequence[str]) -> "Iterator[Progress]":
    """Show the progress of the work inside on standard error."""
    line = _Later(_write_to_terminal, sum(os.path.getsize(f) for f in files if os.path.isfile(f)))
    try:
        yield line
    finally:
        line.clear()


def _write_to_terminal(text: str) -> None:
    with suppress(OSError):
        if "utf" not in (sys.stderr.encoding or "").lower():
            text = text.translate(IN_ASCII)
        sys.stderr.write(text)
        sys.stderr.flush()


class _Later:
    """A progress line that is imported only when there is something to show."""

    def __init__(self, write: Callable[[str], None], size: int) -> None:
        self._write, self._size = write, size
        self._line: ProgressLine | None = None

    def __call__(self, states: "States", share: float | None) -> None:
        if self._line is None:
            from cecli.terminal.progress import ProgressLine

            self._line = ProgressLine(self._write, self._size)
        self._line(states, share)

    def clear(self) -> None:
        if self._line is not None:
            self._line.clear()
