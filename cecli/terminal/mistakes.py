"""What is wrong with a command line that was refused, and the command that would have worked."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cecli.core.errors import ExitCode, Failure, TriedCommand, UsageError, nearest, shown, visible
from cecli.terminal import neighbours
from cecli.terminal.app import NAMES

if TYPE_CHECKING:
    from cecli.options.declare import Declared

# Why a command lacks an option that its likes have, and what to do.
WITHOUT = {
    ("fit", "--save-state"): (
        "--save-state and fit cannot be used together: each step of a fit reads all rows at the "
        "parameters of the step before, so that no sums of one reading can be merged",
        "give all files to one fit; cecli calibration --save-state tells slope and intercept",
    ),
}
# The kinds of Typer's errors, and their codes.
CODES = {
    "NoSuchOption": "no-such-option",
    "MissingParameter": "missing-argument",
    "BadOptionUsage": "missing-value",
    "BadParameter": "invalid-value",
}
NO_COMMAND = re.compile(r"No such command '(.*?)'\.")
INVALID = re.compile(r"Invalid value for '(?P<option>[^' ]+)'.*?: '(?P<value>.*?)' is not one of ")
# Commands that take most of what others do, in the order in which they are proposed.
LIKELY = ("score", "calibration", "compare", "check", "worst", "fit", "drift", "kl", "report")
# Commands whose inputs are files of predictions.
OF_PREDICTIONS = {
    "score", "calibration", "compare", "check", "worst", "slices", "fit", "report",
}  # fmt: skip
# What looks like a file of data.
FILE = re.compile(r".*\.(csv|tsv|jsonl?|parquet|arrow|npz|npy|gz|zst|txt|state)", re.IGNORECASE)
# An option that names a metric, as if it were a rule.
RULE = re.compile(
    r"--(?P<limit>max-increase|max-decrease|max-worsening|max|min)-(?P<metric>[\w-]+)"
)
AMOUNT = re.compile(r"-?[0-9.]+%?")


def misuse(error: Any, arguments: Sequence[str]) -> Failure:
    """Return the failure of a command line that Typer refused.

    Parameters
    ----------
    error : the exception of Typer.
    arguments : what was typed after the name of the program.
    """
    code = CODES.get(type(error).__name__, "usage")
    command = command_in(arguments)
    # Remove the prefix that pydantic adds.
    message = " ".join(error.format_message().replace("Value error, ", "").split())
    hint = f"cecli {command} --help".replace("  ", " ")
    if code == "no-such-option":
        return _unknown_option(str(error.option_name), command, arguments)
    if found := NO_COMMAND.match(message):
        return _unknown_command(found[1], arguments)
    failure = _usage(message, hint, code)
    if code == "missing-argument" and command:
        hint = f"such as {_example(command)}; {hint} says more"
        return _usage(message, hint, code)
    if found := INVALID.match(message):
        lines = _with_value(found["option"], found["value"], command, arguments)
        return replace(failure, value=found["value"], commands=tuple(lines))
    return failure


def command_in(arguments: Sequence[str]) -> str:
    """Return the command among some arguments; empty if there is none."""
    return next((word for word in arguments if word in NAMES), "")


def _example(command: str) -> str:
    """Return the first example of the help of a command."""
    from cecli.terminal.command import command_line
    from cecli.terminal.help import said

    return said(command_line(command))[1]


def _usage(what: str, hint: str, code: str, commands: Sequence[TriedCommand] = ()) -> Failure:
    return Failure(
        "usage", visible(what), hint=visible(hint), reason=code, exit_code=ExitCode.USAGE,
        commands=tuple(commands), code=code,
    )  # fmt: skip


def tried(words: Sequence[str]) -> TriedCommand:
    """Return the command of some arguments."""
    return TriedCommand(shlex.join(["cecli", *words]))


def options_of(command: str) -> Mapping[str, "Declared"]:
    """Return the options of a command, by their names on the command line."""
    from cecli.terminal.command import command_line

    every = command_line(command).declared.values() if command else ()
    named = {name: one for one in every for name in (one.name, one.option.short) if name}
    return {name: one for name, one in named.items() if not one.option.is_argument}


def _unknown_option(name: str, command: str, arguments: Sequence[str]) -> Failure:
    """Return the failure of an option that a command does not have."""
    code, known = "no-such-option", options_of(command)
    message = f"No such option: {name}"
    if why := WITHOUT.get((command, name)):
        return _usage(*why, code)
    if not command or _is_before(name, command, arguments):
        return _before_command(name, command, message, arguments)
    whole = next((w for w in arguments if w.startswith(name) and f"-{w}" in known), None)
    if whole is not None and not name.startswith("--"):
        line = [f"-{word}" if word == whole else word for word in arguments]
        return _usage(f"No such option: {whole}", f"did you mean -{whole}?", code, [tried(line)])
    if " " in name or (name not in arguments and any(w.startswith(f"{name} ") for w in arguments)):
        apart = [part for word in arguments for part in (word.split() if name in word else [word])]
        return _usage(message, "quotes make one word of several", code, [tried(apart)])
    if why_not := neighbours.WITHOUT.get(name):
        return _usage(message, why_not.format(command=command), code)
    is_known = any(name in options_of(other) for other in LIKELY)
    if command == "check" and not is_known and (lines := list(_as_rule(name, arguments))):
        return _usage(message, "rules are --max METRIC=VALUE and --min METRIC=VALUE", code, lines)
    return _instead(name, command, arguments, known)


def _is_before(name: str, command: str, arguments: Sequence[str]) -> bool:
    """Return whether an option stands before the command."""
    words = list(arguments)[: list(arguments).index(command)]
    return any(word.partition("=")[0] == name for word in words)


def _before_command(name: str, command: str, message: str, arguments: Sequence[str]) -> Failure:
    """Return the failure of an option that stands where a command should."""
    if not command:
        return _usage(message, "cecli --help lists the commands", "no-such-option")
    place = list(arguments).index(command)
    moved = [command, *arguments[place + 1 :], *arguments[:place]]
    if name not in options_of(command):
        return _usage(message, f"cecli {command} --help", "no-such-option")
    return _usage(message, "options follow the command", "no-such-option", [tried(moved)])


def _as_rule(name: str, arguments: Sequence[str]) -> Iterator[TriedCommand]:
    """Yield the command in which an option named after a metric is a rule on it."""
    from cecli.metrics.registry import definition_of, own_name
    from cecli.report.result import Direction

    found = RULE.fullmatch(name)
    try:
        metric = own_name(found["metric"] if found else name.lstrip("-"))
    except UsageError:
        return
    is_high = definition_of(metric).direction is Direction.HIGHER
    limit = found["limit"] if found else "min" if is_high else "max"
    words = list(arguments)
    at = next(i for i, word in enumerate(words) if word.partition("=")[0] == name)
    inside = words[at].partition("=")[2]
    amount = inside or (words[at + 1] if at + 1 < len(words) else "")
    if AMOUNT.fullmatch(amount):
        said = [f"--{limit}", f"{metric}={amount}"]
        yield tried([*words[:at], *said, *words[at + (1 if inside else 2) :]])


def _instead(
    name: str, command: str, arguments: Sequence[str], known: Mapping[str, "Declared"]
) -> Failure:
    """Return the failure that names the option that does the same, here or of another command."""
    code, message = "no-such-option", f"No such option: {name}"
    meant = _meant(name, known)
    if meant[0] in known:
        lines = list(_with_options(arguments, known))
        return _usage(message, f"did you mean {' '.join(meant)}?", code, lines)
    others = [other for other in LIKELY if other != command and meant[0] in options_of(other)]
    if others and meant[0].startswith("--"):
        there = options_of(others[0])
        # Other commands take other inputs, so that the line would be about something else.
        is_alike = {command, others[0]} <= OF_PREDICTIONS
        lines = list(_with_options(replaced(arguments, command, [others[0]]), there))
        lines = [line for line in lines if is_alike and _has_all(line, there)]
        hint = f"cecli {others[0]} has {meant[0]}, cecli {command} has not"
        return _usage(message, hint, code, lines)
    near = nearest(name, known)
    if near is None:
        return _usage(message, f"cecli {command} --help-all lists all options", code)
    lines = list(_with_options(replaced(arguments, name, [near]), known))
    hint = f"did you mean {near}? cecli {command} --help-all lists all options"
    return _usage(message, hint, code, lines if near[:3] == name[:3] else [])


def _meant(name: str, known: Mapping[str, "Declared"]) -> list[str]:
    """Return the words that stand here for an option as other tools call it."""
    if name in known or name.lower() in known:
        return [name if name in known else name.lower()]
    return neighbours.OPTIONS.get(name, name).split()


def _with_options(
    arguments: Sequence[str], known: Mapping[str, "Declared"]
) -> Iterator[TriedCommand]:
    """Yield the command with all its options called as here, if each has its value."""
    line = list(arguments)
    for word in arguments:
        name = word.partition("=")[0]
        meant = _meant(name, known) if name.startswith("-") else [name]
        line = replaced(line, name, meant)
        if meant[-1] in known and meant != [name] and not _has_value(known[meant[-1]], word, line):
            return
    yield tried(line)


def _has_all(line: TriedCommand, known: Mapping[str, "Declared"]) -> bool:
    """Return whether all options of a command line are options of its command."""
    names = [word.partition("=")[0] for word in shlex.split(line.line) if word[:2] == "--"]
    return all(name in known for name in names)


def _has_value(declared: "Declared", word: str, line: Sequence[str]) -> bool:
    """Return whether an option in a command line has the value that it needs."""
    if declared.kind is bool or "=" in word:
        return True
    at = [i for i, other in enumerate(line) if other in (declared.name, declared.option.short)]
    return all(line[i + 1 : i + 2] and not line[i + 1].startswith("--") for i in at)


def replaced(arguments: Sequence[str], old: str, new: Sequence[str]) -> list[str]:
    """Return some arguments with the words that stand for one of them."""
    found: list[str] = []
    for word in arguments:
        name, equals, value = word.partition("=")
        if name == old:
            *first, last = new
            found += [*first, f"{last}{equals}{value}"]
        else:
            found.append(word)
    return found


def _unknown_command(name: str, arguments: Sequence[str]) -> Failure:
    """Return the failure of a first word that is no command."""
    code, message = "no-such-command", f"No such command {shown(name)}"
    rest = list(arguments)[list(arguments).index(name) + 1 :] if name in arguments else []
    if os.path.exists(name) or FILE.fullmatch(name):
        lines = [tried(["score", name, *rest]), tried(["inspect", name])]
        return _usage(message, "a command comes first, then its files", code, lines)
    meant = neighbours.COMMANDS.get(name.lower(), nearest(name, NAMES))
    if name.lower() == "version":
        return _usage(message, "it is an option", code, [tried(["--version"])])
    if meant is None:
        return _usage(message, "cecli --help lists the commands", code)
    return _usage(message, f"did you mean {meant}?", code, [tried([meant, *rest])])


def _with_value(
    option: str, value: str, command: str, arguments: Sequence[str]
) -> Iterator[TriedCommand]:
    """Yield the command with the choice that is nearest to one that there is not."""
    declared = options_of(command)
    choices = declared[option].choices if option in declared else _choices_of_argument(command)
    meant = neighbours.VALUES.get(value.lower(), nearest(value, choices) or "")
    if meant in choices:
        line = [meant if w == value else w.replace(f"={value}", f"={meant}") for w in arguments]
        yield tried(line)


def _choices_of_argument(command: str) -> Sequence[str]:
    from cecli.terminal.command import command_line

    declared = command_line(command).declared.values() if command else ()
    return [choice for one in declared if one.option.is_argument for choice in one.choices]
