"""One receipt for the same rows, whatever their order, files, format and workers."""

import hashlib

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli import attest, score, verify
from cecli.core.errors import InputError, UsageError

ROWS = 90
BINARY = {"label": "y", "prob": "p"}
CASES = {
    "binary": BINARY,
    "weights and groups": {**BINARY, "weight": "w", "by": "g"},
    "counts and clusters": {**BINARY, "count": "c", "cluster": "u"},
    "clipped": {**BINARY, "clip": 0.1, "units": "bits", "base_rate": 0.3},
    "logits": {"label": "y", "prob": "z", "scale": "logit"},
    "another label": {"label": "word", "prob": "p", "positive": "yes"},
    "soft labels": {"target": "t", "prob": "p"},
    "classes": {"label": "k", "prob": "q_*", "normalize": True, "ordered": True, "by": "g,u"},
    "tokens": {"log_prob": "l"},
    "an event": {"event": "t > 0.5", "prob": "p"},
    "several events": {"pairs": "p_*=y_*"},
    "models": {**BINARY, "model": "g"},
    "skipped": {**BINARY, "weight": "sometimes", "missing": "skip"},
}


def table():
    generator = np.random.default_rng(5)
    p, q = generator.random(ROWS).round(3), generator.random((3, ROWS)).round(3)
    y = (generator.random(ROWS) < p).astype(int)
    return pd.DataFrame(
        {
            "y": y,
            "p": p,
            "w": generator.random(ROWS).round(3) * (generator.random(ROWS) < 0.9),
            "c": generator.integers(0, 5, ROWS),
            "g": generator.choice(["a", "ä,b"], ROWS),
            "u": generator.integers(0, 9, ROWS),
            "z": generator.normal(size=ROWS).round(3),
            "l": -generator.random(ROWS).round(3),
            "t": generator.random(ROWS).round(2),
            "word": np.where(y == 1, "yes", "no"),
            "k": generator.choice(["a", "b", "c"], ROWS),
            **{f"q_{name}": column for name, column in zip("abc", q, strict=True)},
            **{f"p_{name}": column for name, column in zip("xy", q, strict=False)},
            **{f"y_{name}": generator.integers(0, 2, ROWS) for name in "xy"},
            "sometimes": [str(x) if x % 7 else "" for x in range(ROWS)],
        }
    )


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Return the same rows in one file, and in other ways."""
    folder, rows = tmp_path_factory.mktemp("rows"), table()
    path = {name: str(folder / name) for name in ("one.csv", "b.csv.gz", "c.tsv", "d.jsonl")}
    rows.to_csv(path["one.csv"], index=False)
    mixed = rows.sample(frac=1, random_state=1)
    mixed.iloc[:40].to_csv(path["b.csv.gz"], index=False)
    mixed.iloc[40:].to_csv(path["c.tsv"], index=False, sep="\t")
    mixed.to_json(path["d.jsonl"], orient="records", lines=True, double_precision=15)
    return path["one.csv"], [[path["c.tsv"], path["b.csv.gz"]], path["d.jsonl"], mixed]


@pytest.mark.parametrize("case", CASES)
def test_the_same_rows_have_the_same_receipt_in_any_order_file_and_format(inputs, case):
    one, others = inputs
    receipt = attest(one, **CASES[case])
    own = receipt.to_dict()["predicate"]["cecli"]
    assert own["metrics"] or own["groups"]
    assert own["state"] is not None
    for other in others:
        found = verify(receipt, other)
        assert found.differences == ()
        assert {part.part for part in found.parts} >= {"options", "rows", "state", "result"}
    with_others = attest(one, **CASES[case], workers=1, chunk_bytes=512)
    assert with_others.to_json() == receipt.to_json()


@pytest.mark.parametrize("case", ["weights and groups", "classes", "several events"])
def test_a_row_less_has_another_receipt(inputs, case):
    one, _ = inputs
    found = verify(attest(one, **CASES[case]), table().iloc[: ROWS - 5])
    names = {(part.part, part.name) for part in found.differences}
    assert names >= {("rows", "digest"), ("rows", "number"), ("state", "sums")}


def test_what_clipping_hides_from_the_metrics_the_digest_sees():
    one, other = ({"y": [1, 0], "p": [p, 0.5]} for p in (0.001, 0.002))
    found = verify(attest(one, clip=0.01), other)
    assert [(part.part, part.name) for part in found.differences] == [("rows", "digest")]


def test_how_a_label_or_a_number_is_written_does_not_matter():
    receipt = attest({"y": ["1", "0"], "p": ["0.5", "2.5e-1"]}, label="y", prob="p")
    assert verify(receipt, {"y": [1.0, 0.0], "p": np.array([0.5, 0.25], np.float32)}).same


def test_rows_of_weight_0_and_columns_that_are_not_used_are_no_part_of_the_digest():
    receipt = attest({"y": [1, 0], "p": [0.5, 0.25], "w": [1, 2]}, weight="w")
    other = {"y": [1, 0, 1], "p": [0.5, 0.25, 0.1], "w": [1, 2, 0], "id": [1, 2, 3]}
    different = {part.name for part in verify(receipt, other).differences}
    assert "number" in different
    assert not different & {"digest", "weight", "cross_entropy"}


def test_a_count_is_as_many_rows():
    counted = attest({"y": [1, 0], "p": [0.5, 0.25], "n": [3, 1]}, count="n")
    plain = attest({"y": [1, 0, 1, 1], "p": [0.5, 0.25, 0.5, 0.5]})
    one, other = (of.to_dict()["predicate"]["cecli"]["rows"] for of in (counted, plain))
    assert one == other


def test_labels_in_another_input_are_joined_again(write):
    rows = write("id,p\n1,0.5\n2,0.25\n", "p.csv")
    labels = write("id,y\n2,0\n1,1\n", "y.csv")
    receipt = attest(rows, labels=labels, id="id", label="y", prob="p")
    assert receipt.to_dict()["predicate"]["cecli"]["state"] is None
    assert labels not in receipt.to_json().replace(f'"name": "{labels}"', "")
    assert verify(receipt, {"id": [2, 1], "p": [0.25, 0.5]}, labels=labels).same
    with pytest.raises(UsageError, match="--labels FILE"):
        verify(receipt, rows)


def test_the_subject_is_each_file_by_name_and_hash(write):
    paths = [write("y,p\n1,0.5\n0,0.25\n", f"{name}.csv") for name in "ab"]
    subjects = attest(paths).to_dict()["subject"]
    hashed = hashlib.sha256(b"y,p\n1,0.5\n0,0.25\n").hexdigest()
    assert subjects == [{"name": path, "digest": {"sha256": hashed}} for path in paths]


def test_the_subject_of_a_table_is_its_rows():
    receipt = attest({"y": [1, 0], "p": [0.5, 0.25]}).to_dict()
    digest = receipt["predicate"]["cecli"]["rows"]["digest"]
    assert receipt["subject"] == [{"name": "rows", "digest": {"cecliRows": digest}}]


def test_a_state_of_the_rows_becomes_a_subject_and_another_one_is_refused(write, tmp_path):
    rows = write("y,p\n1,0.5\n0,0.25\n")
    state, options = str(tmp_path / "s.state"), {"label": "y", "prob": "p"}
    score(rows, save_state=state, **options)
    receipt = attest(rows, state=state, **options)
    assert [subject["name"] for subject in receipt.to_dict()["subject"]] == [rows, state]
    assert verify(receipt, rows).same
    with pytest.raises(InputError, match="is not the state of these rows"):
        attest({"y": [1], "p": [0.5]}, state=state, **options)
    with pytest.raises(InputError, match="is a state of other options"):
        attest(rows, state=state, **options, clip=0.01)


def test_what_no_receipt_can_have_is_refused():
    rows = {"y": [1, 0], "p": [0.5, 0.25], "r": ["a", "a"]}
    with pytest.raises(UsageError, match="--within"):
        attest(rows, within="r")
    with pytest.raises(TypeError, match="bootstrap"):
        attest(rows, bootstrap=100)
    with pytest.raises(UsageError, match="ece is none of them"):
        attest(rows, max={"ece": 0.1})
    with pytest.raises(UsageError, match="a rule is on groups of 'r'"):
        attest(rows, by="y", max={"brier@r": 0.1})


def test_a_group_without_rows_that_count_fails_a_rule_on_groups(write):
    rows = write("y,p,g,w\n1,0.75,a,1\n0,0.25,a,1\n0,0.25,b,0\n")
    receipt = attest(rows, weight="w", max={"brier@g": 0.5})
    assert receipt.result == "FAILED"
    assert verify(receipt, rows).same


def test_receipts_of_the_package_are_its_classes():
    assert isinstance(attest({"y": [1], "p": [0.5]}), cecli.Receipt)
    assert isinstance(
        verify(attest({"y": [1], "p": [0.5]}), {"y": [1], "p": [0.5]}), cecli.Verification
    )
