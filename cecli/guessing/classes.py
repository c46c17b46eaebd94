"""Columns of one class each: those that add up to 1, and the pattern that names them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from cecli.columns.codes import are_numbered
from cecli.columns.column import LEAST_CLASSES, classes_of
from cecli.columns.labels import canonical
from cecli.columns.numbers import Scale
from cecli.core.dataclasses import dataclass, replace
from cecli.guessing.evidence import FirstSight, Seen
from cecli.guessing.names import Suggestion
from cecli.guessing.relations import add_up, add_up_rounded
from cecli.guessing.roles import Read, Role, Strength
from cecli.preparations.sums import REFUSED

PREDICTIONS = frozenset({
    Suggestion.PROB, Suggestion.PREDICTED, Suggestion.LOGIT, Suggestion.PERCENT,
    Suggestion.LOG_PROB,
})  # fmt: skip
# Columns that may be one of several classes.
USABLE = frozenset({
    Role.PROB, Role.LABEL, Role.CLASSES, Role.LOG_PROB, Role.SOFT, Role.DECISION,
})  # fmt: skip
# In a table of more columns, the star is at the end of a pattern, or at its beginning.
MOST_INNER = 300
LEAST_NAMELESS = 3
# Between the words of a name, and between letters and digits.
_CUT = re.compile(r"(?<=[_. \-:])|(?=[_. \-:])|(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True, eq=False)
class ClassColumns:
    """Columns of the probabilities of several classes, one each.

    Attributes
    ----------
    prob : the names or the pattern that options give.
    names : the name of each class.
    stars : what a star would stand for, if the pattern matched no other columns.
    are_rounded : whether rows add up to 1 only but for the rounding of their numbers.
    """

    prob: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[Seen, ...]
    scale: Scale = Scale.PROBABILITY
    stars: tuple[str, ...] = ()
    are_rounded: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, which are those of classes if each is named by an option."""
        return tuple(column.name for column in self.columns)

    @property
    def is_numbered(self) -> bool:
        """Whether the names of the columns are their numbers, and so say nothing of classes."""
        return are_numbered(self.header)

    def name_all(self, values: frozenset[str]) -> bool:
        """Return whether labels are the names of classes, or of their columns."""
        known = (self.names, self.header, self.stars)
        return bool(values) and any(values <= set(names) for names in known)

    def options_for(self, values: frozenset[str]) -> tuple[str, ...] | None:
        """Return the values of --prob that give the classes the names of labels, if some do."""
        if not values or values <= set(self.names):
            return self.prob
        return self.header if values <= set(self.header) else None

    def numbers_for(self, values: frozenset[str]) -> dict[int, str] | None:
        """Return the classes by the numbers that their names are, if labels are some of these.

        Labels that are numbers seldom have the zeros that begin the names of columns: 7 is 007.
        """
        by_number = {canonical(name): name for name in self.names}
        are_whole = all(_WHOLE.fullmatch(number) for number in by_number)
        if not are_whole or len(by_number) < len(self.names):
            return None
        if not values or not set(map(canonical, values)) <= by_number.keys():
            return None
        return dict(sorted((int(number), name) for number, name in by_number.items()))


def class_columns(
    evidence: FirstSight,
    reads: Sequence[Read],
    taken: Sequence[str],
    prob: Sequence[str],
    scale: Scale | None = None,
) -> list[ClassColumns]:
    """Return the sets of columns that are the classes of one prediction.

    A pattern whose columns do not add up to 1 names no classes: they may be several models.

    Parameters
    ----------
    taken : columns with another role.
    prob, scale : what the user gave; empty, or None, if nothing.
    """
    if prob:
        return _given(evidence, prob, taken, scale or Scale.PROBABILITY)
    free = [r for r in reads if r.name not in taken]
    is_whole = scale is not None and evidence.is_array  # what it is of, the user says
    usable = [r.column for r in free if r.column.is_numeric and (is_whole or r.role in USABLE)]
    found: list[ClassColumns] = []
    used: set[str] = set()
    for candidate in sorted(_patterns(evidence, usable, taken), key=lambda c: -len(c.columns)):
        names = {column.name for column in candidate.columns}
        on = _scale(candidate.columns, scale, is_array=evidence.is_array)
        if on is None or names & used:
            continue
        used |= names
        is_sure = on is not Scale.PROBABILITY or scale is not None or add_up(candidate.columns)
        found.append(replace(candidate, scale=on, are_rounded=not is_sure))
    order = {name: place for place, name in enumerate(evidence.header)}
    found.sort(key=lambda c: order[c.columns[0].name])
    return found or _nameless(free)


def _given(
    evidence: FirstSight, prob: Sequence[str], taken: Sequence[str], scale: Scale
) -> list[ClassColumns]:
    named = classes_of(evidence.header, prob, taken, evidence.source)
    if len(named) < 2 or any(column not in evidence.by_name for _, column in named):
        return []
    columns = tuple(evidence.by_name[column] for _, column in named)
    found = ClassColumns(tuple(prob), tuple(name for name, _ in named), columns, scale)
    is_unit = scale is Scale.PROBABILITY and all(column.in_unit for column in columns)
    return [
        replace(
            found,
            are_rounded=is_unit and not add_up(columns) and add_up_rounded(columns),
        )
    ]


def _patterns(
    evidence: FirstSight, columns: Sequence[Seen], taken: Sequence[str]
) -> Iterator[ClassColumns]:
    """Yield the columns of each pattern that matches no other columns of the header."""
    inner = len(columns) <= MOST_INNER
    stars: dict[tuple[str, str], list[tuple[str, Seen]]] = defaultdict(list)
    for column in columns:
        for before, star, after in stars_of(column.name, inner=inner):
            stars[before, after].append((star, column))
    by_members: dict[tuple[str, ...], ClassColumns] = {}
    for (before, after), members in stars.items():
        if len(members) < 2:
            continue
        matched = [
            name
            for name in evidence.header
            if name not in taken
            and name.startswith(before)
            and name.endswith(after)
            and len(name) > len(before) + len(after)
        ]
        found = tuple(column for _, column in members)
        key = tuple(column.name for column in found)
        is_exact = matched == list(key)
        prob = (f"{before}*{after}",) if is_exact else key
        names = tuple(star for star, _ in members) if is_exact else key
        # Of the patterns of the same columns, the longest has the shortest classes.
        stars_found = tuple(star for star, _ in members)
        known = by_members.get(key)
        if known is None or len(stars_found[0]) < len(known.stars[0]):
            by_members[key] = ClassColumns(prob, names, found, stars=stars_found)
    yield from by_members.values()


def stars_of(name: str, *, inner: bool) -> Iterator[tuple[str, str, str]]:
    """Yield what is before a star, at it and after it, for each star that a name suggests."""
    cuts = sorted({0, len(name), *(found.start() for found in _CUT.finditer(name))})
    for start in cuts:
        for stop in cuts:
            is_whole = start == 0 and stop == len(name)
            is_outer = start == 0 or stop == len(name)
            star = name[start:stop]
            if (
                start < stop
                and not is_whole
                and (inner or is_outer)
                and star.strip("_. -:") == star
            ):
                yield name[:start], star, name[stop:]


def _scale(columns: Sequence[Seen], given: Scale | None, *, is_array: bool) -> Scale | None:
    """Return the scale on which the columns add up to 1; None if there is none.

    On a scale that the user gave, the names alone must tell, or that all columns are one array.
    """
    if given is not None:
        is_named = is_array or all(c.named.suggestion in PREDICTIONS for c in columns)
        return given if is_named else None
    if all(column.in_unit for column in columns):
        return Scale.PROBABILITY if add_up(columns) or add_up_rounded(columns) else None
    total = np.sum([column.numbers for column in columns], axis=0)
    if all(column.profile.low >= 0.0 for column in columns):
        return Scale.PERCENT if (np.abs(total - 100.0) <= 100 * REFUSED).all() else None
    if all(column.profile.high <= 0.0 for column in columns):
        sums = np.sum([np.exp(column.numbers) for column in columns], axis=0)
        if (np.abs(sums - 1.0) <= REFUSED).all():
            return Scale.LOG_PROBABILITY
    is_named = all("logit" in column.name.casefold() for column in columns)
    return Scale.LOGIT if is_named else None


def _nameless(reads: Sequence[Read]) -> list[ClassColumns]:
    """Return all columns of probabilities, if they add up to 1 though no pattern names them."""
    probs = [r for r in reads if r.role is Role.PROB and r.strength is Strength.VALUES]
    columns = tuple(r.column for r in probs)
    names = tuple(column.name for column in columns)
    least = LEAST_CLASSES if names and are_numbered(names) else LEAST_NAMELESS
    if len(columns) < least or not add_up(columns):
        return []
    return [ClassColumns(names, names, columns)]


def coded_orders(
    names: Sequence[str], codes: Sequence[int]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names of classes in the order of their codes, and what the codes then are.

    No order gives a class another code than one that only its name has.
    """
    numbers = [set(map(int, _WHOLE.findall(name))) for name in names]
    shared = set.intersection(*numbers)
    carried = {
        name: (found - shared) & set(codes) for name, found in zip(names, numbers, strict=True)
    }
    by_code = {code: name for name, found in carried.items() for code in found if len(found) == 1}
    if len(by_code) == len(names):
        yield tuple(by_code[code] for code in codes), "the labels are the numbers in their names"
        return
    in_file, alphabetical = tuple(names), tuple(sorted(names))
    orders = [(in_file, "the labels are their positions")]
    if alphabetical != in_file:
        orders.append((alphabetical, "the labels are their positions in alphabetical order"))
    for order, reason in orders:
        if all(carried[name] <= {code} for code, name in zip(codes, order, strict=True)):
            yield order, reason
