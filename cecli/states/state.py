"""A saved state: the sums of some rows and what they are for, as canonical bytes.

    magic, schema                     CECLISTATE, and a number of two bytes
    plan, layout, parts               JSON texts, each after its length
    sums                              in the order of the layout, after their length
    SHA-256                           of everything before

JSON and plain arrays need no library, have one way to write a value once keys are sorted, and run
nothing when they are read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any, Self

from cecli.core.dataclasses import dataclass, replace
from cecli.core.state_file import MAGIC
from cecli.states.forms import Form, NegativeError, added
from cecli.states.names import stable_name
from cecli.states.numbers import COUNT, SIZE, Cursor, DamagedError
from cecli.states.parts import JOINED, Known, KnownInput, KnownInputs
from cecli.states.written import Field, Layout, read_sums, written_sums
from cecli.statistics.mean import WEIGHT

SCHEMA = 1
VERSION = Struct("<H")
# Values in JSON take some ten times the memory of their text.
LONGEST_TEXT = 64 << 20
CHECKSUM = sha256().digest_size
KINDS = {"numbers", "bins", "texts"}
OF_INPUTS = {"parts", "number", "left_out", "together"}
# The number of rows and their weights.
ROWS = (stable_name(WEIGHT), "moments")
# The plan of a state as JSON: the command, its options, and the header of its input.
Recipe = Mapping[str, Any]


class AbsentError(ValueError):
    """Rows to take away that were never in the state."""


class KeptError(ValueError):
    """What is known of rows that are taken away, but is no sum; `kinds` say what."""

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(kinds)
        self.kinds = kinds


@dataclass(frozen=True, eq=False)
class SavedState:
    """The sums of some rows.

    Attributes
    ----------
    plan : canonical JSON of what the sums are for; see `Recipe`.
    sums : by statistic and field.
    parts : what is known of single inputs.
    size : the number of bytes that it was read from.
    """

    plan: bytes
    sums: Mapping[Field, Form]
    parts: KnownInputs
    size: int = 0

    @property
    def recipe(self) -> Recipe:
        return _recipe(self.plan)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the sums."""
        return sha256(self._sums).hexdigest()

    @cached_property
    def _sums(self) -> bytes:
        return written_sums(self.sums)

    @classmethod
    def merged(cls, states: Sequence[Self]) -> Self:
        """Return the state of the rows of all states, in order; their plans are equal.

        What one of them lacks, because another version of cecli made it, is not known of all rows.
        """
        sums = {field: added(forms) for field, forms in _shared(states)}
        parts = KnownInputs.followed([state.parts for state in states])
        return cls(states[0].plan, sums, parts)

    def without(self, other: Self, *, leave_out: bool = False) -> Self:
        """Return the state of the rows that are left. Both need to know what is known of them.

        Parameters
        ----------
        leave_out : whether to leave out what cannot be taken away.

        Raises
        ------
        AbsentError
            If the others' rows cannot be among these.
        KeptError
            If these are no whole inputs, so that something cannot be taken away.
        """
        sums = {}
        for field, (form, taken) in _shared([self, other]):
            try:
                sums[field] = form.minus(taken)
            except NegativeError:
                raise AbsentError(field[0]) from None
        _refuse_leftovers(sums)
        parts = self.parts.taken_away(other.parts)
        if parts is None:
            kept = self.parts.kept if other.parts.kept else {}
            if kept and not leave_out:
                raise KeptError(sorted(kept.values()))
            parts = self.parts.without(frozenset(kept))
        return replace(self, sums=sums, parts=parts)

    def to_bytes(self) -> bytes:
        """Return the file's content; equal states have equal bytes."""
        layout = [[*field, *form.shape] for field, form in sorted(self.sums.items())]
        texts = [self.plan, written_json(layout), written_json(_json_of(self.parts))]
        sized = (part for text in texts for part in (COUNT.pack(len(text)), text))
        sums = self._sums
        content = b"".join([MAGIC, VERSION.pack(SCHEMA), *sized, SIZE.pack(len(sums)), sums])
        return content + sha256(content).digest()

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """Return the state that a file's content stands for.

        Raises
        ------
        DamagedError
            If it is none, or another version of cecli wrote it in another way.
        """
        begins = len(MAGIC) + VERSION.size
        if len(content) < begins + CHECKSUM or not content.startswith(MAGIC):
            raise DamagedError("it does not begin like one")
        cursor = Cursor(memoryview(content)[len(MAGIC) : -CHECKSUM])
        if (schema := cursor.one(VERSION)) != SCHEMA:
            raise DamagedError(f"it is of schema {schema}; this version reads {SCHEMA}")
        if sha256(memoryview(content)[:-CHECKSUM]).digest() != content[-CHECKSUM:]:
            raise DamagedError("its checksum is that of other bytes")
        plan, layout, parts = (_text(cursor) for _ in range(3))
        _recipe(plan)
        if cursor.one(SIZE) != cursor.left:
            raise DamagedError("its sums have another length")
        sums = read_sums(cursor, _layout(layout))
        cursor.refuse_rest()
        return cls(plan, sums, _parts(parts), len(content))


def _shared(states: Sequence[SavedState]) -> Iterator[tuple[Field, list[Any]]]:
    """Yield the sums that all states have."""
    others = [state.sums for state in states[1:]]
    for field, form in states[0].sums.items():
        forms = [form, *(sums[field] for sums in others if field in sums)]
        if len(forms) == len(states) and _are_alike(forms):
            yield field, forms


def _are_alike(forms: Sequence[Form]) -> bool:
    """Return whether sums can be added: those of no rows have a kind, but no size yet."""
    shapes = {form.shape for form in forms if not form.is_nothing}
    return len({type(form) for form in forms}) == 1 and len(shapes) <= 1


def _refuse_leftovers(sums: Mapping[Field, Form]) -> None:
    """Raise an AbsentError if no rows are left, but some of what they add up to."""
    if ROWS in sums and sums[ROWS].is_nothing:
        for (name, _), form in sums.items():
            if not form.is_nothing and form.signed_from is not None:
                raise AbsentError(name)


def _text(cursor: Cursor) -> bytes:
    size = cursor.one(COUNT)
    _needed(size <= LONGEST_TEXT, "text")
    return bytes(cursor.take(size))


def written_json(value: Any, *, sort_keys: bool = True) -> bytes:
    """Return the one JSON text of plain values."""
    text = json.dumps(value, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def written_plan(recipe: Recipe) -> bytes:
    """Return the JSON text of a plan; stated options stay in the order in which they are stated."""
    in_order = {"columns", "options"}
    found = {k: dict(sorted(x.items())) if k in in_order else x for k, x in sorted(recipe.items())}
    return written_json(found, sort_keys=False)


def _read_json(content: bytes, what: str) -> Any:
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise DamagedError(f"its {what} is no JSON") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _needed(holds: bool, what: str) -> None:  # noqa: FBT001
    if not holds:
        raise DamagedError(f"its {what} is not as it should be")


# States that are merged have the same plan and the same layout.
@lru_cache(maxsize=8)
def _recipe(content: bytes) -> Recipe:
    found = _read_json(content, "plan")
    _needed(
        isinstance(found, dict)
        and {key: type(x) for key, x in found.items()}
        == {"command": str, "options": dict, "header": list, "columns": dict, "stated": dict}
        and all(isinstance(name, str) for name in found["header"]),
        "plan",
    )
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def _layout(content: bytes) -> Layout:
    found = _read_json(content, "layout")
    _needed(isinstance(found, list), "layout")
    for line in found:
        _needed(isinstance(line, list) and [*map(type, line)][:3] == [str] * 3, "layout")
        _needed(len(line) == 5 and line[2] in KINDS, "layout")
        _needed(all(x is None or (type(x) is int and 0 <= x < 1 << 15) for x in line[3:]), "layout")
        _needed(line[4] is not None, "layout")
    fields = [tuple(line[:2]) for line in found]
    _needed(fields == sorted(set(fields)), "layout")
    return tuple(((line[0], line[1]), (line[2], line[3], line[4])) for line in found)


def _json_of(parts: KnownInputs) -> Any:
    listed = [[part.names, part.digest, part.known] for part in parts.parts]
    return {
        "parts": listed,
        "number": parts.number,
        "left_out": sorted(parts.left_out),
        "together": parts.together,
    }


def _parts(content: bytes) -> KnownInputs:
    found = _read_json(content, "list of inputs")
    what = "list of inputs"
    _needed(isinstance(found, dict) and set(found) == OF_INPUTS, what)
    listed, number, left_out = found["parts"], found["number"], found["left_out"]
    _needed(isinstance(listed, list) and isinstance(left_out, list), what)
    _needed(all(isinstance(name, str) for name in left_out), what)
    parts = tuple(map(_part, listed))
    _needed(type(number) is int and (number == len(parts) or number > len(parts) == 1), what)
    return KnownInputs(parts, number, frozenset(left_out), _known(found["together"]))


def _part(found: Any) -> KnownInput:
    what = "list of inputs"
    _needed(isinstance(found, list) and [*map(type, found)] == [list, str, dict], what)
    names, digest, known = found
    _needed(bool(names) and all(isinstance(name, str) for name in names), what)
    return KnownInput(tuple(names), digest, _known(known))


def _known(found: Any) -> dict[str, Known]:
    what = "list of inputs"
    _needed(isinstance(found, dict), what)
    for each in found.values():
        _needed(isinstance(each, list) and [*map(type, each)] == [str, list], what)
        _needed(each[0] in JOINED and JOINED[each[0]].holds(each[1]), what)
    return {name: (kind, _frozen(values)) for name, (kind, values) in found.items()}


def _frozen(values: Any) -> Any:
    return tuple(map(_frozen, values)) if isinstance(values, list) else values
