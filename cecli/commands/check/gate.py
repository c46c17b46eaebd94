"""A run of `cecli check`: collect rules and reports, and write the verdicts."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import typer

from cecli.commands.check.evaluation import Read, checked, with_noise
from cecli.commands.check.outcome import Checked
from cecli.commands.check.rule import Rule, contrary, max_skipped, refuse_none, require_rows, typed
from cecli.core.errors import ExitCode, InputError, UsageError, shown, visible
from cecli.core.files import STDIN_NAME, check_destination
from cecli.options.checking import BaselineOptions, ChangeOptions, NoiseOptions, RuleOptions
from cecli.options.configuration import defaults_of, option_of, source_of
from cecli.options.keywords import silent
from cecli.renderers.formats import TABLE, Format, formats_of
from cecli.report.parts import Limit
from cecli.report.reading import STDIN, is_report, name_of, read_report
from cecli.terminal.output import Output, Style, say

STDOUT = "-"
# Options that `score` and `compare` share, but that are not passed to the comparison.
NOT_COMPARED = {"by", "level", "min_count", "max_groups", "log_prob"}


@dataclass(frozen=True)
class Compared:
    """The report to check, that of the baseline, and their comparison on the same rows."""

    report: Read
    baseline: Read | None = None
    paired: Read | None = None


@dataclass(frozen=True)
class Gate:
    """A run of the command."""

    context: typer.Context
    style: Style

    def rules(self, bounds: RuleOptions, changes: ChangeOptions, noise: NoiseOptions) -> list[Rule]:
        """Return the rules; one of the command line replaces one of the configuration."""
        limits = {
            Limit.MAX: bounds.max,
            Limit.MIN: bounds.min,
            Limit.MAX_INCREASE: changes.max_increase,
            Limit.MAX_DECREASE: changes.max_decrease,
            Limit.MAX_WORSENING: changes.max_worsening,
        }
        given = [typed(limit, text) for limit, texts in limits.items() for text in texts]
        keys = {rule.key for rule in given}
        configured = defaults_of(self.context).configuration.rules
        rules = [*(rule for rule in configured if rule.key not in keys), *given]
        if source_of(self.context, "confidence") == "COMMANDLINE":
            rules = [replace(rule, confidence=None) for rule in rules]
        if source_of(self.context, "undecided") == "COMMANDLINE":
            rules = [replace(rule, undecided=None) for rule in rules]
        for rule in rules:
            if remark := contrary(rule):
                self.style.tell(remark)
        rules = with_noise(rules, noise.confidence, noise.undecided)
        rules += [] if bounds.require_rows is None else [require_rows(bounds.require_rows)]
        rules += [] if bounds.max_skipped is None else [max_skipped(bounds.max_skipped)]
        refuse_none(rules)
        return rules

    def exports(self, given: Sequence[str]) -> dict[str, Format]:
        """Return the format of each exported file, by its path."""
        exports: dict[str, Format] = {}
        known = {format.name: format for format in formats_of(Checked.document)}
        for text in given:
            name, equals, path = text.partition("=")
            if not equals or not path or name not in known:
                raise UsageError(
                    f"--export {shown(text)} is not FORMAT=PATH",
                    hint=f"formats: {', '.join(known)}",
                )
            taken = {
                os.path.realpath(p) for p in (*exports, self.style.path) if p not in {None, STDOUT}
            }
            if path in exports or (path != STDOUT and os.path.realpath(path) in taken):
                raise UsageError(f"--export {shown(text)}: {shown(path)} would be written twice")
            exports[path] = known[name]
        if STDOUT in exports and self.style.path is None and self.style.format is not TABLE:
            raise UsageError(
                f"--format {self.style.format.name} and --export {exports[STDOUT].name}=- both "
                "write to standard output"
            )
        return exports

    def reports(
        self,
        files: Sequence[str],
        baseline: BaselineOptions,
        rules: Sequence[Rule],
        options: Mapping[str, Any],
    ) -> Compared:
        """Return the report to check, and the reports to compare it with.

        Predictions are scored with the options, and grouped by the columns of the rules. A stored
        report is used as it is.
        """
        if not files:
            raise UsageError(
                "Missing argument 'FILE…'",
                hint="give FILE, or name files in the configuration: see cecli check -h",
            )
        if STDIN in files and STDIN in (baseline.baseline, baseline.baseline_file):
            raise UsageError("standard input can be read only once, but is named twice")
        if baseline.baseline_file is not None and STDIN in (*files, baseline.baseline_file):
            raise UsageError(
                "--baseline-file reads both inputs twice, but standard input can be read only once",
                hint="save standard input to a file first",
            )
        stored = baseline.baseline
        against = None if stored is None else (read_report(stored), name_of(stored))
        if not any(map(is_report, files)):
            options = _at_level_of(rules, {**options, "by": _by(options.get("by") or [], rules)})
            report = self._scored(list(files), options)
            if baseline.baseline_file is None:
                return Compared(report, against)
            return self._paired(report, list(files), baseline, options, rules)
        if baseline.baseline_file is not None:
            raise UsageError(
                "this is a report, but --baseline-file compares predictions",
                name_of(files[0]),
                "--baseline REPORT.json compares reports",
            )
        if len(files) > 1:
            raise UsageError(
                "several inputs include a report",
                hint="check one report at a time, or several files of predictions",
            )
        self._refuse_options(files[0], options)
        return Compared((self._stored(files[0]), name_of(files[0])), against)

    def _scored(self, files: list[str], options: Mapping[str, Any]) -> Read:
        from cecli.commands.score import score

        report = score(files, **options)
        return report.to_dict(), ", ".join(report.input.paths)

    def _paired(
        self,
        report: Read,
        files: list[str],
        baseline: BaselineOptions,
        options: Mapping[str, Any],
        rules: Sequence[Rule],
    ) -> Compared:
        """Return two reports, and the comparison of their predictions on the same rows."""
        from cecli.commands.compare import compare
        from cecli.commands.compare.comparing import LEAST_LEVEL

        if options.get("log_prob") is not None:
            raise UsageError("--baseline-file and --log-prob cannot be used together")
        old = [str(baseline.baseline_file)]
        taken = set(signature(compare).parameters) - NOT_COMPARED
        shared = {name: value for name, value in options.items() if name in taken}
        level = _level_of(rules)
        # For a lower confidence, compare has no interval: a normal one is used.
        if level is not None and level >= LEAST_LEVEL:
            shared["level"] = level
        pairs = compare(old, files, **shared | {"id": baseline.id, "tell": silent})
        name = f"{baseline.baseline_file} and {report[1]}"
        return Compared(report, self._scored(old, options), (pairs.to_dict(), name))

    def _refuse_options(self, path: str, options: Mapping[str, Any]) -> None:
        for name in options:
            if name != "units" and source_of(self.context, name) == "COMMANDLINE":
                raise UsageError(
                    f"this is a report, but {option_of(self.context, name)} applies to predictions",
                    name_of(path),
                )

    def _stored(self, path: str) -> dict[str, Any]:
        report = read_report(path)
        wanted = str(self.context.params["units"])
        if source_of(self.context, "units") != "DEFAULT" and report["units"] != wanted:
            raise InputError(
                f"the report is in {report['units']}, but the rules are in {wanted}", name_of(path)
            )
        return report

    def output(
        self, compared: Compared, rules: Sequence[Rule], exports: dict[str, Format]
    ) -> Output:
        """Return the verdicts in all formats, and the exit code."""
        report, against = compared.report, compared.baseline
        verdicts = checked(report, rules, against, compared.paired)
        self._check_destinations(verdicts, [*exports, self.style.path])
        self._tell(report, against)
        files = {path: self.style.text(verdicts, format) for path, format in exports.items()}
        piped = files.pop(STDOUT, None)
        text = self.style.text(verdicts)
        if piped is not None and self.style.path is not None:
            files[self.style.path] = text
        return Output(
            text if piped is None else piped,
            ExitCode.OK if verdicts.passed else ExitCode.CHECK_FAILED,
            self.style.path if piped is None else None,
            files,
            # The worst comes last, next to the prompt.
            [outcome.sentence for outcome in reversed(verdicts.failures)],
        )

    def _check_destinations(self, verdicts: Checked, paths: Sequence[str | None]) -> None:
        configured = defaults_of(self.context).configuration.path
        inputs = [*verdicts.paths, verdicts.name, verdicts.baseline or "", configured]
        named = [name for name in inputs if name != STDIN_NAME]
        for path in paths:
            if path not in {None, STDOUT}:
                option = "--output" if path == self.style.path else "--export"
                check_destination(str(path), named, option)

    def _tell(self, report: Read, against: Read | None) -> None:
        if self.style.quiet:
            return
        for notice in report[0]["notices"]:
            say(f"notice: {visible(notice['message'])}")
        if against is not None:
            theirs, ours = against[0]["options"], report[0]["options"]
            for name in sorted({*theirs, *ours}):
                if theirs.get(name) != ours.get(name):
                    self.style.tell(
                        f"{name} is {ours.get(name, 'not given')} here, but "
                        f"{theirs.get(name, 'not given')} in the baseline"
                    )


def _at_level_of(rules: Sequence[Rule], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options with the confidence of the rules as the level of bootstrap intervals."""
    level = _level_of(rules)
    if "bootstrap" not in options or "level" in options or level is None:
        return options
    return {**options, "level": level}


def _level_of(rules: Sequence[Rule]) -> float | None:
    """Return the common confidence of the rules; None if there is none, or they differ."""
    levels = {rule.confidence for rule in rules if rule.confidence is not None}
    return levels.pop() if len(levels) == 1 else None


def _by(given: Sequence[str], rules: Sequence[Rule]) -> list[str]:
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
