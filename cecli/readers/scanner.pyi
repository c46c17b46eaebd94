from typing import final

from cecli.chunk import Floats, Integers

def find(
    data: bytes, delimiter: bytes, quote: bytes, width: int, first_line: int
) -> Records | None: ...

@final
class Records:
    lines: Integers
    blank_lines: Integers

    def numbers(self, place: int, low: float, high: float) -> Floats | None: ...
    def texts(self, place: int) -> tuple[Integers, tuple[str, ...]] | None: ...
