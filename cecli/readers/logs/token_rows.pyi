from collections.abc import Sequence

from cecli.core.chunk import Integers
from cecli.numerics import Floats

Names = tuple[Integers, list[str]]
Texts = list[str]
Found = tuple[
    Integers, Integers, Integers, Floats, Floats, Names, Names, Names, Texts, Texts, Integers
]

def read(
    text: bytes,
    start: int,
    size: int,
    first_line: int,
    paths: Sequence[bytes],
    parts: Sequence[int],
    with_tops: bool,
    with_contexts: bool,
) -> tuple[Found, int, int]: ...
def common(p: list[str], q: list[str]) -> tuple[Integers, Floats, Floats, Floats]: ...
