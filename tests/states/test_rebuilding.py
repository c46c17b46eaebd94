"""Reports from merged states, against reports from all rows read together."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.errors import CecliError, InputError, UsageError
from cecli.states import cells, parts
from cecli.statistics.cells import prediction_cells

SIZES = (60, 35, 3)
BINARY = {"label": "y", "prob": "p"}
CLASSES = {"label": "class", "prob": "p_*"}


def columns(rows, seed):
    """Return columns of all kinds."""
    draw = np.random.default_rng(seed)
    p = draw.uniform(0.001, 0.999, rows)
    y = (draw.uniform(size=rows) < p).astype(int)
    of_classes = draw.dirichlet([1, 1, 1], rows)
    found = {
        "y": y,
        "p": p,
        "q": draw.uniform(0.001, 0.999, rows),
        "weight": draw.uniform(0.1, 3.0, rows),
        "count": draw.integers(0, 5, rows),
        "segment": draw.choice(list("xyz"), rows),
        "place": draw.choice(["é 1", '"b,2"'], rows),
        "user": draw.integers(0, 9, rows),
        "answer": np.where(y == 1, "yes", "no"),
        "soft": draw.uniform(size=rows),
        "class": draw.choice(list("abc"), rows),
        "log_p": np.log(p),
        "bytes": draw.integers(1, 9, rows),
        "rain": draw.normal(size=rows),
    }
    for place, name in enumerate("abc"):
        found[f"p_{name}"] = of_classes[:, place]
        found[f"t_{name}"] = of_classes[:, place - 1]
    return found


def written(path, found):
    """Write columns to a file, and return its path."""
    cells = zip(*(map(str, column.tolist()) for column in found.values()), strict=True)
    path.write_text("\n".join([",".join(found), *(",".join(row) for row in cells), ""]))
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    return [written(folder / f"{n}.csv", columns(size, n)) for n, size in enumerate(SIZES)]


def saved(function, files, folder, **options):
    """Return the paths of the states of some files."""
    found = []
    for file in files:
        path = str(folder / f"{Path(file).stem}.state")
        function(file, save_state=path, **options)
        found.append(path)
    return found


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("score", BINARY),
        ("score", {**BINARY, "weight": "weight", "by": ["segment", "place"]}),
        ("score", {**BINARY, "count": "count"}),
        ("score", {**BINARY, "cluster": "user", "by": "segment", "min_count": 20}),
        ("score", {"label": "answer", "prob": "p", "positive": "yes", "units": "bits"}),
        ("score", {**BINARY, "clip": 0.01, "level": 0.9, "base_rate": 0.3, "explain": True}),
        ("score", {"target": "soft", "prob": "p", "weight": "weight"}),
        ("score", {**BINARY, "cluster": "user", "bootstrap": 120, "weight": "weight"}),
        ("kl", {"p": "p", "q": "q", "cluster": "user", "bootstrap": 101, "seed": 3}),
        ("score", {**CLASSES, "cluster": "user", "bootstrap": 100}),
        ("score", {"event": "rain > 0.5", "prob": "p"}),
        ("score", CLASSES),
        ("score", {**CLASSES, "by": "segment", "cluster": "user", "ordered": True}),
        ("score", {**CLASSES, "explain": True, "count": "count"}),
        ("score", {"target": "t_*", "prob": "p_*", "weight": "weight"}),
        ("score", {"log_prob": "log_p", "n_bytes": "bytes"}),
        ("score", {**BINARY, "model": "segment"}),
        ("calibration", {**BINARY, "by": ["segment", "place"], "threshold": [0.3, 0.5]}),
        ("calibration", {**BINARY, "count": "count", "bins": 7, "strategy": "quantile"}),
        ("calibration", {**CLASSES, "draws": 0, "debiased": True, "units": "bits"}),
        ("calibration", {"event": "rain > 0.5", "prob": "p", "edges": [0.2, 0.7], "draws": 0}),
        ("compare", {"label": "y", "prob": ["p", "q"], "by": "segment"}),
        ("compare", {"label": "y", "prob": ["p", "q"], "decompose": True, "weight": "weight"}),
        ("compare", {"label": "y", "prob": ["p", "q"], "anytime": True, "clip": 0.01}),
        ("kl", {"p": "p", "q": "q", "weight": "weight", "cluster": "user"}),
        ("kl", {"p": "p_*", "q": "t_*", "by": "segment", "threshold": 0.1}),
        ("entropy", {"column": "segment", "given": "place", "weight": "weight"}),
        ("entropy", {"column": "segment"}),
        ("entropy", {"prob": "p_*", "count": "count"}),
        ("entropy", {"member": ["p", "q"], "by": "segment", "cluster": "user"}),
        ("kl", {"p": "segment", "q": "place", "categories": True}),
    ],
)
def test_a_merged_report_is_that_of_all_rows_and_parts_can_be_taken_away(
    command, options, files, tmp_path
):
    function = getattr(cecli, command)
    first, *others = saved(function, files, tmp_path, **options)
    total, back = str(tmp_path / "total"), str(tmp_path / "back")
    merged = cecli.merge([first, *others], save_state=total)
    assert merged.to_json() == function(files, **options).to_json()
    alone = cecli.merge(total, others, save_state=back)
    assert alone.to_json() == function(files[0], **options).to_json()
    assert Path(back).read_bytes() == Path(first).read_bytes()


@pytest.mark.parametrize("options", [{"weight": "weight"}, {}])
def test_a_calibration_without_its_rows_has_certain_bounds(options, tmp_path, monkeypatch):
    if not options:
        for module in (cells, prediction_cells):
            monkeypatch.setattr(module, "FEW", 50)
    known = {**BINARY, **options, "draws": 20}
    every = [columns(60, seed) for seed in (1, 2)]
    for found in every:  # predictions that share cells
        found["p"] = np.round(found["p"] * 0.8 + 0.1, 1) + 1e-7 * found["q"]
    files = [written(tmp_path / f"{n}.csv", found) for n, found in enumerate(every)]
    merged = cecli.merge(saved(cecli.calibration, files, tmp_path, **known))
    monkeypatch.undo()
    exact = cecli.calibration(files, **known)
    assert merged.metrics["calibration_slope"] is None
    bounds = [name for name in merged.metrics if f"{name}_lower" in merged.metrics]
    assert {"auc", "ecce", "miscalibration"} <= {*bounds}
    for name in bounds:
        ends = merged[f"{name}_lower"], merged[f"{name}_upper"]
        assert ends[0] - 1e-12 <= exact[name] <= ends[1] + 1e-12, name
    same = ["cross_entropy", "brier", "ece", "uncertainty", "spiegelhalter_z", "base_rate"]
    assert [merged[name] for name in same] == [exact[name] for name in same]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"cluster": "user"}, "rows that depend on each other"),
        ({"versus": "q"}, "--versus"),
        ({"model": "segment"}, "--model"),
    ],
)
def test_a_calibration_that_reads_rows_again_has_no_state(options, told, files, tmp_path):
    with pytest.raises(UsageError, match=f"--save-state and {told}"):
        cecli.calibration(files[0], save_state=str(tmp_path / "a"), **BINARY, **options)
    assert not list(tmp_path.iterdir())


# Values whose sums need all digits, and which divide the classes or do not.
predictions = st.one_of(
    st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 0.5, 1e-300, 1.0 - 2.0**-53])
)
rows = st.lists(st.tuples(st.booleans(), predictions), min_size=1, max_size=12)
cuts = st.lists(st.integers(0, 12), max_size=3)


@settings(max_examples=12)
@given(rows, cuts)
def test_any_partition_of_rows_gives_the_bits_of_all_of_them(tmp_path_factory, rows, cuts):
    folder = tmp_path_factory.mktemp("cut")
    ends = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    files = []
    for number, (start, end) in enumerate(pairwise(ends)):
        y, p = zip(*rows[start:end], strict=True)
        found = {"y": np.array(y, dtype=int), "p": np.array(p)}
        files.append(written(folder / f"{number}.csv", found))
    states = [str(folder / f"{number}.state") for number in range(len(files))]
    for file, state in zip(files, states, strict=True):
        cecli.score(file, save_state=state, **BINARY)
    assert cecli.merge(states).to_json() == cecli.score(files, **BINARY).to_json()


def test_rows_that_are_no_whole_input_are_withdrawn_with_what_can_be(files, tmp_path):
    every = columns(60, 0)
    first = {name: column[:20] for name, column in every.items()}
    rest = {name: column[20:] for name, column in every.items()}
    some = [written(tmp_path / name, x) for name, x in (("some.csv", first), ("rest.csv", rest))]
    (whole,) = saved(cecli.score, files[:1], tmp_path, **BINARY)
    (withdrawn, _) = saved(cecli.score, some, tmp_path, **BINARY)
    with pytest.raises(InputError, match="the largest value, with its row") as caught:
        cecli.merge(whole, withdrawn)
    assert "--leave-out" in caught.value.hint
    left = cecli.merge(whole, withdrawn, leave_out=True)
    fresh = cecli.score(some[1], **BINARY)
    assert left.input.rows == fresh.input.rows == 40
    assert "top_row_loss_share" not in left.metrics
    known = {name: x for name, x in fresh.intervals.items() if name in left.metrics}
    assert left.intervals == known
    for name, value in left.metrics.items():
        assert value == fresh[name], name
    assert "top_row_loss_share" in next(n.message for n in left.notices if n.code == "left-out")


def test_what_was_never_in_a_state_is_not_taken_away(files, tmp_path):
    first, second, third = saved(cecli.score, files, tmp_path, **BINARY)
    with pytest.raises(InputError, match="not among the others"):
        cecli.merge(third, first, leave_out=True)
    with pytest.raises(InputError, match="not among the others"):
        cecli.merge(first, third)
    nothing = str(tmp_path / "nothing")
    with pytest.raises(InputError, match="no rows are left"):
        cecli.merge([first, second], [second, first], save_state=nothing)
    assert cecli.merge([nothing, first]).to_json() == cecli.merge(first).to_json()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({**BINARY, "clip": 0.01}, "option clip is '0.01' in it, and not given in"),
        ({**BINARY, "units": "bits"}, "option units is 'bits' in it, and not given in"),
        ({"label": "y", "prob": "q"}, "option prob is 'q' in it, and 'p' in"),
        ({**BINARY, "by": "segment"}, "option by is 'segment' in it, and not given in"),
        ({"label": "answer", "prob": "p", "positive": "yes"}, "option label is 'answer'"),
    ],
)
def test_states_of_other_options_are_refused_by_the_difference(options, told, files, tmp_path):
    (first,) = saved(cecli.score, files[:1], tmp_path, **BINARY)
    (second,) = saved(cecli.score, files[1:2], tmp_path, **options)
    with pytest.raises(InputError) as caught:
        cecli.merge([first, second])
    assert told in str(caught.value)
    assert caught.value.where == second


def test_labels_that_differ_are_refused_as_in_one_input(tmp_path):
    for name, labels in (("a", "01"), ("b", "tf")):
        (tmp_path / f"{name}.csv").write_text(f"y,p\n{labels[0]},0.2\n{labels[1]},0.7\n")
    files = [str(tmp_path / f"{name}.csv") for name in "ab"]
    one, other = saved(cecli.score, files[:1], tmp_path, **BINARY) + saved(
        cecli.score, files[1:], tmp_path, **BINARY, positive="t"
    )
    with pytest.raises(InputError, match="positive"):
        cecli.merge([one, other])


def test_an_input_without_rows_has_a_state_though_no_report(tmp_path, files):
    empty = tmp_path / "empty.csv"
    empty.write_text(",".join(columns(0, 0)) + "\n")
    state = tmp_path / "empty.state"
    with pytest.raises(InputError, match="no data rows"):
        cecli.score(str(empty), save_state=str(state), **BINARY)
    (other,) = saved(cecli.score, files[2:], tmp_path, **BINARY)
    both = tmp_path / "both.state"
    merged = cecli.merge([str(state), other], save_state=str(both))
    assert merged.to_json() == cecli.score([str(empty), files[2]], **BINARY).to_json()
    with pytest.raises(InputError, match="no data rows"):
        cecli.merge(str(both), other, save_state=str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == state.read_bytes()
    # It has no rows: without it, all is known of the others.
    cecli.merge(other, str(state), save_state=str(tmp_path / "same"))
    assert (tmp_path / "same").read_bytes() == Path(other).read_bytes()


def test_very_many_states_name_their_inputs_together(monkeypatch, tmp_path, files):
    monkeypatch.setattr(parts, "MOST_PARTS", 3)
    (one,) = saved(cecli.score, files[2:], tmp_path, **BINARY)
    paths = [str(tmp_path / f"{name}.state") for name in "abc"]
    for path, states in zip(paths, ([one] * 3, [one] * 5, [*["a", "b"]]), strict=True):
        given = [paths["ab".index(x)] if x in "ab" else x for x in states]
        cecli.merge(given, save_state=path)
    together = cecli.merge([one] * 8, save_state=str(tmp_path / "d.state"))
    assert Path(paths[2]).read_bytes() == (tmp_path / "d.state").read_bytes()
    assert together.input.paths == (files[2], "7 more inputs")
    assert together.metrics == cecli.score(files[2:] * 8, **BINARY).metrics
    with pytest.raises(InputError, match="whole inputs"):
        cecli.merge(paths[2], one)


@pytest.mark.parametrize(
    ("command", "options", "told"),
    [
        ("score", {**BINARY, "bootstrap": 100}, "together without --cluster"),
        ("score", {**BINARY, "bootstrap": 100, "cluster": "user", "by": "segment"}, "and --by"),
        ("kl", {"p": "p", "q": "q", "over_rows": True, "normalize": True}, "more than once"),
    ],
)
def test_what_cannot_be_made_again_is_not_saved(command, options, told, files, tmp_path):
    path = tmp_path / "a.state"
    with pytest.raises(UsageError, match=told):
        getattr(cecli, command)(files[0], save_state=str(path), **options)
    assert not path.exists()


def test_labels_in_another_input_are_not_saved(files, tmp_path):
    with pytest.raises(CecliError, match="--labels cannot be used together"):
        cecli.score(
            files[0],
            labels=files[0],
            by_position=True,
            label="labels.y",
            prob="predictions.p",
            save_state=str(tmp_path / "a.state"),
        )
