"""Experiments that are repeated: what users would see in one sample of a known law.

A trial has a function `observe`, which draws a sample and returns what happened, as numbers that
are added up over the samples. Trials call cecli's public functions only.
"""

import math
import zlib
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

import cecli
from benchmarks.laws import Columns, Generator
from cecli.report.result import Interval

LEVEL = 0.95
BLOCK = 50  # samples of one stream of random numbers
METRICS = (
    "cross_entropy",
    "brier",
    "accuracy",
    "base_rate",
    "skill",
    "perplexity",
    "observed_expected",
    "kl",
    "base_rate_entropy",
)
HELD, NONE, NOTICE, REJECTED = "held", "no interval", "notice", "rejected"
SEQUENCE, ONE_LOOK = "sequence", "one look"
Draw = Callable[[Generator], Columns]
Observed = Mapping[Hashable, float]


class Trial(Protocol):
    """One sample, and what came of it."""

    def observe(self, generator: Generator) -> Observed: ...


def holds(interval: Interval, truth: float) -> bool:
    return interval.lower <= truth <= interval.upper


def columns_of(rows: Columns) -> dict[str, str]:
    """Return the options that name the columns of a sample."""
    roles = {"y": "label", "t": "target", "w": "weight", "c": "cluster"}
    return {roles[name]: name for name in rows if name in roles}


def truths(law: Columns) -> dict[str, float | None]:
    """Return the metrics of a population."""
    return cecli.score(law, prob="p", **columns_of(law)).metrics


def difference(law: Columns) -> float:
    """Return the difference of the mean losses of two models in a population."""
    report = cecli.compare(law, prob=["p", "q"], **columns_of(law))
    return report.metrics["difference"]


@dataclass(frozen=True)
class Coverage:
    """Do the intervals of `score` hold the truth? A metric without one is counted apart."""

    draw: Draw
    truths: Mapping[str, float]
    options: Mapping[str, Any] = field(default_factory=dict)

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        report = cecli.score(sample, prob="p", **columns_of(sample), **self.options)
        seen: dict[Hashable, float] = {}
        for metric in METRICS:
            if metric in report.metrics:
                interval = report.intervals.get(metric)
                if interval is None or interval.lower is None:
                    seen[metric, NONE] = 1
                else:
                    seen[metric, HELD] = holds(interval, self.truths[metric])
        seen[NOTICE] = any(notice.code.startswith("few-") for notice in report.notices)
        return seen


@dataclass(frozen=True)
class Difference:
    """Does the interval of `compare` hold the true difference, and is a difference claimed?"""

    draw: Draw
    truth: float

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        report = cecli.compare(sample, prob=["p", "q"], **columns_of(sample))
        p_value = report.metrics["p_value"]
        interval = report.intervals.get("difference")
        known = interval is not None and interval.lower is not None
        return {
            HELD: known and holds(interval, self.truth),
            NONE: not known,
            REJECTED: p_value is not None and p_value < 1 - LEVEL,
        }


@dataclass(frozen=True)
class Families:
    """Does `compare --by` claim a difference in any group, where there is none?"""

    draw: Draw

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        report = cecli.compare(sample, prob=["p", "q"], by="g", **columns_of(sample))
        adjusted = [
            result.value
            for group in report.groups
            for result in group.results
            if result.name == "p_value_adjusted" and result.value is not None
        ]
        return {REJECTED: any(p_value < 1 - LEVEL for p_value in adjusted)}


@dataclass(frozen=True)
class Gate:
    """What does `check` say where the truth is just at the limit?"""

    draw: Draw
    rules: Mapping[str, Mapping[str, float]]
    options: Mapping[str, Any] = field(default_factory=dict)

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        report = cecli.score(sample, prob="p", **columns_of(sample), **self.options)
        return verdicts(cecli.check(report, **self.rules, confidence=LEVEL))


@dataclass(frozen=True)
class PairedGate:
    """What does `check` say of an increase, by pairs of rows, where it is just the limit?"""

    draw: Draw
    increase: float

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        options = columns_of(sample)
        checked = cecli.check(
            cecli.score(sample, prob="q", **options),
            max_increase={"cross_entropy": self.increase},
            baseline=cecli.score(sample, prob="p", **options),
            paired=cecli.compare(sample, prob=["p", "q"], **options),
            confidence=LEVEL,
        )
        return verdicts(checked)


def verdicts(checked: cecli.Checked) -> Observed:
    """Return whether all rules pass, and whether any fails."""
    found = [outcome.verdict.value for outcome in checked.outcomes]
    return {"pass": all(verdict == "pass" for verdict in found), "fail": "fail" in found}


@dataclass(frozen=True)
class Looks:
    """Do all intervals hold the truth if one looks after so many rows, again and again?"""

    draw: Draw
    truth: float
    clip: float
    after: Sequence[int]

    def observe(self, generator: Generator) -> Observed:
        sample = self.draw(generator)
        seen: dict[Hashable, float] = {SEQUENCE: True, ONE_LOOK: True}
        for rows in self.after:
            first = {name: values[:rows] for name, values in sample.items()}
            for kind, options in ((SEQUENCE, {"anytime": True}), (ONE_LOOK, {})):
                report = cecli.compare(first, label="y", prob=["p", "q"], clip=self.clip, **options)
                interval = report.intervals["difference"]
                known = interval.lower is not None
                seen[kind] &= known and holds(interval, self.truth)
                seen[kind, "width"] = interval.upper - interval.lower if known else math.inf
        return seen


@dataclass(frozen=True)
class Block:
    """Some samples of a trial, whose random numbers depend on nothing but its name."""

    name: str
    trial: Trial
    number: int
    runs: int

    def tally(self) -> Counter[Hashable]:
        generator = np.random.default_rng([zlib.crc32(self.name.encode()), self.number])
        total: Counter[Hashable] = Counter()
        for _ in range(self.runs):
            total.update(self.trial.observe(generator))
        return total


def blocks(name: str, trial: Trial, runs: int) -> list[Block]:
    starts = range(0, runs, BLOCK)
    return [Block(name, trial, start, min(BLOCK, runs - start)) for start in starts]


def tallies(trials: Mapping[str, tuple[Trial, int]], pool: Executor) -> list[dict[Hashable, float]]:
    """Return of each trial, by its name, what happened in so many samples, as shares of them."""
    wanted = [
        block for name, (trial, runs) in trials.items() for block in blocks(name, trial, runs)
    ]
    totals: dict[str, Counter[Hashable]] = {name: Counter() for name in trials}
    for block, tally in zip(wanted, pool.map(Block.tally, wanted), strict=True):
        totals[block.name].update(tally)
    return [
        {event: amount / runs for event, amount in totals[name].items()}
        for name, (_, runs) in trials.items()
    ]
