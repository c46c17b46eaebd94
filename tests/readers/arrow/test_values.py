"""What Arrow arrays hold, against what Python makes of them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.columns.column import Column
from cecli.columns.roles import WEIGHT
from cecli.core.errors import InputError
from cecli.readers.arrow.values import SMALL_RANGE, values_of

LABEL, NUMBER = Column("label", "y", None), Column("weight", "w", WEIGHT)
KINDS = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64()]


def texts_of(array):
    """Return the texts of a label column, row by row."""
    coded = values_of(array, LABEL, "x")
    return [coded.names[code] for code in coded.codes.tolist()]


def limits(kind):
    info = np.iinfo(kind.to_pandas_dtype())
    return int(info.min), int(info.max)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(st.data())
def test_integers_are_labels_by_their_digits(kind, data):
    low, high = limits(kind)
    first = data.draw(st.integers(low, high))
    near = st.integers(max(low, first - SMALL_RANGE), min(high, first + SMALL_RANGE))
    values = data.draw(st.lists(near | st.sampled_from([low, high]), min_size=1, max_size=20))
    assert texts_of(pa.array(values, kind)) == list(map(str, values))


@given(st.lists(st.sampled_from([3, 1, 2, None]), min_size=1, max_size=20))
def test_labels_are_coded_in_the_order_of_their_first_rows(values):
    names = values_of(pa.array(values, pa.int64()), LABEL, "x").names
    assert list(names) == ["" if v is None else str(v) for v in dict.fromkeys(values)]


@pytest.mark.parametrize("kind", [*KINDS, pa.float16(), pa.float32(), pa.float64()], ids=str)
def test_numbers_of_a_slice_are_those_of_its_rows(kind):
    values = np.arange(10, dtype=kind.to_pandas_dtype())
    whole = pa.array(values, kind)
    for start, size in ((0, 10), (3, 4), (10, 0)):
        found = values_of(whole.slice(start, size), NUMBER, "x")
        assert found.dtype == values.dtype
        assert found.tolist() == values[start : start + size].tolist()


def test_no_rows_have_no_labels():
    assert texts_of(pa.array([], pa.int64())) == []


def test_numbers_and_texts_may_have_any_encoding():
    values = [0.25, 0.5, 0.25]
    found = values_of(pa.array(values).dictionary_encode(), NUMBER, "x")
    assert found.tolist() == values
    texts = ["a", "b", "a"]
    found = values_of(pa.array(texts).cast(pa.string_view()), LABEL, "x")
    names = getattr(found, "names", None)  # not every version of pyarrow encodes views
    assert (found.tolist() if names is None else [names[code] for code in found.codes]) == texts


def test_a_column_of_structs_is_refused_with_what_flattens_it():
    with pytest.raises(InputError, match="column w cannot be read: it is nested") as error:
        values_of(pa.array([{"a": 1.0}]), NUMBER, "x")
    assert "flatten()" in error.value.hint
