"""Arrays in memory as columns, read by the same rules as text."""

import math
from collections.abc import Mapping
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column, Domain
from cecli.columns.numbers import extended_number
from cecli.core.chunk import Coded, Integers
from cecli.numerics import Floats
from cecli.readers.text.parsed import Parsed, bad_number, by_role

MISSING = ""

Values = NDArray[Any] | Coded
Rows = NDArray[np.bool_] | slice


def parsed_arrays(
    source: str, lines: Integers, arrays: Mapping[Column, Values], bad_rows: BadRows
) -> Parsed:
    """Return the columns of some rows, up to the first defect that is not to be skipped.

    Parameters
    ----------
    lines : the number of each row, shape (n,).
    arrays : shape (n,) each, of any dtype; texts may be coded already.
    """
    given = {c: v for c, v in arrays.items() if c.domain is not None and not isinstance(v, Coded)}
    numbers = {column: _numbers(values) for column, values in given.items()}
    missing = list(bad_rows.missing_numbers)
    bad = {
        c: _refused(c.domain, values, missing)
        for c, values in numbers.items()
        if c.domain is not None
    }
    for column in (c for c in bad if c.domain is not None and c.domain.may_be_missing):
        gaps = _gaps(given[column], bad[column], bad_rows)
        numbers[column] = np.where(gaps, np.nan, numbers[column])
        bad[column] = bad[column] & ~gaps
    end, defect, remarks = len(lines), None, dict[str, list[int]]()
    keep: Rows = slice(None)
    if any(flags.any() for flags in bad.values()):
        any_bad = np.logical_or.reduce(list(bad.values()))
        for row in map(int, np.flatnonzero(any_bad)):
            column = next(column for column, flags in bad.items() if flags[row])
            text = text_of(given[column][row])
            found = bad_number(source, bad_rows, int(lines[row]), column, text)
            reason = Reason(found.reason)
            if reason not in bad_rows.skips:
                end, defect = row, found
                break
            remarks.setdefault(reason.remark, []).append(int(lines[row]))
        keep = ~any_bad & (np.arange(len(lines)) < end)
    return Parsed(
        lines[keep],
        by_role((column, values[keep]) for column, values in numbers.items()),
        {c.role: _coded(values, keep) for c, values in arrays.items() if c.domain is None},
        {code: np.array(found, dtype=np.int64) for code, found in remarks.items()},
        defect,
    )


def _refused(domain: Domain, values: Floats, missing: list[float]) -> NDArray[np.bool_]:
    """Return which numbers are outside a domain, or stand for a missing value."""
    if not missing and domain.contains_all(values):
        return np.zeros(len(values), dtype=np.bool_)
    refused: NDArray[np.bool_] = np.logical_not(domain.contains(values))
    if missing:
        refused |= np.isin(values, missing)
    return refused


def _gaps(values: NDArray[Any], refused: NDArray[np.bool_], bad_rows: BadRows) -> NDArray[np.bool_]:
    """Return which of the refused values are missing, and not something else."""
    gaps = refused.copy()
    in_doubt = refused & ~np.isnan(values) if values.dtype.kind == "f" else refused
    for row in map(int, np.flatnonzero(in_doubt)):
        gaps[row] = bad_rows.is_missing_number(text_of(values[row]))
    return gaps


def plain_array(values: ArrayLike) -> NDArray[Any]:
    """Return values as an array in native byte order; masked values become missing values."""
    if isinstance(values, np.ma.MaskedArray):
        objects = values.data.astype(object)
        objects[np.ma.getmaskarray(values)] = None
        return objects
    if not isinstance(getattr(values, "dtype", np.dtype(object)), np.dtype):
        # A pandas extension type. Converted to numpy, one missing integer would make all floats.
        return np.asarray(values, dtype=object)
    array = np.asarray(values)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _numbers(values: NDArray[Any]) -> Floats:
    """Return values as float64, with NaN for booleans, missing values and invalid text."""
    if values.dtype.kind in "fiu":
        return np.asarray(np.add(values, 0.0, dtype=np.float64))  # turns −0.0 into 0.0
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    if isinstance(value, str):
        parsed = extended_number(value)
        return np.nan if parsed is None else parsed
    if isinstance(value, bool | np.bool_ | complex) or not isinstance(value, SupportsFloat):
        return np.nan
    try:
        number = float(value) + 0.0
    except (TypeError, ValueError, OverflowError):  # a date, a missing value, beyond the range
        return np.nan
    # A decimal beyond the range is no infinity.
    return number if math.isfinite(number) or number == value else np.nan


def _coded(values: Values, keep: Rows) -> Coded:
    """Return the texts of the rows to keep."""
    if isinstance(values, Coded):
        return Coded(values.codes[keep], values.names)
    import pandas as pd

    kept = values[keep]
    # In Python 1, 1.0 and True are equal, but their texts differ.
    texts = np.array(list(map(text_of, kept)), dtype=object) if kept.dtype == object else kept
    codes, names = pd.factorize(texts, use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(map(text_of, names)))


def text_of(value: Any) -> str:
    """Return the text that a value has in a CSV cell."""
    if isinstance(value, str):
        return str.__str__(value)  # numpy's str_ and members of enumerations are texts, too
    if isinstance(value, np.ndarray | list | tuple):
        # Each number in full, where numpy would print eight digits.
        return str([getattr(one, "tolist", lambda one=one: one)() for one in value])
    return MISSING if _is_missing(value) else str(value)


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError, ArithmeticError):  # types with unusual comparison
        import pandas as pd

        return pd.api.types.is_scalar(value) and bool(pd.isna(value))
