"""The progress line of long work: the share done, the speed, and the loss so far."""

import shutil
import time
from collections.abc import Callable

from cecli.core.dataclasses import dataclass, field
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.statistics.mean import WEIGHT

FIRST_AFTER, EVERY = 1.0, 0.2
CLEARED = "\r\x1b[2K"
SEPARATOR = " · "


def _columns() -> int:
    """Return the width of the terminal, as it is now."""
    return shutil.get_terminal_size().columns


@dataclass
class ProgressLine:
    """Writes the line from the first second on, five times a second.

    Attributes
    ----------
    write : takes text that begins by clearing the line.
    size : the bytes of all inputs; 0 if unknown.
    columns : returns the width of the terminal.
    """

    write: Callable[[str], None]
    size: int
    clock: Callable[[], float] = time.monotonic
    columns: Callable[[], int] = _columns
    started: float = field(init=False)
    due: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()
        self.due = self.started + FIRST_AFTER

    def __call__(self, states: States, share: float | None) -> None:
        now = self.clock()
        if now >= self.due:
            self.due = now + EVERY
            self.write(CLEARED + self._text(states, share, now - self.started))

    def clear(self) -> None:
        """Remove the line, if it was ever written."""
        if self.due > self.started + FIRST_AFTER:
            self.write(CLEARED)

    def _text(self, states: States, share: float | None, seconds: float) -> str:
        rows = states[WEIGHT].rows
        parts = [f"{rows:,} rows", f"{rows / seconds:,.0f} rows/s"]
        if share is not None:
            done = share * self.size
            parts = [
                f"{share:.0%}",
                f"{_bytes(done)} of {_bytes(self.size)}",
                f"{_bytes(done / seconds)}/s",
                parts[0],
                f"{_duration(seconds * (1.0 - share) / share)} left",
            ]
        loss = states.get(CROSS_ENTROPY)
        if loss is not None and loss.weights.rows:
            parts.append(f"cross_entropy {float(loss.mean):.5g} nats so far")
        return _joined(parts, self.columns() - 1)


def _joined(parts: list[str], width: int) -> str:
    """Return as many parts as fit: a line that wraps would not be cleared."""
    while len(parts) > 1 and len(SEPARATOR.join(parts)) > width:
        parts = parts[:-1]
    return SEPARATOR.join(parts)[: max(width, 0)]


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000.0:
            return f"{size:.3g} {unit}"
        size /= 1000.0
    return f"{size:.3g} TB"


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
