"""What each column may be: a table of rules about its name and its values.

The first rule that holds decides. To add one, write a line into `RULES`, with its reason.
"""

from collections.abc import Callable
from enum import IntEnum, StrEnum

import numpy as np

from cecli.columns.numbers import Scale, number
from cecli.core.dataclasses import dataclass
from cecli.guessing.evidence import Seen
from cecli.guessing.names import PREDICTED_WORDS, Suggestion, any_of, words_of

# Percentages have a value above this.
LEAST_PERCENT = 2.0
# A text column with more values than this names no classes.
MOST_CLASSES = 1000
# From so many rows on, predictions that are all 0 or 1 are decisions.
TELLING_DECISIONS = 10


class Role(StrEnum):
    """What a column may be."""

    NONE = ""
    LABEL = "label"
    CLASSES = "label of several classes"
    TWO = "one of two texts"
    SOFT = "soft label"
    QUANTITY = "quantity"
    PROB = "prob"
    CLASS_PROB = "prob of a class"
    LISTS = "probs of all classes"
    DECISION = "decision"
    CONFIDENCE = "confidence"
    LOG_PROB = "log-probability of a token"
    WEIGHT = "weight (--weight)"
    COUNT = "count of equal rows (--count)"
    MODEL = "name of a model"
    ID = "index or key"
    FOLDER = "for groups"


class Strength(IntEnum):
    """How much a role rests on."""

    VALUES = 1
    NAME = 2
    USUAL_NAME = 3
    GIVEN = 4


@dataclass(frozen=True, eq=False)
class Read:
    """A column, read as something.

    Attributes
    ----------
    scales : the scales that predictions could be on.
    because : of a decision, what it equals.
    """

    column: Seen
    role: Role
    strength: Strength = Strength.VALUES
    scales: tuple[Scale, ...] = (Scale.PROBABILITY,)
    because: str = ""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def told(self) -> str:
        """What the column may be, for people: numbers on another scale are no probabilities."""
        if self.scales in {(), (Scale.PROBABILITY,)} or len(self.scales) > 1:
            return str(self.role)
        if self.role is Role.CLASS_PROB:
            return f"{self.scales[0]} of a class"
        return f"{self.scales[0]} (--prob)" if self.role is Role.PROB else str(self.role)

    @property
    def reason(self) -> str:
        """Why the column is read so, for people."""
        if self.because:
            return self.because
        if self.role is Role.FOLDER:
            return "in the names of folders"
        return "by its values" if self.strength is Strength.VALUES else "by its name"


@dataclass(frozen=True)
class RoleRule:
    """A rule: what a column may be, if it holds; and the reason for the rule."""

    role: Role
    reason: str
    holds: Callable[[Seen], bool]


def named(column: Seen, *suggestions: Suggestion) -> bool:
    """Return whether the name of a column suggests one of these."""
    return column.named.suggestion in suggestions


def numeric(column: Seen) -> bool:
    """Return whether the values are numbers, as far as they can be looked at."""
    return column.is_unseen or column.is_numeric


def two_classes(column: Seen) -> bool:
    """Return whether the values name two classes, or one of the two that need no option."""
    return (
        column.is_unseen
        or column.is_decided
        or (column.profile.kind == "empty" or len(column.values) == 2)
    )


def is_missing_all(column: Seen) -> bool:
    """Return whether a column without a usual name has missing values alone."""
    return column.profile.kind == "empty" and not column.is_unseen and not column.named.is_usual


S = Suggestion
RULES = (
    RoleRule(
        Role.FOLDER, "names of folders tell groups apart; another role is to be named",
        lambda c: c.is_stated,
    ),
    RoleRule(Role.NONE, "without values there is nothing to score", is_missing_all),
    RoleRule(
        Role.LISTS, "a cell with several numbers has those of all classes",
        lambda c: c.has_lists or c.has_pairs,
    ),
    RoleRule(
        Role.WEIGHT, "weights are told by their names alone: any number could be one",
        lambda c: named(c, S.WEIGHT) and numeric(c) and c.profile.low >= 0.0,
    ),
    RoleRule(
        Role.COUNT, "counts are whole numbers with a usual name",
        lambda c: named(c, S.COUNT) and numeric(c) and c.profile.low >= 0.0
        and bool((np.mod(c.numbers[~np.isnan(c.numbers)], 1.0) == 0.0).all()),
    ),
    RoleRule(
        Role.ID, "an index counts the rows, whatever its name",
        lambda c: c.is_index and not c.named.is_usual,
    ),
    RoleRule(Role.ID, "keys have usual names", lambda c: named(c, S.ID)),
    RoleRule(Role.NONE, "p_std, p_value: beside a prediction", lambda c: named(c, S.BESIDE)),
    RoleRule(Role.MODEL, "one row a model", lambda c: named(c, S.MODEL) and not numeric(c)),
    RoleRule(
        Role.LOG_PROB, "logarithms of probabilities are at most 0",
        lambda c: named(c, S.LOG_PROB) and numeric(c) and c.profile.high <= 0.0,
    ),
    RoleRule(
        Role.CONFIDENCE, "a confidence may be about the predicted class",
        lambda c: named(c, S.CONFIDENCE) and numeric(c),
    ),
    RoleRule(Role.DECISION, "pred_label, decision", lambda c: named(c, S.DECISION)),
    RoleRule(
        Role.DECISION, "predicted classes: a usual name of predictions, and no probabilities",
        lambda c: named(c, S.PREDICTED)
        and not c.is_unseen and (c.is_decided or not c.is_numeric or c.is_whole),
    ),
    RoleRule(
        Role.DECISION, "prediction, with whole numbers beyond 1: the codes of classes",
        lambda c: named(c, S.PROB) and any_of(words_of(c.name), PREDICTED_WORDS)
        and c.is_whole and not c.is_decided,
    ),
    RoleRule(
        Role.DECISION, "probabilities that are all 0 or 1 are decisions, if they are many",
        lambda c: named(c, S.PROB) and c.is_decided and c.profile.rows >= TELLING_DECISIONS,
    ),
    RoleRule(
        Role.PROB, "predictions have usual names, and are numbers",
        lambda c: named(c, S.PROB, S.PREDICTED, S.LOGIT, S.PERCENT, S.LOG_PROB) and numeric(c)
        and bool(scales_of(c)),
    ),
    RoleRule(
        Role.PROB, "a usual name, and values that the reader will refuse: it tells where",
        lambda c: named(c, S.PROB, S.PREDICTED) and c.named.is_usual,
    ),
    RoleRule(
        Role.LABEL, "a usual name, and two classes",
        lambda c: named(c, S.LABEL) and two_classes(c),
    ),
    RoleRule(
        Role.LABEL, "a single class in the first rows, as in a sorted file",
        lambda c: named(c, S.LABEL) and c.is_numeric_of({0.0, 1.0}),
    ),
    RoleRule(
        Role.SOFT, "numbers between 0 and 1 in place of labels are soft labels",
        lambda c: named(c, S.LABEL) and c.is_fractional,
    ),
    RoleRule(
        Role.QUANTITY, "other numbers in place of labels are quantities: an event is to be named",
        lambda c: named(c, S.LABEL) and c.is_numeric and not c.is_whole,
    ),
    RoleRule(
        Role.CLASSES, "a usual name, and several values",
        lambda c: named(c, S.LABEL) and 1 <= len(c.values) <= MOST_CLASSES,
    ),
    RoleRule(
        Role.QUANTITY, "whole numbers, too many for classes",
        lambda c: named(c, S.LABEL) and c.is_numeric,
    ),
    RoleRule(
        Role.LABEL, "both 0 and 1, or both false and true",
        lambda c: c.is_decided
        and len({number(v) if c.is_numeric else v.lower() for v in c.values}) == 2,
    ),
    RoleRule(Role.PROB, "numbers between 0 and 1", lambda c: c.is_fractional),
    RoleRule(
        Role.TWO, "two texts: a label, if a prediction is named after one, or one is a usual word",
        lambda c: c.profile.kind == "text" and len(c.values) == 2,
    ),
    RoleRule(
        Role.CLASSES, "few texts or few whole numbers",
        lambda c: 2 <= len(c.values) <= MOST_CLASSES and (c.profile.kind == "text" or c.is_whole),
    ),
)  # fmt: skip


def read(column: Seen) -> Read:
    """Return what a column may be."""
    for rule in RULES:
        if rule.holds(column):
            return Read(column, rule.role, strength_of(column, rule.role), scales_of(column))
    return Read(column, Role.NONE)


# What the names of columns in some roles suggest.
NAMED = {
    Role.LABEL: {S.LABEL}, Role.CLASSES: {S.LABEL}, Role.SOFT: {S.LABEL}, Role.QUANTITY: {S.LABEL},
    Role.TWO: {S.LABEL},
    Role.PROB: {S.PROB, S.PREDICTED, S.LOGIT, S.PERCENT, S.LOG_PROB},
    Role.LISTS: {S.PROB, S.PREDICTED, S.LOGIT},
}  # fmt: skip
# Names that are those of features as often as of labels.
WEAK_BEGINNINGS = ("is", "has", "was", "did")


def strength_of(column: Seen, role: Role) -> Strength:
    """Return how much a role rests on: a usual name, another name, or values alone."""
    if column.named.suggestion not in NAMED.get(role, {column.named.suggestion}):
        return Strength.VALUES
    if column.named.is_usual:
        return Strength.USUAL_NAME
    is_weak = role is Role.LABEL and column.name.casefold().startswith(WEAK_BEGINNINGS)
    return Strength.VALUES if is_weak else Strength.NAME


def scales_of(column: Seen) -> tuple[Scale, ...]:
    """Return the scales that predictions could be on: none, one, or several if it is unclear."""
    low, high = column.profile.low, column.profile.high
    if column.is_unseen:
        return (Scale.PROBABILITY,)
    if not column.is_numeric:
        return ()
    if low >= 0.0 and high <= 1.0:
        return (Scale.PROBABILITY,)
    if low >= 0.0:
        return (Scale.PERCENT,) if LEAST_PERCENT < high <= 100.0 else ()
    if high > 0.0:
        return () if has_code(column) else (Scale.LOGIT,)
    if named(column, S.LOG_PROB):
        return (Scale.LOG_PROBABILITY,)
    # Negative numbers of another name could be logits, logarithms, or something else.
    return (Scale.LOGIT,) if named(column, S.LOGIT) else ()


def has_code(column: Seen) -> bool:
    """Return whether a single whole number is outside [0, 1], as for a missing value: -1, -999."""
    numbers = column.numbers[~np.isnan(column.numbers)]
    beyond = np.unique(numbers[(numbers < 0.0) | (numbers > 1.0)])
    return len(beyond) == 1 and bool(beyond[0] % 1.0 == 0.0)


# The scales that a name confirms; without one, a scale is proposed and not taken.
CONFIRMED = {
    S.LOGIT: Scale.LOGIT, S.PERCENT: Scale.PERCENT, S.LOG_PROB: Scale.LOG_PROBABILITY,
}  # fmt: skip


def is_sure_of_scale(read: Read) -> bool:
    """Return whether there is one scale, which is that of probabilities or of the name."""
    if len(read.scales) != 1:
        return False
    if read.strength is Strength.GIVEN:
        return read.scales[0] is Scale.PROBABILITY
    confirmed = CONFIRMED.get(read.column.named.suggestion, Scale.PROBABILITY)
    return read.scales[0] is confirmed
