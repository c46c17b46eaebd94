"""What the digest of rows is of: values, not how they are written or kept."""

import numpy as np
import pytest
from test_laws import coded

from cecli.core.chunk import Chunk
from cecli.receipts.row_digest import RowDigest, RowDigestState

DIGEST = RowDigest((("p", 1), ("w", 1)), ("g",))


def chunk(p, w, g, **more):
    numbers = {"p": np.array(p), "w": np.array(w), **more}
    return Chunk("x", np.arange(len(g)), numbers, {"g": coded(g)})


BEFORE = DIGEST.summarize(chunk([0.5, 0.25], [1.0, 2.0], ["a", "b"])).digest


@pytest.mark.parametrize(
    ("p", "w", "g"),
    [
        ([0.5, 0.25], [1.0, 2.0], ["b", "a"]),
        ([0.25, 0.5], [1.0, 2.0], ["a", "b"]),
        ([0.5, np.nextafter(0.25, 1)], [1.0, 2.0], ["a", "b"]),
        ([1.0, 2.0], [0.5, 0.25], ["a", "b"]),
        ([0.5, 0.25], [1.0, 2.0], ["a", "B"]),
        ([0.5, 0.25, 0.25], [1.0, 2.0, 2.0], ["a", "b", "b"]),
        ([0.5], [1.0], ["a"]),
        ([], [], []),
    ],
)
def test_other_rows_have_another_digest(p, w, g):
    assert DIGEST.summarize(chunk(p, w, g)).digest != BEFORE


def test_a_zero_has_no_sign():
    positive, negative = (chunk([x, 0.5], [1.0, 1.0], ["a", "a"]) for x in (0.0, -0.0))
    assert DIGEST.summarize(positive) == DIGEST.summarize(negative)


def test_how_texts_are_numbered_does_not_matter():
    one = chunk([0.5, 0.25], [1.0, 2.0], ["a", "b"])
    other = Chunk("x", one.lines, one.numbers, {"g": coded(["zz", "b", "a"])})
    other = Chunk(
        "x",
        one.lines,
        one.numbers,
        {"g": type(other.texts["g"])(np.array([2, 1]), ("zz", "b", "a"))},
    )
    assert DIGEST.summarize(one) == DIGEST.summarize(other)


def test_the_same_values_in_another_layout_have_another_digest():
    three = np.array([[0.5], [0.25], [0.25]])
    one = RowDigest((("p", 3),)).summarize(Chunk("x", np.arange(1), {"p": three}))
    numbers = {"p": three[:2], "q": three[2]}
    other = RowDigest((("p", 2), ("q", 1))).summarize(Chunk("x", np.arange(1), numbers))
    assert one != other
    assert one.digest != RowDigestState().digest
