"""`cecli score` as a process: the contract of its JSON and its tables."""

import csv
import json
import math
import random

import pytest
from sklearn.metrics import brier_score_loss, log_loss

NOTHING = {
    "places": {}, "per_class": [], "comparisons": [], "groups": [], "curves": {}, "explanation": [],
    "rows": [],
    "checks": [],
}  # fmt: skip


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_equals_scikit_learn(cecli, samples):
    rows = read(samples / "breast_cancer.csv")
    y = [int(row["y_true"]) for row in rows]
    q = [float(row["y_prob"]) for row in rows]
    w = [float(row["sample_weight"]) for row in rows]
    for options, weights in (([], None), (["--weight", "sample_weight"], w)):
        done = cecli("score", str(samples / "breast_cancer.csv"), "--json", *options)
        metrics = json.loads(done.stdout)["metrics"]
        assert metrics["cross_entropy"] == pytest.approx(
            log_loss(y, q, sample_weight=weights), rel=0, abs=1e-12
        )
        assert metrics["brier"] == pytest.approx(
            brier_score_loss(y, q, sample_weight=weights), rel=0, abs=1e-12
        )


def test_the_json_keeps_the_contract(cecli, write):
    path = write("y,p,w\n1,0.75,2\n0,0.25,1\n")
    done = cecli("score", path, "--weight", "w", "--json", "--clip", "1e-9", "--base-rate", "0.25")
    report = json.loads(done.stdout)
    metrics, intervals = report.pop("metrics"), report.pop("intervals")
    few = report["notices"].pop()
    assert few["code"] == "undefined-metric"
    assert "of the rarer outcome" in few["message"]
    from cecli import __version__

    assert report == {
        "schema_version": 1,
        "cecli": __version__,
        "command": "score",
        "input": {
            "paths": [path],
            "rows": 2,
            "weight": 3.0,
            "skipped": {"rows": 0, "reasons": {}},
        },
        "columns": {"label": "y", "prob": ["p"], "weight": "w"},
        "options": {"base_rate": 0.25, "clip": 1e-9},
        "task": "binary",
        "classes": ["0", "1"],
        "positive": "1",
        "units": "nats",
        "notices": [
            {
                "code": "clipped",
                "message": "--clip 1e-09 changed the probabilities of 0 rows; "
                "share of cross_entropy: 0.00%",
                "count": 0,
                "rows": [],
            }
        ],
        **NOTHING,
    }
    assert list(metrics) == [
        "cross_entropy", "log_likelihood", "perplexity", "target_entropy", "kl", "base_rate",
        "base_rate_entropy", "skill", "normalized_entropy", "cross_entropy_balanced",
        "mean_prediction",
        "observed_expected", "prediction_entropy", "brier", "accuracy", "auc", "miscalibration",
        "ecce", "ecce_p_value",
        "calibration_z", "calibration_z_p_value", "spiegelhalter_z", "spiegelhalter_z_p_value",
        "calibration_chi2", "calibration_chi2_p_value",
        "top_1pct_loss_share", "top_row_loss_share", "effective_rows",
    ]  # fmt: skip
    assert set(intervals) == {
        "cross_entropy", "log_likelihood", "perplexity", "kl", "base_rate",
        "base_rate_entropy", "skill", "normalized_entropy", "cross_entropy_balanced",
        "mean_prediction",
        "observed_expected", "prediction_entropy", "brier", "accuracy", "auc",
    }  # fmt: skip
    assert set(intervals["cross_entropy"]) == {
        "se", "lower", "upper", "level", "degrees", "scale", "floor",
    }  # fmt: skip


def test_the_json_has_only_numbers_that_every_parser_reads(cecli, write):
    done = cecli("score", write("y,p\n1,0\n0,0.5\n"), "--json")

    def refuse(constant):
        raise AssertionError(constant)

    metrics = json.loads(done.stdout, parse_constant=refuse)["metrics"]
    assert done.stdout.endswith("}\n")
    assert done.stdout.isascii()
    assert metrics["cross_entropy"] == metrics["perplexity"] == "Infinity"
    assert metrics["log_likelihood"] == metrics["skill"] == "-Infinity"


@pytest.mark.parametrize("weight", [[], ["--weight", "sample_weight"]])
def test_neither_order_nor_chunks_change_a_bit(cecli, write, samples, weight):
    header, *rows = (samples / "breast_cancer.csv").read_text().splitlines(keepends=True)[:200]
    path = write(header + "".join(rows))
    expected = cecli("score", path, "--json", *weight).stdout
    for chunk_bytes in ("1", "2", "7", "1000", "65536"):
        assert (
            cecli("score", path, "--json", *weight, "--chunk-bytes", chunk_bytes).stdout == expected
        )
    random.Random(0).shuffle(rows)
    assert cecli("score", write(header + "".join(rows)), "--json", *weight).stdout == expected


def test_an_infinite_loss_is_reported_and_not_clipped(cecli, write):
    path = write("y,p\n" + "1,0.5\n" * 3 + "1,0\n" + "0,1\n" + "0,0\n")
    notices = json.loads(cecli("score", path, "--json").stdout)["notices"]
    (notice,) = (each for each in notices if each["code"] == "infinite-loss")
    assert (notice["count"], notice["rows"]) == (2, [5, 6])
    clipped = json.loads(cecli("score", path, "--json", "--clip", "1e-15").stdout)
    assert f"{clipped['metrics']['cross_entropy']:.6g} nats" in notice["message"]
    assert "--clip 1e-15 would make it" in notice["message"]


def test_a_clip_says_what_it_touched(cecli, write):
    path = write("y,p\n1,0.5\n1,0\n0,1e-12\n")
    report = json.loads(cecli("score", path, "--json", "--clip", "1e-6").stdout)
    (notice,) = [n for n in report["notices"] if n["code"] != "undefined-metric"]
    assert (notice["code"], notice["count"], notice["rows"]) == ("clipped", 2, [3, 4])
    assert "share of cross_entropy: 95.22%" in notice["message"]


def test_a_loss_that_a_clip_spares_stays(cecli, write):
    path = write("y,p\n1,0.5\n0,0.25\n")
    with_clip, without = (
        json.loads(cecli("score", path, "--json", *options).stdout)["metrics"]
        for options in (["--clip", "0.1"], [])
    )
    assert with_clip == without


def test_bits_are_nats_over_ln_2(cecli, samples):
    import math

    path = str(samples / "soft_labels.csv")
    nats, bits = (
        json.loads(cecli("score", path, "--target", "teacher", "--json", *units).stdout)
        for units in ([], ["--units", "bits"])
    )
    assert bits["units"] == "bits"
    for key in ("cross_entropy", "kl", "target_entropy", "base_rate_entropy", "log_likelihood"):
        assert bits["metrics"][key] == nats["metrics"][key] / math.log(2)
    for key in ("perplexity", "skill", "brier", "base_rate"):
        assert bits["metrics"][key] == nats["metrics"][key]
    for end in ("se", "lower", "upper"):
        assert bits["intervals"]["kl"][end] == nats["intervals"]["kl"][end] / math.log(2)


def test_for_soft_labels_the_identity_has_three_different_numbers(cecli, samples):
    path = str(samples / "soft_labels.csv")
    metrics = json.loads(cecli("score", path, "--target", "teacher", "--json").stdout)["metrics"]
    parts = metrics["cross_entropy"], metrics["target_entropy"], metrics["kl"]
    assert len(set(parts)) == 3
    assert parts[0] == pytest.approx(parts[1] + parts[2], rel=1e-14)


@pytest.mark.parametrize("label", ["0", "1"])
def test_one_class_is_scored(cecli, write, label):
    report = json.loads(cecli("score", write(f"y,p\n{label},0.5\n{label},0.25\n"), "--json").stdout)
    undefined = {name for name, value in report["metrics"].items() if value is None}
    of_loss = {"skill", "normalized_entropy", "cross_entropy_balanced"}
    of_tests = {name for name in undefined if name.endswith("_p_value")}
    assert undefined - of_tests == {*of_loss, "auc"}
    assert {notice["code"] for notice in report["notices"]} == {"undefined-metric"}
    assert any("only one class occurs" in notice["message"] for notice in report["notices"])


def test_one_row_has_no_standard_error(cecli, write):
    report = json.loads(cecli("score", write("y,p\n1,0.5\n"), "--json").stdout)
    assert report["metrics"]["perplexity"] == pytest.approx(2.0)
    assert report["intervals"]["brier"] == {
        "se": None, "lower": None, "upper": None, "level": 0.95,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "options", "classes"),
    [
        (("0", "1"), [], ["0", "1"]),
        (("0.0", "1.0"), [], ["0", "1"]),
        (("00", "1e0"), [], ["0", "1"]),
        (("False", "TRUE"), [], ["false", "true"]),
        (("no", "yes"), ["--positive", "yes"], ["no", "yes"]),
        (("2", "1.0"), ["--positive", "1"], ["2", "1"]),
        (("NA", "null"), ["--positive", "null"], ["NA", "null"]),
        (("9007199254740993", "9007199254740992"), ["--positive", "9007199254740992"],
         ["9007199254740993", "9007199254740992"]),
        (("[red]", "a\nb"), ["--positive", "a\nb"], ["[red]", "a\nb"]),
    ],
)  # fmt: skip
def test_the_positive_class_is_known_and_echoed(cecli, write, labels, options, classes):
    negative, positive = labels
    path = write(f'y,p\n"{negative}",0.25\n"{positive}",0.75\n"{positive}",0.5\n')
    done = cecli("score", path, "--json", *options)
    report = json.loads(done.stdout)
    assert report["classes"] == classes
    assert report["positive"] == classes[-1]
    assert report["metrics"]["base_rate"] == 2 / 3
    table = cecli("score", path, *options).stdout
    assert f"y = {classes[-1]} in ".replace("\n", "\\n") in table


def test_a_weight_of_k_is_k_rows(cecli, write):
    weighted = write("y,p,w\n1,0.7,3\n0,0.4,1\n0,0.1,2\n", "w.csv")
    repeated = write("y,p\n" + "1,0.7\n" * 3 + "0,0.4\n" + "0,0.1\n" * 2, "r.csv")
    a = json.loads(cecli("score", weighted, "--weight", "w", "--json").stdout)["metrics"]
    b = json.loads(cecli("score", repeated, "--json").stdout)["metrics"]
    assert a.pop("effective_rows") == 36 / 14
    assert b.pop("effective_rows") == 6
    # The costliest row is one, with all of its weight.
    shares = a.pop("top_row_loss_share"), b.pop("top_row_loss_share")
    costs = [-3 * math.log(0.7), -math.log(0.6), -2 * math.log(0.9)]
    assert shares == pytest.approx((costs[0] / sum(costs), costs[1] / sum(costs)), rel=1e-14)
    # Weights of a sample are no copies, so that tests differ.
    of_tests = {name for name in a if name.startswith(("calibration_", "spiegelhalter_"))}
    assert of_tests
    assert all(a[name] == b[name] for name in a.keys() - of_tests)


def test_a_row_of_weight_0_does_not_count_even_if_its_loss_is_infinite(cecli, write):
    path = write("y,p,w\n1,0.7,1\n0,1,0\n0,0.4,1\n")
    report = json.loads(cecli("score", path, "--weight", "w", "--json").stdout)
    without = json.loads(cecli("score", write("y,p\n1,0.7\n0,0.4\n", "x.csv"), "--json").stdout)
    assert report["metrics"] == without["metrics"]
    assert report["intervals"] == without["intervals"]
    (notice,) = [n for n in report["notices"] if n["code"] != "undefined-metric"]
    assert (notice["code"], notice["count"], notice["rows"]) == ("zero-weight", 1, [3])
    assert report["input"]["rows"] == 3


def test_blank_lines_are_counted(cecli, write):
    done = cecli("score", write("y,p\n1,0.7\n\n0,0.4\n\n"), "--json")
    (notice,) = [n for n in json.loads(done.stdout)["notices"] if n["code"] != "undefined-metric"]
    assert (notice["code"], notice["count"], notice["rows"]) == ("blank-line", 2, [3, 5])


def test_the_base_rate_of_the_training_data_moves_skill_alone(cecli, write):
    import math

    path = write("y,p\n1,0.75\n0,0.25\n0,0.5\n0,0.25\n")
    own, other = (
        json.loads(cecli("score", path, "--json", *options).stdout)["metrics"]
        for options in ([], ["--base-rate", "0.4"])
    )
    reference = -(0.25 * math.log(0.4) + 0.75 * math.log(0.6))
    assert other["normalized_entropy"] == pytest.approx(other["cross_entropy"] / reference)
    assert other["skill"] == 1 - other["normalized_entropy"]
    assert {name for name in own if own[name] != other[name]} == {"skill", "normalized_entropy"}


def test_tabs_and_delimiters(cecli, write):
    expected = json.loads(cecli("score", write("y,p\n1,0.7\n0,0.4\n"), "--json").stdout)["metrics"]
    for name, text, options in (
        ("a.tsv", "y\tp\n1\t0.7\n0\t0.4\n", []),
        ("a.csv", "y\tp\n1\t0.7\n0\t0.4\n", ["--delimiter", "tab"]),
        ("b.csv", "y;p\n1;0.7\n0;0.4\n", ["--delimiter", ";"]),
        ("b.csv", "y p\n1 0.7\n0 0.4\n", ["--delimiter", "space"]),
    ):
        done = cecli("score", write(text, name), "--json", *options)
        assert json.loads(done.stdout)["metrics"] == expected


@pytest.mark.parametrize(("character", "name"), [(" ", "space"), ("\t", "tab"), (";", ";")])
def test_a_delimiter_that_cannot_be_seen_is_shown_by_its_name(cecli, write, character, name):
    path = write("y,p\n1,0.7\n0,0.4\n".replace(",", character))
    for options in (["--delimiter", character], []):
        done = cecli("score", path, "--label", "y", "--prob", "p", *options)
        assert f"delimiter {name}" in " ".join(done.stdout.partition("\n\n")[0].split())


def test_a_single_column_with_blanks_in_its_name_may_be_several(cecli, write):
    done = cecli("score", write("y p\n1 0.7\n0 0.4 1\n"))
    assert "only one column was found: 'y p'" in done.stderr
    assert "give --delimiter space" in done.stderr


def test_the_plain_table_is_aligned_and_whole(cecli, samples):
    done = cecli("score", str(samples / "breast_cancer.csv"), "--quiet", "--all")
    head, said, table = (part.splitlines() for part in done.stdout.split("\n\n"))
    assert head[0].startswith("score ")
    assert head[1] == "569 rows | binary | positive class 1 | label y_true | prob y_prob | nats"
    assert said[0].startswith("Loses 0.096 nats a row")
    assert len(table) == 29
    column = table[0].index("what it is")
    assert all(line[column - 2 : column] == "  " and line[column] != " " for line in table)


def test_digits_are_for_people_only(cecli, samples):
    path = str(samples / "breast_cancer.csv")
    assert "0.0964 " in cecli("score", path, "--digits", "3").stdout
    exact, three = (cecli("score", path, "--json", *d).stdout for d in ([], ["--digits", "3"]))
    assert exact == three


def test_decisions_in_place_of_probabilities_are_recognised(cecli, write):
    hard = cecli("score", write("y,p\n1,1\n0,1\n0,0\n")).stdout
    assert "are these decisions instead of probabilities?" in hard
    mixed = cecli("score", write("y,p\n1,1\n0,1\n0,0.5\n")).stdout
    assert "infinite" in mixed
    assert "are they decisions" not in mixed
