"""Print what becomes of every case: `python -m first_contact`, in the folder of the tests."""

import tempfile
from collections import Counter
from pathlib import Path

from first_contact.attempts import CASES, Outcome, attempt


def main() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, case in CASES.items():
            found = attempt(case, Path(folder) / name)
            kind = "answerable" if case.sample().right else "unanswerable"
            counts[kind, found.outcome] += 1
            told = "" if found.outcome == Outcome.AT_ONCE else " ".join(found.told.split())
            print(f"{kind:12} | {found.outcome:13} | {case.shape} | {name} | {told}")
    for (kind, outcome), count in sorted(counts.items()):
        print(f"{count:4} {kind}, {outcome}")


if __name__ == "__main__":
    main()
