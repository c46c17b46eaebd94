"""The laws of statistics, bit for bit, for every statistic that a score uses."""

import pickle
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.commands.compare.anytime import Bets
from cecli.commands.compare.notices import infinite_differences
from cecli.commands.compare.one_look import OneLook
from cecli.commands.score.tokens import PER_BYTE, PER_TOKEN
from cecli.commands.worst.largest_rows import LargestRows, LargestRowsState
from cecli.commands.worst.rows import Shown, label, prob, prob_of_classes
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import RowError
from cecli.core.remarks import BLANK_LINES, WEIGHTLESS, ZERO_WEIGHT
from cecli.core.statistic import States
from cecli.metrics.base_rate import BASE_RATE, BASE_RATES
from cecli.metrics.cross_entropy import cross_entropy, kl_divergence
from cecli.metrics.information.kl_divergence import reverse_kl, rows_metrics
from cecli.metrics.information.over_rows import of_shares
from cecli.metrics.metric import Task, measured, statistics_of
from cecli.metrics.paired.losses import Candidate, Paired
from cecli.metrics.per_class import PerClass
from cecli.metrics.registry import metrics_of
from cecli.notices.loss import clipping, infinite_loss
from cecli.notices.sums import SUMS_TO_ONE, infinite_divergences, normalized, sums
from cecli.preparations.sums import deviation
from cecli.receipts.row_digest import RowDigest
from cecli.report.result import Units
from cecli.statistics.cells.group_cells import GroupCells
from cecli.statistics.cells.number_cells import NumberCells
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.classes import Classes
from cecli.statistics.counts import CategoryCounts, Counts
from cecli.statistics.first_rows import (
    USED_LINES,
    FirstRowsState,
    LargestState,
    Remarked,
    UsedLines,
)
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.group_replicates import GroupReplicates
from cecli.statistics.group_totals import GroupTotals
from cecli.statistics.mean import WEIGHT, Mean, Product, WeightState
from cecli.statistics.replicates import INPUT, ROW, ByText, Replicates, by_place
from cecli.statistics.row_totals import FILE_ROWS, RowProducts

WATCHES = [
    *infinite_differences("a", Candidate("prob 2", "b"), "binary"),
    *infinite_divergences(kl_divergence, reverse_kl),
    SUMS_TO_ONE,
    infinite_loss(Units.NATS),
    clipping(1e-3),
    sums("prob", "probabilities"),
    normalized("prob", "probabilities"),
    WEIGHTLESS,
    BLANK_LINES,
]
PAIRED = Paired("prob 2")
COMPARED = (*PAIRED.means, *OneLook(0.95).means(PAIRED))
MEASURED = measured(metrics_of(Task(several=False, soft=True)))
REGISTERED = list(
    dict.fromkeys(
        [
            WEIGHT,
            Classes("y"),
            *statistics_of(metrics_of(Task(several=False))),
            *statistics_of(metrics_of(Task(several=False, soft=True, base_rate=0.5))),
            *statistics_of(metrics_of(Task(several=True, soft=True))),
            *statistics_of((*PER_TOKEN, *PER_BYTE)),
            *PerClass(("0", "1")).statistics,
            *statistics_of(rows_metrics(0.1)),
            *statistics_of(of_shares()),
            *(
                s
                for found in measured(metrics_of(Task(several=False, soft=True)))
                for s in found.statistics
            ),
            GroupMeans(("column",), (Mean(cross_entropy), BASE_RATE), "preds.csv", 100),
            GroupMeans(("column", "given"), (Mean(cross_entropy),), "preds.csv", 100),
            GroupTotals(("column", "given"), (Mean(cross_entropy),), "preds.csv", 100),
            GroupMeans(
                ("column",),
                (Mean(cross_entropy), BASE_RATE),
                "preds.csv",
                100,
                (Product(cross_entropy, BASE_RATE.score),),
            ),
            Replicates(by_place, (Mean(cross_entropy), BASE_RATE), (BASE_RATES,), 5, 1),
            Replicates(ByText("column"), (Mean(cross_entropy),), (), 2, 0),
            GroupReplicates(
                ("column", "given"),
                Replicates(by_place, (Mean(cross_entropy), BASE_RATE), (), 3, 1),
                "preds.csv",
                100,
            ),
            *COMPARED,
            PAIRED.few,
            Bets(PAIRED.difference.score, 1e3),
            GroupMeans(("given",), COMPARED, "preds.csv", 100),
            CELLS,
            Counts(("column",), "preds.csv"),
            Counts(("column", "given"), "preds.csv"),
            CategoryCounts("column", 3),
            GroupCells(("given",), "preds.csv", 100),
            NumberCells("prob", (cross_entropy,), ()),
            USED_LINES,
            FILE_ROWS,
            RowProducts(None, None),
            RowProducts(None, cross_entropy),
            RowDigest((("prob", 1), ("target", 1)), ("column", "label")),
            LargestRows(cross_entropy, 1, (("label", label), ("column", Shown("column")))),
            LargestRows(cross_entropy, 7, (("prob", prob), ("both", prob_of_classes))),
            *(statistic for watch in WATCHES for statistic in watch.statistics),
        ]
    )
)

probabilities = st.one_of(
    st.sampled_from([0.0, 1.0, 5e-324, 1e-300, 1 - 2.0**-53, 0.5]), st.floats(0.0, 1.0)
)
weights = st.one_of(st.sampled_from([1.0, 5e-324, 1e300]), st.floats(1e-9, 1e9))
rows = st.tuples(probabilities, probabilities, weights, st.booleans())


def chunk(rows, *, weighted=True, first_line=2):
    """Return a chunk of (target, prob, weight, positive) rows."""
    target, prob, weight, positive = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.empty(0)] * 4
    )
    lines = np.arange(first_line, first_line + len(rows))
    numbers = {
        "target": target,
        "prob": prob,
        "prob 2": np.minimum(prob, target),
        "clipped": (prob > 0.9).astype(np.float64),
        "log_prob": -target,
        "bytes": prob,
        "p": target,
        "q": prob,
        INPUT: np.zeros(len(rows)),
        ROW: lines - 2.0,
        deviation("prob"): np.abs(prob - target) / 1e5,
    }
    if weighted:
        numbers["weight"] = weight
    return Chunk(
        "preds.csv",
        lines,
        numbers,
        {
            "label": Coded(positive.astype(np.int64), ("0", "1")),
            "column": coded([f"{x:.1f}" for x in target]),
            "given": coded([f"{x:.1f}" for x in prob]),
        },
        {ZERO_WEIGHT: lines[prob > 0.9]},
    )


chunks = st.builds(chunk, st.lists(rows, max_size=20), weighted=st.booleans())


# Each example is for all statistics: to draw one takes longer than to sum it up.
few = settings(max_examples=12)


@few
@given(chunks, chunks, chunks)
def test_states_are_a_monoid_that_is_commutative_but_for_positions(a, b, c):
    for statistic in REGISTERED:
        x, y, z = map(statistic.summarize, (a, b, c))
        both, none = x.merge(y), statistic.empty()
        assert both.merge(z) == x.merge(y.merge(z)), statistic
        assert without_positions(both) == without_positions(y.merge(x)), statistic
        assert none.merge(x) == x, statistic
        assert x.merge(none) == x, statistic


@few
@given(st.lists(rows, max_size=30), st.integers(0, 30), st.booleans())
def test_the_parts_merge_to_the_whole(rows, cut, weighted):
    cut = min(cut, len(rows))
    first = chunk(rows[:cut], weighted=weighted)
    second = chunk(rows[cut:], weighted=weighted, first_line=2 + cut)
    whole = chunk(rows, weighted=weighted)
    for statistic in REGISTERED:
        merged = statistic.summarize(first).merge(statistic.summarize(second))
        assert merged == statistic.summarize(whole), statistic


# Rows of a line, and draws of rows by their places, are not those of the rows written out.
BY_LINE = (LargestRows, Remarked, UsedLines)
COUNTING = [
    statistic
    for statistic in REGISTERED
    if not isinstance(statistic, BY_LINE)
    and getattr(getattr(statistic, "replicates", statistic), "keys", None) != by_place
]


@few
@given(st.lists(st.tuples(rows, st.integers(1, 5)), max_size=12))
def test_a_count_is_as_many_rows(counted):
    plain = chunk([row for row, _ in counted], weighted=False)
    plain = plain.with_numbers(count=np.array([float(count) for _, count in counted]))
    written_out = chunk([row for row, k in counted for _ in range(k)], weighted=False)
    for statistic in COUNTING:
        states = [statistic.summarize(rows) for rows in (plain, written_out)]
        assert without_positions(states[0]) == without_positions(states[1]), statistic


@few
@given(chunks)
def test_summarizing_changes_no_input(chunk):
    before = pickle.dumps((chunk.numbers, chunk.lines))
    for statistic in REGISTERED:
        statistic.summarize(chunk)
        assert pickle.dumps((chunk.numbers, chunk.lines)) == before, statistic


@few
@given(chunks)
def test_statistic_and_state_survive_pickling(chunk):
    for statistic in REGISTERED:
        state = statistic.summarize(chunk)
        assert pickle.loads(pickle.dumps(statistic)) == statistic
        assert pickle.loads(pickle.dumps(state)) == state, statistic


def test_equal_statistics_are_one():
    for statistic in REGISTERED:
        twin = pickle.loads(pickle.dumps(statistic))
        assert len({statistic, twin}) == 1, statistic


@few
@given(st.lists(chunks, max_size=5))
def test_states_update_as_they_merge(parts):
    updated = reduce(States.update, parts, States.empty(REGISTERED))
    merged = reduce(
        States.merge,
        (States.empty(REGISTERED).update(part) for part in parts),
        States.empty(REGISTERED),
    )
    assert updated == merged


def test_a_third_class_is_refused_where_it_is_first_seen():
    statistic = Classes("y")
    label = Coded(np.array([0, 1, 0, 2]), ("no", "yes", "maybe"))
    three = Chunk("preds.csv", np.arange(2, 6), {}, {"label": label})
    with pytest.raises(RowError, match=r"preds.csv:5: column y: 'maybe' is a third class"):
        statistic.empty().merge(statistic.summarize(three))


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_third_class_is_the_same_wherever_the_rows_are_cut(cut):
    statistic, names = Classes("y"), ["1", "1", "0", "2", "1"]
    parts = (
        Chunk(
            "preds.csv",
            np.arange(2 + start, 2 + stop),
            {},
            {"label": coded(names[start:stop])},
        )
        for start, stop in ((0, cut), (cut, 5))
    )
    with pytest.raises(RowError, match=r"preds.csv:5: .*'2' is a third class, after '1' and '0'"):
        reduce(lambda state, part: state.merge(statistic.summarize(part)), parts, statistic.empty())


def coded(texts):
    names = list(dict.fromkeys(texts))
    codes = np.array([names.index(text) for text in texts], dtype=np.int64)
    return Coded(codes, tuple(names))


def without_positions(state):
    if isinstance(state, FirstRowsState):
        return state.count
    if isinstance(state, LargestState):
        return state.value
    if isinstance(state, LargestRowsState):
        return state.score.tolist()
    return set(state.names) if hasattr(state, "names") else state


def test_f74_counts_have_no_limit():
    many = WeightState(2**62, 2**62, 2**62)
    assert reduce(WeightState.merge, [many] * 4).rows == 2**64
