"""What lm-evaluation-harness writes of a document: the log-likelihoods of texts.

One of several texts is a choice, and is one row; with a single text, the document is one row. The
log-likelihoods of choices become log-probabilities of each, given that one of them happens:
`log_share`. The harness writes the target as a text, which is the number of a choice, or its text.
What it found right tells whether the target was read as it was meant.

References
----------
lm_eval/api/task.py: ConfigurableTask.construct_requests and process_results.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from cecli.numerics.distributions.exponential import exp
from cecli.numerics.distributions.logarithm import log
from cecli.readers.json.records import Numeral
from cecli.readers.logs.likeliest import RefusedError

# The metrics of texts that are scored whole, with the log-likelihood and the size of each.
SIZES = {"words": ("word_perplexity",), "bytes": ("byte_perplexity", "bits_per_byte")}
NAN = float("nan")


class TextRow(NamedTuple):
    """A text and its log-likelihood; of several, its share and whether it is the right one."""

    choice: int
    text: str
    logprob: float
    log_share: float = NAN
    is_target: str = ""
    bytes: float = NAN
    words: float = NAN


def texts_of(record: Mapping[str, Any]) -> list[TextRow]:
    """Return the texts of a document.

    Raises
    ------
    RefusedError
        If it is not as the harness writes it, or has no log-likelihoods.
    """
    for key in ("filtered_resps", "arguments", "target"):
        if key not in record:
            raise RefusedError(f"it has no {key}; it has {', '.join(record)}")
    answers = record["filtered_resps"]
    if not isinstance(answers, list) or not answers:
        raise RefusedError("filtered_resps is no list with items")
    sizes = _sizes(record)
    if sizes is not None:
        (answer,) = answers if len(answers) == 1 else [None]
        value = _number(answer[0] if isinstance(answer, list) else answer)
        return [TextRow(0, "", value, NAN, "", sizes.bytes, sizes.words)]
    values = [_log_likelihood(answer) for answer in answers]
    texts = _texts(record["arguments"], len(values))
    if len(values) == 1:
        return [TextRow(0, texts[0], values[0], NAN, "", *_size(texts[0]))]
    if "acc_mutual_info" in record and len(values) % 2 == 0:
        # The second half is that of the choices without their question.
        values, texts = values[: len(values) // 2], texts[: len(values) // 2]
    right = _target(record, texts, values)
    return [
        TextRow(place, text, value, share, str(int(place == right)), *_size(text))
        for place, (text, value, share) in enumerate(
            zip(texts, values, log_shares(values), strict=True)
        )
    ]


def log_shares(values: Sequence[float]) -> list[float]:
    """Return log-likelihoods less the logarithm of the sum of their exponentials."""
    most = max(values)
    if not math.isfinite(most):
        raise RefusedError("no choice has a finite log-likelihood")
    shifted = np.array(values) - most
    total = math.fsum(exp(shifted).tolist())
    return [min(0.0, x) for x in (shifted - float(log(np.array([total]))[0])).tolist()]


def _number(value: Any) -> float:
    """Return a log-likelihood, which the harness writes as a text."""
    try:
        found = float(value) if isinstance(value, str) else NAN
    except ValueError:
        found = NAN
    if math.isnan(found):
        raise RefusedError(
            f"filtered_resps has {str(value)[:40]!r} in place of a log-likelihood: tasks that "
            "generate text have none"
        )
    return found


def _log_likelihood(answer: Any) -> float:
    """Return the log-likelihood of a text, which is there with whether it is the greedy one."""
    if isinstance(answer, list) and len(answer) == 2 and str(answer[1]) in {"True", "False"}:
        return _number(answer[0])
    raise RefusedError(
        "filtered_resps is no list of a log-likelihood and a truth value for each request: tasks "
        "that generate text have none"
    )


class TextSizes(NamedTuple):
    """The bytes and the words of a text."""

    bytes: float = NAN
    words: float = NAN


def _sizes(record: Mapping[str, Any]) -> TextSizes | None:
    """Return the words and bytes of a document that is scored whole; None for others."""
    found = {
        unit: float(pair[1])
        for unit, names in SIZES.items()
        for name in names
        if isinstance(pair := record.get(name), list) and len(pair) == 2
        and isinstance(pair[1], Numeral)
    }  # fmt: skip
    return TextSizes(**found) if found else None


def _size(text: str) -> TextSizes:
    return TextSizes(float(len(text.encode("utf-8", "surrogateescape"))), float(len(text.split())))


def _texts(arguments: Any, count: int) -> list[str]:
    """Return the text of each request, whose log-likelihood was asked for."""
    if isinstance(arguments, dict):
        requests = [arguments.get(f"gen_args_{place}", {}) for place in range(count)]
        texts = [request.get("arg_1") for request in requests if isinstance(request, dict)]
    else:
        texts = [one[1] if isinstance(one, list) and len(one) > 1 else None for one in arguments]
    if len(texts) != count or not all(isinstance(text, str) for text in texts):
        raise RefusedError(f"arguments has no text for each of {count} requests")
    return [str(text) for text in texts]


def _target(record: Mapping[str, Any], texts: Sequence[str], values: Sequence[float]) -> int:
    """Return which text is the right one."""
    target = str(record["target"])
    if re.fullmatch(r"\[.*\]", target):
        raise RefusedError(f"the target {target} has several right choices")
    found = {int(target)} if target.isdecimal() and int(target) < len(texts) else set()
    alike = [i for i, text in enumerate(texts) if text.strip() == target.strip()]
    found |= {alike[0]} if len(alike) == 1 else set()
    was_right = record.get("acc")
    if isinstance(was_right, Numeral):
        likeliest = max(range(len(values)), key=values.__getitem__)
        found = {place for place in found if (place == likeliest) == bool(float(was_right))}
    if len(found) != 1:
        told = "several choices" if found else "no choice"
        raise RefusedError(
            f"the target {target[:40]!r} stands for {told} by which acc would be what it is"
            if isinstance(was_right, Numeral)
            else f"the target {target[:40]!r} stands for {told}"
        )
    return found.pop()
