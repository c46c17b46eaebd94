"""Print what becomes of every case: `python -m first_contact [NUMBER]`, in the folder of the tests.

Each number draws other data for the same cases; the tests take those of 0.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from first_contact.attempts import CASES, Outcome, attempt


def main(number: int = 0) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, case in CASES.items():
            sample = case.sample(number)
            found = attempt(sample, Path(folder) / name)
            kind = "answerable" if sample.right else "unanswerable"
            counts[kind, found.outcome] += 1
            told = "" if found.outcome == Outcome.AT_ONCE else " ".join(found.told.split())
            print(f"{kind:12} | {found.outcome:13} | {case.shape} | {name} | {told}")
    for (kind, outcome), count in sorted(counts.items()):
        print(f"{count:4} {kind}, {outcome}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
