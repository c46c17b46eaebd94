"""`cecli score` with several classes, scales and tokens, as a process."""

import json
import re

import pytest

from cecli.core.errors import ExitCode

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

THREE = "y,p_a,p_b,p_c\na,0.5,0.3,0.2\nc,0.2,0.2,0.6\n"

# name: (file, options, exit code, what the error says)
CASES = {
    "a label that is no class": (
        THREE + "d,0.2,0.2,0.6\n", [], INPUT,
        ":4: column y: 'd' is not a class; the classes are 'a', 'b', 'c'",
    ),
    "a label in another case": (THREE + "A,0.2,0.2,0.6\n", [], INPUT, "did you mean 'a'?"),
    "a label with a blank": (THREE + " a,0.2,0.2,0.6\n", [], INPUT, "did you mean 'a'?"),
    "an empty label": (THREE + ",0.2,0.2,0.6\n", [], INPUT, ":4: column y: the label is empty"),
    "a sum too small": (
        THREE + "a,0.2,0.2,0.5\n", [], INPUT, ":4: the probabilities add up to 0.9",
    ),
    "a sum too large": (THREE + "a,0.4,0.4,0.4\n", [], INPUT, "add up to 1.2, not to 1"),
    "a sum of nothing": (THREE + "a,0,0,0\n", ["--normalize"], INPUT, ":4: the probabilities add"),
    "percentages": ("y,p_a,p_b\na,50,50\n", [], INPUT, "percentages? --from percent"),
    "a value above 1": ("y,p_a,p_b\na,1.5,0\n", [], INPUT, ":2: column p_a: '1.5' is not"),
    "a negative value": (
        "y,p_a,p_b\na,-1,2\n", ["--normalize"], INPUT, ":2: column p_a: '-1' is not",
    ),
    "a positive class": (THREE, ["--positive", "a"], USAGE, "--positive cannot be used with"),
    "a base rate": (
        THREE, ["--base-rate", "0.5"], USAGE, "--base-rate cannot be used with one column",
    ),
    "a pattern for nothing": (
        THREE, ["--prob", "z_*"], USAGE, "the pattern 'z_*' matches no column",
    ),
    "fewer targets": (
        "t_a,t_b,p_a,p_b,p_c\n0.5,0.5,0.2,0.2,0.6\n", ["--target", "t_*"], USAGE,
        "there are 2 --target columns and 3 --prob columns",
    ),
    "other targets": (
        "t_a,t_x,p_a,p_b\n0.5,0.5,0.5,0.5\n", ["--target", "t_*"], USAGE,
        "--target has no class 'b'; only --target has class 'x'",
    ),
    "targets that do not add up": (
        "t_a,t_b,p_a,p_b\n0.5,0.4,0.5,0.5\n", ["--target", "t_*"], INPUT,
        ":2: the soft labels add up to 0.9",
    ),
    "a label that is the number of a class, in another spelling": (
        "y,p_0,p_1\n00,0.5,0.5\n", [], INPUT, ":2: column y: '00' is not a class",
    ),
    "a clip of more than half": (
        THREE, ["--from", "logit", "--clip", "0.6"], USAGE, "--clip 0.6 is not in [2^-53, 0.5)",
    ),
    "a positive logarithm": (
        THREE, ["--from", "log-probability"], INPUT, "'0.5' is not the logarithm of a probability",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input_gives_one_clear_error(cecli, write, case):
    content, options, code, message = CASES[case]
    chosen = [] if "--prob" in options else ["--prob", "p_*"]
    done = cecli("score", write(content), *chosen, *options, "--quiet")
    assert done.stdout == ""
    assert done.returncode == code
    assert message in done.stderr
    assert re.match(r"error: .+\n((hint|try): .+\n)*\Z", done.stderr)


@pytest.mark.parametrize(
    ("content", "options", "code", "message"),
    [
        ("y,p\n1,0.5\n", ["--normalize"], USAGE, "--normalize does not apply to a single column"),
        ("t,u,p\n1,0,0.5\n", ["--target", "t", "--target", "u"], USAGE, "as many --prob columns"),
        ("y,p\n1,101\n", ["--from", "percent"], INPUT, "'101' is not a percentage in [0, 100]"),
        ("y,p\n1,-0.5\n", [], INPUT, "logits? --from logit"),
        (
            "y,p\n1,1e999\n",
            ["--from", "logit"],
            INPUT,
            "'1e999' is not a logit: a number up",
        ),
        ("y,p\n1,nan\n", ["--from", "logit"], INPUT, ":2: column p: 'nan' is a missing value"),
        ("lp\ninf\n", ["--log-prob", "lp"], INPUT, ":2: column lp: 'inf' is not the logarithm"),
        ("lp\n0.1\n", ["--log-prob", "lp"], INPUT, "'0.1' is not the logarithm of a probability"),
        ("lp,p\n-1,1\n", ["--log-prob", "lp", "--prob", "p"], USAGE, "cannot be used together"),
        ("y,p,b\n1,1,1\n", ["--bytes", "b"], USAGE, "--bytes requires --log-prob"),
    ],
)
def test_bad_options_give_one_clear_error(cecli, write, content, options, code, message):
    done = cecli("score", write(content), *options, "--quiet")
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_sums_a_little_off_are_noticed_with_the_worst_line(cecli, write):
    path = write(THREE + "a,0.5,0.3,0.20001\nb,0.5,0.3,0.1999\n")
    report = json.loads(cecli("score", path, "--prob", "p_*", "--json").stdout)
    (notice,) = (each for each in report["notices"] if each["code"] == "sum-not-one")
    assert (notice["count"], notice["rows"]) == (2, [4, 5])
    assert "off by up to 0.0001, on line 5" in notice["message"]


def test_the_table_has_a_row_for_each_class(cecli, samples):
    path = str(samples / "wine.csv")
    text = cecli("score", path, "--label", "cultivar", "--prob", "p_*", "--all").stdout
    assert re.search(r"^class +rows +base_rate +mean_prediction +observed_expected", text, re.M)
    assert re.search(r"^grignolino +71 +0\.398876", text, re.M)
    assert "positive" not in text


def test_the_json_names_classes_and_columns(cecli, samples):
    path = str(samples / "wine.csv")
    done = cecli("score", path, "--label", "cultivar", "--prob", "p_*", "--json", "--units", "bits")
    report = json.loads(done.stdout)
    assert report["task"] == "multiclass"
    assert report["classes"] == ["barolo", "grignolino", "barbera"]
    assert report["columns"]["prob"] == ["p_barolo", "p_grignolino", "p_barbera"]
    assert report["positive"] is None
    assert [group["class"] for group in report["per_class"]] == report["classes"]


def test_a_clip_of_several_classes_is_counted(cecli, write):
    path = write("y,p_a,p_b\na,0,1\nb,0.5,0.5\n")
    plain = json.loads(cecli("score", path, "--prob", "p_*", "--json").stdout)
    assert plain["metrics"]["cross_entropy"] == "Infinity"
    notice, *_ = plain["notices"]
    clipped = json.loads(cecli("score", path, "--prob", "p_*", "--json", "--clip", "1e-15").stdout)
    assert f"{clipped['metrics']['cross_entropy']:.6g} nats" in notice["message"]
    assert clipped["notices"][0]["rows"] == [2]


def test_classes_are_told_apart_letter_by_letter(cecli, write):
    path = write("y,p_0,p_00,p_1\n00,0.25,0.5,0.25\n0,0.5,0.25,0.25\n")
    done = cecli("score", path, "--label", "y", "--prob", "p_*", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["metrics"]["perplexity"] == 2.0
