"""Labels and predictions as two arrays, without names: a table of the columns that these make."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cecli.core.errors import UsageError
from cecli.core.pipes import Pipe
from cecli.options.declare import Family
from cecli.readers.arrays import plain_array, text_of

# The options of a command about predictions.
F = TypeVar("F", bound=Family)
LABEL, PROB = "label", "prob"
# Options that name columns, of which two arrays have none.
COLUMNS = (
    *("label", "target", "prob", "log_prob", "n_bytes", "n_words", "weight", "count"),
    *("model", "by", "cluster"),
)
AS_TABLE = 'give a table with names: score({"y": labels, "p": predictions}, label="y", prob="p")'


def as_table(
    labels: Any,
    predictions: Any,
    classes: Sequence[object] | None,
    asked: F,
    named: Mapping[str, object],
) -> tuple[dict[str, NDArray[Any]], F]:
    """Return the table of two arrays, and the options with the names of its columns.

    Parameters
    ----------
    labels : shape (n,).
    predictions : shape (n,) or (n, 1), of the positive class; or (n, K), of K classes.
    classes : the names of the classes; None if they are the columns of a DataFrame, or 0 to K − 1.
    named : further options that may name columns.

    Raises
    ------
    UsageError
        If these are no two such arrays, they are empty, or an option names a column.
    """
    given = [name for name in COLUMNS if {**vars(asked), **named}.get(name)]
    if given:
        raise UsageError(f"two arrays have no column for {given[0]}", hint=AS_TABLE)
    label, prob = _array(labels, "labels"), _array(predictions, "predictions")
    if not label.size:
        raise UsageError("the array of labels is empty", hint="a score needs at least one row")
    if prob.ndim == 2 and prob.shape[1] == 1:
        prob = prob[:, 0]
    if label.ndim != 1 or prob.ndim not in {1, 2}:
        raise UsageError(
            f"the shapes are {label.shape} and {prob.shape}: labels have one dimension, and "
            "predictions one, or two with a column for each class",
            hint="for soft labels, give a table with names, and target instead of label",
        )
    if prob.ndim == 1:
        if classes is not None:
            raise UsageError("classes are the names of columns, but predictions have one dimension")
        return {LABEL: label, PROB: prob}, _naming(asked, LABEL, [PROB])
    if classes is None and hasattr(predictions, "columns"):
        classes = list(predictions.columns)
    if classes is None:
        label = _as_places(label)
    names = _names(classes, prob.shape[1])
    # A class may be called like the column of the labels.
    of_labels = LABEL + "s" * sum(name.startswith(LABEL) for name in names)
    columns = dict(zip(names, prob.T, strict=True))
    return {of_labels: label, **columns}, _naming(asked, of_labels, names)


def _array(values: Any, what: str) -> NDArray[Any]:
    if isinstance(values, str | PathLike | Pipe | Mapping):
        raise UsageError(
            f"a {type(values).__name__} is no array of {what}",
            hint="score takes one table, or labels and predictions as two arrays; several inputs "
            "are one list",
        )
    try:
        return plain_array(values)
    except ValueError as error:
        raise UsageError(f"the {what} are not an array of values: {error}") from error


def _names(classes: Sequence[object] | None, number: int) -> list[str]:
    names = list(map(text_of, range(number) if classes is None else classes))
    if len(names) != number or len(set(names)) < number:
        raise UsageError(
            f"classes must be {number} different names, one for each column of the predictions"
        )
    return names


def _as_places(label: NDArray[Any]) -> NDArray[Any]:
    """Return labels that are whole numbers, or true and false, as integers."""
    is_whole = label.dtype.kind == "b" or (
        label.dtype.kind == "f" and bool((np.isfinite(label) & (label == np.rint(label))).all())
    )
    return label.astype(np.int64) if is_whole else label


def _naming(asked: F, label: str, prob: Sequence[str]) -> F:
    return type(asked)(**{**vars(asked), "label": label, "prob": prob})
