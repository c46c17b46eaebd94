"""Decimals as the nearest doubles: random ones, and the hardest that there are."""

from fractions import Fraction

import numpy as np
import pytest

scanner = pytest.importorskip("cecli.readers.text.scanner", reason="the scanner was not built")

KERNELS = range(len(scanner.KERNELS))
MOST_WHOLE = 10**19


def read(cells, kernel, end=b"\n"):
    """Return the numbers of a column, or None if one of them is no number."""
    text = end.join(cell.encode() for cell in cells) + end
    records = scanner.find(text, len(text), b",", b'"', 1, [0], 1, kernel)
    return records.numbers(0, -np.inf, np.inf)


def pointed(whole, places):
    """Return a whole number divided by a power of ten, in digits."""
    digits = str(whole).rjust(places + 1, "0")
    return (
        f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits
    )


def hardest(places, down, misses=(-5, -3, -1, 1, 3, 5)):
    """Yield decimals next to a middle between two doubles, and those in the middle.

    A middle is m / 2^e, with an odd m of 54 bits. The decimal w / 10^places misses it by `miss`
    units where m 5^places = w 2^down + miss: m follows from the inverse of a power of five.
    """
    inverse = pow(5**places, -1, 1 << down)
    for miss in misses:
        first = miss * inverse % (1 << down)
        for steps in (2, 3):
            middle = first + (((steps << 52) - first >> down) + 1 << down)
            whole = (middle * 5**places - miss) >> down
            if middle >> 53 == 1 and middle % 2 and whole < MOST_WHOLE:
                yield pointed(whole, places)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_nearest_is_found_as_close_to_a_middle_as_decimals_come(kernel):
    cells = [
        cell for places in range(28) for down in range(1, 80) for cell in hardest(places, down)
    ]
    # Exact middles, and one unit of the last digit beside them.
    for places in range(12):
        for middle in (2**53 + 1, 2**54 - 1, 2**53 + 3):
            whole = middle * 5**places
            if 10 * whole < MOST_WHOLE:
                cells += [pointed(10 * whole + miss, places + 1) for miss in (-1, 0, 1)]
    assert len(cells) > 1000
    assert read(cells, kernel).tolist() == [float(Fraction(cell)) for cell in cells]


@pytest.mark.parametrize("kernel", KERNELS)
def test_random_decimals_of_all_lengths_are_the_nearest_doubles(kernel):
    rng = np.random.default_rng(kernel)
    cells = []
    for _ in range(40_000):
        digits = f"{rng.integers(MOST_WHOLE // 2):d}"[: rng.integers(1, 20)]
        point = int(rng.integers(0, len(digits) + 4))
        cells.append(pointed(int(digits), point))
    assert read(cells, kernel).tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize("kernel", KERNELS)
def test_powers_and_their_neighbours_keep_all_of_their_digits(kernel):
    cells = [pointed(10**n + step, places) for n in range(20) for step in (-1, 0, 1)
             for places in range(25)]  # fmt: skip
    cells += [str(2**n + step) for n in range(70) for step in (-1, 0, 1)]
    cells += [f"{sign}{cell}" for sign in "+-" for cell in cells[::7]]
    assert read(cells, kernel).tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("around", ["{}", '"{}"', " {}\t", '" {} "', "000{}", "+{}"])
def test_what_stands_around_a_number_changes_nothing(kernel, end, around):
    # Each comes after more and more bytes of text, none of which are its own.
    cells = ["7", "0.25", ".5", "5.", "0", "12345678.87654321", "0.1234567890123456789", "1e2"]
    text = [around.format(cell) for cell in cells * 9]
    assert read(text, kernel, end).tolist() == [float(cell) for cell in cells * 9]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    "cell",
    [
        *(".", "-", "+", "", "-.", "1.2.3", "..5", "--5", "+-5", "-+5", "- 5", "1 2", "1-", "1.-2"),
        *("/5", "5:", "0x5", "1_0", "1e", "é", "'5", "0.5'", "1/2", "٣", "9" * 40 + ".x"),
    ],
)
def test_what_is_no_number_is_none_wherever_it_stands(kernel, cell):
    for before in (0, 1, 40, 300):
        text = [*["0.5"] * before, f'"{cell}"', "0.25"]
        assert read(text, kernel) is None


@pytest.mark.parametrize("kernel", KERNELS)
def test_zeros_have_no_sign(kernel):
    found = read(["-0", "-0.0", "-.0", "0", "-0e5", "-0.0000000000000000000000000"] * 50, kernel)
    assert found.tobytes() == np.zeros(300).tobytes()
