"""The numbers of llama.cpp, against its formulas, written again in float32 as it has them."""

import json
import math

import numpy as np
import pytest
from kld_files import decoded, kld_bytes, written
from scipy.special import log_softmax

import cecli
from cecli.core.errors import ExitCode

CONTEXT, CLASSES, CHUNKS = 32, 301, 12
ROWS = CHUNKS * (CONTEXT - 1 - CONTEXT // 2)
RNG = np.random.default_rng(20261129)
# So far apart that codes end before the least likely tokens do.
LOGITS = RNG.normal(scale=5.0, size=(ROWS, CLASSES))
# Drawn from the base.
TOKENS = np.zeros((CHUNKS, CONTEXT), dtype=np.int64)
TOKENS[:, CONTEXT // 2 + 1 :] = (
    (LOGITS + RNG.gumbel(size=LOGITS.shape)).argmax(axis=1).reshape(CHUNKS, -1)
)
OBSERVED = TOKENS[:, CONTEXT // 2 + 1 :].reshape(-1)
NOISE = RNG.normal(scale=0.3, size=LOGITS.shape)
BASE, MODEL = (kld_bytes(TOKENS, log_softmax(x, axis=1)) for x in (LOGITS, LOGITS + NOISE))
F = np.float32
LEVELS = ("99.9", "99.0", "95.0", "90.0", "10.0", "5.0", "1.0", "0.1")


class Sums(dict):
    def __missing__(self, name):
        return 0.0


def of_token(sums, logits, codes, token):
    """What `log_softmax` does with a token: the divergence, and the difference of probabilities."""
    scale, least = (F(codes[i : i + 2].view("<f4")[0]) for i in (0, 2))
    codes = codes[4 : 4 + CLASSES]
    most = logits.max()
    log_sum = F(math.log(float(np.exp(logits - most).sum(dtype="f8"))))
    loss = F(most + log_sum - logits[token])
    of_base = F(-(scale * F(codes[token]) + least))
    for name, value in (("q", loss), ("p", of_base)):
        sums[name] += float(value)
        sums[name * 2] += float(value * value)
    sums["pq"] += float(loss * of_base)
    logs = (scale * codes.astype("f4") + least).astype("f4")
    counts = logs > -16.0
    terms = np.exp(logs[counts]) * (logs[counts] - logits[counts] + (most + log_sum))
    divergence = float(terms.sum(dtype="f8"))
    sums["kl"] += divergence
    sums["klkl"] += divergence * divergence
    sums["same"] += int(logits.argmax()) == int(logs.argmax())
    delta = F(np.exp(-loss) - np.exp(-of_base))
    sums["d"] += float(delta)
    sums["dd"] += float(delta * delta)
    sums["dddd"] += float(delta * delta) ** 2
    return F(divergence), delta


def mean(sums, name, squares):
    found = sums[name] / ROWS
    spread = sums[squares] / ROWS - found * found
    return found, math.sqrt(spread / (ROWS - 1)) if spread > 0 else 0.0


def percentile(values, share):
    place = F(share) * F(len(values) - 1)
    low = int(place)
    part = place - F(low)
    return (1 - part) * values[low] + part * values[min(low + 1, len(values) - 1)]


def printed(name, values, levels):
    """The lines of the quantiles of some values; an odd number of them has one in the middle."""
    values, n = sorted(values), len(values)
    middle = values[n // 2] if n % 2 else F(0.5) * (values[n // 2] + values[n // 2 - 1])
    found = {f"Maximum {name}": values[-1], f"Median {name}": middle, f"Minimum {name}": values[0]}
    found |= {f"{level}% {name}": percentile(values, F(float(level)) / F(100)) for level in levels}
    return {key: (float(value), None) for key, value in found.items()}


@pytest.fixture(scope="module")
def expected():
    """The value and the ± of each line that llama.cpp prints."""
    logits = decoded(MODEL, CONTEXT, CLASSES, CHUNKS).astype("f4")
    codes = np.frombuffer(BASE, "<u2", offset=20 + 4 * CONTEXT * CHUNKS).reshape(ROWS, -1)
    sums = Sums()
    rows = [of_token(sums, *row) for row in zip(logits, codes, OBSERVED, strict=True)]
    (q, q_se), (p, p_se) = mean(sums, "q", "qq"), mean(sums, "p", "pp")
    covariance = (sums["pq"] / ROWS - sums["p"] / ROWS * sums["q"] / ROWS) / (ROWS - 1)
    of_q, of_p = math.exp(q), math.exp(p)
    ratio_se = math.sqrt(q_se**2 + p_se**2 - 2 * covariance)
    difference_se = math.sqrt(
        (of_q * q_se) ** 2 + (of_p * p_se) ** 2 - 2 * of_q * of_p * covariance
    )
    same = sums["same"] / ROWS
    square, square_se = mean(sums, "dd", "dddd")
    return {
        "Mean PPL(Q)": (of_q, of_q * q_se),
        "Mean PPL(base)": (of_p, of_p * p_se),
        "Cor(ln(PPL(Q)), ln(PPL(base)))": (covariance / (q_se * p_se), None),
        "Mean ln(PPL(Q)/PPL(base))": (q - p, ratio_se),
        "Mean PPL(Q)/PPL(base)": (math.exp(q - p), math.exp(q - p) * ratio_se),
        "Mean PPL(Q)-PPL(base)": (of_q - of_p, difference_se),
        "Mean KLD": mean(sums, "kl", "klkl"),
        **printed(
            "KLD",
            [kl for kl, _ in rows],
            LEVELS,
        ),
        "Mean Δp": mean(sums, "d", "dd"),
        **printed("Δp", [delta for _, delta in rows], [*LEVELS, "75.0", "25.0"]),
        "RMS Δp": (math.sqrt(square), 0.5 / math.sqrt(square) * square_se),
        "Same top p": (same, math.sqrt(same * (1 - same) / (ROWS - 1))),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return written(tmp_path_factory.mktemp("llama"), BASE, MODEL)


@pytest.fixture(scope="module")
def report(files):
    return cecli.kl(*files, like="llama.cpp")


def test_all_lines_of_llama_cpp_are_there(report, expected):
    assert set(report.metrics) == set(expected)


def test_numbers_are_those_of_llama_cpp_but_for_its_float32(report, expected):
    for name, (value, error) in expected.items():
        assert report[name] == pytest.approx(value, rel=2e-6, abs=3e-6), name
        interval = report.intervals.get(name)
        assert (interval is None) == (error is None), name
        if interval is not None:
            assert interval.se == pytest.approx(error, rel=1e-4), name


def test_codes_are_not_divided_by_their_sum(files, report):
    ours = cecli.kl(*files)
    assert report["Mean KLD"] != pytest.approx(ours["kl"], rel=1e-6)
    assert report["Mean PPL(base)"] != pytest.approx(ours["perplexity_p"], rel=1e-9)
    assert report["Mean PPL(Q)"] == pytest.approx(ours["perplexity_q"], rel=1e-12)
    assert report["Same top p"] == ours["top1_agreement"]
    assert [n.code for n in report.notices][:1] == ["like-llama.cpp"]


def test_the_table_has_the_digits_of_llama_cpp(files, report, cecli):
    done = cecli("kl", *map(str, files), "--like", "llama.cpp")
    assert done.returncode == ExitCode.OK
    cells = {line[:30].strip(): line[30:].split() for line in done.stdout.splitlines()}
    assert cells["Mean KLD"] == [
        f"{report['Mean KLD']:.6f}",
        f"{report.intervals['Mean KLD'].se:.6f}",
    ]
    assert cells["RMS Δp"][:2] == [f"{100 * report['RMS Δp']:.3f}", "%"]
    done = cecli("kl", *map(str, files), "--like", "llama.cpp", "--json")
    assert json.loads(done.stdout)["metrics"] == report.metrics


def test_an_infinite_loss_is_no_number_that_looks_right():
    p, q = LOGITS.copy(), LOGITS + NOISE
    q[3, OBSERVED[3]] = -np.inf
    found = cecli.kl(p, q, scale="logit", tokens=OBSERVED, like="llama.cpp")
    assert found["Mean PPL(Q)"] == found["Mean KLD"] == found["Maximum KLD"] == math.inf
    assert found["Cor(ln(PPL(Q)), ln(PPL(base)))"] is None
    assert math.isfinite(found["Mean Δp"])


def test_files_of_arrays_have_the_numbers_of_arrays(tmp_path):
    both = {"p": LOGITS, "q": LOGITS + NOISE, "tokens": OBSERVED}
    np.savez(tmp_path / "both.npz", **both)
    asked = {"p": "p", "q": "q", "tokens": "tokens", "scale": "logit", "like": "llama.cpp"}
    assert cecli.kl(tmp_path / "both.npz", **asked).metrics == cecli.kl(both, **asked).metrics


def test_few_tokens_are_told_and_options_without_use_refused(files):
    few = cecli.kl(LOGITS[:5], LOGITS[:5], scale="logit", tokens=OBSERVED[:5], like="llama.cpp")
    assert few["Mean KLD"] == 0.0
    assert "few-tokens" in [notice.code for notice in few.notices]
    with pytest.raises(cecli.UsageError, match="takes tokens for independent"):
        cecli.kl(*files, like="llama.cpp", by="position")
    with pytest.raises(cecli.UsageError, match="needs the observed tokens"):
        cecli.kl(LOGITS[None], LOGITS[None], scale="logit", like="llama.cpp")
