"""What a file's columns could be, and commands that would score it."""

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cecli.columns.hints import number_hint
from cecli.columns.numbers import number
from cecli.columns.roles import (
    CLASS_PREFIXES,
    DOUBTFUL_PROB_NAMES,
    LABEL_NAMES,
    LOG_PROB_NAMES,
    PROB_NAMES,
)
from cecli.commands.inspect.profile import UNSAID, ProfileState
from cecli.core.errors import named
from cecli.report.result import Notice

# A weight of k rows is another thing than k rows, so the option is named with the role.
COUNT_NAMES = frozenset({"count", "counts", "n", "freq", "frequency", "frequencies"})
WEIGHT_NAMES = frozenset({"weight", "weights", "w", "sample_weight", "wt"})
# The words of a positive label, of two.
POSITIVE = frozenset({"yes", "y", "positive", "pos", "t", "1", "+", "success", "event", "case"})
LEAST_PERCENT = 2.0


class Seen(NamedTuple):
    """A column, with the role that it could have."""

    name: str
    profile: ProfileState
    role: str

    @property
    def quoted(self) -> str:
        return shlex.quote(self.name)


def role_of(name: str, profile: ProfileState) -> str:
    """Return the likely role of a column, and the reason; empty if there is no evidence."""
    folded = name.strip().casefold()
    if folded in LABEL_NAMES:
        return "label, by its name"
    if folded in WEIGHT_NAMES:
        return "weight (--weight), by its name"
    if folded in COUNT_NAMES and profile.kind == "numbers" and profile.low >= 0.0:
        return "count of equal rows (--count), by its name"
    if folded in LOG_PROB_NAMES:
        return "log-probability of a token, by its name"
    in_range = profile.numbers and profile.low >= 0.0 and profile.high <= 1.0
    if folded in PROB_NAMES | DOUBTFUL_PROB_NAMES:
        return "prob, by its name"
    if folded.startswith(CLASS_PREFIXES) and in_range:
        return "prob of a class, by its name"
    if profile.kind == "numbers" and in_range and profile.values != frozenset({"0", "1"}):
        return "prob, by its range"
    if profile.values == frozenset({"0", "1"}):
        return "label, by its values"
    if profile.kind == "truth values" and len(profile.values or ()) == 2:
        return "label, by its values"
    return ""


def advice(columns: Sequence[Seen]) -> Iterator[str]:
    """Yield commands that score the file, judging by names and ranges of columns."""
    labels = [column for column in columns if column.role.startswith("label")]
    by_name = [column for column in columns if column.role == "prob, by its name"]
    probs = by_name or [column for column in columns if column.role == "prob, by its range"]
    label = _label(labels[0]) if len(labels) == 1 else ""
    if label and len(probs) == 1 and probs[0].profile.kind == "numbers":
        for scale in _scales(probs[0].profile):
            ending = f"{scale}{_missing(labels[0], probs[0])}"
            yield f"cecli score FILE {label} --prob {probs[0].quoted}{ending}"
    for column in columns:
        is_usable = column.profile.kind == "numbers" and column.profile.high <= 0.0
        if column.role.startswith("log-probability") and is_usable:
            yield f"cecli score FILE --log-prob {column.quoted}{_missing(column)}"
    for prefix in CLASS_PREFIXES:
        classes = [column for column in columns if column.name.startswith(prefix)]
        if len(classes) > 1 and all(_is_probability(column.profile) for column in classes):
            of = f"--label {labels[0].quoted}" if len(labels) == 1 else "--label COL"
            yield f"cecli score FILE {of} --prob '{prefix}*'{_missing(*labels[:1], *classes)}"


def remarks(columns: Sequence[Seen]) -> Iterator[Notice]:
    """Yield what to do about columns of predictions whose first values are no numbers."""
    for column in columns:
        if column.role.startswith(("prob", "log-prob")) and column.profile.kind != "numbers":
            hint = next(filter(None, map(number_hint, column.profile.first)), "")
            if hint:
                yield Notice("no-numbers", f"column {named(column.name)}: {hint}")


def _label(column: Seen) -> str:
    """Return the option for a column of two classes, or empty if it does not have two."""
    values = column.profile.values
    if values is None:
        return ""
    folded = {value.lower() for value in values}
    option = f"--label {column.quoted}"
    if {number(value) for value in values} <= {0.0, 1.0} or folded <= {"true", "false"}:
        return option
    if len(values) != 2:
        return ""
    positive = [value for value in values if value.lower() in POSITIVE]
    return f"{option} --positive {shlex.quote(positive[0]) if len(positive) == 1 else 'CLASS'}"


def _scales(profile: ProfileState) -> list[str]:
    """Return the options for the scale of the predictions: none or several if it is unclear."""
    if profile.low >= 0.0:
        if profile.high <= 1.0:
            return [""]
        return [" --from percent"] if LEAST_PERCENT < profile.high <= 100.0 else []
    return [" --from logit"] if profile.high > 0.0 else [" --from logit", " --from log-probability"]


def _is_probability(profile: ProfileState) -> bool:
    return profile.kind == "numbers" and profile.low >= 0.0 and profile.high <= 1.0


def _missing(*columns: Seen) -> str:
    """Return the options for the missing values of some columns."""
    tokens = frozenset[str]().union(*(column.profile.tokens for column in columns))
    said = sorted(token for token in tokens if token.lower() not in UNSAID)
    options = [f" --missing {shlex.quote(token)}" for token in said]
    return "".join(options) + " --missing skip" if tokens else ""
