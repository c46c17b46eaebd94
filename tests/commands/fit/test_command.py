"""`cecli fit` and `cecli apply` as processes."""

import json

import pytest

from cecli.core.errors import ExitCode

OK, USAGE, INPUT = ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT

PREDS = "id,y,p\n" + "".join(
    f"r{k},{int(k * 7 % 10 < 3 + k % 5)},{0.05 + 0.9 * (k % 37) / 37:.6f}\n" for k in range(200)
)


def test_what_is_applied_loses_what_was_promised(cecli, write):
    path = write(PREDS)
    done = cecli("fit", path, "--model", "platt", "-o", "fit.json")
    assert (done.returncode, done.stdout) == (OK, "")
    assert cecli("apply", path, "--fit", "fit.json", "-o", "out.csv").returncode == OK
    report = json.loads(cecli("score", "out.csv", "--prob", "calibrated", "--json").stdout)
    from pathlib import Path

    fit = json.loads((Path(path).parent / "fit.json").read_text())
    assert report["metrics"]["cross_entropy"] == pytest.approx(
        fit["metrics"]["calibrated_cross_entropy"], rel=1e-12
    )
    assert fit["command"] == "fit"
    assert fit["fit"]["version"] == 1
    assert fit["fit"]["prob"] == ["p"]
    assert fit["intervals"]["slope"]["se"] > 0


def test_the_table_has_parameters_before_losses(cecli, write):
    done = cecli(
        "fit", write(PREDS), "--model", "platt", "--folds", "5", "--fold-by", "id", "--all"
    )
    _, _, table = done.stdout.partition("\nmetric ")
    names = [line.split()[0] for line in table.splitlines()[1:] if line]
    assert names == [
        "slope", "intercept", "cross_entropy", "log_likelihood", "calibrated_cross_entropy",
        "calibrated_log_likelihood", "calibration_loss", "calibration_loss_debiased",
        "expected_gain", "out_of_fold_cross_entropy", "out_of_fold_gain", "likelihood_ratio",
        "p_value", "miscalibration", "calibrated_miscalibration", "ecce", "calibrated_ecce",
    ]  # fmt: skip


def test_verbose_shows_each_step(cecli, write):
    done = cecli("fit", write(PREDS), "--model", "platt", "--prior-sd", "9", "--verbose", "--json")
    steps = [line for line in done.stderr.splitlines() if line.startswith("note: iteration")]
    trace = json.loads(done.stdout)["fit"]["parts"][0]["trace"]
    assert len(steps) == len(trace) > 2
    assert trace[-1]["gradient"] <= 1e-10


def test_a_stream_gives_the_same_fit(cecli, write):
    options = ["--model", "beta", "--json", "--folds", "3"]
    named = json.loads(cecli("fit", write(PREDS), *options).stdout)
    piped = json.loads(cecli("fit", "-", *options, stdin=PREDS).stdout)
    assert piped["metrics"] == named["metrics"]
    assert piped["fit"] == named["fit"]


def test_a_stream_is_applied_too(cecli, write, tmp_path):
    cecli("fit", write(PREDS), "--model", "platt", "-o", "fit.json")
    cecli("apply", "preds.csv", "--fit", "fit.json", "-o", "a.csv")
    done = cecli("apply", "-", "--fit", "fit.json", "-o", "b.csv", stdin=PREDS)
    assert (done.returncode, done.stdout, done.stderr) == (OK, "", "")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], USAGE, "--model"),
        (["--model", "spline"], USAGE, "spline"),
        (["--model", "vector"], USAGE, "needs several classes"),
        (["--model", "isotonic", "--prior-sd", "1"], USAGE, "--prior-sd"),
        (["--model", "platt", "--prior-sd", "0"], USAGE, "no standard deviation|not a standard"),
        (["--model", "platt", "--prior-sd", "nan"], USAGE, "not a standard"),
        (["--model", "platt", "--prior-beta", "2,2"], USAGE, "--model constant"),
        (["--model", "constant", "--prior-beta", "2"], USAGE, "not a pair of numbers"),
        (["--model", "constant", "--prior-beta", "0,2"], USAGE, "both must be above 0"),
        (["--model", "platt", "--folds", "1"], USAGE, "--folds 1"),
        (["--model", "platt", "--fold-by", "id"], USAGE, "--folds K"),
        (["--model", "platt", "--folds", "3", "--fold-by", "p"], USAGE, "cannot be both"),
        (["--model", "platt", "--folds", "3", "--fold-by", "z"], USAGE, "no column 'z'"),
    ],
)
def test_options_that_make_no_sense_are_refused(cecli, write, options, code, message):
    done = cecli("fit", write(PREDS), "--prob", "p", "--label", "y", *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert any(part in done.stderr for part in message.split("|"))


def test_separable_classes_name_the_remedy(cecli, write):
    path = write("y,p\n0,0.1\n0,0.2\n1,0.7\n1,0.9\n")
    done = cecli("fit", path, "--model", "platt", "-o", "fit.json")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "separated" in done.stderr
    assert "--prior-sd" in done.stderr
    assert cecli("fit", path, "--model", "platt", "--prior-sd", "1", "--json").returncode == OK


def test_an_output_that_cannot_be_written_leaves_nothing(cecli, write, tmp_path):
    cecli("fit", write(PREDS), "--model", "platt", "-o", "fit.json")
    done = cecli("apply", "preds.csv", "--fit", "fit.json", "-o", "nowhere/out.csv")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "cannot be written" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fit.json", "preds.csv"]


def test_skipped_rows_are_counted_in_a_fit(cecli, write):
    path = write(PREDS + "x,1,nan\ny,2,0.5\n")
    named = ["--label", "y", "--prob", "p"]
    done = cecli("fit", path, *named, "--model", "platt", "--on-bad-row", "skip", "--json")
    report = json.loads(done.stdout)
    assert report["input"]["skipped"]["rows"] == 2
    assert report["fit"]["rows"] == 200


def test_bits_are_units_of_losses_and_not_of_parameters(cecli, write):
    path = write(PREDS)
    nats, bits = (
        json.loads(cecli("fit", path, "--model", "platt", "--json", *units).stdout)["metrics"]
        for units in ([], ["--units", "bits"])
    )
    assert bits["slope"] == nats["slope"]
    assert bits["calibration_loss"] == pytest.approx(nats["calibration_loss"] / 0.6931471805599453)
