"""-inf is the logarithm of 0, and a logit may be infinite: the rules are those of 0 and 1."""

import math

import numpy as np
import pytest

import cecli
from cecli.core.errors import InputError, RowError

Y = [1, 0, 0, 1, 1]
Q, Q2 = [1.0, 0.0, 0.25, 0.5, 0.75], [1.0, 0.125, 0.0, 0.5, 0.5]
MISSED, MISSED2 = [0.0, *Q[1:]], [0.0, *Q2[1:]]
K = ["a", "b", "b", "c"]
P_K = np.array([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.25, 0.5, 0.25], [0.25, 0.0, 0.75]])
SCALES = ["logit", "log-probability"]


def on(scale, values):
    """Return probabilities on a scale, as numbers in text are written."""
    values = np.asarray(values)
    with np.errstate(divide="ignore"):
        rest = np.log1p(-values) if scale == "logit" else 0.0
        return (np.log(values) - rest).tolist()


def numbers(report):
    return dict(report.metrics)


def same(found, plain):
    assert found.keys() == plain.keys()
    for name, value in plain.items():
        assert found[name] == (
            value if value is None or math.isinf(value) else pytest.approx(value, 1e-12)
        ), name


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("q", [Q, MISSED])
def test_a_score_is_that_of_0_and_1(scale, q, tmp_path):
    plain = cecli.score({"y": Y, "p": q})
    found = cecli.score({"y": Y, "p": on(scale, q)}, scale=scale)
    same(numbers(found), numbers(plain))
    codes = [notice.code for notice in plain.notices]
    assert [notice.code for notice in found.notices] == codes
    path = tmp_path / "d.csv"
    path.write_text("y,p\n" + "".join(f"{y},{p}\n" for y, p in zip(Y, on(scale, q), strict=True)))
    same(numbers(cecli.score(path, scale=scale)), numbers(plain))


@pytest.mark.parametrize("scale", SCALES)
def test_other_commands_take_them_too(scale):
    plain = {"y": Y, "p": MISSED, "q": MISSED2, "r": Q}
    found = {"y": Y, **{name: on(scale, plain[name]) for name in "pqr"}}
    for p, q in (("p", "q"), ("q", "p"), ("r", "q")):
        same(numbers(cecli.kl(found, p=p, q=q, scale=scale)), numbers(cecli.kl(plain, p=p, q=q)))
    same(
        numbers(cecli.entropy(found, prob="p", scale=scale)),
        numbers(cecli.entropy(plain, prob="p")),
    )
    rows = [
        [(row.line, row.loss) for row in cecli.worst(data, prob="p", **options).rows]
        for data, options in ((found, {"scale": scale}), (plain, {}))
    ]
    assert rows[0][0] == rows[1][0] == (1, math.inf)
    assert [line for line, _ in rows[0]] == [line for line, _ in rows[1]]
    compared = [
        cecli.compare(data, prob=["r", "q"], clip=0.01, **options).to_dict()["comparisons"]
        for data, options in ((found, {"scale": scale}), (plain, {}))
    ]
    first, second = (found[0]["metrics"]["difference"] for found in compared)
    assert first == pytest.approx(second, rel=1e-12)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("spelling", ["-inf", "-Inf", "-INFINITY", " -inf "])
def test_classes_at_minus_infinity_are_impossible(scale, spelling, tmp_path):
    with np.errstate(divide="ignore"):
        values = np.log(P_K)
    cells = [[spelling if x == -math.inf else repr(float(x)) for x in row] for row in values]
    path = tmp_path / "d.csv"
    lines = [",".join([y, *row]) for y, row in zip(K, cells, strict=True)]
    path.write_text("\n".join(["y,p_a,p_b,p_c", *lines]) + "\n")
    plain = {"y": K, **{f"p_{name}": P_K[:, i] for i, name in enumerate("abc")}}
    same(
        numbers(cecli.score(path, prob=["p_*"], scale=scale)),
        numbers(cecli.score(plain, prob=["p_*"])),
    )


def test_a_masked_token_costs_infinitely_much_and_is_counted():
    report = cecli.score({"lp": [-1.0, -math.inf, -2.0]}, log_prob="lp")
    assert report["cross_entropy"] == math.inf
    assert [(notice.code, notice.rows) for notice in report.notices] == [("infinite-loss", (2,))]


def test_a_clip_moves_infinite_logits():
    found = cecli.score({"y": Y, "p": on("logit", MISSED)}, scale="logit", clip=0.01)
    plain = cecli.score({"y": Y, "p": MISSED}, clip=0.01)
    same(numbers(found), numbers(plain))
    with np.errstate(divide="ignore"):
        logits = {"y": K[::-1], **{f"p_{c}": np.log(P_K[:, i]) for i, c in enumerate("abc")}}
    shares = {"y": K[::-1], **{f"p_{c}": P_K[:, i] for i, c in enumerate("abc")}}
    clipped = {"prob": ["p_*"], "clip": 0.01}
    same(
        numbers(cecli.score(logits, scale="logit", **clipped)),
        numbers(cecli.score(shares, **clipped)),
    )


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"lp": [-1.0, math.inf]}, {"log_prob": "lp"}, r":2: column lp: 'inf' is not the log"),
        ({"lp": [-1.0, math.nan]}, {"log_prob": "lp"}, r":2: column lp: .*(empty|missing)"),
        ({"lp": ["-1", "-1e999"]}, {"log_prob": "lp"}, r":2: column lp: '-1e999' is not the log"),
        ({"y": [1, 0], "p": [0.0, 1e301]}, {"scale": "logit"}, r":2: column p: '1e\+301' is not"),
        (
            {"y": ["a", "b"], "p_a": [0.0, -math.inf], "p_b": [0.0, -math.inf]},
            {"scale": "logit", "prob": ["p_*"]},
            r":2: all logits are -inf",
        ),
        (
            {"y": ["a", "b"], "p_a": [0.0, math.inf], "p_b": [0.0, math.inf]},
            {"scale": "logit", "prob": ["p_*"]},
            r":2: 2 logits are inf",
        ),
        (
            {"y": ["a", "b"], "p_a": [-1.0, -math.inf], "p_b": [-1.0, -math.inf]},
            {"scale": "log-probability", "prob": ["p_*"], "normalize": True},
            r":2: the probabilities add up to 0",
        ),
    ],
)
def test_what_determines_no_probability_is_refused(columns, options, message):
    with pytest.raises(RowError, match=message):
        cecli.score(columns, **options)


def test_a_missing_value_may_still_be_called_minus_infinity(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("lp\n-1\n-inf\n-2\n")
    report = cecli.score(path, log_prob="lp", missing=["-inf", "skip"])
    assert report["cross_entropy"] == 1.5
    with pytest.raises(InputError, match=":3: column lp: '-inf' is a missing value"):
        cecli.score(path, log_prob="lp", missing=["-inf"])


@pytest.mark.parametrize("scale", SCALES)
def test_a_fit_refuses_them_as_it_refuses_0_and_1(scale):
    data = {"y": Y * 2, "p": on(scale, Q * 2)}
    with pytest.raises(InputError, match="probability of exactly 0 or 1"):
        cecli.fit(data, model="platt", scale=scale)
    clipped = cecli.fit(data, model="platt", scale=scale, clip=0.01, prior_sd=1.0)
    plain = cecli.fit({"y": Y * 2, "p": Q * 2}, model="platt", clip=0.01, prior_sd=1.0)
    assert clipped["slope"] == pytest.approx(plain["slope"], rel=1e-9)


@pytest.mark.parametrize("scale", SCALES)
def test_certain_predictions_stay_certain_when_recalibrated(scale):
    told = []
    added = cecli.apply(
        {"p": on(scale, Q)},
        prob=["p"],
        scale=scale,
        base_rate=0.5,
        prior_shift=0.25,
        tell=told.append,
    )
    plain = cecli.apply({"p": Q}, base_rate=0.5, prior_shift=0.25)["calibrated"]
    np.testing.assert_allclose(added["calibrated"], on(scale, plain), rtol=1e-12, atol=1e-15)
    count = {"logit": "2 rows are", "log-probability": "1 row is"}[scale]
    assert told == [f"{count} written as infinite logarithms, where an error costs infinitely much"]
