"""The losses of other tools beside that of cecli, by their formulas in numpy.

`tests/test_losses_elsewhere.py` holds them against the tools.
"""

import math
import re

import numpy as np
import pytest

import cecli
from cecli.core.errors import UsageError

Y = np.array([1, 0, 1, 0, 1, 0, 1, 1])
Q = np.array([1.0, 0.0, 0.0, 1.0, 1e-17, 1e-9, 0.75, 0.3])
W = np.array([1.0, 2.0, 0.5, 3.0, 0.25, 1.0, 0.0, 2.0])
FRAME = {"y": Y, "q": Q, "w": W}
SHARES = np.array([[0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.0, 0.5, 0.5]])
CLASSES = {"y": [1, 2, 0]} | {f"q_{k}": SHARES[:, k] for k in range(3)}
NAMES = {
    "scikit-learn": "sklearn_log_loss",
    "scikit-learn-float32": "sklearn_log_loss",
    "xgboost": "xgboost_logloss",
    "lightgbm": "lightgbm_logloss",
    "pytorch": "pytorch_loss",
    "keras": "keras_loss",
}


def scored(tool, frame=FRAME, **options):
    given = {"label": "y", "prob": "q"} | options
    return cecli.score(frame, like=tool, **given)


def told(report):
    """Return the notice of why losses differ."""
    (notice,) = (notice for notice in report.notices if notice.code.startswith("like-"))
    return notice


def by_hand(tool, y=Y, q=Q):
    """Return the loss of each row as a tool has it, in other words than those of the package."""
    single = q.astype(np.float32)
    rest = np.float32(1) - single
    happened = np.where(y == 1, q, 1 - q)
    single_happened = np.where(y == 1, single, rest)
    with np.errstate(divide="ignore"):
        match tool:
            case "scikit-learn":
                return -np.log(np.clip(happened, 2.0**-52, 1 - 2.0**-52))
            case "scikit-learn-float32":
                least = np.finfo(np.float32).eps
                return -np.log(np.clip(single_happened, least, np.float32(1) - least))
            case "xgboost":
                return -np.log(np.maximum(single_happened, np.float32(1e-16)))
            case "lightgbm":
                return -np.log(np.maximum(happened, 1e-15))
            case "pytorch":
                return np.minimum(-np.log(single_happened), 100)
            case "keras":
                kept = np.clip(single, np.float32(1e-7), np.float32(1 - 1e-7))
                return -np.where(y == 1, np.log(kept), np.log(np.float32(1) - kept))


@pytest.mark.parametrize("tool", NAMES)
def test_the_loss_is_that_of_the_formula_and_the_numbers_of_cecli_stay(tool):
    report = scored(tool)
    assert report[NAMES[tool]] == pytest.approx(by_hand(tool).mean(), rel=1e-6)
    plain = cecli.score(FRAME, label="y", prob="q").metrics
    assert {**plain, NAMES[tool]: report[NAMES[tool]]} == report.metrics
    assert report.options["like"] == tool


@pytest.mark.parametrize("tool", NAMES)
def test_an_infinite_loss_is_not_hidden_and_its_rows_are_counted(tool):
    report = scored(tool)
    assert report["cross_entropy"] == math.inf
    assert "infinite-loss" in [notice.code for notice in report.notices]
    notice = told(report)
    assert "cross_entropy infinite" in notice.message
    # A loss of 39 is beyond the bounds of all but PyTorch.
    assert notice.count == (2 if tool == "pytorch" else 3)
    assert notice.rows[:2] == (3, 4)


@pytest.mark.parametrize("tool", ["pytorch", "keras"])
def test_a_weighted_sum_is_divided_by_all_rows_those_of_weight_0_included(tool):
    theirs = (by_hand(tool) * W).sum() / len(W)
    report = scored(tool, weight="w")
    assert report[NAMES[tool]] == pytest.approx(theirs, rel=1e-6)
    assert NAMES[tool] not in report.intervals
    assert "divides by the rows" in told(report).message


@pytest.mark.parametrize("tool", ["scikit-learn", "scikit-learn-float32", "xgboost", "lightgbm"])
def test_other_tools_divide_by_the_weights(tool):
    theirs = np.average(by_hand(tool), weights=W)
    assert scored(tool, weight="w")[NAMES[tool]] == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("tool", NAMES)
def test_a_count_stands_for_equal_rows(tool):
    counts = np.array([1, 2, 3, 1, 2, 3, 1, 2])
    counted = scored(tool, {**FRAME, "n": counts}, count="n")
    repeated = scored(tool, {name: np.repeat(x, counts) for name, x in FRAME.items()})
    assert counted[NAMES[tool]] == repeated[NAMES[tool]]
    assert told(counted).message == told(repeated).message


def test_the_changes_of_all_reasons_add_up():
    frame = {"y": Y, "q": np.clip(Q, 1e-12, 1 - 1e-12), "w": W}
    report = scored("keras", frame, weight="w")
    changes = list(map(float, re.findall(r"([+-][0-9.e+-]+)\)", told(report).message)))
    assert len(changes) == 3
    found = report["keras_loss"] - report["cross_entropy"]
    assert sum(changes) == pytest.approx(found, rel=1e-2)


def test_sums_of_classes_are_taken_as_they_are_or_divided_by():
    shares = SHARES * np.array([[0.9], [1.1], [0.95]])
    frame = {"y": [1, 2, 0]} | {f"q_{k}": shares[:, k] for k in range(3)}
    happened = shares[[0, 1, 2], [1, 2, 0]]
    report = scored("scikit-learn", frame, prob="q_*", normalize=True)
    theirs = -np.log(np.maximum(happened, 2.0**-52)).mean()
    assert report["sklearn_log_loss"] == pytest.approx(theirs, rel=1e-14)
    assert "takes sums as they are" in told(report).message
    divided = np.clip(happened / shares.sum(axis=1), 1e-7, 1 - 1e-7)
    report = scored("keras", frame, prob="q_*", normalize=True)
    assert report["keras_loss"] == pytest.approx(-np.log(divided).mean(), rel=1e-6)
    near = {**CLASSES, "q_0": SHARES[:, 0] + 1e-4}
    assert "divides by the sum" in told(scored("keras", near, prob="q_*")).message


@pytest.mark.parametrize("tool", ["pytorch", "keras"])
def test_of_logits_nothing_is_kept_finite(tool):
    frame = {"y": Y, "z": np.array([3.0, -1.0, -40.0, 40.0, 0.5, -200.0, 1.0, -1.0])}
    report = scored(tool, frame, prob="z", scale="logit")
    assert report[NAMES[tool]] == report["cross_entropy"]
    assert "same definition" in told(report).message


@pytest.mark.parametrize("tool", NAMES)
def test_the_bits_are_the_same_in_any_order_and_cut(tool, tmp_path):
    generator = np.random.default_rng(5)
    q, y = generator.random(400) ** 9, generator.integers(0, 2, 400)
    reports = []
    for rows, size in ((np.arange(400), None), (generator.permutation(400), 64)):
        path = tmp_path / f"{size}.csv"
        lines = [f"{label},{prob!r}" for label, prob in zip(y[rows], q[rows].tolist(), strict=True)]
        path.write_text("\n".join(["y,q", *lines, ""]))
        reports.append(cecli.score(str(path), label="y", prob="q", like=tool, chunk_bytes=size))
    assert reports[0].metrics[NAMES[tool]] == reports[1].metrics[NAMES[tool]]
    assert told(reports[0]).message == told(reports[1]).message


def test_units_are_those_of_the_report():
    nats, bits = scored("keras"), scored("keras", units="bits")
    assert bits["keras_loss"] == pytest.approx(nats["keras_loss"] / math.log(2), rel=1e-15)
    assert f"is {bits['keras_loss']:.10g} bits" in told(bits).message


def test_groups_have_it_too():
    report = scored("xgboost", {**FRAME, "g": ["a", "b"] * 4}, by="g")
    of_group = {group.key["g"]: group.metrics["xgboost_logloss"] for group in report.groups}
    assert of_group["a"] == pytest.approx(by_hand("xgboost")[::2].mean(), rel=1e-6)


@pytest.mark.parametrize(
    ("tool", "options", "what"),
    [
        ("keras", {"clip": 1e-3}, "--clip cannot be used together"),
        ("scikit-learn", {"target": "q", "label": None}, "no soft labels"),
        ("xgboost", {"scale": "logit"}, "needs probabilities"),
        ("keras", {"weight": "w", "by": "y"}, "divides weighted losses"),
        ("pytorch", {"log_prob": "q", "label": None, "prob": None}, "these are tokens"),
        ("vowpal", {}, "choose lm-eval or"),
    ],
)
def test_what_a_tool_does_not_have_is_refused(tool, options, what):
    frame = {**FRAME, "q": np.full(8, -0.5)} if "log_prob" in options else FRAME
    if "target" in options:
        options = options | {"prob": "w"}
        frame = {**FRAME, "w": np.full(8, 0.5)}
    with pytest.raises(UsageError, match=what):
        scored(tool, frame, **options)


def test_a_command_that_has_no_such_loss_takes_logs_alone():
    with pytest.raises(UsageError, match=r"choose lm-eval or inspect or openai or llama\.cpp$"):
        cecli.worst(FRAME, label="y", prob="q", like="keras")


def test_saved_states_tell_it(tmp_path):
    path = str(tmp_path / "rows.state")
    report = scored("scikit-learn", save_state=path)
    from cecli.states.rebuilding import report_of_files

    again = report_of_files([path])
    assert again.metrics == report.metrics
    assert told(again) == told(report)
