"""The numbers that each role accepts, and the columns of roles with one for each class."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from cecli.columns.column import Column, Domain, classes_of, listed
from cecli.columns.numbers import Scale
from cecli.core.errors import ColumnError, shown

if TYPE_CHECKING:
    from cecli.columns.codes import CodedClasses

Tell = Callable[[str], None]


SKIP = "--on-bad-row skip leaves out such rows"

SCALED = {
    Scale.PROBABILITY: Domain(
        0.0, 1.0, "a probability in [0, 1]", SKIP,
        "logits? --from logit · logarithms of probabilities? --from log-probability",
        "percentages? --from percent · logits? --from logit",
        "a rounding error? write 1 instead, as min(p, 1) does",
    ),
    Scale.PERCENT: Domain(
        0.0, 100.0, "a percentage in [0, 100]", "write 50 instead of 50%",
        just_above="a rounding error? write 100 instead",
    ),
    # The logarithms of 0, and of odds of 0 and of 1 to 0.
    Scale.LOGIT: Domain(
        -1e300, 1e300, "a logit: a number up to 1e300, or inf or -inf", "",
        infinities=(-math.inf, math.inf),
    ),
    Scale.LOG_PROBABILITY: Domain(
        -math.inf, 0.0, "the logarithm of a probability, at most 0", "give natural logarithms",
        above="probabilities? --from probability · losses? write them with a minus: natural "
        "logarithms of probabilities are at most 0",
        infinities=(-math.inf,),
    ),
}  # fmt: skip
SOFT_LABEL = Domain(
    0.0, 1.0, "a soft label in [0, 1]", "for classes instead of probabilities, give --label COL"
)
WEIGHT = Domain(0.0, math.inf, "a finite, non-negative weight", "a weight of 0 leaves out the row")
# Larger whole numbers have neighbours that a float64 cannot tell from them.
COUNT = Domain(
    0.0, 2.0**53, "a count: a whole number from 0 to 2^53",
    "a count k makes the row stand for k equal rows; for weights of any size give --weight COL",
    is_whole=True,
)  # fmt: skip
BYTES = Domain(0.0, math.inf, "a finite, non-negative number of bytes", "")
WORDS = Domain(0.0, math.inf, "a finite, non-negative number of words", "")
# The values that --normalize divides by their sum.
SHARE = Domain(0.0, math.inf, "a finite, non-negative share", "")


def distribution(role: str, named: Sequence[tuple[str, str]], domain: Domain) -> tuple[Column, ...]:
    """Return the columns of a role from their (class, column) names: one, or one per class."""
    if len(named) == 1:
        return (Column(role, named[0][1], domain),)
    return tuple(Column(role, column, domain, place) for place, (_, column) in enumerate(named))


# Each class is a group.
GROUPS_BY_LABEL = {"label", "by"}


def refuse_sharing(
    columns: Iterable[Column], source: str, words: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Raise a ColumnError if one column has two roles, which is always a mistake.

    The label alone may form groups, too.
    """
    players: dict[str, str] = {}
    for column in columns:
        role = words.get(column.role, column.role)
        other = players.get(column.name)
        if other and {other, role} != GROUPS_BY_LABEL:
            both = "twice" if other == role else f"both {other} and"
            raise ColumnError(f"column {shown(column.name)} cannot be {both} {role}", source)
        players[column.name] = role


def columns_named(
    header: Sequence[str],
    named: Sequence[str],
    taken: Sequence[str],
    source: str,
    coded: "CodedClasses | None" = None,
) -> list[tuple[str, str]]:
    """Return the (class, column) names of the predictions; a single pair if they are binary.

    Parameters
    ----------
    coded : the classes, if they are called by their names or by codes.
    """
    found = classes_of(header, named, taken, source)
    return found if coded is None else coded.columns(found, source)


def in_order_of(
    classes: Sequence[str], named: Sequence[tuple[str, str]], source: str, role: str
) -> list[tuple[str, str]]:
    """Return the (class, column) names of a role in the order of the classes.

    Raises
    ------
    ColumnError
        If they are not exactly those of the classes.
    """
    columns = dict(named)
    if set(columns) != set(classes):
        missing = [name for name in classes if name not in columns]
        surplus = [name for name in columns if name not in classes]
        said = [f"{role} has no class {listed(missing)}"] * bool(missing)
        said += [f"only {role} has class {listed(surplus)}"] * bool(surplus)
        raise ColumnError(f"the classes differ: {'; '.join(said)}", source)
    return [(name, columns[name]) for name in classes]


def paired(
    header: Sequence[str],
    p: Sequence[str],
    q: Sequence[str],
    taken: Sequence[str],
    source: str,
    tell: Tell,
) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """Return the (class, column) names of p and q in the same order, matched by class.

    Raises
    ------
    ColumnError
        If they cannot be paired.
    """
    ours = classes_of(header, p, [*taken, *q], source)
    theirs = classes_of(header, q, [*taken, *p], source)
    return matched_classes(ours, theirs, (p, q), source, tell)


def matched_classes(
    ours: Sequence[tuple[str, str]],
    theirs: Sequence[tuple[str, str]],
    asked: tuple[Sequence[str], Sequence[str]],
    source: str,
    tell: Tell,
) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """Return the (class, column) names of p, and those of q in the same order.

    Columns that were named one by one and have no class in common are paired by position. This is
    reported by `tell`.

    Parameters
    ----------
    asked : the names and patterns of p and of q.

    Raises
    ------
    ColumnError
        If they cannot be paired.
    """
    if len(ours) != len(theirs):
        raise ColumnError(
            f"--p has {_counted(ours)} ({listed([c for _, c in ours])}) and --q has "
            f"{len(theirs)} ({listed([c for _, c in theirs])})",
            source,
        )
    if len(ours) == 1:
        return ours, theirs
    columns = {column for _, column in (*ours, *theirs)}
    one_by_one = all(name in columns for some in asked for name in some)
    if one_by_one and not {name for name, _ in ours} & {name for name, _ in theirs}:
        pairs = ", ".join(f"{a} with {b}" for (_, a), (_, b) in zip(ours, theirs, strict=True))
        tell(f"p and q are paired by their order, because they share no names: {pairs}")
        return ours, theirs
    return ours, in_order_of([name for name, _ in ours], theirs, source, "--q")


def _counted(named: Sequence[tuple[str, str]]) -> str:
    return f"{len(named)} column{'' if len(named) == 1 else 's'}"
