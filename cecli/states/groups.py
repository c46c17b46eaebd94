"""How the sums of groups are saved, and what is known of columns: categories, and numbers."""

import json
from dataclasses import replace
from typing import Any

import numpy as np

from cecli.core.statistic import Statistic
from cecli.numerics.sums.digits import Digits
from cecli.states.forms import Bins, Totals
from cecli.states.number_cells import number_cells_state, number_cells_text
from cecli.states.saved import Loaded, Saved
from cecli.statistics.cells.number_cells import NumberCellsState
from cecli.statistics.counts import WEIGHT_TERMS, CategoryCountsState
from cecli.statistics.group_sums import GroupSums
from cecli.statistics.keys import Key, Keys


def as_saved_groups(sums: GroupSums) -> Saved:
    """Return the sums of groups, those first that cannot be negative: powers of the weight."""
    powers = next((place for place, term in enumerate(sums.terms) if term.scores), len(sums.terms))
    packed = [_packed(key) for key in sums.keys]
    order = sorted(range(len(packed)), key=packed.__getitem__)
    columns, places = sums.columns, np.array(order, dtype=np.int64)
    known = {id(column): column.of(places) for column in columns}
    keys = tuple(packed[place] for place in order)
    return Saved({"groups": Bins.of(keys, [known[id(column)] for column in columns], powers)})


def _packed(key: Key) -> bytes:
    text = key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _unpacked(content: bytes, parts: int) -> Key:
    text = content.decode("utf-8", "surrogatepass")
    if parts == 1:
        return (text,)
    key = json.loads(text)
    if not isinstance(key, list) or [*map(type, key)] != [str] * parts:
        raise ValueError(f"{text} is no key of {parts} texts")
    return tuple(key)


def _as_groups(empty: GroupSums, parts: int, found: Loaded) -> GroupSums:
    """Return the sums of groups whose keys have so many parts."""
    bins = found.bins("groups")
    if len(bins.columns) != len(empty.terms) or not isinstance(bins.keys, tuple):
        raise ValueError(f"groups have {len(bins.columns)} sums, not {len(empty.terms)}")
    if bins.is_nothing:
        return empty
    keys = Keys.of([_unpacked(key, parts) for key in bins.keys])
    if len(keys) > empty.most:
        raise empty.refused(empty.most, empty.source)
    return replace(empty, all_keys=keys, sums=bins.columns)


def as_grouped(statistic: Any, found: Loaded) -> Any:
    """Return the state of a statistic of groups."""
    empty = statistic.empty()
    return replace(empty, sums=_as_groups(empty.sums, len(statistic.roles), found))


def as_saved_categories(state: CategoryCountsState) -> Saved:
    """Return the counts of categories, or that there are too many."""
    if state.sums is not None and state.weights is not None:
        return as_saved_groups(state.sums)
    # All that is known is that there are too many.
    nothing = Bins.of((), [Digits(0, {})] * len(WEIGHT_TERMS), len(WEIGHT_TERMS))
    return Saved({"groups": nothing}, ("every", (False,)))


def as_categories(statistic: Any, found: Loaded) -> CategoryCountsState:
    """Return the counts of categories; none if they are more than a statistic counts."""
    empty: CategoryCountsState = statistic.empty()
    if found.known is not None or empty.sums is None:
        return CategoryCountsState(None)
    if len(found.bins("groups").keys) > empty.sums.most:
        return CategoryCountsState(None)
    return CategoryCountsState(_as_groups(empty.sums, 1, found))


def as_saved_number_cells(state: NumberCellsState) -> Saved:
    """Return the numbers of a column, which have no sums that could be taken away."""
    no_sums = {"seen": Totals(())}
    if not len(state) and not state.missing_weight:
        return Saved(no_sums)
    return Saved(no_sums, ("number-cells", (number_cells_text(state),)))


def as_number_cells(statistic: Statistic[Any], found: Loaded) -> NumberCellsState:
    """Return the numbers of a column, in the cells of a statistic."""
    empty: NumberCellsState = statistic.empty()
    if found.known is None:
        return empty
    state = number_cells_state(found.known[1][0], len(empty.sums))
    return empty.merge(replace(state, most=empty.most, borders=empty.borders))
