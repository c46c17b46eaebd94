"""Two models' distributions in arrays: the numbers of SciPy, whatever they are stored as and in."""

import json
import struct

import numpy as np
import pytest
from scipy.special import log_softmax, rel_entr, softmax

import cecli
from cecli.core.errors import CecliError, ExitCode

CHUNKS, POSITIONS, CLASSES = 9, 12, 301
ROWS = CHUNKS * POSITIONS
RNG = np.random.default_rng(20261129)
LOGITS = RNG.normal(scale=3.0, size=(ROWS, CLASSES))
OTHERS = LOGITS + RNG.normal(scale=0.2, size=LOGITS.shape)
TOKENS = RNG.integers(0, CLASSES, ROWS)
DOCUMENTS = np.repeat(np.arange(CHUNKS), POSITIONS)


def safetensors(**arrays):
    """Return the content of a file, by the format's documentation; uint16 stands for bfloat16."""
    names = {"float32": "F32", "float16": "F16", "float64": "F64", "int64": "I64", "uint16": "BF16"}
    header, data = {}, b""
    for name, array in arrays.items():
        ends = [len(data), len(data) + array.nbytes]
        header[name] = {
            "dtype": names[array.dtype.name],
            "shape": array.shape,
            "data_offsets": ends,
        }
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def bfloats(values):
    return (values.astype("f4").view("u4") >> 16).astype("u2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("arrays")
    for name, array in (("base", LOGITS), ("model", OTHERS)):
        np.save(folder / f"{name}.npy", array.astype("f4"))
    np.save(folder / "tokens.npy", TOKENS)
    np.save(folder / "documents.npy", DOCUMENTS)
    return folder


@pytest.fixture(scope="module")
def report(folder):
    """Return the report of both files, with observed tokens, clustered by document."""
    named = {name: str(folder / f"{name}.npy") for name in ("tokens", "documents")}
    return cecli.kl(
        folder / "base.npy",
        folder / "model.npy",
        scale="logit",
        tokens=named["tokens"],
        cluster=named["documents"],
        by="position",
    )


def kl_of(p, q):
    return rel_entr(softmax(p, axis=1), softmax(q, axis=1)).sum(axis=1)


def test_figures_are_those_of_scipy(report):
    p, q = (x.astype("f4").astype("f8") for x in (LOGITS, OTHERS))
    kl = kl_of(p, q)
    assert report["kl"] == pytest.approx(kl.mean(), rel=1e-12)
    assert report["kl_min"] == pytest.approx(kl.min(), rel=1e-12)
    assert report["kl_p05"] == pytest.approx(np.quantile(kl, 0.05, method="inverted_cdf"), rel=1e-3)
    loss_p, loss_q = (-log_softmax(x, axis=1)[range(ROWS), TOKENS] for x in (p, q))
    assert report["perplexity_p"] == pytest.approx(np.exp(loss_p.mean()), rel=1e-12)
    difference = np.exp(loss_q.mean()) - np.exp(loss_p.mean())
    assert report["perplexity_difference"] == pytest.approx(difference, rel=1e-9)
    assert report["loss_correlation"] == pytest.approx(np.corrcoef(loss_p, loss_q)[0, 1], rel=1e-10)
    delta = np.exp(-loss_q) - np.exp(-loss_p)
    assert (report["delta_p_min"], report["delta_p_max"]) == (
        pytest.approx(delta.min(), rel=1e-10),
        pytest.approx(delta.max(), rel=1e-10),
    )
    for name, level in (("p001", 0.001), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p999", 0.999)):
        expected = np.quantile(delta, level, method="inverted_cdf")
        assert report[f"delta_p_{name}"] == pytest.approx(expected, rel=1e-3), name


def test_rows_of_a_document_depend_on_each_other(report):
    p, q = (x.astype("f4").astype("f8") for x in (LOGITS, OTHERS))
    table = {"kl": -kl_of(p, q), "doc": DOCUMENTS}
    expected = cecli.score(table, log_prob="kl", cluster="doc").intervals["cross_entropy"]
    assert report.intervals["kl"].se == pytest.approx(expected.se, rel=1e-9)
    assert not [n for n in report.notices if n.code == "rows-independent"]
    keys = sorted(group.key["position"] for group in report.groups)
    assert keys == ["0-1", "10-11", "2-3", "4-5", "6-7", "8-9"]


def metrics(p, q, **options):
    return cecli.kl(p, q, **{"scale": "logit", "tokens": TOKENS, **options}).metrics


def test_memory_and_files_have_the_same_bits(report):
    p, q = LOGITS.astype("f4"), OTHERS.astype("f4")
    assert metrics(p, q) == report.metrics
    table = {"p": p, "q": q, "tokens": TOKENS, "doc": DOCUMENTS}
    found = cecli.kl(table, p="p", q="q", tokens="tokens", cluster="doc", scale="logit")
    assert found.metrics == report.metrics
    assert found.intervals == report.intervals


def test_three_dimensions_are_chunks_of_positions(report):
    shape = (CHUNKS, POSITIONS, CLASSES)
    p, q = (x.astype("f4").reshape(shape) for x in (LOGITS, OTHERS))
    found = cecli.kl(p, q, scale="logit", tokens=TOKENS.reshape(shape[:2]), by="position")
    assert found.metrics == report.metrics
    assert found.intervals == report.intervals
    assert [group.results for group in found.groups] == [group.results for group in report.groups]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_has_the_arrays_by_name(tmp_path, report, save):
    path = tmp_path / "both.npz"
    save(path, p=LOGITS.astype("f4"), q=OTHERS.astype("f4"), t=TOKENS, doc=DOCUMENTS)
    found = cecli.kl(path, p="p", q="q", tokens="t", cluster="doc", scale="logit")
    assert found.metrics == report.metrics
    assert found.intervals == report.intervals


@pytest.mark.parametrize(
    ("dtype", "read"),
    [
        ("f8", np.asarray),
        ("f4", lambda x: x.astype("f8")),
        ("f2", lambda x: x.astype("f8")),
        ("u2", lambda x: (x.astype("u4") << 16).view("f4").astype("f8")),
    ],
)
def test_every_type_of_float_is_read_from_safetensors(tmp_path, dtype, read):
    stored = [bfloats(x) if dtype == "u2" else x.astype(dtype) for x in (LOGITS, OTHERS)]
    path = tmp_path / "odd.safetensors"
    path.write_bytes(safetensors(p=stored[0], q=stored[1]))
    found = cecli.kl(path, p="p", q="q", scale="logit")
    assert found["kl"] == pytest.approx(kl_of(*map(read, stored)).mean(), rel=1e-11)
    rounded = [notice.message for notice in found.notices if notice.code == "rounded"]
    assert bool(rounded) == (dtype in {"f2", "u2"})


@pytest.mark.parametrize("dtype", ["f2", "u2"])
def test_rounding_alone_gives_no_larger_a_kl_than_the_notice_says(tmp_path, dtype):
    rounded = bfloats(LOGITS) if dtype == "u2" else LOGITS.astype(dtype)
    path = tmp_path / "same.safetensors"
    path.write_bytes(safetensors(p=LOGITS.astype("f4"), q=rounded))
    found = cecli.kl(path, p="p", q="q", scale="logit")
    (told,) = (notice.message for notice in found.notices if notice.code == "rounded")
    assert 0.0 < found["kl"] <= float(told.rpartition(" ")[2])


def test_all_scales_are_one_distribution(report):
    p, q = (x.astype("f4").astype("f8") for x in (LOGITS, OTHERS))
    logs = metrics(*(log_softmax(x, axis=1) for x in (p, q)), scale="log-probability")
    probabilities = metrics(*(softmax(x, axis=1) for x in (p, q)), scale="probability")
    for name in ("kl", "js_divergence", "perplexity_q", "top5_overlap"):
        assert logs[name] == pytest.approx(report[name], rel=1e-10)
        assert probabilities[name] == pytest.approx(report[name], rel=1e-10)


def test_without_tokens_there_is_nothing_of_observed_ones():
    p, q = (x.reshape(CHUNKS, POSITIONS, CLASSES) for x in (LOGITS, OTHERS))
    found = cecli.kl(p, q, scale="logit")
    assert not [name for name in found.metrics if "perplexity" in name or "delta" in name]
    assert "top1_agreement" in found.metrics


def test_rows_without_a_token_are_left_out_and_counted(report):
    tokens = TOKENS.copy()
    tokens[::3] = -100
    found = cecli.kl(LOGITS, OTHERS, scale="logit", tokens=tokens)
    keep = tokens >= 0
    assert found["kl"] == pytest.approx(kl_of(LOGITS[keep], OTHERS[keep]).mean(), rel=1e-12)
    (notice,) = (each for each in found.notices if each.code == "unscored")
    assert (notice.count, notice.rows[:2]) == (36, (1, 4))


def test_bad_rows_are_skipped_if_asked():
    p = LOGITS.copy()
    p[5, 7], p[6] = np.nan, -np.inf
    found = cecli.kl(p, OTHERS, scale="logit", tokens=TOKENS, on_bad_row="skip")
    keep = np.delete(np.arange(ROWS), [5, 6])
    assert found["kl"] == pytest.approx(kl_of(p[keep], OTHERS[keep]).mean(), rel=1e-12)
    assert found.input.skipped == {"bad-value": 2}


def test_rows_without_known_texts_are_called_independent():
    found = cecli.kl(LOGITS, OTHERS, scale="logit", tokens=TOKENS)
    assert "--cluster" in next(n.message for n in found.notices if n.code == "rows-independent")


def changed(row, column, value):
    found = LOGITS.copy()
    found[row, column] = value
    return found


BAD = {
    "no number": (changed(3, 8, np.nan), {}, ":4: array 'p', column 8: nan is no logit"),
    "infinite": (changed(0, 0, np.inf), {}, ":1: array 'p', column 0: inf is no logit"),
    "no token is possible": (
        changed(2, ..., -np.inf),
        {},
        ":3: array 'p', all 301 columns are -inf",
    ),
    "logits as probabilities": (LOGITS, {"scale": "probability"}, "--from logit"),
    "percent": (LOGITS, {"scale": "percent"}, "--from percent has no use"),
    "another vocabulary": (LOGITS[:, :300], {}, r"cut it: array\[..., :300\]"),
    "another number of columns": (LOGITS[:, :300], {}, r"has 301 columns, and 'p' of <arrays> 300"),
    "transposed": (LOGITS.T, {}, r"transpose one, array\.T$"),
    "fewer rows": (LOGITS[:50], {"tokens": TOKENS[:50]}, "the same place of the same text"),
    "integers": (LOGITS.astype(int), {}, "float16, bfloat16, float32 or float64"),
    "fewer tokens": (LOGITS, {"tokens": TOKENS[:9]}, "must have a value for each row"),
    "a foreign token": (LOGITS, {"tokens": TOKENS + 100}, "is not of the vocabulary of 301"),
    "tokens are texts": (LOGITS, {"tokens": TOKENS.astype(str)}, "tokens are integers"),
    "no such file": (LOGITS, {"tokens": "no.npy"}, "neither an array of the first input nor"),
    "weights": (LOGITS, {"weight": "w"}, "--weight has no use for distributions"),
    "no such group": (LOGITS, {"by": "x"}, "there is no column 'x'"),
    "another tool": (LOGITS, {"like": "openai"}, "is no log of openai"),
    "bits of llama.cpp": (LOGITS, {"like": "llama.cpp", "units": "bits"}, "nats alone"),
}


@pytest.mark.parametrize(("p", "options", "message"), BAD.values(), ids=BAD)
def test_what_does_not_fit_is_told(p, options, message):
    with pytest.raises(CecliError, match=message):
        cecli.kl(p, OTHERS, **{"scale": "logit", "tokens": TOKENS, **options})


def test_the_command_line_reads_two_files(folder, cecli):
    files = [str(folder / f"{name}.npy") for name in ("base", "model")]
    tokens = str(folder / "tokens.npy")
    done = cecli("kl", *files, "--from", "logit", "--tokens", tokens, "--json")
    assert json.loads(done.stdout)["columns"] == {"tokens": tokens}
    done = cecli("kl", *files, "--from", "logit", "--by", "entropy")
    assert done.returncode == ExitCode.OK
    assert "more than p itself, whose entropy is" in done.stdout
    done = cecli("kl", *files)
    assert done.returncode == ExitCode.INPUT
    assert "base.npy:1: array 'base', column " in done.stderr
    assert "hint: --from logit or --from log-probability" in done.stderr


def test_a_gate_takes_two_files(folder, cecli):
    base, model = (str(folder / f"{name}.npy") for name in ("base", "model"))
    done = cecli(
        "check", model, "--baseline-file", base, "--from", "logit",
        "--max", "kl=0.1", "--min", "top1_agreement=0.999",
        "--cluster", str(folder / "documents.npy"), "--confidence", "0.95", "--format", "jsonl",
    )  # fmt: skip
    assert done.returncode == ExitCode.CHECK_FAILED
    assert "failed: top1_agreement is 0." in done.stderr
    assert '"passed": true' in done.stdout
    done = cecli("check", model, "--baseline-file", base, "--from", "logit",
                 "--max-increase", "kl=0.1")  # fmt: skip
    assert done.returncode == ExitCode.USAGE
    assert "which is a change itself" in done.stderr


@pytest.mark.parametrize("dtype", ["f4", "f2"])
@pytest.mark.parametrize("scale", ["logit", "log-probability"])
def test_probabilities_are_not_read_as_logarithms(dtype, scale):
    p, q = (softmax(x, axis=1).astype(dtype) for x in (LOGITS, OTHERS))
    with pytest.raises(CecliError, match="it has probabilities") as refused:
        cecli.kl(p, q, scale=scale, tokens=TOKENS)
    assert refused.value.hint.startswith("--from probability")
    assert cecli.kl(p, q, tokens=TOKENS)["kl"] > 1e-3
    logs = (log_softmax(x, axis=1).astype("f4") for x in (LOGITS, OTHERS))
    assert cecli.kl(*logs, scale=scale, tokens=TOKENS)["kl"] > 1e-3


@pytest.mark.parametrize(("p", "q", "wrong"), [("base", "qant", "qant"), ("bse", "quant", "bse")])
def test_the_name_that_is_wrong_is_told(tmp_path, p, q, wrong):
    path = tmp_path / "both.safetensors"
    path.write_bytes(safetensors(base=LOGITS.astype("f4"), quant=OTHERS.astype("f4")))
    with pytest.raises(CecliError, match=f"no column '{wrong}'; the columns are 'base', 'quant'"):
        cecli.kl(path, p=p, q=q, scale="logit")


def test_positions_that_are_not_known_are_not_grouped_by():
    with pytest.raises(CecliError, match="no known position") as refused:
        cecli.kl(LOGITS, OTHERS, scale="logit", tokens=TOKENS, by="position")
    assert "--cluster" in refused.value.hint


def test_arrays_without_rows_are_told(tmp_path):
    path = tmp_path / "none.npy"
    np.save(path, LOGITS[:0])
    with pytest.raises(CecliError, match="no data rows"):
        cecli.kl(path, path, scale="logit")


def test_rows_with_an_infinite_divergence_are_told():
    masked = LOGITS.copy()
    masked[[4, 9], 7] = -np.inf
    for p, q, code in (
        (LOGITS, masked, "infinite-kl"),
        (masked, LOGITS, "infinite-reverse-kl"),
    ):
        found = cecli.kl(p, q, scale="logit", tokens=TOKENS)
        (notice,) = (n for n in found.notices if n.code.startswith("infinite"))
        assert (notice.code, notice.count, list(notice.rows)) == (code, 2, [5, 10])
    found = cecli.kl(masked, masked, scale="logit", tokens=TOKENS)
    assert not [n for n in found.notices if n.code.startswith("infinite")]


def test_a_file_beside_itself_is_noticed(tmp_path):
    path = tmp_path / "p.npy"
    np.save(path, LOGITS.astype("f4"))
    report = cecli.kl(str(path), str(path), scale="logit")
    assert "one-file" in [notice.code for notice in report.notices]
    assert report["kl"] == 0.0


@pytest.mark.parametrize("shift", [0.0, 8.0])
def test_nothing_diverges_from_itself_whatever_the_constant_of_its_logits(shift):
    """Sums of powers of two are exact, so a shift of 8 changes no digit."""
    p = np.round(LOGITS * 2.0**30) / 2.0**30
    found = metrics(p, p + shift)
    assert {found[name] for name in ("kl", "reverse_kl", "js_divergence", "kl_max")} == {0.0}
    assert metrics(p, np.round(OTHERS))["js_divergence"] > 0.0


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed, None])
def test_arrays_that_are_stored_by_column_have_the_same_bits(tmp_path, report, save):
    p, q = (np.asfortranarray(x.astype("f4")) for x in (LOGITS, OTHERS))
    more = {"scale": "logit", "tokens": TOKENS}
    if save is None:
        for name, array in (("p", p), ("q", q)):
            np.save(tmp_path / f"{name}.npy", array)
        np.save(tmp_path / "t.npy", TOKENS)
        more["tokens"] = str(tmp_path / "t.npy")
        found = cecli.kl(tmp_path / "p.npy", tmp_path / "q.npy", **more)
    else:
        save(tmp_path / "both.npz", p=p, q=q, t=TOKENS)
        found = cecli.kl(tmp_path / "both.npz", p="p", q="q", **{**more, "tokens": "t"})
    assert found.metrics == report.metrics


def test_three_dimensions_that_are_stored_backwards_are_refused_with_advice(tmp_path):
    shape = (CHUNKS, POSITIONS, CLASSES)
    np.save(tmp_path / "p.npy", np.asfortranarray(LOGITS.reshape(shape)))
    with pytest.raises(CecliError, match="has its first dimension of 3 innermost") as caught:
        cecli.kl(tmp_path / "p.npy", tmp_path / "p.npy", scale="logit")
    assert "numpy.ascontiguousarray(array)" in caught.value.hint


def test_two_arrays_of_a_file_are_not_one(tmp_path):
    path = tmp_path / "both.npz"
    np.savez(path, base=LOGITS, other=OTHERS)
    for q, is_told in (("base", True), ("other", False)):
        report = cecli.kl(path, p="base", q=q, scale="logit")
        assert ("one-file" in [notice.code for notice in report.notices]) is is_told


FEW = softmax(LOGITS[:, :4], axis=1), softmax(OTHERS[:, :4], axis=1)


def of_few(tmp_path, p, q, **options):
    for name, array in (("p", p), ("q", q)):
        np.save(tmp_path / f"{name}.npy", array)
    return cecli.kl(tmp_path / "p.npy", tmp_path / "q.npy", **options)


def test_predictions_of_a_few_classes_are_no_tokens(tmp_path):
    found = of_few(tmp_path, *FEW)
    assert found["kl"] == pytest.approx(rel_entr(*FEW).sum(axis=1).mean(), rel=1e-12)
    assert found.task == "categorical"
    assert "token" not in str(found)
    assert not found.notices
    agreed = (FEW[0].argmax(axis=1) == FEW[1].argmax(axis=1)).mean()
    assert found["top1_agreement"] == pytest.approx(agreed)
    assert "top5_overlap" not in found.metrics, "of four classes, any two have all five"


@pytest.mark.parametrize("factor", [1.05, 0.9])
@pytest.mark.parametrize("side", [0, 1])
def test_rows_that_do_not_add_up_to_one_are_refused(tmp_path, factor, side):
    sides = [one.copy() for one in FEW]
    sides[side][7] *= factor
    name = "pq"[side]
    said = f"{name}.npy:8: array '{name}', the probabilities add up to {factor:g}, not to 1"
    with pytest.raises(CecliError, match=said) as raised:
        of_few(tmp_path, *sides)
    assert "--normalize" in raised.value.hint
    divided = of_few(tmp_path, *sides, normalize=True)
    assert divided["kl"] == pytest.approx(of_few(tmp_path, *FEW)["kl"], rel=1e-9)
    assert [notice.code for notice in divided.notices] == [f"total-{name}-off"]
    left = of_few(tmp_path, *sides, on_bad_row="skip")
    assert left.input.skipped == {"sum": 1}
    assert left["kl"] == pytest.approx(
        rel_entr(*(np.delete(one, 7, axis=0) for one in FEW)).sum(axis=1).mean(), rel=1e-12
    )


def test_sums_that_rounding_to_16_bits_explains_are_not_refused(tmp_path):
    near = LOGITS / 4.0, OTHERS / 4.0
    p, q = (softmax(one, axis=1).astype("f2") for one in near)
    assert np.abs(p.astype("f8").sum(axis=1) - 1.0).max() > 0.0
    assert of_few(tmp_path, p, q)["kl"] == pytest.approx(kl_of(*near).mean(), rel=0.01)
