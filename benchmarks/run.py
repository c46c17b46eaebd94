"""Race cecli against its rivals on files of many kinds.

Run it from the repository, with cecli[bench] installed: python -m benchmarks.run

Each command is a process of its own. The contestants of a contest take turns, so that what else the
machine does strikes them all alike; the numbers are medians. This process stays small, since Linux
counts its memory into that of its children: it does not make the data.
"""

import argparse
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks import FOLDER, ROOT, tables
from benchmarks.contests import PYTHON, Contest, Contestant
from benchmarks.machine import machine, require_compiled
from benchmarks.measure import run
from benchmarks.races import BY_KIND, FILES, SMALL_ROWS, small, version
from benchmarks.results import Outcome, Turn, result

START = "start"
KINDS = (*BY_KIND, START)
T = TypeVar("T")


def made(kind: str, rows: int, folder: Path) -> str:
    """Return the path of a file, made by a process of its own if it is not there."""
    command = [PYTHON, "-m", "benchmarks.data", kind, "--rows", str(rows), "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def turn(contestant: Contestant) -> Turn:
    """Run a contestant, and read its answer."""
    done, read = run(contestant.command), contestant.answer
    answer = read(done.output) if read is not None and not done.failure else None
    return Turn(replace(done, output=""), answer)


def apart(function: Callable[[], T]) -> T:
    """Return what a function returns in a process of its own, so that this one stays small."""
    forking = multiprocessing.get_context("fork")
    ours, its = forking.Pipe(duplex=False)
    process = forking.Process(target=lambda: its.send(function()))
    process.start()
    its.close()  # so that a process that fails ends what we wait for
    found: T = ours.recv()
    process.join()
    return found


def race(contest: Contest, rows: int, size: int, repeat: int, warm_up: int) -> Outcome:
    """Return the outcome of a contest, whose contestants run in turns."""
    runs = [
        [apart(partial(turn, each)) for each in contest.contestants]
        for _ in range(warm_up + repeat)
    ]
    counted = list(zip(*runs[warm_up:], strict=True))
    ours = counted[0][0].answer
    return Outcome(
        contest.title,
        contest.kind,
        rows,
        size,
        tuple(
            result(contestant, its, ours)
            for contestant, its in zip(contest.contestants, counted, strict=True)
        ),
        contest.goal,
        contest.yardsticks,
    )


def contests(options: argparse.Namespace) -> Iterator[tuple[Contest, int, int]]:
    """Yield each contest, with the rows and the bytes of its files, which are made by then."""
    for kind in options.kinds:
        if kind == START:
            yield version(), 0, 0
            path = made("narrow", SMALL_ROWS, options.folder)
            yield small(path), SMALL_ROWS, Path(path).stat().st_size
            continue
        for rows in map(int, options.rows):
            paths = [made(each, rows, options.folder) for each in FILES.get(kind, (kind,))]
            yield BY_KIND[kind](*paths), rows, sum(Path(path).stat().st_size for path in paths)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--rows", nargs="+", type=float, default=[1e6], help="1e4 to 1e8")
    parser.add_argument("--repeat", type=int, default=5, help="runs that count, of each command")
    parser.add_argument("--warm-up", type=int, default=1, help="runs before that")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--save", type=Path, help="PATH.md; a PATH.json is written beside it")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    require_compiled()
    about = machine()
    outcomes = []
    for contest, rows, size in contests(options):
        print(tables.titled(contest.title, rows), file=sys.stderr)
        outcomes.append(race(contest, rows, size, options.repeat, options.warm_up))
    tables.show(outcomes)
    if options.save:
        options.save.with_suffix(".md").write_text(tables.markdown(outcomes, about))
        options.save.with_suffix(".json").write_text(tables.as_json(outcomes, about))
    unsound = [outcome.title for outcome in outcomes if not outcome.is_sound]
    if unsound:
        raise SystemExit(f"Someone failed or disagrees: {', '.join(unsound)}")


if __name__ == "__main__":
    main()
