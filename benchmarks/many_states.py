"""How long the states of very many tiny inputs take to merge, and how much memory.

    python -m benchmarks.many_states [NUMBER …]

Some states have one row, some none. They are read one after the other, from memory, as they would
be from files. What is merged is flat: states are added up some hundreds at a time.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path

import cecli
from cecli.core.errors import InputError
from cecli.states.reading import total_of
from cecli.states.rebuilding import report_of_state

NUMBERS = (10_000, 100_000, 1_000_000)
DIFFERENT, EMPTY = 200, 10


def tiny_states(folder: Path) -> list[bytes]:
    """Return some states: one in ten is of an input without rows."""
    found = []
    for number in range(DIFFERENT):
        data = folder / f"{number}.csv"
        row = "" if number % EMPTY == 0 else f"{number % 2},{(number + 0.5) / DIFFERENT!r}\n"
        data.write_text(f"y,p\n{row}")
        state = folder / f"{number}.state"
        with suppress(InputError):  # no rows, no report
            cecli.score(str(data), label="y", prob="p", save_state=str(state))
        found.append(state.read_bytes())
    return found


def many(states: list[bytes], number: int) -> Iterator[bytes]:
    """Return so many states, one after the other."""
    return islice(cycle(states), number)


def main() -> None:
    """Merge some numbers of states, and print what each took."""
    with tempfile.TemporaryDirectory() as folder:
        states = tiny_states(Path(folder))
    size = sum(map(len, states)) / len(states)
    print(f"{DIFFERENT} different states of {size:,.0f} bytes, one in {EMPTY} without rows")
    for number in map(int, sys.argv[1:] or NUMBERS):
        begun = time.process_time()
        total = total_of(many(states, number))
        seconds = time.process_time() - begun
        report = report_of_state(total)
        rows = number // DIFFERENT * (DIFFERENT - DIFFERENT // EMPTY)
        assert report.input.rows == rows, (report.input.rows, rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{number:>9,} states: {seconds:7.1f} s of processor time, "
            f"{seconds / number * 1e3:.2f} ms each, "
            f"peak {peak:,.0f} MB, sum {len(total.to_bytes()):,} bytes",
            flush=True,
        )


if __name__ == "__main__":
    main()
