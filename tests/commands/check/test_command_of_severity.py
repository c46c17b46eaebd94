"""A rule that only warns is told where it does not hold, apart from failures, and fails no run."""

import json

import pytest

import cecli as library
from cecli.core.errors import ExitCode

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"  # cross_entropy 0.389, accuracy 1
DATA = {"y": [1, 0, 1, 0], "p": [0.75, 0.25, 0.5, 0.25]}
WARNS, FAILS = "--max=cross_entropy=0.3:warn", "--max=cross_entropy=0.35"


@pytest.fixture
def check(cecli, write):
    def run(*options):
        return cecli("check", write(ROWS), "--label", "y", "--prob", "p", *options)

    return run


@pytest.mark.parametrize(
    ("rules", "code"),
    [([WARNS], ExitCode.OK), ([WARNS, FAILS], ExitCode.CHECK_FAILED)],
)
def test_the_exit_code_is_that_of_the_other_rules(check, rules, code):
    done = check(*rules, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["passed"]) == (code, code == ExitCode.OK)
    first = document["checks"][0]
    assert (first["severity"], first["verdict"], first["passed"]) == ("warn", "fail", False)
    told = (line for line in done.stderr.splitlines() if not line.startswith("notice: "))
    warning, *failures = told
    assert warning == "warning: cross_entropy is 0.389048, above the maximum of 0.3"
    assert [line.partition(":")[0] for line in failures] == ["failed"] * (len(rules) - 1)


EXPECTED = {
    "table": "cross_entropy  at most 0.3 (warn)  0.389048  warn",
    "markdown": "██████████│███ | ⚠️ warn |",
    "github": "::warning title=cecli check%3A cross_entropy at most 0.3 (warn)::cross_entropy is",
    "junit": '<skipped type="warn" message="cross_entropy is 0.389048, above the maximum of 0.3">',
    "jsonl": '"severity": "warn"',
    "csv": "cross_entropy,at most 0.3 (warn),warn,fail,,0.389",
}


def test_every_output_tells_a_warning_apart(check, tmp_path):
    exports = [f"--export={name}=out.{name}" for name in EXPECTED]
    done = check(WARNS, "--min=accuracy=0.5", *exports)
    assert done.returncode == ExitCode.OK
    for name, words in EXPECTED.items():
        text = (tmp_path / f"out.{name}").read_text()
        assert words in text
        assert "::error" not in text
        assert "<failure" not in text
    assert "1 passed, 1 warned" in done.stdout
    assert (
        "::notice title=cecli check::1 of 2 rules passed" in (tmp_path / "out.github").read_text()
    )
    assert 'failures="0"' in (tmp_path / "out.junit").read_text()


def test_a_warning_may_be_undecided():
    report = library.score(DATA, label="y", prob="p")
    checked = library.check(report, max={"cross_entropy": "0.3:warn"}, confidence=0.95)
    (outcome,) = checked.warnings
    assert checked.passed
    assert not checked.failures
    assert (outcome.word, outcome.sentence.partition(":")[0]) == ("warn, undecided", "warning")
    assert library.check(report, max={"cross_entropy": "0.39:warn"}).warnings == []


def test_a_configuration_states_the_severity_of_a_rule(cecli, write):
    write(ROWS)
    rule = '[[check]]\nmetric = "brier"\nmax = 0.1\nseverity = "{}"\n'
    for severity, code in (("warn", ExitCode.OK), ("error", ExitCode.CHECK_FAILED)):
        write(rule.format(severity), "cecli.toml")
        done = cecli("check", "preds.csv")
        assert done.returncode == code
        word = "warning" if severity == "warn" else "failed"
        assert f"{word}: cecli.toml:1: brier is 0.109375" in done.stderr
    write(rule.format("error") + "\n" + rule.format("warn").replace("0.1", "0.05"), "cecli.toml")
    # Both stand, as one fails and the other warns; each is replaced by one of its own kind.
    checks = json.loads(cecli("check", "preds.csv", "--json").stdout)["checks"]
    assert [check["severity"] for check in checks] == ["error", "warn"]
    done = cecli("check", "preds.csv", "--json", "--max=brier=1", "--max=brier=0.2:warn")
    assert [check["amount"] for check in json.loads(done.stdout)["checks"]] == [1.0, 0.2]
    write(rule.format("info"), "cecli.toml")
    assert cecli("check", "preds.csv").returncode == ExitCode.USAGE


@pytest.mark.parametrize(
    "rules", [{"max": {"kl": "1:info"}}, {"max": {"kl": "1:"}}, {"skipped": "1%:warm"}]
)
def test_another_severity_is_a_usage_error(rules):
    with pytest.raises(library.UsageError, match="is not error or warn"):
        library.check(library.score(DATA, label="y", prob="p"), **rules)


def test_limits_of_rows_may_warn_too():
    report = library.score(DATA, label="y", prob="p").to_dict()
    report["input"]["skipped"] = {"rows": 1, "reasons": {"missing": 1}}
    checked = library.check(report, skipped="10%:warn")
    assert checked.passed
    assert [outcome.verdict for outcome in checked.warnings] == ["fail"]
