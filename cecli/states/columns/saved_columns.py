"""How the columns of a reference are saved: counts of categories, and cells of numbers."""

from dataclasses import replace
from typing import Any

from cecli.core.statistic import Statistic
from cecli.numerics.sums.digits import Digits
from cecli.states.columns.numbers import number_cells_state, number_cells_text
from cecli.states.forms import Bins, Totals
from cecli.states.grouped import as_groups, as_saved_groups
from cecli.states.saved import BESIDE, Codec, Loaded, Saved
from cecli.statistics.cells.number_cells import NumberCellsState
from cecli.statistics.counts import WEIGHT_TERMS, CategoryCountsState


def _as_saved_categories(state: CategoryCountsState) -> Saved:
    """Return the counts of categories, or that there are too many."""
    if state.sums is not None and state.weights is not None:
        return as_saved_groups(state.sums)
    # All that is known is that there are too many.
    nothing = Bins.of((), [Digits(0, {})] * len(WEIGHT_TERMS), len(WEIGHT_TERMS))
    return Saved({"groups": nothing}, ("every", (False,)))


def _as_categories(statistic: Any, found: Loaded) -> CategoryCountsState:
    """Return the counts of categories; none if they are more than a statistic counts."""
    empty: CategoryCountsState = statistic.empty()
    if found.known is not None or empty.sums is None:
        return CategoryCountsState(None)
    if len(found.bins("groups").keys) > empty.sums.most:
        return CategoryCountsState(None)
    return CategoryCountsState(as_groups(empty.sums, 1, found))


def _as_saved_number_cells(state: NumberCellsState) -> Saved:
    """Return the numbers of a column, which have no sums that could be taken away."""
    no_sums = {"seen": Totals(())}
    if not len(state) and not state.missing_weight:
        return Saved(no_sums)
    return Saved(no_sums, ("number-cells", (number_cells_text(state),)))


def _as_number_cells(statistic: Statistic[Any], found: Loaded) -> NumberCellsState:
    """Return the numbers of a column, in the cells of a statistic."""
    empty: NumberCellsState = statistic.empty()
    if found.known is None:
        return empty
    state = number_cells_state(found.known[1][0], len(empty.sums))
    return empty.merge(replace(state, most=empty.most, borders=empty.borders))


OF_NUMBERS = Codec(BESIDE, _as_saved_number_cells, _as_number_cells)
OF_CATEGORIES = Codec(("groups",), _as_saved_categories, _as_categories)
