"""Compare random reports with the definitions, to the last digits.

Run it from the repository: python tests/exactness.py [--seconds 60] [--seed 0]. It prints how many
numbers were compared, and the largest error of each metric in units of its last place.
"""

import argparse
import math
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import definitions
import mpmath
from mpmath import mpf
from random_cases import Case, case

import cecli

# The largest relative error that is accepted: from 4.5 to 9 units of the last place.
TOLERANCE = 1e-15
# The terms of KL are differences, of which the square counts.
TOLERANCE_OF = dict.fromkeys(("kl", "reverse_kl", "kl_max", "jeffreys"), 1.3e-15)
# Below the smallest normal float there are fewer digits; so has p ln p there, which is larger.
SMALLEST, LARGEST = 2.0**-1012, sys.float_info.max


class Compared(NamedTuple):
    """A number of a report, and what it should be.

    Attributes
    ----------
    where : the command, and the group or the class if there is one.
    """

    where: str
    name: str
    got: float | None
    exact: definitions.Exact

    @property
    def error(self) -> float:
        """The error relative to the scale; infinite if only one is finite, or only one defined."""
        got, value = self.got, self.exact.value
        if value is not None and LARGEST < abs(value) < mpmath.inf:
            value = None  # which no float64 can tell
        if got is None or value is None:
            return 0.0 if got is value else math.inf
        if math.isinf(got) or mpmath.isinf(value):
            return 0.0 if got == value else math.inf
        with mpmath.workdps(definitions.DIGITS):
            return float(abs(mpf(got) - value) / self.scale)

    @property
    def scale(self) -> mpf:
        return max(self.exact.scale, mpf(SMALLEST))

    @property
    def is_sharp(self) -> bool:
        """Return whether the error is relative to the value itself."""
        with mpmath.workdps(definitions.DIGITS):
            return self.exact.value is not None and self.scale == abs(self.exact.value)

    @property
    def ulps(self) -> float:
        """The error in units of the last place of the scale."""
        if not 0.0 < self.error < math.inf:
            return self.error
        return float(self.error * self.scale / mpf(math.ulp(float(self.scale))))

    @property
    def is_right(self) -> bool:
        return self.error <= TOLERANCE_OF.get(self.name, TOLERANCE)


def compared(chosen: Case) -> Iterator[Compared]:
    """Yield all numbers of a report that have a definition."""
    report = getattr(cecli, chosen.command)(chosen.data, **chosen.options)
    yield from of_part(chosen.command, report.metrics, chosen.exact)
    for word, parts, exact in (
        ("group", report.groups, chosen.groups),
        ("class", report.per_class, chosen.classes),
    ):
        assert len(parts) == len(exact), (word, parts)
        for part in parts:
            (key,) = part.key.values()
            got = {result.name: result.value for result in part.results}
            yield from of_part(f"{chosen.command}, {word}", got, exact[key])


def of_part(where: str, got: dict, exact: dict) -> Iterator[Compared]:
    return (Compared(where, name, got[name], exact[name]) for name in exact if name in got)


def told(one: Compared) -> str:
    """Return a wrong number in a line."""
    value = one.exact.value
    exact = "undefined" if value is None else mpmath.nstr(value, 20)
    return f"{one.where}: {one.name} is {one.got!r}, exactly {exact} ({one.ulps:.1f} ulps)"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end, number, numbers, wrong = time.monotonic() + options.seconds, 0, 0, 0
    worst: dict[str, float] = {}
    while time.monotonic() < end:
        chosen = case(options.seed, number)
        for one in compared(chosen):
            numbers += 1
            worst[one.name] = max(worst.get(one.name, 0.0), one.ulps)
            if not one.is_right:
                wrong += 1
                print(f"case {number}: {told(one)}\n    {chosen.options} {chosen.data}"[:600])
        number += 1
    for name, ulps in sorted(worst.items(), key=lambda item: -item[1]):
        print(f"{name:>24} {ulps:.2f} ulps")
    print(f"{numbers:,} numbers of {number:,} cases, {wrong} wrong")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
