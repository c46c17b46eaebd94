"""Labels and predictions as two arrays: the report of the same table with names."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.core.errors import CecliError, InputError, RowError, UsageError

Q = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.25, 0.5, 0.25]])
BY_NAME = {"label": ["a", "c", "b"], "a": Q[:, 0], "b": Q[:, 1], "c": Q[:, 2]}


@pytest.mark.parametrize("make", [list, tuple, np.array, pd.Series])
def test_of_a_positive_class(make):
    y, p = [1, 0, 1], [0.9, 0.2, 0.6]
    table = {"label": y, "prob": p}
    assert cecli.score(make(y), make(p)) == cecli.score(table)
    assert cecli.score(make(y), np.array(p)[:, None], units="bits") == cecli.score(
        table, units="bits"
    )
    yes = [["no", "yes"][label] for label in y]
    assert cecli.score(make(yes), make(p), positive="yes")["brier"] == cecli.score(table)["brier"]


def test_of_classes_by_number():
    table = {"label": [0, 2, 1], "0": Q[:, 0], "1": Q[:, 1], "2": Q[:, 2]}
    expected = cecli.score(table, label="label", prob=["0", "1", "2"])
    for labels in ([0, 2, 1], np.array([0.0, 2.0, 1.0]), np.array([0, 2, 1], dtype=np.int8)):
        assert cecli.score(labels, Q) == expected
    assert expected.classes == ("0", "1", "2")


def test_of_classes_by_name():
    expected = cecli.score(BY_NAME, label="label", prob=["a", "b", "c"])
    assert cecli.score(["a", "c", "b"], Q, classes=["a", "b", "c"]) == expected
    assert cecli.score(["a", "c", "b"], Q.tolist(), classes=np.array(["a", "b", "c"])) == expected
    assert cecli.score(["a", "c", "b"], pd.DataFrame(Q, columns=["a", "b", "c"])) == expected
    assert "rps" in cecli.score(["a", "c", "b"], Q, classes="a,b,c", ordered=True).metrics


def test_a_class_may_be_called_like_the_column_of_the_labels():
    report = cecli.score(["label", "labels"], Q[:2, 1:] / Q[:2, 1:].sum(axis=1, keepdims=True),
                         classes=["label", "labels"])  # fmt: skip
    assert report.classes == ("label", "labels")


@pytest.mark.parametrize(
    ("arrays", "options", "error", "message"),
    [
        (("a.csv", "b.csv"), {}, UsageError, "a str is no array of labels"),
        (({"y": [1]}, [0.5]), {}, UsageError, "a dict is no array of labels"),
        (([1], [0.5]), {"weight": "w"}, UsageError, "two arrays have no column for weight"),
        (([1], [0.5]), {"by": "w"}, UsageError, "two arrays have no column for by"),
        (([1], [0.5]), {"label": "y"}, UsageError, "two arrays have no column for label"),
        (([], []), {}, UsageError, "the array of labels is empty"),
        (([1], [0.5]), {"weight": np.ones(1)}, UsageError, "weight takes one value, but a ndarray"),
        (({"y": [1], "p": [0.5]},), {"label": [1]}, UsageError, "label takes one value"),
        (([1, 0], [0.5]), {}, InputError, "differ in length"),
        (([[1, 0]], [0.5]), {}, UsageError, r"the shapes are \(1, 2\) and \(1,\)"),
        (([1], [[[0.5]]]), {}, UsageError, "the shapes are"),
        (([1, 0], [[0.5], [0.5, 0.5]]), {}, UsageError, "are not an array of values"),
        (([1], [0.5]), {"classes": ["a"]}, UsageError, "predictions have one dimension"),
        (([0], Q[:1]), {"classes": ["a", "b"]}, UsageError, "3 different names"),
        (([0], Q[:1]), {"classes": ["a", "b", "a"]}, UsageError, "3 different names"),
        (([3], Q[:1]), {}, RowError, "'3'"),
        (([0.5], Q[:1]), {}, RowError, "'0.5'"),
        (([1], [0.5], [0.4]), {}, UsageError, "score takes 2 arguments without a keyword"),
    ],
)
def test_what_is_no_pair_of_arrays_is_refused(arrays, options, error, message):
    with pytest.raises(CecliError, match=message) as caught:
        cecli.score(*arrays, **options)
    assert isinstance(caught.value, error)


def test_other_functions_say_that_arrays_belong_into_a_table():
    with pytest.raises(UsageError, match="compare takes 2 arguments") as caught:
        cecli.compare([1, 0], [0.5, 0.4], [0.5, 0.3])
    assert "columns of a table" in caught.value.hint
    with pytest.raises(UsageError, match="fit takes 1 argument without a keyword, and 2"):
        cecli.fit([1, 0], [0.5, 0.4])
