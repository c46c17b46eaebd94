"""From rows and options to a receipt."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cecli.columns.roles import Tell
from cecli.commands.check.outcome import Checked
from cecli.commands.check.rule import Rule
from cecli.commands.score.plan import Opened, opened
from cecli.core.dataclasses import replace
from cecli.core.errors import CecliError, InputError, UsageError, visible
from cecli.core.fold import Progress
from cecli.options.groups import GroupOptions, ReplicateOptions
from cecli.options.joining import LabelOptions
from cecli.options.keywords import silent
from cecli.options.predictions import ScoreOptions
from cecli.options.reading import ScoredReadingOptions
from cecli.options.shapes import ModelOptions, ShapeOptions
from cecli.options.states import StateOptions
from cecli.receipts.evaluated import Evaluated, evaluated
from cecli.receipts.receipt import Receipt, receipt_of
from cecli.receipts.rules import columns_of, judged
from cecli.receipts.subjects import SHA256, Subject, file_hash, seen, subjects_of
from cecli.report.report import Report
from cecli.states.reading import read_state

if TYPE_CHECKING:
    from cecli.readers.opening import Data

# What asks for a state, which is not written to a file.
KEEPING = StateOptions(save_state="the receipt")


class Attested(NamedTuple):
    """A receipt, and what it was made from; `checked` is None if there are no rules."""

    receipt: Receipt
    report: Report
    checked: Checked | None


def attested(
    data: "Data",
    rules: Sequence[Rule],
    *,
    asked: ScoreOptions,
    shapes: ShapeOptions,
    models: ModelOptions,
    groups: GroupOptions,
    joins: LabelOptions,
    reading: ScoredReadingOptions,
    state: str | None = None,
    tell: Tell = silent,
    progress: Progress | None = None,
) -> Attested:
    """Return the receipt of rows, and what it was made from.

    Parameters
    ----------
    state : the path of a state that must be that of these rows.

    Raises
    ------
    CecliError
        As `cecli.score` does; or if a rule cannot be judged, or the state is another one.
    """
    if shapes.within is not None:
        raise UsageError("a receipt and --within cannot be used together")
    groups = groups.changed(by=columns_of(rules, groups.by))
    found = _opened(
        data,
        asked=asked,
        shapes=shapes,
        models=models,
        groups=groups,
        replicates=ReplicateOptions(),
        joins=joins,
        reading=reading,
        states=KEEPING,
        tell=tell,
        progress=progress,
    )
    names = found.table.names
    before = seen(names)
    known = evaluated(found)
    options = {name: x for family in (groups, joins, reading) for name, x in vars(family).items()}
    checked = judged(known.report, rules, data, options)
    subjects = subjects_of(names, before, known.rows)
    if state is not None:
        subjects.append(_subject_of_state(state, known))
    return Attested(receipt_of(known, subjects, checked), known.report, checked)


def _opened(*data: Any, **options: Any) -> Opened:
    """Return predictions that are ready; commands that an error proposes write receipts, too."""
    try:
        return opened(*data, **options)
    except CecliError as error:
        if not error.commands:
            raise
        commands = [
            replace(one, line=one.line.replace("cecli score", "cecli attest", 1))
            for one in error.commands
            if one.line.startswith("cecli score ")
        ]
        raise replace(error, commands=tuple(commands)) from None


def _subject_of_state(path: str, known: Evaluated) -> Subject:
    """Return the file of a state, which is that of the rows."""
    saved, ours, name = read_state(path), known.state, visible(path)
    if ours is None:
        raise UsageError("the states of such rows cannot be saved, so that --state has no meaning")
    if saved.plan != ours.plan:
        hint = "cecli score --save-state writes it, with the options of this command"
        raise InputError("is a state of other options or columns", name, hint)
    if saved.digest != ours.digest:
        raise InputError("is not the state of these rows", name)
    return Subject(path, {SHA256: file_hash(path)})
