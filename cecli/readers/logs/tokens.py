"""The tokens of one record of a log, in Python: for all that the compiled reader leaves."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from cecli.options.reading import Tool
from cecli.readers.json.records import Numeral
from cecli.readers.logs.layouts import AFTER, BEFORE, CLOSES, LAYOUTS, OPENS, Part, TokenPaths
from cecli.readers.logs.likeliest import Logged, RefusedError, listed, logged, number


class TokenRow(NamedTuple):
    """A token, and its place among the tokens of a text of its record."""

    choice: int
    position: int
    token: Logged
    tokens: list[str]

    @property
    def context(self) -> str:
        """The token between those around it."""
        at = self.position
        before, after = self.tokens[max(0, at - BEFORE) : at], self.tokens[at + 1 : at + 1 + AFTER]
        return f"{''.join(before)}{OPENS}{self.token.token}{CLOSES}{''.join(after)}"


class RecordTokens(NamedTuple):
    """The tokens of a record, and the names that it has; empty if it has none."""

    doc: str
    epoch: str
    rows: list[TokenRow]


def tokens_of(record: Mapping[str, Any], tool: Tool) -> RecordTokens:
    """Return the tokens of a record.

    Raises
    ------
    RefusedError
        If it is not as the tool writes it.
    """
    layout = LAYOUTS[tool]
    visit = _Visit(layout)
    visit.value(record, "")
    if not visit.has_list:
        has = ", ".join(record) or "nothing"
        raise RefusedError(f"it has no log-probabilities of tokens; it has {has}")
    return RecordTokens(visit.names.get(Part.DOC, ""), visit.names.get(Part.EPOCH, ""), visit.rows)


@cache
def _ways(paths: frozenset[str]) -> frozenset[str]:
    """Return the paths that lead to others."""
    return frozenset(path[:end] for path in paths for end, mark in enumerate(path) if mark in ".[")


class _Visit:
    """A walk through a record, by the paths of a layout."""

    def __init__(self, layout: TokenPaths) -> None:
        self._parts = layout.parts
        self._ways = _ways(frozenset(layout.parts))
        self._columns: dict[Part, list[Any]] = {}
        self._choice = 0
        self.names: dict[Part, str] = {}
        self.rows: list[TokenRow] = []
        self.has_list = False

    def value(self, value: Any, path: str) -> None:
        part = self._parts.get(path, Part.NOTHING)
        if value is None or not (path in self._ways or not path or part):
            return
        if part in {Part.DOC, Part.EPOCH}:
            self.names[part] = _name(value, path)
        elif part in {Part.TOKENS, Part.TOKEN_LOGPROBS, Part.TOP_DICTS}:
            self._columns[part] = _list(value, path)
        elif f"{path}[]" in self._parts or f"{path}[]" in self._ways:
            self._items(_list(value, path), f"{path}[]")
        elif not isinstance(value, dict):
            raise RefusedError(f"{path} is no object")
        else:
            for key, inner in value.items():
                # Any other key is none of a path, though it may look like the end of one.
                if key.isidentifier():
                    self.value(inner, f"{path}.{key}" if path else key)

    def _items(self, values: list[Any], path: str) -> None:
        part = self._parts.get(path, Part.NOTHING)
        if not all(isinstance(value, dict) for value in values):
            raise RefusedError(f"{path} has items that are no objects")
        if part is Part.ENTRY:
            self.has_list = True
            self._add(_entry(value) for value in values)
            return
        for place, value in enumerate(values):
            self._choice, self._columns = place, {}
            self.value(value, path)
            if self._columns:
                self.has_list = True
                self._add(_from_columns(self._columns))

    def _add(self, found: Iterator[Logged]) -> None:
        every = list(found)
        tokens = [one.token for one in every]
        for position, token in enumerate(every):
            # The first token of a text may have no log-probability, as nothing is before it.
            if position or token.logprob is not None:
                self.rows.append(TokenRow(self._choice, position, token, tokens))


def _entry(value: Mapping[str, Any]) -> Logged:
    if "top_probs" in value:
        raise RefusedError(
            "a token has probabilities after sampling; ask the server without post_sampling_probs"
        )
    token = logged(value)
    token.listed = listed(value.get("top_logprobs"))
    return token


def _from_columns(columns: Mapping[Part, list[Any]]) -> Iterator[Logged]:
    """Yield the tokens of the lists of a choice."""
    tokens, values = columns.get(Part.TOKENS, []), columns.get(Part.TOKEN_LOGPROBS, [])
    tops = columns.get(Part.TOP_DICTS) or [None] * len(tokens)
    if not len(tokens) == len(values) == len(tops):
        raise RefusedError(
            f"{len(tokens)} tokens, {len(values)} token_logprobs and {len(tops)} top_logprobs "
            "differ in length"
        )
    for token, value, top in zip(tokens, values, tops, strict=True):
        found = logged({"token": token, "logprob": number(value)})
        found.listed = listed(top)
        yield found


def _name(value: Any, path: str) -> str:
    if isinstance(value, str):  # includes numbers, as they are written
        return str(value)
    raise RefusedError(f"{path} is neither a text nor a number")


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list) or isinstance(value, Numeral):
        raise RefusedError(f"{path} is no list")
    return value
