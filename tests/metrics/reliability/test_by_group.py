"""Each group's calibration is that of its rows alone, and p-values are adjusted for all groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError
from cecli.metrics.cells.cumulative import tail_of_range
from cecli.numerics.tails import holm
from cecli.statistics.cells import group_cells
from cecli.statistics.cells.group_cells import GroupCells

STATISTIC = GroupCells(("by",), "preds.csv", 50)


def sample(size=4000, groups=5):
    rng = np.random.default_rng(7)
    q, g = rng.beta(2, 5, size), rng.integers(0, groups, size)
    y = (rng.random(size) < q ** (1 + 0.6 * (g == 3))).astype(int)
    weight, count = rng.lognormal(0, 1, size), rng.integers(1, 6, size).astype(float)
    return {"y": y, "p": q, "g": [f"g{x}" for x in g], "weight": weight, "count": count}


def by_rows(q, y, w, squares):
    """Return the range of the cumulative differences, and its unit."""
    order = np.argsort(q, kind="stable")
    q, y, w, squares = q[order], y[order], w[order], squares[order]
    walk = np.append(0.0, np.cumsum(w * (y - q)) / w.sum())
    return np.ptp(walk), np.sqrt((squares * q * (1 - q)).sum()) / w.sum()


@pytest.mark.parametrize("kind", ["rows", "weight", "count"])
def test_it_is_the_calibration_of_the_rows_of_the_group(kind):
    data = sample()
    options = {} if kind == "rows" else {kind: kind}
    found = cecli.calibration(data, label="y", prob="p", by="g", draws=0, **options)
    w = np.ones(len(data["p"])) if kind == "rows" else data[kind]
    squares = w if kind == "count" else w * w
    p_values = []
    for group in found.groups:
        some = np.array(data["g"]) == group.key["g"]
        ecce, sigma = by_rows(data["p"][some], data["y"][some], w[some], squares[some])
        assert group.metrics["ecce"] <= ecce + 1e-12
        assert ecce <= group.metrics["ecce_upper"] + 1e-12
        assert group.metrics["ecce"] == pytest.approx(ecce, rel=0.02)
        assert group.metrics["ecce_sigma"] == pytest.approx(sigma)
        v = (data["p"] * (1 - data["p"]))[some]
        rarer = (squares[some] * v).sum() * (w[some].sum() / squares[some].sum()) ** 2
        p = tail_of_range(group.metrics["ecce"] / sigma, 1 / np.sqrt(rarer))
        assert group.metrics["ecce_p_value"] == pytest.approx(p, abs=1e-9)
        p_values.append(group.metrics["ecce_p_value"])
        assert group.metrics["base_rate"] == pytest.approx(
            np.average(data["y"][some], weights=w[some])
        )
    adjusted = [group.metrics["ecce_p_value_adjusted"] for group in found.groups]
    assert adjusted == holm(p_values)
    assert found.groups[0].key == {"g": "g3"}
    assert adjusted == sorted(adjusted)


probabilities = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 1 - 2.0**-53]), st.floats(0.0, 1.0))
rows = st.lists(
    st.tuples(probabilities, st.booleans(), st.integers(0, 3), st.floats(0.1, 9.0)), max_size=40
)


def chunk(rows):
    q, y, g, w = (np.array(x) for x in zip(*rows, strict=True)) if rows else [np.empty(0)] * 4
    texts = {"by": Coded(g.astype(np.int64), ("a", "b", "c", "d"))}
    numbers = {"prob": q, "target": y.astype(float), "weight": w}
    return Chunk("x", np.arange(len(rows)), numbers, texts)


def of_parts(rows, cuts):
    state = STATISTIC.empty()
    for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        state = state.merge(STATISTIC.summarize(chunk(rows[start:stop])))
    return state


@settings(max_examples=25)
@given(rows, st.lists(st.integers(0, 40), max_size=4), st.randoms(), st.sampled_from([4, 9, 100]))
def test_order_and_cuts_do_not_matter_even_where_cells_are_made_wider(rows, cuts, random, most):
    cuts = sorted(min(cut, len(rows)) for cut in cuts)
    shuffled = random.sample(rows, len(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_cells, "MOST_LINES", most)
        patch.setattr(group_cells, "FEW", 5)
        patch.setattr(group_cells, "MOST_SHIFT", 23)
        assert of_parts(rows, cuts) == of_parts(shuffled, [])


def test_too_many_groups_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(group_cells, "MOST_LINES", 100)
    data = sample(2000, 400)
    with pytest.raises(InputError, match="groups whose predictions fall into more than"):
        cecli.calibration(data, label="y", prob="p", by="g")
    with pytest.raises(InputError, match="more than 10 groups"):
        cecli.calibration(data, label="y", prob="p", by="g", max_groups=10)


def test_soft_labels_of_groups_are_refused():
    data = {"t": [0.2, 0.8], "p": [0.3, 0.7], "g": ["a", "b"]}
    with pytest.raises(cecli.UsageError, match="--by and --target"):
        cecli.calibration(data, target="t", prob="p", by="g")


def test_groups_with_rare_events_are_neither_tested_nor_counted():
    data = sample(2000, 3)
    rng = np.random.default_rng(3)
    few = 40 * 100
    data = {
        "y": np.append(data["y"], rng.random(few) < 1e-3).astype(int),
        "p": np.append(data["p"], np.full(few, 1e-3)),
        "g": [*data["g"], *(f"rare{x % 40}" for x in range(few))],
    }
    found = cecli.calibration(data, label="y", prob="p", by="g", draws=0)
    tested = [group for group in found.groups if not group.key["g"].startswith("rare")]
    assert found.groups[:3] == tuple(tested)
    adjusted = [group.metrics["ecce_p_value_adjusted"] for group in tested]
    assert adjusted == holm([group.metrics["ecce_p_value"] for group in tested])
    for group in found.groups[3:]:
        assert group.metrics["ecce_p_value"] is None
        assert group.metrics["ecce_p_value_adjusted"] is None
    (notice,) = (each for each in found.notices if each.code == "few-expected")
    assert notice.message.startswith("in 40 of 43 groups")
    reasons = {r.undefined for r in found.groups[-1].results if r.name.startswith("ecce_p_value")}
    assert len(reasons) == 1
    assert "about 0.1 of the rarer outcome" in reasons.pop()


@pytest.mark.parametrize("by", ["y", ["g", "y"], "g,y"])
def test_groups_by_the_label_are_refused_with_the_reason(by):
    data = sample(50)
    with pytest.raises(
        cecli.UsageError, match=r"--by 'y' is the label: .* chosen by their outcome"
    ):
        cecli.calibration(data, label="y", prob="p", by=by)


def test_an_order_that_is_not_known_is_told_where_it_matters():
    rng = np.random.default_rng(11)
    near, far = 0.3 + 1e-9 * rng.random(300), rng.choice([0.2, 0.6], 300)
    data = {"p": np.concatenate([near, far]), "g": ["near"] * 300 + ["far"] * 300}
    data["y"] = (rng.random(600) < data["p"]).astype(int)
    found = cecli.calibration(data, label="y", prob="p", by="g", draws=0)
    (told,) = [
        each.message for each in found.notices if each.code == "bracket" and "group" in each.message
    ]
    assert told.startswith("in 1 group, the order of rows within cells")
    (group,) = (each for each in found.groups if each.key["g"] == "near")
    ecce, sigma = by_rows(near, data["y"][:300], np.ones(300), np.ones(300))
    assert group.metrics["ecce"] <= ecce <= group.metrics["ecce_upper"]
    assert group.metrics["ecce_upper"] - group.metrics["ecce"] > 0.1 * sigma
