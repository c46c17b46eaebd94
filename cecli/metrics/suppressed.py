"""Small groups, counted together before anything is reported or saved.

Who knows all rows and all groups but one knows that one by difference. So the groups that are
counted together have as many rows as a shown one at least: if the small ones have fewer, the next
larger groups join them, as statistical offices do (complementary suppression).

References
----------
Hundepool, A. et al. (2012), Statistical Disclosure Control, chapter 4. doi:10.1002/9781118348239
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.statistics.keys import Key

# The value of each column for the groups that are counted together.
SUPPRESSED = "(suppressed)"


def shown(rows: Mapping[Key, int], least: int) -> frozenset[Key]:
    """Return the groups that are shown, given the number of rows of each.

    Examples
    --------
    >>> sorted(shown({("a",): 50, ("b",): 40, ("c",): 3}, 30))
    [('a',)]
    >>> sorted(shown({("a",): 50, ("b",): 20, ("c",): 15}, 30))
    [('a',)]
    """
    hidden = {key for key, number in rows.items() if number < least or is_suppressed(key)}
    together = sum(rows[key] for key in hidden)
    for number, key in sorted((number, key) for key, number in rows.items() if key not in hidden):
        if not hidden or together >= least:
            break
        hidden.add(key)
        together += number
    return frozenset(rows.keys() - hidden)


def is_suppressed(key: Key) -> bool:
    """Return whether a key is that of groups which are counted together."""
    return set(key) == {SUPPRESSED}


@dataclass(frozen=True)
class Together:
    """Returns the key of a group, or that of all groups which are not shown.

    Attributes
    ----------
    depth : of the keys of groups; further parts, such as clusters, stay.
    """

    shown: frozenset[Key]
    depth: int

    def __call__(self, key: Key) -> Key:
        group, rest = key[: self.depth], key[self.depth :]
        return key if group in self.shown else (*(SUPPRESSED,) * self.depth, *rest)


def together(
    states: States, of: Statistic[Any], others: Iterable[Statistic[Any]], least: int | None
) -> States:
    """Return states in which groups that are not shown are one group.

    Parameters
    ----------
    of : the statistic that has the rows of each group.
    others : further statistics by these groups, and perhaps by more.
    least : shown groups have so many rows; None if all are shown.
    """
    known: Any = states.get(of)
    if least is None or known is None:
        return states
    rows = known.rows_by_group()
    key_of = Together(shown(rows, least), len(next(iter(rows), ())))
    if len(key_of.shown) == len(rows):
        return states
    for each in dict.fromkeys((of, *others)):
        states = states.replaced(each, states[each].rekeyed(key_of))
    return states
