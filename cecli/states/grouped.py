"""How sums by group, cells by group, and sums by replicate are saved."""

from dataclasses import replace
from typing import Any

import numpy as np

from cecli.numerics.resampling import DrawnSums
from cecli.numerics.sums.exact import UNIT_EXPONENT
from cecli.states.forms import Bins, Totals, packed_key, unpacked_key
from cecli.states.group_cells import group_cells_state, group_cells_text
from cecli.states.saved import BESIDE, NO_SUMS, Codec, Loaded, Saved
from cecli.statistics.cells.group_cells import GroupCellsState
from cecli.statistics.group_sums import GroupSums
from cecli.statistics.keys import Keys, too_many_groups
from cecli.statistics.replicates import ReplicatesState


def as_saved_groups(sums: GroupSums) -> Saved:
    """Return the sums of groups, those first that cannot be negative: powers of the weight."""
    powers = next((place for place, term in enumerate(sums.terms) if term.scores), len(sums.terms))
    packed = [packed_key(key) for key in sums.keys]
    order = sorted(range(len(packed)), key=packed.__getitem__)
    columns, places = sums.columns, np.array(order, dtype=np.int64)
    known = {id(column): column.of(places) for column in columns}
    keys = tuple(packed[place] for place in order)
    return Saved({"groups": Bins.of(keys, [known[id(column)] for column in columns], powers)})


def as_groups(empty: GroupSums, parts: int, found: Loaded) -> GroupSums:
    """Return the sums of groups whose keys have so many parts."""
    bins = found.bins("groups")
    if len(bins.columns) != len(empty.terms) or not isinstance(bins.keys, tuple):
        raise ValueError(f"groups have {len(bins.columns)} sums, not {len(empty.terms)}")
    if bins.is_nothing:
        return empty
    keys = Keys.of([unpacked_key(key, parts) for key in bins.keys])
    if len(keys) > empty.most:
        raise empty.refused(empty.most, empty.source)
    return replace(empty, all_keys=keys, sums=bins.columns)


def _as_grouped(statistic: Any, found: Loaded) -> Any:
    empty = statistic.empty()
    return replace(empty, sums=as_groups(empty.sums, len(statistic.roles), found))


OF_SUMS = Codec(("groups",), lambda state: as_saved_groups(state.sums), _as_grouped)


def _as_saved_group_cells(state: GroupCellsState) -> Saved:
    known = ("group-cells", (group_cells_text(state),)) if state.parts else None
    return Saved(NO_SUMS, known)


def _as_group_cells(statistic: Any, found: Loaded) -> GroupCellsState:
    empty: GroupCellsState = statistic.empty()
    if found.known is None:
        return empty
    parts = len(statistic.roles)
    state = group_cells_state(found.known[1][0], empty, lambda key: unpacked_key(key, parts))
    if len(state.keys) > empty.most:
        raise too_many_groups(empty.most, empty.source)
    return state


OF_GROUP_CELLS = Codec(BESIDE, _as_saved_group_cells, _as_group_cells)


def _as_saved_replicates(state: ReplicatesState) -> Saved:
    if state.sums is None:
        return Saved({"sums": Totals((), 0)})
    lost, sums = state.infinite, state.sums
    units = sums.at(np.full(len(sums.exponents), UNIT_EXPONENT))
    values = [*lost.reshape(-1).tolist(), *units.reshape(-1).tolist()]
    apart = tuple((key,) for key in state.drawn_apart)
    # Infinite scores come first, and then weights: none of them are negative.
    return Saved({"sums": Totals.of(values, lost.size + units.shape[1])}, ("apart", apart))


def _as_replicates(statistic: Any, found: Loaded) -> ReplicatesState:
    if found.known is None:
        return ReplicatesState()
    number: int = statistic.number
    scores = len(statistic.means) + found.classes * len(statistic.classes)
    values = found.numbers("sums", (2 * scores + 1) * number)
    lost = np.array(values[: scores * number], dtype=np.int64).reshape(scores, number)
    sums = np.array(values[scores * number :], dtype=object).reshape(scores + 1, number)
    drawn = DrawnSums(sums, np.full(scores + 1, UNIT_EXPONENT, dtype=np.int64))
    return ReplicatesState(drawn, lost, tuple(key for (key,) in found.known[1]))


OF_REPLICATES = Codec(("sums",), _as_saved_replicates, _as_replicates, needs_known=True)
