"""The gate: it passes where every rule holds, and on nothing else."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cecli as library
from cecli.core.errors import ExitCode

OK, CHECK_FAILED, USAGE, INPUT = ExitCode.OK, ExitCode.CHECK_FAILED, ExitCode.USAGE, ExitCode.INPUT

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"  # cross_entropy 0.389, accuracy 1


# So many that tests of calibration have p-values.
ENOUGH = "y,p\n" + "1,0.75\n0,0.25\n0,0.75\n" * 20


@pytest.fixture
def report(write):
    """Return a function that stores the report of some rows, changed by another function."""

    def store(name="report.json", change=lambda _: None, rows=ROWS, **options):
        content = json.loads(library.score(write(rows), **options).to_json())
        change(content)
        return write(json.dumps(content), name)

    return store


def verdicts(done):
    return [check["verdict"] for check in json.loads(done.stdout)["checks"]]


# Rules


def test_skipped_rows_are_a_share_of_all_rows_those_of_weight_0_included(cecli, write):
    path = write("y,p,w\n1,0.9,1\n0,0.2,2\n" + "1,0.9,0\n" * 6 + "x,0.5,1\n1,x,1\n")
    options = ["--label", "y", "--prob", "p", "--weight", "w", "--on-bad-row", "skip"]
    for share, code in (("20%", OK), ("19%", CHECK_FAILED)):
        assert cecli("check", path, *options, "--max-skipped", share).returncode == code


@pytest.mark.parametrize("by", ["file", "report"])
def test_rows_of_weight_0_are_not_among_the_required_rows(cecli, write, by):
    path = write("y,p,w\n1,0.9,1\n0,0.2,2\n" + "1,0.9,0\n" * 3)
    columns = ["--label", "y", "--prob", "p", "--weight", "w"]
    if by == "report":
        path, columns = write(cecli("score", path, *columns, "--json").stdout, "report.json"), []
    for least, code in ((2, OK), (3, CHECK_FAILED)):
        assert cecli("check", path, *columns, "--require-rows", str(least)).returncode == code


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (["--max", "cross_entropy=0.4"], OK),
        (["--max", "cross_entropy=0.38"], CHECK_FAILED),
        (["--min", "accuracy=1"], OK),
        (["--min", "skill=0.9"], CHECK_FAILED),
        (["--max", "cross_entropy=0.4", "--min", "skill=0.9"], CHECK_FAILED),
        (["--max", "perplexity=1.5", "--max", "cross_entropy=4e-1"], OK),
        (["--require-rows", "4"], OK),
        (["--require-rows", "5"], CHECK_FAILED),
        (["--max-skipped", "0"], OK),
        (["--max-skipped", "0.1%"], OK),
    ],
)
def test_the_exit_code_is_the_verdict_on_a_file_a_report_and_a_pipe(
    cecli, write, report, rule, code
):
    stored = report()
    with open(stored) as file:
        piped = file.read()
    for done in (
        cecli("check", write(ROWS), *rule, "--json"),
        cecli("check", stored, *rule, "--json"),
        cecli("check", "-", *rule, "--json", stdin=piped),
        cecli("check", "-", *rule, "--json", stdin=ROWS),
    ):
        assert done.returncode == code, done.stderr
        checked = json.loads(done.stdout)
        assert checked["passed"] == (code == OK)
        assert len(checked["checks"]) == len(rule) // 2


def test_a_limit_that_is_met_exactly_is_kept(cecli, report):
    value = json.loads(Path(report()).read_text())["metrics"]["cross_entropy"]
    assert cecli("check", report(), "--max", f"cross_entropy={value!r}").returncode == OK
    assert cecli("check", report(), "--min", f"cross_entropy={value!r}").returncode == OK
    below = f"{value!r}"[:-1]
    assert cecli("check", report(), "--max", f"cross_entropy={below}").returncode == CHECK_FAILED


def test_failed_rules_are_the_last_lines_the_worst_at_the_end(cecli, report):
    rules = ["--max", "cross_entropy=0.1", "--max", "brier=0.05", "--min", "accuracy=0.5"]
    done = cecli("check", report(), *rules)
    assert done.stderr.splitlines()[-2:] == [
        "failed: brier is 0.109375, above the maximum of 0.05",
        "failed: cross_entropy is 0.389048, above the maximum of 0.1",
    ]
    assert done.stdout.startswith("check ")


def test_columns_and_reading_are_the_options_of_score(cecli, write):
    path = write("a;b;c\nyes;75;1\nno;25;1\n")
    options = ["--label", "a", "--prob", "b", "--from", "percent", "--positive", "yes"]
    done = cecli("check", path, *options, "--delimiter", ";", "--max", "brier=0.0625", "--json")
    assert done.returncode == OK, done.stderr
    assert json.loads(done.stdout)["options"] == {"from": "percent", "delimiter": ";"}


def test_skipped_rows_are_counted_against_their_limit(cecli, write):
    path = write(ROWS + "1,x\n")
    skip = ["--on-bad-row", "skip", "--json"]
    assert cecli("check", path, "--max-skipped", "20%", *skip).returncode == OK
    assert cecli("check", path, "--max-skipped", "1", *skip).returncode == OK
    done = cecli("check", path, "--max-skipped", "19.9%", *skip)
    assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["fail"])


# Failing closed


def edited(**metrics):
    def change(report):
        report["metrics"].update(metrics)
        for name in metrics:
            report["intervals"].pop(name, None)

    return change


def without(report):
    del report["metrics"]["cross_entropy"], report["intervals"]["cross_entropy"]


@pytest.mark.parametrize("rule", ["--max=cross_entropy=1e9", "--min=cross_entropy=0"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (edited(cross_entropy=None), "cross_entropy is undefined"),
        (edited(cross_entropy="Infinity"), "cross_entropy is infinite"),
        (edited(cross_entropy="-Infinity"), "cross_entropy is infinite"),
        (without, "cross_entropy is not in the report"),
    ],
)
def test_what_cannot_be_compared_fails(cecli, report, rule, change, reason):
    done = cecli("check", report(change=change), rule, "--undecided", "pass", "--json")
    assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["fail"])
    assert reason in done.stderr.splitlines()[-1]


def test_an_infinite_loss_of_predictions_fails(cecli, write):
    done = cecli("check", write("y,p\n1,0\n0,0.5\n"), "--max", "cross_entropy=1e9")
    assert done.returncode == CHECK_FAILED
    assert "cross_entropy is infinite" in done.stderr


@pytest.mark.parametrize("digits", [30, 400, 5000])
def test_a_count_or_a_value_of_absurd_length_is_refused(cecli, report, digits):
    path = Path(report())
    text = path.read_text()
    for name, number in (("rows", "4"), ("cross_entropy", "0.38")):
        start = text.index(f'"{name}": {number}')
        end = text.index(",", start)
        path.write_text(f'{text[:start]}"{name}": {"9" * digits}{text[end:]}')
        done = cecli("check", str(path), "--max", "cross_entropy=0.4")
        # A float64 holds a value of 30 digits, which then is far outside its interval.
        assert done.returncode == INPUT
        assert "Traceback" not in done.stderr


def changed(**values):
    return lambda report: report.update(values)


def no_rows(report):
    report["input"]["rows"] = 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (no_rows, "has no rows"),
        (changed(schema_version=2), "schema version '2'"),
        (changed(schema_version="1"), "schema version '1'"),
        (changed(schema_version=True), "schema version 'True'"),
        (lambda report: report.pop("schema_version"), "is not a report"),
        (lambda report: report.pop("metrics"), "is not a report: metrics"),
        (edited(cross_entropy="0.1"), "is not a report: metrics.cross_entropy"),
        (edited(cross_entropy=True), "is not a report: metrics.cross_entropy"),
        (changed(units="bats"), "is not a report: units"),
        (changed(command="inspect"), "is not a report: command"),
    ],
)
def test_what_is_no_report_is_refused(cecli, report, change, message):
    done = cecli("check", report(change=change), "--max", "cross_entropy=1")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("{", "is not JSON"),
        ("{}", "is not a report"),
        ("[]", "no records"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"schema_version": 1, "schema_version": 1}', "occurs twice"),
        ("{" * 100_000, "'{{{"),
        (b"{\xff}", "is not UTF-8"),
        ("y,p\n", "no data rows"),
    ],
)
@pytest.mark.parametrize("piped", [False, True])
def test_what_is_nothing_of_the_kind_is_refused(cecli, write, text, message, piped):
    path = write(text, "report.json")
    given = ["-"] if piped else [path]
    done = cecli("check", *given, "--max", "cross_entropy=1", stdin=text if piped else b"")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("token", ["1e999", "-1e999"])
def test_a_number_beyond_float64_is_no_pass(cecli, report, token):
    path = Path(report())
    text = path.read_text()
    value = repr(json.loads(text)["metrics"]["cross_entropy"])
    # As a value, and where nothing reads it but the writer of the verdicts.
    for old, new in ((value, token), ('"curves": {}', f'"curves": {{"x": {token}}}')):
        path.write_text(text.replace(old, new))
        assert cecli("check", str(path), "--max", "cross_entropy=1").returncode == INPUT


def test_a_number_beyond_float64_is_refused_in_a_part_that_is_not_read(cecli, report):
    path = Path(report())
    path.write_text(path.read_text().replace("{", '{"curves": {"x": 1e999},', 1))
    done = cecli("check", str(path), "--max", "cross_entropy=1", "--json")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "'1e999' is beyond the range of a float64" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there are no rules to check"),
        (["--max", "cross_entropy=nan"], "'nan' is not a number"),
        (["--max", "cross_entropy=inf"], "'inf' is not a number"),
        (["--max", "cross_entropy=1e999"], "is not a number"),
        (["--max", f"cross_entropy=0.{'1' * 5000}"], "is not a number"),
        (["--max-skipped", "1" * 5000], "is not a number"),
        (["--max", "cross_entropy=1_0"], "'1_0' is not a number"),
        (["--max", "cross_entropy="], "'' is not a number"),
        (["--max", "cross_entropy=1%"], "'1%' is not a number"),
        (["--max", "cross_entropy"], "has no ="),
        (["--max", "cros_entropy=1"], "did you mean 'cross_entropy'?"),
        (["--max", "cross_entropy@=1"], "no column of groups after @"),
        (["--min", "accuracy=-1"], "so the rule would always pass"),
        (["--max", "accuracy=95"], "so the rule would always pass"),
        (["--max-increase", "cross_entropy=1"], "requires a baseline"),
        (["--max-increase", "cross_entropy=-1"], "is negative"),
        (["--max-worsening", "base_rate=1"], "base_rate has no better direction"),
        (["--max", "cross_entropy=1", "--confidence", "1"], "not between 0 and 1"),
        (["--max", "cross_entropy=1", "--confidence", "nan"], "not between 0 and 1"),
        (["--max", "cross_entropy=1", "--undecided", "maybe"], "maybe"),
        (["--require-rows", "0"], "--require-rows"),
        (["--max-skipped", "101%"], "not a number of rows or a percentage"),
        (["--max-skipped", "x"], "is not a number"),
        (["--max", "cross_entropy=1", "--export", "junit"], "is not FORMAT=PATH"),
        (["--max", "cross_entropy=1", "--export", "pdf=x"], "is not FORMAT=PATH"),
        (["--max", "cross_entropy=1", "--label", "y"], "--label applies to predictions"),
        (["--max", "cross_entropy=1", "--profile", "x"], "there is no configuration"),
        (["--max", "cross_entropy=1", "--config", "no.toml"], "no.toml: cannot be read"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(cecli, report, arguments, message):
    done = cecli("check", report(), *arguments)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert message in done.stderr


def test_rules_are_read_before_any_file(cecli):
    assert cecli("check", "missing.csv", "--max", "cross_entropy=nan").returncode == USAGE
    assert cecli("check", "missing.csv", "--max", "cross_entropy=1").returncode == INPUT
    assert cecli("check", "--max", "cross_entropy=1").returncode == USAGE


@pytest.mark.parametrize(
    ("rule", "remark"),
    [
        ("--max=accuracy=1", "notice: max of accuracy limits an improvement: higher is better"),
        ("--min=brier=0", "notice: min of brier limits an improvement: lower is better"),
        ("--max=brier=1", ""),
        ("--min=base_rate=0.1", ""),
    ],
)
def test_a_limit_on_the_better_side_is_remarked(cecli, report, rule, remark):
    done = cecli("check", report(rows=ENOUGH), rule)
    assert (done.returncode, done.stderr) == (OK, "")
    assert "".join(done.stdout.splitlines()[6:]) == remark
    assert cecli("check", report(rows=ENOUGH), rule, "--json").stderr.strip() == remark


def test_a_baseline_needs_a_standard_input_of_its_own(cecli, report):
    rule = ["--max", "kl=1", "--baseline", "-"]
    assert cecli("check", "-", *rule).returncode == USAGE
    path = report()
    assert cecli("check", path, *rule, stdin=Path(path).read_text()).returncode == OK
    assert cecli("check", path, *rule).returncode == INPUT


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("kind", ["report", "predictions"])
def test_a_pipe_is_a_report_or_predictions_as_it_begins(cecli, report, tmp_path, kind):
    """As from a shell's <(…); nothing of it is lost by looking."""
    text = Path(report()).read_text() if kind == "report" else ROWS + "1,0.5\n0,0.5\n" * 25_000
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        pool.submit(pipe.write_text, text)
        done = cecli("check", str(pipe), "--max", "cross_entropy=1", "--json")
    assert done.returncode == OK, done.stderr
    rows = json.loads(done.stdout)["input"]["rows"]
    assert rows == (4 if kind == "report" else 50_004)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_read_twice(cecli, write, tmp_path):
    path, pipe = write(ROWS), tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        pool.submit(pipe.write_text, ROWS)
        done = cecli(
            "check", str(pipe), "--baseline-file", path, "--max-increase", "cross_entropy=1"
        )
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "can be read only once" in done.stderr


def test_units_that_are_not_those_of_the_report_are_refused(cecli, report):
    rule = ["--max", "cross_entropy=1"]
    assert cecli("check", report(), *rule, "--units", "bits").returncode == INPUT
    assert cecli("check", report(), *rule, "--units", "nats").returncode == OK


# Against a baseline


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("--max-increase=cross_entropy=0.002", OK),  # 0.402 - 0.4 is more than 0.002 in float64
        ("--max-increase=cross_entropy=0.0019", CHECK_FAILED),
        ("--max-increase=cross_entropy=0.5%", OK),
        ("--max-increase=cross_entropy=0.4%", CHECK_FAILED),
        ("--max-decrease=cross_entropy=0", OK),
        ("--max-worsening=cross_entropy=0.4%", CHECK_FAILED),
        ("--max-worsening=accuracy=0.1", OK),
        ("--max-worsening=accuracy=0.09", CHECK_FAILED),
        ("--max-increase=accuracy=0", OK),
        ("--max-decrease=accuracy=11.2%", OK),
        ("--max-decrease=accuracy=11.1%", CHECK_FAILED),
        ("--max-worsening=log_likelihood=1%", OK),  # from -100 to -101: a percent of its size
        ("--max-worsening=log_likelihood=0.9%", CHECK_FAILED),
    ],
)
def test_a_change_is_measured_from_the_baseline(cecli, report, rule, code):
    before = report("main.json", edited(cross_entropy=0.4, accuracy=0.9, log_likelihood=-100))
    now = report("now.json", edited(cross_entropy=0.402, accuracy=0.8, log_likelihood=-101))
    done = cecli("check", now, "--baseline", before, rule, "--json")
    assert done.returncode == code, done.stderr
    (check,) = json.loads(done.stdout)["checks"]
    assert check["baseline"] is not None
    assert check["change"] is not None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (edited(cross_entropy=None), "undefined in the baseline"),
        (edited(cross_entropy="Infinity"), "infinite in the baseline"),
        (without, "not in the baseline"),
    ],
)
def test_a_baseline_that_cannot_be_compared_with_fails(cecli, report, change, reason):
    before, now = report("main.json", change), report("now.json")
    done = cecli("check", now, "--baseline", before, "--max-increase", "cross_entropy=9")
    assert done.returncode == CHECK_FAILED
    assert reason in done.stderr


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (changed(units="bits"), "units"),
        (changed(task="multiclass"), "task"),
        (changed(command="kl"), "command"),
        (changed(options={"average": "groups"}), "average"),
        (changed(schema_version=3), "schema version"),
        (no_rows, "no rows"),
    ],
)
def test_a_baseline_of_another_kind_is_refused(cecli, report, change, word):
    before, now = report("main.json", change), report("now.json")
    for rule in ("--max-increase=cross_entropy=9", "--max=cross_entropy=9"):
        done = cecli("check", now, "--baseline", before, rule)
        assert (done.returncode, done.stdout) == (INPUT, "")
        assert word in done.stderr


def test_other_options_of_the_baseline_are_noted(cecli, report):
    before, now = report("main.json", base_rate=0.5), report("now.json")
    done = cecli("check", now, "--baseline", before, "--max-increase", "cross_entropy=9")
    assert "note: base_rate is not given here, but 0.5 in the baseline" in done.stderr


# Noise


def interval(value, se, level=0.95):
    def change(report):
        report["metrics"]["cross_entropy"] = value
        report["intervals"]["cross_entropy"] = {
            "se": se, "lower": value - 1.96 * se, "upper": value + 1.96 * se, "level": level,
        }  # fmt: skip

    return change


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [("0.5197", "pass"), ("0.5195", "undecided"), ("0.4805", "undecided"), ("0.4803", "fail")],
)
def test_an_interval_that_straddles_the_limit_is_undecided(cecli, report, limit, verdict):
    path = report(change=interval(0.5, 0.01))
    rule = ["--max", f"cross_entropy={limit}", "--confidence", "0.95", "--json"]
    assert verdicts(cecli("check", path, *rule)) == [verdict]
    assert cecli("check", path, *rule).returncode == (OK if verdict == "pass" else CHECK_FAILED)
    may_be = cecli("check", path, *rule, "--undecided", "pass")
    assert may_be.returncode == (CHECK_FAILED if verdict == "fail" else OK)


def test_another_confidence_has_another_interval(cecli, report):
    path = report(change=interval(0.5, 0.01))
    for confidence, half in {"0.9": 0.016449, "0.99": 0.025758}.items():
        rule = ["--max", "cross_entropy=1", "--confidence", confidence, "--json"]
        (check,) = json.loads(cecli("check", path, *rule).stdout)["checks"]
        assert check["upper"] == pytest.approx(0.5 + half, abs=1e-6)
        assert check["lower"] == pytest.approx(0.5 - half, abs=1e-6)


def test_a_metric_without_an_interval_is_undecided(cecli, report):
    rule = ["--max", "top_1pct_loss_share=1", "--confidence", "0.95", "--json"]
    done = cecli("check", report(), *rule)
    assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["undecided"])
    assert "has no interval" in done.stderr


def test_without_an_interval_a_value_beyond_the_limit_is_undecided_too(cecli, report):
    for limit in ("0.001", "0.999"):
        rule = ["--max", f"top_1pct_loss_share={limit}", "--confidence", "0.95", "--json"]
        done = cecli("check", report(), *rule)
        assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["undecided"])
    done = cecli("check", report(), *rule, "--undecided", "pass")
    assert (done.returncode, verdicts(done)) == (OK, ["undecided"])


def test_one_row_has_no_noise_to_speak_of_and_is_undecided(cecli, write):
    path = write("y,p\n1,0.9\n")
    done = cecli("check", path, "--max", "cross_entropy=9", "--confidence", "0.9")
    assert done.returncode == CHECK_FAILED


# Groups


def grouped(report):
    report["groups"] = [
        {"key": {"segment": name}, "metrics": {"cross_entropy": value}, "rows": 9, "weight": 9.0,
         "intervals": {"cross_entropy": {"se": se, "lower": None, "upper": None, "level": 0.95}}}
        for name, value, se in (("a", 0.3, 0.01), ("b", 0.5, 0.05), ("c", 0.45, 0.001))
    ]  # fmt: skip


def test_every_group_must_obey_and_the_worst_is_named(cecli, report):
    path = report(change=grouped)
    assert cecli("check", path, "--max", "cross_entropy@segment=0.5").returncode == OK
    done = cecli("check", path, "--max", "cross_entropy@segment=0.4", "--json")
    (check,) = json.loads(done.stdout)["checks"]
    assert (done.returncode, check["group"], check["groups"], check["failed_groups"]) == (
        CHECK_FAILED, "b", 3, 2,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == (
        "failed: cross_entropy of segment=b is 0.5, above the maximum of 0.4; "
        "2 of 3 groups do not pass"
    )


def of_two(first, second):
    def change(report):
        report["groups"] = [
            {"key": key, "metrics": {"cross_entropy": value}}
            for key, value in ((first, 0.9), (second, 0.1))
        ]

    return change


def test_no_group_hides_behind_another(cecli, report):
    """Groups that look alike are two; a group that is occurs twice is refused."""
    rule = ["--max", "cross_entropy@a,b=0.5", "--json"]
    alike = of_two({"a": "x, y", "b": "z"}, {"a": "x", "b": "y, z"})
    done = cecli("check", report(change=alike), *rule)
    assert (done.returncode, json.loads(done.stdout)["checks"][0]["groups"]) == (CHECK_FAILED, 2)
    twice = of_two({"a": "x", "b": "y"}, {"a": "x", "b": "y"})
    done = cecli("check", report(change=twice), *rule)
    assert done.returncode == INPUT
    assert "the group a,b=x,y occurs twice" in done.stderr
    escaped = of_two({"a": "\x1b"}, {"a": r"\x1b"})
    done = cecli("check", report(change=escaped), "--max", "cross_entropy@a=0.5")
    assert done.returncode == CHECK_FAILED


def test_a_failing_group_must_be_more_than_one_of_many(cecli, report):
    rule = ["--max", "cross_entropy@segment=0.4", "--confidence", "0.95", "--json"]
    done = cecli("check", report(change=grouped), *rule)
    (check,) = json.loads(done.stdout)["checks"]
    assert (check["verdict"], check["group"], check["failed_groups"]) == ("fail", "c", 2)


@pytest.mark.parametrize("change", [lambda _: None, changed(groups=[])])
def test_a_report_without_the_groups_fails(cecli, report, change):
    done = cecli("check", report(change=change), "--max", "cross_entropy@segment=9")
    assert done.returncode == CHECK_FAILED
    assert "has no groups by segment" in done.stderr


def test_a_group_that_the_baseline_has_not_fails(cecli, report):
    before, now = report("main.json"), report("now.json", grouped)
    rule = ["--max-increase", "cross_entropy@segment=9"]
    assert cecli("check", now, "--baseline", now, *rule).returncode == OK
    done = cecli("check", now, "--baseline", before, *rule)
    assert done.returncode == CHECK_FAILED
    assert "not in the baseline" in done.stderr


def test_classes_are_groups_by_class(cecli, samples):
    path = str(samples / "wine.csv")
    options = ["--label", "cultivar", "--prob", "p_*", "--max"]
    assert cecli("check", path, *options, "cross_entropy@class=0.165").returncode == OK
    done = cecli("check", path, *options, "cross_entropy@class=0.164")
    assert done.returncode == CHECK_FAILED
    assert (
        "cross_entropy of class=grignolino is 0.164271, above the maximum of 0.164" in done.stderr
    )


PREDICTIONS = "y,p,segment,day\n" + "".join(
    f"{i % 2},{0.9 if i % 2 else 0.1},a,x\n{i % 2},0.5,b,y\n" for i in range(40)
)


def test_a_rule_about_groups_groups_the_predictions(cecli, write):
    path = write(PREDICTIONS)
    done = cecli("check", path, "--max", "cross_entropy@segment=0.5", "--json")
    assert done.returncode == CHECK_FAILED
    assert json.loads(done.stdout)["checks"][0]["group"] == "b"
    assert "cross_entropy of segment=b" in done.stderr.splitlines()[-1]
    assert cecli("check", path, "--max", "cross_entropy@segment=0.7").returncode == OK
    rules = ["--max", "cross_entropy@segment=1", "--max", "brier@day=1"]
    done = cecli("check", path, *rules)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "run cecli check once for each column" in done.stderr


def test_a_stored_report_with_groups_is_checked_by_them(cecli, write):
    report = cecli("score", write(PREDICTIONS), "--by", "segment", "--json").stdout
    rule = ["--max", "cross_entropy@segment=0.5", "--json"]
    done = cecli("check", "-", *rule, stdin=report)
    assert done.returncode == CHECK_FAILED
    assert json.loads(done.stdout)["checks"][0]["group"] == "b"


def two_models(write):
    """Write the predictions of two models on the same 400 rows, one a little worse throughout."""
    old, new = ["id,y,p"], ["id,y,p"]
    for i in range(400):
        y, p = i % 2, 0.05 + 0.9 * (i * 37 % 100) / 100
        old.append(f"u{i},{y},{p:.6f}")
        new.append(f"u{i},{y},{0.998 * p + 0.001:.6f}")
    return write("\n".join(old) + "\n", "old.csv"), write("\n".join(new) + "\n", "new.csv"), new


def test_a_paired_baseline_knows_the_noise_of_the_differences(cecli, write):
    old, new, _ = two_models(write)
    rule = ["--max-increase", "cross_entropy=0.001", "--confidence", "0.95", "--json"]
    baseline = write(cecli("score", old, "--json").stdout, "main.json")
    apart = cecli("check", new, "--baseline", baseline, *rule)
    assert (apart.returncode, verdicts(apart)) == (CHECK_FAILED, ["undecided"])
    paired = cecli("check", new, "--baseline-file", old, *rule)
    assert (paired.returncode, verdicts(paired)) == (OK, ["pass"])
    (check,) = json.loads(paired.stdout)["checks"]
    compared = json.loads(cecli("compare", old, new, "--json").stdout)
    assert check["change"] == pytest.approx(compared["metrics"]["difference"], abs=1e-15)
    interval = compared["intervals"]["difference"]
    # The same interval, by Student's t: not one of its own.
    assert (check["lower"], check["upper"]) == (interval["lower"], interval["upper"])


def test_a_paired_margin_in_percent_adds_the_noise_of_the_baseline(cecli, write):
    old, new, _ = two_models(write)
    options = ["--baseline-file", old, "--confidence", "0.95", "--json"]

    def half_width(limit):
        done = cecli("check", new, "--max-increase", f"cross_entropy={limit}", *options)
        (check,) = json.loads(done.stdout)["checks"]
        return (check["upper"] - check["lower"]) / 2

    compared = json.loads(cecli("compare", old, new, "--json").stdout)["intervals"]["difference"]
    se = json.loads(cecli("score", old, "--json").stdout)["intervals"]["cross_entropy"]["se"]
    assert half_width("1") == pytest.approx((compared["upper"] - compared["lower"]) / 2, rel=1e-9)
    expected = half_width("1") * (1 + 0.05 * se / compared["se"])
    assert half_width("5%") == pytest.approx(expected, rel=1e-9)


def test_a_model_that_has_not_changed_is_no_worse_for_sure(cecli, write):
    """It is what most changes of a program leave behind."""
    old, _, _ = two_models(write)
    rule = ["--confidence", "0.95", "--json"]
    for limit in ("cross_entropy=0.002", "cross_entropy=1%"):
        done = cecli("check", old, "--baseline-file", old, "--max-increase", limit, *rule)
        assert (done.returncode, verdicts(done)) == (OK, ["pass"])


def test_a_change_that_is_the_same_in_each_row_tells_nothing_of_the_noise(cecli, write):
    old = write("y,p\n1,0.5\n1,0.5\n", "old.csv")
    new = write("y,p\n1,0.6\n1,0.6\n", "new.csv")
    rule = ["--max-increase", "cross_entropy=0.1", "--confidence", "0.95", "--json"]
    done = cecli("check", new, "--baseline-file", old, *rule)
    assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["undecided"])


def test_a_paired_baseline_is_not_read_from_standard_input(cecli, write):
    old, new, _ = two_models(write)
    for names in (("-", old), (new, "-")):
        done = cecli(
            "check", names[0], "--baseline-file", names[1], "--max-increase", "cross_entropy=1",
            stdin="y,p\n1,0.5\n",
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (USAGE, "")
        assert "standard input can be read only once" in done.stderr


def test_a_confidence_too_near_to_1_is_refused(cecli, write):
    path = write(PREDICTIONS)
    done = cecli("check", path, "--max", "cross_entropy=9", "--confidence", repr(1 - 2**-53))
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "--confidence 0.9999999999999999 is too near to 1" in done.stderr


def test_a_paired_baseline_knows_that_rows_of_a_cluster_are_alike(cecli, write):
    """Sixteen copies of each row say no more than one of them."""
    old, new, _ = two_models(write)
    rule = ["--max-increase", "cross_entropy=0.001", "--confidence", "0.95", "--json"]

    def upper(times, *options):
        paths = []
        for name, path in (("old16.csv", old), ("new16.csv", new)):
            with open(path) as file:
                header, *rows = file.read().splitlines()
            paths.append(write("\n".join([header, *rows * times]) + "\n", name))
        done = cecli("check", paths[1], "--baseline-file", paths[0], *rule, *options)
        return json.loads(done.stdout)["checks"][0]["upper"]

    assert upper(16, "--cluster", "id") == pytest.approx(upper(1), rel=1e-9)
    assert upper(16) < upper(1)


def test_a_paired_baseline_is_joined_by_its_key(cecli, write):
    old, _, rows = two_models(write)
    shuffled = write("\n".join([rows[0], *reversed(rows[1:])]) + "\n", "shuffled.csv")
    rule = ["--max-increase", "cross_entropy=0.001", "--confidence", "0.95"]
    assert cecli("check", shuffled, "--baseline-file", old, "--id", "id", *rule).returncode == OK
    missing = write("\n".join(rows[:-1]) + "\n", "missing.csv")
    done = cecli("check", missing, "--baseline-file", old, "--id", "id", *rule)
    assert (done.returncode, done.stdout) == (INPUT, "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--baseline-file", "old.csv", "--baseline", "x.json"], "exclude each other"),
        (["--id", "id"], "--id requires two inputs"),
    ],
)
def test_options_of_a_paired_baseline_that_make_no_sense(cecli, write, options, message):
    _, new, _ = two_models(write)
    done = cecli("check", new, "--max-increase", "cross_entropy=1", *options)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert message in done.stderr


def test_a_stored_report_has_no_pairs(cecli, write):
    old, new, _ = two_models(write)
    report = write(cecli("score", new, "--json").stdout, "report.json")
    done = cecli("check", report, "--baseline-file", old, "--max-increase", "cross_entropy=1")
    assert (done.returncode, done.stdout) == (USAGE, "")


def test_a_group_that_vanished_fails(cecli, write):
    path = write(PREDICTIONS)
    baseline = write(cecli("score", path, "--by", "segment", "--json").stdout, "main.json")
    fewer = write(PREDICTIONS.replace(",b,y\n", ",a,x\n"), "fewer.csv")
    rule = ["--max-increase", "cross_entropy@segment=9", "--baseline", baseline, "--json"]
    assert cecli("check", path, *rule).returncode == OK
    done = cecli("check", fewer, *rule)
    assert (done.returncode, json.loads(done.stdout)["checks"][0]["group"]) == (CHECK_FAILED, "b")


def test_values_that_are_all_alike_tell_nothing_of_the_noise(cecli, write):
    path = write("y,p\n1,0.9\n0,0.1\n1,0.9\n")
    done = cecli("check", path, "--min", "accuracy=0.9", "--confidence", "0.95", "--json")
    assert (done.returncode, verdicts(done)) == (CHECK_FAILED, ["undecided"])


def test_other_groups_than_the_rules_are_a_mistake(cecli, write):
    done = cecli("check", write(PREDICTIONS), "--by", "day", "--max", "cross_entropy@segment=9")
    assert (done.returncode, done.stdout) == (USAGE, "")


def test_two_exports_do_not_share_a_file(cecli, write, tmp_path):
    exports = ["--export", "junit=out", "--export", f"markdown={tmp_path}/./out"]
    done = cecli("check", write(PREDICTIONS), "--max", "cross_entropy=9", *exports)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "would be written twice" in done.stderr


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("padding", ["", "x" * 5000])
def test_json_lines_are_predictions_and_no_report(cecli, write, piped, padding):
    rows = [{"y": y, "p": p, "text": padding} for y, p in ((1, 0.75), (0, 0.25))]
    text = "\n".join(map(json.dumps, rows))
    given = ["-"] if piped else [write(text, "preds.jsonl")]
    done = cecli("check", *given, "--max", "brier=0.0625", "--json", stdin=text if piped else b"")
    assert json.loads(done.stdout)["passed"] is True


def test_one_row_is_not_called_rows(cecli, write):
    done = cecli("check", write("y,p\n1,0.5\n"), "--label", "y", "--prob", "p", "--max", "brier=1")
    assert done.stdout.splitlines()[1].startswith("1 row |")


def test_a_note_about_both_inputs_is_told_once(cecli, samples):
    new, old = (str(samples / name) for name in ("quantised.jsonl", "base.jsonl"))
    given = ("--like", "openai", "--id", "doc,pos", "--max-increase", "cross_entropy=0.1")
    done = cecli("check", new, "--baseline-file", old, *given)
    assert done.stderr.count("--like openai takes") == 1
