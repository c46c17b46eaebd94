"""Why a file cannot be scored as it is: a table of rules, the first that says something is told.

To add one, write a function that returns a sentence or None, and a line into `REFUSALS` with its
reason.
"""

import re
import shlex
from collections.abc import Callable, Sequence

from cecli.columns.column import listed, refuse_wrong_delimiter
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, ColumnError, InputError, shown
from cecli.guessing.case import Case
from cecli.guessing.roles import Read, Role
from cecli.options.reading import Tool

# Blanks between columns of fixed width.
ALIGNED = re.compile(r"\S\s{2,}\S")
HOW_LABEL = "--label COL, or --target COL for soft labels"
ELSEWHERE = "if it is in another file, --labels FILE with --id COL or --by-position"
HOW_PROB = "--prob COL"
# The ends of names of files of arrays.
OF_ARRAYS = (".npy", ".npz", ".safetensors")
# A key of the records of each tool, by which they are known.
MARKS = {
    Tool.LM_EVAL: ("filtered_resps",),
    Tool.LLAMA_CPP: ("completion_probabilities",),
    Tool.OPENAI: ("choices", "response.body.choices"),
    Tool.INSPECT: ("output.choices",),
}


@dataclass(frozen=True)
class Refusal:
    """A rule: the reason for it, and the function that returns an error if it applies."""

    name: str
    reason: str
    error: Callable[[Case], CecliError | None]


def a_log(case: Case) -> CecliError | None:
    """Return the error of a log that is read as a table."""
    return read_as_table(case.evidence.header, case.evidence.source)


def read_as_table(header: Sequence[str], source: str) -> CecliError | None:
    """Return the error of a table with the columns of a log; None if it has none of them."""
    found = next((tool for tool, keys in MARKS.items() if not {*keys}.isdisjoint(header)), None)
    if found is None:
        return None
    return InputError(
        f"its records seem to be those of a log of {found}",
        source,
        f"--like {found} reads a row for each token, or for each choice of a document",
    )


def one_column(case: Case) -> CecliError | None:
    """Raise an InputError if the only column has another delimiter in its name."""
    header, source = case.evidence.header, case.evidence.source
    refuse_wrong_delimiter(header, source)
    if len(header) != 1:
        return None
    if not ALIGNED.search(header[0].strip()):
        refuse_wrong_delimiter(header, source, [(" ", "space")])
        return None
    said = f"awk '{{$1 = $1; print}}' OFS=, {shlex.quote(source)} > commas.csv"
    return InputError(
        "its columns are aligned by several blanks, which are no delimiter",
        source,
        f"write it with a comma between them: {said}",
    )


def no_truth(case: Case) -> CecliError | None:
    """Return the error of predictions and decisions, without what happened."""
    if case.labels or not (case.probs or case.groups):
        return None
    decisions = case.all_of(Role.DECISION)
    if not decisions:
        return None
    told = "; ".join(_told(read) for read in decisions)
    return InputError(
        f"the file has predictions, and no column of what happened: {told}",
        case.evidence.source,
        f"name the column of observed classes with {HOW_LABEL}; if they are in another file, give "
        "--labels FILE --id COL",
    )


def decisions_alone(case: Case) -> CecliError | None:
    """Return the error of decisions without probabilities."""
    decisions = case.all_of(Role.DECISION)
    if (
        not case.labels
        or case.probs
        or case.groups
        or case.all_of(Role.CONFIDENCE)
        or not decisions
    ):
        return None
    column = shown(decisions[0].name)
    return InputError(
        f"column {column} has decisions, and no probabilities can be told from them",
        case.evidence.source,
        "save the probabilities that the model gives, such as those of predict_proba",
    )


def a_confidence(case: Case) -> CecliError | None:
    """Return the error of a confidence that may be about another class."""
    found = case.all_of(Role.CONFIDENCE)
    if not found or case.probs or case.groups:
        return None
    decisions = case.all_of(Role.DECISION)
    about = f"that {shown(decisions[0].name)} names" if decisions else "that was predicted"
    return InputError(
        f"column {shown(found[0].name)} may be about the class {about}, and not about the label",
        case.evidence.source,
        f"if it is the probability of the positive class, give --prob {shlex.quote(found[0].name)}",
    )


def several_labels(case: Case) -> CecliError | None:
    """Return the error of several columns that could be the label."""
    return _several(case, "label", "--label", case.labels)


def several_probs(case: Case) -> CecliError | None:
    """Return the error of several columns or patterns that could be predictions."""
    if case.groups and not case.probs:
        found = [", ".join(group.prob) for group in case.groups]
        return _choice(case, "prob", "--prob", found)
    return _several(case, "prob", "--prob", case.probs)


def _several(case: Case, role: str, option: str, reads: list[Read]) -> CecliError | None:
    return _choice(case, role, option, [read.name for read in reads])


def _choice(case: Case, role: str, option: str, names: list[str]) -> CecliError | None:
    if len(names) < 2:
        return None
    return ColumnError(
        f"several columns could be the {role}: {listed(names)}",
        case.evidence.source,
        f"choose one with {option}",
    )


def an_array(case: Case) -> CecliError | None:
    """Return the error of an array of several columns, which has no labels."""
    evidence = case.evidence
    # A column with another role, such as that of groups, may be of the labels in another input.
    if case.labels or case.taken:
        return None
    if not evidence.source.endswith(OF_ARRAYS) or len(evidence.header) < 2:
        return None
    options = "--labels FILE --by-position"
    if evidence.is_array and not case.given.get("prob"):
        prob = shlex.quote(f"{evidence.header[0].removesuffix('0')}*")
        options = f"--label y --prob {prob} --labels y.npy --by-position"
        if "scale" not in case.given and not all(c.in_unit for c in evidence.columns):
            options += " --from logit"
    return InputError(
        "an array has no column of what happened",
        evidence.source,
        f"{options} scores it with the labels of another file; cecli kl BASE OTHER compares the "
        "distributions of two models",
    )


def no_label(case: Case) -> CecliError | None:
    """Return the error of a file without a label."""
    if case.labels:
        return None
    how = f"{HOW_LABEL}; {ELSEWHERE}" if case.probs or case.groups else HOW_LABEL
    return _none(case, "label", how, case.given.get("prob"))


def no_prob(case: Case) -> CecliError | None:
    """Return the error of a file without predictions."""
    if case.probs or case.groups or case.all_of(Role.LISTS):
        return None
    return _none(case, "prob", HOW_PROB, case.given.get("label"))


def _none(case: Case, role: str, how: str, other: object) -> CecliError:
    others = "other " if other or case.taken else ""
    return InputError(
        f"no {others}column has a usual name for the {role}; "
        f"the columns are {listed(case.evidence.header)}",
        case.evidence.source,
        f"name it with {how}",
    )


def other_classes(case: Case) -> CecliError | None:
    """Return the error of labels that name none of the classes."""
    labels = [r for r in case.labels if r.role in {Role.LABEL, Role.CLASSES}]
    if not case.groups or not labels or case.probs:
        return None
    values, names = labels[0].column.values, case.groups[0].names
    if values <= set(names):
        return None
    return ColumnError(
        f"the labels are {listed(sorted(values))}, but the classes of "
        f"{', '.join(case.groups[0].prob)} are {listed(names)}",
        case.evidence.source,
        "labels must equal the names of classes: rename the columns, or the labels",
    )


def uncertain(case: Case, reasons: Sequence[str]) -> CecliError:
    """Return the error of a file that can be read in several ways, or in none that is certain."""
    readings = f": {'; or '.join(reasons)}" if reasons else ""
    what = f"what the columns are is not certain{readings}"
    return ColumnError(what, case.evidence.source, reason="not-certain")


def _told(read: Read) -> str:
    if read.because:
        return f"{shown(read.name)}: {read.because}"
    return f"{shown(read.name)} is a decision"


REFUSALS = (
    Refusal("a-log", "its tokens are inside of lists", a_log),
    Refusal("delimiter", "a single column with a delimiter in its name", one_column),
    Refusal("decisions-alone", "0 and 1 are no probabilities", decisions_alone),
    Refusal("confidence", "a confidence may be about the predicted class", a_confidence),
    Refusal("no-truth", "a decision says nothing of what happened", no_truth),
    Refusal("several-labels", "which of several it is, the user knows", several_labels),
    Refusal("array-alone", "a score needs what happened", an_array),
    Refusal("no-label", "without what happened there is no score", no_label),
    Refusal("other-classes", "a label that is no class cannot be scored", other_classes),
    Refusal("several-probs", "which of several it is, the user knows", several_probs),
    Refusal("no-prob", "without predictions there is no score", no_prob),
)  # fmt: skip


def refusal_of_predictions(case: Case) -> CecliError:
    """Return the error that says why the predictions are not certain."""
    rules = (one_column, a_log, several_probs, no_prob)
    found = (error for rule in rules if (error := rule(case)) is not None)
    return next(found, None) or uncertain(case, ())


def refusal_of_label(case: Case) -> CecliError:
    """Return the error that says why the label is not certain."""
    return several_labels(case) or no_label(case) or _none(case, "label", HOW_LABEL, None)


def refusal_of(case: Case, reasons: Sequence[str]) -> CecliError:
    """Return the error that says why nothing is certain.

    Parameters
    ----------
    reasons : those of what would be proposed, if the command had the options.
    """
    for rule in REFUSALS:
        if (error := rule.error(case)) is not None:
            return replace(error, reason=error.reason or rule.name)
    return uncertain(case, reasons)
