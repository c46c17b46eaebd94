"""What pyproject.toml and cecli.toml say, and who is heard first."""

import json
import os
import subprocess
import sys

import pytest

from cecli.core.errors import ExitCode
from cecli.options.config_file import nearest
from cecli.options.schema import Options
from cecli.terminal.app import Commands
from cecli.terminal.command import command_line

ROWS = "y,p,other\n1,0.75,0.5\n0,0.25,0.5\n1,0.5,0.5\n0,0.25,0.5\n"  # cross_entropy 0.389
PYPROJECT = """
[project]
name = "model"

[tool.cecli]
files = "preds.csv"
label = "y"
prob = "p"

[[tool.cecli.check]]
metric = "cross_entropy"
max = 0.4

[[ tool.cecli."check" ]]
metric = "accuracy"
min = 0.5
"""


@pytest.fixture
def project(write):
    write(ROWS)
    return lambda text=PYPROJECT, name="pyproject.toml": write(text, name)


def without_notices(text):
    return [line for line in text.splitlines() if not line.startswith("notice: ")]


def test_check_alone_does_what_the_file_says(cecli, project):
    project()
    done = cecli("check", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    checks = json.loads(done.stdout)["checks"]
    assert [(check["metric"], check["file"], check["line"]) for check in checks] == [
        ("cross_entropy", "pyproject.toml", 10),
        ("accuracy", "pyproject.toml", 14),
    ]
    assert without_notices(done.stderr) == [
        "note: files, --label, --prob: set in pyproject.toml",
        "configuration: pyproject.toml",
    ]


def test_a_gate_always_says_which_file_it_obeys(cecli, project):
    project()
    done = cecli("check", "--quiet")
    assert done.stderr.splitlines() == ["configuration: pyproject.toml"]
    assert "rules of pyproject.toml" in done.stdout
    document = json.loads(cecli("check", "--quiet", "--json").stdout)
    assert document["configuration"] == "pyproject.toml"


def test_without_a_file_there_is_none_to_name(cecli, project):
    done = cecli("check", project(ROWS, "x.csv"), "--max", "cross_entropy=1", "--quiet", "--json")
    assert done.stderr == ""
    assert "configuration" not in json.loads(done.stdout)


def test_a_failed_rule_is_found_by_its_line(cecli, project):
    project(PYPROJECT.replace("max = 0.4", "max = 0.3"))
    done = cecli("check")
    assert done.returncode == ExitCode.CHECK_FAILED
    assert done.stderr.splitlines()[-1] == (
        "failed: pyproject.toml:10: cross_entropy is 0.389048, above the maximum of 0.3"
    )


def test_a_file_of_our_own_needs_no_tool_table_and_comes_first(cecli, project):
    project(PYPROJECT.replace("max = 0.4", "max = 0.1"))
    project(PYPROJECT.replace("tool.cecli.", "").replace("[tool.cecli]", "").replace(
        '[project]\nname = "model"\n', ""), "cecli.toml")  # fmt: skip
    assert cecli("check").returncode == ExitCode.OK


def test_the_nearest_file_is_that_of_a_folder_around(cecli, project, tmp_path):
    project()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    done = cecli("check", "--json", folder=inner)
    assert done.returncode == ExitCode.OK, done.stderr
    report = json.loads(done.stdout)
    assert report["input"]["paths"] == ["../../preds.csv"]
    assert report["checks"][0]["file"] == "../../pyproject.toml"


# Whose file it is


@pytest.mark.skipif(os.name != "posix", reason="modes and owners are those of POSIX")
@pytest.mark.parametrize(
    ("file", "folder", "words"),
    [
        (0o644, 0o755, ""),
        (0o664, 0o775, ""),  # a group of one's own is usual
        (0o644, 0o1777, ""),  # as in /tmp, others cannot replace the file
        (0o646, 0o755, "anyone may write it"),
        (0o644, 0o777, "anyone may write its folder"),
    ],
)
@pytest.mark.parametrize("name", ["cecli.toml", "pyproject.toml"])
def test_a_file_that_others_may_write_is_not_taken_unless_it_is_named(
    cecli, project, tmp_path, name, file, folder, words
):
    around = tmp_path / "around"
    inner = around / "inner"
    inner.mkdir(parents=True)
    text = PYPROJECT.replace("preds.csv", "../preds.csv")
    own = text.replace("tool.cecli.", "").replace("[tool.cecli]", "").replace("[project]", "")
    project()
    (around / name).write_text(
        text if name == "pyproject.toml" else own.replace('name = "model"', "")
    )
    (around / name).chmod(file)
    around.chmod(folder)
    done = cecli("check", folder=inner)
    assert words in done.stderr
    assert done.returncode == (ExitCode.USAGE if words else ExitCode.OK), done.stderr
    if words:
        assert "--config" in done.stderr
    named = cecli("check", "--config", f"../{name}", folder=inner)
    assert named.returncode == ExitCode.OK
    assert f"configuration: ../{name}" in named.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_taken_only_in_a_folder_of_theirs(cecli, project, tmp_path):
    """As where root checks the files of a mounted folder; not where a file was slipped in."""
    path = project()
    os.chown(path, 1234, -1)
    done = cecli("check")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "belongs to another user" in done.stderr
    os.chown(tmp_path, 1234, -1)
    assert cecli("check").returncode == ExitCode.OK


def test_a_folder_that_was_removed_has_no_configuration(monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert nearest() is None


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_what_is_too_deep_or_too_long_is_not_toml(cecli, project, text):
    done = cecli("check", "--config", project(text, "deep.toml"))
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "deep.toml: is not TOML" in done.stderr


# Precedence


def test_a_flag_comes_before_the_file(cecli, project):
    project()
    report = json.loads(cecli("check", "--prob", "other", "--json").stdout)
    assert report["columns"]["prob"] == ["other"]
    assert report["columns"]["label"] == "y"


def test_a_rule_of_the_command_line_replaces_the_one_like_it(cecli, project):
    project()
    done = cecli("check", "--max", "cross_entropy=0.3", "--max", "brier=1", "--json")
    rules = [(c["metric"], c["amount"]) for c in json.loads(done.stdout)["checks"]]
    assert done.returncode == ExitCode.CHECK_FAILED
    assert rules == [("accuracy", 0.5), ("cross_entropy", 0.3), ("brier", 1.0)]


def test_score_has_its_defaults_from_the_file_too(cecli, project):
    project()
    done = cecli("score", "preds.csv", "--json")
    assert json.loads(done.stdout)["columns"]["prob"] == ["p"]
    assert without_notices(done.stderr) == ["note: --label, --prob: set in pyproject.toml"]
    assert cecli("score", "preds.csv", "--json", "--quiet").stderr == ""


def test_what_the_file_sets_in_vain_is_no_mistake(cecli, project):
    project(PYPROJECT.replace('prob = "p"', 'prob = "p"\nmin-count = 3\nseed = 7'))
    plain = json.loads(cecli("score", "preds.csv", "--json").stdout)
    assert plain["options"] == {}
    assert cecli("check").returncode == ExitCode.OK
    grouped = json.loads(cecli("score", "preds.csv", "--by", "y", "--json").stdout)
    assert grouped["options"] == {"min_count": 3}
    done = cecli("score", "preds.csv", "--seed", "7")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    checked = cecli("check", "--max", "brier@y=1", "--json")
    assert json.loads(checked.stdout)["options"] == {"min_count": 3}


def test_other_commands_take_how_files_are_read(cecli, project, write):
    project('[tool.cecli]\nlabel = "y"\ndelimiter = ";"\nunits = "bits"\n')
    write("p;q\n0.5;0.25\n", "pq.csv")
    done = cecli("kl", "pq.csv", "--p", "p", "--q", "q", "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["units"] == "bits"
    assert cecli("inspect", "pq.csv").returncode == ExitCode.OK


def test_a_value_that_only_other_commands_take_stops_none(cecli, project):
    project('[tool.cecli]\nlike = "keras"\n')
    for command in (["inspect"], ["worst"], ["entropy", "--column", "y"]):
        done = cecli(command[0], "preds.csv", *command[1:])
        assert done.returncode == ExitCode.OK, done.stderr
        assert "set in" not in done.stderr
    assert "--like: set in" in cecli("score", "preds.csv").stderr
    assert cecli("inspect", "preds.csv", "--like", "keras").returncode == ExitCode.USAGE
    project('[tool.cecli]\nlike = "kears"\n')
    assert cecli("inspect", "preds.csv").returncode == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["score", "--help"], ["metrics"]])
def test_help_needs_no_configuration(cecli, project, arguments):
    project("broken")
    assert cecli(*arguments).returncode == ExitCode.OK


def test_units_of_the_file_are_those_of_the_rules(cecli, project, write):
    stored = cecli("score", write(ROWS), "--label", "y", "--prob", "p", "--json").stdout
    write(stored, "report.json")
    project('[tool.cecli]\nunits = "bits"\n')
    done = cecli("check", "report.json", "--max", "cross_entropy=1")
    assert done.returncode == ExitCode.INPUT
    assert "is in nats, but the rules are in bits" in done.stderr


# Profiles


PROFILES = PYPROJECT + """
[tool.cecli.profiles.nightly]
prob = "other"
require-rows = 5

[tool.cecli.profiles.release]
confidence = 0.95

[[tool.cecli.profiles.release.check]]
metric = "brier"
max = 0.05
"""  # fmt: skip


def test_a_profile_comes_before_what_is_outside_it(cecli, project):
    project(PROFILES)
    nightly = json.loads(cecli("check", "--profile", "nightly", "--json").stdout)
    assert nightly["columns"]["prob"] == ["other"]
    assert [c["metric"] for c in nightly["checks"]] == ["cross_entropy", "accuracy", "rows"]
    release = json.loads(cecli("check", "--json", "--profile", "release").stdout)
    assert [(c["metric"], c["line"], c["confidence"]) for c in release["checks"]] == [
        ("brier", 25, 0.95)
    ]
    assert cecli("check", "--json").returncode == ExitCode.OK


def test_another_profile_is_a_usage_error_that_lists_them(cecli, project):
    project(PROFILES)
    done = cecli("check", "--profile", "nightli")
    assert done.returncode == ExitCode.USAGE
    assert "there is no profile 'nightli'; profiles: 'nightly', 'release'" in done.stderr


def test_a_named_file_is_read_in_place_of_the_nearest(cecli, project, write):
    project("[tool.cecli]\nlable = 1\n")
    other = write('[[check]]\nmetric = "brier"\nmax = 0.2\n', "gate.toml")
    assert cecli("check", "preds.csv", "--prob", "p", "--config", other).returncode == ExitCode.OK


# Mistakes


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('lable = "y"', "'tool.cecli.lable' is not a key", "did you mean 'label'?"),
        ("max_skipped = 1", "'tool.cecli.max_skipped' is not a key", "did you mean 'max-skipped'?"),
        ("zzz = 1", "'tool.cecli.zzz' is not a key", "the keys are label,"),
        ("[[tool.cecli.checks]]\nmax = 1", "'tool.cecli.checks'", "did you mean 'check'?"),
        ('[[tool.cecli.check]]\nmetrc = "kl"', "'tool.cecli.check[1].metrc'", "'metric'?"),
        ("[tool.cecli.profiles.a]\nlable = 1", "'tool.cecli.profiles.a.lable'", "'label'?"),
        ("[[tool.cecli.check]]\nmax = 1", "tool.cecli.check[1].metric: is missing", ""),
        ('[[tool.cecli.check]]\nmetric = "kl"', "the rule for kl has no limit", "max-increase"),
        ('[[tool.cecli.check]]\nmetric = "kll"\nmax = 1', "no metric 'kll'", "mean 'kl'?"),
        ('[[tool.cecli.check]]\nmetric = "kl"\nmax = nan', "finite number, not 'nan'", ""),
        ('[[tool.cecli.check]]\nmetric = "kl"\nmax = inf', "finite number, not 'inf'", ""),
        ('[[tool.cecli.check]]\nmetric = "kl"\nmax = true', "not 'True'", ""),
        ('[[tool.cecli.check]]\nmetric = "kl"\nmax = "1%"', "'1%' is not a number", ""),
        (
            '[[tool.cecli.check]]\nmetric = "kl@a"\nby = "b"\nmax = 1',
            "has no column after @, or by names",
            "",
        ),
        ('[[tool.cecli.check]]\nmetric = "accuracy"\nmax = 95', "never above 1", ""),
        ("confidence = 95", "tool.cecli.confidence: input should be less than 1", ""),
        ("confidence = nan", "tool.cecli.confidence", ""),
        ('units = "bats"', "tool.cecli.units", "schema config"),
        ("normalize = 1", "should be a valid boolean, not '1'", ""),
        ("label = [1]", "tool.cecli.label", ""),
        ("require-rows = 0", "tool.cecli.require-rows", ""),
        ('max-skipped = "many"', "--max-skipped: 'many' is not a number", ""),
        ('on-bad-row = "ignore"', "tool.cecli.on-bad-row", ""),
        ("x = ", "is not TOML", ""),
    ],
)
def test_a_mistake_in_the_file_is_a_usage_error(cecli, project, text, message, hint):
    project(f"[tool.cecli]\n{text}\n")
    done = cecli("check", "preds.csv", "--max", "cross_entropy=9")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert message in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_a_rule_is_found_by_its_line(cecli, project):
    project(PYPROJECT.replace("min = 0.5", "mim = 0.5"))
    done = cecli("check")
    assert done.stderr.startswith(
        "error: pyproject.toml:14: 'tool.cecli.check[2].mim' is not a key"
    )


def test_a_file_that_is_no_text_is_a_usage_error(cecli, write):
    write(b"[tool.cecli]\nlabel = '\xff'\n", "pyproject.toml")
    assert cecli("check", "preds.csv", "--max", "kl=1").returncode == ExitCode.USAGE


def test_every_key_is_an_option_of_the_command_line():
    options = {parameter.name for parameter in Commands()["check"].params}
    assert set(Options.model_fields) == set(command_line("check").keys) <= options


def test_groups_may_be_one_name_or_a_list(cecli, write):
    path = write("y,p,seg\n1,0.9,a\n0,0.2,b\n")
    for by in ('"seg"', '["seg"]'):
        write(f"by = {by}\n", "cecli.toml")
        done = cecli("score", path, "--json")
        assert [group["key"]["seg"] for group in json.loads(done.stdout)["groups"]] == ["b", "a"]


def test_a_rule_about_groups_of_nothing_is_a_mistake(cecli, write):
    path = write("y,p\n1,0.9\n")
    write('[[check]]\nmetric = "cross_entropy"\nby = ""\nmax = 9\n', "cecli.toml")
    done = cecli("check", path)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")


@pytest.mark.parametrize("value", ["[" * 5000 + "]" * 5000, "1" * 5000])
def test_a_file_of_absurd_depth_or_length_is_no_toml(cecli, project, value):
    project(f"x = {value}", "cecli.toml")
    done = cecli("score", "preds.csv")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.startswith("error: cecli.toml: is not TOML: ")


def test_a_working_directory_that_was_removed_has_no_configuration(write, tmp_path):
    path = write(ROWS)
    program = "import os, sys; os.mkdir('x'); os.chdir('x'); os.rmdir('../x')\n"
    program += "from cecli.terminal import main; main()"
    for arguments in ([path], ["-"], [path, "-o", "out.csv"]):
        # Python 3.13.0 cannot import numpy if it also looks for modules in a folder that is gone.
        run = [sys.executable, "-P", "-c", program, "score", *arguments]
        run += ["--label", "y", "--prob", "p"]
        done = subprocess.run(run, input=ROWS.encode(), capture_output=True, cwd=tmp_path)
        expected = ExitCode.INPUT if "-o" in arguments else ExitCode.OK
        assert (done.returncode, b"bug" in done.stderr) == (expected, False), done.stderr


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("[tool.other]\nx = 1\n", None),
        ("[tool.other\n", None),  # not ours to judge
        ("[tool.cecli]\nlabel = 'y'\n", {"label": "y"}),
        ('[tool."\\u0063ec\\u006ci"]\nlabel = "y"\n', {"label": "y"}),
    ],
)
def test_a_project_is_parsed_only_if_it_may_have_a_table_of_ours(
    text, content, tmp_path, monkeypatch
):
    (tmp_path / "pyproject.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    found = nearest()
    assert (None if found is None else found.content) == content
