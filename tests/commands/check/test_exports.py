"""The verdicts in the places where they are read."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from cecli.core.errors import ExitCode

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"
RULES = ["--max", "cross_entropy=0.3", "--min", "accuracy=0.5"]
NASTY = "a%b\r\n::error::,:<&>\"'\x1b[31m\u202e]]>|`*\ufffe\x00"


@pytest.fixture
def check(cecli, write):
    """Return a function that checks a report with so many failing groups, or one."""

    def run(*options, rules=RULES):
        return cecli("check", write(ROWS), "--label", "y", "--prob", "p", *rules, *options)

    return run


def nasty(cecli, write, count=1):
    """Return a report with groups whose names are hostile."""
    report = json.loads(cecli("score", write(ROWS), "--json").stdout)
    report["groups"] = [
        {"key": {f"{NASTY}{number}": NASTY}, "metrics": {"cross_entropy": 0.5}}
        for number in range(count)
    ]
    rules = [f"--max=cross_entropy@{NASTY}{number}=0.4" for number in range(count)]
    # No argument of a process can have a NUL.
    return write(json.dumps(report), "report.json"), [rule.replace("\0", "") for rule in rules]


# Several at once


def test_several_exports_are_what_each_format_is_alone(check, tmp_path):
    names = ["table", "json", "jsonl", "markdown", "junit", "github"]
    exports = [f"--export={name}=out.{name}" for name in names]
    done = check(*exports)
    assert done.returncode == ExitCode.CHECK_FAILED
    assert done.stdout == (tmp_path / "out.table").read_text()
    for name in names:
        alone = check("--format", name)
        assert alone.returncode == ExitCode.CHECK_FAILED
        assert (tmp_path / f"out.{name}").read_text() == alone.stdout
    assert not list(tmp_path.glob(".cecli-*"))


def test_an_export_to_stdout_takes_the_place_of_the_table(check, tmp_path):
    done = check("--export", "markdown=-", "--export", "junit=out.xml")
    assert done.stdout == check("--format", "markdown").stdout
    assert (tmp_path / "out.xml").exists()
    done = check("--export", "markdown=-", "-o", "table.txt")
    assert done.stdout == check("--format", "markdown").stdout
    assert (tmp_path / "table.txt").read_text() == check().stdout


def test_the_suffix_tells_the_format(check, tmp_path):
    assert check("-o", "out.xml").returncode == ExitCode.CHECK_FAILED
    assert (tmp_path / "out.xml").read_text() == check("--format", "junit").stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--export", "junit=-", "--json"],
        ["--export", "junit=-", "--export", "markdown=-"],
        ["--export", "junit=a", "--export", "markdown=a"],
        ["--export", "junit=a.xml", "-o", "a.xml"],
        ["--export", "junit=preds.csv"],
        ["--export", "junit=."],
        ["--export", "csv=a"],
        ["--format", "csv"],
    ],
)
def test_what_cannot_be_written_is_a_usage_error(check, tmp_path, options):
    done = check(*options)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert [path.name for path in tmp_path.iterdir()] == ["preds.csv"]
    assert (tmp_path / "preds.csv").read_text() == ROWS


def test_an_export_that_fails_is_no_pass(check):
    done = check("--export", "junit=missing/out.xml", rules=["--max", "cross_entropy=9"])
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")


def test_the_formats_of_verdicts_are_not_those_of_reports(cecli, write):
    for name in ("junit", "github", "smaller-is-better"):
        assert cecli("score", write(ROWS), "--format", name).returncode == ExitCode.USAGE


# JUnit


@pytest.fixture(scope="session")
def written_by_pytest(tmp_path_factory):
    """Return the elements that pytest writes, with their attributes and children."""
    folder = tmp_path_factory.mktemp("junit")
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "def test_pass(): print('said')\n"
        "def test_fail(): assert 0\n"
        "def test_skip(): pytest.skip('why')\n"
    )
    (folder / "pytest.ini").write_text("[pytest]\njunit_logging = all\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--junitxml=out.xml"]
    subprocess.run(command, cwd=folder, capture_output=True)
    found = {}
    for element in ElementTree.parse(folder / "out.xml").iter():
        attributes, children = found.setdefault(element.tag, (set(), set()))
        attributes.update(element.attrib)
        children.update(child.tag for child in element)
    return found


def test_junit_has_the_elements_and_attributes_of_pytest(check, written_by_pytest):
    rules = [
        *RULES,
        "--max",
        "top_1pct_loss_share=1",
        "--confidence",
        "0.95",
        "--undecided",
        "pass",
    ]
    root = ElementTree.fromstring(check("--format", "junit", rules=rules).stdout)
    for element in root.iter():
        attributes, children = written_by_pytest[element.tag]
        # pytest gives a failure no type; the schema of Jenkins has one for it, as for skipped.
        assert set(element.attrib) <= attributes | ({"type"} if element.tag == "failure" else set())
        assert {child.tag for child in element} <= children
    assert [suite.tag for suite in root] == ["testsuite"]
    assert {"name", "tests", "failures", "errors"} <= set(root[0].attrib)


def test_junit_counts_its_cases(check):
    rules = ["--max=cross_entropy=0.1", "--max=brier=1", "--max=top_1pct_loss_share=1"]
    noise = ["--confidence", "0.95", "--undecided", "pass", "--format", "junit"]
    suite = ElementTree.fromstring(check(*noise, rules=rules).stdout)[0]
    assert suite.attrib["tests"] == str(len(suite)) == "3"
    for word in ("failure", "skipped"):
        cases = [case.attrib["name"] for case in suite if case.find(word) is not None]
        assert cases == [
            {"failure": "cross_entropy at most 0.1", "skipped": "top_1pct_loss_share at most 1"}[
                word
            ]
        ]
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "1")


def test_junit_is_xml_whatever_groups_are_called(cecli, write):
    path, rules = nasty(cecli, write)
    done = cecli("check", path, *rules, "--format", "junit")
    assert done.returncode == ExitCode.CHECK_FAILED
    (case,) = ElementTree.fromstring(done.stdout).iter("testcase")
    assert "<&>" in case.attrib["name"]
    assert r"\x1b" in case.attrib["name"]


# GitHub


def test_an_annotation_points_at_the_line_of_its_rule(cecli, write):
    write(ROWS)
    write('\n[[tool.cecli.check]]\nmetric = "brier"\nmax = 0.1\n', "pyproject.toml")
    done = cecli("check", "preds.csv", "--format", "github")
    assert done.stdout == (
        "::error file=pyproject.toml,line=2,title=cecli check%3A brier at most 0.1"
        "::brier is 0.109375, above 0.1\n"
    )


def test_ten_annotations_at_most_the_worst_first(check):
    absent = ["kl_p50", "kl_p90", "kl_p99", "kl_max"]
    limits = [f"--max={name}=0.1" for name in absent]
    metrics = ["cross_entropy", "kl", "brier", "perplexity", "normalized_entropy"]
    rules = [*limits, *(f"--max={m}={x}" for m in metrics for x in ("0.05", "0.05"))]
    lines = check("--format", "github", rules=rules).stdout.splitlines()
    assert len(lines) == 10
    assert all(any(name in line for line in lines[:4]) for name in absent)
    assert lines[4].startswith("::error title=cecli check%3A perplexity")
    assert lines[-1] == "::error title=cecli check::5 more rules failed"
    exactly = check("--format", "github", rules=rules[:10]).stdout.splitlines()
    assert len(exactly) == 10
    assert "more rules" not in exactly[-1]


def test_what_passes_is_one_notice(check):
    done = check("--format", "github", rules=["--max", "cross_entropy=9"])
    assert done.stdout == "::notice title=cecli check::1 of 1 rules passed\n"


def test_no_name_breaks_out_of_a_workflow_command(cecli, write):
    path, rules = nasty(cecli, write)
    done = cecli("check", path, *rules, "--format", "github")
    (line,) = done.stdout.splitlines()
    command, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()
    assert command == "error"
    assert [pair.partition("=")[0] for pair in properties.split(",")] == ["title"]
    assert "%25b" in message
    assert "\x1b" not in line


# Markdown


def test_markdown_has_every_column_in_a_row_that_is_one(cecli, write):
    path = write(cecli("score", write(ROWS), "--json").stdout, "main.json")
    rules = ["--max-increase", "cross_entropy=1%", "--confidence", "0.95"]
    text = cecli("check", path, "--baseline", path, *rules, "--format", "markdown").stdout
    table = [line for line in text.splitlines() if line.startswith("|")]
    headings = [cell.strip() for cell in table[0].strip("|").split("|")]
    assert headings == [
        "metric", "limit", "baseline", "current", "change", "interval", "verdict",
    ]  # fmt: skip
    assert "❔ undecided" in table[2]


def test_markdown_stays_below_the_size_of_a_comment(cecli, write):
    path, rules = nasty(cecli, write, 900)
    done = cecli("check", path, *rules, "--format", "markdown")
    assert done.returncode == ExitCode.CHECK_FAILED
    assert 10_000 < len(done.stdout.encode()) < 64_000
    assert re.search(r"- and \d+ more rules$", done.stdout.strip())


# Trackers


def test_trackers_get_a_list_a_direction_with_names_units_and_values(check):
    smaller = json.loads(check("--format", "smaller-is-better").stdout)
    bigger = json.loads(check("--format", "bigger-is-better").stdout)
    for entry in [*smaller, *bigger]:
        assert {"name", "unit", "value"} <= set(entry) <= {
            "name", "unit", "value", "range", "extra",
        }  # fmt: skip
        assert isinstance(entry["value"], float)
    assert {"cross_entropy", "brier"} <= {entry["name"] for entry in smaller}
    assert [entry["name"] for entry in bigger] == ["log_likelihood", "skill", "accuracy"]
    assert next(e["unit"] for e in smaller if e["name"] == "cross_entropy") == "nats"


def test_trackers_get_no_infinity(cecli, write):
    path = write("y,p\n1,0\n0,0.5\n")
    done = cecli("check", path, "--max", "brier=1", "--format", "smaller-is-better")
    assert "cross_entropy" not in done.stdout
    assert json.loads(done.stdout)
