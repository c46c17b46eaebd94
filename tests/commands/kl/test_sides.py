"""p and q in two inputs, against the same columns in one."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import ExitCode

CLASSES = ["a", "b", "c"]


@pytest.fixture(scope="module")
def both():
    """Return the tables of p and of q, and one table with the columns of both."""
    rng = np.random.default_rng(7)
    p, q = (pd.DataFrame(rng.dirichlet(np.ones(3), 200), columns=CLASSES) for _ in range(2))
    key = pd.DataFrame({"doc": np.arange(200) // 10, "place": np.arange(200) % 10})
    own = key.assign(w=rng.integers(0, 3, 200), half=np.arange(200) % 2)
    first = pd.concat([own, p], axis=1)
    second = pd.concat([key, q[["c", "a", "b"]]], axis=1)
    one = pd.concat([own, p.add_prefix("p_"), q.add_prefix("q_")], axis=1)
    return first, second, one


OPTIONS = [
    {},
    {"weight": "w"},
    {"weight": "w", "cluster": "doc", "by": "half"},
    {"by": "doc"},
    {"bootstrap": 120},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_rows_of_two_inputs_are_those_of_one(both, options, is_shuffled):
    first, second, one = both
    key = {"id": ["doc", "place"]}
    if is_shuffled:
        second = second.sample(frac=1, random_state=0)
    found = cecli.kl(first, second, p=CLASSES, **key, **options)
    expected = cecli.kl(one, p="p_*", q="q_*", **options)
    assert found.metrics == expected.metrics
    assert found.intervals == expected.intervals
    assert [g.metrics for g in found.groups] == [g.metrics for g in expected.groups]


def test_by_position_they_are_the_same_and_that_is_said(both):
    first, second, one = both
    found = cecli.kl(first, second, p=CLASSES, by_position=True)
    assert found.metrics == cecli.kl(one, p="p_*", q="q_*").metrics
    assert "paired-by-position" in [notice.code for notice in found.notices]


def test_columns_that_both_have_are_taken_if_none_are_named(both):
    first, second, _ = both
    told = []
    first = first.drop(columns="half")
    found = cecli.kl(first, second, id=["doc", "place"], weight="w", tell=told.append)
    assert list(found.columns["q"]) == CLASSES
    assert any("'a', 'b', 'c', which both inputs have" in sentence for sentence in told)
    assert found.metrics == cecli.kl(first, second, q=CLASSES, id="doc,place", weight="w").metrics


def test_histograms_of_two_inputs_are_matched_by_their_bins():
    first = {"bin": ["x", "y", "z"], "n": [10, 20, 30]}
    second = {"bin": ["z", "x", "y"], "n": [5, 25, 30]}
    found = cecli.kl(first, second, id="bin", over_rows=True, normalize=True)
    one = {"p": [10, 20, 30], "q": [25, 30, 5]}
    assert found.metrics == cecli.kl(one, p="p", q="q", over_rows=True, normalize=True).metrics


def test_a_row_of_weight_0_has_its_partner():
    first = {"id": [1, 2, 3], "p": [0.5, 0.25, 0.5], "w": [1, 0, 1]}
    second = {"id": [3, 2, 1], "p": [0.5, 0.5, 0.5]}
    assert cecli.kl(first, second, p="p", id="id", weight="w")["kl"] == 0


def test_a_row_that_is_wrong_is_named_in_its_own_input(cecli, write, tmp_path):
    first = write("k,a,b\n1,0.5,0.5\n2,0.25,0.75\n")
    second = tmp_path / "second.csv"
    second.write_text("k,a,b\n2,0.5,0.5\n1,0.5,0.75\n")
    done = cecli("kl", first, str(second), "--id", "k")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert f"{second}:3: the probabilities of q add up to 1.25" in done.stderr


@pytest.mark.parametrize(
    ("first", "second", "options", "error", "message"),
    [
        ({"p": [0.5, 0.5]}, {"p": [0.5]}, {}, cecli.InputError, "must be equally many"),
        ({"k": [1], "p": [0.5]}, {"k": [2], "p": [0.5]}, {"id": "k"}, cecli.InputError,
         "1 key is not in"),
        ({"p": [0.5]}, {"q": [0.5]}, {}, cecli.ColumnError,
         "no column of a distribution in common"),
        ({"p": [0.5]}, {"p": [0.5], "q": [0.5]}, {"p": "p", "q": ["q", "p"]}, cecli.ColumnError,
         r"--p has 1 column \('p'\) and --q has 2"),
        ({"p": [0.5]}, {"q": [0.5]}, {"p": "p"}, cecli.ColumnError, "there is no column 'p'"),
        ({"k": [1], "p": [0.5]}, {"k": [1], "p": [0.5]}, {"p": "k", "id": "k"}, cecli.ColumnError,
         "cannot be both id and p"),
        ({"a": [1], "b": [2]}, {"a": [1], "b": [2]}, {"over_rows": True}, cecli.UsageError,
         "exactly two columns, but both inputs"),
        ({"p": [0.5]}, None, {"p": "p", "q": "p", "id": "p"}, cecli.UsageError,
         "--id requires two inputs"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_match_give_one_clear_error(first, second, options, error, message):
    with pytest.raises(error, match=message):
        cecli.kl(first, second, **options)


def test_keys_without_a_partner_are_skipped_and_counted():
    first, second = {"k": [1, 2], "p": [0.5, 0.5]}, {"k": [3, 1], "p": [0.25, 0.5]}
    report = cecli.kl(first, second, p="p", id="k", on_unmatched="skip")
    assert (report.input.rows, report["kl"]) == (1, 0)
    assert report.notices[0].code == "unmatched-id"


def test_a_third_input_is_refused(cecli, write):
    path = write("p,q\n0.5,0.5\n")
    assert "put a pattern in quotes" in cecli("kl", path, path, path).stderr


def test_parts_of_one_table_are_not_taken_for_two_sides_in_silence():
    table = {"p": [0.5], "q": [0.25]}
    told = []
    cecli.kl(table, table, p="p", q="q", tell=told.append)
    assert any("files that are parts of one table are one input" in text for text in told)


def codes(report):
    return [notice.code for notice in report.notices]


def test_one_file_on_both_sides_is_noticed(tmp_path):
    path, link, other = (tmp_path / name for name in ("p.csv", "link.csv", "q.csv"))
    path.write_text("q\n0.5\n0.25\n")
    other.write_text("q\n0.5\n0.25\n")
    link.symlink_to(path)
    for second, is_told in ((path, True), (link, True), (other, False)):
        report = cecli.kl(str(path), str(second), p="q", q="q", by_position=True)
        assert ("one-file" in codes(report)) is is_told


def test_single_columns_of_log_probabilities_are_said_to_be_events():
    frame = {"a": np.array([-0.5, -2.0]), "b": np.array([-0.25, -1.5])}
    report = cecli.kl(frame, p="a", q="b", scale="log-probability")
    assert "two-outcomes" in codes(report)
    assert "two-outcomes" not in codes(cecli.kl(-frame["a"] / 4, -frame["b"] / 4))
