"""`cecli.worst`: the rows of the largest loss, against pandas that sorts all of them."""

import csv
import gzip
import json
import os
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from exact_frames import exact_frame
from hypothesis import given, settings
from hypothesis import strategies as st

import cecli
from cecli.readers.text import csv as csv_reader

# Few values, so that many losses are equal; 0 and 1, so that some are infinite.
PROBS = np.array([0.0, 0.125, 0.25, 0.5, 0.75, 0.9, 1.0])
WEIGHTS = np.array([0.5, 1.0, 2.0, 3.0])


def predictions(seed, rows, probs=PROBS):
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"row {i}, the {i % 7}th" for i in generator.permutation(rows)],
            "y": generator.integers(0, 2, rows),
            "w": generator.choice(WEIGHTS, rows),
            "p": generator.choice(probs, rows),
        }
    )


@pytest.fixture
def files(tmp_path):
    """Return three files of predictions, and all of their rows with their places and losses."""
    frames = []
    for seed, rows in enumerate((400, 1, 250)):
        path = tmp_path / f"{seed}.csv"
        frame = predictions(seed, rows)
        frame.to_csv(path, index=False)
        frames.append(frame.assign(source=str(path), line=np.arange(rows) + 2))
    whole = pd.concat(frames, ignore_index=True)
    with np.errstate(divide="ignore"):
        loss = 0.0 - np.log(np.where(whole["y"] == 1, whole["p"], 1.0 - whole["p"]))
    return [frame["source"][0] for frame in frames], whole.assign(loss=loss)


def worst_of(whole, rows):
    return whole.sort_values("loss", ascending=False, kind="stable")[:rows]


def places(report):
    return [(row.source, row.line) for row in report.rows]


@pytest.mark.parametrize("rows", [1, 7, 20, 300, 651, 5000])
def test_the_rows_are_those_of_sorting_all(files, rows):
    paths, whole = files
    report = cecli.worst(paths, rows=rows, show=["id", "p"], weight="w")
    expected = worst_of(whole, rows)
    assert places(report) == list(zip(expected["source"], expected["line"], strict=True))
    assert np.isinf(report.rows[0].loss)
    np.testing.assert_allclose([row.loss for row in report.rows], expected["loss"], rtol=1e-15)
    assert [row.shown["id"] for row in report.rows] == expected["id"].tolist()
    assert [float(row.shown["p"]) for row in report.rows] == expected["p"].tolist()
    assert [row.prediction["prob"] for row in report.rows] == expected["p"].tolist()
    assert [row.label for row in report.rows] == expected["y"].astype(str).tolist()
    assert [row.weight for row in report.rows] == expected["w"].tolist()


def test_neither_chunks_nor_workers_nor_cuts_change_a_byte(files, monkeypatch, tmp_path):
    paths, _ = files
    found, written = set(), set()
    for part_bytes, chunk_bytes, workers in (
        (8 << 20, None, 1), (64, 1, 3), (100, 50, 2), (1000, 333, 1), (300, 5000, 4),
    ):  # fmt: skip
        monkeypatch.setattr(csv_reader, "PART_BYTES", part_bytes)
        options = {"show": "id", "chunk_bytes": chunk_bytes, "workers": workers}
        found.add(cecli.worst(paths, **options).to_json())
        losses = tmp_path / "losses.csv"
        found.add(cecli.worst(paths, **options, write=losses).to_json())
        written.add(losses.read_bytes())
    assert len(found) == len(written) == 1


cells = st.sampled_from(["a", '"b"', '"c\nd"', '"e""\n""f"', '"\r\n"', '"h,i"', "", "jj"])
rows = st.lists(
    st.tuples(st.sampled_from("01"), st.sampled_from([".5", "0", "1", "0.25"]), cells),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(rows, st.sampled_from([3, 16, 100]), st.sampled_from(["", "2,0.5,a\n", '1,.5,5" p\n']))
def test_quotes_across_cuts_change_nothing(tmp_path_factory, rows, part_bytes, bad):
    folder = tmp_path_factory.mktemp("cut")
    path, losses = folder / "preds.csv", folder / "losses.csv"
    path.write_text("y,p,note\n" + "".join(f"{y},{p},{c}\n" for y, p, c in rows) + bad, newline="")
    named = {"label": "y", "prob": "p"}
    options = {**named, "show": "note", "on_bad_row": "skip", "rows": 5, "workers": 2}
    whole = cecli.worst(path, **options, write=losses).to_json()
    lines = losses.read_bytes()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(csv_reader, "PART_BYTES", part_bytes)
        assert cecli.worst(path, **options).to_json() == whole
        assert cecli.worst(path, **options, write=losses).to_json() == whole
    assert losses.read_bytes() == lines
    with open(losses, newline="") as file:
        written = list(csv.DictReader(file))
    with open(path, newline="") as file:
        given = list(csv.DictReader(file))[: len(rows)]
    assert [row["note"] for row in written] == [row["note"] for row in given]


@pytest.mark.parametrize("weight", [None, "w"])
def test_the_shares_are_those_of_exact_fractions(tmp_path, weight):
    path = tmp_path / "preds.csv"
    predictions(5, 300, PROBS[1:-1]).to_csv(path, index=False)
    report = cecli.worst(path, rows=10, weight=weight)
    everything = cecli.worst(path, rows=300, weight=weight).rows
    carried = [Fraction(row.loss) * Fraction(row.weight or 1) for row in everything]
    weights = [Fraction(row.weight or 1) for row in everything]
    assert report["loss_share"] == float(sum(carried[:10]) / sum(carried))
    assert report["row_share"] == float(sum(weights[:10]) / sum(weights))
    assert report["cross_entropy"] == cecli.score(path, weight=weight)["cross_entropy"]


def test_the_ranking_does_not_ask_for_weights():
    data = {"y": [1, 1], "p": [0.5, 0.25], "w": [100.0, 1.0]}
    assert [row.line for row in cecli.worst(data, weight="w").rows] == [2, 1]


def test_all_rows_carry_all_of_the_loss():
    report = cecli.worst({"y": [1, 0], "p": [0.9, 0.3]}, rows=20)
    assert (len(report.rows), report["loss_share"], report["row_share"]) == (2, 1.0, 1.0)


@pytest.mark.parametrize(
    ("prob", "reason"), [([0.0, 0.5], "the total loss is infinite"), ([1, 1], "total loss is 0")]
)
def test_a_share_of_nothing_or_of_infinity_is_undefined_and_said_so(prob, reason):
    report = cecli.worst({"y": [1, 1], "p": prob})
    assert report["loss_share"] is None
    assert any(reason in notice.message for notice in report.notices)
    assert "NaN" not in report.to_json()


def test_several_classes_have_a_probability_each(samples):
    path = samples / "wine.csv"
    report = cecli.worst(path, label="cultivar", prob="p_*", show="p_barbera,cultivar", rows=178)
    frame = exact_frame(path)
    for row in report.rows:
        of_row = frame.iloc[row.line - 2]
        assert row.prediction["prob"] == {
            name: of_row[f"p_{name}"] for name in ("barolo", "grignolino", "barbera")
        }
        assert row.label == row.shown["cultivar"] == of_row["cultivar"]
        assert float(row.shown["p_barbera"]) == of_row["p_barbera"]
        assert row.loss == pytest.approx(-np.log(of_row[f"p_{row.label}"]), rel=1e-15)
    losses = [row.loss for row in report.rows]
    assert losses == sorted(losses, reverse=True)


def test_soft_targets_of_several_classes_are_told():
    data = {"t_a": [0.5, 1.0], "t_b": [0.5, 0.0], "p_a": [0.5, 0.25], "p_b": [0.5, 0.75]}
    report = cecli.worst(data, target="t_*", prob="p_*", units="bits")
    assert [(row.line, row.loss) for row in report.rows] == [(2, 2.0), (1, 1.0)]
    assert report.rows[0].prediction == {
        "target": {"a": 1.0, "b": 0.0}, "prob": {"a": 0.25, "b": 0.75},
    }  # fmt: skip


def test_labels_are_shown_as_they_stand_and_told_as_classes(write):
    path = write("y,p\n yes,0.25\nNo,0.5\n".replace(" yes", "yes"))
    report = cecli.worst(path, positive="yes", show=["y"])
    assert [(row.label, row.shown) for row in report.rows] == [
        ("yes", {"y": "yes"}), ("No", {"y": "No"}),
    ]  # fmt: skip
    numbers = cecli.worst(write("y,p\n1.0,0.25\n00,0.5\n"), show="y")
    assert [(row.label, row.shown["y"]) for row in numbers.rows] == [("1", "1.0"), ("0", "00")]


def test_a_clip_counts_for_the_loss_and_not_for_what_is_shown():
    report = cecli.worst({"y": [1, 1], "p": [0.0, 0.5]}, clip=0.25, show="p")
    assert [(row.prediction["prob"], row.shown["p"]) for row in report.rows] == [
        (0.25, "0"), (0.5, "0.5"),
    ]  # fmt: skip


def test_logits_are_told_as_probabilities():
    report = cecli.worst({"y": [0], "p": [0.0]}, scale="logit")
    assert report.rows[0].prediction["prob"] == 0.5


def test_tokens_are_ranked_by_what_they_cost(tmp_path):
    data = {"lp": [-0.5, -2.0, -1.0], "token": ["the", "zebra", "sat"]}
    report = cecli.worst(data, log_prob="lp", show="token,lp", rows=2, write=tmp_path / "l.csv")
    assert [(row.loss, row.prediction, row.shown) for row in report.rows] == [
        (2.0, {"log_prob": -2.0}, {"token": "zebra", "lp": "-2"}),
        (1.0, {"log_prob": -1.0}, {"token": "sat", "lp": "-1"}),
    ]
    assert report["loss_share"] == 3.0 / 3.5
    assert report["cross_entropy"] == cecli.score(data, log_prob="lp")["cross_entropy"]
    written = exact_frame(tmp_path / "l.csv")
    assert list(written) == ["source", "line", "log_prob", "loss", "token", "lp"]
    assert written["loss"].tolist() == [0.5, 2.0, 1.0]


def test_a_frame_and_parquet_and_text_give_the_same_rows(tmp_path):
    frame = predictions(3, 500)
    frame.to_csv(tmp_path / "preds.csv", index=False)
    frame.to_parquet(tmp_path / "preds.parquet")
    found = []
    for data, first_line in (
        (frame, 1),
        (tmp_path / "preds.parquet", 1),
        (tmp_path / "preds.csv", 2),
    ):
        losses = tmp_path / "losses.csv"
        report = cecli.worst(data, weight="w", show="id", write=losses)
        rows = [
            (r.line - first_line, r.loss, r.prediction, r.weight, r.shown["id"])
            for r in report.rows
        ]
        written = exact_frame(losses)
        found.append((rows, (written["line"] - first_line).tolist(), written["loss"].tolist()))
    assert found[0] == found[1] == found[2]


def test_rows_become_a_frame(samples):
    frame = cecli.worst(samples / "breast_cancer.csv", rows=3, show="id,segment").rows_to_frame()
    assert list(frame) == ["source", "line", "label", "prob", "loss", "id", "segment"]
    assert len(frame) == 3


# Written losses


@pytest.mark.parametrize("name", ["losses.csv", "losses.csv.gz", "losses.tsv", "losses"])
def test_every_row_is_written_with_all_its_digits(files, tmp_path, name):
    paths, whole = files
    report = cecli.worst(paths, rows=len(whole), weight="w", show="id", write=tmp_path / name)
    written = exact_frame(
        tmp_path / name, sep="\t" if name.endswith(".tsv") else ",", dtype={"label": str}
    )
    assert list(written) == ["source", "line", "label", "prob", "weight", "loss", "id"]
    for column in ("source", "line", "id"):
        assert written[column].tolist() == whole[column].tolist()
    by_place = {(row.source, row.line): row for row in report.rows}
    for record in written.itertuples():
        row = by_place[record.source, record.line]
        assert (record.loss, record.label) == (row.loss, row.label)
        assert (record.prob, record.weight) == (row.prediction["prob"], row.weight)


def test_rows_that_do_not_count_are_not_written(write, tmp_path):
    path = write("y,p,w\n1,0.5,1\n1,x,1\n1,0.25,0\n\n0,0.5,2\n")
    cecli.worst(path, weight="w", on_bad_row="skip", write=tmp_path / "l.csv")
    assert pd.read_csv(tmp_path / "l.csv")["line"].tolist() == [2, 6]


def test_text_is_quoted_where_it_must_be(tmp_path):
    texts = ['a "b", c', "line\nend", "return\r", "tab\t", "", " ", "'", "=1+1"]
    data = {"y": [1] * 8, "p": [0.5] * 8, "text": texts}
    for name, delimiter in (("l.csv", ","), ("l.tsv", "\t")):
        cecli.worst(data, show="text", write=tmp_path / name)
        with open(tmp_path / name, newline="") as file:
            rows = list(csv.DictReader(file, delimiter=delimiter))
        assert [row["text"] for row in rows] == texts


def test_columns_of_our_names_give_way(write, tmp_path):
    path = write("label,prob,loss,line\n1,0.5,a,b\n")
    report = cecli.worst(path, show="label,loss,line", write=tmp_path / "l.csv")
    frame = pd.read_csv(tmp_path / "l.csv")
    names = ["source", "line", "label", "prob", "loss", "shown_label", "shown_loss", "shown_line"]
    assert list(frame) == list(report.rows_to_frame()) == names
    assert frame["shown_line"].tolist() == ["b"]


def test_written_losses_of_several_classes_can_be_scored_again(samples, tmp_path):
    given = {"label": "cultivar", "prob": "p_*"}
    cecli.worst(samples / "wine.csv", **given, write=tmp_path / "l.csv")
    again = cecli.score(tmp_path / "l.csv", label="label", prob="prob_*")
    assert again.metrics == cecli.score(samples / "wine.csv", **given).metrics


def test_the_same_rows_give_the_same_compressed_bytes(samples, tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        cecli.worst(samples / "breast_cancer.csv", write=tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
    cecli.worst(samples / "breast_cancer.csv", write=tmp_path / "c.csv")
    assert (
        gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == (tmp_path / "c.csv").read_bytes()
    )


def test_infinite_losses_are_written_as_json_has_them(tmp_path):
    report = cecli.worst({"y": [1], "p": [0.0]}, write=tmp_path / "l.csv")
    assert json.loads(report.to_json())["rows"][0]["loss"] == "Infinity"
    assert (tmp_path / "l.csv").read_text().splitlines()[1].endswith(",Infinity")


@pytest.mark.parametrize("rows", [0, -3])
def test_no_rows_are_no_question(rows):
    with pytest.raises(cecli.UsageError, match="not at least 1"):
        cecli.worst({"y": [1], "p": [0.5]}, rows=rows)


def test_nothing_is_left_of_losses_that_could_not_be_finished(write, tmp_path):
    path = write("y,p\n" + "1,0.5\n" * 1000 + "1,x\n")
    with pytest.raises(cecli.RowError, match=":1002: column p: 'x'"):
        cecli.worst(path, write=tmp_path / "l.csv", chunk_bytes=100)
    with pytest.raises(cecli.InputError, match="more than --max-bad 0"):
        cecli.worst(path, write=tmp_path / "l.csv", on_bad_row="skip", max_bad=0)
    assert os.listdir(tmp_path) == ["preds.csv"]


@pytest.mark.parametrize("index", [["a", "b", "c"], [7, 3, 5], None])
def test_a_row_of_a_data_frame_has_its_index(index):
    frame = pd.DataFrame({"y": [1, 0, 1], "p": [0.9, 0.2, 0.6]}, index=index)
    report = cecli.worst(frame, label="y", prob="p")
    assert [row.shown["index"] for row in report.rows] == [str(frame.index[i]) for i in (2, 1, 0)]
    assert list(report.rows_to_frame()["index"]) == [str(frame.index[i]) for i in (2, 1, 0)]
    assert "index" not in cecli.worst(frame.to_dict("list"), label="y", prob="p").rows[0].shown


def test_tokens_have_no_interval_that_would_take_them_as_independent():
    table = {"doc": ["a", "a", "b"], "logprob": [-1.0, -2.0, -0.5]}
    report = cecli.worst(table, log_prob="logprob")
    assert "cross_entropy" not in report.intervals
    assert report.notices == ()
    assert "cross_entropy" in cecli.worst({"y": [1, 0], "p": [0.5, 0.25]}).intervals
