"""`cecli merge` as a process, and a gate for states."""

import json
from dataclasses import replace

import pytest

from cecli import score
from cecli.core.errors import ExitCode
from cecli.states.forms import Totals
from cecli.states.state import SavedState

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

FIRST = "y,p\n1,0.75\n0,0.25\n1,0.5\n"
SECOND = "y,p\n0,0.125\n1,0.875\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two inputs and their states."""
    found = tmp_path_factory.mktemp("states")
    for name, text in (("first", FIRST), ("second", SECOND)):
        file = found / f"{name}.csv"
        file.write_text(text)
        score(str(file), label="y", prob="p", save_state=str(found / f"{name}.state"))
    return found


def paths(folder, *arguments):
    """Return arguments with the paths of files."""
    return [str(folder / text) if (folder / text).is_file() else text for text in arguments]


def test_a_merged_report_is_the_text_of_the_whole_one(cecli, folder):
    options = ["--label", "y", "--prob", "p", "--json"]
    both = cecli("score", *paths(folder, "first.csv", "second.csv"), *options)
    for given in (paths(folder, "first.state", "second.state"), [str(folder)]):
        merged = cecli("merge", *given, "--json")
        assert (merged.returncode, merged.stderr) == (ExitCode.OK, both.stderr)
        assert merged.stdout == both.stdout


def test_states_after_a_dash_are_taken_away(cecli, folder, tmp_path):
    first, second = paths(folder, "first.state", "second.state")
    window, rest = str(tmp_path / "window"), str(tmp_path / "rest")
    assert cecli("merge", first, second, "--save-state", window).returncode == ExitCode.OK
    done = cecli("merge", window, "-", second, "--save-state", rest, "--json")
    assert json.loads(done.stdout)["input"]["paths"] == paths(folder, "first.csv")
    assert (tmp_path / "rest").read_bytes() == (folder / "first.state").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("merge - first.state", USAGE, "- stands between states"),
        ("merge first.state - second.state - second.state", USAGE, "- stands once"),
        ("merge gone.state", INPUT, "gone.state: cannot be opened: no such file"),
        ("merge first.state first.csv", INPUT, "first.csv: is no saved state: it does not begin"),
        ("merge first.state - second.state", INPUT, "its rows are not among the others"),
        ("merge first.state --save-state .", USAGE, "--save-state is a directory"),
        ("score first.state", INPUT, "is a saved state, and has no rows"),
        ("check first.state --max brier=1 --label y", USAGE, "a state, but --label applies"),
        ("check first.state --max brier=1 --baseline-file first.csv", USAGE, "this is a state"),
        ("check first.state second.csv --max brier=1", INPUT, "second.csv: is no saved state"),
        ("check first.state --max brier=1 --units bits", INPUT, "the report is in nats"),
    ],
)
def test_misuse_is_told(cecli, folder, arguments, code, told):
    done = cecli(*paths(folder, *arguments.split()))
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


@pytest.fixture(scope="module")
def more(folder):
    """Return the folder with states of further commands, too."""
    from cecli import calibration, compare

    named = {"label": "y", "prob": "p"}
    for name in ("first", "second"):
        file = str(folder / f"{name}.csv")
        calibration(file, save_state=str(folder / f"{name}.calibrated"), **named, draws=20)
    both = {"y": [1, 0, 1], "p": [0.75, 0.25, 0.5], "q": [0.5, 0.5, 0.25]}
    state = str(folder / "compared")
    compare(both, label="y", prob=["p", "q"], save_state=state)
    return folder


@pytest.mark.parametrize("names", [["first.calibrated", "second.calibrated"], ["compared"]])
def test_a_command_takes_its_own_states_in_the_place_of_files(cecli, more, names):
    command = "compare" if names == ["compared"] else "calibration"
    given = paths(more, *names)
    done, merged = cecli(command, *given, "--json"), cecli("merge", *given, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    assert done.stdout == merged.stdout


def test_the_rows_of_a_score_s_state_have_a_calibration(cecli, more):
    done = cecli("calibration", *paths(more, "first.state", "second.state"), "--json")
    found = json.loads(done.stdout)
    options = ["--label", "y", "--prob", "p", "--json"]
    whole = json.loads(
        cecli("calibration", *paths(more, "first.csv", "second.csv"), *options).stdout
    )
    assert {"auc", "ecce", "miscalibration", "ece", "calibration_slope"} <= found["metrics"].keys()
    for name, value in found["metrics"].items():
        assert whole["metrics"][name] == value, name
    assert found["reliability"] == whole["reliability"]
    assert "brier_miscalibration" in done.stderr


def test_a_page_shows_states(cecli, more, tmp_path):
    page, stored = str(tmp_path / "page.html"), str(tmp_path / "page.json")
    states = paths(more, "first.state", "second.state")
    for path in (page, stored):
        done = cecli("report", *states, "-o", path, "--baseline", states[0])
        assert done.returncode == ExitCode.OK, done.stderr
    found = json.loads((tmp_path / "page.json").read_text())
    rows = paths(more, "first.csv", "second.csv")
    alone = cecli("report", *rows, "--label", "y", "--prob", "p", "--json")
    whole = json.loads(alone.stdout)["metrics"]
    assert {"skill", "miscalibration"} <= found["metrics"].keys()
    assert found["metrics"].items() <= whole.items()
    for name in ("compared", "first.calibrated"):
        assert cecli("report", *paths(more, name), "-o", page).returncode == ExitCode.OK
    assert "</html>" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("compare first.state second.state", "the rows of two states are not paired"),
        ("calibration compared", "is a state of compare, which does not tell calibration"),
        ("calibration first.state --bins 3", "a state, but --bins applies"),
        ("report first.state -o x.html --label y", "a state, but --label applies"),
        ("score first.csv --save-state a.txt -o a.txt", "--save-state and --output are one file"),
        ("score first.csv --save-state first.csv", "--save-state is one of the inputs"),
    ],
)
def test_what_states_do_not_tell_is_refused(cecli, more, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    done = cecli(*paths(more, *arguments.split()))
    assert done.returncode in {USAGE, INPUT}
    assert done.stdout == ""
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_gate_takes_states_and_one_as_the_baseline(cecli, folder):
    first, second = paths(folder, "first.state", "second.state")
    limits = ["--max", "cross_entropy=0.4", "--max-increase", "brier=0.1"]
    done = cecli("check", first, second, *limits, "--baseline", first, "--json")
    assert done.returncode == ExitCode.OK, done.stderr
    both = score(paths(folder, "first.csv", "second.csv"), label="y", prob="p")
    assert json.loads(done.stdout)["checks"][0]["value"] == both["cross_entropy"]


def test_nothing_is_written_of_a_state_that_no_command_wrote(cecli, folder, tmp_path):
    state = SavedState.of_bytes((folder / "first.state").read_bytes())
    forged = {
        name: Totals.of([0] * len(form.values), form.signed_from) if name[0] == "weight()" else form
        for name, form in state.sums.items()
    }
    (tmp_path / "forged.state").write_bytes(replace(state, sums=forged).to_bytes())
    done = cecli("merge", "forged.state", "--save-state", "new.state")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "sums contradict each other" in done.stderr
    assert not (tmp_path / "new.state").exists()
