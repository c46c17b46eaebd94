"""MuHash: the product of hashed rows modulo a prime, the same for the same rows in any order.

A row is hashed to a number of 3072 bits, and the hash of a multiset is the product of the numbers
of its rows modulo p = 2³⁰⁷² − 1103717. Products need no order, and merge like sums.

A sum of hashes modulo 2²⁵⁶ would be faster, and would do against accidents, but not against an
adversary. To find other rows of the same sum is a generalized birthday problem, of some 2³¹ steps
with 32,768 rows (Wagner 2002); and if rows may be repeated, it is a short vector of a lattice,
which LLL finds for a hundred rows. Vectors of sums (LtHash; Lewi et al. 2019) resist both if all
rows are distinct; but those of 16 bits come round after 65,536 equal rows, of which files of
predictions have many. To find other rows of the same product is as hard as a discrete logarithm
modulo p, in the random oracle model (Bellare & Micciancio 1997), however often rows are repeated
(Clarke et al. 2003): some 2¹²⁸ steps, as for SHA-256. Quantum computers would find it.

References
----------
Bellare, M., Micciancio, D. (1997), A new paradigm for collision-free hashing: incrementality at
reduced cost. doi:10.1007/3-540-69053-0_13
Clarke, D., Devadas, S., van Dijk, M., Gassend, B., Suh, G. E. (2003), Incremental multiset hash
functions and their application to memory integrity checking. doi:10.1007/978-3-540-40061-5_12
Wagner, D. (2002), A generalized birthday problem. doi:10.1007/3-540-45708-9_19
Lewi, K., Kim, W., Maykov, I., Weis, S. (2019), Securing update propagation with homomorphic
hashing. https://eprint.iacr.org/2019/227
Saarinen, M.-J., Aumasson, J.-P. (2015), The BLAKE2 cryptographic hash. doi:10.17487/RFC7693
The prime is that of MuHash3072 in Bitcoin Core, which hashes rows in another way.
"""

from collections.abc import Sequence
from hashlib import blake2b, sha256
from itertools import accumulate

import numpy as np

from cecli.numerics import Floats, Words

try:
    # The same products, compiled.
    from cecli.numerics.multisets import muhash_pass
except ImportError:
    muhash_pass = None  # type: ignore[assignment]

PRIME = 2**3072 - 1103717
BYTES = 384
PARTS = BYTES // blake2b.MAX_DIGEST_SIZE
# What a hash is of, so that no hash is also one of something else.
OF_ROW, OF_PART, OF_TEXT = b"row", b"part", b"text"
TEXT_BYTES = 32
TEXT_WORDS = TEXT_BYTES // 8


def key_of(layout: str) -> bytes:
    """Return the key of rows with this layout; the same values in others have other hashes."""
    return blake2b(layout.encode()).digest()


def product_of(columns: Words, key: bytes, counts: Floats | None = None) -> int:
    """Return the product of the hashes of rows, modulo the prime; 1 for no rows.

    Parameters
    ----------
    columns : shape (words, n), one word or more for each row.
    key : 64 bytes; see `key_of`.
    counts : shape (n,), whole numbers; for how many equal rows each row stands; None for one.

    Notes
    -----
    The bytes r of a row are its words, the lowest byte first. With k the keyed BLAKE2b of r, named
    "row", the number of the row is that of the 384 bytes BLAKE2b(k), named "part", with the salts
    0, 1, …, 5, one after the other, the lowest byte first.

    Examples
    --------
    >>> rows, key = np.arange(6, dtype=np.uint64).reshape(2, 3), key_of("two words")
    >>> product_of(rows, key) == product_of(rows[:, ::-1].copy(), key)
    True
    """
    if counts is None:
        return _product(columns, key)
    # h^c for many rows at once: the rows whose count has a bit, from the highest bit on.
    found, bits = 1, counts.astype(np.uint64)
    for bit in reversed(range(int(counts.max(initial=0)).bit_length())):
        chosen = (bits >> np.uint64(bit)) & np.uint64(1) == 1
        found = found * found * _product(columns[:, chosen], key) % PRIME
    return found


def _product(columns: Words, key: bytes) -> int:
    if muhash_pass is not None:
        words = muhash_pass.product(np.ascontiguousarray(columns), np.frombuffer(key, np.uint64))
        return int.from_bytes(words.astype("<u8").tobytes(), "little") % PRIME
    found, rows = 1, np.ascontiguousarray(columns.T).astype("<u8")
    for row in rows:
        found = found * _number(row.tobytes(), key) % PRIME
    return found


def _number(row: bytes, key: bytes) -> int:
    """Return the number of a row, below 2³⁰⁷²."""
    whole = blake2b(row, key=key, person=OF_ROW).digest()
    parts = [blake2b(whole, salt=bytes([i]), person=OF_PART).digest() for i in range(PARTS)]
    return int.from_bytes(b"".join(parts), "little")


def text_hashes(texts: Sequence[str]) -> Words:
    """Return the 32 bytes of BLAKE2b of each text in UTF-8, named "text", as words.

    Returns
    -------
    shape (texts, 4)
    """
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    if muhash_pass is not None:
        ends = np.fromiter(accumulate(map(len, encoded)), dtype=np.int64, count=len(encoded))
        return muhash_pass.text_hashes(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)
    hashes = [blake2b(x, digest_size=TEXT_BYTES, person=OF_TEXT).digest() for x in encoded]
    words = np.frombuffer(b"".join(hashes), dtype="<u8").astype(np.uint64)
    return words.reshape(-1, TEXT_WORDS)


def digest_of(product: int) -> str:
    """Return the hash of a multiset: the SHA-256 of the product's 384 bytes, the lowest first."""
    return sha256(product.to_bytes(BYTES, "little")).hexdigest()
