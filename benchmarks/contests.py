"""What a contest is, and who can take part in it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, nan
from typing import Any

PYTHON = sys.executable
Numbers = dict[str, float]


class Role(StrEnum):
    """What a contestant is in the comparison."""

    OURS = "ours"
    RIVAL = "rival"  # answers the same question
    LIMIT = "limit"  # does a part of the work, and answers nothing


@dataclass(frozen=True)
class Contestant:
    """A command.

    Attributes
    ----------
    answer : from what it prints to its numbers by name; None where it prints none.
    """

    name: str
    role: Role
    command: tuple[str, ...]
    answer: Callable[[str], Numbers] | None = None


@dataclass(frozen=True)
class Contest:
    """The contestants, of which the first is ours, and what is to be reached.

    Attributes
    ----------
    kind : of file, as in benchmarks.data.
    goal : most wall time of the first in units of the fastest of the yardsticks; None if not set.
    yardsticks : names of contestants.
    """

    title: str
    kind: str
    contestants: tuple[Contestant, ...]
    goal: float | None = None
    yardsticks: tuple[str, ...] = ()


def reported(output: str) -> Numbers:
    """Return the means and standard errors of a report of cecli, and its largest loss."""
    document = json.loads(output)
    found = measured(document)
    if "kl_max" in found:
        found["largest"] = found["kl_max"]
    elif "top_row_loss_share" in found:
        weight = document["input"]["weight"]
        found["largest"] = found["top_row_loss_share"] * found["cross_entropy"] * weight
    if document["groups"]:
        groups = [measured(group) for group in document["groups"]]
        names = set.intersection(*map(set, groups))
        found |= {name: fsum(one[name] for one in groups) for name in names}
        found["groups"] = len(groups)
    return found


def measured(document: dict[str, Any]) -> Numbers:
    """Return the metrics of all rows, or of a group, and their standard errors.

    NaN where the predictions expect a larger error than the rows show, which cecli reports instead.
    """
    metrics, intervals = document["metrics"], document["intervals"]
    errors = {name: nan if "floor" in x else x.get("se") for name, x in intervals.items()}
    found, errors = (
        {name: value for name, value in some.items() if value is not None}
        for some in (metrics, errors)
    )
    loss = errors.get("cross_entropy")
    ratios = {f"{name} se ratio": se / loss for name, se in errors.items()} if loss else {}
    return found | {f"{name} se": se for name, se in errors.items()} | ratios


def cecli(name: str, path: str, *options: str, command: str = "score") -> Contestant:
    """Return the full default report of cecli."""
    line = (PYTHON, "-m", "cecli", command, path, "--json", "--quiet")
    return Contestant(name, Role.OURS, (*line, *options), reported)


def one_number(name: str, function: str, *paths: str) -> Contestant:
    """Return a rival that computes no more than the mean loss, by its function."""
    command = (PYTHON, "-m", "benchmarks.rivals", function, *paths)
    return Contestant(name, Role.RIVAL, command, json.loads)


def same_report(name: str, question: str, path: str, *by: str) -> Contestant:
    """Return a rival that computes the numbers of the report."""
    command = (PYTHON, "-m", "benchmarks.same_report", name, question, path, *by)
    return Contestant(name, Role.RIVAL, command, json.loads)


def limit(name: str, *command: str) -> Contestant:
    """Return a command whose output is thrown away."""
    return Contestant(name, Role.LIMIT, ("sh", "-c", 'exec "$@" > /dev/null', "sh", *command))


def reference(name: str, function: str, path: str) -> Contestant:
    """Return a part of the work, by its function in benchmarks.rivals."""
    return limit(name, PYTHON, "-m", "benchmarks.rivals", function, path)


def piped(contestant: Contestant, path: str) -> Contestant:
    """Return a contestant that reads what `cat` writes into a pipe."""
    pipe = ("sh", "-c", 'file=$1; shift; cat "$file" | "$@"', "sh", path)
    command = (*pipe, *contestant.command)
    return Contestant(contestant.name, contestant.role, command, contestant.answer)
