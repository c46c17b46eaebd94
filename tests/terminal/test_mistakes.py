"""Mistakes that people make, each with the command that would have worked."""

import json
import shlex

import pytest
from typer import TyperException

from cecli import score
from cecli.core.errors import CecliError, ExitCode, Failure
from cecli.terminal import neighbours
from cecli.terminal.advice import advised
from cecli.terminal.app import NAMES, app
from cecli.terminal.mistakes import LIKELY, misuse, options_of

ROWS = "y,p,q,w,seg\n" + "1,0.75,0.5,1,a\n0,0.25,0.5,2,b\n" * 4


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "preds.csv").write_text(ROWS)
    (tmp_path / "other.csv").write_text(ROWS)
    report = score(str(tmp_path / "preds.csv"), label="y", prob="p")
    (tmp_path / "report.json").write_text(json.dumps(report.to_dict()))
    (tmp_path / "nothing-here").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failure_of(line):
    """Return the failure of a command line, which must fail."""
    _, *arguments = shlex.split(line)
    try:
        app(arguments, standalone_mode=False, prog_name="cecli")
    except TyperException as error:
        return misuse(error, arguments)
    except CecliError as error:
        return advised(Failure.of(error, "usage"), arguments)
    raise AssertionError(f"no mistake: {line}")


@pytest.mark.parametrize(
    ("mistake", "meant"),
    [
        ("score preds.csv --prob p --labl y", "score preds.csv --prob p --label y"),
        ("score preds.csv --label-col y --prob p", "score preds.csv --label y --prob p"),
        ("score preds.csv --y y --preds=p", "score preds.csv --label y --prob=p"),
        ("score preds.csv --y-true y --y-pred p", "score preds.csv --label y --prob p"),
        ("score preds.csv --target-col y --prob p", "score preds.csv --label y --prob p"),
        ("score preds.csv --Label y --prob p", "score preds.csv --label y --prob p"),
        ("score preds.csv -label y --prob p", "score preds.csv --label y --prob p"),
        ("score preds.csv '--label y' --prob p", "score preds.csv --label y --prob p"),
        ("score preds.csv --prob p –label y", "score preds.csv --prob p --label y"),
        ("score preds.csv --prob p label=y", "score preds.csv --prob p --label=y"),
        (
            "compare preds.csv --label y --prob p --prob q --order seg",
            "compare preds.csv --label y --prob p --prob q --order",
        ),
        ("score preds.csv --prob p --group seg", "score preds.csv --prob p --by seg"),
        ("score preds.csv --prob p --sample-weight w", "score preds.csv --prob p --weight w"),
        ("score preds.csv --prob p --pos-label 1", "score preds.csv --prob p --positive 1"),
        ("score preds.csv --prob p --eps 1e-9", "score preds.csv --prob p --clip 1e-9"),
        ("score preds.csv --prob p --sep ,", "score preds.csv --prob p --delimiter ,"),
        ("score preds.csv --prob p --logits", "score preds.csv --prob p --from logit"),
        ("score preds.csv --prob p --bits", "score preds.csv --prob p --units bits"),
        ("score preds.csv --prob p --units bit", "score preds.csv --prob p --units bits"),
        ("score preds.csv --prob p --units=bit", "score preds.csv --prob p --units=bits"),
        ("score preds.csv --prob p --csv", "score preds.csv --prob p --format csv"),
        ("score preds.csv --prob p -f json", "score preds.csv --prob p --format json"),
        ("score preds.csv --prob p --format md", "score preds.csv --prob p --format markdown"),
        ("score preds.csv --prob p --metric brier", "score preds.csv --prob p --metrics brier"),
        ("score preds.csv --prob p --n-boot 100", "score preds.csv --prob p --bootstrap 100"),
        ("score preds.csv --prob p --draws 9", "calibration preds.csv --prob p --draws 9"),
        ("score preds.csv --prob p --bins 4", "calibration preds.csv --prob p --bins 4"),
        ("score preds.csv --prob p --head 3", "worst preds.csv --prob p --rows 3"),
        ("worst preds.csv --prob p -n 3", "worst preds.csv --prob p --rows 3"),
        ("compare preds.csv --a p --b q", "compare preds.csv --prob p --prob q"),
        ("check preds.csv --prob p --max-brier 0.9", "check preds.csv --prob p --max brier=0.9"),
        ("check preds.csv --prob p --auc 0.1", "check preds.csv --prob p --min auc=0.1"),
        ("check preds.csv --prob p --max brier 0.9", "check preds.csv --prob p --max brier=0.9"),
        ("check preds.csv --prob p", "check preds.csv --prob p --max cross_entropy=0.4"),
        (
            "check preds.csv --prob p --baseline-file other.csv",
            "check preds.csv --prob p --baseline-file other.csv --max-worsening cross_entropy=1%",
        ),
        (
            "check preds.csv --prob p --baseline-file report.json",
            "check preds.csv --prob p --baseline report.json --max-worsening cross_entropy=1%",
        ),
        (
            "check preds.csv --prob p --baseline-file=report.json --max brier=0.9",
            "check preds.csv --prob p --baseline=report.json --max brier=0.9",
        ),
        (
            "check preds.csv --prob p --baseline other.csv --max brier=0.9",
            "check preds.csv --prob p --baseline-file other.csv --max brier=0.9",
        ),
        (
            "check preds.csv --reference other.csv",
            "check preds.csv --reference other.csv --max psi=0.1",
        ),
        ("check preds.csv --prob p --max 'brier<0.9'", "check preds.csv --prob p --max brier=0.9"),
        ("fit preds.csv --prob p --method constant", "fit preds.csv --prob p --model constant"),
        ("evaluate preds.csv --prob p", "score preds.csv --prob p"),
        ("logloss preds.csv --prob p", "score preds.csv --prob p"),
        ("Score preds.csv --prob p", "score preds.csv --prob p"),
        ("roc preds.csv --prob p", "calibration preds.csv --prob p"),
        ("diff preds.csv other.csv --prob p", "compare preds.csv other.csv --prob p"),
        ("preds.csv --prob p", "score preds.csv --prob p"),
        ("--json score preds.csv --prob p", "score preds.csv --prob p --json"),
        ("info preds.csv", "inspect preds.csv"),
        ("schema reports", "schema report"),
        ("version", "--version"),
        ("score pred.csv --prob p", "score preds.csv --prob p"),
        ("score preds.cvs --prob=p", "score preds.csv --prob=p"),
        ("score preds.csv --prob p --label Y", "score preds.csv --prob p --label y"),
        ("score preds.csv --prob=p --by=sge", "score preds.csv --prob=p --by=seg"),
        ("worst preds.csv --prob p --show sgg,w", "worst preds.csv --prob p --show seg,w"),
        (
            "check preds.csv --prob p --max brire@seg=0.9",
            "check preds.csv --prob p --max brier@seg=0.9",
        ),
        (
            "check preds.csv --prob p --max brier@sge=0.9",
            "check preds.csv --prob p --max brier@seg=0.9",
        ),
        (
            "check preds.csv --prob p --baseline reprot.json --max brier=0.9",
            "check preds.csv --prob p --baseline report.json --max brier=0.9",
        ),
        ("metrics brire", "metrics brier"),
        ("explain infinite-los", "explain infinite-loss"),
    ],
)  # fmt: skip
def test_a_mistake_gets_the_command_that_works(folder, capsys, mistake, meant):
    failure = failure_of(f"cecli {mistake}")
    assert failure.exit_code in {ExitCode.USAGE, ExitCode.INPUT}
    tried = shlex.split(failure.commands[0].line)
    assert tried == ["cecli", *shlex.split(meant)]
    answer = app(tried[1:], standalone_mode=False, prog_name="cecli")
    assert getattr(answer, "exit_code", answer) == ExitCode.OK


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("score missing.csv", ""),
        ("score nothing-here", "names of data files end in"),
        ("score 'x*.csv'", "./other.csv, ./preds.csv"),
        ("score preds.csv y p", "--label COL"),
        ("score preds.csv --prob p --by size segment", "--by 'size segment'"),
        ("score preds.csv --label", "cecli score --help"),
        ("score", "cecli score preds.csv"),
        ("score preds.csv --ci", "did you mean --level?"),
        ("score preds.csv --alpha 0.05", "--level 0.95"),
        ("score --file preds.csv", "cecli score FILE"),
        ("score preds.csv --output json", "--format json"),
        ("score preds.csv --json --format csv", ""),
        ("fit preds.csv --save-state a.state", "give all files to one fit"),
        ("calibration preds.csv --prob p --recalibrate", "cecli apply FILE --fit fit.json"),
        ("score preds.csv --prob p --recalibrate=platt", "cecli fit FILE -o fit.json"),
        ("verify r.json preds.csv --clip 0.1", "cecli score has --clip"),
        ("score preds.csv --prob p --order seg", "--prob A --prob B --order is for rows in order"),
        ("compare preds.csv other.csv --order seg", "it takes one input, with the predictions"),
        ("check preds.csv --baseline-file other.csv --bins 3", "cecli calibration has --bins"),
        ("check", "add a rule"),
        ("check report.json --baseline-file other.csv", "add a rule"),
        ("explain nope", "cecli explain lists all codes"),
        ("compare preds.csv other.csv --prob p --id Seg", "did you mean 'seg'?"),
        ("compare preds.csv preds.cvs --prob p", "did you mean 'preds.csv'?"),
        ("zzzz", "cecli --help"),
        ("--zzzz", "cecli --help"),
    ],
)
def test_what_no_command_mends_is_told(folder, mistake, said):
    failure = failure_of(f"cecli {mistake}")
    assert said in failure.hint
    assert not failure.commands


def test_the_words_of_others_are_none_of_ours_and_stand_for_what_there_is():
    known = {name for command in LIKELY for name in options_of(command)}
    known |= {name for command in NAMES for name in options_of(command)} | {"--help", "--help-all"}
    assert {meant.split()[0] for meant in neighbours.OPTIONS.values()} <= known
    assert set(neighbours.COMMANDS.values()) <= set(NAMES)
    assert not neighbours.COMMANDS.keys() & set(NAMES)
    assert not neighbours.WITHOUT.keys() & neighbours.OPTIONS.keys()


def test_a_tool_that_writes_as_another_is_known(capsys):
    failure = failure_of("cecli score log.jsonl --like vllm")
    assert failure.commands[0].line == "cecli score log.jsonl --like openai"
