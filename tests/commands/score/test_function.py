"""`cecli.score`: the same report from a path, a DataFrame and arrays."""

import json
import pickle

import mpmath
import numpy as np
import pandas as pd
import pytest
from exact_frames import exact_frame
from sklearn.metrics import accuracy_score, brier_score_loss, d2_log_loss_score, log_loss

import cecli
from cecli import check as cecli_check
from cecli import inspect as cecli_inspect
from cecli import score as cecli_score


@pytest.fixture(scope="module")
def frame(samples):
    # By default, pandas 2 misreads numbers by an ulp.
    return exact_frame(samples / "breast_cancer.csv")


@pytest.fixture(scope="module")
def report(frame):
    return cecli.score(frame)


def without_source(report):
    found = report.to_dict()
    del found["input"]["paths"]
    return found


def test_a_path_a_frame_and_arrays_give_the_same_bits(samples, frame):
    path = samples / "breast_cancer.csv"
    named = {"label": "y_true", "prob": "y_prob", "weight": "sample_weight"}
    arrays = {name: frame[name].to_numpy() for name in named.values()}
    reports = [cecli.score(data, **named) for data in (path, str(path), frame, arrays)]
    assert all(without_source(report) == without_source(reports[0]) for report in reports)


def test_means_equal_scikit_learn(frame, report):
    y, q = frame["y_true"], frame["y_prob"]
    assert report["cross_entropy"] == pytest.approx(log_loss(y, q), rel=1e-13)
    assert report["brier"] == pytest.approx(brier_score_loss(y, q), rel=1e-13)
    assert report["accuracy"] == pytest.approx(accuracy_score(y, q >= 0.5), rel=1e-13)
    assert report["skill"] == pytest.approx(d2_log_loss_score(y, q), rel=1e-12)


def test_metrics_keep_their_identities(report):
    assert report["log_likelihood"] == pytest.approx(-569 * report["cross_entropy"], rel=1e-14)
    assert report["perplexity"] == pytest.approx(np.exp(report["cross_entropy"]), rel=1e-14)
    assert report["skill"] == 1 - report["normalized_entropy"]
    assert report["kl"] == report["cross_entropy"]
    assert report["target_entropy"] == 0
    assert report["observed_expected"] == pytest.approx(
        report["base_rate"] / report["mean_prediction"], rel=1e-15
    )


def test_the_interval_is_the_textbook_one(frame):
    y, q, w = (frame[name].to_numpy() for name in ("y_true", "y_prob", "sample_weight"))
    n, x = len(y), (q - y) ** 2
    mean = np.average(x, weights=w)
    se = np.sqrt(np.sum(w**2 * (x - mean) ** 2) / w.sum() ** 2 * n / (n - 1))
    interval = cecli.score(frame, weight="sample_weight").intervals["brier"]
    # The predictions imply a larger error than the rows show.
    assert interval.floor == "predictions"
    assert interval.se > se
    q = frame["y_prob"]
    plain = cecli.score(frame).intervals["mean_prediction"]
    assert plain.se == pytest.approx(q.sem(), rel=1e-12)


def test_without_weights_the_standard_error_is_that_of_a_mean(frame):
    frame = frame.assign(y_prob=1 / (1 + np.exp(-3 * np.log(frame.y_prob / (1 - frame.y_prob)))))
    loss = -np.log(np.where(frame["y_true"] == 1, frame["y_prob"], 1 - frame["y_prob"]))
    found = cecli.score(frame).intervals["cross_entropy"]
    assert found.floor is None
    assert found.se == pytest.approx(pd.Series(loss).sem(), rel=1e-12)


@pytest.mark.parametrize("weights", [None, [3.0, 0.1, 7.5, 1e-3, 1e12]])
def test_equal_losses_vary_not_at_all(weights):
    data = {"y": [1, 0, 1, 0, 1], "p": [0.3, 0.7, 0.3, 0.7, 0.3]}
    data["p"] = [0.3 if y else 1 - 0.3 for y in data["y"]]
    if weights:
        data["w"] = weights
    report = cecli.score(data, weight="w" if weights else None, target=None)
    loss = report.intervals["accuracy"]
    # None of them was right, which is no certainty.
    assert (loss.se, loss.lower) == (0.0, 0.0)
    assert 0.4 < loss.upper <= 1.0
    brier = report.intervals["prediction_entropy"]
    assert (brier.se, brier.lower, brier.upper) == (0.0, None, None)


def test_losses_too_small_to_square_keep_their_variance():
    report = cecli.score({"y": [0, 0, 0], "p": [1e-300, 2e-300, 3e-300]})
    assert report["cross_entropy"] == 2e-300
    assert report.intervals["cross_entropy"].se == pytest.approx(1e-300 / 3**0.5, rel=1e-12)


def test_a_mean_is_rounded_once():
    q = np.random.default_rng(0).random(50_000)
    report = cecli.score({"y": np.ones(len(q), dtype=int), "p": q})
    from fractions import Fraction

    assert report["mean_prediction"] == float(sum(map(Fraction, q.tolist())) / len(q))


def test_report_as_frame(report):
    frame = report.to_frame()
    assert list(frame.columns) == ["value", "se", "lower", "upper"]
    assert frame.loc["cross_entropy", "value"] == report["cross_entropy"]
    assert frame["value"].to_dict() == report.metrics
    assert np.isnan(frame.loc["effective_rows", "se"])


def test_groups_as_a_frame(frame):
    report = cecli.score(frame, by="segment,y_true", label="y_true", prob="y_prob")
    found = report.groups_to_frame()
    assert found.index.names == ["segment", "y_true", "metric"]
    assert list(found.columns) == ["value", "se", "lower", "upper", "rows", "weight"]
    for group in report.groups:
        key = tuple(group.key.values())
        part = found.loc[key]
        assert (part["rows"] == group.rows).all()
        assert (part["weight"] == group.weight).all()
        for result in group.results:
            row = part.loc[result.name]
            assert row["value"] == result.value or (np.isnan(row["value"]) and result.value is None)
            interval = result.interval
            if interval is not None and interval.lower is not None:
                assert (row["lower"], row["upper"]) == (interval.lower, interval.upper)
    wide = found["value"].unstack()
    assert len(wide) == len(report.groups)
    assert report.classes_to_frame().empty


def test_classes_as_a_frame(samples):
    report = cecli.score(samples / "wine.csv", label="cultivar", prob="p_*")
    found = report.classes_to_frame()
    assert found.index.names == ["class", "metric"]
    for group in report.per_class:
        assert found.loc[group.key["class"]]["value"].to_dict() == group.metrics
    assert found.dtypes["rows"] == np.int64
    assert report.groups_to_frame().empty


def test_a_printed_report_is_what_the_command_prints(samples, cecli):
    path = str(samples / "wine.csv")
    done = cecli("score", path, "--label", "cultivar", "--prob", "p_*", "--by", "cultivar")
    report = cecli_score(path, label="cultivar", prob="p_*", by="cultivar")
    assert f"{report}\n" == done.stdout
    assert repr(report).count("\n") == 0
    done = cecli("check", path, "--label", "cultivar", "--prob", "p_*", "--max", "brier=0.5")
    assert (
        f"{cecli_check(report, max={'brier': 0.5})}".splitlines()[2:]
        == (done.stdout.splitlines()[2:])
    )
    assert f"{cecli_inspect(path)}\n" == cecli("inspect", path).stdout


def test_report_as_json_round_trips(report):
    assert json.loads(report.to_json()) == report.to_dict()
    assert json.loads(report.to_json())["metrics"] == report.metrics


def test_report_pickles(report):
    assert pickle.loads(pickle.dumps(report)) == report


def test_an_unknown_metric_is_a_key_error(report):
    with pytest.raises(KeyError):
        report["average_precision"]


@pytest.mark.parametrize(
    "labels",
    [
        [True, False, True],
        np.array([1, 0, 1], dtype=np.int8),
        np.array([1.0, 0.0, 1.0], dtype=np.float32),
        ["1", "0", "1"],
        ["TRUE", "false", "True"],
        pd.Categorical(["1", "0", "1"]),
        pd.array([1, 0, 1], dtype="Int64"),
    ],
    ids=repr,
)
def test_labels_of_any_type_are_read_as_their_text(labels):
    report = cecli.score({"y": labels, "p": [0.75, 0.25, 0.5]})
    assert report["base_rate"] == 2 / 3


@pytest.mark.parametrize("labels", [np.array(["so", "not"]), [np.str_("so"), np.str_("not")]])
def test_classes_that_are_texts_of_numpy_are_texts_of_python(labels):
    report = cecli.score({"y": labels, "p": [0.75, 0.25]}, positive=np.str_("so"))
    assert [type(name) for name in report.classes] == [str, str]
    assert json.loads(report.to_json_line())["classes"] == ["not", "so"]


@pytest.mark.parametrize(
    "probs",
    [
        np.array([0.75, 0.25, 0.5], dtype=np.float32),
        np.array([0.75, 0.25, 0.5], dtype=np.float16),
        ["0.75", " 0.25", ".5"],
        pd.array([0.75, 0.25, 0.5], dtype="Float64"),
    ],
    ids=repr,
)
def test_numbers_of_any_type_are_widened_exactly(probs):
    assert cecli.score({"y": [1, 0, 1], "p": probs})["mean_prediction"] == 0.5


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"y": [1, 0], "p": [0.5, 1.5]}, "<arrays>:2: column p: '1.5' is not a probability"),
        ({"y": [1, 0], "p": [0.5, np.nan]}, "<arrays>:2: column p: the cell is empty"),
        ({"y": [1, 0], "p": [0.5, None]}, "<arrays>:2: column p: the cell is empty"),
        ({"y": [1, 0], "p": ["0.5", "1_0"]}, "<arrays>:2: column p: '1_0' is not"),
        ({"y": [1, 0], "p": [True, False]}, "<arrays>:1: column p: 'True' is not a probability"),
        ({"y": [1, None], "p": [0.5, 0.5]}, "<arrays>:2: column y: the label is empty"),
        ({"y": [1, np.nan], "p": [0.5, 0.5]}, "<arrays>:2: column y: the label is empty"),
        ({"y": [1, 2], "p": [0.5, 0.5]}, "<arrays>:2: column y: '2' is neither 0 nor 1"),
        ({"y": [1], "p": [0.5, 0.5]}, "the columns differ in length (y: 1, p: 2)"),
        ({"y": [[1], [0]], "p": [0.5, 0.5]}, "column y has 2 dimensions instead of one"),
        ({"y": [], "p": []}, "<arrays>: has a header and no data rows"),
    ],
    ids=repr,
)
def test_bad_arrays_are_refused_like_bad_files(data, message):
    with pytest.raises(cecli.InputError) as error:
        cecli.score(data)
    assert message in str(error.value)


def test_a_frame_with_a_column_twice_is_refused():
    frame = pd.DataFrame([[1, 0.5, 0.5]], columns=["y", "p", "p"])
    with pytest.raises(cecli.ColumnError, match="occurs 2 times"):
        cecli.score(frame, prob="p")


def test_rows_are_counted_and_the_index_ignored():
    frame = pd.DataFrame({"y": [1, 0], "p": [0.5, 7.0]}, index=[70, 70])
    with pytest.raises(cecli.RowError, match="<DataFrame>:2: "):
        cecli.score(frame)


def test_long_arrays_are_read_in_blocks_with_their_rows():
    q = np.full(40_000, 0.5)
    q[33_333] = 0.0
    report = cecli.score({"y": np.ones(40_000, dtype=int), "p": q})
    assert report.notices[0].rows == (33_334,)


def test_guesses_are_told():
    told = []
    cecli.score({"Y_True": [1, 0], "prob ": [0.5, 0.5]}, tell=told.append)
    assert told == [
        "prob is column 'prob ', guessed from its name; --prob chooses",
        "label is column 'Y_True', guessed from its name; --label chooses",
    ]


def test_errors_survive_pickling():
    error = cecli.RowError("what", "file:1", "hint")
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin)) == (cecli.RowError, "file:1: what\nhint: hint")


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="has no attribute 'scores'"):
        cecli.scores  # noqa: B018


NOT_NUMBERS = {
    "a mask": np.ma.array([0.9, 0.999999], mask=[False, True]),
    "imaginary parts": np.array([0.9 + 3j, 0.2]),
    "pd.NA in text": pd.array(["0.5", None], dtype="string"),
    "pd.NA in objects": pd.Series([0.5, pd.NA], dtype=object),
    "dates": pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02"])),
}


@pytest.mark.parametrize("case", NOT_NUMBERS)
def test_what_is_no_number_is_refused_with_its_row(case):
    with pytest.raises(cecli.RowError, match="column p: "):
        cecli.score({"y": [1, 0], "p": NOT_NUMBERS[case]})


def test_ragged_lists_are_refused():
    with pytest.raises(cecli.InputError, match="column p"):
        cecli.score({"y": [1, 0], "p": [[0.5], [0.5, 0.5]]})


def test_labels_of_any_byte_order_are_read():
    assert cecli.score({"y": np.array([1, 0], ">i4"), "p": [0.5, 0.5]})["base_rate"] == 0.5


def test_masked_labels_are_missing():
    with pytest.raises(cecli.RowError, match="the label is empty"):
        cecli.score({"y": np.ma.array([1, 0], mask=[0, 1]), "p": [0.5, 0.5]})


@pytest.mark.parametrize("labels", [[1, 0, True, False], [True, 0, 1, False]])
def test_truth_values_among_numbers_are_words_in_any_order(labels):
    with pytest.raises(cecli.InputError, match=r"mix numbers and words|third class"):
        cecli.score({"y": pd.Series(labels, dtype=object), "p": [0.5] * 4})


def test_a_quotient_beyond_the_range_is_undefined():
    report = cecli.score({"y": [1, 0], "p": [1e-310, 0.0]})
    assert report["observed_expected"] is None
    assert cecli.score({"y": [0] * 3, "p": [0.5] * 3}, base_rate=5e-324)["skill"] is None
    bits = cecli.score({"y": [1], "p": [0.4], "w": [1.7e308]}, weight="w", units="bits")
    assert bits["log_likelihood"] is None
    assert "beyond the range" in bits.notices[0].message


@pytest.mark.parametrize("odds", [1e3, 1e9, 1e17, 1e20])
def test_a_rare_class_keeps_its_digits_on_either_side(odds):
    mpmath.mp.dps = 60
    rare, common = 1 / (mpmath.mpf(odds) + 1), odds / (mpmath.mpf(odds) + 1)
    expected = -rare * mpmath.log(rare) - common * mpmath.log(common)
    for labels in ([1, 0], [0, 1]):
        report = cecli.score({"y": labels, "p": [0.5, 0.5], "w": [odds, 1.0]}, weight="w")
        assert report["base_rate_entropy"] == pytest.approx(float(expected), rel=1e-14)
        assert report["skill"] is not None
