"""Help by either name, what was meant by a mistyped name, and completion in a shell."""

import pytest

from cecli import __version__
from cecli.core.errors import ExitCode
from cecli.terminal import app
from cecli.terminal.app import NAMES


@pytest.mark.parametrize("name", ["score", "check"])
def test_help_of_a_command_is_its_help_option(cecli, name):
    done = cecli("help", name)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert done.stdout == cecli(name, "--help").stdout
    assert f"cecli {name}" in done.stdout


def test_help_alone_is_that_of_the_program(cecli):
    done = cecli("help")
    assert done.stdout == cecli("--help").stdout == cecli("help", "help").stdout
    assert "cecli help COMMAND" in done.stdout
    assert all(name in done.stdout for name in NAMES)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["score", "f.csv", "--unit", "bits"], "No such option: --unit", "did you mean --units?"),
        (["score", "--labl", "y"], "No such option: --labl", "did you mean --label?"),
        (["fit", "--modle", "platt"], "No such option: --modle", "did you mean --model?"),
        (["score", "--zzzz"], "No such option: --zzzz", "cecli score --help"),
        (["skore", "f.csv"], "No such command 'skore'", "did you mean score?"),
        (["help", "entropie"], "No such command 'entropie'", "did you mean entropy?"),
        # Words that begin like an option.
        (["./f.csv"], "No such command './f.csv'", "a command comes first, then its files"),
        (["_score"], "No such command '_score'", "did you mean score?"),
    ],
)
def test_the_nearest_name_is_suggested(cecli, arguments, message, hint):
    done = cecli(*arguments)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    first, second, *_ = done.stderr.splitlines()
    assert first == f"error: {message}"
    assert second.startswith(f"hint: {hint}")


def completed(cecli, *words):
    """Return what Bash is told after some words, the last of which is to be completed."""
    environment = {
        "_CECLI_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["cecli", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = cecli(environment=environment)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    return done.stdout.split()


def test_commands_options_and_choices_are_completed(cecli):
    assert completed(cecli, "sc") == ["score", "schema"]
    assert completed(cecli, "") == list(NAMES)
    assert set(completed(cecli, "score", "--b")) == {
        "--bytes", "--base-rate", "--by", "--by-position", "--bootstrap",
    }  # fmt: skip
    assert completed(cecli, "score", "--units", "") == ["nats", "bits"]


def test_completion_is_shown_and_installed(cecli, tmp_path):
    shown = cecli("--show-completion", environment={"SHELL": "/bin/bash", "HOME": str(tmp_path)})
    assert shown.returncode in {ExitCode.OK, ExitCode.USAGE}  # it depends on the process around
    assert ("_CECLI_COMPLETE" in shown.stdout) == (shown.returncode == ExitCode.OK)
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}
    done = cecli("--show-completion", "bash", environment=named)
    assert done.returncode == ExitCode.OK
    assert "complete -o default -F _cecli_completion cecli" in done.stdout
    assert cecli("--show-completion", "tcsh", environment=named).returncode == ExitCode.USAGE
    assert cecli("--install-completion", "bash", environment=named).returncode == ExitCode.OK
    assert "_CECLI_COMPLETE" in (tmp_path / ".bash_completions" / "cecli.sh").read_text()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (["a.pyx", "b/c.pyx", "b/c.py"], "note: 2 of 2 parts are not compiled"),
        (["a.pyx", "a.abi3.so", "b/c.pyx"], "note: 1 of 2 parts are not compiled"),
        (["a.pyx", "a.abi3.so"], ""),
    ],
)
def test_the_version_tells_what_is_not_compiled(monkeypatch, tmp_path, capsys, found, said):
    for name in found:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(app, "PACKAGE", tmp_path)
    with pytest.raises(SystemExit) as end:
        app.app(["--version"])
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (ExitCode.OK, f"cecli {__version__}\n")
    assert err.startswith(said)
    assert bool(err) == bool(said)
