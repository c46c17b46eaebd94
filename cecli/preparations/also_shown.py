"""A column that plays a role already, and is shown as well."""

from dataclasses import dataclass

from cecli.chunk import Chunk


@dataclass(frozen=True)
class AlsoShown:
    """Keep what was read for a role under another one, before anything is made of it.

    Attributes
    ----------
    place : of the column among those of its role; None where it is the only one.
    """

    role: str
    place: int | None
    shown: str

    def __call__(self, chunk: Chunk) -> Chunk:
        if self.role in chunk.texts:
            return chunk.with_texts(**{self.shown: chunk.texts[self.role]})
        numbers = chunk.numbers[self.role]
        return chunk.with_numbers(
            **{self.shown: numbers if self.place is None else numbers[self.place]}
        )
