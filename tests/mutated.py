"""Run mutated input over the compiled parts, and hold them against each other and against numpy.

Run it from the repository: python tests/mutated.py [--cases 20 | --seconds 60] [--seed 0]

tests/sanitized.py runs it with parts that stop at the first wrong access. Input is mutated bytes of
CSV (quotes, ends of lines, long fields, wild numbers), and arrays of special values in all sizes
about the steps of the kernels. A failure is printed with the seed of its case.
"""

import argparse
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from types import ModuleType
from unittest.mock import patch

import numpy as np
import turns

from cecli.columns.column import Column, Domain
from cecli.columns.numbers import Scale
from cecli.commands.fit.models import Event, offset, platt
from cecli.commands.fit.statistics import Likelihood
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import replace
from cecli.core.errors import RowError
from cecli.core.texts import LazilyCoded, of_texts
from cecli.intervals import columns as interval_columns
from cecli.join import index
from cecli.kernels import kernels_for, soft_group_pass, weighted_group_pass
from cecli.kernels import logistic_pass as logistic
from cecli.kernels.binary_pass import BINARY_PASS, STATISTICS
from cecli.kernels.class_pass import CLASS_PASS
from cecli.kernels.counted_pass import counted_pass
from cecli.kernels.group_digits import OF_PRODUCTS, OF_SCORES
from cecli.kernels.paired_pass import Pair, PairedPass
from cecli.kernels.soft_pass import MEANS, PRODUCTS, SOFT_PASS
from cecli.metrics.paired.losses import BASELINE, role_of
from cecli.metrics.predicted_variance import one
from cecli.metrics.reliability import smooth
from cecli.numerics import Floats, resampling, tails
from cecli.numerics.cells import flips, pools, tables
from cecli.numerics.cells import keys as cell_keys
from cecli.numerics.cells.keys import INNER_BITS
from cecli.numerics.distributions import (
    bernoulli,
    divergences,
    exponential,
    log_ratios,
    logarithm,
    shares,
)
from cecli.numerics.distributions.categorical import CategoricalProbabilities
from cecli.numerics.multisets import muhash
from cecli.numerics.sums import exact, levels
from cecli.numerics.sums import pairs as number_pairs
from cecli.numerics.sums.digits import Digits
from cecli.numerics.vocabulary import pairs
from cecli.numerics.vocabulary.encoded import DTYPES, EncodedRows, Encoding
from cecli.options.reading import Tool
from cecli.readers.json import native as json
from cecli.readers.json.arrays import array_lines
from cecli.readers.json.records import records_in
from cecli.readers.logs import native as logs
from cecli.readers.logs import rows as log_rows
from cecli.readers.text import compiled, native, parsed
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import Dialect
from cecli.readers.text.parsed import Request
from cecli.statistics import texts as distinct_texts
from cecli.statistics.cells import weighed
from cecli.statistics.cells.prediction_cells import CELLS, CellsState
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import Mean, Product

Generator = np.random.Generator
PIECES = (
    *(b"a", b"0.5", b",", b",", b"\n", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0", b" ", b"\t"),
    *(b"1e400", b"1e-400", b"9" * 400, b"." + b"0" * 330 + b"7", b".", b"+", b"-", b"+-", b"1e+5"),
    *(b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b"nan", b"inf", b"-.5e-3", b"5.", b".e5", b"0x1p3"),
    *(b"x" * 63, b"x" * 64, b"x" * 65, b"y" * 5000),
)
FIELDS = (
    *(b"1", b"0.25", b'"0.5"', b'"a,b"', b'"x""y"', b'"l\nm"', b"", b"abcdefgh", b"abcdefghi"),
    *(b"\xc3\xa9", b"+.5", b"1e-310", b"0.1000000000000000055511151231257827", b" 7 "),
)
ENDS = (b"\n", b"\n", b"\r\n", b"\n\n", b"\n \t\n")
KEYS = (b"y", b"p", b"w", b"q", b"p.q", b"\xc3\xbc", b"\\u0079", b"long" * 20)
VALUES = (
    *(b"1", b"-0.5e+3", b"true", b"null", b'"a"', b'""', b" 7 ", b"[1, 2]", b"[ ]", b"{}"),
    *(b'"\\u00fc"', b'"\\ud834\\udd1e"', b'{"q":3}', b'["a", [2,{"q":1}]]', b'"\xff"', b'"q\\"x"'),
)
ODD_VALUES = (
    *(b"01", b"1.", b"-", b"nul", b"NaN", b'"\\ud834"', b'"\\n"', b'"\\x"', b'"\x01"', b"[1,]"),
    *(
        b'{"y":1,"y":2}',
        b'[{"q":1,"q":2}]',
        b"[" * 70 + b"]" * 70,
        b'{"a":' * 70 + b"1" + b"}" * 70,
    ),
)
JSON_FLAWS = (b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\n", b"\r", b"\0", b"\x1f", b"0")
NUMBER = Domain(-np.inf, np.inf, "a number", "")
FLAWS = b'",\n\r\0 a\xff'
BY_GROUP = GroupMeans(
    ("by",), tuple(map(Mean, OF_SCORES)), "x", 1000, tuple(Product(*pair) for pair in OF_PRODUCTS)
)
SOFT_PASS_BY_GROUP = soft_group_pass.SoftGroupPass(
    GroupMeans(("by",), tuple(MEANS), "x", 1000, tuple(PRODUCTS))
)
WIDTHS = (1, 2, 3, 5, 64, 65, 300)
SIZES = (1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1000, 2047, 2048, 2049, 8192, 8193)
SPECIAL = np.array(
    [0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1.0, -1.0, 2.0**-53, 1 + 2.0**-52, 1e-150, 1e150]
)
HUGE = np.array([1.7976931348623157e308, -1.7976931348623157e308])


def some(choices, generator: Generator):
    return choices[generator.integers(len(choices))]


def soup(generator: Generator) -> bytes:
    return b"".join(some(PIECES, generator) for _ in range(generator.integers(300)))


def table(generator: Generator) -> bytes:
    """Return a table, with a few of its bytes changed, left out or doubled."""
    width, rows = some(WIDTHS, generator), generator.integers(1, 60)
    fields = generator.integers(len(FIELDS), size=(rows, width)).tolist()
    text = bytearray()
    for row in fields:
        text += b",".join(FIELDS[field] for field in row) + some(ENDS, generator)
    for _ in range(generator.integers(4)):
        at = generator.integers(len(text))
        text[at : at + generator.integers(2)] = bytes([some(FLAWS, generator)])
    return bytes(text)


def many_lines(generator: Generator) -> bytes:
    return some((b"\n", b"1,2\n", b'"1",2\n'), generator) * int(generator.integers(4000))


def assert_alike(answers: list[object], about: object) -> None:
    for answer in answers[1:]:
        assert repr(answer) == repr(answers[0]), about


def records_read(text: bytes, size: int, width: int, places: list[int], kernel: int) -> object:
    """Return all that can be read of a text."""
    found = native.scanner.find(text, size, b",", b'"', width, places, 7, kernel)
    if found is None:
        return None
    read = [found.lines.tolist(), found.blank_lines.tolist(), found.next_line]
    for place in places:
        numbers, texts = found.numbers(place, -1e308, 1e308), found.texts(place)
        read.append(None if numbers is None else numbers.tolist())
        read.append(None if texts is None else (texts[0].tolist(), texts[1]))
        raw = found.raw_texts(place)
        assert (raw is None) == (texts is None), text
        if raw is not None:
            assert LazilyCoded(*raw).names == texts[1], text
    return read


def scanner(generator: Generator) -> None:
    text = some((soup, table, table, many_lines), generator)(generator)
    if not text.endswith(b"\n") and generator.random() < 0.8:
        text += b"\n"
    kernels = range(len(native.scanner.KERNELS))
    newlines = [native.scanner.count_newlines(text, kernel) for kernel in kernels]
    assert_alike([text.count(b"\n"), *newlines], text)
    assert_alike([native.scanner.end_of_records(text, b",", b'"', k) for k in kernels], text)
    width = text.partition(b"\n")[0].count(b",") + 1
    if generator.random() < 0.2:
        width = int(some(WIDTHS, generator))
    places = sorted({int(generator.integers(width)) for _ in range(generator.integers(4))})
    end = int(generator.integers(len(text) + 1)) if generator.random() < 0.3 else len(text)
    size = text.rfind(b"\n", 0, end) + 1
    reads = [records_read(text, size, width, places, kernel) for kernel in kernels]
    assert_alike(reads, (text, width, places))
    if size < 5000 or generator.random() < 0.1:
        agrees_with_the_general_reader(text[:size], width, places)


def agrees_with_the_general_reader(text: bytes, width: int, places: list[int]) -> None:
    columns = {
        place: Column(f"role{place}", f"c{place}", NUMBER if number % 2 else None)
        for number, place in enumerate(places)
    }
    request = Request("x", Dialect(), width, columns)
    quick = compiled.parse(Block(text, 2), request)
    if quick is not None:
        slow = parsed.parse(Block(text, 2), request)
        assert slow.defect is None, text
        assert_alike([contents(quick), contents(slow)], text)


def contents(found: parsed.Parsed) -> object:
    texts = {role: (coded.codes.tolist(), coded.names) for role, coded in found.texts.items()}
    numbers = {role: values.tolist() for role, values in found.numbers.items()}
    return found.lines.tolist(), sorted(texts.items()), sorted(numbers.items())


def numbers(generator: Generator, size: int, least: int, most: int):
    """Return numbers of all these magnitudes, some of them special."""
    values = generator.normal(size=size) * 10.0 ** generator.integers(least, most, size)
    if generator.random() < 0.5:
        at = generator.random(size) < generator.random()
        values[at] = generator.choice(SPECIAL, size)[at]
    return values


def accumulator(generator: Generator) -> None:
    size, parts = some(SIZES, generator), exact.accumulator
    power = int(some((2, 40, 140), generator))
    x, y = (numbers(generator, size, -power, power) for _ in range(2))
    w = np.abs(numbers(generator, size, -power, power))
    if generator.random() < 0.2:
        x[generator.integers(size)] = generator.choice(HUGE)
    if generator.random() < 0.2:
        x = np.concatenate([x[:1], x])[1:]  # begins off the steps of the registers
    cuts = np.sort(generator.integers(0, size + 1, generator.integers(8)))
    starts = np.concatenate([[0], cuts, [size]])
    for function, arrays in (
        (parts.sum_of, (x,)),
        (parts.dot_of, (x, w)),
        (parts.moments_of, (x,)),
        (parts.weighted_moments_of, (x, w)),
        (parts.weighted_dot_of, (x, y, w)),
        (in_units(parts.digits_of_stretches), (starts, (x, w))),
        (in_units(parts.weighted_digits_of_stretches), (starts, x, y, w)),
        (in_units(parts.weighted_moments_of_stretches), (starts, x, w)),
    ):
        found = [function(*arrays, kernel) for kernel in range(len(parts.KERNELS))]
        assert_alike(found, (function.__name__, arrays))
    if size > 100 and generator.random() < 0.9:
        return  # numpy is slow
    quick = exact_sums_of(x, y, w)
    with patch.object(exact, "accumulator", None):
        assert_alike([quick, exact_sums_of(x, y, w)], (x, y, w))


def in_units(function):
    """Return a function of digits, whose carries kernels pass on or not, with sums in units."""

    def units(*given):
        found = function(*given)
        sums = found if found and isinstance(found[0], tuple) else [found]
        return [
            each and Digits(each[1].shape[1], dict(enumerate(each[1], start=each[0]))).units()
            for each in sums
        ]

    units.__name__ = function.__name__
    return units


def exact_sums_of(x, y, w) -> object:
    return (
        exact.exact_moments(x),
        exact.exact_weighted_moments(x, w),
        exact.exact_weighted_dot(x, y, w),
    )


def digit_loops(generator: Generator) -> None:
    bins, size = some(WIDTHS, generator), some(SIZES, generator)
    codes = generator.integers(0, bins, size)
    factors = [numbers(generator, size, -80, 80) for _ in range(generator.integers(1, 5))]
    first, second = (digits_of(generator, bins) for _ in range(2))
    places = [generator.permutation(bins + 5)[:bins] for _ in range(2)]

    def answers() -> object:
        added = Digits.added(bins + 5, [(places[0], first), (places[1], second)])
        return [sums.units() for sums in (first.carried(), added)]

    found = [*answers(), Digits.products_by(codes, bins, *factors).units()]
    with patch.object(levels, "digit_loops", None):
        slow = answers()
        # numpy is slow.
        is_small = size * bins < 2000
        slow.append(Digits.products_by(codes, bins, *factors).units() if is_small else found[-1])
    assert_alike([found, slow], (codes, factors, first, second, places))


def digits_of(generator: Generator, bins: int) -> Digits:
    chosen = generator.choice(np.arange(-40, 40), generator.integers(9), replace=False)
    most = 1 << int(some((4, 36, 60), generator))
    return Digits(bins, {int(k): generator.integers(-most, most, bins) for k in chosen})


def elementary(generator: Generator) -> None:
    x = np.abs(numbers(generator, some(SIZES, generator), -320, 308))
    shifted = np.where(generator.random(len(x)) < 0.5, -np.minimum(x, 1.0), x)
    exponents = generator.uniform(-760.0, 720.0, len(x)) * generator.random(len(x)) ** 20
    exponents = np.where(generator.random(len(x)) < 0.1, -shifted, exponents)
    near = x * generator.uniform(0.4, 2.1, len(x))
    part = logarithm.elementary
    functions = (part.log_of, x), (part.log1p_of, shifted)
    functions += (part.exp_of, exponents), (part.expm1_of, exponents)
    functions += (part.prob_of_logits, exponents), (part.surprisal_of_logits, exponents)
    functions += ((part.surprisal_of_probs, np.minimum(x, 1.0)),)
    found = []
    for kernel in range(len(part.KERNELS)):
        terms = part.excess_of(x, near, near - x, kernel)
        # What is left to numpy is the same, of course.
        told = divergences.excess(x, near, near - x) if terms is None else terms
        answers = [function(values, kernel) for function, values in functions]
        found.append([bits(answer) for answer in (*answers, told)])
    with (
        patch.object(logarithm, "elementary", None),
        patch.object(exponential, "elementary", None),
        patch.object(bernoulli, "elementary", None),
        patch.object(divergences, "elementary", None),
        np.errstate(all="ignore"),
    ):
        answers = [logarithm.log(x), logarithm.log1p(shifted)]
        answers += [exponential.exp(exponents), exponential.expm1(exponents)]
        of_logits = bernoulli.BernoulliLogits(exponents)
        answers += [of_logits.prob, of_logits.surprisal]
        answers += [bernoulli.BernoulliProbabilities(np.minimum(x, 1.0)).surprisal]
        answers += [divergences.excess(x, near, near - x)]
        found.append([bits(answer) for answer in answers])
    assert_alike(found, (x, shifted, exponents, near))


def bits(values) -> list[int]:
    return values.view(np.int64).tolist()


def resampler(generator: Generator) -> None:
    part, rows, pairs = (
        resampling.resampler,
        some(SIZES, generator),
        some((1, 2, 63, 65), generator),
    )
    keys, pair_keys = (generator.integers(0, 2**64, n, dtype=np.uint64) for n in (rows, pairs))
    columns = generator.integers(-(2**20), 2**20, (some((0, 1, 2, 5), generator), rows))
    wholes = np.ascontiguousarray(columns.astype(np.float64))
    found = [
        part.drawn_totals(keys, pair_keys, wholes, resampling.THRESHOLDS, kernel).tolist()
        for kernel in range(len(part.KERNELS))
    ]
    drawn = resampling.multiplicities(keys, pair_keys).astype(np.int64)
    assert_alike([(columns @ drawn).tolist(), *found], (keys, pair_keys, columns))


def muhash_pass(generator: Generator) -> None:
    rows, width = some((*SIZES[:12], 0), generator), some((1, 2, 15, 16, 17, 40), generator)
    columns = generator.integers(0, 2**64, (width, rows), dtype=np.uint64)
    key = muhash.key_of(str(generator.integers(9)))
    letters = "".join(chr(x) for x in generator.integers(1, 900, some(SIZES[:12], generator)))
    texts = [letters[: some(SIZES, generator)] for _ in range(some((0, 1, 3, 9), generator))]

    def answers() -> list[object]:
        return [muhash.product_of(columns, key), muhash.text_hashes(texts).tolist()]

    part, compiled = muhash.muhash_pass, answers()
    words = np.frombuffer(key, dtype=np.uint64)
    found = [part.product(columns, words, kernel) for kernel in range(len(part.KERNELS))]
    numbers = [int.from_bytes(x.astype("<u8").tobytes(), "little") % muhash.PRIME for x in found]
    assert_alike([compiled[0], *numbers], (columns, key))
    with patch.object(muhash, "muhash_pass", None):
        assert_alike([compiled, answers()], (columns, key, texts))


def pair_rows(generator: Generator) -> None:
    """The numbers of two distributions a row, in any two encodings, and what is no number."""
    rows, size = (
        some((0, 1, 2, 5), generator),
        some((1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 999), generator),
    )
    both = [_encoded(generator, rows, size) for _ in range(2)]
    tokens = generator.integers(-1, size, rows)
    found, bad = pairs.figures_of(*both, tokens)
    good = slice(0, bad)
    part, encodings = pairs.pair_rows, tuple(one.encoding for one in both)
    if all(one.scales is None for one in both):
        given = (*(one.bytes_of_rows for one in both), size, encodings, (False, False))
        for kernel in range(len(part.KERNELS)):
            told, first = part.figures_of(*given, np.zeros((2, 0, 2)), tokens, kernel)
            assert_alike([found[good].tobytes(), told[good].tobytes()], both)
            assert first == (-1 if bad is None else bad)
    plain, other = pairs.plain_figures_of(*both, tokens)
    assert bad == other
    assert_alike([found[good].tobytes(), plain[good].tobytes()], both)


def _encoded(generator: Generator, rows: int, size: int) -> EncodedRows:
    encoding = Encoding(int(generator.integers(len(Encoding))))
    if encoding in {Encoding.CODE, Encoding.BFLOAT}:
        values = generator.integers(0, 2**16, (rows, size)).astype("<u2")
        scales = generator.random((rows, 2)) if encoding is Encoding.CODE else None
        return EncodedRows(values, encoding, scales)
    values = generator.normal(scale=some((0.01, 3.0, 200.0), generator), size=(rows, size))
    odd = generator.random(values.shape) < some((0.0, 0.0, 0.01), generator)
    values[odd] = generator.choice([-np.inf, np.inf, np.nan, -0.0], odd.sum())
    return EncodedRows(values.astype(DTYPES[encoding]), encoding)


def predictions(generator: Generator, size: int) -> tuple[Floats, dict[str, Scale]]:
    """Return probabilities or logits, and their scale."""
    scales: dict[str, Scale] = {}
    if generator.random() < 0.5:
        scales["prob"] = Scale.LOGIT
        stated = generator.normal(scale=some((1e-9, 3.0, 10.0, 400.0), generator), size=size)
        special = (0.0, -0.0, 746.0, -1024.0, 1e300, np.inf, -np.inf)
    else:
        stated = generator.random(size) ** some((1, 40, 400), generator)
        stated[::3] = 1.0 - stated[::3]
        special = (0.0, 1.0, 5e-324, 1 - 2.0**-53)
    if generator.random() < 0.3:
        stated[generator.integers(size)] = generator.choice(special)
    return stated, scales


def one_pass(generator: Generator) -> None:
    from cecli.kernels import one_pass as part

    size = some(SIZES, generator)
    target = (generator.random(size) < generator.random()).astype(np.float64)
    label = Coded(target.astype(np.int64), ("0", "1"))
    are_counted = generator.random() < 0.5
    stated, scales = predictions(generator, size)
    name = "counted_sums" if are_counted else "binary_sums"
    name = f"{name}_of_logits" if scales else name
    numbers = {"target": target, "prob": stated}
    if are_counted:
        numbers["count"] = np.ceil(np.minimum(weights_of(generator, size), 2.0**40))
    chunk = Chunk("x", np.arange(size), numbers, {"label": label}, scales=scales)
    chosen, told = getattr(part, name), []
    for kernel in range(len(part.KERNELS)):
        with patch.object(part, name, lambda *given, k=kernel: chosen(*given, k)):
            told.append(counted_pass(chunk) if are_counted else BINARY_PASS(chunk))
    assert all(each == told[0] for each in told), numbers
    for statistic, state in told[0].items():
        assert state == statistic.summarize(chunk), (statistic, numbers)


def soft_sums(generator: Generator) -> None:
    from cecli.kernels import soft_sums as part

    size = some(SIZES, generator)
    target = generator.random(size) ** some((1, 40), generator)
    if generator.random() < 0.5:
        name, scales = "soft_sums_of_logits", {"prob": Scale.LOGIT}
        stated = generator.normal(scale=some((1e-9, 3.0, 100.0), generator), size=size)
    else:
        name, scales = "soft_sums", {}
        stated = target + (generator.random(size) - target) * some((1e-9, 0.5, 1.0), generator)
    special = generator.random(size) < some((0.0, 0.0, 0.1), generator)
    target[special] = generator.choice([0.0, 1.0, 5e-324, 1 - 2.0**-53], special.sum())
    if generator.random() < 0.3:
        stated[generator.integers(size)] = generator.choice([0.0, 1.0])
    groups = some((1, 3, 200), generator)
    texts = {"by": Coded(generator.integers(0, groups, size), tuple(map(str, range(groups))))}
    numbers = {"target": target, "prob": stated}
    chunk = Chunk("x", np.arange(size), numbers, texts, scales=scales)
    is_grouped = generator.random() < 0.5
    name, one_pass = (f"{name}_by", SOFT_PASS_BY_GROUP) if is_grouped else (name, SOFT_PASS)
    chosen, told = getattr(part, name), []
    for kernel in range(len(part.KERNELS)):
        with (
            patch.object(part, name, lambda *given, k=kernel: chosen(*given, k)),
            patch.object(soft_group_pass, "LONG", 0),
        ):
            told.append(one_pass(chunk))
    assert all(each == told[0] for each in told), (target, stated)
    for statistic, state in told[0].items():
        assert state == statistic.summarize(chunk), (statistic, texts, target, stated)


def paired_sums(generator: Generator) -> None:
    from cecli.kernels import paired_sums as part

    size, roles = some(SIZES, generator), (BASELINE, role_of(2))
    if generator.random() < 0.5:
        name, scale = "paired_sums_of_logits", Scale.LOGIT
        stated = generator.normal(scale=some((1e-9, 3.0, 100.0), generator), size=(2, size))
    else:
        name, scale = "paired_sums", Scale.PROBABILITY
        stated = generator.random((2, size)) ** some((1, 40), generator)
    special = generator.random((2, size)) < some((0.0, 0.0, 0.1), generator)
    stated[special] = generator.choice([0.0, 1.0, 5e-324, 1 - 2.0**-53], special.sum())
    equal = generator.random(size) < some((0.0, 0.5, 1.0), generator)
    stated[1, equal] = stated[0, equal]
    observed = generator.integers(0, 2, size)
    numbers = {"target": observed.astype(np.float64), **dict(zip(roles, stated, strict=True))}
    label, scales = Coded(observed, ("0", "1")), dict.fromkeys(roles, scale)
    chunk = Chunk("x", np.arange(size), numbers, {"label": label}, scales=scales)
    chosen, told = getattr(part, name), []
    for kernel in range(len(part.KERNELS)):
        with patch.object(part, name, lambda *given, k=kernel: chosen(*given, k)):
            told.append(PairedPass((Pair(role_of(2), BASELINE),))(chunk))
    assert all(dict(each) == dict(told[0]) for each in told), (observed, stated)
    untold = replace(chunk)
    for statistic, state in told[0].items():
        assert state == statistic.summarize(untold), (statistic, observed, stated)


def class_sums(generator: Generator) -> None:
    from cecli.kernels import class_sums as part

    shape = some((2, 3, 7, 10, 33), generator), some(SIZES, generator)
    prob = generator.random(shape) ** some((1, 40, 400), generator)
    prob /= np.maximum(prob.sum(axis=0), 1e-300)
    odd = generator.random(shape) < some((0.0, 0.0, 0.1), generator)
    prob[odd] = generator.choice([0.0, 1.0, 0.5, 5e-324, 1 - 2.0**-53], odd.sum())
    observed = generator.integers(0, shape[0], shape[1])
    target = (np.arange(shape[0])[:, None] == observed).astype(np.float64)
    label = Coded(observed, tuple(map(str, range(shape[0]))))
    chunk = Chunk("x", np.arange(shape[1]), {"target": target, "prob": prob}, {"label": label})
    chosen, told = part.class_sums, []
    for kernel in range(len(part.KERNELS)):
        with patch.object(part, "class_sums", lambda *given, k=kernel: chosen(*given, k)):
            told.append(CLASS_PASS(chunk))
    assert all(each == told[0] for each in told), (observed, prob)
    for statistic, state in told[0].items():
        assert state == statistic.summarize(chunk), (statistic, observed, prob)


def group_loops(generator: Generator) -> None:
    from cecli.kernels import group_loops as part

    size, groups = some(SIZES, generator), some((1, 3, 200), generator)
    stated, scales = predictions(generator, size)
    name = "binary_sums_of_logits_by" if scales else "binary_sums_by"
    target = (generator.random(size) < generator.random()).astype(np.float64)
    codes = generator.integers(0, groups, size)
    texts = {
        "label": Coded(target.astype(np.int64), ("0", "1")),
        "by": Coded(codes, tuple(map(str, range(groups)))),
    }
    numbers = {"target": target, "prob": stated}
    chunk = Chunk("x", np.arange(size), numbers, texts, scales=scales)
    told_by, *_ = kernels_for((*STATISTICS, BY_GROUP))
    chosen, told = getattr(part, name), []
    for kernel in range(len(part.KERNELS)):
        with patch.object(part, name, lambda *given, k=kernel: chosen(*given, k)):
            told.append(told_by(chunk))
            if BY_GROUP in told[-1]:
                len(told[-1][BY_GROUP])  # sums the rows that wait
    assert all(each == told[0] for each in told), (codes, numbers)
    for statistic, state in told[0].items():
        assert state == statistic.summarize(chunk), (statistic, codes, numbers)


def weights_of(generator: Generator, size: int) -> np.ndarray:
    return np.exp(some((0.1, 1.0, 20.0), generator) * generator.standard_normal(size))


def weighted_sums(generator: Generator) -> None:
    from cecli.kernels import weighted_sums as part

    size = some(SIZES, generator)
    stated, scales = predictions(generator, size)
    name = "weighted_sums_of_logits" if scales else "weighted_sums"
    target = (generator.random(size) < generator.random()).astype(np.float64)
    groups = some((1, 3, 200), generator)
    texts = {
        "label": Coded(target.astype(np.int64), ("0", "1")),
        "by": Coded(generator.integers(0, groups, size), tuple(map(str, range(groups)))),
    }
    numbers = {"target": target, "prob": stated, "weight": weights_of(generator, size)}
    chunk = Chunk("x", np.arange(size), numbers, texts, scales=scales)
    means = tuple(mean for mean in BY_GROUP.means if mean.score is not one)
    grouped = some(((), (replace(BY_GROUP, means=means),)), generator)
    chosen, told = getattr(part, name), []
    for kernel in range(len(part.KERNELS)):
        with (
            patch.object(part, name, lambda *given, k=kernel: chosen(*given, kernel=k)),
            patch.object(weighted_group_pass, "LONG", 0),
        ):
            told.append(weighted_group_pass.weighted_group_pass(chunk, grouped))
    assert all(each == told[0] for each in told), numbers
    for statistic, state in told[0].items():
        assert state == statistic.summarize(chunk), (statistic, texts, numbers)


def weighed_loops(generator: Generator) -> None:
    size = some(SIZES, generator)
    prob = generator.random(size) ** some((1, 40, 400), generator)
    target = (generator.random(size) < prob).astype(np.float64)
    kind = some(tuple(weighed.RowNumbers), generator)
    numbers = weights_of(generator, size)
    if kind is weighed.RowNumbers.COUNTS:
        numbers = np.ceil(np.minimum(numbers, 1e6))
    if kind is weighed.RowNumbers.TARGETS:
        numbers, target = np.minimum(numbers, 1.0), np.zeros(size)
        numbers[generator.random(size) < 0.1] = 0.0
    rows = weighed.NumberedRows(tables.packed(prob, target), numbers, kind)
    found = CellsState(CELLS.grid.size, (rows,))
    with patch.object(weighed, "weighed_loops", None):
        plain = CellsState(CELLS.grid.size, (weighed.Weighed.of_rows([rows]),))
    assert found == plain, (prob, target, numbers)


def class_loops(generator: Generator) -> None:
    from cecli.numerics.distributions import class_loops as part

    shape = some((3, 4, 7, 10, 33), generator), some((0, *SIZES[:12]), generator)
    terms = generator.random(shape) * 10.0 ** generator.integers(-200, 200, shape)
    terms[generator.random(shape) < 0.01] = np.inf
    with patch.object(shares, "class_loops", None):
        plain = shares.sum_over_classes(terms)
    for kernel in range(len(part.KERNELS)):
        assert part.sums_over_classes(terms, kernel).tobytes() == plain.tobytes(), terms
    moments(generator, part)


def moments(generator: Generator, part: ModuleType) -> None:
    shape = some((2, 3, 10), generator), some((0, *SIZES[:12]), generator)
    probs = [generator.dirichlet(np.ones(shape[0]), shape[1]).T for _ in range(2)]
    probs[1] = np.where(generator.random(shape) < 0.1, probs[0], probs[1])
    for prob in probs:
        prob[generator.random(shape) < 0.1] = 0.0
    p, q = (CategoricalProbabilities(prob) for prob in probs)
    with patch.object(shares, "class_loops", None), patch.object(log_ratios, "class_loops", None):
        plain = log_ratios.log_ratio_moments(p, q)
    given = (p.prob, q.prob, p.surprisal, q.surprisal)
    for kernel in range(len(part.KERNELS)):
        found = part.log_ratio_moments(*map(np.ascontiguousarray, given), kernel)
        for x, y in zip(found, plain, strict=True):
            assert np.array_equal(np.nan_to_num(x), np.nan_to_num(y)), probs


def number_texts(generator: Generator) -> None:
    from cecli.report.grouped import number_texts as part

    shape = some(SIZES, generator), some((1, 2, 5), generator)
    numbers = generator.integers(0, 2**64, shape, dtype=np.uint64).view(np.float64)
    numbers = np.where(np.isfinite(numbers), numbers, generator.random(shape).round(3))
    pieces = [b"x" * int(generator.integers(0, 40)) for _ in range(shape[1] + 1)]
    for text, row in zip(part.filled(pieces, numbers), numbers.tolist(), strict=True):
        around = zip(pieces, map(repr, row), strict=False)
        wanted = "".join(piece.decode() + number for piece, number in around)
        assert text == wanted + pieces[-1].decode(), row


def pair_loops(generator: Generator) -> None:
    size = some((*SIZES[:12], 0), generator)
    shapes = [(size,), (some((1, size), generator),)]
    first, second = (
        number_pairs.FloatPairs(*(numbers_of_any_bits(shape, generator) for _ in range(3)))
        for shape in shapes
    )

    def answers() -> object:
        results = (first + second, second * first, first / second)
        parts = (part for x in results for part in (x.high, x.low, x.error))
        return [np.where(np.isnan(part), np.nan, part).tobytes() for part in parts]

    with np.errstate(all="ignore"):
        compiled = answers()
        with patch.object(number_pairs, "pair_loops", None):
            assert_alike([compiled, answers()], (first, second))


def numbers_of_any_bits(shape: tuple[int, ...], generator: Generator) -> Floats:
    found = generator.integers(0, 2**64, shape, dtype=np.uint64).view(np.float64)
    return np.where(generator.random(shape) < 0.5, found, generator.random(shape).round(2))


def text_loops(generator: Generator) -> None:
    size, most = some((*SIZES[:12], 0), generator), some((1, 4, 13, 40), generator)
    letters = "aä€😀"
    words = [
        "".join(generator.choice(list(letters), generator.integers(most + 1))) for _ in range(size)
    ]
    batches = [list(dict.fromkeys(words[start:])) for start in (size // 2, 0)]

    def answers() -> object:
        known = distinct_texts.Texts(distinct_texts.Packed.of([]))
        places = [known.places(distinct_texts.Packed.of(batch)).tolist() for batch in batches]
        return [places, list(known.packed.texts(np.arange(len(known))))]

    compiled = answers()
    with patch.object(distinct_texts, "text_loops", None):
        assert_alike([compiled, answers()], words)


def scalar_loops(generator: Generator) -> None:
    size = some((*SIZES[:12], 0), generator)
    terms = [
        generator.normal(size=size) * 2.0 ** generator.integers(-60, 60, size)
        for _ in range(generator.integers(1, 7))
    ]
    for term in terms[1:]:
        again = generator.random(size) < 0.2
        term[again] = -terms[0][again] * generator.choice([1.0, 1.0 + 2.0**-52])
    freedom, share = float(generator.integers(1, 2000)), float(generator.random())
    sigma = float(generator.choice([0.3, 1.0, 7.5]))

    def answers() -> object:
        fraction = tails._fraction(freedom / 2.0, 0.5, share * freedom / (freedom + 2.0))
        found = interval_columns._sum(terms), interval_columns._square(terms[0])
        if size > 1:
            found += (smooth._convolved(terms[0], sigma),)
        return [fraction, *(each.tobytes() for each in found)]

    compiled = answers()
    with (
        patch.object(smooth, "scalar_loops", None),
        patch.object(tails, "scalar_loops", None),
        patch.object(interval_columns, "scalar_loops", None),
    ):
        assert_alike([compiled, answers()], terms)


def record_of(generator: Generator) -> bytes:
    keys = [some(KEYS, generator) for _ in range(generator.integers(4))]
    blank = some((b"", b" ", b"\t "), generator)
    values = ODD_VALUES if generator.random() < 0.1 else VALUES
    members = (blank + b'"' + key + b'":' + some(values, generator) for key in keys)
    return b"{" + b",".join(members) + blank + b"}"


def converter(generator: Generator) -> None:
    """Mutate JSON lines and arrays; the decoder in Python takes what is converted, and alike."""
    alike = record_of(generator)
    found = [
        some((alike, record_of(generator)), generator) for _ in range(generator.integers(1, 9))
    ]
    is_array = generator.random() < 0.3
    text = bytearray(b",\n".join([*found, b""]) if is_array else b"\n".join([*found, b""]))
    for _ in range(generator.integers(3)):
        at = generator.integers(len(text))
        text[at : at + generator.integers(2)] = some(JSON_FLAWS, generator)
    data = bytes(text)
    if is_array:
        lines, end, count = json.converter.split(data, 0)
        assert lines.count(b"\n") == count, data
        with patch.object(json, "converter", None), suppress(RowError):
            slow = b"".join(array_lines(BytesIO(b"[" + data[:end] + b"{}]"), "x"))
            assert_alike([slow, lines + b"{}\n"], data)
        return
    start = int(generator.integers(2)) * (data.find(b"\n") + 1)
    stop = data.rfind(b"\n") + 1
    text, end, count = json.converter.convert(data, start, max(start, stop), [b"y", b"p.q", b"w"])
    slow = list(records_in(data[start:end], 1, ["y", "p.q", "w"], "x"))
    assert_alike([[None] * count, [record.defect for record in slow]], data)
    cells = [b"" if record.is_blank else b"\x1f".join(record.fields) for record in slow]
    assert_alike([b"\n".join([*cells, b""]), text], data)


LOGPROBS = (b"-0.5", b"-1e-3", b"null", b"-9999.0", b"-3.4028234663852886e+38", b'"x"', b"1e999")
TOKENS = (b'"a"', b'" b\\n"', b'"\\u00e9"', b'"\xef\xbf\xbd"', b'""', b"3", b'"\\ud83d\\ude00"')
BYTES = (b"[97]", b"[226, 128]", b"[]", b"null", b"[256]", b"[1.5]", b"3")
LOG_FLAWS = (b"", b"[", b"]", b"{", b"}", b",", b'"', b":", b"\\", b"null", b"\x01", b" ", b"1")


def entry_of(generator: Generator) -> bytes:
    token, logprob = some(TOKENS[:5], generator), some(LOGPROBS[:5], generator)
    if generator.random() < 0.1:
        token, logprob = some(TOKENS, generator), some(LOGPROBS, generator)
    members = [b'"token": ' + token, b'"logprob":' + logprob]
    if generator.random() < 0.7:
        data = BYTES[:4] if generator.random() < 0.9 else BYTES
        members.append(b'"bytes": ' + some(data, generator))
    generator.shuffle(members)
    return b", ".join(members)


def log_record(generator: Generator) -> bytes:
    """A record of a log of OpenAI's, with one of its two layouts of tokens."""
    size = int(generator.integers(4))
    if generator.random() < 0.5:
        tops = [
            b'"top_logprobs": [' + b", ".join(
                b"{" + entry_of(generator) + b"}" for _ in range(generator.integers(3))
            ) + b"]"
            for _ in range(size)
        ]  # fmt: skip
        entries = [b"{" + entry_of(generator) + b", " + top + b"}" for top in tops]
        inner = b'"content": [' + b", ".join(entries) + b"]"
    else:
        tokens = b", ".join(some(TOKENS[:3], generator) for _ in range(size))
        values = b", ".join(some(LOGPROBS[:4], generator) for _ in range(size))
        tops = b", ".join(some((b'{"a": -1, " b": -2}', b"null"), generator) for _ in range(size))
        lists = b'"tokens": [%b], "token_logprobs": [%b], "top_logprobs": [%b]'
        inner = lists % (tokens, values, tops)
    name = some((b"", b'"custom_id": "r\\n", ', b'"custom_id": 7, ', b'"id": null, '), generator)
    choice = b'{"index": 0, "logprobs": {' + inner + b"}}"
    return b"{" + name + b'"choices": [' + b", ".join([choice] * generator.integers(1, 3)) + b"]}"


def token_rows(generator: Generator) -> None:
    """Mutate logs; the decoder in Python takes what the compiled one takes, and alike."""
    found = [log_record(generator) for _ in range(generator.integers(1, 5))]
    text = bytearray(b"\n".join([*found, b""]))
    for _ in range(generator.integers(3)):
        at = generator.integers(len(text))
        text[at : at + generator.integers(2)] = some(LOG_FLAWS, generator)
    data = bytes(text)
    stop = data.rfind(b"\n") + 1
    names = ("top_logprobs", "context")
    paths, parts = log_rows.paths_of(Tool.OPENAI)
    compiled, end, count = logs.token_rows.read(data, 0, stop, 1, paths, parts, True, True)
    records = data[:end].split(b"\n")[:-1]
    assert len(records) == count, data
    fast = log_rows.of_compiled(compiled)
    slow = log_rows.decoded(Tool.OPENAI, records, "x", 1, names=names).found
    assert slow.defect is None, data
    assert_alike([*([*rows.lines.tolist(), *rows.blanks] for rows in (fast, slow))], data)
    for name, values in slow.columns.items():
        assert_alike([texts_of(fast.columns[name]), texts_of(values)], data)


def texts_of(values: object) -> list[str]:
    """Return the values of a column as texts."""
    if isinstance(values, Coded):
        return [values.of_row(row) for row in range(len(values.codes))]
    return list(map(repr, values.tolist()))


def cell_loops(generator: Generator) -> None:
    size = some((*SIZES, 0), generator)
    q = generator.random(size) ** some((1, 40, 400), generator)
    q[::3] = 1.0 - q[::3]
    if size and generator.random() < 0.5:
        q[generator.integers(size)] = generator.choice([0.0, 1.0, 0.5, 5e-324, 1 - 2.0**-53])
    target = (generator.random(size) < generator.random()).astype(np.float64)
    if size and generator.random() < 0.1:
        target[generator.integers(size)] = 0.5
    is_wide = generator.random(size) < 0.7

    def answers() -> object:
        keys = cell_keys.keys_of(q)
        table = tables.counted(keys >> INNER_BITS, keys, target, cell_keys.CELLS)
        words = tables.packed(q, target)
        if table is None or words is None:
            return keys.tolist(), table, words
        both = tables.merged([table], [words, words[:3]], size=cell_keys.CELLS)
        weight, events = both[:, tables.ROWS], both[:, tables.EVENTS]
        found = pools.Pools.over(weight, events)
        wide = np.resize(is_wide, len(weight))
        alive = pools.living(weight, events, found, wide)
        return keys.tolist(), both.tolist(), [x.tolist() for x in (*found, alive)]

    compiled = answers()
    with (
        patch.object(cell_keys, "cell_loops", None),
        patch.object(tables, "cell_loops", None),
        patch.object(pools, "cell_loops", None),
    ):
        assert_alike([compiled, answers()], (q, target, is_wide))


def flip_loops(generator: Generator) -> None:
    size = some((*SIZES[:12], 0), generator)
    units = generator.integers(1, some((2, 70, 3000, flips.MANY * 2), generator), size)
    each = generator.integers(1, some((2, 1000), generator), size)
    q = generator.random(size) ** some((1, 40, 400), generator)
    is_wide = (generator.random(size) < 0.7) & (units < flips.MANY)
    start = int(generator.integers(2**63))

    def answers() -> object:
        found = flips.random_labels(units, each, (q, 1.0 - q), is_wide, start)
        return [x.tolist() for x in found]

    compiled = answers()
    with patch.object(flips, "flip_loops", None), patch.object(pools, "cell_loops", None):
        assert_alike([compiled, answers()], (units, each, q, is_wide, start))


def logistic_pass(generator: Generator) -> None:
    size = some((*SIZES, 0), generator)
    q = generator.random(size) ** some((1, 40, 400), generator)
    if size and generator.random() < 0.3:
        q[generator.integers(size)] = generator.choice([0.0, 1.0, 0.5, 5e-324, 1 - 2.0**-53])
    target = (generator.random(size) < generator.random()).astype(np.float64)
    if generator.random() < 0.2:
        target = generator.random(size)
    slope, intercept = generator.normal(0.0, some((1.0, 1e3, 1e300), generator), 2).tolist()
    chunk = Chunk("x", np.arange(size), {"prob": q, "target": target})
    curve, point = some(((platt, (slope, intercept)), (offset, (intercept,))), generator)
    with np.errstate(all="ignore"):
        plain = Likelihood(curve(Event()).terms, point)
        answers: list[object] = []
        for kernel in range(len(logistic.KERNELS)):
            line = (1.0, *point, True) if curve is offset else (*point, False)
            sums = logistic.logistic_sums(target, q, *line, kernel)
            if sums is not None:
                answers.append([x << exact.COMPILED_SHIFT for x in sums])
        if answers and size:
            assert_alike([list(plain.summarize(chunk).sums), *answers], (q, target, point))


def key_table(generator: Generator) -> None:
    """Short and long keys, some of them there twice, many of which share their hashes."""
    size, most = some((*SIZES[:12], 0), generator), some((1, 4, 13, 40), generator)
    texts = [generator.bytes(int(generator.integers(most + 1))) for _ in range(size)]
    asked = [*texts[::3], *(generator.bytes(2) for _ in range(5))]
    columns = [of_texts(texts), of_texts(texts[::-1])]
    places = generator.integers(-1, max(size, 1), size)

    def answers() -> object:
        keys, line_of = index.KeyIndex(), np.zeros(max(size, 1), np.int64)
        again = [keys.add(of_texts(texts[start : start + 50])) for start in range(0, size, 50)]
        return [
            *(again, len(keys), keys.keys(0, len(keys)).texts()),
            keys.places(of_texts(asked)).tolist(),
            index.together(columns).texts(),
            index.packed(columns[0].at(slice(None, None, 2))).texts(),
            index.note(places, np.arange(1, size + 1), line_of),
            line_of.tolist(),
        ]

    compiled = answers()
    parts = index.parts_of(of_texts([*texts, *texts]), 5)
    assert (parts[:size] == parts[size:]).all(), texts
    distinct = of_texts(list(dict.fromkeys(texts)))
    for mask in (0, 3, 1 << 40):
        table = index.key_table.Table(mask)
        table.add(distinct.buffer, distinct.begins, distinct.ends)
        found = table.find(distinct.buffer, distinct.begins, distinct.ends)
        assert found.tolist() == list(range(len(distinct))), (mask, texts)
    with patch.object(index, "key_table", None):
        assert_alike([compiled, answers()], texts)


# What runs over each compiled module, by the end of its name.
MUTATIONS: dict[str, Callable[[Generator], None]] = {
    "scanner": scanner,
    "converter": converter,
    "token_rows": token_rows,
    "accumulator": accumulator,
    "digit_loops": digit_loops,
    "elementary": elementary,
    "class_loops": class_loops,
    "resampler": resampler,
    "muhash_pass": muhash_pass,
    "pair_rows": pair_rows,
    "one_pass": one_pass,
    "soft_sums": soft_sums,
    "paired_sums": paired_sums,
    "class_sums": class_sums,
    "group_loops": group_loops,
    "weighted_sums": weighted_sums,
    "weighed_loops": weighed_loops,
    "number_texts": number_texts,
    "pair_loops": pair_loops,
    "text_loops": text_loops,
    "scalar_loops": scalar_loops,
    "cell_loops": cell_loops,
    "flip_loops": flip_loops,
    "logistic_pass": logistic_pass,
    "key_table": key_table,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    turns.add_options(parser, cases=20)
    parser.add_argument("--case", type=int, help="run only this case, of each part")
    options = parser.parse_args()
    chosen = turns.chosen(tuple(MUTATIONS), options)
    if options.case is not None:
        chosen = ((part, options.case) for part in MUTATIONS)
    ran = 0
    for part, number in chosen:
        # A sanitizer ends the process: what ran last is on the screen by then.
        print(f"\r{part} --seed {options.seed} --case {number} ", end="", flush=True)
        MUTATIONS[part](np.random.default_rng([options.seed, number]))
        ran += 1
    print(f"\r{ran:,} cases of {len(MUTATIONS)} compiled parts, seed {options.seed}: all alike")


if __name__ == "__main__":
    main()
