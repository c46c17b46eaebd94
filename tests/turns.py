"""Which cases a search runs: so many of each kind, or as many as there is time for.

A case is a name, a number and a seed, and depends on nothing else. What judges a change counts
cases, so that it judges each change by the same ones. A search for what is unknown takes its time.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

Turn = tuple[str, int]


def add_options(parser: argparse.ArgumentParser, cases: int) -> None:
    """Add the options --cases, --seconds and --seed."""
    limits = parser.add_mutually_exclusive_group()
    each = "run so many of each; default: %(default)s"
    limits.add_argument("--cases", type=int, default=cases, metavar="N", help=each)
    limits.add_argument("--seconds", type=float, metavar="S", help="run what there is time for")
    parser.add_argument("--seed", type=int, default=0)


def chosen(names: Sequence[str], options: argparse.Namespace) -> Iterator[Turn]:
    """Yield the names and numbers of the cases that the options ask for."""
    if options.seconds is None:
        return counted(names, options.cases)
    return timed(names, options.seconds)


def counted(names: Iterable[str], cases: int) -> Iterator[Turn]:
    """Yield the first cases of each name, in turns."""
    for number in range(cases):
        for name in names:
            yield name, number


def timed(names: Sequence[str], seconds: float) -> Iterator[Turn]:
    """Yield cases until the time is over: each name gets the same time, however long its cases."""
    ran, spent = Counter[str](), Counter[str]()
    start = time.monotonic()
    end = start + seconds
    while start < end:
        name = min(names, key=spent.__getitem__)
        yield name, ran[name]
        ran[name] += 1
        now = time.monotonic()
        spent[name] += now - start
        start = now
