"""Blocks of records that are alike, turned into delimited text by one regular expression.

Most files have the same keys in the same order in every record. Then an expression made from the
first record of a block matches all of its lines, and the wanted values are moved into cells without
a step in Python for each row. It accepts nothing that the decoder of records refuses. It leaves the
rest to that decoder: other keys, escapes in wanted texts, lists of objects, blank lines.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import Dialect

# Control characters, which JSON texts cannot contain, so that no cell needs quotes.
DELIMITED = Dialect(delimiter=b"\x1f", quote=b"\x1e")

BLANK = rb"[ \t\r]*+"
PLAIN = rb'[^"\\\x00-\x1f]*+'
TEXT = rb'"' + PLAIN + rb'(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})' + PLAIN + rb')*+"'
NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
WORD = rb"true|false"
SCALAR = rb"(?:" + TEXT + rb"|" + NUMBER + rb"|" + WORD + rb"|null)"
LIST = rb"\[" + BLANK + rb"(?:" + SCALAR + rb"(?:" + BLANK + rb"," + BLANK + SCALAR + rb")*+)?+"
LIST += BLANK + rb"\]"
# A list as `records.text_of` writes it.
WRITTEN = rb"\[(?:" + NUMBER + rb"(?:, " + NUMBER + rb")*+)?+\]"
# One of two groups has the text of a cell; null has none.
CELL = rb'(?:"(' + PLAIN + rb')"|(' + NUMBER + rb"|" + WORD + rb"|" + WRITTEN + rb")|null)"


def delimited_lines(
    block: Block, record: Mapping[str, Any], columns: Sequence[str]
) -> tuple[Block | None, int]:
    """Return a block as delimited text, and how many of its records are like a given one.

    The block is None if any is not.

    Parameters
    ----------
    record : a record of the block, with its objects.
    columns : the paths of the values to keep; a row ends with an empty cell.
    """
    expression = _Expression(frozenset(columns))
    pattern = expression.of_object(record, "")
    if pattern is None:
        return None, 0
    row = b"".join(_cell(expression.groups.get(column)) for column in columns)
    whole = re.compile(rb"^" + BLANK + pattern + BLANK + rb"$", re.MULTILINE)
    text, found = whole.subn(row, block.data)
    return (Block(text, block.first_line) if found == block.lines else None), found


def _cell(group: int | None) -> bytes:
    both = b"" if group is None else rb"\g<%d>\g<%d>" % (group, group + 1)
    return both + DELIMITED.delimiter


class _Expression:
    """The expression of a record, with two groups for each of some columns."""

    def __init__(self, columns: Collection[str]) -> None:
        self._columns = columns
        # The first group of each column that the record has.
        self.groups: dict[str, int] = {}

    def of_object(self, record: Mapping[str, Any], before: str) -> bytes | None:
        """Return the expression of an object; None if it has values that it cannot describe."""
        members = []
        for key, value in record.items():
            of_value = self._of_value(value, before + key)
            if of_value is None:
                return None
            name = re.escape(json.dumps(key, ensure_ascii=False).encode("utf-8", "replace"))
            members.append(name + BLANK + rb":" + BLANK + of_value)
        inside = (BLANK + rb"," + BLANK).join(members)
        return rb"\{" + BLANK + inside + BLANK + rb"\}"

    def _of_value(self, value: Any, path: str) -> bytes | None:
        if isinstance(value, dict):
            return None if path in self._columns else self.of_object(value, f"{path}.")
        if path not in self._columns:
            return _anything(value)
        if path in self.groups:
            return None
        self.groups[path] = 2 * len(self.groups) + 1
        return CELL


def _anything(value: Any) -> bytes | None:
    if not isinstance(value, list):
        return SCALAR
    return None if any(isinstance(item, list | dict) for item in value) else LIST
