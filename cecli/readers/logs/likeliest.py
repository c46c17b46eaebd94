"""What is known of a token, and of the likeliest ones at its place, as texts."""

import json
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np

from cecli.core.chunk import Integers
from cecli.numerics import Floats
from cecli.readers.json.records import Numeral
from cecli.readers.logs import native
from cecli.readers.logs.layouts import UNLIKELY

REPLACED = "\ufffd"
# Begins the name of a token that may be several.
MARK = "\x01"
# llama.cpp writes the logarithm of 0 as the least float32.
LEAST = -3.4028234663852886e38


class RefusedError(Exception):
    """A record, or a part of it, that is not as the tool writes it."""


@dataclass
class Logged:
    """A token, as an entry of a log or one of the likeliest has it.

    Attributes
    ----------
    logprob : as it is written; None if it is null.
    data : its bytes; None if they are not there.
    """

    token: str
    logprob: Numeral | None
    data: bytes | None = None
    listed: "list[Logged]" = field(default_factory=list)

    @property
    def value(self) -> float:
        """The log-probability in nats; nan if there is none."""
        if self.logprob is None:
            return float("nan")
        value = float(self.logprob)
        return float("-inf") if value <= LEAST else value

    @property
    def is_known(self) -> bool:
        return self.value > LEAST and self.value != UNLIKELY

    @property
    def _has_other_bytes(self) -> bool:
        """Whether its bytes are no text, or another one."""
        return bool(self.data) and self.data != self.token.encode("utf-8", "surrogateescape")

    @property
    def key(self) -> str:
        """What tells it from all other tokens; with a mark if nothing does."""
        if self.data and self._has_other_bytes:
            return REPLACED + str(list(self.data))
        is_unclear = not self.token or REPLACED in self.token
        return MARK * is_unclear + self.token

    @property
    def size(self) -> float:
        """The number of its bytes; nan if it is not known."""
        if self.data and self._has_other_bytes:
            return float(len(self.data))
        if REPLACED in self.token:
            return float("nan")
        data = self.token.encode("utf-8", "surrogateescape") if self.data is None else self.data
        return float(len(data))

    @property
    def top_text(self) -> str:
        """The log-probabilities that are known: of the likeliest, and of this token.

        Nothing if there is no list of the likeliest.
        """
        if not self.listed:
            return ""
        known = [(one.key, one.logprob) for one in self.listed if one.is_known]
        if self.key not in [one.key for one in self.listed] and self.is_known:
            known.append((self.key, self.logprob))
        return f"{{{', '.join(f'{json.dumps(k, ensure_ascii=False)}: {x}' for k, x in known)}}}"


def logged(entry: Any) -> Logged:
    """Return the token of an entry, or of one of the likeliest.

    Raises
    ------
    RefusedError
        If a key is missing, or has another kind of value.
    """
    for key in ("token", "logprob"):
        if key not in entry:
            raise RefusedError(f"a token has no {key}; it has {', '.join(entry)}")
    return Logged(_text(entry["token"]), number(entry["logprob"]), _bytes(entry.get("bytes")))


def _text(value: Any) -> str:
    if isinstance(value, str) and not isinstance(value, Numeral):
        return value
    raise RefusedError(f"a token is no text: {value}")


def number(value: Any) -> Numeral | None:
    """Return a log-probability as it is written, or None for null."""
    if value is None or isinstance(value, Numeral):
        return value
    raise RefusedError(f"a log-probability is no number: {value}")


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    try:
        codes = [float(x) if isinstance(x, Numeral) else -1.0 for x in value]
        return bytes(int(x) if x.is_integer() else -1 for x in codes)
    except (TypeError, ValueError, OverflowError):
        raise RefusedError("the bytes of a token are no bytes") from None


def listed(values: Any) -> list[Logged]:
    """Return the likeliest tokens, from a list or from an object; none from null."""
    if isinstance(values, dict):
        return [Logged(name, number(value)) for name, value in values.items()]
    if not isinstance(values, list | None) or not all(isinstance(x, dict) for x in values or ()):
        raise RefusedError("the likeliest tokens are no list of objects")
    return [logged(value) for value in values or ()]


def in_common(p: list[str], q: list[str]) -> tuple[Integers, Floats, Floats, Floats]:
    """Return the log-probabilities of the tokens that both of two lists have, in each row.

    Parameters
    ----------
    p, q : the lists, as `Logged.top_text` writes them, one for each row.

    Returns
    -------
    the number of such tokens in each row, shape (n,); their log-probabilities of p and of q, row
    after row; and 1 for each row in which the likeliest token is the same, or else 0.
    """
    if native.token_rows is not None:
        return native.token_rows.common(p, q)
    counts, same = list[int](), list[bool]()
    of_p, of_q = list[float](), list[float]()
    for ours, theirs in zip(map(_pairs, p), map(_pairs, q), strict=True):
        mine, others = Counter(key for key, _ in ours), Counter(key for key, _ in theirs)
        values = dict(theirs)
        # A marked name, or one that occurs twice, may be of several tokens.
        known = [
            (value, values[key])
            for key, value in ours
            if not key.startswith(MARK) and mine[key] == others[key] == 1
        ]
        counts.append(len(known))
        of_p += [value for value, _ in known]
        of_q += [value for _, value in known]
        tops = [max(side, key=itemgetter(1))[0] for side in (ours, theirs) if side]
        same.append(len(tops) == 2 and tops[0] == tops[1])
    return np.array(counts, np.int64), np.array(of_p), np.array(of_q), np.array(same, np.float64)


def _pairs(text: str) -> list[tuple[str, float]]:
    return json.loads(text, object_pairs_hook=list)  # type: ignore[no-any-return]
