"""Two language models' files: the numbers of SciPy on what is decoded, and errors by name."""

import json
import pickle

import numpy as np
import pytest
from kld_files import decoded, kld_bytes, written
from scipy.special import log_softmax, rel_entr

import cecli
from cecli.core.errors import CecliError, ExitCode

CONTEXT, CLASSES, CHUNKS = 32, 301, 12
FIRST, ROWS = CONTEXT // 2, CONTEXT - 1 - CONTEXT // 2
RNG = np.random.default_rng(20261129)
TOKENS = RNG.integers(0, CLASSES, (CHUNKS, CONTEXT))
LOGITS = RNG.normal(scale=2.5, size=(CHUNKS * ROWS, CLASSES))
BASE = kld_bytes(TOKENS, log_softmax(LOGITS, axis=1))
NOISE = RNG.normal(scale=0.2, size=LOGITS.shape)
MODEL = kld_bytes(TOKENS, log_softmax(LOGITS + NOISE, axis=1))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return written(tmp_path_factory.mktemp("kld"), BASE, MODEL)


@pytest.fixture(scope="module")
def report(files):
    return cecli.kl(*files)


@pytest.fixture(scope="module")
def rows():
    """The log-probabilities of p and q, and the observed tokens, computed otherwise."""
    found = [log_softmax(decoded(x, CONTEXT, CLASSES, CHUNKS), axis=1) for x in (BASE, MODEL)]
    return *found, TOKENS[:, FIRST + 1 :].reshape(-1)


def test_divergences_are_those_of_what_is_decoded(report, rows):
    log_p, log_q, _ = rows
    p, q = np.exp(log_p), np.exp(log_q)
    kl = rel_entr(p, q).sum(axis=1)
    assert report["kl"] == pytest.approx(kl.mean(), rel=1e-12)
    assert report["kl_max"] == pytest.approx(kl.max(), rel=1e-12)
    assert report["kl_p90"] == pytest.approx(np.quantile(kl, 0.9, method="inverted_cdf"), rel=1e-3)
    assert report["reverse_kl"] == pytest.approx(rel_entr(q, p).sum(axis=1).mean(), rel=1e-12)
    m = (p + q) / 2
    js = (rel_entr(p, m) + rel_entr(q, m)).sum(axis=1) / 2
    assert report["js_divergence"] == pytest.approx(js.mean(), rel=1e-11)
    assert report["entropy"] == pytest.approx(-(p * log_p).sum(axis=1).mean(), rel=1e-12)
    assert report["cross_entropy"] == pytest.approx(-(p * log_q).sum(axis=1).mean(), rel=1e-12)
    assert report["top1_agreement"] == (p.argmax(axis=1) == q.argmax(axis=1)).mean()


def test_observed_tokens_are_scored_as_llama_cpp_does(report, rows):
    log_p, log_q, observed = rows
    at = np.arange(len(observed)), observed
    loss_p, loss_q = -log_p[at], -log_q[at]
    assert report.input.rows == len(observed) == CHUNKS * ROWS
    assert report["perplexity_p"] == pytest.approx(np.exp(loss_p.mean()), rel=1e-12)
    assert report["perplexity_q"] == pytest.approx(np.exp(loss_q.mean()), rel=1e-12)
    ratio = np.exp((loss_q - loss_p).mean())
    assert report["perplexity_ratio"] == pytest.approx(ratio, rel=1e-12)
    delta = np.exp(log_q[at]) - np.exp(log_p[at])
    assert report["delta_p"] == pytest.approx(delta.mean(), rel=1e-10)
    assert report["delta_p_rms"] == pytest.approx(np.sqrt((delta**2).mean()), rel=1e-10)


def test_the_interval_of_a_ratio_is_that_of_its_logarithm(report):
    ends, of = (report.intervals[f"{name}perplexity_ratio"] for name in ("", "log_"))
    assert ends.lower == pytest.approx(np.exp(of.lower), rel=1e-14)
    assert ends.upper == pytest.approx(np.exp(of.upper), rel=1e-14)
    assert (of.lower + of.upper) / 2 == pytest.approx(report["log_perplexity_ratio"], rel=1e-9)


def test_errors_are_those_of_chunks(report, rows):
    log_p, log_q, _ = rows
    kl = rel_entr(np.exp(log_p), np.exp(log_q)).sum(axis=1)
    chunk = np.repeat(np.arange(CHUNKS), ROWS)
    plain = cecli.score({"kl": -kl, "chunk": chunk}, log_prob="kl", cluster="chunk")
    expected = plain.intervals["cross_entropy"]
    assert report.intervals["kl"].se == pytest.approx(expected.se, rel=1e-9)
    assert report.intervals["kl"].upper == pytest.approx(expected.upper, rel=1e-9)


def test_the_cut_changes_no_bit(files, report, monkeypatch):
    monkeypatch.setattr("cecli.join.vocabulary.PIECE_BYTES", 2000)
    cut = cecli.kl(*files, workers=2)
    assert cut.metrics == report.metrics
    assert cut.intervals == report.intervals


def test_rows_are_described_to_other_processes_without_what_was_read(files):
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    from cecli.engines.descriptions import described
    from cecli.join.vocabulary import pairs_of_kld
    from cecli.readers.bytes.locations import location_of
    from cecli.readers.tensors.kld import kld_file

    pairs = pairs_of_kld(*(kld_file(location_of(str(path))) for path in files))
    (rows,) = pairs.partitions([])
    description = described(rows)
    assert len(description.content) < TOKENS.astype("<i4").nbytes
    (found,), (expected,) = (
        list(part.chunks()) for part in (pickle.loads(description.content), rows)
    )
    assert found.numbers["kl"].tobytes() == expected.numbers["kl"].tobytes()


def test_groups_are_positions_and_entropies(files, report, cecli):
    done = cecli("kl", *map(str, files), "--by", "position", "--json")
    groups = json.loads(done.stdout)["groups"]
    assert sorted(group["key"]["position"] for group in groups) == [
        "16-19",
        "20-23",
        "24-27",
        "28-31",
    ]
    assert sum(group["rows"] for group in groups) == report.input.rows
    done = cecli("kl", *map(str, files), "--by", "entropy", "--json")
    assert done.returncode == ExitCode.OK


def test_the_first_screen_says_what_it_comes_to(files, cecli):
    shown = cecli("kl", *map(str, files)).stdout
    assert "Where p is true, q loses 0.0176 nats a token more than p itself; both find" in shown
    assert "On the observed tokens neither is better, as far as they tell: perplexity" in shown
    assert "top1_agreement" in shown


def test_rounding_is_stated(report):
    codes = {notice.code: notice.message for notice in report.notices}
    assert "within 0.00012 nats" in codes["rounded"]


def test_sums_other_than_one_are_stated(tmp_path):
    far = np.full((ROWS, 100_000), -20.0)
    far[:, 0] = 0.0
    content = kld_bytes(TOKENS[:1] % 7, far)
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(content)
    report = cecli.kl(tmp_path / "a", tmp_path / "b")
    messages = [n.message for n in report.notices if n.code == "total-p-off"]
    assert "within a factor of 1.011; each row was divided by its sum" in messages[0]
    assert report["kl"] == 0.0


def other(tokens=TOKENS, **shape):
    context = shape.get("context", CONTEXT)
    rows = tokens.shape[0] * (context - 1 - context // 2)
    logits = np.zeros((rows, shape.get("classes", CLASSES)))
    return kld_bytes(tokens[:, :context], log_softmax(logits, axis=1))


DAMAGED = bytearray(MODEL)
DAMAGED[20 + 4 * CONTEXT * CHUNKS : 24 + 4 * CONTEXT * CHUNKS] = b"\xff\xff\xff\x7f"
CHANGED = TOKENS.copy()
CHANGED[3, 4] += 1
BAD = {
    "another vocabulary": (other(classes=350), "its size of the vocabulary is 350, and that of"),
    "another context": (other(context=30), "its context is 30, and that of"),
    "fewer chunks": (other(TOKENS[:5]), "its number of chunks is 5, and that of"),
    "another text": (other(CHANGED), "its token 5 of chunk 4 is another than in"),
    "cut off": (MODEL[:-1], "ends before its arrays do"),
    "too long": (MODEL + bytes(3), "3 bytes follow the last row"),
    "tokens of another vocabulary": (
        MODEL[:20] + CLASSES.to_bytes(4, "little") + MODEL[24:],
        "tokens that are not of its",
    ),
    "nothing": (b"", "is empty"),
    "a header alone": (MODEL[:10], "ends before its arrays do"),
    "no vocabulary": (MODEL[:12] + bytes(4) + MODEL[16:], "its header is damaged"),
    "no such token": (MODEL[:20] + b"\xff" * 4 + MODEL[24:], "tokens that are not of its vocab"),
    "no number": (bytes(DAMAGED), ":1: column "),
    "text": (b"p,q\n1,2\n", "is no file of llama.cpp's log-probabilities"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_what_does_not_match_is_told(files, write, content, message):
    with pytest.raises(CecliError, match=message.replace("(", r"\(")):
        cecli.kl(files[0], write(content, "other.kld"))


def test_one_file_alone_is_told_what_to_do(cecli, files):
    done = cecli("score", str(files[0]))
    assert done.returncode == ExitCode.INPUT
    assert "hint: two such files of the same text are compared: cecli kl BASE.kld " in done.stderr


def test_options_without_use_are_refused(cecli, files):
    done = cecli("kl", *map(str, files), "--p", "x")
    assert done.returncode == ExitCode.USAGE
    assert "--p has no use for files of log-probabilities" in done.stderr
