"""Curves are those of scikit-learn and of brute force, as close as they say."""

import json
import math

import numpy as np
import pytest
from lines import are_near
from scipy.special import ndtri
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

import cecli
from cecli.commands.calibration import open_cells
from cecli.metrics.cells.cumulative import largest_of_motion
from cecli.metrics.reliability.curves import precision_line, roc_line
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.thinning import Polyline

# More than the seven digits of curves leave open.
ROUNDING = 1e-6


def sample(size, seed=1, ties=None):
    rng = np.random.default_rng(seed)
    q = rng.beta(2, 5, size)
    y = (rng.random(size) < q**1.2).astype(int)
    return y, q if ties is None else q.round(ties)


def curves(y, q, w=None, **options):
    data = {"y": y, "p": q} | ({} if w is None else {"w": w})
    options = {"draws": 0} | options | ({} if w is None else {"weight": "w"})
    return cecli.calibration(data, label="y", prob="p", **options).curves


CASES = {
    "few rows": sample(60),
    "many": sample(2500),
    "ties": sample(2000, ties=2),
    "weights": (*sample(1500), np.random.default_rng(2).lognormal(size=1500)),
    "two values": (np.array([0, 1, 1, 0, 1] * 9), np.array([0.2, 0.2, 0.7, 0.7, 0.7] * 9)),
    "one value": (np.array([0, 1, 1]), np.array([0.3, 0.3, 0.3])),
    "certain": (np.array([0, 1, 1, 0, 1]), np.array([0.0, 0.0, 1.0, 1.0, 1.0])),
}


@pytest.fixture(params=CASES, scope="module")
def case(request):
    y, q, *w = CASES[request.param]
    w = w[0] if w else None
    return y, q, w, curves(y, q, w)


def test_roc_is_that_of_scikit_learn(case):
    y, q, w, found = case
    (roc,) = found.roc
    x, t, _ = roc_curve(y, q, sample_weight=w, drop_intermediate=False)
    assert are_near(roc.points, x, t).all()
    # Each point is one of the curve, not only near it.
    own = {(round(a, 6), round(b, 6)) for a, b in zip(x, t, strict=True)}
    mine = {(round(a, 6), round(b, 6)) for a, b in zip(roc.points.x, roc.points.y, strict=True)}
    assert all(any(math.dist(p, o) < 2e-6 for o in own) for p in mine - own)
    assert (roc.points.x[0], roc.points.y[0]) == (0.0, 0.0)
    assert (roc.points.x[-1], roc.points.y[-1]) == (1.0, 1.0)
    assert (np.diff(roc.points.x) >= 0.0).all()
    assert (np.diff(roc.points.y) >= 0.0).all()


def test_the_hull_is_concave_and_above_the_curve(case):
    *_, found = case
    (roc,) = found.roc
    hull = roc.hull
    slopes = np.diff(hull.y) / np.maximum(np.diff(hull.x), 1e-300)
    assert (np.diff(slopes) <= 1e-4 * slopes[:-1]).all()
    x = np.array(roc.points.x) + hull.within_x + ROUNDING
    assert (np.array(roc.points.y) <= np.interp(x, hull.x, hull.y) + hull.within_y + ROUNDING).all()


def test_precision_by_recall_is_that_of_scikit_learn(case):
    y, q, w, found = case
    (curve,) = found.precision_recall
    precision, recall, _ = precision_recall_curve(y, q, sample_weight=w)
    # The point at a recall of 0 stands for no threshold.
    precision, recall = precision[:-1], recall[:-1]
    points = curve.points
    assert are_near(points, recall, precision).all()
    assert points.x[-1] == 1.0
    assert (np.diff(points.x) >= 0.0).all()
    area = float(np.sum(np.diff(points.x) * (np.array(points.y)[1:] + points.y[:-1]) / 2.0))
    slack = points.within_x + points.within_y + ROUNDING
    assert area == pytest.approx(average_precision_score(y, q, sample_weight=w), abs=slack)


def test_the_isotonic_curve_is_that_of_scikit_learn(case):
    y, q, w, found = case
    (curve,) = found.isotonic
    # The class of scikit-learn pools predictions 1e-15 apart; these are not.
    fitted = IsotonicRegression().fit(q, y, sample_weight=w)
    assert are_near(curve.points, q, fitted.predict(q)).all()
    assert curve.is_exact
    assert (np.diff(curve.points.x) > 0.0).all()
    assert (np.diff(curve.points.y) >= 0.0).all()
    assert curve.points.x[0] == pytest.approx(q.min(), rel=1e-6)
    assert curve.points.x[-1] == pytest.approx(q.max(), rel=1e-6)


def test_the_cumulative_differences_are_sums_in_order(case):
    y, q, w, found = case
    (curve,) = found.cumulative
    w = np.ones(len(q)) if w is None else w
    used, places = np.unique(q, return_inverse=True)
    along = np.append(0.0, np.cumsum(np.bincount(places, w * (y - q), len(used)))) / w.sum()
    x = np.append(0.0, np.cumsum(np.bincount(places, w, len(used)))) / w.sum()
    points = curve.points
    assert are_near(points, x, along).all()
    assert (points.x[0], points.y[0], points.x[-1]) == (0.0, 0.0, 1.0)
    assert points.y[-1] == pytest.approx(along[-1], abs=ROUNDING)
    assert max(points.y) - min(points.y) == pytest.approx(
        along.max() - along.min(), abs=2 * points.within_y + ROUNDING
    )


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_limit_is_a_quantile_of_the_largest_of_a_brownian_motion(level):
    # By the other series of this distribution (Feller 1951), which converges for small arguments.
    x = largest_of_motion(level)
    k = np.arange(50)
    terms = (-1.0) ** k / (2 * k + 1) * np.exp(-((2 * k + 1) ** 2) * np.pi**2 / (8 * x * x))
    assert 4 / np.pi * terms.sum() == pytest.approx(level, abs=1e-12)
    assert x < -ndtri((1 - level) / 4) + 1e-12


def test_where_a_p_value_has_no_meaning_there_is_no_limit():
    few = curves(np.array([0, 0, 1, 0]), np.array([0.1, 0.1, 0.2, 0.2]))
    many = cecli.calibration(dict(zip("yp", sample(500), strict=True)), level=0.9, draws=0)
    assert few.cumulative[0].limit is None
    (curve,) = many.curves.cumulative
    assert curve.limit == pytest.approx(many["ecce_sigma"] * largest_of_motion(0.9), rel=1e-6)
    assert curve.level == 0.9


@pytest.mark.parametrize("rows", [400, 6000])
def test_curves_between_cells_are_within_their_bounds(monkeypatch, rows):
    # No rows of a cell are told apart: all of the order inside is unknown.
    monkeypatch.setattr("cecli.commands.calibration.plan.refined", _as_it_is)
    y, q = sample(rows)
    # About ten rows share a cell.
    q = 0.3 + 2e-3 * q if rows == 400 else q
    found = curves(y, q)
    if found.roc:
        points = found.roc[0].points
        assert are_near(points, *roc_curve(y, q, drop_intermediate=False)[:2]).all()
        assert points.within_x > 0.0
    else:
        assert rows == 400
    for curve in found.precision_recall:
        precision, recall, _ = precision_recall_curve(y, q)
        known = recall[:-1] >= curve.points.x[0] + 1e-12
        assert are_near(curve.points, recall[:-1][known], precision[:-1][known]).all()
    order = np.argsort(q)
    along = np.append(0.0, np.cumsum((y - q)[order])) / rows
    for curve in found.cumulative:
        assert are_near(curve.points, np.arange(rows + 1) / rows, along).all()
    assert found.cumulative or rows == 400


def _as_it_is(first):
    return open_cells.Refined(first.cells, is_exact=False)
    yield


def test_soft_labels_have_no_ranking_and_no_events():
    rng = np.random.default_rng(3)
    data = {"t": rng.random(300), "p": rng.random(300)}
    found = cecli.calibration(data, target="t", prob="p").curves
    assert (found.roc, found.precision_recall) == ((), ())
    assert found.histogram[0].events == ()
    assert (found.isotonic[0].band, found.cumulative[0].limit) == (None, None)


@pytest.mark.filterwarnings("error")
def test_a_cell_of_nearly_no_weight_leaves_the_roc_curve_where_it_is():
    # One prediction has nearly all the weight; the rows of a cell below it weigh 1e-18 of that.
    most, few = 1 << 60, 1
    cells = OrderedCells(
        rows=np.array([2, 2]),
        weight=np.array([2 * few, 2 * most]),
        events=np.array([few, most]),
        least=np.array([1, 9]),
        most=np.array([5, 9]),
        offsets=np.zeros(2),
    )
    line = roc_line(cells)
    assert (line.within_x, line.within_y) == (0.0, 0.0)


def test_one_class_has_no_roc_curve():
    found = curves(np.array([1, 1, 1]), np.array([0.2, 0.5, 0.9]))
    assert found.roc == ()
    assert set(found.precision_recall[0].points.y) == {1.0}
    assert curves(np.array([0, 0]), np.array([0.2, 0.5])).precision_recall == ()


def test_the_histogram_has_weights():
    y, q, w = CASES["weights"]
    (found,) = curves(y, q, w).histogram
    expected = np.histogram(q, found.edges, weights=w)[0]
    assert found.weight == pytest.approx(expected, rel=1e-12)
    happened = np.histogram(q, found.edges, weights=w * y)[0]
    assert found.events == pytest.approx(happened, rel=1e-9)


def test_each_model_and_each_of_the_first_classes_has_curves():
    y, q = sample(300)
    several = cecli.calibration({"y": y, "a": q, "b": q**2}, prob="a", versus="b", draws=0)
    assert [curve.of for curve in several.curves.roc] == ["", "b"]
    rng = np.random.default_rng(4)
    p = rng.dirichlet(np.ones(7), 200)
    names = np.array([f"c{k}" for k in range(7)])
    data = {"y": names[[rng.choice(7, p=row) for row in p]]}
    data |= {f"p_{name}": p[:, k] for k, name in enumerate(names)}
    found = cecli.calibration(data, label="y", prob="p_*", draws=0).curves
    assert {c.of for c in found.isotonic} == {"likeliest class", "c0", "c1", "c2", "c3", "c4"}


def test_curves_take_little_room_whatever_the_number_of_rows():
    for rows in (100, 5000):
        found = cecli.calibration(dict(zip("yp", sample(rows), strict=True)), draws=40)
        assert len(json.dumps(found.to_dict()["curves"])) < 40_000
        lines = [c.points for kind in ("roc", "precision_recall", "isotonic", "cumulative")
                 for c in getattr(found.curves, kind)]  # fmt: skip
        assert all(len(points.x) == len(points.y) <= 300 for points in lines)


def test_a_line_may_be_empty_of_what_is_not_known():
    assert Polyline(np.array([]), np.array([])).thinned().x.tolist() == []


def test_a_cell_in_which_all_is_unknown_has_no_precision(monkeypatch):
    monkeypatch.setattr("cecli.commands.calibration.plan.refined", _as_it_is)
    # Either row could be the likelier one: the precision of the event is 1 or 1/2.
    found = curves(np.array([0, 1]), np.array([0.3, 0.3 + 1e-9]))
    assert found.precision_recall == ()
    assert found.roc == ()


def ordered(events, others, is_wide):
    """Return cells of some rows, in ascending order of their predictions."""
    events, others, wide = map(np.array, (events, others, is_wide))
    least = 10 * np.arange(len(events))
    rows = events + others
    return OrderedCells(rows, rows, events, least, least + 5 * wide, np.zeros(len(events)))


def test_the_order_in_a_cell_moves_the_roc_curve_as_far_as_its_rectangle_has_room():
    line = roc_line(ordered([3, 1], [2, 2], [False, True]))
    # The cell has 1/2 of the others and 1/4 of the events: from a corner of this rectangle, as far
    # along both axes, the square of 1/6 ends on the diagonal.
    assert line.within_x == line.within_y == pytest.approx(1 / 6)


def test_precision_is_known_from_the_first_cell_on_whose_order_does_not_matter():
    line = precision_line(ordered([5, 2, 1], [5, 3, 1], [False, False, True]))
    # Above the lower end of each of the other cells are 3 of 7, and 8 of 17.
    assert line.x.tolist() == [1 / 8, 3 / 8, 3 / 8, 1.0]
    assert line.y.tolist() == pytest.approx([3 / 7, 3 / 7, 8 / 17, 8 / 17])


def test_certain_predictions_that_are_wrong_have_no_limit_as_chance_moves_nothing():
    (found,) = curves(np.array([0, 1, 1]), np.array([1.0, 1.0, 0.0])).cumulative
    assert found.limit is None
