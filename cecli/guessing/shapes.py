"""What a file could be, and the options that score it: a table of rules.

Each rule yields proposals. To add one, write a function that yields them, and a line into `SHAPES`
with its reason. Options that a command does not have are not proposed for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from cecli.columns.numbers import Scale, number
from cecli.core.dataclasses import dataclass
from cecli.guessing.case import Case
from cecli.guessing.classes import ClassColumns, coded_orders
from cecli.guessing.layouts import (
    confidences,
    events_of_a_row,
    lists_in_cells,
    one_of_each_class,
    one_row_a_model,
    quantity,
    races,
    token_probabilities,
)
from cecli.guessing.names import RIGHT_WORDS, any_of, words_of
from cecli.guessing.positives import POSITIVE, is_positive, is_yes_or_no, positives_of
from cecli.guessing.proposal import Proposal
from cecli.guessing.relations import are_near, as_probability, rises_with
from cecli.guessing.roles import Read, Role, Strength


@dataclass(frozen=True)
class ShapeRule:
    """A rule: what a file could be, the reason for the rule, and the proposals that follow.

    Attributes
    ----------
    ends : whether no later rule is asked if this one yields something.
    """

    name: str
    reason: str
    proposals: Callable[[Case], Iterator[Proposal]]
    ends: bool = False


def tokens(case: Case) -> Iterator[Proposal]:
    """Yield log-probabilities of tokens."""
    for read in case.of(Role.LOG_PROB):
        if not case.labels and not case.probs:
            yield Proposal(
                {"log_prob": read.name},
                f"{read.name} has log-probabilities of tokens, {read.reason}",
            )


def classes(case: Case) -> Iterator[Proposal]:
    """Yield labels of several classes, and one column a class."""
    for group, label in product(case.groups, _labels_of_classes(case)):
        yield from _of_classes(case, group, label)


def _labels_of_classes(case: Case) -> list[Read]:
    """Return the columns whose values may be classes; of those without a name, the likely ones."""
    named = [r for r in case.all_of(Role.LABEL, Role.CLASSES) if r.strength > Strength.VALUES]
    given = [r for r in named if r.strength is Strength.GIVEN]
    return (
        given
        or named
        or [
            r
            for r in case.all_of(Role.LABEL, Role.CLASSES)
            if any(_are_of(r.column.values, group) for group in case.groups)
        ]
    )


def _are_of(values: frozenset[str], group: ClassColumns) -> bool:
    """Return whether values name classes, or are the positions of all of them."""
    is_code = _are_codes(values, len(group.names)) and len(values) == len(group.names)
    return group.name_all(values) or is_code


def _of_classes(case: Case, group: ClassColumns, label: Read) -> Iterator[Proposal]:
    options: dict[str, Any] = {"label": label.name}
    values, scale = label.column.values, group.scale
    how = "" if "prob" in case.given else ", which add up to 1"
    if scale is not Scale.PROBABILITY:
        how, options["scale"] = f" on the scale of {scale}", scale
    # One column alone is not divided by a sum.
    divided = {"normalize": True} if group.are_rounded and "normalize" not in case.given else {}
    how = ", which add up to 1 but for rounding" if group.are_rounded else how
    reason = f"label {label.name} {label.reason}, and one column a class{how}"
    is_certain = (
        label.strength > Strength.VALUES and scale is Scale.PROBABILITY and len(case.groups) == 1
        and len(_labels_of_classes(case)) == 1
    )  # fmt: skip
    positive = None if "prob" in case.given else _positive_column(group, label)
    prob = group.options_for(values)
    if positive is not None:
        reason = f"label {label.name} {label.reason}, and {positive} is about the positive class"
        yield Proposal({**options, "prob": (positive,)}, reason, is_certain)
    elif prob is not None:
        whole = {**options, **divided, "prob": prob}
        # Numbers of columns are names of classes only if all of them are labels.
        is_named = not group.is_numbered or values == set(group.names)
        yield Proposal(whole, reason, is_certain and is_named and not divided)
    elif len(group.stars) == 2 and values == set(group.stars):
        last = positives_of(label.column)[-1]
        one = group.columns[group.stars.index(str(last))].name
        yield Proposal({**options, "prob": (one,), "positive": last}, reason, is_certain)
    elif (by_number := group.numbers_for(values)) is not None:
        coded = {**options, **divided, "prob": group.prob, "classes": (_said(by_number),)}
        yield Proposal(coded, f"{reason}: the labels are the numbers in their names")
    elif _are_codes(values, len(group.names)):
        first = 0 if any(number(value) == 0.0 for value in values) else 1
        codes = range(first, first + len(group.names))
        if group.is_numbered:
            said = ",".join(f"{code}={code}" if first else str(code) for code in codes)
            rest = set(case.evidence.header) - {label.name, *case.taken}
            prob = ("*",) if rest == set(group.header) else group.prob
            coded = {**options, **divided, "prob": prob, "classes": (said,)}
            yield Proposal(coded, f"{reason}: the labels are the positions of the columns")
            return
        for names, why in coded_orders(group.names, codes):
            said = _said(dict(zip(codes, names, strict=True)))
            coded = {**options, **divided, "prob": group.prob, "classes": (said,)}
            yield Proposal(coded, f"{reason}: {why}")


def _said(classes: Mapping[int, str]) -> str:
    """Return the value of --classes for classes by their codes, in order."""
    if list(classes) == list(range(len(classes))):
        return ",".join(classes.values())
    return ",".join(f"{code}={name}" for code, name in classes.items())


def _positive_column(group: ClassColumns, label: Read) -> str | None:
    """Return the column of the positive class, if there are two and the labels need no option."""
    if not label.column.is_decided or len(group.names) != 2 or not is_yes_or_no(group.names):
        return None
    is_first = number(group.names[0]) == 1.0 or group.names[0].lower() in POSITIVE
    return group.columns[0 if is_first else 1].name


def _are_codes(values: frozenset[str], classes: int) -> bool:
    """Return whether labels are the positions of classes, 0 among them, or of all, from 1."""
    codes = {number(value) for value in values}
    from_zero, from_one = (set(map(float, range(k, k + classes))) for k in (0, 1))
    return len(codes) > 1 and ((0.0 in codes and codes <= from_zero) or codes == from_one)


def binary(case: Case) -> Iterator[Proposal]:
    """Yield one label, and the probability of one of its two classes."""
    labels = [r for r in case.labels if r.role in {Role.LABEL, Role.SOFT}]
    probs = case.probs or _of_being_right(case, labels)
    by_values = probs and probs[0].strength is Strength.VALUES
    if len(labels) != 1:
        return
    (label,) = labels
    # Of several numbers without a name, those that do not suit the label are features, perhaps.
    suiting = [prob for prob in probs if not by_values or _suits(label, prob)]
    for prob in suiting:
        yield from _binary(case, label, prob, alone=len(probs) == 1)
    if len(suiting) > 1 and all(r.scales == suiting[0].scales for r in suiting):
        yield from _models(case, label, suiting)


def _of_being_right(case: Case, labels: list[Read]) -> list[Read]:
    """Return confidences beside a label that says whether a prediction was right."""
    is_right = any(any_of(words_of(label.name), RIGHT_WORDS) for label in labels)
    return case.of(Role.CONFIDENCE) if is_right else []


def _suits(label: Read, prob: Read) -> bool:
    """Return whether numbers without a usual name are higher where the label is positive."""
    values = as_probability(prob.column, Scale.PROBABILITY)
    if label.role is Role.SOFT:
        return True
    return any(
        rises_with(is_positive(label.column, positive), values)
        and (positive is not None or are_near(is_positive(label.column, positive), values))
        for positive in positives_of(label.column, prob.name)
    )


def _binary(case: Case, label: Read, prob: Read, *, alone: bool) -> Iterator[Proposal]:
    reason = f"label {label.name} {label.reason}, prob {prob.name} {prob.reason}"
    weakest = min(label.strength, prob.strength)
    is_certain = alone and weakest > Strength.VALUES and case.is_sure_of_scale(prob)
    if label.role is Role.SOFT:
        options: dict[str, Any] = {"target": (label.name,), "prob": (prob.name,)}
        for scale in prob.scales:
            yield Proposal(_scaled(options, scale), f"{reason}: the labels are soft", is_certain)
        return
    positives = _likeliest_first(case.positives(label, prob), label, prob)
    for positive, scale in product(positives, prob.scales):
        flags = is_positive(label.column, positive)
        is_likely = case.is_sure_of_scale(prob) or scale is not Scale.PERCENT
        if not is_likely and not are_near(flags, as_probability(prob.column, scale)):
            continue
        options = {"label": label.name, "prob": (prob.name,)}
        if positive is not None:
            options["positive"] = positive
        said = "" if positive is None or len(positives) == 1 else f", if {positive} is positive"
        said += "" if scale is Scale.PROBABILITY else f", on the scale of {scale}"
        yield Proposal(
            _scaled(options, scale),
            reason + said,
            is_certain and len(positives) == 1 and not _is_zero(positive),
        )


def _is_zero(positive: str | None) -> bool:
    """Return whether the positive class would be 0, which a name alone cannot decide."""
    return positive is not None and number(positive) == 0.0


def _likeliest_first(
    positives: tuple[str | None, ...], label: Read, prob: Read
) -> tuple[str | None, ...]:
    """Return labels that may be positive, the one first where predictions are higher."""
    scale = prob.scales[0] if prob.scales else Scale.PROBABILITY
    values = as_probability(prob.column, scale)
    if len(positives) == 1 or not len(values):
        return positives
    rises = [rises_with(is_positive(label.column, positive), values) for positive in positives]
    return positives if rises[0] else positives[::-1]


def _scaled(options: dict[str, Any], scale: Scale) -> dict[str, Any]:
    return options if scale is Scale.PROBABILITY else {**options, "scale": scale}


def _models(case: Case, label: Read, probs: Sequence[Read]) -> Iterator[Proposal]:
    """Yield the comparison of several models."""
    name = "label" if label.role is Role.LABEL else "target"
    value = label.name if label.role is Role.LABEL else (label.name,)
    options: dict[str, Any] = {name: value, "prob": tuple(r.name for r in probs)}
    positives = case.positives(label, probs[0])
    if label.role is Role.LABEL and positives[0] is not None:
        options["positive"] = positives[0]
    options = _scaled(options, probs[0].scales[0]) if probs[0].scales else options
    yield Proposal(options, "several models of one event", contests=False, command="compare")


def counted(case: Case) -> Iterator[Proposal]:
    """Yield the binary proposals with a column of counts: each row may stand for many."""
    certain = [proposal for proposal in binary(case) if proposal.is_certain]
    for count in case.all_of(Role.COUNT):
        contests = count.name.casefold() not in DOUBTFUL_COUNTS
        yield from _with_option(case, certain, "count", count.name, contests=contests)


def weighted(case: Case) -> Iterator[Proposal]:
    """Yield the binary proposals with a column of weights."""
    for weight in case.all_of(Role.WEIGHT):
        yield from _with_option(case, binary(case), "weight", weight.name, contests=False)


def _with_option(
    case: Case, proposals: Iterable[Proposal], option: str, name: str, *, contests: bool
) -> Iterator[Proposal]:
    if case.given.get("count") or case.given.get("weight"):
        return
    for proposal in proposals:
        if proposal.command is None:
            options = {**proposal.options, option: name}
            reason = f"{proposal.reason}; {name} may be a {option}"
            yield Proposal(options, reason, contests=contests)


# Letters that may stand for anything.
DOUBTFUL_COUNTS = frozenset({"n"})

# In this order; what leaves least doubt comes first.
SHAPES = (
    ShapeRule("tokens", "log-probabilities of tokens need no label", tokens),
    ShapeRule(
        "confidence", "beside a predicted class, a confidence is about that class", confidences,
        ends=True,
    ),
    ShapeRule(
        "one-hot", "columns of 0 and 1, one 1 a row, are the labels of classes", one_of_each_class,
        ends=True,
    ),
    ShapeRule(
        "events", "a label and a probability with the same name, repeated", events_of_a_row,
        ends=True,
    ),
    ShapeRule("races", "one row of a group happens, and its probabilities add up to 1", races),
    ShapeRule("models", "one row a model: each is scored on its own", one_row_a_model, ends=True),
    ShapeRule("lists", "a list in a cell has the numbers of all classes", lists_in_cells),
    ShapeRule("classes", "columns that add up to 1 are the classes of one prediction", classes),
    ShapeRule("counts", "rows that stand for many rows each", counted),
    ShapeRule("binary", "one label of two classes, and its probability", binary),
    ShapeRule("weights", "rows that matter more than others", weighted),
    ShapeRule("quantity", "a quantity is an event beside a limit, which the user knows", quantity),
    ShapeRule("happened", "tokens with probabilities, and no label", token_probabilities),
)  # fmt: skip
