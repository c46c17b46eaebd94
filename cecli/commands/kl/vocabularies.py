"""Distributions over a vocabulary in the inputs of `kl`: in files of llama.cpp, or in arrays."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cecli.columns.column import find, listed, separated
from cecli.columns.numbers import Scale
from cecli.commands.kl.beside import (
    as_texts,
    as_tokens,
    refuse_other_shapes,
    refuse_probabilities,
)
from cecli.commands.kl.two_arrays import are_arrays, plain
from cecli.core.chunk import Coded, Integers
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UsageError, shown
from cecli.join.places import CHUNK, POSITION, InArrays, in_runs
from cecli.join.vocabulary import ENTROPY, UNITS, TokenPairs, pairs_of_kld
from cecli.preparations.sums import REFUSED
from cecli.readers.bytes.compression import COMPRESSIONS, DECOMPRESS
from cecli.readers.bytes.locations import Location, location_of
from cecli.readers.opening import Reading, open_table
from cecli.readers.tensors import KLD_MAGIC, SUFFIXES, is_tensor_file
from cecli.readers.tensors.kld import kld_file
from cecli.readers.tensors.stored import (
    ArchivedArray,
    Arrays,
    GivenArray,
    PlacedArray,
    StoredArray,
    StoredDistributions,
    in_place,
)
from cecli.readers.tensors.table import TensorTable

# Two arrays with more columns are distributions over a vocabulary, and no table.
MANY_CLASSES = 1000
HEAD_BYTES = 1 << 9
SAME_TEXT = "both models must have read the same text: llama-perplexity --kl-divergence-base"
# What groups rows of distributions in arrays without an array of that name.
KNOWN = frozenset({CHUNK, POSITION, ENTROPY})


@dataclass(frozen=True)
class VocabularyInputs:
    """The inputs of `kl`, if they may have distributions over a vocabulary.

    Attributes
    ----------
    p, q : the arrays of both sides, by name.
    tokens : the observed tokens: an array, its name, or its file.
    by, cluster : what groups rows: names of arrays, or files.
    normalize : whether rows that do not add up to 1 are divided by their sum.
    """

    p: Sequence[str]
    q: Sequence[str]
    scale: Scale
    tokens: Any
    by: Sequence[str]
    cluster: str | None
    normalize: bool = False

    def pairs(self, p: Any, q: Any) -> TokenPairs | None:
        """Return the rows of two inputs, or of one; None if they have no such distributions.

        Raises
        ------
        InputError, UsageError
            If they have, and the rows of both are not about the same tokens.
        """
        if q is None:
            return self._of_one(p)
        if are_arrays(p, q):
            return self._of_arrays(p, q)
        locations = [location for one in (p, q) if (location := _location(one)) is not None]
        if len(locations) < 2:
            return None
        heads = [_head(location) for location in locations]
        if any(head.startswith(KLD_MAGIC) for head in heads):
            return _of_kld(locations, heads)
        if not all(is_tensor_file(head, x.path) for head, x in zip(heads, locations, strict=True)):
            return None
        ours, theirs = (self._stored(one) for one in (p, q))
        first, second = self._chosen(ours), self._chosen(theirs, of_q=True)
        if first is None or second is None:
            return None
        return self._rows(first, second, {**theirs, **ours})

    def _of_one(self, data: Any) -> TokenPairs | None:
        """Return the rows of one input with an array of each model, if both are named."""
        if len(self.p) != 1 or len(self.q) != 1:
            return None
        if isinstance(data, Mapping):
            found: Arrays = {
                str(name): GivenArray(str(name), plain(values, str(name)))
                for name, values in data.items()
                if hasattr(values, "dtype")
            }
        else:
            location = _location(data)
            if location is None or not location.path.lower().endswith(SUFFIXES):
                return None
            found = self._stored(data)
        p, q = found.get(self.p[0]), found.get(self.q[0])
        for one, other in ((p, self.q[0]), (q, self.p[0])):
            if one is not None and _has_rows(one):
                find(list(found), other, one.source)
        if p is None or q is None or not (_has_rows(p) and _has_rows(q)):
            return None
        return self._rows(p, q, found)

    def _of_arrays(self, p: Any, q: Any) -> TokenPairs | None:
        first, second = GivenArray("p", plain(p, "p")), GivenArray("q", plain(q, "q"))
        ours = first.shape
        is_table = len(ours) < 3 and (len(ours) < 2 or ours[1] <= MANY_CLASSES)
        if is_table and self.tokens is None:
            return None
        if not _has_rows(first) or not _has_rows(second):
            raise UsageError(
                f"the shapes of p and q are {ours} and {second.shape}: distributions over "
                "a vocabulary are arrays of two dimensions, or of three, (chunks, positions, K)"
            )
        return self._rows(first, second, {})

    def _stored(self, data: Any) -> Arrays:
        """Return the arrays of a file."""
        table = open_table(data, Reading())
        if not isinstance(table, TensorTable):  # its folder states columns
            return {}
        kind = ArchivedArray if table.is_archive else PlacedArray
        return {tensor.name: kind(table.location, tensor) for tensor in table.tensors}

    def _chosen(self, arrays: Arrays, *, of_q: bool = False) -> StoredArray | None:
        """Return the array of distributions of a file; None if its columns are named, or none."""
        names = self.q or self.p if of_q else self.p or self.q
        if names:
            found = arrays.get(names[0]) if len(names) == 1 else None
            return found if found is not None and _has_rows(found) else None
        several = [array for array in arrays.values() if _has_rows(array)]
        if len(several) > 1:
            names = listed([array.name for array in several])
            raise UsageError(
                f"has several arrays of two dimensions and more: {names}",
                several[0].source,
                "--p NAME and --q NAME choose the array of each input",
            )
        return several[0] if several else None

    def _rows(self, p: StoredArray, q: StoredArray, others: Arrays) -> TokenPairs:
        first, second = (StoredDistributions(in_place(x), self.scale) for x in (p, q))
        refuse_other_shapes(first, second)
        for one in (first, second):
            refuse_probabilities(one)
        places = self._places(others, first, self._tokens(others, first))
        is_flat = len(first.array.shape) == 2
        return TokenPairs(
            first,
            second,
            places,
            (self._most_off(first), self._most_off(second)),
            is_flat and first.classes <= MANY_CLASSES and not places.are_observed,
        )

    def _most_off(self, of: StoredDistributions) -> float:
        """Return how far the logarithm of a row's sum may be from 0.

        Logits add up to anything, and numbers of 16 bits are off by rounding, which is told.
        """
        is_free = self.normalize or self.scale is Scale.LOGIT
        return np.inf if is_free or of.encoding in UNITS else REFUSED

    def _tokens(self, others: Arrays, of: StoredDistributions) -> Integers | None:
        given = self.tokens
        if given is None:
            return None
        if isinstance(given, str):
            array = self._named(given, others)
            if array is None:
                raise UsageError(
                    f"--tokens {shown(given)} is neither an array of the first input nor a file",
                    of.name,
                    "--tokens tokens.npy, or the name of an array",
                )
        else:
            array = GivenArray("tokens", plain(given, "tokens"))
        return as_tokens(array, of)

    def _places(self, others: Arrays, of: StoredDistributions, tokens: Integers | None) -> InArrays:
        given = dict[str, Coded]()
        names = separated(self.by, [*others, *KNOWN])
        cluster = self.cluster
        for name in [*names, *([] if cluster is None else [cluster])]:
            array = None if name in KNOWN and name not in others else self._named(name, others)
            if array is not None:
                given[name] = as_texts(array, of)
        if len(of.array.shape) == 3:
            chunk, position = np.divmod(np.arange(of.rows), of.array.shape[1])
            return InArrays(tokens, given, chunk, position)
        runs = in_runs(given[cluster].codes) if cluster in given else (None, None)
        unknown = next((x for x in names if x in {CHUNK, POSITION} - given.keys()), None)
        if unknown is not None and runs[0] is None:
            raise UsageError(
                f"--by {unknown}: rows of two dimensions have no known {unknown}",
                of.name,
                "--cluster ARRAY tells which rows are of one text, and so do three dimensions: "
                "chunks, positions, vocabulary",
            )
        return InArrays(tokens, given, *runs)

    def _named(self, name: str, others: Arrays) -> StoredArray | None:
        """Return an array that is named, or that alone is in a file; None if there is none."""
        if name in others:
            return others[name]
        if not name.lower().endswith(SUFFIXES) or not os.path.exists(name):
            return None
        found = list(self._stored(name).values())
        if len(found) != 1:
            raise UsageError(f"has {len(found)} arrays, and one is needed", name)
        return found[0]


def has_vocabulary(data: Any) -> bool:
    """Return whether an input is a file of llama.cpp, or of an array of rows of numbers."""
    location = _location(data)
    if location is None:
        return False
    head = _head(location)
    if head.startswith(KLD_MAGIC):
        return True
    if not is_tensor_file(head, location.path):
        return False
    table = open_table(data, Reading())
    several = (tensor.shape for tensor in table.tensors) if isinstance(table, TensorTable) else ()
    return any(len(shape) in {2, 3} for shape in several)


def _of_kld(locations: Sequence[Location], heads: Sequence[bytes]) -> TokenPairs:
    for location, head in zip(locations, heads, strict=True):
        if not head:
            raise InputError("is empty", location.name)
        if not head.startswith(KLD_MAGIC):
            is_packed = any(compression.begins(head) for compression in COMPRESSIONS)
            what = "is no file of llama.cpp's log-probabilities"
            raise InputError(what, location.name, DECOMPRESS if is_packed else SAME_TEXT)
    return pairs_of_kld(*map(kld_file, locations))


def _location(one: Any) -> Location | None:
    """Return the location of a path, or of a list of one, if it can be read several times."""
    if isinstance(one, list | tuple) and len(one) == 1:
        one = one[0]
    if not isinstance(one, str | os.PathLike):
        return None
    location = location_of(os.fspath(one))
    return location if location.reopens else None


def _head(location: Location) -> bytes:
    with location.open() as stream:
        return stream.read(HEAD_BYTES)


def _has_rows(array: StoredArray) -> bool:
    return len(array.shape) in {2, 3}
