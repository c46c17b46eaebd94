"""Comment lines are made empty, and nothing else is."""

import io

from hypothesis import given
from hypothesis import strategies as st

from cecli.readers.bytes.sources import WithoutComments


def by_lines(text):
    """Blank comment lines, by keeping track of quotes character by character."""
    kept, in_quotes, at_start, in_comment = [], False, True, False
    for character in text:
        if in_comment and character != "\n":
            continue
        if at_start and character == "#" and not in_quotes:
            in_comment, at_start = True, False
            continue
        in_comment = False
        in_quotes ^= character == '"'
        at_start = character == "\n"
        kept.append(character)
    return "".join(kept)


@given(st.text(st.sampled_from('#a"\n,'), max_size=40), st.integers(1, 7))
def test_comment_lines_are_made_empty(text, size):
    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    stream = WithoutComments(Slow(text.encode()), b"#", b'"', "x")
    assert io.BufferedReader(stream).read().decode() == by_lines(text)
