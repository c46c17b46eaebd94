"""What becomes of an input: some of its bytes, lines or values are others."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy

import numpy as np

Generator = np.random.Generator
# Takes inputs to start from, and pieces that mean something.
Mutate = Callable[[Sequence[bytes], Sequence[bytes], Generator], bytes]
EDGES = (b"", b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\xff" * 8)
LONG = (b"9" * 400, b"x" * 5000, b"[" * 3000, b'{"a":' * 3000, b"0." + b"0" * 5000 + b"1")
VALUES = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308, 5e-324),
    *("", "y", "p", "\0", "\ud834", "\x1b[31m", "é", "x" * 3000, "/etc/passwd", "NaN", "Infinity"),
    *([], {}, [[]], [None], {"a": []}, [1, 2, 3], "1e999", "-", "@x", "http://127.0.0.1:9/x"),
)


def some(choices, generator: Generator):
    return choices[generator.integers(len(choices))]


def in_bytes(seeds: Sequence[bytes], pieces: Sequence[bytes], generator: Generator) -> bytes:
    """Return an input with some bytes changed, taken out, doubled, or replaced by pieces."""
    data = bytearray(some(seeds, generator))
    for _ in range(1 + generator.geometric(0.4)):
        start = int(generator.integers(len(data) + 1))
        size = int(generator.geometric(0.2)) - 1
        kind = generator.integers(8)
        if kind == 0 and start < len(data):
            data[start] ^= 1 << int(generator.integers(8))
        elif kind == 1:
            data[start : start + size] = b""
        elif kind == 2:
            data[start:start] = data[start : start + size * 8]
        elif kind == 3:
            other = some(seeds, generator)
            place = int(generator.integers(len(other) + 1))
            data[start : start + size] = other[place : place + size * 8]
        elif kind == 4 and generator.random() < 0.2:
            data = data[:start]
        elif kind == 5:
            data[start : start + size] = some(EDGES, generator)
        elif kind == 6 and generator.random() < 0.1:
            data[start : start + size] = some(LONG, generator)
        elif pieces:
            data[start : start + size * int(generator.integers(2))] = some(pieces, generator)
    return bytes(data)


def in_lines(seeds: Sequence[bytes], pieces: Sequence[bytes], generator: Generator) -> bytes:
    """Return an input with some lines left out, swapped, or taken from another; or its bytes."""
    if generator.random() < 0.5:
        return in_bytes(seeds, pieces, generator)
    lines = some(seeds, generator).split(b"\n")
    for _ in range(1 + generator.geometric(0.5)):
        at = int(generator.integers(len(lines) + 1))
        if generator.random() < 0.3:
            del lines[at : at + 1]
        else:
            lines.insert(at, some(some(seeds, generator).split(b"\n"), generator))
    return b"\n".join(lines)


def in_json(seeds: Sequence[bytes], pieces: Sequence[bytes], generator: Generator) -> bytes:
    """Return a document with some of its values replaced, keys renamed, members gone; or bytes."""
    if generator.random() < 0.2:
        return in_bytes(seeds, pieces, generator)
    document = [json.loads(some(seeds, generator))]
    for _ in range(generator.geometric(0.5)):
        inside, key = some(list(_places(document)), generator)
        kind = generator.random()
        if kind < 0.6:
            # A copy, since what is put into it must not be in the values of later inputs.
            inside[key] = deepcopy(some(VALUES, generator))
        elif kind < 0.75 and inside is not document:
            del inside[key]
        elif kind < 0.9:
            other, place = some(list(_places(document)), generator)
            inside[key] = json.loads(json.dumps(other[place]))
        elif isinstance(inside, dict):
            inside[str(some(VALUES, generator))] = inside[key]
        else:
            inside.extend([inside[key]] * int(generator.integers(3)))
    return json.dumps(document[0]).encode()


def _places(value):
    """Yield each container inside a value, with each of its keys or indices."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inside):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)
