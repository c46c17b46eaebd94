"""A file as the rules see it: what its columns may be, given what the user named."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from cecli.columns.column import JOINED, bare
from cecli.columns.numbers import Scale
from cecli.core.dataclasses import dataclass, replace
from cecli.guessing.classes import ClassColumns, class_columns
from cecli.guessing.evidence import FirstSight, Seen
from cecli.guessing.positives import is_positive, is_yes_or_no, positives_of
from cecli.guessing.relations import BY_CHANCE, as_probability, decided, is_largest, rises_with
from cecli.guessing.roles import Read, Role, Strength, is_sure_of_scale, read, scales_of

# What a column may be that two inputs have under one name, if it is no key.
TWINS = (Role.LABEL, Role.CLASSES, Role.SOFT, Role.PROB)
LABELS = (Role.LABEL, Role.CLASSES, Role.SOFT, Role.QUANTITY)
# For a column of unknown meaning, less is needed to take it for a decision.
BY_CHANCE_UNKNOWN = 0.2


@dataclass(frozen=True, eq=False)
class Case:
    """The evidence, what the user named, and what the columns may be.

    Attributes
    ----------
    given : the options that the user gave, by their names in Python.
    taken : columns that have another role.
    """

    evidence: FirstSight
    given: Mapping[str, Any]
    taken: Sequence[str] = ()

    @cached_property
    def _read(self) -> tuple[Read, ...]:
        """What each column may be on its own."""
        label, prob = self.given.get("label"), self.given.get("prob") or ()
        found = []
        for column in self.evidence.columns:
            if column.name in self.given.get("target", ()):
                found.append(Read(column, Role.SOFT, Strength.GIVEN))
            elif column.name == label:
                found.append(Read(column, _label_role(column), Strength.GIVEN))
            elif column.name in prob:
                found.append(Read(column, Role.PROB, Strength.GIVEN, scales_of(column)))
            elif column.name not in self.taken:
                found.append(read(column))
        found = _of_twins(found)
        scale = self.given.get("scale")
        return tuple(found) if scale is None else tuple(_on(scale, r) for r in found)

    @cached_property
    def groups(self) -> list[ClassColumns]:
        """The columns of several classes."""
        taken = [name for name in (*self.taken, self.given.get("label")) if name is not None]
        prob, scale = self.given.get("prob") or (), self.given.get("scale")
        found = class_columns(self.evidence, self._read, taken, prob, scale)
        return found if prob else [group for group in found if self._is_plausible(group)]

    def is_of_classes(self, prob: Read) -> bool:
        """Return whether a column that the user named is that of one class of several."""
        anew = replace(self, given={n: v for n, v in self.given.items() if n != "prob"})
        return any(prob.column in group.columns for group in anew.groups)

    def _is_plausible(self, group: ClassColumns) -> bool:
        """Return whether two columns have the names of classes; more that add up to 1 are enough.

        A model and another one, or what is left to 1, may add up to 1 by chance or by design. In a
        text without a header, two columns that do are those of predict_proba.
        """
        if len(group.names) > 2 or is_yes_or_no(group.names) or group.is_numbered:
            return True
        labels = [r for r in self._read if r.role in {Role.LABEL, Role.CLASSES, Role.TWO}]
        return any(group.name_all(r.column.values) for r in labels)

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """What each column may be, beside the others."""
        scales = {c.name: group.scale for group in self.groups for c in group.columns}
        apart = [
            replace(r, role=Role.CLASS_PROB, scales=(scales[r.name],)) if r.name in scales else r
            for r in self._read
        ]
        probs = [r for r in apart if r.role is Role.PROB]
        apart = [_of_two(r, probs) if r.role is Role.TWO else r for r in apart]
        return tuple(self._beside(r, probs) if r.role in LABELS else r for r in apart)

    def of(self, *roles: Role) -> list[Read]:
        """Return the columns in some roles, those of the strongest evidence only."""
        found = [r for r in self.reads if r.role in roles]
        best = max((r.strength for r in found), default=Strength.VALUES)
        return [r for r in found if r.strength is best]

    def all_of(self, *roles: Role) -> list[Read]:
        return [r for r in self.reads if r.role in roles]

    @cached_property
    def labels(self) -> list[Read]:
        """The columns that may be the label, in a role of labels."""
        found = self.all_of(*LABELS)
        named = [r for r in found if r.strength > Strength.VALUES]
        return _strongest(named or [r for r in found if r.role is Role.LABEL])

    @cached_property
    def probs(self) -> list[Read]:
        """The columns that may be probabilities of one event."""
        return self.of(Role.PROB) or (self.of(Role.LOG_PROB) if self.labels else [])

    def is_sure_of_scale(self, prob: Read) -> bool:
        """Return whether there is no doubt on which scale predictions are."""
        return "scale" in self.given or is_sure_of_scale(prob)

    def positives(self, label: Read, prob: Read) -> tuple[str | None, ...]:
        """Return the labels that may be positive: None if none needs to be said."""
        if "positive" in self.given:
            return (str(self.given["positive"]),)
        return positives_of(label.column, prob.name)

    def _beside(self, label: Read, probs: Sequence[Read]) -> Read:
        """Return a label's column as a decision, if it says no more than predictions do."""
        column = label.column
        # Beside predictions that the user named, a usual name is taken, and the report notices.
        is_usual = "prob" in self.given and label.strength is Strength.USUAL_NAME
        if label.strength is Strength.GIVEN or is_usual or column.is_unseen:
            return label
        for group in self.groups:
            if is_largest(column, group.columns, group.names, group.scale):
                shown = ", ".join(group.prob)
                because = f"in every row it names the largest of {shown}: a decision, not a label"
                return replace(label, role=Role.DECISION, because=because)
        if label.role is not Role.LABEL:
            return label
        by_chance = BY_CHANCE_UNKNOWN if label.strength is Strength.VALUES else BY_CHANCE
        rises = not probs
        for prob in probs:
            for positive in positives_of(column, prob.name):
                flags = is_positive(column, positive)
                for scale in prob.scales or (Scale.PROBABILITY,):
                    values = as_probability(prob.column, scale)
                    found = decided(flags, ~column.missing, values, by_chance)
                    if found is not None:
                        sign = "<" if found.is_opposite else ">="
                        limit = _threshold(prob.column, flags != found.is_opposite)
                        because = (
                            f"in all {found.rows:,} rows it equals {prob.name} {sign} {limit:.6g}: "
                            "a decision, not a label"
                        )
                        return replace(label, role=Role.DECISION, because=because)
                    rises |= rises_with(flags, values)
        if label.strength is Strength.VALUES and not rises:
            return replace(label, role=Role.NONE)
        return label


def _of_twins(reads: Sequence[Read]) -> list[Read]:
    """Return columns of one name in two inputs as what their inputs are of.

    As in competitions, whose submission and solution both call it target.
    """
    names = {r.name for r in reads}
    found = []
    for each in reads:
        name, strength = bare(each.name), min(each.strength, Strength.NAME)
        is_twin = names >= {f"{side}.{name}" for side in JOINED} and each.role in TWINS
        if is_twin and strength is Strength.NAME and each.name == f"{JOINED[0]}.{name}":
            each = replace(each, role=Role.PROB, strength=strength, scales=scales_of(each.column))
        elif is_twin and strength is Strength.NAME:
            each = replace(each, role=_label_role(each.column), strength=strength)
        found.append(each)
    return found


def _of_two(read: Read, probs: Sequence[Read]) -> Read:
    """Return a column of two texts as a label, if one of them is known to be positive."""
    names = [prob.name for prob in probs] or [""]
    is_known = any(len(positives_of(read.column, name)) == 1 for name in names)
    return replace(read, role=Role.LABEL if is_known else Role.CLASSES)


def _on(scale: Scale, read: Read) -> Read:
    """Return a column of predictions on the scale that the user gave."""
    role = Role.PROB if read.role is Role.LOG_PROB else read.role
    return replace(read, role=role, scales=(scale,)) if role is Role.PROB else read


def _strongest(reads: Sequence[Read]) -> list[Read]:
    best = max((r.strength for r in reads), default=Strength.VALUES)
    return [r for r in reads if r.strength is best]


def _threshold(prob: Seen, positive: Any) -> float:
    """Return the threshold in the column's own numbers: 0.5 if it is one, else the least."""
    low = float(np.nanmax(prob.numbers[~positive]))
    high = float(np.nanmin(prob.numbers[positive]))
    return 0.5 if low < 0.5 <= high else high


def _label_role(column: Seen) -> Role:
    """Return the role among labels of a column that the user named."""
    if column.is_unseen or column.is_decided or len(column.values) == 2:
        return Role.LABEL
    if column.is_fractional:
        return Role.SOFT
    return Role.QUANTITY if column.is_numeric and not column.is_whole else Role.CLASSES
