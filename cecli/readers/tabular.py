"""The rows of an input as columns of a database's table, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Coded, Floats
from cecli.readers.database import Columns
from cecli.readers.parsed import Parsed
from cecli.scales import Scale

LINE = "line"


class TableForm:
    """The columns for rows like some: the line, numbers, and codes of texts.

    Columns have names of their own: those of the input could be anything.
    """

    def __init__(self, rows: Parsed) -> None:
        # The columns of a role, and whether it has one a class.
        self._numbers: dict[str, tuple[list[str], bool]] = {}
        for place, (role, values) in enumerate(rows.numbers.items()):
            names = [f"number_{place}_{i}" for i in range(len(np.atleast_2d(values)))]
            self._numbers[role] = names, values.ndim > 1
        self._texts = {role: f"text_{place}" for place, role in enumerate(rows.texts)}
        self._codes: dict[str, dict[str, int]] = {role: {} for role in rows.texts}

    @property
    def types(self) -> Mapping[str, str]:
        numbers = [name for names, _ in self._numbers.values() for name in names]
        return (
            {LINE: "BIGINT"}
            | dict.fromkeys(numbers, "DOUBLE")
            | dict.fromkeys(self._texts.values(), "BIGINT")
        )

    @property
    def nothing(self) -> Columns:
        """The columns, without rows."""
        kinds = {"BIGINT": np.int64, "DOUBLE": np.float64}
        return {name: np.empty(0, dtype=kinds[kind]) for name, kind in self.types.items()}

    def columns(self, rows: Parsed) -> Columns:
        """Return rows as columns of the table."""
        columns: dict[str, NDArray[Any]] = {LINE: rows.lines}
        for role, (names, _) in self._numbers.items():
            columns.update(zip(names, np.atleast_2d(rows.numbers[role]), strict=True))
        for role, name in self._texts.items():
            text, codes = rows.texts[role], self._codes[role]
            known = [codes.setdefault(each, len(codes)) for each in text.names]
            columns[name] = np.array(known, dtype=np.int64).take(text.codes)
        return columns

    def chunk(self, columns: Columns, source: str, scales: Mapping[str, Scale]) -> Chunk:
        """Return rows that stand in such columns."""
        numbers: dict[str, Floats] = {}
        for role, (names, has_classes) in self._numbers.items():
            values = [columns[name] for name in names]
            numbers[role] = np.stack(values) if has_classes else values[0]
        texts = {
            role: Coded(columns[name], tuple(self._codes[role]))
            for role, name in self._texts.items()
        }
        return Chunk(source, columns[LINE], numbers, texts, scales=scales)
