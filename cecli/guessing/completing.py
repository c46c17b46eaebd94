"""Completing what the user asked: the columns that were not named, if there is no doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cecli.columns.bad_rows import Reason
from cecli.columns.column import Column, classes_of, find
from cecli.columns.hints import BELOW_1, DOUBTFUL_WORDS, MISSING_WORDS
from cecli.columns.numbers import Scale
from cecli.columns.roles import Tell
from cecli.core.errors import RowError, TriedCommand, UsageError, shown
from cecli.core.table import Table, beginning_of
from cecli.guessing.case import Case
from cecli.guessing.evidence import LENIENT, look
from cecli.guessing.guess import Guess, guess
from cecli.guessing.proposal import Asking, Proposal
from cecli.guessing.refusals import refusal_of_label, refusal_of_predictions
from cecli.guessing.roles import Strength
from cecli.options.scoring import Scoring, Stating

# How notes name a role and the option that chooses it, in the order of the notes.
CHOSEN_BY = {"prob": "--prob", "label": "--label", "target": "--target", "positive": "--positive",
             "scale": "--from"}  # fmt: skip
# Why a row cannot be used, if another reading of the columns could help.
OF_VALUES = frozenset({Reason.MISSING, Reason.VALUE, Reason.CLASS, Reason.SUM})


def completed(table: Table, scoring: Scoring, asking: Asking, prob: Sequence[str] = ()) -> Scoring:
    """Return a scoring with a label and predictions, guessed where the user named none.

    Parameters
    ----------
    prob : the columns or the pattern of one model, if there are several.

    Raises
    ------
    CecliError
        If a guess is not certain. It ends with complete commands to try.
    """
    if len(scoring.target) > 1:
        raise UsageError(
            "several --target columns require as many --prob columns, one per class",
            hint="--prob 'p_*' --target 't_*'",
        )
    given = _given(scoring, prob or scoring.prob)
    _check_names(table, given, scoring)
    taken = [name for name in scoring.taken if name not in (scoring.label, *scoring.target)]
    found = guess(Case(look(table), given, taken), asking)
    taken_one = found.certain or found.by_names
    if taken_one is None:
        raise found.refusal
    return _taking(found, taken_one, scoring)


def advised(error: RowError, table: Table, scoring: Scoring, asking: Asking) -> RowError:
    """Return the error of a row, with commands that suit the file better than what was asked.

    A hint that rows can be skipped is left out if most of the first rows would be. What is wrong
    with the fields of a row says nothing of what its columns are.
    """
    if error.reason not in OF_VALUES:
        return error
    given = _given(scoring, scoring.prob)
    named = [name for name in scoring.taken if name not in (scoring.label, *scoring.target)]
    found = guess(Case(look(table), given, named), asking)
    asked = {name: value for name, value in given.items() if name in CHOSEN_BY}
    commands = (*_with_decimals(found), *found.commands_beside(asked))
    parts = error.hint.split(" · ")
    if not _most_are_usable(table, scoring):
        parts = [part for part in parts if part and "skip" not in part]
        parts.append("most of the first rows cannot be used so: is it the right column?")
    return replace(error, hint=" · ".join(parts)).trying(commands)


def _with_decimals(found: Guess) -> tuple[TriedCommand, ...]:
    """Return the command that reads decimal commas, if all commas are those of 0,5 and alike.

    A comma behind another digit could mark thousands.
    """
    columns = found.case.evidence.columns
    texts = [text.strip() for seen in columns for text in seen.cells.names if "," in text]
    options = {name for family in found.asking.families for name in family.declared}
    if "decimal" not in options or not texts or not all(map(BELOW_1.fullmatch, texts)):
        return ()
    line = found.asking.line(Proposal({"decimal": ","}, ""))
    return (TriedCommand(line, "numbers have decimal commas"),)


def _most_are_usable(table: Table, scoring: Scoring) -> bool:
    """Return whether the numbers and the labels of most of the first rows can be used."""
    pairs = classes_of(table.header, scoring.prob, scoring.taken, table.name)
    columns = [
        Column(f"prob {place}", name, scoring.stating.domain)
        for place, (_, name) in enumerate(pairs)
    ]
    partition = beginning_of(table, columns, LENIENT)
    used = seen = 0
    for chunk in () if partition is None else partition.chunks():
        used += len(chunk)
        seen += len(chunk) + sum(map(len, chunk.remarks.values()))
    if 2 * used < seen:
        return False
    cells = None if scoring.label is None else look(table).by_name.get(scoring.label)
    if cells is None or not len(cells.cells.codes):
        return True
    unknown = [text.lower() in MISSING_WORDS | DOUBTFUL_WORDS | {""} for text in cells.texts]
    return 2 * sum(unknown) <= len(unknown)


def predictions_of(table: Table, taken: Sequence[str], tell: Tell) -> tuple[str, ...]:
    """Return the columns or the pattern of the predictions of a table, whatever its labels.

    Raises
    ------
    CecliError
        If there is no doubt about none.
    """
    case = Case(look(table), {}, taken)
    probs = [r for r in case.probs if r.strength > Strength.VALUES]
    found: list[tuple[str, ...]] = [(r.name,) for r in probs]
    found = found or [group.prob for group in case.groups]
    if len(found) != 1:
        raise refusal_of_predictions(case)
    tell(f"{_told(case, 'prob', found[0])}; --prob chooses")
    return found[0]


def label_of(table: Table, taken: Sequence[str], tell: Tell) -> str:
    """Return the column of labels of a table, by its name, whatever its predictions are.

    Raises
    ------
    CecliError
        If there is none, or several.
    """
    case = Case(look(table), {}, taken)
    found = [r.name for r in case.labels if r.strength > Strength.VALUES]
    if len(found) != 1:
        raise refusal_of_label(case)
    tell(f"{_told(case, 'label', found[0])}; --label chooses")
    return found[0]


def _given(scoring: Scoring, prob: Sequence[str]) -> dict[str, Any]:
    """Return what the user named, by the names of options in Python."""
    scale = scoring.stating.scale
    named = {
        "label": scoring.label,
        "target": tuple(scoring.target),
        "prob": tuple(prob),
        "positive": scoring.positive,
        "scale": None if scale is Scale.PROBABILITY else scale,
        "normalize": scoring.stating.normalize,
        "missing": tuple(scoring.bad_rows.missing),
        "weight": scoring.weighting.weight,
        "count": scoring.weighting.count,
    }
    return {name: value for name, value in named.items() if value}


def _check_names(table: Table, given: Mapping[str, Any], scoring: Scoring) -> None:
    """Raise a ColumnError if a column that the user named is not there."""
    for name in (*scoring.target, *filter(None, [scoring.label])):
        find(table.header, name, table.name)
    if "prob" in given:
        classes_of(table.header, given["prob"], scoring.taken, table.name)


def _taking(found: Guess, proposal: Proposal, scoring: Scoring) -> Scoring:
    """Return the scoring with the options of a proposal, and tell what was guessed."""
    case = found.case
    options = {n: v for n, v in proposal.options.items() if n not in case.given}
    for name, option in CHOSEN_BY.items():
        if name in options:
            scoring.tell(f"{_told(case, name, options[name])}; {option} chooses")
    stating, stated = scoring.stating, {}
    if "scale" in options:
        stating = Stating(options["scale"], stating.normalize)
        stated = {"from": str(options["scale"])}
    return replace(
        scoring,
        label=options.get("label", scoring.label),
        target=options.get("target", scoring.target),
        prob=options.get("prob", scoring.prob),
        positive=options.get("positive", scoring.positive),
        stating=stating,
        guessed=stated,
    )


def _told(case: Case, name: str, value: Any) -> str:
    """Return the sentence about a guess."""
    if name == "positive":
        return f"the positive class is {shown(value)}, guessed from the labels"
    if name == "scale":
        return f"prob is on the scale of {value}, guessed from its name and its values"
    columns = [value] if isinstance(value, str) else list(value)
    said = ", ".join(map(shown, columns))
    if len(columns) > 1 or "*" in columns[0]:
        return f"{name} is columns {said}, guessed {_why_classes(case, columns)}"
    read = next((r for r in case.reads if r.name == columns[0]), None)
    by_values = read is None or read.strength is Strength.VALUES
    return f"{name} is column {said}, guessed from its {'values' if by_values else 'name'}"


def _why_classes(case: Case, prob: Sequence[str]) -> str:
    """Return why columns were taken for those of classes."""
    group = next((group for group in case.groups if group.prob == tuple(prob)), None)
    if "scale" in case.given or (group is not None and group.scale is Scale.LOGIT):
        return "from their names"
    is_rounded = group is not None and group.are_rounded
    return f"because they add up to 1{' but for rounding' if is_rounded else ''}"
