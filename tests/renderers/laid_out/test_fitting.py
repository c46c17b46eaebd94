"""A grid in any width: no number is cut, nothing is lost but remarks, and nothing is too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_grids import grids

from cecli.renderers.laid_out.fitting import GAP, LEAST_FIRST, fitted, widths
from cecli.renderers.sheet import Grid


def width_of_all(grid):
    found = widths(grid)
    return sum(found) + GAP * (len(found) - 1)


@given(grids(), st.integers(30, 120))
def test_every_piece_fits_and_every_number_is_whole_and_beside_its_row(grid, width):
    pieces = fitted(grid, width)
    # A heading may be as long as the longest that is allowed, and a number stays as it is.
    assert all(width_of_all(piece) <= width for piece in pieces)
    for number, row in enumerate(grid.rows):
        shown = [cell for piece in pieces for cell in piece.rows[number]]
        assert [cell for cell in row if cell in shown and cell[-1].isdigit()] == [
            cell for place, cell in enumerate(row) if place in grid.numeric
        ]
        assert all(len(piece.rows) == len(grid.rows) for piece in pieces)


@given(grids())
def test_a_grid_that_fits_is_as_it_was(grid):
    assert list(fitted(grid, width_of_all(grid))) == [grid]


def test_a_long_heading_of_the_last_column_yields_as_any_other():
    grid = Grid(("", "a" * 25), (("name", "0.0"),), frozenset({1}))
    (piece,) = fitted(grid, 30)
    assert width_of_all(piece) == 30
    assert piece.rows == (("name", "0.0"),)


def of_sentences(**more):
    rows = (("a", "0.25", "one two three four five six seven eight nine ten eleven"),)
    return Grid(("name", "value", "what it is"), rows, frozenset({1}), **more)


def test_a_remark_is_wrapped_and_then_left_out_which_is_said():
    (wide,) = fitted(of_sentences(remark=2), 50)
    assert wide.rows[0][2].replace("\n", " ") == of_sentences().rows[0][2]
    assert width_of_all(wide) <= 50
    (narrow,) = fitted(of_sentences(remark=2), 40)
    assert narrow.headings == ("name", "value")
    needed = int(narrow.more.removeprefix("what it is: in ").split()[0])
    assert len(fitted(of_sentences(remark=2), needed)[0].headings) == 3
    assert len(fitted(of_sentences(remark=2), needed - 1)[0].headings) == 2


def test_sentences_are_wrapped_and_lose_no_word():
    (grid,) = fitted(of_sentences(prose=frozenset({2})), 40)
    assert width_of_all(grid) <= 40
    assert grid.rows[0][2].split() == of_sentences().rows[0][2].split()


@pytest.mark.parametrize("width", [20, 39])
def test_bars_are_whole_or_left_out(width):
    bars = Grid(
        ("bin", "rows", "bars"), (("[0, 1]", "10", "█" * 20),), frozenset({1}), 2, has_bars=True
    )
    (grid,) = fitted(bars, width)
    assert (len(grid.headings) == 3) == (width >= width_of_all(bars))
    assert all("\n" not in cell for row in grid.rows for cell in row)


def test_beside_a_wide_number_little_of_a_name_is_left():
    grid = Grid(("name", "value"), (("a long name", "0." + "1" * 14),), frozenset({1}))
    (piece,) = fitted(grid, 22)
    assert piece.rows == (("a …e", "0." + "1" * 14),)
    assert len(piece.rows[0][0]) >= LEAST_FIRST
