"""Which column plays which role: named by the user, or guessed from the header."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cecli.columns import Column, Domain, listed, refuse_wrong_delimiter
from cecli.errors import ColumnError, InputError, shown
from cecli.readers import Table

LABEL_NAMES = frozenset({
    "label", "labels", "y", "y_true", "ytrue", "true", "target", "class", "outcome", "actual",
    "truth", "ground_truth", "observed", "true_label",
})  # fmt: skip
PROB_NAMES = frozenset({
    "prob", "probs", "p", "q", "proba", "probability", "y_prob", "y_proba", "p_hat", "phat",
    "y_hat", "yhat", "y_pred", "y_score", "score", "pred", "prediction", "predicted", "p1",
    "predicted_probability",
})  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """How to find a role's column when the user names none."""

    role: str
    option: str
    how: str
    names: frozenset[str]


LABEL = Guess("label", "--label", "--label COL, or --target COL for soft labels", LABEL_NAMES)
PROB = Guess("prob", "--prob", "--prob COL", PROB_NAMES)

PROBABILITY = Domain(0.0, 1.0, "a probability in [0, 1]", "write 0.5: not 50%, 0,5 or a logit")
SOFT_LABEL = Domain(
    0.0, 1.0, "a soft label in [0, 1]", "a class instead of a probability? --label COL"
)
WEIGHT = Domain(
    0.0, math.inf, "a weight: finite, and not negative", "a weight of 0 leaves a row out"
)


def score_roles(
    table: Table,
    label: str | None,
    target: str | None,
    prob: str | None,
    weight: str | None,
    tell: Callable[[str], None],
) -> dict[str, Column]:
    """Return which column plays which role; guess the label and prob that are not named."""
    header, source = table.header, table.name
    named = [name for name in (label, target, prob, weight) if name is not None]
    roles: dict[str, Column] = {}
    if target is not None:
        roles["target"] = Column("target", target, SOFT_LABEL)
    else:
        label = _choose(header, label, LABEL, named, source, tell)
        roles["label"] = Column("label", label, None)
    prob = _choose(header, prob, PROB, named, source, tell)
    roles["prob"] = Column("prob", prob, PROBABILITY)
    if weight is not None:
        roles["weight"] = Column("weight", weight, WEIGHT)
    _refuse_sharing(roles, source)
    return roles


def _refuse_sharing(roles: dict[str, Column], source: str) -> None:
    """One column in two roles is a mistake in the command, never a wish."""
    players: dict[str, str] = {}
    for role, column in roles.items():
        if column.name in players:
            raise ColumnError(
                f"column {shown(column.name)} cannot be both {players[column.name]} and {role}",
                source,
            )
        players[column.name] = role


def _choose(
    header: Sequence[str],
    named: str | None,
    wanted: Guess,
    taken: Sequence[str],
    source: str,
    tell: Callable[[str], None],
) -> str:
    """Return the column that the user named, else the one guessed, which is told."""
    if named is not None:
        return named
    name = _guess(header, wanted, taken, source)
    tell(f"{wanted.role} is column {shown(name)}, guessed from its name; {wanted.option} chooses")
    return name


def _guess(header: Sequence[str], wanted: Guess, taken: Sequence[str], source: str) -> str:
    """Return the one column whose name is a usual one for a role.

    Raises
    ------
    ColumnError
        If there are several.
    InputError
        If there is none.
    """
    candidates = [
        name for name in header if name not in taken and name.strip().casefold() in wanted.names
    ]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise ColumnError(
            f"several columns could be the {wanted.role}: {listed(candidates)}",
            source,
            f"choose one with {wanted.option} {candidates[0]}",
        )
    refuse_wrong_delimiter(header, source)
    raise InputError(
        f"no column has a usual name for the {wanted.role}; the columns are {listed(header)}",
        source,
        f"name it with {wanted.how}",
    )
