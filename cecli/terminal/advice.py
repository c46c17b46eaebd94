"""What the command line tells about an error beyond what the command knows."""

import os
import re
from dataclasses import replace

from cecli.core.errors import Failure, shown
from cecli.terminal.mistakes import AMOUNT, command_in, options_of, replaced, tried

# What editors make of the hyphens of an option.
DASHES = "–—−"
COMPARED = re.compile(r"\s*(?:<=?|>=?|==|:)\s*")
# So many files of a folder are named.
MOST_NAMED = 5


def advised(failure: Failure, arguments: list[str]) -> Failure:
    """Return a failure of a command with what its command line tells beyond it."""
    advice = {
        "no-such-file": _of_missing_file,
        "no-match": _of_pattern,
        "rule-without-equals": _of_rule,
    }
    if failure.kind == "row" and failure.reason and not failure.hint:
        return replace(failure, hint=f"cecli explain {failure.code}")
    more = advice.get(failure.code)
    return failure if more is None or failure.commands else more(failure, arguments)


def _of_missing_file(failure: Failure, arguments: list[str]) -> Failure:
    """Explain a word that was meant for something else than a file."""
    word = failure.file or ""
    bare = word.lstrip(DASHES)
    if word[:1] in DASHES and word:
        line = tried([f"--{bare}" if w == word else w for w in arguments])
        hint = f"{shown(word[0])} is no hyphen: options begin with --"
        return replace(failure, hint=hint, commands=(line,))
    name, equals, _ = word.partition("=")
    if equals and f"--{name}" in options_of(command_in(arguments)):
        split = replaced(arguments, name, [f"--{name}"])
        return replace(failure, hint=f"did you mean --{name}?", commands=(tried(split),))
    if (flag := _flag_before(word, arguments)) is not None:
        line = tried([w for w in arguments if w != word])
        return replace(failure, hint=f"{flag} takes no value", commands=(line,))
    if not failure.hint and word.isidentifier():
        hint = "words without an option are files; --label COL and --prob COL name columns"
        return replace(failure, hint=hint)
    return failure


def _flag_before(word: str, arguments: list[str]) -> str | None:
    """Return the option that a word follows, if that takes no value."""
    if word not in arguments[1:]:
        return None
    before = arguments[arguments.index(word) - 1]
    option = options_of(command_in(arguments)).get(before)
    return before if option is not None and option.kind is bool else None


def _of_pattern(failure: Failure, arguments: list[str]) -> Failure:  # noqa: ARG001
    """Name what could have been meant by a pattern that matches no file."""
    from cecli.core.errors import CecliError
    from cecli.readers.bytes.folders import data_files

    folder = os.path.dirname((failure.value or "").partition("*")[0]) or "."
    try:
        there = data_files(folder)
    except CecliError:
        return failure
    return replace(failure, hint=f"data files in {shown(folder)}: {', '.join(there[:MOST_NAMED])}")


def _of_rule(failure: Failure, arguments: list[str]) -> Failure:
    """Propose the rule with an equals sign."""
    text = failure.value or ""
    if len(parts := COMPARED.split(text, maxsplit=1)) == 2:
        line = ["=".join(parts) if word == text else word for word in arguments]
        return replace(failure, commands=(tried(line),))
    at = arguments.index(text) if text in arguments else len(arguments)
    following = arguments[at + 1 : at + 2]
    if following and AMOUNT.fullmatch(following[0]):
        line = [*arguments[:at], f"{text}={following[0]}", *arguments[at + 2 :]]
        return replace(failure, commands=(tried(line),))
    return failure
