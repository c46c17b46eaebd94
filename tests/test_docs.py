"""The documents tell the truth: their commands run, and every option is in them or in the help."""

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest

from cecli.core.errors import ExitCode

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands():
    """Return the cecli commands of the README that stand alone, without pipes."""
    lines = "\n".join(blocks("console")).splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return [line for line in typed if line.startswith("cecli ") and "|" not in line]


@pytest.fixture
def in_repository(tmp_path):
    """Return a folder that looks like the repository to the commands of the README."""
    shutil.copytree(ROOT / "sample_data", tmp_path / "sample_data")
    return tmp_path


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(cecli, in_repository, command):
    done = cecli(*shlex.split(command)[1:])
    assert done.returncode == ExitCode.OK, done.stderr


def test_every_case_of_the_accuracy_page_is_exact_in_cecli():
    page = (ROOT / "docs" / "accuracy.md").read_text()
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert all(row[3].strip() == "none" for row in rows)


def test_the_accuracy_page_is_what_its_script_finds():
    script = runpy.run_path(str(ROOT / "docs" / "accuracy.py"))
    cases = [*script["losses"](), *script["divergences"](), *script["sums"]()]
    for case, exact, ours, _, _ in cases:
        assert script["error"](ours, exact) == "none", case


def test_the_readme_shows_what_the_commands_print(cecli, in_repository):
    shown = 0
    for block in blocks("console"):
        command, _, output = block.partition("\n")
        arguments = shlex.split(command.removeprefix("$ "))
        if output.strip() and "|" not in arguments:
            done = cecli(*arguments[1:])
            assert done.stdout.strip() == output.strip()
            shown += 1
    assert shown


def test_the_python_example_of_the_readme_runs(monkeypatch, in_repository):
    monkeypatch.chdir(in_repository)
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})


ANSWERING = ["score", "compare", "kl", "entropy", "worst", "check", "metrics", "schema"]
COMMANDS = [*ANSWERING, "fit", "apply", "inspect"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_and_option_has_help(cecli, command):
    text = cecli(*command, "--help", environment={"COLUMNS": "200"}).stdout
    rows = [line.strip("│ ").split() for line in text.splitlines() if line.startswith("│ --")]
    assert rows
    assert all(len(row) > 3 for row in rows)


def stored(cecli, write):
    """Write the reports that the examples speak of."""
    report = cecli("score", "preds.csv", "--label", "y_true", "--prob", "y_prob", "--json").stdout
    for name in ("report.json", "main.json"):
        write(report, name)


@pytest.mark.parametrize("command", ANSWERING)
def test_the_examples_of_the_help_run(cecli, write, command):
    write(
        "y_true,y_prob,sample_weight,outcome,segment,species,p_setosa,p_other,q_setosa,q_other,"
        "teacher,student,model_a,model_b,user\n"
        "1,0.75,1,yes,a,setosa,0.5,0.5,0.25,0.75,0.5,0.5,0.75,0.5,u\n"
        "0,0.25,2,no,b,other,0.5,0.5,0.75,0.25,0.5,0.25,0.25,0.5,v\n"
    )
    write("id,y_true,y_prob\n1,1,0.75\n2,0,0.5\n", "old.csv")
    write("id,y_true,y_prob\n1,1,0.5\n2,0,0.25\n", "new.csv")
    write("last_month,this_month\n10,20\n30,10\n", "counts.csv")
    stored(cecli, write)
    text = cecli(command, "--help", environment={"COLUMNS": "200"}).stdout
    examples = [
        line.strip().partition("| ")[0]
        for line in text.splitlines()
        if line.strip().split()[:2] == ["cecli", command]
    ]
    assert len(examples) >= 3
    for example in examples:
        guessed = "preds.csv" in example and "--label" not in example
        guessed &= command in {"score", "check"}
        done = cecli(*shlex.split(example)[1:], *(["--label", "y_true"] if guessed else []))
        # A rule of an example may fail on these rows; that it does is what the command is for.
        codes = {ExitCode.OK, ExitCode.CHECK_FAILED} if command == "check" else {ExitCode.OK}
        assert done.returncode in codes, (example, done.stderr)


def test_the_examples_of_fitting_and_applying_run(cecli, write):
    rows = (
        f"{y},{'yes' if y else 'no'},{'setosa' if y else 'other'},{p:g},{p:g},{1 - p:g}\n"
        for y, p in ((0, 0.2), (0, 0.7), (1, 0.3), (1, 0.6), (0, 0.4), (1, 0.8)) * 9
    )
    write("result,outcome,species,y_prob,p_setosa,p_other\n" + "".join(rows))
    for command, least in (("fit", 4), ("apply", 4)):
        text = cecli(command, "--help", environment={"COLUMNS": "200"}).stdout
        examples = [line.strip() for line in text.splitlines() if f" cecli {command} p" in line]
        assert len(examples) >= least
        for example in examples:
            guessed = command == "fit" and "--label" not in example
            label = ["--label", "result"] if guessed else []
            done = cecli(*shlex.split(example)[1:], *label)
            assert done.returncode == ExitCode.OK, (example, done.stderr)


def test_the_changelog_knows_the_version():
    from cecli import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog
