"""`cecli.apply`: tables in memory, files of every kind, and another base rate."""

import bz2
import gzip
import lzma

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cecli
from cecli.core.files import zstd

HEADER = 'id,"the, label",p,note\n'
ROWS = '1,1,0.75,"a ""quoted"", note"\n2,0,0.25,\n3,1,.40,"two\nlines"\n4,0,6e-1,é\n5,1,0.9,x\n'
TEXT = HEADER + ROWS
OPTIONS = {"label": "the, label", "model": "platt"}


@pytest.fixture
def fit(tmp_path):
    path = tmp_path / "train.csv"
    path.write_text(TEXT)
    return cecli.fit(path, **OPTIONS)


def applied(tmp_path, content, fit, name="in.csv", output="out.csv", **options):
    path, out = tmp_path / name, tmp_path / output
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    cecli.apply(path, fit=fit, output=out, **options)
    return out


def test_all_other_bytes_stay(tmp_path, fit):
    out = applied(tmp_path, TEXT, fit).read_bytes().decode()
    table = pd.read_csv(tmp_path / "out.csv", dtype=str)
    for value in table["calibrated"]:
        out = out.replace(f",{value}\n", "\n", 1)
    assert out.replace(",calibrated\n", "\n", 1) == TEXT


def test_a_column_is_replaced_in_its_place(tmp_path, fit):
    out = applied(tmp_path, TEXT, fit, column="p").read_bytes().decode()
    frame = pd.read_csv(tmp_path / "in.csv")
    expected = TEXT
    values = cecli.apply(frame, fit=fit)["calibrated"].tolist()
    for old, new in zip(("0.75", "0.25", ".40", "6e-1", "0.9"), values, strict=True):
        expected = expected.replace(f",{old},", f",{new!r},", 1)
    assert out == expected


def test_a_column_is_replaced_only_where_that_is_asked_for(tmp_path, fit):
    content = "p,calibrated\n0.25,7\n"
    with pytest.raises(cecli.UsageError, match=r"there is a column 'calibrated' already") as caught:
        applied(tmp_path, content, fit)
    assert "--column calibrated replaces it" in caught.value.hint
    assert not (tmp_path / "out.csv").exists()
    (value,) = cecli.apply({"p": [0.25]}, fit=fit)["calibrated"].tolist()
    out = applied(tmp_path, content, fit, column="calibrated").read_text()
    assert out == f"p,calibrated\n0.25,{value!r}\n"


def test_line_ends_blank_lines_and_a_missing_last_one(tmp_path, fit):
    content = "p,y\r\n\r\n0.25,0\r\n  \r\n0.75,1"
    out = applied(tmp_path, content, fit).read_bytes()
    low, high = (repr(x) for x in cecli.apply({"p": [0.25, 0.75]}, fit=fit)["calibrated"].tolist())
    assert out.decode() == f"p,y,calibrated\r\n\r\n0.25,0,{low}\r\n  \r\n0.75,1,{high}\n"


@pytest.mark.parametrize("size", [1, 2, 1 << 20])
def test_blocks_of_blank_lines_stay_too(tmp_path, fit, size):
    out = applied(tmp_path, "p\n\n\n0.5\n\n \n\n", fit, chunk_bytes=size).read_text()
    value = cecli.apply({"p": [0.5]}, fit=fit)["calibrated"].tolist()[0]
    assert out == f"p,calibrated\n\n\n0.5,{value!r}\n\n \n\n"


@pytest.mark.parametrize("size", [1, 7, 30, 1 << 20])
def test_the_output_does_not_depend_on_the_size_of_chunks(tmp_path, fit, size):
    whole = applied(tmp_path, TEXT * 1, fit, output="whole.csv").read_bytes()
    assert applied(tmp_path, TEXT, fit, chunk_bytes=size).read_bytes() == whole


@pytest.mark.parametrize(
    ("suffix", "undo"),
    [
        (".gz", gzip.decompress),
        (".bz2", bz2.decompress),
        (".xz", lzma.decompress),
        (".zst", lambda data: zstd().decompress(data)),
    ],
)
def test_suffixes_compress_and_compressed_input_is_read(tmp_path, fit, suffix, undo):
    plain = applied(tmp_path, TEXT, fit).read_bytes()
    out = applied(tmp_path, gzip.compress(TEXT.encode()), fit, "in.csv.gz", f"out.csv{suffix}")
    assert undo(out.read_bytes()) == plain
    first = out.read_bytes()
    assert applied(tmp_path, TEXT, fit, output=f"again.csv{suffix}").read_bytes() == first


def test_parquet_keeps_its_other_columns_and_types(tmp_path, fit):
    table = pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int16()),
            "p": pa.array([0.25, 0.5, 0.75], pa.float32()),
            "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
        }
    ).replace_schema_metadata({"made": "by hand"})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2)
    cecli.apply(tmp_path / "in.parquet", fit=fit, output=tmp_path / "out.parquet")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.drop(["calibrated"]).equals(table)
    assert out.schema.metadata[b"made"] == b"by hand"
    expected = cecli.apply({"p": [0.25, 0.5, 0.75]}, fit=fit)["calibrated"]
    assert out["calibrated"].to_pylist() == expected.tolist()
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 2
    cecli.apply(tmp_path / "in.parquet", fit=fit, output=tmp_path / "r.parquet", column="p")
    replaced = pq.read_table(tmp_path / "r.parquet")
    assert replaced.column_names == table.column_names
    assert replaced["p"].to_pylist() == expected.tolist()


def test_text_does_not_become_parquet_nor_the_reverse(tmp_path, fit):
    with pytest.raises(cecli.UsageError, match="Parquet as Parquet"):
        applied(tmp_path, TEXT, fit, output="out.parquet")


def test_one_file_is_copied_at_a_time(tmp_path, fit):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("p\n0.5\n")
    with pytest.raises(cecli.UsageError, match="2 files are given"):
        cecli.apply([tmp_path / "a.csv", tmp_path / "b.csv"], fit=fit, output=tmp_path / "c.csv")


def test_a_frame_and_arrays_come_back_with_a_column_more(fit):
    frame = pd.DataFrame({"p": [0.25, 0.75]}, index=[7, 3])
    out = cecli.apply(frame, fit=fit)
    assert out.index.tolist() == [7, 3]
    assert list(frame.columns) == ["p"]
    arrays = cecli.apply({"p": np.array([0.25, 0.75])}, fit=fit, column="q")
    assert arrays["q"].tolist() == out["calibrated"].tolist()


def test_a_bad_row_leaves_no_output(tmp_path, fit):
    (tmp_path / "out.csv").write_text("as it was")
    with pytest.raises(cecli.RowError, match=r"in.csv:3: column p: '1.5'"):
        applied(tmp_path, "p\n0.5\n1.5\n", fit)
    assert (tmp_path / "out.csv").read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.csv", "train.csv"]


def test_the_output_is_no_input(tmp_path, fit):
    path = tmp_path / "in.csv"
    path.write_text(TEXT)
    with pytest.raises(cecli.UsageError, match="would replace it"):
        cecli.apply(path, fit=fit, output=path)


def test_a_header_without_rows_gives_one(tmp_path, fit):
    assert applied(tmp_path, "p,x\n", fit).read_text() == "p,x,calibrated\n"


def test_names_that_need_quotes_get_them(tmp_path, fit):
    out = applied(tmp_path, "p\n0.5\n", fit, column='a "b", c').read_text()
    assert out.startswith('p,"a ""b"", c"\n')


def test_columns_without_names(tmp_path, fit):
    out = applied(tmp_path, "0.5;x\n0.25;y\n", fit, delimiter=";", header=False, prob="1")
    values = cecli.apply({"p": [0.5, 0.25]}, fit=fit)["calibrated"].tolist()
    assert out.read_text() == f"0.5;x;{values[0]!r}\n0.25;y;{values[1]!r}\n"


rates = st.floats(1e-6, 1 - 1e-6)


@given(rates, rates, rates)
def test_another_base_rate_is_bayes_rule(q, old, new):
    shifted = cecli.apply({"p": [q]}, base_rate=old, prior_shift=new)["calibrated"][0]
    positive, negative = q * new / old, (1 - q) * (1 - new) / (1 - old)
    assert shifted == pytest.approx(positive / (positive + negative), rel=1e-9)


def test_down_sampled_negatives_are_put_back():
    """A fit to all rows of which only a tenth of the negatives was kept, by weights of 10."""
    rng = np.random.default_rng(6)
    q = rng.uniform(0.05, 0.95, 2000)
    y = (rng.random(2000) < q).astype(int)
    kept = cecli.fit({"y": y, "p": q}, model="platt")
    rate = y.sum() / (y.sum() + 10 * (1 - y).sum())
    shifted = cecli.apply({"p": q}, fit=kept, prior_shift=rate)["calibrated"]
    plain = cecli.apply({"p": q}, fit=kept)["calibrated"]
    odds = (shifted / (1 - shifted)) / (plain / (1 - plain))
    assert odds == pytest.approx(np.full(2000, 0.1), rel=1e-9)


def test_shifting_to_the_base_rate_of_the_fit_changes_nothing(fit):
    data = {"p": [0.1, 0.5, 0.7]}
    same = cecli.apply(data, fit=fit, prior_shift=fit.fit.base_rates[0])["calibrated"]
    assert same.tolist() == cecli.apply(data, fit=fit)["calibrated"].tolist()


def test_a_certain_prediction_is_written_as_a_logit_where_asked(fit):
    told = []
    steep = fit.to_dict()
    steep["fit"]["parts"][0]["parameters"] = {"slope": 100.0, "intercept": 0.0}
    q = [0.9, 0.1]
    assert cecli.apply({"p": q}, fit=steep, tell=told.append)["calibrated"][0] == 1.0
    assert "1 row is written as exactly" in told[0]
    logits = cecli.apply({"p": q}, fit=steep, to="logit", tell=told.append)["calibrated"]
    assert logits.tolist() == pytest.approx([219.7224577, -219.7224577])
    assert len(told) == 1


def test_a_step_that_is_certain_has_an_infinite_logit():
    told = []
    fit = cecli.fit({"y": [0, 1, 0, 1], "p": [0.1, 0.3, 0.6, 0.9]}, model="isotonic")
    logits = cecli.apply({"p": [0.4, 0.95]}, fit=fit, to="logit", tell=told.append)["calibrated"]
    assert logits.tolist() == [0.0, np.inf]
    assert told[0].startswith("1 row is written as infinite logarithms")


def test_a_slope_of_0_forgets_that_a_prediction_was_certain(fit):
    flat = fit.to_dict()
    flat["fit"]["parts"][0]["parameters"] = {"slope": 0.0, "intercept": 0.5}
    logits = cecli.apply({"p": [0.0, 1.0]}, fit=flat, to="logit")["calibrated"]
    assert logits.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "--fit FIT.json is needed"),
        ({"prior_shift": 0.1}, "needs --base-rate"),
        ({"prior_shift": 1.0, "base_rate": 0.5}, "--prior-shift 1 is not between"),
        ({"base_rate": 0.5}, "--base-rate needs"),
    ],
)
def test_what_cannot_be_meant_is_refused(options, message):
    with pytest.raises(cecli.UsageError, match=message):
        cecli.apply({"p": [0.5]}, **options)


def test_a_fit_is_of_one_scale(fit):
    with pytest.raises(cecli.UsageError, match="contradicts the fit"):
        cecli.apply({"p": [0.5]}, fit=fit, scale="logit")


def test_the_fit_is_not_overwritten_by_what_it_made(tmp_path):
    data = tmp_path / "preds.csv"
    data.write_text("y,p\n1,0.9\n0,0.2\n1,0.3\n0,0.6\n")
    fit = tmp_path / "fit.json"
    fit.write_text(cecli.fit(str(data), model="platt", prior_sd=1.0).to_json())
    before = fit.read_text()
    with pytest.raises(cecli.UsageError, match="one of the inputs"):
        cecli.apply(str(data), fit=str(fit), output=str(fit))
    with pytest.raises(cecli.UsageError, match="needs a name"):
        cecli.apply(str(data), fit=str(fit), output=str(tmp_path / "out.csv"), column="")
    assert fit.read_text() == before
