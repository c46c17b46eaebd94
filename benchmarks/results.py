"""What came of the contests: plain values, and the comparisons between them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.contests import Contestant, Role
from benchmarks.measure import Run

TOLERANCE = 1e-9  # of answers, relative


@dataclass(frozen=True)
class Result:
    """What a contestant took: medians of its runs.

    Attributes
    ----------
    wall, cpu : seconds; walls: of each run.
    peak : bytes.
    answer : mean log loss; None where it gives none.
    agrees : whether that is what cecli says.
    failure : of any of its runs, in a line; empty where there was none.
    """

    name: str
    role: Role
    wall: float
    walls: tuple[float, ...]
    cpu: float
    peak: int
    answer: float | None
    agrees: bool
    failure: str

    @property
    def is_sound(self) -> bool:
        """Whether it did what it is measured at."""
        return self.agrees and not self.failure


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


def result(contestant: Contestant, runs: Sequence[Run], ours: float | None) -> Result:
    """Return what a contestant took, and whether its answers are ours, to TOLERANCE."""
    failure = next((run.failure for run in runs if run.failure), "")
    answers = answers_of(contestant, runs) if not failure else []
    return Result(
        contestant.name,
        contestant.role,
        statistics.median(run.wall for run in runs),
        tuple(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        int(statistics.median(run.peak for run in runs)),
        answers[0] if answers else None,
        all(ours is not None and abs(x - ours) <= TOLERANCE * abs(ours) for x in answers),
        failure,
    )


def answers_of(contestant: Contestant, runs: Sequence[Run]) -> list[float]:
    """Return the answer of each run; none where the contestant gives none."""
    if contestant.answer is None:
        return []
    return [contestant.answer(run.output) for run in runs]
