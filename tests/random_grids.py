"""Tables in words, drawn at random."""

from hypothesis import strategies as st

from cecli.renderers.sheet import Grid

NUMBERS = st.from_regex(r"-?[0-9]{1,9}\.[0-9]{1,6}", fullmatch=True)
TEXTS = st.text("abc 日", min_size=1, max_size=40)


@st.composite
def grids(draw):
    """Return a grid of texts, and of numbers to the right of them."""
    texts, numbers = draw(st.integers(1, 3)), draw(st.integers(1, 8))
    row = st.tuples(*[TEXTS] * texts, *[NUMBERS] * numbers)
    headings = draw(st.tuples(*[st.text("abc", max_size=30)] * (texts + numbers)))
    rows = draw(st.lists(row, min_size=1, max_size=4))
    return Grid(headings, tuple(rows), frozenset(range(texts, texts + numbers)))
