"""A receipt, made from what was evaluated and from rules."""

import json
import platform
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from cecli import __version__
from cecli.commands.check.outcome import Checked, Outcome
from cecli.core.contract import SCHEMA_VERSION, plain, written
from cecli.core.dataclasses import dataclass
from cecli.core.files import write_whole
from cecli.options.reading import DialectOptions
from cecli.receipts.document import (
    FAILED,
    METHOD,
    PASSED,
    PREDICATE,
    STATEMENT,
    WARNED,
    ConfiguredDocument,
    EvaluatedDocument,
    GroupsDocument,
    PredicateDocument,
    ReceiptDocument,
    RowsDocument,
    RuleDocument,
    StateDocument,
    SubjectDocument,
    VersionsDocument,
)
from cecli.receipts.evaluated import Evaluated
from cecli.receipts.rules import text_of, undecided_of
from cecli.receipts.subjects import SHA256, Subject
from cecli.report.parts import Skipped
from cecli.states.state import written_json

if TYPE_CHECKING:
    from os import PathLike

# Stands among the tests that only warn, so that a policy that wants PASSED refuses the receipt.
NO_RULES = "no rules were given"
# The options of how a text is written are no part of what was asked of its rows.
OF_TEXTS = frozenset(DialectOptions.declared)


@dataclass(frozen=True)
class Receipt:
    """What was evaluated and what came of it, as an in-toto Statement.

    Attributes
    ----------
    values : its plain JSON values.
    """

    values: Mapping[str, Any]

    def __repr__(self) -> str:
        rows = self.values["predicate"]["cecli"]["rows"]
        return f"<Receipt {self.result}: {rows['number']:,} rows {rows['digest'][:16]}…>"

    @property
    def result(self) -> str:
        """PASSED, WARNED or FAILED."""
        return str(self.values["predicate"]["result"])

    @property
    def passed(self) -> bool:
        """Whether no rule failed, and there were rules."""
        return self.result == PASSED

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as plain JSON values."""
        return dict(self.values)

    def to_json(self) -> str:
        """Return the text of the receipt: the same for the same input and options."""
        return json.dumps(self.values, indent=2, sort_keys=True, allow_nan=False) + "\n"

    def save(self, path: "str | PathLike[str]") -> None:
        """Write the receipt to a file, whole or not at all."""
        write_whole(str(path), self.to_json())


def receipt_of(of: Evaluated, subjects: Sequence[Subject], checked: Checked | None) -> Receipt:
    """Return the receipt of what was found."""
    outcomes = () if checked is None else checked.outcomes
    rules = tuple(map(_of_rule, outcomes))
    own = _of_evaluated(of, rules)
    asked = written_json(asked_in(written(own)))
    held = tuple(text_of(x.rule) for x in outcomes if x.passed)
    warned = tuple(text_of(x.rule) for x in outcomes if x.warns) if outcomes else (NO_RULES,)
    failed = tuple(text_of(x.rule) for x in outcomes if x.fails)
    document = ReceiptDocument(
        type=STATEMENT,
        subject=tuple(SubjectDocument(*subject) for subject in subjects),
        predicate_type=PREDICATE,
        predicate=PredicateDocument(
            result=FAILED if failed else WARNED if warned else PASSED,
            configuration=(
                ConfiguredDocument(
                    "asked", {SHA256: sha256(asked).hexdigest()}, "application/json"
                ),
            ),
            passed_tests=held,
            warned_tests=warned,
            failed_tests=failed,
            cecli=own,
        ),
    )
    return Receipt(written(document))


def asked_in(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked, of cecli's part of a receipt."""
    rules = [
        {key: rule[key] for key in ("rule", "confidence", "undecided")} for rule in own["rules"]
    ]
    return {"rules": rules, **{key: own[key] for key in ("command", "options", "columns")}}


def _of_evaluated(of: Evaluated, rules: tuple[RuleDocument, ...]) -> EvaluatedDocument:
    report, state = of.report, of.state
    values = report.to_dict()
    return EvaluatedDocument(
        schema_version=SCHEMA_VERSION,
        command=report.command,
        options={name: x for name, x in of.options.items() if name not in OF_TEXTS},
        columns=values["columns"],
        task=report.task,
        classes=report.classes,
        positive=report.positive,
        units=report.units,
        rows=RowsDocument(
            of.rows,
            METHOD,
            report.input.rows,
            report.input.weight,
            Skipped(**values["input"]["skipped"]),
        ),
        state=None if state is None else StateDocument(state.digest),
        metrics=values["metrics"],
        groups=_of_groups([*values["groups"], *values["per_class"]]),
        rules=rules,
        made_with=versions(),
    )


def versions() -> VersionsDocument:
    """Return what makes receipts here."""
    return VersionsDocument(__version__, np.__version__, platform.python_version())


def _of_groups(groups: Sequence[Mapping[str, Any]]) -> GroupsDocument | None:
    if not groups:
        return None
    lines = sorted(written_json(plain(group)) for group in groups)
    return GroupsDocument(len(lines), sha256(b"\n".join(lines)).hexdigest())


def _of_rule(outcome: Outcome) -> RuleDocument:
    return RuleDocument(
        rule=text_of(outcome.rule),
        confidence=outcome.rule.confidence,
        undecided=undecided_of(outcome.rule),
        verdict=outcome.verdict,
        passed=outcome.passed,
        value=outcome.value,
    )
