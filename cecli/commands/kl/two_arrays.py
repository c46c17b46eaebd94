"""p and q as two arrays, without names: a table of the columns that these make."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cecli.core.errors import UsageError
from cecli.options.declare import Family
from cecli.readers.arrays import plain_array
from cecli.readers.opening import NAMES

F = TypeVar("F", bound=Family)
# Options that name columns, of which two arrays have none.
COLUMNS = ("p", "q", "weight", "count", "by", "cluster", "id")
AS_TABLE = 'give a table with names: kl({"p": p, "q": q, "w": weights}, p="p", q="q", weight="w")'


def are_arrays(p: Any, q: Any) -> bool:
    """Return whether both are arrays of numbers, and neither is a path or a table."""
    return not any(map(_has_columns, (p, q)))


def _has_columns(data: Any) -> bool:
    if isinstance(data, (*NAMES, Mapping)) or hasattr(data, "columns"):
        return True
    if hasattr(data, "__arrow_c_stream__") and not hasattr(data, "to_numpy"):
        return True
    is_list = isinstance(data, list | tuple)
    return is_list and any(isinstance(each, (*NAMES, Mapping)) for each in data[:1])


def as_table(p: Any, q: Any, named: Mapping[str, object]) -> dict[str, NDArray[Any]]:
    """Return the table of two arrays: columns p and q, or p_0, p_1, … and q_0, q_1, …

    Parameters
    ----------
    p, q : shape (n,), of one class of two; or (n, K), a distribution over K classes in each row.
    named : the options that may name columns.

    Raises
    ------
    UsageError
        If these are no two such arrays, they are empty, or an option names a column.
    """
    if given := [name for name in COLUMNS if named.get(name)]:
        raise UsageError(f"two arrays have no column for {given[0]}", hint=AS_TABLE)
    arrays = {"p": plain(p, "p"), "q": plain(q, "q")}
    shapes = [array.shape for array in arrays.values()]
    if shapes[0] != shapes[1] or len(shapes[0]) not in {1, 2} or not arrays["p"].size:
        raise UsageError(
            f"the shapes of p and q are {shapes[0]} and {shapes[1]}: they must be equal, of one "
            "dimension, or of two with a distribution in each row",
            hint="one distribution each, with a probability for each class? over_rows=True",
        )
    if len(shapes[0]) == 1 or shapes[0][1] == 1:
        return {name: array.reshape(-1) for name, array in arrays.items()}
    return {
        f"{name}_{place}": column
        for name, array in arrays.items()
        for place, column in enumerate(array.T)
    }


def as_tables(p: Any, q: Any, asked: F, others: Mapping[str, object]) -> tuple[Any, Any, F]:
    """Return two tables as they are, and two arrays as one table with the names of its columns.

    Parameters
    ----------
    others : the other options that may name columns.
    """
    if not are_arrays(p, q):
        return p, q, asked
    table = as_table(p, q, {**vars(asked), **others})
    return table, None, naming(table, asked)


def naming(table: Mapping[str, object], asked: F) -> F:
    """Return the options with the names of the columns of such a table."""
    p, q = ("p", "q") if "p" in table else ("p_*", "q_*")
    return asked.changed(p=(p,), q=(q,))


def plain(values: Any, name: str) -> NDArray[Any]:
    """Return values as an array, or raise a UsageError."""
    try:
        array = plain_array(values)
    except ValueError as error:
        raise UsageError(f"{name} is not an array of numbers: {error}") from error
    return np.asarray(array)
