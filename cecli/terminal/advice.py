"""What the command line tells about an error beyond what the command knows."""

import os
import re
import shlex
from dataclasses import replace
from itertools import pairwise

from cecli.core.errors import Failure, shown
from cecli.core.files import STDIN
from cecli.terminal.mistakes import AMOUNT, command_in, options_of, replaced, tried

# What editors make of the hyphens of an option.
DASHES = "–—−"
COMPARED = re.compile(r"\s*(?:<=?|>=?|==|:)\s*")
# So many files of a folder are named.
MOST_NAMED = 5
# The options that name a baseline: a report, and predictions.
BASELINE, BASELINE_FILE = "--baseline", "--baseline-file"


def advised(failure: Failure, arguments: list[str]) -> Failure:
    """Return a failure of a command with what its command line tells beyond it."""
    advice = {
        "no-such-file": _of_missing_file,
        "no-match": _of_pattern,
        "rule-without-equals": _of_rule,
        "no-rules": _of_no_rules,
        "other-baseline": _of_other_baseline,
    }
    if failure.kind == "row" and failure.reason and not failure.hint:
        return replace(failure, hint=f"cecli explain {failure.code}")
    if failure.commands:
        return failure
    if failure.meant is not None:
        return _corrected(failure, failure.meant, arguments)
    more = advice.get(failure.code)
    return failure if more is None else more(failure, arguments)


def _corrected(failure: Failure, meant: str, arguments: list[str]) -> Failure:
    """Propose the command with the name that was likely meant in place of the mistyped one."""
    wrong = failure.value or failure.column or failure.file or ""
    alone = re.compile(rf"(?<![\w.-]){re.escape(wrong)}(?![\w.-])")
    # The command, and files that are there, are no mistakes, and what is given is not meant again.
    line = [*arguments[:1]] + [
        word if os.path.exists(word) else alone.sub(lambda _: meant, word) for word in arguments[1:]
    ]
    # A key is a column of two inputs, of which the other may call it so.
    is_key = wrong in (_value_of("--id", arguments) or "").split(",")
    if line == arguments or meant in arguments or is_key:
        return failure
    return replace(failure, commands=(tried(line),))


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
        return replace(failure, hint=hint + _quoted(word, arguments))
    return failure


def _quoted(word: str, arguments: list[str]) -> str:
    """Return how a name is given of which a word may be the second part; empty if it is not."""
    at = arguments.index(word) if word in arguments else 0
    option, first = arguments[max(at - 2, 0) : at] if at > 1 else ("", "")
    declared = options_of(command_in(arguments)).get(option)
    if declared is None or declared.kind is bool:
        return ""
    return f" · a name with a blank? {option} {shlex.quote(f'{first} {word}')}"


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


def _of_no_rules(failure: Failure, arguments: list[str]) -> Failure:
    """Propose a rule, which is one of change if there is a baseline."""
    if len(arguments) < len(["check", "FILE"]):
        return failure
    line, baseline = arguments, _value_of(BASELINE_FILE, arguments)
    if baseline is not None:
        if _is_without_rows(arguments[1]) and not _is_without_rows(baseline):
            return failure  # which no rule makes right
        line = _with_other_baseline(arguments) if _is_without_rows(baseline) else arguments
    return replace(failure, commands=(tried([*line, *_first_rule(arguments)]),))


def _first_rule(arguments: list[str]) -> tuple[str, str]:
    """Return a rule about what the other options ask for."""
    from cecli.readers.tensors import SUFFIXES

    if _value_of("--reference", arguments) is not None:
        return "--max", "psi=0.1"
    if (_value_of(BASELINE_FILE, arguments) or "").endswith(SUFFIXES):
        return "--max", "kl=0.01"
    if any(_value_of(name, arguments) is not None for name in (BASELINE, BASELINE_FILE)):
        return "--max-worsening", "cross_entropy=1%"
    return "--max", "cross_entropy=0.4"


def _is_without_rows(path: str) -> bool:
    """Return whether a file is a report or a state, whose rows are not known."""
    from cecli.core.state_file import is_state
    from cecli.report.reading import is_report

    return path != STDIN and (is_report(path) or is_state(path))


def _of_other_baseline(failure: Failure, arguments: list[str]) -> Failure:
    """Propose the option that takes what the baseline is."""
    return replace(failure, commands=(tried(_with_other_baseline(arguments)),))


def _with_other_baseline(arguments: list[str]) -> list[str]:
    """Return arguments with the other of the two options that name a baseline."""
    given = [name for name in (BASELINE, BASELINE_FILE) if _value_of(name, arguments) is not None]
    other = {BASELINE: BASELINE_FILE, BASELINE_FILE: BASELINE}
    return replaced(arguments, given[0], [other[given[0]]]) if given else arguments


def _value_of(name: str, arguments: list[str]) -> str | None:
    """Return the value that an option is given; None if it is not given."""
    inside = [w.partition("=")[2] for w in arguments if w.startswith(f"{name}=")]
    after = [value for word, value in pairwise(arguments) if word == name]
    return next(iter([*inside, *after]), None)
