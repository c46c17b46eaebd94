"""Products of hashed rows: against hashlib, in all implementations, in any order."""

from hashlib import blake2b, sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.numerics.multisets import muhash
from cecli.numerics.multisets.muhash import (
    PRIME,
    digest_of,
    key_of,
    product_of,
    text_hashes,
)

KEY = key_of("two numbers")
TEXTS = ["", "a", "x" * 127, "x" * 128, "x" * 129, "ü" * 200, "\ud800"]
few = settings(max_examples=25)


def rows_of(count, width, seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 2**64, (width, count), dtype=np.uint64)


def by_hashlib(columns):
    """Return the product as the definition has it, row by row."""
    product = 1
    for row in columns.T:
        message = b"".join(int(word).to_bytes(8, "little") for word in row)
        whole = blake2b(message, digest_size=64, key=KEY, person=b"row").digest()
        digits = b""
        for salt in range(6):
            digits += blake2b(whole, digest_size=64, salt=bytes([salt]), person=b"part").digest()
        product = product * int.from_bytes(digits, "little") % (2**3072 - 1103717)
    return product


@pytest.mark.parametrize("width", [1, 15, 16, 17, 33])
@pytest.mark.parametrize("count", [0, 1, 4, 7, 8, 19])
def test_every_implementation_is_the_definition(width, count):
    part = pytest.importorskip("cecli.numerics.multisets.muhash_pass")
    columns, key = rows_of(count, width), np.frombuffer(KEY, dtype=np.uint64)
    expected = by_hashlib(columns)
    for kernel in range(len(part.KERNELS)):
        words = part.product(columns, key, kernel)
        found = int.from_bytes(words.astype("<u8").tobytes(), "little")
        assert found < 2**3072
        assert found % PRIME == expected


def test_without_compiled_parts_the_products_and_texts_are_the_same(monkeypatch):
    columns, counts = rows_of(9, 3), np.arange(9.0)
    before = product_of(columns, KEY, counts), text_hashes(TEXTS).tolist()
    monkeypatch.setattr(muhash, "muhash_pass", None)
    assert (product_of(columns, KEY, counts), text_hashes(TEXTS).tolist()) == before


def test_the_hash_of_a_text_is_that_of_hashlib():
    for text, words in zip(TEXTS, text_hashes(TEXTS), strict=True):
        letters = text.encode("utf-8", "surrogatepass")
        expected = blake2b(letters, digest_size=32, person=b"text").digest()
        assert words.astype("<u8").tobytes() == expected
    assert text_hashes([]).shape == (0, 4)


@few
@given(st.permutations(range(12)), st.integers(0, 12))
def test_any_order_and_cut_has_the_same_product(order, cut):
    columns = rows_of(12, 2)
    moved = np.ascontiguousarray(columns[:, order])
    parts = [np.ascontiguousarray(part) for part in (moved[:, :cut], moved[:, cut:])]
    first, second = (product_of(part, KEY) for part in parts)
    assert first * second % PRIME == product_of(columns, KEY)


@few
@given(st.lists(st.integers(0, 300), min_size=1, max_size=8))
def test_a_count_is_as_many_rows(counts):
    columns = rows_of(len(counts), 2)
    repeated = np.repeat(columns, counts, axis=1)
    assert product_of(columns, KEY, np.array(counts, dtype=float)) == product_of(repeated, KEY)


def test_a_count_is_an_exponent_up_to_the_largest():
    columns = rows_of(2, 2)
    one, other = (product_of(np.ascontiguousarray(columns[:, i : i + 1]), KEY) for i in (0, 1))
    counts = np.array([2.0**53, 2.0**53 - 1])
    expected = pow(one, 2**53, PRIME) * pow(other, 2**53 - 1, PRIME) % PRIME
    assert product_of(columns, KEY, counts) == expected


def test_65536_equal_rows_are_not_none():
    """As they would be in sums of 16 bits."""
    assert product_of(rows_of(1, 2), KEY, np.array([65536.0])) != 1


@pytest.mark.parametrize("change", ["bit", "key", "repeated", "swapped"])
def test_another_multiset_has_another_digest(change):
    columns, key = rows_of(5, 2), KEY
    before = digest_of(product_of(columns, key))
    if change == "bit":
        columns[1, 3] ^= np.uint64(1)
    elif change == "key":
        key = key_of("other numbers")
    elif change == "repeated":
        columns = np.concatenate([columns, columns[:, :1]], axis=1)
    else:
        columns[[0, 1], 2] = columns[[1, 0], 2]
    assert digest_of(product_of(columns, key)) != before


def test_the_digest_is_a_hash_of_all_digits():
    product = product_of(rows_of(3, 2), KEY)
    assert digest_of(product) == sha256(product.to_bytes(384, "little")).hexdigest()
    assert digest_of(1) == sha256(b"\1" + bytes(383)).hexdigest()


def test_the_modulus_is_a_safe_prime():
    """By Fermat's test. So only 1 and −1 have a small order in its group."""
    for number in (PRIME, (PRIME - 1) // 2):
        assert [pow(base, number - 1, number) for base in (2, 3)] == [1, 1]


@pytest.mark.parametrize(
    ("columns", "key", "kernel"), [((2, 3), 7, -1), ((0, 3), 8, -1), ((2, 3), 8, 99)]
)
def test_wrong_shapes_are_refused(columns, key, kernel):
    part = pytest.importorskip("cecli.numerics.multisets.muhash_pass")
    with pytest.raises((ValueError, IndexError)):
        part.product(np.zeros(columns, np.uint64), np.zeros(key, np.uint64), kernel)


@pytest.mark.parametrize("ends", [[3], [4, 2], [-1, 2]])
def test_texts_beyond_their_letters_are_refused(ends):
    part = pytest.importorskip("cecli.numerics.multisets.muhash_pass")
    with pytest.raises(ValueError, match="text"):
        part.text_hashes(np.zeros(2, np.uint8), np.array(ends))
