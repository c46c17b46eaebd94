"""`cecli kl` as a process."""

import json

import pytest

from cecli.core.errors import ExitCode

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

PAIRS = "p,q\n0.5,0.5\n0.25,0.5\n"
KEYS = [
    "cross_entropy", "entropy", "kl", "identity_residual", "reverse_kl", "jeffreys",
    "js_divergence", "js_distance", "total_variation", "hellinger",
]  # fmt: skip
TAIL = ["kl_p50", "kl_p90", "kl_p99", "kl_p999", "kl_max"]
COUNTS = "a,b\n10,20\n30,30\n60,50\n"


def test_the_output_says_which_is_which(cecli, write):
    done = cecli("kl", write(PAIRS), "--p", "q", "--q", "p")
    assert done.stderr == ""
    assert "p (the truth) q · q (the approximation) p" in done.stdout


def test_the_json_keeps_the_contract(cecli, write):
    path = write(PAIRS)
    report = json.loads(
        cecli("kl", path, "--p", "p", "--q", "q", "--json", "--threshold", "0.1").stdout
    )
    assert list(report["metrics"]) == [*KEYS, *TAIL, "kl_above", "effective_rows"]
    assert report["columns"] == {"p": "p", "q": "q"}
    assert (report["command"], report["task"]) == ("kl", "bernoulli")
    assert report["options"] == {"threshold": 0.1}
    assert report["places"] == {"kl_max": f"{path}:3"}
    assert "kl" in report["intervals"]
    assert "kl_max" not in report["intervals"]


def test_over_the_rows_has_the_same_keys(cecli, write):
    done = cecli(
        "kl", write(COUNTS), "--p", "a", "--q", "b", "--over-rows", "--normalize", "--json"
    )
    report = json.loads(done.stdout)
    assert list(report["metrics"]) == KEYS
    assert report["task"] == "over-rows"


def test_a_stream_is_read_twice_where_it_must_be(cecli, write):
    options = ["--p", "a", "--q", "b", "--over-rows", "--normalize", "--json"]
    piped = json.loads(cecli("kl", "-", *options, stdin=COUNTS).stdout)
    named = json.loads(cecli("kl", write(COUNTS), *options).stdout)
    assert piped["metrics"] == named["metrics"]
    assert piped["input"]["paths"] == ["<stdin>"]


def test_columns_that_are_distributions_over_the_rows_are_noticed(cecli, write):
    done = cecli("kl", write("p,q\n0.5,0.25\n0.5,0.75\n"), "--p", "p", "--q", "q")
    assert "--over-rows" in done.stdout
    assert "--over-rows" not in cecli("kl", write(PAIRS), "--p", "p", "--q", "q").stdout


def test_classes_are_paired_by_name(cecli, write):
    path = write("p_a,p_b,q_b,q_a\n0.25,0.75,0.75,0.25\n")
    done = cecli("kl", path, "--p", "p_*", "--q", "q_*", "--json")
    assert json.loads(done.stdout)["metrics"]["kl"] == 0
    assert done.stderr == ""


def test_columns_without_common_names_are_paired_by_order_and_that_is_said(cecli, write):
    path = write("a,b,c,d\n0.25,0.75,0.25,0.75\n")
    done = cecli("kl", path, "--p", "a", "--p", "b", "--q", "c", "--q", "d", "--json")
    assert json.loads(done.stdout)["metrics"]["kl"] == 0
    assert "note: p and q are paired by their order" in done.stderr
    assert "a with c, b with d" in done.stderr


@pytest.mark.parametrize(
    ("content", "options", "code", "message"),
    [
        (PAIRS, ["--p", "p"], USAGE, "--q"),
        (PAIRS, ["--p", "p", "--q", "r"], USAGE, "there is no column 'r'"),
        (PAIRS, ["--p", "p", "--q", "p"], USAGE, "cannot be both"),
        (PAIRS, ["--p", "p", "--q", "q", "--normalize"], USAGE, "not apply to a single column"),
        (PAIRS, ["--p", "p", "--q", "q", "--threshold", "nan"], USAGE, "--threshold nan"),
        (PAIRS, ["--p", "p", "--q", "q", "--threshold", "-1"], USAGE, "--threshold -1"),
        ("p,q\n0.5,1.5\n", ["--p", "p", "--q", "q"], INPUT, ":2: column q: '1.5' is not"),
        (COUNTS, ["--p", "a", "--q", "b", "--over-rows"], INPUT,
         "'a' adds up to 100 over the rows"),
        (COUNTS, ["--p", "a*", "--q", "b", "--over-rows"], USAGE,
         "--over-rows compares exactly two columns"),
        ("a,b\n0,1\n0,2\n", ["--p", "a", "--q", "b", "--over-rows", "--normalize"], INPUT,
         "column 'a' adds up to 0"),
        ("a,b\n-1,1\n", ["--p", "a", "--q", "b", "--over-rows", "--normalize"], INPUT,
         ":2: column a: '-1' is not a finite, non-negative share"),
        ("a,b\n", ["--p", "a", "--q", "b", "--over-rows", "--normalize"], INPUT, "no data rows"),
        ("a,b,w\n1,1,1\n", ["--p", "a", "--q", "b", "--over-rows", "--weight", "w"], USAGE,
         "--weight"),
        ("p_a,p_b,q_a,q_c\n0.5,0.5,0.5,0.5\n", ["--p", "p_*", "--q", "q_*"], USAGE,
         "--q has no class 'b'; only --q has class 'c'"),
        ("p_a,p_b,q_a\n0.5,0.5,0.5\n", ["--p", "p_*", "--q", "q_a"], USAGE, "--p has 2 columns"),
        ("p_a,p_b,q_a,q_b\n0.5,0.5,0.5,0.4\n", ["--p", "p_*", "--q", "q_*"], INPUT,
         ":2: the probabilities of q add up to 0.9"),
    ],
)  # fmt: skip
def test_bad_input_gives_one_clear_error(cecli, write, content, options, code, message):
    done = cecli("kl", write(content), *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
