"""How the state of each statistic is saved: as sums by field, and what is known beside them.

The table at the end has every state that can be saved. What a field or a class is called in a file
stays as it is: tomorrow's cecli reads yesterday's states.
"""

from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from cecli.commands.compare.anytime import BETS, BetsState
from cecli.core.chunk import Position
from cecli.core.errors import UsageError
from cecli.core.statistic import Statistic
from cecli.metrics.paired.few_values import MOST, FewValuesState
from cecli.metrics.paired.neighbours import NeighboursState
from cecli.notices.decisions import SeparationState
from cecli.states.cells import cells_state, cells_text, table_text
from cecli.states.columns.saved_columns import OF_CATEGORIES, OF_NUMBERS
from cecli.states.forms import Bins, Totals
from cecli.states.grouped import OF_GROUP_CELLS, OF_REPLICATES, OF_SUMS
from cecli.states.parts import MANY, Known, neighbours_known, neighbours_of
from cecli.states.saved import BESIDE, NO_SUMS, Codec, Loaded, Saved
from cecli.statistics.cells.group_cells import GroupCellsState
from cecli.statistics.cells.number_cells import NumberCellsState
from cecli.statistics.cells.prediction_cells import CELLS, CellsState
from cecli.statistics.classes import ClassesState, ClassRowsState, ClassSumsState
from cecli.statistics.counts import CategoryCountsState, CountsState
from cecli.statistics.first_rows import EveryState, FirstRowsState, LargestState, UsedLinesState
from cecli.statistics.group_means import GroupMeansState
from cecli.statistics.group_replicates import GroupReplicates
from cecli.statistics.group_totals import GroupTotalsState
from cecli.statistics.mean import MeanState, ProductState, WeightState
from cecli.statistics.quantiles import QuantilesState
from cecli.statistics.replicates import ByPlace, Replicates, ReplicatesState
from cecli.statistics.row_totals import FileRowsState


def _as_saved_weight(state: WeightState) -> Saved:
    return Saved({"moments": Totals.of(astuple(state))})


def _as_weight(_: Any, found: Loaded) -> WeightState:
    return WeightState(*found.numbers("moments", 3))


# Of the moments of a mean, in the order of the file: those that cannot be negative come first.
SIGNED = 6


def _as_saved_mean(state: MeanState) -> Saved:
    weights = astuple(state.weights)
    infinite = (state.infinite_rows, state.infinite_weight)
    moments = (*weights, state.weighted_squares, *infinite, state.sum, state.weighted_sum)
    return Saved({"moments": Totals.of(moments, SIGNED)})


def _as_mean(_: Any, found: Loaded) -> MeanState:
    rows, weight, square, squares, *infinite, total, weighted = found.numbers("moments", 8)
    return MeanState(WeightState(rows, weight, square), total, weighted, squares, *infinite)


def _as_saved_product(state: ProductState) -> Saved:
    return Saved({"sum": Totals.of([state.weighted_products], 0)})


def _as_product(_: Any, found: Loaded) -> ProductState:
    return ProductState(*found.numbers("sum", 1))


def _as_saved_class_sums(state: ClassSumsState) -> Saved:
    return Saved({"sums": Totals.of(state.sums, 0), "infinite": Totals.of(state.infinite)})


def _as_class_sums(_: Any, found: Loaded) -> ClassSumsState:
    fields = (tuple(found.numbers(field, found.classes)) for field in ("sums", "infinite"))
    return ClassSumsState(*fields)


def _as_saved_class_rows(state: ClassRowsState) -> Saved:
    return Saved({"counts": Totals.of(state.counts)})


def _as_class_rows(_: Any, found: Loaded) -> ClassRowsState:
    return ClassRowsState(tuple(found.numbers("counts", found.classes)))


def _as_saved_number(state: UsedLinesState | FileRowsState) -> Saved:
    return Saved({"number": Totals.of([state.number])})


def _as_number(statistic: Statistic[Any], found: Loaded) -> Any:
    return replace(statistic.empty(), number=found.numbers("number", 1)[0])


def _as_saved_rows(state: FirstRowsState) -> Saved:
    known: Known | None = ("first", tuple(map(tuple, state.first))) if state.first else None
    return Saved({"count": Totals.of([state.count])}, known)


def _as_rows(_: Any, found: Loaded) -> FirstRowsState:
    lines = () if found.known is None else found.known[1]
    first = tuple(Position(*line) for line in lines)
    return FirstRowsState(found.numbers("count", 1)[0], first)


def _as_saved_largest(state: LargestState) -> Saved:
    if state.position is None:
        return Saved(NO_SUMS)
    return Saved(NO_SUMS, ("largest", (state.value.hex(), *state.position)))


def _as_largest(_: Any, found: Loaded) -> LargestState:
    if found.known is None:
        return LargestState()
    value, *place = found.known[1]
    return LargestState(float.fromhex(value), Position(*place))


def _as_saved_classes(state: ClassesState) -> Saved:
    if not state.first:
        return Saved(NO_SUMS)
    return Saved(NO_SUMS, ("classes", tuple((name, *place) for name, place in state.first)))


def _as_classes(statistic: Statistic[Any], found: Loaded) -> ClassesState:
    empty: ClassesState = statistic.empty()
    lines = () if found.known is None else found.known[1]
    first = tuple((name, Position(*place)) for name, *place in lines)
    return empty.merge(replace(empty, first=first))


def _as_saved_every(state: EveryState) -> Saved:
    return Saved(NO_SUMS, None if state.holds else ("every", (False,)))


def _as_every(_: Any, found: Loaded) -> EveryState:
    return EveryState(found.known is None)


def _as_saved_separation(state: SeparationState) -> Saved:
    if state == SeparationState():
        return Saved(NO_SUMS)
    return Saved(NO_SUMS, ("divided", tuple(x.hex() for x in astuple(state))))


def _as_separation(_: Any, found: Loaded) -> SeparationState:
    values = () if found.known is None else found.known[1]
    return SeparationState(*map(float.fromhex, values))


def _as_saved_cells(state: CellsState) -> Saved:
    return Saved(NO_SUMS, ("cells", (cells_text(state),)) if state.pieces else None)


def _as_cells(statistic: Statistic[Any], found: Loaded) -> CellsState:
    empty: CellsState = statistic.empty()
    return empty if found.known is None else cells_state(found.known[1][0], empty.size)


def _as_saved_tables(state: CellsState) -> Saved:
    return Saved(NO_SUMS, ("tables", (table_text(state),)) if state.pieces else None)


def _as_saved_bets(state: BetsState) -> Saved:
    return Saved({"logs": Totals.of(state.sums, 0)})


def _as_bets(_: Any, found: Loaded) -> BetsState:
    return BetsState(tuple(found.numbers("logs", 2 * BETS)))


def _as_saved_values(state: FewValuesState) -> Saved:
    if state.values == ():
        return Saved(NO_SUMS)
    values = MANY if state.values is None else tuple((x.hex(),) for x in state.values)
    return Saved(NO_SUMS, ("few", values))


def _as_values(_: Any, found: Loaded) -> FewValuesState:
    values = () if found.known is None else found.known[1]
    if len(values) > MOST:
        return FewValuesState(None)
    return FewValuesState(tuple(float.fromhex(text) for (text,) in values))


def _as_saved_neighbours(state: NeighboursState) -> Saved:
    return Saved(NO_SUMS, ("neighbours", neighbours_known(state)) if state.rows else None)


def _as_neighbours(_: Any, found: Loaded) -> NeighboursState:
    return NeighboursState() if found.known is None else neighbours_of(found.known[1])


def _as_saved_quantiles(state: QuantilesState) -> Saved:
    return Saved({"weights": Bins.of(state.codes, [state.weights], 1)})


def _as_quantiles(statistic: Statistic[Any], found: Loaded) -> QuantilesState:
    bins = found.bins("weights")
    empty: QuantilesState = statistic.empty()
    if isinstance(bins.keys, tuple) or bins.is_nothing:
        return empty
    return replace(empty, codes=bins.keys, weights=bins.columns[0])


# Of cells of one class, or of one model, the rows are not looked at one by one.
OF_TABLES = Codec(BESIDE, _as_saved_tables, _as_cells)
CODECS: Mapping[type[Any], Codec] = {
    WeightState: Codec(("moments",), _as_saved_weight, _as_weight),
    MeanState: Codec(("moments",), _as_saved_mean, _as_mean),
    ProductState: Codec(("sum",), _as_saved_product, _as_product),
    ClassSumsState: Codec(("sums", "infinite"), _as_saved_class_sums, _as_class_sums),
    ClassRowsState: Codec(("counts",), _as_saved_class_rows, _as_class_rows),
    UsedLinesState: Codec(("number",), _as_saved_number, _as_number),
    FileRowsState: Codec(("number",), _as_saved_number, _as_number),
    FirstRowsState: Codec(("count",), _as_saved_rows, _as_rows),
    LargestState: Codec(BESIDE, _as_saved_largest, _as_largest),
    ClassesState: Codec(BESIDE, _as_saved_classes, _as_classes),
    EveryState: Codec(BESIDE, _as_saved_every, _as_every),
    SeparationState: Codec(BESIDE, _as_saved_separation, _as_separation),
    BetsState: Codec(("logs",), _as_saved_bets, _as_bets),
    FewValuesState: Codec(BESIDE, _as_saved_values, _as_values),
    NeighboursState: Codec(BESIDE, _as_saved_neighbours, _as_neighbours),
    CellsState: Codec(BESIDE, _as_saved_cells, _as_cells),
    GroupCellsState: OF_GROUP_CELLS,
    NumberCellsState: OF_NUMBERS,
    CategoryCountsState: OF_CATEGORIES,
    ReplicatesState: OF_REPLICATES,
    QuantilesState: Codec(("weights",), _as_saved_quantiles, _as_quantiles),
    GroupMeansState: OF_SUMS,
    GroupTotalsState: OF_SUMS,
    CountsState: OF_SUMS,
}


def codec_of(statistic: Statistic[Any]) -> Codec:
    """Return how a statistic's states are saved.

    Raises
    ------
    UsageError
        If they cannot be.
    """
    kind = type(statistic.empty())
    if isinstance(statistic, Replicates | GroupReplicates):
        _refuse_draws(statistic)
    if kind is CellsState and statistic != CELLS:
        return OF_TABLES
    if kind in CODECS:
        return CODECS[kind]
    if kind.__name__ == "BlocksState":
        raise UsageError("--save-state and --order cannot be used together: states have no order")
    raise UsageError(f"--save-state cannot save what this command sums: a {kind.__name__}")


def _refuse_draws(of: Replicates | GroupReplicates) -> None:
    hint = "without --bootstrap, intervals come from formulas"
    if isinstance(of, GroupReplicates):
        raise UsageError(
            "--save-state, --bootstrap and --by cannot be used together: the replicates of each "
            "group would be too many",
            hint=hint,
        )
    if isinstance(of.keys, ByPlace):
        raise UsageError(
            "--save-state and --bootstrap cannot be used together without --cluster: the draws of "
            "a row depend on its place among all inputs, those of a cluster on its name",
            hint=hint,
        )
