"""What came of the contests: plain values, and the comparisons between them."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from benchmarks.contests import Contestant, Numbers, Role
from benchmarks.measure import Run

TOLERANCE = 1e-9  # of answers, relative


@dataclass(frozen=True)
class Turn:
    """A run of a contestant, without what it printed, and its answer, if it gives one."""

    run: Run
    answer: Numbers | None


@dataclass(frozen=True)
class Result:
    """What a contestant took: medians of its runs.

    Attributes
    ----------
    wall, cpu : seconds; walls: of each run.
    peak : bytes.
    answer : its numbers by name, as far as they are comparable; None where it gives none.
    unlike : the names of those that cecli does not have, or not to TOLERANCE.
    failure : of any of its runs, in a line; empty where there was none.
    """

    name: str
    role: Role
    wall: float
    walls: tuple[float, ...]
    cpu: float
    peak: int
    answer: Numbers | None
    unlike: tuple[str, ...]
    failure: str

    @property
    def is_sound(self) -> bool:
        """Whether it did what it is measured at."""
        return not self.unlike and not self.failure


@dataclass(frozen=True)
class Outcome:
    """The results of a contest, ours first; the rest as in Contest.

    Attributes
    ----------
    rows, size : of the file, its size in bytes; 0 where there is none.
    """

    title: str
    kind: str
    rows: int
    size: int
    results: tuple[Result, ...]
    goal: float | None
    yardsticks: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nobody failed, and all who answer agree with cecli."""
        return all(result.is_sound for result in self.results)

    def fastest_rival(self) -> Result | None:
        """Return who gives the answer first, cecli aside; None where there is nobody."""
        return fastest([result for result in self.results if result.role is Role.RIVAL])

    def yardstick(self) -> Result | None:
        """Return what the goal is measured in; None where no goal is set."""
        return fastest([result for result in self.results if result.name in self.yardsticks])

    def ratio(self, other: Result) -> float:
        """Return how many times as long as another we take."""
        return self.results[0].wall / other.wall


def fastest(results: Sequence[Result]) -> Result | None:
    """Return the one with the least wall time among those that did their work."""
    finished = [result for result in results if result.is_sound]
    return min(finished, key=lambda result: result.wall, default=None)


def result(contestant: Contestant, turns: Sequence[Turn], ours: Numbers | None) -> Result:
    """Return what a contestant took, and whether its answers are ours, to TOLERANCE."""
    runs = [turn.run for turn in turns]
    failure = next((run.failure for run in runs if run.failure), "")
    found = [] if failure else [turn.answer for turn in turns if turn.answer is not None]
    answers = [comparable(answer, ours or {}) for answer in found]
    return Result(
        contestant.name,
        contestant.role,
        statistics.median(run.wall for run in runs),
        tuple(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        int(statistics.median(run.peak for run in runs)),
        answers[0] if answers else None,
        tuple(sorted({name for answer in answers for name in unlike(answer, ours or {})})),
        failure,
    )


def comparable(answer: Numbers, ours: Numbers) -> Numbers:
    """Return an answer without the numbers that are NaN in ours: those of another definition."""
    return {name: value for name, value in answer.items() if not isnan(ours.get(name, 0.0))}


def unlike(answer: Numbers, ours: Numbers) -> Iterator[str]:
    """Yield the names of the numbers of an answer that are not ours, to TOLERANCE of each."""
    for name, value in answer.items():
        if name not in ours or not abs(value - ours[name]) <= TOLERANCE * abs(ours[name]):
            yield name
