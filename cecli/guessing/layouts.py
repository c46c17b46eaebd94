"""Rules for the less usual layouts of predictions; the table of all rules is in `shapes`."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from cecli.columns.numbers import Scale
from cecli.guessing.case import Case
from cecli.guessing.classes import stars_of
from cecli.guessing.evidence import Seen
from cecli.guessing.names import TIME_WORDS, TOKEN_NAMES, any_of, is_group, words_of
from cecli.guessing.positives import is_positive
from cecli.guessing.proposal import Proposal
from cecli.guessing.relations import add_up, as_probability, has_one_winner
from cecli.guessing.roles import Read, Role, Strength

# The patterns of labels and of probabilities of several labels a row.
LABELS = frozenset({"y_*", "label_*", "true_*", "target_*", "actual_*", "y_true_*"})
PROBS = frozenset({"p_*", "prob_*", "proba_*", "pred_*", "score_*", "y_prob_*", "y_pred_*"})
# In a table of more columns, no pairs are looked for.
MOST_PAIRED = 300

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NAME = re.compile(r"[^\s,;:|]+:")


def confidences(case: Case) -> Iterator[Proposal]:
    """Yield top-1 confidences: what is true, what was predicted, and how surely."""
    for label, predicted, prob in product(
        _classes(case), case.all_of(Role.DECISION), _confidences(case)
    ):
        theirs, ours = predicted.column.values, label.column.values
        if theirs and ours and not theirs.isdisjoint(ours) and not predicted.because:
            yield Proposal(
                {"label": label.name, "predicted": predicted.name, "prob": (prob.name,)},
                f"{prob.name} is about the class that {predicted.name} names",
            )


def _classes(case: Case) -> list[Read]:
    named = [r for r in case.all_of(Role.LABEL, Role.CLASSES) if r.strength > Strength.VALUES]
    return named or case.all_of(Role.CLASSES)


def _confidences(case: Case) -> list[Read]:
    """Return the columns that are about a predicted class: by name, or never below one half."""
    found = case.all_of(Role.CONFIDENCE)
    several = any(r.role is Role.CLASSES for r in case.labels)
    return found or [
        r for r in case.probs if r.column.in_unit and (several or r.column.profile.low >= 0.5)
    ]


def one_of_each_class(case: Case) -> Iterator[Proposal]:
    """Yield labels that are columns of 0 and 1, one 1 a row, beside probabilities that sum to 1."""
    for labels, probs in paired_patterns(case):
        total = np.sum([column.numbers for column in labels.columns], axis=0)
        if (total == 1.0).all() and add_up(probs.columns):
            options = {"target": (labels.pattern,), "prob": (probs.pattern,)}
            what = f"one of {labels.pattern} is 1 in each row"
            yield Proposal(options, f"{what}, and {probs.pattern} add up to 1")
            return


def events_of_a_row(case: Case) -> Iterator[Proposal]:
    """Yield several events a row: a label and a probability each."""
    for labels, probs in paired_patterns(case):
        shown = f"{probs.columns[0].name} with {labels.columns[0].name}"
        is_usual = labels.pattern in LABELS and probs.pattern in PROBS
        pairs: dict[str, Any] = {"pairs": f"{probs.pattern}={labels.pattern}"}
        if is_usual:
            pairs = {"label": labels.pattern, "prob": (probs.pattern,), "multilabel": True}
        yield Proposal(pairs, f"several events a row: {shown}, and so on")
        return


class Starred(NamedTuple):
    """The columns of a pattern, in the order of what its star stands for."""

    pattern: str
    stars: frozenset[str]
    columns: tuple[Seen, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def paired_patterns(case: Case) -> Iterator[tuple[Starred, Starred]]:
    """Yield patterns of labels and of probabilities with the same stars, those of most first.

    The same columns are yielded once.
    """
    columns = [r.column for r in case.reads if r.name not in case.taken]
    if len(columns) > MOST_PAIRED or "prob" in case.given or "label" in case.given:
        return
    labels = _starred([c for c in columns if c.is_decided])
    probs = _starred([c for c in columns if c.is_fractional])
    both = [(a, b) for a, b in product(labels, probs) if a.stars == b.stars]
    # Of as many columns, the shortest patterns come first.
    both.sort(key=lambda pair: (-len(pair[0].columns), *map(_length, pair)))
    first = {(frozenset(a.names), frozenset(b.names)): (a, b) for a, b in reversed(both)}
    yield from (pair for pair in both if pair in first.values())


def _length(some: Starred) -> tuple[int, str]:
    return len(some.pattern), some.pattern


def _starred(columns: Sequence[Seen]) -> list[Starred]:
    """Return the patterns of two and more of some columns; names alone, too."""
    found: dict[str, dict[str, Seen]] = {}
    for column in columns:
        found.setdefault("*", {})[column.name] = column
        for before, star, after in stars_of(column.name, inner=True):
            found.setdefault(f"{before}*{after}", {})[star] = column
    return [
        Starred(pattern, frozenset(stars), tuple(stars[star] for star in sorted(stars)))
        for pattern, stars in found.items()
        if len(stars) > 1
    ]


def races(case: Case) -> Iterator[Proposal]:
    """Yield groups of rows of which one happens."""
    for label, prob, group in product(case.labels, case.probs, case.reads):
        is_key = is_group(group.name) or group.role in {Role.ID, Role.CLASSES, Role.NONE}
        if label.role is not Role.LABEL or Scale.PROBABILITY not in prob.scales or not is_key:
            continue
        for positive in case.positives(label, prob):
            flags = is_positive(label.column, positive)
            values = as_probability(prob.column, Scale.PROBABILITY)
            if has_one_winner(group.column, flags, values):
                options: dict[str, Any] = {"label": label.name, "prob": (prob.name,)}
                if positive is not None:
                    options["positive"] = positive
                options["within"] = group.name
                yield Proposal(
                    options, f"in each {group.name} one row happens, and {prob.name} add up to 1"
                )
                return


def one_row_a_model(case: Case) -> Iterator[Proposal]:
    """Yield predictions of several models, one below the other."""
    for model in case.of(Role.MODEL):
        if len(model.column.values) < 2:
            continue
        for label, prob in product(case.labels, case.probs):
            if label.role is Role.LABEL and len(case.labels) == len(case.probs) == 1:
                yield Proposal(
                    {"label": label.name, "prob": (prob.name,), "model": model.name},
                    f"one row a model: {model.name} names it",
                )


def lists_in_cells(case: Case) -> Iterator[Proposal]:
    """Yield the numbers of all classes in one cell."""
    for label, prob in product(_classes(case), case.of(Role.LISTS)):
        options: dict[str, Any] = {"label": label.name, "prob": (prob.name,)}
        first = " ".join(prob.column.profile.first)
        numbers = [float(x) for x in _NUMBER.findall(_NAME.sub(":", first))]
        if any(x < 0.0 or x > 1.0 for x in numbers):
            options["scale"] = Scale.LOGIT
        yield Proposal(options, f"a cell of {prob.name} has the numbers of all classes")


def quantity(case: Case) -> Iterator[Proposal]:
    """Yield the event that a quantity is above 0, beside one probability."""
    probs = [r for r in case.probs if r.strength > Strength.VALUES] or case.probs
    if len(probs) != 1 or case.groups or len(probs[0].scales) != 1:
        return
    if "prob" in case.given and case.is_of_classes(probs[0]):
        return
    for column in _quantities(case, probs[0])[:1]:
        options: dict[str, Any] = {"prob": (probs[0].name,), "event": f"{column.name} > 0"}
        if probs[0].scales[0] is not Scale.PROBABILITY:
            options["scale"] = probs[0].scales[0]
        yield Proposal(options, f"{column.name} is a quantity: say which values are the event")


def _quantities(case: Case, prob: Read) -> list[Seen]:
    """Return the columns that may be quantities: in place of a label, or named as predictions."""
    labels = [r for r in case.labels if r.strength > Strength.VALUES]
    if labels:
        return [
            r.column
            for r in labels
            if len(labels) == 1
            and (r.role is Role.QUANTITY or (r.role is Role.CLASSES and r.column.is_whole))
        ]
    if case.labels or case.all_of(Role.DECISION):
        return []
    numeric = [
        r.column
        for r in case.reads
        if r.role in {Role.NONE, Role.CLASSES}
        and r.column.is_numeric
        and r.column.profile.low >= 0.0
        and r is not prob
        and (np.diff(r.column.numbers) < 0.0).any()  # no number of a row, or of a text
    ]
    zeros = [c for c in numeric if (c.numbers == 0.0).any() and (c.numbers > 1.0).any()]
    alike = [c for c in zeros if any_of(words_of(c.name), set(words_of(prob.name)))]
    others = [c for c in zeros if not any_of(words_of(c.name), TIME_WORDS)]
    return alike if len(alike) == 1 else others if len(others) == 1 else []


def token_probabilities(case: Case) -> Iterator[Proposal]:
    """Yield the probabilities of what happened, which need no label."""
    is_text = any(r.name.strip().casefold() in TOKEN_NAMES for r in case.reads)
    for prob in case.probs:
        if is_text and not case.labels and prob.column.in_unit and len(case.probs) == 1:
            yield Proposal(
                {"log_prob": prob.name, "scale": Scale.PROBABILITY},
                f"{prob.name} has the probability of each token",
            )
