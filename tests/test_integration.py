"""What is shipped for CI: the action as it is written, the hook, the examples of the guide."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from cecli import calibration
from cecli.core.errors import ExitCode
from cecli.options.schema import ConfigDocument

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "ci.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n0,0.25\n"


@pytest.fixture
def act(tmp_path, write):
    """Return a function that runs the action's check as a runner does."""
    write(ROWS, "my preds.csv")
    program = tmp_path / "bin" / "cecli"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m cecli \"$@\"\n")
    program.chmod(0o755)
    step = ACTION["runs"]["steps"][1]

    def run(**inputs):
        given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
        environment = {
            name: given[re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value).group(1)]
            for name, value in step["env"].items()
        }
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            environment[name] = str(tmp_path / name)
            (tmp_path / name).touch()
        (tmp_path / "step.sh").write_text(step["run"])
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            # As GitHub runs `shell: bash`.
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "step.sh"],
            cwd=tmp_path,
            env=os.environ | environment | {"PATH": path},
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.parametrize(
    ("limit", "code"),
    [("0.4", ExitCode.OK), ("0.3", ExitCode.CHECK_FAILED), ("nan", ExitCode.USAGE)],
)
def test_the_action_ends_as_the_check_does(act, tmp_path, limit, code):
    done = act(files="my preds.csv\n", args=f"--max 'cross_entropy={limit}'", junit="out.xml")
    assert done.returncode == code, done.stderr
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == f"exit-code={code}\n"
    if code != ExitCode.USAGE:
        assert "::error" in done.stdout if code else done.stdout.startswith("::notice")
        assert "| metric |" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
        assert (tmp_path / "out.xml").read_text().startswith("<?xml")


def test_the_action_without_inputs_does_what_the_configuration_says(act, tmp_path):
    (tmp_path / "cecli.toml").write_text(
        'files = "my preds.csv"\n[[check]]\nmetric = "brier"\nmax = 0.1\n'
    )
    done = act(report="report.json")
    assert done.returncode == ExitCode.CHECK_FAILED
    assert "::error file=cecli.toml,line=2," in done.stdout
    assert json.loads((tmp_path / "report.json").read_text())["passed"] is False


def test_no_input_of_the_action_is_a_command(act, tmp_path):
    act(files="$(touch a)", args="; touch a `touch a` $(touch a)", junit="$(touch a)")
    assert not (tmp_path / "a").exists()


def test_options_that_cannot_be_read_are_no_pass(act):
    assert act(files="my preds.csv", args="--max cross_entropy=0.4 --min 'skill=0.9").returncode


def test_no_step_has_an_input_in_its_script():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_action_makes_the_page_that_it_uploads(act, tmp_path):
    done = act(files="my preds.csv", args="--max cross_entropy=0.3")
    assert done.returncode == ExitCode.CHECK_FAILED
    assert "1 of 1 rules failed." in (tmp_path / "cecli-page.html").read_text()
    summary = (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    assert "artifact `cecli-page`" in summary
    assert "█" in summary
    upload = ACTION["runs"]["steps"][2]
    assert upload["with"]["path"] == "${{ inputs.page }}"
    act(files="my preds.csv", args="--max cross_entropy=0.4", page="", artifact="none")
    assert "artifact `none`" not in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()


def test_the_hook_runs_a_command_that_there_is(cecli):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {"id", "name", "entry", "language"} <= set(hook)
    program, *arguments = hook["entry"].split()
    assert program == "cecli"
    assert cecli(*arguments, "--help").returncode == ExitCode.OK
    for name in ("preds.csv", "a/report.json", "pyproject.toml", "a/cecli.toml"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "model.py")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_configuration_of_the_guide_is_one():
    (text,) = blocks("toml")
    ConfigDocument.model_validate(tomllib.loads(text)["tool"]["cecli"])


def test_the_yaml_of_the_guide_is_yaml_whose_inputs_and_hooks_there_are():
    action, gitlab, hooks, dvc = map(yaml.safe_load, blocks("yaml"))
    assert set(action[-1]["with"]) <= set(ACTION["inputs"])
    assert gitlab["model-gate"]["artifacts"]["reports"] == {"junit": "verdicts.xml"}
    (ours,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (hook,) = hooks[0]["hooks"]
    assert hook == {name: ours[name] for name in hook if name != "language"} | {
        "language": "system"
    }
    assert dvc["metrics"] == ["report.json"]
    (plot,) = dvc["plots"]
    (axes,) = plot.values()
    rows = ROOT / "sample_data" / "new.csv"
    report = calibration(rows, label="y_true", prob="y_prob", bins=5).to_dict()
    assert set(axes.values()) <= report["reliability"][0]["bins"][0].keys()


def test_the_command_of_the_gitlab_example_runs(cecli, write, tmp_path):
    write(cecli("score", write(ROWS), "--json").stdout, "main.json")
    gitlab = yaml.safe_load(blocks("yaml")[1])
    program, *arguments = gitlab["model-gate"]["script"][1].split()
    assert program == "cecli"
    assert cecli(*arguments).returncode == ExitCode.OK
    assert (tmp_path / "verdicts.xml").exists()
