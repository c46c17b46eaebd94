"""A run of `cecli check`: collect rules and reports, and write the verdicts."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from cecli.commands.check.drifting import OF_DRIFT
from cecli.commands.check.evaluation import Compared, Read, checked, read, with_noise
from cecli.commands.check.inputs import (
    OF_KL,
    Inputs,
    at_level_of,
    by_of,
    compared_rows,
    diverged,
    drifted,
    have_vocabularies,
    lost_groups,
    merged,
    refuse_report,
    refuse_streams,
    said_once,
    scored,
    stored_baseline,
    without_commands,
)
from cecli.commands.check.outcome import Checked
from cecli.commands.check.parsing import max_skipped, require_rows, rows_within, typed
from cecli.commands.check.rule import Rule, refuse_none
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, ExitCode, InputError, UsageError, shown, visible
from cecli.core.files import STDIN_NAME, check_destination, refuse_stdin_twice
from cecli.core.pipes import Pipe, opened
from cecli.core.state_file import is_state
from cecli.options.checking import BaselineOptions, ChangeOptions, NoiseOptions, RuleOptions
from cecli.options.configuration import (
    defaults_of,
    option_of,
    refuse_given,
    source_of,
    without_idle,
)
from cecli.options.joining import JoinOptions
from cecli.renderers.formats import TABLE, Format, formats_of
from cecli.report.parts import Limit
from cecli.report.reading import is_report, name_of
from cecli.terminal.output import Output, Style, say

STDOUT = "-"


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
        rules = with_noise(rules, noise.confidence, noise.undecided)
        rules += [] if bounds.require_rows is None else [require_rows(bounds.require_rows)]
        rules += [] if bounds.max_skipped is None else [max_skipped(bounds.max_skipped)]
        rules += [] if changes.rows_within is None else rows_within(changes.rows_within)
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
        refuse_stdin_twice([*files, baseline.baseline, baseline.baseline_file])
        inputs = [opened(path) for path in files]
        if baseline.baseline_file is not None:
            refuse_streams([*inputs, opened(baseline.baseline_file)])
            refuse_report(baseline.baseline_file)
        matching = JoinOptions.taken_from(options)
        if baseline.baseline_file is None:
            matching.refuse_one_input()
        if (change := self._change(inputs, files, baseline, rules, options)) is not None:
            return Compared(change)
        baseline.refuse_tokens()
        if any(map(is_state, inputs)):
            return self._states(inputs, baseline, options)
        if not any(map(is_report, inputs)):
            options = {**options, "by": by_of(options.get("by") or [], rules)}
            options = at_level_of(rules, without_idle(self.context, options))
            options = said_once(options)
            try:
                return self._predictions(inputs, baseline, rules, options)
            except CecliError as error:
                raise without_commands(error, inputs) from None
        if baseline.baseline_file is not None:
            raise UsageError(
                "this is a report, but --baseline-file compares predictions",
                name_of(inputs[0]),
                "--baseline REPORT.json compares reports",
            )
        if len(inputs) > 1:
            raise UsageError(
                "several inputs include a report",
                hint="check one report at a time, or several files of predictions",
            )
        refuse_given(self.context, options, "a report", name_of(inputs[0]), besides="units")
        return Compared(self._stored(inputs[0]), stored_baseline(baseline.baseline))

    def _predictions(
        self,
        files: Inputs,
        baseline: BaselineOptions,
        rules: Sequence[Rule],
        options: Mapping[str, Any],
    ) -> Compared:
        """Return the report of predictions, and that of the baseline."""
        report = scored(files, options, rules)
        absent = lost_groups(report, files, options)
        if baseline.baseline_file is None:
            return Compared(report, stored_baseline(baseline.baseline), absent=absent)
        old: Inputs = [baseline.baseline_file]
        pairs = compared_rows(old, files, rules, options)
        name = f"{baseline.baseline_file} and {report[1]}"
        return Compared(report, scored(old, options, rules), (pairs, name), absent)

    def _states(
        self, files: Inputs, baseline: BaselineOptions, options: Mapping[str, Any]
    ) -> Compared:
        """Return the report of saved states, and that of the baseline."""
        if baseline.baseline_file is not None:
            raise UsageError(
                "this is a state, but --baseline-file compares predictions",
                name_of(files[0]),
                "--baseline takes a report or a state",
            )
        refuse_given(self.context, options, "a state", name_of(files[0]), besides="units")
        report = merged(files)
        self._refuse_units(*report)
        return Compared(report, stored_baseline(baseline.baseline))

    def _change(
        self,
        inputs: Inputs,
        files: Sequence[str],
        baseline: BaselineOptions,
        rules: Sequence[Rule],
        options: Mapping[str, Any],
    ) -> Read | None:
        """Return the report of a drift or a divergence; None if predictions are checked."""
        if baseline.reference is not None:
            refuse_stdin_twice([*files, baseline.reference])
            self._refuse_all_but(options, OF_DRIFT, "and --reference compares columns", "drift")
            return drifted(inputs, baseline.reference, without_idle(self.context, options), rules)
        old = baseline.baseline_file
        if old is None or not have_vocabularies(inputs, old, options):
            return None
        self._refuse_all_but(options, OF_KL, "and these are distributions over a vocabulary", "kl")
        given = {**without_idle(self.context, options), "by": by_of(options.get("by") or [], rules)}
        given = {**at_level_of(rules, given), "tokens": baseline.tokens}
        return diverged(inputs, old, given, rules)

    def _refuse_all_but(
        self, options: Mapping[str, Any], known: frozenset[str], why: str, command: str
    ) -> None:
        """Raise a UsageError if an option was given that a command does not have."""
        for name in options:
            if name not in known and source_of(self.context, name) == "COMMANDLINE":
                raise UsageError(
                    f"{option_of(self.context, name)} applies to predictions, {why}",
                    hint=f"cecli {command} --json writes a report with any option, for check",
                )

    def _stored(self, path: str | Pipe) -> Read:
        report, name = read(path)
        self._refuse_units(report, name)
        return report, name

    def _refuse_units(self, report: Mapping[str, Any], name: str) -> None:
        if source_of(self.context, "units") == "DEFAULT":
            return
        wanted = str(self.context.params["units"])
        if report["units"] != wanted:
            raise InputError(
                f"the report is in {report['units']}, but the rules are in {wanted}", name
            )

    def output(
        self, compared: Compared, rules: Sequence[Rule], exports: dict[str, Format]
    ) -> Output:
        """Return the verdicts in all formats, and the exit code."""
        verdicts = checked(compared, rules, self._configuration)
        self._check_destinations(verdicts, [*exports, self.style.path])
        self._tell(verdicts, compared)
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
            [outcome.sentence for outcome in reversed([*verdicts.failures, *verdicts.warnings])],
        )

    @property
    def _configuration(self) -> str | None:
        """The file that rules and options come from; None if there is none."""
        return defaults_of(self.context).configuration.path or None

    def _check_destinations(self, verdicts: Checked, paths: Sequence[str | None]) -> None:
        configured = self._configuration or ""
        inputs = [*verdicts.paths, verdicts.name, verdicts.baseline or "", configured]
        named = [name for name in inputs if name != STDIN_NAME]
        for path in paths:
            if path not in {None, STDOUT}:
                option = "--output" if path == self.style.path else "--export"
                check_destination(str(path), named, option)

    def _tell(self, verdicts: Checked, compared: Compared) -> None:
        if self._configuration is not None:
            # Even if quiet is wanted: the file may hold rules and options that nobody expects.
            say(f"configuration: {visible(self._configuration)}")
        if self.style.quiet:
            return
        notices = [notice["message"] for notice in compared.report[0]["notices"]]
        if self.style.format is not TABLE:
            notices += [notice.message for notice in verdicts.notices]
        for notice in notices:
            say(f"notice: {visible(notice)}")
        if compared.baseline is not None:
            theirs, ours = compared.baseline[0]["options"], compared.report[0]["options"]
            for name in sorted({*theirs, *ours}):
                if theirs.get(name) != ours.get(name):
                    self.style.tell(
                        f"{name} is {ours.get(name, 'not given')} here, but "
                        f"{theirs.get(name, 'not given')} in the baseline"
                    )
