"""Calibration takes the files that `score` takes: each gives what plain columns of it give."""

import numpy as np
import pytest

import cecli

RNG = np.random.default_rng(11)
Q = RNG.beta(2, 3, 120)
Y = (RNG.random(120) < Q).astype(int)
PLAIN = {"y": Y, "p": Q}


def report(data, *more, **options):
    return cecli.calibration(data, *more, **{"draws": 0} | options)


ALONE = report(PLAIN, label="y", prob="p").metrics


def test_an_event_of_a_quantity_is_a_label():
    data = {"mm": np.where(Y == 1, 2.5, 0.0), "p": Q}
    assert report(data, event="mm > 0", prob="p").metrics == ALONE


def test_a_predicted_class_is_right_or_not():
    data = {"true": np.where(Y == 1, "cat", "dog"), "top": np.full(120, "cat"), "p": Q}
    assert report(data, label="true", predicted="top", prob="p").metrics == ALONE


def test_lists_in_cells_and_codes_of_classes_are_columns():
    q = RNG.dirichlet([1, 1, 2], 120)
    y = RNG.integers(0, 3, 120)
    columns = report({"y": y, **{f"p_{k}": q[:, k] for k in range(3)}}, label="y", prob="p_*")
    cells = [str(row) for row in q.tolist()]
    assert report({"y": y, "p": cells}, label="y", prob="p").metrics == columns.metrics
    named = {"y": y, **{f"p_{name}": q[:, k] for k, name in enumerate("abc")}}
    found = report(named, label="y", prob="p_*", classes="a,b,c")
    assert found.metrics == columns.metrics
    assert [group.key["class"] for group in found.per_class] == ["a", "b", "c"]


def test_two_arrays_need_no_names():
    assert report(Y, Q).metrics == ALONE


def test_labels_may_be_in_another_input(tmp_path):
    rows = [f"r{place}" for place in range(120)]
    predictions, labels = tmp_path / "p.csv", tmp_path / "y.csv"
    pairs = zip(rows, Q.tolist(), strict=True)
    predictions.write_text("id;p\n" + "".join(f"{row};{q!r}\n" for row, q in pairs))
    reverse = zip(rows[::-1], Y[::-1].tolist(), strict=True)
    labels.write_text("id,y\n" + "".join(f"{row},{y}\n" for row, y in reverse))
    found = report(predictions, labels=labels, id="id", label="y", prob="p")
    assert found.metrics == ALONE
    again = report({"p": Q}, labels={"y": Y}, by_position=True, label="y", prob="p", cluster=None)
    assert again.metrics == ALONE


def test_events_of_one_row_are_groups_and_rows_of_the_file_are_clusters():
    other, q = RNG.integers(0, 2, 120), RNG.random(120)
    found = report({"a": Q, "a_outcome": Y, "b": q, "b_outcome": other}, pairs="*=*_outcome")
    by_event = {group.key["event"]: group.metrics["ecce"] for group in found.groups}
    assert by_event["a"] == pytest.approx(ALONE["ecce"], rel=0.05)
    rows = {"y": np.append(Y, other), "p": np.append(Q, q), "c": [*map(str, range(120))] * 2}
    clustered = report(rows, label="y", prob="p", cluster="c")
    for name in ("auc", "calibration_slope"):
        se, expected = found.intervals[name].se, clustered.intervals[name].se
        assert se == pytest.approx(expected, rel=1e-9)
    assert found["ecce"] == clustered["ecce"]
    labels = {"y_a": Y, "p_a": Q, "y_b": other, "p_b": q}
    again = report(labels, multilabel=True, label="y_*", prob="p_*")
    assert again.metrics == found.metrics


def test_candidates_of_a_group_are_rows_and_the_group_is_a_cluster():
    race = [f"r{place // 4}" for place in range(120)]
    within = report(PLAIN | {"race": race}, label="y", prob="p", within="race")
    clustered = report(PLAIN | {"race": race}, label="y", prob="p", cluster="race")
    assert within.metrics == clustered.metrics
    assert any(notice.code == "candidates" for notice in within.notices)


def test_models_in_rows_have_the_results_that_each_has_alone():
    old, new = Q**1.5, Q
    model = ["old"] * 120 + ["new"] * 120
    data = {"m": model, "y": np.append(Y, Y), "p": np.append(old, new)}
    found = report(data, model="m", label="y", prob="p")
    assert found.metrics == {}
    assert [each.model for each in found.models] == ["old", "new"]
    results = {result.name: result.value for result in found.models[1].results}
    assert results == ALONE
    assert [table.of for table in found.reliability] == ["old", "new"]
    assert found.input.rows == 240


REFUSED = [
    ({"log_prob": "p"}, "--log-prob has the probability of what happened alone"),
    ({"model": "m", "by": "g", "label": "y", "prob": "p"}, "--model and --by"),
    ({"model": "m", "versus": "q", "label": "y", "prob": "p"}, "--model and --versus"),
    ({"model": "m", "threshold": 0.5, "label": "y", "prob": "p"}, "--model and --threshold"),
    ({"pairs": "*=*_outcome", "count": "k"}, "several events a row and --count"),
    ({"event": "p > 0", "predicted": "m"}, "exclude each other"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_has_no_answer_is_refused_with_a_way_out(options, message):
    columns = {"m": ["a"] * 120, "g": ["x"] * 120, "q": Q, "k": np.ones(120)}
    data = PLAIN | columns | {"r": Q, "r_outcome": Y}
    with pytest.raises(cecli.UsageError, match=message) as error:
        report(data, **options)
    assert error.value.hint or "exclude" in message


def test_p_values_of_classes_are_adjusted_for_their_number():
    q = RNG.dirichlet([1, 1, 2], 600)
    y = np.array([RNG.choice(3, p=row) for row in q])
    data = {"y": y, **{f"p_{k}": q[:, k] for k in range(3)}}
    found = report(data, label="y", prob="p_*")
    raw = [group.metrics["ecce_p_value"] for group in found.per_class]
    adjusted = [group.metrics["ecce_p_value_adjusted"] for group in found.per_class]
    order = np.argsort(raw)
    expected = np.maximum.accumulate(np.array(raw)[order] * np.array([3, 2, 1])).clip(max=1.0)
    assert np.array(adjusted)[order] == pytest.approx(expected)
    # Copies of a row are no further evidence, and are a cluster.
    copies = {name: np.repeat(values, 4) for name, values in data.items()}
    copies["c"] = np.repeat([f"c{place}" for place in range(600)], 4)
    alone = report(copies, label="y", prob="p_*")
    between = report(copies, label="y", prob="p_*", cluster="c")
    for own, sure, plain in zip(between.per_class, alone.per_class, found.per_class, strict=True):
        p_value = own.metrics["ecce_p_value"]
        assert p_value > 2 * sure.metrics["ecce_p_value"]
        assert p_value == pytest.approx(plain.metrics["ecce_p_value"], abs=0.15)


@pytest.mark.parametrize("options", [{}, {"weight": "w"}])
def test_parts_of_the_brier_score_of_classes_add_up_with_soft_labels_too(options):
    q = RNG.dirichlet([1, 1, 2], 300)
    soft = q**2 / (q**2).sum(1, keepdims=True)
    data = {"w": RNG.random(300)}
    data |= {f"p_{k}": q[:, k] for k in range(3)} | {f"t_{k}": soft[:, k] for k in range(3)}
    found = report(data, target="t_*", prob="p_*", **options)
    w = data["w"] if options else np.ones(300)
    for k, group in enumerate(found.per_class):
        parts = [group.metrics[f"brier_{part}"] for part in
                 ("miscalibration", "discrimination", "uncertainty")]  # fmt: skip
        brier = np.average((q[:, k] - soft[:, k]) ** 2, weights=w)
        assert parts[0] - parts[1] + parts[2] == pytest.approx(brier)
        assert "ecce_p_value" not in group.metrics
