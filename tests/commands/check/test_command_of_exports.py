"""The verdicts in the places where they are read."""

import pytest

from cecli.core.errors import ExitCode
from cecli.renderers.formats import formats_of

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"
RULES = ["--max", "cross_entropy=0.3", "--min", "accuracy=0.5"]


@pytest.fixture
def check(cecli, write):
    """Return a function that checks a few predictions by some rules."""

    def run(*options, rules=RULES):
        return cecli("check", write(ROWS), "--label", "y", "--prob", "p", *rules, *options)

    return run


def test_several_exports_are_what_each_format_is_alone(check, tmp_path):
    names = [form.name for form in formats_of("verdicts")]
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
        ["--export", "pdf=a"],
        ["--format", "pdf"],
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
