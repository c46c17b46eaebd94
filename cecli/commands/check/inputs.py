"""The reports of inputs of predictions: scored, and compared row by row."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

from cecli.commands.check.drifting import OF_DRIFT
from cecli.commands.check.evaluation import Read, read
from cecli.commands.check.figures import Key, figures_of
from cecli.commands.check.rule import ROWS, Rule
from cecli.core.errors import (
    CecliError,
    InputError,
    UnreadableError,
    UsageError,
    shown,
    visible,
)
from cecli.core.files import STDIN
from cecli.core.pipes import Pipe
from cecli.core.state_file import is_state
from cecli.options.groups import Average
from cecli.options.joining import JoinOptions
from cecli.options.keywords import silent
from cecli.options.reading import LOGS
from cecli.report.reading import is_report, name_of

Inputs = list[str | Pipe]
# Options that `score` and `compare` share, but that are not passed to the comparison.
NOT_COMPARED = {"level", "min_count", "min_group", "bootstrap", "seed"}
# Of these, only if means are over groups.
OF_GROUPS = {"by", "max_groups"}
# The code of a baseline that the other option takes.
OTHER_BASELINE = "other-baseline"


def refuse_streams(inputs: Inputs) -> None:
    if streams := [path for path in inputs if is_stream(path)]:
        raise UsageError(
            f"--baseline-file reads both inputs twice, but {_words(streams[0])} can be read only "
            "once",
            hint="save it to a file first",
        )


def _words(stream: str | Pipe) -> str:
    return "standard input" if stream == STDIN else f"the pipe {name_of(stream)}"


def is_stream(path: str | Pipe) -> bool:
    """Return whether an input can be read only once."""
    return path == STDIN or isinstance(path, Pipe)


def scored(files: Inputs, options: Mapping[str, Any], rules: Sequence[Rule]) -> Read:
    """Return the report of predictions on which rules can be judged, and its name."""
    from cecli.commands.calibration import DRAWS
    from cecli.commands.check.calibrated import judged

    report = judged(files, _of_labels(options), rules, DRAWS)
    return report, ", ".join(report["input"]["paths"])


def said_once(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options whose notes about two inputs are told once if they are the same."""
    said: set[str] = set()
    tell = options.get("tell", silent)

    def told(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            tell(sentence)

    return {**options, "tell": told}


def merged(states: Inputs) -> Read:
    """Return the report of saved states."""
    from cecli.states.rebuilding import report_of_files

    report = report_of_files([path for path in states if isinstance(path, str)])
    return report.to_dict(), ", ".join(report.input.paths)


def drifted(
    files: Inputs, reference: str, options: Mapping[str, Any], rules: Sequence[Rule]
) -> Read:
    """Return the report of the drift of columns from a reference, and its name.

    Raises
    ------
    UsageError
        If a rule bounds a change: drift is one.
    """
    from cecli.commands.drift import drift

    for rule in rules:
        if rule.limit.of_change:
            raise UsageError(
                f"{rule.limit} of {rule.subject}: with --reference there is no baseline",
                hint="drift is a change itself: --max psi=0.1",
            )
    given = {name: value for name, value in options.items() if name in OF_DRIFT}
    report = drift(reference, list(files), **given)
    return report.to_dict(), ", ".join(report.input.paths)


# The options of `check` that `kl` has for distributions over a vocabulary.
OF_KL = frozenset({
    "scale", "units", "by", "cluster", "level", "min_count", "max_groups", "min_group", "bootstrap",
    "seed", "tokens", "on_bad_row", "max_bad", "workers", "engine", "scheduler",
})  # fmt: skip
# What names columns of predictions.
OF_PREDICTIONS = ("label", "target", "prob", "log_prob", "event", "predicted", "pairs")


def have_vocabularies(files: Inputs, baseline: str, options: Mapping[str, Any]) -> bool:
    """Return whether an input and its baseline have distributions over a vocabulary."""
    if len(files) > 1 or any(options.get(name) for name in OF_PREDICTIONS):
        return False
    from cecli.commands.kl.vocabularies import has_vocabulary

    return all(map(has_vocabulary, (baseline, *files)))


def diverged(
    files: Inputs,
    baseline: str,
    options: Mapping[str, Any],
    rules: Sequence[Rule],
) -> Read:
    """Return the report of the divergence of a language model from another, and its name.

    Raises
    ------
    UsageError
        If a rule bounds a change: a divergence is one.
    """
    from cecli.commands.kl import kl

    for rule in rules:
        if rule.limit.of_change:
            raise UsageError(
                f"{rule.limit} of {rule.subject}: the rules are about the divergence from "
                f"{baseline}, which is a change itself",
                hint="--max kl=0.01, --max perplexity_ratio=1.01",
            )
    given = {name: value for name, value in options.items() if name in OF_KL}
    report = kl(baseline, files[0], **given, tell=silent)
    return report.to_dict(), ", ".join(report.input.paths)


def _of_labels(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options without a key that matches only the rows of a baseline."""
    if options.get("labels") is not None:
        return options
    return {name: value for name, value in options.items() if name not in JoinOptions.declared}


def compared_rows(
    old: Inputs,
    new: Inputs,
    rules: Sequence[Rule],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the report of a comparison of two inputs on the same rows."""
    from cecli.commands.compare import compare
    from cecli.commands.compare.comparing import LEAST_LEVEL

    if options.get("model") is not None:
        raise UsageError(
            "--baseline-file and --model cannot be used together",
            hint="compare the models of one file with cecli compare --model, or give --baseline "
            "REPORT.json and rules such as cross_entropy@model",
        )
    taken = set(signature(compare).parameters) - NOT_COMPARED
    if options.get("average") != Average.GROUPS:
        taken -= OF_GROUPS
    if options.get("like") not in LOGS:
        taken -= {"like"}
    shared = {name: value for name, value in options.items() if name in taken}
    level = _level_of(rules)
    # For a lower confidence, compare has no interval: a normal one is used.
    if level is not None and level >= LEAST_LEVEL:
        shared["level"] = level
    return compare(old, new, **shared | {"tell": silent}).to_dict()


def stored_baseline(path: str | None) -> Read | None:
    """Return the report that --baseline names, or that of the state that it names."""
    if path is None:
        return None
    if is_state(path):
        return merged([path])
    begins_like_one = is_report(path)
    try:
        return read(path)
    except UnreadableError:
        raise
    except InputError as error:
        if begins_like_one or error.reason:
            raise
        raise InputError(
            "this is no report, and --baseline takes a report or a state",
            name_of(path),
            "--baseline-file takes predictions",
            OTHER_BASELINE,
        ) from None


def refuse_report(path: str) -> None:
    """Raise a UsageError if the predictions that --baseline-file names are a report or a state."""
    if (is_a_state := is_state(path)) or is_report(path):
        raise UsageError(
            f"this is a {'state' if is_a_state else 'report'}, but --baseline-file compares "
            "predictions",
            visible(path),
            "--baseline takes a report or a state",
            OTHER_BASELINE,
        )


def without_commands(error: CecliError, files: Inputs) -> CecliError:
    """Return an error without the commands that it proposes: they lack the rules.

    A hint says where the options of columns are found, which `check` takes as `score` does.
    """
    if not error.commands:
        return error
    hints = [error.hint] * bool(error.hint)
    if not any(map(is_stream, files)):
        names = " ".join(shlex.quote(f"./{x}" if x[0] == "-" else x) for x in map(str, files))
        hints.append(f"cecli inspect {names} tells the options of columns; add them to this check")
    return replace(error, hint=" · ".join(hints), commands=())


def lost_groups(
    report: Read, files: Inputs, options: Mapping[str, Any]
) -> dict[str, list[Key]] | None:
    """Return the groups of predictions none of whose rows counts; None if they are not known."""
    figures = figures_of(*report)
    if figures.read == figures.counts[ROWS]:
        return {}
    if any(map(is_stream, files)) or options.get("min_group") is not None:
        return None  # rows that are gone, and groups whose names are not to be shown
    # Imported here because rows are seldom left out.
    from cecli.commands.check.absent import absent_groups

    by = ",".join(report[0]["columns"].get("by", ()))
    found = absent_groups(files, options, figures.groups.get(by, {}).keys()) if by else []
    return {by: found}


def at_level_of(rules: Sequence[Rule], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options with the confidence of the rules as the level of bootstrap intervals."""
    level = _level_of(rules)
    if "bootstrap" not in options or "level" in options or level is None:
        return options
    return {**options, "level": level}


def _level_of(rules: Sequence[Rule]) -> float | None:
    """Return the common confidence of the rules; None if there is none, or they differ."""
    levels = {rule.confidence for rule in rules if rule.confidence is not None}
    return levels.pop() if len(levels) == 1 else None


def by_of(given: Sequence[str], rules: Sequence[Rule]) -> list[str]:
    """Return the columns by which to group predictions: those of the rules, else those given."""
    columns = list(dict.fromkeys(rule.by for rule in rules if rule.by and rule.by != "class"))
    if len(columns) > 1:
        raise UsageError(
            f"rules check groups of several columns: {' and '.join(map(shown, columns))}",
            hint="run cecli check once for each column",
        )
    by = ",".join(given)
    if given and columns and by != columns[0]:
        raise UsageError(
            f"a rule checks groups of {shown(columns[0])}, but --by makes groups of {shown(by)}"
        )
    return columns or list(given)
