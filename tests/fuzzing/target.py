"""What input goes through, and the input that it starts from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fuzzing.mutation import Mutate, in_bytes

CORPUS = Path(__file__).parent.parent / "corpus"


@dataclass(frozen=True)
class Target:
    """Something that reads bytes of others.

    Attributes
    ----------
    run : runs one input, in an empty working directory; it raises if something does not hold.
    made : returns inputs to start from, which are made anew.
    mutate : returns another input.
    pieces : bytes that mean something to it.
    """

    name: str
    run: Callable[[bytes], None]
    made: Callable[[], Sequence[bytes]] = tuple
    mutate: Mutate = in_bytes
    pieces: Sequence[bytes] = ()

    @cached_property
    def kept(self) -> list[Path]:
        """The files of the corpus."""
        return sorted((CORPUS / self.name).glob("*"))

    @cached_property
    def seeds(self) -> list[bytes]:
        return [*self.made(), *(path.read_bytes() for path in self.kept)] or [b""]

    def input(self, generator) -> bytes:
        """Return a random input."""
        return self.mutate(self.seeds, self.pieces, generator)
