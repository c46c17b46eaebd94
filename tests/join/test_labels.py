"""Labels in another input: the same as in one file, whatever the order, and errors with places."""

import json

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import ColumnError, ExitCode, InputError, RowError, UsageError
from cecli.join import by_key


def made(rows=3_000, seed=5):
    """Return predictions, and their labels in another order."""
    rng = np.random.default_rng(seed)
    p = rng.random(rows)
    whole = pd.DataFrame({
        "id": [f"r{i}" for i in range(rows)],
        "part": np.arange(rows) % 7,
        "p": p,
        "y": (rng.random(rows) < p).astype(int),
        "w": rng.integers(1, 4, rows).astype(float),
        "seg": rng.choice(["a", "b"], rows),
    })  # fmt: skip
    truth = whole[["id", "part", "y", "w", "seg"]].sample(frac=1, random_state=1)
    return whole, whole[["id", "part", "p"]], truth


def numbers(report):
    found = report.to_dict()
    return [found[key] for key in ("metrics", "results", "groups", "comparisons") if key in found]


@pytest.mark.parametrize("most_bytes", [1 << 30, -1])
def test_labels_by_key_are_those_of_a_merged_file(tmp_path, monkeypatch, most_bytes):
    monkeypatch.setattr(by_key, "MOST_BYTES", most_bytes)
    whole, predictions, truth = made()
    for name, frame in (("whole", whole), ("preds", predictions), ("truth", truth)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    options = {"weight": "w", "by": "seg"}
    joined = cecli.score(
        tmp_path / "preds.csv", labels=tmp_path / "truth.csv", id="id,part", prob="p", **options
    )
    assert numbers(joined) == numbers(cecli.score(tmp_path / "whole.csv", **options))
    clustered = cecli.score(predictions, labels=truth, id=["id", "part"], cluster="part")
    assert numbers(clustered) == numbers(cecli.score(whole, cluster="part"))


def test_labels_by_position_are_those_of_a_merged_file():
    whole, predictions, truth = made()
    truth = truth.sort_index().drop(columns=["id", "part"])
    joined = cecli.score(predictions, labels=truth, by_position=True, weight="w", by="seg")
    assert numbers(joined) == numbers(cecli.score(whole, weight="w", by="seg"))
    replicates = {"bootstrap": 200, "seed": 1}
    joined = cecli.score(predictions, labels=truth, by_position=True, **replicates)
    assert numbers(joined) == numbers(cecli.score(whole, **replicates))


def test_every_command_about_labels_takes_them():
    whole, predictions, truth = made(400)
    asked = {"labels": truth, "id": "id", "prob": "p"}
    found = cecli.worst(predictions, rows=5, show=["id", "seg"], **asked)
    wanted = cecli.worst(whole, rows=5, show=["id", "seg"])
    assert [(r.loss, r.shown) for r in found.rows] == [(r.loss, r.shown) for r in wanted.rows]
    fitted = cecli.fit(predictions, model="platt", folds=5, **asked)
    assert numbers(fitted) == numbers(cecli.fit(whole, model="platt", folds=5))
    other = predictions.assign(p=1 - predictions["p"]).sample(frac=1, random_state=2)
    merged = whole.merge(other.rename(columns={"p": "q"})[["id", "q"]], on="id")
    compared = cecli.compare(predictions, other, **asked)
    wanted = cecli.compare(merged, prob=["p", "q"], order=False)
    assert compared["difference"] == wanted["difference"]


def test_classes_and_soft_labels_are_found_in_the_labels():
    predictions = pd.DataFrame({"id": [1, 2, 3], "p_a": [0.5, 0.2, 0.1], "p_b": [0.5, 0.8, 0.9]})
    truth = pd.DataFrame({"id": [3, 1, 2], "y": ["b", "a", "b"], "t_a": [0.0, 1.0, 0.5]})
    truth["t_b"] = 1 - truth["t_a"]
    whole = predictions.merge(truth, on="id")
    asked = {"labels": truth, "id": "id", "prob": "p_*"}
    found = cecli.score(predictions, label="y", **asked)
    assert numbers(found) == numbers(cecli.score(whole, label="y", prob="p_*"))
    soft = cecli.score(predictions, target="t_*", **asked)
    assert numbers(soft) == numbers(cecli.score(whole, target="t_*", prob="p_*"))
    with pytest.raises(ColumnError, match="the prob columns are in both inputs"):
        cecli.score(
            predictions[["id", "p_a"]], labels=whole[["id", "p_b", "y"]], id="id",
            label="y", prob=["p_a", "p_b"],
        )  # fmt: skip


def test_keys_of_several_columns_are_different_for_other_texts():
    """Joined by a mark alone, all of these would be one key."""
    keys = [("a,", "b"), ("a", ",b"), ("a, ", "b"), ("a\\", ",b"), ("a\\,", "b"), ("", "a, b")]
    rows = pd.DataFrame(keys, columns=["k", "l"])[:5].assign(p=[0.1, 0.2, 0.3, 0.4, 0.5])
    truth = rows[["k", "l"]].assign(y=[0, 1, 0, 1, 1])
    found = cecli.score(rows, labels=truth[::-1], id=["k", "l"])
    assert found["cross_entropy"] == cecli.score(rows.assign(y=truth["y"]))["cross_entropy"]


PREDICTIONS = "id,p\na,0.8\nb,0.3\nc,0.6\n"


@pytest.mark.parametrize(
    ("truth", "error", "where", "what", "hint"),
    [
        ("id,y\na,1\nb,2\nc,1\n", RowError, "truth.csv:3", "'2' is neither 0 nor 1", "--positive"),
        ("id,y\nc,1\na,1\nb,\n", RowError, "truth.csv:4", "the label is empty", "--missing skip"),
        ("id,y\na,1\na,1\nc,1\n", RowError, "truth.csv:3", "again, after line 2", "--id A,B"),
        ("id,y\na,1\n,1\nc,1\n", RowError, "truth.csv:3", "column id: the cell is empty", "skip"),
        ("id,y\na,1\nd,1\ne,1\n", InputError, "preds.csv", "2 keys are not in", "--on-unmatched"),
        ("id,y\na,1\nb,0\nc,1\nd,0\n", InputError, "truth.csv", "'d' (line 5)", "--on-unmatched"),
        ("ID,y\na,1\n", ColumnError, "truth.csv", "there is no column 'id'", "did you mean 'ID'"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_told_with_its_place(write, truth, error, where, what, hint):
    predictions, labels = write(PREDICTIONS), write(truth, "truth.csv")
    with pytest.raises(error) as caught:
        cecli.score(predictions, labels=labels, id="id")
    assert caught.value.where.endswith(where)
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_column_of_both_inputs_is_chosen_by_its_full_name(write):
    predictions = write("id,y,p\na,0,0.8\nb,1,0.3\n")
    labels = write("id,y\na,1\nb,0\n", "truth.csv")
    with pytest.raises(ColumnError, match="both inputs have a column 'y'"):
        cecli.score(predictions, labels=labels, id="id", label="y")
    theirs = cecli.score(predictions, labels=labels, id="id", label="labels.y")
    guessed = cecli.score(predictions, labels=labels, id="id")
    assert guessed.metrics == theirs.metrics
    ours = cecli.score(predictions, labels=labels, id="id", label="predictions.y")
    assert theirs["cross_entropy"] < ours["cross_entropy"]
    assert theirs.to_dict()["columns"]["label"] == "labels.y"


def test_rows_without_a_partner_are_counted_on_request(write):
    labels = write("id,y\na,1\nb,0\nd,1\ne,0\n", "truth.csv")
    report = cecli.score(write(PREDICTIONS), labels=labels, id="id", on_unmatched="skip")
    (notice,) = (notice for notice in report.notices if notice.code == "unmatched-id")
    assert (report.input.rows, notice.count) == (2, 3)
    assert [place.rpartition("/")[2] for place in notice.places] == [
        "preds.csv:4", "truth.csv:4", "truth.csv:5",
    ]  # fmt: skip


def test_a_report_states_what_was_joined(cecli, write):
    labels = write("id,y\nc,1\na,1\nb,0\n", "truth.csv")
    done = cecli("score", write(PREDICTIONS), "--labels", labels, "--id", "id", "--json")
    report = json.loads(done.stdout)
    assert report["options"] == {"labels": labels, "id": "id"}
    assert report["input"]["rows"] == 3
    assert [path.rpartition("/")[2] for path in report["input"]["paths"]] == [
        "preds.csv",
        "truth.csv",
    ]
    assert "labels-joined" in {notice["code"] for notice in report["notices"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"labels": "t.csv", "id": "id", "by_position": True}, "exclude each other"),
        ({"id": "id"}, "--id requires two inputs"),
        ({"by_position": True}, "--by-position requires two inputs"),
        ({"labels": "t.csv", "by_position": True, "on_unmatched": "skip"}, "requires --id"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(UsageError, match=said):
        cecli.score({"y": [1, 0], "p": [0.5, 0.5]}, **options)


def test_other_numbers_of_rows_cannot_be_matched_by_position(write):
    labels = write("y\n1\n0\n", "truth.csv")
    with pytest.raises(InputError) as caught:
        cecli.score(write(PREDICTIONS), labels=labels, by_position=True)
    assert "has 2 rows, but" in str(caught.value)
    assert "--id COL" in caught.value.hint


def test_a_gate_takes_labels_and_a_baseline_by_the_same_key(cecli, write):
    labels = write("id,y\nc,1\na,1\nb,0\n", "truth.csv")
    old = write("id,p\nc,0.5\nb,0.5\na,0.5\n", "old.csv")
    options = ["--labels", labels, "--id", "id", "--baseline-file", old]
    done = cecli(
        "check", write(PREDICTIONS), *options, "--max-increase", "cross_entropy=0", "--json"
    )
    assert json.loads(done.stdout)["passed"] is True
    done = cecli("check", write(PREDICTIONS), "--id", "id", "--max", "brier=1")
    assert "--id requires two inputs" in done.stderr


def test_only_one_of_two_inputs_is_standard_input(cecli, write):
    done = cecli("score", "-", "--labels", "-", "--id", "id", stdin=PREDICTIONS)
    assert "standard input can be read only once" in done.stderr
    labels = write("id,y\nc,1\na,1\nb,0\n", "truth.csv")
    done = cecli(
        "fit", "-", "--labels", labels, "--id", "id", "--model", "constant", stdin=PREDICTIONS
    )
    assert done.returncode == ExitCode.OK


def test_a_label_that_is_an_event_is_found_in_the_labels(write):
    labels = write("id,mm\nb,0\na,3\nc,1\n", "truth.csv")
    found = cecli.score(write(PREDICTIONS), labels=labels, id="id", event="mm > 0")
    assert found["base_rate"] == 2 / 3
    assert "labels-joined" in {notice.code for notice in found.notices}


CLASSES = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.125, 0.125, 0.75], [0.75, 0.25, 0.0]])


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_an_array_of_classes_and_its_labels_need_no_options(tmp_path, form):
    probs, truth = tmp_path / f"probs.{form}", tmp_path / f"y.{form}"
    if form == "npz":
        np.savez(probs, probs=CLASSES)
        np.savez(truth, y=[0, 1, 2, 0])
    else:
        np.save(probs, CLASSES)
        np.save(truth, [0, 1, 2, 0])
    report = cecli.score(probs, labels=truth, by_position=True)
    assert report.metrics["cross_entropy"] == pytest.approx(np.log([2, 2, 4 / 3, 4 / 3]).mean())


@pytest.mark.parametrize("how", [{"id": "id"}, {"by_position": True}])
def test_columns_of_joined_inputs_are_guessed_like_those_of_a_merged_file(write, how):
    rows = [f"r{i}," + ",".join(map(str, row)) for i, row in enumerate(CLASSES)]
    predictions = write("\n".join(["id,p_a,p_b,p_c", *rows]) + "\n")
    labels = "id,class\nr3,a\nr0,a\nr1,b\nr2,c\n"
    if "by_position" in how:
        labels = "class\na\nb\nc\na\n"
    report = cecli.score(predictions, labels=write(labels, "truth.csv"), **how)
    assert report.metrics["cross_entropy"] == pytest.approx(np.log([2, 2, 4 / 3, 4 / 3]).mean())


def test_a_decision_in_the_labels_is_none_of_the_labels(write):
    rng = np.random.default_rng(3)
    p, order = rng.random(200).round(4), rng.permutation(200)
    predictions = write("id,p\n" + "".join(f"{i},{x}\n" for i, x in enumerate(p)))
    decided = write("id,y\n" + "".join(f"{i},{int(p[i] >= 0.5)}\n" for i in order), "truth.csv")
    with pytest.raises(InputError, match=r"it equals p >= 0\.5: a decision"):
        cecli.score(predictions, labels=decided, id="id")


def test_a_transposed_array_is_refused_before_it_is_read(tmp_path):
    np.save(tmp_path / "probs.npy", np.zeros((3, 5000), dtype=np.float32))
    np.save(tmp_path / "y.npy", np.zeros(5000, dtype=int))
    with pytest.raises(InputError, match=r"has 5,000 rows, but .*probs\.npy has 3") as caught:
        cecli.score(tmp_path / "probs.npy", labels=tmp_path / "y.npy", by_position=True)
    assert "transpose it, array.T" in caught.value.hint


def test_columns_of_lists_in_one_of_two_inputs_are_passed_over(tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "tokens": [[1, 2], [3]], "p": [0.25, 0.75]})
    frame.to_parquet(tmp_path / "preds.parquet")
    pd.DataFrame({"id": [2, 1], "y": [1, 0]}).to_parquet(tmp_path / "truth.parquet")
    report = cecli.score(tmp_path / "preds.parquet", labels=tmp_path / "truth.parquet", id="id")
    assert report.metrics["brier"] == 0.0625
