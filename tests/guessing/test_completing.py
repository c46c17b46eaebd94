"""What score says and takes where columns are not named."""

import json
import shlex

import numpy as np
import pytest

import cecli as library
from cecli.core.errors import CecliError, ExitCode


@pytest.fixture
def rows():
    draw = np.random.default_rng(3)
    p = draw.beta(1.0, 1.5, 120).round(6)
    return (draw.random(120) < p).astype(int), p


def text_of(header, *columns, delimiter=","):
    lines = (delimiter.join(map(str, row)) for row in zip(*columns, strict=True))
    return "\n".join([header, *lines, ""])


def loss(y, p):
    return float(-np.log(np.where(y == 1, p, 1.0 - p)).mean())


def tries(done):
    return [line[5:] for line in done.stderr.splitlines() if line.startswith("try: ")]


def test_what_is_taken_is_told_and_stated(cecli, write, rows):
    y, p = rows
    path = write(text_of("id,TARGET,logit", range(120), y, np.log(p / (1 - p))))
    done = cecli("score", path, "--json")
    report = json.loads(done.stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(loss(y, p), rel=1e-12)
    assert report["columns"] == {"label": "TARGET", "prob": ["logit"]}
    assert report["options"]["from"] == "logit"
    assert done.stderr.splitlines() == [
        "note: prob is column 'logit', guessed from its name; --prob chooses",
        "note: label is column 'TARGET', guessed from its name; --label chooses",
        "note: prob is on the scale of logit, guessed from its name and its values; --from chooses",
    ]


@pytest.mark.parametrize("name", ["my preds.csv", "it's.csv", "-x.csv"])
def test_the_command_of_an_error_works_when_it_is_pasted(cecli, write, rows, name):
    y, p = rows
    write(text_of("churned,my p,prob", y, p, p), name)
    path = f"./{name}" if name.startswith("-") else name
    done = cecli("score", path, "--units", "bits")
    (command,) = tries(done)
    again = cecli(*shlex.split(command)[1:], "--json")
    assert again.returncode == ExitCode.OK, again.stderr
    report = json.loads(again.stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(loss(y, p) / np.log(2), rel=1e-12)


def test_inspect_and_an_error_propose_the_same(cecli, write, rows):
    y, p = rows
    path = write(text_of("churned,prob", y, p))
    assert tries(cecli("score", path)) == list(library.inspect(path).advice)


def test_the_commands_are_in_the_json_of_an_error(cecli, write, rows):
    y, p = rows
    done = cecli("score", write(text_of("churned,prob", y, p)), "--error-format", "json")
    (command,) = json.loads(done.stderr)["error"]["commands"]
    assert command["line"].endswith("--label churned --prob prob")
    assert command["reason"] == "label churned by its values, prob prob by its name"


def test_a_bad_row_is_told_with_the_command_that_leaves_it_out(cecli, write, rows):
    y, p = rows
    path = write(text_of("y,p", [*y, 1], [*p, "NA"]))
    done = cecli("score", path, "--label", "y", "--prob", "p")
    assert ":122: column p: 'NA'" in done.stderr
    (command,) = tries(done)
    assert json.loads(cecli(*shlex.split(command)[1:], "--json").stdout)["input"]["rows"] == 120


def test_no_hint_leaves_out_most_rows(cecli, write, rows):
    y, p = rows
    path = write(text_of("y,p", y, [x if i % 9 == 0 else 17 + x for i, x in enumerate(p)]))
    done = cecli("score", path, "--label", "y", "--prob", "p")
    assert done.returncode == ExitCode.INPUT
    assert "skip" not in done.stderr


def test_a_stream_is_guessed_like_a_file(cecli, write, rows):
    y, p = rows
    text = text_of("TARGET,oof_prob", y, p)
    of_file = cecli("score", write(text), "--json")
    of_stream = cecli("score", "-", "--json", "--chunk-bytes", "100", stdin=text)
    assert of_stream.stderr == of_file.stderr
    assert json.loads(of_stream.stdout)["metrics"] == json.loads(of_file.stdout)["metrics"]


def test_columns_that_are_named_are_not_looked_at(monkeypatch):
    monkeypatch.setattr("cecli.guessing.completing.look", None)
    assert library.score({"y": [1, 0], "p": [0.5, 0.25]}, label="y", prob="p")["accuracy"] == 1.0


def test_an_error_with_commands_survives_pickling(write, rows):
    import pickle

    y, p = rows
    with pytest.raises(CecliError) as caught:
        library.score(write(text_of("churned,prob", y, p)))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.commands) == (str(caught.value), caught.value.commands)


def test_an_iterable_is_guessed_without_consuming_it():
    pieces = ({"y": [1, 0], "p": [0.5, 0.25]} for _ in range(3))
    assert library.score(pieces).input.rows == 6


@pytest.mark.parametrize(
    "asked",
    [
        ("compare", "a.csv", "b.csv", "--margin", "0.01"),
        ("compare", "a.csv", "c.csv", "--prob", "prob", "--prob", "q", "--units", "bits"),
        ("compare", "d.csv", "--prob", "prob", "--prob", "q"),
    ],
)
def test_a_comparison_is_proposed_with_all_that_was_given(cecli, write, rows, asked):
    y, p = rows
    for name, header in {"a": "churned,prob", "b": "churned,prob", "c": "churned,q"}.items():
        write(text_of(header, y, p), f"{name}.csv")
    write(text_of("churned,prob,q", y, p, p), "d.csv")
    (command,) = tries(cecli(*asked))
    words = shlex.split(command)
    assert sorted(words) == sorted(["cecli", *asked, "--label", "churned"])
    assert cecli(*words[1:]).returncode == ExitCode.OK


@pytest.mark.parametrize("is_file", [False, True])
def test_two_inputs_of_which_one_has_no_name_make_no_command(write, rows, is_file):
    y, p = rows
    data = {"churned": y, "prob": p}
    with pytest.raises(CecliError, match="label churned by its values") as refused:
        library.compare(write(text_of("churned,prob", y, p)) if is_file else data, data)
    assert refused.value.commands == ()


@pytest.mark.parametrize("more", [(), ("--baseline-file", "b.csv")])
def test_a_check_proposes_no_command_that_lacks_its_rules(cecli, write, rows, more):
    y, p = rows
    path, _ = (write(text_of("churned,prob", y, p), name) for name in ("a.csv", "b.csv"))
    asked = ("check", "a.csv", "--max", "cross_entropy=0.9", *more)
    done = cecli(*asked)
    assert done.returncode == ExitCode.USAGE
    assert "cecli inspect a.csv" in done.stderr
    assert tries(done) == []
    (command,) = library.inspect(path).advice
    assert cecli(*asked, *shlex.split(command)[3:]).returncode == ExitCode.OK


def test_the_event_of_a_quantity_takes_the_place_of_the_label(cecli, write, rows):
    y, p = rows
    path = write(text_of("children,prob", y * (np.arange(y.size) % 5 + 0.5), p))
    (command,) = tries(cecli("score", path, "--label", "children", "--prob", "prob"))
    again = cecli(*shlex.split(command)[1:], "--json")
    assert again.returncode == ExitCode.OK, again.stderr
    report = json.loads(again.stdout)
    assert report["metrics"]["cross_entropy"] == pytest.approx(loss(y, p), rel=1e-12)


def test_soft_labels_take_the_place_of_the_label_that_was_named(cecli, write):
    path = write("y,t,p\n0,0.2,0.3\n1,0.7,0.6\n0,0.4,0.5\n")
    (tried,) = tries(cecli("score", path, "--label", "t", "--prob", "p"))
    assert tried == f"cecli score {path} --target t --prob p"
    assert cecli(*shlex.split(tried)[1:]).returncode == ExitCode.OK


def test_one_class_of_several_is_not_proposed_as_the_event_of_a_quantity(write, rows):
    _, p = rows
    digits = np.arange(p.size) % 3
    path = write(text_of("digit,p_0,p_1,p_2", digits, p / 2, p / 2, 1.0 - p))
    with pytest.raises(CecliError) as caught:
        library.score(path, label="digit", prob="p_0")
    assert "--prob 'p_*'" in caught.value.hint
    assert not any("--event" in command.line for command in caught.value.commands)


def test_an_array_without_labels_is_sent_to_the_divergence_of_two(tmp_path):
    path = tmp_path / "logits.npy"
    np.save(path, np.random.default_rng(1).normal(size=(50, 20)))
    with pytest.raises(CecliError, match="an array has no column of what") as caught:
        library.score(str(path))
    assert "cecli kl BASE OTHER" in caught.value.hint
    options = "--label y --prob 'logits_*' --labels y.npy --by-position"
    assert caught.value.hint.startswith(f"{options} --from logit scores it")
    with pytest.raises(CecliError) as caught:
        library.score(str(path), scale="logit")
    assert caught.value.hint.startswith(f"{options} scores it")


def test_predictions_alone_are_told_how_labels_of_another_file_are_given(write):
    with pytest.raises(CecliError, match="no column has a usual name for the label") as caught:
        library.score(write("p\n0.25\n0.5\n0.75\n"))
    assert "--labels FILE with --id COL or --by-position" in caught.value.hint


@pytest.mark.parametrize(("labels", "is_taken"), [((1, 2, 3), True), ((1, 2), False)])
def test_numbers_of_columns_are_classes_only_if_all_are_labels(write, labels, is_taken):
    """Labels 1 and 2 could be the second and third of 0, 1 and 2."""
    rows = [f"{labels[i % len(labels)]},{i % 5 / 10},0.25,{0.75 - i % 5 / 10}" for i in range(30)]
    path = write("\n".join(["label,1,2,3", *rows]) + "\n")
    if is_taken:
        assert library.score(path).classes == ("1", "2", "3")
        return
    with pytest.raises(CecliError, match="not certain"):
        library.score(path)


def test_an_array_whose_labels_have_another_role_is_not_said_to_have_none(tmp_path):
    probs, truth = tmp_path / "probs.npy", tmp_path / "y.npy"
    np.save(probs, np.full((50, 4), 0.25))
    np.save(truth, np.arange(50) % 4)
    asked = {"labels": str(truth), "by_position": True, "by": "y"}
    with pytest.raises(CecliError, match="no other column has a usual name") as caught:
        library.score(str(probs), **asked)
    assert "--label COL" in caught.value.hint
    assert len(library.score(str(probs), label="y", **asked).groups) == 4


@pytest.fixture
def rounded():
    """Return the text of labels without a usual name, and of probabilities with two digits."""
    draw = np.random.default_rng(8)
    shares = draw.dirichlet([2.0, 2.0, 2.0], 200).round(2).clip(0.01)
    digits = [draw.choice(3, p=share / share.sum()) for share in shares]
    return text_of("digit,p_0,p_1,p_2", digits, *shares.T)


def test_rounded_classes_that_are_named_are_proposed_with_their_sums_divided(cecli, write, rounded):
    path = write(rounded)
    (tried,) = tries(cecli("score", path, "--prob", "p_*"))
    done = cecli(*shlex.split(tried)[1:])
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")


def test_rounded_classes_whose_sums_are_divided_are_taken(cecli, write, rounded):
    path = write(rounded.replace("digit", "label"))
    assert cecli("score", path).returncode != ExitCode.OK
    done = cecli("score", path, "--normalize")
    assert done.returncode == ExitCode.OK
    assert "guessed because they add up to 1 but for rounding" in done.stderr


def test_a_comparison_of_two_files_with_rounded_classes_is_proposed_as_it_works(
    cecli, write, rounded
):
    files = [write(rounded, name) for name in ("a.csv", "b.csv")]
    (tried,) = tries(cecli("compare", *files))
    assert cecli(*shlex.split(tried)[1:]).returncode == ExitCode.OK


def test_logits_of_classes_are_not_said_to_add_up_to_1(cecli, tmp_path):
    draw = np.random.default_rng(4)
    files = [str(tmp_path / f"logits_{name}.npy") for name in "ab"]
    for path in files:
        np.save(path, draw.normal(size=(60, 4)))
    np.save(tmp_path / "y.npy", draw.integers(0, 4, 60))
    labels = ("--labels", str(tmp_path / "y.npy"), "--by-position", "--label", "y")
    done = cecli("compare", *files, *labels, "--from", "logit")
    assert done.returncode == ExitCode.OK
    assert "columns 'logits_a_*', guessed from their names" in done.stderr
    assert "add up" not in done.stderr


def test_the_commands_that_attest_proposes_write_receipts(cecli, write):
    path = write("y,p_a,p_b\n1,0.5,0.2\n0,0.2,0.1\n1,0.75,0.5\n")
    done = cecli("attest", path, "--label", "y")
    assert done.returncode != ExitCode.OK
    assert [line.split()[1] for line in tries(done)] == ["attest", "attest"]


def _weighted(header):
    """Return predictions that are higher where the label is 1, but in one of seven rows."""
    y = [i % 2 for i in range(70)]
    p = [0.2 + 0.6 * (y[i] != (i % 7 == 0)) + i / 1000 for i in range(70)]
    return text_of(header, y, p, [1 + 9 * (i // 2 % 2) for i in range(70)])


def test_a_command_with_the_weights_is_proposed_where_nothing_is_certain(cecli, write):
    path = write(_weighted("click,ctr,weight"))
    tried = tries(cecli("score", path))
    assert [line.endswith("--weight weight") for line in tried] == [False, True]
    assert tried[1] in cecli("inspect", path).stdout
    weighted = cecli(*shlex.split(tried[1])[1:])
    assert (weighted.returncode, weighted.stderr) == (ExitCode.OK, "")
