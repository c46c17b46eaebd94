"""Commands that follow a report can be pasted: they run, on the same rows."""

import json
import shlex

import pytest

import cecli as library
from cecli.core.errors import ExitCode
from cecli.options.keywords import ASKED
from cecli.terminal.command import command_line
from cecli.terminal.steps import MOST_PATHS, NextSteps

ROWS = "y,p,q q,w,g\n" + "".join(
    f"{'yes' if i % 3 else 'no'},{(i * 7 % 10) / 10:g},0.5,{1 + i % 2},{'ab'[i % 2]}\n"
    for i in range(1, 200)
)
NAMED = {"label": "y", "positive": "yes", "clip": 0.01}


def steps_after(command, files, *, is_whole=False, **given):
    """Return the steps after a report on files."""
    families = [one.taken_from(given) for one in command_line(command).families[ASKED]]
    report = getattr(library, command)(files, **given)
    steps = NextSteps(command, files, families, lambda name: command_line(name).declared, is_whole)
    return steps.after(report)


@pytest.mark.parametrize(
    ("command", "given", "following"),
    [
        ("score", {"prob": ["q q"], "weight": "w", "by": ["g"]}, ["score", "calibration", "worst"]),
        ("calibration", {"prob": ["p"], "draws": 20}, ["calibration", "fit", "worst"]),
        ("fit", {"prob": ["p"], "model": "platt"}, ["fit", "fit"]),
    ],
)
def test_every_step_runs_on_the_same_rows(cecli, write, command, given, following):
    path = write(ROWS, "my preds.csv")
    steps = steps_after(command, [path], **NAMED, **given)
    assert [shlex.split(step)[1] for step in steps] == following
    for step in steps:
        if " -o " in step:
            continue
        report = json.loads(cecli(*shlex.split(step)[1:], "--json").stdout)
        assert report["input"]["rows"] == 199
        assert report["options"]["clip"] == 0.01
        assert report["columns"]["prob"] == given["prob"]
        assert report["columns"].get("weight") == given.get("weight")


@pytest.mark.parametrize(
    ("labels", "fit"),
    [("10" * 40, "isotonic"), ("1" * 80, None)],
    ids=["a probability of 1", "one class"],
)
def test_a_fit_that_cannot_be_made_is_no_next_step(cecli, write, labels, fit):
    rows = "".join(f"{y},{0.2 if i % 2 else 1}\n" for i, y in enumerate(labels[1:] + labels[0]))
    path = write("y,p\n" + rows)
    named = {"label": "y", "prob": ["p"], "draws": 20}
    fits = [step for step in steps_after("calibration", [path], **named) if " fit " in step]
    assert [step.rpartition(" ")[2] for step in fits] == ([] if fit is None else [fit])
    for step in fits:
        assert cecli(*shlex.split(step)[1:]).returncode == ExitCode.OK


def test_nothing_follows_what_cannot_be_read_again_or_is_whole_already(write):
    path = write(ROWS)
    given = NAMED | {"prob": ["p"]}
    steps = steps_after("score", [path], **given)
    assert steps[0].endswith("--all")
    assert steps_after("score", [path], is_whole=True, **given) == steps[1:]
    report = library.score(path, **given)
    for files in (["-"], ["/dev/stdin"], ["/proc/self/fd/0"], [path] * (MOST_PATHS + 1), []):
        assert NextSteps("score", files, [], lambda _: {}).after(report) == []


def test_a_command_that_cannot_take_the_columns_is_not_proposed(write):
    path = write("t,lp\n" + "a,-0.5\n" * 50)
    steps = steps_after("score", [path], log_prob="lp")
    assert [shlex.split(step)[1] for step in steps] == ["score", "worst"]


def test_only_a_terminal_is_shown_what_could_be_next(cecli, write):
    done = cecli("score", write(ROWS), "--label", "y", "--positive", "yes", "--prob", "p")
    assert done.returncode == ExitCode.OK
    assert "next: " not in done.stdout + done.stderr


def test_the_first_notice_about_which_something_could_be_done_is_explained(write):
    path = write("y,p\n" + "1,0.75\n\n0,0.25\n1,0.5\n")
    assert steps_after("score", [path], label="y", prob="p")[-1] == "cecli explain blank-line"
    path = write("y,p\n" + "1,0.75\n0,0.25\n1,0\n")
    assert steps_after("score", [path], label="y", prob="p")[-1] == "cecli explain infinite-loss"
    path = write("y,p\n" + "1,0.75\n0,0.25\n1,0\n")
    steps = steps_after("score", [path], label="y", prob="p", clip=0.01)
    assert not [step for step in steps if "explain" in step]
