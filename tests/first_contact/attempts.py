"""A user's attempts: `score`, then the commands that the messages propose."""

import contextlib
import io
import json
import math
import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from cecli.core.errors import ExitCode
from cecli.terminal import process
from first_contact.making import Case, Sample

MODULES = (
    "names", "formats", "classes", "models", "rows", "happened", "beside",
    "labels_that_are_none", "classes_that_are_others", "numbers_that_are_none",
    "rows_that_are_none",
)  # fmt: skip
FOUND = [
    value
    for name in MODULES
    for value in vars(import_module(f"first_contact.{name}")).values()
    if isinstance(value, Case)
]
CASES = {case.name: case for case in FOUND}
# A command ends where its line or its quotation does, or where another begins.
PROPOSED = re.compile(
    r"\bcecli (?:score|compare) (?!--help).*?(?=`| · |; | or cecli |$)", re.MULTILINE
)
# Options without their command that would leave out rows.
SKIPPING = re.compile(r"(?:--missing (?:'[^']*'|\S+) )*(?:--missing skip|--on-bad-row skip)\b")
# The last digits depend on how a sum is made.
TOLERANCE = 1e-12


class Outcome(StrEnum):
    """How far a user came."""

    AT_ONCE = "at once"
    AFTER_PASTING = "after pasting"
    NOT = "not answered"
    WRONG = "wrong"


@dataclass(frozen=True)
class Run:
    """What a command wrote, and its exit code."""

    code: int
    stdout: str
    stderr: str

    @property
    def losses(self) -> list[float]:
        """The losses that the user is told: of all rows, of both of a pair, or of each model."""
        if self.code != ExitCode.OK:
            return []
        return [float(loss) for loss in losses_in(json.loads(self.stdout))]


@dataclass(frozen=True)
class Attempt:
    """What became of a case.

    Attributes
    ----------
    told : the message that did not help, the command that did, or the wrong number.
    hints : what `score` proposed.
    inspected : what `inspect` proposed.
    """

    outcome: Outcome
    told: str
    hints: Sequence[Sequence[str]]
    inspected: Sequence[Sequence[str]]


def losses_in(document: Mapping[str, Any]) -> Iterator[float]:
    """Yield the mean losses of a report; those of its parts only if there are none of all rows."""
    if document["command"] == "compare":
        for pair in document["comparisons"]:
            yield pair["metrics"]["cross_entropy_baseline"]
            yield pair["metrics"]["cross_entropy_model"]
    elif "cross_entropy" in document["metrics"]:
        yield document["metrics"]["cross_entropy"]
    else:
        yield from losses_of_parts(document)


def losses_of_parts(found: Any) -> Iterator[float]:
    """Yield all losses in a part of a report, however deep; intervals are none."""
    if isinstance(found, dict):
        if isinstance(found.get("cross_entropy"), float | str):
            yield found["cross_entropy"]
        for part in found.values():
            yield from losses_of_parts(part)
    elif isinstance(found, list):
        for part in found:
            yield from losses_of_parts(part)


def run(arguments: Sequence[str], folder: Path) -> Run:
    """Run a command in this process as its process would: to start one takes much longer."""
    out, err = io.StringIO(), io.StringIO()
    kept, sys.argv = sys.argv, ["cecli", *arguments]
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = int(process._run())
    finally:
        sys.argv = kept
    assert code in {ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT}, err.getvalue()
    return Run(code, out.getvalue(), err.getvalue())


def write(sample: Sample, folder: Path) -> None:
    """Write the files of a sample into a new folder."""
    folder.mkdir()
    for name, content in sample.files.items():
        (folder / name).write_bytes(content)


def arguments_of(command: str, sample: Sample) -> list[str] | None:
    """Return the arguments of a proposed command; None if something is left to be chosen.

    A word in capitals that is in none of the files stands for what the user has to choose.
    """
    known = b"".join((*sample.files.values(), *map(str.encode, sample.files)))
    try:
        arguments = shlex.split(command.strip().rstrip("."))[1:]
    except ValueError:
        return None
    left = re.findall(r"\b[A-Z][A-Z_]+\b|…", " ".join(arguments))
    return None if any(word.encode() not in known for word in left) else arguments


def proposals(text: str, sample: Sample) -> list[list[str]]:
    """Return the arguments of all commands in a text that can be pasted."""
    found = [arguments_of(command, sample) for command in PROPOSED.findall(text)]
    return [arguments for arguments in found if arguments is not None]


def inspected(sample: Sample, folder: Path) -> list[list[str]]:
    """Return what `inspect` proposes for the first file."""
    found = run(["inspect", sample.arguments[0]], folder)
    return proposals(found.stdout + found.stderr, sample)


def skipping(text: str, sample: Sample) -> list[list[str]]:
    """Return the commands of a user who adds the options to skip rows that a message names."""
    found = SKIPPING.findall(PROPOSED.sub("", text))
    return [["score", *sample.arguments, *shlex.split(options)] for options in found]


def is_right(losses: Sequence[float], sample: Sample) -> bool:
    """Return whether all losses of a report are right, and all of them there that must be."""
    right = list(sample.right.values())
    if not all(is_among(loss, right) for loss in losses):
        return False
    return bool(losses) and (not sample.each or all(is_among(one, losses) for one in right))


def may_be_proposed(losses: Sequence[float], sample: Sample) -> bool:
    """Return whether losses are right, or all of parts that the user may want instead."""
    parts = list(sample.parts.values())
    return is_right(losses, sample) or all(is_among(loss, parts) for loss in losses)


def is_among(number: float, numbers: Sequence[float]) -> bool:
    return any(math.isclose(number, other, rel_tol=TOLERANCE) for other in numbers)


def taken_for(losses: Sequence[float], sample: Sample) -> str:
    """Return the losses, and what they are of, where the case knows it."""
    known = {**sample.right, **sample.parts, **sample.wrong}
    names = [name for name, number in known.items() if is_among(number, losses)]
    return f"{losses} ({', '.join(names) or 'of nothing that the case knows'})"


def attempt(sample: Sample, folder: Path) -> Attempt:
    """Score the files of a sample in a new folder, as a user would who pastes what is proposed."""
    write(sample, folder)
    first = run(["score", *sample.arguments, "--json"], folder)
    hints = proposals(first.stderr, sample) if first.code else []
    found = inspected(sample, folder)
    commands = [*hints, *found, *(skipping(first.stderr, sample) if first.code else [])]
    tried = [(shlex.join(each), run([*each, "--json"], folder).losses) for each in commands]
    if first.losses and not is_right(first.losses, sample):
        return Attempt(Outcome.WRONG, f"score: {taken_for(first.losses, sample)}", hints, found)
    for command, losses in tried:
        if losses and not may_be_proposed(losses, sample):
            told = f"{command}: {taken_for(losses, sample)}"
            return Attempt(Outcome.WRONG, told, hints, found)
    if first.losses:
        return Attempt(Outcome.AT_ONCE, "", hints, found)
    if hints and is_right(tried[0][1], sample):
        return Attempt(Outcome.AFTER_PASTING, tried[0][0], hints, found)
    return Attempt(Outcome.NOT, first.stderr, hints, found)
